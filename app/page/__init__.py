"""What the pages of web and studio share: who asks, sentences, dates, the drawing of diagrams."""
