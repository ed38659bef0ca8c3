"""What recent runs of a prompt did, from the totals of their receipts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.outcomes.judged import model_of
from nightshift.batch.services import Services
from nightshift.errors import Misconfigured
from nightshift.storage.tables import Run, RunState
from nightshift.tiering.guarantee import upper_bound

DAYS = 30
_CONFIDENCE = 0.975  # on each side: an interval of 95 %


class Subject(NamedTuple):
    """What is sized: a prompt version of an application with a pair of models. `sandbox`: None for real models."""

    application: str
    prompt: str
    light: str
    premium: str
    sandbox: str | None


@dataclass(frozen=True)
class Present:
    """The last 30 days. `asked` rows were sent to a model: neither cached nor shared with an equal row."""

    subject: Subject
    latest: ResolvedJob
    runs: int
    rows: int
    asked: int
    cost_usd: float
    premium_share: float
    correct: int
    graded: int

    @property
    def usd_per_1000(self) -> float:
        """Per 1,000 rows that were asked."""
        return 1000 * self.cost_usd / self.asked if self.asked else 0.0

    @property
    def quality(self) -> float | None:
        return self.correct / self.graded if self.graded else None

    @property
    def quality_interval(self) -> tuple[float, float] | None:
        """Clopper-Pearson, 95 %."""
        if not self.graded:
            return None
        wrong = self.graded - self.correct
        return 1 - upper_bound(wrong, self.graded, _CONFIDENCE), upper_bound(self.correct, self.graded, _CONFIDENCE)


def presents(services: Services, application: str | None = None, prompt: str | None = None) -> list[Present]:
    """One per subject that was run in the last 30 days. `prompt` is a name, or `name@version`."""
    since = datetime.now(UTC) - timedelta(days=DAYS)
    query = select(Run.run_id, Run.summary).where(Run.state == RunState.PUBLISHED, Run.finished_at >= since)
    if application is not None:
        query = query.where(Run.application == application)
    with services.database.transaction() as session:
        found = session.execute(query.order_by(Run.finished_at, Run.run_id)).all()
    runs: dict[Subject, list[tuple[ResolvedJob, dict[str, Any]]]] = defaultdict(list)
    for run_id, summary in found:
        job = _job(services, run_id)
        if job is not None and summary and prompt in (None, job.prompt.name, _version(job)):
            runs[_subject(job)].append((job, summary))
    return [_present(subject, some) for subject, some in sorted(runs.items(), key=lambda item: str(item[0]))]


def _job(services: Services, run_id: str) -> ResolvedJob | None:
    try:
        return services.job(run_id)
    except Misconfigured:  # admitted by an earlier version of the platform: its job cannot be read any more
        return None


def _subject(job: ResolvedJob) -> Subject:
    return Subject(job.spec.application, _version(job), model_of(job, 0), model_of(job, -1), job.sandbox)


def _version(job: ResolvedJob) -> str:
    return f"{job.prompt.name}@{job.prompt.version}"


def _present(subject: Subject, runs: list[tuple[ResolvedJob, dict[str, Any]]]) -> Present:
    rows: Counter[str] = Counter()
    grades: Counter[str] = Counter()
    premium = 0
    for job, summary in runs:
        rows.update(summary["rows"])
        grades.update(summary["grades"])
        premium += summary["answered_by_tier"].get(job.tiers[-1].name, 0)
    return Present(
        subject=subject,
        latest=runs[-1][0],
        runs=len(runs),
        rows=rows["input"],
        asked=rows["answered"] + rows["dead_lettered"] - rows["cached"] - rows["deduplicated"],
        cost_usd=sum(summary["cost_usd"] for _, summary in runs),
        premium_share=premium / rows["answered"] if rows["answered"] else 0.0,
        correct=grades["correct"],
        graded=sum(grades.values()),
    )
