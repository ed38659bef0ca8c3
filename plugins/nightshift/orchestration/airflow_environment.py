"""The environment that all processes of the local Airflow share; keeps them apart from any other Airflow of the user.

SQLite, LocalExecutor and the simple auth manager suit one machine and one user, and nothing else.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from nightshift import settings
from nightshift.errors import Misconfigured

ADMIN_USER = "admin"
ADMIN_PASSWORD = "nightshift"


def airflow_home() -> Path:
    return settings.home().resolve() / "airflow"


def log_folder() -> Path:
    return airflow_home() / "logs"


def airflow_environment() -> dict[str, str]:
    """The whole environment of any Airflow process of the local deployment. Creates secrets and folders on first use.

    `AIRFLOW__*` variables of the calling shell are dropped: they belong to some other deployment, and honouring them
    could migrate its database. Connections and Variables (`AIRFLOW_CONN_*`, `AIRFLOW_VAR_*`) and `NIGHTSHIFT_*` pass.
    """
    log_folder().mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW__")}
    environment |= _places(environment) | _access() | _behaviour()
    return environment


def enter_airflow_environment(overrides: dict[str, str]) -> None:
    """Make this process one of the deployment's. Only before Airflow's first import: it reads its settings there."""
    if "airflow.settings" in sys.modules or "airflow.sdk.configuration" in sys.modules:
        raise Misconfigured(
            "Airflow is already imported in this process, so its configuration can no longer be chosen; "
            "way out: run the DAG from a fresh process, before anything imports airflow"
        )
    wanted = airflow_environment() | overrides
    os.environ.clear()
    os.environ.update(wanted)


def api_address() -> tuple[str, int]:
    """Host and port of `NIGHTSHIFT_AIRFLOW_URL`."""
    url = urlsplit(settings.airflow_url())
    if url.scheme != "http" or url.hostname is None:
        raise Misconfigured(
            f"NIGHTSHIFT_AIRFLOW_URL is {settings.airflow_url()!r}, but a local Airflow serves plain http; "
            "way out: set it to something like http://127.0.0.1:8080, or unset it"
        )
    return url.hostname, url.port or 80


def _places(inherited: dict[str, str]) -> dict[str, str]:
    project, home = settings.project_root().resolve(), airflow_home()
    search_path = [str(project / "plugins"), *filter(None, [inherited.get("PYTHONPATH")])]
    return {
        # Absolute, because they are also read by whatever a task starts, in whichever folder it runs.
        "NIGHTSHIFT_PROJECT": str(project),
        "NIGHTSHIFT_HOME": str(settings.home().resolve()),
        "NIGHTSHIFT_INCLUDE": str(settings.include_folder().resolve()),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]),
        "PYTHONPATH": os.pathsep.join(search_path),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONFIG": str(home / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(project / "plugins"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(log_folder()),
    }


def _access() -> dict[str, str]:
    host, port = api_address()
    keys = _secrets()
    return {
        "AIRFLOW__API__HOST": host,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": settings.airflow_url(),
        "AIRFLOW__API__SECRET_KEY": keys["api_secret"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt_secret"],
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet_key"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{settings.airflow_url().rstrip('/')}/execution/",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN_USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords_file()),
    }


def _behaviour() -> dict[str, str]:
    return {
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__API__WORKERS": "1",
        # The scheduler's pause between two looks; its default of a second is felt between every two tasks of one user.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        # A task that died with its process is noticed within this time, not after the default of five minutes.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
        # New and changed DAG files show up within these seconds.
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "10",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "SCARF_ANALYTICS": "false",
        "GX_ANALYTICS_ENABLED": "false",
    }


def _passwords_file() -> Path:
    # Rewritten each time: the login that `nightshift up` prints is then always the login that works.
    path = airflow_home() / "passwords.json"
    _write_private(path, {ADMIN_USER: ADMIN_PASSWORD})
    return path


def _secrets() -> dict[str, str]:
    """Keys of this deployment: made once, readable by the user alone."""
    path = airflow_home() / "secrets.json"
    if not path.exists():
        fernet_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        fresh = {"fernet_key": fernet_key} | {name: secrets.token_urlsafe(32) for name in ("jwt_secret", "api_secret")}
        _write_private(path, fresh, keep_existing=True)
    keys: dict[str, str] = json.loads(path.read_text())
    return keys


def _write_private(path: Path, content: dict[str, str], *, keep_existing: bool = False) -> None:
    """Write JSON with mode 0600 in one step; of two processes that both make a first version, one wins for both."""
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes the file 0600
    with os.fdopen(handle, "w") as file:
        json.dump(content, file)
    if not keep_existing:
        os.replace(draft, path)
        return
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)
