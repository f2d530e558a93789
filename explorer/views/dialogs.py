"""The file dialogs; none of them ever blocks the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFileDialog, QWidget

from explorer.core.text import Translator

PICTURE_PATTERNS = "*.jpg *.jpeg *.png *.webp *.heic *.heif *.avif *.tif *.tiff *.bmp *.gif *.ppm"
WEIGHTS_PATTERNS = "*.safetensors *.pth *.pt"


class Dialogs:
    """Opens one dialog at a time over a window.

    Parameters
    ----------
    on_pictures, on_weights_file, on_weights_folder : callable
        Called with what the person chose; not called where they changed their mind.
    """

    def __init__(
        self,
        window: QWidget,
        tr: Translator,
        on_pictures: Callable[[Sequence[str]], None],
        on_weights_file: Callable[[str], None],
        on_weights_folder: Callable[[str], None],
    ) -> None:
        self._window = window
        self._tr = tr
        self._on_pictures = on_pictures
        self._on_weights_file = on_weights_file
        self._on_weights_folder = on_weights_folder
        self._open: QFileDialog | None = None

    def ask_pictures(self) -> None:
        dialog = self._dialog("dialog.pictures", f"{self._tr('dialog.pictures.filter')} ({PICTURE_PATTERNS})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._on_pictures)
        dialog.open()

    def ask_weights_file(self) -> None:
        dialog = self._dialog("dialog.weights", f"{self._tr('dialog.weights.filter')} ({WEIGHTS_PATTERNS})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_weights_file)
        dialog.open()

    def ask_weights_folder(self) -> None:
        dialog = self._dialog("dialog.weights_folder", "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_weights_folder)
        dialog.open()

    def ask_folder(self, on_folder: Callable[[str], None]) -> None:
        """Let the person choose any folder; ``on_folder`` is called with its path."""
        dialog = self._dialog("dialog.folder", "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(on_folder)
        dialog.open()

    def close(self) -> None:
        """Close the open dialog, if any."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _dialog(self, title_key: str, pattern: str) -> QFileDialog:
        self.close()
        dialog = QFileDialog(self._window, self._tr(title_key))
        if pattern:
            dialog.setNameFilters([pattern, f"{self._tr('dialog.all_files')} (*)"])
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._forget)
        self._open = dialog
        return dialog

    def _forget(self) -> None:
        self._open = None
