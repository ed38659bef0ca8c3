"""Screens the variables of rows: what may be asked, what the receipt says, and what is kept of what was masked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import orjson

from nightshift.batch.input.cells import InputRow
from nightshift.batch.job import ResolvedJob
from nightshift.batch.review.held_back import Reactions
from nightshift.batch.review.reviews import NO_REVIEWS, Review, Reviews
from nightshift.batch.vault import Vault
from nightshift.guardrails.masking.sealing import Sealed
from nightshift.guardrails.masking.spans import Mask, name_entity
from nightshift.guardrails.remote import Remote
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Origin, Subject
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
    """One job's guardrails for rows: `input` for what was sent, `context` for what was retrieved.

    What a data steward has decided about a row's content stands.
    """

    def __init__(
        self, job: ResolvedJob, vault: Vault | None, reviews: Reviews = NO_REVIEWS, remote: Remote | None = None
    ) -> None:
        self._directions = job.directions
        self._screens = {
            direction: Screen(job.guardrails, direction, remote) for direction in sorted(set(job.directions.values()))
        }
        self._reviews, self._reactions = reviews, Reactions(job)
        self._vault = vault
        variables = job.prompt.config.variables.items()
        self._origins: dict[str, Origin] = {
            name: "document" if variable.origin == "retrieved" else variable.origin for name, variable in variables
        }

    def screen(self, rows: list[InputRow]) -> list[ScreenedRow | None]:
        """One per row, in order; None for a row that is rejected already."""
        readable = [place for place, row in enumerate(rows) if row.problem is None]
        masks = {place: self._vault.placeholders() if self._vault else name_entity for place in readable}
        verdicts: dict[tuple[int, str], Verdict] = {}
        for direction, screen in self._screens.items():
            asked = [
                (place, name)
                for place in readable
                for name in rows[place].variables
                if self._directions[name] == direction
            ]
            subjects = [Subject(rows[place].variables[name], self._origins[name]) for place, name in asked]
            found = screen.screen(subjects, partial(_mask_of_owner, masks, asked))
            verdicts.update(zip(asked, found, strict=True))
        return [
            None if row.problem is not None
            else self._screened(row, {name: verdicts[place, name] for name in row.variables})
            for place, row in enumerate(rows)
        ]  # fmt: skip

    def _screened(self, row: InputRow, verdicts: dict[str, Verdict]) -> ScreenedRow:
        screened = _screened(row, verdicts, self._directions)
        review = self._reviews.of(row_digest(row)) if self._reviews else None
        if review is None or screened.status == "rejected":
            return screened
        if not review.released:
            return replace(screened, status="rejected", reason=f"rejected in review {review.source}", kept=())
        found = [(name, finding) for name, verdict in verdicts.items() for finding in verdict.findings]
        held_by = self._reactions.holding(found)
        if not review.releases(frozenset(held_by)):
            return screened
        told = self._told_of_release(review, held_by, found)
        return replace(screened, told=told, status=None, reason=None, kept=_kept(verdicts.values()))

    def _told_of_release(self, review: Review, held_by: tuple[str, ...], found: list[tuple[str, Finding]]) -> str:
        told = f"released {','.join(held_by)} ({review.source})"
        others = [(name, finding) for name, finding in found if finding.rule not in held_by]
        if not others:
            return told
        strictest = max((self._reactions.action(*other) for other in others), key=STRICTNESS.__getitem__)
        return f"{told}, {strictest} {','.join(dict.fromkeys(finding.rule for _, finding in others))}"


def row_digest(row: InputRow) -> bytes:
    """SHA-256 of the row's variables as they came."""
    return hashlib.sha256(orjson.dumps(row.variables, option=orjson.OPT_SORT_KEYS)).digest()


def _mask_of_owner(masks: Mapping[int, Mask], asked: list[tuple[int, str]], place: int) -> Mask:
    """One mask per row: who is named in two variables is the same person in both."""
    return masks[asked[place][0]]


def _screened(row: InputRow, verdicts: dict[str, Verdict], directions: dict[str, Direction]) -> ScreenedRow:
    if not any(verdict.findings for verdict in verdicts.values()):
        return ScreenedRow(row.row_number, row.variables, "allow", None, None, None)
    variables = {name: verdict.text for name, verdict in verdicts.items()}
    told, status, reason = _outcome(verdicts)
    findings = [
        _described(directions[name], name, finding)
        for name, verdict in verdicts.items()
        for finding in verdict.findings
    ]
    kept = _kept(verdicts.values()) if status is None else ()
    return ScreenedRow(row.row_number, variables, told, orjson.dumps(findings).decode(), status, reason, kept)


def _kept(verdicts: Iterable[Verdict]) -> tuple[tuple[str, str], ...]:
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


def _outcome(verdicts: dict[str, Verdict]) -> tuple[str, str | None, str | None]:
    """The receipt's line on a row's variables, and the status and reason that follow: None lets the row through."""
    strictest: Action = max((verdict.action for verdict in verdicts.values()), key=STRICTNESS.__getitem__)
    told = f"{strictest} {','.join(filter(None, (verdict.rules for verdict in verdicts.values())))}"
    if strictest not in HELD_BACK and strictest != "deny":
        return told, None, None
    hits = [f"{name}: {verdict.rules}" for name, verdict in verdicts.items() if verdict.action == strictest]
    status = "quarantined" if strictest in HELD_BACK else "rejected"
    return told, status, f"guardrail {'; '.join(hits)}"
