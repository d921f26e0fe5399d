# Everything a developer types. `make` alone lists it.

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
# A stamp is renewed when pyproject.toml changes; until then set-up costs nothing.
RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed
DOCUMENTATION := .venv/.documentation-installed

# The released Airflow and what is judged of it; servers are those of the tests (CONTRIBUTING.md).
AIRFLOW := .venv-airflow/.installed
AIRFLOW_PROFILE ?= airflow-3.3
AIRFLOW_BUDGET ?= 60s
AIRFLOW_REPORTS ?= .state-store/airflow
AIRFLOW_POSTGRES ?= $(or $(STATE_STORE_TEST_POSTGRES_URL),postgresql://postgres@127.0.0.1:5432/test)
AIRFLOW_MYSQL ?= $(or $(STATE_STORE_TEST_MYSQL_URL),mysql://root@127.0.0.1:3306/test)
AIRFLOW_TARGETS ?= airflow-metastore airflow-object-storage airflow-object-storage@s3 \
	airflow-metastore@$(subst +psycopg,,$(AIRFLOW_POSTGRES)) \
	airflow-metastore@$(subst +pymysql,,$(AIRFLOW_MYSQL))

# Each benchmarks/run_NAME.py is found by its name and ends as docs/evidence/NAME.md.
EVIDENCE ?= $(patsubst benchmarks/run_%.py,%,$(sort $(wildcard benchmarks/run_*.py)))

# On a developer's machine the coverage is shown; in CI it is also a bound.
ifeq ($(CI),true)
COVERAGE_BOUND := --cov-fail-under=95
endif

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
		while IFS=$$'\t' read -r target text; do printf '  make %-10s %s\n' "$$target" "$$text"; done
	@echo
	@echo '  ARGS="..." is handed to check (state-store check) and test (pytest).'
	@echo '  PYTHON=python3.13 chooses the interpreter of a new .venv; WORKERS=1 the test processes;'
	@echo '  EVIDENCE="startup calls" the benchmarks.'

$(BIN)/python:
	@command -v $(PYTHON) > /dev/null || { \
		echo "make: there is no '$(PYTHON)'. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "make: '$(PYTHON)' is $$($(PYTHON) --version 2>&1); Python 3.11 or newer is needed. Name one: make PYTHON=python3.13" >&2; \
		exit 1; }
	@echo 'Making .venv with $(PYTHON) ...'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --upgrade pip

$(RUNTIME): pyproject.toml | $(BIN)/python
	@echo 'Installing what state-store needs ...'
	@$(BIN)/python -m pip install -qq --editable .
	@touch $@

$(DEVELOPMENT): pyproject.toml | $(BIN)/python
	@echo 'Installing the drivers, the test tools and the checkers ...'
	@$(BIN)/python -m pip install -qq --editable '.[postgres,mysql,redis,dynamodb]' --group dev
	@touch $(RUNTIME) $@

$(DOCUMENTATION): $(RUNTIME)
	@echo 'Installing what builds the site ...'
	@$(BIN)/python -m pip install -qq --group docs
	@touch $@

.PHONY: setup
setup: $(DEVELOPMENT) ## make .venv with everything that tests and checkers need
	@:

.PHONY: check
check: $(RUNTIME) ## judge the reference metastore on an embedded SQLite, clause by clause
	@$(BIN)/state-store check $(ARGS)

$(AIRFLOW): pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "make: there is no '$(PYTHON)'." >&2; exit 1; }
	@pkg-config --exists libmariadb || pkg-config --exists mysqlclient || { \
		echo 'make: Airflow wants mysqlclient, which is compiled: install libmariadb-dev and pkg-config first.' >&2; \
		exit 1; }
	@echo 'Making .venv-airflow with a released Airflow ...'
	@$(PYTHON) -m venv .venv-airflow
	@.venv-airflow/bin/python -m pip install -qq --upgrade pip
	@.venv-airflow/bin/python -m pip install -qq --editable '.[airflow,airflow-s3,postgres,mysql]' pytest
	@touch $@

# A finding is no failure of this target: 1 is "does not conform", and the reports say why.
.PHONY: check-airflow
check-airflow: $(AIRFLOW) ## judge the released Airflow in an environment of its own; reports in AIRFLOW_REPORTS
	@mkdir -p $(AIRFLOW_REPORTS)
	@$(foreach target,$(AIRFLOW_TARGETS),$(call judge_airflow,$(target)))

define judge_airflow
status=0; name=$$(echo '$(1)' | sed -E 's,://.*,,; s,[^a-z0-9]+,-,g'); \
.venv-airflow/bin/state-store check '$(1)' --profile $(AIRFLOW_PROFILE) --budget $(AIRFLOW_BUDGET) \
	--json $(AIRFLOW_REPORTS)/$$name.json --html $(AIRFLOW_REPORTS)/$$name.html \
	--save-traces $(AIRFLOW_REPORTS)/traces -q $(ARGS) || status=$$?; \
[[ $$status == 0 || $$status == 1 || $$status == 3 ]] || exit $$status; \
echo "The report: $(AIRFLOW_REPORTS)/$$name.html"; echo;
endef

.PHONY: test-airflow
test-airflow: $(AIRFLOW) ## replay the findings of docs/findings on the released Airflow
	@.venv-airflow/bin/python -m pytest -p no:cacheprovider tests/airflow $(ARGS)

.PHONY: test
test: $(DEVELOPMENT) ## run the tests on SQLite, PostgreSQL, MariaDB and Redis, with coverage
	@$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal --cov $(COVERAGE_BOUND) $(ARGS)

.PHONY: lint
lint: $(DEVELOPMENT) ## check style, format and who imports whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pre-commit validate-config

.PHONY: types
types: $(DEVELOPMENT) ## check the types with mypy and pyright
	@$(BIN)/mypy
	@$(BIN)/pyright

.PHONY: pictures
pictures: $(RUNTIME) ## draw docs/pictures/terminal.svg again
	@$(BIN)/python -m docs.building.terminal_picture

# Warnings are errors: a page that is missing, a link or an anchor that leads nowhere.
.PHONY: docs
docs: $(DOCUMENTATION) ## build the site, without a network: build/site/index.html
	@$(BIN)/codespell README.md CONTRIBUTING.md CHANGELOG.md docs spec conformance reference zoo examples
	@rm -rf build/site docs/specification/generated
	@$(BIN)/sphinx-build -q -W --keep-going -b html docs build/site
	@echo 'The site: build/site/index.html'

.PHONY: format
format: $(DEVELOPMENT) ## format the code and repair what ruff can repair
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: bench
bench: $(DEVELOPMENT) ## run the benchmarks and print their tables
	@$(foreach name,$(EVIDENCE),PYTHONPATH=. $(BIN)/python benchmarks/run_$(name).py;)

.PHONY: evidence
evidence: $(addprefix evidence-,$(EVIDENCE)) ## run the benchmarks and write docs/evidence/*.md

# The page takes the place of the old one only when the run is complete.
evidence-%: $(DEVELOPMENT)
	@echo 'Writing docs/evidence/$*.md ...'
	@mkdir -p docs/evidence
	@PYTHONPATH=. $(BIN)/python benchmarks/environment.py $* > docs/evidence/$*.md.part
	@PYTHONPATH=. $(BIN)/python benchmarks/run_$*.py >> docs/evidence/$*.md.part
	@mv docs/evidence/$*.md.part docs/evidence/$*.md

.PHONY: clean
clean: ## remove .venv and everything that tools have left
	@rm -rf .venv .venv-airflow build dist .coverage .coverage.* .hypothesis .state-store
	@rm -rf docs/specification/generated docs/_static/timeline.css
	@rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache docs/evidence/*.part
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
