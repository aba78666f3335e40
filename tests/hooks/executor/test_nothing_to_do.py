"""A run with nothing to do reads what it must, and imports nothing that only a run needs."""

HEAVY = {"IPython", "jupyter_client", "jupytext", "nbformat", "nbclient", "numpy", "torch", "zmq"}


def test_a_run_with_nothing_to_do_imports_no_library_of_jupyter(executed):
    assert executed.execute().returncode == 0  # it reads and remembers the new notebooks
    executed.environment["PYTHONPROFILEIMPORTTIME"] = "1"
    run = executed.execute()
    assert run.returncode == 0
    assert run.stdout.count("fresh") == len(executed.demos)
    imported = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}
    assert "hooks.executor.plan" in imported
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()
