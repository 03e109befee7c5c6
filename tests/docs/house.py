"""How the package is built: its modules, how large they are, and circles among them.

``python -m tests.docs.house`` prints the counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
#: Written by ``python -m tests.language.tables``.
GENERATED = ("matcalc.language.expression_tables", "matcalc.language.latex_tables")


def modules() -> dict[str, Path]:
    """Return the files of all modules by their dotted names, those of packages among them."""
    files = sorted((ROOT / "matcalc").rglob("*.py"))
    dotted = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in files}
    return {name.removesuffix(".__init__"): path for name, path in dotted.items()}


def lines(path: Path) -> int:
    """Return how many lines a file has."""
    return len(path.read_text("utf-8").splitlines())


def sizes() -> dict[str, int]:
    """Return the lines of each module that a person writes, without those of packages."""
    return {
        name: lines(path)
        for name, path in modules().items()
        if path.name != "__init__.py" and name not in GENERATED
    }


def classes() -> dict[str, list[str]]:
    """Return the modules of each class by its name, those of one for private use among them."""
    modules_of: dict[str, list[str]] = {}
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                modules_of.setdefault(node.name.lstrip("_"), []).append(name)
    return modules_of


def imports() -> dict[str, set[str]]:
    """Return what each module imports of the package, also inside functions, but not for types alone."""
    files = modules()
    return {
        name: set(_imported(ast.parse(path.read_text("utf-8")), files)) - {name}
        for name, path in files.items()
    }


def _imported(tree: ast.AST, files: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("matcalc"):
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                is_module = inside in files and files[inside].name != "__init__.py"
                yield inside if is_module else node.module
        yield from _imported(node, files)


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the modules that import one another, each circle once.

    What imports nothing that is left is taken away, and what nothing imports, until circles are all that is
    there (the two ways of Kahn, 1962).
    """
    left = {name: targets & graph.keys() for name, targets in graph.items()}
    while True:
        imported = set().union(*left.values()) if left else set()
        kept = {name for name, targets in left.items() if targets and name in imported}
        if len(kept) == len(left):
            break
        left = {name: left[name] & kept for name in kept}
    found: list[list[str]] = []
    for name in left:
        around = sorted(other for other in _reached(left, name) if name in _reached(left, other))
        if around and around not in found:
            found.append(around)
    return found


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


if __name__ == "__main__":
    counted = sizes()
    largest = max(counted, key=lambda name: counted[name])
    print(f"modules: {len(counted)}, median {median(counted.values()):.0f} lines")
    print(f"largest: {largest}, {counted[largest]} lines")
    print(f"circles: {circles(imports()) or 'none'}")
    print(f"lines of the package: {sum(map(lines, modules().values()))}")
