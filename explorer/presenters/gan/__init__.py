"""The GAN workspace: what its stage, its plots and its controls show, and what a person may change."""
