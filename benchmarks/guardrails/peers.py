"""Runs a side of the comparison as a worker process: a peer in its own environment, or the naive patterns in ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.throughput.peers import interpreter

ROOT = Path(__file__).resolve().parents[2]
_HERE = Path(__file__).parent
NAIVE = "naive"
NAMES = {
    NAIVE: "pattern list",
    "presidio": "Presidio 2.2.366, patterns",
    "litellm": "LiteLLM 1.106.2, content filter",
    "detect_secrets": "detect-secrets 1.5.0",
    "prompt_inject_detect": "prompt-inject-detect 0.1.0",
    "tfidf": "TF-IDF + logistic regression",
}


@dataclass(frozen=True)
class Worked:
    """What a side answered, and the processor time for it without start-up."""

    answers: Sequence[dict[str, Any]]
    seconds: float


def work(side: str, texts: Sequence[str], environments: Path, *arguments: str) -> Worked:
    """The answer to every text."""
    content = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    ended = subprocess.run(
        command(side, environments, *arguments),
        input=content,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment(environments),
    )
    *answers, took = (json.loads(line) for line in ended.stdout.splitlines())
    return Worked(answers, took["seconds"])


def command(side: str, environments: Path, *arguments: str) -> list[str]:
    if side == NAIVE:
        return [sys.executable, "-m", "benchmarks.guardrails.naive", *arguments]
    python = interpreter(side, environments, _HERE)
    return [str(python), "-m", f"benchmarks.guardrails.peer_{side}", *arguments]


def environment(environments: Path) -> dict[str, str]:
    """One core's worth of threads, and no network: some peers try to download lists and go on without them."""
    closed = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
    return {
        **os.environ,
        **closed,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "plugins")]),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "TLDEXTRACT_CACHE": str(environments / "tldextract"),
    }
