"""Plain Python: clock, calendar, deadlines, texts, errors. No framework."""
