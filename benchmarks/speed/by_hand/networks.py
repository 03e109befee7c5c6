"""A network with two layers, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.speed.by_hand.table import Array, of

# P7: two-layer network


def _sigmoid(z: Array) -> Any:
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)
    return z


@of("P7", "value")
def _(W: Array, V: Array, X: Array, Y: Array) -> Any:
    residual = V.dot(_sigmoid(W.dot(X)))
    residual -= Y
    flat = residual.ravel()
    return 0.5 * flat.dot(flat)


@of("P7", "gradient")
def _(W: Array, V: Array, X: Array, Y: Array) -> Any:
    S = _sigmoid(W.dot(X))
    residual = V.dot(S)
    residual -= Y
    G = V.T.dot(residual)
    G *= S
    np.subtract(1, S, out=S)
    G *= S
    return G.dot(X.T)


@of("P7", "hvp")
def _(W: Array, V: Array, X: Array, Y: Array, v: Array) -> Any:
    S, dZ = _sigmoid(W.dot(X)), v.dot(X)
    slope = 1 - S
    slope *= S
    residual = V.dot(S)
    residual -= Y
    G = V.T.dot(residual)
    G *= dZ
    S *= -2
    S += 1
    G *= S
    G += V.T.dot(V.dot(slope * dZ))
    G *= slope
    return G.dot(X.T)


@of("P7", "hessian")
def _(W: Array, V: Array, X: Array, Y: Array) -> Any:
    h, d = W.shape
    m = X.shape[1]
    S = _sigmoid(W.dot(X))
    slope = 1 - S
    slope *= S
    residual = V.dot(S)
    residual -= Y
    bend = V.T.dot(residual)
    bend *= slope
    bend *= 1 - 2 * S
    gram = V.T.dot(V)
    pairs = (slope[:, None, :] * X).reshape(h * d, m)
    hessian, blocks = np.empty((h, d, h, d)), pairs.reshape(h, d, m)
    for i in range(h):  # slabs that stay in the cache
        slab = hessian[i].reshape(d, h * d)
        np.matmul(blocks[i], pairs.T, out=slab)
        hessian[i] *= gram[i][:, None]
        hessian[i][:, i, :] += (X * bend[i]).dot(X.T)
    return hessian
