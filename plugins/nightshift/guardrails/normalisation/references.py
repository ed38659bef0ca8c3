"""HTML entities and percent encoding, in place: both are common in innocent text."""

from __future__ import annotations

import re

from nightshift.guardrails.normalisation.alignment import Aligned, Edit
from nightshift.guardrails.normalisation.tricks import Trick

# &amp;amp;lt; is decoded in one go, however often it was encoded.
_ENTITY = re.compile(r"&(?:amp;)*(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][0-9A-Za-z]{1,30});")
_PERCENT = re.compile(r"(?:%(?:25)*[0-9A-Fa-f]{2})+")
_PERCENT_OF_PERCENT = re.compile(r"%(?:25)+(?=[0-9A-Fa-f]{2})")


def entities_decoded(text: Aligned, tricks: set[Trick]) -> Aligned:
    from html import unescape

    edits: list[Edit] = []
    letters = 0
    for entity in _ENTITY.finditer(text.text):
        name = "&" + entity.group()[1:].removeprefix("amp;" * entity.group().count("amp;"))
        char = unescape(name) if name != "&" else "&"
        if char != entity.group():
            edits.append((entity.start(), entity.end(), char))
            letters += char.isascii() and char.isalnum()
    if letters > 2:
        tricks.add("entities")
    return text.rewritten(edits)


def percent_decoded(text: Aligned, tricks: set[Trick]) -> Aligned:
    edits: list[Edit] = []
    letters = 0
    for run in _PERCENT.finditer(text.text):
        codes = _PERCENT_OF_PERCENT.sub("%", run.group())
        try:
            new = bytes.fromhex(codes.replace("%", "")).decode()
        except ValueError:
            continue
        edits.append((run.start(), run.end(), new))
        letters += sum(char.isascii() and char.isalnum() for char in new)
    if letters > 2:
        tricks.add("percent")
    return text.rewritten(edits)
