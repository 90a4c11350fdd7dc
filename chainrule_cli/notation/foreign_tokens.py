"""Tokens as another system writes them -> tokens of this language, by the rows of spellings.py.

Words before brackets, square brackets of a call, modules, constants, elementwise operators, doubles of
Fortran. Every step keeps the places of the text. What leaves a derivative standing is refused in words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation.characters import BRACKETS
from chainrule_cli.notation.lexer import UNKNOWN, Token, number_token, scan
from chainrule_cli.notation.spellings import (
    CALLED,
    CASELESS,
    CONSTANTS,
    MODULES,
    NO_VALUES,
    OPERATORS,
    REAL_ONLY,
    REFUSED,
    STANDING,
)
from chainrule_cli.notation.syntax import Note
from chainrule_cli.notation.words import CONSTANTS as LETTERS_OF_CONSTANTS
from chainrule_cli.notation.words import KNOWN, LONGEST_PRODUCT, UNDEFINED, Remark

_DOUBLE = re.compile(r"[dD][0-9]+")
STEP_AT = "Heaviside"
GREEK_STEP = "theta"
LONGEST_SPELLED = 8
"""Letters of a function's name that stand one by one: s e c h."""


def respell(tokens: list[Token], text: str, declared: Collection[str], remark: Remark) -> list[Token]:
    """The tokens in this language's spelling; declared names are left alone.

    Raises ReadError for words that have no value here, and for a derivative that is left standing.
    """
    return _Respelling(tokens, text, declared, remark).run()


class _Respelling:
    """One run. index: of the next token. found: the tokens so far."""

    def __init__(self, tokens: list[Token], text: str, declared: Collection[str], remark: Remark) -> None:
        self.tokens = tokens
        self.text = text
        self.declared = declared
        self.remark = remark
        self.index = 0
        self.found: list[Token] = []
        self.round: list[bool] = []
        """Of each bracket that is open: whether [ and ] are written ( and )."""

    def run(self) -> list[Token]:
        self.refuse_spelled_letters()
        while self.index < len(self.tokens):
            self.step()
        return self.found

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def adjoins(self, ahead: int) -> bool:
        """Whether the token so far ahead begins where the one before it ends."""
        return self.peek(ahead).start == self.peek(ahead - 1).end

    def note(self, typed: str, meaning: str, token: Token) -> None:
        self.remark(Note(f"{typed} is read as {meaning}", token.span))

    def error(self, message: str, token: Token, hint: str) -> ReadError:
        return ReadError(message, text=self.text, span=token.span, hint=hint)

    # one step

    def step(self) -> None:
        token = self.peek()
        if token.kind == UNKNOWN and self.skip_sign(token):
            return
        if token.kind == "number" and self.add_double(token):
            return
        if token.kind == "/" and self.peek(1).kind == "/" and self.adjoins(1):
            self.add_floor_division(token)
            return
        if token.kind == "word" and token.text not in self.declared:
            self.add_word(token)
            return
        self.add(self.open_or_close(token))

    def add(self, token: Token) -> None:
        self.found.append(token)
        self.index += 1

    def open_or_close(self, token: Token) -> Token:
        """A square bracket that opens the argument of a function is a round one, and so is its partner."""
        if token.kind in BRACKETS:
            called = token.kind == "[" and self.is_call_before(token)
            self.round.append(called)
            return token._replace(kind="(") if called else token
        if token.kind in (")", "]", "}", "|)") and self.round and self.round.pop():
            return token._replace(kind=")") if token.kind == "]" else token
        return token

    def is_call_before(self, token: Token) -> bool:
        """Whether what stands before [ is applied to what it holds: Cos[x], f[x], f'[x], not sqrt[3]{x}."""
        index = len(self.found) - 1
        while index >= 0 and self.found[index].kind in ("'", "''"):
            index -= 1
        if index < 0 or self.found[index].kind != "word" or self.found[-1].end != token.start:
            return False
        word = self.found[index].text
        if word == "sqrt":
            return not (
                self.peek(1).kind == "number" and self.peek(2).kind == "]" and self.peek(3).kind in BRACKETS
            )
        if word in self.declared:
            return False
        return word in UNDEFINED or (word in KNOWN and word not in LETTERS_OF_CONSTANTS)

    def skip_sign(self, token: Token) -> bool:
        """.* and %pi and the point behind a module."""
        after = self.peek(1)
        if token.text == "." and self.adjoins(1) and after.kind in ("*", "/", "^"):
            self.index += 1
            return True
        if token.text == "%" and after.kind == "word" and self.adjoins(1):
            meaning = CONSTANTS.get(f"%{after.text}")
            if meaning is not None:
                self.index += 1
                self.add(after._replace(text=meaning, start=token.start))
                return True
        return False

    def add_double(self, token: Token) -> bool:
        """2.0d0 of Fortran as 2.0."""
        after = self.peek(1)
        if after.kind != "word" or not self.adjoins(1) or after.text in self.declared:
            return False
        if not _DOUBLE.fullmatch(after.text):
            return False
        typed = f"{token.text}e{after.text[1:]}"
        self.index += 1
        self.add(number_token(self.text, typed, token.start, after.end))
        return True

    def add_floor_division(self, token: Token) -> None:
        """2 // 3 of Julia is a fraction; of anything else // is no operator here."""
        before, after = (self.found[-1] if self.found else token), self.peek(2)
        whole = all(each.kind == "number" and isinstance(each.value, int) for each in (before, after))
        if not whole:
            raise self.error(
                "// is no operator here", token, "x//y of Python is floor(x/y); a fraction is x/y"
            )
        self.note(f"{before.text} // {after.text}", f"{before.text}/{after.text}", token)
        self.add(token)
        self.index += 1

    # words

    def add_word(self, token: Token) -> None:
        if self.skip_module(token) or self.add_constant(token) or self.add_operator(token):
            return
        opening = self.peek(1)
        called = opening.kind in ("(", "[") and (opening.start == token.end or opening.kind == "(")
        if called:
            self.refuse_called(token)
        elif token.text in REFUSED and not self.is_product(token.text):
            raise self.error(REFUSED[token.text][0], token, REFUSED[token.text][1])
        word = self.respell_called(token) if called else self.respell_bare(token)
        if word == "" and called:
            self.index += 1
            return
        if opening.kind == "[" and called and word[:1].isupper() and len(word) > 1 and word not in KNOWN:
            raise self.error(f"{word} is not a known function", token, "write it in this language: cos(x)")
        self.add(token._replace(text=word))

    def is_product(self, word: str) -> bool:
        return len(word) <= LONGEST_PRODUCT and all(letter in self.declared for letter in word)

    def skip_module(self, token: Token) -> bool:
        """np. before a name."""
        if token.text not in MODULES:
            return False
        points = [self.peek(1), self.peek(2)] if token.text == "std" else [self.peek(1)]
        name = self.peek(len(points) + 1)
        signs = "".join(point.text for point in points)
        if signs not in (".", "::") or name.kind != "word" or name.start != points[-1].end:
            return False
        constant = CONSTANTS.get(f"{token.text}.{name.text}")
        known = (
            name.text in KNOWN
            or name.text in CALLED
            or name.text in CONSTANTS
            or name.text.lower() in CASELESS
        )
        if constant is None and not known:
            typed = self.text[token.start : name.end]
            raise self.error(f"{typed} is not of this language", token, "see chainrule functions")
        self.index += len(points) + 1
        if constant is not None:
            self.add_meaning(constant, Span(token.start, name.end))
        return True

    def add_constant(self, token: Token) -> bool:
        meaning = CONSTANTS.get(token.text)
        if meaning is None or token.text in KNOWN:
            return False
        self.add_meaning(meaning, token.span)
        return True

    def add_meaning(self, meaning: str, span: Span) -> None:
        """The tokens of a formula in the place of one token."""
        inner = [token._replace(start=span.start, end=span.end) for token in scan(meaning)[:-1]]
        opening, closing = Token("(", "(", span.start, span.end), Token(")", ")", span.start, span.end)
        self.found += inner if len(inner) == 1 else [opening, *inner, closing]
        self.index += 1

    def add_operator(self, token: Token) -> bool:
        """2 xx 3, x dot y, x dot.op y: with blanks and factors on both sides."""
        sign = OPERATORS.get(token.text)
        if sign is None or not self.found or self.found[-1].end == token.start:
            return False
        dotted = self.peek(1).text == "." and self.peek(2).text == "op" and token.text == "dot"
        after = self.peek(3 if dotted else 1)
        factors = ("number", "word", ")", "]", "super", "π")
        if self.found[-1].kind not in factors or after.kind not in ("number", "word", "(", "√", "π", "["):
            return False
        if not dotted and after.start == token.end:
            return False
        self.note(token.text, "a product sign" if sign == "*" else "a division", token)
        self.index += 2 if dotted else 0
        self.add(token._replace(kind=sign, text=sign))
        return True

    # calls

    def refuse_called(self, token: Token) -> None:
        """Words that have no value here, before a bracket."""
        word, typed = token.text, f"{token.text}( )"
        if word in REFUSED:
            raise self.error(REFUSED[word][0], token, REFUSED[word][1])
        if word in REAL_ONLY:
            raise self.error(f"{typed} is of complex numbers; variables are real", token, REAL_ONLY[word])
        if word in STANDING and not self.is_operator_of_one(word):
            message = f"{typed} leaves a derivative or an integral standing"
            raise self.error(message, token, "write the derivative itself")
        if word == "d" and self.count_arguments(self.index + 1) == 2 and "d" not in self.declared:
            raise self.error("d( , ) leaves a derivative standing", token, "write the derivative itself")
        if word == "Derivative" and self.peek(1).kind == "[":
            raise self.error(
                "Derivative[ ] leaves a derivative standing", token, "write the derivative itself"
            )
        if word in NO_VALUES and not self.is_used_alone(word):
            message = f"{typed}, a Dirac delta, is no function with values"
            raise self.error(message, token, "leave it out: it is 0 off its jump")

    def is_operator_of_one(self, word: str) -> bool:
        """D(x^2), a head."""
        return word == "D" and self.count_arguments(self.index + 1) == 1

    def is_used_alone(self, word: str) -> bool:
        """Whether a Greek letter stands somewhere without a bracket, as a variable does."""
        return any(
            token.text == word and after.kind not in ("(", "[")
            for token, after in zip(self.tokens, self.tokens[1:], strict=False)
        )

    def respell_called(self, token: Token) -> str:
        """The word of this language for one before a bracket; "" for one that is left out."""
        word = token.text
        if word in ("Log", "log") and self.peek(1).kind == "[" and self.count_arguments(self.index + 1) == 2:
            self.note("Log[b, x]", "the logarithm of x to the base b", token)
            return "LogBase"
        if word == GREEK_STEP and not self.is_used_alone(word) and self.count_arguments(self.index + 1) == 1:
            self.note(f"{self.typed(token)}( )", "a step: 0 below 0, 1 above, with the derivative 0", token)
            return STEP_AT
        if word in CALLED:
            return self.name_called(token, CALLED[word])
        cased = CASELESS.get(word.lower())
        if cased is None or word in KNOWN:
            return word
        return CALLED.get(cased, cased)

    def name_called(self, token: Token, meaning: str) -> str:
        if meaning == STEP_AT:
            self.note(f"{token.text}( )", "a step: 0 below 0, 1 above, with the derivative 0", token)
        if meaning == "Conjugate":
            self.note(f"{token.text}(x)", "x: variables are real", token)
        if meaning == "PolyGamma" and self.count_arguments(self.index + 1) == 1:
            return "digamma"
        return meaning

    def respell_bare(self, token: Token) -> str:
        """SIN x, Sin^2 x: a function's name in other capitals, with a note."""
        word = token.text
        cased = CASELESS.get(word.lower())
        if cased is None or word in KNOWN or len(word) < 3 or not (word.istitle() or word.isupper()):
            return word
        self.note(word, cased, token)
        return cased

    def typed(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def count_arguments(self, opening: int) -> int:
        """How many arguments the bracket at an index holds; 0 where it holds none or is not closed."""
        nesting, commas = 0, 0
        for index in range(opening, min(opening + LONGEST_CALL, len(self.tokens))):
            kind = self.tokens[index].kind
            nesting += (kind in BRACKETS) - (kind in BRACKETS.values())
            if nesting == 0:
                return 0 if index == opening + 1 else commas + 1
            commas += nesting == 1 and kind == ","
        return 0

    def refuse_spelled_letters(self) -> None:
        """s e c h is a function's name, letter by letter, and no product."""
        run: list[Token] = []
        for token in self.tokens:
            apart = not run or token.start > run[-1].end
            if token.kind == "word" and len(token.text) == 1 and apart:
                run.append(token)
                continue
            self.refuse_run(run)
            run = []
        self.refuse_run(run)

    def refuse_run(self, run: Sequence[Token]) -> None:
        letters = "".join(token.text for token in run)
        for start in range(len(letters) - 2):
            for end in range(start + 3, min(start + LONGEST_SPELLED, len(letters)) + 1):
                name = letters[start:end]
                if name in CASELESS and not all(letter in self.declared for letter in name):
                    span = Span(run[start].start, run[end - 1].end)
                    message = f"{self.text[span.start : span.end]} looks like {name}, letter by letter"
                    hint = f"write {name}(x), or * between the letters"
                    raise ReadError(message, text=self.text, span=span, hint=hint)


LONGEST_CALL = 400
"""Tokens of a call whose arguments are counted."""
