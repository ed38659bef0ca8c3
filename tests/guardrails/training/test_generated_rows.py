"""Rows that are put together by a program: harmless, many, and the same every time."""

from collections.abc import Callable

import pytest

from nightshift.guardrails.training.corpus import Example
from nightshift.guardrails.training.everyday import everyday_rows
from nightshift.guardrails.training.pages import page_rows


@pytest.mark.parametrize("make", [page_rows, everyday_rows])
def test_generated_rows_are_harmless_and_the_same_every_time(make: Callable[[], list[Example]]) -> None:
    rows = make()
    assert rows == make()
    assert not any(row.label for row in rows)
    assert all(row.licence for row in rows)
    assert len({row.text for row in rows}) > len(rows) / 2
    assert not any("{" in row.text and "}" in row.text and "{0}" in row.text for row in rows)
