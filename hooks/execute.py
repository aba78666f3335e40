"""`python -m hooks.execute`: runs the demos whose inputs changed and writes their notebooks."""

import os
import sys

if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # Forked kernels inherit the order of sets from this process: it must not vary. This comes
        # first because all other imports take half a second.
        os.environ["PYTHONHASHSEED"] = "0"
        command = [sys.executable, "-m", "hooks.execute", *sys.argv[1:]]
        if os.name == "nt":  # where execv does not wait
            import subprocess

            sys.exit(subprocess.call(command))
        os.execv(sys.executable, command)

    from hooks.executor.command import main

    sys.exit(main())
