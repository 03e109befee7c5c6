"""Logistic and softmax regression by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.speed.by_hand.table import Array, of

# P2: logistic regression


@of("P2", "value")
def _(w: Array, X: Array, y: Array, lam: float) -> Any:
    t = X.dot(w)
    t *= y
    decay = np.abs(t)
    np.negative(decay, out=decay)
    np.exp(decay, out=decay)
    np.log1p(decay, out=decay)
    np.minimum(t, 0, out=t)
    return decay.sum() - t.sum() + 0.5 * lam * w.dot(w)


@of("P2", "gradient")
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


@of("P2", "hessian")
def _(w: Array, X: Array, y: Array, lam: float) -> Any:
    d = _curvature(w, X, y)
    np.sqrt(d, out=d)
    scaled = X * d[:, None]
    hessian = scaled.T.dot(scaled)
    hessian.flat[:: len(w) + 1] += lam
    return hessian


@of("P2", "hvp")
def _(w: Array, X: Array, y: Array, lam: float, v: Array) -> Any:
    d = _curvature(w, X, y)
    d *= X.dot(v)
    product = d.dot(X)
    product += lam * v
    return product


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


@of("P8", "value")
def _(W: Array, X: Array, Y: Array) -> Any:
    Z = X.dot(W)
    fit = np.vdot(Y, Z)
    largest, total = _exponentials(Z)
    return largest.sum() + np.log(total).sum() - fit


@of("P8", "gradient")
def _(W: Array, X: Array, Y: Array) -> Any:
    P = _softmax(X.dot(W))
    P -= Y
    return X.T.dot(P)


@of("P8", "hvp")
def _(W: Array, X: Array, Y: Array, v: Array) -> Any:
    P = _softmax(X.dot(W))
    t = X.dot(v)
    t *= P
    P *= t.sum(axis=1, keepdims=True)
    t -= P
    return X.T.dot(t)


@of("P8", "hessian")
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
