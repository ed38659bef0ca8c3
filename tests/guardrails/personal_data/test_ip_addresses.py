"""IP addresses, and the versions, headings and times that look like them."""

from __future__ import annotations

import pytest

from nightshift.guardrails.personal_data import PersonalData

DETECTOR = PersonalData()


def hits(text: str, entity: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in DETECTOR.detect_text(text) if hit.entity == entity]


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
        ("<td>85.120.246.56</td>", "85.120.246.56"),
        ("<85.120.246.56>", "85.120.246.56"),
        ("> 85.120.246.56 refused", "85.120.246.56"),
        ("eth0 -> 85.120.246.56", "85.120.246.56"),
        ("host == 85.120.246.56", "85.120.246.56"),
        ("ip.addr==85.120.246.56", "85.120.246.56"),
        ("~85.120.246.56", "85.120.246.56"),
        ("17,203.0.113.77,GET", "203.0.113.77"),
        ("the updated server 203.0.113.77", "203.0.113.77"),
        ("Updates from 203.0.113.77 are blocked", "203.0.113.77"),
        ("install the agent on 10.0.0.77", "10.0.0.77"),
        ("release 203.0.113.77 from DHCP", "203.0.113.77"),
        ("Step 3: 203.0.113.77", "203.0.113.77"),
        ("table: 203.0.113.77", "203.0.113.77"),
        ("ssh root@1.25.30.27", "1.25.30.27"),
        ("IP 203.0.113.7.443 > router: Flags [S]", "203.0.113.7"),
        ("IP 203.0.113.7.53 > router: Flags [S]", "203.0.113.7"),
        ("IP:2001:db8::5", "2001:db8::5"),
        ("addr:2001:db8:0:1::5", "2001:db8:0:1::5"),
        ("ipv6:2001:db8::5", "2001:db8::5"),
        ("node:2001:db8::5", "2001:db8::5"),
        ("add:2001:db8::5", "2001:db8::5"),
        ("2400:3200::1", "2400:3200::1"),
        ("abcd:2084:b9b9:1493:5059:398e:42a9:167", "abcd:2084:b9b9:1493:5059:398e:42a9:167"),
        ("from 2001:db8::5: no route", "2001:db8::5"),
        ("a:2001:db8::5", "2001:db8::5"),
        ("12:2001:db8::5", "2001:db8::5"),
        ("a:2001:db8:3:4:5:6:7", "a:2001:db8:3:4:5:6:7"),
        ("2001:db8::", "2001:db8::"),
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
        "curl 169.254.169.254",
        "12:30:45",
        "std::vector<a::b>",
        "pip install x==120.45.99.67",
        "opencv-python==4.5.5.64",
        '"opencv": "^4.5.5.64"',
        "numpy >= 4.5.5.64",
        "upgraded from 4.5.5.64 to 4.8.1.78",
        "upgrade from version 9.4.7 to 10.10.29.8",
        "release 10.0.4.7",
        "Chrome/120.0.0.0 Safari/537.36",
        "Version/10.0.3.2 Mobile",
        "203.0.113.7.443.1",
        "203.0.113.7.12",
        "50:06:01:60:3b:a0:11:22",
        "std::abc1::f2",
    ],
)
def test_versions_masks_and_times_are_no_ip_addresses(text: str) -> None:
    assert hits(text, "IP_ADDRESS") == []


@pytest.mark.parametrize("joint", [",", ", ", " -> ", "-", ";"])
def test_addresses_beside_each_other_are_all_found(joint: str) -> None:
    assert hits(f"via 203.0.113.7{joint}198.51.100.9", "IP_ADDRESS") == ["203.0.113.7", "198.51.100.9"]
