"""Rules of telesales: who is who, which record is newer, who may be called; nothing of Django."""
