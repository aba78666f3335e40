"""Commands that draw or record the data files that demos read, into `docs/`."""
