"""Accuracy and cost of each way, summed over its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nightshift.batch.answers.grading import grade, read_number
from nightshift.tiering.guarantee import upper_bound

_HALF_OF_TWO_SIDED = 0.975


@dataclass(frozen=True)
class Measured:
    """`right` is counted from the published answers, `cost` from their receipts; `real_time` is what the same tokens
    of the last tier's model cost in real time."""

    rows: int
    right: int
    premium: int
    cost: Decimal
    real_time: Decimal
    why: str

    def __add__(self, other: Measured) -> Measured:
        return Measured(
            self.rows + other.rows,
            self.right + other.right,
            self.premium + other.premium,
            self.cost + other.cost,
            self.real_time + other.real_time,
            other.why,
        )

    @property
    def accuracy(self) -> float:
        return self.right / self.rows

    def interval(self) -> tuple[float, float]:
        """Exact, two-sided, 95 %."""
        wrong = self.rows - self.right
        return 1 - upper_bound(wrong, self.rows, _HALF_OF_TWO_SIDED), upper_bound(
            self.right, self.rows, _HALF_OF_TWO_SIDED
        )


def measure(
    results: Sequence[Mapping[str, Any]], references: Mapping[str, str], summary: Mapping[str, Any], premium: str
) -> Measured:
    """Grades each published answer by the number that it gives."""
    grades = [
        grade(read_number(row["answer"]) if row["answer"] is not None else None, references[row["request_id"]])
        for row in results
    ]
    return Measured(
        rows=len(results),
        right=grades.count("correct"),
        premium=sum(row["model"] == premium for row in results),
        cost=sum((row["cost_usd"] for row in results), Decimal(0)),
        real_time=Decimal(str(summary["baseline_cost_usd"])),
        why=summary["cascade"]["reason"],
    )


def table(measured: Mapping[str, Measured], premium_only: str) -> str:
    """One line per way, next to premium for every row in real time."""
    baseline = measured[premium_only]
    lines = [
        f"  {'':<34} {'right':>7} {'95 % interval':>16} {'premium':>8} {'cost':>11} {'of premium in real time':>24}"
    ]
    for name, one in measured.items():
        low, high = one.interval()
        lines.append(
            f"  {name:<34} {one.accuracy:>7.2%} {f'{low:.1%} to {high:.1%}':>16} {one.premium / one.rows:>8.1%} "
            f"{'$' + format(one.cost, '.6f'):>11} {float(one.cost / baseline.real_time):>24.2%}"
        )
    lines.append(
        f"  {'premium only, in real time':<34} {baseline.accuracy:>7.2%} {'':>16} {1:>8.1%} "
        f"{'$' + format(baseline.real_time, '.6f'):>11} {1:>24.2%}"
    )
    return "\n".join(lines)
