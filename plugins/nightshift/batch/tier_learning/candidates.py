"""Candidates on record: whose rows they were trained on, what a comparison has found, and which wait for a decision."""

from __future__ import annotations

import hashlib
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Update, func, select, update

from nightshift.batch.services import Services
from nightshift.batch.tiering.cascade import Kind
from nightshift.errors import StateConflict
from nightshift.storage.tables import ModelState, OutcomeSet, TierModel

if TYPE_CHECKING:
    from nightshift.storage.weights import Weights
    from nightshift.tiering.evidence import Comparison

COMPARISON = "comparison"  # who has rejected a candidate that no person was asked about


class Learner(NamedTuple):
    """Whose rows teach: an application, and what its sandbox answered with (None: real models)."""

    application: str
    sandbox: str | None


class Candidate(NamedTuple):
    """Trained weights about which nothing is decided. `statement` is what the comparison found; None before it."""

    application: str
    sandbox: str | None
    kind: Kind
    digest: str
    uri: str
    rows: int
    compared_with: str | None
    statement: str | None
    replaces: bool = True  # False once the comparison has rejected it

    @property
    def name(self) -> str:
        return f"{self.application}/{self.kind}-{self.digest[:12]}"


def learners(services: Services) -> list[Learner]:
    """Everybody whose rows have increased since weights were last trained on them."""
    with services.database.transaction() as session:
        trained = {
            (application, sandbox): at
            for application, sandbox, at in session.execute(
                select(TierModel.application, TierModel.sandbox, func.max(TierModel.created_at)).group_by(
                    TierModel.application, TierModel.sandbox
                )
            )
        }
        found = session.execute(
            select(OutcomeSet.application, OutcomeSet.sandbox, func.max(OutcomeSet.created_at))
            .where(OutcomeSet.rows > 0)
            .group_by(OutcomeSet.application, OutcomeSet.sandbox)
            .order_by(OutcomeSet.application, OutcomeSet.sandbox)
        ).all()
    return [
        Learner(application, sandbox or None)
        for application, sandbox, at in found
        if (application, sandbox) not in trained or at > trained[application, sandbox]
    ]


def waiting(services: Services, learner: Learner | None = None) -> list[Candidate]:
    """Candidates about which nothing is decided, of one learner or of all."""
    query = select(TierModel).where(TierModel.state == ModelState.CANDIDATE)
    if learner is not None:
        query = query.where(TierModel.application == learner.application, TierModel.sandbox == (learner.sandbox or ""))
    with services.database.transaction() as session:
        found = session.scalars(query.order_by(TierModel.application, TierModel.kind, TierModel.created_at)).all()
    return [
        Candidate(
            application=row.application,
            sandbox=row.sandbox or None,
            kind=kind_named(row.kind),
            digest=row.digest,
            uri=row.uri,
            rows=row.card["rows"],
            compared_with=row.compared_with,
            statement=row.statement,
        )
        for row in found
    ]


def kind_named(name: str) -> Kind:
    return "difficulty" if name == "difficulty" else "verifier"


def keep(services: Services, learner: Learner, weights: Weights) -> None:
    """As a candidate, in the place of one about which nothing was decided. Weights that are known stay as they are."""
    from nightshift.tiering.weights import save

    with tempfile.TemporaryDirectory(prefix="nightshift-") as folder:
        save(weights, Path(folder) / "weights.bin")
        content = (Path(folder) / "weights.bin").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    uri = services.lake.child("tiering", learner.application, f"{weights.kind}-{digest}.bin")
    new = TierModel(
        application=learner.application,
        kind=weights.kind,
        digest=digest,
        sandbox=learner.sandbox or "",
        uri=uri,
        card=json.loads(json.dumps(weights.card)),
        state=ModelState.CANDIDATE,
        created_at=datetime.now(UTC),
    )
    with services.lake.create(uri) as path:
        path.write_bytes(content)
    with services.database.transaction() as session:
        if session.get(TierModel, (new.application, new.kind, new.digest)) is None:
            session.execute(_undecided(new).values(state=ModelState.SUPERSEDED))
            session.add(new)


def _undecided(new: TierModel) -> Update:
    """Candidates in whose place a new one comes."""
    return update(TierModel).where(
        TierModel.application == new.application,
        TierModel.kind == new.kind,
        TierModel.sandbox == new.sandbox,
        TierModel.state == ModelState.CANDIDATE,
    )


def note(services: Services, candidate: Candidate, present: str, found: Comparison) -> Candidate:
    """The candidate with what was found beside the weights `present`; one that does not beat them is rejected."""
    statement = _told(found)
    with services.database.transaction() as session:
        row = session.get_one(TierModel, (candidate.application, candidate.kind, candidate.digest))
        if row.state != ModelState.CANDIDATE:
            raise StateConflict(f"somebody else has decided about {candidate.name}; look again")
        row.compared_with, row.statement = present, statement
        if not found.replaces:
            row.state, row.decided_by, row.decided_at = ModelState.REJECTED, COMPARISON, datetime.now(UTC)
    return candidate._replace(compared_with=present, statement=statement, replaces=found.replaces)


def _told(found: Comparison) -> str:
    """Nothing is replaced yet: that takes a decision."""
    return f"{'better' if found.replaces else 'not better'}: {found.reason.partition(': ')[2]}"


def newest_day(services: Services, learner: Learner) -> str:
    """The day of the newest rows: training again on the same rows gives the same file, whatever the date."""
    query = select(func.max(OutcomeSet.created_at)).where(
        OutcomeSet.application == learner.application, OutcomeSet.rows > 0
    )
    with services.database.transaction() as session:
        newest = session.scalar(query)
    return newest.date().isoformat() if newest else ""
