"""The forms of Kostanay's personal reception at work: what they take, what they refuse and in which words."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from app.domain.texts import LANGUAGES
from app.forms import Choice, Form, compile_form, form_problems

FORMS: Final = Path(__file__).parents[3] / "forms" / "kostanay" / "personal_reception"
ELEMENTS: Final = sorted(path.name.removesuffix(".form.json") for path in FORMS.glob("*.form.json"))
CHOICES: Final = {
    key: (Choice(1, "Первый"), Choice(2, "Второй"))
    for key in (
        "state_bodies",
        "assignment_executors",
        "officials",
        "reception_days",
        "reception_slots",
        "positions",
        "case_assignments",
    )
} | {
    "places": (Choice("room_104", "Каб. 104"),),
    "priority_categories": (Choice("disabled", "Лицо с инвалидностью"),),
    "files": (Choice(7, "ответ.pdf"),),
}
ASSIGNMENT: Final = {"text": "Назвать срок переселения", "executor": 1, "due": "2099-12-25"}
REPRESENTATIVE: Final = {
    "full_name": "Иманов Рашид",
    "body": "Прокуратура области",
    "by_agreement": True,
    "confirmed": False,
}
SAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "record_request": {
        "channel": "paper",
        "received_on": "2026-11-20T11:05:00+05:00",
        "applicant_kind": "person",
        "full_name": "Өмірзақов Ғалым Қуанышұлы",
        "iin": "",
        "address": "Қостанай қ., Әл-Фараби даңғ., 66",
        "phone": "8 701 123 45 67",
        "applicant_language": "kk",
        "substance": "Тұрғын үй кезегіне қойылмады",
        "documents": [{"name": "Үй кітапшасы", "quantity": 1}],
        "request_files": ["7"],
    },
    "clarify_request": {
        "substance_stated": "yes",
        "substance": "Отказ в постановке на учёт нуждающихся в жилье",
        "nature": "Жильё",
        "competent_bodies": [1],
        "applied_earlier": "no",
        "documents": [{"name": "Справка о составе семьи", "quantity": 1, "supplied": 0}],
        "package_sufficient": "no",
    },
    "offer_to_complete": {"missing": [{"name": "Технический паспорт дома"}]},
    "request_missing_information": {
        "bodies": [1, 2],
        "information_requested": "Копию решения жилищной комиссии",
        "position_due_at": "2099-11-24T18:30:00+05:00",
    },
    "collect_information": {
        "collected": [{"source": "Отдел ЖКХ", "content": "Копия решения", "received_on": "2026-11-23"}],
        "collected_files": ["7"],
    },
    "prepare_brief": {
        "substance": "Отказ в постановке на учёт",
        "nature": "Жильё",
        "brief_materials": "Ответ отдела ЖКХ",
        "brief_analysis": "Перерыв регистрации 11 дней",
        "proposal": "appoint",
        "proposed_day": 1,
    },
    "decide_on_reception": {"decision": "appoint", "official_id": 1, "reception_day_id": 2, "mode": "in_person"},
    "register_and_notify_applicant": {"slot": 1, "place": "room_104"},
    "invite_state_bodies": {
        "bodies": [1],
        "position_due_at": "2099-11-23T18:30:00+05:00",
        "participants": [REPRESENTATIVE],
    },
    "record_position": {
        "position_text": "Срок переселения — второй квартал",
        "position_official": "Ли С., начальник управления",
        "position_attends": "yes",
        "position_submitted_at": "2026-11-23T16:40:00+05:00",
    },
    "position_by_body": {
        "position_text": "Срок переселения — второй квартал следующего года",
        "position_official": "Ли С., начальник управления, 8 (7142) 57-50-84",
        "position_attends": "yes",
        "position_attendee": "Ким А., главный специалист",
        "position_files": ["7"],
    },
    "analyse_materials": {
        "materials_quality": "poor",
        "poor_positions": [2],
        "position_quality": ["incomplete"],
        "position_remarks": "Не назван срок переселения",
    },
    "confirm_attendance": {"called_at": "2026-11-24T09:15:00+05:00", "attendance": "confirmed"},
    "rebook": {"slot": 2, "place": "room_104"},
    "submit_materials_to_management": {"materials_included": ["brief", "positions", "list"]},
    "hold_coordination_meeting": {
        "meeting_on": "2026-11-26",
        "participants": [{**REPRESENTATIVE, "took_part": True}],
        "meeting_decision": "Предложить временное жильё",
    },
    "check_in": {"came": "yes", "priority_category": "disabled", "priority_evidence": "Справка № 12 от 01.02.2026"},
    "missed_reception": {"missed_remarks": "Болен", "missed_outcome": "rebook"},
    "conduct_reception": {
        "answer": "Разъяснён порядок переселения",
        "exhaustive": "no",
        "assignments": [ASSIGNMENT],
        "participants": [{**REPRESENTATIVE, "took_part": True}],
    },
    "issue_protocol": {"has_assignments": "yes", "assignments": [ASSIGNMENT]},
    "address_remarks": {"remarks_addressed": "Сделано", "any_returned": "no"},
    "archive_appeal": {"agreed": "yes", "closing_decision": "Жильё предоставлено"},
}


def form(element: str) -> Form:
    return compile_form(json.loads((FORMS / f"{element}.form.json").read_text(encoding="utf-8")))


def refused(element: str, /, **changed: Any) -> set[str]:
    """The inputs that a form refuses when the sample answers are changed."""
    answers = {**SAMPLES[element], **changed}
    return set(form(element).check_json(answers, CHOICES, {}).errors)


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_form_compiles_without_a_fault(element):
    schema = json.loads((FORMS / f"{element}.form.json").read_text(encoding="utf-8"))

    faults = form_problems(schema)

    assert faults == ()


def test_every_form_has_a_sample():
    assert sorted(SAMPLES) == ELEMENTS


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_form_takes_its_sample_and_keeps_every_answer(element):
    compiled = form(element)

    checked = compiled.check_json(SAMPLES[element], CHOICES, {})

    kept = {compiled.record_paths.get(key, key) for key, value in SAMPLES[element].items() if value != ""}
    assert checked.errors == {}
    assert kept <= {*checked.variables, *checked.records}


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_form_sent_empty_is_refused_with_sentences_in_three_languages(element):
    checked = form(element).check({}, CHOICES, {})

    sentences = [getattr(error, language) for error in checked.errors.values() for language in LANGUAGES]

    assert checked.errors
    assert all(len(sentence) > 10 and "Text(" not in sentence for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_form_asks_only_for_choices_that_the_office_gives(element):
    assert form(element).choice_keys <= set(CHOICES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("element", ELEMENTS)
def test_a_form_shows_its_page_in_every_language(element, language):
    page = form(element).page(SAMPLES[element], {}, language, CHOICES, {})

    assert page.fields
    assert all(view.label for view in page.fields if view.kind not in ("note", "separator"))


def test_kst_book_2_a_telephone_call_is_no_channel():
    assert refused("record_request", channel="phone") == {"channel"}


def test_kst_book_3_a_request_without_substance_is_recorded():
    assert refused("record_request", substance="") == set()


def test_a_representative_must_say_for_whom_and_by_what_document():
    assert refused("record_request", applicant_kind="legal_entity") == {"represented_person"}


def test_kst_book_3_without_substance_step_1_asks_nothing_more():
    checked = form("clarify_request").check_json({"substance_stated": "no"}, CHOICES, {})

    assert checked.errors == {}
    assert checked.variables == {"substance_stated": "no"}
    assert checked.records == {}


@pytest.mark.parametrize(
    ("question", "nothing"),
    [("substance", ""), ("nature", ""), ("competent_bodies", []), ("applied_earlier", ""), ("package_sufficient", "")],
)
def test_kst_s01_each_of_the_four_answers_is_demanded(question, nothing):
    assert refused("clarify_request", **{question: nothing}) == {question}


def test_kst_s01_3_an_earlier_appeal_is_named():
    assert refused("clarify_request", applied_earlier="yes") == {"earlier_reference"}


def test_kst_s02_1_the_offer_names_what_is_missing():
    assert refused("offer_to_complete", missing=[{"name": ""}]) == {"missing"}


def test_kst_s03_a_proposal_is_demanded_and_a_refusal_gives_its_reason():
    assert refused("prepare_brief", proposal="") == {"proposal"}
    assert refused("prepare_brief", proposed_day="") == {"proposed_day"}
    assert refused("prepare_brief", proposal="refuse") == {"refusal_reason"}


def test_kst_s03_a_refusal_carries_neither_official_nor_day():
    answers = {**SAMPLES["decide_on_reception"], "decision": "refuse", "refusal_reason": "Вопрос вне компетенции"}

    checked = form("decide_on_reception").check_json(answers, CHOICES, {})

    assert checked.errors == {}
    assert checked.variables == {"decision": "refuse"}


def test_kst_s04_2_without_a_time_nobody_is_notified():
    assert refused("register_and_notify_applicant", slot="") == {"slot"}


@pytest.mark.parametrize("element", ["record_position", "position_by_body"])
def test_a_body_that_does_not_take_part_gives_its_reason_and_no_position(element):
    refuses = {"position_refused": True, "position_text": "", "position_attends": ""}

    assert refused(element, **refuses) == {"position_refusal_reason"}
    assert refused(element, **refuses, position_refusal_reason="Вопрос рассматривает суд") == set()


@pytest.mark.parametrize("element", ["record_position", "position_by_body"])
def test_a_body_that_takes_part_writes_its_position_and_says_whether_it_comes(element):
    assert refused(element, position_text="", position_attends="") == {"position_text", "position_attends"}


def test_kst_s06_poor_materials_need_a_body_a_shortcoming_and_remarks():
    demanded = refused("analyse_materials", poor_positions=[], position_quality=[], position_remarks="")

    assert demanded == {"poor_positions", "position_quality", "position_remarks"}


def test_kst_s06_good_materials_need_nothing_more():
    checked = form("analyse_materials").check_json({"materials_quality": "good"}, CHOICES, {})

    assert checked.errors == {}


def test_kst_prio_a_category_is_proved_by_a_document():
    assert refused("check_in", priority_evidence="") == {"priority_evidence"}
    assert refused("check_in", priority_evidence="", priority_category="") == set()


def test_kst_s10_an_answer_is_demanded():
    assert refused("conduct_reception", answer="") == {"answer"}


def test_kst_s10_an_answer_that_is_not_exhaustive_is_refused_without_an_assignment():
    assert refused("conduct_reception", assignments=[]) == {"assignments"}


def test_kst_s10_an_exhaustive_answer_may_stand_alone():
    answers = {"answer": "Разъяснён порядок переселения", "exhaustive": "yes", "has_assignments": "no"}

    checked = form("conduct_reception").check_json(answers, CHOICES, {})

    assert checked.errors == {}


def test_kst_s10_the_protocol_after_an_answer_that_was_not_exhaustive_cannot_be_empty():
    checked = form("issue_protocol").check_json({"has_assignments": "no"}, CHOICES, {"exhaustive": "no"})

    assert set(checked.errors) == {"assignments"}


@pytest.mark.parametrize("missing", ["text", "executor", "due"])
def test_br_09_an_assignment_lacks_neither_text_nor_executor_nor_date(missing):
    assert refused("issue_protocol", assignments=[{**ASSIGNMENT, missing: ""}]) == {f"assignments-0-{missing}"}


def test_br_09_an_assignment_is_not_due_in_the_past():
    long_ago = {**ASSIGNMENT, "due": "2020-01-31"}

    assert refused("issue_protocol", assignments=[long_ago]) == {"assignments-0-due"}


def test_kst_s13_the_leadership_returns_a_case_with_a_reason():
    assert refused("archive_appeal", agreed="no") == {"closing_remarks"}
    assert refused("archive_appeal", agreed="") == {"agreed"}
