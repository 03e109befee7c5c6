"""What is wrong with an answer, found by trying mistakes on random instances."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations, islice
from typing import NamedTuple

from matcalc.algebra import normalise
from matcalc.calculus import Derivation, Form
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, describe_shape, is_zero
from matcalc.expression.facts import facts_of
from matcalc.functions import property_named
from matcalc.numeric.check import TOLERANCE, claim_of, relative_error
from matcalc.numeric.evaluate import inverted
from matcalc.numeric.floats import Floats, evaluate_all, floats
from matcalc.numeric.interpreter import Array, Sizes
from matcalc.numeric.named_values import Ridges
from matcalc.numeric.sample import samples


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
    rng = floats.generator(seed + 1)
    refused, defined = [], list[Sizes]()
    for arrays, sizes in samples(claim.value, {**variables, **weights}, seed):
        values = evaluate_all([gradient, answer], arrays, sizes)
        if floats.finite(values[gradient]):
            defined.append(sizes)
        elif floats.finite(values[answer]):
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


#: Random instances that an answer is compared on.
INSTANCES = 4
#: Largest difference of equal values, relative to the largest entry.
ANSWER_TOLERANCE = 1e-7
#: How far the neighbours are, relatively, at which rounding errors of the gradient are measured.
NEXT = 2.0**-50
#: What is as small as this, relative to the values of the variables, may be zero but for rounding errors.
ZERO = 1e-12
#: No part of the value may be larger.
LARGEST = 1e100
#: Of more paths not all combinations are tried.
MAX_COMBINED = 6


class Finding(NamedTuple):
    """One thing that explains a wrong answer: its ``code``, and what to say."""

    code: str
    message: str


class Part(NamedTuple):
    """A part of the gradient that an answer may lack: what it is called, and its value.

    ``kind`` is ``path`` or ``term``; or the code of a finding, if the answer is this, which the label says.
    """

    kind: str
    label: str
    value: Expr


class _Instance(NamedTuple):
    sizes: Sizes
    answer: Array
    gradient: Array
    parts: tuple[Array, ...]
    noise: float


def diagnosed(
    value: Expr,
    gradient: Expr,
    answer: Expr,
    parts: Sequence[Part],
    variables: Mapping[str, Expr],
    seed: int = 0,
    elsewhere: Callable[[], list[Finding] | None] = lambda: None,
) -> list[Finding]:
    """Return what is wrong with an answer, most telling first; nothing if it is right.

    ``value`` is what was differentiated, ``parts`` are paths and terms of its ``gradient``. All is compared
    on instances with different sizes, in which values of undeclared matrices have no symmetry. ``elsewhere``
    returns what is found where the gradient has no values, ``None`` if nothing can be compared there.
    """
    turned = gradient.shape[::-1]
    if answer.shape not in (gradient.shape, turned):
        shapes = describe_shape(answer.shape), describe_shape(gradient.shape)
        return [Finding("shape", "the answer is {}, the gradient {}".format(*shapes))]
    found_all = islice(_instances(value, gradient, answer, parts, variables, seed), 3 * INSTANCES)
    instances = _telling(list(found_all))
    if not instances:
        others = elsewhere() if answer.shape == gradient.shape else None
        if others is not None:
            return others
        message = (
            "the answer cannot be checked: no random values are found for which the expression is defined"
        )
        raise MatcalcError(
            "E507", message, help="declare what is known of the variables, as in 's: scalar positive'"
        )
    if answer.shape != gradient.shape:
        return _of_turned_shape(gradient, answer, instances, scalar=value.is_scalar)
    if _equal(instances, [instance.gradient for instance in instances]):
        vanishes = not any(floats.largest(instance.gradient) for instance in instances)
        if vanishes and not is_zero(gradient) and normalise(answer) is not normalise(gradient):
            # Then any multiple of it would be right.
            message = "the answer cannot be checked: the gradient vanishes for all random values"
            help_text = "declare what is known of the variables, or give the values of parameters as numbers"
            raise MatcalcError("E507", message, help=help_text)
        return elsewhere() or []
    findings = [*_by_convention(instances, parts), *_of_the_whole(instances), *_of_parts(instances, parts)]
    findings += _where_symmetric(value, gradient, answer, variables, seed)
    return findings or [Finding("unknown", "the answer differs from the gradient on random instances")]


def _instances(
    value: Expr,
    gradient: Expr,
    answer: Expr,
    parts: Sequence[Part],
    variables: Mapping[str, Expr],
    seed: int,
) -> Iterator[_Instance]:
    for arrays, sizes in samples(value, variables, seed, largest=LARGEST):
        with Floats({}).quiet():
            instance = _evaluated(gradient, answer, parts, arrays, sizes)
        if all(map(floats.finite, (instance.gradient, *instance.parts))):
            yield instance


def _telling(instances: list[_Instance]) -> list[_Instance]:
    """Return those instances in which the gradient is not only rounding errors, or if it is zero in each.

    Where it nearly vanishes against the others, as a softmax that is saturated does, it is what cancellation
    leaves, which differs between two ways to write it.
    """
    vanishing = ZERO * max((floats.largest(instance.gradient) for instance in instances), default=0.0)
    telling = [
        instance
        for instance in instances
        if floats.largest(instance.gradient) > max(instance.noise / ANSWER_TOLERANCE, vanishing)
    ]
    return (
        telling or [instance for instance in instances if floats.largest(instance.gradient) <= instance.noise]
    )[:INSTANCES]


def _evaluated(
    gradient: Expr, answer: Expr, parts: Sequence[Part], arrays: Mapping[str, Array], sizes: Sizes
) -> _Instance:
    nodes = [answer, gradient, *(part.value for part in parts)]
    done = evaluate_all(nodes, arrays, sizes)
    values = [floats.matrix(done[node]) for node in nodes]
    return _Instance(
        sizes, values[0], values[1], tuple(values[2:]), _noise(gradient, values[1], arrays, sizes)
    )


def _noise(gradient: Expr, value: Array, arrays: Mapping[str, Array], sizes: Sizes) -> float:
    """Return the rounding errors of a gradient, as they show at neighbouring floating-point numbers.

    It is the gradient's own alone: an answer must not be right because it is badly conditioned itself.
    """
    rng = floats.generator(0)
    found = 0.0
    for _ in range(2):
        near = {
            name: a if isinstance(a, Ridges) else a * (1 + NEXT * rng.choice([-1.0, 1.0], a.shape))
            for name, a in arrays.items()
        }
        moved = floats.matrix(evaluate_all([gradient], near, sizes)[gradient])
        found = max(found, 4 * floats.largest(moved - value))
    numbers = [floats.largest(a) for a in arrays.values() if not isinstance(a, Ridges)]
    floor = ZERO * max(numbers, default=0.0)
    return max(found, floor) if floats.largest(value) <= min(found / ANSWER_TOLERANCE, floor) else found


def _close(answer: Array, wanted: Array, noise: float) -> bool:
    if answer.shape != wanted.shape:
        return False
    scale = max(floats.largest(wanted), floats.largest(answer))
    return floats.largest(answer - wanted) <= max(ANSWER_TOLERANCE * scale, noise)


def _equal(instances: Sequence[_Instance], wanted: Sequence[Array]) -> bool:
    """Return whether the answer is this on all instances."""
    return all(
        _close(instance.answer, value, instance.noise)
        for instance, value in zip(instances, wanted, strict=True)
    )


def _square(instances: Sequence[_Instance]) -> bool:
    return all(instance.gradient.shape[0] == instance.gradient.shape[1] > 1 for instance in instances)


def _of_turned_shape(
    gradient: Expr, answer: Expr, instances: Sequence[_Instance], *, scalar: bool
) -> list[Finding]:
    """Return what is wrong with an answer that has the shape of the transpose."""
    shapes = f"the answer is {describe_shape(answer.shape)}, the gradient {describe_shape(gradient.shape)}"
    shape = Finding("shape", shapes)
    if not _equal(instances, [instance.gradient.T for instance in instances]):
        return [shape]
    vector = gradient.is_column or gradient.is_row
    name = "numerator" if scalar else "denominator"
    layout = Finding("layout", f"the answer is right in {name} layout, which transposes this derivative")
    if vector:
        return [layout, shape]
    return [Finding("transposed", "the answer is the transpose of the gradient"), layout, shape]


def _by_convention(instances: Sequence[_Instance], parts: Sequence[Part]) -> list[Finding]:
    """Return what other convention the answer follows: ``kind`` of such a part is the code of the finding."""
    return [
        Finding(part.kind, part.label)
        for i, part in enumerate(parts)
        if part.kind not in ("path", "term")
        and _equal(instances, [instance.parts[i] for instance in instances])
    ]


def _of_the_whole(instances: Sequence[_Instance]) -> list[Finding]:
    """Return mistakes of the answer as a whole: a sign, a factor, a transpose, the symmetric part."""
    findings = []
    ratio = _ratio(
        instances, [instance.answer for instance in instances], [instance.gradient for instance in instances]
    )
    if ratio == "-1":
        findings.append(Finding("sign", "the answer has the wrong sign"))
    elif ratio is not None:
        findings.append(Finding("factor", f"the answer is {ratio} times the gradient"))
    if _square(instances):
        if _equal(instances, [instance.gradient.T for instance in instances]):
            findings.append(Finding("transposed", "the answer is the transpose of the gradient"))
        for factor, what in ((0.5, "symmetric part of"), (1.0, "sum of the transpose and")):
            if _equal(
                instances, [factor * (instance.gradient + instance.gradient.T) for instance in instances]
            ):
                message = f"the answer is the {what} the gradient, right for symmetric variables alone"
                findings.append(Finding("symmetric_part", message))
    return findings


def _of_parts(instances: Sequence[_Instance], parts: Sequence[Part]) -> list[Finding]:
    """Return paths and terms that are missing, that count twice, or that have another sign or factor.

    Parts that explain the answer equally well are alternatives, in one finding.
    """
    labels: dict[tuple[str, str, str], list[str]] = {}
    explained: set[str] = set()
    for chosen in _combinations(parts):
        kind = parts[chosen[0]].kind
        if len(chosen) > 1 and kind in explained:
            continue
        shares = [reduce(operator.add, [instance.parts[i] for i in chosen]) for instance in instances]
        mistake = _of_part(instances, kind, shares)
        if mistake is not None:
            explained.add(kind)
            label = " and ".join(parts[i].label for i in chosen)
            labels.setdefault((kind, *mistake), []).append(label)
    findings = []
    for (_, code, what), of in labels.items():
        verb = "is" if len(of) > 1 or " and " not in of[0] else "are"
        findings.append(Finding(code, f"{' or '.join(of)} {verb} {what}"))
    return sorted(findings, key=lambda finding: not finding.message.endswith(("missing", "transposed")))


def _of_part(instances: Sequence[_Instance], kind: str, shares: Sequence[Array]) -> tuple[str, str] | None:
    """Return the code and the words for what is wrong with a part of these values, if that explains all."""
    if _square(instances):
        turned = [
            instance.gradient - share + share.T for instance, share in zip(instances, shares, strict=True)
        ]
        if _equal(instances, turned):
            return "transposed", "transposed"
    ratio = _ratio(instances, [instance.answer - instance.gradient for instance in instances], shares)
    if ratio == "-1":
        return ("missing_path" if kind == "path" else "missing_term"), "missing"
    if ratio == "-2":
        return "sign", "of the wrong sign"
    if ratio == "1" and kind == "path":
        return "repeated_path", "counted twice"
    if ratio is not None and kind == "term" and _is_number(ratio):
        return "factor", f"{1 + Fraction(ratio)} times what it should be"
    return None


def _combinations(parts: Sequence[Part]) -> Iterator[tuple[int, ...]]:
    """Yield single parts, then several of one kind, never all of them."""
    for kind in ("path", "term"):
        places = [i for i, part in enumerate(parts) if part.kind == kind]
        for count in range(1, len(places)):
            if count == 1 or len(places) <= MAX_COMBINED:
                yield from combinations(places, count)


def _ratio(instances: Sequence[_Instance], above: Sequence[Array], below: Sequence[Array]) -> str | None:
    """Return by which number, or size, the one is a multiple of the other on all instances, else ``None``."""
    ratios: list[tuple[float, Sizes]] = []
    for instance, a, b in zip(instances, above, below, strict=True):
        square = floats.inner(b, b)
        ratio = floats.inner(a, b) / square if square > 0 else 0.0
        scale = floats.largest(instance.gradient) + floats.largest(instance.answer)
        if not floats.largest(a - ratio * b) <= max(ANSWER_TOLERANCE * scale, instance.noise):
            return None
        if square > 0:  # where both are zero nothing is learnt
            ratios.append((ratio, instance.sizes))
    numbers = [ratio for ratio, _ in ratios]
    if not ratios or max(map(abs, numbers)) < ANSWER_TOLERANCE:
        return None
    if max(numbers) - min(numbers) <= 1e-6 * max(map(abs, numbers)):
        exact = Fraction(numbers[0]).limit_denominator(64)
        return str(exact) if abs(float(exact) - numbers[0]) < 1e-6 * abs(numbers[0]) else f"{numbers[0]:.4g}"
    for size in instances[0].sizes:
        for text, power in ((size, 1), (f"1/{size}", -1)):
            quotients = [ratio / sizes[size] ** power for ratio, sizes in ratios]
            if max(quotients) - min(quotients) <= 1e-6 * max(map(abs, quotients)):
                number = Fraction(quotients[0]).limit_denominator(64)
                return text if number == 1 else f"{number}*{text}"
    return None


def _is_number(ratio: str) -> bool:
    try:
        Fraction(ratio)
    except ValueError:
        return False
    return True


def _where_symmetric(
    value: Expr, gradient: Expr, answer: Expr, variables: Mapping[str, Expr], seed: int
) -> list[Finding]:
    """Return a finding if the answer is right where all square matrices are symmetric."""
    plain = [
        name
        for name, v in variables.items()
        if v.shape[0] is v.shape[1]
        and not v.is_scalar
        and not any(property_named(fact).declares == "matrix" for fact in facts_of(v))
    ]
    if not plain:
        return []
    compared = 0
    for arrays, sizes in islice(samples(value, variables, seed), 4 * INSTANCES):
        symmetric = {name: arrays[name] + arrays[name].T for name in plain}
        with Floats({}).quiet():
            instance = _evaluated(gradient, answer, (), {**arrays, **symmetric}, sizes)
        if not floats.finite(instance.gradient):
            continue
        if not _close(instance.answer, instance.gradient, instance.noise):
            return []
        compared += 1
    names = " and ".join(plain)
    message = f"the answer is right only where {names} {'is' if len(plain) == 1 else 'are'} symmetric"
    return [Finding("symmetric_only", message)] if compared >= 2 else []
