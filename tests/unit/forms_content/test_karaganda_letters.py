"""Letters and documents of Karaganda say what the regulation demands, in both languages with the same facts."""

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from app.domain.templates import MissingFieldsError, parse, parse_letter, render_letter, uses

PROCESSES: Final = Path(__file__).parents[3] / "processes" / "karaganda"
DECLARED: Final[dict[str, dict[str, Any]]] = {
    folder: tomllib.loads((PROCESSES / folder / "fields.toml").read_text("utf-8"))
    for folder in ("letters", "documents")
}
TEMPLATES: Final = [(folder, name) for folder, declared in DECLARED.items() for name in declared[folder]]


def source(folder: str, name: str, language: str) -> str:
    return (PROCESSES / folder / f"{name}.{language}.md").read_text("utf-8")


def facts(folder: str, name: str, language: str) -> set[str]:
    """The facts that a template shows."""
    written = source(folder, name, language)
    template = parse_letter(written).body if folder == "letters" else parse(written)
    return {use.name for use in uses(template)}


def filled(language: str, **more: str) -> dict[str, Any]:
    declared = DECLARED["letters"]["fields"]
    return (
        {name: words[language] for name, words in declared.items()}
        | {name: [{"n": "1"}] for name in DECLARED["letters"]["lists"]}
        | more
    )


@pytest.mark.parametrize(("folder", "name"), TEMPLATES)
def test_both_languages_show_the_same_facts(folder: str, name: str) -> None:
    """KRG-5, KRG-21, KRG-23, KRG-31, KRG-32"""
    assert facts(folder, name, "kk") == facts(folder, name, "ru")


def test_krg_31_the_answer_names_date_and_time_or_the_reasons() -> None:
    assert {"reception.date", "reception.time"} <= facts("letters", "appointment", "kk")
    assert "refusal_reason" in facts("letters", "refusal", "kk")
    for language in ("kk", "ru"):
        with pytest.raises(MissingFieldsError):
            render_letter(source("letters", "refusal", language), filled(language, refusal_reason=""))


def test_krg_32_the_extension_names_its_reason_and_the_new_date() -> None:
    for language in ("kk", "ru"):
        assert {"request.extension_reason", "request.extended_until"} <= facts("letters", "extension", language)
        assert "request.extension_conclusion" in facts("documents", "extension", language)
        with pytest.raises(MissingFieldsError):
            render_letter(source("letters", "extension", language), filled(language, **{"request.extended_until": ""}))


def test_krg_20_the_request_goes_to_the_first_head_and_asks_for_videoconference() -> None:
    letter = source("letters", "central_request", "ru")

    assert {"body.name", "body.head", "request.substance"} <= facts("letters", "central_request", "ru")
    assert "посредством видеоконференцсвязи" in letter
    assert "бейнеконференцбайланыс арқылы" in source("letters", "central_request", "kk")


def test_krg_21_the_applicant_is_told_of_the_request_and_of_the_extension() -> None:
    letter = source("letters", "central_notice", "ru")

    assert "направлен запрос" in letter
    assert "рассмотрение вашего обращения о записи на приём продлено" in letter
    assert "қарау ұзартылды" in source("letters", "central_notice", "kk")


def test_krg_22_the_report_names_body_day_and_reception() -> None:
    assert {"refusal.body", "refusal.received_on", "reception.date"} <= facts("letters", "refusal_report", "ru")
    assert "Администрации Президента" in source("documents", "refusal_report", "ru")


def test_krg_28_the_brief_is_addressed_to_the_head_of_the_akims_office() -> None:
    assert "::right Руководителю аппарата акима области" in source("documents", "brief", "ru")
    assert "::right Облыс әкімі аппаратының басшысына" in source("documents", "brief", "kk")
    assert {"request.proposal", "request.proposed_day", "request.units_involved"} <= facts("documents", "brief", "kk")


def test_krg_25_the_protocol_names_the_due_date_of_every_assignment() -> None:
    for folder in ("letters", "documents"):
        assert {"assignments", "due"} <= facts(folder, "protocol", "ru")


def test_krg_33_a_demand_is_mandatory_and_names_its_term() -> None:
    assert "обязательно" in source("letters", "information_request", "ru")
    assert "position_due" in facts("letters", "information_request", "kk")


def test_krg_37_the_protocol_forbids_the_employee_who_decided_earlier() -> None:
    assert "которым оно ранее разрешалось" in source("letters", "protocol", "ru")
    assert "оны бұрын шешкен қызметкерге" in source("letters", "protocol", "kk")


def test_krg_13_who_is_received_out_of_turn_is_told_so() -> None:
    assert "вне очереди" in source("letters", "appointment", "ru")
    assert "кезектен тыс" in source("letters", "appointment", "kk")
