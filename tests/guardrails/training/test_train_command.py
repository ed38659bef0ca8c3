from pathlib import Path

import pytest
from click.testing import CliRunner

from nightshift.cli.guardrails_train import train
from nightshift.guardrails.injection.detector import InjectionDetector
from nightshift.guardrails.subjects import Batch, Subject

pytestmark = pytest.mark.training


def test_the_command_writes_weights_that_load_and_a_card(data: Path, corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "models"
    out.mkdir()
    arguments = ["injection", "--data", str(data), "--corpus", str(corpus), "--out", str(out)]
    result = CliRunner().invoke(train, arguments)
    assert result.exit_code == 0, result.output
    assert "| ROC-AUC |" in result.output
    assert "# Model card: injection" in (out / "injection.md").read_text(encoding="utf-8")
    detector = InjectionDetector.load(path=out / "injection.bin")
    assert len(detector.scores(Batch([Subject("a text")]))) == 1


def test_weights_alone_are_written_without_measuring(data: Path, corpus: Path, tmp_path: Path) -> None:
    arguments = ["injection", "--data", str(data), "--corpus", str(corpus), "--out", str(tmp_path), "--no-measure"]
    assert CliRunner().invoke(train, arguments).exit_code == 0
    assert (tmp_path / "injection.bin").exists()
    assert not (tmp_path / "injection.md").exists()
