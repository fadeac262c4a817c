"""The executed chapters, as the site shows them."""

from functools import cache
from pathlib import Path

import pytest
from executed import read_executed

BOOK = Path(__file__).parents[2] / "book"


@pytest.fixture(scope="session")
def chapter(site):
    """Return a function: chapter("softmax") is that chapter, executed: see read_executed."""

    @cache
    def read(name):
        (path,) = BOOK.glob(f"**/{name}.md")
        return read_executed(path, site.cache)

    return read


@pytest.fixture(scope="module")
def glued(request, chapter):
    """The values that the chapter of this test file glues, by name."""
    return chapter(request.path.stem.removeprefix("test_").replace("_", "-")).glued
