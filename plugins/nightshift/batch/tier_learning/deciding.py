"""Adopts or rejects candidates: nothing is in use that nobody has adopted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nightshift.batch.review.decisions import check_name
from nightshift.batch.services import Services
from nightshift.batch.tier_learning.candidates import kind_named
from nightshift.batch.tiering.weights_in_use import shipped_weights
from nightshift.errors import InvalidSpec, StateConflict
from nightshift.storage.tables import ModelState, TierModel

_SHOWN = 10


@dataclass(frozen=True)
class Decided:
    """How many candidates this call has decided about; what was decided so before is not counted."""

    adopted: int
    rejected: int


def decide(services: Services, *, adopt: Sequence[str], reject: Sequence[str], by: str) -> Decided:
    """Records what `by` decided, by the candidates' names (`<application>/<kind>-<digest>`).

    An adopted candidate takes the place of what was in use; to reject adopted weights takes them out of use, and the
    shipped ones are used again. Raises InvalidSpec for a name that is not known or was decided otherwise, and
    StateConflict where other weights are in use now than those that the candidate was compared with.
    """
    check_name(by)
    if both := sorted(set(adopt) & set(reject)):
        raise InvalidSpec(
            "adopted and rejected at once", field="adopt", value=both[:_SHOWN], way_out="name each candidate once"
        )
    try:
        with services.database.transaction() as session:
            adopted = [name for name in dict.fromkeys(adopt) if _adopt(session, name, by)]
            rejected = [name for name in dict.fromkeys(reject) if _reject(session, name, by)]
    except IntegrityError as error:
        raise StateConflict("somebody else has adopted weights at the same moment; look again") from error
    return Decided(len(adopted), len(rejected))


def _adopt(session: Session, name: str, by: str) -> bool:
    found = _find(session, name)
    if found.state == ModelState.ADOPTED:
        return False
    if found.state != ModelState.CANDIDATE or found.statement is None:
        raise InvalidSpec(
            f"it cannot be adopted: {_told(found)}",
            field="adopt",
            value=name,
            limit="a candidate that the comparison has found better",
            way_out="`nightshift tier decide` lists the candidates",
        )
    before = session.scalars(_adopted_beside(found)).one_or_none()
    present = before.digest if before else shipped_weights(kind_named(found.kind)).digest
    if present != found.compared_with:
        raise StateConflict(
            f"{name} was compared with other weights than those in use now; `nightshift tier learn` compares again"
        )
    if before is not None:
        before.state = ModelState.SUPERSEDED
        session.flush()  # the database lets one be adopted at a time
    found.state, found.decided_by, found.decided_at = ModelState.ADOPTED, by, datetime.now(UTC)
    return True


def _reject(session: Session, name: str, by: str) -> bool:
    found = _find(session, name)
    if found.state not in (ModelState.CANDIDATE, ModelState.ADOPTED):
        return False
    found.state, found.decided_by, found.decided_at = ModelState.REJECTED, by, datetime.now(UTC)
    return True


def _find(session: Session, name: str) -> TierModel:
    application, _, rest = name.partition("/")
    kind, _, digest = rest.partition("-")
    query = select(TierModel).where(TierModel.application == application, TierModel.kind == kind)
    found = [row for row in session.scalars(query) if len(digest) >= 12 and row.digest.startswith(digest)]
    if len(found) != 1:
        raise InvalidSpec(
            "no weights have this name",
            field="candidate",
            value=name,
            way_out="`nightshift tier decide` lists the candidates",
        )
    return found[0]


def _adopted_beside(found: TierModel) -> Select[TierModel]:
    return select(TierModel).where(
        TierModel.application == found.application,
        TierModel.kind == found.kind,
        TierModel.sandbox == found.sandbox,
        TierModel.state == ModelState.ADOPTED,
    )


def _told(found: TierModel) -> str:
    if found.state == ModelState.CANDIDATE:
        return "it was not compared yet"
    return f"it is {found.state}" + (f" by {found.decided_by}" if found.decided_by else "")
