"""Files of an office's folder that belong together: what a diagram calls, and its forms."""

from collections.abc import Sequence
from pathlib import Path

from app.engine.calls import called_among


def called_diagrams(diagram: Path) -> list[Path]:
    """The diagrams beside it and the common ones that a diagram calls; others make no new version of it."""
    source = diagram.read_bytes()
    if b"callActivity" not in source:
        return []
    folders = (diagram.parent.parent / "common", diagram.parent)
    offered = {path.stem: path for folder in folders for path in folder.glob("*.bpmn") if path != diagram}
    sources = {process: path.read_bytes() for process, path in offered.items()}
    return [offered[process] for process in called_among(source, sources)]


def form_files(forms: Path, diagrams: Sequence[Path]) -> list[Path]:
    """The form files of diagrams in the folder of their office's forms; of one name the last diagram's counts."""
    found = {path.name: path for each in diagrams for path in (forms / each.stem).glob("*.form.json")}
    return [found[name] for name in sorted(found)]
