"""Calendars, holidays and coverage hours; due dates with their derivation; the traffic light.

May import `core.orgs`, `core.audit`, `lib`. The arithmetic is in `lib/worktime.py`.
"""
