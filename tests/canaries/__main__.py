"""Does one run and tells of it: `python -m tests.canaries PEOPLE [mariadb]`.

The broker is that of TRILHO_TEST_KAFKA.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.canaries.run import Run


def main() -> int:
    """Return 1 where a canary was found."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        run = Run(
            Path(folder),
            os.environ["TRILHO_TEST_KAFKA"],
            people=int(sys.argv[1]),
            on_mariadb="mariadb" in sys.argv[2:],
        )
        outcome = run.outcome()
    sys.stdout.write(f"{outcome}\n{outcome.findings}\n")
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
