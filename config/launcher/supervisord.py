"""Supervisor's daemon as the launcher runs it: it stops everything when the launcher is gone."""

from supervisor import supervisord

from config.launcher.orphans import die_with_parent

if __name__ == "__main__":
    die_with_parent()
    supervisord.main()
