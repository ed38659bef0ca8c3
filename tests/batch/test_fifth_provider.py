"""A provider that nobody here has heard of: one file, one registry line and its recorded capabilities are enough."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.job_runs import Jobs, questions

from nightshift.providers import registry
from nightshift.settings import project_root

BATCH = {"max_requests": 20, "max_bytes": 1_000_000, "window_hours": 24, "listing_lag_seconds": 0, "discount": 0.5}
REALTIME = {"max_concurrency": 4, "checkpoint_requests": 8, "repeatable": True}


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's policies with a toy provider written down in them."""
    folder = tmp_path / "include"
    shutil.copytree(project_root() / "include", folder)
    model = {"model": "toy-1", "provider": "toy", "regions": ["here"], "context_tokens": 1000, "max_output_tokens": 999}
    _append(folder / "models/catalogue.yaml", "models", model | {"family": "toy"})
    prices = {"input_usd_per_million": "2", "cached_input_usd_per_million": "1", "output_usd_per_million": "4"}
    price = {"provider": "toy", "model": "toy-1", "effective_from": "2026-01-01", "source": "the toy's price tag"}
    for mode in ("batch", "realtime"):
        _append(folder / "models/prices.yaml", "overrides", price | prices | {"mode": mode})
    _change(folder / "policies/applications/math-tutor.yaml", models=["toy-1"], regions=["here"])
    (folder / "policies/tiers/toy.yaml").write_text("tiers: [{name: only, deployments: [toy-1]}]")
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(folder))
    connection = {"host": "toy://here", "extra": {"folder": str(tmp_path / "toy")}}
    monkeypatch.setenv("AIRFLOW_CONN_TOY_DEFAULT", json.dumps(connection))
    monkeypatch.setitem(registry._ENTRIES, "toy", registry.Entry("tests.toy_provider:ToyProvider", "toy_default"))
    return folder


def test_its_batch_api_is_used_within_its_limits(jobs: Jobs, include: Path, tmp_path: Path) -> None:
    _record(include, {"batch": BATCH, "realtime": REALTIME, "source": "its manual"})
    summary = jobs.run(questions(50), tiers="toy")
    assert summary["answered_by_provider"] == {"toy": 50}
    assert len((tmp_path / "toy" / "batches.count").read_text()) == 3
    _check(jobs, "batch")


def test_without_a_batch_api_it_is_asked_request_by_request(jobs: Jobs, include: Path, tmp_path: Path) -> None:
    _record(include, {"realtime": REALTIME, "source": "its manual"})
    jobs.run(questions(50), tiers="toy")
    assert len((tmp_path / "toy" / "realtime.count").read_text()) == 50
    _check(jobs, "realtime")


def _check(jobs: Jobs, mode: str) -> None:
    rows = jobs.results()
    assert {(row["provider"], row["region"], row["mode"], row["model"]) for row in rows} == {
        ("toy", "here", mode, "toy-1")
    }
    assert {row["cost_usd"] for row in rows} == {Decimal("0.000026")}
    jobs.check_books()


def _record(include: Path, capabilities: dict[str, Any]) -> None:
    path = include / "models/providers.yaml"
    content = yaml.safe_load(path.read_text())
    content["providers"]["toy"] = capabilities
    path.write_text(yaml.safe_dump(content))


def _append(path: Path, key: str, item: dict[str, Any]) -> None:
    content = yaml.safe_load(path.read_text())
    content[key].append(item)
    path.write_text(yaml.safe_dump(content))


def _change(path: Path, **values: Any) -> None:
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | values))
