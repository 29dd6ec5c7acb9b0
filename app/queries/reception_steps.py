"""Where a case stands among the 13 steps, and the sentence that says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.hours import OfficeCalendar
from app.domain.remaining import remaining
from app.domain.terms import Term
from app.domain.texts import Text
from app.queries.elements import element_name, elements_of_version
from app.queries.reception_rows import MISSED, CaseRows, Task, Timer

STEPS: Final = range(1, 14)
BEFORE_MATERIALS: Final = range(4, 7)
CALL_AGAIN: Final = "call_again"
_TONES: Final = {"late": "bad", "risk": "warn"}
MATERIALS_CLAUSE: Final = "KST-S08"

_NO_POSITION: Final = Text("Ұстаным жоқ: {body}", "Нет позиции: {body}", "No position: {body}")
_POSITION_AWAITED: Final = Text("Ұстаным күтілуде: {body}", "Ожидается позиция: {body}", "Position awaited: {body}")
_AND_MORE: Final = Text(" және тағы {n}", " и ещё {n}", " and {n} more")
_TO_CALL: Final = Text("Өтініш берушіге қоңырау шалу", "Позвонить заявителю", "Call the applicant")
_NOT_REACHED: Final = Text("Хабарласа алмадық", "Не дозвонились", "Not reached")
_ATTEMPTS: Final = Text("Әрекет саны: {n} ({times})", "Попыток: {n} ({times})", "Attempts: {n} ({times})")
_NEXT_CALL: Final = Text("келесі қоңырау {when}", "следующий звонок {when}", "next call {when}")
_WANTS_OTHER_DAY: Final = Text("Басқа күнді сұрайды", "Просит другой день", "Asks for another day")
_DECIDE: Final = Text(
    "Жаңа күн таңдаңыз немесе өтінішті жабыңыз", "Подберите новый день", "Find another day or close the request"
)
_MISSED: Final = Text("Қабылдауға келмеді", "Не пришёл на приём", "Did not come to the reception")
_DECIDE_MISSED: Final = Text(
    "Шешіңіз: жаңа күн немесе жабу", "Решите: новый день или закрыть", "Decide: another day or close"
)
_COMES_ON: Final = Text("Жаңа қабылдау: {when}", "Новый приём: {when}", "New appointment: {when}")
_DAY_SOUGHT: Final = Text("Жаңа күн таңдалуда", "Подбирают новый день", "A new day is being found")
_NEEDED: Final = Text(
    "материалдар басшылыққа берілгенге дейін керек: {when}",
    "нужно до передачи материалов руководству: {when}",
    "needed before the materials go to the leadership: {when}",
)
_MATERIALS_LATE: Final = Text(
    "материалдарды беру мерзімі өтті: {when}",
    "срок передачи материалов прошёл: {when}",
    "the term of the materials has passed: {when}",
)
_WAITS: Final = Text("Дайын, күні күтілуде", "Готово, ждёт своего дня", "Ready, waits for its day")
_WAITS_FOR: Final = Text("{what}: {when}", "{what}: {when}", "{what}: {when}")
_INCIDENT: Final = Text("Ақау: адамның шешімі керек", "Сбой: нужно решение человека", "Incident: a person must decide")
_INCIDENT_WHY: Final = Text(
    "Ақауларды ашып, қайталаңыз немесе түзетіңіз",
    "Откройте сбои: повторите или исправьте",
    "Open the incidents: retry or correct",
)
_TAKEN_BY: Final = Text("орындаушы: {who}", "в работе: {who}", "in work: {who}")
_NOBODY: Final = Text("ешкім алған жоқ", "никто не взял", "nobody has taken it")
_SUSPENDED: Final = Text("Процесс тоқтатылған", "Процесс приостановлен", "The process is suspended")
_CLOSED: Final = {
    "archived": Text("Іс мұрағатта", "Дело в архиве", "Archived"),
    "refused": Text("Қабылдаудан бас тартылды", "В приёме отказано", "Reception refused"),
    "withdrawn": Text("Өтініш қайтарып алынды", "Просьба отозвана", "Request withdrawn"),
    "left_without_consideration": Text(
        "Қараусыз қалдырылды", "Оставлено без рассмотрения", "Left without consideration"
    ),
    "received_same_day": Text(
        "Өтініш жасаған күні қабылданды", "Принят в день обращения", "Received on the day of the request"
    ),
    "declined_booking": Text("Жазылудан бас тартты", "Отказался от записи", "Declined the booking"),
}
_GOES_ON: Final = Text("Жүйе жұмыс істеп жатыр", "Система работает", "The system is at work")
_NOTHING: Final = Text("", "", "")
_BEGINS: Final = {
    7: Text("қоңырау күні", "день звонка", "day of the call"),
    8: Text("материалды беру күні", "день передачи материалов", "day of the materials"),
    9: Text("кеңес күні", "день совещания", "day of the meeting"),
    10: Text("қабылдау күні", "день приёма", "day of the reception"),
}


@dataclass(frozen=True, slots=True)
class StepCell:
    """One of the 13 steps: done, now, risk, late, skip or todo; `due` is the day that a current one has to meet."""

    number: int
    state: str
    due: datetime | None = None
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """What happens now and why; `tone` is "" , warn or bad, `clause` the rule behind the term."""

    head: Text
    reason: Text
    clause: str = ""
    tone: str = ""
    task: Task | None = None


@dataclass(frozen=True, slots=True)
class Eye:
    """With what the steps are looked at: now, the office's calendar, the day's term for the materials (step 8)."""

    now: datetime
    calendar: OfficeCalendar
    materials: Term | None = None

    def left(self, due: datetime) -> Text:
        """What is left until `due`, in working days."""
        return remaining(due, self.now, self.calendar).text

    def day(self, moment: datetime) -> Text:
        """The day in short."""
        return remaining(moment, self.now, self.calendar).day

    def hour(self, moment: datetime) -> str:
        """The hour on the office's clock."""
        return f"{self.calendar.local(moment):%H:%M}"

    def same_day(self, one: datetime, other: datetime) -> bool:
        """Whether two moments lie on one day of the office."""
        return self.calendar.local(one).date() == self.calendar.local(other).date()


@dataclass(frozen=True, slots=True)
class _Seen:
    """An open task with how urgent it is and the moment that makes it so."""

    task: Task
    state: str
    due: datetime | None
    derived: bool = False


def steps_of(case: CaseRows, eye: Eye) -> tuple[StepCell, ...]:
    """The 13 cells of a case."""
    seen = [_seen(case, task, eye) for task in case.open_tasks]
    waiting = dict(reversed(_awaited(case)))
    furthest = max([task.step or 0 for task in case.tasks] + [*waiting, 0])
    return tuple(_cell(case, number, seen, waiting, furthest) for number in STEPS)


def tone_of(case: CaseRows, eye: Eye) -> str:
    """How urgent the case is, as `why_of` says it ("", warn, bad), without its words."""
    if case.incidents:
        return "bad"
    if case.gone_on and case.status == "running":
        return ""
    seen = min((_seen(case, task, eye) for task in case.open_tasks), key=_urgency, default=None)
    if seen is not None and not (seen.state == "now" and _not_reached(case)):
        return _TONES.get(seen.state, "")
    return "warn" if case.running and _not_reached(case) else ""


def steps_at(case: CaseRows) -> frozenset[int]:
    """The steps at which the case stands: those of its open tasks and of the moments it waits for."""
    return frozenset([task.step for task in case.open_tasks if task.step] + [step for step, _ in _awaited(case)])


def why_of(case: CaseRows, eye: Eye) -> Why:
    """The sentence of a case: its most urgent matter."""
    if case.incidents:
        return Why(_INCIDENT, _INCIDENT_WHY, tone="bad")
    if case.gone_on and case.status == "running":
        return Why(_MISSED, _filled(_COMES_ON, when=eye.day(case.coming_at)) if case.coming_at else _DAY_SOUGHT)
    seen = sorted((_seen(case, task, eye) for task in case.open_tasks), key=_urgency)
    if seen and not (seen[0].state == "now" and _not_reached(case)):
        return _why_task(case, seen[0], eye)
    if not case.running:
        return Why(_CLOSED.get(case.status, _SUSPENDED), _NOTHING)
    return _why_waiting(case, eye)


def _cell(case: CaseRows, number: int, seen: Sequence[_Seen], waiting: Mapping[int, Timer], furthest: int) -> StepCell:
    mine = sorted((each for each in seen if each.task.step == number), key=_urgency)
    if mine:
        return StepCell(number, mine[0].state, mine[0].due, mine[0].task)
    if number in waiting:
        return StepCell(number, "risk" if waiting[number].element == CALL_AGAIN else "now", waiting[number].due_at)
    if any(task.step == number and not task.open for task in case.tasks):
        return StepCell(number, "done")
    ended = not case.running and case.status != "running"
    return StepCell(number, "skip" if number < furthest or ended else "todo")


def _urgency(seen: _Seen) -> tuple[int, float, int]:
    order = {"late": 0, "risk": 1, "now": 2}[seen.state]
    return order, seen.due.timestamp() if seen.due else float("inf"), seen.task.id


def _seen(case: CaseRows, task: Task, eye: Eye) -> _Seen:
    """How urgent an open task is.

    late: its term has passed, or the term of the materials has and steps 4–6 are not done. risk: it waited until its
    last day, an applicant was not reached or wants another day, or the materials' day has come before step 8.
    """
    if task.due_at is not None and task.due_at < eye.now:
        return _Seen(task, "late", task.due_at)
    materials = eye.materials
    if materials is not None and case.starts_at is not None and task.step in BEFORE_MATERIALS:
        if materials.due < eye.now:
            return _Seen(task, "late", task.due_at or materials.due, derived=True)
        if materials.opens <= eye.now:
            return _Seen(task, "risk", task.due_at or materials.due, derived=True)
    return _Seen(task, "risk" if _at_risk(case, task, eye) else "now", task.due_at)


def _at_risk(case: CaseRows, task: Task, eye: Eye) -> bool:
    if task.element in ("rebook", MISSED):
        return True
    if task.element == "confirm_attendance" and _attempts(case):
        return True
    if task.due_at is None or not eye.same_day(task.due_at, eye.now):
        return False
    return not eye.same_day(task.created_at, task.due_at)


def _attempts(case: CaseRows) -> list[datetime]:
    return [call.at for call in case.calls if call.booking_id == case.booking_id and call.outcome == "not_reached"]


def _awaited(case: CaseRows) -> list[tuple[int, Timer]]:
    """The moments that the paths of the case wait for, each with its step, the next one first."""
    if not case.running:
        return []
    versions = [(timer, timer.version_id or case.version_id) for timer in case.timers]
    found = [(elements_of_version(version).get(timer.element), timer) for timer, version in versions if version]
    return [
        (element.step, timer)
        for element, timer in found
        if element is not None and element.kind == "intermediateCatchEvent" and element.step is not None
    ]


def _not_reached(case: CaseRows) -> bool:
    """Whether the applicant is called again later."""
    return any(timer.element == CALL_AGAIN for timer in case.timers)


def _why_task(case: CaseRows, seen: _Seen, eye: Eye) -> Why:
    task = seen.task
    tone = _TONES.get(seen.state, "")
    if task.element == "rebook":
        return Why(_WANTS_OTHER_DAY, _DECIDE, task.clause or _clause(case, task), tone, task)
    if task.element == MISSED:
        return Why(_MISSED, _DECIDE_MISSED, task.clause or _clause(case, task), tone, task)
    if seen.derived and eye.materials is not None:
        late = eye.materials.due < eye.now
        reason = _filled(_MATERIALS_LATE if late else _NEEDED, when=eye.day(eye.materials.due))
        clause = MATERIALS_CLAUSE
    else:
        reason, clause = _left_and_who(task, eye), task.clause or _clause(case, task)
    attempts = _attempts(case)
    if task.element == "confirm_attendance" and attempts:
        return Why(_NOT_REACHED, _tried(attempts, eye), clause, tone, task)
    return Why(_head(case, task, eye), reason, clause, tone, task)


def _head(case: CaseRows, task: Task, eye: Eye) -> Text:
    if task.element == "confirm_attendance":
        return _TO_CALL
    if task.element == "record_position":
        missing = [position for position in case.positions if position.submitted_at is None]
        named = next((each for each in missing if each.id == task.item.get("position_id")), None)
        if named is not None:
            words = _NO_POSITION if named.due_at < eye.now else _POSITION_AWAITED
            head = _filled(words, body=named.body)
            more = _AND_MORE.with_values(n=len(missing) - 1)
            return Text(head.kk + more.kk, head.ru + more.ru, head.en + more.en) if len(missing) > 1 else head
    return _element_name(task.version_id or case.version_id, task.element)


def _element_name(version_id: int | None, element: str) -> Text:
    return element_name(version_id, element) if version_id else Text(element, element)


def _filled(words: Text, **values: Text) -> Text:
    """A sentence whose places are filled with words of the same language."""
    return Text(
        *(
            getattr(words, speech).format(**{key: value.in_(speech) for key, value in values.items()})
            for speech in ("kk", "ru", "en")
        )
    )


def _left_and_who(task: Task, eye: Eye) -> Text:
    who = _TAKEN_BY.with_values(who=task.assignee) if task.assignee else _NOBODY
    if task.due_at is None:
        return who
    left = eye.left(task.due_at)
    return Text(f"{left.kk}, {who.kk}", f"{left.ru}, {who.ru}", f"{left.en}, {who.en}")


def _tried(attempts: Sequence[datetime], eye: Eye) -> Text:
    return _ATTEMPTS.with_values(n=len(attempts), times=", ".join(eye.hour(moment) for moment in attempts[-3:]))


def _why_waiting(case: CaseRows, eye: Eye) -> Why:
    awaited = sorted(_awaited(case), key=lambda each: each[1].element != CALL_AGAIN)
    if not awaited:
        return Why(_GOES_ON, _NOTHING)
    step, timer = awaited[0]
    if timer.element == CALL_AGAIN:
        tried = _tried(_attempts(case), eye)
        coming = _NEXT_CALL.with_values(when=eye.hour(timer.due_at))
        reason = Text(*(f"{getattr(tried, each)}, {getattr(coming, each)}" for each in ("kk", "ru", "en")))
        return Why(_NOT_REACHED, reason, "KST-S07.1", "warn")
    what = _BEGINS.get(step) or _element_name(timer.version_id or case.version_id, timer.element)
    reason = _filled(_WAITS_FOR, what=what, when=eye.day(timer.due_at))
    return Why(_WAITS, reason, _first_clause(timer.version_id or case.version_id, timer.element))


def _clause(case: CaseRows, task: Task) -> str:
    return _first_clause(task.version_id or case.version_id, task.element)


def _first_clause(version_id: int | None, element: str) -> str:
    """The clause of the element's own step, else the first that its documentation names."""
    known = elements_of_version(version_id).get(element) if version_id else None
    if known is None or not known.clauses:
        return ""
    own = f"-S{known.step or 0:02d}"
    return next((clause for clause in known.clauses if own in clause), known.clauses[0])
