"""What is not named is not allowed, and the refusal says by which rule."""

from __future__ import annotations

import pytest

from nightshift.errors import InvalidSpec, NotEntitled
from nightshift.model_registry.applications import (
    Application,
    allowed_regions,
    check_model,
    check_prompt,
    find_application,
    no_region,
)
from nightshift.model_registry.catalogue import ModelVersion, find_model

DESK = Application(team="t", cost_centre="c", models=("m", "n"), prompts=("p", "q"), regions=("eu", "us"))


def model(name: str, *regions: str) -> ModelVersion:
    return ModelVersion(
        model=name, provider="openai", regions=regions, context_tokens=10, max_output_tokens=5, family="f"
    )


def test_a_prompt_that_is_named_may_be_used() -> None:
    check_prompt("desk", DESK, "q")


@pytest.mark.parametrize("name", ["r", "", "P", "p "])
def test_a_prompt_that_is_not_named_may_not(name: str) -> None:
    with pytest.raises(NotEntitled) as raised:
        check_prompt("desk", DESK, name)
    assert (raised.value.field, raised.value.value, raised.value.limit) == ("prompt", name, "one of p, q")
    assert "rule applications/desk/prompts" in raised.value.problem
    assert "include/policies/applications/desk.yaml" in raised.value.way_out


@pytest.mark.parametrize(
    ("regions", "allowed"),
    [(("us", "eu"), ("eu", "us")), (("us",), ("us",)), (("asia", "us"), ("us",)), (("asia",), ())],
)
def test_regions_are_the_applications_own_in_its_order(regions: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    assert allowed_regions(DESK, model("m", *regions)) == allowed


def test_a_model_that_is_not_named_may_not_be_used() -> None:
    with pytest.raises(NotEntitled, match=r"tiers: .*rule applications/desk/models.*'o'.*one of m, n"):
        check_model("desk", DESK, model("o", "eu"))


def test_a_refusal_for_want_of_a_region_names_both_sides() -> None:
    with pytest.raises(NotEntitled, match=r"tiers: .*m in asia.*regions of desk: eu, us"):
        raise no_region("desk", DESK, [model("m", "asia")])


def test_unknown_names_are_answered_with_the_closest() -> None:
    with pytest.raises(InvalidSpec, match=r"application: .*'suport-desk'.*did you mean 'support-desk'"):
        find_application("suport-desk")
    with pytest.raises(InvalidSpec, match=r"tiers: .*'gpt-4o-mini'.*did you mean 'gpt-4o-mini-2024-07-18'"):
        find_model("gpt-4o-mini", field="tiers")


def test_any_change_of_a_model_is_another_digest() -> None:
    base = model("m", "eu")
    changes: list[dict[str, object]] = [
        {"regions": ("us",)},
        {"context_tokens": 11},
        {"max_output_tokens": 6},
        {"model": "n"},
        {"family": "g"},
    ]
    digests = {base.model_copy(update=change).digest for change in changes}
    assert len(digests) == len(changes)
    assert base.digest not in digests
    assert model("m", "eu").digest == base.digest
