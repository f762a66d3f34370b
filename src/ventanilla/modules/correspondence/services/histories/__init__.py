"""Whole lives of letters written at once: what was lived elsewhere (a legacy register), a demo, a load of a million.

A `Past` is a letter and what happened to it, in order. `playing` follows the same flows as the verbs, in memory;
`writing` puts the rows of thousands of them into the database by COPY, and a property test holds them against the
tables that the verbs leave. Start reading at `past.py`.
"""
from ventanilla.modules.correspondence.services.histories.past import Happened, Past, Place, To
from ventanilla.modules.correspondence.services.histories.writing import write_histories

__all__ = ["Happened", "Past", "Place", "To", "write_histories"]
