"""The database, the lake and the providers that the steps work with. Built at the front doors, passed down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from pydantic import ValidationError

from nightshift import settings
from nightshift.batch.job import ResolvedJob
from nightshift.batch.master_key import find_master_key
from nightshift.errors import InvalidSpec, Misconfigured, RunEnded
from nightshift.guardrails.masking.run_keys import KeyWrapper
from nightshift.providers.credentials import Credentials, Finder, credentials_for, find_credentials, sandbox_answers
from nightshift.providers.port import BatchProvider, Provider
from nightshift.providers.registry import open_provider
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake, Lake
from nightshift.storage.tables import Run, RunState


@dataclass(frozen=True)
class Services:
    """The ports. `sandboxed` names what the sandbox answers with, or None for a provider that is the real one."""

    database: Database
    lake: Lake
    provider: Callable[[str, str], Provider]  # name, region
    sandboxed: Callable[[str, str], str | None]
    master_key: Callable[[bool], KeyWrapper] = find_master_key  # for a run that the sandbox answers, or a real one

    def job(self, run_id: str) -> ResolvedJob:
        """The resolved job of a run. Raises InvalidSpec where there is no such run, RunEnded where it was given up."""
        with self.database.transaction() as session:
            run = session.get(Run, run_id)
            if run is None:
                raise InvalidSpec(
                    "no such run", field="run_id", value=run_id, way_out="`nightshift batch list` shows the runs"
                )
            if run.state in (RunState.REFUSED, RunState.CANCELLED):
                raise RunEnded(
                    f"the run ended {run.state} ({run.error or 'on request'})",
                    field="run_id",
                    value=run_id,
                    way_out="mend the cause and start a new run",
                )
            return _resolution(run)

    def batches(self, name: str, region: str) -> BatchProvider:
        """A provider with a batch API. Raises Misconfigured where its file has none, whatever is recorded of it."""
        provider = self.provider(name, region)
        if not isinstance(provider, BatchProvider):
            raise Misconfigured(
                f"include/models/providers.yaml records a batch API of {name}, which its provider does not implement"
            )
        return provider

    def run_folder(self, run_id: str, *parts: str) -> str:
        """URI of a working file of a run in the lake."""
        return self.lake.child("runs", run_id, *parts)


def _resolution(run: Run) -> ResolvedJob:
    try:
        return ResolvedJob.model_validate(run.resolution)
    except ValidationError:
        # `from None`: the error would quote the prompt that is part of the resolution.
        raise Misconfigured(
            f"the run {run.run_id} was admitted by an earlier version of the platform, which wrote jobs down "
            "differently; way out: finish or cancel it with that version, then upgrade"
        ) from None


def open_services(find: Finder = find_credentials) -> Services:
    """The services that the settings name. `find` reads a connection; inside Airflow it asks Airflow."""

    @cache
    def credentials(provider: str, region: str) -> Credentials:
        return credentials_for(provider, region, find)

    @cache
    def provider(name: str, region: str) -> Provider:
        return open_provider(name, credentials(name, region), region)

    database = Database(settings.database_url())
    database.migrate()
    return Services(
        database=database,
        lake=FileLake(settings.lake_url()),
        provider=provider,
        sandboxed=lambda name, region: sandbox_answers(name, credentials(name, region)),
        master_key=lambda in_sandbox: find_master_key(in_sandbox, find),
    )
