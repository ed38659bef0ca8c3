"""The job spec: what a data team writes in YAML or JSON, or fills into the DAG's trigger form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import Field, ValidationError

from nightshift.batch.bundling.bundles import MOST_ROWS as MOST_BUNDLED
from nightshift.batch.tiering.policy import QualityTarget
from nightshift.errors import InvalidSpec
from nightshift.storage.documents import Document, describe

EscalationReason = Literal["unreadable", "refused", "wrong"]
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LONGEST_DEADLINE = timedelta(days=14)


class InputSpec(Document):
    """Where the rows are and which columns the prompt's variables come from."""

    uri: str = Field(min_length=1, description="CSV, JSON lines or Parquet: one file, a folder or a glob")
    id: str = Field(min_length=1, description="column that identifies a row")
    variables: dict[str, str] = Field(min_length=1, description="prompt variable: column")


class GraderSpec(Document):
    """How answers are read and compared. The reference column is never shown to a model."""

    kind: Literal["numeric"] = Field(description="numeric: reads the number that the answer gives")
    reference: str | None = Field(default=None, description="column with the right answer")


class JobSpec(Document):
    """One job. See docs/job_spec.md."""

    prompt: str = Field(description="name@version or name@label, for example grade_school_math@production")
    input: InputSpec
    application: str = Field(description="gives team, cost centre, entitlements and regions")
    tiers: str = Field(default="default", description="tier policy, a file of include/policies/tiers/")
    quality: QualityTarget | None = Field(
        default=None, description="the quality to keep at the lowest cost; the planner then chooses who is asked"
    )
    grader: GraderSpec | None = Field(default=None, description="adds the column `grade` to the results")
    escalate_on: tuple[EscalationReason, ...] = Field(
        default=("unreadable", "refused"), description="which answers go one tier up"
    )
    bundle_rows: int = Field(
        default=1, ge=1, le=MOST_BUNDLED, description="rows per request, for prompts for which that was shown harmless"
    )
    bundle_trial: bool = Field(default=False, description="bundle without evidence, to find out what it does")
    budget_usd: Decimal = Field(gt=0, le=1_000_000, description="the most that this run may spend, in US dollars")
    deadline: str = Field(default="24h", description="8h, 90m, 2d, or a timestamp with time zone")
    output: str | None = Field(default=None, description="folder for the results; by default one in the lake")


def parse_spec(content: object) -> JobSpec:
    """The validated spec. Raises InvalidSpec naming every wrong field."""
    if not isinstance(content, dict):
        raise InvalidSpec(
            "a job spec is a mapping of keys",
            field="(job spec)",
            value=type(content).__name__,
            way_out="see docs/job_spec.md for an example",
        )
    try:
        return JobSpec.model_validate(_as_written(content))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidSpec(
            describe(error),
            field=field,
            value=first["input"],
            way_out="docs/job_spec.md lists every key and its limits",
        ) from error


def load_spec(path: Path) -> JobSpec:
    """A spec file; relative file paths in it are relative to the file."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InvalidSpec(
            "the file does not exist", field="--spec", value=str(path), way_out="check the path"
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError, OSError) as error:  # ValueError: encoding, or a date 2026-13-45
        raise InvalidSpec(
            f"not YAML or JSON: {error}", field="--spec", value=str(path), way_out="see docs/job_spec.md for an example"
        ) from error
    return anchored(parse_spec(content), path.resolve().parent)


def anchored(spec: JobSpec, folder: Path) -> JobSpec:
    """The spec with file paths made absolute, so that every process of the platform finds the same files."""
    output = None if spec.output is None else _anchor(spec.output, folder)
    return spec.model_copy(
        update={"input": spec.input.model_copy(update={"uri": _anchor(spec.input.uri, folder)}), "output": output}
    )


def deadline_of(spec: JobSpec, now: datetime) -> datetime:
    """The instant of the deadline. Raises InvalidSpec when it is in the past, too far away, or not readable."""
    moment = instant_of(spec.deadline, now)
    if moment <= now:
        raise _bad_deadline(spec, "the deadline has passed", f"after {now.isoformat(timespec='minutes')}")
    if moment > now + LONGEST_DEADLINE:
        raise _bad_deadline(spec, "the deadline is too far away", f"{LONGEST_DEADLINE.days}d")
    return moment


def instant_of(text: str, now: datetime) -> datetime:
    """The instant that a duration or a timestamp means. Raises InvalidSpec when it is neither."""
    if match := _DURATION.fullmatch(text.strip()):
        try:
            return now + float(match[1]) * _UNITS[match[2]]
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)  # too far away, whatever it is exactly
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidSpec(
            "neither a duration nor a timestamp",
            field="deadline",
            value=text,
            limit="90m, 8h, 2d, or 2026-11-23T06:00:00+01:00",
            way_out="write one of these forms",
        ) from error
    if moment.tzinfo is None:
        raise InvalidSpec(
            "the timestamp has no time zone",
            field="deadline",
            value=text,
            limit="for example 2026-11-23T06:00:00+01:00",
            way_out="add the offset, or Z for UTC",
        )
    return moment.replace(tzinfo=UTC) if moment.year in (1, 9999) else moment.astimezone(UTC)  # no year 0 or 10000


def _bad_deadline(spec: JobSpec, problem: str, limit: str) -> InvalidSpec:
    return InvalidSpec(
        problem, field="deadline", value=spec.deadline, limit=limit, way_out="give a later or nearer one"
    )


def _anchor(uri: str, folder: Path) -> str:
    if urlsplit(uri).scheme:
        return uri
    return str(folder / (Path(uri).expanduser() if uri.startswith("~/") else Path(uri)))


def _as_written(content: dict[Any, Any]) -> dict[Any, Any]:
    # YAML reads an unquoted timestamp as a datetime; authors may leave the quotes out.
    deadline = content.get("deadline")
    return {**content, "deadline": deadline.isoformat()} if isinstance(deadline, datetime) else content
