"""Trains the tiering weights and puts them in use where they are better than the present ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.tiering.answers import verifier
from nightshift.tiering.difficulty import model, training
from nightshift.tiering.evidence import compare, evidence
from nightshift.tiering.outcomes import Outcome, read_outcomes
from nightshift.tiering.weights import Weights, load, save

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


def train_into(rows: tuple[Path, ...], folder: Path, even_if_worse: bool) -> dict[str, Any]:
    """A report: the card's evidence per task, and of each file whether it was written and why."""
    outcomes = read_outcomes(rows)
    today = datetime.now(UTC).date().isoformat()
    difficulty, held_back = training.train_and_hold_back(outcomes, trained_at=today)
    written = {"difficulty": _put(difficulty, folder / model.FILE, outcomes, _difficulties, held_back)}
    answered = [outcome for outcome in outcomes if outcome.light_answer is not None]
    doubts = verifier.train_verifier(answered, trained_at=today)
    if doubts is None:
        reason = f"not trained: {len(answered)} of {verifier.FEWEST_ROWS} rows bring their light answer"
        written["verifier"] = {"written": False, "reason": reason}
    else:
        written["verifier"] = _put(
            doubts, folder / verifier.FILE, answered, _doubts, verifier.held_back_doubts(answered)
        )
    if even_if_worse:
        for weights, file, name in ((difficulty, model.FILE, "difficulty"), (doubts, verifier.FILE, "verifier")):
            if weights is not None and not written[name]["written"]:
                version = save(weights, folder / file)
                written[name] |= {"written": True, "version": version, "reason": "replaced as asked, though not better"}
    return {"rows": len(outcomes), "tasks": difficulty.card["tasks"], "weights": written}


def _put(new: Weights, path: Path, outcomes: list[Outcome], present: Any, held_back: Floats) -> dict[str, Any]:
    """Only rows that the present weights were not trained on may judge them; `held_back` are scores of new weights that
    never saw the row judged."""
    light, premium = _labels(outcomes, "light_correct"), _labels(outcomes, "premium_correct")
    if not path.exists():
        known = evidence(held_back, light, premium).statement()
        return {"written": True, "version": save(new, path), "reason": f"written: the first one; {known}"}
    scorer, seen = present(load(path, new.kind), outcomes)
    fresh = ~seen
    found = compare(scorer[fresh], held_back[fresh], light[fresh], premium[fresh])
    done = {"written": found.replaces, "reason": found.reason, "held_back_rows": found.rows}
    return done | {"version": save(new, path)} if found.replaces else done


def _difficulties(weights: Weights, outcomes: list[Outcome]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    present, prompts = model.DifficultyModel(weights), [outcome.prompt for outcome in outcomes]
    return present.scores(prompts, [outcome.of for outcome in outcomes]), present.trained_on(prompts)


def _doubts(weights: Weights, outcomes: list[Outcome]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    present, prompts = verifier.Verifier(weights), [outcome.prompt for outcome in outcomes]
    return present.doubts(prompts, [outcome.light_answer or "" for outcome in outcomes]), present.trained_on(prompts)


def _labels(outcomes: list[Outcome], name: str) -> Floats:
    import numpy as np

    return np.array([getattr(outcome, name) for outcome in outcomes], dtype=np.float64)
