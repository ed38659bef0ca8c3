"""What was decided about content in an application: screening asks before it holds a row back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from nightshift.batch.services import Services
from nightshift.storage.tables import Decision, ReviewDecision, Run


@dataclass(frozen=True, slots=True)
class Review:
    """The last word on one row's content. A release holds for the rules that a steward has seen hit, for no other."""

    released: frozenset[str]  # empty where it was rejected
    by: str
    run_id: str

    @property
    def source(self) -> str:
        """Who decided, and where, as receipts name it."""
        return f"by {self.by}, review of {self.run_id}"

    def releases(self, rules: frozenset[str]) -> bool:
        """Whether a row that exactly these rules hold back goes on."""
        return bool(rules) and rules <= self.released


@dataclass(frozen=True)
class Reviews:
    """All reviews of an application, by the digest of the content."""

    by_digest: Mapping[bytes, Review] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_digest)

    def of(self, digest: bytes) -> Review | None:
        return self.by_digest.get(digest)


NO_REVIEWS = Reviews()


def load_reviews(services: Services, application: str) -> Reviews:
    """The reviews of all of an application's runs. Later releases add rules; the later of release and reject holds."""
    found: dict[bytes, Review] = {}
    query = (
        select(
            ReviewDecision.input_digest, ReviewDecision.decision, ReviewDecision.rules, ReviewDecision.decided_by,
            ReviewDecision.run_id,
        )
        .join(Run, Run.run_id == ReviewDecision.run_id)
        .where(Run.application == application)
        .order_by(ReviewDecision.decided_at, ReviewDecision.run_id, ReviewDecision.row_number)
    )  # fmt: skip
    with services.database.transaction() as session:
        for digest, decision, rules, by, run_id in session.execute(query):
            key = bytes.fromhex(digest)
            earlier = found[key].released if key in found else frozenset()
            released = earlier.union(rules) if decision == Decision.RELEASE else frozenset[str]()
            found[key] = Review(released, by, run_id)
    return Reviews(found)
