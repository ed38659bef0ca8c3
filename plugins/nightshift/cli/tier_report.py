"""Plans and curves as people and programs read them."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from nightshift.tiering.curves import Curve, chance, curve
from nightshift.tiering.evidence import evidence
from nightshift.tiering.sizing import Point, points
from nightshift.tiering.strategies import Strategy, ranking

if TYPE_CHECKING:
    from nightshift.tiering.cases import Cases
    from nightshift.tiering.planning import Plan


def plan_object(plan: Plan) -> dict[str, Any]:
    return {
        "strategy": plan.choice.strategy.value,
        "opinions": plan.choice.opinions,
        "threshold": _number(plan.choice.threshold),
        "guaranteed": plan.guaranteed,
        "statement": plan.statement,
        "graded_cases": plan.rows,
        "quality": plan.quality,
        "quality_lower_bound": plan.quality_low,
        "premium_share": plan.premium_share,
        "waves": plan.waves,
        "usd_per_1000_rows": plan.cost,
        "baseline_usd_per_1000_rows": plan.baseline_cost,
        "saved": plan.saved,
        "score_evidence": plan.evidence.statement(),
    }


def plan_text(plan: Plan) -> str:
    threshold = _number(plan.choice.threshold)
    at = "" if threshold is None else f", threshold {threshold:.6f}"
    waves = "1 wave" if plan.waves == 1 else f"{plan.waves} waves"
    return "\n".join(
        (
            f"{plan.choice.name}{at}",
            f"  {plan.statement}",
            f"  quality   {plan.quality:.1%} on {plan.rows:,} graded cases, at least {plan.quality_low:.1%}",
            f"  premium   {plan.premium_share:.1%} of rows, {waves}",
            f"  cost      ${plan.cost:.4g} per 1,000 rows; premium in real time ${plan.baseline_cost:.4g}; "
            f"saved {plan.saved:.1%}",
            f"  score     {plan.evidence.statement()}",
        )
    )


def curve_object(cases: Cases, in_use: Cases | None = None) -> dict[str, Any]:
    """`in_use` has the scores of the weights in use, where those of `cases` are of other weights."""
    scored = [Strategy.DIRECT, *([Strategy.VERIFY] if cases.doubt is not None else []), Strategy.ORACLE]
    random = chance(cases.light, cases.premium)
    return {
        "rows": len(cases),
        "light_quality": float(cases.light.mean()),
        "premium_quality": float(cases.premium.mean()),
        "evidence": evidence(cases.score, cases.light, cases.premium).statement(),
        "rankings": {str(Strategy.RANDOM): _figures(random, random)}
        | {str(strategy): _ranked(cases, strategy) for strategy in scored},
        "points": [_point(one) for one in points(cases, in_use=in_use)],
    }


def print_curve(report: dict[str, Any], note: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)
    console.print(
        f"{report['rows']:,} graded cases: light {report['light_quality']:.2%} right, premium "
        f"{report['premium_quality']:.2%}. {note}",
        soft_wrap=True,
    )
    ranks = Table("ranking", "APGR", "CPT 50%", "CPT 80%", "CPT 80% first crossing")
    for name, found in report["rankings"].items():
        shown = [found[key] for key in ("apgr", "cpt50", "cpt80", "cpt80_first")]
        ranks.add_row(name, _told(shown[0], ".3f"), *(_told(one, ".1%") for one in shown[1:]))
    table = Table("strategy", "threshold", "premium", "quality", "$ per 1,000 rows", "of premium in real time", "waves")
    for one in report["points"]:
        table.add_row(
            one["name"],
            _told(one["threshold"], ".6f"),
            f"{one['premium_share']:.1%}",
            f"{one['quality']:.2%}",
            f"{one['usd_per_1000_rows']:.4g}",
            f"{one['of_baseline']:.1%}",
            str(one["waves"]),
        )
    console.print(ranks, table)
    console.print(report["evidence"])


def _ranked(cases: Cases, strategy: Strategy) -> dict[str, Any]:
    by = ranking(strategy, cases)
    return _figures(curve(by, cases.light, cases.premium), curve(by, cases.light, cases.premium, points=None))


def _figures(found: Curve, fine: Curve) -> dict[str, Any]:
    return {
        "apgr": _number(found.apgr()),
        "cpt50": _number(found.cpt(0.5)),
        "cpt80": _number(found.cpt(0.8)),
        "cpt50_first": _number(fine.cpt_first(0.5)),
        "cpt80_first": _number(fine.cpt_first(0.8)),
    }


def _point(one: Point) -> dict[str, Any]:
    return {
        "name": one.choice.name,
        "strategy": one.choice.strategy.value,
        "opinions": one.choice.opinions,
        "threshold": _number(one.choice.threshold),
        "premium_share": one.premium_share,
        "quality": one.quality,
        "usd_per_1000_rows": one.cost,
        "of_baseline": one.of_baseline,
        "waves": one.waves,
    }


def _told(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _number(value: float | None) -> float | None:
    """JSON knows no infinity, and what is not a number is not known."""
    return value if value is not None and math.isfinite(value) else None
