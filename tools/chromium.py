"""The Chromium that prints the book and in which the tests open it."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium():
    """Return the path of the Chromium in CHROMIUM, or of one on the PATH, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright, path):
    """Start it, headless; close what is returned."""
    return playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-gpu"]
    )  # fmt: skip
