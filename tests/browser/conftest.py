"""A browser, and pages of the command opened in it from a file; the library that drives it is asked for only where one of its tests runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import PATIENCE, chainrule

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHAINRULE_CHROMIUM") or shutil.which("chromium")
    assert path, "no chromium here: .ci/run installs it"
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


class Window:
    """Pages opened one after the other, and what went wrong in them: errors on the console, requests, those that were held back and
    why, dialogs."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.held: list[tuple[str, str | None]] = []
        self.dialogs: list[str] = []

    def run(self, *command: str, status: int = 0, given: str = "") -> Path:
        """The file that a command writes."""
        path = self._folder / "page.html"
        ran = chainrule(*command, "--format", "html", "--output", str(path), cwd=self._folder, given=given)
        assert (ran.returncode, ran.stderr) == (status, "")
        return path

    def open(self, path: Path, *, width: int = 1280, **context: Any) -> Page:
        found = self._browser.new_context(viewport={"width": width, "height": 900}, **context)
        found.set_default_timeout(PATIENCE * 1_000)
        page = found.new_page()
        page.on(
            "console",
            lambda message: (
                self.errors.append(message.text) if message.type in ("error", "warning") else None
            ),
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.held.append((request.url, request.failure)))
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return page

    def close(self) -> None:
        for context in self._browser.contexts:
            context.close()


@pytest.fixture
def window(browser: Browser, tmp_path: Path) -> Iterator[Window]:
    found = Window(browser, tmp_path)
    yield found
    found.close()
