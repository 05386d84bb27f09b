#!/bin/sh
# Installs a completion script under the name that its shell looks for. Usage: install_completion.sh FILE DIR NAME
set -eu
directory=${MESON_INSTALL_DESTDIR_PREFIX:?}/$2
mkdir -p "$directory"
install -m 644 "$1" "$directory/$3"
