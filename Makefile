# `make demo` and `make test` set everything up by themselves; both are quick the second time.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PEOPLE := submitted gradebook.db autograded/*/ feedback reports appeals students grades.csv .exchange roster.json deadlines.toml
export PATH := $(abspath $(BIN)):$(PATH)
# Wherever this is set, each of a suite's many processes compiles the package and the tests anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-cluster test tests-compiled lint format build lab matrix lock clean distclean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(STAMP)  ## virtual environment with the pinned dependencies

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed (found %d.%d): make PYTHON=python3.12 ..." % v)'
	@echo "Setting up $(VENV) (TensorFlow is a large download the first time) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@# pip compiles with one processor; what cannot be compiled is some package's example.
	@$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib src || true
	@touch $@

demo: $(STAMP)  ## draw pictures, get weights, build the lab, grade a demonstration class
	@$(BIN)/alpaca demo

demo-cluster: $(STAMP)  ## the same class by a scheduler, two workers and PostgreSQL (apt install openssl postgresql)
	@$(BIN)/alpaca demo-cluster

test: $(STAMP)  ## lint, types and the whole test suite
	@# Lint needs one processor: on another the tests are compiled, once for all workers of pytest.
	@$(MAKE) --no-print-directory -j 2 lint tests-compiled
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

tests-compiled: $(STAMP)
	@# What cannot be collected is said by the suite.
	@$(BIN)/python -m pytest --collect-only -qq -n 0 >/dev/null 2>&1 || true

lint: $(STAMP)  ## ruff, mypy and what may import what
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo --no-cache

format: $(STAMP)  ## ruff's formatter and safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

build: $(STAMP)  ## percent script -> source/ -> release/
	@$(BIN)/alpaca build

lab: $(STAMP)  ## JupyterLab with the released notebook, pictures, weights and an exchange
	@$(BIN)/alpaca lab

matrix: $(STAMP)  ## hidden tests against their corpus with each supported TensorFlow/Keras pair
	@$(BIN)/alpaca matrix

lock:  ## resolve constraints.txt anew (needs the package index)
	@$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	@{ head -n 2 constraints.txt; build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --extra dev pyproject.toml -c constraints.in --no-header --no-annotate; } > build/constraints.txt
	@mv build/constraints.txt constraints.txt

clean:  ## remove what builds and tests made; nothing that people made
	rm -rf build dist .hypothesis .pytest_cache .mypy_cache .ruff_cache

distclean: clean  ## ask, then remove environment and working folder, and what people made
	@echo "This removes, and nothing brings them back:"; \
	for what in $(VENV) .alpaca $(PEOPLE); do test ! -e "$$what" || echo "  $$what"; done; \
	test -t 0 || { echo "It asks first, and nobody is at the terminal: nothing was removed."; exit 1; }; \
	printf "Submissions, grades and comments are in submitted/ and gradebook.db. Type 'remove' to go on: "; \
	read -r answer && test "$$answer" = remove || { echo "Nothing was removed."; exit 1; }; \
	rm -rf $(VENV) .alpaca $(PEOPLE)
