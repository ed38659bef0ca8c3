"""Looks for a word in everything that a platform has written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq


def files_with(folder: Path, word: str) -> list[Path]:
    """Files below the folder that hold the word, whatever its case."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if word.lower() in _content(path).lower()]


def cells_with(database: Path, word: str) -> list[tuple[str, str]]:
    """Table and column of each cell of an SQLite database that holds the word, whatever its case."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda data: data.decode(errors="replace")
        return sorted({place for place, content in _cells(connection) if word.lower() in content.lower()})


def _cells(connection: sqlite3.Connection) -> Iterator[tuple[tuple[str, str], str]]:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        rows = connection.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in rows.description]
        for row in rows:
            yield from (((table, name), _text(cell)) for name, cell in zip(names, row, strict=True))


def _text(cell: object) -> str:
    return cell.decode("latin-1") if isinstance(cell, bytes) else str(cell)


def _content(path: Path) -> str:
    if path.suffix == ".parquet":  # compressed
        return str(pq.read_table(path).to_pylist())
    return path.read_bytes().decode("latin-1")
