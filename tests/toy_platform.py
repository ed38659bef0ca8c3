"""The project's policies with a toy provider written down in them, as an operator would do it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.guarded_jobs import set_master_key

from nightshift.providers import registry
from nightshift.settings import project_root

REALTIME = {"max_concurrency": 4, "checkpoint_requests": 8, "repeatable": True}
BATCH = {"max_requests": 20, "max_bytes": 1_000_000, "window_hours": 24, "listing_lag_seconds": 0, "discount": 0.5}
_MODEL = {"model": "toy-1", "provider": "toy", "regions": ["here"], "context_tokens": 1000, "max_output_tokens": 999}
_PRICE = {"provider": "toy", "model": "toy-1", "effective_from": "2026-01-01", "source": "the toy's price tag"}
_DOLLARS = {"input_usd_per_million": "2", "cached_input_usd_per_million": "1", "output_usd_per_million": "4"}


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder; `describe` has still to say what the toy can do."""
    folder = tmp_path / "include"
    shutil.copytree(project_root() / "include", folder)
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(folder))
    connection = {"host": "toy://here", "extra": {"folder": str(tmp_path / "toy")}}
    monkeypatch.setenv("AIRFLOW_CONN_TOY_DEFAULT", json.dumps(connection))
    set_master_key(monkeypatch)
    # What `registry.register` does, undone after the test.
    monkeypatch.setitem(registry._ENTRIES, "toy", registry.Entry("tests.toy_provider:ToyProvider", "toy_default"))
    return folder


def describe(folder: Path, **capabilities: Any) -> None:
    """Capabilities, model, prices and entitlement: everything that a fifth provider needs beside its file."""
    providers = _read(folder / "models/providers.yaml")
    providers["providers"]["toy"] = {"realtime": REALTIME, "source": "its manual", **capabilities}
    _write(folder / "models/providers.yaml", providers)
    _append(folder / "models/catalogue.yaml", "models", _MODEL | {"family": "toy"})
    for mode in ("batch", "realtime"):
        _append(folder / "models/prices.yaml", "overrides", _PRICE | _DOLLARS | {"mode": mode})
    application = folder / "policies/applications/math-tutor.yaml"
    _write(application, _read(application) | {"models": ["toy-1"], "regions": ["here"]})
    (folder / "policies/tiers/toy.yaml").write_text("tiers: [{name: only, deployments: [toy-1]}]")


def _append(path: Path, key: str, item: dict[str, Any]) -> None:
    content = _read(path)
    content[key].append(item)
    _write(path, content)


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text())
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content))
