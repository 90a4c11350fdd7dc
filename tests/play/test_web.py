"""The web form: on the loopback only, for its own page only, with nothing from outside; nothing typed reaches a shell."""

from __future__ import annotations

import asyncio
import os
import re
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from chainrule_cli.errors import UsageError
from chainrule_cli.play import web
from tests.support import COMMAND, PATIENCE

QUESTION = ["play", "(x + y)*z", "--at", "x=-2,y=5,z=-4"]
NASTY = [
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "x && touch pwned",
    "x\ntouch pwned",
    "%PATH%",
    "\\",
]


def serving(visit: Callable[[str, aiohttp.ClientSession, int], Awaitable[None]], *, ends: int = 0) -> None:
    """Runs the server around a visit, which is given its address and its process. ends: its exit status then."""

    async def run(url: str, pid: int) -> None:
        async with aiohttp.ClientSession() as session:
            await asyncio.wait_for(visit(url, session, pid), PATIENCE)

    with subprocess.Popen(
        [*COMMAND, *QUESTION, "--web", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            asyncio.run(run(server.stdout.readline().split()[0], server.pid))
        finally:
            server.terminate()
    assert server.returncode == ends


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """The address of a server that is there for several tests."""
    command = [*COMMAND, *QUESTION, "--web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[0]
        server.terminate()


def test_the_page_loads_nothing_from_outside() -> None:
    async def visit(url: str, session: aiohttp.ClientSession, server: int) -> None:
        async with session.get(url) as response:
            page = await response.text()
            assert response.status == 200
            assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        links = re.findall(r'(?:src|href)="([^"]*)"|url\("([^"]*)"\)', page)
        found = [one or other for one, other in links]
        assert len(found) >= 3
        assert all(link.startswith((f"{url}/static/", "data:")) for link in found)
        assert set(re.findall(r"(?:https?|wss?)://[^/\"' ]+", page)) == {url, url.replace("http", "ws")}
        for link in found:
            if link.startswith(url):
                async with session.get(link) as response:
                    assert response.status == 200

    serving(visit)


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "evil.example"}),
        ("/", {"Host": "localhost:1"}),
        ("/ws", {"Origin": "http://evil.example"}),
        ("/ws", {"Origin": "null"}),
        ("/ws", {}),
        ("/ws", {"Host": "evil.example", "Origin": "http://evil.example"}),
    ],
)
def test_other_sites_are_refused(path: str, headers: dict[str, str], served: str) -> None:
    async def visit() -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.get(served + path, headers=headers) as response,
        ):
            assert response.status == 403

    asyncio.run(asyncio.wait_for(visit(), PATIENCE))


def test_a_page_runs_the_app_and_takes_its_keys() -> None:
    async def visit(url: str, session: aiohttp.ClientSession, server: int) -> None:
        async with session.ws_connect(f"{url}/ws?width=80&height=24", origin=url) as socket:
            shown = await _until(socket, b"takes the first step")
            assert "v1 = x + y" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode("utf-8", "replace"))
            await socket.send_json(["stdin", "\x1b[C"])
            await _until(socket, b"is given")
            await socket.send_json(["stdin", "q"])
            while (message := await socket.receive()).type not in (
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSED,
            ):
                assert message.type is not aiohttp.WSMsgType.ERROR

    serving(visit)


async def _until(socket: aiohttp.ClientWebSocketResponse, words: bytes) -> bytes:
    shown = b""
    while words not in shown:
        message = await socket.receive()
        assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), f"it ended after {shown!r}"
        shown += message.data if isinstance(message.data, bytes) else message.data.encode()
    return shown


@pytest.mark.parametrize("leave", ["the browser", "the server"])
def test_the_app_ends_with_its_page_and_with_its_server(leave: str) -> None:
    """Its process id is its own: the test waits until the process is gone."""

    async def visit(url: str, session: aiohttp.ClientSession, server: int) -> None:
        socket = await session.ws_connect(f"{url}/ws?width=80&height=24", origin=url)
        await _until(socket, b"takes the first step")
        pids.extend(_children(server))
        assert pids
        if leave == "the browser":
            await socket.close()
            for pid in pids:
                await asyncio.to_thread(_gone, pid)

    pids: list[int] = []
    serving(visit)
    for pid in pids:
        _gone(pid)


def _children(server: int) -> list[int]:
    task = Path(f"/proc/{server}/task/{server}/children")
    if not task.exists():
        pytest.skip("the system does not list a process's children")
    return [
        int(pid)
        for pid in task.read_text().split()
        if "chainrule_cli" in Path(f"/proc/{pid}/cmdline").read_text()
    ]


def _gone(pid: int) -> None:
    """Returns when the process is no more, or is a corpse that nobody has buried."""
    with suppress(ProcessLookupError), os.fdopen(os.pidfd_open(pid)) as process:
        assert select.select([process], [], [], PATIENCE)[0], "the app goes on"


def test_the_app_ends_when_its_server_is_killed() -> None:
    """Nobody asks it to: it sees that its parent is another one."""

    async def visit(url: str, session: aiohttp.ClientSession, server: int) -> None:
        async with session.ws_connect(f"{url}/ws?width=80&height=24", origin=url) as socket:
            await _until(socket, b"takes the first step")
            pids = _children(server)
            os.kill(server, signal.SIGKILL)
            for pid in pids:
                await asyncio.to_thread(_gone, pid)

    serving(visit, ends=-signal.SIGKILL)


@pytest.mark.parametrize("text", NASTY)
def test_a_shell_sees_one_argument(text: str, tmp_path: Path) -> None:
    line = web.write_command(["play", "--at=x=1", "--", text])
    assert shlex.split(line)[-1] == text
    show = "import sys; sys.stdout.write(repr(sys.argv[1:]))"
    line = line.replace("-m chainrule_cli", f"-c {shlex.quote(show)}")
    ran = subprocess.run(
        ["/bin/sh", "-c", line], capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE, check=True
    )
    assert ran.stdout == repr(["play", "--at=x=1", "--", text])
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken() -> None:
    with web.bind(0) as door:
        port = door.getsockname()[1]
        with pytest.raises(UsageError, match="is taken"):
            web.bind(port)


def test_the_door_is_on_the_loopback() -> None:
    with web.bind(0) as door:
        assert door.getsockname()[0] == "127.0.0.1"


def test_the_command_says_its_address_and_ends_at_an_interrupt(interruptible: None) -> None:
    with subprocess.Popen(
        [*COMMAND, *QUESTION, "--web", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert re.match(
            r"http://127\.0\.0\.1:\d+  \(only this machine can reach it; Ctrl-C ends it\)\n", line
        )
        child.send_signal(signal.SIGINT)
        rest, errors = child.communicate(timeout=PATIENCE)
    assert (child.returncode, rest, errors) == (0, "", "")


def test_a_bad_formula_never_opens_a_door() -> None:
    ran = subprocess.run(
        [*COMMAND, "play", "sin(", "--web"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "error:" in ran.stderr


def test_a_missing_extra_is_one_line_with_the_pip_command() -> None:
    code = """if True:
        import sys
        sys.modules["textual_serve"] = None
        from importlib import util
        real = util.find_spec
        util.find_spec = lambda name, *rest: None if name == "textual_serve" else real(name, *rest)
        from chainrule_cli.cli import main
        sys.argv = ["chainrule", "play", "--web"]
        main()
    """
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == 'error: --web needs textual-serve\n  pip install "chainrule[web]"\n'
