"""Finds the texts that are hidden in a text: every encoding is tried where the triage saw it, and judged for sense."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from unicodedata import category

from nightshift.guardrails.normalisation import ciphers, codes, invisible
from nightshift.guardrails.normalisation.codes import Candidate
from nightshift.guardrails.normalisation.vocabulary import share_of_words

_READERS: dict[str, Callable[[str], Iterable[Candidate]]] = {
    "run": codes.base64_texts,
    "hex": codes.hex_texts,
    "escapes": codes.escaped_texts,
    "numbers": codes.numbered_texts,
    "morse": codes.morse_texts,
    "rot13": ciphers.rotated_texts,
    "reversed": ciphers.reversed_texts,
    "flipped": ciphers.flipped_texts,
    "invisible": invisible.read_invisible,
}
# Decoded by known words already, or so seldom by accident that letters are enough.
_NEEDS_WORDS = frozenset({"flipped", "morse", "base32", "decimal", "zero-width"})


# An address of six characters is the shortest that a check of values finds.
_SHORTEST_VALUE = 6


def hidden_texts(text: str, families: frozenset[str]) -> tuple[list[Candidate], list[Candidate]]:
    """What reads as language, and what reads as something else: numbers, keys, addresses."""
    texts: list[Candidate] = []
    values: list[Candidate] = []
    for family, read in _READERS.items():
        if family in families or (family == "hex" and "run" in families):
            for found in read(text):
                if _makes_sense(found):
                    texts.append(found)
                elif _is_typed(found[3]):
                    values.append(found)
    return texts, values


def _is_typed(decoded: str) -> bool:
    """Whether somebody may have written it: bytes that are decoded by accident hold what nobody can type."""
    sample = decoded[:400]
    if len(decoded.strip()) < _SHORTEST_VALUE or not all(char.isprintable() or char in "\t\r\n" for char in sample):
        return False
    return sample.isascii() or _is_one_script(sample)


def _makes_sense(found: Candidate) -> bool:
    kind, _, _, decoded = found
    if len(decoded.strip()) < 4:
        return False
    sample = decoded[:400]
    # Marks are letters of Indic and Arabic words.
    wordly = sum(char.isalpha() or char == " " or category(char)[0] == "M" for char in sample)
    printable = sum(char.isprintable() or char in "\t\r\n" for char in sample)
    if wordly < 0.6 * len(sample) or printable < 0.95 * len(sample):
        return False
    if not sample.isascii() and not _is_one_script(sample):
        return False
    return kind not in _NEEDS_WORDS or share_of_words(sample) >= 0.5


def _is_one_script(sample: str) -> bool:
    """Noise that happens to be UTF-8 jumps between blocks; a written language stays in few."""
    blocks = {ord(char) >> 8 for char in sample if char.isalpha() and not char.isascii()}
    # Han characters fill 82 blocks of 256.
    return len({0x4E if 0x4E <= block <= 0x9F else block for block in blocks}) <= 3
