"""Judges one answer: accepted, unreadable, refused, blocked or failed. Needs no reference, so nothing can leak."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from nightshift.batch.answers.grading import read_number
from nightshift.batch.job import ResolvedJob
from nightshift.batch.screening import described
from nightshift.guardrails import verdict as guardrails
from nightshift.guardrails.answers.conformity import Conformity
from nightshift.guardrails.content.refusal import Refusals
from nightshift.guardrails.remote import Remote
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Subject
from nightshift.guardrails.verdict import HELD_BACK
from nightshift.tiering.answers.comparators import Comparator, agreement_key

if TYPE_CHECKING:
    from nightshift.tiering.answers.verifier import Verifier

# accepted    passed every check that needs no reference
# unreadable  not the JSON that the prompt's schema asks for, cut off at the token limit, or no number to grade
# refused     the model declined
# blocked     an output guardrail forbids the answer
# failed      there is no answer: the provider gave an error that asking again did not mend
# split       none of these yet: a bundle's answer left a doubt about the row, which is asked again alone
Verdict = Literal["accepted", "unreadable", "refused", "blocked", "failed", "split"]


@dataclass(frozen=True)
class Judgement:
    """`answer` is what may be published: masked where an output guardrail asks for it, None where there is nothing."""

    verdict: Verdict
    answer: str | None = field(repr=False)
    reason: str | None = None
    reading: str | None = None
    guardrails: str | None = None  # action and rule ids, as the receipt shows them
    findings: str | None = None  # as the receipt shows them
    doubt: float | None = None  # chance that it is wrong, where the cascade asks for it
    agreement_key: bytes | None = None  # equal for answers that agree


@dataclass(frozen=True)
class Answered:
    """One answer as it came. `text` is None where the model gave none."""

    row_number: int
    text: str | None = field(repr=False)
    finish_reason: str | None


class Judge:
    """The checks of one job, ready to use. `questions` gives what rows have asked, for checks that compare.

    `verifier` doubts answers, where the job's cascade decides by that.
    """

    def __init__(
        self,
        job: ResolvedJob,
        questions: Callable[[list[int]], dict[int, str]] = lambda _: {},
        remote: Remote | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        self._screen = Screen(job.guardrails, "output", remote)
        self._refusals = Refusals()
        self._cascade, self._verifier = job.cascade, verifier
        compares = job.guardrails.compares_answers or verifier is not None
        self._questions = questions if compares else lambda _: {}
        self._system = job.prompt.system
        # An absent schema still asks for JSON.
        self._conforms = Conformity(job.prompt.config.answer.schema_).problem if _wants_json(job) else None
        self._grades = job.spec.grader is not None

    def judge(self, answers: Sequence[Answered]) -> list[Judgement]:
        """One judgement per answer, in order."""
        questions = self._questions([answer.row_number for answer in answers])
        verdicts = self._screen.screen([self._subject(answer, questions) for answer in answers])
        judged = [self._judge(answer, verdict) for answer, verdict in zip(answers, verdicts, strict=True)]
        doubts = self._doubts(answers, judged, questions)
        return [self._for_cascade(item, doubt) for item, doubt in zip(judged, doubts, strict=True)]

    def _doubts(
        self, answers: Sequence[Answered], judged: list[Judgement], questions: dict[int, str]
    ) -> list[float | None]:
        if self._verifier is None:
            return [None] * len(answers)
        asked = [questions.get(answer.row_number, "") for answer in answers]
        return list(self._verifier.doubts(asked, [item.answer or "" for item in judged]).tolist())

    def _for_cascade(self, judged: Judgement, doubt: float | None) -> Judgement:
        """The judgement with what decides whether another model is asked; what failed a check is asked again anyway."""
        if judged.verdict != "accepted" or judged.answer is None:
            return judged
        comparator = self._cascade.comparator
        key = agreement_key(comparator, judged.answer) if isinstance(comparator, Comparator) else None
        return replace(judged, doubt=doubt, agreement_key=key)

    def _subject(self, answer: Answered, questions: dict[int, str]) -> Subject:
        asked = questions.get(answer.row_number)
        return Subject(answer.text or "", "assistant", asked, self._system, (asked,) if asked else ())

    def _judge(self, answer: Answered, screened: guardrails.Verdict) -> Judgement:
        if answer.text is None or not answer.text.strip():
            return Judgement("unreadable", None, "the model gave an empty answer")
        told, found = f"{screened.action} {screened.rules}".rstrip(), described("output", "answer", screened.findings)
        if screened.action in HELD_BACK or screened.action == "deny":
            return Judgement("blocked", None, f"output guardrail {screened.rules}", guardrails=told, findings=found)
        verdict, reason, reading = self._read(answer, screened.text)
        return Judgement(verdict, screened.text, reason, reading, told, found)

    def _read(self, answer: Answered, text: str) -> tuple[Verdict, str | None, str | None]:
        if answer.finish_reason in ("refusal", "content_filter") or self._refusals.declines(answer.text or ""):
            return "refused", "the model declined", None
        if problem := self._unreadable(text, answer.finish_reason):
            return "unreadable", problem, None
        reading = read_number(text) if self._grades else None
        if self._grades and reading is None:
            return "unreadable", "no number can be read out of the answer", None
        return "accepted", None, reading

    def _unreadable(self, answer: str, finish_reason: str | None) -> str | None:
        if finish_reason == "length":
            return "the answer is cut off at max_output_tokens"
        return self._conforms(answer) if self._conforms else None


def _wants_json(job: ResolvedJob) -> bool:
    return job.prompt.config.answer.format == "json"
