"""Units of an office: the tree that roles are given in."""

import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain import clock
from app.domain.errors import AutomationError
from app.domain.texts import Text
from app.models import Unit
from app.usecases.access import Actor
from app.usecases.history import Event, record
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,39}", re.ASCII)


class UnitInvalidError(AutomationError):
    """A unit needs a code of its own and its names."""

    status = 422
    message = Text(
        kk="Бөлімшеге қазақша және орысша атау мен қайталанбайтын код беріңіз (кіші латын әріптері, цифрлар, _).",
        ru="Дайте подразделению названия по-казахски и по-русски и неповторяющийся код (строчные латинские, цифры, _).",
        en="A unit has a Kazakh and a Russian name and a code of its own (small Latin letters, digits, _).",
    )


class UnitTreeError(AutomationError):
    """A unit cannot stand under itself."""

    status = 422
    message = Text(
        kk="Бөлімшені өзіне немесе өзіне бағынатын бөлімшеге бағындыруға болмайды.",
        ru="Подразделение нельзя подчинить самому себе или своему подчинённому.",
        en="A unit cannot stand under itself or under one of its own.",
    )


def save_unit(unit_id: int | None, *, code: str, name: Text, parent_id: int | None, by: Actor) -> int:
    """Add a unit, or with `unit_id` change it; returns its id. Raises `UnitInvalidError`, `UnitTreeError`."""
    by.demand("people.edit")
    with transaction() as session:
        unit = _unit(session, unit_id, by) if unit_id is not None else Unit(office_id=by.office_id)
        taken = session.scalar(select(Unit.id).where(Unit.office_id == by.office_id, Unit.code == code.strip()))
        wrong_code = not _CODE.fullmatch(code.strip()) or (taken is not None and taken != unit_id)
        if wrong_code or not name.kk.strip() or not name.ru.strip():
            raise UnitInvalidError
        if parent_id is not None:
            _check_parent(session, unit_id, _unit(session, parent_id, by))
        unit.code, unit.parent_id = code.strip(), parent_id
        unit.name_kk, unit.name_ru, unit.name_en = name.kk.strip(), name.ru.strip(), name.in_("en").strip()
        session.add(unit)
        session.flush()
        event = Event("unit_saved", None, {"unit": unit.id, "code": unit.code, "name": name.as_dict()})
        record(session, [event], at=clock.now(), office_id=by.office_id, by=by.id)
        return unit.id


def _unit(session: Session, unit_id: int, by: Actor) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None or unit.office_id != by.office_id:
        raise NotFoundError
    return unit


def _check_parent(session: Session, unit_id: int | None, parent: Unit) -> None:
    above: Unit | None = parent
    while above is not None:
        if above.id == unit_id:
            raise UnitTreeError
        above = session.get(Unit, above.parent_id) if above.parent_id else None
