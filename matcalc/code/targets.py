"""The libraries that source is written for, as data, with their helpers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import NamedTuple

from matcalc.code.passes import Passes

_ANNOTATION = re.compile(r"(?<=\w): (?:Any|bool)(?= =|[,)])|(?<=\)) -> Any")


@cache
def helpers_of(libraries: tuple[str, ...]) -> dict[str, str]:
    """Return the sources of the helpers in some modules of this package, by their names."""
    found: dict[str, str] = {}
    for library in libraries:
        module = import_module(f"matcalc.code.{library}")
        for name in module.NAMES:
            found[name] = _ANNOTATION.sub("", inspect.getsource(getattr(module, name))).rstrip()
    return found


def library_sources(libraries: tuple[str, ...], names: Iterable[str]) -> list[str]:
    """Return the sources of helpers and of those that they use, without annotations."""
    helpers = helpers_of(libraries)
    wanted, pending = set(), list(names)
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending += [word for word in re.findall(r"\w+", helpers[name]) if word in helpers]
    return [source for name, source in helpers.items() if name in wanted]


class Target(NamedTuple):
    """A library: how it is imported, what it is called in the source, and how it writes instructions.

    In a template ``{0}`` is the first argument, ``{size}`` the number of rows of the value, ``{shape}`` its
    shape and ``{dtype}`` the type of entries. ``libraries`` are the modules with helpers, whose first
    argument is ``namespace`` if that is not empty; ``renamed`` are functions that are called otherwise than
    in NumPy, and ``lacking`` those for which there is a helper. ``number`` makes a number of Python, which
    has no precision of its own, of a function of numbers, if that has one. ``in_place`` says that arrays
    can be written to, ``strict`` that functions take arrays alone, no numbers, ``factorised`` that there
    are factorisations, ``two_libraries`` that these are in another library than products, ``devices`` that
    it has to be said of a new array where it is.
    """

    name: str
    imports: str
    prefix: str
    templates: Mapping[str, str]
    libraries: tuple[str, ...]
    namespace: str = ""
    renamed: Mapping[str, str] = {}
    lacking: frozenset[str] = frozenset()
    number: str = ""
    in_place: bool = False
    strict: bool = False
    factorised: bool = True
    two_libraries: bool = False
    devices: bool = False

    def possible(self, passes: Passes) -> Passes:
        """Return the passes without those that the library does not allow."""
        return replace(
            passes,
            factorisations=passes.factorisations and self.factorised,
            one_library=passes.one_library and self.two_libraries,
            in_place=passes.in_place and self.in_place,
        )

    def has_helper(self, name: str) -> bool:
        """Return whether there is a helper of this name."""
        return name in helpers_of(self.libraries)

    def helper_takes(self, name: str, argument: str) -> bool:
        """Return whether there is a helper of this name with this argument."""
        return f"{argument} =" in helpers_of(self.libraries).get(name, "").partition("\n")[0]


_NUMPY = {
    "dot": "{0}.dot({1})",
    "inner": "{0}.dot({1})",
    "inner2": "np.vdot({0}, {1})",
    "outers": "np.array([{left}]).T.dot(np.array([{right}]))",
    "weighted_gram": "weighted_gram({0}, {1})",
    "total": "{0}.sum()",
    "rowsums": "{0}.sum(axis=1)",
    "columnsums": "{0}.sum(axis=0)",
    "running": "{0}.cumsum(axis=0)",
    "running_reversed": "{0}[::-1].cumsum(axis=0)[::-1]",
    "trace": "{0}.trace()",
    "diagonal": "{0}.diagonal()",
    "diagonal_matrix": "np.diag({0})",
    "identity": "np.eye({size}, dtype={dtype})",
    "ones": "np.ones({shape}, dtype={dtype})",
    "zeros": "np.zeros({shape}, dtype={dtype})",
    "full": "({0} * np.ones({shape}, dtype={dtype}))",
    "reshape": "{0}.reshape({1})",
    "permuted": "{0}.transpose({1})",
    "summed": "{0}.sum(axis={1})",
    "einsum": "np.einsum({0}, optimize=True)",
    "spread": "np.broadcast_to({0}, {1}).copy()",
    "solve": "np.linalg.solve({0}, {1})",
    "inverse": "np.linalg.inv({0})",
    "det": "np.linalg.det({0})",
    "logdet": "logdet({0})",
    "joined": "np.concatenate([{0}])",
    "block": "np.block([{0}])",
    "cholesky": "cholesky({0})",
    "cholesky_solve": "cholesky_solve({0}, {1})",
    "cholesky_inverse": "cholesky_inverse({0})",
    "cholesky_det": "cholesky_det({0})",
    "cholesky_logdet": "cholesky_logdet({0})",
    "lu": "lu({0})",
    "lu_solve": "lu_solve({0}, {1})",
    "lu_solve_transposed": "lu_solve({0}, {1}, transposed=True)",
    "lu_inverse": "lu_inverse({0})",
    "lu_det": "lu_det({0})",
    "lu_logdet": "lu_logdet({0})",
    "lower_solve": "lower_solve({0}, {1})",
    "lower_solve_transposed": "lower_solve({0}, {1}, transposed=True)",
    "lower_inverse": "lower_inverse({0})",
    "lower_det": "np.prod({0}.diagonal())",
    "lower_logdet": "lower_logdet({0})",
    "product": "product({0}, {1})",
    "outers_product": "product(np.array([{left}]).T, np.array([{right}]))",
    "gram": "gram({0})",
}

_PORTABLE = {
    "dot": "{0} @ {1}",
    "inner": "{0} @ {1}",
    "inner2": "xp.sum({0} * {1})",
    "outers": "xp.stack([{left}]).T @ xp.stack([{right}])",
    "weighted_gram": "({0}.T * {1}) @ {0}",
    "total": "xp.sum({0})",
    "rowsums": "xp.sum({0}, axis=1)",
    "columnsums": "xp.sum({0}, axis=0)",
    "running": "cumsum({0})",
    "running_reversed": "cumsum_reversed({0})",
    "trace": "xp.linalg.trace({0})",
    "diagonal": "xp.linalg.diagonal({0})",
    "diagonal_matrix": "diagonal_matrix({0})",
    "identity": "xp.eye({size}, dtype={dtype})",
    "ones": "xp.ones({shape}, dtype={dtype})",
    "zeros": "xp.zeros({shape}, dtype={dtype})",
    "full": "({0} * xp.ones({shape}, dtype={dtype}))",
    "reshape": "xp.reshape({0}, ({1}))",
    "permuted": "xp.permute_dims({0}, ({1}))",
    "summed": "xp.sum({0}, axis={1})",
    "spread": "xp.broadcast_to({0}, {1})",
    "solve": "xp.linalg.solve({0}, {1})",
    "inverse": "xp.linalg.inv({0})",
    "det": "xp.linalg.det({0})",
    "logdet": "logdet({0})",
    "joined": "xp.concat([{0}])",
    "rows": "xp.concat([{0}], axis=0)",
    "columns": "xp.concat([{0}], axis=1)",
}

_JAX = {name: template.replace("xp.", "jnp.") for name, template in _PORTABLE.items()} | {
    "inner2": "jnp.vdot({0}, {1})",
    "block": "jnp.block([{0}])",
    "einsum": "jnp.einsum({0})",
    "diagonal_matrix": "jnp.diag({0})",
    "running": "jnp.cumsum({0}, axis=0)",
    "running_reversed": "jnp.cumsum({0}[::-1], axis=0)[::-1]",
    "cholesky": "jnp.linalg.cholesky({0})",
    "cholesky_solve": "jax.scipy.linalg.cho_solve(({0}, True), {1})",
    "cholesky_inverse": "jax.scipy.linalg.cho_solve(({0}, True), jnp.eye({size}, dtype={dtype}))",
    "cholesky_det": "cholesky_det({0})",
    "cholesky_logdet": "cholesky_logdet({0})",
    "lu": "jax.scipy.linalg.lu_factor({0})",
    "lu_solve": "jax.scipy.linalg.lu_solve({0}, {1})",
    "lu_solve_transposed": "jax.scipy.linalg.lu_solve({0}, {1}, trans=1)",
    "lu_inverse": "jax.scipy.linalg.lu_solve({0}, jnp.eye({size}, dtype={dtype}))",
    "lu_det": "lu_det({0})",
    "lu_logdet": "lu_logdet({0})",
    "lower_solve": "jax.scipy.linalg.solve_triangular({0}, {1}, lower=True)",
    "lower_solve_transposed": "jax.scipy.linalg.solve_triangular({0}, {1}, trans=1, lower=True)",
    "lower_inverse": "jax.scipy.linalg.solve_triangular({0}, jnp.eye({size}, dtype={dtype}), lower=True)",
    "lower_det": "jnp.prod(jnp.diagonal({0}))",
    "lower_logdet": "lower_logdet({0})",
}

_TORCH = {name: template.replace("xp.", "torch.") for name, template in _PORTABLE.items()} | {
    "rowsums": "torch.sum({0}, dim=1)",
    "columnsums": "torch.sum({0}, dim=0)",
    "running": "torch.cumsum({0}, dim=0)",
    "running_reversed": "torch.flip(torch.cumsum(torch.flip({0}, (0,)), dim=0), (0,))",
    "trace": "torch.trace({0})",
    "diagonal": "torch.diagonal({0})",
    "diagonal_matrix": "torch.diag({0})",
    "permuted": "torch.permute({0}, ({1}))",
    "summed": "torch.sum({0}, dim={1})",
    "einsum": "torch.einsum({0})",
    "joined": "torch.cat([{0}])",
    "rows": "torch.cat([{0}], dim=0)",
    "columns": "torch.cat([{0}], dim=1)",
    "kron": "torch.kron({0}.contiguous(), {1}.contiguous())",
    "minimum": "torch.clamp({0}, max={1})",
    "maximum": "torch.clamp({0}, min={1})",
    "cholesky": "torch.linalg.cholesky({0})",
    "cholesky_solve": "cholesky_solve({0}, {1})",
    "cholesky_inverse": "torch.cholesky_inverse({0})",
    "cholesky_det": "cholesky_det({0})",
    "cholesky_logdet": "cholesky_logdet({0})",
    "lu": "torch.linalg.lu_factor({0})",
    "lu_solve": "lu_solve({0}, {1})",
    "lu_solve_transposed": "lu_solve({0}, {1}, transposed=True)",
    "lu_inverse": "lu_inverse({0})",
    "lu_det": "lu_det({0})",
    "lu_logdet": "lu_logdet({0})",
    "lower_solve": "lower_solve({0}, {1})",
    "lower_solve_transposed": "lower_solve({0}, {1}, transposed=True)",
    "lower_inverse": "lower_inverse({0})",
    "lower_det": "torch.prod(torch.diagonal({0}))",
    "lower_logdet": "lower_logdet({0})",
}

_STANDARD_NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan"}

_NUMPY_HELPERS = ("numpy_library", "extreme_library", "numpy_factorisations", "numpy_matrix_functions")

TARGETS = {
    "numpy": Target(
        "numpy", "import numpy as np", "np", _NUMPY, _NUMPY_HELPERS, number="float({0})", in_place=True,
        two_libraries=True,
    ),
    "jax": Target("jax", "import jax.numpy as jnp", "jnp", _JAX, ("portable_library", "jax_library")),
    "torch": Target(
        "torch", "import torch", "torch", _TORCH, ("torch_library", "extreme_library"),
        renamed=_STANDARD_NAMES, strict=True, devices=True,
    ),
    "xp": Target(
        "xp", "import numpy", "xp", _PORTABLE, ("portable_library", "portable_matrix_functions"),
        namespace="xp", renamed=_STANDARD_NAMES, lacking=frozenset(["kron"]), strict=True, factorised=False,
    ),
}  # fmt: skip
