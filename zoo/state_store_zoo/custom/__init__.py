"""Backends of somebody's own, on a correct one in memory, each with one rule broken."""
