"""What checks ask of models that are not on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from nightshift.providers.port import Moderator, Target

UNANSWERED = "CHECK_UNANSWERED"  # the entity of a hit that says: this text could not be checked


class Judge(Protocol):
    """A model that says whether texts bear out what is claimed."""

    async def support(self, claims: Sequence[str], sources: Sequence[str]) -> Sequence[float]:
        """How far the sources bear out each claim, from 0 to 1, in their order. Raises as `Provider.answer` does."""
        ...


class Remote(Protocol):
    """Models by their names in include/models/catalogue.yaml.

    Raises RequestRejected or Misconfigured for a name that cannot be asked, here and now.
    """

    def moderator(self, model: str) -> tuple[Moderator, Target]: ...

    def judge(self, model: str) -> Judge: ...


def unanswered() -> list[Hit]:
    """What a check says of a text for which it got no answer."""
    return [Hit(UNANSWERED, 0, 0)]
