"""What a training is set to, and what its frames keep from one to the next; pure functions."""

from __future__ import annotations

import msgspec

from explorer.core.messages.training import TrainFrame
from explorer.core.train_scene import TrainScene, Variant, train_presets


def preset_of(scene: TrainScene) -> str:
    """Return the key of the preset that a scene is, or an empty string."""
    return next((preset.key for preset in train_presets() if preset.scene == scene), "")


def with_parts_of(before: TrainFrame | None, frame: TrainFrame) -> TrainFrame:
    """Return the frame with the pictures of the one before where it brings none."""
    if before is None or before.run != frame.run or len(before.lanes) != len(frame.lanes):
        return frame
    lanes = []
    for old, new in zip(before.lanes, frame.lanes, strict=True):
        missing = {
            part: getattr(old, part)
            for part in ("gradients", "batch", "fixed", "confusion")
            if getattr(new, part) is None
        }
        lanes.append(msgspec.structs.replace(new, **missing))
    return msgspec.structs.replace(frame, lanes=tuple(lanes))


def changed(scene: TrainScene, field: str, value: str) -> TrainScene:
    """Return the scene with one field set; fields of a net end in its number."""
    if field in ("data", "preset"):
        return msgspec.structs.replace(scene, **{field: value})
    if field in ("epochs", "seed"):
        return msgspec.structs.replace(scene, **{field: int(value)})
    name, lane = field[:-1], int(field[-1])
    lanes = list(scene.lanes)
    if name == "net":
        if not value:
            return msgspec.structs.replace(scene, lanes=tuple(lanes[:1]))
        base = lanes[lane] if lane < len(lanes) else lanes[0]
        plain = value.startswith(("resnet", "plain"))
        new = Variant(value, base.heads, base.activation if plain else "relu", base.norm or not plain)
    elif lane >= len(lanes):
        return scene
    else:
        new = msgspec.structs.replace(lanes[lane], **{name: value if name == "activation" else value == "on"})
    lanes[lane : lane + 1] = [new]
    return msgspec.structs.replace(scene, lanes=tuple(lanes))
