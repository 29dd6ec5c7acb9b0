"""Bundles of published versions: canonical JSON, zstd."""

from collections.abc import Mapping
from typing import Any

import orjson
import zstandard


def canonical(bundle: Mapping[str, Any]) -> bytes:
    """The bytes whose SHA-256 is the address of the bundle."""
    return orjson.dumps(bundle, option=orjson.OPT_SORT_KEYS)


def pack(bundle: Mapping[str, Any]) -> bytes:
    """A bundle as it is stored."""
    return zstandard.ZstdCompressor(level=10).compress(canonical(bundle))


def unpack(blob: bytes) -> dict[str, Any]:
    """A stored bundle: `process`, `diagrams`, `forms`, `letters`, `documents`."""
    bundle: dict[str, Any] = orjson.loads(zstandard.ZstdDecompressor().decompress(blob))
    return bundle
