"""Writes a steward's decisions down. They are final: the same one again changes nothing, another one is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from nightshift.batch.review.held_back import HeldBack, held_back
from nightshift.batch.services import Services
from nightshift.errors import InvalidSpec, StateConflict
from nightshift.storage.tables import Decision, ReviewDecision

LONGEST_NAME = 100
_SHOWN = 5
_LONGEST_PARENT = 120  # of the 160 characters that a run id may have: the rest tells it from its parent


@dataclass(frozen=True)
class Decided:
    """How many rows this call has decided about; what was decided so before is not counted."""

    released: int
    rejected: int


def decide(services: Services, run_id: str, *, release: Sequence[str], reject: Sequence[str], by: str) -> Decided:
    """Records what `by` decided, by request ids. A decision counts for all rows of the application of equal content.

    Raises InvalidSpec for an id that is not held back, and for one about which something else was decided before.
    """
    check_name(by)
    rows = held_back(services, run_id)
    chosen = {**_chosen(rows, release, Decision.RELEASE), **_chosen(rows, reject, Decision.REJECT)}
    _check_no_contradiction(rows, chosen, release, reject)
    policy, now = services.job(run_id).guardrails.digest, datetime.now(UTC)
    new = [row for row in rows if row.decision is None and row.row_number in chosen]
    released = [row.row_number for row in new if chosen[row.row_number] is Decision.RELEASE]
    next_run_id = _next_run_id(run_id, released)
    records = [
        ReviewDecision(
            run_id=run_id,
            row_number=row.row_number,
            request_id=row.request_id,
            input_digest=row.input_digest,
            policy=policy,
            rules=list(row.rules),
            decision=chosen[row.row_number],
            decided_by=by,
            decided_at=now,
            next_run_id=next_run_id if chosen[row.row_number] is Decision.RELEASE else None,
        )
        for row in new
    ]
    try:
        with services.database.transaction() as session:
            session.add_all(records)
    except IntegrityError as error:
        raise StateConflict(f"somebody else reviews the run {run_id}; look at it again, then decide") from error
    return Decided(len(released), len(new) - len(released))


def open_ids(rows: Sequence[HeldBack]) -> list[str]:
    """Request ids of the rows about which nothing is decided yet, each once."""
    return list(dict.fromkeys(row.request_id for row in rows if row.decision is None))


def _chosen(rows: Sequence[HeldBack], ids: Collection[str], decision: Decision) -> dict[int, Decision]:
    wanted = set(ids)
    if unknown := sorted(wanted - {row.request_id for row in rows}):
        raise InvalidSpec(
            "no held-back row of the run has this id",
            field=decision.value,
            value=unknown[:_SHOWN],
            way_out="`nightshift guardrails review` lists the rows that are held back",
        )
    return {row.row_number: decision for row in rows if row.request_id in wanted}


def _check_no_contradiction(
    rows: Sequence[HeldBack], chosen: dict[int, Decision], release: Sequence[str], reject: Sequence[str]
) -> None:
    """Rows of equal content have one decision: a later run could not tell them apart."""
    if both := sorted(set(release) & set(reject)):
        raise InvalidSpec(
            "released and rejected at once", field="release", value=both[:_SHOWN], way_out="name each id once"
        )
    decided = {row.input_digest: (row.decision, row) for row in rows if row.decision is not None}
    for row in rows:
        wanted = chosen.get(row.row_number)
        if wanted is None:
            continue
        before, other = decided.setdefault(row.input_digest, (wanted, row))
        if before != wanted:
            same = "it" if other.row_number == row.row_number else f"{other.request_id!r}, whose content is the same,"
            raise InvalidSpec(
                f"{same} was decided otherwise: {before}" + (f" by {other.decided_by}" if other.decided_by else ""),
                field=wanted.value,
                value=row.request_id,
                limit="one decision per content, which is final",
                way_out="leave the id out; a row with a new text is looked at anew",
            )


def check_name(by: str) -> None:
    """Raises InvalidSpec for what cannot be shown as the name of who has decided."""
    if not by.strip() or len(by) > LONGEST_NAME or not by.isprintable():
        raise InvalidSpec(
            "no name that a receipt can show",
            field="by",
            limit=f"1 to {LONGEST_NAME} printable characters",
            way_out="name the person who decides",
        )


def _next_run_id(run_id: str, rows: Sequence[int]) -> str:
    """The run in which these rows continue; the same for the same rows, so that a repeated step finds it."""
    told = hashlib.sha256(f"{run_id}\x00{','.join(map(str, rows))}".encode()).hexdigest()[:8]
    return f"{run_id[:_LONGEST_PARENT]}-released-{told}"
