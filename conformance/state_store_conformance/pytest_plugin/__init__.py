"""The pytest plugin: each clause of the law becomes a test of a backend.

pytest loads this module into every session of an environment, so it imports nothing but pytest;
what judges is imported when there is something to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from state_store_conformance.pytest_plugin.options import (
    add_options,
    chosen_target,
    settings_in_words,
)
from state_store_conformance.pytest_plugin.sharing import Judgments, judgments_of

if TYPE_CHECKING:
    from collections.abc import Generator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the configuration file."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the judgments of this session, in a folder where several processes share one."""
    config.stash[Judgments.KEY] = Judgments.of_session(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away what the processes of this session shared."""
    if Judgments.KEY in config.stash:
        config.stash[Judgments.KEY].close()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of pytest-xdist where the judgments are shared."""
    judgments_of(node.config).tell(node.workerinput)  # type: ignore[attr-defined]


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say at the top what is judged, and how."""
    target = chosen_target(config)
    return None if target is None else f"state store: {target}, {settings_in_words(config)}"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse a target that cannot be judged, before a test of it is made for each clause."""
    config = session.config
    if chosen_target(config) is not None and not (
        config.option.collectonly or hasattr(config, "workerinput")
    ):
        from state_store_conformance.pytest_plugin.target_items import (  # noqa: PLC0415
            require_target,
        )

        require_target(config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Collector, name: str, obj: object
) -> Generator[None, object, object]:
    """Leave out what a :class:`BackendConformance` has no use for."""
    made = yield
    if isinstance(obj, type) and "state_store_abstract" in vars(obj):
        # The class that others are made from, under whatever name it was imported.
        return []
    if name == "test_trace" and isinstance(collector, pytest.Class):
        from state_store_conformance.pytest_plugin.pinned_traces import (  # noqa: PLC0415
            has_no_traces,
        )

        return [] if has_no_traces(collector) else made
    return made


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add a test for each clause of the target, and keep what is judged at once together."""
    if chosen_target(config) is not None:
        from state_store_conformance.pytest_plugin.target_items import (  # noqa: PLC0415
            items_of_target,
        )

        items += items_of_target(session)
    if hasattr(config, "workerinput"):
        for item in items:
            _keep_together(item)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say in the end what was found of each backend as a whole."""
    lines = judgments_of(config).summary()
    if lines:
        terminalreporter.section("state store")
        for line in lines:
            terminalreporter.write_line(line)


def _keep_together(item: pytest.Item) -> None:
    """Let one worker run all tests of a judgment, where groups are followed (--dist loadgroup)."""
    parent = item.parent
    judged = getattr(item, "state_store_judged", False) or hasattr(
        getattr(item, "cls", None), "state_store_abstract"
    )
    if judged and parent is not None and item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group(parent.nodeid))
