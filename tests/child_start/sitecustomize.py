"""Python runs this at its start where this folder is in its path: in what the tests start."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
from tests.cheap_keys import install

install()
