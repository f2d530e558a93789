"""Parts that the views inside a layer are made of; what they show is :mod:`explorer.presenters.panels.shows`."""
