#!/usr/bin/env python3
"""Prints predictions: reads them from standard input, raw Avro, each after its length in 4 bytes."""
import struct
import sys


class Record:
    def __init__(self, value):
        self.value, self.at = value, 0

    def take(self, count):
        self.at += count
        return self.value[self.at - count:self.at]

    def long(self):
        shift, value = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)

    def text(self):
        return self.take(self.long()).decode()

    def float(self):
        return struct.unpack("<f", self.take(4))[0]

    def floats(self):
        values = []
        while count := self.long():
            if count < 0:  # a block that also says its size in bytes
                count = -count
                self.long()
            values += [self.float() for _ in range(count)]
        return values

    def nullable(self, read):  # a union of null and something
        return read() if self.long() else None


def prediction(value):  # the fields of Prediction.avsc in their order
    r = Record(value)
    return {
        "stream_id": r.text(),
        "sample_id": r.text(),
        "event_time": r.long(),
        "label": r.long(),
        "label_name": r.nullable(r.text),
        "probabilities": r.floats(),
        "confidence": r.float(),
        "entropy": r.float(),
        "source_label": r.nullable(r.long),
        "out_of_distribution_score": r.nullable(r.float),
        "model_version": r.text(),
        "adaptation_step": r.long(),
        "outcome": ["ADAPTED", "SKIPPED", "RESET", "SOURCE"][r.long()],
        "produced_at": r.long(),
    }


while length := sys.stdin.buffer.read(4):
    p = prediction(sys.stdin.buffer.read(struct.unpack(">i", length)[0]))
    print("%(stream_id)s %(sample_id)s label %(label)d confidence %(confidence).3f %(outcome)s" % p)
