"""Values that are not kept when a store parses, trims, recodes or cuts them."""

from __future__ import annotations

from typing import Final

from state_store_conformance.strategies.key_texts import Texts
from state_store_spec.naming import CodePoints, NamedText, RepeatedText

HOLDABLE_VALUES: Final[tuple[Texts, ...]] = (
    # The empty text is a value, and so are the texts that stand for none.
    ("", "''", "(none)"),
    ("None", "null", "NULL"),
    ("None.", "undefined", '"None"'),
    ("true", "True", "false"),
    # Documents that say the same, and one that is broken.
    ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', '{"a":1,"b":2}'),
    ('"text"', "text", "'text'"),
    ('{"a": 1', "[1, 2]", "{}"),
    # Numbers that are equal.
    ("007", "7", "7.0"),
    ("1e3", "1000", "1_000"),
    ("99999999999999999999", "1e20", "100000000000000000000"),
    # Blanks and ends of lines.
    ("v", "v ", "v\n"),
    (" v", "\tv", "v\t"),
    ("v\nv", "v\r\nv", "v\rv"),
    ("\n\n", "\r\r", "  \t"),
    # Control characters, escapes of them, and escapes of escapes.
    ("\x01\x1f", "\x7f\x1b[31m", "\\x00"),
    ("\\", "\\\\", "\\u0000"),
    ("\u2028v", "\u0085v", "\ufeffv"),
    # Text beyond ASCII, and characters of four bytes.
    ("r\u00e9sum\u00e9", "re\u0301sume\u0301", "resume"),
    ("\U0001f600\U0001f600", "\U0001f469\u200d\U0001f467v", "\U00010348"),
    ("\u05d0\u05d1v", "\u202ev", "\u200bv"),
    # What templates, drivers and shells replace.
    ("%s %%", "%(value)s", ":value"),
    ("{0}", "${HOME}", "$(id)"),
    ("v'; DELETE FROM task_state; --", "v'", 'v"'),
    # As large as every store must hold, and the size at which inlining ends.
    (
        RepeatedText(repeat="v", times=65_535),
        RepeatedText(repeat="v", times=65_534),
        RepeatedText(repeat="v", times=4_096),
    ),
    (
        RepeatedText(repeat="\U0001f600", times=16_383),
        RepeatedText(repeat="\u00e9", times=32_767),
        RepeatedText(repeat=" ", times=8_192),
    ),
)
"""Values without NUL and lone surrogates of up to 65,535 bytes: every store must hold them."""

UNHOLDABLE_VALUES: Final[tuple[NamedText, ...]] = (
    CodePoints(code_points=(0x76, 0x00, 0x76)),
    CodePoints(code_points=(0xDFFF,)),
)
"""Values that no store can hold as text: NUL and lone surrogates (VALUE-4)."""
