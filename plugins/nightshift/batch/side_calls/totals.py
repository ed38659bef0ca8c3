"""What a run's calls beside its rows come to, purpose by purpose."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from nightshift.finops.money import shown
from nightshift.storage.tables import SideCall, SideCallState


@dataclass(frozen=True)
class SideCosts:
    """Money in picodollars. `questions` leaves out those whose tries have all failed; `refused` ones had no room.

    `unheard` is what tries without an answer cost at most.
    """

    purpose: str
    model: str
    questions: int
    refused: int
    cost: int
    unheard: int


def side_costs(session: Session, run_id: str) -> list[SideCosts]:
    """One entry per purpose and model, sorted."""
    refused = case((SideCall.state == SideCallState.REFUSED, SideCall.questions), else_=0)
    asked = case((SideCall.state != SideCallState.FAILED, SideCall.questions), else_=0)
    columns = (asked, refused, SideCall.cost, SideCall.promised)
    group = (SideCall.purpose, SideCall.model)
    query = select(*group, *map(func.sum, columns)).where(SideCall.run_id == run_id).group_by(*group).order_by(*group)
    return [SideCosts(purpose, model, *map(int, sums)) for purpose, model, *sums in session.execute(query)]


def side_alerts(costs: list[SideCosts]) -> list[str]:
    """What somebody should know about them."""
    found = []
    for item in costs:
        what = f"{item.purpose} by {item.model}"
        if item.refused:
            found.append(
                f"{what}: {item.refused:,} of {item.questions:,} questions were not asked, because they did not fit "
                "budget_usd; no verdict counts as a no; way out: more budget_usd"
            )
        if item.unheard:
            found.append(
                f"{what}: answers that never came; the provider's bill may be up to {shown(item.unheard)} higher than "
                "the ledger"
            )
    return found
