"""What the mirror tells the instructor, and the lines that the instructor shows to the class."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from hooks.hub.client import shell_line
from hooks.hub.repository import Served

# Nobody's address (RFC 5737). Connecting a datagram socket sends nothing: it only picks a route.
NOWHERE = ("192.0.2.1", 9)
LOCAL = ("127.", "::1", "localhost")
WARNING = """
!! Everybody on this network can read what is served. Nothing is encrypted, and nobody is asked who
!! they are: a stranger on the network could answer in this machine's place. Use it only on a
!! network that you trust, and stop it after the class.
"""


def address(host: str, port: int) -> str:
    """Address under which others reach a server.

    Args:
        host: What the server listens on; 0.0.0.0 and :: mean every network of this machine.
        port: Its port.

    Returns:
        An address that starts with http:// and ends without a slash.
    """
    if host in ("0.0.0.0", "::"):
        host = _outward()
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _outward() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        try:
            route.connect(NOWHERE)
            return route.getsockname()[0]
        except OSError:  # no network at all
            return socket.gethostname()


def text(served: Sequence[Served], host: str, port: int) -> str:
    """All that is printed when the mirror is ready.

    Args:
        served: What it serves.
        host: What it listens on.
        port: Its port.

    Returns:
        Several lines: what is served, a warning unless `host` is this machine, what to type.
    """
    url = address(host, port)
    size = sum(one.bytes for one in served) / 1e9
    settings = {
        "HF_ENDPOINT": url,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",  # over http nobody's token should travel
    }
    lines = [f"The mirror serves {len(served)} real checkpoints, {size:.2f} GB, read-only:"]
    lines += [f"  {one.id}@{one.revision[:7]}  {one.bytes / 1e6:,.0f} MB" for one in served]
    if not host.startswith(LOCAL):
        lines.append(WARNING.rstrip())
    shell = "; ".join(f'$env:{name}="{value}"' for name, value in settings.items())
    shell += f'; $env:NO_PROXY="{urlsplit(url).hostname},$env:NO_PROXY"'
    lines += ["", "For students, before they start Python or Jupyter:", "  Linux, macOS:"]
    lines += [f"    {shell_line(settings)}", "  Windows PowerShell:", f"    {shell}"]
    lines += ["", "Ctrl-C stops it."]
    return "\n".join(lines)
