"""A reference leads to one immutable prompt version, or to an error that names field, value and the closest name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.prompts.repository import resolve

CONFIG = "description: d\nowner: o\nvariables:\n  question: {description: q}\n"
EXAMPLES = [{"variables": {"question": "1+1"}, "answer": "2"}]


@pytest.fixture
def greet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the prompt `greet`, versions 1.0.0 and 1.10.0, the first in production."""
    folder = tmp_path / "include" / "prompts" / "greet"
    for version in ("1.0.0", "1.10.0"):
        home = folder / f"v{version}"
        home.mkdir(parents=True)
        (home / "config.yaml").write_text(CONFIG)
        (home / "system.txt").write_text(f"Version {version}\n")
        (home / "user.txt").write_text("Solve {{ question }}\n")
        (home / "examples.json").write_text(json.dumps(EXAMPLES))
        (home / "tests.json").write_text("[]")
    (folder / "labels.yaml").write_text("production: 1.0.0\nnext: 1.10.0\ngone: 3.0.0\n")
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path / "include"))
    return folder


@pytest.mark.usefixtures("greet")
@pytest.mark.parametrize(
    ("reference", "version"),
    [
        ("greet@1.0.0", "1.0.0"),
        ("greet@v1.10.0", "1.10.0"),
        ("greet@production", "1.0.0"),
        ("greet@next", "1.10.0"),
    ],
)
def test_a_version_or_a_label_names_a_prompt_version(reference: str, version: str) -> None:
    prompt = resolve(reference)
    assert (prompt.name, prompt.version, prompt.system) == ("greet", version, f"Version {version}")
    assert prompt.user == "Solve {{ question }}"
    assert prompt.examples[0].answer == "2"


@pytest.mark.usefixtures("greet")
@pytest.mark.parametrize(
    ("reference", "value", "told"),
    [
        ("greed@production", "greed", "did you mean 'greet'"),
        ("greet@prodction", "prodction", "did you mean 'production'"),
        ("greet@1.0.1", "1.0.1", "did you mean '1.0.0'"),
        ("greet@gone", "3.0.0", "one of 1.0.0, 1.10.0"),
        ("../greet@production", "../greet", "one of greet"),
        ("greet", "greet", "name@version or name@label"),
        ("@production", "@production", "name@version or name@label"),
        ("greet@", "greet@", "name@version or name@label"),
    ],
)
def test_an_unknown_reference_is_named_with_a_way_out(reference: str, value: str, told: str) -> None:
    with pytest.raises(InvalidSpec) as raised:
        resolve(reference)
    assert (raised.value.field, raised.value.value) == ("prompt", value)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.yaml", CONFIG + "cache_days: 3\n"),
        ("system.txt", "Another\n"),
        ("user.txt", "Answer {{ question }}\n"),
        ("examples.json", "[]"),
    ],
)
def test_a_change_of_any_file_that_matters_is_another_digest(greet: Path, file: str, content: str) -> None:
    before = resolve("greet@1.0.0").digest
    assert resolve("greet@production").digest == before
    (greet / "v1.0.0" / file).write_text(content)
    assert resolve("greet@1.0.0").digest != before


def test_the_tests_of_a_prompt_are_not_part_of_it(greet: Path) -> None:
    before = resolve("greet@1.0.0").digest
    (greet / "v1.0.0" / "tests.json").write_text('[{"anything": 1}]')
    assert resolve("greet@1.0.0").digest == before


def test_text_that_moves_from_one_file_to_another_is_another_digest(greet: Path) -> None:
    home = greet / "v1.0.0"
    before = resolve("greet@1.0.0").digest
    system, user = (home / "system.txt").read_text(), (home / "user.txt").read_text()
    (home / "system.txt").write_text("")
    (home / "user.txt").write_text(system + user)
    assert resolve("greet@1.0.0").digest != before


def test_a_placeholder_in_the_system_text_is_refused(greet: Path) -> None:
    (greet / "v1.0.0" / "system.txt").write_text("Answer {{ question }}")
    with pytest.raises(Misconfigured, match=r"greet/v1.0.0/system.txt has a placeholder.*user.txt"):
        resolve("greet@1.0.0")


@pytest.mark.parametrize("file", ["config.yaml", "system.txt", "user.txt", "examples.json"])
def test_a_missing_file_is_named(greet: Path, file: str) -> None:
    (greet / "v1.0.0" / file).unlink()
    with pytest.raises(Misconfigured, match=rf"v1.0.0.*{file}"):
        resolve("greet@1.0.0")


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("config.yaml", CONFIG + "temperature: 0\n", "temperature: Extra inputs"),
        ("config.yaml", CONFIG + "parameters: {temperature: 3}\n", "parameters.temperature"),
        ("examples.json", '[{"variables": {}}]', "0.answer: Field required"),
        ("examples.json", "[", "Invalid JSON"),
    ],
)
def test_a_mistake_in_a_file_is_named(greet: Path, file: str, content: str, told: str) -> None:
    (greet / "v1.0.0" / file).write_text(content)
    with pytest.raises(Misconfigured, match=rf"greet/v1.0.0/{file}: .*{told}"):
        resolve("greet@1.0.0")
