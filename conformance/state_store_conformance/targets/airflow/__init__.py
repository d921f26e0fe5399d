"""Released Airflows as targets, whole: models, migrations, Execution API, accessors, collection.

``metastore.py`` and ``object_storage.py`` are the targets. They import Airflow when they are
entered, after :mod:`.environment` has given it a home and settings of its own; the other modules
import it at their top.
"""
