"""E-mail, URL, IP and hardware addresses: what must be found, and to the character."""

from __future__ import annotations

import pytest

from nightshift.guardrails.personal_data import PersonalData

DETECTOR = PersonalData()


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
    ],
)
def test_an_address_is_found(text: str, expected: str) -> None:
    assert hits(text, "EMAIL_ADDRESS") == [expected]


def test_an_address_that_is_glued_to_a_long_text_is_found() -> None:
    """More than the 64 characters of a local part stand before the at sign, without a space."""
    (found,) = hits("长" * 80 + "anna@example.com", "EMAIL_ADDRESS")
    assert found.endswith("anna@example.com")


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
    ],
)
def test_a_url_is_found_as_a_whole(text: str, expected: str) -> None:
    assert hits(text, "URL") == [expected]


@pytest.mark.parametrize(
    "text", ["Node.js and main.py", "no.Then left.It was late", "ASP.NET", "README.md", "e.g. this, i.e. that", "a.b.c"]
)
def test_files_modules_and_missing_blanks_are_no_domains(text: str) -> None:
    assert hits(text, "URL") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 203.0.113.77 port 22", "203.0.113.77"),
        ("IP=203.0.113.77,", "203.0.113.77"),
        ("server 10.0.0.12:8080", "10.0.0.12"),
        ("アドレス203.0.113.77です", "203.0.113.77"),
        ("[2001:db8::8a2e:370:7334]:443", "2001:db8::8a2e:370:7334"),
        ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
        ("::ffff:192.0.2.128", "::ffff:192.0.2.128"),
    ],
)
def test_an_ip_address_is_found(text: str, expected: str) -> None:
    assert hits(text, "IP_ADDRESS") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "version 110.24.3.42",
        "section 1.2.3.4",
        "driver 535.154.5.31",
        "1.2.3.4.5",
        "256.1.1.1",
        "127.0.0.1",
        "255.255.255.0",
        "12:30:45",
        "std::vector<a::b>",
        "pip install x==120.45.99.67",
    ],
)
def test_versions_masks_and_times_are_no_ip_addresses(text: str) -> None:
    assert hits(text, "IP_ADDRESS") == []


@pytest.mark.parametrize("address", ["00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001B.4411.3AB7"])
def test_a_hardware_address_is_found(address: str) -> None:
    assert hits(f"device {address} joined", "MAC_ADDRESS") == [address]


def test_a_fingerprint_is_no_hardware_address() -> None:
    assert hits("43:51:43:a1:b5:fc:8b:b7:0a:3a:a9:b1:0f:66:73:a8", "MAC_ADDRESS") == []
