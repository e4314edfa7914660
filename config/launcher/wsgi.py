"""The WSGI application as the launcher serves it: a worker never outlives its server.

An orphaned worker would hold the port and go on answering beside the new one.
"""

import signal

from config.launcher.orphans import die_with_parent

die_with_parent(signal.SIGKILL)

from config.wsgi import application  # noqa: E402 - first nobody may be left behind

__all__ = ["application"]
