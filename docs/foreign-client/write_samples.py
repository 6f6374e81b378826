#!/usr/bin/env python3
"""Writes images of a .npy file as samples, one file each: raw Avro, by hand, standard library only.

usage: write_samples.py IMAGES.npy COUNT STREAM_ID DIRECTORY
"""
import os
import struct
import sys
import time


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


def sample(stream_id, sample_id, shape, pixels):  # the fields of Sample.avsc in their order
    return b"".join([
        text(stream_id),
        text(sample_id),
        long(int(time.time() * 1000)),                                # event_time
        long(1),                                                      # dtype: symbol 1, UINT8
        long(len(shape)) + b"".join(map(long, shape)) + long(0),      # shape: one block, then the end
        text(pixels),                                                 # data
        long(0),                                                      # data_uri: branch 0, null
        long(0),                                                      # attributes: an empty map
    ])


images, count, stream_id, directory = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
with open(images, "rb") as file:  # uint8 [n, 28, 28], version 1.0 of the format
    start = 10 + struct.unpack_from("<H", file.read(10), 8)[0]
    file.seek(start)
    pixels = file.read(count * 784)
os.makedirs(directory, exist_ok=True)
for i in range(count):
    with open(os.path.join(directory, "sample-%05d.avro" % i), "wb") as file:
        file.write(sample(stream_id, "s%d" % i, [1, 28, 28], pixels[i * 784:(i + 1) * 784]))
