"""Every fault strikes as its rule says, and the bill stays true."""

from __future__ import annotations

import json
import time

import httpx
import openai
import pytest

from nightshift.errors import InvalidSpec
from nightshift.sandbox.faults import Fault, Faults, Rule, load, parse


def ask(provider, **change):
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello?"}]}
    return provider.client.chat.completions.create(**{**asked, **change})


def custom_ids(lines):
    return [line["custom_id"] for line in lines]


# one HTTP request


def test_rate_limit_asks_to_wait_and_bills_nothing(provider):
    provider.faults({"fault": "rate_limit", "on": "chat.completions", "seconds": 7, "times": 1})

    with pytest.raises(openai.RateLimitError) as refused:
        ask(provider)
    assert refused.value.response.headers["retry-after"] == "7"
    assert refused.value.code == "rate_limit_exceeded"
    assert provider.bill()["requests"] == 0
    assert ask(provider).choices


def test_the_sdks_own_retry_gets_through_a_rate_limit(provider):
    provider.faults({"fault": "rate_limit", "seconds": 0.01, "times": 2})
    patient = provider.client.with_options(max_retries=2)

    assert patient.models.retrieve("gpt-4o").id == "gpt-4o"


@pytest.mark.parametrize("status", [500, 503])
def test_server_error_has_the_asked_status(provider, status):
    provider.faults({"fault": "server_error", "on": "batches.list", "status": status})

    with pytest.raises(openai.InternalServerError) as failed:
        provider.client.batches.list()
    assert failed.value.status_code == status
    assert provider.client.models.retrieve("gpt-4o").id == "gpt-4o"


def test_timeout_leaves_the_client_waiting(provider):
    provider.faults({"fault": "timeout", "on": "batches.list", "seconds": 60})

    with pytest.raises(openai.APITimeoutError):
        provider.client.with_options(timeout=0.2).batches.list()


def test_a_timeout_that_ends_cuts_the_connection(provider):
    provider.faults({"fault": "timeout", "on": "batches.list", "seconds": 0.05})

    with pytest.raises(openai.APIConnectionError) as failed:
        provider.client.batches.list()
    assert not isinstance(failed.value, openai.APITimeoutError)


def test_connection_reset_strikes_before_the_effect(provider):
    provider.faults({"fault": "connection_reset", "on": "batches.create", "times": 1})
    file_id = provider.upload(provider.lines(1))

    with pytest.raises(openai.APIConnectionError):
        provider.client.batches.create(input_file_id=file_id, endpoint="/v1/chat/completions", completion_window="24h")
    assert provider.client.batches.list().data == []


def test_accept_then_reset_loses_the_answer_to_an_upload_but_not_the_file(provider):
    provider.faults({"fault": "accept_then_reset", "on": "files.create"})

    with pytest.raises(openai.APIConnectionError):
        provider.upload(provider.lines(1))
    assert len(provider.client.files.list(purpose="batch").data) == 1


def test_accept_then_reset_loses_the_answer_to_a_batch_but_not_the_batch(provider):
    provider.faults({"fault": "accept_then_reset", "on": "batches.create"})

    with pytest.raises(openai.APIConnectionError):
        provider.submit(provider.lines(1), metadata={"shard": "7"})
    [accepted] = provider.client.batches.list().data
    assert accepted.metadata == {"shard": "7"}
    assert provider.reaches(accepted.id, "completed").request_counts.completed == 1


def test_a_download_can_break_in_the_middle(provider):
    done = provider.run(provider.lines(200))
    whole = provider.text(done.output_file_id)
    provider.faults({"fault": "connection_reset", "on": "files.content", "share": 0.5, "times": 1})

    with pytest.raises((openai.APIConnectionError, httpx.HTTPError)):
        provider.text(done.output_file_id)
    assert provider.text(done.output_file_id) == whole


def test_a_rule_for_one_model_spares_the_others(provider):
    provider.faults({"fault": "server_error", "on": "chat.completions", "model": "gpt-4o"})

    with pytest.raises(openai.InternalServerError):
        ask(provider)
    assert ask(provider, model="gpt-4o-mini").model == "gpt-4o-mini"


def test_a_rate_limit_may_keep_the_wait_to_itself(provider):
    provider.faults({"fault": "rate_limit", "told": False})

    with pytest.raises(openai.RateLimitError) as refused:
        ask(provider)
    assert "retry-after" not in refused.value.response.headers


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("invalid_credentials", 401, "invalid_api_key"),
        ("quota_exhausted", 429, "insufficient_quota"),
        ("model_retired", 404, "model_not_found"),
    ],
)
def test_what_an_operator_has_to_mend_is_refused_with_its_code(provider, fault, status, code):
    provider.faults({"fault": fault, "after": 1})

    assert ask(provider).choices
    with pytest.raises(openai.APIStatusError) as refused:
        ask(provider)
    assert (refused.value.status_code, refused.value.code) == (status, code)
    assert provider.bill()["requests"] == 1


@pytest.mark.parametrize("operation", ["files.create", "batches.create"])
def test_an_upload_that_is_cut_has_no_effect(provider, operation):
    provider.faults({"fault": "upload_reset", "on": operation, "share": 0.5})

    with pytest.raises(openai.APIConnectionError):
        provider.submit(provider.lines(200))
    assert provider.client.batches.list().data == []
    assert len(provider.client.files.list().data) == (0 if operation == "files.create" else 1)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_an_upload_can_be_cut_at_once_or_at_its_end(provider, share):
    provider.faults({"fault": "upload_reset", "on": "files.create", "share": share})

    with pytest.raises(openai.APIConnectionError):
        provider.upload(b"x" * 1_000_000)


def test_slow_drip_delivers_the_whole_answer_in_its_time(provider):
    done = provider.run(provider.lines(50))
    whole = provider.text(done.output_file_id)
    provider.faults({"fault": "slow_drip", "on": "files.content", "seconds": 0.5})

    begun = time.monotonic()
    assert provider.text(done.output_file_id) == whole
    assert 0.4 < time.monotonic() - begun < 5


def test_clock_skew_makes_batches_of_tomorrow(provider):
    provider.faults({"fault": "clock_skew", "seconds": 86_400})

    assert provider.submit(provider.lines(1)).created_at == pytest.approx(time.time() + 86_400, abs=60)


# one batch


def test_slow_batch_stays_in_progress(provider):
    provider.faults({"fault": "slow_batch", "seconds": 3600})
    running = provider.reaches(provider.submit(provider.lines(1)).id, "in_progress")

    assert provider.client.batches.retrieve(running.id).status == "in_progress"
    assert provider.bill()["requests"] == 0


def test_an_expired_batch_delivers_and_bills_what_was_done(provider):
    provider.faults({"fault": "expire_batch", "share": 0.3})
    expired = provider.run(provider.lines(10), end="expired")

    done, rest = provider.results(expired.output_file_id), provider.results(expired.error_file_id)
    assert custom_ids(done) == [f"row-{number}" for number in range(3)]
    assert custom_ids(rest) == [f"row-{number}" for number in range(3, 10)]
    assert all(line["error"]["code"] == "batch_expired" and line["response"] is None for line in rest)
    assert provider.bill()["requests"] == 3


def test_a_batch_that_the_provider_cancels_delivers_and_bills_what_was_done(provider):
    provider.faults({"fault": "cancel_batch", "share": 0.5})
    cancelled = provider.run(provider.lines(10), end="cancelled")

    assert len(provider.results(cancelled.output_file_id)) == 5
    assert cancelled.error_file_id is None
    assert provider.bill()["requests"] == 5


def test_fail_batch_bills_nothing(provider):
    provider.faults({"fault": "fail_batch", "times": 1})
    failed = provider.run(provider.lines(2), end="failed")

    assert failed.errors.data[0].code == "token_limit_exceeded"
    assert provider.bill()["requests"] == 0
    assert provider.run(provider.lines(2)).request_counts.completed == 2


def test_fail_line_names_the_line(provider):
    provider.faults({"fault": "fail_line", "line": 2, "code": "invalid_request"})
    failed = provider.run(provider.lines(3), end="failed")

    assert [(one.code, one.line) for one in failed.errors.data] == [("invalid_request", 2)]
    assert provider.bill()["requests"] == 0


def test_deleted_results_are_announced_and_billed_but_gone(provider):
    provider.faults({"fault": "delete_results", "times": 1})
    done = provider.run(provider.lines(3))

    for look in (provider.client.files.retrieve, provider.client.files.content):
        with pytest.raises(openai.NotFoundError):
            look(done.output_file_id)
    assert provider.bill()["requests"] == 3
    assert provider.text(provider.run(provider.lines(3)).output_file_id)


def test_reorder_lines_keeps_every_line(provider):
    provider.faults({"fault": "reorder_lines", "seed": 3})
    done = provider.run(provider.lines(50))

    found = custom_ids(provider.results(done.output_file_id))
    wanted = [f"row-{number}" for number in range(50)]
    assert found != wanted
    assert sorted(found) == sorted(wanted)


def test_truncate_output_ends_within_a_line(provider):
    provider.faults({"fault": "truncate_output", "share": 0.5})
    done = provider.run(provider.lines(10))

    text = provider.text(done.output_file_id)
    with pytest.raises(json.JSONDecodeError):
        json.loads(text.splitlines()[-1])
    assert 4 <= len(text.splitlines()) <= 6
    assert len(text) == provider.client.files.retrieve(done.output_file_id).bytes
    assert provider.bill()["requests"] == 10


# one row


def test_row_error_comes_in_the_error_file_and_costs_nothing(provider):
    provider.faults({"fault": "row_error", "times": 2, "status": 500, "code": "server_error"})
    done = provider.run(provider.lines(5))

    failed = provider.results(done.error_file_id)
    assert custom_ids(failed) == ["row-0", "row-1"]
    assert failed[0]["response"]["status_code"] == 500
    assert failed[0]["response"]["body"]["error"]["code"] == "server_error"
    assert done.request_counts.model_dump() == {"total": 5, "completed": 3, "failed": 2}
    bill = provider.bill()
    # A server error is nobody's request: it was not accepted.
    assert (bill["requests"], bill["row_errors"]) == (3, 2)


def test_a_row_error_by_rate_strikes_the_same_rows_again(provider):
    provider.faults({"fault": "row_error", "rate": 0.3, "seed": 5})
    first, second = (provider.run(provider.lines(100)) for _ in range(2))

    failed = custom_ids(provider.results(first.error_file_id))
    assert 10 < len(failed) < 60
    assert custom_ids(provider.results(second.error_file_id)) == failed


def test_a_row_rate_limit_by_rate_strikes_other_rows_the_next_time(provider):
    provider.faults({"fault": "row_rate_limit", "rate": 0.3, "seed": 5})
    first, second = (provider.run(provider.lines(100)) for _ in range(2))

    failed = provider.results(first.error_file_id)
    assert {line["response"]["status_code"] for line in failed} == {429}
    assert custom_ids(provider.results(second.error_file_id)) != custom_ids(failed)


def test_the_filter_blocks_a_row_for_good(provider):
    provider.faults({"fault": "content_filter", "times": 1})
    done = provider.run(provider.lines(2))

    [blocked] = provider.results(done.error_file_id)
    assert (blocked["response"]["status_code"], blocked["response"]["body"]["error"]["code"]) == (400, "invalid_prompt")


def test_the_filter_blocks_the_same_request_on_its_own_again(provider):
    provider.faults({"fault": "content_filter", "rate": 0.5, "seed": 1})

    def is_blocked(number):
        try:
            ask(provider, messages=[{"role": "user", "content": f"Question {number}?"}])
        except openai.BadRequestError as refused:
            return refused.code == "invalid_prompt"
        return False

    def blocked():
        return {number for number in range(20) if is_blocked(number)}

    first = blocked()
    assert 3 < len(first) < 17
    assert blocked() == first
    assert provider.bill()["row_errors"] == 2 * len(first)


def test_wrong_usage_is_told_on_its_own_too(provider):
    right = ask(provider).usage.prompt_tokens
    provider.faults({"fault": "wrong_usage"})

    assert ask(provider).usage.prompt_tokens == 2 * right
    assert provider.bill()["input_tokens"] == 2 * right


def test_duplicate_lines_come_twice_and_are_billed_once(provider):
    provider.faults({"fault": "duplicate_lines", "times": 1})
    done = provider.run(provider.lines(3))

    assert custom_ids(provider.results(done.output_file_id)) == ["row-0", "row-0", "row-1", "row-2"]
    assert provider.bill()["requests"] == 3


def test_missing_lines_are_billed_all_the_same(provider):
    provider.faults({"fault": "missing_lines", "times": 1, "after": 1})
    done = provider.run(provider.lines(3))

    assert custom_ids(provider.results(done.output_file_id)) == ["row-0", "row-2"]
    assert provider.bill()["requests"] == 3


def test_malformed_lines_leave_their_neighbours_whole(provider):
    provider.faults({"fault": "malformed_lines", "times": 1})
    done = provider.run(provider.lines(3))

    first, *rest = provider.text(done.output_file_id).splitlines()
    with pytest.raises(json.JSONDecodeError):
        json.loads(first)
    assert custom_ids(map(json.loads, rest)) == ["row-1", "row-2"]


def test_extra_lines_have_a_custom_id_that_nobody_sent(provider):
    provider.faults({"fault": "extra_lines", "times": 1})
    done = provider.run(provider.lines(2))

    assert custom_ids(provider.results(done.output_file_id)) == ["row-0", "unknown-row-0", "row-1"]


def test_wrong_usage_differs_from_the_batchs_usage_and_the_bill(provider):
    provider.faults({"fault": "wrong_usage", "times": 1})
    done = provider.run(provider.lines(2))

    claimed = [line["response"]["body"]["usage"]["prompt_tokens"] for line in provider.results(done.output_file_id)]
    assert claimed[0] == 2 * claimed[1]
    assert done.usage.input_tokens == 2 * claimed[1] == provider.bill()["input_tokens"]


# the bill


def test_bill_difference_changes_what_the_costs_endpoint_reports(provider):
    def reported():
        answer = httpx.get(
            f"{provider.url}/v1/organization/costs?start_time=1&limit=180&page=page_{int(done.created_at) // 86400}",
            headers={"Authorization": "Bearer admin"},
        ).json()
        return sum(result["amount"]["value"] for day in answer["data"] for result in day["results"])

    done = provider.run(provider.lines(10))
    right = reported()
    provider.faults({"fault": "bill_difference", "share": 0.1})

    assert right == pytest.approx(float(provider.bill()["cost_usd"]))
    assert reported() == pytest.approx(right * 1.1)


# rules


def test_the_same_seed_strikes_the_same_requests():
    def struck(seed):
        faults = Faults([Rule(fault=Fault.SERVER_ERROR, rate=0.5, seed=seed)]).of("openai")
        return [faults.of_request("files.list", None) is not None for _ in range(100)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 70


def test_after_and_times_bound_a_rule():
    faults = Faults([Rule(fault=Fault.SERVER_ERROR, after=2, times=3)]).of("openai")

    assert [faults.of_request("files.list", None) is not None for _ in range(7)] == [False] * 2 + [True] * 3 + [
        False
    ] * 2


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"fault": "earthquake"}, "faults[0].fault"),
        ({"fault": "timeout", "rate": 2}, "faults[0].rate"),
        ({"fault": "timeout", "on": "files.burn"}, "faults[0].on"),
        ({"fault": "timeout", "often": 1}, "faults[0].often"),
        ({"fault": "slow_batch", "on": "batches.create"}, "faults[0]"),
    ],
)
def test_a_bad_rule_is_named(rule, field):
    with pytest.raises(InvalidSpec) as refused:
        parse([rule])
    assert refused.value.field == field


def test_rules_are_read_from_yaml(tmp_path):
    path = tmp_path / "faults.yaml"
    path.write_text("- {fault: rate_limit, on: batches.create, times: 2}\n- fault: row_error\n  rate: 0.1\n")

    assert [(rule.fault, rule.times, rule.rate) for rule in load(path)] == [
        (Fault.RATE_LIMIT, 2, 1.0),
        (Fault.ROW_ERROR, None, 0.1),
    ]


@pytest.mark.parametrize("content", ["{", "fault: rate_limit", "- 3"])
def test_a_file_that_is_no_list_of_rules_is_refused(tmp_path, content):
    path = tmp_path / "faults.yaml"
    path.write_text(content)

    with pytest.raises(InvalidSpec):
        load(path)


def test_bad_rules_at_run_time_leave_the_old_ones_in_force(provider):
    provider.faults({"fault": "server_error", "on": "batches.list"})
    refused = httpx.post(f"{provider.url}/sandbox/faults", json=[{"fault": "earthquake"}])

    assert refused.status_code == 400
    with pytest.raises(openai.InternalServerError):
        provider.client.batches.list()
