"""Files that bring the budget: looked at first, saved whole or not at all.

``files`` keeps and decides; ``dpa``, ``spd``, ``cash_plan``, ``sipd`` and ``plans`` each know one layout.
"""
