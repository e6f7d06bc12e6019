"""``manage.py up``: the whole product with one command, until Ctrl-C."""

import argparse
import http.client
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from config.local import prepare, processes, work
from config.local.console import LauncherError, Stopped, elapsed, line, listen, say
from config.local.environment import ROOT
from config.local.installation import Installation, home_of, read_json, write_private
from config.local.ports import require_free
from config.local.services import Addresses, Services, describe, started
from config.local.supervisor import Child, Supervisor

PATIENCE = 120.0
"""Seconds the site may take to answer after its processes were started."""


def parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="manage.py up", description="Menjalankan seluruh Nontunai di mesin ini sampai Ctrl-C."
    )
    add = parser.add_argument
    add("--port", type=int, default=os.environ.get("PORT", "8000"), help="port situs (PORT, bawaan 8000)")
    add(
        "--bank-port",
        type=int,
        default=os.environ.get("BANK_PORT", "8001"),
        help="port bank uji coba (BANK_PORT, bawaan 8001)",
    )
    add(
        "--host",
        default=os.environ.get("HOST", "127.0.0.1"),
        help="alamat; 0.0.0.0 agar terjangkau dari ponsel (HOST)",
    )
    add(
        "--data",
        default=os.environ.get("DATA_DIR"),
        help="folder data; folder lain berarti instans kedua yang terpisah (DATA_DIR)",
    )
    return parser.parse_args(words)


def run(words: Sequence[str]) -> int:
    """Exit code: 0 after Ctrl-C or SIGTERM; 1 when a process keeps dying or something can't be prepared."""
    options = parse(words)
    os.umask(0o077)
    listen()
    try:
        _up(Addresses(options.host, options.port, options.bank_port), options.data)
    except Stopped:
        say("Semua sudah berhenti.")
    return 0


def _up(addresses: Addresses, data: str | None) -> None:
    installation = _take(data)
    require_free(addresses.host, addresses.port, flag="--port")
    services = Services(installation, {**os.environ, "DATA_DIR": str(installation.home)})
    if services.with_bank:
        require_free(addresses.host, addresses.bank_port, flag="--bank-port")
        if addresses.port == addresses.bank_port:
            raise LauncherError("--port dan --bank-port harus berbeda.")
    with started(services):
        describe(services)
        services.settle(addresses)
        planned = prepare.steps(services.environment, bank=services.with_bank, seed=services.demonstration)
        work.run(installation, planned, embedded=services.embedded)
        _serve(installation, services, addresses)


def _take(data: str | None) -> Installation:
    installation = Installation.open(data)
    if not installation.try_lock():
        running = installation.running()
        raise LauncherError(
            f"Nontunai sudah berjalan dari folder {installation.home} (proses {running.get('pid', '?')}, "
            f"{running.get('environment', {}).get('BASE_URL', 'masih disiapkan')}).\n"
            "Hentikan dulu, atau jalankan instans kedua dengan --data, --port, dan --bank-port lain."
        )
    installation.state.unlink(missing_ok=True)
    return installation


def _serve(installation: Installation, services: Services, addresses: Addresses) -> None:
    def note() -> None:
        pids = {**services.pids(), **supervisor.pids()}
        told = {"pid": os.getpid(), "environment": services.environment, "processes": pids}
        write_private(installation.state, told)

    supervisor = Supervisor(_children(installation, services, addresses), ROOT, note)
    try:
        say("Menjalankan proses ...")
        supervisor.start()
        _wait_until_ready(supervisor, services, addresses)
        _welcome(installation, services)
        while True:
            supervisor.step(0.5)
            if services.revive():
                note()
    finally:
        say("Menghentikan semuanya dengan rapi ...")
        installation.state.unlink(missing_ok=True)
        supervisor.stop(processes.STOP_ORDER)


def _children(installation: Installation, services: Services, addresses: Addresses) -> list[Child]:
    values = {
        "host": addresses.host,
        "port": addresses.port,
        "bank_port": addresses.bank_port,
        "pool": "threads",  # prefork needs a writable /dev/shm, which not every container has
        "data": installation.home,
    }
    product = prepare.product_environment(services.environment)
    bank = prepare.bank_environment(services.environment)
    return [
        Child(
            process.name,
            [sys.executable, "-m", *process.command(values)],
            bank if process.demonstration_only else product,
        )
        for process in processes.PROCESSES
        if services.with_bank or not process.demonstration_only
    ]


def _wait_until_ready(supervisor: Supervisor, services: Services, addresses: Addresses) -> None:
    waiting = {"/sehat": addresses.port}
    if services.with_bank:
        waiting["/"] = addresses.bank_port
    deadline = time.monotonic() + PATIENCE
    while waiting:
        supervisor.step(0.05)
        waiting = {path: port for path, port in waiting.items() if not answers(addresses.host, port, path)}
        if waiting and time.monotonic() > deadline:
            raise LauncherError("situs belum menjawab setelah dua menit. Keterangannya ada di atas.")


def answers(host: str, port: int, path: str) -> bool:
    """Whether a GET of ``path`` is answered well."""
    where = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(where, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(installation: Installation, services: Services) -> None:
    site, bank = services.environment["BASE_URL"], services.environment["BANK_URL"]
    say(f"Siap dalam {elapsed()} detik.")
    line("")
    if services.demonstration:
        line(f"  Mulai di sini   {site}/r/rumah-bung-karno/   (pengunjung membeli tiket dengan QRIS)")
    if services.with_bank:
        line(f"  Bank uji coba   {bank}/   (ponsel yang membayar QRIS itu)")
    line(f"  Masuk           {site}/masuk/")
    if services.demonstration:
        _tell_accounts(installation)
    else:
        line("  Administrator pertama dibuat dengan: python3 manage.py create_admin")
    line("")
    line(f"  Data ada di {installation.home}. Ctrl-C menghentikan semuanya.")
    if installation.home != home_of(None):
        line(f"  Perintah lain untuk instans ini: DATA_DIR='{installation.home}' python3 manage.py ...")
    line("")


def _tell_accounts(installation: Installation) -> None:
    accounts = read_json(installation.home / "demo_accounts.json").get("accounts", [])
    if accounts:
        line("")
        line("  Akun peragaan (kata sandi acak untuk pemasangan ini):")
    for account in accounts:
        if account["what_to_try"]:
            line(_account(account))
    if accounts:
        line(f"    {len(accounts)} akun seluruhnya ada di {installation.home / 'demo_accounts.json'}")
        line("  Kode kedua, bila diminta: python3 manage.py demo_code NAMA")


def _account(account: dict[str, Any]) -> str:
    return "    {username:<22} {password:<22} {role}: {what_to_try}".format_map(account)
