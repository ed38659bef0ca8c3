"""What a detector is worth on sources it has not seen: every public source left out once, our own rows always learnt.

Sources that are only measured are never learnt from, so the shipped weights themselves score them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.model import TextModel
from nightshift.guardrails.classifier.scoring import Calibration
from nightshift.guardrails.training.corpus import OWN, Example, Task
from nightshift.guardrails.training.passages import Windows, ruled, windows_of
from nightshift.guardrails.training.row_scores import row_scores
from nightshift.guardrails.training.text_model_fit import fit_text_model

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from nightshift.guardrails.classifier.vectors import Vocabulary
    from nightshift.guardrails.classifier.weights import Weights

    Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SourceQuality:
    """One label of one source. `flagged` is recall where the label is 1, the false-positive rate where it is 0."""

    source: str
    label: int
    rows: int
    flagged: float
    at_one_percent: float
    at_five_percent: float


@dataclass(frozen=True)
class Quality:
    """A detector over all unseen sources. Recalls at a false-positive rate are means over attack sources."""

    auc: float
    recall_at_one_percent: float
    recall_at_five_percent: float
    false_positives: float
    recall: float
    precision: float
    f1: float
    brier: float  # mean squared error of the score as a probability, both labels weighing the same
    sources: Sequence[SourceQuality]


def leave_sources_out(
    task: Task, examples: Sequence[Example], vocabulary: Vocabulary, shipped: Weights
) -> tuple[list[Example], Floats]:
    """The public rows and their scores, each from a model that has not seen the row's source."""
    import numpy as np

    rules = ruled(examples) if task == "injection" else []
    windows = windows_of(examples, vocabulary, rules)
    sources = np.array([example.source for example in examples])
    allowed = np.array([example.licence is not None for example in examples])
    logits = _logits(windows, TextModel(shipped.arrays, shipped.card["scales"], vocabulary))
    for source in sorted({str(name) for name in sources[allowed] if not name.startswith(OWN)}):
        fitted = fit_text_model(windows, allowed & (sources != source), vocabulary)
        mine = (sources == source)[windows.owner]
        logits[mine] = _logits(windows, TextModel(fitted.arrays, fitted.scales, vocabulary))[mine]
    scores = row_scores(windows, logits, rules, Calibration.of(shipped.card["calibration"]), len(examples))
    public = [place for place, example in enumerate(examples) if not example.source.startswith(OWN)]
    return [examples[place] for place in public], np.array([scores[place] for place in public])


def quality(examples: Sequence[Example], scores: Floats, threshold: float) -> Quality:
    import numpy as np

    labels = np.array([example.label for example in examples])
    flagged = scores >= threshold
    benign = scores[labels == 0]
    one, five = (float(np.quantile(benign, 1 - rate)) for rate in (0.01, 0.05))
    found, alarms = int(flagged[labels == 1].sum()), int(flagged[labels == 0].sum())
    sources = list(_by_source(examples, scores, flagged, one, five))
    attacks = [source for source in sources if source.label == 1]
    precision, recall = found / max(found + alarms, 1), found / max(int(labels.sum()), 1)
    errors = (scores - labels) ** 2
    return Quality(
        auc=auc(labels, scores),
        recall_at_one_percent=float(np.mean([source.at_one_percent for source in attacks])),
        recall_at_five_percent=float(np.mean([source.at_five_percent for source in attacks])),
        false_positives=alarms / max(len(benign), 1),
        recall=recall,
        precision=precision,
        f1=2 * precision * recall / max(precision + recall, 1e-9),
        brier=float((errors[labels == 1].mean() + errors[labels == 0].mean()) / 2),
        sources=sources,
    )


def auc(labels: npt.NDArray[np.int64], scores: Floats) -> float:
    """The chance that a positive row scores above a negative one; a tie is half."""
    import numpy as np
    from scipy.stats import rankdata

    positive = labels == 1
    count = int(positive.sum())
    ranks = rankdata(scores)[positive].sum()
    return float((ranks - count * (count + 1) / 2) / (count * np.maximum((~positive).sum(), 1)))


def _by_source(
    examples: Sequence[Example], scores: Floats, flagged: npt.NDArray[np.bool_], one: float, five: float
) -> list[SourceQuality]:
    import numpy as np

    rows: Mapping[tuple[int, str], list[int]] = {}
    places: dict[tuple[int, str], list[int]] = dict(rows)
    for place, example in enumerate(examples):
        places.setdefault((example.label, example.source), []).append(place)
    return [
        SourceQuality(
            source,
            label,
            len(mine),
            float(flagged[mine].mean()),
            float(np.mean(scores[mine] > one)),
            float(np.mean(scores[mine] > five)),
        )
        for (label, source), mine in sorted(places.items())
    ]


def _logits(windows: Windows, model: TextModel) -> Floats:
    import numpy as np

    return np.concatenate([model.logits(block) for block in windows.blocks])
