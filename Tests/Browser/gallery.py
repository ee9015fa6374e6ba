"""Takes the pictures of the documentation: `make pictures`. Not a test, but a picture of a page that is not what its name says
is not taken."""

import os
import pathlib
import subprocess

import pytest
from fleet import Fleet, wait_for

FOLDER = pathlib.Path(os.environ["TIDEMARK_PICTURES"])
MACHINES = {
    "development": ["dev-1"],
    "staging": ["stage-1", "stage-2"],
    "production": ["web-1", "web-2", "web-3", "web-4"],
}


@pytest.fixture(scope="session")
def fleet():
    """An afternoon of a small team: releases, machines that arrive, one release that fails, one roll-out under way."""
    fleet = Fleet(os.environ["TIDEMARK_TEST_FOLDER"])
    # Whoever looks at the pictures sees a person's name at what was done.
    fleet.key = subprocess.check_output(["tidemarkd", "admin", "create-key", "--name", "ada"], text=True).strip()
    try:
        fleet.apply(pathlib.Path(__file__).with_name("gallery.yaml"))
        for project, versions in {"shop": ("2.3", "2.4", "2.5"), "search": ("1.8",), "metrics": ("0.9", "1.0")}.items():
            for version in versions:
                fleet.release(project, version)
        for environment in MACHINES:
            fleet.deploy("shop", "2.3" if environment == "production" else "2.4", environment)
            fleet.deploy("search", "1.8", environment)
            fleet.deploy("metrics", "0.9", environment)
        for environment, names in MACHINES.items():
            for name in names:
                fleet.join(name, environment)
        everywhere = [name for names in MACHINES.values() for name in names]
        wait_for(
            "every machine has what is meant for it",
            lambda: all(
                project["verdict"] == "upToDate"
                for name in everywhere
                for project in fleet.read("explain", "machine", name)["projects"]
            ),
            seconds=120,
        )
        fleet.tool("environment", "create", "review-1482", "--from", "staging", "--expires-in", "3h")
        pin = ["--project", "search", "--release", "1.8", "--environment", "production"]
        fleet.tool("pin", "create", *pin, "--reason", "until the index is rebuilt")
        fleet.failed = fleet.deploy("shop", "2.5", "staging", wait=False)
        wait_for("shop 2.5 has failed", lambda: fleet.read("deployment", "show", fleet.failed)["deployment"]["state"] == "failed")
        fleet.hold.touch()
        fleet.deploy("metrics", "1.0", "production", wait=False)
        sql = ["psql", "-qtAX", os.environ["TIDEMARK_DATABASE_URL"], "-c", "SELECT count(*) FROM run WHERE state = 'running'"]
        wait_for("the roll-out of metrics 1.0 is under way", lambda: int(subprocess.check_output(sql)) == 4)
        yield fleet
    finally:
        fleet.stop()


@pytest.mark.parametrize(
    "name, path, heading, theme",
    [
        ("dashboard-light", "/", "Dashboard", "light"),
        ("dashboard-dark", "/", "Dashboard", "dark"),
        ("machine", "/machines/web-1", "web-1", "light"),
        ("deployment", "/deployments/{failed}", "Deployment", "light"),
        ("trigger", "/projects/shop/triggers/arrivals", "arrivals", "light"),
        ("cluster", "/cluster", "Cluster", "light"),
    ],
)
def test_picture(visit, fleet, name, path, heading, theme):
    page = visit(color_scheme=theme, viewport={"width": 1280, "height": 760})
    page.goto(path.format(failed=fleet.failed))
    assert heading in page.locator("h1").inner_text()
    page.screenshot(path=FOLDER / f"{name}.png")
