"""An answer is taken apart only where it is exactly what was asked for; its cost is shared to the token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.bundling.membership import Member, Requests
from nightshift.batch.bundling.unbundling import parts
from nightshift.providers.port import RowResult

ITEMS = ["1-aaaaaa", "2-bbbbbb", "3-cccccc"]
BUNDLE = Requests([11], {11: tuple(Member(row, item) for row, item in zip((11, 12, 15), ITEMS, strict=True))})
ANSWERED = RowResult("11", None, "stop", 100, 32, 50, 10, "r", None, False)


def entries(*answers: Any) -> list[dict[str, Any]]:
    return [{"item": item, "answer": answer} for item, answer in zip(ITEMS, answers, strict=True)]


def said(content: Any, **changes: Any) -> RowResult:
    text = content if isinstance(content, str) else json.dumps(content)
    return ANSWERED._replace(answer=text, **changes)


def found(result: RowResult, *, as_json: bool = False) -> list[tuple[int, str | None, str | None]]:
    return [
        (int(part.result.custom_id), part.result.answer, part.doubt) for part in parts(result, BUNDLE, as_json=as_json)
    ]


def test_a_row_that_was_asked_alone_keeps_its_result() -> None:
    (part,) = parts(ANSWERED, Requests([11, 12]), as_json=False)
    assert part == (ANSWERED, False, None)


def test_every_row_gets_the_answer_to_its_own_item() -> None:
    assert found(said({"answers": entries("a", "b", "c")})) == [(11, "a", None), (12, "b", None), (15, "c", None)]


def test_json_answers_are_json_whatever_their_type() -> None:
    values = [{"desk": "ä"}, "text", 3]
    answers = [answer for _, answer, _ in found(said({"answers": entries(*values)}), as_json=True)]
    assert answers == ['{"desk": "ä"}', '"text"', "3"]


GOOD = entries("a", "b", "c")
DOUBTFUL = {
    "no JSON": "Here you are: " + json.dumps({"answers": GOOD}),
    "a fence": f"```json\n{json.dumps({'answers': GOOD})}\n```",
    "cut off": json.dumps({"answers": GOOD})[:-5],
    "no object": GOOD,
    "another key": {"answers": GOOD, "note": "done"},
    "no list": {"answers": {"1-aaaaaa": "a"}},
    "an item too few": {"answers": GOOD[:2]},
    "an item too many": {"answers": [*GOOD, {"item": "4-dddddd", "answer": "d"}]},
    "an item twice": {"answers": [GOOD[0], GOOD[1], GOOD[1]]},
    "an unknown item": {"answers": [*GOOD[:2], {"item": "3-dddddd", "answer": "c"}]},
    "another order": {"answers": [GOOD[1], GOOD[0], GOOD[2]]},
    "an entry with more": {"answers": [*GOOD[:2], {**GOOD[2], "sure": True}]},
    "an entry with less": {"answers": [*GOOD[:2], {"item": ITEMS[2]}]},
    "an item that is a list": {"answers": [*GOOD[:2], {"item": [], "answer": ""}]},
    "a key twice": '{"answers": [], "answers": ' + json.dumps(GOOD) + "}",
    "no number": json.dumps({"answers": entries("a", "b", float("nan"))}),
    "nested too deeply": "[" * 100_000,
    "nothing": "",
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_any_doubt_leaves_no_row_with_an_answer(name: str) -> None:
    rows = found(said(DOUBTFUL[name]))
    assert [row for row, _, _ in rows] == [11, 12, 15]
    assert all(answer is None and doubt for _, answer, doubt in rows)


@pytest.mark.parametrize("finish", ["length", "content_filter", "refusal", None])
def test_an_answer_that_did_not_end_by_itself_is_in_doubt(finish: str | None) -> None:
    rows = found(said({"answers": GOOD}, finish_reason=finish))
    assert all(answer is None and str(finish) in str(doubt) for _, answer, doubt in rows)


def test_an_error_that_will_not_pass_sends_every_row_to_be_asked_alone() -> None:
    rows = found(ANSWERED._replace(error="content_policy_violation"))
    assert {doubt for _, _, doubt in rows} == {"provider error content_policy_violation"}
    assert all(part.result.error is None for part in parts(ANSWERED._replace(error="x"), BUNDLE, as_json=False))


@given(st.tuples(*[st.integers(0, 10**6)] * 6), st.booleans())
def test_the_shares_add_up_to_what_was_used_and_no_part_exceeds_its_whole(
    used: tuple[int, ...], readable: bool
) -> None:
    given_, got = max(used[0], used[1]), max(used[2], used[3])
    counts = (given_, min(used[0], used[1]), got, min(used[2], used[3]), used[4], used[5])
    names = (
        "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "input_characters",
        "output_characters",
    )  # fmt: skip
    whole = said({"answers": GOOD} if readable else "?", **dict(zip(names, counts, strict=True)))
    shares = [part.result for part in parts(whole, BUNDLE, as_json=False)]
    assert [sum(getattr(share, name) for share in shares) for name in names] == list(counts)
    assert all(share.cached_input_tokens <= share.input_tokens for share in shares)
    assert all(share.reasoning_tokens <= share.output_tokens for share in shares)
