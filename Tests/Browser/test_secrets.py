"""A project's secrets: set, replaced and deleted on its page, with a browser that keeps to it, and never shown."""

import pytest
from playwright.sync_api import expect

VALUE = "hunter2hunter2"


def rows(page):
    """The line of each secret, by the button that deletes it."""
    return page.locator("#secrets + table tbody tr")


def set_secret(page, name, place, value=VALUE):
    page.get_by_label("Name", exact=True).fill(name)
    page.locator("select[name=environment]").select_option(label=place)
    page.get_by_label("Value").fill(value)
    page.get_by_role("button", name="Set it").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_secret_is_set_replaced_and_deleted(visit, fleet, script):
    page = visit("/projects/shop", java_script_enabled=script)
    field = page.get_by_label("Value")
    assert field.get_attribute("type") == "password"
    set_secret(page, "DB_PASSWORD", "staging")
    expect(rows(page)).to_have_count(1)
    set_secret(page, "DB_PASSWORD", "every environment")
    set_secret(page, "DB_PASSWORD", "staging")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).nth(0)).to_contain_text("every environment")
    expect(rows(page).nth(1)).to_contain_text("staging2")
    assert VALUE not in page.content()
    for place in ("every environment", "staging"):
        row = rows(page).filter(has_text=place)
        row.locator("summary").click()
        row.get_by_role("button", name="Delete DB_PASSWORD").click()
        expect(row).to_have_count(0)
    assert fleet.read("secret", "list", "shop")["items"] == []


def test_what_cannot_be_set_is_said_and_the_value_is_not_there_again(visit):
    page = visit("/projects/shop")
    set_secret(page, "TIDEMARK_TOKEN", "staging")
    expect(page.get_by_role("alert")).to_contain_text("not with TIDEMARK_")
    assert page.get_by_label("Name", exact=True).input_value() == "TIDEMARK_TOKEN"
    assert page.get_by_label("Value").input_value() == ""
    assert VALUE not in page.content()
