"""What holds for every page: readable by everybody, in both themes, on a telephone, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.usefixtures("grace")

PAGES = {
    "/": "Dashboard",
    "/machines": "Machines",
    "/machines/web-1": "web-1",
    "/environments": "Environments",
    "/environments/production": "production",
    "/environments/preview": "preview",
    "/projects": "Projects",
    "/projects/shop": "shop",
    "/projects/shop/triggers": "New trigger",
    "/projects/shop/triggers/arrivals": "arrivals",
    "/policies": "Machine policies",
    "/policies/fleeting": "fleeting",
    "/freezes": "Freezes",
    "/deployments": "Deployments",
    "/deployments/1": "Deployment 1",
    "/events": "Events",
    "/decisions": "Decisions",
    "/webhooks": "Webhooks",
    "/webhooks/ops": "ops",
    "/people": "People",
    "/people/grace": "grace",
    "/keys": "API keys",
    "/keys/laptop": "laptop",
    "/account": "Account",
    "/cluster": "Cluster",
    "/join": "Let a machine join",
}


def violations(page):
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {rule['id']}: {rule['help']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(visit, theme):
    page = visit(color_scheme=theme)
    found = []
    for path in PAGES:
        page.goto(path)
        found += violations(page)
    assert found == []


def test_the_sign_in_page_has_no_violation(visit):
    assert violations(visit("/sign-in", key=None)) == []


def test_every_page_fits_a_telephone(visit):
    page = visit(viewport={"width": 360, "height": 740})
    wider = {}
    for path in PAGES:
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wider[path] = width
    assert wider == {}


def test_every_page_says_the_same_without_javascript(visit):
    page = visit(java_script_enabled=False)
    for path, heading in PAGES.items():
        answer = page.goto(path)
        assert answer.status == 200
        assert page.locator("h1").inner_text() == heading
        assert page.locator("main").inner_text().strip() != heading


def test_every_page_is_kept_to_itself_and_nobody_else_stores_it(visit):
    page = visit()
    for path in PAGES:
        headers = page.goto(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy, path
        assert headers["cache-control"] == "no-store", path


def test_every_page_has_one_heading_and_a_way_past_the_navigation(visit):
    page = visit()
    for path in PAGES:
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "Skip to the content", path
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main", path
