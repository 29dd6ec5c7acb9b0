"""KTEK: complaints and appeals from their receipt to the reply, on the virtual clock (KG)."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.models import Applicant, Consultation, DeadlineRule, Office
from app.models.database import reading
from app.queries.choices import choices_for
from app.queries.control import control_of
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.ktek import CONSUMER, KtekWalk, ktek
from tests.reception import at

RUDNY = {"address": "г. Рудный, ул. Ленина, 5", "outside_home": "yes"}
EVERY_STATE = [
    *("registration", "consideration", "agreement", "approval", "execution", "acquaintance", "storage"),
]


@pytest.fixture
def walk(database_url: str) -> Iterator[KtekWalk]:
    """Tuesday 10 June 2025, ten in the morning."""
    with ktek(database_url, at("2025-06-10")) as walk:
        yield walk


def page_of(walk: KtekWalk, element: str) -> tuple[dict[str, object], str]:
    """What the form of a waiting task is filled with, and everything it shows."""
    task = walk.task(element)
    opened = open_task(task.id, by=walk.actor(task.role or ""))
    chosen = {each.key: next((one.value for one in each.options if one.checked), "") for each in opened.form.fields}
    return {each.key: each.value or chosen[each.key] for each in opened.form.fields}, str(opened.form)


def refused(walk: KtekWalk, element: str, **answers: object) -> set[str]:
    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete(element, **{**walk.usual(element), **answers})
    return set(wrong.value.errors)


def test_ktek_3_1_1_a_complaint_passes_every_state_and_the_register_keeps_their_times(walk: KtekWalk) -> None:
    """KTEK-3, KTEK-3.D, KTEK-3.E, KTEK-3.1.1, KTEK-3.2.1, KTEK-3.2.3, KTEK-0.2"""
    walk.file()
    first = walk.task("accept_grievance").role
    shown = page_of(walk, "accept_grievance")[1]
    walk.complete("accept_grievance", **walk.usual("accept_grievance"))
    number = walk.case().number
    walk.play("consider")
    mine = walk.task("consider").assignee_id
    walk.pass_time_to(at("2025-06-12"))
    walk.play("approve_decision")
    walk.pass_time_to(at("2025-06-16"))
    walk.play("hand_over_reply")
    handed_by = walk.task("hand_over_reply").role
    walk.finish()

    assert first == "ktek_office"
    assert all(each in shown for each in ("57-70-24, 57-70-01, 999-120", "gkpktek@gmail.com"))
    assert number == walk.grievance().incoming_number == "Вх-0001/2025"
    assert mine == walk.people["ktek_executor"]
    assert [state for state, _ in walk.states()] == EVERY_STATE
    assert dict(walk.states())["consideration"] == "2025-06-10 10:00"
    assert dict(walk.states())["approval"] == "2025-06-12 10:00"
    assert dict(walk.states())["storage"] == "2025-06-16 10:00"
    assert (walk.reply().outgoing_number, walk.reply().state) == ("Исх-0001/2025", "sent")
    assert (handed_by, walk.dispatch().method) == ("ktek_courier_staff", "paper_controllers")
    assert walk.ended() == ["answered"]
    assert walk.case().status == "answered"
    assert {name[:2] for name, _ in walk.documents("grievance_reply")} == {"kk", "ru"}


def test_ktek_3_2_1_incoming_numbers_are_never_repeated(walk: KtekWalk) -> None:
    numbers = []
    for source in ("hand", "post"):
        walk.file(source)
        walk.play("categorise")
        numbers.append(walk.grievance().incoming_number)

    assert numbers == ["Вх-0001/2025", "Вх-0002/2025"]


def test_ktek_3_a_a_message_from_the_site_begins_the_process_for_whoever_files(walk: KtekWalk) -> None:
    """KTEK-3, KTEK-3.A, KTEK-3.2.4: a consumer beyond the city is accepted, his address proposes Kazpost."""
    payload = {
        **CONSUMER,
        "address": "г. Рудный, ул. Ленина, 5",
        "text": "Счёт за апрель вдвое больше.",
        "language": "ru",
    }
    walk.tell_office("grievance.received", **payload)

    filled = page_of(walk, "accept_grievance")[0]
    walk.complete("accept_grievance", **{**walk.usual("accept_grievance"), **RUDNY})
    with reading() as session:
        applicant = session.get_one(Applicant, walk.case().applicant_id)

    assert walk.instance().status == "running"
    assert (filled["full_name"], filled["substance"]) == (CONSUMER["full_name"], "Счёт за апрель вдвое больше.")
    assert filled["outside_home"] == "yes"
    assert applicant.address == "г. Рудный, ул. Ленина, 5"
    assert walk.waits_for("categorise")


def test_ktek_3_a_complaint_of_a_consultation_comes_with_its_consumer(walk: KtekWalk) -> None:
    walk.consult("visit")
    lodged = {"lodged": "yes", "complaint": "В подъезде холодно."}
    walk.complete("consult", **{**walk.usual("consult"), **lodged})
    consumer = walk.case().applicant_id

    walk.case_id = walk.cases("appeal")[0]
    filled, shown = page_of(walk, "accept_grievance")

    assert walk.case().applicant_id == consumer
    assert filled["substance"] == "В подъезде холодно."
    assert "Во время консультации" in shown
    with reading() as session:
        assert session.query(Consultation).one().complaint == "В подъезде холодно."


@pytest.mark.parametrize(
    ("registered", "expression", "due"),
    [
        ("2025-06-04", None, "2025-06-18 17:00"),
        ("2025-06-04", "10 working days after grievance.registered", "2025-06-19 17:00"),
    ],
)
def test_ktek_3_2_2_the_term_of_consideration_is_the_one_that_governs(
    database_url: str, registered: str, expression: str | None, due: str
) -> None:
    """KTEK-3.2.2: both terms written, the earlier governs; the office may let the working days govern alone."""
    with ktek(database_url, at(registered)) as walk:
        if expression:
            _let_govern(expression)
        walk.file()
        walk.play("consider")
        found = walk.due("consider")
        if expression:
            _let_govern(None)

    assert found == due


def _let_govern(expression: str | None) -> None:
    """A rule of the office of its own from 1 June on, or the seeded one alone again."""
    with transaction() as session:
        seeded = session.query(DeadlineRule).filter_by(office_id="ktek", key="grievance.reply").order_by("valid_from")
        first, *later = seeded
        for row in later:
            session.delete(row)
        if expression:
            names = (
                "office_id",
                "key",
                "roll",
                "clause",
                "name_kk",
                "name_ru",
                "name_en",
                "basis_kk",
                "basis_ru",
                "basis_en",
            )
            same = {name: getattr(first, name) for name in (*names, "entered_at")}
            session.add(DeadlineRule(**same, expression=expression, valid_from=date(2025, 6, 1)))


def test_ktek_3_2_2_the_director_hears_of_a_passed_term_and_the_work_goes_on(walk: KtekWalk) -> None:
    """KTEK-3.2.2: registered on Tuesday 10 June, both terms end on 24 June."""
    walk.file()
    walk.play("consider")

    walk.pass_time_to(at("2025-06-24", "17:01"))
    told = walk.letters("escalation")
    walk.finish()

    assert [letter.recipient for letter in told] == ["Тұлға ktek_director"]
    assert "24.06.2025" in told[0].body
    assert walk.ended() == ["answered"]


def test_ktek_3_1_1_what_is_not_agreed_or_not_approved_is_considered_again(walk: KtekWalk) -> None:
    walk.file()
    walk.play("agree_decision")
    nothing_said = refused(walk, "agree_decision", legal_decision="remarks")
    walk.complete("agree_decision", legal_decision="remarks", remark="Сослаться на правила учёта.")
    shown = page_of(walk, "consider")[1]
    walk.play("approve_decision")
    walk.complete("approve_decision", management_decision="remarks", remark="Назвать срок.")
    walk.finish()

    assert nothing_said == {"remark"}
    assert "Сослаться на правила учёта." in shown
    assert [state for state, _ in walk.states()].count("consideration") == 3
    assert walk.ended() == ["answered"]


def test_ktek_3_2_3_within_the_city_four_ways_are_offered_and_the_post_is_none_of_them(walk: KtekWalk) -> None:
    """KTEK-3.2.3: the reply of Wednesday 18 June, here by e-mail."""
    walk.file()
    walk.play("consider")
    walk.pass_time_to(at("2025-06-18"))
    walk.play("choose_way")
    with reading() as session:
        offered = choices_for(session, "ktek", walk.case_id, ["reply_ways_at_home"])["reply_ways_at_home"]
    chosen = page_of(walk, "choose_way")[0]["reply_channel"]

    walk.complete("choose_way", reply_channel="email")
    proposed = page_of(walk, "send_reply")[0]["dispatch_method"]
    walk.finish()
    letter = walk.letters("grievance_reply")[0]

    assert [each.value for each in offered] == ["email", "fax", "paper_controllers", "paper_legal"]
    assert not chosen
    assert proposed == "email"
    assert (letter.channel, letter.address) == ("email", CONSUMER["email"])
    assert "Стояк промыт" in letter.body
    assert "57-70-24, 57-70-01, 999-120" in letter.body
    assert walk.sent_files(letter)
    assert f"{walk.dispatch().sent_at:%Y-%m-%d}" == "2025-06-18"


def test_ktek_3_2_3_without_an_address_no_reply_goes_by_email_and_a_fax_is_noted(walk: KtekWalk) -> None:
    walk.file("phone")
    walk.play("choose_way", accept_grievance={"email": ""})

    by_email = refused(walk, "choose_way", reply_channel="email")
    walk.finish(choose_way={"reply_channel": "fax"}, send_reply={"dispatch_method": "fax", "evidence": "57-70-30"})

    assert by_email == {"reply_channel"}
    assert (walk.dispatch().method, walk.dispatch().evidence) == ("fax", "57-70-30")
    assert walk.letters("grievance_reply") == []


def test_ktek_3_2_4_beyond_the_city_the_reply_goes_by_kazpost_with_its_item(walk: KtekWalk) -> None:
    """KTEK-3.2.4, BR-40: a sender in Rudny, 18 June."""
    walk.file("post")
    walk.play("consider", accept_grievance=RUDNY)
    walk.pass_time_to(at("2025-06-18"))
    walk.play("send_by_kazpost")
    proposed = page_of(walk, "send_by_kazpost")[0]["dispatch_method"]
    without = refused(walk, "send_by_kazpost", barcode="")
    wrong = refused(walk, "send_by_kazpost", barcode="RR473124820KZ")
    walk.finish()

    assert proposed == "kazpost"
    assert (without, wrong) == ({"barcode"}, {"barcode"})
    assert (walk.dispatch().method, walk.dispatch().barcode) == ("kazpost", "RR473124829KZ")
    assert "choose_way" not in walk.happened()
    assert walk.ended() == ["answered"]


def test_ktek_3_2_2_the_director_is_told_once_of_a_reply_at_risk_and_once_of_one_that_is_overdue(
    walk: KtekWalk,
) -> None:
    """KTEK-3.2.2: registered on 2025-06-10, due on 2025-06-24, at risk from 2025-06-17."""
    walk.file()
    walk.play("consider")
    told = walk.controlled("2025-06-16", "2025-06-17", "2025-06-18", "2025-06-25", "2025-06-26")

    assert list(told.values()) == [(0, None), (1, False), (0, False), (1, True), (0, True)]
    letters = [each for each in walk.post.mails if each.subject == "Контроль сроков ответа на обращения"]
    assert [each.address for each in letters] == ["ktek_director@example.test"] * 2
    assert str(walk.case().number) in letters[1].text
    assert "Тұлға ktek_executor" in letters[1].text
    listed = control_of(walk.office, view="all", executor=None, personal=True).rows
    assert [each.executor.ru for each in listed] == ["Тұлға ktek_executor"]


def test_ktek_3_a_message_that_names_a_consultation_of_another_office_gets_nothing_of_it(walk: KtekWalk) -> None:
    """KTEK-3.A: neither its words nor who asked; what is no number names none."""
    walk.consult("visit")
    walk.finish()
    asked = walk.case_id
    with transaction() as session:
        session.add(Office(id="other", name_kk="Б", name_ru="Д", name_en="O", zone="Asia/Almaty", settings={}))
        session.flush()
        session.get_one(Consultation, asked).office_id = "other"

    for told in (str(asked), "x"):
        walk.tell_office("grievance.received", consultation=told, text="Холодно.", language="ru")

        assert (walk.case().applicant_id, walk.case().subject) == (None, "Холодно.")
