"""Checks a Python source against the registry: Hub ids, pins, and `trust_remote_code`.

It reads the syntax tree and runs nothing. It follows names to string constants, also into the
snippets that a source imports or includes. It does not follow ids through lists or dictionaries.
"""

import ast
import re
from functools import lru_cache
from pathlib import Path

from hooks.core import syntax
from hooks.core.includes import IncludeError
from hooks.core.paths import ROOT
from hooks.core.registry import UNPINNED, Checkpoint

# Calls that fetch from the Hub, and the keywords under which they take the id.
FETCHES = {"from_pretrained", "pipeline", "create_model", "from_hparams", "foreign_class"}
FETCHES |= {"snapshot_download", "hf_hub_download", "load_dataset", "SentenceTransformer"}
ASKS = {"model_info", "dataset_info", "list_repo_files"}  # answers without a file
FETCHES |= ASKS
ID_KEYWORDS = ["model_id", "pretrained_model_name_or_path", "repo_id", "model_name", "model"]
ID_KEYWORDS += ["model_name_or_path", "source", "path"]
# A name that is imported from elsewhere, or defined in the source itself, is no Hub call.
HUB_PACKAGES = {"transformers", "huggingface_hub", "timm", "datasets", "peft", "chronos"}
HUB_PACKAGES |= {"speechbrain", "sentence_transformers", "tokenizers", "diffusers"}
CHECKPOINT = re.compile(r"(\w+_)?CHECKPOINT")
DATASET = re.compile(r"(\w+_)?DATASET")
HUB_ID = re.compile(r"[\w-][\w.-]*/[\w.-]+")
TIMM_ID = re.compile(r"hf[-_]hub:([^@]+)(?:@(.+))?")  # timm keeps the pin inside the name


def problems(
    source: str, path: str, registry: dict[str, Checkpoint], root: Path = ROOT
) -> list[str]:
    """Everything in a source that disagrees with the registry.

    Args:
        source: Python text of a snippet or a story.
        path: Its path, for the messages.
        registry: As `hooks.core.registry.load` returns it.
        root: Repository root, where included and imported snippets are found.

    Returns:
        One line per problem, `path:line: what, how to mend`, in the order of the source.
    """
    try:
        tree = syntax.parsed(source)
        borrowed = syntax.borrowed(source, tree, root)
    except SyntaxError as error:
        return [f"{path}:{error.lineno}: not valid Python ({error.msg}), mend the line"]
    except IncludeError as error:
        return [f"{path}:{error.number}: {error}"]
    walk = _Walk(registry, syntax.origins(tree), borrowed)
    walk.check_constants(tree)
    walk.visit(tree)
    return [f"{path}:{line}: {what}" for line, what in sorted(set(walk.found))]


def named(source: str, registry: dict[str, Checkpoint]) -> list[str]:
    """Ids of the registry that a source names in its strings, in the order of the registry.

    Args:
        source: Python text.
        registry: As `hooks.core.registry.load` returns it.
    """
    strings = _strings(source)
    return [id_ for id_ in registry if id_ in strings]


@lru_cache(64)
def _strings(source: str) -> frozenset[str]:
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return frozenset(_split(node.value)[0] for node in nodes if isinstance(node.value, str))


class _Walk(ast.NodeVisitor):
    """Walks a syntax tree, keeps what each name stands for, collects problems by line."""

    def __init__(
        self, registry: dict[str, Checkpoint], origins: dict[str, str], borrowed: dict[str, str]
    ) -> None:
        self.registry, self.origins = registry, origins
        self.names: dict[str, ast.expr | None] = {k: ast.Constant(borrowed[k]) for k in borrowed}
        self.found: list[tuple[int, str]] = []

    def check_constants(self, tree: ast.Module) -> None:
        """Check each CHECKPOINT constant of a module, and the REVISION beside it."""
        strings = syntax.strings(tree)
        lines = {name: node.lineno for node in tree.body for name, _ in syntax.assigned(node)}
        for name, value in strings.items():
            if CHECKPOINT.fullmatch(name):
                partner = name.removesuffix("CHECKPOINT") + "REVISION"
            elif DATASET.fullmatch(name) and HUB_ID.fullmatch(value):
                partner = f"{name}_REVISION"
            else:
                continue
            id_, revision = _split(value)
            revision = revision or strings.get(partner)
            if not self.registered(lines[name], id_):
                continue
            if revision is None:
                self.report(lines[name], f"{name} without {partner}, add it with the pin")
            else:
                self.compare(lines.get(partner, lines[name]), id_, revision)

    # ---- names

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Inside a function a parameter stands for its default, or for nothing known."""
        inside = node.args
        ordered = inside.posonlyargs + inside.args
        defaults = [None] * (len(ordered) - len(inside.defaults)) + inside.defaults
        pairs = zip(ordered + inside.kwonlyargs, defaults + inside.kw_defaults, strict=True)
        outside, self.names = self.names, dict(self.names)
        for argument, default in list(pairs):
            # The name itself is not resolvable any further: that is what makes it unknown.
            self.names[argument.arg] = self.resolve(default) or ast.Name(argument.arg)
        self.generic_visit(node)
        self.names = outside

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node: ast.Assign | ast.AnnAssign) -> None:
        """A name stands for what was last assigned to it."""
        self.generic_visit(node)
        for name, value in syntax.assigned(node):
            self.names[name] = self.resolve(value)

    visit_AnnAssign = visit_Assign

    def resolve(self, node: ast.expr | None) -> ast.expr | None:
        """What a name stands for, or the node itself."""
        return self.names.get(node.id, node) if isinstance(node, ast.Name) else node

    def text(self, node: ast.expr | None) -> str | None:
        """The string that an expression stands for, None where that cannot be seen."""
        value = getattr(self.resolve(node), "value", None)
        return value if isinstance(value, str) else None

    # ---- calls

    def visit_Dict(self, node: ast.Dict) -> None:
        """A dictionary of keywords can carry `trust_remote_code` too."""
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "trust_remote_code":
                self.trusted(value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Check one call."""
        self.generic_visit(node)
        keywords = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
        if "trust_remote_code" in keywords:
            self.trusted(keywords["trust_remote_code"])
        name, root = syntax.callee(node.func)
        if name not in FETCHES or self.origins.get(root, "timm") not in HUB_PACKAGES:
            return
        # pipeline(task, model) and PeftModel.from_pretrained(model, id) take the id second.
        second = name == "pipeline" or root.startswith("PeftModel")
        in_place = node.args[second : second + 1]
        targets = [keywords[key] for key in ID_KEYWORDS if key in keywords] + in_place
        if not targets:
            if name == "pipeline":
                self.report(node.lineno, "pipeline() names no model, add model= and revision=")
        elif name == "create_model":
            self.check_timm(node.lineno, self.text(targets[0]), keywords)
        else:
            self.check_fetch(node.lineno, name, targets[0], keywords)

    def check_timm(self, line: int, model: str | None, keywords: dict[str, ast.expr]) -> None:
        """Check `timm.create_model`: weights only with a pin inside the name."""
        if model is None:
            return
        id_, revision = _split(model)
        hub = model != id_ or revision is not None
        if not hub and syntax.false(self.resolve(keywords.get("pretrained"))):
            return  # an architecture without weights
        if hub and not self.registered(line, id_):
            return
        if revision is None:
            full = id_ if hub else f"timm/{id_}"
            self.report(line, f"create_model() without revision, write hf-hub:{full}@<commit>")
        else:
            self.compare(line, id_, revision)

    def check_fetch(
        self, line: int, name: str, target: ast.expr, keywords: dict[str, ast.expr]
    ) -> None:
        """Check the id and the revision of a call that fetches from the Hub."""
        id_ = self.text(target)
        if id_ is None:
            last = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if not CHECKPOINT.fullmatch(last):
                return  # a path, a loaded model, a parameter: what it holds cannot be seen
        elif id_.startswith((".", "/", "~")) or "data_files" in keywords or "data_dir" in keywords:
            return  # a local path, or a local file read by a builder such as "csv"
        elif not self.registered(line, id_):
            return
        revision = keywords.get("revision")
        config = self.resolve(keywords.get("fetch_config"))
        if isinstance(config, ast.Call):  # speechbrain: FetchConfig(revision=...)
            revision = {word.arg: word.value for word in config.keywords}.get("revision")
        if revision is None or (isinstance(revision, ast.Constant) and revision.value is None):
            self.report(line, f"{name}() without revision, add revision= with the pin")
        elif id_ and (pin := self.text(revision)):
            self.compare(line, id_, pin)

    # ---- findings

    def report(self, line: int, what: str) -> None:
        """Keep one finding."""
        self.found.append((line, what))

    def trusted(self, value: ast.expr) -> None:
        """Report `trust_remote_code` unless it is plainly False."""
        if not syntax.false(value):
            mend = "remove it and take a checkpoint that needs no code of its own"
            self.report(value.lineno, f"trust_remote_code is set, {mend}")

    def registered(self, line: int, id_: str) -> bool:
        """Whether the registry has an id; reports it otherwise."""
        if id_ not in self.registry:
            mend = "add it to snippets/checkpoints.toml, or write ./ before a local path"
            self.report(line, f"{id_!r} is not registered, {mend}")
        return id_ in self.registry

    def compare(self, line: int, id_: str, revision: str) -> None:
        """Report a pin that is not the registry's; an unpinned entry is called by `main`."""
        wanted = self.registry[id_].revision
        wanted = "main" if wanted == UNPINNED else wanted
        if revision != wanted:
            what = f"revision {revision!r} of {id_!r} is not the registry's"
            self.report(line, f"{what}, write {wanted!r} or change the registry")


def _split(name: str) -> tuple[str, str | None]:
    """Id and pin of `hf-hub:id@pin`; any other name is its own id."""
    found = TIMM_ID.fullmatch(name)
    return (found[1], found[2]) if found else (name, None)
