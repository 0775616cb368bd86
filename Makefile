# Everything works on a fresh machine with Python 3.11 or later: `make demo`, `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
INSTALL = $(BIN)/pip install --disable-pip-version-check --constraint constraints/cpu.txt
EXTRAS := train cluster hub transcribe clip chords

.PHONY: help install demo test newest test-newest demo-newest test-all lane check docs bench gallery clean

help:  ## show what there is to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/clavilux: pyproject.toml constraints/cpu.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Clavilux needs Python 3.11 or later; name one with PYTHON=python3.12"; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) -V); installing Clavilux there takes one to three minutes"
	@$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable '.[dev]'
	@echo "installed in $(VENV); try: make demo"
	@touch $@

install: $(BIN)/clavilux  ## make .venv and install Clavilux in it

demo: install  ## compose a short piece, turn it into a film, say where it lies
	$(BIN)/clavilux demo

test: install  ## the tests that take a moment each
	$(BIN)/pytest

newest:  # .venv-newest: the newest Python found, with the newest wheel of everything
	@python=$$(.ci/newest-python) && echo "newest Python found: $$python" && \
	  { test -x .venv-newest/bin/python || $$python -m venv .venv-newest; }
	.venv-newest/bin/pip install --quiet --disable-pip-version-check --upgrade \
	  --upgrade-strategy eager --constraint constraints/cpu.txt --editable '.[dev]'

test-newest: newest  ## the same tests on the newest Python found, with the newest wheels
	.venv-newest/bin/pytest

demo-newest: newest  ## make demo there, then see a recording and hear a film
	.venv-newest/bin/clavilux demo -o out/newest
	.venv-newest/bin/python -c "from clavilux import media; \
	  media.write_sound(media.open_sound('out/newest/demo.mp4'), 'out/newest/demo.mp3')"
	.venv-newest/bin/clavilux see out/newest/demo.mp3 -o out/newest/seen.mp4 --size 128 --duration 4
	.venv-newest/bin/clavilux hear out/newest/demo.mp4 -o out/newest/heard.mid

test-all: install  ## all tests: the slow ones, then one lane an extra
	$(BIN)/pytest -m 'slow and not extra'
	@for extra in $(EXTRAS); do $(MAKE) lane EXTRA=$$extra || exit 1; done

lane: $(BIN)/clavilux  ## the tests of one extra: make lane EXTRA=train
	$(PYTHON) -m venv .venv-$(EXTRA)
	.venv-$(EXTRA)/bin/pip install --quiet --constraint constraints/cpu.txt --editable '.[dev,$(EXTRA)]'
	@# basic-pitch is wanted for its model file; what it depends on would pull TensorFlow in
	test $(EXTRA) != transcribe || .venv-transcribe/bin/pip install --quiet --no-deps basic-pitch
	CLAVILUX_LANE=$(EXTRA) .venv-$(EXTRA)/bin/pytest -m extra

check: install  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: install  ## write the pages that are generated
	$(BIN)/python -m clavilux.cli.reference docs/cli.md

bench: install  ## print every figure we claim (see benchmarks/)
	@for bench in $$(grep -l __main__ benchmarks/*.py | grep -v gallery); do \
	  name=$$(basename $$bench .py); echo "== $$name"; \
	  $(BIN)/python -m benchmarks.$$name || exit 1; done

gallery: install  ## draw docs/gallery: every look on the same music, films, soundtracks
	$(BIN)/python -m benchmarks.gallery
	$(BIN)/python -m benchmarks.gallery_soundtracks

clean:  ## remove what the other targets made
	rm -rf .venv .venv-* dist build out .pytest_cache .mypy_cache .ruff_cache .hypothesis
