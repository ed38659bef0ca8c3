"""The nightly jobs: one run of batch_inference per file of include/jobs/, the same run however often it is tried."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.trigger_dagrun import (  # type: ignore[import-not-found,unused-ignore]
    TriggerDagRunOperator,
)

from nightshift.errors import InvalidSpec
from nightshift.settings import include_folder

if TYPE_CHECKING:
    from airflow.sdk import Context

    from nightshift.batch.spec import JobSpec

# The file's name becomes part of the run id, of folder names and of the results' address.
_NAME = re.compile(r"[A-Za-z0-9_.-]+\.yaml")


class StartJobOperator(TriggerDagRunOperator):  # type: ignore[misc,unused-ignore]
    """Starts the run of one job file for the night. Skipped when that run exists; a bad file fails it at once."""

    template_fields = ("job_file",)

    def __init__(self, *, job_file: str, opens_at: int, **kwargs: Any) -> None:
        """`opens_at` is the hour (UTC) at which the nightly window opens."""
        super().__init__(trigger_dag_id="batch_inference", logical_date=None, skip_when_already_exists=True, **kwargs)
        self.job_file, self.opens_at = job_file, opens_at

    def execute(self, context: Context) -> None:
        job = read_job(self.job_file)
        self.trigger_run_id = run_id_of(self.job_file, night_of(context["dag_run"].run_after, self.opens_at))
        self.conf = job.model_dump(mode="json")
        super().execute(context)


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
