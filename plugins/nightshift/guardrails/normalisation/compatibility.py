"""Unicode compatibility forms (NFKC) and stacked accents, with positions kept as fine as composition allows."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from nightshift.guardrails.normalisation.alignment import Aligned, Edit
from nightshift.guardrails.normalisation.triage import STACKABLE
from nightshift.guardrails.normalisation.tricks import Trick

# An ASCII character never composes with what stands before it, so text can be cut there.
_SEGMENT = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")
_FANCY = re.compile(
    "[\U0001d400-\U0001d7ff\uff21-\uff5a\u24b6-\u24e9\U0001f110-\U0001f14a\u1d2c-\u1d61\u2090-\u209c]{3}"
)
# Decomposed Vietnamese has two marks on a vowel; composed, it has none, and nobody has two more.
DECOMPOSED_STACK = re.compile(f"[{STACKABLE}]{{3,}}|[\u0334-\u0338\u20d0-\u20ff]")
COMPOSED_STACK = re.compile(f"[{STACKABLE}]{{2,}}")
# Vowel signs and jamo that compose with what stands before them although they are no combining marks.
_COMPOSING = frozenset(
    "\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf\u102e\u1b35\uff9e\uff9f"
)
_CURLY = tuple(zip("‘’‚‛“”„‟′″‐‑‒–—−", "''''\"\"\"\"'\"------", strict=True))
# What most texts that are not in NFKC have: characters that become exactly one other, so that no position moves.
_SINGLE = re.compile("[\u00a0\u2000-\u200a\u202f\u3000\uff01-\uff5e]")
# One Arabic ligature becomes eighteen letters: a text must not grow out of bounds.
_GROWTH = 4


def is_compatible(text: str) -> bool:
    return unicodedata.is_normalized("NFKC", text)


def compatible(text: Aligned, tricks: set[Trick]) -> Aligned:
    """The text in NFKC."""
    if is_compatible(text.text):
        return text
    if _FANCY.search(text.text):
        tricks.add("fancy-letters")
    text = text.substituted(_SINGLE.sub(lambda char: _nfkc(char.group()), text.text))
    if is_compatible(text.text):
        return text
    edits: list[Edit] = []
    for segment in _SEGMENT.finditer(text.text):
        if not unicodedata.is_normalized("NFKC", segment.group()):
            edits.extend(_segment_edits(segment.group(), segment.start()))
    return text.rewritten(edits)


def _segment_edits(segment: str, at: int) -> list[Edit]:
    if len(segment) == 1:
        return _changed([segment], [_nfkc(segment)], at)
    whole = unicodedata.normalize("NFKC", segment)
    for pieces in (list(segment), _clusters(segment)):
        new = [_nfkc(piece) for piece in pieces]
        if "".join(new) == whole:
            return _changed(pieces, new, at)
    return _changed([segment], [whole], at)


def _changed(pieces: list[str], new: list[str], at: int) -> list[Edit]:
    edits: list[Edit] = []
    for before, after in zip(pieces, new, strict=True):
        if before != after and len(after) <= _GROWTH * len(before):
            edits.append((at, at + len(before), after))
        at += len(before)
    return edits


@lru_cache(maxsize=4096)
def _nfkc(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece)


def _clusters(segment: str) -> list[str]:
    clusters: list[list[str]] = []
    for char in segment:
        if clusters and _continues(char):
            clusters[-1].append(char)
        else:
            clusters.append([char])
    return ["".join(cluster) for cluster in clusters]


def _continues(char: str) -> bool:
    return bool(unicodedata.combining(char)) or char in _COMPOSING or "\u1160" <= char <= "\u11ff"


def unstacked(text: Aligned, tricks: set[Trick], stack: re.Pattern[str]) -> Aligned:
    """Without marks that are piled up on a letter or strike it through."""
    edits: list[Edit] = [(run.start(), run.end(), "") for run in stack.finditer(text.text)]
    if len(edits) > 2:
        tricks.add("zalgo")
    return text.rewritten(edits)


def straight(text: Aligned) -> Aligned:
    """Curly quotation marks and long dashes as ASCII has them."""
    plain = text.text
    for curly, sign in _CURLY:
        plain = plain.replace(curly, sign)
    return text.substituted(plain)
