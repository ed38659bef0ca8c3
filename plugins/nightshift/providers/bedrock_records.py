"""Records of Bedrock's jobs: Converse for every family, and the native InvokeModel bodies of five of them.

Formats: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html and model-parameters.html there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from nightshift.errors import Misconfigured
from nightshift.providers.bedrock_prompt_cache import OPTION, least_tokens
from nightshift.providers.port import ModelCall, RequestTemplate, Target

Body = dict[str, Any]

CONVERSE, INVOKE_MODEL = "converse", "invoke_model"
# "11 character alphanumeric string" in the guide; a row number is padded to it.
ID_DIGITS = 11

# Jobs take neither tools nor response formats (batch-inference.html: "does not support tool calling or structured
# output"), so a forced tool or outputConfig is no way to a schema there. The schema stands in the system message
# instead, also in real time: a shard must not be asked differently because it is small. Answers are checked anyway.
SCHEMA_REQUEST = (
    "Answer with one JSON value that conforms to the following JSON schema, and with nothing else: "
    "no explanation, no code fence.\n"
)
_FAMILY = re.compile(r"(?:^|[./])(anthropic|amazon\.nova|meta|cohere|mistral)[.-]")
_GUARDRAIL = re.compile(r"(?P<identifier>.+):(?P<version>[1-9][0-9]{0,7}|DRAFT)")


def template(call: ModelCall) -> RequestTemplate:
    """The record of every row. Raises Misconfigured for options that Bedrock lacks."""
    write = _writer(call.target)
    # The whole record is encoded once, with marks where the row's own parts go, and cut at the marks.
    row_id, user = token_hex(16), token_hex(16)
    record = json.dumps({"recordId": row_id, "modelInput": write(call, user)}, ensure_ascii=False)
    before_id, _, rest = record.partition(row_id)
    # A text of its own is cut out with its quotes; within a prompt there are none around it.
    quoted = f'"{user}"'
    bare = quoted not in rest
    before_user, _, after = rest.partition(user if bare else quoted)
    return RequestTemplate(before_id, before_user, f"{after}\n", ID_DIGITS, bare_user=bare)


def record_format(target: Target) -> str:
    """How the target wants its records."""
    found = target.options.get("record_format", CONVERSE)
    if found not in (CONVERSE, INVOKE_MODEL):
        raise Misconfigured(
            f"options.record_format of {target.model} is {found!r}; Bedrock has {CONVERSE}, {INVOKE_MODEL}"
        )
    return found


def guardrail(target: Target) -> dict[str, str] | None:
    """Identifier and version of the guardrail that the target asks for."""
    text = target.options.get("guardrail")
    if text is None:
        return None
    found = _GUARDRAIL.fullmatch(text)
    if found is None:
        raise Misconfigured(
            f"options.guardrail of {target.model} is {text!r}; write it as id:version, the version a number or DRAFT"
        )
    return {"guardrailIdentifier": found["identifier"], "guardrailVersion": found["version"]}


def _writer(target: Target) -> Callable[[ModelCall, str], Body]:
    cached = least_tokens(target)  # also says what is wrong with the option
    if record_format(target) == CONVERSE:
        return _converse
    if cached is not None:
        raise Misconfigured(f"options.{OPTION} of {target.model} needs record_format {CONVERSE}")
    if guardrail(target) is not None:
        # In real time the guardrail is a header, and a job has no place for it: never go without in silence.
        raise Misconfigured(
            f"options.guardrail of {target.model} needs record_format {CONVERSE}: a native record has no place for it"
        )
    family = _FAMILY.search(target.model)
    if family is None:
        raise Misconfigured(
            f"options.record_format of {target.model}: no native record is known for this family; use {CONVERSE}"
        )
    return _NATIVE[family[1]]


def _converse(call: ModelCall, user: str) -> Body:
    # Converse has no seed; what is asked at temperature 0 is nearly the same every time. Whether a job heeds
    # guardrailConfig is not documented; the guide excepts tool calling and structured output only.
    body: Body = _blocks(call, user)
    chosen = guardrail(call.target)
    return body if chosen is None else {**body, "guardrailConfig": chosen}


def _nova(call: ModelCall, user: str) -> Body:
    return {"schemaVersion": "messages-v1", **_blocks(call, user)}


def _blocks(call: ModelCall, user: str) -> Body:
    turns = [{"role": role, "content": [{"text": text}]} for role, text in _turns(call, user)]
    limits = {"maxTokens": call.max_output_tokens, "temperature": call.temperature}
    system = _system(call)
    return {**({"system": [{"text": system}]} if system else {}), "messages": turns, "inferenceConfig": limits}


def _anthropic(call: ModelCall, user: str) -> Body:
    turns = [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in _turns(call, user)]
    system = _system(call)
    return {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": call.max_output_tokens,
        "temperature": call.temperature,
        **({"system": system} if system else {}),
        "messages": turns,
    }


def _cohere(call: ModelCall, user: str) -> Body:
    history = [
        {"role": "USER" if role == "user" else "CHATBOT", "message": text} for role, text in _turns(call, user)[:-1]
    ]
    system = _system(call)
    return {
        **({"preamble": system} if system else {}),
        **({"chat_history": history} if history else {}),
        "message": user,
        "max_tokens": call.max_output_tokens,
        "temperature": call.temperature,
        **({} if call.seed is None else {"seed": call.seed}),
    }


# Llama and Mistral take one prompt in which special words part the speakers. A row's text that holds such a word can
# end the user's turn and speak as the system. Converse keeps them apart; take these only where it is not to be had.


def _llama(call: ModelCall, user: str) -> Body:
    system = _system(call)
    spoken = [*([("system", system)] if system else []), *_turns(call, user)]
    turns = "".join(f"<|start_header_id|>{role}<|end_header_id|>\n\n{text}<|eot_id|>" for role, text in spoken)
    return {
        "prompt": f"<|begin_of_text|>{turns}<|start_header_id|>assistant<|end_header_id|>\n\n",
        "max_gen_len": call.max_output_tokens,
        "temperature": call.temperature,
    }


def _mistral(call: ModelCall, user: str) -> Body:
    system = _system(call)
    prompt = "<s>"
    for number, (role, text) in enumerate(_turns(call, user)):
        opening = f"{system}\n\n" if system and number == 0 else ""
        prompt += f"[INST] {opening}{text} [/INST]" if role == "user" else f" {text}</s>"
    return {"prompt": prompt, "max_tokens": call.max_output_tokens, "temperature": call.temperature}


_NATIVE: dict[str, Callable[[ModelCall, str], Body]] = {
    "anthropic": _anthropic,
    "amazon.nova": _nova,
    "meta": _llama,
    "cohere": _cohere,
    "mistral": _mistral,
}


def _system(call: ModelCall) -> str:
    texts = [text for role, text in call.fixed_messages if role == "system" and text]
    if call.answer_schema is not None:
        texts.append(SCHEMA_REQUEST + json.dumps(call.answer_schema, ensure_ascii=False))
    return "\n\n".join(texts)


def _turns(call: ModelCall, user: str) -> list[tuple[str, str]]:
    return [*((role, text) for role, text in call.fixed_messages if role != "system"), ("user", user)]
