"""``python -m explorer.engine [runs]``: the engine process. Requests on stdin, replies on stdout.

With ``runs`` it trains; else it answers questions about pictures.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import BinaryIO, cast


def main() -> int:
    """Serve until stdin ends."""
    # stdout belongs to the protocol: keep it under another number and let every print go to stderr.
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    # Buffered: a small request is one read, and each read takes the interpreter's lock from what is being trained.
    requests = os.fdopen(os.dup(0), "rb")

    # The streams must be safe before any library is imported.
    from explorer.engine import wire  # noqa: PLC0415

    wire.widen(cast(BinaryIO, replies))
    if sys.argv[1:] == ["runs"]:
        from explorer.engine.openers import ANSWERS, OPENERS  # noqa: PLC0415
        from explorer.engine.runner import Runner  # noqa: PLC0415

        Runner(cast(BinaryIO, requests), cast(BinaryIO, replies), OPENERS, ANSWERS).serve()
    else:
        from explorer.engine.server import Server  # noqa: PLC0415
        from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415

        server = Server(cast(BinaryIO, requests), cast(BinaryIO, replies), WeightsStore.standard(os.environ))
        # torch's hundred thousands of objects stay: the collector need not walk over them while a class waits.
        gc.freeze()
        server.serve()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # Everything is said and nothing is open: skip torch's slow farewell, so that the window closes at once.
    os._exit(code)
