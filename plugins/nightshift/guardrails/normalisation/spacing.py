"""Letters that were drawn apart, and white space that was piled up."""

from __future__ import annotations

import re
from collections import Counter

from nightshift.guardrails.normalisation.alignment import Aligned, Edit
from nightshift.guardrails.normalisation.triage import SEPARATORS
from nightshift.guardrails.normalisation.tricks import Trick
from nightshift.guardrails.normalisation.vocabulary import segmented, share_of_words

_DRAWN_APART = re.compile(rf"(?<![^\W_])[^\W\d_](?:{SEPARATORS}[^\W\d_](?![^\W_])){{3,}}")
_GAPS = re.compile(SEPARATORS)
_WHITE = re.compile(r"[ \t\r\n\v\f]{2,}")
# Longer than a word: several words whose gaps were as wide as those between their letters.
_LONG = 9


def closed(text: Aligned, tricks: set[Trick]) -> Aligned:
    """``i g n o r e  a l l`` as ``ignore all``; where the words run together, split by known words."""
    edits: list[Edit] = []
    for run in _DRAWN_APART.finditer(text.text):
        gaps = _close(run.group(), run.start())
        edits.extend(gaps)
        if len(gaps) > 4:
            tricks.add("spacing")
    return text.rewritten(edits)


def _close(run: str, at: int) -> list[Edit]:
    gaps = list(_GAPS.finditer(run))
    letter_gap = _letter_gap([gap.group() for gap in gaps])
    fresh = [gap.group() != letter_gap for gap in gaps]
    if not any(fresh) and len(gaps) >= _LONG:
        fresh = _word_starts(run[0] + "".join(run[gap.end()] for gap in gaps))
    return [
        (at + gap.start(), at + gap.end(), " " if starts_word else "")
        for gap, starts_word in zip(gaps, fresh, strict=True)
    ]


def _letter_gap(gaps: list[str]) -> str:
    visible = [gap for gap in gaps if gap.strip()]
    if visible:
        return Counter(visible).most_common(1)[0][0]
    return min(gaps, key=lambda gap: (len(gap), gap))


def _word_starts(letters: str) -> list[bool]:
    words = segmented(letters)
    if share_of_words(" ".join(words)) < 0.6:
        return [False] * (len(letters) - 1)
    starts = [False] * (len(letters) - 1)
    at = 0
    for word in words[:-1]:
        at += len(word)
        starts[at - 1] = True
    return starts


def folded(text: Aligned) -> Aligned:
    """Runs of white space as one space, or as one line break where they hold one."""
    source = text.text
    new = _WHITE.sub(_fold, source)
    if new == source:
        return text
    return text.replaced(new, lambda: [(run.start(), run.end(), _fold(run)) for run in _WHITE.finditer(source)])


def _fold(run: re.Match[str]) -> str:
    return "\n" if "\n" in run.group() or "\r" in run.group() else " "
