"""Importing what iTop exports: people, configuration items and relations, tickets with both logs, attachments.

May import the façade's tables of states and the module's services. Start reading at `running.py`, then `reading.py`.
"""
from ventanilla.modules.servicedesk.itop.importing.running import ItopJob, Tally, import_itop

__all__ = ["ItopJob", "Tally", "import_itop"]
