"""The shop and the saga of six services from checkout to warehouse reports."""
