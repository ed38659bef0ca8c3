"""Prices as `nightshift tier` is given them: finite, told, and each for its own model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nightshift.cli.tier_prices import Prices, find_price, reckoned
from nightshift.errors import InvalidSpec
from nightshift.tiering.cases import Rate
from nightshift.tiering.outcomes import Opinion, Outcome

INCLUDE = Path(__file__).parents[2] / "include"
MINI, NANO, LARGE = "gpt-4o-mini-2024-07-18", "gpt-4.1-nano-2025-04-14", "gpt-4o-2024-08-06"


def row(*models: str, answer: str | None = None) -> Outcome:
    opinions = tuple(Opinion(model=model, answer="5", correct=True) for model in models)
    return Outcome(
        prompt="p", light_correct=True, premium_correct=True, light_answer="5", premium_answer=answer, opinions=opinions
    )


@pytest.mark.parametrize("dollars", ["nan/1", "1/inf", "-1/2", "1/-0.5"])
def test_dollars_are_finite_and_not_negative(dollars: str) -> None:
    with pytest.raises(InvalidSpec) as caught:
        find_price(dollars, "batch", "--premium")
    assert str(caught.value) == (
        f"--premium: no price; value: {dollars!r}; limit: 'finite and at least 0'; "
        "way out: give dollars per million input/output tokens: 0.3/0.6"
    )


def test_a_name_that_is_not_in_the_catalogue_may_be_given_in_dollars() -> None:
    with pytest.raises(InvalidSpec, match=r"--opinion: no such name.* or give dollars per million input/output tokens"):
        find_price("gemini-1.5-flash", "batch", "--opinion")


@pytest.mark.parametrize("dollars", ["1/2", "1e0/2", " 1 / 2 "])
def test_premium_in_real_time_is_twice_the_dollars_however_they_are_written(dollars: str) -> None:
    found = reckoned(Prices("0/0", dollars, None, ()), [row()])
    assert found.rates().baseline == Rate(2, 4)
    assert found.baseline.kind == "twice --premium"


def test_premium_of_the_catalogue_has_its_own_price_in_real_time() -> None:
    found = reckoned(Prices(MINI, LARGE, None, ()), [row()])
    assert (found.premium.rate, found.baseline.rate) == (Rate(1.25, 5), Rate(2.5, 10))
    assert reckoned(Prices(MINI, LARGE, "3/4", ()), [row()]).baseline.rate == Rate(3, 4)


def test_a_model_that_a_row_lacks_keeps_its_place_among_the_prices() -> None:
    found = reckoned(Prices(MINI, LARGE, None, ("1/1", "2/2", "3/3")), [row("a", "b", "c"), row("a", "c")])
    assert [(model, price.rate.input_usd) for model, price in found.opinions] == [("a", 1), ("c", 3)]


def test_a_price_with_a_models_name_is_that_models_and_others_go_by_place() -> None:
    rows = [row("b", NANO)]
    found = reckoned(Prices(MINI, LARGE, None, (NANO, "7/8")), rows)
    assert [(model, price.model) for model, price in found.opinions] == [("b", ""), (NANO, NANO)]
    assert found.rates().opinions[0] == Rate(7, 8)
    by_place = reckoned(Prices(MINI, LARGE, None, ("1/1", "2/2")), rows)
    assert [(model, price.rate.input_usd) for model, price in by_place.opinions] == [("b", 1), (NANO, 2)]
    assert len(reckoned(Prices(MINI, LARGE, None, ("1/1",)), rows).opinions) == 1, "the missing one is named later"


def test_what_costs_are_reckoned_from_is_told() -> None:
    found = reckoned(Prices(MINI, "1/2", None, ("3/4",)), [row("b"), row("b", answer="#### 5")])
    assert found.text() == (
        "Prices, in dollars per million input/output tokens: light gpt-4o-mini-2024-07-18 0.075/0.3 (batch), "
        "premium 1/2 (as given), premium in real time 2/4 (twice --premium), opinion of b 3/4 (as given).\n"
        "Tokens: estimated, one per 4 characters of prompt and answer; 150 assumed for 0 light and 1 premium answers "
        "that no row brings. What rows say they cost (light_usd, premium_usd) is not used."
    )
    told = found.described()
    assert told["prices"]["light"]["model"] == MINI
    assert told["prices"]["opinions"] == [
        {"of": "b", "model": None, "price": "as given", "input_usd_per_million": 3, "output_usd_per_million": 4}
    ]
    assert told["tokens"] in found.text()


def test_a_price_that_is_no_batch_price_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(INCLUDE / "models", tmp_path / "models")
    catalogue = tmp_path / "models" / "catalogue.yaml"
    catalogue.write_text(catalogue.read_text().replace(NANO, "chatgpt-4o-latest"))
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path))
    assert find_price("chatgpt-4o-latest", "batch", "--light").kind == "real time: no batch price is listed"
