"""Known failings, planted one by one in an agency that has none; each says which findings it must lead to.

What they are like is taken from what inspectors name in published reports; where they fall is by chance of the seed.
"""
