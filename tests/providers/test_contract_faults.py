"""What every provider does when something goes wrong: who can mend it is said, nothing is lost or paid twice."""

from __future__ import annotations

import io
from typing import Any

import pytest
from tests.providers.contract import KEY, Subject, all_texts, assert_discreet, longest_stall, now, run
from tests.shared_sandbox import Sandbox

from nightshift.errors import (
    AnswerLost,
    NightshiftError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
    ResultsLost,
)
from nightshift.providers.port import BatchState, RowResult

# name -> the fault, the error's class, and (for 429) how long it says to wait
REQUEST_FAULTS: dict[str, tuple[dict[str, Any], type[NightshiftError], float | None]] = {
    "429 that tells": ({"fault": "rate_limit", "seconds": 7}, RateLimited, 7.0),
    "429 that does not tell": ({"fault": "rate_limit", "told": False}, RateLimited, None),
    "500": ({"fault": "server_error"}, ProviderUnavailable, None),
    "503": ({"fault": "server_error", "status": 503}, ProviderUnavailable, None),
    "reset": ({"fault": "connection_reset"}, AnswerLost, None),
    "answer lost": ({"fault": "accept_then_reset"}, AnswerLost, None),
    "silence": ({"fault": "timeout", "seconds": 30}, AnswerLost, None),
    "credentials": ({"fault": "invalid_credentials"}, ProviderRefused, None),
    "quota": ({"fault": "quota_exhausted"}, ProviderRefused, None),
    "retired": ({"fault": "model_retired"}, ProviderRefused, None),
}
REFUSED = [name for name, (_, kind, _) in REQUEST_FAULTS.items() if kind is ProviderRefused]


@pytest.fixture
def batches(subject: Subject) -> Subject:
    if not subject.case.is_batch:
        pytest.skip("no batch API")
    return subject


def impatient(subject: Subject) -> Subject:
    """With half a second of patience, so that a silent provider is given up within the test."""
    return subject.with_extra(timeout_seconds=0.5)


def strike(sandbox: Sandbox, subject: Subject, step: str, fault: dict[str, Any]) -> None:
    sandbox.faults({**fault, "on": getattr(subject.case.steps, step), "provider": subject.case.name})


def in_batches(sandbox: Sandbox, subject: Subject, fault: dict[str, Any]) -> None:
    sandbox.faults({**fault, "provider": subject.case.name})


def check(error: NightshiftError, kind: type[NightshiftError], wait: float | None) -> None:
    assert type(error) is kind, all_texts(error)
    assert_discreet(error)
    assert not isinstance(error, RateLimited) or error.retry_after_seconds == wait


def is_blocked(row: RowResult) -> bool:
    """Refused with an error, or answered with nothing but the word that a filter stepped in."""
    return row.answer is None and not row.retryable and bool(row.error or row.finish_reason == "content_filter")


# one request


@pytest.mark.parametrize("name", REQUEST_FAULTS)
def test_a_failed_answer_says_who_can_mend_it(subject: Subject, sandbox: Sandbox, name: str) -> None:
    fault, kind, wait = REQUEST_FAULTS[name]
    strike(sandbox, subject, "answer", fault)
    with pytest.raises(NightshiftError) as raised:
        impatient(subject).answer()
    check(raised.value, kind, wait)


@pytest.mark.parametrize("name", REQUEST_FAULTS)
def test_failed_embeddings_say_who_can_mend_them(subject: Subject, sandbox: Sandbox, name: str) -> None:
    fault, kind, wait = REQUEST_FAULTS[name]
    strike(sandbox, subject, "embed", fault)
    with pytest.raises(NightshiftError) as raised:
        run(impatient(subject).provider.embed(["a canary"], subject.endpoint.embedding))
    check(raised.value, kind, wait)


@pytest.mark.parametrize("name", REQUEST_FAULTS)
def test_a_failed_submit_says_who_can_mend_it(batches: Subject, sandbox: Sandbox, name: str) -> None:
    fault, kind, wait = REQUEST_FAULTS[name]
    strike(sandbox, batches, "submit", fault)
    with pytest.raises(NightshiftError) as raised:
        impatient(batches).submit()
    # Whether it was taken is for `find` to say.
    check(raised.value, ProviderUnavailable if kind is AnswerLost else kind, wait)


@pytest.mark.parametrize("name", REFUSED)
def test_what_only_an_operator_can_mend_names_the_connection(subject: Subject, sandbox: Sandbox, name: str) -> None:
    strike(sandbox, subject, "answer", REQUEST_FAULTS[name][0])
    with pytest.raises(ProviderRefused, match=subject.case.connection_id):
        subject.answer()


def test_invalid_credentials_are_refused_from_the_first_request_on(subject: Subject) -> None:
    with pytest.raises(ProviderRefused, match=subject.case.connection_id):
        subject.changed(login="invalid", secret="invalid").answer()


def test_a_host_without_an_address_is_named(subject: Subject) -> None:
    with pytest.raises(ProviderUnavailable, match=r"provider-gone\.invalid") as raised:
        subject.changed(base_url="http://provider-gone.invalid").answer()
    check(raised.value, ProviderUnavailable, None)


def test_a_host_that_does_not_listen_is_named(subject: Subject) -> None:
    with pytest.raises(ProviderUnavailable, match=r"127\.0\.0\.1:9\b") as raised:
        subject.changed(base_url="http://127.0.0.1:9").answer()
    check(raised.value, ProviderUnavailable, None)


def test_an_answer_that_drips_in_is_waited_for_without_holding_up_others(subject: Subject, sandbox: Sandbox) -> None:
    drips = 3.0  # seconds; who waits for them and holds up others stalls as long
    strike(sandbox, subject, "answer", {"fault": "slow_drip", "seconds": drips})
    assert run(longest_stall(subject.provider.answer(subject.line(), subject.endpoint.chat, KEY))) < drips / 2


def test_a_row_that_the_provider_s_filter_blocks_is_the_row_s_own_failure(subject: Subject, sandbox: Sandbox) -> None:
    in_batches(sandbox, subject, {"fault": "content_filter"})
    found = subject.answer()
    assert is_blocked(found)
    assert int(found.custom_id) == 7


def test_a_failed_request_is_not_billed(subject: Subject, sandbox: Sandbox) -> None:
    strike(sandbox, subject, "answer", {"fault": "server_error"})
    with pytest.raises(ProviderUnavailable):
        subject.answer()
    assert sandbox.bill_of(subject.case.name)["requests"] == 0


def test_no_request_is_repeated_behind_our_back(subject: Subject, sandbox: Sandbox) -> None:
    strike(sandbox, subject, "answer", {"fault": "accept_then_reset"})
    with pytest.raises(AnswerLost):
        subject.answer()
    assert sandbox.bill_of(subject.case.name)["requests"] == 1


def test_a_repeated_request_is_billed_once_where_the_provider_knows_it(subject: Subject, sandbox: Sandbox) -> None:
    if not subject.case.capabilities.realtime.repeatable:
        pytest.skip("the provider knows no idempotency keys")
    strike(sandbox, subject, "answer", {"fault": "accept_then_reset", "times": 1})
    with pytest.raises(ProviderUnavailable):
        subject.answer()
    assert subject.answer().error is None
    assert sandbox.bill_of(subject.case.name)["requests"] == 1


def test_a_clock_that_is_ahead_does_no_harm_unless_requests_are_signed(subject: Subject, sandbox: Sandbox) -> None:
    in_batches(sandbox, subject, {"fault": "clock_skew", "seconds": 3600})
    if not subject.case.signs:
        assert subject.answer().error is None
        return
    with pytest.raises(ProviderRefused, match="clock"):
        subject.answer()


# a batch


@pytest.mark.parametrize("step", ["upload", "submit"])
@pytest.mark.parametrize("fault", ["connection_reset", "upload_reset"])
def test_what_was_cut_off_before_it_had_an_effect_is_not_found(
    batches: Subject, sandbox: Sandbox, step: str, fault: str
) -> None:
    before = now()
    strike(sandbox, batches, step, {"fault": fault})
    with pytest.raises(ProviderUnavailable) as raised:
        batches.submit()
    assert_discreet(raised.value)
    assert batches.batches.find(KEY, before) is None


def test_a_batch_whose_acceptance_was_never_heard_of_is_found(batches: Subject, sandbox: Sandbox) -> None:
    before = now()
    strike(sandbox, batches, "submit", {"fault": "accept_then_reset", "times": 1})
    with pytest.raises(ProviderUnavailable):
        batches.submit()
    found = batches.batches.find(KEY, before)
    assert found is not None
    assert len(batches.results(batches.ended(found))) == batches.case.rows


def test_a_batch_is_found_although_the_provider_s_clock_is_ahead(batches: Subject, sandbox: Sandbox) -> None:
    if batches.case.signs:
        pytest.skip("the provider refuses requests that were signed by another clock")
    in_batches(sandbox, batches, {"fault": "clock_skew", "seconds": 3600})
    before = now()
    assert batches.submit() == batches.batches.find(KEY, before)


def test_a_batch_that_takes_its_time_is_running_until_it_is_cancelled(batches: Subject, sandbox: Sandbox) -> None:
    in_batches(sandbox, batches, {"fault": "slow_batch", "seconds": 60})
    batch_id = batches.submit()
    # A batch that is still validated has no rows yet; the test wants one whose rows are at work.
    status = batches.until(batch_id, lambda status: status.total > 0)
    assert (status.state, status.result_files) == (BatchState.RUNNING, ())
    batches.batches.cancel(batch_id)
    assert batches.ended(batch_id).state is BatchState.CANCELLED


@pytest.mark.parametrize(
    ("fault", "state"), [("expire_batch", BatchState.EXPIRED), ("cancel_batch", BatchState.CANCELLED)]
)
def test_what_was_done_before_a_batch_ended_early_is_collected(
    batches: Subject, sandbox: Sandbox, fault: str, state: BatchState
) -> None:
    in_batches(sandbox, batches, {"fault": fault, "share": 0.5})
    status = batches.ended(batches.submit())
    assert status.state is state
    found = batches.results(status)
    rest = [row for row in found.values() if row.error is not None]
    assert len(found) - len(rest) == batches.case.rows // 2 == sandbox.bill_of(batches.case.name)["requests"]
    assert all(row.retryable and not row.executed for row in rest)


def test_a_batch_that_is_refused_as_a_whole_says_why(batches: Subject, sandbox: Sandbox) -> None:
    in_batches(sandbox, batches, {"fault": "fail_batch"})
    status = batches.ended(batches.submit())
    assert (status.state, status.result_files) == (BatchState.FAILED, ())
    assert status.problems
    assert status.problems[0].code
    assert sandbox.bill_of(batches.case.name)["requests"] == 0


def test_the_line_for_which_a_file_is_refused_is_named(batches: Subject, sandbox: Sandbox) -> None:
    in_batches(sandbox, batches, {"fault": "fail_line", "line": 2})
    status = batches.ended(batches.submit())
    assert status.state is BatchState.FAILED
    assert [problem.line for problem in status.problems] == [2]


@pytest.mark.parametrize(
    ("fault", "retryable"),
    [
        ({"fault": "row_error", "status": 400}, False),
        ({"fault": "row_error", "status": 500}, True),
        ({"fault": "row_rate_limit"}, True),
    ],
)
def test_a_failed_row_says_whether_asking_again_may_help(
    batches: Subject, sandbox: Sandbox, fault: dict[str, Any], retryable: bool
) -> None:
    in_batches(sandbox, batches, {**fault, "times": 1})
    found = batches.results(batches.ended(batches.submit()))
    failed = [row for row in found.values() if row.error is not None]
    assert len(found) == batches.case.rows
    assert [(row.answer, row.retryable) for row in failed] == [(None, retryable)]
    assert "canary" not in str(failed[0].error)


def test_a_row_of_a_batch_that_the_provider_s_filter_blocks_is_told_apart(batches: Subject, sandbox: Sandbox) -> None:
    in_batches(sandbox, batches, {"fault": "content_filter", "times": 1})
    found = batches.results(batches.ended(batches.submit()))
    assert len(found) == batches.case.rows
    assert [is_blocked(row) for row in found.values()].count(True) == 1


def test_a_download_that_is_cut_never_looks_like_a_short_file(batches: Subject, sandbox: Sandbox) -> None:
    status = batches.ended(batches.submit())
    strike(sandbox, batches, "download", {"fault": "connection_reset", "share": 0.5})
    with pytest.raises(ProviderUnavailable) as raised:
        batches.batches.download(status.result_files[0], io.BytesIO())
    assert_discreet(raised.value)


def test_results_that_the_provider_lost_are_told_from_results_that_come_later(
    batches: Subject, sandbox: Sandbox
) -> None:
    in_batches(sandbox, batches, {"fault": "delete_results"})
    status = batches.ended(batches.submit())
    with pytest.raises(ResultsLost):
        batches.results(status)


def test_a_slow_look_at_a_batch_does_not_hold_up_others(batches: Subject, sandbox: Sandbox) -> None:
    batch_id, drips = batches.submit(), 3.0
    strike(sandbox, batches, "status", {"fault": "slow_drip", "seconds": drips})
    assert run(longest_stall(batches.batches.status_soon(batch_id))) < drips / 2


def test_a_line_that_the_api_does_not_promise_is_no_result(subject: Subject) -> None:
    odd = (b"", b"null", b"[]", b"17", b'"text"', b"{", b"{}", b'{"custom_id": "7"', b"\xff")
    assert [subject.provider.parse(line) for line in odd] == [None] * len(odd)
