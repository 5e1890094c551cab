"""Sphinx, a search server: searchd with one real-time index, in a folder of its own, and a connection to it."""

import contextlib
import pathlib
import socket
import subprocess
import sys

from _gallery import Failed, free_port, stop

from cadre_dev import packages
from cadre_dev.fleet_process import wait_until

PACKAGE = "sphinxsearch"
CLIENT = "python3-pymysql"  # plain Python: it needs not be installed for the Python that runs this

# What is filled stays in memory until it is written as one piece. There is no log of changes: what is lost is made again from
# the catalog. Words come folded, in ASCII.
CONFIGURATION = """
index photos
{{
    type = rt
    path = {folder}/photos
    rt_mem_limit = 2047M
{fields}
    rt_attr_uint = version
    dict = keywords
    min_prefix_len = 1
    charset_table = 0..9, a..z, _
}}
searchd
{{
    listen = 127.0.0.1:{port}:mysql41
    log = {folder}/log
    pid_file = {folder}/pid
    binlog_path =
    workers = threads
    max_packet_size = 64M
}}
"""


class Searchd:
    """Ends with the `with` block."""

    def __init__(self, folder: pathlib.Path, fields: list[str]):
        packages.debian([PACKAGE])
        self.folder = folder
        self._fields = fields
        self._port = free_port()

    def __enter__(self):
        self.folder.mkdir(parents=True)
        configuration = self.folder.parent / f"{self.folder.name}.conf"
        configuration.write_text(CONFIGURATION.format(
            folder=self.folder, port=self._port, fields="\n".join(f"    rt_field = {name}" for name in self._fields)))
        self._process = subprocess.Popen(["searchd", "--nodetach", "--config", configuration],
                                         stdout=subprocess.DEVNULL)
        try:
            wait_until(self._answers, 20, "searchd does not answer")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        stop(self._process)

    @property
    def pid(self) -> int:
        return self._process.pid

    def connect(self):
        """A connection as Python's DB API has it."""
        place = packages.extracted(CLIENT) / "usr" / "lib" / "python3" / "dist-packages"
        if not place.exists():
            raise Failed(f"Debian's package {CLIENT}, which speaks to searchd, cannot be fetched.")
        sys.path.append(str(place))
        try:
            import pymysql  # noqa: PLC0415: it was not there before
        finally:
            sys.path.remove(str(place))
        return pymysql.connect(host="127.0.0.1", port=self._port, user="", charset="utf8", autocommit=True)

    def bytes(self) -> int:
        return sum(file.stat().st_size for file in self.folder.iterdir() if file.name.startswith("photos."))

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise Failed(f"searchd ended with exit code {self._process.returncode}.")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
            return True
        return False
