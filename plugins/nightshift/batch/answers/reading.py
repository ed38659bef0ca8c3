"""Result files of one shard -> one answers file, sorted by row. Memory is bounded by a chunk of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.batch import schemas
from nightshift.batch.analytics import analytics, quoted
from nightshift.batch.answers.judging import Judge, Judgement
from nightshift.batch.services import Services
from nightshift.finops.prices import Price
from nightshift.providers.port import BatchProvider, RowResult

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

CHUNK_LINES = 2_000


@dataclass
class Outcome:
    """What a shard's result files held. `again` are the row numbers that were not executed and may be asked again."""

    again: list[int] = field(default_factory=list)
    answered: int = 0
    cost: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    anomalies: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Reader:
    """Reads the results of one shard. `last_attempt` turns what would be asked again into failed rows."""

    provider: BatchProvider
    judge: Judge
    price: Price
    wave: int
    tier: int
    batch_id: str
    last_attempt: bool
    impossible: dict[int, str]  # rows that the provider refused to execute, and why

    def write(self, services: Services, results: list[str], rows: set[int], uri: str) -> Outcome:
        """Write the answers file of a shard with these row numbers."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        outcome, waiting, seen, in_order = Outcome(), set(rows), -1, True
        with services.lake.create(uri) as path:
            with pq.ParquetWriter(path, schemas.answers(), compression="lz4") as writer:
                for chunk in self._chunks(services, results, waiting, outcome):
                    numbers = chunk["row_number"]
                    in_order = in_order and numbers == sorted(numbers) and seen < numbers[0]
                    seen = numbers[-1]
                    writer.write_table(pa.table(chunk, schema=schemas.answers()))
                left = self._left_over(waiting, outcome)
                if left is not None:
                    in_order = False
                    writer.write_table(left)
            if not in_order:
                _sort(services, path)
        return outcome

    def _chunks(
        self, services: Services, results: list[str], waiting: set[int], outcome: Outcome
    ) -> Iterator[dict[str, list[Any]]]:
        names = schemas.answers().names
        columns: list[tuple[Any, ...]] = []
        for result in self._results(services, results, waiting, outcome):
            columns.append(self._row(result, outcome))
            if len(columns) >= CHUNK_LINES:
                yield dict(zip(names, (list(column) for column in zip(*columns, strict=True)), strict=True))
                columns = []
        if columns:
            yield dict(zip(names, (list(column) for column in zip(*columns, strict=True)), strict=True))

    def _results(
        self, services: Services, results: list[str], waiting: set[int], outcome: Outcome
    ) -> Iterator[RowResult]:
        """Each row's first usable result; what may be asked again stays in `waiting`."""
        finished: set[int] = set()
        for uri in results:
            with services.lake.open(uri) as file:
                for line in file:
                    result = self.provider.parse(line)
                    if result is None:
                        outcome.anomalies["malformed"] += 1
                        continue
                    number = int(result.custom_id) if result.custom_id.isdecimal() else -1
                    if number in finished:
                        outcome.anomalies["duplicate"] += 1
                    elif number not in waiting:
                        outcome.anomalies["unknown"] += 1
                    elif result.error is None or not result.retryable:
                        waiting.discard(number)
                        finished.add(number)
                        yield result

    def _row(self, result: RowResult, outcome: Outcome) -> tuple[Any, ...]:
        cost = self.price.cost(result.input_tokens, result.cached_input_tokens, result.output_tokens)
        outcome.cost += cost
        outcome.input_tokens += result.input_tokens
        outcome.output_tokens += result.output_tokens
        if result.error is None:
            outcome.answered += 1
            judged = self.judge.judge(result.answer, result.finish_reason)
        else:
            judged = Judgement("failed", None, f"provider error {result.error}")
        return (
            int(result.custom_id), self.wave, self.tier, judged.verdict, judged.reason, judged.answer, judged.reading,
            result.input_tokens, result.cached_input_tokens, result.output_tokens, result.reasoning_tokens, cost,
            judged.guardrails, result.request_id, self.batch_id,
        )  # fmt: skip

    def _left_over(self, waiting: set[int], outcome: Outcome) -> pa.Table | None:
        """Rows without a result: asked again, or failed for good."""
        import pyarrow as pa

        given_up = {number: self.impossible[number] for number in waiting if number in self.impossible}
        if self.last_attempt:
            given_up |= {number: "no result after the last attempt" for number in waiting - given_up.keys()}
        outcome.again = sorted(waiting - given_up.keys())
        if not given_up:
            return None
        rows = [
            (number, self.wave, self.tier, "failed", reason, None, None, 0, 0, 0, 0, 0, None, None, self.batch_id)
            for number, reason in sorted(given_up.items())
        ]
        columns = [list(column) for column in zip(*rows, strict=True)]
        return pa.table(dict(zip(schemas.answers().names, columns, strict=True)), schema=schemas.answers())


def _sort(services: Services, path: Path) -> None:
    """Sort an answers file in place; providers promise no order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    ordered = path.with_name(f"{path.name}-sorted")
    try:
        with (
            analytics(services.lake) as engine,
            pq.ParquetWriter(ordered, schemas.answers(), compression="lz4") as writer,
        ):
            query = engine.sql(f"SELECT * FROM read_parquet({quoted(path)}) ORDER BY row_number")
            for batch in query.to_arrow_reader(CHUNK_LINES):
                writer.write_table(pa.Table.from_batches([batch]).cast(schemas.answers()))
        ordered.replace(path)
    finally:
        ordered.unlink(missing_ok=True)


def read_rows(services: Services, uri: str) -> set[int]:
    """The row numbers of a request file."""
    import pyarrow.parquet as pq

    with services.lake.open(uri) as file:
        table: pq.Table = pq.read_table(file)
        return set(table["row_number"].to_pylist())
