"""Results go from a file into the cell of a page that holds them."""

import re


def put(page, **texts):
    """Put each text between the quotes after its name, NAME = \"\"\", in the file page; change nothing if a name has not one place."""
    source = page.read_text("utf-8")
    for name, text in texts.items():
        place = re.compile(rf'({name} = """\n).*?(""")', re.DOTALL)
        source, count = place.subn(lambda found: found[1] + text + found[2], source)
        if count != 1:
            raise ValueError(f"{page} must have one place for {name}, has {count}")
    page.write_text(source, "utf-8", newline="")
