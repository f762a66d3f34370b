"""`python -m ventanilla.core.documents.worker_process FD`: the process that forks one confined child per job.

It is started once by `sandbox.Workshop`, loads the heavy libraries and the language file a single time,
never opens a file anybody sent, and never imports Django.
"""
import sys

from ventanilla.core.documents.workshop.server import serve

if __name__ == "__main__":
    serve(int(sys.argv[1]))
