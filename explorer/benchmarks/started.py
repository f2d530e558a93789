"""A start of the program as ``python -m explorer`` does it, which says when it was how far (wall clock, seconds)."""

from __future__ import annotations

import os
import sys
import time

from explorer.benchmarks.measure import PROCESS_TIMEOUT_S, report


def main(until: str) -> None:
    """Report when the window had been painted and had answered, and with ``ready`` when the first maps had been."""
    from explorer.engine.launch import engine_command, launch  # noqa: PLC0415 — in the order of explorer.__main__

    process = launch(engine_command())

    from explorer import inbox  # noqa: PLC0415
    from explorer.options import Options  # noqa: PLC0415

    mail = inbox.Inbox()
    client = inbox.start_engine(mail, process=process)

    from PySide6.QtCore import QEvent, QObject, QTimer  # noqa: PLC0415

    from explorer.app import Application, make_application  # noqa: PLC0415

    class FirstPaint(QObject):
        seen = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not self.seen:
                self.seen = True
                # Answering means: what is posted after the paint is done.
                QTimer.singleShot(0, lambda: answered.append(time.time()))
            return False

    qt = make_application([])
    from explorer.core.scene import FIRST_SCENE  # noqa: PLC0415

    application = Application(qt, mail, client, Options(scene=FIRST_SCENE, scene_only=True))
    answered: list[float] = []
    first = FirstPaint()
    application.window.installEventFilter(first)
    application.start()
    end = time.time() + PROCESS_TIMEOUT_S
    while not answered and time.time() < end:
        qt.processEvents()
    figures = {"window": answered[0]}
    if until == "ready":
        from explorer.benchmarks.driving import Driver  # noqa: PLC0415

        driver = Driver(application)
        driver.painted()
        figures["ready"] = time.time()
    if until == "memory":
        from explorer.benchmarks.driving import Driver  # noqa: PLC0415

        driver = Driver(application)
        driver.painted()
        driver.rest(1.0)
        import psutil  # noqa: PLC0415 — only for this measure

        full = psutil.Process(os.getpid()).memory_full_info()
        figures |= {"rss": full.rss, "uss": full.uss, "pss": getattr(full, "pss", 0)}
    report(figures)
    application.window.close()


if __name__ == "__main__":
    main(sys.argv[1])
