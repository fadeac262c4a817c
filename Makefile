# make book: builds the site.   make test: builds it from nothing and tests all.
# make pdf: builds the site and prints it, into _build/book.pdf; takes a Chromium.
# Another interpreter than python3: make book PYTHON=python3.12
# Without the solutions, in _build/without-solutions: make book SOLUTIONS=0, make pdf SOLUTIONS=0
PYTHON ?= python3
BIN = .venv/bin
OUTPUT = .
BUILD = $(BIN)/jupyter-book build . --path-output $(OUTPUT) -q -W -n --keep-going

.PHONY: book pdf test clean
.DELETE_ON_ERROR:

book: .venv/book
	@$(BUILD)

# The second build adds the links to the PDF: it executes nothing.
pdf: .venv/pdf
	@$(BUILD)
	@$(BIN)/python tools/make_pdf.py $(OUTPUT)/_build
	@$(BUILD)

test: .venv/test
	@$(BIN)/python -m pytest -n 2 --no-loadscope-reorder

ifeq ($(SOLUTIONS),0)  # a folder of its own, which shares the executed chapters
export SOLUTIONS
OUTPUT = _build/without-solutions
book pdf: | $(OUTPUT)/_build/.jupyter_cache
endif

_build/without-solutions/_build/.jupyter_cache:
	@mkdir -p $(@D) _build/.jupyter_cache
	@ln -sfn ../../.jupyter_cache $@

# Two builds from nothing are the same, but for the times that they measure.
.PHONY: reproduce
reproduce: .venv/book
	@$(BIN)/python tools/reproduce.py

# The long runs of the page on the classics, 90 minutes on two cores: stop it, and it goes on from there.
.PHONY: classics
classics: .venv/book
	@$(BIN)/python benchmarks/classics.py

# Links to other sites, asked one by one: the only command that needs the internet.
.PHONY: links
links: .venv/book
	@$(BIN)/jupyter-book build . --builder linkcheck

clean:
	rm -rf .venv _build

.venv/book .venv/pdf .venv/test: .venv/%: pyproject.toml | .venv/bin/python
	@echo "Installing what it takes into .venv: this happens once, and takes a minute or more"
	@$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

.venv/bin/python:
	@case "$$PWD" in *[:\"\`\$$\\{}]*) \
	  echo 'Move the book: its folder has one of : " ` $$ \ { } in its path, with which pip cannot install' >&2; exit 1;; esac
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is not Python 3.11 or later. Name one that is: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
