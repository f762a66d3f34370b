"""Verbs of personal data: notices and receipts, requests, gathering, erasing, opposing, and the report of access.

May import the core. Start reading at `requests.py`.
"""
