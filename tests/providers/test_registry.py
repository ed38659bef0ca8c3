"""Provider names, their connections, and providers that come from outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.providers.cases import CASES, ProviderCase

from nightshift.errors import Misconfigured
from nightshift.providers import registry
from nightshift.providers.credentials import Credentials
from nightshift.providers.registry import Entry, connection_id, known_providers, open_provider, register


class Toy:
    """Stands in for a provider of another package."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        self.credentials, self.region = credentials, region


@pytest.fixture
def _toy() -> Iterator[None]:
    register("toy", Entry(f"{__name__}:Toy", "toy_default"))
    yield
    registry._ENTRIES.pop("toy")


def test_every_provider_keeps_the_contract() -> None:
    assert known_providers() == tuple(sorted(case.name for case in CASES))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_provider_has_a_connection_and_recorded_capabilities(case: ProviderCase) -> None:
    assert connection_id(case.name).endswith("_default")
    assert case.capabilities.realtime.max_concurrency >= 1


@pytest.mark.usefixtures("_toy")
def test_a_provider_from_outside_is_opened_by_its_name() -> None:
    credentials = Credentials("key", None)
    found = open_provider("toy", credentials, "moon")
    assert isinstance(found, Toy)
    assert (found.credentials, found.region, connection_id("toy")) == (credentials, "moon", "toy_default")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Misconfigured, match="no provider is called 'abacus'; known: azure_openai, bedrock"):
        connection_id("abacus")


def test_no_sdk_is_loaded_before_a_provider_is_opened() -> None:
    code = (
        "import sys; from nightshift.providers import credentials, port, registry; registry.known_providers(); "
        "print(sorted({'openai', 'boto3', 'oci'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"
