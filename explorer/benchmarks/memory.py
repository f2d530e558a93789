"""How much memory the window takes, and the engine beyond torch, the weights and the picture's activations."""

from __future__ import annotations

import os
import sys
from typing import Any

from explorer.benchmarks.measure import MeasureFailed, Result, in_process, qt_environment, report
from explorer.engine.launch import engine_environment

BAR_MB, ACTIVATIONS_BAR = 250.0, 3.0
NETS = ("googlenet", "vgg16")
MEGABYTE = 1e6


def measure() -> Result:
    """Return the window's resident memory in MB; the engine's, in activations of its picture, are parts."""
    try:
        import psutil  # noqa: F401, PLC0415 — asked for here, used in the measured processes
    except ImportError as error:
        raise MeasureFailed("psutil is not installed") from error
    window = in_process("explorer.benchmarks.started", "memory", environment=qt_environment())
    engines = {net: in_process(__name__, net, environment=engine_environment(os.environ)) for net in NETS}
    parts = {f"engine, {net}, in activations": (one["ratio"], ACTIVATIONS_BAR) for net, one in engines.items()}
    detail = {
        "window": {name: round(window[name] / MEGABYTE, 1) for name in ("rss", "uss", "pss")},
        "subtracted from the engine": "resident memory right after `import torch`; bytes of the weights",
        **engines,
    }
    return Result(round(window["rss"] / MEGABYTE, 1), "MB", BAR_MB, detail, parts)


def _figures(net: str) -> dict[str, Any]:
    import psutil  # noqa: PLC0415
    import torch  # noqa: PLC0415

    process = psutil.Process()
    bare = process.memory_info().rss

    import hashlib  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    from explorer.core.messages.explore import TraceRequest, WallRequest  # noqa: PLC0415
    from explorer.engine.session import Session  # noqa: PLC0415
    from explorer.imaging.samples import load_samples, sample_path  # noqa: PLC0415
    from explorer.nets.weights.store import WeightsStore  # noqa: PLC0415

    session = Session(WeightsStore.standard(os.environ))
    data = sample_path(load_samples()[0].file).read_bytes()
    request = TraceRequest(
        net,
        "untrained",
        hashlib.sha256(data).hexdigest(),
        "sample",
        np.frombuffer(data, np.uint8),
        size=224,
        device="cpu",
    )
    answer = session.trace(request, lambda: False)
    for layer in answer.graph.layers:
        session.wall(WallRequest(answer.trace, layer.name))
    after = process.memory_info().rss
    done = session.perform(request)
    module = done.net.loaded.module
    weights = sum(one.numel() * one.element_size() for one in (*module.parameters(), *module.buffers()))
    # Layers that share their memory, such as a flattened one, count once.
    storages = {
        value.untyped_storage().data_ptr(): value.untyped_storage().nbytes()
        for value in (done.activations.get(name) for name in done.activations)
        if isinstance(value, torch.Tensor)
    }
    activations = sum(storages.values())
    return {
        "ratio": round((after - bare - weights) / activations, 2),
        "resident_mb": round(after / MEGABYTE, 1),
        "import_torch_mb": round(bare / MEGABYTE, 1),
        "weights_mb": round(weights / MEGABYTE, 1),
        "activations_mb": round(activations / MEGABYTE, 1),
    }


if __name__ == "__main__":
    report(_figures(sys.argv[1]))
