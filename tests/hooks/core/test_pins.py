"""Pins: what the check finds in small sources, and that the course's own sources are clean."""

from pathlib import Path

import pytest

from hooks.core.pins import ROOT, named, problems
from hooks.core.registry import load

REGISTRY = load()
BERT = "distilbert/distilbert-base-uncased-finetuned-sst-2-english"
PIN = "714eb0fa89d2f80546fda750413ed43d93601a13"
RESNET = "timm/resnet50.a1_in1k"
RESNET_PIN = "767268603ca0cb0bfe326fa87277f19c419566ef"
OTHER = "0" * 40


def found(source: str, root: Path = ROOT) -> list[str]:
    return problems(source, "a.py", REGISTRY, root)


def test_the_courses_own_sources_agree_with_the_registry():
    sources = [*ROOT.glob("snippets/**/*.py"), *ROOT.glob("docs/**/*.py")]
    assert ROOT / "snippets" / "__init__.py" in sources  # the walk does look somewhere
    texts = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in sources}
    assert [fault for name, text in texts.items() for fault in problems(text, name, REGISTRY)] == []


CLEAN = f"""
from transformers import AutoModel, pipeline
from speechbrain.utils.fetching import FetchConfig
CHECKPOINT = "{BERT}"
REVISION: str = "{PIN}"
classifier = pipeline("sentiment-analysis", model=CHECKPOINT, revision=REVISION)
pipeline("sentiment-analysis", "{BERT}", revision="{PIN}")
AutoModel.from_pretrained(CHECKPOINT, revision=REVISION, trust_remote_code=False)
HfApi().model_info("{BERT}", revision=REVISION)
timm.create_model("hf-hub:{RESNET}@{RESNET_PIN}", pretrained=True)
PeftModel.from_pretrained(model, CHECKPOINT, revision=REVISION)
EncoderClassifier.from_hparams(
    "speechbrain/google_speech_command_xvector",
    fetch_config=FetchConfig(revision="b0cec0fb42423936ca0da2724ce52d82eb807e20"),
)
--8<-- "snippets/nowhere.py"
"""


def test_pinned_calls_of_every_kind_pass():
    assert found(CLEAN) == []


NO_FETCH = [
    "AutoConfig.from_pretrained(folder)",  # a path, held by a variable
    'AutoModel.from_pretrained("./trained/model")',
    "pipeline('ner', model=model, tokenizer=tokenizer)",  # a model that is loaded already
    "class Codec: ...\nCodec.from_pretrained('org/name')",
    "def pipeline(steps): ...\npipeline('clean')",
    "from sklearn.tools import pipeline\npipeline('clean')",
    "from hooks.hub import store\nstore.from_pretrained('org/name')",
    'describe(model="org/name")',
    'timm.create_model("resnet50", pretrained=False)',
    'timm.create_model("resnet50")',
    'load_dataset("csv", data_files="rows.csv")',
    'MIME = "image/png"',
    "def load(folder):\n    return AutoModel.from_pretrained(folder)",
]


@pytest.mark.parametrize("source", NO_FETCH)
def test_what_fetches_nothing_from_the_hub_passes(source):
    assert found(source) == []


FAULTS = [
    # not registered
    ('AutoModel.from_pretrained("no/body", revision=R)', 1, "'no/body' is not registered"),
    ('AutoModel.from_pretrained("gpt2", revision=R)', 1, "'gpt2' is not registered"),
    ('\npipeline("ner", model="no/body", revision=R)', 2, "'no/body' is not registered"),
    ('snapshot_download(repo_id="no/body")', 1, "'no/body' is not registered"),
    ('hf_hub_download("no/body", "config.json")', 1, "'no/body' is not registered"),
    ('load_dataset("no/body", revision=R)', 1, "'no/body' is not registered"),
    ('EncoderClassifier.from_hparams(source="no/body")', 1, "'no/body' is not registered"),
    ('timm.create_model("hf-hub:no/body@1", pretrained=True)', 1, "'no/body' is not"),
    ('CHECKPOINT = "no/body"\nREVISION = "1"', 1, "'no/body' is not registered"),
    ('CHECKPOINT = "yolov99.pt"', 1, "'yolov99.pt' is not registered"),
    ('NEWS_DATASET = "no/body"', 1, "'no/body' is not registered"),
    # a pin that differs
    (f'CHECKPOINT = "{BERT}"\nREVISION = "{OTHER}"', 2, f"revision '{OTHER}' of '{BERT}' is"),
    (f'A_CHECKPOINT = "{BERT}"\nA_REVISION = "{OTHER}"', 2, f"revision '{OTHER}' of"),
    (f'f = model_info("{BERT}", revision="{OTHER}")', 1, f"revision '{OTHER}' of"),
    (f'P = "{OTHER}"\nX.from_pretrained("{BERT}", revision=P)', 2, f"revision '{OTHER}' of"),
    (f'pipeline(model="{BERT}", revision="main")', 1, "revision 'main' of"),
    (f'timm.create_model("hf-hub:{RESNET}@{OTHER}")', 1, f"revision '{OTHER}' of"),
    (f'X.from_hparams("{BERT}", fetch_config=F(revision="main"))', 1, "revision 'main' of"),
    # no pin
    ('pipeline("sentiment-analysis")', 1, "pipeline() names no model, add model= and revision="),
    ("pipeline(**options)", 1, "pipeline() names no model"),
    (f'pipeline("ner", model="{BERT}")', 1, "pipeline() without revision, add revision="),
    (f'X.from_pretrained("{BERT}", revision=None)', 1, "from_pretrained() without revision"),
    (f'X.from_pretrained("{BERT}", **options)', 1, "from_pretrained() without revision"),
    (f'HfApi().model_info("{BERT}")', 1, "model_info() without revision"),
    (f'PeftModel.from_pretrained(base, "{BERT}")', 1, "from_pretrained() without revision"),
    (f'PeftConfig.from_pretrained("{BERT}")', 1, "from_pretrained() without revision"),
    ("pipeline('ner', model=ner.CHECKPOINT)", 1, "pipeline() without revision"),
    (f'X.from_hparams("{BERT}", fetch_config=F())', 1, "from_hparams() without revision"),
    (f'def f(c="{BERT}"):\n    return X.from_pretrained(c)', 2, "from_pretrained() without"),
    (f'def f():\n    c = "{BERT}"\n    return X.from_pretrained(c)', 3, "from_pretrained()"),
    (f'CHECKPOINT = "{BERT}"', 1, "CHECKPOINT without REVISION, add it with the pin"),
    (f'timm.create_model("hf-hub:{RESNET}")', 1, "create_model() without revision, write hf"),
    ('timm.create_model("resnet50", pretrained=True)', 1, "create_model() without revision"),
    # foreign code
    ("X.from_pretrained(folder, trust_remote_code=True)", 1, "trust_remote_code is set, remove"),
    ("X.from_pretrained(folder, trust_remote_code=trust)", 1, "trust_remote_code is set"),
    ("options = {'trust_remote_code': True}", 1, "trust_remote_code is set"),
    # no Python
    ("def f(:", 1, "not valid Python"),
    ("x = 1\n--8<-- snippets", 2, "'--8<-- snippets' is no include; write --8<--"),
]


@pytest.mark.parametrize(("source", "line", "message"), FAULTS)
def test_each_fault_is_found_once_at_its_line(source, line, message):
    lines = found(source)
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"a.py:{line}: {message}")
    assert ", " in lines[0] or message == "not valid Python"  # says how to mend it


def test_an_unpinned_entry_is_called_by_main_and_says_so():
    assert found('model_info("bigscience/bloom", revision="main")') == []
    [line] = found(f'model_info("bigscience/bloom", revision="{OTHER}")')
    assert line.endswith("write 'main' or change the registry")


def test_a_name_means_what_it_means_where_it_stands():
    source = f"""
model = "no/body"
def f(model):
    return X.from_pretrained(model)
model = load()
X.from_pretrained(model)
def g(model, revision="{OTHER}", *, extra=None):
    return X.from_pretrained("{BERT}", revision=revision)
"""
    assert [line.split(":")[1] for line in found(source)] == ["8"]
    after = f'c = "{BERT}"\ndef f(c):\n    pass\nX.from_pretrained(c)'
    assert [line.split(":")[1] for line in found(after)] == ["4"]


def test_constants_of_included_and_imported_snippets_are_known(tmp_path):
    snippet = tmp_path / "snippets" / "nlp" / "ner.py"
    snippet.parent.mkdir(parents=True)
    snippet.write_text(f'CHECKPOINT = "{BERT}"\nREVISION = "{OTHER}"\n', encoding="utf-8")
    call = "pipeline('ner', model={}, revision={})"
    include = '--8<-- "snippets/nlp/ner.py"\n' + call.format("CHECKPOINT", "REVISION")
    imported = "from snippets.nlp.ner import CHECKPOINT as C, REVISION as R\n"
    for source in (include, imported + call.format("C", "R")):
        [line] = found(source, tmp_path)
        assert line.startswith(f"a.py:2: revision '{OTHER}' of '{BERT}'")


def test_named_lists_the_ids_that_a_source_names():
    assert named(CLEAN, REGISTRY) == [BERT, RESNET, "speechbrain/google_speech_command_xvector"]
    assert named('"no/body"', REGISTRY) == []
