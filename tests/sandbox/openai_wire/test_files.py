"""Uploads, downloads, lists, and the limit on size."""

from __future__ import annotations

import openai
import pytest

from nightshift.sandbox.openai_wire.wire import BATCH_MAX_BYTES


def test_a_file_comes_back_byte_for_byte(provider):
    content = bytes(range(256)) * 10_000
    file = provider.client.files.create(file=("data.bin", content), purpose="user_data")

    assert (file.bytes, file.filename, file.purpose) == (len(content), "data.bin", "user_data")
    assert provider.client.files.content(file.id).content == content


def test_a_deleted_file_is_gone(provider):
    file_id = provider.upload(b"{}\n")

    assert provider.client.files.delete(file_id).deleted
    with pytest.raises(openai.NotFoundError):
        provider.client.files.content(file_id)
    with pytest.raises(openai.NotFoundError):
        provider.client.files.delete(file_id)


def test_the_list_pages_through_everything_newest_first(provider):
    created = [provider.upload(b"{}\n") for _ in range(5)]

    assert [file.id for file in provider.client.files.list(limit=2)] == created[::-1]
    assert [file.id for file in provider.client.files.list(limit=2, order="asc")] == created
    assert list(provider.client.files.list(purpose="vision")) == []


def test_the_asked_expiry_is_kept(provider):
    wanted = {"anchor": "created_at", "seconds": 3600}
    file = provider.client.files.create(file=b"x", purpose="batch", expires_after=wanted)

    assert file.expires_at == file.created_at + 3600


def test_an_unknown_purpose_is_refused(provider):
    with pytest.raises(openai.BadRequestError) as refused:
        provider.client.files.create(file=b"x", purpose="misc")
    assert refused.value.param == "purpose"


def test_a_batch_file_above_the_limit_is_too_large(provider, tmp_path):
    path = tmp_path / "large.jsonl"
    with path.open("wb") as file:
        file.truncate(BATCH_MAX_BYTES + 1)

    with path.open("rb") as file, pytest.raises(openai.APIStatusError) as refused:
        provider.client.files.create(file=file, purpose="batch")
    assert refused.value.status_code == 413
