"""The one mark for tests that may fail once for no fault of ours."""

import pytest

# Processes, ports and a browser on a busy machine: once more, and reported. Our faults fail twice.
BUSY_MACHINE = pytest.mark.flaky(reruns=1, reruns_delay=2)
