"""Write all pages again when something changes that pages show of one another.

Sphinx writes the pages that have changed. But the others show their titles,
the numbers of their sections, figures and equations, and values that their
cells glued, and would go on showing the old ones.
"""

import hashlib
from pathlib import Path


def shared_facts(app, env):
    """Return a hash of all that a page can show of another."""
    citations = env.domaindata["cite"]["citations"]
    glued = sorted((Path(app.outdir).parent / "jupyter_execute").rglob("*.glue.json"))
    facts = [
        sorted((name, title.astext()) for name, title in env.titles.items()),
        sorted(env.domaindata["std"]["labels"].items()),
        sorted(env.domaindata["math"]["objects"].items()),
        sorted(env.toc_secnumbers.items()),
        sorted(env.toc_fignumbers.items()),
        sorted((citation.key, repr(citation.entry)) for citation in citations),
        [(path.name, path.read_text(encoding="utf-8")) for path in glued],
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def file_of_facts(app):
    """Return the file that holds the hash of the last site that was written."""
    return Path(app.doctreedir) / "shared_facts"


def pages_to_write(app, env):
    file = file_of_facts(app)
    same = file.exists() and file.read_text() == shared_facts(app, env)
    return [] if same else env.found_docs


def remember(app, exception):
    if exception is None:
        file_of_facts(app).write_text(shared_facts(app, app.env))


def setup(app):
    app.connect("env-get-updated", pages_to_write)
    app.connect("build-finished", remember)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
