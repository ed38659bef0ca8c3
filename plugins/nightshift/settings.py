"""The only reader of environment variables. One function per setting, named after the question it answers."""

from __future__ import annotations

import os
from pathlib import Path


def project_root() -> Path:
    """The checkout (or image folder) that holds dags/, plugins/ and include/."""
    return Path(os.environ.get("NIGHTSHIFT_PROJECT", Path(__file__).resolve().parents[2]))


def home() -> Path:
    """Where local state lives: SQLite stores, the file lake, Airflow's home, the sandbox's files."""
    return Path(os.environ.get("NIGHTSHIFT_HOME", project_root() / ".nightshift"))


def include_folder() -> Path:
    """Prompts, models, policies, budgets, jobs, expectations and samples: data, no Python."""
    return Path(os.environ.get("NIGHTSHIFT_INCLUDE", project_root() / "include"))


def database_url() -> str:
    """SQLAlchemy URL of our own state; never Airflow's metadata database."""
    return os.environ.get("NIGHTSHIFT_DATABASE_URL", f"sqlite:///{home() / 'nightshift.db'}")


def lake_url() -> str:
    """Root of rows, receipts, quarantines, reports: file:///... or s3://bucket/prefix."""
    return os.environ.get("NIGHTSHIFT_LAKE_URL", (home() / "lake").as_uri())


def airflow_url() -> str:
    """The API server that `nightshift batch submit` and `nightshift batch status` talk to."""
    return os.environ.get("NIGHTSHIFT_AIRFLOW_URL", "http://127.0.0.1:8080")


def sandbox_url() -> str:
    """Where the sandbox listens, or should."""
    return os.environ.get("NIGHTSHIFT_SANDBOX_URL", "http://127.0.0.1:8399")


def poll_seconds() -> float:
    """Pause between two looks at a provider's batch. Providers finish in minutes to hours; the sandbox in moments."""
    return float(os.environ.get("NIGHTSHIFT_POLL_SECONDS", "30"))


def slice_rows() -> int:
    """Rows per prepare task. Bounds the memory of one task whatever the input's size."""
    return int(os.environ.get("NIGHTSHIFT_SLICE_ROWS", "25000"))


def connection(name: str) -> str | None:
    """The Airflow Connection `name` from the environment (AIRFLOW_CONN_<NAME>: JSON or URI), or None."""
    return os.environ.get(f"AIRFLOW_CONN_{name.upper()}")


def lineage_file() -> Path:
    """Where OpenLineage events are appended, one JSON object per line."""
    return Path(os.environ.get("NIGHTSHIFT_LINEAGE_FILE", home() / "lineage" / "events.jsonl"))
