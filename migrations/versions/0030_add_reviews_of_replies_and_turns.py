"""add reviews of replies and the turns in the consideration of appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reply_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completeness", sa.Boolean(), nullable=True),
        sa.Column("completeness_remark", sa.Text(), server_default="", nullable=False),
        sa.Column("grounds", sa.Boolean(), nullable=True),
        sa.Column("grounds_remark", sa.Text(), server_default="", nullable=False),
        sa.Column("style", sa.Boolean(), nullable=True),
        sa.Column("style_remark", sa.Text(), server_default="", nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("remarks", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reply_review"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_reply_review_office_id"),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name="fk_reply_review_reply_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_reply_review_decided_by"),
    )
    op.create_index("ix_reply_review_reply_id", "reply_review", ["reply_id"])
    op.create_table(
        "reply_argument",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("argument", sa.Text(), nullable=False),
        sa.Column("passage", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply_argument"),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reply_review.id"], name="fk_reply_argument_review_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_reply_argument_review_id", "reply_argument", ["review_id"])
    op.create_table(
        "reply_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("review_id", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reply_check"),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reply_review.id"], name="fk_reply_check_review_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name="fk_reply_check_checked_by"),
    )
    op.create_index("ix_reply_check_review_id", "reply_check", ["review_id"])
    op.create_table(
        "appeal_turn",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("body_id", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Text(), server_default="", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("late", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_appeal_turn"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_appeal_turn_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_appeal_turn_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["body_id"], ["state_body.id"], name="fk_appeal_turn_body_id"),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name="fk_appeal_turn_recorded_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_appeal_turn_decided_by"),
    )
    op.create_index("ix_appeal_turn_case_id", "appeal_turn", ["case_id"])


def downgrade() -> None:
    op.drop_table("appeal_turn")
    op.drop_table("reply_check")
    op.drop_table("reply_argument")
    op.drop_table("reply_review")
