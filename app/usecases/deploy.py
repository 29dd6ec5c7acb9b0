"""Deploy a folder of `processes/`: the office as it is seeded, its deadline rules, and its diagrams as versions."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.hours import OfficeHours
from app.domain.problems import Problem
from app.domain.rules import parse_rule
from app.domain.texts import LANGUAGES, Text
from app.engine.decisions import asked_files
from app.engine.parser import parse
from app.models import DeadlineRule, Office, OfficeHoursRow, ProcessVersion, StateBody, Unit
from app.records.bundles import canonical, pack
from app.usecases.folders import called_diagrams, form_files
from app.usecases.history import Event, record
from app.usecases.lint import lint_bundle
from app.usecases.lint_texts import PARTS
from app.usecases.portal_forms import with_portal_forms
from app.usecases.start_timers import plan_starts
from app.usecases.transaction import transaction

ROOT: Final = Path(__file__).resolve().parents[2]


class NotDescendedError(AutomationError):
    """The database holds a version that the files do not know: somebody published in the browser."""

    status = 409
    message = Text(
        kk="«{process}» процесінің базадағы {number}-нұсқасы осы файлдардан жасалмаған. Алдымен export жасаңыз немесе "
        "--force қосыңыз.",
        ru="Версия {number} процесса «{process}» в базе сделана не из этих файлов. Сначала выполните export или "
        "добавьте --force.",
        en="Version {number} of “{process}” in the database does not descend from these files. Run export first or "
        "add --force.",
    )


class NotDeployableError(AutomationError):
    """The bundle has faults: every one of them, at its element."""

    status = 422
    message = Text(
        kk="«{process}» процесін жариялауға болмайды: {problems}",
        ru="Процесс «{process}» нельзя опубликовать: {problems}",
        en="The process “{process}” cannot be published: {problems}",
    )

    def __init__(self, process: str, problems: Sequence[tuple[str, Text]]) -> None:
        super().__init__()
        self.process = process
        self.problems = tuple(problems)

    @property
    def text(self) -> Text:
        """Every fault with its place, in each language."""
        told = {
            language: "; ".join(f"{place}: {fault.in_(language)}" for place, fault in self.problems)
            for language in LANGUAGES
        }
        return Text(
            *(getattr(self.message, each).format(process=self.process, problems=told[each]) for each in LANGUAGES)
        )


class LunchTooLongError(AutomationError):
    """The lunch break is longer than the office's regulation allows."""

    status = 422
    message = Text(
        kk="Түскі үзіліс {minutes} минут: {most} минуттан аспауы керек.",
        ru="Перерыв на обед {minutes} мин.: допускается не более {most} мин.",
        en="The lunch break takes {minutes} minutes: at most {most} are allowed.",
    )


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did: versions by process, those that were new, rules that were new, and lint's warnings.

    `kept` are processes whose newest version was published in the browser and stays.
    """

    office_id: str
    versions: dict[str, int] = field(default_factory=dict)
    new_versions: tuple[str, ...] = ()
    new_rules: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """The version that holds; `new` is false when nothing had changed. `warnings` are lint's of a new one."""

    number: int
    new: bool
    warnings: tuple[Problem, ...] = ()


def deploy(folder: Path, *, force: bool = False, keep: bool = False, by: int | None = None) -> Deployed:
    """Deploy the office of `folder`; a second time it changes nothing (idempotent by hash).

    With `keep` a process that was published in the browser stays as it is; without it `NotDescendedError` is raised, as
    the newest version in the database does not descend from the files. `NotDeployableError` names every fault of a
    bundle. After an error nothing is changed.
    """
    settings, faults = with_portal_forms(
        tomllib.loads((folder / "office.toml").read_text("utf-8")), ROOT / "forms" / folder.name / "portal"
    )
    if faults:
        raise NotDeployableError("portal", faults)
    with transaction() as session:
        now = clock.now()
        office = _seed_office(session, settings, now)
        new_rules = tuple(_seed_rules(session, office.id, folder / "deadlines.toml", now))
        session.flush()  # lint looks for the rules
        versions: dict[str, int] = {}
        fresh: list[str] = []
        kept: list[str] = []
        warnings: list[Problem] = []
        for path in sorted(folder.glob("*.bpmn")):
            bundle = bundle_of(folder, path)
            try:
                published = publish(session, office.id, bundle, force=force, by=by, now=now)
            except NotDescendedError:
                if not keep:
                    raise
                kept.append(bundle["process"])
                continue
            versions[bundle["process"]] = published.number
            if published.new:
                fresh.append(bundle["process"])
                warnings += published.warnings
        return Deployed(office.id, versions, tuple(fresh), new_rules, tuple(kept), tuple(warnings))


def bundle_of(folder: Path, diagram: Path) -> dict[str, Any]:
    """A process as it is published: its diagram, those it calls (the office's own before the common ones), their
    decisions, forms, letters."""
    common = folder.parent / "common"
    called = called_diagrams(diagram)
    return {
        "process": diagram.stem,
        "diagrams": _with_decisions([diagram, *called], [folder, common]),
        "forms": {
            path.name.removesuffix(".form.json"): json.loads(path.read_text("utf-8"))
            for path in form_files(ROOT / "forms" / folder.name, [*called, diagram])
        },
        **{part: _texts(folder / part) for part in PARTS},
        "fields": {
            part: path.read_text("utf-8") for part in PARTS if (path := folder / part / "fields.toml").is_file()
        },
    }


def _with_decisions(diagrams: Sequence[Path], folders: Sequence[Path]) -> dict[str, str]:
    """The diagrams and, of the decisions of the folders, the files that they ask: others make no new version."""
    found = {path.name: path.read_text("utf-8") for path in diagrams}
    tables = {path.name: path.read_text("utf-8") for each in reversed(folders) for path in sorted(each.glob("*.dmn"))}
    return found | {name: tables[name] for name in sorted(asked_files(found.values(), tables))}


def _texts(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}


def publish(
    session: Session,
    office_id: str,
    bundle: Mapping[str, Any],
    *,
    force: bool = False,
    by: int | None = None,
    now: datetime,
    comment: str = "",
) -> Publication:
    """Publish a bundle as the next version in the caller's transaction.

    `comment` is what the publisher says of it. Raises `NotDeployableError` with every error that lint finds and, where
    neither a person publishes nor `force` is given, `NotDescendedError` over a version from the browser.
    """
    digest = hashlib.sha256(canonical(bundle)).hexdigest()
    newest = session.scalars(
        select(ProcessVersion)
        .where(ProcessVersion.office_id == office_id, ProcessVersion.process_key == bundle["process"])
        .order_by(ProcessVersion.number.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.hash == digest:
        return Publication(newest.number, new=False)
    if newest is not None and newest.published_by is not None and by is None and not force:
        raise NotDescendedError(process=bundle["process"], number=newest.number)
    problems = lint_bundle(session, office_id, bundle)
    errors = [each for each in problems if each.severity == "error"]
    if errors:
        raise NotDeployableError(bundle["process"], [(each.element or each.file, each.message) for each in errors])
    diagrams = {name: source.encode() for name, source in bundle["diagrams"].items()}
    definition = parse(diagrams, bundle["process"], digest)
    version = ProcessVersion(
        office_id=office_id,
        process_key=bundle["process"],
        number=(newest.number if newest else 0) + 1,
        hash=digest,
        parent_hash=newest.hash if newest else None,
        name_kk=definition.name.kk,
        name_ru=definition.name.ru,
        name_en=definition.name.en,
        bundle=pack(bundle),
        published_at=now,
        published_by=by,
        comment=comment or None,
    )
    session.add(version)
    session.flush()
    plan_starts(session, office_id, definition, now)
    event = Event("process_published", None, {"process": bundle["process"], "number": version.number, "hash": digest})
    record(session, [event], at=now, office_id=office_id, by=by)
    return Publication(version.number, new=True, warnings=tuple(problems))


def _seed_office(session: Session, settings: Mapping[str, Any], now: datetime) -> Office:
    """The office of the file if it is not there yet; what people changed since stays."""
    office = session.get(Office, settings["id"])
    plain = json.loads(json.dumps(settings, default=_json))
    if office is not None:
        office.settings = plain
        return office
    name = settings["name"]
    office = Office(
        id=settings["id"],
        name_kk=name["kk"],
        name_ru=name["ru"],
        name_en=name.get("en", name["ru"]),
        zone=settings["zone"],
        settings=plain,
    )
    session.add(office)
    session.flush()
    hours = _hours(settings)
    session.add(
        OfficeHoursRow(
            office_id=office.id,
            valid_from=settings.get("hours_valid_from", date(2020, 1, 1)),
            opens=hours.opens,
            closes=hours.closes,
            lunch_from=hours.lunch_from,
            lunch_to=hours.lunch_to,
            entered_at=now,
        )
    )
    _seed_units(session, office.id, settings.get("units", []))
    _seed_bodies(session, office.id, settings.get("state_bodies", []))
    return office


def _hours(settings: Mapping[str, Any]) -> OfficeHours:
    """The seeded hours; KRG-4: the lunch break is at most `[reception] lunch_at_most` minutes."""
    hours = OfficeHours.parse(settings["hours"], settings.get("lunch"))
    most = settings.get("reception", {}).get("lunch_at_most")
    minutes = hours.lunch_minutes
    if most is not None and minutes > most:
        raise LunchTooLongError(minutes=minutes, most=most)
    return hours


def _json(value: Any) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _seed_units(session: Session, office_id: str, units: list[Mapping[str, Any]]) -> None:
    known: dict[str, int] = {}
    for unit in units:
        row = Unit(
            office_id=office_id,
            parent_id=known.get(unit.get("parent", "")),
            code=unit["code"],
            **_names(unit["name"]),
        )
        session.add(row)
        session.flush()
        known[unit["code"]] = row.id


def _names(name: Mapping[str, str]) -> dict[str, str]:
    return {"name_kk": name["kk"], "name_ru": name["ru"], "name_en": name.get("en", name["ru"])}


def _seed_bodies(session: Session, office_id: str, bodies: list[Mapping[str, Any]]) -> None:
    for body in bodies:
        session.add(
            StateBody(
                office_id=office_id,
                code=body["code"],
                kind=body.get("kind", "local_body"),
                **_names(body["name"]),
                head=_head(body.get("head", "")),
                email=body.get("email"),
                phone=body.get("phone"),
                by_agreement=body.get("by_agreement", False),
                language=body.get("language", "kk+ru"),
                contact=body.get("contact", ""),
            )
        )


def _head(head: str | Mapping[str, Any]) -> str:
    return head if isinstance(head, str) else str(head.get("name") or head.get("ru", ""))


def _seed_rules(session: Session, office_id: str, path: Path, now: datetime) -> Iterator[str]:
    """Append what the file says and the office does not have yet for that day; raises on a rule that cannot be read."""
    for key, rule in tomllib.loads(path.read_text("utf-8")).items():
        parse_rule(rule["expression"])
        known = session.scalars(
            select(DeadlineRule)
            .where(
                DeadlineRule.office_id == office_id,
                DeadlineRule.key == key,
                DeadlineRule.valid_from == rule["valid_from"],
            )
            .limit(1)
        ).first()
        if known is not None:
            continue
        session.add(
            DeadlineRule(
                office_id=office_id,
                key=key,
                expression=rule["expression"],
                roll=rule.get("roll", "none"),
                clause=rule.get("clause", ""),
                **_names(rule["name"]),
                basis_kk=rule["basis"]["kk"],
                basis_ru=rule["basis"]["ru"],
                basis_en=rule["basis"].get("en", ""),
                valid_from=rule["valid_from"],
                entered_at=now,
            )
        )
        yield key
