"""count replies of state bodies as replies in the lists and reports of appeals."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_CAME = """
    UPDATE appeal_line SET answered_at = newest.received_at, outcome = newest.outcome
    FROM (
        SELECT DISTINCT ON (case_id) case_id, state, received_at, outcome FROM reply
        WHERE state IN ('sent', 'received', 'accepted') ORDER BY case_id, id DESC
    ) AS newest
    WHERE newest.case_id = appeal_line.case_id AND newest.state = 'received'
"""


def upgrade() -> None:
    op.execute(_CAME)


def downgrade() -> None:
    """The lines may hold what an earlier version would not have entered."""
