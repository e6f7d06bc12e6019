"""The whole installation in one archive, and back: the database, the originals, and what they must add up to.

Secrets are not in it; ``sealed`` tells by fingerprint which keys its sealed values want.
"""
