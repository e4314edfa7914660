"""The panel's limit: an ASGI application that does nothing but send the same bytes to everybody.

BARE_FRAME_BYTES and BARE_FRAMES_PER_SECOND say what and how often.
"""

import asyncio
import contextlib
import os
from typing import Any, Final

_MESSAGE: Final = {"type": "websocket.send", "text": "x" * int(os.environ["BARE_FRAME_BYTES"])}
_PAUSE: Final = 1 / float(os.environ["BARE_FRAMES_PER_SECOND"])


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Accept, and send as long as the client stays."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    with contextlib.suppress(OSError):
        while True:
            await asyncio.sleep(_PAUSE)
            await send(_MESSAGE)
