"""The weights of an application: the adopted ones, else the shipped ones."""

from __future__ import annotations

from sqlalchemy import select

from nightshift.batch.services import Services
from nightshift.batch.tiering.cascade import Kind, WeightsInUse
from nightshift.batch.tiering.weights_in_use import shipped_weights
from nightshift.storage.tables import ModelState, TierModel


def active_weights(
    services: Services, application: str, kind: Kind, sandbox: str | None = None
) -> tuple[str, str] | None:
    """URI and digest (of the file) of the adopted weights; None where nobody has adopted any.

    `sandbox` is what the job's sandbox answers with: what was learnt from it is never used for real models, nor the
    other way round.
    """
    query = select(TierModel.uri, TierModel.digest).where(
        TierModel.application == application,
        TierModel.kind == kind,
        TierModel.sandbox == (sandbox or ""),
        TierModel.state == ModelState.ADOPTED,
    )
    with services.database.transaction() as session:
        found = session.execute(query).one_or_none()
    return (found.uri, found.digest) if found else None


def weights_of(services: Services, application: str, kind: Kind, sandbox: str | None = None) -> WeightsInUse:
    """What a run of the application reads."""
    found = active_weights(services, application, kind, sandbox)
    return shipped_weights(kind) if found is None else WeightsInUse(uri=found[0], digest=found[1])
