#!/usr/bin/env bash
# Make sure that there is a Chromium for the browser tests: the system's, else the package manager's, else Playwright's.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if command -v apt-get >/dev/null; then
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo"
  echo "installing Chromium with apt-get"
  $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null && exit 0
fi
exec .venv/bin/python -m playwright install chromium
