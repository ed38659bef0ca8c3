"""What a run adds up to. Sums are exact: whole picodollars and whole tokens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from nightshift.batch.job import ResolvedJob
from nightshift.batch.publication.window import Window
from nightshift.batch.remote_checks import unpriced_models
from nightshift.batch.side_calls.totals import SideCosts, side_alerts
from nightshift.finops.money import to_dollars
from nightshift.finops.prices import Billable

if TYPE_CHECKING:
    import pyarrow as pa

TYPICAL_CHARACTERS = 4  # per token, for a baseline on a model that is billed by characters


@dataclass
class Totals:
    """Grows window by window; `summary` is what the job's author gets."""

    job: ResolvedJob
    beside: list[SideCosts] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    tiers: Counter[str] = field(default_factory=Counter)
    providers: Counter[str] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    tier_costs: Counter[str] = field(default_factory=Counter)
    cost: int = 0
    baseline: int = 0
    saved_by_cache: int = 0
    escalated_to_people: int = 0

    def add(self, window: Window, published: pa.Table) -> None:
        import pyarrow.compute as pc

        self.counts["input"] += published.num_rows
        self.counts.update(published["status"].to_pylist())
        self.counts["cached"] += pc.sum(published["cached"]).as_py() or 0
        self.counts["deduplicated"] += pc.sum(published["deduplicated"]).as_py() or 0
        self.escalated_to_people += _escalated_to_people(window.prepared)
        self.counts["unfinished"] += int(window.unfinished.sum())
        asked = pc.fill_null(pc.and_(pc.equal(window.final["origin"], 0), pc.greater(window.final["wave"], 0)), False)
        self.counts["escalated"] += pc.sum(asked).as_py() or 0
        answered = pc.equal(published["status"], "answered")
        self.tiers.update(published["tier"].filter(answered).to_pylist())
        self.providers.update(published["provider"].filter(answered).to_pylist())
        self.grades.update(item for item in published["grade"].to_pylist() if item is not None)
        self.cost += int(window.billed["cost"].sum())
        self._add_baseline(window, answered)
        hits = window.final["paid"].filter(published["cached"])
        self.saved_by_cache += pc.sum(hits).as_py() or 0

    def _add_baseline(self, window: Window, answered: pa.Array) -> None:
        """Every answered row on the last tier in real time, with the tokens of its final answer and nothing cached."""
        import pyarrow.compute as pc

        price = self.job.tiers[-1].deployments[0].realtime_price
        final = window.final.filter(answered)
        given, got = (pc.sum(final[name]).as_py() or 0 for name in ("input_tokens", "output_tokens"))
        used = Billable(given, 0, got, given * TYPICAL_CHARACTERS, got * TYPICAL_CHARACTERS)
        self.baseline += price.cost(used)

    def summary(self, report_uri: str, alerts: list[str]) -> dict[str, Any]:
        """`cost_usd` is what the ledger has for the run: the receipts and the calls beside the rows."""
        rows = ("input", "answered", "rejected", "quarantined", "dead_lettered", "cached", "deduplicated", "escalated")
        prices = {alert for route in self.job.routes if (alert := self.job.price(route).alert)}
        return {
            "run_id": self.job.run_id,
            "state": "published",
            "rows": {name: self.counts[name] for name in rows},
            "cost_usd": number(self.cost + sum(item.cost for item in self.beside)),
            "side_calls": [_described(item) for item in self.beside],
            "baseline_cost_usd": number(self.baseline),
            "saved_by_cache_usd": number(self.saved_by_cache),
            "budget_usd": float(self.job.spec.budget_usd),
            "answered_by_tier": dict(self.tiers),
            "grades": dict(self.grades),
            "cascade": {
                "strategy": self.job.cascade.strategy,
                "reason": self.job.cascade.reason,
                "guaranteed": self.job.cascade.guaranteed and not self.counts["unfinished"],
            },
            "sandbox": self.job.sandbox is not None,
            "alerts": [
                *alerts,
                *filter(None, (self.job.semantic_cache_off,)),
                *self._unfinished(),
                *self._escalations(),
                *side_alerts(self.beside),
                *map(_unpriced, unpriced_models(self.job.guardrails)),
                *sorted(prices),
            ],
            "answered_by_provider": dict(self.providers),
            "output_uri": self.job.output_uri,
            "report_uri": report_uri,
        }

    def _unfinished(self) -> list[str]:
        found = self.counts["unfinished"]
        if not found:
            return []
        promise = "; the quality is not promised for this run" if self.job.cascade.guaranteed else ""
        return [
            f"rows with a cheaper model's answer although another model was due: {found:,}{promise}; "
            "way out: more budget_usd or a later deadline; their receipts say why in tier_reason"
        ]

    def _escalations(self) -> list[str]:
        if not self.escalated_to_people:
            return []
        return [
            f"rows that were escalated and wait for a person: {self.escalated_to_people:,}; "
            f"way out: nightshift guardrails review {self.job.run_id}"
        ]


def _described(item: SideCosts) -> dict[str, Any]:
    return {
        "purpose": item.purpose,
        "model": item.model,
        "questions": item.questions,
        "refused": item.refused,
        "cost_usd": number(item.cost),
    }


def _unpriced(model: str) -> str:
    return (
        f"moderation by {model} has no price, and what it cost is in no ledger; way out: usd_per_1000_units in "
        "include/models/catalogue.yaml"
    )


def _escalated_to_people(prepared: pa.Table) -> int:
    """Rows that a guardrail held back for a person to look at at once."""
    import pyarrow.compute as pc

    held = pc.equal(prepared["status"], "quarantined")
    found = pc.and_(held, pc.starts_with(prepared["guardrails"], "escalate "))
    return int(pc.sum(found).as_py() or 0)


def number(picodollars: int) -> float:
    """Dollars as a JSON number; a float holds 15 digits, enough for picodollars below a thousand dollars."""
    return float(Decimal(to_dollars(picodollars)))
