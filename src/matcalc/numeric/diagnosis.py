"""What is wrong with an answer: found by trying mistakes on random instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcalc.expression import Expr, describe_shape
from matcalc.expression.facts import has_fact
from matcalc.numeric.evaluate import evaluate_all
from matcalc.numeric.sample import Sizes, samples

Array = NDArray[np.float64]

#: Random instances that an answer is compared on.
INSTANCES = 4
#: Largest difference of equal values, relative to the largest entry.
TOLERANCE = 1e-7
#: Rounding errors, relative to the largest intermediate value.
ROUNDING = 1e-13
#: Of more paths not all combinations are tried.
MAX_COMBINED = 6
_STRUCTURED = ("symmetric", "skew", "diagonal", "lower", "orthogonal")


class Finding(NamedTuple):
    """One thing that explains a wrong answer: its ``code``, and what to say."""

    code: str
    message: str


class Part(NamedTuple):
    """A part of the gradient that an answer may lack: what it is called, and its value.

    ``kind`` is ``path`` or ``term``.
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
) -> list[Finding]:
    """Return what is wrong with an answer, most telling first; nothing if it is right.

    ``value`` is what was differentiated, ``parts`` are paths and terms of its ``gradient``. All is compared
    on instances with different sizes, in which values of undeclared matrices have no symmetry.
    """
    turned = gradient.shape[::-1]
    if answer.shape not in (gradient.shape, turned):
        found, wanted = describe_shape(answer.shape), describe_shape(gradient.shape)
        return [Finding("shape", f"the answer is {found}, the gradient {wanted}")]
    found_all = islice(_instances(value, gradient, answer, parts, variables, seed), 3 * INSTANCES)
    instances = _telling(list(found_all))
    if not instances:
        return [Finding("unknown", "no random instance is defined for the value and the answer")]
    if answer.shape != gradient.shape:
        return _of_turned_shape(gradient, answer, instances)
    if _equal(instances, [one.gradient for one in instances]):
        return []
    findings = [*_of_the_whole(instances), *_of_parts(instances, parts)]
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
    for arrays, sizes in samples(value, variables, seed):
        with np.errstate(all="ignore"):
            one = _evaluated(gradient, answer, parts, arrays, sizes)
        if all(np.all(np.isfinite(array)) for array in (one.gradient, *one.parts)):
            yield one


def _telling(instances: list[_Instance]) -> list[_Instance]:
    """Return those instances in which the gradient is not only rounding errors; all, if it is in each."""
    telling = [one for one in instances if np.max(np.abs(one.gradient)) > one.noise / TOLERANCE]
    return (telling or instances)[:INSTANCES]


def _evaluated(
    gradient: Expr, answer: Expr, parts: Sequence[Part], arrays: Mapping[str, Array], sizes: Sizes
) -> _Instance:
    nodes = [answer, gradient, *(part.value for part in parts)]
    done = evaluate_all(nodes, arrays, sizes)
    found = []
    for node in nodes:
        shape = [dim.evaluate(sizes) for dim in node.shape]
        found.append(np.asarray(done[node], dtype=np.float64).reshape(shape))
    largest = max(float(np.max(np.abs(value))) for value in done.values())
    return _Instance(sizes, found[0], found[1], tuple(found[2:]), ROUNDING * largest)


def _close(found: Array, wanted: Array, noise: float) -> bool:
    if found.shape != wanted.shape:
        return False
    scale = max(float(np.max(np.abs(wanted))), float(np.max(np.abs(found))))
    return bool(np.max(np.abs(found - wanted)) <= max(TOLERANCE * scale, noise))


def _equal(instances: Sequence[_Instance], wanted: Sequence[Array]) -> bool:
    """Return whether the answer is this on all instances."""
    return all(_close(one.answer, value, one.noise) for one, value in zip(instances, wanted, strict=True))


def _square(instances: Sequence[_Instance]) -> bool:
    return all(one.gradient.shape[0] == one.gradient.shape[1] > 1 for one in instances)


def _of_turned_shape(gradient: Expr, answer: Expr, instances: Sequence[_Instance]) -> list[Finding]:
    """Return what is wrong with an answer that has the shape of the transpose."""
    shapes = f"the answer is {describe_shape(answer.shape)}, the gradient {describe_shape(gradient.shape)}"
    shape = Finding("shape", shapes)
    if not _equal(instances, [one.gradient.T for one in instances]):
        return [shape]
    layout = Finding("layout", "the answer is right in numerator layout, which transposes gradients")
    if gradient.is_column or gradient.is_row:
        return [layout, shape]
    return [Finding("transposed", "the answer is the transpose of the gradient"), layout, shape]


def _of_the_whole(instances: Sequence[_Instance]) -> list[Finding]:
    """Return mistakes of the answer as a whole: a sign, a factor, a transpose, the symmetric part."""
    findings = []
    ratio = _ratio(instances, [one.answer for one in instances], [one.gradient for one in instances])
    if ratio == "-1":
        findings.append(Finding("sign", "the answer has the wrong sign"))
    elif ratio is not None:
        findings.append(Finding("factor", f"the answer is {ratio} times the gradient"))
    if _square(instances):
        if _equal(instances, [one.gradient.T for one in instances]):
            findings.append(Finding("transposed", "the answer is the transpose of the gradient"))
        for factor, what in ((0.5, "symmetric part of"), (1.0, "sum of the transpose and")):
            if _equal(instances, [factor * (one.gradient + one.gradient.T) for one in instances]):
                message = f"the answer is the {what} the gradient, right for symmetric variables alone"
                findings.append(Finding("symmetric_part", message))
    return findings


def _of_parts(instances: Sequence[_Instance], parts: Sequence[Part]) -> list[Finding]:
    """Return paths and terms that are missing, that count twice, or that have another sign or factor."""
    findings: list[Finding] = []
    explained: set[str] = set()
    differences = [one.answer - one.gradient for one in instances]
    square = _square(instances)
    for chosen in _combinations(parts):
        kind = parts[chosen[0]].kind
        if len(chosen) > 1 and kind in explained:
            continue
        label = " and ".join(parts[i].label for i in chosen)
        shares = [np.asarray(sum(one.parts[i] for i in chosen)) for one in instances]
        if square and _equal(
            instances, [one.gradient - own + own.T for one, own in zip(instances, shares, strict=True)]
        ):
            findings.append(Finding("transposed", f"{label} is transposed"))
            explained.add(kind)
            continue
        ratio = _ratio(instances, differences, shares)
        if ratio is None:
            continue
        explained.add(kind)
        if ratio == "-1":
            code = "missing_path" if kind == "path" else "missing_term"
            findings.append(Finding(code, f"{label} is missing"))
        elif ratio == "-2":
            findings.append(Finding("sign", f"{label} has the wrong sign"))
        elif ratio == "1" and kind == "path":
            findings.append(Finding("repeated_path", f"{label} is counted twice"))
        elif kind == "term" and _is_number(ratio):
            findings.append(Finding("factor", f"{label} is {1 + Fraction(ratio)} times what it should be"))
    return findings


def _combinations(parts: Sequence[Part]) -> Iterator[tuple[int, ...]]:
    """Yield single parts, then several of one kind, never all of them."""
    for kind in ("path", "term"):
        own = [i for i, part in enumerate(parts) if part.kind == kind]
        for count in range(1, len(own)):
            if count == 1 or len(own) <= MAX_COMBINED:
                yield from combinations(own, count)


def _ratio(instances: Sequence[_Instance], above: Sequence[Array], below: Sequence[Array]) -> str | None:
    """Return by which number, or size, the one is a multiple of the other on all instances, else ``None``."""
    ratios: list[tuple[float, Sizes]] = []
    for one, a, b in zip(instances, above, below, strict=True):
        square = float(np.sum(b * b))
        ratio = float(np.sum(a * b)) / square if square > 0 else 0.0
        scale = float(np.max(np.abs(one.gradient))) + float(np.max(np.abs(one.answer)))
        if not np.max(np.abs(a - ratio * b)) <= max(TOLERANCE * scale, one.noise):
            return None
        if square > 0:  # where both are zero nothing is learnt
            ratios.append((ratio, one.sizes))
    numbers = [ratio for ratio, _ in ratios]
    if not ratios or max(map(abs, numbers)) < TOLERANCE:
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
        if v.shape[0] is v.shape[1] and not v.is_scalar and not any(has_fact(v, f) for f in _STRUCTURED)
    ]
    if not plain:
        return []
    compared = 0
    for arrays, sizes in islice(samples(value, variables, seed), 4 * INSTANCES):
        symmetric = {name: arrays[name] + arrays[name].T for name in plain}
        with np.errstate(all="ignore"):
            one = _evaluated(gradient, answer, (), {**arrays, **symmetric}, sizes)
        if not np.all(np.isfinite(one.gradient)):
            continue
        if not _close(one.answer, one.gradient, one.noise):
            return []
        compared += 1
    names = " and ".join(plain)
    message = f"the answer is right only where {names} {'is' if len(plain) == 1 else 'are'} symmetric"
    return [Finding("symmetric_only", message)] if compared >= 2 else []
