"""A node is taken out and back by somebody who looks at the cluster, on a real one behind its balancer."""

import re

import pytest
from fleet import wait_for
from playwright.sync_api import expect

DRAINED = re.compile("drain(ing|ed)$")


@pytest.fixture
def cluster(visit):
    """The page of the cluster; afterwards every node takes part again, for the tests that follow."""
    page = visit("/cluster")
    yield page
    page.goto("/cluster")
    for name in ("node-1", "node-2", "node-3"):
        if row(page, name).get_by_role("button", name=f"Take {name} back").count():
            take_back(page, name)
        comes_to_be(page, name, "ready")


def row(page, name):
    return page.locator("#cluster tr").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{name}\\b")))


def state(page, name):
    return row(page, name).locator(".badge").first


def comes_to_be(page, name, word):
    """What a node says of itself is no event: the page shows it when it is looked at again."""

    def is_it():
        page.reload()
        return state(page, name).inner_text().endswith(word)

    wait_for(f"{name} is {word}", is_it)


def drain(page, name):
    row(page, name).locator("summary").click()
    expect(row(page, name)).to_contain_text("It takes no requests and does not lead, until it is taken back.")
    row(page, name).get_by_role("button", name=f"Drain {name}").click()


def take_back(page, name):
    row(page, name).get_by_role("button", name=f"Take {name} back").click()
    expect(row(page, name)).not_to_contain_text("taken out by")


def leader(page):
    return page.locator("#cluster dt:text-is('node') + dd").inner_text()


def test_a_node_is_drained_gives_the_lead_up_and_is_taken_back(cluster):
    page = cluster
    name = leader(page)
    drain(page, name)
    expect(state(page, name)).to_have_text(DRAINED)
    expect(row(page, name)).to_contain_text(re.compile("taken out by key:local-"))
    comes_to_be(page, name, "drained")
    # The page says it by itself, of whichever node leads now.
    expect(page.locator("#cluster dt:text-is('node') + dd")).not_to_have_text(name)
    assert leader(page) in ("node-1", "node-2", "node-3")

    def answered_elsewhere():
        page.reload()
        return f"Answered by node {name}," not in page.get_by_role("contentinfo").inner_text()

    wait_for("the balancer sends requests to the others", answered_elsewhere)
    assert all(answered_elsewhere() for _ in range(6))
    take_back(page, name)
    comes_to_be(page, name, "ready")


def test_the_last_node_that_is_ready_is_not_drained(cluster):
    page = cluster
    for name in ("node-1", "node-2"):
        drain(page, name)
        expect(state(page, name)).to_have_text(DRAINED)
    drain(page, "node-3")
    expect(page.get_by_role("main")).to_contain_text(
        "no node but 'node-3' is ready: drain it when another one is, or stop it"
    )
    page.goto("/cluster")
    expect(state(page, "node-3")).to_have_text(re.compile("ready$"))
    expect(row(page, "node-3")).not_to_contain_text("taken out by")
