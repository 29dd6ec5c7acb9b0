"""One case of a demo: which answers it gets, and where it stops."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, Final, Protocol

from sqlalchemy import select

from app.domain import clock
from app.domain.hours import OfficeCalendar
from app.gateways.documents import Provenance, parse_document, to_pdf
from app.models import Person, UserTask
from app.models.database import reading
from app.usecases.access import Actor
from app.usecases.appeals import PROCESS as REGISTRATION
from app.usecases.appeals import begin_appeal
from app.usecases.cases import open_case
from app.usecases.demo_answers import bodies_of, executor_of, filled, free_slot, mode_of, official_of
from app.usecases.demo_people import holder
from app.usecases.files import upload
from app.usecases.tasks import complete_user_task

RECEPTION: Final = "personal_reception"


class Play(Protocol):
    """What a story asks of the demo that it belongs to."""

    office_id: str
    calendar: OfficeCalendar
    script: Mapping[str, Any]
    days: dict[str, int]

    def offset(self, working_days: int) -> date:
        """The date so many working days from today."""

    def work(self) -> None:
        """Let the worker do what is due."""


@dataclass
class Story:
    """One case of the script: `process` says what begins (a personal reception), `by` which role opens it.

    An appeal names its `source`; what begins with a message names the event, `begins_at`, and what it has `brought`;
    `bodies` are the codes of the two that are competent.
    """

    script: Mapping[str, Any]
    came: datetime
    play: Play
    case_id: int = 0
    arrived: bool = False
    task: UserTask | None = None

    def go_on(self) -> None:
        """Open the case when its moment has come; then complete what waits until the step where the story stops."""
        if clock.now() < self.came:
            return
        if not self.case_id:
            self.case_id = self._open()
            self.play.work()
        for _ in range(30):
            task = next((each for each in self._waiting() if self._is_known(each.element)), None)
            if task is None:
                return
            self.task = task
            complete_user_task(task.id, answers=self._answers(task.element), by=self._performer(task))
            self.play.work()

    def _open(self) -> int:
        process, language = self.script.get("process", RECEPTION), self.script["language"]
        if process == REGISTRATION or "source" in self.script:
            by = holder(self.play.office_id, self.script.get("by", "intake_officer"))
            return begin_appeal(self.script.get("source", "hand"), language=language, by=by)
        by = holder(self.play.office_id, self.script.get("by", "reception_coordinator"))
        return open_case(
            process_key=process,
            kind=self.script.get("case_kind", process),
            language=language,
            by=by,
            start_element=self.script.get("begins_at"),
            brought=filled(self.script.get("brought", {}), Known(self)),
        )

    def scan(self) -> int:
        """A scan of the case's own words, uploaded to the task that is answered now."""
        if self.task is None:
            raise LookupError("nothing is answered")
        made = Provenance(made_by=self.script["name"], made_at=self.now, number="")
        paper = parse_document(f"# {self.script['name']}\n\n{self.script['substance']}", language="ru")
        content = BytesIO(to_pdf(paper, made))
        return upload(self.task.id, "scan.pdf", content, field="appeal_files", by=self._performer(self.task))

    def _performer(self, task: UserTask) -> Actor:
        """Who does a task: whoever has it already, else the first person of its role."""
        if task.assignee_id is None or task.role is None:
            return holder(self.play.office_id, task.role or "reception_coordinator")
        with reading() as session:
            person = session.get_one(Person, task.assignee_id)
        return Actor(person.id, self.play.office_id, person.full_name, person.language, frozenset({task.role}))

    def _waiting(self) -> list[UserTask]:
        """What waits now and may be done; a story that has once reached its end leaves all that follows alone."""
        with reading() as session:
            rows = session.scalars(
                select(UserTask)
                .where(UserTask.case_id == self.case_id, UserTask.status == "open")
                .order_by(UserTask.id)
            ).all()
        self.arrived = self.arrived or any(row.element == self.script["until"] for row in rows)
        if self.arrived:
            return []
        return [row for row in rows if row.element not in self.play.script.get("leave", ()) and self._has_had_time(row)]

    def _has_had_time(self, task: UserTask) -> bool:
        """Some tasks take days, each another number of them."""
        most = self.play.script.get("takes", {}).get(task.element, 0)
        return clock.now() >= task.created_at + timedelta(days=task.id % (most + 1))

    def _is_known(self, element: str) -> bool:
        """Whether the script says what is answered here; anything else waits for whoever tries the demo."""
        return element in self.play.script["answers"] or element in self.script.get("answers", {})

    def _answers(self, element: str) -> dict[str, Any]:
        """The answers of an element: by the script's `[answers]`, and the case's own over them."""
        own = self.script.get("answers", {}).get(element, {})
        answers: dict[str, Any] = filled({**self.play.script["answers"].get(element, {}), **own}, Known(self))
        return answers

    @property
    def now(self) -> datetime:
        """The moment of the demo on the office's clock."""
        return clock.now().astimezone(self.play.calendar.zone)

    def body(self, place: int) -> str:
        """The id of a competent body of the case."""
        return bodies_of(self.play.office_id)[self.script["bodies"][place]]

    @property
    def day(self) -> int:
        """The reception day for which the case is meant; 0 without one."""
        return self.play.days.get(self.script.get("day", ""), 0)


_VALUES: Final[Mapping[str, Callable[[Story], object]]] = {
    "now": lambda story: f"{story.now:%Y-%m-%dT%H:%M}",
    "today": lambda story: f"{story.now:%Y-%m-%d}",
    "tomorrow": lambda story: f"{story.now + timedelta(days=1):%Y-%m-%d}",
    "in_two_weeks": lambda story: f"{story.now + timedelta(days=14):%Y-%m-%d}",
    "soon": lambda story: f"{story.play.offset(2)}T18:00",
    "phone": lambda story: f"+7778{story.case_id:07d}",
    "email": lambda story: f"applicant{story.case_id}@mail.example",
    "day": lambda story: story.day or "",
    "official": lambda story: official_of(story.day) if story.day else "",
    "slot": lambda story: free_slot(story.day, story.case_id) if story.day else "",
    "soonest_slot": lambda story: free_slot(0, story.case_id) or "",
    "scan": lambda story: story.scan(),
    "mode": lambda story: mode_of(story.case_id),
    "executor": lambda story: executor_of(story.play.office_id),
    "body": lambda story: story.body(0),
    "second_body": lambda story: story.body(1),
}


class Known(dict[str, object]):
    """What stands in braces in the answers of a script: a value of the moment, else the case's own words.

    `{person_unit_head}` is the id of who holds a role, `{working_day+10}` and `{working_day-2}` are dates from today.
    """

    def __init__(self, story: Story) -> None:
        super().__init__()
        self.story = story

    def __missing__(self, name: str) -> object:
        if name in _VALUES:
            return _VALUES[name](self.story)
        if name.startswith("person_"):
            return holder(self.story.play.office_id, name.removeprefix("person_")).id
        if name.startswith("working_day"):
            return self.story.play.offset(int(name.removeprefix("working_day")))
        return self.story.script.get(name, "")
