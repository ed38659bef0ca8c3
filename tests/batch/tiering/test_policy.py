"""What a tier policy may say about its cascade."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from nightshift.batch.tiering.policy import TierPolicy


def policy(cascade: dict[str, Any], tiers: int = 3, **more: Any) -> TierPolicy:
    listed = [{"name": f"t{number}", "deployments": ["m"]} for number in range(tiers)]
    return TierPolicy.model_validate({"tiers": listed, "cascade": cascade, **more})


def test_without_a_cascade_it_is_a_ladder_of_any_height() -> None:
    assert policy({}, tiers=1).cascade.strategy == "ladder"


@pytest.mark.parametrize(
    ("cascade", "tiers", "problem"),
    [
        ({"strategy": "direct"}, 2, "needs a threshold"),
        ({"strategy": "verify"}, 2, "needs a threshold"),
        ({"strategy": "verify", "threshold": 1.5}, 2, "less than or equal to 1"),
        ({"strategy": "agreement"}, 3, "needs a comparator: exact, numeric, label"),
        ({"strategy": "agreement", "comparator": "rhyme"}, 3, "exact"),
        ({"strategy": "agreement", "comparator": "rhyme"}, 3, "embedding"),
        ({"strategy": "agreement", "comparator": "embedding"}, 3, "needs a similarity"),
        ({"strategy": "auto", "comparator": "embedding"}, 3, "needs a similarity"),
        ({"strategy": "agreement", "comparator": "judge"}, 3, "needs `judge`"),
        ({"strategy": "agreement", "comparator": "label", "similarity": 0.9}, 3, "for comparator embedding only"),
        ({"strategy": "agreement", "comparator": "label", "judge": "m"}, 3, "for comparator judge only"),
        (
            {"strategy": "agreement", "comparator": "label", "embedding": "m"},
            3,
            "`embedding` is for",
        ),
        ({"strategy": "agreement", "comparator": "embedding", "similarity": 1.1}, 3, "less than or equal to 1"),
        ({"strategy": "agreement", "comparator": "exact"}, 2, "needs 3 tiers, here are 2"),
        ({"strategy": "verify", "threshold": 0.5}, 1, "needs 2 tiers, here are 1"),
        ({"strategy": "verify", "threshold": 0.5, "quality": {"at_least": 0.9}}, 2, "strategy can only be auto"),
        ({"quality": {"at_least": 1.0}}, 2, "less than 1"),
    ],
)
def test_what_cannot_work_is_refused_and_says_what_is_missing(
    cascade: dict[str, Any], tiers: int, problem: str
) -> None:
    with pytest.raises(ValidationError, match=problem):
        policy(cascade, tiers)


def test_with_agreement_a_row_cannot_start_where_it_has_nothing_to_agree_with() -> None:
    agreement = {"strategy": "agreement", "comparator": "exact"}
    last = [{"tier": "t2", "input_characters_above": 100}]
    assert policy(agreement, start=last).start[0].tier == "t2"
    with pytest.raises(ValidationError, match="can only name the last tier, not t1"):
        policy(agreement, start=[{"tier": "t1", "input_characters_above": 100}])


def test_at_most_a_fifth_of_the_rows_can_be_a_trial() -> None:
    with pytest.raises(ValidationError, match=r"0\.2"):
        policy({}, trial_share=0.3)
