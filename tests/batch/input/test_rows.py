"""Reading a slice of a file that is not the indexed one any more, and of one in an object store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import s3fs

from nightshift.batch.input.catalogue import resolve_files
from nightshift.batch.input.columns import ColumnMapping
from nightshift.batch.input.rows import read_slice
from nightshift.batch.input.slicing import index
from nightshift.errors import InvalidInput

COLUMNS = ColumnMapping("id", {"question": "q"}, "ref")
TABLE = [(f"r{row}", f"question {row}", "") for row in range(10)]


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"x,y,z\n",
        lambda data: data.replace(b"question 5,", b"\nuestion 5,"),
        lambda data: data.replace(b"question 5", b"question \xff"),
    ],
    ids=["grown", "other rows", "other encoding"],
)
def test_a_file_changed_after_indexing_is_refused(write: Any, tmp_path: Path, change: Any) -> None:
    path = tmp_path / "t.csv"
    write(path, ["id", "q", "ref"], TABLE)
    (part,) = index(resolve_files(str(path)), columns=COLUMNS, slice_rows=100).slices
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(InvalidInput, match="the file was changed while the run used it"):
        list(read_slice(part, COLUMNS))


def test_a_file_that_vanished_is_one_error(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write(path, ["id", "q", "ref"], TABLE)
    (part,) = index(resolve_files(str(path)), columns=COLUMNS, slice_rows=100).slices
    path.unlink()
    with pytest.raises(InvalidInput, match=r"cannot be read \(FileNotFoundError\)"):
        list(read_slice(part, COLUMNS))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_one_error(write: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    write(path, ["id", "q", "ref"], TABLE)
    path.chmod(0)
    with pytest.raises(InvalidInput, match="PermissionError"):
        index(resolve_files(str(path)), columns=COLUMNS, slice_rows=100)


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, Any]]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {"key": "test", "secret": "test", "endpoint_url": f"http://{host}:{port}"}
    s3fs.S3FileSystem(**options).mkdir("inputs")
    yield options
    server.stop()


@pytest.mark.parametrize("extension", ["csv", "jsonl", "parquet"])
def test_s3_reads_like_files_and_the_options_stay_out_of_the_slice(
    write: Any, tmp_path: Path, bucket: dict[str, Any], extension: str
) -> None:
    store = s3fs.S3FileSystem(**bucket)
    for name in ("a", "b"):
        write(tmp_path / f"{name}.{extension}", ["id", "q", "ref"], TABLE)
        store.put(str(tmp_path / f"{name}.{extension}"), f"inputs/{extension}/{name}.{extension}")
    files = resolve_files(f"s3://inputs/{extension}/*", bucket)
    assert [file.uri for file in files] == [f"s3://inputs/{extension}/{name}.{extension}" for name in "ab"]
    found = index(files, columns=COLUMNS, slice_rows=4, storage_options=bucket)
    rows = [row for part in found.slices for chunk in read_slice(part, COLUMNS, None, bucket) for row in chunk]
    assert [(row.request_id, row.variables["question"], row.reference) for row in rows] == TABLE * 2
    assert "test" not in "".join(part.to_json() for part in found.slices)


def test_a_missing_bucket_is_one_error(bucket: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_files("s3://no-such-bucket/a.csv", bucket)
    assert refused.value.field == "input.uri"
