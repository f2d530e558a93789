"""The GAN workspace."""
