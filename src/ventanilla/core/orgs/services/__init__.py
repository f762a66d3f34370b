"""Verbs of the organisation, by subject: setup, units, posts, grants (delegations, absences), finding, importing.

May import models of `orgs`, and `audit`. Start reading at `setup.py`.
"""
from ventanilla.core.orgs.services.finding import find_units, nearest_code
from ventanilla.core.orgs.services.grants import declare_absence, delegate, end_absence, people_with, revoke
from ventanilla.core.orgs.services.posts import appoint, end_appointment, head_of, replace, update_person
from ventanilla.core.orgs.services.setup import add_person, add_unit, create_institution, give
from ventanilla.core.orgs.services.units import close_unit, move_unit, recode, update_unit

__all__ = ["add_person", "add_unit", "appoint", "close_unit", "create_institution", "declare_absence", "delegate",
           "end_absence", "end_appointment", "find_units", "give", "head_of", "move_unit", "nearest_code",
           "people_with", "recode", "replace", "revoke", "update_person", "update_unit"]
