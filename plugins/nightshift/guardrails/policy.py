"""Guardrail policies: include/policies/guardrails/<name>.yaml, versioned by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from nightshift.guardrails import rules
from nightshift.guardrails.answers import rules as answers
from nightshift.guardrails.verdict import Direction
from nightshift.storage.documents import Document, find, load

Rule = Annotated[
    rules.TextLengthRule
    | rules.PatternsRule
    | rules.ScoredRule
    | rules.PersonalDataRule
    | rules.SecretsRule
    | rules.RefusalRule
    | rules.ModerationRule
    | answers.SystemPromptLeakRule
    | answers.CanariesRule
    | answers.NewPersonalDataRule
    | answers.LanguageRule
    | answers.AnswerFormatRule
    | answers.GroundednessRule
    | answers.EntailmentRule,
    Field(discriminator="check"),
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
        for direction, listed in (("input", self.input), ("context", self.context), ("output", self.output)):
            ids = [rule.id for rule in listed]
            if repeated := sorted({name for name in ids if ids.count(name) > 1}):
                raise ValueError(f"{direction}: the rule id {repeated[0]!r} is used twice; receipts name rules by id")
        if self.unmask_answers and self.masking != "vault":
            raise ValueError("unmask_answers: nothing can be restored with `masking: name`; set `masking: vault`")
        return self

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def needs_vault(self, directions: Iterable[Direction]) -> bool:
        """Whether a run whose rows are screened in these directions keeps what it masks."""
        masks = any(rule.action == "mask" for direction in directions for rule in self.rules(direction))
        return masks and self.masking == "vault"

    @property
    def compares_answers(self) -> bool:
        """Whether a check of answers reads what was asked."""
        return any(rule.compares for rule in self.output)

    def rules(self, direction: Direction) -> tuple[Rule, ...]:
        return {"input": self.input, "context": self.context, "output": self.output}[direction]


def find_policy(name: str, *, field: str) -> GuardrailPolicy:
    """The policy of that name. Raises InvalidSpec when there is none."""
    return load(find("policies/guardrails", name, field=field), GuardrailPolicy)
