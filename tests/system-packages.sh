#!/bin/sh
# What the tests need beside Python: a browser, PostgreSQL, Java (Spark), Node (the CQL peer). Installed where we may.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 || missing="$missing postgresql"
command -v node >/dev/null 2>&1 || missing="$missing nodejs npm"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$missing"
  (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing) >/tmp/narrows-system-packages.log 2>&1 \
    || { echo "could not install; see /tmp/narrows-system-packages.log"; tail -5 /tmp/narrows-system-packages.log; }
else
  echo "the tests also need:$missing"
  echo "for example: sudo apt-get install$missing"
  echo "tests that need them are skipped and say so"
fi
exit 0
