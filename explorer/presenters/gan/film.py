"""The film of a run: evenly spread moments from step 0 to now, in bounded memory."""

from __future__ import annotations

import bisect

from explorer.presenters.gan.ports import FilmFrame

MOST_FRAMES = 128
MOST_BYTES = 32 * 2**20


class Film:
    """Keeps at most ``MOST_FRAMES`` moments; when it is full every second one goes and the spacing doubles."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._frames: list[FilmFrame] = []
        self._spacing = 1
        self._bytes = 0

    @property
    def frames(self) -> tuple[FilmFrame, ...]:
        return tuple(self._frames)

    def wants(self, step: int) -> bool:
        """Return whether a moment at this step would be kept."""
        return not self._frames or step >= self._frames[-1].step + self._spacing

    def offer(self, frame: FilmFrame) -> None:
        """Keep a moment; moments after it are void, for the run went on from before them."""
        while self._frames and self._frames[-1].step >= frame.step:
            self._bytes -= weight(self._frames.pop())
        self._frames.append(frame)
        self._bytes += weight(frame)
        while len(self._frames) > 1 and (len(self._frames) > MOST_FRAMES or self._bytes > MOST_BYTES):
            # The first stays, and the spacing grows until the rest fits.
            self._frames = self._frames[::2]
            self._bytes = sum(weight(kept) for kept in self._frames)
            # A fast run passes many steps from one picture to the next.
            distance = self._frames[-1].step - self._frames[-2].step if len(self._frames) > 1 else 0
            self._spacing = max(2 * self._spacing, distance)

    def cut(self, step: int) -> None:
        """Forget everything after a step."""
        while self._frames and self._frames[-1].step > step:
            self._bytes -= weight(self._frames.pop())

    def at(self, step: int) -> FilmFrame | None:
        """Return the moment at or before a step, for a look while the time line is dragged."""
        index = bisect.bisect_right([frame.step for frame in self._frames], step) - 1
        return self._frames[index] if index >= 0 else None

    def chosen(self, most: int, before: int) -> tuple[FilmFrame, ...]:
        """Return evenly spread moments before a step, the first and the last of them among them.

        Where only one is wanted it is the last.
        """
        there = tuple(frame for frame in self._frames if frame.step < before)
        if most < 2:
            return there[-1:]
        if len(there) <= most:
            return there
        last = len(there) - 1
        return tuple(there[round(index * last / (most - 1))] for index in range(most))


def weight(frame: FilmFrame) -> int:
    """Return about how many bytes of its own a moment keeps; curves are shared with the run."""
    arrays = []
    if frame.plane is not None:
        plane = frame.plane.frame
        arrays = [plane.real, plane.fake, plane.heat, plane.manifold, plane.manifold_noise, plane.arrows]
    if frame.pictures is not None:
        pictures = frame.pictures.frame
        arrays = [pictures.fake, pictures.real]
    return 1024 + sum(array.nbytes for array in arrays if array is not None)
