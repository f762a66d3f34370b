"""Forms of the administration area, by subject. They only parse; rules are in the verbs.

May import models and capabilities. Start reading at `fields.py`.
"""
