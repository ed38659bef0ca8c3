"""How models decline: what they open with, and the words that decline. Expressions of RE2, without case.

A refusal says that the speaker will not help; "I cannot find your order" and "that is not possible in the app" do not.
"""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    """`openings` may come before `refusals`, several of them."""

    openings: str
    refusals: str


def any_of(*parts: str) -> str:
    return f"(?:{'|'.join(parts)})"
