"""Trained weights: what is saved is loaded, the same weights are the same bytes, and no other file passes for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nightshift.errors import Misconfigured
from nightshift.guardrails.classifier import weights as guardrails
from nightshift.settings import include_folder
from nightshift.storage.weights import Family, Weights
from nightshift.tiering import weights as tiering

SOME = Family("fruit", "nightshift fruit train")
SHIPPED = {
    "guardrails/models/harm": ("harm", guardrails),
    "guardrails/models/injection": ("injection", guardrails),
    "guardrails/models/words": ("words", guardrails),
    "tiering/difficulty": ("difficulty", tiering),
    "tiering/verifier": ("verifier", tiering),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    arrays = {"small": np.array([[1, -2], [3, 4]], dtype=np.int8), "keys": np.array([5, 6], dtype=np.uint32)}
    path = tmp_path / "some" / "apples.bin"
    SOME.save(Weights("apples", arrays, {"threshold": 0.5, "note": "größer"}), path)
    return path


def test_what_is_saved_is_loaded(path: Path) -> None:
    loaded = SOME.load(path, "apples")
    assert loaded.arrays["small"].tolist() == [[1, -2], [3, 4]]
    assert loaded.arrays["keys"].dtype == np.uint32
    assert loaded.card == {"threshold": 0.5, "note": "größer"}


def test_the_same_weights_are_the_same_bytes_and_the_same_version(path: Path, tmp_path: Path) -> None:
    versions = {SOME.save(SOME.load(path, "apples"), tmp_path / name) for name in ("one", "two")}
    assert len(versions) == 1
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_weights_are_in_this_format_to_the_byte(name: str, tmp_path: Path) -> None:
    kind, family = SHIPPED[name]
    shipped = include_folder() / f"{name}.bin"
    family.save(family.load(shipped, kind), tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == shipped.read_bytes()


def test_another_format_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"format": 1', b'"format": 9'))
    with pytest.raises(
        Misconfigured, match=r"format 9.*reads 'apples' in format 1.*again with `nightshift fruit train`"
    ):
        SOME.load(path, "apples")


def test_weights_of_another_kind_are_refused(path: Path) -> None:
    with pytest.raises(Misconfigured, match="kind 'apples'"):
        SOME.load(path, "pears")


def test_weights_of_another_family_are_refused(path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"apples\.bin: not a file of trained weights of guardrails"):
        guardrails.load(path, "apples")


@pytest.mark.parametrize("damage", [b"\xff", b""])
def test_damaged_weights_are_refused(path: Path, damage: bytes) -> None:
    path.write_bytes(path.read_bytes()[:-1] + damage)
    with pytest.raises(Misconfigured, match="damaged"):
        SOME.load(path, "apples")


@pytest.mark.parametrize("header", [b"", b"{", b"[]", b"7", b'{"format": 1, "kind": "apples"}'])
def test_a_damaged_header_is_refused(path: Path, header: bytes) -> None:
    path.write_bytes(b"nightshift fruit\n" + header + b"\n")
    with pytest.raises(Misconfigured, match=r"apples\.bin: the weights are damaged"):
        SOME.load(path, "apples")


@pytest.mark.parametrize("content", [b"", b"something else\n{}\n"])
def test_another_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match=r"not a file of trained weights.*`nightshift fruit train`"):
        SOME.load(path, "apples")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"gone\.bin: trained weights cannot be read.*`nightshift fruit train`"):
        SOME.load(tmp_path / "gone.bin", "apples")
