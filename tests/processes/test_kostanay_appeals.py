"""Kostanay: appeals from their source to the state body, on the virtual clock (AP)."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.domain import clock
from app.models import AppealCard, AppealLine, Applicant, CardBase, CardBaseChange, History, Office, UserTask
from app.models.database import reading
from app.records.appeal_facts import appeal_facts
from app.records.appeals import values_of_appeal
from app.records.case_rows import case_rows
from app.usecases.case_links import link
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from app.usecases.transaction import transaction
from tests.appeals import REGISTRARS, WHO, AppealWalk, appeals_of_kostanay
from tests.reception import at, shown

MONDAY, TUESDAY = date(2025, 6, 2), date(2025, 6, 3)
IIN = "580312300124"


@pytest.fixture
def walk(database_url: str) -> Iterator[AppealWalk]:
    """Monday 2 June 2025, ten in the morning."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        yield walk


def refused(walk: AppealWalk, element: str, **answers: object) -> set[str]:
    """At which fields the usual answers of a task with these changes are refused."""
    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete(element, **{**walk.usual(element), **answers})
    return set(wrong.value.errors)


def facts(walk: AppealWalk, language: str = "ru") -> dict[str, dict[str, str]]:
    with reading() as session:
        return appeal_facts(session, case_rows(session, walk.case().id), language)


def test_kst_task_1_1_an_appeal_brought_by_hand_is_registered_and_routed(walk: AppealWalk) -> None:
    """KST-0.1, KST-TASK-1.1, KST-SRC, KST-HAND, KST-JRN, KST-REG, KST-CARD, KST-CAT, KST-TYPE, KST-TASK-1"""
    walk.visitor()

    walk.finish()

    assert walk.case().status == "running"
    assert walk.ended() == ["registered_and_routed"]
    assert (walk.case().number, walk.card().number) == ("К-00001/2025", "К-00001/2025")


def test_kst_task_1_8_a_talk_that_settles_the_matter_is_recorded_with_its_explanation(walk: AppealWalk) -> None:
    """KST-TASK-1.8"""
    walk.visitor()

    walk.complete("talk_with_visitor", **{**walk.usual("talk_with_visitor"), "handed_in": "no"})

    assert walk.ended() == ["explained"]
    assert walk.case().status == "explained"
    assert walk.appeal().explanations == "Разъяснён Закон № 221 и срок ответа."
    assert walk.appeal().accepted_at is None
    assert walk.journal() == []


def test_kst_hand_1_cause_and_explanation_are_recorded(walk: AppealWalk) -> None:
    walk.visitor()

    assert refused(walk, "talk_with_visitor", cause="", explanations="") == {"cause", "explanations"}


def test_kst_hand_2_an_accepted_appeal_waits_for_its_number(walk: AppealWalk) -> None:
    walk.by_hand(until="enter_in_journal")

    assert shown(walk.appeal().accepted_at) == "2025-06-02 10:00"
    assert walk.journal() == []


def test_kst_hand_3_two_visitors_get_slips_with_different_numbers(walk: AppealWalk) -> None:
    slips = []
    for _ in range(2):
        walk.by_hand(until="enter_in_journal")
        slips.append(walk.appeal().talon)

    assert slips == ["Т-00001/2025", "Т-00002/2025"]


def test_kst_hand_3_the_slip_is_made_in_both_languages(walk: AppealWalk) -> None:
    walk.by_hand(until="enter_in_journal")

    made = [name for name, content in walk.documents("talon") if content]

    assert [name[:2] for name in made] == ["kk", "kk", "ru", "ru"]
    assert {name.rpartition(".")[2] for name in made} == {"pdf", "docx"}


@pytest.mark.parametrize(
    ("message", "source"), [("egov.appeal", "egov"), ("president_reception.appeal", "president_reception")]
)
def test_kst_src_3_and_4_an_electronic_appeal_is_taken_over_with_its_number(
    walk: AppealWalk, message: str, source: str
) -> None:
    """KST-SRC-3, KST-SRC-4, KST-TYPE-1"""
    walk.tell_office(message, number="ЗТ-2025-100", language="kk")

    row = walk.appeal()
    walk.play("mark_type")

    assert (row.source, row.medium, row.external_number) == (source, "electronic", "ЗТ-2025-100")
    assert walk.case().kind == "appeal"
    assert walk.entry().source == source


def test_kst_type_1_an_electronic_appeal_without_paper_is_marked_so(walk: AppealWalk) -> None:
    walk.tell_office("egov.appeal", number="ЗТ-2025-101")

    walk.finish(mark_type={"type_mark": "electronic_only"})

    assert walk.card().type_mark == "electronic_only"
    assert facts(walk)["card"]["type_mark"] == "поступило только в электронном формате"


def test_kst_type_2_the_mark_of_both_formats_and_never_none(walk: AppealWalk) -> None:
    walk.by_hand(until="mark_type")

    assert refused(walk, "mark_type", type_mark="") == {"type_mark"}
    walk.complete("mark_type", type_mark="paper_and_electronic")

    assert walk.card().type_mark == "paper_and_electronic"


def test_kst_type_2_the_same_appeal_that_also_came_on_paper_has_the_mark_of_both(walk: AppealWalk) -> None:
    """KST-TYPE-2: by E.gov.kz on 2 June, on paper on the 5th."""
    electronic = walk.tell_office("egov.appeal", number="ЗТ-2025-102")
    walk.finish(mark_type={"type_mark": "electronic_only"})
    number = walk.case().number or ""
    walk.pass_time_to(at("2025-06-05"))
    walk.by_hand(until="mark_type")
    paper = walk.case_id

    link(paper, number=number, kind="duplicate", reason="То же письмо на бумаге", by=walk.actor("registrar"))
    with reading() as session:
        proposed = values_of_appeal(session, case_rows(session, walk.case().id))["card.type_mark"]
        marked = session.get_one(AppealCard, electronic).type_mark

    assert (marked, proposed) == ("paper_and_electronic",) * 2


def test_kst_src_1_by_hand_means_on_paper_with_a_slip(walk: AppealWalk) -> None:
    walk.by_hand()

    row = walk.appeal()
    assert (row.source, row.medium, bool(row.talon)) == ("hand", "paper", True)


def test_kst_src_the_office_has_exactly_four_sources(walk: AppealWalk) -> None:
    with reading() as session:
        sources = session.get_one(Office, "kostanay").settings["appeal"]["sources"]

    assert [each["code"] for each in sources] == ["hand", "kazpost", "egov", "president_reception"]


def test_kst_jrn_1_each_day_has_its_journal_and_the_entry_is_due_that_day(walk: AppealWalk) -> None:
    walk.by_hand(until="enter_in_journal")
    due = walk.due("enter_in_journal")
    walk.play("receive_under_signature")
    walk.pass_time_to(at("2025-06-03"))
    walk.by_hand()

    assert due == "2025-06-02 18:30"
    assert [len(walk.journal(day)) for day in (MONDAY, TUESDAY)] == [1, 1]


def test_kst_jrn_1_what_comes_after_hours_is_entered_in_the_journal_of_the_next_working_day(walk: AppealWalk) -> None:
    """KST-JRN-1, KST-SRC-3: Thursday 5 June, eight in the evening; the 6th is a public holiday."""
    walk.pass_time_to(at("2025-06-05", "20:00"))

    walk.tell_office("egov.appeal", number="1")

    assert walk.due("enter_in_journal") == "2025-06-09 18:30"


def test_kst_jrn_2_the_through_number_goes_on_over_days_without_gaps(walk: AppealWalk) -> None:
    for _ in range(3):
        walk.by_hand()
    walk.pass_time_to(at("2025-06-03"))
    walk.tell_office("egov.appeal", number="1")
    walk.play("receive_under_signature")

    assert [(row.day, row.number) for row in walk.journal()] == [(MONDAY, 1), (MONDAY, 2), (MONDAY, 3), (TUESDAY, 4)]
    assert walk.entry().label == "Ж-00004/2025"


def test_kst_jrn_3_seven_appeals_among_three_registrars_are_three_two_and_two(walk: AppealWalk) -> None:
    for _ in range(7):
        walk.by_hand()

    assert walk.loads(MONDAY) == [3, 2, 2]


def test_kst_jrn_3_whoever_is_away_gets_nothing_and_the_reason_says_so(walk: AppealWalk) -> None:
    walk.away("registrar2", MONDAY, MONDAY)
    for _ in range(4):
        walk.by_hand()
    reason = facts(walk)["journal"]["reason"]
    walk.pass_time_to(at("2025-06-03"))
    walk.by_hand()

    given = Counter(row.registrar_id for row in walk.journal(MONDAY))
    assert given == {walk.people["registrar"]: 2, walk.people["registrar3"]: 2}
    assert reason == (
        "Сегодня обращений меньше всего: 1. На месте: Тұлға registrar — 2, Тұлға registrar3 — 1. "
        "Отсутствуют: Тұлға registrar2."
    )
    assert walk.entry().distribution["loads"] == {str(walk.people[each]): 0 for each in REGISTRARS}


def test_kst_jrn_3_with_nobody_there_the_role_takes_it_and_the_signature_decides(walk: AppealWalk) -> None:
    for registrar in REGISTRARS:
        walk.away(registrar, MONDAY, MONDAY)
    walk.by_hand()
    free = walk.task("receive_under_signature").assignee_id

    walk.complete("receive_under_signature", signed_for=True)

    assert free is None
    assert walk.task("make_card").assignee_id == walk.people["registrar"]
    assert facts(walk, "en")["journal"]["reason"].startswith("No registrar is present")


def test_kst_jrn_3_the_split_stands_in_the_history(walk: AppealWalk) -> None:
    walk.by_hand()

    with reading() as session:
        (told,) = session.scalars(select(History.facts).where(History.kind == "appeal_distributed"))

    assert told["to"] == walk.entry().registrar_id
    assert set(told["loads"].values()) == {0}


def test_kst_jrn_4_no_card_before_the_signature_which_keeps_name_and_time(walk: AppealWalk) -> None:
    walk.by_hand()
    before = walk.waiting()
    not_signed = refused(walk, "receive_under_signature", signed_for=False)
    walk.pass_time_to(at("2025-06-02", "11:15"))

    walk.complete("receive_under_signature", signed_for=True)

    assert before == ["receive_under_signature"]
    assert not_signed == {"signed_for"}
    row = walk.entry()
    assert (row.signed_by, shown(row.signed_at)) == (row.registrar_id, "2025-06-02 11:15")
    assert walk.waiting() == ["make_card"]


def test_kst_reg_1_and_3_a_card_has_a_number_a_base_and_a_current_section(walk: AppealWalk) -> None:
    """KST-REG-1, KST-REG-3, KST-CARD-1"""
    walk.by_hand(until="make_card")
    no_applicant = refused(walk, "make_card", full_name="", address="")
    walk.play("fill_parameters")

    card = walk.card()
    with reading() as session:
        base = session.get_one(CardBase, card.base_id)
    assert no_applicant == {"full_name", "address"}
    assert (card.number, base.full_name) == ("К-00001/2025", WHO["full_name"])
    assert card.appeal_date == MONDAY
    assert walk.numbers("R-CARDS") == ["К-00001/2025"]


def test_kst_reg_2_two_appeals_of_one_person_have_two_cards(walk: AppealWalk) -> None:
    numbers = []
    for nature in ("roads", "utilities"):
        walk.by_hand(until="fill_parameters", make_card={"iin": IIN, "nature": nature})
        numbers.append(walk.card().number)

    assert numbers == ["К-00001/2025", "К-00002/2025"]


def test_kst_reg_4_the_surname_of_a_known_citizen_is_refused_the_phone_is_kept_with_the_former(
    walk: AppealWalk,
) -> None:
    """BR-10, AC-03"""
    walk.by_hand(until="fill_parameters", make_card={"iin": IIN})
    base = walk.card().base_id
    walk.pass_time_to(at("2025-06-10"))
    walk.by_hand(until="make_card")

    changed = refused(walk, "make_card", iin=IIN, full_name="Петров Пётр Сергеевич")
    walk.complete("make_card", **{**walk.usual("make_card"), "iin": IIN, "phone": "+77010000000"})

    with reading() as session:
        kept = session.get_one(CardBase, base)
        (former,) = session.scalars(select(CardBaseChange))
    assert changed == {"full_name"}
    assert walk.card().base_id == base
    assert (kept.full_name, kept.phone) == (WHO["full_name"], "+77010000000")
    assert (former.field, former.former, shown(former.changed_at)) == ("phone", WHO["phone"], "2025-06-10 10:00")


def test_kst_reg_5_a_repeat_is_marked_with_the_earlier_card_and_keeps_its_number(walk: AppealWalk) -> None:
    first = walk.by_hand(until="fill_parameters", make_card={"iin": IIN})
    walk.pass_time_to(at("2025-06-10"))

    walk.by_hand(until="fill_parameters", make_card={"iin": IIN})

    card = walk.card()
    assert (card.repeat_of, card.number, card.appeal_date) == (first, "К-00001/2025-2", date(2025, 6, 10))
    assert facts(walk)["card"]["repeat"] == "да, К-00001/2025"


def test_kst_reg_5_two_repeats_registered_in_one_moment_count_each_other(walk: AppealWalk) -> None:
    """KST-REG-5, BR-11"""
    walk.by_hand(until="fill_parameters")
    base, cases = walk.card().base_id, [walk.by_hand(until="make_card") for _ in range(2)]
    walks = [replace(walk, case_id=case) for case in cases]

    with ThreadPoolExecutor(2) as registrars, transaction() as session:
        session.get_one(CardBase, base, with_for_update=True)
        made = [registrars.submit(each.complete, "make_card", **each.usual("make_card")) for each in walks]
        wait(made, timeout=0.5)

    for each in made:
        each.result()
    assert sorted(each.card().number for each in walks) == ["К-00001/2025-2", "К-00001/2025-3"]


def test_kst_reg_6_another_question_of_the_same_citizen_gets_a_new_number(walk: AppealWalk) -> None:
    """BR-11"""
    walk.by_hand(until="fill_parameters", make_card={"iin": IIN, "nature": "roads"})
    base = walk.card().base_id
    walk.pass_time_to(at("2025-06-10"))

    walk.by_hand(until="fill_parameters", make_card={"iin": IIN, "nature": "utilities"})

    card = walk.card()
    assert (card.base_id, card.number, card.repeat_of) == (base, "К-00002/2025", None)


def test_kst_reg_without_an_iin_the_same_name_at_another_place_is_another_person(walk: AppealWalk) -> None:
    walk.by_hand(until="fill_parameters")
    walk.by_hand(until="fill_parameters")
    same = walk.card().base_id
    walk.by_hand(until="fill_parameters", make_card={"address": "г. Рудный, ул. Ленина, 1", "phone": ""})

    assert walk.card().base_id != same
    assert walk.card().repeat_of is None


def test_kst_card_the_five_main_parameters_are_filled(walk: AppealWalk) -> None:
    """KST-CARD-0, KST-CARD-1, KST-CARD-2, KST-CARD-3, KST-CARD-4, KST-CARD-5"""
    walk.by_hand(until="make_card")
    no_nature = refused(walk, "make_card", nature="")
    walk.play("fill_parameters")
    missing = refused(walk, "fill_parameters", body_id="", social_status="", appeal_language="")
    walk.complete("fill_parameters", **{**walk.usual("fill_parameters"), "appeal_language": "kk"})

    card = walk.card()
    assert no_nature == {"nature"}
    assert missing == {"body_id", "social_status", "appeal_language"}
    assert (card.body_id, card.social_status, card.language) == (walk.bodies["city"], "pensioner", "kk")
    assert walk.appeal().nature == "roads"
    with reading() as session:
        assert session.get_one(Applicant, walk.case().applicant_id).language == "kk"


def test_kst_card_the_region_is_one_of_the_list_or_another_in_words(walk: AppealWalk) -> None:
    """KST-ANL-1, KST-TASK-3.2"""
    walk.by_hand(until="fill_parameters")
    usual = walk.usual("fill_parameters")
    unknown = refused(walk, "fill_parameters", **{**usual, "district": "Рудный"})
    nameless = refused(walk, "fill_parameters", **{**usual, "district": "other"})

    walk.complete("fill_parameters", **{**usual, "district": "other", "district_other": "Акмолинская область"})

    with reading() as session:
        line = session.get_one(AppealLine, walk.case_id)
    assert (unknown, nameless) == ({"district"}, {"district_other"})
    assert (walk.card().district, line.district) == ("Акмолинская область", "акмолинская область")


def test_kst_cat_1_a_strategic_appeal_names_its_topic(walk: AppealWalk) -> None:
    walk.by_hand(until="choose_category")

    assert refused(walk, "choose_category", category="strategic") == {"topic"}
    walk.complete("choose_category", category="strategic", topic="regional")

    assert (walk.card().category, walk.card().topic) == ("strategic", "regional")


@pytest.mark.parametrize(
    "topic",
    [
        *("legislation", "sectors", "replicable_projects", "regional", "investment"),
        *("science", "innovation", "security"),
    ],
)
def test_kst_cat_s_each_topic_of_the_list_may_be_chosen(walk: AppealWalk, topic: str) -> None:
    """KST-CAT-S1, KST-CAT-S2, KST-CAT-S3, KST-CAT-S4, KST-CAT-S5, KST-CAT-S6, KST-CAT-S7, KST-CAT-S8"""
    walk.by_hand(until="choose_category")

    walk.complete("choose_category", category="strategic", topic=topic)

    assert walk.card().topic == topic
    assert facts(walk)["card"]["topic"]


def test_kst_cat_s9_a_topic_added_by_an_assignment_is_offered_from_its_day_on(walk: AppealWalk) -> None:
    """KST-CAT-S, KST-CAT-S9"""
    added = {
        "code": "address_2025",
        "name": {"kk": "Жолдау", "ru": "Послание", "en": "Address"},
        "assignment": "№ 7 от 03.06.2025",
        "valid_from": "2025-06-03",
    }
    with transaction() as session:
        office = session.get_one(Office, "kostanay")
        office.settings = {**office.settings, "appeal": {**office.settings["appeal"], "strategic_extra": [added]}}
    walk.by_hand(until="choose_category")

    too_early = refused(walk, "choose_category", category="strategic", topic="address_2025")
    walk.pass_time_to(at("2025-06-03"))
    walk.complete("choose_category", category="strategic", topic="address_2025")

    assert too_early == {"topic"}
    assert facts(walk)["card"]["topic"] == "Послание"


def test_kst_cat_2_typical_needs_no_topic_and_is_what_fits_neither_list(walk: AppealWalk) -> None:
    """KST-CAT-2, KST-CAT-T, KST-CAT-T1, BR-14"""
    walk.by_hand(until="choose_category")

    none = refused(walk, "choose_category", category="")
    walk.complete("choose_category", category="typical")

    assert none == {"category"}
    assert (walk.card().category, walk.card().topic) == ("typical", None)


@pytest.mark.parametrize("against", ["prosecution", "judges", "local_officials", "civil_servants", "kuis"])
def test_kst_cat_3_a_complaint_names_its_subject_and_object(walk: AppealWalk, against: str) -> None:
    """KST-CAT-C, KST-CAT-C0, KST-CAT-C1, KST-CAT-C2, KST-CAT-C3, KST-CAT-C4, KST-CAT-C5"""
    walk.by_hand(until="choose_category")

    missing = refused(walk, "choose_category", category="complaint")
    walk.complete("choose_category", category="complaint", complaint_subject="ethics", complaint_object=against)

    assert missing == {"complaint_subject", "complaint_object"}
    assert (walk.card().complaint_subject, walk.card().complaint_object) == ("ethics", against)


def test_kst_err_1_neither_executor_nor_decision_on_control_may_be_left_out(walk: AppealWalk) -> None:
    walk.by_hand(until="name_executor")

    assert refused(walk, "name_executor", executor_id="", control="") == {"executor_id", "control"}


def test_kst_err_3_there_is_no_card_without_an_annotation(walk: AppealWalk) -> None:
    walk.by_hand(until="fill_parameters")

    assert refused(walk, "fill_parameters", annotation="") == {"annotation"}


def test_kst_err_2_a_wrong_card_goes_back_to_its_registrar_with_the_remark(walk: AppealWalk) -> None:
    """KST-ERR, BR-44"""
    walk.by_hand(until="check_registration")
    registrar = walk.entry().registrar_id

    no_remark = refused(walk, "check_registration", registration_right="no")
    walk.complete("check_registration", registration_right="no", check_remarks="Исполнитель — управление транспорта.")

    assert no_remark == {"check_remarks"}
    assert walk.task("fill_parameters").assignee_id == registrar
    assert facts(walk)["card"]["check_remarks"] == "Исполнитель — управление транспорта."
    walk.finish()
    assert walk.ended() == ["registered_and_routed"]
    assert walk.card().checked_by == walk.people["controller"]


def test_kst_task_1_2_the_state_body_and_the_day_are_recorded_and_both_are_written_to(walk: AppealWalk) -> None:
    """KST-TASK-1.2"""
    walk.by_hand(until="fill_parameters")
    walk.pass_time_to(at("2025-06-03"))

    walk.finish()

    card = walk.card()
    (to_body,) = walk.letters("appeal_routed")
    to_applicant = walk.letters("appeal_registered") + walk.letters("appeal_registered.sms")
    assert (card.executor_id, shown(card.routed_at)) == (walk.bodies["roads"], "2025-06-03 10:00")
    assert "К-00001/2025" in to_body.subject
    assert "К-00001/2025 өтініш қарауға жіберілді" in to_body.subject
    assert {letter.channel for letter in to_applicant} == {"email", "sms"}
    assert card.controlled_at is None


def test_kst_task_1_3_an_appeal_flagged_for_control_is_put_under_it(walk: AppealWalk) -> None:
    """KST-TASK-1.3"""
    walk.visitor()

    walk.finish(name_executor={"control": "yes"})

    assert shown(walk.card().controlled_at) == "2025-06-02 10:00"
    assert walk.letters("appeal_routed")[0].body.count("иә") + walk.letters("appeal_routed")[0].body.count("да") > 0


def test_kst_task_1_7_entry_hand_over_registration_and_routing_have_date_and_person(walk: AppealWalk) -> None:
    """KST-TASK-1.7"""
    walk.visitor()

    walk.finish()

    with reading() as session:
        done = dict(
            session.execute(
                select(History.element, History.person_id)
                .where(History.case_id == walk.case_id, History.kind == "task_completed")
                .order_by(History.id)
            ).all()
        )
    registrar = walk.entry().registrar_id
    assert done["enter_in_journal"] == walk.people["intake_officer"]
    assert (done["receive_under_signature"], done["make_card"], done["name_executor"]) == (registrar,) * 3
    assert done["check_registration"] == walk.people["controller"]


def test_no_name_or_number_of_the_citizen_stands_in_the_process_data(walk: AppealWalk) -> None:
    walk.visitor()
    walk.play("check_registration", make_card={"iin": IIN})

    with reading() as session:
        told = "".join(str(each) for each in session.scalars(select(History.facts)))

    assert not any(word in told for word in (WHO["full_name"], IIN, WHO["phone"], "школы"))


def test_kst_jrn_2_officers_who_enter_at_the_same_moment_leave_no_gap_and_split_evenly(walk: AppealWalk) -> None:
    """KST-JRN-3"""
    tasks = []
    for _ in range(6):
        walk.by_hand(until="enter_in_journal")
        tasks.append(walk.task("enter_in_journal"))
    answers = walk.usual("enter_in_journal")

    def enter(task: UserTask) -> None:
        with clock.using(walk.clock):
            complete_user_task(task.id, answers=answers, by=walk.performer(task))

    with ThreadPoolExecutor(6) as officers:
        list(officers.map(enter, tasks))

    assert sorted(row.number for row in walk.journal(MONDAY)) == [1, 2, 3, 4, 5, 6]
    assert walk.loads(MONDAY) == [2, 2, 2]
