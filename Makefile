# `make run` and `make test` set everything up by themselves; `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Bytecode is wanted even where the environment forbids it: it saves each of the hundreds of programs that tests start
# 0.3 s.
TESTS = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python scripts/run-tests
SOURCES := remote_probe storage alerts fleet poller simulated_fleet monitor_gui watchpost benchmarks tests

.DEFAULT_GOAL := help
.PHONY: translations help run test coverage check format soak bench bundle pictures lock clean

help:
	@echo "make run     set up and watch this machine"
	@echo "make test    set up and run the whole test suite"
	@echo "make coverage  the same, and how much of the sources it runs through; at least 85 %"
	@echo "make check   lint, types, architecture, dead code"
	@echo "make format  put the source into shape"
	@echo "make soak    the tests that take longer than the suite may"
	@echo "make bench   every figure of docs/performance.md"
	@echo "make bundle  a folder that runs without Python: dist/watchpost"
	@echo "make pictures  the README's pictures of the application"
	@echo "make translations  bring the catalogues of texts up to date"
	@echo "make lock    resolve requirements/*.txt anew"
	@echo "make clean   remove the environment and caches"

run: $(VENV)/.runtime
	@$(BIN)/watchpost

test: $(VENV)/.dev
	@scripts/test-packages $(BIN)/python
	$(TESTS)

# Apart from `test`: watching every line takes two thirds again as long.
coverage: $(VENV)/.dev
	@scripts/test-packages $(BIN)/python
	$(TESTS) --cov --cov-report=term

check: $(VENV)/.dev
	$(BIN)/ruff check $(SOURCES) scripts/run-tests
	$(BIN)/ruff format --check $(SOURCES) scripts/run-tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

format: $(VENV)/.dev
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

soak: $(VENV)/.dev
	@scripts/test-packages $(BIN)/python
	$(BIN)/python -m pytest -m soak tests/soak tests/faults

bench: $(VENV)/.dev
	@scripts/test-packages $(BIN)/python
	$(BIN)/python -m benchmarks probe
	$(BIN)/python -m benchmarks connections
	$(BIN)/python -m benchmarks poller
	$(BIN)/python -m benchmarks fleet
	$(BIN)/python -m benchmarks gui
	$(BIN)/python -m benchmarks store

bundle: $(VENV)/.dev
	@scripts/bundle $(BIN)/python

pictures: $(VENV)/.dev
	$(BIN)/python -m benchmarks.gui_pictures docs/pictures

# Resolved for every platform at once; the files name packages and hashes, never where they came from.
UV_COMPILE = $(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --python-version 3.11 --quiet
lock: $(VENV)/.dev
	$(UV_COMPILE) requirements/build.in -o requirements/build.txt
	$(UV_COMPILE) pyproject.toml -o requirements/runtime.txt
	$(UV_COMPILE) --extra dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt

translations: $(VENV)/.dev
	@$(BIN)/python scripts/translations renew

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info .coverage*

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml scripts/environment
	@scripts/environment "$(PYTHON)" "$(VENV)" requirements/runtime.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/build.txt pyproject.toml scripts/environment
	@scripts/environment "$(PYTHON)" "$(VENV)" requirements/dev.txt
	@touch $@ $(VENV)/.runtime
