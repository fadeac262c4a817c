"""Tables that a reader can keep: shown on the page, with a link to a CSV file."""

import base64
import csv
import html
import io


class Table(list):
    """Rows, a dict each, of the same columns.

    filename: the name under which the page offers the rows as CSV. formats: by
    column, how a number is shown, such as ".2%"; the file has every digit.
    """

    def __init__(self, rows, filename="table.csv", formats=None):
        super().__init__(rows)
        self.filename, self.formats = filename, formats or {}
        if not self or any(list(row) != list(self[0]) for row in self):
            raise ValueError("rows must be one or more, all with the same columns")

    def csv(self):
        """Return the rows as the text of a CSV file."""
        text = io.StringIO()
        writer = csv.DictWriter(text, list(self[0]), lineterminator="\n")
        writer.writeheader()
        for row in self:
            writer.writerow({name: plain(value) for name, value in row.items()})
        return text.getvalue()

    def shown(self):
        """Return the rows as lists of texts, the columns' names first."""
        cells = [
            [show(value, self.formats.get(name, ".4g")) for name, value in row.items()]
            for row in self
        ]
        return [list(self[0]), *cells]

    def __repr__(self):
        rows = self.shown()
        widths = [max(map(len, column)) for column in zip(*rows)]
        return "\n".join(
            "  ".join(text.rjust(width) for text, width in zip(row, widths)) for row in rows
        )

    def _repr_html_(self):
        head, *rows = [[html.escape(text) for text in row] for row in self.shown()]
        names = "".join(f'<th scope="col">{name}</th>' for name in head)
        lines = [f"<thead><tr>{names}</tr></thead>"]
        for row in rows:
            lines.append("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>")
        content = base64.b64encode(self.csv().encode()).decode()
        name = html.escape(self.filename)
        return (
            f'<table class="dataframe">{"".join(lines)}</table>'
            f'<p><a download="{name}" href="data:text/csv;base64,{content}">'
            f"Download as CSV: {name}</a></p>"
        )


def plain(value):
    """Return a number as it is, anything else as a text."""
    if isinstance(value, float):
        return float(value)  # a NumPy float would write its type as well
    return value if value is None or isinstance(value, int) else show(value, "")


def show(value, form):
    """Return a value as a text: a float in its form, a class by its name."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return format(value, form)
    return getattr(value, "__name__", None) or str(value)
