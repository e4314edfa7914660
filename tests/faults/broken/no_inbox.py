"""A broken build: nobody writes down which events were applied."""


def pytest_sessionstart() -> None:
    """Forget the inbox once Django is there."""
    from messaging import inbox

    inbox.insert = lambda *_arguments, **_options: None
    inbox.seen = lambda *_arguments, **_options: set()
