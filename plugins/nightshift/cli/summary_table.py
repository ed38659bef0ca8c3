"""The table at the end of a run."""

from __future__ import annotations

from typing import Any


def summary_table(summary: dict[str, Any]) -> str:
    """Rows, money, and where to look next, as aligned text."""
    lines = [f"Run {summary['run_id']}: {summary['state']}"]
    if summary["sandbox"]:
        lines.append("SANDBOX: no model was asked and nothing was billed; prices are the real list prices")
    lines += [f"  {name.replace('_', ' '):<16}{count:>12,}" for name, count in summary["rows"].items()]
    lines += [f"  {'graded ' + name:<16}{count:>12,}" for name, count in summary["grades"].items()]
    if summary["cascade"]["strategy"] != "ladder":
        lines.append(f"  {'cascade':<16}{summary['cascade']['reason']}")
    baseline, cost = summary["baseline_cost_usd"], summary["cost_usd"]
    lines.append(f"  {'cost':<16}{'$' + format(cost, '.6f'):>12}")
    lines += map(_beside, summary.get("side_calls", []))  # runs of earlier versions had none
    lines.append(f"  {'baseline':<16}{'$' + format(baseline, '.6f'):>12}  every row on the premium tier, in real time")
    if baseline:
        lines.append(f"  {'saved':<16}{1 - cost / baseline:>12.1%}")
    if summary["rows"]["cached"]:
        saved = format(summary["saved_by_cache_usd"], ".6f")
        lines.append(
            f"  {'cache saved':<16}{'$' + saved:>12}  {summary['rows']['cached']:,} answers were paid for before"
        )
    lines += [f"  alert: {alert}" for alert in summary["alerts"]]
    lines += [f"Results  {summary['output_uri']}/results.parquet", f"Report   {summary['report_uri']}"]
    return "\n".join(lines)


def _beside(item: dict[str, Any]) -> str:
    asked = item["questions"] - item["refused"]
    cost = "$" + format(item["cost_usd"], ".6f")
    return f"  {item['purpose']:<16}{cost:>12}  of it: {asked:,} questions beside the rows, to {item['model']}"
