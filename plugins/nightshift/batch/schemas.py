"""The columns of the run's working files and of the published results.

Units: tokens, and picodollars where dollars are not named.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@lru_cache
def prepared() -> pa.Schema:
    """One row per input row, in input order. `status` is null while the row may still be answered."""
    import pyarrow as pa

    return pa.schema(
        [
            ("row_number", pa.int64()),
            ("request_id", pa.string()),
            ("status", pa.string()),
            ("reason", pa.string()),
            ("input_digest", pa.binary(32)),
            ("request_key", pa.binary(16)),  # equal for rows that may share one answer
            ("tier", pa.int8()),  # index of the tier the row starts on
            ("difficulty", pa.float64()),  # null where it decides nothing
            ("user_json", pa.string()),  # the user message, masked, as a JSON string; null for a rejected row
            ("reference", pa.string()),
            ("guardrails", pa.string()),
            ("findings", pa.string()),  # what the guardrails found, as JSON: rule, entity, place and score, no text
        ]
    )


@lru_cache
def answers() -> pa.Schema:
    """One row per executed or given-up request of one shard, sorted by row_number."""
    import pyarrow as pa

    return pa.schema(
        [
            ("row_number", pa.int64()),
            ("wave", pa.int8()),
            ("tier", pa.int8()),
            ("route", pa.int16()),  # which deployment answered and how: a place in the job's routes
            ("route_reason", pa.string()),  # why not the tier's first deployment
            ("verdict", pa.string()),
            ("reason", pa.string()),
            ("answer", pa.string()),
            ("reading", pa.string()),  # what the grader read out of the answer
            ("doubt", pa.float64()),  # chance that the answer is wrong; null where it decides nothing
            ("agreement_key", pa.binary(16)),  # equal for answers that agree; null where agreement decides nothing
            ("input_tokens", pa.int64()),
            ("cached_input_tokens", pa.int64()),
            ("output_tokens", pa.int64()),
            ("reasoning_tokens", pa.int64()),
            ("cost", pa.int64()),
            ("guardrails", pa.string()),
            ("findings", pa.string()),
            ("provider_request_id", pa.string()),
            ("provider_batch_id", pa.string()),
        ]
    )


@lru_cache
def cached() -> pa.Schema:
    """One answer that may be used again, under the request key of the rows it answers."""
    import pyarrow as pa

    return pa.schema(
        [
            ("request_key", pa.binary(16)),
            ("answer", pa.string()),
            ("reading", pa.string()),
            ("wave", pa.int8()),
            ("tier", pa.int8()),
            ("route", pa.int16()),
            ("route_reason", pa.string()),
            ("paid", pa.int64()),  # what the answer cost when it was asked for
            ("input_tokens", pa.int64()),
            ("output_tokens", pa.int64()),
            ("guardrails", pa.string()),
            ("findings", pa.string()),
            ("provider_batch_id", pa.string()),
        ]
    )


@lru_cache
def results() -> pa.Schema:
    """The published results: one row per input row, in input order, each with its receipt. See docs/results.md."""
    import pyarrow as pa

    text, tokens = pa.string(), pa.int64()
    return pa.schema(
        [
            ("row_number", pa.int64()),
            ("request_id", text),
            ("status", text),
            ("reason", text),
            ("answer", text),
            ("grade", text),
            ("tier", text),
            ("tier_reason", text),
            ("model", text),
            ("provider", text),
            ("region", text),
            ("mode", text),
            ("route_reason", text),
            ("wave", pa.int8()),
            ("cached", pa.bool_()),
            ("deduplicated", pa.bool_()),
            ("input_tokens", tokens),
            ("cached_input_tokens", tokens),
            ("output_tokens", tokens),
            ("reasoning_tokens", tokens),
            ("cost_usd", pa.decimal128(20, 12)),
            ("price_version", text),
            ("input_digest", text),
            ("prompt_version", text),
            ("prompt_digest", text),
            ("model_version", text),
            ("model_digest", text),
            ("guardrails", text),
            ("guardrail_findings", text),
            ("guardrail_policy", text),
            ("provider_request_id", text),
            ("provider_batch_id", text),
            ("run_id", text),
        ]
    )
