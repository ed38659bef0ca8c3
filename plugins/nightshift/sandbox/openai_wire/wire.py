"""What every part of the server says the same way: limits, error bodies, token usage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from nightshift.sandbox.prices import Kind
from nightshift.sandbox.usage import JsonObject, Usage

# platform.openai.com/docs/guides/batch and /docs/api-reference/files
BATCH_MAX_REQUESTS = 50_000
BATCH_MAX_BYTES = 200 * 1024 * 1024
FILE_MAX_BYTES = 512 * 1024 * 1024
METADATA_MAX_PAIRS = 16
METADATA_MAX_KEY = 64
METADATA_MAX_VALUE = 512


@dataclass(frozen=True, slots=True)
class ApiError:
    """An error of the API. A value and not an exception: here it is a regular answer; `inner` says more at Azure."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    type: str = "invalid_request_error"
    inner: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A served request: its response body and what it used."""

    body: JsonObject
    usage: Usage


class Flavour:
    """What differs between the services that speak this protocol; this is OpenAI itself."""

    provider = "openai"
    # What batches and their lines name.
    urls: ClassVar[dict[Kind, str]] = {Kind.CHAT: "/v1/chat/completions", Kind.EMBEDDING: "/v1/embeddings"}
    keeps_empty_files = False  # whether a batch without failed rows has an error file all the same

    def error_body(self, found: ApiError) -> JsonObject:
        """An error as it goes over the wire."""
        return {"error": {"message": found.message, "type": found.type, "param": found.param, "code": found.code}}

    def filtered(self) -> ApiError:
        """The refusal of one request by the service's own filter."""
        message = "Invalid prompt: your prompt was flagged as potentially violating our usage policy."
        return ApiError(400, message, "invalid_prompt")

    def completion(self, body: JsonObject) -> JsonObject:
        """A chat completion with what this service adds to it."""
        return body

    def batch(self, wire: JsonObject) -> JsonObject:
        """A batch object as this service shows it."""
        return wire


def not_found(kind: str, identifier: str) -> ApiError:
    """404 for an unknown id."""
    return ApiError(404, f"No such {kind} object: {identifier}", param="id")


def unknown_model(model: str) -> ApiError:
    """404 with the code that clients look for."""
    return ApiError(404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found")
