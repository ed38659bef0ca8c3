"""Letters of other scripts that stand in for Latin ones. Prose in those scripts stays as it is."""

from __future__ import annotations

import re

from nightshift.guardrails.normalisation.alignment import Aligned
from nightshift.guardrails.normalisation.confusables import MIXED, SCRIPTS, STYLED
from nightshift.guardrails.normalisation.tricks import Trick


def _members(table: dict[int, str]) -> str:
    return "".join(map(chr, sorted(table)))


_WORD = re.compile(f"[A-Za-z0-9{_members(MIXED)}]+")
_LATIN = re.compile("[A-Za-z]")
_SCRIPT = re.compile(f"[{_members(SCRIPTS)}]")
_STYLE = re.compile(f"[{_members(STYLED)}]")
# A letter that no Latin letter resembles shows that the script is written here, not imitated with.
_GENUINE = re.compile(f"(?![{_members(SCRIPTS)}])[\u0370-\u03ff\u0400-\u052f\u0531-\u0587\u13a0-\u13fd]")
_GREEK_AND_CYRILLIC = re.compile("[\u0370-\u03ff][\u0400-\u052f]|[\u0400-\u052f][\u0370-\u03ff]")
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]+")


def unmasked(text: Aligned, tricks: set[Trick]) -> Aligned:
    """Look-alikes read as Latin, in words with Latin letters and in words that consist of look-alikes alone."""
    genuine = _GENUINE.search(text.text) is not None
    pieces: list[str] = []
    done = 0
    for word in _WORD.finditer(text.text):
        if not word.group().isascii() and _is_disguise(word.group(), genuine):
            pieces += (text.text[done : word.start()], word.group().translate(MIXED))
            done = word.end()
            tricks.update(_tricks_of(word.group()))
    return text.substituted("".join([*pieces, text.text[done:]])) if done else text


def _is_disguise(word: str, genuine: bool) -> bool:
    if _LATIN.search(word):
        return True
    if all(ord(char) in STYLED or char.isdigit() for char in word):
        return len(word) > 2 and not (_FLAGS.fullmatch(word) and len(word) % 2 == 0)
    if _GREEK_AND_CYRILLIC.search(word):
        return True
    imitated = all(ord(char) in SCRIPTS or char.isdigit() for char in word)
    return imitated and len(word) > 1 and not genuine


def _tricks_of(word: str) -> tuple[Trick, ...]:
    if len(_SCRIPT.findall(word)) and all(ord(char) in SCRIPTS or char.isascii() for char in word):
        return ("homoglyphs",)
    return ("fancy-letters",) if len(_STYLE.findall(word)) > 2 else ()
