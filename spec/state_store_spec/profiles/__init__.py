"""Profiles: which rule is in force where readings of the law part ways."""

from __future__ import annotations

from typing import Final

from state_store_spec.errors import UnknownProfileError
from state_store_spec.profiles import airflow_3_3, pr_67299
from state_store_spec.profiles.profile import Profile

DEFAULT_PROFILE: Final = "pr-67299"

PROFILES: Final[dict[str, Profile]] = {
    profile.name: profile for profile in (pr_67299.PROFILE, airflow_3_3.PROFILE)
}


def find_profile(name: str) -> Profile:
    """Return the profile of that name.

    Raises:
        UnknownProfileError: no profile has that name.
    """
    try:
        return PROFILES[name]
    except KeyError:
        known = ", ".join(sorted(PROFILES))
        raise UnknownProfileError(
            f"{name!r} is no profile of the specification. Known profiles: {known}."
        ) from None


__all__ = ["DEFAULT_PROFILE", "PROFILES", "Profile", "find_profile"]
