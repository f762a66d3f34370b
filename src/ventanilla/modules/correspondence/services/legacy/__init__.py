"""Bringing the past: a legacy register (CSV, XLSX or SQL dump) with its folder of files becomes letters with history.

`sources` reads rows one by one, `sqldump` reads dumps without running them, `joining` ties the tables of a dump,
`gathering` brings the rows of a letter together, `mapping` says which column and which word is what, `units` finds units,
`ways` who sends and to whom, `lives` turns rows into histories, `running` does the dry run and the real one. Start reading at `running.py`.
"""
from ventanilla.modules.correspondence.services.legacy.mapping import FIELDS, Mapping, suggest
from ventanilla.modules.correspondence.services.legacy.running import Job, Tally, run_import
from ventanilla.modules.correspondence.services.legacy.sources import columns_of, rows_of, structure_of

__all__ = ["FIELDS", "Job", "Mapping", "Tally", "columns_of", "rows_of", "run_import", "structure_of", "suggest"]
