"""Write an office's newest versions and deadline rules back into files that `deploy` reads."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import DeadlineRule, Office, ProcessVersion
from app.models.database import reading
from app.records.bundles import unpack


def export(office_id: str, folder: Path) -> list[Path]:
    """Write diagrams, letters, documents and rules to `folder`/processes/<office>, forms to `folder`/forms/<office>,
    those of its portal among them, diagrams that others call to `folder`/processes/common.

    Deploying what was written changes nothing. Returns the files written.
    """
    processes, forms = folder / "processes" / office_id, folder / "forms" / office_id
    written: list[Path] = []
    with reading() as session:
        newest = {version.process_key: unpack(version.bundle) for version in _newest(session, office_id)}
        for process, bundle in newest.items():
            for name, source in bundle["diagrams"].items():
                called = name.endswith(".bpmn") and name != f"{process}.bpmn"
                if called and name.removesuffix(".bpmn") in newest:
                    continue
                written.append(_write((folder / "processes" / "common" if called else processes) / name, source))
            for name, schema in _own_forms(process, newest).items():
                written.append(_write(forms / process / f"{name}.form.json", _json(schema)))
            for part in ("letters", "documents"):
                for name, source in bundle[part].items():
                    written.append(_write(processes / part / f"{name}.md", source))
            for part, source in bundle.get("fields", {}).items():
                written.append(_write(processes / part / "fields.toml", source))
        portal = session.get_one(Office, office_id).settings.get("portal", {})
        for name, schema in portal.get("forms", {}).items():
            written.append(_write(forms / "portal" / f"{name}.form.json", _json(schema)))
        written.append(_write(processes / "deadlines.toml", _rules(session, office_id)))
    return written


def _own_forms(process: str, newest: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The forms of a process without those that it has of the office's own processes it calls."""
    called = [
        newest[key]["forms"]
        for key in (name.removesuffix(".bpmn") for name in newest[process]["diagrams"])
        if key in newest and key != process
    ]
    forms = newest[process]["forms"]
    return {name: schema for name, schema in forms.items() if all(schema != each.get(name) for each in called)}


def _newest(session: Session, office_id: str) -> list[ProcessVersion]:
    rows = session.scalars(
        select(ProcessVersion).where(ProcessVersion.office_id == office_id).order_by(ProcessVersion.number)
    )
    return list({row.process_key: row for row in rows}.values())


def _json(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _write(place: Path, content: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content, "utf-8")
    return place


def _rules(session: Session, office_id: str) -> str:
    """The rules that hold, each as a table of deadlines.toml; JSON strings are TOML strings."""
    rows = session.scalars(
        select(DeadlineRule)
        .where(DeadlineRule.office_id == office_id)
        .order_by(DeadlineRule.key, DeadlineRule.valid_from, DeadlineRule.entered_at)
    )
    newest = {row.key: row for row in rows}
    return "\n".join(_rule(row) for row in newest.values())


def _rule(row: DeadlineRule) -> str:
    def quoted(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    def languages(start: str) -> str:
        return ", ".join(f"{each} = {quoted(getattr(row, f'{start}_{each}'))}" for each in ("kk", "ru", "en"))

    return (
        f"[{quoted(row.key)}]\n"
        f"expression = {quoted(row.expression)}\n"
        f"clause = {quoted(row.clause)}\n"
        f"valid_from = {row.valid_from.isoformat()}\n"
        f"roll = {quoted(row.roll)}\n"
        f"name = {{ {languages('name')} }}\n"
        f"basis = {{ {languages('basis')} }}\n"
    )
