"""Another institution that takes practices over: a municipality with its own units and people."""
from tests import make

from ventanilla.modules.practices.tests.life import Registry, registry


def other_registry() -> Registry:
    """Its own world; the head of its north directorate documents, and asks for, practices."""
    return registry(make.world())
