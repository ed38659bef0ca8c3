"""Personal data and secrets: spans per entity on the development data and on synthetic texts, next to the peers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.guardrails.data import Marked, Span
from benchmarks.guardrails.peers import NAIVE, NAMES, work
from nightshift.guardrails.personal_data import PersonalData
from nightshift.guardrails.secrets import Secrets
from nightshift.guardrails.subjects import Batch, Subject

OURS = "nightshift"
PERSONAL = (
    "CREDIT_CARD", "CRYPTO", "EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS", "MAC_ADDRESS", "PHONE_NUMBER", "URL",
    "US_DRIVER_LICENSE", "US_SSN",
)  # fmt: skip
SECRET = "SECRET"
ENTITIES = (*PERSONAL, SECRET)
# What each peer looks for. An entity it does not know is not held against its precision, only against its recall.
_PEERS = ((NAIVE, ()), ("presidio", ()), ("litellm", ("--check", "personal_data")), ("detect_secrets", ()))


@dataclass(frozen=True)
class Side:
    """What one side found in the texts."""

    name: str
    found: Sequence[Sequence[Span]]
    texts_per_second: float


def measure(texts: Sequence[Marked], environments: Path) -> Iterator[Side]:
    """Ours first: all entities it knows, as the default policy asks for them."""
    plain = [text.text for text in texts]
    yield _ours(plain)
    for peer, arguments in _PEERS:
        worked = work(peer, plain, environments, *arguments)
        found = [[(entity, start, end) for entity, start, end, _ in answer["found"]] for answer in worked.answers]
        yield Side(NAMES[peer], found, len(plain) / worked.seconds)


def _ours(texts: Sequence[str]) -> Side:
    checks = (PersonalData(), Secrets())
    batch = Batch([Subject(text) for text in texts])
    begin = time.process_time()
    personal, secret = (check.detect(batch) for check in checks)
    seconds = time.process_time() - begin
    found = [
        [(hit.entity, hit.start, hit.end) for hit in (*ours, *theirs)]
        for ours, theirs in zip(personal, secret, strict=True)
    ]
    return Side(OURS, found, len(texts) / seconds)
