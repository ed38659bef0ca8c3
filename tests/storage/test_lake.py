"""One contract for file:// and s3://: a file appears whole or not at all, and DuckDB finds it."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import fsspec
import pytest

from nightshift.errors import Misconfigured
from nightshift.storage.lake import FileLake, check_uri

S3 = "s3"


def write(lake: FileLake, uri: str, content: bytes) -> None:
    with lake.create(uri) as path:
        path.write_bytes(content)


def read(lake: FileLake, uri: str) -> bytes:
    with lake.open(uri) as file:
        return file.read()


def write_half_and_fail(lake: FileLake, uri: str, staged: list[Path]) -> None:
    with lake.create(uri) as path:
        staged.append(path)
        path.write_bytes(b"half")
        raise ZeroDivisionError


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_is_written_is_read(any_lake: FileLake) -> None:
    uri = any_lake.child("runs", "run-1", "rows.bin")
    write(any_lake, uri, b"\x00\xff" * 1000)
    assert any_lake.exists(uri)
    assert read(any_lake, uri) == b"\x00\xff" * 1000


def test_a_file_that_was_never_written_does_not_exist(any_lake: FileLake) -> None:
    uri = any_lake.child("nothing")
    assert not any_lake.exists(uri)
    with pytest.raises(FileNotFoundError):
        any_lake.open(uri)


def test_a_folder_exists_once_it_holds_a_file(any_lake: FileLake) -> None:
    """Admission asks for an output folder, not for a file."""
    assert not any_lake.exists(any_lake.child("published"))
    write(any_lake, any_lake.child("published", "results.parquet"), b"rows")
    assert any_lake.exists(any_lake.child("published"))


def test_nobody_sees_a_file_before_it_is_whole(any_lake: FileLake) -> None:
    uri = any_lake.child("rows")
    with any_lake.create(uri) as path:
        path.write_bytes(b"half")
        assert not any_lake.exists(uri)
    assert read(any_lake, uri) == b"half"


def test_an_error_in_the_block_leaves_nothing(any_lake: FileLake) -> None:
    uri = any_lake.child("rows")
    staged: list[Path] = []
    with pytest.raises(ZeroDivisionError):
        write_half_and_fail(any_lake, uri, staged)
    assert not any_lake.exists(uri)
    assert not staged[0].exists()


def test_a_failed_rewrite_keeps_the_old_file(any_lake: FileLake) -> None:
    uri = any_lake.child("rows")
    write(any_lake, uri, b"old")
    with pytest.raises(ZeroDivisionError):
        write_half_and_fail(any_lake, uri, [])
    assert read(any_lake, uri) == b"old"


def test_a_rewrite_replaces_the_file_as_a_whole(any_lake: FileLake) -> None:
    uri = any_lake.child("rows")
    write(any_lake, uri, b"a long first version")
    with any_lake.create(uri) as path:
        path.write_bytes(b"new")
        assert read(any_lake, uri) == b"a long first version"
    assert read(any_lake, uri) == b"new"


def test_what_a_killed_writer_left_is_in_nobodys_way(lake: FileLake, tmp_path: Path) -> None:
    uri = lake.child("rows")
    killed = lake.create(uri)
    killed.__enter__().write_bytes(b"half")
    assert files_below(tmp_path / "lake") != ["rows"]
    assert not lake.exists(uri)
    write(lake, uri, b"whole")
    assert read(lake, uri) == b"whole"


def test_nothing_but_the_file_is_left(lake: FileLake, tmp_path: Path) -> None:
    write(lake, lake.child("a", "b"), b"1")
    assert files_below(tmp_path / "lake") == ["a/b"]


def test_a_file_has_the_permissions_that_the_umask_gives(lake: FileLake, tmp_path: Path) -> None:
    """Results are for other people of the group: a temporary file's 0600 would lock them out."""
    (tmp_path / "plain").touch()
    write(lake, lake.child("rows"), b"1")
    expected = stat.S_IMODE((tmp_path / "plain").stat().st_mode)
    assert stat.S_IMODE((tmp_path / "lake" / "rows").stat().st_mode) == expected


def test_a_path_with_spaces_and_signs_is_where_its_owner_expects_it(tmp_path: Path) -> None:
    folder = tmp_path / "my lake #1 50% für alle"
    lake = FileLake(folder.as_uri())
    write(lake, lake.child("rows"), b"1")
    assert files_below(folder) == ["rows"]
    assert read(lake, lake.child("rows")) == b"1"
    assert Path(lake.query_name(lake.child("rows"))) == folder / "rows"


def test_a_file_written_elsewhere_is_seen_at_once(any_lake: FileLake) -> None:
    """Also after this process has listed the folder: a stale listing would hide a published run."""
    options = any_lake._options if any_lake.root.startswith(S3) else {}
    write(any_lake, any_lake.child("f", "first"), b"1")
    filesystem, path = any_lake._resolve(any_lake.child("f"))
    filesystem.ls(path)
    other, other_path = fsspec.core.url_to_fs(any_lake.child("f", "second"), skip_instance_cache=True, **options)
    other.pipe_file(other_path, b"2")
    assert any_lake.exists(any_lake.child("f", "second"))


def test_duckdb_reads_and_writes_the_lake(any_lake: FileLake) -> None:
    source, target = any_lake.child("in", "it's.parquet"), any_lake.child("in", "out.parquet")
    with duckdb.connect() as engine:
        any_lake.attach(engine)
        with any_lake.create(source) as path:
            engine.execute(f"COPY (SELECT range AS n FROM range(5)) TO '{path}' (FORMAT parquet)")
        name = any_lake.query_name(source).replace("'", "''")
        engine.execute(
            f"COPY (SELECT sum(n) AS total FROM read_parquet('{name}')) "
            f"TO '{any_lake.query_name(target)}' (FORMAT parquet)"
        )
        total = engine.execute(f"SELECT total FROM read_parquet('{any_lake.query_name(target)}')").fetchall()
    assert total == [(10,)]
    assert any_lake.exists(target)


def test_the_root_may_end_with_a_slash(tmp_path: Path) -> None:
    assert FileLake(f"{tmp_path.as_uri()}/").child("a", "b") == f"{tmp_path.as_uri()}/a/b"


def test_a_plain_path_becomes_a_file_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check_uri("out", field="output") == (tmp_path / "out").as_uri()
    assert check_uri(str(tmp_path), field="output") == tmp_path.as_uri()


@pytest.mark.parametrize("uri", ["s3://bucket/x", "file:///x"])
def test_a_uri_that_is_served_stays_as_it_is(uri: str) -> None:
    assert check_uri(uri, field="output") == uri


def test_another_scheme_is_refused_by_field_value_and_choice() -> None:
    with pytest.raises(Misconfigured, match=r"NIGHTSHIFT_LAKE_URL.*gs://bucket.*file, s3"):
        FileLake("gs://bucket")
