"""Which alternatives of a pattern can occur in a text at all, told from the scripts of both.

The patterns know words of forty languages, and most texts are plain ASCII: these are searched for a fraction of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache

# Letters of other scripts than Latin, and the three signs that become such letters when case is ignored.
_OTHER = re.compile("[\u00b5\u0345\u0370-\u1dff\u1f00-\u1fff\u2126\u2c00-\uffff]")
_MARKS = re.compile(r"\\.|\[\^?\]?[^\]]*\]|[()|]")
_ANY_CHARACTER = re.compile(r"\\(?:[pP].|.)|\[\^?\]?[^\]]*\]")
_OPTIONAL = re.compile(r"[^()|][?*]|[^()|]\{0")
_INNERMOST = re.compile(r"\((?:\?[a-z-]*:)?([^()]*)\)([?*]|\{0)?")


class Script(IntEnum):
    """What letters a text has; each includes those before it."""

    ASCII = 0
    LATIN = 1
    OTHER = 2


_EXAMPLES = {Script.ASCII: "a", Script.LATIN: "é", Script.OTHER: "я"}


def script_of(text: str) -> Script:
    if text.isascii():
        return Script.ASCII
    return Script.OTHER if _OTHER.search(text) else Script.LATIN


def readable(pattern: str, script: Script) -> str:
    """The alternatives of a pattern that can match a text of a script, in their order."""
    return "|".join(one for one in _alternatives(pattern) if _needed(one) <= script)


def by_script(pattern: str) -> dict[Script, str]:
    """The alternatives of a pattern, by the script that they ask for."""
    found: dict[Script, list[str]] = {}
    for one in _alternatives(pattern):
        found.setdefault(_needed(one), []).append(one)
    return {script: "|".join(some) for script, some in found.items()}


def _alternatives(pattern: str) -> Iterator[str]:
    depth = start = 0
    for mark in _MARKS.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if mark.group() == "|" and not depth:
            yield pattern[start : mark.start()]
            start = mark.end()
    yield pattern[start:]


@cache
def _needed(alternative: str) -> Script:
    """The least script that a text must have to match. Classes and escapes count as ASCII: that is always safe."""
    if alternative.isascii():
        return Script.ASCII
    rest = _OPTIONAL.sub("", _ANY_CHARACTER.sub("a", alternative))
    while "(" in rest:
        rest = _INNERMOST.sub(_example, rest)
    return script_of(rest)


def _example(group: re.Match[str]) -> str:
    """A character that stands for what a group needs: the least that one of its branches does."""
    if group[2]:
        return ""
    return _EXAMPLES[min(script_of(_OPTIONAL.sub("", branch)) for branch in group[1].split("|"))]
