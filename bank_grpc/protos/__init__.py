"""The wire of the bank; `python -m bank_grpc.protos.generate` makes it from the .proto files."""
