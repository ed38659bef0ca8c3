from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from nightshift.errors import InvalidSpec
from nightshift.orchestration.nightly import job_files, night_of, read_job, run_id_of

SHIPPED = Path(__file__).resolve().parents[2] / "include" / "jobs"


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "include" / "jobs"
    folder.mkdir(parents=True)
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(folder.parent))
    return folder


def test_yaml_files_are_jobs_and_nothing_else_is(jobs: Path) -> None:
    for name in ("b.yaml", "a.yaml", "notes.md", "draft.yaml.off"):
        (jobs / name).write_text("")
    (jobs / "archive").mkdir()
    (jobs / "archive" / "old.yaml").write_text("")
    assert job_files() == ["a.yaml", "b.yaml"]


def test_without_a_jobs_folder_there_are_no_jobs(jobs: Path) -> None:
    jobs.rmdir()
    assert job_files() == []


def test_relative_paths_start_from_the_jobs_folder(jobs: Path) -> None:
    shutil.copy(SHIPPED / "triage_tickets.yaml", jobs)
    assert read_job("triage_tickets.yaml").input.uri == str(jobs / "../samples/support_tickets.jsonl")


def test_a_bad_job_names_its_file_and_field(jobs: Path) -> None:
    text = (SHIPPED / "triage_tickets.yaml").read_text()
    (jobs / "greedy.yaml").write_text(text.replace('budget_usd: "1.00"', "budget_usd: -1"))
    with pytest.raises(InvalidSpec, match=r"include/jobs/greedy\.yaml: budget_usd.*-1.*way out"):
        read_job("greedy.yaml")


def test_a_file_that_is_no_yaml_is_named(jobs: Path) -> None:
    (jobs / "broken.yaml").write_text("prompt: [")
    with pytest.raises(InvalidSpec, match=r"include/jobs/broken\.yaml.*not YAML"):
        read_job("broken.yaml")


def test_a_name_that_cannot_be_a_run_id_is_refused(jobs: Path) -> None:
    shutil.copy(SHIPPED / "triage_tickets.yaml", jobs / "my job.yaml")
    with pytest.raises(InvalidSpec, match=r"my job\.yaml.*rename the file"):
        read_job("my job.yaml")


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (datetime(2026, 11, 21, 22, 0, tzinfo=UTC), "2026-11-21"),
        (datetime(2026, 11, 22, 3, 0, tzinfo=UTC), "2026-11-21"),
        (datetime(2026, 11, 22, 21, 59, 59, tzinfo=UTC), "2026-11-21"),
        (datetime(2026, 11, 22, 22, 0, tzinfo=UTC), "2026-11-22"),
        (datetime(2026, 11, 21, 23, 30, tzinfo=timezone(timedelta(hours=2))), "2026-11-20"),
    ],
)
def test_a_night_lasts_until_the_next_one_begins(moment: datetime, night: str) -> None:
    assert night_of(moment, opens_at=22) == night


def test_the_run_id_tells_file_and_night() -> None:
    assert run_id_of("triage_tickets.yaml", "2026-11-21") == "triage_tickets-night-2026-11-21"
