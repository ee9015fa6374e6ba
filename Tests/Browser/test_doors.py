"""Signing in and out, and what somebody sees who is not signed in."""

import re

from playwright.sync_api import expect


def test_who_is_not_signed_in_is_asked_to_and_then_gets_where_he_wanted(visit):
    page = visit("/machines?health=Healthy", key=None)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.get_by_role("navigation").get_by_role("link").count() == 0


def test_a_wrong_key_is_refused_and_a_right_one_leads_to_the_page_that_was_asked_for(visit, fleet):
    page = visit("/machines?health=Healthy", key=None)
    page.get_by_label("API key").fill("tmk_wrong")
    page.get_by_role("button", name="Use the key").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("API key").fill(fleet.key)
    page.get_by_role("button", name="Use the key").click()
    expect(page).to_have_url(re.compile(r"/machines\?health=Healthy$"))
    expect(page.get_by_role("rowheader", name="web-1")).to_be_visible()


def test_after_signing_out_the_way_back_leads_to_the_sign_in_page(visit):
    page = visit("/machines")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_no_script_can_read_the_cookie(visit):
    page = visit("/")
    assert "tidemark" not in page.evaluate("document.cookie")
    cookie = next(cookie for cookie in page.context.cookies() if "session" in cookie["name"])
    assert cookie["httpOnly"] and cookie["sameSite"] in ("Lax", "Strict")
