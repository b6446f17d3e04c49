"""Rules in plain words: conditions, sources, durations and checks as a practitioner would say them."""
