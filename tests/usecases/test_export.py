"""What is exported is what was deployed."""

from pathlib import Path

from app.usecases.deploy import bundle_of, deploy
from app.usecases.export import export
from tests.reception import ROOT, at, kostanay


def test_deploying_what_was_exported_changes_nothing(database_url: str, tmp_path: Path) -> None:
    with kostanay(database_url, at("2025-06-03")):
        written = export("kostanay", tmp_path)

        again = deploy(ROOT / "processes" / "kostanay")

    assert again.new_versions == ()
    assert tmp_path / "processes/kostanay/personal_reception.bpmn" in written
    assert tmp_path / "processes/common/tell_of_changed_day.bpmn" in written
    original = bundle_of(ROOT / "processes/kostanay", ROOT / "processes/kostanay/personal_reception.bpmn")
    for name, source in original["letters"].items():
        assert (tmp_path / "processes/kostanay/letters" / f"{name}.md").read_text("utf-8") == source
