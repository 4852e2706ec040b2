"""python -m halftone: the command."""

import sys

from halftone.command import main

sys.exit(main())
