"""Tiny stand-in for amazon/chronos-bolt-tiny: quantiles of the next 64 steps of a series."""
