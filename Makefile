# Viva's doors. `make run` and `make test` set up all they need.

# Python 3.11 or newer. Another one: make run PYTHON=python3.12
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# A package index with PyTorch's CPU build, which is some GB smaller: make run TORCH_INDEX=<address>
TORCH_INDEX ?=
ARGS ?=

BIN := .venv/bin
READY := .venv/.ready
DEV_READY := .venv/.ready-dev

.PHONY: run test check fmt build pictures bench bench-reliability clean

run: $(READY)  ## start the tutor: Telegram with TELEGRAM_BOT_TOKEN, else a chat page on localhost
	@$(BIN)/viva run $(ARGS)

build: $(READY)  ## bring the index up to date with lessons/
	@$(BIN)/viva build

test: $(DEV_READY)  ## all the tests
	@$(BIN)/python -m pytest $(ARGS)

check: $(DEV_READY)  ## style, types, the direction of imports, and the lessons
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/viva check

fmt: $(DEV_READY)
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

pictures: $(READY)  ## draw the pictures of the course into lessons/
	@$(BIN)/python -m drawings

bench: $(DEV_READY)  ## the heavy measurements; DATA=<folder> holds the retrieval corpora
	@$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA)) $(ARGS)

bench-reliability: $(DEV_READY)  ## kill, cut and flood it on both engines: an hour; ARGS='--only kills --small'
	@$(BIN)/python -m benchmarks.reliability $(ARGS)

clean:  ## forget the set-up and the index; lessons and var/ stay
	rm -rf .venv index/manifest.json index/generations

# pip as old as 23.2 knows no dependency groups, so it is raised first. torch comes before the rest:
# whoever asks for sentence-transformers alone is given the newest build with several GB of CUDA.
$(READY): pyproject.toml constraints.txt
	@$(if $(PYTHON),,echo "Viva needs Python 3.11 or newer. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2; exit 1)
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	@echo "Setting up: PyTorch first, then the rest. The first time this takes some minutes."
	@$(BIN)/pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) -c constraints.txt torch
	@$(BIN)/pip install --quiet -c constraints.txt -e '.[hearing]'
	@touch $@

$(DEV_READY): $(READY)
	@$(BIN)/pip install --quiet -c constraints.txt --group dev
	@touch $@
