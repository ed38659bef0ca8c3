"""A mistake in the YAML under include/ is named by file and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.storage.documents import Document, find, load


class Shop(Document):
    name: str
    seats: int = 0


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "include" / "shops").mkdir(parents=True)
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path / "include"))
    return tmp_path / "include"


def test_a_valid_file_is_read(include: Path) -> None:
    (include / "shops" / "corner.yaml").write_text("name: Eckladen\nseats: 4\n", encoding="utf-8")
    assert load(find("shops", "corner", field="shop"), Shop) == Shop(name="Eckladen", seats=4)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\nseat: 4\n", "seat: Extra inputs"),
        ("seats: four\nname: a\n", "seats: .*integer"),
        ("", "name: Field required"),
        ("- a\n", r"\(whole document\)"),
        ("name: [unclosed\n", "is not YAML"),
        ("name: 2026-13-45\n", "is not YAML"),
        ("name: '\xff'\n", "is not YAML"),
    ],
)
def test_a_mistake_is_named_by_file_and_field(include: Path, text: str, told: str) -> None:
    path = include / "shops" / "corner.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Misconfigured, match=f"include/shops/corner.yaml.*{told}"):
        load(path, Shop)


def test_every_mistake_of_a_file_is_named(include: Path) -> None:
    (include / "shops" / "corner.yaml").write_text("seats: four\ncolour: red\n")
    with pytest.raises(Misconfigured, match=r"name: .*seats: .*colour: "):
        load(include / "shops" / "corner.yaml", Shop)


def test_a_missing_file_is_named(include: Path) -> None:
    with pytest.raises(Misconfigured, match=r"include/shops/corner.yaml does not exist"):
        load(include / "shops" / "corner.yaml", Shop)


def test_an_unknown_name_is_answered_with_the_closest(include: Path) -> None:
    for name in ("corner", "station"):
        (include / "shops" / f"{name}.yaml").write_text("name: a")
    with pytest.raises(InvalidSpec) as raised:
        find("shops", "statoin", field="shop")
    assert (raised.value.field, raised.value.value, raised.value.limit) == ("shop", "statoin", "one of corner, station")
    assert "did you mean 'station'?" in raised.value.way_out


def test_a_name_cannot_leave_its_folder(include: Path) -> None:
    (include / "secret.yaml").write_text("name: a")
    with pytest.raises(InvalidSpec):
        find("shops", "../secret", field="shop")
