"""One detector from rows to weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.guardrails.classifier.weights import Weights
from nightshift.guardrails.training.calibration import calibrated, held_out, threshold
from nightshift.guardrails.training.corpus import Example, Task, digest, own, public
from nightshift.guardrails.training.everyday import everyday_rows
from nightshift.guardrails.training.identity import identity_rows
from nightshift.guardrails.training.pages import page_rows
from nightshift.guardrails.training.passages import ruled, windows_of
from nightshift.guardrails.training.personas import persona_rows
from nightshift.guardrails.training.planting import plant
from nightshift.guardrails.training.row_scores import best_windows, row_scores
from nightshift.guardrails.training.text_model_fit import fit_text_model

if TYPE_CHECKING:
    from nightshift.guardrails.classifier.vectors import Vocabulary

# Our files by how their names begin: a topic may have several.
_OWN_HARM = ("own:harm_requests", "own:toxic_comments")
_INSTRUCTIONS = "own:planted_instructions"
_DOCUMENTS = "own:documents"
# Code without an attack and with one in a comment or a string: the code itself speaks for neither.
_CODE = {"own:benign_code": 0.5, "own:attacks_in_code": 0.1}  # with the weight of a row: they are many and much alike
_ONLY_FOR_INJECTION = (*_CODE, "own:benign_reference")
_ALWAYS_AN_ATTACK = "blatant"  # such a planted instruction is an attack wherever it stands
_BENIGN_ELSEWHERE = ("davidson", "surge_toxicity")
_ROOMY = 300  # characters of a page that an instruction is planted in
_EVERY = 3  # of the rows with personal data, which are much alike and never an attack or harm
# Benign texts that speak as an attack does are few, and the ones that must not be flagged; so are foreign ones.
_WEIGHTS = {
    "own:system_prompts": 4.0,
    "own:benign_quoted_attacks": 3.0,
    "own:benign_multilingual": 2.0,
    "own:benign_short_texts": 3.0,
    "own:documents": 2.0,
    "own:pages": 0.5,
    "own:everyday": 0.5,
    "own:benign_reference": 0.5,
}
_WEIGHTS_BY_CATEGORY = {"system_prompt": 4.0, "system_prompt_style": 3.0, "quoted_attack": 3.0}


def train(task: Task, examples: Sequence[Example], vocabulary: Vocabulary) -> Weights:
    """Learns from the rows whose licence allows it; the others are left out."""
    import numpy as np

    rows = [example for example in examples if example.licence]
    rules = ruled(rows) if task == "injection" else []
    windows = windows_of(rows, vocabulary, rules)
    fitted = fit_text_model(windows, np.ones(len(rows), dtype=bool), vocabulary)
    logits = held_out(rows, windows, vocabulary)
    best, counts = best_windows(windows, logits, len(rows))
    evidence = np.array([one.evidence for one in rules] or [0.0] * len(rows))
    calibration = calibrated(np.array([row.label for row in rows], dtype=np.float64), best, counts, evidence)
    scores = row_scores(windows, logits, rules, calibration, len(rows))
    about: dict[str, Any] = {
        "task": task,
        "scales": fitted.scales,
        "calibration": asdict(calibration),
        "threshold": threshold(scores, rows),
        "data": {"rows": len(rows), "sha256": digest(rows), "sources": sources(rows)},
    }
    return Weights(task, fitted.arrays, about)


def sources(rows: Sequence[Example]) -> dict[str, dict[str, Any]]:
    """Per source its licence and how many rows of either label it has."""
    counts = Counter((row.source, row.label) for row in rows)
    licences = {row.source: row.licence for row in rows}
    return {
        name: {"licence": licences[name], "positive": counts[name, 1], "negative": counts[name, 0]}
        for name in sorted(licences)
    }


def examples_for(task: Task, data: Path, corpus: Path | None = None) -> list[Example]:
    """All rows of a task, those that are only measured too."""
    return _injection(data, own(corpus)) if task == "injection" else _harm(data, own(corpus))


def _injection(data: Path, written: list[Example]) -> list[Example]:
    shared = public(data, "injection") + public(data, "overdefense")
    shared += [row for row in public(data, "harm") if row.source in _BENIGN_ELSEWHERE and not row.label]
    shared += public(data, "pii")[::_EVERY]
    instructions = [row for row in written if row.source == _INSTRUCTIONS]
    code = [replace(row, weight=weight) for name, weight in _CODE.items() for row in written if row.source == name]
    elsewhere = (_INSTRUCTIONS, *_CODE, *_OWN_HARM)
    rest = [row for row in written if not row.source.startswith(elsewhere)]
    pages = page_rows()
    documents = [row for row in rest if row.source == _DOCUMENTS or row.category == "business_document"]
    outright = [row for row in instructions if row.category.startswith(_ALWAYS_AN_ATTACK)]
    planted = plant(documents, instructions) if documents else []
    planted += plant([row for row in pages if len(row.text) >= _ROOMY], outright, each=1)
    return [
        _weighted(row) for row in shared + rest + outright + planted + pages + everyday_rows() + persona_rows()
    ] + code


def _weighted(row: Example) -> Example:
    if row.label:
        return row
    by_source = (weight for name, weight in _WEIGHTS.items() if row.source.startswith(name))
    return replace(row, weight=_WEIGHTS_BY_CATEGORY.get(row.category) or next(by_source, row.weight))


def _harm(data: Path, written: list[Example]) -> list[Example]:
    shared = public(data, "harm")
    shared += [row for row in public(data, "injection") if row.source in ("clinc150", "selfinstruct_seed")]
    shared += public(data, "overdefense") + public(data, "pii")[::_EVERY]
    kept = [
        row
        for row in written
        if row.source.startswith(_OWN_HARM) or (not row.label and row.source not in _ONLY_FOR_INJECTION)
    ]
    return shared + kept + identity_rows() + persona_rows()
