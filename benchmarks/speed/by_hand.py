"""The problems in NumPy as an expert writes them: nothing twice, no large array without need, in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from scipy.linalg import lapack

Array = Any

#: The functions by problem and quantity; products with Hessians take the direction as ``v``.
BY_HAND: dict[tuple[str, str], Callable[..., Any]] = {}


def _of(problem: str, quantity: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def noted(function: Callable[..., Any]) -> Callable[..., Any]:
        BY_HAND[problem, quantity] = function
        return function

    return noted


# P1: x'*A*x


@_of("P1", "value")
def _(x: Array, A: Array) -> Any:
    return x.dot(A.dot(x))


@_of("P1", "gradient")
def _(x: Array, A: Array) -> Any:
    return A.dot(x) + x.dot(A)


@_of("P1", "hessian")
def _(x: Array, A: Array) -> Any:
    return A + A.T


@_of("P1", "hvp")
def _(x: Array, A: Array, v: Array) -> Any:
    return A.dot(v) + v.dot(A)


# P2: logistic regression


@_of("P2", "value")
def _(w: Array, X: Array, y: Array, lam: float) -> Any:
    t = X.dot(w)
    t *= y
    decay = np.abs(t)
    np.negative(decay, out=decay)
    np.exp(decay, out=decay)
    np.log1p(decay, out=decay)
    np.minimum(t, 0, out=t)
    return decay.sum() - t.sum() + 0.5 * lam * w.dot(w)


@_of("P2", "gradient")
def _(w: Array, X: Array, y: Array, lam: float) -> Any:
    t = X.dot(w)
    t *= y
    np.exp(t, out=t)
    t += 1
    np.divide(y, t, out=t)
    gradient = t.dot(X)
    np.subtract(lam * w, gradient, out=gradient)
    return gradient


def _curvature(w: Array, X: Array, y: Array) -> Any:
    t = X.dot(w)
    t *= y
    np.exp(t, out=t)
    u = t + 1
    t /= u
    t /= u
    return t


@_of("P2", "hessian")
def _(w: Array, X: Array, y: Array, lam: float) -> Any:
    d = _curvature(w, X, y)
    np.sqrt(d, out=d)
    scaled = X * d[:, None]
    hessian = scaled.T.dot(scaled)
    hessian.flat[:: len(w) + 1] += lam
    return hessian


@_of("P2", "hvp")
def _(w: Array, X: Array, y: Array, lam: float, v: Array) -> Any:
    d = _curvature(w, X, y)
    d *= X.dot(v)
    product = d.dot(X)
    product += lam * v
    return product


# P3: matrix factorisation


@_of("P3", "value")
def _(U: Array, V: Array, T: Array) -> Any:
    residual = U.dot(V.T)
    np.subtract(T, residual, out=residual)
    flat = residual.ravel()
    return flat.dot(flat)


@_of("P3", "gradient")
def _(U: Array, V: Array, T: Array) -> Any:
    gradient = U.dot(V.T.dot(V))
    gradient -= T.dot(V)
    gradient *= 2
    return gradient


@_of("P3", "hessian")
def _(U: Array, V: Array, T: Array) -> Any:
    m, k = U.shape
    hessian = np.zeros((m, k, m, k))
    s = hessian.strides
    as_strided(hessian, (m, k, k), (s[0] + s[2], s[1], s[3]))[...] = 2 * V.T.dot(V)
    return hessian


@_of("P3", "hvp")
def _(U: Array, V: Array, T: Array, v: Array) -> Any:
    return v.dot(2 * V.T.dot(V))


# P4: tied autoencoder


@_of("P4", "value")
def _(W: Array, a: Array) -> Any:
    r = W.dot(a).dot(W)
    r -= a
    return 0.5 * r.dot(r)


@_of("P4", "gradient")
def _(W: Array, a: Array) -> Any:
    u = W.dot(a)
    r = u.dot(W)
    r -= a
    return np.array([u, W.dot(r)]).T.dot(np.array([r, a]))


@_of("P4", "hvp")
def _(W: Array, a: Array, v: Array) -> Any:
    u, du = W.dot(a), v.dot(a)
    r = u.dot(W)
    r -= a
    dr = u.dot(v)
    dr += du.dot(W)
    dw = v.dot(r)
    dw += W.dot(dr)
    return np.array([du, u, dw]).T.dot(np.array([r, dr, a]))


@_of("P4", "hessian")
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


# P5: Gaussian-process latent variables, by the identities of Woodbury and Sylvester


def _small(X: Array, Y: Array, s: float, b: float) -> tuple[Any, Any]:
    gram = (s * b) * X.T.dot(X)
    gram.flat[:: gram.shape[0] + 1] += 1
    return gram, X.T.dot(Y)


@_of("P5", "value")
def _(X: Array, Y: Array, D: float, s: float, b: float) -> Any:
    gram, G = _small(X, Y, s, b)
    root = np.linalg.cholesky(gram)
    y, z = Y.ravel(), np.linalg.solve(root, G).ravel()
    determinant = 2 * np.log(root.diagonal()).sum() - len(X) * np.log(b)
    return -0.5 * D * determinant - 0.5 * b * (y.dot(y) - s * b * z.dot(z))


@_of("P5", "gradient")
def _(X: Array, Y: Array, D: float, s: float, b: float) -> Any:
    gram, G = _small(X, Y, s, b)
    inverse = np.linalg.inv(gram)
    E = G.T.dot(inverse)
    middle = (-s * D * b) * inverse
    middle -= (s * s * b * b * b) * inverse.dot(G.dot(E))
    gradient = X.dot(middle)
    gradient += Y.dot((s * b * b) * E)
    return gradient


@_of("P5", "hvp")
def _(X: Array, Y: Array, D: float, s: float, b: float, v: Array) -> Any:
    gram, G = _small(X, Y, s, b)
    inverse = np.linalg.inv(gram)
    cross = v.T.dot(X)
    d_inverse = -inverse.dot((s * b) * (cross + cross.T)).dot(inverse)
    dG = v.T.dot(Y)
    E = G.T.dot(inverse)
    dE = dG.T.dot(inverse) + G.T.dot(d_inverse)
    GE, c = G.dot(E), s * s * b * b * b
    middle = (-s * D * b) * inverse - c * inverse.dot(GE)
    d_middle = (-s * D * b) * d_inverse - c * (d_inverse.dot(GE) + inverse.dot(dG.dot(E) + G.dot(dE)))
    product = v.dot(middle)
    product += X.dot(d_middle)
    product += Y.dot((s * b * b) * dE)
    return product


# P6: Gaussian likelihood of a covariance


def _lower_inverse(S: Array) -> tuple[Any, float]:
    root, _ = lapack.dpotrf(S.T, lower=1, overwrite_a=0, clean=1)
    logarithm = 2 * np.log(root.diagonal()).sum()
    inverse, _ = lapack.dpotri(root, lower=1, overwrite_c=1)
    return inverse, logarithm


def _inverse(S: Array) -> Any:
    inverse, _ = _lower_inverse(S)
    inverse = inverse + inverse.T
    inverse.flat[:: len(inverse) + 1] *= 0.5
    return inverse


@_of("P6", "value")
def _(S: Array, C: Array, m: float) -> Any:
    lower, logarithm = _lower_inverse(S)  # zeros above the diagonal
    trace = 2 * lower.T.ravel().dot(C.ravel()) - lower.diagonal().dot(C.diagonal())
    return -0.5 * m * logarithm - 0.5 * trace


@_of("P6", "gradient")
def _(S: Array, C: Array, m: float) -> Any:
    P = _inverse(S)
    gradient = P.dot(C.dot(P))
    gradient *= 0.5
    P *= 0.5 * m
    gradient -= P
    return gradient


@_of("P6", "hvp")
def _(S: Array, C: Array, m: float, v: Array) -> Any:
    P = _inverse(S)
    Q = P.dot(v)
    both = Q.dot(P.dot(C.dot(P)))
    product = Q.dot(P)
    product *= 0.5 * m
    both *= 0.5
    product -= both
    product -= both.T
    return product


# P7: two-layer network


def _sigmoid(z: Array) -> Any:
    np.negative(z, out=z)
    np.exp(z, out=z)
    z += 1
    np.reciprocal(z, out=z)
    return z


@_of("P7", "value")
def _(W: Array, V: Array, X: Array, Y: Array) -> Any:
    residual = V.dot(_sigmoid(W.dot(X)))
    residual -= Y
    flat = residual.ravel()
    return 0.5 * flat.dot(flat)


@_of("P7", "gradient")
def _(W: Array, V: Array, X: Array, Y: Array) -> Any:
    S = _sigmoid(W.dot(X))
    residual = V.dot(S)
    residual -= Y
    G = V.T.dot(residual)
    G *= S
    np.subtract(1, S, out=S)
    G *= S
    return G.dot(X.T)


@_of("P7", "hvp")
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


@_of("P7", "hessian")
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


# P8: softmax regression


def _exponentials(Z: Array) -> tuple[Any, Any]:
    largest = Z.max(axis=1, keepdims=True)
    Z -= largest
    np.exp(Z, out=Z)
    return largest, Z.sum(axis=1, keepdims=True)


def _softmax(Z: Array) -> Any:
    _, total = _exponentials(Z)
    Z /= total
    return Z


@_of("P8", "value")
def _(W: Array, X: Array, Y: Array) -> Any:
    Z = X.dot(W)
    fit = np.vdot(Y, Z)
    largest, total = _exponentials(Z)
    return largest.sum() + np.log(total).sum() - fit


@_of("P8", "gradient")
def _(W: Array, X: Array, Y: Array) -> Any:
    P = _softmax(X.dot(W))
    P -= Y
    return X.T.dot(P)


@_of("P8", "hvp")
def _(W: Array, X: Array, Y: Array, v: Array) -> Any:
    P = _softmax(X.dot(W))
    t = X.dot(v)
    t *= P
    P *= t.sum(axis=1, keepdims=True)
    t -= P
    return X.T.dot(t)


@_of("P8", "hessian")
def _(W: Array, X: Array, Y: Array) -> Any:
    n, c = W.shape
    P = _softmax(X.dot(W))
    pairs = (X[:, :, None] * P[:, None, :]).reshape(len(X), n * c)
    hessian = pairs.T.dot(pairs)
    np.negative(hessian, out=hessian)
    hessian = hessian.reshape(n, c, n, c)
    for i in range(c):
        scaled = X * np.sqrt(P[:, i])[:, None]
        hessian[:, i, :, i] += scaled.T.dot(scaled)
    return hessian


# P9: chain of products


@_of("P9", "value")
def _(X: Array, **factors: Array) -> Any:
    product = factors["A_1"].dot(X)
    for k in range(2, 8):
        product = product.dot(factors[f"A_{k}"].dot(X))
    return np.vdot(product.T, factors["A_8"].dot(X))


@_of("P9", "gradient")
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
