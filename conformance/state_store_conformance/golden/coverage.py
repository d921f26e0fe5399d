"""The table of what golden traces show, clause by clause, made from a run of them on the oracle."""

from __future__ import annotations

from collections.abc import Iterable

from state_store_conformance.golden.golden_file import GoldenFile
from state_store_conformance.tiers.situation_search import run_of_oracle
from state_store_spec.profiles import Profile


def coverage_table(files: Iterable[GoldenFile], profile: Profile) -> str:
    """Give a page in Markdown: traces and steps of each file, and the situations they reach."""
    lines = [
        f"# What the golden traces of {profile.name} show",
        "",
        "Written by `state-store golden fill`; behind each situation, how often it is reached.",
        "",
        "| file | traces | steps | reaches |",
        "| --- | ---: | ---: | --- |",
        *(_row(golden, profile) for golden in files),
    ]
    return "\n".join(lines) + "\n"


def _row(golden: GoldenFile, profile: Profile) -> str:
    steps = sum(len(one.trace.steps) for one in golden.traces)
    shown: list[str] = []
    for one in golden.traces:
        reached = run_of_oracle(one.trace, profile).situations
        shown += [f"{name} {reached[name]}" if name in reached else name for name in one.shows]
    reaches = ", ".join(shown) or "all states"
    return f"| {golden.subject} | {len(golden.traces)} | {steps} | {reaches} |"
