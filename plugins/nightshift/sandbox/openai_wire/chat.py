"""One request, one reply: the body of a chat completion or of embeddings, in a batch or on its own."""

from __future__ import annotations

import base64
from array import array
from hashlib import blake2b
from typing import Any

import orjson

from nightshift.sandbox import tokens
from nightshift.sandbox.model import NoRecordedAnswer, StandInModel
from nightshift.sandbox.openai_wire.wire import ApiError, Flavour, Reply, unknown_model
from nightshift.sandbox.prices import Kind, kind_of
from nightshift.sandbox.usage import JsonObject, Usage

FINGERPRINT = "fp_sandbox"
DEFAULT_DIMENSIONS = {"text-embedding-3-large": 3072}
OTHER_DIMENSIONS = 1536


def digest(url: str, body: JsonObject) -> bytes:
    """Identity of a request: equal for equal JSON, whatever its key order."""
    content = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return blake2b(url.encode() + b"\0" + content, digest_size=16).digest()


class Responder:
    """Gives a request to the stand-in model and its answer OpenAI's form."""

    def __init__(self, flavour: Flavour, model: StandInModel) -> None:
        self._flavour, self._model = flavour, model

    def reply(self, url: str, body: JsonObject, created: int, identity: bytes) -> Reply | ApiError:
        """The response to one request, or the error that OpenAI's API would answer."""
        model = body.get("model")
        if not isinstance(model, str) or not model:
            return ApiError(400, "you must provide a model parameter", param="model")
        kind = kind_of(self._flavour.provider, model)
        if kind is None or self._flavour.urls[kind] != url:
            return unknown_model(model)
        try:
            if kind is Kind.EMBEDDING:
                return self._embed(model, body)
            return _check_chat(body) or self._chat(model, body, created, identity)
        except NoRecordedAnswer as missing:
            return ApiError(400, f"The sandbox replays recorded answers, and {missing}.", "no_recorded_answer")

    def _chat(self, model: str, body: JsonObject, created: int, identity: bytes) -> Reply | ApiError:
        messages = [(str(one.get("role")), tokens.text_of(one.get("content"))) for one in body["messages"]]
        limit = body.get("max_completion_tokens") or body.get("max_tokens")
        try:
            spoken = self._model.speak(model, messages, body.get("response_format"), limit)
        except NoRecordedAnswer:
            raise
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            message = f"Invalid schema for response_format: {type(error).__name__}."
            return ApiError(400, message, "invalid_json_schema", "response_format")
        finish = "length" if spoken.is_cut else "stop"
        body = _completion(model, spoken.text, finish, spoken.usage, created, identity)
        return Reply(self._flavour.completion(body), spoken.usage)

    def _embed(self, model: str, body: JsonObject) -> Reply | ApiError:
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            return ApiError(400, "'input' must be a non-empty string or a list of them.", param="input")
        size = body.get("dimensions") or DEFAULT_DIMENSIONS.get(model, OTHER_DIMENSIONS)
        usage = Usage(sum(tokens.of_text(text) for text in texts), 0)
        vectors = [
            {"object": "embedding", "index": index, "embedding": _written(vector, body.get("encoding_format"))}
            for index, vector in enumerate(self._model.vectors(texts, size))
        ]
        counted = {"prompt_tokens": usage.input, "total_tokens": usage.input}
        return Reply({"object": "list", "data": vectors, "model": model, "usage": counted}, usage)


def usage_body(usage: Usage) -> JsonObject:
    """`usage` of a chat completion."""
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _completion(model: str, text: str, finish: str, usage: Usage, created: int, identity: bytes) -> JsonObject:
    message: JsonObject = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    return {
        "id": f"chatcmpl-sandbox{identity.hex()}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": usage_body(usage),
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }


def _check_chat(body: JsonObject) -> ApiError | None:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(one, dict) for one in messages):
        return ApiError(400, "'messages' must be a non-empty array of objects.", param="messages")
    if body.get("stream"):
        return ApiError(400, "The sandbox does not stream; leave out 'stream'.", "unsupported_value", "stream")
    if body.get("n") not in (None, 1):
        return ApiError(400, "The sandbox gives one choice; leave out 'n'.", "unsupported_value", "n")
    return _check_limits(body) or _check_format(body.get("response_format"))


def _check_limits(body: JsonObject) -> ApiError | None:
    for name in ("max_tokens", "max_completion_tokens"):
        limit = body.get(name)
        if limit is not None and (not isinstance(limit, int) or limit < 1):
            return ApiError(
                400, f"Invalid '{name}': expected an integer of at least 1.", "integer_below_min_value", name
            )
    return None


def _check_format(wanted: Any) -> ApiError | None:
    kind = wanted.get("type") if isinstance(wanted, dict) else None
    if wanted is None or kind in ("text", "json_object"):
        return None
    schema = wanted.get("json_schema") if kind == "json_schema" else None
    if isinstance(schema, dict) and isinstance(schema.get("name"), str) and isinstance(schema.get("schema"), dict):
        return None
    return ApiError(400, "Invalid 'response_format'.", "invalid_value", "response_format")


def _written(vector: array[float], encoding: Any) -> Any:
    return base64.b64encode(vector.tobytes()).decode() if encoding == "base64" else list(vector)
