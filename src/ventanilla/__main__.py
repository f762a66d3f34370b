"""`python -m ventanilla`: the command line without an installed script."""
import sys

from ventanilla.config.cli import main

sys.exit(main())
