"""Golden traces: what the oracle expects, as files for a consumer in any language."""
