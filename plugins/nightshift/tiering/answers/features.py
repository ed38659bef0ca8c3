"""What an answer gives away about itself, read beside its prompt: arithmetic, plausibility, doubt, refusal."""

from __future__ import annotations

import re
from math import log1p
from typing import TYPE_CHECKING

from nightshift.tiering.answers.equations import Equation, equations
from nightshift.tiering.answers.final_value import body, final_value, marked_value, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

_SPELLED = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "dozen": 12, "half": 2, "twice": 2, "double": 2, "third": 3, "triple": 3, "quarter": 4,
    "fourth": 4, "fifth": 5, "hundred": 100,
}  # fmt: skip
_EVERYDAY = frozenset({1, 2, 3, 4, 7, 10, 12, 24, 30, 31, 52, 60, 100, 365, 1000})  # days, minutes, percent
_REFUSAL = re.compile(
    r"\b(?:sorry|i can(?:no|')t|cannot (?:be )?(?:determine|answer|help|solve|assist)|unable to|not enough information"
    r"|as an ai|unclear)",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:however|actually|wait|assum\w+|approximately|roughly|about|rounded?|not possible|impossible|might|perhaps"
    r"|probably|can't have|cannot have)\b",
    re.IGNORECASE,
)
_ALGEBRA = re.compile(r"\blet\b|\b[a-z] = |\bequation\b|\bvariable\b", re.IGNORECASE)
READS = 2  # raised where the same features are read from an answer in another way: earlier weights do not fit then
NAMES = (
    "unmarked", "no_number", "negative", "fraction", "zero", "size", "from_question", "wrong", "any_wrong",
    "equations", "no_equation", "unused", "any_unused", "used_share", "ungrounded", "any_ungrounded", "loose_results",
    "last_differs", "never_computed", "length", "lines", "longer_than_prompt", "steps_per_number", "hedges", "algebra",
    "refusal", "divisions", "products", "sums", "differences", "operations", "negative_results", "fraction_results",
    "percents", "too_large", "too_small", "counted_fraction", "each_without_product", "rest_without_difference",
    "total_without_sum", "most_operands", "largest_result",
)  # fmt: skip


def read_answers(prompts: Sequence[str], answers: Sequence[str]) -> npt.NDArray[np.float64]:
    """One row of NAMES per answer."""
    import numpy as np

    rows = [describe(prompt, answer) for prompt, answer in zip(prompts, answers, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))


def refuses(answer: str) -> bool:
    """Nothing was answered, or the answer says that it is none."""
    return not answer.strip() or _REFUSAL.search(answer) is not None


def wrong_equations(answer: str) -> int:
    return sum(equation.wrong for equation in equations(answer))


def describe(prompt: str, answer: str) -> tuple[float, ...]:
    final = final_value(answer)
    value = final if final is not None else 0.0
    found = equations(answer)
    asked = numbers(prompt)
    return (
        float(marked_value(answer) is None),
        float(final is None),
        float(value < 0),
        float(value != int(value)),
        float(final == 0),
        log1p(abs(value)),
        float(final in asked),
        *_arithmetic(prompt, asked, found, answer),
        *_agreement(found, final),
        *_manner(prompt, asked, found, answer),
        *_plausibility(prompt.lower(), asked, found, value),
    )


def _arithmetic(prompt: str, asked: list[float], found: list[Equation], answer: str) -> tuple[float, ...]:
    """Sums that are wrong, numbers of the question that were not used, numbers that came from nowhere."""
    wrong = sum(equation.wrong for equation in found)
    written = set(numbers(body(answer)))
    given = set(asked)
    unused = len(given - written)
    spelled = {float(_SPELLED[word]) for word in re.findall(r"[a-z]+", prompt.lower()) if word in _SPELLED}
    known = {round(value, 2) for value in given | spelled | _EVERYDAY}
    ungrounded = 0
    for equation in found:
        ungrounded += sum(round(operand, 2) not in known for operand in equation.operands)
        known |= {round(abs(equation.claimed), 2), *(round(operand, 2) for operand in equation.operands)}
    return (
        float(wrong),
        float(wrong > 0),
        float(len(found)),
        float(not found),
        float(unused),
        float(unused > 0),
        1.0 - unused / (len(given) or 1),
        float(ungrounded),
        float(ungrounded > 0),
    )


def _agreement(found: list[Equation], final: float | None) -> tuple[float, ...]:
    """Whether the results lead to the final value."""
    if final is None or not found:
        return 0.0, 0.0, 0.0
    results = [equation.claimed for equation in found]
    operands = {round(operand, 2) for equation in found for operand in equation.operands}
    loose = sum(round(abs(result), 2) not in operands and abs(result - final) > 0.01 for result in results[:-1])
    never = not any(abs(abs(result) - abs(final)) < 0.01 for result in results)
    return float(loose), float(abs(abs(results[-1]) - abs(final)) > 0.01), float(never)


def _manner(prompt: str, asked: list[float], found: list[Equation], answer: str) -> tuple[float, ...]:
    return (
        log1p(len(answer)),
        log1p(answer.strip().count("\n")),
        log1p(len(answer) / (len(prompt) or 1)),
        len(found) - len(set(asked)),
        float(len(_HEDGE.findall(answer))),
        float(len(_ALGEBRA.findall(answer))),
        float(refuses(answer)),
    )


def _plausibility(asked_text: str, asked: list[float], found: list[Equation], value: float) -> tuple[float, ...]:
    """Whether the kind of sums and the size of the result fit the question."""
    signs = "".join(equation.left for equation in found)
    counts = [float(signs.count(sign)) for sign in "/*+-"]
    quotient, product, total, rest = counts
    results = [equation.claimed for equation in found]
    return (
        *counts,
        float(sum(count > 0 for count in counts)),
        float(any(result < 0 for result in results)),
        float(sum(result != int(result) for result in results)),
        float(signs.count("%")),
        float(abs(value) > 10 * max(asked, default=1e9)),
        float(abs(value) < min(asked, default=0.0)),
        float("how many" in asked_text and value != int(value)),
        float("each" in asked_text and not product and not quotient),
        float(("left" in asked_text or "remain" in asked_text) and not rest),
        float("total" in asked_text and not total and not product),
        float(max((len(equation.operands) for equation in found), default=0)),
        log1p(max((abs(result) for result in results), default=0.0)),
    )
