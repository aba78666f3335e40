"""What `python -m hooks.doctor` is made of: what demos need, and whether they run in time."""
