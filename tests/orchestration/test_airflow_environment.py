from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from nightshift.errors import Misconfigured
from nightshift.orchestration.airflow_environment import airflow_environment, airflow_home, api_address


def test_another_deployments_airflow_settings_do_not_leak_in(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", "/somebody/elses/airflow")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://production")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD", "cat secret")
    environment = airflow_environment()
    assert environment["AIRFLOW_HOME"] == str(airflow_home())
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{airflow_home()}/airflow.db"
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_CMD" not in environment


def test_connections_and_our_settings_pass_through(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", "aws://")
    monkeypatch.setenv("NIGHTSHIFT_POLL_SECONDS", "1")
    environment = airflow_environment()
    assert environment["AIRFLOW_CONN_AWS_DEFAULT"] == "aws://"
    assert environment["NIGHTSHIFT_POLL_SECONDS"] == "1"


def test_relative_homes_become_absolute(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("NIGHTSHIFT_HOME", "state")
    assert airflow_environment()["NIGHTSHIFT_HOME"] == str(project / "state")


def test_keys_are_made_once_and_are_private(project: Path) -> None:
    keys = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__API__SECRET_KEY")
    first, second = airflow_environment(), airflow_environment()
    assert [first[key] for key in keys] == [second[key] for key in keys]
    assert len({first[key] for key in keys}) == 3
    for name in ("secrets.json", "passwords.json"):
        assert stat.S_IMODE((airflow_home() / name).stat().st_mode) == 0o600
    leftovers = {path.name for path in airflow_home().iterdir()} - {"secrets.json", "passwords.json", "logs"}
    assert leftovers == set()


def test_the_programs_of_this_python_come_first(project: Path) -> None:
    assert airflow_environment()["PATH"].startswith(str(Path(sys.executable).parent))


@pytest.mark.parametrize("url", ["https://127.0.0.1:8080", "localhost:8080", "http://"])
def test_an_address_that_cannot_be_served_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("NIGHTSHIFT_AIRFLOW_URL", url)
    with pytest.raises(Misconfigured, match="NIGHTSHIFT_AIRFLOW_URL"):
        api_address()
