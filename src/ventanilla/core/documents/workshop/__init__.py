"""The confined side: everything that parses a file somebody sent, in short-lived limited processes.

Imports no Django and nothing of the project except `documents.text`. `server.py` is the process that forks
one confined child per job; `jobs.py` lists what a child can do; `limits.py` is the confinement itself.
"""
