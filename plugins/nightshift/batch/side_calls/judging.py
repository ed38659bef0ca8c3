"""The books of a judge: each question is paid for once, and what was said of it is kept as numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from nightshift.batch.shards.planning import BYTES_PER_TOKEN, CHARACTERS_PER_TOKEN, TOKENS_PER_MESSAGE
from nightshift.batch.side_calls.books import Begun, Bill, Call, Remembered, SideCalls
from nightshift.errors import AnswerLost, NightshiftError
from nightshift.finops.prices import Billable, Price
from nightshift.guardrails.remote import Question, Replied

_MESSAGES = 2  # the judge's instructions, and what it judges


class PaidJudge:
    """The `JudgeBooks` of one run and one model. Whoever asks in vain is free to ask again."""

    def __init__(self, calls: SideCalls, model: str, price: Price, *, repeatable: bool) -> None:
        """`repeatable` says that the provider bills a question with the same key once, however often it is asked."""
        self._calls, self._model, self._price, self._repeatable = calls, model, price, repeatable

    async def asked_once(self, question: Question, ask: Callable[[str], Awaitable[Replied]]) -> Replied:
        call = Call(question.key, self._model, self._most(question), repeatable=self._repeatable)
        begun = await asyncio.to_thread(self._calls.begin, call)
        if isinstance(begun, Remembered):
            return Replied(None, begun.numbers, "gave no verdict when it was asked before")
        try:
            replied = await ask(self._calls.sent_key(question.key))
        except AnswerLost:
            await self._end(begun, Bill(lost=call.most), None, failed=True)
            raise
        except NightshiftError:
            await self._end(begun, Bill(), None, failed=True)
            raise
        await self._end(begun, *self._bill(call, replied))
        return replied

    def _bill(self, call: Call, replied: Replied) -> tuple[Bill, tuple[float, ...] | None, bool]:
        if replied.used is None:
            return Bill(lost=call.most), None, True
        cost = self._price.cost(replied.used)
        return Bill(cost), replied.support, replied.support is None and cost == 0

    async def _end(self, begun: Begun, bill: Bill, numbers: tuple[float, ...] | None, failed: bool) -> None:
        await asyncio.to_thread(self._calls.end, begun, bill, numbers, failed=failed)

    def _most(self, question: Question) -> int:
        """As of rows: the request with every sign that it has, and the longest reply."""
        given = -(-question.request_bytes // BYTES_PER_TOKEN) + _MESSAGES * TOKENS_PER_MESSAGE
        got = question.most_output_tokens
        return self._price.cost(Billable(given, 0, got, question.request_bytes, got * CHARACTERS_PER_TOKEN))
