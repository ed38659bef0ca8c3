"""Each answer gets one verdict, from checks that need no reference."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from nightshift.batch.answers.judging import Answered, Judge, Judgement
from nightshift.batch.job import ResolvedJob

MakeJob = Callable[..., ResolvedJob]
SCHEMA = {
    "type": "object",
    "required": ["category"],
    "properties": {"category": {"enum": ["a", "b"]}},
    "additionalProperties": False,
}


def judge(job: ResolvedJob, answer: str | None, finish_reason: str | None) -> Judgement:
    (judged,) = Judge(job).judge([Answered(0, answer, finish_reason)])
    return judged


def test_a_usable_text_is_accepted_as_it_is(make_job: MakeJob) -> None:
    assert judge(make_job(), "All fine.", "stop") == Judgement("accepted", "All fine.", guardrails="allow")


@pytest.mark.parametrize("answer", [None, "", " \n"])
def test_an_empty_answer_is_unreadable(make_job: MakeJob, answer: str | None) -> None:
    judged = judge(make_job(), answer, "stop")
    assert (judged.verdict, judged.answer) == ("unreadable", None)


def test_personal_data_in_an_answer_is_masked(make_job: MakeJob) -> None:
    judged = judge(make_job(), "Write to anna@example.com", "stop")
    assert (judged.verdict, judged.answer, judged.guardrails) == ("accepted", "Write to [EMAIL_ADDRESS]", "mask mail")


def test_a_finding_tells_where_and_never_what(make_job: MakeJob) -> None:
    judged = judge(make_job(), "Write to anna@example.com", "stop")
    (finding,) = json.loads(judged.findings or "")
    assert finding.pop("score") > 0.5
    assert finding == {
        "direction": "output",
        "column": "answer",
        "rule": "mail",
        "entity": "EMAIL_ADDRESS",
        "start": 9,
        "end": 25,
    }


def test_a_forbidden_answer_is_blocked_and_not_handed_on(make_job: MakeJob) -> None:
    judged = judge(make_job(), "This is INTERNAL  only: 7", "stop")
    assert (judged.verdict, judged.answer, judged.guardrails) == ("blocked", None, "quarantine secret")
    assert "secret" in (judged.reason or "")


def test_without_an_output_policy_every_answer_is_blocked(make_job: MakeJob) -> None:
    judged = judge(make_job(guardrails={"input": []}), "All fine.", "stop")
    assert (judged.verdict, judged.guardrails) == ("blocked", "deny no-rule")


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot assist with this request.",
        "Sorry, I am unable to provide that.",
        "I must decline to answer.",
        "  [sandbox] I'm sorry, I won't do that.",
        "I\u2019m sorry, but I can\u2019t help with that.",
    ],
)
def test_a_refusal_is_told_by_how_it_begins(make_job: MakeJob, answer: str) -> None:
    assert judge(make_job(), answer, "stop").verdict == "refused"


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry to hear that. Your refund is on its way.",
        "Tell the customer: I cannot help with that.",
        "Sorry for the delay, here is the answer.",
        "I can help with that.",
    ],
)
def test_politeness_is_no_refusal(make_job: MakeJob, answer: str) -> None:
    assert judge(make_job(), answer, "stop").verdict == "accepted"


@pytest.mark.parametrize("finish_reason", ["refusal", "content_filter"])
def test_the_provider_may_say_that_the_model_declined(make_job: MakeJob, finish_reason: str) -> None:
    assert judge(make_job(), "No.", finish_reason).verdict == "refused"


def test_an_answer_that_is_cut_off_is_unreadable_even_if_a_number_is_in_it(make_job: MakeJob) -> None:
    judged = judge(make_job(grader=True), "First 3 and then", "length")
    assert (judged.verdict, judged.reading) == ("unreadable", None)
    assert "max_output_tokens" in (judged.reason or "")


def test_json_that_fits_its_schema_is_accepted(make_job: MakeJob) -> None:
    assert judge(make_job(schema=SCHEMA), '{"category": "a"}', "stop").verdict == "accepted"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("category a", "the answer is not JSON"),
        ('{"category": "a"', "the answer is not JSON"),
        ('{"category": "CANARY"}', "the answer breaks the schema at $.category (enum)"),
        ('{"CANARY": 1, "category": "a"}', "the answer breaks the schema at $ (additionalProperties)"),
        ("[]", "the answer breaks the schema at $ (type)"),
        ("[" * 5000, "the answer is not JSON"),
    ],
)
def test_json_that_breaks_its_schema_is_unreadable_and_not_quoted(make_job: MakeJob, answer: str, reason: str) -> None:
    judged = judge(make_job(schema=SCHEMA), answer, "stop")
    assert (judged.verdict, judged.reason) == ("unreadable", reason)


def test_a_graded_answer_carries_its_reading(make_job: MakeJob) -> None:
    assert judge(make_job(grader=True), "So it is 1,200.", "stop").reading == "1200"


def test_a_graded_answer_without_a_number_is_unreadable(make_job: MakeJob) -> None:
    judged = judge(make_job(grader=True), "Quite a lot.", "stop")
    assert (judged.verdict, judged.reason) == ("unreadable", "no number can be read out of the answer")


def test_an_ungraded_answer_has_no_reading(make_job: MakeJob) -> None:
    assert judge(make_job(), "So it is 12.", "stop").reading is None


def test_a_name_that_only_the_answer_knows_is_not_told(make_job: MakeJob) -> None:
    schema = {"type": "object", "additionalProperties": {"type": "number"}}
    judged = judge(make_job(schema=schema), '{"John Smith has cancer": "x"}', "stop")
    assert judged.reason == "the answer breaks the schema at $.* (type)"
