"""The rules about answers: one class per check, each a closed set of settings."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from nightshift.guardrails.answers.conformity import check_schema
from nightshift.guardrails.rules import BaseRule, ComparingRule, Entities, Expression, RemoteRule, Score


class SystemPromptLeakRule(BaseRule):
    """Answers that repeat `words` words of the system prompt in a row, or `share` of the whole of it.

    `may_repeat`: sentences of the system prompt that belong in answers, such as a disclaimer.
    """

    check: Literal["system_prompt_leak"]
    words: int = Field(default=12, ge=6)
    share: Score = 0.5
    may_repeat: tuple[str, ...] = ()


class CanariesRule(BaseRule):
    """Answers with one of the `canaries`, or with what `pattern` matches in the system prompt."""

    check: Literal["canaries"]
    canaries: tuple[Annotated[str, Field(min_length=6)], ...] = ()
    pattern: Expression | None = None

    @model_validator(mode="after")
    def _names_canaries(self) -> Self:
        if not self.canaries and self.pattern is None:
            raise ValueError("neither `canaries` nor `pattern` is given, so there is nothing to look for")
        return self


class NewPersonalDataRule(ComparingRule):
    """Personal data, and secrets, of the answer that stand in no question, system prompt or source."""

    check: Literal["new_personal_data"]
    entities: Entities | None = None
    threshold: Score = 0.5
    secrets: bool = True


class LanguageRule(BaseRule):
    """Answers that are surely in none of the `allowed` languages (ISO 639-1), or not in that of the question."""

    check: Literal["language"]
    allowed: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ()
    as_question: bool = False
    threshold: Score = 0.9

    @model_validator(mode="after")
    def _allows_something(self) -> Self:
        if bool(self.allowed) == self.as_question:
            raise ValueError("give either `allowed` or `as_question: true`")
        return self

    @property
    def compares(self) -> bool:
        return self.as_question


class AnswerFormatRule(BaseRule):
    """Answers that are not what `format` says: JSON (of `schema`), one of the `labels`, or a match of `expression`.

    `fenced`: a markdown fence around the answer is tolerated.
    """

    check: Literal["answer_format"]
    format: Literal["json", "labels", "expression"]
    schema_: Annotated[dict[str, Any], AfterValidator(check_schema)] | None = Field(default=None, alias="schema")
    labels: tuple[str, ...] = ()
    expression: Expression | None = None
    fenced: bool = False

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        wanted = {"json": "schema", "labels": "labels", "expression": "expression"}
        given = {"schema": self.schema_ is not None, "labels": bool(self.labels), "expression": bool(self.expression)}
        if self.format != "json" and not given[wanted[self.format]]:
            raise ValueError(f"`format: {self.format}` needs `{wanted[self.format]}`")
        if foreign := [name for name, is_given in given.items() if is_given and name != wanted[self.format]]:
            raise ValueError(f"`{foreign[0]}` has no meaning for `format: {self.format}`; leave it out")
        return self


class GroundednessRule(ComparingRule):
    """Answers of whose words less than `least_share` stands in the sources, and numbers and names that stand nowhere.

    Compares words, not meanings. An answer without sources is not judged.
    """

    check: Literal["groundedness"]
    least_share: Score = 0.5
    report: tuple[Literal["share", "numbers", "names"], ...] = ("share", "numbers", "names")


class EntailmentRule(ComparingRule, RemoteRule):
    """Sentences of the answer that the sources do not bear out, in the eyes of a judge model."""

    check: Literal["entailment"]
    threshold: Score = 0.5
