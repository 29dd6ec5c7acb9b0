"""The process owner's workbench."""
