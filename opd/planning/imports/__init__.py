"""Files that bring the budget: looked at first, saved whole or not at all.

``files`` keeps and decides; ``dpa``, ``spd``, ``cash_plan`` and ``sipd`` each know one layout.
"""
