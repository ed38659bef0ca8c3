"""One request, one reply: Converse, InvokeModel, embeddings; in a job or on its own."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import orjson

from nightshift.sandbox import tokens
from nightshift.sandbox.bedrock_wire import guardrail
from nightshift.sandbox.bedrock_wire.caching import PromptCache, cache_problem
from nightshift.sandbox.bedrock_wire.native import CONVERSE, Conversation, Said, family
from nightshift.sandbox.bedrock_wire.wire import UNKNOWN_MODEL, AwsError, Reply, invalid
from nightshift.sandbox.model import NoRecordedAnswer, Spoken, StandInModel
from nightshift.sandbox.prices import Kind, kind_of
from nightshift.sandbox.usage import JsonObject, Usage

_TITAN_DIMENSIONS = (1024, 512, 256)
_COHERE_DIMENSIONS, _COHERE_TEXTS = 1024, 96
_INTERVENED = "guardrail_intervened"


def digest(model: str, body: JsonObject) -> bytes:
    """Identity of a request: equal for equal JSON, whatever its key order."""
    return blake2b(model.encode() + b"\0" + orjson.dumps(body, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()


class Responder:
    """Gives a request to the stand-in model and its answer the asked form."""

    def __init__(self, provider: str, model: StandInModel) -> None:
        self._provider, self._model, self._cache = provider, model, PromptCache()

    def reply(
        self, invocation: str, model: str, body: JsonObject, identity: bytes, *, filtered: bool = False
    ) -> Reply | AwsError:
        """The response to one request, or the error that AWS would answer. `filtered`: the model's filter blocks it."""
        kind = kind_of(self._provider, model)
        try:
            if kind is Kind.EMBEDDING and invocation != CONVERSE:
                return self._embed(model, body)
            if kind is not Kind.CHAT:
                return UNKNOWN_MODEL
            return self._chat(invocation, model, body, identity, filtered=filtered)
        except NoRecordedAnswer as missing:
            return invalid(f"The sandbox replays recorded answers, and {missing}.")
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            return invalid(f"Malformed input request ({type(error).__name__}), please reformat your input.")

    def _chat(
        self, invocation: str, model: str, body: JsonObject, identity: bytes, *, filtered: bool
    ) -> Reply | AwsError:
        form = family(invocation, model)
        if form is None:
            return UNKNOWN_MODEL
        asked = form.read(body)
        problem = _check(asked) or cache_problem(model, asked.prefix)
        if problem is not None:
            return problem
        said = self._guarded(body.get("guardrailConfig"), asked, identity) or self._said(model, asked, identity)
        if isinstance(said, AwsError):
            return said
        if filtered:
            said = Said("", "content_filtered", said.usage._replace(output=0, output_characters=0), identity)
        return Reply(form.write(said), said.usage)

    def _said(self, model: str, asked: Conversation, identity: bytes) -> Said:
        spoken: Spoken = self._model.speak(model, asked.messages, asked.wanted, asked.limit)
        usage = self._cache.used(model, asked.prefix, spoken.usage)
        return Said(spoken.text, "max_tokens" if spoken.is_cut else "end_turn", usage, identity)

    def _guarded(self, chosen: Any, asked: Conversation, identity: bytes) -> Said | AwsError | None:
        """The guardrail's own answer, for which no model is asked and no token is billed."""
        if not chosen:
            return None
        missing = guardrail.missing(chosen["guardrailIdentifier"])
        if missing is not None:
            return missing
        blocked = guardrail.struck([text for role, text in asked.messages if role == "user"])
        return Said(guardrail.BLOCKED, _INTERVENED, Usage(0, 0), identity) if blocked else None

    def _embed(self, model: str, body: JsonObject) -> Reply | AwsError:
        if "cohere." in model:
            return self._embed_cohere(body)
        text, size = body["inputText"], body.get("dimensions", _TITAN_DIMENSIONS[0])
        if not isinstance(text, str) or not text or size not in _TITAN_DIMENSIONS:
            return invalid("Malformed input request, please reformat your input.")
        usage = Usage(tokens.of_text(text), 0)
        vector = list(self._model.vectors([text], size)[0])
        return Reply({"embedding": vector, "inputTextTokenCount": usage.input}, usage)

    def _embed_cohere(self, body: JsonObject) -> Reply | AwsError:
        texts = body["texts"]
        if not 1 <= len(texts) <= _COHERE_TEXTS or "input_type" not in body:
            return invalid("Malformed input request, please reformat your input.")
        vectors = [list(vector) for vector in self._model.vectors(texts, _COHERE_DIMENSIONS)]
        body = {"embeddings": vectors, "response_type": "embeddings_floats", "texts": texts}
        return Reply(body, Usage(sum(tokens.of_text(text) for text in texts), 0))


def _check(asked: Conversation) -> AwsError | None:
    if not any(role == "user" and text for role, text in asked.messages):
        return invalid("A conversation must start with a user message.")
    if asked.limit is not None and (not isinstance(asked.limit, int) or asked.limit < 1):
        return invalid("Malformed input request: the limit of tokens must be at least 1.")
    return None
