"""Bodies of Converse and of the model families, read into one conversation and written from one answer.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html and API_runtime_Converse.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from nightshift.sandbox.usage import JsonObject, Usage

CONVERSE = "Converse"
_SCHEMA = re.compile(r"JSON schema[^{]*")
_LLAMA_TURN = re.compile(r"<\|start_header_id\|>(\w+)<\|end_header_id\|>\n\n(.*?)<\|eot_id\|>", re.DOTALL)
_MISTRAL_TURN = re.compile(r"\[INST\] (.*?) \[/INST\](?: (.*?)</s>)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a body asks. `limit` is as it was given, sensible or not."""

    messages: list[tuple[str, str]]
    limit: Any
    instructions: list[str]
    prefix: tuple[str, ...] = ()  # what stands before the last cache point

    @property
    def wanted(self) -> JsonObject | None:
        """The schema that the instructions ask an answer in: Bedrock's jobs have no other way to ask for one."""
        for text in self.instructions:
            found = _SCHEMA.search(text)
            if found is None:
                continue
            try:
                schema, _ = json.JSONDecoder().raw_decode(text[found.end() :])
            except json.JSONDecodeError:
                continue
            return {"type": "json_schema", "json_schema": {"name": "asked", "schema": schema}}
        return None


class Said(NamedTuple):
    """An answer on its way into a body. `finish` is Converse's word for why it ended."""

    text: str
    finish: str
    usage: Usage
    identity: bytes


class Family(NamedTuple):
    """How one kind of body is read and written. Reading raises LookupError, TypeError or AttributeError."""

    read: Callable[[JsonObject], Conversation]
    write: Callable[[Said], JsonObject]


def family(invocation: str, model: str) -> Family | None:
    """The bodies of a model under Converse or InvokeModel."""
    if invocation == CONVERSE:
        return Family(_read_blocks, _write_converse)
    return next((found for name, found in _FAMILIES.items() if name in model), None)


def _read_blocks(body: JsonObject) -> Conversation:
    system = _texts(body.get("system", []))
    turns = [(one["role"], "\n".join(_texts(one["content"]))) for one in body["messages"]]
    limit = (body.get("inferenceConfig") or {}).get("maxTokens")
    return Conversation([*(("system", text) for text in system), *turns], limit, system, _prefix(body))


def _texts(blocks: list[JsonObject]) -> list[str]:
    return [str(block["text"]) for block in blocks if not _is_cache_point(block)]


def _is_cache_point(block: JsonObject) -> bool:
    return "cachePoint" in block and block["cachePoint"]["type"] == "default"


def _prefix(body: JsonObject) -> tuple[str, ...]:
    blocks = [*body.get("system", []), *(block for one in body["messages"] for block in one["content"])]
    points = [place for place, block in enumerate(blocks) if _is_cache_point(block)]
    return tuple(_texts(blocks[: points[-1]])) if points else ()


def _write_converse(said: Said) -> JsonObject:
    usage = {
        "inputTokens": said.usage.input - said.usage.cached - said.usage.written,
        "outputTokens": said.usage.output,
        "totalTokens": said.usage.input + said.usage.output,
        "cacheReadInputTokens": said.usage.cached,
        "cacheWriteInputTokens": said.usage.written,
    }
    content = [{"text": said.text}] if said.text else []
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": said.finish,
        "usage": usage,
        "metrics": {"latencyMs": 1},
    }


def _write_nova(said: Said) -> JsonObject:
    whole = _write_converse(said)
    return {name: whole[name] for name in ("output", "stopReason", "usage")}


def _read_anthropic(body: JsonObject) -> Conversation:
    if body["anthropic_version"] != "bedrock-2023-05-31":
        raise LookupError("anthropic_version")
    system = [body["system"]] if body.get("system") else []
    turns = [(one["role"], _plain(one["content"])) for one in body["messages"]]
    return Conversation([*(("system", text) for text in system), *turns], body["max_tokens"], system)


def _plain(content: Any) -> str:
    return content if isinstance(content, str) else "\n".join(block["text"] for block in content)


def _write_anthropic(said: Said) -> JsonObject:
    reason = "refusal" if said.finish in ("content_filtered", "guardrail_intervened") else said.finish
    return {
        "id": f"msg_bdrk_{said.identity.hex()[:24]}",
        "type": "message",
        "role": "assistant",
        "content": [{"type": "text", "text": said.text}] if said.text else [],
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": {"input_tokens": said.usage.input, "output_tokens": said.usage.output},
    }


def _read_llama(body: JsonObject) -> Conversation:
    turns = _LLAMA_TURN.findall(body["prompt"])
    return Conversation(turns, body.get("max_gen_len", 512), [text for role, text in turns if role == "system"])


def _write_llama(said: Said) -> JsonObject:
    return {
        "generation": said.text,
        "prompt_token_count": said.usage.input,
        "generation_token_count": said.usage.output,
        "stop_reason": "length" if said.finish == "max_tokens" else "stop",
    }


def _read_cohere(body: JsonObject) -> Conversation:
    roles = {"USER": "user", "CHATBOT": "assistant"}
    system = [body["preamble"]] if body.get("preamble") else []
    history = [(roles[one["role"]], one["message"]) for one in body.get("chat_history", [])]
    spoken = [*(("system", text) for text in system), *history, ("user", body["message"])]
    return Conversation(spoken, body.get("max_tokens"), system)


def _write_cohere(said: Said) -> JsonObject:
    reasons = {"max_tokens": "MAX_TOKENS", "content_filtered": "ERROR_TOXIC"}
    return {
        "response_id": said.identity.hex()[:16],
        "generation_id": said.identity.hex()[16:],
        "text": said.text,
        "finish_reason": reasons.get(said.finish, "COMPLETE"),
    }


def _read_mistral(body: JsonObject) -> Conversation:
    turns = _MISTRAL_TURN.findall(body["prompt"])
    spoken = [pair for asked, told in turns for pair in (("user", asked), ("assistant", told)) if pair[1]]
    return Conversation(spoken, body.get("max_tokens"), [body["prompt"]])


def _write_mistral(said: Said) -> JsonObject:
    return {"outputs": [{"text": said.text, "stop_reason": "length" if said.finish == "max_tokens" else "stop"}]}


_FAMILIES = {
    "anthropic.": Family(_read_anthropic, _write_anthropic),
    "amazon.nova": Family(_read_blocks, _write_nova),
    "meta.": Family(_read_llama, _write_llama),
    "cohere.": Family(_read_cohere, _write_cohere),
    "mistral.": Family(_read_mistral, _write_mistral),
}
