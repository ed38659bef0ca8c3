"""The columns of the matrix: each way in which a provider is asked, and what its operations are called."""

from __future__ import annotations

from dataclasses import dataclass


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
    # Whether an answer that was not delivered is in the ledger: if the batch adds its usage up, or it can be asked again.
    books_lost_answers: bool = True


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
    "oci_genai", "oci_genai", 40, "chat", "chat", "chat", "chat", "",
    batch=False, signed=True,
)  # fmt: skip
COLUMNS = (OPENAI, AZURE, BEDROCK, BEDROCK_REALTIME, OCI)
