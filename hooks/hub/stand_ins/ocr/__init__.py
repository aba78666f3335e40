"""A small reader of printed lines that stands in for TrOCR."""
