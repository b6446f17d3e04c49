"""What each kind of check means, as small tables that both the engine and the oracle must agree with."""
