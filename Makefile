# `make audit` and `make test` need Python 3.11 or newer, pip and a network the first time; nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
AS_OF := 2026-03-31
# Every set of options given to pip: the lock decides what is installed, and says so by hash.
LOCKED := --quiet --disable-pip-version-check --require-hashes

.PHONY: audit test bench docs screenshots lock clean

audit: $(VENV)/.audit-ready  ## audit the sample agency and say where the report is
	@$(BIN)/auditor run sample_data/export --as-of $(AS_OF) --fail-on never

test: $(VENV)/.test-ready  ## run every test, on every core; PYTEST_ARGS="-n 0 -k words" chooses
	@$(BIN)/python -m pytest -q -n auto $(PYTEST_ARGS)

bench: $(VENV)/.audit-ready  ## time and memory beside a hand-written script; BENCH_SIZES="100 1000" chooses sizes
	@$(BIN)/python bench/run.py $(BENCH_SIZES)

docs: $(VENV)/.audit-ready  ## write docs/reference/ anew from the code
	@$(BIN)/python -m auditor.catalogue

screenshots: $(VENV)/.audit-ready  ## take the pictures in docs/images/ anew (needs Chromium)
	@$(BIN)/python docs/screenshots.py

# The environment is made once, and again when a lock or the project file changes.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "This needs Python 3.11 or newer. $(PYTHON) is: $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install a newer one, or name it: make audit PYTHON=python3.12" >&2; exit 1; }
	@echo "Making an environment in $(VENV) …" >&2
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.audit-ready: $(VENV)/.made requirements.txt requirements-build.txt pyproject.toml
	@echo "Installing the locked dependencies …" >&2
	@$(BIN)/python -m pip install $(LOCKED) -r requirements.txt -r requirements-build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.test-ready: $(VENV)/.audit-ready requirements-dev.txt
	@echo "Installing the locked test tools …" >&2
	@$(BIN)/python -m pip install $(LOCKED) -r requirements-dev.txt
	@touch $@

lock: $(VENV)/.test-ready  ## write the lock files anew (needs a network)
	@$(BIN)/python -m pip install --quiet pip-tools
	@.ci/lock $(BIN)/python

clean:  ## take away what these commands made
	rm -rf $(VENV) bench-out sample_data-audit* sample_data/export-audit*
