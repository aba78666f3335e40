"""How the stand-in segmentation_deeplab was trained: its recipe, and its data."""
