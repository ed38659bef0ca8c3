"""Guardrail policies: include/policies/guardrails/<name>.yaml, versioned by digest."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from nightshift.guardrails.patterns import check_expression
from nightshift.guardrails.verdict import Action, Direction
from nightshift.storage.documents import Document, find, load


class TextLengthRule(Document):
    """Texts of more than `most` characters."""

    check: Literal["text_length"]
    id: str
    action: Action
    most: int = Field(gt=0)


class PatternsRule(Document):
    """Texts in which one of the regular expressions occurs."""

    check: Literal["patterns"]
    id: str
    action: Action
    expressions: tuple[Annotated[str, AfterValidator(check_expression)], ...] = Field(min_length=1)


class EntityRule(Document):
    """Texts that contain an e-mail address or a card number."""

    check: Literal["email_address", "credit_card"]
    id: str
    action: Action


Rule = Annotated[TextLengthRule | PatternsRule | EntityRule, Field(discriminator="check")]


class GuardrailPolicy(Document):
    """What is checked in each direction, in order. A direction without rules lets nothing through."""

    input: tuple[Rule, ...] = ()
    output: tuple[Rule, ...] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def rules(self, direction: Direction) -> tuple[Rule, ...]:
        return self.input if direction == "input" else self.output


def find_policy(name: str, *, field: str) -> GuardrailPolicy:
    """The policy of that name. Raises InvalidSpec when there is none."""
    return load(find("policies/guardrails", name, field=field), GuardrailPolicy)
