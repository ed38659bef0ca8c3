"""Two answers of which each bears out the other, as a stand-in for the judge says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from nightshift.batch.agreement.judge import JudgeAgreement
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

    async def support(self, claims: Sequence[str], sources: Sequence[str]) -> Sequence[float]:
        (claim,), (source,) = claims, sources
        self.asked.append((claim, source))
        if self.errors:
            raise self.errors.pop(0)
        return [self.support_of.get((claim, source), 0.0)]


BOTH = {(A, B): 1.0, (B, A): 1.0}


def test_both_directions_must_be_borne_out_wholly() -> None:
    one_way = Listed({(A, LONGER): 1.0, (LONGER, A): 0.5})
    assert JudgeAgreement(Listed(BOTH)).agree([(A, B)]) == [True]
    assert JudgeAgreement(one_way).agree([(A, LONGER), (LONGER, A)]) == [False, False]


def test_order_and_number_of_pairs_are_kept_and_none_is_asked_twice() -> None:
    judge = Listed(BOTH)
    pairs = [(A, LONGER), (A, B), (B, A), (A, LONGER), (B, B)]
    assert JudgeAgreement(judge).agree(pairs) == [False, True, True, False, True]
    assert len(judge.asked) == len(set(judge.asked)) == 3


def test_refusals_and_empty_answers_agree_with_nothing_and_are_not_sent() -> None:
    judge = Listed(BOTH)
    assert JudgeAgreement(judge).agree([(REFUSAL, REFUSAL), ("", ""), (A, " ")]) == [False] * 3
    assert judge.asked == []


def test_the_same_text_needs_no_judge() -> None:
    judge = Listed()
    assert JudgeAgreement(judge).agree([(A, f"{A}\n")]) == [True]
    assert judge.asked == []


def test_without_a_verdict_that_asking_again_would_bring_there_is_no_agreement() -> None:
    assert JudgeAgreement(Listed(BOTH, [ProviderRefused("no verdict")])).agree([(A, B)]) == [False]


def test_a_hiccup_is_waited_out() -> None:
    judge = Listed(BOTH, [RateLimited("slow down", 0.0)] * (TRIES - 1))
    assert JudgeAgreement(judge).agree([(A, B)]) == [True]


@pytest.mark.parametrize("error", [RateLimited("slow down", 0.0), AnswerLost("gone")])
def test_an_outage_stops_the_step_which_is_repeated_later(error: NightshiftError) -> None:
    with pytest.raises(type(error)):
        JudgeAgreement(Listed(BOTH, [error] * TRIES)).agree([(A, B), (A, A)])
