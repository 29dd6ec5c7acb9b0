"""What a played month has come to: what is late, who was told what, which numbers are missing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.models import Assignment, Booking, Case, Incident, Letter, RegisterEntry, Report, Slot, UserTask
from app.models.database import reading
from app.records.bookings import ENDED
from tests.karaganda import KaragandaWalk
from tests.reception import ZONE


@dataclass(frozen=True)
class Figures:
    """Reads the office that a walk has played."""

    walk: KaragandaWalk

    def late(self) -> list[UserTask]:
        """Tasks that were done, or still wait, after they were due."""
        with reading() as session:
            query = select(UserTask).where(
                UserTask.office_id == self.walk.office,
                UserTask.status.in_(("open", "completed")),
                UserTask.due_at < func.coalesce(UserTask.ended_at, self.walk.clock.now()),
            )
            return list(session.scalars(query))

    def unreported(self) -> list[str]:
        """Late tasks of cases in which nobody was told that a term had passed.

        KRG-38 names nobody whom to tell of a late interview: it stands in the list of what is late and in the digest.
        """
        with reading() as session:
            query = select(Letter.case_id).where(Letter.template.in_(("escalation", "assignment_overdue")))
            reported = set(session.scalars(query.distinct()))
        return [
            f"{task.element} of {task.case_id}"
            for task in self.late()
            if task.case_id and task.case_id not in reported and task.element != "interview_applicant"
        ]

    def incidents(self) -> list[str]:
        with reading() as session:
            return list(session.scalars(select(Incident.detail)))

    def seats_taken_twice(self) -> int:
        """How many seats have more than one living booking."""
        with reading() as session:
            twice = (
                select(Booking.slot_id)
                .where(Booking.status.not_in(ENDED))
                .group_by(Booking.slot_id, Booking.seat)
                .having(func.count() > 1)
            )
            return len(session.execute(twice).all())

    def outcomes(self) -> dict[str, int]:
        """How the cases ended, or "running"."""
        with reading() as session:
            rows = session.execute(
                select(Case.status, func.count()).where(Case.kind == "personal_reception").group_by(Case.status)
            )
            return dict(rows.all())  # type: ignore[arg-type]  # rows of two

    def running(self) -> set[int]:
        """The cases that have not ended."""
        with reading() as session:
            query = select(Case.id).where(Case.kind == "personal_reception", Case.status == "running")
            return set(session.scalars(query))

    def waits_for(self, cases: Iterable[int]) -> dict[int, list[str]]:
        """What each of the cases waits for: the elements of its open tasks."""
        with reading() as session:
            query = select(UserTask.case_id, UserTask.element).where(UserTask.status == "open")
            found: dict[int, list[str]] = {case: [] for case in cases}
            for case, element in session.execute(query.where(UserTask.case_id.in_(found)).order_by(UserTask.id)):
                found[case].append(element)
            return found

    def with_assignments(self) -> set[int]:
        """The cases in which an assignment is still to be executed or accepted."""
        with reading() as session:
            return set(session.scalars(select(Assignment.case_id).where(Assignment.off_control_on.is_(None))))

    def explanation(self, task: UserTask) -> list[str]:
        """Why the task was due when it was: in Kazakh, Russian and English; "" for what is missing."""
        said = (task.term or {}).get("explanation", {})
        return [said.get(language, "") for language in ("kk", "ru", "en")]

    def registers(self) -> set[str]:
        """The registers in which something was entered."""
        return {register for register, _ in self._numbers()}

    def gaps(self) -> dict[tuple[str, str], list[int]]:
        """The numbers of each register and period that do not run 1, 2, 3 and so on."""
        return {key: numbers for key, numbers in self._numbers().items() if numbers != list(range(1, len(numbers) + 1))}

    def told(self, template: str, case_id: int, words: str) -> int:
        """How many e-mails of a template that say these words a case was sent."""
        with reading() as session:
            query = select(func.count(Letter.id)).where(
                Letter.case_id == case_id,
                Letter.template == template,
                Letter.channel == "email",
                Letter.body.contains(words),
            )
            return session.scalar(query) or 0

    def letters(self) -> dict[str, int]:
        """How many letters of each template were written."""
        with reading() as session:
            rows = session.execute(select(Letter.template, func.count()).group_by(Letter.template))
            return dict(rows.all())  # type: ignore[arg-type]  # rows of two

    def sent_reports(self) -> set[str]:
        """The periodic reports that went out in time."""
        with reading() as session:
            return set(session.scalars(select(Report.kind).where(Report.sent_at <= Report.due_at)))

    def booked_on(self, day_id: int) -> list[int]:
        """The cases booked on a day now."""
        with reading() as session:
            query = (
                select(Booking.case_id)
                .join(Slot, Slot.id == Booking.slot_id)
                .where(Slot.day_id == day_id, Booking.status.not_in(ENDED))
            )
            return list(session.scalars(query))

    def not_moved(self, case_id: int, was: str, now: str) -> Iterator[str]:
        """What still goes by the old date (dd.mm.yyyy) of an appointment that was moved: words, calls, positions.

        She is told once, reminded of the new date only, called to the desk on it, and the bodies asked for a position
        are told it.
        """
        if self.told("schedule_changed", case_id, now) != 1:
            yield "not told once"
        if self.told("reminder", case_id, was) or self.told("reminder", case_id, now) != 1:
            yield "not reminded of the new date alone"
        if self.told("invitation", case_id, was) > self.told("invitation_moved", case_id, now):
            yield "a body invited to the old date was not told of the new one"
        with reading() as session:
            query = select(UserTask.created_at).where(UserTask.case_id == case_id, UserTask.element == "check_in")
            days = {f"{each.astimezone(ZONE):%d.%m.%Y}" for each in session.scalars(query)}
        if was in days or now not in days:
            yield f"called to the desk on {days}"

    def _numbers(self) -> dict[tuple[str, str], list[int]]:
        numbers: dict[tuple[str, str], list[int]] = {}
        with reading() as session:
            query = select(RegisterEntry.register, RegisterEntry.period, RegisterEntry.number)
            for register, period, number in session.execute(
                query.where(RegisterEntry.office_id == self.walk.office).order_by(RegisterEntry.number)
            ):
                numbers.setdefault((register, period), []).append(number)
        return numbers
