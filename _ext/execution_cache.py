"""Show nothing stale: the outputs belong to this package and these versions.

jupyter-cache knows a chapter by its code cells alone, not by the module that
they import. So the cache's folder is named after a hash of all that the cells
depend on: with another module, other data or other versions the folder is a
new one, and every chapter is executed again. Sphinx, for which the folder is
a setting, then reads every page again too.
"""

import hashlib
import platform
import shutil
from importlib.metadata import version
from pathlib import Path

VERSIONS = ("numpy", "matplotlib", "scikit-learn")


def cache_key(package):
    """Return a hash of the package's files, of VERSIONS and of Python's version."""
    key = hashlib.sha256(platform.python_version().encode())
    for name in VERSIONS:
        key.update(f"{name} {version(name)}\n".encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            key.update(f"{path.relative_to(package)} {content}\n".encode())
    return key.hexdigest()[:16]


def set_cache_folder(app, config):
    """Point MyST-NB to the folder of today's key, and delete the others."""
    folders = Path(app.outdir).parent / ".jupyter_cache"
    folder = folders / cache_key(Path(app.srcdir) / "mnist_from_scratch")
    folder.mkdir(parents=True, exist_ok=True)
    for other in folders.iterdir():
        if other != folder:
            shutil.rmtree(other)
    config.nb_execution_cache_path = str(folder)


def setup(app):
    app.connect("config-inited", set_cache_folder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
