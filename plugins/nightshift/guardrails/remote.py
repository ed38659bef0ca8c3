"""What checks ask of models that are not on this machine, and who keeps the books on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from nightshift.guardrails.verdict import Hit

if TYPE_CHECKING:
    from nightshift.providers.port import Moderator, RowResult, Target

UNANSWERED = "CHECK_UNANSWERED"  # the entity of a hit that says: this text could not be checked


class Judge(Protocol):
    """A model that says whether texts bear out what is claimed."""

    async def support(self, claims: Sequence[str], sources: Sequence[str]) -> Sequence[float]:
        """How far the sources bear out each claim, from 0 to 1, in their order. Raises as `Provider.answer` does."""
        ...


class Question(NamedTuple):
    """One request to a judge. `key` is the digest of what is asked."""

    key: str
    request_bytes: int
    most_output_tokens: int


class Replied(NamedTuple):
    """One reply. `used` is what it is billed for, None where nobody knows; `problem` says why there is no `support`."""

    used: RowResult | None
    support: tuple[float, ...] | None
    problem: str = ""


class JudgeBooks(Protocol):
    """Pays for a judge's requests, and remembers what was paid for."""

    async def asked_once(self, question: Question, ask: Callable[[str], Awaitable[Replied]]) -> Replied:
        """What the question was answered before, or what `ask` brings; it is given the idempotency key to send.

        Raises what `ask` raises, and BudgetExceeded or StateConflict where nothing may be asked any more.
        """
        ...


class Tally(Protocol):
    """Counts what becomes of the texts of a lot. May be told from several threads."""

    def answered(self, text: str) -> None: ...

    def lost(self, text: str) -> None:
        """A try may have been executed, and nobody heard the answer. Raises BudgetExceeded: no further try fits."""
        ...


class ModerationBooks(Protocol):
    """Pays for a provider's own guardrail."""

    def lot(self, texts: Sequence[str]) -> AbstractContextManager[Tally]:
        """Around one try at each text. Raises BudgetExceeded or StateConflict where none may be asked any more."""
        ...


class Moderating(NamedTuple):
    """A provider's own guardrail, ready to be asked. Without `books` it costs nothing, or nobody knows what."""

    moderator: Moderator
    target: Target
    books: ModerationBooks | None = None


class Remote(Protocol):
    """Models by their names in include/models/catalogue.yaml.

    Raises RequestRejected or Misconfigured for a name that cannot be asked, here and now.
    """

    def moderator(self, model: str) -> Moderating: ...

    def judge(self, model: str) -> Judge: ...


def unanswered() -> list[Hit]:
    """What a check says of a text for which it got no answer."""
    return [Hit(UNANSWERED, 0, 0)]
