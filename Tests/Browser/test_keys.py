"""Everything can be reached by keys."""

import re

from playwright.sync_api import expect


def test_slash_searches(visit):
    page = visit("/machines")
    page.keyboard.press("/")
    page.keyboard.type("web-2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/machines\?.*web-2"))
    expect(page.get_by_role("rowheader")).to_have_count(1)


def test_g_and_a_letter_goes_to_a_page(visit):
    page = visit("/")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile("/machines$"))
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/$"))


def test_the_question_mark_lists_the_keys_and_escape_ends_it(visit):
    page = visit("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()


def test_a_filter_is_applied_at_once_and_stands_in_the_address(visit):
    page = visit("/machines")
    page.locator("select[name=environment]").select_option("staging")
    expect(page).to_have_url(re.compile(r"/machines\?environment=staging$"))
    expect(page.get_by_role("rowheader")).to_have_text(["stage-1"])
