"""The content of the reference: what the tables say about functions and laws."""

from __future__ import annotations

from typing import Any, NamedTuple

from matcalc.algebra import argument_kinds
from matcalc.api.differentiation import diff
from matcalc.errors import MatcalcError, suggestion
from matcalc.expression.signatures import signature_of
from matcalc.functions import (
    BY_CALL,
    BY_OPERATION,
    CODE_LAWS,
    LAWS,
    OPERATION_NAMES,
    Function,
    Law,
)
from matcalc.functions.fields import lazy_property
from matcalc.language import parse
from matcalc.printing import NOTATIONS, write

_TURNED = {"invariant": "f(X') = f(X)", "equivariant": "f(X') = f(X)'"}


class ReferenceRow(NamedTuple):
    """One thing that is said of a function; ``code`` marks what is a formula."""

    label: str
    text: str
    code: bool = True


class Reference:
    """All that is known of one entry of the tables.

    >>> [entry] = reference("norm1")
    >>> entry.call, entry.derivative
    ('norm1(X)', "A'*sign(A*x)")
    """

    def __init__(self, entry: Function):
        self.entry = entry
        self.arguments = signature_of(entry).arguments
        self.value, self.wrt, _ = entry.shown

    @property
    def call(self) -> str:
        """The function applied to its arguments."""
        return f"{self.entry.name}({', '.join(argument.name for argument in self.arguments)})"

    @lazy_property
    def derivative(self) -> str:
        """The derivative of the example, as it is found now."""
        return str(diff(self.value, self.wrt))

    @property
    def definition(self) -> str:
        """What the function is replaced by; empty for most."""
        if self.entry.d or self.entry.adjoint:
            return ""
        return next(f"{law.left} = {law.right}" for law in LAWS if law.head == self.entry.name)

    @property
    def domain(self) -> str:
        """Where the function is defined, in words; empty if it is everywhere."""
        return self.entry.where.in_words() if self.entry.where else ""

    @property
    def adjoints(self) -> dict[str, str]:
        """How a cotangent ``G`` of the value is pulled back to the arguments in which it is linear."""
        adjoints = zip(self.entry.arguments, self.entry.adjoints, strict=True)
        return {name: formula for name, formula in adjoints if formula}

    def written(self, notation: str) -> str:
        """Return the call in a notation; empty for an operation, which has a sign of its own."""
        if self.entry.name in OPERATION_NAMES:
            return ""
        kinds = dict(argument_kinds(self.entry))
        if self.entry.requires:
            first = self.arguments[0]
            kinds[first.name] = f"{self.entry.requires}({first.shape[0]})"
        return write(parse(self.call, kinds).expr, NOTATIONS[notation])

    @property
    def laws(self) -> tuple[Law, ...]:
        """The laws that mention the function."""
        name = self.entry.name
        return tuple(law for law in LAWS if name == law.head or name in words_of(law))

    @property
    def rows(self) -> list[ReferenceRow]:
        """What is said of the function, without its name, sentence, example and laws."""
        entry = self.entry
        row = ReferenceRow
        needs = f"{self.arguments[0].name} known to be {entry.requires}" if entry.requires else ""
        rows = [
            row("signature", entry.signature),
            row("other names", ", ".join(entry.aliases)),
            row("differential", f"d {self.call} = {entry.d}" if entry.d else ""),
            *(row(f"adjoint in {name}", f"G -> {formula}") for name, formula in self.adjoints.items()),
            row("definition", self.definition),
            row("holds where", self.domain, code=False),
            row("needs", needs, code=False),
            row("values are", entry.facts, code=False),
            row("if all arguments", ", ".join(entry.kept), code=False),
            row("of a transpose", _TURNED.get(entry.transpose, "")),
            row("of a product", "f(A*B) = f(B*A)" if entry.cyclic else ""),
            row("in LaTeX", self.written("latex")),
            row("source", entry.source, code=False),
        ]
        return [said for said in rows if said.text]

    def as_dict(self) -> dict[str, Any]:
        """Return everything, as the JSON document has it."""
        entry = self.entry
        return {
            **summary(entry),
            "differential": entry.d,
            "adjoints": self.adjoints,
            "definition": self.definition,
            "domain": self.domain,
            "requires": entry.requires,
            "facts": [clause.strip() for clause in entry.facts.split(";") if clause],
            "keeps": list(entry.kept),
            "transpose": entry.transpose,
            "cyclic": entry.cyclic,
            "latex": self.written("latex"),
            "typst": self.written("typst"),
            "source": entry.source,
            "example": {"value": self.value, "wrt": self.wrt, "derivative": self.derivative},
            "laws": [law_as_dict(law) for law in self.laws],
        }


def reference(name: str) -> list[Reference]:
    """Return what is known of all entries that are called by this name or alias.

    Names of operations, such as ``hadamard``, are names too. Raises E105 for an unknown name.
    """
    entries = _entries(name)
    if not entries:
        close = suggestion(name, [*BY_CALL, *OPERATION_NAMES])
        help_text = f"did you mean {close}?" if close else "matcalc functions lists all of them"
        raise MatcalcError("E105", f"unknown function {name}", help=help_text)
    return [Reference(entry) for entry in entries]


def _entries(name: str) -> tuple[Function, ...]:
    """Return the operations of this name and the functions that are called so."""
    return tuple(dict.fromkeys((*BY_OPERATION.get(name, ()), *BY_CALL.get(name, ()))))


def summary(entry: Function) -> dict[str, Any]:
    """Return what the list of functions says of one."""
    return {
        "name": entry.name,
        "signature": entry.signature,
        "aliases": list(entry.aliases),
        "doc": entry.doc,
    }


def laws_about(word: str, *, of_code: bool = False) -> list[Law]:
    """Return the laws that mention a function, or the word if it is none; all for an empty word.

    They are those of the normal form, or those that generated code has beyond them.

    >>> [law.name for law in laws_about("normF")][0], laws_about("orthogonal columns")[0].left
    ('Frobenius norm of a scalar', "Q'*Q")
    """
    laws = CODE_LAWS if of_code else LAWS
    if names := {entry.name for entry in _entries(word)}:
        return [law for law in laws if names & {law.head, *words_of(law)}]
    text = word.lower()
    return [law for law in laws if any(text in part.lower() for part in law.texts)]


def condition_of(law: Law) -> str:
    """Return the conditions of a law, and the declarations that it needs."""
    return ", ".join(part for part in (law.when, law.given) if part)


def law_as_dict(law: Law) -> dict[str, str]:
    """Return a law as the JSON document has it."""
    return {
        "name": law.name,
        "left": law.left,
        "right": law.right,
        "condition": condition_of(law),
        "source": law.source,
    }


def words_of(law: Law) -> set[str]:
    """Return the names that occur on both sides of a law."""
    text = f"{law.left} {law.right}"
    return set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())
