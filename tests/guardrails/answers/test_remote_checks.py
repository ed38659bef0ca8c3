"""Checks that ask a model: what follows from its answer, and from none. The models are stand-ins behind the ports."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import pytest
from tests.guardrails.answers.stand_ins import ListedModerator, Models, WordJudge

from nightshift.errors import AnswerLost, Misconfigured, NightshiftError, ProviderRefused, RateLimited
from nightshift.guardrails.answers.entailment import Entailment
from nightshift.guardrails.answers.moderation import ModerationCheck
from nightshift.guardrails.asking import TRIES, ask_each
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import Direction, Hit, Verdict
from nightshift.providers.port import Target

MODERATION = {"check": "moderation", "id": "provider", "action": "deny", "model": "m"}
ENTAILMENT = {"check": "entailment", "id": "judge", "action": "quarantine", "model": "m", "threshold": 0.5}
SOURCE = "dogs travel free of charge with their owner"
BAD, GOOD = "I will kill you.", "A fine day."
GONE = ProviderRefused("the key is refused")


def screen(rule: dict[str, Any], models: Models | None, *texts: str, direction: Direction = "output") -> list[Verdict]:
    policy = GuardrailPolicy.model_validate({direction: [rule]})
    subjects = [
        Subject(text, "assistant" if direction == "output" else "user", None, None, (SOURCE,)) for text in texts
    ]
    return Screen(policy, direction, models).screen(subjects)


def moderated(moderator: ListedModerator, *texts: str, threshold: float | None = None) -> list[list[Hit]]:
    return ModerationCheck(moderator, Target("m"), threshold, "user").detect(Batch([Subject(text) for text in texts]))


@pytest.mark.parametrize("rule", [MODERATION, ENTAILMENT])
def test_without_models_a_policy_that_asks_one_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured, match=rf"the guardrail rule '{rule['id']}' asks the model m.*way out"):
        screen(rule, None, GOOD)


@pytest.mark.parametrize("direction", ["input", "context", "output"])
def test_what_a_provider_flags_is_a_hit_in_any_direction(direction: Direction) -> None:
    models = Models()
    bad, good = screen(MODERATION, models, BAD, GOOD, direction=direction)
    assert (bad.action, [hit.entity for hit in bad.findings], good.action) == ("deny", ["MODERATION_VIOLENCE"], "allow")
    assert set(models.the_moderator.speakers) == {"model" if direction == "output" else "user"}


def test_with_a_threshold_every_category_that_reaches_it_is_a_hit() -> None:
    ((violence, hate),) = moderated(ListedModerator(), BAD, threshold=0.4)
    assert (violence, hate) == (
        Hit("MODERATION_VIOLENCE", 0, len(BAD), 0.9),
        Hit("MODERATION_HATE_THREATENING", 0, len(BAD), 0.4),
    )


def test_equal_texts_are_asked_once_and_empty_ones_never() -> None:
    moderator = ListedModerator()
    assert [len(hits) for hits in moderated(moderator, BAD, GOOD, BAD, "", " ")] == [1, 0, 1, 0, 0]
    assert sorted(moderator.asked) == sorted([BAD, GOOD])


@pytest.mark.parametrize(("on_error", "action"), [(None, "quarantine"), ("deny", "deny"), ("allow", "allow")])
@pytest.mark.parametrize("rule", [MODERATION, ENTAILMENT])
def test_without_an_answer_the_policy_decides(rule: dict[str, Any], on_error: str | None, action: str) -> None:
    models = Models(ListedModerator([GONE]), WordJudge([GONE]))
    asked = rule if on_error is None else {**rule, "on_error": on_error}
    (verdict,) = screen(asked, models, "Dogs travel for nothing.")
    assert (verdict.action, [found.entity for found in verdict.findings]) == (action, ["CHECK_UNANSWERED"])


def test_one_text_without_an_answer_leaves_the_others_theirs() -> None:
    verdicts = screen({**MODERATION, "concurrency": 1}, Models(ListedModerator([GONE])), GOOD, BAD, "Another day.")
    assert [verdict.action for verdict in verdicts] == ["quarantine", "deny", "allow"]


def test_an_error_that_passes_is_waited_for() -> None:
    moderator = ListedModerator([RateLimited("slow down", 0.01), AnswerLost("cut")])
    assert [len(hits) for hits in moderated(moderator, BAD)] == [1]
    assert moderator.asked == [BAD] * 3


def test_patience_ends() -> None:
    moderator = ListedModerator([RateLimited("slow down", 0.01)] * 9)
    assert moderated(moderator, BAD) == [[Hit("CHECK_UNANSWERED", 0, 0)]]
    assert len(moderator.asked) == TRIES


def test_a_failure_is_logged_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        moderated(ListedModerator([GONE]), "a canary")
    assert "moderation by m: 1 of 1 texts could not be checked: the key is refused" in caplog.text
    assert "canary" not in caplog.text


def test_checks_can_be_run_from_within_an_event_loop() -> None:
    async def within() -> list[list[Hit]]:
        return moderated(ListedModerator(), BAD, GOOD)

    assert [len(hits) for hits in asyncio.run(within())] == [1, 0]


def test_only_so_many_are_asked_at_once() -> None:
    under_way, most = 0, 0

    async def ask(question: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001)
        under_way -= 1
        return question * 2

    found: Sequence[int | NightshiftError] = ask_each(range(40), ask, 5, "test")
    assert (list(found), most) == ([number * 2 for number in range(40)], 5)


def test_a_mistake_of_our_own_is_no_unanswered_check() -> None:
    async def ask(question: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_each([1], ask, 1, "test")


# entailment


def claims(text: str, *sources: str) -> tuple[str, ...]:
    judge = WordJudge()
    Entailment(judge).detect(Batch([Subject(text, "assistant", None, None, sources)]))
    return judge.asked[0] if judge.asked else ()


def test_a_claim_that_nothing_bears_out_is_shown_where_it_stands() -> None:
    text = "Dogs travel free. The captain sings at noon. Do you travel with a dog?"
    (verdict,) = screen(ENTAILMENT, Models(), text)
    assert [(text[hit.start : hit.end], hit.score) for hit in verdict.findings] == [("The captain sings at noon.", 1.0)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It costs 3.50 a day. See example.com now.", ("It costs 3.50 a day.", "See example.com now.")),
        ("- Dogs travel free\n- Cats do not", ("- Dogs travel free", "- Cats do not")),
        ("退款需要五个工作日。运费不予退还的。", ("退款需要五个工作日。", "运费不予退还的。")),
        ("Really? OK.", ()),
    ],
)
def test_an_answer_is_taken_apart_into_sentences(text: str, expected: tuple[str, ...]) -> None:
    assert claims(text, SOURCE) == expected


def test_without_sources_nobody_is_asked() -> None:
    assert claims("Dogs travel free of charge.") == ()
