"""The texts that are screened together, and what they are compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

if TYPE_CHECKING:
    from nightshift.guardrails.normalisation import View

# Who wrote a text decides what it may say: an instruction is no attack in a system prompt, and one in a document.
Origin = Literal["user", "system", "document", "tool", "assistant"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """One text. An answer is compared with what was asked (`prompt`, `system`) and with what was retrieved for it."""

    text: str = field(repr=False)
    origin: Origin = "user"
    prompt: str | None = field(default=None, repr=False)
    system: str | None = field(default=None, repr=False)
    sources: tuple[str, ...] = field(default=(), repr=False)


class Batch:
    """The subjects of one call. What several checks need is computed once."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = subjects
        self.texts = [subject.text for subject in subjects]
        self._shared: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.subjects)

    @cached_property
    def views(self) -> list[View]:
        """Each text as it reads once tricks of spelling and encoding are undone."""
        from nightshift.guardrails.normalisation import view

        return [view(text) for text in self.texts]

    def shared(self, key: str, make: Callable[[Batch], T]) -> T:
        """What `make` gives for this batch, made on the first call with `key`."""
        if key not in self._shared:
            self._shared[key] = make(self)
        found: T = self._shared[key]
        return found
