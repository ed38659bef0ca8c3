"""`python -m benchmarks.cascades`: the main job on recorded answers, from submission to receipts, by every cascade."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

from benchmarks.cascades import recorded
from benchmarks.cascades.replay_platform import APPLICATION, platform
from benchmarks.cascades.table import Measured, measure, table

SECOND = "bedrock/anthropic.claude-3-haiku-20240307-v1"
LIGHT_ONLY, PREMIUM_ONLY, PLANNED = "light only", "premium only, in batch", "planned"
DOUBTED = 0.5  # more likely wrong than right; chosen before looking
COST_GOAL = 0.08  # of premium in real time


def _tiers(*models: str, **cascade: Any) -> dict[str, Any]:
    listed = [{"name": f"tier{place}", "deployments": [model]} for place, model in enumerate(models)]
    return {"tiers": listed, "cascade": cascade}


_ALL = (recorded.LIGHT, SECOND, recorded.PREMIUM)
WAYS: dict[str, dict[str, Any]] = {
    LIGHT_ONLY: _tiers(recorded.LIGHT),
    PREMIUM_ONLY: _tiers(recorded.PREMIUM),
    "ladder (checks only)": _tiers(recorded.LIGHT, recorded.PREMIUM),
    "verify": _tiers(recorded.LIGHT, recorded.PREMIUM, strategy="verify", threshold=DOUBTED),
    "agreement of two": _tiers(*_ALL, strategy="agreement", comparator="numeric"),
    "agreement where doubted": _tiers(*_ALL, strategy="agreement", comparator="numeric", threshold=DOUBTED),
    PLANNED: _tiers(*_ALL, strategy="auto", comparator="numeric", quality={"at_least": 0.95}),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, default=recorded.ANSWERS, help="recorded answers, JSON lines")
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    parts = recorded.thirds(asked.answers)
    found = [_part(parts[place], parts[place - 1], asked.answers) for place in range(len(parts))]
    measured = {name: reduce(add, (one[name] for one in found)) for name in WAYS}
    models = ", ".join((recorded.LIGHT, recorded.SECOND, recorded.PREMIUM))
    print(f"GSM8K, {models}: {measured[LIGHT_ONLY].rows} rows in {len(parts)} runs per line")
    print(table(measured, PREMIUM_ONLY))
    for number, one in enumerate(found, 1):
        print(f"planned for part {number}: {one[PLANNED].why}")
    sys.exit(_judge(measured))


def _part(rows: list[dict[str, Any]], graded: list[dict[str, Any]], answers: Path) -> dict[str, Measured]:
    """Runs a part of the rows under every way. The planner has another part, graded; the weights know neither."""
    with tempfile.TemporaryDirectory(prefix="nightshift-cascades-") as name:
        folder, policies = Path(name), {_policy(way): tiers for way, tiers in WAYS.items()}
        table_of_rows = recorded.write_input(rows, folder / "rows.jsonl")
        outcomes = recorded.write_graded(graded, recorded.LIGHT, SECOND, recorded.PREMIUM, folder / "graded.jsonl")
        with platform(folder, answers, policies, recorded.older_outcomes([*rows, *graded])):
            return _runs(rows, table_of_rows, outcomes)


def _runs(rows: list[dict[str, Any]], table_of_rows: Path, graded: Path) -> dict[str, Measured]:
    from nightshift.batch.outcomes.importing import import_outcomes
    from nightshift.batch.runner import run_job
    from nightshift.batch.services import open_services
    from nightshift.batch.spec import parse_spec

    services = open_services()
    import_outcomes(services, graded)
    references = {row["id"]: row["reference"] for row in rows}
    found = {}
    for number, way in enumerate(WAYS):
        print(f"{way}: {len(rows)} rows", file=sys.stderr)
        spec = parse_spec(_spec(way, table_of_rows))
        summary = run_job(services, spec, f"cascade-{number}")
        found[way] = measure(_published(services, summary), references, summary, recorded.PREMIUM)
    return found


def _spec(way: str, rows: Path) -> dict[str, Any]:
    return {
        "prompt": "grade_school_math@1.0.0",
        "input": {"uri": str(rows), "id": "id", "variables": {"question": "question"}},
        "application": APPLICATION,
        "tiers": _policy(way),
        "grader": {"kind": "numeric"},  # reads the number; there is no reference to compare it with
        "escalate_on": ["unreadable", "refused"],
        "budget_usd": "20",
        "deadline": "24h",
    }


def _policy(way: str) -> str:
    return f"way{list(WAYS).index(way)}"


def _published(services: Any, summary: dict[str, Any]) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    with services.lake.open(f"{summary['output_uri']}/results.parquet") as file:
        rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows


def _judge(measured: dict[str, Measured]) -> int:
    """The exit code: whether some cascade keeps premium's accuracy, within its interval, at the cost goal."""
    premium = measured[PREMIUM_ONLY]
    met = [
        name
        for name, one in measured.items()
        if name not in (LIGHT_ONLY, PREMIUM_ONLY)
        and one.accuracy >= premium.interval()[0]
        and float(one.cost) <= COST_GOAL * float(premium.real_time)
    ]
    print(f"premium's accuracy within its interval at {COST_GOAL:.0%} of its cost: {', '.join(met) or 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    main()
