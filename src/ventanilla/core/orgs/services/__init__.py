"""Verbs of the organisation, by subject."""
from ventanilla.core.orgs.services.setup import add_person, add_unit, appoint, create_institution, give

__all__ = ["add_person", "add_unit", "appoint", "create_institution", "give"]
