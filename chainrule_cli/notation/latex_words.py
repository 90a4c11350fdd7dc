"""Words in LaTeX: what stands in \\text{...}, and what stands outside the dollar signs.

What is a word of the language becomes its tokens; all else is a token of the kind "prose".
"""

from __future__ import annotations

import re

from chainrule_cli.errors import ReadError, Span
from chainrule_cli.notation import latex_commands as commands
from chainrule_cli.notation.characters import GREEK_NAMES
from chainrule_cli.notation.lexer import UNKNOWN, Token, scan
from chainrule_cli.notation.vocabulary import REMARKS
from chainrule_cli.notation.words import KNOWN

_LETTER = re.compile(r"[A-Za-z](?:_[A-Za-z0-9]+)?")
_EDGES = " .,:;~\n\t\r"
_TEXT = "|".join(sorted(commands.TEXTS))
_DISPLAY = "|".join(sorted(commands.DISPLAYS))
_NESTING = re.compile(rf"\\(?:{_TEXT})[ ]*\{{|\\begin[ ]*\{{(?:{_DISPLAY})\*?\}}|\\.|[{{}}$]", re.DOTALL)
_OPENING = re.compile(rf"\\\\|\$\$?|\\[$(\[]|\\begin[ ]*\{{(?:{_DISPLAY})\*?\}}")
_HARMLESS = re.compile(r"\\[A-Za-z]*\*?|[\s.,;:!?*_#>\"'`{}“”„«»…~]+")
"""Commands, punctuation and the marks of Markdown: nothing of a formula."""
_WORD = re.compile(r"[^\W\d_]{3,}|(?!d)[^\W\d_]{2}")
_WORD_WITH_MARKS = re.compile(rf"(?:{_WORD.pattern})[\s:,.*_`]*")
_ENUMERATOR = re.compile(r"\s*\(?(?:[0-9]{1,3}|[A-Za-z])[.)][\s*_]*")
_RUN = re.compile(r"\\+")
_FIRST_LETTERS = re.compile(r"[A-Za-z]+")
_ARROWS = frozenset({"=>", "->", "→", "⇒", "⟹", "⇔", "∴", "∵"})


def read_words(content: str, start: int, end: int, *, cases: bool) -> list[Token]:
    """The tokens of words in a text group, over start to end. cases: they may be those of a condition."""
    plain = content.replace("\\_", "_").replace("\\ ", " ").strip(_EDGES)
    if not plain:
        return []
    try:
        found = scan(plain)[:-1]
    except ReadError:
        return [Token("prose", plain, start, end)]
    has_words = any(token.kind == "word" for token in found)
    is_bare_word = len(found) == 1 and content == content.strip()
    if not has_words or is_bare_word or all(_is_of_language(token, cases=cases) for token in found):
        return [
            token._replace(text=commands.WORDS.get(token.text, token.text), start=start, end=end)
            for token in found
        ]
    return [Token("prose", plain, start, end)]


def _is_of_language(token: Token, *, cases: bool) -> bool:
    if token.kind != "word":
        return token.kind != UNKNOWN
    if token.text in commands.CONNECTING | REMARKS or (cases and token.text in commands.OTHERWISE):
        return True
    return token.text in KNOWN or token.text in GREEK_NAMES or _LETTER.fullmatch(token.text) is not None


def is_delimited(text: str) -> bool:
    """Whether mathematics stands between marks of its own: dollar signs, \\( \\), or an environment."""
    groups: list[bool] = []
    texts = 0
    for found in _NESTING.finditer(text):
        mark = found[0]
        if mark in ("$", "\\(", "\\[") or mark.startswith("\\begin"):
            if not texts:
                return True
        elif mark == "}":
            texts -= groups.pop() if groups else False
        elif mark[-1] == "{" and mark != "\\{":
            groups.append(mark != "{")
            texts += mark != "{"
    return False


def find_opening(text: str, position: int) -> tuple[int, str]:
    """Where mathematics begins next, and the mark of it; "" where it does not."""
    for found in _OPENING.finditer(text, position):
        if found[0] not in ("\\\\", "\\$"):
            return found.start(), found[0]
    return len(text), ""


def read_stretch(text: str, begin: int, end: int, *, inside: bool, display: bool) -> list[Token]:
    """What stands outside the marks of mathematics, as one token: words, a sign, or the end of a statement.

    inside: it stands between two formulas; display: one of them has a line of its own.
    Raises ReadError for a part of the formula that was left outside.
    """
    stretch = text[begin:end]
    if stretch.strip() in _ARROWS:
        return [Token("mark", stretch.strip(), begin, end)]
    bare = _HARMLESS.sub("", stretch)
    if not bare:
        ends = inside and (display or any(mark in stretch for mark in "\n,;:."))
        return [Token(";", "\n", begin, end)] if ends else []
    if _ENUMERATOR.fullmatch(stretch):
        return [Token("prose", stretch.strip(), begin, end)]
    if bare == "-" or _is_cut_off(stretch, before=begin > 0, behind=end < len(text)):
        raise ReadError(
            "a part of the formula stands outside its dollar signs",
            text=text,
            span=Span(begin, end),
            hint="put all of it between them",
        )
    cut = _end_of_words(stretch, behind=end < len(text))
    prose = [Token("prose", stretch[:cut].strip(), begin, begin + cut)] if cut else []
    return [*prose, *_scan_part(text, begin + cut, end)]


def _end_of_words(stretch: str, *, behind: bool) -> int:
    """Where the words of a stretch end; y' = before a formula belongs to it."""
    words = [found.end() for found in _WORD_WITH_MARKS.finditer(stretch)]
    if not words:
        return 0
    head = stretch[words[-1] :].strip(" *_\n")
    return words[-1] if behind and head[-1:] == "=" and len(head) > 1 else len(stretch)


def _scan_part(text: str, begin: int, end: int) -> list[Token]:
    """A part of the formula in plain notation."""
    try:
        tokens = scan(text[begin:end])[:-1]
    except ReadError as error:
        at = error.span or Span(0, 1)
        span = Span(begin + at.start, begin + at.end)
        raise type(error)(error.message, text=text, span=span, hint=error.hint) from None
    return [token._replace(start=begin + token.start, end=begin + token.end) for token in tokens]


def _is_cut_off(stretch: str, *, before: bool, behind: bool) -> bool:
    """Whether words begin or end with the sign of an operation, as a part of the formula would."""
    bare = stretch.strip()
    is_words = _WORD.search(bare) is not None
    return is_words and ((before and bare[0] in "+/^") or (behind and bare[-1] in "+/^"))


def single_backslashes(text: str, known: frozenset[str]) -> str | None:
    """The text with its doubled backslashes made single, of the same length; None where they are not doubled.

    They are where all of them are, and a known command or a pair of \\\\( and \\\\) is among them.
    """
    commanded = False
    for found in _RUN.finditer(text):
        if len(found[0]) % 2:
            return None
        letters = _FIRST_LETTERS.match(text, found.end())
        commanded = commanded or (letters is not None and letters[0] in known)
    paired = text.count("\\\\(") == text.count("\\\\)") > 0 or text.count("\\\\[") == text.count("\\\\]") > 0
    if not (commanded or paired):
        return None
    return _RUN.sub(lambda run: " " * (len(run[0]) // 2) + "\\" * (len(run[0]) // 2), text)
