"""What is not a chapter's fault does not fail it; what is ends the build, and is not kept."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zmq
from mystsource import ROOT

NOISY = """
import warnings
warnings.warn("at import")
warnings.warn("at import, of who imports it", DeprecationWarning, stacklevel=2)
def call(x):
    warnings.warn("of a change to come", FutureWarning)
    return x
"""

PAST_BLAME = """
from joblib import Parallel, delayed
import noisy
print(sum(Parallel(n_jobs=2)(delayed(noisy.call)(k) for k in [noisy.call(8), 9])))
import numpy as np
print(np.float64([[1e200]]) @ [[1e200]])  # a warning that may be false
"""

FONTS = """
from pathlib import Path
import matplotlib
print("lists of fonts:", len(list(Path(matplotlib.get_cachedir()).glob("fontlist*"))))
import matplotlib.pyplot as plt
print("line width:", plt.rcParams["lines.linewidth"])
"""


def add_cell(book, code):
    with book.page.open("a") as page:
        page.write(f"\n```{{code-cell}} ipython3\n{code.strip()}\n```\n")


def built(book, **environment):
    """Build the book; return its page and what was printed."""
    process = book.build(**environment)
    assert process.returncode == 0, process.stdout
    return (book.html / "page.html").read_text(), process.stdout


def failed(book):
    """Build a book that does not build; return what was printed."""
    process = book.build()
    assert process.returncode, "the build does not fail"
    return process.stdout


def test_a_folder_that_matplotlib_cannot_use_is_not_the_chapters_fault(tiny_book):
    add_cell(tiny_book, FONTS)
    page, printed = built(tiny_book, MPLCONFIGDIR=f"{os.devnull}/folder")
    assert "lists of fonts: 1" in page, "the kernel looks for the fonts itself, and may say so"
    assert "directory" not in printed, "it is no matter for the reader"


def test_settings_of_the_user_do_not_reach_the_chapters(tiny_book, tmp_path):
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 7\nno.such.setting: 1\n")
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("mine = 1\n")
    add_cell(tiny_book, FONTS)
    add_cell(tiny_book, 'print("names of the user:", "mine" in globals())')
    page, _ = built(tiny_book, MPLCONFIGDIR=str(tmp_path), IPYTHONDIR=str(tmp_path))
    assert "line width: 1.5" in page, "the user's Matplotlib draws the figures"
    assert "names of the user: False" in page, "the user's IPython runs before the chapter"


def test_what_a_library_says_is_not_the_chapters_fault(tiny_book):
    tiny_book.module.parent.with_name("noisy.py").write_text(NOISY)
    add_cell(tiny_book, PAST_BLAME)
    page, printed = built(tiny_book)
    assert "17\n[[inf]]" in page, "the cell has printed something else"
    assert "Warning" not in page + printed, "what the library says is shown"


@pytest.mark.parametrize(
    ("code", "heard"),
    [
        ('warnings.warn("divide by zero encountered in matmul", RuntimeWarning)', False),
        ('warnings.warn("divide by zero encountered in log", RuntimeWarning)', True),
        ('warnings.warn("it changes", FutureWarning)', True),
        ('warnings.warn_explicit("it changes", FutureWarning, "layers.py", 1, "mnist_from_scratch.layers")', True),
        ('warnings.warn_explicit("it changes", FutureWarning, "base.py", 1, "sklearn.base")', False),
    ],
)
def test_a_kernel_tells_what_is_the_chapters_own(code, heard):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "_ext" / "in_kernels")}
    process = subprocess.run([sys.executable, "-c", f"import warnings\n{code}"],
                             capture_output=True, text=True, env=environment)  # fmt: skip
    assert ("Warning" in process.stderr) == heard, process.stderr


@pytest.mark.skipif(not zmq.IPC_PATH_MAX_LEN, reason="the platform has no such files")
def test_kernels_talk_through_files_and_not_over_the_network(tiny_book):
    add_cell(tiny_book, "from ipykernel.connect import get_connection_info\nprint(get_connection_info())")
    page, printed = built(tiny_book)
    assert "ipc" in page and "tcp" not in page, "others on this computer could listen"
    assert "encryption" not in printed, f"the kernel warns of it:\n{printed}"


@pytest.mark.parametrize(
    ("code", "quoted"),
    [
        ('import sys\nprint("the chapter says so", file=sys.stderr)', "the chapter says so"),
        ('import warnings\nwarnings.warn("it is so", FutureWarning)', "FutureWarning: it is so"),
        ("from mnist_from_scratch import call\ncall()", "RuntimeWarning: in the package"),
    ],
    ids=["print", "warning", "package"],
)
def test_what_the_chapter_says_on_stderr_is_quoted(tiny_book, code, quoted):
    call = 'def call():\n    import warnings\n    warnings.warn("in the package", RuntimeWarning)\n'
    tiny_book.module.write_text(tiny_book.module.read_text() + call)
    add_cell(tiny_book, code)
    printed = failed(tiny_book)
    assert "cell 2, line 19, of book/page.md wrote to stderr" in printed, f"it does not say where:\n{printed}"
    assert quoted in printed, f"it does not say what:\n{printed}"


def test_a_run_that_failed_is_not_kept(tiny_book):
    """Its cause, a file, is nothing that the cache knows of."""
    cause = tiny_book.page.with_name("cause")
    cause.touch()
    add_cell(tiny_book, 'import os, sys\nif os.path.exists("cause"):\n    print("bad", file=sys.stderr)')
    failed(tiny_book)
    cause.unlink()
    with tiny_book.page.open("a") as page:
        page.write("\nNew words, so that the page is read again.\n")
    built(tiny_book)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def fall():\n    return 1 / 0\nfall()", "ZeroDivisionError: division by zero"),
        ("import os\nos._exit(1)", "Kernel died"),
    ],
    ids=["error", "dead"],
)
def test_the_last_words_of_a_build_say_what_failed_and_where(tiny_book, code, reason):
    add_cell(tiny_book, code)
    printed = failed(tiny_book)
    last = printed[printed.index("The book is not built:") :]
    assert "cell 2, line 19, of book/page.md failed" in last, f"it does not say where:\n{printed}"
    assert reason in last and code.splitlines()[0] in last, f"it does not say what:\n{printed}"
    assert last.count("\n") < 20 and "\x1b" not in last, f"it is too long, or coloured:\n{last}"
    log = (tiny_book.cache.parent / "failed.log").read_text()
    assert "failed.log" in last.splitlines()[-1], f"it does not say where the log is:\n{last}"
    assert reason in log and ("fall()" not in code or "in fall()" in log), f"the log has no traceback:\n{log}"


def test_a_kernel_that_does_not_start_is_quoted(tiny_book):
    launcher = tiny_book.module.parent.with_name("ipykernel_launcher.py")
    launcher.write_text('raise SystemExit("it cannot start here")')
    printed = failed(tiny_book)
    assert "book/page.md failed" in printed and "it cannot start here" in printed, printed


def test_a_build_that_is_interrupted_says_so_and_no_more(tiny_book):
    add_cell(tiny_book, 'import pathlib, time\npathlib.Path("started").touch()\ntime.sleep(300)')
    folder = tiny_book.page.parents[1]
    process = subprocess.Popen(
        [Path(sys.executable).with_name("jupyter-book"), "build", folder, "-q"], start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(folder)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    while not tiny_book.page.with_name("started").exists() and process.poll() is None:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    printed, _ = process.communicate(timeout=100)
    assert process.returncode and "Interrupted" in printed, printed
    assert "Traceback" not in printed and len(printed.splitlines()) < 12, f"it is too long:\n{printed}"
