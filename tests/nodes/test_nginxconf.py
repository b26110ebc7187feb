"""What nginx's settings say of a request."""

from __future__ import annotations

import pytest

from cluster.nodes import nginxconf
from cluster.nodes.messages import Texts
from cluster.nodes.nginxconf import Rule

CONF = r"""
# a comment; with a semicolon
server {
    listen 80 default_server;
    listen [::]:80;
    server_name _;
    root /srv/site;
    location / { index start.html; }
    location = /healthz { return 200 'ok\n'; default_type text/plain; }
    location /hello { add_header X-Team blue; return 200 "hello from ${hostname}, $remote_addr"; }
    location ~* \.(png|jpg)$ { root /srv/pictures; }
    location ^~ /static/ { alias /srv/assets/; autoindex on; }
    location /api/ { proxy_pass http://backend/v1/; }
    location /raw { proxy_pass http://api:8080; }
    location /old { return 301 /new$request_uri; }
    location /gone { return 410; }
}
server { listen 80; server_name *.shop.test shop.test; location / { return 200 shop; } }
server { listen 8080; location / { return https://$host$request_uri; } }
upstream backend { server one:9000; server two:9000; }
"""


class Lying(Texts):
    whole = True


FILES = Lying(
    {
        nginxconf.MAIN: "events {}\nhttp {\n  include mime.types;\n  include /etc/nginx/conf.d/*.conf;\n}\n",
        "/etc/nginx/conf.d/default.conf": CONF,
        "/etc/nginx/conf.d/notes.txt": "server { listen 81; }",
        "/etc/nginx/mime.types": "types { text/html html; }",
    }
)
SITE = Rule(root="/srv/site")


@pytest.mark.parametrize(
    ("port", "host", "path", "found"),
    [
        (80, "web", "/", SITE._replace(pages=("start.html",))),
        (80, "web", "/healthz", SITE._replace(returns=(200, "ok\n"), kind="text/plain")),
        (80, "web", "/healthz2", SITE._replace(pages=("start.html",))),
        (80, "web", "/hello/you", SITE._replace(
            returns=(200, "hello from ${hostname}, $remote_addr"), headers=(("X-Team", "blue"),))),
        (80, "web", "/a/b.PNG", Rule(root="/srv/pictures")),
        (80, "web", "/static/b.png", SITE._replace(alias=("/static/", "/srv/assets/"), lists=True)),
        (80, "web", "/api/users", SITE._replace(proxy="http://one:9000/v1/users")),
        (80, "web", "/raw/x", SITE._replace(proxy="http://api:8080/raw/x")),
        (80, "web", "/old", SITE._replace(returns=(301, "/new$request_uri"))),
        (80, "web", "/gone", SITE._replace(returns=(410, ""))),
        (80, "www.shop.test:80", "/x", Rule(returns=(200, "shop"))),
        (8080, "web", "/x", Rule(returns=(302, "https://$host$request_uri"))),
        (81, "web", "/", None),
    ],
)  # fmt: skip
def test_what_is_said_of_a_request(port: int, host: str, path: str, found: Rule | None) -> None:
    assert nginxconf.rule(FILES, host, port, path) == found


@pytest.mark.parametrize(
    "text", ["server { listen 80; location / { return 200 x; } ", "} ; { a", "server {", "a 'b", "location ~ (a*)*b {}"]
)
def test_broken_settings_are_read_as_far_as_they_go(text: str) -> None:
    nginxconf.parse(text)
    files = Lying({nginxconf.MAIN: f"http {{ {text} }}"})
    nginxconf.rule(files, "web", 80, "/" + "a" * 500)


def test_a_pattern_that_could_take_for_ever_fits_nothing() -> None:
    files = Lying(
        {nginxconf.MAIN: "http { server { location ~ (a+)+$ { return 500; } location / { return 200 x; } } }"}
    )
    found = nginxconf.rule(files, "web", 80, "/" + "a" * 900 + "!")
    assert found is not None
    assert found.returns == (200, "x")
