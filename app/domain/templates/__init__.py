"""Our own tiny template language of letters and documents: fields, `if` and `each`, nothing else."""

from app.domain.templates.fields import Fields, Use, fields_of, uses
from app.domain.templates.letters import Letter, RenderedLetter, parse_letter, render_letter
from app.domain.templates.rendering import (
    LINE_BREAK,
    MissingFieldsError,
    TemplateTooLargeError,
    UnprintableFieldError,
    as_plain,
    escape_markdown,
    render,
    render_plain,
)
from app.domain.templates.syntax import Template, TemplateProblem, TemplateSyntaxError, parse, problems_of
from app.domain.templates.vocabulary import Vocabulary, VocabularyError, read_vocabulary

__all__ = [
    "LINE_BREAK",
    "Fields",
    "Letter",
    "MissingFieldsError",
    "RenderedLetter",
    "Template",
    "TemplateProblem",
    "TemplateSyntaxError",
    "TemplateTooLargeError",
    "UnprintableFieldError",
    "Use",
    "Vocabulary",
    "VocabularyError",
    "as_plain",
    "escape_markdown",
    "fields_of",
    "parse",
    "parse_letter",
    "problems_of",
    "read_vocabulary",
    "render",
    "render_letter",
    "render_plain",
    "uses",
]
