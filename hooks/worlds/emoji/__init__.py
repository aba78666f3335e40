"""The emoji world: pictures with known classes, boxes and masks, drawn from color emoji."""
