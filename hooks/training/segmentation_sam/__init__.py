"""How the stand-in segmentation_sam was trained: its recipe, and its data."""
