"""References: what is stored instead of a value, and whose object it leads to.

A reference is a function of identity and key alone (WORKER-9). A task's identity is its task
instance, the same for every try (WORKER-7, WORKER-17); an asset's is the name or the uri its
accessor was made with (WORKER-18), and in the documentation under review nothing in the hooks tells
the two apart (WORKER-8).
"""

from __future__ import annotations

from typing import Final

from state_store_spec.operations import SymbolicScope, SymbolicTaskScope
from state_store_spec.oracle.world import HeldObject

REFERENCE_PREFIX: Final = "reference to "


def owner_of(scope: SymbolicScope) -> tuple[str, ...]:
    """Return the identity that the hooks are handed for a scope."""
    if isinstance(scope, SymbolicTaskScope):
        return ("task", scope.dag, scope.run, scope.task, str(scope.map_index))
    return ("asset", scope.name or scope.uri or "")


def reference_to(scope: SymbolicScope, key: str) -> str:
    """Return the symbol of the reference that is stored for a key."""
    return reference_of(owner_of(scope), key)


def reference_of(owner: tuple[str, ...], key: str) -> str:
    """Return the symbol of the reference for a key of an identity (WORKER-9)."""
    return REFERENCE_PREFIX + "/".join(map(_escaped, (*owner, key)))


def _escaped(part: str) -> str:
    # WORKER-7: symbols that hold a slash must not make two identities one.
    return part.replace("%", "%25").replace("/", "%2F")


def is_reference(symbol: str) -> bool:
    """Say whether the symbol of a stored value stands for a reference."""
    return symbol.startswith(REFERENCE_PREFIX)


def objects_without(
    objects: dict[str, HeldObject], owner: tuple[str, ...]
) -> dict[str, HeldObject]:
    """Return the objects that belong to others."""
    return {reference: held for reference, held in objects.items() if held.owner != owner}
