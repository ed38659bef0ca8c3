"""A platform of its own: state, policies, weights and a sandbox that replays recorded answers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from nightshift.sandbox import control
from nightshift.sandbox.service import Options
from nightshift.settings import project_root
from nightshift.tiering.answers import verifier
from nightshift.tiering.difficulty import model
from nightshift.tiering.difficulty.training import train_structure
from nightshift.tiering.outcomes import Outcome
from nightshift.tiering.weights import save

APPLICATION, PROMPT = "math-tutor", "grade_school_math"


@contextmanager
def platform(
    folder: Path, recording: Path, tiers: dict[str, dict[str, Any]], learnt_from: list[Outcome]
) -> Iterator[None]:
    """Everything that the settings name lies in `folder`; `tiers` are tier policies by name."""
    include = folder / "include"
    shutil.copytree(project_root() / "include", include)
    for name, policy in tiers.items():
        (include / "policies/tiers" / f"{name}.yaml").write_text(yaml.safe_dump(policy))
    _switch_cache_off(include / "prompts" / PROMPT / "v1.0.0" / "config.yaml")
    _entitle(include / "policies/applications" / f"{APPLICATION}.yaml", tiers)
    _train(learnt_from, include / "tiering")
    url = control.start(folder / "sandbox", 0, Options(replay=str(recording))).url
    given = {
        "NIGHTSHIFT_HOME": str(folder / "home"),
        "NIGHTSHIFT_INCLUDE": str(include),
        "NIGHTSHIFT_SANDBOX_URL": url,
        "NIGHTSHIFT_POLL_SECONDS": "0.2",
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        control.stop(folder / "sandbox")
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _train(outcomes: list[Outcome], folder: Path) -> None:
    """Weights that have not seen the rows of the jobs."""
    doubts = verifier.train_verifier(outcomes, trained_at="")
    assert doubts is not None
    save(doubts, folder / verifier.FILE)
    save(train_structure(outcomes), folder / model.FILE)


def _switch_cache_off(path: Path) -> None:
    """Every way pays for its own answers."""
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), "cache_days": 0}))


def _entitle(path: Path, tiers: dict[str, dict[str, Any]]) -> None:
    content = yaml.safe_load(path.read_text())
    models = [model for policy in tiers.values() for tier in policy["tiers"] for model in tier["deployments"]]
    content["models"] = sorted({*content["models"], *models})
    path.write_text(yaml.safe_dump(content))
