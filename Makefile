# Every command sets up what it needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Changes whenever the exact versions change, so that a second set-up costs nothing.
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
# uv, which pip fetches, sets up in a sixth of pip's work. It does not read pip's settings: it is told of pip's index, and
# where it cannot fetch from there, pip does it.
# Bytecode now, on all cores: importing dagster takes 0.7 s with it and 5 s without, even where Python may not write it
# later; each process compiles the project's own code for a third of a second. A third of the code is never imported: the
# tests of other packages, and tools that are compiled to C.
PIP := $(BIN)/python -m pip
define install
{ $(PIP) install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-setup.lock \
    && export VIRTUAL_ENV="$(CURDIR)/$(VENV)" UV_DEFAULT_INDEX="$${PIP_INDEX_URL:-$$($(PIP) config get global.index-url 2>/dev/null || true)}" \
    && $(BIN)/uv pip install --quiet --no-deps --require-hashes -r $(1) \
    && $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .; } \
  || { $(PIP) install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $(1) \
    && $(PIP) install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; }; \
$(BIN)/python -m compileall -q -j 0 -x '/(tests?|pip|setuptools|mypyc?)/' $(VENV)/lib crime_dagster >/dev/null || true
endef

# crime_dagster.core.settings makes these absolute; make's own functions would break names at their blanks.
export CRIME_DATA_DIR CRIME_WAREHOUSE_DIR CRIME_DOWNLOAD_DIR
# Parallel work is ours (one process or thread per crime type); threads inside a fit fight over the same cores.
export OMP_NUM_THREADS ?= 1

.PHONY: help setup run rollback evaluate scorecard bench download london dev watch dbt check docs questions notebook test test-real test-faults test-scale fuzz lint lint-python lint-sql lint-dbt audit lock sample chromium

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'
	@echo
	@echo "  CRIME_DATA_DIR       folder of published files       (default: data_raw/sample)"
	@echo "  CRIME_WAREHOUSE_DIR  everything that is built        (default: warehouse/<data set>)"
	@echo "  CRIME_DOWNLOAD_DIR   what make download fetches      (default: data_raw/london)"
	@echo "  CRIME_PLACE          a force, county or local authorities (default: London; see docs/scaling.md)"
	@echo "  CRIME_BOROUGH        boroughs that also get their own GIFs (default: none; separated by ;)"
	@echo "  CRIME_WEBHOOK_URL    where a failed run is reported  (default: nowhere)"

setup: $(READY) ## make .venv with the exact versions of requirements.lock

# Debian ships Python without venv: the package is the one thing that may be missing.
define make_venv
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || { echo "Python 3.11 or later is needed, found: $$($(PYTHON) --version). Say which: make PYTHON=python3.11 ..."; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv; \
  else echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv"; exit 1; fi; }; \
echo "Setting up $(VENV) (less than a minute, once) ..."; \
$(PYTHON) -m venv --clear $(VENV)
endef

$(READY): requirements.lock requirements-setup.lock
	@$(make_venv)
	@$(call install,requirements.lock)
	@touch $(READY)

# What tests and linters need besides, in one step where nothing was set up.
$(READY_DEV): requirements.lock requirements-dev.lock
	@if [ requirements.lock -nt $(READY) ]; then $(make_venv); else echo "Adding the tools for tests ..."; fi
	@$(call install,requirements-dev.lock)
	@touch $(READY) $(READY_DEV)

run: $(READY) ## materialise what something changed for; last line: the gallery; FORCE=1 does every step again
	@$(BIN)/python -m crime_dagster run $(if $(filter-out 0,$(FORCE)),--force)

rollback: $(READY) ## republish the previous release, or TO=<release>
	@$(BIN)/python -m crime_dagster rollback $(if $(TO),--to "$(TO)")

evaluate: $(READY) ## extended evaluation of the explanatory models, after make run (minutes)
	@$(BIN)/python -m crime_dagster evaluate

scorecard: $(READY) ## check the last scores against the thresholds, after make run and make evaluate; WRITE=1 writes docs/scorecard.md
	@$(BIN)/python -m crime_dagster scorecard $(if $(filter-out 0,$(WRITE)),--write)

download: $(READY) ## fetch what is new or changed from the publishers
	@$(BIN)/python -m crime_dagster download

doctor: $(READY) ## ask each publisher's address whether it still works: make doctor [JSON=<file>]
	@$(BIN)/python -m crime_dagster doctor $(if $(JSON),--json "$(JSON)")

london: $(READY) ## download, then run; exits non-zero if a source failed
	@status=0; $(BIN)/python -m crime_dagster download || status=$$?; \
	CRIME_DATA_DIR="$${CRIME_DOWNLOAD_DIR:-data_raw/london}" $(BIN)/python -m crime_dagster run && exit $$status

# A PORT of the environment is that of another program.
dev: $(READY) ## Dagster's UI on 127.0.0.1:3000; another port: make dev PORT=3001
	@$(BIN)/python -m crime_dagster dev $(if $(filter command line,$(origin PORT)),--port "$(PORT)")

watch: $(READY) ## draw one page again whenever its template or code changes: make watch PAGE=index
	@$(BIN)/python -m crime_dagster watch -- "$(PAGE)"

dbt: $(READY) ## land what is missing, then dbt build; SELECT=<models>: only these, into dev.duckdb
	@$(BIN)/python -m crime_dagster dbt $(if $(SELECT),--select "$(SELECT)")

# The value as it was given: a name may hold $, quotes or brackets, and reaches the shell through the environment.
override export FILE := $(value FILE)

check: $(READY) ## show how a file, zip or folder would be read: make check FILE=<path> [JSON=1]
	@$(BIN)/python -m crime_dagster check $(if $(filter-out 0,$(JSON)),--json) -- "$$FILE"

docs: $(READY) ## regenerate docs/data-sources.md, data-dictionary.md and model-card.md
	@$(BIN)/python -m crime_dagster docs

questions: $(READY) ## write the answers of the published sample into docs/questions.md, after make run
	@$(BIN)/python -m crime_dagster questions

notebook: $(READY) ## open the published notebook in JupyterLab, installed on first use
	@$(BIN)/python -c 'import jupyterlab' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[notebook]'
	@$(BIN)/python -m crime_dagster notebook

bench: $(READY) ## measure whole runs and their peers beside a yardstick, and write docs/benchmarks.md (RUNS=5, ONLY="words of rows")
	@$(BIN)/python benchmarks/bench.py --runs $(or $(RUNS),5) $(if $(ONLY),--only $(ONLY))

# dbt-bouncer is among the tests: it reads the manifest of the sample that they build. Three processes, also on two cores: many
# tests wait for a server, a browser or another process.
test: $(READY_DEV) ## lint, types, import rules, every test but the slow ones
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint-python lint-sql chromium
	@$(BIN)/python -m pytest -m "not slow" -n 3 --dist loadfile --no-loadscope-reorder

test-real: $(READY_DEV) ## models and pictures on the real files too (../shared/data/london, or CRIME_REAL_DATA_DIR)
	@$(BIN)/python -m pytest -m "real" -v

test-faults: $(READY_DEV) ## kill signals, full disks, concurrent processes, clock changes, a year of new files (at most three hours; CRIME_TEST_SEED, CRIME_TEST_KILLS)
	@timeout 10800 $(BIN)/python -m pytest tests/integration/test_simulated_year.py tests/faults -v -s

test-scale: $(READY_DEV) ## PostgreSQL, Redis, a store and two workers do what one process does (installs what it needs into .venv)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[lake,workers]' 'moto[s3,server]>=5.2' dagster-k8s==0.29.27
	@$(BIN)/python -m pytest tests/operations/test_files.py tests/operations/test_scale.py tests/operations/test_workers.py tests/dbt/test_lake.py tests/unit/core/test_lake.py -v -s

fuzz: $(READY_DEV) ## damaged files through make check for MINUTES (60), from seed CRIME_TEST_SEED (1)
	@$(BIN)/python -m tests.fuzz $(or $(MINUTES),60) $(or $(CRIME_TEST_SEED),1)

# Two lanes beside each other, as most of these tools use one core; what each says is printed when it is done.
lint: $(READY_DEV) ## ruff, mypy, import-linter, sqlfluff, dbt-bouncer
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint-python lint-sql lint-dbt

lint-python:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy

lint-sql:
	@$(BIN)/sqlfluff lint dbt_project/models dbt_project/tests

lint-dbt:
	@DBT_PROJECT_DIR="$$($(BIN)/python -m crime_dagster prepare | tail -n 1)" $(BIN)/dbt-bouncer --config-file dbt-bouncer.yml

chromium: # what only tests need: its headless shell, which opens a page for a third of the work of the whole browser
	@found="$$(command -v chromium-headless-shell chromium chromium-browser google-chrome | head -n 1 || true)"; \
	if [[ "$$found" != *-shell && "$$(id -u)" = 0 ]] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium's headless shell for the browser tests ..."; \
	  { apt-get update -qq && apt-get install -y -qq chromium-headless-shell >/dev/null; } || [ -n "$$found" ] \
	    || apt-get install -y -qq chromium >/dev/null; \
	elif [ -z "$$found" ]; then echo "Browser tests are skipped without Chromium. Install it: sudo apt-get install chromium"; fi

sample: $(READY) ## regenerate the made-up city of data_raw/sample from its seed
	@$(BIN)/python -m crime_dagster.sources.synthetic data_raw/sample

audit: $(READY_DEV) ## check locked versions for known vulnerabilities; exits 2 if the service cannot be reached
	@$(BIN)/python deploy/audit.py requirements.lock

lock: LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: $(READY) ## resolve the three lock files again (none names an index)
	@echo uv | $(BIN)/uv pip compile $(LOCK) - -o requirements-setup.lock
	@$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile $(LOCK) --extra dev --extra postgres -c requirements.lock pyproject.toml -o requirements-dev.lock
