"""`nightshift guardrails review`, `dry-run` and `nightshift vault` as their user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from tests.cli.test_batch import Command, nightshift
from tests.guarded_jobs import POLICY, Include, held, include
from tests.job_runs import Jobs, questions

__all__ = ["include", "nightshift"]  # fixtures


@pytest.fixture
def reviewed(jobs: Jobs, include: Include) -> Jobs:
    mail = {"id": "m", "question": "Write to canary-x@b.example."}
    jobs.run([*questions(3), held(1), held(2), {**held(3), "id": "odd\x1b[31m[red]"}, mail])
    return jobs


def test_a_list_shows_what_is_held_back_and_where_its_text_is(reviewed: Jobs, nightshift: Command) -> None:
    listed = nightshift("guardrails", "review", "run-1")
    assert (listed.code, listed.err) == (0, "")
    assert "quarantine" in listed.out
    assert "odd?[31m[red]" in listed.out
    assert "3 rows are held back in run-1, 3 wait for a decision" in listed.out
    assert f"Sheet with their text: {reviewed.services.run_folder('run-1', 'review', 'sheet.html')}" in listed.out
    assert "Ignore" not in listed.out
    told = json.loads(nightshift("guardrails", "review", "run-1", "--json").out)
    assert told["rows"][0] == {
        "request_id": "h1", "row_number": 4, "action": "quarantine", "rules": "hostile", "decision": "open",
    }  # fmt: skip


def test_released_rows_go_on_with_the_spec_that_is_written(reviewed: Jobs, nightshift: Command, tmp_path: Path) -> None:
    decided = nightshift("guardrails", "review", "run-1", "--reject", "h2", "--release-all", "--by", "Ada Steward")
    assert decided.out.startswith("run-1: 2 rows released, 1 rejected by Ada Steward\n")
    spec = tmp_path / "next.yaml"
    told = nightshift("guardrails", "review", "run-1", "--spec", spec).out
    assert told.startswith(f"Next: nightshift batch run --spec {spec} --run-id run-1-released-")
    run_id = told.split()[-1]
    done = nightshift("batch", "run", "--spec", spec, "--run-id", run_id, "--json")
    assert json.loads(done.out)["rows"]["answered"] == 2, done.err
    assert nightshift("guardrails", "review", "run-1", "--spec", spec).out == (
        "No released row of run-1 waits for a run\n"
    )
    assert yaml.safe_load(spec.read_text())["application"] == "math-tutor"


def test_a_decision_without_a_name_or_about_nothing_is_refused(reviewed: Jobs, nightshift: Command) -> None:
    assert "--by NAME is needed" in nightshift("guardrails", "review", "run-1", "--release-all").err
    both = nightshift("guardrails", "review", "run-1", "--release-all", "--reject-all", "--by", "A")
    assert "exclude each other" in both.err
    unknown = nightshift("guardrails", "review", "run-1", "--release", "x", "--by", "A")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.error.startswith("nightshift: InvalidSpec: release: no held-back row of the run has this id")


def test_a_dry_run_shows_counts_rules_and_ids(reviewed: Jobs, include: Include, nightshift: Command) -> None:
    include.policy(POLICY | {"input": POLICY["input"][:1]}, name="lenient")
    shown = nightshift("guardrails", "dry-run", "--run", "run-1", "--policy", "lenient")
    assert shown.code == 0, shown.err
    assert "input: 7 texts, 4 would change" in shown.out
    for told in ("hostile", "mail", "quarantine", "h1", "Every change: ", "Report: "):
        assert told in shown.out
    assert "canary" not in shown.out + shown.err
    told_as_json = json.loads(
        nightshift("guardrails", "dry-run", "--run", "run-1", "--policy", "lenient", "--json").out
    )
    assert told_as_json["input"]["rules"] == {"hostile": {"before": 3, "after": 0}, "mail": {"before": 1, "after": 0}}
    unknown = nightshift("guardrails", "dry-run", "--run", "run-1", "--policy", "lenien")
    assert "--policy: no such name" in unknown.error
    assert "did you mean 'lenient'?" in unknown.error


def test_restoring_and_erasing(reviewed: Jobs, nightshift: Command, tmp_path: Path) -> None:
    copy = tmp_path / "copy.parquet"
    restored = nightshift("vault", "unmask", "run-1", "--output", copy)
    assert restored.out == f"Restored 0 answers of run-1 in {copy}\n"
    assert nightshift("vault", "erase", "run-1").out.startswith("The vault of run-1 was erased at 20")
    refused = nightshift("vault", "unmask", "run-1", "--output", tmp_path / "again.parquet")
    assert refused.code == 2
    assert "its vault was erased at 20" in refused.error
