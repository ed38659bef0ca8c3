"""The right-sizing report as JSON for programs and as a page for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from nightshift.batch.report import plots
from nightshift.batch.right_sizing.present import DAYS
from nightshift.batch.right_sizing.sizing import Move, Sizing, right_sizing
from nightshift.batch.services import Services
from nightshift.tiering.sizing import Point

_TEMPLATES = Path(plots.__file__).parent


def write_report(services: Services) -> str:
    """right_sizing.html and right_sizing.json in the lake, about every prompt. Returns the page's URI."""
    found = [as_json(sizing) for sizing in right_sizing(services)]
    with services.lake.create(services.lake.child("tiering", "right_sizing.json")) as path:
        path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    uri = services.lake.child("tiering", "right_sizing.html")
    with services.lake.create(uri) as path:
        path.write_text(page(found, datetime.now(UTC)), encoding="utf-8")
    return uri


def page(found: Sequence[dict[str, Any]], at: datetime) -> str:
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    sections = [one | {"plot": _plot(one)} for one in found]
    return environment.get_template("right_sizing.html.jinja").render(sections=sections, at=f"{at:%Y-%m-%d %H:%M} UTC")


def as_json(sizing: Sizing) -> dict[str, Any]:
    """One subject."""
    present = sizing.present
    return {
        **present.subject._asdict(),
        "strategy": present.latest.cascade.strategy,
        "verdict": sizing.verdict,
        "present": {
            "days": DAYS,
            "runs": present.runs,
            "rows": present.rows,
            "asked_rows": present.asked,
            "usd": present.cost_usd,
            "usd_per_1000_asked_rows": present.usd_per_1000,
            "premium_share": present.premium_share,
            "graded_rows": present.graded,
            "quality": present.quality,
            "quality_interval": present.quality_interval,
        },
        "cases": sizing.cases,
        "graded_cases": sizing.graded_cases,
        "here": asdict(sizing.here) if sizing.here else None,
        "curve": [_point(one) for one in sizing.curve],
        "move": _move(sizing.move) if sizing.move else None,
    }


def _point(one: Point) -> dict[str, Any]:
    choice = one.choice
    return {"name": choice.name, "share": choice.share, "threshold": choice.threshold} | {
        name: value for name, value in asdict(one).items() if name != "choice"
    }


def _move(move: Move) -> dict[str, Any]:
    found = move.plan
    return {
        "name": found.choice.name,
        "threshold": found.choice.threshold,
        "guaranteed": found.guaranteed,
        "statement": found.statement,
        "quality": found.quality,
        "quality_lower_bound": found.quality_low,
        "premium_share": found.premium_share,
        "usd_per_1000_rows": found.cost,
        "saves_usd_in_30_days": move.saves,
        "saves_usd_interval": [move.saves_low, move.saves_high],
    }


def _plot(one: dict[str, Any]) -> str:
    if not one["here"]:
        return ""
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for point in one["curve"]:
        lines[point["name"]].append((point["cost"], point["quality"]))
    return plots.cost_against_quality("Cost against quality", lines, (one["here"]["cost"], one["here"]["quality"]))
