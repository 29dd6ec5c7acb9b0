"""What is exported is what was deployed, for every office."""

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.usecases import deploy as deploying
from app.usecases.deploy import deploy
from app.usecases.export import export
from tests.reception import ROOT, Walk, at, karaganda, kostanay

SEEDED = {"office.toml", "demo.toml", "demo-month.toml"}
"""Files of an office that are read once; people change what they hold in the settings."""
RULES = "deadlines.toml"

Opening = Callable[[str, datetime], AbstractContextManager[Walk]]


@pytest.mark.parametrize("opening", [kostanay, karaganda])
def test_deploying_what_was_exported_changes_nothing(
    opening: Opening, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opening(database_url, at("2025-06-03")) as walk:
        written = export(walk.office, tmp_path)
        folder = tmp_path / "processes" / walk.office
        shutil.copy(ROOT / "processes" / walk.office / "office.toml", folder)
        monkeypatch.setattr(deploying, "ROOT", tmp_path)

        again = deploy(folder)

    assert (again.new_versions, again.new_rules) == ((), ())
    assert tmp_path / "processes/common/tell_of_changed_day.bpmn" in written
    assert contents(tmp_path, walk.office) == contents(ROOT, walk.office)


def contents(root: Path, office: str) -> dict[str, Any]:
    """Every file of an office by its place; forms by what they say, rules (written anew) by their name only."""
    paths = [path for top in ("processes", "forms") for path in (root / top / office).rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): _content(path) for path in paths if path.name not in SEEDED}


def _content(path: Path) -> Any:
    if path.name == RULES:
        return None
    source = path.read_text("utf-8")
    return json.loads(source) if path.suffix == ".json" else source
