"""An embedded Valkey: the broker. It keeps nothing on disk, since losing the broker loses nothing."""

import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.local import binaries
from config.local.console import LauncherError
from config.local.ports import free_port
from config.local.spawn import end, private_log, spawn


@dataclass
class Valkey:
    log: Path
    password: str
    port: int = 0
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        for port in [self.port] if self.port else [free_port() for _ in range(3)]:
            self.port = port
            if self._launch():
                return
        raise LauncherError(f"Valkey tidak mau berjalan. Catatannya di {self.log}.")

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        if self._process:
            end(self._process, politely=signal.SIGTERM, seconds=10)
            self._process = None

    def _launch(self) -> bool:
        settings = (
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\nsave ''\nappendonly no\ndir /\n"
        )
        with private_log(self.log) as log:
            process = spawn([str(binaries.valkey_server()), "-"], stdin=subprocess.PIPE, output=log)
        self._process = process
        assert process.stdin is not None
        with process.stdin as pipe:  # the password is seen neither in a file nor in the process list
            pipe.write(settings.encode())
        return self._answers(process)

    def _answers(self, process: "subprocess.Popen[bytes]") -> bool:
        deadline = time.monotonic() + 15
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 0)) as client:
                    client.ping()
            except redis.RedisError:
                time.sleep(0.03)
            else:
                return True
        return False
