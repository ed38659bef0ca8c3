"""prepare: one slice of rows, from the input to screened, rendered and digested. Memory is bounded by the slice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import orjson
from sqlalchemy import select

from nightshift.batch import schemas
from nightshift.batch.gate import Gate
from nightshift.batch.input.columns import InputLimits
from nightshift.batch.input.rows import InputRow, read_slice
from nightshift.batch.input.slices import InputSlice
from nightshift.batch.job import ResolvedJob
from nightshift.batch.remote_checks import remote_checks
from nightshift.batch.rendering import row_message
from nightshift.batch.review.reviews import load_reviews
from nightshift.batch.screening import RowScreening, ScreenedRow, row_digest
from nightshift.batch.services import Services
from nightshift.batch.steps.admit import columns_of
from nightshift.batch.tiering.starting import Start, Starting
from nightshift.batch.tiering.weights_in_use import difficulty_in_use
from nightshift.batch.vault import Vault, open_vault, sealed_schema, sealed_table, sealed_uri
from nightshift.guardrails.building import require_trained_models
from nightshift.similarity.normal_form import normal_form
from nightshift.storage.tables import Slice

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Preparation:
    """What every row of a job goes through. Built once per task; holds no rows."""

    job: ResolvedJob
    screening: RowScreening
    vault: Vault | None
    render: Callable[[dict[str, str]], str]
    starting: Starting
    gate: Gate
    key_prefix: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.key_prefix = hashlib.sha256(self.job.prompt.digest.encode()).digest()

    @classmethod
    def of(cls, services: Services, job: ResolvedJob) -> Preparation:
        require_trained_models(job.guardrails, job.guardrail_models, f"the run {job.run_id}")
        vault = open_vault(services, job)
        screening = RowScreening(job, vault, load_reviews(services, job.spec.application), remote_checks(services, job))
        task = f"{job.prompt.name}@{job.prompt.version}"
        starting = Starting(job.tier_policy, job.cascade, difficulty_in_use(services, job.cascade), task)
        return cls(job, screening, vault, row_message(job.prompt), starting, Gate("input"))


def slice_numbers(services: Services, run_id: str) -> list[int]:
    """Numbers of all slices of a run."""
    with services.database.transaction() as session:
        return list(session.scalars(select(Slice.number).where(Slice.run_id == run_id).order_by(Slice.number)))


def slices_to_prepare(services: Services, run_id: str) -> list[int]:
    """Numbers of the slices that are not prepared yet."""
    with services.database.transaction() as session:
        pending = select(Slice.number).where(Slice.run_id == run_id, Slice.prepared_uri.is_(None))
        return list(session.scalars(pending.order_by(Slice.number)))


def prepare_slice(services: Services, preparation: Preparation, number: int) -> None:
    """Writes the slice's prepared file and notes it; a slice that is prepared already is left alone."""
    run_id = preparation.job.run_id
    with services.database.transaction() as session:
        found = session.get_one(Slice, (run_id, number))
        if found.prepared_uri is not None:
            return
        source = InputSlice.from_json(found.source)
    uri = services.run_folder(run_id, "prepared", f"{number:05d}-{uuid4().hex[:8]}.parquet")
    written = _write_slice(services, preparation, source, uri)
    with services.database.transaction() as session:
        found = session.get_one(Slice, (run_id, number), with_for_update=True)
        if found.prepared_uri is not None:  # by a twin, which a check that asks a model may have told something else
            return
        found.prepared_uri = uri
        found.rejected, found.quarantined, found.gate = written.rejected, written.quarantined, written.gate


@dataclass
class _Written:
    rejected: int = 0
    quarantined: int = 0
    gate: list[dict[str, Any]] = field(default_factory=list)


def _write_slice(services: Services, preparation: Preparation, source: InputSlice, uri: str) -> _Written:
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = _Written()
    for_gate: list[pa.Table] = []
    with ExitStack() as stack:
        path = stack.enter_context(services.lake.create(uri))
        writer = stack.enter_context(pq.ParquetWriter(path, schemas.prepared(), compression="lz4"))
        seal = stack.enter_context(_sealing(services, preparation, uri))
        for chunk in read_slice(source, columns_of(preparation.job), InputLimits()):
            screened = preparation.screening.screen(chunk)
            seal(screened)
            columns = _prepare_rows(preparation, chunk, screened)
            written.rejected += columns["status"].count("rejected")
            written.quarantined += columns["status"].count("quarantined")
            table = pa.table(columns, schema=schemas.prepared())
            writer.write_table(table)
            for_gate.append(table.select(["request_id", "reason", "status"]))
    written.gate = [item.model_dump() for item in preparation.gate.measure(_gate_frame(pa.concat_tables(for_gate)))]
    return written


@contextmanager
def _sealing(
    services: Services, preparation: Preparation, prepared_uri: str
) -> Iterator[Callable[[list[ScreenedRow | None]], None]]:
    """A function that puts what was masked in a chunk of rows into the slice's file of the vault."""
    import pyarrow.parquet as pq

    vault = preparation.vault
    if vault is None:
        yield lambda rows: None
        return
    uri = sealed_uri(services, preparation.job.run_id, prepared_uri)
    with services.lake.create(uri) as path, pq.ParquetWriter(path, sealed_schema()) as writer:
        yield lambda rows: writer.write_table(sealed_table(sealed for row in rows if row for sealed in row.seal(vault)))


def _gate_frame(table: Any) -> pd.DataFrame:
    import pyarrow.compute as pc

    rejected = pc.equal(pc.fill_null(table["status"], ""), "rejected")
    problems = pc.if_else(rejected, table["reason"], None)
    frame: pd.DataFrame = table.select(["request_id"]).append_column("problem", problems).to_pandas()
    return frame


def _prepare_rows(
    preparation: Preparation, rows: list[InputRow], screened: list[ScreenedRow | None]
) -> dict[str, list[Any]]:
    """The prepared columns of a chunk of rows."""
    texts = [None if found is None else preparation.render(found.variables) for found in screened]
    starts = iter(preparation.starting.starts([text for text in texts if text is not None]))
    prepared = [
        _rejected(row) if found is None or text is None else _prepare_row(preparation, row, found, text, next(starts))
        for row, found, text in zip(rows, screened, texts, strict=True)
    ]
    return dict(zip(schemas.prepared().names, (list(column) for column in zip(*prepared, strict=True)), strict=True))


_Prepared = tuple[
    int, str, str | None, str | None, bytes, bytes | None, int | None, float | None, str | None, str | None,
    str | None, str | None,
]  # fmt: skip


def _rejected(row: InputRow) -> _Prepared:
    return (
        row.row_number, row.request_id, "rejected", row.problem, row_digest(row), None, None, None, None, row.reference,
        None, None,
    )  # fmt: skip


def _prepare_row(preparation: Preparation, row: InputRow, screened: ScreenedRow, text: str, start: Start) -> _Prepared:
    user_json = orjson.dumps(text)
    key = _request_key(preparation, _identity(preparation, screened, user_json), row.reference)
    kept = None if screened.status == "rejected" else user_json.decode()
    return (
        row.row_number, row.request_id, screened.status, screened.reason, row_digest(row), key, start.tier,
        start.difficulty, kept, row.reference, screened.told, screened.findings,
    )  # fmt: skip


def _identity(preparation: Preparation, screened: ScreenedRow, user_json: bytes) -> bytes:
    """What tells the row's question from others: its text, or that of its near-duplicates where they count as equal."""
    if not preparation.job.prompt.config.near_duplicates:
        return user_json
    return orjson.dumps(preparation.render({name: normal_form(value) for name, value in screened.variables.items()}))


def _request_key(preparation: Preparation, user_json: bytes, reference: str | None) -> bytes:
    """128 bits of SHA-256: two different rows of a 50-million-row run share a key with odds below 10^-23."""
    hasher = hashlib.sha256(preparation.key_prefix)
    hasher.update(user_json)
    if preparation.job.reference_decides:
        hasher.update(b"\x00" + (reference or "").encode())
    return hasher.digest()[:16]
