"""The small worlds that stand-ins know: emoji scenes, printed lines, spoken words, series.

Imports `core`. Used by recipes, tests and `commands/inputs`. Start at `emoji/scene.py`.
"""
