"""`nightshift tier` as its user meets it: trains, scores a pipe, plans and shows the curve; bad input is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
PRICES = ("--light", "0.075/0.3", "--premium", "1.25/5", "--baseline", "2.5/10", "--opinion", "0.1/0.4")


def tier(*arguments: object, text: str = "", include: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(PLUGINS), "COLUMNS": "200"}
    if include is not None:
        environment["NIGHTSHIFT_INCLUDE"] = str(include)
    command = [sys.executable, "-c", "from nightshift.cli import main; main()", "tier", *map(str, arguments)]
    return subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sums that the light model gets wrong the more often the longer they are, and sometimes shows it."""
    generator = np.random.default_rng(3)
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    with path.open("w") as lines:
        for number in range(500):
            lines.write(json.dumps(row(number, generator)) + "\n")
    return path


def row(number: int, generator: np.random.Generator) -> dict[str, Any]:
    parts = generator.integers(2, 90, int(generator.integers(2, 12))).tolist()
    total, light = sum(parts), bool(generator.random() > len(parts) / 16)
    shown = total if light else total + int(generator.integers(1, 9))
    other = total if generator.random() > 0.2 else total + 10
    return {
        "prompt": f"Case {number}: what is {' and '.join(map(str, parts))} together?",
        "light_correct": light,
        "premium_correct": bool(generator.random() > 0.03),
        "light_answer": f"{' + '.join(map(str, parts))} = {shown}\n#### {shown}",
        "premium_answer": f"#### {total}",
        "opinions": [{"model": "other", "answer": f"#### {other}", "correct": other == total}],
        "prompt_name": "sums",
        "prompt_version": "1.0.0",
    }


@pytest.fixture(scope="module")
def trained(rows: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    include = tmp_path_factory.mktemp("include")
    done = tier("train", rows, "--json", include=include)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["rows"] == 500
    assert report["weights"]["difficulty"]["written"]
    assert report["tasks"]["sums@1.0.0"]["lower_bound"] > 0.5
    return include


def test_scores_a_pipe_in_order(trained: Path) -> None:
    lines = [
        {"id": "long", "prompt": "What is " + " and ".join(map(str, range(10, 22))) + " together?"},
        {"id": 7, "prompt": "What is 10 and 11 together?", "prompt_name": "sums", "prompt_version": "1.0.0"},
    ]
    done = tier("score", text="\n".join(json.dumps(line) for line in lines), include=trained)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["long", 7]
    assert 1 > answers[0]["difficulty"] > answers[1]["difficulty"] > 0


def test_scores_before_anything_was_learnt(tmp_path: Path) -> None:
    done = tier("score", text='{"id": 1, "prompt": "Why?"}\n', include=tmp_path)
    assert done.returncode == 0
    assert 0 < json.loads(done.stdout)["difficulty"] < 1


def test_lines_that_cannot_be_scored_say_why_and_hold_nothing_up() -> None:
    done = tier("score", text='{"id": 1}\nnonsense\n[]\n{"id": 2, "prompt": 5}\n{"id": 3, "prompt": "fine"}\n')
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, None, 2, 3]
    assert [answer["difficulty"] is None for answer in answers] == [True, True, True, True, False]
    assert "line 1: prompt: missing" in answers[0]["error"]
    assert "4 lines could not be read" in done.stderr


def test_each_line_is_answered_when_it_comes() -> None:
    environment = {**os.environ, "PYTHONPATH": str(PLUGINS)}
    command = [sys.executable, "-c", "from nightshift.cli import main; main()", "tier", "score"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number in range(3):
            running.stdin.write(json.dumps({"id": number, "prompt": "Why?"}).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()


def test_plans_with_a_promise(rows: Path) -> None:
    done = tier("plan", rows, "--quality", 0.85, *PRICES, "--json")
    found = json.loads(done.stdout)
    assert found["guaranteed"]
    assert found["quality_lower_bound"] >= 0.85
    assert found["usd_per_1000_rows"] < found["baseline_usd_per_1000_rows"] / 2
    assert found["scores"] == "Scores: difficulty and verifier, on rows new to them."
    assert found["prices"]["baseline"]["input_usd_per_million"] == 2.5
    assert found["tokens"].startswith("estimated, one per 4 characters")


def test_says_when_a_plan_cannot_be_promised(rows: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(rows.read_text().splitlines(keepends=True)[:40]))
    done = tier("plan", few, "--quality", 0.98, *PRICES)
    assert done.returncode == 0, done.stderr
    assert "not guaranteed: 40 of " in done.stdout


def test_shows_the_curve_of_every_strategy(rows: Path) -> None:
    done = tier("curve", rows, *PRICES, "--json")
    found = json.loads(done.stdout)
    assert set(found["rankings"]) == {"random", "direct", "verify", "oracle"}
    assert found["rankings"]["verify"]["apgr"] > found["rankings"]["random"]["apgr"]
    strategies = {point["strategy"] for point in found["points"]}
    assert strategies == {"light only", "premium only", "direct", "verify", "agreement", "random", "oracle"}
    assert all(0 < point["threshold"] < 1 for point in found["points"] if point["strategy"] in ("direct", "verify"))
    assert found["prices"]["opinions"][0]["of"] == "other"
    shown = tier("curve", rows, *PRICES).stdout
    assert "agreement of 2" in shown
    assert "of premium in real time" in shown
    assert "opinion of other 0.1/0.4 (as given)." in shown


def test_prices_come_from_the_catalogue(rows: Path) -> None:
    found = json.loads(tier("curve", rows, "--opinion", "gpt-4.1-nano-2025-04-14", "--json").stdout)
    premium = next(point for point in found["points"] if point["strategy"] == "premium only")
    assert premium["of_baseline"] == pytest.approx(0.5)  # the batch price is half


def test_present_weights_stay_unless_beaten(rows: Path, trained: Path) -> None:
    before = (trained / "tiering" / "difficulty.bin").read_bytes()
    report = json.loads(tier("train", rows, "--json", include=trained).stdout)
    assert not report["weights"]["difficulty"]["written"]
    assert "0 of 50 held-back cases" in report["weights"]["difficulty"]["reason"]
    assert (trained / "tiering" / "difficulty.bin").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("plan", "missing.jsonl", "--quality", "0.9"), "InvalidInput: missing.jsonl: cannot be read"),
        (("curve", "ROWS", "--comparator", "vibes"), "--comparator: no such comparator"),
        (("curve", "ROWS", "--light", "gpt-9"), "--light: no such name"),
        (("curve", "ROWS", "--light", "0.1/0.2", "--premium", "1/2"), "models than there are prices; value: 0;"),
        (("train", "ROWS", "--output", "ROWS/x"), "rows.jsonl/x: Not a directory; way out: a path that exists"),
        (("score", "--model", "missing.bin"), "missing.bin: trained weights cannot be read"),
    ],
)
def test_mistakes_are_one_line_on_standard_error(arguments: tuple[str, ...], said: str, rows: Path) -> None:
    done = tier(*(argument.replace("ROWS", str(rows)) for argument in arguments))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_full_disk_is_one_line_on_standard_error() -> None:
    environment = {**os.environ, "PYTHONPATH": str(PLUGINS)}
    command = [sys.executable, "-c", "from nightshift.cli import main; main()", "tier", "score"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, input=b'{"id": 1, "prompt": "Why?"}', env=environment, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"nightshift: OSError: No space left on device; way out: ")
    assert done.stderr.count(b"\n") == 1
