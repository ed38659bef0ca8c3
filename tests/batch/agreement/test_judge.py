"""Two answers of which each bears out the other, as a stand-in for the judge says."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from nightshift.batch.agreement.judge import MOST_FAILURES, JudgeAgreement
from nightshift.errors import AnswerLost, NightshiftError, ProviderRefused, RateLimited
from nightshift.guardrails.asking import TRIES

A, B, LONGER = "It is the fuse.", "The fuse has blown.", "It is the fuse, and the cable too."
REFUSAL = "I'm sorry, but I can't help with that."


@dataclass
class Listed:
    """Knows which claim is borne out by which source, and fails as often as `errors` say."""

    support_of: dict[tuple[str, str], float] = field(default_factory=dict)  # claim, source
    errors: list[NightshiftError] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    failing: dict[tuple[str, str], NightshiftError] = field(default_factory=dict)  # claim, source: every time

    async def support(self, claims: Sequence[str], sources: Sequence[str]) -> Sequence[float]:
        (claim,), (source,) = claims, sources
        self.asked.append((claim, source))
        if self.errors:
            raise self.errors.pop(0)
        if (error := self.failing.get((claim, source))) is not None:
            raise error
        return [self.support_of.get((claim, source), 0.0)]


class Silent(Listed):
    """Never answers."""

    is_waiting = False

    async def support(self, claims: Sequence[str], sources: Sequence[str]) -> Sequence[float]:
        self.is_waiting = True
        try:
            await asyncio.sleep(60)
        finally:
            self.is_waiting = False
        raise AssertionError("nobody waits for so long")


def agreement(judge: Listed) -> JudgeAgreement:
    return JudgeAgreement(judge, datetime.now(UTC) + timedelta(hours=1))


BOTH = {(A, B): 1.0, (B, A): 1.0}


def test_both_directions_must_be_borne_out_wholly() -> None:
    one_way = Listed({(A, LONGER): 1.0, (LONGER, A): 0.5})
    assert agreement(Listed(BOTH)).agree([(A, B)]) == [True]
    assert agreement(one_way).agree([(A, LONGER), (LONGER, A)]) == [False, False]


def test_order_and_number_of_pairs_are_kept_and_none_is_asked_twice() -> None:
    judge = Listed(BOTH)
    pairs = [(A, LONGER), (A, B), (B, A), (A, LONGER), (B, B)]
    assert agreement(judge).agree(pairs) == [False, True, True, False, True]
    assert len(judge.asked) == len(set(judge.asked)) == 3


def test_refusals_and_empty_answers_agree_with_nothing_and_are_not_sent() -> None:
    judge = Listed(BOTH)
    assert agreement(judge).agree([(REFUSAL, REFUSAL), ("", ""), (A, " ")]) == [False] * 3
    assert judge.asked == []


def test_the_same_text_needs_no_judge() -> None:
    judge = Listed()
    assert agreement(judge).agree([(A, f"{A}\n")]) == [True]
    assert judge.asked == []


def test_without_a_verdict_that_asking_again_would_bring_there_is_no_agreement() -> None:
    assert agreement(Listed(BOTH, [ProviderRefused("no verdict")])).agree([(A, B)]) == [False]


def test_a_hiccup_is_waited_out() -> None:
    judge = Listed(BOTH, [RateLimited("slow down", 0.0)] * (TRIES - 1))
    assert agreement(judge).agree([(A, B)]) == [True]


@pytest.mark.parametrize("error", [RateLimited("slow down", 0.0), AnswerLost("gone")])
def test_after_the_last_try_a_pair_does_not_agree_and_what_was_said_of_others_holds(
    error: NightshiftError, caplog: pytest.LogCaptureFixture
) -> None:
    judge = Listed(BOTH, failing={(A, LONGER): error})
    assert agreement(judge).agree([(A, LONGER), (A, B), (A, A)]) == [False, True, True]
    assert judge.asked.count((A, LONGER)) == TRIES
    assert "no verdict on 1 of 2 pairs" in caplog.text
    assert A not in caplog.text


def test_a_judge_that_is_down_is_given_up_for_the_wave() -> None:
    judge = Listed(BOTH, [ProviderRefused("no key")] * 1000)
    found = agreement(judge)
    assert (
        found.agree([(A, f"{LONGER} {number}") for number in range(2 * MOST_FAILURES)]) == [False] * 2 * MOST_FAILURES
    )
    assert len(judge.asked) == MOST_FAILURES
    assert found.agree([(A, B), (A, A)]) == [False, True]
    assert len(judge.asked) == MOST_FAILURES


def test_failures_with_a_verdict_between_them_do_not_add_up() -> None:
    judge = Listed(BOTH, [ProviderRefused("no verdict")] * (MOST_FAILURES - 1))
    found = agreement(judge)
    found.agree([(A, f"{LONGER} {number}") for number in range(MOST_FAILURES - 1)])
    assert found.agree([(A, B)]) == [True]
    judge.errors = [ProviderRefused("no verdict")]
    assert found.agree([(A, LONGER)]) == [False]
    assert found.agree([(A, B)]) == [True]


def test_nothing_is_asked_after_the_deadline(caplog: pytest.LogCaptureFixture) -> None:
    judge = Listed(BOTH)
    over = JudgeAgreement(judge, datetime.now(UTC) - timedelta(seconds=1))
    assert over.agree([(A, B), (B, B)]) == [False, True]
    assert judge.asked == []
    assert "no verdict on 1 of 1 pairs" in caplog.text


def test_a_judge_that_does_not_answer_is_not_waited_for_beyond_the_deadline() -> None:
    judge = Silent(BOTH)
    found = JudgeAgreement(judge, datetime.now(UTC) + timedelta(seconds=0.2)).agree([(A, LONGER), (A, B)])
    assert (found, judge.is_waiting) == ([False, False], False)
