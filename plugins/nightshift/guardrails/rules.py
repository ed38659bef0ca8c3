"""The rules a policy may hold: one class per kind of check, each a closed set of settings. More in answers/rules.py."""

from __future__ import annotations

import difflib
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from nightshift.guardrails.patterns import check_expression
from nightshift.guardrails.remote import UNANSWERED
from nightshift.guardrails.subjects import ORIGINS, Origin
from nightshift.guardrails.verdict import Action, Hit
from nightshift.storage.documents import Document

Score = Annotated[float, Field(ge=0, le=1)]
Expression = Annotated[str, AfterValidator(check_expression)]


def _check_entities(entities: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := sorted(set(entities) - _known_entities("personal_data")):
        raise ValueError(f"no check knows the entity {unknown[0]!r}")
    return entities


Entities = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_check_entities)]


class BaseRule(Document):
    """What every rule says: its id on the receipt, what follows from a hit, and whose texts it reads."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)
    action: Action
    origins: tuple[Origin, ...] = ORIGINS

    @property
    def compares(self) -> bool:
        """Whether the check reads what was asked or retrieved."""
        return False

    def reaction(self, hit: Hit) -> Action:
        """What follows from a hit."""
        return self.action


class ComparingRule(BaseRule):
    """A rule about an answer beside its question and its sources."""

    @property
    def compares(self) -> bool:
        return True


class RemoteRule(BaseRule):
    """A check that asks a model of include/models/catalogue.yaml, and what follows where that gives no answer."""

    model: str
    on_error: Literal["deny", "quarantine", "allow"] = "quarantine"
    concurrency: int = Field(default=8, ge=1, le=64)

    def reaction(self, hit: Hit) -> Action:
        return self.on_error if hit.entity == UNANSWERED else self.action


class TextLengthRule(BaseRule):
    """Texts of more than `most` characters, or of less than `least`."""

    check: Literal["text_length"]
    most: int | None = Field(default=None, gt=0)
    least: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.most is None and self.least is None:
            raise ValueError("neither `most` nor `least` is given, so every length would do")
        if self.most is not None and self.least is not None and self.least > self.most:
            raise ValueError(f"least {self.least} is above most {self.most}")
        return self


class PatternsRule(BaseRule):
    """Texts in which one of the regular expressions occurs."""

    check: Literal["patterns"]
    expressions: tuple[Expression, ...] = Field(min_length=1)


class ScoredRule(BaseRule):
    """Texts to which a trained detector gives at least `threshold`; without one, the threshold it was shipped with."""

    check: Literal["injection", "harm"]
    threshold: Score | None = None


class PersonalDataRule(BaseRule):
    """Personal data. Entity names are Presidio's. What is `noted` is put on the receipt and not acted on."""

    check: Literal["personal_data", "names", "presidio"]
    entities: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    noted: tuple[str, ...] = ()
    threshold: Score = 0.5

    @model_validator(mode="after")
    def _entities_exist(self) -> Self:
        """A name that no detector knows would let through what it was meant to stop."""
        named = {*(self.entities or ()), *self.noted}
        if named and (unknown := sorted(named - _known_entities(self.check))):
            close = difflib.get_close_matches(unknown[0], _known_entities(self.check), n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise ValueError(f"the check {self.check} knows no entity {unknown[0]!r}{hint}")
        return self

    def reaction(self, hit: Hit) -> Action:
        return "allow" if hit.entity in self.noted else self.action


def _known_entities(check: str) -> frozenset[str]:
    if check == "names":
        from nightshift.guardrails.personal_data.names import ENTITIES

        return ENTITIES
    from nightshift.guardrails.personal_data.detector import entity_names

    # Presidio's set depends on what is installed; what both have in common is known by the same names.
    return entity_names() | {"PERSON", "LOCATION", "NRP", "DATE_TIME"} if check == "presidio" else entity_names()


class SecretsRule(BaseRule):
    """Keys, tokens, passwords."""

    check: Literal["secrets"]


class RefusalRule(BaseRule):
    """Answers that begin by declining, in sixteen languages."""

    check: Literal["refusal"]


class ModerationRule(RemoteRule):
    """Texts that a provider's own guardrail flags; with `threshold`, in which a category scores at least that."""

    check: Literal["moderation"]
    threshold: Score | None = None
