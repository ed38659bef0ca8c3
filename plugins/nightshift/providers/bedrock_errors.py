"""What boto3 raises, as our own errors. AWS's own words are only looked at, never passed on: they may quote a request.

Codes: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html and the operations' own pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from nightshift.errors import (
    AnswerLost,
    Misconfigured,
    NightshiftError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_THROTTLED = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}
)
_LATER = frozenset({"ModelTimeoutException", "ModelNotReadyException", "ModelErrorException", "RequestTimeout"})
_QUOTA = frozenset({"ServiceQuotaExceededException", "LimitExceededException"})
_SIGNATURE = frozenset({"InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired"})
_UNKNOWN_KEY = frozenset(
    {"UnrecognizedClientException", "InvalidAccessKeyId", "ExpiredTokenException", "ExpiredToken", "InvalidToken",
     "InvalidClientTokenId", "MissingAuthenticationTokenException", "IncompleteSignatureException"}
)  # fmt: skip
# A signature is good for five minutes (fifteen at S3); AWS then says whether ours was too old or too young.
_CLOCK = re.compile(r"signature expired|signature not yet current|too large|too skewed", re.IGNORECASE)
_NO_SUCH_GUARDRAIL = re.compile(r"guardrail identifier or version", re.IGNORECASE)
_NO_SUCH_MODEL = re.compile(
    r"model identifier is invalid|end of its life|throughput isn.t supported|access to the model"
    r"|model.{0,80}(isn.t|is not|doesn.t) (supported|support|available)",
    re.IGNORECASE,
)
_DAILY = re.compile(r"per day", re.IGNORECASE)


@contextmanager
def translated(doing: str, *, billed: bool = False) -> Iterator[None]:
    """`billed` marks a request that AWS may have executed and billed although its answer never came."""
    from botocore import exceptions as aws
    from botocore.parsers import ResponseParserError
    from urllib3.exceptions import HTTPError

    lost = AnswerLost if billed else ProviderUnavailable
    try:
        yield
    except aws.ClientError as error:
        raise by_code(doing, error) from None
    except (aws.EndpointConnectionError, aws.ConnectTimeoutError, aws.ProxyConnectionError, aws.SSLError) as error:
        host = urlsplit(str(error.kwargs.get("endpoint_url", ""))).netloc or "its host"
        raise ProviderUnavailable(f"AWS could not be reached at {host} to {doing}: {type(error).__name__}") from None
    except (aws.HTTPClientError, aws.ResponseStreamingError, aws.IncompleteReadError, HTTPError) as error:
        raise lost(f"the connection to AWS broke before it answered to {doing}: {type(error).__name__}") from None
    except (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError) as error:
        raise Misconfigured(
            f"no AWS credentials were found to {doing} ({type(error).__name__}): put a key pair into the connection "
            "aws_default (login, password), or give this machine a profile or an instance role"
        ) from None
    except (aws.InvalidRegionError, aws.NoRegionError, aws.ParamValidationError) as error:
        raise _not_sent(doing, error) from None
    except (aws.BotoCoreError, ResponseParserError, orjson.JSONDecodeError, LookupError, TypeError) as error:
        raise lost(f"AWS's answer to '{doing}' could not be read: {type(error).__name__}") from None
    except ValueError as error:
        raise _not_sent(doing, error) from None


def _not_sent(doing: str, error: Exception) -> ProviderRefused:
    """boto3 refuses a bad region, endpoint, bucket or model name before it sends anything."""
    return ProviderRefused(
        f"boto3 would not {doing} ({type(error).__name__}): check the region and the model's deployment name in the "
        "catalogue, and role_arn, staging_uri and endpoint_url in the connection aws_default"
    )


def code_of(error: ClientError) -> str:
    """AWS's name for a failure."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def status_of(error: ClientError) -> int:
    """The HTTP status of a failure."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def says(error: ClientError, pattern: re.Pattern[str]) -> bool:
    """Whether AWS's own words match."""
    return pattern.search(str(error.response.get("Error", {}).get("Message", ""))) is not None


def concerns_every_request(error: ClientError) -> bool:
    """Whether model or guardrail are not to be had; else the fault is in the one request."""
    return _no_such_model(error) or says(error, _NO_SUCH_GUARDRAIL)


def _no_such_model(error: ClientError) -> bool:
    return code_of(error) == "ResourceNotFoundException" or says(error, _NO_SUCH_MODEL)


def by_code(doing: str, error: ClientError) -> NightshiftError:
    """The error of ours that a refusal of AWS's means."""
    code, status = code_of(error), status_of(error)
    told = f"AWS refused to {doing} for the connection aws_default: status {status}, code {code}"
    if code in _QUOTA or (code in _THROTTLED and says(error, _DAILY)):
        return ProviderRefused(f"{told}. {_quota_advice(error)}")
    if code in _THROTTLED:
        return RateLimited(told, _retry_after(error))
    if code in _LATER or status >= 500:
        return ProviderUnavailable(told)
    return ProviderRefused(f"{told}. {_advice(error, code)}")


def _advice(error: ClientError, code: str) -> str:
    if code in _SIGNATURE:
        if code in ("RequestTimeTooSkewed", "RequestExpired") or says(error, _CLOCK):
            return "The clock of this machine and AWS's differ: requests are signed with the time. Set the clock (NTP)"
        return "The signature is wrong: check the connection's password (secret access key)"
    if code in _UNKNOWN_KEY:
        return "Check the connection's access key id and secret, and its aws_session_token, which expires"
    if code == "NoSuchBucket":
        return "The bucket of the connection's staging_uri does not exist in this account and region"
    if says(error, _NO_SUCH_GUARDRAIL):
        return "The guardrail does not exist in this region: check options.guardrail (id:version) in the catalogue"
    if _no_such_model(error):
        return "The model (or job) is retired, unknown or not enabled in this region: check its name and model access"
    if status_of(error) == 403:
        return (
            "The key or role lacks a permission: bedrock:*ModelInvocationJob*, bedrock:InvokeModel, iam:PassRole, s3:*"
        )
    return "Check the model's options in the catalogue, and the connection's role_arn and staging_uri"


def _quota_advice(error: ClientError) -> str:
    concerned = next(
        (meaning for pattern, meaning in _QUOTAS.items() if says(error, re.compile(pattern, re.IGNORECASE))), "a quota"
    )
    return f"Used up: {concerned}. Wait until jobs end or the day is over, or ask for more in AWS Service Quotas"


_QUOTAS = {
    r"per day": "the tokens per day of this model",
    r"\brecords?\b": "the records per batch inference job; lower max_requests in include/models/providers.yaml",
    r"\bsize|bytes|GB\b": "the size of a batch inference job; lower max_bytes in include/models/providers.yaml",
    r"\bjobs?\b": "the batch inference jobs that may be in progress or submitted for this model",
}


def _retry_after(error: ClientError) -> float | None:
    after = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", "")
    return float(after) if after.replace(".", "", 1).isdigit() else None
