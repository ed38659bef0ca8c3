"""The comparator `judge`: two answers of which, in the eyes of a model, each bears out the other."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.errors import NightshiftError
from nightshift.guardrails.asking import ask_each
from nightshift.guardrails.remote import Judge
from nightshift.tiering.answers.features import refuses

_BORNE_OUT = 1.0  # wholly: what is borne out in part may differ in the rest, and a doubt is premium's
_PAIRS_AT_ONCE = 8


class JudgeAgreement:
    """An `Agreement`. A pair about which the judge gives no verdict does not agree.

    Raises the provider's error where asking again later helps.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def agree(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        asked = [_question(*pair) for pair in pairs]
        questions = list(dict.fromkeys(pair for pair in asked if pair is not None and pair[0] != pair[1]))
        answers = ask_each(questions, self._bear_each_other_out, _PAIRS_AT_ONCE, "the judge of answers")
        verdicts = dict(zip(questions, answers, strict=True))
        for answer in answers:
            if isinstance(answer, NightshiftError) and answer.retryable:
                raise answer
        return [pair is not None and (pair[0] == pair[1] or verdicts[pair] is True) for pair in asked]

    async def _bear_each_other_out(self, pair: tuple[str, str]) -> bool:
        one, other = pair
        return await self._bears_out(one, other) and await self._bears_out(other, one)

    async def _bears_out(self, source: str, claim: str) -> bool:
        (support,) = await self._judge.support((claim,), (source,))
        return support >= _BORNE_OUT


def _question(one: str, other: str) -> tuple[str, str] | None:
    """The pair in an order of its own, so that it does not matter which model said which; None for one to leave out."""
    if refuses(one) or refuses(other):
        return None
    first, second = sorted((one.strip(), other.strip()))
    return first, second
