"""The whole system in one file: what a user asks for, told in the order in which it happens.

`cli` (and later `web`) start work only through these functions. Each takes plain values, reads
through the lake, hands tables to the pure rooms, and gives back a result that can be printed.
"""
