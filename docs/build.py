"""Everything in README.md and docs/ that a run can produce, and what must hold of the pages.

    python docs/build.py            compares; exit 1 where a page is stale, a link dead, a command has none
    python docs/build.py --write    writes tables and samples into all pages, or into those that are named

Tables (tables.py) stand between `<!-- generated: ... -->` and `<!-- end -->`, samples (run_samples.py) in
blocks marked `console`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import tables
from run_samples import ROOT, rewrite, run_all, show_difference

TABLE = re.compile(r"(^<!-- generated: (.+?) -->\n).*?(^<!-- end -->$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
BLOCKS = re.compile(r"^```(?:console|sh|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
CALL = re.compile(r"\bchainrule ([a-z]+)\b([^|;&\n]*)")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
ELSEWHERE = (
    "--write", "--check", "--browser", "--doctest-modules", "--nworkers", "--nthreads", "--nmber", "--user",
    "--quiet", "--editable", "--failed-first", "--fix",
)  # fmt: skip
"""Options of other programs that the pages name: pip's, dask's, pytest's, ruff's, our own scripts'."""


def find_pages() -> list[Path]:
    """Every page that a person reads: found, so that none can be forgotten."""
    return [file for folder in ("", "docs", "findings") for file in sorted((ROOT / folder).glob("*.md"))]


def fill_tables(text: str) -> str:
    return TABLE.sub(lambda found: found[1] + tables.make(*found[2].split()) + found[3], text)


# what must hold


def find_complaints(texts: dict[Path, str]) -> Iterator[str]:
    """One line for each thing that is wrong with the pages beyond what they show."""
    yield from _find_missing_pages()
    yield from _find_unlisted_pages(texts)
    for file, text in texts.items():
        yield from (
            f"{_shorten(file)}: {complaint}"
            for complaint in (*_find_dead_links(file, text), *_find_unknown_names(text), *_count_marks(text))
        )


def _find_missing_pages() -> Iterator[str]:
    for name in tables.list_commands():
        page, _, heading = tables.name_page(name).partition("#")
        path = ROOT / "docs" / page
        if not path.is_file():
            yield f"chainrule {name} has no page: docs/{page} is missing"
        elif heading and heading not in list_anchors(path):
            yield f"chainrule {name} has no heading in docs/{page}"


def _find_unlisted_pages(texts: dict[Path, str]) -> Iterator[str]:
    listed = {target.partition("#")[0] for target in LINK.findall(texts[ROOT / "docs" / "index.md"])}
    for file in texts:
        if file.parent == ROOT / "docs" and file.name not in (*listed, "index.md"):
            yield f"docs/index.md does not name {file.name}"


def _find_dead_links(file: Path, text: str) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", text)):
        path, _, heading = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        found = (file.parent / unquote(path)).resolve() if path else file
        if not found.exists():
            yield f"the link to {target} is dead"
        elif heading and found.suffix == ".md" and heading not in list_anchors(found):
            yield f"the link to {target} is dead: no such heading"


@cache
def list_anchors(file: Path) -> frozenset[str]:
    """The places in a page that a link may name, as GitHub makes them of headings."""
    return frozenset(
        _make_anchor(heading)
        for heading in HEADING.findall(FENCE.sub("", fill_tables(file.read_text("utf-8"))))
    )


def _make_anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _find_unknown_names(text: str) -> Iterator[str]:
    """Commands and options that a page names in its code and that there are none of."""
    outside = TABLE.sub("", text)
    snippets = [*BLOCKS.findall(outside), *INLINE.findall(FENCE.sub("", outside))]
    commands = {*tables.list_commands(), "help"}
    for snippet in snippets:
        typed = "\n".join(
            line for line in snippet.splitlines() if line.startswith("$ ") or "$ " not in snippet
        )
        for name, rest in CALL.findall(typed):
            if name not in commands:
                yield f"there is no command {name}: chainrule {name}{rest}"
            elif name != "help":
                yield from (
                    f"chainrule {name} has no option {option}"
                    for option in OPTION.findall(rest)
                    if option not in _list_options(name)
                )
        yield from (
            f"no command has an option {option}"
            for option in OPTION.findall(typed)
            if option not in _list_every_option()
        )


@cache
def _list_options(name: str) -> frozenset[str]:
    return frozenset(
        {
            "--help",
            *ELSEWHERE,
            *(word for parameter in tables.find_command(name).params for word in parameter.opts),
        }
    )


@cache
def _list_every_option() -> frozenset[str]:
    own = {
        word
        for parameter in tables.cli.program.get_params(click.Context(tables.cli.program))
        for word in parameter.opts
    }
    return frozenset(own).union(*map(_list_options, tables.list_commands()))


def _count_marks(text: str) -> Iterator[str]:
    """A mark that does not match is a table that nobody makes."""
    begun, made, ended = text.count("<!-- generated:"), len(TABLE.findall(text)), text.count("<!-- end -->")
    if not begun == made == ended:
        yield f"{begun} tables begin, {ended} end"


# the script


def _shorten(file: Path) -> str:
    return str(file.relative_to(ROOT))


def main() -> int:
    arguments = argparse.ArgumentParser(description="Build or check the pages.")
    arguments.add_argument("files", nargs="*", type=Path, help="pages; all by default")
    arguments.add_argument("--write", action="store_true", help="write tables and samples into the pages")
    chosen = arguments.parse_args()
    texts = {file.resolve(): file.read_text("utf-8") for file in chosen.files or find_pages()}
    tabled = {file: fill_tables(text) for file, text in texts.items()}
    outputs = run_all(tabled.values())
    wrong = 0
    for file, text in tabled.items():
        true = rewrite(text, outputs)
        if chosen.write:
            file.write_text(true, "utf-8")
        elif true != texts[file]:
            wrong += 1
            sys.stdout.write(show_difference(texts[file], true, _shorten(file)))
    found = list(find_complaints({file: file.read_text("utf-8") for file in find_pages()}))
    sys.stdout.writelines(f"{complaint}\n" for complaint in found)
    return 1 if wrong or found else 0


if __name__ == "__main__":
    sys.exit(main())
