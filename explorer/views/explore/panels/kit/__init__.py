"""Parts that the views inside a layer are made of; :mod:`explorer.presenters.explore.panels.shows` says what."""
