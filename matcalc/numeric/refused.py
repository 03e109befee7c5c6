"""Answers at the sizes for which the closed form of a derivative is refused, though the value has one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from matcalc.calculus import Derivation, Form
from matcalc.errors import MatcalcError
from matcalc.expression import Expr
from matcalc.numeric.check import TOLERANCE, relative_error
from matcalc.numeric.claims import claim_of
from matcalc.numeric.conditioning import inverted
from matcalc.numeric.diagnosis import INSTANCES, Finding
from matcalc.numeric.evaluate import evaluate_all
from matcalc.numeric.sample import Sizes, samples


def found_where_refused(
    of: Derivation, form: Form, answer: Expr, variables: Mapping[str, Expr], seed: int, choice: str
) -> list[Finding] | None:
    """Return what is wrong with an answer at sizes for which the closed form inverts a singular matrix.

    There it is compared with differences of the value: ``det(C)*inv(C)`` is refused for a skew matrix of
    odd size, ``adj(C)`` is not. ``None`` if there are no such sizes, or no answer. Raises E507 if the
    differences are too rough.
    """
    gradient = form.node
    if gradient is None or not inverted([gradient]):
        return None
    claim, weights = claim_of(of, form._replace(node=answer), {}, choice)
    rng = np.random.default_rng(seed + 1)
    refused, defined = [], list[Sizes]()
    for arrays, sizes in samples(claim.value, {**variables, **weights}, seed):
        values = evaluate_all([gradient, answer], arrays, sizes)
        if np.all(np.isfinite(values[gradient])):
            defined.append(sizes)
        elif np.all(np.isfinite(values[answer])):
            refused.append((arrays, sizes))
    places = [(arrays, sizes) for arrays, sizes in refused if sizes not in defined]
    if not places:
        return None
    told = False
    for arrays, sizes in places[: 3 * INSTANCES]:
        error = relative_error(claim, arrays, sizes, rng)
        told |= error is not None
        if error is not None and not error < TOLERANCE:
            message = f"the answer differs from differences of the value {_where(sizes)}"
            return [Finding("unknown", message)]
    if not told:
        message = f"the answer cannot be checked {_where(places[0][1])}"
        raise MatcalcError("E507", message, help="declare sizes for which it is not, as in 'C: skew(4)'")
    return []


def _where(sizes: Sizes) -> str:
    at = ", ".join(f"{name}={size}" for name, size in sizes.items())
    return f"where a matrix that the closed form inverts is singular{at and f', as for {at}'}"
