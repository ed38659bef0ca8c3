"""Puts back into answers what was masked in their own rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nightshift.guardrails.masking.placeholders import PLACEHOLDER

if TYPE_CHECKING:
    import pyarrow as pa


def unmask_answers(table: pa.Table, originals: dict[int, dict[str, str]], *, as_json: bool) -> pa.Table:
    """The results with each answer's placeholders restored from its own row; never from another person's.

    `as_json`: the answers are JSON, and stay JSON whatever the originals hold.
    """
    import pyarrow as pa

    spelled = _in_json if as_json else str
    answers = [
        restore(answer, {name: spelled(text) for name, text in originals.get(row, {}).items()}) if answer else answer
        for row, answer in zip(table["row_number"].to_pylist(), table["answer"].to_pylist(), strict=True)
    ]
    place = table.column_names.index("answer")
    return table.set_column(place, table.schema.field(place), pa.chunked_array([pa.array(answers, pa.string())]))


def _in_json(text: str) -> str:
    """As a part of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def restore(text: str, originals: dict[str, str]) -> str:
    """The text with one row's placeholders undone. A placeholder of another row stays what it is."""
    return PLACEHOLDER.sub(lambda match: originals.get(match[0], match[0]), text)
