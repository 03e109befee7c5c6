"""What exponents mean: exponentials where the base is e, and squares that are variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from matcalc.errors import MatcalcError
from matcalc.functions.table import READ_AS
from matcalc.language.conventions import WrittenText
from matcalc.language.declarations import Declaration
from matcalc.language.syntax import Syntax, fault, name_nodes, syntax_postorder, unsigned

# Powers of e

_EULER = "e"


def powers_of_e(written: WrittenText) -> Iterator[str]:
    """Make exponentials of the powers of ``e``.

    Nothing is changed if ``e`` is declared, defined or of differentiation, if it also occurs where it is
    no base, or where the exponent is a number: then it is a variable. A power of each entry, as in
    ``e.^x``, is ``exp(x)``; in ``e^s`` the exponent has to be a scalar.
    """
    definitions = written.definitions()
    if _EULER in {*written.declared, *written.wrt, *definitions}:
        return
    nodes = syntax_postorder(written.root)
    powers = [node for node in nodes if node.op in ("power", "hadamard_power") and _is_e(node.args[0])]
    powers = [node for node in powers if node.args[1].op != "number"]
    bases = {_name(node.args[0]) for node in powers}
    if not powers or any(node.op == "name" and node.data == _EULER and node not in bases for node in nodes):
        return
    for node in powers:
        base, exponent = node.args
        if node.op == "power":
            node.become("exponential", (exponent,))
        else:
            node.become("call", (exponent,), (READ_AS["exponential"][0], base.end))
    yield "e^(...) is read as exp(...)"


def _name(node: Syntax) -> Syntax:
    return node.args[0] if node.op == "single" else node


def _is_e(node: Syntax) -> bool:
    return _name(node).op == "name" and _name(node).data == _EULER


# Squares as variables

#: Ends the name of the variable that the square of another is, as in ``sigma_sq``.
SQUARE = "_sq"


def squares(root: Syntax, wrt: Iterable[str], declared: Mapping[str, Declaration]) -> list[str]:
    """Make variables of the squares that are asked for, ``sigma_sq``, and return these.

    Raises E401 where the name occurs in another power than an even one, or is declared an array.
    """
    names = {node.data for node in name_nodes(root)}
    made = [name for name in wrt if name.endswith(SQUARE) and name not in names | declared.keys()]
    for name in made:
        base = name.removesuffix(SQUARE)
        if base not in names:
            message = f"cannot differentiate with respect to the square of {base}"
            raise MatcalcError("E401", message, help=f"{base} does not occur in the expression")
        if base in declared and declared[base].kind != "scalar":
            raise MatcalcError("E401", f"{base} is declared a {declared[base].kind}, which has no square")
        powers = {n.args[0]: n for n in syntax_postorder(root) if n.op == "power" and n.args[0].data == base}
        for node in name_nodes(root):
            if node.data == base:
                _make_square(node, powers.get(node), name)
    return made


def _make_square(node: Syntax, power: Syntax | None, name: str) -> None:
    exponent = unsigned(power.args[1]) if power is not None else node
    if power is None or exponent.op != "number" or exponent.data % 2:
        message = f"{node.data} occurs here, and the variable is its square"
        help_text = f"write a letter for {node.data}^2 everywhere, such as s, and sqrt(s) for {node.data}"
        raise fault("E401", message, node, "no square", help_text)
    variable = Syntax("name", (), node.start, node.end, name)
    half = Syntax("number", (), exponent.start, exponent.end, exponent.data // 2)
    if exponent is not power.args[1]:
        half = Syntax("negate", (half,), *power.args[1].span)
    if half.data == 1:
        power.become("name", (), name)
    else:
        power.become("power", (variable, half))
