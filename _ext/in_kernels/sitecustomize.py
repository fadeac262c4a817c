"""What is no fault of a chapter: Python runs this in the build's kernels and in their workers.

A chapter that writes to stderr fails the build. So would a library that warns
while it is imported, or of a change to come, on a machine or in a version that
the book has never seen.
"""

import sys
import warnings

IMPORT = "<frozen importlib._bootstrap>"  # the file of Python's own import, in a stack

# As Python does with a DeprecationWarning: only who wrote the line is told.
warnings.filterwarnings("ignore", category=FutureWarning)
warnings.filterwarnings("default", category=FutureWarning, module="__main__|mnist_from_scratch")

# NumPy gives it without a cause on some Macs; a true one leaves an inf or a nan.
warnings.filterwarnings("ignore", r"(divide by zero|overflow|invalid value) encountered in matmul", RuntimeWarning)

show = warnings.showwarning


def show_outside_imports(*warning, **options):
    """Show a warning, unless it is given while something is imported."""
    frame = sys._getframe()
    while frame and frame.f_code.co_filename != IMPORT:
        frame = frame.f_back
    if frame is None:
        show(*warning, **options)


warnings.showwarning = show_outside_imports
