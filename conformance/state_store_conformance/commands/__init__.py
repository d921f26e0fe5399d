"""The commands of ``state-store``, one module each: help must not wait for what they import."""
