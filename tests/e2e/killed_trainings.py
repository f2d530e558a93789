"""Run by the test beside it: kills a training at random moments, each a fork of this process, and looks at its files.

Forking spares importing torch for each of them. Prints the step that was reached after each kill.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch
from safetensors.numpy import load_file

from explorer.__main__ import main
from explorer.commands import train  # noqa: F401 - imported before the forks
from explorer.training import job  # noqa: F401


def killed(words: list[str], folder: Path, kills: int, seed: int) -> None:
    """Begin the training, kill it, look at its files, and again; the last one goes on to the end."""
    moments = random.Random(seed)
    for turn in range(kills + 1):
        child = os.fork()
        if child == 0:
            os._exit(main(words))
        if turn < kills:
            time.sleep(moments.uniform(0.02, 1.2))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        for path in folder.glob("*.safetensors"):
            load_file(path)  # raises where a file is cut
        said = folder / "run.json"
        step = json.loads(said.read_text(encoding="utf-8"))["step"] if said.exists() else 0
        print(f"step {step} {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    killed(sys.argv[4:], Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
