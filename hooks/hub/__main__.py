"""`python -m hooks.hub`: prepares the tiny checkpoints, says what is there, and serves it.

With `--cache` it is a mirror for a classroom: it serves the real checkpoints of that cache.
"""

from __future__ import annotations

import _thread
import argparse
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from hooks.core.registry import DEFAULT, RegistryError, load
from hooks.hub import classroom as room
from hooks.hub import data, mirror, store
from hooks.hub.api import Hub
from hooks.hub.client import environment, shell_line
from hooks.hub.repository import HubError, Served
from hooks.hub.server import Server

KEEP_DAYS = 7


def main(arguments: list[str] | None = None) -> int:
    """Runs the Hub until Ctrl-C.

    Returns:
        Exit status: 1 after an error, 130 after Ctrl-C; argparse ends with 2 by itself.
    """
    options = _parser().parse_args(arguments)
    # `kill` ends the Hub as Ctrl-C does: nothing half-written stays behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if options.until_stdin_closes:
            threading.Thread(target=_watch_stdin, args=[threading.get_ident()], daemon=True).start()
        _serve(options)
    except (HubError, RegistryError) as error:
        if options.verbose and (detail := getattr(error, "detail", "")):
            print(detail, file=sys.stderr)
        print(f"offline Hub: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("offline Hub: stopped", file=sys.stderr)
        return 130
    return 0


def _serve(options: argparse.Namespace) -> None:
    with _bound(options) as server:
        registry = load(options.registry)
        if options.cache is not None:
            cache = options.cache.expanduser()
            ready = mirror.collect(registry, cache, options.ids or None, _report)
            server.hub = Hub(registry, {one.id: one for one in ready}, mirror=True)
            _open(server, options, lambda: room.text(ready, options.host, server.server_port))
            return
        root, stand_ins = options.root.resolve(), options.stand_ins.resolve()
        wanted = [] if options.no_files else options.ids or None
        ready = store.prepare(registry, root, wanted, stand_ins, _report)
        server.hub = Hub(registry, {one.id: one for one in ready})
        home = _home(root, store.digest(registry, stand_ins))
        data.lay_out(registry, home, stand_ins, _report)
        _open(server, options, lambda: _text(ready, server.url, home))


def _open(server: Server, options: argparse.Namespace, text: Callable[[], str]) -> None:
    """Lets clients in, then says so."""
    try:
        server.server_activate()
    except OSError as error:
        raise _cannot_listen(options, error) from error
    try:
        print(text(), flush=True)
    except BrokenPipeError:  # `| head`: whoever read has read enough, and we serve on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    server.serve_forever()


def _bound(options: argparse.Namespace) -> Server:
    """Takes the port first: when it is taken, nobody waits for minutes to hear of it."""
    server = Server(options.host, options.port, options.verbose)
    try:
        server.server_bind()
    except (OSError, OverflowError) as error:
        server.server_close()
        raise _cannot_listen(options, error) from error
    return server


def _cannot_listen(options: argparse.Namespace, error: Exception) -> HubError:
    reason = getattr(error, "strerror", None) or str(error)
    mend = "choose another with --port, or 0 for any free one"
    return HubError(f"cannot listen on {options.host}, port {options.port}: {reason}; {mend}")


def _home(root: Path, digest: str) -> Path:
    """The cache folder for clients of exactly these stand-ins. Drops those long out of use."""
    homes = root / ".homes"
    home = homes / digest[:16]
    try:
        home.mkdir(parents=True, exist_ok=True)
        os.utime(home)
        for old in homes.iterdir():
            unused = time.time() - old.stat().st_mtime
            if re.fullmatch(r"[0-9a-f]{16}", old.name) and unused > KEEP_DAYS * 86400:
                shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise HubError(f"cannot make {home} for the clients' cache: {error.strerror}") from error
    return home


def _text(ready: list[Served], url: str, home: Path) -> str:
    size = sum(one.bytes for one in ready) / 1e6
    count = f"{len(ready)} {'repository' if len(ready) == 1 else 'repositories'}"
    told = ("ENDPOINT", "HOME", "HUB_CACHE", "HUB_DISABLE_XET", "HUB_DISABLE_IMPLICIT_TOKEN")
    variables = environment(url, home)
    return "\n".join(
        [
            f"The offline Hub serves {count}, {size:.1f} MB:",
            *(f"  {one.id}@{one.revision}  {one.what}, {one.bytes / 1e6:.1f} MB" for one in ready),
            f"HF_ENDPOINT={url}",
            f"HF_HOME={home}",
            "In the shell of the client:",
            f"  {shell_line({f'HF_{name}': variables[f'HF_{name}'] for name in told})}",
            "Ctrl-C stops it.",
        ]
    )


def _report(line: str) -> None:
    print(f"offline Hub: {line}", file=sys.stderr, flush=True)


def _watch_stdin(main_thread: int) -> None:
    # Not sys.stdin: its lock, held by this thread, would abort the interpreter at its end.
    while os.read(0, 4096):
        pass
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread, signal.SIGTERM)
    else:  # Windows
        _thread.interrupt_main()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hooks.hub", description=__doc__)
    add = parser.add_argument
    add("ids", nargs="*", metavar="id", help="what to serve (default: all)")
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add("--port", type=int, default=8808, help="0: any free one (%(default)s)")
    told = "serve the real checkpoints of this cache of the Hub's client to a classroom, "
    told += "such as ~/.cache/huggingface; needs --host 0.0.0.0 for others to reach it"
    add("--cache", type=Path, metavar="DIR", help=told)
    add("--root", type=Path, default=store.REPOSITORIES, help="where repositories are kept")
    add("--registry", type=Path, default=DEFAULT, help="checkpoints.toml")
    add("--stand-ins", type=Path, default=store.STAND_INS, help="their folder")
    add("--no-files", action="store_true", help="answer for licenses only")
    add("--verbose", action="store_true", help="show requests and tracebacks")
    add("--until-stdin-closes", action="store_true", help="stop when the parent process ends")
    return parser


if __name__ == "__main__":
    sys.exit(main())
