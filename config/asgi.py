"""The ASGI application: websockets, and the process's own health; REST and pages are WSGI's."""

import os

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
# Without Django's own handler: it would load the middleware of pages that are not served here.
django.setup(set_prefix=False)

from orders.live.routing import websocket_routes as orders_routes  # noqa: E402 - apps must be ready
from televendas.live.routing import websocket_routes  # noqa: E402 - apps must be ready
from transactions.live.http import answer_http, live_and_die  # noqa: E402 - apps must be ready
from transactions.live.routing import websocket_application  # noqa: E402 - apps must be ready

application = ProtocolTypeRouter(
    {
        "websocket": websocket_application([*websocket_routes(), *orders_routes()]),
        "http": answer_http,
        "lifespan": live_and_die,
    }
)
