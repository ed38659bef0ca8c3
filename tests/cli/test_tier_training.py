"""The first weights are written whatever they are worth, and it is said what that is."""

from __future__ import annotations

import json
from pathlib import Path

from nightshift.cli.tier_training import train_into


def test_the_first_weights_say_how_little_they_were_learnt_from(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"prompt": "Why?", "light_correct": False, "premium_correct": True}))
    done = train_into((rows,), tmp_path / "weights", False)["weights"]["difficulty"]
    assert done["written"]
    assert done["reason"] == (
        "written: the first one; no evidence that the score helps: 1 of 50 graded cases held back"
    )
