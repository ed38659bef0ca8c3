"""What further cheap models answered, put in columns: the same model's answers under one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nightshift.tiering.outcomes import Opinion, Outcome

_MOST_NAMED = 3  # in a sentence


Key = tuple[str, int]  # a model, and how often it was asked before


class Further(NamedTuple):
    """A model's answers to all rows. `model` is empty where the rows do not name it."""

    model: str
    again: int
    opinions: tuple[Opinion, ...]


class Opinions(NamedTuple):
    """`asked` are all that any row brings, in the order in which they would be asked; `columns` those that every row
    brings; `missing` is a sentence on the others."""

    asked: tuple[Key, ...]
    columns: tuple[Further, ...]
    missing: str


def opinions_of(outcomes: Sequence[Outcome]) -> Opinions:
    """Opinions are matched by their model where the rows name it, else by place. A model that did not answer every row
    cannot be tried."""
    rows = [_by_model(row) for row in outcomes]
    counts: dict[Key, int] = {}
    for row in rows:
        for key in row:
            counts[key] = counts.get(key, 0) + 1
    silent = sum(row.light_answer is None for row in outcomes)
    if counts and silent:
        return Opinions(
            tuple(counts), (), f"No agreement: {silent:,} of {len(rows):,} rows do not bring their light answer."
        )
    whole = [key for key, count in counts.items() if count == len(rows)]
    lacking = [
        f"{len(rows) - count:,} of {len(rows):,} rows have no opinion of {_name(*key)}"
        for key, count in counts.items()
        if count < len(rows)
    ]
    more = len(lacking) - _MOST_NAMED
    told = "; ".join(lacking[:_MOST_NAMED]) + (f"; and of {more:,} further models" if more > 0 else "")
    columns = tuple(Further(*key, tuple(row[key] for row in rows)) for key in whole)
    return Opinions(tuple(counts), columns, f"Left out of agreement: {told}." if told else "")


def _by_model(row: Outcome) -> dict[Key, Opinion]:
    """A model that was asked again is another opinion: its second answer is its second column."""
    found: dict[Key, Opinion] = {}
    for opinion in row.opinions:
        again = sum(model == opinion.model for model, _ in found)
        found[opinion.model, again] = opinion
    return found


def _name(model: str, again: int) -> str:
    if not model:
        return f"a model without a name (place {again + 1})"
    return f"{model} (asked again)" if again else model
