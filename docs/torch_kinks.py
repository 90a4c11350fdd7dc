"""Whether PyTorch puts at the kinks of tables.KINKS what the page says: python docs/torch_kinks.py

PyTorch is no dependency of the project, so .ci/run does not run this. Exit 1 where the table lies, with the
true row.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import tables
import torch

zero = torch.tensor(0.0)
SPELLED: dict[str, Callable[..., Any]] = {
    "|x|": torch.abs,
    "relu(x)": torch.relu,
    "leaky_relu(x)": torch.nn.functional.leaky_relu,
    "relu(x) - relu(-x)": lambda x: torch.relu(x) - torch.relu(-x),
    "x*|x|": lambda x: x * torch.abs(x),
    "sqrt(x^2)": lambda x: torch.sqrt(x**2),
    "max(x, 2*x)": lambda x: torch.maximum(x, 2 * x),
    "max(x, y)": torch.maximum,
    "clip(x, 0, 1)": lambda x: torch.clamp(x, 0, 1),
    "sign(x)": torch.sign,
    "floor(x)": torch.floor,
    "mod(x, 2)": lambda x: torch.remainder(x, 2),
    "sqrt(x)": torch.sqrt,
    "x^(2/3)": lambda x: x ** (2 / 3),
    "sqrt(x)*x": lambda x: torch.sqrt(x) * x,
    "x^0": lambda x: x**0,
    "x^x": lambda x: x**x,
    "asin(x)": torch.asin,
    "1/x": lambda x: 1 / x,
    "ln(x)": torch.log,
    "where(x > 0, sqrt(x), 0)": lambda x: torch.where(x > 0, torch.sqrt(x), zero),
    "hypot(x, y)": torch.hypot,
}


def measure(formula: str, at: str) -> str:
    point = [torch.tensor(float(part.partition("=")[2]), requires_grad=True) for part in at.split(",")]
    SPELLED[formula](*point).backward()
    return ", ".join(f"{0.0 if value.grad is None else value.grad.item() + 0.0:.4g}" for value in point)


def main() -> int:
    rows = [
        (formula, at, said, measure(formula, at)) for formula, at, said in tables.KINKS if formula in SPELLED
    ]
    lies = [(formula, at, said, found) for formula, at, said, found in rows if said != found]
    sys.stdout.writelines(
        f"{formula} at {at}: the table says {said}, PyTorch {torch.__version__} {found}\n"
        for formula, at, said, found in lies
    )
    return 1 if lies else 0


if __name__ == "__main__":
    sys.exit(main())
