"""Reading an answer takes linear time, whatever a model that loops has written."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator

import pytest

import nightshift.tiering.answers as folder
from nightshift.tiering.answers.comparators import Comparator, agreement_key
from nightshift.tiering.answers.features import describe

SHORT, FOUR_TIMES = 3_000, 12_000  # characters
UNITS = (
    " ", "\n", "- ", "9", "1,", "1,111", "1/", "1 ", ".5", "$", "-", "<<", "<<1", "a", "a^", "*", "a*", "\\", '"',
    '"answer"', '"answer": "', '"answer": "\\', '"label": "', "answer: ", "answer is ", "####", "#### \n", "{",
    "\\boxed{", "\\boxed{{}", "\\frac{", "\\frac{1}{", "3 x ", "1+", "= ", "1=", "(", "5 million ", "assum", "sorry",
)  # fmt: skip
SEEN_IN_PARTS = {"equations._PERCENT"}  # at most 120 characters


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    for info in pkgutil.iter_modules(folder.__path__):
        for name, value in vars(importlib.import_module(f"{folder.__name__}.{info.name}")).items():
            short = f"{info.name}.{name}"
            if isinstance(value, re.Pattern) and short not in SEEN_IN_PARTS:
                yield short, value
            elif isinstance(value, tuple):
                yield from ((short, row[0]) for row in value if isinstance(row[0], re.Pattern))


def is_quadratic(read: Callable[[str], object], unit: str) -> bool:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit)) + "!"
        begin = time.process_time()
        read(text)
        return time.process_time() - begin

    if seconds(FOUR_TIMES) < 0.03:
        return False
    # The best of three: what else the machine does is no fault of the expression.
    short, long = (min(seconds(length) for _ in range(3)) for length in (SHORT, FOUR_TIMES))
    return long > 9 * short


FOUND = list(expressions())


@pytest.mark.parametrize("expression", [found for _, found in FOUND], ids=[name for name, _ in FOUND])
def test_an_expression_takes_linear_time(expression: re.Pattern[str]) -> None:
    assert [unit for unit in UNITS if is_quadratic(expression.findall, unit)] == []


def test_an_answer_takes_linear_time() -> None:
    def read(text: str) -> None:
        describe("How many?", text)
        for comparator in Comparator:
            agreement_key(comparator, text)

    assert [unit for unit in UNITS if is_quadratic(read, unit)] == []


def test_an_expression_that_looks_again_at_every_start_is_found() -> None:
    again = re.compile(r" *\d")
    assert is_quadratic(lambda text: again.findall(text[: len(text) // 2]), " ")


def test_an_answer_that_ends_in_sixty_thousand_line_breaks_is_read_at_once() -> None:
    begin = time.process_time()
    agreement_key(Comparator.NUMERIC, '{"reasoning": "Half of 2 is 1' + "\n" * 60_000)
    assert time.process_time() - begin < 0.5
