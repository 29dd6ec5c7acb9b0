"""Lease a due job, run it, repeat."""
