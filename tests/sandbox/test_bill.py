"""The bill against a count and a price of the test's own."""

from __future__ import annotations

import time
from collections import defaultdict
from decimal import Decimal

import openai
from genai_prices import Usage, calc_price


def price(model, usage, mode=None):
    used = Usage(input_tokens=usage["prompt_tokens"], output_tokens=usage["completion_tokens"])
    context = {"processing": mode} if mode else None
    return calc_price(used, model, provider_id="openai", price_context=context).total_price


def test_the_bill_is_the_exact_sum_of_all_answers(provider):
    expected = defaultdict(Decimal)
    for model in ("gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"):
        done = provider.run(provider.lines(300, model=model), metadata={"shard": model})
        for line in provider.results(done.output_file_id):
            expected[model] += price(model, line["response"]["body"]["usage"], "batch")
        assert Decimal(provider.bill()["by_batch"][done.id]["cost_usd"]) == expected[model]
        assert provider.bill()["by_batch"][done.id]["metadata"] == {"shard": model}
    live = provider.client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "Now?"}])
    expected["gpt-5"] += price("gpt-5", live.usage.model_dump())

    bill = provider.bill()
    assert {model: Decimal(part["cost_usd"]) for model, part in bill["by_model"].items()} == expected
    assert Decimal(bill["cost_usd"]) == sum(expected.values())
    assert bill["requests"] == bill["unique_requests"] == 601
    assert (bill["batches_created"], bill["duplicate_requests"]) == (2, 0)


def test_a_batch_that_is_submitted_twice_shows_as_duplicates(provider):
    for _ in range(2):
        provider.run(provider.lines(10))

    bill = provider.bill()
    assert (bill["requests"], bill["unique_requests"], bill["duplicate_requests"]) == (20, 10, 10)
    assert bill["by_model"]["gpt-4o-2024-08-06"]["unique_requests"] == 10
    assert [part["unique_requests"] for part in bill["by_batch"].values()] == [10, 10]


def test_equal_bodies_in_one_batch_count_once_whatever_their_key_order(provider):
    first, second = provider.lines(2)
    second["body"] = dict(reversed(first["body"].items()))
    assert list(second["body"]) != list(first["body"])
    done = provider.run([first, second])

    bill = provider.bill()
    assert (bill["requests"], bill["unique_requests"]) == (2, 1)
    assert (bill["by_batch"][done.id]["requests"], bill["by_batch"][done.id]["unique_requests"]) == (2, 1)


def test_a_refused_call_is_not_billed(provider):
    try:
        provider.client.chat.completions.create(model="gpt-4o", messages=[])
    except openai.BadRequestError:
        assert provider.bill()["requests"] == 0


def test_the_costs_endpoint_agrees_with_the_bill(provider):
    provider.run(provider.lines(100))
    provider.client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Now?"}])
    admin = openai.OpenAI(base_url=f"{provider.url}/v1", api_key="sandbox", admin_api_key="admin")
    since = int(time.time()) - 2 * 86_400

    def results(**more):
        page = admin.admin.organization.usage.costs(start_time=since, limit=7, **more)
        return [result for bucket in page.data for result in bucket.results]

    items = results(group_by=["line_item"])
    assert {result.line_item for result in items} == {
        "gpt-4o-2024-08-06 batch, input",
        "gpt-4o-2024-08-06 batch, output",
        "gpt-4o, input",
        "gpt-4o, output",
    }
    total = float(provider.bill()["cost_usd"])
    assert abs(sum(result.amount.value for result in items) - total) < 1e-9
    assert abs(sum(result.amount.value for result in results()) - total) < 1e-9


def test_the_costs_endpoint_pages_by_day(provider):
    admin = openai.OpenAI(base_url=f"{provider.url}/v1", api_key="sandbox", admin_api_key="admin")
    costs = admin.admin.organization.usage.costs
    first = costs(start_time=0, end_time=3 * 86_400, limit=2)
    second = costs(start_time=0, end_time=3 * 86_400, limit=2, page=first.next_page)

    assert [bucket.start_time for bucket in (*first.data, *second.data)] == [0, 86_400, 172_800]
    assert (first.has_more, second.has_more) == (True, False)
