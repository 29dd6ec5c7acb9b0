"""`qabyldau lint`: paths in, problems out."""

import json
import os
from pathlib import Path

import pytest

from app.cli import main

ROOT = Path(__file__).resolve().parents[2]


def linted(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, object]]]:
    status = main(["lint", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)["problems"]


def test_the_projects_own_diagrams_have_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    status, problems = linted(capsys, str(ROOT / "processes"), str(ROOT / "bench"))

    assert (status, [each for each in problems if each["severity"] == "error"]) == (0, [])


def test_folders_are_searched_to_the_bottom_and_files_are_named_as_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "deep.bpmn").write_text("<html/>")
    (tmp_path / "a" / "rules.dmn").write_text("<html/>")
    (tmp_path / "a" / "notes.txt").write_text("<html/>")
    monkeypatch.chdir(tmp_path)

    status, problems = linted(capsys, "a")

    assert status == 1
    assert [(each["file"], each["rule"]) for each in problems] == [
        ("a/rules.dmn", "file.root"),
        ("a/b/deep.bpmn", "file.root"),
    ]


def test_a_path_that_is_not_there_is_a_problem_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    status, problems = linted(capsys, "/nowhere/at/all.bpmn")

    assert (status, [(each["file"], each["rule"]) for each in problems]) == (
        1,
        [("/nowhere/at/all.bpmn", "file.unreadable")],
    )


def test_an_empty_folder_is_told_but_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, problems = linted(capsys, str(tmp_path))

    assert (status, [each["rule"] for each in problems]) == (0, ["file.nothing_found"])


@pytest.mark.parametrize(("language", "word"), [("kk", "қате"), ("ru", "ошибка"), ("en", "error")])
def test_without_json_the_reader_gets_lines_in_her_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    (tmp_path / "page.bpmn").write_text("<html/>")

    status = main(["lint", str(tmp_path), "--language", language])

    assert status == 1
    assert f"page.bpmn: {word} [file.root]" in capsys.readouterr().out


def test_what_is_no_ordinary_file_is_told_and_not_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe.bpmn")
    (tmp_path / "zero.bpmn").symlink_to("/dev/zero")
    (tmp_path / "round.bpmn").symlink_to("round.bpmn")

    status, problems = linted(capsys, str(tmp_path))

    assert (status, [each["rule"] for each in problems]) == (1, ["file.unreadable"] * 3)


def test_a_file_may_be_called_by_bytes_that_are_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.bpmn")).write_text("<html/>")
    (tmp_path / "Қабылдау тәртібі.bpmn").write_text("<html/>")

    status, problems = linted(capsys, str(tmp_path))

    assert (status, [str(each["file"]).rpartition("/")[2] for each in problems]) == (
        1,
        ["Қабылдау тәртібі.bpmn", "??.bpmn"],
    )


def test_other_editors_endings_are_found_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.BPMN", "b.bpmn2", "c.bpmn20.xml", "d.xml"):
        (tmp_path / name).write_text("<html/>")

    _, problems = linted(capsys, str(tmp_path))

    assert len(problems) == 3
