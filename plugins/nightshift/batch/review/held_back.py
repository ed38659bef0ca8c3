"""The rows of a run that a rule of its guardrail policy held back. Names rows and rules; holds no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.errors import StateConflict
from nightshift.guardrails.verdict import HELD_BACK, Action, Finding, Hit
from nightshift.storage.tables import Decision, ReviewDecision, Slice

COLUMNS = ["row_number", "request_id", "status", "input_digest", "guardrails", "findings"]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """One row. `rules` are those that held it back; `findings` are all of its findings, by prompt variable."""

    request_id: str
    row_number: int
    action: str  # quarantine or escalate
    rules: tuple[str, ...]
    findings: tuple[tuple[str, Finding], ...]
    input_digest: str
    decision: str | None = None
    decided_by: str | None = None

    @property
    def told(self) -> str:
        """What became of it, for a list."""
        if self.decision is None:
            return "open"
        return f"{'released' if self.decision == Decision.RELEASE else 'rejected'} by {self.decided_by}"


def held_back(services: Services, run_id: str) -> list[HeldBack]:
    """In row order. Raises StateConflict while not every slice of the run is screened."""
    job = services.job(run_id)
    with services.database.transaction() as session:
        query = select(ReviewDecision).where(ReviewDecision.run_id == run_id)
        decided = {item.row_number: item for item in session.scalars(query)}
    reactions = Reactions(job)
    return [_row(row, reactions, decided.get(row["row_number"])) for row in _quarantined(services, job)]


def has_escalated(services: Services, run_id: str) -> bool:
    """Whether a person is to be asked at once: a row of the run was escalated and nobody has decided about it yet."""
    job = services.job(run_id)
    rules = (rule for direction in set(job.directions.values()) for rule in job.guardrails.rules(direction))
    if not any(rule.action == "escalate" for rule in rules):
        return False
    return any(row.action == "escalate" and row.decision is None for row in held_back(services, run_id))


class Reactions:
    """What a policy does about findings in a row's variables: the same rule may hold one back and deny another."""

    def __init__(self, job: ResolvedJob) -> None:
        self._rules = {
            (variable, rule.id): rule
            for variable, direction in job.directions.items()
            for rule in job.guardrails.rules(direction)
        }

    def action(self, variable: str, finding: Finding) -> Action:
        rule = self._rules.get((variable, finding.rule))
        if rule is None:  # no rule covers the text
            return "deny"
        return rule.reaction(Hit(finding.entity, finding.start, finding.end, finding.score))

    def holding(self, findings: Iterable[tuple[str, Finding]]) -> tuple[str, ...]:
        """Ids of the rules that hold the row back, each once, in order: these a steward may release."""
        held = (finding.rule for variable, finding in findings if self.action(variable, finding) in HELD_BACK)
        return tuple(dict.fromkeys(held))


def _quarantined(services: Services, job: ResolvedJob) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    query = select(Slice.prepared_uri, Slice.quarantined).where(Slice.run_id == job.run_id).order_by(Slice.number)
    with services.database.transaction() as session:
        slices = session.execute(query).all()
    if any(uri is None for uri, _ in slices):
        raise StateConflict(f"run {job.run_id}: not every slice is screened yet; way out: wait until it is")
    for uri, quarantined in slices:
        if uri and quarantined:
            with services.lake.open(uri) as file:
                table = pq.read_table(file, columns=COLUMNS, filters=[("status", "==", "quarantined")])
            yield from table.to_pylist()


def _row(row: dict[str, Any], reactions: Reactions, decided: ReviewDecision | None) -> HeldBack:
    described = orjson.loads(row["findings"])
    findings = tuple(
        (item["column"], Finding(item["rule"], item["entity"], item["start"], item["end"], item["score"]))
        for item in described
    )
    return HeldBack(
        request_id=row["request_id"],
        row_number=row["row_number"],
        action=row["guardrails"].partition(" ")[0],
        rules=reactions.holding(findings),
        findings=findings,
        input_digest=row["input_digest"].hex(),
        decision=decided.decision if decided else None,
        decided_by=decided.decided_by if decided else None,
    )
