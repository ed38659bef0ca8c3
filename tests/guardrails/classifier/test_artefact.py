from pathlib import Path

import numpy as np
import pytest

from nightshift.errors import Misconfigured
from nightshift.guardrails.classifier.artefact import Artefact, load, save


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    arrays = {"small": np.array([[1, -2], [3, 4]], dtype=np.int8), "keys": np.array([5, 6], dtype=np.uint32)}
    path = tmp_path / "some.bin"
    save(Artefact("harm", arrays, {"threshold": 0.5, "note": "größer"}), path)
    return path


def test_what_is_saved_is_loaded(weights: Path) -> None:
    loaded = load(weights, "harm")
    assert loaded.arrays["small"].tolist() == [[1, -2], [3, 4]]
    assert loaded.arrays["keys"].dtype == np.uint32
    assert loaded.about == {"threshold": 0.5, "note": "größer"}


def test_the_same_weights_are_the_same_bytes(weights: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.bin"
    save(load(weights, "harm"), again)
    assert again.read_bytes() == weights.read_bytes()


def test_another_format_is_refused(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes().replace(b'"format": 1', b'"format": 9'))
    with pytest.raises(Misconfigured, match=r"format 9.*reads 'harm' in format 1.*train them again"):
        load(weights, "harm")


def test_weights_of_another_detector_are_refused(weights: Path) -> None:
    with pytest.raises(Misconfigured, match="kind 'harm'"):
        load(weights, "injection")


def test_damaged_weights_are_refused(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:-1] + b"\xff")
    with pytest.raises(Misconfigured, match="damaged"):
        load(weights, "harm")


@pytest.mark.parametrize("content", [b"", b"something else\n{}\n"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match="not a file of trained weights"):
        load(path, "harm")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"gone\.bin.*cannot be read"):
        load(tmp_path / "gone.bin", "harm")
