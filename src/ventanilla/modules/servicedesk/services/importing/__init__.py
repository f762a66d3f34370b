"""Tickets of the past: the event log of another system (`running`), and whole lives written at once (`writing`), for demos too.

May import the module's models, flow and the core. Start reading at `past.py`, then `running.py`.
"""
from ventanilla.modules.servicedesk.services.importing.past import EventRow, Happened, Promise, TicketPast
from ventanilla.modules.servicedesk.services.importing.running import IncidentJob, Tally, import_incidents
from ventanilla.modules.servicedesk.services.importing.writing import write_tickets

__all__ = ["EventRow", "Happened", "IncidentJob", "Promise", "Tally", "TicketPast", "import_incidents", "write_tickets"]
