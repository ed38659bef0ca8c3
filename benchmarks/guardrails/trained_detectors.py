"""How well injection and harmful content are told from other texts, every public source left out once; and how fast.

`python -m benchmarks.guardrails.trained_detectors --data FOLDER`. Three sides on the same rows: what ships, a TF-IDF
model trained on the public rows alone, and the usual list of patterns.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nightshift.guardrails.classifier.detector import TrainedDetector
from nightshift.guardrails.classifier.ngrams import Ngrams
from nightshift.guardrails.classifier.passages import vocabulary
from nightshift.guardrails.classifier.weights import load, models_folder
from nightshift.guardrails.content.harm import HarmDetector
from nightshift.guardrails.injection.detector import InjectionDetector
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.training.card import headline, per_source
from nightshift.guardrails.training.corpus import OWN, Example, Task
from nightshift.guardrails.training.evaluation import leave_sources_out, quality
from nightshift.guardrails.training.ngram_fit import fit_ngrams
from nightshift.guardrails.training.passages import Windows, best_of, windows_of
from nightshift.guardrails.training.recipe import examples_for
from nightshift.guardrails.training.text_model_fit import balanced

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

TASKS: tuple[Task, ...] = ("injection", "harm")
_DETECTORS: dict[Task, Callable[[], TrainedDetector]] = {"injection": InjectionDetector.load, "harm": HarmDetector.load}
_PATTERNS: dict[Task, re.Pattern[str]] = {
    "injection": re.compile(
        r"ignore (?:all |the |any )?(?:previous|prior|above) instructions|disregard (?:all |the )?(?:previous|above)|"
        r"you are now|do anything now|system prompt|developer mode",
        re.IGNORECASE,
    ),
    "harm": re.compile(r"\b(?:kill|bomb|murder|suicide|rape|terroris[mt]|bitch|nigger|faggot)\b", re.IGNORECASE),
}
_BATCH = 500
_ROUNDS = 3


def compare(task: Task, data: Path) -> str:
    """The tables of one task, as Markdown."""
    examples = examples_for(task, data)
    shipped = load(models_folder() / f"{task}.bin", task)
    rows, scores = leave_sources_out(task, examples, vocabulary(), shipped)
    ours = quality(rows, scores, shipped.card["threshold"])
    learnt = _tfidf(rows)
    limit = float(np.quantile(learnt[[row.label == 0 for row in rows]], 0.99))
    listed = np.array([float(bool(_PATTERNS[task].search(row.text))) for row in rows])
    return "\n\n".join(
        (
            f"## {task}",
            f"### What ships\n\n{headline(ours)}\n\n{per_source(ours)}",
            f"Texts per second on one core, without start-up: {_texts_per_second(task, rows):,.0f}",
            "### TF-IDF words and pairs, logistic regression, public rows alone (threshold: 1 % FPR on these rows)\n\n"
            + headline(quality(rows, learnt, limit)),
            f"### The usual patterns\n\n{headline(quality(rows, listed, 0.5))}",
        )
    )


def _tfidf(rows: Sequence[Example]) -> Floats:
    """Probabilities of every row from a model that has not seen its source. Licences aside: it is not shipped."""
    windows = windows_of(rows, vocabulary())
    sources = np.array([row.source for row in rows])
    logits = np.zeros(len(windows.owner))
    for source in sorted(set(sources.tolist())):
        mine = (sources == source)[windows.owner]
        logits[mine] = _ngram_logits(windows, ~mine)[mine]
    best, _ = best_of(logits, windows.owner, len(rows))
    return np.asarray(1 / (1 + np.exp(-best)))


def _ngram_logits(windows: Windows, learn: npt.NDArray[np.bool_]) -> Floats:
    fitted = fit_ngrams(windows.blocks, windows.labels, balanced(windows.labels, windows.weights * learn))
    model = Ngrams(fitted.arrays())
    logits = [model.logits(block.ngrams, block.owner, len(block.windows)) for block in windows.blocks]
    return np.concatenate(logits) * fitted.scale + fitted.bias


def _texts_per_second(task: Task, rows: Sequence[Example]) -> float:
    """Normalisation, rules and model, in batches; the best of some rounds."""
    assert not any(row.source.startswith(OWN) for row in rows)
    detector = _DETECTORS[task]()
    subjects = [Subject(row.text) for row in rows]
    best = float("inf")
    for _ in range(_ROUNDS):
        begin = time.process_time()
        for start in range(0, len(subjects), _BATCH):
            detector.detect(Batch(subjects[start : start + _BATCH]))
        best = min(best, time.process_time() - begin)
    return len(subjects) / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with injection.jsonl, overdefense.jsonl, harm.jsonl"
    )
    parser.add_argument("--task", choices=TASKS, action="append")
    arguments = parser.parse_args()
    for task in arguments.task or TASKS:
        print(compare(task, arguments.data), end="\n\n")


if __name__ == "__main__":
    main()
