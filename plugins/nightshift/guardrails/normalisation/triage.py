"""One pass that tells which kinds of obfuscation a text can contain at all. Nearly every text contains none."""

from __future__ import annotations

from functools import cached_property

import re2

from nightshift.guardrails.normalisation.confusables import CYRILLIC, GREEK, MIXED, SCRIPTS, STYLED
from nightshift.guardrails.normalisation.vocabulary import REVERSED_WORDS, ROT13_WORDS


def _letters(table: dict[int, str]) -> str:
    return "".join(map(chr, sorted(table)))


# White space or signs, not both: "| a | b | c | d |" is a table.
SEPARATORS = r"(?:[ \t\r\n]+|[.\-_*|/~+·•]+)"
_REWRITTEN: dict[str, str] = {
    "control": r"[\x00-\x08\x0e-\x1f\x7f]",
    "entity": r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][0-9A-Za-z]{1,30});",
    "percent": r"%[0-9A-Fa-f]{2}",
    "spacing": r"(?:^|[^{0}0-9])[{0}](?:{1}[{0}]){{3}}(?:$|[^{0}0-9])",
    "leet": (
        r"[A-Za-z][0-9@$!|+€]{1,2}[A-Za-z]|(?:^|[^0-9A-Za-z.,])[0-9@$€|][A-Za-z]{2}"
        r"|[A-Za-z]{2}[0134579@$|+](?:[^0-9A-Za-z]|$)"
    ),
    "whitespace": r"[ \t\r\n\v\f]{2}",
}
_ENCODED: dict[str, str] = {
    "run": r"[0-9A-Za-z+/_-]{16}|[0-9A-Za-z+/]{7}=",
    "hex": r"(?:[0-9A-Fa-f]{2}[ :,]){6}|(?:0x[0-9A-Fa-f]{2}[ ,;]*){4}",
    "escapes": r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\})",
    "numbers": r"[01]{7,8}[ ,;]?[01]{7,8}[ ,;]?[01]{7,8}|(?:[0-9]{2,3}[ ,;]+){5}",
    "morse": r"(?:^|[ /|])(?:[.\-_·•–−]{1,6}[ /|]+){4}",
    "rot13": rf"(?i)\b(?:{'|'.join(ROT13_WORDS)})\b",
    "reversed": rf"(?i)\b(?:{'|'.join(REVERSED_WORDS)})\b",
}
# Only searched in texts that are not plain ASCII.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
STACKABLE = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_UNICODE: dict[str, str] = {
    "invisible": f"[{INVISIBLE}\u0080-\u009f]",
    "stacked": f"[{STACKABLE}]{{2}}|[\u0334-\u0338\u20d0-\u20ff]",
    "homoglyphs": (
        f"[{_letters(STYLED)}]|[A-Za-z][{_letters(MIXED)}]|[{_letters(MIXED)}][A-Za-z]"
        f"|[{_letters(GREEK)}][{_letters(CYRILLIC)}]|[{_letters(CYRILLIC)}][{_letters(GREEK)}]"
        rf"|(?:^|\PL)[{_letters(SCRIPTS)}]{{3,}}(?:$|\PL)"
    ),
    "flipped": "[ɐɔǝɟƃɓɥᴉɾʞɯɹʇʌʍʎ]",
    "typography": "[‘’‚‛“”„‟′″‐‑‒–—−]",
}


class Triage:
    """A set of patterns; `families` names those that occur in a text, in one linear pass."""

    def __init__(self, patterns: dict[str, str]) -> None:
        self._names = tuple(patterns)
        self._patterns = patterns

    def families(self, text: str) -> frozenset[str]:
        found = self._set.Match(text)
        return frozenset([self._names[index] for index in found]) if found else _NONE

    @cached_property
    def _set(self) -> re2.Set:
        """Compiled at the first text; most texts are ASCII and never need the other one."""
        options = re2.Options()
        options.max_mem = 64 << 20
        options.log_errors = False
        patterns = re2.Set.SearchSet(options)
        for pattern in self._patterns.values():
            patterns.Add(pattern)
        patterns.Compile()
        return patterns


_NONE: frozenset[str] = frozenset()


def _with_letters(letters: str) -> dict[str, str]:
    rewritten = dict(_REWRITTEN)
    rewritten["spacing"] = rewritten["spacing"].format(letters, SEPARATORS)
    return {**rewritten, **_ENCODED}


ASCII = Triage(_with_letters("A-Za-z"))
UNICODE = Triage({**_with_letters(r"\pL"), **_UNICODE})
