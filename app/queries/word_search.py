"""Searches by words: what is asked of `case_words`, and which rows of a list answer it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domain.case_words import Asked, office_key

COUNTED: Final = 300
"""More rows found by words than this are not counted."""
_LOOKED_AT: Final = 400
"""Rows of a list that are looked at first: all of a short one; of a long one they tell how common the words are."""
_COMMON: Final = 25
"""Words that so many of these rows have are soon met again: the list itself is gone through."""
_COLLECTED: Final = 5000
"""Cases that the index of words gives at most."""
_HAS: Final = "(SELECT words @@ ({asks}) FROM case_words WHERE case_words.case_id = {case})"
_FIRST_ROWS: Final = """
    SELECT count(*) AS looked_at, coalesce(array_agg(id) FILTER (WHERE has), '{{}}') AS found
    FROM (SELECT {table}.id, {has} AS has FROM {table} WHERE {where} LIMIT {looked_at}) AS first_rows
"""
_BY_INDEX: Final = """
    WITH known AS MATERIALIZED (
        SELECT case_id FROM cases_with_words(({asks}) && CAST(:in_office AS tsquery), {collected}) AS case_id
    ), found AS (
        SELECT {table}.id FROM known JOIN {table} ON {case} = known.case_id WHERE {where} LIMIT {limit}
    )
    SELECT (SELECT count(*) FROM known) AS known, array(SELECT id FROM found) AS found
"""
_ONE_BY_ONE: Final = "SELECT {table}.id FROM {table} WHERE {where} AND {has} LIMIT {limit}"


def asking(words: Sequence[Asked], values: dict[str, Any]) -> str:
    """A `tsquery` whose words must all be answered, "" for no words; its values go to `values`."""
    parts = []
    for at, each in enumerate(words):
        ways = []
        if each.word:
            ways.append(f"to_tsquery('russian', :word{at}) || to_tsquery('simple', :word{at})")
            values[f"word{at}"] = each.word
        if each.beginning:
            ways.append(f"to_tsquery('simple', :begins{at})")
            values[f"begins{at}"] = f"{each.beginning}:*"
        if each.keys:
            ways.append(f"CAST(:keys{at} AS tsquery)")
            values[f"keys{at}"] = " | ".join(map(_quoted, each.keys))
        if ways:
            parts.append(f"({' || '.join(ways)})")
    return " && ".join(parts)


def searched(
    session: Session, asks: str, where: str, values: dict[str, Any], *, table: str, case: str
) -> tuple[int, str]:
    """How many rows of a table answer `asking`, up to one more than `COUNTED`, and the condition that finds them.

    `where`: which rows may be found, of the office `values["office"]`; `case`: the table's column of the case.
    """
    has = _HAS.format(asks=asks, case=case)
    parts = {"table": table, "case": case, "where": where, "asks": asks, "has": has, "limit": COUNTED + 1}
    values["in_office"] = _quoted(office_key(values["office"]))
    found = _met(session, parts, values)
    if len(found) > COUNTED:
        return len(found), f"{where} AND {has}"
    values["found"] = found
    return len(found), f"{table}.id = ANY(:found)"


def _met(session: Session, parts: Mapping[str, Any], values: Mapping[str, Any]) -> Sequence[int]:
    """The rows that answer, up to one more than `COUNTED`, in no order."""
    found: Sequence[int]
    looked_at, found = session.execute(text(_FIRST_ROWS.format(**parts, looked_at=_LOOKED_AT)), values).one()
    if looked_at < _LOOKED_AT:
        return found
    if len(found) < _COMMON:
        known, found = session.execute(text(_BY_INDEX.format(**parts, collected=_COLLECTED + 1)), values).one()
        if known <= _COLLECTED:
            return found
    return session.scalars(text(_ONE_BY_ONE.format(**parts)), values).all()


def _quoted(key: str) -> str:
    return f"'{key.removesuffix('*')}'{':*' if key.endswith('*') else ''}"
