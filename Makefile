# Two commands do all on a fresh machine: `make run` and `make test`. `make init` writes a config for a case of your own.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# What makes the lock and looks its versions up is kept apart from the program.
TOOLS ?= .venv-tools
# Most of a test's time is waiting: three processes on two cores.
WORKERS ?= 3
# Twice quiet: of what a dependency of a dependency declares nobody here can mend anything; errors are told.
INSTALL = @$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-warn-script-location --root-user-action ignore --constraint constraints.txt
# What `make run` watches, and where `make init` writes.
CONFIG ?= config
CASE ?= my-case

# The base of the image, as a tag or by its digest.
MONITOR_BASE ?= python:3.13-slim

.PHONY: run init test trust image bench conformance lint figures train train-check rows signal timelines docs lock audit tools clean

# Creates the environment, installs, applies migrations, imports the seed and starts the daemon with config/ on SQLite under var/.
# Ctrl-C ends it; the shell outlives the signal so that make has no error to tell.
run: $(VENV)/.installed
	@trap : INT; $(BIN)/monitor --config $(CONFIG) run || [ $$? -eq 130 ]

# Asks for a case of your own and writes its config into a new folder; `make run CONFIG=my-case` watches it.
init: $(VENV)/.installed
	@$(BIN)/monitor --config $(CASE) init
	@echo "or: make run CONFIG=$(CASE)"

# Everything, PostgreSQL included: a private cluster is started from a PostgreSQL found here, else from the test extra.
test: $(VENV)/.installed-test
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

# What is promised about faults, attacks and time, tried at full length: figure beside figure, ten minutes at most.
trust: $(VENV)/.installed-test
	@$(BIN)/python -m tests.trust $(ARGS)

# Builds the image on its base by digest: on that of the tag as it is today, or on the one that MONITOR_BASE names.
image:
	@base="$(MONITOR_BASE)"; case "$$base" in \
	  *@sha256:*) ;; \
	  *) digest="$$(docker buildx imagetools inspect "$$base" --format '{{.Manifest.Digest}}')" && base="$${base%%:*}@$$digest" || exit 1;; \
	esac; echo "MONITOR_BASE=$$base"; docker build --build-arg BASE="$$base" --tag monitor .

# How the reading of feeds and pages does on other projects' fixtures; MONITOR_SUITES names the folder with them.
conformance: $(VENV)/.installed-test
	@MONITOR_SUITES="$${MONITOR_SUITES:-$(wildcard ../shared/suites)}" $(BIN)/python -m tests.conformance

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

# What it costs, beside other programs on the same work: writes docs/benchmarks.md. ARGS="B1 B7" chooses, --feeds 1000 does more.
bench: $(VENV)/.installed-test
	@MONITOR_SUITES="$${MONITOR_SUITES:-$(wildcard ../shared/suites)}" $(BIN)/python -m benchmarks $(ARGS)

# How the code is built, beside the goal of each figure.
figures: $(VENV)/.installed-test
	$(BIN)/python benchmarks/figures.py $(ARGS)

# Fits the weights of the judge to the streams and kept rows of the repository and writes the shipped file; some minutes.
train: $(VENV)/.installed-test
	$(BIN)/python -m training.train

# Fails when the shipped weights are not what training writes, byte for byte.
train-check: $(VENV)/.installed-test
	$(BIN)/python -m training.train --check

# Draws the rows of figures of the real streams again, after a feature changed; MONITOR_SUITES names the folder of outside streams.
rows: $(VENV)/.installed-test
	@MONITOR_SUITES="$${MONITOR_SUITES:-$(wildcard ../shared/suites)}" $(BIN)/python -m training.rows

# How the judge does on everything that has labels, in one table; MONITOR_SUITES names the folder of outside streams.
signal: $(VENV)/.installed-test
	@MONITOR_SUITES="$${MONITOR_SUITES:-$(wildcard ../shared/suites)}" $(BIN)/python -m training.signal $(ARGS)

# How the days that matter agree with journalists' own timelines; MONITOR_SUITES names the folder with them.
timelines: $(VENV)/.installed-test
	@MONITOR_SUITES="$${MONITOR_SUITES:-$(wildcard ../shared/suites)}" $(BIN)/python -m training.timelines

# Writes the generated parts of docs/; a test fails when they are stale.
docs: $(VENV)/.installed-test
	$(BIN)/python docs/generate.py

# Writes the versions with their hashes that the image is built from; on the Python of the image, some minutes.
lock: $(TOOLS)/.installed
	$(TOOLS)/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate --no-config \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--constraint constraints.txt --extra postgres --all-build-deps --output-file requirements.lock pyproject.toml

tools: $(TOOLS)/.installed

# Looks locked versions up among known vulnerabilities; fails when one is among them, not when nobody can be asked.
audit: tools
	@.ci/audit $(TOOLS)/bin/pip-audit requirements.lock

$(TOOLS)/.installed: constraints.txt
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt pip-tools pip-audit
	@touch $@

$(VENV)/bin/python:
	@echo "setting up $(VENV), which takes a minute or two"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) --editable '.[test,postgres]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf .venv .venv-tools .bench .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
