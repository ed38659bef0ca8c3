"""A tier policy for each provider alone, beside the project's own policies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from nightshift.settings import project_root

# Provider -> its light and its premium model.
LADDERS = {
    "openai": ("gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06"),
    "azure_openai": ("azure/gpt-4o-mini-2024-07-18", "azure/gpt-4o-2024-08-06"),
    "bedrock": ("bedrock/amazon.nova-lite-v1", "bedrock/amazon.nova-pro-v1"),
    "oci_genai": ("oci/cohere.command-r-08-2024", "oci/meta.llama-3.3-70b-instruct"),
}


@pytest.fixture
def include(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's policies, with a tier policy for each provider alone."""
    folder = tmp_path / "include"
    shutil.copytree(project_root() / "include", folder)
    for provider, (light, premium) in LADDERS.items():
        tiers = [{"name": "light", "deployments": [light]}, {"name": "premium", "deployments": [premium]}]
        (folder / f"policies/tiers/{provider}.yaml").write_text(yaml.safe_dump({"tiers": tiers}))
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(folder))
    return folder
