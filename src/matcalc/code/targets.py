"""The libraries that source is written for, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Target(NamedTuple):
    """A library: how it is imported, what it is called in the source, and how it writes instructions.

    In a template ``{0}`` is the first argument, ``{size}`` the number of rows of the value. ``in_place`` says
    that arrays can be written over.
    """

    name: str
    imports: str
    prefix: str
    templates: Mapping[str, str]
    in_place: bool = False


_FACTORISATIONS = {
    "cholesky": "cholesky({0})",
    "cholesky_solve": "cholesky_solve({0}, {1})",
    "cholesky_inverse": "cholesky_inverse({0})",
    "cholesky_det": "cholesky_det({0})",
    "cholesky_logdet": "cholesky_logdet({0})",
    "lu": "lu({0})",
    "lu_solve": "lu_solve({0}, {1})",
    "lu_inverse": "lu_inverse({0})",
    "lu_det": "lu_det({0})",
    "lu_logdet": "lu_logdet({0})",
}

_NUMPY = {
    "dot": "{0}.dot({1})",
    "inner": "{0}.dot({1})",
    "inner2": "np.vdot({0}, {1})",
    "outers": "np.array([{left}]).T.dot(np.array([{right}]))",
    "weighted_gram": "weighted_gram({0}, {1})",
    "total": "{0}.sum()",
    "rowsums": "{0}.sum(axis=1)",
    "columnsums": "{0}.sum(axis=0)",
    "trace": "{0}.trace()",
    "diagonal": "{0}.diagonal()",
    "diagonal_matrix": "np.diag({0})",
    "solve": "np.linalg.solve({0}, {1})",
    "inverse": "np.linalg.inv({0})",
    "det": "np.linalg.det({0})",
    "logdet": "logdet({0})",
    **_FACTORISATIONS,
}

TARGETS = {
    "numpy": Target("numpy", "import numpy as np", "np", _NUMPY, in_place=True),
}
