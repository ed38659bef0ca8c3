"""What all rows share is kept by Bedrock in real time: written once, then read for less, and billed as such."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.providers.cases import BEDROCK
from tests.providers.contract import Endpoint, Subject, call_of, line_of
from tests.shared_sandbox import Sandbox

from nightshift.errors import Misconfigured, ProviderRefused
from nightshift.providers.bedrock_prompt_cache import with_cache_point
from nightshift.providers.port import BatchState, Target

NOVA, LLAMA = "amazon.nova-lite-v1:0", "meta.llama3-3-70b-instruct-v1:0"
KEPT = {"prompt_cache_tokens": "1024"}
POINT = {"cachePoint": {"type": "default"}}
LONG = "Answer in one word. " * 300  # 1,500 tokens
EXAMPLE = (("user", "Italy?"), ("assistant", "Rome"))


@pytest.fixture
def bedrock(sandbox: Sandbox) -> Subject:
    credentials = BEDROCK.credentials(sandbox.url)
    endpoint = Endpoint(credentials, Target(NOVA, KEPT), BEDROCK.embedding, patience=30, pause=0.01)
    return Subject(BEDROCK, endpoint, BEDROCK.open(credentials))


def body(system: str, *examples: tuple[str, str]) -> dict[str, Any]:
    template = BEDROCK.open(BEDROCK.credentials("http://127.0.0.1:1")).template(
        call_of(Target(NOVA, KEPT), fixed_messages=(("system", system), *examples))
    )
    found: dict[str, Any] = json.loads(line_of(template, 7, "France?"))["modelInput"]
    return found


def test_the_point_stands_after_everything_that_rows_share() -> None:
    marked = with_cache_point(body(LONG, *EXAMPLE), Target(NOVA, KEPT))
    assert [turn["content"] for turn in marked["messages"]] == [
        [{"text": "Italy?"}],
        [{"text": "Rome"}, POINT],
        [{"text": "France?"}],
    ]
    assert marked["system"] == [{"text": LONG}]
    alone = with_cache_point(body(LONG), Target(NOVA, KEPT))
    assert (alone["system"], alone["messages"]) == ([{"text": LONG}, POINT], body(LONG)["messages"])


@pytest.mark.parametrize(("system", "options"), [("Be brief.", KEPT), (LONG, {})], ids=["short", "no such model"])
def test_there_is_none_where_it_would_not_pay(system: str, options: dict[str, str]) -> None:
    found = body(system, *EXAMPLE)
    assert with_cache_point(found, Target(NOVA, options)) == found


def test_the_first_request_writes_and_the_next_ones_read(bedrock: Subject, sandbox: Sandbox) -> None:
    shared = (("system", f"{LONG} Which city is the capital?"), *EXAMPLE)
    lines = [bedrock.line(number, f"Country {number}?", fixed_messages=shared) for number in range(1, 4)]
    first, *later = [bedrock.answer(line) for line in lines]
    assert first.cached_input_tokens == 0
    for found in later:
        assert 1_024 <= found.cached_input_tokens < found.input_tokens
        assert found.input_tokens == first.input_tokens
    bill = sandbox.bill_of("bedrock")
    total = sum(found.input_tokens for found in (first, *later))
    cached = sum(found.cached_input_tokens for found in later)
    assert (bill["input_tokens"], bill["cached_input_tokens"]) == (total, cached)
    # Nova Lite in real time: 0.06, 0.015 and 0.24 dollars per million tokens.
    cost = (total - cached) * Decimal("0.06") + cached * Decimal("0.015") + bill["output_tokens"] * Decimal("0.24")
    assert Decimal(bill["cost_usd"]) == cost / 1_000_000


def test_another_prompt_reads_nothing(bedrock: Subject) -> None:
    asked = [bedrock.line(1, fixed_messages=(("system", f"{LONG} {name}"),)) for name in ("one", "other")]
    assert [bedrock.answer(line).cached_input_tokens for line in asked] == [0, 0]


def test_jobs_have_no_cache_points(bedrock: Subject) -> None:
    status = bedrock.ended(bedrock.submit(bedrock.requests(fixed_messages=(("system", LONG),))))
    assert status.state is BatchState.COMPLETED
    assert all(row.error is None and row.cached_input_tokens == 0 for row in bedrock.results(status).values())


def test_a_model_that_takes_none_refuses_every_request(bedrock: Subject) -> None:
    asked = replace(bedrock, endpoint=replace(bedrock.endpoint, chat=Target(LLAMA, KEPT)))
    with pytest.raises(ProviderRefused, match="AccessDeniedException"):
        asked.answer(asked.line(1, fixed_messages=(("system", LONG),)))


@pytest.mark.parametrize(
    ("model", "options", "told"),
    [
        (NOVA, {"prompt_cache_tokens": "many"}, "write the model's minimum"),
        (NOVA, {"prompt_cache_tokens": "0"}, "write the model's minimum"),
        (NOVA, {**KEPT, "record_format": "invoke_model"}, "record_format converse"),
        ("anthropic.claude-3-haiku-20240307-v1:0", KEPT, "cannot be booked"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(
    bedrock: Subject, model: str, options: dict[str, str], told: str
) -> None:
    with pytest.raises(Misconfigured, match=told):
        bedrock.provider.template(call_of(Target(model, options)))
