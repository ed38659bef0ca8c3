"""What every test stands on: a home of its own, a database on SQLite and on PostgreSQL, a lake on files and on S3.

PostgreSQL comes with the package pgserver (real binaries), S3 from moto and, where node is, from s3rver. Each starts
when the first test asks for it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text
from tests.s3rver import KEY as S3RVER_KEY
from tests.s3rver import S3rver
from tests.shared_sandbox import _shared_sandbox, sandbox

from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake

__all__ = ["_shared_sandbox", "sandbox"]  # fixtures: one server for every folder

TEMPLATE = "migrated"
_numbers = count()

# Examples are not timed: a busy machine makes any of them slow. A change is judged by the same examples every time;
# `pytest --hypothesis-profile=search` looks for new ones.
settings.register_profile("search", deadline=None)
settings.register_profile("repeated", deadline=None, derandomize=True)
settings.load_profile("repeated")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--live", action="store_true", help="run the contract at real providers too; costs money")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--live"):
        return
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(pytest.mark.skip(reason="speaks to a real provider; needs --live"))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads the user's settings or connections, or writes to the user's state."""
    for name in [name for name in os.environ if name.startswith(("NIGHTSHIFT_", "AIRFLOW_CONN_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


class PostgresServer:
    """One server for all tests; a database per test is a copy of a migrated one, which takes milliseconds."""

    def __init__(self, folder: Path) -> None:
        from pgserver.postgres_server import get_server

        self._server = get_server(folder, cleanup_mode="stop")
        self._url = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self._admin = create_engine(self._url, isolation_level="AUTOCOMMIT")
        template = Database(self.create_empty(TEMPLATE))
        template.migrate()
        template.close()

    def create_empty(self, name: str) -> str:
        return self._create(name, "template0")

    def create_migrated(self) -> str:
        return self._create(f"test_{next(_numbers)}", TEMPLATE)

    def _create(self, name: str, template: str) -> str:
        with self._admin.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)'))

    def stop(self) -> None:
        self._admin.dispose()
        self._server.cleanup()


@pytest.fixture(scope="session")
def _postgres() -> Iterator[PostgresServer]:
    # Not pytest's own temporary folder: as root the server runs as another user, who may not look into that.
    folder = Path(tempfile.mkdtemp(prefix="nightshift-postgres-"))
    folder.chmod(0o755)
    server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("_postgres")
    url = server.create_empty(f"empty_{next(_numbers)}")
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of the test's own."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("_migrated_sqlite"), path)
        found = Database(f"sqlite:///{path}")
        yield found
        found.close()
        return
    server = request.getfixturevalue("_postgres")
    url = server.create_migrated()
    found = Database(url)
    yield found
    found.close()
    server.drop(url)


@pytest.fixture(scope="session")
def _s3_endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def _s3rver_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = S3rver(tmp_path_factory.mktemp("s3rver"))
    yield server.url
    server.stop()


@pytest.fixture
def s3_lake(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FileLake:
    """A lake in a bucket of the test's own."""
    return _lake_in_bucket(request.getfixturevalue("_s3_endpoint"), "test", monkeypatch)


@pytest.fixture
def s3rver_lake(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FileLake:
    """The same in another implementation of S3."""
    return _lake_in_bucket(request.getfixturevalue("_s3rver_endpoint"), S3RVER_KEY, monkeypatch)


def _lake_in_bucket(endpoint: str, key: str, monkeypatch: pytest.MonkeyPatch) -> FileLake:
    for name, value in {"ACCESS_KEY_ID": key, "SECRET_ACCESS_KEY": key, "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    import boto3  # type: ignore[import-untyped]

    bucket = f"lake-{next(_numbers)}"
    # A session of its own: boto3's default one would keep the key of the server that was asked first.
    boto3.session.Session().client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    options: dict[str, Any] = {"endpoint_url": endpoint}
    return FileLake(f"s3://{bucket}/root", options)


@pytest.fixture
def lake(tmp_path: Path) -> FileLake:
    return FileLake((tmp_path / "lake").as_uri())


@pytest.fixture(params={"file": "lake", "s3": "s3_lake", "s3rver": "s3rver_lake"}.items(), ids=lambda param: param[0])
def any_lake(request: pytest.FixtureRequest) -> FileLake:
    found: FileLake = request.getfixturevalue(request.param[1])
    return found
