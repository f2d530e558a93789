"""The devices that can run networks here."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import torch

from explorer.core.messages.base import DeviceInfo


def available_devices() -> tuple[DeviceInfo, ...]:
    """Return all devices, the fastest first: CUDA (ROCm too), Apple's MPS, Intel's XPU, the CPU."""
    found = [DeviceInfo(f"cuda:{index}", torch.cuda.get_device_name(index)) for index in range(_count(torch.cuda))]
    if torch.backends.mps.is_available():
        found.append(DeviceInfo("mps", "Apple GPU"))
    xpu = getattr(torch, "xpu", None)
    if xpu is not None:
        found += [DeviceInfo(f"xpu:{index}", xpu.get_device_name(index)) for index in range(_count(xpu))]
    found.append(DeviceInfo("cpu", _processor_name()))
    return tuple(found)


def resolve_device(name: str, devices: tuple[DeviceInfo, ...]) -> str:
    """Return the device that is meant: ``auto`` and devices that are not here give the fastest one."""
    names = [device.name for device in devices]
    if name == "cuda":
        name = "cuda:0"
    return name if name in names else names[0]


def free_bytes(device: str) -> int:
    """Return the memory of a device that programs can have, the page cache included; 4 GB where it is unknown."""
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        # sysconf's SC_AVPHYS_PAGES leaves the page cache out and is near 0 on a machine that has been up for a day.
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 4 * 1024**3


def _count(backend: object) -> int:
    is_available, device_count = backend.is_available, backend.device_count  # type: ignore[attr-defined]
    return int(device_count()) if is_available() else 0


def _processor_name() -> str:
    """Return the processor as its maker calls it, where the system says; else its architecture."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                return re.sub(r"\((R|TM|r|tm)\)|\bCPU\b|@.*", "", name).replace("  ", " ").strip() or platform.machine()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "CPU"
