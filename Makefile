# make            lists the targets
# Everything lives in .venv and .nightshift; removing both leaves no trace.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python

# What `nightshift screen` imports. Read as source at every start, it would be a fifth of a run over 5,000 texts.
COMPILED := click numpy orjson pydantic pydantic_core re2 typing_inspection yaml

.DEFAULT_GOAL := help
.PHONY: help run up down test test-runs test-faults test-crash test-airflow test-browser test-training check format bench fuzz lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/.installed ## the main job on the sample tickets, through Airflow, against the sandbox
	@$(BIN)/nightshift sandbox start
	@$(BIN)/nightshift batch run --airflow --spec include/samples/support_tickets.job.yaml
	@echo "Next     make run again takes the answers from the cache; make up starts Airflow with its UI"
	@echo "Stop     make down ends the sandbox"

up: $(VENV)/.installed ## Airflow with UI, scheduler and triggerer, and the sandbox
	@$(BIN)/nightshift up

down: $(VENV)/.installed ## stop what up and run have started
	@$(BIN)/nightshift down

test: $(VENV)/.installed-dev ## the tests
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

test-faults: $(VENV)/.installed-dev ## every provider under every fault; prints the matrix
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m faults tests/faults

test-crash: $(VENV)/.installed-dev ## SIGKILL at every call through the ports, then resume
	$(BIN)/python -m pytest -q -n 2 -m crash tests/crash

test-airflow: $(VENV)/.installed-dev ## the job through a real scheduler and triggerer
	$(BIN)/python -m pytest -q -m airflow tests

test-browser: $(VENV)/.installed-dev ## the trigger form in headless Chromium (Debian: chromium chromium-driver)
	$(BIN)/python -m pytest -q -m browser tests

test-runs: $(VENV)/.installed-dev ## whole jobs through bundles, judges, embeddings, outcomes, single flight in Airflow and the right-sizing report
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m runs tests/batch tests/dags

test-training: $(VENV)/.installed-dev ## the guardrails' detectors trained on a few rows
	$(BIN)/python -m pytest -q -n 2 -m training tests/guardrails/training

check: $(VENV)/.installed-dev ## format, lint, types, layers, tests: what CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: $(VENV)/.installed-dev ## let ruff mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev ## throughput, triggerer, planner, guardrails, tiering, caches, cascades and bundles, next to their peers
	$(BIN)/python -m benchmarks.throughput --peers
	$(BIN)/python -m benchmarks.trigger_lag
	$(BIN)/python -m benchmarks.planner
	$(BIN)/python -m benchmarks.guardrails
	$(BIN)/python -m benchmarks.guardrails.linear_time
	$(BIN)/python -m benchmarks.tiering
	$(BIN)/python -m benchmarks.cache_lookup
	$(BIN)/python -m benchmarks.semantic_cache
	$(BIN)/python -m benchmarks.cascades
	$(BIN)/python -m benchmarks.prompt_economy

SECONDS := 600
fuzz: $(VENV)/.installed-dev ## hypothesis against every guardrail for ten minutes (SECONDS=60: one); prints the findings
	$(BIN)/python -m benchmarks.guardrails.fuzz --seconds $(SECONDS) $(if $(ROUNDS),--rounds $(ROUNDS) --seed 1)

lock: $(VENV)/bin/uv ## pin everything again
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean: ## remove .venv and .nightshift
	rm -rf $(VENV) .nightshift

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 13) else "Nightshift needs Python 3.11 or 3.12; found " + sys.version + ". Set PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.installed: $(VENV)/bin/uv requirements.txt pyproject.toml
	@echo "installing into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements.txt
	@$(INSTALL) --no-deps --editable .
	@$(BIN)/python -m compileall -q $(addprefix $(VENV)/lib/python*/site-packages/,$(COMPILED)) plugins/nightshift
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@
