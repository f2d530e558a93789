"""Qt: everything a person sees and touches."""
