"""The one file under plugins/ that Airflow executes; `.airflowignore` keeps it away from the package beside it.

Airflow's core and its task SDK each run this file, in every process and every task, so it imports nothing of ours at
module level. What it registers are properties that import when they are asked.
"""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin


class NightshiftPlugin(AirflowPlugin):
    """Makes the platform known to Airflow (`airflow plugins` lists it)."""

    name = "nightshift"

    @property
    def deadline_references(self) -> list[Any]:  # type: ignore[override]
        """Asked for where a DAG run is created: the API server and the scheduler."""
        from nightshift.orchestration.deadline_alert import DeadlineWarning

        return [DeadlineWarning]
