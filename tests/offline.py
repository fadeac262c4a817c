"""No network for the tests, nor for anything that they start.

Linux gives a process that asks for one a network of its own, without a way
out, and every child inherits it: kernels, builds and browsers too. The
installing is over by then, so what passes here needs no network.
"""

import ctypes
import os
import socket
import struct
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40

OUTSIDE = "192.0.2.1"  # reserved for documentation: nobody has this address


def current_network():
    """Return the name of this process's network; OSError if not on Linux."""
    return os.readlink("/proc/self/ns/net")


def leave_the_network():
    """Move this process to a network that holds the loopback device alone.

    Raises OSError where Linux does not allow it.
    """
    import fcntl  # not on Windows

    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWNET):  # root may; others need a namespace of users too
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
            error = ctypes.get_errno()
            raise OSError(error, f"no network namespace: {os.strerror(error)}")
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = struct.pack("16sH14x", b"lo", IFF_UP | IFF_RUNNING)
        fcntl.ioctl(control, SIOCSIFFLAGS, flags)
