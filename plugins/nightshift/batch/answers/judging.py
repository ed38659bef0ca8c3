"""Judges one answer: accepted, unreadable, refused, blocked or failed. Needs no reference, so nothing can leak."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from nightshift.batch.answers.grading import read_number
from nightshift.batch.job import ResolvedJob
from nightshift.guardrails.screening import Screen

# accepted    passed every check that needs no reference
# unreadable  not the JSON that the prompt's schema asks for, cut off at the token limit, or no number to grade
# refused     the model declined
# blocked     an output guardrail forbids the answer
# failed      there is no answer: the provider gave an error that asking again did not mend
Verdict = Literal["accepted", "unreadable", "refused", "blocked", "failed"]

_REFUSAL = re.compile(
    r"\s*(?:\[sandbox\]\s*)?(?:i['’]m sorry|i am sorry|sorry|i apologi[sz]e)?[,.\s]{0,3}(?:but )?"
    r"(?:i (?:can['’]t|cannot|can not|won['’]t|will not|am unable to|am not able to|must decline(?: to)?)"
    r"|i['’]m (?:unable|not able) to)"
    r"\s+(?:help|assist|comply|do that|provide|answer|fulfil|continue|discuss|support)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Judgement:
    """`answer` is what may be published: masked where an output guardrail asks for it, None where there is nothing."""

    verdict: Verdict
    answer: str | None
    reason: str | None = None
    reading: str | None = None
    guardrails: str | None = None  # action and rule ids, as the receipt shows them


class Judge:
    """The checks of one job, ready to use."""

    def __init__(self, job: ResolvedJob) -> None:
        self._screen = Screen(job.guardrails, "output")
        self._conforms = _schema_check(job.prompt.config.answer.schema_) if _wants_json(job) else None
        self._grades = job.spec.grader is not None

    def judge(self, answer: str | None, finish_reason: str | None) -> Judgement:
        if answer is None or not answer.strip():
            return Judgement("unreadable", None, "the model gave an empty answer")
        screened = self._screen.screen([answer])[0]
        guardrails = f"{screened.action} {screened.rules}".rstrip()
        if screened.action in ("quarantine", "deny"):
            return Judgement("blocked", None, f"output guardrail {screened.rules}", guardrails=guardrails)
        if finish_reason in ("refusal", "content_filter") or _REFUSAL.match(answer):
            return Judgement("refused", screened.text, "the model declined", guardrails=guardrails)
        if problem := self._unreadable(screened.text, finish_reason):
            return Judgement("unreadable", screened.text, problem, guardrails=guardrails)
        reading = read_number(screened.text) if self._grades else None
        if self._grades and reading is None:
            return Judgement(
                "unreadable", screened.text, "no number can be read out of the answer", guardrails=guardrails
            )
        return Judgement("accepted", screened.text, None, reading, guardrails)

    def _unreadable(self, answer: str, finish_reason: str | None) -> str | None:
        if finish_reason == "length":
            return "the answer is cut off at max_output_tokens"
        return self._conforms(answer) if self._conforms else None


def _wants_json(job: ResolvedJob) -> bool:
    return job.prompt.config.answer.format == "json"


def _schema_check(schema: dict[str, Any] | None) -> Callable[[str], str | None]:
    from jsonschema.validators import validator_for

    # An absent schema still asks for JSON.
    validator = validator_for(schema or {})(schema or {})

    def conforms(answer: str) -> str | None:
        try:
            content = orjson.loads(answer)
        except orjson.JSONDecodeError:
            return "the answer is not JSON"
        broken = next(validator.iter_errors(content), None)
        # The path and the keyword, never the error's own message: it quotes the answer.
        return None if broken is None else f"the answer breaks the schema at {broken.json_path} ({broken.validator})"

    return conforms
