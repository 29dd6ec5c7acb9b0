"""Which elements of BPMN are carried out, where, and which cases show it: the page docs/conformance.md."""

from collections.abc import Iterable
from pathlib import Path

from tests.conformance.case import Case
from tests.conformance.cases import all_cases

TABLE = Path(__file__).parents[1] / "docs/conformance.md"
PLACES = (
    *("start", "catch", "throw", "boundary", "boundary, not interrupting", "event sub-process"),
    *("event sub-process, not interrupting", "event-based gateway", "end"),
)
_HEAD = """# What diagrams mean here

Made by `make conformance-table` from `tests/conformance`: every case there is a small diagram with the order of
elements and the data that BPMN 2.0.2 demands, played by `qabyldau simulate`, or the element at which it is refused.
A cell says what happens at that place: **done** as the standard says, or **refused** with a reason when the diagram is
checked. Nothing that is drawn is silently taken for something else.

{count} cases: {done} are carried out (to their end, to where they wait, or to the fault that they must name),
{refused} are refused (✗).

How to play a diagram yourself: [howto/simulate.md](howto/simulate.md).
"""


def table() -> str:
    """The page as it must be now."""
    cases = all_cases()
    events = [case for case in cases if case.shows.endswith("event")]
    patterns = [case for case in cases if case.shows.startswith("WCP ")]
    others = [case for case in cases if case not in events and case not in patterns]
    refused = sum(case.refused is not None for case in cases)
    parts = [
        _HEAD.format(count=len(cases), done=len(cases) - refused, refused=refused),
        "## Events\n\n" + _matrix(events),
        "## Activities, gateways, flows and data\n\n" + _list(others),
        "## Workflow control-flow patterns\n\n" + _list(sorted(patterns, key=_number)),
        "## The cases of the events\n\n" + _list(events),
    ]
    return "\n".join(parts)


def _matrix(cases: Iterable[Case]) -> str:
    rows: dict[str, dict[str, list[Case]]] = {}
    for case in cases:
        rows.setdefault(case.shows, {}).setdefault(case.place, []).append(case)
    lines = ["| | " + " | ".join(PLACES) + " |", "|---" * (len(PLACES) + 1) + "|"]
    lines += [
        f"| {shows} | " + " | ".join(_word(row.get(place, [])) for place in PLACES) + " |"
        for shows, row in rows.items()
    ]
    return "\n".join(lines) + "\n"


def _word(cases: list[Case]) -> str:
    if not cases:
        return ""
    return "refused" if all(case.refused is not None for case in cases) else f"done ({len(cases)})"


def _list(cases: Iterable[Case]) -> str:
    rows: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        rows.setdefault((case.shows, case.place), []).append(case)
    lines = ["| what | where | | cases |", "|---|---|---|---|"]
    for (shows, place), found in rows.items():
        names = ", ".join(f"{case.name}{' ✗' if case.refused is not None else ''}" for case in found)
        lines.append(f"| {shows} | {place} | {_word(found)} | {names} |")
    return "\n".join(lines) + "\n"


def _number(case: Case) -> int:
    return int(case.shows.split()[1])


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
