"""A whole local platform for tests: `nightshift up` on free ports, in a home of its own, driven by the real command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.orchestration.conftest import ROOT, free_port

from nightshift.orchestration.airflow_api import AirflowApi, TaskInstance
from nightshift.storage.database import Database

SAMPLE = ROOT / "include" / "samples" / "support_tickets.jsonl"
COMMAND = [sys.executable, "-c", "from nightshift.cli import main; main()"]


@dataclass
class LocalPlatform:
    """`settings` is what each of its processes gets; `include` is a copy of the project's, for tests to change."""

    folder: Path
    settings: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "include", self.include)
        self.settings = {
            "NIGHTSHIFT_PROJECT": str(ROOT),
            "NIGHTSHIFT_INCLUDE": str(self.include),
            "NIGHTSHIFT_HOME": str(self.home),
            "NIGHTSHIFT_AIRFLOW_URL": f"http://127.0.0.1:{free_port()}",
            "NIGHTSHIFT_SANDBOX_URL": f"http://127.0.0.1:{free_port()}",
            "NIGHTSHIFT_POLL_SECONDS": "3",
        }

    @property
    def include(self) -> Path:
        return self.folder / "include"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def airflow_url(self) -> str:
        return self.settings["NIGHTSHIFT_AIRFLOW_URL"]

    @property
    def sandbox_url(self) -> str:
        return self.settings["NIGHTSHIFT_SANDBOX_URL"]

    def nightshift(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as a user would; the caller looks at the exit code."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("NIGHTSHIFT", "AIRFLOW"))
        }
        environment = inherited | self.settings | {"PYTHONPATH": str(ROOT / "plugins")}
        return subprocess.run(
            [*COMMAND, *arguments], env=environment, cwd=self.folder, capture_output=True, text=True, timeout=400
        )

    def up(self) -> str:
        """What `nightshift up` printed."""
        ended = self.nightshift("up")
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def job(self, name: str, first: int, last: int, budget: str = "1.00") -> Path:
        """A job file for rows `first` to `last` of the sample tickets."""
        rows = SAMPLE.read_text().split("\n")[first:last]  # not splitlines: some texts hold U+2028
        (self.folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n")
        text = (ROOT / "include" / "samples" / "support_tickets.job.yaml").read_text()
        text = text.replace("support_tickets.jsonl", f"{name}.jsonl").replace('"1.00"', f'"{budget}"')
        path = self.folder / f"{name}.yaml"
        path.write_text(text)
        return path

    def submit(self, spec: Path, run_id: str) -> None:
        ended = self.nightshift("batch", "submit", "--spec", str(spec), "--run-id", run_id)
        assert ended.returncode == 0, ended.stderr

    def follow(self, run_id: str) -> subprocess.CompletedProcess[str]:
        return self.nightshift("batch", "status", run_id, "--follow")

    def api(self) -> AirflowApi:
        return AirflowApi(self.airflow_url)

    def final_state(self, dag_id: str, run_id: str, patience: float = 180) -> str:
        """How the DAG run ended; waits for it."""
        give_up_at = time.monotonic() + patience
        with self.api() as api:
            while not (run := api.dag_run(dag_id, run_id)).finished:
                assert time.monotonic() < give_up_at, f"{dag_id} {run_id} is still {run.state} after {patience} s"
                time.sleep(0.5)
        return run.state

    def tasks(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        with self.api() as api:
            return api.task_instances(dag_id, run_id)

    def database(self) -> Database:
        """What the platform keeps, with its tables: like each of its processes, whoever looks first makes them."""
        database = Database(f"sqlite:///{self.home / 'nightshift.db'}")
        database.migrate()
        return database
