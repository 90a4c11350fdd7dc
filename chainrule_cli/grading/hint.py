"""A derivation -> a hint that does not give it away: the rule, the layer, the set-up with placeholders.

What a hint says of a rule are the rule's own words (calculus/rule.py). The set-up is the rule, applied by a
Derivation whose every derivative is a placeholder; of several texts the first that holds no secret is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from chainrule_cli.calculus.derive import Deriver
from chainrule_cli.calculus.differentiate import (
    DerivedFormula,
    Request,
    differentiate_sides,
    write_out_reading,
)
from chainrule_cli.calculus.rule import Rule
from chainrule_cli.calculus.rules import RULES
from chainrule_cli.calculus.rules.compositions import power_rule
from chainrule_cli.calculus.rules.functions import elementary
from chainrule_cli.calculus.rules.leaves import dependent_variable
from chainrule_cli.calculus.step import InnerLetters, Step, walk
from chainrule_cli.grading.hint_secrets import Secrets, is_short
from chainrule_cli.notation.build import ONE, is_apply, power, product
from chainrule_cli.notation.definitions import find_dependent
from chainrule_cli.notation.syntax import Apply, Name, Syntax, children, fold, free_names, rebuild
from chainrule_cli.notation.write import to_unicode

LEVELS = (1, 2, 3)
"""The hints that do not give the derivative away; the one above is the derivative."""

MOST_NAMED = 3
"""Rules further in that the first hint names."""
LONGEST_SET_UP = 60
"""Characters of a part's set-up past which a hint uses letters for it."""
DEEPEST_HANDING_ON = 3
"""Rules within one another that are seen through in a set-up."""

PLACEHOLDER = Name("□")


@dataclass(frozen=True, slots=True)
class Hint:
    """rule: the name of the rule that comes first. text: the hint in one or two sentences."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class HintSetting:
    """What the sentences of a hint are about.

    head: the derivative's name, dy/dx.
    first: the step that comes first, which the derivative is the result of.
    """

    request: Request
    letters: InnerLetters
    head: str
    first: Step
    secrets: Secrets


def hint(request: Request, answer: DerivedFormula, letters: InnerLetters, level: int, head: str) -> Hint:
    """The hint of a level from LEVELS: the rule, the layer, or the set-up with placeholders.

    answer: the tidied answer to the question, whose results no hint contains. letters: those that the answer
    was derived with. head: the derivative's name, dy/dx.
    """
    root = answer.derivations[0]
    first = root.premises[0] if request.reading.equation else root
    secrets = Secrets(root, answer.result, request.wrt)
    say = {1: _say_rule, 2: _say_layer, 3: _say_set_up}[level]
    texts = list(say(HintSetting(request, letters, head, first, secrets)))
    return Hint(
        first.rule if secrets.is_safe(first.rule) else "elementary",
        next((text for text in texts if secrets.is_safe(text)), texts[-1]),
    )


# the words of rules


def _rule_of(name: str) -> Rule[Any]:
    """The rule of a step, also of an equation; one by the table of derivatives has its function's name."""
    return RULES.get(name) or (differentiate_sides if name == differentiate_sides.name else elementary)


def _phrase(name: str) -> str:
    """What a rule is called in a sentence."""
    phrase = _rule_of(name).phrase
    if phrase:
        return phrase
    if name not in RULES:
        return f"{name}, from the table of derivatives"
    return name if name.endswith(("rule", "differentiation")) else f"{name} rule"


def _pieces_in_words(step: Step, otherwise: str) -> str:
    return _rule_of(step.rule).pieces or otherwise


def _join(*sentences: str) -> str:
    return "; ".join(sentence for sentence in sentences if sentence)


def _list_rules(names: list[str]) -> str:
    phrases = [_phrase(name) for name in names]
    return ", then ".join(f"the {phrase}" if phrase.endswith("rule") else phrase for phrase in phrases)


# level 1: the rule


def _say_rule(setting: HintSetting) -> Iterator[str]:
    """The rule with its statement, then without it; each with the rules further in."""
    first = setting.first
    further = (step.rule for step in walk(first) if step.rule in RULES and not RULES[step.rule].leaf)
    names = list(dict.fromkeys(name for name in further if name != first.rule))
    more = f"further in: {_list_rules(names[:MOST_NAMED])}" if names else ""
    phrase = _phrase(first.rule)
    statement = first.statement if first.premises or first.rule in RULES else ""
    if statement:
        yield _join(f"{phrase}: {statement}", more)
        yield f"{phrase}: {statement}"
    yield _join(phrase, more)
    yield phrase
    yield "a function from the table of derivatives"


# level 2: the layer


def _say_layer(setting: HintSetting) -> Iterator[str]:
    """The pieces of the first rule that needs thought, in mathematics where that is no secret; in words."""
    step = _find_hardest(setting.first)
    deeper = step is not setting.first
    lead = f"in {to_unicode(step.expr)}, " if deeper and is_short(step.expr) else ""
    around = _rule_of(setting.first.rule).around if deeper else ""
    pieces = ", ".join(_pieces(step, setting.secrets))
    if pieces:
        yield _join(around, lead + pieces)
        yield pieces
    words = _pieces_in_words(step, f"there is one layer: {_phrase(step.rule)}")
    yield _join(around, words)
    yield words
    yield "there is one layer"


def _find_hardest(step: Step) -> Step:
    """The first step that needs thought, seen through linear rules.

    The hardest term of a sum is the one with most steps below.
    """
    while _rule_of(step.rule).around and step.premises:
        below = [each for each in step.premises if each.premises or not _rule_of(each.rule).leaf]
        if not below:
            break
        step = max(below, key=lambda premise: sum(1 for _ in walk(premise)))
    return step


def _pieces(step: Step, secrets: Secrets) -> Iterator[str]:
    """Each piece with its name; one whose mathematics is a secret by the rule that it needs."""
    names = _rule_of(step.rule).roles
    if names is None:
        return
    rules = {premise.expr: premise.rule for premise in step.premises}
    for role, piece in step.roles.items():
        if role not in names and (names or role.startswith("d")):
            continue
        name = names.get(role, f"{role} =") + (_inner_letter(step) if role == "inner" else "")
        shown = f"{name} {to_unicode(piece)}"
        if is_short(piece) and secrets.is_safe(shown):
            yield shown
        elif role != "means" and piece in rules:
            subject = name.partition(" is")[0].removesuffix(" =")
            yield f"{subject} is a case for {_list_rules([rules[piece]])}"


def _inner_letter(step: Step) -> str:
    """The letter of a composition's outside: " u =" of sin(u), so that the inside reads u = x^2."""
    known = set(free_names(step.expr))
    return next((f" {name} =" for name in free_names(step.roles["outer"]) if name not in known), "")


# level 3: the set-up


def _say_set_up(setting: HintSetting) -> Iterator[str]:
    """The derivative as its rule writes it, □ for each derivative; then in letters, then in words."""
    head, first = setting.head, setting.first
    yield from _say_whole(setting)
    step = _find_hardest(first)
    deeper = step is not first
    around = _join(_rule_of(first.rule).around, "the hardest part gives ") if deeper else f"{head} = "
    shown = to_unicode(_set_up(step.expr, setting))
    if deeper and len(shown) <= LONGEST_SET_UP:
        yield f"{around}{shown}   ({_explain_placeholders(step.rule, shown)})"
    letters = _set_up_in_letters(step, setting)
    if letters is not None:
        yield around + letters
    yield f"{head} = □: {_pieces_in_words(step, _phrase(step.rule))}"
    yield f"{head} = □"


def _say_whole(setting: HintSetting) -> Iterator[str]:
    """The set-up of the whole formula, or of both sides of an equation, where it is short."""
    reading = setting.request.reading
    exprs = children(write_out_reading(reading)) if reading.equation else (reading.expr,)
    sides = [_set_up(expr, setting) for expr in exprs]
    if not all(map(is_short, sides)):
        return
    shown = " = ".join(map(to_unicode, sides))
    if reading.equation:
        yield f"{shown}   (then solve for {setting.head})"
    else:
        yield f"{setting.head} = {shown}   ({_explain_placeholders(setting.first.rule, shown)})"


def _explain_placeholders(rule: str, shown: str) -> str:
    several = "each □ is a derivative to find" if shown.count("□") > 1 else "□ is the derivative to find"
    return _rule_of(rule).placeholders or several


def _set_up_in_letters(step: Step, setting: HintSetting) -> str | None:
    """The step's rule with a letter for each argument that changes; None where it would not be short."""
    rule, expr = _rule_of(step.rule), step.expr
    if not isinstance(expr, Apply) or expr.function == "piecewise":
        return None
    if not rule.placeholders or rule is power_rule:
        return None
    depends = _deriver(expr, setting).depends
    moving = list(dict.fromkeys(argument for argument in expr.args if depends(argument)))
    fresh = (letter for letter in "uvwst" if letter not in free_names(expr))
    names = dict(zip(moving, fresh, strict=False))
    if len(names) < len(moving):
        return None
    lettered = rebuild(
        expr, (Name(names[argument]) if argument in names else argument for argument in expr.args)
    )
    named = dict.fromkeys(names.values(), PLACEHOLDER)
    deriver = Deriver(setting.request.wrt, "auto", setting.letters, named)
    result = PlaceholderDerivation(deriver).step(lettered).result
    return f"{to_unicode(result)}, with {', '.join(names.values())} for what changes   ({rule.placeholders})"


def _set_up(expr: Syntax, setting: HintSetting) -> Syntax:
    return fold(PlaceholderDerivation(_deriver(expr, setting)).step(expr).result, _flatten)


def _flatten(node: Syntax, args: list[Syntax]) -> Syntax:
    """A product without products inside: 3·□·□."""
    if not is_apply(node, "*"):
        return rebuild(node, args)
    return product(
        [factor for each in args for factor in (children(each) if is_apply(each, "*") else (each,))]
    )


def _deriver(expr: Syntax, setting: HintSetting) -> Deriver:
    request = setting.request
    moving = find_dependent(request.reading.definitions, request.wrt)
    named = {definition.name: PLACEHOLDER for definition in moving}
    dependents = frozenset({request.dependent}) if request.dependent else frozenset[str]()
    root = expr if named else None
    return Deriver(request.wrt, request.method, setting.letters, named, dependents, root)


class PlaceholderDerivation:
    """A Derivation for one rule: whatever that asks for is a placeholder.

    Rules that only hand on to their parts are seen through, as deep as `through`.
    """

    def __init__(self, deriver: Deriver, through: int = DEEPEST_HANDING_ON) -> None:
        self._deriver = deriver
        self._through = through
        self._hands_on = False
        self.wrt = deriver.wrt
        self.method = deriver.method
        self.dependents = deriver.dependents
        self.depends = deriver.depends
        self.letter_for = deriver.letter_for
        self.letters_for = deriver.letters_for

    def step(self, expr: Syntax) -> Step:
        """The rule's step with placeholders; a placeholder alone where the rule asks for nothing."""
        for rule in RULES.values():
            self._hands_on = bool(rule.around or rule.hands_on) and self._through > 0
            step = rule.apply(expr, self)
            if step is not None:
                break
        else:
            raise AssertionError("every expression that was derived has a rule")
        if rule is power_rule:
            return replace(step, result=product([PLACEHOLDER, power(Name(self.wrt), PLACEHOLDER)]))
        return step if step.premises or rule is dependent_variable else replace(step, result=PLACEHOLDER)

    def derive(self, expr: Syntax) -> Step:
        if self._is_seen_through(expr):
            return PlaceholderDerivation(self._deriver, self._through - 1).step(expr)
        return Step("", expr, self.wrt, PLACEHOLDER)

    def _is_seen_through(self, expr: Syntax) -> bool:
        """No rule derives the name of a definition, or a letter for what changes: they stay placeholders."""
        if isinstance(expr, Name):
            return expr.id in self.dependents or (self._hands_on and expr.id not in self._deriver.named)
        return self._hands_on

    def derive_by(self, expr: Syntax, letter: str) -> Step:
        return Step("", expr, letter, PLACEHOLDER)

    def derivatives_of_names(self, expr: Syntax) -> dict[str, Syntax]:
        found = self._deriver.derivatives_of_names(expr)
        return {name: derivative if derivative == ONE else PLACEHOLDER for name, derivative in found.items()}
