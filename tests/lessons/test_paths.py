"""Sums over paths: equal to listing them all, equal to the backward sweep, and at sizes that no list would hold."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest

from chainrule_cli.graph.lower import lower
from chainrule_cli.graph.sweep import backward, forward, is_not_taken, write_edges
from chainrule_cli.lessons import paths as module
from chainrule_cli.lessons.paths import Path, Paths, paths
from chainrule_cli.notation.reader import read
from chainrule_cli.notation.syntax import Reading
from tests.generate import formulas
from tests.support import counted

Rates = list[list[tuple[int, float]]]
Listed = tuple[tuple[int, ...], tuple[int, ...]]

MOST_LISTED = 10_000
NAN, INF = math.nan, math.inf


def listed(rates: Rates, start: int, index: int) -> Iterator[Listed]:
    """Nodes and edges of every path, one by one."""
    if index == start:
        yield (start,), ()
        return
    for edge, (argument, _) in enumerate(rates[index]):
        for nodes, edges in listed(rates, start, argument):
            yield (*nodes, index), (*edges, edge)


def along(rates: Rates, path: Path | Listed) -> tuple[float, ...]:
    nodes, edges = (path.nodes, path.edges) if isinstance(path, Path) else path
    return tuple(rates[user][edge][1] for user, edge in zip(nodes[1:], edges, strict=True))


def drawn(rng: random.Random, rate: Callable[[random.Random], float]) -> Rates:
    """A graph with up to MOST_LISTED paths from node 0 to its last node: parallel edges, nodes that lead nowhere."""
    while True:
        rates: Rates = [[]]
        counts, reach = [1], rng.randint(2, 12)
        for index in range(1, rng.randint(1, 20)):
            arguments = [
                rng.randrange(max(0, index - reach), index) for _ in range(rng.choice([0, 1, 2, 3, 3, 4]))
            ]
            rates.append([(argument, rate(rng)) for argument in arguments])
            counts.append(sum(counts[argument] for argument in arguments))
        if counts[-1] <= MOST_LISTED:
            return rates


def plain(rng: random.Random) -> float:
    return rng.choice([0.0, 1.0, -1.0, 0.5, 2.0, -3.0]) if rng.random() < 0.3 else rng.uniform(-2, 2)


def far(rng: random.Random) -> float:
    """Powers of two with a few odd digits: products are exact, and far outside the doubles' range."""
    return rng.choice([-1, 1]) * math.ldexp(rng.choice([1, 3, 5, 7]), rng.randint(-900, 900))


def ladder(doublings: int, rate: Callable[[], float]) -> Rates:
    return [[], *([(index, rate()), (index, rate())] for index in range(doublings))]


def assert_strongest(
    found: Paths, rates: Rates, magnitude: Callable[[Listed], float | Fraction], top: int
) -> None:
    """The magnitudes are the greatest ones; a path is the very one wherever no other is as strong."""
    every = sorted(listed(rates, 0, len(rates) - 1), key=magnitude, reverse=True)
    shown = [(path.nodes, path.edges) for path in found.strongest]
    assert [magnitude(path) for path in shown] == [magnitude(path) for path in every[:top]]
    assert len(set(shown)) == len(shown)
    shared = Counter(magnitude(path) for path in every)
    for mine, expected in zip(shown, every, strict=False):
        assert shared[magnitude(expected)] > 1 or mine == expected


@counted(2000)
def test_equal_to_listing_every_path(count: int) -> None:
    most = 0
    for number in range(count):
        rng = random.Random(f"paths {number}")
        rates, top = drawn(rng, plain), rng.choice([1, 3, 10, 50])
        every = list(listed(rates, 0, len(rates) - 1))
        products = [math.prod(along(rates, path)) for path in every]
        found = paths(rates, 0, len(rates) - 1, top)
        assert found.count == len(every)
        assert found.absolute == pytest.approx(math.fsum(map(abs, products)), rel=1e-12)
        assert found.total == pytest.approx(math.fsum(products), abs=1e-12 * found.absolute)
        assert found.lengths == dict(sorted(Counter(len(edges) for _, edges in every).items()))
        assert_strongest(found, rates, lambda path, rates=rates: abs(math.prod(along(rates, path))), top)
        assert all(
            path.rates == along(rates, path) and path.product == math.prod(path.rates)
            for path in found.strongest
        )
        most = max(most, len(every))
    assert most > MOST_LISTED / 10


@counted(500)
def test_products_outside_the_range_of_the_numbers_are_in_order(count: int) -> None:
    for number in range(count):
        rng = random.Random(f"far {number}")
        rates = drawn(rng, far)
        found = paths(rates, 0, len(rates) - 1, 10)
        assert_strongest(
            found, rates, lambda path, rates=rates: abs(math.prod(map(Fraction, along(rates, path)))), 10
        )


def rates_at(text: str | Reading, point: dict[str, float]) -> tuple[Rates, int, int, float]:
    """The rates of a formula's graph, the places of x and of the output, and the derivative by the backward sweep."""
    lowered = lower(read(text, declared=point) if isinstance(text, str) else text)
    graph, output = lowered.graph, lowered.output
    edges = write_edges(graph, output)
    values = forward(graph, point)
    rates = [
        [
            (argument, values[local])
            for _, argument, local in edges[index]
            if not is_not_taken(graph, index, values[local])
        ]
        for index in range(output + 1)
    ]
    return rates, graph.inputs["x"], output, backward(graph, point, output)[graph.inputs["x"]]


@counted(400)
def test_the_total_is_the_backward_sweep_s_to_the_last_digit(count: int) -> None:
    finite = 0
    for expr in formulas("paths", count, variables=("x", "y")):
        rates, start, output, adjoint = rates_at(
            Reading("", expr, variables=("x", "y")), {"x": 0.83, "y": 1.37}
        )
        found = paths(rates, start, output, 3)
        assert found.total == adjoint or (math.isnan(found.total) and math.isnan(adjoint))
        if math.isfinite(found.total) and found.count <= 3:
            assert math.fsum(path.product for path in found.strongest) == pytest.approx(
                adjoint, rel=1e-9, abs=1e-9 * found.absolute
            )
        finite += math.isfinite(adjoint)
    assert finite > count / 2


def test_a_formula_s_paths() -> None:
    rates, start, output, _ = rates_at("x*x + 5*x", {"x": -3.0})
    found = paths(rates, start, output, 10)
    assert (found.count, found.total, found.absolute, found.lengths) == (3, -1.0, 11.0, {2: 3})
    assert [(path.rates, path.product) for path in found.strongest] == [
        ((5.0, 1.0), 5.0),
        ((-3.0, 1.0), -3.0),
        ((-3.0, 1.0), -3.0),
    ]
    assert [path.edges[0] for path in found.strongest[1:]] == [0, 1]


def test_a_branch_that_is_not_taken_is_no_path() -> None:
    rates, start, output, adjoint = rates_at("where(x>0, log(x), x^2)", {"x": -1.0})
    assert paths(rates, start, output, 5).total == adjoint == -2


def test_the_path_of_a_node_to_itself() -> None:
    rates: Rates = [[], [(0, 2.0)], [(1, 3.0)]]
    assert paths(rates, 1, 1, 5) == Paths(1, 1.0, 1.0, {0: 1}, (Path((1,), (), (), 1.0),))


@pytest.mark.parametrize(("start", "output"), [(0, 2), (3, 1), (1, 2)])
def test_no_path(start: int, output: int) -> None:
    rates: Rates = [[], [(0, 2.0)], [], [(1, 3.0), (2, 1.0)]]
    assert paths(rates, start, output, 5) == Paths(0, 0.0, 0.0, {}, ())


def test_none_is_shown_where_none_is_asked_for() -> None:
    found = paths(ladder(3, lambda: 2.0), 0, 3, 0)
    assert (found.count, found.total, found.strongest) == (8, 64.0, ())


def test_equals_come_in_the_order_of_the_edges_from_the_output_back() -> None:
    found = paths(ladder(3, lambda: 0.3), 0, 3, 8)
    assert [path.edges[::-1] for path in found.strongest] == [
        (a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)
    ]


@pytest.mark.parametrize("rate", [1.0, 0.3, None])
def test_two_to_the_fifty_paths(rate: float | None) -> None:
    rng = random.Random("fifty")
    rates = ladder(50, lambda: rng.random() if rate is None else rate)
    found = paths(rates, 0, 50, 10)
    assert (found.count, found.lengths) == (2**50, {50: 2**50})
    assert found.strongest[0].product == math.prod(max(local for _, local in edges) for edges in rates[1:])
    assert len({path.edges for path in found.strongest}) == 10


def test_sixty_four_doublings() -> None:
    found = paths(ladder(64, lambda: 1.0), 0, 64, 10)
    assert (found.count, found.total, found.absolute) == (2**64, 2.0**64, 2.0**64)


def test_more_paths_than_the_numbers_hold() -> None:
    found = paths(ladder(5_000, lambda: -1.0), 0, 5_000, 2)
    assert (found.count, found.absolute, found.strongest[0].product) == (2**5_000, INF, 1.0)


BIG = 100_000


def test_a_chain_of_a_hundred_thousand_nodes() -> None:
    found = paths([[], *([(index, 1.0)] for index in range(BIG))], 0, BIG, 10)
    assert (found.count, found.total, found.lengths) == (1, 1.0, {BIG: 1})
    assert [len(path.nodes) for path in found.strongest] == [BIG + 1]


def test_a_sum_of_a_hundred_thousand_terms() -> None:
    rates: Rates = [
        [],
        *([(0, float(index))] for index in range(1, BIG + 1)),
        [(index, 1.0) for index in range(1, BIG + 1)],
    ]
    found = paths(rates, 0, BIG + 1, 10)
    assert (found.count, found.total) == (BIG, BIG * (BIG + 1) / 2)
    assert [path.product for path in found.strongest] == [BIG - index for index in range(10)]


def test_ten_ways_through_a_long_chain() -> None:
    rates = ladder(4, iter(range(1, 9)).__next__)
    rates += [[(index, 1.0)] for index in range(4, BIG // 10)]
    found = paths(rates, 0, len(rates) - 1, 10)
    assert [path.product for path in found.strongest] == [
        path.product for path in paths(rates, 0, 4, 10).strongest
    ]


def fibonacci(size: int) -> Rates:
    """Each node from the two before it: paths of every length from half the size up."""
    return [[(argument, 1.0) for argument in range(max(0, index - 2), index)] for index in range(size)]


def test_lengths_are_left_out_past_the_bound() -> None:
    found = paths(fibonacci(3_000), 0, 2_999, 1)
    assert found.lengths is None
    assert found.count.bit_length() > 2_000


def test_the_bound_counts_what_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = ladder(4, lambda: 1.0)
    monkeypatch.setattr(module, "MOST_ENTRIES", 8)
    assert paths(rates, 0, 4, 1).lengths == {4: 16}
    monkeypatch.setattr(module, "MOST_ENTRIES", 7)
    assert paths(rates, 0, 4, 1).lengths is None


@pytest.mark.parametrize("odd", [NAN, INF, -INF, 0.0, -0.0, 5e-324, 1.7e308])
def test_odd_rates_are_counted(odd: float) -> None:
    found = paths([[], [(0, odd), (0, 2.0)], [(1, odd), (1, 3.0), (0, 1.0)]], 0, 2, 10)
    assert (found.count, len(found.strongest)) == (5, 5)
    assert math.isnan(found.absolute) == math.isnan(odd)


def test_odd_rates_have_their_places() -> None:
    first = [2.0, NAN, INF, 0.0, -5e-324]
    then = [1.0, 0.0, -INF]
    found = paths([[], [(0, rate) for rate in first], [(1, rate) for rate in then]], 0, 2, 15)
    firsts = [path.rates for path in found.strongest]
    assert firsts[:4] == [(INF, -INF), (2.0, -INF), (INF, 1.0), (-5e-324, -INF)]
    assert firsts[4:6] == [(2.0, 1.0), (-5e-324, 1.0)]
    assert all(0.0 in pair for pair in firsts[6:12])
    assert all(math.isnan(path.rates[0]) and math.isnan(path.product) for path in found.strongest[12:])
    assert [path.product for path in found.strongest[:6]] == [-INF, -INF, INF, INF, 2.0, -5e-324]
    assert [math.isnan(path.product) for path in found.strongest[6:12]] == [
        INF in map(abs, pair) for pair in firsts[6:12]
    ]


def test_a_product_does_not_overflow_halfway() -> None:
    rates: Rates = [[], [(0, -1e-200), (0, 1e200)], [(1, 1e200)], [(2, 0.0), (2, 1e-300)]]
    products = [path.product for path in paths(rates, 0, 3, 4).strongest]
    assert products == pytest.approx([1e100, -1e-300, 0.0, 0.0], rel=1e-14, abs=0.0)


@pytest.mark.parametrize(
    ("factor", "product"), [(1.0, 1.7e308), (-1.0, -1.7e308), (-2.0, -INF), (5e-324, 1.7e308 * 5e-324)]
)
def test_products_reach_to_the_end_of_the_range(factor: float, product: float) -> None:
    assert paths([[], [(0, 1.7e308)], [(1, factor)]], 0, 2, 1).strongest[0].product == product
