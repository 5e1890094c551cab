"""nginx in the foreground as a peer or in front: what every configuration of it here begins with."""

import os
import pathlib

_FRAME = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    types {{ image/webp webp; }}
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{http}
}}
"""


def configure(folder: pathlib.Path, http: str) -> list:
    """Writes folder/nginx.conf, of which `http` is the block of that name, with one worker that keeps to `folder`; the command
    that runs it."""
    file = folder / "nginx.conf"
    file.write_text(_FRAME.format(folder=folder, http=http, user="user root;" if os.geteuid() == 0 else ""))
    return ["nginx", "-c", file]


def environment() -> dict:
    """Debian's nginx is where only root looks."""
    return {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}
