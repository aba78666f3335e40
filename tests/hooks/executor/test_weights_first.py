"""`--prefetch`: weights are downloaded and checked before anything runs."""


def test_a_demo_whose_weights_cannot_be_had_does_not_run_and_the_others_do(executed, tmp_path):
    home = {"HF_HOME": str(tmp_path), "HF_HUB_CACHE": str(tmp_path / "hub")}
    executed.environment |= {"HF_ENDPOINT": "http://127.0.0.1:9", **home}  # nobody is there
    arguments = ("--hub", "huggingface", "--prefetch", "--force", "lora", "sentiment")
    assert executed.execute(*arguments).returncode == 1
    stale = executed.read("lora").metadata["course"]["stale"]
    assert stale["cell"] == 0 and stale["error"].endswith("check the network")
    assert executed.read("sentiment").metadata["course"]["stale"] is None


def test_what_a_demo_loads_is_in_the_cache_before_it_runs(executed, tmp_path):
    # The test run's Hub answers; the story only names the checkpoint and loads nothing itself.
    executed.environment |= {"HF_HOME": str(tmp_path), "HF_HUB_CACHE": str(tmp_path / "hub")}
    run = executed.execute("--hub", "huggingface", "--prefetch", "--force", "lora")
    assert run.returncode == 0, run.stdout + run.stderr
    [used] = executed.read("lora").metadata["course"]["provenance"]["checkpoints"]
    assert len(used["sha256"]) == 64
    [weights] = (tmp_path / "hub").rglob("model.safetensors")
    assert weights.resolve().name == used["sha256"]
