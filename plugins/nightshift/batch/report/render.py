"""Writes report.html and report.json beside the results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.report import plots
from nightshift.batch.services import Services
from nightshift.storage.tables import Shard

MOST_PLANS = 100  # on the page; report.json has all of them


def write_report(services: Services, job: ResolvedJob, manifest: dict[str, Any]) -> None:
    """Both forms of the report; written again they are the same."""
    plans = _plans(services, job)
    content = {"manifest": manifest, "tiers": [tier.model_dump(mode="json") for tier in job.tiers], "plans": plans}
    with services.lake.create(f"{job.output_uri}/report.json") as path:
        path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    with services.lake.create(f"{job.output_uri}/report.html") as path:
        path.write_text(_page(job, manifest, plans), encoding="utf-8")


def _plans(services: Services, job: ResolvedJob) -> list[dict[str, Any]]:
    """Each request file: where it went, why in this way, and why not elsewhere."""
    columns = (Shard.wave, Shard.model, Shard.provider, Shard.region, Shard.requests, Shard.plan, Shard.route_reason)
    with services.database.transaction() as session:
        found = session.execute(select(*columns).where(Shard.run_id == job.run_id).order_by(Shard.shard_id))
        return [dict(row._mapping) for row in found]


def _page(job: ResolvedJob, manifest: dict[str, Any], plans: list[dict[str, Any]]) -> str:
    summary = manifest["summary"]
    rows = summary["rows"]
    outcomes = {name: rows[name] for name in ("answered", "rejected", "quarantined", "dead_lettered")}
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("report.html.jinja").render(
        job=job,
        manifest=manifest,
        summary=summary,
        plans=plans[:MOST_PLANS],
        more_plans=max(0, len(plans) - MOST_PLANS),
        outcome_plot=plots.bars("Rows by outcome", outcomes, "rows"),
        tier_plot=plots.bars("Answered rows by tier", summary["answered_by_tier"] or {"none": 0}, "rows", plots.GREEN),
        cost_plot=plots.bars(
            "Cost",
            {
                "this run": summary["cost_usd"],
                "every row on the premium tier, in real time": summary["baseline_cost_usd"],
            },
            "$",
            plots.ORANGE,
        ),
    )
