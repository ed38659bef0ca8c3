"""The comparator `judge`: two answers of which, in the eyes of a model, each bears out the other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from nightshift.errors import NightshiftError
from nightshift.guardrails.asking import ask_each
from nightshift.guardrails.remote import Judge
from nightshift.tiering.answers.features import refuses

log = logging.getLogger(__name__)

_BORNE_OUT = 1.0  # wholly: what is borne out in part may differ in the rest, and a doubt is premium's
_PAIRS_AT_ONCE = 8
MOST_FAILURES = 256  # in a row, tries counted: the judge is down, and the night is for the answers


class JudgeAgreement:
    """An `Agreement` for the pairs of one wave. A pair about which the judge gives no verdict does not agree.

    The judge is not asked after the deadline, nor after MOST_FAILURES: what it has said until then is paid and holds.
    """

    def __init__(self, judge: Judge, deadline: datetime) -> None:
        self._judge, self._deadline = judge, deadline
        self._failures = 0  # in a row

    def agree(self, pairs: Sequence[tuple[str, str]]) -> list[bool]:
        asked = [_question(*pair) for pair in pairs]
        questions = list(dict.fromkeys(pair for pair in asked if pair is not None and pair[0] != pair[1]))
        answers = ask_each(questions, self._verdict, _PAIRS_AT_ONCE, "the judge of answers")
        if without := sum(not isinstance(answer, bool) for answer in answers):
            log.warning("the judge gave no verdict on %d of %d pairs; they do not agree", without, len(answers))
        verdicts = dict(zip(questions, answers, strict=True))
        return [pair is not None and (pair[0] == pair[1] or verdicts[pair] is True) for pair in asked]

    async def _verdict(self, pair: tuple[str, str]) -> bool | None:
        """None where there is no time left, or no hope."""
        left = (self._deadline - datetime.now(UTC)).total_seconds()
        if left <= 0 or self._failures >= MOST_FAILURES:
            return None
        try:
            async with asyncio.timeout(left):
                found = await self._bear_each_other_out(*pair)
        except TimeoutError:
            return None
        except NightshiftError:
            self._failures += 1
            raise
        self._failures = 0
        return found

    async def _bear_each_other_out(self, one: str, other: str) -> bool:
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
