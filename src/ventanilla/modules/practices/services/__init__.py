"""Verbs of the registry, by subject: records, editing, importing, publishing; life cycle, evaluation, evidence, transfers.

May import the core and the other parts of this module except screens. Start reading at `records.py`.
"""
