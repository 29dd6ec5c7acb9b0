"""let messages wait and tell why: their kind, keys, sender and state; keys and kinds of subscriptions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_messages()
    _widen_subscriptions()
    op.add_column("job", sa.Column("message_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_job_message", "job", ["message_id"], postgresql_where=sa.text("message_id IS NOT NULL"))
    op.execute("UPDATE job SET message_id = CAST(payload ->> 'message' AS bigint) WHERE kind = 'message'")
    op.execute("UPDATE message SET status = 'delivered' WHERE delivered_at IS NOT NULL")
    op.execute(
        "UPDATE message SET status = 'expired' WHERE delivered_at IS NULL"
        " AND NOT EXISTS (SELECT FROM job WHERE job.message_id = message.id)"
    )
    op.execute(
        "UPDATE message SET process = payload ->> 'process', payload = payload - 'process'"
        " WHERE status = 'waiting' AND case_id IS NULL AND payload ? 'process'"
    )


def _widen_messages() -> None:
    for column in (
        sa.Column("kind", sa.Text(), server_default="message", nullable=False),
        sa.Column("process", sa.Text(), nullable=True),
        sa.Column("correlations", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("sender_id", sa.BigInteger(), nullable=True),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("addressee_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
    ):
        op.add_column("message", column)
    op.create_foreign_key("fk_message_sender_id", "message", "process_instance", ["sender_id"], ["id"])
    op.create_foreign_key("fk_message_ended_by", "message", "person", ["ended_by"], ["id"])
    op.create_index(
        "ix_message_waiting", "message", ["office_id", "name", "id"], postgresql_where=sa.text("status = 'waiting'")
    )


def _widen_subscriptions() -> None:
    op.add_column("subscription", sa.Column("kind", sa.Text(), server_default="message", nullable=False))
    op.add_column("subscription", sa.Column("correlations", postgresql.JSONB(), server_default="{}", nullable=False))
    op.drop_constraint("uq_subscription_instance_id_engine_id", "subscription")
    op.create_unique_constraint(
        "uq_subscription_instance_id_engine_id_element", "subscription", ["instance_id", "engine_id", "element"]
    )
    op.create_index(
        "ix_subscription_keys",
        "subscription",
        ["correlations"],
        postgresql_using="gin",
        postgresql_ops={"correlations": "jsonb_path_ops"},
        postgresql_where=sa.text("correlations <> '{}'"),
    )


def downgrade() -> None:
    op.drop_index("ix_subscription_keys", "subscription")
    op.drop_constraint("uq_subscription_instance_id_engine_id_element", "subscription")
    op.create_unique_constraint("uq_subscription_instance_id_engine_id", "subscription", ["instance_id", "engine_id"])
    for column in ("correlations", "kind"):
        op.drop_column("subscription", column)
    op.drop_column("job", "message_id")
    for column in (
        *("ended_by", "ended_at", "detail", "reason", "status", "addressee_id", "element", "sender_id"),
        *("correlations", "process", "kind"),
    ):
        op.drop_column("message", column)
