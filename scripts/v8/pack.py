"""Packs what an engine is built with, the same bytes for the same files: pack.py TREE OUT ARCHIVE

TREE is the crate with our changes, OUT the prefix of its build. Three include paths are enough for all headers:
include, include/v8 and include/v8/include.
"""
import io
import lzma
import os
import sys
import tarfile

HEADERS = ('.h', '.hh', '.hpp', '.inc', '.def')

# Folders of TREE whose headers are wanted, and where they lie below include/.
FOLDERS = (
    ('v8/include', 'v8/include'),
    ('v8/src', 'v8/src'),
    ('v8/third_party', 'v8/third_party'),
    ('hooks', ''),
    ('third_party/abseil-cpp/absl', 'absl'),
    ('third_party/icu/source/common/unicode', 'unicode'),
    ('third_party/icu/source/i18n/unicode', 'unicode'),
    ('third_party/highway/src/hwy', 'hwy'),
    ('third_party/dragonbox/src/include', 'third_party/dragonbox/src/include'),
    ('third_party/fast_float/src/include', 'third_party/fast_float/src/include'),
    ('third_party/fp16/src/include', 'third_party/fp16/src/include'),
    # fp16.h includes its own by this path.
    ('third_party/fp16/src/include/fp16', 'fp16'),
    ('third_party/simdutf', 'third_party/simdutf'),
    ('third_party/rust/temporal_capi/cpp', ''),
)

# FRIEND_TEST, which V8's own headers use.
FILES = (
    ('v8/testing/gtest/include/gtest/gtest_prod.h', 'testing/gtest/include/gtest/gtest_prod.h'),
    ('third_party/googletest/src/googletest/include/gtest/gtest_prod.h',
     'third_party/googletest/src/googletest/include/gtest/gtest_prod.h'),
)

# Tests and what is for other machines than any of ours.
SKIPPED = ('/testing/', '/test/', '/googletest/', '/jsoncpp/', '/valgrind/', '/vtune/', '/wasm-api/', '_test.h', '_testing.h',
           '/arm/', '/ia32/', '/loong64/', '/mips64/', '/ppc/', '/riscv/', '/s390/')

# 64 MB of dictionary: larger ones gain nothing, and cost memory to unpack. For x86 code no filter gained anything.
XZ = [{'id': lzma.FILTER_LZMA2, 'preset': 9 | lzma.PRESET_EXTREME}]


def main():
    tree, out, archive = sys.argv[1:]
    files = {'icudtl.dat': os.path.join(tree, 'icudtl.dat')}
    for name in ('lib/libv8.a', 'lib/nr_temporal.o'):
        files[name] = os.path.join(out, name)
    for folder, place in FOLDERS:
        add(files, os.path.join(tree, folder), os.path.join('include', place))
    add(files, os.path.join(out, 'gen'), 'include')
    for path, place in FILES:
        files[os.path.join('include', place)] = os.path.join(tree, path)
    with lzma.open(archive, 'wb', check=lzma.CHECK_CRC64, filters=XZ) as packed:
        with tarfile.open(fileobj=packed, mode='w', format=tarfile.USTAR_FORMAT) as tar:
            for name in sorted(files):
                put(tar, name, files[name])
    print(f'{len(files)} files')


def add(files, folder, place):
    for path, folders, names in os.walk(folder):
        for name in names:
            file = os.path.join(path, name)
            if name.endswith(HEADERS) and not any(part in file for part in SKIPPED):
                files[os.path.normpath(os.path.join(place, os.path.relpath(file, folder)))] = file


def put(tar, name, path):
    with open(path, 'rb') as file:
        content = file.read()
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = 0o644
    tar.addfile(info, io.BytesIO(content))


main()
