"""The edition has one version, and what it takes to cite it."""

import datetime
import re
import tomllib

import pytest
import yaml
from mystsource import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

# The keys of a citation file, by the Citation File Format 1.2.0.
REQUIRED = {"cff-version", "message", "title", "authors"}
OPTIONAL = {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license",
    "license-url", "preferred-citation", "references", "repository", "repository-artifact",
    "repository-code", "type", "url", "version",
}  # fmt: skip


@pytest.mark.parametrize(
    "file, words",
    [
        ("CITATION.cff", r"^version: (.*)$"),
        ("README.md", r"^> .* Version (.*), \d{4}\.$"),
        ("CHANGELOG.md", r"^## (\S*)"),
        ("binder/requirements.txt", r"-(\d[^-]*)-py3"),
    ],
)
def test_every_file_names_the_version_of_pyproject_toml(file, words):
    found = re.search(words, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{file} names no version"
    assert found[1] == PROJECT["version"], f"{file} names another version than pyproject.toml"


def test_the_citation_file_has_the_keys_of_its_format():
    assert CITATION["cff-version"] == "1.2.0"
    assert set(CITATION) >= REQUIRED, f"it lacks {REQUIRED - set(CITATION)}"
    unknown = set(CITATION) - REQUIRED - OPTIONAL
    assert not unknown, f"its format does not know {unknown}"
    assert CITATION["type"] in ("software", "dataset"), "its format knows no other type"
    assert all(set(author) == {"name"} for author in CITATION["authors"]), "a group has a name alone"
    texts = [value for key, value in CITATION.items() if key not in ("authors", "license")]
    assert all(isinstance(text, str) for text in texts), "a value must be quoted to be a text"


def test_the_citation_file_says_what_the_project_says():
    assert CITATION["title"] == PROJECT["description"]
    assert CITATION["authors"] == PROJECT["authors"]
    code, text = CITATION["license"]
    assert code in PROJECT["license"], "another licence of the code"
    notice = (ROOT / "LICENSE-text").read_text(encoding="utf-8")
    assert text.replace("-", " ") in notice, "another licence of the text"


def test_the_newest_changes_and_the_citation_file_have_one_date():
    dates = re.findall(r"^## \S* – (\S*)$", CHANGES, re.MULTILINE)
    day = datetime.date.fromisoformat(dates[0]).isoformat()
    assert day == CITATION["date-released"], "CHANGELOG.md and CITATION.cff name two days"
