"""Deploying: the same files change nothing, broken ones are refused with every fault, cases keep their version."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain import clock
from app.domain.errors import AutomationError
from app.models import DeadlineRule, Office, ProcessInstance, ProcessVersion, StateBody, Unit
from app.models.database import reading
from app.usecases import deploy as deploying
from app.usecases.deploy import NotDeployableError, NotDescendedError, bundle_of, deploy, publish
from app.usecases.transaction import transaction
from tests.reception import ROOT, Walk, at, kostanay

KOSTANAY = ROOT / "processes" / "kostanay"


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    with kostanay(database_url, at("2025-06-03")) as walk:
        yield walk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the office's files that a story may change."""
    shutil.copytree(KOSTANAY, tmp_path / "processes" / "kostanay")
    shutil.copytree(ROOT / "forms" / "kostanay", tmp_path / "forms" / "kostanay")
    shutil.copytree(ROOT / "processes" / "common", tmp_path / "processes" / "common")
    monkeypatch.setattr(deploying, "ROOT", tmp_path)
    return tmp_path / "processes" / "kostanay"


def stock() -> dict[str, int]:
    with reading() as session:
        return {
            model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Office, Unit, StateBody, DeadlineRule, ProcessVersion)
        }


def change(path: Path, old: str, new: str) -> None:
    source = path.read_text("utf-8")
    assert old in source
    path.write_text(source.replace(old, new), "utf-8")


def version_of(walk: Walk) -> int:
    with reading() as session:
        return session.scalars(
            select(ProcessVersion.number)
            .join(ProcessInstance, ProcessInstance.version_id == ProcessVersion.id)
            .where(ProcessInstance.case_id == walk.case_id)
        ).one()


def test_deploying_again_changes_nothing(walk: Walk) -> None:
    before = stock()

    deployed = deploy(KOSTANAY)

    assert (deployed.new_versions, deployed.new_rules) == ((), ())
    assert stock() == before


def test_a_broken_bundle_is_refused_with_every_fault_and_changes_nothing(walk: Walk, folder: Path) -> None:
    forms = folder.parents[1] / "forms" / "kostanay" / "personal_reception"
    (forms / "rebook.form.json").unlink()
    change(forms / "check_in.form.json", '"type": "radio"', '"type": "carousel"')
    change(folder / "personal_reception.bpmn", "records.archive_case", "records.burn_case")
    before = stock()

    with pytest.raises(NotDeployableError) as refused:
        deploy(folder)

    for fault in ("rebook", "carousel", "write_to_archive", "records.burn_case"):
        assert fault in refused.value.text.ru
    assert stock() == before


def test_running_cases_keep_their_version_and_new_ones_take_the_newest(walk: Walk, folder: Path) -> None:
    old = walk.start()
    before = version_of(walk)
    form = folder.parents[1] / "forms" / "kostanay" / "personal_reception" / "clarify_request.form.json"
    change(form, '"message_required": "Укажите характер вопроса"', '"message_required": "Какой это вопрос?"')

    deployed = deploy(folder)

    assert deployed.new_versions == ("personal_reception",)
    walk.start()
    assert version_of(walk) == before + 1
    walk.case_id = old
    assert version_of(walk) == before
    walk.complete("clarify_request", **walk.usual("clarify_request"))
    assert walk.waiting() == ["prepare_brief"]


def test_files_that_go_back_to_an_earlier_state_are_a_new_version_again(walk: Walk, folder: Path) -> None:
    """A letter is part of every process of its office."""
    change(folder / "letters" / "refusal.ru.md", "С уважением", "С почтением")
    later = deploy(folder).versions

    deployed = deploy(KOSTANAY)

    assert {"personal_reception", "reception_schedule"} <= later.keys()
    assert deployed.versions == {process: number + 1 for process, number in later.items()}
    assert deployed.new_versions == tuple(later)


def test_what_was_published_in_the_studio_is_not_overwritten_by_files(walk: Walk, folder: Path) -> None:
    bundle = bundle_of(folder, folder / "personal_reception.bpmn")
    bundle["letters"] = {**bundle["letters"], "own.kk": "subject: Сәлем", "own.ru": "subject: Привет"}
    with transaction() as session:
        publish(session, "kostanay", bundle, by=walk.people["process_owner"], now=clock.now())
    change(folder / "letters" / "refusal.ru.md", "С уважением", "С большим уважением")

    with pytest.raises(NotDescendedError):
        deploy(folder)
    assert deploy(folder, keep=True).kept == ("personal_reception",)

    assert deploy(folder, force=True).new_versions == ("personal_reception",)
    deploy(KOSTANAY)


def test_a_rule_that_cannot_be_read_stops_the_deployment(walk: Walk, folder: Path) -> None:
    change(folder / "deadlines.toml", "3 working days after reception.date", "three days or so")
    before = stock()

    with pytest.raises(AutomationError) as refused:
        deploy(folder)

    assert "three days or so" in refused.value.text.ru
    assert stock() == before
