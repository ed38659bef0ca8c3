"""Takes the disguises off a text, one after the other, until nothing changes any more."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nightshift.guardrails.normalisation import compatibility, references
from nightshift.guardrails.normalisation.alignment import Aligned
from nightshift.guardrails.normalisation.codes import Candidate
from nightshift.guardrails.normalisation.hidden import hidden_texts
from nightshift.guardrails.normalisation.homoglyphs import unmasked
from nightshift.guardrails.normalisation.invisible import read_invisible, strip_invisible
from nightshift.guardrails.normalisation.leet import unleeted
from nightshift.guardrails.normalisation.spacing import closed, folded
from nightshift.guardrails.normalisation.triage import ASCII, UNICODE
from nightshift.guardrails.normalisation.tricks import Trick
from nightshift.guardrails.normalisation.views import Decoded, View

# Base64 in hex in a comment is an attack; nobody packs deeper, and each level costs time.
DEEPEST = 3
# Disguises over disguises: each round takes one coat off.
_ROUNDS = 4
_SURROGATE = re.compile("[\ud800-\udfff]")
_WHITESPACE = frozenset({"whitespace"})


def view(text: str) -> View:
    """All readings of a text. Linear in its length; a text without any disguise costs microseconds."""
    return _view(text, 1)


def _view(text: str, depth: int) -> View:
    families = _families(text)
    if not families:
        return _as_sent(text)
    if families == _WHITESPACE:
        sent = Aligned(text)
        return View(text, folded(sent), sent)
    return _Reading(text, families, depth).finished()


def _as_sent(text: str) -> View:
    sent = Aligned(text)
    return View(text, sent, sent)


def _families(text: str) -> frozenset[str]:
    if text.isascii():
        return ASCII.families(text)
    try:
        families = UNICODE.families(text)
    except UnicodeEncodeError:
        return frozenset({"surrogates"})
    return families if compatibility.is_compatible(text) else families | {"compatibility"}


class _Reading:
    """A text on the way to its plain form; collects what was seen on the way."""

    def __init__(self, text: str, families: frozenset[str], depth: int) -> None:
        self._original, self._families, self._depth = text, families, depth
        self._plain = Aligned(text)
        self._tricks: set[Trick] = set()
        self._decoded: dict[Decoded, None] = {}
        self._wordless: dict[Decoded, None] = {}

    def finished(self) -> View:
        for _ in range(_ROUNDS):
            before = self._plain
            self._represent()
            texts, values = hidden_texts(self._plain.text, self._families)
            self._uncover(texts)
            self._keep_values(values)
            self._unmask()
            if self._plain is before:
                break
            self._families = _families(self._plain.text)
        return View(
            self._original,
            folded(self._plain),
            self._plain,
            tuple(self._decoded),
            frozenset(self._tricks),
            tuple(self._wordless),
        )

    def _represent(self) -> None:
        """The same characters however they were represented."""
        before = self._plain
        if "surrogates" in self._families:
            # A lone surrogate is no character: it cannot be encoded, sent or searched for.
            self._plain = self._plain.substituted(_SURROGATE.sub("\ufffd", self._plain.text))
            self._families = _families(self._plain.text)
        if "entity" in self._families:
            self._plain = references.entities_decoded(self._plain, self._tricks)
        if "percent" in self._families:
            self._plain = references.percent_decoded(self._plain, self._tricks)
        if self._plain is not before:
            self._families = _families(self._plain.text)
        if not self._families.isdisjoint(_CHARACTERS):
            self._normalise_characters()

    def _normalise_characters(self) -> None:
        if "invisible" in self._families:
            self._uncover(read_invisible(self._plain.text))
        before = self._plain
        if not self._families.isdisjoint({"invisible", "control"}):
            self._plain = strip_invisible(self._plain, self._tricks)
        if "stacked" in self._families:
            self._plain = compatibility.unstacked(self._plain, self._tricks, compatibility.DECOMPOSED_STACK)
        self._plain = compatibility.compatible(self._plain, self._tricks)
        if "stacked" in self._families:
            self._plain = compatibility.unstacked(self._plain, self._tricks, compatibility.COMPOSED_STACK)
        if "typography" in self._families:
            self._plain = compatibility.straight(self._plain)
        if self._plain is not before:
            self._families = _families(self._plain.text)

    def _unmask(self) -> None:
        """What the characters stand for."""
        if "homoglyphs" in self._families:
            self._plain = unmasked(self._plain, self._tricks)
        if "spacing" in self._families:
            self._plain = closed(self._plain, self._tricks)
        if "leet" in self._families:
            self._plain = unleeted(self._plain, self._tricks)

    def _uncover(self, found: Iterable[Candidate]) -> None:
        """Keep what was found, and what is hidden in it."""
        for kind, start, end, text in found:
            inner = self._inner(text)
            is_readable = bool(inner.plain.text.strip())  # marks without a letter are not; more may be hidden in them
            if not (is_readable or inner.decoded or inner.wordless):
                continue
            self._tricks.add(kind)
            start, end = self._plain.span(start, end)
            if is_readable:
                self._decoded[Decoded(kind, inner.plain.text, start, end, self._depth)] = None
            for deeper in inner.decoded:
                self._tricks.add("nested")
                self._decoded[Decoded(deeper.kind, deeper.text, start, end, deeper.depth)] = None
            for deeper in inner.wordless:
                self._wordless[Decoded(deeper.kind, deeper.text, start, end, deeper.depth)] = None

    def _keep_values(self, found: Iterable[Candidate]) -> None:
        """As `_uncover`, apart: nobody reads an instruction in them, and to decode a number is no trick."""
        for kind, start, end, text in found:
            inner = self._inner(text)
            start, end = self._plain.span(start, end)
            if inner.unfolded.text.strip():
                self._wordless[Decoded(kind, inner.unfolded.text, start, end, self._depth)] = None
            for deeper in (*inner.decoded, *inner.wordless):
                self._wordless[Decoded(deeper.kind, deeper.text, start, end, deeper.depth)] = None

    def _inner(self, text: str) -> View:
        return _view(text, self._depth + 1) if self._depth < DEEPEST else _as_sent(text)


_CHARACTERS = frozenset({"invisible", "control", "compatibility", "stacked", "typography"})
