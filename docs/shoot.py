"""The pictures of the pages: what a command prints, as an SVG that needs no font and no network.

    python docs/shoot.py            compares; exit 1 where a picture is stale
    python docs/shoot.py --write    makes them anew

A command that draws SVG itself is asked for it; of the others a terminal of 80 columns is drawn, in colour.
"""

from __future__ import annotations

import argparse
import io
import shlex
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text
from run_samples import make_environment

FOLDER = Path(__file__).resolve().parent / "pictures"
COLUMNS = 80
SHOTS = {
    "diff.svg": 'chainrule diff "sin(x**2)"',
    "graph.svg": 'chainrule graph "q = x + y; f = q*z" --at x=-2,y=5,z=-4 --format svg',
    "check.svg": 'chainrule check "sin(x**2)" "cos(x**2)"',
    "gears.svg": 'chainrule gears "sin(cos(x^2))" --at x=0.8 --format svg',
    "flow.svg": "chainrule flow --layers 20 --width 64 --compare sigmoid,relu+he,sigmoid+residual+batch"
    " --format svg",
    "checkpoint.svg": "chainrule checkpoint --layers 20 --slots 3 --format svg",
}
"""Names of files and the commands that they show."""

NIGHT = TerminalTheme(
    (13, 17, 23),
    (230, 237, 243),
    [
        (72, 79, 88),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (177, 186, 196),
    ],
    [
        (110, 118, 129),
        (255, 161, 152),
        (126, 231, 135),
        (242, 204, 96),
        (165, 214, 255),
        (226, 197, 255),
        (179, 240, 255),
        (255, 255, 255),
    ],
)
TEMPLATE = """\
<svg viewBox="0 0 {width} {height}" role="img" aria-label="{unique_id}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono",\
 monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">\
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def run_command(command: str) -> str:
    """What the command of this interpreter's environment prints on a coloured terminal of COLUMNS columns."""
    terminal = {**make_environment(), "COLUMNS": str(COLUMNS)}
    wish = [] if "--format" in command else ["--color", "always"]
    ran = subprocess.run(
        [*shlex.split(command), *wish],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=terminal,
        check=False,
        timeout=120,
    )
    if ran.returncode not in (0, 1) or not ran.stdout:
        raise SystemExit(f"{command}: {ran.stderr}")
    return ran.stdout


def draw(name: str, command: str) -> str:
    """The picture as SVG."""
    text = run_command(command)
    if text.startswith("<"):
        return text
    console = Console(
        width=COLUMNS + 2, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text(f"$ {command}", style="bold"))
    console.print(Text.from_ansi(text.rstrip()), overflow="ignore", no_wrap=True, crop=False)
    return console.export_svg(
        title="chainrule", theme=NIGHT, code_format=TEMPLATE, unique_id=f"shot-{name.partition('.')[0]}"
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description="Draw the pictures of the pages.")
    arguments.add_argument("--write", action="store_true", help="make them anew instead of comparing")
    write = arguments.parse_args().write
    FOLDER.mkdir(exist_ok=True)
    stale = []
    for name, command in SHOTS.items():
        file, picture = FOLDER / name, draw(name, command)
        if write:
            file.write_text(picture, "utf-8")
        elif not file.exists() or file.read_text("utf-8") != picture:
            stale.append(name)
    stray = sorted({file.name for file in FOLDER.iterdir()} - set(SHOTS))
    for name in [*stale, *stray]:
        why = (
            "stale: python docs/shoot.py --write" if name in stale else "shown by no command of docs/shoot.py"
        )
        print(f"docs/pictures/{name} is {why}")
    return 1 if stale or stray else 0


if __name__ == "__main__":
    sys.exit(main())
