"""`chainrule play --web` in the browser: the app arrives, hears keys, and the page asks nobody else for anything."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.support import COMMAND, PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, WebSocket

pytestmark = pytest.mark.browser

QUESTION = ("play", "(x + y)*z", "--at", "x=-2,y=5,z=-4", "--web", "--port", "0")


class Screen:
    """What the app has sent to the page, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page, self.sent = page, ""
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", self._connect)

    def _connect(self, socket: WebSocket) -> None:
        self.socket = socket
        socket.on("framereceived", self._receive)

    def _receive(self, frame: str | bytes) -> None:
        self.sent += frame if isinstance(frame, str) else frame.decode("utf-8", "replace")

    def until(self, holds: Callable[[], bool]) -> None:
        """Looks again whenever something has come."""
        while not holds():
            self.socket.wait_for_event("framereceived")


def test_the_app_is_stepped_through_in_a_page(browser: Browser) -> None:
    with subprocess.Popen([*COMMAND, *QUESTION], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            url = server.stdout.readline().split()[0]
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_default_timeout(PATIENCE * 1_000)
            screen = Screen(context.new_page())
            with screen.page.expect_websocket():
                screen.page.goto(url)
            screen.until(lambda: "0 of 10" in screen.sent)
            for _ in range(10):
                screen.page.keyboard.press("ArrowRight")
            screen.until(lambda: "10 of 10" in screen.sent)
            assert screen.errors == []
            assert all(
                each.startswith((url, url.replace("http", "ws"), "data:", "blob:"))
                for each in screen.requests
            )
            context.close()
        finally:
            server.terminate()
