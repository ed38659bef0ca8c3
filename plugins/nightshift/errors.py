"""The one error tree. Each branch says who can mend the fault and whether a retry helps.

NightshiftError
├── RequestRejected          the author of the job can mend it; a retry of the same request never helps
│   ├── InvalidSpec          a field of the job spec is wrong
│   │   └── RunEnded         the run was refused or cancelled: nothing works on it any more
│   ├── InvalidInput         the input data cannot be read as the spec describes it
│   ├── NotEntitled          the application may not use that model, region or prompt
│   ├── BudgetExceeded       the work costs more than what is left
│   └── QualityGateFailed    an expectation on input or output does not hold
├── Misconfigured            the platform's operator can mend it; a retry never helps
│   ├── MissingPrice         no list price is known, so no cost can be promised
│   └── ProviderRefused      the provider will not take the request from us (credentials, quota, retired model)
├── ProviderUnavailable      nobody needs to act; a retry later helps
│   ├── RateLimited          the provider asks to slow down; `retry_after_seconds` says for how long, if it said so
│   └── AnswerLost           the request was sent and its answer never came: it may have been executed and billed
├── ResultsLost              the provider has lost what it billed; rows climb a tier or are given up, not asked twice
└── StateConflict            another process changed the same record first; a retry re-reads it and helps
    └── AskedElsewhere       another run is asking the same rows: `retry_after_seconds`, then look again
"""

from __future__ import annotations


class NightshiftError(Exception):
    """Base of every error that this platform raises on purpose."""

    retryable = False


class RequestRejected(NightshiftError):
    """The job cannot run as asked. Nothing has been spent; its author can mend it.

    `field` is the path in the job spec (``input.variables.question``), `value` what stands there, `limit` what is
    allowed, `way_out` the next step in words.
    """

    def __init__(self, problem: str, *, field: str, value: object = None, limit: object = None, way_out: str) -> None:
        self.problem, self.field, self.value, self.limit, self.way_out = problem, field, value, limit, way_out
        parts = [f"{field}: {problem}"]
        if value is not None:
            parts.append(f"value: {_shorten(value)}")
        if limit is not None:
            parts.append(f"limit: {_shorten(limit)}")
        parts.append(f"way out: {way_out}")
        super().__init__("; ".join(parts))

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling that process pools and Airflow use.
        arguments = (type(self), self.problem, self.field, self.value, self.limit, self.way_out)
        return (_rebuild_rejection, arguments)


def _rebuild_rejection(
    kind: type[RequestRejected], problem: str, field: str, value: object, limit: object, way_out: str
) -> RequestRejected:
    return kind(problem, field=field, value=value, limit=limit, way_out=way_out)


def _shorten(value: object, longest: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


class InvalidSpec(RequestRejected):
    """A field of the job spec is missing, unknown or out of range."""


class RunEnded(InvalidSpec):
    """The run that is asked for was refused or cancelled. Its reservation is released: it must not spend any more."""


class InvalidInput(RequestRejected):
    """The input cannot be read as described: missing columns, broken encoding, truncated file, no rows."""


class NotEntitled(RequestRejected):
    """The application may not use the model, region or prompt it asks for."""


class BudgetExceeded(RequestRejected):
    """The estimated cost is above what the run or the application may still spend."""


class QualityGateFailed(RequestRejected):
    """A Great Expectations gate does not hold; `problem` names the expectation and the observed value."""


class Misconfigured(NightshiftError):
    """The deployment is not set up for this work; its operator can mend it."""


class MissingPrice(Misconfigured):
    """No list price is known for a model and processing mode. Never guessed: a wrong price breaks every budget."""


class ProviderRefused(Misconfigured):
    """The provider answered that it will not do this for us: credentials, permission, quota, retired model."""


class ProviderUnavailable(NightshiftError):
    """The provider did not answer, or answered that it cannot right now."""

    retryable = True


class RateLimited(ProviderUnavailable):
    """The provider asks to slow down."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class AnswerLost(ProviderUnavailable):
    """The connection ended after the request was sent. Only an API that knows idempotency keys may be asked again."""


class ResultsLost(NightshiftError):
    """A result file that the provider announced is gone: deleted, or expired before it was collected."""


class StateConflict(NightshiftError):
    """Another process moved the same record on. Read it again and continue from there."""

    retryable = True


class AskedElsewhere(StateConflict):
    """Another run is asking the same rows, and its answers may be used: waiting for them costs less than asking too."""

    def __init__(self, message: str, retry_after_seconds: float = 30) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
