"""What every part of this API says the same way: errors, limits, times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from nightshift.sandbox.usage import JsonObject, Usage

# docs.aws.amazon.com/general/latest/gr/bedrock.html, the defaults of most models
MIN_RECORDS = 100
MAX_RECORDS = 50_000
MAX_BYTES = 1_000_000_000

ACCOUNT = "123456789012"  # moto's, too


@dataclass(frozen=True, slots=True)
class AwsError:
    """An error as AWS answers it. A value and not an exception: here it is a regular answer."""

    status: int
    code: str
    message: str

    def body(self) -> JsonObject:
        """The JSON object that goes over the wire."""
        return {"message": self.message}


@dataclass(frozen=True, slots=True)
class Reply:
    """A served request: its response body and what it used."""

    body: JsonObject
    usage: Usage


def invalid(message: str) -> AwsError:
    """400 for a request that makes no sense."""
    return AwsError(400, "ValidationException", message)


UNKNOWN_MODEL = invalid("The provided model identifier is invalid.")


def moment(seconds: float) -> str:
    """A point in time as AWS writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
