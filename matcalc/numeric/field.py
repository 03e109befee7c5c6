"""Exact arithmetic: dual numbers over a prime field.

A dual number ``a + b*eps`` with ``eps^2 = 0`` (Clifford 1873) carries a value and its derivative
along one direction, so that evaluating a formula with dual numbers differentiates it.
"""

from __future__ import annotations

#: A Mersenne prime: large enough that a random point is hardly ever a root of a polynomial by chance.
PRIME = 2**61 - 1


class Dual:
    """A dual number ``value + slope*eps``, both parts modulo ``PRIME``.

    >>> square = Dual(3, 1) * Dual(3, 1)
    >>> square.value, square.slope
    (9, 6)
    """

    __slots__ = ("slope", "value")

    def __init__(self, value: int, slope: int = 0):
        self.value = value % PRIME
        self.slope = slope % PRIME

    def __add__(self, other: Dual | int) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.slope + other.slope)
        return Dual(self.value + other, self.slope) if isinstance(other, int) else NotImplemented

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __sub__(self, other: Dual | int) -> Dual:
        return self + (-other)

    def __rsub__(self, other: int) -> Dual:
        return -self + other

    def __mul__(self, other: Dual | int) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)
        return Dual(self.value * other, self.slope * other) if isinstance(other, int) else NotImplemented

    __rmul__ = __mul__

    def inverse(self) -> Dual:
        """Return 1 divided by this number; raises ``ZeroDivisionError`` if its value is zero."""
        if not self.value:
            raise ZeroDivisionError
        inverse = pow(self.value, -1, PRIME)
        return Dual(inverse, -self.slope * inverse * inverse)

    def __truediv__(self, other: Dual | int) -> Dual:
        return self * (other if isinstance(other, Dual) else Dual(other)).inverse()

    def __rtruediv__(self, other: int) -> Dual:
        return self.inverse() * other

    def __pow__(self, exponent: int) -> Dual:
        if exponent < 0:
            return self.inverse() ** -exponent
        if exponent == 0:
            return Dual(1)
        power = pow(self.value, exponent - 1, PRIME)
        return Dual(power * self.value, exponent * power * self.slope)

    def __abs__(self) -> int:
        """Return the trivial absolute value: 1 for what one can divide by."""
        return int(bool(self))

    def __bool__(self) -> bool:
        """Whether one can divide by it."""
        return self.value != 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, int):
            other = Dual(other)
        return isinstance(other, Dual) and (self.value, self.slope) == (other.value, other.slope)

    def __hash__(self) -> int:
        return hash((self.value, self.slope))

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.slope})"
