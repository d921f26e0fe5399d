"""Mutants: a module with one small change, as Cosmic Ray makes them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

import cosmic_ray.ast
import cosmic_ray.plugins
from cosmic_ray.mutating import mutate_code

OPERATORS: Final = (
    *(
        f"core/ReplaceComparisonOperator_{pair}"
        for pair in (
            *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
            *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
        )
    ),
    *(
        f"core/ReplaceBinaryOperator_{pair}"
        for pair in (
            *("Add_Sub", "Sub_Add", "Mul_Add", "Mul_FloorDiv", "FloorDiv_Mul"),
            *("BitAnd_BitOr", "BitOr_BitAnd"),
        )
    ),
    "core/ReplaceUnaryOperator_Delete_Not",
    "core/ReplaceUnaryOperator_Delete_Invert",
    "core/ReplaceUnaryOperator_USub_UAdd",
    "core/AddNot",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceContinueWithBreak",
    "core/ExceptionReplacer",
    "core/NumberReplacer",
    "core/ZeroIterationForLoop",
)
"""Those of its operators that change what a program does; a cache that is taken away does not."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change.

    Attributes:
        module: the dotted name of the module.
        path: its file.
        line: of the first line that is changed.
        operator: the name of the operator that changed it.
        text: the module with the change.
        change: the lines that went and those that came.
    """

    module: str
    path: Path
    line: int
    operator: str
    text: str
    change: str

    @property
    def id(self) -> str:
        """Module, line and change, as a list of equivalent mutants names it."""
        return f"{self.module}:{self.line}: {self.change}"


def mutants_of(module: str, path: Path, every: int = 1) -> Iterator[Mutant]:
    """Yield the mutants of a module that are other programs.

    Args:
        module: its dotted name.
        path: its file.
        every: a sample: each so-manieth place that an operator could change.
    """
    text = path.read_text(encoding="utf-8")
    seen = {_program(text), ""}
    places = count(len(text))
    for operator in OPERATORS:
        for changed in _changed(path, text, operator, lambda: next(places) % every == 0):
            program = _program(changed)
            if program not in seen:
                seen.add(program)
                yield _mutant(module, path, operator, text, changed)


def _changed(path: Path, text: str, name: str, is_chosen: Callable[[], bool]) -> Iterator[str]:
    kind: Any = cosmic_ray.plugins.get_operator(name)
    nodes = cosmic_ray.ast.ast_nodes(_tree(path))
    places = sum(1 for node in nodes for _ in kind().mutation_positions(node))
    for occurrence in range(places):
        changed: str | None = mutate_code(text, kind(), occurrence) if is_chosen() else None
        if changed is not None:
            yield changed


@cache
def _tree(path: Path) -> Any:
    return cosmic_ray.ast.get_ast_from_path(path)


def _program(text: str) -> str:
    """Give what remains of a module when it runs, without annotations; nothing if it cannot."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            if getattr(node, field, None) is not None:
                setattr(node, field, ast.Constant(None))
    return ast.dump(_Plainer().visit(tree))


class _Plainer(ast.NodeTransformer):
    """Makes programs alike that do the same: ``not a == b`` and ``a != b``."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        compared = node.operand
        if isinstance(node.op, ast.Not) and isinstance(compared, ast.Compare):
            opposite = _OPPOSITES.get(type(compared.ops[0]))
            if opposite is not None and len(compared.ops) == 1:
                return ast.Compare(compared.left, [opposite()], compared.comparators)
        return node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        # Only a type checker goes there.
        if "TYPE_CHECKING" in ast.dump(node.test):
            return None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        # That an instance is frozen, or has slots, no caller of a backend can see.
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and "dataclass" in ast.dump(decorator.func):
                decorator.keywords = []
        return self.generic_visit(node)


_OPPOSITES: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}


def _mutant(module: str, path: Path, operator: str, text: str, changed: str) -> Mutant:
    lines = list(unified_diff(text.splitlines(), changed.splitlines(), n=0, lineterm=""))[2:]
    line = int(lines[0].split()[1].lstrip("-").split(",")[0])
    went = " ".join(line[1:].strip() for line in lines[1:] if line.startswith("-"))
    came = " ".join(line[1:].strip() for line in lines[1:] if line.startswith("+"))
    return Mutant(module, path, line, operator, changed, f"{went} -> {came}")
