"""E-mail, URL and hardware addresses: what must be found, and to the character."""

from __future__ import annotations

import pytest

from nightshift.guardrails.personal_data import PersonalData

DETECTOR = PersonalData()
WITH_NOTED_URLS = PersonalData(noted=frozenset({"URL"}))


def hits(text: str, entity: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text) if hit.entity == entity]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anna@example.com", "anna@example.com"),
        ("<anna@example.com>", "anna@example.com"),
        ("mailto:anna@example.com?subject=x", "anna@example.com"),
        ("anna@example.com.", "anna@example.com"),
        ("ANNA.M+news@Mail.Example.CO.UK", "ANNA.M+news@Mail.Example.CO.UK"),
        ("a_b-c@x-y.museum", "a_b-c@x-y.museum"),
        ("hans@müller.de", "hans@müller.de"),
        ("josé@example.com", "josé@example.com"),
        ("anna@example.com_old", "anna@example.com"),
        ("連絡先：anna@example.comまで", "anna@example.com"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
        ("'anna@example.com'", "anna@example.com"),
        ("邮箱是anna@example.com。", "anna@example.com"),
        ("メールはanna@example.comまで", "anna@example.com"),
        ("이메일은anna@example.com입니다", "anna@example.com"),
        ("李雷12@example.com", "李雷12@example.com"),
        ("see https://a.org/b, mail:anna@example.com", "anna@example.com"),
        ("mail git@vger.example.org: patches", "git@vger.example.org"),
    ],
)
def test_an_address_is_found(text: str, expected: str) -> None:
    assert hits(text, "EMAIL_ADDRESS") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        '{"homepage":"https://acme.com","contact":"mailto:anna@acme.com"}',
        "https://acme.com,email:anna@acme.com",
        "https://acme.com;email:anna@acme.com",
        "https://acme.com，邮箱:anna@acme.com",
        "[web](https://acme.com)|[mail](mailto:anna@acme.com)",
        "[[https://acme.com][mailto:anna@acme.com]]",
    ],
)
def test_an_address_in_the_field_behind_a_url_is_no_login(text: str) -> None:
    found = [text[hit.start : hit.end] for hit in WITH_NOTED_URLS.detect_text(text) if hit.entity == "EMAIL_ADDRESS"]
    assert found == ["anna@acme.com"]


def test_two_addresses_and_the_words_between_them_are_told_apart() -> None:
    assert hits("发到anna@example.com或bob@example.org", "EMAIL_ADDRESS") == ["anna@example.com", "bob@example.org"]


def test_an_address_that_is_glued_to_a_long_text_is_found() -> None:
    """More than the 64 characters of a local part stand before the at sign, without a space."""
    (found,) = hits("长" * 80 + "anna@example.com", "EMAIL_ADDRESS")
    assert found == "anna@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "anna@localhost",
        "@anna",
        "anna @example.com",
        "anna@.com",
        "anna@example.c",
        "a@b",
        "3 @ 4.50",
        "me@-x.com",
        "mysql://app:word@db.example.com/shop",
        "https://anna@example.com/calendar",
        "https://bob:pa55@ex.com",
        "git@github.com:org/repo.git",
        "images/logo@2x.png",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert hits(text, "EMAIL_ADDRESS") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://a.org/x?y=1#z, please.", "https://a.org/x?y=1#z"),
        ("(https://a.org/wiki/A_(b))", "https://a.org/wiki/A_(b)"),
        ('<a href="https://a.org/b">', "https://a.org/b"),
        ("visit www.example.co.uk/path!", "www.example.co.uk/path"),
        ("http://192.168.1.1:8080/admin", "http://192.168.1.1:8080/admin"),
        ("go to example.com now", "example.com"),
        ("网址https://a.cn/b。", "https://a.cn/b"),
        ("my website is anna.ch", "anna.ch"),
        ("https://de.wikipedia.org/wiki/Köln", "https://de.wikipedia.org/wiki/Köln"),
        ("https://a.org/0,1518,68,00.html", "https://a.org/0,1518,68,00.html"),
        ("https://a.org/?ids=1,2,a,3", "https://a.org/?ids=1,2,a,3"),
        ("https://a.org/?x=1&amp;y=2", "https://a.org/?x=1&amp;y=2"),
        ("https://a.org/b;session=1", "https://a.org/b;session=1"),
    ],
)
def test_a_url_is_found_as_a_whole(text: str, expected: str) -> None:
    assert hits(text, "URL") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "“https://a.org/b”",
        "„https://a.org/b“",
        "«https://a.org/b»",
        "https://a.org/b😀",
        "https://a.org/b\u200b",
        "\u202ahttps://a.org/b\u202c",
        "値はhttps://a.org/bです",
        "https://a.org/b를",
        "https://a.org/b's",
        "%https://a.org/b%",
        "12,https://a.org/b,ok",
        "12;https://a.org/b;ok",
        "https://a.org/b;ok",
        "https://a.org/b,17,GET",
        "https://a.org/b,anna@example.com,x",
        "to=https://a.org/b&c=1",
        "&lt;a href=&quot;https://a.org/b&quot;&gt;",
    ],
)
def test_a_url_ends_where_what_stands_around_it_goes_on(text: str) -> None:
    assert hits(text, "URL") == ["https://a.org/b"]


def test_urls_without_a_blank_between_them_are_two() -> None:
    assert hits("['https://a.org/b','https://c.org/d']", "URL") == ["https://a.org/b", "https://c.org/d"]
    assert hits("https://a.org/b,https://c.org/d", "URL") == ["https://a.org/b", "https://c.org/d"]


@pytest.mark.parametrize(
    "text", ["Node.js and main.py", "no.Then left.It was late", "ASP.NET", "README.md", "e.g. this, i.e. that", "a.b.c"]
)
def test_files_modules_and_missing_blanks_are_no_domains(text: str) -> None:
    assert hits(text, "URL") == []


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("https://shop.example.com/u?email=anna.meier@example.com&x=1", "EMAIL_ADDRESS", "anna.meier@example.com"),
        ("https://shop.example.com/u?email=anna%40example.com&x=1", "EMAIL_ADDRESS", "anna%40example.com"),
        ("https://x.example.com/c/4111111111111111", "CREDIT_CARD", "4111111111111111"),
        ("https://x.example.com/?ssn=123-45-6789&n=1", "US_SSN", "123-45-6789"),
        ("https://203.0.113.77/admin", "IP_ADDRESS", "203.0.113.77"),
        ("https://wa.me/491713920123", "PHONE_NUMBER", "491713920123"),
        ("https://x.example.com/send?phone=491713920123", "PHONE_NUMBER", "491713920123"),
        ("https://x.example.com/DE89370400440532013000", "IBAN_CODE", "DE89370400440532013000"),
    ],
)
def test_what_stands_in_a_url_is_found_beside_it_where_urls_are_noted(text: str, entity: str, value: str) -> None:
    found = {(hit.entity, text[hit.start : hit.end]) for hit in WITH_NOTED_URLS.detect_text(text)}
    assert found == {("URL", text), (entity, value)}
    assert hits(text, "URL") == [text]


@pytest.mark.parametrize(
    "text",
    [
        "https://db.example.com:5432/orders/1234567890",
        "https://shop.example.com/s?keywords=phone+case&qid=1794708963&sr=8-2",
        "https://shop.example.com/s?qid=179470896&passport=cover",
        "https://maps.example.com/@48.1371079,11.5753822,12z",
        "https://x.example.com/pub/6.8.1.88/x-2.85.9.tar.gz",
        "https://anna@example.com/calendar",
    ],
)
def test_ports_ids_and_places_in_a_url_are_nobodys(text: str) -> None:
    assert [hit.entity for hit in WITH_NOTED_URLS.detect_text(text)] == ["URL"]


@pytest.mark.parametrize("address", ["00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001B.4411.3AB7"])
def test_a_hardware_address_is_found(address: str) -> None:
    assert hits(f"device {address} joined", "MAC_ADDRESS") == [address]


def test_a_fingerprint_is_no_hardware_address() -> None:
    assert hits("43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8", "MAC_ADDRESS") == []
