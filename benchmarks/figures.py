#!/usr/bin/env python3
"""Measures how the code is built; prints each figure beside its goal, fails where one is missed.

    python benchmarks/figures.py [--worst N] [PATH ...]

Size is counted in nodes of the syntax tree, since lines can be packed: every node of a function's
body but its docstring. Complexity is McCabe's with a point for each boolean operator and
comprehension, as radon counts it. Migrations are left out: they are written once and never edited.

Args:
    PATH: files or folders; `monitor` when left out. Tests are always those of `tests`.
    --worst N: also the N functions that are furthest beyond each goal.
"""

from __future__ import annotations

import argparse
import ast
import io
import statistics
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from radon.complexity import cc_visit

ROOT = Path(__file__).parent.parent
LINE_LIMIT = 100
NODES_MEDIAN, NODES_P90 = 45, 140
COMPLEXITY_MAX, COMPLEXITY_OVER, COMPLEX_SHARE = 12, 10, 0.01
PARAMETER_LIMIT, PARAMETER_SHARE = 5, 0.02
COMMENT_SHARE, DOCSTRING_SHARE = 0.04, 0.18
TEST_RATIO, TESTS_PER_HUNDRED = 1.0, 7.0
FOLDER_LIMIT = 14
COMPREHENSIONS_PER_HUNDRED = 2.0

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | AnyFunction
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Function:
    """A function with its sizes; `place` is "file:line name"."""

    place: str
    nodes: int
    parameters: int
    complexity: int


@dataclass(frozen=True)
class Source:
    """A source file, read once."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        """Its lines that are not blank."""
        return [line for line in self.text.splitlines() if line.strip()]


@dataclass(frozen=True)
class Figure:
    """A figure beside its goal."""

    name: str
    value: float
    goal: float
    is_floor: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.is_floor else self.value <= self.goal


def read_sources(paths: Iterable[Path]) -> list[Source]:
    """Returns the Python files in some files and folders, migrations left out."""
    found = []
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            if "versions" not in file.parts:
                text = file.read_text(encoding="utf-8")
                found.append(Source(file, text, ast.parse(text)))
    return found


def has_docstring(node: ast.AST) -> bool:
    """Whether a module, class or function begins with a docstring."""
    return isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None


def read_functions(source: Source) -> Iterator[Function]:
    """Yields the functions of a file, nested ones too."""
    complexities = {block.lineno: block.complexity for block in read_blocks(source)}
    for node in ast.walk(source.tree):
        if isinstance(node, AnyFunction):
            body = node.body[1:] if has_docstring(node) else node.body
            nodes = sum(1 for statement in body for _ in ast.walk(statement))
            place = f"{source.path}:{node.lineno} {node.name}"
            yield Function(place, nodes, count_parameters(node), complexities.get(node.lineno, 1))


def read_blocks(source: Source) -> Iterator[object]:
    """Yields radon's view of every function, methods and closures included."""
    waiting = list(cc_visit(source.text))
    while waiting:
        block = waiting.pop()
        waiting += [*getattr(block, "methods", ()), *getattr(block, "closures", ())]
        if not hasattr(block, "methods"):
            yield block


def count_parameters(node: AnyFunction) -> int:
    """Returns how many values a caller may pass; the object of a method is none."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(argument.arg not in ("self", "cls") for argument in given)


def count_docstring_lines(source: Source) -> int:
    """Returns how many lines docstrings take."""
    total = 0
    for node in ast.walk(source.tree):
        if isinstance(node, Documented) and has_docstring(node):
            first = node.body[0]
            total += (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def count_comment_lines(source: Source) -> int:
    """Returns how many lines hold a comment."""
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    return len({token.start[0] for token in tokens if token.type == tokenize.COMMENT})


def count_nodes(sources: Iterable[Source], kinds: type | tuple[type, ...]) -> int:
    """Returns how many nodes of some kinds there are."""
    return sum(isinstance(node, kinds) for source in sources for node in ast.walk(source.tree))


def count_tests(sources: Iterable[Source]) -> int:
    """Returns how many test functions there are."""
    names = (f for source in sources for f in ast.walk(source.tree) if isinstance(f, AnyFunction))
    return sum(function.name.startswith("test_") for function in names)


def share_over(values: Sequence[int], limit: int) -> float:
    """Returns the share of values over a limit, 0-1."""
    return sum(value > limit for value in values) / len(values)


def measure(sources: Sequence[Source], tests: Sequence[Source]) -> list[Figure]:
    """Returns all figures of some sources and of the tests."""
    functions = [function for source in sources for function in read_functions(source)]
    lines = sum(len(source.lines) for source in sources)
    return [
        *measure_functions(functions),
        *measure_text(sources, lines),
        *measure_tests(tests, lines),
    ]


def measure_functions(functions: Sequence[Function]) -> list[Figure]:
    """Returns how large, branched and wide functions are."""
    nodes = [function.nodes for function in functions]
    complexities = [function.complexity for function in functions]
    wide = share_over([function.parameters for function in functions], PARAMETER_LIMIT)
    return [
        Figure("nodes a function, median", statistics.median(nodes), NODES_MEDIAN),
        Figure("nodes a function, p90", statistics.quantiles(nodes, n=10)[8], NODES_P90),
        Figure("complexity, largest", max(complexities), COMPLEXITY_MAX),
        Figure("complexity over 10, %", 100 * share_over(complexities, COMPLEXITY_OVER), 1),
        Figure("over 5 parameters, %", 100 * wide, 100 * PARAMETER_SHARE),
    ]


def measure_text(sources: Sequence[Source], lines: int) -> list[Figure]:
    """Returns how the text of the code is laid out and explained."""
    long = sum(len(line) > LINE_LIMIT for source in sources for line in source.lines)
    comments = sum(map(count_comment_lines, sources))
    docstrings = sum(map(count_docstring_lines, sources))
    comprehensions = count_nodes(sources, COMPREHENSIONS)
    folders = Counter(source.path.parent for source in sources)
    return [
        Figure("lines over 100 characters", long, 0),
        Figure("comments, % of lines", 100 * comments / lines, 100 * COMMENT_SHARE, is_floor=True),
        Figure("docstrings, %", 100 * docstrings / lines, 100 * DOCSTRING_SHARE, is_floor=True),
        Figure("comprehensions a 100", 100 * comprehensions / lines, COMPREHENSIONS_PER_HUNDRED),
        Figure("files, largest folder", max(folders.values()), FOLDER_LIMIT),
    ]


def measure_tests(tests: Sequence[Source], lines: int) -> list[Figure]:
    """Returns how much is tested; the longest name of a test is at most 80 characters."""
    test_lines = sum(len(source.lines) for source in tests)
    density = 100 * count_tests(tests) / lines
    return [
        Figure("test lines / code lines", test_lines / lines, TEST_RATIO, is_floor=True),
        Figure("tests a 100 code lines", density, TESTS_PER_HUNDRED, is_floor=True),
        Figure("longest name of a test", longest_test_name(tests), 80),
    ]


def longest_test_name(tests: Iterable[Source]) -> int:
    """Returns the length of the longest name of a test."""
    names = (
        n.name for source in tests for n in ast.walk(source.tree) if isinstance(n, AnyFunction)
    )
    return max((len(name) for name in names if name.startswith("test_")), default=0)


def show(figures: Iterable[Figure]) -> None:
    """Prints figures beside their goals."""
    for figure in figures:
        sign = "≥" if figure.is_floor else "≤"
        mark = "" if figure.is_met else "  MISSED"
        print(f"{figure.name:28}{figure.value:8.2f}   {sign} {figure.goal:g}{mark}")


def show_worst(sources: Iterable[Source], count: int) -> None:
    """Prints the functions that are largest, most branched and widest."""
    functions = [function for source in sources for function in read_functions(source)]
    for name in ("nodes", "complexity", "parameters"):
        print(f"\nmost {name}")
        ordered = sorted(functions, key=lambda function: -getattr(function, name))
        for function in ordered[:count]:
            print(f"{getattr(function, name):6} {function.place}")


def main() -> int:
    """Measures, prints, and says by the exit code whether every goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "monitor"])
    parser.add_argument("--worst", type=int, default=0, help="show so many functions a figure")
    args = parser.parse_args()
    sources = read_sources(args.paths)
    figures = measure(sources, read_sources([ROOT / "tests"]))
    show(figures)
    if args.worst:
        show_worst(sources, args.worst)
    return 0 if all(figure.is_met for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
