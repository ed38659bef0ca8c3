"""Personal data, secrets and the operator's own patterns are found whatever disguise they wear, at their own place."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightshift.batch.publication.unmasking import restore
from nightshift.guardrails.masking.placeholders import Placeholders
from nightshift.guardrails.normalisation import view
from nightshift.guardrails.normalisation.readings import disguised_readings
from nightshift.guardrails.patterns import Patterns
from nightshift.guardrails.personal_data import PersonalData
from nightshift.guardrails.policy import find_policy
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.secrets import Secrets
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import Detector


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
MATHEMATICAL = str.maketrans({str(digit): chr(0x1D7CE + digit) for digit in range(10)})
LOOK_ALIKE = str.maketrans("aeoAE", "аеоАЕ")
DISGUISES: dict[str, Callable[[str], str]] = {
    "zero-width space": lambda text: f"{text[:4]}\u200b{text[4:]}",
    "zero-width joiners everywhere": lambda text: "\u200d".join(text),
    "soft hyphen": lambda text: f"{text[:6]}\u00ad{text[6:]}",
    "percent encoding of signs": quote,
    "percent encoding of all": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "entities": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "full width": lambda text: text.translate(FULL_WIDTH),
    "base64": base64_of,
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 of base64": lambda text: base64_of(base64_of(text)),
    "base64 of percent encoding": lambda text: base64_of(quote(text)),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex with blanks": lambda text: text.encode().hex(" "),
    "escapes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "character codes": lambda text: " ".join(str(byte) for byte in text.encode()),
    "bits": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    "tag characters": lambda text: "".join(chr(0xE0000 + ord(char)) for char in text),
}
PERSONAL_DATA = {
    "EMAIL_ADDRESS": "john@example.com",
    "CREDIT_CARD": "4111 1111 1111 1111",
    "IBAN_CODE": "DE89 3704 0044 0532 0130 00",
    "PHONE_NUMBER": "+49 30 901820-12",
}
# Made up: joined here so that no scanner of repositories takes them for real ones.
SECRETS = {
    "aws": "AKIA" + "QWERTYUIOPASDFGH",
    "github": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "stripe": "sk_live_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
}
PHRASE = "secret bluebird"
CHECKS: dict[str, tuple[Detector, str, str]] = {
    **{entity: (PersonalData(), entity, value) for entity, value in PERSONAL_DATA.items()},
    **{name: (Secrets(), "SECRET", value) for name, value in SECRETS.items()},
    "pattern": (Patterns((PHRASE,)), "PATTERN", PHRASE),
}
TEXT = "Please note: {} - thanks, that is all."


def found(check: Detector, text: str) -> set[tuple[str, str]]:
    (hits,) = check.detect(Batch([Subject(text)]))
    return {(hit.entity, text[hit.start : hit.end]) for hit in hits}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("name", CHECKS)
def test_a_disguised_value_is_found_with_its_disguise(name: str, disguise: str) -> None:
    check, entity, value = CHECKS[name]
    disguised = DISGUISES[disguise](value)
    assert (entity, disguised) in found(check, TEXT.format(disguised))


@pytest.mark.parametrize(
    ("name", "disguised"),
    [
        ("pattern", PHRASE.translate(LOOK_ALIKE)),
        ("pattern", "s3cr3t bluebird"),
        ("aws", SECRETS["aws"].translate(LOOK_ALIKE)),
        ("CREDIT_CARD", PERSONAL_DATA["CREDIT_CARD"].translate(MATHEMATICAL)),
    ],
)
def test_letters_and_digits_of_other_alphabets_hide_nothing(name: str, disguised: str) -> None:
    check, entity, _ = CHECKS[name]
    assert (entity, disguised) in found(check, TEXT.format(disguised))


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("name", [name for name in CHECKS if name != "pattern"])
def test_what_is_masked_shows_nothing_and_comes_back_as_it_was_written(name: str, disguise: str) -> None:
    disguised = DISGUISES[disguise](CHECKS[name][2])
    text = TEXT.format(disguised)
    policy = find_policy("default", field="policy")
    (verdict,) = Screen(policy, "input").screen([text], masks=lambda _: Placeholders(bytes(32)))
    assert disguised not in verdict.text
    # Findings beside each other (a code is often several things) are one piece or neighbours.
    assert verdict.text.startswith("Please note: [")
    assert verdict.text.endswith(("] - thanks, that is all.", "]- thanks, that is all."))
    assert restore(verdict.text, {item.placeholder: item.original for item in verdict.replaced}) == text


def test_a_word_before_the_code_says_what_is_in_it() -> None:
    code = b"123456789".hex()
    assert found(PersonalData(), f"US passport number: {code}") == {("US_PASSPORT", code)}
    assert found(PersonalData(), f"the part is {code}") == set()


def test_a_value_that_is_half_encoded_is_found_whole() -> None:
    text = f"write to {base64_of('john.berg')}@example.com today"
    assert ("EMAIL_ADDRESS", f"{base64_of('john.berg')}@example.com") in found(PersonalData(), text)


def test_a_value_that_only_begins_in_clear_is_masked_to_its_end() -> None:
    text = "write to john@exam.pl\u200be.com today"
    (verdict,) = Screen(find_policy("default", field="policy"), "input").screen([text])
    assert verdict.text == "write to [EMAIL_ADDRESS] today"


def test_what_stands_beside_a_code_is_found_once() -> None:
    text = f"john@example.com, {base64_of('nothing to see in here')}, anna@example.com"
    (hits,) = PersonalData().detect(Batch([Subject(text)]))
    assert [text[hit.start : hit.end] for hit in hits] == ["john@example.com", "anna@example.com"]


@pytest.mark.parametrize(
    "text",
    [
        f"the code {base64_of('nothing but a few words of prose')} is harmless",
        f"and {base64_of('order 12, 13 and 14')} too",
        "caf&eacute; &amp; bar, 100&nbsp;%, 5&times;7",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "id 550e8400-e29b-41d4-a716-446655440000, colour #41424344",
        "1  234  567  8901  2345  6789\n2  345  678  9012  3456  7890",  # a table: its gaps stay as wide as they are
        "72 101 108 108 111 are the codes, 65 66 67 68 69 70 71 72 the letters",
        "10⁻⁹ m², ½ cup, №5, ①②③, “quoted” — and so on…",
        "soft\u00adhy\u00adphen\u00adated words and emoji 👩\u200d💻",
    ],
)
def test_harmless_codes_and_signs_stay(text: str) -> None:
    assert found(PersonalData(), text) == set()
    assert found(Secrets(), text) == set()


def test_an_address_with_percent_signs_is_one_finding() -> None:
    text = "see https://example.org/search?q=john%40example.com&tel=%2B49%2030%20901820 there"
    assert found(PersonalData(), text) == {("URL", text[4:-6])}


def test_what_is_encoded_in_an_address_is_found_where_addresses_are_noted() -> None:
    text = "see https://example.org/search?q=john%40example.com&tel=%2B49%2030%20901820 there"
    values = {("EMAIL_ADDRESS", "john%40example.com"), ("PHONE_NUMBER", "%2B49%2030%20901820")}
    assert found(PersonalData(noted=frozenset({"URL"})), text) == {("URL", text[4:-6]), *values}


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("EMAIL_ADDRESS", "anna&#64;example.com"),
        ("EMAIL_ADDRESS", "🄰nna@example.com"),
        ("URL", "https://exa\u200bmple.com/a"),
    ],
)
def test_what_was_found_in_clear_of_a_disguised_value_is_no_second_finding(entity: str, value: str) -> None:
    text = f"see {value} there"
    assert found(PersonalData(), text) == {(entity, value)}
    assert found(PersonalData(noted=frozenset({"URL"})), text) == {(entity, value)}


LETTERS = st.text(st.sampled_from("ghijkXYZ éßЖ中ー,.!?\n"), max_size=90)  # none that could be part of the code


@given(LETTERS, LETTERS, st.data())
@settings(max_examples=200)
def test_places_in_and_around_a_code_point_to_it_and_its_neighbours(
    before: str, after: str, data: st.DataObject
) -> None:
    code = b"4111 1111 1111 1111".hex()
    text = f"{before}: {code}; {after}"
    part = next(part for part in view(text).wordless if part.text == "4111 1111 1111 1111")
    reading = next(item for item in disguised_readings(view(text)) if item.text.count(part.text))
    begin = reading.text.index(part.text)
    end = begin + len(part.text)
    first = data.draw(st.integers(0, len(reading.text)))
    last = data.draw(st.integers(first, len(reading.text)))
    place = reading.span(first, last)
    if last <= begin or first >= end:
        assert place is None
    else:
        assert place is not None
        assert text[place[0] : part.start] == reading.text[first:begin]
        assert text[part.end : place[1]] == reading.text[end:last]


@pytest.mark.parametrize(
    "unit",
    [
        base64_of("4111 1111 1111 1111") + " ",
        base64_of("a@b.co, a@b.co") + " ",
        base64_of("password=a") + "\n",
        "&#64;a",
        "%40a.b ",
        "31 2d 31 2d 31 2d 31 40;",
        "a@b.co\u200b ",
        "\u200b1-",
        "\\x31\\x2d ",
        "p4ssw0rd 1s ",
    ],
)
@pytest.mark.parametrize("check", [PersonalData(), Secrets(), Patterns(("a@b", "secret|password"))])
def test_time_grows_with_the_text_and_not_faster(check: Detector, unit: str) -> None:
    """100,000 characters take well under a second; a quadratic search would take minutes."""
    text = (unit * 100_000)[:100_000]
    begin = time.process_time()
    found(check, text)
    assert time.process_time() - begin < 2
