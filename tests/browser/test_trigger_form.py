"""The trigger form of batch_inference in a real browser, as a data team sees it. Debian: chromium chromium-driver."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.orchestration.local_platform import LocalPlatform

from nightshift.batch.spec import InputSpec, JobSpec
from nightshift.storage.tables import Run

pytestmark = pytest.mark.browser

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1400,1900"),
)
PATIENCE = 60
FORM = "//*[@role='dialog'][.//*[@name='element_prompt']]"
STATES = {
    *("No Status", "Scheduled", "Queued", "Running", "Deferred", "Success", "Skipped"),
    *("Failed", "Upstream Failed", "Up For Retry"),
}


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[LocalPlatform]:
    if CHROMIUM is None or DRIVER is None:
        pytest.skip("no chromium or no chromedriver here; on Debian: apt-get install chromium chromium-driver")
    found = LocalPlatform(tmp_path / "platform")
    try:
        found.up()
        yield found
    finally:
        found.nightshift("down")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in [*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]:
        options.add_argument(flag)
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield found
    found.quit()


def test_a_job_filled_into_the_form_runs_to_its_end(platform: LocalPlatform, browser: Any, tmp_path: Path) -> None:
    log_in(browser, platform)
    open_form(browser, platform)
    browser.save_screenshot(str(tmp_path / "form.png"))
    assert_the_spec_is_explained(browser, tmp_path)
    click(browser, f"{FORM}//button[normalize-space()='Trigger']")

    wait_until_gone(browser, FORM)
    seen = watch(browser, started_run(browser, platform), tmp_path)
    assert seen["admit"] == seen["prepare"] == seen["wave_0.execute"] == seen["settle"] == "Success"
    assert seen["wave_2.execute"] == "Skipped"
    listed = platform.nightshift("batch", "list").stdout
    assert re.search(r"published +320 ", listed), listed
    assert budget_of_the_run(platform) == "2.50"


def budget_of_the_run(platform: LocalPlatform) -> str:
    with platform.database().transaction() as session:
        resolution = session.scalars(select(Run.resolution)).one()
    return str(resolution["spec"]["budget_usd"])


def log_in(browser: Any, platform: LocalPlatform) -> None:
    browser.get(platform.airflow_url)
    wait_for(browser, "//input[@name='username']").send_keys("admin")
    browser.find_element("name", "password").send_keys("nightshift")
    click(browser, "//button[@type='submit']")
    wait_for(browser, "//a[contains(@href, '/dags')]")


def open_form(browser: Any, platform: LocalPlatform) -> None:
    browser.get(f"{platform.airflow_url}/dags/batch_inference")
    click(browser, "//button[contains(@aria-label, 'Trigger') or normalize-space()='Trigger']")
    wait_for(browser, f"{FORM}//*[@name='element_prompt']")


def assert_the_spec_is_explained(browser: Any, pictures: Path) -> None:
    """Every field of the spec with its title, description and default; fills in another budget on the way."""
    for name, default in {
        "prompt": "triage_ticket@production",
        "application": "support-desk",
        "deadline": "8h",
    }.items():
        assert browser.find_element("name", f"element_{name}").get_attribute("value") == default
    fill_in(browser, "budget_usd", "2.50")
    shown = browser.find_element("xpath", FORM).text
    click(browser, f"{FORM}//button[contains(., 'Quality')]")
    wait_for(browser, f"{FORM}//*[@name='element_tiers']")
    browser.save_screenshot(str(pictures / "form-quality.png"))
    shown += browser.find_element("xpath", FORM).text
    for title in ("Prompt", "Input table", "Application", "Budget (USD)", "Deadline", "Output folder", "Tier policy"):
        assert title in shown
    explained = {name: field.description for name, field in JobSpec.model_fields.items()}
    for name in ("prompt", "application", "budget_usd", "deadline", "output", "tiers", "escalate_on"):
        assert explained[name] in shown, name
    for field in InputSpec.model_fields.values():
        assert field.description in shown
    assert "include/samples/support_tickets.jsonl" in shown


def fill_in(browser: Any, name: str, value: str) -> None:
    from selenium.webdriver.common.keys import Keys

    field = browser.find_element("name", f"element_{name}")
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(value)


def started_run(browser: Any, platform: LocalPlatform) -> str:
    """The address of the only run, as the list of runs links to it."""
    browser.get(f"{platform.airflow_url}/dags/batch_inference/runs")
    address: str = wait_for(browser, "//table//tbody//a[contains(@href, '/runs/manual')]").get_attribute("href")
    return address


def watch(browser: Any, address: str, pictures: Path) -> dict[str, str]:
    """Task to state as the run's page shows them, when the run has ended; a picture on each change on the way."""
    from selenium.webdriver.support.ui import WebDriverWait

    browser.get(address)
    seen: list[dict[str, str]] = []

    def ended(_: Any) -> bool:
        now = states(browser)
        if now and (not seen or now != seen[-1]):
            seen.append(now)
            browser.save_screenshot(str(pictures / f"run-{len(seen):02d}.png"))
        return now.get("settle") in ("Success", "Failed", "Upstream Failed")

    WebDriverWait(browser, 400, poll_frequency=1).until(ended)
    assert len(seen) > 3, "the page showed no steps in between"
    return seen[-1]


def states(browser: Any) -> dict[str, str]:
    """Task to state, read off the run's table of task instances; the page redraws it while it is read."""
    text = browser.execute_script("return [...document.querySelectorAll('table tbody tr')].map(row => row.innerText)")
    found = {}
    for row in text:
        words = [word.strip() for word in re.split(r"[\n\t]", row) if word.strip()]
        if not words:  # drawn, not yet filled
            continue
        found[words[0]] = next((word for word in words if word in STATES), "?")
    return found


def click(browser: Any, path: str) -> None:
    from selenium.webdriver.support import expected_conditions
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, PATIENCE).until(expected_conditions.element_to_be_clickable(("xpath", path))).click()


def wait_for(browser: Any, path: str) -> Any:
    from selenium.webdriver.support import expected_conditions
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, PATIENCE).until(expected_conditions.visibility_of_element_located(("xpath", path)))


def wait_until_gone(browser: Any, path: str) -> None:
    from selenium.webdriver.support import expected_conditions
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, PATIENCE).until(expected_conditions.invisibility_of_element_located(("xpath", path)))
