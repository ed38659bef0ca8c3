"""prepare: one slice of rows, from the input to screened, rendered and digested. Memory is bounded by the slice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from nightshift.batch import schemas
from nightshift.batch.gate import Gate
from nightshift.batch.input.columns import InputLimits
from nightshift.batch.input.rows import InputRow, read_slice
from nightshift.batch.input.slices import InputSlice
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.steps.admit import columns_of
from nightshift.batch.tiering.difficulty import starting_tier
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.verdict import STRICTNESS, Action, Verdict
from nightshift.prompts.template import compile_user_text
from nightshift.storage.tables import Slice

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Preparation:
    """What every row of a job goes through. Built once per task; holds no rows."""

    job: ResolvedJob
    screen: Screen
    render: Callable[[dict[str, str]], str]
    gate: Gate
    key_prefix: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.key_prefix = hashlib.sha256(self.job.prompt.digest.encode()).digest()

    @classmethod
    def of(cls, job: ResolvedJob) -> Preparation:
        return cls(job, Screen(job.guardrails, "input"), compile_user_text(job.prompt), Gate("input"))


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
    uri = services.run_folder(run_id, "prepared", f"{number:05d}.parquet")
    written = _write_slice(services, preparation, source, uri)
    with services.database.transaction() as session:
        found = session.get_one(Slice, (run_id, number))
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
    with services.lake.create(uri) as path, pq.ParquetWriter(path, schemas.prepared(), compression="lz4") as writer:
        for chunk in read_slice(source, columns_of(preparation.job), InputLimits()):
            columns = _prepare_rows(preparation, chunk)
            written.rejected += columns["status"].count("rejected")
            written.quarantined += columns["status"].count("quarantined")
            table = pa.table(columns, schema=schemas.prepared())
            writer.write_table(table)
            for_gate.append(table.select(["request_id", "reason", "status"]))
    written.gate = [item.model_dump() for item in preparation.gate.measure(_gate_frame(pa.concat_tables(for_gate)))]
    return written


def _gate_frame(table: Any) -> pd.DataFrame:
    import pyarrow.compute as pc

    rejected = pc.equal(pc.fill_null(table["status"], ""), "rejected")
    problems = pc.if_else(rejected, table["reason"], None)
    frame: pd.DataFrame = table.select(["request_id"]).append_column("problem", problems).to_pandas()
    return frame


def _prepare_rows(preparation: Preparation, rows: list[InputRow]) -> dict[str, list[Any]]:
    """The prepared columns of a chunk of rows."""
    prepared = [_prepare_row(preparation, row) for row in rows]
    return dict(zip(schemas.prepared().names, (list(column) for column in zip(*prepared, strict=True)), strict=True))


_Prepared = tuple[int, str, str | None, str | None, bytes, bytes | None, int | None, str | None, str | None, str | None]


def _prepare_row(preparation: Preparation, row: InputRow) -> _Prepared:
    digest = hashlib.sha256(orjson.dumps(row.variables, option=orjson.OPT_SORT_KEYS)).digest()
    if row.problem is not None:
        return (row.row_number, row.request_id, "rejected", row.problem, digest, None, None, None, row.reference, None)
    verdicts = preparation.screen.screen(row.variables.values())
    variables, guardrails, status, reason = row.variables, "allow", None, None
    if any(verdict.findings for verdict in verdicts):
        variables = {name: verdict.text for name, verdict in zip(row.variables, verdicts, strict=True)}
        guardrails, status, reason = _outcome(verdicts, list(row.variables))
    text = preparation.render(variables)
    user_json = orjson.dumps(text)
    tier = starting_tier(preparation.job.tier_policy, len(text))
    key = _request_key(preparation, user_json, row.reference)
    kept = None if status == "rejected" else user_json.decode()
    return (
        row.row_number, row.request_id, status, reason, digest, key, tier, kept, row.reference, guardrails
    )  # fmt: skip


def _request_key(preparation: Preparation, user_json: bytes, reference: str | None) -> bytes:
    """128 bits of SHA-256: two different rows of a 50-million-row run share a key with odds below 10^-23."""
    hasher = hashlib.sha256(preparation.key_prefix)
    hasher.update(user_json)
    if preparation.job.reference_decides:
        hasher.update(b"\x00" + (reference or "").encode())
    return hasher.digest()[:16]


def _outcome(verdicts: list[Verdict], names: list[str]) -> tuple[str, str | None, str | None]:
    """The receipt's line on a row's variables, and the status and reason that follow: None lets the row through."""
    strictest: Action = max((verdict.action for verdict in verdicts), key=STRICTNESS.__getitem__)
    told = f"{strictest} {','.join(filter(None, (verdict.rules for verdict in verdicts)))}"
    if strictest not in ("quarantine", "deny"):
        return told, None, None
    hits = [
        f"{name}: {verdict.rules}" for name, verdict in zip(names, verdicts, strict=True) if verdict.action == strictest
    ]
    status = "quarantined" if strictest == "quarantine" else "rejected"
    return told, status, f"guardrail {'; '.join(hits)}"
