"""Airflow's own metadata database in the local deployment: migrated once per Airflow version, not once per start."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path


def airflow_version() -> str:
    return importlib.metadata.version("apache-airflow-core")


def prepare_metadata_database(path: Path) -> None:
    """Create or migrate the configured database, which is the SQLite file `path`. Imports Airflow."""
    # Airflow takes seconds to find out that nothing is to be migrated.
    migrated_by = path.with_suffix(".version")
    if path.exists() and migrated_by.exists() and migrated_by.read_text() == airflow_version():
        return
    from airflow.utils import db

    db.initdb()
    migrated_by.write_text(airflow_version())
