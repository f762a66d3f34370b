"""Rules about single answers of the form, pure functions: citations, contacts, figures and dates, development plans.

They say what is wrong and never change an answer. No Django. Start reading at `citations.py`.
"""
