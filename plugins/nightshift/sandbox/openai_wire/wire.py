"""What every part of the server says the same way: limits, error bodies, token usage."""

from __future__ import annotations

from dataclasses import dataclass

from nightshift.sandbox.usage import JsonObject, Usage

# platform.openai.com/docs/guides/batch and /docs/api-reference/files
BATCH_MAX_REQUESTS = 50_000
BATCH_MAX_BYTES = 200 * 1024 * 1024
FILE_MAX_BYTES = 512 * 1024 * 1024
METADATA_MAX_PAIRS = 16
METADATA_MAX_KEY = 64
METADATA_MAX_VALUE = 512

CHAT = "/v1/chat/completions"
EMBEDDINGS = "/v1/embeddings"
ENDPOINTS = (CHAT, EMBEDDINGS)


@dataclass(frozen=True, slots=True)
class ApiError:
    """An error as OpenAI's API answers it. A value and not an exception: here it is a regular answer."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None
    type: str = "invalid_request_error"

    def body(self) -> JsonObject:
        """The JSON object that goes over the wire."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


@dataclass(frozen=True, slots=True)
class Reply:
    """A served request: its response body and what it used."""

    body: JsonObject
    usage: Usage


def not_found(kind: str, identifier: str) -> ApiError:
    """404 for an unknown id."""
    return ApiError(404, f"No such {kind} object: {identifier}", param="id")


def unknown_model(model: str) -> ApiError:
    """404 with the code that clients look for."""
    return ApiError(404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found")
