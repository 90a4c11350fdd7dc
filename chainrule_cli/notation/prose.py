"""What stands around a formula, set aside: words, remarks, Markdown, quotation marks, bullets, a point.

It works on the tokens, line by line, and only with the words of vocabulary.py: any other word stays an
unknown name. What is set aside is a note; a condition behind the formula stays as a remark, `where u = 3x`
as a definition, and "derivative of" is a token of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from chainrule_cli.errors import ReadError
from chainrule_cli.notation import vocabulary
from chainrule_cli.notation.characters import BRACKETS
from chainrule_cli.notation.lexer import UNKNOWN, Token
from chainrule_cli.notation.remarks import COMPARISONS, DERIVATIVE, GIVEN, MARK, PROSE, WORDS, RemarkLine
from chainrule_cli.notation.words import Remark

ADORNMENT = frozenset('`"“”„‟«»‹›‘#$.:?')
"""Characters that may stand around a formula and mean nothing there."""
LOOSE_ADORNMENT = frozenset("!…☐☑✓✔➤►▶◆●○■")
"""The same, where a blank or a word parts them from the formula: x! is something else."""
PAIRED = {"'": "'", "’": "’", "‘": "’", "_": "_"}
"""Signs that mean nothing where they stand around a formula on both sides."""
BULLETS = frozenset("•‣◦∙")
DRAWN = frozenset(map(chr, (*range(0x2500, 0x2580), *range(0x239B, 0x23B4))))
"""Lines and pieces of brackets, of which formulas are drawn over several lines."""


def set_words_aside(
    tokens: Sequence[Token], text: str, declared: Collection[str], remark: Remark
) -> list[Token]:
    """The tokens without what stands around the formulas. Raises ReadError for words that deny one."""
    if not _is_suspect(tokens):
        return list(tokens)
    found: list[Token] = []
    for line, separator in _lines(tokens):
        cleaner = _Line(line, text, declared, remark)
        cleaned = cleaner.clean()
        if found and cleaner.is_condition(cleaned):
            cleaner.leave_remark(cleaned)
        else:
            found.extend(cleaned)
        if separator is not None:
            found.append(separator)
    return found


SUSPECT = frozenset({UNKNOWN, MARK, PROSE, ","})
"""Kinds of tokens that could belong to what stands around a formula."""
ODD_STARTS = frozenset({"*", "^", ">", ">=", "'", "-"})
"""Kinds that a line begins with as a quotation, a list or a strong word in Markdown does."""


def _is_suspect(tokens: Sequence[Token]) -> bool:
    """Whether something could stand around the formulas: a quick look, as most texts are formulas alone."""
    before = ";"
    for index, (kind, text, *_) in enumerate(tokens):
        if kind in SUSPECT or text == "=>":
            return True
        if kind == "word" and len(text) > 1 and text.lower() in vocabulary.ALL:
            return True
        if before == ";" and (kind in ODD_STARTS or text[-1:] == "." or _is_closed(tokens, index + 1)):
            return True
        before = kind
    return _has_comparison(tokens)


def _has_comparison(tokens: Sequence[Token]) -> bool:
    return any(token.kind in COMPARISONS for token in tokens)


def _is_closed(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and tokens[index].kind == ")"


def _lines(tokens: Sequence[Token]) -> Iterator[tuple[list[Token], Token | None]]:
    """The runs of tokens between separators outside brackets, each with the separator behind it."""
    line: list[Token] = []
    nesting = 0
    for token in tokens:
        nesting += (token.kind in BRACKETS) - (token.kind in BRACKETS.values())
        if token.kind == "end" or (token.kind == ";" and nesting <= 0):
            yield line, token
            line, nesting = [], 0
        else:
            line.append(token)
    if line:
        yield line, None


class _Line(RemarkLine):
    """One line: what stands before the formula, and behind it."""

    def clean(self) -> list[Token]:
        start = self.skip_lead()
        end = self.skip_tail(start)
        self.say_aside(0, start)
        body = self.arrange(self.tokens[start:end])
        if self.order and start < len(self.tokens):
            begin, end = self.tokens[0].start, self.tokens[start].start
            head = [Token(DERIVATIVE, "", begin, end, self.order)]
            body = [*head, *([Token("=", "", end, end)] if self.claims else []), *body]
        if self.is_given(start) and len(body) > 2 and [token.kind for token in body[:2]] == ["word", "="]:
            body.insert(0, Token(GIVEN, "", body[0].start, body[0].start))
        return body

    def is_given(self, start: int) -> bool:
        """Whether one of the words before the formula gives a definition: let u = x^2."""
        typed = " ".join(token.text.lower() for token in self.tokens[:start] if token.kind in ("word", PROSE))
        return any(word in vocabulary.GIVING for word in WORDS.findall(typed))

    def is_adornment(self, index: int) -> bool:
        """Whether a token may stand around a formula and means nothing there."""
        token = self.tokens[index]
        if token.kind != UNKNOWN:
            return token.kind in (MARK, PROSE)
        if token.text in ADORNMENT:
            return True
        if token.text in DRAWN:
            hint = "write it in one line: 1/(2*sqrt(x))"
            message = "a formula that is drawn over several lines cannot be read"
            raise ReadError(message, text=self.text, span=token.span, hint=hint)
        loose = token.text in LOOSE_ADORNMENT or unicodedata.category(token.text[0]) in ("So", "Mn", "Cf")
        return loose and self.stands_apart(index)

    def stands_apart(self, index: int) -> bool:
        """Whether blanks or marks part a token from the formula before it."""
        token, before = self.tokens[index], self.tokens[index - 1] if index else None
        return before is None or before.end < token.start or before.kind in (UNKNOWN, MARK, PROSE)

    # before the formula

    def skip_lead(self) -> int:
        """The index behind what stands before the formula."""
        index = 0
        while index < len(self.tokens):
            behind = self.skip_one(index)
            if behind == index:
                break
            index = behind
        emphasis = any(map(_is_emphasis, self.tokens[:index]))
        return 0 if emphasis and not self.is_emphasized(index) else index

    def skip_one(self, index: int) -> int:
        """The index behind one sign, list number or run of words before the formula; the same for none."""
        token = self.tokens[index]
        if self.is_adornment(index):
            self.read_prose(token)
            return index + 1
        quoted = token.kind in (">", ">=") and index == 0
        if self.is_paired(index) or self.is_bullet(index):
            return index + 1
        if quoted or token.kind in ("*", "^") or (token.kind == "," and index > 0):
            return index + 1
        if self.is_list_number(index) or self.is_label(index):
            return index + 1 if token.text.endswith(".") else index + 2
        if self.is_bracketed_letter(index):
            return index + 3
        return self.skip_words(index)

    def is_paired(self, index: int) -> bool:
        """Whether the line begins here with a quotation mark or _ that ends it as well."""
        token, last = self.tokens[index], self.tokens[-1]
        return token is not last and token.text in PAIRED and PAIRED[token.text] == last.text

    def is_bullet(self, index: int) -> bool:
        """A point, or a minus before a strong word."""
        token, after = self.tokens[index], self.tokens[index + 1 : index + 2]
        if index or not after:
            return False
        worded = after[0].kind == "^" or self.skip_words(index + 1) > index + 1
        return token.text in BULLETS or (token.kind == "-" and after[0].start > token.end and worded)

    def is_label(self, index: int) -> bool:
        """A: or Q1: before a formula, or the language of a block of code behind its marks."""
        if self.tokens[index].kind != "word":
            return False
        after = self.tokens[index + 1 : index + 2]
        if not after:
            return index > 2 and all(token.text == "`" for token in self.tokens[:index])
        follows = [token.kind for token in self.tokens[index + 2 : index + 4]]
        named = MARK in follows or follows[:1] == ["="]
        return index == 0 and after[0].text == ":" and after[0].kind == UNKNOWN and not named

    def is_bracketed_letter(self, index: int) -> bool:
        """(a) before a formula in which a is no name."""
        kinds = [token.kind for token in self.tokens[index : index + 3]]
        if index or kinds != ["(", "word", ")"] or len(self.tokens) < 4 or not self.declared:
            return False
        letter, closing, after = self.tokens[1:4]
        return len(letter.text) == 1 and letter.text not in self.declared and after.start > closing.end

    def is_emphasized(self, start: int) -> bool:
        """Whether * or ** before the formula is Markdown: another one closes it, or words stand there."""
        closed = bool(self.tokens) and self.tokens[-1].kind in ("*", "^")
        last = [token for token in self.tokens[:start] if token.kind not in ("*", "^")]
        return closed or bool(last) or start == len(self.tokens)

    def is_list_number(self, index: int) -> bool:
        """a) and 1) and 2. before a formula."""
        if len(self.tokens) < index + 3:
            return False
        token, after = self.tokens[index], self.tokens[index + 1]
        if token.kind == "number" and token.text.endswith(".") and len(token.text) < 4:
            return after.start > token.end and after.kind in ("word", "number", "(", "√", "π", "=")
        short = (token.kind == "word" and len(token.text) == 1) or (
            token.kind == "number" and len(token.text) < 3
        )
        return short and after.kind == ")" and after.start == token.end

    def skip_words(self, start: int) -> int:
        """The index behind a run of words that says nothing about the formula; the start for no such run."""
        index = start
        while (
            index < len(self.tokens)
            and self.tokens[index].kind == "word"
            and self.is_word(self.tokens[index])
        ):
            index += 1
        run = self.tokens[start:index]
        words = [token.text.lower() for token in run]
        if not words or self.is_applied(index) or not _leads(words):
            return start
        if start and words[0] in vocabulary.REMARKS and words[0] not in vocabulary.PLAIN:
            return start
        after = self.tokens[index] if index < len(self.tokens) else None
        if after is not None and after.text.lower() in vocabulary.NEGATIONS:
            raise self.denial_error(after, after.text)
        self.order = _asked_order(words) or self.order
        claimed = 0 if self.order else _claimed_order(words)
        if claimed > 1:
            self.order, self.claims = claimed, True
        return index

    claims = False
    """Whether the words before the formula say that it is a derivative of that order."""

    def denial_error(self, token: Token, word: str) -> ReadError:
        message = f"the word {word} stands beside the formula: what does it say?"
        return ReadError(message, text=self.text, span=token.span, hint="give the formula alone")

    def is_applied(self, index: int) -> bool:
        """Whether what follows a word makes it a factor: so*x, so^2, so(x)."""
        if index >= len(self.tokens):
            return False
        after, last = self.tokens[index], self.tokens[index - 1]
        if after.kind in ("*", "^"):
            return after.text == "^" or (after.text == "*" and after.start == last.end)
        return after.kind in ("/", "super", "_", ")") or (
            after.kind in ("(", "'") and after.start == last.end
        )

    def read_prose(self, token: Token) -> None:
        """What the words between formulas say: that one is asked for, or that it is denied."""
        words = WORDS.findall(token.text.lower()) if token.kind == PROSE else []
        denied = next((word for word in words if word.replace("’", "'") in vocabulary.NEGATIONS), None)
        if denied:
            raise self.denial_error(token, denied)
        self.order = _asked_order(words) or self.order

    def skip_piece_lead(self, piece: list[Token]) -> int:
        line = _Line(piece, self.text, self.declared, self.remark)
        start = line.skip_lead()
        line.say_aside(0, start)
        self.order = line.order or self.order
        return start

    # behind the formula

    def skip_tail(self, start: int) -> int:
        """The index of what stands behind the formula that means nothing there."""
        end = len(self.tokens)
        comment = next((index for index in range(start, end) if self.is_comment(index)), None)
        if comment is not None and comment > start:
            self.say_aside(comment, end)
            end = comment
        emphasized = any(map(_is_emphasis, self.tokens[:start]))
        while end > start:
            token = self.tokens[end - 1]
            adorned = self.is_adornment(end - 1) or token.kind == "," or self.is_closing(start, token)
            if adorned or (emphasized and token.kind in ("*", "^")):
                self.read_prose(token)
                end -= 1
                continue
            opening = self.find_words_in_brackets(start, end)
            if opening is None:
                break
            self.say_aside(opening, end)
            end = opening
        return end

    def is_closing(self, start: int, token: Token) -> bool:
        """Whether a token closes the quotation that the line begins with."""
        return token is self.tokens[-1] and any(
            PAIRED.get(opening.text) == token.text for opening in self.tokens[:start]
        )

    def is_comment(self, index: int) -> bool:
        token = self.tokens[index]
        return token.kind == UNKNOWN and token.text == "#"

    def find_words_in_brackets(self, start: int, end: int) -> int | None:
        """The index of a bracket that ends here and holds nothing but words, or a condition: (power rule)."""
        if self.tokens[end - 1].kind not in (")", "]"):
            return None
        index = end - 2
        while index > start and self.tokens[index].kind not in BRACKETS:
            index -= 1
        inside = self.tokens[index + 1 : end - 1]
        if index <= start or self.tokens[index].kind not in ("(", "["):
            return None
        if inside and all(token.kind == "word" and self.is_word(token) for token in inside):
            return index if _leads([token.text.lower() for token in inside]) else None
        apart = self.tokens[index].start > self.tokens[index - 1].end
        listed = any(token.kind == "," for token in inside)
        return index if apart and not listed and _has_comparison(inside) else None


def _is_emphasis(token: Token) -> bool:
    """* and ** of Markdown, where they are no bullet."""
    return token.kind in ("*", "^") and token.text not in BULLETS


def _leads(words: Sequence[str]) -> bool:
    """Whether words may stand around a formula: one is long, two stand together, or a short one may alone."""
    if any(len(word) > 3 for word in words):
        return True
    together = len(words) > 1 and any(len(word) > 1 for word in words)
    return together or (bool(words) and words[0] in vocabulary.SHORT_LEADS)


def _claimed_order(words: Sequence[str]) -> int:
    """2 of "the second derivative is"; 0 where no order is told."""
    return next(
        (
            vocabulary.ORDINALS[before]
            for before, word in pairwise(words)
            if word in vocabulary.ASKING and before in vocabulary.ORDINALS
        ),
        0,
    )


def _asked_order(words: Sequence[str]) -> int:
    """The order that "find the second derivative of", at the end, asks for; 0 for nothing of the kind."""
    last = len(words)
    while last and words[last - 1] in vocabulary.OF and words[last - 1] not in vocabulary.ASKING:
        last -= 1
    if not last:
        return 0
    asks = words[last - 1] in vocabulary.DIFFERENTIATE or (
        words[last - 1] in vocabulary.ASKING and last < len(words)
    )
    if not asks:
        return 0
    return vocabulary.ORDINALS.get(words[last - 2], 1) if last > 1 else 1
