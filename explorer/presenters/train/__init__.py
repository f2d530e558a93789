"""The Train workspace: runs, their curves, and what is said of them."""
