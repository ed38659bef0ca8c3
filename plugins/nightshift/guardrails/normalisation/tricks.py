"""The closed sets of this folder: how a text can be obfuscated, and how a text can be hidden in another."""

from __future__ import annotations

from typing import Literal

Encoding = Literal[
    "base32",
    "base64",
    "binary",
    "decimal",
    "escapes",
    "flipped",
    "hex",
    "morse",
    "reversed",
    "rot13",
    "tag-characters",
    "variation-selectors",
    "zero-width",
]
"""What a hidden text was hidden in."""

Trick = Literal[
    Encoding,
    "bidi",
    "control",
    "entities",
    "fancy-letters",
    "homoglyphs",
    "invisible",
    "leet",
    "nested",
    "percent",
    "spacing",
    "zalgo",
]
"""A kind of obfuscation that was seen in a text. A feature, not a verdict: some are used innocently."""
