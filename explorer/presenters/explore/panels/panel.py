"""What every panel's presenter is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from explorer.core.messages import AnyReply, AnyRequest
from explorer.core.messages.base import Dropped, Failure, Progress, Reply
from explorer.core.messages.explore import TraceResult
from explorer.core.scene import Lens, Scene
from explorer.core.text import Translator
from explorer.presenters.explore.resolve import Resolved
from explorer.presenters.ports import Clock

Submit = Callable[[AnyRequest, Callable[[AnyReply], None]], int]
Kind = TypeVar("Kind", bound=Reply)


@dataclass(frozen=True)
class Situation:
    """Where the class stands: the run on screen (labels in the reader's language), the place in it, and the scene."""

    trace: TraceResult
    state: Resolved
    scene: Scene

    @property
    def lens(self) -> Lens:
        return self.scene.lens


@dataclass(frozen=True)
class Services:
    """What a panel may ask of the program.

    Attributes
    ----------
    submit : callable
        Asks the engine; see :class:`explorer.engine.client.EngineClient`.
    patch, turn : callable
        Change fields of the scene, or of its lens; with ``remember=False`` undo passes over the change.
    fail : callable
        Says what went wrong; nothing on screen changes.
    mark : callable
        Marks ``(top, left, bottom, right)``, fractions of the network's input, on the picture; None removes the mark.
    run_action : callable
        Does what an action of the window stands for, by its id.
    clock : callable
        Makes a clock, for views that play something.
    ask_folder : callable
        Lets the person choose a folder and calls back with its path.
    open_picture : callable
        Puts the picture of a path on screen.
    """

    submit: Submit
    tr: Translator
    patch: Callable[..., None]
    turn: Callable[..., None]
    fail: Callable[[Failure], None]
    mark: Callable[[tuple[float, float, float, float] | None], None]
    run_action: Callable[[str], None]
    clock: Callable[[], Clock]
    ask_folder: Callable[[Callable[[str], None]], None]
    open_picture: Callable[[str], None]


class PanelPresenter:
    """Asks the engine for what a view shows, and tells the view.

    A subclass implements :meth:`refresh`; it asks with :meth:`ask` and pushes the answers to its port.

    Attributes
    ----------
    follows_layer : bool
        Whether the view is about the layer on screen. One that is not has nothing new to say after a step.
    """

    follows_layer = True

    def __init__(self, services: Services) -> None:
        self.services = services
        self._situation: Situation | None = None
        self._epoch = 0
        self._asked = 0
        self._waiting: set[int] = set()
        self.on_shown: Callable[[bool], None] = lambda _shown: None
        """Told whenever the panel comes on screen or goes: one that is not there hears nothing."""

    @property
    def tr(self) -> Translator:
        return self.services.tr

    @property
    def situation(self) -> Situation:
        """Where the class stands; only while the panel is on screen."""
        assert self._situation is not None
        return self._situation

    @property
    def shown(self) -> bool:
        return self._situation is not None

    @property
    def waiting(self) -> bool:
        """Whether something that was asked has not been answered yet."""
        return bool(self._waiting)

    def show(self, situation: Situation) -> None:
        """Come on screen, or follow a change of the scene."""
        before, self._situation = self._situation, situation
        if before is None:
            self.on_shown(True)
        if before is not None and not self.follows_layer and _only_stepped(before, situation):
            return
        self._epoch += 1
        self._waiting.clear()
        self.refresh()

    def retire(self) -> None:
        """Go from the screen; answers that still come are not for us any more."""
        self.on_shown(False)
        self._situation = None
        self._epoch += 1
        self._waiting.clear()
        self.services.mark(None)

    def refresh(self) -> None:
        """Bring the view up to :attr:`situation`."""
        raise NotImplementedError

    def move(self, dx: int, dy: int) -> bool:
        """Shift and an arrow were pressed; return whether that meant something here."""
        return False

    def open(self) -> bool:
        """Enter was pressed; return whether that meant something here."""
        return False

    def zoom(self, by: int) -> bool:
        """+ or − was pressed, ``by`` is 1 or −1; return whether that meant something here."""
        return False

    def play(self) -> bool:
        """Space was pressed; return whether the view plays something of its own."""
        return False

    def ask(
        self,
        request: AnyRequest,
        kind: type[Kind],
        on_answer: Callable[[Kind], None],
        on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        """Ask the engine; answers to a situation that has passed are not delivered, failures become a sentence.

        ``on_answer`` may be called several times where the answer comes in parts (``Reply.final`` false).
        """
        epoch = self._epoch
        self._asked += 1
        number = self._asked
        self._waiting.add(number)

        def receive(reply: AnyReply) -> None:
            answer: Any = reply
            if epoch != self._epoch:
                return
            if answer.final:
                self._waiting.discard(number)
            if isinstance(answer, kind):
                on_answer(answer)
            elif isinstance(answer, Progress):
                if on_progress is not None:
                    on_progress(answer)
            elif isinstance(answer, Failure):
                self.services.fail(answer)
            else:
                assert isinstance(answer, Dropped)

        self.services.submit(request, receive)


def _only_stepped(before: Situation, after: Situation) -> bool:
    """Return whether two situations differ in nothing but the layer and its channel."""
    scene = after.scene.patched(layer=before.scene.layer, channel=before.scene.channel)
    return before.trace is after.trace and before.scene == scene
