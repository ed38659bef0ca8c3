"""Resolves `name@version` or `name@label` to one immutable prompt version."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, RootModel, TypeAdapter, ValidationError, field_validator, model_validator

from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.prompts.example_selection import ExampleChoice
from nightshift.settings import include_folder
from nightshift.storage.documents import Document, describe, load, unknown_name

SEMVER = re.compile(r"\d+\.\d+\.\d+")


class Variable(Document):
    """One value that a row must bring. `origin` says who wrote it: instructions in a document are nobody's wish.

    `retrieved` is a document that was found for the row and not sent with it: the policy's `context` rules screen it.
    """

    description: str
    origin: Literal["user", "document", "tool", "retrieved"] = "user"


class Parameters(Document):
    """Sampling parameters; part of the prompt version because changing one changes the answers."""

    temperature: float = Field(default=0, ge=0, le=2)
    max_output_tokens: int = Field(default=800, ge=1, le=32_768)
    seed: int | None = None


class AnswerFormat(Document):
    """What a usable answer looks like. `schema` (JSON schema) only where `format` is json."""

    format: Literal["text", "json"] = "text"
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")

    @field_validator("schema_")
    @classmethod
    def is_a_schema(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        if schema is not None:
            from jsonschema import SchemaError
            from jsonschema.validators import validator_for

            try:
                validator_for(schema).check_schema(schema)
            except SchemaError as error:
                raise ValueError(f"not a JSON schema at {error.json_path}: {error.message}") from error
        return schema


class SemanticCache(Document):
    """Answers of rows that ask the same in other words. Used only once a threshold was learnt that keeps the bound."""

    false_hits: float = Field(default=0.01, gt=0, le=0.5)  # the most that is allowed, as a share of different pairs
    embedding: str | None = None  # an embedding model of the catalogue; None: the word vectors of the platform


class PromptConfig(Document):
    """config.yaml of one prompt version."""

    description: str
    owner: str
    variables: dict[str, Variable] = Field(min_length=1)
    parameters: Parameters = Parameters()
    answer: AnswerFormat = AnswerFormat()
    cache_days: int = Field(default=30, ge=0, le=3650)  # how long an answer stays fresh; 0 switches the cache off
    knowledge: str | None = None  # the knowledge base that answers rest on: a folder of include/knowledge/
    semantic_cache: SemanticCache | None = None
    near_duplicates: bool = False  # rows equal but for case, white space and the mark at the end are answered once
    examples: ExampleChoice = ExampleChoice()

    @model_validator(mode="after")
    def examples_leave_the_row_readable(self) -> Self:
        if self.examples.select == "nearest" and self.semantic_cache is not None:
            raise ValueError("examples.select nearest and semantic_cache exclude each other: like examples, like rows")
        return self


class Example(Document):
    """One worked example that is shown to the model."""

    variables: dict[str, str]
    answer: str


class PromptVersion(Document):
    """A prompt version, whole. `digest` covers every byte of its folder except the tests."""

    name: str
    version: str
    digest: str
    config: PromptConfig
    system: str
    user: str
    examples: tuple[Example, ...]


class _Labels(RootModel[dict[str, str]]):
    pass


def resolve(reference: str) -> PromptVersion:
    """The prompt that a job spec's `prompt` names. Raises InvalidSpec when prompt, version or label is unknown."""
    name, _, wanted = reference.partition("@")
    if not name or not wanted:
        raise InvalidSpec(
            "not of the form name@version or name@label",
            field="prompt",
            value=reference,
            way_out="for example grade_school_math@production or grade_school_math@1.0.0",
        )
    folder = _prompt_folder(name)
    return _read_version(name, folder, _version_of(name, folder, wanted))


def _prompt_folder(name: str) -> Path:
    root = include_folder() / "prompts"
    known = sorted(path.name for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    if name not in known:
        raise unknown_name(name, known, field="prompt", where="include/prompts/")
    return root / name


def _version_of(name: str, folder: Path, wanted: str) -> str:
    versions = sorted(path.name.removeprefix("v") for path in folder.iterdir() if path.is_dir())
    version = wanted.removeprefix("v")
    if not SEMVER.fullmatch(version):
        labels = load(folder / "labels.yaml", _Labels).root
        if wanted not in labels:
            raise unknown_name(
                wanted, [*labels, *versions], field="prompt", where=f"include/prompts/{name}/labels.yaml"
            )
        version = labels[wanted]
    if version not in versions:
        raise unknown_name(version, versions, field="prompt", where=f"include/prompts/{name}/")
    return version


def _read_version(name: str, folder: Path, version: str) -> PromptVersion:
    home = folder / f"v{version}"
    config = load(home / "config.yaml", PromptConfig)
    parts = {file: _read(home / file) for file in ("config.yaml", "system.txt", "user.txt", "examples.json")}
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    prompt = PromptVersion(
        name=name,
        version=version,
        digest=digest,
        config=config,
        system=parts["system.txt"].strip(),
        user=parts["user.txt"].strip(),
        examples=_examples(home / "examples.json", parts["examples.json"]),
    )
    if "{{" in prompt.system:
        raise Misconfigured(
            f"include/prompts/{name}/v{version}/system.txt has a placeholder; row values belong in user.txt, "
            "so that the system text stays the same for every row and providers can cache it"
        )
    return prompt


def _examples(path: Path, text: str) -> tuple[Example, ...]:
    try:
        return TypeAdapter(tuple[Example, ...]).validate_json(text)
    except ValidationError as error:
        raise Misconfigured(f"{path.parent.parent.name}/{path.parent.name}/{path.name}: {describe(error)}") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Misconfigured(
            f"prompt version {path.parent.parent.name}/{path.parent.name} lacks its file {path.name}"
        ) from error
