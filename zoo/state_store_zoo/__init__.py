"""The zoo: backends that break one rule each, to show what the court sees.

A verdict is worth what it would have caught. Here is what it has to catch: believable faults, a few
lines each, on top of stores that obey the law. ``custom`` holds backends of their own, on a correct
one in memory; ``metastore`` holds the reference with one part broken. The court is asked about each
of them, and the answers are the kill matrix.
"""
