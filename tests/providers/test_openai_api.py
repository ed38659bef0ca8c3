"""What is OpenAI's own, beside the contract: its connection, its batches' ends, its way to find a batch."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from tests.providers.cases import OPENAI
from tests.providers.contract import KEY, Endpoint, Subject, now, run
from tests.shared_sandbox import Sandbox

from nightshift.errors import Misconfigured, ProviderRefused, ProviderUnavailable
from nightshift.providers.credentials import Credentials
from nightshift.providers.openai_api import OpenAIProvider
from nightshift.providers.openai_wire.provider import CLOCK_MARGIN, MOST_TEXTS
from nightshift.providers.port import BatchState


@pytest.fixture
def openai(sandbox: Sandbox) -> Subject:
    credentials = OPENAI.credentials(sandbox.url)
    endpoint = Endpoint(credentials, OPENAI.chat, OPENAI.embedding, patience=30, pause=0.01)
    return Subject(OPENAI, endpoint, OPENAI.open(credentials))


def test_a_connection_without_a_key_is_a_mistake_of_the_operator() -> None:
    with pytest.raises(Misconfigured, match="openai_default has no password"):
        OpenAIProvider(Credentials(secret="", base_url=None), "global")


def test_a_real_base_url_is_taken_as_it_is_written(openai: Subject, sandbox: Sandbox) -> None:
    # Not the sandbox, as far as the connection says; so nothing is added to its path.
    assert openai.changed(sandbox=False, base_url=f"{sandbox.url}/v1").answer().error is None
    with pytest.raises(ProviderRefused, match="status 404"):
        openai.changed(sandbox=False, base_url=sandbox.url).answer()


def test_a_batch_from_long_before_our_intent_is_not_taken_for_ours(openai: Subject) -> None:
    before = now()
    openai.submit()
    assert openai.batches.find(KEY, before + CLOCK_MARGIN + timedelta(seconds=30)) is None


def test_a_batch_is_found_behind_a_full_page_of_others(openai: Subject) -> None:
    before = now()
    batch_id = openai.submit(openai.requests(1))
    for number in range(100):
        openai.submit(openai.requests(1), key=f"{number:064d}")
    assert openai.batches.find(KEY, before) == batch_id


def test_a_line_that_makes_the_provider_refuse_the_file_is_named(openai: Subject) -> None:
    lines = openai.requests().getvalue().splitlines(keepends=True)
    bad = io.BytesIO(lines[0] + lines[1].replace(b"POST", b"GET") + lines[2])
    status = openai.ended(openai.submit(bad))
    assert status.state is BatchState.FAILED
    assert [(problem.code, problem.line) for problem in status.problems] == [("invalid_method", 2)]


def test_the_batch_s_sum_is_right_where_a_row_s_own_usage_is_not(openai: Subject, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "wrong_usage", "times": 1})
    status = openai.ended(openai.submit())
    rows = openai.results(status).values()
    assert status.usage is not None
    assert status.usage.input_tokens < sum(row.input_tokens for row in rows)


def test_an_ended_batch_that_is_cancelled_says_so(openai: Subject) -> None:
    batch_id = openai.submit()
    openai.ended(batch_id)
    with pytest.raises(ProviderUnavailable, match="status 409"):
        openai.batches.cancel(batch_id)


def test_more_texts_than_a_request_may_hold_become_vectors_all_the_same(openai: Subject, sandbox: Sandbox) -> None:
    texts = [f"text {number}" for number in range(MOST_TEXTS + 1)]
    found = run(openai.provider.embed(texts, openai.endpoint.embedding))
    assert len(found.vectors) == len(texts)
    assert sandbox.bill_of("openai")["requests"] == 2


def test_no_text_needs_no_request(openai: Subject, sandbox: Sandbox) -> None:
    assert run(openai.provider.embed([], openai.endpoint.embedding)).vectors == ()
    assert sandbox.bill_of("openai")["requests"] == 0
