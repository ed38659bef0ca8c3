"""Signed calls to OCI Generative AI with Oracle's SDK, each in a thread, and what their failures mean to us.

The SDK's synchronous client in threads, not its asynchronous one: that one knows no proxy. Bodies go in and out as
they are, not as the SDK's models: a third less work per call, and no field is lost that is newer than the SDK.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nightshift.errors import (
    AnswerLost,
    Misconfigured,
    NightshiftError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from nightshift.providers.oci_connection import CONNECTION, Connection, signer

if TYPE_CHECKING:
    import oci

_HEADERS = {"accept": "application/json", "content-type": "application/json"}
_CONNECT_SECONDS = 10.0
# Statuses and codes: https://docs.oracle.com/iaas/Content/API/References/apierrors.htm
_ABOUT_THIS_REQUEST = frozenset({400, 413, 422})
_EXHAUSTED = frozenset({"QuotaExceeded", "LimitExceeded"})
_LATER = frozenset({408, 409, 500, 502, 503, 504})


@dataclass(frozen=True)
class Reply:
    """A body that came with status 200."""

    content: bytes
    request_id: str | None


@dataclass(frozen=True)
class Refusal:
    """One request that OCI will not answer, ever; the next one may be fine."""

    status: int
    code: str
    request_id: str | None


class OciClient:
    """Calls to one region's inference endpoint."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._threads = ThreadPoolExecutor(connection.max_concurrency, thread_name_prefix="oci-genai")
        self._of_thread = threading.local()
        self._signer: oci.signer.AbstractBaseSigner | None = None
        self._signing = threading.Lock()

    async def call(self, action: str, body: bytes, token: str, doing: str) -> Reply | Refusal:
        """POST /actions/`action`. `token` is equal for every try: OCI executes and bills the request once within a day.

        Raises the errors of Provider.answer.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._call, action, body, token, doing)

    def _call(self, action: str, body: bytes, token: str, doing: str) -> Reply | Refusal:
        from oci import exceptions

        try:
            client = self._client()
        except exceptions.InvalidConfig as error:
            wrong = ", ".join(sorted(error.args[0]))
            raise Misconfigured(f"the connection {CONNECTION}: no valid value in its extra for {wrong}") from None
        host = urlsplit(client.endpoint).netloc
        try:
            answered = client.call_api(
                f"/actions/{action}",
                "POST",
                header_params={**_HEADERS, "opc-retry-token": token},
                body=body,
                response_type="bytes",
            )
        except exceptions.ServiceError as error:
            # `from None`, here and below: the SDK's exceptions carry the request, its signature and the answer's body.
            found = _meaning(error, doing)
            if isinstance(found, Refusal):
                return found
            raise found from None
        except (exceptions.RequestException, exceptions.ConnectTimeout) as error:
            raise _unreachable(error, host, doing) from None
        except ValueError:
            raise Misconfigured(f"the connection {CONNECTION}: {host!r} cannot be an endpoint of OCI") from None
        return Reply(answered.data, answered.headers.get("opc-request-id"))

    def endpoint(self) -> str:
        """The address that is called, without the version in its path. Loads the key."""
        found: str = self._client().get_endpoint()
        return found

    def _client(self) -> oci.base_client.BaseClient:
        """One client per thread, because the session in it is not made for several; the key is loaded once for all."""
        found = getattr(self._of_thread, "client", None)
        if found is None:
            found = self._of_thread.client = self._new_client()
        return found

    def _new_client(self) -> oci.base_client.BaseClient:
        from oci import circuit_breaker, retry
        from oci.generative_ai_inference import GenerativeAiInferenceClient

        with self._signing:
            if self._signer is None:
                self._signer = signer(self._connection)
        client = GenerativeAiInferenceClient(
            # The signer has the key; the SDK only checks that the configuration names one.
            {"region": self._connection.region, "key_content": "in the signer", **self._connection.identity},
            signer=self._signer,
            service_endpoint=self._connection.endpoint,
            timeout=(min(_CONNECT_SECONDS, self._connection.timeout_seconds), self._connection.timeout_seconds),
            # Whoever calls us decides when to ask again; the SDK would do so unseen, or stop asking for all threads.
            retry_strategy=retry.NoneRetryStrategy(),
            circuit_breaker_strategy=circuit_breaker.NoCircuitBreakerStrategy(),
        ).base_client
        if self._connection.sandbox:
            client.session.trust_env = False  # what stands on this machine is never behind a proxy
        return client


def _meaning(error: oci.exceptions.ServiceError, doing: str) -> NightshiftError | Refusal:
    """Whose fault an error answer is. Some codes are bare numbers, so the words are read too."""
    status, code, words = int(error.status), str(error.code), str(error.message or "").lower()
    told = f"OCI Generative AI refused to {doing}: status {status}, code {code}"
    if code in _EXHAUSTED:
        return ProviderRefused(
            f"{told}. The compartment's quota or the tenancy's limit is used up: raise it, or use another compartment "
            f"in the connection {CONNECTION}"
        )
    if status == 429:
        return RateLimited(told, _seconds(error.headers.get("retry-after")))
    if status == 400 and ("retired" in words or "deprecated" in words):
        return ProviderRefused(f"{told}. The model is retired: choose its successor for the connection {CONNECTION}")
    if status in _ABOUT_THIS_REQUEST and not code.startswith("RelatedResource"):
        return Refusal(status, _row_code(code, words), error.request_id)
    if code == "InvalidatedRetryToken":
        return Refusal(status, code, error.request_id)
    if status in _LATER or status >= 500:
        return ProviderUnavailable(told)
    return ProviderRefused(f"{told}. {_way_out(status)}")


def _row_code(code: str, words: str) -> str:
    if "inappropriate" in words or "content moderation" in words:
        return "content_filter"
    return "InvalidParameter" if code.isdecimal() else code


def _way_out(status: int) -> str:
    if status == 401:
        return (
            f"Check user, tenancy, fingerprint and key in the connection {CONNECTION}, and this machine's clock: "
            "OCI refuses signatures when the clocks differ by more than five minutes"
        )
    return (
        f"Check that compartment_id in the connection {CONNECTION} is right, that a policy allows its user to use "
        "generative-ai-family in it, and that the model or endpoint exists in this region"
    )


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.replace(".", "", 1).isdigit() else None


def _unreachable(error: Exception, host: str, doing: str) -> ProviderUnavailable:
    from urllib3.exceptions import MaxRetryError

    chain = list(_with_contexts(error))
    name = type(chain[1] if len(chain) > 1 else error).__name__
    if any(isinstance(one, MaxRetryError) for one in chain):  # urllib3's word for a connection that never came about
        return ProviderUnavailable(f"OCI at {host} could not be reached to {doing}: {name}")
    return AnswerLost(f"the connection to OCI at {host} ended while it was to {doing}: {name}")


def _with_contexts(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised in; the SDK keeps of its cause only a text."""
    while error is not None:
        yield error
        error = error.__context__
