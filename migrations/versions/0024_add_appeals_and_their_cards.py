"""add appeals, the journal of each day, registration cards, deliveries of Kazpost."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appeal",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("external_number", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("explanations", sa.Text(), server_default="", nullable=False),
        sa.Column("sheets", sa.BigInteger(), nullable=True),
        sa.Column("talon", sa.Text(), nullable=True),
        sa.Column("substance", sa.Text(), server_default="", nullable=False),
        sa.Column("nature", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_appeal"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_appeal_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_appeal_office_id"),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name="fk_appeal_accepted_by"),
    )
    op.create_index("ix_appeal_office_id_received_at", "appeal", ["office_id", "received_at"])
    op.create_table(
        "journal_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("registrar_id", sa.BigInteger(), nullable=True),
        sa.Column("distribution", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_journal_row"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_journal_row_office_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_journal_row_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name="fk_journal_row_entered_by"),
        sa.ForeignKeyConstraint(["registrar_id"], ["person.id"], name="fk_journal_row_registrar_id"),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name="fk_journal_row_signed_by"),
        sa.UniqueConstraint("case_id", name="uq_journal_row_case_id"),
        sa.UniqueConstraint("office_id", "day", "number", name="uq_journal_row_office_id_day_number"),
    )
    op.create_table(
        "card_base",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("iin", sa.Text(), nullable=True),
        sa.Column("represented_person", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_card_base"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_card_base_office_id"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_card_base_made_by"),
    )
    op.create_index("ix_card_base_office_id_iin", "card_base", ["office_id", "iin"])
    op.create_index("ix_card_base_office_id_sort_key", "card_base", ["office_id", "sort_key"])
    op.create_table(
        "card_base_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("former", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_card_base_change"),
        sa.ForeignKeyConstraint(["base_id"], ["card_base.id"], name="fk_card_base_change_base_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name="fk_card_base_change_changed_by"),
    )
    op.create_index("ix_card_base_change_base_id", "card_base_change", ["base_id"])
    op.create_table(
        "appeal_card",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("base_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("appeal_date", sa.Date(), nullable=False),
        sa.Column("repeat_of", sa.BigInteger(), nullable=True),
        sa.Column("body_id", sa.BigInteger(), nullable=True),
        sa.Column("social_status", sa.Text(), nullable=True),
        sa.Column("age", sa.BigInteger(), nullable=True),
        sa.Column("occupation", sa.Text(), nullable=True),
        sa.Column("district", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("annotation", sa.Text(), nullable=True),
        sa.Column("needs_attention", sa.Boolean(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("complaint_subject", sa.Text(), nullable=True),
        sa.Column("complaint_object", sa.Text(), nullable=True),
        sa.Column("type_mark", sa.Text(), nullable=True),
        sa.Column("executor_id", sa.BigInteger(), nullable=True),
        sa.Column("control", sa.Boolean(), nullable=True),
        sa.Column("check_remarks", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.BigInteger(), nullable=True),
        sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("controlled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_appeal_card"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_appeal_card_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_appeal_card_office_id"),
        sa.ForeignKeyConstraint(["base_id"], ["card_base.id"], name="fk_appeal_card_base_id"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_appeal_card_made_by"),
        sa.ForeignKeyConstraint(["repeat_of"], ["case_file.id"], name="fk_appeal_card_repeat_of"),
        sa.ForeignKeyConstraint(["body_id"], ["state_body.id"], name="fk_appeal_card_body_id"),
        sa.ForeignKeyConstraint(["executor_id"], ["state_body.id"], name="fk_appeal_card_executor_id"),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name="fk_appeal_card_checked_by"),
        sa.UniqueConstraint("office_id", "number", name="uq_appeal_card_office_id_number"),
    )
    op.create_index("ix_appeal_card_base_id", "appeal_card", ["base_id"])
    op.create_index("ix_appeal_card_office_id_made_at", "appeal_card", ["office_id", "made_at"])
    op.create_table(
        "kazpost_delivery",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("list_number", sa.Text(), server_default="", nullable=False),
        sa.Column("list_date", sa.Date(), nullable=True),
        sa.Column("courier", sa.Text(), server_default="", nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name="pk_kazpost_delivery"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_kazpost_delivery_case_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name="fk_kazpost_delivery_office_id"),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name="fk_kazpost_delivery_signed_by"),
    )
    op.create_index("ix_kazpost_delivery_office_id", "kazpost_delivery", ["office_id"])
    op.create_table(
        "kazpost_envelope",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("barcode", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("found", sa.Boolean(), nullable=False),
        sa.Column("wrong_addressee", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_kazpost_envelope"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["kazpost_delivery.case_id"], name="fk_kazpost_envelope_delivery_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["case_file.id"], name="fk_kazpost_envelope_appeal_id", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("delivery_id", "barcode", name="uq_kazpost_envelope_delivery_id_barcode"),
    )
    op.create_index("ix_kazpost_envelope_appeal_id", "kazpost_envelope", ["appeal_id"])


def downgrade() -> None:
    op.drop_table("kazpost_envelope")
    op.drop_table("kazpost_delivery")
    op.drop_table("appeal_card")
    op.drop_table("card_base_change")
    op.drop_table("card_base")
    op.drop_table("journal_row")
    op.drop_table("appeal")
