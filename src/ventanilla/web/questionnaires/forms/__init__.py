"""Forms of the builder: a new form, a section, a question, its condition; they only turn words into the JSON of a definition.

May import the pure part of the core and Django's forms. Start reading at `questions.py`.
"""
