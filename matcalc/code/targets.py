"""The libraries that source is written for; NumPy stands here, the others in modules of their own."""

from matcalc.code.jax_library import JAX
from matcalc.code.portable_library import XP
from matcalc.code.target import Target
from matcalc.code.torch_library import TORCH

_TEMPLATES = {
    "dot": "{0}.dot({1})",
    "inner": "{0}.dot({1})",
    "inner2": "np.vdot({0}, {1})",
    "outers": "np.array([{left}]).T.dot(np.array([{right}]))",
    "total": "{0}.sum()",
    "rowsums": "{0}.sum(axis=1)",
    "columnsums": "{0}.sum(axis=0)",
    "running": "{0}.cumsum(axis=0)",
    "running_reversed": "{0}[::-1].cumsum(axis=0)[::-1]",
    "trace": "{0}.trace()",
    "diagonal": "{0}.diagonal()",
    "diagonal_matrix": "np.diag({0})",
    "identity": "np.eye({size}, {typed})",
    "ones": "np.ones({shape}, {typed})",
    "zeros": "np.zeros({shape}, {typed})",
    "full": "{0} * np.ones({shape}, {typed})",
    "reshape": "{0}.reshape({1})",
    "permuted": "{0}.transpose({1})",
    "summed": "{0}.sum(axis={1})",
    "einsum": "np.einsum({0}, optimize=True)",
    "spread": "np.broadcast_to({0}, {1}).copy()",
    "solve": "np.linalg.solve({0}, {1})",
    "inverse": "np.linalg.inv({0})",
    "det": "np.linalg.det({0})",
    "joined": "np.concatenate([{0}])",
    "block": "np.block([{0}])",
    "lu_solve_transposed": "lu_solve({0}, {1}, transposed=True)",
    "lower_solve_transposed": "lower_solve({0}, {1}, transposed=True)",
    "lower_det": "np.prod({0}.diagonal())",
    "outers_product": "product(np.array([{left}]).T, np.array([{right}]))",
    "single": "np.array([{0}], {typed})",
    "single_matrix": "np.asarray({0}, {typed}).reshape(1, 1)",
    "common_type": "np.result_type({0}, np.float32)",
    "number": "float({0})",
    "places": "range(len({0}))",
}

NUMPY = Target(
    "numpy",
    "import numpy as np",
    "np",
    _TEMPLATES,
    ("portable_library", "numpy_library", "scipy_library"),
    number_type="float",
    in_place=True,
    two_libraries=True,
)

TARGETS = {target.name: target for target in (NUMPY, JAX, TORCH, XP)}
