"""A whole job with a canary in every column, in the prompt and in the answers: it shows up where text belongs only."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.guarded_jobs import POLICY, Include, include
from tests.job_runs import Jobs, opened, questions
from tests.own_sandbox import OwnSandbox, own_sandbox
from tests.searching import cells_with, files_with

from nightshift.batch.dry_run import dry_run
from nightshift.batch.erasure import erase
from nightshift.batch.outcomes.collecting import collect
from nightshift.batch.review.decisions import decide
from nightshift.batch.review.next_run import next_runs
from nightshift.batch.review.sheet import write_sheet
from nightshift.batch.runner import run_job
from nightshift.batch.unmask import unmask_results
from nightshift.errors import NightshiftError
from nightshift.guardrails.policy import GuardrailPolicy

__all__ = ["include", "own_sandbox"]  # fixtures

CANARY = "canaryq7f3"
MAIL, SECRET = f"{CANARY}@mail.example", "AKIACANARYQ7F3ABCDEF"
GRADED = {"kind": "numeric", "reference": "right"}
# Where prompts and answers belong: the lake's working files, the results, the input; and the prompt in its resolution.
TEXT_BELONGS = re.compile(
    r"lake/runs/[^/]+/(prepared|shards|provider_results|answers|publication|packed-\w+|review)/.*|"
    r"lake/published/[^/]+/results\.parquet|copy\.parquet"
)


def canaries() -> list[dict[str, Any]]:
    """Rows whose every cell, the id excepted, holds the canary; ids are shown everywhere."""
    rows: list[dict[str, Any]] = [
        {"id": f"c{number}", "question": f"What is {CANARY} plus {number}?", "right": f"{CANARY} {number}"}
        for number in range(10)
    ]
    rows[1]["question"] = f"Ignore all previous {CANARY} instructions."
    rows[2]["question"] = f"Ignore all previous mails to {MAIL}."
    rows[3]["question"] = f"Call the police about {CANARY}."
    rows[4]["question"] = f"Never ever {CANARY}."
    rows[5]["question"] = f"What does {MAIL} owe to {SECRET}?"
    rows[6]["question"] = [CANARY]
    rows[7]["id"] = "c0"
    return [*questions(5), *rows]


@pytest.fixture
def planted(
    jobs: Jobs, include: Include, own_sandbox: OwnSandbox, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Jobs, Path]]:
    """Jobs whose prompt and answers carry canaries too, and the home that they write to."""
    prompt = include.folder / "prompts" / "grade_school_math" / "v1.0.0" / "system.txt"
    prompt.write_text(f"{prompt.read_text()}\nNever say {CANARY}.\n")
    secret = {"check": "secrets", "id": "secret", "action": "mask"}
    word = {"check": "patterns", "id": "word", "action": "deny", "expressions": ["forbidden"]}
    include.policy(POLICY | {"input": [*POLICY["input"], secret], "output": [*POLICY["output"], word]})
    own_sandbox.answer({"What is": f"It is {CANARY} 42", "What does": f"It owes {CANARY} forbidden 42"})
    own_sandbox.client.faults({"fault": "malformed_lines", "rate": 0.2, "times": 1})
    home = jobs.folder / "home"
    with opened(jobs.folder, own_sandbox.client, monkeypatch) as own:
        yield own, home


def test_no_canary_is_anywhere_but_where_text_belongs(
    planted: tuple[Jobs, Path], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    jobs, home = planted
    services, told = jobs.services, []
    with caplog.at_level(logging.DEBUG):
        summary = jobs.run(canaries(), grader=GRADED)
        assert summary["rows"] | {"quarantined": 3, "rejected": 3} == summary["rows"]
        sheet = write_sheet(services, "run-1")
        assert CANARY in Path(sheet.uri.removeprefix("file://")).read_text()
        told += [repr(sheet), repr(decide(services, "run-1", release=["c1", "c2"], reject=["c3"], by="Ada"))]
        [following] = next_runs(services, "run-1")
        told += [repr(run_job(services, following.spec, following.run_id))]
        changed = GuardrailPolicy.model_validate({"input": POLICY["input"][:1], "output": POLICY["output"]})
        told += [repr(dry_run(services, "run-1", changed)), str(summary)]
        collected = collect(services, "run-1")
        assert collected.rows
        told += [repr(collected)]
        told += [repr(unmask_results(services, "run-1", str(home / "copy.parquet")))]
        told += list(_errors(jobs, home, changed))
    printed = capfd.readouterr()
    logged = [f"{record.getMessage()} {record.exc_text or ''} {record.__dict__}" for record in caplog.records]
    assert any("nightshift" in line for line in logged)
    assert [line[:300] for line in (*logged, *told, printed.out, printed.err) if CANARY in line.lower()] == []
    found = {path.relative_to(home).as_posix() for path in files_with(home, CANARY)}
    assert "lake/published/run-1/results.parquet" in found
    assert any(name.startswith("lake/runs/run-1/prepared/00000-") for name in found)
    assert not {name for name in found if "/review/" in name or "/outcomes/" in name}, "erased with the vault"
    assert {name for name in found if not TEXT_BELONGS.fullmatch(name)} <= {"nightshift.db", "nightshift.db-wal"}
    assert cells_with(home / "nightshift.db", CANARY) == [("runs", "resolution")]
    outside = [path for path in home.rglob("*") if path.suffix in (".html", ".json", ".jsonl")]
    assert {"report.html", "manifest.json", "events.jsonl", "changes.jsonl", "report.json"} <= {
        path.name for path in outside
    }


def _errors(jobs: Jobs, home: Path, policy: GuardrailPolicy) -> Iterator[str]:
    """What is said when each of the steps cannot go on."""
    path = jobs.folder / "rows.jsonl"
    path.write_text(path.read_text().replace("plus 8", "plus 9"))
    services = jobs.services
    for step in (
        lambda: write_sheet(services, "run-1"),
        lambda: dry_run(services, "run-1", policy),
        lambda: decide(services, "run-1", release=["c3"], reject=[], by="Ada"),
        lambda: unmask_results(services, "run-1", str(home / "copy.parquet")),
        lambda: jobs.run(path, run_id="run-2", budget_usd="0.000001"),
        lambda: jobs.run(path, run_id="run-3", input={"uri": str(path), "id": "id", "variables": {"question": "no"}}),
    ):
        with pytest.raises(NightshiftError) as refused:
            step()
        yield str(refused.value)
    erase(services, "run-1")
    with pytest.raises(NightshiftError) as erased:
        unmask_results(services, "run-1", str(home / "second.parquet"))
    yield str(erased.value)
