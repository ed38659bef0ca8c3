"""What a detector finds in a text, what a policy makes of it, and the port of every check."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch

Direction = Literal["input", "context", "output"]
# From harmless to final; the strictest action of a text decides.
#   allow       note the finding, change nothing
#   annotate    note it on the receipt
#   mask        replace what was found
#   quarantine  hold the text back until a data steward looks at it
#   escalate    hold it back and ask a person at once
#   deny        refuse it
Action = Literal["allow", "annotate", "mask", "quarantine", "escalate", "deny"]
STRICTNESS: dict[Action, int] = {"allow": 0, "annotate": 1, "mask": 2, "quarantine": 3, "escalate": 4, "deny": 5}
HELD_BACK: frozenset[Action] = frozenset({"quarantine", "escalate"})


@dataclass(frozen=True, slots=True)
class Hit:
    """What a detector found. Offsets are characters of the original text; `score` is from 0 to 1."""

    entity: str
    start: int
    end: int
    score: float = 1.0


def is_inside(start: int, end: int, hits: Sequence[Hit]) -> bool:
    """Whether one of the hits, which are in the order of the text and do not overlap, covers the place."""
    before = bisect_right(hits, start, key=lambda hit: hit.start)
    return bool(before) and hits[before - 1].end >= end


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit that a rule of the policy reacted to."""

    rule: str
    entity: str
    start: int
    end: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Replaced:
    """A placeholder in a masked text and what stood in its place."""

    placeholder: str
    entity: str
    original: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the policy says about one text. `text` is what may be passed on: masked where a rule says so."""

    action: Action
    text: str = field(repr=False)
    findings: tuple[Finding, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    policy: str = ""  # digest of the policy that decided

    @property
    def rules(self) -> str:
        """The ids of the rules that hit, for a receipt: each once, in order."""
        return ",".join(dict.fromkeys(finding.rule for finding in self.findings))


class Detector(Protocol):
    """Finds something in texts.

    1. Takes time linear in the length of a text, and never logs it or raises with it.
    2. What it says of one subject does not depend on the others in the batch.
    """

    def detect(self, batch: Batch) -> Sequence[Sequence[Hit]]:
        """The hits in each subject, in the batch's order."""
        ...


class Scorer(Protocol):
    """A detector that gives every text a score."""

    def scores(self, batch: Batch) -> Sequence[float]:
        """One score from 0 to 1 per subject, in the batch's order."""
        ...
