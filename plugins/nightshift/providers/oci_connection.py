"""The connection oci_default: who we are at OCI, and how requests are signed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.errors import Misconfigured, ProviderUnavailable
from nightshift.providers.credentials import Credentials

if TYPE_CHECKING:
    import oci

CONNECTION = "oci_default"
# Which fields each way to authenticate needs; names in one group can stand in for each other.
_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "api_key": (("user",), ("fingerprint",), ("tenancy",), ("key_content", "key_file")),
    "session_token": (("tenancy",), ("key_content", "key_file"), ("security_token", "security_token_file")),
    "instance_principal": (),
    "resource_principal": (),
}
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)*-\d+")
MAX_CONCURRENCY = 16  # as many as include/models/providers.yaml allows unless somebody changed it
TIMEOUT_SECONDS = 300.0  # 4,000 tokens from a large model take minutes on a busy day


@dataclass(frozen=True)
class Connection:
    """What is needed to call one region. `endpoint` is None where the SDK finds it from the region."""

    auth: str
    region: str
    compartment_id: str
    endpoint: str | None
    sandbox: bool
    identity: dict[str, str] = field(repr=False)
    secrets: dict[str, str] = field(repr=False)
    pass_phrase: str = field(repr=False)
    max_concurrency: int
    timeout_seconds: float


def read(credentials: Credentials, region: str) -> Connection:
    """Raises Misconfigured, naming every field that is missing or wrong."""
    extra = _sandbox_extra(credentials) if credentials.sandbox else credentials.extra
    auth = str(extra.get("auth", "api_key"))
    if auth not in _NEEDS:
        raise Misconfigured(f"the connection {CONNECTION}: auth is none of {', '.join(_NEEDS)}")
    groups = (*_NEEDS[auth], ("compartment_id",))
    missing = [" or ".join(group) for group in groups if not any(extra.get(name) for name in group)]
    if missing and not credentials.sandbox:
        raise Misconfigured(f"the connection {CONNECTION} lacks in its extra, for auth {auth}: {', '.join(missing)}")
    endpoint = extra.get("endpoint") or credentials.base_url
    if not endpoint and not _REGION.fullmatch(region):
        raise Misconfigured(
            f"{region!r} is no region of OCI, such as eu-frankfurt-1; mend include/models/catalogue.yaml"
        )
    names = ("user", "fingerprint", "tenancy")
    secrets = ("key_content", "key_file", "security_token", "security_token_file")
    return Connection(
        auth=auth,
        region=region,
        compartment_id=str(extra["compartment_id"]),
        endpoint=endpoint,
        sandbox=credentials.sandbox,
        identity={name: str(extra[name]) for name in names if extra.get(name)},
        secrets={name: str(extra[name]) for name in secrets if extra.get(name)},
        pass_phrase="" if credentials.sandbox else credentials.secret,
        max_concurrency=int(extra.get("max_concurrency", MAX_CONCURRENCY)),
        timeout_seconds=float(extra.get("timeout_seconds", TIMEOUT_SECONDS)),
    )


def signer(connection: Connection) -> oci.signer.AbstractBaseSigner:
    """Loads keys, or asks the instance for its identity: nothing for an event loop."""
    match connection.auth:
        case "instance_principal":
            return _instance_signer()
        case "resource_principal":
            return _resource_signer()
        case _:
            return _key_signer(connection)


def _key_signer(connection: Connection) -> oci.signer.AbstractBaseSigner:
    from oci.auth.signers import SecurityTokenSigner
    from oci.exceptions import InvalidPrivateKey
    from oci.signer import Signer, load_private_key

    try:
        key = _key(connection)
        if connection.auth == "session_token":
            return SecurityTokenSigner(
                _content(connection, "security_token"), load_private_key(key, _phrase(connection))
            )
        who = connection.identity
        return Signer(who["tenancy"], who["user"], who["fingerprint"], None, _phrase(connection), key)
    except OSError as error:
        raise Misconfigured(f"the connection {CONNECTION}: {error.filename} cannot be read: {error.strerror}") from None
    except (InvalidPrivateKey, UnicodeError):
        # `from None`: nothing of a key may stand in a log.
        raise Misconfigured(
            f"the connection {CONNECTION}: key_content or key_file is no private key in PEM, "
            "or the password (its pass phrase) does not fit"
        ) from None


def _instance_signer() -> oci.signer.AbstractBaseSigner:
    from oci.auth.signers import InstancePrincipalsSecurityTokenSigner
    from oci.circuit_breaker import NoCircuitBreakerStrategy
    from oci.exceptions import ClientError, ServiceError
    from oci.retry import NoneRetryStrategy

    try:
        # Without this the SDK tries for a minute and a half, also where there is no such service.
        return InstancePrincipalsSecurityTokenSigner(
            retry_strategy=NoneRetryStrategy(), federation_client_circuit_breaker_strategy=NoCircuitBreakerStrategy()
        )
    except (OSError, RuntimeError, ValueError, ClientError, ServiceError) as error:
        raise ProviderUnavailable(
            f"OCI gave this machine no identity ({type(error).__name__}). With auth instance_principal in the "
            f"connection {CONNECTION}, it has to be an OCI instance in a dynamic group that a policy speaks of"
        ) from None


def _resource_signer() -> oci.signer.AbstractBaseSigner:
    from oci.auth.signers import get_resource_principals_signer
    from oci.exceptions import ClientError

    try:
        return get_resource_principals_signer()
    except (OSError, ValueError, ClientError) as error:
        raise Misconfigured(
            f"this process has no resource principal ({type(error).__name__}). With auth resource_principal in the "
            f"connection {CONNECTION}, it has to run in an OCI service that sets OCI_RESOURCE_PRINCIPAL_VERSION"
        ) from None


def _key(connection: Connection) -> str:
    if connection.sandbox and not {"key_content", "key_file"} & connection.secrets.keys():
        return _throw_away_key()
    return _content(connection, "key")


def _content(connection: Connection, name: str) -> str:
    """`name`_content (or `name`) of the connection, else the content of `name`_file."""
    given = connection.secrets.get(f"{name}_content") or connection.secrets.get(name)
    return given or Path(connection.secrets[f"{name}_file"]).expanduser().read_text(encoding="utf-8").strip()


def _phrase(connection: Connection) -> str | None:
    return connection.pass_phrase or None


@lru_cache(maxsize=1)
def _throw_away_key() -> str:
    """The sandbox takes any key."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return made.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def _sandbox_extra(credentials: Credentials) -> dict[str, Any]:
    """A made-up identity; what the connection says goes before it."""
    made_up = {
        "user": f"ocid1.user.oc1..{credentials.login or 'sandbox'}",
        "tenancy": "ocid1.tenancy.oc1..sandbox",
        "fingerprint": ":".join(["5a"] * 16),
        "compartment_id": "ocid1.compartment.oc1..sandbox",
    }
    return {**made_up, **credentials.extra}
