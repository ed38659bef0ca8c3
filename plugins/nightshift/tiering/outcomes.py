"""Outcome rows: one prompt, and whether a light and a premium model answered it right. JSON lines at the border."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from nightshift.errors import InvalidInput
from nightshift.tiering.json_rows import name_text, object_of, present, rows_of_file, shown, task_of, truth

_WAY_OUT = (
    'one JSON object per line with "prompt" (text), "light_correct" and "premium_correct" (true or false); '
    "docs/tiering.md lists the optional fields"
)
STANDARD_INPUT = Path("-")
_JOIN = 'give "prompt" as one text; of chat messages, join the texts as the models saw them'

Right = Annotated[bool, BeforeValidator(truth)]
Name = Annotated[str, BeforeValidator(name_text)]


class Opinion(BaseModel):
    """What a further cheap model answered to the same prompt."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    model: Name = ""
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
    task: Name | None = Field(default=None, validation_alias=AliasChoices("task", "benchmark"))
    subject: Name | None = None
    graded: Right = True
    prompt_name: Name | None = None
    prompt_version: Name | None = None

    @property
    def of(self) -> str:
        """The task that the row is of; empty where nothing names it."""
        return task_of(vars(self))


Row = TypeVar("Row", bound=Outcome)


def read_outcomes(paths: Sequence[Path]) -> list[Outcome]:
    """All rows of the files; `-` is standard input. Raises InvalidInput naming file, line, field, value and way out."""
    rows: list[Outcome] = []
    for path in paths:
        try:
            with opened(path) as lines:
                rows += parse_outcomes(lines, name_of(path))
        except OSError as error:
            raise InvalidInput(
                f"cannot be read ({error.strerror})", field=name_of(path), way_out="name a file of outcome rows"
            ) from error
    if not rows:
        raise InvalidInput("no outcome rows", field=", ".join(map(name_of, paths)), value=0, way_out=_WAY_OUT)
    return rows


def opened(path: Path) -> BinaryIO:
    return open(0, "rb", closefd=False) if path == STANDARD_INPUT else path.open("rb")


def name_of(path: Path) -> str:
    return "standard input" if path == STANDARD_INPUT else str(path)


def parse_outcomes(lines: Iterable[bytes], name: str) -> list[Outcome]:
    return list(parsed(lines, name, Outcome, {}))


def parsed(
    lines: Iterable[bytes],
    name: str,
    kind: type[Row],
    given: Mapping[str, object],
    ways_out: Mapping[str, str] | None = None,
) -> Iterator[Row]:
    """Rows of one kind; `given` are fields that the lines need not bring, `ways_out` for fields that are missing."""
    for number, line in rows_of_file(lines, name):
        content = object_of(line, name, number, _WAY_OUT)
        try:
            row = kind.model_validate({**given, **_fields(content)})
        except ValidationError as error:  # not as the cause: it quotes what the row holds
            raise _fault(error, content, f"{name}, line {number}", ways_out or {}) from None
        yield row


def _fields(content: dict[str, Any]) -> dict[str, Any]:
    fields = present(content)
    if isinstance(opinions := fields.get("opinions"), list):
        fields["opinions"] = tuple(present(one) if isinstance(one, dict) else one for one in opinions)
    return fields


def _fault(error: ValidationError, content: Any, where: str, ways_out: Mapping[str, str]) -> InvalidInput:
    first = error.errors(include_url=False)[0]
    field = ".".join(map(str, first["loc"]))
    value, way_out = shown(first["input"]), _WAY_OUT
    if first["type"] == "missing":
        value, way_out = _null(content, first["loc"]), ways_out.get(field, _WAY_OUT)
    elif field == "prompt" and isinstance(first["input"], list):
        way_out = _JOIN
    return InvalidInput(first["msg"], field=f"{where}, {field}", value=value, way_out=way_out)


def _null(content: Any, path: Sequence[int | str]) -> str | None:
    """`null` where a field that is missed is in the row after all, without a value."""
    for part in path[:-1]:
        content = content[part]
    return "null" if path[-1] in content else None
