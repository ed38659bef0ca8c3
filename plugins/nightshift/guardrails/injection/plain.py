"""Phrases that hardly anybody uses otherwise: a short text with one is an attack, whatever a model has learnt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nightshift.guardrails.injection.rules import RuleHit

PLAIN_SCORE = 0.99
_SHORT = 120
_ANY_RULE = 0.9
_OVERRIDE = 0.85
_OVERRIDES = frozenset({"override", "override-foreign"})


def is_plain(hits: Iterable[RuleHit], length: int) -> bool:
    """Whether a text of some characters is nothing but an attack."""
    hits = list(hits)
    return length <= _SHORT and (any(hit.weight >= _ANY_RULE for hit in hits) or _overrides(hits))


def is_plain_within(hits: Iterable[RuleHit], length: int) -> bool:
    """The same of one sentence of a text: there a prompt is asked for and a special token stands for many reasons."""
    return length <= _SHORT and _overrides(hits)


def _overrides(hits: Iterable[RuleHit]) -> bool:
    return any(hit.weight >= _OVERRIDE and hit.rule in _OVERRIDES for hit in hits)
