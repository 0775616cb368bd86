"""A worker of the pool: takes tasks from its parent, one by one, and beats meanwhile."""

import sys
import threading
from multiprocessing.connection import Connection

from clavilux.core.jobs import die_with_parent
from clavilux.dataset.executors import call

BEAT_S = 1.0


def main() -> None:
    """Serve until the parent closes the line."""
    connection = Connection(int(sys.argv[1]))
    die_with_parent(int(sys.argv[2]))
    speaking = threading.Lock()

    def say(kind: str, content: object = None) -> None:
        with speaking:
            connection.send((kind, content))

    def beat() -> None:
        pause = threading.Event()
        while True:
            try:
                say("beat")
            except OSError:
                return
            pause.wait(BEAT_S)

    threading.Thread(target=beat, daemon=True).start()
    while True:
        try:
            job, arguments = connection.recv()
        except (EOFError, OSError):
            return
        answer = call(job, arguments)
        try:
            say(*answer)
        except OSError:  # nobody listens any more
            return


if __name__ == "__main__":
    main()
