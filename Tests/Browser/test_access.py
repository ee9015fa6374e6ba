"""Who may do what, as people see it: entered, limited, refused, and out."""

import re

import pytest
from conftest import sign_in
from playwright.sync_api import expect


def key_for(page, name, owner, role, environment=None):
    """The secret of a new key, made as an administrator does; `page` is signed in as one."""
    page.goto("/keys")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Owner").fill(owner)
    page.get_by_label("Role").select_option(role)
    if environment:
        page.get_by_label(environment, exact=True).check()
    else:
        page.get_by_label("in every environment").check()
    page.get_by_role("button", name="Make the key").click()
    secret = page.get_by_label(f"The key {name}", exact=True)
    expect(secret).to_have_text(re.compile(r"^tmk_\w{49}$"))
    return secret.inner_text()


@pytest.fixture(scope="module")
def keys(browser, fleet, grace):
    """Keys of somebody who may only look, and of grace, who may deploy the shop to staging."""
    context = browser.new_context(base_url=fleet.url)
    page = context.new_page()
    sign_in(page, fleet.key)
    found = {
        "viewer": key_for(page, "viewer", "", "viewer"),
        "grace": key_for(page, "grace-laptop", grace, "admin"),
    }
    context.close()
    return found


def test_a_viewer_sees_everything_and_is_offered_nothing(visit, keys):
    page = visit("/machines/web-1", key=keys["viewer"])
    expect(page.get_by_role("heading", name="web-1")).to_be_visible()
    assert page.locator("main form[method=post]").count() == 0
    assert page.locator("main button").count() == 0
    menu = page.get_by_role("navigation").get_by_role("link").all_inner_texts()
    assert "Machines" in menu and "People" not in menu and "Keys" not in menu
    expect(page.get_by_role("contentinfo")).to_contain_text("Signed in as key:viewer: viewer everywhere")


def test_a_viewer_is_refused_in_words(visit, keys):
    page = visit("/account", key=keys["viewer"])
    answer = page.goto("/people")
    assert answer.status == 403
    expect(page.get_by_role("main")).to_contain_text("may not say who may do what")
    page.get_by_role("link", name="What you may do").click()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()


def test_who_is_limited_to_an_environment_is_offered_what_is_there(visit, keys):
    page = visit("/account", key=keys["grace"])
    expect(page.get_by_role("main")).to_contain_text("deployer in staging for shop")
    page.goto("/environments/staging")
    # The key may everything, its owner may only deploy: it may no more than she.
    assert page.locator("main form[method=post]").count() == 0


def test_a_grant_is_added_and_taken_back_and_holds_at_once(visit, fleet, keys, grace):
    admin, page = visit(f"/people/{grace}"), visit("/machines/stage-1", key=keys["grace"])
    assert page.get_by_role("button", name="Check its health now").count() == 0
    admin.get_by_label("Role").select_option("operator")
    admin.get_by_label("staging", exact=True).check()
    admin.get_by_role("button", name="Grant", exact=True).click()
    expect(admin.get_by_text("operator in staging", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Check its health now")).to_be_visible()
    page.goto("/machines/web-1")
    assert page.get_by_role("button", name="Check its health now").count() == 0
    admin.get_by_role("button", name="Take back: operator in staging").click()
    expect(admin.get_by_text("operator in staging", exact=True)).to_have_count(0)
    page.goto("/machines/stage-1")
    assert page.get_by_role("button", name="Check its health now").count() == 0


def test_grants_of_a_key_are_added_and_taken_back_on_its_page(visit, keys):
    admin, page = visit("/keys"), visit("/machines/stage-1", key=keys["viewer"])
    assert page.get_by_role("button", name="Check its health now").count() == 0
    admin.get_by_role("link", name="viewer", exact=True).click()
    expect(admin.get_by_role("heading", name="viewer", exact=True)).to_be_visible()
    admin.get_by_label("Role").select_option("operator")
    admin.get_by_label("staging", exact=True).check()
    admin.get_by_role("button", name="Grant", exact=True).click()
    expect(admin.get_by_text("operator in staging", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Check its health now")).to_be_visible()
    admin.get_by_role("button", name="Take back: operator in staging").click()
    expect(admin.get_by_text("operator in staging", exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="stage-1")).to_be_visible()
    assert page.get_by_role("button", name="Check its health now").count() == 0


def test_who_is_disabled_is_out_at_once_and_in_again_when_enabled(visit, keys, grace):
    admin, page = visit(f"/people/{grace}"), visit("/machines", key=keys["grace"])
    admin.get_by_role("button", name=f"Disable {grace}").click()
    expect(admin.get_by_text("Nothing is done in this name")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    admin.get_by_role("button", name=f"Enable {grace}").click()
    page.goto("/machines")
    expect(page.get_by_role("heading", name="Machines")).to_be_visible()


def test_a_session_is_ended_from_another_one(visit, keys):
    here, there = visit("/account", key=keys["viewer"]), visit("/machines", key=keys["viewer"])
    here.get_by_role("button", name="End all others").click()
    expect(here.get_by_role("row")).to_have_count(2)
    there.reload()
    expect(there.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_grant_that_names_no_place_is_refused(visit, grace):
    page = visit(f"/people/{grace}")
    page.get_by_role("button", name="Grant", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("none is ticked")


def test_a_revoked_key_signs_nobody_in(visit, fleet):
    admin = visit("/keys")
    secret = key_for(admin, "short", "", "viewer")
    page = visit("/", key=secret)
    admin.get_by_role("button", name="Revoke the key short").click()
    expect(admin.get_by_role("rowheader").filter(has_text="short")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_person_comes_is_limited_changes_the_password_and_goes(visit, fleet):
    admin = visit("/people")
    admin.get_by_label("Name to sign in with").fill("alan")
    admin.get_by_label("Role").select_option("operator")
    admin.get_by_label("staging", exact=True).check()
    admin.get_by_role("button", name="Enter").click()
    admin.get_by_role("button", name="Make a password").click()
    password = admin.get_by_label("The password of alan").inner_text()

    page = visit("/machines", key=None)
    enter(page, "alan", password)
    expect(page).to_have_url(re.compile("/machines$"))
    expect(page.get_by_role("contentinfo")).to_contain_text("Signed in as person:alan: operator in staging")
    expect(page.get_by_label("Mark stage-1")).to_be_visible()
    assert page.get_by_label("Mark web-1").count() == 0

    page.goto("/account")
    page.get_by_label("Present password").fill(password)
    for field in ("new", "again"):
        page.locator(f"input[name={field}]").fill("one two three four")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("status").filter(has_text="Your other sessions have ended")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    enter(page, "alan", password)
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    enter(page, "alan", "one two three four")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()

    admin.goto("/people/alan")
    admin.get_by_role("button", name="Disable alan").click()
    expect(admin.get_by_text("Nothing is done in this name")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    enter(page, "alan", "one two three four")
    expect(page.get_by_role("alert")).to_be_visible()


def enter(page, name, password):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
