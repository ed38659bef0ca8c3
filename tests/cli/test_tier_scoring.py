"""Lines of prompts to difficulties: scored as `plan` and `curve` score the same rows, whatever names their task."""

from __future__ import annotations

import codecs
import gzip
import json
from typing import Any

import numpy as np
import orjson
import pytest

from nightshift.cli.tier_scoring import scored
from nightshift.errors import InvalidInput
from nightshift.tiering.difficulty.model import DifficultyModel, prior
from nightshift.tiering.difficulty.training import train
from nightshift.tiering.outcomes import Outcome, parse_outcomes

NAMED: tuple[dict[str, Any], ...] = (
    {},
    {"subject": "tickets"},
    {"task": 7, "subject": "tickets"},
    {"task": None, "benchmark": "tickets"},
    {"prompt_name": "tickets", "prompt_version": 1},
)


def lines(names: dict[str, Any], rows: int, seed: int) -> list[bytes]:
    """One word says where light fails."""
    generator = np.random.default_rng(seed)
    made = []
    for number in range(rows):
        hard = bool(generator.random() < 0.5)
        text = f"Ticket {seed}-{number}: a customer writes about {'a refund' if hard else 'an invoice'}, what now?"
        light = not hard or bool(generator.random() < 0.1)
        made.append({"id": number, "prompt": text, "light_correct": light, "premium_correct": True} | names)
    return [json.dumps(one).encode() for one in made]


def rows_of(lines: list[bytes]) -> list[Outcome]:
    return parse_outcomes(lines, "rows.jsonl")


@pytest.mark.parametrize("names", NAMED, ids=str)
def test_a_line_is_scored_as_the_same_row_is_planned_with(names: dict[str, Any]) -> None:
    model = DifficultyModel(train(rows_of(lines(names, 300, seed=1)), trained_at="2026-01-01"))
    new = lines(names, 40, seed=2)
    assert bool(model.known) == bool(names)  # rows without any name have no words in common
    planned = model.scores([row.prompt for row in rows_of(new)], [row.of for row in rows_of(new)])
    found = [one["difficulty"] for one in scored(model, list(enumerate(new, 1)))]
    assert found == pytest.approx(planned.tolist(), abs=1e-6)
    by_structure = model.scores([row.prompt for row in rows_of(new)])
    assert bool(np.abs(planned - by_structure).max() > 1e-3) == bool(names)


def test_an_id_comes_back_as_it_was_written() -> None:
    line = b'{"id": 123456789012345678901234567890, "prompt": "Why?"}'
    assert orjson.dumps(scored(prior(), [(1, line)])[0]["id"]) == b"123456789012345678901234567890"
    deep = b'{"id": ' + b"[" * 500 + b"]" * 500 + b', "prompt": "Why?"}'
    assert scored(prior(), [(1, deep)])[0]["error"] == ("line 1: id: nested too deeply; expected a string or a number")


def test_a_name_that_is_none_is_told() -> None:
    line = b'{"id": 1, "prompt": "Why?", "task": ["a"]}'
    assert scored(prior(), [(1, line)])[0]["error"] == "line 1: task: list; expected a string"


@pytest.mark.parametrize("content", [gzip.compress(b"x"), codecs.BOM_UTF16_LE + b"x\x00"], ids=["gzip", "UTF-16"])
def test_another_kind_of_file_is_refused_at_its_first_line(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="not JSON lines; way out"):
        scored(prior(), [(1, content)])
    assert "line 2 is not JSON" in scored(prior(), [(2, content)])[0]["error"]
