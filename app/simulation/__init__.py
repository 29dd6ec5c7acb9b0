"""Diagrams played in memory on a virtual clock, by the same engine and without the database."""
