"""The SDK's errors as ours. Messages keep status and code, never the request's content or the answer's body."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nightshift.errors import NightshiftError, ProviderRefused, ProviderUnavailable, RateLimited
from nightshift.providers.openai_wire.lines import RETRYABLE_STATUS

if TYPE_CHECKING:
    import openai

# https://platform.openai.com/docs/guides/error-codes, https://learn.microsoft.com/azure/ai-foundry/openai/reference
_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_ACCESS = frozenset({"invalid_api_key", "unsupported_api_version"})
_MODEL = frozenset({"model_not_found", "DeploymentNotFound", "OperationNotSupported", "unsupported_model"})
_OF_ONE_REQUEST = frozenset({400, 413, 422})


@dataclass(frozen=True)
class Party:
    """Whom a message names: the service, the host it is reached at, and the connection that an operator can mend."""

    name: str
    host: str
    connection_id: str

    @contextmanager
    def translated(self, doing: str, lost: type[ProviderUnavailable] = ProviderUnavailable) -> Iterator[None]:
        """Raises our errors for the SDK's; `lost` where the request was sent and its answer never came."""
        import httpx2  # the SDK's HTTP client, whose own errors come out of a download that is under way
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            # `from None`: the SDK's exceptions carry request and answer, which may quote a prompt or the key.
            raise self._by_status(doing, error) from None
        except (openai.APIConnectionError, httpx2.TransportError) as error:
            raise self._by_connection(doing, error, lost) from None
        except (openai.OpenAIError, ValueError) as error:
            raise lost(f"{self.name}'s answer to '{doing}' could not be read: {type(error).__name__}") from None

    def _by_status(self, doing: str, error: openai.APIStatusError) -> NightshiftError:
        told = f"{self.name} refused to {doing}: status {error.status_code}, code {error.code}"
        if advice := self._advice(error):
            return ProviderRefused(f"{told}; {advice}")
        if error.status_code == 429:
            return RateLimited(f"{told}; it is asked again later", _told_to_wait(error))
        return ProviderUnavailable(f"{told}; it is asked again later")

    def _advice(self, error: openai.APIStatusError) -> str | None:
        """What the operator should do; None where time helps."""
        status, code = error.status_code, str(error.code)
        if code in _QUOTA:
            return f"raise the quota or the budget of the account behind the connection {self.connection_id}"
        if code in _MODEL or status == 404:
            return (
                f"the model may be retired or not deployed: look at include/models/catalogue.yaml, and at what the "
                f"connection {self.connection_id} has access to"
            )
        if code in _ACCESS or status in (401, 403):
            return f"check key, project, permissions and quota of the connection {self.connection_id}"
        if status < 500 and status not in RETRYABLE_STATUS:
            return f"check the connection {self.connection_id}, and what the provider's documentation says of the code"
        return None

    def _by_connection(self, doing: str, error: Exception, lost: type[ProviderUnavailable]) -> ProviderUnavailable:
        import httpx2

        cause = error.__cause__ or error
        what = type(cause).__name__
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError | httpx2.PoolTimeout):
            return ProviderUnavailable(
                f"{self.name} could not be reached to {doing}: no connection to {self.host} ({what}); if it stays so, "
                f"check the host of the connection {self.connection_id}, name resolution, firewall and proxy"
            )
        return lost(f"the connection to {self.host} ended while {self.name} was to {doing} ({what})")


def concerns_one_request(error: openai.APIStatusError) -> bool:
    """Whether another request could have been answered: the refusal is about this one's content."""
    return error.status_code in _OF_ONE_REQUEST and str(error.code) not in _QUOTA | _ACCESS | _MODEL


def _told_to_wait(error: openai.APIStatusError) -> float | None:
    for header, per_second in (("retry-after-ms", 1000), ("retry-after", 1)):
        text = error.response.headers.get(header, "")
        if text.replace(".", "", 1).isdigit():
            return float(text) / per_second
    return None
