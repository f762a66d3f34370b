"""Settings, addresses, module list and command line: the only place that knows every module.

May import everything. Start reading at `settings.py`, then `cli.py`.
"""
