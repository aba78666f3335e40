"""The HTTP side of the offline Hub: connections, headers, byte ranges, files sent in chunks."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import stat
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import BinaryIO

from hooks.hub.answers import Refusal
from hooks.hub.api import Blob, Hub

RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})")
LARGEST_FORM = 1 << 20


class Server(ThreadingHTTPServer):
    """One thread a connection. `bind` takes the address, `activate` lets clients in."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, verbose: bool = False) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.hub = Hub({})
        self.verbose = verbose
        super().__init__((host, port), Handler, bind_and_activate=False)

    def server_bind(self) -> None:
        """Binds. The inherited way also asks the name service who we are, which may hang."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]

    @property
    def url(self) -> str:
        """Address for clients on this machine, without a slash at the end."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.server_name, self.server_name)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error; anything else is told in one line."""
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            print(f"offline Hub: {type(error).__name__}: {error}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "offline-hub", ""
    disable_nagle_algorithm = True
    timeout = 600  # seconds without a byte, in either direction

    def do_GET(self) -> None:
        """Sends a file or an answer of the API."""
        try:
            answer = self.server.hub.answer(self.path, self._form())
            if isinstance(answer, Blob):
                self._send_file(answer)
            elif isinstance(answer, str):
                self._send_text(200, answer, "text/plain; charset=utf-8", {})
            else:
                self._send_text(200, json.dumps(answer), "application/json", {})
        except Refusal as refusal:
            self._refuse(refusal)

    do_HEAD = do_POST = do_GET

    def do_PUT(self) -> None:
        """Nothing can be changed here."""
        self.close_connection = True  # there may be a body, and nobody reads it
        self._refuse(Refusal(405, "", "the offline Hub can only be read"))

    do_DELETE = do_PATCH = do_PUT

    def _form(self) -> str | None:
        """The body of a POST request; None for other methods."""
        if self.command != "POST":
            # A body where none belongs is not read, so what follows it is no request.
            self.close_connection |= "Content-Length" in self.headers
            return None
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_FORM:
            self.close_connection = True
            raise Refusal(413, "", f"a POST needs Content-Length, {LARGEST_FORM} at most")
        return self.rfile.read(int(length)).decode("utf-8", errors="replace")

    def _send_file(self, blob: Blob) -> None:
        with _open(blob) as file:
            size = blob.file.size
            etag = f'"{blob.file.sha256}"'
            span = self._range(size, etag)
            if span == range(0):
                raise Refusal(416, "", f"bytes */{size}")
            part = span or range(size)
            headers = {"X-Repo-Commit": blob.served.revision, "Accept-Ranges": "bytes"}
            headers["ETag"] = etag
            if blob.file.lfs:
                headers |= {"X-Linked-Size": str(size), "X-Linked-Etag": etag}
            if span:
                headers["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{size}"
            kind = "application/octet-stream"
            self._begin(206 if span else 200, kind, len(part), headers)
            if self.command == "GET" and size:
                # The kernel copies from file to socket: nothing is held in our memory.
                sent = self.connection.sendfile(file, part.start, len(part))
                self.close_connection |= sent != len(part)

    def _range(self, size: int, etag: str) -> range | None:
        """The bytes asked for: None for all of them, an empty range if there are none such.

        Several ranges at once, or a form this Hub does not know, get the whole file, as the
        standard allows (RFC 9110, section 14.2). So does a client whose copy is another file's.
        """
        asked = RANGE.fullmatch(self.headers.get("Range", "").replace(" ", "").lower())
        if asked is None or asked[0] == "bytes=-" or self.command == "HEAD":
            return None
        if self.headers.get("If-Range", etag) != etag:
            return None
        if not asked[1]:
            return range(max(size - int(asked[2]), 0), size) or range(0)
        first, last = int(asked[1]), int(asked[2] or size)
        if asked[2] and last < first:
            return None
        return range(first, min(last + 1, size)) or range(0)

    def _refuse(self, refusal: Refusal) -> None:
        # A header holds one line of Latin-1.
        message = " ".join(str(refusal).encode("ascii", "backslashreplace").decode().split())
        headers = {"X-Error-Code": refusal.code} if refusal.code else {}
        headers |= {"X-Error-Message": message}
        more = {405: {"Allow": "GET, HEAD, POST"}, 416: {"Content-Range": message}}
        headers |= more.get(refusal.status, {})
        self._send_text(refusal.status, json.dumps({"error": message}), "application/json", headers)

    def _send_text(self, status: int, text: str, kind: str, headers: Mapping[str, str]) -> None:
        body = text.encode()
        self._begin(status, kind, len(body), headers)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _begin(self, status: int, kind: str, length: int, headers: Mapping[str, str]) -> None:
        """Sends all that comes before the body."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, form: str, *values: object) -> None:
        """One line a request on the error stream, when asked for."""
        if self.server.verbose:
            line = (form % values).encode("ascii", "backslashreplace").decode()
            print(f"offline Hub: {line}", file=sys.stderr, flush=True)


def _open(blob: Blob) -> BinaryIO:
    """Opens the file, if it is still the one whose hash we would tell."""
    stored = blob.served.blobs.get(blob.file.path, blob.file.path)
    path = blob.served.folder / stored
    with contextlib.suppress(OSError):
        # A link put there later could lead out of the root: compare where the path really ends.
        root = os.path.realpath(blob.served.folder)
        if os.path.realpath(path) == os.path.join(root, *stored.split("/")):
            file = path.open("rb")
            found = os.fstat(file.fileno())
            same = (found.st_size, found.st_mtime_ns) == (blob.file.size, blob.file.modified)
            if same and stat.S_ISREG(found.st_mode):
                return file
            file.close()
    what = f"{blob.served.id}/{blob.file.path} changed on disk since this Hub started"
    raise Refusal(500, "", f"{what}; restart the Hub")
