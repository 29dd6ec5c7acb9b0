"""RPT-KRG-Q: information on the results of the Department's work on receptions, for the akim (KRG-40)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row as Found
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.texts import Text
from app.models import Office
from app.records.terms import Terms
from app.reports.rows import Period, Row
from app.reports.satisfaction import levels

_COUNTS: Final = text(
    """
    SELECT request.channel, case_file.status, count(*) AS number,
           count(*) FILTER (WHERE request.answers ->> 'extended_until' > '') AS extended
    FROM reception_request AS request JOIN case_file ON case_file.id = request.case_id
    WHERE request.office_id = :office AND request.received_at >= :begins AND request.received_at < :ends
    GROUP BY request.channel, case_file.status
    """
)
_CLOSED: Final = text(
    """
    SELECT status, count(*) AS number FROM case_file
    WHERE office_id = :office AND closed_at >= :begins AND closed_at < :ends GROUP BY status
    """
)
_RECEIVED: Final = text(
    """
    SELECT reception_day.kind, reception_day.mode, reception_day.official_id, count(*) AS number
    FROM booking JOIN slot ON slot.id = booking.slot_id JOIN reception_day ON reception_day.id = slot.day_id
    WHERE booking.office_id = :office AND booking.status = 'received'
      AND reception_day.day >= :first AND reception_day.day <= :last
    GROUP BY reception_day.kind, reception_day.mode, reception_day.official_id
    """
)
_HOLDERS: Final = text("SELECT DISTINCT person_id FROM role_grant WHERE office_id = :office AND role = :role")
_ANSWERED: Final = text(
    """
    SELECT request.registered_at, answered.first
    FROM reception_request AS request
    JOIN (SELECT case_id, min(created_at) AS first FROM letter
          WHERE office_id = :office AND template IN ('appointment', 'refusal') GROUP BY case_id) AS answered
      ON answered.case_id = request.case_id
    WHERE request.office_id = :office AND request.registered_at IS NOT NULL
      AND answered.first >= :begins AND answered.first < :ends
    """
)
_ASSIGNMENTS: Final = text(
    """
    SELECT count(*) AS number, count(executed_on) AS executed,
           count(*) FILTER (WHERE executed_on <= due_on) AS in_time,
           count(*) FILTER (WHERE executed_on > due_on OR (executed_on IS NULL AND due_on <= :last)) AS late
    FROM assignment JOIN case_file ON case_file.id = assignment.case_id
    WHERE assignment.office_id = :office AND assignment.protocol IS NOT NULL
      AND due_on >= :first AND due_on <= :last
    """
)
_CENTRAL: Final = text(
    """
    SELECT count(*) AS number FROM register_entry
    WHERE office_id = :office AND register = 'R-CENTRAL' AND entered_at >= :begins AND entered_at < :ends
    """
)
_REPLY: Final = "reception.reply"


def rows(session: Session, office_id: str, period: Period) -> Sequence[Row]:
    """Requests by channel, their outcomes, receptions by whom, answers, assignments, survey; counted anew each time."""
    asked: dict[str, Any] = {
        "office": office_id,
        "begins": period.begins,
        "ends": period.ends,
        "first": period.first,
        "last": period.last,
    }
    office = session.get_one(Office, office_id)
    requests = session.execute(_COUNTS, asked).all()
    return [
        *_requests(office, requests),
        *_outcomes(session, asked, requests),
        *_receptions(session, asked),
        *_afterwards(session, asked),
        *levels(session, office_id, period),
    ]


def _requests(office: Office, counted: Sequence[Found[Any]]) -> list[Row]:
    by_channel: dict[str, int] = {}
    for row in counted:
        by_channel[row.channel] = by_channel.get(row.channel, 0) + row.number
    channels = office.settings.get("reception", {}).get("channels", [])
    total = Text("Қабылдауға жазылу туралы өтініштер келіп түсті", "Поступило обращений о записи на приём", "Requests")
    return [
        Row("requests", total, str(sum(by_channel.values()))),
        *(
            Row(f"channel_{each['code']}", Text(**each["name"]), str(by_channel.get(each["code"], 0)), part=True)
            for each in channels
        ),
    ]


def _outcomes(session: Session, asked: dict[str, Any], counted: Sequence[Found[Any]]) -> list[Row]:
    closed = {row.status: row.number for row in session.execute(_CLOSED, asked)}
    named = (
        ("left_without_consideration", Text("қараусыз қалдырылды", "оставлено без рассмотрения", "not considered")),
        ("refused", Text("дәлелді бас тартылды", "дано мотивированных отказов", "refused with reasons")),
        ("declined_booking", Text("жазылудан бас тартты", "отказались от записи", "declined the booking")),
        ("withdrawn", Text("өтінішін қайтарып алды", "отозвали обращение", "withdrew")),
        ("received_same_day", Text("өтініш күні қабылданды", "принято в день обращения", "received the same day")),
        ("archived", Text("бақылаудан алынды", "снято с контроля", "taken off control")),
    )
    over = Text("Өтініштер аяқталды", "Завершено обращений", "Requests closed")
    extended = Text("Қарау мерзімі ұзартылды", "Продлён срок рассмотрения", "Terms extended")
    return [
        Row("closed", over, str(sum(closed.values()))),
        *(Row(code, label, str(closed.get(code, 0)), part=True) for code, label in named),
        Row("extended", extended, str(sum(row.extended for row in counted))),
    ]


def _receptions(session: Session, asked: dict[str, Any]) -> list[Row]:
    held = session.execute(_RECEIVED, asked).all()
    groups = (
        ("akim", Text("облыс әкімі", "акимом области", "by the akim")),
        ("deputy_akim", Text("облыс әкімінің орынбасарлары", "заместителями акима", "by deputy akims")),
        ("akim_office_head", Text("әкім аппаратының басшысы", "руководителем аппарата", "by the head of the office")),
    )
    people = {role: set(session.scalars(_HOLDERS, {**asked, "role": role})) for role, _ in groups}
    remote = sum(row.number for row in held if row.mode == "videoconference")
    return [
        Row("received", Text("Қабылданды", "Принято на приёме", "Received"), str(sum(row.number for row in held))),
        *(
            Row(
                f"received_{role}",
                label,
                str(sum(row.number for row in held if row.official_id in people[role])),
                part=True,
            )
            for role, label in groups
        ),
        Row("received_remote", Text("бейнеконференция", "по видеоконференцсвязи", "remotely"), str(remote), part=True),
    ]


def _afterwards(session: Session, asked: dict[str, Any]) -> list[Row]:
    answered = session.execute(_ANSWERED, asked).all()
    terms = Terms(session, asked["office"])
    in_time = sum(
        row.first <= datetime.fromisoformat(terms.deadline(_REPLY, row.registered_at.isoformat())) for row in answered
    )
    given = session.execute(_ASSIGNMENTS, asked).one()
    central = session.execute(_CENTRAL, asked).scalar_one()
    return [
        Row("answered", Text("Жауап жолданды", "Направлено ответов", "Answers sent"), str(len(answered))),
        Row("answered_in_time", Text("мерзімінде", "в срок", "in time"), str(in_time), part=True),
        Row("central", Text("ОМО-ға сұраныстар", "Запросов в ЦГО", "Requests to central bodies"), str(central)),
        Row(
            "assignments",
            Text("Мерзімі келген тапсырмалар", "Поручений со сроком", "Assignments due"),
            str(given.number),
        ),
        Row("executed", Text("орындалды", "исполнено", "executed"), str(given.executed), part=True),
        Row("executed_in_time", Text("мерзімінде", "в срок", "in time"), str(given.in_time), part=True),
        Row("executed_late", Text("мерзімі бұзылды", "с нарушением срока", "late"), str(given.late), part=True),
    ]
