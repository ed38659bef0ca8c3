"""Windows open and close when the clocks of their region say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nightshift.batch.capacity.off_peak import WEEKDAYS, Opening, Window, find_window
from nightshift.errors import Misconfigured

ZONES = ["Europe/Berlin", "America/Chicago", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "Asia/Kolkata"]
NIGHTS = frozenset(range(5))
DAY = timedelta(days=1)


def window(*openings: tuple[str, float, float], zone: str = "Europe/Berlin", holidays: tuple[str, ...] = ()) -> Window:
    """Openings as (days, from hour, to hour)."""
    return Window(
        ZoneInfo(zone),
        tuple(
            Opening(
                frozenset(range(7) if days == "all" else (WEEKDAYS.index(day) for day in days.split())),  # type: ignore[arg-type]
                timedelta(hours=opens),
                timedelta(hours=closes),
            )
            for days, opens, closes in openings
        ),
        frozenset(date.fromisoformat(day) for day in holidays),
    )


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


NIGHTLY = window(("all", 20, 31))
OFFICE_FREE = window(("mon tue wed thu fri", 20, 31), ("sat sun", 0, 24))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23 19:59:59", False),
        ("2026-11-23 20:00:00", True),
        ("2026-11-24 00:00:00", True),
        ("2026-11-24 06:59:59", True),
        ("2026-11-24 07:00:00", False),
    ],
)
def test_a_window_over_midnight(at: str, is_open: bool) -> None:
    assert NIGHTLY.is_open(berlin(at)) is is_open


def test_the_days_are_those_on_which_it_opens() -> None:
    friday_night = window(("fri", 22, 28))
    assert friday_night.is_open(berlin("2026-11-28 03:59"))  # Saturday
    assert not friday_night.is_open(berlin("2026-11-27 03:59"))


def test_openings_that_touch_are_one() -> None:
    assert OFFICE_FREE.closes_at(berlin("2026-11-27 21:00")) == berlin("2026-11-30 00:00")  # Friday to Monday
    assert OFFICE_FREE.next_opening(berlin("2026-11-30 00:00")) == berlin("2026-11-30 20:00")


def test_what_is_open_opens_now_and_what_is_closed_closes_now() -> None:
    night, noon = berlin("2026-11-23 23:00"), berlin("2026-11-23 12:00")
    assert NIGHTLY.next_opening(night) == night
    assert NIGHTLY.closes_at(night) == berlin("2026-11-24 07:00")
    assert NIGHTLY.next_opening(noon) == berlin("2026-11-23 20:00")
    assert NIGHTLY.closes_at(noon) == noon


def test_a_window_that_never_closes_says_so() -> None:
    assert window(("all", 0, 24)).closes_at(berlin("2026-11-23 12:00")) is None
    assert window().next_opening(berlin("2026-11-23 12:00")) is None


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [
        (20, 31, 10),  # in the night to 29 March an hour is missing
        (26, 27, 0),  # the missing hour itself
        (26.25, 26.75, 0),
        (25, 26.5, 1),
        (26.5, 28, 1),
    ],
)
def test_a_skipped_hour_is_missing_from_the_window(opens: float, closes: float, hours: float) -> None:
    nightly = window(("sat", opens, closes)) if closes > 24 >= opens else window(("sun", opens - 24, closes - 24))
    noon = berlin("2026-03-28 12:00")
    opening = nightly.next_opening(noon, within=DAY)
    if hours == 0:
        assert opening is None
    else:
        assert opening is not None
        assert nightly.closes_at(opening) == opening + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [(20, 31, 12), (26, 27, 2), (26.25, 26.75, 0.5), (25, 26.5, 1.5), (26.5, 28, 2.5)],
)
def test_a_repeated_hour_begins_and_ends_a_window_at_its_first_occurrence(
    opens: float, closes: float, hours: float
) -> None:
    nightly = window(("sat", opens, closes)) if closes > 24 >= opens else window(("sun", opens - 24, closes - 24))
    opening = nightly.next_opening(berlin("2026-10-24 12:00"), within=DAY)
    assert opening is not None
    assert nightly.closes_at(opening) == opening + timedelta(hours=hours)


def test_a_holiday_is_open_from_midnight_to_midnight() -> None:
    with_holiday = window(("all", 22, 24), holidays=("2026-11-25",))
    assert with_holiday.next_opening(berlin("2026-11-25 00:00")) == berlin("2026-11-25 00:00")
    assert with_holiday.is_open(berlin("2026-11-25 12:00"))
    assert with_holiday.closes_at(berlin("2026-11-24 22:00")) == berlin("2026-11-26 00:00")
    assert not with_holiday.is_open(berlin("2026-11-26 12:00"))


OPENINGS = st.builds(
    lambda days, opens, length: Opening(days, timedelta(minutes=opens), timedelta(minutes=opens + length)),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    opens=st.integers(0, 24 * 60 - 1),
    length=st.integers(1, 24 * 60),
)
WINDOWS = st.builds(
    Window,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    openings=st.lists(OPENINGS, min_size=1, max_size=3).map(tuple),
    holidays=st.frozensets(st.dates(date(2011, 12, 20), date(2012, 1, 10)), max_size=3),
)
NEAR_A_CHANGE = st.sampled_from(
    [
        "2011-12-30 10:00",
        "2026-03-08 05:00",
        "2026-03-29 01:00",
        "2026-10-25 01:00",
        "2026-11-01 07:00",
        "2026-04-04 15:00",
    ]
).flatmap(
    lambda text: st.timedeltas(-2 * DAY, 2 * DAY).map(
        lambda off: datetime.fromisoformat(text).replace(tzinfo=UTC) + off
    )
)
MOMENTS = st.one_of(st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), NEAR_A_CHANGE)


@given(window=WINDOWS, at=MOMENTS)
def test_next_opening_and_closing_agree_with_is_open(window: Window, at: datetime) -> None:
    opening = window.next_opening(at)
    assert opening is not None
    assert opening >= at
    assert window.is_open(opening)
    assert window.is_open(at) == (opening == at)
    if opening > at:
        assert not window.is_open(opening - timedelta(microseconds=1))
        assert not window.is_open(at + (opening - at) / 2)
    closing = window.closes_at(opening)
    if closing is not None:
        assert closing > opening
        assert not window.is_open(closing)
        assert window.is_open(closing - timedelta(microseconds=1))
        assert window.is_open(opening + (closing - opening) / 2)


@given(window=WINDOWS, at=MOMENTS)
def test_it_is_open_when_the_clock_on_the_wall_says_so(window: Window, at: datetime) -> None:
    local = at.astimezone(window.zone)
    around = {(at + shift).astimezone(window.zone).utcoffset() for shift in (-DAY, DAY)}
    assume(len(around) == 1)  # where clocks change, the tests above say what holds
    since_midnight = local.replace(tzinfo=None) - datetime.combine(local.date(), datetime.min.time())
    expected = local.date() in window.holidays or any(
        (local.weekday() in item.days and item.opens <= since_midnight < item.closes)
        or ((local.weekday() - 1) % 7 in item.days and since_midnight + DAY < item.closes)
        for item in window.openings
    )
    assert window.is_open(at) == expected


@given(at=MOMENTS, split=st.integers(1, 24 * 60 - 1), zone=st.sampled_from(ZONES))
def test_two_windows_that_share_a_day_share_every_instant(at: datetime, split: int, zone: str) -> None:
    first, second = window(("all", 0, split / 60), zone=zone), window(("all", split / 60, 24), zone=zone)
    assert first.is_open(at) != second.is_open(at)


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policies").mkdir()
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path))
    return tmp_path / "policies" / "off_peak.yaml"


ENTRY = '{provider: p, region: "*", time_zone: Europe/Berlin, open: [{days: [mon], from: "20:00", to: "07:00"}]}'
OWN = ENTRY.replace('"*"', "south").replace("20:00", "22:00")


def test_a_region_of_its_own_comes_before_the_wildcard(policy: Path) -> None:
    policy.write_text(f"windows: [{ENTRY}, {OWN}]")
    north, south = find_window("p", "north"), find_window("p", "south")
    assert north is not None
    assert south is not None
    assert north.is_open(berlin("2026-11-23 21:00"))
    assert not south.is_open(berlin("2026-11-23 21:00"))
    assert south.is_open(berlin("2026-11-24 06:59"))


def test_no_entry_is_always_open(policy: Path) -> None:
    policy.write_text(f"windows: [{ENTRY}]")
    assert find_window("another", "south") is None


def test_holidays_are_those_of_the_subdivision(policy: Path) -> None:
    policy.write_text(f"windows: [{ENTRY[:-1]}, holidays: {{country: DE, subdivision: HE}}}}]")
    found = find_window("p", "north")
    assert found is not None
    assert found.is_open(berlin("2026-06-04 12:00"))  # Corpus Christi: in Hesse, not in Berlin
    policy.write_text(f"windows: [{ENTRY[:-1]}, holidays: {{country: DE, subdivision: BE}}}}]")
    found = find_window("p", "north")
    assert found is not None
    assert not found.is_open(berlin("2026-06-04 12:00"))


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ENTRY.replace('"20:00"', "20:00"), "in quotes"),
        (ENTRY.replace("20:00", "24:30"), "end of the day"),
        (ENTRY.replace("20:00", "8pm"), "end of the day"),
        (ENTRY.replace("20:00", "07:00"), "from and to are equal"),
        (ENTRY.replace("20:00", "24:00"), "of the next day"),
        (ENTRY.replace("Berlin", "Bonn"), "IANA"),
        (ENTRY.replace("mon", "monday"), r"windows\.0\.open\.0\.days"),
        ('{provider: p, region: "*", time_zone: UTC}', "never opens"),
        (f"{ENTRY}, {ENTRY}", "two entries"),
    ],
)
def test_a_mistake_is_named(policy: Path, entry: str, message: str) -> None:
    policy.write_text(f"windows: [{entry}]")
    with pytest.raises(Misconfigured, match=message):
        find_window("p", "north")


@pytest.mark.parametrize("place", ["{country: XX}", "{country: DE, subdivision: XX}"])
def test_an_unknown_country_is_named(policy: Path, place: str) -> None:
    policy.write_text(f"windows: [{ENTRY[:-1]}, holidays: {place}}}]")
    with pytest.raises(Misconfigured, match=r"off_peak\.yaml: holidays: .*XX"):
        find_window("p", "north")


@pytest.mark.parametrize("region", ["us-chicago-1", "eu-frankfurt-1"])
def test_the_shipped_windows_are_closed_at_noon_of_a_working_day(region: str) -> None:
    found = find_window("oci_genai", region)
    assert found is not None
    working_day = datetime(2026, 11, 24, 12, tzinfo=found.zone)
    assert not found.is_open(working_day)
    assert found.is_open(working_day + timedelta(hours=10))
    assert found.is_open(datetime(2026, 12, 25, 12, tzinfo=found.zone))
