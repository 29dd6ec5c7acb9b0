"""put each assignment under control of its own: executors, extensions, measures, earlier decisions on the matter."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = (
    sa.Column("instance_id", sa.BigInteger(), nullable=True),
    sa.Column("register_number", sa.Text(), nullable=True),
    sa.Column("origin", sa.Text(), server_default="reception", nullable=False),
    sa.Column("origin_document", sa.Text(), server_default="", nullable=False),
    sa.Column("appeal_number", sa.Text(), server_default="", nullable=False),
    sa.Column("state", sa.Text(), server_default="draft", nullable=False),
    sa.Column("report", sa.Text(), server_default="", nullable=False),
    sa.Column("reply_kind", sa.Text(), nullable=True),
    sa.Column("reply_number", sa.Text(), server_default="", nullable=False),
    sa.Column("reply_on", sa.Date(), nullable=True),
    sa.Column("executed_by", sa.BigInteger(), nullable=True),
    sa.Column("returned", sa.BigInteger(), server_default="0", nullable=False),
    sa.Column("reminded_for", sa.Date(), nullable=True),
    sa.Column("escalated_for", sa.Date(), nullable=True),
    sa.Column("off_control_on", sa.Date(), nullable=True),
    sa.Column("off_control_by", sa.BigInteger(), nullable=True),
)
KNOWN_STATES = """
    UPDATE assignment SET state = CASE
        WHEN assignment.protocol IS NULL THEN 'draft'
        WHEN case_file.status <> 'running' THEN 'off_control'
        WHEN assignment.executed_on IS NOT NULL THEN 'executed'
        ELSE 'under_control' END
    FROM case_file WHERE case_file.id = assignment.case_id
"""


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("assignment", column)
    op.create_foreign_key(op.f("fk_assignment_instance_id"), "assignment", "process_instance", ["instance_id"], ["id"])
    op.create_foreign_key(op.f("fk_assignment_off_control_by"), "assignment", "person", ["off_control_by"], ["id"])
    op.create_foreign_key(op.f("fk_assignment_executed_by"), "assignment", "person", ["executed_by"], ["id"])
    op.create_index(op.f("ix_assignment_office_id_state_due_on"), "assignment", ["office_id", "state", "due_on"])
    op.execute(KNOWN_STATES)
    _create_executors()
    _create_extensions()
    _create_measures()
    _create_decisions()


def _create_executors() -> None:
    op.create_table(
        "assignment_executor",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("body_id", sa.BigInteger(), nullable=True),
        sa.Column("official", sa.Text(), server_default="", nullable=False),
        sa.Column("contribution", sa.Text(), server_default="", nullable=False),
        sa.Column("contributed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_assignment_executor_office_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_executor_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_assignment_executor_person_id")),
        sa.ForeignKeyConstraint(["body_id"], ["state_body.id"], name=op.f("fk_assignment_executor_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_executor")),
        sa.UniqueConstraint("assignment_id", "place", name=op.f("uq_assignment_executor_assignment_id_place")),
    )
    op.create_index(op.f("ix_assignment_executor_person_id"), "assignment_executor", ["person_id"])


def _create_extensions() -> None:
    op.create_table(
        "assignment_extension",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_assignment_extension_office_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_extension_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_assignment_extension_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_assignment_extension_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_extension")),
    )
    op.create_index(op.f("ix_assignment_extension_assignment_id"), "assignment_extension", ["assignment_id"])


def _create_measures() -> None:
    op.create_table(
        "assignment_measure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("participants", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_assignment_measure_office_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_measure_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_assignment_measure_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_measure")),
    )
    op.create_index(op.f("ix_assignment_measure_assignment_id"), "assignment_measure", ["assignment_id"])


def _create_decisions() -> None:
    op.create_table(
        "matter_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_matter_decision_office_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_matter_decision_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_matter_decision_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_matter_decision_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_decision")),
    )
    op.create_index(op.f("ix_matter_decision_case_id"), "matter_decision", ["case_id"])


def downgrade() -> None:
    for table in ("matter_decision", "assignment_measure", "assignment_extension", "assignment_executor"):
        op.drop_table(table)
    op.drop_index(op.f("ix_assignment_office_id_state_due_on"), "assignment")
    for column in reversed(COLUMNS):
        op.drop_column("assignment", column.name)
