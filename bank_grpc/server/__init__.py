"""The gRPC edge of the bank: both services, health, interceptors."""
