"""The court: targets are judged against the oracle, clause by clause."""
