"""The database, the lake and the providers that the steps work with. Built at the front doors, passed down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from nightshift import settings
from nightshift.batch.job import ResolvedJob
from nightshift.errors import InvalidSpec
from nightshift.providers.credentials import Credentials, read_credentials, sandbox_answers
from nightshift.providers.port import BatchProvider
from nightshift.providers.registry import CONNECTION_IDS, open_provider
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake, Lake
from nightshift.storage.tables import Run, RunState


@dataclass(frozen=True)
class Services:
    """The ports. `sandboxed` names what the sandbox answers with, or None for a provider that is the real one."""

    database: Database
    lake: Lake
    provider: Callable[[str], BatchProvider]
    sandboxed: Callable[[str], str | None]

    def job(self, run_id: str) -> ResolvedJob:
        """The resolved job of a run. Raises InvalidSpec when there is no such run, or when it ended refused."""
        with self.database.transaction() as session:
            run = session.get(Run, run_id)
            if run is None:
                raise InvalidSpec(
                    "no such run", field="run_id", value=run_id, way_out="`nightshift batch list` shows the runs"
                )
            if run.state in (
                RunState.REFUSED,
                RunState.CANCELLED,
            ):  # its reservation is released: it must not spend any more
                raise InvalidSpec(
                    f"the run ended {run.state} ({run.error or 'on request'})",
                    field="run_id",
                    value=run_id,
                    way_out="mend the cause and start a new run",
                )
            return ResolvedJob.model_validate(run.resolution)

    def run_folder(self, run_id: str, *parts: str) -> str:
        """URI of a working file of a run in the lake."""
        return self.lake.child("runs", run_id, *parts)


def open_services(credentials_of: Callable[[str], Credentials] = read_credentials) -> Services:
    """The services that the settings name. `credentials_of` reads a connection; inside Airflow it asks Airflow."""

    @cache
    def credentials(provider: str) -> Credentials:
        return credentials_of(CONNECTION_IDS[provider])

    @cache
    def provider(name: str) -> BatchProvider:
        return open_provider(name, credentials(name))

    database = Database(settings.database_url())
    database.migrate()
    return Services(
        database=database,
        lake=FileLake(settings.lake_url()),
        provider=provider,
        sandboxed=lambda name: sandbox_answers(name, credentials(name)),
    )
