"""Reads the YAML under include/ into validated models; a mistake is reported by file and field."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.settings import include_folder


class Document(BaseModel):
    """Base of everything written in YAML: frozen, and an unknown key is a mistake, not a comment."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model]) -> Model:
    """The validated content of one YAML file. Raises Misconfigured naming the file and every wrong field."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Misconfigured(f"{_shown(path)} does not exist") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: broken encoding, or a date like 2026-13-45
        raise Misconfigured(f"{_shown(path)} is not YAML: {error}") from error
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        raise Misconfigured(f"{_shown(path)}: {describe(error)}") from error


def find(folder: str, name: str, *, field: str) -> Path:
    """The file `include/<folder>/<name>.yaml` that a job spec's `field` asks for by name."""
    known = sorted(path.stem for path in (include_folder() / folder).glob("*.yaml"))
    if name not in known:
        raise unknown_name(name, known, field=field, where=f"include/{folder}/")
    return include_folder() / folder / f"{name}.yaml"


def unknown_name(name: str, known: list[str], *, field: str, where: str) -> InvalidSpec:
    """The error for a name that does not exist, with the closest one that does."""
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return InvalidSpec(
        "no such name",
        field=field,
        value=name,
        limit=f"one of {', '.join(known) or 'none'}",
        way_out=f"{hint}use a name from {where} or add one there",
    )


def describe(error: ValidationError) -> str:
    """Every problem of a pydantic error in one line: field, what is wrong, what was given."""
    problems = []
    for item in error.errors(include_url=False):
        field = ".".join(str(part) for part in item["loc"]) or "(whole document)"
        problems.append(f"{field}: {item['msg']} (given: {str(item['input'])[:80]!r})")
    return "; ".join(problems)


def _shown(path: Path) -> str:
    root = include_folder()
    return f"include/{path.relative_to(root)}" if path.is_relative_to(root) else path.name
