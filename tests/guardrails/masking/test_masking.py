"""Masking can be undone with the run's key, in its own row, and in no other way."""

from __future__ import annotations

import dataclasses
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.publication.unmasking import restore
from nightshift.errors import Misconfigured
from nightshift.guardrails.masking.placeholders import PLACEHOLDER, Placeholders
from nightshift.guardrails.masking.run_keys import LocalMasterKey, RunKey, new_key
from nightshift.guardrails.masking.sealing import Seal
from nightshift.guardrails.masking.spans import mask_text, name_entity
from nightshift.guardrails.verdict import Finding

KEY = RunKey.of(bytes(range(32)))
ENTITIES = st.sampled_from(["PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "SECRET"])
TEXTS = st.text(alphabet=st.sampled_from("ab[]_.2 \n€Ω😀\ud800PERSON"), max_size=60)


@st.composite
def texts_with_findings(draw: st.DrawFn) -> tuple[str, list[Finding]]:
    text = draw(TEXTS)
    ends = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(ends, ends, ENTITIES), max_size=6))
    return text, [Finding("rule", entity, min(one, two), max(one, two)) for one, two, entity in spans]


@given(texts_with_findings())
def test_masking_and_restoring_is_the_identity(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    seal = Seal("run-1", KEY.sealing)
    masked, replaced = mask_text(text, findings, Placeholders(KEY.placeholders))
    sealed = [seal.close(7, item.placeholder, item.original) for item in replaced]
    assert restore(masked, {item.placeholder: seal.open(item) for item in sealed}) == text


@given(texts_with_findings())
def test_every_finding_is_replaced_whole(case: tuple[str, list[Finding]]) -> None:
    text, findings = case
    marked, _ = mask_text(text, findings, lambda entity, value: "\x00")
    covered = {place for item in findings for place in range(item.start, item.end)}
    assert marked.replace("\x00", "") == "".join(letter for place, letter in enumerate(text) if place not in covered)


def test_without_a_vault_only_the_entity_is_left() -> None:
    assert mask_text("ask anna", [Finding("r", "PERSON", 4, 8)], name_entity)[0] == "ask [PERSON]"


def test_findings_that_overlap_are_one_and_named_after_the_longest() -> None:
    findings = [Finding("r", "URL", 3, 9), Finding("r", "EMAIL_ADDRESS", 0, 8)]
    assert mask_text("a@b.example!", findings, name_entity)[0] == "[EMAIL_ADDRESS]le!"


def test_a_value_has_one_placeholder_in_a_run_and_another_in_the_next() -> None:
    rows = [Placeholders(KEY.placeholders)("PERSON", "Anna") for _ in range(2)]
    other = Placeholders(RunKey.of(new_key()).placeholders)("PERSON", "Anna")
    assert rows[0] == rows[1] != other
    assert PLACEHOLDER.fullmatch(rows[0])


@pytest.mark.parametrize(
    ("entity", "one", "two"),
    [
        ("PHONE_NUMBER", "+49 (30) 123-456", "+4930123456"),
        ("EMAIL_ADDRESS", "Anna@Example.com", "anna@example.com"),
        ("PERSON", "ANNA  BELL", "Anna Bell"),
    ],
)
def test_spellings_of_one_value_are_seen_to_be_one_and_restored_as_written(entity: str, one: str, two: str) -> None:
    row = Placeholders(KEY.placeholders)
    first, second = row(entity, one), row(entity, two)
    assert second == first[:-1] + ".2]"
    assert row(entity, one) == first


def test_passwords_that_differ_in_case_are_two() -> None:
    row = Placeholders(KEY.placeholders)
    assert row("SECRET", "hunter")[:-1] not in row("SECRET", "Hunter")


def test_a_placeholder_tells_nothing_without_the_key() -> None:
    assert "anna" not in Placeholders(KEY.placeholders)("PERSON", "anna").lower()
    assert KEY.placeholders != KEY.sealing


@pytest.mark.parametrize("change", [{"row_number": 8}, {"placeholder": "[PERSON_BBBBBBBBBBBB]"}])
def test_what_is_sealed_opens_in_its_own_row_only(change: dict[str, object]) -> None:
    sealed = Seal("run-1", KEY.sealing).close(7, "[PERSON_AAAAAAAAAAAA]", "Anna")
    with pytest.raises(Misconfigured, match=r"vault of the run run-1 does not open") as caught:
        Seal("run-1", KEY.sealing).open(dataclasses.replace(sealed, **change))  # type: ignore[arg-type]
    assert "Anna" not in str(caught.value)


def test_what_is_sealed_opens_in_its_own_run_only() -> None:
    sealed = Seal("run-1", KEY.sealing).close(7, "[PERSON_AAAAAAAAAAAA]", "Anna")
    for other in (Seal("run-2", KEY.sealing), Seal("run-1", RunKey.of(new_key()).sealing)):
        with pytest.raises(Misconfigured):
            other.open(sealed)


def test_the_same_value_is_never_sealed_the_same_way() -> None:
    seal = Seal("run-1", KEY.sealing)
    assert seal.close(7, "[PERSON_AAAAAAAAAAAA]", "Anna") != seal.close(7, "[PERSON_AAAAAAAAAAAA]", "Anna")


def test_a_run_key_is_wrapped_for_its_run() -> None:
    master, key = LocalMasterKey("test", os.urandom(32)), new_key()
    wrapped = master.wrap(key, "run-1")
    assert master.unwrap(wrapped, "run-1") == key
    for found, run_id in ((master, "run-2"), (LocalMasterKey("test", os.urandom(32)), "run-1")):
        with pytest.raises(Misconfigured, match=f"does not open the key of the run {run_id}"):
            found.unwrap(wrapped, run_id)


def test_a_master_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"16 bytes; it must have 32.*openssl rand"):
        LocalMasterKey("connection nightshift_vault", os.urandom(16))
