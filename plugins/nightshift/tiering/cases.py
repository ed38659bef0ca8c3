"""Outcome rows as arrays: what strategies are tried on, with the price of every call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.errors import InvalidSpec
from nightshift.tiering.opinions import Further, opinions_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.tiering.answers.comparators import Agreement
    from nightshift.tiering.outcomes import Outcome

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

CHARACTERS_PER_TOKEN = 4
UNKNOWN_ANSWER_TOKENS = 150  # where rows bring no answers: a short paragraph


@dataclass(frozen=True)
class Rate:
    """Dollars per million tokens of one model."""

    input_usd: float
    output_usd: float


@dataclass(frozen=True)
class Rates:
    """`opinions` are the further cheap models in the order they are asked; `baseline` is premium in real time."""

    light: Rate
    premium: Rate
    baseline: Rate
    opinions: tuple[Rate, ...] = ()


@dataclass(frozen=True)
class Cases:
    """Graded rows. Costs are dollars per row. `settled[k]` marks the rows at which two of the first k + 2 cheap
    answers are the same, `settled_right[k]` whether the answer they share is right. `graded`: every row was judged
    against a reference, not by comparison with premium."""

    light: Floats
    premium: Floats
    light_cost: Floats
    premium_cost: Floats
    baseline_cost: Floats
    score: Floats
    doubt: Floats | None = None
    settled: tuple[Mask, ...] = ()
    settled_right: tuple[Floats, ...] = ()
    opinion_costs: tuple[Floats, ...] = ()
    graded: bool = True

    def __len__(self) -> int:
        return len(self.light)

    def take(self, rows: npt.NDArray[np.int64] | Mask) -> Cases:
        return Cases(
            self.light[rows],
            self.premium[rows],
            self.light_cost[rows],
            self.premium_cost[rows],
            self.baseline_cost[rows],
            self.score[rows],
            None if self.doubt is None else self.doubt[rows],
            tuple(one[rows] for one in self.settled),
            tuple(one[rows] for one in self.settled_right),
            tuple(one[rows] for one in self.opinion_costs),
            self.graded,
        )


def cases(
    outcomes: Sequence[Outcome], rates: Rates, score: Floats, doubt: Floats | None, agreement: Agreement
) -> Cases:
    import numpy as np

    prompt = np.array([len(row.prompt) / CHARACTERS_PER_TOKEN for row in outcomes])

    def cost(rate: Rate, answers: Sequence[str | None]) -> Floats:
        known = [UNKNOWN_ANSWER_TOKENS if text is None else len(text) / CHARACTERS_PER_TOKEN for text in answers]
        priced: Floats = (prompt * rate.input_usd + np.array(known) * rate.output_usd) / 1e6
        return priced

    premium_answers = [row.premium_answer for row in outcomes]
    further = opinions_of(outcomes).columns
    if len(further) > len(rates.opinions):
        named = ", ".join(one.model or "a model without a name" for one in further)
        raise InvalidSpec(
            "rows bring opinions of more models than there are prices",
            field="--opinion",
            value=len(rates.opinions),
            limit=len(further),
            way_out=f"--opinion 0.0375/0.15, or a model of the catalogue, once per further model: {named}",
        )
    settled, right = _settled(outcomes, further, agreement)
    return Cases(
        np.array([row.light_correct for row in outcomes], dtype=np.float64),
        np.array([row.premium_correct for row in outcomes], dtype=np.float64),
        cost(rates.light, [row.light_answer for row in outcomes]),
        cost(rates.premium, premium_answers),
        cost(rates.baseline, premium_answers),
        score,
        doubt,
        settled,
        right,
        tuple(
            cost(rate, [opinion.answer for opinion in one.opinions])
            for rate, one in zip(rates.opinions, further, strict=False)
        ),
        all(row.graded for row in outcomes),
    )


def _settled(
    outcomes: Sequence[Outcome], further: Sequence[Further], agreement: Agreement
) -> tuple[tuple[Mask, ...], tuple[Floats, ...]]:
    """After each further opinion: which rows have two answers that agree, and whether the shared one is right."""
    import numpy as np

    done = np.zeros(len(outcomes), dtype=bool)
    right = np.zeros(len(outcomes))
    settled, settled_right = [], []
    earlier = [[(row.light_answer or "", row.light_correct) for row in outcomes]]
    for one in further:
        new = [(opinion.answer, opinion.correct) for opinion in one.opinions]
        for before in earlier:
            same = np.array(agreement.agree([(was[0], now[0]) for was, now in zip(before, new, strict=True)]))
            first = same & ~done
            right[first] = np.array([correct for _, correct in before], dtype=np.float64)[first]
            done = done | same
        earlier.append(new)
        settled.append(done.copy())
        settled_right.append(right.copy())
    return tuple(settled), tuple(settled_right)
