#!/usr/bin/env python3
"""Writes rows of a .npy file as samples, one file each: raw Avro, by hand, standard library only.

usage: write_samples.py ARRAY.npy COUNT STREAM_ID DIRECTORY

ARRAY.npy is uint8 or float32, [n, ...]. A client of your own can import sample() and label().
"""
import ast
import os
import struct
import sys
import time

DTYPES = {"<f4": (0, 4), "|u1": (1, 1)}  # NumPy's name: symbol of Sample.avsc, bytes an element


def long(value):  # Avro int and long: zigzag, then 7 bits a byte, lowest first
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value):  # Avro string and bytes: length, then the bytes
    value = value.encode() if isinstance(value, str) else value
    return long(len(value)) + value


def sample(stream_id, sample_id, dtype, shape, data):
    """The fields of Sample.avsc in their order; dtype is "<f4" or "|u1", data the elements' bytes."""
    return b"".join([
        text(stream_id),
        text(sample_id),
        long(int(time.time() * 1000)),                                # event_time
        long(DTYPES[dtype][0]),                                       # dtype: number of the symbol
        long(len(shape)) + b"".join(map(long, shape)) + long(0),      # shape: one block, then the end
        text(data),                                                   # data
        long(0),                                                      # data_uri: branch 0, null
        long(0),                                                      # attributes: an empty map
    ])


def label(stream_id, sample_id, true_class):
    """The fields of Label.avsc in their order."""
    return text(stream_id) + text(sample_id) + long(true_class)


def rows(file, count):
    """Element type, shape of a row, and the bytes of the first rows of a .npy file."""
    if file.read(6) != b"\x93NUMPY":
        sys.exit("%s is no .npy file; write it with numpy.save" % file.name)
    size = struct.unpack("<H", file.read(4)[2:])[0]  # after the version, 1.0 for all but odd arrays
    header = ast.literal_eval(file.read(size).decode("latin1"))
    dtype, (found, *shape) = header["descr"], header["shape"]
    if dtype not in DTYPES or header["fortran_order"]:
        sys.exit("%s holds %s, expected uint8 or float32, row-major" % (file.name, header))
    length = DTYPES[dtype][1]
    for dimension in shape:
        length *= dimension
    return dtype, shape, [file.read(length) for _ in range(min(count, found))]


def main(array, count, stream_id, directory):
    with open(array, "rb") as file:
        dtype, shape, data = rows(file, int(count))
    os.makedirs(directory, exist_ok=True)
    for i, row in enumerate(data):
        with open(os.path.join(directory, "sample-%05d.avro" % i), "wb") as file:
            file.write(sample(stream_id, "s%d" % i, dtype, shape, row))


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
