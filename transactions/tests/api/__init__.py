"""The gateway's REST API, tested over the wire that merchants use."""
