"""A bundle's rows in doubt leave the answers file; where there are none, no file is written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pyarrow as pa
import pyarrow.parquet as pq

from nightshift.batch import schemas
from nightshift.batch.answers.splitting import set_apart
from nightshift.batch.services import Services
from nightshift.storage.lake import FileLake


def apart(folder: Path, verdicts: list[str]) -> tuple[list[int], list[int] | None]:
    """Row numbers of the answers file, and of the file beside it where there is one."""
    rows = {"row_number": list(range(len(verdicts))), "verdict": verdicts}
    missing = {name: [None] * len(verdicts) for name in schemas.answers().names if name not in rows}
    answers, beside = folder / "answers.parquet", folder / "answers.split.parquet"
    pq.write_table(pa.table(rows | missing, schema=schemas.answers()), answers)
    services = cast(Services, SimpleNamespace(lake=FileLake(folder.as_uri())))
    set_apart(services, answers, beside.as_uri())
    return _numbers(answers), _numbers(beside) if beside.exists() else None


def _numbers(path: Path) -> list[int]:
    return cast(list[int], pq.read_table(path)["row_number"].to_pylist())


def test_rows_in_doubt_stand_in_a_file_apart(tmp_path: Path) -> None:
    assert apart(tmp_path, ["accepted", "split", "failed", "split"]) == ([0, 2], [1, 3])


def test_without_rows_in_doubt_there_is_no_file(tmp_path: Path) -> None:
    assert apart(tmp_path, ["accepted", "failed"]) == ([0, 1], None)
    assert apart(tmp_path, []) == ([], None)


def test_what_an_earlier_try_has_left_gives_way(tmp_path: Path) -> None:
    apart(tmp_path, ["split"])
    assert apart(tmp_path, ["accepted"]) == ([0], [])
