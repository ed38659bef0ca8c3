"""Runs the peers in environments of their own, on the same splits."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.throughput.peers import interpreter
from benchmarks.tiering.splits import Figures, Floats, measure, splits
from nightshift.tiering.outcomes import Outcome

PEERS = {"complexity": "LiteLLM complexity router", "tfidf": "TF-IDF, logistic regression"}
_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]


class Ran(NamedTuple):
    figures: Figures
    per_second: float


def run(peer: str, rows: Sequence[Outcome], cache: Path) -> Ran:
    """Hands the peer the texts of every split, and measures the scores it gives back."""
    asked = [
        {
            "train": [rows[place].prompt for place in trained],
            "gains": [int(rows[place].premium_correct and not rows[place].light_correct) for place in trained],
            "test": [rows[place].prompt for place in tested],
        }
        for trained, tested in splits(rows)
    ]
    answer = json.loads(_answer(peer, json.dumps(asked), cache))
    scores = iter(answer["scores"])

    def given(_: Sequence[Outcome], test: Sequence[Outcome]) -> Floats:
        return np.array(next(scores), dtype=np.float64)

    return Ran(measure(rows, given), answer["per_second"])


def _answer(peer: str, asked: str, cache: Path) -> str:
    python = interpreter(peer, cache, _HERE)
    environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    done = subprocess.run(
        [python, "-m", f"benchmarks.tiering.peer_{peer}"],
        input=asked, cwd=_ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.splitlines()[-1]
