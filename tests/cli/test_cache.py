"""`nightshift cache` as its user meets it: learns a threshold or says why not, and checks it on other pairs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.shared_sandbox import Sandbox

from nightshift.finops.money import shown, to_picodollars
from nightshift.settings import project_root

PLUGINS = Path(__file__).parents[2] / "plugins"
PROMPT, SMALL = "grade_school_math@1.0.0", "text-embedding-3-small"


@pytest.fixture(scope="module")
def include(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache") / "include"
    shutil.copytree(project_root() / "include", folder)
    return folder


def cache(include: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PLUGINS), "COLUMNS": "200", "NIGHTSHIFT_INCLUDE": str(include)}
    command = [sys.executable, "-c", "from nightshift.cli import main; main()", "cache", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def written(folder: Path, same: int, different: int, first: int = 0) -> Path:
    """Questions with a polite twin, and questions with another number; no text is in two pairs."""
    lines: list[dict[str, Any]] = []
    for number in range(first, first + same + different):
        text = f"Shop {number} has 4 boxes of apples. How many apples does it have?"
        is_same = number < first + same
        other = f"Hi! {text} Thanks." if is_same else text.replace("4 boxes", "5 boxes")
        lines.append({"a": text, "b": other, "same": is_same})
    path = folder / f"pairs-{first}-{same}-{different}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def threshold_file(include: Path) -> Path:
    return include / "prompts" / "grade_school_math" / "v1.0.0" / "semantic_cache.json"


def test_too_few_pairs_leave_the_cache_off(include: Path, tmp_path: Path) -> None:
    done = cache(include, "learn", PROMPT, written(tmp_path, 50, 100))
    assert done.returncode == 1
    assert "not enough pairs: " in done.stdout
    assert "of 299 held-back different pairs needed" in done.stdout
    assert "stays off" in done.stdout
    assert not threshold_file(include).exists()


def test_learnt_then_checked_on_other_pairs(include: Path, tmp_path: Path) -> None:
    done = cache(include, "learn", PROMPT, written(tmp_path, 200, 600), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["statement"].startswith("at most 1 % false hits at 95 % confidence: 0 of ")
    assert json.loads(threshold_file(include).read_text())["threshold"] == found["threshold"]
    pairs = written(tmp_path, 100, 100, first=5000)
    report = json.loads(cache(include, "check", PROMPT, pairs, "--json").stdout)
    assert (report["false_hits"], report["different_pairs"], report["within"], report["problem"]) == (
        0,
        100,
        True,
        None,
    )
    assert report["hit_rate"] > 0.9
    shown = cache(include, "check", PROMPT, pairs)
    assert shown.returncode == 0
    assert "false hits: 0 of 100 different pairs (0.00%)" in shown.stdout
    assert "at most 1 % false hits at 95 % confidence" in shown.stdout


def test_pairs_above_the_bound_or_without_any_different_one_are_told_by_the_exit_code(
    include: Path, tmp_path: Path
) -> None:
    cache(include, "learn", PROMPT, written(tmp_path, 200, 600))
    pairs = tmp_path / "wrong.jsonl"
    lines = [json.loads(line) | {"same": False} for line in written(tmp_path, 20, 0).read_text().splitlines()]
    pairs.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = cache(include, "check", PROMPT, pairs)
    assert done.returncode == 1
    assert "of 20 different pairs" in done.stdout
    done = cache(include, "check", PROMPT, written(tmp_path, 20, 0))
    assert done.returncode == 2
    assert "pairs: no different pairs: nothing was checked; value: '20 pairs, all the same'; way out" in done.stderr


def test_nothing_learnt_is_said(include: Path, tmp_path: Path) -> None:
    done = cache(include, "check", "triage_ticket@1.0.0", written(tmp_path, 1, 1))
    assert done.returncode == 2
    assert "no labelled pair" in done.stderr  # that prompt has several variables, so a text alone is no row
    line = {"subject": "s", "message": "m", "language": "en"}
    pairs = tmp_path / "tickets.jsonl"
    pairs.write_text(json.dumps({"a": line, "b": line, "same": True}) + "\n")
    done = cache(include, "check", "triage_ticket@1.0.0", pairs)
    assert done.returncode == 2
    assert "no threshold was learnt for triage_ticket@1.0.0; way out: nightshift cache learn" in done.stderr


@pytest.fixture
def by_provider(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An include folder whose prompt is compared by a provider's model, which the application may ask."""
    folder = tmp_path / "include"
    shutil.copytree(project_root() / "include", folder)
    config = folder / "prompts" / "grade_school_math" / "v1.0.0" / "config.yaml"
    config.write_text(config.read_text() + f"\nsemantic_cache: {{false_hits: 0.05, embedding: {SMALL}}}\n")
    policy = folder / "policies" / "applications" / "math-tutor.yaml"
    policy.write_text(policy.read_text().replace("models:\n", f"models:\n  - {SMALL}\n", 1))
    monkeypatch.setenv("NIGHTSHIFT_SANDBOX_URL", sandbox.url)
    return folder


def test_with_a_providers_model_the_output_says_which_and_what_it_cost(
    by_provider: Path, tmp_path: Path, sandbox: Sandbox
) -> None:
    pairs = written(tmp_path, 40, 80)
    done = cache(by_provider, "learn", PROMPT, pairs, "--application", "math-tutor")
    assert done.returncode == 0, done.stderr
    learnt = json.loads(threshold_file(by_provider).read_text())
    cost = Decimal(sandbox.bill()["cost_usd"])
    told = f"embedding:  {SMALL} {learnt['embedding_digest'][:12]}, cost {shown(to_picodollars(cost))}\n"
    assert told in done.stdout
    found = json.loads(cache(by_provider, "check", PROMPT, pairs, "--application", "math-tutor", "--json").stdout)
    assert found["embedding"] == {"name": SMALL, "digest": learnt["embedding_digest"]}
    assert (found["problem"], found["within"], found["cost_usd"]) == (None, True, "0")
    assert Decimal(sandbox.bill()["cost_usd"]) == cost > 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "--application: grade_school_math@1.0.0 is compared by text-embedding-3-small"),
        (["--application", "support-desk"], "the application support-desk is not entitled to it"),
    ],
)
def test_a_providers_model_is_asked_for_an_application_that_may(
    by_provider: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    done = cache(by_provider, "learn", PROMPT, written(tmp_path, 1, 1), *arguments)
    assert done.returncode == 2
    assert told in done.stderr
