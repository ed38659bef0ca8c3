"""Bedrock's runtime: one request answered now, embeddings, guardrails. All of it blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from nightshift.errors import AnswerLost, Misconfigured
from nightshift.providers import bedrock_records as records
from nightshift.providers import bedrock_results as results
from nightshift.providers.bedrock_errors import by_code, code_of, concerns_every_request, translated
from nightshift.providers.bedrock_prompt_cache import with_cache_point
from nightshift.providers.port import Embeddings, Moderation, Speaker, Target

# Titan takes one text a call, Cohere's models 96: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
_COHERE_TEXTS = 96
_CONFIDENCE = {"NONE": 0.0, "LOW": 0.33, "MEDIUM": 0.67, "HIGH": 1.0}
_INPUT_TOKENS, _OUTPUT_TOKENS = "x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count"
# The fault is in the one request, or in what the model made of it; every other refusal concerns all requests.
_OF_THE_ROW = {"ValidationException": False, "ModelErrorException": True}


def answer(runtime: Any, line: bytes, target: Target) -> bytes:
    """One record answered, as the line that a job would have written."""
    from botocore.exceptions import ClientError, ParamValidationError

    record = orjson.loads(line)
    row_id, body = record["recordId"], record["modelInput"]
    ask = _converse if records.record_format(target) == records.CONVERSE else _invoke
    if ask is _converse:
        body = with_cache_point(body, target)
    with translated("answer a request", billed=True):
        try:
            answered = ask(runtime, target.model, row_id, body)
        except ParamValidationError:
            return results.error_line(row_id, None, "ValidationException", retryable=False)
        except ClientError as error:
            code = code_of(error)
            if code not in _OF_THE_ROW or concerns_every_request(error):
                raise by_code("answer a request", error) from None
            request_id = error.response["ResponseMetadata"].get("RequestId")
            return results.error_line(row_id, request_id, code, retryable=_OF_THE_ROW[code])
    if results.parse(answered) is None:
        raise AnswerLost("AWS answered a request, and the answer could not be read")
    return answered


def _converse(runtime: Any, model: str, row_id: str, body: dict[str, Any]) -> bytes:
    answered = runtime.converse(modelId=model, **body)
    request_id = answered.pop("ResponseMetadata").get("RequestId")
    return results.answer_line(row_id, request_id, answered)


def _invoke(runtime: Any, model: str, row_id: str, body: dict[str, Any]) -> bytes:
    output, metadata = _invoked(runtime, model, body)
    headers = metadata["HTTPHeaders"]
    counted = {"inputTokens": int(headers.get(_INPUT_TOKENS, 0)), "outputTokens": int(headers.get(_OUTPUT_TOKENS, 0))}
    return results.answer_line(row_id, metadata.get("RequestId"), output, counted)


def _invoked(runtime: Any, model: str, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    answered = runtime.invoke_model(modelId=model, body=json.dumps(body), contentType="application/json")
    output: dict[str, Any] = orjson.loads(answered["body"].read())
    return output, answered["ResponseMetadata"]


def portions(texts: Sequence[str], target: Target) -> Iterator[list[str]]:
    """The texts in as few calls as the model allows."""
    size = _COHERE_TEXTS if "cohere." in target.model else 1
    for start in range(0, len(texts), size):
        yield list(texts[start : start + size])


def embed(runtime: Any, texts: list[str], target: Target) -> Embeddings:
    """The vectors of one portion."""
    with translated("embed texts", billed=True):
        output, metadata = _invoked(runtime, target.model, _embedding_body(texts, target))
        found = output["embeddings"] if "cohere." in target.model else [output["embedding"]]
        vectors = found["float"] if isinstance(found, dict) else found
        tokens = output.get("inputTextTokenCount", metadata["HTTPHeaders"].get(_INPUT_TOKENS, 0))
        return Embeddings(tuple(tuple(vector) for vector in vectors), int(tokens))


def _embedding_body(texts: list[str], target: Target) -> dict[str, Any]:
    if "cohere." in target.model:
        return {"texts": texts, "input_type": target.options.get("input_type", "search_document")}
    wanted = target.options.get("dimensions")
    return {"inputText": texts[0], "normalize": True, **({"dimensions": int(wanted)} if wanted else {})}


def moderate(runtime: Any, text: str, target: Target, speaker: Speaker) -> Moderation:
    """The verdict of the target's guardrail. Which words it struck stays where it is.

    Its filters have a strength for each source, and the one for prompt attacks reads what users say alone.
    """
    chosen = records.guardrail(target)
    if chosen is None:
        raise Misconfigured(f"{target.model} has no options.guardrail (id:version) in the catalogue to ask")
    with translated("apply the guardrail", billed=True):
        source = "OUTPUT" if speaker == "model" else "INPUT"
        verdict = runtime.apply_guardrail(**chosen, source=source, content=[{"text": {"text": text}}])
        categories: dict[str, float] = {}
        for assessment in verdict["assessments"]:
            for name, score in _scores(assessment):
                categories[name] = max(score, categories.get(name, 0.0))
        return Moderation(verdict["action"] == "GUARDRAIL_INTERVENED", categories)


def _scores(assessment: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for found in assessment.get("contentPolicy", {}).get("filters", []):
        yield found["type"].lower(), _CONFIDENCE.get(found["confidence"], 1.0)
    for found in assessment.get("topicPolicy", {}).get("topics", []):
        yield f"topic {found['name']}", float(found.get("detected", True))
    private = assessment.get("sensitiveInformationPolicy", {})
    for found in private.get("piiEntities", []):
        yield f"personal data {found['type'].lower()}", float(found.get("detected", True))
    for found in private.get("regexes", []):
        yield f"pattern {found.get('name', 'unnamed')}", float(found.get("detected", True))
    words = assessment.get("wordPolicy", {})
    if words.get("customWords") or words.get("managedWordLists"):
        yield "words", 1.0
