"""A small fleet on a real cluster, for the pages to show: what an operations team would have after a first afternoon."""

import json
import os
import pathlib
import subprocess
import time

DOCUMENTS = pathlib.Path(__file__).with_name("fleet.yaml")


def wait_for(what, probe, seconds=30):
    """Until `probe` gives something true, which is returned. Fails with `what` when time is up."""
    until = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        assert time.monotonic() < until, f"waited {seconds} s for: {what}"
        time.sleep(0.05)


class Fleet:
    """The command line, the agents, and what the documents say."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.url = os.environ["TIDEMARK_URL"]
        self.key = os.environ["TIDEMARK_API_KEY"]
        self.agents = {}
        #: While this file exists, the project `slow` waits in its first step.
        self.hold = self.folder / "hold"

    def tool(self, *words, key=None):
        """What `tidemark` prints; its messages when it fails."""
        environment = {**os.environ, "TIDEMARK_API_KEY": key or self.key}
        done = subprocess.run(
            ["tidemark", *words], capture_output=True, text=True, timeout=90, env=environment
        )
        assert done.returncode == 0, f"tidemark {' '.join(words)}: {done.stderr or done.stdout}"
        return done.stdout.strip()

    def read(self, *words):
        return json.loads(self.tool(*words, "-o", "json"))

    def apply(self, documents=DOCUMENTS):
        text = documents.read_text().replace("HOLD_FILE_OF_THE_TEST", str(self.hold))
        path = self.folder / "fleet.yaml"
        path.write_text(text)
        self.tool("apply", "-f", str(path))

    def release(self, project, version):
        self.tool("release", "create", project, version)

    def deploy(self, project, version, environment, wait=True):
        """Its number."""
        words = ["deploy", project, version, "--to", environment, "-o", "name"]
        return self.tool(*words, *(["--wait"] if wait else [])).splitlines()[-1].split("/")[-1]

    def join(self, name, environment, role="web"):
        token = self.tool(
            "token", "create", "--environment", environment, "--role", role, "--uses", "1", "-o", "name"
        )
        self.join_with(token, name)

    def join_with(self, token, name):
        """What a booting machine does."""
        home = self.folder / "agents" / name
        home.parent.mkdir(exist_ok=True)
        with open(self.folder / "log" / f"agent-{name}.log", "ab") as log:
            subprocess.run(
                ["tidemark-agent", "join", "--url", self.url, "--name", name, "--data-dir", str(home)],
                check=True, timeout=60, stdout=log, stderr=log, env={**os.environ, "TIDEMARK_TOKEN": token},
            )
            self.agents[name] = subprocess.Popen(
                ["tidemark-agent", "run", "--data-dir", str(home)], stdout=log, stderr=log
            )

    def stop(self):
        self.hold.unlink(missing_ok=True)
        for agent in self.agents.values():
            agent.terminate()
        for agent in self.agents.values():
            try:
                agent.wait(timeout=15)
            except subprocess.TimeoutExpired:
                agent.kill()
