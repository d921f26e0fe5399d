"""Four backends to copy from: on Redis, on plain files, on DynamoDB and on sqlite3.

Each is one module that needs :mod:`state_store_spec` and its store's own client. Each ends with
``backend()``, what ``state-store check examples.redis_backend:backend`` and its like judge.
"""
