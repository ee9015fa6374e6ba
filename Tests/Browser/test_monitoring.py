"""What monitoring reads: the metrics of each node, the alerts, and the dashboard."""

import json
import pathlib
import re
import subprocess
import urllib.request

MONITORING = pathlib.Path(__file__).parents[2] / "deploy" / "monitoring"
NAMES = re.compile(r"\btidemark_[a-z_]+")


def metrics(fleet):
    with urllib.request.urlopen(f"{fleet.url}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return answer.read().decode()


def promtool(*words, text=""):
    done = subprocess.run(
        ["promtool", *words], input=text, capture_output=True, text=True, timeout=60, cwd=MONITORING
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_promtool_finds_nothing_wrong_with_the_metrics(fleet):
    assert promtool("check", "metrics", text=metrics(fleet)).strip() == ""


def test_the_alerts_are_right_and_do_what_their_tests_say(fleet):
    promtool("check", "config", "prometheus.yml")
    assert "SUCCESS" in promtool("test", "rules", "alerts_test.yml")


def test_alerts_and_dashboard_name_metrics_that_there_are(fleet):
    there = set(re.findall(r"^# TYPE (\S+)", metrics(fleet), re.MULTILINE))
    dashboard = json.loads((MONITORING / "grafana-dashboard.json").read_text())
    asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    alerts = (MONITORING / "alerts.yml").read_text()
    names = {re.sub("_(bucket|sum|count)$", "", name) for name in NAMES.findall(asked + alerts)}
    assert len(names) > 10
    assert names - there == set()


def test_requests_are_counted_by_route_and_never_by_name(fleet):
    for name in ("web-1", "nobody-at-all"):
        request = urllib.request.Request(
            f"{fleet.url}/api/v1/machines/{name}", headers={"Authorization": f"Bearer {fleet.key}"}
        )
        try:
            urllib.request.urlopen(request, timeout=10).read()
        except urllib.error.HTTPError as error:
            assert error.code == 404
    # Requests go to any node: one of the three has counted them.
    text = "".join(metrics(fleet) for _ in range(6))
    assert 'route="/api/v1/machines/{machine}",status="200"' in text
    assert "nobody-at-all" not in text
