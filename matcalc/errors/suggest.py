"""What a mistyped word was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher


def suggestion(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the known word that was probably meant, empty if none is close.

    A word is close if its similarity, as ``difflib`` measures it, is at least ``cutoff``, or if two
    neighbouring letters are exchanged. The one with the smallest distance is taken; among several
    one with the same letters, then the most similar.

    >>> suggestion("tahn", ["tan", "tanh", "trace"]), suggestion("foo", ["tan"])
    ('tanh', '')
    """
    matcher = SequenceMatcher()
    matcher.set_seq2(word)
    letters = sorted(word)
    ranked = []
    for candidate in words:
        matcher.set_seq1(candidate)
        same_letters = len(candidate) == len(word) and sorted(candidate) == letters
        similar = matcher.real_quick_ratio() >= cutoff and matcher.ratio() >= cutoff
        if similar or (same_letters and distance(candidate, word) == 1):
            ranked.append((-distance(candidate, word), same_letters, matcher.ratio(), candidate))
    return max(ranked)[-1] if ranked else ""


def distance(left: str, right: str) -> int:
    """Return how many letters have to be added, left out, replaced, or exchanged with the next.

    The distance of Damerau and Levenshtein, where no letter is changed twice (optimal string
    alignment).

    >>> distance("tahn", "tanh"), distance("tahn", "tan"), distance("trac", "tr")
    (1, 1, 2)
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and (letter, left[i - 2]) == (right[j - 2], other):
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
