"""A text cut into words, numbers, signs, and parts that are taken as they stand: quotes, addresses, names in code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from nightshift.similarity.normal_form import normal_form

_TOKEN = re.compile(
    r"(?P<verbatim>https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]*\w|(?:[~.]{0,2}/[\w.-]+){2,}|[A-Za-z]:\\\S+)"
    r'|(?P<quote>"[^"\n]{1,300}"|`[^`\n]{1,300}`|\$[^$\n]*[\\^_{][^$\n]*\$)'
    r"|(?P<letters>(?:[^\W\d_]\.){2,})"
    r"|(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+\.\d+(?![.\d])|\d+(?:[.,:/]\d+)+|\d+)"
    r"(?P<attached>(?:st|nd|rd|th|s)\b|[^\W\d_]+[\d_]\w*)?"
    r"|(?P<code>[^\W\d_]+[\d_]\w*|_\w+|(?<!\w)\.[^\W\d_]\w*)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*)"
    r"|(?P<line>\s*\n\s*)"
    r"|(?P<sign>[^\w\s])"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class Kind(Enum):
    WORD = auto()
    NUMBER = auto()
    SIGN = auto()
    LINE = auto()  # a line break
    FIXED = auto()  # taken as it stands


class Token(NamedTuple):
    kind: Kind
    text: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """In order; white space but line breaks is left out. A quoted part is one token without its quotes."""
    for found in _TOKEN.finditer(text):
        name = found.lastgroup
        if found["number"] is not None:
            yield Token(*_number(found), found.start(), found.end())
        elif name == "word":
            yield Token(Kind.WORD, found[0], found.start(), found.end())
        elif name == "sign":
            yield Token(Kind.SIGN, found[0], found.start(), found.end())
        elif name == "line":
            yield Token(Kind.LINE, "\n", found.start(), found.end())
        elif name == "quote" and found[0][0] != "$":
            inside = normal_form(found[0][1:-1]) if found[0][0] == '"' else found[0][1:-1]
            yield Token(Kind.FIXED, f'"{inside}', found.start(), found.end())
        else:
            yield Token(Kind.FIXED, _fixed(found), found.start(), found.end())


def _number(found: re.Match[str]) -> tuple[Kind, str]:
    if found["attached"]:
        return Kind.FIXED, found[0].lower()
    return Kind.NUMBER, plain_number(found["number"])


def plain_number(written: str) -> str:
    """`1,000` as `1000`. Everything else stays: 3.10 may be a version, 007 a name, 3,5 a decimal or a list."""
    return written.replace(",", "") if _THOUSANDS.fullmatch(written) else written


def _fixed(found: re.Match[str]) -> str:
    if found.lastgroup == "letters":
        return found[0].replace(".", "")
    # Short names like H2O are written either way; a long one is an id, where case tells.
    return found[0].lower() if found.lastgroup == "code" and len(found[0]) < 9 else found[0].rstrip(".,;:!?)")
