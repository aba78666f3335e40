"""A small ResNet for the emoji world: answers for timm's ImageNet classifiers."""
