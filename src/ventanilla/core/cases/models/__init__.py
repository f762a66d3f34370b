"""Tables of the spine, by subject: the case, its turns and answers, clocks, trays and access, folios, search, own words.

May import models of `orgs`, `workdays` and `documents`. Start reading at `cases.py`.
"""
from ventanilla.core.cases.models.cases import Attachment, Case, CaseLink, Move, Note, Party
from ventanilla.core.cases.models.clocks import Clock, Pause
from ventanilla.core.cases.models.folios import FolioCounter, FolioSeries
from ventanilla.core.cases.models.places import Access, SearchRow, Tray
from ventanilla.core.cases.models.turns import Answer, Instruction, RoutingRule, Turn
from ventanilla.core.cases.models.words import FlowWord

__all__ = ["Access", "Answer", "Attachment", "Case", "CaseLink", "Clock", "FlowWord", "FolioCounter", "FolioSeries",
           "Instruction", "Move", "Note", "Party", "Pause", "RoutingRule", "SearchRow", "Tray", "Turn"]
