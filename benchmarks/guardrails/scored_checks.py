"""Injection and harmful content: every public source scored by a model that has not seen it, next to the peers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.guardrails.peers import NAIVE, NAMES, work
from benchmarks.guardrails.ranking import Floats, Ranked
from nightshift.guardrails.classifier.detector import TrainedDetector
from nightshift.guardrails.classifier.passages import vocabulary
from nightshift.guardrails.classifier.weights import load, models_folder
from nightshift.guardrails.content.harm import HarmDetector
from nightshift.guardrails.injection.detector import InjectionDetector
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.training.corpus import Example, Task
from nightshift.guardrails.training.evaluation import leave_sources_out
from nightshift.guardrails.training.recipe import examples_for

OURS = "nightshift"
TASKS: tuple[Task, ...] = ("injection", "harm")
TRAP_SOURCES = ("oktest", "awesome_prompts")  # benign texts that look like attacks, and system prompts
_DETECTORS: Mapping[Task, Callable[[], TrainedDetector]] = {
    "injection": InjectionDetector.load,
    "harm": HarmDetector.load,
}
_PEERS: Mapping[Task, Sequence[str]] = {
    "injection": (NAIVE, "prompt_inject_detect", "litellm"),
    "harm": (NAIVE, "litellm"),
}
_USUAL_THRESHOLD = 0.5
_BATCH = 500


@dataclass(frozen=True)
class Side:
    """One side's scores of the rows."""

    name: str
    ranked: Ranked
    threshold: float
    texts_per_second: float  # of processor time on one core, without start-up


def measure(task: Task, data: Path, environments: Path, quick: bool) -> Iterator[Side]:
    """Ours first. `quick`: only the sources that nobody may learn from, so nothing is trained but the TF-IDF model."""
    rows, scores, threshold = _ours(task, data, quick)
    labels = np.array([row.label for row in rows])
    sources = [row.source for row in rows]
    yield Side(OURS, Ranked(labels, scores, sources), threshold, _texts_per_second(task, rows))
    texts = [row.text for row in rows]
    for peer in _PEERS[task]:
        arguments = ("--check", task) if peer == "litellm" else ()
        worked = work(peer, texts, environments, *arguments)
        given = np.array([answer[task] for answer in worked.answers])
        yield Side(NAMES[peer], Ranked(labels, given, sources), _USUAL_THRESHOLD, len(texts) / worked.seconds)
    everything = [example for example in examples_for(task, data) if not example.source.startswith("own")]
    learnt, seconds = _tfidf(task, rows, everything, environments)
    yield Side(NAMES["tfidf"], Ranked(labels, learnt, sources), _USUAL_THRESHOLD, len(texts) / seconds)


def _ours(task: Task, data: Path, quick: bool) -> tuple[Sequence[Example], Floats, float]:
    examples = examples_for(task, data)
    shipped = load(models_folder() / f"{task}.bin", task)
    if quick:
        rows = [row for row in examples if row.licence is None]
        detector = _DETECTORS[task]()
        return rows, np.array(detector.scores(Batch([Subject(row.text) for row in rows]))), detector.threshold
    left_out, scores = leave_sources_out(task, examples, vocabulary(), shipped)
    return left_out, scores, float(shipped.card["threshold"])


def _texts_per_second(task: Task, rows: Sequence[Example]) -> float:
    """Normalisation, rules and model of the shipped detector."""
    detector = _DETECTORS[task]()
    subjects = [Subject(row.text) for row in rows]
    begin = time.process_time()
    for start in range(0, len(subjects), _BATCH):
        detector.detect(Batch(subjects[start : start + _BATCH]))
    return len(subjects) / (time.process_time() - begin)


def _tfidf(
    task: Task, rows: Sequence[Example], everything: Sequence[Example], environments: Path
) -> tuple[Floats, float]:
    """Trained on all public rows but those of the source, whatever their licence: it is not shipped."""
    scores, seconds = np.zeros(len(rows)), 0.0
    file = environments / f"tfidf-{task}.jsonl"
    for source in sorted({row.source for row in rows}):
        others = [{"text": row.text, "label": row.label} for row in everything if row.source != source]
        file.write_text("".join(json.dumps(row) + "\n" for row in others), encoding="utf-8")
        mine = [place for place, row in enumerate(rows) if row.source == source]
        texts = [rows[place].text for place in mine]
        worked = work("tfidf", texts, environments, "--check", task, "--train", str(file))
        scores[mine] = [answer[task] for answer in worked.answers]
        seconds += worked.seconds
    file.unlink()
    return scores, seconds
