"""Everything a page reads, as frozen dataclasses."""
