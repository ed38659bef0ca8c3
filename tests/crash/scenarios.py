"""What is run, and killed: a small job, its tier policy, and what goes wrong on its way anyhow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from nightshift.settings import project_root

SAMPLE = project_root() / "include" / "samples" / "support_tickets.jsonl"
POLICY = "crash"


@dataclass(frozen=True)
class Scenario:
    """`first` and `rows` choose tickets of the sample. The default run kills at one of `every` points.

    `lots` are the requests between two checkpoints. A killed `moving` job answers its rows elsewhere, because faults
    count requests: rows are compared by their fate then, not by their content. Only such jobs seal what they mask: a
    vault's placeholders differ from run to run, and with them the stand-in's answers.
    """

    name: str
    first: int
    rows: int
    tiers: dict[str, Any]
    faults: list[dict[str, Any]]
    lots: dict[str, int]
    every: int
    instants: int
    least_points: int
    moving: bool = False
    spec: dict[str, Any] = field(default_factory=dict)  # more keys of the job's spec


def _ladder(**deployments: list[str]) -> list[dict[str, Any]]:
    return [{"name": name, "deployments": models} for name, models in deployments.items()]


BATCH = Scenario(
    "openai in batch",
    first=25,
    rows=45,  # with duplicates, a broken and hostile rows
    tiers={"tiers": _ladder(light=["gpt-4o-mini-2024-07-18"], premium=["gpt-4o-2024-08-06"])},
    # The first batch expires half done, so that salvage and the second attempt are among what is killed.
    faults=[{"fault": "expire_batch", "share": 0.5, "times": 1}],
    lots={},
    every=1,
    instants=50,
    least_points=60,
)
# Rows share requests; the stand-in declines some, which are asked again alone beside what the expired batch left over.
BUNDLED = replace(
    BATCH,
    name="openai in bundles",
    spec={"bundle_rows": 4, "bundle_trial": True},
    every=8,
    instants=6,
)
# The light tier's credentials are revoked in the middle. Rows that a filter blocks climb to Bedrock, and what Bedrock
# may have answered unheard climbs on.
REAL_TIME = Scenario(
    "oci and bedrock in real time",
    first=25,
    rows=45,
    tiers={
        "tiers": _ladder(
            light=["oci/cohere.command-r-08-2024", "azure/gpt-4o-mini-2024-07-18"],
            standard=["bedrock/amazon.nova-lite-v1"],
            premium=["gpt-4o-2024-08-06"],
        ),
        "start": [{"tier": "standard", "input_characters_above": 450}],
    },
    faults=[
        {"fault": "invalid_credentials", "provider": "oci_genai", "after": 18},
        {"fault": "content_filter", "provider": "oci_genai", "rate": 0.3, "seed": 3},
    ],
    lots={"oci_genai": 5, "bedrock": 3},
    every=6,
    instants=15,
    least_points=100,
    moving=True,
)
# Enough rows for Bedrock's batch API; those that climb are too few for it, and there is nothing above them.
MIXED = Scenario(
    "bedrock in batch, then in real time",
    first=90,
    rows=125,
    tiers={"tiers": _ladder(light=["bedrock/amazon.nova-lite-v1"], premium=["bedrock/amazon.nova-pro-v1"])},
    faults=[{"fault": "content_filter", "provider": "bedrock", "model": "amazon.nova-lite-v1:0", "rate": 0.05}],
    lots={"bedrock": 3},
    every=6,
    instants=10,
    least_points=60,
    moving=True,
)
SCENARIOS = (BATCH, BUNDLED, REAL_TIME, MIXED)


def write_job(scenario: Scenario, folder: Path) -> Path:
    """The job's spec, beside its input and an `include` folder of its own."""
    rows = SAMPLE.read_text().splitlines(keepends=True)[scenario.first : scenario.first + scenario.rows]
    (folder / "tickets.jsonl").write_text("".join(rows))
    spec = yaml.safe_load((SAMPLE.parent / "support_tickets.job.yaml").read_text())
    spec["input"]["uri"], spec["tiers"] = "tickets.jsonl", POLICY
    spec |= scenario.spec
    (folder / "job.yaml").write_text(yaml.safe_dump(spec))
    _write_include(scenario, folder / "include")
    return folder / "job.yaml"


def _write_include(scenario: Scenario, folder: Path) -> None:
    shutil.copytree(project_root() / "include", folder)
    (folder / "policies" / "tiers" / f"{POLICY}.yaml").write_text(yaml.safe_dump(scenario.tiers))
    with _changed(folder / "policies" / "applications" / "support-desk.yaml") as application:
        application["models"] = [model for tier in scenario.tiers["tiers"] for model in tier["deployments"]]
        application["regions"] = ["global", "us-chicago-1", "us-east-1"]
    if not scenario.moving:
        with _changed(folder / "policies" / "guardrails" / "default.yaml") as guardrails:
            guardrails["masking"] = "name"
    with _changed(folder / "models" / "providers.yaml") as found:
        for provider, capabilities in found["providers"].items():
            # The sandbox lists a batch at once; half a minute per kill would be most of the suite's time.
            if "batch" in capabilities:
                capabilities["batch"]["listing_lag_seconds"] = 1
            if provider in scenario.lots:
                capabilities["realtime"]["checkpoint_requests"] = scenario.lots[provider]


@contextmanager
def _changed(path: Path) -> Iterator[dict[str, Any]]:
    content = yaml.safe_load(path.read_text())
    yield content
    path.write_text(yaml.safe_dump(content))
