"""let state bodies answer by a link: links and their secrets, requests to central bodies, more about bodies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _links()
    _central_requests()
    for table in ("file", "letter", "body_position"):
        op.add_column(table, sa.Column("link_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(f"fk_{table}_link_id", table, "body_link", ["link_id"], ["id"])
    op.add_column("state_body", sa.Column("language", sa.Text(), server_default="kk+ru", nullable=False))
    op.add_column("state_body", sa.Column("contact", sa.Text(), server_default="", nullable=False))
    op.add_column("state_body", sa.Column("active", sa.Boolean(), server_default="true", nullable=False))
    for name in ("attendee", "refusal_reason"):
        op.add_column("body_position", sa.Column(name, sa.Text(), nullable=True))
    for name in ("refused_at", "refusal_told_at"):
        op.add_column("body_position", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def _links() -> None:
    op.create_table(
        "body_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("body_id", sa.BigInteger(), nullable=False),
        sa.Column("item", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("draft", postgresql.JSONB(), nullable=True),
        sa.Column("draft_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_body_link_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_body_link_case_id"),
        sa.ForeignKeyConstraint(["body_id"], ["state_body.id"], name="fk_body_link_body_id"),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name="fk_body_link_created_by"),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name="fk_body_link_revoked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_body_link"),
    )
    op.create_index("ix_body_link_case_id", "body_link", ["case_id"])
    op.create_table(
        "body_link_secret",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["body_link.id"], name="fk_body_link_secret_link_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_body_link_secret"),
    )
    op.create_index("ix_body_link_secret_link_id", "body_link_secret", ["link_id"])


def _central_requests() -> None:
    op.create_table(
        "central_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("body_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("representative", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("refusal_reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("link_id", sa.BigInteger(), nullable=True),
        sa.Column("arranged", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_central_request_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_central_request_case_id"),
        sa.ForeignKeyConstraint(["body_id"], ["state_body.id"], name="fk_central_request_body_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name="fk_central_request_recorded_by"),
        sa.ForeignKeyConstraint(["link_id"], ["body_link.id"], name="fk_central_request_link_id"),
        sa.PrimaryKeyConstraint("id", name="pk_central_request"),
    )
    op.create_index("ix_central_request_case_id", "central_request", ["case_id"])


def downgrade() -> None:
    for name in ("refusal_told_at", "refused_at", "refusal_reason", "attendee"):
        op.drop_column("body_position", name)
    for name in ("active", "contact", "language"):
        op.drop_column("state_body", name)
    for table in ("body_position", "letter", "file"):
        op.drop_column(table, "link_id")
    op.drop_table("central_request")
    op.drop_table("body_link_secret")
    op.drop_table("body_link")
