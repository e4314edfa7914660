"""Downloads that go on where they broke, so that a bad line costs time and not the start."""

from collections.abc import Callable
from pathlib import Path

import httpx

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)


def continue_download(address: str, part: Path, on_bytes: Callable[[int], None]) -> None:
    """Bring the file `part` to the whole of what stands at `address`.

    What `part` holds is kept where the server can go on from there, else it starts anew. Raise
    httpx.HTTPError when the server is away or refuses.
    """
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with httpx.stream(
        "GET", address, headers=headers, timeout=_TIMEOUT, follow_redirects=True
    ) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return
        response.raise_for_status()
        goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT
        with part.open("ab" if goes_on else "wb") as file:
            for piece in response.iter_bytes():
                file.write(piece)
                on_bytes(len(piece))
