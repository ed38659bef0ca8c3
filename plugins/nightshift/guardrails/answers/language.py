"""The language of an answer, by py3langid: naive Bayes over byte n-grams of 140 languages, shipped in the package."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from nightshift.errors import Misconfigured
from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Hit

ENTITY = "LANGUAGE"
FEWEST_LETTERS = 12  # fewer say nothing, or are a name
_FIRST_OF_THE_EAST = "\u3040"  # from here on a character says as much as three letters
LONGEST_READ = 4_000  # characters; more do not change the verdict
_SURE = 0.8  # below, the language of a question is open and any answer will do
# Code, addresses and markup are in no language.
_FOREIGN = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|\w{1,20}://\S*|@\S*|<[^<>]{0,200}>|[\d_{}\[\]\"|#*=<>/\\]+", re.DOTALL
)


class Language:
    """Hits on answers that are with a probability of `threshold` in another language than one of the `allowed`."""

    def __init__(self, allowed: tuple[str, ...] = (), as_question: bool = False, threshold: float = 0.9) -> None:
        self._identifier = _identifier()
        labels = self._identifier.labels
        if unknown := sorted(set(allowed) - set(labels)):
            raise Misconfigured(
                f"the language {unknown[0]!r} of a guardrail rule is not known; known: {', '.join(sorted(labels))}"
            )
        self._allowed, self._as_question, self._threshold = frozenset(allowed), as_question, threshold

    def detect(self, batch: Batch) -> list[list[Hit]]:
        return [self._compare(subject.text, subject.prompt) for subject in batch.subjects]

    def _compare(self, answer: str, question: str | None) -> list[Hit]:
        allowed = self._language_of(question or "") if self._as_question else self._allowed
        shares = self._shares(answer) if allowed else {}
        if not shares:
            return []
        # The sum, so that close relatives (Spanish and Extremaduran) do not take the certainty from each other.
        other = 1.0 - sum(share for label, share in shares.items() if label in allowed)
        return [Hit(ENTITY, 0, len(answer), min(1.0, other))] if other >= self._threshold else []

    def _language_of(self, question: str) -> frozenset[str]:
        shares = self._shares(question)
        likeliest = max(shares, key=shares.__getitem__, default="")
        return frozenset({likeliest}) if shares and shares[likeliest] >= _SURE else frozenset()

    def _shares(self, text: str) -> dict[str, float]:
        """The probability of each language; empty where there is too little text."""
        words = _FOREIGN.sub(" ", text[:LONGEST_READ])
        if sum(3 if char >= _FIRST_OF_THE_EAST else 1 for char in words if char.isalpha()) < FEWEST_LETTERS:
            return {}
        return dict(self._identifier.rank(words))


@cache
def _identifier() -> Any:
    """0.8 s to import and load, 4.6 MB on disk: only for policies that ask for it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
