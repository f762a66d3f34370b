"""Who must be told what of a matter, in Spanish: the translation from moves and clocks to notices.

The relay calls `tell_moves`, a periodic task `tell_deadlines`, the verb of notes `tell_note`. Start at `moves.py`.
"""
from ventanilla.core.cases.telling.deadlines import tell_deadlines
from ventanilla.core.cases.telling.moves import tell_moves
from ventanilla.core.cases.telling.notes import tell_note

__all__ = ["tell_deadlines", "tell_moves", "tell_note"]
