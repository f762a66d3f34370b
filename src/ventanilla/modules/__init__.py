"""The products built on the core; siblings that never import each other.

May import `web`, `core` and `lib`. Inside each one always the same names:
models, flow, services, forms, screens, api, apps, jinja2, tests.
"""
