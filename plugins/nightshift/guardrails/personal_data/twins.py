"""Full-width characters, foreign digits, typographic dashes and escapes read as ASCII. Places stay as they are."""

from __future__ import annotations

import re

_TWINS: dict[int, int] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width forms
_TWINS |= {code: 0x2D for code in (*range(0x2010, 0x2016), 0x2212, 0xFE63)}  # dashes, minus
_TWINS |= {code: 0x20 for code in (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)}  # spaces
for _zero in (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50):  # Arabic, Persian, Devanagari, Bengali and Thai digits
    _TWINS |= {_zero + digit: 0x30 + digit for digit in range(10)}
# Half of a surrogate pair is no character and cannot be encoded: JSON may hold one.
_TWINS |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_ANY = re.compile("[\ud800-\udfff" + "".join(chr(code) for code in sorted(_TWINS) if not 0xD800 <= code < 0xE000) + "]")

# JSON in a text, a line of a log: what is escaped ends a value as the character itself would.
_ESCAPE = re.compile(r'\\[nrt"]')
_UNESCAPED = {r"\n": " \n", r"\r": "  ", r"\t": " \t", r"\"": "  "}
# A backslash may belong to a password: in plain text an escape ends a value where a line ends or begins behind it.
_LINE = re.compile(r"\\[nrt](?=\s|\Z|\\[nrt]|[\w.-]{1,64}[ ]?[=:])")
_WITHIN_ESCAPED = re.compile(r"(?<!\\)\\[nrt]")
_OPENS_JSON = re.compile(r"\s{0,20}(?:\[\s{0,20})?[\"{]")


def ascii_twin(text: str) -> str:
    """The same text, character for character, as it would be typed on an English keyboard."""
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return _typed(text)


def quoted_twin(text: str) -> str:
    """The same with its escaped quotation marks, between which a value may hold any sign."""
    if "\\" in text:
        text = (_WITHIN_ESCAPED if _is_escaped(text) else _LINE).sub(_unescaped, text)
    return _typed(text)


def _is_escaped(text: str) -> bool:
    return r"\"" in text or text.count(r"\n") > 1 or r"\r\n" in text or _OPENS_JSON.match(text) is not None


def _unescaped(match: re.Match[str]) -> str:
    return _UNESCAPED[match[0]]


def _typed(text: str) -> str:
    if text.isascii() or _ANY.search(text) is None:
        return text
    return text.translate(_TWINS)
