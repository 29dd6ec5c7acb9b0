"""Lint of files and folders as they lie on the disk."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from app.domain.problems import Problem
from app.engine.lint import lint
from app.engine.lint.rules import files as rules

SUFFIXES: Final = (".bpmn", ".dmn")


def lint_paths(paths: Sequence[str], *, standalone: bool) -> list[Problem]:
    """All problems of the diagrams at `paths`; folders are searched to the bottom, names are kept as given.

    The files are one bundle; with `standalone` each is judged by itself, without an office. What cannot be read is a
    problem, never an error.
    """
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in paths:
        found = list(_files(path))
        problems += [] if found else [rules.NOTHING_FOUND.at(path, "")]
        for name in found:
            try:
                contents[name] = Path(name).read_bytes()
            except (OSError, ValueError) as error:
                detail = getattr(error, "strerror", None) or type(error).__name__
                problems.append(rules.UNREADABLE.at(name, "", detail=detail))
    if not standalone:
        return problems + lint(contents, standalone=False)
    return problems + [each for name in contents for each in lint({name: contents[name]}, standalone=True)]


def _files(path: str) -> Iterator[str]:
    if not Path(path).is_dir():
        yield path
        return
    for folder, inner, names in os.walk(path):
        inner.sort()
        yield from (str(Path(folder) / name) for name in sorted(names) if name.lower().endswith(SUFFIXES))
