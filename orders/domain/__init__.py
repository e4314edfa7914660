"""The rules of shop and saga: standard library only, times and ids passed in."""
