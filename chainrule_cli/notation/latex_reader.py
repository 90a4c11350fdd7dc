"""LaTeX -> the tokens of the plain notation, as authors, editors and systems write it.

The grammar stays the parser's; the commands are rows of latex_commands.py, what they take is in
latex_structures.py, words around the mathematics in latex_words.py. Positions are those of the original text,
so carets point into it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation import latex_commands as commands
from chainrule_cli.notation.characters import SIGN_PAIRS, SIGNS
from chainrule_cli.notation.excerpt import shorten
from chainrule_cli.notation.latex_blocks import LatexBlocks
from chainrule_cli.notation.latex_cursor import CLOSINGS, SPACES, Step
from chainrule_cli.notation.latex_words import (
    find_opening,
    is_delimited,
    read_stretch,
    single_backslashes,
)
from chainrule_cli.notation.lexer import Token, scan
from chainrule_cli.notation.syntax import Note
from chainrule_cli.notation.words import Remark

_COMMAND = re.compile(r"\\((?:operatorname|hspace|vspace|tag)\*|[A-Za-z]+|.)", re.DOTALL)
_WORD = re.compile(
    r"[A-Za-z]*?(?:log10|log2|log1p|expm1|atan2|arctan2)(?![0-9])|[A-Za-z]+(?:\\_[A-Za-z0-9]+)*"
)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"([0-9]+)\{([.,])\}([0-9]+)")
_END = re.compile(r"[ \t\r~]*(?:\Z|\n|\\\\|\\end(?![A-Za-z])|\$|\\[)\]])")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_ALIGNED = frozenset({"=", "<", ">", "<=", ">=", "==", "!=", ";", "mark"})


def scan_latex(text: str, remark: Remark) -> list[Token]:
    """The tokens of a LaTeX text, an "end" token last. remark: takes notes on what was dropped or decided.

    A character of no meaning is a token of the kind UNKNOWN, words around the mathematics are of the kind
    PROSE, arrows of the kind MARK, the end of a line is ";" with the text of a newline.

    Raises ReadError for an unknown command and a group that is not closed, LimitError for one nested too
    deep.
    """
    single = single_backslashes(text, _NAMES)
    if single is not None:
        remark(Note("every backslash stands twice; each pair is read as one", Span(0, len(text))))
    read = (single or text).replace("\\mleft", "\\left ").replace("\\mright", "\\right ")
    if "$" not in read.replace("\\$", ""):
        read = read.replace("\\$", " $")
    scanner = _LatexScanner(read, text, remark)
    scanner.follow(scanner.document())
    tokens = list(_without_ends(scanner.tokens))
    return [*tokens, Token("end", "", len(text), len(text))]


def _without_ends(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens without the commas that end a line."""
    held: Token | None = None
    for token in tokens:
        if held is not None and token.kind not in (";", "prose", "mark"):
            yield held
        held = token if token.kind == "," else None
        if held is None:
            yield token


class _LatexScanner(LatexBlocks):
    """One run over a text.

    by_lines: whether a newline ends a statement, as it does where the mathematics has no marks of its own.
    """

    def __init__(self, text: str, typed: str, remark: Remark) -> None:
        super().__init__(text, typed, remark)
        self.by_lines = False

    def document(self) -> Step:
        """The whole text: mathematics, or words with mathematics between marks."""
        if not is_delimited(self.text):
            self.by_lines = True
            yield self.run("", 0)
            return
        was_display = False
        stretch = 0
        while True:
            start, mark = find_opening(self.text, self.position)
            is_display = mark not in ("$", "\\(")
            self.tokens += read_stretch(
                self.typed,
                stretch,
                start,
                inside=bool(self.tokens and mark),
                display=was_display or is_display,
            )
            if not mark:
                return
            self.position = start
            yield self.formula(mark, start)
            stretch, was_display = self.position, is_display

    def formula(self, mark: str, start: int) -> Step:
        """Mathematics between marks."""
        if mark.startswith("\\begin"):
            self.position += len("\\begin")
            return self.environment("begin", start)
        self.position += len(mark)
        return self.run(CLOSINGS[mark], start)

    # what comes next

    def add_next(self) -> Step | None:
        char, start = self.char, self.position
        if char == "\\":
            return self.add_command()
        self.position += 1
        if char == "\n" and self.by_lines and len(self.scopes) == 1:
            self.add(";", "\n", start)
        elif char == "{":
            self.position -= 1
            return self.braces(start)
        elif char == "^":
            return self.exponent(start)
        elif char == "_":
            return self.subscript(start)
        elif char == "&":
            self.align(start)
        elif char == "$":
            raise self.error("a dollar sign stands inside a formula", start, "put one at each end only")
        elif char not in SPACES:
            self.position -= 1
            self.add_plain(char, start)
        return None

    def align(self, start: int) -> None:
        """& between a piece and its condition; elsewhere it only says where lines are aligned."""
        if self.in_cases:
            self.end_cell()
            self.add("&", "&", start)
        elif not self.environments and self.tokens and self.tokens[-1].kind not in _ALIGNED:
            self.skip_space()
            if self.char not in ("=", "<", ">"):
                raise self.error("& stands outside an environment", start, "write and between conditions")

    def add_plain(self, char: str, start: int) -> None:
        """A number, a word or a sign of the plain notation."""
        if char.isdigit() or char == ".":
            self.add_digits(start)
            return
        found = _WORD.match(self.text, start)
        if found is not None:
            self.position = found.end()
            self.add("word", found[0].replace("\\", ""), start)
            return
        pair = self.text[start : start + 2]
        kind = SIGN_PAIRS.get(pair) or SIGNS.get(char, "")
        if kind and char.isascii():
            self.position += len(pair) if pair in SIGN_PAIRS else 1
            self.add(kind, self.text[start : self.position], start)
        else:
            self.add_foreign()

    def add_digits(self, start: int) -> None:
        """A number, 1{,}5 among them; a full stop at the end of a line is none of it."""
        grouped = _GROUPED.match(self.text, start)
        if grouped is not None:
            self.position = grouped.end()
            self.add_grouped(grouped, start)
            return
        found = _NUMBER.match(self.text, start)
        typed = found[0] if found is not None else "."
        self.position = start + len(typed)
        if typed[-1] == "." and _END.match(self.text, self.position):
            typed = typed[:-1]
        if typed == ".":
            raise self.error("a point without digits", start, "write numbers as 0.5 or .5; * multiplies")
        if typed:
            end = self.position
            self.position = start + len(typed)
            self.add_number(typed, start)
            self.position = end
        if "e" in typed.lower() and not self.char.isalpha():
            self.note(f"{typed} is read as one number, with a power of ten", start)

    def add_grouped(self, found: re.Match[str], start: int) -> None:
        """1{,}5 is a decimal; 1{,}500 may be one, or a thousand and a half."""
        whole, mark, digits = found.groups()
        if mark == "," and len(digits) == 3 and len(whole) <= 3 and whole != "0":
            raise self.error(
                f"{found[0]} may be a decimal or a thousand",
                start,
                f"write {whole}.{digits} or {whole}{digits}",
            )
        self.add_number(f"{whole}.{digits}", start)

    def add_foreign(self) -> None:
        """Characters beyond ASCII, and others that have no sign here, as the plain notation reads them."""
        start = self.position
        found = _FOREIGN.match(self.text, start)
        run = found[0] if found is not None else self.char
        self.position += len(run)
        try:
            tokens = scan(run)[:-1]
        except ReadError as error:
            at = error.span or Span(0, 1)
            span = Span(start + at.start, start + at.end)
            raise type(error)(error.message, text=self.typed, span=span, hint=error.hint) from None
        self.tokens += [token._replace(start=start + token.start, end=start + token.end) for token in tokens]

    # commands

    def add_command(self) -> Step | None:
        start = self.position
        found = _COMMAND.match(self.text, start)
        if found is None:
            raise ReadError("a backslash at the end", text=self.typed, span=Span(start, start + 1))
        self.position, name = found.end(), found[1]
        if name in commands.SKIPPED:
            return None
        if name in commands.SYMBOLS:
            self.add(commands.SYMBOLS[name], found[0], start)
        elif name in commands.LETTERS and name != "psi":
            self.add("word", commands.LETTERS[name], start)
        elif name in commands.FUNCTION_NAMES and name not in ("pi", "psi"):
            self.add("word", commands.WORDS.get(name, name), start)
        elif name in commands.REFUSED:
            raise self.error(commands.REFUSED[name][0], start, commands.REFUSED[name][1])
        elif name in _HANDLERS:
            return _HANDLERS[name](self, name, start)
        else:
            raise self.unknown_error(name, start)
        return None

    def unknown_error(self, name: str, start: int) -> ReadError:
        near = difflib.get_close_matches(name[:40], sorted(_NAMES), 1)
        begun = max((word for word in commands.FUNCTION_NAMES if name.startswith(word)), key=len, default="")
        hint = f"did you mean \\{begun} {name[len(begun) :][:20]}?" if len(begun) > 2 else ""
        hint = hint or (f"did you mean \\{near[0]}?" if near else "")
        return self.error(f"the command \\{shorten(name, 30)} is not known", start, hint)

    def pi(self, _name: str, start: int) -> None:
        self.add("π", "π", start)

    def mark(self, name: str, start: int) -> None:
        self.add("mark", f"\\{name}", start)

    def escaped(self, name: str, start: int) -> None:
        """A sign that LaTeX writes with a backslash."""
        if name == "&" and self.in_cases:
            self.align(start)
            return
        sign = self.position - 1
        self.extend([token._replace(start=sign, end=self.position) for token in scan(name)[:-1]])

    def rounded_end(self, _name: str, start: int) -> None:
        self.add(")", ")", start)

    def refuse_alone(self, name: str, start: int) -> None:
        raise self.error(f"\\{name} stands without its partner", start, "take it away, or add the other one")


Handler = Callable[[_LatexScanner, str, int], Step | None]

_GROUPS: list[tuple[frozenset[str], Handler]] = [
    (frozenset(commands.FRACTIONS), _LatexScanner.fraction),
    (frozenset({"over"}), _LatexScanner.over),
    (frozenset({"sqrt"}), _LatexScanner.root),
    (frozenset({"root"}), _LatexScanner.root_of),
    (frozenset({"sp"}), lambda scanner, _name, start: scanner.exponent(start)),
    (frozenset({"sb"}), lambda scanner, _name, start: scanner.subscript(start)),
    (frozenset(commands.DERIVATIVES), _LatexScanner.derivative),
    (frozenset(commands.DOTS), _LatexScanner.dotted),
    (frozenset({"psi"}), _LatexScanner.psi),
    (frozenset({"pi"}), _LatexScanner.pi),
    (frozenset({"left"}), _LatexScanner.left),
    (frozenset({"right", "end", "of", "(", ")", "[", "]"}), _LatexScanner.refuse_alone),
    (commands.OPENING_SIZES | commands.CLOSING_SIZES, _LatexScanner.sized),
    (frozenset(commands.ROUNDED), lambda scanner, name, start: scanner.rounded(name, start)),
    (commands.ROUNDED_END, _LatexScanner.rounded_end),
    (commands.MARKS, _LatexScanner.mark),
    (frozenset({"\\", "cr", "newline", "tabularnewline"}), _LatexScanner.row_end),
    (frozenset("&%#_$"), _LatexScanner.escaped),
    (commands.DROPPED, _LatexScanner.dropped),
    (commands.PHANTOMS, _LatexScanner.phantom),
    (commands.NUMBERED, _LatexScanner.equation_number),
    (commands.KERNS, _LatexScanner.kern),
    (frozenset(commands.COLOURS), _LatexScanner.coloured),
    (commands.TRANSPARENT, _LatexScanner.transparent),
    (commands.UPRIGHT, _LatexScanner.upright),
    (commands.TEXTS, _LatexScanner.words),
    (frozenset({"begin"}), _LatexScanner.environment),
]
_HANDLERS: dict[str, Handler] = {name: handler for names, handler in _GROUPS for name in names}
"""Command -> what reads what it takes."""

_NAMES = frozenset({*commands.ALL, *_HANDLERS, *commands.REFUSED} - set("&%#_$\\()[]"))
"""Commands of letters, which an unknown one is compared with."""
