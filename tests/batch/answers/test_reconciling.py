"""Receipts add up to what the provider bills, to the token, whatever its lines say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch import schemas
from nightshift.batch.answers.reconciling import Billed, agree_with_bill
from nightshift.finops.prices import Billable, Price

PRICE = Price(model="m", mode="batch", input=3, cached_input=1, output=7, version="test")


def write(path: Path, rows: list[tuple[int, int, int, int]]) -> Billed:
    """An answers file of (row, input, cached, output); returns what its lines claim together."""
    values: dict[str, Any] = {name: [None] * len(rows) for name in schemas.answers().names}
    for name, place in (("row_number", 0), ("input_tokens", 1), ("cached_input_tokens", 2), ("output_tokens", 3)):
        values[name] = [row[place] for row in rows]
    values["cost"] = [PRICE.cost(Billable(*row[1:])) for row in rows]
    pq.write_table(pa.table(values, schema=schemas.answers()), path)
    return Billed(*(sum(row[place] for row in rows) for place in (1, 2, 3)))


def test_what_no_line_claims_goes_to_the_rows_that_were_not_delivered(tmp_path: Path) -> None:
    path = tmp_path / "answers.parquet"
    claimed = write(path, [(1, 10, 0, 5), (2, 0, 0, 0), (3, 0, 0, 0)])
    cost = agree_with_bill(path, Billed(31, 0, 12), claimed, {2, 3}, PRICE)
    rows = pq.read_table(path).to_pylist()
    assert [(row["input_tokens"], row["output_tokens"]) for row in rows] == [(10, 5), (11, 4), (10, 3)]
    assert sum(row["cost"] for row in rows) == cost == PRICE.cost(Billable(31, 0, 12))


def test_lines_that_claim_too_much_are_scaled(tmp_path: Path) -> None:
    path = tmp_path / "answers.parquet"
    claimed = write(path, [(1, 20, 10, 8), (2, 40, 20, 16)])
    agree_with_bill(path, Billed(30, 15, 12), claimed, set(), PRICE)
    rows = pq.read_table(path).to_pylist()
    assert [(row["input_tokens"], row["cached_input_tokens"], row["output_tokens"]) for row in rows] == [
        (10, 5, 4),
        (20, 10, 8),
    ]


tokens = st.integers(0, 10**9)


@given(rows=st.lists(st.tuples(tokens, tokens, st.booleans()), min_size=1, max_size=30), bill=st.tuples(tokens, tokens))
def test_the_sum_is_exact_for_any_bill(
    tmp_path_factory: Any, rows: list[tuple[int, int, bool]], bill: tuple[int, int]
) -> None:
    path = tmp_path_factory.mktemp("bill") / "answers.parquet"
    lost = {number for number, row in enumerate(rows) if row[2]}
    lines = [(number, 0 if gone else given, 0, 0 if gone else got) for number, (given, got, gone) in enumerate(rows)]
    claimed = write(path, lines)
    billed = Billed(bill[0], 0, bill[1])
    cost = agree_with_bill(path, billed, claimed, lost, PRICE)
    table = pq.read_table(path)
    assert Billed(*(sum(table[name].to_pylist()) for name in Billed._fields)) == billed
    assert cost == sum(table["cost"].to_pylist()) == PRICE.cost(Billable(*billed))
    assert min(min(table[name].to_pylist()) for name in Billed._fields) >= 0


def test_no_row_has_more_from_the_cache_than_it_has_input(tmp_path: Path) -> None:
    path = tmp_path / "answers.parquet"
    claimed = write(path, [(1, 20, 0, 5), (2, 2_000, 0, 5)])
    agree_with_bill(path, Billed(2_020, 1_024, 10), claimed, set(), PRICE)
    rows = pq.read_table(path).to_pylist()
    assert all(row["cached_input_tokens"] <= row["input_tokens"] for row in rows)
    assert all(row["cost"] > 0 for row in rows)
    assert sum(row["cached_input_tokens"] for row in rows) == 1_024
