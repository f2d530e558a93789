"""Layerwalk: show a class how convolutional networks work, live, on your own picture.

The folders tell a picture's way through the program: ``imaging`` decodes it, ``nets`` holds the networks, ``tracing``
runs one of them and keeps what every layer says, ``methods`` asks questions of that trace, ``engine`` carries the
answers between the two processes, ``presenters`` decide what is on screen and ``views`` draw it.
"""

__version__ = "0.1.0"
