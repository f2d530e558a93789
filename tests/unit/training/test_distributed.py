"""Two processes on the same batches learn what one process learns."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from tests.unit.training.two_processes import main

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        return int(ours.getsockname()[1])


def test_two_processes_equal_one_on_the_same_batches(tmp_path: Path) -> None:
    """The processes are started with the environment that ``torchrun`` gives them."""
    common = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "OMP_NUM_THREADS": "1"}
    words = [sys.executable, "-m", "tests.unit.training.two_processes", str(tmp_path / "two.safetensors")]
    started = [
        subprocess.Popen(
            words,
            cwd=ROOT,
            env={**os.environ, **common, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        said = [process.communicate(timeout=120)[1] for process in started]
    finally:
        for process in started:
            process.kill()
            process.communicate()
    assert [process.returncode for process in started] == [0, 0], said
    main(tmp_path / "one.safetensors")
    one, two = load_file(tmp_path / "one.safetensors"), load_file(tmp_path / "two.safetensors")
    assert one.keys() == two.keys()
    for name in one:
        assert torch.allclose(one[name], two[name], rtol=1e-4, atol=1e-6), name
    momenta = [tensor for name, tensor in one.items() if name.startswith("momentum.")]
    assert momenta
    assert all(float(tensor.abs().max()) > 0 for tensor in momenta)
