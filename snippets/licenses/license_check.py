"""Check what a checkpoint's license allows, its base models and datasets included."""

from dataclasses import dataclass

from huggingface_hub import HfApi
from huggingface_hub.errors import (
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

CHECKPOINT = "bigscience/bloom"
REVISION = "main"  # which terms apply today; pass the commit that you downloaded

# Your allow-list: license tag -> commercial use, terms in one line. Any other tag is
# denied until somebody has read its text and added it. Not legal advice.
RULES = {
    "apache-2.0": ("yes", "Keep license and notice, mark changes. Grants patents."),
    "mit": ("yes", "Keep the notice. No express patent grant."),
    "bsd-3-clause": ("yes", "Keep the notice; do not advertise with the authors."),
    "cc-by-4.0": ("yes", "Give credit."),
    "cc-by-sa-4.0": ("conditions", "Give credit; share what you adapt alike."),
    "agpl-3.0": ("conditions", "Offer all users your source, also over a network."),
    "openrail": ("conditions", "Forbidden uses; pass them on to your users."),
    "creativeml-openrail-m": ("conditions", "Forbidden uses; pass them on."),
    "bigscience-bloom-rail-1.0": ("conditions", "13 forbidden uses; pass them on."),
    "bigcode-openrail-m": ("conditions", "Forbidden uses; pass on with the docs."),
    "cc-by-nc-4.0": ("no", "Non-commercial, also inside a company."),
}
# Base models that a card leaves out, as you learn of them: BLIP-2's language half.
ALSO_BUILT_ON = {"Salesforce/blip2-opt-2.7b": ["facebook/opt-2.7b"]}
STRICTEST_FIRST = ("no", "deny", "conditions", "yes")


@dataclass(frozen=True)
class Finding:
    """What the Hub says about one checkpoint, and what follows for commercial use."""

    id: str
    commit: str
    license: str  # the tag; with its name where the tag is "other"
    terms: str  # in one line
    own: str  # yes, conditions, no or deny, by its own license alone
    gated: bool  # somebody has to accept terms before a download
    bases: tuple["Finding", ...]
    datasets: dict[str, str]  # id to license tag, for a person to judge

    @property
    def commercial(self) -> str:
        """The strictest answer among the checkpoint and all that it was built from."""
        answers = [self.own, *(base.commercial for base in self.bases)]
        return min(answers, key=STRICTEST_FIRST.index)


def license_check(
    id: str, revision: str = "main", above: tuple[str, ...] = ()
) -> Finding:
    """Ask the Hub what `id` may be used for; downloads no weights.

    Args:
        id: a model on the Hub, such as "bigscience/bloom".
        revision: the commit that you use; terms can differ from those of today.
        above: used by the function itself, so that a circle of base models ends.

    Returns:
        License, terms, commercial use, gate, base models up to the root, datasets.

    Raises:
        LookupError: if the Hub has no such model or revision, or the id is malformed.

    Examples:
        >>> license_check("bigscience/bloom", revision="main").commercial
        'conditions'

    Documentation: https://huggingface.co/docs/hub/repositories-licenses
    """
    try:
        info = HfApi().model_info(id, revision=revision)
    except RevisionNotFoundError:
        raise LookupError(f"{id} has no revision {revision!r}: check the pin") from None
    except (RepositoryNotFoundError, HFValidationError):
        raise LookupError(f"no public model {id!r}: check the spelling") from None
    tag = _tag(info)
    name = getattr(info.card_data, "license_name", None) if tag == "other" else None
    link = getattr(info.card_data, "license_link", None) or "its license file"
    own, terms = RULES.get(tag, ("deny", f"Unknown: read {link}, then decide."))
    if tag == "none":
        terms = "No license is stated, so nothing is granted."
    bases = [*_list(info, "base_model"), *ALSO_BUILT_ON.get(id, [])]
    path = (*above, id)
    return Finding(
        id=id,
        commit=info.sha or "",
        license=f"{tag} ({name})" if name else tag,
        terms=terms,
        own=own,
        gated=bool(info.gated),
        bases=tuple(_base(b, path) for b in dict.fromkeys(bases) if b not in path),
        datasets={name: _dataset(name) for name in _list(info, "datasets")},
    )


def report(finding: Finding, indent: str = "") -> str:
    """Put a finding into lines for people, base models below what is built on them."""
    lines = [f"{finding.id}: {finding.license}", f"  {finding.terms}"]
    lines += ["  Gated: each user has to accept the terms."] * finding.gated
    lines += [f"  Dataset {name}: {tag}" for name, tag in finding.datasets.items()]
    lines = [indent + line for line in lines]
    for base in finding.bases:
        lines += [f"{indent}  built on", report(base, indent + "    ")]
    lines += [] if indent else [f"Commercial use: {finding.commercial}"]
    return "\n".join(lines)


def _base(id: str, above: tuple[str, ...]) -> Finding:
    try:
        return license_check(id, above=above)
    except LookupError:  # removed, renamed, private, or a folder on somebody's disk
        terms = "Not on the Hub: ask where it comes from."
        return Finding(id, "", "none", terms, "deny", False, (), {})


def _dataset(id: str) -> str:
    try:
        return _tag(HfApi().dataset_info(id, revision="main"))
    except (RepositoryNotFoundError, HFValidationError):
        return "not on the Hub"


def _tag(info) -> str:
    # Several licenses at once match no rule: which part is under which needs a person.
    return " + ".join(_list(info, "license")) or "none"


def _list(info, name: str) -> list[str]:
    value = getattr(info.card_data, name, None) or []  # a repository may have no card
    return [value] if isinstance(value, str) else [str(one) for one in value]


if __name__ == "__main__":
    print(report(license_check(CHECKPOINT, revision=REVISION)))
