"""Rules and records made up by Hypothesis, on which the engine and the oracle must give the same cases."""
