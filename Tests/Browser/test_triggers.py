"""The trigger editor: it says what a trigger would do before there is one."""

import re

from playwright.sync_api import expect


def test_a_trigger_is_made_with_a_preview_that_follows_what_is_filled_in(visit, fleet):
    page = visit("/projects/shop")
    page.get_by_role("link", name="New trigger").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text(re.compile(r"matches\s*[3-9] machines now .*web-1"))
    page.get_by_label("staging").check()
    expect(preview).to_contain_text("stage-1")
    expect(preview).not_to_contain_text("web-1")
    page.get_by_label("and it has one of these roles").fill("database")
    expect(preview).to_contain_text(re.compile(r"matches\s*0 machines"))
    page.get_by_label("and it has one of these roles").fill("web")
    expect(preview).to_contain_text("would have fired")
    page.get_by_label("Name").fill("staging-arrivals")
    assert len(fleet.read("trigger", "list", "--project", "shop")["items"]) == 1
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/projects/shop$"))
    expect(page.get_by_role("rowheader", name="staging-arrivals")).to_be_visible()
    page.get_by_role("link", name="staging-arrivals").click()
    expect(page.get_by_label("staging")).to_be_checked()
    page.get_by_text("Delete this trigger").click()
    page.get_by_role("button", name="Delete staging-arrivals").click()
    expect(page).to_have_url(re.compile("/projects/shop$"))
    expect(page.get_by_role("rowheader", name="staging-arrivals")).to_have_count(0)


def test_a_trigger_that_cannot_be_comes_back_with_what_is_wrong(visit):
    page = visit("/projects/shop/triggers")
    page.get_by_label("MachineAvailableForDeployment").uncheck()
    expect(page.locator("#preview")).to_contain_text("a trigger needs an event to fire it")
    page.get_by_label("Name").fill("nothing")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("a trigger needs an event to fire it")
    expect(page.get_by_label("Name")).to_have_value("nothing")


def test_without_javascript_a_button_tries_it(visit):
    page = visit("/projects/shop/triggers", java_script_enabled=False)
    page.get_by_label("staging").check()
    page.get_by_role("button", name="Try it").click()
    assert "stage-1" in page.locator("#preview").inner_text()
    assert "web-1" not in page.locator("#preview").inner_text()
    assert page.get_by_label("staging").is_checked()
    assert "token_of_form" not in page.url
