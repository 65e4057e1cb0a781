# Python 3.11 and make are all a machine needs: everything else is installed into .venv and node_modules.
PYTHON ?= python3
PORT ?= 8000
FORMAT ?= text
BIN := .venv/bin
export NO_MKDOCS_2_WARNING := 1
export PYTHONPATH := hooks

.PHONY: serve build check fmt rules new test test-fast lint fetch-numpy bench links notebooks schema lock clean

serve: .venv/.build node_modules/.build  ## Installs, builds, serves at http://127.0.0.1:8000 and follows every change
	$(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

build: .venv/.build node_modules/.build  ## Builds into site/; every warning is an error
	$(BIN)/mkdocs build --strict

check: .venv/.build node_modules/.build  ## Checks questions and pages and runs their code, without a browser; FILES='…' only these, FORMAT=github annotates
	$(BIN)/python -m selfcheck check --format $(FORMAT) $(FILES)

fmt: .venv/.build  ## Lays quiz files out alike, without changing what they say; FILES='…' only these
	$(BIN)/python -m selfcheck fmt $(FILES)

rules: .venv/.build  ## Lists the rules of style
	@$(BIN)/python -m selfcheck rules

NEW := page quiz question challenge notebook title file id
new: .venv/.build  ## Writes a scaffold; without arguments it shows which
	@$(BIN)/python -m selfcheck new $(foreach key,$(NEW),$(if $(filter command,$(origin $(key))),$(key)='$(subst ','\'',$($(key)))'))

test: lint check  ## Everything: what CI runs
	$(BIN)/python -m handbook.execute docs --check
	$(BIN)/python -m pytest

test-fast: lint check  ## What needs no browser
	$(BIN)/python -m handbook.execute docs --check
	$(BIN)/python -m pytest --ignore tests/browser

lint: .venv/.test node_modules/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

fetch-numpy: .venv/.build node_modules/.build  ## Downloads NumPy for browsers, so that programs in pages can use it
	$(BIN)/python -m handbook.pyodide numpy

bench: .venv/.test node_modules/.test tests/bench/node_modules  ## Time and size against the budgets; PARTS='size search' measures only these
	PYTHONPATH=hooks:tests $(BIN)/python -m bench $(PARTS)

links: .venv/.build  ## Asks every outside address that pages and questions link to whether it is still there
	$(BIN)/python -m handbook.links

notebooks: .venv/.test  ## Runs docs/**/notebooks/*.py and writes the .ipynb beside each
	$(BIN)/python -m handbook.execute docs

schema: .venv/.build  ## Writes quizzes/schema.json from the models
	$(BIN)/python -m selfcheck schema

lock: .venv/.build  ## Resolves the requirements anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
	$(BIN)/npm update --package-lock-only
	$(BIN)/npm update --package-lock-only --prefix tests/bench

clean:  ## Deletes everything that make has made
	rm -rf .venv node_modules tests/bench/node_modules site .cache

.venv/.build: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/.test: requirements-dev.txt | .venv/.build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv .venv

node_modules/.build: package-lock.json | .venv/.build
	$(BIN)/npm ci --omit=dev
	touch $@

node_modules/.test: package-lock.json | .venv/.build
	$(BIN)/npm ci
	touch node_modules/.build $@

tests/bench/node_modules: tests/bench/package-lock.json | .venv/.build
	$(BIN)/npm ci --prefix tests/bench
	touch $@
