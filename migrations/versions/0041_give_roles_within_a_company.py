"""give roles within a company: a task may wait for the holders of a role there."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW role_held AS
        SELECT office_id, person_id, role, valid_from, valid_to FROM role_grant
        UNION ALL
        SELECT role_grant.office_id, person_id, role || '@' || place.code, valid_from, valid_to
        FROM role_grant
        JOIN office ON office.id = role_grant.office_id
        CROSS JOIN LATERAL (
            WITH RECURSIVE place (code, parent_id) AS (
                SELECT unit.code, unit.parent_id FROM unit WHERE unit.id = role_grant.unit_id
                UNION
                SELECT unit.code, unit.parent_id
                FROM place JOIN unit ON unit.id = place.parent_id
                WHERE NOT jsonb_exists(
                    jsonb_path_query_array(office.settings, '$.ske.subsidiaries[*].code'), place.code
                )
            )
            SELECT code FROM place
        ) AS place
        """
    )


def downgrade() -> None:
    op.execute("DROP VIEW role_held")
