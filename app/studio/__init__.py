"""The process owner's workbench: processes and their versions, the editor of diagrams."""
