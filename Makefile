# make run                    sample runs/quickstart.toml, or RUN=runs/other.toml
# make test                   the fast tests
# make test-all               the slow ones too, also under a newer Python where one is found
# make lint, make bench       style and types; speed, as ratios

PYTHON ?= python3
RUN ?= runs/quickstart.toml
ARGS ?= --overwrite
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed

.PHONY: run test test-all lint bench lock clean

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

bench: $(READY)
	$(BIN)/python -m pytest tests/benchmarks --bench -q -s

lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	printf 'setuptools\n' | build/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --extra test --extra lint $(LOCK_ARGS) --output-file requirements.lock pyproject.toml -

clean:
	rm -rf $(VENV) *.egg-info build .pytest_cache .ruff_cache .mypy_cache .hypothesis
