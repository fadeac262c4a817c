"""Show what a cell printed as it was printed, however the kernel cut it into messages.

MyST-NB's nb_merge_streams ends each message's text with a new line. A message
now and then ends within a line, or just before its end, and the page would
have a new line more than the build before.
"""

from myst_nb.core import render

merge = render.coalesce_streams


def join_first(outputs):
    """Join messages of the same stream that follow one another, then merge as MyST-NB does."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output["output_type"] == last["output_type"] == "stream" and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            joined.append(output.copy())
    return merge(joined)


def setup(app):
    render.coalesce_streams = join_first
    return {"parallel_read_safe": True, "parallel_write_safe": True}
