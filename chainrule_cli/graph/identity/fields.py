"""Finite fields that behave like the reals, and the draws of the signature test in them.

Primes, signs, roots, e^u and the unit circle in GF(p), all of it chosen by a hash.
docs/decisions/006-the-signature-test.md says why the primes are as they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any, TypeAlias

Point: TypeAlias = tuple[int, int]
"""(cosine, sine) of an angle."""

ANGLES, EXPONENTS, TOP = 0, 1, 2
"""The fields of a draw: those of angles and of exponents, and the one of values."""

SMOOTH = 8 * 3 * 5 * 7 * 11 * 13
"""Divides p+1 for every prime here: 2, 3, 5 ... 13 are squares, -1 is none, and odd roots are unique."""

ANGLE_BITS = 43
SIEVE = 512
WINDOW = 2
FULL_TURN = 120
PRIME_SETS = 3
WITNESSES = (2, 325, 9375, 28178, 450775, 9780504, 1795265022)
"""Miller and Rabin's test with these is a proof below 2^64 (Sinclair 2011)."""

SIEVE_PRIMES = tuple(n for n in range(17, 400) if all(n % d for d in range(2, n)))
SIEVE_PRODUCT = math.prod(SIEVE_PRIMES)


class NoValue(ArithmeticError):  # noqa: N818  # it says what is so, not that something failed
    """No value in this draw: a division by 0, or a root of what is no square."""


# primes


def is_prime(n: int) -> bool:
    """Miller-Rabin, a proof for the sizes that it is asked."""
    return math.gcd(n, SIEVE_PRODUCT) == 1 and all(_passes(n, witness) for witness in WITNESSES)


def _passes(n: int, witness: int) -> bool:
    twos = ((n - 1) & (1 - n)).bit_length() - 1
    power = pow(witness, (n - 1) >> twos, n)
    if power in (1, n - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % n
        if power == n - 1:
            return True
    return False


def find_angle_prime(start: int) -> int:
    """The first prime that is -1 modulo SMOOTH from about SMOOTH times `start` on."""
    candidate = SMOOTH * start - 1
    while not is_prime(candidate):
        candidate += SMOOTH
    return candidate


def find_prime_pair(angle: int) -> tuple[int, int]:
    """The least q and p = 2q + 1, both prime, both -1 modulo SMOOTH times the angle's prime.

    q is proved by a point of order `angle` on its circle (Morrison 1975), p by Pocklington's theorem, q being
    a known prime.
    """
    unit = SMOOTH * angle
    candidates = (unit * factor - 1 for factor in _sieve_factors(unit))
    q = next(
        q for q in candidates if pow(2, q - 1, q) == 1 == pow(2, 2 * q, 2 * q + 1) and _has_order(q, angle)
    )
    return q, 2 * q + 1


def _has_order(q: int, order: int) -> bool:
    """Whether the circle modulo q has a point of that prime order modulo every divisor of q."""
    field = Field(q, order, b"")
    point = field.multiply_angle(field.build_point(2), (q + 1) // order)
    return math.gcd(point[0] - 1, q) == 1 and field.multiply_angle(point, order) == (1, 0)


def _sieve_factors(unit: int) -> Iterator[int]:
    """Factors k for which neither unit·k - 1 nor 2·unit·k - 1 has a small divisor."""
    zeros = [(prime, pow(unit, -1, prime)) for prime in SIEVE_PRIMES]
    start = 1
    while True:
        free = bytearray([1]) * SIEVE
        for prime, zero in zeros:
            for factor in (zero, zero * ((prime + 1) // 2)):
                first = (factor - start) % prime
                free[first::prime] = bytes(len(range(first, SIEVE, prime)))
        yield from (start + rank for rank, kept in enumerate(free) if kept)
        start += SIEVE


# fields


@lru_cache(maxsize=1024)
def _invert_degree(degree: int, order: int) -> int:
    if math.gcd(degree, order) > 1:
        raise NoValue
    return pow(degree, -1, order)


class Field:
    """GF(prime) with a sign: squares are positive, and -1 is no square.

    angle: the prime order of its circle's points; 0 where it has none
    base: what stands for e
    pi: what stands for pi
    """

    def __init__(self, prime: int, angle: int, seed: bytes) -> None:
        self.prime = prime
        self.angle = angle
        self.half = (prime - 1) // 2
        self.seed = seed
        self.base = self.positive("e")
        self.pi = self.positive("pi")

    def unknown(self, *parts: object) -> int:
        """A residue that depends on the parts and on the draw, and is not 0."""
        digest = blake2b(repr(parts).encode(), key=self.seed, digest_size=16).digest()
        return int.from_bytes(digest, "big") % (self.prime - 1) + 1

    def positive(self, *parts: object) -> int:
        return self.unknown(*parts) ** 2 % self.prime

    def fraction(self, value: Fraction | int) -> int:
        if isinstance(value, int):
            return value % self.prime
        return value.numerator * self.inverse(value.denominator) % self.prime

    def inverse(self, a: int) -> int:
        if not a % self.prime:
            raise NoValue
        return pow(a, -1, self.prime)

    def sign(self, a: int) -> int:
        """0, 1 or -1, by Euler's criterion."""
        if not a % self.prime:
            return 0
        return 1 if pow(a, self.half, self.prime) == 1 else -1

    def root(self, a: int, degree: int) -> int:
        """The one root of odd degree; the positive root of even degree, if there is one."""
        if degree % 2:
            return pow(a, _invert_degree(degree, self.prime - 1), self.prime)
        root = pow(a, _invert_degree(degree, self.half), self.prime)
        if pow(root, degree, self.prime) != a % self.prime:
            raise NoValue
        return root

    def power(self, a: int, exponent: Fraction | int) -> int:
        """a^exponent; the base must be positive where the exponent is no integer."""
        if isinstance(exponent, Fraction) and exponent.denominator > 1:
            a = self.root(self.require_positive(a) if exponent.denominator % 2 else a, exponent.denominator)
        return pow(a if exponent >= 0 else self.inverse(a), abs(exponent.numerator), self.prime)

    def require_positive(self, a: int) -> int:
        """a itself. Raises NoValue unless it is positive."""
        if self.sign(a) != 1:
            raise NoValue
        return a

    def exponential(self, exponent: int) -> int:
        """e^u, for an exponent modulo the order of e."""
        return pow(self.base, exponent, self.prime)

    # the unit circle

    def add_angles(self, one: Point, other: Point) -> Point:
        """The point at the sum of two angles."""
        (c, s), (d, t) = one, other
        return (c * d - s * t) % self.prime, (c * t + s * d) % self.prime

    def multiply_angle(self, point: Point, times: int) -> Point:
        """The point at a multiple of its angle."""
        result = (1, 0)
        while times:
            result = self.add_angles(result, point) if times & 1 else result
            point, times = self.add_angles(point, point), times >> 1
        return result

    def build_point(self, tangent: int) -> Point:
        """The point whose half angle has this tangent."""
        over = self.inverse(1 + tangent * tangent)
        return (1 - tangent * tangent) * over % self.prime, 2 * tangent * over % self.prime

    def _find_of_order(self, order: int, name: str) -> Point:
        """A point whose order divides `order`; another name gives another one."""
        return self.multiply_angle(self.build_point(self.unknown(name)), (self.prime + 1) // order)

    @cached_property
    def _windows(self) -> list[list[Point]]:
        """Multiples of the angle that stands for 1: of 4^k times it, for each k the first four."""
        rows, point = [], self._find_of_order(self.angle, "circle")
        for _ in range(0, self.angle.bit_length(), WINDOW):
            row = [(1, 0), point]
            while len(row) < 1 << WINDOW:
                row.append(self.add_angles(row[-1], point))
            rows.append(row)
            point = self.add_angles(row[-1], point)
        return rows

    def find_at_angle(self, angle: int) -> Point:
        """Cosine and sine of an angle, a residue modulo the angle's prime."""
        prime, (c, s) = self.prime, (1, 0)
        for row in self._windows:
            digit = angle & 3
            if digit:
                d, t = row[digit]
                c, s = (c * d - s * t) % prime, (c * t + s * d) % prime
            angle >>= WINDOW
        return c, s

    @cached_property
    def _turn(self) -> Point:
        """The point at pi/60: the cosines of pi/4, pi/5 and pi/6 and the sine of pi/6 are the positive
        numbers."""
        half, point = self.inverse(2), self._find_primitive()
        wanted = (self.root(2, 2) * half, self.root(3, 2) * half, (1 + self.root(5, 2)) * half * half)
        for power in range(1, FULL_TURN):
            candidate = self.multiply_angle(point, power)
            quarter, sixth, fifth = (
                self.multiply_angle(candidate, FULL_TURN // 2 // part) for part in (4, 6, 5)
            )
            found = (quarter[0], sixth[0], fifth[0])
            if sixth[1] == half and found == tuple(value % self.prime for value in wanted):
                return candidate
        raise AssertionError

    def _find_primitive(self) -> Point:
        """A point of order FULL_TURN."""
        points = (self._find_of_order(FULL_TURN, f"turn {number}") for number in range(1000))
        return next(
            point
            for point in points
            if all(self.multiply_angle(point, FULL_TURN // part) != (1, 0) for part in (2, 3, 5))
        )

    def find_at_turn(self, halves: Fraction) -> Point:
        """Cosine and sine of that many times pi; the denominator divides 60."""
        return self.multiply_angle(self._turn, int(halves * (FULL_TURN // 2)) % FULL_TURN)


@lru_cache(maxsize=64)
def _draw_fields(texts: tuple[str, ...], number: int) -> tuple[Field, Field, Field]:
    """Fields for angles, for exponents and for values, the last one's prime twice the second's and 1."""
    seed = blake2b(repr((texts, number)).encode(), digest_size=32).digest()
    angle = find_angle_prime((int.from_bytes(seed[:8], "big") >> (64 - ANGLE_BITS)) + (1 << ANGLE_BITS))
    q, p = find_prime_pair(angle)
    return Field(angle, 0, seed + b"a"), Field(q, angle, seed + b"q"), Field(p, angle, seed + b"p")


class FieldDraw:
    """Everything that is chosen at random for one comparison of signatures, by a hash of texts and a number.

    fields: for angles, for exponents (q) and for values (p = 2q+1)
    memo: what has been computed in them, for both formulas of a comparison
    number: of the draw
    attempt: other inputs in the same fields
    """

    def __init__(self, texts: Sequence[str], number: int, attempt: int = 0) -> None:
        self.fields = _draw_fields(tuple(texts), number % PRIME_SETS)
        self.memo: dict[tuple[Any, ...], Any] = {}
        self.number = number
        self.attempt = attempt
        self._inputs: dict[tuple[int, str], int] = {}

    def input(self, level: int, name: str) -> int:
        """The residue of a variable: positive in every second draw, negative in the second, of a hashed sign
        in the others."""
        if (level, name) not in self._inputs:
            size = self.fields[level].positive("input", name, self.number, self.attempt)
            self._inputs[level, name] = self.fields[level].prime - size if self._is_negative(name) else size
        return self._inputs[level, name]

    def _is_negative(self, name: str) -> bool:
        turn = self.number + self.attempt
        return turn == 1 or (
            turn % 2 == 1 and self.fields[ANGLES].unknown("sign", name, self.number, self.attempt) % 2 == 1
        )
