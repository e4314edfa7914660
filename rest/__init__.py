"""The REST library: what the operations of gateway, bank and shop share; it knows no app."""

from rest.bodies import key_of, read
from rest.operations import Operation, json_answer
from rest.problems import Answers, Problem

__all__ = ["Answers", "Operation", "Problem", "json_answer", "key_of", "read"]
