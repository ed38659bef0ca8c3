"""What a phrase of an attack is: cheap words that must occur, and the pattern that locates the hit.

The tables: orders_phrases.py, persona_phrases.py, disguise_phrases.py, action_phrases.py. In a pattern `{g}` is a gap
inside a sentence, `{w}` up to four words. RE2 syntax, compared without case.
"""

from __future__ import annotations

from typing import NamedTuple


class Phrase(NamedTuple):
    """`pattern` is searched where all parts of `trigger` (joined by `&&`) occur; without one, everywhere."""

    rule: str
    weight: float
    pattern: str
    trigger: str = ""
