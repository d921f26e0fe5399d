"""The site: Sphinx reads Markdown, and pages that are written from the law when it begins."""

from __future__ import annotations

import re
import shutil
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from docs.building.pages import write_pages  # noqa: E402 - found from here on
from state_store_conformance import reports  # noqa: E402

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "state-store-oracle"
release = version_of("state-store-oracle")
html_title = "state-store-oracle"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["building", "examples", "ci", "schemas", "pictures"]
nitpicky = False
autodoc_typehints = "description"
autodoc_member_order = "bysource"

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["timeline.css", "site.css"]
html_theme_options = {"navigation_with_keys": True}
html_show_copyright = False
html_show_sourcelink = False

write_pages(HERE / "specification" / "generated")
# One drawing, one style: that of the reports.
shutil.copy(
    Path(reports.__file__).parent / "templates" / "timeline.css", HERE / "_static" / "timeline.css"
)

_FOLDER_OF_THE_PROJECT = re.compile(r"\[([^\]]+)\]\((?:\.\./)+[^)]*/\)")
_LISTED = "\n\n```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"


def _made_fit(app: Sphinx, docname: str, source: list[str]) -> None:
    """Fit pages that are read beside the project's files, too: the site has no folders."""
    source[0] = _FOLDER_OF_THE_PROJECT.sub(r"\1", source[0])
    if docname in {"findings/README", "evidence/README"}:
        source[0] += _LISTED


def setup(app: Sphinx) -> None:
    """Let Sphinx know what is changed on the way."""
    app.connect("source-read", _made_fit)
