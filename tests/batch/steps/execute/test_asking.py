"""One lot in real time: the pace that a provider sets, and which rows are in doubt when it fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from nightshift.batch.capacity.concurrency import AdaptiveLimit
from nightshift.batch.job import Deployment
from nightshift.batch.steps.execute.asking import Asking, Lot, Pace, Request
from nightshift.errors import AnswerLost, NightshiftError, ProviderRefused, ProviderUnavailable, RateLimited
from nightshift.finops.prices import Price
from nightshift.model_registry.capabilities import Capabilities, RealtimeLimits
from nightshift.providers.port import Embeddings, ModelCall, RequestTemplate, RowResult, Target

PRICE = Price(model="m", mode="realtime", input=1, cached_input=1, output=1, version="test")


class Scripted:
    """A provider that fails as it is told: `failure` gives what the n-th try (from 1) at a request raises."""

    def __init__(self, failure: Callable[[bytes, int], NightshiftError | None]) -> None:
        self._failure = failure
        self.tries: Counter[bytes] = Counter()
        self.keys: dict[bytes, set[str]] = {}
        self.running = self.most_at_once = 0

    def template(self, call: ModelCall) -> RequestTemplate:
        raise NotImplementedError

    def parse(self, line: bytes) -> RowResult | None:
        raise NotImplementedError

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        raise NotImplementedError

    def texts_per_request(self, target: Target) -> int:
        raise NotImplementedError

    async def answer(self, line: bytes, target: Target, key: str) -> bytes:
        self.tries[line] += 1
        self.keys.setdefault(line, set()).add(key)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        error = self._failure(line, self.tries[line])
        if error is not None:
            raise error
        return b"answer to " + line


def deployment(*, repeatable: bool) -> Deployment:
    realtime = RealtimeLimits(max_concurrency=4, checkpoint_requests=10, repeatable=repeatable)
    return Deployment(
        model="m", model_digest="d", provider="p", provider_model="m", region="r",
        capabilities=Capabilities(realtime=realtime, source="test"), batch_price=None, realtime_price=PRICE,
    )  # fmt: skip


def lot(
    provider: Scripted, *, repeatable: bool = False, patience: timedelta = timedelta(0), left: float = 60.0
) -> tuple[Lot, list[datetime]]:
    held: list[datetime] = []
    requests = [Request(number, b"%d\n" % number) for number in range(1, 11)]
    pace = Pace(AdaptiveLimit(4), patience, datetime.now(UTC) + timedelta(seconds=left))
    asking = Asking(provider, deployment(repeatable=repeatable), "digest", pace, held.append)
    asyncio.run(asking.run(requests))
    return asking.lot, held


def test_every_request_is_answered_once_and_never_more_than_allowed_at_a_time() -> None:
    provider = Scripted(lambda line, tries: None)
    found, _ = lot(provider)
    assert sorted(found.lines) == sorted(b"answer to %d\n" % number for number in range(1, 11))
    assert set(provider.tries.values()) == {1}
    assert 1 < provider.most_at_once <= 4
    assert not found.in_doubt
    assert found.stopped_by is None


def test_a_request_that_was_refused_for_its_rate_is_asked_again_and_the_others_are_told() -> None:
    provider = Scripted(lambda line, tries: RateLimited("slow down", 0.05) if line == b"3\n" and tries == 1 else None)
    found, held = lot(provider)
    assert len(found.lines) == 10
    assert provider.tries[b"3\n"] == 2
    assert len(held) == 1


def test_a_refusal_stops_the_lot_and_leaves_the_rest_unasked() -> None:
    provider = Scripted(lambda line, tries: ProviderRefused("no") if line == b"5\n" else None)
    found, _ = lot(provider)
    assert isinstance(found.stopped_by, ProviderRefused)
    assert 3 <= len(found.lines) < 9
    assert not found.in_doubt


def test_silence_is_borne_as_long_as_there_is_patience() -> None:
    provider = Scripted(lambda line, tries: ProviderUnavailable("away") if line == b"1\n" and tries == 1 else None)
    found, _ = lot(provider, patience=timedelta(minutes=1))
    assert len(found.lines) == 10
    stopped, _ = lot(Scripted(lambda line, tries: ProviderUnavailable("away")))
    assert isinstance(stopped.stopped_by, ProviderUnavailable)
    assert not stopped.lines
    assert not stopped.in_doubt


def test_a_lost_answer_is_asked_for_again_with_its_key_where_that_is_free() -> None:
    provider = Scripted(lambda line, tries: AnswerLost("cut") if line == b"7\n" and tries == 1 else None)
    found, _ = lot(provider, repeatable=True, patience=timedelta(minutes=1))
    assert len(found.lines) == 10
    assert provider.tries[b"7\n"] == 2
    assert len(provider.keys[b"7\n"]) == 1
    assert len({key for keys in provider.keys.values() for key in keys}) == 10


def test_a_lost_answer_is_in_doubt_where_asking_again_would_pay_twice() -> None:
    provider = Scripted(lambda line, tries: AnswerLost("cut") if line == b"7\n" else None)
    found, _ = lot(provider)
    assert found.in_doubt == [7]
    assert provider.tries[b"7\n"] == 1
    assert len(found.lines) == 9


@pytest.mark.parametrize("after", [ProviderRefused("no"), ProviderUnavailable("away")], ids=["refused", "away"])
def test_a_lost_answer_is_told_apart_when_the_provider_is_given_up(after: NightshiftError) -> None:
    provider = Scripted(lambda line, tries: AnswerLost("cut") if line == b"1\n" and tries == 1 else after)
    found, _ = lot(provider, repeatable=True)
    assert found.unheard == [1]
    assert not found.in_doubt
    assert found.stopped_by is not None


@pytest.mark.parametrize("repeatable", [False, True])
def test_what_was_answered_is_kept_when_the_work_is_broken_off(repeatable: bool) -> None:
    async def broken_off() -> Lot:
        provider = Scripted(lambda line, tries: None)
        hang = asyncio.Event()
        answer = provider.answer

        async def sometimes_never(line: bytes, target: Target, key: str) -> bytes:
            if line in (b"5\n", b"6\n"):
                await hang.wait()
            return await answer(line, target, key)

        provider.answer = sometimes_never  # type: ignore[method-assign]  # this one is the test's own
        pace = Pace(AdaptiveLimit(2), timedelta(0), datetime.now(UTC) + timedelta(minutes=1))
        asking = Asking(provider, deployment(repeatable=repeatable), "digest", pace, lambda until: None)
        task = asyncio.create_task(asking.run([Request(number, b"%d\n" % number) for number in range(1, 11)]))
        while len(asking.lot.lines) < 4:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return asking.lot

    found = asyncio.run(broken_off())
    assert sorted(found.lines) == [b"answer to %d\n" % number for number in (1, 2, 3, 4)]
    assert sorted(found.in_doubt) == ([] if repeatable else [5, 6])


def test_a_provider_that_only_slows_us_down_is_left_where_another_can_take_over() -> None:
    provider = Scripted(lambda line, tries: RateLimited("slow down", 0.01))
    pace = Pace(AdaptiveLimit(4), timedelta(seconds=0.1), datetime.now(UTC) + timedelta(minutes=1), falls_back=True)
    asking = Asking(provider, deployment(repeatable=False), "digest", pace, lambda until: None)
    asyncio.run(asking.run([Request(1, b"1\n")]))
    assert isinstance(asking.lot.stopped_by, RateLimited)


def test_after_the_deadline_nothing_is_asked() -> None:
    provider = Scripted(lambda line, tries: None)
    found, _ = lot(provider, left=-1.0)
    assert not provider.tries
    assert found.stopped_by is not None
