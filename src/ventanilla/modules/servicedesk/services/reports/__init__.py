"""Reports of the desk: `measures` names every figure once, `facts` is the relation from which it is counted, `monthly` puts it together.

May import the module's models and the core. Start reading at `facts.py`.
"""
from ventanilla.modules.servicedesk.services.reports.facts import Scope
from ventanilla.modules.servicedesk.services.reports.monthly import Drill, Report, by, monthly_report, rows_of, totals, trend
from ventanilla.modules.servicedesk.services.reports.periods import Period

__all__ = ["Drill", "Period", "Report", "Scope", "by", "monthly_report", "rows_of", "totals", "trend"]
