"""What `python -m hooks.execute` is made of, one idea a file."""
