"""Watching machines being deployed to, and stopping it."""

import re

import pytest
from fleet import wait_for
from playwright.sync_api import expect


@pytest.fixture
def held(fleet):
    """A deployment of `slow` to staging that waits in its first step; its number."""
    fleet.hold.touch()
    number = fleet.deploy("slow", "1.0", "staging", wait=False)
    yield number
    fleet.hold.unlink(missing_ok=True)
    wait_for(
        f"deployment {number} ended",
        lambda: fleet.read("deployment", "show", number)["deployment"]["state"] != "running",
    )


def test_a_deployment_is_watched_with_its_log_until_its_end(visit, fleet, held):
    page = visit(f"/deployments/{held}")
    log = page.get_by_role("log")
    # The page may have been opened before the machine said anything: the log is put in its place when it does.
    expect(log).to_contain_text("the first line")
    expect(log).not_to_contain_text("the last line")
    fleet.hold.unlink()
    expect(log).to_contain_text("the last line")
    expect(page.locator("#deployment").get_by_text("succeeded").first).to_be_visible()


def test_a_deployment_is_cancelled(visit, fleet, held):
    page = visit(f"/deployments/{held}")
    page.get_by_role("button", name="Cancel this deployment").click()
    expect(page.locator("#deployment .head")).to_contain_text(re.compile("cancelled|cancelling"))
    wait_for("it is cancelled", lambda: fleet.read("deployment", "show", held)["deployment"]["state"] == "cancelled")


def test_what_a_machine_writes_is_shown_as_text(visit, fleet):
    page = visit("/deployments?project=shop")
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("link", name="install").first.click()
    expect(page.get_by_role("log")).to_contain_text('<img src=x onerror="document.title=1">')
    assert page.title() != "1"


def test_the_dashboard_changes_by_itself_when_a_machine_joins(visit, fleet):
    page = visit("/")
    cell = page.get_by_role("row").filter(has_text="shop")
    expect(cell).to_contain_text("2 of 2")
    expect(page.get_by_text("● live")).to_be_visible()
    fleet.join("web-3", "production")
    expect(cell).to_contain_text("3 of 3")


def test_a_machine_says_what_should_be_on_it_what_is_and_why(visit):
    page = visit("/machines")
    page.get_by_role("link", name="web-1").click()
    shop = page.locator("section.card").filter(has_text="shop")
    expect(shop).to_contain_text("up to date")
    expect(shop.locator("dd").nth(0)).to_contain_text("1.0")
    expect(shop.locator("dd").nth(1)).to_contain_text("1.0")
    shop.get_by_text("Every rule").click()
    expect(shop.get_by_role("listitem").filter(has_text="trigger enabled")).to_be_visible()
