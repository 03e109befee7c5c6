"""Every entry of the table goes to SymPy and comes back, with the same values, or is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import sympy

import matcalc as mc
from matcalc.expression import postorder
from matcalc.expression.signatures import entry_of
from matcalc.functions import ENTRIES, OPERATION_NAMES, Function
from matcalc.interop.writing import counterparts_called, function_of_sympy
from tests.functions.checks import call_text, instances, kinds_of
from tests.functions.checks import value_of as our_value_of
from tests.interop.values import value_of
from tests.numerical import distance

TOLERANCE = 1e-9
#: Operations with a notation of their own need no name in SymPy.
WRITTEN = [entry for entry in ENTRIES if entry.sympy or entry.name in OPERATION_NAMES]
#: A law says what they are.
DEFINED = [entry for entry in ENTRIES if not entry.d and not entry.adjoint]
#: What is written as another function is, and comes back as that one.
SAME_IN_SYMPY = {"sum(abs(x))": "norm1(x)"}
REFUSED = [entry for entry in ENTRIES if entry not in WRITTEN and entry not in DEFINED]


def label(entry: Function) -> str:
    return f"{entry.name}: {entry.signature}"


def declarations(entry: Function) -> Iterator[dict[str, str]]:
    """Yield kinds of the arguments: as the signature says, and for entries also vectors and scalars."""
    kinds = kinds_of(entry)
    yield kinds
    if all(kind == "matrix(m,n)" for kind in kinds.values()):
        yield dict.fromkeys(kinds, "vector(m)")
        if "several-rows" not in entry.domain:
            yield dict.fromkeys(kinds, "rowvector(n)")
        if entry.elementwise or len(kinds) > 1:
            yield dict.fromkeys(kinds, "scalar")


WITH_KINDS = [(entry, kinds) for entry in (*WRITTEN, *DEFINED) for kinds in declarations(entry)]


def refusal(entry: Function, kinds: dict[str, str]) -> mc.MatcalcError:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.parse(call_text(entry), kinds).to_sympy()
    return caught.value


def can_be_written(expression: mc.Expression) -> bool:
    """Return whether all functions that remain in the normal form say what they are in SymPy."""
    entries = [found for node in postorder(expression.node) if (found := entry_of(node.op, node.args))]
    return all(entry.sympy or entry.name in OPERATION_NAMES for entry, _ in entries)


@pytest.mark.parametrize(("entry", "kinds"), WITH_KINDS, ids=lambda value: getattr(value, "name", None))
def test_entry_comes_back_with_the_same_values(entry: Function, kinds: dict[str, str]) -> None:
    expression = mc.parse(call_text(entry), kinds)
    if not can_be_written(expression):
        assert entry in DEFINED
        assert refusal(entry, kinds).code == "E505"
        return
    written = expression.to_sympy()
    assert mc.from_sympy(written, expression.variables) == expression, written
    names = expression._reading.variables
    for arrays, sizes in instances(expression.node, names):
        expected = our_value_of(expression.node, arrays, sizes)
        assert distance(value_of(written, arrays, sizes), expected) < TOLERANCE, written


@pytest.mark.parametrize("entry", [entry for entry in WRITTEN if entry.example], ids=label)
def test_example_comes_back(entry: Function) -> None:
    text = entry.shown.value
    expression = mc.parse(text)
    expected = mc.parse(SAME_IN_SYMPY.get(text, text), expression.variables)
    assert mc.from_sympy(expression.to_sympy(), expression.variables) == expected


@pytest.mark.parametrize("entry", REFUSED, ids=label)
def test_entry_without_a_name_in_sympy_is_refused(entry: Function) -> None:
    error = refusal(entry, kinds_of(entry))
    assert error.code == "E505"
    assert entry.name in error.message


def test_share_of_entries(summary: Callable[[str], None]) -> None:
    refused = [entry.name for entry in REFUSED]
    refused += [
        entry.name for entry in DEFINED if not can_be_written(mc.parse(call_text(entry), kinds_of(entry)))
    ]
    summary(f"entries that SymPy can express: {len(ENTRIES) - len(refused)} of {len(ENTRIES)}")
    summary(f"  it cannot: {', '.join(refused)}")
    assert len(refused) < len(ENTRIES) / 2


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.counterparts], ids=label)
def test_named_function_is_there(entry: Function) -> None:
    for part in entry.counterparts:
        assert callable(function_of_sympy(part.name))
        assert (entry, part) in counterparts_called(part.name)


@pytest.mark.parametrize("text", ["tr(A*X)", "z'*A*y", "norm2(x)^2", "exp(x).*y", "inv(Q)*x", "s*A*x"])
def test_values_are_those_of_sympys_own_evaluation(text: str) -> None:
    kinds = {"A": "matrix(m,n)", "X": "matrix(n,m)", "x": "vector(n)", "y": "vector(n)", "z": "vector(m)"}
    kinds |= {"Q": "matrix(n,n)", "s": "scalar"}
    expression = mc.parse(text, kinds)
    [(arrays, sizes)] = instances(expression.node, expression._reading.variables, 1)
    found = expression.to_sympy().subs(
        {sympy.Symbol(n, integer=True, positive=True): k for n, k in sizes.items()}
    )
    for symbol in found.atoms(sympy.MatrixSymbol):
        found = found.subs(symbol, sympy.ImmutableMatrix(arrays[symbol.name]))
    found = found.subs({symbol: float(arrays[symbol.name][0, 0]) for symbol in found.free_symbols}).doit()
    expected = our_value_of(expression.node, arrays, sizes)
    assert distance(np.array(found, dtype=float).reshape(expected.shape), expected) < TOLERANCE
