"""OCI Generative AI: chat, embeddings and guardrails, one request at a time; there is no batch API.

On-demand serving or an endpoint of a dedicated AI cluster, named by the option `endpoint_id` of a model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from secrets import token_hex
from typing import Any

import orjson

from nightshift.errors import AnswerLost, Misconfigured, ProviderRefused
from nightshift.providers import oci_chat, oci_connection
from nightshift.providers.credentials import Credentials
from nightshift.providers.oci_client import OciClient, Refusal, Reply
from nightshift.providers.port import Embeddings, ModelCall, Moderation, RequestTemplate, RowResult, Speaker, Target

# https://docs.oracle.com/iaas/Content/generative-ai/use-playground-embed.htm
MOST_INPUTS = 96
EMBED_OPTIONS = frozenset({"endpoint_id", "input_type", "output_dimensions"})
# https://docs.oracle.com/iaas/Content/generative-ai/guardrails.htm
_GUARDRAILS = {
    "contentModerationConfig": {"categories": ["OVERALL", "BLOCKLIST"]},
    "personallyIdentifiableInformationConfig": {"types": ["PERSON", "EMAIL", "TELEPHONE_NUMBER", "ADDRESS"]},
    "promptInjectionConfig": {},
}
FLAGGED_FROM = 0.5  # categories score 0 or 1, personal data by confidence


class OciGenAiProvider:
    """A Provider and Moderator on the real SDK."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        connection = oci_connection.read(credentials, region)
        self._compartment_id = connection.compartment_id
        self._client = OciClient(connection)

    def template(self, call: ModelCall) -> RequestTemplate:
        return oci_chat.template(call)

    async def answer(self, line: bytes, target: Target, key: str) -> bytes:
        asked = orjson.loads(line)
        details = asked["chatDetails"]
        if details["servingMode"] != oci_chat.serving_mode(target):
            raise Misconfigured(
                f"the request was written for another place than the model {target.model} is served at now; "
                "run the job anew, or put the endpoint back in include/models/catalogue.yaml"
            )
        body = orjson.dumps({"compartmentId": self._compartment_id, **details})
        # Not the key itself: the token ends up in OCI's logs.
        found = await self._client.call("chat", body, sha256(key.encode()).hexdigest(), "answer a request")
        if isinstance(found, Refusal):
            return _line(
                {"id": asked["id"], "status": found.status, "requestId": found.request_id, "error": found.code}
            )
        return _answered(asked["id"], details["chatRequest"], found)

    def parse(self, line: bytes) -> RowResult | None:
        return parse_result_line(line)

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        oci_chat.check_options(target, EMBED_OPTIONS)
        parts = [list(texts[start : start + MOST_INPUTS]) for start in range(0, len(texts), MOST_INPUTS)]
        done = await asyncio.gather(*(self._embed(part, target) for part in parts))
        vectors = tuple(vector for part, _ in done for vector in part)
        return Embeddings(vectors, sum(tokens for _, tokens in done), sum(map(len, texts)))

    def texts_per_request(self, target: Target) -> int:
        return MOST_INPUTS

    async def moderate(self, texts: Sequence[str], target: Target, speaker: Speaker) -> tuple[Moderation, ...]:
        return tuple(await asyncio.gather(*(self._moderate(text) for text in texts)))

    async def _embed(self, texts: list[str], target: Target) -> tuple[list[tuple[float, ...]], int]:
        wanted: dict[str, Any] = {"inputs": texts, "servingMode": oci_chat.serving_mode(target), "truncate": "NONE"}
        wanted["inputType"] = target.options.get("input_type", "SEARCH_DOCUMENT")
        if size := target.options.get("output_dimensions"):
            wanted["outputDimensions"] = int(size)
        content = await self._asked("embedText", wanted, "embed texts")
        try:
            vectors = [tuple(vector) for vector in content["embeddings"]]
            tokens = int((content.get("usage") or {}).get("promptTokens") or 0)
        except (LookupError, TypeError, ValueError, AttributeError):
            raise _unreadable("embed texts") from None
        if len(vectors) != len(texts):
            raise _unreadable("embed texts")
        return vectors, tokens

    async def _moderate(self, text: str) -> Moderation:
        wanted = {"input": {"type": "TEXT", "content": text}, "guardrailConfigs": _GUARDRAILS}
        content = await self._asked("applyGuardrails", wanted, "apply its guardrails")
        try:
            categories = _categories(content["results"])
        except (LookupError, TypeError, ValueError, AttributeError):
            raise _unreadable("apply its guardrails") from None
        return Moderation(any(score >= FLAGGED_FROM for score in categories.values()), categories)

    async def _asked(self, action: str, wanted: dict[str, Any], doing: str) -> Any:
        body = orjson.dumps({"compartmentId": self._compartment_id, **wanted})
        # A token of its own: equal texts of two runs are booked by both, so they must be billed to both.
        found = await self._client.call(action, body, token_hex(32), doing)
        if isinstance(found, Refusal):
            raise ProviderRefused(
                f"OCI Generative AI refused to {doing}: status {found.status}, code {found.code}. Check that no text "
                "is empty or too long, and the model in include/models/catalogue.yaml"
            )
        return _read(found, doing)


def parse_result_line(line: bytes) -> RowResult | None:
    """One line as `answer` writes it; None where it is none."""
    try:
        content = orjson.loads(line)
        row_id, request_id, error = content["id"], content["requestId"], content["error"]
        if not isinstance(row_id, str):
            return None
        if error is not None:
            return RowResult(row_id, None, None, 0, 0, 0, 0, request_id, str(error), bool(content["retryable"]))
        said = oci_chat.said(content["chatResponse"])
        return RowResult(
            row_id,
            said.text,
            said.finish_reason,
            said.input_tokens,
            said.cached_input_tokens,
            said.output_tokens,
            said.reasoning_tokens,
            request_id,
            None,
            False,
            int(content["inputCharacters"]),
            int(content["outputCharacters"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _answered(row_id: str, request: dict[str, Any], reply: Reply) -> bytes:
    content = _read(reply, "answer a request")
    try:
        response = content["chatResponse"]
        said = oci_chat.said(response)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise _unreadable("answer a request") from None
    return _line(
        {
            "id": row_id,
            "status": 200,
            "requestId": reply.request_id,
            "chatResponse": response,
            "inputCharacters": oci_chat.characters_asked(request),
            "outputCharacters": len(said.text),
        }
    )


def _line(content: dict[str, Any]) -> bytes:
    # A request that OCI refused for what is in it will be refused again.
    whole = {"chatResponse": None, "inputCharacters": 0, "outputCharacters": 0, "error": None, "retryable": False}
    return orjson.dumps({**whole, **content}, option=orjson.OPT_APPEND_NEWLINE)


def _read(reply: Reply, doing: str) -> Any:
    try:
        return orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        raise _unreadable(doing) from None


def _unreadable(doing: str) -> AnswerLost:
    return AnswerLost(
        f"OCI Generative AI was to {doing}, and what came is no answer: it may be cut; it is asked for again"
    )


def _categories(results: dict[str, Any]) -> dict[str, float]:
    """OCI's three guardrails in one: CONTENT:<category>, PERSONAL:<type> and INJECTION."""
    moderated = (results.get("contentModeration") or {}).get("categories") or ()
    found = {f"CONTENT:{one['name']}": float(one["score"]) for one in moderated}
    for one in results.get("personallyIdentifiableInformation") or ():
        name = f"PERSONAL:{one['label']}"
        found[name] = max(found.get(name, 0.0), float(one["score"]))
    injection = results.get("promptInjection")
    return found | ({"INJECTION": float(injection["score"])} if injection else {})
