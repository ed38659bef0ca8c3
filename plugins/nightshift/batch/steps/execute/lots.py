"""The files of a shard in real time: one per answered lot, what one had brought before an interruption, the end."""

from __future__ import annotations

from itertools import count, takewhile

import orjson

from nightshift.batch.answers.reading import Gathered
from nightshift.batch.bundling.membership import Requests, read_requests
from nightshift.batch.services import Services
from nightshift.batch.shards.writer import rows_uri
from nightshift.batch.steps.execute.asking import Lot
from nightshift.providers.port import Provider
from nightshift.storage.tables import Shard

COMPLETED, STOPPED, REFUSED = "completed", "stopped", "refused"


class LotFiles:
    """What one shard has in the lake. A lot's file is there as soon as the lot is answered, and never before."""

    def __init__(self, services: Services, shard: Shard) -> None:
        self._lake, self._lots = services.lake, shard.lots
        self._folder = services.run_folder(shard.run_id, "provider_results", shard.digest)

    def is_answered(self, number: int) -> bool:
        return self._lake.exists(self._uri(number))

    def write(self, number: int, lot: Lot, *, interrupted: bool = False) -> None:
        uri = self._uri(number)
        if interrupted:
            uri = _interrupted(uri, len(self._interruptions(number)))
        # The doubts first: a lot counts as answered as soon as its lines are there.
        if lot.in_doubt:
            with self._lake.create(_doubts(uri)) as path:
                path.write_bytes(orjson.dumps(lot.in_doubt))
        with self._lake.create(uri) as path:
            path.write_bytes(b"".join(lot.lines))

    def settled(self, number: int, provider: Provider) -> set[int]:
        """Rows of a lot that were answered, or are in doubt, since before an interruption."""
        rows: set[int] = set()
        for uri in self._interruptions(number):
            lines = self._read(uri).splitlines()
            rows |= {int(found.custom_id) for line in lines if (found := provider.parse(line)) is not None}
            rows |= self._doubted(uri)
        return rows

    def write_end(self, outcome: str, message: str) -> None:
        with self._lake.create(f"{self._folder}/end.json") as path:
            path.write_bytes(orjson.dumps({"outcome": outcome, "message": message}))

    def gathered(self) -> Gathered:
        """Everything that was answered, and how the work ended."""
        end = orjson.loads(self._read(f"{self._folder}/end.json"))
        numbers = range(self._lots + 1)  # an interrupted lot counts as never begun
        finished = [self._uri(number) for number in numbers if self.is_answered(number)]
        parts = finished + [uri for number in numbers for uri in self._interruptions(number)]
        return Gathered(
            outcome=end["outcome"],
            result_uris=parts,
            in_doubt=frozenset().union(*(self._doubted(uri) for uri in parts)),
            refusal=end["message"] if end["outcome"] == REFUSED else None,
            later=end["outcome"] == STOPPED,
        )

    def _uri(self, number: int) -> str:
        return f"{self._folder}/lot-{number:05d}.jsonl"

    def _interruptions(self, number: int) -> list[str]:
        return list(takewhile(self._lake.exists, (_interrupted(self._uri(number), times) for times in count())))

    def _doubted(self, uri: str) -> set[int]:
        return set(orjson.loads(self._read(_doubts(uri)))) if self._lake.exists(_doubts(uri)) else set()

    def _read(self, uri: str) -> bytes:
        with self._lake.open(uri) as file:
            return file.read()


def requests_of(services: Services, shard: Shard) -> Requests:
    """The requests of a shard's file, each named by its first row, in the order of its lines."""
    return read_requests(services, rows_uri(shard.request_uri))


def _interrupted(uri: str, times: int) -> str:
    return uri.replace(".jsonl", f".interrupted-{times}.jsonl")


def _doubts(uri: str) -> str:
    return uri.replace(".jsonl", ".in-doubt.json")
