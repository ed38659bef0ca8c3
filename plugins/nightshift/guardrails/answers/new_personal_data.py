"""Personal data and secrets in an answer that nobody gave the model: remembered, made up, or another person's."""

from __future__ import annotations

import re

from nightshift.guardrails.normalisation import view
from nightshift.guardrails.normalisation.readings import disguised_readings, readings
from nightshift.guardrails.personal_data import PersonalData
from nightshift.guardrails.personal_data.overlaps import keep_likeliest
from nightshift.guardrails.personal_data.twins import ascii_twin
from nightshift.guardrails.secrets import Secrets
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import Hit

# An answer may cite a page that nobody named; who wants addresses of pages reported, names the entity.
_HARMLESS = frozenset({"URL"})
_SHORT = 5  # characters below which a value must stand in the given texts as it is
_NATIONAL = 7  # digits at least of a telephone number without its prefixes
# Each lookup reads the given texts once; an answer with more values than this is a list of data, whoever gave it.
MOST_LOOKUPS = 500
_PUNCTUATION = re.compile(r"[\W_]+")
_PREFIX = re.compile(r"^\+?0*")


class NewPersonalData:
    """Hits on values that are in no given text, however they are written there."""

    def __init__(self, entities: frozenset[str] | None = None, threshold: float = 0.5, secrets: bool = True) -> None:
        self._skipped = _HARMLESS if entities is None else frozenset()
        self._personal_data = PersonalData(entities, threshold, self._skipped)
        self._secrets = Secrets() if secrets else None

    def detect(self, batch: Batch) -> list[list[Hit]]:
        personal = self._personal_data.detect(batch)
        secret = self._secrets.detect(batch) if self._secrets else [[] for _ in batch.texts]
        return [
            self._new(subject, _joined([hit for hit in hits if hit.entity not in self._skipped], secrets))
            for subject, hits, secrets in zip(batch.subjects, personal, secret, strict=True)
        ]

    def _new(self, subject: Subject, hits: list[Hit]) -> list[Hit]:
        if not hits:
            return []
        given = _Given(subject)
        return [hit for hit in hits if not self._is_given(given, hit.entity, subject.text[hit.start : hit.end])]

    def _is_given(self, given: _Given, entity: str, value: str) -> bool:
        """A value that the answer disguises was given where all that it hides was."""
        if given.has(entity, value):
            return True
        texts = [reading.text for reading in disguised_readings(view(value))]
        hidden = [text[hit.start : hit.end] for text in texts for hit in self._find(text) if hit.entity == entity]
        return bool(hidden) and all(given.has(entity, item) for item in hidden)

    def _find(self, text: str) -> list[Hit]:
        return [*self._personal_data.find(text), *(self._secrets.find(text) if self._secrets else ())]


class _Given:
    """What the model was given, in a form in which values can be looked up."""

    def __init__(self, subject: Subject) -> None:
        texts = dict.fromkeys(text for text in (subject.prompt, subject.system, *subject.sources) if text)
        self._written = "\n".join(reading.text for text in texts for reading in readings(view(text)))
        self._bare = _bare(self._written)
        self._known: dict[tuple[str, str], bool] = {}

    def has(self, entity: str, value: str) -> bool:
        key = (entity, value)
        if key not in self._known:
            self._known[key] = len(self._known) < MOST_LOOKUPS and self._look_up(entity, value)
        return self._known[key]

    def _look_up(self, entity: str, value: str) -> bool:
        if value in self._written:
            return True
        if entity == "SECRET":
            return False
        bare = _bare(value)
        if len(bare) < _SHORT:
            return False
        return bare in self._bare or (entity == "PHONE_NUMBER" and self._has_number(value))

    def _has_number(self, value: str) -> bool:
        """`+49 30 123456` and `030 123456` are one number: what follows a prefix of up to four digits decides."""
        digits = _PREFIX.sub("", _bare(value))
        return any(digits[cut:] in self._bare for cut in range(min(4, len(digits) - _NATIONAL) + 1))


def _bare(text: str) -> str:
    return _PUNCTUATION.sub("", ascii_twin(text)).casefold()


def _joined(personal: list[Hit], secret: list[Hit]) -> list[Hit]:
    return keep_likeliest([*personal, *secret]) if secret else personal
