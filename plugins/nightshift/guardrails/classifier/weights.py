"""Where the guardrails keep their trained weights."""

from __future__ import annotations

from pathlib import Path

from nightshift.settings import include_folder
from nightshift.storage.weights import Family, Weights

__all__ = ["Weights", "load", "models_folder", "save"]

_GUARDRAILS = Family("guardrails", "nightshift guardrails train")
save = _GUARDRAILS.save
load = _GUARDRAILS.load


def models_folder() -> Path:
    return include_folder() / "guardrails" / "models"
