"""The app in a browser: textual-serve on the loopback, with our own page, which loads nothing from elsewhere.

It runs on aiohttp and the server of the `web` extra. Each page that is opened runs the command again, as a
process of its own, which ends with the page or with the server. Only pages of this server may open one:
others could reach the loopback too.
"""

from __future__ import annotations

import asyncio
import errno
import shlex
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

from chainrule_cli.errors import UsageError

HOST = "127.0.0.1"
MOST_SESSIONS = 16
"""Pages that are open at once; each is a process."""


class Loopback(Server):
    """textual-serve without its banner and its fonts from outside, and shut to other sites."""

    def __init__(self, command: str, port: int) -> None:
        templates = Path(__file__).parent / "templates"
        super().__init__(
            command,
            host=HOST,
            port=port,
            title="chainrule",
            public_url=f"http://{HOST}:{port}",
            templates_path=templates,
        )
        self._sessions: set[asyncio.Task[web.WebSocketResponse]] = set()

    async def on_startup(self, app: web.Application) -> None:
        """Prints nothing: the address has been printed."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002  # what a handler is given
        """Ends the pages that are open, and with them their processes."""
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        self._require_own(request)
        response: web.StreamResponse = await super().handle_index(request)
        response.headers["Content-Security-Policy"] = POLICY.format(self.public_url.removeprefix("http://"))
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        self._require_own(request)
        if request.headers.get("Origin") != self.public_url:
            raise web.HTTPForbidden(text="only this server's own page may open the app\n")
        if len(self._sessions) >= MOST_SESSIONS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_SESSIONS} pages are open already\n")
        session = asyncio.create_task(super().handle_websocket(request))
        self._sessions.add(session)
        session.add_done_callback(self._sessions.discard)
        return await session

    def _require_own(self, request: web.Request) -> None:
        """Refuses a name of somebody else's that points to the loopback."""
        if request.host != self.public_url.removeprefix("http://"):
            raise web.HTTPForbidden(text=f"this is {self.public_url}\n")


POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self' ws://{}"
)
"""What the page may load: what this server has, and nothing else."""


def write_command(arguments: Sequence[str]) -> str:
    """The line for the shell that starts a page's process; nothing in an argument means a thing to it."""
    return "exec " + shlex.join([sys.executable, "-m", "chainrule_cli", *arguments])


def bind(port: int) -> socket.socket:
    """A socket on the loopback and nowhere else.

    Raises: UsageError where the port is taken or not to be had.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        raise UsageError(
            f"port {port} {'is taken' if taken else f'cannot be had: {error.strerror}'}",
            hint="--port 0 takes any that is free",
        ) from error
    return listener


async def serve(listener: socket.socket, arguments: Sequence[str], ended: asyncio.Event) -> None:
    """Serves until the event is set; then all pages are closed."""
    server = Loopback(write_command(arguments), listener.getsockname()[1])
    app = await server._make_app()  # noqa: SLF001  # it has no other door
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=2)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    try:
        await ended.wait()
    finally:
        await runner.cleanup()
