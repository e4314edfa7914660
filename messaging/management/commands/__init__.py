"""Django looks for the library's commands here."""
