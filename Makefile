PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) scripts/setup.py
FLASK := $(BIN)/flask --app app
EXTRACT := $(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 \
	--no-location --sort-output --project Ruam -o build/messages.pot app.py core blueprints templates
UPDATE := $(BIN)/pybabel -q update -i build/messages.pot -d translations --ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete

# Features whose unit tests run on PostgreSQL too; views all do, and flows choose both databases themselves.
ON_POSTGRESQL := accounts programmes questions events registration checkin imports certificates surveys presentations messages privacy reports api

.DEFAULT_GOAL := help
.PHONY: help run setup test lint translations bench assets lock doctor demo clean

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Set up what is missing, then start the web server and the job worker
	@exec $(SETUP) run

setup: ## Set up a server: everything but the demonstration and the start
	@$(SETUP) setup

test: ## Set up what tests need, then check style, layers and translations and run every test
	@$(SETUP) test
	@$(MAKE) --no-print-directory lint
	@mkdir -p build && $(EXTRACT) && $(UPDATE) --check
	$(BIN)/pytest -q -n auto --dist loadfile tests/meta tests/unit tests/views
	$(BIN)/pytest -q -n auto --dist loadfile --database=postgresql tests/views $(addprefix tests/unit/,$(ON_POSTGRESQL))
	$(BIN)/pytest -q tests/flows tests/browser

lint: ## Check style and layers only
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

translations: ## Bring the catalogues up to the code; then fill in what is empty
	@mkdir -p build && $(EXTRACT) && $(UPDATE)

bench: ## Measure the product against its targets
	@$(SETUP) test
	$(BIN)/python -m tests.benchmarks

assets: ## Install the front-end packages and copy what pages load to static/vendor
	@$(SETUP) assets

lock: ## Pin requirements*.in into requirements*.txt and package.json into package-lock.json
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install -q pip-tools
	for name in requirements requirements-dev; do build/lock/bin/pip-compile -q --upgrade --strip-extras --no-header \
		--no-emit-index-url --no-emit-trusted-host --annotation-style=line -o $$name.txt $$name.in; done
	npm install --package-lock-only

doctor: ## Check this installation and say how to mend it
	@$(FLASK) doctor

demo: ## Set up what is missing and load the demo if the database is empty
	@$(SETUP) demo

clean: ## Remove all that can be made again; instance/ stays
	rm -rf .venv node_modules static/vendor build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find translations -name '*.mo' -delete
