# make run                    sample runs/quickstart.toml, or RUN=runs/other.toml
# make test                   the fast tests
# make test-all               the slow ones too, also under a newer Python where one is found
# make docs                   the pages of docs/ in build/docs/html, notebooks executed; no network
# make lint, make bench       style and types; speed, as ratios

PYTHON ?= python3
RUN ?= runs/quickstart.toml
ARGS ?= --overwrite
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
DOCS_READY := $(VENV)/.installed-docs

.PHONY: run test test-all lint docs bench lock clean

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with make PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: $(READY)
	$(BIN)/relicfit run $(RUN) $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -m "not slow" --numprocesses 2 --dist worksteal -q --durations=10

test-all: $(READY)
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal -q
	PYTHON=$(PYTHON) sh tests/newer_python.sh

lint: $(READY)
	$(BIN)/ruff format --check --diff .
	$(BIN)/ruff check .
	@mkdir -p $(VENV)/checkout && ln -sfn ../.. $(VENV)/checkout/relicfit
	$(BIN)/mypy

$(DOCS_READY): $(READY) requirements-docs.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-docs.lock
	@touch $@

# Warnings are errors. A page that no longer runs, a name that is gone, a formula that cannot be read: all end it.
docs: $(DOCS_READY)
	$(BIN)/python docs/generate.py
	$(BIN)/python -m sphinx -q -W --keep-going -b html -d build/docs/doctrees docs build/docs/html
	@echo "build/docs/html/index.html"

bench: $(READY)
	$(BIN)/python -m pytest tests/benchmarks --bench -q -s

lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	printf 'setuptools\n' | build/lock/bin/uv pip compile --quiet --universal --generate-hashes --custom-compile-command 'make lock' --no-annotate \
	  --python-version 3.11 --extra test --extra lint $(LOCK_ARGS) --output-file requirements.lock pyproject.toml -
	build/lock/bin/uv pip compile --quiet --universal --generate-hashes --custom-compile-command 'make lock' --no-annotate \
	  --python-version 3.11 --extra docs --constraint requirements.lock $(LOCK_ARGS) \
	  --output-file requirements-docs.lock pyproject.toml

clean:
	rm -rf $(VENV) *.egg-info build .pytest_cache .ruff_cache .mypy_cache .hypothesis
