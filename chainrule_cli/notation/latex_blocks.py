"""Blocks of LaTeX: environments, groups of words, upright letters, and what is no part of a formula."""

from __future__ import annotations

import re

from chainrule_cli.notation import latex_commands as commands
from chainrule_cli.notation.excerpt import shorten
from chainrule_cli.notation.latex_cases import read_pieces
from chainrule_cli.notation.latex_cursor import CLOSINGS, Step
from chainrule_cli.notation.latex_structures import LatexStructures
from chainrule_cli.notation.latex_words import read_words
from chainrule_cli.notation.lexer import scan
from chainrule_cli.notation.words import Remark

_UPRIGHT = re.compile(r"[ ]*\{([ ]*[A-Za-z][A-Za-z0-9]*(?:\\_[A-Za-z0-9]+)*[ ]*)\}")
_ENVIRONMENT = re.compile(r"[ ]*\{([A-Za-z]+\*?)\}")
_COLUMN = re.compile(r"[ ]*\{[ ]*(?:[lcr]|[rl]c?l)[ ]*\}")
_POSITION = re.compile(r"\[[tbc]\]")
_LENGTH = re.compile(r"[ ]*\[[ ]*-?[0-9.]{1,9}[ ]*[a-z]{2}\]")
_KERN = re.compile(r"[ ]*[+-]?[0-9.]{1,9}[ ]*(?:pt|em|ex|mu|mm|cm|in)")
_EQUATION_NUMBER = re.compile(r"[ ]*\([^()]{0,20}\)")
_TEXT_MARK = re.compile(r"\\\(|\\.|[{}$]", re.DOTALL)


class LatexBlocks(LatexStructures):
    """environments: those that are open, whether each holds pieces with their conditions."""

    def __init__(self, text: str, typed: str, remark: Remark) -> None:
        super().__init__(text, typed, remark)
        self.environments: list[bool] = []

    @property
    def in_cases(self) -> bool:
        return bool(self.environments) and self.environments[-1]

    # groups that are dropped

    def dropped(self, _name: str, _start: int) -> None:
        self.skip_group()

    def phantom(self, name: str, start: int) -> None:
        self.skip_group()
        self.note(f"\\{name} is not seen, and left out", start)

    def equation_number(self, _name: str, start: int) -> None:
        found = _EQUATION_NUMBER.match(self.text, self.position)
        if found is not None:
            self.position = found.end()
        else:
            self.skip_group()
        number = self.text[start : self.position].partition("(")[2].strip(")")
        self.note(f"the number of the equation{f', {number},' if number else ''} is left out", start)

    def kern(self, name: str, start: int) -> None:
        found = _KERN.match(self.text, self.position)
        if found is None:
            raise self.error(f"\\{name} needs a length", start, f"write \\{name}3pt, or take it away")
        self.position = found.end()

    def coloured(self, name: str, start: int) -> Step | None:
        self.skip_group()
        return self.transparent(name, start)

    # words

    def upright(self, name: str, start: int) -> Step | None:
        """A word in upright letters: a function, e, or the words of a case."""
        found = _UPRIGHT.match(self.text, self.position)
        if found is None:
            self.skip_space()
            return self.transparent(name, start) if self.char == "{" else self.argument()
        self.position = found.end()
        word = found[1].strip().replace("\\", "")
        self.tokens += [
            token._replace(start=start, end=self.position)
            for token in scan(commands.WORDS.get(word, word))[:-1]
        ]
        return None

    def words(self, _name: str, start: int) -> Step:
        """\\text{...}: words, and mathematics between dollar signs."""
        if not self.take("{"):
            yield self.argument()
            return
        opening = begin = self.position
        nesting = 1
        while found := _TEXT_MARK.search(self.text, self.position):
            self.position = found.end()
            nesting += {"{": 1, "}": -1}.get(found[0], 0)
            if nesting and found[0] not in ("$", "\\("):
                continue
            content = self.text[begin : found.start()]
            self.extend(read_words(content, start, self.position, cases=self.in_cases))
            if not nesting:
                return
            yield self.run(CLOSINGS[found[0]], found.start())
            begin = start = self.position
        raise self.unclosed_error("}", opening - 1)

    # environments

    def row_end(self, _name: str, start: int) -> None:
        found = _LENGTH.match(self.text, self.position)
        self.position = found.end() if found is not None else self.position
        self.end_cell()
        self.add(";", "\n", start)

    def environment(self, _name: str, start: int) -> Step:
        """Lines, or Piecewise((value, condition), ...)."""
        found = _ENVIRONMENT.match(self.text, self.position)
        name = found[1] if found is not None else ""
        bare = name.rstrip("*")
        behind_brace = bare in commands.ARRAYS and self.text[:start].rstrip().endswith(("\\{", "\\lbrace"))
        cases = bare in commands.CASES or behind_brace
        is_column = bare == "array" and _COLUMN.match(self.text, self.position + len(name) + 2) is not None
        if found is None or not (cases or bare in commands.LINES or is_column):
            message = f"the environment {shorten(name, 30)} is not known" if name else "\\begin needs a name"
            raise self.error(message, start, "pieces are written with cases")
        self.position = found.end()
        self.skip_format(bare)
        begin = len(self.tokens)
        self.environments.append(cases)
        yield self.run("\\end", start)
        self.environments.pop()
        if not self.take(f"{{{name}}}"):
            raise self.error(f"the environment {name} is not closed", start, f"add \\end{{{name}}}")
        if cases:
            self.add_pieces(begin, start)
        else:
            self.pass_statement()

    def skip_format(self, name: str) -> None:
        """What says how the columns of an environment are set."""
        found = _POSITION.match(self.text, self.position)
        self.position = found.end() if found is not None else self.position
        if name in ("array", "alignat", "alignedat", "numcases"):
            self.skip_group()

    def add_pieces(self, begin: int, start: int) -> None:
        rows = self.cut(begin)
        self.add("word", "Piecewise", start)
        self.add("(", "(", start)
        self.tokens += read_pieces(rows, start)
        self.tokens.append(self.last(")", ")"))
