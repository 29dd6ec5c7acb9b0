"""Lint of files and folders as they lie on the disk, and of bundles that are about to be published."""

import json
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.problems import Problem
from app.domain.texts import Text
from app.engine.lint import lint
from app.engine.lint.rules import files as rules
from app.engine.lint.rules import office as office_rules
from app.engine.xml import MAX_BYTES
from app.usecases.folders import called_diagrams
from app.usecases.lint_texts import PARTS, lint_texts
from app.usecases.office_names import form_faults, names, names_of_office

SUFFIXES: Final = (".bpmn", ".dmn", ".bpmn2", ".bpmn20.xml")


def lint_bundle(session: Session, office_id: str, bundle: Mapping[str, Any]) -> list[Problem]:
    """Every problem of a bundle in its office, those of the diagrams first; never raises, whatever the diagrams are."""
    diagrams = {name: source.encode() for name, source in bundle["diagrams"].items()}
    problems = lint(diagrams, standalone=False, office=names_of_office(session, office_id, bundle))
    for key, schema in bundle["forms"].items():
        problems += form_faults(f"{key}.form.json", schema)
    return [*problems, *lint_texts(bundle)]


def lint_paths(paths: Sequence[str], *, standalone: bool) -> list[Problem]:
    """All problems of the diagrams at `paths`; folders are searched to the bottom, names are kept as given.

    The diagrams of a folder with an office.toml are judged as they would be published, by the files of that office; all
    others are one bundle. With `standalone` each is judged by itself. What cannot be read is a problem, never an error.
    """
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in paths:
        found = list(_files(path))
        problems += [] if found else [rules.NOTHING_FOUND.at(path, "")]
        for name in found:
            problems += _read(name, contents)
    if standalone:
        return problems + [each for name in contents for each in lint({name: contents[name]}, standalone=True)]
    offices = {name: str(Path(name).parent) for name in contents if (Path(name).parent / "office.toml").is_file()}
    problems += lint({name: contents[name] for name in contents if name not in offices}, standalone=False)
    for folder in dict.fromkeys(offices.values()):
        inside = {name: contents[name] for name in contents if offices.get(name) == folder}
        problems += _lint_office(Path(folder), inside)
    return problems


def _files(path: str) -> Iterator[str]:
    if not Path(path).is_dir():
        yield path
        return
    closed: list[str] = []
    for folder, inner, found in os.walk(path, onerror=lambda error: closed.append(error.filename)):
        inner.sort()
        yield from (str(Path(folder) / name) for name in sorted(found) if name.lower().endswith(SUFFIXES))
    yield from closed  # a folder that cannot be opened is told as a file is


def _read(name: str, contents: dict[str, bytes]) -> list[Problem]:
    """Read a file into `contents`, of a huge one only the beginning: it is refused for its size."""
    try:
        place = Path(name)
        if place.exists() and not place.is_file():
            return [_unreadable(name, rules.NO_FILE)]
        with place.open("rb") as file:
            contents[name] = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return [
            _unreadable(name, rules.WHY_UNREADABLE.get(getattr(error, "errno", 0) or 0, rules.OTHERWISE_UNREADABLE))
        ]
    return []


def _unreadable(name: str, why: Text) -> Problem:
    return rules.UNREADABLE.at(name, "", detail_kk=why.kk, detail_ru=why.ru, detail_en=why.in_("en"))


def _lint_office(folder: Path, files: Mapping[str, bytes]) -> list[Problem]:
    """The problems of an office's files, each diagram with the tables and the common diagrams it may call."""
    problems: list[Problem] = []
    settings = _settings(folder / "office.toml", problems)
    deadline_rules = frozenset(_settings(folder / "deadlines.toml", problems))
    shared = {name: content for name, content in files.items() if name.lower().endswith(".dmn")}
    common = (path for suffix in (".bpmn", ".dmn") for path in sorted((folder.parent / "common").glob(f"*{suffix}")))
    for place in (*common, *sorted(folder.glob("*.dmn"))):
        if str(place) not in shared:
            _read(str(place), shared)
    problems += (replace(each, file=str(folder / each.file)) for each in lint_texts(_texts(folder)))
    for name, content in files.items():
        bundle = _bundle(folder, Path(name).stem, problems)
        office = names(settings, deadline_rules, bundle)
        beside = {str(path): path.read_bytes() for path in called_diagrams(Path(name)) if str(path) not in shared}
        found = lint({name: content, **shared, **beside}, standalone=False, office=office)
        problems += [problem for problem in found if problem.file == name]
    return problems


def _settings(path: Path, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        problems.append(office_rules.SETTINGS.at(str(path), "", name=path.name, detail=str(error)[:200]))
        return {}


def _bundle(folder: Path, process: str, problems: list[Problem]) -> dict[str, Any]:
    """What is published beside a diagram: its forms, the office's letters and documents."""
    forms: dict[str, Any] = {}
    for path in sorted((folder.parent.parent / "forms" / folder.name / process).glob("*.form.json")):
        try:
            forms[path.name.removesuffix(".form.json")] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            problems.append(office_rules.SETTINGS.at(str(path), "", name=path.name, detail=str(error)[:200]))
    for key, schema in forms.items():
        problems += form_faults(
            str(folder.parent.parent / "forms" / folder.name / process / f"{key}.form.json"), schema
        )
    return {"process": process, "forms": forms, **_texts(folder)}


def _texts(folder: Path) -> dict[str, Mapping[str, str]]:
    """The office's letters and documents, and the fields that may stand in them."""

    def read(path: Path) -> str:
        return path.read_text("utf-8", errors="replace")

    fields: dict[str, str] = {part: read(path) for part in PARTS if (path := folder / part / "fields.toml").is_file()}
    texts: dict[str, Mapping[str, str]] = {
        part: {path.stem: read(path) for path in sorted((folder / part).glob("*.md"))} for part in PARTS
    }
    return {"fields": fields, **texts}
