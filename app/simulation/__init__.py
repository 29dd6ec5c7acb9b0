"""The same engine on a virtual clock, without the database."""
