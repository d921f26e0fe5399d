"""The reference metastore with one part broken: its backend, its collection, what is around it."""
