"""Powers of e: the exponential function, unless e is a variable."""

from __future__ import annotations

from collections.abc import Collection

from matcalc.language.syntax import Syntax, syntax_postorder

EULER = "e"
NOTE = "e^(...) is read as exp(...)"


def settle_powers_of_e(root: Syntax, taken: Collection[str]) -> bool:
    """Make exponentials of the powers of ``e``; return whether there are any.

    Nothing is changed if ``e`` is one of the names that are ``taken``, if it also occurs where it is
    no base, or where the exponent is a number: then it is a variable. A power of each entry, as in
    ``e.^x``, is ``exp(x)``; in ``e^s`` the exponent has to be a scalar.
    """
    if EULER in taken:
        return False
    nodes = syntax_postorder(root, lambda node: node.args)
    powers = [node for node in nodes if node.op in ("power", "hadamard_power") and _is_e(node.args[0])]
    powers = [node for node in powers if node.args[1].op != "number"]
    bases = {_name(node.args[0]) for node in powers}
    if not powers or any(node.op == "name" and node.data == EULER and node not in bases for node in nodes):
        return False
    for node in powers:
        base, exponent = node.args
        node.op, node.data = ("exponential", None) if node.op == "power" else ("call", ("exp", base.end))
        node.args = (exponent,)
    return True


def _name(node: Syntax) -> Syntax:
    return node.args[0] if node.op == "single" else node


def _is_e(node: Syntax) -> bool:
    return _name(node).op == "name" and _name(node).data == EULER
