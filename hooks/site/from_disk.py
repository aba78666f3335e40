"""Settings that pages opened from disk need, when the offline plugin is enabled."""

from typing import Any

# Browsers start no worker on file://; this npm package does the search in a frame instead.
SHIM = "assets/javascripts/iframe-worker.js"


def features_from_disk(features: list[str]) -> list[str]:
    """Return the theme's features without instant navigation, which fetches pages over HTTP.

    >>> features_from_disk(["navigation.instant", "navigation.instant.progress", "search.suggest"])
    ['search.suggest']
    """
    return [name for name in features if not name.startswith("navigation.instant")]


def set_features(config: Any) -> Any:
    """Set them; `hooks.commands.offline` puts the shim's file there."""
    if config.plugins["material/offline"].config.enabled:
        config.theme["features"] = features_from_disk(config.theme["features"])
        config.extra["polyfills"] = [SHIM]
    return config
