"""The ASGI application: websockets, and the process's own health; REST and pages are WSGI's."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
# Django is made ready by this; its own handler is not used, for pages are faster under WSGI.
get_asgi_application()

from transactions.live.http import answer_http, live_and_die  # noqa: E402 - apps must be ready
from transactions.live.routing import websocket_application  # noqa: E402 - apps must be ready

application = ProtocolTypeRouter(
    {"websocket": websocket_application(), "http": answer_http, "lifespan": live_and_die}
)
