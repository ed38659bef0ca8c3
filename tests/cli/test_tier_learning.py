"""`nightshift tier import`, `learn`, `decide` and `report`, as somebody types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.outcome_rows import LIGHT, PREMIUM, outcome_file, outcome_lines

from nightshift.cli.tier import tier
from nightshift.errors import InvalidSpec


def nightshift(*arguments: str) -> Result:
    return CliRunner().invoke(tier, list(arguments), catch_exceptions=False)


def test_from_a_file_of_graded_rows_to_weights_in_use(tmp_path: Path) -> None:
    bare = [
        {key: line[key] for key in ("prompt", "light_correct", "premium_correct", "light_answer")}
        for line in outcome_lines(600)
    ]
    file = str(outcome_file(tmp_path, bare))
    of = ["--application", "math-tutor", "--prompt", "grade_school_math@1.0.0", "--light", LIGHT, "--premium", PREMIUM]
    assert nightshift("import", file, *of, "--sampled").output == "graded.jsonl: 600 outcome rows\n"
    assert nightshift("import", file, *of, "--sampled").output == "graded.jsonl: was imported before\n"
    learnt = json.loads(nightshift("learn", "--json").output)
    names = [one["name"] for one in learnt["candidates"] if one["replaces"]]
    assert len(names) == 2
    assert all(one["statement"].startswith("better: APGR") for one in learnt["candidates"])
    assert [one["name"] for one in json.loads(nightshift("decide", "--json").output)["candidates"]] == names
    assert nightshift("learn").output == "Nothing to train on: no new outcome rows, or too few\n"
    decided = nightshift("decide", "--adopt", names[0], "--reject", names[1], "--by", "Ada")
    assert decided.output == "1 adopted, 1 rejected by Ada\n"
    assert nightshift("decide").output == "No candidate waits for a decision\n"


def test_a_decision_needs_a_name() -> None:
    refused = nightshift("decide", "--adopt", "math-tutor/difficulty-000000000000")
    assert refused.exit_code == 2
    assert "--by NAME is needed" in refused.output


def test_learning_from_an_unknown_run_is_refused() -> None:
    with pytest.raises(InvalidSpec, match="run_id: no such run"):
        nightshift("learn", "none")


def test_a_report_without_runs_says_so() -> None:
    assert nightshift("report").output == "No run was published in the last 30 days\n"
    assert json.loads(nightshift("report", "--json").output) == {"prompts": []}
