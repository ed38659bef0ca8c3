"""What Azure OpenAI says differently.

Batches: learn.microsoft.com/azure/ai-foundry/openai/how-to/batch (URLs of lines, the empty error file of a successful
job, no usage on the batch object). Filters: .../concepts/content-filter and answers quoted in litellm and helm.
"""

from __future__ import annotations

from typing import Any

from nightshift.sandbox.openai_wire.wire import ApiError, Flavour
from nightshift.sandbox.prices import Kind
from nightshift.sandbox.usage import JsonObject

_CATEGORIES = ("hate", "self_harm", "sexual", "violence")


class AzureFlavour(Flavour):
    """Azure OpenAI."""

    provider = "azure_openai"
    urls = {Kind.CHAT: "/chat/completions", Kind.EMBEDDING: "/embeddings"}  # noqa: RUF012  a ClassVar of the base
    keeps_empty_files = True

    def error_body(self, found: ApiError) -> JsonObject:
        code = "DeploymentNotFound" if found.code == "model_not_found" else found.code
        error: JsonObject = {"code": code or str(found.status), "message": found.message}
        if found.param is not None:
            error["param"] = found.param
        if found.inner is not None:
            error |= {"type": None, "status": found.status, "innererror": found.inner}
        return {"error": error}

    def filtered(self) -> ApiError:
        message = (
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
            "Please modify your prompt and retry."
        )
        result = {**_harmless(), "violence": {"filtered": True, "severity": "medium"}}
        inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": result}
        return ApiError(400, message, "content_filter", "prompt", inner=inner)

    def completion(self, body: JsonObject) -> JsonObject:
        prompt = {"prompt_index": 0, "content_filter_results": {**_harmless(), "jailbreak": _undetected()}}
        choices = [{**choice, "content_filter_results": _harmless()} for choice in body["choices"]]
        return {**body, "choices": choices, "prompt_filter_results": [prompt]}

    def batch(self, wire: JsonObject) -> JsonObject:
        return {name: value for name, value in wire.items() if name not in ("usage", "model")}


def _harmless() -> dict[str, Any]:
    return {category: {"filtered": False, "severity": "safe"} for category in _CATEGORIES}


def _undetected() -> dict[str, Any]:
    return {"filtered": False, "detected": False}
