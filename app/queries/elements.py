"""Names, steps and drawings of the elements of published versions, read once per process."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Engine, select

from app.domain.diagram import Drawing
from app.domain.texts import Text
from app.engine.elements import Element, read_elements
from app.engine.layout import read_drawing
from app.models import ProcessVersion
from app.models.database import engine, reading
from app.records.bundles import unpack


def elements_of_version(version_id: int) -> Mapping[str, Element]:
    """Every element of a version, its diagram's and those of the diagrams it calls."""
    return _elements(engine(), version_id)


@lru_cache(maxsize=64)
def _elements(_database: Engine, version_id: int) -> Mapping[str, Element]:
    with reading() as session:
        blob = session.scalars(select(ProcessVersion.bundle).where(ProcessVersion.id == version_id)).one()
    found: dict[str, Element] = {}
    for name, source in unpack(blob)["diagrams"].items():
        if not name.endswith(".dmn"):
            found |= read_elements(source.encode())
    return found


def element_name(version_id: int, element: str) -> Text:
    """The element's name in three languages; its id where the diagram gives none."""
    known = elements_of_version(version_id).get(element)
    return known.name if known and known.name.ru else Text(element, element, element)


def process_name(version_id: int) -> Text:
    """What the version's process is called."""
    return _process_name(engine(), version_id)


@lru_cache(maxsize=64)
def _process_name(_database: Engine, version_id: int) -> Text:
    with reading() as session:
        row = session.get_one(ProcessVersion, version_id)
        return Text(row.name_kk, row.name_ru, row.name_en)


def drawing_of_version(version_id: int) -> Drawing | None:
    """How a version's own diagram is drawn; None when its file holds no picture."""
    return _drawings(engine(), version_id)[0]


def drawings_of_version(version_id: int) -> Sequence[Drawing]:
    """The pictures of a version: its own diagram, then those of the processes that it calls."""
    return [drawing for drawing in _drawings(engine(), version_id) if drawing is not None]


@lru_cache(maxsize=64)
def _drawings(_database: Engine, version_id: int) -> Sequence[Drawing | None]:
    with reading() as session:
        row = session.execute(
            select(ProcessVersion.bundle, ProcessVersion.process_key).where(ProcessVersion.id == version_id)
        ).one()
    files: dict[str, str] = unpack(row.bundle)["diagrams"]
    diagrams = {name: source for name, source in files.items() if not name.endswith(".dmn")}
    own = f"{row.process_key}.bpmn"
    return [_drawing(diagrams.get(own)), *(_drawing(diagrams[name]) for name in sorted(diagrams) if name != own)]


def _drawing(source: str | None) -> Drawing | None:
    drawing = read_drawing(source.encode()) if source else None
    return drawing if drawing and drawing.nodes else None
