"""Tables of the organisation: institutions and units, people and sign-in, posts, roles and grants.

May import nothing of ours. Start reading at `units.py`, then `people.py`.
"""
from ventanilla.core.orgs.models.grants import Absence, Grant, Role
from ventanilla.core.orgs.models.people import Appointment, Person, Post, User
from ventanilla.core.orgs.models.units import Institution, InstitutionLogo, Unit, UnitCode

__all__ = ["Absence", "Appointment", "Grant", "Institution", "InstitutionLogo", "Person", "Post", "Role", "Unit", "UnitCode", "User"]
