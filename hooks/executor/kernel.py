"""Runs a notebook in a forked kernel, so that libraries imported beforehand cost nothing again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import zmq
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from hooks.executor import broken

# Figures as SVG without a date, so that two runs give the same bytes; matplotlibrc says the rest.
STARTUP = [
    "%config InlineBackend.figure_formats = ['svg']",
    "%config InlineBackend.print_figure_kwargs = "
    "{'bbox_inches': 'tight', 'metadata': {'Date': None, 'Creator': None}}",
]


class CellError(Exception):
    """A cell of a notebook failed.

    Attributes:
        cell: Number of the cell, counted from 1 over all cells; 0 when it was none.
        error: Name and message of the exception, one line.
        traceback: What the kernel reported, without color codes.
        machine: Whether the machine is at fault, so that it says nothing about the notebook.
    """

    machine = False

    def __init__(self, cell: int, error: str, traceback: str) -> None:
        super().__init__(f"cell {cell}: {error}" if cell else error)
        self.cell, self.error, self.traceback = cell, error, traceback

    def __reduce__(self):
        return type(self), (self.cell, self.error, self.traceback)


class MachineError(CellError):
    """The machine kept a notebook from running."""

    machine = True


@dataclass(frozen=True)
class Usage:
    """What one run took: wall-clock seconds and the kernel's peak resident memory in MB."""

    seconds: float
    peak_memory_mb: int


class ForkedKernel:
    """A forked child that is an IPython kernel, with the methods of Popen that Jupyter needs."""

    stdin = stdout = stderr = None

    def __init__(self, connection_file: str, cwd: str | None) -> None:
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        self.returncode: int | None = None
        if self.pid == 0:
            code = 1
            try:
                _become_kernel(connection_file, cwd, parent)
                code = 0
            except BaseException:
                # The kernel has replaced sys.stderr by then.
                traceback.print_exc(file=sys.__stderr__)
            finally:
                os._exit(code)

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        while (code := self.poll()) is None:
            time.sleep(0.01)
        return code

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _become_kernel(connection_file: str, cwd: str | None, parent: int) -> None:
    """Turns this forked process into a kernel; returns when the kernel is shut down."""
    os.setsid()
    # nbclient's handlers belong to the worker that forked us.
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # The loop inherited from the worker counts as running; the kernel needs one of its own.
    asyncio.set_event_loop(asyncio.new_event_loop())
    if cwd:
        os.chdir(cwd)
    # A story sees its own folder first, as in Jupyter, not the folder of the executor.
    sys.path[0:0] = [""]
    sys.argv = ["ipykernel"]
    from ipykernel.kernelapp import IPKernelApp

    # `parent_handle`: the kernel ends when the worker is gone, however that died.
    app = IPKernelApp(
        connection_file=connection_file, exec_lines=STARTUP, parent_handle=parent, quiet=True
    )
    app.initialize([])
    app.start()


class Provisioner(LocalProvisioner):
    """Starts the kernel as a new interpreter, and remembers how it ended."""

    code: int | None = None

    async def poll(self) -> int | None:
        code = await super().poll()
        self.code = self.code if code is None else code
        return code


class ForkProvisioner(Provisioner):
    """Starts the kernel as a fork of this process instead."""

    parent: Any
    process: Any  # a ForkedKernel

    async def launch_kernel(self, cmd: list[str], **kwargs) -> KernelConnectionInfo:
        self.process = ForkedKernel(self.parent.connection_file, kwargs.get("cwd"))
        # The child makes itself a session, and so a process group, of its own.
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info


def run(notebook: nbformat.NotebookNode, cwd: Path, timeout: float, fork: bool = True) -> Usage:
    """Executes every code cell of `notebook` in place.

    Args:
        notebook: What to run; outputs and execution counts are filled in.
        cwd: Folder in which the kernel runs.
        timeout: Seconds that one cell may take.
        fork: Whether the kernel is a fork of this process; else a new interpreter.

    Raises:
        CellError: A cell raised, took too long, or its kernel died.
    """
    with tempfile.TemporaryDirectory(prefix="kernel-", dir=_short_folder()) as sockets:
        return _run(notebook, cwd, timeout, fork, f"{sockets}/kernel")


def _short_folder() -> str | None:
    """A folder that leaves room for the names of sockets; None for the one of the system."""
    longest = zmq.IPC_PATH_MAX_LEN - len("/kernel-12345678/kernel-5")
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
        if len(os.fsencode(folder)) <= longest and os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None


def _run(notebook, cwd: Path, timeout: float, fork: bool, sockets: str) -> Usage:
    # Sockets in a folder of their own. With TCP, two kernels that start at the same moment
    # can be given the same free port, and the second dies before it answers.
    ipc = os.name == "posix" and len(os.fsencode(sockets)) + len("-5") <= zmq.IPC_PATH_MAX_LEN
    place = {"transport": "ipc", "ip": sockets} if ipc else {}
    manager = AsyncKernelManager(kernel_name="python3", **place)
    how = ForkProvisioner if fork else Provisioner
    provisioner = how(parent=manager, kernel_spec=manager.kernel_spec)
    manager.provisioner = provisioner
    current = 0

    def note_cell(cell, cell_index: int) -> None:
        nonlocal current
        current = cell_index + 1

    client = NotebookClient(
        notebook,
        km=manager,
        timeout=timeout,
        record_timing=False,
        extra_arguments=[] if fork else [f"--IPKernelApp.exec_lines={line}" for line in STARTUP],
        resources={"metadata": {"path": str(cwd)}},
        on_cell_start=note_cell,
    )
    start = time.perf_counter()
    try:
        client.execute(cleanup_kc=True)
    except CellExecutionError as error:
        message = f"{error.ename}: {error.evalue}".splitlines()[0]
        if mend := broken.mend(message):
            raise MachineError(current, f"{message}; {mend}", str(error)) from None
        raise CellError(current, message, str(error)) from None
    except DeadKernelError:
        if provisioner.code == -9:  # SIGKILL, which Windows does not name
            message = f"the kernel was killed, most likely for want of memory; {broken.MEMORY}"
            raise MachineError(current, message, message) from None
        message = "the kernel died (a crash in compiled code)"
        raise CellError(current, message, message) from None
    except TimeoutError:
        message = f"took more than {timeout:.0f} s"
        raise CellError(current, message, message) from None
    return Usage(round(time.perf_counter() - start, 2), _peak_memory())


def _peak_memory() -> int:
    """Of the largest process that this one started, in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    # ru_maxrss is in kB on Linux and in bytes on macOS.
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return int(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // unit)
