"""The model card: what the weights are for, what they were learnt from, how well they do on what they have not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nightshift.guardrails.training.evaluation import Quality

if TYPE_CHECKING:
    from nightshift.guardrails.classifier.weights import Weights

_USES: Mapping[str, str] = {
    "injection": (
        "Tells texts that try to take over a language model (injection, jailbreak, extraction of a prompt or secret, "
        "instructions planted in documents) from other texts. The score is the probability in a balanced mix; the "
        "strongest injection rule that matches is part of it. A sentence that a rule hits is read by itself, too: what "
        "stands around an attack does not hide it."
    ),
    "harm": (
        "Tells requests for harm and toxic comments from other texts. A screen, not a judge: it knows words and short "
        "phrases, not intent. Keep the policy's slot for a provider's moderation."
    ),
}
_LIMITS: Mapping[str, str] = {
    "injection": (
        'Instructions in a document that would be harmless as a user\'s own request ("translate this") are hardly told '
        "from the document. Stories and long role play that never name what they want are missed. Languages other than "
        "those of the project's own rows rest on a few words."
    ),
    "harm": (
        "Questions whose harm lies in who asks are missed; so are sarcasm, coded language and slurs it has not seen. "
        "Identity words do not raise the score by themselves, which is tested."
    ),
}


def card(weights: Weights, measured: Quality) -> str:
    about = weights.card
    parts = [
        f"# Model card: {weights.kind}\n",
        f"{_USES[weights.kind]}\n",
        "## What it is\n",
        "Two models over a window of up to 400 characters, added: words and word pairs (TF-IDF), and 96 filters over "
        "one to three word vectors with max-pooling. The word vectors are distilled from `all-MiniLM-L6-v2` "
        "(Apache-2.0): its vocabulary passed through it word by word, reduced to 64 dimensions, eight bits. A text's "
        f"logit is its best window's, lowered by {about['calibration']['per_window']:.2f} times the logarithm of their "
        "number. All sums are of whole numbers, so a score never depends on the batch.\n",
        f"Shipped threshold: **{about['threshold']}**.\n",
        "## Learnt from\n",
        f"{about['data']['rows']} rows, sha256 of the rows `{about['data']['sha256']}`.\n",
        _data(about["data"]["sources"]),
        "\n## Measured on sources it has not seen\n",
        "Every public source is left out of the training once. A source without a licence for training is never learnt "
        "from.\n",
        headline(measured),
        "",
        per_source(measured),
        f"\n## Limits\n\n{_LIMITS[weights.kind]}\n",
        "## Train it again\n",
        f"`nightshift guardrails train {weights.kind} --data FOLDER --out include/guardrails/models`. The same rows "
        "give the same bytes on the same machine (other processors may round the descent differently).\n",
    ]
    return "\n".join(parts)


def headline(measured: Quality) -> str:
    return "\n".join(
        (
            "| ROC-AUC | recall at 1 % FPR | at 5 % FPR | FPR | recall | precision | F1 | Brier |",
            "|---|---|---|---|---|---|---|---|",
            f"| {measured.auc:.3f} | {measured.recall_at_one_percent:.3f} | {measured.recall_at_five_percent:.3f} "
            f"| {measured.false_positives:.4f} | {measured.recall:.3f} | {measured.precision:.3f} | {measured.f1:.3f} "
            f"| {measured.brier:.3f} |",
        )
    )


def per_source(measured: Quality) -> str:
    lines = [
        "| left-out source | rows | | flagged at the threshold | at 1 % FPR | at 5 % FPR |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {source.source} | {source.rows} | {'positive' if source.label else 'benign'} | {source.flagged:.3f} "
        f"| {source.at_one_percent:.3f} | {source.at_five_percent:.3f} |"
        for source in measured.sources
    ]
    return "\n".join(lines)


def _data(sources: Mapping[str, Mapping[str, Any]]) -> str:
    lines = ["| source | licence | positive | benign |", "|---|---|---|---|"]
    lines += [f"| {name} | {row['licence']} | {row['positive']} | {row['negative']} |" for name, row in sources.items()]
    return "\n".join(lines)
