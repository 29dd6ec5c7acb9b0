"""Which clause is answered where and which tests name it: the page docs/requirements/coverage.md."""

import ast
import re
import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.engine.elements import cited_clauses, elements_of
from app.engine.xml import BPMN, SPIFF, read_xml

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "docs/requirements"
TABLE = CATALOGUE / "coverage.md"
OFFICES = sorted(path.parent for path in (ROOT / "processes").glob("*/office.toml"))
FOLDERS = [*OFFICES, ROOT / "processes/common"]
FIRST = ("kostanay", "personal_reception")  # named without office and process
SOURCES = ("kostanay-reception", "karaganda-reception", "sevkazenergo-complaints", "ktek-grievance", "contact-centre")
PARTS = (
    ("Personal reception of Kostanay", re.compile(r"KST-(S\d\d|BOOK|PRIO|IAC|LAW|SITE)\b")),
    ("Appeals of Kostanay", re.compile(r"KST-(TASK-1(\.\d)?$|(SRC|HAND|KAZPOST|JRN|REG|RGR|CARD|CAT|TYPE|ERR)\b)")),
    ("Personal reception of Karaganda", re.compile(r"KRG-")),
    ("SevKazEnergo", re.compile(r"SKE-")),
    ("KTEK", re.compile(r"KTEK-")),
)
MUST_BE_ANSWERED = re.compile(r"KST-(S\d\d|BOOK|PRIO|IAC)\b|KTEK-")
KINDS = ("element", "form", "letter", "document", "rule", "office", "code")
NO_EVIDENCE = ("tests/unit/engine", "tests/architecture")  # there clauses are examples of how one cites
_HEADING = re.compile(r"^### ([A-Z]+-\S+) — (.+)$")
_ROW = re.compile(r"^\| ((?:KTEK|SKE|KST|KRG|ECC)-[\w.-]+) \|")
_SHORT = re.compile(r"((?:[A-Z]+-)+)(\d+), -(\d+)")
_NAMED = re.compile(r"(?:^|_)(kst|krg|ske|ecc|ktek)_([a-z]+(?=_\d)|s\d\d|(?<=krg_)(?:\d+|ch\d))(?:_(\d+))?(?=_|$)")
_NAMED_KTEK = re.compile(r"(?:^|_)ktek_(\d)(?:_([a-e](?=_to_|_and_)|\d+))?(?:_(\d+))?(?=_|$)")
_TOML_PLACE = re.compile(r"^\[+([^\]]+)\]+|^([\w-]+) = ")


@dataclass
class Clause:
    """A clause of the catalogue and what refers to it, by kind."""

    id: str
    source: str
    demands: str
    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tests: list[str] = field(default_factory=list)

    @property
    def answered(self) -> bool:
        """Whether an element of a diagram or a test names it."""
        return bool(self.places.get("element") or self.tests)


def catalogue() -> dict[str, Clause]:
    """Every clause of docs/requirements by id, in the order of `SOURCES`."""
    found: dict[str, Clause] = {}
    for name in SOURCES:
        path = CATALOGUE / f"{name}.md"
        for line in path.read_text("utf-8").splitlines():
            if heading := _HEADING.match(line):
                found.setdefault(heading[1], Clause(heading[1], path.name, heading[2]))
            elif row := _ROW.match(line):
                cells = [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)]
                found.setdefault(row[1], Clause(row[1], path.name, cells[3]))
    return found


def parts_of(clause: str, known: dict[str, Clause]) -> list[Clause]:
    """The clauses that a point is split into."""
    return [each for each in known.values() if re.match(re.escape(clause) + r"(?:[.-]|(?<=-[A-Z])\d)", each.id)]


def unanswered(known: dict[str, Clause]) -> list[str]:
    """Clauses of the 13 steps, booking, priority, interagency talks and KTEK that no element and no test names.

    A point whose parts are all answered is answered.
    """
    missing = []
    for clause in known.values():
        if MUST_BE_ANSWERED.match(clause.id) and not clause.answered:
            parts = parts_of(clause.id, known)
            if not parts or not all(part.answered for part in parts):
                missing.append(clause.id)
    return missing


@cache
def citations() -> tuple[tuple[str, str, str], ...]:
    """(clause, kind of place or "test", place) of everything that cites a clause."""
    return tuple(_citations())


def _citations() -> Iterator[tuple[str, str, str]]:
    for folder in FOLDERS:
        for path in sorted(folder.glob("*.bpmn")):
            yield from _in_the_diagram(path)
    for office in OFFICES:
        for key, rule in tomllib.loads((office / "deadlines.toml").read_text("utf-8")).items():
            yield from ((clause, "rule", _of(office, key)) for clause in cited_clauses(str(rule["clause"])))
        yield from _in_the_office(office)
    yield from _in_python("app", "code", lambda path, names: f"{path} {names[0]}" if names else path)
    yield from _in_python("tests", "test", _test_place)


def _of(office: Path, place: str) -> str:
    return place if office.name == FIRST[0] else f"{office.name}: {place}"


def _in_the_diagram(path: Path) -> Iterator[tuple[str, str, str]]:
    process = path.stem
    tree = read_xml(path.read_bytes())

    def at(element: str) -> str:
        return element if (path.parent.name, process) == FIRST else f"{path.parent.name}/{process}: {element}"

    texts = {
        node.get("id", ""): {
            parameter.get("id"): str(parameter.get("value")).strip('"')
            for parameter in node.iterfind(f"{BPMN}extensionElements/{SPIFF}serviceTaskOperator//{SPIFF}parameter")
        }
        for node in tree.getroot().iter(BPMN + "serviceTask")
    }
    for documentation in tree.getroot().iterfind(f"{BPMN}process/{BPMN}documentation"):
        yield from ((clause, "element", at(process)) for clause in cited_clauses(documentation.text or ""))
    for element in elements_of(tree, process).values():
        for clause in element.clauses:
            yield clause, "element", at(element.id)
            if element.kind == "userTask":
                yield clause, "form", at(element.properties.get("formKey", element.id))
            for parameter, kind in (("template", "letter"), ("kind", "document")):
                if parameter in texts.get(element.id, {}):
                    yield clause, kind, _of(path.parent, texts[element.id][parameter])


def _in_the_office(office: Path) -> Iterator[tuple[str, str, str]]:
    """Clauses of comments and values; a comment that stands alone speaks of the table below it."""
    table, waiting = "", []
    for line in (office / "office.toml").read_text("utf-8").splitlines():
        place = _TOML_PLACE.match(line)
        if place and place[1]:
            table = place[1].strip()
        here = cited_clauses(_spelled_out(line))
        if line.startswith("#"):
            waiting += here
        elif place:
            key = "" if place[1] or place[2] == "clause" else place[2]
            where = _of(office, ".".join(filter(None, (table, key))))
            yield from ((clause, "office", where) for clause in [*waiting, *here])
            waiting = []


def _spelled_out(text: str) -> str:
    """`KST-SITE-1, -3` as `KST-SITE-1, KST-SITE-3`."""
    while (short := _SHORT.sub(r"\1\2, \1\3", text)) != text:
        text = short
    return text


def _in_python(folder: str, kind: str, place: Callable[[str, list[str]], str | None]) -> Iterator[tuple[str, str, str]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        relative = path.relative_to(ROOT).as_posix()
        if relative.startswith(NO_EVIDENCE) or relative.startswith("app/engine/") or path.samefile(__file__):
            continue
        source = path.read_text("utf-8")
        found = list(_cited_lines(source))
        tree = ast.parse(source) if found else ast.Module([], [])
        for number, clauses in found:
            for names in _owners(tree, number):
                where = place(relative, names)
                if where:
                    yield from ((clause, kind, where) for clause in clauses)


def _cited_lines(source: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(source.splitlines(), 1):
        clauses = [*cited_clauses(_spelled_out(line)), *(_from_name(line) if line.startswith("def test_") else [])]
        if clauses:
            yield number, clauses


def _from_name(line: str) -> list[str]:
    """`def test_kst_s07_1_…` names KST-S07.1, `…kst_book_2_…` KST-BOOK-2, `…krg_39_2_…` KRG-39.2, `…ktek_3_2_1_…`."""
    name = line.partition("(")[0].removeprefix("def ")
    found = ["KTEK-" + ".".join(filter(None, parts)).upper() for parts in _NAMED_KTEK.findall(name)]
    for source, chapter, part in _NAMED.findall(name):
        joint = "." if chapter.isdigit() or chapter[1:].isdigit() else "-"
        found.append(f"{source}-{chapter}{joint + part if part else ''}".upper())
    return found


def _owners(tree: ast.Module, line: int) -> list[list[str]]:
    """The names around a line, innermost first; a constant belongs to every function that mentions it."""
    for node in tree.body:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        if not first <= line <= (node.end_lineno or first):
            continue
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            users = _users(tree, node.targets[0].id)
            return [[name] for name in users] or [[node.targets[0].id]]
        return [_inside(node, line)]
    return [[]]


def _inside(node: ast.AST, line: int) -> list[str]:
    names = [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    for inner in getattr(node, "body", []):
        is_named = isinstance(inner, ast.FunctionDef | ast.ClassDef)
        if is_named and inner.lineno <= line <= (inner.end_lineno or inner.lineno):
            return _inside(inner, line) + names
    return names


def _users(tree: ast.Module, constant: str) -> list[str]:
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(each, ast.Name) and each.id == constant for each in ast.walk(node))
    ]


def _test_place(path: str, names: list[str]) -> str | None:
    """Only a test that runs counts, and the docstring of a module of stories."""
    test = next((name for name in names if name.startswith("test_")), None)
    if test is not None:
        return f"{path} {test}"
    return path if not names and Path(path).name.startswith("test_") else None


def collect() -> tuple[dict[str, Clause], list[str]]:
    """The catalogue with everything that cites it, and citations of clauses that it does not know."""
    known = catalogue()
    strangers = []
    for clause, kind, place in citations():
        if clause in known:
            listed = known[clause].tests if kind == "test" else known[clause].places[kind]
            if place not in listed:
                listed.append(place)
        elif not parts_of(clause, known):
            strangers.append(f"{place}: {clause}")
    return known, strangers


def table() -> str:
    """The whole page."""
    known, _ = collect()
    parts = [[clause for clause in known.values() if each.match(clause.id)] for _, each in PARTS]
    listed = {clause.id for part in parts for clause in part}
    later = [clause for clause in known.values() if clause.id not in listed]
    begun = [clause for clause in later if clause.places or clause.tests]
    lines = [
        "# What answers each clause",
        "",
        "Made by `make coverage-table` from the diagram, the office's data, the code and the tests, not by hand; a",
        "test compares. How to cite a clause: [README.md](README.md#how-to-cite).",
        "",
        "How many are named by an element, the office's data, code or a test, and how many by a test:",
        "",
        "| Part | Clauses | Named | Tested |",
        "|---|---|---|---|",
        *(
            f"| {name} | {len(part)} | {sum(map(_is_named, part))} | {sum(bool(each.tests) for each in part)} |"
            for (name, _), part in zip(PARTS, parts, strict=True)
        ),
        "",
    ]
    for (name, _), part in zip(PARTS, parts, strict=True):
        lines += [f"## {name}", "", *_rows(part), ""]
    lines += [
        "## Later issue, begun already",
        "",
        *_rows(begun),
        "",
        "## Later issue",
        "",
        *_not_begun([clause for clause in later if clause not in begun]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _is_named(clause: Clause) -> bool:
    return bool(clause.places or clause.tests)


def _rows(clauses: list[Clause]) -> Iterator[str]:
    yield "| Clause | Demands | Where | Tests |"
    yield "|---|---|---|---|"
    for clause in clauses:
        demands = textwrap.shorten(clause.demands, 90, placeholder=" …").replace("|", "\\|")
        yield f"| [{clause.id}]({clause.source}) | {demands} | {_where(clause)} | {_tests(clause)} |"


def _where(clause: Clause) -> str:
    by_kind = [(kind, clause.places[kind]) for kind in KINDS if clause.places.get(kind)]
    said = [f"{kind}: " + ", ".join(f"`{place}`" for place in places) for kind, places in by_kind]
    return "<br>".join(said) or "—"


def _tests(clause: Clause) -> str:
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in clause.tests:
        path, _, name = test.partition(" ")
        by_file[path].append(name)
    said = []
    for path, names in by_file.items():
        named = ", ".join(f"`{name}`" for name in names if name)
        said.append(f"[{Path(path).stem}](../../{path})" + (f": {named}" if named else ""))
    return "<br>".join(said) or "—"


def _not_begun(clauses: list[Clause]) -> Iterator[str]:
    by_source: dict[str, list[str]] = defaultdict(list)
    for clause in clauses:
        by_source[clause.source].append(clause.id)
    for source, ids in by_source.items():
        yield f"**[{source}]({source})**:"
        yield ""
        yield from textwrap.wrap(", ".join(ids), 118, break_on_hyphens=False)
        yield ""


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
    print(f"{TABLE.relative_to(ROOT)} is written")
