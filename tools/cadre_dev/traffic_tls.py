"""One more nginx in front of a fleet's replicas, with TLS and HTTP/2, from the template that deploy/ has for it."""

import contextlib
import pathlib
import re
import socket
import subprocess

from cadre_dev import fleet_config
from cadre_dev.fleet_process import Process, end, wait_until
from cadre_dev.shell import Failed

# Before nginx 1.25.1, Debian 12's for one, HTTP/2 is a word of `listen`.
HTTP2_IS_A_DIRECTIVE = (1, 25, 1)


def _version() -> tuple[int, ...]:
    told = subprocess.run(["nginx", "-v"], check=True, capture_output=True, text=True).stderr
    return tuple(int(number) for number in re.search(r"nginx/([\d.]+)", told)[1].split("."))


def _certificate(folder: pathlib.Path) -> dict[str, str]:
    files = {"certificate": str(folder / "certificate.pem"), "key": str(folder / "key.pem")}
    done = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                           "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                           "-keyout", files["key"], "-out", files["certificate"]], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"no certificate was made:\n{done.stderr}")
    return files


def _write(process: Process, replicas: list[str], tls: dict[str, str]) -> None:
    # As many workers as the static peer has: one for each core.
    variables = fleet_config.nginx_variables(process.name, process.folder, [process.address], replicas)
    variables |= {"workers": "auto", "tls": tls}
    configuration = process.folder / "nginx.conf"
    fleet_config.render([(fleet_config.DEPLOY / "nginx" / "nginx.conf.j2", variables, configuration)])
    if _version() < HTTP2_IS_A_DIRECTIVE:
        text = configuration.read_text().replace("        http2 on;\n", "")
        configuration.write_text(text.replace(f"listen {process.address} ssl;", f"listen {process.address} ssl http2;"))


@contextlib.contextmanager
def front(plan, scratch: pathlib.Path):
    """The process, and what it listens with."""
    folder = scratch / "tls"
    folder.mkdir()
    tls = _certificate(folder)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    words = ["nginx", "-p", f"{folder}/", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    process = Process("nginx", "nginx-tls", "here", address, folder, words)
    _write(process, [replica.address for replica in plan.serve()], tls)
    process.start()
    try:
        wait_until(lambda: _listens(address), 30, f"nginx with TLS does not listen; it said:\n{process.last_lines()}")
        yield process, {"url": f"https://{address}", **tls}
    finally:
        end([process])


def _listens(address: str) -> bool:
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
        return True
    except OSError:
        return False
