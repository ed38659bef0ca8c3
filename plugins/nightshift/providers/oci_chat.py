"""The three chat formats of OCI Generative AI: writing requests, reading answers.

Fields: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/ChatDetails
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nightshift.errors import Misconfigured
from nightshift.providers.port import ModelCall, RequestTemplate, Target

CHAT_OPTIONS = frozenset({"endpoint_id", "api_format"})


class ApiFormat(StrEnum):
    """What a model is spoken to in. The option `api_format` says it for an endpoint whose name does not."""

    COHERE = "COHERE"
    COHERE_V2 = "COHEREV2"
    GENERIC = "GENERIC"


@dataclass(frozen=True)
class Said:
    """What a chat response says; token counts are 0 where it has none."""

    text: str
    finish_reason: str
    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    reasoning_tokens: int


# Cohere's words and OpenAI's, which the generic format passes on, in OpenAI's.
_FINISH = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop",
    "MAX_TOKENS": "length",
    "ERROR_LIMIT": "length",
    "ERROR_TOXIC": "content_filter",
}
_ROLES = {"system": "SYSTEM", "user": "USER", "assistant": "ASSISTANT"}
_COHERE_ROLES = {"user": "USER", "assistant": "CHATBOT"}


def serving_mode(target: Target) -> dict[str, str]:
    """Where the model runs. On-demand serving never steps in for an endpoint of a dedicated cluster."""
    endpoint_id = target.options.get("endpoint_id")
    if endpoint_id:
        return {"servingType": "DEDICATED", "endpointId": endpoint_id}
    return {"servingType": "ON_DEMAND", "modelId": target.model}


def check_options(target: Target, known: frozenset[str]) -> None:
    """Raises Misconfigured for an option that nothing here reads."""
    if unknown := sorted(set(target.options) - known):
        raise Misconfigured(
            f"options of the model {target.model}: {', '.join(unknown)} unknown to OCI Generative AI; "
            f"known: {', '.join(sorted(known))}; mend include/models/catalogue.yaml"
        )


def template(call: ModelCall) -> RequestTemplate:
    """`{"id": ..., "chatDetails": {...}}`: our row number, and the body of POST /actions/chat without compartment."""
    check_options(call.target, CHAT_OPTIONS)
    chosen = _format_of(call.target)
    fixed, before_user, after = _cohere(call) if chosen is ApiFormat.COHERE else _with_messages(call, chosen)
    mode, request = _text(serving_mode(call.target)), _text({"apiFormat": chosen.value, **fixed})
    return RequestTemplate(
        before_id='{"id": "',
        before_user=f'", "chatDetails": {{"servingMode": {mode}, "chatRequest": {request[:-1]}, {before_user}',
        after=f"{after}}}}}}}\n",
    )


def characters_asked(request: dict[str, Any]) -> int:
    """The prompt's length as OCI bills it: https://docs.oracle.com/iaas/Content/generative-ai/pay-on-demand.htm"""
    if request["apiFormat"] == ApiFormat.COHERE:
        history = sum(len(one["message"]) for one in request.get("chatHistory", ()))
        return len(request.get("preambleOverride", "")) + history + len(request["message"])
    return sum(len(part["text"]) for message in request["messages"] for part in message["content"])


def said(response: dict[str, Any]) -> Said:
    """Reads a chatResponse. Raises LookupError, TypeError or AttributeError where it is none."""
    text, finish_reason = _READERS[ApiFormat(response["apiFormat"])](response)
    if not isinstance(text, str):
        raise TypeError("an answer is a text")
    usage = response.get("usage") or {}
    return Said(
        text,
        _FINISH.get(finish_reason, finish_reason.lower()),
        _count(usage, "promptTokens"),
        _count(usage.get("promptTokensDetails") or {}, "cachedTokens"),
        _count(usage, "completionTokens"),
        _count(usage.get("completionTokensDetails") or {}, "reasoningTokens"),
    )


def _format_of(target: Target) -> ApiFormat:
    named = target.options.get("api_format")
    if named:
        if named not in set(ApiFormat):
            raise Misconfigured(
                f"options of the model {target.model}: api_format {named!r} is none of {', '.join(ApiFormat)}"
            )
        return ApiFormat(named)
    if not target.model.startswith("cohere."):
        return ApiFormat.GENERIC
    # https://docs.oracle.com/iaas/Content/generative-ai/cohere-command-a-reasoning.htm, ...-vision.htm
    return ApiFormat.COHERE_V2 if re.match(r"cohere\.command-a-(reasoning|vision)", target.model) else ApiFormat.COHERE


def _cohere(call: ModelCall) -> tuple[dict[str, Any], str, str]:
    preamble = "\n\n".join(text for role, text in call.fixed_messages if role == "system")
    history = [
        {"role": _known(_COHERE_ROLES, role), "message": text} for role, text in call.fixed_messages if role != "system"
    ]
    fixed = _settings(call) | {"maxTokens": call.max_output_tokens} | _cohere_schema(call)
    fixed |= {"preambleOverride": preamble} if preamble else {}
    fixed |= {"chatHistory": history} if history else {}
    return fixed, '"message": ', ""


def _with_messages(call: ModelCall, chosen: ApiFormat) -> tuple[dict[str, Any], str, str]:
    shown = [(_known(_ROLES, role), [{"type": "TEXT", "text": text}]) for role, text in call.fixed_messages]
    # OpenAI's models refuse maxTokens: github.com/oracle/langchain-oracle/issues/214
    limit = "maxCompletionTokens" if call.target.model.startswith("openai.") else "maxTokens"
    schema = _cohere_schema(call) if chosen is ApiFormat.COHERE_V2 else _generic_schema(call)
    fixed = _settings(call) | {limit: call.max_output_tokens} | schema
    before = "".join(f"{_text({'role': role, 'content': content})}, " for role, content in shown)
    return fixed, f'"messages": [{before}{{"role": "USER", "content": [{{"type": "TEXT", "text": ', "}]}]"


def _settings(call: ModelCall) -> dict[str, Any]:
    return {"temperature": call.temperature} | ({} if call.seed is None else {"seed": call.seed})


def _cohere_schema(call: ModelCall) -> dict[str, Any]:
    if call.answer_schema is None:
        return {}
    return {"responseFormat": {"type": "JSON_OBJECT", "schema": call.answer_schema}}


def _generic_schema(call: ModelCall) -> dict[str, Any]:
    if call.answer_schema is None:
        return {}
    schema = {"name": call.answer_name, "schema": call.answer_schema, "isStrict": True}
    return {"responseFormat": {"type": "JSON_SCHEMA", "jsonSchema": schema}}


def _known(roles: dict[str, str], role: str) -> str:
    if role not in roles:
        raise Misconfigured(f"OCI Generative AI has no role {role!r} for an example; known: {', '.join(roles)}")
    return roles[role]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _read_cohere(response: dict[str, Any]) -> tuple[Any, str]:
    return response["text"], response["finishReason"]


def _read_cohere_v2(response: dict[str, Any]) -> tuple[Any, str]:
    return _joined(response["message"]), response["finishReason"]


def _read_generic(response: dict[str, Any]) -> tuple[Any, str]:
    choice = response["choices"][0]
    return _joined(choice["message"]), choice["finishReason"]


def _joined(message: dict[str, Any]) -> str:
    """The text parts; a model's thinking is no part of its answer."""
    return "".join(part["text"] for part in message.get("content") or () if part["type"] == "TEXT")


_READERS = {
    ApiFormat.COHERE: _read_cohere,
    ApiFormat.COHERE_V2: _read_cohere_v2,
    ApiFormat.GENERIC: _read_generic,
}


def _count(counts: dict[str, Any], name: str) -> int:
    value = counts.get(name)
    if value is None:
        return 0
    if type(value) is not int or value < 0:
        raise TypeError("tokens are counted in whole numbers")
    return value
