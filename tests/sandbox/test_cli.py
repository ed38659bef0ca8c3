"""`nightshift sandbox ...` as a user types it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from nightshift.cli.sandbox import sandbox


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("NIGHTSHIFT_HOME", str(tmp_path))
    runner = CliRunner()

    def run(*arguments, code=0):
        result = runner.invoke(sandbox, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result.output

    yield run
    run("stop")


def test_a_running_sandbox_says_where_and_is_not_started_again(command):
    assert "not running" in command("status")
    first = command("start", "--port", 0)

    assert "sandbox started at http://127.0.0.1:" in first
    assert 'api_key="sandbox"' in first
    assert "already runs" in command("start", "--port", 0)
    assert "nightshift sandbox stop" in command("start", "--port", 0, "--batch-seconds", 5, code=1)
    assert "sandbox runs at" in command("status")


def test_a_bad_faults_file_names_the_rule(command, tmp_path):
    path = tmp_path / "faults.yaml"
    path.write_text("- {fault: earthquake}")

    assert "faults[0].fault" in command("start", "--port", 0, "--faults", path, code=1)


def test_the_bill_can_be_read_while_it_runs_and_after(command):
    command("start", "--port", 0)
    running = json.loads(command("bill", "--json"))
    assert "sandbox stopped" in command("stop")

    assert json.loads(command("bill", "--json")) == running
    assert running["requests"] == 0
    assert running["cost_usd"] == 0.0
    assert "total" in command("bill")


def test_stop_without_a_sandbox_is_fine(command):
    assert "not running" in command("stop")


def test_a_bill_without_a_sandbox_is_a_clear_error(command):
    assert "nightshift sandbox start" in command("bill", code=1)
