"""Guardrail policies: include/policies/guardrails/<name>.yaml, versioned by digest."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from nightshift.guardrails.patterns import check_expression
from nightshift.guardrails.subjects import ORIGINS, Origin
from nightshift.guardrails.verdict import Action, Direction
from nightshift.storage.documents import Document, find, load

Score = Annotated[float, Field(ge=0, le=1)]


class BaseRule(Document):
    """What every rule says: its id on the receipt, what follows from a hit, and whose texts it reads."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)
    action: Action
    origins: tuple[Origin, ...] = ORIGINS


class TextLengthRule(BaseRule):
    """Texts of more than `most` characters."""

    check: Literal["text_length"]
    most: int = Field(gt=0)


class PatternsRule(BaseRule):
    """Texts in which one of the regular expressions occurs."""

    check: Literal["patterns"]
    expressions: tuple[Annotated[str, AfterValidator(check_expression)], ...] = Field(min_length=1)


class ScoredRule(BaseRule):
    """Texts to which a trained detector gives at least `threshold`; without one, the threshold it was shipped with."""

    check: Literal["injection", "harm"]
    threshold: Score | None = None


class PersonalDataRule(BaseRule):
    """Personal data with a structure (numbers, addresses of the net). Entity names are Presidio's."""

    check: Literal["personal_data", "names", "presidio"]
    entities: tuple[str, ...] | None = None
    threshold: Score = 0.5


class SecretsRule(BaseRule):
    """Keys, tokens, passwords."""

    check: Literal["secrets"]


Rule = Annotated[
    TextLengthRule | PatternsRule | ScoredRule | PersonalDataRule | SecretsRule, Field(discriminator="check")
]


class GuardrailPolicy(Document):
    """What is checked in each direction, in order. A text that no rule covers is denied.

    `masking` says how what is found is replaced in a run: `vault` by placeholders that the run's key restores, `name`
    by the entity's name for good. `unmask_answers`: published answers show what was masked in their own row's input.
    """

    input: tuple[Rule, ...] = ()
    context: tuple[Rule, ...] = ()
    output: tuple[Rule, ...] = ()
    masking: Literal["vault", "name"] = "vault"
    unmask_answers: bool = False

    @model_validator(mode="after")
    def _ids_are_unique(self) -> GuardrailPolicy:
        for direction, rules in (("input", self.input), ("context", self.context), ("output", self.output)):
            ids = [rule.id for rule in rules]
            if repeated := sorted({name for name in ids if ids.count(name) > 1}):
                raise ValueError(f"{direction}: the rule id {repeated[0]!r} is used twice; receipts name rules by id")
        if self.unmask_answers and self.masking != "vault":
            raise ValueError("unmask_answers: nothing can be restored with `masking: name`; set `masking: vault`")
        return self

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def needs_vault(self) -> bool:
        """Whether a run under this policy keeps what it masks in its input."""
        return self.masking == "vault" and any(rule.action == "mask" for rule in self.input)

    @property
    def compares_answers(self) -> bool:
        """Whether a check of answers reads what was asked."""
        return False

    def rules(self, direction: Direction) -> tuple[Rule, ...]:
        return {"input": self.input, "context": self.context, "output": self.output}[direction]


def find_policy(name: str, *, field: str) -> GuardrailPolicy:
    """The policy of that name. Raises InvalidSpec when there is none."""
    return load(find("policies/guardrails", name, field=field), GuardrailPolicy)
