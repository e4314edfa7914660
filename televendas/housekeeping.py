"""What housekeeping trims of the agents' work: claims that ran out long ago."""

from datetime import timedelta

from messaging.housekeeping import Trimmer, register
from televendas.models import CallClaim

# Nobody holds a call that long: what is left over belongs to agents who went home.
register(Trimmer(model=CallClaim, column="expires_at", age=timedelta(days=1), using="televendas"))
