"""Signing in with an OpenID provider that somebody else wrote, and out."""

import os
import re

import pytest
import remembering_provider
from conftest import sign_in as sign_in_with_key
from oidc_provider_mock import User
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def provider():
    # It is asked over plain http, on this machine.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    port = int(os.environ["TIDEMARK_OIDC_ISSUER"].rsplit(":", 1)[1])
    people = [
        User(sub="4711", claims={"preferred_username": "hedy", "name": "Hedy Lamarr"}),
        User(sub="4712", claims={"preferred_username": "linus", "name": "Somebody else"}),
        User(sub="4713", claims={"preferred_username": "margaret", "name": "Margaret Hamilton"}),
    ]
    with remembering_provider.run(port, require_nonce=True, user_claims=people):
        yield


@pytest.fixture
def arrive(browser, fleet, provider):
    """`arrive(path)`: a page of a new browser, which may go to the provider and back."""
    contexts = []

    def open_page(path):
        context = browser.new_context(base_url=fleet.url)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def admin(arrive, fleet):
    """`admin(path, deed)`: an administrator opens a page with a form for a role, chooses viewer, and does the deed."""

    def act(path, deed):
        page = arrive("/sign-in")
        sign_in_with_key(page, fleet.key, path)
        page.get_by_label("Role").select_option("viewer")
        page.get_by_label("in every environment").check()
        deed(page)
        expect(page.get_by_role("main")).to_contain_text("viewer everywhere")

    return act


def to_the_provider(page):
    page.get_by_role("link", name=re.compile("Sign in with localhost")).click()


def sign_in(page, subject):
    to_the_provider(page)
    page.get_by_role("button", name=subject).first.click()


def test_somebody_of_the_provider_is_let_in_without_a_role_and_sees_pages_when_given_one(arrive, admin):
    page = arrive("/machines?health=Healthy")
    sign_in(page, "4711")
    expect(page.get_by_role("heading", name="Signed in, with no role yet")).to_be_visible()
    page.goto("/machines")
    expect(page.get_by_text("person:hedy may not look")).to_be_visible()
    admin("/people/hedy", lambda form: form.get_by_role("button", name="Grant").click())
    page.goto("/machines?health=Healthy")
    expect(page.get_by_role("rowheader", name="web-1")).to_be_visible()
    expect(page.get_by_role("link", name="person:hedy")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/machines")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    # The way back in leads to the page that was asked for.
    sign_in(page, "4711")
    expect(page).to_have_url(re.compile("/machines$"))


def test_a_name_that_is_taken_is_refused_until_an_administrator_links_it(arrive, admin, fleet):

    def enter(form):
        form.get_by_label("Name to sign in with").fill("linus")
        form.get_by_role("button", name="Enter").click()

    admin("/people", enter)
    page = arrive("/")
    sign_in(page, "4712")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("There is a person linus here already")
    # The page says what to type.
    command = re.search(r"tidemark (user link linus --issuer '([^']+)' --subject '([^']+)')", alert.inner_text())
    fleet.tool("user", "link", "linus", "--issuer", command[2], "--subject", command[3])
    # The provider knows the browser by now, and does not ask again.
    to_the_provider(page)
    expect(page.get_by_role("link", name="person:linus")).to_be_visible()


def test_a_sign_in_that_somebody_else_began_is_refused_in_this_browser(arrive):
    theirs = arrive("/sign-in")
    seen = []

    def keep(route):
        seen.append(route.fetch(max_redirects=0).headers["location"])
        route.abort()

    # The answer of the provider is kept from the browser that began, and opened in another one.
    to_the_provider(theirs)
    theirs.route(f"{os.environ['TIDEMARK_OIDC_ISSUER']}/**", keep)
    with theirs.expect_event("requestfailed"):
        theirs.get_by_role("button", name="4711").first.click()
    assert "/sign-in/oidc/callback?" in seen[0]
    mine = arrive(seen[0])
    expect(mine.get_by_role("alert")).to_contain_text("belongs to no sign-in that this browser began")
    assert not [cookie for cookie in mine.context.cookies() if "session" in cookie["name"]]


def cookies(page, part):
    return [cookie for cookie in page.context.cookies() if part in cookie["name"]]


def test_signing_out_ends_the_session_at_the_provider_as_well(arrive):
    page = arrive("/sign-in")
    sign_in(page, "4713")
    expect(page.get_by_role("heading", name="Signed in, with no role yet")).to_be_visible()
    # While it is open, whoever sits here is in with one click.
    page.context.clear_cookies(name=re.compile("^tidemark"))
    page.goto("/sign-in")
    to_the_provider(page)
    expect(page.get_by_role("heading", name="Signed in, with no role yet")).to_be_visible()
    assert len(cookies(page, remembering_provider.COOKIE)) == 1
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    assert cookies(page, remembering_provider.COOKIE) == []
    assert cookies(page, "tidemark_session") == []
    to_the_provider(page)
    expect(page.get_by_role("button", name="4713").first).to_be_visible()


def test_a_provider_that_is_down_keeps_nobody_signed_in(arrive):
    page = arrive("/sign-in")
    sign_in(page, "4713")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.route("**/oauth2/end_session**", lambda route: route.fulfill(status=503, body="the provider is down"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("the provider is down")).to_be_visible()
    assert cookies(page, "tidemark_session") == []
    page.goto("/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
