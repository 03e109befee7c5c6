"""Unification of symbolic dimensions."""

from __future__ import annotations

from matcalc.expression.dimensions import ONE, Dim, Shape, solved


def _unknown_parts(dim: Dim) -> list[str]:
    """Return the terms of a sum or factors of a product, in order, if all are unknown dimensions."""
    if any(coefficient != 1 for _, coefficient in dim.terms):
        return []
    parts = (
        dim.terms[0][0] if len(dim.terms) == 1 else [name for monomial, _ in dim.terms for name in monomial]
    )
    linear = len(dim.terms) == 1 or all(len(monomial) == 1 for monomial, _ in dim.terms)
    if not linear or not all(name.startswith("?") for name in parts):
        return []
    return sorted(parts, key=lambda name: int(name[1:]))


class Sizes:
    """Unknown dimensions and what is known of them so far.

    An unknown dimension is a symbol that starts with ``?``. One that belongs to a variable is
    never 1: a matrix does not turn into a vector because it stands where a vector would fit.

    >>> sizes = Sizes()
    >>> a = sizes.unknown()
    >>> sizes.unify(a, Dim.symbol("n")), sizes.resolve(a)
    (True, Dim(n))
    """

    def __init__(self) -> None:
        self._equal: dict[str, Dim] = {}
        #: The same with long ways shortened (path compression).
        self._resolved: dict[str, Dim] = {}
        self._may_be_one: set[str] = set()
        self._count = 0
        #: Unknown dimensions that were made equal though they need not be: see :meth:`unify`.
        self.assumed: list[tuple[str, str]] = []

    def unknown(self, *, may_be_one: bool = False) -> Dim:
        """Return a new unknown dimension."""
        self._count += 1
        name = f"?{self._count}"
        if may_be_one:
            self._may_be_one.add(name)
        return Dim.symbol(name)

    def may_be_one(self, dim: Dim) -> bool:
        """Return whether a dimension is unknown and may turn out to be 1."""
        return self.resolve(dim).name in self._may_be_one

    def resolve(self, dim: Dim) -> Dim:
        """Return the dimension with everything known put in."""
        path = []
        while dim.name in self._resolved:
            path.append(dim.name)
            dim = self._resolved[dim.name]
        while not self._equal.keys().isdisjoint(dim.symbols):
            dim = dim.substitute(self._equal)
        for name in path:
            self._resolved[name] = dim
        return dim

    def resolve_shape(self, shape: Shape) -> Shape:
        """Return the shape with everything known put in."""
        return self.resolve(shape[0]), self.resolve(shape[1])

    def unify(self, left: Dim, right: Dim) -> bool:
        """Make two dimensions equal; return whether that is possible.

        Where sums or products of as many unknown dimensions have to be equal, as the rows and the
        columns of a block matrix that has a determinant, they are made equal one by one.
        """
        left, right = self.resolve(left), self.resolve(right)
        if left is right:
            return True
        return (
            self._solve(left, right)
            or self._solve(right, left)
            or self._one_by_one(left, right)
            or self._solve_alike(left, right)
            or self._solve_alike(right, left)
        )

    def origins(self, dim: Dim) -> set[str]:
        """Return the unknown dimensions that led to this one."""
        names = set()
        while dim.name.startswith("?"):
            names.add(dim.name)
            dim = self._equal.get(dim.name, ONE)
        return names

    def _one_by_one(self, left: Dim, right: Dim) -> bool:
        pairs = list(zip(_unknown_parts(left), _unknown_parts(right), strict=False))
        if not pairs or len(_unknown_parts(left)) != len(_unknown_parts(right)):
            return False
        self.assumed += pairs
        return all(self.unify(Dim.symbol(a), Dim.symbol(b)) for a, b in pairs)

    def _solve(self, target: Dim, value: Dim) -> bool:
        """Give the only unknown of ``target``, if it stands alone in a term, the value that fits."""
        unknowns = [name for name in target.symbols if name.startswith("?")]
        for name in unknowns:
            if target.terms == (((name,), 1),):
                if name in value.symbols or (value is ONE and name not in self._may_be_one):
                    return False
                self._equal[name] = self._resolved[name] = value
                self._inherit(name, value)
                return True
        for name in unknowns:
            rest = target - Dim.symbol(name)
            if name not in rest.symbols and name not in value.symbols:
                difference = value - rest
                if difference.is_size:
                    return self._solve(Dim.symbol(name), difference)
        return self._solve_product(target, value)

    def _solve_product(self, target: Dim, value: Dim) -> bool:
        """Solve ``?a*k = p*k`` for ``?a``, where the other factors occur on both sides."""
        if len(target.terms) > 1:
            return self._solve_multiple(target, value)
        if len(value.terms) != 1:
            return False
        (left, a), (right, b) = target.terms[0], value.terms[0]
        unknowns = [name for name in left if name.startswith("?")]
        if len(unknowns) != 1 or b % a:
            return False
        remaining = list(right)
        for name in left:
            if name in remaining:
                remaining.remove(name)
            elif name != unknowns[0]:
                return False
        return self._solve(Dim.symbol(unknowns[0]), Dim([(tuple(sorted(remaining)), b // a)]))

    def _solve_multiple(self, target: Dim, value: Dim) -> bool:
        """Solve ``?a*(n + 1) = n + 1`` for ``?a``, where the value is a product with the same sum."""
        unknowns = [name for name in target.symbols if name.startswith("?")]
        if len(unknowns) != 1:
            return False
        name = unknowns[0]
        if not all(monomial.count(name) == 1 for monomial, _ in target.terms):
            return False
        quotient = value.divided_by(target.substitute({name: ONE}))
        return quotient is not None and self._solve(Dim.symbol(name), quotient)

    def _solve_alike(self, target: Dim, value: Dim) -> bool:
        """Solve ``(?a*?a + ?a)/2 = (n*n + n)/2`` for ``?a``, where both sides are made alike."""
        unknowns = [name for name in target.symbols if name.startswith("?")]
        if len(unknowns) != 1:
            return False
        number = (
            solved(target, unknowns[0], value.value, {}) if value.value and len(target.symbols) == 1 else None
        )
        sizes = (
            [Dim.symbol(name) for name in sorted(value.symbols)] if number is None else [Dim.number(number)]
        )
        fitting = [size for size in sizes if target.substitute({unknowns[0]: size}) is value]
        return bool(fitting) and self._solve(Dim.symbol(unknowns[0]), fitting[0])

    def _inherit(self, name: str, value: Dim) -> None:
        if name not in self._may_be_one:
            self._may_be_one -= value.symbols if len(value.terms) == 1 else frozenset()
