# Two commands: `make demo` serves the platform with a demo institution; `make test` proves it.
# Both prepare everything they need, can be run again at any time and lose nothing.
PYTHON ?= python3
PORT ?= 8000
T ?=
BIN := .venv/bin
# Compiled modules are kept: many tests start processes of their own, and compiling each time costs more than they do.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench assets stop doctor lock
.DEFAULT_GOAL := demo

demo:    ## Prepare everything, serve at http://localhost:PORT, print the sign-ins; Ctrl-C stops all of it
	@$(PYTHON) scripts/prepare.py run
	@PORT=$(PORT) $(BIN)/ventanilla demo

# Browsers and processes that are killed share two cores with whatever else runs: a test that fails is tried once more, and why it
# failed is printed at the end. What is wrong fails twice.
test:    ## The same preparation, then every test (real PostgreSQL and Chromium); T="path -k name" narrows it
	@$(PYTHON) scripts/prepare.py test
	@$(BIN)/ventanilla exec --fresh -- $(BIN)/python -m pytest -n 2 --reruns 1 $(T)

check:   ## Style, types, layers, migrations
	@$(PYTHON) scripts/prepare.py check
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/ventanilla makemigrations --check --dry-run

bench:   ## Measurements with their floors (docs/benchmarks.md); ARGS="--size 10000" narrows it
	@$(PYTHON) scripts/prepare.py run
	@$(BIN)/ventanilla bench $(ARGS)

assets:  ## Styles and scripts into src/ventanilla/web/ui/static/built
	@$(PYTHON) scripts/prepare.py assets

stop:    ## Stop the demo of this checkout
	@$(BIN)/ventanilla stop

doctor:  ## What this machine has and lacks
	@$(PYTHON) scripts/prepare.py run
	@$(BIN)/ventanilla doctor

lock:    ## Pin every library again, with digests and without addresses
	@for part in bootstrap core dev assets; do $(BIN)/uv pip compile -q --upgrade --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --no-header requirements/$$part.in -o requirements/$$part.txt; done
