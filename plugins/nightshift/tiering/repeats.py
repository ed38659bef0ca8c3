"""Prompts that were graded more than once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from nightshift.tiering.outcomes import Outcome

Row = TypeVar("Row", bound=Outcome)


def each_prompt_once(rows: Iterable[Row]) -> list[Row]:
    """The first row of each prompt of a task: repeated ones are no further evidence of what other prompts will do."""
    first: dict[tuple[str | None, str], Row] = {}
    for row in rows:
        first.setdefault((row.of, row.prompt), row)
    return list(first.values())
