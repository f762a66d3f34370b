"""`ventanilla bench`: measures with their floors, in a database made for it and dropped at the end.

Start at `catalogue.py` (what is measured, sizes, who implements it) and `running.py` (each one in a process of
its own, with an end in time). The benches of other parts stand beside what they measure, as `bench(size)`; those that
need the whole platform (folio, lists, search, recomputation) stand here. Everything stays on this machine.
"""
