"""Tables: what the page shows, and what the reader downloads."""

import base64
import csv
import re

import numpy as np
import pytest

from mnist_from_scratch import ReLU
from mnist_from_scratch.tables import Table

ROWS = [
    {"hidden": ReLU, "lr": 0.1, "n": 5, "mean": 0.9512345678901234},
    {"hidden": "a, <b>", "lr": np.float64(1 / 3), "n": 5, "mean": None},
]


def downloaded(table):
    """Return the name and the rows of the CSV file that a table's HTML offers."""
    (name, content) = re.findall(r'download="(.*?)" href="data:text/csv;base64,(.*?)"', table._repr_html_())[0]
    return name, list(csv.DictReader(base64.b64decode(content).decode().splitlines()))


def test_the_file_has_every_digit_of_every_row():
    name, rows = downloaded(Table(ROWS, "mine.csv", {"mean": ".1%"}))
    assert name == "mine.csv", "the file has another name"
    assert [float(row["lr"]) for row in rows] == [0.1, 1 / 3], "digits are lost"
    assert float(rows[0]["mean"]) == ROWS[0]["mean"], "the format of the page reached the file"
    assert rows[1]["mean"] == "", "what is unknown should be empty"
    assert [row["hidden"] for row in rows] == ["ReLU", "a, <b>"], "texts are altered"
    assert rows[0]["n"] == "5", "an integer became something else"


def test_the_page_shows_rounded_numbers_and_harmless_texts():
    shown = Table(ROWS, formats={"mean": ".1%"})._repr_html_()
    assert "<td>95.1%</td>" in shown and "<td>0.3333</td>" in shown, "numbers are not rounded"
    assert "<td>a, &lt;b&gt;</td>" in shown, "a text became a tag"
    assert shown.count('<th scope="col">') == 4, "each column needs a heading"


def test_the_page_gets_a_table_and_a_link_and_nothing_else():
    content = base64.b64encode(b"a,b\n1,0.5\n2,12345678.0\n").decode()
    assert Table([{"a": 1, "b": 0.5}, {"a": 2, "b": 12345678.0}], "f.csv")._repr_html_() == (
        '<table class="dataframe"><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        "<tr><td>1</td><td>0.5</td></tr><tr><td>2</td><td>1.235e+07</td></tr></table>"
        f'<p><a download="f.csv" href="data:text/csv;base64,{content}">Download as CSV: f.csv</a></p>'
    )


def test_printed_it_has_a_line_for_each_row_and_aligned_columns():
    lines = repr(Table(ROWS, formats={"mean": ".1%"})).splitlines()
    assert len(lines) == 3 and len({len(line) for line in lines}) == 1, lines
    assert lines[1].split() == ["ReLU", "0.1", "5", "95.1%"], lines[1]
    assert lines[2].endswith("–"), "what is unknown should be a dash"


@pytest.mark.parametrize("rows", [[], [{"a": 1}, {"b": 1}], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]])
def test_rows_of_different_columns_are_refused(rows):
    with pytest.raises(ValueError, match="rows must"):
        Table(rows)
