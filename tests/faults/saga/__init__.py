"""The whole saga under kills: people buy, cancel and pick; then every book is compared."""
