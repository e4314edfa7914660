"""Django looks for the accounts' commands here."""
