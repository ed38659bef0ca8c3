"""A mistake in a policy is named by file and field, before any text is screened."""

from __future__ import annotations

from pathlib import Path

import pytest

from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.guardrails.policy import GuardrailPolicy, find_policy

MAIL = "{check: secrets, id: m, action: mask}"


@pytest.fixture
def policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "include" / "policies" / "guardrails"
    folder.mkdir(parents=True)
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path / "include"))
    return folder


def phrases(expression: str) -> str:
    return f"{{check: patterns, id: p, action: deny, expressions: ['{expression}']}}"


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("{check: emial, id: m, action: mask}", r"input.0: .*'emial'.*'secrets'"),
        ("{check: secrets, action: mask}", r"input.0.secrets.id: Field required"),
        ("{check: secrets, id: m, action: shout}", r"input.0.secrets.action: .*'quarantine'"),
        ("{check: text_length, id: t, action: deny, most: 0}", r"input.0.text_length.most: .*greater than 0"),
        ("{check: text_length, id: t, action: deny, most: 9, moist: 9}", r"input.0.text_length.moist: Extra inputs"),
        ("{check: patterns, id: p, action: deny, expressions: []}", r"input.0.patterns.expressions: "),
        ("{check: secrets, id: Mail!, action: mask}", r"input.0.secrets.id: .*pattern"),
        ("{check: secrets, id: m, action: mask, origins: [friend]}", r"input.0.secrets.origins.0: .*'document'"),
        ("{check: harm, id: h, action: deny, threshold: 2}", r"input.0.harm.threshold: .*less than or equal to 1"),
        ("{check: personal_data, id: p, action: mask, noted: [EMAIL_ADRESS]}", r"input.0.personal_data: .*EMAIL_A"),
        ("{check: names, id: p, action: mask, noted: [PERSONS]}", r"input.0.names: .*did you mean PERSON"),
        (phrases("a(b"), r"input.0.patterns.expressions.0: .*not a regular expression"),
    ],
)
def test_a_mistake_is_named_by_file_and_field(policies: Path, rule: str, told: str) -> None:
    (policies / "strict.yaml").write_text(f"input:\n  - {rule}\noutput: [{MAIL}]\n")
    with pytest.raises(Misconfigured, match=rf"include/policies/guardrails/strict.yaml: {told}"):
        find_policy("strict", field="application")


@pytest.mark.parametrize("expression", [r"1 \+ 1", r"a{0,40}b", r"\*{3}", r"[a-z]{1,5}?"])
def test_a_bounded_expression_is_taken(policies: Path, expression: str) -> None:
    (policies / "strict.yaml").write_text(f"input:\n  - {phrases(expression)}\n")
    assert find_policy("strict", field="application").input[0].id == "p"


def test_receipts_need_ids_that_are_unique(policies: Path) -> None:
    (policies / "strict.yaml").write_text(f"input: [{MAIL}, {MAIL}]")
    with pytest.raises(Misconfigured, match="rule id 'm' is used twice"):
        find_policy("strict", field="application")


def test_what_is_not_kept_cannot_be_shown(policies: Path) -> None:
    (policies / "strict.yaml").write_text(f"input: [{MAIL}]\nmasking: name\nunmask_answers: true\n")
    with pytest.raises(Misconfigured, match="masking: vault"):
        find_policy("strict", field="application")


def test_an_unknown_policy_is_named_with_the_closest(policies: Path) -> None:
    (policies / "default.yaml").write_text(f"input: [{MAIL}]")
    with pytest.raises(InvalidSpec, match=r"application: .*'defualt'.*did you mean 'default'"):
        find_policy("defualt", field="application")


def test_any_change_of_a_policy_is_another_digest() -> None:
    mail = {"check": "personal_data", "id": "m", "action": "mask"}
    variants = [
        {"input": [mail]},
        {"output": [mail]},
        {"input": [mail | {"id": "n"}]},
        {"input": [mail | {"action": "deny"}]},
        {"input": [mail | {"check": "names"}]},
        {"input": [mail | {"entities": ["IP_ADDRESS"]}]},
        {"input": [mail, mail | {"id": "n"}]},
        {"input": [mail], "masking": "name"},
        {"input": [mail | {"id": "n"}, mail]},
    ]
    digests = [GuardrailPolicy.model_validate(item).digest for item in variants]
    assert len(set(digests)) == len(variants)
    assert GuardrailPolicy.model_validate(variants[0]).digest == digests[0]
