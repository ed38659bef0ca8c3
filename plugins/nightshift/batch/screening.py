"""Screens the variables of rows: what may be asked, what the receipt says, and what is kept of what was masked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import orjson

from nightshift.batch.input.cells import InputRow
from nightshift.batch.job import ResolvedJob
from nightshift.batch.review.held_back import Reactions
from nightshift.batch.review.reviews import NO_REVIEWS, Review, Reviews
from nightshift.batch.vault import Vault
from nightshift.guardrails.masking.sealing import Sealed
from nightshift.guardrails.masking.spans import name_entity
from nightshift.guardrails.remote import Remote
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Subject
from nightshift.guardrails.verdict import HELD_BACK, STRICTNESS, Action, Direction, Finding, Verdict


@dataclass(frozen=True)
class ScreenedRow:
    """A row after its screening. `status` and `reason` are None where it may be asked."""

    row_number: int
    variables: dict[str, str] = field(repr=False)
    told: str  # the receipt's line: action and rule ids
    findings: str | None  # the receipt's findings, as JSON
    status: str | None
    reason: str | None
    kept: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # placeholder, original

    def seal(self, vault: Vault) -> Iterator[Sealed]:
        """What was masked in the row, for the vault."""
        for placeholder, original in dict.fromkeys(self.kept):
            yield vault.seal.close(self.row_number, placeholder, original)


class RowScreening:
    """One job's input guardrails. What a data steward has decided about a row's content stands."""

    def __init__(
        self, job: ResolvedJob, vault: Vault | None, reviews: Reviews = NO_REVIEWS, remote: Remote | None = None
    ) -> None:
        self._screen = Screen(job.guardrails, "input", remote)
        self._reviews, self._reactions = reviews, Reactions(job.guardrails)
        self._vault = vault
        self._origins = {name: variable.origin for name, variable in job.prompt.config.variables.items()}

    def screen(self, rows: list[InputRow]) -> list[ScreenedRow | None]:
        """One per row, in order; None for a row that is rejected already."""
        subjects, owners = [], []
        for place, row in enumerate(rows):
            if row.problem is None:
                subjects += [Subject(text, self._origins[name]) for name, text in row.variables.items()]
                owners += [place] * len(row.variables)
        masks = {place: self._vault.placeholders() for place in set(owners)} if self._vault else {}
        verdicts = iter(self._screen.screen(subjects, lambda place: masks.get(owners[place], name_entity)))
        return [
            None if row.problem is not None else self._screened(row, [next(verdicts) for _ in row.variables])
            for row in rows
        ]

    def _screened(self, row: InputRow, verdicts: list[Verdict]) -> ScreenedRow:
        screened = _screened(row, verdicts)
        review = self._reviews.of(row_digest(row)) if self._reviews else None
        if review is None or screened.status == "rejected":
            return screened
        if not review.released:
            return replace(screened, status="rejected", reason=f"rejected in review {review.source}", kept=())
        found = [finding for verdict in verdicts for finding in verdict.findings]
        held_by = self._reactions.holding(found)
        if not review.releases(frozenset(held_by)):
            return screened
        told = self._told_of_release(review, held_by, found)
        return replace(screened, told=told, status=None, reason=None, kept=_kept(verdicts))

    def _told_of_release(self, review: Review, held_by: tuple[str, ...], found: list[Finding]) -> str:
        told = f"released {','.join(held_by)} ({review.source})"
        others = [finding for finding in found if finding.rule not in held_by]
        if not others:
            return told
        strictest = max(map(self._reactions.action, others), key=STRICTNESS.__getitem__)
        return f"{told}, {strictest} {','.join(dict.fromkeys(finding.rule for finding in others))}"


def row_digest(row: InputRow) -> bytes:
    """SHA-256 of the row's variables as they came."""
    return hashlib.sha256(orjson.dumps(row.variables, option=orjson.OPT_SORT_KEYS)).digest()


def _screened(row: InputRow, verdicts: list[Verdict]) -> ScreenedRow:
    if not any(verdict.findings for verdict in verdicts):
        return ScreenedRow(row.row_number, row.variables, "allow", None, None, None)
    names = list(row.variables)
    variables = {name: verdict.text for name, verdict in zip(names, verdicts, strict=True)}
    told, status, reason = _outcome(verdicts, names)
    findings = [
        _described("input", name, finding)
        for name, verdict in zip(names, verdicts, strict=True)
        for finding in verdict.findings
    ]
    kept = _kept(verdicts) if status is None else ()
    return ScreenedRow(row.row_number, variables, told, orjson.dumps(findings).decode(), status, reason, kept)


def _kept(verdicts: list[Verdict]) -> tuple[tuple[str, str], ...]:
    return tuple((item.placeholder, item.original) for verdict in verdicts for item in verdict.replaced)


def described(direction: Direction, column: str, findings: tuple[Finding, ...]) -> str | None:
    """The findings of one text as a receipt shows them; never what was found, only where."""
    if not findings:
        return None
    return orjson.dumps([_described(direction, column, finding) for finding in findings]).decode()


def _described(direction: Direction, column: str, finding: Finding) -> dict[str, object]:
    return {
        "direction": direction,
        "column": column,
        "rule": finding.rule,
        "entity": finding.entity,
        "start": finding.start,
        "end": finding.end,
        "score": round(finding.score, 4),
    }


def _outcome(verdicts: list[Verdict], names: list[str]) -> tuple[str, str | None, str | None]:
    """The receipt's line on a row's variables, and the status and reason that follow: None lets the row through."""
    strictest: Action = max((verdict.action for verdict in verdicts), key=STRICTNESS.__getitem__)
    told = f"{strictest} {','.join(filter(None, (verdict.rules for verdict in verdicts)))}"
    if strictest not in HELD_BACK and strictest != "deny":
        return told, None, None
    hits = [
        f"{name}: {verdict.rules}" for name, verdict in zip(names, verdicts, strict=True) if verdict.action == strictest
    ]
    status = "quarantined" if strictest in HELD_BACK else "rejected"
    return told, status, f"guardrail {'; '.join(hits)}"
