"""Correspondence in API v1: what is done with letters and circulars on screen, for programs.

May import the module's services and `web.api`. Every right is asked by the same verbs as the buttons use.
Start reading at `letters.py`.
"""
from ninja import Router

from ventanilla.modules.correspondence.api import circulars, letters

PREFIX = ""
router = Router()
router.add_router("/letters", letters.router)
router.add_router("/circulars", circulars.router)
