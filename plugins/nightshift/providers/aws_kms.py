"""A master key of AWS KMS. It never leaves the service; the encryption context binds what is wrapped to its run."""

from __future__ import annotations

from typing import Any, NoReturn

from nightshift.errors import Misconfigured, ProviderUnavailable
from nightshift.providers.credentials import Credentials

# https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html#API_Decrypt_Errors
_PASSING = frozenset({"KMSInternalException", "DependencyTimeoutException", "ThrottlingException", "LimitExceeded"})


class AwsKmsKey:
    """Wraps keys with the KMS key that the connection's extra names: `{"kms_key_id": ..., "region_name": ...}`."""

    def __init__(self, found: Credentials) -> None:
        import boto3

        self.name = str(found.extra["kms_key_id"])
        self._client: Any = boto3.client(
            "kms",
            region_name=found.extra.get("region_name"),
            endpoint_url=found.extra.get("endpoint_url"),
            aws_access_key_id=found.login or None,
            aws_secret_access_key=found.secret or None,
        )

    def wrap(self, key: bytes, run_id: str) -> bytes:
        """Raises Misconfigured where the service refuses, ProviderUnavailable where it does not answer."""
        answer = self._call("encrypt", KeyId=self.name, Plaintext=key, EncryptionContext={"run": run_id})
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, run_id: str) -> bytes:
        """Raises as `wrap` does; a key that was wrapped for another run is refused."""
        answer = self._call("decrypt", KeyId=self.name, CiphertextBlob=wrapped, EncryptionContext={"run": run_id})
        return bytes(answer["Plaintext"])

    def _call(self, name: str, **arguments: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, name)(**arguments)
        except ClientError as error:
            self._refused(name, str(error.response.get("Error", {}).get("Code", "unknown")))
        except BotoCoreError as error:
            raise ProviderUnavailable(f"AWS KMS did not answer ({type(error).__name__})") from error

    def _refused(self, name: str, code: str) -> NoReturn:
        if code in _PASSING:
            raise ProviderUnavailable(f"AWS KMS answered {code} to {name}") from None
        raise Misconfigured(
            f"AWS KMS refused {name} with the key {self.name}: {code}; "
            "way out: let the connection nightshift_vault use the key (kms:Encrypt, kms:Decrypt)"
        ) from None
