"""Kernels for the build that nothing on this computer can spoil.

What Matplotlib says when its folder cannot be written to, or while it looks
for fonts, is said before the first kernel starts, and to nobody. The user's
own settings of Matplotlib and IPython do not reach the chapters, and what
libraries say without a fault of the chapter is held back in the kernel
(in_kernels/sitecustomize.py).
"""

import logging
import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import zmq
from jupyter_client import AsyncKernelManager
from traitlets.config import Config

IN_KERNELS = Path(__file__).with_name("in_kernels")


@cache
def prepare():
    """Set the environment of all kernels; Matplotlib finds a folder for itself, and the fonts."""
    os.environ["TQDM_DISABLE"] = "1"  # a progress bar in a page is noise
    paths = [str(IN_KERNELS), os.environ.get("PYTHONPATH")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    logging.getLogger("matplotlib").addHandler(logging.NullHandler())
    import matplotlib.font_manager  # sets MPLCONFIGDIR if its folder cannot be written to

    os.environ["MATPLOTLIBRC"] = matplotlib.get_data_path()


class Manager(AsyncKernelManager):
    """Starts kernels whose own words go to a file: in the terminal they would be a riddle."""

    async def start_kernel(self, **options):
        with Path(self.connection_file).with_suffix(".log").open("wb") as log:
            await super().start_kernel(stderr=log, **options)


@contextmanager
def settings():
    """Give a kernel a folder of its own; yield the settings of its client, and its log.

    The two talk through files in it, where the platform can, and not over the
    network, where others could listen.
    """
    prepare()
    with TemporaryDirectory(prefix="kernel-") as folder:
        os.environ["IPYTHONDIR"] = folder
        short = len(f"{folder}/kernel-ipc-1") <= zmq.IPC_PATH_MAX_LEN  # 0 if the platform has none
        files = {"connection_file": f"{folder}/kernel.json", "transport": "ipc" if short else "tcp"}
        yield {"kernel_manager_class": Manager, "config": Config(KernelManager=files)}, Path(folder, "kernel.log")
