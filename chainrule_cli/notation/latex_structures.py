"""What a command of LaTeX takes: fractions, roots, exponents, subscripts, derivatives.

The tokens are those that a person would have typed in the plain notation: \\frac{a}{b} is ((a)/(b)).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chainrule_cli.notation import latex_commands as commands
from chainrule_cli.notation.characters import GREEK_NAMES, SIGNS
from chainrule_cli.notation.cursor import DIGITS_SIGN
from chainrule_cli.notation.functions import ALIASES
from chainrule_cli.notation.latex_cursor import LatexCursor, Step
from chainrule_cli.notation.lexer import Token
from chainrule_cli.notation.words import KNOWN

_IN_BRACES = r"\{[ ]*([A-Za-z0-9]+)[ ]*\}"
_FONTS = "|".join(sorted((commands.UPRIGHT | commands.TEXTS) - {"operatorname*"}))
_UPRIGHT = rf"\\(?:{_FONTS})[ ]*{_IN_BRACES}"
_SUBSCRIPT = re.compile(
    rf"{_IN_BRACES}|{_UPRIGHT}|\{{[ ]*{_UPRIGHT}[ ]*\}}|\{{[ ]*\\rm[ ]+([A-Za-z0-9]+)[ ]*\}}"
    r"|([0-9]+|[A-Za-z])|\\([A-Za-z]+)|\{[ ]*\\([A-Za-z]+)[ ]*\}"
)
_SEVERAL_DIGITS = re.compile(r"[0-9]{2,}(?:\.[0-9]+)?|[0-9]*\.[0-9]+")
_DELIMITER = re.compile(r"[ \t\r\n]*(\\[A-Za-z]+|\\.|.)", re.DOTALL)
_OPENING_BRACE = re.compile(r"[ \t\r\n]*\\(?:\{|lbrace)[ \t\r\n]*(?=\\begin[ ]*\{([A-Za-z]+)\})")
_ORDER = re.compile(r"[ ]*\[[ ]*([0-9A-Za-z])[ ]*\]")
_PSI = re.compile(
    r"[ ]*(?:_([0-9])|_\{([0-9])\}|\^\{[ ]*(?:\\left)?[ ]*\([ ]*([0-9]{1,3})[ ]*(?:\\right)?[ ]*\)[ ]*\})"
    r"[ ]*(?=\(|\\left[ ]*\()"
)
_CLOSING_KINDS = {"|": "|)", ")": ")", "]": "]", "|)": "|)", "(": "(", "[": "["}
_OPENING_KINDS = {"|": "|(", "(": "(", "[": "[", "|(": "|(", ")": ")", "]": "]"}
_SIGNS_OF_EXPONENTS = "+-*/(['|,.=<>!"
"""What may stand behind ^ and is read as in the plain notation."""


class LatexStructures(LatexCursor):
    """The commands that take something, each a step or an immediate reading."""

    # fractions and roots

    def fraction(self, _name: str, start: int) -> Step:
        """((top)/(bottom))"""
        begin = len(self.tokens)
        opening = self.token("(", "{", start)
        self.tokens += [opening, opening]
        yield self.argument()
        self.divide(start)
        yield self.argument()
        closing = self.last(")", "}")
        self.tokens += [closing, closing]
        self.pair = (begin, len(self.tokens))
        self.remark_mixed_number(begin, start)

    def remark_mixed_number(self, begin: int, start: int) -> None:
        """2\\frac{1}{2} may be meant as two and a half. begin: index of the fraction."""
        kinds = [token.kind for token in self.tokens[max(begin - 1, 0) :][:11]]
        if kinds == ["number", "(", "(", "number", ")", "/", "(", "number", ")", ")"]:
            self.note("a number before a fraction is a factor, not the whole part of a mixed number", start)

    def divide(self, start: int) -> None:
        self.tokens += [self.last(")", "}"), self.token("/", "/", start), self.last("(", "{")]

    def over(self, _name: str, start: int) -> None:
        """{a \\over b}: all of the group before it, and all behind it."""
        scope = self.scopes[-1]
        if scope.below:
            raise self.error("a second \\over in one group", start, "put one of the fractions in braces")
        if scope.begin == len(self.tokens):
            raise self.error("nothing stands before \\over", start)
        first = self.tokens[scope.begin].start
        self.enclose(scope.begin, first)
        self.tokens.insert(scope.begin, Token("(", "{", first, first + 1))
        self.add("/", "/", start)
        scope.below = len(self.tokens)

    def root(self, _name: str, start: int) -> Step:
        """sqrt(inner), or root(inner, degree). \\sqrt(x) is read as the plain notation reads sqrt(x)."""
        begin = len(self.tokens)
        if self.take("["):
            yield self.run("]", self.position - 1)
            if len(self.tokens) == begin:
                raise self.error("an empty box is left", start, "fill it, or take it away")
        degree = self.cut(begin)
        self.skip_space()
        self.add("word", "root" if degree else "sqrt", start)
        if not degree and self.char in ("(", "["):
            return
        yield self.under_root(degree, start)

    def under_root(self, degree: Sequence[Token], start: int) -> Step:
        """What stands under a root, with its degree, in brackets."""
        begin = len(self.tokens)
        if not self.add_several_digits("the root is of all of {}"):
            yield self.argument()
        if degree:
            self.tokens += [Token(",", ",", degree[0].start, degree[0].start), *degree]
        self.enclose(begin, start)

    def root_of(self, _name: str, start: int) -> Step:
        """\\root n \\of x"""
        begin = len(self.tokens)
        yield self.run("\\of", start)
        if len(self.tokens) == begin:
            raise self.error("the degree of the root is missing", start, "write \\sqrt[3]{x}")
        degree = self.cut(begin)
        self.add("word", "root", start)
        yield self.under_root(degree, start)

    def add_several_digits(self, message: str) -> bool:
        """Take a number of several digits where TeX itself takes its first digit only, and say so."""
        self.skip_space()
        found = _SEVERAL_DIGITS.match(self.text, self.position)
        if found is None:
            return False
        self.position = found.end()
        self.add_number(found[0], found.start())
        if message:
            self.note(message.format(found[0]), found.start())
        return True

    # exponents and subscripts

    def exponent(self, start: int) -> Step | None:
        """What follows ^: x^{2}, f^{\\prime}, and x^10 as it was meant, with the sign DIGITS_SIGN."""
        self.skip_space()
        sign = len(self.tokens)
        self.tokens.append(Token("^", "^", start, start + 1))
        if self.add_several_digits(""):
            if self.tokens[-1].text.isdigit():
                self.tokens[sign] = Token("^", DIGITS_SIGN, start, start + 1)
            self.power = (sign, len(self.tokens))
            return None
        if not self.char or self.char in "}&$":
            raise self.error("an exponent is missing", start, "write x^2 or x^{10}")
        if SIGNS.get(self.char, "") in ("'", "''"):
            self.tokens.pop()
            return None
        if self.char in _SIGNS_OF_EXPONENTS:
            return None
        return self.exponent_in_group(sign)

    def exponent_in_group(self, sign: int) -> Step:
        begin = sign + 1
        opening = self.position
        yield self.argument()
        inner = self.tokens[begin : begin + 9]
        if all(token.kind in ("'", "''") for token in inner):
            del self.tokens[sign]
            return
        if len(inner) > 1:
            self.enclose(begin, opening)
        if self.text[opening] == "{" or inner[-1].kind == "number":
            self.power = (sign, len(self.tokens))

    def subscript(self, start: int) -> Step | None:
        """What follows _: x_{1} is a name; the subscript of a logarithm is its base."""
        power = self.cut_power()
        last = self.tokens[-1] if self.tokens else None
        if last is not None and last.kind == "word" and ALIASES.get(last.text) == "log":
            return self.base(start, power)
        self.skip_space()
        found = _SUBSCRIPT.match(self.text, self.position)
        is_name = last is not None and last.kind == "word" and (last.text not in KNOWN or len(last.text) == 1)
        greek = last is not None and last.text in GREEK_NAMES
        if last is None or found is None or not (is_name or greek):
            raise self.error("a subscript belongs to a letter", start, "write x_1 or x_{12}")
        self.position = found.end()
        self.lower(last, found[found.lastindex or 0])
        self.remark_lowered(found[5] or "", start)
        self.tokens += power
        return None

    def lower(self, last: Token, subscript: str) -> None:
        """Put a subscript to the last letter of a word, or to a Greek letter."""
        name = last.text if last.text in GREEK_NAMES else last.text[-1]
        before = last.text[: len(last.text) - len(name)]
        self.tokens.pop()
        if before:
            self.tokens.append(Token("word", before, last.start, last.end - 1))
        self.add("word", f"{name}_{subscript}", last.end - 1 if before else last.start)

    def remark_lowered(self, lowered: str, start: int) -> None:
        """TeX lowers one digit or letter only; people mean all of the digits, and not all of the letters."""
        if len(lowered) > 1:
            self.note(f"_{lowered} is read as one subscript, as _{{{lowered}}} would be", start)
        elif lowered.isalpha() and self.char.isalpha() and self.char.isascii():
            self.note(f"the subscript is {lowered} alone; longer ones stand in braces", start)

    def base(self, start: int, power: Sequence[Token]) -> Step:
        self.add("_", "_", start)
        begin, opening = len(self.tokens), self.position
        if not self.add_several_digits("the base is all of {}"):
            yield self.argument()
        self.enclose(begin, opening)
        self.tokens += power

    def cut_power(self) -> list[Token]:
        """The exponent that was just read, where a subscript follows it: \\log^2_{10}."""
        sign, end = self.power
        return self.cut(sign) if end == len(self.tokens) else []

    # derivatives

    def derivative(self, name: str, start: int) -> Step:
        """\\dv{y}{x} as ((d y)/(d x)), \\dv{x} as ((d)/(d x)), \\dv[2]{y}{x} with its orders."""
        sign = self.token("word", commands.DERIVATIVES[name], start)
        found = _ORDER.match(self.text, self.position)
        self.position = found.end() if found is not None else self.position
        order: list[Token] = []
        if found is not None:
            kind = "number" if found[1].isdigit() else "word"
            order = [self.token("^", "^", start), self.token(kind, found[1], start)]
            order[1] = order[1]._replace(value=int(found[1])) if kind == "number" else order[1]
        begin = len(self.tokens)
        yield self.argument()
        top = self.cut(begin)
        self.skip_space()
        if self.char == "{":
            yield self.argument()
        bottom, top = (self.cut(begin), top) if len(self.tokens) > begin else (top, [])
        opening = self.token("(", "{", start)
        self.tokens += [opening, opening, sign, *order, *top]
        self.divide(start)
        closing = self.last(")", "}")
        self.tokens += [sign, *bottom, *order, closing, closing]

    def dotted(self, name: str, start: int) -> Step:
        """\\dot{y} is y'."""
        begin = len(self.tokens)
        yield self.argument()
        if len(self.tokens) != begin + 1 or self.tokens[begin].kind != "word":
            raise self.error("a dot belongs over a single letter", start, "write y' or dy/dt")
        for _ in range(commands.DOTS[name]):
            self.add("'", "'", start)

    def psi(self, _name: str, start: int) -> Step | None:
        """\\psi_0(x) and \\psi^{(1)}(x) are the polygamma functions."""
        found = _PSI.match(self.text, self.position)
        if found is None:
            self.add("word", "psi", start)
            return None
        self.position = found.end()
        order = found[found.lastindex or 0]
        if int(order) == 0:
            self.add("word", "digamma", start)
            return None
        self.add("word", "polygamma", start)
        number = self.token("number", order, start)._replace(value=int(order))
        first = (number, self.token(",", ",", start))
        if self.take("("):
            self.tokens += [self.last("(", "("), *first]
            return None
        self.take("\\left")
        return self.left("left", start, first)

    # brackets

    def braces(self, start: int) -> Step:
        """A group that no command takes: brackets, unless it holds a function's name or a statement."""
        begin = len(self.tokens)
        self.position += 1
        yield self.run("}", start)
        inner = self.tokens[begin : begin + 2]
        self.pass_statement()
        if inner and not (self.closed.statement or _is_lone_word(inner) or _is_remark(inner[0])):
            self.enclose(begin, start)

    def transparent(self, _name: str, _start: int) -> Step:
        """A command that changes how its group looks, and nothing else."""
        if self.take("{"):
            yield self.run("}", self.position - 1)
            self.pass_statement()

    def left(self, _name: str, start: int, first: Sequence[Token] = ()) -> Step:
        """\\left( ... \\right). first: tokens to put behind the opening bracket."""
        cases = _OPENING_BRACE.match(self.text, self.position)
        if cases is not None and cases[1] in commands.ARRAYS | commands.CASES:
            self.position = cases.end()
            self.note("the rows behind the brace are pieces with their conditions", start)
            yield self.pieces_behind_brace(start)
            return
        begin = len(self.tokens)
        opening = self.delimiter(start, _OPENING_KINDS)
        self.tokens += first
        inner = len(self.tokens)
        yield self.run("\\right", start)
        if len(self.tokens) == inner:
            hint = "write what goes in, or take the brackets away"
            raise self.error("there is nothing between the brackets", start, hint)
        middle = self.position - len("\\right")
        closing = self.delimiter(middle, _CLOSING_KINDS)
        if "." in (opening, closing) and opening != closing:
            message = "a bracket stands on one side only, as for a value at a point"
            raise self.error(message, start, "close it with another one, or put the value in")
        self.pair = (begin, len(self.tokens))

    def pieces_behind_brace(self, start: int) -> Step:
        """\\left\\{ \\begin{array} ... \\end{array} \\right."""
        step = self.add_command()
        if step is not None:
            yield step
        if not (self.take("\\right") and self.take(".")):
            raise self.error("the brace of the pieces is not closed", start, "add \\right.")

    def sized(self, name: str, start: int) -> None:
        """\\bigl( and \\bigr|"""
        kinds = _OPENING_KINDS if name in commands.OPENING_SIZES else _CLOSING_KINDS
        self.delimiter(start, kinds)

    def delimiter(self, start: int, kinds: dict[str, str]) -> str:
        """Append the bracket behind \\left or \\right; as it is written."""
        found = _DELIMITER.match(self.text, self.position)
        if found is None:
            raise self.error("a bracket is missing", start)
        self.position, mark = found.end(), found[1]
        name = mark.removeprefix("\\")
        kind = kinds.get(commands.SYMBOLS.get(name, mark), "")
        if name in commands.ROUNDED:
            self.rounded(name, start)
        elif name in commands.ROUNDED_END:
            self.add(")", ")", start)
        elif kind:
            self.add(kind, mark, start)
        elif mark != ".":
            raise self.error(f"{mark} is no bracket", start, "write ( ), [ ] or | |")
        return mark

    def rounded(self, name: str, start: int) -> None:
        self.add("word", commands.ROUNDED[name], start)
        self.add("(", "(", start)


def _is_lone_word(tokens: Sequence[Token]) -> bool:
    """Whether a group holds the name of a function only, {\\rm sech}, or the d of a derivative."""
    text = tokens[0].text
    is_function = text in KNOWN and ALIASES.get(text) not in ("e", "pi")
    return len(tokens) == 1 and tokens[0].kind == "word" and (is_function or text in ("d", "∂"))


def _is_remark(token: Token) -> bool:
    """Whether a group begins with the words of a condition: {\\text{if } x > 0}."""
    return token.kind == "word" and token.text in commands.CONNECTING | commands.OTHERWISE
