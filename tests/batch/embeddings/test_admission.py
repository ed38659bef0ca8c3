"""Which entries of the catalogue are embedded with: what one call of ours books is one request of its provider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.providers.cases import CASES, ProviderCase

from nightshift.batch.embeddings.admission import find_embedding
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.errors import Misconfigured, MissingPrice
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake

MOST = {"openai": 2048, "azure_openai": 2048, "bedrock": 1, "oci_genai": 96}


def admitted(
    database: Database, lake: FileLake, job: ResolvedJob, case: ProviderCase, folder: Path, texts: int | None
) -> None:
    """Has a model of the provider found whose entry says that a request takes so many texts; it has no price."""
    entry = {
        "model": "embedder", "provider": case.name, "deployment": case.embedding.model, "price_as": "nobody-knows",
        "regions": [case.region], "context_tokens": 100,
    } | ({} if texts is None else {"texts_per_request": texts})  # fmt: skip
    (folder / "models").mkdir()
    (folder / "models" / "catalogue.yaml").write_text(yaml.safe_dump({"models": [], "embeddings": [entry]}))
    capabilities = {"realtime": {"max_concurrency": 1, "checkpoint_requests": 1, "repeatable": False}, "source": "test"}
    (folder / "models" / "providers.yaml").write_text(yaml.safe_dump({"providers": {case.name: capabilities}}))
    (folder / "models" / "prices.yaml").write_text(yaml.safe_dump({"overrides": []}))
    provider = case.open(case.credentials("http://127.0.0.1:9"))
    services = Services(database, lake, lambda name, region: provider, lambda name, region: None)
    application = job.application.model_copy(update={"models": ("embedder",), "regions": (case.region,)})
    find_embedding(services, "desk", application, "embedder", field="embedding", at=job.admitted_at)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_entry_with_more_texts_than_a_request_of_its_provider_takes_is_refused(
    database: Database,
    lake: FileLake,
    make_job: Callable[..., ResolvedJob],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: ProviderCase,
) -> None:
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path))
    most = MOST[case.name]
    if most >= 256:  # more than the catalogue lets anybody write
        with pytest.raises(MissingPrice):
            admitted(database, lake, make_job(), case, tmp_path, None)
        return
    told = rf"embeddings embedder: texts_per_request is 256; limit: {most} by .*way out: texts_per_request: {most}$"
    with pytest.raises(Misconfigured, match=told):
        admitted(database, lake, make_job(), case, tmp_path, None)
