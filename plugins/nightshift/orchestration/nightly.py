"""The job files of include/jobs/: which there are, what they say, and what their run of a night is called."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nightshift.errors import InvalidSpec
from nightshift.settings import include_folder

if TYPE_CHECKING:
    from nightshift.batch.spec import JobSpec

# The file's name becomes part of the run id, of folder names and of the results' address.
_NAME = re.compile(r"[A-Za-z0-9_.-]+\.yaml")


def job_files() -> list[str]:
    """Names of the job files, sorted. They are read one by one elsewhere, so that a bad file stops no other job."""
    return sorted(path.name for path in (include_folder() / "jobs").glob("*.yaml"))


def read_job(name: str) -> JobSpec:
    """The validated job; its relative paths start from include/jobs/. Raises InvalidSpec naming file and field."""
    from nightshift.batch.spec import load_spec

    if not _NAME.fullmatch(name):
        raise InvalidSpec(
            "the file's name cannot be part of a run id",
            field=f"include/jobs/{name}",
            limit="letters, digits, '_', '-' and '.'",
            way_out="rename the file",
        )
    try:
        return load_spec(include_folder().resolve() / "jobs" / name)
    except InvalidSpec as error:
        raise InvalidSpec(
            error.problem,
            field=f"include/jobs/{name}: {error.field}",
            value=error.value,
            limit=error.limit,
            way_out=error.way_out,
        ) from error


def night_of(moment: datetime, opens_at: int) -> str:
    """The date on whose evening the night began; a night lasts until the next one begins."""
    return f"{moment.astimezone(UTC) - timedelta(hours=opens_at):%Y-%m-%d}"


def run_id_of(name: str, night: str) -> str:
    return f"{name.removesuffix('.yaml')}-night-{night}"
