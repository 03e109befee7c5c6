"""The parser tables of the grammars, as modules of the package.

``python -m tests.language.tables`` writes them anew, which every change of a grammar needs.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

from lark import Lark

from matcalc.language.latex import LatexPass
from matcalc.language.reader import TokenPass
from matcalc.language.syntax import NOT_KEPT, made_from

ROOT = Path(__file__).parents[2]
PASSES = {"expression": TokenPass, "latex": LatexPass}


def path_of(name: str) -> Path:
    """Return where the tables of a grammar are kept."""
    return ROOT / "matcalc" / "language" / f"{name}_tables.py"


def written(name: str) -> str:
    """Return the module with the tables of a grammar, the same in every run."""
    tokens, text = PASSES[name](), (ROOT / "grammar" / f"{name}.lark").read_text("utf-8")
    parser = Lark(text, parser="lalr", lexer="basic", keep_all_tokens=True, postlex=tokens)
    file = io.BytesIO()
    parser.save(file, NOT_KEPT)
    kept = pickle.loads(file.getvalue())
    return "\n".join(
        [
            f'"""The tables of ``grammar/{name}.lark``, written by ``python -m tests.language.tables``."""',
            "",
            "from typing import Any",
            "",
            f"GRAMMAR = {text!r}",
            f'MADE_FROM = "{made_from(text, tokens)}"',
            f"MEMO: dict[int, Any] = {kept['memo']!r}",
            f"STATES: dict[int, Any] = {_numbered(kept['data']['parser']['parser'])!r}",
            f"DATA: dict[str, Any] = {kept['data']!r}",
            'DATA["parser"]["parser"]["states"] = STATES',
            "",
        ]
    )


def _numbered(table: dict[str, Any]) -> dict[int, dict[int, Any]]:
    """Take the states out of a table and return them, numbered as they are reached, tokens by their names.

    lark numbers both as its sets are ordered, which differs from run to run.
    """
    names = table["tokens"]
    tokens = {name: number for number, name in enumerate(sorted(names.values()))}
    states: dict[int, dict[int, Any]] = {}
    for number, row in table["states"].items():
        renamed = {tokens[names[token]]: action for token, action in row.items()}
        states[number] = dict(sorted(renamed.items()))
    [start] = table["start_states"].values()
    reached = {start: 0}
    for state in (order := [start]):
        for kind, target in states[state].values():
            if kind == 0 and target not in reached:
                reached[target] = len(order)
                order.append(target)
    assert len(order) == len(states)
    table["tokens"] = {number: name for name, number in tokens.items()}
    for key in ("start_states", "end_states"):
        table[key] = {name: reached[state] for name, state in table[key].items()}
    table["states"] = {}
    return {
        reached[state]: {
            token: (kind, reached[target] if kind == 0 else target)
            for token, (kind, target) in states[state].items()
        }
        for state in order
    }


if __name__ == "__main__":
    for grammar in PASSES:
        path_of(grammar).write_text(written(grammar), encoding="utf-8")
