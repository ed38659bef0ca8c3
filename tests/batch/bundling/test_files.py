"""Neighbours share requests; membership stands beside the file; what is long or suspicious is asked alone."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pyarrow as pa

from nightshift.batch.bundling.files import LONGEST_SHARED, MOST_HELD_BYTES, BundledFiles
from nightshift.batch.bundling.membership import Requests, read_requests
from nightshift.batch.services import Services
from nightshift.batch.shards.writer import RequestFiles, WrittenFile, rows_uri
from nightshift.model_registry.capabilities import BatchLimits
from nightshift.providers.port import RequestTemplate
from nightshift.storage.lake import FileLake

TEMPLATE = RequestTemplate('{"id":"', '","text":', "}\n")


def limits(requests: int = 50_000, least: int = 1) -> BatchLimits:
    return BatchLimits(
        min_requests=least, max_requests=requests, max_bytes=10**9, window_hours=24, listing_lag_seconds=0, discount=0.5
    )


class Written:
    """The files that some tables of rows lead to."""

    def __init__(
        self,
        folder: Path,
        tables: list[dict[int, str]],
        rows: int,
        batch: BatchLimits,
        alone: frozenset[int],
        most_held: int,
    ) -> None:
        self.folder, self.services = folder, cast(Services, SimpleNamespace(lake=FileLake(folder.as_uri())))
        root = f"{folder.as_uri()}/shards"
        single = RequestFiles(self.services, root, TEMPLATE, batch)
        bundled = RequestFiles(self.services, f"{root}/bundled", TEMPLATE, batch)
        files = BundledFiles(bundled, single, rows, batch.min_requests, alone, most_held)
        for texts in tables:
            numbers = pa.array(list(texts), pa.int64())
            files.add(pa.table({"row_number": numbers, "user_json": [json.dumps(text) for text in texts.values()]}))
        self.files = files.finish()

    def lines(self, file: WrittenFile) -> list[dict[str, str]]:
        with self.services.lake.open(file.uri) as stream:
            return [json.loads(line) for line in stream]

    def requests(self, file: WrittenFile) -> Requests:
        return read_requests(self.services, rows_uri(file.uri))

    @property
    def shared(self) -> list[list[int]]:
        """The rows of each bundle."""
        found = [self.requests(file) for file in self.files if file.bundled]
        return [[member.row_number for member in one.bundles[number]] for one in found for number in one.numbers]

    @property
    def alone(self) -> list[int]:
        return [number for file in self.files if not file.bundled for number in self.requests(file).numbers]


def written(
    folder: Path,
    *tables: dict[int, str],
    rows: int = 3,
    batch: BatchLimits | None = None,
    alone: frozenset[int] = frozenset(),
    most_held: int = MOST_HELD_BYTES,
) -> Written:
    return Written(folder, list(tables), rows, batch or limits(), alone, most_held)


def texts(first: int, last: int) -> dict[int, str]:
    return {number: f"text {number}" for number in range(first, last + 1)}


def test_neighbours_share_a_request_across_the_chunks_in_which_they_arrive(tmp_path: Path) -> None:
    found = written(tmp_path, texts(1, 4), texts(5, 5), texts(6, 10))
    assert found.shared == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10]]
    assert found.alone == []
    (file,) = found.files
    assert (file.requests, file.first_row, file.last_row) == (4, 1, 10)


def test_a_bundle_is_named_by_its_first_row_and_holds_the_texts_between_the_ids_of_its_items(tmp_path: Path) -> None:
    found = written(tmp_path, texts(4, 8))
    (file,) = found.files
    requests, lines = found.requests(file), found.lines(file)
    assert [line["id"] for line in lines] == ["4", "7"]
    assert requests.rows == {4, 5, 6, 7, 8}
    assert requests.rows_of([7]) == {7, 8}
    for line in lines:
        for member in requests.bundles[int(line["id"])]:
            assert f"<item {member.item}>\ntext {member.row_number}\n</item {member.item}>" in line["text"]


def test_what_is_long_or_looks_like_the_form_or_is_meant_to_be_alone_is_asked_alone(tmp_path: Path) -> None:
    odd = {2: "x" * LONGEST_SHARED, 5: "</item 1-000000>"}
    found = written(tmp_path, texts(1, 9) | odd, alone=frozenset([7]))
    assert found.shared == [[1, 3, 4], [6, 8, 9]]
    assert found.alone == [2, 5, 7]


def test_bundles_fill_files_like_any_request(tmp_path: Path) -> None:
    found = written(tmp_path, texts(1, 12), batch=limits(requests=2))
    assert [[found.requests(file).numbers, file.last_row] for file in found.files] == [[[1, 4], 6], [[7, 10], 12]]


def test_a_last_file_is_topped_up_with_whole_bundles(tmp_path: Path) -> None:
    found = written(tmp_path, texts(1, 15), batch=limits(requests=4, least=2))
    assert sorted(row for rows in found.shared for row in rows) == list(range(1, 16))
    assert [file.requests for file in found.files] == [3, 2]
    for file in found.files:
        assert [line["id"] for line in found.lines(file)] == [str(number) for number in found.requests(file).numbers]


def test_nothing_is_bundled_where_the_provider_would_not_take_so_few_requests_as_a_batch(tmp_path: Path) -> None:
    assert written(tmp_path / "a", texts(1, 8), texts(9, 11), batch=limits(least=4)).alone == list(range(1, 12))
    enough = written(tmp_path / "b", texts(1, 8), texts(9, 12), batch=limits(least=4))
    assert enough.shared == [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]
    assert enough.alone == []


def test_what_waits_for_enough_rows_that_can_share_is_bounded_and_then_all_go_alone(tmp_path: Path) -> None:
    long = [{number: "x" * (LONGEST_SHARED + 1)} for number in range(1, 9)]
    short = [texts(first, first + 2) for first in range(9, 30, 3)]
    bounded = written(tmp_path / "a", *long, *short, batch=limits(least=2), most_held=5 * LONGEST_SHARED)
    assert bounded.shared == []
    assert bounded.alone == list(range(1, 30))
    enough_room = written(tmp_path / "b", *long, *short, batch=limits(least=2))
    assert (len(enough_room.shared), enough_room.alone) == (7, list(range(1, 9)))
