"""The sums an answer works out, done again: `3 * 4 = 13` is found, whatever words stand between its numbers."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

_ANNOTATION = re.compile(r"<<[^<>]*>>")
_TIMES = re.compile(r"(?<=[\d)\s$%])[x×](?=[\s(\d$])|\\times")
_NOISE = re.compile(r"[^\d.,+\-*/()=%]+")
_SPACED = re.compile(r" ?([-+*/=(]) ?")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)%")
_OPERAND = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_OPERATOR = re.compile(r"[\d)%][-+*/]")
_LEADING_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")
_PLAIN = str.maketrans({"÷": "/", "−": "-", "–": "-", "×": "*", "$": None, "€": None, "£": None})
_ROUNDING, _SHARE = 0.011, 0.006  # a cent and a bit; what a factor such as 0.33 for a third makes
LONGEST = 20_000  # characters of an answer that are read
_LONGEST_SUM = 120

_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class Equation(NamedTuple):
    """`left = claimed` as the answer has it, and what the left side really is."""

    left: str
    operands: tuple[float, ...]
    value: float
    claimed: float

    @property
    def wrong(self) -> bool:
        return abs(self.value - self.claimed) > max(_ROUNDING, _SHARE * abs(self.value))


def equations(answer: str) -> list[Equation]:
    """The sums of the answer that can be read, in order."""
    text = _ANNOTATION.sub("", answer[:LONGEST]).translate(_PLAIN)
    found = []
    for line in text.splitlines():
        if "=" in line:
            plain = _SPACED.sub(r"\1", _NOISE.sub(" ", _TIMES.sub("*", line)))
            found += [equation for run in plain.split() if "=" in run for equation in _chain(run)]
    return found


def _chain(run: str) -> Iterator[Equation]:
    """`2*3=6=12/2` is two equations."""
    for left, right in pairwise(run.split("=")):
        left, right = left.strip(".,").lstrip("-*"), right.strip(".,")  # signs in front are a list's
        if not _OPERATOR.search(left[:_LONGEST_SUM]):
            left, right = right, left  # 6 = 12 / 2
            if not _OPERATOR.search(left[:_LONGEST_SUM]):
                continue
        value, claimed = _worked_out(left), _worked_out(right)
        if value is None or claimed is None:
            continue
        if "%" in right and abs(value - claimed * 100) < abs(value - claimed):
            claimed *= 100  # 0.05 * 500 = 25%
        operands = tuple(float(number.replace(",", "")) for number in _OPERAND.findall(left))
        yield Equation(left, operands, value, claimed)


def _worked_out(side: str) -> float | None:
    if len(side) > _LONGEST_SUM or not any(map(str.isdigit, side)):
        return None
    plain = _LEADING_ZEROS.sub("", _PERCENT.sub(r"(\1/100)", side.replace(",", "")))
    opened, closed = plain.count("("), plain.count(")")
    plain = "(" * (closed - opened) + plain + ")" * (opened - closed)
    try:
        return _value(ast.parse(plain, mode="eval").body)
    except (SyntaxError, ZeroDivisionError, OverflowError, TypeError):
        return None


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    raise TypeError(f"not arithmetic: {type(node).__name__}")
