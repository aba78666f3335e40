"""How the stand-in forecasting was trained: its recipe, and its data."""
