"""The columns of the matrix: each way in which a provider is asked, and what its operations are called."""

from __future__ import annotations

import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


@dataclass(frozen=True)
class Column:
    """`upload`, `submit`, `poll` and `download` are the sandbox's names of the operations; in real time all are one."""

    name: str
    provider: str
    rows: int
    upload: str
    submit: str
    poll: str
    download: str
    unreachable: str  # a connection to a host that does not exist, as JSON
    batch: bool = True
    signed: bool = False  # requests carry the time, and a wrong clock is refused
    # Whether an answer that was not delivered is in the ledger: the batch adds its usage up, or it can be asked again.
    books_lost_answers: bool = True


def _oracle() -> str:
    """With a key that is right in form: the SDK signs before it looks for the host."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    names = {"user": "user", "tenancy": "tenancy", "compartment_id": "compartment"}
    ocids = {name: f"ocid1.{kind}.oc1..aaaa" for name, kind in names.items()}
    extra = {**ocids, "fingerprint": "00:" * 15 + "00", "key_content": pem, "endpoint": _NOWHERE}
    return json.dumps({"extra": extra})


_NOWHERE = "http://no-such-host.invalid"
_KEY = '"password": "k"'
OPENAI = Column(
    "openai", "openai", 40, "files.create", "batches.create", "batches.retrieve", "files.content",
    f'{{"host": "{_NOWHERE}/v1", {_KEY}}}',
)  # fmt: skip
AZURE = Column(
    "azure_openai", "azure_openai", 40, "files.create", "batches.create", "batches.retrieve", "files.content",
    f'{{"host": "{_NOWHERE}", {_KEY}}}', books_lost_answers=False,
)  # fmt: skip
_AWS = (
    f'{{"login": "AKIA", {_KEY}, "extra": {{"endpoint_url": "{_NOWHERE}", "s3_endpoint_url": "{_NOWHERE}", '
    '"role_arn": "arn:aws:iam::123456789012:role/jobs", "staging_uri": "s3://bucket/staging"}}'
)
BEDROCK = Column(
    "bedrock", "bedrock", 120, "s3.put", "jobs.create", "jobs.get", "s3.get", _AWS, signed=True
)  # fmt: skip
BEDROCK_REALTIME = Column(
    "bedrock, real time", "bedrock", 24, "converse", "converse", "converse", "converse", _AWS,
    batch=False, signed=True, books_lost_answers=False,
)  # fmt: skip
OCI = Column(
    "oci_genai", "oci_genai", 40, "chat", "chat", "chat", "chat", _oracle(),
    batch=False, signed=True,
)  # fmt: skip
COLUMNS = (OPENAI, AZURE, BEDROCK, BEDROCK_REALTIME, OCI)
