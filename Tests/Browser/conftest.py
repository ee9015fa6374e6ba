"""What every browser test has: a fleet, a browser, and pages that tell of everything that went wrong in them."""

import os

import pytest
from fleet import Fleet, wait_for
from playwright.sync_api import expect, sync_playwright

BROWSER = "/usr/lib/chromium/chromium"
# A machine that runs other things beside the tests is slow, not wrong.
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items):
    """What sends requests at random comes last: the fleet is not the same afterwards."""
    items.sort(key=lambda item: item.path.name == "test_openapi.py")


@pytest.fixture(scope="session")
def fleet():
    fleet = Fleet(os.environ["TIDEMARK_TEST_FOLDER"])
    try:
        fleet.apply()
        for version in ("1.0", "1.1"):
            fleet.release("shop", version)
        fleet.release("slow", "1.0")
        fleet.deploy("shop", "1.0", "production")
        fleet.tool("environment", "create", "preview", "--from", "staging", "--expires-in", "3h")
        for name in ("web-1", "web-2"):
            fleet.join(name, "production")
        fleet.join("stage-1", "staging")
        wait_for(
            "web-1 and web-2 have the shop",
            lambda: all("upToDate" in fleet.tool("explain", "machine", name) for name in ("web-1", "web-2")),
        )
        yield fleet
    finally:
        fleet.stop()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        path = BROWSER if os.path.exists(BROWSER) else "/usr/bin/chromium"
        # Containers that run tests have no user namespaces for the browser's own sandbox.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def grace(browser, fleet):
    """Somebody who may deploy the shop to staging, with a key; entered as an administrator would."""
    context = browser.new_context(base_url=fleet.url)
    page = context.new_page()
    sign_in(page, fleet.key, "/people")
    page.get_by_label("Name to sign in with").fill("grace")
    page.get_by_label("Name as people write it").fill("Grace Hopper")
    page.get_by_label("Role").select_option("deployer")
    page.get_by_label("staging", exact=True).check()
    page.get_by_label("Projects").fill("shop")
    page.get_by_role("button", name="Enter").click()
    page.wait_for_url("**/people/grace")
    context.close()
    fleet.tool("key", "create", "laptop", "--owner", "grace", "--grant", "deployer")
    return "grace"


@pytest.fixture
def visit(browser, fleet):
    """`visit(path, **settings of the browser)`: a page, signed in unless `key` is None. At the end of the test, it fails
    for an error in any of the pages, and for anything that a page took from elsewhere."""
    contexts, wrong = [], []

    def open_page(path="/", key=fleet.key, **settings):
        context = browser.new_context(
            base_url=fleet.url, **{"viewport": {"width": 1280, "height": 800}, **settings}
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda line: line.type == "error" and wrong.append(f"{page.url}: {line.text}"))
        page.on(
            "request",
            lambda request: request.url.startswith(fleet.url) or wrong.append(f"asked elsewhere: {request.url}"),
        )
        if key is None:
            page.goto(path)
        else:
            sign_in(page, key, path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A refusal that the test asked for is no error of the page.
    assert [line for line in wrong if "status of 4" not in line] == []


def sign_in(page, key, path="/"):
    page.goto(path)
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Use the key").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
