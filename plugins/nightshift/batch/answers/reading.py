"""Result files of one shard -> one answers file, sorted by row. Memory is bounded by a chunk of lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.batch import schemas
from nightshift.batch.analytics import analytics, quoted
from nightshift.batch.answers.judging import Answered, Judge, Judgement
from nightshift.batch.answers.reconciling import Billed, agree_with_bill
from nightshift.batch.answers.splitting import set_apart, split_uri
from nightshift.batch.bundling.membership import Requests
from nightshift.batch.bundling.unbundling import Part, parts
from nightshift.batch.services import Services
from nightshift.finops.prices import Price
from nightshift.providers.port import Provider, RowResult

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_LINES = 2_000
LOST = "the provider executed the request and did not deliver its answer"


@dataclass(frozen=True)
class Gathered:
    """What a shard has brought. `result_uris` are the provider's result lines, kept as they came.

    `executed` counts the requests that the provider ran, None where `in_doubt` names the rows that it may have run
    without our having an answer. `bill` is what the provider says it bills for all of it, where it says so.
    """

    outcome: str
    result_uris: list[str]
    executed: int | None = None
    in_doubt: frozenset[int] = frozenset()
    bill: Billed | None = None
    problems: dict[int, str] = field(default_factory=dict)  # line of the request file -> code of the refusal
    refusal: str | None = None  # why the rest was not executed, though no line is to blame
    later: bool = False  # not executed for lack of room or because nobody answered, which passes
    batch_id: str | None = None


@dataclass
class Outcome:
    """What a shard's result files held. `again` are the rows that have no answer and may be asked again.

    They were not executed, or are in `alone`: a bundle left a doubt about them.
    """

    again: list[int] = field(default_factory=list)
    alone: set[int] = field(default_factory=set)
    lost: int = 0
    answered: int = 0
    cost: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    output_tokens: int = 0
    anomalies: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Reader:
    """Reads the results of one shard. `given_up` turns what would be asked again into failed rows, and says why."""

    provider: Provider
    judge: Judge
    price: Price
    wave: int
    tier: int
    route: int
    route_reason: str | None
    batch_id: str | None
    given_up: str | None
    impossible: dict[int, str]  # rows that the provider refused to execute, and why
    as_json: bool  # answers are JSON values

    def write(self, services: Services, gathered: Gathered, requests: Requests, uri: str) -> Outcome:
        """Write the answers file of a shard with these requests."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        outcome, lines = Outcome(), _Lines(set(requests.numbers))
        seen, in_order = -1, True
        with services.lake.create(uri) as path:
            with pq.ParquetWriter(path, schemas.answers(), compression="lz4") as writer:
                for chunk in self._chunks(services, gathered.result_uris, requests, lines, outcome):
                    numbers = chunk["row_number"]
                    in_order = in_order and numbers == sorted(numbers) and seen < numbers[0]
                    seen = numbers[-1]
                    writer.write_table(pa.table(chunk, schema=schemas.answers()))
                lost = requests.rows_of(lines.lost(gathered))
                left = self._left_over(requests.rows_of(lines.waiting), lost, outcome)
                if left is not None:
                    in_order = False
                    writer.write_table(left)
            if not in_order:
                _sort(services, path)
            self._agree(path, gathered, lost, outcome)
            if requests.bundles:  # also where none is left: an earlier try may have written some
                set_apart(services, path, split_uri(uri))
        return outcome

    def _agree(self, path: Path, gathered: Gathered, lost: set[int], outcome: Outcome) -> None:
        claimed = Billed(outcome.input_tokens, outcome.cached_input_tokens, outcome.output_tokens)
        if gathered.bill is None or gathered.bill == claimed or self.price.unit != "token":
            return
        outcome.anomalies["usage"] += 1
        outcome.cost = agree_with_bill(path, gathered.bill, claimed, lost, self.price)
        outcome.input_tokens, outcome.cached_input_tokens, outcome.output_tokens = gathered.bill

    def _chunks(
        self, services: Services, results: list[str], requests: Requests, lines: _Lines, outcome: Outcome
    ) -> Iterator[dict[str, list[Any]]]:
        names = schemas.answers().names
        found = self._results(services, results, lines, outcome)
        for chunk in _grouped(part for result in found for part in parts(result, requests, as_json=self.as_json)):
            judged = self._judged(chunk, outcome)
            rows = [self._row(part.result, judged[place], outcome) for place, part in enumerate(chunk)]
            yield dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))

    def _judged(self, chunk: list[Part], outcome: Outcome) -> dict[int, Judgement]:
        """What is said of each part, by its place."""
        answered = [place for place, part in enumerate(chunk) if part.result.error is None and part.doubt is None]
        answers = [_answered(chunk[place].result) for place in answered]
        judged = dict(zip(answered, self.judge.judge(answers), strict=True))
        for place, part in enumerate(chunk):
            if part.result.error is not None:
                judged[place] = Judgement("failed", None, f"provider error {part.result.error}")
            elif part.in_bundle and (part.doubt is not None or judged[place].verdict != "accepted"):
                doubt = part.doubt or judged[place].reason or judged[place].verdict
                judged[place] = self._split(int(part.result.custom_id), doubt, outcome)
        return judged

    def _split(self, row: int, doubt: str, outcome: Outcome) -> Judgement:
        """What is said of a row that is asked again alone, or would be."""
        gone = self.impossible.get(row, self.given_up)
        if gone is not None:
            return Judgement("failed", None, f"{doubt}; {gone}")
        outcome.alone.add(row)
        return Judgement("split", None, f"to be asked alone: {doubt}")

    def _results(self, services: Services, results: list[str], lines: _Lines, outcome: Outcome) -> Iterator[RowResult]:
        """Each row's first usable result; what may be asked again stays in `waiting`."""
        for uri in results:
            with services.lake.open(uri) as file:
                for line in file:
                    result = self.provider.parse(line)
                    if result is None:
                        outcome.anomalies["malformed"] += 1
                        continue
                    anomaly = lines.take(result)
                    if anomaly is not None:
                        outcome.anomalies[anomaly] += 1
                    elif result.error is None or not result.retryable:
                        outcome.answered += result.error is None
                        yield result

    def _row(self, result: RowResult, judged: Judgement, outcome: Outcome) -> tuple[Any, ...]:
        cost = self.price.cost(result)
        outcome.cost += cost
        outcome.input_tokens += result.input_tokens
        outcome.cached_input_tokens += result.cached_input_tokens
        outcome.output_tokens += result.output_tokens
        return (
            int(result.custom_id), self.wave, self.tier, self.route, self.route_reason, judged.verdict, judged.reason,
            judged.answer, judged.reading, judged.doubt, judged.agreement_key, result.input_tokens,
            result.cached_input_tokens, result.output_tokens, result.reasoning_tokens, cost, judged.guardrails,
            judged.findings, result.request_id, self.batch_id,
        )  # fmt: skip

    def _left_over(self, waiting: set[int], lost: set[int], outcome: Outcome) -> pa.Table | None:
        """Rows without a result: asked again, or failed for good. What may have been billed is never asked again."""
        import pyarrow as pa

        outcome.lost = len(lost)
        given_up = dict.fromkeys(lost, LOST)
        given_up |= {number: self.impossible[number] for number in waiting - lost if number in self.impossible}
        if self.given_up is not None:
            given_up |= {number: self.given_up for number in waiting - given_up.keys()}
        outcome.again = sorted((waiting - given_up.keys()) | outcome.alone)
        if not given_up:
            return None
        rows = [
            (
                number, self.wave, self.tier, self.route, self.route_reason, "failed", reason, None, None, None, None,
                0, 0, 0, 0, 0, None, None, None, self.batch_id,
            )
            for number, reason in sorted(given_up.items())
        ]  # fmt: skip
        columns = [list(column) for column in zip(*rows, strict=True)]
        return pa.table(dict(zip(schemas.answers().names, columns, strict=True)), schema=schemas.answers())


def _grouped(found: Iterator[Part]) -> Iterator[list[Part]]:
    while group := list(islice(found, CHUNK_LINES)):
        yield group


def _answered(result: RowResult) -> Answered:
    return Answered(int(result.custom_id), result.answer, result.finish_reason)


class _Lines:
    """Which requests of a shard have had a line. `waiting` have no usable result yet."""

    def __init__(self, numbers: set[int]) -> None:
        self.waiting = numbers
        self._finished: set[int] = set()
        self._executed: set[int] = set()
        self._not_executed: set[int] = set()

    def take(self, result: RowResult) -> str | None:
        """Notes a line; names what is odd about one that cannot be used."""
        number = int(result.custom_id) if result.custom_id.isdecimal() else -1
        if number in self._finished:
            return "duplicate"
        if number not in self.waiting:
            return "unknown"
        (self._executed if result.executed else self._not_executed).add(number)
        if result.error is None or not result.retryable:
            self.waiting.discard(number)
            self._finished.add(number)
        return None

    def lost(self, gathered: Gathered) -> set[int]:
        """Requests that were, or may have been, executed without an answer for us.

        Where the provider says that it executed more requests than it gave lines for, each one without a line may be
        one of them.
        """
        if gathered.executed is None:
            return self.waiting & gathered.in_doubt
        silent = self.waiting - self._executed - self._not_executed
        return silent if gathered.executed > len(self._executed) else set()


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
