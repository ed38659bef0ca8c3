"""An application with a budget of one dollar a month."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def one_dollar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "include" / "budgets"
    folder.mkdir(parents=True)
    (folder / "desk.yaml").write_text('monthly_usd: "1.00"')
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path / "include"))
    return folder / "desk.yaml"
