"""Outcome rows from files: what they say of themselves, what is missing, and that a file is taken once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.guarded_jobs import Include
from tests.job_runs import LIGHT, PREMIUM
from tests.outcome_rows import OF, PROMPT, outcome_file, outcome_lines, own_services

from nightshift.batch.outcomes.importing import import_included, import_outcomes
from nightshift.batch.outcomes.sets import read_outcome_sets
from nightshift.batch.services import Services
from nightshift.errors import InvalidInput, InvalidSpec

LINE = OF | {"prompt": "What is 1 plus 1?", "light_correct": True, "premium_correct": True}


@pytest.fixture
def services(tmp_path: Path, _migrated_sqlite: Path) -> Services:
    return own_services(tmp_path, _migrated_sqlite)


def test_a_file_is_taken_once_and_its_rows_are_found_by_what_they_are_of(services: Services, tmp_path: Path) -> None:
    file = outcome_file(tmp_path, outcome_lines(30))
    assert import_outcomes(services, file).rows == 30
    assert import_outcomes(services, file).rows == 0
    assert len(read_outcome_sets(services, "math-tutor", PROMPT, LIGHT, PREMIUM)) == 30
    for other in (
        {"application": "support-desk"},
        {"prompt": "grade_school_math@2.0.0"},
        {"prompt": "triage_ticket"},
        {"light": PREMIUM},
        {"premium": LIGHT},
    ):
        assert read_outcome_sets(services, **({"application": "math-tutor"} | other)) == []  # type: ignore[arg-type]


def test_rows_that_nobody_vouches_for_prove_nothing(services: Services, tmp_path: Path) -> None:
    import_outcomes(services, outcome_file(tmp_path, [LINE, LINE | {"prompt": "Drawn.", "sampled": True}]))
    assert [row.prompt for row in read_outcome_sets(services, "math-tutor")] == ["Drawn."]
    assert len(read_outcome_sets(services, "math-tutor", sampled=False)) == 2


def test_a_forgotten_flag_takes_no_evidence_away(services: Services, tmp_path: Path) -> None:
    bare = [{key: line[key] for key in line if key != "sampled"} for line in outcome_lines(3)]
    file = outcome_file(tmp_path, bare)
    assert import_outcomes(services, file, {"sampled": True}).rows == 3
    import_outcomes(services, file)
    found = read_outcome_sets(services, "math-tutor", sampled=False)
    assert [row.sampled for row in found] == [True] * 3


def test_a_flag_that_was_forgotten_at_first_counts_afterwards(services: Services, tmp_path: Path) -> None:
    bare = [{key: line[key] for key in line if key != "sampled"} for line in outcome_lines(3)]
    file = outcome_file(tmp_path, bare)
    import_outcomes(services, file)
    import_outcomes(services, file, {"sampled": True})
    assert [row.sampled for row in read_outcome_sets(services, "math-tutor", sampled=False)] == [True] * 3


def test_fields_that_the_lines_lack_are_given_beside_them(services: Services, tmp_path: Path) -> None:
    bare = {key: LINE[key] for key in ("prompt", "light_correct", "premium_correct")}
    import_outcomes(services, outcome_file(tmp_path, [bare]), {**OF, "sampled": True})
    assert len(read_outcome_sets(services, "math-tutor", PROMPT, LIGHT, PREMIUM)) == 1


def test_every_file_of_the_include_folder_is_taken(services: Services, tmp_path: Path, include: Include) -> None:
    (include.folder / "outcomes").mkdir()
    outcome_file(include.folder / "outcomes", outcome_lines(3, seed=1), "one.jsonl")
    outcome_file(include.folder / "outcomes", outcome_lines(2, seed=2), "two.jsonl")
    assert [(one.name, one.rows) for one in import_included(services)] == [("one.jsonl", 3), ("two.jsonl", 2)]
    assert [one.rows for one in import_included(services)] == [0, 0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            {key: LINE[key] for key in LINE if key != "premium_model"},
            r"graded.jsonl, line 2, premium_model: .*way out: --premium MODEL for all lines that lack it",
        ),
        (
            LINE | {"prompt_version": None},
            r"line 2, prompt_version: .*way out: --prompt NAME@VERSION .*docs/tier_learning.md",
        ),
        (LINE | {"light_correct": "yes CANARY"}, r"graded.jsonl, line 2, light_correct: .*text of 10 characters"),
        (LINE | {"opinions": [{"answer": 1}]}, r"graded.jsonl, line 2, opinions.0.answer"),
        (["CANARY"], r"graded.jsonl, line 2: not an object"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(services: Services, tmp_path: Path, line: object, told: str) -> None:
    path = tmp_path / "graded.jsonl"
    path.write_text(f"{json.dumps(LINE | {'sampled': True})}\n{json.dumps(line)}\n")
    with pytest.raises(InvalidInput, match=told) as refused:
        import_outcomes(services, path)
    assert "CANARY" not in str(refused.value)
    assert read_outcome_sets(services, "math-tutor", sampled=False) == []


@pytest.mark.parametrize(("field", "shown"), [("application", "application"), ("light_model", "light_model")])
def test_a_misspelt_name_is_refused(services: Services, tmp_path: Path, field: str, shown: str) -> None:
    with pytest.raises(InvalidSpec, match=f"^{shown}: no such"):
        import_outcomes(services, outcome_file(tmp_path, [LINE | {field: "math-tuter"}]))


def test_a_file_that_is_not_there_is_named(services: Services, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none.jsonl: cannot be read"):
        import_outcomes(services, tmp_path / "none.jsonl")
