"""Outcome rows: one prompt, and whether a light and a premium model answered it right. JSON lines at the border."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from nightshift.errors import InvalidInput

_WAY_OUT = (
    'one JSON object per line with "prompt" (text), "light_correct" and "premium_correct" (true or false); '
    "docs/tiering.md lists the optional fields"
)
_UNNAMED = "unnamed"


def _whole(value: object) -> object:
    return bool(value) if type(value) is int and value in (0, 1) else value


Right = Annotated[bool, BeforeValidator(_whole)]  # true and false, or 1 and 0 as tables export them


class Opinion(BaseModel):
    """What a further cheap model answered to the same prompt."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    model: str = ""
    answer: str = Field(repr=False)
    correct: Right


class Outcome(BaseModel):
    """One graded prompt. Unknown fields are ignored: the rows are exports of other systems.

    `graded: false` where right means "the same as premium": nobody has looked whether premium is right.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    prompt: str = Field(min_length=1, repr=False)
    light_correct: Right
    premium_correct: Right
    light_answer: str | None = Field(default=None, repr=False)
    premium_answer: str | None = Field(default=None, repr=False)
    opinions: tuple[Opinion, ...] = ()
    reference: str | float | None = Field(default=None, repr=False)
    task: str | None = Field(default=None, validation_alias=AliasChoices("task", "benchmark"))
    subject: str | None = None
    graded: Right = True
    prompt_name: str | None = None
    prompt_version: str | None = None

    @property
    def of(self) -> str:
        """The task whose outcomes teach something about this row: its prompt and version, else what it is called."""
        if self.prompt_name:
            return f"{self.prompt_name}@{self.prompt_version}" if self.prompt_version else self.prompt_name
        return self.task or self.subject or _UNNAMED


Row = TypeVar("Row", bound=Outcome)


def read_outcomes(paths: Sequence[Path]) -> list[Outcome]:
    """All rows of the files. Raises InvalidInput naming file, line, field, value and way out."""
    rows: list[Outcome] = []
    for path in paths:
        try:
            with path.open("rb") as lines:
                rows += parse_outcomes(lines, path.name)
        except OSError as error:
            raise InvalidInput(
                f"cannot be read ({error.strerror})", field=path.name, way_out="name a file of outcome rows"
            ) from error
    if not rows:
        raise InvalidInput("no outcome rows", field=", ".join(path.name for path in paths), value=0, way_out=_WAY_OUT)
    return rows


def parse_outcomes(lines: Iterable[bytes], name: str) -> list[Outcome]:
    return list(parsed(lines, name, Outcome, {}))


def parsed(lines: Iterable[bytes], name: str, kind: type[Row], given: Mapping[str, object]) -> Iterator[Row]:
    """Rows of one kind; `given` are fields that the lines need not bring."""
    return (_parse(line, f"{name}, line {number}", kind, given) for number, line in enumerate(lines, 1) if line.strip())


def _parse(line: bytes, where: str, kind: type[Row], given: Mapping[str, object]) -> Row:
    try:
        content: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        problem = f"not JSON: {error.msg} at character {error.colno}"
        raise InvalidInput(problem, field=where, way_out=_WAY_OUT) from error
    if not isinstance(content, dict):
        raise InvalidInput("not an object", field=where, value=type(content).__name__, way_out=_WAY_OUT)
    if isinstance(content.get("opinions"), list):
        content["opinions"] = tuple(content["opinions"])
    try:
        return kind.model_validate({**given, **content})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        value = None if first["type"] == "missing" else _kind(first["input"])
        raise InvalidInput(first["msg"], field=f"{where}, {field}", value=value, way_out=_WAY_OUT) from error


def _kind(value: object) -> object:
    """What may be shown of a value: a text may be a customer's."""
    return f"text of {len(value)} characters" if isinstance(value, str) else value
