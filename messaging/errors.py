"""The errors of the runtime, in one tree: what may be tried again, what never will work."""


class MessagingError(Exception):
    """Base of everything that the messaging library raises."""


class TransientError(MessagingError):
    """Something outside is away for now; the same record is tried again after a while."""


class PoisonError(MessagingError):
    """The record itself can never be processed; it goes to the dead letters at once.

    `reason` is a short code such as `bad_json`; neither it nor the text may quote the payload.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep the code and a text that is safe to show."""
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class OutsideTransactionError(MessagingError):
    """Publishing was tried outside `transaction.atomic`, where it could not be undone."""


class TooManyDeadLettersError(MessagingError):
    """The consumer stops rather than empty its topic into the dead letters."""


class MissingOffsetError(MessagingError):
    """The group's offset is gone or out of range; a person must say where to go on."""


class DeliveryError(TransientError):
    """The broker did not confirm a record that had to be confirmed."""


class LetterTooLargeError(DeliveryError):
    """A record is larger than the client or the broker takes."""


class MissingTopicError(TransientError):
    """The broker knows no such topic, at least for now."""


class FatalClientError(MessagingError):
    """The Kafka client cannot go on; the process ends and is started again."""


class CallInsideTransactionError(MessagingError):
    """A call out was about to run inside a transaction, where a kill would undo its intent."""


class SwallowedDatabaseError(TransientError):
    """A handler caught a database error inside its transaction, which may be half undone."""


class UnknownConsumerError(MessagingError):
    """No consumer has that name."""
