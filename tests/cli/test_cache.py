"""`nightshift cache` as its user meets it: learns a threshold or says why not, and checks it on other pairs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nightshift.settings import project_root

PLUGINS = Path(__file__).parents[2] / "plugins"
PROMPT = "grade_school_math@1.0.0"


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


def test_pairs_above_the_bound_are_told_by_the_exit_code(include: Path, tmp_path: Path) -> None:
    cache(include, "learn", PROMPT, written(tmp_path, 200, 600))
    pairs = tmp_path / "wrong.jsonl"
    lines = [json.loads(line) | {"same": False} for line in written(tmp_path, 20, 0).read_text().splitlines()]
    pairs.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = cache(include, "check", PROMPT, pairs)
    assert done.returncode == 1
    assert "of 20 different pairs" in done.stdout


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
