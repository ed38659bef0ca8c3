"""Which answers of a row are right: by the job's grader where there is a reference, else by the last tier's answer."""

from __future__ import annotations

from nightshift.batch.answers.grading import grade, same_number
from nightshift.batch.job import ResolvedJob
from nightshift.batch.outcomes.answered import Answer, AnsweredRow
from nightshift.batch.outcomes.rows import CollectedOpinion, CollectedOutcome
from nightshift.tiering.answers.comparators import Agreement, Comparator, TextAgreement

_LABELS = {"label", "answer", "category", "class"}  # the keys that the label comparator reads
_PICODOLLARS = 1e12


class OutcomeJudge:
    """Turns answered rows of one job into outcome rows.

    An answer that failed its checks is not right, nor is a cheaper one that never came: a row left out for that would
    make its tier look better than it is.
    """

    def __init__(self, job: ResolvedJob, agreement: Agreement | None) -> None:
        self._job, self._agreement = job, agreement
        self._last = len(job.tiers) - 1

    def outcome(self, row: AnsweredRow) -> CollectedOutcome | None:
        """None where nothing says which answer is right: no reference, and no comparator that fits the prompt. None,
        too, where premium's answer never came: a night on which it is down would prove that light is as good."""
        graded = self._has_reference(row)
        light, premium = row.answers[0], row.answers[self._last]
        if not row.prompt or premium.verdict == "failed" or not (graded or self._agreement):
            return None
        return CollectedOutcome(
            prompt=row.prompt,
            light_correct=self._right(light, row, graded),
            premium_correct=self._right(premium, row, graded) if graded else _accepted(premium),
            light_answer=light.text or "",
            premium_answer=premium.text or "",
            opinions=self._opinions(row, graded),
            prompt_name=self._job.prompt.name,
            prompt_version=self._job.prompt.version,
            sampled=row.sampled,
            graded=graded,
            light_accepted=_accepted(light),
            premium_accepted=_accepted(premium),
            light_usd=light.cost / _PICODOLLARS,
            premium_usd=premium.cost / _PICODOLLARS,
        )

    def _opinions(self, row: AnsweredRow, graded: bool) -> tuple[CollectedOpinion, ...]:
        """All middle tiers or none: a strategy can only be tried on rows that each of its models has answered."""
        tiers = range(1, self._last)
        if any(tier not in row.answers for tier in tiers):
            return ()
        return tuple(
            CollectedOpinion(
                model=model_of(self._job, tier),
                answer=row.answers[tier].text or "",
                correct=self._right(row.answers[tier], row, graded),
                accepted=_accepted(row.answers[tier]),
                usd=row.answers[tier].cost / _PICODOLLARS,
            )
            for tier in tiers
        )

    def _right(self, answer: Answer, row: AnsweredRow, graded: bool) -> bool:
        if not _accepted(answer):
            return False
        if graded:
            return grade(answer.reading, row.reference) == "correct"
        premium = row.answers[self._last]
        if not _accepted(premium) or self._agreement is None:
            return False
        return self._agreement.agree([(answer.text or "", premium.text or "")])[0]

    def _has_reference(self, row: AnsweredRow) -> bool:
        # A reference that is no number grades nothing.
        return (
            self._job.spec.grader is not None
            and row.reference is not None
            and same_number("0", row.reference) is not None
        )


def model_of(job: ResolvedJob, tier: int) -> str:
    """What a tier is called in outcome rows: its first model; the others are its equivalents."""
    return job.tiers[tier].deployments[0].model


def agreement_of(job: ResolvedJob) -> Agreement | None:
    """How two answers of the job are compared here: never by `embedding`, which is no proof, nor by asking a judge."""
    comparator = comparator_of(job)
    return TextAgreement(comparator) if comparator else None


def comparator_of(job: ResolvedJob) -> Comparator | None:
    """When two answers of the job are the same: as its tier policy says, else what its grader or its schema allows.

    None for prose: without a comparator two different wordings say nothing about which one is right.
    """
    if isinstance(found := job.cascade.comparator or job.tier_policy.cascade.comparator, Comparator):
        return found
    if job.spec.grader is not None:
        return Comparator.NUMERIC
    schema = job.prompt.config.answer.schema_ or {}
    return Comparator.LABEL if _LABELS & set(schema.get("properties", {})) else None


def _accepted(answer: Answer) -> bool:
    return answer.verdict == "accepted"
