"""How checks ask models: a few questions at a time, patiently, from any thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import tenacity

from nightshift.errors import NightshiftError, ProviderUnavailable, RateLimited

log = logging.getLogger(__name__)

TRIES = 4
LONGEST_WAIT = 30.0  # seconds, whatever a provider asks for: what is not answered fails closed

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def ask_each(
    questions: Sequence[Asked], ask: Callable[[Asked], Awaitable[Answer]], concurrency: int, what: str
) -> list[Answer | NightshiftError]:
    """The answers in order; where there is none, the error. Works with or without a running event loop.

    One question at a time and never several in a request: what is said of a text must not depend on its neighbours.
    """
    if not questions:
        return []
    answers = _run(lambda: _gather(questions, ask, concurrency))
    errors = [answer for answer in answers if isinstance(answer, NightshiftError)]
    if errors:
        # By their contract, messages of providers name neither texts nor credentials.
        log.warning("%s: %d of %d texts could not be checked: %s", what, len(errors), len(answers), errors[0])
    return answers


def _run(work: Callable[[], Coroutine[Any, Any, list[Answer | NightshiftError]]]) -> list[Answer | NightshiftError]:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1, thread_name_prefix="remote checks") as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


async def _gather(
    questions: Sequence[Asked], ask: Callable[[Asked], Awaitable[Answer]], concurrency: int
) -> list[Answer | NightshiftError]:
    room = asyncio.Semaphore(concurrency)

    async def answer(question: Asked) -> Answer | NightshiftError:
        async with room:
            try:
                return await _patiently(lambda: ask(question))
            except NightshiftError as error:
                return error

    return list(await asyncio.gather(*(answer(question) for question in questions)))


async def _patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    trying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(ProviderUnavailable),
        wait=_wait,
        stop=tenacity.stop_after_attempt(TRIES),
        reraise=True,
    )
    async for attempt in trying:
        with attempt:
            return await ask()
    raise AssertionError("tenacity gives up by raising")  # for mypy, which cannot know


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    told = error.retry_after_seconds if isinstance(error, RateLimited) else None
    return min(LONGEST_WAIT, 0.25 * 2**state.attempt_number if told is None else told)
