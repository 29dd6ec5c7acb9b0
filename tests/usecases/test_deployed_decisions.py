"""Decisions are published with the process that asks them, and what they decide stands in the history."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models import History, HistoryPayload, ProcessVersion
from app.models.database import reading
from app.queries.case_page import case_page
from app.records.bundles import unpack
from app.usecases import deploy as deploying
from app.usecases.deploy import NotDeployableError, deploy
from app.usecases.export import export
from app.usecases.instances import NewCase, start
from tests.dmn import decision, definitions, input_data, literal, table
from tests.reception import ROOT, Walk, at, kostanay
from tests.unit.engine.diagrams import Node, diagram

ASK = Node(
    "businessRuleTask",
    "<bpmn:extensionElements><spiffworkflow:calledDecisionId>term</spiffworkflow:calledDecisionId>"
    "</bpmn:extensionElements>",
)
NAMED = (
    'isExecutable="true"><bpmn:extensionElements><spiffworkflow:properties>'
    '<spiffworkflow:property name="name_kk" value="Жол"/></spiffworkflow:properties></bpmn:extensionElements>'
).encode()
PROCESS = diagram("start -> find_term -> end", process_id="route", find_term=ASK).replace(
    b'isExecutable="true">', NAMED
)
TERM = definitions(
    decision(
        "term",
        "Жауап мерзімі",
        table(
            '"complaint" | 20 # ҚР ӘРПК 76\n"request" | 5',
            inputs=["kind: string"],
            outputs=["days"],
        ),
    )
)


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the office's files with a process that asks a decision."""
    copied = tmp_path / "processes" / "kostanay"
    shutil.copytree(ROOT / "processes" / "kostanay", copied)
    shutil.copytree(ROOT / "forms" / "kostanay", tmp_path / "forms" / "kostanay")
    shutil.copytree(ROOT / "processes" / "common", tmp_path / "processes" / "common")
    monkeypatch.setattr(deploying, "ROOT", tmp_path)
    (copied / "route.bpmn").write_bytes(PROCESS)
    (copied / "term.dmn").write_bytes(TERM)
    return copied


def diagrams_of(process: str) -> dict[str, str]:
    with reading() as session:
        row = session.scalars(
            select(ProcessVersion).where(ProcessVersion.process_key == process).order_by(ProcessVersion.number.desc())
        ).first()
        assert row is not None
        found: dict[str, str] = unpack(row.bundle)["diagrams"]
        return found


def test_a_version_holds_the_decisions_that_its_process_asks_and_no_others(walk: Walk, folder: Path) -> None:
    (folder / "other.dmn").write_bytes(definitions(decision("other", "other", literal("1"))))

    deployed = deploy(folder)

    assert deployed.new_versions == ("route",)
    assert set(diagrams_of("route")) == {"route.bpmn", "term.dmn"}
    called = {"leave_without_consideration.bpmn", "tell_of_changed_day.bpmn"}
    assert set(diagrams_of("personal_reception")) == {"personal_reception.bpmn", *called}


def test_a_version_holds_what_its_decisions_import(walk: Walk, folder: Path) -> None:
    common = definitions(input_data("kind", "kind", "string"), namespace="urn:common")
    importing = definitions(
        '<import name="" namespace="urn:common" importType="dmn"/>',
        decision("term", "term", literal('if kind = "complaint" then 20 else 5'), inputs=["urn:common#kind"]),
    )
    (folder / "common.dmn").write_bytes(common)
    (folder / "term.dmn").write_bytes(importing)

    deploy(folder)

    assert set(diagrams_of("route")) == {"route.bpmn", "term.dmn", "common.dmn"}


def test_another_decision_makes_a_new_version_of_the_process_that_asks_it_only(walk: Walk, folder: Path) -> None:
    first = deploy(folder)
    (folder / "term.dmn").write_bytes(TERM.replace(b">20<", b">15<"))

    second = deploy(folder)

    assert second.new_versions == ("route",)
    assert second.versions["route"] == first.versions["route"] + 1


def test_a_process_whose_decision_is_missing_is_not_deployed(walk: Walk, folder: Path) -> None:
    (folder / "term.dmn").unlink()

    with pytest.raises(NotDeployableError) as refused:
        deploy(folder)

    assert [place for place, _ in refused.value.problems] == ["find_term"]


def test_a_decision_that_cannot_be_read_is_not_deployed(walk: Walk, folder: Path) -> None:
    (folder / "term.dmn").write_bytes(TERM.replace(b"<text>20</text>", b"<text>20 +</text>"))

    with pytest.raises(NotDeployableError) as refused:
        deploy(folder)

    assert [place for place, _ in refused.value.problems] == ["r1_c2"]


def test_what_is_exported_holds_the_decisions_and_deploys_to_nothing_new(
    walk: Walk, folder: Path, tmp_path: Path
) -> None:
    deploy(folder)

    export("kostanay", tmp_path / "out")

    assert (tmp_path / "out/processes/kostanay/term.dmn").read_bytes() == TERM
    assert deploy(folder).new_versions == ()


def test_the_history_tells_what_was_decided_and_why(walk: Walk, folder: Path) -> None:
    deploy(folder)

    started = start(
        "route",
        variables={"kind": "complaint"},
        case=NewCase(kind="appeal", language="kk"),
        by=walk.actor("reception_coordinator"),
    )

    with reading() as session:
        row, payload = session.execute(
            select(History, HistoryPayload.payload)
            .join(HistoryPayload, HistoryPayload.history_id == History.id)
            .where(History.instance_id == started.instance_id, History.kind == "decision_made")
        ).one()
    assert row.element == "find_term"
    assert row.facts == {
        "decision": "term",
        "value": 20,
        "steps": [
            {
                "decision": "term",
                "name": "Жауап мерзімі",
                "rules": [{"number": 1, "note": "ҚР ӘРПК 76"}],
                "value": 20,
            }
        ],
        "warnings": [],
    }
    assert payload == {"inputs": [{"decision": "term", "inputs": {"kind": "complaint"}}]}
    page = case_page(started.case_id or 0, office_id="kostanay", language="kk")
    assert page is not None
    told = [line.detail for line in page.timeline if line.kind == "decision_made"]
    assert told == ["Жауап мерзімі: № 1 (ҚР ӘРПК 76) → 20"]
