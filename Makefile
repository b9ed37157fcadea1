# Two commands do everything: `make run` and `make test`. They make the environment first when it is missing or old.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Dagster takes its instance settings from dagster.yaml in this folder.
export DAGSTER_HOME := $(CURDIR)
export CCW_HOME ?= $(CURDIR)/var
export CCW_DAGSTER_STORAGE ?= $(CCW_HOME)/dagster
# Compiled imports halve the start-up; a machine-wide setting must not switch them off here.
unexport PYTHONDONTWRITEBYTECODE

# `make bench` prints figures; nothing in the tests is timed.
.PHONY: run test test-clients ui lint types contracts format lock bench clean

$(READY): requirements.lock pyproject.toml
	@echo "Making the environment in $(VENV) (a minute or two, once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@# The lock names every package, so nothing is left to resolve.
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --compile --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

## Run the job over data_raw/ and print the cluster's table and where everything is
run: $(READY)
	@mkdir -p $(CCW_DAGSTER_STORAGE)
	@$(BIN)/python -m pipelines.orchestration.run_now

## Open the Dagster UI on this machine only
ui: $(READY)
	@mkdir -p $(CCW_DAGSTER_STORAGE)
	@$(BIN)/dagster dev --host 127.0.0.1 --port $${CCW_UI_PORT:-3000}

## Everything that must pass: lint, format, types, import contracts, tests
test: $(READY) lint types contracts
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile --ignore tests/clients

## Clients that people have, each in an environment of its own under var/clients
test-clients: $(READY)
	@$(BIN)/python -m pytest -q tests/clients

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports --no-cache

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

## Renew requirements.lock from pyproject.toml (needs uv); hashes, no index address
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group pyproject.toml:dev --group pyproject.toml:build pyproject.toml -o requirements.lock

## Measure; see bench/README.md
bench: $(READY)
	@$(BIN)/python -m bench

clean:
	rm -rf $(VENV) var
