"""A GAN learns: two players on real samples, what is measured of them and kept, and how it is shown."""
