"""Prices come from a public list or from an override, and are never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from nightshift.errors import Misconfigured, MissingPrice
from nightshift.finops.prices import Billable, Mode, Price, look_up, look_up_embedding

AT = datetime(2026, 11, 23, tzinfo=UTC)
# https://platform.openai.com/docs/pricing: gpt-4o-mini at 0.15 and 0.60 USD per million tokens, half for batch.
MINI = "gpt-4o-mini-2024-07-18"
NO_BATCH_PRICE = "gpt-4o-search-preview"
TIERED = "gpt-5.6-luna"


@pytest.fixture
def overrides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "include" / "models").mkdir(parents=True)
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path / "include"))

    def write(*items: dict[str, Any]) -> None:
        path = tmp_path / "include" / "models" / "prices.yaml"
        path.write_text(yaml.safe_dump({"overrides": list(items)}))

    write()
    return write


def override(day: str, dollars: str, mode: str = "batch", model: str = MINI) -> dict[str, Any]:
    return {
        "provider": "openai",
        "model": model,
        "mode": mode,
        "effective_from": day,
        "input_usd_per_million": dollars,
        "cached_input_usd_per_million": dollars,
        "output_usd_per_million": dollars,
        "source": "agreement 1",
    }


@pytest.mark.parametrize(
    ("model", "mode", "input_price", "output_price"),
    [
        (MINI, "realtime", 150_000, 600_000),
        (MINI, "batch", 75_000, 300_000),
        ("gpt-4o-2024-08-06", "realtime", 2_500_000, 10_000_000),
        ("gpt-4o-2024-08-06", "batch", 1_250_000, 5_000_000),
    ],
)
def test_the_list_prices_are_the_published_ones(model: str, mode: Mode, input_price: int, output_price: int) -> None:
    price = look_up("openai", "openai", model, mode, AT)
    assert (price.model, price.mode, price.input, price.output) == (model, mode, input_price, output_price)
    assert price.alert is None
    assert price.version.startswith("genai-prices ")
    assert "2026-11-23" in price.version


def test_an_unknown_model_has_no_price_and_a_way_out() -> None:
    with pytest.raises(MissingPrice, match=r"openai/no-such-model.*include/models/prices.yaml"):
        look_up("openai", "openai", "no-such-model", "batch", AT)


def test_a_model_without_a_batch_price_costs_its_real_time_price_and_says_so() -> None:
    batch, realtime = (look_up("openai", "openai", NO_BATCH_PRICE, mode, AT) for mode in ("batch", "realtime"))
    assert (batch.input, batch.cached_input, batch.output) == (realtime.input, realtime.cached_input, realtime.output)
    assert batch.mode == "batch"
    assert NO_BATCH_PRICE in (batch.alert or "")
    assert "no batch price" in (batch.alert or "")
    assert realtime.alert is None


def test_a_discount_is_not_assumed_before_the_day_it_was_published() -> None:
    """The list knows gpt-4o-mini's batch price from 2026-10-14 on."""
    before = look_up("openai", "openai", MINI, "batch", datetime(2026, 10, 13, tzinfo=UTC))
    assert (before.input, before.output) == (150_000, 600_000)
    assert before.alert is not None


def test_an_embedding_model_costs_what_it_reads_and_is_no_model_that_answers() -> None:
    """https://platform.openai.com/docs/pricing: text-embedding-3-small at 0.02 USD per million tokens."""
    price = look_up_embedding("openai", "openai", "text-embedding-3-small", AT)
    assert (price.input, price.output, price.cost(Billable(1000, 0, 0))) == (20_000, 0, 20_000_000)
    with pytest.raises(Misconfigured, match="not one price per token"):
        look_up("openai", "openai", "text-embedding-3-small", "realtime", AT)
    with pytest.raises(MissingPrice):
        look_up_embedding("openai", None, "text-embedding-3-small", AT)


def test_an_embedding_models_price_can_be_overridden(overrides: Any) -> None:
    overrides(override("2026-10-01", "0.01", mode="realtime", model="text-embedding-3-small"))
    assert look_up_embedding("openai", "openai", "text-embedding-3-small", AT).input == 10_000


def test_a_price_in_steps_is_refused() -> None:
    with pytest.raises(Misconfigured, match=rf"{TIERED}.*not one price per token.*prices.yaml"):
        look_up("openai", "openai", TIERED, "realtime", AT)


@pytest.mark.parametrize(
    ("day", "expected"), [(30, 75_000), (31, 60_000)], ids=["the day before it holds", "the day it holds"]
)
def test_an_override_holds_from_its_day_on(overrides: Any, day: int, expected: int) -> None:
    overrides(override("2026-10-31", "0.06"))
    assert look_up("openai", "openai", MINI, "batch", datetime(2026, 10, day, tzinfo=UTC)).input == expected


def test_the_newest_override_in_force_wins_whatever_the_order(overrides: Any) -> None:
    items = [override("2026-11-01", "0.05"), override("2026-12-01", "0.01"), override("2026-10-01", "0.06")]
    for order in (items, items[::-1]):
        overrides(*order)
        price = look_up("openai", "openai", MINI, "batch", AT)
        assert (price.input, price.cached_input, price.output) == (50_000, 50_000, 50_000)
        assert price.version == "override 2026-11-01 (agreement 1)"


def test_an_override_is_for_its_mode_and_model_only(overrides: Any) -> None:
    overrides(override("2026-10-01", "0.06"))
    assert look_up("openai", "openai", MINI, "realtime", AT).input == 150_000
    assert look_up("openai", "openai", "gpt-4o-2024-08-06", "batch", AT).input == 1_250_000


def test_an_override_prices_a_model_that_no_list_knows(overrides: Any) -> None:
    overrides(override("2026-10-01", "0.06", model="private-1"))
    assert look_up("openai", "openai", "private-1", "batch", AT).input == 60_000
    with pytest.raises(MissingPrice):
        look_up("openai", "openai", "private-1", "realtime", AT)


def test_a_mistake_in_the_overrides_is_named(overrides: Any) -> None:
    overrides(override("2026-10-01", "-1"))
    with pytest.raises(Misconfigured, match=r"include/models/prices.yaml: overrides.0.input_usd_per_million"):
        look_up("openai", "openai", MINI, "batch", AT)


@pytest.mark.parametrize(
    ("tokens", "picodollars"),
    [
        ((0, 0, 0), 0),
        ((1000, 0, 0), 1000 * 150_000),
        ((1000, 400, 0), 600 * 150_000 + 400 * 75_000),
        ((1000, 1000, 0), 1000 * 75_000),
        ((1000, 400, 250), 600 * 150_000 + 400 * 75_000 + 250 * 600_000),
    ],
)
def test_cached_tokens_are_part_of_the_input_and_cheaper(tokens: tuple[int, int, int], picodollars: int) -> None:
    price = Price(MINI, "realtime", input=150_000, cached_input=75_000, output=600_000, version="test")
    assert price.cost(Billable(*tokens)) == picodollars


def test_a_model_that_is_billed_by_characters_ignores_tokens() -> None:
    price = look_up("oci_genai", None, "cohere.command-r-08-2024", "realtime", AT)
    assert price.unit == "character"
    assert price.cost(Billable(1_000, 0, 1_000, 10_000, 10_000)) == 20_000 * 90_000  # $0.0009 per 10,000 characters


def test_a_provider_without_a_public_list_needs_a_price_of_our_own() -> None:
    with pytest.raises(MissingPrice, match=r"oci_genai/no-such-model.*include/models/prices\.yaml"):
        look_up("oci_genai", None, "no-such-model", "realtime", AT)
