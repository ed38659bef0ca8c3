"""Faults in Azure's shape; what they do is tested at OpenAI, whose code they share."""

from __future__ import annotations

import openai
import pytest

MODEL = "gpt-4o-2024-08-06"


def ask(azure):
    return azure.client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "Hello?"}])


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"fault": "rate_limit"}, 429, "429"),
        ({"fault": "server_error"}, 500, "InternalServerError"),
        ({"fault": "server_error", "status": 503}, 503, "503"),
        ({"fault": "invalid_credentials"}, 401, "401"),
        ({"fault": "quota_exhausted"}, 403, "403"),
        ({"fault": "model_retired"}, 404, "DeploymentNotFound"),
    ],
)
def test_refusals_have_azures_codes(azure, fault, status, code):
    azure.faults({**fault, "on": "chat.completions", "provider": "azure_openai"})

    with pytest.raises(openai.APIStatusError) as refused:
        ask(azure)
    assert (refused.value.status_code, refused.value.code) == (status, code)
    assert azure.bill()["requests"] == 0


def test_a_rate_limit_tells_the_wait_twice_or_not_at_all(azure):
    def told():
        with pytest.raises(openai.RateLimitError) as refused:
            ask(azure)
        headers = refused.value.response.headers
        return headers.get("retry-after"), headers.get("retry-after-ms")

    azure.faults({"fault": "rate_limit", "seconds": 7})
    assert told() == ("7", "7000")
    azure.faults({"fault": "rate_limit", "told": False})
    assert told() == (None, None)


def test_a_rule_for_a_deployment_spares_the_others(azure):
    azure.faults({"fault": "server_error", "model": "gpt-4o"})

    assert ask(azure).choices


def test_the_filter_says_what_it_found(azure):
    azure.faults({"fault": "content_filter"})

    with pytest.raises(openai.BadRequestError) as refused:
        ask(azure)
    assert refused.value.code == "content_filter"
    inner = refused.value.body["innererror"]
    assert inner["code"] == "ResponsibleAIPolicyViolation"
    assert inner["content_filter_result"]["violence"]["filtered"] is True


def test_a_filtered_row_of_a_batch_has_the_same_body(azure):
    azure.faults({"fault": "content_filter", "times": 1})
    done = azure.run(azure.lines(2))

    [row] = azure.results(done.error_file_id)
    assert row["response"]["status_code"] == 400
    assert row["response"]["body"]["error"]["innererror"]["code"] == "ResponsibleAIPolicyViolation"


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        ({"fault": "expire_batch", "share": 0.5}, "expired"),
        ({"fault": "cancel_batch", "share": 0.5}, "cancelled"),
        ({"fault": "fail_batch"}, "failed"),
        ({"fault": "fail_line", "line": 2}, "failed"),
    ],
)
def test_batches_end_as_they_are_told(azure, fault, end):
    azure.faults(fault)

    assert azure.run(azure.lines(4), end=end).status == end


def test_a_fault_of_another_provider_does_not_strike(azure):
    azure.faults({"fault": "server_error", "provider": "openai"})

    assert ask(azure).choices
