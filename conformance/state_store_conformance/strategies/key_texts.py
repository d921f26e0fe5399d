"""Keys that storage takes for one another, or trips over; each entry names three at once."""

from __future__ import annotations

from typing import Final

from state_store_spec.naming import CodePoints, NamedText, RepeatedText

Texts = tuple[NamedText, NamedText, NamedText]

PRINTABLE_KEYS: Final[tuple[Texts, ...]] = (
    # Case.
    ("job_id", "JOB_ID", "Job_Id"),
    # Blanks at the edges, which PAD SPACE collations and strip() lose.
    ("job", "job ", "job  "),
    ("job", " job", "  job"),
    # SQL LIKE patterns, and globs.
    ("job_1", "jobx1", "job%"),
    ("%", "_", "__"),
    ("*", "?", "[job]"),
    ("job*", "job", "job?"),
    # Separators of paths, compound keys and URLs.
    ("job/id", "job_id", "job"),
    (".", "..", "/"),
    ("../job", "./job", "job/"),
    ("job%2Fid", "job/id", "job%252Fid"),
    ("job:id", "job|id", "job\\id"),
    ("job,id", "job;id", "job::id"),
    ("job?id=1", "job#id", "job&id"),
    ("job+id", "job%20id", "job id"),
    # Quotes, and what follows one that is not escaped.
    ("'", '"', "`"),
    ("job'; DROP TABLE task_state; --", "job' OR '1'='1", "job\\'"),
    ("%s", "%(key)s", ":key"),
    ("{key}", "{{key}}", "${key}"),
    # Texts that look like numbers, or like nothing.
    ("0", "00", "-1"),
    ("1", "1.0", "1e0"),
    ("null", "None", "NULL"),
    ("true", "True", "1"),
    ("NaN", "nan", "-0"),
    # Prefixes of each other, short and long.
    ("job", "job_id", "job_id_1"),
    (
        RepeatedText(repeat="k", times=250),
        RepeatedText(repeat="k", times=249),
        RepeatedText(repeat="k", times=248),
    ),
    # Names that file systems keep for themselves.
    ("con", "nul", "job.lock"),
    ("~", "-rf", ".job"),
    ("__proto__", "constructor", "__class__"),
)
"""Keys of 1 to 250 printable ASCII characters: every store must hold them (VALUE-2)."""

OTHER_KEYS: Final[tuple[Texts, ...]] = (
    # One accented letter, composed, decomposed and bare.
    ("caf\u00e9", "cafe\u0301", "cafe"),
    ("\u00c5", "A\u030a", "\u212b"),
    ("\ud55c", "\u1112\u1161\u11ab", "\u1112\u1161"),
    # Letters that case folding and collations merge.
    ("stra\u00dfe", "strasse", "STRASSE"),
    ("\u0131", "i", "\u0130"),
    ("\u03c3", "\u03c2", "\u03a3"),
    # Compatibility forms.
    ("\ufb01le", "file", "\uff46\uff49\uff4c\uff45"),
    ("\uff11", "1", "\u0661"),
    ("\u2460", "\u00b9", "1"),
    # Homoglyphs.
    ("\u0430", "a", "\u0251"),
    # Four-byte characters, which three-byte encodings cut and old collations merge.
    ("\U0001f600", "\U0001f601", "\U0001f600\ufe0f"),
    ("\U0001f469\u200d\U0001f467", "\U0001f469\U0001f467", "\U0001f469"),
    # What is not seen: zero width, byte order mark, soft hyphen, no-break space.
    ("job", "j\u200bob", "job\u200d"),
    ("job", "\ufeffjob", "jo\u00adb"),
    ("\u00a0", " ", "\u2003"),
    ("job", "job\u00a0", "job\u3000"),
    # Right to left, and overrides of it.
    ("\u05d0\u05d1", "\u05d1\u05d0", "\u202e\u05d0\u05d1"),
    # Control characters and the ends of lines.
    ("job", "job\n", "job\r\n"),
    ("\t", "\n", "\r"),
    ("job\tid", "job id", "job\x0bid"),
    ("\x01", "\x1b[31m", "\x7f"),
    ("\u2028", "\u2029", "\u0085"),
    # The empty key.
    ("", " ", "_"),
    # The longest keys that the metastore holds, different in their last character.
    (
        RepeatedText(repeat="\U0001f600", times=512),
        RepeatedText(repeat="\U0001f600", times=511),
        RepeatedText(repeat="k", times=512),
    ),
    (
        RepeatedText(repeat="k", times=512),
        RepeatedText(repeat="k", times=511),
        RepeatedText(repeat="K", times=512),
    ),
    # The ends of the planes.
    (
        CodePoints(code_points=(0xFFFF,)),
        CodePoints(code_points=(0xFFFD,)),
        CodePoints(code_points=(0x10FFFF,)),
    ),
    (
        CodePoints(code_points=(0xD7FF,)),
        CodePoints(code_points=(0xE000,)),
        CodePoints(code_points=(0x10000,)),
    ),
)
"""Keys beyond that: the metastore holds them (VALUE-3), others may refuse them (VALUE-4)."""

UNHOLDABLE_KEYS: Final[tuple[NamedText, ...]] = (
    CodePoints(code_points=(0x6B, 0x00, 0x6B)),
    CodePoints(code_points=(0xD800,)),
    CodePoints(code_points=(0xDE00, 0xD83D)),
    RepeatedText(repeat="r", times=513),
    RepeatedText(repeat="\u00e9", times=513),
)
"""Keys that the metastore has to refuse: NUL, lone surrogates, 513 characters."""
