"""find people however they are spelled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.domain.same_person import Described, search_keys

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_AT_ONCE = 2000
_TABLES = {"applicant": "email", "card_base": "NULL"}


def upgrade() -> None:
    for table, email in _TABLES.items():
        op.add_column(table, sa.Column("keys", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
        _fill(table, email)
        op.create_index(f"ix_{table}_keys", table, ["keys"], postgresql_using="gin")


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(f"ix_{table}_keys", table_name=table)
        op.drop_column(table, "keys")


def _fill(table: str, email: str) -> None:
    """Keys are only worth what the program that searches makes of them, so its own function makes them here."""
    connection = op.get_bind()
    wanted = sa.text(
        f"SELECT id, full_name, iin, phone, {email}, address FROM {table} WHERE id > :last ORDER BY id LIMIT {_AT_ONCE}"  # noqa: S608 - constants
    )
    update = sa.text(f"UPDATE {table} SET keys = :keys WHERE id = :id")  # noqa: S608 - constants
    last = 0
    while rows := connection.execute(wanted, {"last": last}).all():
        connection.execute(update, [{"id": row[0], "keys": search_keys(Described(*row[1:]))} for row in rows])
        last = rows[-1][0]
