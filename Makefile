# make book: builds the site.   make test: builds it from nothing and tests all.
# make pdf: builds the site and prints it, into _build/book.pdf; takes a Chromium.
# Another interpreter than python3: make book PYTHON=python3.12
PYTHON ?= python3
BIN = .venv/bin

.PHONY: book pdf test clean
.DELETE_ON_ERROR:

book: .venv/book
	@$(BIN)/jupyter-book build . -W -n --keep-going

# The second build adds the links to the PDF: it executes nothing.
pdf: .venv/pdf
	@$(BIN)/jupyter-book build . -W -n --keep-going
	@$(BIN)/python tools/make_pdf.py
	@$(BIN)/jupyter-book build . -W -n --keep-going

test: .venv/test
	@$(BIN)/python -m pytest

clean:
	rm -rf .venv _build

.venv/book .venv/pdf .venv/test: .venv/%: pyproject.toml | .venv/bin/python
	@echo "Installing what it takes into .venv: this happens once, and takes a minute or more"
	@$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is not Python 3.11 or later. Name one that is: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
