# Every target works through .venv, which `make setup` makes. `make help` lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The first Python that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
PROCESSES ?= 2
ARGS ?=
# The program starts often here: what Python has compiled once is kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev run test check soak bench ui migrate lock browser coverage-table conformance-table lint-table pictures

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

setup: $(VENV)/.project ## make .venv with what the program needs to run

setup-dev: $(VENV)/.project $(VENV)/.dev

run: setup ## start everything on this machine: database, demo, web, worker (PORT=8000)
	@exec $(BIN)/qabyldau run

test: setup-dev browser ## every test but the long ones (ARGS="-k word" chooses)
	$(BIN)/python -m pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup-dev ## lint, format, types, import contracts, packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pip --disable-pip-version-check check

soak: setup-dev ## the long tests: random runs, kill -9, a year's plays, large data
	$(BIN)/python -m pytest -m soak $(ARGS)

bench: setup-dev ## measure ourselves beside the bare engine, one JSON object a line
	@$(BIN)/python bench/run.py $(ARGS)

ui: ## build the editor of the studio anew (needs node and npm; the result is committed)
	cd ui && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

migrate: setup ## bring the tables of DATABASE_URL to this release
	@$(BIN)/qabyldau migrate

coverage-table: setup-dev ## which clause is answered where: docs/requirements/coverage.md
	@$(BIN)/python -m tests.coverage_table

conformance-table: setup-dev ## what diagrams mean here, from the suite: docs/conformance.md
	@$(BIN)/python -m tests.conformance_table

lint-table: setup-dev ## every rule of lint: docs/howto/lint.md
	@$(BIN)/python -m tests.lint_table

pictures: setup-dev ## take the pictures of docs/pictures anew
	@$(BIN)/python -m tests.browser.pictures
	@QABYLDAU_PICTURES=1 $(BIN)/python -m pytest -q tests/browser/test_ten_jobs.py -k commonest

lock: ## pin the packages of pyproject.toml anew, with hashes, for every platform
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; "$$tools/bin/pip" --quiet install uv; \
	lock="$$tools/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet"; \
	$$lock --extra build --upgrade -o requirements.lock; \
	$$lock --extra build --extra dev --upgrade -c requirements.lock -o requirements-dev.lock

browser:
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || { \
		echo "The browser tests need Chromium: apt-get install -y chromium fonts-noto-core"; \
		test -z "$$QABYLDAU_REQUIRE_BROWSER"; }

# Stamps: a second `make setup` has nothing to do.
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (PYTHON=… names it)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make environments. On Debian and Ubuntu: apt-get install -y python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.packages: requirements.lock | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.packages
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.packages
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
