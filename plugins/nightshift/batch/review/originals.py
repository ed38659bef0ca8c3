"""Rows of an earlier run as they came, read again from its input, which must be the one that the run has read."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select

from nightshift.batch.input.columns import InputLimits
from nightshift.batch.input.rows import InputRow, read_slice
from nightshift.batch.input.slices import InputSlice
from nightshift.batch.job import ResolvedJob
from nightshift.batch.screening import row_digest
from nightshift.batch.services import Services
from nightshift.batch.steps.admit import columns_of
from nightshift.errors import InvalidInput, StateConflict
from nightshift.storage.tables import Slice


def original_chunks(services: Services, job: ResolvedJob) -> Iterator[list[InputRow]]:
    """Every row of the run, in order. Raises InvalidInput where the input is gone or another one."""
    for source, digests in _slices(services, job):
        yield from _checked(job, source, digests)


def original_rows(services: Services, job: ResolvedJob, numbers: Collection[int]) -> Iterator[InputRow]:
    """The rows with these numbers, in order. Reads only the slices that hold them."""
    wanted = frozenset(numbers)
    for source, digests in _slices(services, job, wanted):
        for chunk in _checked(job, source, digests):
            yield from (row for row in chunk if row.row_number in wanted)


def _slices(
    services: Services, job: ResolvedJob, wanted: frozenset[int] | None = None
) -> Iterator[tuple[InputSlice, list[bytes]]]:
    """Where the rows of each slice stand in the input, and what their contents were."""
    import pyarrow.parquet as pq

    query = select(Slice.source, Slice.prepared_uri).where(Slice.run_id == job.run_id).order_by(Slice.number)
    with services.database.transaction() as session:
        found = session.execute(query).all()
    for text, prepared_uri in found:
        source = InputSlice.from_json(text)
        if wanted is not None and wanted.isdisjoint(range(source.first_row, source.first_row + source.rows)):
            continue
        if prepared_uri is None:
            raise StateConflict(f"run {job.run_id}: not every slice is screened yet; way out: wait until it is")
        with services.lake.open(prepared_uri) as file:
            yield source, pq.read_table(file, columns=["input_digest"])["input_digest"].to_pylist()


def _checked(job: ResolvedJob, source: InputSlice, digests: list[bytes]) -> Iterator[list[InputRow]]:
    try:
        for chunk in read_slice(source, columns_of(job), InputLimits()):
            for row in chunk:
                if row_digest(row) != digests[row.row_number - source.first_row]:
                    raise _other_input(job, source, f"row {row.row_number} is another one")
            yield chunk
    except InvalidInput as error:
        if error.field == "run_id":
            raise
        raise _other_input(job, source, error.problem) from error


def _other_input(job: ResolvedJob, source: InputSlice, difference: str) -> InvalidInput:
    return InvalidInput(
        f"the input of the run is gone or was changed since: {source.uri}: {difference}",
        field="run_id",
        value=job.run_id,
        way_out="put the file back as it was, or choose a run whose input is still there",
    )
