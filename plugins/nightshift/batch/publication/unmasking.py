"""Puts back into answers what was masked in their own rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nightshift.guardrails.masking.placeholders import PLACEHOLDER

if TYPE_CHECKING:
    import pyarrow as pa


def unmask_answers(table: pa.Table, originals: dict[int, dict[str, str]]) -> pa.Table:
    """The results with each answer's placeholders restored from its own row; never from another person's."""
    import pyarrow as pa

    answers = [
        restore(answer, originals.get(row, {})) if answer else answer
        for row, answer in zip(table["row_number"].to_pylist(), table["answer"].to_pylist(), strict=True)
    ]
    place = table.column_names.index("answer")
    return table.set_column(place, table.schema.field(place), pa.chunked_array([pa.array(answers, pa.string())]))


def restore(text: str, originals: dict[str, str]) -> str:
    """The text with one row's placeholders undone. A placeholder of another row stays what it is."""
    return PLACEHOLDER.sub(lambda match: originals.get(match[0], match[0]), text)
