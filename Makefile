# The front door. `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
EDITION ?= cg
P ?=
AXE := 4.14.1
MD_EXTRAS := md,trajectories,foreign
NOTEBOOKS = $(patsubst chapters/%.qmd,_runs/notebooks/%.ipynb,$(wildcard chapters/[0-9]*.qmd))
export THESIS_DATA_DIR

# Prints what a step does and how long it took: $(call step,what,command).
# A comma in the command would end it; commas go through a variable such as MD_EXTRAS.
define step
	@start=$$(date +%s.%N); echo "==> $(1)"; $(2); status=$$?; \
	awk -v s=$$start -v e=$$(date +%s.%N) -v c=$$status \
	'BEGIN { printf "==> %s after %.1f s\n", c ? "failed" : "done", e - s }'; exit $$status
endef

.PHONY: help install thesis html pdf data md lab site test test-books test-browser test-wheel bench check format verify clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Variables: EDITION=paec, P=\"seed:3 fast:2.5\" (parameters), THESIS_DATA_DIR=folder of data sets"

install: $(STAMP) ## make .venv with the exact versions of requirements.lock

$(STAMP): requirements.lock pyproject.toml press/pyproject.toml
	$(call step,creating $(VENV) with the versions of requirements.lock (about a minute),\
	{ test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); } && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e press -e ".[test]" && touch $@)

thesis: $(STAMP) ## render the website and the PDF
	$(call step,rendering the thesis ($(EDITION) edition),\
	$(BIN)/thesis render --edition $(EDITION) $(addprefix -P ,$(P)))

html: $(STAMP) ## render the website only
	$(call step,rendering the website ($(EDITION) edition),\
	$(BIN)/thesis render --edition $(EDITION) --to html $(addprefix -P ,$(P)))

pdf: $(STAMP) ## render the PDF only
	$(call step,rendering the PDF ($(EDITION) edition),\
	$(BIN)/thesis render --edition $(EDITION) --to pdf $(addprefix -P ,$(P)))

site: $(STAMP) ## put the websites of all editions at hand side by side, in _site
	$(call step,assembling the site,$(BIN)/thesis site)

test: $(STAMP) ## run every test but those of whole books
	$(call step,running the tests of the press,cd press && ../$(BIN)/python -m pytest -n auto --dist loadgroup)
	$(call step,running the tests of the thesis,$(BIN)/python -m pytest -n auto --dist loadgroup)

test-books: $(STAMP) ## render books of other people's tables and read them (minutes each)
	$(call step,reading the books of other tables,$(BIN)/python -m pytest tests/books -m books -n 2)

test-browser: $(STAMP) ## look at the rendered thesis: PDF, and in Chromium with axe-core
	$(call step,installing playwright and axe-core,\
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock \
	-e press -e ".[browser]" && \
	{ npm install --silent --no-save --ignore-scripts --prefix $(VENV)/npm axe-core@$(AXE) || \
	echo "axe-core cannot be had from npm here; what needs it is skipped"; })
	$(call step,looking at the rendered thesis,$(BIN)/python -m pytest tests/pages -m pages -rs)

test-wheel: $(STAMP) ## install press alone into a new environment, and render a new thesis with it
	$(call step,testing the wheel of the press,cd press && ../$(BIN)/python -m pytest tests/authoring -m wheel)

check: $(STAMP) ## lint the code, check types, who imports whom, and the sources of the thesis
	$(call step,linting,$(BIN)/ruff check . && $(BIN)/ruff format --check .)
	$(call step,checking types,$(BIN)/mypy analysis simulate && cd press && ../$(BIN)/mypy)
	$(call step,checking the import contracts,$(BIN)/lint-imports)
	$(call step,checking the sources of the thesis,$(BIN)/thesis check && $(BIN)/thesis check --edition paec)

format: $(STAMP) ## format the code
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: $(STAMP) ## measure: ratios and CPU time
	$(call step,running the benchmarks,for f in benchmarks/bench_*.py; do $(BIN)/python $$f || exit 1; done)

verify: $(STAMP) ## recompute the committed tables and compare
	$(call step,verifying the committed tables,$(BIN)/thesis verify)

md: $(STAMP) ## add simulation engine, trajectory readers, a test trajectory (GPL)
	$(call step,installing the simulation extras,\
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock \
	-e press -e ".[$(MD_EXTRAS)]")

lab: $(STAMP) $(NOTEBOOKS) ## open JupyterLab: the project, its chapters as notebooks
	$(call step,installing JupyterLab,\
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c requirements.lock -e press -e ".[lab]")
	$(BIN)/jupyter lab

_runs/notebooks/%.ipynb: chapters/%.qmd | $(STAMP)
	@mkdir -p $(@D)
	$(BIN)/thesis notebook $< --edition $(EDITION) --output $@

data: md ## remake the embedded data set (about 3 CPU-hours)
	$(call step,simulating all systems,$(BIN)/thesis simulate --all --jobs 2)

clean: ## remove what rendering made (not the committed tables, not .venv)
	rm -rf _book _book-* _site _runs .press .quarto thesis_figures/*/
