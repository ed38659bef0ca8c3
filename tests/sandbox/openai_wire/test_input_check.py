"""What OpenAI refuses while a batch is validating."""

from __future__ import annotations

import json

import pytest

from nightshift.sandbox.openai_wire.input_check import check
from nightshift.sandbox.openai_wire.wire import BATCH_MAX_REQUESTS, Flavour

CHAT = "/v1/chat/completions"


def line(custom_id="a", **change):
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "?"}]}
    return {"custom_id": custom_id, "method": "POST", "url": CHAT, "body": body, **change}


def findings(tmp_path, *lines):
    path = tmp_path / "input.jsonl"
    path.write_bytes(b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines))
    return check(Flavour(), path, CHAT)


def test_a_good_file_has_its_rows_counted_and_its_model_named(tmp_path):
    found = findings(tmp_path, line("a"), b"", line("b"), b"")

    assert (found.total, found.model, found.errors) == (2, "gpt-4o", [])


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (b'{"custom_id": ', "invalid_json_line"),
        (b"\xff\xfe", "invalid_json_line"),
        (b"[]", "invalid_request"),
        (line("a"), "duplicate_custom_id"),
        (line(""), "missing_required_parameter"),
        (line("b", method="GET"), "invalid_method"),
        (line("b", url="/v1/embeddings"), "url_mismatch"),
        (line("b", body=None), "missing_required_parameter"),
        (line("b", body={"model": "gpt-4o-mini"}), "model_mismatch"),
        (line("b", body={"messages": []}), "missing_required_parameter"),
    ],
)
def test_a_bad_line_is_found_with_its_number(tmp_path, second, code):
    found = findings(tmp_path, line("a"), second)

    assert [(error["code"], error["line"]) for error in found.errors] == [(code, 2)]


@pytest.mark.parametrize("model", ["gpt-9-imaginary", "text-embedding-3-small"])
def test_a_model_that_the_endpoint_does_not_serve_is_refused_once(tmp_path, model):
    found = findings(tmp_path, line("a", body={"model": model}), line("b", body={"model": model}))

    assert [error["code"] for error in found.errors] == ["model_not_found"]


def test_an_empty_file_is_refused(tmp_path):
    assert [error["code"] for error in findings(tmp_path, b"", b"").errors] == ["empty_file"]


@pytest.mark.parametrize(("rows", "codes"), [(BATCH_MAX_REQUESTS, []), (BATCH_MAX_REQUESTS + 1, ["too_many_tasks"])])
def test_the_number_of_requests_is_limited(tmp_path, rows, codes):
    template = json.dumps(line("CUSTOM")).encode()
    found = findings(tmp_path, *(template.replace(b"CUSTOM", b"%d" % number) for number in range(rows)))

    assert [error["code"] for error in found.errors] == codes


def test_a_file_that_is_wrong_everywhere_has_a_bounded_list_of_errors(tmp_path):
    assert len(findings(tmp_path, *([b"{"] * 1000)).errors) == 100
