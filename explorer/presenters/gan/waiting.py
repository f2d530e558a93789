"""Pictures that are still being opened: how far it is, and a button that gives up."""

from __future__ import annotations

from collections.abc import Callable

from explorer.core.messages.gan import Opening
from explorer.core.text import Translator
from explorer.presenters.gan import describe
from explorer.presenters.ports import Banner


class Waiting:
    """Tells of an opening, in the banner.

    Attributes
    ----------
    on : bool
        Whether something is being opened.
    """

    def __init__(self, tr: Translator, show_banner: Callable[[Banner | None], None]) -> None:
        self._tr = tr
        self._show_banner = show_banner
        self._told: Opening | None = None

    @property
    def on(self) -> bool:
        return self._told is not None

    def tell(self, opening: Opening | None) -> bool:
        """Show how far it is; return whether it has just ended, well or not."""
        told, self._told = self._told, opening
        if opening is None:
            if told is not None:
                self._show_banner(None)
            return told is not None
        if opening != told:
            total = f"{opening.total:,}" if opening.total else "?"
            data = describe.data_title(opening.scene, self._tr)
            text = self._tr("gan_view.opening", data=data, done=f"{opening.done:,}", total=total)
            fraction = opening.done / opening.total if opening.total else -1.0
            self._show_banner(Banner("progress", text, "", fraction, self._tr("banner.cancel")))
        return False
