"""The course as one PDF: `python -m hooks.book` turns the built site into a book."""
