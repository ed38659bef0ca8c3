"""The vault of a run: originals of what was masked in its rows, sealed, one file per slice in the lake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.errors import InvalidSpec, StateConflict
from nightshift.guardrails.masking.placeholders import Placeholders
from nightshift.guardrails.masking.run_keys import RunKey, new_key
from nightshift.guardrails.masking.sealing import Seal, Sealed
from nightshift.storage.tables import Run, RunState, Slice, VaultKey

if TYPE_CHECKING:
    import pyarrow as pa

FINAL_STATES = (RunState.PUBLISHED, RunState.REFUSED, RunState.CANCELLED)


@dataclass(frozen=True)
class Vault:
    """What seals and restores the rows of one run."""

    seal: Seal
    placeholder_key: bytes

    def placeholders(self) -> Placeholders:
        """The placeholders of one row."""
        return Placeholders(self.placeholder_key)


def vault_key(services: Services, job: ResolvedJob) -> VaultKey | None:
    """A key for a new run, if it needs one. Raises Misconfigured where there is no master key to wrap it with."""
    if not job.guardrails.needs_vault(job.directions.values()):
        return None
    master = services.master_key(job.sandbox is not None)
    wrapped = master.wrap(new_key(), job.run_id)
    return VaultKey(run_id=job.run_id, master_key=master.name, wrapped=wrapped, created_at=job.admitted_at)


def open_vault(services: Services, job: ResolvedJob) -> Vault | None:
    """The vault of a run; None where its policy keeps nothing. Raises InvalidSpec once it is erased."""
    if not job.guardrails.needs_vault(job.directions.values()):
        return None
    with services.database.transaction() as session:
        found = session.get(VaultKey, job.run_id)
        wrapped, erased_at = (found.wrapped, found.erased_at) if found else (None, None)
    if wrapped is None:
        raise InvalidSpec(
            f"its vault was erased at {erased_at}" if erased_at else "it has no vault",
            field="run_id",
            value=job.run_id,
            way_out="nothing can restore what was masked; the masked results stay as they are",
        )
    key = RunKey.of(services.master_key(job.sandbox is not None).unwrap(wrapped, job.run_id))
    return Vault(Seal(job.run_id, key.sealing), key.placeholders)


def destroy_key(services: Services, run_id: str) -> datetime:
    """Makes the vault noise; when that was. Raises StateConflict while the run goes on."""
    with services.database.transaction() as session:
        run = session.get(Run, run_id)
        key = session.get(VaultKey, run_id)
        if run is None or key is None:
            raise InvalidSpec(
                "no run of this name has a vault",
                field="run_id",
                value=run_id,
                way_out="`nightshift batch list` shows the runs",
            )
        if run.state not in FINAL_STATES:
            raise StateConflict(
                f"the run {run_id} is not finished and still needs its vault; cancel it, or wait until it is published"
            )
        if key.erased_at is None:
            key.wrapped, key.erased_at = None, datetime.now(UTC)
        erased_at: datetime = key.erased_at
    return erased_at


def check_not_erased(services: Services, run_id: str) -> None:
    """Raises InvalidSpec once the run's vault is erased: what it held must not be written down again."""
    with services.database.transaction() as session:
        key = session.get(VaultKey, run_id)
        erased_at = key.erased_at if key else None
    if erased_at is not None:
        raise InvalidSpec(
            f"its vault was erased at {erased_at}, and the pages with its rows' text with it",
            field="run_id",
            value=run_id,
            way_out="start a new run with the rows that are still wanted",
        )


def sealed_uri(services: Services, run_id: str, prepared_uri: str) -> str:
    """The file that belongs to a slice's prepared file: it has the same name."""
    return services.run_folder(run_id, "vault", prepared_uri.rpartition("/")[2])


def sealed_table(items: Iterable[Sealed]) -> pa.Table:
    import pyarrow as pa

    rows = list(items)
    return pa.table(
        [
            pa.array([item.row_number for item in rows], pa.int64()),
            pa.array([item.placeholder for item in rows], pa.string()),
            pa.array([item.sealed for item in rows], pa.binary()),
        ],
        schema=sealed_schema(),
    )


def sealed_schema() -> pa.Schema:
    """One row per placeholder of a row, in row order."""
    import pyarrow as pa

    return pa.schema([("row_number", pa.int64()), ("placeholder", pa.string()), ("sealed", pa.binary())])


def originals(services: Services, job: ResolvedJob, vault: Vault) -> Iterator[tuple[int, dict[int, dict[str, str]]]]:
    """Per slice, in row order: its last row, and what the placeholders of each of its rows stood for."""
    import pyarrow.parquet as pq

    with services.database.transaction() as session:
        query = select(Slice.prepared_uri, Slice.first_row, Slice.rows).where(Slice.run_id == job.run_id)
        slices = session.execute(query.order_by(Slice.number)).all()
    for prepared_uri, first_row, rows in slices:
        if prepared_uri is None:
            raise StateConflict(f"run {job.run_id}: not every slice is screened yet; way out: wait until it is")
        with services.lake.open(sealed_uri(services, job.run_id, prepared_uri)) as file:
            table: pa.Table = pq.read_table(file)
        found: dict[int, dict[str, str]] = {}
        for row in table.to_pylist():
            item = Sealed(row["row_number"], row["placeholder"], row["sealed"])
            found.setdefault(item.row_number, {})[item.placeholder] = vault.seal.open(item)
        yield first_row + rows - 1, found
