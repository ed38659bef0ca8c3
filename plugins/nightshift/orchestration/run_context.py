"""What a task of the main job needs from Airflow: our run id, the job spec of the trigger form, the connections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context

from nightshift.orchestration.in_process import RUN_ID_KEY

if TYPE_CHECKING:
    from nightshift.batch.services import Services
    from nightshift.batch.spec import JobSpec
    from nightshift.providers.credentials import Credentials


def current_run_id() -> str:
    """The run id given with the trigger, else Airflow's, spelled so that it can be part of a path anywhere."""
    dag_run = get_current_context()["dag_run"]
    conf: dict[str, Any] = dag_run.conf or {}
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", str(conf.get(RUN_ID_KEY) or dag_run.run_id))


def current_spec() -> JobSpec:
    """The job spec from the trigger form; relative paths are relative to the project."""
    from nightshift.batch.spec import anchored, parse_spec
    from nightshift.settings import project_root

    given = {name: value for name, value in get_current_context()["params"].items() if value is not None}
    given.pop(RUN_ID_KEY, None)
    return anchored(parse_spec(given), project_root())


def airflow_services() -> Services:
    """The platform's services with credentials from Airflow's connections."""
    from nightshift.batch.services import open_services

    return open_services(credentials_of_connection)


def credentials_of_connection(connection_id: str) -> Credentials | None:
    """Airflow's connection of that id; None where there is none."""
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    from nightshift.providers.credentials import credentials

    try:
        found = BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        return None
    return credentials(found.login or "", found.password or "", found.host or None, found.extra_dejson)
