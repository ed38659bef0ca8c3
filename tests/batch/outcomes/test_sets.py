"""Reading outcome rows: newest first, one per prompt, bounded, and never mixed with what cannot be compared."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

import pytest
from tests.outcome_rows import OF, outcome_file, outcome_lines, own_services

from nightshift.batch.outcomes.importing import import_outcomes
from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.outcomes.sets import MOST_ROWS, add, forget, new_set, read_outcome_sets, write_rows
from nightshift.batch.services import Services
from nightshift.errors import Misconfigured
from nightshift.storage.tables import OutcomeSet

ROW = OF | {"prompt": "p", "light_correct": False, "premium_correct": True, "sampled": True}


@pytest.fixture
def services(tmp_path: Path, _migrated_sqlite: Path) -> Services:
    return own_services(tmp_path, _migrated_sqlite)


def take(services: Services, folder: Path, *lines: dict[str, Any]) -> None:
    import_outcomes(services, outcome_file(folder, list(lines)))


def test_the_newest_outcome_of_a_prompt_counts(services: Services, tmp_path: Path) -> None:
    take(services, tmp_path, ROW)
    take(services, tmp_path, ROW | {"light_correct": True})
    assert [row.light_correct for row in read_outcome_sets(services, "math-tutor")] == [True]


def test_no_more_than_the_newest_rows_are_read(services: Services, tmp_path: Path) -> None:
    take(services, tmp_path, *outcome_lines(50, seed=1))
    take(services, tmp_path, *outcome_lines(MOST_ROWS, seed=2))
    rows = read_outcome_sets(services, "math-tutor")
    assert len(rows) == MOST_ROWS
    assert {row.prompt.split("-")[0] for row in rows} == {"Case 2"}


def test_graded_rows_are_not_mixed_with_rows_judged_by_agreement(services: Services, tmp_path: Path) -> None:
    take(services, tmp_path, ROW | {"graded": False}, ROW | {"prompt": "q"})
    assert [row.prompt for row in read_outcome_sets(services, "math-tutor")] == ["q"]
    take(services, tmp_path, ROW | {"graded": False, "prompt_version": "2.0.0"})
    assert len(read_outcome_sets(services, "math-tutor", "grade_school_math@2.0.0")) == 1


def test_opinions_come_in_the_order_asked_for_or_the_row_does_not(services: Services, tmp_path: Path) -> None:
    both = [{"model": name, "answer": name, "correct": True} for name in ("b", "a")]
    take(services, tmp_path, ROW | {"opinions": both}, ROW | {"prompt": "q", "opinions": both[:1]})
    [row] = read_outcome_sets(services, "math-tutor", opinions=("a", "b"))
    assert [one.model for one in row.opinions] == ["a", "b"]
    assert [len(row.opinions) for row in read_outcome_sets(services, "math-tutor")] == [0, 0]


def test_a_forgotten_set_is_empty_and_stays_known(services: Services, tmp_path: Path) -> None:
    take(services, tmp_path, ROW)
    with services.database.transaction() as session:
        [found] = session.query(OutcomeSet).all()
    assert forget(services, found.set_id)
    assert read_outcome_sets(services, "math-tutor") == []
    assert Path(str(found.uri).removeprefix("file://")).read_bytes() == b""
    take(services, tmp_path, ROW)
    assert read_outcome_sets(services, "math-tutor") == []


@pytest.mark.parametrize("cut", [0.5, 0.95])
def test_a_cut_line_is_named_and_its_text_is_not_told(services: Services, tmp_path: Path, cut: float) -> None:
    take(services, tmp_path, ROW | {"prompt": "First."}, ROW | {"prompt": "CANARY " * 40})
    with services.database.transaction() as session:
        [found] = session.query(OutcomeSet).all()
    file = Path(str(found.uri).removeprefix("file://"))
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * cut)])
    with pytest.raises(Misconfigured, match=rf"line 2 of .*{file.name} is no outcome row; way out: ") as refused:
        read_outcome_sets(services, "math-tutor")
    assert "CANARY" not in "".join(traceback.format_exception(refused.value))


def test_what_is_too_large_for_one_set_is_cut_with_counts_that_say_so(services: Services) -> None:
    columns = {"application": "math-tutor", "prompt": "p", "prompt_version": "1.0.0", "light_model": "l"}
    new = new_set("file:x", premium_model="m", sandbox="", uri=services.lake.child("outcomes", "x.jsonl"), **columns)
    rows = [CollectedOutcome.model_validate(line) for line in outcome_lines(30)]
    write_rows(services, new, rows, most_bytes=sum(len(row.line()) for row in rows[:7]))
    add(services, new)
    assert (new.rows, new.sampled_rows, new.graded_rows) == (7, 7, 7)
    assert len(read_outcome_sets(services, "math-tutor")) == 7
