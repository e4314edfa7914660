#!/usr/bin/env python
"""Start Django's command line, so that every process of Trilho is `manage.py <role>`."""

import os
import sys

from django.core.management import execute_from_command_line

from config import roles


def main() -> None:
    """Run the command named on the command line under the default settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    roles.take_on(sys.argv)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
