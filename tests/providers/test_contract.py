"""What every provider does when nothing goes wrong, in the sandbox and (--live) at the provider itself."""

from __future__ import annotations

import json

import pytest
from tests.providers.contract import KEY, Subject, call_of, line_of, now, run

from nightshift.providers.port import BatchProvider, BatchState, Moderator, Speaker

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
AWKWARD = 'He said: "hi"\n\\n {"a": 1} – 是 \U0001f319 \u2028'


@pytest.fixture
def batches(anywhere: Subject) -> Subject:
    if not anywhere.case.is_batch:
        pytest.skip("no batch API")
    return anywhere


# real time


def test_a_request_line_is_one_line_of_json(anywhere: Subject) -> None:
    line = line_of(anywhere.provider.template(call_of(anywhere.endpoint.chat)), 12, AWKWARD)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert isinstance(json.loads(line), dict)


def test_a_request_is_answered_now(anywhere: Subject) -> None:
    found = anywhere.answer()
    assert found.error is None
    assert found.answer
    assert int(found.custom_id) == 7
    assert found.input_tokens + found.input_characters > 0
    assert found.output_tokens + found.output_characters > 0


def test_any_text_can_be_asked(anywhere: Subject) -> None:
    assert anywhere.answer(anywhere.line(text=AWKWARD)).error is None


def test_an_answer_in_a_schema_is_json(anywhere: Subject) -> None:
    # More than one row, because a small model's answer may be unusable now and then.
    answers = [anywhere.answer(anywhere.line(number, answer_schema=SCHEMA)).answer for number in (1, 2)]
    assert any(set(json.loads(answer)) == {"city"} for answer in answers if answer and answer.startswith("{"))


def test_an_answer_that_was_cut_says_so(anywhere: Subject) -> None:
    assert anywhere.answer(anywhere.line(text="Count to a thousand.", max_output_tokens=16)).finish_reason == "length"


def test_an_invalid_request_is_the_row_s_own_failure(anywhere: Subject) -> None:
    found = anywhere.answer(anywhere.line(max_output_tokens=0))
    assert found.error
    assert (found.answer, found.retryable) == (None, False)
    assert int(found.custom_id) == 7


def test_texts_become_vectors_in_their_order(anywhere: Subject) -> None:
    texts = ["one", "another", "one"]
    found = run(anywhere.provider.embed(texts, anywhere.endpoint.embedding))
    first, second, third = found.vectors
    assert len(first) == len(second) > 0
    assert first == pytest.approx(third, abs=1e-3)
    assert first != pytest.approx(second, abs=1e-3)
    assert found.input_tokens + found.input_characters > 0


@pytest.mark.parametrize("speaker", ["user", "model"])
def test_a_provider_s_own_guardrail_gives_one_verdict_per_text(anywhere: Subject, speaker: Speaker) -> None:
    if not isinstance(anywhere.provider, Moderator):
        pytest.skip("no guardrail of its own")
    assert anywhere.case.moderation is not None
    texts = ["A fine day.", "I will kill you."]
    verdicts = run(anywhere.provider.moderate(texts, anywhere.case.moderation, speaker))
    assert [verdict.flagged for verdict in verdicts] == [False, True]
    assert all(0 <= score <= 1 for verdict in verdicts for score in verdict.categories.values())


def test_one_provider_serves_one_event_loop_after_another(anywhere: Subject) -> None:
    assert [anywhere.answer().error for _ in range(2)] == [None, None]


# batches


def test_the_recorded_capabilities_and_the_class_agree(anywhere: Subject) -> None:
    assert isinstance(anywhere.provider, BatchProvider) == anywhere.case.is_batch


def test_a_batch_gives_one_result_per_row(batches: Subject) -> None:
    status = batches.ended(batches.submit())
    assert status.state is BatchState.COMPLETED
    assert (status.total, status.done, status.problems) == (batches.case.rows, batches.case.rows, ())
    found = batches.results(status)
    assert sorted(found) == list(range(1, batches.case.rows + 1))
    assert all(result.answer and result.error is None for result in found.values())


def test_a_batch_s_own_sum_is_that_of_its_rows(batches: Subject) -> None:
    status = batches.ended(batches.submit())
    if status.usage is None:
        pytest.skip("adds nothing up")
    rows = batches.results(status).values()
    assert status.usage.input_tokens == sum(row.input_tokens for row in rows)
    assert status.usage.output_tokens == sum(row.output_tokens for row in rows)


def test_a_batch_is_found_by_its_key_and_by_nothing_else(batches: Subject) -> None:
    before = now()
    batch_id = batches.submit()
    assert batches.batches.find(KEY, before) == batch_id
    assert batches.batches.find("f" * 64, before) is None


def test_a_look_at_a_batch_can_be_awaited(batches: Subject) -> None:
    batch_id = batches.submit()
    assert run(batches.batches.status_soon(batch_id)).batch_id == batch_id
