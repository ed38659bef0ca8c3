"""What a check finds in a text and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Direction = Literal["input", "output"]
# From harmless to final; the strictest finding of a text decides.
Action = Literal["allow", "mask", "quarantine", "deny"]
STRICTNESS: dict[Action, int] = {"allow": 0, "mask": 1, "quarantine": 2, "deny": 3}


@dataclass(frozen=True)
class Finding:
    """One hit of one rule. `start` and `end` are character offsets in the screened text."""

    rule: str
    entity: str
    start: int
    end: int


@dataclass(frozen=True)
class Verdict:
    """What the policy says about one text. `text` is what may be passed on: masked where a rule says so."""

    action: Action
    text: str
    findings: tuple[Finding, ...] = ()

    @property
    def rules(self) -> str:
        """The ids of the rules that hit, for a receipt: each once, in order."""
        return ",".join(dict.fromkeys(finding.rule for finding in self.findings))


class Check(Protocol):
    """Finds something in a text. Must take time linear in its length, and never log or raise with the text."""

    def find(self, text: str) -> list[Finding]: ...
