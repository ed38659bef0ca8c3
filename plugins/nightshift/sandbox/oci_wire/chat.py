"""Chat and embeddings: requests in OCI's three formats, and answers in the same one.

Fields: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/ChatDetails and the typed
models of the oci package, with which the tests read what is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Literal

from nightshift.sandbox import tokens
from nightshift.sandbox.model import NoRecordedAnswer, Spoken, StandInModel
from nightshift.sandbox.oci_wire.calls import NOT_FOUND, Call, Refusal
from nightshift.sandbox.prices import Kind, kind_of
from nightshift.sandbox.usage import JsonObject, Usage

MOST_INPUTS = 96  # https://docs.oracle.com/iaas/Content/generative-ai/use-playground-embed.htm
Format = Literal["COHERE", "COHEREV2", "GENERIC"]
_ROLES = {"CHATBOT": "assistant"}
_DIMENSIONS = {"light": 384, "v4": 1536}
_OTHER_DIMENSIONS = 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """A served request: its response body and what it used."""

    body: JsonObject
    usage: Usage


def format_of(model: str) -> Format:
    """The format that a model is spoken to in."""
    if not model.startswith("cohere."):
        return "GENERIC"
    return "COHEREV2" if re.match(r"cohere\.command-a-(reasoning|vision)", model) else "COHERE"


def digest(call: Call) -> bytes:
    """Identity of a request: equal for equal bodies."""
    return blake2b(call.path.encode() + b"\0" + call.content, digest_size=16).digest()


class Responder:
    """Gives a request to the stand-in model and its answer OCI's form."""

    def __init__(self, provider: str, model: StandInModel) -> None:
        self._provider, self._model = provider, model

    def chat(self, call: Call) -> Reply | Refusal:
        """POST /actions/chat."""
        model = self._model_of(call, Kind.CHAT)
        if isinstance(model, Refusal):
            return model
        request = call.body.get("chatRequest")
        if not isinstance(request, dict):
            return _missing("chatRequest")
        if request.get("apiFormat") != format_of(model):
            return _invalid(f"Chat request's apiFormat must match serving model's apiFormat {format_of(model)}")
        refused = _check_chat(request)
        if refused is not None:
            return refused
        try:
            spoken = self._speak(model, request)
        except NoRecordedAnswer as missing:
            return _invalid(f"The sandbox replays recorded answers, and {missing}.")
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            return _invalid(f"Invalid messages or response format: {type(error).__name__}.")
        response = _RESPONSES[format_of(model)](spoken, digest(call).hex())
        return Reply({"modelId": model, "modelVersion": "1.0", "chatResponse": response}, spoken.usage)

    def embed(self, call: Call) -> Reply | Refusal:
        """POST /actions/embedText."""
        model = self._model_of(call, Kind.EMBEDDING)
        if isinstance(model, Refusal):
            return model
        texts = call.body.get("inputs")
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
            return _invalid("inputs must be a list of texts")
        if len(texts) > MOST_INPUTS:
            return _invalid(f"inputs must not have more than {MOST_INPUTS} entries, found {len(texts)}")
        size = next((size for name, size in _DIMENSIONS.items() if name in model), _OTHER_DIMENSIONS)
        vectors = [list(vector) for vector in self._model.vectors(texts, size)]
        used = Usage(sum(tokens.of_text(text) for text in texts), 0, input_characters=sum(map(len, texts)))
        identity = digest(call).hex()
        body = {"id": identity, "embeddings": vectors, "modelId": model, "modelVersion": "1.0", "usage": _usage(used)}
        return Reply(body, used)

    def _model_of(self, call: Call, wanted: Kind) -> str | Refusal:
        compartment = call.body.get("compartmentId")
        if not isinstance(compartment, str) or not compartment:
            return _missing("compartmentId")
        if "invalid" in compartment:
            return NOT_FOUND
        if call.model is None:
            return _missing("servingMode")
        if kind_of(self._provider, call.model) is not wanted:
            return Refusal(404, "404", f"Entity with key {call.model} not found")
        return call.model

    def _speak(self, model: str, request: JsonObject) -> Spoken:
        messages = _conversation(request) if request["apiFormat"] == "COHERE" else _messages(request)
        limit = request.get("maxTokens") or request.get("maxCompletionTokens")
        return self._model.speak(model, messages, _wanted(request.get("responseFormat")), limit)


def _conversation(request: JsonObject) -> list[tuple[str, str]]:
    preamble = request.get("preambleOverride")
    history = [(_role(one["role"]), one["message"]) for one in request.get("chatHistory") or []]
    return [*([("system", preamble)] if preamble else []), *history, ("user", request["message"])]


def _messages(request: JsonObject) -> list[tuple[str, str]]:
    return [(_role(one["role"]), tokens.text_of(one["content"])) for one in request["messages"]]


def _role(name: str) -> str:
    return _ROLES.get(name, name.lower())


def _wanted(asked: Any) -> JsonObject | None:
    """A response format as the stand-in model knows it, which is OpenAI's."""
    kind = asked.get("type") if isinstance(asked, dict) else None
    if kind == "JSON_SCHEMA":
        schema = asked["jsonSchema"]["schema"]
    elif kind == "JSON_OBJECT":
        schema = asked.get("schema")
    else:
        return None
    if schema is None:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}


def _check_chat(request: JsonObject) -> Refusal | None:
    asked = request.get("message" if request["apiFormat"] == "COHERE" else "messages")
    if not asked:
        return _missing("message")
    if request.get("isStream"):
        return _invalid("The sandbox does not stream; leave out isStream")
    if request.get("numGenerations") not in (None, 1):
        return _invalid("The sandbox gives one choice; leave out numGenerations")
    for name in ("maxTokens", "maxCompletionTokens"):
        limit = request.get(name)
        if limit is not None and (type(limit) is not int or limit < 1):
            return _invalid(f"{name} must be an integer of at least 1")
    return None


def _missing(name: str) -> Refusal:
    return Refusal(400, "MissingParameter", f"{name} must not be empty")


def _invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidParameter", message)


def _cohere(spoken: Spoken, identity: str) -> JsonObject:
    finish = "MAX_TOKENS" if spoken.is_cut else "COMPLETE"
    return {"apiFormat": "COHERE", "text": spoken.text, "finishReason": finish, "usage": _usage(spoken.usage)}


def _cohere_v2(spoken: Spoken, identity: str) -> JsonObject:
    finish = "MAX_TOKENS" if spoken.is_cut else "COMPLETE"
    message = {"role": "ASSISTANT", "content": [{"type": "TEXT", "text": spoken.text}]}
    usage = _usage(spoken.usage)
    return {"apiFormat": "COHEREV2", "id": identity, "message": message, "finishReason": finish, "usage": usage}


def _generic(spoken: Spoken, identity: str) -> JsonObject:
    message = {"role": "ASSISTANT", "content": [{"type": "TEXT", "text": spoken.text}]}
    choice = {"index": 0, "message": message, "finishReason": "length" if spoken.is_cut else "stop"}
    return {
        "apiFormat": "GENERIC",
        "timeCreated": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "choices": [choice],
        "usage": _usage(spoken.usage),
    }


_RESPONSES: dict[Format, Callable[[Spoken, str], JsonObject]] = {
    "COHERE": _cohere,
    "COHEREV2": _cohere_v2,
    "GENERIC": _generic,
}


def _usage(usage: Usage) -> JsonObject:
    return {
        "promptTokens": usage.input,
        "completionTokens": usage.output,
        "totalTokens": usage.input + usage.output,
        "promptTokensDetails": {"cachedTokens": usage.cached},
        "completionTokensDetails": {"reasoningTokens": usage.reasoning},
    }


def double_usage(body: JsonObject) -> None:
    """Makes an answer claim twice the tokens that it used."""
    usage = body["chatResponse"]["usage"]
    doubled = {name: count * 2 for name, count in usage.items() if isinstance(count, int)}
    body["chatResponse"]["usage"] = {**usage, **doubled}
