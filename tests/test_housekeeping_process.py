"""Housekeeping as a process: SIGTERM ends it in time and well, whatever it waits for."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from bank_grpc.tests.server.process import database_url
from config.launcher import health, ports
from config.launcher.orphans import die_with_parent
from config.launcher.plan import ROOT
from messaging.models import OutboxMessage
from messaging.tests.test_housekeeping import outbox_row

_PATIENCE = 90


@pytest.mark.django_db(transaction=True)
def test_a_round_that_waits_for_a_lock_holds_nothing_up() -> None:
    outbox_row(timezone.now() - timedelta(days=400))
    port = ports.free_run(1)
    with transaction.atomic():
        # Whoever would delete the row waits for this transaction.
        OutboxMessage.objects.update(key="held")
        process = subprocess.Popen(
            [sys.executable, "manage.py", *f"housekeeping --every 1 --metrics-port {port}".split()],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url()},
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, takes no lock
        )
        try:
            end = time.monotonic() + _PATIENCE
            while not health.is_ready(f"http://127.0.0.1:{port}/readyz"):
                assert time.monotonic() < end, "housekeeping does not begin"
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            code = process.wait(_PATIENCE)
        finally:
            process.kill()

    assert code == 0
