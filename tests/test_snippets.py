"""Each snippet runs alone, on what the offline Hub serves, and prints a small result."""

import re
import runpy

import pytest

from hooks.core.paths import ROOT

PRINTED = {
    "code/code_generation": r"def solve\(x\):\n    return x \+ 7\n",
    "code/safe_python": r"\[42\]\n(.*\n)*",
    "code/safe_query": r"\[\(0,\)\]\n(.*\n)*",
    "graphs/node_classification": r"(.*\n)*.*\b0\.(7|8|9[0-4])\d*\n",
    "introduction/sentiment": r"{'POSITIVE': 0\.9.*\n{'NEGATIVE': 0\.9.*\n",
    "licenses/license_check": r"bigscience/bloom: bigscience-bloom-rail-1\.0\n(.*\n)*"
    r"Commercial use: conditions\n",
    "limits/tabular": r".*\n.*\nmajority .*\nlogistic .*\nXGBoost .*\nTabPFN .*\n",
    "multimodal/captioning": r".*\S.*\n",
    "multimodal/image_search": r"\d\.\d\d coffee\n(-?\d\.\d\d (chelsea|rocket)\n){2}",
    "multimodal/image_text_matching": r"([01]\..*\n){3}",
    "nlp/lora": r"trainable params: 74,498 .*\n\['delivery', 'billing'\]\n",  # 73,728 and a head
    "nlp/ner": r"PER Ada Lovelace \S+\nLOC London \S+\n",
    "nlp/text_classification": r"{'positive': 0\..*\n{'negative': 0\..*\n\['billing'\]\n",
    "nlp/text_generation": r"(.*\n){2}",
    "nlp/translation": r"Je suis heureux\.\nNous avons deux chats\.\n",
    "nlp/zero_shot": r"{'delivery': .*\n{'football': .*\n",
    "signals/audio_classification": r"\[\[\('silence', 0\..*\n",
    "signals/forecasting": r" *ds .*\n *1961-01-01 .*\n *1961-02-01 .*\n *1961-03-01 .*\n",
    "signals/speech_recognition": r"''\n(.*\n)*",
    "vision/classification": r"([01]\..*\n){5}",
    "vision/detection": r"(.*Settings.*\n)*\d+ objects: .*\n",  # Ultralytics names its new file
    "vision/fine_tuning": r"\['brick', 'brick', 'gravel', 'gravel'\]\n",
    "vision/ocr": r"TrOCR:.*\nTesseract: TOTAL 12\.50\n",
    "vision/segmentation": r"(.*of the picture\n)+(mask of .*\n){3}",
}
SNIPPETS = ROOT.glob("snippets/*/[!_]*.py")


@pytest.mark.parametrize("path", sorted(SNIPPETS), ids=lambda path: path.stem)
def test_a_snippet_runs_alone_and_prints_a_small_result(path, capsys):
    runpy.run_path(str(path), run_name="__main__")
    assert re.fullmatch(PRINTED[f"{path.parent.name}/{path.stem}"], capsys.readouterr().out)
