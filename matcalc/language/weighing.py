"""The lightest choice of kinds for the names of a text, found part by part.

A table holds the options for a part: for each rank that it may have, and each choice of kinds for the names
that occur elsewhere too, the lightest two. So parts that share no names are settled apart, and the cost is
linear in their number (variable elimination; Dechter, Bucket elimination, Artificial Intelligence 113, 1999).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matcalc.language.declarations import FAMILY_OF_MATRICES, Declaration
from matcalc.language.evidence import (
    CLOSE,
    FOLD,
    MATRIX_VALUE,
    OBJECTIVE,
    SHIFTED,
    TERM,
    Evidence,
    Letter,
    Rank,
)
from matcalc.language.ranks import FOLDED, Ranks, Step
from matcalc.language.syntax import Syntax

#: How many options for a part are kept.
MAX_OPTIONS = 300
#: The ranks of names of which nothing was said.
_OF_KIND = {
    "scalar": Rank("1", "1", bare=True),
    "vector": Rank("n", "1"),
    "matrix": Rank("n", "n"),
    FAMILY_OF_MATRICES: Rank("n", "n", product=FAMILY_OF_MATRICES),
}
_CODES = {kind: code for code, kind in enumerate(_OF_KIND, 1)}
_BITS_OF_KIND, _BITS_OF_RANK = 3, 8


class Refused(NamedTuple):
    """Kinds with which sizes do not fit at ``node``."""

    node: Syntax
    kinds: Mapping[str, str]


class WeightedChoice(NamedTuple):
    """A choice of kinds, and of ranks for definitions, as digits of a number, and its weight."""

    weight: int
    choice: int


#: For the choice of what occurs elsewhere too, and the ranks of a part or several: the lightest two options.
WeightedChoices = dict[tuple[int, tuple[Rank, ...]], list[WeightedChoice]]


class _Table(NamedTuple):
    """The options for a part, and how often the names that are not settled occur in it."""

    options: WeightedChoices
    counts: Counter[str]


class Weighing:
    """The weights of all readings of one text, given as its nodes, each after those it needs.

    ``kinds`` has the declarations of all names, ``letters`` the classes of those of which nothing was said.
    """

    def __init__(
        self,
        order: list[Syntax],
        definitions: Mapping[str, Syntax],
        kinds: Mapping[str, Declaration],
        dims: frozenset[str],
        letters: Mapping[str, Letter],
        offsets: frozenset[Syntax],
    ):
        self._order = order
        self._offsets = offsets
        self._definitions = definitions
        self._ranks = Ranks(definitions, kinds, dims, letters)
        self._letters = letters
        self._total = Counter(node.data for node in order if node.op == "name")
        self._first = {node.data: node for node in reversed(order) if node.op == "name"}
        self._places: dict[str, tuple[int, int]] = {}
        place = 0
        for name in [*self._letters, *(name for name in definitions if name in self._total)]:
            width = _BITS_OF_KIND if name in self._letters else _BITS_OF_RANK
            self._places[name] = place, (1 << width) - 1 << place
            place += width
        self._folded: dict[Syntax, list[tuple[Syntax, tuple[Syntax, ...]]]] = {}
        self._rank_codes: dict[Rank, int] = {}
        self._pinned: set[str] = set()
        self._refused: dict[Syntax, list[tuple[int, int]]] = {}
        #: The weight of the lightest option that was dropped for want of room.
        self.dropped: int | None = None

    def lightest(self, refused: Iterable[Refused] = ()) -> tuple[int, list[dict[str, str]]]:
        """Return the weight of the lightest reading, and it with one that is close; none of ``refused``.

        A reading that makes the changes of the lightest and more, for nothing, is not close to it.
        """
        self._refuse(refused)
        self.dropped = None
        tables: dict[Syntax, _Table] = {}
        for node in self._order:
            if node.op == "name" and node.data in self._places:
                tables[node] = self._of_name(node, tables)
            else:
                args = tuple(arg for arg in node.args if arg in tables)
                tables[node] = self._of_node(node, args, [tables.pop(arg) for arg in args])
        best = self._of_values(tables[self._order[-1]].options)
        if not best:
            return 0, []
        weight, first = best[0]
        close = [option for option in best[1:] if weight and option.weight <= weight + CLOSE]
        rivals = [self._kinds(option.choice) for option in close if self._is_rival(option, best[0])]
        return weight, [self._kinds(first), *rivals[:1]]

    def _of_values(self, values: WeightedChoices) -> list[WeightedChoice]:
        """Return the options for the value, the lightest first.

        That the value of the lightest is no scalar weighs as much for the others that are none.
        """
        scalars, arrays = [], []
        for (_, (rank,)), options in values.items():
            extra = sum(evidence.weight for evidence in self._of_value(rank))
            if rank.is_scalar:
                scalars += options
            else:
                arrays += [(option, extra) for option in options]
        _, least = min(((option.weight, extra) for option, extra in arrays), default=(0, 0))
        return sorted(
            [*scalars, *(WeightedChoice(w.weight + max(extra, least), w.choice) for w, extra in arrays)]
        )

    def _is_rival(self, option: WeightedChoice, lightest: WeightedChoice) -> bool:
        """Return whether a reading makes other changes than the lightest, or has less evidence against it."""
        changes, evidence = [], []
        for weight, choice in (option, lightest):
            kinds = self._kinds(choice)
            changed = {n: kind for n, kind in kinds.items() if kind != self._letters[n].default}
            changes.append(changed.items())
            evidence.append(weight - sum(self._letters[name].weights[kind] for name, kind in changed.items()))
        return not changes[0] >= changes[1] or evidence[0] < evidence[1]

    def against(self, kinds: Mapping[str, str]) -> Counter[Evidence]:
        """Return the evidence against a reading that fits."""
        evidence: Counter[Evidence] = Counter()
        ranks: dict[Syntax, Rank] = {}
        for node in self._order:
            if node.op == "name" and node.data in self._places:
                value = self._definitions.get(node.data)
                ranks[node] = self._rank(node, kinds[node.data]) if value is None else ranks[value]
                continue
            args = tuple(arg for arg in node.args if arg in ranks)
            for part, operands in self._foldings(node, args):
                step = self._ranks.step(part, operands, tuple(ranks[arg] for arg in operands))
                if step is None:
                    return evidence
                evidence.update(step.evidence)
                ranks[part] = ranks[node] = step.rank
        evidence.update(self._of_value(ranks[self._order[-1]]))
        return evidence

    def _of_value(self, rank: Rank) -> list[Evidence]:
        """Return the evidence against a value that is no scalar, though there are scalars in it."""
        if not rank.scaled:
            return []
        root = self._order[-1]
        while root.op == "where":
            root = root.args[0]
        if "1" not in (rank.rows, rank.cols):
            return [MATRIX_VALUE]
        first = SHIFTED if rank.scaled == "term" else OBJECTIVE
        return [first, *[TERM] * (len(root.args) - 1 if root.op == "add" else 0)]

    def _refuse(self, refused: Iterable[Refused]) -> None:
        self._pinned.clear()
        self._refused.clear()
        for node, kinds in refused:
            self._pinned.update(kinds)
            value = sum(_CODES[kind] << self._places[name][0] for name, kind in kinds.items())
            mask = sum(self._places[name][1] for name in kinds)
            self._refused.setdefault(node, []).append((mask, value))

    def _kinds(self, choice: int) -> dict[str, str]:
        codes = {code: kind for kind, code in _CODES.items()}
        places = {name: self._places[name] for name in self._letters}
        return {name: codes[(choice & mask) >> place] for name, (place, mask) in places.items()}

    def _rank(self, name: Syntax, kind: str) -> Rank:
        """Return the rank of a name of which nothing was said."""
        return _OF_KIND[kind]._replace(spreads=kind == "scalar" and name in self._offsets)

    def _of_name(self, node: Syntax, tables: Mapping[Syntax, _Table]) -> _Table:
        """Return the options for a name; its weight counts where it stands first."""
        name = node.data
        place, _ = self._places[name]
        options: WeightedChoices = {}
        first = self._first[name] is node
        counts = Counter([name])
        if name in self._letters:
            letter = self._letters[name]
            for kind, weight in {letter.default: 0, **letter.weights}.items():
                choice = _CODES[kind] << place
                options[choice, (self._rank(node, kind),)] = [WeightedChoice(weight if first else 0, choice)]
            return _Table(options, counts)
        value = tables[self._definitions[name]]
        for (chosen, (rank,)), before in value.options.items():
            choice = self._rank_codes.setdefault(rank, len(self._rank_codes) + 1) << place
            if first:
                options[chosen | choice, (rank,)] = [
                    WeightedChoice(option.weight, option.choice | choice) for option in before
                ]
            else:
                options[choice, (rank,)] = [WeightedChoice(0, choice)]
        return _Table(options, counts + value.counts if first else counts)

    def _of_node(self, node: Syntax, args: tuple[Syntax, ...], tables: list[_Table]) -> _Table:
        """Return the options for a node, from those for its arguments, one by one where that is possible."""
        table = tables[0] if tables else _Table({(0, ()): [WeightedChoice(0, 0)]}, Counter())
        if node.op in FOLDED and len(tables) > 2:
            for (part, operands), other in zip(self._foldings(node, args), tables[1:], strict=True):
                table = self._stepped(part, operands, self._joined(table, other))
        else:
            for other in tables[1:]:
                table = self._joined(table, other)
            table = self._stepped(node, args, table)
        for mask, value in self._refused.get(node, ()):
            left = {
                key: [w for w in options if w.choice & mask != value]
                for key, options in table.options.items()
            }
            table = _Table({key: options for key, options in left.items() if options}, table.counts)
        return table

    def _foldings(self, node: Syntax, args: tuple[Syntax, ...]) -> list[tuple[Syntax, tuple[Syntax, ...]]]:
        """Return the parts of a node that are settled one after the other, with their operands."""
        if node.op not in FOLDED or len(args) < 3:
            return [(node, args)]
        if node not in self._folded:
            left, parts = args[0], self._folded.setdefault(node, [])
            for right in args[1:]:
                operands = left, right
                left = Syntax(node.op, operands, node.start, right.end, FOLD)
                parts.append((left, operands))
        return self._folded[node]

    def _joined(self, left: _Table, right: _Table) -> _Table:
        """Return the options for two parts together: those in which they agree."""
        shared = self._mask(left.counts.keys() & right.counts.keys())
        groups: dict[int, list[tuple[tuple[Rank, ...], list[WeightedChoice]]]] = {}
        for (choice, ranks), options in right.options.items():
            groups.setdefault(choice & shared, []).append((ranks, options))
        counts = left.counts + right.counts
        for name in [name for name in counts if counts[name] == self._total[name]]:
            if name not in self._pinned:
                del counts[name]
        mask = self._mask(counts)
        joined: WeightedChoices = {}
        for (choice, ranks), options in left.options.items():
            for others, more in groups.get(choice & shared, ()):
                for first in options:
                    for second in more:
                        option = WeightedChoice(first.weight + second.weight, first.choice | second.choice)
                        _keep(joined, (option.choice & mask, ranks + others), option)
        return _Table(self._bounded(joined), counts)

    def _stepped(self, node: Syntax, args: tuple[Syntax, ...], table: _Table) -> _Table:
        """Return the options for a node, from those for its arguments together."""
        stepped: WeightedChoices = {}
        for (choice, ranks), options in table.options.items():
            step: Step | None = self._ranks.step(node, args, ranks)
            if step is not None:
                extra = sum(evidence.weight for evidence in step.evidence)
                for option in options:
                    _keep(
                        stepped, (choice, (step.rank,)), WeightedChoice(option.weight + extra, option.choice)
                    )
        return _Table(stepped, table.counts)

    def _mask(self, names: Iterable[str]) -> int:
        return sum(self._places[name][1] for name in names)

    def _bounded(self, options: WeightedChoices) -> WeightedChoices:
        """Return the lightest options, as many as are kept."""
        if len(options) <= MAX_OPTIONS:
            return options
        ordered = sorted(options.items(), key=lambda item: item[1][0])
        lightest = ordered[MAX_OPTIONS][1][0].weight
        self.dropped = lightest if self.dropped is None else min(self.dropped, lightest)
        return dict(ordered[:MAX_OPTIONS])


def _keep(options: WeightedChoices, key: tuple[int, tuple[Rank, ...]], option: WeightedChoice) -> None:
    """Add an option if it is among the lightest two of its kind."""
    best = options.setdefault(key, [])
    if option not in best:
        best.append(option)
        best.sort()
        del best[2:]
