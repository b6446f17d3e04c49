"""Mutated exports, mappings, rules and policies: each is read, or refused in our own words, and nothing else happens."""
