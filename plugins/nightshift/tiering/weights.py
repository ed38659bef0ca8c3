"""Where tiering keeps its trained weights."""

from __future__ import annotations

from pathlib import Path

from nightshift.settings import include_folder
from nightshift.storage.weights import Family, Weights

__all__ = ["Weights", "load", "save", "weights_folder"]

_TIERING = Family("tiering", "nightshift tier train")
save = _TIERING.save
load = _TIERING.load


def weights_folder() -> Path:
    return include_folder() / "tiering"
