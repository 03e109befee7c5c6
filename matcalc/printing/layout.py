"""One printer for all notations: from the leaves up, brackets by precedence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from matcalc.algebra import factors_of, is_bilinear, scaled, split_coefficient
from matcalc.calculus import multiplied_out_size, size_of_multiple
from matcalc.expression import Expr, number
from matcalc.expression.signatures import entry_for_node
from matcalc.functions import Fixity, Precedence
from matcalc.printing.styles import ATOM, POSTFIX, POWER, PREFIX, PRODUCT, SUM, Printed, Text, fraction_parts

#: Exponents with which a power standing alone is shorter as a quotient: ``1./x``, ``1./sqrt(x)``.
_AS_QUOTIENT = (-1, Fraction(-1, 2))


class Printer:
    """Texts of all nodes, and of their negatives where these need no minus sign.

    ``weight`` is the number of names in a text. A minus sign goes into a sum that has a term
    to take it: ``-(x - y)`` is ``y - x``.
    """

    def __init__(self, style: Text, names: Mapping[Expr, str], nodes: Iterable[Expr]):
        """Print ``nodes``, which come after their arguments."""
        self.style = style
        self.names = names
        self.done: dict[Expr, Printed] = {}
        self.negated: dict[Expr, Printed] = {}
        self.defined: dict[Expr, Printed] = {}
        self.weight: dict[Expr, int] = {}
        for node in nodes:
            self._visit(node)

    def _visit(self, node: Expr) -> None:
        printed = self._print(node, 1)
        if node in self.names:
            self.defined[node] = printed
            printed = Printed(self.style.name(self.names[node]), ATOM)
            self.weight[node] = 1
        else:
            if self._takes_minus(node):
                self.negated[node] = self._print(node, -1)
            length = int(not node.args and node.op != "number")
            self.weight[node] = length + sum([self.weight[arg] for arg in node.args])
        self.done[node] = printed

    def whole(self, node: Expr) -> str:
        """Return the text of a node that stands alone."""
        return self.style.finished(self.done[node].signed)

    def listed(self, definitions: Sequence[tuple[str, Expr]]) -> list[tuple[str, str]]:
        """Return the names and the texts of definitions."""
        return [
            (self.style.name(name), self.style.finished(self.defined[value].signed))
            for name, value in definitions
        ]

    def at(self, node: Expr, level: Precedence) -> str:
        """Return the text of a node where something at least as tight as ``level`` is needed."""
        return self._bracketed(self.done[node], level)

    def _bracketed(self, printed: Printed, level: Precedence) -> str:
        tight = level is SUM or (printed.level >= level and not printed.negative)
        return printed.signed if tight else self.style.bracket(printed.signed)

    def _factor(self, printed: Printed, level: Precedence) -> Printed:
        """Return a factor in brackets if it needs them; a prefix does unless it is the last, see joined."""
        if printed.level is PREFIX and not printed.negative:
            return printed
        return Printed(self._bracketed(printed, level), level)

    def _joined(self, factors: Sequence[Printed], *, followed: bool = False) -> str:
        """Return a product; ``followed`` says that something comes after it."""
        last = len(factors) - (not followed)
        texts = [
            self._bracketed(factor, POWER) if factor.level is PREFIX and i < last else factor.text
            for i, factor in enumerate(factors)
        ]
        return self.style.product(texts, followed=followed)

    def _takes_minus(self, node: Expr) -> bool:
        if node.op == "number":
            return bool(node.data < 0)
        if node.op == "mul" and not is_bilinear(node) and factors_of(node).coefficient < 0:
            return True
        if node.op == "add":
            return any(arg in self.negated for arg in node.args)
        if node.op == "transpose":
            return node.args[0] in self.negated
        return node.op in ("mul", "hadamard") and self._to_flip(node.args) is not None

    def _print(self, node: Expr, sign: int) -> Printed:
        op, style = node.op, self.style
        if op == "number":
            return self._number(node.data * sign)
        if op == "variable":
            return Printed(style.name(node.data[0]), ATOM)
        if op == "pi":
            return Printed(style.name("pi"), ATOM)
        if op == "dimension":
            return Printed(style.dim(node.data), ATOM if str(node.data).isidentifier() else SUM)
        if op == "identity":
            return Printed(style.identity(node.shape[0]), ATOM)
        if op in ("ones", "zeros"):
            return self._constant(node)
        if op == "transpose":
            inner = self.negated[node.args[0]] if sign < 0 else self.done[node.args[0]]
            return Printed(style.transpose(self._bracketed(inner, POSTFIX)), POSTFIX)
        if op == "block":
            rows, cols = node.data
            cells = [self.done[arg].signed for arg in node.args]
            return Printed(style.block([cells[i * cols : (i + 1) * cols] for i in range(rows)]), ATOM)
        if op == "add":
            return self._sum(node.args, sign)
        if op == "mul" or (op == "power" and node.is_scalar):
            return self._product(node, sign)
        if op in ("hadamard", "hadamard_power"):
            return self._hadamard(node, sign)
        if op == "power":
            return Printed(style.power(self.at(node.args[0], ATOM), self._exponent(node.args[1])), POWER)
        return self._function(node)

    def _number(self, value: int | Fraction) -> Printed:
        top, bottom = fraction_parts(value)
        style = self.style
        if bottom == 1:
            return Printed(style.number(top), ATOM, value < 0)
        if style.fractions:
            return Printed(style.fraction(style.number(top), style.number(bottom)), PRODUCT, value < 0)
        return Printed(style.number(top) + style.over + style.number(bottom), PRODUCT, value < 0)

    def _constant(self, node: Expr) -> Printed:
        rows, cols = node.shape
        if node.is_row:
            return Printed(self.style.transpose(self.style.constant(node.op, (cols, rows))), POSTFIX)
        return Printed(self.style.constant(node.op, node.shape), ATOM)

    def _function(self, node: Expr) -> Printed:
        entry, style = entry_for_node(node), self.style
        assert entry is not None
        written = entry.written
        sign = style.sign(written, scalar=node.is_scalar)
        if sign:
            args = [self.at(arg, written.argument_precedence) for arg in node.args]
            if written.fixity is not Fixity.AROUND or style.encloses(written, args[0]):
                text = "".join(before + arg for before, arg in zip(sign[:-1], args, strict=True)) + sign[-1]
                return Printed(text, written.precedence)
        return style.call(entry, [self.at(arg, SUM) for arg in node.args])

    def _exponent(self, exponent: Expr) -> str:
        if exponent not in self.done:
            self._visit(exponent)
        printed = self.done[exponent]
        level = SUM if printed.negative else printed.level
        return self.style.exponent(printed.signed, level)

    # Sums

    def _sum(self, args: Sequence[Expr], sign: int) -> Printed:
        """Return a sum, or its negative: positive terms first, constants last."""
        sized = any(not _is_constant(arg) for arg in args)
        terms = [(self._term(arg, sign, sized), arg) for arg in args]
        terms.sort(key=self._display_order)
        out = ""
        for i, (printed, _) in enumerate(terms):
            text = self._bracketed(Printed(printed.text, printed.level), PREFIX)
            if i:
                out += (" - " if printed.negative else " + ") + text
            else:
                out = ("-" if printed.negative else "") + text
        return Printed(out, SUM)

    def _display_order(self, term: tuple[Printed, Expr]) -> tuple[bool, bool, int, int, str]:
        """Sort positive terms before negative ones, constants last, long before short."""
        printed, arg = term
        turns = printed.text.count(self.style.transposed)
        return printed.negative, _is_constant(arg), -self.weight[arg], turns, printed.text

    def _term(self, arg: Expr, sign: int, sized: bool) -> Printed:
        """Return a term; multiples of ``I`` and ``ones`` take their size from the other terms."""
        if sized and arg not in self.names and _is_constant(arg):
            coefficient, unit = split_coefficient(arg)
            if unit.op == "ones":
                printed = self._number(coefficient * sign)
                return Printed(self.style.spread(printed.text), printed.level, printed.negative)
            if factors_of(arg).chain[0].op == "identity":
                return self._product(arg, sign, bare_identity=True)
        if sign > 0:
            return self.done[arg]
        if arg in self.negated:
            return self.negated[arg]
        printed = self.done[arg]
        return Printed(printed.text, printed.level, not printed.negative)

    # Products

    def _multiplied_out(self, node: Expr, sign: int) -> Printed | None:
        """Return a number times a sum as a sum, if that is shorter: ``x - 1/2`` for ``(2*x - 1)/2``."""
        coefficient, unit = split_coefficient(node)
        if unit.op != "add" or unit in self.names or coefficient in (1, -1):
            return None
        terms = [scaled(sign * coefficient, arg) for arg in unit.args]
        if multiplied_out_size(coefficient, unit) > size_of_multiple(coefficient, unit):
            return None
        for expr in (part for term in terms for part in (*term.args, term)):
            if expr not in self.done:
                self._visit(expr)
        return self._sum(terms, 1)

    def _product(self, node: Expr, sign: int, *, bare_identity: bool = False) -> Printed:
        multiplied_out = self._multiplied_out(node, sign)
        if multiplied_out is not None:
            return multiplied_out
        coefficient, scalars, chain = factors_of(node)
        if is_bilinear(node):
            scalars, chain = (), node.args
        coefficient = coefficient * sign
        flipped = self._to_flip((*scalars, *chain)) if coefficient < 0 or (sign < 0) else None
        if sign < 0 and factors_of(node).coefficient < 0:
            flipped = None
        negative = coefficient < 0 and flipped is None
        top, bottom = fraction_parts(coefficient)
        alone = len(scalars) + len(chain) == 1 and top == 1
        above = [Printed(self.style.number(top), ATOM)] if top != 1 else []
        below = [Printed(self.style.number(bottom), ATOM)] if bottom != 1 else []
        if alone and bottom == 1 and scalars and scalars[0].op != "power":
            scalar = scalars[0]
            return self._alone(scalar, self.negated[scalar] if flipped else self.done[scalar], negative)
        for scalar in sorted(scalars, key=lambda s: self._scalar_order(s, node)):
            whole = scalar in self.names and scalar is not node
            self._place_scalar(scalar, whole, scalar is flipped, alone and bottom == 1, above, below)
        entrywise_over = ""
        for array in chain:
            printed = self.negated[array] if array is flipped else self.done[array]
            if bare_identity and array.op == "identity":
                above.append(Printed(self.style.identity(None), ATOM))
            elif len(chain) == 1 and array.op in ("hadamard", "hadamard_power") and array not in self.names:
                one_over = self.style.number(1) + self.style.hadamard_over
                if printed.text.startswith(one_over) and above:
                    entrywise_over = printed.text[len(self.style.number(1)) :]
                else:
                    above.append(printed)
            elif alone and bottom == 1:
                return self._alone(array, printed, negative)
            else:
                opened = array.op == "mul" and array not in self.names and not printed.negative
                above.append(self._factor(printed, PRODUCT if opened else POWER))
        return self._quotient(
            self._joined(above, followed=bool(entrywise_over)) + entrywise_over, below, negative
        )

    def _alone(self, factor: Expr, printed: Printed, negative: bool) -> Printed:
        """Return a factor that stands alone, or its negative."""
        if negative and printed.level == SUM:
            printed = (
                self._sum(factor.args, -1)
                if factor.op == "add"
                else Printed(self.style.bracket(printed.text), ATOM)
            )
            return Printed(printed.text, printed.level, factor.op != "add")
        return Printed(printed.text, printed.level, negative != printed.negative)

    def _quotient(self, above: str, below: list[Printed], negative: bool) -> Printed:
        style = self.style
        if not below:
            return Printed(above, PRODUCT, negative)
        above = above or style.number(1)
        if style.fractions:
            return Printed(style.fraction(above, self._joined(below)), PRODUCT, negative)
        denominator = below[0].text if len(below) == 1 else style.bracket(self._joined(below))
        return Printed(above + style.over + denominator, PRODUCT, negative)

    def _place_scalar(
        self, scalar: Expr, whole: bool, flip: bool, alone: bool, above: list[Printed], below: list[Printed]
    ) -> None:
        """Put a scalar factor above or below the line; a ``whole`` one has a name."""
        base, exponent = scalar, number(1)
        if scalar.op == "power" and not whole:
            base, exponent = scalar.args
        side = above
        if exponent.is_number and exponent.data < 0:
            side, exponent = below, number(-exponent.data)
        printed = self.negated[base] if flip else self.done[base]
        if exponent.is_number and exponent.data == 1:
            side.append(self._factor(printed, PRODUCT if alone and side is above else POWER))
        elif exponent.is_number and exponent.data == Fraction(1, 2):
            side.append(Printed(self.style.square_root(printed.signed), ATOM))
        else:
            power = self.style.power(self._bracketed(printed, ATOM), self._exponent(exponent))
            side.append(Printed(power, POWER))

    def _to_flip(self, factors: Sequence[Expr]) -> Expr | None:
        """Return a factor that takes a minus sign in and does not occur a second time."""
        bases = [factor.args[0] if factor.op == "transpose" else factor for factor in factors]
        for factor, base in zip(factors, bases, strict=True):
            if factor in self.negated and bases.count(base) == 1:
                return factor
        return None

    def _scalar_order(self, scalar: Expr, node: Expr) -> tuple[bool, str]:
        whole = scalar in self.names and scalar is not node
        base = scalar.args[0] if scalar.op == "power" and not whole else scalar
        return base.op != "variable", self.done[base].text

    # Hadamard products

    def _hadamard(self, node: Expr, sign: int) -> Printed:
        style = self.style
        factors = node.args if node.op == "hadamard" else (node,)
        if node.op == "hadamard_power" and node.args[1].is_number and node.args[1].data not in _AS_QUOTIENT:
            return Printed(self._entrywise_factor(self.done[node.args[0]], node.args[1]), POWER)
        flipped = self._to_flip(factors) if sign < 0 else None
        above: list[tuple[bool, int, str]] = []
        below: list[tuple[bool, int, str]] = []
        for factor in factors:
            base, exponent = factor, number(1)
            if factor.op == "hadamard_power" and (factor is node or factor not in self.names):
                base, exponent = factor.args
            side = above
            if exponent.is_number and exponent.data < 0:
                side, exponent = below, number(-exponent.data)
            printed = self.negated[factor] if factor is flipped else self.done[base]
            text = self._entrywise_factor(printed, exponent)
            side.append((printed.level < POSTFIX, text.count(style.transposed), text))
        numerator = style.hadamard.join(text for *_, text in sorted(above)) or style.number(1)
        if below:
            texts = [text for *_, text in sorted(below)]
            bottom = texts[0] if len(texts) == 1 else style.bracket(style.hadamard.join(texts))
            return Printed(numerator + style.hadamard_over + bottom, PRODUCT)
        return Printed(numerator, PRODUCT if len(factors) > 1 else POWER)

    def _entrywise_factor(self, printed: Printed, exponent: Expr) -> str:
        if exponent.is_number and exponent.data == 1:
            return self._bracketed(printed, POWER)
        if exponent.is_number and exponent.data == Fraction(1, 2):
            return self.style.square_root(printed.signed)
        return self.style.hadamard_power(self._bracketed(printed, ATOM), self._exponent(exponent))


def _is_constant(expr: Expr) -> bool:
    """Return whether a term of a sum has no size of its own: a multiple of ``I`` or ``ones``."""
    _, scalars, chain = factors_of(expr)
    return len(chain) == 1 and (chain[0].op == "identity" or (chain[0].op == "ones" and not scalars))
