"""Ventanilla: one platform on which an administration receives, routes, answers, measures and publishes.

`config` knows every module; `modules` are the products; `web` is the HTTP side of the core;
`core` holds the shared rules; `lib` is pure Python. Imports go in that order and never back.
"""
