"""The problems in NumPy as an expert writes them: nothing twice, no large array without need, in place."""

from benchmarks.speed.by_hand import classification, likelihoods, networks, quadratics
from benchmarks.speed.by_hand.table import BY_HAND

__all__ = ["BY_HAND", "classification", "likelihoods", "networks", "quadratics"]
