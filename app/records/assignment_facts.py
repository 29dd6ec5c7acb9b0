"""Facts of one assignment in words, as its tasks and letters show them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import (
    Assignment,
    AssignmentExecutor,
    AssignmentExtension,
    AssignmentMeasure,
    Case,
    Person,
    StateBody,
)
from app.models.database import brought
from app.records.assignments import executors_of

OWN_CASE: Final = "assignment"
"""The kind of a case that was opened for an assignment of a higher body."""
STATES: Final[Mapping[str, Text]] = {
    "draft": Text("жоба", "проект", "draft"),
    "under_control": Text("бақылауда", "на контроле", "under control"),
    "executed": Text("орындалды, тексерілуде", "исполнено, проверяется", "executed, being checked"),
    "rework": Text("пысықтауда", "на доработке", "being reworked"),
    "off_control": Text("бақылаудан алынды", "снято с контроля", "off control"),
}
ORIGINS: Final[Mapping[str, Text]] = {
    "reception": Text("жеке қабылдау хаттамасы", "протокол личного приёма", "protocol of the reception"),
    "president": Text("Қазақстан Республикасының Президенті", "Президент Республики Казахстан", "the President"),
    "state_secretary": Text("Мемлекеттік хатшы", "Государственный секретарь", "the State Secretary"),
    "administration": Text(
        "Президент Әкімшілігінің басшылығы",
        "руководство Администрации Президента",
        "the leadership of the Presidential Administration",
    ),
    "administration_department": Text(
        "Президент Әкімшілігінің Өтініштердің қаралуын бақылау бөлімі",
        "Отдел по контролю за рассмотрением обращений Администрации Президента",
        "the department of the Presidential Administration for control over appeals",
    ),
    "akim": Text("облыс әкімі", "аким области", "the akim of the region"),
}
"""Who gives assignments (KST-TASK-5.1)."""
QUALITIES: Final[Mapping[str, Text]] = {
    "good": Text("мәні бойынша орындалды", "исполнено по существу", "executed on the merits"),
    "doubtful": Text("сапасы күмән тудырады", "качество вызывает сомнение", "its quality is in doubt"),
    "poor": Text("сапасыз орындалды", "исполнено некачественно", "poorly executed"),
}
REPLIES: Final[Mapping[str, Text]] = {
    "final": Text("түпкілікті дәлелді жауап", "окончательный мотивированный ответ", "final reasoned reply"),
    "interim": Text("аралық жауап", "промежуточный ответ", "interim reply"),
}
MEASURES: Final[Mapping[str, Text]] = {
    "site_check": Text("орнына барып тексеру", "проверка с выездом на место", "check on site"),
    "joint_check": Text("бірлескен тексеру", "совместная проверка", "joint check"),
    "discipline": Text(
        "орындаушылық тәртіп туралы ұсыныс", "предложение об исполнительской дисциплине", "proposal on discipline"
    ),
    "violations": Text("бұзушылықтарды жою туралы ұсыныс", "предложение об устранении нарушений", "on violations"),
    "liability": Text(
        "жауапкершілікке тарту туралы ұсыныс", "предложение о привлечении к ответственности", "on liability"
    ),
    "conclusion": Text(
        "мониторинг қорытындысы", "заключение по результатам мониторинга", "conclusion of the monitoring"
    ),
    "quality_review": Text("жауап сапасының сараптамасы", "экспертиза качества ответа", "review of the reply"),
}
_LATE: Final = Text("{n} жұмыс күніне кешіктірілді", "с опозданием на {n} рабочих дн.", "{n} working days late")
_IN_TIME: Final = Text("мерзімінде", "в срок", "in time")
_OLD_TO_NEW: Final = Text(
    "{old} орнына {new}: {reason}{decision}", "{old} → {new}: {reason}{decision}", "{old} → {new}: {reason}{decision}"
)
_DECISIONS: Final[Mapping[str | None, Text]] = {
    "granted": Text(" (ұзартылды)", " (продлён)", " (extended)"),
    "refused": Text(" (ұзартылмады: {why})", " (не продлён: {why})", " (not extended: {why})"),
    None: Text(" (шешім күтілуде)", " (ожидает решения)", " (to be decided)"),
}


def assignment_facts(
    session: Session, assignment_id: int, language: str, *, only: Collection[str] | None = None
) -> dict[str, Any]:
    """What a form or a letter may show of one assignment, as words of `language`; empty texts for what is not known.

    With `only` no list is read that is not among these keys.
    """
    row = session.get_one(Assignment, assignment_id)

    def asks(*names: str) -> bool:
        return only is None or any(each in only for each in names)

    executors = _executors(session, row.id, language) if asks("executors", "contributions") else []
    return {
        "number": row.register_number or row.protocol or "",
        "text": row.text,
        "due": day(row.due_on),
        "origin": ORIGINS[row.origin].in_(language),
        "origin_document": row.origin_document,
        "appeal_number": row.appeal_number,
        "state": STATES[row.state].in_(language),
        "body": body_name(session, row.body_id, language),
        "executors": [name for name, _ in executors],
        "contributions": [f"{name}: {given}" for name, given in executors if given],
        "executed": day(row.executed_on),
        "timeliness": timeliness(row, language),
        "report": row.report,
        "reply": reply(row, language),
        "quality": QUALITIES[row.quality].in_(language) if row.quality else "",
        "remarks": row.remarks,
        "extensions": _extensions(session, row.id, language) if asks("extensions") else [],
        "measures": _measures(session, row.id, language) if asks("measures") else [],
    }


def monitoring_facts(session: Session, case_id: int, language: str) -> list[dict[str, str]]:
    """The assignments of a case as a conclusion of the monitoring lists them (KST-TASK-5.7)."""
    rows = session.scalars(
        select(Assignment).where(Assignment.case_id == case_id, Assignment.state != "draft").order_by(Assignment.id)
    ).all()
    return [
        {
            "number": row.register_number or str(row.number),
            "text": row.text,
            "origin": ORIGINS[row.origin].in_(language),
            "executors": ", ".join(name for name, _ in _executors(session, row.id, language))
            or body_name(session, row.body_id, language),
            "due": day(row.due_on),
            "state": STATES[row.state].in_(language),
            "executed": day(row.executed_on),
            "timeliness": timeliness(row, language),
            "reply": reply(row, language),
            "conclusion": "; ".join(each.text for each in measures_of(session, row.id) if each.kind == "conclusion"),
        }
        for row in rows
    ]


def appeal_number(session: Session, case: Case) -> str:
    """The number of the appeal that a case of its own assignment is about; empty for any other case."""
    if case.kind != OWN_CASE:
        return ""
    return session.scalar(select(Assignment.appeal_number).where(Assignment.case_id == case.id).limit(1)) or ""


def control_line(row: Assignment, language: str) -> str:
    """How an assignment stands, on one line: its state, when it was executed and whether in time."""
    if row.state == "draft":
        return ""
    parts = [STATES[row.state].in_(language), day(row.executed_on), timeliness(row, language)]
    return ", ".join(filter(None, parts))


def extension_facts(session: Session, extension_id: int, language: str) -> dict[str, Any]:
    """What a form or a letter may show of one request for a later date."""
    row = session.get_one(AssignmentExtension, extension_id)
    asked = session.get(Person, row.asked_by) if row.asked_by else None
    decision = _DECISIONS[row.decision].with_values(why=row.decision_reason).in_(language).strip(" ()")
    return {
        "asked_by": asked.full_name if asked else "",
        "reason": row.reason,
        "old_due": day(row.old_due_on),
        "new_due": day(row.new_due_on),
        "decision": decision,
        "granted": "yes" if row.decision == "granted" else "",
    }


def day(value: date | None) -> str:
    """A day as letters write it."""
    return f"{value:%d.%m.%Y}" if value else ""


def timeliness(row: Assignment, language: str) -> str:
    """In time, or how many working days late; empty while it is not executed."""
    if row.timeliness is None:
        return ""
    late = row.timeliness == "late"
    return _LATE.with_values(n=row.late_days).in_(language) if late else _IN_TIME.in_(language)


def reply(row: Assignment, language: str) -> str:
    """The reply to the applicant: its kind, number and day."""
    if not row.reply_kind or row.reply_kind not in REPLIES:
        return ""
    parts = [REPLIES[row.reply_kind].in_(language), row.reply_number and f"№ {row.reply_number}", day(row.reply_on)]
    return ", ".join(filter(None, parts))


def body_name(session: Session, body_id: int, language: str) -> str:
    """The name of a state body in one of the three languages."""
    body = session.get_one(StateBody, body_id)
    return str(getattr(body, f"name_{language}") or body.name_ru)


def executor_name(session: Session, executor: AssignmentExecutor, language: str) -> str:
    """A person's name, or the body's with its official."""
    if executor.person_id is not None:
        return session.get_one(Person, executor.person_id).full_name
    body = body_name(session, executor.body_id, language) if executor.body_id else ""
    return ", ".join(filter(None, (body, executor.official)))


def _executors(session: Session, assignment_id: int, language: str) -> list[tuple[str, str]]:
    """The name of each executor and what she has contributed, the responsible one first."""
    rows = executors_of(session, assignment_id)
    known = [
        *brought(session, Person, (each.person_id for each in rows)),
        *brought(session, StateBody, (each.body_id for each in rows)),
    ]
    found = [(executor_name(session, each, language), each.contribution or "") for each in rows]
    del known
    return found


def _extensions(session: Session, assignment_id: int, language: str) -> list[str]:
    return [
        _OLD_TO_NEW.with_values(
            old=day(row.old_due_on),
            new=day(row.new_due_on),
            reason=row.reason,
            decision=_DECISIONS[row.decision].with_values(why=row.decision_reason).in_(language),
        ).in_(language)
        for row in extensions_of(session, assignment_id)
    ]


def _measures(session: Session, assignment_id: int, language: str) -> list[str]:
    return [
        f"{day(row.done_on)}, {MEASURES[row.kind].in_(language)}: {row.text}"
        for row in measures_of(session, assignment_id)
    ]


def extensions_of(session: Session, assignment_id: int) -> Sequence[AssignmentExtension]:
    """The requests for a later date, the first one first."""
    return session.scalars(
        select(AssignmentExtension)
        .where(AssignmentExtension.assignment_id == assignment_id)
        .order_by(AssignmentExtension.id)
    ).all()


def measures_of(session: Session, assignment_id: int) -> Sequence[AssignmentMeasure]:
    """Checks, proposals and conclusions, the first one first."""
    return session.scalars(
        select(AssignmentMeasure).where(AssignmentMeasure.assignment_id == assignment_id).order_by(AssignmentMeasure.id)
    ).all()
