#!/bin/sh
# Back up a warehouse folder, or restore one:
#   deploy/backup.sh save    <warehouse folder> <archive.tar.gz>
#   deploy/backup.sh restore <archive.tar.gz> <warehouse folder>
# Stop the services first: what is written meanwhile is in neither copy. Needs tar and, for `save`, the project's Python.
set -eu

stop() { echo "Stopped: $1" >&2; exit 2; }
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

save() {
  [ -d "$1" ] || stop "$1 is no folder"
  python=${PYTHON:-$here/../.venv/bin/python}
  # DuckDB's own lock says whether somebody writes.
  (cd "$here/.." && "$python" -c 'import sys
from pathlib import Path
from crime_dagster.core.errors import InputError
from crime_dagster.core.warehouse import require_free
try:
    require_free(Path(sys.argv[1]).absolute() / "crime.duckdb")
except InputError as error:
    sys.exit(str(error))' "$1") || stop "the database is in use"
  # What any run makes again stays out; a half archive never has the name of a whole one.
  tar --create --gzip --file "$2.partial" --directory "$1" \
    --exclude ./extensions --exclude ./dbt --exclude '*.partial' .
  tar --list --gzip --file "$2.partial" >/dev/null
  mv -- "$2.partial" "$2"
  echo "Saved: $2"
}

restore() {
  [ -f "$1" ] || stop "$1 is no file"
  [ ! -e "$2.before" ] || stop "$2.before is there: a restore before this one left it; look at it, then move it away"
  rm -rf -- "$2.restoring"
  mkdir -p -- "$2.restoring"
  tar --extract --gzip --file "$1" --directory "$2.restoring"
  [ -f "$2.restoring/crime.duckdb" ] || stop "$1 holds no crime.duckdb: it is no warehouse"
  if [ -e "$2" ]; then mv -- "$2" "$2.before"; echo "Kept: $2.before (delete it when the restored one is right)"; fi
  mv -- "$2.restoring" "$2"
  echo "Restored: $2"
}

case ${1-}:$# in
  save:3) save "${2%/}" "$3" ;;
  restore:3) restore "$2" "${3%/}" ;;
  *) sed -n 's/^#   //p' "$0" >&2; exit 2 ;;
esac
