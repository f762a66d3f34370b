"""A form as data, pure Python without Django: sections of typed fields, conditions, checking, scores, differences.

`parse(data)` reads and validates the JSON of a version; `check(definition, raw)` cleans what somebody answered;
`score` and `diff` compute. Messages are `Message` (a Spanish msgid with its parameters): `str()` gives the Spanish.
Imports nothing of ours. Start reading at `fields.py`.
"""
from ventanilla.core.questionnaires.definition.checking import Checked, Resolver, check, defaults
from ventanilla.core.questionnaires.definition.diffing import Change, Diff, diff
from ventanilla.core.questionnaires.definition.fields import SCORED, TYPES, Choice, Definition, Field, Section
from ventanilla.core.questionnaires.definition.messages import DefinitionError, Message, Problem
from ventanilla.core.questionnaires.definition.parsing import canonical, digest_of, parse
from ventanilla.core.questionnaires.definition.scoring import Score, SectionScore, score

__all__ = ["SCORED", "TYPES", "Change", "Checked", "Choice", "Definition", "DefinitionError", "Diff", "Field", "Message",
           "Problem", "Resolver", "Score", "Section", "SectionScore", "canonical", "check", "defaults", "diff",
           "digest_of", "parse", "score"]
