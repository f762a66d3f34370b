"""Tables of the service desk, by subject: catalogue, promises (SLA), teams, tickets, changes, problems, liaisons, CMDB.

May import the models of the core. Start reading at `tickets.py`: a ticket is a `Case` and its details.
"""
from ventanilla.modules.servicedesk.models.assigning import AssignmentRule
from ventanilla.modules.servicedesk.models.blackouts import Blackout, Clearance
from ventanilla.modules.servicedesk.models.catalogue import Offering, OfferingVersion, Service, ServiceFamily
from ventanilla.modules.servicedesk.models.changes import ChangeModel, ChangeRule
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.models.dashboards import Tile
from ventanilla.modules.servicedesk.models.escalations import Alarm, Escalated, Escalation
from ventanilla.modules.servicedesk.models.imports import ImportedEvent, ImportedLog
from ventanilla.modules.servicedesk.models.items import PastTicketItem, TicketItem
from ventanilla.modules.servicedesk.models.itop import CompatMark
from ventanilla.modules.servicedesk.models.knowledge import Article, ArticleVersion, ArticleVote, HelpOffer
from ventanilla.modules.servicedesk.models.liaisons import Liaison, LiaisonPaper
from ventanilla.modules.servicedesk.models.mail import Mailbox, MailMessage
from ventanilla.modules.servicedesk.models.majors import MajorAffected, MajorMessage
from ventanilla.modules.servicedesk.models.many import Round, RoundStep
from ventanilla.modules.servicedesk.models.merging import CopiedFile, CopiedNote, Merge
from ventanilla.modules.servicedesk.models.on_call import OnCall
from ventanilla.modules.servicedesk.models.promises import KindLevel, Objective, ServiceLevel
from ventanilla.modules.servicedesk.models.recurrence import Candidate, FeatureCount, TicketHint
from ventanilla.modules.servicedesk.models.rules import NotificationRule, RuleText
from ventanilla.modules.servicedesk.models.teams import Membership, Team
from ventanilla.modules.servicedesk.models.tickets import (
    Approval,
    CannedAnswer,
    Cause,
    Change,
    ChecklistItem,
    HoldReason,
    KnownError,
    Problem,
    ProblemStep,
    Ticket,
    TimeEntry,
)

__all__ = ["Alarm", "Approval", "Article", "ArticleVersion", "ArticleVote", "AssignmentRule", "Blackout", "CIType",
           "Candidate", "CannedAnswer", "Cause", "Change", "ChangeModel", "ChangeRule", "ChecklistItem", "Clearance",
           "CompatMark", "ConfigurationItem", "CopiedFile", "CopiedNote", "Escalated", "Escalation", "FeatureCount",
           "HelpOffer", "HoldReason", "ImportedEvent", "ImportedLog", "KindLevel", "KnownError", "Liaison",
           "LiaisonPaper", "MailMessage", "Mailbox", "MajorAffected", "MajorMessage", "Membership", "Merge",
           "NotificationRule", "Objective", "Offering", "OfferingVersion", "OnCall", "PastTicketItem", "Problem",
           "ProblemStep", "Relation", "RelationType", "Round", "RoundStep", "RuleText", "Service", "ServiceFamily",
           "ServiceLevel", "Team", "Ticket", "TicketHint", "TicketItem", "Tile", "TimeEntry"]
