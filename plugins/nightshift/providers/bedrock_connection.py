"""The connection aws_default as boto3 clients: Bedrock, its runtime, and S3 for the files of batch jobs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from nightshift.errors import Misconfigured, ProviderUnavailable
from nightshift.providers.credentials import Credentials

# Also the number of connections that a client keeps: a thread that waits for one would be a thread too many.
THREADS = 16
# Reads may be repeated at will. What has an effect is sent once: the SDK cannot know that the first one was accepted.
_READ_ATTEMPTS = 3
_CONNECT_SECONDS = 10.0
_CONTROL_SECONDS = 60.0
_MODEL_SECONDS = 300.0  # the longest that a model without streaming takes, with room to spare

_SANDBOX = {
    "role_arn": "arn:aws:iam::123456789012:role/nightshift-sandbox",
    "staging_uri": "s3://nightshift-sandbox/batches",
}


@dataclass(frozen=True)
class Location:
    """A place in S3."""

    bucket: str
    key: str

    def below(self, *parts: str) -> Location:
        return Location(self.bucket, "/".join([*([self.key] if self.key else []), *parts]))

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def location(uri: str) -> Location:
    """The place that an s3:// URI names."""
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc:
        raise Misconfigured(f"{uri!r} is not an S3 URI; it looks like s3://bucket/prefix")
    return Location(parts.netloc, parts.path.strip("/"))


class Connection:
    """Makes each client when it is first needed: boto3 takes a noticeable time to make one."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        if bool(credentials.login) != bool(credentials.secret):
            raise Misconfigured(
                "the connection aws_default has one half of a key pair: login is the access key id, password the "
                "secret access key; leave both empty for boto3's own chain (environment, profile, instance role)"
            )
        self._credentials, self._region = credentials, region
        self._extra = {**(_SANDBOX if credentials.sandbox else {}), **credentials.extra}
        self._lock = threading.Lock()
        self._session: Any = None
        self._clients: dict[str, Any] = {}

    @property
    def role_arn(self) -> str:
        """The role that a job assumes to read and write its files."""
        return self._required("role_arn", "the service role that Bedrock jobs assume (arn:aws:iam::<account>:role/...)")

    @property
    def staging(self) -> Location:
        """Where request files and results of jobs lie."""
        return location(self._required("staging_uri", "s3://bucket/prefix for the request files and results of jobs"))

    def jobs(self) -> Any:
        """Bedrock's control plane, for reading."""
        return self._client("jobs", "bedrock", _READ_ATTEMPTS, _CONTROL_SECONDS)

    def jobs_once(self) -> Any:
        """The same, for what has an effect."""
        return self._client("jobs_once", "bedrock", 1, _CONTROL_SECONDS)

    def runtime(self) -> Any:
        """Models and guardrails in real time: each request is billed, so none is repeated here."""
        return self._client("runtime", "bedrock-runtime", 1, _MODEL_SECONDS)

    def s3(self) -> Any:
        """S3. To write the same object twice is to write it once, so everything may be repeated."""
        return self._client("s3", "s3", _READ_ATTEMPTS, _CONTROL_SECONDS)

    def _client(self, name: str, service: str, attempts: int, seconds: float) -> Any:
        with self._lock:  # a boto3 session must not make two clients at once
            if name not in self._clients:
                self._clients[name] = self._new_client(service, attempts, seconds)
            return self._clients[name]

    def _new_client(self, service: str, attempts: int, seconds: float) -> Any:
        import boto3
        from botocore.config import Config

        if self._session is None:
            self._session = boto3.session.Session(
                self._credentials.login or None,
                self._credentials.secret or None,
                self._extra.get("aws_session_token") or None,
                region_name=self._region,
            )
        options: dict[str, Any] = {"s3": {"addressing_style": "path"}} if self._s3_is_elsewhere(service) else {}
        if self._credentials.sandbox:
            options["proxies"] = {}  # the sandbox is on this machine
        config = Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=float(self._extra.get("timeout_seconds", seconds)),
            max_pool_connections=THREADS,
            **options,
        )
        return self._session.client(service, endpoint_url=self._endpoint(service), config=config)

    def _endpoint(self, service: str) -> str | None:
        if service == "s3":
            named = self._extra.get("s3_endpoint_url")
            return str(named) if named else self._sandbox_s3()
        named = self._extra.get("endpoint_url") or self._credentials.base_url
        return None if named is None else str(named)

    def _s3_is_elsewhere(self, service: str) -> bool:
        return service == "s3" and bool(self._extra.get("s3_endpoint_url") or self._credentials.sandbox)

    def _sandbox_s3(self) -> str | None:
        if not self._credentials.sandbox or self._credentials.base_url is None:
            return None
        root = self._credentials.base_url
        try:
            health = httpx.get(urljoin(root, "/sandbox/health"), timeout=10, trust_env=False).raise_for_status().json()
        except httpx.HTTPError as error:
            raise ProviderUnavailable(
                f"no sandbox answers at {root} to say where its S3 is: {type(error).__name__}; "
                "way out: nightshift sandbox start"
            ) from None
        return urljoin(root, str(health["s3"]))

    def _required(self, name: str, meaning: str) -> str:
        found = self._extra.get(name)
        if not found:
            raise Misconfigured(f"the connection aws_default has no {name} in its extra; batch jobs need it: {meaning}")
        return str(found)
