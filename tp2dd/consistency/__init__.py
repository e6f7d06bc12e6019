"""Consistency of plan, budget and realisation: where the chain from RPJMD to spending breaks, and why.

``choosing`` says which version is compared with which, ``nodes`` lays the chain out, ``comparing`` and
``spending`` find differences, ``settling`` turns them into findings with a history.
"""
