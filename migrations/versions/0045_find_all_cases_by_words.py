"""find all cases by words."""

import sqlalchemy as sa
from alembic import op

from app.domain.case_words import line_keys, office_key, plain

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_NAMES = ("pk_{}", "fk_{}_case_id")
_WANTED = sa.text("""
    SELECT case_file.id, case_file.office_id, case_file.subject, case_file.number, applicant.full_name, applicant.keys
    FROM case_file LEFT JOIN applicant ON applicant.id = case_file.applicant_id
    WHERE case_file.id > :last AND case_file.kind <> 'appeal' ORDER BY case_file.id LIMIT 1000
""")
_OFFICES = """
    UPDATE case_words SET words = words || array_to_tsvector(ARRAY['@' || case_file.office_id])
    FROM case_file WHERE case_file.id = case_words.case_id
"""
_FUNCTION = """
    CREATE FUNCTION cases_with_words(asked tsquery, most bigint) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 50
    SET enable_seqscan = off SET enable_indexscan = off
    BEGIN ATOMIC SELECT case_id FROM case_words WHERE words @@ asked LIMIT most; END
"""
"""By the index of words always: the planner takes common words for commoner than they are, and reads every case."""
_INSERT = sa.text("""
    INSERT INTO case_words (case_id, words)
    VALUES (:id, strip(to_tsvector('russian', :told) || to_tsvector('simple', :plain))
                 || array_to_tsvector(CAST(:keys AS text[])))
""")


def upgrade() -> None:
    _rename("appeal_words", "case_words")
    op.execute(_OFFICES)
    _fill()
    op.execute(_FUNCTION)
    op.create_index(op.f("ix_case_file_office_id_status"), "case_file", ["office_id", "status"])


def downgrade() -> None:
    op.drop_index(op.f("ix_case_file_office_id_status"), table_name="case_file")
    op.execute("DROP FUNCTION cases_with_words")
    op.execute("DELETE FROM case_words WHERE case_id NOT IN (SELECT case_id FROM appeal)")
    _rename("case_words", "appeal_words")


def _rename(old: str, new: str) -> None:
    op.rename_table(old, new)
    for name in _NAMES:
        op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT {name.format(old)} TO {name.format(new)}")
    op.execute(f"ALTER INDEX ix_{old}_words RENAME TO ix_{new}_words")


def _fill() -> None:
    """Keys are only worth what the program that searches makes of them, so its own function makes them here."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(_WANTED, {"last": last}).all():
        connection.execute(_INSERT, [_found_by(row) for row in rows])
        last = rows[-1].id


def _found_by(row: "sa.Row[tuple[object, ...]]") -> dict[str, object]:
    keys = [office_key(row.office_id), *line_keys((row.number,), row.full_name or "", row.keys or ())]
    return {"id": row.id, "told": row.subject, "plain": plain(row.subject), "keys": keys}
