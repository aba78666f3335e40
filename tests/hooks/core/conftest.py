"""An entry of the registry, for tests that need one of their own."""

ENTRY = """
["org/name"]
kind = "model"
host = "huggingface"
revision = "0123456789012345678901234567890123456789"
task = "text-classification"
demos = ["sentiment"]
parameters = 1000
bytes = 4000
license = "MIT"
license_url = "https://huggingface.co/org/name"
commercial = "yes"
conditions = ""
gated = false
stand_in = ""
unverified = []
"""
