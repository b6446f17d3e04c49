"""A made-up fostering agency, for `auditor demo`, the tests and the benchmark.

`agency.build` makes a service that keeps to the whole rulebook; `shortfalls` plants known failings in it;
`writing` writes the export. Every name in it is a label ('Household 014'): nobody in it exists.
"""
