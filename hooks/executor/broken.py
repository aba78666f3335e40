"""Faults of the machine, which say nothing about a story: no disk, memory, files, rights."""

from __future__ import annotations

import errno
import os
import re

# What mends it, by the numbers of the system's errors and by what libraries say of their own.
DISK = "free some of the disk, or raise the limit on files"
FILES = "allow more open files (ulimit -n 4096) or run fewer demos side by side (--jobs 1)"
MEMORY = "free some memory, or run fewer demos side by side (--jobs 1)"
PROCESSES = "allow more processes (ulimit -u) or run fewer demos side by side (--jobs 1)"
RIGHTS = "give this user the right to it"
NUMBERS = {
    errno.ENOSPC: DISK, errno.EDQUOT: DISK, errno.EFBIG: DISK,
    errno.EMFILE: FILES, errno.ENFILE: FILES, errno.ENOBUFS: FILES,
    errno.ENOMEM: MEMORY, errno.EAGAIN: PROCESSES,
    errno.EACCES: RIGHTS, errno.EPERM: RIGHTS, errno.EROFS: RIGHTS,
    errno.EIO: "look at the disk",
}  # fmt: skip
SAYINGS = {os.strerror(number): mend for number, mend in NUMBERS.items()} | {
    "MemoryError": MEMORY,
    "OutOfMemoryError": MEMORY,
    "can't allocate memory": MEMORY,  # torch, of the processor's memory
    "can't start new thread": PROCESSES,
}
KNOWN = re.compile("|".join(map(re.escape, SAYINGS)))


def mend(error: str) -> str:
    """What mends a fault of the machine that an error tells of; "" where it tells of none.

    Args:
        error: Name and message of an exception.
    """
    found = KNOWN.search(error)
    return SAYINGS[found[0]] if found else ""


def told(error: BaseException, otherwise: str = "mend it") -> str:
    """One line: what failed, where, and what mends it.

    Args:
        error: The exception.
        otherwise: What to do about one that is not known here.
    """
    where = f"{name}: " if (name := getattr(error, "filename", None)) else ""
    said = getattr(error, "strerror", None) or str(error)
    what = f"{where}{said}" if where else " ".join(f"{type(error).__name__}: {said}".split())
    return f"{what}; {mend(f'{type(error).__name__}: {error}') or otherwise}"
