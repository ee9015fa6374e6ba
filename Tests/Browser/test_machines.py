"""Machines by the handful, and what may be done to places."""

import re

from fleet import wait_for
from playwright.sync_api import expect


def machine(fleet, name):
    return fleet.read("machine", "show", name)


def test_machines_are_disabled_and_enabled_together(visit, fleet):
    page = visit("/machines?q=web-")
    page.get_by_label("Mark web-1").check()
    page.get_by_label("Mark web-2").check()
    expect(page.get_by_text("2 marked")).to_be_visible()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("row").filter(has_text="web-1")).to_contain_text("disabled")
    expect(page.get_by_role("row").filter(has_text="web-2")).to_contain_text("disabled")
    page.get_by_label("all of the page").check()
    page.get_by_role("button", name="Enable").click()
    expect(page.locator("#machines")).not_to_contain_text("disabled")


def test_the_list_can_still_be_marked_whole_after_it_was_refreshed(visit, fleet):
    page = visit("/machines?q=web-")
    expect(page.get_by_text("● live")).to_be_visible()
    fleet.tool("machine", "disable", "web-2")
    expect(page.get_by_role("row").filter(has_text="web-2")).to_contain_text("disabled")
    page.get_by_label("all of the page").check()
    page.get_by_role("button", name="Enable").click()
    expect(page.locator("#machines")).not_to_contain_text("disabled")


def test_a_health_check_is_asked_for(visit, fleet):
    before = machine(fleet, "web-1").get("lastCheck")
    page = visit("/machines/web-1")
    page.get_by_role("button", name="Check its health now").click()
    expect(page).to_have_url(re.compile("/machines/web-1$"))
    wait_for("another check was concluded", lambda: machine(fleet, "web-1").get("lastCheck") != before)


def test_an_environment_that_ends_is_extended_and_protected(visit, fleet):
    page = visit("/environments")
    row = page.get_by_role("row").filter(has_text="preview")
    expect(row).to_contain_text("ends in 2h")
    row.get_by_role("link", name="preview").click()
    page.get_by_label("Hours more").fill("5")
    page.get_by_role("button", name="Extend").click()
    expect(page.locator(".head")).to_contain_text("ends in 7h")
    page.get_by_role("button", name="Protect it").click()
    expect(page.locator(".head")).to_contain_text("protected")
    page.get_by_role("button", name="Let it end").click()
    expect(page.locator(".head")).to_contain_text("ends in 7h")


def test_a_freeze_is_made_and_ended(visit):
    page = visit("/freezes")
    page.get_by_label("Name").fill("fair")
    page.get_by_label("staging").check()
    page.get_by_label("For how many hours").fill("2")
    page.get_by_label("Why").fill("the fair")
    page.get_by_role("button", name="Freeze", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="fair")).to_contain_text("in force")
    page.goto("/environments/staging")
    expect(page.locator("#environment")).to_contain_text("the fair")
    page.goto("/freezes")
    page.get_by_role("button", name="Delete the freeze fair").click()
    expect(page.get_by_text("There is no freeze.")).to_be_visible()


def test_a_release_is_pinned_and_unpinned(visit):
    page = visit("/environments/staging")
    page.get_by_text("Pin a release here").click()
    page.get_by_label("Project").select_option("slow")
    page.get_by_label("Release", exact=True).fill("1.0")
    page.get_by_label("Why", exact=True).fill("a trial")
    page.get_by_role("button", name="Pin it").click()
    line = page.get_by_text("on the environment: a trial")
    expect(line).to_be_visible()
    line.click()
    page.get_by_label("Why it is removed").fill("it is over")
    page.get_by_role("button", name="Remove the pin").click()
    expect(line).to_have_count(0)


def test_the_line_for_a_new_machine_lets_it_join_and_shows_it(visit, fleet):
    page = visit("/join")
    page.locator("select[name=environment]").select_option("staging")
    page.get_by_label("Roles").fill("spare")
    page.get_by_role("button", name="Make a token").click()
    line = page.locator("pre.command").inner_text()
    token = re.search(r"--token (\S+)", line).group(1)
    assert fleet.url in line
    fleet.join_with(token, "spare-1")
    expect(page.locator("#newest")).to_contain_text("spare-1")
