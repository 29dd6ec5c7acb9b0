"""View: roles with the places in which they are held."""

from sqlalchemy import BigInteger, Column, Date, MetaData, Table, Text

role_held = Table(
    "role_held",
    MetaData(),
    Column("office_id", Text),
    Column("person_id", BigInteger),
    Column("role", Text),
    Column("valid_from", Date),
    Column("valid_to", Date),
)
"""Every grant of a role, and again as "role@unit" for its unit and the units above it up to its company: "ske_clerk" of
the office of a subsidiary is "ske_clerk@sbyt", too. So a task may wait for the clerks of one company."""
