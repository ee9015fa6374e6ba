"""The API as /openapi.json describes it, held against a running cluster by schemathesis: requests that the document allows
and requests that it forbids. No answer is a node's fault, every answer is as described, what is forbidden is refused, and
nothing is open that the document says is guarded."""

import json
import os
import subprocess
import sys
import urllib.request

SECONDS = 60
SEED = 20260102

#: What has no end, is for agents, moves whole files, answers 503 on purpose, or could take away the key or a node that is used here.
LEFT_OUT = (
    r"^/agent/|/stream$|/events/export$|^/api/v1/packages/\{name\}|^/leader$|^/readyz$|^/api/v1/keys/\{key\}"
    r"|^/api/v1/nodes/\{node\}/drain$"
)

#: That everything which the schema allows is accepted cannot be: a name must also be one that there is. And that what was made
#: is found again goes by a guess which field of the answer the next path takes: the number of a person, where it is the name.
NOT_CHECKED = "positive_data_acceptance,ensure_resource_availability"


def document(fleet):
    with urllib.request.urlopen(f"{fleet.url}/openapi.json", timeout=10) as answer:
        return json.load(answer)


def test_the_api_is_as_its_document_says(fleet, tmp_path):
    # The key is in the environment of the child and in no argument, which others on the machine could read.
    settings = tmp_path / "schemathesis.toml"
    settings.write_text('headers = { Authorization = "Bearer ${TIDEMARK_API_KEY}" }\n')
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run",
            f"{fleet.url}/openapi.json", "--exclude-path-regex", LEFT_OUT,
            "--checks", "all", "--exclude-checks", NOT_CHECKED,
            "--phases", "examples,coverage,fuzzing,stateful",
            "--max-time", str(SECONDS), "--seed", str(SEED), "--request-timeout", "20", "--max-failures", "30",
            "--generation-database", "none", "--suppress-health-check", "all", "--no-color", "--warnings", "off",
        ],
        capture_output=True, text=True, timeout=6 * SECONDS, cwd=tmp_path,
        env={**os.environ, "TIDEMARK_API_KEY": fleet.key},
    )
    print(done.stdout[-2000:])
    assert done.returncode == 0, (done.stdout + done.stderr)[-20000:]


def test_every_operation_says_who_may_use_it_and_how_it_refuses(fleet):
    for path, operations in document(fleet)["paths"].items():
        for method, operation in operations.items():
            assert "security" in operation, f"{method} {path}"
            assert "application/problem+json" in operation["responses"]["default"]["content"], f"{method} {path}"
