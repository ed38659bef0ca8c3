"""Whole-number prices against the price list's own arithmetic."""

from __future__ import annotations

from decimal import Decimal

import pytest
from genai_prices import Usage as PricedUsage
from genai_prices import calc_price

from nightshift.errors import MissingPrice
from nightshift.sandbox.prices import Kind, Mode, kind_of, model_names, unit_prices, usd
from nightshift.sandbox.usage import Usage

USAGES = [Usage(1, 1), Usage(1234, 567, cached=1000), Usage(150_001, 3), Usage(300_001, 99, cached=7)]


@pytest.mark.parametrize("mode", list(Mode))
def test_every_model_costs_what_the_price_list_says(mode):
    context = {"processing": "batch"} if mode is Mode.BATCH else None
    for model in model_names():
        for usage in USAGES:
            theirs = PricedUsage(input_tokens=usage.input, output_tokens=usage.output, cache_read_tokens=usage.cached)
            wanted = calc_price(theirs, model, provider_id="openai", price_context=context).total_price
            assert Decimal(usd(sum(unit_prices("openai", model, mode).cost(usage)))) == wanted, (model, usage)


def test_batches_of_the_tiers_models_cost_half():
    for model in ("gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"):
        batch, standard = (
            sum(unit_prices("openai", model, mode).cost(Usage(1000, 1000))) for mode in (Mode.BATCH, Mode.STANDARD)
        )
        assert 2 * batch == standard


def test_a_model_without_a_price_is_never_priced():
    with pytest.raises(MissingPrice, match="gemini"):
        unit_prices("openai", "gemini-1.5-flash", Mode.STANDARD)
    assert kind_of("openai", "gemini-1.5-flash") is None


@pytest.mark.parametrize(
    ("model", "kind"),
    [("gpt-4o", Kind.CHAT), ("o3", Kind.CHAT), ("text-embedding-3-large", Kind.EMBEDDING), ("tts-1", None)],
)  # fmt: skip
def test_each_model_serves_its_endpoint(model, kind):
    assert kind_of("openai", model) is kind


@pytest.mark.parametrize(
    ("units", "text"), [(0, "0.000000"), (1, "0.000000000001"), (10**12, "1.000000"), (1_500_000_000, "0.001500")]
)
def test_dollars_are_exact_and_without_exponent(units, text):
    assert usd(units) == text
