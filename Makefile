# Two commands do everything on a machine with python3 (3.11 or newer) and make:
#   make demo    install, fetch the example's data, train, score, explain, serve
#   make test    install and run the tests

EXAMPLE ?= complete_journey
SERVE ?= 1
PORT ?= 8000
PYTHON ?= python3
DATA ?= ../shared/data

VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
PROJECT := examples/$(EXAMPLE)
PACKAGES := features scoring training serving retinue
CODE := $(PACKAGES) tests benchmarks scripts examples notebooks

# Tests and checks start many processes, each of which would compile the packages again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test coverage java check format bench bench-models bench-serving notebooks lock docs data clean

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/demo.installed data ## Train, score and serve an example; EXAMPLE=name, SERVE=0 to stop before serving.
	@echo "==> 1/3 train"
	@$(BIN)/retinue train --project $(PROJECT)
	@echo "==> 2/3 score"
	@$(BIN)/retinue score --project $(PROJECT)
	@echo "==> 3/3 five customers to talk to first: most money at risk, and why"
	@$(BIN)/retinue at-risk --top 5 --sort value_at_risk --project $(PROJECT)
	@echo "API docs   http://127.0.0.1:$(PORT)/docs   (after: $(BIN)/retinue serve --port $(PORT) --project $(PROJECT))"
	@echo "MLflow     http://127.0.0.1:5000        (after: $(BIN)/mlflow ui --backend-store-uri sqlite:///mlruns/mlflow.db)"
ifneq ($(SERVE),0)
	@$(BIN)/retinue serve --port $(PORT) --project $(PROJECT)
endif

test: $(VENV)/dev.installed java ## Run the tests.
	@$(MAKE) --no-print-directory data
	$(BIN)/pytest $(WORKERS)

coverage: $(VENV)/dev.installed java ## Run the tests and show which lines and branches they miss.
	@$(MAKE) --no-print-directory data
	$(BIN)/pytest $(WORKERS) --cov --cov-report=term:skip-covered

# tests/conftest.py puts the dearest files first, so that no worker is left with one at the end.
WORKERS := -n auto --dist loadfile --no-loadscope-reorder

java:
	@command -v java > /dev/null || { test "$$(id -u)" = 0 && command -v apt-get > /dev/null \
		&& echo "installing Java 17, for the tests of Spark" && apt-get -qq update \
		&& apt-get -qq install -y --no-install-recommends openjdk-17-jre-headless > /dev/null; } \
		|| echo "no Java 17 or newer: the tests of Spark are skipped; install it to run them"

check: $(VENV)/dev.installed data ## Format, lint, types, imports, generated pages, notebooks, wheel.
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/lint-imports --no-cache
	@$(MAKE) --no-print-directory data EXAMPLE=simulated
	@$(MAKE) --no-print-directory -j 2 $(GROUPED) $(CHECKS)
	git diff --exit-code

# Two run side by side, the longest first; each keeps its output together, where make can do that.
CHECKS := check-notebooks check-reasons check-types check-segments check-models check-wheel check-image check-pages check-features check-serving check-scale
GROUPED := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
.PHONY: $(CHECKS)

check-notebooks:
	$(BIN)/python scripts/run_notebooks.py

check-types:
	$(BIN)/mypy

check-wheel:
	$(BIN)/python -m scripts.check_wheel

check-image:
	$(BIN)/python -m scripts.check_image

check-pages:
	$(BIN)/python scripts/make_docs.py

check-features:
	$(BIN)/python -m benchmarks.order_features --orders 20000 --no-table
	$(BIN)/python -m benchmarks.feature_costs --orders 20000 --customers 10 --runs 1 --no-table

check-segments:
	$(BIN)/python -m benchmarks.segments --customers 2000 --no-table

check-reasons:
	$(BIN)/python -m benchmarks.reasons --customers 2000 --peer-rows 100 --people 600 --no-table

check-models:
	$(BIN)/python -m benchmarks.models --sets simulated --simulate 1000 --samples 20 --no-table

check-serving:
	$(BIN)/python -m benchmarks.serving --people 600 --workers 1 --seconds 0.5 --no-table

check-scale:
	$(BIN)/python -m benchmarks.training_scale --customers 1000 --no-table

format: $(VENV)/dev.installed ## Format the code and sort its imports.
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

bench: $(VENV)/dev.installed $(PEERS)/installed ## Time features beside SQL, pandas and others; writes benchmarks/.
	$(BIN)/python -m benchmarks.order_features --orders 2000000 20000000
	$(BIN)/python -m benchmarks.feature_costs --orders 2000000 --peers $(PEERS)/bin/python
	$(BIN)/python -m benchmarks.segments --customers 1000000
	$(BIN)/python -m benchmarks.reasons --customers 1000000 --peer-rows 2000

bench-models: $(VENV)/dev.installed $(PEERS)/installed ## Churn models beside all they must beat, and at scale; DATA=folder of the public sets.
	@for example in complete_journey simulated; do $(BIN)/python examples/$$example/get_data.py; done
	$(BIN)/python -m benchmarks.models --data $(DATA) --peers $(PEERS)/bin/python
	$(BIN)/python -m benchmarks.training_scale --journey examples/complete_journey --customers 10000 100000 1000000

bench-serving: $(VENV)/dev.installed ## The server beside MLflow's and a bare one; takes wrk where it is on the PATH.
	@$(MAKE) --no-print-directory data
	$(BIN)/python -m benchmarks.serving --example examples/complete_journey --rounds 3

docs: $(VENV)/dev.installed ## Make the generated pages again.
	$(BIN)/python scripts/make_docs.py
	$(BIN)/python scripts/make_model_card.py

notebooks: $(VENV)/dev.installed ## Run the notebooks and keep their outputs.
	@$(MAKE) --no-print-directory data
	@$(MAKE) --no-print-directory data EXAMPLE=simulated
	$(BIN)/python scripts/run_notebooks.py --store

lock: ## Pin the dependencies again, with hashes; needs uv on the PATH.
	uv pip compile -q pyproject.toml --all-extras --group dev -o requirements/dev.txt $(LOCK)
	uv pip compile -q --group peers -o requirements/peers.txt $(LOCK)
	uv pip compile -q pyproject.toml --extra train --extra example --group build -c requirements/dev.txt -o requirements/demo.txt $(LOCK)
	uv pip compile -q pyproject.toml -c requirements/dev.txt -o requirements/serving.txt $(LOCK)
	uv pip compile -q --group build -c requirements/dev.txt -o requirements/build.txt $(LOCK)

LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

clean: ## Remove everything that was installed or made.
	rm -rf $(VENV) $(PEERS) mlruns/mlflow.db mlruns/artifacts examples/*/data examples/*/output

data: $(if $(wildcard $(VENV)/dev.installed),,$(VENV)/demo.installed)
	@test -f $(PROJECT)/retinue.toml || { echo "there is no $(PROJECT)/retinue.toml; EXAMPLE is one of: $$(ls examples)" >&2; exit 2; }
	@$(BIN)/python $(PROJECT)/get_data.py

# dev.txt holds all that demo.txt holds, so an environment for tests also runs the demo.
$(VENV)/demo.installed: requirements/demo.txt | $(VENV)/bin/python
	@echo "installing what the demo needs into $(VENV) (about a minute)"
	@test -f $(VENV)/dev.installed || $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/dev.installed: requirements/dev.txt | $(VENV)/bin/python
	@echo "installing what the tests need into $(VENV) (a minute or two)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(PEERS)/installed: requirements/peers.txt | $(VENV)/bin/python
	@echo "installing what we measure ourselves by into $(PEERS) (some minutes)"
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Retinue needs python3 3.11 or newer; found $$($(PYTHON) --version). Name one: make PYTHON=python3.12 ..." >&2; exit 2; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
