"""Settings are written whole or not at all; a broken file is set aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.scene import PictureSource, Scene
from explorer.core.settings import Settings, load_settings, save_settings


def test_round_trip(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "settings.json"
    settings = Settings(language="ko", theme="light", scene=Scene(net="vgg16", layer="conv5_3"), window=(800, 600))
    save_settings(file, settings)
    assert load_settings(file) == (settings, False)
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"theme": 3}', b'{"scene": {"net": ["x"]}}', b"[" * 200_000],
    ids=["empty", "cut", "list", "binary", "type", "deep type", "nested"],
)
def test_broken_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    assert load_settings(file) == (Settings(), True)
    assert (tmp_path / "settings.json.broken").read_bytes() == content
    assert load_settings(file) == (Settings(), False)


def test_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.json"
    save_settings(file, Settings(theme="light"))

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        save_settings(file, Settings(theme="dark"))
    monkeypatch.undo()
    assert load_settings(file)[0].theme == "light"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.json"]


def test_recent_pictures_are_few_and_unique() -> None:
    settings = Settings()
    for number in (*range(12), 5):
        settings = settings.with_recent(PictureSource("file", f"/{number}.png"))
    assert [source.name for source in settings.recent[:2]] == ["/5.png", "/11.png"]
    assert len(settings.recent) == len(set(settings.recent)) == 8
