# SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
# SPDX-License-Identifier: Apache-2.0
# Shared by the scripts beside it; to be sourced. Leaves the shell in the repository's root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

BUILD_PACKAGES=(cmake ninja-build g++ pkg-config libinsighttoolkit5-dev nlohmann-json3-dev libcairo2-dev
  libpng-dev fonts-dejavu-core libdeflate-dev liblz4-dev libzstd-dev libblosc-dev)
TEST_PACKAGES=(ccache googletest libgtest-dev python3 python3-venv)
ITK_SOURCE_PACKAGES=(zstd libexpat1-dev zlib1g-dev libeigen3-dev libhdf5-dev)
WRAPPING_PACKAGES=("${ITK_SOURCE_PACKAGES[@]}" castxml swig python3-dev)
FUZZ_PACKAGES=(clang-14 libclang-rt-14-dev llvm-14)
CHECK_PACKAGES=(clang-tidy-14 libomp-14-dev clang-format-14 gcovr)

# say TEXT: what is happening now, and since when in seconds
say() {
  printf '\n== [%4ds] %s\n' "$SECONDS" "$*"
}

# skipped WHAT: says so in a line that is easy to find
skipped() {
  printf '\n== NOT TESTED: %s\n' "$*"
}

# as_root COMMAND...
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "Neither root nor sudo, needed for: $*" >&2
    return 1
  fi
}

# install_packages NAME...: the Debian packages that are missing
install_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing ${missing[*]}"
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# python_environment FOLDER LIST WHAT: a virtual environment with the packages of LIST, installed again only when that
# has changed; fails where they cannot be had
python_environment() {
  cmp -s "$2" "$1/installed" && return
  say "Installing $3 in $1"
  [ -x "$1/bin/python" ] || "${PYTHON:-python3}" -m venv "$1" || return
  "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2" && cp "$2" "$1/installed"
}

# run_pytest FOLDER ARGUMENT...: with the environment in FOLDER, on the commands in build/bin; no cache folders in the
# sources, and others' own warnings are theirs
run_pytest() {
  FOURDSTEM_BIN=${FOURDSTEM_BIN:-$PWD/build/bin} PYTHONDONTWRITEBYTECODE=1 \
    "$1/bin/python" -m pytest -q -p no:cacheprovider --disable-warnings "${@:2}"
}

# ITK 5.2.1: its source and a wrapped build tree, whose paths are compiled in
WRAPPED_ITK=/opt/itkwrap0

# require_wrapped_itk WHAT: unpacks WRAPPED_ITK from an archive that lies beside the repository or where
# FOURDSTEM_ITK_WRAPPED says. Without it WHAT is skipped, and the script ends.
require_wrapped_itk() {
  local archive=${FOURDSTEM_ITK_WRAPPED:-../shared/itk-wrapped}/itkwrap0.tar.zst
  [ ! -f "$WRAPPED_ITK/wb/ITKConfig.cmake" ] || return 0
  if [ ! -f "$archive" ]; then
    skipped "$1: neither $WRAPPED_ITK nor $archive is there"
    exit
  fi
  say "Unpacking $archive"
  as_root tar -C "$(dirname "$WRAPPED_ITK")" --zstd -xf "$archive"
  as_root chown -R "$(id -u):$(id -g)" "$WRAPPED_ITK"
}

# Several builds here compile the same sources: the Python package's library is that of build/.
use_compiler_cache() {
  command -v ccache >/dev/null || return 0
  export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER:-ccache}
  export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD} CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
}

# build FOLDER TARGETS CMAKE-OPTION...: configures where needed and builds TARGETS ("all" or names, space-separated)
# of the project in SOURCE, or where that is not set of this one
build() {
  local folder=$1 targets=$2
  shift 2
  say "Building in $folder"
  mkdir -p "$folder"
  if ! cmake -G Ninja -S "${SOURCE:-.}" -B "$folder" "$@" >"$folder/configure.log" 2>&1; then
    cat "$folder/configure.log" >&2
    return 1
  fi
  # shellcheck disable=SC2086
  cmake --build "$folder" --parallel "${JOBS:-$(nproc)}" --target $targets
}

# build_preset NAME: everything, as CMakePresets.json says
build_preset() {
  build "build-$1" all --preset "$1"
}

# run_tests FOLDER
run_tests() {
  say "Testing in $1"
  ctest --test-dir "$1" --output-on-failure --parallel "${JOBS:-$(nproc)}" |
    grep -vE ' Passed +[0-9.]+ sec$|^ *Start +[0-9]+: |^Internal ctest'
}
