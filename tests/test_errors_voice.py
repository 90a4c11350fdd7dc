"""Every message in one voice: lower case, no full stop, what was read; then what to try, where there is something."""

from __future__ import annotations

import pytest

from tests.support import chainrule

WRONG = [
    # what does not parse
    ("diff", "sin(x"), ("diff", "x^2)"), ("diff", "2 +"), ("diff", "sine(x)"), ("diff", "speed*2"), ("diff", ""), ("diff", "1<x"), ("diff", "log(x,y,z)"),
    ("diff", r"\frac{x}"), ("peel", "sin()"), ("matrix", "A*"),
    # what cannot be asked
    ("diff", "a*b"), ("diff", "x", "--wrt", "x y"), ("diff", "x", "--at", "y"), ("diff", "x", "--at", "x=y"), ("diff", "x", "--order", "0"),
    ("diff", "x", "--dependent", "y"), ("diff", "x^2+y^2=1", "--dependent", "z"), ("graph", "x"), ("graph", "x", "--at", "x=1", "--order", "3"),
    ("graph", "f=x;g=f", "--at", "x=1", "--outputs", "h"), ("paths", "x*y", "--at", "x=1"), ("paths", "x", "--at", "x=1", "--top", "0"),
    ("check", "x^2"), ("hint", "x", "--level", "9"), ("gears", "2", "x"), ("gears", "1", "inf"), ("gears", "sin(x)"), ("matrix", "x", "--wrt", "y"),
    ("matrix", "x", "--shapes", "what"), ("matrix", "x", "--order", "3"), ("matrix", "x", "--vjp", "--jvp"), ("checkpoint", "x^2", "--layers", "3"),
    # numbers and words out of their range
    ("flow", "--layers", "0"), ("flow", "--width", "0"), ("flow", "--train", "0"), ("flow", "--seed", "-1"), ("flow", "--activation", "what"),
    ("flow", "--init", "what"), ("flow", "--norm", "what"), ("flow", "--cell", "what"), ("flow", "--compare", "what"), ("flow", "--clip-norm", "-1"),
    ("flow", "--steps", "3"), ("flow", "--lr", "1"), ("checkpoint", "--layers", "0"), ("checkpoint", "--slots", "-1"), ("neuron", "--steps", "0"),
    ("neuron", "--x", "a"), ("neuron", "--lr", "nan"), ("neuron", "--x", "1,2", "--w", "1,2,3"), ("neuron", "--activation", "what"),
    ("neuron", "--loss", "cross-entropy", "--activation", "tanh"), ("practice", "--level", "9"), ("play", "x", "--port", "1"),
    # options, files
    ("diff", "x", "--method", "what"), ("diff", "x", "--order", "two"), ("diff", "x", "--format", "what"), ("diff", "x", "--ordr", "2"), ("diff",),
    ("diff", "x", "y"), ("diff", "x", "--timeout", "0"), ("diff", "x", "--memory", "1"), ("what",),
    ("diff", "x", "--output", "/missing/file"), ("check", "x", "--working", "missing"), ("batch", "missing"), ("batch", "-", "--jobs", "0"),
    ("batch", "-", "--shard", "3/2"), ("batch", "-", "--resume"), ("neuron", "--data", "missing"), ("schema", "what"), ("diff", "x", "--order"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_voice(arguments: tuple[str, ...]) -> None:
    ran = chainrule(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    first, *rest = ran.stderr.splitlines()
    assert first.startswith("error: ")
    message = first.removeprefix("error: ")
    assert (
        message[0].islower()
        or message.split()[0] in {word for argument in arguments for word in argument.split()}
        or not message[0].isalpha()
    )
    assert not message.endswith((".", "!"))
    assert not any(
        words in message.lower()
        for words in ("invalid value", "is not a valid", "got an unexpected", "please", "oops")
    )
    assert all(line.startswith("  ") for line in rest)
    assert not any(line.endswith(".") and not line.endswith("...") for line in rest)
