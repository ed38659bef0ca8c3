"""What an input URI stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.batch.input.catalogue import resolve_files
from nightshift.errors import InvalidInput


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x\n")


def test_one_file_by_path_and_by_uri_is_the_same_input(tmp_path: Path) -> None:
    _touch(tmp_path, "a.csv")
    by_path = resolve_files(str(tmp_path / "a.csv"))
    assert by_path == resolve_files(f"file://{tmp_path}/a.csv")
    assert [(file.uri, file.format, file.size_bytes) for file in by_path] == [(f"file://{tmp_path}/a.csv", "csv", 2)]


def test_a_folder_gives_its_data_files_sorted_by_name_without_hidden_ones_and_marks(tmp_path: Path) -> None:
    _touch(tmp_path, "b.jsonl", "a.ndjson", "c.JSON", ".hidden.jsonl", "_SUCCESS", "sub/d.jsonl")
    files = resolve_files(str(tmp_path))
    assert [Path(file.uri).name for file in files] == ["a.ndjson", "b.jsonl", "c.JSON"]
    assert {file.format for file in files} == {"jsonl"}


def test_a_glob_chooses_files_and_may_enter_subfolders(tmp_path: Path) -> None:
    _touch(tmp_path, "x/b.csv", "a.csv", "a.txt")
    assert [Path(file.uri).name for file in resolve_files(f"{tmp_path}/*.csv")] == ["a.csv"]
    assert [Path(file.uri).name for file in resolve_files(f"{tmp_path}/**/*.csv")] == ["a.csv", "b.csv"]


def test_a_name_with_glob_signs_is_taken_literally_when_that_file_exists(tmp_path: Path) -> None:
    _touch(tmp_path, "a[1].csv", "a1.csv")
    assert [Path(file.uri).name for file in resolve_files(f"{tmp_path}/a[1].csv")] == ["a[1].csv"]


@pytest.mark.parametrize(
    ("names", "asked", "words"),
    [
        ([], "nowhere.csv", "no data file"),
        ([], "", "no data file"),
        (["_SUCCESS"], "", "no data file"),
        (["a.csv"], "*.parquet", "no data file"),
        (["a.csv", "b.jsonl"], "", "more than one format: csv, jsonl"),
        (["a.xlsx"], "a.xlsx", "known format"),
        (["a.csv", "readme.md"], "", "readme.md"),
        (["a.csv.gz"], "a.csv.gz", "gunzip"),
    ],
)
def test_what_is_no_input_is_one_error_about_the_uri(tmp_path: Path, names: list[str], asked: str, words: str) -> None:
    _touch(tmp_path, *names)
    with pytest.raises(InvalidInput) as refused:
        resolve_files(f"{tmp_path}/{asked}")
    assert refused.value.field == "input.uri"
    assert words in str(refused.value)
    assert refused.value.way_out


@pytest.mark.parametrize("uri", ["https://example.org/a.csv", "zip://a.csv::/tmp/b.zip", "memory://a.csv"])
def test_other_schemes_are_refused(uri: str) -> None:
    with pytest.raises(InvalidInput, match="scheme is not supported"):
        resolve_files(uri)
