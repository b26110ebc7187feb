"""The web servers that serve a folder: where it is, and what lies in it before anybody puts something there. Data."""

from __future__ import annotations

from typing import NamedTuple


class Site(NamedTuple):
    server: str
    root: str
    pages: dict[str, str]
    missing: str
    """What it says of a failure."""


NGINX = Site(
    "nginx",
    "/usr/share/nginx/html",
    {
        "/index.html": "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n"
        "<h1>Welcome to nginx!</h1>\n"
        "<p>This page stands for the one that nginx shows before anybody has given it another.</p>\n"
        "</body>\n</html>\n",
        "/50x.html": "<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n"
        "<h1>An error occurred.</h1>\n</body>\n</html>\n",
    },
    "<html>\r\n<head><title>{code} {phrase}</title></head>\r\n<body>\r\n<center><h1>{code} {phrase}</h1></center>\r\n"
    "<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n",
)
HTTPD = Site(
    "Apache",
    "/usr/local/apache2/htdocs",
    {"/index.html": "<html><body><h1>It works!</h1></body></html>\n"},
    "<html><head>\n<title>{code} {phrase}</title>\n</head><body>\n<h1>{phrase}</h1>\n</body></html>\n",
)
BY_NAME = {
    "nginx": NGINX,
    "nginx-slim": NGINX,
    "nginx-unprivileged": NGINX,
    "nginxhttps": NGINX,
    "httpd": HTTPD,
}
