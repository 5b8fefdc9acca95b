"""Runs one Pulumi program: started by the language host with the interpreter of the program's own virtual environment.

The request arrives on standard input, the answer leaves through the file descriptor named on the command line, so that
the program's own output goes where the engine looks for it. The SDK's ``LanguageServer`` does the work: it connects to
the engine, runs the program inside the stack resource and waits for what it registered.

Nothing of this repository is imported here: the program's environment need not have it.
"""

from __future__ import annotations

import gc
import os
import re
import runpy
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

try:
    import grpc
    import pulumi
    from pulumi import log
    from pulumi.automation import _server
    from pulumi.automation._server import LanguageServer
    from pulumi.runtime import run_in_stack, settings
    from pulumi.runtime.proto import language_pb2
except ImportError:
    # The environment has no Pulumi SDK: the host says so when it gets the exit code that it gave for that.
    sys.exit(int(sys.argv[3]))

_MANY_OBJECTS = 100_000
"""How many objects a program makes before Python looks for garbage among them, rather than 700."""


def main() -> None:
    """Answers the one request on standard input."""
    answer_descriptor = int(sys.argv[1])
    # The interpreter puts this file's folder first on the path, where the program would find the host's own modules.
    del sys.path[0]
    request = language_pb2.RunRequest.FromString(sys.stdin.buffer.read())
    if sys.argv[4] == "silent":
        # The SDK tells the engine of each step and waits for its answer: a tenth of what a program takes.
        log.debug = _nobody_reads
    # Python would look for garbage in the modules of the SDK over and over: a fifth of what a program takes.
    gc.set_threshold(_MANY_OBJECTS)
    response = run(request, engine_address=sys.argv[2])
    with os.fdopen(answer_descriptor, "wb") as answer:
        answer.write(response.SerializeToString())


def _nobody_reads(*_message: object, **_about: object) -> None:
    """Sends no debug message."""


def run(request: language_pb2.RunRequest, engine_address: str) -> language_pb2.RunResponse:
    """Runs the program that `request` describes. An error has been shown to the user when this returns."""
    target = Path(request.info.program_directory or request.pwd) / (request.info.entry_point or request.program or ".")
    sys.argv = [str(target), *request.args]
    # LanguageServer is made for programs inside the engine's client, and takes the engine's address as first argument.
    request.args[:] = [engine_address]
    _take_a_cancellation_for_the_end()
    server: Any = LanguageServer(lambda: _run_file(target))
    stack = _Stack()
    # The server imports what runs the program into its own module, and shows any error but a RunError with a traceback.
    _server.run_in_stack = stack.run  # type: ignore[attr-defined,assignment]
    try:
        response: language_pb2.RunResponse = server.Run(request, None)
    except Exception:
        if not stack.failed:
            raise
        # It has shown the error; this is one of what was still waiting for something and was cancelled.
        return language_pb2.RunResponse(bail=True)
    if response.error:
        # It has logged the error already; a second copy in the answer would be printed as well.
        return language_pb2.RunResponse(bail=True)
    return response


class _Stack:
    """Runs a program in its stack, and remembers whether that failed."""

    def __init__(self) -> None:
        self.failed = False

    async def run(self, program: Callable[[], Any]) -> None:
        """A look-up that is refused fails in one sentence, also when its answer was only waited for at the end."""
        try:
            await run_in_stack(program)
        except BaseException as error:
            self.failed = True
            sentence = _refused_look_up(error)
            if sentence is None:
                raise
            raise pulumi.RunError(sentence) from error


def _refused_look_up(error: BaseException) -> str | None:
    """What the plugin said of a function (`aws.ec2.get_vpc`) that it refused, and None of any other error.

    The SDK has no class for it (`_invoke` in `pulumi/runtime/invoke.py`); its text repeats the function's name twice.
    """
    found = re.fullmatch(
        r"invoke of (\S+) failed: (?:invocation of \S+ returned an error: )?(.+?)(?: \(\))?", str(error), re.DOTALL
    )
    if type(error) is not Exception or found is None:
        return None
    return found[2] if found[1] in found[2] else f"{found[1]}: {found[2]}"


def _take_a_cancellation_for_the_end() -> None:
    """Make one line of the traceback that the SDK shows where the engine gave up, such as for want of a plugin.

    The engine cancels what the program still asks of it, and has said why. The SDK takes only an engine that is gone
    (UNAVAILABLE) for the end.
    """
    convert = getattr(settings, "grpc_error_to_exception", None)
    if convert is None:
        return  # The environment of the program has another SDK, which shows the traceback.

    def convert_or_end(exn: grpc.RpcError) -> Exception:
        if exn.code() == grpc.StatusCode.CANCELLED:
            return pulumi.RunError("Resource monitor has terminated, shutting down")
        converted: Exception = convert(exn)
        return converted

    settings.grpc_error_to_exception = convert_or_end


def _run_file(target: Path) -> None:
    folder = target if target.is_dir() else target.parent
    sys.path.insert(0, str(folder.resolve()))
    try:
        runpy.run_path(str(target.resolve()), run_name="__main__")
    except pulumi.RunError:
        raise
    except SystemExit as exit_request:
        if exit_request.code not in (None, 0):
            raise pulumi.RunError(f"The program ended itself with exit code {exit_request.code}.") from exit_request
    except Exception as error:
        sentence = _refused_look_up(error)
        if sentence is not None:
            raise pulumi.RunError(f"{sentence} ({_line_of_program(error)})") from error
        # A RunError's text is all that LanguageServer shows of it: the traceback goes in once, and without our frames.
        raise pulumi.RunError("Program failed with an unhandled exception:\n" + _user_traceback(error)) from error


def _line_of_program(error: Exception) -> str:
    """The last line of the program, not of a package, that the error went through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}"


def _user_traceback(error: Exception) -> str:
    frames: TracebackType | None = error.__traceback__
    while frames is not None and _is_runner(frames.tb_frame):
        frames = frames.tb_next
    # A SyntaxError in the program's first file has no frame of the program: its text names file and line by itself.
    return "".join(traceback.format_exception(type(error), error, frames)).rstrip()


def _is_runner(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return name == __file__ or name == runpy.__file__ or name.startswith(("<frozen runpy", "<frozen importlib"))


if __name__ == "__main__":
    main()
