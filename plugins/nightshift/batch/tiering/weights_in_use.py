"""The trained weights that a run reads: named with their digest at admission, read again by every step."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift import settings
from nightshift.batch.services import Services
from nightshift.batch.tiering.cascade import Cascade, Kind, WeightsInUse
from nightshift.errors import Misconfigured

if TYPE_CHECKING:
    from nightshift.tiering.answers.verifier import Verifier
    from nightshift.tiering.difficulty.model import DifficultyModel


def shipped_weights(kind: Kind) -> WeightsInUse:
    """The weights under include/tiering; where there are none, the rules that hold while nothing is learnt."""
    path = _shipped_file(kind)
    return WeightsInUse(digest=hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "prior")


def difficulty_in_use(services: Services, cascade: Cascade) -> DifficultyModel | None:
    """None where the run does not route by difficulty."""
    found = cascade.weights.get("difficulty")
    if found is None or cascade.strategy != "direct":
        return None
    return difficulty_model(services, found)


def verifier_in_use(services: Services, cascade: Cascade) -> Verifier | None:
    """None where no answer of the run is doubted."""
    found = cascade.weights.get("verifier")
    if found is None or not cascade.reads_answers:
        return None
    return verifier(services, found)


def difficulty_model(services: Services, found: WeightsInUse) -> DifficultyModel:
    from nightshift.tiering.difficulty.model import load_model

    return load_model(_file(services, "difficulty", found))


def verifier(services: Services, found: WeightsInUse) -> Verifier:
    from nightshift.tiering.answers.verifier import load_verifier

    return load_verifier(_file(services, "verifier", found))


def _file(services: Services, kind: Kind, found: WeightsInUse) -> Path | None:
    """Where the weights can be read. Raises Misconfigured where they are no longer those of the admission."""
    path = None if found.uri is None else _fetched(services, found)
    now = shipped_weights(kind).digest if path is None else hashlib.sha256(path.read_bytes()).hexdigest()
    if now != found.digest:
        raise Misconfigured(
            f"the {kind} weights are not those that the run was admitted with ({now[:12]} instead of "
            f"{found.digest[:12]}); way out: put those back and resume, or cancel the run and start it anew"
        )
    return path


def _fetched(services: Services, found: WeightsInUse) -> Path:
    """A copy by its digest in the local home: steps in other processes find it there."""
    assert found.uri is not None
    path = settings.home() / "weights" / f"{found.digest}.bin"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            services.lake.open(found.uri) as source,
            tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as copy,
        ):
            shutil.copyfileobj(source, copy)
        Path(copy.name).replace(path)
    return path


def _shipped_file(kind: Kind) -> Path:
    from nightshift.tiering.weights import weights_folder

    return weights_folder() / f"{kind}.bin"
