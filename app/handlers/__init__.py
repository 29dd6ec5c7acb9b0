"""Service tasks: one file per kind of work, discovered by the registry."""
