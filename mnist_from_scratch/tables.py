"""Tables that a reader can keep: shown on the page, with a link to a CSV file."""

import base64
import csv
import html
import io


class Table(list):
    """Rows, a dict each, of the same columns.

    filename: the name under which the page offers the rows as CSV. formats: by
    column, how a float is shown, such as ".2%"; the file has every digit.
    """

    def __init__(self, rows, filename="table.csv", formats=None):
        super().__init__(rows)
        self.filename, self.formats = filename, formats or {}
        if not self or any(list(row) != list(self[0]) for row in self):
            raise ValueError("rows must be one or more, all with the same columns")

    def csv(self):
        """Return the rows as the text of a CSV file."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self[0])
        for row in self:
            writer.writerow("" if value is None else text_of(value, "") for value in row.values())
        return text.getvalue()

    def shown(self):
        """Return the rows as lists of texts, the columns' names first."""
        rows = [[text_of(value, self.formats.get(name, ".4g")) for name, value in row.items()]
                for row in self]  # fmt: skip
        return [list(self[0]), *rows]

    def __repr__(self):
        rows = self.shown()
        widths = [max(map(len, column)) for column in zip(*rows)]
        return "\n".join("  ".join(map(str.rjust, row, widths)) for row in rows)

    def _repr_html_(self):
        head, *rows = [[html.escape(text) for text in row] for row in self.shown()]
        names = "".join(f'<th scope="col">{name}</th>' for name in head)
        body = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
        content = base64.b64encode(self.csv().encode()).decode()
        name = html.escape(self.filename)
        return (
            f'<table class="dataframe"><thead><tr>{names}</tr></thead>{body}</table>'
            f'<p><a download="{name}" href="data:text/csv;base64,{content}">'
            f"Download as CSV: {name}</a></p>"
        )


def text_of(value, form=""):
    """Return a value as a text: a float in its form, a class or function by its name."""
    if isinstance(value, float):
        return format(float(value), form)
    return "–" if value is None else getattr(value, "__name__", None) or str(value)
