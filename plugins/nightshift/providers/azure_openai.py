"""Azure OpenAI: deployments of a resource, Files + Batches; moderation by Content Safety.

Its connection is `azure_openai_default`.

Host: the resource's endpoint. Password: its API key. Extra: `api_version`; `auth: entra` for a token of Microsoft Entra
ID instead of the key: of the client `login` with the secret `password` in `tenant_id`, else of DefaultAzureCredential
(managed identity, workload identity, `az login`). `authority_host` names the login of another cloud.
`content_safety_host` and `content_safety_key` name a resource of Azure AI Content Safety where this one has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from nightshift.errors import Misconfigured, NightshiftError, ProviderRefused, ProviderUnavailable
from nightshift.providers.azure_content_safety import ContentSafety
from nightshift.providers.credentials import Credentials
from nightshift.providers.openai_wire.provider import OpenAIWireProvider
from nightshift.providers.port import Moderation, Speaker, Target

if TYPE_CHECKING:
    import openai

# The newest dated version that is not a preview: learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
API_VERSION = "2024-10-21"
_SCOPE = "https://cognitiveservices.azure.com/.default"
Token = Callable[[], str]


class AzureOpenAIProvider(OpenAIWireProvider):
    """A BatchProvider and a Moderator. A target's model is the name of a deployment, for batches of a batch one."""

    service = "Azure OpenAI"
    connection_id = "azure_openai_default"
    endpoint = "/chat/completions"

    def __init__(self, credentials: Credentials, region: str) -> None:
        if not credentials.base_url:
            raise Misconfigured(
                f"the connection {self.connection_id} has no host; put the endpoint of the resource there "
                "(https://NAME.openai.azure.com)"
            )
        super().__init__(credentials, credentials.base_url.rstrip("/").removesuffix("/openai"), region)
        self._identity = self._identify()

    async def moderate(self, texts: Sequence[str], target: Target, speaker: Speaker) -> tuple[Moderation, ...]:
        """By the resource's own model for it: the target's name is ours alone."""
        return await self._content_safety().moderate(texts)

    def _content_safety(self) -> ContentSafety:
        extra = self._credentials.extra
        return ContentSafety(
            endpoint=str(extra.get("content_safety_host") or self._base_url).rstrip("/"),
            authorization=self._authorization,
            connection_id=self.connection_id,
            timeout=self._timeout,
            trust_env=not self._credentials.sandbox,
        )

    def _authorization(self) -> dict[str, str]:
        if key := self._credentials.extra.get("content_safety_key") or self._identity.get("api_key"):
            return {"ocp-apim-subscription-key": str(key)}
        return {"authorization": f"Bearer {self._identity['azure_ad_token_provider']()}"}

    def _open(self, **options: Any) -> openai.OpenAI:
        import openai

        return openai.AzureOpenAI(**self._resource(), **options)

    def _open_async(self, **options: Any) -> openai.AsyncOpenAI:
        import asyncio

        import openai

        identity = dict(self._identity)
        if token := identity.get("azure_ad_token_provider"):
            # Most requests find the token in memory; the one that fetches it must not hold up the event loop.
            identity["azure_ad_token_provider"] = lambda: asyncio.to_thread(token)
        return openai.AsyncAzureOpenAI(**{**self._resource(), **identity}, **options)

    def _resource(self) -> dict[str, Any]:
        version = self._credentials.extra.get("api_version", API_VERSION)
        return {"azure_endpoint": self._base_url, "api_version": version, **self._identity}

    def _identify(self) -> dict[str, Any]:
        auth = self._credentials.extra.get("auth", "key")
        if auth == "entra":
            return {"azure_ad_token_provider": _entra_token(self._credentials, self.connection_id)}
        if auth != "key":
            raise Misconfigured(f"the connection {self.connection_id} has the auth {auth!r}; it is 'key' or 'entra'")
        if not self._credentials.secret:
            raise Misconfigured(
                f"the connection {self.connection_id} has no password; put the API key of the resource there, or "
                "'auth': 'entra' into its extra"
            )
        return {"api_key": self._credentials.secret}


def _entra_token(credentials: Credentials, connection_id: str) -> Token:
    """Gives a valid token each time it is called; azure-identity keeps it in memory and renews it."""
    try:
        from azure.core.exceptions import AzureError
        from azure.identity import ClientSecretCredential, DefaultAzureCredential, get_bearer_token_provider
    except ImportError:
        raise Misconfigured(
            f"the connection {connection_id} asks for Entra ID, for which the package azure-identity is needed; "
            "install it, or use the resource's API key"
        ) from None

    extra = credentials.extra
    # Another cloud's login is not in the list of well-known ones, for which the SDK would ask the public cloud.
    cloud = {"authority": extra["authority_host"]} if "authority_host" in extra else {}
    options: dict[str, Any] = {**cloud, "disable_instance_discovery": bool(cloud)}
    client: Any
    if extra.get("tenant_id") and credentials.login:
        client = ClientSecretCredential(extra["tenant_id"], credentials.login, credentials.secret, **options)
    else:
        client = DefaultAzureCredential(**options)
    fetch = get_bearer_token_provider(client, _SCOPE)

    def token() -> str:
        try:
            return fetch()
        except AzureError as error:
            raise _refused(error, connection_id) from None

    return token


def _refused(error: Exception, connection_id: str) -> NightshiftError:
    """Messages of azure-identity stay out: they may name tenant and client, and list all that was tried."""
    from azure.core.exceptions import ServiceRequestError, ServiceResponseError

    # It reports a network that is down as a failed authentication, with the real reason as its cause.
    reason = error.__cause__ or error
    what = type(reason).__name__
    if isinstance(reason, ServiceRequestError | ServiceResponseError):
        return ProviderUnavailable(
            f"Microsoft Entra ID could not be reached for a token of {connection_id} ({what}); if it stays so, check "
            "name resolution, firewall and proxy"
        )
    return ProviderRefused(
        f"Microsoft Entra ID gave no token for the connection {connection_id} ({what}): check tenant_id, login and "
        "password, or the identity that this machine runs as"
    )
