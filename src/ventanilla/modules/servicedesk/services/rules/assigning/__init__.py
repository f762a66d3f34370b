"""Rules of assignment: which team, and who of it, gets a ticket; the first rule that fits decides, and the log says which one.

May import the module's models and the core. Start reading at `facts.py` (what rules look at), then `deciding.py` (which one fits),
`choosing.py` (who of the team), `placing.py` (the verb). `trying.py` is the rehearsal, `keeping.py` the writing of rules.
"""
