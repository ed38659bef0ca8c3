"""What two guardrail policies say of the same texts: counts, rules, and the texts about which they differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """What a policy says of one row or answer. `text` is only compared."""

    action: str
    rules: tuple[str, ...]
    text: object = field(repr=False)

    @classmethod
    def of(cls, told: str, text: object) -> Said:
        """From a receipt's line: `mask mail,phone`."""
        action, _, rules = told.partition(" ")
        return cls(action, tuple(dict.fromkeys(filter(None, rules.split(",")))), text)


@dataclass(frozen=True)
class Change:
    """A row, or one answer to it, of which the policies say different things."""

    direction: str
    request_id: str
    row_number: int
    before: str
    after: str
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]
    wave: int | None = None  # None for a row of the input


@dataclass
class Compared:
    """One direction: how many texts went from which action to which, and how many each rule hit."""

    texts: int = 0
    changed: int = 0
    actions: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)

    def add(self, before: Said, after: Said) -> bool:
        """Whether the policies differ about it."""
        self.texts += 1
        self.actions[before.action, after.action] += 1
        self.before.update(before.rules)
        self.after.update(after.rules)
        differ = before != after
        self.changed += differ
        return differ

    def as_json(self) -> dict[str, Any]:
        rules = sorted({*self.before, *self.after})
        return {
            "texts": self.texts,
            "changed": self.changed,
            "actions": [
                {"before": before, "after": after, "texts": count}
                for (before, after), count in sorted(self.actions.items())
            ],
            "rules": {rule: {"before": self.before[rule], "after": self.after[rule]} for rule in rules},
        }


def changed(direction: str, request_id: str, row: int, was: Said, would: Said, wave: int | None = None) -> Change:
    """The change from one saying to the other."""
    return Change(direction, request_id, row, was.action, would.action, was.rules, would.rules, wave)
