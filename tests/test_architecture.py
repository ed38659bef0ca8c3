"""What holds for the code base as a whole: what Airflow loads of it, what it may read, where Python may live."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "plugins" / "nightshift"

# Seconds and hundreds of megabytes that every task process would pay.
HEAVY = ("pandas", "great_expectations", "openai", "boto3", "oci", "fastapi")

# Those beside settings.py build the whole environment of child processes, so they must see the whole environment of
# this one; they read no setting from it.
READERS_OF_THE_ENVIRONMENT = {"settings.py", "orchestration/airflow_environment.py", "sandbox/control.py"}

LOAD_PLUGINS = """
import json, sys
import airflow.plugins_manager as core
import airflow.sdk.plugins_manager as task_sdk
before = set(sys.modules)
found = {}
for name, plugins_manager in {"core": core, "task-sdk": task_sdk}.items():
    plugins, errors = plugins_manager._get_plugins()
    found[name] = {"plugins": [str(plugin.source) for plugin in plugins], "errors": errors}
folder = sys.argv[1]
new = sorted(set(sys.modules) - before)
files = {name: getattr(sys.modules[name], "__file__", None) or "" for name in new}
found["ours"] = [name for name, file in files.items() if file.startswith(folder)]
found["fastapi"] = [name for name in new if name.partition(".")[0] == "fastapi"]
json.dump(found, open(sys.argv[2], "w"))
"""

# Airflow's own imports come first: whatever they load is not counted, so only what our files add is.
IMPORT_DAGS_PLAINLY = """
import importlib.util, json, sys
import airflow.sdk
before = set(sys.modules)
for number, file in enumerate(sys.argv[2:]):
    spec = importlib.util.spec_from_file_location(f"dag_file_{number}", file)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
json.dump({"loaded": sorted(set(sys.modules) - before), "errors": {}}, open(sys.argv[1], "w"))
"""

IMPORT_DAGS_AS_THE_DAG_PROCESSOR_DOES = """
import json, sys
from pathlib import Path
from airflow.dag_processing.dagbag import BundleDagBag
before = set(sys.modules)
errors, dags = {}, []
for file in sys.argv[2:]:
    bag = BundleDagBag(dag_folder=file, bundle_path=Path(file).parent, bundle_name="dags-folder")
    errors |= bag.import_errors
    dags += bag.dags
json.dump({"loaded": sorted(set(sys.modules) - before), "errors": errors, "dags": dags}, open(sys.argv[1], "w"))
"""


def in_a_fresh_process(script: str, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    environment |= {
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "PYTHONPATH": str(ROOT / "plugins"),
    }
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True, text=True)


def dag_files() -> list[str]:
    files = sorted(str(path) for path in (ROOT / "dags").glob("*.py"))
    if not files:
        pytest.skip("dags/ holds no DAG file yet")
    return files


def heavy(modules: list[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules} & set(HEAVY)


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())


def test_airflow_loads_one_plugin_file_and_nothing_else_of_ours(tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    in_a_fresh_process(LOAD_PLUGINS, tmp_path, str(ROOT / "plugins"), str(answer))
    found = json.loads(answer.read_text())
    for plugins_manager in ("core", "task-sdk"):
        ours = [source for source in found[plugins_manager]["plugins"] if source.startswith("$PLUGINS_FOLDER")]
        assert ours == ["$PLUGINS_FOLDER/nightshift_plugin.py"]
        assert found[plugins_manager]["errors"] == {}
    # By file, so that a package module loaded under its bare name (`errors`, `settings`) is seen as well.
    assert found["ours"] == ["nightshift_plugin"]
    assert found["fastapi"] == []


@pytest.mark.parametrize("script", [IMPORT_DAGS_PLAINLY, IMPORT_DAGS_AS_THE_DAG_PROCESSOR_DOES])
def test_importing_the_dag_files_loads_nothing_heavy(script: str, tmp_path: Path) -> None:
    """Through the DAG processor's way too: it may take another path through a file than a plain import does."""
    answer = tmp_path / "answer.json"
    in_a_fresh_process(script, tmp_path, str(answer), *dag_files())
    found = json.loads(answer.read_text())
    assert found["errors"] == {}
    assert heavy(found["loaded"]) == set()


def test_a_dag_file_is_named_after_its_dag(tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    files = dag_files()
    in_a_fresh_process(IMPORT_DAGS_AS_THE_DAG_PROCESSOR_DOES, tmp_path, str(answer), *files)
    assert sorted(json.loads(answer.read_text())["dags"]) == [Path(file).stem for file in files]


def test_include_holds_data_only() -> None:
    # It is not on the import path of a plain Airflow, so Python in there would work on some machines only.
    assert list((ROOT / "include").rglob("*.py")) == []


def test_every_setting_is_documented() -> None:
    pages = [path for path in (ROOT / "README.md", ROOT / "docs" / "settings.md") if path.exists()]
    documented = "\n".join(path.read_text() for path in pages)
    names = settings_names(ast.parse((PACKAGE / "settings.py").read_text()))
    assert len(names) >= 10
    assert {name for name in names if name not in documented} == set()


def test_the_environment_is_read_in_one_place() -> None:
    readers = {name for name, tree in sources() if reads_the_environment(tree)}
    assert readers <= READERS_OF_THE_ENVIRONMENT
    assert "settings.py" in readers


def settings_names(tree: ast.Module) -> set[str]:
    """First argument of each `os.environ.get(...)`; of an f-string, the part before the first placeholder."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.environ.get":
            argument = node.args[0]
            first = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
            assert isinstance(first, ast.Constant), ast.unparse(node)
            names.add(str(first.value))
    return names


def reads_the_environment(tree: ast.Module) -> bool:
    words = {"environ", "environb", "getenv"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in words and ast.unparse(node.value) == "os":
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os" and words & {name.name for name in node.names}:
            return True
    return False


def test_the_readme_the_tasks_and_the_functions_use_the_same_words() -> None:
    """A step that a newcomer reads about is a task in the UI and a function of a module of that name."""
    told = re.findall(r"^\d\. \*\*(\w+)\*\*", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert told == ["admit", "prepare", "execute", "escalate", "publish", "settle"]
    tasks = (PACKAGE / "orchestration" / "batch_tasks.py").read_text() + (
        ROOT / "dags" / "batch_inference.py"
    ).read_text()
    for step in told:
        place = PACKAGE / "batch" / "steps" / step
        assert place.with_suffix(".py").exists() or (place / "__init__.py").exists()
        assert re.search(rf'def {step}\(|task_id="{step}"', tasks), f"no task is called {step}"


# The command that starts the sandbox tells how to use it. Guardrails know the words of attacks and the shapes of keys.
MAY_NAME_PROVIDERS = (
    "providers/",
    "sandbox/",
    "cli/sandbox.py",
    "guardrails/injection/",
    "guardrails/normalisation/vocabulary.py",
    "guardrails/secrets/providers/",
)


def test_only_the_provider_folder_and_the_sandbox_name_a_provider() -> None:
    """A fifth provider is one file there: nothing else may have to learn its name."""
    names = re.compile(r"openai|azure|bedrock|\boci\b|oci_genai", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in [*PACKAGE.rglob("*.py"), *(ROOT / "dags").glob("*.py")]
        if not str(path.relative_to(ROOT)).removeprefix("plugins/nightshift/").startswith(MAY_NAME_PROVIDERS)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if names.search(line)
    ]
    assert found == []
