"""`python -m benchmarks.guardrails.speed`: texts per second through the command line, start-up included, one core."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.guardrails.data import DATA, FILES, missing, rows
from benchmarks.guardrails.peers import NAIVE, NAMES, ROOT, command, environment

_SEED = 3
_TEXTS, _FEW_TEXTS = 5_000, 1_000
_ROUNDS = 3
_OURS = [sys.executable, "-c", "from nightshift.cli import main; main()", "screen", "--direction", "input"]
_PEERS = (
    (NAIVE, ()),
    ("presidio", ()),
    ("litellm", ("--check", "injection")),
    ("litellm", ("--check", "personal_data")),
    ("detect_secrets", ()),
    ("prompt_inject_detect", ()),
)


@dataclass(frozen=True)
class Ran:
    wall: float
    processor: float


def table(data: Path, environments: Path, quick: bool = False) -> str:
    """Markdown: every side on the same texts, the best of some runs."""
    texts = _texts(data, _FEW_TEXTS if quick else _TEXTS)
    characters = sum(map(len, texts)) / len(texts)
    lines = [
        f"{len(texts):,} texts of {characters:,.0f} characters on average, one core, best of {_ROUNDS} runs",
        "",
        "| side | seconds | of processor time | texts/s | texts per processor second | start-up alone, s |",
        "|---|---|---|---|---|---|",
    ]
    sides = [("nightshift screen, all input checks", _OURS)]
    for peer, arguments in _PEERS:
        sides.append((" ".join((NAMES[peer], *arguments[1:])), command(peer, environments, *arguments)))
    for name, words in sides:
        whole, empty = _best(words, texts, environments), _best(words, texts[:1], environments)
        lines.append(
            f"| {name} | {whole.wall:.2f} | {whole.processor:.2f} | {len(texts) / whole.wall:,.0f} "
            f"| {len(texts) / whole.processor:,.0f} | {empty.processor:.2f} |"
        )
    return "\n".join(lines)


def _texts(data: Path, most: int) -> list[str]:
    texts = [row["text"] for name in FILES for row in rows(data, name)]
    return random.Random(_SEED).sample(texts, most)


def _best(arguments: list[str], texts: list[str], environments: Path) -> Ran:
    with tempfile.TemporaryFile() as lines:
        lines.writelines(json.dumps({"id": place, "text": text}).encode() + b"\n" for place, text in enumerate(texts))
        runs = []
        for _ in range(_ROUNDS):
            lines.seek(0)
            runs.append(_run(arguments, lines.fileno(), environments))
    return Ran(min(run.wall for run in runs), min(run.processor for run in runs))


def _run(arguments: list[str], source: int, environments: Path) -> Ran:
    begin, before = time.perf_counter(), os.times()
    subprocess.run(
        arguments, stdin=source, stdout=subprocess.DEVNULL, check=True, cwd=ROOT, env=environment(environments)
    )
    after = os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return Ran(time.perf_counter() - begin, used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the development data")
    parser.add_argument("--work", type=Path, default=ROOT / ".nightshift" / "benchmarks")
    asked = parser.parse_args()
    if problem := missing(asked.data):
        print(problem)
        return
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(table(asked.data, asked.work / "environments"))


if __name__ == "__main__":
    main()
