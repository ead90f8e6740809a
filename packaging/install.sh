#!/bin/sh
# Install Tocsin @VERSION@ from this folder, without a network.  Installe Tocsin, sans réseau.
#
#   sh install.sh [FOLDER]          default: ~/.local/share/tocsin-program
#   sh install.sh --use VERSION [FOLDER]     go back to (or forward to) an installed version
#
# PYTHON names the interpreter (default: python@PYTHON@, else python3). Each version lies in a folder
# of its own; `current` points at the one in use. The store (TOCSIN_HOME) is not touched.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
version=@VERSION@
wanted=@PYTHON@
use=
if [ "${1:-}" = --use ]; then use=${2:?which version?}; shift 2; fi
into=${1:-"$HOME/.local/share/tocsin-program"}

point_at() {
  ln -sfn "versions/$1" "$into/current"
  mkdir -p "$into/bin"
  printf '#!/bin/sh\nexec "%s/current/bin/tocsin" "$@"\n' "$into" > "$into/bin/tocsin"
  chmod 755 "$into/bin/tocsin"
  "$into/bin/tocsin" --version
}

if [ -n "$use" ]; then
  [ -x "$into/versions/$use/bin/tocsin" ] || { echo "Version $use is not installed in $into." >&2; exit 2; }
  point_at "$use"
  exit 0
fi

cd "$here"
if command -v sha256sum >/dev/null 2>&1; then sha256sum --quiet -c SHA256SUMS
elif command -v shasum >/dev/null 2>&1; then shasum -a 256 --quiet -c SHA256SUMS
else echo "Neither sha256sum nor shasum is here: the files cannot be checked." >&2; exit 3; fi

python=${PYTHON:-}
if [ -z "$python" ]; then
  if command -v "python$wanted" >/dev/null 2>&1; then python=python$wanted; else python=python3; fi
fi
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || found=none
if [ "$found" != "$wanted" ]; then
  echo "This installer is for Python $wanted; $python is $found. Name another: PYTHON=/path/to/python$wanted sh install.sh" >&2
  exit 2
fi

target=$into/versions/$version
mkdir -p "$into/versions"
rm -rf "$target"
trap 'rm -rf "$target"' EXIT  # half an installation is none
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
  --find-links wheels "tocsin[postgres]==$version"
"$target/bin/tocsin" --version >/dev/null
trap - EXIT
point_at "$version"
echo "$into/bin/tocsin"
