"""Tables of the registry, by subject: practices and their revisions, imports, the editor's remarks; reviews, evidence, transfers.

May import the models of the core. Start reading at `records.py`: a practice is a plain model that *has* cases.
"""
from ventanilla.modules.practices.models.arrivals import ArrivalState, PracticeArrival
from ventanilla.modules.practices.models.bases import LegalBasis, Norm
from ventanilla.modules.practices.models.campaigns import Campaign, RankedPractice
from ventanilla.modules.practices.models.evaluation import Evaluation
from ventanilla.modules.practices.models.evidence import (
    EvidenceFile,
    ExternalResult,
    Indicator,
    IndicatorValue,
    Measurement,
    MeasurementPlan,
    StatedValue,
    Target,
)
from ventanilla.modules.practices.models.imports import FieldReading, PracticeImport
from ventanilla.modules.practices.models.named import NamedPerson, SamePerson
from ventanilla.modules.practices.models.packages import PackageInstallation, PracticePackage
from ventanilla.modules.practices.models.records import Practice, PracticeRevision, PracticeState
from ventanilla.modules.practices.models.remarks import Comment, Presence
from ventanilla.modules.practices.models.reviews import Observation, RegistryDesk, Remark, Review
from ventanilla.modules.practices.models.tally import Tally
from ventanilla.modules.practices.models.transfers import Adoption, Requirement, Transfer, TransferStep

__all__ = ["Adoption", "ArrivalState", "Campaign", "Comment", "Evaluation", "EvidenceFile", "ExternalResult", "FieldReading",
           "Indicator", "IndicatorValue", "LegalBasis", "Measurement", "MeasurementPlan", "NamedPerson", "Norm", "Observation",
           "PackageInstallation", "Practice", "PracticeArrival", "PracticeImport", "PracticePackage", "PracticeRevision",
           "PracticeState", "Presence", "RankedPractice", "RegistryDesk", "Remark", "Requirement", "Review", "SamePerson",
           "StatedValue", "Tally", "Target", "Transfer", "TransferStep"]
