"""Documents: from a filled-in template to blocks, and from blocks to PDF and DOCX."""

from app.gateways.documents.blocks import Document, Provenance
from app.gateways.documents.pdf import DocumentNotMadeError, to_pdf
from app.gateways.documents.source import DocumentSourceError, parse_document
from app.gateways.documents.word import to_docx

__all__ = [
    "Document",
    "DocumentNotMadeError",
    "DocumentSourceError",
    "Provenance",
    "parse_document",
    "to_docx",
    "to_pdf",
]
