"""What a page asks for with a mark such as `<!-- lecture-clock -->`; the table is `../marks.py`."""
