"""Prints records of TensorBoard's own writer, for tensorboard.test.ts; with folders, what TensorBoard reads in them.

    python packages/runs/test/event-files.py [FOLDER]
"""

import io
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter


def record(**fields):
    out = io.BytesIO()
    RecordWriter(out).write(event_pb2.Event(wall_time=1.5, **fields).SerializeToString())
    return out.getvalue().hex()


if len(sys.argv) > 1:
    board = EventAccumulator(sys.argv[1]).Reload()
    for tag in board.Tags()["scalars"]:
        events = board.Scalars(tag)
        print(tag, len(events), [event.step for event in events][-3:], events[-1].value)
else:
    value = summary_pb2.Summary.Value(tag="step/loss", simple_value=0.5)
    print("scalars", record(step=300, summary=summary_pb2.Summary(value=[value])))
    print("version", record(file_version="brain.Event:2"))
    print("start", record(step=7, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)))
