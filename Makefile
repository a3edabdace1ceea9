# Two commands do all the set-up on a fresh machine with Python 3.11: `make appraise` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= auto
DRAWS ?= 3000

.PHONY: help appraise site test quick check format docs bench soak lock clean

help:  ## what can be made here
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 20

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit("narrows needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.11 appraise" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/base.stamp: $(VENV)/python.stamp requirements/base.txt pyproject.toml
	@echo "installing what narrows needs (once) …"
	@$(PIP) install --require-hashes -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.txt
	@echo "installing what tests need (once) …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

appraise: $(VENV)/base.stamp  ## appraise an example person; writes and names the report
	@mkdir -p out
	@$(BIN)/narrows appraise examples/ruth.toml --html out/ruth.html --pdf out/ruth.pdf
	@echo
	@echo "The report: out/ruth.html and out/ruth.pdf"

site: $(VENV)/base.stamp  ## open the website on this machine
	@$(BIN)/narrows serve

test: $(VENV)/dev.stamp  ## set up what tests need, and run them all
	@sh tests/system-packages.sh
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q

quick: $(VENV)/dev.stamp  ## the tests without a browser, another engine or another language
	@$(BIN)/python -m pytest -n $(WORKERS) -q tests/spec tests/unit

check: $(VENV)/dev.stamp  ## format, lint, types, imports, knowledge, docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/narrows knowledge check
	@$(BIN)/python docs/generate.py --check

format: $(VENV)/dev.stamp  ## put the code into its form
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format .

docs: $(VENV)/base.stamp  ## write the generated reference pages
	@$(BIN)/python docs/generate.py

bench: $(VENV)/dev.stamp  ## measure the figures of docs/figures.md
	@for f in bench/*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

soak: $(VENV)/dev.stamp  ## the random tests, for hours; fewer with DRAWS=300
	@NARROWS_SOAK=$(DRAWS) $(BIN)/python -m pytest -q tests/differential tests/peer/cql

lock: $(VENV)/dev.stamp  ## pin every dependency anew
	@$(PIP) install uv
	@$(BIN)/uv pip compile -q --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11 pyproject.toml requirements/build.in -o requirements/base.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11 --extra dev --extra dicom --extra spark --extra postgres -c requirements/base.txt pyproject.toml requirements/build.in -o requirements/dev.txt

clean:  ## remove what was made
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .hypothesis
