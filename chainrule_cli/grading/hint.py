"""A derivation -> a hint that does not give it away: the rule, the layer, the set-up with blanks.

Knows what each rule's pieces are called in words, and which texts are secret. Refuses to differentiate: the
set-up is the rule itself, applied by a Derivation whose every derivative is a blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chainrule_cli.calculus.derive import Deriving
from chainrule_cli.calculus.differentiate import Answer, Question, expanded
from chainrule_cli.calculus.rules import RULES
from chainrule_cli.calculus.step import Letters, Step, walk
from chainrule_cli.calculus.tidy import tidy
from chainrule_cli.grading.hint_words import AROUND, BLANKS, IN_WORDS, LEAVES, LINEAR, NAMES, WORDS
from chainrule_cli.notation.build import ONE, is_apply, power, product
from chainrule_cli.notation.portable import exact_value
from chainrule_cli.notation.syntax import (
    Apply,
    Definition,
    Name,
    Syntax,
    children,
    fold,
    free_names,
    rebuild,
    tree_size,
)
from chainrule_cli.notation.text_writer import to_text, to_unicode

LEVELS = (1, 2, 3)
"""The hints that do not give the derivative away; the one above is the derivative."""


NEXT = 3
"""Rules further in that the first hint names."""
LONGEST = 60
"""Nodes of an expression past which a hint uses words for it."""
MOST_TIDIED = 40
"""Secrets that are also kept in their tidied spelling, the outermost first."""


@dataclass(frozen=True, slots=True)
class Hint:
    """rule: the name of the rule that comes first. text: the hint in one or two sentences."""

    rule: str
    text: str


def hint(question: Question, answer: Answer, letters: Letters, level: int, head: str) -> Hint:
    """The hint of a level from LEVELS: the rule, the layer, or the set-up with blanks.

    answer: the tidied answer to the question, whose results no hint contains.
    letters: those that the answer was derived with.
    head: the derivative's name, dy/dx.
    """
    root = answer.derivations[0]
    first = root.premises[0] if question.reading.equation else root
    secrets = Secrets(root, answer.result, question.wrt)
    say = {1: _rule, 2: _layer, 3: _set_up}[level]
    texts = list(say(Setting(question, letters, head, first, secrets)))
    return Hint(
        first.rule if secrets.safe(first.rule) else "elementary",
        next((text for text in texts if secrets.safe(text)), texts[-1]),
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """What the sentences of a hint are about.
    first: the step that comes first, which the derivative is the result of."""

    question: Question
    letters: Letters
    head: str
    first: Step
    secrets: Secrets


class Secrets:
    """The texts that a hint must not contain: the derivative, and each factor of it that is still to be
    found."""

    def __init__(self, root: Step, result: Syntax, wrt: str) -> None:
        found = dict.fromkeys(
            [result, root.result, *(premise.result for step in walk(root) for premise in _factors(step))]
        )
        unknown = {step.result for step in walk(root) if step.rule == "dependent variable"}
        hidden = [expr for expr in found if not _is_plain(expr) and expr not in unknown]
        spelled = [*hidden, *(_tidied(expr, wrt) for expr in hidden[:MOST_TIDIED])]
        self._texts = {
            _tokens(write(expr))
            for expr in spelled
            if not _is_plain(expr) and tree_size(expr) <= LONGEST
            for write in (to_text, to_unicode)
        }

    def safe(self, text: str) -> bool:
        said = _tokens(text)
        return not any(secret in said for secret in self._texts)


def _factors(step: Step) -> tuple[Step, ...]:
    """The premises whose results are factors of the step's; the terms of a sum and the sides of an equation
    are not."""
    return () if step.rule in {"sum", "sum and difference"} or step.rule not in RULES else step.premises


def _is_plain(expr: Syntax) -> bool:
    """Whether the expression gives nothing away: a number or a name."""
    return not isinstance(expr, Apply) or exact_value(expr) is not None


def _tidied(expr: Syntax, wrt: str) -> Syntax:
    steps = list(tidy(expr, wrt)) if tree_size(expr) <= LONGEST else []
    return steps[-1].result if steps else expr


SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿˣᵛ−", "0123456789-nxv-")
RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿˣᵛ]+")


TOKEN = re.compile(r"[^\W\d]\w*|\d+(?:\.\d+)?|[^\s·*()]")


def _tokens(text: str) -> str:
    """A text as words, numbers and signs between bars, without what may differ between spellings of the same
    formula."""
    flat = RAISED.sub(lambda found: "^" + found[0], text.replace("**", "^")).translate(SUPERSCRIPTS)
    return "|".join(["", *TOKEN.findall(flat), ""])


# level 1: the rule


def _rule(setting: Setting) -> Iterator[str]:
    """The rule with its statement, then without it; each with the rules further in."""
    first = setting.first
    inner = [
        step.rule for step in walk(first) if step.rule in RULES and step.rule not in {first.rule, *LEAVES}
    ]
    names = list(dict.fromkeys(inner))
    more = f"further in: {_listed(names[:NEXT])}" if names else ""
    rule = _called(first.rule)
    statement = first.statement if first.premises or first.rule in RULES else ""
    if statement:
        yield _joined(f"{rule}: {statement}", more)
        yield f"{rule}: {statement}"
    yield _joined(rule, more)
    yield rule
    yield "a function from the table of derivatives"


def _called(rule: str) -> str:
    if rule in WORDS:
        return WORDS[rule]
    if rule not in RULES:
        return f"{rule}, from the table of derivatives"
    return rule if rule.endswith(("rule", "differentiation")) else f"{rule} rule"


def _joined(*sentences: str) -> str:
    return "; ".join(sentence for sentence in sentences if sentence)


def _listed(names: list[str]) -> str:
    return ", then ".join(
        f"the {name}" if (name := _called(rule)).endswith("rule") else name for rule in names
    )


# level 2: the layer


def _layer(setting: Setting) -> Iterator[str]:
    """The pieces of the first rule that needs thought, in mathematics where that is no secret, and
    in words."""
    step = _thinking(setting.first)
    deeper = step is not setting.first
    lead = f"in {to_unicode(step.expr)}, " if deeper and _is_short(step.expr) else ""
    around = AROUND.get(setting.first.rule, "") if deeper else ""
    pieces = list(_pieces(step, setting.secrets))
    if pieces:
        yield _joined(around, lead + ", ".join(pieces))
        yield ", ".join(pieces)
    words = IN_WORDS.get(step.rule, f"there is one layer: {_called(step.rule)}")
    yield _joined(around, words)
    yield words
    yield "there is one layer"


def _thinking(step: Step) -> Step:
    """The first step, seen through linear rules, that needs thought: the hardest term of a sum is the one
    with most steps below."""
    while step.rule in LINEAR and step.premises:
        below = [premise for premise in step.premises if premise.premises or premise.rule not in LEAVES]
        if not below:
            break
        step = max(below, key=lambda premise: sum(1 for _ in walk(premise)))
    return step


def _pieces(step: Step, secrets: Secrets) -> Iterator[str]:
    """Each piece with its name; one whose mathematics is a secret by the rule that it needs."""
    names = NAMES.get(step.rule)
    if names is None:
        return
    rules = {premise.expr: premise.rule for premise in step.premises}
    for role, piece in step.roles.items():
        if role not in names and (names or role.startswith("d")):
            continue
        name = names.get(role, f"{role} =") + (_inner_letter(step) if role == "inner" else "")
        shown = f"{name} {to_unicode(piece)}"
        if _is_short(piece) and secrets.safe(shown):
            yield shown
        elif role != "means" and piece in rules:
            yield f"{name.partition(' is')[0].removesuffix(' =')} is a case for {_listed([rules[piece]])}"


def _inner_letter(step: Step) -> str:
    """The letter of a composition's outside: " u =" of sin(u), so that the inside reads u = x^2."""
    known = set(free_names(step.expr))
    return next((f" {name} =" for name in free_names(step.roles["outer"]) if name not in known), "")


def _is_short(expr: Syntax) -> bool:
    return tree_size(expr) <= LONGEST


# level 3: the set-up


def _set_up(setting: Setting) -> Iterator[str]:
    """The derivative as its rule writes it, with a blank for each derivative; then in letters,
    then in words."""
    question, head, first = setting.question, setting.head, setting.first
    reading = question.reading
    sides = [
        _blanked(side, setting)
        for side in (children(expanded(reading)) if reading.equation else (reading.expr,))
    ]
    if all(_is_short(side) for side in sides):
        shown = " = ".join(to_unicode(side) for side in sides)
        yield (
            f"{shown}   (then solve for {head})"
            if reading.equation
            else f"{head} = {shown}   ({_meaning(first.rule, shown)})"
        )
    step = _thinking(first)
    around = (
        _joined(AROUND.get(first.rule, ""), "the hardest part gives ") if step is not first else f"{head} = "
    )
    shown = to_unicode(_blanked(step.expr, setting))
    if step is not first and len(shown) <= LONGEST:
        yield f"{around}{shown}   ({_meaning(step.rule, shown)})"
    letters = _in_letters(step, setting)
    if letters is not None:
        yield around + letters
    yield f"{head} = □: {IN_WORDS.get(step.rule, _called(step.rule))}"
    yield f"{head} = □"


def _meaning(rule: str, shown: str) -> str:
    several = "each □ is a derivative to find" if shown.count("□") > 1 else "□ is the derivative to find"
    return BLANKS.get(rule, several)


def _in_letters(step: Step, setting: Setting) -> str | None:
    """The step's rule with a letter for each argument that changes; None where it would not be short."""
    deriving = _deriving(step.expr, setting)
    if not isinstance(step.expr, Apply) or step.rule not in BLANKS or step.rule == "power":
        return None
    fresh = (letter for letter in "uvwst" if letter not in free_names(step.expr))
    moving = [argument for argument in step.expr.args if deriving.depends(argument)]
    names = dict(zip(moving, fresh, strict=False))
    if len(names) < len(moving) or step.expr.function == "piecewise":
        return None
    expr = rebuild(
        step.expr, (Name(names[argument]) if argument in names else argument for argument in step.expr.args)
    )
    result = (
        Blanked(Deriving(setting.question.wrt, "auto", setting.letters, dict.fromkeys(names.values(), BLANK)))
        .step(expr)
        .result
    )
    return f"{to_unicode(result)}, with {', '.join(names.values())} for what changes   ({BLANKS[step.rule]})"


def _blanked(expr: Syntax, setting: Setting) -> Syntax:
    return fold(Blanked(_deriving(expr, setting)).step(expr).result, _flat)


def _flat(node: Syntax, args: list[Syntax]) -> Syntax:
    """A product without products inside: 3·□·□."""
    if not is_apply(node, "*"):
        return rebuild(node, args)
    return product(
        [factor for each in args for factor in (children(each) if is_apply(each, "*") else (each,))]
    )


def _deriving(expr: Syntax, setting: Setting) -> Deriving:
    question = setting.question
    named = {each.name: BLANK for each in _moving(question)}
    dependents = frozenset({question.dependent}) if question.dependent else frozenset[str]()
    return Deriving(
        question.wrt, question.method, setting.letters, named, dependents, root=expr if named else None
    )


def _moving(question: Question) -> Iterator[Definition]:
    """The definitions that depend on the variable, directly or through others."""
    moving = {question.wrt}
    for each in question.reading.definitions:
        if moving & set(free_names(each.body)):
            moving.add(each.name)
            yield each


# MERGED """A rule with blanks: what it makes of an expression when no derivative of a part is known.
# MERGED
# MERGED Knows how deep a blank is seen through. Refuses to know what a rule does: the rule itself is applied.
# MERGED """

BLANK = Name("□")

HANDING_ON = LINEAR | {"change of base", "meaning", "product for a quotient", "quotient for a product"}
"""Rules whose set-up is that of the parts they ask for."""


class Blanked:
    """A Derivation for one rule: whatever it asks for is a blank, seen through rules that only hand on as
    deep as `through`."""

    def __init__(self, deriving: Deriving, through: int = 3) -> None:
        self._deriving = deriving
        self._through = through
        self._hands_on = False
        self.wrt = deriving.wrt
        self.method = deriving.method
        self.dependents = deriving.dependents
        self.depends = deriving.depends
        self.letter = deriving.letter
        self.letters_for = deriving.letters_for

    def step(self, expr: Syntax) -> Step:
        """The rule's step with blanks; a blank alone where the rule asks for nothing."""
        for rule in RULES.values():
            self._hands_on = rule.name in HANDING_ON and self._through > 0
            step = rule.apply(expr, self)
            if step is not None:
                break
        else:
            raise AssertionError("every expression that was derived has a rule")
        if step.rule == "power":
            return replace(step, result=product([BLANK, power(Name(self.wrt), BLANK)]))
        return step if step.premises or step.rule == "dependent variable" else replace(step, result=BLANK)

    def of(self, expr: Syntax) -> Step:
        if self._hands_on or (isinstance(expr, Name) and expr.id in self.dependents):
            return Blanked(self._deriving, self._through - 1).step(expr)
        return Step("", expr, self.wrt, BLANK)

    def outside(self, expr: Syntax, name: str) -> Step:
        return Step("", expr, name, BLANK)

    def slopes(self, expr: Syntax) -> dict[str, Syntax]:
        return {name: slope if slope == ONE else BLANK for name, slope in self._deriving.slopes(expr).items()}
