"""Quadratic forms, factorisations, autoencoders and chains of products, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from benchmarks.speed.by_hand.table import Array, of

# P1: x'*A*x


@of("P1", "value")
def _(x: Array, A: Array) -> Any:
    return x.dot(A.dot(x))


@of("P1", "gradient")
def _(x: Array, A: Array) -> Any:
    return A.dot(x) + x.dot(A)


@of("P1", "hessian")
def _(x: Array, A: Array) -> Any:
    return A + A.T


@of("P1", "hvp")
def _(x: Array, A: Array, v: Array) -> Any:
    return A.dot(v) + v.dot(A)


# P3: matrix factorisation


@of("P3", "value")
def _(U: Array, V: Array, T: Array) -> Any:
    residual = U.dot(V.T)
    np.subtract(T, residual, out=residual)
    flat = residual.ravel()
    return flat.dot(flat)


@of("P3", "gradient")
def _(U: Array, V: Array, T: Array) -> Any:
    gradient = U.dot(V.T.dot(V))
    gradient -= T.dot(V)
    gradient *= 2
    return gradient


@of("P3", "hessian")
def _(U: Array, V: Array, T: Array) -> Any:
    m, k = U.shape
    hessian = np.zeros((m, k, m, k))
    s = hessian.strides
    as_strided(hessian, (m, k, k), (s[0] + s[2], s[1], s[3]))[...] = 2 * V.T.dot(V)
    return hessian


@of("P3", "hvp")
def _(U: Array, V: Array, T: Array, v: Array) -> Any:
    return v.dot(2 * V.T.dot(V))


# P4: tied autoencoder


@of("P4", "value")
def _(W: Array, a: Array) -> Any:
    r = W.dot(a).dot(W)
    r -= a
    return 0.5 * r.dot(r)


@of("P4", "gradient")
def _(W: Array, a: Array) -> Any:
    u = W.dot(a)
    r = u.dot(W)
    r -= a
    return np.array([u, W.dot(r)]).T.dot(np.array([r, a]))


@of("P4", "hvp")
def _(W: Array, a: Array, v: Array) -> Any:
    u, du = W.dot(a), v.dot(a)
    r = u.dot(W)
    r -= a
    dr = u.dot(v)
    dr += du.dot(W)
    dw = v.dot(r)
    dw += W.dot(dr)
    return np.array([du, u, dw]).T.dot(np.array([r, dr, a]))


@of("P4", "hessian")
def _(W: Array, a: Array) -> Any:
    k, n = W.shape
    u = W.dot(a)
    r = u.dot(W)
    r -= a
    gram, both = W.dot(W.T), np.outer(r, a)
    both = both + both.T
    turned, places = np.ascontiguousarray(W.T), np.arange(n)
    hessian, more = np.empty((k, n, k, n)), np.empty((n, k, n))
    for i in range(k):  # slabs that stay in the cache
        slab = hessian[i]
        np.multiply((u[i] * turned)[:, :, None], a, out=slab)
        rest = W[i] * u[:, None]
        rest += gram[i][:, None] * a
        np.multiply(a[:, None, None], rest, out=more)
        slab += more
        slab[:, i, :] += both
        slab[places, :, places] += u[i] * u
    return hessian


# P9: chain of products


@of("P9", "value")
def _(X: Array, **factors: Array) -> Any:
    product = factors["A_1"].dot(X)
    for k in range(2, 8):
        product = product.dot(factors[f"A_{k}"].dot(X))
    return np.vdot(product.T, factors["A_8"].dot(X))


@of("P9", "gradient")
def _(X: Array, **factors: Array) -> Any:
    first = [factors[f"A_{k}"] for k in range(1, 9)]
    links = [factor.dot(X) for factor in first]
    before = [links[0]]
    for link in links[1:-1]:
        before.append(before[-1].dot(link))
    gradient = first[-1].T.dot(before[-1].T)
    after = links[-1]
    for i in range(6, -1, -1):
        around = after.dot(before[i - 1]) if i else after
        gradient += first[i].T.dot(around.T)
        if i:
            after = links[i].dot(after)
    return gradient
