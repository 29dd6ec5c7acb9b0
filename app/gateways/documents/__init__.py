"""Documents: from a filled-in template to blocks, and from blocks to PDF and DOCX."""

from app.gateways.documents.blocks import (
    Blocks,
    Contents,
    Document,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Provenance,
    Signatures,
    Span,
)
from app.gateways.documents.pdf import DocumentNotMadeError, to_pdf
from app.gateways.documents.source import DocumentSourceError, parse_document
from app.gateways.documents.word import to_docx

__all__ = [
    "Blocks",
    "Contents",
    "Document",
    "DocumentNotMadeError",
    "DocumentSourceError",
    "Facts",
    "Heading",
    "PageBreak",
    "Paragraph",
    "Provenance",
    "Signatures",
    "Span",
    "parse_document",
    "to_docx",
    "to_pdf",
]
