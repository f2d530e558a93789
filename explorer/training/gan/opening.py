"""A GAN whose pictures may have to be fetched or read first: meanwhile the window goes on asking, and may give up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from explorer.core.errors import Cancelled, UserError
from explorer.core.gan_scene import GanScene
from explorer.core.messages import gan as messages
from explorer.core.messages.gan import Figures, GanFrame, Opening, Trouble
from explorer.training.data.reading import Reading
from explorer.training.gan.data import data_key, open_pictures, reads_pictures
from explorer.training.gan.session import GanReply, GanRun
from explorer.training.gan.state import NAN

WAIT_S = 0.02


class OpeningGan:
    """Runs a :class:`GanRun`, and reads pictures on a thread while the run before goes on, where there is one.

    Parameters
    ----------
    scene : GanScene
    device_of : callable
        The device that a scene's ``device`` means.
    trained : bool
        Begin with the shipped weights.

    Raises
    ------
    UserError
        Where the scene does not fit together.
    """

    def __init__(self, scene: GanScene, device_of: Callable[[str], torch.device], *, trained: bool = False) -> None:
        scene.check()
        self._device_of = device_of
        self._wanted = scene
        self._run: GanRun | None = None
        self._reading: Reading[Tensor] | None = None
        self._left: Reading[Tensor] | None = None
        self._trouble: Trouble | None = None
        if reads_pictures(scene):
            self._read(scene)
        else:
            self._run = GanRun(scene, device_of, trained=trained)

    @property
    def playing(self) -> bool:
        """Whether there is work: reading or learning."""
        return self._reading is not None or (self._run is not None and self._run.playing)

    def advance(self) -> None:
        """Look whether the pictures are there, and go on learning.

        Raises
        ------
        UserError
            Pictures that cannot be had, and what :meth:`GanRun.advance` raises.
        """
        run = self._run
        learning = run is not None and run.playing
        if self._reading is not None:
            self._look(self._reading, 0.0 if learning else WAIT_S)
        if learning and run is not None:
            run.advance()

    def pause(self, error: UserError) -> None:
        """Stop playing and say why in the frames that follow."""
        self._trouble = Trouble(error.kind, error.details)
        if self._run is not None:
            self._run.pause(error)

    def close(self) -> None:
        """Let go of everything."""
        self._give_up()
        if self._run is not None:
            self._run.close()

    def answer(self, request: Any) -> GanReply:
        """Do what a request says and return how it stands.

        Raises
        ------
        UserError
            Where it cannot be done.
        """
        if isinstance(request, messages.ChangeGan):
            request.scene.check()
        if isinstance(request, messages.ChangeGan) and self._must_read(request.scene):
            return self._told(self._frame())
        if isinstance(request, messages.GanControl) and request.do == "give_up":
            self._give_up()
            return self._told(self._frame())
        if self._run is None:
            return self._told(self._frame())
        reply = self._run.answer(request)
        return self._told(reply) if isinstance(reply, GanFrame) else reply

    def _must_read(self, scene: GanScene) -> bool:
        """Begin to read where the scene has other pictures than the run; where it waits for them, only note it."""
        if not reads_pictures(scene) or (self._run is not None and data_key(scene) == data_key(self._run.scene)):
            self._give_up()
            return False
        if self._reading is None or data_key(scene) != data_key(self._wanted):
            self._give_up()
            self._read(scene)
        self._wanted = scene
        return True

    def _read(self, scene: GanScene) -> None:
        self._trouble, self._wanted = None, scene
        # Who was given up may still write the files of the same set: it ends first.
        before = self._left
        self._reading = Reading(
            lambda report, cancelled: open_pictures(scene, report, cancelled),
            None if before is None else before.ended,
        )

    def _look(self, reading: Reading[Tensor], seconds: float) -> None:
        try:
            pictures = reading.wait(seconds)
        except Cancelled:
            self._reading = None
            return
        except UserError:
            self._reading = None
            raise
        if pictures is None:
            return
        self._reading = None
        if self._run is None:
            self._run = GanRun(self._wanted, self._device_of, pictures=pictures)
        else:
            self._run.change(self._wanted, pictures)

    def _give_up(self) -> None:
        if self._reading is not None:
            self._reading.give_up(0.0)
            self._left, self._reading = self._reading, None

    def _frame(self) -> GanFrame:
        if self._run is not None:
            return self._run.frame()
        nothing = Figures(NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0)
        kept = np.zeros(0, np.int64)
        return GanFrame(self._wanted, 0, 0, False, "", 0.0, nothing, kept, trouble=self._trouble)

    def _told(self, frame: GanFrame) -> GanFrame:
        if self._reading is None:
            return frame
        opening = Opening(self._wanted, self._reading.done, self._reading.total)
        return msgspec.structs.replace(frame, opening=opening)
