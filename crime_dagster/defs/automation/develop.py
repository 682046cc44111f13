"""Dagster's UI with its daemon, as `dg dev` starts it, and with our web server in place of Dagster's."""

import socket
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.core.terminal import raise_at_interrupt

GUARDED = "crime_dagster.webserver"


def require_port(host: str, port: int) -> None:
    # Otherwise Dagster would start its other processes and fail, and users would see another program's page.
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Ignore a server that has just ended.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                file=f"{host}:{port}",
                found=f"this address cannot be used ({error.strerror}): another program, or another Dagster, has it",
                expected="a port that is free",
                remedy="end that program, or choose another port: make dev PORT=3001, "
                "or python -m crime_dagster dev --port 3001",
            ) from error


def serve(settings: Settings, host: str, port: int, *, is_read_only: bool) -> int:
    """Serve the UI until it is interrupted, and return its exit status."""
    # Dagster takes seconds to import: a port that is taken is reported before that.
    from dagster import DagsterInstance
    from dagster._cli import dev
    from dagster._cli.workspace.cli_target import WorkspaceOpts

    from crime_dagster.defs.runtime.state import explain_state, follow_from_now

    with explain_state(settings), DagsterInstance.get() as instance:
        follow_from_now(instance)
    start = dev.open_ipc_subprocess

    def start_guarded(command: list[str], **how: Any) -> Any:
        is_server = "dagster_webserver" in command
        served = [GUARDED if word == "dagster_webserver" else word for word in command]
        return start([*served, *(["--read-only"] if is_read_only and is_server else [])], **how)

    # It ends its servers when it is interrupted: left behind, a daemon would go on to start runs.
    raise_at_interrupt()
    setattr(dev, "open_ipc_subprocess", start_guarded)  # noqa: B010 the type of a module's function is fixed
    opts = WorkspaceOpts(module_name=("crime_dagster.definitions",), working_directory=str(settings.project_dir))
    dev.dev_command_impl("warning", "info", "colored", str(port), host, False, None, False, opts)
    return 0
