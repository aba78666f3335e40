"""Publishing: what the workflows do, as commands that run, and are tested, at home."""
