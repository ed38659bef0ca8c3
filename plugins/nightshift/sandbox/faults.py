"""Rules that make the server misbehave on demand, by seed: the same rules and the same requests fail the same way."""

from __future__ import annotations

import threading
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from nightshift.errors import InvalidSpec

Operation = Literal[
    # OpenAI and Azure OpenAI
    "files.create", "files.list", "files.retrieve", "files.delete", "files.content",
    "batches.create", "batches.list", "batches.retrieve", "batches.cancel",
    "chat.completions", "embeddings", "moderations", "models.list", "models.retrieve", "costs",
    "text.analyze",
    # AWS Bedrock and S3
    "jobs.create", "jobs.list", "jobs.get", "jobs.stop", "converse", "invoke_model", "apply_guardrail",
    "s3.put", "s3.get",
    # OCI Generative AI
    "chat", "embed_text", "apply_guardrails",
]  # fmt: skip


class Fault(StrEnum):
    """What can go wrong. The comments say when it strikes and what the parameters mean."""

    # one HTTP request
    RATE_LIMIT = "rate_limit"  # 429, Retry-After: `seconds`; without the header where `told` is false
    SERVER_ERROR = "server_error"  # `status`, 500 unless said otherwise
    TIMEOUT = "timeout"  # no answer for `seconds`, then the connection is cut
    CONNECTION_RESET = "connection_reset"  # cut before the effect; files.content: cut after `share` of the bytes
    ACCEPT_THEN_RESET = "accept_then_reset"  # the effect happens, the answer is lost
    UPLOAD_RESET = "upload_reset"  # cut after `share` of the request's body was read; no effect
    SLOW_DRIP = "slow_drip"  # the answer comes in small pieces over `seconds`
    INVALID_CREDENTIALS = "invalid_credentials"  # with `after`: revoked in the middle
    QUOTA_EXHAUSTED = "quota_exhausted"  # no money or quota left: asking again does not help
    MODEL_RETIRED = "model_retired"  # the model is gone
    CLOCK_SKEW = "clock_skew"  # the server's clock is `seconds` ahead of ours; APIs that sign requests refuse them
    # one batch
    SLOW_BATCH = "slow_batch"  # takes `seconds` longer
    EXPIRE_BATCH = "expire_batch"  # expires after `share` of its rows
    CANCEL_BATCH = "cancel_batch"  # is cancelled by the provider after `share` of its rows
    FAIL_BATCH = "fail_batch"  # fails validation with `code`
    FAIL_LINE = "fail_line"  # fails validation because of its line `line`
    DELETE_RESULTS = "delete_results"  # the result file is gone before anybody fetched it; `times` counts batches
    REORDER_LINES = "reorder_lines"  # result lines in another order
    TRUNCATE_OUTPUT = "truncate_output"  # the output file ends within a line, after `share` of its bytes
    # one row of a batch
    ROW_ERROR = "row_error"  # `status` and `code`; the same custom_id fails again
    CONTENT_FILTER = "content_filter"  # the provider's own filter blocks the row
    ROW_RATE_LIMIT = "row_rate_limit"  # 429; the same custom_id may pass in the next batch
    DUPLICATE_LINES = "duplicate_lines"  # the line comes twice
    MISSING_LINES = "missing_lines"  # the line does not come, and is billed
    MALFORMED_LINES = "malformed_lines"  # the line ends in the middle
    EXTRA_LINES = "extra_lines"  # a line with an unknown custom_id comes along
    WRONG_USAGE = "wrong_usage"  # the row's usage says twice the tokens; the batch's sum and the bill are right
    # the bill
    BILL_DIFFERENCE = "bill_difference"  # the costs endpoint reports `share` more than the bill


HTTP_FAULTS = frozenset(
    {
        Fault.RATE_LIMIT, Fault.SERVER_ERROR, Fault.TIMEOUT, Fault.CONNECTION_RESET, Fault.ACCEPT_THEN_RESET,
        Fault.UPLOAD_RESET, Fault.SLOW_DRIP, Fault.INVALID_CREDENTIALS, Fault.QUOTA_EXHAUSTED, Fault.MODEL_RETIRED,
    }
)  # fmt: skip
ROW_FAILURES = frozenset({Fault.ROW_ERROR, Fault.ROW_RATE_LIMIT, Fault.CONTENT_FILTER})
LINE_FAULTS = frozenset({Fault.DUPLICATE_LINES, Fault.MISSING_LINES, Fault.MALFORMED_LINES, Fault.EXTRA_LINES})


class Rule(BaseModel):
    """One fault and when it strikes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fault: Fault
    on: Operation | None = Field(None, description="HTTP faults only; any operation without it")
    model: str | None = None
    rate: float = Field(1.0, ge=0, le=1, description="part of the chances that strike, chosen by seed")
    share: float | None = Field(None, ge=0, le=1, description="how much was done before it struck")
    times: int | None = Field(None, ge=1, description="at most so often")
    after: int = Field(0, ge=0, description="spare the first so many")
    seconds: float | None = Field(None, ge=0)
    status: int | None = Field(None, ge=400, le=599)
    code: str | None = None
    told: bool = Field(True, description="whether a 429 says how long to wait")
    line: int = Field(1, ge=1, description="the line that fails validation, counted from 1")
    provider: str | None = Field(None, description="openai, azure_openai, bedrock or oci_genai; all without it")
    seed: int = 0

    @model_validator(mode="after")
    def _operation_only_for_http(self) -> Rule:
        if self.on is not None and self.fault not in HTTP_FAULTS:
            raise ValueError(f"'on' has no meaning for {self.fault.value}; leave it out")
        return self


_RULES = TypeAdapter(list[Rule])


class Faults:
    """The rules in force, with a count of how often each had a chance and struck."""

    def __init__(self, rules: list[Rule] | None = None) -> None:
        self._lock = threading.Lock()
        self.replace(rules or [])

    def replace(self, rules: list[Rule]) -> None:
        """Puts other rules in force and starts counting anew."""
        with self._lock:
            self.rules = rules
            self._chances = [0] * len(rules)
            self._struck = [0] * len(rules)

    def of(self, provider: str) -> ProviderFaults:
        """The rules as they concern one provider."""
        return ProviderFaults(self, provider)

    def first(
        self, provider: str, faults: frozenset[Fault], model: str | None, row: tuple[str, int] | None = None,
        operation: Operation | None = None,
    ) -> Rule | None:  # fmt: skip
        """The first rule with one of `faults` that strikes here and now."""
        with self._lock:
            for index, rule in enumerate(self.rules):
                concerned = rule.provider in (None, provider) and rule.on in (None, operation)
                if rule.fault in faults and concerned and self._strikes(index, model, self._key(index, rule, row)):
                    return rule
        return None

    def _key(self, index: int, rule: Rule, row: tuple[str, int] | None) -> str:
        if row is None:
            return str(self._chances[index])
        custom_id, batch_number = row
        return f"{custom_id}\0{batch_number}" if rule.fault is Fault.ROW_RATE_LIMIT else custom_id

    def _strikes(self, index: int, model: str | None, key: str) -> bool:
        rule = self.rules[index]
        if rule.model not in (None, model):
            return False
        self._chances[index] += 1
        spared = self._chances[index] <= rule.after
        used_up = rule.times is not None and self._struck[index] >= rule.times
        if spared or used_up or not _chance(rule, index, key):
            return False
        self._struck[index] += 1
        return True


class ProviderFaults:
    """What can strike one provider."""

    def __init__(self, faults: Faults, provider: str) -> None:
        self._faults, self._provider = faults, provider

    def of_request(self, operation: Operation, model: str | None) -> Rule | None:
        """The fault that strikes this HTTP request."""
        return self._faults.first(self._provider, HTTP_FAULTS, model, operation=operation)

    def of_batch(self, fault: Fault, model: str | None) -> Rule | None:
        """The rule by which `fault` strikes this batch."""
        return self._faults.first(self._provider, frozenset({fault}), model)

    def of_row(self, faults: frozenset[Fault], model: str | None, custom_id: str, batch_number: int) -> Rule | None:
        """The first of `faults` that strikes this row."""
        return self._faults.first(self._provider, faults, model, (custom_id, batch_number))

    def any_of(self, faults: frozenset[Fault]) -> bool:
        """Whether any rule could strike; without one the fast path needs no question per row."""
        return any(self._concerns(rule) and rule.fault in faults for rule in self._faults.rules)

    def bill_factor(self) -> float:
        """By how much the provider's own bill is off."""
        rule = self._standing(Fault.BILL_DIFFERENCE)
        return 1.0 if rule is None else 1.0 + (0.01 if rule.share is None else rule.share)

    def clock_skew(self) -> float:
        """By how many seconds the provider's clock is ahead of ours."""
        rule = self._standing(Fault.CLOCK_SKEW)
        return 0.0 if rule is None else (3600.0 if rule.seconds is None else rule.seconds)

    def _standing(self, fault: Fault) -> Rule | None:
        return next((rule for rule in self._faults.rules if rule.fault is fault and self._concerns(rule)), None)

    def _concerns(self, rule: Rule) -> bool:
        return rule.provider in (None, self._provider)


def _chance(rule: Rule, index: int, key: str) -> bool:
    if rule.rate >= 1:
        return True
    drawn = blake2b(f"{rule.seed}\0{index}\0{key}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn) / 2**64 < rule.rate


class _Loader(yaml.SafeLoader):
    """YAML in which `on` is a word: YAML 1.1 reads it as true, and here it is the name of a field."""

    def construct_yaml_bool(self, node: yaml.ScalarNode) -> Any:
        return node.value if node.value in ("on", "off") else super().construct_yaml_bool(node)


_Loader.add_constructor("tag:yaml.org,2002:bool", _Loader.construct_yaml_bool)


def load(path: Path) -> list[Rule]:
    """Reads a YAML or JSON list of rules."""
    if not path.is_file():
        raise InvalidSpec(
            "the file does not exist", field="faults", value=str(path), way_out="name a YAML or JSON file"
        )
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidSpec("neither YAML nor JSON", field="faults", value=str(path), way_out="mend the file") from error
    return parse(content)


def parse(content: Any) -> list[Rule]:
    """Rules from plain data; the error names the rule and the field."""
    try:
        return _RULES.validate_python(content or [])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"])
        raise InvalidSpec(
            first["msg"],
            field=f"faults{path}",
            value=first["input"],
            way_out="mend the rule",
        ) from error
