"""`python -m hooks.execute`: runs the demos whose inputs changed and writes their notebooks."""

import os
import sys

if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Forked kernels inherit the order of sets from this process: it must not vary. This comes
        # first because all other imports take half a second.
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "hooks.execute", *sys.argv[1:]])

    from hooks.executor.command import main

    sys.exit(main())
