"""Checks a batch's input file as OpenAI does while the batch is `validating`, one line at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from nightshift.sandbox.openai_wire.wire import BATCH_MAX_REQUESTS, Flavour
from nightshift.sandbox.prices import kind_of
from nightshift.sandbox.usage import JsonObject

MOST_ERRORS = 100  # a file that is wrong in every line need not be listed in full


@dataclass(slots=True)
class Findings:
    """What an input file holds, or what is wrong with it."""

    total: int = 0
    model: str | None = None
    errors: list[JsonObject] = field(default_factory=list)

    def add(self, code: str, message: str, line: int | None = None, param: str | None = None) -> None:
        """Notes one error in the shape of `errors.data[]`."""
        if len(self.errors) < MOST_ERRORS:
            self.errors.append({"code": code, "message": message, "line": line, "param": param})


def check(flavour: Flavour, path: Path, endpoint: str) -> Findings:
    """Reads the file once; memory holds its custom_ids and nothing else."""
    findings = Findings()
    custom_ids: set[str] = set()
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            findings.total += 1
            if findings.total > BATCH_MAX_REQUESTS:
                message = f"The batch input file contains too many requests. The maximum is {BATCH_MAX_REQUESTS}."
                findings.add("too_many_tasks", message)
                return findings
            _check_line(flavour, line, number, endpoint, custom_ids, findings)
    if findings.total == 0:
        findings.add(
            "empty_file", "The input file is empty. Please ensure that the batch contains at least one request."
        )
    return findings


def _check_line(
    flavour: Flavour, line: bytes, number: int, endpoint: str, custom_ids: set[str], findings: Findings
) -> None:
    try:
        request = orjson.loads(line)
    except orjson.JSONDecodeError:
        findings.add("invalid_json_line", "This line is not parseable as valid JSON.", number)
        return
    if not isinstance(request, dict):
        findings.add("invalid_request", "This line is not a JSON object.", number)
        return
    _check_custom_id(request.get("custom_id"), number, custom_ids, findings)
    if request.get("method") != "POST":
        findings.add("invalid_method", "The method must be POST.", number, "method")
    if request.get("url") != endpoint:
        findings.add("url_mismatch", f"The URL provided for this request does not match {endpoint}.", number, "url")
    _check_model(flavour, request.get("body"), number, endpoint, findings)


def _check_custom_id(custom_id: Any, number: int, custom_ids: set[str], findings: Findings) -> None:
    if not isinstance(custom_id, str) or not custom_id:
        findings.add("missing_required_parameter", "Missing required parameter: 'custom_id'.", number, "custom_id")
    elif custom_id in custom_ids:
        findings.add(
            "duplicate_custom_id", "The custom_id of this request is used by another line.", number, "custom_id"
        )
    else:
        custom_ids.add(custom_id)


def _check_model(flavour: Flavour, body: Any, number: int, endpoint: str, findings: Findings) -> None:
    if not isinstance(body, dict):
        findings.add("missing_required_parameter", "Missing required parameter: 'body'.", number, "body")
        return
    model = body.get("model")
    if model == findings.model and model is not None:
        return
    if not isinstance(model, str):
        findings.add("missing_required_parameter", "Missing required parameter: 'body.model'.", number, "body.model")
    elif findings.model is not None:
        message = f"The model for this request does not match the others, which use `{findings.model}`."
        findings.add("model_mismatch", message, number, "body.model")
    else:
        findings.model = model
        if (kind := kind_of(flavour.provider, model)) is None or flavour.urls[kind] != endpoint:
            message = f"The provided model '{model}' is not supported by the Batch API on {endpoint}."
            findings.add("model_not_found", message, number, "body.model")
