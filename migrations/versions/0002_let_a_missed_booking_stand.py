"""let a missed booking stand: it no longer keeps the case or the seat from a new one."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = {"uq_booking_case_id": ["case_id"], "uq_booking_slot_id_seat": ["slot_id", "seat"]}
BEFORE = "status NOT IN ('moved', 'withdrawn')"
NOW = "status NOT IN ('missed', 'moved', 'withdrawn')"


def upgrade() -> None:
    _hold_for(NOW)


def downgrade() -> None:
    _hold_for(BEFORE)


def _hold_for(standing: str) -> None:
    for name, columns in INDEXES.items():
        op.drop_index(name, table_name="booking")
        op.create_index(name, "booking", columns, unique=True, postgresql_where=sa.text(standing))
