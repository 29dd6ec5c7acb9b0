"""The command `qabyldau simulate`."""

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.unit.engine.diagrams import diagram, script

OFFICE = Path(__file__).parents[2] / "processes/kostanay"


@pytest.fixture
def waits(tmp_path: Path) -> str:
    path = tmp_path / "waits.bpmn"
    path.write_bytes(diagram("start -> t -> end"))
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    status = main(["simulate", *argv])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_what_waits_ends_with_three(capsys: pytest.CaptureFixture[str], waits: str):
    status, out, _ = run(capsys, waits, "--json")

    outcome = json.loads(out)
    assert (status, outcome.pop("status"), outcome.pop("path")) == (3, "waiting", ["start"])
    assert (outcome.pop("data"), outcome.pop("waiting")) == ({}, [{"element": "t", "due": None}])
    assert list(outcome) == ["problems"]


def test_what_is_completed_ends_with_nought(capsys: pytest.CaptureFixture[str], waits: str, tmp_path: Path):
    (tmp_path / "data.json").write_text('{"a": 1}')
    (tmp_path / "inputs.json").write_text('{"t": {"b": 2}}')

    status, out, _ = run(
        capsys, waits, "--json", "--data", str(tmp_path / "data.json"), "--inputs", str(tmp_path / "inputs.json")
    )

    assert (status, json.loads(out)["data"]) == (0, {"a": 1, "b": 2})


def test_what_is_refused_ends_with_two(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    (tmp_path / "no.bpmn").write_text("<html/>")

    status, out, _ = run(capsys, str(tmp_path / "no.bpmn"), "--json")

    assert (status, json.loads(out)["status"]) == (2, "refused")


def test_what_fails_ends_with_one(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    (tmp_path / "f.bpmn").write_bytes(diagram("start -> s -> end", s=script("x = y + 1")))

    status, out, _ = run(capsys, str(tmp_path / "f.bpmn"), "--json")

    assert (status, json.loads(out)["problems"][-1]["element"]) == (1, "s")


@pytest.mark.parametrize(("language", "word"), [("kk", "Күтіп тұр"), ("ru", "Ожидает"), ("en", "Waiting")])
def test_without_json_it_speaks_the_language_of_its_reader(
    capsys: pytest.CaptureFixture[str], waits: str, language: str, word: str
):
    _, out, _ = run(capsys, waits, "--language", language)

    assert word in out


@pytest.mark.parametrize("content", ["[1]", "{", '"x"', "[" * 100_000, "\xff"])
def test_data_that_are_no_object_are_refused_in_plain_words(
    capsys: pytest.CaptureFixture[str], waits: str, tmp_path: Path, content: str
):
    (tmp_path / "data.json").write_bytes(content.encode("latin-1"))

    status, out, err = run(capsys, waits, "--data", str(tmp_path / "data.json"))

    assert (status, out) == (2, "")
    assert "--data" in err


@pytest.mark.parametrize("argv", [["--until", "tomorrow"], ["--from", "x"], ["--inputs", "/no/such"]])
def test_arguments_that_mean_nothing_are_refused_in_plain_words(
    capsys: pytest.CaptureFixture[str], waits: str, argv: list[str]
):
    status, out, err = run(capsys, waits, *argv, "--language", "en")

    assert (status, out) == (2, "")
    assert argv[1] in err or "p" in err


def test_a_process_that_is_not_there_is_refused_and_those_that_are_named(
    capsys: pytest.CaptureFixture[str], waits: str
):
    status, out, _ = run(capsys, waits, "--process", "zz", "--json")

    problem = json.loads(out)["problems"][-1]
    assert (status, problem["rule"]) == (2, "run.process_choice")
    assert "--process: p" in problem["message"]["en"]


def test_the_reception_is_played_with_the_rules_of_its_office(capsys: pytest.CaptureFixture[str]):
    status, out, _ = run(
        capsys, str(OFFICE / "personal_reception.bpmn"), "--json", "--from", "2026-11-16T10:00", "--until", "2026-11-17"
    )

    outcome = json.loads(out)
    assert (status, outcome["problems"]) == (3, [])
    assert "record_request" in outcome["path"] or outcome["waiting"][0]["element"] == "record_request"
