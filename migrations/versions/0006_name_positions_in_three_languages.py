"""name positions of people in Kazakh and English beside the words there are."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LANGUAGES = ("kk", "en")


def upgrade() -> None:
    for language in LANGUAGES:
        op.add_column("person", sa.Column(f"position_{language}", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for language in LANGUAGES:
        op.drop_column("person", f"position_{language}")
