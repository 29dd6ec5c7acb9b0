"""The only importer of SpiffWorkflow: parsing, running and storing diagrams."""
