"""Whether an answer is JSON that fits a schema. Says where it does not, and never quotes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson


class Conformity:
    """One schema, ready to use; without one any JSON will do."""

    def __init__(self, schema: dict[str, Any] | None) -> None:
        from jsonschema import validators

        content = schema if schema is not None else {}
        known = validators.validator_for(content)
        strict = validators.extend(known, {"pattern": _pattern})  # type: ignore[no-untyped-call]
        self._validator = strict(content)
        self._names = json.dumps(content, ensure_ascii=False)

    def problem(self, answer: str) -> str | None:
        """What is wrong with the answer: the path and the keyword."""
        try:
            content = orjson.loads(answer)
        except orjson.JSONDecodeError:
            return "the answer is not JSON"
        try:
            broken = next(self._validator.iter_errors(content), None)
        except RecursionError:
            return "the answer is nested deeper than its schema can be checked"
        # Never the error's own message: it quotes the answer.
        return None if broken is None else f"the answer breaks the schema at {self._place(broken)} ({broken.validator})"

    def _place(self, broken: Any) -> str:
        """The path to what is wrong. Names that the schema does not know are the answer's own words: `*`."""
        steps = ["$"]
        for step in broken.absolute_path:
            if isinstance(step, int):
                steps.append(f"[{step}]")
            else:
                steps.append(f".{step}" if f'"{step}"' in self._names else ".*")
        return "".join(steps)


def check_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError for what is no JSON schema, or has a pattern that does not take linear time."""
    from jsonschema import SchemaError
    from jsonschema.validators import validator_for

    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"not a JSON schema at {error.json_path}: {error.message}") from error
    return schema


def _pattern(validator: Any, expression: str, instance: Any, schema: Any) -> Iterator[Any]:
    """The keyword `pattern`, by RE2 where it knows the expression: an answer must not choose how long it takes."""
    from jsonschema import ValidationError

    if validator.is_type(instance, "string") and not _matches(expression, instance):
        yield ValidationError("the pattern does not match")


def _matches(expression: str, text: str) -> bool:
    import re

    import re2

    try:
        return re2.search(expression, text, _quiet()) is not None
    except re2.error:
        return re.search(expression, text) is not None


def _quiet() -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    return options
