"""The built-in functions: FEEL values in, a FEEL value out; null for arguments they do not fit."""

from app.domain.feel.declaration import FUNCTIONS
from app.domain.feel.functions import contexts, lists, moments, numbers, ranges, texts

__all__ = ["FUNCTIONS", "contexts", "lists", "moments", "numbers", "ranges", "texts"]
