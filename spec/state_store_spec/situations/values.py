"""Situations of keys and values: texts that storage trips over."""

from __future__ import annotations

from state_store_spec.answers import Refused
from state_store_spec.operations import Get, Set, SetNeverExpire
from state_store_spec.places import difference_of_places, rows_of
from state_store_spec.situations.moment import Moment
from state_store_spec.situations.registry import situation
from state_store_spec.texts import likeness, traits


def _value_has(moment: Moment, trait: str) -> bool:
    row = moment.row_before()
    return row is not None and trait in traits(moment.before.value_text(row.value))


@situation(Get)
def empty_value_read(moment: Moment) -> bool:
    """The empty text is read back, which is not the absence of a key."""
    return _value_has(moment, "empty")


@situation(Get)
def value_beyond_ascii_read(moment: Moment) -> bool:
    """A value beyond ASCII is read back."""
    return _value_has(moment, "beyond-ascii")


@situation(Get)
def value_beyond_the_basic_plane_read(moment: Moment) -> bool:
    """A value with characters of four bytes is read back."""
    return _value_has(moment, "beyond-the-basic-plane")


@situation(Get)
def large_value_read(moment: Moment) -> bool:
    """A large value is read back."""
    return _value_has(moment, "large")


@situation(Get)
def value_with_blank_edge_read(moment: Moment) -> bool:
    """A value that begins or ends with a blank is read back."""
    return _value_has(moment, "blank-edge")


@situation(Get)
def value_with_control_characters_read(moment: Moment) -> bool:
    """A value with control characters is read back."""
    return _value_has(moment, "control")


def _keys_alike(moment: Moment, kind: str) -> bool:
    place = moment.place()
    if place is None or moment.row_after() is None:
        return False
    texts = moment.after.key_texts
    return any(
        difference_of_places(place, other) == ("key",)
        and kind in likeness(texts[place.key], texts[other.key])
        for other in rows_of(moment.after)
    )


@situation(Set, SetNeverExpire)
def keys_alike_but_for_case(moment: Moment) -> bool:
    """Two stored keys of a scope differ only in case."""
    return _keys_alike(moment, "case")


@situation(Set, SetNeverExpire)
def keys_alike_but_for_accents(moment: Moment) -> bool:
    """Two stored keys of a scope differ only in accents."""
    return _keys_alike(moment, "accents")


@situation(Set, SetNeverExpire)
def keys_alike_but_for_normalization(moment: Moment) -> bool:
    """Two stored keys of a scope differ only in Unicode normalization."""
    return _keys_alike(moment, "normalization")


@situation(Set, SetNeverExpire)
def keys_alike_but_for_trailing_blanks(moment: Moment) -> bool:
    """Two stored keys of a scope differ only in trailing blanks."""
    return _keys_alike(moment, "trailing-blanks")


@situation(Set, SetNeverExpire)
def keys_alike_as_patterns(moment: Moment) -> bool:
    """Of two stored keys, one read as a pattern finds the other."""
    return _keys_alike(moment, "pattern")


@situation(Set, SetNeverExpire)
def keys_alike_as_prefixes(moment: Moment) -> bool:
    """Of two stored keys, one begins with the other."""
    return _keys_alike(moment, "prefix")


@situation(Set, SetNeverExpire)
def plain_key_stored(moment: Moment) -> bool:
    """A key of printable ASCII is stored."""
    place = moment.place()
    if place is None or moment.row_after() is None:
        return False
    return not traits(moment.before.key_texts[place.key]) - {"blank-edge"}


@situation(Set, SetNeverExpire)
def key_beyond_ascii_stored(moment: Moment) -> bool:
    """A key beyond ASCII is stored."""
    place = moment.place()
    if place is None or moment.row_after() is None:
        return False
    return "beyond-ascii" in traits(moment.before.key_texts[place.key])


@situation(Set, SetNeverExpire)
def unrepresentable_key_refused(moment: Moment) -> bool:
    """A key that the store cannot hold is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "unrepresentable-key"


@situation(Set, SetNeverExpire)
def unrepresentable_value_refused(moment: Moment) -> bool:
    """A value that the store cannot hold is refused."""
    return isinstance(moment.answer, Refused) and moment.answer.reason == "unrepresentable-value"
