"""What an entry of the tables consists of."""

from __future__ import annotations

from typing import NamedTuple


class Function(NamedTuple):
    """One function: everything the engine knows of it, in the engine's own notation.

    ``signature`` names the arguments with their shapes: ``()`` is a scalar, ``(n)`` a column
    vector, ``(m,n)`` anything, ``dim`` a dimension. For each argument one of ``d`` and
    ``adjoint`` says how the value depends on it: the differential, in which ``dX`` is the
    differential of the argument ``X``; or, if the function is linear in the argument, how a
    cotangent ``G`` of the value is pulled back to it, in order, separated by semicolons, nothing
    for arguments in which it is not linear.

    ``matrix`` says, in the same way, for which ``M`` the stacked value is ``vec(f(X)) = M*vec(X)``
    where the function is linear in ``X`` and that has a closed form.

    ``entries`` says, where that is simple, what the entry ``[i,j]`` of the value is in entries of the
    arguments, summed over all other indices: ``x[i]*I(n)[i,j]`` for ``diag(x)``.

    ``transpose`` is ``invariant`` if ``f(X') = f(X)`` and ``equivariant`` if ``f(X') = f(X)'``,
    ``swapped`` if ``f(m, n)' = f(n, m)``.
    ``cyclic`` says that the factors of a product may be rotated (the trace). ``facts`` hold of
    every value, or under conditions: ``spd if X spd, s positive; diagonal if any diagonal``; ``even-size`` is
    one that says for which sizes they hold.
    ``keeps`` are facts that the value has if all arguments have them. ``requires`` is what has to
    be known of the first argument, such as ``symmetric``. ``domain`` is what the check draws
    arguments from, by argument. ``evaluate`` names the numerical implementation; ``latex`` and
    ``unicode`` are templates in which ``#1`` is the first argument, ``latex_of_scalar`` one for a scalar
    argument alone. ``symbol`` is what a value is called when
    it gets a name, ``argument_symbol`` what the first argument is. ``short`` is one letter by which the
    function is called with more than one argument: ``K(m,n)`` is a call, ``K(x)`` a product. ``example`` is
    an expression, the variable, and the derivative.

    ``rule`` says in words what the derivative with respect to each argument is, in order, separated by
    semicolons; or one for all.

    ``elementwise`` says that each entry of the value depends on the same entry of the argument
    alone. ``exact`` names an implementation for entries of any field, if the value is a rational
    function of the arguments; ``square`` is the square of the value where only that is rational, entry by
    entry.
    ``instruction`` names how generated code computes the function where that is more than a call: ``trace``,
    ``total``, ``norm``, ``diagonal``, ``inverse`` or ``determinant``. ``flat`` says that its helper takes a
    vector with one axis for what the signature has as a matrix, ``view`` that the value may share memory
    with the argument. ``finite_if_invertible`` says that the value is finite only if the matrix is
    invertible, ``triangle`` which triangle of the matrix the value keeps, ``lower`` or ``upper``, with zeros
    elsewhere.
    ``stable`` is the form in which generated code computes the function, if that overflows nowhere and is
    faster than a function of its own, or needs none.
    ``sympy`` names the function of SymPy that is this one, as ``sympy:exp`` or, with arguments,
    ``sympy:Max(X, 0)``; or it defines this one by others, after ``=``, an elementwise function for
    one entry. Several, separated by semicolons, are tried in order.
    """

    name: str
    signature: str
    doc: str
    example: str
    source: str
    d: str = ""
    adjoint: str = ""
    evaluate: str = ""
    latex: str = ""
    unicode: str = ""
    domain: str = ""
    requires: str = ""
    transpose: str = ""
    cyclic: bool = False
    facts: str = ""
    keeps: str = ""
    aliases: tuple[str, ...] = ()
    symbol: str = ""
    argument_symbol: str = ""
    elementwise: bool = False
    exact: str = ""
    square: str = ""
    sympy: str = ""
    matrix: str = ""
    short: str = ""
    entries: str = ""
    rule: str = ""
    stable: str = ""
    instruction: str = ""
    flat: bool = False
    view: bool = False
    finite_if_invertible: bool = False
    triangle: str = ""
    latex_of_scalar: str = ""


class Law(NamedTuple):
    """An identity, applied from left to right by the builders.

    Capital letters stand for anything, ``u`` to ``z`` for column vectors, ``s`` and
    ``t`` for scalars. ``head`` is the operation on the left; ``when`` are conditions, such as
    ``A square``, separated by commas. ``given`` declares variables whose dimensions are used
    as numbers.
    """

    name: str
    head: str
    left: str
    right: str
    source: str
    when: str = ""
    given: str = ""


def elementwise(
    name: str, d: str, doc: str, example: str, source: str, *, evaluate: str, latex: str = "",
    domain: str = "", facts: str = "", keeps: str = "", aliases: tuple[str, ...] = (), symbol: str = "",
    square: str = "", sympy: str = "", stable: str = "", latex_of_scalar: str = "",
) -> Function:  # fmt: skip
    """Return the entry of a function that works on each entry of its argument ``X``."""
    return Function(
        name, "X: (m,n) -> (m,n)", doc, example, source, d=d, evaluate=evaluate, latex=latex,
        domain=domain, transpose="equivariant", facts=facts, keeps=keeps, aliases=aliases, symbol=symbol,
        elementwise=True, square=square, sympy=sympy,
        stable=stable, latex_of_scalar=latex_of_scalar,
    )  # fmt: skip
