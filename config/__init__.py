"""The wiring: settings, URLs, servers, database router, error handler; imports every app."""
