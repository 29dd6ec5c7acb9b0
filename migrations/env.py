"""Alembic's door to the tables; the caller gives a connection or an address."""

from alembic import context
from sqlalchemy import Connection, create_engine

from app.models import Base


def run(connection: Connection) -> None:
    """Run the migrations on this connection, each in its own transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = str(context.config.get_main_option("sqlalchemy.url")).replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    with engine.connect() as own:
        run(own)
        own.commit()
    engine.dispose()
