"""`python -m hooks.commands.lab`: JupyterLab on the demos' notebooks, as in the lecture.

On the offline Hub, or with `--hub huggingface` on the real weights. Ctrl-C stops it.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from hooks.core.paths import DOCS, ROOT
from hooks.hub import client
from hooks.hub.repository import HubError

WAIT = 120  # seconds for a server or a kernel to start, on a machine that has much else to do


def command(folder: Path, port: int, *more: str) -> list[str]:
    """The command that starts JupyterLab.

    Args:
        folder: What it shows.
        port: Where it listens; it takes no other.
        more: Further options.
    """
    server = {"root_dir": folder, "port": port, "port_retries": 0, "answer_yes": True}
    options = [f"--ServerApp.{name}={value}" for name, value in server.items()]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options, *more]


def free(port: int) -> bool:
    """Whether somebody could listen on a port of this machine."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def fault(folder: Path, notebook: str = "") -> str:
    """Starts JupyterLab on a free port, opens a notebook and starts a kernel, then ends all.

    Args:
        folder: What it shows.
        notebook: Path in the folder; without one, the folder is opened.

    Returns:
        What is wrong, in one line; nothing if all of it worked.
    """
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    token = secrets.token_hex(16)
    options = "--no-browser", f"--IdentityProvider.token={token}"
    with (
        tempfile.TemporaryDirectory(prefix="lab-") as runtime,
        tempfile.TemporaryFile("w+") as told,
        subprocess.Popen(
            command(folder, port, *options),
            cwd=ROOT,
            env=os.environ | {"JUPYTER_RUNTIME_DIR": runtime},
            stdout=told,
            stderr=told,
        ) as server,
    ):
        try:
            ask = _asker(f"http://127.0.0.1:{port}/api", token)
            _wait_for(server, ask)
            ask(f"contents/{notebook}")
            kernel = ask("kernels", {"name": "python3"})["id"]
            _wait_for_kernel(Path(runtime) / f"kernel-{kernel}.json")
        except (OSError, ValueError, KeyError) as error:
            told.seek(0)
            lines = [line.strip() for line in told if line.strip()]
            return f"JupyterLab: {error}; its last line: {(lines or ['none'])[-1]}"
        finally:
            server.terminate()
    return ""


def _asker(api: str, token: str) -> Callable[..., Any]:
    opener = build_opener(ProxyHandler({}))  # a proxy must not be asked for this machine

    def ask(path: str, body: dict | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        head = {"Authorization": f"token {token}"}
        with opener.open(Request(f"{api}/{path}", data, head), timeout=WAIT) as answer:
            return json.load(answer)

    return ask


def _wait_for(server: subprocess.Popen, ask: Callable[[str], Any]) -> None:
    end = time.monotonic() + WAIT
    while server.poll() is None and time.monotonic() < end:
        with suppress(OSError):
            ask("status")
            return
        time.sleep(0.2)
    raise OSError("does not start")


def _wait_for_kernel(connection: Path) -> None:
    from jupyter_client.blocking.client import BlockingKernelClient

    kernel = BlockingKernelClient()
    kernel.load_connection_file(str(connection))
    kernel.start_channels()
    try:
        kernel.kernel_info(reply=True, timeout=WAIT)
    finally:
        kernel.stop_channels()


def main(argv: list[str] | None = None) -> int:
    """Runs JupyterLab until Ctrl-C; returns 1 when it cannot start."""
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    hubs = ("offline", "huggingface")
    parser.add_argument("--hub", choices=hubs, default=hubs[0], help="(default: %(default)s)")
    told = "ask the Hub for nothing: what `make rehearse` downloaded is used"
    parser.add_argument("--no-network", action="store_true", help=told)
    parser.add_argument("--port", type=int, default=8888, help="(default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    options = parser.parse_args(argv)
    if not free(options.port):
        what = f"port {options.port} cannot be had; stop what listens there, or choose another"
        print(f"hooks.commands.lab: {what} with --port", file=sys.stderr)
        return 1
    more = ["--no-browser"] if options.no_browser else []
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if options.no_network and options.hub == "huggingface":
        environment["HF_HUB_OFFLINE"] = "1"
    serving: AbstractContextManager[dict[str, str]] = nullcontext({})
    if options.hub == "offline":
        serving = client.running()
    try:
        with serving as hub:
            run = command(DOCS, options.port, *more)
            return subprocess.run(run, cwd=ROOT, env=environment | hub, check=False).returncode
    except HubError as error:
        print(f"hooks.commands.lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
