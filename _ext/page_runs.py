"""Run a page's cells, and keep the run only if it went well.

MyST-NB runs a page that is not in the execution cache, and keeps the run if no
cell has raised an error. But one that wrote to stderr fails the build, and
would fail the next one too, when its cause has gone. Here it is not kept, and
the build ends with what went wrong, in which cell of which page.
"""

import sys
from functools import partial
from os.path import relpath
from pathlib import Path
from textwrap import indent

from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.execute import cache
from myst_nb.core.render import strip_ansi
from progress_lines import Progress
from quiet_kernels import settings

LINES = 20  # of what a cell said, at the end of the build; all of it is in the log


def run(app, progress, notebook, **options):
    """Run a notebook, as MyST-NB asks; what is returned goes into the cache."""
    started = []  # the places of the cells that were run

    def note(cell, cell_index):
        started.append(cell_index)

    with progress.line(app.env.docname), settings() as (own, log):
        try:
            result = single_nb_execution(notebook, on_cell_execute=note, **own, **options)
        except RuntimeError as died:  # the kernel, and its own words may tell why
            end_build(app, notebook, started, "failed", f"{died}\n{log.read_text(errors='replace')}")
        except AssertionError:  # nbclient's own, if it is interrupted
            sys.exit("\nInterrupted. What has been run is kept.")
        if result.err:
            error = getattr(result.err, "ename", ""), getattr(result.err, "evalue", "")
            end_build(app, notebook, started, "failed", str(result.err), ": ".join(filter(None, error)))
        for number, place in enumerate(started, 1):
            outputs = notebook.cells[place].outputs
            said = "".join(output.text for output in outputs if output.get("name") == "stderr")
            if said:
                end_build(app, notebook, started[:number], "wrote to stderr", said)
    return result


def end_build(app, notebook, started, failure, said, in_short=""):
    """End the build; of the cells that were started, the last is at fault."""
    where, source = relpath(app.env.doc2path(app.env.docname), app.srcdir), ""
    if started:
        line, source = notebook.metadata.source_map[started[-1]] + 1, notebook.cells[started[-1]].source
        where = f"cell {len(started)}, line {line}, of {where}"
    heading = f"The book is not built: {where} {failure}."
    log = Path(app.outdir).parent / "failed.log"
    log.write_text("\n\n".join([heading, source, strip_ansi(said)]), encoding="utf-8")
    quoted = "\n".join(strip_ansi(in_short or said).strip().splitlines()[-LINES:])
    parts = [heading, indent(source, "    "), "It said:", indent(quoted, "    "), f"All of it: {relpath(log)}"]
    sys.exit("\n" + "\n\n".join(filter(None, parts)))


def setup(app):
    progress = Progress()
    app.setup_extension("myst_nb")
    app.connect("env-before-read-docs", progress.plan)
    app.connect("env-check-consistency", lambda app, env: print("Writing the pages", flush=True))
    cache.single_nb_execution = partial(run, app, progress)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
