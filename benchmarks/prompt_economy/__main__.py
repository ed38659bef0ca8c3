"""One run of the rows as they are, one for each size of bundle, and the comparison that admission asks for."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from nightshift.sandbox import control
from nightshift.sandbox.service import Options
from nightshift.settings import project_root

ANSWERS = project_root().parent / "shared" / "data" / "routing" / "gsm8k_answers_dev.jsonl"
MODEL = "gpt-4o-mini-2024-07-18"
SIZES = (2, 4, 8, 16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, default=ANSWERS)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    asked = parser.parse_args()
    if not asked.answers.exists():
        parser.error(f"{asked.answers} does not exist; name a file of recorded answers with --answers")
    with tempfile.TemporaryDirectory(prefix="prompt-economy-") as name, _platform(Path(name), asked.answers):
        reports = _measure(Path(name), asked.answers)
    _show(reports)
    if asked.json:
        asked.json.write_text(json.dumps(reports, indent=2))


@contextmanager
def _platform(folder: Path, answers: Path) -> Iterator[None]:
    """A sandbox that replays, a home and an `include` of its own, with one model on one tier."""
    running = control.start(folder / "sandbox", 0, Options(replay=str(answers)))
    shutil.copytree(project_root() / "include", folder / "include")
    tiers = {"tiers": [{"name": "light", "deployments": [MODEL]}]}
    (folder / "include/policies/tiers/alone.yaml").write_text(yaml.safe_dump(tiers))
    os.environ |= {
        "NIGHTSHIFT_HOME": str(folder / "home"),
        "NIGHTSHIFT_INCLUDE": str(folder / "include"),
        "NIGHTSHIFT_SANDBOX_URL": running.url,
        "NIGHTSHIFT_POLL_SECONDS": "0.1",
    }
    (folder / "home").mkdir()
    try:
        yield
    finally:
        control.stop(folder / "sandbox")


def _measure(folder: Path, answers: Path) -> list[dict[str, Any]]:
    from nightshift.batch.runner import run_job
    from nightshift.batch.services import open_services
    from nightshift.batch.spec import parse_spec
    from nightshift.cli.tier_bundling import bundling_object

    services = open_services()
    job = {
        "prompt": "grade_school_math@production",
        "input": {"uri": str(answers), "id": "id", "variables": {"question": "question"}},
        "application": "math-tutor",
        "tiers": "alone",
        "grader": {"kind": "numeric", "reference": "reference"},
        "escalate_on": [],
        "budget_usd": "5.00",
        "deadline": "8h",
    }
    run_job(services, parse_spec(job), "single")
    reports = []
    for size in SIZES:
        run_job(services, parse_spec(job | {"bundle_rows": size, "bundle_trial": True}), f"bundled-{size}")
        reports.append(bundling_object("single", f"bundled-{size}"))
    return reports


def _show(reports: list[dict[str, Any]]) -> None:
    single, cases = reports[0]["single"], reports[0]["cases"]
    print(f"{MODEL}, {cases:,} rows of GSM8K, recorded answers (quality is equal by construction)")
    form = "{:<10}{:>10}{:>14}{:>15}{:>12}{:>9}{:>16}{:>10}"
    print(
        form.format(
            "per request", "requests", "input tokens", "output tokens", "cost USD", "saved", "asked alone", "right"
        )
    )
    rows = [("1", single, 0.0, 0)] + [
        (str(one["rows_per_request"]), one["bundled"], one["saved"]["cost_usd"], one["left_in_doubt"])
        for one in reports
    ]
    for name, spent, saved, alone in rows:
        print(
            form.format(
                name, f"{spent['requests']:,}", f"{spent['input_tokens']:,}", f"{spent['output_tokens']:,}",
                f"{spent['cost_usd']:.6f}", f"{saved:.1%}", alone, f"{spent['right']:,}",
            )
        )  # fmt: skip
    worst = reports[-1]
    print(f"bound on the loss: {worst['worst_loss']:.2%} of rows with 95% confidence (limit {worst['most_loss']:.0%})")


if __name__ == "__main__":
    main()
