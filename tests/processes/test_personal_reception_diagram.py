"""Kostanay's personal reception is played along each of its ways: the office's own rules and calendar, no database."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from app.domain import clock
from app.domain.calendar import WorkingCalendar
from app.domain.clock import StandingClock
from app.domain.deadlines import Term, compute
from app.domain.hours import OfficeCalendar
from app.engine.parser import parse
from app.engine.run import Call, Run, Variables

FOLDER = Path(__file__).parents[2] / "processes" / "kostanay"
RULES = tomllib.loads((FOLDER / "deadlines.toml").read_text("utf-8"))
DIAGRAM = (FOLDER / "personal_reception.bpmn").read_bytes()
COMMON = {path.name: path.read_bytes() for path in sorted((FOLDER.parent / "common").glob("*.bpmn"))}
DEFINITION = parse({"personal_reception.bpmn": DIAGRAM, **COMMON}, "personal_reception", "test")
REGISTERED, RECEPTION, LATER = "2025-06-11T10:00+05:00", "2025-06-27T11:00+05:00", "2025-07-25T11:00+05:00"
MAIN_ACTIVITIES = [
    *("clarify_request", "request_missing_information", "prepare_brief", "register_and_notify_applicant"),
    *("invite_state_bodies", "analyse_materials", "confirm_attendance", "submit_materials_to_management"),
    *("hold_coordination_meeting", "conduct_reception", "issue_protocol", "archive_appeal"),
]
ANSWERS: Mapping[str, Variables] = {
    "clarify_request": {"substance_stated": "yes", "package_sufficient": "yes"},
    "request_missing_information": {"bodies": [5], "position_due_at": "2025-06-13T18:00+05:00"},
    "decide_on_reception": {"decision": "appoint", "official_id": 3, "reception_day_id": 8, "mode": "in_person"},
    "invite_state_bodies": {"bodies": [3, 5], "position_due_at": "2025-06-20T18:00+05:00"},
    "analyse_materials": {"materials_quality": "good"},
    "confirm_attendance": {"attendance": "confirmed"},
    "check_in": {"came": "yes"},
    "missed_reception": {"missed_outcome": "rebook"},
    "conduct_reception": {"exhaustive": "yes"},
    "issue_protocol": {"has_assignments": "yes"},
    "address_remarks": {"any_returned": "no"},
    "archive_appeal": {"agreed": "yes"},
}
INSUFFICIENT: Variables = {"substance_stated": "yes", "package_sufficient": "no"}


class Case:
    """A case in memory: its clock jumps from timer to timer, records answer at once, letters are only counted."""

    def __init__(self, standing: StandingClock) -> None:
        self.clock = standing
        self.office = OfficeCalendar(WorkingCalendar())
        self.slots = [RECEPTION, LATER]
        self.letters: list[str] = []
        self.calls: list[tuple[str, Mapping[str, object]]] = []
        self.done: list[str] = []
        self.opened: dict[str, str] = {}
        self.due: dict[str, str] = {}
        self.run = Run.start(
            DEFINITION, self, {"case_id": 1, "received_at": REGISTERED}, start_element="request_received"
        )
        self.run.settle()

    def functions(self) -> Mapping[str, Callable[..., object]]:
        return {
            "deadline": lambda rule, anchor: self.term(rule, anchor).due.isoformat(),
            "opens": lambda rule, anchor: self.term(rule, anchor).opens.isoformat(),
            "now_iso": lambda: clock.now().isoformat(),
        }

    def term(self, rule: str, anchor: str) -> Term:
        return compute(RULES[rule]["expression"], datetime.fromisoformat(anchor), self.office, roll=RULES[rule]["roll"])

    def perform(self, call: Call) -> Variables | None:
        self.calls.append((call.element, call.parameters))
        if call.operation.startswith("letters."):
            self.letters.append(str(call.parameters["template"]))
        return self.results(call).get(call.operation, {})

    def results(self, call: Call) -> Mapping[str, Variables]:
        poor = call.parameters.get("poor_positions", [])
        bodies = call.parameters.get("bodies", [])
        return {
            "records.register_request": {"registered_at": clock.now().isoformat()},
            "records.enter_in_journal": {"reception_at": self.slots[0]},
            "records.open_positions": {"positions": [{"position_id": 10 + body, "body_id": body} for body in bodies]},
            "records.return_positions": {
                "positions": [{"position_id": each, "body_id": each - 10} for each in poor],
                "position_due_at": "2025-06-23T18:00+05:00",
            },
            "records.register_protocol": {"assignments_due_at": "2025-07-18T18:30+05:00", "assignment_ids": [7, 8]},
            "assignments.put_back": {"assignment_ids": [8]},
            **{f"letters.notify_{whom}": {"letters_written": [len(self.letters)]} for whom in ("applicant", "bodies")},
        }

    def waiting(self) -> list[str]:
        return sorted(task.element for task in self.run.user_tasks())

    def complete(self, element: str, **answers: object) -> None:
        task = next(task for task in self.run.user_tasks() if task.element == element)
        self.run.complete(task.task_id, {**ANSWERS.get(element, {}), **answers})
        self.settle()
        self.done.append(element)

    def settle(self) -> None:
        before = set(self.waiting())
        self.run.settle()
        for task in self.run.user_tasks():
            if task.element not in before:
                due = DEFINITION.elements[task.element].properties.get("due")
                self.opened[task.element] = self.shown(clock.now().isoformat())
                self.due[task.element] = self.shown(self.run.evaluate(task.task_id, due)) if due else ""

    def shown(self, moment: object) -> str:
        return f"{datetime.fromisoformat(str(moment)).astimezone(self.office.zone):%Y-%m-%d %H:%M}"

    def move_clock(self, moment: str) -> None:
        self.clock.moment = datetime.fromisoformat(moment)
        self.settle()

    def wait(self) -> None:
        """Jump to the next timer."""
        self.clock.moment = min(timer.due for timer in self.run.timers())
        self.settle()

    def send(self, message: str, **payload: object) -> None:
        self.run.deliver(message, payload)
        self.settle()

    def play(self, until: str | None = None) -> None:
        """Answer what waits with the usual answers, jump over the waits, until `until` waits or the case has ended."""
        while not self.run.ended and until not in self.waiting():
            self.go_on()

    def go_on(self) -> None:
        """Answer what waits, or have an assignment taken off control, or jump to the next timer."""
        if tasks := self.waiting():
            self.complete(tasks[0])
        elif controlled := self.under_control():
            self.off_control(controlled[0])
        else:
            self.wait()

    def under_control(self) -> list[int]:
        """The assignments that the case waits for."""
        return sorted(
            int(each.correlations["assignment.assignment_id"])
            for each in self.run.subscriptions()
            if each.message == "assignment.off_control"
        )

    def off_control(self, assignment_id: int) -> None:
        """The process that controls the assignment tells that it is over."""
        waiting = next(
            each
            for each in self.run.subscriptions()
            if each.correlations == {"assignment.assignment_id": str(assignment_id)}
        )
        self.run.deliver("assignment.off_control", {"assignment_id": assignment_id}, waiting.task_id)
        self.settle()

    def told(self, element: str) -> list[Mapping[str, object]]:
        return [parameters for name, parameters in self.calls if name == element]


@pytest.fixture
def case() -> Iterator[Case]:
    with clock.using(StandingClock(datetime.fromisoformat(REGISTERED))) as standing:
        yield Case(standing)


def test_a_reception_goes_through_all_thirteen_steps_to_the_archive(case: Case) -> None:
    """KST-S00"""
    case.complete("record_request")
    case.complete("clarify_request", **INSUFFICIENT)

    case.play()

    assert case.run.end_event == "archived"
    assert [element for element in case.done if element in MAIN_ACTIVITIES] == MAIN_ACTIVITIES
    assert case.letters == ["missing_data", "information_request", "appointment", "invitation", "reminder", "protocol"]
    assert [element for element, _ in case.calls][-2:] == ["write_to_archive", "close_archived"]


def test_every_task_of_the_reception_appears_on_its_own_day(case: Case) -> None:
    """KST-S07.1, KST-S08, KST-S09, KST-S10: a reception on Friday 27 June 2025"""
    case.play()

    assert case.opened["confirm_attendance"] == "2025-06-24 09:00"
    assert case.opened["submit_materials_to_management"] == "2025-06-24 09:00"
    assert case.opened["hold_coordination_meeting"] == "2025-06-26 09:00"
    assert case.opened["check_in"] == "2025-06-27 09:00"


def test_every_task_is_due_when_its_clause_says(case: Case) -> None:
    """KST-S02.2, KST-S03, KST-S05.2, KST-S07.1, KST-S08, KST-S09, KST-S11.2: the other tasks have no term"""
    case.complete("record_request")
    case.complete("clarify_request", **INSUFFICIENT)

    case.play()

    assert {element: due for element, due in case.due.items() if due} == {
        "clarify_request": "2025-06-16 18:30",
        "offer_to_complete": "2025-06-16 18:30",
        "request_missing_information": "2025-06-16 18:30",
        "collect_information": "2025-06-16 09:00",
        "prepare_brief": "2025-06-16 18:30",
        "record_position": "2025-06-20 18:00",
        "confirm_attendance": "2025-06-24 18:30",
        "submit_materials_to_management": "2025-06-24 18:30",
        "hold_coordination_meeting": "2025-06-26 18:30",
        "check_in": "2025-06-27 18:30",
        "conduct_reception": "2025-06-27 18:30",
        "issue_protocol": "2025-07-02 18:30",
    }


def test_a_day_that_has_passed_opens_its_task_at_once(case: Case) -> None:
    """KST-S07.1: the appointment is made later than three working days before the reception"""
    case.play(until="register_and_notify_applicant")
    case.move_clock("2025-06-26T15:00+05:00")
    case.play(until="confirm_attendance")

    assert case.opened["confirm_attendance"] == "2025-06-26 15:00"


def test_a_request_without_substance_is_left_without_consideration(case: Case) -> None:
    """KST-BOOK-3"""
    case.complete("record_request")

    case.complete("clarify_request", substance_stated="no", package_sufficient=None)

    assert case.run.end_event == "left_without_consideration"
    assert case.letters == ["no_substance"]
    assert case.told("close_without_consideration") == [{"outcome": "left_without_consideration"}]


def test_a_sufficient_package_goes_straight_to_the_brief(case: Case) -> None:
    """KST-S02"""
    case.complete("record_request")

    case.complete("clarify_request")

    assert case.waiting() == ["prepare_brief"]


def test_an_insufficient_package_opens_the_offer_and_the_request_together(case: Case) -> None:
    """KST-S02, KST-S02.1, KST-S02.2"""
    case.complete("record_request")

    case.complete("clarify_request", **INSUFFICIENT)

    assert case.waiting() == ["offer_to_complete", "request_missing_information"]


def test_the_information_is_requested_from_the_bodies_chosen(case: Case) -> None:
    """KST-S02.2"""
    case.complete("record_request")
    case.complete("clarify_request", **INSUFFICIENT)

    case.complete("request_missing_information")

    assert case.told("send_information_request") == [
        {
            "template": "information_request",
            "bodies": [5],
            "position_due_at": "2025-06-13T18:00+05:00",
            "document": "information_request",
        }
    ]


def test_what_the_bodies_send_ends_the_collecting(case: Case) -> None:
    """KST-S02.2"""
    case.complete("record_request")
    case.complete("clarify_request", **INSUFFICIENT)
    case.play(until="collect_information")

    case.send("information.received")

    assert case.waiting() == ["prepare_brief"]


def test_when_the_brief_is_due_it_is_prepared_with_what_there_is(case: Case) -> None:
    """KST-S03: registered on 11 June, five calendar days"""
    case.complete("record_request")
    case.complete("clarify_request", **INSUFFICIENT)
    case.play(until="collect_information")

    case.move_clock("2025-06-16T09:00+05:00")

    assert case.waiting() == ["prepare_brief"]


def test_a_late_request_and_a_late_brief_are_escalated_while_the_work_goes_on(case: Case) -> None:
    """KST-S02.2, KST-S03"""
    case.complete("record_request")
    case.complete("clarify_request", **INSUFFICIENT)

    case.move_clock("2025-06-16T18:30+05:00")

    due = "2025-06-16T18:30:00+05:00"
    assert case.told("escalate_information_request") == [
        {"rule": "reception.info_request", "role": "dept_head", "due": due}
    ]
    assert case.told("escalate_brief") == [{"rule": "reception.brief", "role": "dept_head", "due": due}]
    assert case.waiting() == ["offer_to_complete", "request_missing_information"]


def test_a_brief_in_time_is_never_escalated(case: Case) -> None:
    """KST-S03"""
    case.play(until="decide_on_reception")

    case.move_clock("2025-06-30T09:00+05:00")

    assert case.told("escalate_brief") == []


def test_a_refusal_is_told_and_closes_the_case(case: Case) -> None:
    """KST-S03"""
    case.play(until="decide_on_reception")

    case.complete("decide_on_reception", decision="refuse")

    assert case.run.end_event == "refused"
    assert case.letters == ["refusal"]


def test_only_poor_positions_are_asked_again_and_the_official_is_told_at_once(case: Case) -> None:
    """KST-S06.2"""
    case.play(until="analyse_materials")

    case.complete("analyse_materials", materials_quality="poor", poor_positions=[15])

    assert case.letters[-1] == "poor_quality"
    assert [task.data["position"] for task in case.run.user_tasks()] == [{"position_id": 15, "body_id": 5}]
    case.play()
    assert case.run.end_event == "archived"
    assert case.done.count("record_position") == 3


def test_each_body_has_its_own_position_to_record(case: Case) -> None:
    """KST-S05.2"""
    case.play(until="record_position")

    assert [task.data["position"]["body_id"] for task in case.run.user_tasks()] == [3, 5]


def test_a_position_is_overdue_at_the_moment_named_in_the_invitation(case: Case) -> None:
    """KST-S05.2: due on 20 June 2025 at 18:00"""
    case.play(until="record_position")

    case.move_clock("2025-06-20T17:59+05:00")
    early = case.told("escalate_position")
    case.move_clock("2025-06-20T18:00+05:00")

    assert early == []
    assert case.told("escalate_position") == [
        {"rule": "reception.position", "role": "dept_head", "due": "2025-06-20T18:00:00+05:00"}
    ]
    assert case.waiting() == ["record_position", "record_position"]


def test_an_applicant_who_is_not_reached_is_called_again_in_two_working_hours(case: Case) -> None:
    """KST-S07.1: called on 24 June at 12:30, lunch from 13:00 to 14:30"""
    case.play(until="confirm_attendance")
    case.move_clock("2025-06-24T12:30+05:00")

    case.complete("confirm_attendance", attendance="not_reached")
    case.wait()

    assert case.opened["confirm_attendance"] == "2025-06-24 16:00"


def test_the_materials_do_not_wait_for_the_call_nor_the_meeting_for_either(case: Case) -> None:
    """KST-S07.1, KST-S08, KST-S09: both are due three working days before, so neither may make the other late"""
    case.play(until="confirm_attendance")

    case.complete("submit_materials_to_management")
    case.wait()

    assert case.waiting() == ["confirm_attendance", "hold_coordination_meeting"]
    assert case.opened["hold_coordination_meeting"] == "2025-06-26 09:00"


def test_the_reception_waits_for_call_and_meeting(case: Case) -> None:
    """KST-S07.1, KST-S09, KST-S10"""
    case.play(until="hold_coordination_meeting")
    case.complete("hold_coordination_meeting")

    case.play(until="check_in")

    assert case.done[-1] == "hold_coordination_meeting"
    assert case.opened["check_in"] == "2025-06-27 09:00"


def test_another_day_asked_for_stops_what_was_prepared_for_the_earlier_one(case: Case) -> None:
    """KST-S07.1, KST-S08: moved to 25 July, the materials are submitted again three working days before"""
    case.play(until="confirm_attendance")
    case.complete("submit_materials_to_management")
    case.slots.pop(0)

    case.complete("confirm_attendance", attendance="rebook")
    stopped = case.waiting()
    case.complete("rebook")
    case.play(until="submit_materials_to_management")

    assert stopped == ["rebook"]
    assert case.opened["submit_materials_to_management"] == "2025-07-22 09:00"
    assert [timer.element for timer in case.run.timers()] == ["reminder_day"]


def test_another_day_is_told_and_called_before_anew(case: Case) -> None:
    """KST-S07.1, KST-S07.2: moved to 25 July"""
    case.play(until="confirm_attendance")
    case.slots.pop(0)

    case.complete("confirm_attendance", attendance="rebook")
    case.complete("rebook")
    case.play(until="confirm_attendance")

    assert case.letters[-2:] == ["schedule_changed", "invitation_moved"]
    assert case.opened["confirm_attendance"] == "2025-07-22 09:00"


def test_an_applicant_who_declines_at_the_call_ends_the_case(case: Case) -> None:
    """KST-S07.1"""
    case.play(until="confirm_attendance")

    case.complete("confirm_attendance", attendance="withdrawn")

    assert case.run.end_event == "withdrawn"
    assert case.told("close_withdrawn") == [{"outcome": "withdrawn"}]


@pytest.mark.parametrize(
    "moment",
    [
        *("clarify_request", "prepare_brief"),
        *("register_and_notify_applicant", "record_position", "analyse_materials", "hold_coordination_meeting"),
    ],
)
def test_a_withdrawn_request_ends_the_preparation_wherever_it_is(case: Case, moment: str) -> None:
    """KST-TASK-2.1"""
    case.play(until=moment)

    case.send("request.withdrawn")

    assert case.run.end_event == "withdrawn"
    assert case.waiting() == []


def test_every_change_of_the_schedule_is_told_and_the_preparation_goes_on(case: Case) -> None:
    """KST-S07.2"""
    case.play(until="analyse_materials")

    case.send("schedule.changed")
    case.send("schedule.changed")

    assert case.letters[-4:] == ["schedule_changed", "invitation_moved"] * 2
    assert case.waiting() == ["analyse_materials"]
    case.play()
    assert case.run.end_event == "archived"


def test_a_change_on_the_eve_is_told_and_moves_the_day(case: Case) -> None:
    """KST-S07.2: the meeting has been held, the reception moves from Friday 27 to Monday 30 June"""
    case.play(until="hold_coordination_meeting")
    case.complete("hold_coordination_meeting")

    case.send("schedule.changed")
    case.run.correct({"reception_at": "2025-06-30T10:00+05:00"})
    case.play(until="check_in")

    assert case.letters[-2:] == ["schedule_changed", "invitation_moved"]
    assert case.opened["check_in"] == "2025-06-30 09:00"


def test_a_missed_reception_is_prepared_again_from_step_four(case: Case) -> None:
    """KST-TASK-2.1"""
    case.play(until="check_in")
    case.slots.pop(0)

    case.complete("check_in", came="no")
    case.complete("missed_reception")
    case.play()

    assert case.done.count("register_and_notify_applicant") == 2
    assert case.opened["check_in"] == "2025-07-25 09:00"
    assert case.run.end_event == "archived"


def test_a_missed_reception_may_close_the_case(case: Case) -> None:
    """KST-TASK-2.1"""
    case.play(until="check_in")
    case.complete("check_in", came="no")

    case.complete("missed_reception", missed_outcome="close")

    assert case.run.end_event == "withdrawn"


def test_a_late_protocol_is_escalated_three_working_days_after_the_reception(case: Case) -> None:
    """KST-S11.2: the reception on 27 June, the protocol due on 2 July"""
    case.play(until="issue_protocol")

    case.move_clock("2025-07-02T18:29+05:00")
    early = case.told("escalate_protocol")
    case.move_clock("2025-07-02T18:30+05:00")

    assert early == []
    assert case.told("escalate_protocol") == [
        {"rule": "reception.protocol", "role": "dept_head", "due": "2025-07-02T18:30:00+05:00"}
    ]
    assert case.waiting() == ["issue_protocol"]


def test_without_assignments_there_is_nothing_to_control(case: Case) -> None:
    """KST-S12"""
    case.play(until="issue_protocol")

    case.complete("issue_protocol", has_assignments="no")

    assert case.waiting() == ["archive_appeal"]


def test_the_case_waits_until_every_assignment_is_off_control(case: Case) -> None:
    """KST-S12: as many messages go out as there are assignments, and as many come back"""
    case.play(until="issue_protocol")
    case.complete("issue_protocol")
    sent = [thrown.payload for thrown in case.run.thrown() if thrown.message == "assignment.received"]

    case.off_control(7)
    still = case.waiting()
    case.off_control(8)

    assert sent == [{"assignment_id": n, "origin": "reception"} for n in (7, 8)]
    assert (still, case.waiting()) == ([], ["archive_appeal"])


def test_nothing_is_archived_before_the_leadership_agrees(case: Case) -> None:
    """KST-S13"""
    case.play(until="archive_appeal")

    case.complete("archive_appeal", agreed="no")

    assert case.waiting() == ["address_remarks"]
    assert case.told("write_to_archive") == []
    case.complete("address_remarks", any_returned="yes", returned_ids=[8], returned_due="2025-07-25")
    assert case.waiting() == []
    case.off_control(8)
    assert case.waiting() == ["archive_appeal"]
    case.play()
    assert case.run.end_event == "archived"


def test_a_case_put_aside_after_every_act_ends_as_one_played_through(case: Case) -> None:
    case.complete("record_request")
    case.complete("clarify_request", **INSUFFICIENT)

    while not case.run.ended:
        case.run = Run.restore(DEFINITION, case, case.run.snapshot())
        case.go_on()

    assert case.run.end_event == "archived"
    assert [element for element in case.done if element in MAIN_ACTIVITIES] == MAIN_ACTIVITIES
