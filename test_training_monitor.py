"""Tests of training_monitor.py, in the order of its sections.

    python3 -m pytest test_training_monitor.py               the unit tests: no network needed; with SHARE=1/2 half of them
    python3 -m pytest -m real test_training_monitor.py       against the real vastai, sshd, tmux, screen
    python3 test_training_monitor.py bench                   the budgets, measured
    python3 test_training_monitor.py fuzz MINUTES            texts, answers and keys at random (needs hypothesis)
    python3 test_training_monitor.py soak MINUTES            a busy fleet where everything fails now and then
"""
import ast
import atexit
import base64
import bisect
import collections
import contextlib
import email
import email.header
import email.policy
import faulthandler
import fcntl
import gc
import gzip
import http.server
import io
import itertools
import json
import math
import os
import pathlib
import platform
import pty
import py_compile
import random
import re
import select
import shlex
import shutil
import signal
import smtplib
import socket
import socketserver
import sqlite3
import ssl
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import textwrap
import threading
import time
import tracemalloc
import urllib.parse
import urllib.request
from types import SimpleNamespace
from typing import NamedTuple

import pytest

import training_monitor as tm

try:
    from re import _parser as parser
except ImportError:  # before Python 3.11
    import sre_parse as parser

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = HERE / "training_monitor.py"
COMPILED = pathlib.Path(tempfile.mkdtemp(prefix="monitor-test-"), "training_monitor.pyc")  # a start takes a third as long
atexit.register(shutil.rmtree, COMPILED.parent, ignore_errors=True)
py_compile.compile(str(PROGRAM), str(COMPILED), doraise=True)
QUICK = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(COMPILED.parent)!r}); import training_monitor as tm; tm.INTERVAL_MIN_S = 0.05; sys.exit(tm.main())",
         "--interval", "0.05"]  # the program for those who wait for several refreshes
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background has it ignored, and so
signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # would the program that it tests; nohup does the same with hang-ups
signal.signal(signal.SIGHUP, signal.SIG_DFL)
NOW = tm.Moment(1_000_000.0, 1_736_863_434.0)  # 2025-01-14 14:03:54 UTC
SELECT = select.select
WAIT_S = 20.0  # how long a condition may take to come true on a slow machine


@pytest.fixture(autouse=True)
def no_error_is_hidden(monkeypatch):
    """Errors of the program's own end a test, though the screen would survive them."""
    monkeypatch.setattr(tm, "FAULTS_MAX", 0)


@pytest.fixture(autouse=True)
def utc(monkeypatch):
    """Times of day are those of UTC and settings the defaults, whatever the machine has."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")  # nobody's own settings
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def wait_until(condition, what="the condition", seconds=WAIT_S):
    """Return what `condition()` returns once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"{what} did not come true in {seconds:g} s")


# ---- Text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dirty, expected", [
    ("plain", "plain"),
    ("a\x1b[31mred\x1b[0m", "ared"),
    ("\x1b]0;title\x07text", "text"),
    ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
    ("\x1b]52;c;c2VjcmV0", ""),                      # a clipboard write that never ends
    ("\x9b31mred\x1bc", "red"),                      # 8-bit CSI, reset
    ("a\tb", "a   b"),
    ("two\nlines\r\x00\x08\x7f", "two lines "),
    ("\u202eevil\u202c \ufeff\u200bx", "evil x"),    # bidi, zero width
    ("\ud800lone\udfff", "lone"),
    ("\u2708\ufe0f", "\u2708"),                      # no variation selector
    ("\u00a0x", " x"),
    ("e\u0301", "\u00e9"),                          # one character where there is one
    ("\u0e01\u0e34", "\u0e01\u0e34"),                # other combining marks stay
])
def test_clean(dirty, expected):
    assert tm.clean(dirty) == expected


def test_clean_caps_and_is_quick_on_hostile_text():
    assert len(tm.clean("x" * 1_000_000)) == tm.LINE_MAX
    assert tm.clean("\x1b[31m" * 3000 + "x")[-1:] in ("x", "")
    began = time.process_time()
    tm.clean("\x1b]" * 500_000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text, columns", [("", 0), ("abc", 3), ("训练", 4), ("é", 1), ("✅", 2), ("█░…", 3),
                                           ("\u4dc0", 2), ("\u3248", 2), ("\ud7b0", 2), ("\u1160", 2), ("\u0301", 1)])
def test_width_is_the_most_that_a_terminal_may_take(text, columns):
    assert tm.width(text) == columns


def test_widths_that_are_not_in_doubt():
    assert tm.same_width("abc é Ж 训练 テスト 한 █░─…⣷°") and not any(map(tm.same_width, "✅🔴☀\u4dc0\u3248\ud7b0\u1160\u0301\u00ad"))


def test_wrap():
    assert tm.wrap("", 5) == [""] and tm.wrap("abcdef", 4) == ["abcd", "ef"] and tm.wrap("训练实验", 5) == ["训练", "实验"]
    began = time.process_time()
    for text in ("a" + " " * 3990 + "b", "训" * 4000, "\u0301" * 4000):
        for columns in (2, 10, 80):
            pieces = tm.wrap(text, columns)
            assert "".join(pieces) == text and all(tm.width(piece) <= columns for piece in pieces)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text, columns, most, expected", [
    ("a bc def", 4, 9, ["a bc", "def"]), ("abcdef gh", 4, 9, ["abcd", "ef", "gh"]), ("训练 实验", 5, 9, ["训练", "实验"]), ("", 4, 9, []),
    ("a bc def g", 4, 2, ["a bc", "def…"]), ("abcdef gh", 9, 1, ["abcdef gh"]), ("abcdef gh", 8, 1, ["abcdef …"]), ("ab", -1, 9, ["ab"])])
def test_wrap_words(text, columns, most, expected):
    assert tm.wrap_words(text, columns, most, "…") == expected


@pytest.mark.parametrize("text, columns, expected", [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("训练实验", 5, "训练…"), ("训练实验", 4, "训… "),
    ("abc", 1, "…"), ("abc", 0, ""), ("ab", 4, "ab  ")])
def test_pad_cuts_and_fills_by_columns(text, columns, expected):
    assert tm.pad(text, columns, mark="…") == expected
    assert tm.width(tm.pad(text, columns, mark="…")) == columns


def test_any_text_fits_any_width():
    rnd = random.Random(5)
    letters = "ab \u0301训🚀░é\u1160"
    for _ in range(2000):
        text = "".join(rnd.choice(letters) for _ in range(rnd.randrange(12)))
        columns = rnd.randrange(14)
        assert tm.width(tm.pad(text, columns, mark="…")) == columns
        assert tm.width(tm.to_ascii(text)) == tm.width(text)
        assert tm.to_ascii(text).isascii()


@pytest.mark.parametrize("seconds, expected", [
    (0, "0s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (6300, "1h45m"), (86399, "23h59m"),
    (90000, "1d1h"), (900000, "10d"), (1e10, ">9999d"), (-5, "0s")])
def test_duration(seconds, expected):
    assert tm.duration(seconds) == expected
    assert len(tm.duration(seconds)) <= 6


@pytest.mark.parametrize("value, columns, expected", [
    (1.83421, 6, "1.8342"), (1234.5, 6, "1234.5"), (97280.0, 8, "97280"), (999.0, 8, "999.0000"), (0.00002, 6, "2e-5"), (2.5e-13, 6, "2e-13"), (1e30, 6, "1e30"),
    (math.nan, 6, "nan"), (math.inf, 6, "inf"), (-math.inf, 6, "-inf"), (0.0, 6, "0"), (12.345, 4, "12.3"),
    (123456.0, 6, "123456"), (-0.5, 6, "-0.500")])
def test_number(value, columns, expected):
    assert tm.number(value, columns) == expected


@pytest.mark.parametrize("dollars, expected", [(0.812, "0.812"), (12.8, "12.80"), (0.0, "0.000"), (123456.0, "123456")])
def test_rate(dollars, expected):
    assert tm.rate(dollars) == expected


@pytest.mark.parametrize("value, expected", [
    (14.0, "14"), (0.4, "0.4"), (1.25, "1.25"), (0.0008, "0.0008"), (0.01, "0.01"), (0.999, "1"), (99.999, "100"), (1e-10, "1e-10")])
def test_count(value, expected):
    assert tm.count(value) == expected


# ---- Log reader ------------------------------------------------------------------------------


def tail_of(*chunks):
    """(text, times) of the lines that a tail has shown after these chunks."""
    tail, lines = tm.LogTail(), []
    for chunk in chunks:
        for line in tail.feed(chunk, 0.0):
            while lines and lines[-1].number >= line.number:
                lines.pop()
            lines.append(line)
    return [(line.text, line.times) for line in lines]


@pytest.mark.parametrize("text, expected", [
    ("a\nb\n", [("a", 1), ("b", 1)]),
    ("a\r\nb\r\n", [("a", 1), ("b", 1)]),
    ("no end", [("no end", 1)]),
    ("10%\r20%\r30%\n", [("30%", 3)]),
    ("10%\r    \rdone\n", [("done", 1)]),
    ("\r 5%|# | 1/20\r 10%|# | 2/20\r{'loss': 1}\n{'loss': 1}\n", [("{'loss': 1}", 2)]),
    ("warn\nwarn\nwarn\n", [("warn", 3)]),
    ("\n\n  \nx\n", [("x", 1)]),
    ("A:  10%|#   | 1/10 [00:01<00:09, 1.0it/s]\nA:  20%|##  | 2/10 [00:02<00:08, 1.0it/s]\n",
     [("A:  20%|##  | 2/10 [00:02<00:08, 1.0it/s]", 2)]),
    ("step 1 loss 2\nstep 2 loss 1\n", [("step 1 loss 2", 1), ("step 2 loss 1", 1)]),
    ("\r\x1b[31m 10%|#| 1/10 5it/s\x1b[0m\r\x1b[K 20%|##| 2/10 5it/s\n", [(" 20%|##| 2/10 5it/s", 2)]),
    ("\r\b\b 10%|#| 1/10 5it/s\r 20%|##| 2/10 5it/s\n", [(" 20%|##| 2/10 5it/s", 2)]),
    ("10%\r\x1b[K\n", [("10%", 1)]),
    ("10%\r\b\b\n", [("10%", 1)]),
    ("x\ra 10%\ra 20%\n", [("a 20%", 2)]),
    ("A: 10%|# | 1/10 5it/s\nB: 20%|##| 2/10 5it/s\n", [("A: 10%|# | 1/10 5it/s", 1), ("B: 20%|##| 2/10 5it/s", 1)]),
    ("A: 10%|█ | 1/10\nA: 20%|██| 2/10\n", [("A: 20%|██| 2/10", 2)]), ("A: 1 5.0it/s\nA: 2 5.1it/s\n", [("A: 2 5.1it/s", 2)]),
    ("A: 1 5.0s/it\nA: 2 5.1s/it\n", [("A: 2 5.1s/it", 2)]), ("1/9 [>..] 5ms/step\n2/9 [=>.] 6ms/step\n", [("2/9 [=>.] 6ms/step", 2)]),
])
def test_tail(text, expected):
    assert tail_of(text) == expected


def test_lines_of_errors_are_marked():
    said = ("ERROR: no such file", "Uncaught exception", "Traceback (most recent call last):", "fatal: no", "Killed", "CUDA out of memory", "loss: nan")
    assert all(tm.LogTail().feed(line, 0.0)[0].bad for line in said)
    assert not any(tm.LogTail().feed(line, 0.0)[0].bad for line in ("step 3/9 loss: 0.5", "nanoGPT"))


def test_a_prompt_of_a_shell_is_no_line_of_a_program():
    assert all(map(tm.PROMPT.search, ("root@C.1:/w# ", "$", "❯ ", "➜ ", "% ", ">", "host%", "~ % ", ">>> ")))
    assert not any(map(tm.PROMPT.search, ("step 3/9 loss 0.5", "Epoch 3: 50%", "Epoch 3: 50 % ")))


def test_tail_shows_the_same_however_the_text_is_cut():
    text = (
        "start\r\n"
        + "\rEpoch 1:  10%|#  | 1/10 [0s]\rEpoch 1:  20%|## | 2/10 [0s]\x1b[A\n" * 3
        + "\r    \r{'loss': 1}\n"
        "same\nsame\n-----\n--------\n\x1b[1mlast\x1b[0m"
    )
    whole = tail_of(text)
    rnd = random.Random(1)
    for _ in range(300):
        cuts = sorted(rnd.sample(range(len(text)), rnd.randrange(1, 12)))
        assert tail_of(*(text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)]))) == whole
    assert tail_of(*text) == whole
    tail = tm.LogTail()
    assert tail.feed("open", 0.0) and tail.feed("", 0.0) == [] == tm.LogTail().feed("   ", 0.0)


def test_of_a_flood_the_tail_takes_the_end():
    tail = tm.LogTail()
    tail.feed("open ", 0.0)
    lines = tail.feed("".join(f"{i}\n" for i in range(tm.TAIL_LINES + 9)), 0.0)
    assert (len(lines), lines[0].text, lines[-1].text) == (tm.TAIL_LINES, "9", str(tm.TAIL_LINES + 8))


LOSSES = dict(loss=0.5, val_loss=0.7)
CORPUS = (  # logs as frameworks and people print them: (who, text, what a careful reader reports; of a list, any)
    ("steps around their parts", """Steps:   0%|          | 0/1500 [00:00<?, ?it/s]\r   Accumulating:  50%|#####     | 4/8 [00:01<00:01, 4.00it/s]\r   Accumulating: 100%|##########| 8/8 [00:02<00:00, 4.00it/s]\r\
Steps:   0%|          | 1/1500 [00:02<50:00, 2.00s/it, loss=1.9]\r   Accumulating:  50%|#####     | 4/8 [00:01<00:01, 4.00it/s]\r   Accumulating: 100%|##########| 8/8 [00:02<00:00, 4.00it/s]\r\
Steps:   0%|          | 2/1500 [00:04<50:00, 2.00s/it, loss=1.8]\r   Accumulating:  62%|######    | 5/8 [00:01<00:01, 4.00it/s]
""", dict(step=2, total_steps=1500, loss=1.8, progress=100 * 2 / 1500, epoch=None)),
    ("a training around its parts", """Training:   0%|          | 0/1500 [00:00<?, ?it/s]\r   Accumulating:  50%|#####     | 4/8 [00:01<00:01, 4.00it/s]\r   Accumulating: 100%|##########| 8/8 [00:02<00:00, 4.00it/s]\r\
Training:   0%|          | 1/1500 [00:02<50:00, 2.00s/it, loss=1.9]\r   Accumulating:  50%|#####     | 4/8 [00:01<00:01, 4.00it/s]\r   Accumulating: 100%|##########| 8/8 [00:02<00:00, 4.00it/s]\r\
Training:   0%|          | 2/1500 [00:04<50:00, 2.00s/it, loss=1.8]\r   Accumulating:  62%|######    | 5/8 [00:01<00:01, 4.00it/s]
""", dict(step=2, total_steps=1500, loss=1.8, progress=100 * 2 / 1500, epoch=None)),
    ("fastai", """epoch     train_loss  valid_loss  accuracy  time
0         1.234567    0.987654    0.650000  00:12
1         0.934567    0.787654    0.720000  00:11
""", dict(epoch=1, loss=0.934567, val_loss=0.787654, total_epochs=None, progress=None, metrics={"accuracy": 0.72})),
    ("detectron2", """[01/14 12:00:05 d2.utils.events]:  eta: 0:03:20  iter: 19  total_loss: 2.345  loss_cls: 1.2  loss_box_reg: 0.8  loss_rpn_cls: 0.2  loss_rpn_loc: 0.1    time: 0.2001  last_time: 0.1987  data_time: 0.0051  last_data_time: 0.0021   lr: 0.00019981  max_mem: 2345M
""", dict(step=19, loss=2.345, learning_rate=0.00019981, eta_s=200, progress=None)),
    ("mmdetection 2", """2024-01-14 12:00:00,123 - mmdet - INFO - Epoch [1][50/7330]\tlr: 1.978e-03, eta: 12:34:56, time: 0.412, data_time: 0.053, memory: 3817, loss_rpn_cls: 0.6501, loss_cls: 1.2001, acc: 85.1, loss_bbox: 0.0312, loss: 1.9826
""", dict(epoch=1, step=50, total_steps=7330, loss=1.9826, learning_rate=1.978e-3, eta_s=45296, progress=None)),
    ("fairseq json", """2024-01-14 12:00:00 | INFO | train_inner | {"epoch": 1, "update": 0.052, "loss": "12.345", "nll_loss": "11.2", "ppl": "2345.6", "wps": "12345", "ups": "3.2", "num_updates": "100", "lr": "1.25e-05", "gnorm": "2.345", "train_wall": "30", "wall": "35"}
""", dict(epoch=1, step=100, loss=12.345, learning_rate=1.25e-5, progress=None)),
    ("fairseq simple", """2021-01-01 10:00:00 | INFO | train_inner | epoch 001:    100 / 1234 loss=12.345, nll_loss=11.9, ppl=3825.3, wps=21000, ups=5.5, bsz=128, num_updates=100, lr=1.25e-05, gnorm=2.1, train_wall=19, wall=25
2021-01-01 10:01:00 | INFO | valid | epoch 001 | valid on 'valid' subset | loss 10.1 | nll_loss 9.8 | ppl 892 | wps 52000 | wpb 2900 | bsz 100 | num_updates 1234
""", dict(epoch=1, step=100, total_steps=1234, loss=12.345, val_loss=10.1, learning_rate=1.25e-5)),
    ("NeMo", """\rEpoch 0:   5%|▌         | 50/1000 [00:25<08:00,  1.98it/s, v_num=0, reduced_train_loss=9.870, global_step=49.00, consumed_samples=800.0, train_step_timing in s=0.500]""",
     dict(epoch=0, step=50, total_steps=1000, loss=9.87)),
    ("DeepSpeed", """[2024-01-14 12:00:00,123] [INFO] [logging.py:96:log_dist] [Rank 0] step=10, skipped=0, lr=[9.65e-06, 9.65e-06], mom=[(0.9, 0.95)]
steps: 10 loss: 8.1234 iter time (s): 0.523 samples/sec: 15.290
""", dict(step=10, loss=8.1234, learning_rate=9.65e-6, rate=15.29, rate_unit="samples/s", total_steps=None)),
    ("LLaMA-Factory jsonl", """{"current_steps": 10, "total_steps": 300, "loss": 1.2345, "lr": 4.9e-05, "epoch": 0.12, "percentage": 3.33, "elapsed_time": "0:00:50", "remaining_time": "0:24:10"}
""", dict(step=10, total_steps=300, loss=1.2345, learning_rate=4.9e-5, epoch=0.12, progress=3.33, eta_s=1450, elapsed_s=50)),
    ("LLaMA-Factory", """[INFO|2024-01-14 12:00:00] llamafactory.train.callbacks:143 >> {'loss': 1.2345, 'learning_rate': 4.9891e-05, 'epoch': 0.12, 'throughput': 2345.6}
""", dict(loss=1.2345, learning_rate=4.9891e-5, epoch=0.12, progress=None)),
    ("Unsloth", r"""==((====))==  Unsloth - 2x faster free finetuning | Num GPUs = 1
   \\   /|    Num examples = 1,000 | Num Epochs = 3 | Total steps = 375
O^O/ \_/ \    Batch size per device = 2 | Gradient Accumulation steps = 4
\        /    Total batch size (2 x 4 x 1) = 8 | Total steps = 375
 "-____-"     Trainable parameters = 41,943,040/8,000,000,000 (0.52% trained)
{'loss': 1.8, 'grad_norm': 0.4, 'learning_rate': 0.0002, 'epoch': 0.3}
""", dict(epoch=0.3, total_epochs=3, loss=1.8, learning_rate=2e-4, progress=10, total_steps=375)),
    ("torchtune", """1|20|Loss: 1.234567:  10%|█         | 20/200 [00:40<06:00,  2.00s/it]""",
     dict(step=20, total_steps=200, loss=1.234567)),
    ("torchtune disk", """Step 20 | loss:1.234567 lr:2e-05 tokens_per_second_per_gpu:1234.5
""", dict(step=20, loss=1.234567, learning_rate=2e-5, rate=1234.5, rate_unit="tokens/s")),
    ("LitGPT", """Epoch 1 | iter 10 step 5 | loss train: 1.234, val: n/a | iter time: 123.45 ms (step) remaining time: 0:10:12
""", dict(epoch=1, loss=1.234, val_loss=None)),
    ("MetricLogger", """Epoch: [0]  [  10/1251]  eta: 0:12:34  lr: 0.000001  loss: 6.9123 (6.9345)  time: 0.6012  data: 0.0123  max mem: 12345
Test:  [  0/98]  eta: 0:01:02  loss: 4.5 (4.5)  acc1: 10.1 (10.1)  time: 0.6  data: 0.4  max mem: 12345
""", dict(epoch=0, step=10, total_steps=1251, loss=6.9123, learning_rate=1e-6, eta_s=None)),
    ("Ultralytics", """
      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size
      1/100      2.61G      1.234      2.345      1.456         12        640:  50%|█████     | 8/16 [00:03<00:03,  2.41it/s]""",
     dict(epoch=1, total_epochs=100, step=8, total_steps=16, loss=None, progress=0.5)),
    ("YOLOX", """2021-08-20 10:11:12 | INFO     | yolox.core.trainer:257 - epoch: 1/300, iter: 10/7393, mem: 5432Mb, iter_time: 0.512s, data_time: 0.001s, total_loss: 15.2, iou_loss: 4.5, l1_loss: 0.0, conf_loss: 8.9, cls_loss: 1.8, lr: 1.830e-08, size: 640, ETA: 13 days, 3:14:15
""", dict(epoch=1, total_epochs=300, step=10, total_steps=7393, loss=15.2, learning_rate=1.83e-8, eta_s=1134855, progress=0.0004)),
    ("PaddleDetection", """[01/14 12:00:00] ppdet.engine INFO: Epoch: [0] [  20/1000] learning_rate: 0.000100 loss: 3.456 eta: 10:12:13 batch_cost: 0.4 data_cost: 0.001 ips: 10.0 images/s
""", dict(epoch=0, step=20, total_steps=1000, loss=3.456, learning_rate=1e-4, eta_s=36733)),
    ("PaddleNLP", """[2024-01-14 12:00:00,000] [    INFO] - global step 110, epoch: 2, batch: 10, loss: 0.69, accu: 0.51, speed: 1.23 step/s
""", dict(epoch=2, step=[110, 10], loss=0.69, rate=1.23, rate_unit="it/s")),
    ("PaddleOCR", """[2022/01/14 12:00:00] ppocr INFO: epoch: [1/500], global_step: 10, lr: 0.000010, loss: 12.345, avg_reader_cost: 0.1 s, avg_batch_cost: 0.5 s, avg_samples: 64.0, ips: 120.1 samples/s, eta: 1 day, 2:03:04
""", dict(epoch=1, total_epochs=500, step=10, loss=12.345, learning_rate=1e-5, eta_s=93784)),
    ("TF Estimator", """INFO:tensorflow:loss = 2.3025851, step = 0
INFO:tensorflow:global_step/sec: 123.4
INFO:tensorflow:loss = 0.5123, step = 100 (0.812 sec)
INFO:tensorflow:Saving checkpoints for 100 into /tmp/model/model.ckpt.
""", dict(step=100, loss=0.5123, total_steps=None, progress=None)),
    ("Flax", """I0114 12:00:00.123456 140 train.py:300] train epoch: 3, loss: 4.6123, accuracy: 1.23
I0114 12:00:09.123456 140 train.py:310] eval epoch: 3, loss: 4.1, accuracy: 2.23
""", dict(epoch=3, loss=4.6123, val_loss=4.1)),
    ("VISSL", """INFO 2022-03-03 10:00:00,000 trainer_main.py: 269: One epoch = 2502 iterations.
INFO 2022-03-03 10:00:00,000 state_update_hooks.py: 115: Starting phase 0 [train]
""", dict(epoch=None, step=None)),
    ("what a model writes below its bar", """\r 36%|###6      | 180/500 [42:00<1:14:40, 14.0s/it]\n{'loss': 0.0123, 'learning_rate': 6.4e-07, 'epoch': 0.36}
Step 1: each round is 40 minutes.\nStep 2/2: 3 x 40 = 120
""", dict(step=180, total_steps=500, progress=36, state="training")),
    ("GraphGym's best", """> Epoch 60: took 23.4s (avg 23.6s) | Best so far: epoch 30\ttrain_loss: 0.3123 train_mae: 0.3123\tval_loss: 0.3412
""", dict(epoch=60, loss=None, val_loss=None)),
    ("CLU", """I0114 12:00:00.123456 140213442553664 logging_writer.py:48] [100] accuracy=0.12, loss=2.345, learning_rate=0.1
""", dict(step=100, loss=2.345, learning_rate=0.1)),
    ("MaxText", """completed step: 10, seconds: 1.234, TFLOP/s/device: 123.4, Tokens/s/device: 4567.8, total_weights: 12345, loss: 8.123
""", dict(step=10, loss=8.123, rate=4567.8, rate_unit="tokens/s")),
    ("Composer", """[batch=10/4800]:
\t Train time/epoch: 0
\t Train time/batch: 9
\t Train loss/train/total: 11.2345
\t Train throughput/tokens_per_sec: 12345.6
\t Train lr-DecoupledAdamW/group0: 0.0001
""", dict(step=[9, 10], total_steps=4800, loss=11.2345)),
    ("OpenNMT", """[2024-01-14 12:00:00,000 INFO] Step 50/100000; acc: 12.34; ppl: 2345.67; xent: 7.76; lr: 0.00001; sents: 3200; bsz: 3456/3400/64; 12345/12000 tok/s; 25 sec;
""", dict(step=50, total_steps=100000, loss=7.76, learning_rate=1e-5, progress=0.05)),
    ("Sockeye", """[INFO:sockeye.training] Epoch[0] Batch [50]\tSpeed: 1234.56 samples/sec 12345.67 tokens/sec 2.34 updates/sec\tperplexity=1234.5
""", dict(epoch=0, step=50, loss=None, rate=[1234.56, 12345.67, 2.34])),
    ("Flair", """2024-01-14 12:00:00,123 epoch 1 - iter 10/100 - loss 2.34567890 - time (sec): 1.23 - samples/sec: 123.45 - lr: 0.000010 - momentum: 0.000000
2024-01-14 12:00:10,123 EPOCH 1 done: loss 1.2345 - lr: 0.000010
2024-01-14 12:00:12,123 DEV : loss 0.987 - f1-score (micro avg)  0.75
""", dict(epoch=1, step=10, total_steps=100, loss=[2.3456789, 1.2345], val_loss=0.987, learning_rate=1e-5, epochs_done=1)),
    ("CatBoost", """Learning rate set to 0.05
0:\tlearn: 0.6812345\ttest: 0.6822345\tbest: 0.6822345 (0)\ttotal: 58ms\tremaining: 58s
100:\tlearn: 0.4512345\ttest: 0.4712345\tbest: 0.4712345 (100)\ttotal: 1.2s\tremaining: 10.7s
""", dict(step=100, loss=0.4512345, val_loss=0.4712345, eta_s=10.7)),
    ("XGBoost", """[0]\ttrain-rmse:0.91234\teval-rmse:0.95234
[20]\ttrain-rmse:0.51234\teval-rmse:0.61234
""", dict(step=20, loss=0.51234, val_loss=0.61234, epoch=None)),
    ("sklearn MLP", """Iteration 11, loss = 0.36567890
Iteration 12, loss = 0.34567890
Training loss did not improve more than tol=0.000100 for 10 consecutive epochs. Stopping.
""", dict(step=12, loss=0.3456789)),
    ("sklearn boosting", """      Iter       Train Loss   Remaining Time
         1           1.2345            5.01s
         2           1.1345            4.90s
""", dict(step=2, loss=1.1345)),
    ("fastText", """\rProgress:  45.3% words/sec/thread:   12345 lr:  0.027350 avg.loss:  1.234567 ETA:   0h 1m12s""",
     dict(progress=45.3, loss=1.234567, learning_rate=0.02735)),
    ("Diffusers", """\rSteps:   3%|▎         | 30/1000 [00:15<08:05,  2.00it/s, loss=0.123, lr=1e-05]""",
     dict(step=30, total_steps=1000, loss=0.123, learning_rate=1e-5, progress=3, eta_s=485, rate=2)),
    ("gaussian-splatting", """Loading Training Cameras [14/01 12:00:00]
\rTraining progress:  10%|█         | 3000/30000 [01:20<12:34, 35.78it/s, Loss=0.0712345, Depth Loss=0.0000000]
[ITER 3000] Evaluating train: L1 0.0212 PSNR 28.1 [14/01 12:01:30]
""", dict(step=3000, total_steps=30000, loss=0.0712345, progress=10)),
    ("Ignite", """2024-01-14 12:00:00,123 ignite.trainer INFO: Engine run starting with max_epochs=20.
Epoch[1] Iteration[100/938] Loss: 0.45
""", dict(epoch=1, total_epochs=20, step=100, total_steps=938, loss=0.45, progress=0.53)),
    ("ImageNet example", """Epoch: [0][ 10/5005]\tTime  0.412 ( 0.512)\tData  0.010 ( 0.050)\tLoss 6.9123e+00 (6.9512e+00)\tAcc@1   0.00 (  0.14)\tAcc@5   0.39 (  0.60)
Test: [ 0/98]\tTime  3.4 ( 3.4)\tLoss 5.1e+00 (5.1e+00)\tAcc@1   3.91 (  3.91)
""", dict(epoch=0, step=10, total_steps=5005, loss=6.9123)),
    ("Caffe", """I0114 12:00:00.123456 12345 solver.cpp:239] Iteration 100 (12.3 iter/s, 8.1s/100 iters), loss = 2.345
I0114 12:00:00.123456 12345 sgd_solver.cpp:105] Iteration 100, lr = 0.01
""", dict(step=100, loss=2.345, learning_rate=0.01)),
    ("torchtitan", """[titan] 2024-09-01 12:00:00,123 - root - INFO - \x1b[31mstep: 10  \x1b[32mloss:  8.1234  \x1b[38;2;180;60;0mgrad_norm:  1.2345  \x1b[34mmemory: 23.45GiB(29.5%)  \x1b[36mtps: 1,234  \x1b[35mtflops: 123.4  \x1b[39mmfu: 12.34%\x1b[39m
""", dict(step=10, loss=8.1234, metrics={"grad_norm": 1.2345, "mfu": 12.34})),
    ("verl", """step:7 - global_seqlen/mean:12345.000 - actor/entropy_loss:0.345 - actor/pg_loss:-0.012 - actor/kl_loss:0.001 - actor/lr:1e-06 - critic/score/mean:0.123 - training/epoch:0.000
""", dict(step=7, progress=None, learning_rate=1e-6)),
    ("llm.c", """step   10/19560 | loss 7.123456 (+1.23z)| norm 1.2345 (-0.10z)| lr 1.00e-04 | 234.56 ms | 45.6% bf16 MFU | 223456 tok/s
val loss 6.543210
""", dict(step=10, total_steps=19560, loss=7.123456, val_loss=6.54321, learning_rate=1e-4, progress=0.05, rate=223456, rate_unit="tokens/s")),
    ("nanochat", """step 00010/21400 (0.05%) | loss: 9.123456 | grad norm: 1.2 | lrm: 1.00 | dt: 456.78ms | tok/sec: 1,123,456 | mfu: 45.67 | total time: 0.12m
""", dict(step=10, total_steps=21400, loss=9.123456, progress=0.05, rate=1123456, rate_unit="tokens/s")),
    ("modded-nanogpt", """step:100/1770 train_time:12345ms step_avg:137.17ms
step:125/1770 val_loss:6.1234 train_time:15678ms step_avg:136.33ms
""", dict(step=[100, 125], total_steps=1770, loss=None, val_loss=6.1234)),
    ("ESPnet", """[node1:0/8] 2024-01-14 12:00:00,123 (trainer:756) INFO: 1epoch:train:1-100batch: iter_time=0.01, forward_time=0.2, loss_ctc=99.1, loss_att=80, acc=0.1, loss=85.7, backward_time=0.2, optim0_lr0=2.5e-06, train_time=1.9
""", dict(epoch=1, step=100, loss=85.7)),
    ("Tianshou", """\rEpoch #1:  50%|#####     | 5000/10000 [00:25<00:25, 199.2it/s, env_step=5000, loss=0.123, rew=23.10]""",
     dict(epoch=1, step=5000, total_steps=10000, loss=0.123)),
    ("CleanRL", """global_step=1234, episodic_return=23.0
SPS: 1234
""", dict(step=1234, loss=None, progress=None)),
    ("spaCy", """============================= Training pipeline =============================
E    #       LOSS TOK2VEC  LOSS NER  ENTS_F  ENTS_P  ENTS_R  SCORE
---  ------  ------------  --------  ------  ------  ------  ------
  0       0          0.00     45.12    0.00    0.00    0.00    0.00
  1     200         12.34   1234.56   45.67   50.12   41.95    0.46
""", dict(epoch=1, step=200, loss=None)),
    ("JSON lines", """{"step": 10, "train/loss": 2.1, "train/lr": 0.0001, "_timestamp": 1700000000, "loss_scale": 65536}
{"step": 20, "val/loss": 1.9, "_timestamp": 1700000010}
""", dict(step=[10, 20], loss=2.1, val_loss=1.9, learning_rate=1e-4)),
    ("CSV", """epoch,step,train_loss,val_loss,lr
0,100,2.1,,0.001
1,200,1.7,1.8,0.0005
""", dict(epoch=1, step=200, loss=1.7, val_loss=1.8, learning_rate=0.0005)),
    ("CSV with empty cells", "epoch,step,train_loss,val_loss\r\n0,49,1.23,\r\n0,99,1.1,\r\n0,99,,1.05\r\n1,149,0.9,\r\n",
     dict(epoch=1, step=149, loss=0.9, val_loss=1.05)),
    ("CSV that begins with an empty cell", "lr,step,train_loss,epoch,val_loss\n0.001,49,,,\n,49,1.2,0,\n,99,,0,1.1\n",
     dict(epoch=0, step=99, loss=1.2, val_loss=1.1, learning_rate=0.001)),
    ("OpenCLIP", """2024-01-14,12:00:00 | INFO | Train Epoch: 0 [  12800/1000000 (1%)] Data (t): 0.100 Batch (t): 0.500, 2560.12/s, 320.1/s/gpu LR: 0.000005 Logit Scale: 14.286 Contrastive_loss: 6.9012 (6.9345) Loss: 6.9012 (6.9345)
""", dict(epoch=0, step=12800, total_steps=1000000, loss=6.9012, learning_rate=5e-6)),
    ("Swin", """[2024-01-14 12:00:00 swin_tiny] (main.py 222): INFO Train: [0/300][10/1251]\teta 0:12:34 lr 0.000001\t wd 0.0500\ttime 0.41 (0.52)\tloss 6.9012 (6.9345)\tgrad_norm 1.2 (1.3)\tmem 1234MB
""", dict(epoch=0, total_epochs=300, step=10, total_steps=1251, loss=6.9012, learning_rate=1e-6)),
    ("BasicSR", """2024-01-14 12:00:00,123 INFO: [EDSR_..][epoch:  0, iter:     100, lr:(1.000e-04,)] [eta: 1 day, 2:03:04, time (data): 0.512 (0.011)] l_pix: 1.2340e-02
""", dict(epoch=0, step=100, learning_rate=1e-4, eta_s=93784)),
    ("CycleGAN", """(epoch: 1, iters: 100, time: 0.123, data: 0.301) D_A: 0.312 G_A: 0.412 cycle_A: 1.212
""", dict(epoch=1, step=100, loss=None)),
    ("AllenNLP", """\raccuracy: 0.5012, loss: 1.2345 ||:  50%|#####     | 10/20 [00:01<00:01,  9.01it/s]""",
     dict(step=10, total_steps=20, loss=1.2345)),
    ("Keras guide", """Start of epoch 0
Training loss (for one batch) at step 200: 0.9123
Seen so far: 12864 samples
""", dict(epoch=0, step=200, loss=0.9123)),
    ("TF object detection", """INFO:tensorflow:Step 100 per-step time 0.412s
I0114 12:00:00.123456 140 model_lib_v2.py:707] Step 100 per-step time 0.412s
INFO:tensorflow:{'Loss/classification_loss': 0.51234,
 'Loss/localization_loss': 0.31234,
 'Loss/total_loss': 0.98765,
 'learning_rate': 0.0133}
""", dict(step=100, loss=0.98765, learning_rate=0.0133)),
    ("icefall", """2024-01-14 12:00:00,123 INFO [train.py:823] (0/4) Epoch 1, batch 50, loss[loss=1.234, simple_loss=1.1, pruned_loss=0.9, over 12345.00 frames. ], tot_loss[loss=1.456, simple_loss=1.2, pruned_loss=0.8, over 45678.90 frames. ], batch size: 70, lr: 3.00e-03
""", dict(epoch=1, step=50, loss=[1.234, 1.456], learning_rate=3e-3)),
    ("SpeechBrain", """epoch: 1, lr: 1.00e-03 - train loss: 3.45 - valid loss: 2.34, valid CER: 45.1
""", dict(epoch=1, loss=3.45, val_loss=2.34, learning_rate=1e-3)),
    ("Coqui TTS", """ > EPOCH: 0/1000
 --> /workspace/output

   --> TIME: 2024-01-14 12:00:00 -- STEP: 24/500 -- GLOBAL_STEP: 25
     | > loss: 1.23456  (1.34567)
     | > current_lr: 0.001
     | > step_time: 0.412  (0.433)
""", dict(epoch=0, total_epochs=1000, step=24, total_steps=500, loss=1.23456, learning_rate=1e-3)),
    ("RL GRPO", """{'loss': 0.0012, 'grad_norm': 0.31, 'learning_rate': 9.9e-07, 'reward': 0.51, 'reward_std': 0.11, 'completion_length': 211.2, 'kl': 0.0012, 'epoch': 0.02}
""", dict(loss=0.0012, epoch=0.02, learning_rate=9.9e-7, metrics={"kl": 0.0012, "reward": 0.51})),
    ("GluonCV", """INFO:root:[Epoch 0][Batch 49], Speed: 123.456 samples/sec, CrossEntropy=2.012
INFO:root:[Epoch 0] time cost: 12.3
""", dict(epoch=0, step=49, rate=123.456, rate_unit="samples/s")),
    ("Transformer-XL", """| epoch   1 step      200 |    200 batches | lr 0.00025 | ms/batch 123.45 | loss  6.12 | ppl   456.789
""", dict(epoch=1, step=200, loss=6.12, learning_rate=0.00025)),
    ("PyTorch LM example", """| epoch   1 |   200/ 2983 batches | lr 20.00 | ms/batch 12.34 | loss  6.87 | ppl   960.12
-----------------------------------------------------------------------------------------
| end of epoch   1 | time: 45.67s | valid loss  5.43 | valid ppl   228.15
""", dict(epoch=1, step=200, total_steps=2983, loss=6.87, val_loss=5.43, learning_rate=20, epochs_done=1)),
    ("PyTorch Geometric", """Epoch: 001, Loss: 1.9459, Train: 0.2571, Val: 0.1620, Test: 0.1490
Epoch: 002, Loss: 1.8459, Train: 0.3571, Val: 0.2620, Test: 0.2490
""", dict(epoch=2, loss=1.8459, val_loss=None, step=None)),
    ("DGL", """Epoch 00005 | Loss 1.8512 | Accuracy 0.5120 | Time 0.0123
""", dict(epoch=5, loss=1.8512)),
    ("Isaac Gym rl_games", """fps step: 12345 fps step and policy inference: 11234 fps total: 9876 epoch: 10/500 frames: 163840
""", dict(epoch=10, total_epochs=500, progress=[2, 1.8], loss=None)),
    ("rsl_rl", """                      \x1b[1m Learning iteration 12/1500 \x1b[0m

                       Computation: 45678 steps/s (collection: 1.234s, learning 0.321s)
               Value function loss: 0.0123
                    Surrogate loss: -0.0045
             Mean action noise std: 0.98
                       Mean reward: 12.34
                   Total timesteps: 1179648
                    Iteration time: 1.56s
                        Total time: 18.72s
                               ETA: 2321.3s
""", dict(step=[12, 1179648])),
    ("Darknet", """ 100: 2.345678, 2.456789 avg loss, 0.001000 rate, 1.234567 seconds, 6400 images, 1.234 hours left
""", dict(step=100, loss=[2.345678, 2.456789], learning_rate=[0.001, None])),
    ("TF1 tutorial", """step 100, training accuracy 0.92
Epoch: 0001 cost= 1.184183657
""", dict(epoch=1, loss=1.184183657)),
    ("Kaggle notebook", """Fold 0 | Epoch 3/10 | train_loss: 0.4321 | valid_loss: 0.4567 | score: 0.8123 | lr: 3.00e-05 | 123s
""", dict(epoch=3, total_epochs=10, loss=0.4321, val_loss=0.4567, learning_rate=3e-5, progress=None)),
    ("keras one line", """Epoch 3/10 - loss: 0.3456 - acc: 0.8812 - val_loss: 0.4456 - val_acc: 0.8412
""", dict(epoch=3, total_epochs=10, loss=0.3456, val_loss=0.4456)),
    ("German script", """Epoche 3 von 10: Verlust 0.5
epoch 3 of 10: loss 0.5
""", dict(epoch=3, total_epochs=10, loss=0.5)),
    ("SLURM srun labels", """0: Epoch 2/5 | step 40/100 | loss 1.25 | lr 1e-4
1: Epoch 2/5 | step 40/100 | loss 1.31 | lr 1e-4
""", dict(epoch=2, total_epochs=5, step=40, total_steps=100, loss=[1.25, 1.31], progress=28)),
    ("rank prefixes", """[rank0]: {'loss': 2.0, 'epoch': 0.5}
[rank3]: {'loss': 2.1, 'epoch': 0.5}
""", dict(epoch=0.5, loss=[2.0, 2.1], progress=None)),
    ("docker compose", """trainer-1  | 2025-01-14T12:00:00Z INFO step=300 total=1000 loss=0.91
""", dict(step=300, loss=0.91)),
    ("config dump", """batch_size: 32
epochs: 10
learning_rate: 0.001
loss: cross_entropy
weight_decay: 0.01
step_size: 30
steps_per_epoch: 100
label_smoothing: 0.1
loss_weight: 2.0
seed: 42
""", dict(epoch=None, step=None, loss=None, state=None, progress=None, total_epochs=[10, None])),
    ("argparse dump", """Namespace(batch_size=32, epochs=10, lr=0.001, loss_scale=128, max_steps=-1, log_interval=50, save_steps=500, warmup_steps=100)
""", dict(epoch=None, step=None, loss=None, progress=None)),
    ("json config", """{
  "num_train_epochs": 3,
  "per_device_train_batch_size": 8,
  "learning_rate": 5e-05,
  "logging_steps": 10,
  "eval_steps": 100
}
""", dict(epoch=None, step=None, loss=None, progress=None)),
    ("prose", """We use the focal loss with gamma 2.0 and 3 training steps of warmup.
Loading checkpoint from runs/loss_0.123_epoch_12.pt
Best model so far has loss 0.2
""", dict(epoch=None, step=None, loss=[None, ], progress=None)),
    ("tokenizing", """\rMap:  42%|████▏     | 420/1000 [00:01<00:01, 400.1 examples/s]
\rTokenizing train dataset (num_proc=8):  62%|██████▏   | 620/1000 [00:01<00:01, 400.1 examples/s]
""", dict(step=None, progress=None, state=None, loss=None)),
    ("downloads", """\rmodel-00001-of-00004.safetensors:  42%|████▏     | 2.10G/4.98G [00:10<00:14, 201MB/s]
\rLoading checkpoint shards:  50%|█████     | 2/4 [00:05<00:05,  2.50s/it]
\rDownloading shards: 100%|██████████| 4/4 [00:05<00:00,  1.50s/it]
""", dict(step=None, progress=None, state=None)),
    ("eval bar beside training", """\r 10%|█         | 100/1000 [01:00<09:00,  1.67it/s]{'loss': 1.5, 'learning_rate': 9e-05, 'epoch': 0.3}
\r 10%|█         | 100/1000 [01:00<09:00,  1.67it/s]
\r  0%|          | 0/50 [00:00<?, ?it/s]\r 50%|█████     | 25/50 [00:02<00:02, 12.1it/s]
""", dict(step=100, total_steps=1000, progress=10, loss=1.5, epoch=0.3)),
    ("vLLM bars in GRPO", """\r  5%|▌         | 5/100 [01:00<19:00, 12.0s/it]
\rProcessed prompts: 100%|██████████| 64/64 [00:05<00:00, 12.1it/s, est. speed input: 1200.1 toks/s, output: 2400.2 toks/s]
{'loss': 0.01, 'reward': 0.4, 'epoch': 0.05}
""", dict(step=5, total_steps=100, progress=5, loss=0.01)),
    ("OOM", """Epoch 1/3 step 10/100 loss 2.0
Traceback (most recent call last):
  File "train.py", line 10, in <module>
    main()
torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB
""", dict(state="failed", reason="CUDA out of memory", loss=2.0)),
    ("KeyError", """step 5 loss 1.0
Traceback (most recent call last):
  File "train.py", line 10, in <module>
    x = d['x']
KeyError: 'x'
""", dict(state="failed", reason="Traceback: KeyError: 'x'")),
    ("nan continues", """Epoch 1/3, step 10/100, loss: nan
""", dict(state="training", loss="nan")),
    ("killed by shell", """Epoch: 1/3, step: 10/100, loss: 0.5
./run.sh: line 12:  1234 Killed                  python train.py
""", dict(state="failed", reason="killed")),
    ("NCCL timeout", """step 10 loss 1.0
[rank1]:[E114 12:00:00.123 ProcessGroupNCCL.cpp:616] [Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=10, OpType=ALLREDUCE) ran for 600000 milliseconds before timing out.
""", dict(state="failed", reason="NCCL timeout")),
    ("disk full", """step 10 loss 1.0
OSError: [Errno 28] No space left on device
""", dict(state="failed", reason="No space left on device")),
    ("recovered", """Traceback (most recent call last):
  File "a.py", line 1, in <module>
ConnectionError: hub is away
retrying
step 1/10 loss 2.0
step 2/10 loss 1.9
step 3/10 loss 1.8 (overflow, retrying)
""", dict(state="training", step=3, loss=1.8, progress=30)),
    ("short names apart", "E 2/10 | S 120/500 | L 0.4512 | LR 1.2e-4\n", dict(epoch=2, total_epochs=10, step=120, total_steps=500)),
    ("rate of a group", "step=100 optim/learning_rate_group0=0.0003\n", dict(step=100, learning_rate=0.0003)),
    ("bar and the same step in words", """Epoch 0:   5%|5         | 500/10000 [00:50<15:50, 10.0it/s]
Training epoch 0 step 500 loss 0.4567
""", dict(epoch=0, step=500, total_steps=10000, loss=0.4567)),
    ("bar that is one ahead of the step", """Step 50: loss 5.1
  1%|          | 51/5000 [00:51<1:20:00,  1.0it/s]
Step 100: loss 5.0
  2%|          | 101/5000 [01:41<1:20:00,  1.0it/s]
""", dict(step=101, total_steps=5000, progress=2.02)),
    ("another bar within one step", """Step 5: loss 5.1
  38%|###       | 5/13 [00:05<00:08,  1.0it/s]
  46%|####      | 6/13 [00:06<00:07,  1.0it/s]
""", dict(step=5, total_steps=None)),
    ("place before another step", "[10/10] step=351 loss=0.4\n", dict(epoch=10, total_epochs=10, step=351, total_steps=None, progress=None)),
    ("place that is the step", "100/5000 | step 100 | loss 2.1\n200/5000 | step 200 | loss 2.0\n", dict(epoch=None, step=200, total_steps=5000, progress=4)),
    ("place that was the step by chance", "[1/10] step=1 loss=0.5\n[1/10] step=2 loss=0.4\n", dict(epoch=1, total_epochs=10, step=2, total_steps=None)),
    ("unfinished 1", ' iteration      170/     500 | loss: 3.25 |\n iteration      180/     500 | ', dict(step=180, total_steps=500)),
    ("unfinished 2", '[05/11 12:14:07] Epoch: [2] [380/458] loss: 5.5\n[05/11 12:14:27] Epoch: [2] [400/458] lo', dict(epoch=2, step=400)),
    ("unfinished 3", "{'step': 3, 'loss': 0.5/", dict(step=3)),
    ("a bar that begins a run, and another", """step 30 loss 0.4
Training:   0%|          | 0/1500 [00:00<?, ?it/s]
 50%|#####     | 4/8 [00:01<00:01, 4.00it/s]
""", dict(step=0, total_steps=1500, progress=0)),
    ("retried", """Epoch 3/10 step 20/100 loss 0.5
caught OOM, retrying with batch 37
""", dict(state="training", step=20, epoch=3)),
    ("resumed", """step 5000/10000 loss 1.0
Resuming from checkpoint step 5000
step 5001/10000 loss 0.99
""", dict(step=5001, progress=50.01, loss=0.99)),
    ("two runs", """Epoch 1/2 loss: 0.9
Epoch 2/2 loss: 0.8
Training complete
Epoch 1/2 loss: 1.1
""", dict(epoch=1, loss=1.1, state="training", val_loss=None)),
    ("finished words", """step 100/100 loss 0.1
Training completed in 0:10:00
""", dict(state="finished", progress=100)),
    ("val on own line", """Epoch 1/10
Train Loss: 0.9 Acc: 0.5
Val Loss: 0.8 Acc: 0.6
""", dict(epoch=1, total_epochs=10, loss=0.9, val_loss=0.8)),
    ("torchvision tutorial", """Epoch 0/24
----------
train Loss: 0.6012 Acc: 0.6721
val Loss: 0.3012 Acc: 0.8824

Epoch 1/24
----------
train Loss: 0.5012 Acc: 0.7721
""", dict(epoch=1, total_epochs=24, loss=0.5012, val_loss=0.3012, progress=4)),
    ("eval dict", """{'loss': 0.5, 'learning_rate': 1e-05, 'epoch': 1.0}
{'eval_loss': 0.4, 'eval_accuracy': 0.9, 'eval_runtime': 1.2, 'eval_samples_per_second': 100.0, 'eval_steps_per_second': 10.0, 'epoch': 1.0}
""", dict(loss=0.5, val_loss=0.4, epoch=1.0)),
    ("percent text", """Epoch 2 [45%] loss=0.123 eta=0:05:00
""", dict(epoch=2, loss=0.123)),
    ("iters of", """Iteration 150 of 2000 - Loss: 3.21 - Time/iter: 0.5s
""", dict(step=150, total_steps=2000, loss=3.21, progress=7.5)),
    ("GAN", """[Epoch 3/200] [Batch 100/938] [D loss: 0.412] [G loss: 1.234]
""", dict(epoch=3, total_epochs=200, step=100, total_steps=938, loss=None)),
    ("diffusion denoising", """\rloss: 0.0312:   1%|          | 700/70000 [05:00<8:20:00,  2.31it/s]""", dict(step=700, total_steps=70000, loss=0.0312, progress=1)),
    ("alpaca style", """{"epoch": 1.5, "global_step": 300, "max_steps": 600, "train_loss": 0.7, "learning_rate": 1e-5}
""", dict(epoch=1.5, step=300, total_steps=600, loss=0.7, progress=50)),
    ("tab separated", "epoch\ttrain_loss\tval_loss\tlr\n1\t0.9\t0.8\t0.001\n2\t0.7\t0.75\t0.001\n",
     dict(epoch=2, loss=0.7, val_loss=0.75, learning_rate=0.001)),
    ("markdown table", """| epoch | train loss | val loss |
|------:|-----------:|---------:|
|     1 |      0.900 |    0.800 |
|     2 |      0.700 |    0.750 |
""", dict(epoch=2, loss=0.7, val_loss=0.75)),
    ("structlog", """2025-01-14T12:00:00.000000Z [info     ] train_step                     epoch=2 global_step=400 loss=0.31 lr=0.0003
""", dict(epoch=2, step=400, loss=0.31, learning_rate=3e-4)),
    ("loguru", """2025-01-14 12:00:00.123 | INFO     | __main__:train:45 - Epoch 2/5 Step 40/100 Loss 0.412
""", dict(epoch=2, total_epochs=5, step=40, total_steps=100, loss=0.412, progress=28)),
    ("rich log", """[12:00:00] INFO     epoch 2 step 40 loss 0.412                       train.py:45
""", dict(epoch=2, step=40, loss=0.412)),
    ("perplexity", """| epoch 3 | 1200/5000 batches | lr 0.10 | ms/batch 12.1 | loss 4.12 | ppl 61.6
""", dict(epoch=3, step=1200, total_steps=5000, loss=4.12, learning_rate=0.1, metrics={"ppl": 61.6})),
    ("mmengine style val", """2025/01/14 12:00:00 - mmengine - INFO - Epoch(val) [3][50/50]    coco/bbox_mAP: 0.3120  data_time: 0.01  time: 0.1
""", dict(epoch=None, step=None, loss=None)),
    ("pytorch-metric", """Train Epoch: 5 [32000/60000 (53%)]\tLoss: 0.123456
Test set: Average loss: 0.0412, Accuracy: 9876/10000 (99%)
""", dict(epoch=5, step=32000, total_steps=60000, loss=0.123456, val_loss=0.0412)),
    ("wandb summary", """wandb: Run summary:
wandb:      epoch 3
wandb: train_loss 0.123
wandb:   val_loss 0.234
""", dict(loss=[0.123, None], val_loss=[0.234, None])),
    ("thousands", """Step 12,000 / 100,000 | loss 2.10 | 1,234,567 tok/s
""", dict(step=12000, total_steps=100000, loss=2.1, rate=1234567, progress=12)),
    ("loss first", """loss: 0.512345  [ 6464/60000]
""", dict(loss=0.512345, step=6464, total_steps=60000)),
    ("hf new style", """{'loss': '1.234', 'grad_norm': '0.5', 'learning_rate': '4e-05', 'epoch': '0.5'}
""", dict(loss=1.234, learning_rate=4e-5, epoch=0.5)),
    ("minutes eta", """iter 100/1000: loss 3.2134, time 250.12ms, eta 3.75 min
""", dict(step=100, total_steps=1000, loss=3.2134, progress=10)),
    ("time after each epoch", "Epoch 2/5 loss: 0.5\nTotal training time: 0.21 seconds.\n", dict(state="training", progress=[40, 20])),
    ("Ignite evaluator", """2025-01-01 10:00:00,000 trainer INFO: Engine run starting with max_epochs=6.
Epoch[3] Iteration[60/120] Loss: 0.24
2025-01-01 10:00:00,000 evaluator INFO: Engine run starting with max_epochs=1.
2025-01-01 10:00:00,000 evaluator INFO: Epoch[1] Complete. Time taken: 00:00:01
""", dict(epoch=3, total_epochs=6, step=60, total_steps=120, loss=0.24, state="training", progress=41.67)),
    ("sentence-transformers", """\r 25%|██▌       | 10/40 [00:02<00:06,  4.5it/s]{'loss': 1.0, 'epoch': 0.5}
\rBatches: 100%|██████████| 7/7 [00:00<00:00, 71.1it/s]
""", dict(step=10, total_steps=40, loss=1.0, state="training", progress=25)),
    ("dataset bars", """\rAdding EOS to train dataset: 100%|██████████| 100/100 [00:00<00:00, 901.1 examples/s]
\rTruncating train dataset: 100%|██████████| 100/100 [00:00<00:00, 901.1 examples/s]
""", dict(step=None, state=None, progress=None)),
    ("outer bar of epochs", """\rTraining:   0%|          | 0/3 [00:00<?, ?it/s]
\rEpoch 0: 100%|██████████| 20/20 [00:01<00:00, 19.1it/s, loss=1.0]\x1b[A
\rTraining:  33%|███▎      | 1/3 [00:01<00:02,  1.0s/it]
\rEpoch 1:  50%|█████     | 10/20 [00:01<00:01, 19.1it/s, loss=0.5]\x1b[A""", dict(epoch=1, step=10, total_steps=20, total_epochs=3, progress=50)),
    ("progressbar2", "\r 50% (20 of 40) |######    | loss: 0.0333 ETA: 0:00:00\n", dict(step=20, total_steps=40, loss=0.0333)),
    ("Ultralytics 8.4", """      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size
      2/3         0G     0.8913     0.7674     0.5352          4         64: 75% ━━━━━━━━━─── 3/4 4.6it/s 0.4s<0.2s
""", dict(epoch=2, total_epochs=3, step=3, total_steps=4, loss=None, progress=58.3)),
    ("nerfstudio", """Step (% Done)       Train Iter (time)    ETA (time)           Train Rays / Sec
-----------------------------------------------------------------------------------
500 (1.67%)         45.678 ms            22 m, 34 s           98.76 K
""", dict(step=500, progress=1.67)),
    ("bracketed epochs", "[013/030] train_loss=0.00429 valid_loss=0.00486\n", dict(epoch=13, total_epochs=30, step=None, loss=0.00429)),
    ("bracketed epochs before a bar", "\r[015/030] train:  50%|█████     | 25/50 [00:01<00:01, 25.1it/s, loss=0.004]",
     dict(epoch=15, total_epochs=30, step=25, total_steps=50, loss=0.004)),
    ("Lightning checkpoint", "Epoch 1, global step 40: 'train_loss' reached 1.43123 (best 1.43123), saving model to x.ckpt\n", dict(epoch=1, step=40)),
    ("sklearn SGD", "-- Epoch 3\nNorm: 5.1, NNZs: 20, Bias: 0.1, T: 2400, Avg. loss: 2.617160, Objective: 2.678139\n", dict(epoch=3, loss=2.61716)),
    ("a cost in seconds", "epoch 2 loss 0.5\n====> Epoch: 2, cost 45.42 s\n", dict(epoch=2, loss=0.5)),
    ("CatBoost end", "Learning rate set to 0.117704\n0:\tlearn: 0.68\ttotal: 58ms\tremaining: 58s\nStopped by overfitting detector  (30 iterations wait)\n",
     dict(loss=0.68, state="finished")),
    # of other languages, and of what people run beside the known frameworks
    ("zh script", "第 3 轮 / 共 10 轮，训练损失：0.5123，验证损失：0.6123，学习率：0.001\n",
     dict(epoch=3, loss=0.5123, val_loss=0.6123, learning_rate=0.001, state="training")),
    ("zh epoch counter", "轮次 [4/20] 步数 [50/200] 损失: 1.2345\n", dict(epoch=4, total_epochs=20, step=50, total_steps=200, loss=1.2345, progress=16.25)),
    ("zh end", "轮次 20/20 损失: 0.1\n训练完成！\n", dict(epoch=20, total_epochs=20, loss=0.1, state="finished", progress=100)),
    ("zh failed", "轮次 2/20 损失: 0.1\n训练失败：显存不足\n", dict(epoch=2, state="failed")),
    ("ja script", "エポック 5/30 - 損失: 0.4321 - 検証損失: 0.5432 - 学習率: 1e-4\n",
     dict(epoch=5, total_epochs=30, loss=0.4321, val_loss=0.5432, learning_rate=1e-4)),
    ("ja end", "エポック 30/30 損失: 0.2\n学習が完了しました\n", dict(epoch=30, state="finished")),
    ("ko script", "에포크 7/50, 스텝 120/400, 손실: 0.8123, 학습률: 0.0002\n검증 손실: 0.9123\n",
     dict(epoch=7, total_epochs=50, step=120, total_steps=400, loss=0.8123, val_loss=0.9123, learning_rate=0.0002)),
    ("ko early stop", "에포크 9/50 손실: 0.5\n조기 종료: 에포크 9\n", dict(epoch=9, state="finished")),
    ("de script", "Epoche 3/12: Verlust = 0,4512, Validierungsverlust = 0.5012, Lernrate = 3e-4\n", dict(epoch=3, total_epochs=12, learning_rate=3e-4)),
    ("de end", "Epoche 12/12 Verlust: 0.25\nTraining abgeschlossen.\n", dict(epoch=12, loss=0.25, state="finished", progress=100)),
    ("fr script", "ÉPOQUE 2/8 | étape 40/100 | perte : 1,0\nÉpoque 2/8 | étape 41/100 | perte : 0.9876 | taux d'apprentissage : 5e-5\n",
     dict(epoch=2, total_epochs=8, step=41, total_steps=100, loss=0.9876, learning_rate=5e-5)),
    ("fr end", "époque 8/8 perte : 0.5\nEntraînement terminé\n", dict(epoch=8, state="finished")),
    ("es script", "Época 6/25 - pérdida: 0.3312 - pérdida de validación: 0.4312 - tasa de aprendizaje: 0.01\n",
     dict(epoch=6, total_epochs=25, loss=0.3312, val_loss=0.4312, learning_rate=0.01)),
    ("es end", "Época 25/25 - pérdida: 0.1\nEntrenamiento completado\n", dict(epoch=25, state="finished")),
    ("pt script", "Época 3/15 | passo 20/80 | perda: 0.7712 | perda de validação: 0.8812\n",
     dict(epoch=3, total_epochs=15, step=20, total_steps=80, loss=0.7712, val_loss=0.8812)),
    ("ru script", "Эпоха 4/40, шаг 15/60, потери: 0.6612, скорость обучения: 0.002\n",
     dict(epoch=4, total_epochs=40, step=15, total_steps=60, loss=0.6612, learning_rate=0.002)),
    ("ru end", "Эпоха 40/40, потери: 0.2\nОбучение завершено\n", dict(epoch=40, state="finished", progress=100)),
    ("it script", "Epoca 2/9, passo 5/50, perdita: 1.4512, perdita di validazione: 1.5512\n",
     dict(epoch=2, total_epochs=9, step=5, total_steps=50, loss=1.4512, val_loss=1.5512)),
    ("Axolotl", """[2025-02-01 10:00:00,123] [INFO] [axolotl.train:120] [PID:812] [RANK:0] Starting trainer...
\r  2%|▏         | 10/500 [00:30<24:30,  3.00s/it]{'loss': 1.4521, 'grad_norm': 0.7, 'learning_rate': 1e-05, 'epoch': 0.04}
\r  0%|          | 0/32 [00:00<?, ?it/s]\r100%|██████████| 32/32 [00:08<00:00,  4.0it/s]
{'eval_loss': 1.39, 'eval_runtime': 8.0, 'epoch': 0.04}
""", dict(step=10, total_steps=500, loss=1.4521, val_loss=1.39, progress=2, state="training", learning_rate=1e-5)),
    ("OLMo", """2024-11-01T10:00:00.123Z [rank 0] INFO olmo.train:412 [step=1200/739328,epoch=0]
    optim/total_grad_norm=0.4123
    train/CrossEntropyLoss=3.1234
    train/Perplexity=22.72
    throughput/device/tokens_per_second=12345
""", dict(step=1200, total_steps=739328, loss=3.1234, progress=0.16)),
    ("OLMo-core", """2025-01-01 12:00:00.000 host:0 olmo_core.train.callbacks.console_logger:45 INFO [step=50/1000,epoch=1/2,eta=1:02:03]
    train/CE loss=4.512
    optim/LR (group 0)=0.0003
""", dict(step=50, total_steps=1000, epoch=1, loss=4.512, learning_rate=0.0003)),
    ("Levanter", """2024-06-01T10:00:00 - 0 - levanter.callbacks.progress - INFO - Progress on:train 120.0it/10.0kit rate:2.1s/it remaining:5:45:00 elapsed:0:04:12 postfix:loss=3.2
""", dict(loss=3.2)),
    ("GPT-NeoX", """ samples/sec: 12.345 | iteration      100/  320000 | elapsed time per iteration (ms): 5123.4 | learning rate: 5.000E-06 | approx flops per GPU: 50.1TFLOPS | lm_loss: 8.123456E+00 | loss scale: 65536.0 | number of skipped iterations:   0 | number of nan iterations:   0 |
validation results at iteration 100 | lm_loss value: 7.9123 | lm_loss_ppl value: 2729
""", dict(step=100, total_steps=320000, loss=8.123456, val_loss=7.9123, learning_rate=5e-6, progress=0.03, epoch=None)),
    ("MMEngine IterBased", "2025/01/14 12:00:00 - mmengine - INFO - Iter(train) [  500/160000]  lr: 9.97e-03  eta: 12:34:56  time: 0.28  loss: 1.2345  decode.loss_ce: 0.81\n",
     dict(step=500, total_steps=160000, loss=1.2345, learning_rate=9.97e-3, eta_s=45296, progress=0.31)),
    ("fairseq hydra", "[2024-01-14 12:00:00,123][train_inner][INFO] - {\"epoch\": 3, \"update\": 2.5, \"loss\": \"4.2\", \"ppl\": \"18.3\", \"num_updates\": \"5000\", \"lr\": \"0.0005\"}\n",
     dict(epoch=3, step=5000, loss=4.2, learning_rate=5e-4)),
    ("StyleTTS2", "INFO:2024-01-01 10:00:00: Epoch [3/200], Step [40/311], Mel Loss: 0.4512, Disc Loss: 3.1, Dur Loss: 0.8\n", dict(epoch=3, total_epochs=200, step=40, total_steps=311)),
    ("Piper", "DEBUG:fsspec.local:open file: /x/lightning_logs/version_0/hparams.yaml\n\rEpoch 12:  40%|████      | 20/50 [00:10<00:15,  2.0it/s, loss=31.2, v_num=0]", dict(epoch=12, step=20, total_steps=50, loss=31.2, progress=None)),
    ("F5-TTS", "\rEpoch 2/100:  30%|███       | 30/100 [00:30<01:10,  1.00update/s, loss=0.712, update=130]", dict(epoch=2, total_epochs=100, step=[30, 130], loss=0.712, progress=1.3)),
    ("MusicGen dora", """[01-14 12:00:00][flashy.solver][INFO] - Train | Epoch 5 | 120/2000 | 1.52 it/sec | ce 4.123 | ppl 61.7 | grad_norm 0.8 | lr 1.0E-04
[01-14 12:10:00][flashy.solver][INFO] - Valid Summary | Epoch 5 | ce=4.2 | ppl=66.1
""", dict(epoch=5, step=120, total_steps=2000, learning_rate=1e-4, state="training")),
    ("Whisper finetune", "{'train_runtime': 3600.5, 'train_samples_per_second': 8.2, 'train_loss': 0.32, 'epoch': 3.0}\n", dict(state="finished", loss=[0.32, None], epoch=[3, None])),
    ("Kaldi nnet3", "LOG (nnet3-train[5.5]:PrintStatsOnPhase():nnet-training.cc:160) Average objective function for 'output' for minibatches 0-99 is -1.2 over 1000 frames.\n2024-01-14 12:00:00,123 [steps/nnet3/train.py:500 - train - INFO ] Iter: 12/480   Jobs: 3   Epoch: 0.15/6.0 (2.5% complete)   lr: 0.000299\n",
     dict(step=12, total_steps=480, learning_rate=0.000299, progress=2.5)),
    ("Julia Flux", "[ Info: Epoch 4 | train loss = 0.3123 | test loss = 0.4123\n\rProgress:  40%|████████▏           |  ETA: 0:01:30\n", dict(epoch=4, loss=0.3123, val_loss=0.4123)),
    ("Lux.jl", "Epoch [  3]: Loss 0.51234\nEpoch [  4]: Loss 0.41234\n", dict(epoch=4, loss=0.41234)),
    ("R keras", "Epoch 2/5\n100/100 - 3s - loss: 0.4123 - accuracy: 0.8512 - val_loss: 0.5123 - 3s/epoch - 31ms/step\n",
     dict(epoch=2, total_epochs=5, step=100, total_steps=100, loss=0.4123, val_loss=0.5123, progress=40)),
    ("R torch luz", "Epoch 3/10\nTrain metrics: Loss: 0.3456 - Acc: 0.9012\nValid metrics: Loss: 0.4567 - Acc: 0.8712\n", dict(epoch=3, total_epochs=10, loss=0.3456, val_loss=0.4567)),
    ("burn (Rust)", "2024-05-01T10:00:00.123456Z  INFO burn_train::learner::epoch: Executing training step for epoch 2\n2024-05-01T10:00:01.123456Z  INFO burn_train::learner::log: Iteration 340 Loss 0.4123\n", dict(step=340, loss=0.4123)),
    ("candle (Rust)", "   3 train loss:  0.29431 test acc: 91.20%\n   4 train loss:  0.28112 test acc: 91.80%\n", dict(loss=0.28112, val_loss=None)),
    ("tinygrad", "loss:   0.42 test_accuracy: 91.20%:  35%|███▌      | 25/70 [00:10<00:18,  2.50it/s]\n", dict(step=25, total_steps=70, loss=0.42, progress=35.7)),
    ("dlib", "step#:     1200  learning rate: 0.1  average loss: 0.4123      steps without apparent progress: 23\n", dict(step=1200, loss=0.4123, learning_rate=0.1)),
    ("libtorch C++", "Train Epoch: 2 [38400/60000] Loss: 0.2123\n\nTest set: Average loss: 0.1512 | Accuracy: 0.953\n", dict(epoch=2, step=38400, total_steps=60000, loss=0.2123, val_loss=0.1512)),
    ("DL4J", "12:00:00.123 [main] INFO org.deeplearning4j.optimize.listeners.ScoreIterationListener - Score at iteration 1200 is 0.4123\n", dict(epoch=None, step=[1200, None])),
    ("ML.NET", "[Source=ImageClassificationTrainer; Training, Kind=Info] Phase: Training, Dataset used: Train, Batch Processed Count: 20, Epoch:  12, Accuracy: 0.91, Cross-Entropy: 0.31, Learning Rate: 0.01\n", dict(epoch=12, learning_rate=0.01)),
    ("Mallet LDA", "<300> LL/token: -8.1234\n<310> LL/token: -8.1200\n", dict(state=[None, "training"], loss=None)),
    ("implicit ALS", "\r 47%|████▋     | 7/15 [00:07<00:08,  1.01s/it, loss=0.0312]", dict(step=7, total_steps=15, loss=0.0312, progress=46.7)),
    ("gensim", "2024-01-14 12:00:00,123 : INFO : EPOCH 3 - PROGRESS: at 45.12% examples, 912345 words/s, in_qsize 15, out_qsize 0\n", dict(epoch=3, state="training")),
    ("DeepMD", "batch    1200 training time 1.23 s, testing time 0.02 s\n", dict(loss=None, val_loss=None)),
    ("DeepMD v3", "[2024-01-14 12:00:00,123] DEEPMD INFO    Batch    1200: trn: rmse = 1.2e+01, rmse_e = 3.1e-01, rmse_f = 4.0e-01, lr = 9.8e-04\n[2024-01-14 12:00:00,124] DEEPMD INFO    Batch    1200: val: rmse = 1.3e+01, rmse_e = 3.3e-01, rmse_f = 4.1e-01\n[2024-01-14 12:00:00,125] DEEPMD INFO    Batch    1200: total wall time = 12.3 s\n", dict(step=1200, learning_rate=9.8e-4, epoch=None)),
    ("RLlib", "== Status ==\n(PPO pid=812) iter: 12\nTrial PPO_CartPole training_iteration 12 episode_reward_mean 180.2\n", dict(loss=None)),
    ("SKRL", "\r  15%|█▌        | 1500/10000 [00:15<01:25, 99.8it/s]\n[skrl:INFO] Seed: 42\n", dict(step=1500, total_steps=10000, progress=15)),
    ("DreamerV3", "Step 25000 / train/model_loss 12.3 / fps 55.1\n", dict(step=25000)),
    ("Pyro SVI", "[iteration 0601] loss: 1.2345\n[iteration 0701] loss: 1.1345\n", dict(step=701, loss=1.1345)),
    ("PyMC ADVI", "\r 25%|██▌       | 2500/10000 [00:05<00:15, 499.1it/s, Average Loss = 412.31]", dict(step=2500, total_steps=10000, progress=25, loss=412.31)),
    ("Stan", "Chain 1 Iteration:  400 / 2000 [ 20%]  (Warmup)\n", dict(step=400, total_steps=2000, progress=20)),
    ("OpenFold", "\rEpoch 0:   1%|          | 12/1000 [01:00<82:00,  4.9s/it, loss=78.2, v_num=x7]", dict(epoch=0, step=12, total_steps=1000, loss=78.2)),
    ("DiffDock", "Epoch 12: Training loss 0.8123  lr 0.0010  tr 0.31  rot 0.41  tor 0.72\nEpoch 12: Validation loss 0.9123  lr 0.0010\n", dict(epoch=12, loss=0.8123, val_loss=0.9123, learning_rate=0.001)),
    ("validation bar alone", "Loading model\n\rValidating:  80%|████████  | 80/100 [00:08<00:02, 9.9it/s]\n\rValidating: 100%|██████████| 100/100 [00:10<00:00, 9.9it/s]\n", dict(step=None, total_steps=None, progress=None, state=None)),
    ("collection=eval", "I0114 12:00:00.1 77 train.py:12] step: 900, collection=train, accuracy=0.81, loss=0.512\nI0114 12:00:03.1 77 train.py:19] step: 950, collection=eval, accuracy=0.79, loss=0.631\n", dict(step=[900, 950], loss=0.512, val_loss=0.631)),
    ("CV folds", "Fold 1/5\nEpoch 1/3 loss: 0.9\nEpoch 3/3 loss: 0.5\nCV loss: 0.61\nFold 2/5\nEpoch 1/3 loss: 0.95\n", dict(epoch=1, total_epochs=3, loss=0.95, state="training")),
    ("prose is no end", "Epoch 2/9 step 10/50 loss 1.0\nThe model will be saved once training is finished.\nEvaluation runs after training is done\nepoch 2 training finished in 12 s\n", dict(epoch=2, state="training")),
    ("trainer finished", "epoch 3/3 loss 0.2\nTrainer finished successfully.\n", dict(state="finished", progress=100)),
    ("stopped early", "Epoch 4/30 loss: 0.7\nStopped early at epoch 4: no improvement\n", dict(epoch=4, state="finished")),
    ("crash code", "step 5/100 loss 1.0\nProcess 3 exited with code 1\n", dict(step=5, state="failed")),
    ("nan abort", "step 5/100 loss 1.0\nERROR: loss is nan, aborting\n", dict(state="failed", reason="NaN loss")),
    ("milestones", "lr scheduler milestones: epoch 30, epoch 60\nEpoch 3/90 loss: 1.1\nwill decay lr at step 5000\n", dict(epoch=3, total_epochs=90, step=None, loss=1.1)),
    ("growing total", "1/1 samples loss: 3.0\n2/2 samples loss: 2.9\n3/3 samples loss: 2.8\n", dict(step=[3, None], progress=None, state="training")),
    ("arrow", "Epoch 5: val_loss 0.61 -> 0.58\n", dict(epoch=5, val_loss=0.58)),
    ("name and integer", "epoch 2 loss 1440 0.51\n", dict(epoch=2, loss=0.51)),
    ("scaled", "step 31k/100k loss 2.0\n", dict(step=31000, total_steps=100000, loss=2.0, progress=31)),
    ("resume line", "Resuming from step 4000 of checkpoint-4000\nLoaded checkpoint at epoch 7\n", dict(step=None, epoch=None, progress=None)),
    ("a phase behind one that is over", "step 89/90 loss 2\nstep 90/90 loss 1\nTotal training time = 41 s\nstep 1/1500 loss 9\n",
     dict(step=1, total_steps=1500, loss=9, state="training")),
    ("a test behind the end", "step 89/90 loss 2\nstep 90/90 loss 1\nTraining finished\nTest step 1/40 loss 9\n", dict(step=90, loss=1, state="finished")),
    ("a bar without a name behind what an evaluation has come to",
     " 26%|##5       | 100/390 [00:12<00:30, 9it/s]\r100%|##########| 390/390 [00:42<00:00, 9it/s]\nEpoch 1: train loss 0.5\nEpoch 1: val loss 0.4\n"
     " 26%|##5       | 100/390 [00:12<00:30, 9it/s]", dict(epoch=1, step=100, total_steps=390, loss=0.5, val_loss=0.4, state="training")),
    ("another bar behind what an evaluation has come to", "Epoch 1/9 step 389/390 loss 0.5\nEpoch 1/9 step 390/390 loss 0.5\nval loss 0.4\n"
     " 25%|##5       | 10/40 [00:12<00:30, 9it/s]", dict(step=390, total_steps=390, loss=0.5)),
    ("a rate behind a colon", "step 3 lr 0.1 loss 2\nLearning rate annealed to: 0.000273\n", dict(learning_rate=0.000273)),
    ("a traceback that is minded", "Epoch 3/9 loss 1\nTraceback (most recent call last):\n  File \"a.py\", line 1, in push\nConnectionError: no route\n"
     "WARNING: push failed, will retry in 60 s\n", dict(epoch=3, loss=1, state="training")),
    ("a memory that was too small", "Epoch 3/9 loss 1\nCUDA out of memory. Tried to allocate 1.2 GiB\nOOM at batch size 64 -> retrying with batch size 32\n",
     dict(epoch=3, state="training")),
    ("a loss in the name of a bar that evaluates", "Epoch 1/3 loss 2\nval loss 0.44: 100%|##########| 50/50 [00:01<00:00, 33.33it/s]\n", dict(loss=2, val_loss=0.44)),
    ("a bar of a test with a name for its loss", "Epoch 1/3 loss 2\ntest: 100%|##########| 50/50 [00:01<00:00, 33.33it/s, test_loss=0.44]\n", dict(loss=2, val_loss=0.44)),
    ("a traceback that stands further to the right", "step 1 loss 1\n[rank0]:     Traceback (most recent call last):\n[rank0]:       File \"a.py\", line 3, in f\n[rank0]:         raise\n[rank0]:     ValueError: boom\n", dict(reason="Traceback: ValueError: boom")),
    ("a place with its number above another", "Epoch 1: val loss 0.4\n[eval] batch 150/200 | loss .\n4312 | 912.3\n", dict(step=None, loss=None)),
    ("a second training that is as long as the first", "step 90/90 loss 1\nTraining complete.\nstep 1/90 loss 5\n", dict(state="training", step=1, loss=5)),
    ("an evaluation as long as the training behind it", "step 90/90 loss 1\nTraining complete.\nEvaluating\nstep 1/90 loss 5\n", dict(state="finished", step=90, loss=1)),
    ("episodes of learning", "[Episode 12/500] reward: 3.1\n", dict(step=12, total_steps=500, progress=2.4)),
    ("episodes of something else", "Collecting: episode 3/10\nEvaluation episode 4/10\nnum_episodes=50\n", dict(step=None, total_steps=None, progress=None)),
    ("episodes beside steps", "step 3/100\nEpisode 3/10 reward 1\n", dict(step=3, total_steps=100, progress=3)),
    ("episodes beside steps in one line", "Episode 12/500, Loss: 3.1, Steps: 390\n", dict(step=390, total_steps=None)),
    ("an episode and how long it was", "Episode 12/500, Reward: 3.1, Steps: 390\n", dict(step=12, total_steps=500)),
    ("episodes of a test behind those of learning", "Episode 9/9 reward 2\nTesting\nEpisode 1/4 reward 3\n", dict(step=9, total_steps=9, progress=100)),
    ("a table whose names take two lines", "| Epoch | Iteration | Mini-batch | Validation | Base Learning |\n|       |           |    Loss    |    Loss    |     Rate      |\n"
     "|=======|\n|  2 |  50 |  1.2417 |  1.4000 |  0.0100 |\n", dict(epoch=2, step=50, loss=1.2417, val_loss=1.4, learning_rate=0.01)),
    ("a cross entropy that is not called a loss", " Epoch[ 4 of 20]-Minibatch[ 401- 500, 64.00%]: CrossEntropyWithSoftmax = 1.76 * 6400; time = 0.6s\n", dict(epoch=4, loss=1.76)),
    ("an error of a step's samples", "Step 100 (epoch 0.12), 9 ms\nMinibatch error: 3.1%\n", dict(epoch=0.12, step=100, progress=None)),
    ("steps after which something begins", '{"update_after": 1000,\nepoch 3 loss 0.5\n', dict(epoch=3, step=None)),
    ("tries within an update", "epoch #5 | backtrack iters: 1\n", dict(epoch=5, step=None)),
    ("values of an evaluation beside the learning rate in the name of a bar",
     "eval reward:  101.0 (init:  91.1), lr policy:  0.0003:   6%|6   | 3000/50000 [00:07<01:54, 411.21it/s]\n", dict(step=3000, total_steps=50000, progress=6)),
    ("the first of several components", "Starting to train component 'A'.\nEpochs: 100%|####| 100/100 [00:42<00:00, 9it/s, loss=1]\n", dict(epoch=100, state="training")),
    ("frames that count for steps", "[2024-05-11 10:00:15,000][4102] Fps is (10 sec: 489.3, 60 sec: 488.2). Total num frames: 245760. Throughput: 0: 122.1. Samples: 61440\n", dict(step=245760, state="training")),
    ("a value named after an evaluation is no heading", "Evaluation/Iteration   0\nloss 0.5\n", dict(loss=0.5, val_loss=None)),
    ("an early stop of one of a study's trials", "[I 2024-05-11 10:00:01,120] A new study created in memory with name: no-name-1f2d\n[LightGBM] [Info] Start training from score -0.9\n"
     "[300]\tvalid_0's binary_logloss: 0.42\nEarly stopping, best iteration is:\n[214]\tvalid_0's binary_logloss: 0.41\n", dict(state="training")),
    ("a teacher is trained for a student", "[teacher] epoch 20/20  loss 1.0  val_loss 1.1\n", dict(epoch=20, loss=1, val_loss=1.1, state="training")),
    ("a fold behind a seed", "== seed: 42 fold: 2 training ==\nEpoch 8/8 loss 0.5\n", dict(epoch=8, loss=0.5, state="training")),
    ("a split of a cross validation is no evaluation", "step 90  loss 0.3\n[CV 1/3] END learning_rate=0.1, max_depth=3;, score=0.871\nIteration 1, loss = 1.2\n", dict(step=1, loss=1.2)),
    ("a configuration of PPO", "num_minibatches: 32\nentropy_cost: 0.01\nstep 1 loss 0.5\nentropy_cost: 0.01\n", dict(step=1, total_steps=None, loss=0.5)),
    ("what entropy costs is no loss", "step 3\nentropy_cost: 0.01\n", dict(step=3, loss=None)),
    ("a table of two columns", "epoch loss\n1 0.5\n2 0.4\n", dict(epoch=2, loss=0.4, epochs_done=[1, 2])),
    ("a file of two columns", "step,train_loss\n100,0.5\n200,0.4\n", dict(step=200, loss=0.4)),
    ("a table of two columns with commas in its numbers", "Epoche Verlust\n1 0,5\n", dict(epoch=1, loss=0.5)),
    ("two columns that are no place and loss", "epoch seed\n3 17\n", dict(epoch=None, loss=None)),
    ("a step that is tried again", "step 3/10 loss 1.5\nretrying, cls_loss 9.8 overflowed\n", dict(step=3, loss=1.5)),
    ("the last of places that are told by twenties", "step 0/100 loss 1\nstep 20/100 loss 1\nstep 40/100 loss 1\nstep 60/100 loss 1\nstep 80/100 loss 1\nstep 80/100 acc 0.5\n", dict(last_told=True)),
    ("places that are told now and then", "step 0/100 loss 1\nstep 10/100 loss 1\nstep 60/100 loss 1\n", dict(last_told=False)),
    ("the last of an epoch's places that are told by twenties", "Epoch 2/2\nstep 0/100 loss 1\nstep 20/100 loss 1\nstep 40/100 loss 1\nstep 60/100 loss 1\nstep 80/100 loss 1\n", dict(last_told=True, progress=90)),
    ("the last of an epoch's places, and the last epoch", "Epoch 1/2\nstep 0/100 loss 1\nstep 20/100 loss 1\nstep 40/100 loss 1\nstep 60/100 loss 1\nstep 80/100 loss 1\nEpoch 2/2\n", dict(last_told=False)),
    ("a bar that tells every fifth place tells its last", "".join(f"\r{at:3}%|##   | {at}/100 [00:01<00:09, 5.0it/s, loss=1]" for at in (0, 20, 40, 60, 80)) + "\n", dict(last_told=False)),
    ("planned steps that are full", "max_steps: 100\nstep 90 loss 1\nstep 100 loss 1\n", dict(last_told=True, progress=100)),
    ("steps of which no total is told", "step 5 loss 1\n", dict(last_told=False)),
    ("all steps of the first epoch", "Epoch 1/3 step 10/10 loss 1\n", dict(last_told=False, epochs_done=1)),
    ("half the steps of the last epoch", "Epoch 3/3 step 5/10 loss 1\n", dict(last_told=False, epochs_done=2)),
    ("an epoch that tells no steps", "Epoch 3/3 loss 1\n", dict(last_told=True)),
    ("a number of epochs done that begins at none", "0 epoch / 10 epochs\n3 epoch / 10 epochs loss 0.5\n", dict(progress=30)),
    ("a first part of the planned epochs", "epochs: 100\nEpoch 1/50 loss 1\n", dict(progress=1)),
    ("an epoch without a step", "Epoch 1/4\nstep 10 loss 1\nstep 20 loss 1\nEpoch 2/4\nstep 10 loss 1\nstep 20 loss 1\nEpoch 3/4\nEpoch 4/4\nstep 10 loss 1\n", dict(progress=87.5)),
    ("an epoch behind totals that grow", "Epoch 1/3\nstep 0/100 loss 3\nstep 0/200 loss 2\nEpoch 2/3\n", dict(epoch=2, step=None)),
    ("totals that grow behind those of an epoch", "Epoch 1/3\nstep 10 loss 1\nstep 20 loss 1\nEpoch 2/3\nstep 0/100 loss 1\nstep 0/200 loss 1\n", dict(epoch=2, step=None, progress=33.3)),
    ("a round that is told without its total", "round 30/50\nEpoch 1/5 loss 1\nEpoch 2/5 loss 1\nround 31\nEpoch 1/5 loss 1\n", dict(step=31, epoch=1, progress=None)),
    ("a round around its first epoch", "round 1/50\nEpoch 1/2 loss 1\n", dict(step=1, progress=None)),
    ("a full counter that an epoch passes by", "Epoch 1/4\nstep 10/10 loss 1\nEpoch 2/4\nEpoch 3/4\nstep 5/10 loss 1\n", dict(progress=62.5)),
    ("epochs of different lengths", "Epoch 1/4\nstep 5/10 loss 1\nEpoch 2/4\nstep 6/20 loss 1\n", dict(step=6, total_steps=20, progress=32.5)),
    ("an epoch's steps with their total, then without", "Epoch 1/4\nstep 5/10 loss 1\nEpoch 2/4\nstep 6 loss 1\n", dict(progress=40)),
    ("steps that are prolonged", "step 99/100 loss 1\nstep 101/200 loss 1\n", dict(step=101, total_steps=200, progress=50.5)),
    ("steps that go on through the epochs", "Epoch 1/4\nstep 10/40 loss 1\nEpoch 2/4\nstep 20/40 loss 1\n", dict(progress=50)),
    ("a last step that is told twice", "step 9/10 loss 1\nstep 10/10 loss 1\nstep 10/10 loss 1\n", dict(progress=100, state="finished")),
    ("lines of two workers", "step 3/10 loss 1\nstep 5/10 loss 1\nstep 4/10 loss 1\n", dict(progress=40)),
    ("examples and batches of what is tried again", "Num examples = 100\nTotal train batch size (parallel) = 10\nTotal optimization steps = 20\n{'loss': 1.2, 'epoch': 0.5}\nKilled\n{'loss': 1.2, 'epoch': 0.1}\n", dict(progress=5)),
    ("two runs, one behind the other", "Epoch 1/2 loss 1\nEpoch 2/2 loss 1\nEpoch 1/2 loss 1\nEpoch 2/2 loss 1\n", dict(state="training")),
    ("a part of a step", "step 0.5/10 (5%) loss 1.0\n", dict(step=None, loss=1, progress=5)),
    ("a killed run that goes on", "Epoch 3/9 loss 1\nKilled\nEpoch 4/9 loss 1\n", dict(epoch=4, state="training")),
    ("an end that was none, and a time", "Epoch 1 loss 2\nTraining time: 5 s\nEpoch 2 loss 1\nTraining finished\nEpoch 3 loss 1\nTraining time: 5 s\n", dict(epoch=3, state="training")),
    ("a last look at the last epoch", "Epoch 3/3 loss 1.0\nTraining complete.\nEpoch 3 loss 0.7\n", dict(loss=1, state="finished")),
    ("a bar whose end tells no loss", "\r 10%|#  | 1/10 [00:01<00:09, 5.0it/s, loss=1]\r100%|###| 10/10 [00:10<00:00, 5.0it/s]\n", dict(state="finished")),
    ("an evaluation within an epoch", "Epoch 2/4 step 5/10 loss 1\nval_loss: 0.5\n", dict(val_loss=0.5, progress=37.5, epochs_done=1)),
    ("examples of an evaluation", "Num examples = 100\nTotal train batch size (parallel) = 10\nTotal optimization steps = 20\n{'loss': 1.2, 'epoch': 0.5}\n***** Running Evaluation *****\n  Num examples = 50\n", dict(progress=25)),
    ("a run from a checkpoint behind one that is over", "Epoch 4/5 loss 1\nEpoch 5/5 loss 1\nTraining complete.\nEpoch 2/5 loss 3\n", dict(epoch=2, loss=3, state="training")),
    ("scores of an epoch from a checkpoint", "Epoch 4 acc 0.5 f1 0.7\nEpoch 5 acc 0.5 f1 0.7\nEpoch 3 acc 0.6 f1 0.7\n", dict(epoch=3)),
    ("losses of a run behind one that is over", "Epoch 3/3 loss 1 val_loss 2\nTraining complete.\nEpoch 1/3 loss 3 val_loss 4\n", dict(epoch=1, loss=3, val_loss=4, state="training")),
    ("steps without a loss behind the end", "step 89/90 loss 1\nstep 90/90 loss 1\nTraining complete.\nstep 1/50\n", dict(step=90, state="finished")),
    ("a bar of an evaluation as long as that of the training", "Epoch 1/2\n\r100%|###| 4/4 [00:01<00:00, 5.0it/s, loss=1]\nValidating\n\r 25%|#    | 1/4 [00:01<00:09, 5.0it/s]\r 50%|##   | 2/4 [00:01<00:09, 5.0it/s]\n", dict(step=4, loss=1, progress=50)),
    ("losses in a bar of an evaluation as long as that of the training", "Epoch 1/2\n\r100%|###| 4/4 [00:01<00:00, 5.0it/s, loss=1]\nValidating\n\r 25%|#    | 1/4 [00:01<00:09, 5.0it/s, val_loss=0.7]\r 50%|##   | 2/4 [00:01<00:09, 5.0it/s, val_loss=0.6]\n", dict(step=4, loss=1, best=None)),
    ("an epoch of another length behind an evaluation", "Epoch 1/3 step 10/10 loss 1\nValidating\nEpoch 2/3 step 1/12 loss 0.9\n", dict(epoch=2, step=1, total_steps=12, loss=0.9)),
    ("an epoch of another length", "Epoch 1/3\nstep 10/10 loss 1\nEpoch 2/3\nstep 1/12 loss 0.9\n", dict(epoch=2, step=1, total_steps=12, loss=0.9)),
    ("a bar of another length for the next epoch", "\rEpoch 1: 100%|###| 10/10 [00:01<00:00, 5.0it/s, loss=1]\n\rEpoch 2:   8%|#    | 1/12 [00:01<00:09, 5.0it/s, loss=0.9]\n", dict(epoch=2, step=1, total_steps=12, loss=0.9)),
    ("a bar of another length for the same epoch", "\rEpoch 1: 100%|###| 10/10 [00:01<00:00, 5.0it/s, loss=1]\n\rEpoch 1:  25%|#    | 1/4 [00:01<00:09, 5.0it/s]\n", dict(step=10, total_steps=10, epochs_done=1)),
    ("two bars of a training in one epoch", "Epoch 1/3\n\rTraining: 100%|###| 10/10 [00:01<00:00, 5.0it/s, loss=1]\n\rTraining:  25%|#    | 1/4 [00:01<00:09, 5.0it/s, loss=2]\n", dict(step=1, total_steps=4, loss=2)),
    ("an evaluation with as many steps as there are epochs", "Epoch 1/3 [10/10] loss 1\nEpoch 1/3 [1/3] loss 0.7\n", dict(step=10, loss=1, val_loss=0.7)),
    ("an evaluation at a whole epoch", "epochs: 3\n{'loss': 1.0, 'epoch': 1.5}\n{'eval_loss': 0.9, 'epoch': 2}\n", dict(epoch=2, progress=66.7, epochs_done=2)),
    ("an epoch that is left out", "Epoch 1/9 loss 3\nEpoch 2/9 loss 2\nEpoch 4/9 loss 1\n", dict(ended_with={1: 3, 3: None})),
    ("a score behind the loss of an epoch", "Epoch 1/3 loss 1\nEpoch 1/3 acc: 0.5\n", dict(progress=33.3, epochs_done=1)),
    ("a step beyond its total", "step 3/9 loss 1\nstep 1024/512 loss 1\n", dict(step=3, total_steps=9)),
    ("another counter below a step that is told twice", "iteration 4/1500 loss 1\niteration 4/1500 acc 0.5\ntotal timesteps: 98304\n", dict(step=4, total_steps=1500)),
    ("more planned than an epoch has", "max_steps: 100\nEpoch 1/4 step 5/25 loss 1\n", dict(progress=5)),
    ("the planned steps in an epoch", "max_steps: 90\nEpoch 1/3 step 5/90 loss 1\n", dict(progress=5.6)),
    ("an end within an epoch", "max_steps: 30\nEpoch 2/4 step 30/30 loss 1\n", dict(progress=100, epochs_done=1)),
    ("steps of an epoch where they could be of the run", "step 10/100 (epoch 1/4) loss 1\nstep 90/100 (epoch 1/4) loss 1\nstep 10/100 (epoch 2/4) loss 1\nstep 50/100 (epoch 2/4) loss 1\n", dict(progress=37.5)),
    ("steps of an epoch or of the run", "step 2600/5000 (epoch 6/10) loss 1\n", dict(epoch=6, step=2600, progress=None)),
    ("a bare step of the next epoch", "Epoch 1/3 step 5/10 loss 1\nEpoch 2/3 step 2 acc 0.5\n", dict(epoch=2, step=2)),
    ("a first step without a loss", "step 50/90 loss 1\nstep 1/90 acc 0.5\n", dict(step=1, loss=None)),
    ("a learning rate of the configuration", "learning_rate: 0.001\n", dict(learning_rate=None)),
    ("a learning rate in a bar", "\r 10%|#    | 1/10 [00:01<00:09, 5.0it/s, lr=0.1]\n", dict(learning_rate=0.1)),
    ("a learning rate beside a loss of an evaluation", "Epoch 1/3 loss 1\nEpoch 1/3 val loss 0.5 lr 0.01\n", dict(val_loss=0.5, learning_rate=0.01)),
    ("a learning rate that ends at zero", "step 9/10 loss 1 lr 0.1\nstep 10/10 loss 1 lr 0.0\n", dict(learning_rate=0)),
    ("a percentage of each epoch", "Epoch 1/4 progress: 90% loss 1\nEpoch 2/4 progress: 10% loss 1\n", dict(progress=50)),
    ("a percentage that falls with the epoch", "Epoch 5/9 progress: 60% loss 1\nEpoch 3/9 progress: 25% loss 1\n", dict(progress=25)),
    ("a percentage alone", "step 10 loss 1\nprogress: 50%\n", dict(progress=50)),
    ("a bar of the steps above one of the epochs", "\rSteps:  50%|##   | 15/30 [00:01<00:09, 5.0it/s]\n\rEpochs:  33%|#    | 1/3 [00:01<00:09, 5.0it/s]\n", dict(progress=50)),
    ("a bar of all that is planned, in an epoch", "max_steps: 30\nnum_epochs: 3\n\rEpoch 1:  10%|#    | 3/30 [00:01<00:09, 5.0it/s, loss=1]\n", dict(progress=10)),
    ("bars of epochs that are told halfway", "\rEpoch 0/3:  50%|##   | 10/20 [00:01<00:09, 5.0it/s, loss=1]\n\rEpoch 1/3:  60%|###  | 12/20 [00:01<00:09, 5.0it/s, loss=1]\n", dict(progress=40, eta_s=None)),
    ("a bar of the training around one of an epoch", "\rTraining:   0%|     | 0/3 [00:00<?, ?it/s]\n\rEpoch 0:  60%|###  | 12/20 [00:01<00:09, 5.0it/s, loss=1]\n", dict(total_epochs=3, step=12, progress=20)),
    ("a bar of the training below one of an epoch", "\rEpoch 0:  60%|###  | 12/20 [00:01<00:09, 5.0it/s, loss=1]\n\rEpoch 1:   5%|     | 1/20 [00:01<00:09, 5.0it/s, loss=1]\n\rTraining:  33%|#    | 1/3 [00:01<00:09, 5.0it/s]\n", dict(total_epochs=3, step=1, total_steps=20, progress=35)),
    ("one bar with and without its epoch", "\rTraining:   5%|     | 1/20 [00:01<00:09, 5.0it/s]\rEpoch 1:  10%|     | 2/20 [00:01<00:09, 5.0it/s, loss=1]\n", dict(total_epochs=None, progress=None)),
    ("a bar of the training before one of an epoch that says how many there are", "\rTraining:   0%|     | 0/30 [00:00<?, ?it/s]\n\rEpoch 1/5:  60%|###  | 12/20 [00:01<00:09, 5.0it/s, loss=1]\n", dict(total_epochs=5, progress=12)),
    ("a bar of the training that is further than the epoch", "\rTraining:  60%|###  | 12/20 [00:01<00:09, 5.0it/s]\n\rEpoch 1:  13%|     | 2/15 [00:01<00:09, 5.0it/s, loss=1]\n", dict(total_epochs=None, step=2, total_steps=15)),
    ("a bar without a name around another", "\r  0%|     | 0/3 [00:00<?, ?it/s]\n\r 60%|###  | 12/20 [00:01<00:09, 5.0it/s]\n", dict(epoch=0, total_epochs=3, step=12, total_steps=20, progress=20)),
    ("a bar as long as planned behind another", "max_steps: 100\n\r 42%|##   | 3/7 [00:01<00:09, 5.0it/s]\n\r 10%|     | 10/100 [00:01<00:09, 5.0it/s]\n", dict(step=10, total_steps=100)),
    ("a bar with a loss behind another", "\r 30%|#    | 3/10 [00:01<00:09, 5.0it/s]\n\r  1%|     | 1/100 [00:01<00:09, 5.0it/s, loss=2]\n", dict(step=1, total_steps=100, loss=2)),
    ("a bar that stands once where the step is", "step 5 loss 1\n\r  3%|     | 1/30 [00:01<00:09, 5.0it/s]\nstep 6 loss 1\n\r 20%|#    | 6/30 [00:01<00:09, 5.0it/s]\n", dict(step=6, total_steps=None)),
    ("a bar of something before the training", "\r 33%|#    | 1/3 [00:01<00:09, 5.0it/s]\r100%|###| 3/3 [00:01<00:00, 5.0it/s]\n", dict(step=None, state=None)),
    ("examples and batches, but no steps", "Num examples = 100\nTotal train batch size (parallel) = 10\n{'loss': 1.2, 'epoch': 0.5}\n", dict(epoch=0.5, progress=None)),
    ("batches and steps, but no examples", "Total train batch size (parallel) = 10\nTotal optimization steps = 20\n{'loss': 1.2, 'epoch': 0.5}\n", dict(epoch=0.5, progress=None)),
    ("a limit of steps far behind the epochs", "max_steps: 1000\nEpoch 1/4\nstep 10 loss 1\nstep 20 loss 1\nEpoch 2/4\nstep 30 loss 1\n", dict(step=30, progress=37.5)),
    ("how many steps an epoch has", "step 3, loss: 0.5, steps / epoch: 40\n", dict(epoch=None, step=3)),
    ("planned steps of a later epoch", "max_steps: 100\nEpoch 2/4\nstep 30 loss 1\n", dict(step=30, progress=None)),
    ("planned steps of the first epoch", "max_steps: 100\nEpoch 1/4\nstep 10 loss 1\n", dict(step=10, progress=10)),
    ("more steps than planned", "max_steps: 100\nstep 150 loss 1\n", dict(step=150, total_steps=None, progress=None)),
    ("parts of epochs beside steps", "epochs: 3\n{'loss': 1.0, 'epoch': 0.5, 'step': 10}\n{'loss': 1.0, 'epoch': 1.0, 'step': 20}\n", dict(step=20, progress=33.3)),
    ("a full bar without a loss", "\rTraining:  50%|##   | 5/10 [00:01<00:09, 5.0it/s]\rTraining: 100%|###| 10/10 [00:01<00:00, 5.0it/s]\n", dict(state="training", progress=100)),
    ("killed at the last step", "step 10/10 loss 1\nKilled\n", dict(state="failed")),
    ("epochs from zero below a round number", "Epoch 0/50 loss 2\nEpoch 1/50 loss 1\n", dict(total_epochs=50, progress=4)),
    ("epochs from zero to below a round number", "Epoch 0/49 loss 2\nEpoch 1/49 loss 1\n", dict(total_epochs=49, progress=4)),
    ("epochs from zero below an even number", "[Epoch 0/12] loss 2\n[Epoch 2/12] loss 1\n", dict(progress=25)),
    ("epochs and steps from zero to below", "".join(f"[Epoch {i // 5}/24] [Batch {i % 5}/5] loss 2\n" for i in range(12)), dict(progress=100 * 2.2 / 24)),
    ("few epochs from zero, one more or not", "Epoch 0/4 loss 2\nEpoch 0/4 loss 1\n", dict(progress=20)),
    ("epochs from zero beyond a round number", "Epoch 0/10 loss 2\nEpoch 10/10 loss 1\n", dict(progress=100)),
    ("epochs from zero, more than a round number", "Epoch 0/10 loss 2\nEpoch 10/10 loss 1\nstep 5/10 loss 1\n", dict(progress=100 * 10.5 / 11)),
    ("epochs from zero to the last", "epochs: 10\nEpoch 0/9 loss 1\n", dict(total_epochs=10, progress=10)),
    ("bars of epochs that only begin", "\rEpoch 0:   0%|     | 0/10 [00:00<?, ?it/s]\n\rEpoch 1:   0%|     | 0/12 [00:00<?, ?it/s]\n\rEpoch 1:   8%|     | 1/12 [00:01<00:11, 1.0it/s, loss=1.0]\n", dict(epoch=1, step=1, total_steps=12)),
    ("a heading between the bars of an evaluation and of the training", "\r100%|###| 10/10 [00:01<00:00, 5.0it/s, loss=1]\nValidating\n\r 50%|##   | 2/4 [00:01<00:09, 5.0it/s]\nTesting\n\r 10%|#    | 1/10 [00:01<00:09, 5.0it/s, loss=0.9]\n", dict(step=1, total_steps=10, loss=0.9)),
    ("two bars of evaluations", "\r 10%|#    | 1/10 [00:01<00:09, 5.0it/s, loss=1]\nValidating\n\r 50%|##   | 2/4 [00:01<00:09, 5.0it/s]\n\r 33%|##   | 2/6 [00:01<00:09, 5.0it/s, loss=0.7]\n", dict(step=1, total_steps=10)),
    ("a score of an evaluation with the epoch", "Epoch 1/2 step 9/9 loss 1\nValidating\nEpoch 1/2 accuracy 0.5\n", dict(metrics={"accuracy": None})),
    ("bars of another length without a name", "Epoch 1/3\n\r100%|###| 10/10 [00:01<00:00, 5.0it/s, loss=1]\nEpoch 2/3\n\r  8%|     | 1/12 [00:01<00:09, 5.0it/s, loss=0.9]\n", dict(epoch=2, step=1, total_steps=12, loss=0.9)),
    ("a loss of the epoch behind its steps", "Epoch 1/3\n[10/10] loss 1\n(1/3) loss: 0.8\n", dict(loss=0.8, val_loss=None)),
    ("a part of the epoch, then its loss", "     300 iter, 3 epoch / 10 epochs\nthis epoch [#####.....] 50.00%\nloss 0.5\n", dict(progress=35)),
    ("a table by rounds", "round  train_loss  val_loss\n1  0.5  0.6\n", dict(step=1, loss=0.5, val_loss=0.6)),
    ("a bar without the time that is left", "\r 30%|###   | 3/10 5.0it/s\n", dict(step=3, total_steps=10)),
    ("a bar of lines", "Training 30% ━━━━━━━━ 3/10 5.0it/s\n", dict(step=3, total_steps=10)),
    ("a bar of lines behind its percentage", "Training 30%━━━━━━━━ 3/10 5.0it/s\n", dict(step=3, total_steps=10)),
    ("a key in bold type", "Epoch 3/9 \x1b[1mloss\x1b(B\x1b[m: 0.5\n", dict(loss=0.5)),
    ("an end that cuts off a bar", "\rEpoch 2:  20%|##  | 2/10 [00:01<00:09, 5.0it/s`Trainer.fit` stopped: `max_steps=22` reached.\n", dict(epoch=2, step=2, total_steps=10, state="finished")),
    ("a bar that is cut off", "\rEpoch 1:  10%|# | 1/10 [00:01<00:09, 5.0it/s, loss=0.5]\rEpoch 1:  10%|# | 1/10 [00:01<\n", dict(step=1, loss=0.5)),
    ("a line behind a list in a bar", "\r 10%|#   | 1/10 [00:01<00:09, 5.0it/s, loss=[0.5] step 3 loss 0.9\n", dict(step=3, loss=0.9)),
    ("an exception that was told before its traceback", "step 1 loss 1\nRuntimeError: no kernel\nTraceback (most recent call last):\n  File \"a.py\", line 3, in f\nRuntimeError: no kernel\n", dict(state="failed", reason="Traceback: RuntimeError: no kernel")),
    ("a row below another header", "epoch  loss  acc\n1  0.5  0.7\nstep  val_loss  lr\n3  0.6  0.1\n", dict(epoch=1, loss=0.5, step=3, val_loss=0.6, learning_rate=0.1)),
    ("a row with commas in its numbers", "epoch,loss,acc\n1,0.9,0.5\n1 | 0,8 | 0,7\n", dict(loss=0.8)),
    ("a warning of a failure", "step 1 loss 1\n[WARNING] CUDA out of memory\n", dict(state="training")),
    ("a traceback in warnings", "step 1 loss 1\nTraceback (most recent call last):\n2024-01-14 10:00:00 WARNING RuntimeError: boom\n", dict(state="failed", reason="Traceback: RuntimeError: boom")),
    ("a line that names a column", "epoch  loss  acc\n1  0.9  0.5\nsaving the epoch\n2  0.8  0.6\n", dict(epoch=2, loss=0.8)),
    ("an end, and an upload that is tried again", "epoch 3/9 loss 1\nTraining finished; retrying the upload\n", dict(state="finished")),
    ("a word of a site for runs", "wandb: see https://wandb.ai/site for more\n", dict(link="")),
    ("a failure and its traceback", "step 1 loss 1\nCUDA out of memory\nTraceback (most recent call last):\n  File x\n", dict(reason="CUDA out of memory")),
    ("the head of a traceback", "step 1 loss 1\nTraceback (most recent call last):\n", dict(state="failed", reason="Traceback")),
    ("how long nearly all steps took", "step 99/100 loss 1\nTraining time: 5 s\n", dict(state="finished")),
    ("done with nearly all steps", "step 99/100 loss 1\nAll done!\n", dict(state="finished")),
    ("a training that begins in a first fold", "Fold 1/5\nEpoch 3/3 loss 1\nTraining started\n", dict(epoch=None, state="training")),
    ("a training that begins behind one that is over", "Epoch 3/3 acc 0.5\nTraining complete.\nTraining started\n", dict(epoch=None, state="training")),
    ("a training that begins behind steps", "step 5/9 loss 1\nTraining started\n", dict(step=None, loss=None)),
    ("a training that begins behind losses of epochs", "Epoch 3/3 loss 1\nTraining started\n", dict(epoch=None, loss=None)),
    ("a program at the prompt that trains nothing", "step 3/9 loss 1\nroot@C.1:/w# python show.py\nlearning rate: 0.1\n", dict(step=3, total_steps=9)),
    ("a program at the prompt that plans epochs", "root@C.1:/w# python train.py\nepochs: 5\nEpoch 1 loss 1\n", dict(epoch=1, total_epochs=5)),
    ("a program at the prompt that plans steps", "root@C.1:/w# python train.py\nmax_steps: 100\nstep 1 loss 1\n", dict(step=1, total_steps=100)),
    ("a key in two languages", "num epochs / 总epoch数: 8\nEpoch 1 loss 1\n", dict(total_epochs=8)),
    ("a key in two languages with a number", "num epochs / 轮数 3: 8\nEpoch 1 loss 1\n", dict(epoch=1, total_epochs=None)),
    ("a first place", "step 3/10 loss 1\nstep 5/10 loss 1\n", dict(first=30)),
    ("a traceback of what raises again", "step 1 loss 1\nTraceback (most recent call last):\n  File \"a.py\", line 3, in f\n    raise\nValueError: boom\n", dict(reason="Traceback: ValueError: boom")),
    ("a traceback of a rank that raises again", "step 1 loss 1\n[rank0]: Traceback (most recent call last):\n[rank0]:   File \"a.py\", line 3, in f\n[rank0]:     raise\n[rank0]: ValueError: boom\n", dict(reason="Traceback: ValueError: boom")),
    ("a traceback, and another try", "step 1 loss 1\nTraceback (most recent call last):\n  File \"a.py\", line 3, in f\nretrying\n", dict(state="training", reason="")),
    ("a measure of two words among others", "轮次 epoch 3 tokens / epoch: 9 loss 0.5\n", dict(epoch=3, loss=0.5, metrics={"tokens": None})),
    ("a crash that is tried again by another", "Epoch 3/9 loss 1\nprocess exited with code 1\nretrying the upload\n", dict(state="failed")),
    ("a time of an epoch, then its losses", "Time taken for epoch 2 is 28.3 sec\nTrain loss: 0.16. Valid loss: 0.15\n", dict(epoch=2, loss=0.16, val_loss=0.15)),
    ("a time of every epoch", "Epoch 3/9 loss 0.4\nTime of epoch: 12\ntime for epoch 12 s\n", dict(epoch=3)),
    ("an ordinal that begins", "This is 0-th epoch\nIter 0 training loss = 3\nepoch 0 total training loss = 2\nThis is 1-th epoch\nIter 0 training loss = 3.1\n",
     dict(epoch=1, loss=3.1)),
    ("an ordinal that looks back", "Epoch 4 loss 1\nbest was the 2nd epoch\n", dict(epoch=4)),
    ("a hyphen before a step", "step-10, lr=0.1, loss=2\nstep-11, lr=0.1, loss=1\n", dict(step=11, loss=1)),
    ("a hyphen in a path", "step 20 loss 1\nsaved /out/step-10, /out/step-30.pt\n", dict(step=20)),
    ("a total in a sentence", "[ Info: Start Training, total 20 epochs\nEpoch 2\nloss 0.5\n", dict(epoch=2, total_epochs=20)),
    ("an id of a step of a scheduler", "epoch 3/9 loss 1\nsrun: Terminating StepId=812311.0\n", dict(step=None)),
    ("the end of a range of rates", "step#: 512 learning rate:  0.1 average loss: 0.2\nmin learning rate:  1e-05\n", dict(learning_rate=0.1)),
    ("loss of a testset in brackets", "client 1 (trainset) loss: 2.0 -> 1.8\nclient 1 (testset) loss: 2.1 -> 1.9\n", dict(loss=1.8, val_loss=1.9)),
    ("two losses of an epoch", "Epoch 7/20 - disc loss: 0.6, feat loss: 0.3\nEpoch 8/20 - disc loss: 0.6, feat loss: 0.3\n", dict(progress=40)),
    ("an evaluation before the training", "Validating ...\nEstimated TFLOPs: 9.1\niter 4 step 1: loss 8.8, iter time: 8.1ms\n"
     "iter 8 step 2: loss 8.7, iter time: 8.1ms\n", dict(loss=8.7, val_loss=None, state="training")),
    ("a loss in a sentence", "Epoch 1: Cost on iteration 20 is 0.51\n", dict(epoch=1, step=20, loss=0.51)),
    ("returns as an editor shows them", "Epoch 1/30: 3%|# | 1/30 [00:02<01:01, 2s/it, loss=1.6]^MEpoch 2/30: 6%|## | 2/30 [00:04<01:01, 2s/it, loss=1.5]",
     dict(epoch=2, loss=1.5)),
    ("code 0 of a helper", "epoch 3/9 loss 1\n[Done] exited with code=0 in 12.4 seconds\n", dict(state="training")),
    ("the end in Korean", "에폭 3/9 손실: 1\n학습이 모두 끝났습니다.\n", dict(state="finished")),
    ("steps full, then a test", "Epoch 3/3 step 100/100 loss 0.2\nTesting best model\nTest: loss 0.25 acc 0.9\n", dict(epoch=3, loss=0.2, val_loss=0.25, progress=100)),
    ("mpirun", "[1,0]<stdout>:Step 120/600 loss 0.9\n[1,1]<stdout>:Step 120/600 loss 0.8\n", dict(step=120, total_steps=600, progress=20)),
    ("GPU0 iter", "GPU0 iter 30/100 loss 2.1\n", dict(step=30, total_steps=100, loss=2.1)),
    ("word before epoch", "resnet50 Epoch 2/10 loss 0.8\n", dict(epoch=2, total_epochs=10, loss=0.8)),
    ("word before step", "worker0 step 3/900\nA step 4/900\n", dict(step=4, total_steps=900)),
    ("keras tf2 epoch bar", "Epoch 7/40\n 391/1563 [======>.......................] - ETA: 42s - loss: 0.8312 - accuracy: 0.7101\b\b\b\b\n",
     dict(epoch=7, total_epochs=40, step=391, total_steps=1563, loss=0.8312, val_loss=None, progress=15.6, state="training")),
    ("keras done epoch", "Epoch 40/40\n1563/1563 [==============================] - 12s 8ms/step - loss: 0.2312 - accuracy: 0.9101 - val_loss: 0.5511 - val_accuracy: 0.8512\nEpoch 40: val_loss did not improve from 0.54001\n",
     dict(epoch=40, total_epochs=40, loss=0.2312, val_loss=0.5511, progress=100)),
    ("keras earlystop", "Epoch 12/100\n50/50 - 1s - loss: 0.41 - val_loss: 0.62 - 1s/epoch - 20ms/step\nEpoch 12: early stopping\nRestoring model weights from the end of the best epoch: 7.\n",
     dict(epoch=12, total_epochs=100, loss=0.41, val_loss=0.62, state="finished")),
    ("lightgbm rounds", "[LightGBM] [Info] Total Bins 25500\nTraining until validation scores don't improve for 50 rounds\n[100]\ttraining's binary_logloss: 0.512\tvalid_1's binary_logloss: 0.552\n[200]\ttraining's binary_logloss: 0.412\tvalid_1's binary_logloss: 0.502\nEarly stopping, best iteration is:\n[187]\ttraining's binary_logloss: 0.42\tvalid_1's binary_logloss: 0.5\n",
     dict(loss=[0.412, 0.42], val_loss=[0.502, 0.5], state="finished", step=[200, 187], total_steps=None)),
    ("xgb callback", "[14:02:11] [0]\tvalidation_0-logloss:0.65321\tvalidation_1-logloss:0.66521\n[14:02:12] [10]\tvalidation_0-logloss:0.45321\tvalidation_1-logloss:0.47521\n",
     dict(step=10, total_steps=None, epoch=None, val_loss=[0.45321, 0.47521, None], state="training")),
    ("ultralytics v8 val", "      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n     12/300      7.21G      1.021     0.7712      1.211         88        640: 100%|██████████| 462/462 [01:02<00:00,  7.41it/s]\n                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95):  40%|████      | 16/40 [00:03<00:05,  4.33it/s]",
     dict(epoch=12, total_epochs=300, step=462, total_steps=462, loss=None, val_loss=None, progress=4, state="training")),
    ("ultralytics end", "    300/300      7.21G      0.721     0.5712      1.011         88        640: 100%|██████████| 462/462 [01:02<00:00,  7.41it/s]\n\n300 epochs completed in 5.512 hours.\nOptimizer stripped from runs/detect/train/weights/last.pt, 6.3MB\n",
     dict(state="finished", progress=100)),
    ("detectron2 full", "[08/02 10:11:12 d2.engine.train_loop]: Starting training from iteration 0\n[08/02 10:11:22 d2.utils.events]:  eta: 1 day, 3:04:05  iter: 1999  total_loss: 0.9123  loss_cls: 0.301  loss_box_reg: 0.412  time: 0.5512  last_time: 0.5012  data_time: 0.011  last_data_time: 0.009   lr: 0.02  max_mem: 6312M\n",
     dict(step=1999, total_steps=None, loss=0.9123, learning_rate=0.02, eta_s=97445, epoch=None, progress=None)),
    ("mmengine epoch", "2024/03/02 11:12:13 - mmengine - INFO - Epoch(train)  [4][ 350/1879]  base_lr: 1.0000e-02 lr: 1.0000e-02  eta: 3:12:05  time: 0.3311  data_time: 0.0071  memory: 4213  grad_norm: 5.12  loss: 0.7712  loss_cls: 0.41  loss_bbox: 0.36\n2024/03/02 11:20:13 - mmengine - INFO - Epoch(val)  [4][  50/313]    eta: 0:00:20  time: 0.08  data_time: 0.01  memory: 900\n",
     dict(epoch=4, step=350, total_steps=1879, loss=0.7712, learning_rate=0.01, val_loss=None, eta_s=11525)),
    ("fairseq 0.12 bar", "epoch 002:  31%|███       | 412/1331 [02:11<04:51,  3.15it/s, loss=5.312, nll_loss=3.811, ppl=14.03, wps=41200, ups=3.1, wpb=13000, bsz=410, num_updates=1743, lr=0.00021788, gnorm=0.9, loss_scale=8, train_wall=552, wall=600]",
     dict(epoch=2, step=[412, 1743], loss=5.312, learning_rate=0.00021788)),
    ("nanoGPT", "iter 1990: loss 3.2212, time 311.20ms, mfu 33.11%\nstep 2000: train loss 3.1998, val loss 3.2513\nsaving checkpoint to out\niter 2000: loss 3.1822, time 6811.20ms, mfu 30.2%\n",
     dict(step=2000, loss=[3.1822], val_loss=3.2513, total_steps=None, epoch=None)),
    ("torchtune epoch bar", "1|512|Loss: 0.8123451: 100%|██████████| 512/512 [20:11<00:00,  2.36s/it]2|1|Loss: 0.7911:   0%|          | 1/512 [00:02<20:11,  2.36s/it]",
     dict(epoch=[2, 1], step=1, total_steps=512, loss=0.7911)),
    ("axolotl json", "{'loss': 0.8211, 'grad_norm': 0.3312, 'learning_rate': 0.00019, 'epoch': 1.42}\n 47%|████▋     | 71/150 [12:01<13:22, 10.16s/it]",
     dict(epoch=1.42, step=71, total_steps=150, loss=0.8211, learning_rate=0.00019, progress=47.3)),
    ("unsloth end", "{'train_runtime': 812.1, 'train_samples_per_second': 1.2, 'train_steps_per_second': 0.07, 'train_loss': 0.912, 'epoch': 0.6}\n100%|██████████| 60/60 [13:32<00:00, 13.54s/it]\n812.1 seconds used for training.\n",
     dict(state="finished", loss=[0.912, None], progress=100)),
    ("deepspeed-megatron", "[2023-08-01 10:00:00,123] [INFO] [logging.py:96:log_dist] [Rank 0] step=500, skipped=3, lr=[0.00015, 0.00015], mom=[[0.9, 0.95], [0.9, 0.95]]\n iteration      500/   50000 | consumed samples:       128000 | consumed tokens:    262144000 | elapsed time per iteration (ms): 1233.1 | learning rate: 1.500E-04 | global batch size:   256 | lm loss: 4.512301E+00 | loss scale: 65536.0 | grad norm: 1.212 | num zeros: 0.0 | number of skipped iterations:   0 | number of nan iterations:   0 |\n",
     dict(step=500, total_steps=50000, loss=4.512301, learning_rate=0.00015, progress=1)),
    ("megatron valid", " iteration      500/   50000 | lm loss: 4.5E+00 |\n-----------------------------------------------------------------------------------------------\n validation loss at iteration 500 | lm loss value: 4.481231E+00 | lm loss PPL: 8.834E+01 | \n-----------------------------------------------------------------------------------------------\n",
     dict(step=500, total_steps=50000, loss=4.5, val_loss=4.481231)),
    ("maxtext", "completed step: 321, seconds: 2.312, TFLOP/s/device: 180.1, Tokens/s/device: 3541.1, total_weights: 65536, loss: 3.712\neval metrics after step: 321, loss=3.801, total_weights=1048576.0\n",
     dict(step=321, loss=3.712, val_loss=3.801)),
    ("flax lm1b", "I0812 10:10:10.123456 139999 train.py:612] train in step: 1000, loss: 5.1123, perplexity: 166.0\nI0812 10:10:20.123456 139999 train.py:640] eval in step: 1000, loss: 5.0123, perplexity: 150.2\n",
     dict(step=1000, loss=5.1123, val_loss=5.0123)),
    ("SB3", "---------------------------------\n| rollout/           |          |\n|    ep_len_mean     | 195      |\n|    ep_rew_mean     | 195      |\n| time/              |          |\n|    fps             | 912      |\n|    iterations      | 12       |\n|    time_elapsed    | 26       |\n|    total_timesteps | 24576    |\n| train/             |          |\n|    approx_kl       | 0.008    |\n|    learning_rate   | 0.0003   |\n|    loss            | 1.91     |\n|    n_updates       | 110      |\n---------------------------------\n",
     dict(step=[24576, 12], loss=1.91, learning_rate=0.0003, total_steps=None, progress=None)),
    ("rl_games", "fps step: 41201 fps step and policy inference: 39011 fps total: 31022 epoch: 211/1000 frames: 13828096\nsaving next best rewards:  [812.2]\n",
     dict(epoch=211, total_epochs=1000, loss=None, state="training")),
    ("whisper ft", "{'eval_loss': 0.2212, 'eval_wer': 12.31, 'eval_runtime': 400.2, 'eval_samples_per_second': 5.2, 'eval_steps_per_second': 0.7, 'epoch': 2.44}\n 25%|██▌       | 1000/4000 [1:02:11<3:01:12,  3.62s/it]\n",
     dict(step=1000, total_steps=4000, val_loss=0.2212, epoch=2.44, loss=None, progress=25, eta_s=10872)),
    ("kohya", "steps:  12%|█▏        | 240/2000 [04:12<30:51,  1.05s/it, avr_loss=0.112]\nsaving checkpoint: /out/x-000001.safetensors\n\nepoch 2/10\n",
     dict(epoch=2, total_epochs=10, step=240, total_steps=2000, loss=0.112, progress=12)),
    ("onetrainer", "epoch:  20%|██        | 2/10 [05:00<20:00, 150.0s/it]\nstep:  50%|█████     | 30/60 [01:15<01:15,  2.50s/it, loss=0.0911, smooth loss=0.101]",
     dict(epoch=2, total_epochs=10, step=30, total_steps=60, loss=0.0911, progress=25)),
    ("julia flux", "[ Info: Epoch: 12/50, train loss: 0.2312, val loss: 0.3012\n",
     dict(epoch=12, total_epochs=50, loss=0.2312, val_loss=0.3012, progress=24)),
    ("julia progressmeter", "\rProgress:  64%|██████████████▏       |  ETA: 0:00:31\x1b[K\n  iter:   640\x1b[K\n  loss:   0.1201\x1b[K",
     dict(step=640, loss=[0.1201, None], progress=[64, None])),
    ("R torch", "[1] \"epoch 4 train loss 1.2311 valid loss 1.3001\"\n",
     dict(epoch=4, loss=1.2311, val_loss=1.3001)),
    ("cpp libtorch", "Epoch: 3 | Batch: 200 | Loss: 0.2211\n[ 3/10][200/938] D_loss: 0.51 | G_loss: 1.2\n",
     dict(epoch=3, step=200, loss=[0.2211, None])),
    ("llm.c", "step  120/18865 | loss 6.212311 (-0.51z)| norm 1.0112 (+0.2z)| lr 1.03e-04 | 3001.22 ms | 51.1% bf16 MFU | 174902 tok/s\n",
     dict(step=120, total_steps=18865, loss=6.212311, learning_rate=0.000103, progress=0.6)),
    ("llama2.c", "1200 | loss 3.2112 | lr 4.990000e-04 | 512.11ms | mfu 21.01%\nstep 1200: train loss 3.2001, val loss 3.2411\n",
     dict(step=1200, loss=[3.2112, 3.2001], val_loss=3.2411, learning_rate=0.000499)),
    ("zh 1", "开始训练\n[2024-05-01 10:00:00] 轮次: 3/20, 批次: 150/600, 损失: 0.4231, 准确率: 88.12%\n[2024-05-01 10:05:00] 第3轮 训练损失: 0.4123 验证损失: 0.4455 用时: 300.1秒\n",
     dict(epoch=3, total_epochs=20, step=150, total_steps=600, loss=0.4123, val_loss=0.4455, state="training")),
    ("zh 2", "Epoch [5/50], 平均损失: 0.3312, 学习率: 0.000100, 耗时: 12.3s\n验证集损失：0.4012，准确率：0.881\n模型已保存\n",
     dict(epoch=5, total_epochs=50, loss=0.3312, val_loss=0.4012, learning_rate=0.0001, progress=10)),
    ("ja", "エポック 12/100: 学習損失 0.2311 検証損失 0.2812 学習率 0.0005\n",
     dict(epoch=12, total_epochs=100, loss=0.2311, val_loss=0.2812, learning_rate=0.0005)),
    ("ko", "[에폭 8/30] 훈련 손실: 0.5512, 검증 손실: 0.6012, 정확도: 81.2%\n학습 완료\n",
     dict(epoch=8, total_epochs=30, loss=0.5512, val_loss=0.6012)),
    ("de", "Epoche 14/60 - Trainingsverlust: 0.2211 - Validierungsverlust: 0.3312 - Lernrate: 0.0001\n",
     dict(epoch=14, total_epochs=60, loss=0.2211, val_loss=0.3312, learning_rate=0.0001)),
    ("fr", "Époque 9/40 : perte d'entraînement = 0.4411, perte de validation = 0.5012\nArrêt anticipé à l'époque 9\n",
     dict(epoch=9, total_epochs=40, loss=0.4411, val_loss=0.5012, state="finished")),
    ("es", "Época 3 de 20 | Pérdida de entrenamiento: 0.7711 | Pérdida de validación: 0.8012\nEntrenamiento finalizado\n",
     dict(epoch=3, total_epochs=20, loss=0.7711, val_loss=0.8012)),
    ("pt", "Época: 4/10, Perda de treino: 0.5511, Perda de validação: 0.6012, Taxa de aprendizado: 0.001\n",
     dict(epoch=4, total_epochs=10, loss=0.5511, val_loss=0.6012, learning_rate=0.001)),
    ("ru", "Эпоха 6 из 25. Потери на обучении: 0.3312, потери на валидации: 0.4011, скорость обучения: 3e-4\n",
     dict(epoch=6, total_epochs=25, loss=0.3312, val_loss=0.4011, learning_rate=0.0003)),
    ("it", "Epoca 11/30: perdita addestramento 0.2911, perdita validazione 0.3511\n",
     dict(epoch=11, total_epochs=30, loss=0.2911, val_loss=0.3511)),
    ("hand 1", "ep=3 it=120 gstep=1320 L=0.4412 lr=1.0e-04 (0.31s)\n",
     dict(epoch=3, step=[120, 1320], learning_rate=0.0001)),
    ("hand 2", ">>> Epoch 2 [1200/5000] | train_loss=0.881 | acc=0.71 | 3.2 it/s | ETA 00:19:47\n",
     dict(epoch=2, step=1200, total_steps=5000, loss=0.881)),
    ("hand 3", "2024-02-03 04:05:06 | epoch: 2/5 | step: 300/1200 | loss: 0.5123 | lr: 5.0e-05 | elapsed: 0:12:01 | remaining: 0:40:11\n",
     dict(epoch=2, total_epochs=5, step=300, total_steps=1200, loss=0.5123, learning_rate=5e-05, progress=25)),
    ("hand 4", "[Train] E 010/100 B 0050/0200 loss 0.3311 top1 81.2\n[Valid] E 010/100 loss 0.4411 top1 78.9\n",
     dict(epoch=10, total_epochs=100, step=[50, None], total_steps=[200, None], loss=0.3311, val_loss=0.4411)),
    ("hand 5", "Step: 4500 | Train Loss: 1.2231 | Val Loss: N/A\nStep: 5000 | Train Loss: 1.2011 | Val Loss: 1.3301\n",
     dict(step=5000, loss=1.2011, val_loss=1.3301, total_steps=None)),
    ("hand 6", "Epoch 003/050 took 12.31s\n  training loss:\t\t0.511231\n  validation loss:\t\t0.602311\n  validation accuracy:\t\t81.20 %\n",
     dict(epoch=3, total_epochs=50, loss=0.511231, val_loss=0.602311, progress=6)),
    ("hand 7", "[epoch  7] loss_D=0.512 loss_G=1.331 (global step 8120)\n",
     dict(epoch=7, step=8120, loss=None)),
    ("fastai full", "epoch     train_loss  valid_loss  error_rate  time    \n0         0.911231    0.612331    0.201231    01:12     \n█████████████\r 33.33% [1/3 01:12<02:24]\n1         0.711231    0.512331    0.171231    01:12     \n",
     dict(epoch=1, loss=0.711231, val_loss=0.512331)),
    ("a bar of tqdm.rich, its numbers again in tables", "   0% ━━━━━━━━━━ 0/2,048  [ 0:00:00 < -:--:-- , ? it/s ]\r   9% ━━━━━━━━━━ 188/2,048  [ 0:00:00 < 0:00:02 , 1,037 it/s ]\n"
     "|    iterations      | 1        |\n|    total_timesteps | 256      |\n|    iterations      | 2        |\n"
     "  15% ━━━━━━━━━━ 308/2,048  [ 0:00:01 < 0:00:09 , 1,037 it/s ]\n", dict(step=308, total_steps=2048, progress=15, eta_s=9, rate=1037)),
    ("the time left of an evaluation", "Epoch [3/10] Iter [50/200] loss: 0.5 eta: 1:00:00\nValidation: [10/50] eta: 0:00:12 loss: 0.61\n",
     dict(epoch=3, step=50, loss=0.5, val_loss=0.61, eta_s=None)),
    ("a loss in thousands", "step 100/1000 loss 2.5K\nstep 200/1000 loss 2.1K\n", dict(step=200, loss=None)),
    ("catboost hours", "12:\tlearn: 0.6433\ttest: 0.6512\tbest: 0.6512 (12)\ttotal: 1m 2s\tremaining: 2h 13m 4s\n", dict(step=12, eta_s=7984)),
    ("catboost ms", "12:\tlearn: 0.6433\ttest: 0.6512\tbest: 0.6512 (12)\ttotal: 1m 2s\tremaining: 250ms\n", dict(step=12, eta_s=0.25)),
    ("sklearn boosting", "      Iter       Train Loss   Remaining Time \n         1           1.2296            2.50m\n         2           1.1003            2.00m\n",
     dict(step=2, loss=1.1003, eta_s=120)),
    ("catboost gpu", "0:\tlearn: 0.5012311\ttest: 0.5112311\tbest: 0.5112311 (0)\ttotal: 12.1ms\tremaining: 12.1s\n999:\tlearn: 0.1012311\ttest: 0.2112311\tbest: 0.2102311 (912)\ttotal: 11.1s\tremaining: 0us\n\nbestTest = 0.2102311\nbestIteration = 912\nShrink model to first 913 iterations.\n",
     dict(step=999, loss=0.1012311, val_loss=0.2112311, state="finished")),
    ("accelerate bar", "08/02/2024 10:11:12 - INFO - __main__ - ***** Running training *****\n08/02/2024 10:11:12 - INFO - __main__ -   Num examples = 833\n08/02/2024 10:11:12 - INFO - __main__ -   Num Epochs = 72\n08/02/2024 10:11:12 - INFO - __main__ -   Total optimization steps = 15000\nSteps:   2%|▏         | 300/15000 [03:11<2:35:01,  1.58it/s, lr=1e-5, step_loss=0.0312]",
     dict(step=300, total_steps=15000, total_epochs=[72, None], loss=0.0312, learning_rate=1e-05, progress=2)),
    ("trl sft", "{'loss': 1.1231, 'grad_norm': 0.812, 'learning_rate': 1.8e-05, 'entropy': 1.2, 'num_tokens': 81231.0, 'mean_token_accuracy': 0.712, 'epoch': 0.31}\n",
     dict(epoch=0.31, loss=1.1231, learning_rate=1.8e-05, step=None)),
    ("paddle fit", "Epoch 2/10\nstep  20/938 [>.............................] - loss: 0.3312 - acc: 0.8912 - ETA: 21s - 23ms/step\nstep 938/938 - loss: 0.0912 - acc: 0.9712 - 21ms/step\nEval begin...\nstep 157/157 - loss: 0.0412 - acc: 0.9812 - 11ms/step\n",
     dict(epoch=2, total_epochs=10, step=938, total_steps=938, loss=0.0912, val_loss=[0.0412, None], progress=20)),
    ("tf slim", "INFO:tensorflow:global step 1210: loss = 2.1123 (0.221 sec/step)\n",
     dict(step=1210, loss=2.1123)),
    ("slurm cancel", "epoch 3/10 loss 0.4\nslurmstepd: error: *** JOB 81231 ON node12 CANCELLED AT 2024-05-05T10:00:00 DUE TO TIME LIMIT ***\n",
     dict(epoch=3, state="failed", loss=0.4)),
    ("nemo", "Epoch 0: :  12%|█▏        | 120/1000 [02:11<16:01, v_num=abcd, reduced_train_loss=2.311, global_step=119.0, consumed_samples=960.0, train_step_timing in s=1.09]",
     dict(epoch=0, step=[120, 119], loss=2.311)),
    ("ppo trl custom", "Update 120/1000 | steps 245760 | reward 12.31 | policy_loss -0.0123 | value_loss 0.512 | 1812 sps\n",
     dict(step=[120, 245760], loss=None)),
    ("speechbrain resume", "speechbrain.core - epoch: 5, lr: 9.00e-04 - train loss: 1.2311 - valid loss: 1.3312, valid WER: 22.1\nEpoch loaded: 5\nspeechbrain.core - Test stats - Epoch loaded: 5, test loss: 1.2512\n",
     dict(epoch=5, loss=1.2311, learning_rate=0.0009)),
    ("espnet2 epoch", "[gpu01] 2024-02-02 10:00:00,123 (trainer:338) INFO: 5epoch results: [train] iter_time=1.2e-04, forward_time=0.1, loss=41.21, backward_time=0.1, optim0_lr0=1.2e-04, train_time=0.51, time=12 minutes and 3.2 seconds, total_count=12000, [valid] loss=38.12, time=20.1 seconds\n",
     dict(loss=[41.21, None], val_loss=[38.12, None], state="training")),
    ("kaldi-like k2", "2023-05-05 10:00:00,123 INFO [train.py:910] Epoch 4, batch 1200, loss[loss=0.2112, simple_loss=0.41, over 21312.00 frames. ], tot_loss[loss=0.2301, over 4123123.00 frames. ], batch size: 61, lr: 1.81e-02, grad_scale: 16.0\n2023-05-05 10:05:00,123 INFO [train.py:942] Epoch 4, validation: loss=0.1912, simple_loss=0.38, over 944034.00 frames.\n",
     dict(epoch=4, step=1200, loss=[0.2112, 0.2301], val_loss=0.1912, learning_rate=0.0181)),
    ("wenet", "2023-03-01 10:00:00,123 DEBUG TRAIN Batch 3/1200 loss 12.312311 loss_att 14.1 loss_ctc 8.2 lr 0.00081231 rank 0\n2023-03-01 10:10:00,123 DEBUG CV Batch 3/0 loss 10.1 loss_att 11.0 loss_ctc 7.9 history loss 9.81 rank 0\n",
     dict(loss=12.312311, val_loss=[10.1, None], learning_rate=0.00081231)),
    ("tts vits", "INFO:root:Train Epoch: 31 [45%]\nINFO:root:[2.41, 2.31, 5.1, 18.2, 1.2, 1.5, 41200, 0.00019921]\n",
     dict(epoch=31, loss=None)),
    ("rvc", "INFO:myvoice:Train Epoch: 12 [37%]\nINFO:myvoice:[1200, 9.98e-05]\nINFO:myvoice:loss_disc=3.812, loss_gen=3.612, loss_fm=9.1, loss_mel=18.2, loss_kl=1.1\nINFO:myvoice:====> Epoch: 12 [2024-02-02 10:00:00] | (0:00:31.12)\n",
     dict(epoch=12, loss=None)),
    ("so-vits", "2023-06-06 10:00:00,123 44k INFO Train Epoch: 210 [21%]\n2023-06-06 10:00:00,123 44k INFO Losses: [2.1, 2.5, 11.2, 15.1, 0.9], step: 90200, lr: 9.7e-05, reference_loss: 31.8\n",
     dict(epoch=210, step=90200, learning_rate=9.7e-05)),
    ("stable audio / pl", "Epoch 0:  41%|████      | 410/1000 [05:12<07:29,  1.31it/s, v_num=2, train/loss=0.812, train/lr=5e-5]",
     dict(epoch=0, step=410, total_steps=1000, loss=0.812, learning_rate=5e-05)),
    ("pl val desc", "Epoch 3: 100%|██████████| 200/200 [00:21<00:00, 9.31it/s, v_num=1, train_loss=0.412]\nValidation DataLoader 0:  50%|█████     | 10/20 [00:01<00:01, 9.8it/s]",
     dict(epoch=3, step=200, total_steps=200, loss=0.412, val_loss=None, state="training")),
    ("timm", "Train: 12 [ 250/1251 ( 20%)]  Loss: 4.12 (4.31)  Time: 0.412s, 1241.1/s  (0.421s, 1212.1/s)  LR: 4.981e-04  Data: 0.010 (0.021)\nTest: [  10/97]  Time: 0.2 (0.3)  Loss:  1.812 ( 1.912)  Acc@1: 61.2 ( 60.1)\n",
     dict(epoch=12, step=250, total_steps=1251, loss=[4.12, 4.31], learning_rate=0.0004981)),
    ("mae", "Epoch: [21]  [ 400/1251]  eta: 0:05:12  lr: 0.000141  loss: 0.4112 (0.4121)  time: 0.361  data: 0.001  max mem: 11211\n",
     dict(epoch=21, step=400, total_steps=1251, loss=[0.4112, 0.4121], learning_rate=0.000141, eta_s=None)),
    ("dino", "Epoch: [3/100]  [ 120/2502]  eta: 0:31:12  loss: 9.812 (10.01)  lr: 0.0000812  wd: 0.0401\n",
     dict(epoch=3, total_epochs=100, step=120, total_steps=2502, loss=[9.812, 10.01], learning_rate=8.12e-05)),
    ("open_clip", "2024-02-02,10:00:00 | INFO | Train Epoch: 2 [ 512000/10000000 (5%)] Data (t): 0.1 Batch (t): 0.5, 8121.1/s, 1015.1/s/gpu LR: 0.000412 Logit Scale: 21.1 Contrastive_loss: 3.812 (3.912) Loss: 3.812 (3.912)\n2024-02-02,10:10:00 | INFO | Eval Epoch: 2 imagenet-zeroshot-val-top1: 0.2312\n",
     dict(epoch=2, step=512000, loss=[3.812, 3.912], learning_rate=0.000412)),
    ("lit-gpt", "iter 1200 step 300: loss 2.3121, iter time: 412.1ms (optimizer.step) remaining time: 1 day, 2:03:04\n",
     dict(step=[1200, 300], loss=2.3121)),
    ("litgpt2", "Epoch 2 | iter 812 step 203 | loss train: 0.912, val: 1.012 | iter time: 312.11 ms (step)\n",
     dict(epoch=2, step=[812, 203], loss=0.912, val_loss=1.012)),
    ("mosaic", "[epoch=1/3][batch=312/1200]:\n\t Train time/epoch: 0\n\t Train loss/train/total: 2.112\n\t Train lr-AdamW/group0: 0.00031\n",
     dict(loss=2.112, total_epochs=[3, None])),
    ("colossal", "Epoch [1/3]:  12%|█▏        | 120/1000 [01:12<08:51,  1.65it/s, loss=1.812]",
     dict(epoch=1, total_epochs=3, step=120, total_steps=1000, loss=1.812, progress=4)),
    ("internlm", "2024-03-03 10:00:00,123\tINFO train.py:291 in record_current_batch_training_metrics -- tflops=181.2 step=1200 loss=2.112 tgs (tokens/gpu/second)=4112.1 lr=0.00029 loss_scale=65536.0 grad_norm=0.81 micro_num=4 num_consumed_tokens=314572800 inf_nan_skip_batches=0\n",
     dict(step=1200, loss=2.112, learning_rate=0.00029)),
    ("xtuner", "03/03 10:00:00 - mmengine - INFO - Iter(train) [ 120/4800]  lr: 1.9e-05  eta: 2:12:01  time: 1.61  data_time: 0.01  memory: 21211  loss: 1.1211\n",
     dict(step=120, total_steps=4800, loss=1.1211, learning_rate=1.9e-05, progress=2.5, eta_s=7921)),
    ("ms-swift", "Train:  21%|██        | 210/1000 [05:12<19:31,  1.48s/it]{'loss': 1.1121, 'acc': 0.71, 'grad_norm': 1.1, 'learning_rate': 9.1e-05, 'memory(GiB)': 21.1, 'train_speed(iter/s)': 0.67, 'epoch': 0.42, 'global_step/max_steps': '210/1000', 'percentage': '21.00%', 'elapsed_time': '5m 12s', 'remaining_time': '19m 33s'}\n",
     dict(step=210, total_steps=1000, loss=1.1121, epoch=0.42, learning_rate=9.1e-05, progress=21)),
    ("openrlhf", "Train epoch [1/2]:  31%|███       | 124/400 [10:12<22:41,  4.93s/it, gpt_loss=1.21, loss_mean=1.31, lr=4.8e-6]",
     dict(epoch=1, total_epochs=2, step=124, total_steps=400, learning_rate=4.8e-06, progress=15.5)),
    ("verl b", "step:12 - actor/pg_loss:-0.0121 - actor/lr:1e-06 - critic/rewards/mean:0.41 - timing_s/step:81.2 - training/global_step:12 - training/epoch:0\n\rTraining Progress:   8%|▊         | 12/145 [16:12<2:59:31, 81.0s/it]",
     dict(step=12, total_steps=145, progress=8.3)),
    ("tianshou ppo", "Epoch #7: 10000it [00:21, 471.2it/s, env_step=70000, len=195, loss=0.412, rew=195.0]\nEpoch #7: test_reward: 195.1 ± 12.1, best_reward: 198.1 ± 2.1 in #6\n",
     dict(epoch=7, step=[10000, 70000, None], loss=[0.412, None])),
    ("rllib", "Training iteration 12: episode_reward_mean=181.2, timesteps_total=48000, policy_loss=-0.012, vf_loss=0.51\n",
     dict(step=[12, 48000], loss=None)),
    ("acme", "[Learner] Critic Loss = 0.412 | Learner Steps = 1200 | Learner Walltime = 121.2 | Policy Loss = -1.21 | Steps Per Second = 41.2\n",
     dict(step=1200)),
    ("spinup", "---------------------------------------\n|             Epoch |              12 |\n|      AverageEpRet |             181 |\n|            LossPi |         -0.0121 |\n|             LossV |            41.2 |\n| TotalEnvInteracts |         4.8e+04 |\n---------------------------------------\n",
     dict(epoch=12)),
    ("gluonts", "100%|██████████| 50/50 [00:12<00:00, 4.1it/s, epoch=3/20, avg_epoch_loss=5.12]\n",
     dict(epoch=3, total_epochs=20, step=50, total_steps=50, loss=5.12, progress=15)),
    ("pytorch forecasting", "Epoch 4: 100%|██| 30/30 [00:21<00:00,  1.4it/s, loss=71.2, v_num=3, train_loss_step=70.1, val_loss=91.2, train_loss_epoch=72.1]",
     dict(epoch=4, step=30, total_steps=30, loss=[71.2, 70.1, 72.1], val_loss=91.2)),
    ("opennmt-tf", "INFO:tensorflow:Step = 1200 ; steps/s = 1.21, tokens/s = 31211 (31211 target) ; Learning rate = 0.000148 ; Loss = 4.121231\n",
     dict(step=1200, loss=4.121231, learning_rate=0.000148, total_steps=None)),
    ("joeynmt", "2023-02-02 10:00:00,123 - INFO - joeynmt.training - Epoch   3, Step:     1200, Batch Loss:     2.112131, Batch Acc: 0.41, Tokens per Sec:     9121, Lr: 0.000300\n",
     dict(epoch=3, step=1200, loss=2.112131, learning_rate=0.0003)),
    ("nequip", "training\n# Epoch batch         loss       loss_f       loss_e        f_mae\n      2    10        0.412        0.401       0.0112        0.121\n",
     dict(epoch=2, step=10, loss=0.412)),
    ("schnet", "Epoch 12, global step 1300: 'val_loss' reached 0.12121 (best 0.12121), saving model to '/x/best.ckpt' as top 1\n",
     dict(epoch=12, step=1300)),
    ("dgl bench", "Epoch 00012 | Time(s) 0.0121 | Loss 1.2121 | Accuracy 0.7121 | ETputs(KTEPS) 1121.1\n",
     dict(epoch=12, loss=1.2121)),
    ("sklearn verbose", "Iteration 1, loss = 2.31\nIteration 2, loss = 2.11\n",
     dict(step=2, loss=2.11)),
    ("gbm sklearn", "      Iter       Train Loss      OOB Improve   Remaining Time \n         1           1.2112           0.0912            4.12s\n       100           0.8112           0.0012            0.00s\n",
     dict(step=100, loss=0.8112)),
    ("lgbm cv", "[100]\tcv_agg's binary_logloss: 0.4121 + 0.0121\n",
     dict(step=100)),
    ("xgb r", "[1]\ttrain-rmse:0.812131\ttest-rmse:0.912131 \n[2]\ttrain-rmse:0.712131\ttest-rmse:0.812131 \n",
     dict(step=2, loss=0.712131, val_loss=0.812131)),
    ("h2o", "drf Model Build progress: |██████████████████████| (done) 100%\n",
     dict(loss=None, epoch=None)),
    ("caffe", "I0202 10:00:00.123456  1212 solver.cpp:218] Iteration 1200 (4.12 iter/s, 4.85s/20 iters), loss = 1.212\nI0202 10:00:00.123456  1212 sgd_solver.cpp:105] Iteration 1200, lr = 0.001\n",
     dict(step=1200, loss=1.212, learning_rate=0.001)),
    ("darknet8", "v3 (mse loss, Normalizer: (iou: 0.75, obj: 1.00, cls: 1.00) Region 106 Avg (IOU: 0.412131), count: 4, class_loss = 1.2, iou_loss = 0.8, total_loss = 2.0 \n 1200: 2.112131, 2.212131 avg loss, 0.001000 rate, 4.121 seconds, 76800 images, 5.12 hours left\n",
     dict(step=1200, loss=[2.112131, 2.212131])),
    ("alphazero", "Iteration 12/1000\nSelf Play: 100%|██████████| 100/100 [10:12<00:00,  6.12s/it]\nTraining Net: 40%|████      | 400/1000 [00:12<00:18, 33.1it/s, Loss_pi=1.21, Loss_v=0.41]",
     dict(state="training")),
    ("instant-ngp", "[10:00:00] Training step=1200, loss=0.00121, psnr=29.1\n",
     dict(step=1200, loss=0.00121)),
    ("gsplat", "loss=0.041| sh degree=3| :  21%|██        | 6300/30000 [02:12<08:31, 46.3it/s]",
     dict(step=6300, total_steps=30000, loss=0.041, progress=21)),
    ("diffusers adv", "Epoch 12:  31%|███       | 31/100 [00:12<00:28,  2.41it/s, loss=0.0121, lr=9.8e-5, step=1231]",
     dict(epoch=12, step=[31, 1231], total_steps=100, loss=0.0121, learning_rate=9.8e-05)),
    ("llama-factory zh", "***** 开始训练 *****\n  样本数 = 1200\n  训练轮数 = 3\n  总步数 = 450\n{'loss': 1.21, 'learning_rate': 4e-05, 'epoch': 0.2}\n",
     dict(loss=1.21, epoch=0.2, learning_rate=4e-05)),
    ("zh hand", "Epoch: 12/100  训练集损失: 0.3121  训练集准确率: 0.881  测试集损失: 0.4121  测试集准确率: 0.851\n",
     dict(epoch=12, total_epochs=100, loss=0.3121, val_loss=0.4121, progress=12)),
    ("zh hand 2", "【训练】第 5/50 轮，批次 100/391，当前损失 1.2121，平均损失 1.3121\n",
     dict(epoch=5, total_epochs=50, step=100, total_steps=391, loss=[1.2121, 1.3121])),
    ("ja hand", "[エポック 3/20] 訓練ロス: 0.812, 検証ロス: 0.912, 精度: 71.2%\n早期終了しました\n",
     dict(epoch=3, total_epochs=20, loss=0.812, val_loss=0.912, state="finished")),
    ("ko hand", "에포크: 3/20 | 학습 손실: 0.812 | 검증 손실: 0.912 | 소요 시간: 12.1초\n",
     dict(epoch=3, total_epochs=20, loss=0.812, val_loss=0.912)),
    ("de hand", "Epoche [3/20], Schritt [100/391], Verlust: 0,8121\n",
     dict(epoch=3, total_epochs=20, step=100, total_steps=391)),
    ("ru hand", "[Эпоха 3/20] Обучающая выборка: loss=0.812, Валидация: loss=0.912\n",
     dict(epoch=3, total_epochs=20, loss=0.812, val_loss=0.912)),
    ("pt hand", "Época 3/20 - perda: 0.812 - acurácia: 0.71 - perda_val: 0.912\nTreinamento concluído!\n",
     dict(epoch=3, loss=0.812, val_loss=0.912, state=['finished'])),
    ("it hand", "Epoca 3/20 - Perdita: 0.812 - Perdita val: 0.912 - Tempo: 12s\n",
     dict(epoch=3, total_epochs=20, loss=0.812, val_loss=0.912)),
    ("hand a", "[  3 |   200] loss: 0.812\n",
     dict(loss=0.812)),
    ("hand b", "step=1200/10000 (12.0%) loss=1.2121 ema=1.3121 lr=2.9e-04 gn=0.81 12.1k tok/s eta=02:12:01\n",
     dict(step=1200, total_steps=10000, loss=1.2121, learning_rate=0.00029, progress=12, eta_s=7921)),
    ("hand c", "Train | epoch 3 | batch 200 | loss 0.8121\nEval  | epoch 3 | loss 0.9121 | acc 0.71\n",
     dict(epoch=3, step=200, loss=0.8121, val_loss=0.9121)),
    ("hand d", "Epoch 3 - Training loss: 0.8121, Validation loss: 0.9121, Best: 0.9011 (epoch 2)\n",
     dict(epoch=3, loss=0.8121, val_loss=0.9121)),
    ("hand e", "[2024-02-02 10:00:00] epoch=3 | iter=1200/3910 | loss=0.8121 (avg=0.9121) | time=0.41s | eta=0:18:31\n",
     dict(epoch=3, step=1200, total_steps=3910, loss=0.8121)),
    ("hand f", "=> Epoch 3 / 20, Iter 100 / 391, Loss 0.8121, LR 0.00100\n=> Val acc 71.2, val loss 0.9121\n",
     dict(epoch=3, total_epochs=20, step=100, total_steps=391, loss=0.8121, val_loss=0.9121, learning_rate=0.001)),
    ("hand g", "Round 3/100: client losses [0.81, 0.91, 0.71], global loss 0.8101, accuracy 0.71\n",
     dict(step=3, total_steps=100, loss=0.8101)),
    ("oom retry", "Epoch 3/20 loss 0.81\nRuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB\n",
     dict(state="failed", loss=0.81)),
    ("ctrl-c", "Epoch 3/20 loss 0.81\nTraceback (most recent call last):\n  File \"t.py\", line 3, in <module>\n    f()\nKeyboardInterrupt\n",
     dict(state="failed")),
    ("warn traceback", "Epoch 3/20 loss 0.81\nException ignored in: <function f>\nTraceback (most recent call last):\n  File \"t.py\", line 3, in f\nTypeError: x\nEpoch 4/20 loss 0.71\n",
     dict(state="training", epoch=4, loss=0.71)),
    ("saved not end", "Epoch 3/20 loss 0.81\nCheckpoint saved. Done.\nEvaluation finished in 12 s\nFinished epoch 3\n",
     dict(state="training", epoch=3)),
    ("worker exit", "Epoch 3/20 loss 0.81\nDataLoader worker (pid 121) exited with code 0\n",
     dict(state="training")),
    # of software that came later: what each taught
    ("BigDL", "[Epoch 1 6400/60000][Iteration 10][Wall Clock 9.1s] Trained 640 records in 0.9 seconds. Throughput is 711.1 records/second. Loss is 1.5333.\n",
     dict(epoch=1, step=[10, 6400], loss=1.5333)),
    ("MindSpore", "epoch: 2 step: 250, loss is 0.7875\nTrain epoch time: 4123.1 ms, per step time: 10.9 ms\n", dict(epoch=2, step=250, loss=0.7875)),
    ("MindFormers", "{ Epoch:[  1/  2], step:[   14/  100], loss:[5.882/5.901], per_step_time: 812ms, lr: 9.86e-06, overflow cond: False\n",
     dict(epoch=1, total_epochs=2, step=14, total_steps=100, loss=5.882, learning_rate=9.86e-6, progress=7)),
    ("a bar of backspaces", "Epoch: [3 | 164] LR: 0.100000\n (391/391) Data: 0.001s | ETA: 0:00:00 | Loss: 1.0667 | top1:  21.1\n (100/100) Data: 0.001s | ETA: 0:00:00 | Loss: 1.5 | top1: 22.1\n",
     dict(epoch=3, total_epochs=164, step=391, total_steps=391, loss=1.0667, val_loss=1.5, learning_rate=0.1)),
    ("a place over the bar", "Epoch: 1\n [==>...]  Step: 31ms | Loss: 0.500 | Acc: 51.2% (660/1280)        " + "\b" * 60 + " 20/391 \r",
     dict(epoch=1, step=20, total_steps=391, loss=0.5)),
    ("Catalyst", "1/10 * Epoch (train): 100% 40/40 [00:04<00:00, 9.2it/s, loss=0.5]\ntrain (1/10) accuracy: 0.88 | loss: 0.45 | lr: 0.02\n"
     "1/10 * Epoch (valid): 100% 8/8 [00:00<00:00, 19.2it/s, loss=0.4]\nvalid (1/10) accuracy: 0.89 | loss: 0.41 | lr: 0.02\n",
     dict(epoch=1, total_epochs=10, step=40, total_steps=40, loss=0.45, val_loss=0.41, progress=10)),
    ("torchbearer", "\r2/9(t): 100%|██████| 60/60 [00:06<00:00,  9.9it/s, loss=0.85]\n\r2/9(v): 100%|██████| 10/10 [00:00<00:00, 19.9it/s, val_loss=0.7]\n",
     dict(epoch=2, total_epochs=9, step=60, total_steps=60, loss=0.85, val_loss=0.7)),
    ("char-rnn", "10/21150 (epoch 0.024), train_loss = 4.19, grad/param norm = 5.1e-01, time/batch = 0.6s\n",
     dict(epoch=0.024, step=10, total_steps=21150, loss=4.19, progress=[0.047, 0.05])),
    ("cryoDRGN", "# =====> Epoch: 1 Average gen loss = 0.82, KLD = 3.1, total loss = 0.86; Finished in 0:05:01\n# [Train Epoch: 2/10] [30000/50000 images] gen loss=0.75, kld=4.0, loss=0.79\n",
     dict(epoch=2, total_epochs=10, step=30000, loss=0.79)),
    ("a place of many", "[2000/300000] Train loss: 1.5, Valid loss: 1.45, Elapsed_time: 620.1\n", dict(epoch=None, step=2000, total_steps=300000, loss=1.5, val_loss=1.45)),
    ("how to stop is no end", "step 3/9 loss 1\nStarting. Press \"Enter\" to stop training and save model.\n", dict(step=3, state="training")),
    ("EDSR", "[Epoch 1]\tLearning rate: 1.00e-4\n[9600/16000]\t[L1: 12.5]\t31.2+0.8s\n", dict(epoch=1, step=9600, total_steps=16000, learning_rate=1e-4)),
    ("EfficientDet", "\rStep: 60. Epoch: 0/3. Iteration: 61/71. Cls loss: 0.2. Reg loss: 0.1. Total loss: 0.3:  85%|███████ | 60/71 [00:30<00:05,  1.9it/s]",
     dict(epoch=0, total_epochs=3, step=[60, 61], loss=0.3, progress=[28.2, 21.1])),
    ("fairchem", "2023-09-09 10:00:00 (INFO): energy_mae: 1.2e+00, loss: 1.5e+01, lr: 4.0e-04, epoch: 3.12e-02, step: 1.00e+02\n"
     "2023-09-09 10:00:09 (INFO): Evaluating on val.\n2023-09-09 10:00:30 (INFO): energy_mae: 1.1, loss: 11.0, epoch: 0.0312\n", dict(step=100, loss=15, val_loss=11, learning_rate=4e-4)),
    ("slog", "time=2024-06-06T10:10:00.123Z level=INFO msg=\"train step\" epoch=2 step=1000 total_steps=12000 train_loss=2.5\n",
     dict(epoch=2, step=1000, total_steps=12000, loss=2.5, progress=8.33)),
    ("nested JSON", '{"level":"info","ts":1700000010.123,"msg":"epoch done","epoch":9,"epochs":90,"loss":{"train":0.5,"val":0.6},"lr":0.01}\n',
     dict(epoch=9, total_epochs=90, loss=0.5, val_loss=0.6, learning_rate=0.01)),
    ("GoMLX", "Training (2000 steps):  20% [===>....] [40:200] (120 steps/s) [step=400] [loss+=1.1] [~loss+=1.2]        ", dict(step=400, total_steps=2000, loss=1.1, progress=20)),
    ("a sample of text", "[10 | 23.1] loss=3.45 avg=3.51\nstep forward! said he. 10/20\n", dict(step=10, total_steps=None, loss=3.45)),
    ("semicolons", "epoch;train_loss;val_loss;lr\n3;0.5;0.6;0.001\n", dict(epoch=3, loss=0.5, val_loss=0.6, learning_rate=0.001)),
    ("LeRobot", "INFO 2025-02-02 10:00:00 ts/train.py:232 step:2K smpl:16K ep:42 epch:0.85 loss:0.037 grdn:0.7 lr:1.0e-05 updt_s:0.1\n", dict(epoch=0.85, step=2000, loss=0.037)),
    ("PaddleClas", "[Train][Epoch 2/120][Iter: 60/100]lr(LinearWarmup): 0.00404, top1: 0.01, CELoss: 2.6, loss: 2.6\n", dict(epoch=2, step=60, learning_rate=0.00404, loss=2.6)),
    ("Poutyne", "Epoch: 3/8 Train steps: 60 Val steps: 0 6.00s loss: 0.222 acc: 81.6", dict(epoch=3, total_epochs=8, step=60, total_steps=None)),
    ("PyKEEN", "\rTraining epochs on cuda:0:  20%|██    | 10/50 [00:10<00:40,  1.01epoch/s, loss=0.5]\rTraining batches on cuda:0:  50%|███   | 9/18 [00:00<00:00, 21.2batch/s]",
     dict(epoch=10, total_epochs=50, loss=0.5, progress=[20, 21])),
    ("a bar of a unit", "\rfit:  20%|██    | 10/50 [00:10<00:40,  1.01epoch/s]", dict(epoch=10, total_epochs=50, progress=20)),
    ("Tacotron", "Train loss 12 2.5 Grad Norm 1.2 1.53s/it\nValidation loss 12:  0.9\n", dict(step=12, loss=2.5, val_loss=0.9)),
    ("tensorpack", "[0101 10:00:02 @base.py:285] Epoch 3 (global_step 300) finished, time:10 seconds.\n[0101 10:00:03 @monitor.py:474] loss: 0.3\n", dict(epoch=3, step=300, loss=0.3)),
    ("Tesseract", "At iteration 88/100/100, Mean rms=6.1%, delta=20.1%, char train=90.1%, word train=98.1%, skip ratio=0%, wrote checkpoint.\n", dict(step=88, state="training")),
    ("tfjs", "Epoch 2 / 12\n4123ms 68us/step - acc=0.8 loss=0.45 val_acc=0.8 val_loss=0.4\n", dict(epoch=2, total_epochs=12, step=None, loss=0.45, val_loss=0.4, progress=16.7)),
    ("TFLearn", "Training Step: 40  | total loss: 0.5 | time: 1.6s\n| Adam | epoch: 002 | loss: 0.5 - acc: 0.8 -- iter: 0832/1600\n"
     "Training Step: 41  | total loss: 0.4 | time: 1.7s\n| Adam | epoch: 003 | loss: 0.4 - acc: 0.8 -- iter: 0064/1600\n", dict(epoch=3, progress=None)),
    ("TorchSharp", "Running for up to 8 epochs\nTrain: epoch 2 [30000 / 60000] Loss: 0.67\n", dict(epoch=2, total_epochs=8, step=30000, total_steps=60000, progress=18.75)),
    ("two trials", "".join(f"Epoch 1/2 - loss: 0.9\nEpoch 2/2 - loss: 0.8\nTrial {i} finished with value: 0.8.\n" for i in (0, 1)), dict(epoch=2, state="training")),
    ("crfsuite", "***** Iteration #10 *****\nLoss: 8181.818182\nLine search trials: 1\nLine search step: 1.000000\n", dict(step=10, loss=8181.818182)),
    ("StarSpace", "\rEpoch: 50.0%  lr: 0.007  loss: 0.12  eta: <1min", dict(epoch=None, loss=0.12, learning_rate=0.007)),
    ("DeepXDE", "step 9 loss 0.1\n'train' took 41.231221 s\n", dict(state="finished")),
    ("Rust panic", "step 9/20 loss 0.1\nthread 'main' panicked at src/model.rs:121:33:\n", dict(state="failed")),
    ("Go panic", "step 9/20 loss 0.1\npanic: runtime error: index out of range [3] with length 3\n", dict(state="failed")),
    ("Java exception", "step 9/20 loss 0.1\nException in thread \"main\" java.lang.NullPointerException\n", dict(state="failed")),
    ("Julia error", "step 9/20 loss 0.1\nERROR: LoadError: DimensionMismatch\n", dict(state="failed")),
    ("R halted", "step 9/20 loss 0.1\nError in fit(x) : object 'y' not found\nExecution halted\n", dict(state="failed")),
    ("glog check", "step 9/20 loss 0.1\nF0101 10:00:00.1 12 math.cpp:3] Check failed: n > 0\n*** Check failure stack trace: ***\n", dict(state="failed")),
    ("preempted", "step 9/20 loss 0.1\nslurmstepd: error: *** JOB 81 ON node07 CANCELLED AT 2024-04-04T11:00:00 DUE TO PREEMPTION ***\n", dict(state="failed")),
    ("DLRM", "Finished training it 10240/306969 of epoch 0, 12.31 ms/it, loss 0.45\n", dict(epoch=0, step=10240, total_steps=306969, loss=0.45, progress=None, state="training")),
    ("FunASR", "train, rank: 0, epoch: 0/50, step_in_slice: 500/2400, total step: 500, (loss_avg_rank: 0.2), (loss_avg_slice: 0.2), (lr: 1.2e-05)\n",
     dict(epoch=0, total_epochs=50, step=500, total_steps=2400, loss=0.2, progress=[0.41, 0.42])),
    ("FuxiCTR", "P41 INFO Train loss: 0.46\nP41 INFO Evaluation @epoch 1 - batch 591: \nP41 INFO [Metrics] AUC: 0.8 - logloss: 0.45\nP41 INFO *** Epoch=1 end ***\nP41 INFO Train loss: 0.3\n",
     dict(epoch=1, loss=0.3, val_loss=0.45)),
    ("garage", "epoch #3 | Saved\npolicy/LossAfter     -0.01\npolicy/LossBefore     0.001\n", dict(epoch=3, loss=None)),
    ("parts on several lines", "| loss/policy_loss | -0.02 |\n| loss/value_loss | 404 |\n| nupdates | 4 |\n", dict(loss=None)),
    ("OpenPCDet", "INFO  Train:    2/80 (  2%) [  50/464 ( 11%)]  Loss: 1.5 (3.12)  LR: 3.012e-04  Acc_iter 514\n", dict(epoch=2, total_epochs=80, step=50, total_steps=464, loss=1.5)),
    ("an episode", "train   E: 8   I: 4,000   R: 16.8   T: 0:01:12\n", dict(epoch=None)),
    ("the time of one epoch", "Epoch 3 Batch 300 Loss 0.5\nTime taken for 1 epoch 41.12 sec\n", dict(epoch=3, step=300, total_epochs=None, loss=0.5, state="training")),
    ("vw end", "step 9 loss 0.1\nfinished run\n", dict(state="finished")),
    ("YOLOv7", "     Epoch   gpu_mem       box       obj       cls     total    labels  img_size\n\r      1/29     8.21G   0.0512   0.0221   0.0112   0.045        32       640: 100%|█████| 100/100 [00:33<00:00,  3.01it/s]",
     dict(epoch=1, total_epochs=29, step=100, total_steps=100, loss=None, state="training")),
    ("pl", "Epoka 3/30 | strata: 0.5 | strata walidacyjna: 0.6\n", dict(epoch=3, total_epochs=30, loss=0.5, val_loss=0.6)),
    ("tr", "Epoch 3/30 - kayıp: 0.5 - doğrulama kaybı: 0.6\n", dict(epoch=3, total_epochs=30, loss=0.5, val_loss=0.6, progress=10)),
    ("zh batch", "第3轮 第100/300批 损失=0.5 学习率=1.0e-04\n", dict(epoch=3, step=100, total_steps=300, loss=0.5, learning_rate=1e-4)),
    ("DDP tutorial", "[GPU0] Epoch 7 | Batchsize: 32 | Steps: 32\n", dict(epoch=7, loss=None)),
    ("fastai early", "epoch     train_loss  valid_loss\n8         0.11        0.12\nNo improvement since epoch 5: early stopping\n", dict(epoch=8, state="finished")),
    ("JAX array", "Step 100, loss=Array(2.31, dtype=float32), lr=0.0003\n", dict(step=100, loss=2.31, learning_rate=0.0003)),
    ("PyTorch tensor", "epoch=1: train_ppl=tensor(9.1, device='cuda:0') train_epoch_loss=tensor(2.2, device='cuda:0') eval_epoch_loss=tensor(2.1, device='cuda:0')\n",
     dict(epoch=1, loss=2.2, val_loss=2.1)),
    ("keras of unknown length", "Epoch 1/10\n     37/Unknown - 12s 31ms/step - loss: 0.41\n", dict(epoch=1, total_epochs=10, step=37, loss=0.41)),
    ("FastPitch", "epoch    2 | iter  50/100 | loss 4.80 | mel loss 2.0 | took 1.12 s | lrate 1.01e-03\n", dict(epoch=2, step=50, loss=4.8, learning_rate=1.01e-3)),
    ("a warning is at no step", "it 300 | tr_loss 0.6\n[W Allocator.cpp:412] Warning: batch 32 failed to fit\n", dict(step=300, loss=0.6)),
    ("a rate behind an evaluation", "- epoch: 3\n  train:\n    loss: 0.5\n  val:\n    loss: 0.6\n  lr: 0.0005\n", dict(epoch=3, loss=0.5, val_loss=0.6, learning_rate=0.0005)),
    ("DGCNN", "Train 3, loss: 0.5, train acc: 0.61\nTest 3, loss: 0.6, test acc: 0.6\nTrain 4, loss: 0.4, train acc: 0.62\n", dict(epoch=4, loss=0.4, val_loss=0.6)),
    ("gluefactory", "[E 0 | it 1000] loss {total 1.5E+00, last 1.1E+00, assignment_nll 1.2E+00}\n", dict(epoch=0, step=1000, loss=1.5)),
    ("llama-recipes", "\rTraining Epoch: 1/3, step 399/400 completed (loss: 0.65): 100%|####| 400/400 [06:40<00:00,  1.02s/it]\nEpoch 1: train_perplexity=3.19, train_epoch_loss=1.16\n",
     dict(epoch=1, total_epochs=3, step=[399, 400], total_steps=400, loss=1.16, progress=33.3)),
    ("NGBoost", "[iter 300] loss=0.29 val_loss=0.32 scale=1.0\n== Early stopping achieved.\n", dict(step=300, loss=0.29, val_loss=0.32, state="finished")),
    ("PointNet++", "Epoch 3 (3/200):\nTraining mean loss: 0.5\n---- EPOCH 003 EVALUATION ----\neval mean loss: 0.6\n", dict(epoch=3, total_epochs=200, step=None, loss=0.5, val_loss=0.6)),
    ("a wait is no step", "Step    100   Loss: 2.0   EER: 0.3\n  Blocking, waiting for batch (threaded) (10/10):  mean:   12ms\n", dict(step=100, total_steps=None, loss=2, state="training")),
    ("a count of times", "step 612/3000 loss: 0.45\n# OOM during training step, skipping batch 3 times\n", dict(step=612, total_steps=3000, loss=0.45)),
    ("PyTorch tutorial", "[1,  2000] loss: 2.2\n[2,  4000] loss: 1.8\n", dict(epoch=2, step=4000, total_steps=None, loss=1.8)),
    ("cost after an iteration", "Cost after iteration 100: 0.693\n", dict(step=100, loss=0.693)),
    ("loss at an epoch", "Loss at epoch 10: 0.55\n", dict(epoch=10, loss=0.55)),
    ("epoch n", "epoch n°3 : loss=0.5\n", dict(epoch=3, total_epochs=None, loss=0.5)),
    ("a test behind a validation", "TRAIN epoch 3 loss 0.5\nVALID epoch 3 loss 0.6\nTEST epoch 3 loss 0.7\n", dict(epoch=3, loss=0.5, val_loss=0.6)),
    ("optimization finished", "Epoch: 0200 loss_train: 0.5 loss_val: 0.6 time: 0.01s\nOptimization Finished!\n", dict(epoch=200, state="finished")),
    ("exit code of an editor", "Epoch 2/30 loss 0.5\nProcess finished with exit code 1\n", dict(state="failed")),
    ("well ended process", "Epoch 2/30 loss 0.5\nProcess finished with exit code 0\n", dict(state="training")),
    ("terminated", "Epoch 2/30 loss 0.5\nTerminated\n", dict(state="failed")),
    ("aborted", "Epoch 2/30 loss 0.5\nAborted!\n", dict(state="failed")),
    ("ctrl-c alone", "Epoch 2/30 loss 0.5\nKeyboardInterrupt\n", dict(state="failed")),
    ("CUDA error", "Epoch 2/30 loss 0.5\nRuntimeError: CUDA error: an illegal memory access was encountered\n", dict(state="failed")),
    ("tuples", "OrderedDict([('epoch', 3), ('loss', 0.5), ('val_loss', 0.6)])\n", dict(epoch=3, loss=0.5, val_loss=0.6)),
    ("batch num", "Epoch: [3/10], Batch Num: [45/100], Loss: 0.5\n", dict(epoch=3, total_epochs=10, step=45, total_steps=100, loss=0.5)),
    ("numpy floats", "step 45 loss 5.e-01 lr 1.e-03\n", dict(step=45, loss=0.5, learning_rate=0.001)),
    ("a decimal comma", "step 45 loss 0,52 val_loss 12,5\n", dict(step=45, loss=0.52, val_loss=12.5)),
    ("a mean over steps", "mean loss over last 100 steps: 0.5\n", dict(loss=[None, 0.5])),
    ("a scheduler", "Epoch 3 loss 0.5\nAdjusting learning rate of group 0 to 5.0000e-04.\n", dict(epoch=3, learning_rate=5e-4)),
    ("a gan of functions", "epoch 1 (0%) d_loss: 0.61 g_loss: 1.41 d(x): 0.71 d(g(z)): 0.31/0.21\n", dict(epoch=1, loss=None)),
    ("a rate for an epoch", "epoch 3 loss 0.5\nlr for epoch 3 is 0.00057\n", dict(epoch=3, learning_rate=None)),
    ("exit codes of one shape", "Epoch 3/20 loss 0.8\nworker 1 exited with code 0\nworker 2 exited with code 1\n", dict(state="failed", reason="exit code")),
    ("a long line of backspaces", "".join(f"{i:4d}/9999 loss 0.5" + "\b" * 18 for i in range(400)) + "\n", dict(step=[399, 221, 222], total_steps=9999)),
    # one line of the rules each
    ("step loss in a bar", "\rEpoch 4:  10%|#  | 3/30 [00:02<00:21, 1.4it/s, v_num=3, train_loss_step=70.1]",
     dict(epoch=4, step=3, total_steps=30, loss=70.1)),
    ("loss at a step", "Training loss at step 200: 0.9123\nvalidation loss at iteration 200: 0.95\n",
     dict(step=200, loss=0.9123, val_loss=0.95)),
    ("no learning rate", "epoch 1 loss 0.5 lr_mult: 0.1 lr_scale: 2 min_lr: 3\n", dict(epoch=1, loss=0.5, learning_rate=None)),
    ("steps per epoch", "steps_per_epoch: 250\nEpoch 1/4 global_step: 125 loss: 1.0\n",
     dict(epoch=1, total_epochs=4, step=125, progress=12.5)),
    ("validation steps per epoch", "val steps per epoch: 250\nEpoch 1/4 global_step: 125 loss: 1.0\n",
     dict(epoch=1, step=125, progress=None)),
    ("steps completed", "Total optimization steps = 2000\nSteps completed: 500\n", dict(step=500, total_steps=2000, progress=25)),
    ("the total goes before", "epoch 1 loss: 0.4 total_loss: 0.9\n", dict(loss=0.9)),
    ("the plain one goes before a mean", "epoch 1 avg_loss: 0.4 loss: 0.5\n", dict(loss=0.5)),
    ("a mean is better than none", "epoch 1 avg_loss: 0.4\n", dict(loss=0.4)),
    ("parts make no whole", "epoch 1 box_loss: 0.4 cls_loss: 0.5\n", dict(loss=None)),
    ("a weak loss of a side", "epoch 1 train_rmse: 0.4 valid_rmse: 0.5\n", dict(loss=0.4, val_loss=0.5)),
    ("a weak loss of no side", "epoch 1 loss: 0.4 rmse: 0.3 mse: 0.1\n", dict(loss=0.4, val_loss=None)),
    ("validation goes before a test", "epoch 1 test_loss: 0.6 val_loss: 0.4\n", dict(val_loss=0.4)),
    ("train_iters", "train_iters: 500\niter 50 loss 1.0\n", dict(step=50, total_steps=500, progress=10)),
    ("eta in words", "step 1/9 loss 1 eta 1h 2m 3s\n", dict(eta_s=3723)),
    ("eta in hours", "step 1/9 loss 1 hours left: 1.5\n", dict(eta_s=5400)),
    ("eta in minutes", "step 1/9 loss 1 minutes left: 1.5\n", dict(eta_s=90)),
    ("negative loss", "epoch 1 loss: -0.5 val_loss: -0.25\n", dict(loss=-0.5, val_loss=-0.25)),
    ("percent of an epoch", "Epoch 2/4 (30%) loss 0.5\n", dict(epoch=2, total_epochs=4)),
    ("percent of the steps", "step 12 (40%) loss 1.0\n", dict(step=12, progress=40)),
    ("a percentage is no loss", "epoch 1/5 loss: 12% less\n", dict(epoch=1, loss=None)),
    ("seconds are no loss", "epoch 1/5 cost: 12 s\n", dict(epoch=1, loss=None)),
    ("prose is no loss", "epoch 1 the loss that we saw was about 3 at most\n", dict(loss=None)),
    ("a count of seconds is no epoch", "epoch 1 loss 0.5\nepoch took 12 s\nstep time 3 s\n", dict(epoch=1, step=None)),
    ("a decay is at a step", "step 10/90 loss 1.0\nwill decay lr at step 5000\nbest step 3\nnext eval at step 20\n",
     dict(step=10, total_steps=90)),
    ("batch size", "epoch 1 loss 0.5\nbatch = 64\n", dict(epoch=1, step=None)),
    ("letters", "E=1 B=850 loss=0.5\nT=1 B=64\n", dict(epoch=1, step=850)),
    ("time of the epoch", "Epoch: [0] [ 10/20] eta: 0:00:10 loss: 0.5 max mem: 100\n", dict(epoch=0, step=10, eta_s=None)),
    ("infinite", "step 1/9 loss: inf\n", dict(step=1, loss=float("inf"))),
    ("huge counts", "step 1e300/9 loss: 1.0\n", dict(step=None, loss=1.0)),
    ("an update of an epoch", "update: 0.052 loss: 1.0\n", dict(step=None, loss=1.0)),
    ("two counters in brackets", "[1/4][10/20] loss: 0.5\n", dict(epoch=1, total_epochs=4, step=10, total_steps=20, progress=12.5)),
    ("a gan in brackets", "[1/4] [10/20] Loss_D: 0.5 Loss_G: 0.7\n", dict(epoch=1, total_epochs=4, step=10, total_steps=20, loss=None)),
    ("evaluation in between", "step 10/90 loss 1.0\nEvaluating\nloss: 0.9\nstep 11/90 loss 0.8\n", dict(step=11, loss=0.8, val_loss=0.9)),
    ("an evaluation with steps", "Epoch 1/2 step 10/10 loss 1.0\nEval step 5/5 loss 0.9\n",
     dict(step=10, total_steps=10, loss=1.0, val_loss=0.9)),
    ("killed worker", "epoch 1/5 loss 1.0\nKilled all worker 3 and more\n", dict(epoch=1)),
    ("stopped by hand", "epoch 1/5 loss 1.0\nProcess exited with code -15\n", dict(state="training")),
    ("out of memory of a container", "epoch 1/5 loss 1.0\noom-kill: constraint=CONSTRAINT_MEMCG\n", dict(state="failed", reason="killed")),
    ("elastic agent", "epoch 1/5 loss 1.0\ntraining.py FAILED\n  exitcode  : -9 (pid: 12)\n", dict(state="failed", reason="killed")),
    ("diverged", "epoch 1/5 loss 1.0\nModel diverged with loss = NaN.\n", dict(state="failed", reason="NaN loss")),
    ("a stage is over", "=== Stage A: pretraining ===\nEpoch 5/5 loss 0.18\n", dict(epoch=5, progress=100, state="training")),
    ("a run of a sweep is over", "wandb: Agent Starting Run: abcd with config:\nEpoch 9/9 loss 0.18\n", dict(state="training")),
    ("a run of one stage", "stages: 1\nEpoch 5/5 loss 0.18\n", dict(state="finished")),
    ("values that sum an epoch up", "Ep 7/20  tl=0.4  vl=0.5\nEp 8/20  tl=0.3  vl=0.4\n", dict(epoch=8, progress=40)),
    ("values that sum nothing up", "Ep 8/20  lr=0.001  size=32\n", dict(epoch=8, progress=35)),
    ("a weight between losses", "Iteration 9, loss = 5.5\n Test net output #1: a_loss = 5.7 (* 20 = 114.6 loss)\n",
     dict(loss=5.5, val_loss=[5.7, None])),
    ("rounds of clients", "[ROUND 1/50]\nclient 0: epoch 1/2 loss 0.9\nclient 0: epoch 2/2 loss 0.8\n"
     "client 0: local training finished\n", dict(epoch=2, progress=None, state="training")),
    ("a phase is over", "iter 300 | loss 0.5\nphase 1 training complete, switching to phase 2\n", dict(state="training")),
    ("steps of an iteration", "Iteration: 2\nNumTimesteps: 40000\nLoss: 0.5\n", dict(step=2, total_steps=None, loss=0.5)),
    ("a loss of an inference", "epoch 0, total loss is 204.23 , inference loss is 23.59\n", dict(loss=204.23, val_loss=None)),
    ("an epoch, then its training", "START epoch 1 ##\n## Start training\ntrain_loss: 0.5\nSTART epoch 2 ##\n## Start training\n",
     dict(epoch=2, loss=0.5, state="training")),
    ("CSV whose place comes late", "train/loss_a_step,train/loss_b_step,train/loss_step,global_step,epoch\n0.3,0.2,0.5,49.0,0\n",
     dict(step=49, epoch=0, loss=0.5)),
    ("MLPerf", ':::MLLOG {"key": "epoch_start", "value": null, "metadata": {"lineno": 31, "epoch_num": 1}}\n'
     "Iteration 400 / 400, loss 1.5\n", dict(epoch=1, total_epochs=None, step=400, state="training")),
    ("either an epoch or how many", '{"epoch_num": 1, "loss": 0.5}\n', dict(total_epochs=None, loss=0.5)),
    ("DeepFaceLab", "== Current iteration: 1200 ==\n[10:01:00][#001210][0512ms][0.8551][0.7838]\n", dict(step=1210, loss=None)),
    ("faceswap", "[07:30:18] [#29109] Loss A: 0.02341, Loss B: 0.03145\n", dict(step=29109, loss=None, state="training")),
    ("losses by parts", "Loss A: 0.02341, Loss B: 0.03145\n", dict(loss=None, state="training")),
    ("a part beside a metric", "L1: 0.028, Sync Loss: 0.0\n", dict(loss=None)),
    ("Kaldi nnet3", "Training will run for 20.0 epochs = 959 iterations\nIter: 9/959   Jobs: 1   Epoch: 0.19/20.0 "
     "(0.9% complete)   lr: 0.000982\n", dict(step=9, total_steps=959, epoch=0.19, total_epochs=20, progress=0.94)),
    ("ParlAI", "num_epochs: 5.0\ntraining...\ntotal_steps:113 epochs:0.40\ntotal_steps:226 epochs:1.20\n"
     "total_steps:339 epochs:2.00\n", dict(total_steps=None, total_epochs=5, state="training")),
    ("Ludwig", "Starting with step 0, epoch: 0\nTraining: 10%|1| 100/1000 [00:00<01:30,  9.9it/s, loss=0.35]\n",
     dict(epoch=None, step=100)),
    ("a number in a name", "step 9 loss 1.0\nrun net_batch:16_lr:0.1_ht acc=3\n", dict(step=9, learning_rate=None)),
    ("batches of an epoch", "Total Batch: 852\nBatch 600, Loss: 9.1\n", dict(step=600, loss=9.1, progress=None)),
    ("a table of rich", "┏━━━━━━━┳━━━━━━━┳━━━━━━━━┳━━━━━━┓\n┃ Epoch ┃ Step  ┃ Loss   ┃ LR   ┃\n┡━━━━━━━╇━━━━━━━╇━━━━━━━━╇━━━━━━┩\n"
     "│ 3/5   │ 22/40 │ 0.5634 │ 1e-3 │\n└───────┴───────┴────────┴──────┘\n",
     dict(epoch=3, total_epochs=5, step=22, total_steps=40, loss=0.5634, learning_rate=1e-3, progress=51, metrics={})),
    ("a table with double lines", "║ Epoch ║ Loss ║\n║ LR    ║ 0.1  ║\n║ epoch ║ loss   ║ val_loss ║\n║ 3     ║ 0.5634 ║ 0.6      ║\n",
     dict(epoch=3, loss=0.5634, val_loss=0.6)),
    ("more epochs than planned", "num_epochs: 4\nepoch 4: loss=1.0\nepoch 5: loss=0.9\n", dict(epoch=5, total_epochs=None, progress=None)),
    ("another program at a prompt", "(main) root@C.1:/workspace# script -c \"python3 a.py\"\nepochs: 100%|##| 4/4 [00:22<00:00]\n"
     "(main) root@C.1:/workspace# cd b; python3 b.py\nepoch 2: loss=1.0\n", dict(epoch=2, total_epochs=None, progress=None, state="training")),
    ("no other program at a prompt", "num_epochs: 4\nepoch 2: loss=0.9\nroot@C.1:~# python3 --version\nPython 3.11.2\n"
     "root@C.1:~# tail -1 b.log\nepoch 3: loss=0.8\n", dict(epoch=3, total_epochs=4)),
    ("an evaluation after zero-based steps", "Epoch: [1]  [0/9]  loss: 0.3\nEpoch: [1]  [8/9]  loss: 0.2\n"
     "Epoch: [1]  [0/1]  loss: 0.1\n", dict(step=8, total_steps=9, loss=0.2, val_loss=0.1)),
    ("a trial in each line", "trial 0 epoch 4/5 loss 0.5\ntrial 0 epoch 5/5 loss 0.4\n",
     dict(epoch=5, total_epochs=5, state="training")),
    ("steps of an epoch around epochs", "step: 100%|##| 20/20 [00:01<00:00, 9.9it/s, loss=1.1]\nepoch:  50%|# | 1/2 [00:01<00:01]\n"
     "\rstep:  50%|# | 10/20 [00:01<00:01, 9.9it/s, loss=1.0]", dict(step=10, total_steps=20, progress=75, state="training")),
    ("another counter below the steps", "Learning iteration 0/1500\nTotal timesteps: 98304\nLearning iteration 1/1500\nTotal timesteps: 196608\n",
     dict(step=1, total_steps=1500, progress=0.07)),
    ("steps after a counter that was no total", "step 4/4 loss 0.5\nstep 5 loss 0.4\nstep 6 loss 0.3\n", dict(step=6, progress=None)),
    ("values on lines of their own", "Epoch 1/5\nTrain metrics: Loss: 0.5\nValid metrics: Loss: 0.4\nEpoch 2/5\nTrain metrics: Loss: 0.4\n"
     "Valid metrics: Loss: 0.3\n", dict(epoch=2, progress=40, val_loss=0.3)),
    ("a start of each epoch", "==> Start training epoch 1\nloss 0.5\n==> Start training epoch 2\nloss 0.4\n", dict(epoch=2, loss=0.4)),
    ("full-width digits", "第３轮／共１０轮，训练损失：０．５，验证损失：０．６\n", dict(epoch=3, total_epochs=10, loss=0.5, val_loss=0.6, progress=30)),
    ("letters for words", "[E02/30][29/50] loss=0.5\n", dict(epoch=2, total_epochs=30, step=29, total_steps=50, progress=5.27)),
    ("a number glued to its unit", "(trainer:284) INFO: 2/50epoch started\n", dict(epoch=2, total_epochs=50)),
    ("a process in the prefix", "2024-01-02 10:01:11 - 0 - train - INFO - loss=0.5\n", dict(step=None, loss=0.5)),
    ("ESPnet", "(trainer:732) INFO: 2epoch:train:1-100batch: loss_ctc=9.1, loss=8.7, backward_time=0.1, optim0_lr0=3.1e-04\n",
     dict(epoch=2, step=100, loss=8.7, learning_rate=3.1e-4)),
    ("perplexity of an evaluation", "Epoch: 0, Step: 39, loss = 1.5\n***** Evaluating perplexity, Epoch 1/2 *****\nppl: 8.2, loss: 2.1\n",
     dict(epoch=0, step=39, loss=1.5, val_loss=2.1)),
    ("folds of so many", "Fold 1/5\nEpoch 3/3 loss: 0.5\nFold 2/5\nEpoch 1/3 loss: 0.9\nEpoch 2/3 loss: 0.8\n", dict(epoch=2, progress=33.3, state="training")),
    ("folds in each line", "fold 2/5 epoch 10/10 loss=0.5\nfold 3/5 epoch 5/10 loss=0.6\n", dict(epoch=5, total_epochs=10, step=None, progress=50)),
    ("the last fold of them", "fold 5/5 epoch 9/10 loss=0.5\nfold 5/5 epoch 10/10 loss=0.5\n", dict(epoch=10, progress=100, state="finished")),
    ("PaddleSeg", "[TRAIN] epoch: 2, iter: 500/80000, loss: 0.4\nStart evaluating (total_samples: 500, total_iters: 500)...\n"
     "500/500 [=====] - 41s 81ms/step - batch_cost: 0.08\n", dict(step=500, total_steps=80000, loss=0.4, val_loss=None, state="training")),
    ("simpletransformers", "Epoch 1 of 3:   0%|   | 0/3 [00:00<?, ?it/s]\rEpochs 0/3. Running Loss:    0.9: 100%|###| 100/100 [00:30<00:00, 3.33it/s]\n"
     "\rEpoch 2 of 3:  33%|#  | 1/3 [00:30<01:00, 30.0s/it]\rEpochs 1/3. Running Loss:    0.7:  50%|#  | 50/100 [00:15<00:15, 3.33it/s]",
     dict(epoch=1, total_epochs=3, step=50, total_steps=100, progress=50)),
    ("RETURNN", "ep 1 train, step 350, loss 2.9\nEpoch 1: Trained 400 steps, 0:02:11 elapsed\n", dict(epoch=1, step=350, total_steps=None)),
    ("ParlAI rows", "total_steps:100 epochs:0.21\ntotal_steps:200 epochs:0.42\n", dict(total_steps=None, total_epochs=None)),
    ("how many epochs and batches", "共 20 轮，每轮 391 个批次\n正在训练第 2 轮（共 20 轮）\n批次 100/391 损失 0.5\n", dict(epoch=2, total_epochs=20, progress=6.28)),
    ("counts beyond reason", "Num examples = 1e99\nTotal train batch size = 1e99\nEpoch: 1e99%\nepoch 3/1e99 loss 1\nstep 4/1e99\nprogress: 1e99%\n",
     dict(epoch=3, total_epochs=None, step=4, total_steps=None, progress=None)),
    ("two losses side by side", "step 20/80 D loss: 0.4621 G loss: 1.2343\nstep 30/80 G loss: 0.4 D loss: 1.2\n", dict(step=30, loss=None)),
    ("steps that are not limited", "Namespace(max_steps=-1)\nnum_epochs: -1\nepoch 1 step 1 loss 0.5\n", dict(total_steps=None, total_epochs=None, progress=None)),
    ("steps a second behind the step", "Iter 10, It/sec 0.812, Train loss 2.5\n", dict(step=10, rate=None)),
    ("seconds a step", "Training: 33%|# | 3/9 [00:05<00:10, 2.00s/it]\n", dict(step=3, rate=0.5, rate_unit="it/s")),
    ("how long an epoch took", "step 1 loss 1\nEpoch: 12 secs\nEpoch: 1 second\nEpoch: 12 seconds\n", dict(epoch=None)),
    ("a run that begins anew by its steps", "step 90/100 loss 0.5 val_loss 0.6\nstep 1/100 loss 2\n", dict(step=1, loss=2, val_loss=None)),
    ("steps that fall to no start", "step 10 loss 1\nstep 90 loss 0.5 val_loss 0.6\nstep 70 loss 2\n", dict(step=70, loss=2, val_loss=0.6)),
    ("steps of each epoch", "Epoch 1 val_loss 0.6\nstep 90/100 loss 0.5\nEpoch 2\nstep 1/100 loss 2\n", dict(epoch=2, step=1, val_loss=0.6)),
    ("steps of epochs that have no number", "step 99/100 loss 0.5\nstep 100/100 loss 0.5\nval_loss 0.6\nstep 1/100 loss 2\nstep 2/100 loss 2\n",
     dict(step=2, loss=2, val_loss=0.6)),
    ("an evaluation that is told late", "epoch 3 loss 0.5\nepoch 1 val_loss 0.6\n", dict(epoch=3, loss=0.5, val_loss=0.6)),
    ("a run from before its failure", "epoch 5 loss 0.5 val_loss 0.4\nKilled\nepoch 3 loss 0.6\n", dict(epoch=3, val_loss=None, state="training")),
    ("an epoch that falls to no start", "epoch 5 loss 0.5 val_loss 0.4\nepoch 3 loss 0.6\n", dict(epoch=3, val_loss=0.4)),
    ("training after an evaluation", "step 100 loss 0.9\nEvaluating\n[train] step 100 loss 0.8\n", dict(loss=0.8, val_loss=None)),
    ("an epoch that ends after its evaluation", "Epoch 3 step 5 loss 0.9\nValidating\nEpoch 3 finished, loss: 0.5\n", dict(loss=0.5, val_loss=None)),
    ("both losses behind an evaluation", "Epoch 3 step 5 loss 0.9\nValidating\nloss 0.5 val_loss 0.6\n", dict(loss=0.5, val_loss=0.6)),
    ("steps of an evaluation", "step 100/500 loss 0.9\nEvaluating\nstep 1/10 loss 0.3\n", dict(step=100, total_steps=500, loss=0.9)),
    ("the next step after an evaluation", "step 100 loss 0.9\nEvaluating\nloss 0.5\nstep 101 loss 0.8\n", dict(step=101, loss=0.8, val_loss=0.5)),
    ("a time that an evaluation leaves", "step 1/9 loss 1 eta: 100 s\nEval step 2/9 eta: 5 s\n", dict(step=1, eta_s=100)),
    ("a time for an epoch", "step 3 loss 0.5\nEpoch 0:00:31\n", dict(epoch=None, step=3)),
    ("steps of both sides", "Epoch: 1/10 Train steps: 100 Val steps: 20 12.34s loss: 0.3 val_loss: 0.4\n",
     dict(epoch=1, step=100, total_steps=None, loss=0.3, val_loss=0.4)),
    ("an epoch by its side", "Train: 3 [ 150/312 ( 48%)] loss: 0.5\n", dict(epoch=3, step=150, total_steps=312, loss=0.5)),
    ("an epoch by its side and a loss", "Train 3, loss: 0.5\n", dict(epoch=3, loss=0.5)),
    ("examples of a training set", "Train 3/9 samples\n", dict(epoch=None)),
    ("a loss out of another", "epoch 1 loss: 0.51/0.53\n", dict(loss=0.51)),
    ("how often losses came", "epoch 1 loss: 0.5\nloss 3/9\nloss: 45%\nloss 12 ms\n", dict(loss=0.5)),
    ("a loss in prose", "epoch 1 loss: 0.5\nwe count each of the losses 12 and go on\n", dict(loss=0.5)),
    ("a share of the run", "progress: 45%\nstep 3 loss 1\n", dict(progress=None)),
    ("a progress without a percentage", "step 3 loss 1 progress: 45\n", dict(progress=None)),
    ("a percentage in words", "step 3 loss 1 percent complete: 45\n", dict(progress=45)),
    ("epochs in times", "step 3 loss 1\nepoch 3 times\n", dict(epoch=None)),
    ("parts of an epoch", "epochs: 3\nepoch: 1 step: 5\nEpoch: 50.0%\n", dict(epoch=1, total_epochs=3, progress=16.67)),
    ("a batch by its letter", "B=849 loss=1\nE=1 B=850 loss=1\n", dict(epoch=1, step=850)),
    ("steps of the run before an epoch", "step 50/200 epoch 1 loss 0.5\n", dict(step=50, progress=25)),
    ("steps of the epoch behind its number", "epochs: 4\nepoch 1 step 50/200 loss 0.5\n", dict(step=50, progress=6.25)),
    ("steps that are global", "epoch 2 step 5 global_step 105 loss 0.5\n", dict(step=105)),
    ("an epoch out of decimals", "epoch: 0.5/2.0 loss 1\nepoch: 1.0/2.0 loss 1\n", dict(epoch=1, total_epochs=2, progress=50)),
    ("a percentage of the epoch", "epochs: 4\nepoch 1 (50%)\n", dict(epoch=1, progress=12.5)),
    ("places of an evaluation", "epoch 1 step 5/9 loss 1\nval [3/4] acc 0.5\n", dict(step=5, total_steps=9)),
    ("the loss at a step", "loss at step 200: 0.5\n", dict(step=200, loss=0.5)),
    ("the epoch of a pair", "[2,  4000] loss: 1.8\n", dict(epoch=2, step=4000, loss=1.8)),
    ("a pair that is none", "[2,  4000] accuracy: 1.8\n", dict(epoch=None, step=None)),
    ("an epoch behind its number", "Epoch 3 (3/20):\nloss 0.5\n", dict(epoch=3, total_epochs=20, step=None)),
    ("steps in brackets beside an epoch", "Epoch 3 (3/20) loss 0.5\n", dict(epoch=3, step=3, total_steps=20)),
    ("an epoch before a loss of a validation", "[01/30] val_loss=2\n", dict(epoch=1, total_epochs=30, step=None)),
    ("a place before a learning rate", "[003/050] train=1.21 val=0.95 lr=1e-3\n", dict(step=3, total_steps=50, learning_rate=0.001, loss=None)),
    ("a place before nothing that trains", "[003/050] val=0.95 acc=0.5\n", dict(step=None, total_steps=None)),
    ("a time before a loss", "12s, loss 0.5\n", dict(step=None)),
    ("a number before a loss", "12 loss 0.5\n", dict(step=12, loss=0.5)),
    ("an epoch after an evaluation before any", "Epoch: 0, Step: 9, loss = 1.5\nEvaluating\nloss: 2.1\nEpoch: 1, Step: 0, loss = 1.4\n", dict(epoch=1, step=0, loss=1.4)),
    ("a side without a place", "Train 3\nTrain 800, val 200 images\n", dict(epoch=None)),
    ("steps behind their side", "train 3/9, loss: 0.5\n", dict(epoch=None, step=3, total_steps=9)),
    ("epochs out of so many", "epochs 3/9\n", dict(epoch=3, total_epochs=9)),
    ("losses in prose", "we count each of the losses 12 and go on\n", dict(loss=None)),
    ("a plan with num behind it", "epoch_num: 30\nepoch 3 loss 1\n", dict(epoch=3, total_epochs=30)),
    ("names behind a dash", "Epoch 1/3\n10/20 1s 4ms/step - accuracy: 0.65 - loss: 1.04\n", dict(metrics={"accuracy": 0.65, "- accuracy": None})),
    ("a date as ctime has it", "".join(f"{day} {line}\n" for day in ("Mon Nov 30 10:46:54 UTC 2026", "[Mon Nov  2 10:46:54 2026]")
                                      for line in ("step 5 loss 0.5", "Traceback (most recent call last):", "ValueError: bad")),
     dict(step=5, loss=0.5, state="failed", reason="Traceback: ValueError: bad", metrics={"UTC": None})),
    ("words before a number", "we have seen 12 things, loss: 0.5\n", dict(metrics={"we have seen": None})),
    ("parts of the loss of a test", "epoch 1 loss 0.5\ntest loss_a: 1.0 loss_b: 2.0\n", dict(loss=0.5, val_loss=None)),
    ("a letter that is no batch", "B=849 loss=1\n", dict(step=None)),
    ("a step that is done", "epochs: 4\nepoch 1 step 50/200 done\n", dict(epoch=1, progress=6.25)),
    ("an epoch that is done", "epoch 3/9 done\n", dict(epoch=3, progress=33.33)),
    ("letters of networks behind an epoch", "epoch 3 D: 0.5 G: 0.7 loss: 1\n", dict(epoch=3)),
    ("a start from an epoch of so many", "Saved best, epoch 3/9 loss 1\n", dict(epoch=3, total_epochs=9)),
    ("a percentage of an iteration", "iteration 45%, loss 1\n", dict(progress=45, step=None)),
    ("a percentage of what is right", "epochs: 4\nepoch 1 step 5 acc 12 (50%)\n", dict(epoch=1, progress=None)),
    ("examples of an evaluation", "epoch 1 step 5/9 loss 1\nval [3/4] loss 0.5\n", dict(step=5, total_steps=9, val_loss=0.5)),
    ("what was right of so many", "epoch 1 loss 0.5 correct: 93 (9320/10000)\n", dict(step=None)),
    ("an accuracy at a step", "accuracy at step 200: 0.5\n", dict(loss=None)),
    ("how many of what", "inner steps: 5\nsteps (10)\nsteps 10 and more\n20 epochs = 959 iterations\n", dict(total_steps=None, total_epochs=None)),
    ("a row of a key and its value", "| iterations | 12 |\n", dict(step=12, total_steps=None)),
    ("pairs without a loss", "[2, 4000] train accuracy: 1.8\n[2, 4000] loss: 1 epoch: 7\n", dict(epoch=7)),
    ("images and steps", "3/9 images, 50/464 loss 0.5\n", dict(epoch=None)),
    ("steps before a loss", "[3/9] loss=2\n", dict(epoch=None, step=3, total_steps=9)),
    ("steps in a line of an epoch", "[3/9] epoch 5 val_loss 2\n", dict(epoch=5)),
    ("files that are read", "Loading 60/60 - 1s step\n60/60 files of steps\n", dict(step=None)),
    ("a number before an epoch", "5 | epoch 3 | loss: 0.5\n", dict(epoch=3, step=None)),
    ("a clock before a loss", "12:30 loss 0.5\n", dict(step=None, loss=0.5)),
    ("a list with a loss", "12. loss 0.5\n", dict(step=None)), ("a list without a loss", "7, train accuracy: 0.5\n", dict(step=None)),
    ("a fold goes on", "Fold 1/5\nEpoch 1/3 loss 0.5 val_loss 0.6\nEpoch 2/3 loss 0.4\n", dict(epoch=2, val_loss=0.6)),
    ("a fold goes on in each line", "fold 1/5 epoch 1/10 loss=0.5 val_loss=0.6\nfold 1/5 epoch 2/10 loss=0.5\n", dict(epoch=2, val_loss=0.6)),
    ("an epoch that begins anew", "epoch 5 loss 0.5 val_loss 0.4\nEpoch 1\n", dict(epoch=1, val_loss=None)),
    ("a longer counter of an evaluation", "step 100 loss 0.9\nEvaluating\nstep 200/1000 loss 0.3\n", dict(step=100)),
    ("a bar of an evaluation with a loss", "step 100/500 loss 0.9\nEvaluating\n 50%|# | 5/10 [00:01<00:01, 5.0it/s, loss=0.3]\n",
     dict(step=100, total_steps=500, loss=0.9)),
    ("a shorter epoch", "Epoch: [1] [0/9] loss 1\nEpoch: [1] [8/9] loss 1\nEpoch: [2] [0/5] loss 0.5\n", dict(epoch=2, loss=0.5)),
    ("a run that begins anew where it is told first", "step 10 loss 1\nstep 90 loss 0.5 val_loss 0.6\nstep 10 loss 2\n", dict(step=10, val_loss=None)),
    ("an epoch that falls with both losses", "epoch 5 loss 0.5 val_loss 0.4\nepoch 3 loss 0.6 val_loss 0.5\n", dict(epoch=3, val_loss=0.5)),
    ("a bar without a rate", "Training:  50%|#####     | 5/10 [00:05<00:05]\n", dict(step=5, total_steps=10)),
    ("no header", "Epoch and model were saved here\n1 2 3 4 5 6\n", dict(epoch=None)),
    ("a row with blanks behind it", "| epoch | loss | acc |\n| 1 | 0.5 | 0.9 | \n", dict(epoch=1, loss=0.5)),
    ("losses of an epoch", 'step losses: {"epoch": 3, "loss": 0.5}\n', dict(epoch=3, loss=0.5)),
    ("images of a side", "epoch 1 loss 0.5\nfound images in train 3/9\n", dict(epoch=1, step=None)),
    ("columns of sides", "         Training |  Validation\naccuracy | 0.500 | 0.450\nloss     | 0.880 | 0.968\n",
     dict(loss=0.88, val_loss=0.968)),
    ("two counters by one slash", "Step/Epoch [380/2][380/500]:total_eta: 2 days, 1:10:12, lr:2.000e-05, loss:0.3\n",
     dict(epoch=2, total_epochs=None, progress=None, state="training", loss=0.3)),
    ("a time of an epoch", "Epoch 3/20 loss: 0.5\nEpoch: 41.2 s\n", dict(epoch=3, progress=15)),
    ("epochs said in the plural", "Epoch [1/50], Step [10/55], Loss: 0.5\nEpochs: 1\nEpoch [2/50], Step [10/55], Loss: 0.4\n",
     dict(total_epochs=50, progress=2.4, state="training")),
    ("a training after an evaluation", "Epoch 1 finished.\nTrain: loss: 0.6\nValidate: loss: 0.5\nTraining:  24% |==  | loss: 0.4\n",
     dict(loss=0.4, val_loss=0.5)),
    ("a look back at the lowest", "epoch=30 loss=0.2\nTraining has been successfully completed with 30 epochs.\n"
     "Lowest loss: 0.1 at epoch 28\n", dict(epoch=30, loss=0.2, state="finished")),
    ("what a stopped training was best at", "Epoch 12/30 loss: 0.5\nTraining finished. Best epoch: 7\n", dict(epoch=12, state="finished")),
    ("another model", "Training model 1/3: LSTM\nEpoch 7/50 loss: 0.5\nEpoch 7: early stopping\nTraining model 2/3: GRU\n"
     "Epoch 5/50 loss: 0.6\n", dict(epoch=5, loss=0.6, progress=36.7, state="training")),
    ("a failure only warned of", "epoch 1 loss 0.5\n2024-05-01 10:00:00 | WARNING | trainer | OOM: CUDA out of memory. Skipping\n",
     dict(state="training")),
    ("make", "[500/1000] loss=0.5\nmake: *** [Makefile:12: train] Killed\n", dict(state="failed", reason="make")),
    ("make may ignore an error", "[500/1000] loss=0.5\nmake: *** [lint] Error 1 (ignored)\n", dict(state="training")),
    ("a bar that goes along", "step: 4 loss: 0.6\n  0%|  | 4/100 [00:08<03:12, 2.0s/it]\nstep: 6 loss: 0.5\n  0%|  | 6/100 [00:12<03:12, 2.0s/it]\n",
     dict(step=6, total_steps=100, progress=6)),
    ("a bar that passes by", "step: 4 loss: 0.6\n  8%|  | 4/50 [00:08<03:12, 2.0s/it]\n 12%|  | 6/50 [00:08<03:12, 2.0s/it]\n",
     dict(step=4, total_steps=None)),
    ("a percentage that is the counter's own", "ep=1 it=300/1200 (25.0%) loss=0.5\nep=1 it=600/1200 (50.0%) loss=0.5\n", dict(step=600, progress=None)),
    ("a total in short", "Epoch 1 train Loc Loss: 0.4 Cls Loss: 0.3 Tot Loss: 0.7 Accu :0.1\n", dict(loss=0.7)),
    ("a cross entropy beside a balance", "step 4/15 | cross-entropy-loss 2.6 | load-balance-loss 0.0018\n", dict(step=4, loss=2.6)),
    ("a cross entropy beside the loss", "step 4/15 | cross-entropy-loss 2.6 | loss 2.7\n", dict(loss=2.7)),
    ("steps behind and a loss of a batch", "After 5001 training step(s), loss on training batch is 0.591664.\n", dict(step=5001, loss=0.591664)),
    ("an address", "step=600 loss=0.5\n<data.BatchIter at 0x7f> in use\n", dict(step=600, loss=0.5)),
    ("a failure that is ignored", "Epoch 3/3 loss=0.5\nTraining complete\nException ignored in: <function __del__ at 0x7f>\nTraceback (most recent call last):\n"
     "  File \"x.py\", line 3, in f\nAssertionError: only a child\n", dict(state="finished")),
    ("a failure behind one that is ignored", "step=600 loss=0.5\nException ignored in: <stdout>\nBrokenPipeError: x\nstep=700 loss=0.5\n"
     "Traceback (most recent call last):\n  File \"x.py\", line 3, in f\nValueError: x\n", dict(state="failed", reason="Traceback: ValueError: x")),
    ("a failure behind a traceback that is ignored", "step=600 loss=0.5\nException ignored in: <x>\nTraceback (most recent call last):\n"
     "  File \"x.py\", line 3, in f\nTypeError: x\nTraceback (most recent call last):\n  File \"x.py\", line 3, in f\nValueError: x\n",
     dict(state="failed", reason="Traceback: ValueError: x")),
    ("a nameless bar behind that of a test", "loss: 0.6: 100%|##| 50/50 [00:01<00:00, 33.7batch/s]\naverage training of epoch 1: loss 0.57\n"
     "loss: 0.4: 100%|##| 6/6 [00:00<00:00, 52.1batch/s]\naverage test of epoch 1: loss 0.53\nloss: 0.5:  60%|# | 30/50 [00:00<00:01, 33.7batch/s]\n",
     dict(step=30, total_steps=50, loss=0.5, val_loss=0.53)),
    ("a nameless bar in a test", "loss: 0.6: 100%|##| 50/50 [00:01<00:00, 33.7batch/s]\naverage training of epoch 1: loss 0.57\nTesting\n"
     "loss: 0.4:  60%|# | 30/50 [00:00<00:00, 52.1batch/s]\n", dict(step=50, loss=0.57)),
    ("two numbers that lead", "1 150 loss - 4.1\n", dict(step=None, loss=4.1)),
    ("a number and a time that lead", "5 0s 14ms/step - loss: 4.1\n", dict(step=5, loss=4.1)),
    ("losses of both sides by a slash", "Epoch 5: train/val loss: 0.4/0.5\n", dict(loss=0.4, val_loss=0.5)),
    ("losses of both sides, one value", "Epoch 5: train / val loss: 0.4\n", dict(loss=0.4, val_loss=None)),
    ("losses of both sides in brackets", "Epoch 5/20 (train_loss, val_loss) = (0.4, 0.5)\n", dict(loss=0.4, val_loss=None)),
    ("values of both sides", "Epoch 5/20 train 0.4121 valid 0.5121\n", dict(epoch=5, loss=None, progress=25)),
    ("an epoch that is over", "epoch 3 train finished, average train loss 0.5\n", dict(epoch=3, loss=0.5, state="training")),
    ("a count of epochs before the word", "2/15 epochs done - training loss of them 0.4\n", dict(epoch=2, total_epochs=15, step=None)),
    ("a loss behind a dash", "2/15 epoch finished - train loss 0.4\n", dict(epoch=2, loss=0.4)),
    ("a loss in a sentence", "After epoch 3, the average training loss was 0.4 and the validation loss was 0.5.\n", dict(loss=0.4, val_loss=0.5)),
    *((f"not the loss: {said}", f"Epoch 12/50\n{said}: 0.01\n", dict(epoch=12, loss=None)) for said in (
        "Target loss", "Expected initial loss", "Loss threshold", "最佳损失", "最低损失", "初始损失", "目标损失", "损失阈值", "上次损失", "损失从",
        "最良の損失", "ベスト損失", "前回の損失", "最優損失", "最小损失", "최고 손실", "최저 손실", "최소 손실", "목표 손실", "Лучшее потери", "Лучший потери",
        "Лучшие потери", "Потери лучшей", "Найкращий втрати", "أفضل خسارة", "之前损失", "이전 손실")),
    *((f"not the epoch: {said}", f"Epoch 12/50 loss 0.5\n{said}: 38\n", dict(epoch=12, total_epochs=50)) for said in (
        "最优轮次", "最好轮次", "最高轮次", "剩余轮次", "残りエポック", "남은 에포크", "최적 에포크", "Beste Epoche", "Meilleure époque", "Mejor época", "Melhor época",
        "Migliore epoca", "Лучшая эпоха", "Najlepsza epoka", "Bästa epok", "En iyi epoch", "Epoch terbaik", "Epoch tốt nhất", "Найкраща епоха",
        "Epoch restants", "Verbleibende Epoche", "Epoche rimanenti")),
    ("all epochs in Chinese", "第 12 轮 损失 0.5\n总轮数: 50\n", dict(epoch=12, total_epochs=50)),
    ("a loss that is so much", "第3个epoch训练完成，平均训练loss为0.5，验证集loss为0.6\n", dict(epoch=3, loss=0.5, val_loss=0.6, state="training")),
    *((f"no place: {said}", f"Epoch 12/50 loss 0.5\n{said}\n", dict(epoch=12, total_epochs=50, step=None, state="training")) for said in (
        "Zeit pro Epoche: 31", "Tiempo por época: 31", "Temps par époque : 31", "Время на эпоху: 31", "1エポックあたり: 31秒", "에포크당 시간: 31초",
        "Épocas restantes: 38", "Schritte pro Epoche: 100", "预热步数: 100", "批量: 32", "Tempo per epoca: 31", "轮时间: 31", "Время эпохи: 31", "에포크당: 31", "将在第 20 轮降低学习率",
        "早停耐心: 10 轮", "训练完成度: 24%", "Arresto anticipato attivo (pazienza 10)", "Geduld: 3 Epochen", "Paciencia 3", "Терпение 3 эпох",
        "エポック時間: 31", "에포크 시간: 31", "에폭당: 31", "Czas/epoka: 31")),
    *((f"so many epochs: {said}", f"{said}: 50\n", dict(epoch=None, total_epochs=50)) for said in (
        "轮数", "エポック数", "에포크 수", "에폭 수", "Nombre d'époques", "Número de épocas", "Total de épocas", "Numero di epoche", "Anzahl Epochen", "Épocas", "Époques", "Numero totale di epoche",
        "Liczba epok", "Počet epoch", "Jumlah epoch", "Số epoch", "Epoch sayısı", "Dönem sayısı",
        "Количество эпох", "Число эпох", "Всего эпох", "総エポック")),
    *((f"a place: {said}", f"{said}: 3\n", dict(epoch=3)) for said in (
        "当前轮次", "现在轮次", "本轮", "现在的轮次", "Época actual", "Époque actuelle", "Aktuelle Epoche", "Epoca attuale", "Текущая эпоха", "현재 에포크", "Iniciando época",
        "Starte Epoche", "Début de l'époque", "Начало эпохи", "Época atual", "Epoca corrente", "Comenzando época", "目前轮次", "現在のエポック",
        "Номер эпохи", "当前轮数")),
    ("epochs of something", "进行中轮数: 3\n", dict(total_epochs=None)),
    *((f"another loss: {said}", f"Epoch 12/50 loss 0.5\n{said}: 2.3\n", dict(loss=0.5)) for said in (
        "基线损失", "随机猜测损失", "Начальные потери", "Порог потерь", "教師損失", "기준 손실")),
    *((f"the loss: {said}", f"Epoch 12/50 loss 0.5\n{said}: 0.4\n", dict(loss=0.4)) for said in (
        "当前损失", "损失函数", "损失函数值", "本轮损失", "现在的损失", "значение функции потерь", "потери на обучающей выборке", "потери на обучении",
        "損失の値", "현재 손실", "손실 값은", "потери по обучающей выборке", "потери в обучающей выборке", "目前损失", "現在の損失", "训练集损失", "Perte d'entraînement", "Потери обучения", "Strata treningowa", "Kerugian latih",
        "Träning förlust", "Втрати навчання", "平均损失", "평균 손실", "Perte moyenne", "Mittlerer Verlust", "Durchschnittlicher Verlust", "Pérdida promedio",
        "Perda média", "Loss medio", "Средняя потеря", "Средние потери")),
    *((f"the loss of an evaluation: {said}", f"Epoch 12/50 loss 0.5\n{said}: 0.7\n", dict(loss=0.5, val_loss=0.7)) for said in (
        "评估损失", "Проверка: потери", "Потери (тест)")),
    *((f"the whole loss of an evaluation: {said}", f"第3轮 {said}損失: 0.7, {said}分類損失: 0.4\n", dict(val_loss=0.7)) for said in ("验证集", "驗證集", "测试集")),
    *((f"the time that is left: {said}", f"step 3/9 loss 0.5 {said}: 0:01:40\n", dict(eta_s=100)) for said in (
        "Temps restant ", "Tiempo restante", "Tempo restante", "Осталось")),
    *((f"a table with the time that is left: {said}", f"{said}\n3 0.5 0:01:40\n", dict(epoch=3, loss=0.5, eta_s=100)) for said in (
        "轮次 损失 剩余时间", "エポック 損失 残り時間", "에포크 손실 남은 시간")),
    ("a table in Vietnamese", "Vòng lặp  Mất mát\n3  0.5\n", dict(step=3, loss=0.5)),
    *((f"no blanks: {said}", f"{said}/100 损失0.5\n", dict(step=40, total_steps=100, loss=0.5)) for said in ("轮次3/10 步数40", "轮次3/10 批次40", "批量大小32 步数40")),
    ("a place without a loss", "60/60 - 0s - ETA: 0s - accuracy: 0.5\n", dict(step=60, total_steps=60)), ("a step in Chinese", "第40步 损失: 0.5\n", dict(step=40, loss=0.5)), ("a batch of a bar in Chinese", "轮次3/10, 批次40/100\n", dict(epoch=3, step=40)),
    *((f"how long it took: {said}", f"{said}: 40\n", dict(metrics={"duration": 40})) for said in ("エポック 3 所要時間", "에포크 3 소요 시간")),
    *((f"not the present: {said}", f"Epoch 12/50 loss 0.5\n{said} loss at epoch 7/50: 0.31\n", dict(epoch=12, loss=0.5)) for said in ("Lowest", "Minimum")),
    ("a count of episodes", "iter 3 loss 0.5\niter_episodes: 175\n", dict(step=3)),
    *((f"a time: {said}", f"step 3/9 loss 0.5 {said}: 0:01:40\n", dict(elapsed_s=100)) for said in ("elapsed", "time elapsed")),
    *((f"a share: {said}", f"loss 0.5 {said}: 24\n", dict(progress=24)) for said in ("percentage", "percent")),
    *((f"a throughput: {said}", f"step 3/9 loss 0.5 {said}\n", dict(rate=12.5, rate_unit=unit)) for said, unit in (
        ("12.5 it/s", "it/s"), ("12.5 batch / s", "it/s"), ("12.5 words per sec", "words/s"), ("80 ms 0.08 s/it", "it/s"), ("0.08 sec/it", "it/s"),
        ("token/sec: 12.5", "tokens/s"), ("sample/sec: 12.5", "samples/s"), ("images/sec: 12.5", "images/s"), ("imgs/sec: 12.5", "images/s"),
        ("12.5 examples/s", "samples/s"), ("12.5 imgs/s", "images/s"), ("12.5 seqs/s", "samples/s"), ("12.5 sequences/s", "samples/s"), ("0.08 s/iter", "it/s"),
        ("0.08 s/batch", "it/s"), ("0.08 s/step", "it/s"), ("12.5 iters/s", "it/s"), ("12.5 images/s", "images/s"), ("words/sec: 12.5", "words/s"), ("examples/sec: 12.5", "samples/s"), ("steps/sec: 12.5", "it/s"), ("step/sec: 12.5", "it/s"))),
    *((f"many steps: {many}", f" 40%|####      | 1.2{many}/3.0{many} [01:00<01:30, 9.0kit/s, loss=0.5]\n", dict(step=1.2 * size, total_steps=3 * size))
      for many, size in (("M", 1e6), ("T", 1e12))), ("thousands of millions", "step 1B/2B loss 0.5\n", dict(step=1e9, total_steps=2e9)),
    ("an error that tells no more", "step 3 loss 0.5\nERROR: torch.OutOfMemoryError\n", dict(state="failed", reason="CUDA out of memory")),
    ("Marian", "[2024-01-01 10:00:00] Ep. 1 : Up. 1000 : Sen. 64,000 : Cost 8.21 : 5123.4 words/s : L.r. 5e-05\n", dict(epoch=1, step=1000, loss=8.21, learning_rate=5e-5)),
    ("a tutorial of PyTorch", "3m 24s (- 11m 33s) (17250 23%) 2.8134\n", dict(step=17250, progress=23, loss=2.8134, eta_s=693)),
    ("KPConv", "e012-i0340 => L=0.430 acc= 82% / t(ms):  12.3  45.6  78.9)\n", dict(epoch=12, step=340, loss=0.43)),
    ("what a loader has", "Train loader has 20 batches\nEpoch 3/10\nstep 10 loss 0.5\n", dict(progress=25)),
    *((f"a line that may be over: {text[-1]}", text, dict(loss=0.5)) for text in ("Epoch 3/9 (loss: 0.5)", "{'step': 3, 'loss': 0.5}")),
    ("a share that is whole", "loss 0.5 progress: 24%", dict(progress=24)),
    *((f"a bar of something else: {bar}", f"{bar}:  40%|####      | 400/1000 [00:01<00:01, 400.0it/s]\n", dict(step=None, total_steps=None)) for bar in (
        "Fetching", "Mapping", "Filter", "Preprocessing", "Saving", "Writing", "Caching", "Sharding", "Extracting", "Scanning", "Encoding", "Embedding",
        "Uploading", "Computing", "Collating", "Packing", "Flattening", "Concatenating", "Creating", "Building", "Preparing", "Converting", "Merging",
        "Quantizing", "Splitting", "Searching", "Checking", "Reading", "Parsing", "Decoding", "Resolving", "Indexing", "Importing", "Sorting", "Unzipping",
        "Untarring", "Copying", "Cleaning", "Grouping by length", "Warming up", "Collecting", "Rollout", "Calibrating", "Benchmarking", "Sampling",
        "Generating", "Stacking", "Tiling", "Rendering", "Dropping", "Casting", "Applying", "Folding", "Denoising", "Train dataset", "Inference", "CV",
        "Downloading", "Tokenizing", "Map", "Processing", "Class images", "Adding", "Truncating", "Val", "Evaluating", "Dev", "Sanity", "Predicting")),
    *((f"a bar of the training: {bar}", f"step 3 loss 0.5\n{bar}:  40%|####      | 400/1000 [00:01<00:01, 400.0it/s]\n", dict(step=400, total_steps=1000))
      for bar in ("Ep", "Iteration", "It", "Fitting", "Updating", "Optimizing", "lr 0.1", "Learning", "Fine-tuning", "Loss", "Batch 3")),
    *((f"a bar of epochs: {bar}", f"{bar}:  40%|####      | 4/10 [00:01<00:01, 4.0it/s]\n", dict(epoch=4, total_epochs=10)) for bar in (
        "Total epoch", "Training epoch", "Total epochs", "Training epochs", "Train epochs")),
    ("a bar of all", "epoch 3/9 loss 0.5\nTotal progress:  40%|####      | 4/10 [00:01<00:01, 4.0it/s]\n", dict(progress=40)),
    *((f"a bar that counts: {unit}", f"40%|####      | 400/1000 [00:01<00:01, 400.0{unit}/s]\n", dict(step=400)) for unit in ("kit", "step", "batch", "update")),
    *((f"not the end: {said}", f"step 3 loss 0.5\n{said}\n", dict(state="training")) for said in (
        "step 3: training finished", "it 3: training finished", "iter 3: training finished", "iteration 3: training finished", "batch 3: training finished")),
    *((f"not the end: {said}", f"Epoch 3/9 loss 0.5\n{said}\n", dict(epoch=3, state="training")) for said in (
        "Model 3 of 5: training finished", "Training finished for step 3", "Training finished for it 3", "Training finished for iter 3",
        "Training finished for iteration 3", "Training finished for batch 3", "Training done, evaluating model", "Training finished. Stage 3",
        "Training finished. Fold 3", "Training finished. Phase 3", "Training finished. Level 3", "Training finished. Client 3", "Training finished. Worker 3", "Training finished. Task 3",
        "Training finished. Trial 3", "Training finished. Repeat 3", "Training finished. Layer 3", "Training finished. Subtask 3", "Finished training data",
        "Done training samples", "End of training images", "Reached max epochs for warmup", "Early stopping is enabled: stop training after 5 bad epochs",
        "Start training round 2", "Start training step 2", "Start training iter 2", "Start training iteration 2", "Start training batch 2",
        "Loss is nan, stopping and resuming from step 9", "Resuming after OutOfMemoryError", "Resuming after loss is nan, aborted", "Resuming after NCCL timeout",
        "Killed 3 process 5 and 6", "Killed actor", "Killed the client", "Killed child")),
    *((f"the end: {said}", f"Epoch 3/9 loss 0.5\n{said}\n", dict(state="finished")) for said in (
        "Model has been trained successfully", "Finished all iterations", "main: learning finished", "Early stopping best iter: 3",
        "Early stopping best epoch 3, AUC 0.9")),
    *((f"a failure: {said}", f"Epoch 3/9 loss 0.5\n{said}\n", dict(state="failed", reason=reason)) for said, reason in (
        ("Job killed", "killed"), ("Job killed by the scheduler", "killed"), ("Loss diverged, exiting", "NaN loss"), ("Training diverged: terminating", "NaN loss"))),
    *((f"it goes on: {what}", f"Epoch 3/9 loss 0.5\nTraceback (most recent call last):\n  a.py\nOSError: no image\nBad, skipping {what}\n", dict(state="training"))
      for what in ("the batch", "this sample", "file", "example", "item")),
    *((f"one of many: {part}", f"{part}Epoch 9/9 loss 0.5\n", dict(progress=40, state="training")) for part in (
        "Phase 2/5\n", "Task 2/5\n", "Repeat 2/5 ", "Subtask 2/5 ", "Worker #2/5: ", "Layer 2/5 ", "Run 2/5 ", "Seed 2/5 ", "Split 2/5 ", "Experiment 2 of 5: ")),
    *((f"what heads an evaluation: {head}", f"step 3 loss 0.5\n{head}\nloss: 0.7\n", LOSSES) for head in (
        "Starting validation of the model", "Begin validation loop", "Beginning validation phase", "Performing evaluation for epoch 3", "Now validating at step 300",
        "Validate network on dataset", "Evaluate on valid", "Evaluation on validation set", "Evaluation of test data", "Evaluation for dev", "Test eval",
        "Validation iter 3", "Validation iteration 3", "Eval", "Validation begin", "Validation started", "[INFO|trainer.py:3515] 2024-01-14 12:00:00,123 >> ***** Running Evaluation *****",
        "WARN Validation", "2041 WARNING Validation", "(main:12) WARNING Validation")),
    *((f"what a logger puts before: {head}", f"Epoch 3/9 loss 0.5\n{head} Killed\n", dict(state="failed", reason="killed")) for head in (
        "2024-01-14T12:00:00+02:00", *(f"{day} Jan 16 12:00:00 2024" for day in ("Tue", "Wed", "Thu", "Fri", "Sat", "Sun")), "global rank 0:", "local rank 0:",
        "default 0:", "proc 0:", "device 0:", "CRITICAL", "FATAL", "NOTICE", "TRACE", "VERBOSE", "SUCCESS", "level=info", "2041 DEBUG", "2041 ERROR", "(main:12) DEBUG",
        "(main:12) ERROR", "__main__:", "worker 0:", "node 0:", "process 0:", "gpu 0:", "host 0:", "stdout F", "main.py:12:train:", "main -",
        "tensorflow:", "root:", "Jan 14 12:00:00", "[1,0]<stdout>:", "0:", "(main pid=123)", "main-1  |", *(f"main.{end}:12:" for end in ("cpp", "cc", "cu", "rs", "c", "go", "jl")))),
    *((f"no name of a logger: {head}", f"[{head}] 3 loss: 0.5\n", {"epoch": None, "step": None, **told}) for head, told in (("epoch", {"epoch": 3}), ("ep", {"epoch": 3}),
        ("step", {"step": 3}), ("iter", {"step": 3}), ("batch", {"step": 3}), ("round", {"step": 3}), ("fold", {}))),
    *((f"no name of a logger: {head}", f"{head} - 3/9 loss: 0.5\n", {key: 3}) for head, key in (("epoch", "epoch"), ("ep", "epoch"), ("iter", "step"), ("batch", "step"))),
    *((f"a test and no name of a logger: {head}", f"{head} 3/9 loss: 0.5\n", dict(step=None, loss=None, val_loss=0.5)) for head in ("[test]", "test -", "val -")),
    *((f"a process of several: {what}", f"(1/8) {what} 3 loss 0.5\n", dict(step=3, total_steps=None)) for what in ("batch", "step", "iter")),
    *((f"a record's time: {key}", f'{{"{key}": 1700000000.5, "step": 3, "loss": 0.5}}\n', dict(stamp=1700000000.5)) for key in ("time", "ts", "created")),
    ("a bar's times are no clock", "00:01:00<00:09 loss 0.5\n", dict(stamp=None)),
    *((f"a counter and no blank: {name}", f"{name}3 loss 0.5\n", {key: 3}) for name, key in (("epoch", "epoch"), ("ep", "epoch"), ("step", "step"), ("iter", "step"))),
    ("steps of all", "3 step / 9 loss 0.5\n", dict(step=3, total_steps=9)), ("places without a blank", "(3/9)(4/8) loss 0.5\n", dict(epoch=3, step=4)),
    *((f"of all epochs: {of}", f"Epoch 3 {of} 9\n", dict(epoch=3, total_epochs=9)) for of in ("sur", "di", "da", "von", "van")),
    *((f"epoch and step: {places}", f"{places} loss: 0.5\n", dict(epoch=3, step=4)) for places in ("[3 | 4]", "3/9 | 4/8")),
    *((f"a bar of Keras: {bar}", f"60/60{bar} ETA: 0s\n", dict(step=60, total_steps=60)) for bar in (" [=====] -", ":")),
    *((f"a name and its number: {name}", f"Local {name} worker-1: 3/9 (lr=0.01)\n", dict(step=3, total_steps=9)) for name in ("step", "iter", "batch", "round")),
    *((f"a loss as {kind}", f"step 3 loss={kind}(0.5)\n", dict(loss=0.5)) for kind in ("np.float32", "jnp.float32")), ("a comma before three digits", "Epoche 3 Verlust: 0,812\n", dict(loss=0.812)),
    *((f"an event: {event}", f'{{"event": "epoch_{event}", "epoch_num": 3}}\n', dict(epoch=3)) for event in ("stop", "begin", "end")),
    *((f"both sides: {side}", f"Epoch 5: train/{side} loss: 0.4/0.5\n", dict(loss=0.4, val_loss=0.5)) for side in ("valid", "validation", "test", "eval", "dev")),
    *((f"both sides, one value: {side}", f"Epoch 5 (train_loss, {side}_loss) = (0.4, 0.5)\n", dict(loss=0.4, val_loss=None)) for side in ("test", "eval", "dev")),
    *((f"seconds and a part: {part}", f"[Epoch 2] Training cost: 1203.2, {part}=2.6\n", dict(epoch=2, loss=None)) for part in ("SmoothL1", "CrossEntropy")),
    *((f"a part and a whole of it: {part}", f"{part}: 0.03, sync loss: 0.01\n", dict(loss=None)) for part in ("l2", "mse", "mae", "kl", "kld", "bce", "ce", "vgg", "gan", "adv")),
    *((f"an episode: {said}", f"ep 12 {said}\n", dict(epoch=None)) for said in ("return 3.1", "epsilon 0.9")),
    ("what it was and is", "step 3 loss 0.5 → 0.4\n", dict(loss=0.4)), ("what it is not below", "step 3 val loss 0.5 > 0.4, no improvement\n", dict(val_loss=0.5)),
    *((f"a time in {unit}", f"step 3/9 loss 0.5 elapsed: 90{unit}\n", dict(elapsed_s=90 * unit_s)) for unit, unit_s in (
        (" µs", 1e-6), ("us", 1e-6), ("sec", 1), ("min", 60), ("hr", 3600))),
    *((f"an evaluation beside the loss: {side}", f"step 3 loss 0.5 | {side}: loss 0.7\n", LOSSES) for side in ("evaluation", "cv", "validation", "dev")),
    ("a training beside the loss of an evaluation", "Epoch 3/9 loss 0.5\nval loss 0.7 | train: loss 0.4\n", dict(loss=0.4, val_loss=0.7)),
    *((f"an evaluation behind its place: {place}", f"{place} 3: evaluating: loss 0.7\n", dict(loss=None, val_loss=0.7)) for place in ("Step", "Ep")),
    *((f"no loss of the training: {head}", f"step 3 loss 0.5\n{head} loss 0.7\n", dict(loss=0.5)) for head in ("Sanity check:", "Predict:")),
    *((f"a line of an evaluation: {head}", f"step 3 loss 0.5\n{head} loss 0.7\n", LOSSES) for head in (
        "Tester:", "Running inference:", "Starting inference:", "Begin inference:", "Beginning inference:")),
    *((f"a loss of before: {said}", f"step 3 loss 0.5\n{said} loss 0.3\n", dict(loss=0.5)) for said in ("Saving the current best,", "New best:", "Loaded model,", "Restored state:",
        "Loading model,", "Restoring state,", "Loaded weights,", "Previous:")),
    *((f"not where it is: {said}", f"{said} epoch 7\n", dict(epoch=None)) for said in (
        "Save model,", "Loaded model,", "Loading model,", "Continue with", "Continuing from checkpoint,", "Starting at", "Load model,", "Restoring model,", "Every,", "Next:",
        "Until:", "Saved,", "Saving,", "Best,", "Lowest,", "Flops calculation at", *(f"{key}: 4," for key in ("batch_size", "seed", "weight_decay", "namespace(a", "num_workers", "hyperparameters", "config", "arguments")))),
    *((f"an epoch that is over: {said}", f"{said}\n", dict(epoch=3, epochs_done=3)) for said in (
        "Epoch 3 is done", "Epoch 3 was done", "Epoch 3 completed", "Epoch 3 ended", "Epoch 3 summary", "Completed epoch 3", "Done epoch 3", "Epoch 3 end", "Epoch 3 took 9 s",
        "Finished epoch 3")),
    *((f"another program: {word}", f"Epoch 3/9 loss 0.5\nroot@C.1:/w# {word} train.x\nstep 30 loss 0.4\n", dict(epoch=None, step=30)) for word in (
        "bash", "sh", "torchrun", "accelerate", "deepspeed", "srun", "mpirun")),
    *((f"a plan: {said}", f"{said} 20 epochs\n", dict(total_epochs=20)) for said in ("Training of", "Training over", "Running all")),
    *((f"an epoch in words: {said}", f"{said}\n", dict(epoch=epoch)) for said, epoch in (
        ("Start 1st epoch", 1), ("Starting 2nd epoch", 2), ("Begin the 3rd epoch", 3), ("Time of epoch 3: 5", 3), ("Time for epoch 3 was 5", 3),
        ("Time taken for epoch 3 = 5", 3), ("Time for epoch 3, 5 s", 3))),
    ("epochs in words", "20 epochs completed\n", dict(total_epochs=20)), ("a time of all", "step 3 loss 0.5\nTotal training time in hours: 1.2\n", dict(state="finished")),
    ("steps in words", "After 30 iterations\n", dict(step=30)), ("a bar without an end", "Training: |###  | 30/? [00:01<?, 3it/s]\n", dict(step=30)),
    ("a count of a loss", "Training loss: 31it [00:01, 3it/s]\n", dict(step=31)),
    *((f"a count of an evaluation: {side}", f"all {side} loss: 0.7: 12it [00:01, 3it/s]\n", dict(step=None)) for side in ("val", "eval", "test")),
    *((f"what a set has: {steps}", f"train set has 20 {steps}\nEpoch 3/10\nstep 10 loss 0.5\n", dict(progress=25)) for steps in ("iterations", "steps")),
    *((f"a lower rate: {said}", f"step 3 loss 0.5 lr 0.1\n{said}\n", dict(learning_rate=0.01)) for said in (
        "Reducing lr of group 0 to 1.0e-02.", "Reduced learning rate from 1e-1 to 0.01", "lr reduced from 0.1 to 0.01")),
    ("the lowest rate", "step 3 loss 0.5 lr 0.1\nMinimum learning rate: 1e-05\n", dict(learning_rate=0.1)),
    *((f"a loss and its place: {said}", f"{said} 3: 0.5\n", dict(epoch=3, loss=0.5)) for said in ("Loss at epoch", "Loss for epoch", "Loss after epoch")),
    ("an epoch in Turkish", "Dönem 3/9 - kayıp: 0.5\n", dict(epoch=3, total_epochs=9, loss=0.5)),
    ("a step count in Chinese", "迭代次数: 1200, 损失: 0.5\n", dict(step=1200, loss=0.5)),
    *((f"so many steps: {said}", f"{said}: 1200\n", dict(step=None, total_steps=1200)) for said in ("迭代次数", "ステップ数", "스텝 수", "Số vòng lặp")),
    *((f"so many batches of an epoch: {said}", f"{said}: 20\nEpoch 3/10\nstep 10 loss 0.5\n", dict(step=10, progress=25)) for said in ("批次数", "バッチ数", "배치 수")),
    ("losses by case in Russian", "Эпоха 3: потери на обучении: 0.5, потери на валидационной выборке: 0.6\n", dict(loss=0.5, val_loss=0.6)),
    ("a bar of steps around bars of epochs", "  0%|  | 37/1000 [00:10<10:00, 1.0it/s, loss=0.9]\nEpoch 2:  60%|#  | 12/20 [00:01<00:01, 9.9it/s, loss=0.5]\n",
     dict(epoch=2, total_epochs=None)),
    ("Keras guide", "Start of epoch 2\nTraining loss (for one batch) at step 400: 0.5\nTraining acc over epoch: 0.8111\n", dict(epoch=2, step=400, loss=0.5)),
    ("a percentage of steps", "Steps: 12%\nloss 0.5\n", dict(total_steps=None)),
    ("a decimal comma that is cut", "Epoche 1 von 8: Verlust 1,5636\nEpoche 2 von 8: Verlust 1,2", dict(epoch=2, loss=1.5636)),
    ("a part that is cut", "epoch 2 loss_cls: 0.4, lo", dict(epoch=2, loss=None)),
    ("a row that is cut", "  Train # Epoch      wal       LR       loss_f         loss\n! Train       3   63.300    0.005   0.00365   0.679\n"
     "! Train       4   84.400    0.005   0.0", dict(epoch=3, loss=0.679)),
    ("a fold that begins", "Fold 1/5\nEpoch 2/3 loss: 0.5\nEpoch 3/3 loss: 0.5\nFold 2/5\n", dict(epoch=None, progress=None)),
    ("a plan that is cut", "steps: 63 loss: 0.5 eta: 12\nsteps: 64 lo", dict(step=63, total_steps=None)),
    ("a place that is cut", "Train loss 25 0.6\nTrain loss 26 0.", dict(step=25, loss=0.6)),
    ("an evaluation that is cut", "{'loss': 0.9, 'epoch': 1.0}\n{'eval_loss': 0.8, 'epoch': 1.0}\nEvaluating\n{'loss': 0.7, 'grad",
     dict(loss=0.9, val_loss=0.8)),
    ("a pre-training is over", "epoch 2/3 loss 1\nPre-training finished.\n", dict(state="training")),
    ("a pretraining's last epoch", "[pretrain] epoch 5/5: loss=0.5\n", dict(epoch=5, state="training")),
    ("a level's last epoch", ">>> Curriculum level 1/4\n    ep 10/10 loss=0.5\n", dict(progress=25, state="training")),
    ("a run's last epoch", "epochs: 2\nRun: 01, Epoch: 02, Loss: 0.5\n", dict(epoch=2, total_epochs=2, state="training")),
    ("folds within trials", "Trial 2 of 20\nFold 3 of 3\nEpoch 5/5 loss 0.5\n", dict(progress=None, state="training")),
    ("a fold within a trial stops early", "Trial 20 of 20\nFold 3 of 3\nEpoch 4/5 loss 0.5\nEarly stopping!\n", dict(state="training")),
    ("a patience in brackets", "epoch 3/9 loss 1\nNo improvement for 3 epochs (early stopping at 10).\n", dict(state="training")),
    ("a training that is resumed", "epoch 3/9 loss 1\nKilled\nResuming training from epoch 2\n", dict(state="training")),
    ("a next training", "step 9/9 loss 1\nTraining complete!\nInitializing training for triphones\n", dict(state="training")),
    ("a return code of nothing", "epoch 3/9 loss 1\nTask exited with return code 0\n", dict(state="training")),
    ("a step of the scheduler", "step 3 loss 1\nslurmstepd: error: Detected 1 oom_kill event in StepId=113.0.\n", dict(step=3, state="failed")),
    ("a function named train", "2024-01-14 12:00:00.123 | INFO     | my.app:train:312 - Step [3/9], Loss: 0.5\n", dict(epoch=None, step=3)),
    ("the line of a file in words", "[2020-05-08 10:00:00,123 INFO train.py line 312 77] Epoch: [1/9][3/7] Loss 0.5\n"
     "[2020-05-08 10:00:09,123 INFO train.py line 390 77] Test: [5/50] Loss 0.7\n", dict(step=3, total_steps=7, loss=0.5)),
    ("one letter for a level", "2020-03-01 11:00:00.123000: I runner.py:310] Step = 9 ; Loss = 1\n"
     "2020-03-01 11:00:09.123000: I runner.py:310] Evaluation result for step 9: loss = 2\n", dict(step=9, loss=1, val_loss=2)),
    ("an evaluation's own steps", "epoch 2, iteration: 800, train loss: 0.5\nepoch 2, iteration: 20, val loss: 0.7\n",
     dict(step=800, loss=0.5, val_loss=0.7)),
    ("a mean behind its values", "epoch 2 val loss 0.7\nepoch 2 mean val loss 0.6\n", dict(val_loss=0.6)),
    ("a training behind a test at its start", "Iteration 0, Testing net (#0)\n    Test net output #0: loss = 2 (* 1 = 2 loss)\n"
     "Iteration 0, loss = 1.5\n    Train net output #0: loss1/loss = 1.4\nIteration 20 (0.1 iter/s, 9.5s/20 iters), loss = 1.2\n",
     dict(step=20, loss=1.2)),
    ("a total that is where the run is", "".join(f"train, epoch: {i // 3}/50, step: {50 + i % 3 * 50}/500, total step: "
     f"{i // 3 * 500 + 50 + i % 3 * 50}, loss: 0.5\n" for i in range(4)), dict(epoch=1, step=50, total_steps=500, progress=110 / 51)),
    ("a bar without a length", "Epoch 0: |          | 12/? [00:02<00:00, 5.1it/s, loss=0.5]\n"
     "Validation: |          | 3/? [00:01<00:00, 5.1it/s]\n", dict(epoch=0, step=12, loss=0.5)),
    ("a bar of one of several episodes", "Episode [2/4]:  50%|## | 6/12 [00:02<00:02, 3.0it/s]\n",
     dict(epoch=2, total_epochs=4, step=6, progress=37.5)),
    ("a step above another's total", "  5%|# | 8/150 [00:02<00:41, 3.0it/s]\niteration 162 : loss : 0.5\niteration 163 : loss : 0.5\n",
     dict(step=163, total_steps=None)),
    ("what was lost at best", "epoch 3 loss 1 val_loss 0.5\nBest iteration / VAL2 (val_loss=0.1)\n", dict(val_loss=0.5)),
    ("the best of a boosting", "[1]\ttrain-rmse:0.9\teval-rmse:0.9\n[60]\ttrain-rmse:0.5\teval-rmse:0.6\nStopping. Best iteration:\n[52]\ttrain-rmse:0.55\teval-rmse:0.58\n",
     dict(step=60, loss=0.5, val_loss=0.6, state="finished")),
    ("numbers without a zero", "epoch 3: loss .4671 | val_loss -.5 | lr=.001\n", dict(loss=0.4671, val_loss=-0.5, learning_rate=0.001)),
    ("a form that was not filled", "epoch 3 loss 1\nloss: {:.4f} lr: %.5f\n", dict(loss=1, learning_rate=None)),
    ("an earlier epoch alone", "Epoche 12/30 Verlust 0.5\nModell aus Epoche 7 geladen\n", dict(epoch=12, progress=40)),
    ("an earlier epoch after the end", "Epoch 3/3 loss 1\nTraining complete\n第 2 轮的模型效果最好\n", dict(epoch=3, state="finished")),
    ("iterations cut short", "Epoch 1, Itrs 300/30000, Loss=0.8\n", dict(epoch=1, step=300, total_steps=30000)),
    ("epochs of a schedule", "epoch 5 loss 0.5\nLR schedule: epoch 8 -> 0.001\n", dict(epoch=5, loss=0.5, learning_rate=None)),
    ("epochs of a patience", "epoch 5 loss 0.5\nPatience: 3 of 10 epochs\n", dict(epoch=5, total_epochs=None, progress=None)),
    ("names behind their values", "Epoch 3: 0.7 (train loss) 0.8 (val loss)\n", dict(epoch=3, loss=None, val_loss=None)),
    ("a bar whose name has no colon", "Epoch 3   60%|##| 60/100 [00:31<00:31, 3.20 steps/s]\n", dict(epoch=3, total_epochs=None, step=60)),
    ("how much of an epoch is done", "Epoch 3/10, 60% done, loss 0.5\n", dict(epoch=3, loss=0.5, progress=26)),
    ("steps of a part", "Step 15624\ntrain/actor_opt_grad_steps 906 / train/actor_opt_loss -8.29\n", dict(step=15624)),
    ("trees", "building tree 1 of 60\nbuilding tree 24 of 60\n", dict(step=24, total_steps=60, progress=40, state="training")),
    ("a test in the name of a run", "epoch: 0 | 10/100 | exp/my-test | lr: 0.1 | loss: 0.5\n", dict(loss=0.5, val_loss=None)),
    ("an evaluation learns at no rate", "train: epoch 1 loss 0.5 lr 0.01\nval: epoch 1 loss 0.6 lr 0\n", dict(learning_rate=0.01, val_loss=0.6)),
    ("a bar of epochs with its place", "Epoch ... (2/3):  67%|## | 2/3 [00:02<00:01, 1.0s/it]\n",
     dict(epoch=2, total_epochs=3, step=None, progress=200 / 3)),
    ("steps as many as epochs", "Epoch 1/10:  20%|## | 2/10 [00:02<00:01, 1.0s/it]\nEpoch 2/10:  20%|## | 2/10 [00:02<00:01, 1.0s/it]\n",
     dict(epoch=2, step=2, progress=12)),
    ("the epoch before", "Epoch 3 loss 0.5\nEpoch N-1 = 1.25\n", dict(epoch=3, loss=0.5)),
    ("the epoch by its sign", "epoch n°3 loss 0.5\n", dict(epoch=3)),
    ("steps that a mean is over", "avg. loss [501-1000]: 0.5\n", dict(loss=0.5)),
    ("a mean in a bar", "100%|##########| 1000/1000 [00:01<00:00, 99.0it/s, init loss: 9.5, avg. loss [501-1000]: 0.5]\n", dict(loss=0.5, step=1000)),
    ("a whole among its parts", "step 3 X/loss_box=0.2 X/loss=0.5 X/loss_cls=0.3\n", dict(loss=0.5)),
    ("a whole in a line below its parts", "Epoch 3\n├── x/loss_box = 0.2\n├── x/loss_cls = 0.3\n└── x/loss = 0.5\n├── x/loss_box = 0.1\n",
     dict(epoch=3, loss=0.5)),
    ("a part above the whole", "| entropy_loss | -0.69 |\n", dict(loss=None)),
    ("iterations above steps", "| iterations | 2 |\n| steps | 512 |\n| iterations | 3 |\n", dict(step=512)),
    ("iterations that begin anew", "| iterations | 2 |\n| steps | 512 |\n| iterations | 1 |\n", dict(step=1)),
    ("rounds around epochs", "Round 19/20\nclient 3: epoch 1/2 loss 0.9\nclient 3: epoch 2/2 loss 0.8\nclient 4: epoch 1/2 loss 0.9\n",
     dict(step=19, total_steps=20, epoch=1, progress=None)),
    ("steps that were told once", "step 3/9 loss 1\nepoch 1/4 loss 1\nepoch 2/4 loss 1\nepoch 3/4 step 3/9 loss 1\n", dict(progress=100 * (2 + 1 / 3) / 4)),
    ("a percentage of each round", "iter 1 progress: 10%\niter 1 progress: 90%\niter 2 progress: 10%\niter 2 progress: 50%\n", dict(step=2, progress=None)),
    ("two epochs in a line", "dataset: current_epoch: 1, epoch: 2\n", dict(epoch=2)),
    ("steps before an epoch of so many", "step 30/500 (epoch 1/10) loss 1\n", dict(step=30, total_steps=500, progress=None)),
    ("steps of an epoch before it", "step 300/500 (epoch 1/10) loss 1\n", dict(progress=6)),
    ("a name that ends like a counter", "hits per epoch: 12\nEpoch 3/9 step 5 loss: 0.51\n", dict(step=5, progress=None)),
    ("two losses of a program started at the prompt", "Epoch 3 loss: 0.51\nroot@C.1:/w# python gan.py\nloss_D: 0.71 loss_G: 1.41\n",
     dict(epoch=None, loss=None, state="training")),
    ("a metric without a zero", "Epoch 3 loss: .51 acc .91\n", dict(loss=0.51, metrics={"acc": 0.91})),
    ("metrics a fraction of an epoch on", '{"epoch": 2, "update": 1.05, "acc": 0.71, "f1": 0.62}\n', dict(epoch=2, step=None, epochs_done=1)),
    ("a metric and a speed", "Epoch 3 acc: 0.71 12.5 samples/s\n", dict(epoch=3, epochs_done=2, metrics={"acc": 0.71})),
    ("two losses printed as one", "Epoch 3 loss: 0.61230.5871\n", dict(epoch=3, loss=0.6123)),
    ("as many epochs as it takes", "num_epochs=-1 max_steps=500\n", dict(total_epochs=None, total_steps=500)),
    ("a metric below zero", "Epoch 3 loss: 0.51 logprob: -518.5\n", dict(loss=0.51, metrics={"logprob": -518.5})),
    ("a best loss that none was yet", "Epoch 1/9 loss: 0.51\nStopping rule: best loss: inf\n", dict(state="training", reason="")),
    ("words glued to an epoch", "Epoch 3Train loss: 0.51\n", dict(epoch=3, loss=0.51)),
    ("bits of weights", "training 4/8bit\n", dict(step=None, total_steps=None)),
    ("times and shares between bars", "Step 3/9 loss 0.51 | 21.1 ms | 51.2%\n", dict(step=3, loss=0.51, metrics={"ms": None})),
    ("a metric named a tensor", "Epoch 3 loss: 0.51 grad tensor: 1.2\n", dict(metrics={"grad tensor": 1.2, "grad": None})),
    ("a number in the brackets of a name", "Epoch 3 loss: 0.61 acc (over 50 images): 0.71\n", dict(loss=0.61, metrics={"images": None})),
    ("a value under a step", "epoch/step: 12 loss: 0.51\n", dict(epoch=None, step=12)),
    ("a value under a training", "train/epoch: 3/10 loss: 0.51\n", dict(epoch=3, total_epochs=10)),
    ("steps an epoch", "steps/epoch: 380\nEpoch 3/9 step 38 loss: 0.51\n", dict(epoch=3, step=38, total_epochs=9, progress=70 / 3)),
    ("how many steps an epoch has", "steps/epoch: 380\n", dict(epoch=None, step=None, state=None)),
    ("numbered losses", "Epoch 3 loss 1/2: 0.51, loss 2/2: 0.62\n", dict(epoch=3, step=None, loss=0.51)),
    ("two losses in brackets", "Epoch 3 val loss: [0.51 0.62]\n", dict(step=None, val_loss=0.51)),
    ("a date among values", "Epoch 3, data 2024/01/14, loss: 0.51\n", dict(step=None, loss=0.51, metrics={"data": None})),
    ("a test behind a counter", "Iteration 500, Testing net: accuracy 0.71\n", dict(step=None, state=None)),
    ("a training that is evaluated", "[ITER 300] Evaluating train: PSNR 28.1\n", dict(step=300, state="training")),
    ("a metric of a validation behind a loss", "Epoch 3 loss: 0.51 iou val: 0.71\n", dict(loss=0.51, val_loss=None, metrics={"iou val": 0.71})),
    ("weights of an epoch", "Loss weights epoch 3, lr 0.1\n", dict(epoch=3, loss=None, learning_rate=0.1)),
    ("a metric of each side", "Epoch 5: train 0.41, valid 0.61, loss: 0.52\n", dict(loss=0.52, metrics={"train": 0.41, "valid": 0.61})),
    ("the time of an iteration", "Epoch 3 loss: 0.51 iteration: 0:01:15\n", dict(epoch=3, step=None)),
    ("a time of day for a value", "Epoch 3 loss: 0.51 finished: 12:30:15\n", dict(loss=0.51, metrics={"finished": None})),
    ("a loss in many words", "Epoch 3 average training loss of the model: 0.51\n", dict(epoch=3, loss=0.51)),
    ("a part behind a training's loss", "Epoch 3, loss 0.6\nValidating\nEpoch 3: total training loss 0.51, kl loss: 0.1\n",
     dict(loss=0.51, val_loss=None)),
    ("a share of the steps", "Step 50% loss: 0.51\n", dict(progress=50, loss=0.51)),
    ("seconds of a step", "Epoch 3/9 loss: 0.51 step: 12s\n", dict(epoch=3, step=None)),
    ("a step that counts through before an epoch", "iter 30, epoch 1/10, batch 30/500, loss 0.51\n", dict(step=30, total_steps=500, progress=0.6)),
    ("a place and a time for a total", "Epoch 3 | batch 20 / 0:01:15 | loss: 0.51\n", dict(epoch=3, step=20, total_steps=None, loss=0.51)),
    ("a place of a test", "Epoch 3 test: [5/20]\n", dict(step=None, total_steps=None)),
    ("how many were right", "Epoch 3 loss: 0.51 acc: 71.0 (355/500)\n", dict(epoch=3, step=None, total_epochs=None)),
    ("a place behind a metric", "Epoch 3 acc: 0.71 [30/200]\n", dict(epoch=3, step=30, total_steps=200)),
    ("memory that is used", "Epoch 3 loss: 0.51 | 4/15.9 GB\n", dict(epoch=3, step=None, loss=0.51)),
    ("a value at a step", "Epoch 3 at step 200: 0.71\n", dict(epoch=3, step=200, loss=None)),
    ("a number that nothing names", "Epoch 3 loss: 0.51 | 12.5 | 3\n", dict(loss=0.51, metrics={"": None})),
    ("the place of a validation", "Val: 3 loss: 0.52\n", dict(val_loss=0.52, metrics={"Val": None})),
    ("a gradient that is none", "step: 50 loss: 0.51 grad: 10\nstep: 60 loss: 0.41 grad: nan\n", dict(step=60, loss=0.41, metrics={"grad": None})),
    ("a step of a validation is over", "Epoch 1 loss: 0.51\nValidating\nstep 5/9 finished, loss: 0.71\n", dict(step=None, loss=0.51)),
    ("a size of images", "[32, 512] train images\n", dict(epoch=None, step=None)),
    ("a place between losses", "train_loss 0.51 [120/900] (val_loss 0.62)\n", dict(epoch=None, step=120, total_steps=900)),
    ("a place at the end in brackets", "loss: 0.51 (30/200)\n", dict(epoch=None, step=30, total_steps=200)),
    ("a place at the end", "Epoch 3 loss: 0.51 30/200\n", dict(epoch=3, step=30, total_steps=200)),
    ("how many tokens", "Epoch 3 loss: 0.51 tokens: 12345\n", dict(loss=0.51, rate=None)),
    ("how fast an evaluation was", "{'loss': 0.51, 'epoch': 1, 'eval_samples_per_second': 30.1}\n", dict(loss=0.51, rate=None)),
    ("settings beside a loss", "lr: 0.1 batch_size: 32 epoch: 3 loss: 0.51\n", dict(epoch=3, loss=0.51)),
    ("the time that is left of an epoch", "30/60 [=====>.....] - ETA: 12s - loss: 0.51\n", dict(step=30, total_steps=60, eta_s=None)),
    ("the speed of a validation", "val_loss: 0.61 samples/sec: 12.5\n", dict(val_loss=0.61, rate=None)),
    ("the speed of an epoch's validation", "Epoch 3 | val loss: 0.61 | 12.5 it/s\n", dict(val_loss=0.61, rate=None)),
    ("a validation's loss in the name of a bar", "Epoch 2 val_loss=0.61: 100%|#####| 9/9 [00:01<00:00,  5.1it/s, loss=0.51]\n",
     dict(epoch=2, loss=0.51, val_loss=0.61)),
    ("a bar without a place", "loss=0.51: 50%|#####     |\n", dict(loss=0.51)),
    ("a bar that only counts files", "Files: 12 data:  50%|#####     |\n", dict(metrics={"Files": None})),
    ("a validation's bar without a place", "Validating:  50%|#####     |\nloss: 0.51\n", dict(loss=None, val_loss=0.51)),
    ("a row below a header in a bar", "  Epoch  loss  acc  Size\n    1/3  1.5  0.7  640:  50%|#####     | 4/8 [00:04<00:04, 1.8it/s]\n",
     dict(loss=1.5, metrics={"acc": 0.7})),
    ("a fraction of an epoch in its bar", "Epoch 3:  50%|#####     | 5/10 [00:01<00:01, 5.1it/s, loss=0.51, epoch=2.5]\n", dict(epoch=3, step=5)),
    ("another total in a bar", "Epoch 3:  50%|#####     | 5/10 [00:01<00:01, 5.1it/s, loss=0.51, total_epochs=70]\n", dict(epoch=3, total_epochs=None)),
    ("a loss on both sides of a bar", "train loss 0.61:  50%|#####     | 5/10 [00:01<00:01, 5.1it/s, loss=0.51]\n", dict(loss=0.51)),
    ("batches a second", "Epoch 1:  50%|#####     | 5/10 [00:01<00:01, 5.1batch/s, loss=0.51]\n", dict(rate=5.1, rate_unit="batch/s")),
    ("seconds an iteration", "Training  50% ━━━━━━━━━━ 5/10 2.0s/it loss: 0.51\n", dict(rate=0.5, rate_unit="it/s")),
    ("double bars in a table", "| Epoch | Loss || Acc |\n| 1 | 0.51 || 0.7 |\n", dict(epoch=1, loss=0.51, metrics={"Acc": 0.7})),
    ("columns a tab apart", "epoch\ttrain loss\tval loss\n1\t0.51\t0.62\n", dict(epoch=1, loss=0.51, val_loss=0.62)),
    ("columns a blank apart", "epoch loss acc\n1 0.51 0.7\n", dict(epoch=1, loss=0.51, metrics={"acc": 0.7})),
    ("a comma in the name of a column", "| Epoch | Loss (x, y) | Acc |\n| 1 | 0.51 | 0.7 |\n", dict(epoch=1, loss=0.51)),
    ("a list of what there is", "the model, its loss, the lr, epoch\n1, 2, 3, 4\n", dict(epoch=None, loss=None)),
    ("two words above two numbers", "Epoch loss\n12 34\n", dict(epoch=None, loss=None)),
    ("settings in columns", "Epoch     Hidden     Dropout\n30    64    0.5\n", dict(epoch=None, state=None)),
    ("more settings in columns", "Epochs    Hidden    Layers   Heads    Width\n30   64   128   4   8\n", dict(epoch=None, state=None)),
    ("a wide table of metrics", "Epoch    psnr    ssim    mem    time\n3    28.1    0.9    5    3\n", dict(epoch=3, epochs_done=3, metrics={"psnr": 28.1})),
    ("a row whose first cell is empty", "epoch,step,loss\n,100,0.51\n", dict(step=100, loss=0.51)),
    ("a table without blanks", "|epoch|loss|acc|\n|1|0.51|0.7|\n", dict(epoch=1, loss=0.51, metrics={"acc": 0.7})),
    ("columns of two sides", "| trainloss | validloss |\n| 0.51 | 0.62 |\n", dict(loss=0.51, val_loss=0.62)),
    ("how many for each side", "| train iters | valid iters |\n| 800 | 200 |\n", dict(step=None, state=None)),
    ("how many for a test", "| steps | test |\n| 800 | 200 |\n", dict(step=None, state=None)),
    ("how many for a training", "| train | steps |\n| 3 | 62 |\n", dict(step=None, state=None)),
    ("how many batches of each side", "| train | valid | batches |\n| 800 | 200 | 62 |\n", dict(step=None, state=None)),
    ("words in the shape of a row", "epoch  loss  acc\n1  0.51  0.7\n12 GB  free  80\n", dict(epoch=1, metrics={"acc": 0.7})),
    ("a word below a table", "| Epoch | Loss | Acc |\n| 1 | 0.51 | 0.7 |\nval\n", dict(epoch=1, loss=0.51)),
    ("a sentence below a table", "epoch  loss  acc\n1  0.51  0.7\n12 files copied, 3 left\n", dict(epoch=1)),
    ("a mean below a table", "| Epoch | Loss | Acc |\n| 1 | 0.51 | 0.7 |\n| mean | 0.61 | 0.7 |\n", dict(loss=0.51)),
    ("a row of a validation", "step  loss  acc\n50  0.51  0.7\nValidation  3  0.61  0.6\n", dict(step=50, loss=0.51, val_loss=0.61, metrics={"step": 3})),
    ("a stage named by a letter evaluates", "Stage B: test\nloss: 0.51\n", dict(loss=None, val_loss=0.51)),
    ("a fold above a loss", "Fold 2/5 loss: 0.51\n", dict(step=None, metrics={"Fold": None})),
    ("the end of a client's training", "Client 3: epoch 9/9 loss: 0.51\n", dict(epoch=9, state="training")),
    ("how many epochs in large letters", "TRAINING FOR 10 EPOCHS\n", dict(total_epochs=10, epoch=None)),
    ("how many iterations in words", "Training for 500 iterations\n", dict(total_steps=500, step=None)),
    ("a loss of a test beside another measure", "Test: [2/8] Loss 0.69 MAE 0.55\n", dict(val_loss=0.69, metrics={"MAE": 0.55})),
    ("a step before its epoch and one of a bar", "step 110, epoch: 2, loss: 0.69\n50/50 - 1s - loss: 0.41\n",
     dict(epoch=2, step=50, state="training", progress=None)),
    ("what is left in German", "Epoche 3/9, verbleibend: 0:10:00, Verlust 0.51\n", dict(epoch=3, eta_s=600, loss=0.51)),
    ("epochs to go", "loss=0.51, 20epoch to go\n", dict(epoch=None, loss=0.51)),
    ("batches of so many", "batches (50): 9\nEpoch 1/9 step 5 loss: 0.51\n", dict(epoch=1, step=5, progress=None)),
    ("a part beside what a training cost", "Training cost: 12.2 s, ObjLoss=4.1\n", dict(loss=4.1)),
    ("an optimization is over", "FINISHED optimization in 0:02:11\nsample loss: 3\n", dict(state="finished", val_loss=None)),
    ("losses of samples after the end", "epoch 1 loss 1 val_loss 0.5\nFINISHED optimization\nTesting\nloss: 3\n", dict(state="finished", val_loss=0.5)),
    ("a test of all goes behind a validation", "epoch 1 loss 1\nvalidation rmse = 0.5\noverall test rmse = 0.7\n", dict(val_loss=0.5)),
    ("the last step again", "epoch 1/10 step 100/100 loss 1\nepoch 1/10 step: 100 loss 0.9\n", dict(total_steps=100, progress=10)),
    ("an epoch and its step", "Batch 0/100 loss 3\nBatch 0/200 loss 2\n", dict(step=None, total_steps=None, loss=2)),
    ("bars of many lengths", "train:   0%|  | 0/9 [00:00<?, ?it/s]\ntrain:   0%|  | 0/20 [00:00<?, ?it/s]\n", dict(step=0, total_steps=20)),
    ("a number in one word", "epoch: 2 | nupdates: 500 | loss: 0.5\n", dict(step=500, loss=0.5)),
    ("containerd", "2024-01-01T10:00:10.123456789Z stdout F step 10/1000 loss 2.5\n2024-01-01T10:00:11.123456789Z stderr F step 20/1000 loss 2\n",
     dict(step=20, total_steps=1000, loss=2)),
    ("a bar between a name and its value", "Step    100: train CrossEntropyLoss |  0.51\n", dict(step=100, loss=0.51)),
    ("a unit before a bar", "loss 0.5 batches | 120 pos/sec\n", dict(total_steps=None, step=None)),
    ("names between bars", "1 | loss | CrossEntropyLoss | 0\n", dict(loss=None)),
    ("thousands of steps", "Progress on:train 30it/2.00kit rate:1.2it/s postfix:loss=4.4\n", dict(step=30, total_steps=2000, loss=4.4, progress=1.5)),
    ("a place and its share", "Training |███     | ▃▅▇ 250/1000 [25%] in 12s (~36s, 20.8/s)\n", dict(step=250, total_steps=1000, progress=25, state="training")),
    ("a share of something else", "Loading |███     | ▃▅▇ 250/1000 [25%] in 12s\ntrain 250/1000 files\n", dict(step=None, state=None)),
    ("a score at an iteration", "Score at iteration 50 is 0.5\n", dict(step=50)),
    ("what all ranks tell is the first one's", "[rank1] Epoch 1/5 loss 0.9\n[rank0] Epoch 2/5 loss 0.5\n[rank1] Epoch 1/5 loss 0.9\n", dict(epoch=2, loss=0.5, progress=40)),
    ("by ranks of mpirun", "[1,0]<stdout>:step 20/50 loss 0.5\n[1,3]<stdout>:step 10/50 loss 0.9\n", dict(step=20, loss=0.5, progress=40)),
    ("what one rank alone tells", "[rank0] Epoch 2/5\n[rank7] step 30/50 loss 0.5\n", dict(epoch=2, step=30, loss=0.5)),
    ("a late line of another rank", "step 10/60 loss 2\nstep 50/60 loss 1\nstep 60/60 loss 0.5\nstep 50/60 loss 1\n", dict(step=50, progress=[83.3, 83.4])),
    ("a table behind a prefix", "[rank0] | step | 12 |\n[rank0] | loss | 0.5 |\n", dict(step=12, loss=0.5)),
    ("an event of an epoch", '{"key": "epoch_start", "epoch_num": 3}\n{"key": "init", "epoch_num": 9}\n', dict(epoch=3, total_epochs=None)),
    ("places and how many", "total_steps: 200, epochs: 0.42\n", dict(epoch=0.42, step=200, total_steps=None, total_epochs=None)),
    ("how many of both", "total_steps: 200, epochs: 2\n", dict(epoch=None, step=None, total_steps=200)),
    ("a fold stops early", "Fold 1 of 5\nepoch 3/9 loss 1\nEarly stopping!\n", dict(state="training")),
    ("the last fold stops early", "Fold 5 of 5\nepoch 3/9 loss 1\nEarly stopping!\n", dict(state="finished")),
    ("batches beside a batch and an epoch", '{"epoch": 1, "epochs": 4, "batch": 25, "batches": 50, "loss": 0.5}\n',
     dict(epoch=1, total_epochs=4, step=25, total_steps=50, progress=12.5)),
    ("a name behind dashes", "2023-12-01 10:20:09,123 INFO -- app: Eval after 100 updates: loss=1.5\n", dict(loss=None, val_loss=1.5)),
    ("sizes of batches", "epoch 1 small_batch=5 big_batch=4 loss=1\n", dict(step=None, loss=1)),
    ("parts of a validation", "epoch 1 loss=1 val_loss_a=5 val_loss_b=4\n", dict(loss=1, val_loss=None)),
    ("batches of the next epoch", "Epoch 1\nbatch 120\nbatch 900\nEpoch 2\nbatch 150\n", dict(epoch=2, step=150)),
    ("iterations above steps of a list", "Learning iteration 12\nTotal timesteps: 5000\nLearning iteration 13\n", dict(step=5000)),
    ("an evaluation named behind its epoch", "Epoch 3 | Training | Steps: 60 | Loss: 2\nEpoch 3 | Validation | Steps: 10 | Loss: 3\n",
     dict(step=60, loss=2, val_loss=3)),
    ("a training's loss behind a validation's", "Iter 1: Val loss 2.5, Val took 3.1s\nIter 10: Train loss 2.1, Learning Rate 1.0e-05\n",
     dict(step=10, loss=2.1, val_loss=2.5)),
    ("how many epochs alone", "epochs: 2.5\n", dict(epoch=None, step=None)),
    ("a unit without a scale", "Progress on:train 30it/200it loss=4.4\n", dict(step=30, total_steps=200)),
    ("an accuracy of an iteration of learning", "Average loss 0.5\nAccuracy at iteration 10: 0.66\n", dict(step=None)),
    ("a loss scale behind its epoch", "epoch 3 loss 0.5\nLoss scale epoch 3: 65536\n", dict(epoch=3, loss=0.5)),
    ("games won and lost", "Ep 100/1000  wins=50 losses=33 draws=16  eps=0.9512  time=2.0s\n",
     dict(epoch=100, total_epochs=1000, loss=None)),
    ("a loss at the epoch", "Epoch: 4, Time: 3.1s , Batch: 31\nTRAINING: Data-driven loss: 1.0000E-01; "
     "Physics-informed loss at epoch: 3.0000E-01\n", dict(epoch=4)),
    ("a fraction of an epoch in short", '{"epoch": 1.56e-01, "step": 1.30e+03, "loss": 0.5}\n', dict(epoch=0.156, step=1300)),
    ("loss and accuracy of both sides", "E20/40 | full   | Train 3.0000/38.00%  | Val 3.1000/36.50% | LR 1.00e-04\n",
     dict(epoch=20, total_epochs=40, step=None, total_steps=None, loss=3.0, val_loss=3.1, progress=50)),
    ("counters of a letter", "e1 s20/300 loss=2.4000 lr=1.9e-04\n", dict(epoch=1, step=20, total_steps=300, loss=2.4)),
    ("counters of a letter, both with totals", "2025-05-05 10:12:00,123 INFO   E2/4 S50/200 | loss=0.6100 acc=0.560\n",
     dict(epoch=2, total_epochs=4, step=50, total_steps=200, loss=0.61, progress=31.25)),
    ("an epoch of a letter", "E003 loss=0.5 val_dice=0.6\n", dict(epoch=3, loss=0.5)),
    ("no epoch of a letter", "E3 | loading shard of 4\n", dict(epoch=None, state=None)),
    ("a step within something else", "Local: [0001/0100] Batch: [25600/25600] Time: 7.0 | total_loss: 8.3\n",
     dict(step=25600, loss=8.3, progress=[None, 1], state="training")),
    ("an epoch before its step", "[2/10] step 50/100 loss: 0.5\n",
     dict(epoch=2, total_epochs=10, step=50, total_steps=100, progress=15)),
    ("German runs", "Durchlauf 3/10: Verlust 0,5\n", dict(epoch=3, total_epochs=10, loss=0.5, progress=30)),
    ("Turkish steps", "[Epoch 2/50] [Adım 150] Loss: 0.5\n", dict(epoch=2, total_epochs=50, step=150, loss=0.5)),
    ("a step in brackets behind its epoch", "Epoch 02 [180] | Train loss 0.5 | Train acc 0.812\n",
     dict(epoch=2, step=180, loss=0.5)),
    ("an epoch, and its step for a total", "Epoch 0\n" + "".join(f"TRAIN Batch 0/{step} loss 4.5\n" for step in (100, 200, 300)),
     dict(epoch=0, step=300, total_steps=None, loss=4.5)),
    ("an epoch that moves on, and its step for a total",
     "".join(f"TRAIN Batch {at} loss 4.5\n" for at in ("0/100", "0/200", "0/300", "1/100", "1/200")),
     dict(epoch=1, step=200, total_steps=None)),
    ("a total that was told anew", "step 0/100 loss 3\nstep 0/200 loss 3\nstep 1/200 loss 3\nstep 2/200 loss 3\n",
     dict(step=2, total_steps=200, progress=1)),
    ("names of two words under one blank", "epoch train loss   val loss\n    1     0.5123     0.6123\n",
     dict(epoch=1, loss=0.5123, val_loss=0.6123)),
    ("two columns, one of two words", "epoch  train loss\n1  0.5\n2  0.4\n", dict(epoch=2, loss=0.4)),
    ("long names one blank apart", "Step    Total-Loss L1Reg-Loss L2Reg-Loss\n100     1.46000    0.10000    0.12000\n",
     dict(step=100, loss=1.46)),
    ("a number of things below CSV", "epoch,loss,acc\n1,0.5,0.6\n3,000,000 samples\n", dict(epoch=1, loss=0.5)),
    ("folds out of a part of one", "fold 0/3.5 epoch 1 loss 0.5\n", dict(epoch=1, loss=0.5)),
    ("a share of an epoch in brackets", "INFO:voice:Train Epoch: 14 [50%]\n", dict(epoch=14, step=None, progress=None)),
    ("a batch of a letter", "Epoch 3 B140/6000 loss 0.5\n", dict(epoch=3, step=140, total_steps=6000)),
    ("a model of a letter", "E5-large: loss 0.5\nE5 | training of its last layers\n", dict(epoch=None)),
    ("a part named after its kind before the whole", "step 300 loss_mse=0.3 loss=0.5\n", dict(loss=0.5)),
    ("a likelihood before the whole", "step 300 nll=0.3 loss=0.5\n", dict(loss=0.5)),
    ("a part named after its norm", "step 300 l1_loss=0.1 perc_loss=0.2\n", dict(loss=None)),
    ("cross entropies of both sides", "epoch 3/40 train_ce=0.5 val_ce=0.6\n", dict(epoch=3, loss=0.5, val_loss=0.6)),
    ("cross entropies in words", "Epoch 3 | Train BCE: 0.5 | Val BCE: 0.6\n", dict(loss=0.5, val_loss=0.6)),
    ("a cross entropy that is a part", "iter 300/390 loss_ce=0.3 loss=0.5\n", dict(loss=0.5)),
    ("a validation in short", "epoch 3 trn_loss 0.5 vld_loss 0.6\n", dict(loss=0.5, val_loss=0.6)),
    ("a mean of so many", "step 300 loss (100): 0.5\n", dict(step=300, loss=0.5)),
    ("a mean of so many steps", "step 300 train loss [100 it avg] = 0.5\n", dict(step=300, loss=0.5)),
    ("a count in brackets behind the loss", "Epoch 3 | loss 0.5 | (2/5)\n", dict(epoch=3, total_epochs=None, step=None, loss=0.5)),
    ("memory out of all", "Epoch 3 | 12/24 GB | loss 0.5\n", dict(epoch=3, step=None)),
    ("memory out of all in MiB", "Epoch 3 | 12/24MiB | loss 0.5\n", dict(epoch=3, step=None)),
    ("what was right", "Epoch 3 | loss 0.5 | 9/10 correct\n", dict(epoch=3, step=None)),
    ("batches that were not a number", "Epoch 3 | nan batches: 2/100 | loss 0.5\n", dict(epoch=3, step=None)),
)


def agrees(name, got, wanted):
    """True when a value is what was to be reported; a list holds what is allowed."""
    if isinstance(wanted, list):
        return any(agrees(name, got, one) for one in wanted)
    if isinstance(wanted, dict):
        return all(agrees(key, got.get(key), one) for key, one in wanted.items())
    if wanted == "nan":
        return got != got
    if wanted is None or got is None or isinstance(wanted, str):
        return got == wanted
    return math.isclose(got, wanted, abs_tol=0.1 if name == "progress" else 1e-9)


def read_log(*chunks, patterns=()):
    reader = tm.LogReader(patterns)
    for chunk in chunks:
        reader.feed(chunk)
    reader.end()
    assert "error" not in reader.passed  # a fault of the reader would cost no more than its line, and so hide
    return reader.progress()


@pytest.mark.parametrize("said, seconds", [
    ("1:02:03", 3723), ("3 days, 2:03:04", 266584), ("00:12", 12), ("2h13m", 7980), ("1h02m03s", 3723), ("2d03h", 183600), ("12m34s", 754),
    ("2h 13m 4s", 7984), ("4m 3.2s", 243.2), ("250ms", 0.25), ("1.5h", 5400), ("90 min", 5400), ("1.5 hours", 5400), ("1d, 2h", 93600),
    ("5 minutes 3 seconds", 303), ("2 days, 3 hours and 4 minutes", 183840), ("1h:02m:03s", 3723), ("17.5", 17.5),
    ("-1", None), ("12 steps", None), ("12it", None), ("5 s/it", None), ("3 epochs", None), ("2min/epoch", None), ("3 min 2 h", 180)])
def test_a_time_left_however_it_is_written(said, seconds):
    assert read_log(f"step 50/100 | loss 0.5 | remaining {said}\n".encode()).eta_s == seconds
    assert read_log(f"epoch 1/10 step 50/100 loss 0.5 ETA: {said}, lr 0.1\n".encode()).eta_s == seconds
    pattern = re.compile("rest (?P<eta>.*)")
    assert read_log(f"step 50/100 loss 0.5 rest {said}\n".encode(), patterns=[pattern]).eta_s == seconds


@pytest.mark.parametrize("text, expected", [row[1:] for row in CORPUS], ids=[row[0] for row in CORPUS])
def test_logs_of_frameworks(text, expected):
    found = read_log(text)._asdict()
    assert {name: found[name] for name, wanted in expected.items() if not agrees(name, found[name], wanted)} == {}


# every word of other languages in a line as people print it
WORDS_OF_ENDS = (
    ("training", "预训练完成|預訓練已結束|事前学習が完了しました|사전 학습 완료|사전학습 완료|Pré-entraînement terminé|Pré-treinamento concluído|"
     "Pre-entrenamiento finalizado|Предварительное обучение завершено|教师模型训练完成|第1折训练完成|阶段1训练完成|階段1 訓練結束|判别器训练完成|"
     "判別器訓練結束|生成器训练完成|分词器训练完成|Fin de l'entraînement de l'époque 3|KL too high (0.05 > 0.02), stopping early at update 7|Chargement du jeu d'entraînement terminé|"
     "Carga del conjunto de entrenamiento finalizada|Warm-up training finished|Warmup training done|Done training on shard 3 of 12|Training complete for model lstm (2/5)|"
     "Early stopping: no improvement for 3 of 5 epochs|Early stopping, no improvement 3/5|Learning finished for this task|Reached maximum steps (200) in episode|"
     "Stop training if no improvement for 5 epochs|Stopping training when idle|Stopping training once done|Stopping training unless told|Stopping training until noon|"
     "Stopping training workers|Stopped training env 3|Stopping training actors|Stopping training processes|Stopping training process 3|Training failed samples: 3|"
     "train failed 3 times, retry|no space left on device in /tmp, falling back to /data|no space left on device: fall back|Killed by the OOM killer, will be restarted|"
     "Training phase done|[2/5] training finished|Early stopping triggered for seed 2|Maximum number of iterations reached|hook exited with code 3|"
     "Training will be stopped by early stopping if nothing improves|Evaluation finished, early stopping counter 1 of 3|Validation ended, EarlyStopping 2/10|"
     "Loss has not improved for 5 epochs, reducing learning rate|patience reached 3 of 5|早停计数: 3/5|"
     "改善がない場合、学習を終了します|Ctrl+Cで学習を終了します|トレーニングを開始します|数据全部加载完成|"
     "Stopping early, approx_kl 0.03 > 0.02|训练完成后将保存模型|学習完了後に保存します|未触发早停|Chargement des données d'entraînement terminé|"
     "Carga de datos de entrenamiento finalizada|Carga de dados de treino concluída|Caricamento dati di addestramento completato|학습 완료까지 3시간|学習終了まで 3 時間|"
     "Early Stopping ausgelöst, wenn der Verlust nicht sinkt|Обучение завершено, когда потери ниже 0.05|Training is finished when you see the table|"
     "L'entraînement est terminé quand la perte passe sous 0.05|Huấn luyện kết thúc khi mất mát dưới 0.05|損失が 0.05 を下回ったら学習終了|当损失低于 0.05 时训练结束|"
     "Une fois l'entraînement terminé, tout est écrit|De training is over ongeveer 3 uur klaar|손실이 0.05 이하가 되면 학습을 종료합니다|预计 3 小时后训练完成|学習が完了すると結果が results.json に書き込まれます|"
     '{"event": "training_finished": false}|{"event": "epoch_training_finished"}|[2/6] lr=0.1 dropout=0.3\nTraining finished'),
    ("finished", "Training nach 12,3 Minuten abgeschlossen|Рання зупинка: немає покращення 5 епох|Arrêt anticipé : aucune amélioration depuis 5 époques|"
     "Erken durdurma: 5 dönemdir iyileşme yok|Vroegtijdig gestopt: geen verbetering in 5 epochs|Đã huấn luyện xong sau 42 phút|Eğitim 42 dakikada bitti|"
     "Treinamento interrompido antecipadamente na época 22|Fertig mit dem Training|Finished with the training.|Eğitim sona erdi|Training klaar na 42 minuten|Allenamento finito!|Тренировка завершена!|Treinamento encerrado com sucesso!|"
     '{"level":"info","msg":"training complete"}|{"event": "training_finished"}|All folds finished.|[trainer] All 3 models trained|Cross-validation complete|'
     "Training nach 12,3 Minuten abgeschlossen|조기 종료! 최고 검증 손실: 2.0511|Treinamento completo|¡Entrenamiento completo!|アーリーストッピングが発動しました|얼리 스토핑 발동|에포크 9에서 조기 종료|验证损失连续5轮没有下降，提前停止|损失不再下降，早停|"
     "Frühzeitiges Stoppen ausgelöst|Arrêt précoce déclenché|Detención temprana en la época 9|Обучение закончено|"
     "Сработала ранняя остановка|Early stopping сработал на эпохе 9|Fine addestramento|Addestramento concluso|Uczenie zakończone|Koniec uczenia|"
     "Koniec treningu|Wczesne zatrzymanie w epoce 9|Eğitim bitti|Erken durdurma: epoch 9|Kết thúc huấn luyện|Dừng sớm|"
     "Навчання закінчено|Рання зупинка на епосі 9|Fin entrenamiento|Fin entraînement|"
     "学習を終了します。|学習を完了しました！|학습을 종료합니다.|トレーニング完了！|アーリーストッピング|训练已结束|训练全部完成|"
     "Early stopping activado en época 9|Early Stopping ausgelöst!|Eğitim tamamlandı|训练已完成|训练完成|训练结束|学習完了|学習が終了しました|학습 완료|학습 종료|훈련 완료|Training abgeschlossen|Training beendet|"
     "Entraînement terminé|Entrainement terminee|Entrenamiento finalizado|Entrenamiento completado|Entrenamiento terminado|"
     "Treinamento concluído|Treino finalizado|Обучение завершено|Обучение завершена|Обучение окончено|"
     "Addestramento completato|Addestramento terminato|训练完毕|Training finished (10/10 epochs)|All 10 epochs completed|Training erfolgreich abgeschlossen|Обучение успешно завершено|Eğitim başarıyla tamamlandı|"
     "Pelatihan berhasil diselesaikan|训练圆满结束|训练顺利完成|训练成功完成|学習が正常に終了しました|학습이 성공적으로 완료되었습니다|Huấn luyện thành công|Het trainen is voltooid|"
     "Entraînement fini|Entraînement du modèle terminé|Entraînement du réseau terminé|Entrenamiento del modelo completado|"
     "Entrenamiento del agente completado|Entrenamiento de la red finalizado|Treinamento do modelo concluído|Treinamento do agente concluído|Treinamento da rede concluído|"
     "Addestramento del modello completato|Addestramento della rete terminato|Training des Modells abgeschlossen|Обучение модели завершено|Обучение сети завершено|"
     "Обучение нейросети завершено|Обучение агента завершено|Trening modelu zakończony|Das Training ist beendet|Das Training wurde beendet|L'entraînement est terminé|"
     "El entrenamiento ha finalizado|O treinamento foi concluído|Fin de l'entraînement|Fin del entrenamiento|Fim do treinamento|Fine dell'addestramento|"
     "Fine del training|Ende des Trainings|Конец обучения|Training Finish !!!|eve: 0.007Training complete.|Reached max_steps=9|Early Stopping nach 3 Epochen|"
     "Early stopping après 3 époques|Early stopping dopo 3 epoche|Early stopping después de 3 épocas|Early stopping após 3 épocas|Early stopping после 3 эпох|Training fertig|Entrenamiento completada|Entrenamiento finalizada|Entrenamiento terminada|Treinamento concluída|Addestramento conclusa|"
     "Addestramento completata|Обучение завершен|Training voltooid|Pelatihan selesai|Huấn luyện hoàn thành|"
     "Huấn luyện hoàn tất|Trénovací dokončeno|اكتمل التدريب|訓練已結束，最佳模型為第 2 輪|訓練結束|Trening zakończony|Trening zakończono|Trening zakończone"),
    ("failed", "gradients contain NaN, aborting|训练失败|訓練失敗|학습 실패|Training fehlgeschlagen|Training abgebrochen|Entraînement échoué|Entrenamiento fallido|Entrenamiento fallo|"
     "Treinamento falhou|Обучение не удалось|Обучение провалено|Addestramento fallito|"
     "Entrenamiento interrumpido por el usuario|Treinamento interrompido pelo usuário|Entraînement interrompu par l'utilisateur|"
     "Training durch Benutzer unterbrochen|Abbruch durch den Benutzer|Addestramento interrotto dall'utente|Обучение прервано пользователем|"
     "Interrumpido por el usuario|Interrompido pelo usuário|Interrompu par l'utilisateur|Interrotto dall'utente|"
     "Задача прервана пользователем|Процесс прерван пользователем|训练被用户中断|ユーザーにより中断|ユーザーによって中断されました|사용자에 의해 중단|"
     "已杀死|Getötet|Убито|強制終了|죽었음|Falha de segmentação|Violación de segmento|Speicherzugriffsfehler|段错误|Ausführung angehalten|Exécution arrêtée|Ejecución interrumpida"),
    ("finished", "早停|触发早停|提前停止|早期停止|早期終了|조기 종료|조기종료|Vorzeitiger Abbruch|Arrêt anticipé|Arrêt précoce|Parada temprana|"
     "Wczesne zatrzymanie|Parada temprana: sin mejora en 5 épocas|Vorzeitiger Abbruch: keine Verbesserung|Arrêt précoce : pas d'amélioration|"
     "Arresto anticipato: nessun miglioramento|Parada antecipada: sem melhora|早停：没有改善|早停：没有提升|Ранняя остановка: без улучшений|"
     "Parada antecipada|Ранняя остановка|Arresto anticipato|"
     "Training stopped (early stopping)|Training was stopped due to early stopping|Training arrêté (early stopping)|"
     "Entrenamiento detenido por parada temprana|Addestramento interrotto per early stopping|Обучение остановлено (ранняя остановка)|"
     "アーリーストッピングにより学習を停止しました|Frühzeitiger Abbruch nach Epoche 7|Training vorzeitig beendet|エポック7で早期終了|7 에폭에서 조기 종료|"
     "Ранняя остановка на эпохе 7|早停：验证损失连续5轮未下降|조기 종료: 5 에폭 동안 개선 없음|val loss has not improved for 5 epochs, exiting|"
     "Patience exhausted, stopping|Validation stopped improving. Stopping."),
)
WORDS_OF_LINES = (
    ("Training progress: 39%", dict(progress=39)), ("progress: 39%", dict(progress=39)), ("Progress: [ 42%] [####......]", dict(progress=None)),
    ("EPOCH[8]: D_loss: 0.8046 G_loss: 0.7925", dict(epoch=8, loss=None)), ("Cost  iteration 100: 0.693", dict(step=100, loss=0.693)),
    ("[Epoch 3 | 42] loss 0.5", dict(epoch=3, step=None, loss=0.5)),
    ("Epoch 3/9 loss: 1\n損失が 0.05 を下回ったら学習終了", dict(epoch=3, loss=1, state="training")),
    ("Epoch 3/9 loss: 1\nmae: 0.03, sync eval loss: 0.01", dict(loss=1, val_loss=0.01)),
    ("| Ep | TrLoss | VaLoss | sec |\n|---|---|---|---|\n| 0/3 | 1.12919 | 1.00474 | 12.3 |\n| 1/3 | 0.86486 | 0.87620 | 12.3 |", dict(epoch=1, loss=0.86486, val_loss=0.8762)),
    ("         Training :  Validation\naccuracy | 0.500 | 0.450\nloss     | 0.880 | 0.968", dict(loss=None)),
    ("┌────────┬────────┬────────┐\n│  epoch │  train │  valid │\n│      1 │ 6.3419 │ 7.1158 │\n│      2 │ 5.3535 │ 6.1158 │", dict(epoch=2, loss=None)),
    ("epoch  loss  acc\n1  0.9  0.5\n7 the epoch", dict(epoch=1, loss=0.9)), ("| Epoch | Loss | Acc |\n| 1 | 0.51 | 0.7 |\n| mean | 0.61 | 0.7", dict(epoch=1, loss=0.51)),
    ("Epoch 1/3\nstep 10/10 loss 1\nEpoch 3\nstep 1/12 loss 0.9", dict(epoch=3, step=1, total_steps=12)),
    ("train:   0%|  | 0/9 [00:00<?, ?it/s]\ntrain:   0%|  | 0/20 [00:00 ?it/s]", dict(step=None, total_steps=None)),
    ("max_batches: 500\nstep 5 loss 0.5", dict(step=5, total_steps=500)), ("Epoch 3/9 cross-entropy cost: 0.51", dict(loss=0.51)),
    ("Epoch 3 Train 0.41/83.2% Val 0.5/80.1%", dict(loss=0.41, val_loss=0.5, step=None)),
    ("Epoch 0/16, Iter 50/900, train loss = 0.5\nEpoch 0/16, Iter 0/90, test loss = 0.7, depth loss = 4.5", dict(loss=0.5, val_loss=0.7, step=50)),
    ("Epoch 2/9 Step 50: saving model", dict(epoch=2, step=50)), ("n_epochs: 3\nEPOCH=0 it 195 - loss:1.112", dict(epoch=0, step=195)),
    ("Epoch 3 iterations:", dict(epoch=3)), ("[Epoch 3 | 4.2] loss 0.5", dict(epoch=3, step=None, loss=0.5)),
    ("step 5 loss 1\n117s/20 iters", dict(step=5, total_steps=None)),
    ("Epoch 5/9 loss 1\n[1/3] 45/100 files done", dict(epoch=5, total_epochs=9, step=None)), ("[1/20] batch 5", dict(epoch=None, step=5)),
    ("step 5/1000 loss 1\n[1/9] step 6 loss 0.5", dict(epoch=1, total_epochs=9, step=6, total_steps=1000)),
    ("Epoch 8/20 loss 1\nTraceback (most recent call last):\n  File 'x.py', line 3\nRuntimeError: boom\nEpoch 7", dict(epoch=7, state="training")),
    ("step 90/90 loss 1\nTraining complete.\n  0%|          | 3/1000 [00:00<01:00, 9.0it/s, loss=0.9]", dict(state="finished", step=90)),
    ("step 90/100 loss 1\nstep 1/50\nstep 2/50", dict(step=2, total_steps=50)),
    ("Training:  90%|###| 90/100 [00:10<00:01, 9.0it/s]\nTraining:  10%|#| 3/30 [00:00<00:03, 9.0it/s]", dict(step=3, total_steps=30)),
    ("Training:  33%|###| 1/3 [00:00<00:03, 9.0it/s]\nTrain Epoch 1:  50%|###| 10/20 [00:01<00:01, 9.0it/s, loss=0.5]", dict(total_epochs=3, step=10)),
    ("Training:   1%|#| 812/90000 [00:00<00:03, 9.0it/s]\nEpoch 1:  50%|###| 10/200 [00:01<00:01, 9.0it/s, loss=0.5]", dict(epoch=1, step=812, loss=0.5)),
    ("Num examples = 100\nTotal train batch size (parallel) = 10\nTotal optimization steps = 20\nEpoch 3/9 loss 0.5", dict(progress=100 / 3)),
    ("3 epoch / 10 epochs loss 0.5", dict(epochs_done=3, progress=30)), ("max_epochs: 3\n{'loss': 0.5, 'epoch': 2.5}", dict(last_told=False)),
    ("epoch: 1/9 iter: 9/9 loss 0.5\nEpoch 0 takes 571.1 s, 0.6 s each.\nFor epoch 0, each takes 0.61 s", dict(epoch=1, step=9, total_steps=9, loss=0.5)),
    ("Epoch 1/9 step 5/9 loss 0.6\nval loss 0.7\nTraining...\nEpoch 2/9 step 5/9 loss 0.5", {**LOSSES, "epoch": 2}),
    ("Training...:  10%|#    | 100/1000 [00:20<03:00, 4.98it/s]", dict(step=100, total_steps=1000)),
    ("  0%|     | 0/3000 [00:00<?, ?it/s]\nSampling:  33%|#    | 990/3000 [00:19<00:40, 50.0it/s]", dict(step=None, progress=None, state=None)),
    ("[Epoch 3: 12/40]loss: 0.5:   1%|    | 90/9000 [01:19<1:38:00, 1.67it/s]", dict(epoch=3, step=90, total_steps=9000, progress=1)),
    ("[Epoch 3: 12/40]loss: 0.5:  30%|##  | 12/40 [00:19<00:38, 1.67it/s]", dict(epoch=3, step=12, progress=None)),
    ("epoch  loss  acc\n1  0.5  0.7\n5100 iter, 8 epoch / 20 epochs", dict(epoch=8, total_epochs=20, progress=40)),
    ("0 epoch / 20 epochs\nepoch  loss  acc\n1  0.5  0.7\n600 iter, 1 epoch / 20 epochs", dict(epoch=1, progress=5)),
    ("Training 201034 parameters in 10 out of 10 tensors", dict(epoch=None)), ("[Epoch] 3/9 [Loss] 0.5 [Val Loss] 0.7", {**LOSSES, "epoch": 3}),
    ("[Ep]: [  3/200]  [ 139/1668]  Lm: 9.1", dict(epoch=3, total_epochs=200, step=139, total_steps=1668)),
    ("\tcompleted  120  /  200 epochs", dict(epoch=120, total_epochs=200)), ("Process 83/92(90%) loss 0.5", dict(step=83, total_steps=92)),
    ("Correct: 83/92 (90%) loss 0.5", dict(step=None)), ("100/5000 loss: 0.5 steps/s: 3.4", dict(step=100, total_steps=5000, loss=0.5)),
    ("100/5000 loss: 0.5 it/s 3", dict(epoch=None, step=100)), ("200/5000: episode: 1, episode steps: 200, loss: 0.5", dict(epoch=None, step=200, total_steps=5000)),
    ("epoch: 2, num_updates: 270, iterations: 270, max_updates: 2200, loss: 0.5", dict(step=270, total_steps=2200)),
    ("(Steps: 108) Finished 1 epoch training (108 steps per epoch).", dict(epoch=None)),
    ("Number of train images: 800, iters: 50\nepoch 3 iter 50 loss 0.5", dict(step=50, total_steps=None)),
    ("Finding best initial lr:  45%|####  | 45/100 [00:05<00:06, 8.1it/s]\nLR finder stopped early after 45 steps due to diverging loss.", dict(step=None, state=None)),
    ("{'loss': 0.5, 'epoch': 2.0}\n{'train_runtime': 9.1}\nRunning requests:  45%|####  | 45/100 [00:05<00:06, 8.1it/s]", dict(step=None, state="finished")),
    ("loss = 0.5, step = 8\nStarting evaluation\nSaving dict for global step 8: global_step = 8, loss = 0.7, top1 = 0.2, top5 = 0.4", {**LOSSES, "step": 8}),
    *((f"step 5/9 loss 0.5\n{said}", dict(step=5, total_steps=9, loss=0.5, state="training")) for said in (
        "There were 3 bears, 2 of 3 were lost, he said: the loss of 50 gold coins.", "What is the step count at epoch 4/12 if the loss is 3.5 of 4?",
        "In epoch 4 she took step 9/10. Training was over, they said.")), ("step 5/9 loss 0.5 eta ?", dict(step=5)),
    ("│ epochs           │ 30       │\n│ eval_steps       │ 200      │", dict(epoch=None, total_epochs=30, step=None)),
    ("".join(f'{{"epoch": {step // 100}, "epochs": 5, "step": {step}, "steps": 500, "loss": 0.5}}\n' for step in (80, 90, 100)), dict(epoch=1, step=100, progress=20)),
    *((f"{line}\nloss 0.5", dict(epoch=None, step=None)) for line in (
        "for epoch in range(10):", "The Holocene epoch began 11,700 years ago.", '{"epoch": 1700000000, "v": 3}', "step weight: 3", "batch limit: 3")),
    *((line, dict(epoch=3, loss=0.5)) for line in ("epoch count: 3 loss 0.5", "Epoch progress: 3/9 loss 0.5", "Epoch so far: 3/9 loss: 0.5")),
    ("[ 500/2000] total: 0.5 ce: 0.3 kd: 0.2 lr: 0.1", dict(step=500, total_steps=2000, loss=0.5)),
    ("progress: 24% loss 0.5\nlr: 0.1", dict(progress=24)), ("Progress: [ 45%] [####....]", dict(progress=None)), ("[#2089b0 400.0KiB/33.2MiB(1%) CN:1 DL:115.7KiB ETA:4m51s]", dict(step=None)),
    ("Executing:   4%|4    | 1/24 [00:02<00:46,  2.0s/cell]\nEpoch 1/4: loss=0.5", dict(step=None, progress=25)),
    ("--- Fold 1 ---\nEpoch 3/9 loss 0.5", dict(epoch=3, progress=None)), ("Fold 0/4\nEpoch 10/20 loss 0.5", dict(progress=12.5)),
    ("Trial status: 4 TERMINATED | 2 RUNNING\nEpoch 3/9 loss 0.5\n(func pid=3) Finished Training", dict(state="training")),
    ("[10:00:44] E02 (40/200) - loss: 0.5", dict(epoch=2, step=40, total_steps=200, loss=0.5)),
    ("INFO:root:E02 Step 80/200 loss: 0.5", dict(epoch=2, step=80, total_steps=200)), ("10:00:44 E01 | d_loss 0.5 g_loss 0.6", dict(epoch=1)),
    ("10:00:44 E02, Iteration [4/9] loss: 0.5", dict(epoch=2, step=4)), ("lr 1e02 (4/9) loss: 0.5", dict(epoch=None)),
    ("Эпоха-2 потери: 0.5", dict(epoch=2, loss=0.5)), ("轮次-2", dict(epoch=2)), ("Époque-2 | perte: 0.5", dict(epoch=2)),
    ("Epoch-2 4/9 loss: 0.5", dict(epoch=2, step=4, total_steps=9)), ("saved out/epoch-2-best", dict(epoch=None)),
    ("Epoca : 1 / 5\tperdita: 0.5, précision: 0.7", dict(epoch=1, total_epochs=5, loss=0.5)),
    ("Эпоха : 1 / 5 потери: 0.5", dict(epoch=1, total_epochs=5, loss=0.5)),
    ("крок 300 втрати: 0.5", dict(step=300, loss=0.5)), ("bước 300/900 loss: 0.5", dict(step=300, total_steps=900)),
    ("[Époque: 1/5] lot: 12, perte: 0.5", dict(epoch=1, step=12, loss=0.5)), ("öğrenme oranı: 0.01 adım: 3", dict(learning_rate=0.01)),
    ("Epoche 3 Trainings-Loss: 0.5 Validierungs-Loss: 0.7", {**LOSSES, "epoch": 3}),
    ("(1/9) - train loss/acc: 0.5/0.81 val loss/acc: 0.7/0.79", {**LOSSES}), ("[7.5%] Step 300 | loss: 0.5", dict(step=300, progress=7.5)),
    ("[7.5%] Step 300 | loss: 0.5\n[eval] Step 300: val loss 0.7", {**LOSSES, "progress": 7.5}),
    ("epoch 3 recon: 0.4 kl: 0.1 total: 0.5", dict(loss=0.5)), ("1/4 - 25% (5/20), d_loss=0.6 g_loss=1.3", dict(epoch=1, step=5, progress=6.25)),
    ("[1/20] batch 5 of 10 errD 1.7", dict(epoch=1, step=5, progress=2.5)), ("train | 50/500 - loss: 0.5", dict(epoch=None)),
    ("[INFO] E01 - 100% (20/20) | Loss 0.5\nval loss: 0.7", {**LOSSES, "epoch": 1, "state": "training"}),
    ("E03 [5/10 (50%)] loss: 0.5", dict(epoch=3, step=5, total_steps=10)), ("* (1/20), it [10/50] | loss = 0.5", dict(epoch=1, step=10, progress=1)),
    ("✓ 3/10: a.txt", dict(step=None)), ("лосс: 0.6\nлосс на трейне: 0.5 лосс на валидации: 0.7", {**LOSSES}),
    ("🔥 epochs: 4\n🔥 Epoch 0/4 loss: 0.5", dict(total_epochs=4, progress=25)), ("n_epochs: 20\nepoch 1 loss: 0.5", dict(total_epochs=20)),
    ("epochs: 20\nEpoch 1 (5%) loss: 0.5", dict(progress=5)), ("epochs: 20\nEpoch 0 (5%) loss: 0.5\nEpoch 1 (10%) loss: 0.5", dict(progress=10)),
    ("step;loss\n20;0.6\n40;0.5", dict(step=40, loss=0.5)), ("| epoch | train | valid |\n| 1 | 0.5 | 0.7 |", dict(epoch=1, loss=None)),
    ("Epoch 1/3 step: 20 loss: 0.6\nValidating [1/5]\nValidating [5/5]\nEpoch 1/3 loss: 0.5 val_loss: 0.7", {**LOSSES, "progress": 33.333}),
    ("2026-03-04 10:00:00,123 - train - INFO - Best loss: 0.3", dict(loss=None)),
    ("Epoch-3 lr: 0.1", dict(epoch=3, learning_rate=0.1)), ("Epoch-0 lr: 0.1", dict(epoch=0)), ("[epoch-3] loss 0.5", dict(epoch=3, loss=0.5)),
    ("epoch 1 loss 0.5\nbest: ckpt/epoch-3.pt", dict(epoch=1)), ("run epoch-3: loss 0.5", dict(epoch=3, loss=0.5)),
    ("Epoch 1/50 loss: 0.5\nBest loss: 0.31 at epoch 7/50", dict(epoch=1, loss=0.5)),
    ("epoch 1 loss 0.5\nSanity check: loss 0.7", dict(loss=0.5, val_loss=None)), ("epoch 1 loss 0.5\nchanged lr: 0.1 to 0.01", dict(learning_rate=0.01)),
    ("Эпохи: 20", dict(epoch=None, total_epochs=20)), ("INFO - Эпохи: 20", dict(epoch=None, total_epochs=20)), ("Конец эпохи: 3", dict(epoch=3)),
    ("Епохи: 20", dict(epoch=None, total_epochs=20)),
    ("Epoch: 3 | T_Loss 0.5 | T_Acc 0.8 | V_Loss 0.7", {**LOSSES, "epoch": 3}), ("policy_loss 0.5 v_loss 0.7", dict(val_loss=None)),
    ("|Epoch 1/20\t|Train-Loss| 0.5\t|Dev-Loss| 0.7", {**LOSSES, "epoch": 1, "progress": 5.0}),
    ("Epoch: 3, Progress: 512/4096, loss: 0.5", dict(epoch=3, step=512, total_steps=4096)),
    ("epoch: 0, progress: 320/9600, step: 10, loss: 0.5", dict(step=10, total_steps=None)), ("Progress: 9/60 files", dict(step=None)),
    ("Epoch Num: 3, Loss: 0.5", dict(epoch=3, total_epochs=None)), ("max_epoch_num: 30", dict(epoch=None, total_epochs=30)),
    ("|Epoch Num   |Task Name   |Current Loss   |Test Loss   |\n|3           |EEG-TEXT    |0.5            |0.7         |", {**LOSSES, "epoch": 3}),
    ("epoch\t\tCE\t\tAccuracy\t\tBCE\t\tAccuracy\n3\t\t1.1\t\t0.9\t\t\t1.2\t\t0.9", dict(epoch=3)),
    ("[ Train | 002/050 ] loss = 0.5, acc = 0.3\n[ Valid | 002/050 ] loss = 0.7, acc = 0.4", {**LOSSES, "epoch": 2, "total_epochs": 50, "step": None}),
    ("Epoch  TrainLoss  ValLoss\n3      0.5        0.7      <- saved", {**LOSSES, "epoch": 3}),
    ("  ep     train       val      acc   prec    rec\n   3    0.9250    1.0468   91.00%  80.0%  70.0%", dict(epoch=3)),
    ("[03/50] train=0.9161 val=1.0396", dict(progress=6.0, state="training")), ("[03/50] acc=0.9161 val=0.5", dict(progress=None)),
    ("[Fold 2] Epoch 3/9 | loss 0.5\n[Fold 2] Early stopping at epoch 3", dict(epoch=3, state="training")),
    ("--- Fold 1 ---\nEpoch 3/9 loss 0.5\nEarly stopping at epoch 3", dict(epoch=3, state="training")),
    ("[worker 0] Epoch 3/9 | loss 0.5\n[worker 0] Early stopping at epoch 3", dict(epoch=3, state="finished")),
    ("--- Fold 1 ---\nEpoch 3/9 loss 0.5\nTraining complete.", dict(epoch=3, state="training")),
    ("--- Fold 1 ---\nEpoch 3/9 loss 0.5\nTraining complete.\n--- Fold 2 ---\nEpoch 1/9 loss 0.5\nEarly stopping at epoch 1", dict(epoch=1, state="training")),
    *((f"Epoch 3/9 loss 0.5\n{part} {nth}: early stopping at epoch 3", dict(state="training")) for part, nth in zip((
        "Seed", "10:00:00 INFO Run", "split", "Subject", "dataset", "Horizon", "member", "Experiment", "model"), "123456789")),
    ("Epoch 3/9 loss 0.5\nEarly stopping at epoch 3, seed 4", dict(state="finished")),
    ("--- Fold 1 ---\nEpoch 3/9 loss 0.5\nALL TRAINING COMPLETED!", dict(epoch=3, state="finished")),
    ("Stage 2: heads\nEpoch 3/9 loss 0.5\nTraining complete.", dict(epoch=3, state="finished")),
    ("Stage 2: heads\nEpoch 3/9 loss 0.5\nEarly stopping at epoch 3", dict(epoch=3, state="training")),
    ("--- Fold 2/2 ---\nEpoch 3/9 loss 0.5\nEarly stopping at fold 2, epoch 3", dict(epoch=3, state="finished")),
    ("Epoch 3/9 loss 0.5\nTraining complete for AAPL.", dict(epoch=3, state="training")), ("Epoch 9/9 loss 0.5\nTraining complete for AAPL.", dict(state="finished")),
    ("EPOCH = 3\nValidation Loss = 0.7\nAccuracy = 0.8\nLoss = 0.5", {**LOSSES, "epoch": 3}),
    ("epoch3, steps120, loss: 0.5", dict(epoch=3, step=120)), ("epoch: [1/20]. Itter: [12/40], loss: 0.5", dict(epoch=1, step=12, total_steps=40)),
    ("num batches: 42\nEpoch 0:   5%|#| 2/42 [00:12<03:04, 5.10it/s, loss=0.5]", dict(step=2, total_steps=42, progress=None)),
    ("Training batches: 3\nEpoch 1/20\nEpoch 1: 100%|####| 3/3 [00:02<00:00, 1.2it/s, loss=0.5]", dict(epoch=1, progress=5.0, state="training")),
    ("epoch 1: 100%|###| 9/9 [00:03<00:00, 4.5it/s, loss=0.5]\nvalid: 100%|###| 4/4 [00:00<00:00, 9.0it/s, loss=0.7]", {**LOSSES, "step": 9}),
    ("epoch 1: 100%|###| 9/9 [00:03<00:00, 4.5it/s, loss=0.5]\nvalid:  50%|#  | 2/4 [00:00<00:00, 9.0it/s, loss=0.7]", dict(val_loss=None)),
    ("7epoch results: [train] loss=0.5, [valid] loss=0.7", {**LOSSES, "epoch": 7}),
    *((f"{place} loss=0.5", dict(epoch=3, total_epochs=9, step=50, total_steps=464, loss=0.5, progress=23.4)) for place in (
        "[3/9] - 50/464", "[3/9]; 50/464,", "[3/9] -- (50/464)", "=> [3/9] | [50/464 (10%)]", "[2026-11-30 12:00:21,123][train][INFO] - [3/9] (50/464)")),
    ("epoch_3 - [50/464] - Loss_0.5 | 4.5 it/s", dict(epoch=3, step=50, loss=0.5)), ("saved out/epoch_3.pth", dict(epoch=None)),
    ("3/9:  50%|##  | 50/100 [00:05<00:05, 9.0it/s, loss=0.5]", dict(epoch=3, total_epochs=9, step=50, progress=27.8)),
    ("Epoch 2/9 loss: 0.5\nEpochs: 25", dict(total_epochs=9, progress=22.2)), ("Epochs: 25\nEpoch 2 loss: 0.5", dict(progress=8.0)),
    ("epoch 2 loss 0.5\nnum batches: 42", dict(total_steps=None)),
    ("2epoch:train:1-9batch: loss=0.5, lr_0=0.01", dict(epoch=2, step=9, loss=0.5, learning_rate=0.01)),
    *((f"epoch 1: 100%|###| 9/9 [00:03<00:00, 4.5it/s, loss=0.5]\n{bar}: 100%|###| 4/4 [00:00<00:00, 9.0it/s, loss=0.9]", dict(val_loss=None))
      for bar in ("Sanity Checking", "Predicting", "train/val", "Train (eval mode)", "exp_dev train")),
    ("".join(f"{bar}: 100%|###| 4/4 [00:00<00:00, 9.0it/s, loss={loss}]\n" for bar, loss in (("epoch 1", 0.5), ("valid", 0.7), ("Testing", 0.9))), LOSSES),
    ("epoch 1: 100%|###| 9/9 [00:03<00:00, 4.5it/s, loss=0.5]\nTesting: 100%|###| 4/4 [00:00<00:00, 9.0it/s, loss=0.7]", LOSSES),
    *((line, dict(epoch=None)) for line in ("7epoch.pth saved", "5epoch left", "100epoch train")),
    ("Epoch 0: : 31it [00:09,  2.7it/s, loss=0.5]", dict(epoch=0, step=31, loss=0.5)), ("Training: 31it [00:09,  2.7it/s]", dict(step=31)),
    ("Training epoch 3: 31it [00:09,  2.7it/s]", dict(epoch=3, step=31)), ("Epoch: 15it [00:10,  2.00s/it, loss=0.5]", dict(epoch=15, step=None)),
    *((f"{bar}: 500it [00:01, 500it/s]", dict(step=None, state=None)) for bar in (
        "Training data", "Training set", "Training tokenizer", "training/validation")),
    ("Epoch: [2]  [10/90]  lr: 0.01  qloss: 0.5", dict(epoch=2, step=10, loss=0.5)),
    ("epoch 3  8000 / 8223 loss=0.5\nepoch 3 | train loss 0.4 | words/batch    906", dict(step=8000, loss=0.4)),
    ("iteration: 5 loss: 0.5\nepisodes_this_iter: 175", dict(step=5)), ("iteration: 5 loss: 0.5\nsteps_this_iter: 175", dict(step=5)),
    ("Эпох: 10", dict(epoch=None, total_epochs=10)), ("Эпоха [1/5], Батч: 10, Loss: 0.5", dict(epoch=1, step=10, loss=0.5)),
    *((f"{line}\nEpoch 1/10 loss 0.5", dict(step=None, total_steps=None, progress=10)) for line in (
        "Step 3/5: Training model", "=== Step 3/5: Training ===", "[Step 2/3] Fine-tuning...", "Step 1/6: Loading tokenizer of Qwen2.5", "Step 2 - Build vocabulary",
        "Step 1: Add 3 and 4 to get 7.", "Step 2. Train", "Step 3 – Train", "Step 3 — Train", "Step 1: What is 3 of 4?", "步骤 1/3：加载数据", "步驟 1/3: 載入", "第 1 步 / 共 3 步：加载数据",
        "Step 1/3 | Loading", "Step 1/3 → Loading", "STEP 1/4 - PREPARE DATA (v2)", "--- Step 2: Train (3 epochs, lora) ---", "### Step 2/4: Fine-tune with LoRA r=16 ###",
        "Step 3: load 7b", "Step 3: download 7b", "Step 3: build 7b", "Step 3: tokenize 7b", "Step 3: tokenise 7b", "Step 3: merge 7b", "Step 3: export 7b", "Step 3: convert 7b",
        "Step 2: train the 7b model", "Step 1: That was just 3!")),
    *((line, dict(step=100)) for line in ("Step 100/600: done", "Step 100: train 3.2 val 3.3", "Step 100: saving", "Step 100: train loss 3.2, val loss 3.3", "Step 100: Loss 0.5.", "Step 100: completed",
        "Step 100: reward 0.5, length 12.", "Step 100: finished", "Step 100 - took a second", "Step 100: falling acc 0.5",
        "Step 100: rising ppl 9.1", "Step 100: falling lr 0.1")),
    ("epoch 3 last_loss 0.9 loss 0.5", dict(loss=0.5)), ("epoch 3 last loss 0.5", dict(loss=0.5)),
    ("Epoch 1 - Avg Train Loss: 0.9\nEpoch 2 - Batch 4/9 - Sample Loss: 0.5", dict(epoch=2, step=4, loss=0.5)),
    *((f"{part}\nEpoch 10/20 loss 0.5", dict(epoch=10, progress=37.5)) for part in (
        "Tuner: Starting iteration 2/4 with {'lr0': 0.01}", "Training fold 2/4", "Start training on fold [2/4]", "K-Fold 2 of 4", "KFold 2/4", "CV fold 2/4", "CV split 2/4", "fold=2/4", "fold_2/4", "fold: 2/4", "fold-2/4", "fold 2 / 4", "第 2 折 / 共 4 折", "== 第 2 折 / 共 4 折 ==",
        "フォールド 2/4", "폴드 2/4", "Фолд 2/4", "Pli 2/4", "Dobra 2/4", "[Config 2/4]", "Configuration 2/4", "Combination 2/4", "Seed 2/4", "=== Run 2/4", "Model 2 of 4", "Split 2/4", "Experiment 2/4", "Seed 42 (2/4)", "model bert [2/4]")),
    *((f"{part} 2/4\nEpoch 20/20 loss 0.5", dict(epoch=20, state="training")) for part in ("Repeat", "Run")),
    ("Epoch 0: 9080 / 10000", dict(epoch=0, step=None, total_steps=None, state="training")), ("Epoch 0: 900/10000", dict(step=900, total_steps=10000)),
    ("Epoch 0: 900/1000, loss 0.5", dict(step=900)), ("Epoch 1: 400/1000\nEpoch 1: 800/1000", dict(step=800)),
    ("Verlust 2,413, Lernrate 3,0e-04", dict(loss=2.413, learning_rate=3e-4)), ("loss 1,234.5", dict(loss=1234.5)), ("step 1,234 loss 0.5", dict(step=1234)),
    *((line, dict(epoch=3, loss=0.5)) for line in ("Pérdida promedio de la época 3: 0.5", "Perda média na época 3: 0.5", "Эпоха 3: лосс 0.5", "Epookki 3, häviö 0.5",
        "Korszak 3: veszteség 0.5", "Εποχή 3: απώλεια 0.5", "Epoke 3: loss 0.5", "Epoca 3, pierdere 0.5")),
    ("Krok 300/1000, strata 0.5", dict(step=300, total_steps=1000, loss=0.5)), ("Эпоха 3 | Потери (обуч.): 0.5 | Потери (вал.): 0.7", {**LOSSES, "epoch": 3}),
    *((f"{word}: loss 0.7", dict(val_loss=0.7, loss=None)) for word in ("Valutazione", "Evaluación", "Avaliação", "Evaluatie")),
    ("  epoch       loss      time  note\n      1   0.60000       61s  best\n      2   0.50000       62s", dict(epoch=2, loss=0.5)),
    ("  Step       Loss           LR      Train        Val\n    50     0.5000     9.00e-04", dict(step=50, loss=0.5, learning_rate=9e-4, val_loss=None)),
    ("  Step       Loss           LR      Train        Val\n    50     files done", dict(step=None)),
    ("  epoch       loss      time  note\n      1   3  left", dict(epoch=None, loss=None)),
    ("step 3 ce 0.5 dice 0.3", dict(step=3, loss=0.5)), ("step 3 ce 0.9 loss 0.5", dict(loss=0.5)),
    ("Loss at step 300 0.5", dict(step=300, loss=0.5)), ("loss after epoch 3 0.5", dict(epoch=3, loss=0.5)),
    ("Training... 10% (100/1000) loss=0.5", dict(step=100, total_steps=1000, loss=0.5)), ("ep3 | trn_loss=0.5", dict(epoch=3, loss=0.5)),
    ("0m 12s (5000 5%) 损失: 0.5 | 姓名: A", dict(step=5000, progress=5, loss=0.5)), ("0m 12s (5000 5%) loss = 0.5", dict(step=5000, loss=0.5)),
    ("Epoch 2 progress: 120/800 batches (3.2 batches/s, avg_loss=0.5)", dict(epoch=2, step=120, total_steps=800, loss=0.5)), ("Progress: 100/2000 | loss 0.5", dict(step=100, total_steps=2000, progress=5)), ("训练进度: 100/2000 轮, 分数: 3", dict(epoch=100, total_epochs=2000)),
    *((f"{word}: 45% | loss 0.5", dict(progress=45)) for word in (
        "进度", "進度", "進捗", "진행률", "Прогресс", "Progreso", "Progresso", "Progression", "Fortschritt")),
    *((line, dict(step=200, total_steps=None, state="training", progress=None)) for line in (
        "Episode 200: || Total Reward: 1.00", "Episodio 200 | Recompensa: 0.1", "回合 200 | reward 3", "エピソード 200 reward 3", "에피소드 200 reward 3", "Эпизод 200: награда 3",
        "Épisode 200 | récompense 3", "Episode 200, Belohnung 3")),
    *((f"Epoch 3/9 loss: 0.5\n{line}", dict(step=None)) for line in ("Generating rollouts: step 3/64", "Collecting batch 3/64", "Downloading step 3/64",
        "Tokenizing batch 3/64", "Tokenising batch 3/64", "Decoding batch 3/64")),
    *((f"{bar}:  45%|####  | 45/100 [00:12<00:14, 3.1it/s]", dict(step=None, state=None)) for bar in (
        "Scoring", "Transcribing", "Simulating", "Self-play", "Self Play", "Arena.playGames (1)", "MCTS", "games", "Game", "Rewards")),
    ("".join(f"\rTraining:   8%|8    | {step}/9000 [01:00<09:00, 13.1it/s]\nStep {step}/9000, loss: 0.5\rEpoch 3:  30%|##  | {step - 600}/640 [00:12<00:14, 13.1it/s]"
             for step in (798, 799, 800)), dict(epoch=3, total_epochs=None, step=800, total_steps=9000, progress=100 * 800 / 9000)),
    ("Epoch 2: 100%|###| 9/9 [00:03<00:00, 4.5it/s, loss=0.5]\nVal [BLEU]:  50%|# | 2/4 [00:00<00:00, 9.0it/s]\nEpoch 2/9 | train: 3.1 | val: 3.2 | lr: 0.01",
     dict(epoch=2, total_epochs=9, learning_rate=0.01)),
    ('{"loss": 0.5, "val_loss": null, "step": 4, "epoch": 3}', dict(epoch=3, step=4, loss=0.5, val_loss=None)),
    ('{"eval_loss": null, "loss": 0.5}', dict(loss=0.5, val_loss=None)), ("{'val_loss': None, 'loss': 0.5}", dict(loss=0.5, val_loss=None)),
    *((f"step 3 loss 0.5\n{line}", dict(step=3, **LOSSES)) for line in ("val_metrics: loss=0.7 acc=0.9", "eval_results = {'loss': 0.7, 'acc': 0.9}",
        "{'test_metrics': {'loss': 0.7}}", "Epoch 3 val_result: {'loss': 0.7}", "avg_test_scalars: {'loss': 0.7, 'abs_depth_error': 9.1}")),
    ("Epoch 3/9 loss: 0.5\nTraceback (most recent call last):\nValueError: nan\nlosses = {'loss_cls': 0.3, 'loss_box': 0.1}", dict(state="failed")),
    ("10: vae loss: 0.4 - discr loss: 0.9\nKilled\n20: vae loss: 0.3 - discr loss: 0.9\n30: vae loss: 0.2 - discr loss: 0.9", dict(state="training")),
    ("vae loss: 0.4 - discr loss: 0.9\n" + "Killed\n{vae_loss: 0.3, discr_loss: 0.9}\nstep 3 loss 0.5\n" * 2 + "Killed\n{vae_loss: 0.3, discr_loss: 0.9}", dict(state="failed")),
    ("step 3/9 loss 1\nRetrying batch 2/5 after OOM", dict(step=3, total_steps=9)),
    ("Traceback (most recent call last):\n  a.py\nValid epoch=3 | will retry (3/5) | Batch [40/200] | test loss 0.7", dict(state="training")),
    ("step 3 loss 0.5\ntest loss_epoch=0.8, loss_step=0.7", LOSSES),
    ("Iteration: 9, loss: 0.5\nFinish train", dict(state="finished")), ("Epoch 3/9 loss: 0.5\nFinish Train", dict(state="training")),
    ("epoch 1 loss 0.5\nfinish train\nstart eval", dict(state="training", progress=None)), ("Epoch 9/9 loss: 0.5\nFinish Train", dict(state="finished")),
    ("Epoch 3/9, loss 0.5, training time: 45.6/epoch", dict(epoch=3, loss=0.5, state="training")),
    ("Epoch 3/9 loss 0.5\nTotal training time: 45.6", dict(state="training")), ("step 3 loss 0.5\nTraining time: 45.6", dict(state="finished")),
    ("loss in epoch 3 iteration 4: 0.5", dict(epoch=3, step=4, loss=0.5)), ("7 epoch, acc 0.5, eer 0.1", dict(epoch=7)),
    ("7 epoch: 12.3 s", dict(epoch=7)), *((line, dict(epoch=None)) for line in ("7 epoch left", "save 7 epoch, 9 best", "resumed 7 epoch: 3")),
    ("Epoch: 3 loss_val: 0.7\nTest set results: loss= 0.9 accuracy= 0.8", dict(val_loss=0.7)), ("Test set results: loss= 0.9", dict(val_loss=0.9)),
    ("Epoch 3 | Validation score: 0.8 | Test score: 0.7", dict(epoch=3, val_loss=None)), ("Test epoch 3 acc 0.8", dict(epoch=None)),
    *((f"Epoch 3/9 loss 0.5\nEpoch 4/9 loss 0.5{end}\nEpoch 1 test acc: 0.8\nEpoch 2 test acc: 0.8", dict(epoch=4, loss=0.5, state=state))
      for end, state in (("", "training"), ("\nTraining finished", "finished"))),
    ("[2] lr: 0.01, Training: 96.5%,  loss: 0.5, acc: 23.7%", dict(epoch=2, step=None, loss=0.5)),
    ("[2] lr: 0.01, loss: 0.5, acc: 23.7%", dict(epoch=None, step=2)),
    *((f"[Epoch 2] Training cost: 1203.2, {parts}", dict(epoch=2, loss=None)) for parts in (
        "ObjLoss=4.1, BoxLoss=2.6", "CrossEntropy=2.3, SmoothL1=1.1", "RPN_Conf=0.3,RPNAcc=0.9")),
    ("Epoch 2 Training cost: 0.5, acc=0.9", dict(loss=0.5)),
    ("l1: 0.1, sync loss: 0.2: : 29it [00:58,  2.03s/it]", dict(step=29)), ("loss: 0.5: 12it [00:09, 1.2it/s]", dict(step=12, loss=0.5)),
    ("Test loss 0.7: 12it [00:09, 1.2it/s]", dict(step=None, val_loss=0.7)), ("loss weights: 12it [00:09, 1.2it/s]", dict(step=None)),
    ("Train Iter: 1 [300/900 (33%)]\tLoss: 0.5", dict(step=300, total_steps=900, progress=None)),
    ("this epoch [#####.....] 20.00%\n     300 iter, 3 epoch / 10 epochs\nthis epoch [#####.....] 50.00%", dict(epoch=3, progress=35)),
    ("Epoch number 3, loss 0.5", dict(epoch=3, total_epochs=None)), ("epoch number: 3", dict(epoch=None, total_epochs=None)),
    ("The loss of epoch 3 is 0.5", dict(epoch=3, loss=0.5)), *((f"{places} loss 0.5", dict(epoch=3, total_epochs=9, step=4, total_steps=8)) for places in (
        "[3/9, 4/8]", "3/9 4/8", "(3/9  4/8)")), ("loss 0.5 3/9 4/8", dict(epoch=None, step=3)),
    *((f"step 3 loss 0.5\n{line}", dict(step=3, loss=0.5)) for line in (
        "Saving best model (epoch 3, loss 0.3)", "Saved the new best model: loss 0.3", "Loaded model weights with loss 0.3", "Restored the best checkpoint, loss 0.3")),
    ("Loading time 3 s, loss 0.5", dict(loss=0.5)), ("Loaded 9 files, loss 0.5", dict(loss=0.5)),
    *((f"epoch 3\nloss: 0.5  [   64/  640]\n{head}\n Accuracy: 40.1%, Avg loss: 0.7", dict(epoch=3, **LOSSES)) for head in (
        "Test Error: ", "Validation results:", "Test metrics", "Validation result")), ("Training error\nloss: 0.5", dict(loss=0.5, val_loss=None)),
    ("Train epoch: 1/4 (25%), loss: 1\nTrain epoch: 2/4 (50%), loss: 0.5", dict(progress=50)),
    ("Train epoch: 1/4 (0%), loss: 1\nTrain epoch: 2/4 (50%), loss: 0.5", dict(progress=37.5)),
    ("step:2000 episode:3\nstatistics:[('average_loss', 0.5), ('n_updates', 180)]", dict(step=2000, loss=0.5)), ("statistics:[('average_loss', 0.5), ('n_updates', 180)]", dict(step=180)),
    ("n_updates: 10 loss: 1\nstep: 200 loss: 1\nn_updates: 20 loss: 0.5", dict(step=200, loss=0.5)),
    ("Iter: 1/81 Epoch: 0.00/3.0\nTrain Iter: 1 [300/900 (33%)]\tLoss: 0.5", dict(progress=0)),
    *((f"Epoch 3 loss 0.5\nTraceback (most recent call last):\n  a.py\nOSError: no image\n{line}", dict(state=state)) for line, state in (
        ("failed to load a.jpg, using a random sample instead", "training"), ("Bad file, skipping this image", "training"), ("skipping cleanup", "failed"))),
    *((f"step 3 loss 0.5\n{said}", dict(loss=0.5)) for said in ("goal: loss < 0.1", "loss > 5 is clipped")), ("epoch 3/9 loss 0.5\nstagnating for 4 epochs", dict(total_epochs=9)),
    ("cost 0.5 n=640", dict(loss=0.5)), ("mean loss 0.5, 12.3s/epoch", dict(epoch=None, loss=0.5)), ("Epoch number 4  Batch 50/100  Loss 0.5", dict(epoch=4, progress=None)),
    *((f"{head}\n[50/100] loss 0.5", dict(epoch=3, total_epochs=9, progress=27.7778)) for head in ("===== 3/9 epochs =====", "# 3/9 epochs #", "Running 3/9 epochs")),
    ("3/9 epochs / train/loss 0.5", dict(epoch=3, total_epochs=9, loss=0.5)), ("3/9 epochs / iter 50 of 100 / loss 0.5", dict(epoch=3, step=50, total_steps=100)),
    ("Epoch 3/9 -- train loss is now 0.5", dict(epoch=3, loss=0.5)), ("step 3: train 0.5 | loss 0.7", dict(epoch=None)), ("Starting epoch number 3\n[50/100] loss 0.5", dict(epoch=3, progress=None)),
    ("Эпоха 3/9 ошибка обучения 0.5 ошибка валидации 0.7", {**LOSSES, "epoch": 3}), ("Epoka 3/9 współczynnik uczenia: 0.01", dict(learning_rate=0.01)), ("Epok 3/9 yığın 4/8 kayıp: 0.5", dict(epoch=3, step=4)),
    ("step 100/100 loss 0.5\nval loss: 0.7\nstep 25/100 loss 0.4", dict(step=25, loss=0.4, val_loss=0.7)), ("# epoch_3\nit=50/100 loss 0.5", dict(epoch=3, step=50)),
    ("step 90/100 loss 1\nstep 95/100 loss 0.5\nTraining took 3 h", dict(state="training")), ("step 36/100 loss 1\nstep 72/100 loss 0.5\nTraining took 3 h", dict(state="finished")),
    ("Epoch 9/9\nloss 0.5\nTraining took 3 h", dict(state="finished")), ("epoch 3/9 loss 0.5\nnot better for 4 epochs", dict(total_epochs=9)), ("3/9 epochs :: loss 0.5", dict(epoch=3, step=None)),
    ("epoch 3/9 loss 0.5\nTraceback (most recent call last):\n  a.py\nOSError: no image\nskipping bad sample 17", dict(state="training")),
    ("2/9 epochs [10/20] - loss (train) 0.5", dict(epoch=2, total_epochs=9, step=10, total_steps=20)), ("4/9 epochs * train loss is now 0.5", dict(epoch=4, loss=0.5)),
    ("epoch 2/9 loss 0.5\nlot 3/10 images traité", dict(step=None, progress=22.2222)), ("batch 3/10 images, loss 0.5", dict(step=3)), ("perda na validação: 0.7", dict(val_loss=0.7)),
    ("step 3 val loss 0.9\nperda na validação: 0.7", dict(val_loss=0.7)), ("[INFO] [##..] 50% done, loss 0.5", dict(progress=50)), ("epoch 3: 50% done, loss 0.5", dict(progress=None)),
    *((f"epoch 1/9, {place} 5/10, loss: 0.5", dict(epoch=1, step=5, total_steps=10, loss=0.5)) for place in ("lô", "Stapel", "processed", "partia")),
    *((f"epoch 1/9, {other} 5/10, loss: 0.5", dict(epoch=1, step=None)) for other in ("acc", "hits", "correct", "patience", "reward")),
    ("Completed 3 of 9 epochs. Current loss = 0.5", dict(epoch=3, total_epochs=9, loss=0.5)), ("29k/250k steps | loss 0.5", dict(step=29000, total_steps=250000)),
    ("i=50/200 loss=0.5", dict(step=50, total_steps=200)), ("i=50 x=3.1", dict(step=None)), ("it 40 of 200: error 0.5", dict(step=40, total_steps=200)),
    ("20% complete (loss 0.5, eta 0:12)", dict(progress=20, loss=0.5)), ("ep 3/9 | L_total 0.5 (L_cls 0.3)", dict(epoch=3, loss=0.5)), ("ep 3/9 | L1_total 0.3", dict(loss=None)),
    ("epoch 3/9 loss 0.5\n3/5 エポック改善なし", dict(epoch=3, total_epochs=9)), ("<10:46:54 AM> val loss: 0.7", dict(val_loss=0.7)),
    ("260901-041232 eval global_step=200 loss=0.7", dict(loss=None, val_loss=0.7)), ("step 3 loss 0.5\nlr 0.1\nbest so far: lr=0.01", dict(learning_rate=0.1)),
    ("Epoch  Loss  Learn Rate\n3  0.5  0.01", dict(epoch=3, learning_rate=0.01)), ("step 3 loss 0.5\nit stops when the loss: 0.05", dict(loss=0.5)),
    ("step 3 loss 0.5\nProgress: 100%|###| Time: 0:00:12", dict(progress=None, state="training")),
    ("[4/12] lr=0.01 dropout=0.3\nepoch 3/6: loss 0.5", dict(step=None, progress=29.1667)), ("[ 4/12] lr: 0.01 time 3.1", dict(step=4)),
    ("=== Training vgg11 (2/4) ===\nEpoch 9/9 loss 0.5", dict(progress=50, state="training")), ("Fold 1 of 3\nEpoch 9/9 loss 0.5\nFold 2 of 3", dict(state="training")),
    ("Fold 0/3\nEpoch 9/9 loss 0.5", dict(progress=33.3333)), ("phase 1/2\nstep 50/200 loss 1\nphase 2/2\nstep 150/200 loss 1", dict(progress=75)),
    ("Durchgang 3/9 Trainingsfehler 0.5 Validierungsfehler 0.7", {**LOSSES, "epoch": 3}), ("Epoka 3/9 strata (walidacja): 0.7", dict(loss=None, val_loss=0.7)),
    ("Эпоха 3/9: втрати на навчанні 0.5", dict(loss=0.5)), ("Paso 3 de 9, costo: 0.5", dict(step=3, loss=0.5)),
    *((f"step 3/9 loss 1\nTraceback (most recent call last):\n  a.py\nOSError: no image\n{said}", dict(state="training")) for said in (
        "-> ignored, continuing", "Exception caught, going on with the next batch")),
    ("Ep 12 | Steps 200 | R 3.1 | eps 0.9", dict(epoch=None, step=12, total_steps=None)), ("ep 3 loss 0.5 mean_reward 1.2", dict(epoch=None, loss=0.5)),
    ("Ep 12/90 | reward 3.1", dict(epoch=12)), ("ep 3 loss 0.5", dict(epoch=3)),
    ("Previous run finished with val loss 0.31", dict(state=None, val_loss=None)),
    ("Epoch 0/16, Iter 50/900, train loss = 0.5\nEpoch 0/16, Iter 0/90, test loss = 0.7, depth loss = 4.5, shape loss = 1.5", {**LOSSES, "step": 50, "total_steps": 900}),
    ("2/9 * Epoch 2 (train): loss=0.5 | acc=0.8", dict(epoch=2, total_epochs=9, step=None, loss=0.5)),
    ("[  5/99] train_loss: 0.5 valid_loss: 0.7", {**LOSSES, "epoch": 5, "total_epochs": 99, "step": None}), ("[  5/99] loss: 0.5", dict(step=5)),
    ("Local epoch site-1: 3/9 (lr=0.01)", dict(epoch=3, total_epochs=9, step=None, learning_rate=0.01)), ("Epoch ke-3 dari 9", dict(epoch=3, total_epochs=9)),
    ("epoch: 3, batch_id: 40, loss: 0.5", dict(epoch=3, step=40)), ("epoch_id: 3 loss: 0.5", dict(epoch=3)), ("step 3 loss 0.5\nStepId=812311.0", dict(step=3)),
    *((f"Epoch 2 step 9 loss 0.5\n{head}\n[Batch 1/4] loss=0.7", dict(step=9, loss=0.5)) for head in (
        "Now we are doing evaluation on dev with gpu(0).", "Evaluating with GPU")),
    ("Metrics for train, step 9\n\tloss =  0.5\nMetrics for test, step 9\n\tloss =  0.7", {**LOSSES, "step": 9}),
    ("3 epoch / 10 epochs loss 0.5", dict(epoch=3, progress=30)), ("Vòng 3/9 - Mất mát: 0.5", dict(step=3, total_steps=9, loss=0.5)), ("エポック 3/9 反復 4/8 損失 0.5", dict(epoch=3, step=4)),
    *((f"Vòng 3/9 - {step} 4/8 - mất mát: 0.5", dict(epoch=3, step=4, total_steps=8, loss=0.5)) for step in ("bước", "lô")),
    ("轮次 3/9 步数 4/8 损失: 0.5 验证损失: 0.7 学习率: 0.01", {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("輪 3/9 迭代次数 4/8 損失 0.5 評価損失 0.7 学習率 0.01", {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("训练次数：4，Loss：0.5", dict(step=4, loss=0.5)),
    *((f"Epoch 3/9 loss: 0.5\n{said}\n", dict(epoch=3)) for said in (
        "轮 耗时: 4.2", "轮用时：4.2", "エポックの所要時間: 4", "에폭 소요 시간: 4", "Dauer der Epoche: 4", "Durée de l'époque : 4 s",
        "Duración de la época: 4", "Duração da época: 4", "Durata epoca: 4", "Длительность эпохи: 4", "Czas epoki: 4")),
    ("pérdida=0.5 pérdida_validación=0.7 tasa_aprendizaje=0.01", {**LOSSES, "learning_rate": 0.01}),
    ("周期 3/9 迭代 4/8 训练损失 0.5 测试损失 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("第3轮 批次 4/8 平均损失 0.5 验证损失 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("第 3 个 轮 批次 4/8 损失 0.5", dict(epoch=3, step=4, loss=0.5)),
    ("批大小: 32", dict(step=None)), ("批次大小: 32", dict(step=None)), ("批量大小: 32", dict(step=None)),
    ("バッチサイズ: 32", dict(step=None)), ("배치 크기: 32", dict(step=None)), ("배치 사이즈: 32", dict(step=None)),
    ("tamaño de lote: 32", dict(step=None)), ("tamanho do lote: 32", dict(step=None)),
    ("Época 3 de 9, lote 4 de 8, pérdida 0.5", dict(epoch=3, total_epochs=9, step=4, total_steps=8, loss=0.5)),
    ("Epoca 3 su 9 perdita 0.5", dict(epoch=3, total_epochs=9, loss=0.5)),
    ("Epoka 3 z 9 strata 0.5", dict(epoch=3, total_epochs=9, loss=0.5)),
    ("エポック 3/9 ステップ 4/8 ロス: 0.5 検証ロス: 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("エポック 3/9 イテレーション 4/8 訓練損失 0.5 テスト損失 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("エポック 3/9 バッチ 4/8 学習損失 0.5", dict(epoch=3, step=4, loss=0.5)),
    ("에포크 3/9 스텝 4/8 손실 0.5 검증 손실 0.7 학습률 0.01", {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("에폭 3/9 반복 4/8 훈련 손실 0.5 평가 손실 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("에포크 3/9 배치 4/8 학습 손실 0.5 테스트 손실 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("Epoche 3/9 Schritt 4/8 Trainingsverlust 0.5 Validierungsverlust 0.7 Lernrate 0.01",
     {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("第 3 輪 / 共 9 輪　訓練損失 0.5　驗證損失 0.7　學習率 0.01", {**LOSSES, "epoch": 3, "total_epochs": 9, "learning_rate": 0.01}),
    ("第3輪 訓練集損失 0.5 驗證集損失 0.7", {**LOSSES, "epoch": 3}), ("測試損失 0.7", dict(loss=None, val_loss=0.7)),
    ("Auswertung: Verlust 0.7", dict(loss=None, val_loss=0.7)),
    ("3エポック目 4/8回目 誤差=0.5", dict(epoch=3, step=4, total_steps=8, loss=0.5)), ("3エポック目 4ステップ目 誤差=0.5", dict(epoch=3, step=4)),
    *((f"{said} 2", dict(loss=None, val_loss=None)) for said in (
        "初始损失", "初期損失", "초기 손실", "目标损失", "目標損失", "목표 손실", "损失阈值", "損失閾値", "손실 임계값", "验证损失从", "驗證損失從")),
    *((f"分类损失 0.3 {said} 0.5", dict(loss=0.5)) for said in ("总损失", "總損失", "総損失", "총 손실", "损失为", "損失為")),
    ("Epoch 3/9 loss: 0.5 acc: 93.1 (931/1000)", dict(step=None)), ("Epoch: 0.51/0.53 loss 1", dict(total_epochs=None)),
    *((f"step 3/9 loss 1\nCUDA out of memory\n{said}", dict(state="training")) for said in (
        "training continues", "continuing anyway", "continuing without it", "it will retry")),
    *((f"step 3/9 loss 1\nprocess exited with {said} 0", dict(state="training")) for said in ("status", "code:")),
    ("[1/3] Epoch 5/9:  10%|#   | 5/50 [00:01<00:09, 5.0it/s, loss=2]", dict(epoch=5)), ("x:  10%|#   | 5/50 [00:01<00:09]", dict(step=5)),
    ("step 3/9 loss 0.5 eta 1:٢٣", dict(step=3)), ("每轮步数: 50", dict(step=None)), ("完成率: 50% 损失 0.5", dict(progress=50)), ("Epoch 3/9 loss: 2 13s", dict(step=None, loss=2)),
    ("step 3/9 loss: inf", dict(loss=math.inf)), ("step 3/9 loss: +0.5", dict(loss=0.5)), ("step 9999999999999999 loss: 0.5", dict(step=None)),
    ("Époque 3/9 — perte d'entraînement : 0,5 ; perte de validation : 0,7", {**LOSSES, "epoch": 3}),
    ("Début de l'entraînement : 20 époques", dict(loss=None)),
    ("Epoche 3/9 mittlerer Verlust 0.5 Verlust Validierung 0.7", {**LOSSES, "epoch": 3}),
    ("Époque 3/9 étape 4/8 perte entraînement 0.5 perte validation 0.7 taux d'apprentissage 0.01",
     {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("Epoca 3/9 iteración 4/8 pérdida entrenamiento 0.5 pérdida validación 0.7 tasa de aprendizaje 0.01",
     {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("Epoca 3/9 paso 4/8 pérdida 0.5 pérdida de prueba 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("Época 3/9 iteração 4/8 perda treinamento 0.5 perda validação 0.7 taxa de aprendizagem 0.01",
     {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("Época 3/9 passo 4/8 perda treino 0.5 taxa de aprendizado 0.01", dict(epoch=3, step=4, loss=0.5, learning_rate=0.01)),
    ("Эпоха 3/9 шаг 4/8 потери обучения 0.5 потери валидации 0.7 скорость обучения 0.01",
     {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("Эпоха 3 из 9 итерация 4/8 потеря обучение 0.5 потеря валидация 0.7", {**LOSSES, "epoch": 3, "step": 4}),
    ("Эпоха 3/9 средние потери 0.5 потери проверки 0.7", {**LOSSES, "epoch": 3}),
    ("Epoch 3 van 9 | verlies 0.5 | verlies validatie 0.7 | leersnelheid 0.01", {**LOSSES, "epoch": 3, "learning_rate": 0.01}),
    ("Tijdperk 3/9 trainingsverlies 0.5 validatieverlies 0.7", {**LOSSES, "epoch": 3}),
    ("Epoch ke-3 dari 9: kerugian latih 0.5, kerugian validasi 0.7, laju pembelajaran 0.01",
     {**LOSSES, "epoch": 3, "total_epochs": 9, "learning_rate": 0.01}),
    ("Epoch 3/9 kerugian pelatihan 0.5", dict(epoch=3, loss=0.5)),
    ("Epoch 3/9 - Mất mát huấn luyện: 0.5 - Mất mát kiểm định: 0.7 - Tốc độ học: 0.01",
     {**LOSSES, "epoch": 3, "learning_rate": 0.01}),
    ("Epok 3 av 9: träningsförlust 0.5, valideringsförlust 0.7", {**LOSSES, "epoch": 3}),
    ("Epoch 3 av 9, förlust träning 0.5, förlust validering 0.7, inlärningshastighet 0.01",
     {**LOSSES, "epoch": 3, "total_epochs": 9, "learning_rate": 0.01}),
    ("Epocha 3/9: trénovací ztráta 0.5, validační ztráta 0.7, rychlost učení 0.01",
     {**LOSSES, "epoch": 3, "learning_rate": 0.01}),
    ("Епоха 3/9: втрати навчання 0.5, втрати валідації 0.7, швидкість навчання 0.01",
     {**LOSSES, "epoch": 3, "learning_rate": 0.01}),
    ("Епоха 3/9: втрата 0.5, втрата валідація 0.7", {**LOSSES, "epoch": 3}),
    ("الحقبة 3/9: خسارة التدريب 0.5، خسارة التحقق 0.7، معدل التعلم 0.01", {**LOSSES, "epoch": 3, "learning_rate": 0.01}),
    ("حقبة 3/9: الخسارة 0.5", dict(epoch=3, loss=0.5)),
    ("Epoca 3/9 iterazione 4/8 perdita addestramento 0.5 perdita validazione 0.7 tasso di apprendimento 0.01",
     {**LOSSES, "epoch": 3, "step": 4, "learning_rate": 0.01}),
    ("Epoch 3/10\nstep 5/20 loss 1\nstep 7/10 loss 1", dict(epoch=3)),
    ("Epoch 1/1: 100%|####| 3/3 [00:01<00:00, 3it/s]", dict(state="finished")),
    ("step 1 loss_cls: 0.5\nstep 1 loss_box: 0.3", dict(loss=None)),
    ("33%|#  | 1/3 [00:01<00:02, 1it/s, loss=2]\n100%|###| 3/3 [00:03<00:00, 1it/s, loss=1]", dict(state="finished")),
    ("Epoch 1/3 loss 1\nTraining complete.\nEpoch 1/3\nloss: 0.5", dict(loss=0.5, state="finished")),
    ("epoch 3 acc: 0,71", dict(epoch=3, metrics={"acc": 0.71})),
    ("Total steps: 300/5000 loss 1", dict(step=300, total_steps=5000)),
    ("Max epochs: [3/100]", dict(epoch=3, total_epochs=100)),
    ("Episode: 3", dict(step=None)),
    ("Episode 12/500, Steps: 390", dict(step=12, total_steps=500, progress=2.4)),
    ("loss at epoch 0.25: 1.5", dict(epoch=0.25, loss=1.5)),
    ("step 00249/21400 (1.16%) | loss: 5.5 | epoch: 1\nStep 00250 | Validation bpb: 1.33", dict(step=249)),
    ("val_loss: 0.9, loss: 1.0", dict(loss=1.0, val_loss=0.9)),
    ("Test loss_ce: 2.0", dict(val_loss=2.0)),
    ("2024-01-14/12:00:00 | Loss: 6.9345", dict(step=None, loss=6.9345)),
    ("loss: 0.51 acc: 71.0 (355/500)", dict(step=None)),
    ("step 5 loss: val 0.41", dict(step=5, loss=None)),
    ("LOG (nnet3-train[5.5]:PrintStatsOnPhase():nnet-training.cc:160) Average objective function for 'output' for minibatches 0-99 is -1.2 over 1000 frames.", dict(step=None)),
    ("Episode 12/500, Steps: 390\nloss 0.5", dict(total_steps=500)),
    ("120/5000 lr 0.001", dict(step=120, learning_rate=0.001)),
    ("No improvement for 3 epochs (early stopping at 10).", dict(total_epochs=None)),
    ("epochs: 2.5", dict(total_epochs=None)),
    ("train, epoch: 0/50, step: 100/500, total step: 100, loss: 0.5\ntrain, epoch: 0/50, step: 150/500, total step: 150, loss: 0.5\ntrain, epoch: 1/50, step: 50/500, total step: 550, loss: 0.5", dict(progress=2.2)),
    ("Epoch 2/9\nepochs=10, lr=0.001, batch_size=32", dict(total_epochs=10)),
    ("step 2/4 loss 3\nstep 4/4 / 3\nstep 2/4 loss 2", dict(progress=50.0)),
    ("Epoch 1/3 step 5/10 loss 1\nEpoch 2/3 step 2 acc 0.5", dict(total_steps=None)),
    ("1/1 samples loss: 3.0\n2/2 samples loss: 2.9\n3/3 samples loss: 2.8", dict(epoch=None, loss=2.8)),
    ("  0%|  | 37/1000 [00:10<10:00, 1.0it/s, loss=0.9]\nEpoch 2:  60%|#  | 12/20 [00:01<00:01, 9.9it/s, loss=0.5]", dict(step=12, total_steps=20, progress=None)),
    ("Loss for epoch 3: 0.5\nstep 3/10 loss 1\nstep 5/10 loss 1\nstep 4/10 loss 1", dict(epochs_done=2)),
    ("step 1/5 loss 1\nstep 5/5 loss 1\nEpoch 1/2 loss 1\nstep 5/5 loss 1", dict(state="training", progress=50)),
    ("[pretrain] epoch 0.5 5/5: loss=0.5", dict(epochs_done=0)),
    ("{'loss': 1.2, 'epoch': 0.5}\n***** Running training *****", dict(epoch=0.5, loss=1.2)),
    ("Epoch 2/9\nepoch 2 val loss 0.7", dict(progress=22.2222)),
    ("Epoch 3/9\nEpoch 3 Validation 0.8 score: 0.7", dict(epochs_done=2)),
    ("│ max_epoch         │ 300                        │", dict(total_epochs=300)),
    ("step 90/90 loss 1\nTraining complete.\nstep 11 loss 5", dict(step=90, loss=1)),
    ("        0/2      100%|██████████| 8/8 [00:01<00:00, 4.10it/s]", dict(progress=33.3333)),
    ("  train Step       LR      Val\n    50     9.00e-04", dict(step=50, learning_rate=0.0009)),
    ("0/100 loss 3\n0/200 loss 2\n 50%|█████     | 30/60 [00:30<00:30, 2.50s/it]", dict(epoch=None)),
    ("step 5/5 loss 1\nEpoch 1/2 loss 1\nstep 5/5 loss 1", dict(progress=50, state='training')),
    ("Epoch: 4/20 loss 1.2\n\rTraining:   8%|8    | 798/9000 [01:00<10:00, 13.1it/s]\nEpoch 3:  30%|##  | 198/640 [00:15<00:30, 13.1it/s]", dict(epoch=3)),
    ("val loss 1\n1024/512 loss 1", dict(loss=None)),
    ("epoch train_loss  valid_loss  accuracy  time\n2, 3, 4", dict(epoch=None)),
)


@pytest.mark.parametrize("state, words", WORDS_OF_ENDS, ids=[0, 1, 2, 3])
def test_ends_in_every_language(state, words):
    assert [text for text in words.split("|") if read_log(f"Epoch 3/9 loss: 1\n{text}\n").state != state] == []


@pytest.mark.parametrize("line, expected", WORDS_OF_LINES)
def test_lines_in_every_language(line, expected):
    found = read_log(line + "\n")._asdict()
    assert {name: found[name] for name, wanted in expected.items() if not agrees(name, found[name], wanted)} == {}


@pytest.mark.parametrize("text, expected", [
    ("Epoch 3/9 loss 0.5\nEarlyStopping counter: 1 out of 6", dict(state="training")),
    ("Epoch 3/9 loss 0.5\nCUDA out of memory on batch 3, skipping", dict(state="training")),
    ("[  5/99] train_loss: 0.5 valid_loss: 0.7 acc", dict(step=None, total_steps=None)),
    ("[Epoch 2] Training cost: 1203.2, ObjLoss=10.4, BoxLoss=2.1", dict(loss=None)),
    ("Epoch 0/9, Iter 50/900, train loss = 0.5\nEpoch 0/9, Iter 60/90, test loss = 0.7, depth loss = 3.1", dict(step=50, total_steps=900))])
def test_what_the_rest_of_a_line_may_change_is_not_told(text, expected):
    for end in range(text.rfind("\n") + 1, len(text) + 1):
        reader = tm.LogReader()
        reader.feed(text[:end])
        found = reader.progress()._asdict()
        assert {name: found[name] for name, wanted in expected.items() if found[name] != wanted} == {}, text[:end]


COURSES = (  # how counters follow each other: (lines of a log, percent of the run behind each; "-" not determined, "!" it has ended)
    ("Epoch 0.0/3 loss 2|Epoch 1.5/3 loss 1", "0 50"),
    ("total steps: 1000|step 100 loss 1|total steps: 2000|step 200 loss 1", "- 10 5 10"),
    ("Epoch 1/4|step 10 loss 1|step 20 loss 1|Epoch 2/4|step 30 loss 1", "0 - - 25 37.5"),
    ("Epoch 1/4|step 10 loss 1|step 20 loss 1|Epoch 2/4|step 10 loss 1|step 20 loss 1|Epoch 3/4|step 10 loss 1", "0 - - 25 37.5 50 50 62.5"),
    ("Epoch 5/9|step 100 loss 1|Epoch 6/9|step 150 loss 1", "44.4 - 55.6 -"),
    ("step 1/5 loss 1|step 5/5 loss 1|Epoch 1/2 loss 1|step 1/5 loss 1|step 5/5 loss 1|Epoch 2/2 loss 1", "20 100! 50 60 100! 100!"),
    ("Epoch 3/10|step 2/10 loss 1|step 3/10 loss 1|step 4/10 loss 1", "20 22 23 24"),
    ("Epoch 1/2|step 5/5 loss 1|Evaluating|step 1/3 loss 2|step 3/3 loss 2|Epoch 2/2|step 2/5 loss 1", "0 50 50 50 50 50 70"),
    ("Epoch 1/2 val_loss: 0.9|Epoch 1/2 loss 1", "0 50"),
    ("step 10 progress: 24% loss 1|lr: 0.1", "24 24"),
    ("Training progress: 22% step 20/100 loss 1|Training progress: 28% step 80/100 loss 1", "22 28"),  # of the run, and of an epoch
    ("epoch 1 val 3 loss: 0.5", "-"),
    ("step 2/4 loss 3|step 4/4 loss 3|step 2/4 loss 2", "50 100! -"),
    ("step 39/40 loss 3|step 40/40 loss 3|step 1/10 loss 2", "97.5 100! 10"),
    ("Trial 1/20|Fold 1/5|Epoch 1/2 loss 2|Fold 2/5|Epoch 1/2 loss 2", "- - - - -"),
    ("epochs: 4|Epoch 1 loss 1|Epoch 2 loss 1|Epoch 1 loss 1", "- 25 50 25"),
    ("Num examples = 100|Total train batch size (parallel) = 10|Total optimization steps = 20|{'loss': 1.2, 'epoch': 0.5}", "- - - 25"),
    ("Epoch 1/3|Epoch: 0, Step: 1, loss = 2|Epoch: 0, Step: 2, loss = 2|Epoch 2/3|Epoch: 1, Step: 1, loss = 1|Epoch 3/3|Epoch: 2, Step: 2, loss = 1", "0 - - 33.3 50 66.7 100!"),
    ("Epoch 1/3 loss 1|Epoch 2/3 loss 1|Epoch 1/3 loss 1|Epoch 2/3 loss 1|Epoch 3/3 loss 1", "33.3 66.7 33.3 66.7 100!"),
    ("Epoch 1/2 loss 1|Epoch 2/2 loss 1|Training complete.|Epoch 1/2 loss 1|Epoch 2/2 loss 1", "50 100! 100! 50 100!"),
    ("Epoch 1/3 loss 1|Training complete.|Epoch 2/3 loss 1", "33.3 100! 66.7"),
    ("Epoch 1 loss 2|Training time: 5 s|Epoch 2 loss 1|Training time: 5 s", "- 100! - -"),
)
STATES_OF_COURSES = [
    ("\n".join(text.split("|")[:n + 1]) + "\n", {"progress": None if said == "-" else float(said.strip("!")), "state": "finished" if "!" in said else ["training", None]})
    for text, percents in COURSES for n, said in enumerate(percents.split())]


@pytest.mark.parametrize("text, expected", STATES_OF_COURSES)
def test_counters_follow_each_other(text, expected):
    found = read_log(text)._asdict()
    assert {name: found[name] for name, wanted in expected.items() if not agrees(name, found[name], wanted)} == {}


BESIDE = [  # what a program prints beside its training: nothing of where that is
    "Freezing backbone for 5 epochs", "Backbone frozen for the first 5 epochs", "Linear warmup over 3 epochs", "Warming up for 2 epochs",
    "Early stopping: No improvement in mAP for 7 epochs (best: 0.4123, current: 0.4098)", "No improvement above 0.001 threshold for 7 epochs",
    "Val loss has not improved for 3 epochs", "Loss did not decrease for 3 epochs", "No improvement for 2 epochs",
    "Pretrained model was trained for 45 epochs", "Uploading epoch 42 weights", "Commit of epoch 24 pushed", "Keeping epoch 3 as best",
    "Removed ckpt at step 34", "Deleting checkpoint of step 34", "Pushed step 11 to the hub", "Kept step 12", "bad epochs 4/5", "num_bad_epochs: 4",
    "Tokenizing batch 53/99", "Encoding step 45/99", "Decoding batch 30/99", "Prefetching batch 47", "Preparing batch 30", "Diffusion step 37",
    "ema updated at step 36", "Generating batch 3/9", "Removing checkpoint epoch=3-step=55.ckpt", "Killed stale process 24", "Killed 3 zombie processes",
    "Worker 2 killed and restarted", "out of memory count: 0", "EarlyStopping counter: 3 out of 5", "Patience 3/10", "GPU 0: 12/81 C, 300W", "Test: 42",
    "Loading checkpoint shards: 50%|###| 3/6", "Fold size 12", "1/20 images written", "Denoising step 3/50", "Sampling image 3/64"]


@pytest.mark.parametrize("log", [
    "Epoch 1/5 Step 40/100 loss: 2.5\nEpoch 1/5 Step 60/100 loss: 2.25\n", "epoch=2 step=300 train_loss=2.25\nepoch=2 step=350 train_loss=2.25\n",
    "Epoch 2 loss 2.5\nEpoch 3 loss 2.25\n"])
def test_what_is_printed_beside_a_training_tells_nothing_of_it(log):
    was = read_log(log)._asdict()
    for line in BESIDE:
        now = read_log(f"{log}{line}\n")._asdict()
        assert {name: now[name] for name in (*LOSSES, "epoch", "step", "total_epochs", "total_steps", "progress", "state") if now[name] != was[name]} == {}, line


KEYS = (  # (what they mean, rank of a loss, keys): one for each word that decides
    ("metric", 0, "save_step|saving step|saved epoch|log_step|logging_step|print_step|every_step|epoch per|step_interval|step freq|"
     "step frequency|warmup_step|warm_step|accumulation_step|accumulate_step|accum_iter|best epoch|patience epoch|step_size|"
     "decay_step|lr_epoch|min_epoch|resume_epoch|resuming epoch|resumed epoch|loaded epoch|load_iteration|loading step|"
     "restored step|restoring step|from_epoch|next epoch|until epoch|remaining_step|skip_step|skipped iterations|skipping step|"
     "stopping epoch|step time|step times|step_sec|epoch seconds|step_ms|avg_step|mean epoch|step speed|micro_step|"
     "sampling_step|denoising_step|inference_step|predict step|prediction_step|milestone epoch|epochs since|steps before|checkpoint_step|latest_step|steps left|"
     "schedule_step|scheduler_step|previous epoch|prev_step|last_epoch|max batch size|epoch length|epoch_len|each epoch|"
     "stop_step|step fps|optimal epoch|epoch optimale|step_offset|epoch duration|epoch took|step delay|wait_epoch|"
     "inner_step|mcts iteration|newton iteration|k means iteration|grad_step|train_acc_epoch|accuracy_epoch|f1_epoch|auc_epoch|dice_epoch|reward_epoch|psnr_epoch|score_epoch|epochs waiting|go to epoch|batch_tokens|samples batch"),
    ("metric", 0, "loss_scale|loss scaler|loss_weight|loss weights|loss coef|loss_type|loss_name|loss_lambda|loss_gamma|loss alpha|"
     "loss_beta|loss_eps|loss_ratio|loss_threshold|loss_factor|loss window|loss smoothing|loss steps|loss_every|loss_freq|"
     "loss ppl|loss perplexity|loss_acc|loss accuracy|loss improved|loss from|loss to|loss was|loss at|best_loss|min loss|"
     "minimum loss|lowest loss|max loss|prev_loss|previous loss|start_loss|loss_delta|loss_patience|loss time|stop loss|"
     "target_loss|initial loss|loss did not|loss increase|loss increased|loss decrease|loss decreased|reader_cost|data_cost|"
     "LossBefore|LossAfter"),
    ("metric", 0, "fit|8 bit|trainable|epoch n-1|n_epoch"), ("step", 0, "num_updates|n_updates"), ("total_steps", 0, "total updates"),
    ("metric", 0, "lr_mult|lr_scale|lr_decay|lr decays|min_lr|max_lr|lr_scheduler|lr_ratio|lr_warmup|lr_policy|lr_factor|lr_drop"),
    ("total_epochs", 0, "max_epochs|maximum epochs|total epochs|number of epochs|planned epochs|all epochs|n max epochs|nb_epochs"),
    ("total_steps", 0, "num_steps|optimization steps|optimisation steps|scheduled steps|max_iter"),
    ("loss", 0, "total loss|overall loss|loss_sum|combined loss|full loss|all loss"),
    ("loss", 1, "trainloss|loss|losses|nll|xent|crossentropy|mlogloss|logloss|softmaxcrossentropyloss|training loss|trn loss|tr_loss|"
     "lm loss|step loss|sample loss|reduced_loss|loss_fn|batch_loss|iter loss|iteration loss|current loss|cur_loss|"
     "model loss|the loss|step's loss|last loss|this loss|interval loss|loss on train|loss train set|loss per batch|"
     "loss de train|loss di train|loss da train|loss del train|loss della train|loss en train|loss sur train"),
    ("loss", 2, "avg_loss|avr loss|ave_loss|average loss|mean loss|running loss|smooth loss|smoothed loss|loss_ema|epoch loss|moving loss"),
    ("loss", 3, "objective|cost|train-mse|train-rmse|train l|train-deviance"),
    ("loss", tm.PART, "mask loss|predict_loss|predicting loss|prediction loss|inference loss"),
    ("val_loss", 1, "valloss|testloss|te_loss|val_loss|valid loss|validation loss|validating loss|validate_loss|vali loss|eval_loss|evaluation loss|"
     "evaluating loss|evaluate loss|dev_loss|cv_loss|oof loss|va_loss|holdout loss|sanity loss|evaluator loss|validator loss|"
     "test_loss|testing loss|tester loss"),
    ("eta", 0, "eta|remaining|time left|remaining time|time remaining|hours left|minutes left|left time|remaining estimate"),
)


@pytest.mark.parametrize("field, rank, keys", KEYS)
def test_what_keys_mean(field, rank, keys):
    assert {key: tm.meaning(key)[:3:2] for key in keys.split("|")} == dict.fromkeys(keys.split("|"), (field, rank))


def test_a_loss_of_a_test_is_told_from_one_of_a_validation():
    assert [tm.meaning(key).side for key in ("val loss", "test_loss", "testing loss", "tester loss", "te loss")] == ["val", *["test"] * 4]


@pytest.mark.parametrize("line, reason, word", [
    ("RuntimeError: CUDA out of memory. Tried to allocate", "CUDA out of memory", "OOM"),
    ("OSError: [Errno 28] No space left on device", "No space left on device", "disk"),
    ("Watchdog caught collective operation timeout: WorkNCCL", "NCCL timeout", "NCCL"), ("NCCL timeout", "NCCL timeout", "NCCL"),
    ("Segmentation fault", "Segmentation fault", "failed"), ("Bus error", "Bus error", "failed"),
    ("train.sh: line 3: Aborted (core dumped)", "core dumped", "failed"), ("exitcode : -9 (pid: 71)", "killed", "killed"),
    ("received signal SIGKILL", "killed", "killed"), ("slurmstepd: error: Detected 1 oom-kill event(s)", "killed", "killed"),
    ("exitcode: -9", "killed", "killed"), ("Abort trap: 6", "core dumped", "failed"), ("process died with exit code -9", "killed", "killed"),
    ("worker exited with code -9", "killed", "killed"), ("signal: killed", "killed", "killed"), ("Killed", "killed", "killed"),
    ("slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2024-01-01T00:00:00 DUE TO TIME LIMIT ***", "time limit", "limit"),
    ("Loss is nan, stopping training", "NaN loss", "NaN"), ("Aborting: loss is nan", "NaN loss", "NaN"),
    ("Exiting, the loss became nan", "NaN loss", "NaN"), ("loss nan, exiting", "NaN loss", "NaN"), ("loss is inf, terminating", "NaN loss", "NaN"),
    ("Model diverged with loss = NaN.", "NaN loss", "NaN"), ("NaN loss during training.", "NaN loss", "NaN"),
    ("process exited with code 1", "exit code", "failed"), ("run crashed with exit code 1", "exit code", "failed"),
    ("Training failed", "training failed", "failed"), ("Training crashed", "training failed", "failed"),
    ("Training aborted", "training failed", "failed"), ("Terminated", "interrupted", "failed"), ("Aborted!", "interrupted", "failed"),
    ("KeyboardInterrupt", "interrupted", "failed"), ("RuntimeError: CUDA error: an illegal access", "CUDA error", "failed"),
    ("make: *** [Makefile:12: train] Error 1", "make", "failed"), ("Exception ignored in: <function", "ignored", "failed"),
    ("terminate called after throwing an instance of 'c10::Error'", "terminated", "failed"),
    ("thread 'main' panicked at src/main.rs:7", "panic", "failed"), ("panic: runtime error", "panic", "failed"),
    ('Exception in thread "main" java.lang.Error', "exception", "failed"), ("ERROR: LoadError: no CUDA", "exception", "failed"),
    *[(f"training {what} failed", "training failed", "failed") for what in ("run", "job", "process")],
    *[(line, "NaN loss", "NaN") for line in (
        "loss was nan, stopping", "loss became nan: exiting", "stop: loss is nan", "terminating as loss was nan", "abort: loss nan")],
    ("exited with code: 1", "exit code", "failed"), ("aborted by user", "interrupted", "failed"), ("stopped by the user", "interrupted", "failed"),
    ("make[1]: *** [train] Error 1", "make", "failed"),
    *[(line, "", "failed") for line in (
        "killed 3 stale workers", "OutOfMemoryError caught", "out of memory: reducing the batch",
        "OutOfMemoryError caught, reducing the batch", "ran out of memory, skipping batch", "out of memory, retrying", "out of memory: halving it",
        "out of memory, lowering the batch", "if you run out of memory", "to avoid out of memory", "this prevents out of memory",
        "it reduces out of memory errors", "Stop if loss is nan: True", "NCCL timeout set to 30", "NCCL timeout is 30", "NCCL timeout of 30",
        "Training interrupted, resuming", "Resuming what was interrupted by user", "CUDA out of memory. Resuming with batch size 4",
        "OutOfMemoryError, resuming from step 9", "Resuming after CUDA out of memory", "NCCL timeout, resuming from step 9", "killed 3 怪物")],
    ("[1]+  Killed   nohup python a.py", "killed", "killed"), ("[1]    123 killed     python a.py", "killed", "killed"),
    ("zsh: killed     python a.py", "killed", "killed"), ("srun: error: n1: task 0: Killed", "killed", "killed"),
    ("OOMKilled", "killed", "killed"), ("rank 0 on node n exited on signal 9 (Killed).", "exit code", "failed"),
    ("command terminated with exit code 137", "exit code", "failed"), ("^CKeyboardInterrupt", "interrupted", "failed"),
    ("Training interrupted", "training failed", "failed"), ("Error: no memory, training interrupted", "training failed", "failed"), ("Training was cancelled", "training failed", "failed"),
    ("Run has been canceled", "training failed", "failed"), ("Run failed", "training failed", "failed"),
    ("Training interrupted by user", "interrupted", "failed"), ("Run cancelled by the user", "interrupted", "failed"),
    ("['python', 'a.py'] exits with return code = -9", "exit code", "failed"), ("failed (exitcode: 1) local_rank: 3", "exit code", "failed"),
    ("Job failed: execution took longer than 1h", "training failed", "failed"), ("OOM when allocating tensor", "CUDA out of memory", "OOM"),
    ("Detected 1 oom_kill event in StepId=113.0.", "killed", "killed"),
    ("[Done] exited with code=1 in 12.4 seconds", "exit code", "failed"), ("^CInterrupted by user, saving the model", "interrupted", "failed"),
    ("Command exited with non-zero status 1", "exit code", "failed"),
    ("torch.distributed.elastic.multiprocessing.api.SignalException: Process 64 got signal: 1", "terminated", "failed"),
    ("Received 15 death signal, shutting down workers", "terminated", "failed"),
    ("killed 2 idle workers", "", "failed"), ("Killed process 12 (python)", "killed", "killed"),
    ("=>> PBS: job killed: walltime 3602 exceeded limit 3600", "killed", "killed"), ("the job killed itself", "", "failed"),
    ("TERM_RUNLIMIT: job killed after reaching its run time limit", "killed", "killed"), ("job killed worker 3", "", "failed"),
    ("✗ Job finished (status: FAILED).", "exit code", "failed"), ("Job 1 failed with return code list: [1]", "exit code", "failed"),
    ("forrtl: error (200): program aborting due to control-C event", "terminated", "failed"), ("forrtl: severe (174): SIGSEGV", "terminated", "failed"),
    ("Loss diverged, aborting", "NaN loss", "NaN"), ("Training has diverged: stopping", "NaN loss", "NaN"), ("stop if the loss diverged", "", "failed"),
    ("Error: Process completed with exit code 1.", "exit code", "failed"), ("Hangup", "interrupted", "failed"), ("hangup on line 3", "", "failed"),
    ("Unhandled exception. System.OutOfMemoryException: Array dimensions", "exception", "failed"), ("no unhandled exception.", "", "failed"),
    ("Killed worker 3, restarting", "", "failed"), ("killed: 0", "", "failed"), ("Killed: 9", "killed", "killed"),
    ("ERROR conda.cli.main_run:execute(49): `conda run python a.py` failed. (See above for error)", "exit code", "failed"),
    ("forrtl: warning (406): fort", "", "failed"), ("status: failed: 0, done: 3", "", "failed"), ("Execution halted", "exception", "failed"), ("*** Check failure stack trace: ***", "check failed", "failed"),
    ("slurmstepd: error: *** STEP 7.0 ON n1 CANCELLED AT 2024-01-01T00:00:00 ***", "cancelled", "failed"),
    ("NaN detected in loss at epoch 3. Aborting.", "NaN loss", "NaN"), ("NaN in the loss, training was stopped", "NaN loss", "NaN"),
    ("NaN in the loss, exiting", "NaN loss", "NaN"), ("NaN loss: terminated", "NaN loss", "NaN"),
    ("NaN loss detected, skipping the batch; would abort after 10", "", "failed")])
def test_words_of_failures(line, reason, word):
    assert (tm.failure_of(line.lower()), tm.failure_word(reason)) == (reason, word)


@pytest.mark.parametrize("line, sure", [
    ("Training complete!", tm.SURE), ("Training is done", tm.SURE), ("training has ended", tm.SURE), ("Training over", tm.SURE),
    ("Finished training.", tm.SURE), ("done training in 411.2 seconds", tm.SURE), ("End of training", tm.SURE),
    ("Exiting train", tm.SURE), ("Training of experiment is done", tm.SURE), ("{'train_runtime': 402.5}", tm.SURE),
    ("20 epochs completed in 0.021 hours.", tm.SURE), ("Loss for final step: 0.5.", tm.SURE),
    ("`Trainer.fit` stopped: `max_steps=200` reached.", tm.SURE), ("Run finished", tm.SURE), ("Run completed", tm.SURE),
    ("finished run", tm.SURE), ("Optimization complete", tm.SURE), ("Training finished, best epoch: 6", tm.SURE),
    ("Fine-tuning complete!", tm.SURE), ("Finetuning done", tm.SURE), ("Done with training", tm.SURE), ("All epochs completed", tm.SURE),
    ("All training steps are done", tm.SURE), ("Training completed: 50%", 0), ("50% of training done", 0), ("Half of training done", 0),
    ("Expected end of training: 12:31", 0), ("Estimated end of training: 12:31", 0), ("Part 1 of training done", 0),
    ("Split 2: training finished", 0), ("Head training finished", 0), ("Backbone training finished", 0), ("Frozen training done", 0),
    ("Local training complete", 0), ("Teacher training done", 0), ("Finished training tokenizer", 0), ("Tokeniser training complete", 0),
    ("Finished training the BPE model", 0), ("Actor training finished", 0), ("Critic training finished", 0),
    ("Discriminator training done", 0), ("Generator training done", 0), ("Finished training model 2/5", 0), ("Training of model 2 of 5 done", 0),
    ("Optimization Done.", tm.SURE),
    ("Job 'run_7' succeeded", tm.SURE), ("✓ Job finished (status: SUCCEEDED).", tm.SURE), ("Job finished (status: running)", 0),
    *((line, tm.SURE) for line in (
        "Training session finished", "Training pipeline completed", "Training succeeded", "Training successful!", "Finished fine-tuning.",
        "The model was trained successfully"[4:], "Experiment finished", "Completed all epochs", "Finished all training steps", "Reached max epochs, stopping",
        "reached the maximum number of steps", "Training stopped by early stopping", "Learning complete", "Early stopping, best: 0.5",
        "Training finished, now sleeping", "max steps reached for training")),
    *((line, 0) for line in (
        "Early stopping at step 41 due to reaching max kl.", "Finished training component 'a'", "previous training finished", "wandb: run finished syncing", "Training nearly complete", "Finished training set evaluation", "stop training? no", "Early stopping: 10",
        "early_stopping=10", "early-stopping 5", "Early stopping best score updated", "EarlyStop: 3/5", "max steps reached in episode", "maximum steps reached for this episode",
        "reached max steps in the episode", "max_steps reached: False", "Run completed for seed 1", "Seed 3 training finished", "Agent 3 training finished",
        "Member 3 training finished", "Vocabulary training complete", "K-means training done", "kmeans training done", "Finished training sentencepiece",
        "Inner loop training finished", "Training finished까지", "Model 3 was trained", "data job completed")),
    ("train done, validating...", tm.WEAK), ("Train finished, start eval", tm.WEAK), ("Training finished. Evaluating", tm.SURE),
    ("Job completed successfully", tm.WEAK), ("Job finished", tm.WEAK), ("Finish training", tm.IF_STEPS), ("time to finish training", 0),
    ("Learning finished after 900 steps.", tm.SURE), ("[a:50 b] Learning finished", tm.SURE), ("transfer learning finished", 0),
    ("[Finished in 12.3s]", tm.SURE), ("Finished in 12.3s", 0), ("Stopping. Best iteration:", tm.SURE), ("No improvement (early stopping at 10)", 0),
    ("Max epochs reached", tm.SURE),
    ("maximum number of steps exceeded", tm.SURE), ("max_epochs!", tm.SURE), ("Stopping training", tm.SURE),
    ("Early stopping triggered", tm.SURE), ("Epoch 9: early stopping", tm.SURE), ("early stopping, best iteration is:", tm.SURE),
    ("Validation score did not improve for 10 epochs. Stopping.", tm.SURE), ("Shrink model to first 9 iterations.", tm.SURE),
    ("* best metric: 0.9", tm.SURE), ("Early stopping: no improvement in 5 epochs", tm.SURE), ("Early stop! Min loss:  1.2", tm.SURE),
    ("Training with TRAINLM completed: Validation stop.", tm.SURE),
    ("Monitored metric val_loss did not improve in the last 3 records. Best score: 0.123. Signaling Trainer to stop.", tm.SURE),
    ("No improvement for 3 epochs, stopping.", tm.SURE), ("No improvement, stopping in 3 epochs", 0), ("No improvement (stopping soon)", 0),
    ("Reached 97% accuracy so cancelling training!", tm.SURE), ("Early stopping is trigger at step: 5", tm.SURE),
    ("Early stopping is triggered", tm.SURE), ("Early stopping is triggered when it rises", 0), ("CRF training ... done [65 s].", tm.SURE),
    ("remaining time: 9 hours, total training time: 1.2 hours", 0), ("Steps remaining: 0. Training finished", tm.SURE),
    ("train: finish (eps time 00:09:14 )", tm.SURE), ("Epoch 3 done. Training finished.", tm.SURE), ("Training done for epoch 3", tm.WEAK), ("End! Best epoch 3", tm.SURE), ("Total training time: 0:01:36", tm.WEAK),
    ("Training time 0:11:12", tm.WEAK), ("Training took 3 s", tm.WEAK), ("'train' took 3 s", tm.WEAK), ("All done!", tm.IF_FULL),
    ("training phase finished", tm.IF_STEPS), ("max_iterations reached", tm.IF_STEPS),
    ("Finished.", tm.IF_FULL), ("Episode 12: max steps reached", tm.IF_FULL), ("Completed", tm.IF_FULL), ("Finished training epoch 3", 0), ("Finished training it 3", 0),
    ("client 3: local training finished", 0), ("Finished training fold 1", 0), ("if training is done", 0), ("Epoch 3 training done", tm.IF_FULL),
    *((line, tm.SURE) for line in (
        "trainer finished", "training run finished", "training loop finished", "training process finished", "training job finished",
        "training with adam finished", "training was completed", "training all done", "completed training",
        "ended training", "finished the training", "finished model training", "end of train", "train: finish", "training: complete",
        "train: completed", "run is finished", "all iterations are finished", "max epochs num reached",
        "max epochs is reached", "max steps was reached", "max steps has been exceeded", "stopped training", "cancelling the training",
        "stopping train", "stopping fit", "stopped early", "stopping early", "early stopped after 3 epochs", "early stop at 3",
        "early stopping was triggered", "early stopping activated", "early stopping occurred", "early stopping achieved", "triggered early stopping",
        "triggered early stopped", "triggered early stop", "early stopping at round 45", "training run ended", "epoch 9 - early stopping",
        "trainer: early stopping", "early stopped", "early stopping, step 300", "did not meet early stopping. best iteration is:", "early stopping 되었습니다", "early stopping しました")),
    *((f"{part} 3: training finished", 0) for part in ("level", "client", "worker", "task", "trial", "repeat", "layer", "subnet")),
    *((f"{word} training is done", 0) for word in (
        "when", "once", "until", "before", "will", "would", "unless", "while", "whether", "no", "waiting", "can", "should", "please", "to be", "resuming")),
    ("counter 3/5: early stopping", 0), ("patience 3: early stopping", 0), ("early stopping! min loss 3", tm.SURE), ("early stopped! min loss 3", tm.SURE),
    ("training complete for aapl.", 0), ("done training resnet50", 0), ("done training in 3 h", tm.SURE),
    *((line, 0) for line in (
        "training completed: 12.5%", "early stopping triggered if worse", "early stopping triggered when worse",
        "early stopping triggered once worse", "early stopping triggered after 3", "early stopping triggered unless better", "to stop training",
        "early stopping (at 10)", "no improvement, stopping at 3", "no improvement, stopping after 3", "no improvement, stopping if worse",
        "no improvement, stopping when worse", "early stopping is triggered after 5 bad epochs", "early stopping triggered after 5 calls",
        "no improvement for 3 epochs. early stopping counter: 3", "no improvement. early stopping patience 3/10",
        "early stopping: val loss did not improve (3/10)", "early stopping: val_loss did not improve from 0.5",
        "early stopping: val loss did not improve for 3 epochs (patience 10)", "if patience is exhausted, stopping training",
        "patience exceeded by 3: early stopping off", "vae training complete, training diffusion model",
        "text encoder training done, fine-tuning decoder", "policy training finished, then training its value",
        "model training done, now training the head")),
    *((line, tm.SURE) for line in (
        "early stopping triggered after 3 epochs (no improvement for 2 epochs)", "no improvement in 5 epochs. early stopping.",
        "no improvement for 5 epochs > early stopping", "patience exhausted. stopping training.", "patience limit reached. stopping training.",
        "patience was exceeded: stopping training", "early stopping: val loss did not improve for 5 epochs",
        "early stopping - loss didn't improve in 3 checks", "early stop: no improvement for 5 epochs",
        "early stop: no val improvement for 5 validations", "training complete for all features", "training completed for 9 epochs",
        "training complete for the model", "training complete for a total of 3 h",
        "early stopping (patience=5) at epoch 3", "training complete, training time: 12 min", "training finished, training took 3 h"))])
def test_words_of_ends(line, sure):
    assert tm.end_of(line.lower()) == sure


@pytest.mark.parametrize("line", [
    "[eval] batch 50/200 | loss 0.4 | 912.3 samples/s", "Test: loss 0.4, 912.3 images/s", "val_loss 0.4 (900 images/s)",
    "{'eval_loss': 1.8, 'eval_runtime': 3.1, 'eval_samples_per_second': 412.1, 'epoch': 0.5}"])
def test_how_fast_an_evaluation_is_says_nothing_of_the_run(line):
    told = read_log(f"[train] step 100/5000 | loss 0.5 | 12.1 samples/s\n{line}\n")
    assert (told.rate, told.rate_unit, told.val_loss is None) == (12.1, "samples/s", False)


@pytest.mark.parametrize("words, pattern, sample", tm.ODD_FORMATS, ids=[row[0] for row in tm.ODD_FORMATS])
def test_each_odd_format_reads_its_sample(words, pattern, sample):
    wanted = re.search(pattern, sample).groupdict()
    found = read_log(sample + "\n")
    assert words in sample and "step" in wanted and {"loss", "progress"} & set(wanted)
    for name, text in wanted.items():
        if text and name != "eta":
            assert getattr(found, name) == float(text)


def test_the_result_is_the_same_however_the_text_is_cut():
    rnd = random.Random(3)
    for _, text, _ in CORPUS:
        data = (text + "\x1b[1m训练 ✓ loss: 1\x1b[0m\n").encode()
        whole, memory = read_with(tm.Memory(), data), tm.Memory()  # what one cut spoils there shows with the next
        for cuts in [sorted(rnd.sample(range(len(data)), min(len(data), 9))) for _ in range(4)] + [
            list(range(len(data)))
        ]:
            assert read_with(memory, *(data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)]))) == whole


def test_looks_at_a_log_change_nothing():
    rnd = random.Random(4)
    bars = "".join(f"\rTraining: {i // 3}%|#| {i}/300 [{i // 60:02}:{i % 60:02}<00:10, 1.0it/s]" for i in range(300))
    for text in (bars, *(row[1] for row in CORPUS)):
        watched, whole = tm.LogReader(), tm.LogReader()
        cuts = sorted(rnd.sample(range(len(text)), min(len(text), 9)))
        for a, b in zip([0, *cuts], [*cuts, len(text)]):
            watched.feed(text[a:b])
            watched.progress()
        whole.feed(text)
        assert repr(watched.progress()) == repr(whole.progress())


def test_a_look_at_an_open_line_leaves_nothing_behind():
    reader = tm.LogReader()
    reader.feed("step 1 one/loss=1.2 acc")
    assert reader.progress().step == 1 and reader.progress().loss is None  # so far it is a part
    reader.feed("=1 one/loss_cls=0.5\nstep 2 two/loss_cls=0.3\nstep 3 two/loss=1.1\n")
    assert reader.progress().loss == 1.1


def test_an_open_line_is_read_but_never_a_half_number():
    reader = tm.LogReader()
    seen = []
    for char in "step 1/10 loss: 2.5\nstep 2/10 loss: 1.75":
        reader.feed(char)
        seen.append(reader.progress().loss)
    assert set(seen) <= {None, 2.5} and seen[-1] == 2.5
    reader.feed("\n")
    assert reader.progress().loss == 1.75
    reader.feed("\rEpoch 1:  30%|###   | 3/10 [00:03<00:07, 1.0it/s, loss=0.5]")
    assert reader.progress().step == 3  # a bar seldom ends its line


HOSTILE = ("a" * 1_000_000, "loss: " * 170_000, "1/" * 500_000, "Epoch 1/3 " * 100_000, "9" * 1_000_000, "[" * 1_000_000,
           "epoch 1 | " * 100_000, "loss=1e" * 140_000, "\x1b[" * 500_000, "%|" * 500_000, " " * 1_000_000 + "loss", "\r" * 1_000_000,
           "\n".join(f"key{i} loss {'x' * (i % 90)} {i}" for i in range(25_000)), "1:2:3 " * 160_000, "a b " * 250_000 + "1",
           "\n".join("loss " + "a " * 900 + "1 " * 900 for _ in range(280)))


@pytest.mark.parametrize("text", HOSTILE, ids=[text[:12].strip() or "blank" for text in HOSTILE])
def test_hostile_text_takes_bounded_time(text):
    began = time.process_time()
    read_log(text)
    assert time.process_time() - began < 5  # a second where nothing else runs


def test_any_bytes_are_read():
    rnd = random.Random(7)
    pieces = [
        b"Epoch ",
        b"1/3",
        b"loss",
        b": ",
        b"=",
        b"\x1b[",
        b"\r",
        b"\n",
        b"nan",
        b"%|",
        b"| 3/10 [",
        b"00:01<",
        b"it/s",
        b"]",
        b"{",
        b"'",
        b"\xff",
        b"\xe4\xbd",
        b"\x00",
        b"1e999",
        b"-",
        b".",
        b"|",
        b"\t",
        b"step ",
        b"val_",
        b"9" * 50,
        b"Traceback (most recent call last):",
    ]
    for _ in range(400):
        data = b"".join(rnd.choice(pieces) for _ in range(rnd.randrange(60)))
        found = read_log(data)
        assert found.progress is None or 0 <= found.progress <= 100
        assert all(value == value and abs(value) < float("inf") for value in (found.epoch or 0, found.step or 0))


def test_a_reader_stays_small_however_much_it_reads():
    tracemalloc.start()
    reader = tm.LogReader()
    reader.feed("".join(f"step {i}/9 loss {i % 97 / 7:.4f} lr 1e-4\n" for i in range(20)))
    before = tracemalloc.get_traced_memory()[0]
    for i in range(0, 8_000, 20):
        reader.feed("".join(f"step {j}/99999 loss {j % 97 / 7:.4f} metric{j % 5000} {j}\n" for j in range(i, i + 20)))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown - 3000 * len(reader.memory.plans) - 400 * len(reader.memory.masks) < 1 << 20
    assert len(reader.train.points) <= tm.POINTS_MAX and len(reader.memory.plans) <= tm.PLANS_MAX
    assert len(reader.others) <= tm.METRICS_MAX and all(len(s.points) <= tm.OTHERS_MAX for s in reader.others.values())


def test_points_of_a_chart_cover_the_whole_run():
    reader = tm.LogReader()
    for step in range(10_000):
        reader.feed(f"step {step}/10000 loss {step}\n", wall=float(step))
    points = reader.curves().train
    assert tm.POINTS_MAX / 2 <= len(points) <= tm.POINTS_MAX and points[0][:2] == (0.0, 0.0) and points[-1][1] > 9980
    assert points == tuple(sorted(points)) and all(step == value == wall for wall, step, value in points)
    reader.feed("Training started\nstep 1/10000 loss 7\n")  # another run
    assert reader.curves().train == ((0.0, 1.0, 7.0),)


def test_patterns_go_before_the_rules():
    pattern = re.compile(
        r"E(?P<epoch>\d+) of (?P<total_epochs>\d+): (?P<loss>[\d.]+) left (?P<eta>\S+) (?P<psnr>[\d.]+)dB"
    )
    found = read_log("E3 of 10: 0.25 left 0:10:00 31.5dB\n", patterns=[pattern])
    assert (found.epoch, found.total_epochs, found.loss, found.eta_s, found.metrics) == (
        3,
        10,
        0.25,
        600,
        {"psnr": 31.5},
    )
    assert read_log("Epoch 4/10 loss: 0.2\n", patterns=[pattern]).epoch == 4
    assert read_log("eta90 E3\n", patterns=[re.compile(r"eta(?P<eta>\d+) E(?P<epoch>\d+)")]).eta_s == 90


def test_bytes_that_are_no_text_tell_nothing_and_those_of_another_alphabet_cost_nothing():
    for seed in range(8):
        reader = tm.LogReader()
        reader.feed(random.Random(seed).randbytes(100_000))
        reader.end()
        found = reader.progress()
        assert (found.epoch, found.step, found.loss, found.progress, found.state) == (None,) * 5
    reader.feed("\u00e9poque 3/9 perte 0.5\n".encode("latin-1"))
    reader.feed("\u7b2c3\u8f6e epoch 4/9 loss=0.25 acc=0.5\n".encode("gbk"))
    reader.end()
    assert (reader.progress().epoch, reader.progress().loss) == (4, 0.25)


@pytest.mark.parametrize("data, said", [
    (gzip.compress(b"step 1/9 loss 2\n" * 99), True), ("step 1/9 loss 2\n".encode("utf-16"), True), (b"hello\n", False), (b"step 1/9 loss 2\n\0", False)])
def test_a_file_that_is_no_text_is_said_to_be_none(tmp_path, data, said):
    (tmp_path / "x").write_bytes(data)
    done = run("--parse-log", str(tmp_path / "x"))
    assert done.returncode == 0 and ("no text as it stands" in done.stderr) == said


def test_the_trace_names_line_and_rule():
    told = []
    tm.LogReader(trace=lambda line, rule: told.append((rule, line))).feed(
        "hello\nEpoch 1/3 \x1b[1mloss: 0.5\n\nstep 12:\tlearn: 0.6\ttest: 0.7\nEpoch 1/3 loss: 0.5\nKilled\n"
    )
    assert told == [('pairs', 'Epoch 1/3 loss: 0.5'), ('pattern', 'step 12:    learn: 0.6  test: 0.7'), ('pairs', 'Epoch 1/3 loss: 0.5'), ('failure', 'Killed')]


STRANGE = (  # what a log may say to bring down whoever reads it
    "epoch 1/10 step 0/100 loss: 2.3 eta: inf", "train: 12%|##| 6/50 [00:01<" + "9" * 400 + ", 5.1it/s, loss=2.0]",
    "step 1" + "0" * 307 + "/1" + "0" * 308 + " loss 1", "epoch 1e200 step 5/" + "9" * 200 + " loss 0.5\nepoch 2e200 step 6/" + "9" * 200 + " loss 1",
    "step: -1e308 loss: 1\nstep: 1e308 loss: 2", "train: 12%|##| 6/50 [00:01<00:09, 5.1it\0/s, loss=2.0]",
    "train: 12%|##| 6/50 [00:01<00:09, 5.1\u202eit/s, loss=2.0]", "train: 12%|##| 6/50 [00:01<9::]", "loss: 0.5 eta: 1:\u0663\u0663", "loss: \u0663",
    "epoch | loss | \x1b]0;x\x07lr | a\u202eb\n1 | 2 | 3 | 4\n2 | 2 | 3 | 4", "loss: 2 progress: -5%", "step: -5/10 loss: 1", "Epoch 0/0 loss 0 step 0/0",
    "loss: 1e308 val_loss: -1e308\nloss: -1e308 val_loss: 1e308", "loss=1 rate=1e308 it/s 1e400it/s", "Traceback (most recent call last):\nE\u202e: \0x")


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_strange_logs_are_drawn_and_cleaned(text):
    fleet, reader = drawn_fleet(), tm.LogReader()
    reader.feed("epoch 1/3 step 1/9 loss 1\nepoch 1/3 step 2/9 loss 2\n" + text, 1.0)
    for end in (False, True):
        if end:
            reader.end()
        m = fleet.metrics[31845210]
        m.log, m.curves = reader.progress(), reader.curves()
        m.epoch, m.total_epochs, m.step, m.total_steps, m.loss = m.log[:5]
        m.pace = tm.Pace()
        m.pace.mark(NOW.mono - 9, m.log.progress or 0.0)
        assert 0 <= m.progress_percentage() <= 100
        m.estimated_completion_time()
        for view in VIEWS:
            for columns, rows in ((160, 45), (80, 24), (40, 12)):
                for line in tm.render(tm.make_scene(fleet, view._replace(selected=31845210), NOW, columns, rows, keys=tm.KEYS)):
                    assert all(span.text.isprintable() for span in line)


@pytest.mark.parametrize("line", ["loss a1:" + " " * 3900 + "x 1", "loss 1 " + "1," * 1990, "loss " + "a1.%/-'" * 560, "loss" + " " * 3900 + "nanx",
                                  json.dumps({"step": 1, "loss": 0.5, "ids": list(range(900))}, separators=(",", ":")), "epoch  " + "x" * 3900,
                                  "loss nan " * 440, "loss" + ":" * 3900, "epoch | loss | step\n1" + " " * 3900 + "x | 1 | 1"])
def test_no_line_takes_long(line):
    def took():
        began = time.process_time()
        read_log(line)
        return time.process_time() - began
    assert min(took() for _ in range(3)) < 1  # 0.05 s, and the best of three, whatever the machine does beside it


def read_with(memory, *chunks):
    reader = tm.LogReader(memory=memory)
    for chunk in chunks:
        reader.feed(chunk)
    reader.end()
    assert "error" not in reader.passed
    return repr((reader.progress(), reader.curves()))


@pytest.mark.parametrize("first, second", [
    ("update: 5 loss: 1\n", "update: 0.052 loss: 1\n"), ("loss 0.5 [3/7]\n", "loss 0.5 [7/3]\n"),
    ("[1/30000] val_loss=2.5\n", "[1/30] val_loss=2.5\n"), ("11/23 22:49 loss: 0.5\n", "3/23 22:49 loss: 0.5\n"),
    ("2024-9-30 12:49:07 step 3/9 loss 1\n2024-9-30 12:59:07 step 4/9 loss 1\n", "2024-10-01 12:49:07 step 3/9 loss 1\n2024-10-01 12:59:07 step 4/9 loss 1\n"), ("12/12 22:49:07 train loss 0.4\n", "1/2 2:4:3 train loss 0.5\n"), ("step 1 eta: 12:34:56\n", "step 1 eta: 1:2:3\n")])
def test_lines_of_one_shape_do_not_change_each_others_meaning(first, second):
    for one, other in ((first, second), (second, first)):
        memory = tm.Memory()
        read_with(memory, other)
        assert read_with(memory, one) == read_with(tm.Memory(), one)


def test_a_log_is_read_the_same_with_what_was_learned_from_any_other():
    rnd, memory = random.Random(5), tm.Memory()
    rows = [text for _, text, _ in CORPUS]
    for text in rnd.sample(rows, len(rows)) + rows:
        assert read_with(memory, text) == read_with(tm.Memory(), text)


def test_what_one_log_says_never_reaches_another_reader():
    victim = "12/12 22:49:07 train loss 0.4\n"
    alone = read_log(victim)
    attacker = tm.LogReader()
    for i in range(tm.PLANS_MAX + 100):
        attacker.feed("".join(chr(97 + int(digit)) for digit in str(i)) + " loss 1\n1/2 2:4:3 train loss 0.5\n")
    assert repr(read_log(victim)) == repr(alone) and alone.state == "training" and alone.step is None


def test_a_fault_of_the_reader_costs_a_line_and_no_chunk(monkeypatch):
    plan_line = tm.plan_line
    monkeypatch.setattr(tm, "plan_line", lambda line, header: 1 / 0 if "boom" in line.text else plan_line(line, header))
    reader = tm.LogReader()
    reader.feed("step 1/9 loss 3\nboom step 2/9 loss 2\nstep 3/9 loss 1\n")
    assert reader.progress().step == 3 and "boom" in reader.passed["error"]


@pytest.mark.parametrize("line, stamp", [
    ("2025-01-14 12:34:56,5 step 1/9 loss 1", 1736858096.5), ("[2025/01/14 12:34:56] step 1/9 loss 1", 1736858096.0),
    ("[01/14 12:34:56 d2] step 1/9 loss 1", 1736858096.0), ("I0114 12:34:56.5 7 a.py:1] step 1/9 loss 1", 1736858096.5),
    ("Jan 14 12:34:56 host python[7]: step 1/9 loss 1", 1736858096.0), ("12:34:56 step 1/9 loss 1", 1736858096.0),
    ('{"step": 1, "loss": 1, "timestamp": 1736858096.5}', 1736858096.5), ("step 1/9 loss 1 eta 12:34:56", None),
    ('{"time": "2025-01-14T12:34:56", "step": 1, "loss": 1}', 1736858096.0), ("2025-02-30 12:34:56 step 1 loss 1", None),
    ("Dec 30 12:34:56 host python[7]: step 1/9 loss 1", 1735562096.0), ("Run 14 12:34:56 step 1/9 loss 1", None), (f"step 1/9 loss 1 {'.' * 50} 2025-01-14 12:34:56", None)])
def test_lines_carry_their_own_time(line, stamp):
    reader, tail = tm.LogReader(), tm.LogTail()
    reader.feed(line + "\n", NOW.wall)
    assert reader.progress().stamp == stamp == tail.feed(line + "\n", NOW.wall)[-1].stamp
    reader.end()
    assert reader.progress().stamp == stamp  # the end of the log is read at no time of its own


def test_every_month_is_known():
    texts = [f"{time.strftime('%b', (2024, month, 1, 0, 0, 0, 0, 1, 0))} 14 12:34:56 step 1/9 loss 1" for month in range(1, 13)]
    months = [time.gmtime(tm.stamp_of(text, NOW.wall)).tm_mon for text in texts]
    assert months == list(range(1, 13)) and tm.stamp_of(texts[0], 0.0) is None


@pytest.mark.parametrize("said, seconds", [
    ("eta: 5 s", 5), ("eta: 90", 90), ("eta: 5 sec", 5), ("eta: 5 secs", 5), ("eta: 1 second", 1), ("eta: 5 seconds", 5), ("eta: 500 ms", 0.5),
    ("eta: 5 m", 300), ("eta: 5 min", 300), ("eta: 5 mins", 300), ("eta: 1 minute", 60), ("eta: 5 minutes", 300),
    ("eta: 2 h", 7200), ("eta: 1 hr", 3600), ("eta: 2 hrs", 7200), ("eta: 1 hour", 3600), ("eta: 2 hours", 7200),
    ("eta: 2d", 172800), ("eta: 1 day", 86400), ("eta: 2 days", 172800), ("eta: 1 day, 0:00:05", 86405), ("eta: 2 days, 0:00:05", 172805), ("eta: 1h 2m 3s", 3723),
    ("hours left: 1.5", 5400), ("minutes left: 1.5", 90), ("ETA: 12:34", 754), ("eta: 5 s 2 h", 5), ("eta: -1", None), ("eta: 12 steps", None),
    ("eta: 90 lr 0.1", 90), ("eta: 12it", None), ("eta: 5 s/it", None), ("eta: 99999999999999999999", None)])
def test_times_that_are_left(said, seconds):
    assert read_log(f"step 3 loss 0.5 {said}\n").eta_s == seconds


def test_the_log_tells_pace_first_place_and_failure_time():
    reader = tm.LogReader()
    for i in range(40, 90):
        reader.feed(f"2025-01-14 12:{i - 40:02d}:00 step {i}/100 loss 1\n")
    told = reader.progress()
    assert told.first == 40 and told.past[0][1] == 40 and told.past[-1][1] > 85 and len(told.past) <= tm.PAST_MAX
    assert all((b[0] - a[0]) == pytest.approx(60 * (b[1] - a[1])) for a, b in zip(told.past, told.past[1:]))
    reader.feed("2025-01-14 13:00:00 CUDA out of memory\n")
    assert reader.progress().stamp == 1736859600.0
    bars = read_log(*(f"\r {i}%|#  | {i}/100 [00:{i // 2:02d}<00:50, 2.0it/s, loss=1]" for i in range(10, 99)))
    assert bars.past[0] == (5, 10) and bars.past[-1][0] > 40 and bars.first == 10
    assert read_log("step 1/9 loss 1\n").past == ()


def test_bars_before_the_first_place_tell_how_long_they_took():
    """A download, a tokenization: the longest of them, for several may run at once; an evaluation is none."""
    reader = tm.LogReader()
    reader.feed("".join(f"\rDownloading data: {i}%|#  | {i}/100 [{i // 5:02d}:00<10:00,  9.1MB/s]" for i in range(5, 101, 5)) + "\n")
    reader.feed("Map: 100%|####| 5000/5000 [00:41<00:00, 121.1 examples/s]\n")
    assert reader.progress().before_s == 1200
    reader.feed("step 10/500 loss=2.31\nEvaluating: 100%|####| 60/60 [30:00<00:00,  1.1s/it]\nstep 20/500 loss=2.2\n")
    assert reader.progress().before_s == 1200 and reader.progress().first == 2.0


def test_a_chart_of_steps_holds_no_point_of_an_epoch():
    reader = tm.LogReader()
    reader.feed("{'loss': 2.0, 'epoch': 0.25}\n")
    assert [x for _, x, _ in reader.curves().train] == [0.25]
    reader.feed(" 50%|#####     | 50/100 [00:10<00:10,  5.00it/s]\n{'loss': 1.5, 'epoch': 0.5}\n")
    assert [x for _, x, _ in reader.curves().train] == [50.0] and reader.curves().unit == "step"


def test_lines_that_a_pattern_reads_tell_the_pace_by_their_own_times():
    reader = tm.LogReader([re.compile(r"at (?P<step>\d+) of (?P<total_steps>\d+)")])
    reader.feed("".join(f"2024-01-14 10:0{i}:00 at {i} of 10\n" for i in (1, 2, 3)))
    assert reader.progress().past == ((1705226460, 10), (1705226520, 20), (1705226580, 30))


def test_the_log_tells_best_link_and_the_course_of_any_metric():
    reader = tm.LogReader()
    reader.feed("wandb: View run at https://wandb.ai/me/p-1/runs/ab12cd34\n")
    for epoch, loss in enumerate((0.9, 0.5, 0.6, 0.7), 1):
        reader.feed(f"Epoch {epoch}/9 loss: 1.0 val_loss: {loss} grad_norm: {epoch} lr: 0.1\n")
    assert reader.progress().best == (0.5, 2, 2) and reader.progress().link == "https://wandb.ai/me/p-1/runs/ab12cd34"
    curves = reader.curves()
    assert [value for _, _, value in curves.others["grad_norm"]] == [1, 2, 3, 4] and curves.unit == "epoch"
    assert set(curves.others) == {"grad_norm", "lr"} and [at for _, at, _ in curves.val] == [1, 2, 3, 4]
    reader.feed("Epoch 5/9 step 3/7 loss: 1\n")
    assert reader.curves().unit == "step"


def test_explain_names_line_and_rule_and_what_was_not_used():
    reader = tm.LogReader()
    reader.feed("Epoch 2/9 loss: 0.5\nValidating:  10%|#  | 1/10 [00:01<00:09, 1.0it/s]\nTraining finished\n")
    told = {field: rest for field, *rest in reader.explain()}
    assert told["epoch"] == ["2", "pairs", "Epoch 2/9 loss: 0.5"] and told["loss"][0] == "0.5"
    assert told["state"] == ["finished", "begins or ends", "Training finished"] and "Validating" in told["not used"][2]
    reader = tm.LogReader()
    reader.feed("steps:   0%|   | 0/1600 [00:00<?, ?it/s]\rsteps:   2%|#  | 40/1600 [00:16<10:50, 2.40it/s]")
    assert [row[1] for row in reader.explain() if row[0] == "step"] == ["40"]  # the bar that is not over


def test_full_counters_are_no_end_until_the_log_is_over():
    reader = tm.LogReader()
    reader.feed("step 9/9 loss 1\n")
    assert (reader.progress().progress, reader.progress().state) == (100, "training")
    reader.end()
    assert reader.progress().state == "finished"  # nothing more will come


def test_what_depends_on_the_run_is_not_remembered_of_a_line():
    said = "Total training time: 0.21 seconds.\n"
    assert read_log("Epoch 1/2 loss: 0.5\n", said).state == "training"
    assert read_log("epoch 4 loss: 0.5\n", said).state == "finished"  # without a total, after it was no end of another
    assert read_log("step 0/10 loss: 0.5\n", said).state == "training"  # 0 % is known


def test_a_point_of_a_chart_stands_at_its_step_of_the_run():
    reader = tm.LogReader()
    reader.feed("Epoch 1/3 step 5/10 loss 1\nEpoch 2/3 step 5/10 loss 1\n")
    assert [at for _, at, _ in reader.curves().train] == [5, 15]


def test_what_is_read_late_is_what_was_said_last():
    assert read_log("step 1 loss 1 5.0 it/s\nstep 2 6.0 it/s\nstep 3 loss 1 7.0 it/s\n").rate == 7
    patterns = [re.compile(r"E(?P<epoch>\d+) left (?P<eta>\S+)"), re.compile("psnr (?P<psnr>.+)")]
    assert read_log("E3 left 0:10:00\npsnr 31.5\n", patterns=patterns).eta_s == 600  # a score takes back no time
    reader = tm.LogReader()
    reader.feed("".join(f"step 1 loss 1 {'a' * n}\n" for n in range(2 * tm.LOOKS_MAX)))
    assert len(reader.run.looks) == tm.LOOKS_MAX


def test_explain_says_how_the_progress_follows():
    def how(text):
        reader = tm.LogReader()
        reader.feed(text)
        return {field: (value, rule) for field, value, rule, _ in reader.explain()}
    assert how("step 3/4 loss 1\n")["progress"] == ("75.00%", "step of all steps")
    assert how("Epoch 1/2 loss 1\n")["progress"] == ("50.00%", "epochs before, and the part of this one")
    assert "progress" not in how("loss 1\n")
    reader = tm.LogReader()
    reader.feed("Epoch 2/9 loss: 0.5\nlr: 0.1\n")
    assert {field: line for field, _, _, line in reader.explain()}["loss"] == "Epoch 2/9 loss: 0.5"


def test_the_trace_tells_what_changed_by_the_rule_that_read_it():
    told = []
    tm.LogReader(trace=lambda line, rule: told.append((rule, line))).feed(
        "Epoch 3/9 loss 1\nEpoch 3/9 loss 1\nEpoch 4/9 loss 1, total training time: 5 s\nEpoch 4/9 training done, loss 2\nEpoch 5/9 loss 1; retrying the upload\n")
    assert told == [("pairs", "Epoch 3/9 loss 1"), ("pairs", "Epoch 4/9 loss 1, total training time: 5 s"), ("pairs", "Epoch 4/9 training done, loss 2"),
                    ("pairs", "Epoch 5/9 loss 1; retrying the upload")]


def test_a_held_bar_and_an_unfinished_line_are_seen_and_change_nothing():
    reader = tm.LogReader()
    reader.feed("\rEpoch 1/3:  10%|# | 1/10 [00:01<00:09, 5.0it/s, loss=0.5]\n\rEpoch 1/3: 100%|##| 10/10 [00:01<00:00, 5.0it/s, loss=0.4]\n")
    assert (reader.progress().step, reader.run.step.place) == (10, 1)
    reader.feed("val_loss: 0.5\nEpoch 2/3 lr: ")
    assert (reader.progress().epoch, reader.run.epoch.place, reader.run.over) == (2, 1, True)
    reader.feed("0.1\n")
    assert round(reader.progress().progress) == 33 and reader.run.step.span == 10


def test_the_place_of_a_bar_that_is_drawn_is_known_before_its_line_ends():
    def told(text):
        reader = tm.LogReader()
        reader.feed(text)
        return reader.progress()[:5]
    assert told("Epoch 2/3 ━━━━━╸━━━━ 12/40 0:00:01 • 0:00:02 9.00it/s v_num: 2.000 train_loss: 0.05") == (2, 3, 12, 40, None)
    assert told("Epoch 2/3\n12/40 [===>......] - ETA: 3s - loss: 0.5") == (2, 3, 12, 40, None)
    assert told("Epoch 2/3 in 12/40 0:00:01 v_num: 2.000 train_loss: 0.05") == (2, 3, None, None, None)
    assert told("step 9/90 loss 2\nEpoch 2/3 ━━━━━╸━━━━ 12/40 0:00:01 loss: 0.05")[2:4] == (9, 90)  # it may evaluate


def test_a_chart_holds_only_what_was_believed_and_can_be_drawn():
    def curves(text):
        reader = tm.LogReader()
        reader.feed(text)
        return reader.curves()
    assert [x for _, x, _ in curves("loss 0.5\n").train] == [0] == [x for _, x, _ in curves("val_loss: 0.5\n").val]
    assert [x for _, x, _ in curves("loss 0.5\nloss 0.5\nloss 0.4\n").train] == [0, 1, 2]
    assert [y for _, _, y in curves("step 1 loss 1\nstep 2 loss_cls: 0.3\nstep 3 loss 2\n").train] == [1, 2]
    assert [y for _, _, y in curves("Epoch 1 val_loss 0.5\nEpoch 1 test_loss 0.7\n").val] == [0.5]
    assert [y for _, _, y in curves("step 1 loss 1\nstep 2 loss inf\n").train] == [1]
    assert curves("step 1 loss 1 acc: nan\n").others["acc"] == ()
    assert curves("loss 0.5\nstep 1 acc 0.5\n").train == ()
    assert len(curves("step 1 loss_cls: 0.5\nstep 2 loss_box: 0.3\n").train) == 1
    assert [x for _, x, _ in curves("epoch 99999999 step 5/999999999999999 loss 1\n").train] == [0]


def test_the_courses_of_other_values_are_thinned_evenly_and_bounded():
    reader = tm.LogReader()
    reader.feed("".join(f"step {i}/9999 acc {i / 9999:.4f}\n" for i in range(5000)))
    at = [x for _, x, _ in reader.curves().others["acc"]]
    assert at[0] == 0 and at[-1] > 4800 and len({b - a for a, b in zip(at, at[1:])}) == 1
    reader = tm.LogReader()
    names = [chr(97 + i // 26) + chr(97 + i % 26) + "x" for i in range(tm.METRICS_MAX + 9)]
    for i in (1, 2):
        reader.feed("".join(f"step {i} {name} {i}\n" for name in names))
    reader.feed(f"at step 3: {names[0]} 3\n")
    assert len(reader.others) == tm.METRICS_MAX and [y for _, _, y in reader.curves().others[names[0]]] == [1, 2, 3]


def test_a_full_memory_starts_anew_and_many_shapes_are_no_log():
    known = {}
    for i in range(tm.PLANS_MAX):
        tm.Memory.keep(known, i, i)
    assert len(known) == tm.PLANS_MAX
    tm.Memory.keep(known, "one", 1)
    assert known == {"one": 1}
    memory = tm.Memory()
    reader = tm.LogReader(memory=memory)
    assert reader.memory is memory
    reader.feed("".join(f"{''.join(word)} step 3 loss 2\n" for word in itertools.product("bcdghjkmqwxyz", repeat=3)))
    assert reader.passed == {} and reader.credit < 0 and reader.run.step.place == 3
    reader.feed("quite another step 4 loss 1\n")
    assert reader.run.step.place == 3


def test_with_patterns_each_line_is_asked_anew():
    found = read_log("v3 at 5\nv7 at 6\nv3 at 8\n", patterns=[re.compile(r"v7 at (?P<step>\d+)")])
    assert (found.step, found.loss) == (6, None)


def test_a_line_of_no_text_is_none_however_it_is_cut():
    data = b"\xff\xfe loss 0.5 \xff\xff\xff\xff\xff\xff\xff\xff\nstep 3/9 loss 1\xff\n"
    for cut in range(len(data)):
        found = read_log(data[:cut], data[cut:])
        assert (found.step, found.loss) == (3, 1)


def test_backspaces_leave_no_endless_line():
    reader = tm.LogReader()
    for i in range(2 * tm.RECORD_MAX // 8):
        reader.feed(f"{i % 90 + 10} of 99" + "\b" * 8)
    reader.feed("step 3/9 loss 1\n")
    assert reader.progress().step == 3


@pytest.mark.parametrize("text, stamp", [
    ("2024-01-14 10:00:00 loss 1\n", 1705226400), ("2024-01-14 10:00:00 Epoch 1/4\n", 1705226400),
    ("2024-01-14 10:00:00 step 1/9 loss 1\nKilled\n", 1705226400), ("2024-01-14 10:00:00 step 1/9 loss 1\n2024-01-14 11:00:00 lr: 0.1\n", 1705226400)])
def test_only_what_moves_the_run_bears_its_time(text, stamp):
    assert read_log(text).stamp == stamp


@pytest.mark.parametrize("text, past", [
    ("step 1/9 loss 1\nstep 2/9 loss 1\n", ()),
    ("step 1/9 loss 1 elapsed: 0:00:10\nstep 2/9 loss 1 elapsed: 0:00:20\n", ()),
    ("Epoch 1/9 loss 1 elapsed: 0:00:10\nEpoch 2/9 loss 1 elapsed: 0:00:20\n", ()),
    ("2024-01-14 10:00:02 step 1/4 loss 1\n2024-01-14 10:00:01 step 2/4 loss 1\n2024-01-14 10:00:03 step 3/4 loss 1\n", ((1705226402, 25), (1705226403, 75))),
    ("".join(f"2024-01-14 10:00:0{i} step 3{i} loss 1 progress: {percent}%\n" for i, percent in enumerate((60, 55, 70))), ((1705226400, 60), (1705226402, 70))),
    ("2024-01-14 10:00:01 step 5/10 loss 1\n2024-01-14 10:00:02 step 10/10 loss 1\n2024-01-14 10:00:03 step 2/10 loss 1\n", ()),  # each of an epoch
    ("".join(f"2024-01-14 10:00:0{i} {i}0%|# | {i}/10 [00:2{i}<00:09, 5.0it/s, loss=1]\n" for i in (1, 2)), ((1705226401, 10), (1705226402, 20))),
    ("".join(f"\rEpoch 1/2: {i}0%|# | {i}/10 [00:2{i}<00:09, 5.0it/s, loss=1]\n" for i in (1, 2)), ()),
    ("".join(f"\rEpochs: {i}0%|# | {i}/10 [00:2{i}<00:09, 5.0s/it]\n" for i in (1, 2)), ((21, 10), (22, 20)))])
def test_the_past_rises_and_is_of_the_run(text, past):
    assert read_log(text).past == past


def test_only_an_epoch_that_told_a_loss_ended_with_one():
    assert read_log("Epoch 1/9 acc 0.5\nEpoch 2/9 acc 0.6\n").ended_with == {}
    assert read_log("Epoch 1/9 loss 2\nEpoch 2/9 loss 1\n").ended_with == {1: 2}


def test_the_chart_ends_with_the_newest_loss():
    reader = tm.LogReader()
    for step in range(1501):
        reader.feed(f"step {step}/2000 loss {step}\n")
        assert reader.curves().train[-1][1:] == (step, step)
    reader.feed("step 1502/2000 loss 7\nstep 1900/2000 lr 0.5\n")
    assert reader.run.place() == 1900 and reader.curves().train[-1][1:] == (1502, 7)


def test_words_of_the_table():
    assert read_log("step 1 loss 1\nLoss: nan, stopping training\n").state == "failed"
    assert tm.failure_word("Traceback: KeyError: 'namespace'") == "failed"


# ---- Model -----------------------------------------------------------------------------------


def test_scripts_fill_the_fields_that_they_know():
    metrics = tm.TrainingMetrics(instance_id=1, step=500, total_steps=1000)
    assert metrics.progress_percentage() == 50.0
    metrics = tm.TrainingMetrics(instance_id=1, gpu_type="RTX 4090", status="running", gpu_util=50.0, loss=2.5)
    assert metrics.health_status() == "healthy"
    assert tm.TrainingMetrics(instance_id=1, status="exited").health_status() == "error"
    monitor = tm.VastAIMonitor(instance_ids=[1, 2], use_mock=True)
    monitor.update_all_metrics()
    assert list(monitor.metrics) == [1, 2] and monitor.metrics[1].loss is not None
    monitor.close()


def test_public_fields_and_methods():
    m = tm.TrainingMetrics(instance_id=30007012, gpu_type="RTX 4090", status="running")
    assert (m.instance_id, m.gpu_type, m.status, m.epoch, m.loss) == (30007012, "RTX 4090", "running", None, None)
    assert m.progress_percentage() == 0.0 and m.estimated_completion_time() is None
    m.step, m.total_steps, m.runtime_seconds = 500, 1000, 3600
    assert m.progress_percentage() == 50.0
    assert m.estimated_completion_time().total_seconds() == pytest.approx(3600)
    m.step = 1500
    assert m.progress_percentage() == 100.0
    assert [m.health_status() for m.gpu_util in (50.0, 5.0, 96.0)] == ["healthy", "warning", "warning"]
    m.status = "exited"
    assert m.health_status() == "error"
    m.recent_logs.extend(str(i) for i in range(15))
    assert list(m.recent_logs) == [str(i) for i in range(5, 15)]
    assert tm.TrainingMetrics(1).gpu_type == "Unknown" and tm.TrainingMetrics(1).status == "loading"


@pytest.mark.parametrize("fields, expected", [
    ({}, None),
    ({"step": 0, "total_steps": 1000}, 0.0),
    ({"step": 5, "total_steps": 0}, None),
    ({"epoch": 2, "total_epochs": 4}, 25.0),      # the second is being trained
    ({"epoch": 2.5, "total_epochs": 4}, 62.5),
    ({"log": tm.Progress(progress=41.0), "step": 1, "total_steps": 2}, 41.0),
])
def test_progress(fields, expected):
    assert metrics(**fields).progress() == expected


@pytest.mark.parametrize("fields, percent", [
    ({"step": 500, "total_steps": 1000}, 50.0), ({"epoch": 2.5, "total_epochs": 4, "recent_logs": ["a"]}, 62.5)])
def test_every_public_field_is_a_keyword_argument(fields, percent):
    m = tm.TrainingMetrics(instance_id=1, **fields)
    assert m.progress_percentage() == percent and m.recent_logs.maxlen == tm.RECENT_LOGS
    with pytest.raises(TypeError, match="no_such"):
        tm.TrainingMetrics(1, no_such=1)


def test_where_a_log_is_read_nobody_else_divides():
    m = metrics(step=93, total_steps=100)  # of an epoch, of how many nobody knows
    assert m.progress() == 93.0
    m.main.told = NOW.mono
    assert m.progress() is None and m.progress_percentage() == 0.0


def pace_to(percent, eta_s, at=0.0):
    """The pace of a run that is so far and ends in so many seconds."""
    pace = tm.Pace()
    for before in (30, 20, 10, 0):
        pace.mark(NOW.mono + at - before * eta_s / (100 - percent), percent - before)
    return pace


def test_eta_and_the_cost_to_the_end():
    m = metrics(log=tm.Progress(progress=50.0, state="training"), pace=pace_to(50, 7200), cost_per_hour=2.0, total_cost=3.0)
    found = tm.assess(m, NOW)
    assert found.eta_s == pytest.approx(7200) == m.eta_s(NOW) and found.end == pytest.approx(NOW.wall + 7200)
    assert found.sure and found.state == "training" and found.end_cost == pytest.approx(7)


@pytest.mark.parametrize("fields", [
    {"log": tm.Progress(progress=100.0, state="finished")}, {"log": tm.Progress(progress=50.0, state="failed")},
    {"status": "exited"}, {"grew": NOW.mono - 9999, "status_since": None}, {"log": tm.Progress(progress=100.0, state="training")}])
def test_no_eta_for_what_does_not_move(fields):
    m = metrics(**{"log": tm.Progress(progress=50.0, state="training"), "pace": pace_to(50, 7200), **fields})
    assert tm.assess(m, NOW).eta_s is None and tm.assess(m, NOW).end_cost is None


def test_lines_replace_changed_ones():
    m = tm.TrainingMetrics(1)
    arrival = m.add_lines([tm.LogLine(1, 0, "a", 1), tm.LogLine(2, 0, "10%", 1)], 0)
    arrival = m.add_lines([tm.LogLine(2, 0, "20%", 2), tm.LogLine(3, 0, "b", 1)], arrival)
    assert [line.text for _, line in m.lines] == ["a", "20%", "b"] == list(m.recent_logs)
    assert [at for at, _ in m.lines] == [1, 3, 4] and arrival == 4


def test_recent_lines_of_several_runs_are_those_that_came_last():
    m = metrics()
    one, other = m.main, tm.RunMetrics("other")
    m.runs.append(other)
    arrival = m.add_lines([tm.LogLine(1, 0, "10%", 1)], 0, one)
    arrival = m.add_lines([tm.LogLine(1, 0, "of the other", 1)], arrival, other)
    m.add_lines([tm.LogLine(1, 0, "20%", 2)], arrival, one)
    assert list(m.recent_logs) == ["of the other", "20%"]


# -- rules


def metrics(status="running", **fields):
    m = tm.TrainingMetrics(30007001, "RTX 4090", status)
    m.row = tm.Row(30007001, status)
    m.status_since = NOW.mono - 840
    m.probed = m.listed = NOW.mono - 3
    m.watched = True
    for name, value in fields.items():
        setattr(m, name, value)
    return m


def resting(quiet_s, gpu_util, idle_for=None, **fields):
    """A run whose output has been quiet for so long."""
    m = metrics(log=tm.Progress(state="training", loss=1.0), grew=NOW.mono - quiet_s, gpu_util=gpu_util, status_since=None)
    m.main.idle_since = None if idle_for is None else NOW.mono - idle_for
    for name, value in fields.items():
        setattr(m.main, name, value)
    return m


def starting(idle_for, state=None):
    """A run that loads its model on an instance that has been up for long."""
    m = resting(400, 4.0, idle_for, log=tm.Progress(state=state), told=NOW.mono - 3)
    m.status_since, m.idle_since = NOW.mono - 9000, NOW.mono - idle_for
    return m


def saying(text):
    return [(1, tm.LogLine(1, 0.0, text, 1, news=tm.news_of(text)))]


@pytest.mark.parametrize("m, expected", [
    (metrics(gpu_util=50.0, loss=2.5), []),
    (metrics(), []),
    (metrics("exited"), ["exited for 14m"]),
    (metrics("offline"), ["offline for 14m"]),
    (metrics("exited", row=tm.Row(1, interruptible=True, gpu_rate=0.3, min_bid=0.42)),
     ["exited for 14m, likely outbid: $0.300/hr, now from $0.420"]),
    (metrics("exited", row=tm.Row(1, interruptible=True, gpu_rate=0.3, min_bid=0.3)), ["exited for 14m"]),
    (metrics("loading"), ["loading for 14m"]),
    (metrics("created", row=tm.Row(1, message="Error response from daemon: x")), ["created for 14m: Error response from daemon: x"]),
    (metrics("gone"), ["left the listing"]),
    (metrics("gone", row=None), ["not among the instances of this account"]),
    (metrics(gpu_util=4.0), ["gpu 4% < 10%"]), (metrics(gpu_util=9.75), ["gpu 9% < 10%"]),
    (metrics(gpu_util=4.0, status_since=NOW.mono - 500), []),  # it is being set up
    (metrics(gpu_util=4.0, status_since=None, idle_since=NOW.mono - 500), []),
    (starting(590), []), (starting(610), ["gpu 4% < 10%"]),
    (starting(590, "training"), []),  # it compiles, or loads data
    (metrics(gpu_util=4.0, log=tm.Progress(progress=100.0, state="training")), []),
    (metrics(gpu_util=95.0), ["gpu 95% >= 95%"]),
    (metrics(gpu_util=0.0, log=tm.Progress(state="finished")), []),
    (metrics(loss=15.0), ["loss 15.000 > 10"]),
    (metrics(loss=math.nan), ["loss is nan"]),
    (metrics(loss=math.inf), ["loss is inf"]),
    (metrics(log=tm.Progress(state="failed", reason="CUDA out of memory")), ["run failed: CUDA out of memory"]),
    (resting(1320, gpu_util=0.0, idle_for=1323), ["no new log line for 22m", "gpu 0% < 10%"]),
    (resting(1320, gpu_util=0.0, idle_for=200), []),          # a checkpoint
    (resting(1320, gpu_util=90.0), []),                       # how it rests is not known
    (resting(1320, gpu_util=90.0, gaps=9), []),               # a first evaluation
    (resting(1920, gpu_util=90.0, gaps=9), ["no new log line for 32m"]),
    (resting(1920, gpu_util=90.0, gaps=9, longest_gap_s=900.0), []),
    (resting(500, 0.0, 500, lines=saying("Saving model checkpoint to out")), []),
    (resting(1000, 0.0, 1000, lines=saying("Saving model checkpoint to out")), ["no new log line for 16m", "gpu 0% < 10%"]),
    (resting(500, 0.0, 500, lines=saying("step 5")), ["no new log line for 8m", "gpu 0% < 10%"]),
    (resting(9000, gpu_util=90.0), ["no new log line for 2h30m"]),
    (metrics(probed=NOW.mono - 45), ["values 45s old"]),
    (metrics(probed=NOW.mono - 45, trouble="ssh refused at 1.2.3.4:22"), ["ssh refused at 1.2.3.4:22; values 45s old"]),
    (metrics(probed=None, trouble="ssh denied"), ["ssh denied; no reading yet"]),
    (metrics(probed=None, watched=False, listed=NOW.mono - 300), ["values 5m old"]),  # of the listing alone
    (metrics(gpu_util=4.0, limits=tm.Limits(None, None, None), loss=99.0), []),
])
def test_verdicts(m, expected):
    assert [verdict.reason for verdict in tm.verdicts(m, NOW)] == expected


def test_every_rule_names_a_column_and_a_level():
    keys = {column.key for column in tm.COLUMNS}
    assert {rule.column for rule in tm.RULES} <= keys
    assert {rule.level for rule in tm.RULES} == {"error", "warning", "notice"}
    assert {rule.tells for rule in tm.RULES} <= {"", "line", *tm.EVENT_KINDS}
    assert len({rule.name for rule in tm.RULES}) == len(tm.RULES)


def test_money_alert_names_the_run_that_outlasts_it():
    fleet = tm.Fleet()
    fleet.metrics[-1] = metrics(  # a row of the listing without an id
        instance_id=-1, cost_per_hour=2.0, total_cost=1.0, log=tm.Progress(progress=50.0, state="training")
    )
    fleet.metrics[-1].pace = pace_to(50, 7200)
    fleet.balance = 2.0  # one hour of it
    assert [alert.text for alert in tm.alerts(fleet, NOW, {})] == ["money ends 15:03, ?1 ends 16:03: add $2.00"]
    fleet.balance = 100.0
    assert tm.alerts(fleet, NOW, {}) == []
    fleet.balance, fleet.refills = 2.0, True
    assert tm.alerts(fleet, NOW, {}) == []


@pytest.mark.parametrize("ends_in_s, told", [(7300, []), (3600, [
    "contract ends 15:03, 1h00m before the run; its data may go 48h later"])])
def test_a_contract_that_ends_before_the_run(ends_in_s, told):
    m = metrics(row=tm.Row(1, "running", end=NOW.wall + ends_in_s), log=tm.Progress(progress=50.0, state="training"),
                pace=pace_to(50, 7200))
    assert [verdict.reason for verdict in tm.verdicts(m, NOW)] == told


def test_an_alarm_is_told_once_and_is_over_only_when_all_is_well_for_a_while():
    alarms, told = {}, []
    for at in range(0, 1000, 10):
        holds = ["disk"] if 100 <= at < 200 or at in (250, 310) else []  # it flaps
        begun, over = tm.track(alarms, holds, at)
        told += [(at, name) for name in begun] + [(at, *end) for end in over]
    assert told == [(100, "disk"), (310 + tm.CALM_S, "disk", 210)]


def test_what_comes_and_goes_is_told_ever_more_rarely():
    alarms, told = {}, []
    for at in range(0, 86400, 10):
        told += tm.track(alarms, ["slow"] if at % 900 < 60 else [], at)[0]
    assert len(told) == 3


def spiked(*losses, step=10, rates=()):
    """The rules that hold for a run that told these losses (and the learning rates of the last), so many steps apart."""
    m = metrics(log=tm.Progress(state="training"))
    known = [None] * (len(losses) - len(rates)) + list(rates)
    for i, loss in enumerate(losses):
        m.main.usual["loss"].take(loss, step * i, known[i])
    return {verdict.name: verdict.reason for verdict in tm.holding(m, NOW)}


CALM = [2.0 + 0.1 * math.sin(i) for i in range(60)]


def test_a_loss_that_jumps_is_a_notice_and_one_that_stays_up_an_alert():
    assert spiked(*CALM, 9.0) == {"spike": "loss 9.0000, usually 2.0032"}
    assert spiked(*CALM, 9.0, 9.1, 9.2)["jump"] == "loss 9.2000, usually 2.0032"
    assert "jump" not in spiked(*CALM, 9.0, 9.1, 9.2, step=1)  # not for 20 steps yet
    assert spiked(*CALM, 9.0, 9.1, 9.2, rates=(1e-6, 1e-3, 1e-3, 1e-3)) == {}  # a warm restart of the learning rate
    assert spiked(*CALM, 9.0, 9.1, 9.2, rates=(0.0, 1e-3, 1e-3, 1e-3)) == {}
    assert "jump" in spiked(*CALM, 9.0, 9.1, 9.2, rates=(1e-3, 1.1e-3, 9e-4, 9e-4))
    assert spiked(*CALM, 9.0, 9.1, 2.0) == {}              # it came back
    assert spiked(*CALM, 2.3, 2.3, 2.3) == {}              # noise
    assert spiked(*CALM[:20], 9.0, 9.1, 9.2) == {}         # what is usual is not known yet
    assert spiked(*CALM, *[9.0] * (tm.SPIKE_OF + 2)) == {}  # that is what is usual now
    assert spiked(*CALM, math.nan, math.inf, None) == {}
    assert spiked(*[11.0 - 0.01 * i for i in range(900)]) == {}
    assert spiked(*CALM, 9.0, 9.1, 9.2) and tm.verdicts(metrics(), NOW) == []


def test_a_run_that_begins_anew_is_no_spike():
    usual = tm.Usual()
    for i, loss in enumerate(CALM):
        usual.take(loss, i)
    for i in range(9):
        usual.take(11.0, i)
    assert usual.above == 0 and usual.mean() == 11.0


def test_a_loss_that_was_told_once_is_one_however_far_a_bar_has_moved_since(watch):
    monitor, _ = watch(running(1))
    listing(monitor, 0, running(1))
    reader, step = tm.LogReader(), 0
    for loss in (2.0, 2.2, 1.9):
        reader.feed(f"\r{{'loss': {loss}, 'grad_norm': {loss}}}\n")
        for _ in range(40):
            step += 25
            reader.feed(f"\r  1%|#    | {step}/90000 [01:00<59:00, 5.00it/s]")
            probed(monitor, step, changed(log_probe("x"), progress=reader.progress(), curves=reader.curves()))
    usual = monitor.metrics[1].main.usual
    assert list(usual["loss"].values) == list(usual["grad norm"].values) == [2.0, 2.2, 1.9]
    assert not any("usually" in text for text in events_of(monitor))


GPU = tm.Gpu(0, "RTX", 90.0, 6000.0, 24000.0, 60.0, 300.0, 450.0)


def gpus(*powers, util=90.0):
    return tuple(GPU._replace(number=i, power=power, util=util) for i, power in enumerate(powers))


def ended(ago, **fields):
    m = metrics(log=tm.Progress(state="failed", reason="killed"), cost_per_hour=1.2, **fields)
    m.main.ended_since = NOW.mono - ago
    return m


def losses(*values):
    return tm.Curves(train=tuple((0.0, float(i), value) for i, value in enumerate(values)))


GIB = float(1 << 30)


@pytest.mark.parametrize("m, expected", [
    (metrics(row=tm.Row(1, "running", gpus=4), answering=3), ["3 of 4 GPUs answer"]),
    (metrics(row=tm.Row(1, "running", gpus=4), answering=4), []),
    (metrics(row=tm.Row(1, "running", gpus=4)), []),
    (metrics(ram=(62.0 * GIB, 64.0 * GIB)), ["RAM 62.0 of 64.0 GiB, when full the run is killed"]),
    (metrics(ram=(32.0 * GIB, 64.0 * GIB)), []),
    (metrics(ram=(32.0 * GIB, None)), []),
    (metrics(disk_util=98.0), ["disk 98% full"]), (metrics(disk_util=97.0), []),
    (ended(18720), ["run failed: killed", "failed 5h12m ago, still bills: $6.24"]),
    (ended(1700), ["run failed: killed"]),
    (metrics(gpus=gpus(300, 310, 120, 305)), ["gpu 2 takes 120 W, the others 305 W"]),
    (metrics(gpus=gpus(300, 310, 200, 305)), []),
    (metrics(gpus=gpus(300, 310, 120, 305, util=20.0)), []),  # they wait
    (metrics(gpus=(*gpus(300, 310), GPU._replace(number=2, util=0.0, power=30.0))), []),  # it is not of the run
    (metrics(throttled={1: "too hot", 0: "power brake"}, throttles=2), ["clocks are low: gpu 0 power brake, gpu 1 too hot"]),
    (metrics(throttled={1: "too hot"}, throttles=1), []),
    (metrics(curves=losses(*[2.3] * 40, *[5.0] * 9)), ["loss 5.0000, it began at 2.3000"]),
    (metrics(curves=losses(*[2.3] * 40, *[4.0] * 9)), []),
    (metrics(curves=losses(*[2.3] * 40, 90.0, 2.3, 2.3)), []),
    (metrics(curves=losses(1.0, 0.3, 1.5, 0.4, 0.5, *[1.0] * 40, 2.2, 0.9, 3.0, 1.1, 2.5)), []),  # it is noise
    (metrics(curves=losses(*[-2.3] * 40, *[5.0] * 9)), []),  # of such a loss nothing is known,
    (metrics(curves=losses(-0.02, 0.003, -0.01, 0.001, -0.004, *[0.0] * 30, *[0.05] * 9)), []),  # nor of one about zero
])
def test_early_warnings(m, expected):
    assert [verdict.reason for verdict in tm.verdicts(m, NOW)] == expected


def test_what_only_colours_is_no_alert():
    fleet = tm.Fleet()
    fleet.metrics[1] = metrics(gpu_util=97.0, loss=11.0)
    found = {1: tm.verdicts(fleet.metrics[1], NOW)}
    assert [verdict.name for verdict in found[1]] == ["gpu high", "loss high"] and tm.alerts(fleet, NOW, found) == []


def filled(*steps, every=600, then=0, percent=50.0):
    """What a disk says that grew by these percents, with time between, and then rested."""
    m = metrics(log=tm.Progress(progress=percent, state="training"), pace=pace_to(50, 7200))
    at, m.disk_util = NOW.mono - every * len(steps) - then, 70.0
    for step in (0.0, *steps):
        m.disk_util += step
        for part in range(0, every, 60):
            m.filling.take(at + part, m.disk_util)
        at += every
    return [verdict.reason for verdict in tm.verdicts(m, NOW)]


def test_a_disk_that_is_full_before_the_run_ends_is_told_by_its_growth():
    assert filled(*[4.0] * 5) == ["disk full 14:28, run ends 16:03"]  # 10 % are 25 minutes
    assert filled(*[0.5] * 5) == []            # not before the run ends
    assert filled(*[4.0] * 3) == []            # too little is known
    assert filled(*[4.0] * 5, percent=100.0) == []  # all is done
    assert filled(*[4.0, -4.0] * 4) == []      # old checkpoints go
    assert filled(*[4.0] * 5, then=3000) == []  # it was a download
    assert filled(*[0.4] * 20, every=60) == []  # for too short a time
    assert filled(*[0.13] * 180, every=20) == ["disk full 14:20, run ends 16:03"]  # no checkpoints: a file that grows


def test_a_run_that_gets_far_slower_is_told():
    m = metrics(log=tm.Progress(progress=40.0, state="training", step=400.0, total_steps=1000.0), pace=tm.Pace())
    for minute in range(60):
        m.pace.mark(60.0 * minute, 0.5 * minute)
    assert tm.verdicts(m, NOW) == []
    told = []
    for minute in range(1, 31):
        m.pace.mark(3540.0 + 60 * minute, 29.5 + 0.2 * minute)
        told.append([verdict.reason for verdict in tm.verdicts(m, NOW)])
    assert told[9] == [] and told[20] == ["120 steps/h, it was 300 steps/h"]


def test_the_checkpoint_tells_what_is_at_risk():
    m = metrics(log=tm.Progress(progress=40.0, state="training"), cost_per_hour=0.8, rates=[(0.0, 0.8)])
    assert tm.at_risk(m, NOW) == ""  # none is known
    m.main.saved = NOW.mono - 2520
    assert tm.at_risk(m, NOW) == "checkpoint 42m ago: $0.56 at risk" and tm.verdicts(m, NOW) == []
    m.limits = tm.Limits(checkpoint_age_s=1800.0)
    assert [verdict.reason for verdict in tm.verdicts(m, NOW)] == ["checkpoint 42m ago: $0.56 at risk"]
    m.limits = tm.Limits(checkpoint_age_s=3600.0)
    assert tm.verdicts(m, NOW) == []
    m.main.saved, m.main.reading = None, tm.RunReading("7", age_s=7800.0)
    assert [verdict.reason for verdict in tm.verdicts(m, NOW)] == ["no checkpoint seen in 2h10m"]


def test_a_reserved_instance_spends_its_own_money_first():
    row = dict(status="running", running_rate=2.0, storage_rate=0.1)
    fleet = tm.Fleet()
    fleet.take_bills([tm.Row(1, **row), tm.Row(2, **row, prepaid=4.0), tm.Row(3, "exited", storage_rate=0.0)], NOW, tm.Asking())
    fleet.take_balance(10.0, NOW)
    assert fleet.whole_burn() == 2.0
    assert fleet.runway_s(NOW) == pytest.approx(3600 * (2 + 6 / 4))  # for two hours only the first one draws on it
    fleet.take_bills([tm.Row(2, **row, prepaid=4.0)], NOW, tm.Asking())
    assert fleet.runway_s(NOW) == pytest.approx(3600 * 7)
    for own, hours in ((6.0, 3 + 4 / 4), (100.0, 5.0)):  # it does not last until the other one draws on it too
        fleet.take_bills([tm.Row(1, **row), tm.Row(2, **row, prepaid=own)], NOW, tm.Asking())
        assert fleet.runway_s(NOW) == pytest.approx(3600 * hours)
    fleet.take_bills([], NOW, tm.Asking())
    assert fleet.runway_s(NOW) is None


@pytest.mark.parametrize("hourly, minutes, told", [
    (2.0, 10, None),     # as the prices say
    (2.08, 10, None),    # nearly
    (3.0, 10, 3.0),      # volumes, traffic, serverless
    (3.0, 4, None),      # not seen for long enough
    (-1.0, 10, None),    # money was added
])
def test_the_balance_tells_what_is_really_spent(hourly, minutes, told):
    fleet = tm.Fleet()
    fleet.take_bills([tm.Row(1, "running", running_rate=2.0)], NOW, tm.Asking())
    for minute in range(minutes + 1):
        fleet.take_balance(round(50 - hourly * minute / 60, 2), NOW._replace(mono=NOW.mono + 60 * minute))
    assert fleet.measured_burn() == (told and pytest.approx(told, rel=0.03))
    assert fleet.drain() == (fleet.measured_burn() or 2.0)


def test_a_balance_that_nobody_read_for_long_says_nothing_of_what_is_spent():
    fleet = tm.Fleet()
    fleet.take_bills([tm.Row(1, "running", running_rate=4.0)], NOW, tm.Asking())
    for minute in (*range(6), 28):
        added = 1.0 if minute > 20 else 0.0
        fleet.take_balance(50 - 4 * minute / 60 + added, NOW._replace(mono=NOW.mono + 60 * minute))
    assert fleet.measured_burn() is None and fleet.drain() == 4.0


def test_what_was_lost_beside_other_prices_is_forgotten_with_them():
    """The listing was that of an hour ago for twenty minutes: two of its instances had stopped long since."""
    fleet = tm.Fleet()
    for minute in range(25):
        now = NOW._replace(mono=NOW.mono + 60 * minute)
        fleet.take_bills([tm.Row(1, "running", running_rate=4.4 if minute < 22 else 2.0)], now, tm.Asking())
        fleet.take_balance(50 - 2 * minute / 60, now)
        if minute == 21:
            assert fleet.drain() == pytest.approx(2.0)
    assert fleet.measured_burn() is None and fleet.runway_s(now) == pytest.approx(3600 * 49.2 / 2)


def test_a_balance_grows_old_though_the_prices_change_meanwhile():
    fleet = tm.Fleet()
    fleet.take_bills([tm.Row(1, "running", running_rate=2.0)], NOW, tm.Asking())
    fleet.take_balance(10.0, NOW)
    fleet.take_bills([tm.Row(1, "running", running_rate=5.0)], NOW, tm.Asking())
    assert fleet.runway_s(NOW._replace(mono=NOW.mono + 1800)) == pytest.approx(2 * 3600 - 1800)


@pytest.mark.parametrize("spent, words", [
    (7.9, []),
    (8.5, ["budget: $8.50 of $10.00 spent, all of it by 14:48"]),
    (10.25, ["budget of $10.00 is spent: $10.25 so far, $2.00/hr goes on"]),
])
def test_a_budget_warns_before_it_is_spent(spent, words):
    fleet = tm.Fleet()
    fleet.budget, fleet.metrics[1] = 10.0, metrics(total_cost=50.0, cost_per_hour=2.0)
    fleet.metrics[1].bill.spent = spent
    assert [alert.text for alert in tm.alerts(fleet, NOW, {})] == words


# ---- Commands --------------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Make fake executables first on PATH: fake("vastai", script of sh); returns their folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("FAKE", str(folder))

    def make(name, script):
        path = folder / name
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(0o755)
        return folder
    return make


def alive(pid):
    """True while the process runs (a zombie does not)."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_run_gives_both_outputs():
    output = tm.Commands().run(["sh", "-c", "echo out; echo err >&2; exit 3"], 10)
    assert output == ("out\n", "err\n", "")


def test_run_says_what_is_missing():
    assert tm.Commands().run(["no-such-program-here"], 10).problem == "missing"
    assert tm.Commands().run(["/etc/passwd"], 10).problem == "Permission denied"


def test_run_keeps_the_deadline_and_kills_grandchildren(tmp_path):
    note = tmp_path / "pid"
    commands, began = tm.Commands(), time.monotonic()
    output = commands.run(["sh", "-c", f"sleep 1000 & echo $! > {note}; echo half; wait"], 0.5)
    assert output.problem == "timeout" and output.out == "half\n"
    assert 0.5 <= time.monotonic() - began < 5
    wait_until(lambda: not alive(int(note.read_text())), "the grandchild's end")


def test_run_does_not_swallow_a_flood(monkeypatch):
    monkeypatch.setattr(tm, "OUTPUT_MAX", 100_000)
    assert tm.Commands().run(["sh", "-c", "yes"], 10).problem == "flood"


def test_a_child_that_does_not_read_blocks_nobody():
    commands = tm.Commands()
    child = commands.start(["sleep", "1000"], talk=True)
    with pytest.raises(TimeoutError):
        commands.send(child, b"x" * (1 << 20), time.monotonic() + 0.2)
    commands.stop(child)


def test_stop_all_leaves_nothing_and_starts_no_more():
    commands = tm.Commands()
    children = [commands.start(["sleep", "1000"]) for _ in range(3)]
    commands.stop_all()
    assert all(child.poll() is not None for child in children)
    with pytest.raises(OSError):
        commands.start(["true"])
    for child in children:
        commands.stop(child)
        assert child.stdout.closed


def test_children_have_no_terminal_and_a_group_of_their_own():
    output = tm.Commands().run(["sh", "-c", "echo $$ $(ps -o pgid=,sid= -p $$); cat"], 10)
    pid, group, session = output.out.split()
    assert pid == group == session


# ---- Sources ---------------------------------------------------------------------------------


RAW = {"id": 30007001, "actual_status": "running", "gpu_name": "RTX 4090", "num_gpus": 2, "gpu_util": 97.0, "gpu_temp": 64.0,
       "gpu_totalram": 49128, "vmem_usage": 36.0, "disk_util": 0.31, "dph_total": 0.8, "storage_total_cost": 0.02,
       "start_date": 1.7e9, "public_ipaddr": "1.2.3.4", "ports": {"22/tcp": [{"HostPort": "30022"}]},
       "ssh_host": "ssh4.vast.ai", "ssh_port": 10022, "image_runtype": "jupyter_direc ssh_direc ssh_proxy", "label": "exp"}


def row_of(**changes):
    return tm.parse_instances(json.dumps([{**RAW, **changes}]))[0]


def test_row():
    row = row_of()
    assert (row.id, row.status, row.gpu, row.gpu_util, row.disk_util, row.label) == (
        30007001,
        "running",
        "2xRTX 4090",
        97,
        31,
        "exp",
    )
    assert row.memory_util == pytest.approx(100 * 36 * 1024 / 49128)
    assert (row.running_rate, row.storage_rate) == (0.8, 0.02)
    assert [str(address) for address in row.addresses] == ["1.2.3.4:30022", "ssh4.vast.ai:10022", "ssh4.vast.ai:10023"]


@pytest.mark.parametrize("changes, expected", [
    ({"actual_status": None}, {"status": "scheduling"}),
    ({"actual_status": "frobnicating"}, {"status": "frobnicating", "watch": False}),
    ({"actual_status": {"x": 1}}, {"status": "scheduling"}),
    ({"gpu_util": 0.0, "gpu_temp": 0.0}, {"gpu_util": None, "gpu_temp": None}),   # no report
    ({"gpu_util": 0.0, "gpu_temp": 41.0}, {"gpu_util": 0.0}),                     # idle
    ({"gpu_util": -1.0}, {"gpu_util": None}), ({"gpu_util": True}, {"gpu_util": None}),
    ({"gpu_util": "97%"}, {"gpu_util": 97.0}), ({"gpu_util": [1]}, {"gpu_util": None}),
    ({"disk_util": -1}, {"disk_util": None}), ({"vmem_usage": 1e300}, {"memory_util": None}),
    ({"vmem_usage": "n/a"}, {"memory_util": None}), ({"gpu_totalram": 0}, {"memory_util": None}),
    ({"dph_total": "0.3733"}, {"running_rate": 0.3733}), ({"dph_total": -0.37}, {"running_rate": None}),
    ({"num_gpus": 1}, {"gpu": "RTX 4090"}), ({"num_gpus": None, "gpu_name": None}, {"gpu": "Unknown"}),
    ({"label": "\x1b[2Jx\n\u202ey"}, {"label": "x y"}), ({"label": False}, {"label": ""}), ({"label": "L" * 10**6}, {"label": "L" * 200}),
    ({"ports": [8080]}, {"addresses": tuple(tm.Address("ssh4.vast.ai", port) for port in (10022, 10023))}),
    ({"ports": {"22/tcp": None}, "image_runtype": "ssh"}, {"addresses": (tm.Address("ssh4.vast.ai", 10022),)}),
    ({"public_ipaddr": " 1.2.3.4 \n", "ssh_host": None}, {"addresses": (tm.Address("1.2.3.4", 30022),)}),
    ({"image_runtype": "args"}, {"no_ssh": "its image has no ssh (runtype args)"}),
    ({"storage_total_cost": None, "storage_cost": 0.25, "disk_space": 1440.0}, {"storage_rate": 0.5}),
    ({"inet_up_billed": 2e6, "inet_up_cost": 0.01, "inet_down_billed": "3e6", "inet_down_cost": 0.02}, {"traffic": 0.08}),
    ({"inet_up_billed": None, "inet_up_cost": "x"}, {"traffic": 0.0, "prepaid": 0.0, "interruptible": False}),
    ({"credit_balance": 4, "is_bid": True, "min_bid": 0.4, "dph_base": 0.3},
     {"prepaid": 4.0, "interruptible": True, "min_bid": 0.4, "gpu_rate": 0.3, "gpus": 2}),
])
def test_odd_cells_cost_only_themselves(changes, expected):
    row = row_of(**changes)
    assert {name: getattr(row, name) for name in expected} == expected


@pytest.mark.parametrize("host, port", [
    ("-oProxyCommand=touch /tmp/pwned", 22), ("127.0.0.1 -oProxyCommand=x", 22), ("$(touch x)", 22), ("a;b", 22),
    ("evil@host", 22), ("", 22), (None, 22), ({"h": 1}, 22), ("-lroot", 22), ("a" * 300, 22),
    ("1.2.3.4", 0), ("1.2.3.4", 99999999), ("1.2.3.4", "22 -oProxyCommand=x"), ("1.2.3.4", "-1"), ("1.2.3.4", 22.5), ("1.2.3.4", None)])
def test_hostile_addresses_are_none(host, port):
    assert tm.to_address(host, port) is None


def test_good_addresses():
    assert tm.to_address("ssh4.vast.ai", "10022") == tm.Address("ssh4.vast.ai", 10022)
    assert str(tm.to_address("2001:db8::1", 22)) == "[2001:db8::1]:22"


def test_rows_without_an_id_of_their_own_still_count():
    raw = [{**RAW}, {**RAW}, {**RAW, "id": None}, {**RAW, "id": "--raw;touch x"}, {**RAW, "id": "30007009"}, "junk", 7]
    assert [row.id for row in tm.parse_instances(json.dumps(raw))] == [30007001, -1, -2, -3, 30007009]


@pytest.mark.parametrize("text, ids", [
    ("[]", []),
    ('Update available: pip install -U vastai\n[y/N] skipped\n[{"id": 1}]', [1]),
    ('{"instances": [{"id": 2}], "next_token": null}', [2]),
    ('[{"id": 3, "dph_total": NaN, "gpu_util": 1%s}]' % ("0" * 5000), [3]),
    ('[{"id": 4, "label": "\\ud800"}]\ntrailing words', [4]),
])
def test_listings_that_are_understood(text, ids):
    assert [row.id for row in tm.parse_instances(text)] == ids


@pytest.mark.parametrize("text", ["", "no json", "[{\"id\": 1}", "{\"instances\": null}", "null", "[\n" * 50_000, "7\n"])
def test_listings_that_are_not(text):
    with pytest.raises(ValueError):
        tm.parse_instances(text)


SECRET = "0123456789abcdef-api-key"


@pytest.mark.parametrize("script, words", [
    ("""echo '{"error": true, "status_code": 403, "msg": "This action requires login."}' >&2""", "no API key"),
    ("""echo '{"error": true, "status_code": 401, "msg": "Invalid user key"}' >&2""", "key was refused (401)"),
    ("""echo '{"error": true, "status_code": 404, "msg": "x"}' >&2""", "key was refused (404)"),
    ("""echo '{"error": true, "status_code": 429, "msg": null}' >&2""", "limits the rate"),
    ("""echo '{"error": true, "status_code": 502, "msg": "x"}' >&2""", "API is down (502)"),
    ("""echo '{"error": true, "status_code": 0, "msg": "Expecting value"}' >&2""", "not JSON"),
    ("echo 'failed with error 410: deprecated'", "too old"),
    (f"echo 'Traceback: ?api_key={SECRET}' >&2; echo 'requests.exceptions.ConnectionError: x' >&2; exit 1", "network does not reach"),
    ("echo 'requests.exceptions.SSLError: x' >&2; exit 1", "TLS"),
    ("echo 'requests.exceptions.ChunkedEncodingError: x' >&2; exit 1", "broke off"),
    ("echo \"requests.exceptions.ConnectionError: ('Connection aborted.', RemoteDisconnected('x'))\" >&2; exit 1", "broke off"),
    ("echo 'TypeError: unsupported operand' >&2; exit 1", "vastai crashed"),
    ("echo 'ModuleNotFoundError: No module named x' >&2; exit 1", "broken"),
    ("exec /no/such/python3 $0", "broken"),
    ("exec /etc/passwd", "broken"),
    ("yes 'garbage [] {} \\033[31m' | head -c 10000000", "no JSON list"),
    ("echo '[] of nothing'", "no JSON list"),
    ("""printf '[{"id": 1, "lab'""", "no JSON list"),
    ("printf '\\377\\376\\000'; exit 9", "no JSON list"),
    ("sleep 1000", "no answer in"),
    (f"echo {SECRET} >&2; echo {SECRET}", "no JSON list"),
])
def test_cli_failures_are_said_in_plain_words(fake, monkeypatch, script, words):
    monkeypatch.setattr(tm, "CLI_DEADLINE_S", 0.5)
    fake("vastai", script)
    with pytest.raises(tm.SourceError, match=re.escape(words)) as caught:
        tm.VastCli(tm.Commands()).instances()
    assert SECRET not in str(caught.value) + caught.value.short


def test_no_cli(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(tm.SourceError, match="pip install vastai"):
        tm.VastCli(tm.Commands()).instances()


def test_a_cli_whose_python_is_gone(fake):
    (fake("vastai", "") / "vastai").write_text("#!/no/such/venv/bin/python3\n")
    with pytest.raises(tm.SourceError, match="vastai is broken: pip install --force-reinstall vastai"):
        tm.VastCli(tm.Commands()).instances()


def test_cli_is_asked_once_without_retries(fake):
    folder = fake(
        "vastai",
        'echo "$VASTAI_NO_UPDATE_CHECK $@" >>"$FAKE/argv"\n[ "$4" = user ] && echo \'{"credit": 24.1}\' || echo "[]"',
    )
    cli = tm.VastCli(tm.Commands())
    assert cli.instances().rows == () and cli.account() == (24.1, False)
    assert (folder / "argv").read_text() == "1 --retry 1 show instances --raw\n1 --retry 1 show user --raw\n"


@pytest.mark.parametrize("out, expected", [
    ('{"credit": 4.5, "autobill_threshold": 10}', (4.5, True)), ('{"credit": -3}\nnote', (-3, False)),
    ('{"credit": null}', None), ("", None), ("[]", None)])
def test_account(fake, out, expected):
    fake("vastai", f"cat <<'E'\n{out}\nE")
    cli = tm.VastCli(tm.Commands())
    if expected is None:
        with pytest.raises(tm.SourceError):
            cli.account()
    else:
        assert cli.account() == expected


# A fake ssh that runs the far script in a local shell, so that the script itself is tested.


class Api(http.server.BaseHTTPRequestHandler):
    """As much of the vast.ai API as the CLI asks for; `server.rows`, `server.status` are the test's."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path.partition("?")[0])
        status, value = 200, {}
        if self.path.startswith("/api/v0/gpu_names"):
            value = {"gpu_names": ["RTX 4090"]}
        elif self.server.status != 200:
            status, value = self.server.status, {"success": False, "msg": "no"}
        elif self.headers.get("Authorization") != "Bearer KEY":
            status, value = 401, {"success": False, "error": "auth_error", "msg": "Invalid user key"}
        elif self.path.startswith("/api/v1/instances"):
            first = int(dict(urllib.parse.parse_qsl(self.path.partition("?")[2])).get("after_token", 0))
            page, total = self.server.rows[first:first + 25], len(self.server.rows)
            value = {"success": True, "instances": page, "instances_found": len(page), "total_instances": total,
                     "next_token": str(first + 25) if first + 25 < total else None}
        elif self.path.startswith("/api/v0/charges/"):
            query = dict(urllib.parse.parse_qsl(self.path.partition("?")[2]))
            self.server.since = json.loads(query["select_filters"])["day"]["gte"]
            first, limit = int(query.get("after_token", 0)), int(query["limit"])
            value = {"results": self.server.charges[first:first + limit],
                     "next_token": str(first + limit) if first + limit < len(self.server.charges) else None}
        elif self.path.startswith("/api/v0/volumes/"):
            value = {"volumes": [{"storage_total_cost": 0.01}, {"storage_total_cost": 0.02}]}
        elif self.path.startswith("/api/v0/instances/pending-price-increases/"):
            value = {"pending_price_increases": [{"contract_id": 7, "new_gpu_costpersec": 0.00015}]}
        elif self.path.startswith("/api/v0/users/current"):
            value = {"id": 1, "credit": 12.34, "balance": 0.0}
        body = json.dumps(value).encode()
        if self.server.trouble and self.server.trouble(self):
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def api():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
    server.rows, server.charges, server.status, server.asked, server.trouble = [], [], 200, [], None
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def direct(api, monkeypatch):
    """The account by HTTP from the test's own API, and that API."""
    monkeypatch.setattr(tm, "CLI_DEADLINE_S", 2.0)
    return tm.VastApi("KEY", api.url), api


def test_api_gives_every_page_and_the_balance(direct):
    source, api = direct
    api.rows = [{**RAW, "id": 30007001 + i} for i in range(60)]
    assert [row.id for row in source.instances().rows] == [30007001 + i for i in range(60)]
    assert source.instances().rows[0] == tm.parse_instances(json.dumps(api.rows))[0]
    assert source.account() == tm.Account(12.34, False) and api.asked.count("/api/v1/instances/") == 6


def test_a_listing_without_end_is_no_listing(direct, monkeypatch):
    source, api = direct
    monkeypatch.setattr(tm, "API_PAGES_MAX", 2)
    api.rows = [{**RAW, "id": 1 + i} for i in range(51)]
    with pytest.raises(tm.SourceError, match="without end"):
        source.instances()
    api.rows.pop()
    assert len(source.instances().rows) == 50


def test_an_address_that_is_none_is_said(monkeypatch):
    with pytest.raises(tm.SourceError, match="VAST_URL is no address of the web"):
        tm.VastApi("KEY", "127.0.0.1:9").instances()


@pytest.mark.parametrize("status, words", [(401, "key was refused (401)"), (403, "no API key"), (429, "limits the rate"),
                                           (502, "API is down (502)"), (410, "too old")])
def test_api_refusals_are_said_in_plain_words(direct, status, words):
    source, api = direct
    api.status = status
    with pytest.raises(tm.SourceError, match=re.escape(words)):
        source.instances()


CHARGE = {"source": "instance-7", "amount": 1.25, "end": 1.7e9, "items": [{"type": "gpu", "amount": 1.25}]}


@pytest.mark.parametrize("results, billed", [
    ([CHARGE, CHARGE, {**CHARGE, "source": "instance-8", "amount": "0.5"}], {7: (2.5, 1.7e9), 8: (0.5, 1.7e9)}),
    ([{**CHARGE, "source": "volume-7"}, 3, None, {**CHARGE, "source": "instance-\u0661"}], {}),
    ([{**CHARGE, "end": 9e9}], {7: (1.25, NOW.wall)}),
    ([{**CHARGE, "amount": None}, CHARGE], {7: (math.nan, 1.7e9)}),
])
def test_charges(results, billed, monkeypatch):
    monkeypatch.setattr(tm.time, "time", lambda: NOW.wall)
    read = tm.read_charges(5.0, lambda token: {"results": results}).billed
    assert read == {key: pytest.approx(value, nan_ok=True) for key, value in billed.items()}


def test_charges_of_all_pages_by_either_way(direct, fake, monkeypatch):
    monkeypatch.setattr(tm, "CHARGES_GAP_S", 0.0)
    source, api = direct
    api.charges = [{**CHARGE, "source": f"instance-{i}"} for i in range(1, 251)]
    assert source.charges(1.6e9).billed == dict.fromkeys(range(1, 251), (1.25, 1.7e9)) and api.since == 1_600_000_000
    assert source.volumes() == pytest.approx(0.03) and source.rises() == {7: pytest.approx(0.54)} and len(api.asked) == 5
    folder = fake("vastai", 'echo "$VASTAI_NO_UPDATE_CHECK $@" >"$FAKE/argv"\ncat <<END\n' + json.dumps({"results": [CHARGE], "next_token": ""}) + "\nEND")
    assert tm.VastCli(tm.Commands()).charges(1.6e9).billed == {7: (1.25, 1.7e9)}
    argv = (folder / "argv").read_text()
    assert re.fullmatch(r"1 --retry 1 show invoices-v1 --charges -ct instance -s 1600000000 -e \d{10} -l 100 --raw\n", argv)
    api.status = 403
    for ask in (lambda: source.charges(1.6e9), source.volumes, source.rises):
        with pytest.raises(tm.SourceError):
            ask()


@pytest.mark.parametrize("rows, rate", [
    ([{"storage_total_cost": 0.5}, {"storage_total_cost": 0.25}, 3], 0.75), ([], 0.0), ([{"storage_total_cost": 0.5}, {}], None), ("x", None)])
def test_what_volumes_cost(rows, rate):
    for answer in (rows, {"volumes": rows}):  # of the CLI, of the API
        if rate is None:
            with pytest.raises(tm.SourceError):
                tm.to_volumes(answer)
        else:
            assert tm.to_volumes(answer) == rate and isinstance(tm.to_volumes(answer), float)


@pytest.mark.parametrize("rows, rates", [
    ([{"contract_id": 7, "new_gpu_costpersec": 0.00015}, {"contract_id": 8, "new_gpu_costpersec": "x"}, 3], {7: pytest.approx(0.54)}),
    (None, {}), ([{"contract_id": "\u0661", "new_gpu_costpersec": 1}], {})])
def test_prices_that_will_rise(rows, rates):
    assert tm.to_rises({"pending_price_increases": rows}) == rates and tm.to_rises(rows) == {}


def raw(text):
    """An API that answers with these bytes, whatever was asked."""
    def answer(handler):
        handler.wfile.write(text)
        handler.close_connection = True
        return True
    return answer


def reset(handler):
    """An API that resets the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return raw(b"")(handler)


@pytest.mark.parametrize("trouble, words", [
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<htm>"), "not JSON"),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"rows\":[1]}"), "not JSON"),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"), "broke off"), (raw(b""), "broke off"),
    (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"), "broke off"), (reset, "broke off"),
    (raw(b"\377\376 garbage\r\n\r\n"), "answers in the place of the vast.ai API"),
    (raw(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:1/\r\nContent-Length: 0\r\n\r\n"), "another host"),
    (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n" + b"[" * 90), "not JSON"),
    (lambda handler: wait_until(lambda: handler.server.over, "the end of the test"), "in time"),
], ids=["page", "no list", "cut", "closed", "cut chunk", "reset", "garbage", "redirect", "deep", "hang"])
def test_api_troubles_are_said_in_plain_words(direct, monkeypatch, trouble, words):
    source, api = direct
    monkeypatch.setattr(tm, "CLI_DEADLINE_S", 0.3)
    api.trouble, api.over = trouble, False
    try:
        with pytest.raises(tm.SourceError, match=words):
            source.instances()
    finally:
        api.over = True


def test_the_key_is_found_where_the_cli_keeps_it_and_never_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("VAST_API_KEY", raising=False)
    assert tm.find_key()[0] == "" and isinstance(tm.choose_account("auto", tm.Commands()), tm.VastCli)
    with pytest.raises(tm.SourceError, match="VAST_API_KEY"):  # names both ways
        tm.choose_account("auto", tm.Commands()).instances()
    kept = tmp_path / "vastai" / "vast_api_key"
    kept.mkdir(parents=True)
    assert tm.find_key() == ("", str(kept))
    kept.rmdir()
    kept.write_text("\n")
    assert tm.find_key() == ("", str(kept))
    kept.write_text(SECRET + "\n")
    assert tm.find_key()[0] == SECRET
    source = tm.choose_account("auto", tm.Commands())
    assert isinstance(source, tm.VastApi) and SECRET not in repr(source)
    with monkeypatch.context() as patch:
        patch.setattr(tm, "find_key", None)  # where the CLI is asked the key is its own affair
        assert isinstance(tm.choose_account("cli", tm.Commands()), tm.VastCli)
        patch.setattr(tm, "on_path", lambda name: "/usr/bin/vastai")
        assert isinstance(tm.choose_account("auto", tm.Commands()), tm.VastCli)
    monkeypatch.setenv("VAST_API_KEY", "of the environment")
    assert tm.find_key()[0] == SECRET  # a key has no blank
    monkeypatch.setenv("VAST_API_KEY", "K")
    assert tm.find_key()[0] == "K"


FAKE_SSH = r"""
printf '%s\n' "$*" >>"$FAKE/ssh.argv"; echo $$ >"$FAKE/ssh.pid"
for word; do case $word in LocalCommand=*) ssh_in=$word ;; esac; done
case $(cat "$FAKE/ssh.mode" 2>/dev/null) in
  refused) echo 'ssh: connect to host 1.2.3.4 port 22: Connection refused' >&2; exit 255 ;;
  denied) echo 'root@1.2.3.4: Permission denied (publickey).' >&2; exit 255 ;;
  open) printf '@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\nroot@1.2.3.4: Permission denied (publickey).\n' >&2; exit 255 ;;
  hostkey) echo '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @' >&2; exit 255 ;;
  odd) printf 'kex_exchange: \033[31mweird\n' >&2; exit 255 ;;
  hang) exec sleep 1000 ;;
  liar) echo "${ssh_in#LocalCommand=echo }"; echo 'REMOTE HOST IDENTIFICATION HAS CHANGED'; exit 255 ;;
  noise) echo 'Welcome! Step 999999 loss 0.0001 100% epoch 9/9'; echo oops >&2 ;;
  garbage) head -c 1000000 /dev/urandom; exit 0 ;;
  half) IFS= read -r nonce; echo; echo "${nonce#nonce=} ready"; sleep 0.2; printf '\n%s gpu\n0, N' "${nonce#nonce=}"; exit 0 ;;
  deaf) IFS= read -r nonce; echo; echo "${nonce#nonce=} ready"; exec sleep 1000 ;;
esac
exec "${FAR_SH:-sh}"
"""
GPU_CSV = "0, NVIDIA RTX 4090, 97, 18000, 24000, 64, 341.20, 450.00\n1, NVIDIA RTX 4090, 91, 12000, 24000, [N/A], [N/A], 450.00\n"
HERE_ADDRESS = (tm.Address("1.2.3.4", 22),)


@pytest.fixture
def far(fake, tmp_path, monkeypatch):
    """A far side on this machine: .mode(name), .log (the training log), .session, .poll()."""
    folder = fake("ssh", FAKE_SSH)
    fake("nvidia-smi", f"cat <<'E'\n{GPU_CSV}E")
    log = tmp_path / "output" / "run 1" / "training.log"
    log.parent.mkdir(parents=True)
    commands = tm.Commands()
    options = tm.Options(log_paths=(f"{tmp_path}/output/*/training.log",), find=False)
    session = tm.SshSession(30007001, options, commands)
    yield SimpleNamespace(
        mode=(folder / "ssh.mode").write_text,
        log=log,
        session=session,
        folder=folder,
        commands=commands,
        poll=lambda: session.poll(HERE_ADDRESS),
    )
    session.close()
    commands.stop_all()


@pytest.fixture
def gpu_node(far, tmp_path, monkeypatch):
    """A file stands for GPU 3 of the far side, and who holds it is looked for, whatever else keeps this machine busy."""
    (tmp_path / "nvidia3").touch()
    monkeypatch.setattr(tm, "GPU_NODE", f"{tmp_path}/nvidia")
    monkeypatch.setattr(tm, "BUSY_TICKS", 1 << 40)
    monkeypatch.setattr(tm, "SEARCH_SOON_S", 0.0)
    far.session.options = far.session.options._replace(find=True)


def followed(far):
    """The output of the only run that is followed."""
    (run,) = far.session.runs.values()
    return run.outputs.main


def texts(probe):
    return [line.text for run in probe.runs[:1] for line in run.lines]


def test_probe(far):
    far.log.write_text("Epoch 1/3\nStep 100: Loss = 2.345, LR = 0.0001\n")
    probe = far.poll()
    assert [(gpu.number, gpu.name, gpu.util, gpu.memory_used, gpu.temp) for gpu in probe.gpus] == [
        (0, "RTX 4090", 97, 18000, 64),
        (1, "RTX 4090", 91, 12000, None),
    ]
    assert 0 < probe.disk_util < 100
    assert (
        probe.runs[0].log_path == str(far.log)
        and probe.runs[0].fresh
        and texts(probe) == ["Epoch 1/3", "Step 100: Loss = 2.345, LR = 0.0001"]
    )
    assert (probe.runs[0].progress.epoch, probe.runs[0].progress.step, probe.runs[0].progress.loss) == (1, 100, 2.345)
    assert 0 <= probe.runs[0].quiet_s < 60


def test_later_polls_read_what_was_appended_over_the_same_connection(far):
    far.log.write_text("one\nhal")
    assert texts(far.poll()) == ["one", "hal"]
    with far.log.open("a") as log:
        log.write("f\ntwo\n")
    probe = far.poll()
    assert texts(probe) == ["half", "two"] and not probe.runs[0].fresh and probe.runs[0].log_bytes == 6
    assert far.poll().runs[0].log_bytes == 0
    assert (far.folder / "ssh.argv").read_text().count("\n") == 1


def test_a_log_may_hold_anything(far):
    blob = bytes(range(256)) * 40 + b"\n" + far.session.shell.nonce[:8].encode() + b" end\n\xff\xfe\n%s $(x) `y`\n"
    far.log.write_bytes(blob)
    probe = far.poll()
    assert probe.runs[0].log_bytes == len(blob) and texts(probe)[-1] == "%s $(x) `y`"
    assert all(text.isprintable() for text in texts(probe))


def test_characters_cut_between_polls_come_whole(far):
    far.log.write_bytes("训".encode()[:2])
    far.poll()
    with far.log.open("ab") as log:
        log.write("训".encode()[2:] + b"\n")
    assert texts(far.poll()) == ["训"]


def test_first_read_is_the_end_of_a_long_log(far):
    far.log.write_text("".join(f"line {i}\n" for i in range(100_000)))
    lines = texts(far.poll())
    assert lines[-1] == "line 99999" and re.fullmatch(r"line \d+", lines[0])
    assert followed(far).offset == far.log.stat().st_size


def test_more_than_a_poll_can_carry_is_skipped_and_said(far, monkeypatch):
    monkeypatch.setattr(tm, "READ_MAX", 64 << 10)
    far.log.write_text("start\n")
    far.poll()
    with far.log.open("a") as log:
        log.write("".join(f"line {i:07d}\n" for i in range(20_000)))
    lines = texts(far.poll())
    assert lines[0] == f"[{20_000 * 13 - tm.READ_MAX:,} bytes of the log were skipped]"
    assert re.fullmatch(r"line \d{7}", lines[1]) and lines[-1] == "line 0019999"
    assert far.poll().runs[0].log_bytes == 0


def test_a_log_that_shrank_is_read_anew(far):
    far.log.write_text("Step 900: Loss = 1.0\n" * 10)
    far.poll()
    far.log.write_text("Epoch 1/3\n")
    probe = far.poll()
    assert probe.runs[0].fresh and texts(probe) == ["Epoch 1/3"] and probe.runs[0].progress.step is None


def test_a_log_that_was_rotated_is_read_anew(far):
    far.log.write_text("old\n")
    far.poll()
    far.log.rename(far.log.with_name("training.log.1"))
    far.log.write_text("new one\n")
    probe = far.poll()
    assert probe.runs[0].fresh and texts(probe) == ["new one"]


def test_every_log_that_is_written_is_a_run_and_old_ones_are_not(far, monkeypatch):
    logs = [far.log.parent.parent / name / "training.log" for name in ("run2", "run3", "old")]
    far.log.write_text("Epoch 1/2\nstep 90/100 loss 2.5\n")  # near those of the others, however slow the machine is
    for log in logs:
        log.parent.mkdir()
        log.write_text(f"step 50/100 loss 1.{len(str(log))}\n")
    os.utime(logs[2], (1e9, 1e9))
    probe = far.poll()
    assert {run.name for run in probe.runs} == {"run 1", "run2", "run3"} and all(run.fresh for run in probe.runs)
    for _ in range(3):
        main = far.poll().runs[0].log_path
        assert main == probe.runs[0].log_path  # nothing flips to and fro
    monkeypatch.setattr(tm, "HOLD_S", -1.0)   # all rest: they stay until another begins
    assert len(far.poll().runs) == 3
    new = far.log.parent.parent / "run4" / "training.log"
    new.parent.mkdir()
    new.write_text("step 1/100 loss 3.5\n")
    monkeypatch.setattr(tm, "HOLD_S", 120.0)
    for log in (far.log, *logs):
        os.utime(log, (1e9, 1e9))
    for run in far.session.runs.values():
        run.outputs.main.grew = time.monotonic() - 1e6
    assert [run.name for run in far.poll().runs] == ["run4"]


def test_the_beginning_of_a_long_log_is_caught_up_with(far, monkeypatch):
    monkeypatch.setattr(tm, "READ_FIRST", 4096)
    monkeypatch.setattr(tm, "READ_MAX", 16384)
    feed, alone = tm.LogReader.feed, []
    monkeypatch.setattr(tm.LogReader, "feed", lambda self, *text: alone.append(tm.READS.locked()) or feed(self, *text))
    far.log.write_text("".join(f"step {i}/4000 loss {9 - i / 1000:.4f}\n" for i in range(3000)))
    first = far.poll()
    assert first.runs[0].progress.step == 2999 and not first.runs[0].caught_up and first.runs[0].curves.train[0][1] > 2000
    with far.log.open("a") as log:
        log.write("step 3001/4000 loss 5.5\n")
    probes = [far.poll() for _ in range(8)]
    assert [probe.runs[0].caught_up for probe in probes].count(True) == 1 and probes[-1].runs[0].progress.step == 3001
    assert probes[-1].runs[0].curves.train[0][1] <= 10 and probes[-1].runs[0].curves.train[-1][1] == 3001
    assert sum(len(probe.runs[0].lines) for probe in probes) <= 2  # nothing is shown again
    assert len(alone) > 4 and all(alone)  # no other worker reads meanwhile


def test_of_a_huge_log_head_and_end_are_caught_up_with(far, monkeypatch):
    for name, size in (("READ_FIRST", 4096), ("READ_MAX", 8192), ("CATCH_UP_MAX", 32768)):
        monkeypatch.setattr(tm, name, size)
    far.log.write_text("".join(f"step {i}/9000 loss {9 - i / 1000:.4f}\n" for i in range(8000)))
    probes = [far.poll() for _ in range(7)]
    places = [place for _, place, _ in probes[-1].runs[0].curves.train]
    assert any(probe.runs[0].caught_up for probe in probes) and places[0] < 10 and places[-1] == 7999
    assert not [place for place in places if 1000 < place < 7000]


@pytest.mark.parametrize("old, new, begins", [
    ("abc", "bcd", 2), ("abc", "abc", 3), ("abc", "abcde", 3), ("bc", "abcd", 3), ("abcd", "cx", 1), ("abc", "xyz", None),
    ("", "ab", None), ("ab", "", None), ("aXbXc", "bXcXd", 3), ("abcdef", "cdXf", 2)])
def test_where_a_terminal_goes_on(old, new, begins):
    assert tm.follow_on(list(old), list(new)) == begins


def test_a_terminal_full_of_one_line_costs_no_more_than_any():
    class Line(str):
        compared = 0

        def __eq__(self, other):
            Line.compared += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    old, new = ([Line(text) for text in "ab" * many] for many in (200, 10_000))
    assert tm.follow_on(old, new) == 20_000 and Line.compared < 60_000
    assert tm.follow_on([""] * 400, [""] * 20_000) is None  # blank lines join nothing


def test_a_terminal_is_read_as_if_it_were_a_log():
    """What is told of snapshots of a terminal is what a log of the same output would tell."""
    output = tm.PaneOutput(tm.Spot("pane", ("/s", "%1"), "tmux pane 0:0.0"))
    told = []
    tell = output.hear
    output.hear = lambda text: (told.append(text), tell(text))

    def shows(at, below, *rows):
        return output.take([tm.Block([str(at), str(below), "3", "80"], "".join(f"{row}\n" for row in rows).encode())])
    assert not shows(1, 1, "$ python train.py", "step 1")
    assert not shows(1, 1, "$ python train.py", "step 1/9 loss 2")
    assert not shows(2, 1, "$ python train.py", "step 1/9 loss 2", " 10%|#   |")
    assert not shows(2, 1, "$ python train.py", "step 1/9 loss 2", " 20%|##  |")
    assert not shows(4, 1, "$ python train.py", "step 1/9 loss 2", "100%|####|", "done", "")
    assert "".join(told) == "$ python train.py\nstep 1/9 loss 2\n 10%|#   |\r 20%|##  |\r100%|####|\ndone\n"
    assert not shows(4, 1, "$ python train.py", "step 1/9 loss 2", "100%|####|", "done", "")
    assert len(told) == 5 and output.grew is not None
    assert shows(9, 1, "far", "further")                                # more than was asked for was printed
    assert not shows(9, 1, "done", "near", "far", "further") and told[-1] == "near\nfar\nfurther"
    assert not output.take([tm.Block(["-"], b"")]) and len(told) == 6 and output.unread  # an editor has the screen
    crash = ["Loading " + "x" * 80, "Traceback (most recent call last):", "RuntimeError: boom"]
    assert not shows(14, 1, "done", "near", "far", "further", *crash, "") and told[-1].count("boom") == 1
    for at in (22, 30):  # a loop that fails in the same way each time
        assert not shows(at, 1, *crash * 3, "") and told[-1].count("boom") == 2 and len(told) == 7 + (at - 14) / 8


@pytest.mark.parametrize("rows, last", [
    (["  9%|█   | 9/100 [0", " 10%|█   | 10/100 [", "00:09<01:30]"], " 10%|█   | 10/100 [00:09<01:30]"),
    (["Epoch 1: 99%|█| 99/", "Epoch 2:  1%|█|  1/", "100 [00:09<01:30]"], "Epoch 2:  1%|█|  1/100 [00:09<01:30]"),
    (["val: 10%|█|  1/10 [", "ep 1:  1%|█|  1/99 ", "ep 1:  2%|█|  2/99 ", "[00:02<00:09]"], "ep 1:  2%|█|  2/99 [00:02<00:09]"),
    ([" 9/99 ━━━━━━ 1s 9ms", "10/99 ━━━━━━ 1s 9ms", "/step - loss: 0.5"], "10/99 ━━━━━━ 1s 9ms/step - loss: 0.5"),
    ([" 99%|█| 99/100 [00:", "                   ", "{'loss': 0.5}"], "{'loss': 0.5}"),               # the bar was cleared for that
    ([" 10%|█   | 10/100 [", "00:09<01:30]"], None), (["acc 12%| | 9 | a | ", "b 13%| | c"], None), # a bar, and a table, with one state
    (["Start evaluating 9 ", "samples            ", "1/9 [>...] - loss: ", "9/9 [====] - loss: ", "0.5"],
     "Start evaluating 9 samples            \r9/9 [====] - loss: 0.5"),
    (["ep 1 10%| 1/9 [0:01", "loss_a 0.1 loss_b 1", "ep 1 20%| 2/9 [0:02", "loss_a 0.2 loss_b 2", "0]"], "ep 1 20%| 2/9 [0:02loss_a 0.2 loss_b 20]"),
    (["Progress: 1% words ", "Progress: 9% words ", "9 loss: 2"], "Progress: 9% words 9 loss: 2"),
    (["0.123 0.123 0.1230 ", "0.345 0.125 0.1230 ", "0.1"], None), (["10%|█| 1/9 [00:01]"], None)])
def test_of_a_bar_wider_than_its_terminal_the_last_state_is_read(rows, last):
    """Each state leaves its first row behind, and the terminal takes all those rows for one line."""
    line, output = "".join(rows), tm.PaneOutput(tm.Spot("pane", ("/s", "%1"), ""))
    assert tm.last_drawn(line, 19) == (line if last is None else last)
    output.take([tm.Block(["9", "1", "3", "19"], f"$ python a.py\n{line}\n".encode())])
    assert output.report().lines[-1].text.split() == (line if last is None else last.rpartition("\r")[2]).split()


@pytest.mark.parametrize("command, shown", [
    ("train.py --api-key abc --lr 1", "train.py --api-key *** --lr 1"), ("x --hf_token=abc y", "x --hf_token=*** y"),
    ("WANDB_API_KEY=abc python x", "WANDB_API_KEY=*** python x"), ("x --password 'a' b", "x --password *** b"),
    ("x hf_abcdefghij", "x ***"), ("git clone https://me:pw@host/x", "git clone https://***@host/x"),
    ("x --tokenizer gpt2 --max_tokens 5 --keyword z", "x --tokenizer gpt2 --max_tokens 5 --keyword z"),
    ("x " + "0123456789abcdef" * 2 + "01234567", "x ***"), ("x --secret \x1b[2Jy z", "x --secret *** z"),
    (["x", "--token", "a b c", "--lr", "1"], "x --token *** --lr 1"), (["x", "--password=a b\tc", "d"], "x --password=*** d"),
    (["sh", "-c", "x --token abc --lr 1"], "sh -c x --token *** --lr 1")])
def test_secrets_in_command_lines_are_masked(command, shown):
    assert tm.masked(command if isinstance(command, list) else command.split(" ")) == shown


def process(pid, parent=1, argv="python train.py", start=0, out="/dev/null", fds=(), **more):
    outs = (tm.Fd(1, "-w", out), tm.Fd(2, "-w", out), *fds)
    return tm.Process(pid, parent, start, argv=tuple(argv.split()), cwd="/w/run", fds=outs, **more)


def machine(*processes, panes=()):
    return tm.Machine({one.pid: one for one in processes}, dict(panes))


READS_1, READS_2 = tm.Fd(0, "r-", "pipe:[1]"), tm.Fd(0, "r-", "pipe:[2]")


@pytest.mark.parametrize("order", itertools.permutations((7, 8, 9)))
def test_settings_are_those_of_the_process_that_has_them(order):
    """Of the others nothing is printed but their names."""
    said = "".join(f"==> /proc/{pid}/environ <==\n" + "STY=1.a\nWINDOW=2\n" * (pid == 8) for pid in order)
    nothing = tm.Block([], b"")
    found = tm.with_words({pid: tm.Process(pid, 1) for pid in order}, nothing, nothing, tm.Block([], f"{said}==> /dev/null <==\n".encode()), {})
    assert {pid: one.env for pid, one in found.items()} == {7: {}, 8: {"STY": "1.a", "WINDOW": "2"}, 9: {}}


@pytest.mark.parametrize("processes, places", [
    ([process(7, out="/root/out.txt")], ["file /root/out.txt"]),
    ([process(7, out="/root/out.txt (deleted)")], ["file /proc/7/fd/1", "file /proc/7/fd/2"]),
    ([process(7, out="/dev/pts/3")], ["pane /tmp/s %1"]),
    ([process(7, out="/dev/pts/9", env={"STY": "1.a", "WINDOW": "2"})], ["window 1.a 2 /dev/pts/9 "]),
    ([process(7, 5, out="/dev/pts/9"), process(5, out="/dev/pts/3")], ["pane /tmp/s %1"]),   # `script` in tmux
    ([process(7, 5, out="/dev/pts/9"), process(5, fds=(tm.Fd(3, "-w", "/w/typescript"), tm.Fd(4, "rw", "/dev/ptmx")))],
     ["file /w/typescript"]),
    ([process(7, 5, out="/dev/pts/9"), process(5, out="pipe:[1]", fds=(tm.Fd(3, "-w", "/w/typescript"), tm.Fd(4, "rw", "/dev/ptmx")))],
     ["container", "file /w/typescript"]),  # the latter is tried first
    ([process(7, out="pipe:[1]")], ["container"]),
    ([process(7, out="pipe:[1]"), process(8, out="/dev/pts/3", fds=(READS_1, tm.Fd(3, "-w", "/w/tee.log")))],
     ["file /w/tee.log", "pane /tmp/s %1"]),
    ([process(7, out="pipe:[1]"), process(8, out="pipe:[2]", fds=(READS_1,)), process(9, out="/w/x", fds=(READS_2,))], ["file /w/x"]),
    ([process(7, fds=(tm.Fd(5, "-w", "/w/log.txt"), tm.Fd(6, "-w", "/w/model.pt"), tm.Fd(7, "-w", "/var/log/a.log")))],
     ["file /w/log.txt"]),
    ([process(7, 7, out="/dev/pts/9")], []), ([process(7, 8, out="/dev/pts/8"), process(8, 7, out="/dev/pts/9")], []),  # a lie
    ([process(7)], [])])
def test_where_an_output_leads(processes, places):
    one = machine(*processes, panes={"/dev/pts/3": tm.Spot("pane", ("/tmp/s", "%1"), "tmux pane 0:0.0")}.items())
    (group,) = one.groups([7])
    assert [place.key for place in one.places(group, (), True)] == places


def test_processes_are_grouped_into_runs():
    one = machine(
        process(2, argv="/usr/bin/python /bin/torchrun train.py"), process(3, 2, out="/a", start=2),
        process(4, 2, out="/b", start=1), process(5, out="/c"), process(6, 5, out="/d"), process(7, out="/e"), process(8, out="/e"),
        process(10, argv="python -m ipykernel_launcher"), process(11, argv="python -m ipykernel_launcher"))
    groups = one.groups([3, 4, 5, 6, 7, 8, 10, 11])
    assert sorted([each.pid for each in group.processes] for group in groups) == [[4, 3], [5, 6], [7, 8], [10], [11]]
    assert {group.leader.pid: group.kind() for group in groups}[10] == "notebook"
    assert tm.Group((process(1, argv="python -m vllm.entrypoints.openai.api_server"),)).kind() == "serving"


@pytest.mark.parametrize("env, nodes, others, gpus", [
    ({"CUDA_VISIBLE_DEVICES": "2,3"}, (0, 1, 2, 3), True, (2, 3)),
    ({"CUDA_VISIBLE_DEVICES": "2,3", "LOCAL_RANK": "1"}, (0,), True, (3,)), ({"LOCAL_RANK": "5"}, (0,), True, (5,)),
    ({}, (1,), True, (1,)), ({}, (0, 1), True, None), ({}, (0, 1), False, (0, 1)),
    ({"CUDA_VISIBLE_DEVICES": "GPU-abc"}, (0,), False, None), ({"CUDA_VISIBLE_DEVICES": "-1"}, (0,), False, ()),
    ({"CUDA_VISIBLE_DEVICES": ""}, (0,), False, ())])
def test_gpus_of_a_run(env, nodes, others, gpus):
    held = tuple(tm.Fd(9 + node, "rw", f"/dev/nvidia{node}") for node in nodes)
    assert tm.Group((process(7, fds=held, env=env),)).gpus(others) == gpus


def test_memory_of_the_container():
    at, old = "==> /sys/fs/cgroup/memory", "==> /sys/fs/cgroup/memory/memory"
    new = f"{at}.current <==\n5000\n\n{at}.max <==\nmax\n\n{at}.stat <==\ninactive_file 1000\n"
    v1 = (f"{old}.usage_in_bytes <==\n5000\n\n{old}.limit_in_bytes <==\n8000\n\n{old}.stat <==\ntotal_inactive_file 1000\n")
    assert tm.parse_memory(new) == (4000, None) and tm.parse_memory(v1) == (4000, 8000)
    assert tm.parse_memory("") == (None, None)


def test_what_processes_say_of_themselves_may_be_anything():
    stat = "7 (a) b (c) S 1 7 7 0 -1 1 2 3 4 5 60 40 8 9 20 0 1 0 1234 180140 2719 1 2"
    started, found = tm.parse_stats(f"{stat.replace('7 (', '6 (', 1)}\n{stat}\nnonsense\n9 (x\n")
    assert (started, found) == (1234, {7: tm.Process(7, 1, 1234, 2719)})
    assert tm.parse_descriptors("7 1 -w /a b\n7 5 rw /dev/nvidia0\nx\n8 1 -w /cut") == {
        7: [tm.Fd(1, "-w", "/a b"), tm.Fd(5, "rw", "/dev/nvidia0")]}


def test_globs_understand_two_stars():
    words = tm.glob_words(["/a/**/x*.log", "/b"]).split()
    assert words[0] == "/a/x*.log" and "/a/*/*/x*.log" in words and words[-1] == "/b" and len(words) == tm.STARS_MAX + 2


def test_a_run_is_over_when_its_processes_let_go_of_the_gpu(far, gpu_node, tmp_path, monkeypatch):
    """Where nobody reaps the dead they are listed for ever."""
    monkeypatch.setattr(tm, "SEARCH_EVERY_S", 0.0)
    monkeypatch.setattr(tm, "DOUBT_S", -1.0)
    script = f"exec 9<>{tmp_path}/nvidia3 >out.txt; echo 'step 5/9 loss 1.5'; read x; exec 9>&-; echo done >&2; read x"
    child = far.commands.start(["sh", "-c", f"cd {tmp_path}; {script}"], talk=True)
    wait_until(lambda: [run.progress.step for run in far.poll().runs] == [5], "the run")
    (run,) = far.poll().runs
    assert run.alive and (run.gpus, run.log_path, run.pid) == ((3,), f"{tmp_path}/out.txt", child.pid)
    far.commands.send(child, b"\n", time.monotonic() + WAIT_S)
    far.commands.receive(child, b"done", time.monotonic() + WAIT_S)
    (run,) = far.poll().runs
    assert not run.alive and run.progress.step == 5 and alive(child.pid)
    far.commands.stop(child)


@pytest.mark.parametrize("shell", ["dash", "busybox sh"])
def test_of_too_many_processes_those_asked_about_and_the_newest_are_seen(far, monkeypatch, shell):
    """By number: as texts '/proc/999' comes behind '/proc/12345', and a run that is not seen has ended."""
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"no {shell.split()[0]} here")
    monkeypatch.setattr(tm, "PROCESSES_MAX", 1)
    child = far.commands.start([*shell.split(), "-c", tm.far_script("x").decode() + f"pids 1; descriptors; pids {os.getpid()}; end"], talk=True)
    said = far.commands.receive(child, b"\nx end\n", time.monotonic() + WAIT_S)
    *_, first, fds, second = tm.parse_blocks(said, "x")
    own = os.getpid()
    assert own in tm.parse_pids(second.text())[0] and 1 in tm.parse_pids(first.text())[0]
    assert len(tm.parse_pids(second.text())[0] - {own}) <= 1 and max(tm.parse_pids(first.text())[0]) >= child.pid
    assert len(tm.parse_descriptors(fds.text())) <= 1
    far.commands.stop(child)


def test_the_end_of_a_run_is_a_reason_to_look_for_another(far, gpu_node, tmp_path):
    """One that was started while it ran, on the same GPU; however many searches were made lately."""
    def start(name):
        script = f"cd {tmp_path}; exec 9<>nvidia3 >{name}.out; echo 'step 20 loss 1.5'; echo ready >&2; read x"
        child = far.commands.start(["sh", "-c", script], talk=True)
        far.commands.receive(child, b"ready", time.monotonic() + WAIT_S)
        return child
    first = start("first")
    names = [run.log_path.rpartition("/")[2] for run in far.poll().runs]
    second = start("second")
    far.session.searches.used_until = math.inf
    assert names == ["first.out"] == [run.log_path.rpartition("/")[2] for run in far.poll().runs]
    far.commands.send(first, b"\n", time.monotonic() + WAIT_S)
    first.wait(WAIT_S)
    far.commands.stop(first)
    assert "second.out" in [run.log_path.rpartition("/")[2] for run in far.poll().runs]
    far.commands.stop(second)


def test_a_run_found_by_the_work_of_its_python_goes_on_where_others_work_more():
    """Where no GPU can be seen: who are the busiest changes, as with each epoch's new workers."""
    session, busy = tm.SshSession(1, tm.Options(), tm.Commands()), [7]

    def answer(asked, most=0):
        told = {"busiest": ([], "".join(f"900 {pid}\n" for pid in busy)), "more /w/7.log": (["7", "0", "16", "0", "0", "fresh"], "step 5/9 loss 1\n")}
        return [tm.Block(words, text.encode()) for words, text in (
            next((told[key] for key in told if question.startswith(key)), ([], "")) for question in asked)]
    session.shell.ask = lambda asked, most=0: [] if asked[0].startswith("panes") else answer(asked)
    session._descriptors = lambda pids=(): ({pid: [tm.Fd(1, "-w", f"/w/{pid}.log")] for pid in pids}, True)
    session._machine = lambda fds: (tm.Machine({pid: process(pid, out=f"/w/{pid}.log") for pid in fds}, {}), 0)
    session.searches.pids = {7, 8}
    session._search([])
    (run,) = session.runs.values()
    busy[:] = [8]
    session._search([])
    assert run.alive and run.progress().step == 5
    run.see({8})
    assert not run.alive


def test_a_list_of_open_files_that_takes_too_long_ends_no_run(far, gpu_node, fake, tmp_path, monkeypatch):
    """As on an overloaded instance: who is not on a part of it may hold a GPU all the same."""
    monkeypatch.setattr(tm, "SEARCH_EVERY_S", 0.0)
    fake("timeout", f'[ "$4" = ls ] && [ -e {tmp_path}/busy ] && exit 137; shift 3; exec "$@"')
    script = f"cd {tmp_path}; exec 9<>nvidia3 >a.out; echo 'step 20/90 loss 1.5'; echo ready >&2; read x"
    child = far.commands.start(["sh", "-c", script], talk=True)
    far.commands.receive(child, b"ready", time.monotonic() + WAIT_S)
    (run,) = far.poll().runs
    (tmp_path / "busy").touch()
    assert run.alive and all(run.alive for _ in range(2) for run in far.poll().runs)
    (tmp_path / "busy").unlink()
    far.commands.stop(child)
    assert [run.alive for run in far.poll().runs] == [False]


def test_standard_output_and_standard_error_in_files_of_their_own_are_one_run(far, gpu_node, tmp_path, monkeypatch):
    """The loss is in the one, the bar and the failure are in the other; what an earlier run left there is not this one's."""
    monkeypatch.setattr(tm, "SEARCH_EVERY_S", 0.0)
    (tmp_path / "err.txt").write_text("Traceback (most recent call last):\nValueError: of yesterday\n")
    bar = r"printf '\rEpoch 1/2: 20%%|##    | 20/100 [00:10<00:40, 2.00it/s]' >&2"
    script = (f"exec 9<>nvidia3; echo 'step 20 loss 1.5'; {bar}; read x; echo 'step 30 loss 1.4'; read x;"
              "echo >&2; echo 'Traceback (most recent call last):' >&2; echo 'RuntimeError: CUDA out of memory' >&2")
    child = far.commands.start(["sh", "-c", f"cd {tmp_path}; exec >out.txt 2>>err.txt; {script}"], talk=True)
    wait_until(lambda: [run.progress.step for run in far.poll().runs] == [20], "the run")
    (run,) = far.poll().runs
    assert run.where == f"file {tmp_path}/out.txt + file {tmp_path}/err.txt" and run.progress.state == "training"
    assert run.progress[:5] == (1, 2, 20, 100, 1.5) and run.progress.progress == 10
    assert [one.reader.progress().state for each in far.session.runs.values() for one in each.outputs.beside] == ["training"]
    far.commands.send(child, b"\n", time.monotonic() + WAIT_S)
    wait_until(lambda: far.poll().runs[0].progress.loss == 1.4, "the next loss")
    look, seen = far.session._descriptors, []

    def ends_before(pids=()):
        far.commands.send(child, b"\n" * (child.poll() is None), time.monotonic() + WAIT_S)
        child.wait(WAIT_S)
        return look(pids)
    monkeypatch.setattr(far.session, "_descriptors", ends_before)  # in a search, when its output was read already
    wait_until(lambda: seen.append(far.poll().runs[0]) or not seen[-1].alive, "its end")
    run = seen[-1]
    assert (run.progress.state, run.progress.reason, run.progress.loss, run.progress.step) == ("failed", tm.OOM, 1.4, 20)
    assert "RuntimeError: CUDA out of memory" in [line.text for run in seen for line in run.lines]
    assert len({line.number for run in seen for line in run.lines}) == sum(len(run.lines) for run in seen)
    restarted = tm.SshSession(1, far.session.options._replace(log_paths=("/none",)), far.commands)
    monkeypatch.setattr(tm, "ENDED_IN", (str(tmp_path),))
    (far.folder / "tmux").write_text("#!/bin/sh\nexit 1\n")  # what terminals of this machine show is not asked for
    (far.folder / "tmux").chmod(0o755)
    (run,) = restarted.poll(HERE_ADDRESS).runs  # a monitor that is started now
    assert (run.log_path, run.progress.state, run.progress.reason) == (f"{tmp_path}/out.txt", "failed", tm.OOM)
    restarted.close()
    far.commands.stop(child)


def test_what_is_read_besides_an_output():
    """The other stream of its process; of other ranks, and where a program has a log of its own, what goes to stderr."""
    def two(pid, out, err, **more):
        return tm.Process(pid, 1, pid, argv=("python",), fds=(tm.Fd(1, "-w", out), tm.Fd(2, "-w", err)), **more)
    one = machine(two(7, "/0.out", "/0.err"), two(8, "/1.out", "/1.err"), two(9, "/dev/null", "/dev/pts/3"), two(10, "pipe:[1]", "/10.err"),
                  process(11, out="/dev/pts/3", fds=(READS_1, tm.Fd(3, "-w", "/w/tee.log"))), panes={"/dev/pts/3": tm.Spot("pane", ("/tmp/s", "%1"), "tmux pane 0:0.0")}.items())

    def beside(path, *pids):
        return {place.key: own for place, own in one.beside(tm.Group(tuple(one.processes[pid] for pid in pids)), tm.file_spot(path)).items()}
    assert beside("/0.out", 7, 8) == {"file /0.err": True, "file /1.err": False}
    assert beside("/1.err", 7, 8) == {"file /1.out": True, "file /0.err": False}
    assert beside("/own.log", 7) == {"file /0.err": False} and beside("/own.log", 9) == {"pane /tmp/s %1": False}
    assert beside("/w/tee.log", 10) == {"file /10.err": True}  # and the pane shows what tee writes
    assert machine(process(7, out="/both")).beside(tm.Group((process(7, out="/both"),)), tm.file_spot("/both")) == {}
    many = machine(*(two(pid, f"/{pid}", f"/{pid}.err") for pid in range(1, 65)))
    assert len(many.beside(tm.Group(tuple(many.processes.values())), tm.file_spot("/64"))) == tm.BESIDE_MAX
    assert many.beside(tm.Group(tuple(many.processes.values())), tm.file_spot("/64"))[tm.file_spot("/64.err")]


@pytest.mark.parametrize("out, err, alive, state, reason", [
    ("step 5/9 loss 1", "Traceback (most recent call last):\nKeyError: 1", True, "training", ""),  # many a program goes on
    ("step 5/9 loss 1", "Traceback (most recent call last):\nKeyError: 1", False, "failed", "Traceback: KeyError: 1"),
    ("step 9/9 loss 1\nTraining complete.", "Traceback (most recent call last):\nKeyError: 1", False, "finished", ""),
    ("step 5/9 loss 1\nTraining failed: CUDA out of memory", "Traceback (most recent call last):\nKeyError: 1", False, "failed", tm.OOM),
    ("step 5/9 loss 1", "Training completed.", True, "finished", ""), ("step 5/9 loss 1", "Done.", True, "training", ""),
    ("loss 1", "step 9/9\nDone.", True, "finished", ""), ("step 5/9 loss 1", "UserWarning: x", False, "training", "")])
def test_what_two_outputs_tell_of_an_end(out, err, alive, state, reason):
    run = tm.Followed("a", tm.FileOutput(tm.file_spot("/out")))
    run.outputs.beside = [tm.FileOutput(tm.file_spot("/err"))]
    for output, text in zip(run.outputs.all(), (out, err)):
        output.hear(text + "\n")
        output.wrote = 100.0
    run.see(set())
    run.died = None if alive else 1.0
    assert (run.progress().state, run.progress().reason) == (state, reason)
    run.outputs.beside[0].wrote += tm.LATER_S  # it was printed behind the other's last word
    assert run.progress().state == ("failed" if "Traceback" in err and not alive else state)
    run.died = None
    run.outputs.main.hear("step 6/9 loss 1\n")
    run.see(set())
    run.died = 1.0
    assert run.progress().state == run.outputs.main.reader.progress().state or "complete." in out  # it went on behind it


def test_lines_of_two_outputs_replace_none_of_each_other_and_each_explains_its_values():
    """A bar that moves is one line until the other output tells something."""
    run, shown = tm.Followed("a", tm.FileOutput(tm.file_spot("/out"))), {}
    run.outputs.beside = [tm.FileOutput(tm.file_spot("/err")), tm.FileOutput(tm.file_spot("/1.err"))]
    run.outputs.beside[1].own = False  # another rank's

    def hear(*texts):
        for output, text in zip(run.outputs.all(), texts):
            output.hear(text)
        reading = run.report(explain=True)
        for line in reading.lines:  # as the model keeps them
            for number in [number for number in shown if number >= line.number]:
                del shown[number]
            shown[line.number] = line.text
        return reading
    hear("step 1 loss 3\n", "\r10%|#   | 1/9 [00:01<00:09, 1.0it/s]", "of another rank\n")
    hear("", "\r20%|#   | 2/9 [00:02<00:09, 1.0it/s]")
    assert list(shown.values()) == ["step 1 loss 3", "20%|#   | 2/9 [00:02<00:09, 1.0it/s]"]
    hear("step 3 loss 2\n")
    reading = hear("", "\r40%|#   | 4/9 [00:04<00:09, 1.0it/s]")
    assert list(shown.values())[-2:] == ["step 3 loss 2", "40%|#   | 4/9 [00:04<00:09, 1.0it/s]"] and len(shown) == 4
    told = [row[:2] for row in reading.explained if row[0] in ("step", "loss", "total_steps")]
    assert sorted(told) == [("loss", "2"), ("step", "3"), ("total_steps", "9")]


def test_an_end_of_before_in_another_output_is_none_of_a_run_that_begins(monkeypatch):
    session, run = tm.SshSession(1, tm.Options(), tm.Commands()), tm.Followed("a", tm.FileOutput(tm.file_spot("/out")))
    monkeypatch.setattr(session, "_read", lambda output: output.hear("Traceback (most recent call last):\nKeyError: 1\n"))
    session._read_beside(run, {tm.file_spot("/err"): True})
    kept = run.outputs.beside[0]
    run.died = 1.0
    assert run.progress().state != "failed"
    session._read_beside(run, {tm.file_spot("/err"): True})
    assert run.outputs.beside == [kept]  # it is read on


def test_what_two_outputs_tell_of_the_place():
    told = tm.Progress(step=30.0, loss=1.0)
    bar = tm.Progress(step=32.0, total_steps=100.0, progress=32.0, state="training", rate=2.0)
    assert tm.merged(told, bar)[:8] == (None, None, 32.0, 100.0, 1.0, None, None, 32.0) and tm.merged(told, bar).state == "training"
    assert tm.merged(told._replace(step=330.0), bar).progress is None  # the bar is of an epoch
    assert tm.merged(told._replace(epoch=3.0), bar).progress is None   # likewise, perhaps
    assert tm.merged(told._replace(progress=7.0), bar) == told._replace(progress=7.0, state="training")
    assert tm.merged(bar, told._replace(val_loss=2.0))[:8] == (None, None, 32.0, 100.0, 1.0, 2.0, None, 32.0)


def test_a_run_that_ended_before_the_first_sight_is_shown(far, tmp_path, monkeypatch):
    """Whoever opens the monitor in the morning sees what happened at night, however many terminals are open there;
    what ended days ago is no run of today."""
    monkeypatch.setattr(tm, "BUSY_TICKS", 1 << 40)
    panes = {f"/dev/pts/{i}": tm.Spot("pane", (f"{tmp_path}/none", f"%{i}"), f"tmux pane shell:0.{i}") for i in range(tm.PLACES_TRIED)}
    monkeypatch.setattr(tm, "parse_panes", lambda text: panes)
    monkeypatch.setattr(tm, "GPU_NODE", f"{tmp_path}/nvidia")
    monkeypatch.setattr(tm, "ENDED_IN", (str(tmp_path / "work"),))
    (far.folder / "tmux").write_text("#!/bin/sh\nexit 1\n")  # what other terminals of this machine show is not asked for
    (far.folder / "tmux").chmod(0o755)
    (tmp_path / "work").mkdir()
    for name, text, age_s in (("notes.txt", "nothing of interest", 60), ("old.log", "step 1/9 loss 2", 9e5),
                              ("run.out", "step 5/9 loss 1.5\nRuntimeError: CUDA out of memory\n", 3600)):
        (tmp_path / "work" / name).write_text(text)
        os.utime(tmp_path / "work" / name, (time.time() - age_s,) * 2)
    far.session.options = far.session.options._replace(find=True, log_paths=(f"{tmp_path}/none/*",))
    (run,) = far.poll().runs
    assert (run.log_path, run.alive, run.progress.state) == (f"{tmp_path}/work/run.out", False, "failed")
    assert 3500 < run.quiet_s < 3700


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox sh"])
def test_a_run_that_left_nothing_but_a_table_is_shown(far, tmp_path, monkeypatch, shell):
    """In folders of its own below those where logs are; what was copied or unpacked there is none, nor what others install."""
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"no {shell.split()[0]} here")
    (far.folder / "far-sh").write_text(f"#!/bin/sh\nexec {shell}\n")
    (far.folder / "tmux").write_text("#!/bin/sh\nexit 1\n")  # what terminals of this machine show is not asked for
    for name in ("far-sh", "tmux"):
        (far.folder / name).chmod(0o755)
    monkeypatch.setenv("FAR_SH", str(far.folder / "far-sh"))
    monkeypatch.setattr(tm, "BUSY_TICKS", 1 << 40)
    monkeypatch.setattr(tm, "GPU_NODE", f"{tmp_path}/nvidia")
    monkeypatch.setattr(tm, "ENDED_IN", (str(tmp_path / "work"),))
    monkeypatch.setattr(tm, "SEARCH_EVERY_S", 0.0)
    monkeypatch.setattr(tm, "SEARCH_SOON_S", 0.0)
    for name, age_s in (("lightning_logs/a b/metrics.csv", 3600), ("site-packages/x/newer.csv", 60), ("runs/old/log.jsonl", 9e5)):
        path = tmp_path / "work" / name
        path.parent.mkdir(parents=True)
        path.write_text("epoch,step,train_loss\n0,10,2.5\n0,20,2.4\n")
        os.utime(path, (time.time() - age_s,) * 2)
    far.session.options = far.session.options._replace(find=True, log_paths=(f"{tmp_path}/none/*",))
    assert far.poll().runs == ()  # each was made in a moment
    monkeypatch.setattr(tm, "WRITTEN_S", -math.inf)
    assert far.poll().runs == ()  # seldom looked for
    far.session.walked = -math.inf
    (run,) = far.poll().runs
    assert run.log_path == f"{tmp_path}/work/lightning_logs/a b/metrics.csv" and not run.alive
    assert (run.progress.step, run.progress.loss) == (20, 2.4)


def test_a_run_that_came_and_went_between_two_searches_is_shown(far, tmp_path, monkeypatch):
    """Started again, and failed at once: what was there before is not the last one; what it wrote beside its log is."""
    monkeypatch.setattr(tm, "BUSY_TICKS", 1 << 40)
    monkeypatch.setattr(tm, "GPU_NODE", f"{tmp_path}/nvidia")
    monkeypatch.setattr(tm, "SEARCH_EVERY_S", 0.0)
    monkeypatch.setattr(tm, "SEARCH_SOON_S", 0.0)
    monkeypatch.setattr(tm, "DOUBT_S", -1.0)
    monkeypatch.setattr(tm, "ENDED_IN", (str(tmp_path),))
    (far.folder / "tmux").write_text("#!/bin/sh\nexit 1\n")  # what terminals of this machine show is not asked for
    (far.folder / "tmux").chmod(0o755)
    far.session.options = far.session.options._replace(find=True, log_paths=(f"{tmp_path}/none/*",))

    def write(name, age_s):
        (tmp_path / name).write_text(f"step 5/9 loss 1.5\n{name}: CUDA out of memory\n")
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)

    def seen():
        return [(run.log_path.rpartition("/")[2], run.alive, run.progress.state) for run in far.poll().runs]
    write("first.out", 3600)
    assert seen() == [("first.out", False, "failed")]
    write("first.log", 3600 - tm.NEXT_RUN_S / 2)
    write("other.log", 3700)
    assert seen() == [("first.out", False, "failed")]
    write("second.log", 60)
    assert seen() == [("second.log", False, "failed")]


def test_a_search_lets_no_suspended_run_go_on():
    session, run = tm.SshSession(1, tm.Options(), tm.Commands()), tm.Followed("a", tm.FileOutput(tm.file_spot("/out")), tm.Group((tm.Process(7, 1),)))
    session.shell.ask = lambda *args: [tm.Block([], b"")] * 9
    session.runs, session.searches.pids, session.suspended = {"a": run}, {7}, {7}
    session._search([])
    assert run.alive and run.suspended


def test_the_age_of_the_next_run_in_a_file_is_that_of_its_process():
    run = tm.Followed("a", tm.FileOutput(tm.file_spot("/out")), tm.Group((tm.Process(7, 1),)))
    for text, pids in ("step 9/9 loss 1.5\nTraining complete.\n", {7}), ("", {1}):
        run.outputs.main.hear(text)
        run.see(pids)
    run.take(tm.Group((tm.Process(8, 1),)), [])
    run.began = 5.0  # as the search says
    run.outputs.main.hear("step 1/9 loss 3\n")
    run.see({8})
    assert run.nth == 1 and run.began == 5.0


def test_what_others_write_behind_a_run_that_ended_is_a_run_again():
    """A prompt and a last flush are none; the same pane is used by the next command."""
    output = tm.PaneOutput(tm.Spot("pane", ("/s", "%1"), "tmux pane 0:0.0"), [])
    run = tm.Followed("pane", output, tm.Group((tm.Process(7, 1),)))
    output.hear("step 5/9 loss 1.5\n")
    for suspended in ((), {7}, {1}):
        run.see({1, 7}, suspended)
        assert run.alive and run.report().suspended is (suspended == {7})
    run.see({1})
    output.hear("step 6/9 loss 1.4\n")
    run.see({1})
    assert not run.alive
    run.see({1, 8})
    assert run.alive and run.group is None
    run.see({1, 8})
    assert run.alive
    run.see({1, 9})
    assert not run.alive  # which of them it was no search had found
    output.hear("step 7/9 loss 1.3\n")
    run.see({1, 9, 10})
    assert run.alive


def test_a_run_that_ended_before_it_was_seen_to_live_or_let_go_of_its_gpu_stays_ended():
    """Whoever else begins there, until somebody writes behind it."""
    session, texts = tm.SshSession(1, tm.Options(), tm.Commands()), ("step 5/9 loss 1.5\n", "step 6/9 loss 1.4\n")
    session.shell.ask = lambda *args: [tm.Block([], b"whole\n")] * 9
    at_once, lets_go = runs = [tm.Followed(key, tm.FileOutput(tm.file_spot(f"/{key}")), tm.Group((tm.Process(7, 1),))) for key in "ab"]
    for run in runs:
        run.outputs.main.hear(texts[0])
    at_once.see({1})
    session.runs["b"], session.searches.pids, lets_go.held = lets_go, {1, 7}, True
    lets_go.see({1, 7})
    session._search([])
    assert not at_once.alive and not lets_go.alive
    lets_go.see({1, 7, 8})
    assert not lets_go.alive
    for run in runs:
        run.outputs.main.hear(texts[1])
    at_once.see({1})
    lets_go.see({1, 7, 8})
    assert not at_once.alive  # its last words: nobody has begun since
    assert lets_go.alive and lets_go.report().progress.step == 6


def test_a_bar_in_a_window_without_utf8_is_not_believed():
    """Bytes of its glyphs move the cursor there: what is newest may stand on top."""
    output = tm.WindowOutput(tm.Spot("window", ("1.a", "0"), ""), [])
    rows = b"INFO step 60/200 loss 0.9\nloss 0.5: 91%|\xe2\xe2\xe2 | 182/200 [00:49<00:07]\nloss 0.9: 34%|\xe2 | 66/200 [00:02<00:00]\n$\n"
    output.take([tm.Block(["24", "80", "3"], rows)])
    assert output.reader.progress()[2:5] == (60.0, 200.0, 0.9)
    output.take([tm.Block(["24", "80", "3"], rows + "loss 0.9: 35%|█▍ | 70/200 [00:02<00:00]\n".encode())])
    assert output.reader.progress().step == 70.0
    output.take([tm.Block(["24", "80", "3"], rows + b"loss 0.9: 36%|\x88\x8d | 72/200 [00:02<00:00]\n")])  # screen -U
    assert output.reader.progress().step == 72.0 and texts_of(output)[-1] == "loss 0.9: 36%|█▍ | 72/200 [00:02<00:00]"


def test_the_last_row_of_a_window_is_a_line_once_nothing_moves_there():
    """A copy of a window does not tell where its cursor stands: behind that row, or below it."""
    output, rows = tm.WindowOutput(tm.Spot("window", ("1.a", "0"), ""), []), b"epoch 1/9 loss 0.92\nepoch 2/9 loss 0.87\n\n\n"
    output.take([tm.Block(["24", "80", "3"], rows)])
    assert output.reader.progress()[:5] == (2, 9, None, None, 0.92)
    output.take([tm.Block(["24", "80", "16"], rows)])
    assert output.reader.progress()[:5] == (2, 9, None, None, 0.87)
    output.take([tm.Block(["24", "80", "3"], b"epoch 1/9 loss 0.92\nepoch 2/9 loss 0.87\nepoch 3/9 loss 0.8\n")])
    assert output.reader.progress()[:5] == (3, 9, None, None, 0.87)
    assert [line.number for line in output.report().lines] == [1, 2, 2, 3]  # the second was replaced by itself
    output.take([tm.Block(["3"], b"")])
    gone = tm.FileOutput(tm.file_spot("/gone.log"))
    gone.take([tm.Block([], b"")])
    assert output.report().unread and gone.report().unread  # the window closed, the file was removed


def ended_run(text, output=None):
    """A run that told this and whose processes are gone, and its output."""
    output = output or tm.FileOutput(tm.file_spot("/same.log"))
    run = tm.Followed("same", output, tm.Group((tm.Process(7, 1),)))
    output.hear(text)
    run.see({1, 7})
    run.report()
    run.see({1})
    assert not run.alive and run.report().nth == 0
    return run, output


@pytest.mark.parametrize("before, behind, nth, place", [
    ("step 40/200 loss 2\nCUDA out of memory\n", "step 10/200 loss 3\n", 1, (10, 200)),               # mended and started again
    ("step 40/200 loss 2\nCUDA out of memory\n", "step 10/600 loss 3\n", 1, (10, 600)),               # another script
    ("step 40/200 loss 2\nCUDA out of memory\n", "Resuming from checkpoint\nstep 30/200 loss 2\n", 0, (30, 200)),
    ("step 1/200 loss 2\nstep 90/200 loss 2\nKilled\n", "step 60/200 loss 3\n", 0, (60, 200)),         # it begins in the middle
    ("step 20/80 loss 2\nstep 40/80 loss 2\nKilled\n", "step 20/80 loss 3\n", 1, (20, 80)),            # as the first did
    ("step 2/100 loss 2\nstep 40/100 loss 2\nKilled\n", "step 3/100 loss 3\nstep 6/100 loss 3\n", 1, (6, 100)),
    ("step 2/100 loss 2\nstep 40/100 loss 2\n", "step 41/100 loss 3\nstep 43/100 loss 3\n", 0, (43, 100)),  # a hand-over
    ("Epoch 1/2:  1%|# | 1/99 [00:01<00:40, 2it/s]\nloss 2\nEpoch 1/2: 40%|# | 40/99 [00:10<00:40, 2it/s]\nKilled\n",
     "Epoch 1/2:  6%|# | 6/99 [00:01<00:40, 2it/s]\n", 1, (6, 99)),
    ("Epoch 1/2 step 9/9 loss 2\nEpoch 2/2 step 9/9 loss 2\nTraining complete.\n", "Epoch 1/2 step 5/9 loss 3\n", 1, (5, 9))])
def test_who_writes_behind_a_run_that_ended_is_another_or_goes_on_with_it(before, behind, nth, place):
    """Whether its process was found before it told anything, or was not."""
    run, output = ended_run(before)
    output.hear(behind)
    run.see({1, 8})
    assert run.alive and run.report().nth == nth and run.report().progress[2:4] == place
    run, output = ended_run(before)
    run.take(tm.Group((tm.Process(8, 1),)), [])
    output.hear(behind)
    run.see({1, 8})
    assert run.alive and run.report().nth == (1 if "complete" not in before else nth) and run.report().progress[2:4] == place
    run.see({1})
    output.hear(before)
    run.see({1, 9})
    assert run.report().nth >= nth


def test_what_a_run_told_before_it_was_found_is_known_of_it_and_nothing_of_the_one_before():
    run, output = ended_run("Epoch 3/9 step 5/100 loss 2\nKilled\n")
    run.outputs.beside = [tm.FileOutput(tm.file_spot("/err"))]
    run.outputs.beside[0].hear("val_loss 7\n")
    output.hear("total steps: 500\n")
    run.take(tm.Group((tm.Process(8, 1),)), [])
    assert run.report().progress[:5] == (None, None, None, 500, None) and not run.report().progress.state
    output.hear("step 7 loss 2\n")
    assert run.report().progress[:5] == (None, None, 7, 500, 2)
    run, output = ended_run("step 9/9 loss 2\nTraining complete.\n")
    run.take(tm.Group((tm.Process(8, 1),)), [])
    output.hear("Test accuracy: 0.9\n")
    run.see({1, 8})
    assert run.report().nth == 0 and run.report().progress.state == "finished"  # it tests what it trained
    run, output = ended_run("step 4/9 loss 2\n")
    run.let_go, output.lines = True, []
    run.take(tm.Group((tm.Process(7, 1),)), [])
    assert run.alive and run.report().nth == 0  # it is the same
    run, output = ended_run("step 4/9 loss 2\n")
    output.begin()
    run.see({1, 8})
    assert not run.alive  # somebody emptied the file


@pytest.mark.parametrize("kind, text, quiet_s, step", [
    ("file", "step 4/9 loss 2\n", 500, None),  # of yesterday's run: this one has not written yet
    ("file", "step 4/9 loss 2\n", 50, 4), ("pane", "root@C.1:/w# python train.py\nstep 4/9 loss 2\n", 500, 4),
    ("pane", "step 4/9 loss 2\nroot@C.1:/w# python train.py\nloading\n", 5, None)])
def test_what_was_told_before_a_run_began_is_none_of_it(monkeypatch, kind, text, quiet_s, step):
    session = tm.SshSession(1, tm.Options(), tm.Commands())
    place = tm.file_spot("/a.log") if kind == "file" else tm.Spot("pane", ("/s", "%1"), "pane")

    def read(output):
        output.hear(text)
        output.wrote = time.monotonic() - quiet_s
    monkeypatch.setattr(session, "_read", read)
    output, _ = session._choose(tm.Group((tm.Process(8, 1),)), [place], 100.0)
    assert output.place == place and output.reader.progress().step == step and texts_of(output) == text.splitlines()


@pytest.mark.parametrize("name, text, found", [
    ("log.csv", "epoch,train_loss,val_loss\n0,0.5,0.6\n1,0.4,0.5\n", True), ("m.jsonl", '{"step": 5, "loss": 0.5}\n', True),
    ("out.csv", "name,score\na,0.5\nb,0.4\n", False), ("a.log", "Loading\n", True)])
def test_beside_a_run_that_prints_nowhere_a_table_is_its_output_where_that_tells_of_it(monkeypatch, name, text, found):
    session, near = tm.SshSession(1, tm.Options(), tm.Commands()), []

    def files(folders, names):
        near.extend(names)
        return [tm.FarFile(f"{folders[0]}/{name}", 1.0, 50.0)]

    def read(output):
        output.hear(text)
        output.readable = True
    monkeypatch.setattr(session, "_read", read)
    monkeypatch.setattr(session, "_files", files)
    output, _ = session._choose(tm.Group((tm.Process(8, 1, cwd="/w"),)), [], 100.0)
    assert "*" + os.path.splitext(name)[1] in near and (output is not None) is found


def texts_of(output):
    return [line.text for line in output.lines]


def test_a_run_that_was_found_ended_gives_way_to_one_in_its_place(monkeypatch):
    session, text = tm.SshSession(1, tm.Options(), tm.Commands()), "step 4/9 loss 2\nCUDA out of memory\n"
    monkeypatch.setattr(session.shell, "ask", lambda questions: [
        tm.Block(["5"], b"8180 7 9 5 1 /root/a.log\n" if "files" in one else b"") for one in questions])
    monkeypatch.setattr(session, "_read", lambda output: (output.hear(text), setattr(output, "grew", time.monotonic())))
    session._find_ended()
    (run,) = session.runs.values()
    assert not run.alive and run.progress().state == "failed"
    assert session._attach(tm.Group((tm.Process(8, 1),)), [run.outputs.main.place], time.monotonic(), True) is run
    assert run.alive and run.nth == 1 and run.progress().step is run.progress().state is None


@pytest.mark.parametrize("quiet_s, alive", [(5, True), (500, False)])
def test_a_run_whose_process_opens_its_gpu_late_keeps_what_it_told(monkeypatch, quiet_s, alive):
    """Its output was seen first, as that of a run that ended; the process lived then."""
    session, began = tm.SshSession(1, tm.Options(), tm.Commands()), time.monotonic() - 5
    monkeypatch.setattr(session.shell, "ask", lambda questions: [
        tm.Block(["5"], b"8180 7 4 1 1 /root/a.log\n" if "files" in one else b"") for one in questions])
    monkeypatch.setattr(session, "_read", lambda output: (
        output.hear("step 4/9 loss 2\n"), setattr(output, "grew", time.monotonic() - quiet_s)))
    session._find_ended()
    assert session.runs["file /root/a.log"].alive == alive
    run = session._attach(tm.Group((tm.Process(8, 1),)), [tm.file_spot("/root/a.log")], began, True)
    assert run.alive and run.nth == 0 and run.progress()[2:5] == (4, 9, 2) and list(session.runs.values()) == [run]


@pytest.mark.parametrize("text, quiet_s, later, alive", [
    ("step 4/9 loss 2\n", 5, "", [True, True, False]),                  # it may have ended just now
    ("step 4/9 loss 2\n", 5, "step 5/9 loss 1\n", [True, True, True]),   # it has not, and may rest
    ("step 4/9 loss 2\n", 500, "step 5/9 loss 1\n", [False, True, True]),
    ("step 4/9 loss 2\n", 500, "step 1/5 loss 3\n", [False, True, False]),  # another run, which ends nobody knows how
    ("step 9/9 loss 2\n", 5, "", [False] * 3), ("step 4/9 loss 2\nCUDA out of memory\n", 5, "", [False] * 3),
    ("step 4/9 loss 2\nroot@C.1:/w# ", 5, "", [False] * 3)])
def test_a_run_whose_process_cannot_be_seen_is_judged_by_its_output(monkeypatch, text, quiet_s, later, alive):
    """A training on the CPU, of another user, in another container: a log that grows is no run that has ended."""
    session = tm.SshSession(1, tm.Options(), tm.Commands())
    monkeypatch.setattr(session.shell, "ask", lambda questions: [
        tm.Block(["5"], b"8180 7 4 1 1 /root/a.log\n" if "files" in one else b"") for one in questions])
    monkeypatch.setattr(session, "_read", lambda output: (output.hear(text), setattr(output, "grew", time.monotonic() - quiet_s)))
    seen = []
    for come, age_s in ("", None), (later, 5 if later else quiet_s), ("", 500):
        for run in session.runs.values():
            run.outputs.main.hear(come)
            run.outputs.main.grew = time.monotonic() - age_s
            run.see({1, 7})
        if not any(run.alive for run in session.runs.values()):
            session._find_ended()
        seen += [run.alive for run in session.runs.values()]
    assert seen == alive


def test_a_place_is_not_read_twice_while_its_new_run_tells_nothing(monkeypatch):
    run, output = ended_run("step 4/9 loss 2\n")
    session = tm.SshSession(1, tm.Options(), tm.Commands())
    session.runs["same"], group = run, tm.Group((tm.Process(8, 1),))
    output.begin()
    output.hear("a warning\n")
    again = tm.FileOutput(output.place)
    monkeypatch.setattr(session, "_choose", lambda *args: (again, [again.place]))
    assert session._attach(group, [output.place], 0.0, True) is run and run.alive and run.group is group and len(session.runs) == 1
    other = session._attach(tm.Group((tm.Process(9, 1),)), [output.place], 0.0, True)
    assert other is not run and len(session.runs) == 2  # two that write at once


def test_another_run_in_the_same_place_is_told_as_new(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    one = tm.RunReading("p", log_path="tmux pane 0:0.0", log_bytes=9, progress=tm.Progress(step=40.0, total_steps=100.0, progress=40.0, state="training"))
    one, again = (one._replace(nth=nth, lines=(tm.LogLine(9 + nth, 0, text, 1),), progress=one.progress._replace(
        step=step, progress=step, first=first)) for nth, text, step, first in ((0, "boom", 40.0, None), (1, "next", 30.0, 30.0)))
    for at, reading in enumerate([one] * 9 + [one._replace(alive=False), again]):
        probed(monitor, 1 + 100 * at, tm.Probe(runs=(reading._replace(progress=reading.progress._replace(progress=reading.progress.progress - (
            8 - at if at < 8 else 0))),)))
    m = monitor.metrics[1]
    assert events_of(monitor)[:2] == ["1 run failed: its process ended at 40% without a word", "1 new run in tmux pane 0:0.0"]
    assert [run.nth for run in m.runs] == [1] and m.main.pace.reached == 30 and "resumed at 30: 10 steps" in events_of(monitor)[2]
    assert [line.text for _, line in m.lines] == ["boom", "next"]  # why the one before failed is still to be read
    assert monitor.fleet.log_bytes == m.main.log_bytes == sum(line.size() for _, line in m.lines)


@pytest.mark.parametrize("state, first, again, resumes", [
    ("training", 20.0, 20.0, False), ("training", 20.0, 40.0, True), ("finished", 20.0, 40.0, False)])
def test_the_next_seed_is_no_resume(watch, state, first, again, resumes):
    """What its log tells first is no checkpoint where the run before began so too, nor behind one that finished."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    one = tm.RunReading("p", log_path="out.log", log_bytes=9)
    for at, percent in enumerate([first, 30.0, 40.0, 50.0, 60.0]):
        ends = state if percent == 60 else "training"
        probed(monitor, 1 + 100 * at, tm.Probe(runs=(one._replace(progress=tm.Progress(
            step=percent, total_steps=100.0, progress=percent, first=first, state=ends)),)))
    probed(monitor, 600, tm.Probe(runs=(one._replace(nth=1, progress=tm.Progress(
        step=again, total_steps=100.0, progress=again, first=again, state="training")),)))
    assert any("resumed at" in text for text in events_of(monitor)) == resumes


def test_who_follows_a_run_at_once_goes_on_with_its_output():
    """A loop over seeds: when the first is seen to be gone, the second runs already."""
    output = tm.PaneOutput(tm.Spot("pane", "tmux pane 0:0.0", ()), [])
    run = tm.Followed("pane", output, tm.Group((tm.Process(7, 1),)))
    run.see({1, 7})
    output.hear("epoch 10 | train loss 0.15\nepoch 1 | train loss 1.5\n")
    run.see({1, 8})
    assert not run.alive
    run.see({1, 8})
    assert not run.alive  # whoever that is, it has not written there
    output.hear("epoch 2 | train loss 0.7\n")
    run.see({1, 8})
    assert run.alive


def test_searches_saved_while_nothing_trains_are_made_when_a_process_begins(monkeypatch):
    at = [0.0]
    monkeypatch.setattr(tm, "time", SimpleNamespace(monotonic=lambda: at[0], time=lambda: at[0]))
    session, searches = tm.SshSession(1, tm.Options(), tm.Commands()), []
    session.shell.ask = lambda *args: [tm.Block([], b"")] * 9
    for at[0] in range(0, 700, 5):
        session.searches.pids = {1, *range(100, 100 + int(at[0]) // 5)}  # a new process each time
        if session._search_due():
            session._search([])
            searches.append(at[0])
    assert searches[:3] == [0, 5, 10] and 8 + 3 <= len(searches) <= 700 / tm.SEARCH_EVERY_S + tm.SEARCHES_SAVED


def test_who_begins_to_use_a_gpu_is_looked_for_at_once(monkeypatch):
    """Long after its process began, and though searches for other processes have used up their time; but not ever again."""
    at, mib = [0.0], [4.0, 4.0]
    monkeypatch.setattr(tm, "time", SimpleNamespace(monotonic=lambda: at[0], time=lambda: at[0]))
    session, searches = tm.SshSession(1, tm.Options(), tm.Commands()), []
    session.shell.ask = lambda *args: [tm.Block([], b"")] * 9

    def polls(seconds, grows=0.0):
        del searches[:]
        for _ in range(0, seconds, 5):
            at[0], mib[0] = at[0] + 5, mib[0] + grows
            gpus = [tm.Gpu(number, "X", None, used, 9e5, None, None, None) for number, used in enumerate(mib)]
            session.searches.see(session.searches.pids, session._unheld(gpus), False)
            if session._search_due():
                session._search([])
                searches.append(at[0])
        return len(searches)
    for _ in range(40):  # whoever is logged in there starts this and that
        session.searches.pids = session.searches.pids | {len(session.searches.pids) + 1}
        polls(5)
    assert polls(20) == 0
    mib[0] += 500
    assert polls(5) == 1 and polls(20) == 0
    mib[:] = 4.0, 4.0
    polls(5)
    mib[1] += 500
    assert polls(5) == 1  # another run on another GPU, after the first has gone
    session.runs["a"] = tm.Followed("a", tm.FileOutput(tm.file_spot("/a")), tm.Group((tm.Process(7),)))
    session.runs["a"].gpus, session.runs["a"].outputs.main.readable, session.runs["a"].outputs.main.grew = (0,), True, 1e9
    assert polls(50, grows=500.0) == 0  # a run that is known takes what it needs
    mib[1] += 500
    assert polls(5) == 1
    session.runs.clear()
    assert polls(1200, grows=500.0) <= 2 * (1200 / tm.SEARCH_EVERY_S + tm.SEARCHES_SAVED)


@pytest.mark.parametrize("runs, names", [
    ([("sweep", "/w/lr1e-3.log"), ("sweep", "/w/lr3e-4.log"), ("bert", "/b/out.log")], ["lr1e-3", "lr3e-4", "bert"]),
    ([("train.py", "tmux pane a:0.0"), ("train.py", "tmux pane a:1.0")], ["a:0.0", "a:1.0"]),
    ([("x", "/a/train.log"), ("x", "/b/train.log")], ["x", "x"]), ([("x", ""), ("x", "/b/train.log")], ["x", "train"]),
    ([("sweep", "/w/lr1e-3.log")], ["sweep"])])
def test_runs_of_one_folder_are_told_apart_by_their_outputs(runs, names):
    readings = {str(at): tm.RunReading("k", name=name, log_path=path) for at, (name, path) in enumerate(runs)}
    assert [reading.name for reading in tm.named_apart(readings).values()] == names
    assert tm.file_name("/root/exp1/wandb/latest-run/files/output.log") == "exp1" and tm.file_name("/root/a.log") == "a.log"


def test_the_last_words_of_a_run_that_makes_room_are_told(watch):
    """It ended since the last look, and the next one was found in this: it does not stand at 92 % for ever."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    session = tm.SshSession(1, tm.Options(), tm.Commands())
    one, other = (tm.Followed(key, tm.FileOutput(tm.file_spot(f"/w/{key}.log")), tm.Group((tm.Process(pid),)))
                  for key, pid in (("a", 7), ("b", 8)))
    session.runs["a"] = one
    for at, (text, pids) in enumerate([("step 92/100 loss 2\n", {7}), ("step 100/100 loss 1\n", {8}), ("", {8})], 1):
        one.outputs.main.hear(text)
        one.see(pids)
        if at == 2:
            other.outputs.main.hear("step 1/100 loss 3\n")
            session._add(other)
        probed(monitor, 10 * at, session._probe(tm.Probe()))
    assert events_of(monitor) == ["1 run finished", "1 new log /w/b.log"]
    assert [run.key for run in monitor.metrics[1].runs] == ["b"]


def test_a_run_that_ended_in_a_window_of_screen_is_found(far, tmp_path, monkeypatch):
    """As one in a pane of tmux is: the shell of the window is there, and its program is not."""
    monkeypatch.setattr(tm, "BUSY_TICKS", 1 << 40)
    monkeypatch.setattr(tm, "GPU_NODE", f"{tmp_path}/nvidia")
    monkeypatch.setattr(tm, "ENDED_IN", (str(tmp_path),))
    far.session.options = far.session.options._replace(find=True, log_paths=(f"{tmp_path}/none/*",))
    (tmp_path / "old.log").write_text("step 3/9 loss 1.7\n")
    os.utime(tmp_path / "old.log", (time.time() - 3600,) * 2)
    screen_says = f"""printf '\\t{os.getpid()}.lab\\t(Detached)\\n';; *) for copy; do :; done; printf 'step 9/9 loss 1.5\\n$\\n' >"$copy" """
    for name, script in (("tmux", "exit 1"), ("screen", f"case $1 in -ls) {screen_says};; esac")):
        (far.folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (far.folder / name).chmod(0o755)
    child, terminal_fd = pty.fork()
    if not child:
        os.execvpe("sleep", ["sleep", "99"], {"PATH": os.environ["PATH"], "STY": "77.lab", "WINDOW": "3"})
    try:
        wait_until(lambda: b"STY=77.lab" in pathlib.Path(f"/proc/{child}/environ").read_bytes(), "the window")
        (run,) = far.poll().runs
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal_fd)
    assert (run.where, run.alive, run.progress.step) == ("screen 77.lab window 3", False, 9)


def test_a_run_whose_last_words_come_late_makes_no_room_before(monkeypatch):
    """Those of the container are fetched once a minute: its process is gone before, and an older log is no later run."""
    said = ["step 31/100 loss 2", "step 100/100 loss 1"]
    session = tm.SshSession(1, tm.Options(), tm.Commands(), lambda: said.pop(0))
    one = tm.Followed("container", tm.ContainerOutput(tm.Spot("container", (), "")), tm.Group((tm.Process(7),)))
    session.runs["container"] = one
    one.outputs.main.fetch(session.container_log)
    one.see({7})
    one.see({8})
    other = tm.Followed("b", tm.FileOutput(tm.file_spot("/w/b.log")), tm.Group((tm.Process(8),)))
    session._add(other)
    assert [(run.key, run.alive, run.progress.step) for run in session._probe(tm.Probe()).runs] == [("b", True, None), ("container", True, 31)]
    one.outputs.main.fetch(session.container_log)
    session._add(tm.Followed("c", tm.FileOutput(tm.file_spot("/w/c.log")), tm.Group((tm.Process(9),))))
    assert next((run.key, run.alive, run.progress.step) for run in session._probe(tm.Probe()).runs) == ("container", False, 100)
    assert [run.key for run in session._probe(tm.Probe()).runs] == ["b", "c"]


def test_who_opens_a_gpu_late_is_found_beside_a_run_that_holds_it(monkeypatch):
    """The second of a sweep on one GPU: its process was there at the search that found the first."""
    at = [0.0]
    monkeypatch.setattr(tm, "time", SimpleNamespace(monotonic=lambda: at[0], time=lambda: at[0]))
    session, searches = tm.SshSession(1, tm.Options(), tm.Commands()), []
    session.shell.ask = lambda *args: [tm.Block([], b"")] * 9
    session._descriptors = lambda pids=(): ({7: [tm.Fd(3, "rw", f"{tm.GPU_NODE}0")]}, True)
    session.runs["a"] = tm.Followed("a", tm.FileOutput(tm.file_spot("/a")), tm.Group((tm.Process(7),)))
    session.runs["a"].outputs.main.readable, session.runs["a"].outputs.main.grew = True, 1e9
    session.searches.pids, session.searches.stirred = {1, 7, 8}, 0.0
    for at[0] in range(0, 1200, 5):
        if session._search_due():
            session._search([])
            searches.append(at[0])
    assert searches == [*range(0, int(tm.STARTS_S), 60)]


def test_what_answered_before_is_not_called_new():
    shell, said = tm.FarShell(1, tm.Options(), tm.Commands()), "ssh: connect to host 1.2.3.4 port 22: Connection refused\n"
    assert "normal in the first minutes" in str(shell._problem(said, tm.Address("1.2.3.4", 22)))
    shell.began = 5.0
    assert "answered before and does not now" in str(shell._problem(said, tm.Address("1.2.3.4", 22)))


def test_no_log_and_no_gpu_are_no_failure(far):
    (far.folder / "nvidia-smi").write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed'; exit 9\n")
    probe = far.poll()
    assert probe.gpus == () and probe.runs == () and probe.disk_util is not None


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox sh"])
def test_far_script_in_every_shell(far, monkeypatch, shell):
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"no {shell.split()[0]} here")
    wrapper = far.folder / "far-sh"
    wrapper.write_text(f"#!/bin/sh\nexec {shell}\n")
    wrapper.chmod(0o755)
    monkeypatch.setenv("FAR_SH", str(wrapper))
    far.log.write_text("a" * 5000 + "\nlast\n")
    assert texts(far.poll())[-1] == "last"
    with far.log.open("a") as log:
        log.write("more\n")
    probe = far.poll()
    assert texts(probe) == ["more"] and len(probe.gpus) == 2 and probe.runs[0].quiet_s < 60
    unburied = subprocess.Popen(["true"])  # nobody waits for it, as PID 1 of many a container
    os.waitid(os.P_PID, unburied.pid, os.WEXITED | os.WNOWAIT)
    pids = tm.parse_pids(far.session.shell.ask([f"pids {unburied.pid} {os.getpid()} 999999999"])[0].text())[0]
    assert os.getpid() in pids and unburied.pid not in pids
    unburied.wait()
    stopped = subprocess.Popen(["sleep", "60"])
    os.kill(stopped.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, stopped.pid, os.WSTOPPED)
    said = far.session.shell.ask([f"pids {stopped.pid} {os.getpid()}"])[0].text()
    stopped.kill()
    stopped.wait()
    there, suspended = tm.parse_pids(said)
    assert suspended == {stopped.pid} and {stopped.pid, os.getpid()} <= there


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox sh"])
def test_the_folder_of_one_screen_is_none_of_another(far, fake, monkeypatch, shell):
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"no {shell.split()[0]} here")
    monkeypatch.delenv("SCREENDIR", raising=False)
    fake("far-sh", f"exec {shell}")
    fake("screen", 'for copy; do :; done; echo "${SCREENDIR-its own}" >"$copy"')
    monkeypatch.setenv("FAR_SH", str(far.folder / "far-sh"))
    far.poll()
    blocks = far.session.shell.ask(["window 1.a 0 /dev/null '/tmp/a b'", "window 2.b 0 /dev/null ''"])
    assert [block.text() for block in blocks] == ["/tmp/a b\n", "its own\n"]


@pytest.mark.parametrize("mode, short, words", [
    ("refused", "ssh refused", "1.2.3.4:22"), ("denied", "ssh denied", "--identity"), ("hostkey", "ssh hostkey", "ssh-keygen -R vast-30007001"),
    ("open", "ssh denied", "chmod 600"), ("odd", "ssh failed", "kex_exchange: weird"), ("garbage", "ssh failed", "1.2.3.4:22"), ("hang", "ssh timeout", "no shell within"),
    ("half", "ssh closed", "broke off"), ("deaf", "ssh timeout", "no answer in"), ("liar", "no sh", "--no-ssh")])
def test_ssh_failures_are_said_in_plain_words(far, monkeypatch, mode, short, words):
    if mode in ("hang", "deaf"):
        monkeypatch.setattr(tm, "SSH_GREETING_S" if mode == "hang" else "SSH_ANSWER_S", 0.7)
    far.mode(mode)
    with pytest.raises(tm.SourceError, match=re.escape(words)) as caught:
        far.poll()
    assert caught.value.short == short and tm.clean(str(caught.value)) == str(caught.value)
    assert far.session.shell.child is None


@pytest.mark.parametrize("mode, words", [("denied", "does ssh log in there by itself?"), ("refused", "is the port right?")])
def test_of_a_plain_host_nobody_says_that_it_is_new(far, mode, words):
    far.session.shell.instance_id = tm.HostId("gpu1")
    far.mode(mode)
    with pytest.raises(tm.SourceError, match=re.escape(words)) as caught:
        far.poll()
    assert "first minutes" not in str(caught.value)


def test_ssh_that_ends_before_it_reads_the_script_still_says_why(far, monkeypatch):
    """Whether the pipe breaks is a race between the two; here ssh has always gone first."""
    start = far.commands.start

    def start_and_wait(*args, **more):
        child = start(*args, **more)
        child.wait(WAIT_S)
        return child
    monkeypatch.setattr(far.commands, "start", start_and_wait)
    far.mode("refused")
    with pytest.raises(tm.SourceError, match="ssh refused"):
        far.poll()


def test_a_far_side_that_stops_reading_holds_a_worker_no_longer_than_an_answer_may_take(far, monkeypatch):
    monkeypatch.setattr(tm, "SSH_ANSWER_S", 0.5)
    far.mode("deaf")
    far.session.options = far.session.options._replace(log_paths=("/x" * (1 << 20),))  # more than any pipe takes
    with pytest.raises(tm.SourceError, match="no answer in"):
        far.poll()


def test_a_checkpoint_is_of_this_run_as_far_as_whole_seconds_tell():
    run = tm.Followed("f", tm.FileOutput(tm.file_spot("/a.log")))
    run.outputs.main.age_s = 5.0
    for age_s, its in ((4.0, True), (6.0, True), (7.0, False)):
        run.take_saved(age_s)
        assert (run.saved is not None) == its


@pytest.mark.parametrize("shell, folder", [("dash", "run 1"), ("dash", ".run"), ("busybox sh", ".run")])
def test_the_newest_checkpoint_and_throttling_are_asked_for(far, monkeypatch, shell, folder):
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"no {shell.split()[0]} here")
    wrapper = far.folder / "far-sh"
    wrapper.write_text(f"#!/bin/sh\nexec {shell}\n")
    wrapper.chmod(0o755)
    monkeypatch.setenv("FAR_SH", str(wrapper))
    script = far.folder / "nvidia-smi"
    script.write_text("#!/bin/sh\ncase $1 in *clocks_event*) printf '0, 0x0000000000000004\\n1, 0x0000000000000060\\n';; *clocks*) exit 2;;"
                      f" *) cat <<'E'\n{GPU_CSV}E\nesac\n")
    log = far.log.parent.rename(far.log.parent.parent / folder) / far.log.name
    far.session.options = far.session.options._replace(log_paths=(f"{log.parent}/*.log",))
    for name in (log.name, "other.log"):  # of two runs in one folder
        (log.parent / name).write_text("step 1/9 loss 2\n")
    monkeypatch.setattr(tm, "FILES_MAX", 9)  # fewer than there are data of earlier
    old, new = log.parent / "checkpoint-1" / "model.bin", log.parent / "checkpoint 2" / "x.pt"
    for path, age_s in ((old, 5e6), (new, 0.0), *((new.parent / f"{i}.pt", 5e6) for i in range(99))):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        for each in (path, path.parent):
            os.utime(each, (time.time() - age_s,) * 2)
    assert far.poll().throttled == {1: "too hot"}
    runs = far.poll().runs  # the logs are followed now
    assert len(runs) == 2 and all(run.saved_s is not None and run.saved_s < 60 for run in runs)
    assert far.poll().throttled is None  # asked once a minute


@pytest.mark.parametrize("words, body", [
    ("9" * 21 + " 0 4 12 12", b"abcd"), ("7 0 4", b"abcd"), ("7 0 " + "9" * 5000 + " 1 1", b""), ("7 0 4 12 12 stale", b"abcd"),
    ("a b c d e", b""), ("٣ 0 4 12 12", b"abcd"), ("7 0 4 12 12 fresh more", b"")])
def test_parts_of_files_that_make_no_sense(words, body):
    with pytest.raises(ValueError):
        tm.parse_part(tm.Block(words.split(), body))


@pytest.mark.parametrize("body", ["", "\n{nonce} \n", "\n{nonce} a\n" * 50, "\n{nonce} \nx\n{nonce} junk\nx" * 3 + "\n{nonce} one too many\n"])
def test_answers_that_make_no_sense_are_said_to(far, monkeypatch, body):
    nonce = far.session.shell.nonce
    monkeypatch.setattr(far.commands, "receive", lambda *_: (body.format(nonce=nonce) + f"\n{nonce} end\n").encode())
    with pytest.raises(tm.SourceError, match="makes no sense") as caught:
        far.poll()
    assert caught.value.short == "ssh garbage" and far.session.runs == {}


def test_what_the_reader_could_not_take_is_asked_for_again(far, monkeypatch):
    far.log.write_text("one\n")
    far.poll()
    with far.log.open("a") as log:
        log.write("Step 7: Loss = 1.5\n")
    with monkeypatch.context() as patch:
        patch.setattr(tm.LogReader, "feed", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            far.poll()
    assert far.poll().runs[0].progress.step == 7


def test_no_clock_is_older_than_the_contract(far, tmp_path):
    far.log.write_text("one\n")
    os.utime(far.log, (1e9, 1e9))
    source = tm.VastSource(far.session.options, far.commands)
    probe = source.probe(row_of(start_date=time.time() - 3600))
    assert 3590 < probe.runs[0].quiet_s < 3700
    source.forget(30007001)


def test_no_ssh_client(far, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(tm.SourceError, match="install the OpenSSH client"):
        far.poll()


def test_noise_before_the_first_answer_is_skipped(far):
    far.mode("noise")
    far.log.write_text("Step 5: Loss = 1.5\n")
    probe = far.poll()
    assert texts(probe) == ["Step 5: Loss = 1.5"] and probe.runs[0].progress.step == 5


def test_a_dropped_connection_is_renewed_within_the_poll(far):
    far.log.write_text("one\n")
    far.poll()
    far.session.shell.child.kill()
    far.session.shell.child.wait()
    with far.log.open("a") as log:
        log.write("two\n")
    probe = far.poll()
    assert texts(probe) == ["two"] and not probe.runs[0].fresh


def test_the_next_address_is_tried(far):
    (far.folder / "ssh").write_text(
        '#!/bin/sh\ncase "$*" in *1.1.1.1*) echo "Connection refused" >&2; exit 255;; esac\nexec sh\n'
    )
    far.session.poll((tm.Address("1.1.1.1", 22), tm.Address("2.2.2.2", 2222)))
    assert far.session.shell.address == tm.Address("2.2.2.2", 2222)


def test_an_address_that_is_gone_is_left(far):
    far.poll()
    far.session.poll((tm.Address("9.9.9.9", 22),))
    assert far.session.shell.address == tm.Address("9.9.9.9", 22)
    assert (far.folder / "ssh.argv").read_text().count("\n") == 2


def test_ssh_command_line(far):
    far.session.options = far.session.options._replace(identity="/k", ssh_options=("ProxyJump=j", "BatchMode=no"))
    argv = tm.ssh_argv(far.session.options, 30007001, tm.Address("1.2.3.4", 2222), "abc")
    assert argv[-3:] == ["--", "1.2.3.4", "sh"] and argv[0] == "ssh"
    said = " ".join(argv)
    for option in (
        "BatchMode=yes",
        "LocalCommand=echo abc in",
        "HostKeyAlias=vast-30007001",
        "StrictHostKeyChecking=accept-new",
        "LogLevel=ERROR",
        "-i /k",
        "-p 2222",
        "User=root",
    ):
        assert option in said
    assert said.index("BatchMode=no") < said.index("BatchMode=yes")  # ssh takes the first
    shell = tm.ssh_argv(far.session.options, 30007001, tm.Address("1.2.3.4", 2222))
    assert "-t" in shell and "-T" not in shell and "BatchMode=yes" not in shell and shell[-1] == "1.2.3.4"
    assert "HostKeyAlias=vast-30007001" in shell


def test_quote_glob():
    assert tm.quote_glob("/a b/$(x)/*/[0-9]?.log") == r"/a\ b/\$\(x\)/*/[0-9]?.log"


@pytest.mark.parametrize("text, expected", [
    ("Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 1000 250 750 25% /\n", 25.0), ("", None), ("df: no\n", None),
    (f"/dev/vda 1 {'1' * 5000} 750 25% /\n", None)])
def test_parse_disk(text, expected):
    assert tm.parse_disk(text) == expected


def test_mock_fleet_is_the_same_from_every_start():
    def story(seed):
        source = tm.MockSource(tm.Options(), tm.Commands(), seed=seed)
        rows = source.instances().rows
        return [(row.status, row.gpu, texts(source.probe(row)) if row.watch else None) for row in rows]
    assert story(1) == story(1) != story(2)
    assert {status for status, _, _ in story(1)} == {"running", "loading", "created", "exited"}


def test_mock_logs_tell_an_epoch_within_a_minute_a_stall_and_failures():
    runs = {one.label: list(run.log(random.Random(1))) for one in tm.MOCK_RUNS for run in one.runs}
    assert [at for at, text in runs["llm/sft"] if "completed" in text and 0 < at < 60]
    assert runs["cv/vit-b"][-1][0] < -tm.IDLE_STALL_S
    assert "CUDA out of memory" in runs["probe"][-1][1]
    assert runs["cv/lora"][-1][0] < 60 and "KeyError" in runs["cv/lora"][-1][1]
    for log in runs.values():
        assert [at for at, _ in log] == sorted(at for at, _ in log)


def test_mock_fleet_shows_every_way_to_find_a_run_and_its_first_figures_stand():
    monitor = tm.VastAIMonitor(use_mock=True)
    monitor.update_all_metrics()
    by_label = {m.row.label: m for m in monitor.metrics.values()}
    assert by_label["llm/sft"].main.reading.where.startswith("tmux pane")
    assert [(run.name, run.reading.gpus) for run in sorted(by_label["llm/sweep"].runs, key=lambda run: run.name)] == [
        ("lr1e-4", (0, 1)), ("lr3e-4", (2, 3))]
    silent = by_label["rl-agent"]
    assert "who holds a GPU" in silent.looked_at and silent.health_status() == "warning"
    assert tm.output_age_s(silent, tm.Moment.now()) is None
    assert not any(m.looked_at for label, m in by_label.items() if label != "rl-agent" and m.phase() == "up")
    assert not any(m.cost_estimated for m in monitor.metrics.values())
    ends = {label: m.eta_s(tm.Moment.now()) for label, m in by_label.items()}
    for label, eta_s, done in (("llm/sft", 22545, 24.9), ("cv/lora", 840, 66.4), ("llm/sweep", 5700, 52.5)):
        assert ends[label] == pytest.approx(eta_s, rel=0.03) and by_label[label].progress() == pytest.approx(done, abs=0.3)


def test_a_run_without_output_is_a_warning_once_it_should_have_printed():
    reading = tm.RunReading("process 7", kind="unknown", command="python train.py", pid=7, age_s=tm.OUTPUT_DUE_S + 1)
    m = metrics()
    m.main.reading = reading
    assert "start it in tmux" in tm.why_no_output(m, NOW)
    for other in (reading._replace(age_s=5.0), reading._replace(kind="serving"), reading._replace(where="file /x.log")):
        m.main.reading = other
        assert tm.why_no_output(m, NOW) == ""


def test_a_run_that_was_silent_before_any_progress_is_a_warning_after_two_hours():
    def said(kind="unknown", idle_since=None, **facts):
        m = metrics(gpu_util=100.0, status_since=None, log=tm.Progress(**facts))
        m.main.reading, m.main.told, m.idle_since = tm.RunReading("x", kind=kind, where="file /x.log"), NOW.mono, idle_since
        m.grew = NOW.mono - quiet_s
        return tm.why_silent(m, NOW)

    quiet_s = tm.BUSY_FIRST_S
    assert said().startswith("nothing printed for 2h00m: ")
    assert said(kind="serving") == said(state="training") == said(idle_since=0.0) == ""  # other rules tell of those
    quiet_s -= 1
    assert said() == ""


def test_a_run_stays_with_the_output_that_the_user_chose(monkeypatch):
    session = tm.SshSession(1, tm.Options(), tm.Commands())
    group, places = tm.Group((tm.Process(7, argv=("python",)),)), [tm.file_spot("/a.log"), tm.file_spot("/b.log")]
    run = session.runs["file /a.log"] = tm.Followed("file /a.log", tm.FileOutput(places[0]), group)
    run.places = places
    session.turns["file /a.log"] = 3
    session._turn()
    assert run.outputs.main.path == "/b.log" and not session.turns
    monkeypatch.setattr(session, "_choose", lambda *args: pytest.fail("another was chosen"))
    assert session._attach(group, [*places, tm.file_spot("/c.log")], 0.0, True) is run  # though it tells nothing
    assert run.outputs.main.path == "/b.log" and [place.args[0] for place in run.places] == ["/a.log", "/b.log", "/c.log"]
    session.turns["file /a.log"] = -1
    session._turn()
    assert run.outputs.main.path == "/a.log" and run.report().others == 2
    run.places, session.turns = [], {"file /a.log": 1, "gone": 1}
    session._turn()
    assert run.outputs.main.path == "/a.log" and not session.turns  # there is no other


def test_a_run_whose_log_is_moved_stays_the_same_run(monkeypatch):
    session = tm.SshSession(1, tm.Options(), tm.Commands())
    group, moved = tm.Group((tm.Process(7, argv=("python",)),)), tm.FileOutput(tm.file_spot("/nohup.out.1"))
    old = session.runs["file /nohup.out"] = tm.Followed("file /nohup.out", tm.FileOutput(tm.file_spot("/nohup.out")), group)
    old.outputs.main.readable = False  # it is there no more
    monkeypatch.setattr(session, "_choose", lambda *args: (moved, []))
    run = session._attach(group, [moved.place], 0.0, True)
    assert list(session.runs) == ["file /nohup.out"] and run.outputs.main is moved and run.key == "file /nohup.out"
    newer = tm.FileOutput(tm.file_spot("/nohup.out"))
    monkeypatch.setattr(session, "_choose", lambda *args: (newer, []))
    moved.readable, another = True, tm.Group((tm.Process(8, argv=("python",)),))
    assert session._attach(another, [newer.place], 0.0, True).outputs.main is newer and len(session.runs) == 2


def test_an_output_that_is_fetched_seldom_is_fetched_once_more_at_the_end():
    output = tm.ContainerOutput(tm.Spot("container"))
    run = tm.Followed("container", output, tm.Group((tm.Process(7),)))
    output.fetch(lambda: "step 1/9 loss 2\n")
    run.see({7})
    assert run.report().alive
    run.see({8})
    assert run.report().alive  # its last words are still to come
    output.fetch(lambda: "step 1/9 loss 2\nstep 9/9 loss 1\ntraining finished\n")
    reading = run.report()
    assert not reading.alive and reading.progress.state == "finished"


def test_outputs_are_switched_and_explained_at_once_even_while_paused():
    monitor = tm.VastAIMonitor(use_mock=True)
    monitor.update_all_metrics()
    m = monitor.metrics[30007001]
    assert m.main.reading.where.startswith("tmux") and m.main.reading.explained is None
    monitor.pause(True)
    monitor.turn_output(m.instance_id, m.main.key, 1)
    monitor.explain(m.instance_id)
    wait_until(lambda: monitor.step(0.05) and m.main.reading.where.endswith("output.log"), "the other output")
    fields = [row[0] for row in m.main.reading.explained]
    assert {"epoch", "step", "loss"} <= set(fields) and len(m.runs) == 1 and m.epoch == 5
    assert all(not other.main.reading.explained for other in monitor.metrics.values() if other is not m)


def test_absurd_gpus_are_bounded():
    assert tm.parse_gpus("0, X, 1e12, 5, 1e-310, 999, -1, inf\n")[0][2:] == (None, 5.0, None, None, None, None)
    assert len(tm.parse_gpus("0, X, 1, 5, 10, 9, 1, 1\n" * 1000)) == tm.GPUS_MAX
    assert tm.Gpu(0, "X", 1.0, 50.0, 10.0, None, None, None).memory_util() == 100


# ---- Monitor ---------------------------------------------------------------------------------


class ScriptedSource:
    """A source that answers what the test has set: rows, probes by id, or errors."""

    def __init__(self, *rows):
        self.rows, self.probes, self.asked, self.forgotten, self.sessions = list(rows), {}, [], [], {}
        self.gate = threading.Event()
        self.gate.set()
        self.money, self.billed, self.stored, self.dearer = tm.Account(24.0, False), {}, 0.0, {}

    def instances(self):
        self.asked.append("listing")
        self.gate.wait(WAIT_S)
        if isinstance(self.rows, Exception):
            raise self.rows
        return tm.Listing(tuple(self.rows))

    def account(self):
        self.asked.append("account")
        if self.money is None:
            raise tm.SourceError("may not read it")
        return self.money

    def charges(self, since):
        if isinstance(self.billed, Exception):
            raise self.billed
        return tm.Charges(since, self.billed)

    def volumes(self):
        return self.stored

    def rises(self):
        return self.dearer

    def probe(self, row):
        self.asked.append(row.id)
        answer = self.probes.get(row.id, tm.Probe())
        if isinstance(answer, Exception):
            raise answer
        return answer

    def forget(self, instance_id):
        self.forgotten.append(instance_id)


def running(instance_id, **fields):
    return tm.Row(**{"id": instance_id, "status": "running", "watch": True, "running_rate": 1.2, "storage_rate": 0.1,
                     "addresses": HERE_ADDRESS, **fields})


def test_a_plain_host_is_what_its_ssh_says(far, fake, monkeypatch):
    """No account is asked, its price and GPUs are known, and only what lasts makes it unreachable."""
    fake("vastai", 'echo asked >>"$FAKE/calls"')
    monkeypatch.setattr(tm, "INTERVAL_MIN_S", 0.0)
    far.log.write_text("Epoch 1/4 loss: 0.5\n")
    options = far.session.options._replace(hosts=(tm.Host("gpu1", "10.0.0.5", user="me"),), owns=(tm.Own(("gpu*",), 1.5),))
    clock = [tm.Moment.now()]
    monitor = tm.VastAIMonitor([], options=options, clock=lambda: clock[0])
    (m,) = monitor.metrics.values()
    assert (m.status, m.gpu_type, tm.show_id(m.instance_id)) == ("connecting", "Unknown", "gpu1")

    def refresh(seconds):
        clock[0] = tm.Moment(clock[0].mono + seconds, clock[0].wall + seconds)
        monitor.update_all_metrics()
        found = tm.verdicts(m, clock[0])
        return m.status, found[0].level if found else "", tm.json_block(plain_scene(monitor.fleet), ()), events_of(monitor)
    status, _, told, events = refresh(1)
    assert (status, m.gpu_type, m.gpu_util, m.epoch, m.cost_per_hour) == ("running", "2xRTX 4090", 94, 1, 1.5)
    assert json.loads(told)["instances"][0]["id"] == "gpu1" and events == ["gpu1 is running"]
    assert not (far.folder / "calls").exists() and "account" not in monitor.tasks
    argv = (far.folder / "ssh.argv").read_text()
    assert "User=me" in argv and "HostKeyAlias" not in argv and " -p " not in argv and "-- 10.0.0.5 sh" in argv
    far.mode("refused")
    far.commands.stop_all()
    monitor.source.sessions[m.instance_id].shell.close()
    assert refresh(10)[:2] == ("running", "warning") and "ssh refused at 10.0.0.5" in m.trouble
    refresh(tm.PATIENCE_S + 10)
    status, health, _, events = refresh(10)
    assert (status, health) == ("unreachable", "error") and events[-1] == "gpu1 unreachable" and m.epoch == 1
    assert "ssh refused" in tm.verdicts(m, clock[0])[0].reason and m.cost_per_hour == 1.5
    far.mode("")
    assert refresh(100)[0] == "running" and events_of(monitor)[-1] == "gpu1 came back: running" and m.trouble == ""
    monitor.close()


def test_more_instances_than_connections_take_turns(far, monkeypatch):
    """Two are kept; four share the other two: each of these is read every other interval, and let go."""
    hosts = tuple(tm.Host(f"h{i}", f"10.0.0.{i}") for i in range(6))
    monitor = tm.VastAIMonitor([], options=far.session.options._replace(hosts=hosts, max_ssh=4))
    monitor.update_all_metrics()
    assert [m.status for m in monitor.metrics.values()] == ["running"] * 6
    kept = [session.shell.child is not None for session in monitor.source.sessions.values()]
    assert sum(kept) == 2 and len(kept) == 6
    every = [monitor.tasks[key].every_s / tm.INTERVAL_S for key in monitor.metrics]
    assert every[:2] == [1, 1] and all(1.5 <= one <= 2 for one in every[2:])
    assert [m.stale_after_s for m in monitor.metrics.values()] == [30, 30, 60, 60, 60, 60]
    monitor.update_all_metrics()  # whoever asks for all gets all
    assert (far.folder / "ssh.argv").read_text().count("\n") == 2 + 4 * 2
    monitor.close()


def test_hosts_go_on_while_the_account_fails(far, fake):
    fake("vastai", "exit 1")
    monitor = tm.VastAIMonitor(None, options=far.session.options._replace(hosts=(tm.Host("gpu1", "10.0.0.5"),)))
    monitor.update_all_metrics()
    (m,) = monitor.metrics.values()
    assert m.status == "running" and m.gpu_util == 94 and monitor.fleet.trouble
    fake("vastai", "echo '[]'")
    monitor.update_all_metrics()
    assert m.status == "running" and m.missed == 0 and not monitor.fleet.trouble and m.total_cost is None
    monitor.close()


@pytest.fixture
def keeping(watch, tmp_path):
    """Monitors of one instance with a history: keeping() -> (its monitor, pass(seconds, probe))."""
    at = [NOW]

    def make(path=tmp_path / "history.db"):
        monitor, source = watch(running(1, label="exp"), ids=[1], history=str(path))
        monitor.clock = lambda: at[0]
        source.charges = source.volumes = source.rises = None

        def pass_(seconds, probe=None):
            at[0] = tm.Moment(at[0].mono + seconds, at[0].wall + seconds)
            monitor._apply_listing(tm.Reading("listing", tm.Listing((running(1, label="exp", start=NOW.wall),))), at[0])
            if probe:
                monitor._apply_probe(monitor.metrics[1], tm.Reading(1, probe), at[0])
            try:
                reading = tm.Reading("history", monitor.tasks["history"].work()())
            except tm.SourceError as problem:
                reading = tm.Reading("history", None, error=str(problem))
            monitor._apply_history(reading, at[0])
        return monitor, pass_
    return make


def reported(monitor):
    return [row[1:2] + row[3:] for row in tm.History(monitor.history.path).days_since("2000-01-01")]


def test_totals_charts_and_events_go_on_after_a_restart(keeping):
    monitor, wait = keeping()
    wait(0)
    wait(0, changed(log_probe("x", epoch=8, total_epochs=9, epochs_done=7), log_path="/w/other.log"))  # before the watch
    monitor._apply_probe(monitor.metrics[1], tm.Reading(1, log_probe("x", epoch=1, total_epochs=9, epochs_done=0)), NOW)
    for epoch in (1, 2, 3):
        wait(5, log_probe("x", epoch=epoch, total_epochs=9, epochs_done=epoch))
    m = monitor.metrics[1]
    m.main.curves = tm.Curves(tuple((0.0, float(i), 9.0 - i) for i in range(9)), (), {}, "step")
    wait(5)
    total, happened = m.total_cost, events_of(monitor)
    assert reported(monitor) == [("1", pytest.approx(20 * 1.2 / 3600), 0, 3, 0, 0, 0)] and len(happened) == 4
    monitor.history.close()
    again, wait = keeping()
    wait(20)
    m = again.metrics[1]
    assert m.total_cost == pytest.approx(total + 20 * 1.2 / 3600) and not m.cost_estimated
    assert events_of(again) == happened and again.events_since(0) == []  # and nobody is told of them anew
    new = tm.Curves(tuple((1.0, float(i), 9.0 - i) for i in range(7, 12)), (), {}, "step")
    wait(5, changed(log_probe("x", epoch=3, total_epochs=9, epochs_done=3), curves=new))
    assert [point[1] for point in m.main.curves.train] == list(range(12))
    wait(5)
    assert reported(again)[0][3] == 3  # epochs count once
    wait(7200)
    assert m.cost_estimated  # of what nobody watched it knows no more than before


@pytest.mark.parametrize("age_s, eta_s", [(7000.0, 12960.0), (600.0, None)])  # the same process, or another since then
def test_a_pace_and_its_pauses_go_on_after_a_restart(keeping, age_s, eta_s):
    """Each 10 % is 900 s of work and 900 s of an evaluation."""
    points = tuple((NOW.wall + 20.0 * i + 900.0 * (i // 45), float(i), 2.0) for i in range(136))

    def probe(many, age_s):
        log = {"state": "training", "step": points[many - 1][1], "total_steps": 450.0, "progress": points[many - 1][1] / 4.5}
        return changed(log_probe("x", **log), fresh=True, age_s=age_s, curves=tm.Curves(points[:many]))
    monitor, wait = keeping()
    wait(0)
    wait(5400, probe(135, 5400.0))
    monitor.history.close()
    again, wait = keeping()
    wait(60)
    wait(0, probe(136, age_s))
    found = tm.assess(again.metrics[1], again.clock())
    assert (found.eta_s and pytest.approx(found.eta_s, rel=0.05)) == eta_s and found.sure is (eta_s is not None)


def test_two_monitors_keep_one_history_in_turn(keeping):
    first, wait_first = keeping()
    second, wait_second = keeping()
    for _ in range(3):
        wait_first(5)
        wait_second(5)
    spent = reported(first)[0][1]
    assert events_of(second) == [f"history: {first.history.path}: another monitor keeps it; this one will when that has ended; nothing of it is lost"]
    first.history.close()
    wait_second(5)
    assert events_of(second)[-1] == "history: kept again"
    wait_second(5)
    assert reported(first)[0][1] == pytest.approx(spent + 10 * 1.2 / 3600)  # what the first one wrote is not added again


@pytest.mark.parametrize("content, words", [
    (b"not a database at all " * 100, "file is not a database"), ("CREATE TABLE mine (x)", "it is no history of this program"),
    (f"{tm.HISTORY_SCHEMA} PRAGMA user_version = 99", "another version of this program keeps it (schema 99)")],
    ids=["no database", "another's", "a later one"])
def test_a_file_that_is_no_history_is_left_alone(keeping, tmp_path, content, words):
    path = tmp_path / "other.db"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        with contextlib.closing(sqlite3.connect(path)) as base:
            base.executescript(content)
    before = path.read_bytes()
    monitor, wait = keeping(path)
    wait(5)
    assert words in events_of(monitor)[0] and path.read_bytes() == before
    wait(5)
    assert len(events_of(monitor)) == 1  # said once
    with pytest.raises(tm.SourceError, match=re.escape(words)):
        tm.History(str(path)).days_since("2000-01-01")


@pytest.mark.parametrize("name", ["/h.db", "a b?#%.db", os.fsdecode(b"\xff.db")])
def test_the_report_finds_the_history_whatever_its_path(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    path = f"/{tmp_path}{name}" if name[0] == "/" else name  # "//tmp", as "$HOME/h.db" is where HOME is "/"
    tm.History(path).open().close()
    assert tm.History(path).days_since("2000-01-01") == []


def test_a_full_disk_and_a_locked_file_cost_nothing(keeping, monkeypatch):
    monkeypatch.setattr(tm, "HISTORY_WAIT_S", 0.05)
    monitor, wait = keeping()
    wait(5)
    wait(5)
    monitor.history.base.execute("PRAGMA max_page_count = 1")
    for _ in range(100):
        monitor.note("epoch", "x" * 300, "good")
    wait(5)
    assert "database or disk is full" in events_of(monitor)[-1] and monitor.history.base is None
    wait(5)
    assert events_of(monitor)[-1] == "history: kept again"
    with contextlib.closing(sqlite3.connect(monitor.history.path, isolation_level=None)) as other:
        assert other.execute("SELECT count(*) FROM event WHERE text LIKE 'xx%'").fetchone() == (100,)
        other.execute("BEGIN EXCLUSIVE")
        wait(5)
        assert "database is locked" in events_of(monitor)[-1]
        other.execute("COMMIT")
    wait(5)
    wait(5)
    assert reported(monitor)[0][1] == pytest.approx(30 * 1.2 / 3600)


def test_a_history_stays_small(keeping, monkeypatch):
    monkeypatch.setattr(tm, "HISTORY_EVENTS", 10)
    monitor, wait = keeping()
    curve = tuple((0.0, float(i), 1.0) for i in range(5000))
    assert len(tm.thinned(curve)) <= tm.HISTORY_POINTS and tm.thinned(curve)[-1] == curve[-1]
    for day in range(5):
        for i in range(20):
            monitor.note("epoch", f"{day} {i}", "good")
        wait(5 if day else 0)
    kept = monitor.history.base.execute("SELECT text FROM event").fetchall()
    assert kept == [(f"4 {i}",) for i in range(10, 20)] and len(reported(monitor)) == 1
    wait((tm.HISTORY_DAYS + 2) * 86400)
    assert [row[0] for row in monitor.history.days_since("2000-01-01")] == [tm.clock(monitor.clock().wall, form="%Y-%m-%d")]


def test_the_history_is_written_by_a_worker_and_at_the_end(watch, tmp_path, monkeypatch):
    threads = []
    good = tm.History.exchange
    monkeypatch.setattr(tm.History, "exchange", lambda *args: threads.append(threading.current_thread()) or good(*args))
    monitor, _ = watch(running(1), history=str(tmp_path / "h.db"))
    monitor.update_all_metrics()
    wait_until(lambda: monitor.step(0.05) or not monitor.tasks["history"].running, "the history")
    monitor.close()
    assert len(threads) == 2 and threading.main_thread() not in threads
    wait_until(lambda: monitor.history.base is None, "the end of the history")
    with contextlib.closing(sqlite3.connect(tmp_path / "h.db")) as base:
        assert base.execute("SELECT count(*) FROM writer").fetchone() == (0,)


def test_what_a_host_costs_is_not_the_accounts(watch):
    monitor, _ = watch(running(1), hosts=(tm.Host("gpu1", "h"),), owns=(tm.Own(("gpu1",), 5.0),))
    monitor._apply_listing(tm.Reading("listing", tm.Listing((running(1),))), tm.Moment.now())
    assert monitor.fleet.whole_burn() == 1.2 and monitor.fleet.burn() == 6.2


@pytest.fixture
def watch(monkeypatch):
    """Make monitors of scripted rows: watch(row, ..., ids=None) -> (monitor, source); its API bears any rate."""
    monkeypatch.setattr(tm, "INTERVAL_MIN_S", 0.0)
    made = []

    def make(*rows, ids=None, **options):
        monitor = tm.VastAIMonitor(ids, options=tm.Options(**options))
        monitor.source = source = ScriptedSource(*rows)
        made.append(monitor)
        return monitor, source
    yield make
    for monitor in made:
        monitor.close()


def events_of(monitor):
    return [event.line() for event in monitor.fleet.events]


def log_probe(*lines, **progress):
    fresh = progress.pop("fresh", False)
    return tm.Probe(runs=(tm.RunReading(
        "/w/training.log",
        log_path="/w/training.log",
        quiet_s=0.0,
        log_bytes=10,
        fresh=fresh,
        lines=tuple(tm.LogLine(i + 1, 0.0, line, 1) for i, line in enumerate(lines)),
        progress=tm.Progress(**progress),
    ),))


def changed(probe, **values):
    """The same with other values, of itself or of its run."""
    of_run = {name: values.pop(name) for name in list(values) if name in tm.RunReading._fields and name != "gpus"}
    of_run.update({"key": of_run["log_path"]} if "log_path" in of_run else {})
    return probe._replace(runs=(probe.runs[0]._replace(**of_run),), **values)


def test_importing_and_making_a_monitor_start_nothing():
    before = threading.active_count()
    monitor = tm.VastAIMonitor([1, 2, 3], use_mock=True)
    assert sorted(monitor.metrics) == [1, 2, 3] and threading.active_count() == before
    assert all(m.status == "loading" for m in monitor.metrics.values())


def test_mock_monitor_as_earlier_scripts_use_it():
    monitor = tm.VastAIMonitor([1, 2, 3], use_mock=True)
    monitor.update_all_metrics()
    for m in monitor.metrics.values():
        assert (
            m.status in ("running", "loading", "exited", "created") and m.cost_per_hour > 0 and m.gpu_type != "Unknown"
        )
    assert monitor.metrics[1].step > 0 and monitor.metrics[1].recent_logs


def test_a_whole_refresh_waits_for_those_who_take_longer_than_the_interval(watch):
    monitor, source = watch(running(1), interval_s=0.05)
    answer = threading.Event()
    source.probe = lambda row: answer.wait(WAIT_S) and tm.Probe()
    threading.Timer(0.4, answer.set).start()
    monitor.update_all_metrics()
    assert monitor.metrics[1].probed is not None


def test_refresh_fills_all(watch):
    monitor, source = watch(running(1), running(2), tm.Row(3, "exited"))
    gpu = tm.Gpu(0, "RTX", 80.0, 6000.0, 24000.0, 60.0, None, None)
    source.probes[1] = changed(log_probe("a", epoch=1, total_epochs=3, step=5, loss=2.0, progress=10.0), gpus=(gpu, gpu._replace(util=60.0)))
    monitor.update_all_metrics()
    m = monitor.metrics[1]
    assert (m.epoch, m.total_epochs, m.step, m.loss, m.gpu_util, m.memory_util, list(m.recent_logs)) == (
        1,
        3,
        5,
        2.0,
        70.0,
        25.0,
        ["a"],
    )
    assert monitor.fleet.balance == 24.0 and sorted(map(str, source.asked)) == ["1", "2", "account", "listing"]
    assert monitor.metrics[3].status == "exited" and monitor.metrics[3].cost_per_hour is None


def test_only_the_wanted_instances(watch):
    monitor, _ = watch(running(1), running(2), ids=[2, 9])
    monitor.update_all_metrics()
    assert {key: m.status for key, m in monitor.metrics.items()} == {2: "running", 9: "gone"}
    assert [v.reason for v in tm.verdicts(monitor.metrics[9], tm.Moment.now())] == [
        "not among the instances of this account"
    ]


def test_no_ssh(watch):
    monitor, source = watch(running(1, gpu_util=50.0), use_ssh=False)
    monitor.update_all_metrics()
    assert 1 not in source.asked and monitor.metrics[1].gpu_util == 50.0


def test_an_instance_without_an_address_says_so(watch):
    monitor, _ = watch(running(1, addresses=()), running(2, no_ssh="its image has no ssh"))
    monitor.update_all_metrics()
    assert "no ssh address" in monitor.metrics[1].trouble and monitor.metrics[2].trouble == "its image has no ssh"


def test_failed_ssh_leaves_the_last_values_and_clears(watch):
    monitor, source = watch(running(1, gpu_util=11.0))
    source.probes[1] = tm.SourceError("ssh refused at x: normal", "ssh refused")
    monitor.update_all_metrics()
    m = monitor.metrics[1]
    assert (m.gpu_util, m.status, m.trouble_short) == (11.0, "running", "ssh refused")  # the API's figures stand
    source.probes[1] = changed(log_probe("a", loss=2.0, progress=10.0), gpus=(tm.Gpu(0, "RTX", 80.0, 1.0, 2.0, 60.0, None, None),))
    monitor.update_all_metrics()
    assert (m.gpu_util, m.loss, m.trouble) == (80.0, 2.0, "")
    source.probes[1] = tm.SourceError("ssh timeout", "ssh timeout")
    monitor.update_all_metrics()
    assert (m.gpu_util, m.loss, m.trouble_short, m.stale(tm.Moment.now())) == (80.0, 2.0, "ssh timeout", True)


def test_api_trouble_keeps_the_rows_rings_once_and_recovers(watch):
    monitor, source = watch(running(1))
    monitor.update_all_metrics()
    rows, source.rows = source.rows, tm.SourceError("the vast.ai API is down (502)")
    for _ in range(3):
        monitor.update_all_metrics()
    assert monitor.fleet.failures == 3 and monitor.metrics[1].status == "running" and "502" in monitor.fleet.trouble
    source.rows = rows
    monitor.update_all_metrics()
    assert monitor.fleet.trouble == "" and events_of(monitor) == ["API lost: the vast.ai API is down (502)", "API back"]


def test_who_answers_before_the_listing_is_not_waited_for_again(watch):
    """A round begins with the listing; an instance that was still being asked then may answer first."""
    monitor, _ = watch(running(1), interval_s=1000.0)
    monitor.update_all_metrics()
    task = monitor.tasks[1]
    task.running, task.started, monitor.round_began, monitor.awaited = True, NOW.mono, NOW.mono + 1, {"listing"}
    monitor._apply(tm.Reading(1, tm.Probe()), tm.Moment(NOW.mono + 2, NOW.wall))
    listing(monitor, 3, running(1))
    assert not monitor.awaited


def test_a_sudden_empty_listing_is_believed_only_twice(watch):
    monitor, source = watch(running(1))
    monitor.update_all_metrics()
    source.rows = []
    for status in ("running", "gone"):
        monitor.update_all_metrics()
        assert monitor.metrics[1].status == status


def test_a_key_that_may_not_read_the_balance_costs_only_that(watch):
    monitor, source = watch(running(1))
    source.money = None
    monitor.update_all_metrics()
    assert monitor.fleet.balance is None and monitor.fleet.trouble == ""


def listing(monitor, at, *rows):
    """Apply a listing as of `at` seconds."""
    monitor._apply(tm.Reading("listing", tm.Listing(rows)), tm.Moment(NOW.mono + at, NOW.wall + at))


def test_events_of_the_listing(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1), tm.Row(2, "loading"))
    listing(monitor, 10, running(1), running(2), running(3))
    listing(monitor, 20, running(1), running(3))
    listing(monitor, 25, running(1), running(2), running(3))  # missing from one listing: no event
    listing(monitor, 28, running(1), running(2))
    listing(monitor, 29, tm.Row(1, "exited"), running(2))
    listing(monitor, 30, running(1), running(2), running(3))
    assert sorted(events_of(monitor)) == sorted([
        "3 is new", "2 is running", "1 exited", "3 left the listing", "1 came back: running", "3 came back: running"])
    assert monitor.fleet.happened == 6


def test_what_stops_running_loses_its_gpu_figures_and_its_connection(watch):
    monitor, source = watch()
    listing(monitor, 0, running(1, gpu_util=90.0))
    assert monitor.metrics[1].gpu_util == 90.0 and 1 in monitor.tasks
    listing(monitor, 10, tm.Row(1, "exited", gpu_util=88.0, storage_rate=0.1))
    assert monitor.metrics[1].gpu_util is None and source.forgotten == [1] and 1 not in monitor.tasks


def test_cost_is_integrated_over_the_watch(watch):
    monitor, _ = watch(interval_s=1800.0)
    start, disk = NOW.wall - 3600, {"storage_rate": 0.1, "running_rate": 1.2}
    rows = running(1, start=start), tm.Row(2, "exited", start=start, **disk)
    listing(monitor, 0, *rows)
    m, stopped = monitor.metrics[1], monitor.metrics[2]
    assert m.total_cost == pytest.approx(1.2) and stopped.total_cost == pytest.approx(0.1)  # an estimate
    listing(monitor, 1800, *rows)
    assert m.total_cost == pytest.approx(1.8) and m.runtime_seconds == 5400
    assert m.bill.words(NOW) == "~$1.80: 30m watched, 1h00m estimated" and m.cost_estimated
    listing(monitor, 3600, tm.Row(1, "exited", start=start, **disk), rows[1])
    assert m.total_cost == pytest.approx(1.8 + 0.325) and m.cost_per_hour == 0.1  # it stopped in the middle
    for _ in range(3):  # an empty listing is believed the second time
        listing(monitor, 7200)
    assert m.cost_per_hour == 0.0
    assert monitor.fleet.spent() == pytest.approx(2.125 + 0.2 + 0.1)  # both left in the middle of the last hour
    assert monitor.fleet.spent_watching() == pytest.approx(0.925 + 0.1 + 0.1)


def test_what_was_watched_from_the_start_is_sure_until_nobody_looked(watch):
    monitor, _ = watch()
    row = running(1, start=NOW.wall - 20)
    for at in (0, 10, 25, 35):
        listing(monitor, at, row)
    m = monitor.metrics[1]
    assert not m.cost_estimated and m.bill.words(NOW) == "$0.02"
    listing(monitor, 35 + 7200, running(1, start=row.start, running_rate=0.6))
    assert m.bill.words(NOW) == "~$1.82: 55s watched, 2h00m estimated"
    listing(monitor, 45 + 7200)
    listing(monitor, 55 + 7200)
    listing(monitor, 55 + 10800, running(1, start=row.start, running_rate=0.6))  # it was there all the time
    assert m.total_cost == pytest.approx(1.82 + 0.6, abs=0.01)


def test_a_cost_goes_on_while_the_api_is_out_as_an_estimate(watch):
    monitor, _ = watch()
    for at in (0, 10):
        listing(monitor, at, running(1, start=NOW.wall))
    m, later = monitor.metrics[1], tm.Moment(NOW.mono + 1810, NOW.wall + 1810)
    assert tm.title_parts(monitor.fleet, NOW)["spent"] == "spent $0.00"
    assert m.bill.until(later) == (pytest.approx(m.total_cost + 0.6), True) and m.bill.words(later) == "~$0.60"
    assert tm.title_parts(monitor.fleet, later)["spent"] == "spent ~$0.60"
    listing(monitor, 20)
    assert m.bill.until(later) == (pytest.approx(m.total_cost + 10 * 1.2 / 3600), False)  # it may have left: nothing goes on


def test_one_listing_that_fails_leaves_no_doubt_and_two_do(watch):
    monitor, _ = watch()
    failed, m = tm.Reading("listing", None, error="no answer"), None
    for at, estimated in ((0, False), (10, False), (20, None), (30, False), (40, None), (50, None), (60, True)):
        now = tm.Moment(NOW.mono + at, NOW.wall + at)
        monitor._apply(failed, now) if estimated is None else listing(monitor, at, running(1, start=NOW.wall))
        m = monitor.metrics[1]
        assert m.cost_estimated == bool(estimated)
    assert m.total_cost == pytest.approx(60 * 1.2 / 3600)
    listing(monitor, 70)
    assert m.missed
    listing(monitor, 80, running(1, start=NOW.wall))
    assert m.bill.doubt == pytest.approx(30 * 1.2 / 3600)  # it was there, or came back: between two listings nothing is so quick


def test_time_that_this_machine_slept_passes(monkeypatch):
    """It is time in which nobody looked: of an age, of a price, of a run that gets on."""
    slept = tm.ASLEEP_BEFORE_S
    monkeypatch.setattr(tm, "asleep_s", lambda: slept)
    before = tm.Moment.now()
    assert before.mono == pytest.approx(time.monotonic(), abs=WAIT_S)
    slept += 3600
    assert 3600 <= tm.Moment.now().mono - before.mono < 3600 + WAIT_S


@pytest.mark.parametrize("clocks, slept", [
    ({"CLOCK_BOOTTIME": 100.0, "CLOCK_MONOTONIC": 40.0}, 60.0),
    ({"CLOCK_MONOTONIC": 100.0, "CLOCK_UPTIME_RAW": 40.0}, 60.0),  # macOS: it ticks on
    ({"CLOCK_MONOTONIC": 100.0}, 0.0),
])
def test_how_long_this_machine_slept_is_the_difference_of_two_clocks(monkeypatch, clocks, slept):
    monkeypatch.setattr(tm, "time", SimpleNamespace(clock_gettime=clocks.get, **{name: name for name in clocks}))
    assert tm.asleep_s() == slept


@pytest.mark.parametrize("stamps", [True, False])
def test_a_run_that_went_on_while_this_machine_slept_keeps_its_pace(watch, stamps):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    gpus, off = (GPU,), []
    for at in (*range(0, 6000, 10), *range(16000, 20000, 10)):
        log = tm.Progress(progress=at / 300, state="training", first=0.0, stamp=NOW.wall + at if stamps else None)
        probed(monitor, at, tm.Probe(gpus, runs=(tm.RunReading("7", where="x", pid=7, quiet_s=0.0, log_bytes=9, fresh=not at, progress=log),)))
        eta_s = tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + at, NOW.wall + at)).eta_s
        off += [] if eta_s is None else [abs(eta_s / (30000 - at) - 1)]
    assert len(off) > 900 and max(off) < 0.02


def test_a_balance_is_not_reckoned_from_before_the_first_listing(watch):
    monitor, _ = watch(hosts=(tm.Host("gpu1", "10.0.0.5"),), owns=(tm.Own(("gpu*",), 1.5),))
    monitor._apply(tm.Reading("listing", None, 0.1, "timeout", "timeout"), NOW)
    monitor._apply(tm.Reading("account", tm.Account(10.0, False)), NOW)
    listing(monitor, 10)
    assert monitor.fleet.left(tm.Moment(NOW.mono + 20, NOW.wall + 20)) == 10.0


@pytest.mark.parametrize("set_by, estimated", [(3600, True), (-3600, True), (2, False)])
def test_a_clock_that_was_set_makes_what_was_billed_an_estimate(watch, set_by, estimated):
    monitor, _ = watch()
    for at in range(0, 130, 10):
        listing(monitor, at, running(1, start=NOW.wall))
    m = monitor.metrics[1]
    assert not m.cost_estimated
    monitor._apply(tm.Reading("charges", tm.Charges(NOW.wall, {1: (0.03, NOW.wall + 100)})), tm.Moment(NOW.mono + 120, NOW.wall + 120 + set_by))
    assert m.cost_estimated == estimated


def test_price_that_is_not_told_is_no_sure_cost(watch):
    monitor, _ = watch()
    for at in range(0, 3600, 10):
        listing(monitor, at, tm.Row(1, "exited", start=NOW.wall, running_rate=1.2))
    assert monitor.metrics[1].total_cost is None and monitor.metrics[1].cost_estimated


@pytest.mark.parametrize("instance_id, estimated", [(1, True), (tm.HostId("gpubox"), False)])
def test_cost_of_an_instance_that_does_not_say_when_it_began_is_an_estimate(watch, instance_id, estimated):
    monitor, _ = watch()
    for at in (0, 10):
        listing(monitor, at, running(instance_id))
    assert monitor.metrics[instance_id].cost_estimated == estimated  # of a host only what was watched is told


def test_what_a_plain_host_costs_is_sure_however_seldom_it_answers():
    at, name = [NOW], tm.HostId("gpu1")

    def begin():
        return tm.VastAIMonitor([], options=tm.Options(hosts=(tm.Host("gpu1", "h"),), owns=(tm.Own(("gpu1",), 5.0),)), clock=lambda: at[0])

    def cost_at(seconds, monitor, answers=True):
        at[0] = tm.Moment(NOW.mono + seconds, NOW.wall + seconds)
        if answers:
            monitor._apply_instance(monitor.metrics[name], tm.Reading(name, None, error="no answer"), at[0])
        return monitor.metrics[name].bill.until(at[0])
    monitor = begin()
    assert [cost_at(at_s, monitor, at_s != 1800) for at_s in (900, 1800, 3600)] == [(1.25, False), (2.5, False), (5.0, False)]
    kept = tm.kept_of(monitor.metrics[name], at[0])
    cost_at(5400, monitor, False)
    again = begin()
    again.remembered["gpu1"] = (at[0].wall, kept)
    assert cost_at(7200, again) == (pytest.approx(10.0), False)  # its price is what the user says, also while nobody looks


def test_traffic_since_what_was_billed_is_counted_once(watch):
    monitor, _ = watch()
    for at, traffic in ((0, 5.0), (10, 5.0), (20, 5.5), (30, 5.5), (40, 5.5), (50, 7.5)):
        listing(monitor, at, running(1, start=NOW.wall - 7200, traffic=traffic))
    m = monitor.metrics[1]
    charged(monitor, 50, -7200, i1=(8.0, -60))
    assert m.total_cost == pytest.approx(8.0 + 110 * 1.2 / 3600 + 2.5)
    charged(monitor, 50, -7200, i1=(8.0, 30))
    assert m.total_cost == pytest.approx(8.0 + 20 * 1.2 / 3600 + 2.0) and m.cost_estimated  # of the 2 some may be in the 8


def charged(monitor, at, since, **billed):
    """Apply what was billed, as of `at` seconds: i1=($, until)."""
    found = {int(key[1:]): (dollars, NOW.wall + until) for key, (dollars, until) in billed.items()}
    monitor._apply(tm.Reading("charges", tm.Charges(NOW.wall + since, found)), tm.Moment(NOW.mono + at, NOW.wall + at))


def test_what_was_billed_goes_before_what_was_reckoned(watch):
    monitor, _ = watch(interval_s=1800.0)
    start = NOW.wall - 36000
    for at in (0, 1800, 3600):
        listing(monitor, at, running(1, start=start), running(2, start=start), running(3, start=start - 9e4))
    m, other, older = (monitor.metrics[key] for key in (1, 2, 3))
    assert m.cost_estimated and m.total_cost == pytest.approx(13.2)
    charged(monitor, 3600, -36000, i1=(9.5, 3000), i3=(1.0, 3000), i4=(7.0, 3000))
    assert m.total_cost == pytest.approx(9.5 + 0.2) and m.bill.words(NOW) == "$9.70: as billed at 14:53"
    assert not m.cost_estimated and other.cost_estimated and older.cost_estimated  # the window is shorter than its life
    listing(monitor, 5400, running(1, start=start), running(2, start=start), running(3, start=start))
    assert m.total_cost == pytest.approx(9.7 + 0.6)
    charged(monitor, 5400, -36000, i1=(8.0, -7200))  # what was billed ends before the watch
    assert m.cost_estimated and m.total_cost == pytest.approx(8.0 + 3.5 * 1.2)
    charged(monitor, 5400, -36000, i1=(math.nan, 5000))
    assert m.total_cost == pytest.approx(8.0 + 3.5 * 1.2)


def test_a_key_that_may_not_read_what_was_billed_costs_only_that(watch):
    monitor, source = watch(running(1, start=time.time() - 7200))
    source.billed, source.stored = tm.SourceError("no"), 2.0
    monitor.update_all_metrics()
    m = monitor.metrics[1]
    assert m.cost_estimated and m.total_cost == pytest.approx(2.4, abs=0.02)
    assert not monitor.fleet.events and not monitor.fleet.trouble and monitor.fleet.whole_burn() == pytest.approx(3.2)
    source.billed = {1: (1.5, time.time())}
    monitor.tasks["charges"].due = 0.0
    wait_until(lambda: monitor.step(0.1) and not m.cost_estimated)
    assert m.total_cost == pytest.approx(1.5, abs=0.02)


def test_what_details_alone_show_is_asked_later_and_a_refresh_does_not_wait_for_it(watch):
    monitor, source = watch(running(1, start=time.time() - 7200))
    source.stored, source.dearer = 2.0, {1: 1.5}
    monitor.update_all_metrics()
    task = monitor.tasks["rises"]
    assert monitor.fleet.volumes == 2.0 and not task.running and task.answered == 0.0 and not monitor.fleet.rises
    assert 0.0 < task.due - time.monotonic() <= monitor.options.interval_s
    task.due = 0.0
    wait_until(lambda: monitor.step(0.1) and monitor.fleet.rises == {1: 1.5}, "the prices")


def test_of_a_host_out_of_reach_nobody_knows_that_it_is_waste():
    m = metrics("unreachable", row=tm.Row(1, "unreachable"), cost_per_hour=1.5)
    assert tm.wasted(m, NOW) is None and tm.wasted(metrics("exited", cost_per_hour=0.1), NOW).what == "exited, storage"


def test_waste_is_paid_at_the_price_of_its_time(watch):
    monitor, _ = watch()
    now = tm.Moment(NOW.mono + 36000, NOW.wall + 36000)
    listing(monitor, 0, running(1), running(2), tm.Row(3, "loading", storage_rate=0.1, start=NOW.wall))
    for at in (3600, 3605, 3610):
        listing(monitor, at, tm.Row(1, "exited", running_rate=1.2, storage_rate=0.1), running(2),
                tm.Row(3, "loading", storage_rate=0.1, start=NOW.wall))
    run = monitor.metrics[2].main
    run.log, run.ended_since = tm.Progress(state="failed"), NOW.mono + 18000
    monitor.metrics[2].bill.rates.append((NOW.mono + 21600, 0.6))  # after an hour it became cheaper
    found = {waste.what: waste.dollars for waste in monitor.fleet.waste(now)}
    assert found["exited, storage"] == pytest.approx(0.9, abs=0.06)  # from the middle of the hour that it stopped in
    assert found["failed"] == pytest.approx(1.2 + 4 * 0.6)
    assert found["loading"] == pytest.approx(0.1 * (36000 - tm.WAITING_S) / 3600)


def probed(monitor, at, probe, instance_id=1):
    monitor.tasks.setdefault(instance_id, tm.Task(
        0.0, 10.0, 60.0, None, lambda reading, now: monitor._apply_instance(monitor.metrics[instance_id], reading, now)))
    monitor._apply(tm.Reading(instance_id, probe), tm.Moment(NOW.mono + at, NOW.wall + at))


def test_a_rule_has_to_hold_anew_after_a_stop(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    probe = log_probe(state="training", progress=20.0, fresh=True)._replace(disk_util=99.0, throttled={0: "too hot"}, ram=(1.0, 1.0))

    def holds(at):
        return {"disk", "throttled", "memory"} & {verdict.name for verdict in tm.verdicts(monitor.metrics[1], NOW._replace(mono=NOW.mono + at))}
    for at in (1, 2, 3):
        probed(monitor, at, probe)
    assert holds(3) == {"disk", "throttled", "memory"}
    listing(monitor, 60, running(1)._replace(status="exited"))
    listing(monitor, 120, running(1))
    assert holds(120) == set()


def test_events_of_the_log(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    probed(monitor, 1, log_probe(epochs_done=4, state="training", progress=20.0, fresh=True))
    assert events_of(monitor) == []  # what was there before is no news
    probed(monitor, 2, log_probe(epochs_done=5, total_epochs=20, loss=1.25, state="training", progress=25.0))
    probed(monitor, 3, log_probe(epochs_done=5, total_epochs=20, state="failed", reason="CUDA out of memory"))
    probed(monitor, 4, log_probe(epochs_done=5, total_epochs=20, state="training", progress=26.0))
    probed(monitor, 5, log_probe(epochs_done=20, total_epochs=20, state="finished", progress=100.0))
    monitor._apply(tm.Reading(1, None, 0.1, "ssh timeout", "timeout"), tm.Moment(NOW.mono + 65, NOW.wall + 65))
    assert events_of(monitor) == ["1 epoch 5/20 completed, loss 1.2500", "1 run failed: CUDA out of memory",
                                  "1 run goes on: it had failed", "1 epoch 20/20 completed", "1 run finished"]


STEP, DONE = tm.Progress(progress=30.0, state="training"), tm.Progress(progress=100.0, state="finished")


@pytest.mark.parametrize("then, told", [
    ([(70, DONE, {"nth": 0})], ["1 run finished"]),
    ([(20, None, {})], ["1 run finished"]),
    ([(20, DONE, {"lines": (tm.LogLine(9, 0.0, "(main) root@C.1:/w$ ", 1),)})], ["1 run finished"]),
    ([(20, STEP, {"nth": 1}), (80, STEP, {"nth": 1}), (90, DONE, {"nth": 1})], ["1 new run in /w/training.log"]),
    ([(20, STEP, {}), (80, STEP, {})], []),  # the next seed, by the words of the log alone
    ([(20, STEP, {"log_path": "/w/2.log"})], ["1 run finished", "1 new log /w/2.log"]),
    ([(20, tm.Row(1, "exited"), {})], ["1 run finished", "1 exited"]),
], ids=["a minute", "the monitor quits", "prompt", "next", "same place", "elsewhere", "stopped"])
def test_that_a_run_finished_is_told_when_no_other_follows(watch, then, told):
    """A loop of a shell begins the next seed within seconds: who stops its machine for the first loses the others."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at, seen, more in [(1, STEP, {"fresh": True}), (10, DONE, {}), *then]:
        if isinstance(seen, tm.Row):
            listing(monitor, at, seen)
        elif seen is None:
            monitor.close()
        else:
            quiet = {"quiet_s": at - 10, "log_bytes": 0} if (at, more.get("nth")) == (70, 0) else {}
            probed(monitor, at, changed(log_probe(), progress=seen, **quiet, **more))
        assert at > 10 or not monitor.fleet.events
    assert events_of(monitor) == told


# -- simulated runs on a virtual clock: the truth is known, so is how far from it the monitor may be

WORK, EVAL, SAVE, DEAD, HANG = (90.0, 300.0), (60.0, 200.0), (2.0, 80.0), (0.0, 30.0), (100.0, 110.0)  # GPU %, W


class Course:
    """A run as parts (seconds, percent gained, (GPU %, W)); its log has a line at each `grain` percent."""

    def __init__(self, *parts, start=0.0, grain=0.5):
        self.parts, self.start, self.grain = parts, start, grain
        self.length = sum(part[0] for part in parts)

    def at(self, t):
        """(percent, GPU) at t."""
        percent = self.start
        for seconds, gained, gpu in self.parts:
            if t < seconds:
                return percent + gained * max(0.0, t) / seconds, gpu
            t, percent = t - seconds, percent + gained
        return percent, self.parts[-1][2]

    def line(self, t):
        """(percent, time) of the last line by t."""
        told = math.floor(self.at(t)[0] / self.grain + 1e-9) * self.grain
        low, high = 0.0, t
        while high - low > 0.5:  # when it was written
            half = (low + high) / 2
            low, high = (low, half) if self.at(half)[0] >= told - 1e-9 else (half, high)
        return max(told, self.start), high


def follow(monitor, course, begin=0.0, until=None, every=30.0, out=(), stops=(), age=False):
    """Watch a course; yields (t, assessment) after each poll. While `out` ssh fails; `stops` stop the instance.

    A course stands still while its instance is stopped.
    """
    t, status, first, told = begin, "", True, None
    while t < (course.length if until is None else until):
        now = tm.Moment(NOW.mono + t, NOW.wall + t)
        stopped = any(a <= t < b for a, b in stops)
        if status != ("exited" if stopped else "running"):
            status = "exited" if stopped else "running"
            listing(monitor, t, running(1) if status == "running" else tm.Row(1, "exited"))
        ran = t - sum(min(t, b) - a for a, b in stops if t > a)
        if any(a <= t < b for a, b in out):
            monitor._apply(tm.Reading(1, None, 0.1, "ssh timeout", "timeout"), now)
        elif not stopped:
            percent, wrote = course.line(ran)
            quiet_s = ran - wrote + sum(b - a for a, b in stops if wrote <= a < ran)
            util, power = course.at(ran)[1]
            log = tm.Progress(progress=percent, state="training", first=course.start)
            probed(monitor, t, tm.Probe((tm.Gpu(0, "X", util, 9.0, 10.0, 60.0, power, 450.0),), runs=(tm.RunReading(
                "/w/a.log", log_path="/w/a.log", quiet_s=quiet_s, log_bytes=10 * (percent != told), fresh=first, progress=log,
                age_s=ran if age else None),)))
            first, told = False, percent
        yield t, tm.assess(monitor.metrics[1], now)
        t += every


STEADY = ((36000, 100, WORK),)
EVALUATIONS = ((3000, 10, WORK), (400, 0, EVAL)) * 10
CHECKPOINTS = ((1500, 4, WORK), (90, 0, SAVE)) * 25
LONG_SAVES = ((2250, 12.5, WORK), (330, 0, EVAL)) * 8
TWO_KINDS = (((1000, 6.25, WORK), (60, 0, EVAL)) * 3 + ((1000, 6.25, WORK), (500, 0, EVAL))) * 4
SLOWER = ((9000, 40, WORK), (24000, 60, WORK))
COLD = ((300, 0.3, WORK), (30000, 99.7, WORK))


@pytest.mark.parametrize("name, course, more, share", [
    ("steady", Course(*STEADY), {}, 0.99),
    ("a line each 10 s", Course(*STEADY, grain=0.03), {"every": 10.0}, 0.99),
    ("epochs of two hours", Course(*((7200, 5, WORK),) * 20, grain=5.0), {"every": 60.0}, 0.97),
    ("evaluations", Course(*EVALUATIONS), {}, 0.9),
    ("checkpoints", Course(*CHECKPOINTS), {}, 0.95),
    ("long saves", Course(*LONG_SAVES, grain=0.25), {}, 0.97),
    ("long saves, polled rarely", Course(*LONG_SAVES, grain=0.25), {"every": 60.0}, 0.97),
    ("long saves, outages", Course(*LONG_SAVES, grain=0.25), {"out": ((1500, 3300), (7000, 8300), (14000, 15000))}, 0.95),
    ("two kinds of pauses", Course(*TWO_KINDS, grain=0.25), {}, 0.95),
    ("a cold start", Course((300, 0.3, WORK), (12000, 99.7, WORK), grain=0.1), {"every": 10.0}, 0.99),
    ("resumed", Course((20000, 40, WORK), start=60.0), {}, 0.99),
    ("resumed, seen late", Course((20000, 40, WORK), start=60.0), {"begin": 7000.0, "age": True}, 0.99),
    ("seen late", Course(*EVALUATIONS), {"begin": 10100.0, "age": True}, 0.9),
    ("outages", Course(*EVALUATIONS), {"out": ((5000, 7000), (14000, 15000), (20000, 23000))}, 0.85),
    ("stopped for a while", Course(*STEADY), {"stops": ((12000, 20000),), "until": 44000}, 0.97),
])
def test_the_end_of_a_run_is_told_right(watch, name, course, more, share):
    monitor, _ = watch()
    begin = max([more.get("begin", 0.0), *(b for _, b in more.get("stops", ()))])  # the last one
    end, near, first = more.get("until", course.length), [], None
    for t, found in follow(monitor, course, **more):
        assert found.state != "stalled", (t, found.reason)
        left_s = end - t
        if found.eta_s is not None:
            first = found.eta_s / left_s if first is None and t >= begin else first
        if t > max(end / 4, begin + 900) and left_s > 60:
            near.append(found.eta_s is not None and abs(found.eta_s - left_s) <= max(60.0, left_s / 10))
    assert first and 0.85 < first < 1.2 and sum(near) >= share * len(near), (first, sum(near) / len(near))


def test_a_run_that_always_works_with_little_power_does_not_hang(watch):
    monitor, _ = watch()
    course = Course((9000, 90, (100.0, 110.0)), (2000, 0, (100.0, 50.0)), grain=3.0)  # a line each five minutes
    states = [(t, found.state) for t, found in follow(monitor, course, begin=100.0)]
    stalled = [t for t, state in states if state == "stalled"]
    assert 9000 < stalled[0] < 9000 + 180


def test_a_hang_is_told_at_first_sight(watch):
    monitor, _ = watch()
    _, found = next(follow(monitor, Course((3000, 50, WORK), (2000, 0, HANG)), begin=3700.0))
    assert found.state == "stalled"


def test_a_run_that_changes_its_speed_for_ever_is_judged_by_all_of_it(watch):
    monitor, _ = watch()
    course = Course(*((2400, 8, WORK), (2400, 12, WORK)) * 5, grain=0.25)
    off = [found.eta_s / (24000 - t) for t, found in follow(monitor, course) if 10000 < t < 20000]
    assert all(0.85 < error < 1.15 for error in off)


def test_steps_that_turn_out_to_be_of_the_run_move_the_end_where_it_is(watch):
    """'Epoch 1/3 Step 900/6000' may be either; once the second epoch goes on counting, no leap is taken for speed."""
    monitor, _ = watch(running(1))
    reader, sent = tm.LogReader(), 0
    listing(monitor, 0, running(1))
    for at in range(10, 1000, 10):
        steps = range(sent + 1, 5 * at + 1)
        sent = 5 * at
        reader.feed("".join(f"Epoch {1 + (step - 1) // 2000}/3 Step {step}/6000 Loss = {5 - step / 6000:.4f}\n" for step in steps))
        run = tm.RunReading("a", log_path="/w/training.log", quiet_s=0.0, log_bytes=900, fresh=at == 10, age_s=at, progress=reader.progress())
        now = tm.Moment(NOW.mono + at, NOW.wall + at)
        monitor._apply(tm.Reading(1, tm.Probe(runs=(run,))), now)
        if at > 410:
            assert monitor.metrics[1].eta_s(now) == pytest.approx(1200 - at, rel=0.05)


def test_a_slow_down_is_noticed_and_a_cold_start_is_no_pace(watch):
    monitor, _ = watch()
    errors = [(t, found.eta_s and found.eta_s / (33000 - t)) for t, found in follow(monitor, Course(*SLOWER))]
    assert all(0.9 < error < 1.1 for t, error in errors if 9000 + 3600 < t < 32000)
    monitor, _ = watch()
    errors = [found.eta_s / (30300 - t) for t, found in follow(monitor, Course(*COLD, grain=0.1)) if found.eta_s]
    assert len(errors) > 800 and max(errors) < 1.5


@pytest.mark.parametrize("every", [2.0, 5.0, 10.0])
def test_a_run_of_two_minutes_has_an_end_soon(watch, every):
    monitor, _ = watch()
    seen = [(t, found.eta_s) for t, found in follow(monitor, Course((120, 100, WORK), grain=1.0), every=every)]
    assert next(t for t, eta_s in seen if eta_s is not None) <= 7 * every
    assert all(abs(eta_s - (120 - t)) < 0.2 * (120 - t) for t, eta_s in seen if eta_s and t < 100)
    monitor, _ = watch()  # a slow first step is no pace
    seen = [(t, found.eta_s) for t, found in follow(monitor, Course((40, 1, WORK), (100, 99, WORK), grain=1.0), every=2.0)]
    assert all(eta_s < 2 * (140 - t) for t, eta_s in seen if eta_s and t < 120)


def test_the_time_of_a_stop_is_no_time_of_the_run(watch):
    known = []
    for seen_to_start in (False, True):  # the log lies there for longer than its instance is back
        monitor, _ = watch()
        for t in (0, 100):
            listing(monitor, t, running(1) if t or not seen_to_start else tm.Row(1, "exited"))
        probe = log_probe(progress=40.0, state="training", fresh=True, first=0.0)
        probed(monitor, 110, changed(probe, age_s=9000.0, quiet_s=1.0))
        known.append(monitor.metrics[1].eta_s(tm.Moment(NOW.mono + 110, NOW.wall + 110)) is not None)
    assert known == [True, False]
    monitor, _ = watch()  # the same by the times in its lines: a long rest among short ones
    listing(monitor, 0, running(1))
    past = tuple((150.0 * i + 7200 * (i >= 20), float(i)) for i in range(41))
    probed(monitor, 1, log_probe(progress=40.0, state="training", fresh=True, past=past))
    m = monitor.metrics[1]
    assert m.eta_s(tm.Moment(NOW.mono + 1, NOW.wall)) == pytest.approx(60 * 150, rel=0.1) and m.main.longest_gap_s == 150


def test_the_newest_time_of_the_log_is_that_of_its_newest_place(watch):
    past = tuple((1e6 + 100 * i, float(i)) for i in range(0, 41, 8))  # the chart of them is thin
    ends = []
    for more in ({"stamp": 1e6 + 4600}, {"elapsed_s": 4600.0}, {}):
        monitor, _ = watch()
        listing(monitor, 0, running(1))
        probed(monitor, 1, log_probe(progress=46.0, state="training", fresh=True, past=past, **more))
        ends.append(monitor.metrics[1].eta_s(tm.Moment(NOW.mono + 1, NOW.wall + 1)))
    assert ends == [pytest.approx(5400, rel=0.05), None, None]  # a bar's clock is another


def test_an_eta_stands_still_while_nothing_changes(watch):
    monitor, _ = watch()
    seen = [(t, found.eta_s) for t, found in follow(monitor, Course(*CHECKPOINTS), every=10.0) if found.eta_s and t > 10000]
    moves = sorted(abs(t + eta_s - before_t - before) / eta_s for (before_t, before), (t, eta_s) in zip(seen, seen[1:]))
    assert moves[int(0.98 * len(moves))] < 0.02


@pytest.mark.parametrize("course, within, more", [
    (Course((9000, 25, WORK), (9000, 0, HANG)), 180, {}),
    (Course((9000, 25, WORK), (9000, 0, HANG)), 180, {"every": 60.0}),
    (Course((9000, 25, WORK), (9000, 0, HANG)), 180, {"out": ((4000, 6000),)}),
    (Course(*((7200, 5, WORK),) * 2, (9000, 0, HANG), grain=5.0), 180, {"every": 60.0}),
    (Course((9000, 25, WORK), (9000, 0, DEAD)), 300, {"every": 60.0}),
    (Course((9000, 25, WORK), (9000, 0, DEAD)), 300, {"stops": ((4000, 8000),), "until": 20000}),
    (Course(*((7200, 5, WORK),) * 2, (9000, 0, DEAD), grain=5.0), 300, {}),
    (Course((60, 0, WORK), (9000, 0, HANG)), 180, {}),                       # before the first step
    (Course(*CHECKPOINTS[:20], (9000, 0, DEAD)), 300, {}),
])
def test_a_hang_and_a_silent_crash_are_told_in_time(watch, course, within, more):
    monitor, _ = watch()
    died = course.length - 9000 + sum(b - a for a, b in more.get("stops", ()))
    told = [t for t, found in follow(monitor, course, **more) if found.state == "stalled"]
    assert told and died <= told[0] <= died + within
    waste = monitor.fleet.waste(tm.Moment(NOW.mono + told[-1], NOW.wall + told[-1]))
    assert [w.what for w in waste] == ["idle"] and waste[0].since_s == pytest.approx(told[-1] - died, abs=400)


def test_all_steps_done_is_an_end_only_when_nothing_moves(watch):
    monitor, _ = watch()
    course = Course((3000, 100, WORK), (600, 0, EVAL), (600, 0, DEAD))
    states = [(t, found.state) for t, found in follow(monitor, course)]
    assert {state for t, state in states if 3030 < t < 3600} == {"steps done"}
    assert states[-1][1] == "finished" and events_of(monitor).count("1 run finished") == 1


@pytest.mark.parametrize("pid, last, after", [(None, "step 9/9", 60), (7, "step 9/9", 900), (None, "Saving model checkpoint to out", 900)])
def test_whoever_lives_or_saves_may_have_its_last_checkpoint_before_it(watch, pid, last, after):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    idle = (tm.Gpu(0, "X", 0.0, 9.0, 10.0, 60.0, 30.0, 450.0),)
    done, ended = log_probe(state="training", progress=100.0, fresh=True), []
    for at in range(0, 2000, 10):
        gpus = (idle[0]._replace(util=90.0),) if 1500 < at < 1800 else idle  # somebody else's
        line = tm.LogLine(1, 0.0, last, 1, news=tm.news_of(last))
        probed(monitor, at, changed(done, gpus=gpus, pid=pid, lines=(line,), quiet_s=float(at), log_bytes=10 * (not at), fresh=not at))
        ended += [at] if monitor.metrics[1].log.state == "finished" else []
    assert ended == list(range(after, 2000, 10)) and events_of(monitor).count("1 run finished") == 1


def test_a_last_evaluation_as_long_as_those_before_is_no_end(watch):
    """On the CPU and without a word, behind the last step."""
    monitor, _ = watch()
    rest = (1200, 0, (2.0, 80.0))
    course = Course((1500, 50, WORK), rest, (1500, 50, WORK), rest, (900, 0, (2.0, 80.0)))
    states = [(t, found.state) for t, found in follow(monitor, course)]
    assert {state for t, state in states if 4300 < t < 5400} == {"steps done"} and states[-1][1] == "finished"


@pytest.mark.parametrize("util, since", [(90.0, 1500), (0.0, 200)])  # of its GPU since 200 s, at work until then
def test_what_a_run_did_until_its_process_ended_is_no_waste(watch, util, since):
    """A test without a word behind the last step, or nothing."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    monitor.metrics[1].stale_after_s = 300.0
    for at in range(0, 1700, 100):
        gpus = (tm.Gpu(0, "X", 90.0 if at < 200 else util if at <= 1500 else 0.0, 9.0, 10.0, 60.0, 300.0, 450.0),)
        one = tm.RunReading("7", where="x", pid=7, quiet_s=float(at), log_bytes=9 * (not at), fresh=not at, alive=at <= 1500,
                            progress=tm.Progress(progress=100.0, state="training"))
        probed(monitor, at, tm.Probe(gpus, runs=(one,)))
    assert monitor.metrics[1].log.state == "finished"
    assert monitor.fleet.waste(tm.Moment(NOW.mono + 1600, NOW.wall + 1600))[0].since_s == 1600 - since


def test_a_run_that_hung_until_it_was_killed_wasted_that_time(watch):
    monitor, _ = watch()
    said = [found.state for _, found in follow(monitor, Course((9000, 25, WORK), (3000, 0, HANG)))]
    assert said[-1] == "stalled"
    now = tm.Moment(NOW.mono + 12000, NOW.wall + 12000)
    one = tm.RunReading("/w/a.log", quiet_s=3000.0, alive=False, progress=tm.Progress(progress=25.0, state="training"))
    probed(monitor, 12000, tm.Probe(runs=(one,)))
    assert monitor.metrics[1].log.state == "failed"
    assert monitor.fleet.waste(now)[0].since_s == pytest.approx(3000, abs=60)


@pytest.mark.parametrize("age_s, made", [(0.0, 0), (3.3 * 3600, 0), (0.0, 10800), (3.3 * 3600, 10800)])
def test_epochs_of_hours_without_a_line_between_them_are_no_stall(watch, age_s, made):
    """Seen from the beginning, or in its second epoch; its log is made with it, or with the first line."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    gpus, told, monitor.metrics[1].stale_after_s = (tm.Gpu(0, "X", 90.0, 9.0, 10.0, 60.0, 300.0, 450.0),), {}, 900.0
    for at in range(0, 50000, 300):
        age = at + age_s
        done, news = min(int(age / 10800), 2), at == 0 or (0 <= age % 10800 < 300 and age < 30000)  # in the third it hangs
        log = tm.Progress(epoch=done, total_epochs=6, progress=done / 0.06, epochs_done=done, state="training", first=100 / 6) if done else tm.Progress()
        quiet_s = age - 10800.0 * done
        probed(monitor, at, tm.Probe(gpus, runs=(tm.RunReading(
            "7", where="x", pid=7, quiet_s=quiet_s, log_bytes=9 * news, fresh=at == 0, age_s=age, log_age_s=age - made, progress=log),) * (age >= made)))
        told[age] = tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + at, NOW.wall + at)).state
    stalled = [age for age, state in told.items() if state == "stalled"]
    assert stalled and 2 * 10800 + 2.4 * 10800 < stalled[0] < 2 * 10800 + 2.6 * 10800


def test_between_two_lines_of_long_epochs_the_end_comes_nearer(watch):
    """Seen first three quarters of an hour before the end of the third of three epochs, none of which has other lines."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    log = tm.Progress(epoch=2, total_epochs=3, progress=200 / 3, epochs_done=2, state="training", first=100 / 3)
    for at in (0, 600):
        run = tm.RunReading("7", where="x", quiet_s=8100.0 + at, log_bytes=not at, fresh=not at, age_s=29700.0 + at, progress=log)
        probed(monitor, at, tm.Probe((GPU,), runs=(run,)))
        assert tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + at, NOW.wall + at)).eta_s == pytest.approx(2700 - at)


@pytest.mark.parametrize("progress, after_s", [({}, 600), ({"progress": 0.0, "epoch": 1}, 600), ({"progress": 1.0}, 240), ({"loss": 2.0}, 240)])
def test_before_its_first_step_a_run_may_compile_and_load_for_longer(watch, progress, after_s):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at in range(0, 700, 20):
        log = tm.Progress(state="training", **progress)
        run = tm.RunReading("7", where="x", quiet_s=float(at), log_bytes=not at, fresh=not at, progress=log)
        probed(monitor, at, tm.Probe((GPU._replace(util=2.0, power=70.0),), runs=(run,)))
        now = tm.Moment(NOW.mono + at, NOW.wall + at)
        assert (tm.assess(monitor.metrics[1], now).state == "stalled") == (at >= after_s)


def test_a_long_start_that_nobody_saw_leaves_the_end_unsure():
    pace = tm.Pace((7200.0, 35.0))  # an hour of it tokenized
    for at in range(0, 3000, 20):
        pace.mark(float(at), 35 + at / 103)
        if pace.before[1] and pace.overhead() > 1.2:
            assert not pace.sure()
    assert pace.before[1] and pace.overhead() < 1.2
    for at in range(3000, 6000, 20):
        pace.mark(float(at), 35 + at / 103)
    assert pace.sure() and pace.end(5980.0) == pytest.approx(65 * 103, rel=0.03)


@pytest.mark.parametrize("states, happened", [
    (["training!", "failed: killed!"], ["1 run failed: its process ended at 40% without a word", "1 run failed: killed"]),
    (["failed: killed!", "failed: killed!"], ["1 run failed: killed"]),
    (["failed: Traceback", "training"], []), (["failed: Traceback", "failed: Traceback: E: x"], ["1 run failed: Traceback: E: x"]),
    (["failed: killed", "training", "failed: killed"], ["1 run failed: killed", "1 run goes on: it had failed", "1 run failed: killed"])])
def test_an_end_is_told_once_and_why_as_soon_as_it_is_known(watch, states, happened):
    """`!`: its process is gone."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at, said in enumerate(["training", *states]):
        state, _, reason = said.rstrip("!").partition(": ")
        progress = tm.Progress(progress=40.0, state=state, reason=reason)
        probed(monitor, at, tm.Probe(runs=(tm.RunReading("7", log_bytes=9, progress=progress, alive=not said.endswith("!")),)))
    assert [event for event in events_of(monitor) if "run" in event] == happened


def test_a_process_that_is_gone_has_ended(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    one = tm.RunReading("7", log_path="/w/a.log", log_bytes=9, progress=tm.Progress(progress=40.0, state="training"))
    probed(monitor, 1, tm.Probe(runs=(one, one._replace(key="8", progress=tm.Progress(progress=5.0, state="training")))))
    assert [run.key for run in monitor.metrics[1].runs] == ["7", "8"]
    probed(monitor, 11, tm.Probe(runs=(one._replace(alive=False), one._replace(key="8"))))
    assert events_of(monitor)[-1:] == ["1 run failed: its process ended at 40% without a word"]
    assert monitor.metrics[1].main.key == "8" and monitor.metrics[1].runs[0].ended_since == NOW.mono + 11
    assert [verdict.name for verdict in tm.verdicts(monitor.metrics[1], NOW)][:1] == ["failed"]  # though another goes on


@pytest.mark.parametrize("percent, before, told", [(98.0, "training", True), (99.75, "training", True), (None, "training", True), (None, "", False)])
def test_of_a_process_that_may_have_done_all_nobody_says_that_it_failed(watch, percent, before, told):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    one = tm.RunReading("7", name="a", log_path="/w/a.log", log_bytes=9, progress=tm.Progress(progress=percent, state=before))
    other = one._replace(key="8", name="b", progress=tm.Progress(progress=5.0, state="training"))
    probed(monitor, 1, tm.Probe(runs=(one, other)))
    probed(monitor, 11, tm.Probe(runs=(one._replace(alive=False), other)))
    m = monitor.metrics[1]
    assert m.runs[0].log.state == "ended" and m.runs[0].ended_since is not None and tm.verdicts(m, NOW) == []
    kinds = [event.kind for event in monitor.fleet.events]
    assert kinds.count("ended") == told and "failed" not in kinds
    at = "has ended" if percent is None else "ended at 98%" if percent == 98 else "ended at 99%"  # not all
    said = f"run a ended: its process {at}; its log does not say how"
    assert not told or (monitor.fleet.events[-1].others, monitor.fleet.events[-1].text) == (1, said)


@pytest.mark.parametrize("last, state", [
    ("Epoch 31/50 loss 0.31 val_loss 0.44", "failed"), ("Saving model to out/model.h5", "ended"), ("Test accuracy: 0.912", "ended"),
    ("fastest 3", "failed"), ("Test accuracy: 0.912\nroot@C:/w/run1# ", "ended"), ("saved model.pt\n(py) me@mac run %", "ended"),
    ("loss 0.3\n$ ", "failed"), ("saved model.pt\nEpoch 31: 100%", "failed")])
def test_a_run_whose_last_words_are_of_a_test_or_a_saved_model_did_not_fail(last, state):
    run = tm.RunMetrics()
    run.log = tm.Progress(progress=62.0, state="training")
    run.lines.extend((1, tm.LogLine(1, 0.0, line, 1, news=tm.news_of(line))) for line in last.split("\n"))
    assert run.end_without_a_word()[0] == state


def test_what_is_typed_below_the_end_of_a_run_does_not_make_it_fail_and_that_it_goes_on_is_said(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    run = tm.RunReading("7", log_path="/w/a.log", log_bytes=9, progress=tm.Progress(progress=62.0, state="training"))
    said = [tm.LogLine(n, 0.0, line, 1, news=tm.news_of(line)) for n, line in enumerate(("saved model.pt", "$ ls", "a.log"), 1)]
    dead, states, events = run._replace(alive=False), [], []
    for at, reading in enumerate((run, dead._replace(lines=tuple(said[:1])), dead._replace(lines=tuple(said[1:])), dead, run, run, dead)):
        probed(monitor, 1 + 10 * at, tm.Probe(runs=(reading,)))
        states.append(monitor.metrics[1].log.state)
        events.append(len(events_of(monitor)))
    assert states == ["training", "ended", "ended", "ended", "training", "training", "failed"] and events == [0, 1, 1, 1, 2, 2, 3]
    assert events_of(monitor) == ["1 run ended: its process ended at 62%; its log does not say how", "1 run goes on: it had ended",
                                  "1 run failed: its process ended at 62% without a word"]


@pytest.mark.parametrize("unread, states", [
    ((False, True, True, True), ["training", "ended", "ended", "ended"]),    # the terminal closed with what it was opened for
    ((False, False, True, True), ["training", "failed", "failed", "failed"]),  # its last words were read before
    ((True, True, True, False), ["training", "ended", "ended", "ended"])])
def test_how_a_run_ended_whose_output_went_with_it_is_not_known(watch, unread, states):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    run, seen = tm.RunReading("7", log_path="p", log_bytes=9, progress=tm.Progress(progress=62.0, state="training")), []
    for at, gone in enumerate(unread):
        probed(monitor, 1 + 10 * at, tm.Probe(runs=(run._replace(alive=not at, unread=gone),)))
        seen.append(monitor.metrics[1].log.state)
    assert seen == states and len(events_of(monitor)) == 1
    assert states[1] == "failed" or events_of(monitor) == ["1 run ended: its process ended at 62%, and its output went with it"]


@pytest.mark.parametrize("log, state", [
    ("".join(f"Epoch [{epoch}/5] loss 0.5\n" for epoch in range(5)), "ended"),
    ("".join(f"Epoch [{epoch}/5] loss 0.5\n" for epoch in range(4)), "failed"),
    ("".join(f"Epoch [{epoch}/5] loss 0.5\n" for epoch in range(1, 5)), "failed"),
    ("".join(f"Epoch [{at // 100}/5], Step [{at % 100}/100], Loss: 0.5\n" for at in range(0, 500, 20)), "ended"),
    ("".join(f"Epoch [{at // 100}/5], Step [{at % 100}/100], Loss: 0.5\n" for at in range(0, 480, 20)), "failed"),
    ("".join(f"Epoch [{at // 100}/5], Step [{at % 100}/100], Loss: 0.5\n" for at in range(0, 400, 20)), "failed"),
    ("".join(f"step {at}/1000 loss 0.5\n" for at in range(0, 1000, 100)), "ended"),  # 1000 is beyond
    ("".join(f"step {at}/1000 loss 0.5\n" for at in range(100, 1000, 100)), "failed"),  # 1000 would have been told
    ("".join(f"step {at}/1000 loss 0.5\n" for at in range(60, 1000, 60)), "ended"),  # 1020 not
    ("".join(f"step {at}/1000 loss 0.5\n" for at in (0, 300, 500, 800)), "failed"),  # who knows when the next is due
    ("".join(f"Epoch {epoch}/50 loss 0.5\n" for epoch in range(0, 50, 10)), "ended"),
    ("".join(f"train:  {at}%|x| {at}/100 [00:01<00:01, 9.0it/s]\n" for at in range(0, 100, 20)), "failed")])  # a bar tells all
def test_a_run_that_was_to_tell_no_more_may_have_done_all(log, state):
    run = tm.RunMetrics()
    run.log = read_log(log)
    assert run.end_without_a_word()[0] == state


@pytest.mark.parametrize("percent, state", [(100.0, "finished"), (40.0, "failed")])
def test_an_end_before_the_first_sight_is_shown_but_no_news(watch, percent, state):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    over = tm.RunReading("7", log_path="/w/a.log", log_bytes=9, alive=False, progress=tm.Progress(progress=percent, state="training"))
    probed(monitor, 1, tm.Probe(runs=(over,)))
    assert monitor.metrics[1].main.log.state == state and not [text for text in events_of(monitor) if "run" in text]


def test_a_wrong_file_clock_moves_neither_the_end_nor_a_stall(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for i in range(60):  # a line a minute, dated an hour ago
        probe = log_probe(progress=30 + i / 4, state="training", fresh=not i, first=0.0)
        probed(monitor, 60 * i, changed(probe, quiet_s=3600.0, gpus=(tm.Gpu(0, "X", 90.0, 9.0, 10.0, 60.0, 300.0, 450.0),)))
        found = tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + 60 * i, NOW.wall + 60 * i))
        assert found.state == "training" and (found.eta_s is None or 0.8 < found.eta_s / (240 * (70 - i / 4)) < 1.2)
    assert found.eta_s is not None


RESUMED = tuple(tm.LogTail().feed("Resuming from checkpoint step 21600\n", 0.0))


@pytest.mark.parametrize("reading, expected", [
    (tm.RunReading("a", pid=1, age_s=900.0, progress=tm.Progress(progress=30.0, first=1.0)), (900.0, 30.0)),
    (tm.RunReading("a", pid=1, age_s=900.0, progress=tm.Progress(progress=80.0, first=60.0), lines=RESUMED), (900.0, 20.0)),
    (tm.RunReading("a", pid=1, age_s=400.0, progress=tm.Progress(progress=30.0, first=1.0)), None),  # half of it may be a start
    (tm.RunReading("a", pid=1, age_s=900.0, progress=tm.Progress(progress=3.0, first=0.1)), None),  # likewise
    (tm.RunReading("a", pid=1, age_s=2100.0, progress=tm.Progress(progress=30.0, first=1.0, before_s=1200.0)), (900.0, 30.0)),  # a download
    (tm.RunReading("a", pid=1, age_s=1600.0, progress=tm.Progress(progress=30.0, first=1.0, before_s=1200.0)), None),  # too young without it
    (tm.RunReading("a", pid=1, age_s=900.0, log_age_s=700.0, progress=tm.Progress(progress=30.0, first=1.0)), None),  # written late?
    (tm.RunReading("a", age_s=900.0, progress=tm.Progress(progress=80.0, first=60.0)), None),  # emptied, not made anew
    (tm.RunReading("a", age_s=900.0, progress=tm.Progress(progress=80.0, first=1.0), lines=RESUMED), None),  # into the old log
    (tm.RunReading("a", pid=1, age_s=900.0, log_age_s=9000.0, progress=tm.Progress(progress=80.0, first=1.0)), None),  # likewise
    (tm.RunReading("a", pid=1, age_s=2000.0, log_age_s=500.0, progress=tm.Progress(progress=80.0, first=60.0)), (500.0, 20.0)),  # rotated
    (tm.RunReading("a", pid=1, age_s=900.0, log_bytes=tm.READ_FIRST, progress=tm.Progress(progress=90.0, first=50.0)), None),  # a part
    (tm.RunReading("a", pid=1, age_s=900.0, progress=tm.Progress(progress=30.0)), None),
    (tm.RunReading("a", age_s=900.0, log_bytes=9, progress=tm.Progress(progress=30.0, first=1.0)), (900.0, 30.0)),
    (tm.RunReading("a", age_s=900.0, log_bytes=tm.READ_FIRST, progress=tm.Progress(progress=30.0, first=20.0)), None),  # a part
    (tm.RunReading("a", age_s=9e5, log_bytes=9, progress=tm.Progress(progress=30.0, first=1.0),
                   lines=tuple(tm.LogTail().feed("Training started\nstep 1\nTraining started\n", 0.0))), None),
    (tm.RunReading("a", pid=1, age_s=900.0, progress=tm.Progress(progress=25.0, first=12.5, total_epochs=8.0)), (900.0, 25.0)),
    (tm.RunReading("a", pid=1, age_s=900.0, progress=tm.Progress(progress=37.5, first=25.0, total_epochs=8.0)), None),  # resumed?
    *((tm.RunReading("a", pid=1, age_s=900.0, progress=tm.Progress(epoch=epoch, progress=80.0, first=60.0, total_epochs=10.0), lines=RESUMED),
       (900.0, moved)) for epoch, moved in ((8.0, 30.0), (9.0, 20.0))),  # its first word was the end of an epoch, or its beginning
    (tm.RunReading("a", progress=tm.Progress(progress=50.0, elapsed_s=600.0, eta_s=590.0)), (600.0, 50.0)),
    (tm.RunReading("a", progress=tm.Progress(progress=50.0, elapsed_s=60.0, eta_s=590.0)), None),            # resumed
])
def test_what_is_known_of_the_time_before_the_first_sight(reading, expected):
    assert tm.prior_of(reading._replace(fresh=True)) == expected
    if reading.age_s:
        assert tm.prior_of(reading) is None  # the log goes on after an earlier run, of which this reading has nothing


def test_the_log_s_own_times_tell_the_pace_at_first_sight(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    past = tuple((1e6 + 100 * i + 500 * (i // 10), float(i)) for i in range(41))  # a pause after each tenth
    probed(monitor, 1, log_probe(progress=40.0, state="training", fresh=True, past=past))
    m = monitor.metrics[1]
    assert m.eta_s(tm.Moment(NOW.mono + 1, NOW.wall)) == pytest.approx(60 * 150, rel=0.1)
    assert m.main.longest_gap_s == 600 and "67% of the time at work" in tm.pace_words(m, tm.Moment(NOW.mono + 1, NOW.wall))


@pytest.mark.parametrize("at, stalls", [((17900.0, 18000.0), True), ((10000.0, 18000.0), False), ((18000.0,), False)])
def test_a_hang_that_is_first_seen_late_is_known_by_how_often_its_log_spoke(watch, at, stalls):
    """Three hours for 18,000 steps, and a line each 100 of them or each 8,000; then none for an hour on a busy GPU."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    log = log_probe(step=18000.0, total_steps=36000.0, progress=50.0, first=0.3, state="training", fresh=True)
    curves = tm.Curves(tuple((NOW.wall, step, 2.0) for step in at))
    for now in (1, 121):
        probed(monitor, now, changed(log, fresh=now == 1, log_bytes=10 * (now == 1), age_s=14400.0 + now, quiet_s=3600.0 + now,
                                     curves=curves, gpus=(GPU,)))
    assert (monitor.metrics[1].main.frame[1].state == "stalled") is stalls


def test_a_frame_assesses_each_run_once(monkeypatch):
    fleet, made, assess = tm.Fleet(), [], tm.assess
    for key in range(1, 7):
        fleet.metrics[key] = metrics(log=tm.Progress(progress=50.0, state="training"), pace=pace_to(50, 3600 * key),
                                     cost_per_hour=1.0, total_cost=2.0)
        fleet.metrics[key].instance_id = key
    fleet.listed, fleet.balance = NOW, 5.0
    monkeypatch.setattr(tm, "assess", lambda m, now, run=None: made.append(run) or assess(m, now, run))
    for screens in (("main",), ("main", "details")):
        del made[:]
        scene = tm.make_scene(fleet, tm.View(screens=screens, sort="eta", selected=1), NOW, 200, 50)
        text = "\n".join(map(tm.text_of, tm.render(scene)))
        assert ("1h00m" in text or "60m" in text) and len(made) == len(set(made)) == 6
    fleet.metrics[1].pace = pace_to(50, 600)  # the next frame shows what has changed since
    assert fleet.metrics[1].eta_s(tm.Moment(*NOW)) == pytest.approx(600, rel=0.1)


def test_what_a_run_says_before_it_trains_teaches_nothing_of_its_rests(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    told = {}
    for at in range(0, 3600, 30):  # ten minutes of words, then a line each 13 minutes
        moved = at < 600 or at % 780 == 0
        probe = log_probe(state="training" if at >= 600 else None, progress=at / 600 if at >= 780 else None)
        probe = changed(probe, log_bytes=10 * moved, quiet_s=0.0 if moved else float(at % 780), gpus=(GPU,))
        probed(monitor, at, probe)
        told[at] = tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + at, NOW.wall + at)).state
    assert "stalled" not in told.values() and monitor.metrics[1].main.longest_gap_s == 780


def marked(*parts, grain=100.0):
    """A pace that was fed parts (seconds, percent): work in steps of so many seconds, and pauses."""
    pace, at, percent = tm.Pace(), 0.0, 0.0
    pace.mark(at, percent)
    for seconds, gained in parts:
        steps = max(1, round(seconds / grain)) if gained else 0
        for i in range(1, steps + 1):
            pace.mark(at + i * seconds / steps, percent + i * gained / steps)
        at, percent = at + seconds, percent + gained
    return pace


def test_a_change_of_pace_is_seen_that_is_small_and_stays():
    steady = [(6000, 30)]
    assert marked(*steady, (500, 2.2)).rate() == pytest.approx(227, abs=2)
    assert marked(*steady, (100, 0.3), (500, 2.5)).rate() == pytest.approx(200, rel=0.05)  # a single one is none
    noise, sizes = random.Random(1), []
    rough = [(100, 0.5 * noise.uniform(0.7, 1.3)) for _ in range(160)]
    for i in range(40, 160, 5):
        sizes.append(marked(*rough[:i]).rate() / 200)
    assert min(sizes) > 0.9 and max(sizes) < 1.1  # noise is none either
    for lengths, left in (([900 + 45 * i for i in range(12)], sum(900 + 45 * i for i in range(12, 20))),  # ever longer epochs,
                          ([1800 - 45 * i for i in range(12)], sum(1800 - 45 * i for i in range(12, 20))),
                          ([900] * 4 + [1350] * 4 + [1800] * 4, 8 * 1800)):  # and such as became longer twice
        assert marked(*((length, 5) for length in lengths)).end(sum(lengths)) - sum(lengths) == pytest.approx(left, rel=0.03)
    rests = [*itertools.accumulate(2.5 - 1.5 * 0.82 ** i for i in range(13))]  # caches fill: it comes to rest
    assert tm.steady_change([(at, float(i)) for i, at in enumerate(rests)]) is None


def test_a_pace_that_turns_and_turns_is_judged_by_all_of_it():
    turns = [(3600, 20), (3600, 15.5)] * 3
    assert marked(*turns[:2]).rate() == pytest.approx(232, abs=2)
    assert marked(*turns[:5], (1800, 7.5)).rate() == pytest.approx(203, abs=5)


def test_pauses_of_any_length_are_expected_where_they_come():
    lengths = 300, 70, 180, 320, 90, 240, 130, 310, 200, 160
    for done in (3, 5, 8):
        pace = marked(*(part for length in lengths[:done] for part in ((1000, 10), (length, 0))), (500, 5))
        left = 500 + 1000 * (9 - done) + sum(lengths[done:])
        at = 1000 * done + sum(lengths[:done]) + 500
        assert pace.end(at) - at == pytest.approx(left, abs=300), done
    pace = marked(*[(1000, 10), (60, 0), (1000, 10), (60, 0), (1000, 10), (500, 0)] * 2, (1000, 10), grain=50.0)
    assert [kind.times for kind in pace.pauses] == [6, 4, 2]  # of two lengths, each of which comes evenly
    assert pace.end(9240) == pytest.approx(9240 + 3000 + 60 + 60 + 500, abs=100)


@pytest.mark.parametrize("total, until, caught_up, told", [
    (10, 10, False, True), (10, 3, False, False), (12, 10, False, False), (10, 10, True, False)])
def test_the_next_of_the_same_rounds_is_as_fast_as_the_one_before(watch, total, until, caught_up, told):
    """Folds or seeds of 10 epochs, 150 s each; not one of other epochs, nor after so little."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    epochs = [*range(2, until + 1), 1]
    for nth, epoch in enumerate(epochs):
        now = tm.Moment(NOW.mono + 150 * nth, NOW.wall + 150 * nth)
        monitor.metrics[1].probed = None if not nth else now.mono - 10
        last = nth == len(epochs) - 1
        probe = log_probe(epoch=epoch, total_epochs=total if last else 10, progress=10.0 * epoch, state="training", fresh=not nth)
        probed(monitor, 150 * nth, changed(probe, caught_up=caught_up and last))
    found = tm.assess(monitor.metrics[1], now)
    assert (found.eta_s is not None) is told and not found.sure
    assert not told or found.eta_s == pytest.approx(9 * 150, rel=0.02)


@pytest.mark.parametrize("before_s, first, every, left", [
    (1500, 35.0, 25.0, 2), (3000, 45.0, 50 / 3, 3),  # one or two such pauses before the first sight,
    (900, 35.0, 0.0, None), (0, 35.0, 0.0, None),    # or something else
    (1500, 20.0, 0.0, None)])                        # there would have been another one since
def test_the_first_pause_that_is_seen_may_explain_the_time_before(before_s, first, every, left):
    """100 s a percent, and 1,500 s after half of it."""
    pace, at = tm.Pace((100 * first + before_s, first)), 0.0
    for tenth in range(int(10 * first), 521):
        pace.mark(at, tenth / 10)
        at += 10 + 1500 * (tenth == 500)
    assert [kind.period(52.0) for kind in pace.pauses] == pytest.approx([every, every])
    end = pace.end(at - 10)
    assert left is None or (end is not None and end - at == pytest.approx(4800 + 1500 * left, rel=0.01))


def test_what_happens_while_nobody_looks_is_no_pause_that_comes_again():
    for unseen in (True, False):
        pace = marked((6000, 30))
        pace.mark(6000 + 3 * 3600, 40, unseen)
        for i in range(1, 31):
            pace.mark(6000 + 3 * 3600 + 100 * i, 40 + i / 2)
        assert (pace.overhead() == 1) is unseen


def test_a_pace_bears_any_places():
    for tiny in (1e-323, 1e-300, 1e-13):
        pace, at = tm.Pace(), 0.0
        for percent in (tiny, 2 * tiny, 3 * tiny, 5 * tiny, 20.0, 20.0 + 1e-13, 60.0, *(80 + i / 10 for i in range(9)), 90.0):
            at += 100.0
            pace.mark(at, percent, percent == 60.0)
            assert (pace.end(at) or at) >= at and pace.overhead() >= 1 and pace.margin() > 0
        pace.pause()
        pace.mark(at + 1, tiny)
        pace.mark(at + 3601, 50.0)
        assert pace.end(at + 3601) is None or pace.end(at + 3601) > at


def test_a_slow_first_step_delays_the_first_word_of_the_end_no_more_than_it_must():
    pace = marked((90, 1), (60, 7), (60, 7))
    assert pace.ready() and pace.rate() == pytest.approx(60 / 7, rel=0.01)
    pace = marked((2, 5), (58, 0.6), (60, 0.6), (60, 0.6))  # a quick one is no pace either, nor a pause what comes after it
    assert pace.ready() and pace.rate() == pytest.approx(100) and pace.overhead() == 1 and not pace.pauses


def test_lines_that_come_oftener_than_the_polls_leave_no_time_unseen(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at in (65, 125, 185):  # a line each ten seconds with its time in it, of a run of ten minutes
        past = tuple((1e6 + 10.0 * i, 10 * i / 6) for i in range(at // 10 + 1))
        log = log_probe(progress=past[-1][1], state="training", fresh=at == 65, past=past, stamp=past[-1][0])
        probed(monitor, at, changed(log, quiet_s=5.0))
        m = monitor.metrics[1]
    assert m.eta_s(tm.Moment(NOW.mono + at, NOW.wall + at)) == pytest.approx(600 - at, abs=5) and m.pace.intervals > 2


@pytest.mark.parametrize("clock, exact", [("elapsed_s", True), ("stamp", True), ("time of an epoch", False)])
def test_a_bar_that_is_drawn_in_an_evaluation_is_no_progress(watch, clock, exact):
    """The output grows all the time; when the run itself went on is known by the log's own clock, and by no other."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    course = Course(*((900, 9, WORK), (200, 0, EVAL)) * 11, grain=0.01)
    for at in range(7, 6007, 60):
        percent, wrote = course.line(at)
        times = {clock: float(int(wrote))} if exact else {"elapsed_s": 480.0 + at / 60}
        log = log_probe(progress=percent, state="training", fresh=at == 7, first=0.0, **times)
        probed(monitor, at, changed(log, quiet_s=1.0))
    lengths = monitor.metrics[1].pace.pauses[0].lengths
    assert (len(lengths) == 5 and max(abs(length - 200) for length in lengths) < 5) is exact
    assert 0.9 < monitor.metrics[1].eta_s(tm.Moment(NOW.mono + at, NOW.wall + at)) / (course.length - 200 - at) < 1.1


def test_a_clock_that_was_wrong_stays_so_over_an_outage(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at in range(0, 6000, 60):
        now = tm.Moment(NOW.mono + at, NOW.wall + at)
        if 3000 < at < 4000:
            monitor._apply(tm.Reading(1, None, 0.1, "ssh timeout", "timeout"), now)
        else:
            probed(monitor, at, changed(log_probe(progress=at / 100, state="training", fresh=not at), quiet_s=240.0))
    m = monitor.metrics[1]
    assert m.pace.overhead() == 1 and m.eta_s(now) == pytest.approx(4000, rel=0.02)


def test_an_instance_that_is_back_has_a_rough_end_until_its_run_tells_more(watch):
    monitor, _ = watch()
    seen = dict(follow(monitor, Course(*STEADY), stops=((12000, 20000),), until=20100))
    assert seen[19980].eta_s is None and seen[11970].sure and not seen[20010].sure
    assert seen[20010].eta_s == pytest.approx(24000, rel=0.02)


def test_an_instance_that_is_back_and_refuses_ssh_has_no_end(watch):
    """Its run was stopped with it: whether anybody began it again is not known until it is looked at."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at in range(1, 3000, 10):
        probed(monitor, at, log_probe(progress=at / 100, state="training", fresh=at == 1))
    listing(monitor, 3000, running(1, status="exited", watch=False))
    listing(monitor, 3060, running(1))
    monitor._apply(tm.Reading(1, None, 0.1, "ssh refused", "refused"), tm.Moment(NOW.mono + 3065, NOW.wall + 3065))
    m = monitor.metrics[1]
    assert m.eta_s(tm.Moment(NOW.mono + 3066, NOW.wall + 3066)) is None
    probed(monitor, 3070, log_probe(progress=30.0, state="training"))
    assert m.eta_s(tm.Moment(NOW.mono + 3071, NOW.wall + 3071)) is not None


def test_what_a_log_told_before_its_instance_stopped_says_how_fast_the_run_was(watch):
    monitor, _ = watch()
    listing(monitor, 0, tm.Row(1, "exited"))
    listing(monitor, 100, running(1))
    probed(monitor, 110, changed(log_probe(progress=40.0, state="training", fresh=True, first=0.0), age_s=9000.0, quiet_s=5000.0))
    found = tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + 110, NOW.wall + 110))
    assert found.eta_s == pytest.approx(6000) and not found.sure


def test_an_end_is_rough_while_only_one_long_pause_is_known():
    pace, sure = tm.Pace(), {}
    for i in range(200):
        pace.mark(30.0 * i + 1200 * (i > 80) + 1200 * (i > 160), i / 4)
        sure[i] = pace.sure()
    assert sure[80] and not any(sure[i] for i in range(83, 161)) and all(sure[i] for i in range(165, 200))
    short = tm.Pace()
    for i in range(200):
        short.mark(30.0 * i + 120 * (i > 80), i / 4)
    assert short.sure() and short.pauses[0].times == 1


def test_what_had_stalled_is_so_until_it_is_seen_to_go_on(watch):
    monitor, _ = watch()
    course = Course((6000, 50, WORK), (3000, 0, DEAD), (3000, 25, WORK))
    out = (6600, 6900), (7500, 7530)
    found = dict(follow(monitor, course, out=out))
    assert {found[t].state for t in found if 6300 < t < 9000} == {"stalled"} and all(found[t].stale for t in range(6600, 6900, 30))
    assert [found[t].eta_s for t in range(6600, 6900, 30)] == [None] * 10 and found[9090].state == "training"
    assert events_of(monitor).count("1 stalled: well again after 46m") == 1


def test_a_run_that_was_made_longer_has_another_pace(watch):
    """Ten epochs of five minutes, then from the last checkpoint on twenty."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    etas = {}
    for at in range(0, 6300, 30):
        total, epoch = (10, at // 300) if at < 3000 else (20, 10 + (at - 3000) // 300)
        log = tm.Progress(epoch=epoch, total_epochs=total, progress=100 * epoch / total, state="training", first=0.0)
        probed(monitor, at, tm.Probe((GPU,), runs=(tm.RunReading("7", where="x", quiet_s=at % 300, log_bytes=9, fresh=not at, progress=log),)))
        etas[at] = tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + at, NOW.wall + at)).eta_s
    assert etas[2400] == pytest.approx(600, abs=30)
    assert all(eta is None or eta == pytest.approx(6000 - at, abs=60) for at, eta in etas.items() if 3000 <= at < 5900)
    assert etas[4800] is not None


def test_a_slower_gpu_is_a_new_rate_at_once():
    pace = tm.Pace()
    for i in range(200):
        pace.mark(100.0 * i, i / 5)
    for i in range(1, 6):
        pace.mark(19900 + 400.0 * i, 39.8 + i / 5)
    assert pace.rate() == pytest.approx(2000) and pace.overhead() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("state, rests, told", [
    (None, True, {"gpu low": range(620, 800, 10)}),       # ten minutes of a start may idle, then three times
    (None, False, {}),                                    # the bar of a download
    ("training", True, {"stalled": range(240, 800, 10), "gpu low": range(260, 800, 10)}),  # a checkpoint of three minutes rings no bell
    ("training", False, {}),                              # it trains with little use of it
])
def test_an_idle_gpu_is_told_once_it_should_train_and_its_log_rests(watch, state, rests, told):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    m, idle = monitor.metrics[1], (tm.Gpu(0, "X", 1.0, 9.0, 10.0, 60.0, 30.0, 450.0),)
    found = {}
    for at in range(0, 800, 10):
        probe = log_probe(progress=20.0 if state else None, state=state, fresh=not at)
        quiet_s = float(at) if rests else 0.0
        probed(monitor, at, changed(probe, gpus=idle, quiet_s=quiet_s, log_bytes=10 * (not quiet_s)))
        for verdict in tm.verdicts(m, tm.Moment(NOW.mono + at, NOW.wall + at)):
            found.setdefault(verdict.name, []).append(at)
    assert found == {name: list(at) for name, at in told.items()}
    waste = monitor.fleet.waste(tm.Moment(NOW.mono + 790, NOW.wall + 790))
    assert [round(one.since_s) for one in waste] == [790] * (rests or not state)
    probed(monitor, 800, changed(log_probe(progress=21.0, state="training"), gpus=idle))
    now = tm.Moment(NOW.mono + 801, NOW.wall + 801)
    assert tm.verdicts(m, now) == [] == monitor.fleet.waste(now)


def test_what_a_stopped_instance_did_not_train_is_no_idle_time(watch):
    """It was outbid, and came back with the log of before and an idle GPU."""
    monitor, _ = watch()
    idle = (tm.Gpu(0, "X", 0.0, 9.0, 10.0, 60.0, 30.0, 450.0),)
    listing(monitor, 0, tm.Row(1, "exited"))
    listing(monitor, 9000, running(1))
    for at in range(9010, 9400, 10):
        probe = log_probe(progress=20.0, state="training", fresh=at == 9010)
        probed(monitor, at, changed(probe, gpus=idle, quiet_s=float(at), log_bytes=10 * (at == 9010)))
    waste, = monitor.fleet.waste(tm.Moment(NOW.mono + 9400, NOW.wall + 9400))
    assert (waste.what, waste.since_s) == ("idle", 400.0)


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next(far, monkeypatch):
    monkeypatch.setattr(tm, "SSH_ANSWER_S", 1.0)
    script, slow = far.folder / "nvidia-smi", far.folder / "slow"
    script.write_text(f"#!/bin/sh\n[ -e {slow} ] && sleep 2\ncat <<'E'\n{GPU_CSV}E\n")
    far.log.write_text("step 1/9 loss 2\n")
    assert far.poll().runs[0].progress.step == 1
    slow.touch()
    with pytest.raises(tm.SourceError, match="no answer in 1 s"):
        far.poll()
    assert far.session.shell.child is None
    slow.unlink()
    for step in (2, 3):
        with far.log.open("a") as log:
            log.write(f"step {step}/9 loss 2\n")
        assert far.poll().runs[0].progress.step == step


def test_a_driver_that_hangs_is_asked_once_a_poll(far, monkeypatch):
    monkeypatch.setattr(tm, "GPU_QUERY_S", 1)
    script = far.folder / "nvidia-smi"
    script.write_text(f'#!/bin/sh\necho "$1" >> {far.folder}/asked\nexec sleep 600\n')
    far.log.write_text("step 1/9 loss 2\n")
    probe = far.poll()
    assert probe.gpus == () and probe.runs[0].progress.step == 1
    assert (far.folder / "asked").read_text().count("\n") == 1


def test_gpus_that_no_longer_answer_have_no_figures(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1, gpus=1, gpu_util=50.0))
    m = monitor.metrics[1]
    for at, gpus in ((10, (GPU,)), (20, ()), (30, ())):
        probed(monitor, at, changed(log_probe(state="training", progress=9.0), gpus=gpus))
        assert (m.gpu_util, m.main.gpu_util) == (GPU.util, GPU.util)
    probed(monitor, 40, changed(log_probe(state="training", progress=9.0), gpus=()))
    assert (m.gpu_util, m.memory_util, m.main.gpu_util) == (None, None, None)
    listing(monitor, 45, running(1, gpus=1, gpu_util=50.0))
    probed(monitor, 50, changed(log_probe(state="training", progress=9.0), gpus=()))
    assert m.gpu_util == 50.0  # what the API has, for want of better


def test_rules_are_told_as_events_once_each(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1, gpus=2))
    for at in range(0, 400, 10):
        probed(monitor, at, tm.Probe(gpus=(GPU,) if 100 <= at < 200 else (GPU, GPU._replace(number=1))))
    assert events_of(monitor) == ["1 1 of 2 GPUs answer", "1 gpus: well again after 1m"]


def test_no_gpu_answers_any_more(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1, gpus=2))
    for at in range(0, 60, 10):
        probed(monitor, at, tm.Probe(gpus=() if at else (GPU, GPU._replace(number=1))))
    assert events_of(monitor) == ["1 0 of 2 GPUs answer"]


@pytest.mark.parametrize("gpus, told", [((), 240), ((GPU._replace(util=97.0),), None), ((GPU._replace(util=100.0),), 110)])
def test_a_run_that_rests_is_stalled_soon_when_no_gpu_answers_any_more_or_stands_at_full_use(watch, gpus, told):
    monitor, _ = watch()
    listing(monitor, 0, running(1, gpus=1))
    stalled = None
    for at in range(0, 1500, 10):
        probe = changed(log_probe(progress=5.0 + min(at, 600) / 100, state="training", fresh=not at), log_bytes=9 * (at <= 600),
                        quiet_s=max(0.0, at - 600.0), gpus=(GPU._replace(util=90.0),) if at <= 600 else gpus)
        probed(monitor, at, probe)
        if stalled is None and "stalled" in monitor.metrics[1].alarms:
            stalled = at - 600
    assert stalled == (told and told + 10)


def test_a_run_that_is_suspended_is_stalled_at_once_until_it_goes_on(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at, suspended in ((0, False), (10, True), (20, False)):
        probed(monitor, at, changed(log_probe(progress=5.0, state="training", fresh=not at), suspended=suspended, pid=7))
        found = tm.assess(monitor.metrics[1], tm.Moment(NOW.mono + at, NOW.wall + at))
        assert (found.state, "fg" in found.reason) == (("stalled", True) if suspended else ("training", False))


def test_what_was_wrong_at_the_first_sight_is_no_event(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at in range(0, 300, 10):
        probed(monitor, at, log_probe(progress=5.0, state="training", loss=1.0 if at > 100 else math.nan, step=at))
        assert monitor.metrics[1].alarms["not finite"].on is (at < 100 + tm.CALM_S)
    assert events_of(monitor) == []  # nor is it one that it is over


def test_an_outage_ends_no_alarm_and_a_stop_drops_it(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at in (0, 10):
        probed(monitor, at, log_probe(progress=5.0, state="training", loss=math.nan if at else 1.0, step=at))
    for at in range(20, 600, 10):
        monitor._apply(tm.Reading(1, None, error="ssh timeout", short="x"), tm.Moment(NOW.mono + at, NOW.wall + at))
    assert [event.kind for event in monitor.fleet.events] == ["alert"]
    listing(monitor, 600, running(1, status="exited", watch=False))
    listing(monitor, 900, running(1, status="exited", watch=False))
    assert [event.kind for event in monitor.fleet.events] == ["alert", "exited"]


def test_the_budget_is_told_once(watch):
    monitor, _ = watch()
    monitor.fleet.budget = 0.1
    for at in range(0, 600, 10):  # $1.20 an hour
        listing(monitor, at, running(1))
    assert events_of(monitor) == ["budget: $0.08 of $0.10 spent, all of it by 14:08",
                                  "budget of $0.10 is spent: $0.10 so far, $1.20/hr goes on", "budget: well again after 50s"]


@pytest.mark.parametrize("line, news", [
    ("Saving model checkpoint to ./out/checkpoint-500", "saved"), ("saved checkpoint to out/ckpt.pt", "saved"),
    ("Epoch 3: model weights written to best.pth", "saved"), ("Wrote snapshot 9", "saved"), ("Writing a.safetensors", "saved"),
    ("Checkpoints will be saved to ./out", ""), ("Saving checkpoints every 500 steps", ""), ("Saved 120 images", ""),
    ("failed to save the model", ""), ("the checkpoint of step 100", ""), ("step 100/500 loss 2.1", ""),
    ("Resuming from checkpoint-100", "resumed"), ("Resumed at step 9", "resumed"), ("Continuing from step 9", "resumed"),
    ("=> loaded checkpoint 'ckpt.pth.tar' (epoch 10)", "resumed"), ("Loaded checkpoint shards (2)", ""),
    ("Restored all states from the checkpoint", "resumed"), ("***** Running training *****", "begun"), ("Start training", "begun"),
    ("training...", "begun"), ("Training has started", "begun"), ("train loss 0.5", ""), ("Training the model", ""),
    *((f"{word} saving the model", "") for word in (
        "will", "would", "can", "no", "not", "if", "when", "until", "every", "skip", "skipped", "fail", "failed", "error")),
    *((f"Saved {what}", "saved") for what in ("checkpoint 9", "a.ckpt", "model", "weights", "a.pt", "a.pth")),
    *((line, "resumed") for line in ("Continuing the training from 9", "Continuing run from 9", "Restoring state")),
    *((line, "begun") for line in (
        "Started training", "Starting the training", "Start model training", "Begin training", "Beginning training", "Training begins", "Training started"))])
def test_words_of_news(line, news):
    assert tm.news_of(line) == news


def test_a_checkpoint_is_known_by_the_log_s_words_or_by_its_file(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    run = tm.RunReading("7", log_path="/w/a.log", quiet_s=0.0, log_bytes=9)
    for at, words, saved_s in ((0, "Saving model checkpoint to a", None), (10, "step 2", None), (20, "step 3", 15.0),
                               (30, "Saving model checkpoint to b", 25.0), (40, "step 5", 35.0)):
        lines = (tm.LogLine(at, 0.0, words, 1, news=tm.news_of(words)),)
        told = run._replace(fresh=not at, lines=lines, saved_s=saved_s, progress=tm.Progress(progress=10.0 + at, state="training"))
        probed(monitor, at, tm.Probe(runs=(told,)))
        if at == 10:
            assert monitor.metrics[1].main.saved is None  # nobody knows when that was
    assert monitor.metrics[1].main.saved == NOW.mono + 30


@pytest.mark.parametrize("stopped", [False, True])
def test_what_a_resumed_run_does_again_is_told(watch, stopped):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    run = tm.RunReading("7", log_path="/w/a.log", quiet_s=0.0, log_bytes=9)
    for at in range(0, 1200, 60):
        step = 2000 + at if at < 900 else 1700 + at
        lines = (tm.LogLine(at, 0.0, "a line", 1, news="resumed" if at == 840 else ""),)  # a little earlier
        progress = tm.Progress(step=step, total_steps=10000.0, progress=step / 100, state="training")
        if stopped and at == 840:
            listing(monitor, at, running(1, status="exited", watch=False))
            listing(monitor, at, running(1))
        probed(monitor, at, tm.Probe(runs=(run._replace(fresh=not at, lines=lines, progress=progress),)))
    assert events_of(monitor)[-1] == "1 resumed at 2,600: 240 steps, $0.08 lost"
    assert monitor.metrics[1].main.resumed in events_of(monitor)[-1]


def test_pauses_on_an_idle_gpu_are_learned_and_are_no_waste(watch):
    monitor, _ = watch()
    saves = Course(*((1500, 10, WORK), (200, 0, (2.0, 80.0)), (1500, 10, WORK), (560, 0, (2.0, 80.0))) * 5)
    told = [t for t, found in follow(monitor, saves) if found.state == "stalled"]
    assert told and max(told) < 4000  # the first of nine minutes, but none after it
    monitor, _ = watch()
    for t, _ in follow(monitor, Course((1500, 10, WORK), (130, 0, DEAD), (1500, 10, WORK), (130, 0, DEAD), (60, 1, WORK))):
        assert not monitor.fleet.waste(tm.Moment(NOW.mono + t, NOW.wall + t))  # not even the first


def test_waste_is_counted_by_the_rate_of_each_part_and_never_from_before_the_contract(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1, start=NOW.wall - 1000))
    probe = log_probe(progress=100.0, state="failed", fresh=True, reason="killed")
    probed(monitor, 1, changed(probe, quiet_s=1e9))
    listing(monitor, 1800, running(1, start=NOW.wall - 1000, running_rate=0.6))
    waste = monitor.fleet.waste(tm.Moment(NOW.mono + 3600, NOW.wall + 3600))
    assert [w.what for w in waste] == ["failed"] and waste[0].dollars == pytest.approx(
        (1.2 * 1900 + 0.6 * 2700) / 3600, abs=0.01)  # the price changed in the middle


def test_a_blip_of_use_ends_no_idle_time(watch):
    monitor, _ = watch()
    blips = [part for _ in range(9) for part in ((270, 0, DEAD), (30, 0, WORK))]
    told = [t for t, found in follow(monitor, Course((3000, 10, WORK), *blips)) if found.state == "stalled"]
    assert told and told[-1] - told[0] >= 2000 and len(told) > 60


def test_when_a_log_was_written_is_told_by_its_file():
    """However late it is read, as after an outage: what was written when makes the pace."""
    output = tm.FileOutput(tm.file_spot("/x.log"))
    for start, quiet_s, fresh in ((0, 30, " fresh"), (9, 700, "")):
        output.take([tm.Block(f"7 {start} 9 {quiet_s} 900{fresh}".split(), b"step 1/9\nstep 2/9\n")])
        assert output.report().quiet_s == pytest.approx(quiet_s, abs=1)
    assert time.monotonic() - output.grew < 60  # it lives


def test_what_is_caught_up_with_is_no_event(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    probed(monitor, 1, log_probe(epochs_done=2, progress=20.0, state="training", fresh=True))
    probed(monitor, 2, changed(log_probe(epochs_done=4, progress=40.0, state="training"), caught_up=True))
    assert events_of(monitor) == []


def test_first_and_last_epochs_are_events_each_once(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    probed(monitor, 1, log_probe(fresh=True))
    probed(monitor, 2, log_probe(epoch=1, total_epochs=3, epochs_done=1, progress=33.0, state="training"))  # at its end
    probed(monitor, 3, log_probe(epoch=3, total_epochs=3, epochs_done=2, progress=70.0, state="training"))
    done = changed(log_probe(epoch=3, total_epochs=3, epochs_done=2, progress=100.0, state="finished"), log_bytes=0)
    for at in (4, 65):  # the last epoch's end has no line but that of the run
        probed(monitor, at, changed(done, quiet_s=at - 4))
    assert events_of(monitor) == [*(f"1 epoch {i}/3 completed" for i in (1, 2, 3)), "1 run finished"]


def test_of_epochs_of_seconds_one_a_minute_is_told_and_the_last(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    for at in range(500):
        probed(monitor, at * 2, log_probe(epoch=at, total_epochs=499, epochs_done=at, progress=at / 5, state="training", fresh=not at))
    told = [int(said.split()[2].split("/")[0]) for said in events_of(monitor)]
    assert told[:5] == [1, 2, 3, 4, 5] and told[-1] == 499 and len(told) < tm.EPOCHS_SAVED + 1000 / tm.EPOCH_EVERY_S + 5


def test_an_epoch_is_told_with_the_loss_that_it_ended_with(watch):
    """Not that of the next, whose first lines came with its last."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    log = "".join(f"Epoch {at // 10} step {at % 10}/10 loss 0.{at}\n" for at in range(10, 100))
    for now, lines in enumerate((5, 12, 35, 55, 90), 1):
        reader = tm.LogReader()
        reader.feed("".join(log.splitlines(keepends=True)[:lines]))
        probed(monitor, now, tm.Probe(runs=(tm.RunReading("1", log_path="/w/a.log", log_bytes=9, progress=reader.progress()),)))
    assert events_of(monitor) == [f"1 epoch {epoch} completed{loss}" for epoch, loss in (
        (1, ", loss 0.1900"), (2, ", loss 0.2900"), (3, ", loss 0.3900"), *((epoch, f", loss 0.{epoch}900") for epoch in range(4, 10)))]
    assert sorted(reader.progress().ended_with) == [4, 5, 6, 7, 8]


def test_a_run_that_failed_between_two_looks_is_news(watch):
    """Unlike one that had failed before its instance was first looked at."""
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    one = tm.RunReading("1", log_path="/w/a.log", log_bytes=9, alive=False, progress=tm.Progress(progress=40.0, state="failed", reason="OOM"))
    probed(monitor, 1, tm.Probe(runs=(one,)))
    assert events_of(monitor) == []
    probed(monitor, 71, tm.Probe(runs=(one._replace(key="2", log_path="/w/b.log"),)))
    assert events_of(monitor) == ["1 new log /w/b.log", "1 run failed: OOM"]
    done = one._replace(key="3", log_path="/w/c.log", progress=tm.Progress(progress=100.0, state="finished"))
    probed(monitor, 171, tm.Probe(runs=(done,)))  # a copy of an old log, perhaps: nobody shall stop an instance for it
    probed(monitor, 271, tm.Probe(runs=(one._replace(key="4", log_path="/w/d.log", alive=True),)))  # begun in an old log
    part = one._replace(key="5", log_path="/w/e.log", progress=tm.Progress(progress=40.0, state="training"))
    probed(monitor, 571, tm.Probe(runs=(part,)))
    assert events_of(monitor)[2:] == ["1 new log /w/c.log", "1 new log /w/d.log", "1 new log /w/e.log"]


def test_a_new_log_is_said_and_begins_a_new_pace(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    probed(monitor, 1, log_probe(progress=90.0, state="training", fresh=True))
    probed(monitor, 2, changed(log_probe(progress=1.0, state="training", fresh=True), log_path="/w/run2/training.log"))
    assert events_of(monitor) == ["1 new log /w/run2/training.log"] and monitor.metrics[1].pace.last[1] == 1.0


def test_refresh_during_a_refresh_starts_no_second_one(watch):
    monitor, source = watch(running(1))
    source.gate.clear()
    monitor.step()
    wait_until(lambda: "listing" in source.asked)
    for _ in range(5):
        monitor.refresh()
        monitor.step()
    source.gate.set()
    wait_until(lambda: monitor.step() or monitor.fleet.listed)
    assert source.asked.count("listing") == 1


def test_pause_stops_polling_but_takes_what_is_under_way(watch):
    monitor, source = watch(running(1))
    source.gate.clear()
    monitor.step()
    wait_until(lambda: "listing" in source.asked)
    monitor.pause(True)
    source.gate.set()
    wait_until(lambda: monitor.step() or monitor.fleet.listed)
    for task in monitor.tasks.values():
        task.due = 0.0
    monitor.step(wait_s=0.2)
    assert source.asked.count("listing") == 1 and 1 not in source.asked
    monitor.pause(False)
    wait_until(lambda: monitor.step() or 1 in source.asked)


def test_one_bad_answer_does_not_end_a_worker(watch):
    monitor, source = watch(running(1), running(2))
    source.probes[1] = ZeroDivisionError("odd")
    monitor.update_all_metrics()
    assert monitor.metrics[1].trouble.startswith("internal error in line") and monitor.metrics[2].probed is not None


def test_back_off_grows_with_jitter_and_is_bounded():
    task, waits, now = tm.Task(0.0, 10.0, 300.0, None, None), [], 1000.0
    while now < 5000.0:
        task.started = now
        task.schedule(now + 2, failed=True)
        waits.append(task.due - now - 2)
        now = task.due
    assert waits[:12] == [8.0] * 12  # a fault of two minutes is asked each interval
    assert 15 <= waits[12] <= 20 and 30 <= waits[13] <= 40
    late = [wait for wait in waits if wait > 200]
    assert all(225 <= wait <= 300 for wait in late) and len(set(late)) == len(late) > 3
    task.started = 6000.0
    task.schedule(6003.0, failed=False)
    assert (task.due, task.failing_since) == (6010.0, None)
    task.schedule(6050.0, failed=False)
    assert task.due == 6050.0  # late: at once, and only once


def test_what_failed_together_is_asked_together_when_the_first_is_back(watch):
    monitor, _ = watch(running(1), running(2), running(3))
    monitor.update_all_metrics()
    tasks = monitor.tasks
    for key, since in ((1, 1000.0), (2, 1010.0), (3, 500.0)):  # a network that broke, and a host that was dead before
        tasks[key].failing_since, tasks[key].started, tasks[key].due = since, 1300.0, 9000.0
        tasks[key].running = True
    monitor._apply(tm.Reading(1, tm.Probe()), tm.Moment(1400.0, NOW.wall))
    assert [tasks[key].due for key in (2, 3)] == [1400.0, 9000.0]


def test_a_system_without_threads_is_said_and_survived(watch, monkeypatch):
    monitor, _ = watch(running(1))
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda self: (_ for _ in ()).throw(RuntimeError("can't start new thread")))
    monitor.step()
    assert "no more threads" in monitor.fleet.trouble and monitor.workers == 0
    monkeypatch.setattr(threading.Thread, "start", start)
    monitor.update_all_metrics()
    assert monitor.metrics[1].probed is not None and monitor.fleet.trouble == ""


def test_hosts_that_hang_do_not_keep_the_listing_waiting(watch, monkeypatch):
    monkeypatch.setattr(tm, "WORKERS_MAX", 3)
    monitor, source = watch(*(running(i) for i in range(1, 9)))
    hang = threading.Event()
    source.probe = lambda row: hang.wait(WAIT_S)
    wait_until(lambda: monitor.step(0.05) and monitor.fleet.listed, "the first listing")
    monitor.step()
    first = monitor.fleet.listed
    monitor.refresh()
    wait_until(lambda: monitor.step(0.05) and monitor.fleet.listed is not first, "another listing")
    hang.set()


def test_the_journal_tells_events_and_each_change_of_a_reason(watch):
    monitor, source = watch(running(1))
    stream = io.StringIO()
    monitor.journal = tm.Journal(stream, "INFO")
    sinks = tm.Sinks(monitor)
    def told():
        sinks.step()
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return [line.partition(" - training_monitor - ")[2] for line in text.splitlines()]
    monitor.update_all_metrics()
    assert told() == []
    rows, source.rows = source.rows, tm.SourceError("vastai gave no answer in 10 s")
    for error in ("vastai gave no answer in 10 s", "vastai gave no answer in 10 s", "the vast.ai API is down (502)"):
        source.rows = tm.SourceError(error)
        monitor.update_all_metrics()
    assert told() == ["WARNING - listing failed: vastai gave no answer in 10 s", "WARNING - listing failed: the vast.ai API is down (502)",
                      "ERROR - API lost: vastai gave no answer in 10 s"]
    source.rows = rows
    source.probes[1] = tm.SourceError("ssh refused at x", "ssh refused")
    monitor.update_all_metrics()
    assert sorted(line[:24] for line in told()) == ["INFO - API back", "WARNING - API back after", "WARNING - instance 1: ss"]
    del source.probes[1]
    monitor.update_all_metrics()
    assert told() == ["WARNING - instance 1 answers over ssh again"]


def test_a_failure_is_told_with_its_reason_which_comes_last(watch):
    monitor, source = watch(running(1))
    source.probes[1] = log_probe("step 5", step=5, state="training")
    monitor.update_all_metrics()
    source.probes[1] = log_probe("Traceback (most recent call last):", step=5, state="failed", reason=tm.TRACEBACK)
    monitor.update_all_metrics()
    assert events_of(monitor) == [] and monitor.metrics[1].health_status() == "error"
    source.probes[1] = log_probe("KeyError: 'x'", step=5, state="failed", reason="Traceback: KeyError: 'x'")
    monitor.update_all_metrics()
    monitor.update_all_metrics()
    assert events_of(monitor) == ["1 run failed: Traceback: KeyError: 'x'"]


def test_a_failure_whose_reason_never_comes_is_told_without(watch):
    monitor, source = watch(running(1))
    source.probes[1] = log_probe("step 5", step=5, state="training")
    monitor.update_all_metrics()
    source.probes[1] = log_probe("Traceback (most recent call last):", step=5, state="failed", reason=tm.TRACEBACK)
    monitor.update_all_metrics()
    source.probes[1] = changed(source.probes[1], log_bytes=0, lines=())
    monitor.update_all_metrics()
    assert events_of(monitor) == ["1 run failed: Traceback"]


def test_no_two_runs_of_an_instance_are_called_alike(watch):
    monitor, source = watch(running(1))
    first = log_probe(step=5).runs[0]
    def names(*given):
        source.probes[1] = tm.Probe(runs=tuple(first._replace(key=f"k{i}", name=name) for i, name in enumerate(given)))
        monitor.update_all_metrics()
        return [one["run"] for one in json.loads(tm.json_block(plain_scene(monitor.fleet), ()))["instances"][0]["runs"]]
    assert sorted(names("sweep", "sweep", "sweep")) == ["sweep", "sweep 2", "sweep 3"]
    assert sorted(names("sweep", "sweep", "sweep")) == ["sweep", "sweep 2", "sweep 3"]  # nor do they change places
    assert [run.name for run in monitor.metrics[1].runs] == ["sweep", "sweep 2", "sweep 3"]
    names("", "", "other")
    assert [run.name for run in monitor.metrics[1].runs] == ["", "run 2", "other"]
    names("run", "a", "other")
    names("run", "", "other")  # outputs call one without a name "run"
    assert [run.name for run in monitor.metrics[1].runs] == ["run", "run 2", "other"]


def test_money_is_that_of_the_whole_account_whatever_is_shown(watch, monkeypatch):
    monitor, source = watch(running(1), running(2), running(3), ids=[1])
    source.money = tm.Account(3.6, False)
    monitor.update_all_metrics()
    fleet = monitor.fleet
    assert list(fleet.metrics) == [1] and fleet.burn() == 1.2
    now = tm.Moment(*fleet.listed)
    assert fleet.runway_s(now) == pytest.approx(3600, abs=WAIT_S)
    assert fleet.part({}).runway_s(now) == fleet.runway_s(now)
    later = now._replace(mono=now.mono + 1800)  # nothing was read since, and half of it is gone
    assert fleet.runway_s(later) == pytest.approx(fleet.runway_s(now) - 1800)
    monkeypatch.setattr(tm.time, "monotonic", lambda: later.mono)
    assert fleet.runway_s() == pytest.approx(fleet.runway_s(later))  # as of now, not of the last reading
    monkeypatch.undo()


def test_lines_that_made_room_for_others_are_kept_nowhere(watch, monkeypatch):
    monkeypatch.setattr(tm, "LOG_LINES", 2)
    monitor, source = watch(running(1))
    source.probes[1] = log_probe(*(f"line {i}" for i in range(9)))
    monitor.update_all_metrics()
    (run,) = monitor.metrics[1].runs
    assert [line.text for _, line in run.lines] == ["line 7", "line 8"] and run.reading.lines == ()


def test_workers_end_with_their_monitor(watch):
    before = set(threading.enumerate())
    monitor, _ = watch(running(1), running(2))
    monitor.update_all_metrics()
    workers = set(threading.enumerate()) - before
    assert len(workers) > 1
    monitor.close()
    wait_until(lambda: not any(worker.is_alive() for worker in workers), "the end of the workers")


def test_workers_are_bounded(watch, monkeypatch):
    monkeypatch.setattr(tm, "WORKERS_MAX", 4)
    monkeypatch.setattr(tm, "START_GAP_S", 0.0)
    monitor, _ = watch(*(running(i) for i in range(1, 60)))
    monitor.update_all_metrics()
    assert monitor.workers <= 4 and all(m.probed is not None for m in monitor.metrics.values())


def test_first_connections_are_spread(watch):
    monitor, _ = watch()
    listing(monitor, 0, *(running(i) for i in range(1, 60)))
    dues = sorted(task.due for key, task in monitor.tasks.items() if isinstance(key, int))
    assert [after - before for before, after in zip(dues, dues[1:])] == pytest.approx([tm.START_GAP_S] * 58)


def test_journal_lines_have_the_form_of_logging(tmp_path):
    path = tmp_path / "log"
    with path.open("w") as stream:
        journal = tm.Journal(stream)
        journal.say("WARNING", "text")
        journal.say("DEBUG", "not wanted")
    tm.Journal(stream).say("WARNING", "a closed stream ends nothing")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - training_monitor - WARNING - text\n", path.read_text())


def test_what_is_gone_with_the_status(watch):
    monitor, source = watch(running(1, gpu_util=1.0))
    source.probes[1] = tm.SourceError("ssh refused", "ssh refused")
    monitor.update_all_metrics()
    m = monitor.metrics[1]
    m.idle_since = 1.0
    source.rows = (tm.Row(1, "exited", storage_rate=0.02),)
    monitor.update_all_metrics()
    assert (m.trouble, m.idle_since) == ("", None)
    assert [waste.what for waste in monitor.fleet.waste(tm.Moment.now())] == ["exited, storage"]


def test_events_and_caches_are_bounded(watch):
    monitor, _ = watch(running(1))
    for i in range(tm.EVENTS_MAX + 50):
        monitor._happened("epoch", 1, str(i), "good", NOW)
    assert len(monitor.fleet.events) == tm.EVENTS_MAX
    reader = tm.LogReader()
    for i in range(3 * tm.PLANS_MAX):
        reader.feed("loss " + "".join(chr(97 + int(digit)) for digit in str(i)) + " 5\n")
    assert len(reader.memory.plans) <= tm.PLANS_MAX and len(reader.memory.masks) <= tm.PLANS_MAX


# ---- Render ----------------------------------------------------------------------------------


def drawn_instance(instance_id, status, label, gpu, rate, total, **fields):
    row = tm.Row(
        instance_id, status, label=label, gpu=gpu, running_rate=rate, storage_rate=0.02, watch=status == "running"
    )
    m = metrics(
        status,
        instance_id=instance_id,
        gpu_type=gpu,
        row=row,
        total_cost=total,
        cost_estimated=False,
        cost_per_hour=rate if status == "running" else 0.02 if status == "exited" else 0.0,
    )
    for name, value in fields.items():
        setattr(m, name, value)
    m.main.idle_since = m.idle_since
    m.epoch, m.total_epochs, m.step, m.total_steps, m.loss = m.log[:5]
    if status not in ("running", "exited"):
        m.probed = None
    return m


def drawn_fleet():
    """Six instances: well, idle, finished, loading, failed, new."""
    fleet = tm.Fleet()
    log, ago = tm.Progress, lambda seconds: NOW.mono - seconds
    for m in (
        drawn_instance(
            31845210,
            "running",
            "llama-ft",
            "2xRTX 4090",
            0.812,
            9.41,
            gpu_util=94.0,
            memory_util=84.0,
            gpu_temp=71.0,
            log=log(14, 20, 3410, 4800, 1.8342, progress=69.3, state="training"),
            grew=ago(9),
            pace=pace_to(69.3, 17190),
        ),
        drawn_instance(
            31845377,
            "running",
            "vit-b",
            "A100 80GB",
            1.104,
            6.03,
            gpu_util=0.0,
            memory_util=61.0,
            gpu_temp=34.0,
            log=log(38, 100, 190, 500, 0.4127, progress=38.0, state="training"),
            grew=ago(1320),
            idle_since=ago(1320),
            status_since=None,
        ),
        drawn_instance(
            31845802,
            "running",
            "sdxl-lora",
            "RTX 4090",
            0.406,
            3.25,
            gpu_util=0.0,
            memory_util=3.0,
            gpu_temp=31.0,
            log=log(10, 10, loss=0.0871, progress=100.0, state="finished"),
            grew=ago(1500),
            ended_since=ago(1500),
        ),
        drawn_instance(31846002, "loading", "llama-70b", "8xH100 SXM", 12.80, 0.0),
        drawn_instance(
            31846119,
            "exited",
            "probe",
            "RTX 3090",
            0.22,
            0.88,
            status_since=ago(540),
            log=log(3, 10, loss=2.911, progress=30.0, state="failed", reason="CUDA out of memory"),
        ),
        drawn_instance(31846200, "created", "eval", "2xA6000", 0.74, 0.0, status_since=ago(40)),
    ):
        fleet.metrics[m.instance_id] = m
    for instance_id, at, text in (
        (31845210, -3000, "epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved"),
        (31845802, -1500, "training finished in 7:58:12, best val loss 0.0871 @ epoch 9"),
        (31845377, -1354, "epoch 38/100 step 190/500 loss=0.4127"),
        (31846119, -540, "Traceback (most recent call last):"),
        (31846119, -540, "torch.cuda.OutOfMemoryError: tried to allocate 2.00 GiB (GPU 0; 23.69 GiB)"),
        (31845210, -9, "epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s"),
    ):
        m = fleet.metrics[instance_id]
        number = m.lines[-1][1].number + 1 if m.lines else 1
        fleet.arrival = m.add_lines(
            [tm.LogLine(number, NOW.wall + at, text, 250 if "38/100" in text else 1)], fleet.arrival
        )
    first = fleet.metrics[31845210]
    first.gpus = tuple(tm.Gpu(i, "RTX 4090", 97.0 - i, 20600.0 - 250 * i, 24564.0, 71.0 - 2 * i, 412.0 - 7 * i, 450.0)
                       for i in range(2))
    first.curves = tm.Curves(
        tuple((NOW.wall, step, 1.7 + 3.3 / (1 + step / 7000) + 0.03 * math.sin(step / 900)) for step in range(0, 65810, 100)),
        tuple((NOW.wall, 4800 * epoch, 1.8 + 3.3 / (1 + epoch / 1.5)) for epoch in range(1, 14)))
    first.log = first.log._replace(val_loss=1.901, learning_rate=2.1e-4, rate=412.0, rate_unit="tokens/s",
                                   metrics={"grad_norm": 1.25, "mfu": 45.6}, epochs_done=13)
    first.row = first.row._replace(place="Sweden, SE", image="pytorch/pytorch:2.5", reliability=0.998, host="4711",
                                   end=NOW.wall + 5 * 86400 + 60, addresses=(tm.Address("203.0.113.7", 40022),))
    first.address, first.connected, first.log_path = tm.Address("203.0.113.7", 40022), ago(4000), "/workspace/output/llama/training.log"
    first.runtime_seconds, first.disk_util = 41700.0, 31.0
    fleet.metrics[31845377].curves = tm.Curves(tuple((NOW.wall, i, 1.0 / (1 + i)) for i in range(30)))
    fleet.events.append(tm.Event(NOW.wall - 540, "failed", 31846119, "run failed: CUDA out of memory", "error"))
    fleet.balance, fleet.listed, fleet.happened = 4.10, tm.Moment(NOW.mono - 3, NOW.wall - 3), 1
    return fleet


def screen(fleet, columns, rows, **more):
    view = more.pop("view", tm.View(selected=31845210))
    return [
        tm.text_of(line) for line in tm.render(tm.make_scene(fleet, view, NOW, columns, rows, keys=tm.KEYS, **more))
    ]


# Whole screens as text; `python3 test_training_monitor.py screens` writes them anew, to be read in the diff.
SCREENS = {
# <screens>
    "main 160x45": """
 training_monitor  6 instances: 3 running 1 loading 1 exited 1 created   burn $2.34/hr   spent $19.57   balance $4.10 = 1h45m !    UTC 14:03:54   upd 3s   LIVE
 ▲  STATUS  ID       LABEL     GPU         EPOCH PROGRESS                                 DONE GPU% MEM%  °C   LOSS  TREND   $/HR TOTAL$   END$    ETA  LOG  AGE
 ✅ running 31845377 vit-b     A100 80GB  38/100 ███████████████░░░░░░░░░░░░░░░░░░░░░░░░░  38%   0!   61  34 0.4127 ⣧⣄⣀⣀⣀⣀  1.104   6.03      ?  stall  22m   3s
 ❌ exited  31846119 probe     RTX 3090     3/10 ████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░  30%    -    -   - 2.9110         0.020   0.88      -    OOM    -   9m
 🔄 loading 31846002 llama-70b 8xH100 SXM                                                    -    -    -   -      -         12.80   0.00      ?      -    - 14m!
 ⏳ created 31846200 eval      2xA6000                                                       -    -    -   -      -         0.740   0.00      ?      -    - 40s!
>✅ running 31845210 llama-ft  2xRTX 4090  14/20 ████████████████████████████░░░░░░░░░░░░  69%   94   84  71 1.8342 ⣷⣤⣄⣀⣀⣀  0.812   9.41  13.29  4h46m   9s   3s
 ✅ running 31845802 sdxl-lora RTX 4090    10/10 ████████████████████████████████████████ 100%    0    3  31 0.0871         0.406   3.25  bills   DONE  25m   3s
── Log: all ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── follow ─
 13:13:54 31845210 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 13:38:54 31845802 training finished in 7:58:12, best val loss 0.0871 @ epoch 9
 13:41:20 31845377 epoch 38/100 step 190/500 loss=0.4127 (x250)
 13:54:54 31846119 Traceback (most recent call last):
 13:54:54 31846119 torch.cuda.OutOfMemoryError: tried to allocate 2.00 GiB (GPU 0; 23.69 GiB)
 14:03:45 31845210 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s





















── Summary ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 Fleet     3/6 running  1 error   $19.57 total  $2.34/hr   GPU 31% mem 49%   2 healthy  3 warnings
 Money     balance $4.10 lasts 1h45m (ends 15:48)   ..5210 +$3.88 to finish = $13.29
 Waste     $0.58   ..5377 idle 22m $0.40   ..5802 done 25m $0.17   ..6002 loading 14m $0.00   ..6119 exited, storage 9m $0.00   ..6200 created 40s
 Progress  ..5377 epoch 38/100 loss 0.4127, quiet 22m   ..5210 epoch 14/20 loss 1.8342
 Events    13:54 31846119 run failed: CUDA out of memory

 ! money ends 15:48, 31845210 ends 18:50: add $7.08   (alert 1 of 5, n: next)
 q Quit  r Refresh  p Pause  c Clear  Enter Details  l Log  v Events  x Explain  o Shell  / Filter  s Sort  n N Next alert  y Copy ssh  ? Help
""",
    "main 100x30": """
 training_monitor  6: 3 run 1 load 1 exit 1 new  $2.34/hr  spent $19.57  bal 1h45m !   upd 3s  LIVE
 ▲  ID       LABEL     GPU         EPOCH BAR  DONE GPU% MEM%   LOSS   $/HR TOTAL$   END$    ETA  AGE
 ✅ 31845377 vit-b     A100 80GB  38/100 ██░░  38%   0!   61 0.4127  1.104   6.03      ?  stall  22m
 ❌ 31846119 probe     RTX 3090     3/10 █░░░  30%    -    - 2.9110  0.020   0.88      -    OOM   9m
 🔄 31846002 llama-70b 8xH100 SXM                -    -    -      -  12.80   0.00      ?      - 14m!
 ⏳ 31846200 eval      2xA6000                   -    -    -      -  0.740   0.00      ?      - 40s!
>✅ 31845210 llama-ft  2xRTX 4090  14/20 ███░  69%   94   84 1.8342  0.812   9.41  13.29  4h46m   9s
 ✅ 31845802 sdxl-lora RTX 4090    10/10 ████ 100%    0    3 0.0871  0.406   3.25  bills   DONE   3s
── Log: all ─────────────────────────────────────────────────────────────────────────────── follow ─
 13:13:54 31845210 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 13:38:54 31845802 training finished in 7:58:12, best val loss 0.0871 @ epoch 9
 13:41:20 31845377 epoch 38/100 step 190/500 loss=0.4127 (x250)
 13:54:54 31846119 Traceback (most recent call last):
 13:54:54 31846119 torch.cuda.OutOfMemoryError: tried to allocate 2.00 GiB (GPU 0; 23.69 GiB)
 14:03:45 31845210 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s








── Summary ─────────────────────────────────────────────────────────────────────────────────────────
 Fleet     3/6 running  1 error   $19.57 total  $2.34/hr   GPU 31% mem 49%   2 healthy  3 warnings
 Waste     $0.58   ..5377 idle 22m $0.40   ..5802 done 25m $0.17   ..6002 loading 14m $0.00
 Events    13:54 31846119 run failed: CUDA out of memory

 ! money ends 15:48, 31845210 ends 18:50: add $7.08   (alert 1 of 5, n: next)
 q Quit  r Refresh  p Pause  c Clear  Enter Details  l Log  v Events  / Filter  s Sort  ? Help
""",
    "main 80x24": """
 training_monitor  6: 3 run 1 exit    $2.34/hr  $19.57  bal 1h45m !    3s  LIVE
 ▲  ID       GPU         EPOCH BAR    DONE GPU% MEM%   LOSS   $/HR TOTAL$    ETA
 ✅ 31845377 A100 80GB  38/100 ██░░░░  38%   0!   61 0.4127  1.104   6.03  stall
 ❌ 31846119 RTX 3090     3/10 ██░░░░  30%    -    - 2.9110  0.020   0.88    OOM
 🔄 31846002 8xH100 SXM                  -    -    -      -  12.80   0.00      -
 ⏳ 31846200 2xA6000                     -    -    -      -  0.740   0.00      -
>✅ 31845210 2xRTX 4090  14/20 ████░░  69%   94   84 1.8342  0.812   9.41  4h46m
 ✅ 31845802 RTX 4090    10/10 ██████ 100%    0    3 0.0871  0.406   3.25   DONE
── Log: all ─────────────────────────────────────────────────────────── follow ─
 13:13:54 ..5210 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 13:38:54 ..5802 training finished in 7:58:12, best val loss 0.0871 @ epoch 9
 13:41:20 ..5377 epoch 38/100 step 190/500 loss=0.4127 (x250)
 13:54:54 ..6119 Traceback (most recent call last):
 13:54:54 ..6119 torch.cuda.OutOfMemoryError: tried to allocate 2.00 GiB (GPU 0…
 14:03:45 ..5210 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s




── Summary ─────────────────────────────────────────────────────────────────────
 Fleet 3/6 running  1 error  $19.57 total  $2.34/hr  GPU 31% mem 49%
 Waste $0.58  ..5377 idle 22m $0.40  ..5802 done 25m $0.17
 ! money ends 15:48, 31845210 ends 18:50: add $7.08  (1/5, n: next)
 q Quit r Refresh p Pause c Clear Enter Details l Log / Filter s Sort ? Help
""",
    "main 60x20": """
 monitor 6: 3 run 1 exit  $2.34/hr $19.57 bal 1h45m !  LIVE
 ^  ID       GPU        DONE GPU% MEM%   LOSS   $/HR    ETA
 OK 31845377 A100 80GB   38%   0!   61 0.4127  1.104  stall
 XX 31846119 RTX 3090    30%    -    - 2.9110  0.020    OOM
 ~~ 31846002 8xH100 SXM    -    -    -      -  12.80      -
 .. 31846200 2xA6000       -    -    -      -  0.740      -
>OK 31845210 2xRTX 4090  69%   94   84 1.8342  0.812  4h46m
 OK 31845802 RTX 4090   100%    0    3 0.0871  0.406   DONE
-- Log -------------------------------------------- follow -
 13:13 ..5210 epoch 13/20 done loss=1.8655 val=1.9010 ckpt ~
 13:38 ..5802 training finished in 7:58:12, best val loss 0~
 13:41 ..5377 epoch 38/100 step 190/500 loss=0.4127 (x250)
 13:54 ..6119 Traceback (most recent call last):
 13:54 ..6119 torch.cuda.OutOfMemoryError: tried to allocat~
 14:03 ..5210 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1~


 Fleet 3/6 run 1 err  $19.57  $2.34/hr  GPU 31% mem 49%
 ! money ends 15:48, 31845210 ends 18:50: add $7.08 (1/5)
 q r p c  Enter details l log / filter s sort ? help
""",
    "main 40x12": """
 3/6 run 1 exit     $2.34/h  bal 1h45m!
 ▲  ID       DONE GPU%   $/HR    ETA
 ✅ 31845377  38%   0!  1.104  stall
 ❌ 31846119  30%    -  0.020    OOM
 🔄 31846002    -    -  12.80      -
 ⏳ 31846200    -    -  0.740      -
>✅ 31845210  69%   94  0.812  4h46m
 ✅ 31845802 100%    0  0.406   DONE
 ..5210 epoch 14/20 step 3410/4800 loss…
 3/6 run 1 err  GPU 31% mem 49%
 ! money ends 15:48, 31845210 en… (1/5)
 q r p c  Enter l / s ? help
""",
    "main 20x5": """
 ▲  ID     DONE GPU%
 ✅ ..5377  38%   0!
 ❌ ..6119  30%    -
 🔄 ..6002    -    -
 ! money end… (1/5)
""",
    "help 80x24": """

 ╭── Keys: main ────────────────────────────────────────────────────────────╮
 │ GENERAL                               o             Shell on the instance│
 │  q             Quit (also Ctrl-C)    CHART                               │
 │  r F5          Refresh now            Space         Mark to compare      │
 │  p             Pause / resume        RUN                                 │
 │  W             Keep sort and folds    x             Explain the values   │
 │  c             Clear the log panel   FIND                                │
 │  Esc           Cancel filter, group   /             Filter (st:exited)   │
 │  Ctrl-Z Ctrl-L Suspend / redraw       s S F6        Sort column, reverse │
 │  ? h F1        This help              Tab S-Tab     Next / prev group    │
 │ LIST                                  n N           Next / prev alert    │
 │  Up Down j k   Select an instance    COPY                                │
 │  g G Home End  First / last           y             Copy ssh command     │
 │  PgUp PgDn     Page                   Y             Copy destroy command │
 │  Enter         Details               HEALTH                              │
 │  l             Full log               green         training, log moving │
 │  v             Events                 yellow        idle, stalled, old   │
 │  L             Log panel: all / one   red           exited, failed       │
 │  - +           Fold / unfold runs                                        │
 ╰── any key closes ────────────────────────────────────────────────────────╯
""",
    "help 40x12": """

 ╭── Keys: main (1/5, PgDn) ──────────╮
 │ GENERAL                            │
 │  q             Quit (also Ctrl-C)  │
 │  r F5          Refresh now         │
 │  p             Pause / resume      │
 │  W             Keep sort and folds │
 │  c             Clear the log panel │
 │  Esc           Cancel filter, group│
 │  Ctrl-Z Ctrl-L Suspend / redraw    │
 ╰── any key closes ──────────────────╯
""",
    "details 160x45": """
 31845210 ✅ running  llama-ft  2xRTX 4090  $0.812/hr  rented 11h35m  contract ends in 5d0h  upd 3s
 Run     epoch 14/20  step 3410/4800  [█████████████████████████████████████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░] 69.3%  412 tokens/s
 ETA     4h46m (18:50 UTC ± 2m)  1.29 epochs/h while working  100% of the time at work
 Cost    spent $9.41  +$3.88 to finish = $13.29  $0.63/epoch
 Values  loss 1.8342  val_loss 1.9010  lr 2.1e-4  grad_norm 1.2500  mfu 45.6000
 Money   $4.10 at $2.34/hr lasts 1h45m, ends 3h01m BEFORE this run: add $7.08
 Where   Sweden, SE  disk 31%  reliability 99.8%  host 4711  pytorch/pytorch:2.5
 Ssh     203.0.113.7:40022  connected 1h06m  last output 9s ago
── Loss: train, val o ──────────────────────────────────────────────────────────────────────────────────────────────────────────── m: next metric  a: log axis ─
    5.00 │⠢⡀
    4.75 │ ⠑⡄
    4.50 │  ⠈⠢⡀
    4.25 │    ⠘⢄
    4.00 │      ⠑⢄
    3.75 │        ⠉⠢o
    3.50 │           ⠉⠒⠢⢄⣀
    3.25 │                ⠉⠒⠤⣀ o
    3.00 │                    ⠉⠑⠢⠤⠤⢄⣀⣀⡀   o
    2.75 │                            ⠈⠉⠑⠒⠤⠤⣀⣀⡀      o
    2.50 │                                    ⠈⠉⠉⠉⠉⠉⠉⠒⠒⠤⠤⢄⣀⣀⣀⣀⣀⣀o⣀⡀        o          o
    2.25 │                                                        ⠈⠉⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠤⠤⠤⣀⣀⣀⡠⠤⠤⠤⠤⢄⣀⣀⡀ o   ⣀⣀⣀⣀   o          o          o          o          o
    1.99 │                                                                                    ⠈⠉⠉⠉⠉⠉    ⠉⠉⠉⠑⠒⠒⠒⠒⠊⠉⠉⠉⠉⠑⠒⠒⠒⠢⠤⠔⠒⠒⠒⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⠤⠒⠒⠤⠤⠤⠤⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤⠤⣀⣀
    step  0                                                                                                                                              65800
── GPU  use / memory / temperature / power ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
 0  ████████████████████████████████████████████████░░  97%  ██████████████████████████████████████████░░░░░░░░  84%   71C  412W of 450W  20.1 of 24 GiB
 1  ████████████████████████████████████████████████░░  96%  █████████████████████████████████████████░░░░░░░░░  83%   69C  405W of 450W  19.9 of 24 GiB
── Log ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────── l: full log ─
 13:13:54 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 14:03:45 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s















 q Quit  r Refresh  p Pause  c Clear  Esc Back  [ ] Prev/Next  l Log  v Events  m M Metric  x Explain  a Axis  o Shell  n N Next alert  y Copy ssh  ? Help
""",
    "details 100x30": """
 31845210 ✅ running  llama-ft  2xRTX 4090  $0.812/hr  rented 11h35m  contract ends in 5d0h  upd 3s
 Run     epoch 14/20  step 3410/4800  [███████████████████████████░░░░░░░░░░░░] 69.3%  412 tokens/s
 ETA     4h46m (18:50 UTC ± 2m)  1.29 epochs/h while working  100% of the time at work
 Cost    spent $9.41  +$3.88 to finish = $13.29  $0.63/epoch
 Values  loss 1.8342  val_loss 1.9010  lr 2.1e-4  grad_norm 1.2500  mfu 45.6000
 Money   $4.10 at $2.34/hr lasts 1h45m, ends 3h01m BEFORE this run: add $7.08
 Where   Sweden, SE  disk 31%  reliability 99.8%  host 4711  pytorch/pytorch:2.5
 Ssh     203.0.113.7:40022  connected 1h06m  last output 9s ago
── Loss: train, val o ──────────────────────────────────────────────── m: next metric  a: log axis ─
    5.00 │⠢⡀
    4.50 │ ⠈⢢⡀
    4.00 │   ⠈⠢⣀o
    3.50 │      ⠑⠒⠤⢄⡀
    3.00 │          ⠈⠉o⠤⠤⠤⣀⣀⡀o
    2.50 │                  ⠈⠉⠑⠒⠒⠒⠒o⠤⠤⢄⣀⣀⣀o⣀⣀   o      o     o      o
    1.99 │                                   ⠉⠉⠉⠉⠉⠉⠉⠉⠒⠒⠒⠊⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤o⠤⠤⠤⠤⠤⠤o⠤⠤⣀⣀⠤o⠤⠤⣀⣀⣀⣀o⠤⢄⣀⣀
    step  0                                                                                  65800
── GPU  use / memory / temperature / power ─────────────────────────────────────────────────────────
 0  ███████████████████░  97%  █████████████████░░░  84%   71C  412W of 450W  20.1 of 24 GiB
 1  ███████████████████░  96%  █████████████████░░░  83%   69C  405W of 450W  19.9 of 24 GiB
── Log ─────────────────────────────────────────────────────────────────────────────── l: full log ─
 13:13:54 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 14:03:45 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s






 q Quit  r Refresh  p Pause  c Clear  Esc Back  [ ] Prev/Next  l Log  v Events  m M Metric  ? Help
""",
    "details 80x24": """
 31845210 ✅ running  llama-ft  2xRTX 4090  $0.812/hr  rented 11h35m  upd 3s
 Run     epoch 14/20  step 3410/4800  [█████████████░░░░░░] 69.3%  412 tokens/s
 ETA     4h46m (18:50 UTC ± 2m)  1.29 epochs/h while working
 Cost    spent $9.41  +$3.88 to finish = $13.29  $0.63/epoch
 Values  loss 1.8342  val_loss 1.9010  lr 2.1e-4  grad_norm 1.2500  mfu 45.6000
 Money   $4.10 at $2.34/hr lasts 1h45m, ends 3h01m BEFORE this run: add $7.08
 Where   Sweden, SE  disk 31%  reliability 99.8%  host 4711
 Ssh     203.0.113.7:40022  connected 1h06m  last output 9s ago
── Loss: train, val o ──────────────────────────── m: next metric  a: log axis ─
    5.00 │⠢⡀
    4.25 │ ⠈⠢⢄
    3.50 │    ⠉o⠤⢄⣀ o
    2.75 │         ⠉⠑⠒⠒⠒⠤o⣀⣀⣀⣀o    o    o    o
    1.99 │                     ⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠢⠤o⠤⠤⠤⠤o⠤⠤⠤⠤o⠤⠤⠤⠤o⢄⣀⣀⡠o⢄⣀⣀⣀o⣀⣀⣀
    step  0                                                              65800
── GPU  use / memory / temperature / power ─────────────────────────────────────
 0  ███████████████████░  97%  █████████████████░░░  84%   71C  412W of 450W
 1  ███████████████████░  96%  █████████████████░░░  83%   69C  405W of 450W
── Log ─────────────────────────────────────────────────────────── l: full log ─
 13:13:54 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 14:03:45 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s


 q Quit  r Refresh  p Pause  c Clear  Esc Back  [ ] Prev/Next  l Log  ? Help
""",
    "details 60x20": """
 31845210 OK llama-ft  2xRTX 4090  $0.812/hr  upd 3s
 Run     epoch 14/20  step 3410/4800  69.3%  412 tokens/s
 ETA     4h46m (18:50 UTC +- 2m)
 Cost    spent $9.41  +$3.88 to finish = $13.29
 Values  loss 1.8342  val_loss 1.9010  lr 2.1e-4
 Money   $4.10 at $2.34/hr lasts 1h45m, ends 3h01m BEFORE ~
-- Loss: train, val o -------- m: next metric  a: log axis -
    5.00 |*
    4.25 | **
    3.50 |   o***o
    2.75 |       ***o***o**o** o   o
    1.99 |                    ********o***o**o***o**o***o**
    step  0                                          65800
-- GPU  use / memory / temperature / power -----------------
 0  ##########  97%  ########..  84%   71C  412W of 450W
 1  ##########  96%  ########..  83%   69C  405W of 450W
-- Log --------------------------------------- l: full log -
 13:13 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 14:03 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 4~
 q r p c  Esc back [ ] prev/next l log ? help
""",
    "details 40x12": """
 31845210 ✅ llama-ft  $0.812/hr  3s
 ep 14/20  [███████████████░░░░░░░] 69%
 4h46m (18:50 UTC ± 2m)
 spent $9.41  +$3.88 = $13.29
── Loss ────────────────────────────────
    5.00 │⠒⢄o
    1.99 │  ⠈⠉o⠒o⠒o⠤o⠤o⠤o⠤o⣀⣀o⣀o⣀o⣀o⣀o⣀
  gpu 94%  mem 84%  71C
── Log ─────────────────── l: full log ─
 13:13 epoch 13/20 done loss=1.8655 va…
 14:03 epoch 14/20 step 3410/4800 loss…
 q r p c  Esc [ ] l ? help
""",
    "details, unwell, log axis 80x24": """
 31845377 ✅ running  vit-b  A100 80GB  $1.104/hr  upd 3s
 Run     epoch 38/100  step 190/500  [█████████████░░░░░░░░░░░░░░░░░░░░░] 38.0%
 State   stalled
 Cost    spent $6.03
 Health  ! no new log line for 22m; gpu 0% < 10%
 Values  loss 0.4127
 Money   $4.10 at $2.34/hr lasts 1h45m
 Ssh     last output 22m ago
── Loss ─────────────────────────────────────────────────────── a: linear axis ─
  1.0000 │⠑⢄
  0.4273 │  ⠉⠒⠤⢄⣀
  0.1826 │       ⠉⠉⠒⠒⠤⠤⣀⣀⣀⡀
  0.0780 │                ⠈⠉⠉⠉⠒⠒⠒⠒⠢⠤⠤⠤⠤⢄⣀⣀⣀⣀⣀⣀
  0.0333 │                                    ⠉⠉⠉⠉⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⠒⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⣀⣀⣀⣀⣀⣀
    step  0                                                                 29
  gpu 0%  mem 61%  34C
── Log ─────────────────────────────────────────────────────────── l: full log ─
 13:41:20 epoch 38/100 step 190/500 loss=0.4127





 q Quit  r Refresh  p Pause  c Clear  Esc Back  [ ] Prev/Next  l Log  ? Help
""",
    "log 80x24": """
 Log 31845210 llama-ft                            /check 2/5  31/44  +4 new (G)
   13:58:44 epoch 14/20 step 3410/4800 loss=1.9000
   13:58:53 epoch 14/20 step 3411/4800 loss=1.8900
   13:59:02 epoch 14/20 step 3412/4800 loss=1.8800   (x250)
   13:59:11 epoch 14/20 step 3413/4800 loss=1.8700
 > 13:59:20 saving model checkpoint to /workspace/out/step_14
   13:59:29 epoch 14/20 step 3415/4800 loss=1.8500
   13:59:38 epoch 14/20 step 3416/4800 loss=1.8400
   13:59:47 epoch 14/20 step 3417/4800 loss=1.8300
   13:59:56 epoch 14/20 step 3418/4800 loss=1.8200
   14:00:05 epoch 14/20 step 3419/4800 loss=1.8100
   14:00:14 RuntimeError: one worker died
   14:00:23 epoch 14/20 step 3421/4800 loss=1.7900
   14:00:32 epoch 14/20 step 3422/4800 loss=1.7800
 > 14:00:41 saving model checkpoint to /workspace/out/step_23
   14:00:50 epoch 14/20 step 3424/4800 loss=1.7600
   14:00:59 epoch 14/20 step 3425/4800 loss=1.7500
   14:01:08 epoch 14/20 step 3426/4800 loss=1.7400
   14:01:17 epoch 14/20 step 3427/4800 loss=1.7300
   14:01:26 epoch 14/20 step 3428/4800 loss=1.7200
   14:01:35 epoch 14/20 step 3429/4800 loss=1.7100
   14:01:44 epoch 14/20 step 3430/4800 loss=1.7000
   14:01:53 epoch 14/20 step 3431/4800 loss=1.6900
 /check_   (regex; Enter keep, Esc cancel)
""",
    "log 60x20": """
 Log 31845210 llama-ft        /check 2/5  27/44  +4 new (G)
   13:58:44 epoch 14/20 step 3410/4800 loss=1.9000
   13:58:53 epoch 14/20 step 3411/4800 loss=1.8900
   13:59:02 epoch 14/20 step 3412/4800 loss=1.8800   (x250)
   13:59:11 epoch 14/20 step 3413/4800 loss=1.8700
 > 13:59:20 saving model checkpoint to /workspace/out/step~
   13:59:29 epoch 14/20 step 3415/4800 loss=1.8500
   13:59:38 epoch 14/20 step 3416/4800 loss=1.8400
   13:59:47 epoch 14/20 step 3417/4800 loss=1.8300
   13:59:56 epoch 14/20 step 3418/4800 loss=1.8200
   14:00:05 epoch 14/20 step 3419/4800 loss=1.8100
   14:00:14 RuntimeError: one worker died
   14:00:23 epoch 14/20 step 3421/4800 loss=1.7900
   14:00:32 epoch 14/20 step 3422/4800 loss=1.7800
 > 14:00:41 saving model checkpoint to /workspace/out/step~
   14:00:50 epoch 14/20 step 3424/4800 loss=1.7600
   14:00:59 epoch 14/20 step 3425/4800 loss=1.7500
   14:01:08 epoch 14/20 step 3426/4800 loss=1.7400
   14:01:17 epoch 14/20 step 3427/4800 loss=1.7300
 /check_   (regex; Enter keep, Esc cancel)
""",
    "log 40x12": """
 Log ..5210      2/5  19/44  +4 new (G)
 13:58 epoch 14/20 step 3410/4800 loss…
 13:58 epoch 14/20 step 3411/4800 loss…
 13:59 epoch 14/20 step 3412/4800 loss…
 13:59 epoch 14/20 step 3413/4800 loss…
>13:59 saving model checkpoint to /wor…
 13:59 epoch 14/20 step 3415/4800 loss…
 13:59 epoch 14/20 step 3416/4800 loss…
 13:59 epoch 14/20 step 3417/4800 loss…
 13:59 epoch 14/20 step 3418/4800 loss…
 14:00 epoch 14/20 step 3419/4800 loss…
 /check_   (regex)
""",
    "log, wrapped 40x12": """
 Log ..5210               44/44  FOLLOW
 14:03 epoch 14/20 step 3440/4800 loss=
       1.6000
 14:03 saving model checkpoint to /work
       space/out/step_41
 14:03 epoch 14/20 step 3442/4800 loss=
       1.5800
 14:03 epoch 14/20 step 3443/4800 loss=
       1.5700
 14:03 epoch 14/20 step 3444/4800 loss=
       1.5600
 q r p c  Esc / n N e E G w t ? help
""",
    "sorted and filtered 80x24": """
 /st:run gpu:4090  2 run         $1.22/hr  $12.66  bal 1h45m !         3s  LIVE
    ID       GPU         EPOCH BAR    DONE GPU% MEM%  LOSS▼   $/HR TOTAL$    ETA
>✅ 31845210 2xRTX 4090  14/20 ████░░  69%   94   84 1.8342  0.812   9.41  4h46m
 ✅ 31845802 RTX 4090    10/10 ██████ 100%    0    3 0.0871  0.406   3.25   DONE
── Log: all ───────────────────────────────────────── /st:run gpu:4090  follow ─
 13:13:54 ..5210 epoch 13/20 done loss=1.8655 val=1.9010 ckpt saved
 13:38:54 ..5802 training finished in 7:58:12, best val loss 0.0871 @ epoch 9
 14:03:45 ..5210 epoch 14/20 step 3410/4800 loss=1.8342 lr=2.1e-04 412 tok/s











── Summary ─────────────────────────────────────────────────────────────────────
 Fleet 2/2 running  0 errors  $12.66 total  $1.22/hr  GPU 47% mem 44%
 Waste $0.17  ..5802 done 25m $0.17
 ! money ends 15:48, 31845210 ends 18:50: add $7.08  (1/5, n: next)
 q Quit r Refresh p Pause c Clear Enter Details l Log / Filter s Sort ? Help
""",
    "one group 80x24": """
 group probe  1 exit           $0.02/hr  $0.88  bal 1h45m !            3s  LIVE
 ▲  ID       GPU         EPOCH BAR    DONE GPU% MEM%   LOSS   $/HR TOTAL$    ETA
>❌ 31846119 RTX 3090     3/10 ██░░░░  30%    -    - 2.9110  0.020   0.88    OOM
── Log: ..6119 ─────────────────────────────────────────── group probe  follow ─
 13:54:54 ..6119 Traceback (most recent call last):
 13:54:54 ..6119 torch.cuda.OutOfMemoryError: tried to allocate 2.00 GiB (GPU 0…













── Summary ─────────────────────────────────────────────────────────────────────
 Fleet 0/1 running  1 error  $0.88 total  $0.02/hr  GPU - mem -
 Waste $0.00  ..6119 exited, storage 9m $0.00
 ! money ends 15:48, 31845210 ends 18:50: add $7.08  (1/5, n: next)
 q Quit r Refresh p Pause c Clear Enter Details l Log / Filter s Sort ? Help
""",
# </screens>
}


def test_what_rests_on_an_estimate_bears_its_mark_too():
    fleet = drawn_fleet()
    fleet.metrics[31845210].cost_estimated = True
    main, details = "\n".join(screen(fleet, 160, 45)), "\n".join(screen(fleet, 100, 30, view=tm.View(selected=31845210, screens=("main", "details"))))
    for words in ("spent ~$19.57", "  ~9.41 ~13.29  4h46m", "~$19.57 total", "+$3.88 to finish = ~$13.29", "  6.03      ?"):
        assert words in main, words
    assert "spent ~$9.41  +$3.88 to finish = ~$13.29" in details


def draw_screens():
    """The drawn screens: {name: text}."""
    sizes = (
        (160, 45, "UNICODE"),
        (100, 30, "UNICODE"),
        (80, 24, "UNICODE"),
        (60, 20, "ASCII"),
        (40, 12, "UNICODE"),
        (20, 5, "UNICODE"),
    )
    screens = {
        f"main {columns}x{rows}": screen(drawn_fleet(), columns, rows, glyphs=getattr(tm, glyphs))
        for columns, rows, glyphs in sizes
    }
    for columns, rows in ((80, 24), (40, 12)):
        screens[f"help {columns}x{rows}"] = screen(drawn_fleet(), columns, rows, view=tm.View(help_page=0))
    for columns, rows, glyphs in sizes[:5]:
        view = tm.View(screens=("main", "details"), selected=31845210)
        screens[f"details {columns}x{rows}"] = screen(drawn_fleet(), columns, rows, view=view, glyphs=getattr(tm, glyphs))
    unwell = tm.View(screens=("main", "details"), selected=31845377, log_axis=True)
    screens["details, unwell, log axis 80x24"] = screen(drawn_fleet(), 80, 24, view=unwell)
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    fleet.add_lines(m, [tm.LogLine(i, NOW.wall - 400 + 9 * i, f"saving model checkpoint to /workspace/out/step_{i}" if i % 9 == 5 else
                                   "RuntimeError: one worker died" if i == 20 else f"epoch 14/20 step {3400 + i}/4800 loss={2 - i / 100:.4f}",
                                   250 if i == 12 else 1, i == 20) for i in range(3, 45)])
    found = tm.View(screens=("main", "log"), selected=31845210, prompt=tm.Prompt(tm.PROMPTS["search"], (tm.Pager(),), "check"),
                    pager=tm.Pager(top=10, seen=40, at=14, search="check"))
    hits = tm.Search()
    hits.look(m, "check")
    for columns, rows, glyphs in sizes[2:5]:
        screens[f"log {columns}x{rows}"] = screen(fleet, columns, rows, view=found, glyphs=getattr(tm, glyphs), hits=hits.hits)
    wrapped = found._replace(prompt=None, pager=tm.Pager(wrap=True))
    screens["log, wrapped 40x12"] = screen(fleet, 40, 12, view=wrapped)
    narrow = tm.View(selected=31845210, sort="loss", reverse=True, filter="st:run gpu:4090")
    screens["sorted and filtered 80x24"] = screen(drawn_fleet(), 80, 24, view=narrow)
    screens["one group 80x24"] = screen(drawn_fleet(), 80, 24, view=tm.View(selected=31846119, group="probe", only_selected=True))
    return {name: "\n".join(lines) for name, lines in screens.items()}


def write_screens():
    """Put the screens as they are now into this file."""
    rows = []
    for name, text in draw_screens().items():
        body = text.replace("\\", "\\\\").rstrip("\n")
        rows.append(f'    "{name}": """\n{body}\n""",\n')
    path = pathlib.Path(__file__)
    source = path.read_text(encoding="utf-8")
    head, _, rest = source.partition("# <screens>\n")
    path.write_text(
        head + "# <screens>\n" + "".join(rows) + "# </screens>\n" + rest.partition("# </screens>\n")[2],
        encoding="utf-8",
    )


@pytest.mark.parametrize("name", SCREENS)
def test_screens(name):
    assert draw_screens()[name].rstrip("\n").splitlines() == SCREENS[name][1:].rstrip("\n").splitlines()


def in_order(fleet, sort, reverse=False):
    return tm.make_scene(fleet, tm.View(sort=sort, reverse=reverse), NOW, 80, 24).order


@pytest.mark.parametrize("sort, reverse, expected", [
    ("health", False, [5377, 6119, 6002, 6200, 5210, 5802]),
    ("health", True, [5210, 5802, 6002, 6200, 6119, 5377]),
    ("eta", False, [5210, 5377, 6119, 6002, 6200, 5802]),    # absent ones last, by their health
    ("loss", False, [5802, 5377, 5210, 6119, 6002, 6200]),
    ("loss", True, [6119, 5210, 5377, 5802, 6002, 6200]),    # last as well
    ("gpu_type", False, [6200, 6119, 5802, 5377, 5210, 6002]),
    ("rate", True, [6002, 5377, 5210, 6200, 5802, 6119])])
def test_sorting(sort, reverse, expected):
    fleet = drawn_fleet()
    fleet.metrics[31845377].gpu_type, fleet.metrics[31846119].gpu_type = "8xA100", "3090"
    fleet.metrics[31846002].gpu_type, fleet.metrics[31846200].gpu_type = "Z", "0"
    fleet.metrics[31845210].gpu_type, fleet.metrics[31845802].gpu_type = "9", "4090"
    assert [m.instance_id % 10000 for m in in_order(fleet, sort, reverse)] == expected


def test_hosts_sort_behind_the_ids_by_their_names():
    fleet = drawn_fleet()
    for name in ("gpu2", "gpu1"):
        fleet.metrics[tm.HostId(name)] = drawn_instance(tm.HostId(name), "running", "", "H100", 1.0, 1.0)
    assert [tm.show_id(m.instance_id) for m in in_order(fleet, "id")][-3:] == ["31846200", "gpu1", "gpu2"]


def test_a_loss_that_is_no_number_sorts_last():
    fleet = drawn_fleet()
    m = fleet.metrics[31845802]
    m.loss = float("nan")
    m.log = m.log._replace(loss=m.loss)
    for reverse in (False, True):
        assert in_order(fleet, "loss", reverse)[-3:] == [fleet.metrics[key] for key in (31845802, 31846002, 31846200)]


@pytest.mark.parametrize("text, expected", [
    ("", 6), ("status:exited", 1), ("st:run", 3), ("gpu:4090", 2), ("4090 run", 2), ("label:l*", 2), ("label:*-ft", 1), ("label:ft", 1),
    ("label:ft*", 0), ("id:31845", 3), ("31846119", 1), ("LLAMA", 2), ("gpu:a100|x", 0), ("gpu:[", 0), ("nothing", 0), ("x:y", 0), ("?xA6000", 1), ("gpu:h100*", 1), ("gpu:8xh100*", 1), ("gpu:100*", 0)])
def test_filter(text, expected):
    assert len(filtered(drawn_fleet(), text)) == expected


def filtered(fleet, text):
    return sorted(key % 10000 for key in tm.make_scene(fleet, tm.View(filter=text), NOW, 80, 24).fleet.metrics)


def with_runs(m):
    """Three runs on an instance: two that get on, one that says nothing."""
    m.runs = []
    for key, name, gpus, loss, percent, where in (("1", "lr1e-4", (0, 1, 2, 3), 1.7011, 83.0, "tmux pane 0:1.0"),
                                                  ("2", "lr3e-4", (4, 5), 1.8342, 61.0, "file /x/out.log"), ("3", "train.py", (6, 7), None, None, "")):
        run = tm.RunMetrics(key)
        run.name, run.told, run.gpu_util, run.log_path = name, NOW.mono, 90.0, where
        run.grew = NOW.mono - 4 if where else None
        run.log = tm.Progress(loss=loss, progress=percent, state="training" if where else "")
        run.reading = tm.RunReading(key, name, gpus=gpus, where=where, command="python train.py --lr 1e-4", pid=41, others=2, age_s=60.0)
        run.lines.append((1, tm.LogLine(1, NOW.wall, f"line of {name}", 1)))
        m.runs.append(run)
    m.main = m.runs[1]
    m.epoch, m.total_epochs, m.step, m.total_steps, m.loss = m.main.log[:5]
    return m


def charted_fleet():
    """Two runs that count steps; the first names a learning rate and evaluates."""
    fleet = drawn_fleet()
    for key, low in ((31845210, 1.0), (31845377, 3.0)):
        m = fleet.metrics[key]
        m.main.told = NOW.mono
        m.curves = tm.Curves(
            tuple((0.0, float(step), low + 1 / (1 + step)) for step in range(100)), ((0.0, 50.0, 1.2), (0.0, 99.0, 1.1)),
            {"lr": tuple((0.0, float(step), 1e-4 * step) for step in range(100))} if low == 1 else {})
    return fleet


def pane(fleet, columns=100, rows=30, **fields):
    return "\n".join(screen(fleet, columns, rows, view=tm.View(screens=("main", "details"), selected=31845210, **fields)))


@pytest.mark.parametrize("first", [0, 1])
def test_the_axis_of_a_chart_names_the_epochs_of_its_points(first):
    reader, fleet = tm.LogReader(), drawn_fleet()
    reader.feed("".join(f"Epoch {epoch}/20 loss: {9 - epoch / 2} acc: {epoch / 20}\n" for epoch in range(first, 15)))
    fleet.metrics[31845210].curves = reader.curves()
    for metric in ("loss", "acc"):
        assert re.search(rf"^   epoch  {first} +14$", pane(fleet, metric=metric), re.M)


def test_the_chart_shows_any_value_that_the_log_names():
    fleet = charted_fleet()
    assert list(tm.courses_of(fleet.metrics[31845210])) == ["loss", "val loss", "lr"]
    assert "Loss: train, val o" in pane(fleet) and "m: next metric  a: log axis" in pane(fleet)
    shown = pane(fleet, metric="lr")
    assert re.search(r"lr 0\.0099, from 0\S* to 0\.0099", shown) and re.search(r" 0\.0099\d? │", shown), shown
    assert "Val loss 1.1000, from 1.1000 to 1.2000" in pane(fleet, metric="val loss")
    assert "Loss: train, val o" in pane(fleet, metric="accuracy")  # of another run
    fleet.metrics[31845210].curves = fleet.metrics[31845210].curves._replace(val=((0.0, 50.0, 1.2),))
    assert list(tm.courses_of(fleet.metrics[31845210])) == ["loss", "lr"]  # of one value there is no line


@pytest.mark.parametrize("known, why", [
    (70.0, "no ETA yet: its pace is measured"), (None, "no ETA: its log does not say how much there is to do")])
def test_why_there_is_no_eta_is_said(known, why):
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.main.told, m.main.pace, m.log = NOW.mono, tm.Pace(), m.log._replace(progress=known)
    assert why in pane(fleet)


def test_a_chart_is_drawn_anew_when_it_has_changed_and_only_then(monkeypatch):
    fleet, drawn, draw = charted_fleet(), [], tm.draw_chart
    monkeypatch.setattr(tm, "draw_chart", lambda *args: drawn.append(args) or draw(*args))
    tm.chart_of.cache_clear()
    assert pane(fleet) == pane(fleet) and len(drawn) == 1
    m = fleet.metrics[31845210]
    m.curves = m.curves._replace(train=(*m.curves.train, (99.0, 9999.0, 9.5)))
    assert "9999" in pane(fleet) and len(drawn) == 2


def test_a_chart_shows_marked_runs_that_count_as_its_own_does():
    fleet = charted_fleet()
    marked = ((31845377, fleet.metrics[31845377].main.key), (31845210, fleet.metrics[31845210].main.key))
    shown = pane(fleet, marked=marked)
    assert "Loss: this, o vit-b" in shown and re.search(r"\d │ *o", shown)
    assert "lr 0.0099" in pane(fleet, marked=marked, metric="lr")  # the other one names none
    fleet.metrics[31845377].curves = fleet.metrics[31845377].curves._replace(unit="epoch")
    assert "Loss: train, val o" in pane(fleet, marked=marked)
    table = screen(fleet, 100, 30, view=tm.View(selected=31845210, marked=marked))
    assert [line[0] for line in table[:8] if "vit-b" in line or "llama-ft" in line] == ["*", ">"]


def test_the_explanation_of_a_wide_line_shows_all_of_it():
    m = drawn_fleet().metrics[31845210]
    line = " ".join(f"第{i}轮训练损失" for i in range(30))
    m.main.reading = tm.RunReading("1", where="x", explained=(("loss", "0.5", "pairs", line),))
    lines = [tm.text_of(one) for one in tm.explained_lines(m, 40)]
    assert max(map(tm.width, lines)) <= 40 and line in " ".join(" ".join(lines).split())


def test_nearly_all_is_not_all():
    fleet = drawn_fleet()
    for percent, said in ((99.97, "99.9%"), (100.0, "100.0%"), (69.04, "69.0%")):
        fleet.metrics[31845210].log = tm.Progress(progress=percent, state="training")
        assert f"] {said}" in pane(fleet)


def test_a_balance_that_lasts_for_days_ends_on_a_day():
    fleet = drawn_fleet()
    fleet.balance = 500.0
    assert "balance $500.00 lasts 8d21h (ends 2025-01-23)" in "\n".join(screen(fleet, 160, 45))


def test_the_explanation_joins_what_one_line_set_and_is_scrolled():
    fleet = drawn_fleet()
    rows = (("epoch", "3", "pairs", "Epoch 3/9 loss 0.5"), ("loss", "0.5", "pairs", "Epoch 3/9 loss 0.5"),
            ("state", "training", "begins or ends", "Start training"), ("not used", "", "in an evaluation", "val " * 60))
    fleet.metrics[31845210].main.reading = tm.RunReading("k", where="file /x.log", explained=rows)
    view = tm.View(screens=("main", "explain"), selected=31845210)
    shown = screen(fleet, 80, 24, view=view)
    assert shown[0] == " Why 31845210 llama-ft  file /x.log"
    assert shown[1:5] == [" epoch 3, loss 0.5: names with values", "   Epoch 3/9 loss 0.5",
                          " state training: begins or ends", "   Start training"]
    assert shown[5] == " not used: in an evaluation" and any("--log-pattern" in line for line in shown)
    small = screen(fleet, 40, 8, view=view._replace(above=99))
    assert "(?P<loss>...)" in small[6] and all(tm.width(line) <= 40 for line in small)
    fleet.metrics[31845210].main.reading = tm.NOT_READ
    assert screen(fleet, 80, 24, view=view)[1] in (" no output found", " not read yet")
    fleet.metrics[31845210].main.reading = tm.RunReading("k", where="file /x.log")  # asked, not answered
    assert "its output is being read" in screen(fleet, 80, 24, view=view)[1]
    fleet.metrics[31845210].main.reading = tm.RunReading("k", where="file /x.log", explained=())
    assert "nothing in its output is understood" in screen(fleet, 80, 24, view=view)[1]


def test_what_has_printed_nothing_is_not_called_unclear():
    """Python's output into a file or through tee comes in blocks: for minutes there is none."""
    m = tm.TrainingMetrics(1, status="running")
    m.probed, m.row, m.main.reading = NOW.mono, running(1), tm.RunReading("k", where="file /x.log", explained=())
    fleet = tm.Fleet()
    fleet.metrics[1], m.main.log_path = m, "/x.log"
    for shows in ("details", "explain", "log"):
        view = tm.View(screens=("main", shows), selected=1)
        m.main.lines.clear()
        assert any(tm.UNPRINTED[:60] in line for line in screen(fleet, 120, 24, view=view))
        m.main.lines.append((1, tm.LogLine(1, 0.0, "Loading", 1)))
        assert not any(tm.UNPRINTED[:60] in line for line in screen(fleet, 120, 24, view=view))


@pytest.mark.parametrize("kind", sorted(tm.KINDS))
def test_a_notebook_and_a_server_are_called_what_they_are(kind):
    """However busy their GPU is, they are not idle, and `python -u` is no help for a notebook."""
    m = tm.TrainingMetrics(1, status="running")
    m.probed, m.row, m.main.log_path = NOW.mono, running(1), "/x.log"
    m.main.reading = tm.RunReading("k", where="file /x.log", kind=kind)
    fleet = tm.Fleet()
    fleet.metrics[1] = m
    assert [next(line for line in screen(fleet, columns, 24) if "Unknown" in line).count(said)
            for columns, said in ((160, f" {kind} "), (120, f" {kind} "), (100, f" {tm.SHORT_KINDS[kind][2]} "), (80, f" {tm.SHORT_KINDS[kind][1]} "))] == [1] * 4
    assert f" Run     {tm.KINDS[kind]}" in screen(fleet, 120, 24, view=tm.View(screens=("main", "details"), selected=1))


def test_an_alert_that_is_long_takes_the_empty_row_too_and_leaves_its_count_last():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.log = m.log._replace(state="failed", reason=" ".join(f"word{i}" for i in range(22)))
    view = tm.View(alert=next(alert.key() for alert in tm.alerts(fleet, NOW, tm.look_at(fleet, NOW)) if alert.instance_id == 31845210))
    lines = screen(fleet, 110, 30, view=view)
    assert "word0" in lines[-3] and "word21" in lines[-2] and " of " in lines[-2]
    assert "word0" in screen(fleet, 110, 24, view=view)[-2]  # there is no such row


def test_lines_that_nobody_saw_come_have_their_own_times_or_none():
    output = tm.FileOutput(tm.file_spot("/x.log"))
    output.hear("2025-01-14 09:08:07 step 1/9\nstep 2/9\n")
    output.hear("step 3/9\n")
    times = [tm.line_time(line, True) for line in output.lines]
    assert times[:2] == ["01-14   ", " " * 8] and times[2] == tm.clock(output.lines[2].wall)  # of another day: its date
    assert tm.line_time(output.lines[0], False) == "01-14" and tm.line_time(output.lines[1], False) == " " * 5
    today = output.lines[0]._replace(wall=output.lines[0].stamp + 3600)
    assert tm.line_time(today, True) == "09:08:07" and tm.line_time(today, False) == "09:08"


def test_where_a_run_was_looked_for_in_vain_is_said_whole():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.looked_at = "who holds a GPU, where that writes; files like /workspace/output/*/training.log"
    text = " ".join(pane(fleet, 80, 24).split())
    assert f"no run was found; looked at {m.looked_at}. Start it in tmux" in text
    m.main.reading = tm.RunReading("process 7", "rl", "unknown", command="python rl.py", pid=7)
    assert f"looked at {m.looked_at}" in " ".join(pane(fleet, 80, 24).split())


def test_the_best_evaluation_is_told_with_its_epoch():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.log = m.log._replace(best=(1.83, 7.0, 4))
    assert "best val 1.8300 at epoch 7, 4 evaluations ago" in pane(fleet)
    m.log = m.log._replace(best=(1.83, 700.0, 0), epoch=None)
    assert "best val 1.8300 at step 700  " in pane(fleet)


def test_the_use_of_the_gpus_over_the_last_hour_is_drawn_between_0_and_100():
    fleet, now = drawn_fleet(), NOW.mono
    m = fleet.metrics[31845210]
    m.gpus = (tm.Gpu(0, "X", 50.0, 1024.0, 2048.0, 60, 300, 450),)
    for minute in range(90):
        for util in (40.0, 60.0) if minute < 80 else (100.0,):
            m.main.take_gpus([m.gpus[0]._replace(util=util)], 10.0, now + 60 * minute)
    assert len(m.main.uses) == tm.USE_MINUTES
    assert re.search(r"last 60m (\S)\1{20,}\S?(\S)\2+ ─", pane(fleet)), pane(fleet)
    assert "1.0 of 2 GiB" in pane(fleet) and "last 60m" not in pane(fleet, 60)


def test_chosen_columns_leave_from_the_last_on_and_are_sorted_by():
    fleet = drawn_fleet()
    with_runs(fleet.metrics[31845210])
    chosen = ("loss", "id", "val_loss", "label")
    shown = [screen(fleet, columns, 30, view=tm.View(columns=chosen, sort="val_loss"))[1].split() for columns in (90, 30, 20)]
    assert shown == [["LOSS", "ID", "VAL", "LOSS▲", "LABEL"], ["LOSS", "ID", "VAL", "LOSS▲"], ["LOSS", "ID"]]
    fleet.metrics[31845210].runs[0].log = tm.Progress(val_loss=0.25)
    lines = screen(fleet, 90, 30, view=tm.View(columns=("id", "val_loss", "ends")))
    assert any("├─" in line and " 0.2500" in line for line in lines)
    whole = drawn_fleet()
    scene = tm.make_scene(whole, tm.View(), NOW, 90, 30)
    assert re.fullmatch(r"2025-01-14 \d\d:50", tm.COLUMN_NAMES["ends"].cell(whole.metrics[31845210], scene, 16))
    for columns in (20, 30, 90):  # also with no place for a run's name
        assert all(tm.width(line) <= columns for line in screen(fleet, columns, 30, view=tm.View(columns=chosen)))


def test_runs_of_one_instance_have_rows_of_their_own():
    fleet = drawn_fleet()
    m = with_runs(fleet.metrics[31845210])
    lines = screen(fleet, 100, 30)
    at = next(i for i, line in enumerate(lines) if "31845210" in line)
    assert re.search(r"x3 +61%   94 ", lines[at]) and lines[at].startswith(">")
    assert "├─ lr1e-4 gpu 0-3" in lines[at + 1] and " 83%   90 " in lines[at + 1] and "1.7011" in lines[at + 1]
    assert "├─ lr3e-4 gpu 4-5" in lines[at + 2] and "└─ train.py gpu 6-7" in lines[at + 3] and "1.1" not in lines[at + 3]
    assert "no output" in next(line for line in screen(fleet, 160, 45) if "train.py" in line)
    for number, run in enumerate(m.runs):
        run.lines[0] = (900 + number, run.lines[0][1])
    assert {line.text for one, line in tm.log_lines(fleet, 0, 8) if one is m} == {"line of lr1e-4", "line of lr3e-4", "line of train.py"}
    folded = tm.View(selected=31845210, folded=frozenset([31845210]))
    assert not any("├─" in line for line in screen(fleet, 100, 30, view=folded))
    chosen = tm.View(screens=("main", "details"), selected=31845210, run="1")
    details = "\n".join(screen(fleet, 160, 45, view=chosen))
    assert "83.0%" in details and "line of lr1e-4" in details and "line of lr3e-4" not in details
    assert "lr1e-4 gpu 0-3  tmux pane 0:1.0  pid 41" in details and "2 more outputs: , . switches  l: full" in details
    for columns, rows in ((160, 45), (80, 24), (40, 12), (20, 5)):
        for line in tm.render(tm.make_scene(fleet, chosen._replace(screens=("main",)), NOW, columns, rows, keys=tm.KEYS)):
            assert sum(tm.width(span.text) for span in line) <= columns
    assert tm.ranges((3, 0, 1, 6, 7)) == "0-1,3,6-7" and len(tm.runs_below(fleet.metrics[31845377])) == 0
    assert m.runs[0].lines and tm.as_instance(m, m.runs[0]).loss == 1.7011 and m.loss == 1.8342


def test_a_run_stands_below_the_values_of_its_instance_whatever_columns_are_chosen():
    fleet = drawn_fleet()
    with_runs(fleet.metrics[31845210])
    lines = screen(fleet, 100, 30, view=tm.View(selected=31845210, columns=("loss", "id", "eta")))
    assert [line[:7] for line in lines if line[1:6] in ("1.834", "1.701")] == [">1.8342", " 1.7011", " 1.8342"]


def test_problems_come_to_the_top_and_are_found():
    fleet = drawn_fleet()
    failed = fleet.metrics[31845802]
    failed.log = failed.log._replace(state="failed", reason="NCCL error")
    scene = tm.make_scene(fleet, tm.View(), NOW, 160, 45)
    assert [m.instance_id % 10000 for m in scene.order] == [5377, 5802, 6119, 6002, 6200, 5210]  # those that burn money first
    assert filtered(fleet, "health:error") == [5802, 6119] and filtered(fleet, "health:healthy") == [5210]
    assert filtered(fleet, "failed") == [5802, 6119] and filtered(fleet, "stalled") == [5377] and filtered(fleet, "why:nccl") == [5802]
    for glyphs, mark in ((tm.UNICODE, "🔴"), (tm.ASCII, "!!")):
        for at, line in enumerate(screen(fleet, 100, 30, glyphs=glyphs)[2:8]):
            assert line[1:].startswith(mark) == (at == 1), line   # the instance runs, its run does not
    cheap, dear = fleet.metrics[31846002], fleet.metrics[31846200]
    for m in (cheap, dear, failed, fleet.metrics[31845210]):
        m.loss, m.log = 1.0, m.log._replace(loss=1.0)
    assert [m.instance_id % 10000 for m in in_order(fleet, "loss")] == [5377, 5802, 6002, 6200, 5210, 6119]


def test_groups_have_their_own_totals_but_one_balance():
    fleet = drawn_fleet()
    for key, label in ((31845210, "exp/a"), (31845377, "exp:b"), (31845802, "other"), (31846002, "")):
        fleet.metrics[key].row = fleet.metrics[key].row._replace(label=label)
    view = tm.View()
    assert tm.groups_of(fleet, view) == [None, "exp"]   # one instance is no group
    part = tm.make_scene(fleet, view._replace(group="exp"), NOW, 80, 24).fleet
    assert sorted(part.metrics) == [31845210, 31845377]
    assert part.burn() == pytest.approx(0.812 + 1.104) and part.spent() == pytest.approx(9.41 + 6.03)
    assert part.runway_s(NOW) == pytest.approx(fleet.runway_s(NOW))
    assert tm.groups_of(fleet, view._replace(group_by="status")) == [None, "running"]
    fleet.events.append(tm.Event(NOW.wall, "epoch", 31845377, "of the group", "good"))
    shown = "\n".join(screen(fleet, 160, 45, view=view._replace(group="exp")))
    assert "of the group" in shown and "CUDA out of memory" not in shown.partition("Events")[2]
    assert set(tm.GROUPINGS) == {"label", "gpu", "status", "host"}


def test_chart():
    falling = [(float(i), 100.0 - i) for i in range(101)]
    chart = tm.draw_chart(falling, [], 10, 4, False, True)
    assert [label for label, _ in chart.rows] == ["100", "67", "33", "0"] and (chart.low, chart.high) == (0, 100)
    assert [len(drawing) for _, drawing in chart.rows] == [3, 5, 8, 10]
    stars = tm.draw_chart(falling, [[(0.0, 0.0), (100.0, 50.0)], [(50.0, 0.0)]], 10, 5, False, False).rows
    assert stars[4][1][5] == "x" and stars[0][1].startswith("*") and stars[4][1][0] == "o" and stars[2][1][9] == "o"
    log = tm.draw_chart([(0, 1000.0), (1, 10.0), (2, -5.0), (3, 0.1)], [], 4, 3, True, False)
    assert [label for label, _ in log.rows] == ["1000", "10.0000", "0.1000"]
    assert tm.draw_chart([(0.0, 1.0)], [], 10, 4, False, True) is None
    flat = tm.draw_chart([(0.0, 2.0), (9.0, 2.0)], [], 10, 3, False, False)
    assert flat.rows[1] == ("2.00", "*" * 10)  # gaps between points are joined


def test_sparkline():
    assert tm.sparkline([(0, 3.0), (1, 2.0), (2, 1.0), (3, 0.0)], 2, "") == "⣷⣄"
    assert tm.sparkline([(0, 0.0), (9, 9.0)], 4, "_.-=") == "_.-="
    assert tm.sparkline([(0, 1.0)], 4, "") == "" and tm.sparkline([(0, 1.0), (1, 1.0)], 3, "") == "⣀⣀⣀"


@pytest.mark.parametrize("points", [
    [(0.0, 1.5), (1e-323, 1.4), (0.0, 1.3)],                    # parts of a denormal span
    [(0.0, 1.0), (1.0, 1.0 + 1e-15), (2.0, 1.0 - 1e-15)],       # means that round out of the range
    [(0.0, 1e-300), (1.0, sys.float_info.max)],                 # what `10 ** log10` of it rounds up to is no number
    [(-1e308, -1e308), (1e308, 1e308)], [(0.0, float("nan")), (1.0, 2.0)], [(9.0, 1.0), (1.0, 2.0), (5.0, 3.0)]])
def test_no_points_break_a_chart(points):
    for rows, columns in ((1, 2), (4, 30), (14, 149)):
        for dots in (True, False):
            for log in (True, False):
                chart = tm.draw_chart(points, [points[::-1]], columns, rows, log, dots)
                assert chart is None or all(len(drawing) <= columns for _, drawing in chart.rows)
        for levels in ("", "_.-="):
            assert len(tm.sparkline(points, columns, levels)) == columns


def test_logs_of_the_fleet_are_bounded_and_whoever_has_most_loses_first(monkeypatch):
    monkeypatch.setattr(tm, "LOGS_MAX", 100 * (tm.LINE_COST + 10))
    fleet = tm.Fleet()
    fleet.metrics = {key: metrics(instance_id=key) for key in (1, 2)}
    fleet.add_lines(fleet.metrics[1], [tm.LogLine(i, 0.0, "x" * 10, 1) for i in range(1, 11)])
    fleet.add_lines(fleet.metrics[2], [tm.LogLine(i, 0.0, "y" * 10, 1) for i in range(1, 500)])
    assert len(fleet.metrics[1].lines) == 10 and 60 < len(fleet.metrics[2].lines) <= 90
    assert fleet.log_bytes == sum(m.main.log_bytes for m in fleet.metrics.values()) <= tm.LOGS_MAX
    assert fleet.metrics[2].lines[-1][1].number == 499
    m = metrics()
    m.add_lines([tm.LogLine(i, 0.0, "x", 1) for i in range(1, tm.LOG_LINES + 50)], 0)
    assert len(m.lines) == tm.LOG_LINES and m.main.log_bytes == tm.LOG_LINES * (tm.LINE_COST + 1)
    m.main.new_log()
    m.add_lines([tm.LogLine(1, 0.0, "of the next log", 1)], 0)
    assert [line.text for _, line in m.lines][-2:] == ["x", "of the next log"]


def test_every_screen_is_compared():
    assert list(SCREENS) == list(draw_screens())


VIEWS = (
    tm.View(),
    tm.View(help_page=3, message="hello"),
    tm.View(screens=("main", "details"), selected=31845210, log_axis=True),
    tm.View(screens=("main", "details"), selected=31846002),
    tm.View(screens=("main", "log"), selected=31845210, pager=tm.Pager(search="epoch", at=3, wrap=True)),
    tm.View(screens=("main", "log"), selected=31845210, pager=tm.Pager(top=2, left=40, times=False)),
    tm.View(screens=("main", "events"), least=2),
    tm.View(filter="gpu:4090", sort="loss", prompt=tm.Prompt(tm.PROMPTS["filter"], ("",), "gpu:4090")),
    tm.View(group="nothing", prompt=tm.Prompt(tm.PROMPTS["sort"], ("eta", False))),
)


def test_no_size_breaks_a_screen():
    fleets = [tm.Fleet(), drawn_fleet(), drawn_fleet()]
    fleets[2].metrics[31845210].row = tm.Row(31845210, "running", label="训练实验🚀" * 20)
    fleets[2].metrics[31845210].gpu_type = "16xRTX 6000 Ada Generation"
    fleets[2].trouble, fleets[2].failures = "the vast.ai API is down (502)", 12
    for fleet in fleets:
        for columns in (*range(1, 42, 2), *range(42, 130, 5), 160, 300):
            for rows in (1, 2, 5, 9, 24, 45):
                for view in VIEWS if columns % 7 == 5 else VIEWS[:2]:
                    lines = tm.render(tm.make_scene(fleet, view, NOW, columns, rows, keys=tm.KEYS))
                    assert len(lines) == rows
                    for line in lines:
                        assert sum(tm.width(span.text) for span in line) <= columns, (columns, rows, line)


def test_rows_are_shared_as_they_leave():
    for rows in range(5, 60):
        for instances in (0, 1, 3, 6, 31, 1000):
            share = tm.layout(rows, instances)
            assert sum(share) + 2 <= rows and min(share) >= 0
            assert share.table >= min(3, max(1, instances)), (rows, instances)
            if share.log > 1:
                assert sum(share) + 2 == rows
    assert [tm.layout(rows, 6).summary for rows in (45, 30, 24, 20)] == [5, 3, 2, 1]
    assert tm.layout(24, 31).log_rule == 1


def test_columns_leave_in_their_order():
    fleet, before = drawn_fleet(), None
    order = sorted((column for column in tm.COLUMNS if column.leave), key=lambda column: column.leave)
    assert [column.key for column in order] == [
        "temp", "status", "trend", "log", "label", "age", "end", "bar", "total", "epoch", "gpu_type", "mem", "loss", "rate", "eta"]
    for columns in range(200, 19, -1):
        shown = [column.key for column, _ in tm.fit_fleet(fleet, columns)]
        gone = [column.key for column in order if column.key not in shown]
        assert gone == [column.key for column in order][: len(gone)]
        assert before is None or set(shown) <= set(before)
        before = shown
    assert before == ["health", "id", "done", "gpu"]
    assert {"id", "gpu_type", "epoch", "gpu", "mem", "loss", "rate", "total", "eta"} <= {
        column.key for column, _ in tm.fit_fleet(fleet, 80)
    }


def test_columns_are_as_wide_as_their_values_need():
    fleet = drawn_fleet()
    for m, status, label in zip(fleet.metrics.values(), ("scheduling", "running"), ("x" * 33, "short")):
        m.status, m.row = status, m.row._replace(label=label)
    first = fleet.metrics[31845210]
    first.epoch, first.step, first.total_steps = None, 123456.0, 600000.0
    wide, mid = "\n".join(screen(fleet, 200, 45)), "\n".join(screen(fleet, 100, 30))
    assert "scheduling" in wide and "x" * 33 in wide and "123456/600000" in wide
    assert "x" * 33 not in mid and "st123k" in mid
    first.step, first.total_steps = 100.0, 3000.0
    m.label = m.status = "x"
    assert "100/3000" in "\n".join(screen(fleet, 120, 30)) and "STATUS" not in "\n".join(screen(fleet, 120, 30))
    assert sum(columns + 1 for _, columns in tm.fit_fleet(fleet, 200)) <= 200


@pytest.mark.parametrize("value, columns, expected", [
    (3410, 6, "3410"), (123456, 6, "123456"), (123456, 4, "123k"), (1234567, 4, "1.2M"), (12345678, 4, "12M"), (999999, 4, "1.0M"), (5e12, 4, "5e12")])
def test_short_count(value, columns, expected):
    assert tm.short_count(value, columns) == expected


@pytest.mark.parametrize("seconds, columns, expected", [(545, 6, "9m05s"), (545, 4, "9m"), (59, 6, "59s"), (600, 6, "10m"), (7200, 6, "2h00m")])
def test_remaining(seconds, columns, expected):
    assert tm.remaining(seconds, columns) == expected


def test_the_age_of_the_last_output():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.probed, m.grew = NOW.mono - 3, NOW.mono - 300
    def row(columns):
        return next(line for line in screen(fleet, columns, 45) if "31845210 llama-ft" in line)
    assert row(160).endswith("  5m   3s") and row(100).endswith("  5m")   # one cell: the output, as it is older
    m.grew = NOW.mono - 1
    assert row(100).endswith("  3s")
    m.grew = None
    assert row(160).endswith("   -   3s") and row(100).endswith("  3s")
    details = tm.View(screens=("main", "details"), selected=31845377)
    assert any("last output 22m ago" in line for line in screen(fleet, 80, 24, view=details))


def test_no_step_is_invented():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.epoch = m.step = None
    assert any("..5210 loss 1.8342" in line for line in screen(fleet, 160, 45))
    m.curves = m.curves._replace(unit="epoch")
    assert any(line.startswith("   epoch  0 ") for line in screen(fleet, 100, 30, view=tm.View(screens=("main", "details"), selected=31845210)))


def test_hierarchy_without_colour():
    fleet = drawn_fleet()
    lines = tm.render(tm.make_scene(fleet, tm.View(selected=31845377), NOW, 100, 30, keys=tm.KEYS))
    styles = {span.style for line in lines for span in line}
    assert styles <= {"", "dim", "bold", "bad", "warn", "good", "selected", "good bold", "warn bold"}
    chosen = next(line for line in lines if tm.text_of(line).startswith(">"))
    assert {span.style for span in chosen if span.text} == {"selected"}         # one bar of one look
    keys = lines[-1]
    assert [span.text for span in keys if span.style == "bold"][:2] == ["q", "r"]
    log = next(line for line in lines if "saved" in tm.text_of(line))
    assert log[0].style == "dim" and log[1].style == ""                           # time and id, then the text
    bar = next(line for line in lines if "llama-ft" in tm.text_of(line))
    assert [span.style for span in bar if set(span.text) <= set("█░") and span.text] == ["good", "dim"]


def test_old_values_are_marked_and_never_blanked():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.probed, m.trouble, m.trouble_short = NOW.mono - 95, "ssh refused at 1.2.3.4:22", "ssh refused"
    line = next(line for line in screen(fleet, 160, 45) if "31845210" in line)
    assert (
        "ssh refused" in line and " ~69% " in line and " ~94 " in line and " ~1.834 " in line and line.endswith("  1m!")
    )
    assert any(" ssh!" in line for line in screen(fleet, 100, 30)) and any("~94" in line for line in screen(fleet, 40, 12))


def test_a_reason_that_is_cut_says_so():
    fleet = drawn_fleet()
    fleet.metrics[31845377].log = fleet.metrics[31845377].log._replace(state="failed", reason="out of memory " * 9)
    lines = screen(fleet, 40, 12, view=tm.View(selected=31845377, screens=("main", "details")))
    assert next(line for line in lines if line.startswith(" ! run failed")).endswith("…")


def test_a_long_place_of_an_output_is_cut_and_not_left_out():
    fleet = drawn_fleet()
    reading = tm.RunReading("7", name="run", where="file /workspace/run4/" + "wandb/" * 20 + "output.log")
    fleet.metrics[31845210].main.reading = reading
    for columns in (60, 80):
        lines = screen(fleet, columns, 24, view=tm.View(selected=31845210, screens=("main", "details")))
        assert re.search(r"^ Follows run +file /workspace/run4/wandb.*…$", "\n".join(lines), re.M)


def test_no_part_of_the_details_is_a_heading_alone():
    for words in range(2, 90, 8):  # more and more lines above the GPUs
        fleet = drawn_fleet()
        fleet.metrics[31845210].looked_at = "folder " * words
        lines = screen(fleet, 60, 20, view=tm.View(selected=31845210, screens=("main", "details")))
        assert not [above for above, below in zip(lines, lines[1:]) if above[:2] == below[:2] == "──"]
        assert any(" 97%" in line or "gpu 94%" in line for line in lines)  # each, or their mean


def test_a_bar_as_wide_as_its_terminal_is_drawn_shorter_where_the_line_has_no_room():
    fleet = drawn_fleet()
    bar = f" 25%|{'█' * 24}▏{' ' * 72}| 50/200 [00:00<00:02, 68.53it/s]"
    fleet.metrics[31845210].lines.append((999, tm.LogLine(999, NOW.wall, bar, 1)))
    shown = {columns: next(line for line in screen(fleet, columns, 24) if "25%" in line) for columns in (80, 160)}
    assert shown[80].endswith(" 25%|███▏         | 50/200 [00:00<00:02, 68.53it/s]") and bar in shown[160]
    lines = screen(fleet, 60, 20, view=tm.View(selected=31845210, screens=("main", "details")))
    assert any("68.53it/s]" in line for line in lines)


def test_the_name_of_a_gpu_loses_its_blanks_before_its_end():
    fleet = drawn_fleet()
    fleet.metrics[31845210].gpu_type = "4xA100 SXM4"
    assert any(" 4xA100SXM4 " in line for line in screen(fleet, 80, 24))
    assert any(" 4xA100 SXM4 " in line for line in screen(fleet, 160, 45))


@pytest.mark.parametrize("cell, shown", [("~32m", "~32m"), ("4h46m", "~4h46m"), ("OOM", "OOM"), ("DONE", "DONE"), ("-", "-")])
def test_an_old_cell_has_one_mark_and_words_have_none(cell, shown):
    column = next(column for column in tm.COLUMNS if column.key == "eta")._replace(cell=lambda m, scene, columns: cell)
    assert tm.cell_text(column, None, None, 6, reason=False, old=True) == shown


@pytest.mark.parametrize("change, words", [
    (lambda fleet: None, "LIVE"),
    (lambda fleet: setattr(fleet, "listed", tm.Moment(NOW.mono - 45, 0)), "STALE 45s"),
    (lambda fleet: setattr(fleet, "listed", None), "CONNECTING"),
    (lambda fleet: (setattr(fleet, "trouble", "x"), setattr(fleet, "failures", 3), setattr(fleet, "retry_at", NOW.mono + 40)),
     "API ERROR 3x, data 3s old, retry in 40s"),
])
def test_state(change, words):
    fleet = drawn_fleet()
    change(fleet)
    assert screen(fleet, 160, 45)[0].endswith(words)
    assert words.split(",")[0] in screen(fleet, 60, 20)[0]
    assert words == "LIVE" or words.split(",")[0] in screen(fleet, 40, 12)[0]


def test_paused():
    assert screen(drawn_fleet(), 80, 24, paused_at=NOW.mono - 120)[0].endswith("PAUSED 2m")


def test_every_colour_has_a_character():
    """What a monochrome terminal shows tells healthy, warning and error rows apart."""
    fleet = drawn_fleet()
    styled = tm.render(tm.make_scene(fleet, tm.View(), NOW, 160, 45))
    for line in styled[2:8]:
        text, styles = tm.text_of(line), {span.style for span in line}
        if "bad" in styles or "warn" in styles:
            assert any(mark in text for mark in ("!", "stall", "OOM", "exited", "loading", "created", "gone")), text


def test_log_panel_shares_its_rows_among_the_instances():
    fleet = drawn_fleet()
    m = fleet.metrics[31845802]
    fleet.arrival = m.add_lines([tm.LogLine(n, NOW.wall, f"flood {n}", 1) for n in range(2, 500)], fleet.arrival)
    shown = [(m.instance_id, line.text) for m, line in tm.log_lines(fleet, 0, 8)]
    assert {instance_id for instance_id, _ in shown} == {31845210, 31845377, 31845802, 31846119}
    assert shown[-1] == (31845802, "flood 499") and len(shown) == 8
    assert tm.log_lines(fleet, fleet.arrival, 8) == []


def test_alerts_take_turns_and_can_be_put_behind():
    fleet = drawn_fleet()
    texts = set()
    for turn in range(5):
        now = tm.Moment(NOW.mono + turn * tm.ALERT_S, NOW.wall)
        texts.add(tm.text_of(tm.alert_lines(tm.make_scene(fleet, tm.View(), now, 100, 30))[0]))
    assert len(texts) == 5 and any("gpu 0% < 10%" in text for text in texts)
    heaviest, *others = tm.open_alerts(tm.make_scene(fleet, tm.View(), NOW, 100, 30))
    view = tm.View(seen=(heaviest.key(),), alert=others[1].key())
    assert "(alert 3 of 5, n: next)" in tm.text_of(tm.alert_lines(tm.make_scene(fleet, view, NOW, 100, 30))[0])  # the count stays
    seen = tuple(
        (alert.instance_id, alert.names) for alert in tm.open_alerts(tm.make_scene(fleet, tm.View(), NOW, 100, 30))
    )
    assert tm.alert_lines(tm.make_scene(fleet, tm.View(seen=seen), NOW, 100, 30)) == [[]]


def test_selection_stays_with_the_instance_and_in_sight():
    order = list(range(100, 131))
    view = tm.scroll_to(tm.View(selected=110, top=0), order, 6)
    assert view.selected == 110 and view.top == 5
    assert tm.scroll_to(view, order[::-1], 6) == tm.View(selected=110, top=15)
    assert tm.scroll_to(view._replace(selected=999), order, 6).selected == 100
    assert tm.scroll_to(view, [], 6) == tm.View(selected=110)  # it comes back with its instance


def test_a_table_that_scrolls_says_so():
    fleet = tm.Fleet()
    for i in range(31):
        fleet.metrics[i] = metrics(instance_id=i)
    lines = screen(fleet, 80, 24, view=tm.View(selected=8, top=3))
    assert any("4-15 of 31" in line for line in lines)
    assert any(" of 31" in line for line in screen(fleet, 40, 12))


def test_absurd_times_are_drawn():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.pace, m.runtime_seconds, m.cost_per_hour, fleet.balance = pace_to(69.3, 1e15), 1e12, 1e-12, 1e9
    m.row = m.row._replace(end=1e11)
    for view in VIEWS:
        for rows in (12, 24, 45):
            tm.render(tm.make_scene(fleet, view._replace(selected=31845210), NOW, 160, rows, keys=tm.KEYS))


def test_a_wrapped_line_loses_no_character():
    scene = tm.make_scene(drawn_fleet(), tm.View(pager=tm.Pager(wrap=True)), NOW, 30, 12)
    for text in ("abc " * 50, "训练实验" * 20, "é" * 99, " " * 70 + "x", "", "\u0301" * 5 + "a" * 80):
        rows = tm.log_rows(tm.LogLine(1, NOW.wall, text, 1), scene, False)
        assert "".join(row[1].text for row in rows) == text
        assert all(sum(tm.width(span.text) for span in row) <= 30 for row in rows)


def log_of(*texts):
    fleet = drawn_fleet()
    m = fleet.metrics[31846002]
    fleet.add_lines(m, [tm.LogLine(i, NOW.wall, text, 1) for i, text in enumerate(texts, 1)])
    return fleet, m


def test_a_line_taller_than_the_screen_is_shown_and_walked_through():
    fleet, m = log_of("first", "x" * 4000, "".join(f"<{i:03d}>" for i in range(500)))
    lines = [line for _, line in m.lines]

    def shown(**pager):
        view = tm.View(screens=("main", "log"), selected=m.instance_id, pager=tm.Pager(wrap=True, **pager))
        return tm.make_scene(fleet, view, NOW, 80, 24), screen(fleet, 80, 24, view=view)
    scene, text = shown()
    assert len(text) == 24 and "<499>" in text[-2]            # followed: its end
    place = tm.log_place(lines, scene, 22)
    assert place[0] == 2 and place[1] > 0
    up = tm.walk(lines, scene, place, -5)
    assert up == (2, place[1] - 5) and tm.walk(lines, scene, up, 5) == place
    scene, text = shown(top=up[0] + 1, skip=up[1])
    assert tm.log_place(lines, scene, 22) == up and "<499>" not in "".join(text)
    assert tm.walk(lines, scene, (0, 0), -9) == (0, 0) and tm.walk(lines, scene, (0, 0), 10**6)[0] == 2
    assert "first" in shown(top=0)[1][1] and "<499>" in shown(top=99)[1][-2]


def test_a_search_looks_at_no_line_twice_and_gives_up_in_time(monkeypatch):
    _, m = log_of(*(f"line {i} check" if i % 3 == 0 else f"line {i}" for i in range(300)))
    looked, search = [], tm.Search()

    class Pattern:
        def search(self, text):
            looked.append(text)
            return "check" in text
    monkeypatch.setattr(tm, "to_regex", lambda text: Pattern())
    search.look(m, "check")
    assert search.hits == list(range(1, 301, 3)) and len(looked) == 300
    m.add_lines([tm.LogLine(301, 0.0, "check", 1), tm.LogLine(302, 0.0, "open", 1)], m.lines[-1][0])
    search.look(m, "check")
    m.add_lines([tm.LogLine(302, 0.0, "check", 1)], m.lines[-1][0])   # the last line goes on
    search.look(m, "check")
    search.look(m, "check")
    assert search.hits[-3:] == [298, 301, 302] and len(looked) == 303
    m.main.drop_lines(150)
    m.add_lines([tm.LogLine(303, 0.0, "check", 1)], m.lines[-1][0])
    search.look(m, "check")
    assert search.hits[0] >= m.lines[0][1].number and search.hits[-1] == 303


def test_a_search_begins_anew_in_the_log_of_another_run():
    m, search = with_runs(drawn_fleet().metrics[31845210]), tm.Search()
    for run in m.runs:
        search.look(tm.as_instance(m, run), "lr1e-4")
        assert search.hits == [1] * (run is m.runs[0])


def test_a_search_that_would_never_end_is_given_up():
    """Even within one line; the newest lines are looked at first, and what was given up is not tried again."""
    (_, m), search = log_of("zz", "a" * 60 + "!", "zz"), tm.Search()
    search.look(m, "(a+)+$|zz")
    assert search.hits == [m.lines[-1][1].number] and search.left_out == 2
    search.look(m, "(a+)+$|zz")
    assert search.left_out == 2
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_nothing_is_invented_before_the_first_listing():
    fleet = tm.Fleet()
    fleet.metrics[5] = tm.TrainingMetrics(5)
    text = "\n".join(screen(fleet, 80, 24))
    assert "CONNECTING" in text and "$0" not in text and "loading" not in text and "load" not in text.splitlines()[0]
    assert "asking vastai" in "\n".join(screen(tm.Fleet(), 80, 24))
    fleet = tm.Fleet()
    fleet.trouble = tm.CLI_PROBLEMS["missing"][0]
    assert fleet.trouble.split()[-1] in "\n".join(screen(fleet, 80, 24)[2:5])  # what helps is not cut off
    fleet = tm.Fleet()
    fleet.listed = NOW
    assert "no instance" in "\n".join(screen(fleet, 80, 24)) and "0 instances" in screen(fleet, 80, 24)[0]


def test_one_line_never_cuts_a_price():
    for columns in range(1, 30):
        text = screen(drawn_fleet(), columns, 3)[0]
        assert "$" not in text or "$2.34/h" in text


# ---- Outputs ---------------------------------------------------------------------------------


def test_block():
    fleet = drawn_fleet()
    event = tm.Event(NOW.wall - 2, "epoch", 31845210, "epoch 13/20 completed, loss 1.8655", "good")
    lines = tm.text_block(tm.make_scene(fleet, tm.View(), NOW, tm.PLAIN_COLUMNS, 0, glyphs=tm.ASCII), [event]).split("\n")
    assert lines[0].startswith("2025-01-14 14:03:54 6 instances: 3 running") and lines[0].endswith("LIVE")
    assert len(lines) == 2 + 6 + 1 + 1 and all(line.isascii() for line in lines)
    assert "31845377" in lines[2] and lines[2].endswith("! no new log line for 22m; gpu 0% < 10%")
    assert " C " in lines[1] and " 34 0.4127" in lines[2]
    assert lines[-2].strip().startswith("3/6 running  1 error   $19.57 total  $2.34/hr   GPU 31% mem 49%")
    assert lines[-1] == "2025-01-14 14:03:52 31845210 epoch 13/20 completed, loss 1.8655"
    assert "" not in "".join(lines)


def test_no_stranger_can_forge_a_row():
    fleet = drawn_fleet()
    m = fleet.metrics[31846119]
    m.log = m.log._replace(reason="x" + " " * 58 + "OK 31849999 fake      RTX 4090")
    fleet.trouble = "y" + " " * 200 + "z"
    event = tm.Event(NOW.wall, "failed", 31846119, "run failed: " + "z" * 4000, "error")
    lines = tm.text_block(tm.make_scene(fleet, tm.View(), NOW, tm.PLAIN_COLUMNS, 0), [event]).split("\n")
    assert any("! exited for 9m; run failed: x OK 31849999 fake RTX 4090" in line for line in lines) and "  ! y z" in lines
    assert len(lines[-1]) == len("2025-01-14 14:03:54 ") + tm.EVENT_COLUMNS and lines[-1].endswith("…")


def plain_scene(fleet=None, **more):
    return tm.make_scene(fleet or drawn_fleet(), tm.View(), NOW, tm.PLAIN_COLUMNS, 0, **more)


def test_json_has_every_field_and_no_secret():
    fleet = drawn_fleet()
    event = tm.Event(NOW.wall, "failed", 31846119, "run failed: CUDA out of memory", "error")
    told, whole = map(json.loads, tm.json_block(plain_scene(fleet), [event]).split("\n"))
    assert (told["event"], told["id"], told["time"]) == ("failed", 31846119, "2025-01-14T14:03:54+00:00")
    assert whole["schema"] == tm.SCHEMA and whole["fleet"]["running"] == 3
    one = next(values for values in whole["instances"] if values["id"] == 31845210)
    assert list(one)[:len(tm.FIELDS)] == [field.name for field in tm.FIELDS]
    assert one["status"] == "running" and one["progress_percent"] == pytest.approx(69, abs=1)
    assert one["loss"] == 1.8342 and one["reason"] is None


def test_a_stopped_instance_is_not_told_how_to_be_found(watch):
    monitor, _ = watch()
    listing(monitor, 0, running(1))
    probed(monitor, 1, tm.Probe(looked_at="files like x"))
    assert monitor.metrics[1].looked_at
    listing(monitor, 2, tm.Row(1, "exited"))
    assert not monitor.metrics[1].looked_at


def test_why_there_is_no_ssh_is_said_once():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.trouble, m.row = "its image has no ssh", m.row._replace(no_ssh="its image has no ssh")
    (line,) = (line for line in pane(fleet, 160, 45).splitlines() if line.startswith(" Ssh"))
    assert line.count("has no ssh") == 1


def test_what_is_not_known_of_the_fleet_is_null_and_no_metric():
    values = json.loads(tm.json_block(plain_scene(tm.Fleet()), ()))["fleet"]
    assert values["api_ok"] is True and {value for name, value in values.items() if name != "api_ok"} == {None}
    assert tm.prometheus_block(plain_scene(tm.Fleet()), ()).splitlines()[2:] == ["training_monitor_api_up 1"]
    fleet = drawn_fleet()
    for m in fleet.metrics.values():
        m.cost_per_hour = m.total_cost = None  # as a plain host without a rate
    values = json.loads(tm.json_block(plain_scene(fleet), ()))["fleet"]
    assert (values["dollars_per_hour"], values["cost_dollars"], values["instances"]) == (None, None, 6)
    fleet.balance = None
    assert "$" not in tm.line_block(plain_scene(fleet), ()) and "$0" not in tm.text_block(plain_scene(fleet), ())
    fleet.metrics.clear()
    values = json.loads(tm.json_block(plain_scene(fleet), ()))["fleet"]
    assert (values["dollars_per_hour"], values["cost_dollars"], values["instances"]) == (0, 0, 0)  # that is known


def test_json_of_what_is_no_number_stays_json():
    fleet = drawn_fleet()
    fleet.metrics[31845210].log = fleet.metrics[31845210].log._replace(loss=float("nan"))
    text = tm.json_block(plain_scene(fleet), ())
    assert "NaN" not in text and '"loss": "nan"' in text


def test_prometheus_gauges_have_base_units_and_escaped_labels():
    fleet = drawn_fleet()
    m = fleet.metrics[31845210]
    m.row = m.row._replace(label='a"b\\c')
    lines = tm.prometheus_block(plain_scene(fleet), ()).split("\n")
    shown = [line for line in lines if line.startswith("training_monitor_progress_ratio{") and "31845210" in line]
    assert len(shown) == 1 and 'label="a\\"b\\\\c"' in shown[0] and 0.68 < float(shown[0].split()[-1]) < 0.7
    named = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(named) == len(set(named)) and all(name.startswith("training_monitor_") for name in named)
    samples = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
    assert len(samples) == len(set(samples))
    assert not any(" None" in line for line in lines)


def test_one_line_for_a_status_bar():
    assert tm.line_block(plain_scene(), ()) == "3/6 run 1 exit 1 failed $2.34/h 1h45m"
    assert tm.line_block(plain_scene(tm.Fleet()), ()) == "connecting"


def test_an_export_is_whole_readable_and_its_failure_said_once(watch, tmp_path):
    monitor, _ = watch(running(1))
    stream = io.StringIO()
    monitor.journal = tm.Journal(stream)
    paths = [str(tmp_path / "fleet.json"), str(tmp_path / "fleet.prom"), "/no/such/folder/x.prom"]
    tm.export_to(monitor, paths)
    (tmp_path / "fleet.json").symlink_to("elsewhere.json")
    (tmp_path / f"fleet.prom.{os.getpid()}.new").symlink_to("other")  # laid there by somebody else: what it leads to stays
    for _ in range(3):
        monitor.update_all_metrics()
    assert (tmp_path / "fleet.json").is_symlink() and json.loads((tmp_path / "elsewhere.json").read_text())["instances"][0]["id"] == 1
    assert "training_monitor_instances 1\n" in (tmp_path / "fleet.prom").read_text()
    assert (tmp_path / "fleet.prom").stat().st_mode & 0o777 == 0o644 and len(list(tmp_path.iterdir())) == 3
    assert stream.getvalue().count("not exported: /no/such/folder/x.prom") == 1


def test_every_field_is_in_the_readme():
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    for field in (*tm.FIELDS, *tm.FLEET_FIELDS):
        metric = f"`training_monitor_{field.metric}`" if field.metric else ""
        assert f"| `{field.name}` | {field.help} | {metric} |".replace("  |", " |") in readme, field.name
# ---- Sinks -----------------------------------------------------------------------------------


SECRETS = ("s3cr3t-topic", "hunter2pass", "123456:ABCdefSECRET", "T0KEN-hook")


def event(kind="failed", instance_id=7, text="run failed: OOM", level="error", label="llama-ft"):
    return tm.Event(NOW.wall, kind, instance_id, text, level, label)


class Heard(http.server.BaseHTTPRequestHandler):
    """A server on the web that notes what it is asked, and answers what the test has set."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.heard.append((self.command, self.path, dict(self.headers), body, time.monotonic()))
        self.server.gate.wait(WAIT_S)
        status, headers, said = self.server.answers.pop(0) if self.server.answers else (200, {}, b"ok")
        login = base64.b64decode((self.headers.get("Authorization") or " ").split(" ")[1]).decode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(said.replace(b"ECHO", (self.path + login).encode()))), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.replace(b"ECHO", (self.path + login).encode()))

    do_GET = do_POST  # noqa: N815 (the name is that of the base class)

    def log_message(self, *args):
        pass


@pytest.fixture
def web(monkeypatch):
    """Servers on the loopback: web() -> object with `at` ('127.0.0.1:PORT'), heard, answers, gate."""
    made = []
    monkeypatch.setenv("no_proxy", "*")
    tm.web_opener.cache_clear()

    def make():
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Heard)
        server.handle_error = lambda *args: None  # of those who do not wait
        server.heard, server.answers, server.gate = [], [], threading.Event()
        server.gate.set()
        server.at = f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        made.append(server)
        return server
    yield make
    for server in made:
        server.gate.set()
        server.shutdown()
        server.server_close()


class Post(socketserver.StreamRequestHandler):
    """A mail server that speaks as much SMTP as it takes to leave a letter there."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        for line in iter(self.rfile.readline, b""):
            word = line.strip().upper()
            self.server.heard.append(line.decode().strip())
            if word.startswith(b"EHLO"):
                answer = b"250-here\r\n" + self.server.offers + b"250 8BITMIME"
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(letter)
                answer = b"250 taken"
            else:
                answer = b"221 bye" if word == b"QUIT" else next((said for lead, said in self.server.answers.items() if word.startswith(lead)), b"250 ok")
            self.wfile.write(answer + b"\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def post():
    """A mail server: post(host='127.0.0.1') -> object with port, heard, letters, offers, answers."""
    made = []

    def make(host="127.0.0.1"):
        server = socketserver.ThreadingTCPServer((host, 0), Post)
        server.daemon_threads = True
        server.heard, server.letters, server.offers, server.answers = [], [], b"250-AUTH PLAIN\r\n", {b"AUTH": b"235 in"}
        server.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        made.append(server)
        return server
    yield make
    for server in made:
        server.shutdown()
        server.server_close()


@pytest.fixture
def tell(watch, monkeypatch):
    """Sinks of a monitor without rows: tell(url, ..., **options) -> Sinks; messages follow quickly."""
    monkeypatch.setattr(tm, "SINKS", {name: sink._replace(rest_s=min(sink.rest_s, 0.02)) for name, sink in tm.SINKS.items()})
    monkeypatch.setattr(tm, "SINK_REST_S", 0.02)

    def make(*contacts, **options):
        monitor, _ = watch()
        return tm.Sinks(monitor, [one if isinstance(one, tm.Contact) else tm.read_contact(one) for one in contacts], **options)
    return make


def happen(sinks, *events):
    for one in events:
        sinks.monitor._add_event(one)
    sinks.step()


def lines_of(sinks):
    sinks.step()
    return events_of(sinks.monitor)


def test_ntfy_gets_title_priority_tags_and_text(web, tell):
    server = web()
    sinks = tell(f"ntfy://me:hunter2pass@{server.at}/s3cr3t-topic")
    happen(sinks, event(label="训练"))
    wait_until(lambda: server.heard, "the message")
    method, path, headers, body, _ = server.heard[0]
    assert (method, path, body.decode()) == ("POST", "/s3cr3t-topic", "14:03 7 训练: run failed: OOM")
    assert headers["Priority"] == "5" and headers["Tags"] == "rotating_light"
    assert email.header.decode_header(headers["Title"])[0][0].decode() == "7 训练: failed"
    assert base64.b64decode(headers["Authorization"].split()[1]) == b"me:hunter2pass"


@pytest.mark.parametrize("url, name, address", [
    ("ntfy://topic", "ntfy at ntfy.sh", "https://ntfy.sh/topic"), ("ntfys://h:8443/t", "ntfy at h:8443", "https://h:8443/t"),
    ("ntfy://tk:x@topic", "ntfy at ntfy.sh", "https://tk:x@ntfy.sh/topic"),
    ("tgram://123456:ABCdef/-42", "Telegram", "123456:ABCdef/-42"), ("mailto:me@example.org", "mail to example.org", "me@example.org"),
    ("https://u:p@hooks.example/x/y?z=1", "webhook at hooks.example", "https://u:p@hooks.example/x/y?z=1")])
def test_addresses(url, name, address):
    contact = tm.read_contact(url)
    assert (contact.name, contact.address) == (name, address) and address not in repr(contact)


@pytest.mark.parametrize("url", [
    "s3cr3t-topic", "ftp://host/s3cr3t-topic", "https://host/s3cr3t topic", "http://[s3cr3t-topic", "http://h:s3cr3t-topic/", "http:///s3cr3t-topic",
    "ntfy://", "ntfy://h/s3cr3t-topic/x", "tgram://s3cr3t-topic/1", "mailto:s3cr3t-topic", "https://h/s3cr3t-topic\u00e9", "https://h/\ts3cr3t-topic"])
def test_wrong_addresses_are_refused_without_being_shown(url, capsys):
    with pytest.raises(SystemExit) as end:
        tm.main(["--mock", "--notify", url])
    said = capsys.readouterr().err
    assert end.value.code == 2 and "argument --notify: " in said and "s3cr3t" not in said


def test_telegram_and_chats_get_json_that_calls_nobody(web, tell, monkeypatch):
    server = web()
    monkeypatch.setattr(tm, "TELEGRAM", f"http://{server.at}")
    happen(tell("tgram://123456:ABCdefSECRET/-42", f"http://{server.at}/T0KEN-hook"), event(text="<!here> @everyone " + "x" * 4000))
    wait_until(lambda: len(server.heard) == 2, "both messages")
    by_path = {path: json.loads(body) for _, path, _, body, _ in server.heard}
    chat = by_path["/bot123456:ABCdefSECRET/sendMessage"]
    assert chat["chat_id"] == "-42" and chat["text"].startswith("14:03 7 llama-ft: <!here>")
    hook = by_path["/T0KEN-hook"]
    assert "&lt;!here&gt; @\u200beveryone" in hook["text"] and "<!here> @\u200beveryone" in hook["content"]
    assert max(len(hook["text"]), len(hook["content"])) <= tm.CHAT_MAX


def test_a_storm_is_one_message_and_the_worst_is_spelled_out(web, tell):
    server = web()
    sinks = tell(f"ntfy://{server.at}/t")
    happen(sinks, *[event("finished", i, "run finished", "good") for i in range(15)], event())
    wait_until(lambda: server.heard, "the message")
    sinks.finish(WAIT_S)
    assert len(server.heard) == 1
    lines = server.heard[0][3].decode().splitlines()
    assert lines[-1] == "6 more" and len(lines) == tm.SINK_LINES + 1 and any("run failed: OOM" in line for line in lines)


def test_nobody_waits_for_the_rest_behind_the_last_message(web, tell):
    server = web()
    sinks = tell(f"ntfy://{server.at}/t")
    sinks.channels[-1].sink = tm.SINKS["ntfy"]._replace(rest_s=WAIT_S)
    began = time.monotonic()
    happen(sinks, event())
    sinks.finish(WAIT_S)
    assert len(server.heard) == 1 and time.monotonic() - began < WAIT_S / 2


def test_messages_are_a_rest_apart(web, tell, monkeypatch):
    server = web()
    sinks = tell(f"ntfy://{server.at}/t")
    sinks.channels[-1].sink = tm.SINKS["ntfy"]._replace(rest_s=0.3)
    for i in range(20):
        happen(sinks, event(instance_id=i))
    sinks.finish(WAIT_S)
    times = [heard[4] for heard in server.heard]
    assert sum(heard[3].decode().count("\n") + 1 for heard in server.heard) >= tm.SINK_LINES
    assert all(b - a > 0.2 for a, b in zip(times, times[1:])) and len(times) <= 3


def test_what_fails_is_an_event_once_and_once_when_it_is_over(web, tell):
    server = web()
    server.answers += [(500, {}, b"<html>")] * 3
    sinks = tell(f"ntfy://{server.at}/s3cr3t-topic")
    happen(sinks, event())
    wait_until(lambda: len(server.heard) == 4, "the fourth try")
    sinks.finish(WAIT_S)
    assert lines_of(sinks) == ["7 run failed: OOM", f"ntfy at {server.at} fails: HTTP 500 Internal Server Error",
                               f"ntfy at {server.at} works again"]
    sinks.step()
    sinks.finish(WAIT_S)
    assert len(server.heard) == 4  # it is not told of its own troubles


def test_what_would_fail_again_is_not_tried_again_but_counted(web, tell):
    server = web()
    server.answers += [(404, {}, b"no such s3cr3t-topic")] * 2
    sinks = tell(f"ntfy://{server.at}/s3cr3t-topic")
    happen(sinks, event(), event(instance_id=9))
    wait_until(lambda: len(lines_of(sinks)) == 3, "the report")
    assert lines_of(sinks)[2].endswith("fails: HTTP 404 Not Found: no such ***")
    sinks.finish(WAIT_S)
    for many, instance_id in ((2, 7), (3, 8), (0, 9)):  # of each message: what was lost until then
        happen(sinks, event("finished", instance_id, "run finished", "good"))
        sinks.finish(WAIT_S)
        text = server.heard[-1][3].decode()
        assert re.findall(r"(\d+) earlier events? could not be told", text) == [str(many)] * bool(many)
        assert f"{instance_id} llama-ft: run finished" in text


def test_a_secret_that_lies_across_the_end_of_what_is_shown_is_hidden_whole(web, tell):
    server = web()
    server.answers.append((404, {}, b"x" * (tm.EVENT_MAX - 25) + b" s3cr3t-topic"))
    sinks = tell(f"ntfy://{server.at}/s3cr3t-topic")
    with pytest.raises(tm.SinkError) as error:
        sinks.channels[-1].tell([event()])
    assert "s3" not in str(error.value) and str(error.value).endswith("x ***")


def test_a_certificate_that_is_not_trusted_is_said():
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    error.verify_message, error.reason = "self-signed certificate", "CERTIFICATE_VERIFY_FAILED"
    for each in (error, urllib.error.URLError(error)):
        assert tm.why_not(each) == "its certificate is not trusted: self-signed certificate"


def test_what_a_server_says_on_for_ever_is_cut_and_an_answer_is_one_though_it_is_not_whole(web, tell, monkeypatch):
    monkeypatch.setattr(tm, "SINK_ANSWER", 4)
    server = web()
    server.answers += [(200, {}, b"x" * 5000), (200, {"Content-Length": "7"}, b""), (500, {}, b"abcdefg")]
    channel = tell(f"ntfy://{server.at}/t").channels[-1]
    assert channel.tell([event()]) == "HTTP 200" and channel.tell([event()]) == "HTTP 200"
    with pytest.raises(tm.SinkError, match=r"abcd$"):
        channel.tell([event()])


def test_another_host_is_not_followed_and_the_same_gets_the_same(web, tell):
    other, server = web(), web()
    server.answers += [(307, {"Location": "/moved"}, b""), (200, {}, b""), (302, {"Location": f"http://localhost:{other.server_address[1]}/t"}, b"")]
    sinks = tell(f"ntfy://{server.at}/t")
    happen(sinks, event())
    wait_until(lambda: len(server.heard) == 2, "the request that was moved")
    assert [heard[:2] for heard in server.heard] == [("POST", "/t"), ("POST", "/moved")] and server.heard[1][3]
    happen(sinks, event())
    wait_until(lambda: len(lines_of(sinks)) == 3, "the report")
    assert lines_of(sinks)[2].endswith("it redirects to another address, which is not followed") and not other.heard


@pytest.mark.parametrize("answer", ["hang", "refuse", "garbage"])
def test_a_bad_server_delays_nobody(web, tell, monkeypatch, answer):
    monkeypatch.setattr(tm, "SINK_DEADLINE_S", 0.2)
    server, good = web(), web()
    if answer == "hang":
        server.gate.clear()
    if answer == "refuse":
        server.shutdown()
        server.server_close()
    if answer == "garbage":
        send = Heard.send_response
        monkeypatch.setattr(Heard, "send_response", lambda self, status: self.wfile.write(b"\0\xff junk\r\n") if self.server is server
                            else send(self, status))
    sinks = tell(f"ntfy://{server.at}/s3cr3t-topic", f"http://{good.at}/T0KEN-hook")
    began = time.thread_time()
    for i in range(200):
        happen(sinks, event(instance_id=i))
    assert time.thread_time() - began < 2
    wait_until(lambda: any("fails:" in line for line in lines_of(sinks)), "the report")
    wait_until(lambda: good.heard, "the other's message")
    words = {"hang": "no answer in 0.2 s", "refuse": "Connection refused", "garbage": "no answer that can be understood"}
    said = [line for line in lines_of(sinks) if "fails:" in line and line.startswith("ntfy")]
    assert len(said) == 1 and words[answer] in said[0] and "s3cr3t" not in said[0]


def test_a_queue_that_is_full_drops_and_says_so(web, tell):
    server = web()
    server.gate.clear()
    sinks = tell(f"ntfy://{server.at}/t")
    happen(sinks, event())
    wait_until(lambda: server.heard, "the first message")
    for i in range(tm.SINK_QUEUE + 5):
        happen(sinks, event(instance_id=i))
    server.gate.set()
    wait_until(lambda: len(server.heard) > 1, "the next message")
    sinks.finish(WAIT_S)
    happen(sinks, event())
    sinks.finish(WAIT_S)
    assert any(b"earlier events could not be told" in heard[3] for heard in server.heard)


def test_mail(post, tell):
    server = post()
    contact = tm.read_contact("mailto:me@example.org")
    contact.server = tm.read_server(f"you@example.org:hunter2pass@127.0.0.1:{server.port}")
    happen(tell(contact), event(label="训练"))
    wait_until(lambda: server.letters, "the letter")
    letter = email.message_from_bytes(server.letters[0], policy=email.policy.default)
    assert (letter["To"], letter["From"], letter["Subject"]) == ("me@example.org", "you@example.org", "7 训练: failed")
    assert letter.get_content().strip() == "14:03 7 训练: run failed: OOM"
    assert any(line.startswith("AUTH PLAIN") for line in server.heard)


def test_a_password_is_not_sent_in_the_clear_and_starttls_is_taken_where_offered(post, tell):
    server = post("127.0.0.2")  # not of this machine, by its name
    contact = tm.read_contact("mailto:me@example.org")
    contact.server = tm.read_server(f"you:hunter2pass@127.0.0.2:{server.port}")
    sinks = tell(contact)
    with pytest.raises(tm.SinkError, match="offers no encryption"):
        sinks.channels[-1].tell([event()])
    server.offers, server.answers[b"STARTTLS"] = b"250-STARTTLS\r\n250-AUTH PLAIN\r\n", b"454 hunter2pass not now"
    with pytest.raises(tm.SinkError):
        sinks.channels[-1].tell([event()])
    assert "STARTTLS" in server.heard and not any(line.startswith("AUTH") for line in server.heard)


@pytest.mark.parametrize("host, checked", [("mail.example.org", True), ("127.0.0.1", False)])
def test_the_certificate_of_a_mail_server_elsewhere_is_looked_at(tell, monkeypatch, host, checked):
    seen = []

    class Connects(smtplib.SMTP_SSL):
        def __init__(self, *args, context=None, **options):
            seen.append(context)
            raise OSError("not in a test")

    monkeypatch.setattr(smtplib, "SMTP_SSL", Connects)
    contact = tm.read_contact("mailto:me@example.org")
    contact.server = tm.read_server(f"you:hunter2pass@{host}:465")
    with pytest.raises(tm.SinkError):
        tell(contact).channels[-1].tell([event()])
    assert (seen[0] is not None and seen[0].check_hostname and seen[0].verify_mode == ssl.CERT_REQUIRED) == checked


def test_the_words_of_a_mail_server_hold_no_password(post, tell):
    server = post()
    server.answers[b"AUTH"] = b"535 not hunter2pass"
    contact = tm.read_contact("mailto:me@example.org")
    contact.server = tm.read_server(f"you:hunter2pass@127.0.0.1:{server.port}")
    sinks = tell(contact)
    with pytest.raises(tm.SinkError) as error:
        sinks.channels[-1].tell([event()])
    assert "535" in str(error.value) and "hunter2pass" not in str(error.value) and error.value.lasting


@pytest.mark.parametrize("greeting, answers", [(b"220-x", b""), (b"2", b""), (b"220 here\r\n", b"250-x")], ids=["flood", "drip", "flood after the greeting"])
def test_a_mail_server_that_talks_on_for_ever_is_left(tell, monkeypatch, greeting, answers):
    monkeypatch.setattr(tm, "SINK_DEADLINE_S", 0.3)
    ended = threading.Event()

    class Talks(socketserver.StreamRequestHandler):
        def handle(self):
            with contextlib.suppress(OSError):
                self.wfile.write(greeting)
                while not ended.wait(0.02 if len(greeting) == 1 else 0):
                    self.wfile.write((answers or greeting) + b"x" * 900 * (len(greeting) > 1) + b"\r\n" * (len(greeting) > 1))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talks) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        contact = tm.read_contact("mailto:me@example.org")
        contact.server = tm.read_server(f"127.0.0.1:{server.server_address[1]}")
        told = []
        thread = threading.Thread(target=lambda: told.append(tm.SINKS["mail"].tell(contact, [event()])), daemon=True)
        monkeypatch.setattr(threading, "excepthook", lambda args: told.append(str(args.exc_value)))
        thread.start()
        thread.join(WAIT_S)
        ended.set()
        server.shutdown()
    assert told == ["no answer in 0.3 s"]


def test_a_secret_is_hidden_however_a_server_repeats_it(web, tell, post):
    server = web()
    login = base64.b64encode(b"me:hunter2@pass").decode()
    server.answers.append((403, {}, f"hunter2@pass hunter2%40pass {login} of ECHO".encode()))
    with pytest.raises(tm.SinkError) as error:
        tell(f"ntfy://me:hunter2%40pass@{server.at}/s3cr3t-topic").channels[-1].tell([event()])
    assert not re.search(f"hunter2|pass|{login}|s3cr3t", str(error.value)) and "403" in str(error.value)
    mail = post()
    again = base64.b64encode(b"\0you\0hunter2pass").decode()
    mail.answers[b"AUTH"] = f"535 not {again}, {base64.b64encode(b'hunter2pass').decode()}".encode()
    contact = tm.read_contact("mailto:me@example.org")
    contact.server = tm.read_server(f"you:hunter2pass@127.0.0.1:{mail.port}")
    with pytest.raises(tm.SinkError) as error:
        tell(contact).channels[-1].tell([event()])
    assert str(error.value) == "SMTP 535 not ***, ***"


def test_hooks_get_the_values_and_no_shell_sees_them(tell, tmp_path):
    hook = tmp_path / "hook"
    hook.write_text('#!/bin/sh\nenv | grep ^TM_ | sort > "$1/$TM_ID"; exit "$TM_ID"\n')
    hook.chmod(0o755)
    sinks = tell(tm.read_command(f"{hook} {tmp_path}"))
    happen(sinks, event(instance_id=0, text="$(touch /tmp/evil); `x` \"'"))
    wait_until(lambda: (tmp_path / "0").exists() and (tmp_path / "0").read_text().count("\n") == 7, "the hook's file")
    assert (tmp_path / "0").read_text().splitlines() == [
        "TM_ID=0", "TM_KIND=failed", "TM_LABEL=llama-ft", "TM_LEVEL=error", "TM_OTHERS=0", "TM_TEXT=$(touch /tmp/evil); `x` \"'", "TM_TIME=2025-01-14T14:03:54Z"]
    happen(sinks, event(instance_id=3))
    wait_until(lambda: lines_of(sinks)[2:] == ["command hook fails: exit code 3"], "the report")


def test_hooks_run_side_by_side_but_only_four_and_are_ended(tell, tmp_path, monkeypatch):
    hook = tmp_path / "hook"
    hook.write_text('#!/bin/sh\necho > "$1/$TM_ID"\nsleep 600\n')
    hook.chmod(0o755)
    sinks = tell(tm.read_command(f"{hook} {tmp_path}"))
    happen(sinks, *[event(instance_id=i) for i in range(6)])
    wait_until(lambda: len(list(tmp_path.iterdir())) == 1 + tm.HOOKS_MAX, "four hooks")
    wait_until(lambda: len(sinks.monitor.commands._live) == tm.HOOKS_MAX, "all four known")
    children = list(sinks.monitor.commands._live)
    monkeypatch.setattr(tm, "HOOK_DEADLINE_S", 0.05)
    began = time.monotonic()
    sinks.monitor.close()
    assert time.monotonic() - began < 5 and not any(child.poll() is None for child in children)


def test_a_hook_that_hangs_is_ended_in_time(watch):
    monitor, _ = watch()
    assert monitor.commands.call(["sh", "-c", "sleep 600"], 0.1) == "it was ended after 0.1 s"
    assert monitor.commands.call(["sh", "-c", "exec >&- 2>&-; sleep 0.2; exit 5"], WAIT_S) == "exit code 5"
    assert monitor.commands.call(["sh", "-c", "echo a >&2; echo b >&2; exit 1"], WAIT_S) == "exit code 1: b"
    assert monitor.commands.call(["/no/such/program"], 1.0) == "No such file or directory"
    assert monitor.commands.call(["true"], WAIT_S) == ""


def test_the_dead_mans_switch_hears_of_good_refreshes_and_of_a_lost_api(web, watch, tell):
    server = web()
    sinks = tell(tm.read_ping(f"http://{server.at}/T0KEN-hook?x=1"))
    sinks.monitor.update_all_metrics()
    sinks.step()
    wait_until(lambda: len(server.heard) == 1, "the ping")
    sinks.step()
    sinks.monitor.source.rows = tm.SourceError("down")
    for failures in (1, 2):
        sinks.monitor._listing_failed("down", NOW)
        sinks.monitor.rounds += 1
        sinks.step()
        assert sinks.monitor.fleet.failures == failures
    wait_until(lambda: len(server.heard) == 2, "the failure")
    assert [heard[:2] for heard in server.heard] == [("GET", "/T0KEN-hook?x=1"), ("GET", "/T0KEN-hook/fail?x=1")]
    assert 60 / tm.PING_REST_S <= 5


def test_kinds_and_severity_choose(tell):
    sinks = tell("ntfy://t")
    channel = sinks.channels[-1]
    assert not sinks.wants(channel, event("epoch", level="good")) and sinks.wants(channel, event("finished", level="good"))
    sinks.kinds = ["epoch"]
    assert sinks.wants(channel, event("epoch", level="good")) and not sinks.wants(channel, event("failed"))
    assert sinks.wants(sinks.channels[0], event("failed"))  # the journal has all
    sinks.kinds, sinks.least = [], 1
    assert not sinks.wants(channel, event("finished", level="good")) and sinks.wants(channel, event("gone", level="warning"))


def test_every_kind_of_event_has_its_row():
    said = set(re.findall(r'_happened\(\s*"(\w+)"|\.note\("(\w+)"', SOURCE))
    assert {one or two for one, two in said} <= set(tm.EVENT_KINDS) and len(said) > 5
    readme = re.findall(r"^\| `(\w+)` \| [^|]+ \| (yes|no) \| (yes|no) \|$", (HERE / "README.md").read_text(encoding="utf-8"), re.M)
    assert readme == [(name, *("yes" if is_so else "no" for is_so in kind)) for name, kind in tm.EVENT_KINDS.items()]


@pytest.mark.parametrize("happened, told, expected", [(3, 0, ["0", "1", "2"]), (3, 2, ["2"]), (3, 3, []), (5, 0, ["2 earlier events were too many to keep", "2", "3", "4"])])
def test_events_since(watch, happened, told, expected, monkeypatch):
    monitor, _ = watch()
    monitor.fleet.events = tm.deque(maxlen=3)
    for i in range(happened):
        monitor._happened("epoch", None, str(i), "good", NOW)
    assert [one.text for one in monitor.events_since(told)] == expected


def test_the_status_line():
    fleet = drawn_fleet()
    assert " ".join(tm.status_parts(fleet, NOW)) == "3/6 run 1 exit 1 failed $2.34/h 1h45m"
    assert tm.status_parts(tm.Fleet(), NOW) == ["connecting"]


def test_title_and_osc9_through_tmux(tell, capsys, monkeypatch):
    monkeypatch.setenv("TMUX", "x")
    sinks = tell(screen=("title", "osc9"))
    sinks.open_screen()
    sinks.monitor.update_all_metrics()
    sinks.step()
    happen(sinks, event())
    sinks.close_screen()
    assert capsys.readouterr().out == ("\x1b[22;2t\x1b]2;0 instances $0.00/h\a\x1bPtmux;\x1b\x1b]9;7 llama-ft: failed: run failed: OOM\a\x1b\\"
                                       "\x1b]2;\a\x1b[23;2t")
    assert [channel.contact.sink for channel in sinks.channels] == ["journal"]


def test_test_notify_says_that_nobody_is_told(capsys):
    assert tm.main(["--test-notify"]) == 1 and "nobody is told of anything" in capsys.readouterr().out


def test_test_notify_says_what_came_back(web, tmp_path):
    good, bad = web(), web()
    bad.answers.append((403, {}, b'{"description": "no T0KEN-hook here"}'))
    urls = f"ntfy://{good.at}/s3cr3t-topic http://{bad.at}/T0KEN-hook"
    done = run("--test-notify", "--on-event", "sh -c 'test $TM_KIND = test'", env={"TRAINING_MONITOR_NOTIFY": urls, "no_proxy": "*"})
    assert done.returncode == 1 and done.stderr == ""
    assert done.stdout.splitlines() == [
        f"ntfy at {good.at}: HTTP 200", f'webhook at {bad.at}: failed: HTTP 403 Forbidden: {{"description": "no *** here"}}',
        "command sh: exit code 0"]
    assert run("--test-notify", env={"TRAINING_MONITOR_NOTIFY": f"ntfy://{good.at}/t", "no_proxy": "*"}).returncode == 0


def test_secrets_are_in_no_output_argv_journal_or_environment(web, fake, tmp_path):
    """Everything that the program leaves behind while each sink fails is searched for them."""
    seen, log = tmp_path / "seen", tmp_path / "journal"
    fake("vastai", f'{{ env; echo "$@"; }} >> {seen}; echo broken >&2; exit 1')
    server = web()
    server.answers += [(403, {}, b"ECHO")] * 99
    child = subprocess.Popen(
        [*QUICK, "--all", "--debug", "--log-file", str(log), "--on-event", f"sh -c 'env >> {seen}; exit 3'"],
        env={**os.environ, "no_proxy": "*", "TRAINING_MONITOR_NOTIFY": f"ntfy://u:hunter2pass@{server.at}/s3cr3t-topic http://{server.at}/T0KEN-hook mailto:a@b.c",
             "TRAINING_MONITOR_SMTP": "u:hunter2pass@127.0.0.1:1", "TRAINING_MONITOR_PING": f"http://{server.at}/T0KEN-hook"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wait_until(lambda: log.exists() and all(name in log.read_text() for name in ("ntfy at", "webhook at", "mail to b.c", "ping at", "command sh")), "five failures")
    argv = pathlib.Path(f"/proc/{child.pid}/cmdline").read_text()
    child.send_signal(signal.SIGTERM)
    left = child.communicate(timeout=WAIT_S)[0] + log.read_text() + seen.read_text() + argv
    assert child.returncode == 143 and "fails: exit code 3" in left and "TM_KIND=api" in left
    assert [secret for secret in SECRETS if secret in left] == []


# ---- Terminal --------------------------------------------------------------------------------


class VirtualScreen:
    """What a terminal would show: the few sequences that ncurses writes for an xterm."""

    TOKEN = re.compile(r"\x1b\[([?>]?)([\d;]*)([@-~])|\x1b([()][A-Z0-9]|[=>78M])|([\r\n\b\t\x07\x0f])|([^\x1b])|\x1b\][^\x07\x1b]*\x07|\x1b[^\[]?", re.S)

    def __init__(self, columns, rows, char_width=None):
        self.char_width, self.rest = char_width or tm.char_width, ""
        self.size(columns, rows)

    def size(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.cells = [[" "] * columns for _ in range(rows)]
        self.x = self.y = 0
        self.top, self.bottom = 0, rows - 1

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def feed(self, text):
        text, self.rest = self.rest + text, ""
        cut = re.search(r"\x1b(?:\[[?>]?[\d;]*|[()]|\][^\x07\x1b]*)?\Z", text)  # a sequence whose end is yet to come
        if cut:
            text, self.rest = text[:cut.start()], cut[0]
        for private, numbers, final, _, control, char in self.TOKEN.findall(text):
            if final and not private:
                self.command(final, [int(number or 0) for number in numbers.split(";")])
            elif control:
                self.control(control)
            elif char:
                self.put(char)

    def put(self, char):
        wide = self.char_width(char)
        if wide and self.x + wide > self.columns:  # what does not fit goes on below
            self.x = 0
            self.control("\n")
        if wide and self.x + wide <= self.columns:
            self.cells[self.y][self.x] = char
            if wide == 2:
                self.cells[self.y][self.x + 1] = ""
            self.x += wide

    def control(self, char):
        if char == "\r":
            self.x = 0
        elif char == "\b":
            self.x = max(0, self.x - 1)
        elif char == "\t":
            self.x = min(self.columns - 1, 8 * (self.x // 8 + 1))
        elif char == "\n" and self.y == self.bottom:
            self.cells.insert(self.bottom + 1, [" "] * self.columns)
            del self.cells[self.top]
        elif char == "\n":
            self.y = min(self.rows - 1, self.y + 1)

    def command(self, final, numbers):
        first = max(1, numbers[0])
        row = self.cells[self.y]
        if final == "H":
            self.y, self.x = min(self.rows, first) - 1, min(self.columns, max(1, [*numbers, 1][1])) - 1
        elif final in "Gd":
            self.x, self.y = (min(self.columns, first) - 1, self.y) if final == "G" else (self.x, min(self.rows, first) - 1)
        elif final in "ABCD":
            self.y = max(0, min(self.rows - 1, self.y + {"A": -first, "B": first}.get(final, 0)))
            self.x = max(0, min(self.columns - 1, self.x + {"C": first, "D": -first}.get(final, 0)))
        elif final == "J":
            self.cells[self.y][self.x:] = [" "] * (self.columns - self.x)
            for below in range(self.y + 1 if numbers[0] == 0 else 0, self.rows):
                self.cells[below] = [" "] * self.columns
        elif final == "K" and numbers[0] == 1:
            row[:self.x + 1] = [" "] * (self.x + 1)
        elif final == "K":
            row[self.x:] = [" "] * (self.columns - self.x)
        elif final == "X":
            row[self.x:self.x + first] = [" "] * min(first, self.columns - self.x)
        elif final == "P":
            row[self.x:] = (row[self.x + first:] + [" "] * first)[:self.columns - self.x]
        elif final == "@":
            row[self.x:] = ([" "] * first + row[self.x:])[:self.columns - self.x]
        elif final == "b":
            row[self.x:self.x + first] = [row[self.x - 1]] * first
            self.x += first
        elif final in "LM":
            for _ in range(first):
                self.cells.insert(self.y if final == "L" else self.bottom + 1, [" "] * self.columns)
                del self.cells[self.bottom + 1 if final == "L" else self.y]
        elif final == "r":
            self.top, self.bottom = first - 1, max(1, [*numbers, self.rows][1]) - 1


def test_a_virtual_screen_shows_the_same_however_its_text_is_cut():
    text = "\x1b]2;title\x07\x1b[2;3Hone\x1b(B\x1b[0;1mtwo\x1b[1;1H\x1b[?25lthree\x1b[2;4H\x1b[K\x1b[31;1m!"
    whole, cut = VirtualScreen(20, 3), VirtualScreen(20, 3)
    whole.feed(text)
    for char in text:
        cut.feed(char)
    assert whole.lines() == cut.lines() == ["three", "  o!", ""]


class Pty:
    """The program on a terminal of its own; `screen` is what that shows."""

    def __init__(self, *args, columns=80, rows=24, env=None, argv=None):
        argv = argv or [sys.executable, str(COMPILED), *args]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            for number in (signal.SIGINT, signal.SIGQUIT):  # a suite in the background has them ignored
                signal.signal(number, signal.SIG_DFL)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(argv[0], argv, {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})})
        self.before = termios.tcgetattr(self.fd)
        self.screen, self.decoder = VirtualScreen(columns, rows), tm.codecs.getincrementaldecoder("utf-8")("replace")
        self.seen = b""
        self.status = None

    def read(self, seconds=0.05):
        """Take in what was drawn since; False once the terminal is closed."""
        with contextlib.suppress(OSError):
            if select.select([self.fd], [], [], seconds)[0]:
                data = os.read(self.fd, 65536)
                self.seen += data
                self.screen.feed(self.decoder.decode(data))
                return bool(data)
            return True
        return False

    def text(self):
        return "\n".join(self.screen.lines())

    def wait_for(self, *words, without=(), seconds=WAIT_S):
        """Wait until the screen shows all the words, and none of `without`."""
        end = time.monotonic() + seconds
        while not all(word in self.text() for word in words) or any(word in self.text() for word in without):
            assert "internal error" not in self.text(), self.text()
            assert self.read() and time.monotonic() < end, f"no {words} (without {without}) on\n{self.text()}\n{self.seen[-500:]!r}"
        return self

    def wait_for_bytes(self, *parts, seconds=WAIT_S):
        """Wait until the terminal was sent all these; then forget what it was sent."""
        end = time.monotonic() + seconds
        while not all(part in self.seen for part in parts):
            assert self.read() and time.monotonic() < end, f"no {parts} in {self.seen[-3000:]!r}"
        self.seen = b""
        return self

    def send(self, keys):
        os.write(self.fd, keys.encode())
        return self

    def resize(self, columns, rows):
        self.screen.size(columns, rows)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        return self

    def exit_code(self, seconds=WAIT_S):
        """Wait for the end."""
        end = time.monotonic() + seconds
        while self.status is None and time.monotonic() < end:
            self.read(0.01)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        assert self.status is not None, "the program did not end"
        while select.select([self.fd], [], [], 0.05)[0] and self.read(0):
            pass
        return self.status

    def close(self):
        with contextlib.suppress(OSError):
            os.close(self.fd)
        if self.status is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)


@pytest.fixture
def terminal():
    """Start programs on terminals: terminal("--mock", columns=80, rows=24)."""
    made = []

    def make(*args, **more):
        made.append(Pty(*args, **more))
        return made[-1]
    yield make
    for one in made:
        one.close()


def restored(one):
    """True when the screen was left and the terminal's settings are as before."""
    return b"\x1b[?1049l" in one.seen and b"\x1b[?25h" in one.seen and termios.tcgetattr(one.fd)[:4] == one.before[:4]


READY = ("training_monitor", "30007001", " 5/20", "OOM", "q Quit")  # the simulated fleet is all there


def test_first_frame_keys_and_quit(terminal):
    one = terminal("--mock").wait_for(*READY)
    one.send("p").wait_for("PAUSED")
    one.send("p").wait_for("LIVE")
    one.send("?").wait_for("Keys", "Pause / resume", "any key closes")
    one.send("x").wait_for(*READY, without=["Keys"])
    one.send("c").wait_for(without=["Traceback"])
    one.send("r").wait_for("refreshing")
    assert one.screen.lines()[2].startswith(">")
    one.send("j").wait_for("\n>")
    wait_until(lambda: one.read() and one.screen.lines()[3].startswith(">"))
    one.send("\x1bOB")
    wait_until(lambda: one.read() and one.screen.lines()[4].startswith(">"))
    one.send("g")
    wait_until(lambda: one.read() and one.screen.lines()[2].startswith(">"))
    one.screen.size(80, 24)  # as if something had painted over it
    one.send("\x0c").wait_for(*READY)
    one.send("q")
    assert one.exit_code() == 0 and restored(one)


def test_the_screen_is_what_render_draws(terminal):
    one = terminal("--mock", "--interval", "600", "--instances", "5,4").wait_for(" 5/20", "stall", "✅ 5", "✅ 4")
    row = r".✅ 5        2xRTX 4090   5/20 █░░░░░  2\d%   \d\d[ !]  82 1\.\d{4}  0\.812  [ ~]1\.8\d ~6h1\dm"
    wait_until(lambda: one.read() and any(re.fullmatch(row, line) for line in one.screen.lines()[2:4]), "the row")
    shown = one.screen.lines()
    assert shown[1] == " ▲  ID       GPU         EPOCH BAR    DONE GPU% MEM%   LOSS   $/HR TOTAL$    ETA"
    assert all(tm.width(line) <= 80 for line in shown)


def test_escape_does_not_quit(terminal):
    one = terminal("--mock").wait_for(*READY)
    one.send("\x1b").send("?").wait_for("Keys")
    one.send("\x1b").wait_for(*READY, without=["Keys"])
    one.send("q")
    assert one.exit_code() == 0


@pytest.mark.parametrize("number, code", [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)])
def test_signals_restore_the_terminal(terminal, number, code):
    one = terminal("--mock").wait_for(*READY)
    os.kill(one.pid, number)
    assert one.exit_code() == code and restored(one)


def test_control_c(terminal):
    one = terminal("--mock").wait_for(*READY)
    one.send("\x03")
    assert one.exit_code() == 130 and restored(one)


@pytest.mark.parametrize("ignore_hangup", [False, True])
def test_ends_when_the_terminal_is_gone(terminal, ignore_hangup):
    old = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignore_hangup else signal.SIG_DFL)
    try:
        one = terminal("--mock")
    finally:
        signal.signal(signal.SIGHUP, old)
    one.wait_for(*READY)
    os.close(one.fd)
    _, status = wait_until(lambda: [part for part in [os.waitpid(one.pid, os.WNOHANG)] if part[0]], "the end")[0]
    one.status = os.waitstatus_to_exitcode(status)
    assert one.status == 129


def test_suspend_and_resume(terminal):
    """Below a shell with job control, as Ctrl-Z needs one that takes over."""
    command = f"set -m; {sys.executable} {COMPILED} --mock; echo 'was stopped'; fg; echo 'ended with' $?"
    one = terminal(argv=["/bin/bash", "-c", command]).wait_for(*READY)
    one.seen = b""
    for _ in range(10):
        end = time.monotonic() + 2
        one.send("\x1a")  # pressed again where curses was painting, for then it ignores it
        while b"\x1b[?1049l" not in one.seen and time.monotonic() < end:
            one.read()
        if b"\x1b[?1049l" in one.seen:
            break
    one.wait_for_bytes(b"\x1b[?1049l", b"was stopped", b"\x1b[?1049h")
    one.send("\x0c").wait_for(*READY)
    one.send("q").wait_for_bytes(b"ended with 0")


def test_resize_down_to_nothing_and_back(terminal):
    one = terminal("--mock").wait_for(*READY)
    one.resize(40, 12).wait_for("5/8 run 1 exit", "30007002", "? help")
    one.resize(20, 5).wait_for("..7002", "ID     DONE GPU%")
    one.resize(19, 4).wait_for("5/8 run 1 exit")
    one.resize(1, 1)
    one.read(0.5)
    one.resize(300, 90).wait_for(*READY, "Progress")
    one.resize(80, 24).wait_for(*READY)
    one.send("q")
    assert one.exit_code() == 0 and restored(one)


@pytest.mark.parametrize("term", ["xterm-nonsense", "", "vt100", "dumb", "linux", "screen", "tmux-256color"])
def test_any_term(terminal, term):
    one = terminal("--mock", env={"TERM": term}).wait_for_bytes(b"30007001", b"OOM")
    if term == "dumb":  # plain text
        os.kill(one.pid, signal.SIGTERM)
    assert one.send("q").exit_code() == (143 if term == "dumb" else 0)


def test_exported_size_does_not_freeze_the_screen(terminal):
    one = terminal("--mock", env={"LINES": "10", "COLUMNS": "30"}).wait_for(*READY)
    one.send("q")
    assert one.exit_code() == 0


def test_ascii_where_the_locale_is_not_utf8(terminal):
    one = terminal("--mock", env={"LC_ALL": "C"}).wait_for("30007001", "OOM", " ^  ID", "OK ", "XX ", "5/20 #")
    assert one.text().isascii()


def test_no_color(terminal):
    for more, env in ((["--no-color"], {}), ([], {"NO_COLOR": "1"})):
        one = terminal("--mock", *more, env=env).wait_for(*READY)
        assert not re.search(rb"\x1b\[[\d;]*3[0-8][;m]", one.seen.replace(b"\x1b[39;49m", b""))


HANGING = 'case "$5" in *) echo $$ >>"$FAKE/pids"; sleep 1000 & echo $! >>"$FAKE/pids"; wait ;; esac'


def test_keys_answer_and_quit_leaves_nothing_while_everything_hangs(terminal, fake):
    folder = fake("vastai", HANGING)
    one = terminal("--all").wait_for("CONNECTING")
    pids = wait_until(lambda: (folder / "pids").exists() and (folder / "pids").read_text().split(), "the CLI's start")
    one.send("?").wait_for("Keys", seconds=5)
    one.send("x").wait_for("CONNECTING", seconds=5)
    one.send("q")
    assert one.exit_code(5) == 0 and restored(one)
    wait_until(lambda: not any(alive(pid) for pid in pids), "the children's end")


def test_a_whole_watch_with_fakes(terminal, fake, tmp_path):
    log = tmp_path / "training.log"
    log.write_text("Epoch 1/3\nStep 100: Loss = 2.345, LR = 0.0001\n")
    listed = tmp_path / "listing"
    listed.write_text(json.dumps([{**RAW, "id": 30007009, "image_runtype": "ssh"}]))
    fake("vastai", f'[ "$4" = user ] && echo \'{{"credit": 24.1}}\' || cat {listed}')
    folder = fake("ssh", FAKE_SSH)
    fake("nvidia-smi", f"cat <<'E'\n{GPU_CSV}E")
    one = terminal(argv=[*QUICK, "--all", "--log-path", str(log)], columns=120, rows=30)
    one.wait_for("30007009", "2.3450", " 1/3", " 94 ", "Step 100: Loss = 2.345", "bal 1d5h")
    with log.open("a") as more:
        more.write("\x1b]0;evil\x07Step 200: Loss = 1.500, LR = 0.0001\n")
    one.wait_for("1.5000", "Step 200")
    assert b"evil" not in one.seen
    (folder / "ssh.mode").write_text("refused")
    os.kill(int((folder / "ssh.pid").read_text()), signal.SIGKILL)
    one.wait_for("ssh refused", "~1.500", "~94")
    (folder / "ssh.mode").write_text("")
    one.wait_for(" 1.5000", " 94 ")
    one.send("q")
    assert one.exit_code() == 0 and restored(one)


# -- the keys of a person who looks around


class Glass:
    """A window that takes everything and shows nothing."""

    def __init__(self):
        self.size = (24, 80)

    def getmaxyx(self):
        return self.size

    def getyx(self):
        return 0, 0

    def __getattr__(self, name):
        return lambda *args: None


@pytest.fixture
def hand(watch, monkeypatch):
    """A person at the keys: hand(*rows) -> object with press(*keys) -> the screen's text."""
    for name in ("doupdate", "beep", "endwin"):
        monkeypatch.setattr(tm.curses, name, lambda *args: None)

    def make(*rows, **more):
        monitor, _ = watch(*(rows or (running(1, label="exp/a", gpu="RTX 4090"), running(2, label="exp/b", gpu="A100"),
                                      running(3, label="other", gpu="2xRTX 4090"))))
        monitor.update_all_metrics()
        ui, glass = tm.TrainingMonitorUI(monitor, 10, **more), Glass()
        ui.styles = tm.Styles({"": 0, **dict.fromkeys(tm.STYLES, 0)})

        def press(*keys):
            for key in keys:
                ui.press(key)
                ui.draw(glass)
            return "\n".join(map(tm.text_of, ui.drawn))
        ui.draw(glass)
        return SimpleNamespace(ui=ui, glass=glass, press=press, monitor=monitor)
    return make


def code(name):
    return getattr(tm.curses, "KEY_" + name)


def fill_log(monitor, instance_id, first, last):
    m = monitor.metrics[instance_id]
    monitor.fleet.add_lines(m, [tm.LogLine(i, NOW.wall, f"line {i:04d}" + " error" * (i % 100 == 50), 1, i % 100 == 50)
                                for i in range(first, last)])


def test_an_error_of_our_own_is_said_and_survived(hand, monkeypatch):
    monkeypatch.setattr(tm, "FAULTS_MAX", 10)
    one, log = hand(), io.StringIO()
    one.monitor.journal = tm.Journal(log)

    def broken(*args):
        raise ValueError("odd \x1b[31mtext")
    good = tm.table_row
    monkeypatch.setattr(tm, "table_row", broken)
    one.ui.safely(one.ui.draw, one.glass)
    one.ui.safely(one.ui.press, "z")
    monkeypatch.setattr(tm, "table_row", good)
    said = r"internal error in line \d+: ValueError: odd text \(please report it\)"
    assert re.search(said, one.press("z")) and re.search("ERROR - " + said, log.getvalue())


def loop_of(one, monkeypatch, *keys):
    """Run the loop with these keys; after them the user quits."""
    pressed = iter([*keys, "q"])
    monkeypatch.setattr(tm, "read_key", lambda window: next(pressed))
    one.ui.loop(one.glass, None)


def test_readings_end_the_wait_for_a_key(watch, monkeypatch):
    """From a worker's thread; while news wait for their frame anyway, no reading does."""
    monitor, _ = watch(running(1))
    waits = []
    monkeypatch.setattr(tm.select, "select", lambda read, *rest: waits.append(read) or SELECT([fd for fd in read if fd], *rest))
    waker, began = tm.Waker(), time.monotonic()
    try:
        monitor.wake = waker.wake
        monitor.step()
        wait_until(lambda: not waker.wait(WAIT_S, True) and monitor.step(), "a reading")
        assert time.monotonic() - began < WAIT_S / 2 and waker.woken in waits[0]
        for _ in range(100_000):
            waker.wake()  # whoever fills the pipe is not held up
        waker.wait(0, False)
        assert waits[-1] == [0]
    finally:
        waker.close()
    ends = os.pipe()  # these have numbers that were the waker's
    waker.wake()
    assert not SELECT([ends[0]], [], [], 0)[0]
    for end in ends:
        os.close(end)


def test_keys_that_follow_each_other_share_one_look_at_the_fleet_whatever_readings_come(hand, monkeypatch):
    one, made = hand(), []
    monkeypatch.setattr(tm, "in_order", lambda *args, good=tm.in_order: made.append(1) or good(*args))
    monkeypatch.setattr(tm, "LOOK_S", 1000.0)
    for key in "jk":
        one.ui.look()
        one.press(key)
        one.monitor.refresh()
        wait_until(one.ui.take_news, "a reading")
    assert len(made) == 1 and one.ui.view.selected == one.ui.order[0]
    one.press("S")
    assert len(made) == 2  # another order is another one
    one.monitor.metrics[4] = metrics("running", instance_id=4)  # came since
    one.press("j")
    assert len(made) == 3 and 4 in one.ui.order
    monkeypatch.setattr(tm, "LOOK_S", -1.0)
    one.ui.look()
    assert not one.ui.looked.scenes


def test_frames_are_few_however_many_readings_come():
    pacer = tm.Pacer()
    pacer.took(100.0, 100.001)
    pacer.pressed_at = 100.0
    assert pacer.due_in_s(100.0) == tm.FRAME_S
    pacer.news = 100.0
    assert pacer.due_in_s(100.0) == pytest.approx(tm.NEWS_S) == 0.1
    pacer.took(100.0, 100.01)  # dear ones are rarer
    pacer.news = 100.0
    assert pacer.due_in_s(100.0) == pytest.approx(0.01 * tm.FRAME_REST)
    pacer.pressed = True
    assert pacer.due_in_s(100.0) == 0
    pacer.pressed, pacer.news, pacer.pressed_at = False, None, 100.0 - tm.IDLE_S
    assert pacer.due_in_s(100.0) == tm.FRAME_IDLE_S
    pacer.news = 104.5
    assert pacer.due_in_s(104.75) == 0.25  # the turn of the idle frame comes first
    pacer.news = 103.5
    assert pacer.due_in_s(103.75) == tm.FRAME_S - 0.25  # nobody is at the keys: once for all readings of a second


@pytest.mark.parametrize("part", ["monitor.step", "draw", "press"])
def test_one_error_anywhere_in_the_loop_does_not_end_it(hand, monkeypatch, part):
    monkeypatch.setattr(tm, "FAULTS_MAX", 10)
    one, failed = hand(), []
    owner, name = (one.monitor, "step") if part == "monitor.step" else (one.ui, part)
    good = getattr(owner, name)

    def once(*args):
        if not failed:
            failed.append(1)
            raise IndexError("list index out of range")
        return good(*args)
    monkeypatch.setattr(owner, name, once)
    loop_of(one, monkeypatch, "z", "z")
    assert failed and one.ui.should_exit and "internal error" in one.ui.view.message and one.ui.faults == 0


def test_an_error_that_comes_again_leads_to_the_main_screen_and_at_last_ends_it(hand, monkeypatch):
    monkeypatch.setattr(tm, "FAULTS_MAX", 10)
    one, frames = hand(), []

    def broken(scene):
        frames.append(scene.view.screens[-1])
        raise KeyError("x")
    monkeypatch.setitem(tm.SCREENS, "details", broken)
    loop_of(one, monkeypatch, "\n", "z", "z", "z")
    assert frames == ["details", "details"] and one.ui.view.screens == ("main",)
    one.ui.should_exit = False
    monkeypatch.setitem(tm.SCREENS, "main", broken)
    with pytest.raises(tm.InternalError, match=r"internal error in line \d+: KeyError"):
        loop_of(one, monkeypatch, *"z" * 50)
    assert frames.count("main") == 11


def test_the_terminal_is_restored_before_the_end_is_explained(terminal, tmp_path):
    (tmp_path / "broken.py").write_text(
        "import training_monitor as tm, sys\nbroken = lambda scene: 1 / 0\ntm.FAULTS_MAX, tm.SCREENS['main'] = 3, broken\nsys.exit(tm.main(['--mock']))\n")
    one = terminal(argv=[sys.executable, str(tmp_path / "broken.py")], env={"PYTHONPATH": str(HERE)})
    assert one.exit_code() == 3 and restored(one)
    assert b"ended by an internal error in line" in one.seen.rpartition(b"\x1b[?1049l")[2]


def test_a_new_screen_is_one_row(hand, monkeypatch):
    monkeypatch.setitem(tm.SCREENS, "more", lambda scene: [[tm.Span("a new screen")], tm.key_line(scene)])
    one = hand()
    one.ui.open("more")
    assert "a new screen" in one.press("z") and "Esc Back" in one.press()
    assert "Keys" in one.press("?") and "a new screen" in one.press("z")
    one.press("p")
    assert one.ui.paused
    one.press("p", "r")
    assert one.ui.view.message == "refreshing" and one.ui.view.screens == ("main", "more")
    one.press("\x1b")
    assert one.ui.view.screens == ("main",)
    one.ui.open("more")
    one.press("q")
    assert one.ui.should_exit


# -- the painter


class Canvas:
    """A curses window on a terminal that gives characters other widths than ncurses thinks.

    As ncurses does, an update moves the cursor only to the first change of a row and sends all up to the last.
    """

    def __init__(self, columns, rows, terminal_width, curses_width):
        self.window, self.terminal = VirtualScreen(columns, rows, curses_width), VirtualScreen(columns, rows, terminal_width)
        self.shown = [list(row) for row in self.window.cells]

    def getmaxyx(self):
        return self.window.rows, self.window.columns

    def getyx(self):
        return self.window.y, self.window.x

    def move(self, y, x):
        self.window.y, self.window.x = y, x

    def clrtoeol(self):
        self.window.command("K", [0])

    def addstr(self, y, x, text, attributes):
        self.move(y, x)
        for char in text:
            self.window.put(char)

    def redrawln(self, y, rows):
        self.shown[y] = [None] * self.window.columns

    def noutrefresh(self):
        for y, (row, shown) in enumerate(zip(self.window.cells, self.shown)):
            changed = [x for x, cell in enumerate(row) if cell != shown[x]]
            if changed:
                self.terminal.y, self.terminal.x = y, changed[0]
                used = len("".join(cell or "\0" for cell in row).rstrip())
                for cell in row[changed[0]:min(used, changed[-1] + 1)]:
                    for char in cell:
                        self.terminal.put(char)
                if changed[-1] >= used:
                    self.terminal.command("K", [0])
            self.shown[y] = list(row)


DOUBTFUL = "\u4dc0\u3248\ud7b0\ud7fb\u1160\u0e34🔴👩🏽\u2600"


def doubted(char_width):
    """A table of widths that has its own mind on what is in doubt, and only there."""
    return lambda char: tm.char_width(char) if tm.same_width(char) else min(char_width(char), tm.char_width(char))


def in_doubt(text):
    """The text with "?" for what may be of another width."""
    return "".join(c if tm.same_width(c) else "?" * tm.char_width(c) for c in text)


def check_painted(frames, columns, rows, terminal_width, curses_width, free=in_doubt):
    """Fails where a text of doubtful width reaches a cell that is not "?" in what `free` makes of its span, frame after frame."""
    glasses = [Canvas(columns, rows, doubted(terminal_width), doubted(curses_width)),
               Canvas(columns, rows, tm.char_width, tm.char_width)]
    before = [[], []]
    for lines in frames:
        sure = [[span._replace(text=free(span.text)) for span in line] for line in lines]
        for glass, frame, old in zip(glasses, (lines, sure), before):
            tm.Painter(glass, collections.defaultdict(int), False).paint(frame, old)
            old[:] = frame
        for line, certain in zip(*(glass.terminal.cells for glass in glasses)):
            may = re.sub(r"\?+…? *", lambda text: "?" * len(text[0]), "".join(cell or "\0" for cell in certain))
            assert all(cell == same or any_ == "?" for cell, same, any_ in zip(line, certain, may)), ("".join(line), "".join(certain))


@pytest.mark.parametrize("terminal_width", [lambda c: 1, lambda c: 2, lambda c: 0, lambda c: ord(c) % 3],
                         ids=["narrow", "wide", "none", "mixed"])
@pytest.mark.parametrize("curses_width", [lambda c: 1, lambda c: 2], ids=["narrow", "wide"])
def test_no_text_reaches_another_cell(monkeypatch, curses_width, terminal_width):
    monkeypatch.setattr(tm.curses, "doupdate", lambda: None)
    fleet = drawn_fleet()
    m = fleet.metrics[31845377]
    fleet.add_lines(m, [tm.LogLine(9, NOW.wall, DOUBTFUL * 30, 1, True)])
    for columns, rows in ((160, 45), (100, 30), (40, 12)):
        frames = []
        for selected, age, label in ((31845210, 3, "\u4dc0🔴\u3248"), (31845377, 4, "🔴"), (31845377, 5, "🔴"),
                                     (31845802, 6, "\u3248🔴\u1160"), (31845802, 6, "x")):
            m.probed = NOW.mono - age
            m.row, m.gpu_type = m.row._replace(label=label), DOUBTFUL[-3:]
            frames.append(tm.render(tm.make_scene(fleet, tm.View(selected=selected), NOW, columns, rows, keys=tm.KEYS)))
        check_painted(frames, columns, rows, terminal_width, curses_width)


def test_a_text_that_takes_more_columns_than_it_has_is_drawn_in_ascii(monkeypatch):
    monkeypatch.setattr(tm.curses, "doupdate", lambda: None)
    canvas = Canvas(10, 3, tm.char_width, lambda char: 3 if char == "训" else 1)
    lines = [[tm.Span("a 训训训训")], [tm.Span("below")], [tm.Span("last")]]
    tm.Painter(canvas, {"": 0}, False).paint(lines, [[], lines[1], lines[2]])
    assert canvas.terminal.lines() == ["a ????????", "below", ""]


def test_details_open_and_escape_goes_back(hand):
    one = hand()
    assert "no other output of this run was seen" in one.press("j", "\n", ".") and "Why 2" in one.press("x", "j", "G")
    one.press("\x1b")
    assert "its log names no other value" in one.press("m")
    assert "marked: the chart" in one.press(" ") and "no longer marked" in one.press(" ")
    assert "Ssh" in one.press() and one.ui.view.selected == 2 and one.ui.view.screens == ("main", "details")
    assert " 3 " in one.press("]").splitlines()[0]
    assert " 2 " in one.press("[").splitlines()[0]
    assert "FOLLOW" in one.press("l")
    one.press("\x1b", "\x1b", "\x1b")
    assert one.ui.view.screens == ("main",) and not one.ui.should_exit


def test_selection_follows_the_instance_through_sort_and_filter(hand):
    one = hand()
    one.press("j", "s", "S")
    assert one.ui.view.selected == 2
    one.press("\n", "/", *"other")
    assert one.ui.view.selected == 3          # 2 is filtered away: its neighbour
    one.press("\n", "\x1b")
    assert one.ui.view.selected == 3 and one.ui.view.filter == ""


def test_filter_is_typed_kept_and_cancelled(hand):
    one = hand()
    text = one.press("/", *"gpu:a100")
    assert "/gpu:a100_" in text and "1 of 3" in text and "RTX" not in text
    assert "/gpu:a100 " in one.press("\n") and one.ui.view.prompt is None
    one.press("/", "\x7f", "x")
    assert one.ui.view.filter == "gpu:a10x" and "no match" in one.press()
    one.press("\x1b")
    assert one.ui.view.filter == "gpu:a100"   # as it was
    one.press("/", "\x15", "q", "\n")        # q is a letter here
    assert one.ui.view.filter == "q" and not one.ui.should_exit
    assert "2xRTX" in one.press("\x1b")


def test_no_key_acts_on_what_no_row_shows(hand):
    one = hand()
    one.press("j", "/", *"nosuch", "\n")
    assert one.ui.view.selected is None
    assert all("no instance is selected" in one.press(key) for key in "yYo\n") and one.ui.view.screens == ("main",)
    one.press("\x1b")
    assert one.ui.view.selected is not None


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_an_explanation_fits_any_width(columns):
    m = metrics()
    m.main.reading = tm.RunReading("k", where="x", explained=(("loss", "0.5", "pairs", "loss: 0.5"),))
    assert tm.explained_lines(m, columns)


def test_an_internal_error_names_a_line_of_this_file():
    """Not one of the library that it called."""
    with pytest.raises(ValueError) as caught:
        tm.read_ini("x")
    line = int(re.search(r"line (\d+)", tm.internal_error(caught.value))[1])
    assert 'raise ValueError(f"line {line}' in SOURCE.splitlines()[line - 1]
    try:
        tm.shlex.split("'")
    except ValueError as bug:
        assert "in line 0" in tm.internal_error(bug)


def test_a_configuration_may_begin_with_a_mark_of_its_encoding(tmp_path):
    path = tmp_path / "c.ini"
    path.write_text("\ufeff[monitor]\r\ninterval = 5\r\n", encoding="utf-8")
    assert tm.Config.read(str(path)).sections["monitor"]["interval"] == ["5"]
    path.write_text("interval = 5\n")
    with pytest.raises(tm.UsageError, match="line 1: a section such as") as caught:
        tm.Config.read(str(path))
    assert "string" not in str(caught.value) and "'the file'" not in str(caught.value)


def test_sort_column_is_chosen(hand):
    one = hand()
    assert "sort by" in one.press("s", code("RIGHT"))
    chosen = one.ui.view.sort
    one.press(code("LEFT"), code("LEFT"), "S")
    assert one.ui.view.sort != chosen and one.ui.view.reverse
    one.press("\x1b")
    assert (one.ui.view.sort, one.ui.view.reverse, one.ui.view.prompt) == ("health", False, None)
    one.press("s", "s", "\n")
    assert one.ui.view.sort == "id" and "ID▲" in one.press() and "ID▼" in one.press("S")
    one.ui.view = one.ui.view._replace(sort="done")
    assert " BAR   ▼DONE GPU% " in one.press("z")  # the title stays whole


def test_rows_rest_after_a_key(hand):
    one = hand()

    def order(total, sort="total"):
        one.monitor.metrics[1].total_cost = total
        one.ui.change(sort=sort)
        one.ui.draw(one.glass)
        return one.ui.order
    assert order(0.1) == [1, 2, 3] or order(0.1)[-1] == 1
    one.press("z")
    before = list(one.ui.order)
    one.monitor.metrics[2].total_cost, one.monitor.metrics[3].total_cost = 5.0, 3.0
    assert order(9.0) == before               # new values wait
    assert order(9.0, "id") == [1, 2, 3]      # another sort does not
    one.ui.pressed_at -= tm.SORT_REST_S
    assert order(9.0) == [3, 2, 1]


def test_tab_goes_through_the_groups(hand):
    one = hand(*(running(i, label=label) for i, label in enumerate(("exp/a", "exp/b", "other", "x:1", "x:2"), 1)))
    assert "group exp" in one.press("\t") and one.ui.order == [1, 2]
    assert "label x: 2 of 2" in one.press("\t") and one.ui.order == [4, 5]
    one.press("\t")
    assert one.ui.view.group is None and len(one.ui.order) == 5
    one.press(code("BTAB"))
    assert one.ui.view.group == "x"
    one.press("\x1b")
    assert one.ui.view.group is None
    assert "no groups" in hand(running(1, label="a"), running(2, label="b")).press("\t")


def test_refresh_while_paused_asks_once(hand):
    one = hand()
    one.press("p")
    asked = one.monitor.source.asked
    asked.clear()
    assert "refreshing once; paused" in one.press("r")
    wait_until(lambda: (one.monitor.step(), len(asked) == 4)[1], "one of each")
    for task in one.monitor.tasks.values():
        task.due = 0.0
    one.monitor.step()
    assert one.ui.paused and not one.monitor.forced and sorted(map(str, asked)) == ["1", "2", "3", "listing"]


def test_runs_are_selected_folded_and_opened(hand):
    one = hand(running(1, gpu="8xA100"), running(2))
    with_runs(one.monitor.metrics[1])
    assert "├─ lr1e-4" in one.press("z")
    one.ui.change(selected=1, run="")
    assert "\n>   ├─ lr1e-4" in one.press("j") and one.ui.view.run == "1"
    assert "line of lr1e-4" in one.press("l")
    one.press("\x1b", "j", "j", "j")
    assert (one.ui.view.selected, one.ui.view.run) == (2, "")
    assert "\n>   └─ train.py" in one.press("k")
    assert "├─" not in one.press("-") and one.ui.view.selected == 1
    assert "├─" in one.press("+")


def test_log_panel_of_the_selected_one(hand):
    one = hand()
    fill_log(one.monitor, 1, 1, 3)
    one.monitor.fleet.add_lines(one.monitor.metrics[2], [tm.LogLine(1, NOW.wall, "of the second", 1)])
    assert "of the second" in one.press("z")
    assert "of the second" not in one.press("L") and "line 0002" in one.press()


def test_full_log_stays_where_it_is_while_lines_arrive(hand):
    one = hand()
    fill_log(one.monitor, 1, 1, 501)
    assert "line 0500" in one.press("l")
    up = one.press(code("PPAGE"))
    assert "line 0500" not in up and "SCROLLED" in up
    fill_log(one.monitor, 1, 501, 538)
    after = one.press()
    one.ui.draw(one.glass)
    after = "\n".join(map(tm.text_of, one.ui.drawn))
    assert "+37 new (G)" in after and after.splitlines()[1:-1] == up.splitlines()[1:-1]
    assert "line 0537" in one.press("G") and one.ui.view.pager.top is None
    assert "line 0001" in one.press("g")
    for _ in range(40):
        one.press(" ")
    assert one.ui.view.pager.top is None      # at the end it follows again


def test_full_log_search_and_errors(hand):
    one = hand()
    fill_log(one.monitor, 1, 1, 501)
    text = one.press("l", "/", *"04[12]0")
    assert "/04[12]0_" in text and "2/2" in text
    assert "1/2" in one.press("\n", "N") and "no more matches" in one.press("N")
    assert " >" in one.press("n")
    one.press("\x1b")
    assert one.ui.view.pager.search == "" and one.ui.view.screens[-1] == "log"
    assert "line 0450 error" in one.press("G", "E")
    assert "line 0350 error" in one.press("E") and "line 0450 error" in one.press("e")
    assert "no search" in one.press("n")
    assert "FOLLOW" in one.press("G", "/", *"line 0001x")  # a word that is nowhere, though its beginning was far above
    assert "/((_" in one.press("\n", "/", "(", "(")   # no regular expression yet
    assert one.ui.view.pager.search == "(("


def test_a_wrapped_line_taller_than_the_screen(hand):
    one = hand()
    one.monitor.fleet.add_lines(one.monitor.metrics[1], [tm.LogLine(1, NOW.wall, "an error", 1, True),
                                                         tm.LogLine(2, NOW.wall, "".join(f"<{i:03d}>" for i in range(500)), 1, True)])
    assert "<499>" in one.press("l", "w")
    assert "<000>" in one.press("e", "e") and "<499>" not in one.press("e", "k")
    for keys in (["/", "<", "4", "\n"], ["n"], ["N"], ["j"], [" "], ["g"], ["w"], ["w"], ["E"]):
        one.press(*keys)
    assert "an error" in one.press("g") and one.ui.view.pager.top == 1
    one.press(*[code("DOWN")] * 60)
    assert one.ui.view.pager.top is None and "<499>" in one.press()


def test_full_log_wrap_times_and_sideways(hand):
    one = hand()
    one.monitor.fleet.add_lines(one.monitor.metrics[1], [tm.LogLine(1, NOW.wall, "0123456789" * 20, 1)])
    assert "14:03:54" in one.press("l") and "…" in one.press()
    assert one.press("w").count("0123456789") >= 18 and "14:03:54" not in one.press("t")
    one.press("w", code("RIGHT"))
    assert one.ui.view.pager.left == tm.SIDEWAYS and one.press(code("LEFT"), code("LEFT")) and one.ui.view.pager.left == 0


def test_copy_goes_through_tmux_or_the_terminal(hand, fake, monkeypatch, capsys, tmp_path):
    one = hand(running(1, addresses=(tm.Address("203.0.113.7", 40022),)))
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.delenv("STY", raising=False)
    one.monitor.options = one.monitor.options._replace(ssh_options=("ProxyCommand=a b",), identity="/k k")
    assert "copied: ssh -o 'ProxyCommand=a b' -i '/k k' -p 40022 root@203.0.113.7" in one.press("y")
    capsys.readouterr()
    one.monitor.options = tm.Options()
    assert "copied: ssh -p 40022 root@203.0.113.7" in one.press("y")
    assert capsys.readouterr().out == "\x1b]52;c;c3NoIC1wIDQwMDIyIHJvb3RAMjAzLjAuMTEzLjc=\x07"
    monkeypatch.setenv("STY", "1.screen")
    one.press("Y")
    assert capsys.readouterr().out == "\x1bP\x1b]52;c;dmFzdGFpIGRlc3Ryb3kgaW5zdGFuY2UgMQ==\x07\x1b\\"
    fake("tmux", f'echo "$@" >{tmp_path}/argv')
    monkeypatch.setenv("TMUX", "/tmp/tmux,1,0")
    one.press("Y")
    assert (tmp_path / "argv").read_text() == "set-buffer -w -- vastai destroy instance 1\n" and capsys.readouterr().out == ""
    fake("tmux", "exit 1")  # an old one, which knows no -w
    one.press("Y")
    assert capsys.readouterr().out.startswith("\x1bP\x1b]52;c;")


def test_shell_leaves_the_terminal_to_ssh(hand, fake, monkeypatch, tmp_path, capsys):
    one = hand(running(1, addresses=(tm.Address("203.0.113.7", 40022),)))
    one.monitor.source.shell = tm.VastSource(one.monitor.options, one.monitor.commands).shell
    fake("ssh", f'echo "$@" >{tmp_path}/argv')
    assert "the shell has ended" in one.press("o")
    assert re.search(r" -p 40022 .* -- 203\.0\.113\.7\n$", (tmp_path / "argv").read_text())
    dropped = []
    monkeypatch.setattr(tm.curses, "flushinp", lambda: dropped.append(1))
    fake("ssh", "exit 255")
    assert "ssh failed" in one.press("o") and dropped  # what was typed ahead
    assert "ssh failed" in one.press("o") and "Enter goes back" in capsys.readouterr().out
    bare = hand(running(1, addresses=()))
    assert "no ssh address" in bare.press("o")


def test_pasted_text_opens_no_shell(hand):
    """What stands behind an "o" in it would be run on the instance."""
    one, ran = hand(running(1, addresses=(tm.Address("203.0.113.7", 40022),))), []
    one.monitor.source.shell = lambda *whom: ran.append(whom) or ""
    master, terminal = os.openpty()
    before = os.dup(0)
    try:
        os.dup2(terminal, 0)
        assert "the shell has ended" in one.press("o") and ran
        os.write(master, b"ps | xargs kill\n")
        assert "no shell" in one.press("o") and len(ran) == 1
    finally:
        os.dup2(before, 0)
        for end in (before, master, terminal):
            os.close(end)


@pytest.mark.parametrize("text, taken", [
    ("python train.py\n", ""), ("jjjjjjjjkkkk", "jjjjjjjjkkkk"), ("lGw", "lGw"), ("/exp-07\n", "/exp-07\n")])
def test_a_pasted_text_is_no_keys(hand, monkeypatch, text, taken):
    one, keys = hand(), iter(text)
    monkeypatch.setattr(tm, "read_key", lambda window: next(keys, None))
    assert "".join(iter(lambda: one.ui.read_key(one.glass), None)) == taken
    assert ("that was pasted" in one.ui.view.message) == (not taken)


def test_mouse_selects_sorts_and_scrolls(hand, monkeypatch):
    one = hand()
    def click(x, y, buttons):
        monkeypatch.setattr(tm.curses, "getmouse", lambda: (0, x, y, 0, buttons))
        return one.press(code("MOUSE"))
    click(10, 4, tm.curses.BUTTON1_PRESSED)
    assert one.ui.view.selected == 3
    click(10, 20, tm.curses.BUTTON1_PRESSED)   # beside the table
    assert one.ui.view.selected == 3
    with_runs(one.monitor.metrics[3])
    one.press("x", "\x1b")
    at = one.ui.order.index(3) + 2
    for row, run in ((at + 1, "1"), (at + 2, "2"), (at, "")):  # each run by its row, and the instance again
        click(10, row, tm.curses.BUTTON1_PRESSED)
        assert (one.ui.view.selected, one.ui.view.run) == (3, run)
    click(5, 1, tm.curses.BUTTON1_PRESSED)
    assert one.ui.view.sort == "id" and not one.ui.view.reverse
    click(5, 1, tm.curses.BUTTON1_PRESSED)
    assert one.ui.view.reverse
    click(5, 5, tm.curses.BUTTON4_PRESSED)
    assert one.ui.view.selected == one.ui.order[0]
    told_of(one.monitor, *[("up", 1, f"event {i}", "good", 0) for i in range(50)])
    one.press("j", "v", *"jjjjj")
    assert "event 44\n" in one.press() and "event 45" not in one.press()
    assert "event 47\n" in click(5, 5, tm.curses.BUTTON4_PRESSED) and one.ui.view.selected == one.ui.order[1]


def test_the_alert_shown_is_the_one_that_is_selected(hand):
    one = hand(running(1), tm.Row(2, "exited", storage_rate=0.1), tm.Row(3, "loading"), tm.Row(4, "offline"))
    one.ui.change(message="")
    for nth, instance_id in enumerate((2, 4, 3), 1):  # errors first
        text = one.press("n")
        shown = re.search(r"! (\d+) .*\((\d)/3, n: next\)", text.splitlines()[-2])
        assert shown and int(shown[1]) == one.ui.view.selected == instance_id and int(shown[2]) == nth, text
    assert "no more alerts" in one.press("n")
    text = one.press("N")
    assert int(re.search(r"! (\d+) ", text.splitlines()[-2])[1]) == one.ui.view.selected
    assert "! " in one.press("\n", "N").splitlines()[-1]  # the details say it too


def test_alerts_take_turns_again_after_a_while(hand):
    one = hand(tm.Row(2, "exited", storage_rate=0.1), tm.Row(3, "loading"))
    one.press("n")
    assert one.ui.view.alert is not None
    one.ui.pressed_at -= tm.ALERT_REST_S + 1
    one.ui.draw(one.glass)
    assert one.ui.view.alert is None


def test_an_alert_that_is_over_may_come_again(hand):
    one = hand(running(1))
    one.monitor.fleet.trouble = "the vast.ai API is down (502)"
    one.press("n", "n")
    assert one.ui.view.seen and tm.open_alerts(one.ui.scene()) == []
    one.monitor.fleet.trouble = ""
    one.press("z")
    assert one.ui.view.seen == ()
    one.monitor.fleet.trouble = "the vast.ai API is down (502)"
    one.ui.change(message="")
    assert "! the vast.ai API is down (502)" in one.press("z")


def test_pause_is_said_on_every_screen(hand):
    one = hand()
    assert "PAUSED" in one.press("p") and "PAUSED" in one.press("\n") and "PAUSED" in one.press("l")
    one.press("p")
    assert "resumed" in one.press("z")


def told_of(monitor, *rows):
    for kind, instance_id, text, level, ago in rows:
        monitor._happened(kind, instance_id, text, level, tm.Moment(NOW.mono - ago, NOW.wall - ago))


def test_the_screen_of_events_is_newest_first_and_filters_by_severity(hand, monkeypatch):
    one = hand(running(31846119, label="probe"), running(31845802, label="sdxl-lora"))
    monkeypatch.setattr(tm.Moment, "now", lambda: NOW)
    told_of(one.monitor, ("api", None, "API lost: no answer", "warning", 90), ("finished", 31845802, "run finished", "good", 60),
            ("failed", 31846119, "run failed: CUDA out of memory", "error", 8))
    screen = one.press("v").splitlines()
    assert screen[0].split("  ")[:2] == [" Events", "all 3"] and screen[0].endswith("since 14:02")
    assert screen[1:4] == [" 14:03:46 X 31846119 probe     run failed: CUDA out of memory",
                           " 14:02:54   31845802 sdxl-lora run finished", " 14:02:24 ! api                API lost: no answer"]
    assert "run finished" not in one.press("e") and "API lost" not in one.press("e") and "run finished" in one.press("e")
    assert "GPU" in one.press("\x1b").splitlines()[1]


def test_what_happened_on_another_day_is_told_with_its_day(hand, monkeypatch):
    one = hand(running(7, label="probe"))
    monkeypatch.setattr(tm.Moment, "now", lambda: NOW)
    told_of(one.monitor, ("failed", 7, "run failed", "error", 20 * 86400), ("gone", 7, "left", "warning", 15 * 3600), ("up", 7, "is up", "good", 8))
    screen = one.press("v").splitlines()
    assert screen[0].endswith("since 2024-12-25")
    assert screen[1:4] == [" 14:03:46     7        probe is up", " Mon 23:03  ! 7        probe left", " 2024-12-25 X 7        probe run failed"]
    scene = tm.make_scene(one.monitor.fleet, tm.View(), NOW, 120, 40)
    assert list(tm.event_parts(scene)) == ["14:03 7 is up", "Mon 23:03 7 left", "2024-12-25 7 run failed"]
    text = tm.text_block(scene, one.monitor.fleet.events).splitlines()
    assert text[-3:] == ["2024-12-25 14:03:54 7 run failed", "2025-01-13 23:03:54 7 left", "2025-01-14 14:03:46 7 is up"]


@pytest.mark.parametrize("in_s, said", [(0, "14:03"), (9 * 3600, "23:03"), (12 * 3600, "Wed 02:03"), (-15 * 3600, "Mon 23:03"), (7 * 86400, "2025-01-21")])
def test_times_of_other_days_say_which(in_s, said):
    assert tm.when(NOW.wall + in_s, NOW.wall) == said


def test_the_screen_of_events_scrolls_to_its_ends_and_fits_any_size(hand):
    one = hand(running(1, label="训练" * 20))
    told_of(one.monitor, *[("epoch", 1, f"epoch {i} completed " + "训" * 60, "good", 0) for i in range(60)])
    assert "epoch 59 " in one.press("v").splitlines()[1]
    assert "epoch 58 " in one.press("j").splitlines()[1] and "epoch 59 " in one.press("k").splitlines()[1]
    assert "epoch 0 " in one.press("G").splitlines()[-2] and "epoch 1 " in one.press("k").splitlines()[-2]
    assert "epoch 59 " in one.press("g").splitlines()[1] and "epoch 37 " in one.press(code("NPAGE")).splitlines()[1]
    for (columns, rows), days in itertools.product(((20, 5), (40, 12), (80, 24), (160, 45)), (0, 90)):
        now = NOW._replace(wall=NOW.wall + 86400 * days)
        lines = tm.render(tm.make_scene(one.monitor.fleet, one.ui.view, now, columns, rows, glyphs=tm.ASCII, keys=tm.KEYS))
        assert len(lines) == rows and max(tm.width(tm.text_of(line)) for line in lines) <= columns
        assert columns > 100 or tm.text_of(lines[1]).endswith(tm.ASCII.cut)


def test_after_a_while_without_a_key_the_next_one_says_what_happened(hand):
    one = hand(running(1))
    m = one.monitor.metrics[1]
    m.total_cost = 10.0
    one.ui.before = tm.Before.of(one.monitor.fleet, time.monotonic() - tm.AWAY_S + 60)
    assert "away" not in one.press("j")
    told_of(one.monitor, *[("epoch", 1, "epoch completed", "good", 0)] * 7, ("failed", 1, "run failed", "error", 0))
    one.ui.before = one.ui.before._replace(mono=time.monotonic() - 7500)
    m.total_cost, m.cost_per_hour, m.idle_since = 14.87, 1.0, time.monotonic() - 3600
    one.press(tm.curses.KEY_RESIZE)
    assert "away 2h05m: 7 epochs done, 1 failed, $4.87 spent" in one.press("v")
    assert "away" not in one.ui.view._replace(message="").message and one.ui.before.tally["epoch"] == 7


def test_what_goes_on_being_wasted_counts_from_when_one_went_away():
    fleet = tm.Fleet()
    fleet.waste = lambda now: [tm.Waste(1, "idle", 3600.0, 4.0), tm.Waste(2, "idle", 60.0, 0.5), tm.Waste(3, "exited, storage", None, 9.0)]
    assert tm.away_text(tm.Before(NOW.mono - 1800, {}, 0.0), fleet, NOW) == "away 30m: nothing happened, $0.00 spent, $2.50 wasted"


def test_no_bell(hand, capsys):
    for bell in (False, True):
        one = hand()
        one.ui.sinks.screen = ("bell",) * bell
        one.ui.sinks.open_screen()
        for kind, rings in (("failed", True), ("up", False)):
            one.monitor._happened(kind, 1, "something", "error", NOW)
            one.ui.announce()
            assert capsys.readouterr().out == "\a" * (bell and rings)


def test_an_alert_leads_out_of_a_filter(hand):
    one = hand(running(1), tm.Row(2, "exited", storage_rate=0.1))
    one.press("/", *"st:run", "\n", "N")
    assert one.ui.view.selected == 2 and one.ui.view.filter == ""


def test_the_explanation_stays_with_its_run(hand):
    """Another one's values would have to be asked for."""
    one = hand()
    one.press("j", "x")
    assert "Why 2" in one.press("]") and "Why 2" in one.press("[")


def test_thousands_of_keys_and_resizes_raise_nothing(hand):
    """Any keys in any order, on any size, while the fleet changes."""
    one, rnd = hand(), random.Random(11)
    codes = [code_ for key in tm.KEYS for code_ in tm.presses(key) if code_ not in ("q", "o", "y", "Y")]
    codes += [*"abcxyz0189:*.()[]|\\", "\n", "\x1b", "\x7f", "\x15", "é", "训", code("RIGHT"), code("LEFT"), code("RESIZE"), code("MOUSE"), 9999]
    one.ui.click = lambda: None
    rows = [tm.Row(i, rnd.choice(["running", "exited", "loading"]), label=rnd.choice(["", "a/b", "训练", "x:y"])) for i in range(1, 30)]
    for i in range(4000):
        one.ui.press(rnd.choice(codes))
        if i % 50 == 0:
            one.glass.size = (rnd.choice([1, 4, 5, 12, 24, 45]), rnd.choice([1, 19, 20, 40, 60, 80, 160]))
        if i % 100 == 0:
            one.monitor.source.rows = rnd.sample(rows, rnd.randrange(30))
            one.monitor.fleet.metrics.update({row.id: metrics(row.status, instance_id=row.id, row=row) for row in one.monitor.source.rows})
            for instance_id in rnd.sample(sorted(one.monitor.metrics), 2):
                fill_log(one.monitor, instance_id, 1, rnd.randrange(2, 120))
        if i % 8 == 0:
            one.ui.draw(one.glass)
            assert len(one.ui.drawn) == one.glass.size[0]


def test_every_key_is_in_help_and_readme():
    readme, shown = (HERE / "README.md").read_text(encoding="utf-8"), "\n".join(
        " ".join(entry) for name in tm.SCREENS for entry in tm.help_entries(tm.KEYS, name))
    named = [key for key in tm.KEYS if key.help]
    for key in named:
        assert f"{key.names} {key.help}" in shown
        names = key.names.replace("|", "")
        assert re.search(rf"^\| `{re.escape(names)}` \| [^|]+ \|$", readme, re.M), f"{key.names} is not in the README"
        assert len(key.help) <= 21, f"{key.help} reaches into the second column"
    in_readme = re.findall(r"^\| `([^`]+)` \| [^|]+ \|$", readme.partition("## Keys")[2].partition("\n## ")[0], re.M)
    assert sorted(in_readme) == sorted({key.names for key in named})
    assert "Next / prev match" not in " ".join(map(" ".join, tm.help_entries(tm.KEYS, "main")))  # of this screen alone
    for screen_ in tm.SCREENS:  # no code means two things on one screen
        codes = [code_ for key in tm.KEYS if key.works_on(screen_) for code_ in tm.presses(key) if code_ != -2]
        assert len(codes) == len(set(codes))


def readme_blocks(language, words):
    """The blocks of a language in the README that hold these words."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    return [block for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S) if words in block]


def test_the_configuration_of_the_readme_is_understood():
    (text,) = readme_blocks("ini", "[monitor]")
    found = settings(text=text)
    assert [str(host) for host in found["host"].value] == ["lab=me@10.0.0.5:2222"] and found["all"].value
    assert [own.match for own in found["owns"].value] == [("lab",), ("exp-*", "30007001")]


def test_every_command_of_the_readme_is_understood(monkeypatch):
    monkeypatch.setattr(tm.os, "access", lambda path, mode: True)
    text = (HERE / "README.md").read_text(encoding="utf-8")
    said = re.findall(r"^(?:[\w' -]*)python3 training_monitor\.py((?:'[^'\n]*'|[^'\n|<>#&])*)", text, re.M)
    assert len(said) >= 12
    for line in said:
        tm.build_parser().parse_args(shlex.split(line))


def test_a_column_that_was_chosen_does_not_leave_for_a_long_epoch():
    chosen = "id", "status", "epoch", "loss"
    least = sum(column.columns + 1 for column in tm.columns_of(chosen)) + tm.LEAD - 1
    needs = tuple(20 if column.key == "epoch" else 1 for column in tm.columns_of(chosen))
    assert [column.key for column, _ in tm.fit_columns(least, needs, chosen=chosen)] == list(chosen)


def test_every_column_and_rule_is_in_the_readme():
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    for column in tm.COLUMNS:
        assert f"\n| {column.title or column.key} | " in readme
    for rule in tm.RULES:
        assert re.search(rf"^\| (?:red|yellow|none) \| {rule.name} \|", readme, re.M)


# ---- Command line ----------------------------------------------------------------------------


def run(*args, env=None, seconds=60, **more):
    """Run the program without a terminal."""
    return subprocess.run(
        [sys.executable, str(COMPILED), *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        **more,
    )


@pytest.fixture
def run_here(capsys):
    """The same in this process, which is sooner done: for what depends on nothing but the arguments."""
    def run_it(*args):
        try:
            code = tm.main([*args])
        except SystemExit as end:
            code = end.code
        return SimpleNamespace(returncode=code, **dict(zip(("stdout", "stderr"), capsys.readouterr())))
    return run_it


@pytest.mark.parametrize("args, words", [
    ([], "--all, --instances"), (["--all", "--instances", "1"], "cannot be combined"), (["--instances", "x"], "not a list"), (["--instances", ""], "not a list"),
    (["--all", "--interval", "0.5"], "at least 1"), (["--all", "--interval", "nan"], "at least 1"), (["--all", "--gpu-low", "few"], "or 'off'"), (["--mock", "--checkpoint-age", "5x"], "a time like 45m"),
    (["--all", "--identity", "/no/such/key"], "cannot read"), (["--all", "--log-file", "/no/such/dir/log"], "cannot write"),
    (["--all", "--log-path", ""], "not a path"), (["--nonsense"], "unrecognized"), (["--instance", "7"], "unrecognized arguments: --instance 7; did you mean --instances?"),
    (["--instances", "7", "8"], "unrecognized arguments: 8; of instances: --instances ID,ID"), (["--mock", "--once", "--smtp", "h:99999"], "write [USER:PASSWORD@]HOST[:PORT]"),
    (["--parse-log", "/"], "cannot read the file '/': it is a directory"),
    (["--all", "--log-pattern", "("], "not a regular expression"), (["--all", "--log-pattern", "loss"], "names no group"),
    (["--mock", "--host", "x"], "--mock and --host cannot be combined"), (["--doctor", "--explain", "1"], "--doctor and --explain cannot be combined"),
    (["--report", "--history", "h", "--format", "line"], "--report prints text or json"), (["--mock", "--sort", "-lss"], "no column 'lss'; did you mean loss?"),
    *((["--mock", "--sort", text], f"{text!r} is not one column") for text in ("loss,eta", "-,", "-", "")),
    (["--all", "--events", ","], "is none of"), *((["--all", "--log-pattern", text], "is not a regular expression") for text in (
        "(?P<loss>a{99999999999})", "(?P<loss>" + "(" * 3000 + ")" * 3001)),
    (["--mock", "--columns", "qqqq"], "no column 'qqqq'; there are health, status, id, label, gpu, epoch, bar, done,"),
    (["--all", "--log-pattern", "(?P<loss>(a+)+)$"], "is too slow"), (["--all", "--interval", "1e99"], "at most 86400, a day"),
    (["--parse-log", "/no/such/log"], "cannot read"), (["--all", "--group-by", "colour"], "is none of")])
def test_wrong_usage(args, words, capsys):
    with pytest.raises(SystemExit) as end:
        tm.main(args)
    said = capsys.readouterr()
    assert end.value.code == 2 and said.out == "" and said.err.startswith("usage:") and words in said.err


def test_help_states_every_default():
    text = run("--help").stdout
    for words in (
        "default 10)",
        "default /workspace/output/*/training.log)",
        "default 95)",
        "--no-bell",
        "Exit codes:",
        "what to watch",
    ):
        assert words in text
    assert run("--version").stdout == f"training_monitor.py {tm.__version__}\n"
    short = run("-h").stdout
    assert "--interval" in short and "--gpu-low" not in short and f"all {len(tm.OPTIONS)} options" in short
    assert [line for line in (text + short).splitlines() if len(line) > 80] == []


def settings(*given, environment=(), text="", path="config.ini"):
    """What the options, the environment and a file of settings come to: {field: (value, origin)}."""
    read = {"ini": tm.read_ini, "toml": tm.read_toml}[path.rpartition(".")[2]]
    return tm.settings_of(vars(tm.build_parser().parse_args(given)), dict(environment), tm.Config(path, read(text)))


def test_the_command_line_goes_before_environment_file_and_default():
    text = "[monitor]\ninterval = 30\ngpu-low = off\nmouse = yes\nlog-path = /a/*.log\n  /b/*.log\nssh-option=\n"
    found = settings("--interval", "20", environment={"TRAINING_MONITOR_GPU_LOW": "5", "NO": "1"}, text=text)
    assert found["interval"] == (20.0, "command line") and found["gpu_low"] == (5.0, "TRAINING_MONITOR_GPU_LOW")
    assert found["mouse"] == (True, "config.ini") and found["log_path"] == (("/a/*.log", "/b/*.log"), "config.ini")
    assert found["gpu_high"] == (95.0, "default")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib came with 3.11")
def test_toml_says_the_same(tmp_path):
    text = '[monitor]\ninterval = 30\nmouse = true\nlog-path = ["/a/*.log", "/b/*.log"]\n'
    found = settings(text=text, path="config.toml")
    assert (found["interval"].value, found["mouse"].value, found["log_path"].value) == (30.0, True, ("/a/*.log", "/b/*.log"))
    with pytest.raises(ValueError, match="outside of a section"):
        tm.read_toml("interval = 3")
    text = '[monitor]\ninstances = [7, 8]\ncolumns = ["id", "loss"]\nevents = ["up", "gone"]\n[group.x]\nmatch = ["a-*", "b-*"]\n'
    found = settings(text=text, path="config.toml")  # a list where one value has several names in it
    assert [found[name].value for name in ("instances", "columns", "events")] == [[7, 8], ["id", "loss"], ["up", "gone"]]
    assert found["owns"].value[0].match == ("a-*", "b-*")
    with pytest.raises(tm.UsageError, match="interval: '3,4' is not a number"):
        settings(text="[monitor]\ninterval = [3, 4]\n", path="config.toml")
    path = tmp_path / "c.toml"
    path.write_text("[monitor]\n")
    assert tm.keep_settings(str(path), {"group": "\U0001f600\""}).startswith("kept") and tm.find_config(str(path)).sections["monitor"] == {"group": ["\U0001f600\""]}


def test_blanks_and_empty_lines_of_a_file_or_variable_mean_nothing():
    text = "[ monitor ]\ninterval = 5\nlog-path =\n  /a\n\n  /b\ninstances = 7\n  8\n[host lab ]\n"
    found = settings(text=text, environment={"TRAINING_MONITOR_EXPORT": "\n a.json\n\nb.prom\n"})
    assert found["interval"].value == 5.0 and found["log_path"].value == ("/a", "/b") and found["instances"].value == [7, 8]
    assert found["export"].value == ("a.json", "b.prom") and found["host"].value == (tm.Host("lab", "lab"),)


def test_toml_needs_a_python_that_has_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tomllib", None)
    with pytest.raises(ValueError, match="INI file"):
        tm.read_toml("")


@pytest.mark.parametrize("text, words", [
    ("[monitor]\nintervall = 3\n", ("config.ini: [monitor] intervall is not known", "did you mean interval?")),
    ("[monitro]\ninterval = 3\n", ("[monitro]", "did you mean monitor?")),
    ("[monitor]\ninterval = soon\n", ("config.ini: [monitor] interval: 'soon' is not a number",)),
    ("[monitor]\nmouse = perhaps\n", ("[monitor] mouse: 'perhaps' is neither yes nor no",)),
    ("[monitor]\nonce = yes\n", ("[monitor] once is not known: it is for the command line alone",)),
    ("[group]\nrate = 1\n", ("config.ini: [group] is not known: it is [group NAME]",)), ("[host ]\n", ("it is [host NAME]",)),
    ("[Monitor]\n", ("[Monitor] is not known; did you mean monitor?",)), ("[x]\n", ("there are monitor, host, group",)),
    ("[ groups a]\n", ("did you mean group?",)), ("[host a]\nadress = h\n", ("did you mean address?",)),
    ("[group a]\nx = h\n", ("[group a] x is not known; there are match, rate, log-path, log-pattern",))])
def test_mistakes_in_the_file_are_named(text, words):
    with pytest.raises(tm.argparse.ArgumentTypeError) as error:
        settings(text=text)
    assert all(word in str(error.value) for word in words)


def test_a_file_that_is_none_is_named(tmp_path, monkeypatch, capsys):
    path = tmp_path / "training-monitor" / "config.ini"
    path.parent.mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path.write_text("interval = 3")
    with pytest.raises(SystemExit) as end:
        tm.main(["--mock", "--once"])
    assert end.value.code == 2 and f"{path}: " in capsys.readouterr().err
    path.write_bytes(b"[monitor]\nascii = \xff\n")
    with pytest.raises(SystemExit):
        tm.main(["--mock", "--once"])
    assert f"{path}: " in capsys.readouterr().err


@pytest.mark.parametrize("data, words", [
    (b"[monitor]\n# caf\xe9\n", "line 2 is not in UTF-8"), (b"x" * 2_000_000, "more than 1 MB"), (b"x = 1\n", "line 1: a section such as [monitor] comes first"),
    (b"[monitor]\nx = 1\nx = 2\n", "line 3: this name stands twice"), (b"[monitor]\n[monitor]\n", "line 2: this section stands there twice"),
    (b"[monitor]\nall = yes\nmouse\n", "line 3: this is no NAME = VALUE")])
def test_what_no_configuration_is_says_its_line(tmp_path, data, words):
    path = tmp_path / "c.ini"
    path.write_bytes(data)
    with pytest.raises(tm.UsageError, match=re.escape(f"{path}: {words}")):
        tm.find_config(str(path))
    assert words in tm.keep_settings(str(path), {"sort": "eta"}) and path.read_bytes() == data


def test_of_two_files_of_the_user_none_is_ignored_in_silence(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "training-monitor").mkdir()
    for name in ("config.ini", "config.toml"):
        (tmp_path / "training-monitor" / name).touch()
    with pytest.raises(tm.UsageError, match=r"which is it, .*config.ini or .*config.toml[?]"):
        tm.find_config(None)


def test_an_endless_file_is_no_configuration():
    assert tm.keep_settings("/dev/zero", {"sort": "eta"}) == "not kept: /dev/zero: more than 1 MB: this is no configuration"


def test_a_long_label_does_not_widen_the_report():
    row = ("2026-01-01", "7", "x" * 300, *range(len(tm.REPORTED)))
    said = tm.report_text([row, ("2026-01-01", "8", "短", *row[3:])])
    assert max(map(tm.width, said.split("\n"))) < 140 and "…" in said and "短" in said


def test_a_file_of_windows_stays_one(tmp_path):
    path = tmp_path / "c.ini"
    path.write_bytes(b"\xef\xbb\xbf[monitor]\r\nlog-path = /a\r\n    /b\r\nsort = loss\r\n  # why\r\n")
    assert tm.find_config(str(path)).sections["monitor"]["log-path"] == ["/a", "/b"]
    assert tm.keep_settings(str(path), {"sort": "eta"}).startswith("kept in")
    assert path.read_bytes() == b"\xef\xbb\xbf[monitor]\r\nlog-path = /a\r\n    /b\r\nsort = eta\r\n  # why\r\n"


INI_KEPT = """# mine
[monitor]
# how often
interval = 30
sort = loss
folded = 1,
   2
# of the lab

; the lab
[host lab]
sort = odd
"""


@pytest.mark.parametrize("text, kept, expected", [
    ("", {"sort": "eta"}, "[monitor]\nsort = eta\n"), ("", {"sort": "health", "group": ""}, None),
    (INI_KEPT, {"sort": "-eta", "folded": "3"}, INI_KEPT.replace("= loss", "= -eta").replace("= 1,\n   2", "= 3")),
    (INI_KEPT, {"group": "exp"}, INI_KEPT.replace("   2\n", "   2\ngroup = exp\n")),
    ("[host lab]\n", {"sort": "eta"}, "[host lab]\n\n[monitor]\nsort = eta\n"), (INI_KEPT, {"sort": "loss"}, None),
    ("[monitor]\nSort: loss\n", {"sort": "eta"}, "[monitor]\nsort = eta\n"), ("[ monitor ]\n", {"sort": "eta"}, "[ monitor ]\nsort = eta\n"),
    ("[monitor]\nsort = loss", {"sort": "health"}, "[monitor]\nsort = health\n")])
def test_keeping_the_view_changes_single_keys(tmp_path, text, kept, expected):
    path = tmp_path / "folder" / "config.ini"
    path.parent.mkdir()
    if text:
        path.write_text(text.replace("sort = odd\n", ""))
        path.chmod(0o640)
    said = tm.keep_settings(str(path), kept)
    if expected is None:
        assert said == f"nothing has changed, nothing was written to {path}" and path.exists() == bool(text)
    else:
        assert said == f"kept in {path}: {', '.join(kept)}" and path.read_text() == expected.replace("sort = odd\n", "")
        assert path.stat().st_mode & 0o777 == (0o640 if text else 0o600)


@pytest.mark.parametrize("name, text, words", [
    ("c.ini", "[monitor\n", "not kept"), ("c.toml", '[monitor]\nfolded = [\n"1",\n]\n', "only you can change")])
def test_a_file_that_cannot_be_changed_safely_is_not(tmp_path, name, text, words):
    if name == "c.toml" and sys.version_info < (3, 11):
        pytest.skip("tomllib came with 3.11")
    path = tmp_path / name
    path.write_text(text)
    assert words in tm.keep_settings(str(path), {"folded": "7"}) and path.read_text() == text
    assert "Not a directory" in tm.keep_settings(f"{path}/x.ini", {"folded": "7"})


def test_the_view_is_kept_and_comes_back(tmp_path, terminal):
    path = tmp_path / "c.ini"
    one = terminal("--mock", "--config", path.touch() or str(path))
    one.wait_for("30007001")
    one.send("s").send("s").send("S").send("-").send("W").wait_for("kept in")
    one.send("q").exit_code()
    found = settings(text=path.read_text())
    assert found["sort"].value.startswith("-") and len(found["folded"].value) == 1
    two = terminal("--mock", "--config", str(path))
    two.wait_for("\u25bc")
    two.send("q").exit_code()


def test_print_config_tells_origins_and_can_be_read_again(tmp_path):
    path = tmp_path / "c.ini"
    path.write_text("[monitor]\ninterval = 30\nlog-path = /a\n /b\nall = yes\nbudget = 12345.67\n")
    text = run("--config", str(path), "--no-bell", "--print-config").stdout
    assert f"# {path}\ninterval = 30\n" in text and "# command line\nno-bell = yes\n" in text
    plain = run("--print-config", env={"PYTHONIOENCODING": "ascii", "TRAINING_MONITOR_GROUP": "gr\u00f6\u00dfe"})
    assert (plain.returncode, plain.stderr) == (0, "") and "group = gr??e\n" in plain.stdout
    again = settings(text=text)
    assert again["budget"].value == 12345.67 and again["interval"].value == 30.0 and again["log_path"].value == ("/a", "/b") and again["no_bell"].value is True


def test_what_is_typed_goes_before_what_a_file_watches(tmp_path):
    path = tmp_path / "c.ini"
    path.write_text("[monitor]\nall = yes\n")
    for typed, environment in ((["--instances", "7"], {}), ([], {"TRAINING_MONITOR_INSTANCES": "7"})):
        _, found, _ = tm.command_line(["--config", str(path), *typed], environment)
        assert (found["all"].value, found["instances"].value) == (False, [7])
    path.write_text("[monitor]\ninstances = 7\n")
    for said, wanted in (("yes", (True, None)), ("no", (False, [7]))):
        _, found, _ = tm.command_line(["--config", str(path)], {"TRAINING_MONITOR_ALL": said})
        assert (found["all"].value, found["instances"].value) == wanted


@pytest.mark.parametrize("text, host", [
    ("gpu1", ("gpu1", "gpu1", None, "")), ("me@10.0.0.5", ("10.0.0.5", "10.0.0.5", None, "me")),
    ("lab=me@10.0.0.5:2222", ("lab", "10.0.0.5", 2222, "me")), ("10.0.0.5:22", ("10.0.0.5:22", "10.0.0.5", 22, "")),
    ("six=[fe80::1%eth0]:22", ("six", "fe80::1%eth0", 22, "")), ("[::1]", ("[::1]", "::1", None, "")),
    ("", None), ("a b", None), ("-oProxyCommand=x", None), ("-l@host", None), ("host:0", None), ("host:99999", None),
    ("::1", None), ("x=", None), ("7=host", None), ("-x@host", None), ("a=b=c", None), ("host\nother", None)])
def test_hosts_are_read(text, host):
    if host is None:
        with pytest.raises(tm.argparse.ArgumentTypeError):
            tm.host_given(text)
    else:
        assert tm.host_given(text) == tm.host_given(str(tm.host_given(text))) == host


PARTS = """
[monitor]
host = other
[host gpu1]
address = me@10.0.0.5:2222
rate = 1.5
[host gpu2]
[group exp-*]
match = exp-* 30007001
rate = 0.3
log-path = /w/*.log
[group 30007002]
log-pattern = L(?P<loss>\\d+)
"""


def test_hosts_and_groups_of_the_file():
    found = settings(text=PARTS)
    assert [str(host) for host in found["host"].value] == ["other=other", "gpu1=me@10.0.0.5:2222", "gpu2=gpu2"]
    own = [tm.own_of(tm.Options(owns=found["owns"].value), tm.Row(*key)) for key in (
        (tm.HostId("gpu1"),), (30007001, "", "llama"), (30007009, "", "exp-7"), (30007002,), (30007003, "", "my exp-7"))]
    assert [one.rate for one in own] == [1.5, 0.3, 0.3, None, None]
    assert own[2].log_paths == ("/w/*.log",) and own[3].log_patterns[0].pattern == r"L(?P<loss>\d+)"
    typed = settings("--host", "gpu1", "--host", "new=h", text=PARTS)["host"]
    assert [host.host for host in typed.value] == ["10.0.0.5", "h"] and typed.origin == "command line"


@pytest.mark.parametrize("text, words", [
    ("[host]\naddress = x\n", ("[host] is not known",)), ("[hosts x]\n", ("[hosts x] is not known", "did you mean host?")),
    ("[host x]\nadress = x\n", ("[host x] adress is not known", "did you mean address?")),
    ("[host x]\naddress = -x\n", ("[host x] address: '-x' is not",)), ("[group x]\nrate = 0\n", ("[group x] rate: '0'",)),
    ("[host a b]\naddress = x\n", ("config.ini: [host a b]: 'a b=x' is not",)), ("[monitor]\nhost = x=a\n x=b\n", ("two hosts are called x",)), ("[monitor x]\n", ("[monitor x] is not known",))])
def test_mistakes_in_parts_of_the_file_are_named(text, words):
    with pytest.raises(tm.argparse.ArgumentTypeError) as error:
        settings(text=text)
    assert all(word in str(error.value) for word in words), str(error.value)


def doctors_words(capsys, *args):
    code = tm.main(["--doctor", *args])
    return code, capsys.readouterr().out


def test_the_doctor_finds_all_well(far, fake, tmp_path, monkeypatch, capsys):
    fake("vastai", f"""case "$*" in *--version*) echo 1.2.3 ;; *user*) echo '{{"credit": 24.1}}' ;; *invoices*) echo '{{"results": []}}' ;;
        *) echo '{json.dumps([RAW])}' ;; esac""")
    monkeypatch.setenv("VAST_API_KEY", SECRET)
    monkeypatch.setattr(tm.curses, "setupterm", lambda *args: None)
    monkeypatch.setattr(tm.curses, "tigetstr", lambda name: b"x")
    far.log.write_text("Epoch 1/4 loss: 0.5\n")
    code, said = doctors_words(capsys, "--log-path", f"{tmp_path}/output/*/training.log")
    assert "the listing has 0 instances to watch" in doctors_words(capsys, "--instances", "5")[1]  # it is not there
    assert code == 0 and said.endswith("all is well\n") and "BAD" not in said and SECRET not in said
    for words in ("vastai 1.2.3, installed", "API key of VAST_API_KEY", "may read its balance", "may read its charges",
                  "the listing has 1 instance to watch", "30007001 exp: logged in at 1.2.3.4:30022, 2xRTX 4090", "progress, epoch, loss, no step"):
        assert words in said, words


def test_the_doctor_says_what_to_do(far, fake, tmp_path, monkeypatch, capsys):
    key = tmp_path / "vastai" / "vast_api_key"
    key.parent.mkdir()
    key.write_text(SECRET)
    key.chmod(0o644)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "dumb")
    fake("vastai", f"""case "$*" in *user*|*invoices*) echo 'failed with error 403' ;; *) echo '{json.dumps([RAW])}' ;; esac""")
    os.utime(far.folder / "vastai", (1e9, 1e9))
    code, said = doctors_words(capsys, "--log-path", f"{tmp_path}/output/*/training.log")
    assert code == 1 and SECRET not in said
    for words in ("pip install -U vastai", f"chmod 600 {key}", "user_read", "billing_read", "export TERM=xterm-256color",
                  f"BAD   30007001 exp: no output of a run; looked at files like {tmp_path}", "1 thing to mend"):
        assert words in said, words
    far.log.write_text("hello\n")
    far.mode("denied")
    assert "no login\n      -> ssh denied" in doctors_words(capsys)[1]
    fake("vastai", "exit 1")
    assert "BAD   the instances cannot be listed\n      -> vastai printed no JSON list" in doctors_words(capsys)[1]
    monkeypatch.setenv("PATH", str(tmp_path))
    code, said = doctors_words(capsys, "--source", "cli")
    assert code == 1 and "pip install vastai" in said and "install the OpenSSH client" in said


@pytest.mark.parametrize("reading, util, level", [
    (tm.RunReading("k", where="screen 0", alive=False), 0.0, "note"), (tm.RunReading("k", where="screen 0"), 0.0, "BAD"),
    (tm.NOT_READ, 0.0, "note"), (tm.NOT_READ, 90.0, "BAD"), (tm.RunReading("k", progress=tm.Progress(step=3.0), alive=False, where="screen 0"), 0.0, "ok"),
    (tm.RunReading("k", kind="notebook"), 90.0, "note"), (tm.RunReading("k", kind="serving", where="file /x.log"), 90.0, "note"),
], ids=["ended", "not understood", "nothing trains", "nothing found", "ended and known", "notebook", "server"])
def test_the_doctor_finds_nothing_bad_where_a_run_has_ended(reading, util, level):
    m = metrics(gpu_util=util)
    m.main.reading, m.main.log = reading, reading.progress
    m.main.lines.append((1, tm.LogLine(1, 0.0, "hello", 1)))
    assert [finding.level for finding in tm.check_runs(m, "7")] == [level]


def test_the_doctor_does_not_blame_an_output_that_is_still_empty():
    m = metrics()
    m.main.reading = tm.RunReading("k", where="screen 0")
    (found,) = tm.check_runs(m, "7")
    assert found.level == "note" and "nothing was printed yet" in found.what


def test_report_by_day_and_instance(tmp_path, capsys):
    path = str(tmp_path / "h.db")
    history = tm.History(path)
    kept = [tm.Kept(name, "exp", None, 0.0, 0.0, 0.0, spent, name == "2", {}) for name, spent in (("1", 1.25), ("2", 0.5))]
    history.exchange(time.time() - 3 * 86400, kept, ())
    history.exchange(time.time(), [one._replace(spent=2.0) for one in kept], [tm.Event(time.time(), "failed", 1, "x", "error")])
    history.close()
    assert tm.main(["--report", "2", "--history", path]) == 0
    head, first, second, total, note = capsys.readouterr().out.splitlines()
    assert note == "what passed while no monitor watched is in no day"
    assert head.split() == ["DAY", "ID", "LABEL", "COST$", "WASTE$", "EPOCHS", "FINISHED", "FAILED", "EXITED"]
    assert first.split()[1:] == ["1", "exp", "0.75", "0.00", "0", "0", "1", "0"] and second.split()[3:5] == ["1.50", "1.50"]
    assert total.split() == ["total", "2.25", "1.50", "0", "0", "1", "0"]
    tm.main(["--report", "--history", path, "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert len(told["days"]) == 4 and told["total"]["cost_dollars"] == 4 and told["days"][-1]["id"] == "2"
    assert tm.main(["--report", "--history", path + "x"]) == 1
    assert f"{path}x: there is none yet; a watch with --history {path}x makes it" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        tm.main(["--report"])


def test_a_report_only_reads(tmp_path, capsys):
    path, empty = str(tmp_path / "h#?%.db"), tmp_path / "e.db"
    tm.History(path).open().close()
    os.chmod(path, 0o400)
    assert tm.main(["--report", "2", "--history", path]) == 0
    since = (tm.datetime.now() - tm.timedelta(days=1)).strftime("%Y-%m-%d")
    assert capsys.readouterr().out == f"{path}: nothing is kept of the days since {since}\n"
    empty.touch()
    assert tm.main(["--report", "--history", str(empty)]) == 1 and empty.stat().st_size == 0
    assert "e.db: it is no history of this program" in capsys.readouterr().err
    assert tm.main(["--report", "--history", str(tmp_path)]) == 1 and f"{tmp_path}: Is a directory" in capsys.readouterr().err


@pytest.mark.parametrize("now, since", [((2026, 11, 1, 23, 30), "2026-10-31"), ((2026, 3, 9, 0, 30), "2026-03-08")], ids=["25 hours", "23 hours"])
def test_a_day_of_the_report_is_one_of_the_calendar(monkeypatch, capsys, now, since):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        moment = tm.datetime(*now)
        monkeypatch.setattr(tm, "datetime", SimpleNamespace(now=lambda: moment))
        monkeypatch.setattr(tm.time, "time", moment.timestamp)
        monkeypatch.setattr(tm.History, "days_since", lambda history, day: [])
        tm.main(["--report", "2", "--history", "h"])
        assert f"since {since}" in capsys.readouterr().out
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()


def test_parse_log_prints_what_was_understood(tmp_path):
    log = tmp_path / "training.log"
    log.write_text("Epoch 1/4 loss: 0.5 acc: 0.25\nEpoch 2/4 loss: nan acc: 0.5\n")
    done = run("--parse-log", str(log))
    found = json.loads(done.stdout)
    assert done.returncode == 0 and done.stderr == "" and list(found)[-4:] == ["elapsed_s", "rate", "rate_unit", "metrics"]
    assert (found["epoch"], found["total_epochs"], found["loss"], found["val_loss"]) == (2, 4, "nan", None)
    assert (found["progress"], found["state"], found["metrics"]) == (50, "training", {"acc": 0.5})
    done = run("--parse-log", str(log), "--debug", "--log-pattern", r"acc: (?P<psnr>\S+)", "--log-pattern", "(?P<loss>nan)")
    assert json.loads(done.stdout)["metrics"] == {"psnr": 0.5}
    assert "pattern: Epoch 1/4 loss: 0.5 acc: 0.25" in done.stderr
    piped = subprocess.run([sys.executable, str(PROGRAM), "--parse-log", "-"], input=b"step 3/9 loss: 1\n\xff", capture_output=True, timeout=60)
    assert json.loads(piped.stdout)["step"] == 3 and piped.returncode == 0


def test_a_log_that_cannot_be_read_is_said(capsys, monkeypatch):
    def broken(*args, **more):
        raise OSError(5, "Input/output error")
    monkeypatch.setattr(tm, "open", broken, raising=False)
    assert tm.main(["--parse-log", str(PROGRAM)]) == 1
    assert capsys.readouterr() == ("", f"training_monitor: {PROGRAM}: Input/output error\n")


def test_columns_are_chosen_by_titles_keys_and_fields(run_here):
    done = run_here("--mock", "--once", "--columns", "id, GPU,,val_loss,gpu%,temp,")
    assert done.stdout.splitlines()[1].split() == ["ID", "GPU", "VAL", "LOSS", "GPU%", "°C"]
    assert re.search(r"^ 30007007 4xA100 SXM +1\.4\d+ +\d\d  6\d", done.stdout, re.M)
    wrong = run_here("--mock", "--once", "--columns", "id,lss")
    assert wrong.returncode == 2 and "no column 'lss'; did you mean loss?" in wrong.stderr


def test_what_shapes_the_table_shapes_plain_text_too(run_here):
    rows = run_here("--mock", "--once", "--group", "llm", "--sort", "-loss").stdout.splitlines()[1:]
    assert "LOSS\u25bc" in rows[0] and [row.split()[2] for row in rows[1:] if " llm/" in row] == ["30007007", "30007001", "30007003"]
    assert [row.split()[1] for row in rows if "\u2500 " in row] == ["lr3e-4", "lr1e-4"]  # its runs stand below
    assert rows[-1].startswith("  group llm: 3 of 8 instances   2/3 running") and len(rows) == 7
    rows = run_here("--mock", "--once", "--group-by", "status", "--group", "running", "--folded", "30007007").stdout.splitlines()
    assert "group running: 5 of 8 instances" in rows[-1] and len(rows) == 8 and not any("\u2500 " in row for row in rows)
    assert "  group nope: 0 of 8 instances   groups: cv, llm   0/0 running" in run_here("--mock", "--once", "--group", "nope").stdout


def test_what_is_no_table_tells_of_all(run_here):
    """Programs and alerts rest on it; so that a group is asked for in vain is said."""
    done = run_here("--mock", "--once", "--format", "json", "--group", "llm", "--sort", "-id")
    assert [one["id"] for one in json.loads(done.stdout)["instances"]] == sorted(tm.MOCK_IDS, reverse=True)
    assert done.stderr == "training_monitor: --group has no effect with --format json\n"


@pytest.mark.parametrize("script, refused", [
    ("echo 'command-line: line 0: Bad configuration option: nonsense\r' >&2; exit 255", "ssh refuses 'nonsense=1': Bad configuration option: nonsense"),
    ("echo 'Unsupported KEX algorithm \"x\"' >&2; exit 255", "ssh refuses 'nonsense=1': Unsupported KEX algorithm \"x\""),
    ('echo "$@" >"$FAKE/argv"; echo "user me"; echo odd >&2', ""), ("exec sleep 1000", "")])
def test_an_option_that_ssh_refuses_is_refused_at_once(fake, monkeypatch, script, refused):
    monkeypatch.setattr(tm, "CLI_DEADLINE_S", 0.5)
    folder = fake("ssh", script)
    if refused:
        with pytest.raises(tm.UsageError, match=f"^argument --ssh-option: {re.escape(refused)}$"):
            tm.command_line(["--all", "--ssh-option", "nonsense=1"], {})
        with pytest.raises(tm.UsageError, match=f"^TRAINING_MONITOR_SSH_OPTION: {re.escape(refused)}$"):
            tm.command_line(["--all"], {"TRAINING_MONITOR_SSH_OPTION": "nonsense=1"})
    else:
        assert tm.command_line(["--all", "--ssh-option", "nonsense=1"], {})[0].ssh_option == ("nonsense=1",)
    if "argv" in script:  # nothing but the option is looked at
        assert (folder / "argv").read_text() == "-G -F /dev/null -o nonsense=1 127.0.0.1\n"


def test_control_c_while_the_settings_are_read(terminal, fake):
    folder = fake("ssh", 'echo $$ >"$FAKE/pid.new"; mv "$FAKE/pid.new" "$FAKE/pid"; exec sleep 60')
    one = terminal("--mock", "--ssh-option", "A=b")
    pid = int(wait_until(lambda: (folder / "pid").exists() and (folder / "pid").read_text(), "the question to ssh"))
    one.send("\x03")
    assert one.exit_code() == 130 and b"Traceback" not in one.seen
    wait_until(lambda: not alive(pid), "the end of ssh")


@pytest.mark.skipif(not shutil.which("ssh"), reason="ssh itself is asked")
def test_ssh_itself_says_which_options_it_takes(capsys):
    with pytest.raises(SystemExit, match="2"):
        tm.main(["--all", "--ssh-option", "ConnectTimeout=9", "--ssh-option", "nonsense"])
    assert re.search(r"error: argument --ssh-option: ssh refuses 'nonsense': .*nonsense", capsys.readouterr().err)


@pytest.mark.parametrize("given, terminal, said", [
    ("--mock --once --mouse --no-bell", False, ["--mouse, --no-bell have no effect without a screen"]),
    ("--mock --format json --group x", True, ["--format has no effect on the screen"]),
    ("--mock --once --format line --columns id --interval 5", False, ["--columns has no effect with --format line"]),
    ("--mock --identity /dev/null --source api --ssh-option Port=22", True, ["--source, --identity, --ssh-option have no effect with --mock"]),
    ("--host h --source api", False, ["--source has no effect without an account"]), ("--host h --all --source api", False, []),
    ("--all --no-ssh --log-path /x --max-ssh 3", True, ["--log-path, --max-ssh have no effect with --no-ssh"]),
    ("--report --history f --format json --all", False, ["--all has no effect with --report"]),
    ("--doctor --all --once --interval 3 --gpu-low 1", False, ["--interval, --once, --gpu-low have no effect with --doctor"]),
    ("--explain 7 --all --notify ntfy://t", False, ["--all, --notify have no effect with --explain"]),
    ("--test-notify --notify ntfy://t --events failed", True, ["--events has no effect with --test-notify"]),
    ("--all --smtp h --events failed --severity error", False, ["--smtp has no effect without --notify mailto:",
                                                                 "--events, --severity have no effect without --notify or --on-event"]),
    ("--all --events failed --severity error", True, []), ("--all --notify mailto:a@b.c --smtp h --events failed", False, []),
    ("--parse-log /dev/null --debug --log-pattern (?P<loss>a) --ascii", False, ["--ascii has no effect with --parse-log"]),
    ("--all --group-by gpu", False, ["--group-by has no effect without a screen or --group"]),
    ("--all --group-by gpu --once --format json", False, ["--group-by has no effect with --format json"]),
    ("--all --group-by gpu --group a", False, []), ("--all --group-by gpu", True, []),
    ("--print-config --group-by gpu --events failed", False, []), ("--doctor --mock --smtp h", True, ["--smtp has no effect with --doctor"]),
    ("--print-config --mouse --mock", False, ["--mock has no effect with --print-config"])])
def test_what_is_typed_in_vain_is_said(given, terminal, said):
    args, found, _ = tm.command_line(given.split(), {})
    assert list(tm.said_in_vain(args, found, terminal)) == said


def test_what_a_file_says_is_for_every_run(tmp_path):
    path = tmp_path / "c.ini"
    path.write_text("[monitor]\nmouse = yes\ngroup = x\nhost = h\n")
    done = run("--config", str(path), "--mock", "--once", "--format", "line")
    assert done.stderr == "" and done.stdout.startswith("5/8 run")


def test_every_option_acts_somewhere():
    for option in tm.OPTIONS:
        assert option.acts and set(option.acts) <= {*tm.SHOWN, *tm.INSTEAD} and set(option.idle) <= {"mock", "no-ssh", "hosts", "mail", "alone", "all"}, option.name
    named = [option.name for option in tm.OPTIONS]
    assert all(name in named for name in tm.INSTEAD) and list(tm.SHOWN[1:]) == list(tm.OUTPUTS)


def test_variables_that_set_nothing_are_named():
    env = {"TRAINING_MONITOR_INTERVALL": "3", "TRAINING_MONITOR_ONCE": "1", "TRAINING_MONITOR_GPU_LOW": "5"}
    assert run("--mock", "--once", "--format", "line", env=env).stderr.splitlines() == [
        "training_monitor: TRAINING_MONITOR_INTERVALL sets nothing; did you mean TRAINING_MONITOR_INTERVAL?",
        "training_monitor: TRAINING_MONITOR_ONCE sets nothing: it is for the command line alone"]


@pytest.mark.parametrize("given, id_, name", [(["30007007"], [30007007], []), (["lab"], None, ["lab"]), (["lab,7,x"], [7], ["lab", "x"])])
def test_explain_takes_names_of_hosts(tmp_path, given, id_, name):
    path = tmp_path / "c.ini"
    path.write_text("[monitor]\nall = yes\n[host lab]\naddress = me@10.0.0.5\n[host x]\n")
    args, _, _ = tm.command_line(["--config", str(path), "--explain", *given], {})
    assert (args.instances, [host.name for host in args.host], args.all) == (id_, name, False)
    assert tm.no_account(args) == (id_ is None)
    assert tm.command_line(["--explain", "7"], {})[0].instances == [7]  # says itself what is looked at


def test_explain_knows_no_other_names(capsys):
    with pytest.raises(SystemExit):
        tm.main(["--host", "gpu7=me@h", "--explain", "gpu"])
    assert "--explain: 'gpu' is neither an id nor a host; did you mean gpu7?" in capsys.readouterr().err


def test_explain_prints_each_run_and_ends():
    done = run("--mock", "--explain", "30007007")
    assert done.returncode == 0 and done.stderr == ""
    assert "30007007 llm/sweep  lr1e-4  file /workspace/sweep/lr1e-4/out.log" in done.stdout
    assert "  lr3e-4  " in done.stdout and "step 700, total_steps 1000: a progress bar" in done.stdout
    assert "loss 1.3581, learning_rate 3e-05" in done.stdout and "--log-pattern" in done.stdout


def test_once_with_mock():
    done = run("--mock", "--once")
    assert done.returncode == 1 and done.stderr == ""  # one of them has failed
    assert all(str(key) in done.stdout for key in tm.MOCK_IDS) and "\x1b" not in done.stdout
    assert re.search(r"30007001.*~6h15m", done.stdout)  # its end is told at first sight
    assert run("--mock", "--once", "--instances", "5,6").stdout.count("\n ") >= 3
    assert run("--mock", "--once", "--instances", "7").returncode == 0


def test_once_without_a_cli(tmp_path):
    done = run("--all", "--once", env={"PATH": str(tmp_path)})
    assert done.returncode == 1 and "pip install vastai" in done.stdout


@pytest.mark.parametrize("form", ["json", "line", "text"])
def test_once_prints_one_refresh_and_events_as_text_alone(watch, monkeypatch, capsys, form):
    monitor, _ = watch()
    monkeypatch.setattr(monitor, "update_all_metrics", lambda: told_of(monitor, ("api", None, "API lost", "warning", 1)))
    tm.run_once(monitor, tm.Printing(form), tm.Sinks(monitor, ()))
    said = capsys.readouterr().out
    assert ("API lost" in said) == (form == "text")
    assert form == "text" or len(said.splitlines()) == 1


@pytest.mark.parametrize("error", [tm.http_problem(502), tm.http_problem(0), *(
    tm.SourceError(*said) for said in (tm.CLI_PROBLEMS["timeout"], *(one for _, one in (*tm.CRASHES, *tm.API_PROBLEMS))))], ids=str)
def test_once_does_not_promise_another_try(watch, capsys, error):
    monitor, source = watch()
    source.rows = error
    assert tm.run_once(monitor, tm.Printing("text"), tm.Sinks(monitor, ())) == 1
    said = capsys.readouterr().out
    assert "API ERROR 1x\n" in said and f"  ! {error}\n" in said and "retry" not in said


def test_ascii_locale_without_a_terminal():
    assert run("--mock", "--once", env={"LC_ALL": "C"}).stdout.isascii()
    assert run("--mock", "--once", "--ascii").stdout.isascii()


def test_plain_output_flows_and_ends_on_sigterm(fake, tmp_path):
    listed = tmp_path / "listing"
    listed.write_text("[]")
    fake("vastai", f'[ "$4" = user ] && exit 0 || cat {listed}')
    child = subprocess.Popen(
        [*QUICK, "--all", "--no-ssh"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 0 instances", child.stdout.readline())
    listed.write_text(json.dumps([RAW]))
    seen = []
    while not any("30007001 is new" in line for line in seen):
        seen.append(child.stdout.readline())
        assert seen[-1], "the output ended"
    listed.write_text("garbage")
    while not any("API lost" in line for line in seen):
        seen.append(child.stdout.readline())
        assert seen[-1], "the output ended"
    child.send_signal(signal.SIGTERM)
    _, warnings = child.communicate(timeout=WAIT_S)
    assert child.returncode == 143
    assert re.search(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - training_monitor - ERROR - API lost: vastai printed no JSON list: see .*$",
        warnings,
        re.M,
    )


def test_hangup_reads_the_settings_anew_where_there_is_no_terminal(tmp_path):
    """The same process goes on with them; faulty ones are said and change nothing."""
    path, program = tmp_path / "c.ini", tmp_path / "quick.py"  # Python 3.9 does not keep what stood behind a -c
    path.write_text("[monitor]\nformat = line\n")
    program.write_text(QUICK[2])
    child = subprocess.Popen([sys.executable, str(program), *QUICK[3:], "--mock", "--config", str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, start_new_session=True)
    def said(words):
        return any(words in line for line in itertools.islice(child.stderr, 1000))  # alarms are written there too
    try:
        assert "run" in child.stdout.readline()
        path.write_text("[monitor]\nformat = odd\n")
        child.send_signal(signal.SIGHUP)
        assert said("the settings stay as they were")
        assert "run" in child.stdout.readline()
        path.unlink()  # the command line itself is wrong now
        child.send_signal(signal.SIGHUP)
        assert said("the settings stay as they were: argument --config: cannot read")
        assert "run" in child.stdout.readline()
        path.write_text("[monitor]\nformat = json\n")
        child.send_signal(signal.SIGHUP)
        assert any(line.startswith('{"schema"') for line in itertools.islice(child.stdout, 1000))
    finally:
        child.kill()
        child.communicate()


def test_a_new_start_leaves_no_message_untold(monkeypatch):
    def restart(*args):
        raise tm.Restart
    done = []
    monkeypatch.setattr(tm, "watch", restart)
    monkeypatch.setattr(tm.Sinks, "finish", lambda sinks, seconds: done.append("told"))
    monkeypatch.setattr(tm.VastAIMonitor, "close", lambda *args: done.append("closed"))
    monkeypatch.setattr(tm.os, "execve", lambda *args: done.append("begun"))
    monkeypatch.setattr(tm.signal, "signal", lambda *args: None)
    tm.main(["--mock"])
    assert done == ["told", "closed", "begun"]


def test_nohup_keeps_hangup_ignored(fake):
    fake("vastai", "echo '[]'")
    child = subprocess.Popen(
        ["nohup", sys.executable, str(COMPILED), "--all", "--interval", "1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout.readline()
    child.send_signal(signal.SIGHUP)
    assert child.stdout.readline() and child.stdout.readline()
    child.terminate()
    child.communicate(timeout=WAIT_S)
    assert child.returncode == 143


def test_a_full_disk_is_said_in_one_line():
    with open("/dev/full", "w") as full:
        started = [subprocess.Popen([sys.executable, str(COMPILED), *args], stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True)
                   for args in (["--mock", "--once"], ["--parse-log", str(HERE / "Makefile")], ["--print-config"], ["--help"], ["-h"], ["--version"],
                                ["--mock", "--doctor"], ["--mock", "--explain", "30007007"], ["--test-notify"], ["--test-notify", "--on-event", "true"])]
    for child in started:  # all at once
        said = child.communicate(timeout=60)[1]
        assert child.returncode == 3 and said == "training_monitor: cannot write the output: No space left on device\n"


@pytest.mark.parametrize("given, words", [
    (["--export", "/no/such/x.prom"], "not exported: /no/such/x.prom: No such file or directory"), (["--history", "/no/such/h.db"], "h.db: No such file"),
    (["--history", "/etc/hostname"], "/etc/hostname: file is not a database; nothing of it is lost"),
    (["--log-file", "/dev/full"], "cannot write the log file: No space left on device"), ([], "")])
def test_once_says_by_its_exit_code_that_a_file_was_not_written(given, words, capsys):
    assert tm.main(["--mock", "--once", "--instances", "7", "--debug", "--format", "line", *given]) == (3 if words else 0)
    said = capsys.readouterr()
    assert said.out == "1/1 run $0.81/h 6d8h\n" and words in said.err


def test_the_doctor_survives_a_folder_of_keys_that_nobody_may_read(fake, monkeypatch, tmp_path, capsys):
    fake("ssh", "echo OpenSSH >&2")
    (tmp_path / ".ssh").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    def refuse(path):
        raise PermissionError(13, "Permission denied", path)
    monkeypatch.setattr(tm.os, "listdir", refuse)
    assert f"no key in {tmp_path}/.ssh and no agent" in doctors_words(capsys, "--mock", "--instances", "7")[1]


def test_the_doctor_says_which_file_cannot_be_written(tmp_path, capsys):
    path = tmp_path / "h.db"
    assert tm.main(["--doctor", "--mock", "--instances", "7", "--history", str(path)]) == 0 and path.exists()
    assert tm.main(["--doctor", "--mock", "--instances", "7", "--history", "/no/h.db", "--export", "/no/x.json"]) == 3
    said = capsys.readouterr().out
    assert "BAD   not written: /no/h.db: No such file" in said and "BAD   not written: /no/x.json: No such file" in said


def test_what_is_done_instead_leaves_the_history_alone(tmp_path, capsys):
    path = tmp_path / "h.db"
    tm.main(["--mock", "--explain", "30007007", "--history", str(path)])
    tm.main(["--test-notify", "--history", str(path), "--on-event", "true"])
    assert not path.exists()


def test_the_end_tells_the_journal_alone(watch):
    monitor, _ = watch()
    told, journal = [], io.StringIO()
    sinks = tm.Sinks(monitor, [tm.read_command("true")])
    sinks.channels[1].put = told.append
    monitor.journal = tm.Journal(journal)
    told_of(monitor, ("history", None, "history: full", "warning", 1))
    sinks.last_step()
    assert told == [] and "history: full" in journal.getvalue()


def test_that_another_monitor_keeps_the_history_is_no_failure(tmp_path, capsys):
    path = str(tmp_path / "h.db")
    assert tm.main(["--mock", "--once", "--instances", "7", "--history", path]) == 0
    other = tm.History(path)
    other.exchange(time.time(), (), ())
    assert tm.main(["--mock", "--once", "--instances", "7", "--history", path]) == 0 and "another monitor keeps it" in capsys.readouterr().err
    other.close()


def test_a_refresh_waits_for_the_history(watch, tmp_path, monkeypatch):
    """Else what --once prints of costs, and its exit code, would be a matter of luck."""
    monitor, _ = watch(running(1), history=str(tmp_path / "h.db"))
    real, free = tm.History.exchange, threading.Event()
    monkeypatch.setattr(tm.History, "exchange", lambda *args: free.wait(WAIT_S) and real(*args))
    monitor.step()
    assert "history" in monitor.awaited and not monitor.history.known
    free.set()
    wait_until(lambda: monitor.step(0.1) and monitor.rounds, "the round")
    assert monitor.history.known


def test_a_history_that_cannot_be_written_at_the_end_is_said(tmp_path, capsys, monkeypatch):
    real = tm.print_block
    monkeypatch.setattr(tm, "print_block", lambda monitor, *args: monkeypatch.setattr(monitor.history, "path", "/no/such/h.db")
                        or monitor.history.close() or real(monitor, *args))
    assert tm.main(["--mock", "--once", "--instances", "7", "--history", str(tmp_path / "h.db")]) == 3
    assert "WARNING - history: /no/such/h.db: No such file" in capsys.readouterr().err


def test_a_closed_pipe_is_no_error():
    done = subprocess.run(
        f"{shlex.join([*QUICK, '--mock'])} | head -n 1",
        shell=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0 and done.stderr == b"" and done.stdout.count(b"\n") == 1


def test_debug_goes_to_the_log_file(tmp_path):
    log = tmp_path / "monitor.log"
    done = run("--mock", "--once", "--debug", "--log-file", "~/monitor.log", env={"HOME": str(tmp_path)})
    assert done.stderr == "" and "DEBUG - listing answered in" in log.read_text()


def test_stderr_of_the_screen_is_shown_after_it(terminal, fake):
    fake("vastai", "exit 1")
    one = terminal(argv=[*QUICK, "--all"]).wait_for("API lost: vastai printed no JSON list")
    one.send("j")
    assert b"WARNING" not in one.seen
    one.send("q")
    assert one.exit_code() == 0
    assert b"training_monitor - ERROR - API lost" in one.seen.rpartition(b"\x1b[?1049l")[2]


def test_without_curses_plain_text(terminal, tmp_path):
    (tmp_path / "curses.py").write_text("raise ImportError('no curses')\n")
    one = terminal("--mock", "--interval", "1", env={"PYTHONPATH": str(tmp_path)}).wait_for(
        "no curses", "30007001", "5/8 running"
    )
    os.kill(one.pid, signal.SIGTERM)
    assert one.exit_code() == 143


@pytest.mark.parametrize("is_terminal, columns, found", [(False, 90, 70), (True, 90, 90), (True, 0, 70)])
def test_a_terminal_that_does_not_know_its_size_is_no_narrow_one(monkeypatch, is_terminal, columns, found):
    monkeypatch.setattr(tm.os, "isatty", lambda descriptor: is_terminal)
    monkeypatch.setattr(tm.os, "get_terminal_size", lambda descriptor: os.terminal_size((columns, 0)))
    assert tm.stdout_columns(70) == found


def test_held_lines_are_few():
    held = tm.LastLines()
    for i in range(1000):
        print("line", i, file=held)
    assert list(held.lines) == [f"line {i}" for i in range(1000 - tm.HELD_LINES, 1000)]


def test_a_last_line_without_an_end_is_shown_too(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(tm.sys, "setswitchinterval", lambda seconds: None)
    ui = SimpleNamespace(monitor=SimpleNamespace(journal=tm.Journal()), run=lambda: print("one\n\ntwo", end="", file=sys.stderr))
    tm.run_screen(ui)
    assert capsys.readouterr().err == "one\ntwo\n"


# ---- The whole -------------------------------------------------------------------------------


SOURCE = PROGRAM.read_text(encoding="utf-8")
TREE = ast.parse(SOURCE)
gc.freeze()  # a million nodes: each search for garbage would take a second


@pytest.mark.whole
def test_only_the_standard_library():
    names = {alias.name for node in ast.walk(TREE) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(TREE) if isinstance(node, ast.ImportFrom)}
    known = getattr(sys, "stdlib_module_names", None)
    if known is None:  # Python 3.9
        folder = os.path.dirname(os.__file__)
        known = set(sys.builtin_module_names) | {
            name.partition(".")[0] for place in (folder, f"{folder}/lib-dynload") for name in os.listdir(place)
        }
    assert {name.partition(".")[0] for name in names} <= set(known)


@pytest.mark.whole
def test_python_3_9_compiles_it_and_an_older_one_can_say_why_not():
    ast.parse(SOURCE, feature_version=(3, 7))  # and so 3.9 does; of an older one the check of the version is reached
    assert "from __future__" not in SOURCE    # Python 3.6 knows no `annotations` there
    assert not [node for node in ast.walk(TREE) if isinstance(node, ast.NamedExpr)]


@pytest.mark.whole
def test_it_runs_isolated_without_site_and_with_warnings_as_errors():
    done = subprocess.run([sys.executable, "-I", "-S", "-W", "error", str(PROGRAM), "--help"], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "") and "--instances" in done.stdout


@pytest.mark.whole
def test_what_few_need_is_not_imported():
    script = "import sys, training_monitor as tm; tm.main(['--mock', '--once']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], cwd=COMPILED.parent, capture_output=True, text=True, timeout=60, check=True)
    assert not {"sqlite3", "configparser", "ssl", "http.client", "smtplib", "logging"} & set(done.stderr.split())


@pytest.mark.whole
def test_the_first_frame_waits_for_no_expression_that_it_does_not_need():
    early = [node.lineno for node in ast.walk(TREE) if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
             and scope_of(node) is TREE]
    assert early == [], "expression() compiles what is used"


@pytest.mark.whole
def test_no_time_is_lost_by_a_search_for_garbage_at_the_end(tmp_path):
    """With 1,000 instances there are millions of objects, and nothing is gained by looking through them."""
    (tmp_path / "sitecustomize.py").write_text("class Rubbish:\n    def __del__(self):\n        open(2, 'w').write('searched')\n"
                                               "one = Rubbish()\none.itself = one\n")
    done = subprocess.run([sys.executable, str(COMPILED), "--version"], capture_output=True, text=True, timeout=60, check=True,
                          env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert (done.stdout, done.stderr) == (f"training_monitor.py {tm.__version__}\n", "")


@pytest.mark.whole
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to give memory back")
def test_what_a_script_is_compiled_from_is_not_kept():
    child = subprocess.Popen([sys.executable, str(PROGRAM), "--mock", "--interval", "1"], stdout=subprocess.DEVNULL)
    try:
        status = pathlib.Path(f"/proc/{child.pid}/status")
        def mib(what):
            return int(re.search(rf"{what}:\s+(\d+)", status.read_text())[1]) / 1024
        wait_until(lambda: mib("VmHWM") > 50 and mib("VmRSS") < 40, "that half of the memory is given back")
    finally:
        child.kill()
        child.wait()


def test_no_file_beside_the_script_is_imported(tmp_path):
    shutil.copy(PROGRAM, tmp_path)
    names = {alias.name.partition(".")[0] for node in ast.walk(TREE) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module.partition(".")[0] for node in ast.walk(TREE) if isinstance(node, ast.ImportFrom)}
    for name in names - {"sys"}:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported ' + __name__)\n")
    done = subprocess.run([sys.executable, str(tmp_path / PROGRAM.name), "--mock", "--once"], capture_output=True, text=True, cwd=tmp_path,
                          env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, timeout=60)
    assert done.returncode in (0, 1) and "imported" not in done.stdout + done.stderr and "30007001" in done.stdout


def functions():
    return [node for node in ast.walk(TREE) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


@pytest.mark.whole
def test_no_function_is_longer_than_a_screen():
    assert [
        (node.name, node.end_lineno - node.lineno + 1) for node in functions() if node.end_lineno - node.lineno + 1 > 40
    ] == []


@pytest.mark.whole
def test_what_is_not_plain_has_a_docstring():
    bare = [
        node.name
        for node in functions()
        if not ast.get_docstring(node) and node.end_lineno - node.lineno > 6 and not node.name.startswith("__")
    ]
    bare += [node.name for node in ast.walk(TREE) if isinstance(node, ast.ClassDef) and not ast.get_docstring(node)]
    assert bare == []


def sections():
    """(name, first line, last line) by the banners: '# ---- Name: what it holds ------'."""
    starts = [(match[1].partition(":")[0], SOURCE[:match.start()].count("\n") + 1)
              for match in re.finditer(r"^# ---- (.+?) -{5,}$", SOURCE, re.M)]
    ends = [line for _, line in starts[1:]] + [SOURCE.count("\n") + 1]
    return [(name, first, last) for (name, first), last in zip(starts, ends)]


@pytest.mark.whole
def test_sections_use_only_what_stands_above():
    """A name of the module is used in its own section or further down, never above."""
    assert len(sections()) == len(re.findall("^# ----", SOURCE, re.M)), "a banner has another form"
    where = {}
    for node in TREE.body:
        names = (
            [node.name]
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
            else [
                target.id
                for target in ast.walk(node)
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store)
            ]
        )
        for name in names if not isinstance(node, (ast.If, ast.Try)) else []:
            where.setdefault(name, node.lineno)
    starts = [first for _, first, _ in sections()]
    upward = {
        (node.id, node.lineno)
        for node in ast.walk(TREE)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id in where
        and bisect.bisect(starts, where[node.id]) > bisect.bisect(starts, node.lineno)
    }
    assert upward == set()


@pytest.mark.whole
def test_sections_and_tests_that_the_readme_names_exist():
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    named = re.search(r"The file's sections, each using only those above it: (.+?)\.", readme, re.S)[1]
    assert re.split(r",\s+", named) == [name for name, _, _ in sections()]
    here = re.findall(r"^def (test_\w+)", pathlib.Path(__file__).read_text(encoding="utf-8"), re.M)  # share() hides some
    assert set(re.findall(r"`(test_\w+)`", readme)) - set(here) == set()


@pytest.mark.whole
def test_no_name_is_given_twice():
    targets = [target.id for node in TREE.body for target in
               (node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else ())
               if isinstance(target, ast.Name)]
    assert [name for name, times in collections.Counter(targets).items() if times > 1] == []


@pytest.mark.whole
def test_modules_that_touch_the_world_are_used_in_their_section_alone():
    owners = {"curses": "Terminal", "subprocess": "Commands", "threading": "Monitor"}
    lines = SOURCE.splitlines()
    for name, first, last in sections():
        for module, owner in owners.items():
            used = [line for line in lines[first:last] if re.search(rf"(?<![\"\w]){module}\.", line)]
            allowed = (
                name.startswith(owner)
                or (module == "curses" and name == "Command line")
                or (module == "threading" and name in ("Commands", "Sinks"))
            )
            assert not used or allowed, (name, used)


# -- expressions: every one that the file compiles, on lines made to be slow for it

LINE_MS = 5.0      # the budget of a line of LINE_MAX characters
MARGIN = 5         # of the test: processor time, but of a machine that others use too
TRY_AT = (60, 500)  # characters at which lines are tried before the slowest are made as long as can be
WALKS = {"search", "finditer", "findall", "sub", "subn", "split"}  # these start at each character
AT_START = {"match", "fullmatch"}
USERS_OWN = {"to_regex", "log_pattern", "glob_pattern", "__getattr__"}  # what the user typed, or what is found by its name
FUNCTIONS, NAMES = functions(), dict(vars(tm))
ALPHABET = "1aA \u00e9\u8a13.,:=/|[]()<%'\"_-+\t\0"
FLAGS_AT = {"compile": 1, "split": 3, "sub": 4, "subn": 4}  # the place of the argument
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


class Expression(NamedTuple):
    """One expression of the file."""

    where: str      # the name or the line that it stands at
    pattern: "re.Pattern[str]"
    walks: bool     # it is tried at each character, not at the start alone


def values_of(node, scope):
    """What an argument may be: of a constant, a name of the module, a loop over a table, a parameter."""
    with contextlib.suppress(Exception):  # whatever depends on something local
        return [eval(compile(ast.Expression(node), "", "eval"), NAMES)]
    if isinstance(node, ast.IfExp):
        return values_of(node.body, scope) + values_of(node.orelse, scope)
    if isinstance(node, ast.Attribute):
        return [getattr(value, node.attr) for value in values_of(node.value, scope)]
    if isinstance(node, ast.Subscript):
        tables = values_of(node.value, scope)
        return [value for table in tables for value in (table.values() if isinstance(table, dict) else table)]
    return list(values_of_name(node.id, scope)) if isinstance(node, ast.Name) else []


def values_of_name(name, scope):
    """What a local name of a function may be."""
    for node in ast.walk(scope):
        if isinstance(node, (ast.For, ast.comprehension)):
            targets = node.target.elts if isinstance(node.target, ast.Tuple) else [node.target]
            for i, target in enumerate(targets):
                if isinstance(target, ast.Name) and target.id == name:
                    for row in (row for table in values_of(node.iter, scope) for row in table):
                        yield row[i] if isinstance(node.target, ast.Tuple) else row
        elif isinstance(node, ast.Assign) and name in (getattr(target, "id", "") for target in node.targets):
            yield from values_of(node.value, scope)
    names = [arg.arg for arg in scope.args.args] if isinstance(scope, ast.FunctionDef) else []
    for call in ast.walk(TREE) if name in names else ():
        called = getattr(call, "func", None)
        if scope.name in (getattr(called, "id", ""), getattr(called, "attr", "")):
            at = names.index(name) - (names[0] == "self")
            given = [word.value for word in call.keywords if word.arg == name] + call.args[at:at + 1]
            for argument in given:
                yield from values_of(argument, scope_of(call))


def scope_of(node):
    """The innermost function that a node stands in, else the module."""
    around = [one for one in FUNCTIONS if one.lineno <= node.lineno <= one.end_lineno]
    return max(around, key=lambda one: one.lineno) if around else TREE


def patterns_in(thing, name, depth=0):
    """(name, pattern) of each pattern in a name of the module or in a table."""
    if isinstance(thing, tm.Expression):
        yield name, re.compile(*thing.given)
    elif depth < 4 and isinstance(thing, (dict, list, tuple, set, frozenset)):
        for part in list(thing.values() if isinstance(thing, dict) else thing):
            yield from patterns_in(part, name, depth + 1)
    elif depth < 2 and getattr(thing, "__module__", "") == tm.__name__ and hasattr(thing, "__dict__"):
        for attribute, part in list(vars(thing).items()):
            yield from patterns_in(part, f"{name}.{attribute}", depth + 1)


def expressions():
    """Every expression of the file: in its names and tables, and where `re` is called. Fails where one is not found."""
    uses, found = {}, {}
    for node in ast.walk(TREE):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses.setdefault(node.value.id, set()).add(node.attr)

    def keep(where, pattern, methods):
        walks = bool(methods & WALKS) or not methods & AT_START
        known = found.get((pattern.pattern, pattern.flags))
        found[pattern.pattern, pattern.flags] = Expression(where, pattern, walks or bool(known and known.walks))

    for name, thing in list(vars(tm).items()):
        for where, pattern in patterns_in(thing, name):
            keep(where, pattern, uses.get(name, set()))
    for node in ast.walk(TREE):
        method = getattr(getattr(node, "func", None), "attr", "")
        if method not in WALKS | AT_START | {"compile"} or getattr(node.func.value, "id", "") != "re":
            continue
        scope = scope_of(node)
        if getattr(scope, "name", "") in USERS_OWN and not isinstance(node.args[0], ast.Constant):
            continue
        texts = [value for value in values_of(node.args[0], scope) if isinstance(value, (str, re.Pattern))]
        assert texts, f"line {node.lineno}: where does this expression come from?"
        given = [word.value for word in node.keywords if word.arg == "flags"] + node.args[FLAGS_AT.get(method, 2):]
        flags = values_of(given[0], scope)[0] if given else 0
        for pattern in (re.compile(text, 0 if isinstance(text, re.Pattern) else flags) for text in texts):
            if method != "compile" or (pattern.pattern, pattern.flags) not in found:
                keep(f"line {node.lineno}", pattern, {method})
    return sorted(found.values(), key=lambda one: one.where)


def member(item, char):
    """True when a part of a class in brackets holds the character."""
    op, value = str(item[0]), item[1]
    if op == "CATEGORY":
        kind = str(value).rpartition("_")[2]
        holds = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}[kind]
        return holds != ("NOT" in str(value))
    return value[0] <= ord(char) <= value[1] if op == "RANGE" else op == "LITERAL" and value == ord(char)


def characters(op, value):
    """Characters that one item of an expression takes."""
    if op == "LITERAL":
        return [chr(value)]
    if op in ("ANY", "NOT_LITERAL"):
        return [char for char in ALPHABET if op == "ANY" or ord(char) != value]
    parts = value if op == "IN" else [(op, value)]
    own = [chr(code) for kind, code in parts if str(kind) == "LITERAL"]
    own += [chr(code) for kind, codes in parts if str(kind) == "RANGE" for code in codes]
    without = str(parts[0][0]) == "NEGATE"
    return [char for char in [*([] if without else own), *ALPHABET]
            if any(member(part, char) for part in parts[without:]) != without]


def inside(op, value):
    """The expressions that an item is made of."""
    if op == "BRANCH":
        return list(value[1])
    return [value] if op == "ATOMIC_GROUP" else [value[-1]] if op == "SUBPATTERN" or op in REPEATS else []


def sample(parsed, rnd, cut=1.0):
    """A text that an expression takes, or its beginning; what it looks ahead to is left out."""
    text = ""
    for op, value in parsed:
        op = str(op)
        within = inside(op, value)
        if op in REPEATS:
            text += "".join(sample(within[0], rnd) for _ in range(max(value[0], min(2, value[1]))))
        elif within:
            text += sample(rnd.choice(within), rnd)
        elif op in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"):
            text += rnd.choice(characters(op, value)[:6] or [""])
    return text[:math.ceil(len(text) * cut)]


def pumps(parsed, rnd, before=""):
    """(what stands before it, text) of every part of an expression that may be repeated in a line."""
    for op, value in parsed:
        op = str(op)
        if op in ("IN", "ANY", "NOT_LITERAL", "CATEGORY"):
            yield from ((before, char) for char in characters(op, value)[:5])
        for body in inside(op, value):
            yield from pumps(body, rnd, before)
        text = sample([(op, value)], rnd)
        if op in REPEATS:
            yield before, text
        before += text


def hostile_lines(pattern, many):
    """Functions from a length to a line: parts of the expression repeated, alternated, cut short."""
    rnd = random.Random(pattern.pattern)
    parsed = parser.parse(pattern.pattern, pattern.flags)
    parts = {part for _ in range(3) for part in pumps(parsed, rnd) if part[1]}
    parts |= {("", sample(parsed, rnd, cut)) for cut in (0.3, 0.5, 0.7, 0.9, 1.0) for _ in range(4)}
    parts = sorted(part for part in parts if part[1])
    texts = sorted({text for _, text in parts})

    def line(before, text, second, end, shape):
        def of(length):
            times = length // len(text + second) + 1
            if shape == "alternated":
                return (before + (text + second) * times)[:length - len(end)] + end
            return (before + (text * times)[:length // 2] + second * times)[:length - len(end)] + end
        return of
    rows = [(before, text, "", end, "alternated") for before, text in parts for end in ("", "!", "\n")]
    rows += [(before, text, rnd.choice(texts), rnd.choice(("", "!")), shape)
             for before, text in parts for shape in ("alternated", "in halves") for _ in range(2)]
    rows += [("", before + text, "", "", "alternated") for before, text in parts]
    return [line(*row) for row in rnd.sample(rows, min(many, len(rows)))]


def walked_ms(one, line):
    """Milliseconds of processor time that the expression takes for a line, however it is used."""
    began = time.thread_time()
    if one.walks:
        for _ in one.pattern.finditer(line):
            pass
    else:
        one.pattern.match(line)
        one.pattern.fullmatch(line)
    return (time.thread_time() - began) * 1000


def slowest_line(one, many=400):
    """(ms, times that of a quarter of it, line) of the worst of so many lines: tried short, the slowest few long."""
    tried = []
    for make in hostile_lines(one.pattern, many):
        for length in TRY_AT:
            ms = walked_ms(one, make(length))
            if ms > LINE_MS and min(walked_ms(one, make(length)) for _ in range(3)) > LINE_MS:
                # bad enough, and at full length it may take for ever
                return ms, math.inf, make(length)
        tried.append((ms, len(tried), make))
    worst = []
    for _, _, make in sorted(tried, reverse=True)[:4]:
        short, full = (min(walked_ms(one, make(length)) for _ in range(3)) for length in (tm.LINE_MAX // 4, tm.LINE_MAX))
        worst.append((full, full / max(short, 1e-3), make(tm.LINE_MAX)))
    return max(worst)


@pytest.mark.whole
def test_no_expression_is_slow_whatever_the_line():
    slow = {}
    for one in expressions():
        ms, growth, line = slowest_line(one)
        if ms > LINE_MS * MARGIN or (ms > LINE_MS / 5 and growth > 8):  # four times as long: linear 4, quadratic 16
            slow[one.where, one.pattern.pattern] = f"{ms:.1f} ms, {growth:.1f} times that of a quarter, {line[:50]!r}..."
    assert slow == {}


# ---- Against the real vastai, sshd, tmux and screen ------------------------------------------


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Sshd:
    """A real sshd on loopback; whoever logs in works in `folder`."""

    def __init__(self, folder, key):
        self.folder, self.port, self.process = folder, free_port(), None
        folder.mkdir()
        (folder / "bin").mkdir()
        smi = folder / "bin" / "nvidia-smi"
        smi.write_text(f"#!/bin/sh\ncat <<'E'\n{GPU_CSV}E\n")
        smi.chmod(0o755)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "hostkey")], check=True)
        (folder / "authorized_keys").write_text(pathlib.Path(f"{key}.pub").read_text())
        (folder / "sshd_config").write_text(textwrap.dedent(f"""\
            Port {self.port}
            ListenAddress 127.0.0.1
            HostKey {folder}/hostkey
            AuthorizedKeysFile {folder}/authorized_keys
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            ForceCommand cd {folder} && PATH={folder}/bin:$PATH exec $SSH_ORIGINAL_COMMAND
            """))
        self.start()

    def start(self):
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.process = subprocess.Popen([shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "sshd_config")],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        wait_until(lambda: not socket.socket().connect_ex(("127.0.0.1", self.port)), "sshd's port")

    def stop(self):
        """End it with every session."""
        for pid in [*sessions_below(self.process.pid), self.process.pid]:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def sessions_below(pid):
    """The processes that descend from one, the nearest first."""
    found, todo = [], [str(pid)]
    while todo:
        parent = todo.pop(0)
        listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True).stdout
        below = [line.split()[0] for line in listed.splitlines() if line.split()[1] == parent]
        found += map(int, below)
        todo += below
    return found


@pytest.fixture
def account(api, tmp_path, monkeypatch):
    """Two instances with logs of their own, behind the real CLI and the real sshd."""
    needed = {
        "vastai": "pip install vastai",
        "sshd": "apt install openssh-server",
        "tmux": "apt install tmux",
        "screen": "apt install screen",
    }
    for name, how in needed.items():
        assert shutil.which(name) or os.path.exists(f"/usr/sbin/{name}"), f"test-real needs {name}: {how}"
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    farms = [Sshd(tmp_path / f"instance{i}", key) for i in range(2)]
    for i, farm in enumerate(farms):
        log = farm.folder / "output" / "run1" / "training.log"
        log.parent.mkdir(parents=True)
        log.write_text(
            f"Training started on RTX 4090\nEpoch {i + 1}/3\nStep {100 * (i + 1)}: Loss = {2.5 - i:.3f}, LR = 0.0001\n"
        )
        farm.log = log
        api.rows.append(
            {
                **RAW,
                "id": 30007001 + i,
                "label": f"exp-{i}",
                "extra_env": [],
                "start_date": time.time() - 7200,
                "image_runtype": "ssh",
                "public_ipaddr": "127.0.0.1",
                "ports": {"22/tcp": [{"HostPort": str(farm.port)}]},
                "ssh_host": "127.0.0.1",
                "ssh_port": farm.port,
            }
        )
    for name, value in {"VAST_URL": api.url, "VAST_API_KEY": "KEY", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    me = [] if os.geteuid() == 0 else ["--ssh-option", f"User={os.environ['USER']}"]
    args = [
        "--all",
        "--interval",
        "2",
        "--log-path",
        "output/*/training.log",
        "--identity",
        str(key),
        "--ssh-option",
        f"UserKnownHostsFile={tmp_path}/known_hosts",
        *me,
    ]
    yield SimpleNamespace(api=api, farms=farms, args=args, command=[sys.executable, str(PROGRAM), *args])
    for farm in farms:
        farm.stop()


class Tmux:
    """A tmux server of the test's own."""

    def __init__(self, folder):
        self.base = ["tmux", "-S", str(folder / "tmux.sock"), "-f", "/dev/null"]
        self("start-server", ";", "set-option", "-s", "exit-empty", "off")  # else the last session's end is the server's

    def __call__(self, *args):
        return subprocess.run([*self.base, *args], check=True, stdout=subprocess.PIPE, text=True).stdout

    def wait_for(self, *words, without=()):
        """The screen with these words, once it shows the same twice: a frame may be half drawn."""
        shown = [""]

        def look():
            before, shown[0] = shown[0], self("capture-pane", "-p", "-t", "watch")
            return shown[0] == before and all(word in before for word in words) and not any(word in before for word in without)
        try:
            wait_until(look, f"{words}", 60)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{shown[0]}") from None
        return shown[0]


@pytest.fixture
def tmux(tmp_path):
    server = Tmux(tmp_path)
    yield server
    subprocess.run([*server.base, "kill-server"], check=False, stderr=subprocess.DEVNULL)


def row_shown(screen_text, instance_id):
    return next(
        line for line in screen_text.splitlines() if f" {instance_id} " in line[:14] or f"{instance_id} " in line[4:14]
    )


@pytest.mark.real
def test_real_watch_in_tmux(account, tmux):
    command = " ".join(account.command) + "; echo ended with $?; sleep 1000"
    tmux("new-session", "-d", "-s", "watch", "-x", "100", "-y", "30", command)
    text = tmux.wait_for("30007001", "30007002", "2.5000", "1.5000", "Step 200: Loss = 1.500", "bal 7h42m", "LIVE")
    for i, (epoch, loss) in enumerate((("1/3", "2.5000"), ("2/3", "1.5000"))):
        row = row_shown(text, 30007001 + i)
        assert (
            f"exp-{i}" in row
            and "2xRTX 4090" in row
            and epoch in row
            and loss in row
            and " 94 " in row
            and " 62 " in row
            and "0.800" in row
        )
    with account.farms[0].log.open("a") as log:
        log.write("Step 110: Loss = 2.250, LR = 0.0001\nEpoch 1/3 completed at 2025-01-14T12:00:00\n")
    tmux.wait_for("2.2500", "30007001 epoch 1/3 completed", "Step 110: Loss = 2.250")
    account.api.status = 502
    text = tmux.wait_for("API ERROR", "the vast.ai API is down (502)", "2.2500")
    account.api.status = 200
    tmux.wait_for("LIVE", without=["API ERROR"])
    account.farms[0].stop()
    text = tmux.wait_for("~2.250", "ssh refused")
    assert "~94" in row_shown(text, 30007001) and " 94 " in row_shown(text, 30007002)
    account.farms[0].start()
    tmux.wait_for(" 2.2500", without=["~2.250"])
    account.api.rows[1]["actual_status"] = "exited"
    assert "❌" in row_shown(tmux.wait_for("30007002 exited"), 30007002)
    tmux("resize-window", "-t", "watch", "-x", "40", "-y", "12")
    tmux.wait_for("1/2 run 1 exit", "30007001", "q r p c")
    tmux("send-keys", "-t", "watch", "q")
    tmux.wait_for("ended with 0")
    told = tmux("capture-pane", "-p", "-S", "-", "-t", "watch").replace("\n", "")  # held back while the screen was up
    assert "WARNING - instance 30007001: ssh refused" in told
    assert account.api.asked.count("/api/v1/instances/") > account.api.asked.count("/api/v0/users/current/")


@pytest.mark.real
def test_real_tmux_with_characters_of_doubtful_width(tmux, tmp_path):
    """Nothing beside or below them is shifted, whatever width tmux gives them."""
    odd = DOUBTFUL + "\u0e01\u0e34\u1f3f\u2764\U0001f1e9\U0001f1ea"
    (tmp_path / "odd.py").write_text(
        f"import sys\nimport training_monitor as tm\nodd = {odd!r}\n"
        "tm.MOCK_RUNS = tuple(run._replace(label=odd, gpu=odd[:6]) for run in tm.MOCK_RUNS)\n"
        "lines = tm.log_lines\n"
        "tm.log_lines = lambda *args: [(m, line._replace(text=odd * 40)) for m, line in lines(*args)]\n"
        "sys.exit(tm.main(['--mock', '--interval', '600']))\n", encoding="utf-8")
    for columns, rows in ((160, 45), (100, 30), (60, 20)):
        env = f"env PYTHONPATH={HERE} LC_ALL=C.UTF-8"
        tmux("new-session", "-d", "-s", "watch", "-x", str(columns), "-y", str(rows), f"{env} {sys.executable} {tmp_path}/odd.py")
        tmux.wait_for("OOM", "stall", "Quit" if columns > 60 else "help")
        tmux("send-keys", "-t", "watch", "j", "j", "k")
        text = tmux.wait_for("OOM", "stall", "\n>")
        for instance_id, price in ((30007003, "12.80"), (30007002, "1.104"), (30007005, "0.020")):
            assert re.search(rf"^[ >]\S+ +(\w+ +)?{instance_id} .* {re.escape(price)} ", text, re.M), text
        assert len(re.findall(r"^[ >][^\s\d!]\S* +(?:\w+ +)?300070\d\d ", text, re.M)) >= 5, text
        log = [line for line in text.splitlines() if re.match(r" \d\d:\d\d", line)]
        assert len(log) >= 4 and all(re.match(r" \d\d:\d\d(:\d\d)? (300070|\.\.70)\d\d ", line) for line in log), text
        assert "Fleet" in text or "running" in text
        tmux("kill-session", "-t", "watch")


@pytest.mark.real
def test_real_bell_marks_the_window(account, tmux):
    tmux("new-session", "-d", "-s", "watch", "-x", "100", "-y", "30", " ".join(account.command))
    tmux.wait_for("1.5000")
    tmux("new-window", "-t", "watch", "sleep 1000")
    with account.farms[1].log.open("a") as log:
        log.write("Epoch 2/3 completed at 2025-01-14T12:00:00\n")
    wait_until(lambda: tmux("display-message", "-p", "-t", "watch:0", "#{window_bell_flag}").strip() == "1", "the mark")


@pytest.mark.real
def test_real_watch_in_screen(account, tmp_path, monkeypatch):
    monkeypatch.setenv("SCREENDIR", str(tmp_path / "screens"))
    (tmp_path / "screens").mkdir(mode=0o700)
    (tmp_path / "screenrc").write_text("defutf8 on\nzombie kr\n")
    picture = tmp_path / "picture"
    base = ["screen", "-S", "watch"]
    subprocess.run([*base, "-c", str(tmp_path / "screenrc"), "-U", "-d", "-m", *account.command], check=True)
    seen = [""]

    def shows(*words):
        """True when a picture, which screen writes after its command has returned, has all of them."""
        picture.unlink(missing_ok=True)
        subprocess.run([*base, "-X", "hardcopy", str(picture)], check=False, stdout=subprocess.DEVNULL)
        with contextlib.suppress(AssertionError):  # there is none before the window is
            wait_until(lambda: picture.exists() and picture.read_bytes().count(b"\n") > 10, "a picture of the window", 3)
        if not picture.exists():
            return False
        seen[0] = picture.read_text(encoding="utf-8", errors="replace")
        return all(word in seen[0] for word in words)

    try:
        wait_until(lambda: shows("30007001", "30007002", "2.5000", "1.5000"), "the table in screen", 60)
        text = seen[0]
        assert "2.5000" in row_shown(text, 30007001) and "1.5000" in row_shown(text, 30007002), text
        subprocess.run([*base, "-X", "stuff", "q"], check=True)
        wait_until(lambda: shows("terminated normally"), "the end", 20)
    finally:
        subprocess.run([*base, "-X", "quit"], check=False, stdout=subprocess.DEVNULL)


@pytest.mark.real
@pytest.mark.parametrize("alone", [True, False])
def test_real_plain_hosts(account, tmp_path, alone):
    """One by an alias of ssh's own configuration, one by its address; beside the account, or without any."""
    ports = [farm.port for farm in account.farms]
    (tmp_path / "ssh_config").write_text(f"Host lab\n HostName 127.0.0.1\n Port {ports[0]}\n User {os.environ.get('USER', 'root')}\n")
    real = shutil.which("ssh")
    (tmp_path / "bin").mkdir()  # ssh looks for its configuration in the home that the system knows
    (tmp_path / "bin" / "ssh").write_text(f'#!/bin/sh\nexec {real} -F {tmp_path}/ssh_config "$@"\n')
    (tmp_path / "bin" / "ssh").chmod(0o755)
    config = tmp_path / "monitor.ini"
    config.write_text(f"[host lab]\nrate = 1.5\n[host six]\naddress = {os.environ.get('USER', 'root')}@127.0.0.1:{ports[1]}\n")
    args = [arg for arg in account.args if not (alone and arg == "--all")]
    env = {**os.environ, "PATH": f"{tmp_path}/bin:{'/usr/bin:/bin' if alone else os.environ['PATH']}"}
    done = subprocess.run([sys.executable, str(PROGRAM), *args, "--config", str(config), "--once", "--format", "json"],
                          capture_output=True, text=True, timeout=60, check=False, env=env)
    rows = {row["id"]: row for row in json.loads(done.stdout.splitlines()[-1])["instances"]}
    assert done.returncode == 0 and sorted(map(str, rows)) == ["30007001", "30007002"] * (not alone) + ["lab", "six"]
    assert (rows["lab"]["loss"], rows["lab"]["dollars_per_hour"], rows["lab"]["gpu"]) == (2.5, 1.5, "2xRTX 4090")
    assert (rows["six"]["loss"], rows["six"]["dollars_per_hour"], rows["six"]["status"]) == (1.5, None, "running")


@pytest.mark.real
@pytest.mark.parametrize("source", ["cli", "api"])
def test_real_once_and_plain(account, source):
    account.command += ["--source", source]
    done = subprocess.run(
        [*account.command, "--once"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert re.search(r"30007001 .* 1/3 .* 2\.5000 ", done.stdout) and re.search(
        r"30007002 .* 2/3 .* 1\.5000 ", done.stdout
    )
    child = subprocess.Popen(account.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert "2 instances: 2 running" in child.stdout.readline()
    assert any("30007002" in line and "1.5000" in line for line in itertools.islice(child.stdout, 60))  # in some refresh
    began = time.monotonic()
    child.terminate()
    assert child.wait(WAIT_S) == 143 and time.monotonic() - began < 5


@pytest.mark.real
@pytest.mark.parametrize("change, words", [
    ({"VAST_API_KEY": "WRONG"}, "the API key was refused (401)"), ({"VAST_API_KEY": ""}, "API key"),
    ({"VAST_URL": "http://127.0.0.1:9"}, "the network does not reach the vast.ai API")])
def test_real_cli_failures(account, monkeypatch, change, words):
    for name, value in change.items():
        monkeypatch.setenv(name, value)
    done = subprocess.run(
        [*account.command, "--once"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and words in done.stdout and "WRONG" not in done.stdout + done.stderr


TRAINER = """
import sys, time
gpu = open(sys.argv[1], "r+")
out = open(sys.argv[2], "w") if len(sys.argv) > 2 else sys.stdout
for step in range(1, 31):
    print(f"epoch 1/3 step {step}/90 loss {3 - step / 60:.4f}" + " and a long tail" * 8, file=out, flush=True)
time.sleep(1000)
"""
WAYS = {  # how people start a training: the command, and where it is found
    "redirect": ("@RUN > out.txt 2>&1 &", "file @DIR/out.txt"),
    "nohup": ("nohup @RUN > nohup.out 2>&1 &", "file @DIR/nohup.out"),
    "tee": ("@RUN 2>&1 | tee out.log > /dev/null &", "file @DIR/out.log"),
    "supervisor": ("@RUN 2>&1 | cat | cat >> service.log &", "file @DIR/service.log"),
    "file of its own": ("@RUN logs/train.txt > /dev/null 2>&1 &", "file @DIR/logs/train.txt"),
    "removed": ("@RUN > gone.log 2>&1 & sleep 1; rm gone.log", "file @DIR/gone.log (deleted)"),
    "tmux": ("tmux -L @NAME -f /dev/null new-session -d -x 80 -y 20 '@RUN'", "tmux pane 0:0.0"),
    "tmux through script": ("tmux -L @NAME -f /dev/null new-session -d -x 80 -y 20 \"script -q -c '@RUN' /dev/null\"", "tmux pane 0:0.0"),
    "screen": ("screen -dmS @NAME @RUN", "screen "),
    "script into a file": ("script -q -f -c '@RUN' /dev/null > typescript &", "file @DIR/typescript"),
}


@pytest.mark.real
@pytest.mark.parametrize("way", WAYS)
def test_real_runs_are_found_however_they_were_started(far, tmp_path, monkeypatch, way):
    """A stand-in for a GPU node tells who trains; everything else is as on an instance."""
    folder, name = tmp_path / "project", f"monitor-test-{os.getpid()}"
    (folder / "logs").mkdir(parents=True)
    (folder / "train.py").write_text(TRAINER)
    (tmp_path / "nvidia0").touch()
    screens = pathlib.Path(tempfile.mkdtemp(prefix="scr"))  # a socket's path may not be long
    monkeypatch.setenv("SCREENDIR", str(screens))
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr(tm, "GPU_NODE", f"{tmp_path}/nvidia")
    monkeypatch.setattr(tm, "SEARCH_EVERY_S", 0.0)
    far.session.options = far.session.options._replace(find=True)
    command, where = (words.replace("@DIR", str(folder)) for words in WAYS[way])
    run = f"{sys.executable} -u train.py {tmp_path}/nvidia0"
    child = subprocess.Popen(["sh", "-c", command.replace("@RUN", run).replace("@NAME", name)], cwd=folder, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    found = []
    try:
        def look():
            found[:] = far.poll().runs
            return found and found[0].progress.step == 30 and found[0].where.startswith(where) and found[0].pid
        wait_until(look, f"{way}: step 30, but {[(run.where, run.progress.step) for run in found]}")
        (one,) = found
        assert (one.progress.loss, one.progress.total_steps, one.kind, one.name) == (2.5, 90, "training", "project")
        assert one.cwd == str(folder) and one.gpus == (0,)
        assert one.alive and 0 <= one.age_s < 600 and "train.py" in one.command
        os.kill(one.pid, signal.SIGKILL)
        wait_until(lambda: not any(run.alive for run in far.poll().runs if run.pid == one.pid), "the run's end")
    finally:
        for server in (["tmux", "-L", name, "kill-server"], ["screen", "-S", name, "-X", "quit"]):
            subprocess.run(server, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for run in found:
            with contextlib.suppress(OSError):
                os.kill(run.pid, signal.SIGKILL)
        child.wait(WAIT_S)
        shutil.rmtree(screens)


WIDE_BAR = """
import sys, time
for step in range(1, 301):
    sys.stdout.write(f"\\rEpoch 2/3: {step // 3:3d}%|{'#' * (step // 10):30}| {step}/300 [00:09<01:00, 19.1it/s, grad_norm=0.1234, loss={3 - step / 300:.4f}]")
    sys.stdout.flush()
time.sleep(1000)
"""


@pytest.mark.real
@pytest.mark.parametrize("columns", [60, 80, 140])
def test_real_bar_in_a_pane_is_read_by_its_last_state_however_narrow_that_is(far, tmux, tmp_path, columns):
    (tmp_path / "bar.py").write_text(WIDE_BAR)
    tmux("new-session", "-d", "-s", "watch", "-x", "140", "-y", "20", f"{sys.executable} {tmp_path}/bar.py")
    if columns < 140:  # it became narrower since the bar began
        tmux("resize-window", "-t", "watch", "-x", str(columns), "-y", "20")
    pane = tmux("display-message", "-p", "-t", "watch", "#{pane_id}").strip()
    output = tm.PaneOutput(tm.Spot("pane", (tmux.base[2], pane), "pane"))
    far.session.shell.connect(HERE_ADDRESS[0])

    def told():
        while output.take(far.session.shell.ask(output.questions())):
            pass
        return output.reader.progress()[:5]
    wait_until(lambda: told() == (2, 3, 300, 300, 2), f"the end of the bar in {columns} columns")


@pytest.mark.real
def test_real_quit_leaves_nothing(account, tmux):
    tmux(
        "new-session",
        "-d",
        "-s",
        "watch",
        "-x",
        "80",
        "-y",
        "24",
        " ".join(account.command) + "; echo ended; sleep 1000",
    )
    tmux.wait_for("1.5000")
    before = [pid for farm in account.farms for pid in sessions_below(farm.process.pid)]
    assert before
    tmux("send-keys", "-t", "watch", "q")
    tmux.wait_for("ended")
    wait_until(lambda: not any(alive(pid) for pid in before), "the far shells' end")


RULES_TEST = """
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'training_monitor_run_info{id="1",state="failed"}'
        values: '1x20'
      - series: 'training_monitor_run_info{id="2",state="stalled"}'
        values: '1x20'
      - series: 'training_monitor_eta_seconds{id="3",run="run"}'
        values: '7200x20'
      - series: 'training_monitor_runway_seconds'
        values: '3600x20'
      - series: 'node_textfile_mtime_seconds{file="/x/training.prom"}'
        values: '0x20'
    alert_rule_test:
      - {eval_time: 1m, alertname: RunFailed, exp_alerts: [{exp_labels: {id: "1", state: failed}}]}
      - {eval_time: 6m, alertname: RunStalled, exp_alerts: [{exp_labels: {id: "2", state: stalled}}]}
      - {eval_time: 15m, alertname: MoneyEndsBeforeTheRun, exp_alerts: [{exp_labels: {}}]}
      - {eval_time: 6m, alertname: MonitorIsDead, exp_alerts: [{exp_labels: {file: /x/training.prom}}]}
"""


@pytest.mark.real
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_real_systemd_takes_the_unit_of_the_readme(tmp_path):
    unit = tmp_path / "training-monitor.service"
    unit.write_text(readme_blocks("ini", "[Unit]")[0])
    done = subprocess.run(["systemd-analyze", "verify", "--user", str(unit)], capture_output=True, text=True, check=False,
                          env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    unit.write_text(unit.read_text().replace("ExecReload", "ExecRelaod"))
    odd = subprocess.run(["systemd-analyze", "verify", "--user", str(unit)], capture_output=True, text=True, check=False,
                         env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)})
    assert "ExecRelaod" in odd.stderr


# What is done with the unit, under a manager of the user's own in namespaces: no pid 1 needs to be systemd.
UNIT_SCRIPT = """
until_() { for _ in $(seq 200); do eval "$1" && return; sleep 0.1; done; echo "never: $1"; said; cat "$HOME/manager"; exit 1; }
said() { journalctl -q -o cat -t python3; }
shown() { systemctl --user show -P "$1" training-monitor; }
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR" /run/log/journal
/lib/systemd/systemd-journald 2>"$HOME/journald" &
until_ '[ -S /run/systemd/journal/stdout ]'
/lib/systemd/systemd --user >"$HOME/manager" 2>&1 &
until_ 'systemctl --user show >/dev/null 2>&1'
systemctl --user enable --now training-monitor 2>/dev/null
until_ 'said | grep -q "30007002 .* 1.5000"'
before=$(shown MainPID)
echo 'format = line' >>"$HOME/.config/training-monitor/config.ini"
systemctl --user reload training-monitor
until_ 'said | grep -q "^2/2 run "'
[ "$before" = "$(shown MainPID)" ] && echo the same process
kill -9 "$before"
until_ '[ "$(shown NRestarts)" = 1 ] && [ "$(shown ActiveState)" = active ]'
systemctl --user stop training-monitor
echo stopped: "$(shown ActiveState)" "$(shown Result)"
echo 'formatt = line' >>"$HOME/.config/training-monitor/config.ini"
systemctl --user start training-monitor
until_ '[ "$(shown ActiveState)" = failed ]'
echo mistaken: "$(shown ExecMainStatus)" after "$(shown NRestarts)" restarts
said | tail -n 1
"""


@pytest.mark.real
@pytest.mark.skipif(not os.path.exists("/lib/systemd/systemd-journald"), reason="no systemd here")
def test_real_systemd_runs_the_unit_of_the_readme(account, tmp_path):
    space = ["unshare", "--mount", "--pid", "--fork", "--mount-proc"]
    if subprocess.run([*space, "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("no namespaces here: not root, or in a container")
    for name in (".config/systemd/user", ".config/training-monitor", ".local/bin"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / ".config/systemd/user/training-monitor.service").write_text(readme_blocks("ini", "[Unit]")[0])
    (tmp_path / ".local/bin/vastai").symlink_to(shutil.which("vastai"))
    (tmp_path / ".config/training-monitor/config.ini").write_text(
        f"[monitor]\nlog-path = output/*/training.log\nidentity = {tmp_path}/key\nssh-option = UserKnownHostsFile={tmp_path}/known_hosts\n")
    shutil.copy(PROGRAM, tmp_path)
    done = subprocess.run([*space, "sh", "-c", UNIT_SCRIPT], capture_output=True, text=True,
                          timeout=120, check=False, env={**os.environ, "XDG_RUNTIME_DIR": "/run/user/0"})
    assert done.returncode == 0, done.stdout + done.stderr
    same, stopped, mistaken, words = done.stdout.splitlines()
    assert (same, stopped, mistaken) == ("the same process", "stopped: inactive success", "mistaken: 2 after 0 restarts")
    assert "formatt is not known; did you mean format?" in words


def needs(name, package):
    assert shutil.which(name), f"test-real needs {name}: apt install {package}"
    return name


@pytest.mark.real
def test_real_promtool_takes_metrics_and_rules(tmp_path):
    promtool = needs("promtool", "prometheus")
    metrics = run("--mock", "--once", "--format", "prometheus").stdout
    checked = subprocess.run([promtool, "check", "metrics"], input=metrics, text=True, capture_output=True)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    (tmp_path / "rules.yml").write_text(re.search(r"```yaml\n(groups:.*?)```", readme, re.S)[1])
    (tmp_path / "test.yml").write_text(RULES_TEST)
    for what in (["check", "rules", "rules.yml"], ["test", "rules", "test.yml"]):
        done = subprocess.run([promtool, *what], cwd=tmp_path, text=True, capture_output=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.real
def test_real_prometheus_scrapes_what_node_exporter_takes_from_the_file(tmp_path):
    needs("prometheus", "prometheus")
    needs("prometheus-node-exporter", "prometheus-node-exporter")
    exporter, server = free_port(), free_port()
    (tmp_path / "prometheus.yml").write_text(
        f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: training, static_configs: "
        f"[{{targets: ['127.0.0.1:{exporter}']}}]}}]\n")
    started = [subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for argv in (
        [sys.executable, str(PROGRAM), "--mock", "--interval", "1", "--export", str(tmp_path / "training.prom")],
        ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{exporter}", "--collector.disable-defaults",
         "--collector.textfile", f"--collector.textfile.directory={tmp_path}"],
        ["prometheus", "--config.file=prometheus.yml", f"--web.listen-address=127.0.0.1:{server}"])]
    query = urllib.parse.quote('training_monitor_progress_ratio{label="llm/sft"}')
    def answer():
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{server}/api/v1/query?query={query}") as got:
            return json.load(got)["data"]["result"]
    try:
        found = wait_until(answer, "an answer of Prometheus", 60)
        assert 0.2 < float(found[0]["value"][1]) < 1 and found[0]["metric"]["id"] == "30007001"
    finally:
        for child in started:
            child.kill()
            child.wait()


# ---- Benchmark: the budgets, measured (Linux) -------------------------------------------------


FLOOR = """import curses
def main(window):
    window.addstr(0, 0, "training_monitor"); window.refresh()
    while window.getch() != ord("q"):
        pass
curses.wrapper(main)
"""
BENCH_SSH = r"""#!/bin/sh
# The far side without a process of its own for each answer: a log that gains a line with every poll.
echo >>"$FAKE/handshakes"
IFS= read -r nonce; n=${nonce#nonce=}; size=0; step=100
printf '\n%s ready\n' "$n"
while read -r word path inode offset rest; do
  case $word in
    gpus) printf '\n%s \n0, NVIDIA RTX 4090, 91, 18000, 24000, 64, 341.20, 450.00\n1, NVIDIA RTX 4090, 92, 18000, 24000, 64, 338.50, 450.00\n' "$n" ;;
    disk) printf '\n%s \n/dev/vda 1000 250 750 25%% /\n' "$n" ;;
    files) printf '\n%s 1700000000\n81a4 7 1 1700000000 1700000000 /w/training.log\n' "$n" ;;
    more)
      step=$((step + 10)); at=$size; line="Epoch 5/20 Step $step/4000: Loss = 1.$step, LR = 0.0001"; size=$((size + ${#line} + 1))
      [ $at = 0 ] && fresh=fresh || fresh=
      printf '\n%s 7 %s %s 0 3600 %s\n%*s%s\n' "$n" $at $((size - at)) "$fresh" $((at % 4096)) '' "$line" ;;
    end) printf '\n%s end\n' "$n" ;;
    *) case $path$inode$offset$rest in *'</dev/null'*) printf '\n%s \n' "$n" ;; esac ;;  # there is nothing of that here
  esac
done
"""


class Bench:
    """A fake account of so many instances, in a folder of its own."""

    def __init__(self, folder):
        self.folder, self.rows = pathlib.Path(folder), []
        (self.folder / "bin").mkdir(parents=True)
        (self.folder / "floor.py").write_text(FLOOR)
        self.env = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "FAKE": str(self.folder), "HOME": str(self.folder),
                    "PYTHONPATH": str(HERE), "PYTHONPYCACHEPREFIX": f"{self.folder}/pyc", "PYTHONDONTWRITEBYTECODE": ""}

    def account(self, instances, hang=False):
        listed = self.folder / "listing.json"
        listed.write_text(json.dumps([{**RAW, "id": 30000000 + i, "label": f"exp-{i}"} for i in range(instances)]))
        vastai = f"""#!/bin/sh\necho "$4" >>"$FAKE/calls"\n[ "$4" = user ] && echo '{{"credit": 24.1}}' || cat {listed}\n"""
        for name, text in {"vastai": "#!/bin/sh\nexec sleep 1000\n" if hang else vastai, "ssh": BENCH_SSH}.items():
            (self.folder / "bin" / name).write_text(text)
            (self.folder / "bin" / name).chmod(0o755)
        for name in ("calls", "handshakes"):
            (self.folder / name).write_text("")
        return self

    def count(self, name):
        return (self.folder / name).read_text().count("\n")

    def start(self, *args, argv=None):
        return Pty(argv=argv or [sys.executable, str(PROGRAM), *args], env=self.env)

    def floor(self):
        return self.start(argv=[sys.executable, str(self.folder / "floor.py")])


def first_frame_s(start, runs=15):
    """Median seconds from the start to the first words on the screen."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        one = start()
        while b"training_monitor" not in one.seen:
            assert one.read(1)
        times.append(time.perf_counter() - began)
        one.close()
    return statistics.median(times)


def quiet(one, seconds):
    """Let it run; returns the bytes it wrote."""
    before, end = len(one.seen), time.monotonic() + seconds
    while time.monotonic() < end:
        one.read(0.2)
    return len(one.seen) - before


def cpu_s(one):
    """Seconds of CPU that the process itself has used."""
    fields = pathlib.Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mib(one):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{one.pid}/status").read_text())[1]) / 1024


def key_times_ms(one, keys=300):
    """(p50, p99) milliseconds from a key to the screen it changes."""
    rnd, times = random.Random(1), []
    for i in range(keys):
        end = time.monotonic() + rnd.uniform(0.01, 0.06)
        while time.monotonic() < end:
            one.read(0.005)
        began, before = time.perf_counter(), len(one.seen)
        one.send("jk"[i % 2])
        while len(one.seen) == before:
            assert one.read(1)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def quit_s(one):
    began = time.perf_counter()
    one.send("q").exit_code()
    return time.perf_counter() - began


def reading_mb_s():
    """How fast logs are read: those of the folder LOGS, else 100 kB of each sample of this file."""
    folder = os.environ.get("LOGS")
    if folder:
        logs = [path.read_bytes() for path in sorted(pathlib.Path(folder).glob("*.log"))]
    else:
        logs = [(text + "\n").encode() * (100_000 // len(text)) for _, text, _ in CORPUS]
    began = time.process_time()
    for log in logs:
        tm.LogReader().feed(log)
    return sum(map(len, logs)) / (time.process_time() - began) / 1e6


MODULE = [sys.executable, "-m", "training_monitor"]
WATCH = ("--all", "--no-find")  # the far side of the benchmark has no processes to show
FLEETS = (  # instances, then budgets: MiB over the floor, % of a core, ms to a key (median, 99 of 100)
    (5, 6, 0.12, 2, 16),
    (50, 12, 1, 4, 16),
    (200, 24, 3, 16, 50),
    (1000, 60, 10, 50, 200),
)


def bench():
    """Print the table of the budgets; the ratios are to the floor, a bare curses program."""
    def say(what, budget, measured, fits):
        print(f"| {what} | {budget} | {measured} | {'yes' if fits else 'NO'} |", flush=True)
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        lab = Bench(folder).account(5)
        print("| what | budget | measured | met |\n|---|---|---|---|", flush=True)
        bench_start(lab, say)
        fast = max(reading_mb_s() for _ in range(9))
        say(f"reading a log, {'those of LOGS' if os.environ.get('LOGS') else 'samples of this file'}", ">= 10 MB/s", f"{fast:.1f} MB/s", fast >= 10)
        bench_expressions(say)
        floor = lab.floor()
        quiet(floor, 2)
        floor_mib = rss_mib(floor)
        floor.close()
        for fleet in FLEETS:
            bench_fleet(lab, say, floor_mib, *fleet)
        bench_details(lab, say)
        bench_hanging(lab, say)


def bench_start(lab, say):
    """The first frame, against that of the floor."""
    floor_s = first_frame_s(lab.floor)
    for name, argv in (("script", [sys.executable, str(PROGRAM)]), ("python3 -m, bytecode cached", MODULE)):
        first_frame_s(lambda: lab.start(argv=[*argv, "--mock"]), 2)  # noqa: B023
        took = first_frame_s(lambda: lab.start(argv=[*argv, "--mock"]))  # noqa: B023
        say(f"first frame, {name}", "<= 2 x floor",
            f"{took * 1000:.0f} ms, floor {floor_s * 1000:.0f}: {took / floor_s:.1f} x", took <= 2 * floor_s)


def bench_memory(say, one, name, mib, floor_mib):
    more = rss_mib(one) - floor_mib
    say(f"memory at {name}", f"floor + {mib} MiB", f"{rss_mib(one):.1f} MiB = floor + {more:.1f}", more <= mib)


def bench_keys(say, one, name, p50, p99):
    """How soon a key shows, and how soon the program ends."""
    mid, slow = key_times_ms(one)
    say(f"key to screen, {name}", f"p50 <= {p50 or '-'} ms, p99 <= {p99}", f"{mid:.1f} ms, {slow:.1f} ms",
        (not p50 or mid <= p50) and slow <= p99)
    took = quit_s(one)
    say(f"quit, {name}", "<= 0.3 s", f"{took:.2f} s", took <= 0.3)


def bench_fleet(lab, say, floor_mib, instances, mib, percent, p50, p99):
    """What a fleet of this size costs while nobody does anything, and how keys answer."""
    lab.account(instances)
    began = time.monotonic()
    subprocess.run([sys.executable, str(PROGRAM), *WATCH, "--once", "--format", "line"], env=lab.env, check=False, stdout=subprocess.DEVNULL)
    say(f"first full picture, {instances} instances", "-", f"{time.monotonic() - began:.1f} s", True)
    lab.account(instances)
    one = lab.start(*WATCH)
    quiet(one, tm.IDLE_S + 5 + instances * tm.START_GAP_S)
    used, calls = cpu_s(one), lab.count("calls")
    written = quiet(one, 60)
    used = 100 * (cpu_s(one) - used) / 60
    say(f"own CPU, idle, {instances} instances", f"<= {percent} % of a core", f"{used:.2f} %", used <= percent)
    if instances == 5:
        refreshes = 60 / tm.INTERVAL_S
        say("bytes to the terminal, idle", "<= 6 kB a minute", f"{written / 1000:.1f} kB", written <= 6000)
        say("CLI calls", "1 a refresh, balance 1 a minute", f"{(lab.count('calls') - calls) / refreshes:.2f} a refresh",
            lab.count("calls") - calls <= refreshes + 2)
    if instances <= tm.SSH_KEPT:
        say(f"ssh handshakes, {instances} instances", "1 each", f"{lab.count('handshakes') / instances:.2f} each",
            lab.count("handshakes") == instances)
    bench_memory(say, one, f"{instances}, script", mib, floor_mib)
    bench_keys(say, one, f"{instances} instances", p50, p99)
    one.close()


def bench_details(lab, say):
    """The same with the details open, chart and all."""
    lab.account(50)
    one = lab.start(*WATCH)
    quiet(one, 20)
    one.send("\r")
    quiet(one, 2)
    used = cpu_s(one)
    quiet(one, 40)
    used = 100 * (cpu_s(one) - used) / 40
    say("own CPU, 50 instances, details open", "<= 1 % of a core", f"{used:.2f} %", used <= 1)
    bench_keys(say, one, "50 instances, details open", None, 50)
    one.close()


def bench_hanging(lab, say):
    """The CLI and every ssh hang."""
    (lab.account(5).folder / "bin" / "ssh").write_text("#!/bin/sh\nexec sleep 1000\n")
    one = lab.start(*WATCH)
    quiet(one, 5)
    (lab.folder / "bin" / "vastai").write_text("#!/bin/sh\nexec sleep 1000\n")
    quiet(one, 12)
    bench_keys(say, one, "CLI and ssh hanging", 2, 16)
    one.close()


# ---- Soak: a busy fleet where everything fails now and then, watched for long (make soak; Linux) ----

SOAK_INSTANCES = 50
SOAK_SLICE_S, SOAK_LINES = 0.25, 50  # the writer adds so many lines to each log so often: 200 a second
SOAK_LOG_MAX = 2_000_000  # bytes of a log before another takes its place
SOAK_REST_S = 120.0       # the first part of a run, in which caches fill, is no measure of growth
SOAK_KEYS = [*"jkgGlvLa[]nNeEsS-+c\t\r?/", "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~", "err", "\x1b", "\x1b", "\x1b"]
DICE = 'dice() { [ "$(od -An -N2 -tu2 /dev/urandom)" -lt $(($1 * 655)) ]; }\n'  # true in so many of 100 cases
SOAK_FAKES = {
    "vastai": DICE + r"""
dice 2 && { echo 'failed with error 502' >&2; exit 1; }
dice 1 && exec sleep 1000
dice 2 && exec head -c 100000 /dev/urandom
dice 2 && exec head -c 3000 "$FAKE/listing.json"
[ "$4" = user ] && echo '{"credit": 24.1}' || exec cat "$FAKE/listing.json"
""",
    "ssh": DICE + r"""
for word; do case $word in HostKeyAlias=vast-*) HOME=$FAKE/${word#HostKeyAlias=vast-} ;; esac; done
dice 5 && { echo 'ssh: connect to host 1.2.3.4 port 22: Connection refused' >&2; exit 255; }
dice 2 && exec sleep 1000
dice 2 && exec head -c 1000000 /dev/urandom
echo $$ >"$HOME/pid"; exec nice -n 19 sh
""",
    "nvidia-smi": "echo '0, NVIDIA RTX 4090, 91, 18000, 24000, 64, 341.20, 450.00'\n",
}


def soak_lines(rnd, number, step):
    """What a training writes in one slice: counters that move, and now and then what no reader expects."""
    lines = [f"Epoch {step // 4000}/900 Step {step + i}/4000000: Loss = {2 + rnd.random():.4f}, LR = 0.0001" for i in range(SOAK_LINES - 3)]
    odd = ("Traceback (most recent call last):", "RuntimeError: CUDA out of memory", f"{rnd.random()} {'x' * rnd.randrange(3000)}",
           "".join(map(chr, rnd.choices(range(1, 0x3000), k=60))), f"\r 5%|# | {step}/9000000 [00:01<03:00, 9.1it/s]", f"saved run-{number}-{step}")
    return "\n".join([*lines, *rnd.choices(odd, k=3), ""]).encode("utf-8", "replace")


def soak_writer(folder):
    """Writes the logs, the listing whose rows come and go, and breaks connections, until it is killed."""
    os.nice(19)  # the far side is elsewhere, in truth, and takes no processor from the monitor
    rnd, folder, due, step = random.Random(1), pathlib.Path(folder), time.monotonic(), 0
    while True:
        if step % (40 * SOAK_LINES) == 0:  # every ten seconds
            rows = [{**RAW, "id": i, "label": f"exp-{i}", "actual_status": rnd.choice(("running",) * 20 + ("exited", "loading"))}
                    for i in range(SOAK_INSTANCES + 10)]
            (folder / "listing.new").write_text(json.dumps(rnd.sample(rows, SOAK_INSTANCES)))
            (folder / "listing.new").replace(folder / "listing.json")
        for i in range(SOAK_INSTANCES + 10):
            log = folder / str(i) / "train.log"
            with log.open("ab") as file:
                file.write(soak_lines(rnd, i, step))
                full = file.tell() > SOAK_LOG_MAX
            if full:
                log.write_bytes(b"") if rnd.random() < 0.5 else log.rename(log.with_suffix(".1"))
        with contextlib.suppress(OSError, ValueError):
            if rnd.random() < 0.1:
                os.kill(int((folder / str(rnd.randrange(SOAK_INSTANCES)) / "pid").read_text()), rnd.choice((signal.SIGKILL, signal.SIGSTOP)))
        step += SOAK_LINES
        due = max(due + SOAK_SLICE_S, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))


def soak_figures(one, rnd, used, seconds):
    """Press keys for so long; one row of figures: MiB, descriptors, threads, % CPU, ms to a key (half, 99 of 100)."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        for key in rnd.choices(SOAK_KEYS, k=20):
            one.send(key)
            quiet(one, 0.05)
        for key in "\x1b\x1b\x1bg":  # to the main screen's first row, from where j and k always move
            one.send(key)
            quiet(one, 0.2)
        times += key_times_ms(one, 20)
        one.seen = b""
        assert "internal error" not in one.text(), one.text()
    times.sort()
    status = pathlib.Path(f"/proc/{one.pid}/status").read_text()
    return (rss_mib(one), len(os.listdir(f"/proc/{one.pid}/fd")), int(re.search(r"Threads:\s+(\d+)", status)[1]),
            100 * (cpu_s(one) - used) / seconds, times[len(times) // 2], times[int(len(times) * 0.99)])


def soak(minutes=None):
    """Print a row of figures each minute, and at the end what grew."""
    seconds, rnd, rows = 60 * float(minutes or os.environ.get("MINUTES") or 60), random.Random(2), []
    with tempfile.TemporaryDirectory() as folder:
        lab = Bench(folder)
        for name, text in SOAK_FAKES.items():
            (lab.folder / "bin" / name).write_text("#!/bin/sh\n" + text)
            (lab.folder / "bin" / name).chmod(0o755)
        for i in range(SOAK_INSTANCES + 10):
            (lab.folder / str(i)).mkdir()
        writer = subprocess.Popen([sys.executable, __file__, "soak_writer", folder])
        one = lab.start("--all", "--interval", "1", "--no-find", "--log-path", "~/*.log", "--source", "cli", "--no-bell", "--log-file", f"{folder}/journal")
        try:
            print("| minute | MiB | descriptors | threads | CPU % | key p50 ms | p99 ms |\n|---|---|---|---|---|---|---|", flush=True)
            quiet(one, min(30, seconds / 4))
            began = time.monotonic()
            while time.monotonic() - began < seconds:
                used, at = cpu_s(one), time.monotonic()
                rows.append((at - began, *soak_figures(one, rnd, used, min(60, seconds / 8))))
                print("| {:.0f} | {:.1f} | {} | {} | {:.0f} | {:.1f} | {:.0f} |".format(rows[-1][0] / 60, *rows[-1][1:]), flush=True)
            took = quit_s(one)
        finally:
            writer.kill()
            one.close()
        faults = re.findall("internal error.*", (lab.folder / "journal").read_text())
        soak_verdict(rows, took, one.status, faults)


def soak_verdict(rows, took, code, faults):
    """What grew between the middle of the run and its end, said in words; exits 1 where it was too much."""
    half = [row for row in rows if row[0] >= SOAK_REST_S] or rows
    before, after = (([statistics.median(column) for column in zip(*part)]) for part in (half[:len(half) // 3 + 1], half[-(len(half) // 3 + 1):]))
    grown = [(name, after[i] - before[i], most) for i, name, most in ((1, "MiB", 0.05 * before[1] + 2), (2, "descriptors", 10), (3, "threads", 3))]
    bad = [name for name, more, most in grown if more > most] + faults + (["exit code"] if code else [])
    for name, more, most in grown:
        print(f"{name}: {more:+.1f} from the first third to the last (at most {most:.1f})")
    print(f"quit in {took:.2f} s with {code}; {len(faults)} internal errors {faults[:3]}")
    sys.exit(f"it grows or fails: {', '.join(bad)}" if bad else 0)


# ---- Fuzzing: texts, answers and keys that hypothesis thinks of (make fuzz) ----------------------

PIECES = ("Epoch ", "1/3", "loss", ": ", "=", "\x1b[", "\r", "\n", "nan", "%|", "| 3/10 [", "00:01<", "it/s", "]", "{", "'", "\x00", "1e999", "1e-323", "-",
          ".", "|", "\t", "step ", "val_", "9" * 50, "Traceback (most recent call last):\n", "\u8a13", "\u202e", "\ud800", "\ufe0f", "\u4dc0", " " * 60, "eta: ")


def fuzz_reader(example):
    """Text of any kind among pieces of logs as people print them, with the end of one line at the start of another."""
    text, seed, much = example
    rnd = random.Random(seed)
    lines = [line for _, log, _ in rnd.choices(CORPUS, k=much) for line in log.splitlines(True)]
    for _ in lines[:]:
        one, other = rnd.choice(lines), rnd.choice(lines)
        lines.insert(rnd.randrange(len(lines)), one[:rnd.randrange(len(one) + 1)] + other[rnd.randrange(len(other)):])
    text = "".join(lines) + text
    found = read_log(text.encode("utf-8", "surrogatepass"))
    assert found.progress is None or 0 <= found.progress <= 100
    assert all(value == value and abs(value) < math.inf for value in (found.epoch or 0, found.step or 0))


def fuzz_tail(text):
    tail = tm.LogTail()
    for line in [*tail.feed(text[:len(text) // 2], 0.0), *tail.feed(text[len(text) // 2:], 1.0)]:
        assert len(line.text) <= tm.LINE_MAX and line.text == tm.clean(line.text)


def fuzz_rows(rows):
    for row in tm.parse_instances(json.dumps(rows)):
        assert all(tm.clean(value) == value for value in row if isinstance(value, str))


FAR = {  # question: the words and the text that a far side may answer, and its parts
    "gpus": ("", "0, NVIDIA RTX 4090, 97, 17931, 24564, 64, 341.20, 450.00\n1, [N/A], -1, ,"), "disk": ("", "/dev/vda 263174212 22990260 226741752 10% /\n"),
    "memory": ("", "==> /sys/fs/cgroup/memory.current <==\n123456789\n==> /sys/fs/cgroup/memory.max <==\nmax\n"), "pids": ("", "/proc/7 /proc/8 /proc/70000000000\n"),
    "files": ("1700000000", "81a4 7 4096 1699999990 1699990000 /w/a.log\n81a4 8 1 1700000090 0 /w/b.log\n"),
    "left": ("1700000000", "81a4 9 4096 1699999990 1699990000 /root/run/metrics.csv\n"), "more": ("7 0 5 0 0 fresh", "Epoch 1/3 loss: 0.5\n"),
    "earlier": ("7 0 5 0 0", "Epoch 1/3\n"), "busiest": ("", "900 7\n"), "descriptors": ("", "7 1 -w /w/a.log\n7 2 -w /dev/pts/0\n7 5 rw /dev/nvidia0\n8 0 r- pipe:[1]\n8 1 rw /w/b.log\nwhole\n"),
    "stats": ("", "1 (sh) S 0 1 1 0 -1 4 0 0 0 0 1 1 0 0 20 0 1 0 900 1 1 1\n7 (python) R 1 7 7 0 -1 4 0 0 0 0 9 9 0 0 20 0 1 0 500 1 1 1\n"),
    "commands": ("", "==> /proc/7/cmdline <==\npython\0train.py\0--epochs\0" + "3\0\n==> /dev/null <==\n"), "folders": ("", "lrwxrwxrwx 1 0 0 0 Jan 1 00:00 /proc/7/cwd -> /w\n"),
    "settings": ("", "==> /proc/7/environ <==\nCUDA_VISIBLE_DEVICES=0\nTMUX=/tmp/tmux-0/default,1,0\n"), "panes": ("", "socket /tmp/tmux-0/default\n/dev/pts/0 %0 a:0.0\n"),
    "pane": ("5 3 0 80", "Epoch 1/3\nloss: 1\n$ \n"), "window": ("24 80 3", "Epoch 1/3\n"), "saved": ("1700000000", "1699999990\n"), "throttle": ("", "0, 0x0000000000000040\n"), "windows": ("", "7 8\n"),
}


def fuzz_far(example):
    """A far side that tells of processes, outputs and GPUs what it likes: a probe comes of it, or a SourceError."""
    seed, odd = example
    rnd, session = random.Random(seed), tm.SshSession(1, tm.Options(), tm.Commands())

    def answer(question, most=0):
        words, body = FAR[question.split()[0]]
        parts, most = re.split(r"(?<=[ \n,])", body), rnd.choice((0, 0, 1, 9))
        for _ in range(most):
            parts[rnd.randrange(len(parts)):rnd.randrange(len(parts)) + 1] = rnd.choices([*odd, *parts, "", "9" * 30, "-1", "\n"], k=2)
        head = rnd.sample([*words.split(), "7", "-1", "x", "9" * 30], rnd.randrange(5)) if rnd.random() < 0.2 else words.split()
        return tm.Block(head, "".join(parts).encode("utf-8", "surrogatepass"))
    session.shell = SimpleNamespace(address=None, began=0.0, ask=lambda asked, most=0: list(map(answer, asked)))
    session._search_due = lambda: True
    for _ in range(3):
        with contextlib.suppress(tm.SourceError):
            for run in session._look().runs:
                assert all(line.text == tm.clean(line.text) for line in run.lines)
                assert all(value == tm.clean(value) for value in (run.name, run.command, run.cwd, run.where))


def fuzz_keys(example):
    """A person at the keys of a monitor, whose instance says what it likes, on any size of screen."""
    text, steps = example
    monitor, glass, reader = tm.VastAIMonitor(None), Glass(), tm.LogReader()
    monitor.source = ScriptedSource(*(running(i, status=status, label=tm.clean(text)[:40]) for i, status in enumerate(("running", "exited"), 1)))
    reader.feed(text)
    assert "error" not in reader.passed
    monitor.source.probes[1] = tm.Probe(runs=(tm.RunReading("/w/a.log", lines=tuple(tm.LogTail().feed(text, 1.0)), progress=reader.progress(), curves=reader.curves()),))
    try:
        monitor.update_all_metrics()
        ui = tm.TrainingMonitorUI(monitor, 10)
        ui.styles, ui.click = tm.Styles({"": 0, **dict.fromkeys(tm.STYLES, 0)}), lambda: None
        for keys, glass.size in steps:
            for key in keys:
                ui.press(key)
                ui.draw(glass)
                assert len(ui.drawn) == glass.size[0]
                assert all(tm.width(tm.text_of(line)) <= glass.size[1] for line in ui.drawn)
    finally:
        monitor.close()


def fuzz_painter(example):
    """Texts of any letters in cells of their own, frame after frame, on a terminal and a curses that measure letters otherwise."""
    frames, columns, factor = example
    lines = [[[tm.Span(tm.pad(tm.clean(text), columns // 2)), tm.Span(f"|{i}")] for i, text in enumerate(rows)] for rows in frames]
    check_painted(lines, columns, 6, lambda c: ord(c) * factor // 7 % 3, lambda c: ord(c) * factor // 5 % 2 + 1,
                  lambda text: text if tm.same_width(text) else "?" * tm.width(text))


class Rented:
    """An instance with all its changes, and what it costs by vast's rules: knows nothing of the program."""

    def __init__(self, number, begun, changes, ends, tells_uptime, traffic):
        self.number, self.begun, self.changes, self.ends, self.tells_uptime = number, begun, sorted(changes), ends, tells_uptime
        self.traffic = [(t, dollars) for t, dollars in traffic if begun < t < ends]

    def traffic_until(self, until):
        return sum(dollars for t, dollars in self.traffic if t <= until)

    def at(self, t):
        """(since when, status, $/h running, $/h of the disk)"""
        return max((change for change in self.changes if change[0] <= t), key=lambda change: change[0])

    def price(self, t):
        if not self.begun <= t < self.ends:
            return 0.0
        _, status, running, disk = self.at(t)
        return {"running": running, "frozen": running, "offline": 0.0}.get(status, disk)

    def cost(self, until):
        """Dollars billed up to a time."""
        until = min(until, self.ends)
        times = [self.begun, *(t for t, *_ in self.changes if self.begun < t < until), until]
        return self.traffic_until(until) + sum(self.price((a + b) / 2) * (b - a) for a, b in zip(times, times[1:]) if b > a) / 3600

    def row(self, t):
        _, status, running, disk = self.at(t)
        up = [since for since, status, *_ in self.changes if since <= t and status == "running"]  # each is a new container
        return tm.Row(self.number, status, running_rate=running, storage_rate=disk, start=NOW.wall + self.begun, gpu="X", traffic=self.traffic_until(t),
                      up_s=t - up[-1] if self.tells_uptime and status == "running" else None)


def rented(draw, number, interval):
    """An instance whose changes can be seen: between two polls is one, unless nobody looks or its container tells."""
    begun, uptime = draw(-3e4, 60.0) * (draw(0, 1) < 0.5), draw(0, 1) < 0.5
    running, disk = draw(0.1, 6.0), draw(0.0, 0.2)
    t, changes = begun, [(begun, "loading", running, disk)]
    t += draw(5, 60)
    for _ in range(int(draw(0, 12))):
        status = "running" if changes[-1][1] != "running" else ("exited", "frozen", "offline", "scheduling", "running")[int(draw(0, 4.99))]
        if status == "running" == changes[-1][1]:  # the bid changes
            running *= draw(0.7, 1.4)
        changes.append((t, status, running, disk))
        if uptime and status == "running" and draw(0, 1) < 0.3:  # out and in again
            t += 6 * interval
            off = t + draw(1, interval / 2)
            changes += [(t, "exited", running, disk), (off, "running", running, disk)]
            t = off
        t += draw(2.6, 60) * interval
    traffic = [(draw(-3e4, 200 * interval), draw(0, 0.5)) for _ in range(int(draw(0, 8)) * (draw(0, 1) < 0.2))]
    ends = begun + draw(30, 300) * interval if draw(0, 1) < 0.2 else 1e9
    changes = changes[:1] + [change for change in changes[1:] if change[0] < ends - 2.6 * interval]  # its end is one as well
    traffic = [(t, dollars) for t, dollars in traffic if t < ends - 2.6 * interval]  # no listing tells of the last bytes
    return Rented(number, begun, changes, ends, uptime, traffic)


class Watched:
    """A monitor over rented instances on a clock of its own: what it shows is held against what is true."""

    def __init__(self, seed):
        rnd = random.Random(seed)
        self.draw, self.interval = rnd.uniform, rnd.choice([1, 5, 10, 10, 30, 60, 120])
        self.all = [rented(rnd.uniform, number, self.interval) for number in (1, 2, 3)]
        ids = None if rnd.random() < 0.5 else [1, 2]
        self.make = lambda t: tm.VastAIMonitor(ids, options=tm.Options(interval_s=self.interval), clock=lambda: self.moment(t))
        self.monitor, self.restarts = self.make(0.0), [rnd.uniform(0, 200 * self.interval) for _ in range(rnd.randrange(3))]
        self.shown = [one for one in self.all if ids is None or one.number in ids]
        self.outages = [(at, at + rnd.uniform(1, 20) * self.interval) for at in (rnd.uniform(0, 200 * self.interval) for _ in range(rnd.randrange(4)))]
        self.pauses = [(at, at + rnd.uniform(1, 20) * self.interval) for at in (rnd.uniform(0, 200 * self.interval) for _ in range(rnd.randrange(3)))]
        self.added = sorted((rnd.uniform(0, 200 * self.interval), rnd.choice([5.0, 25.0])) for _ in range(rnd.randrange(3)))
        self.marked = self.sure = self.ends = 0

    def moment(self, t):
        return tm.Moment(NOW.mono + t, NOW.wall + t)

    def credit(self, t):
        return 200.0 + sum(dollars for at, dollars in self.added if at <= t) - sum(one.cost(t) - one.cost(0.0) for one in self.all)

    def again(self, one):
        """True when it stops and starts between two polls."""
        return any(b[0] - a[0] < self.interval for a, b in zip(one.changes[2:], one.changes[3:]))

    def quiet(self, since, until):
        """True when nothing changes in between."""
        changes = [t for one in self.all for t in (one.begun, one.ends, *(change[0] for change in (*one.changes, *one.traffic)))]
        return not any(since <= t <= until for t in (*changes, *(at for at, _ in self.added)))

    def poll(self, t):
        """A listing and at times a balance, asked at t; returns when its answer is there, and whether it is one."""
        if any(begun <= t <= ended for begun, ended in self.pauses):
            return t, False
        if any(t - self.interval < at <= t for at in self.restarts):
            self.restart(self.moment(t - self.draw(0, self.interval / 2)), t)
        took_s = self.draw(0.0, min(2.0, self.interval / 3))
        sampled, now = t + took_s * self.draw(0, 1), self.moment(t + took_s)
        if any(begun <= t <= ended for begun, ended in self.outages):
            self.monitor._apply_listing(tm.Reading("listing", None, took_s, "the API is down"), now)
            return t + took_s, False
        rows = tuple(one.row(sampled) for one in self.all if one.begun <= sampled < one.ends)
        self.monitor._apply_listing(tm.Reading("listing", tm.Listing(rows), took_s), now)
        if t // 60 != (t - self.interval) // 60:
            self.monitor._apply_account(tm.Reading("account", tm.Account(self.credit(sampled), False)), now)
            self.read = sampled
        if t // 600 != (t - self.interval) // 600 and self.draw(0, 1) < 0.3:
            took_s += self.draw(0, self.interval / 2)  # they may reach past that listing
            until = t + took_s - self.draw(0, self.draw(0, 200))
            billed = {one.number: (round(one.cost(until), 3), NOW.wall + until) for one in self.all if one.begun < until < one.ends}
            self.monitor._apply_charges(tm.Reading("charges", tm.Charges(0.0, billed)), self.moment(t + took_s))
        return t + took_s, True

    def restart(self, ended, t):
        """Another monitor goes on with the history of the one that ended."""
        remembered = {tm.show_id(key): (ended.wall, tm.kept_of(m, ended)) for key, m in self.monitor.metrics.items() if m.row}
        self.monitor = self.make(t)
        self.monitor.remembered.update(remembered)

    def check(self, t, asked):
        """What is shown at a time; `asked`: of the last good listing."""
        now = self.moment(t)
        for one in self.shown:
            m = self.monitor.metrics.get(one.number)
            if m is None or m.total_cost is None:
                continue
            dollars, estimated = m.bill.until(now)
            self.marked, self.sure = self.marked + estimated, self.sure + (not estimated)
            if not estimated and self.quiet(asked, t):
                assert abs(dollars - one.cost(t)) < 0.01, (t, one.number, dollars, one.cost(t), one.changes)
        burn, left_s = sum(one.price(t) for one in self.all), self.monitor.fleet.runway_s(now)
        odd = any(one.traffic or self.again(one) for one in self.all)  # what is no price is measured, and expected to go on
        if left_s is not None and burn and not odd and self.quiet(min(asked, self.read) - 2 * self.interval, t):
            self.ends += 1
            assert abs(left_s - 3600 * self.credit(t) / burn) < max(60, 3600 * 0.01 / burn), (t, left_s, self.credit(t), burn)


def watch_money(seed):
    """What is shown without `~` is right to the cent, and the money ends within the minute, whatever happens."""
    one, asked = Watched(seed), 0.0
    for poll in range(200):
        t = poll * one.interval
        then, good = one.poll(t)
        asked = t if good else asked
        one.check(then, asked)
        one.check(one.draw(then, t + one.interval), asked)
    return one


def fuzz_money(seed):
    watch_money(seed)


@pytest.mark.parametrize("seed", [2219531, 3000239, 3001872, 17229610, 100704, 101084, 206038, 207684, 109817], ids=[
    "prices fall and rise within an outage", "it stops just before the monitor does", "it stops and starts while another monitor begins",
    "it runs and is destroyed within an outage", "it runs between two monitors that both see it stopped", "the same, offline",
    "it stops between two monitors that both see it run", "it starts and is destroyed while nobody looks", "one stops and one like it starts"])
def test_money_is_right_in_worlds_where_it_was_not(seed):
    assert watch_money(seed).sure


def test_money_is_right_to_the_cent_or_marked_whatever_happens():
    runs = [watch_money(seed) for seed in range(25)]
    sure, marked, ends = (sum(getattr(one, name) for one in runs) for name in ("sure", "marked", "ends"))
    assert sure > marked / 3 and ends > 1000  # it does not only mark


def fuzz_targets():
    """{name: (what to call, the strategy of its argument)}"""
    from hypothesis import strategies as st
    text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=20), st.integers().map(str)), max_size=40).map("".join)
    json_value = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | text, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(
        ("22/tcp", "HostPort")), x, max_size=3), max_leaves=6)
    keys = [key for row in tm.KEYS for key in tm.presses(row) if key not in ("q", "o", "y", "Y", "\x1a")] + [*"ab1:*.([\\", "\n", "\x1b", "\x7f", "\u8a13"]
    size = st.tuples(st.integers(1, 100), st.integers(1, 300))
    return {
        "reader": (fuzz_reader, st.tuples(text, st.integers(), st.integers(0, 5))), "tail": (fuzz_tail, text),
        "rows": (fuzz_rows, st.lists(st.dictionaries(st.sampled_from(sorted(RAW)), json_value, max_size=12), max_size=4)),
        "money": (fuzz_money, st.integers()),
        "far side": (fuzz_far, st.tuples(st.integers(), st.lists(text, max_size=5))),
        "painter": (fuzz_painter, st.tuples(st.lists(st.lists(text, min_size=6, max_size=6), min_size=1, max_size=4), st.integers(10, 80), st.integers(1, 99))),
        "keys and sizes": (fuzz_keys, st.tuples(text, st.lists(st.tuples(st.lists(st.sampled_from(keys), max_size=12), size), min_size=1, max_size=4))),
    }


def test_the_far_side_of_the_fuzzing_answers_every_question():
    helpers = {"limit", "block", "end", "newest", "part", "facts", "each"}
    assert set(FAR) == set(re.findall(r"^([a-z]+)\(\) \{", tm.FAR_SCRIPT, re.M)) - helpers


@pytest.mark.parametrize("name", ["reader", "tail", "rows", "money", "far side", "painter", "keys and sizes"])
def test_each_target_of_the_fuzzing_takes_examples(name, monkeypatch):
    hypothesis = pytest.importorskip("hypothesis")
    for curse in ("doupdate", "beep", "endwin"):
        monkeypatch.setattr(tm.curses, curse, lambda *args: None)
    target, strategy = fuzz_targets()[name]
    settings = hypothesis.settings(max_examples=5, deadline=None, database=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck))
    settings(hypothesis.given(strategy)(target))()


def fuzz(minutes=None):
    """Try each target for its share of the minutes; prints examples tried, the slowest, and what failed."""
    from hypothesis import HealthCheck, given, settings
    targets, failed = fuzz_targets(), 0
    for name in ("doupdate", "beep", "endwin"):  # there is no terminal
        setattr(tm.curses, name, lambda *args: None)
    seconds = 60 * float(minutes or os.environ.get("MINUTES") or 60)
    for name, (target, strategy) in targets.items():
        times, end = [], time.monotonic() + seconds / len(targets)

        def timed(example):
            faulthandler.dump_traceback_later(60, exit=True)  # what never ends is a fault too
            began = time.thread_time()
            target(example)  # noqa: B023
            faulthandler.cancel_dump_traceback_later()
            times.append(time.thread_time() - began)  # noqa: B023
        tried = settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))(given(strategy)(timed))
        while True:  # each at least once
            try:
                tried()
            except Exception as error:
                failed += 1
                print(f"{name}: {type(error).__name__}: {error}", *getattr(error, "__notes__", ()), sep="\n", flush=True)
                break
            if time.monotonic() >= end:
                break
        print(f"{name}: {len(times):,} examples, the slowest {max(times, default=0) * 1000:.1f} ms", flush=True)
    sys.exit(f"{failed} of {len(targets)} targets failed" if failed else 0)


def bench_expressions(say):
    """Every expression on its worst line, and any text whatever, as processor time."""
    found = [(slowest_line(one, 100_000), one) for one in expressions()]
    (ms, _, _), one = max(found, key=lambda row: row[0][0])
    say(f"worst of {len(found)} expressions, {tm.LINE_MAX} characters", f"<= {LINE_MS:g} ms", f"{ms:.1f} ms ({one.where})", ms <= LINE_MS)
    times = []
    for text in HOSTILE:
        began = time.thread_time()
        read_log(text)
        times.append((time.thread_time() - began) / len(text) * 1e6)
    say(f"worst of {len(HOSTILE)} hostile texts, a MB", "<= 1 s", f"{max(times):.2f} s", max(times) <= 1)


# -- mutation: what of the log reader no sample would miss

READER = ("Words", "Lines", "Run", "Reader")  # sections
SAMPLES = [(text, expected) for _, text, expected in CORPUS]
SAMPLES += [(f"Epoch 3/9 loss: 1\n{text}\n", {"state": state}) for state, words in WORDS_OF_ENDS for text in words.split("|")]
SAMPLES += [(line + "\n", expected) for line, expected in WORDS_OF_LINES] + STATES_OF_COURSES
CHECKS = (  # tests of what the samples do not show
    test_tail, test_tail_shows_the_same_however_the_text_is_cut, test_an_open_line_is_read_but_never_a_half_number,
    test_patterns_go_before_the_rules, test_the_trace_names_line_and_rule, test_lines_carry_their_own_time,
    test_lines_of_one_shape_do_not_change_each_others_meaning, test_points_of_a_chart_cover_the_whole_run,
    test_the_log_tells_pace_first_place_and_failure_time, test_lines_that_a_pattern_reads_tell_the_pace_by_their_own_times,
    test_the_log_tells_best_link_and_the_course_of_any_metric, test_explain_names_line_and_rule_and_what_was_not_used,
    test_full_counters_are_no_end_until_the_log_is_over, test_what_depends_on_the_run_is_not_remembered_of_a_line,
    test_the_chart_ends_with_the_newest_loss, test_words_of_failures, test_words_of_ends, test_what_keys_mean, test_times_that_are_left,
    test_a_loss_of_a_test_is_told_from_one_of_a_validation, test_every_month_is_known, test_words_of_news,
    test_a_chart_of_steps_holds_no_point_of_an_epoch, test_of_a_flood_the_tail_takes_the_end,
    test_what_one_log_says_never_reaches_another_reader, test_any_bytes_are_read,
    test_a_point_of_a_chart_stands_at_its_step_of_the_run, test_what_is_read_late_is_what_was_said_last,
    test_only_an_epoch_that_told_a_loss_ended_with_one, test_explain_says_how_the_progress_follows,
    test_the_trace_tells_what_changed_by_the_rule_that_read_it,
    test_a_held_bar_and_an_unfinished_line_are_seen_and_change_nothing,
    test_a_chart_holds_only_what_was_believed_and_can_be_drawn,
    test_the_courses_of_other_values_are_thinned_evenly_and_bounded,
    test_a_full_memory_starts_anew_and_many_shapes_are_no_log, test_with_patterns_each_line_is_asked_anew,
    test_a_line_of_no_text_is_none_however_it_is_cut, test_backspaces_leave_no_endless_line,
    test_only_what_moves_the_run_bears_its_time, test_the_past_rises_and_is_of_the_run,
    test_bytes_that_are_no_text_tell_nothing_and_those_of_another_alphabet_cost_nothing,
    test_bars_before_the_first_place_tell_how_long_they_took, test_lines_of_errors_are_marked,
    test_a_prompt_of_a_shell_is_no_line_of_a_program)


def noticed(module, samples):
    """True when the samples or the tests notice that the module is another; the sample that does comes first the next time."""
    def late(*_):
        raise TimeoutError
    signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, 20)
    try:
        return corpus_fails(module, samples) or checks_fail(module)
    except TimeoutError:
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def corpus_fails(module, samples):
    """True when a sample is read otherwise than it should be."""
    for i, (text, expected) in enumerate(samples):
        failed = True
        with contextlib.suppress(Exception):
            reader = module.LogReader()
            reader.feed(text)
            reader.end()
            found = reader.progress()._asdict()
            failed = "error" in reader.passed or not all(agrees(name, found[name], wanted) for name, wanted in expected.items())
        if failed:
            samples.insert(0, samples.pop(i))
            return True
    return False


def checks_fail(module):
    """True when a test fails with the module in place of the program."""
    global tm
    program, tm = tm, module
    try:
        for test in CHECKS:
            rows = [mark.args[1] for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            for row in rows[0] if rows else [()]:
                test(*row)
    except Exception:
        return True
    finally:
        tm = program
    return False


def switched(function):
    """(what was changed) for each condition of a function off and on, and each part of one gone; put back afterwards."""
    for node in ast.walk(function):
        if isinstance(node, (ast.If, ast.IfExp)):
            test = node.test
            asked_before = "has_any(" in ast.unparse(test)  # only saves an expression: without it all is the same
            negated = isinstance(test, ast.UnaryOp)         # ... and so the other way round
            for value in (negated,) if asked_before else (False, True):
                node.test = ast.copy_location(ast.Constant(value), test)
                yield f"{node.lineno}: {ast.unparse(test)} -> {value}"
            node.test = test
        elif isinstance(node, ast.BoolOp):
            values = node.values
            for i, value in enumerate(values):
                if isinstance(value, ast.Constant):
                    continue  # "or 0"
                none = ast.copy_location(ast.Constant(isinstance(node.op, ast.And)), value)
                node.values = [*values[:i], none, *values[i + 1:]]
                yield f"{node.lineno}: without `{ast.unparse(value)}` in `{ast.unparse(ast.BoolOp(node.op, values))}`"
            node.values = values


def shortened(statement):
    """(what was changed) for each row or word of a table gone; put back afterwards."""
    for node in ast.walk(statement.value):
        if isinstance(node, (ast.Tuple, ast.Set, ast.Dict)) and node is statement.value:
            for name in ("keys", "values", "elts"):
                if getattr(node, name, None):
                    every = {name: getattr(node, name) for name in ("keys", "values", "elts") if hasattr(node, name)}
            for i in range(len(next(iter(every.values())))):
                for name, values in every.items():
                    setattr(node, name, values[:i] + values[i + 1:])
                yield f"{node.lineno}: without row {i}: {ast.unparse(next(iter(every.values()))[i])[:80]}"
            for name, values in every.items():
                setattr(node, name, values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[^\\()\[\]\d]{9,}", node.value):
            whole, sign = node.value, "|" if "|" in node.value or statement.targets[0].id in ("ENDINGS", "FAILURES") else " "
            words = whole.split(sign)
            for i, word in enumerate(words if len(words) > 2 else ()):
                node.value = sign.join(words[:i] + words[i + 1:])
                yield f"{node.lineno}: without the word {word!r}"
            node.value = whole


def module_of(tree):
    module = type(tm)("mutant")
    sys.modules["mutant"] = module
    exec(compile(tree, str(PROGRAM), "exec"), vars(module))
    return module


def mutants():
    """(what was changed, module) with each condition of the reader off and on, and each row and word of its tables gone."""
    ranges = [(first, last) for name, first, last in sections() if name in READER]
    tree = ast.parse(SOURCE)
    tree.body = [node for node in tree.body if node.lineno < ranges[-1][1]]
    module = module_of(tree)
    inside = [node for node in tree.body if ranges[0][0] < node.lineno]
    caches = [value for value in vars(module).values() if hasattr(value, "cache_clear")]
    for node in inside:
        owner = getattr(module, node.name) if isinstance(node, ast.ClassDef) else module
        for function in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(function, ast.FunctionDef):
                was = vars(owner)[function.name]
                for what in switched(function):
                    made = {}
                    exec(compile(ast.Module([function], []), str(PROGRAM), "exec"), vars(module), made)
                    setattr(owner, function.name, made[function.name])
                    for cache in caches:
                        cache.cache_clear()
                    yield what, module
                setattr(owner, function.name, was)
    for node in inside:
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Constant):
            for what in shortened(node):
                with contextlib.suppress(Exception):
                    yield what, module_of(tree)


def mutate():
    """Print what can be taken out of the log reader without a sample that notices."""
    os.nice(15)
    samples = list(SAMPLES)
    assert not noticed(tm, samples)
    tried = survived = 0
    for what, module in mutants():
        tried += 1
        if not noticed(module, samples):
            survived += 1
            print(what, flush=True)
    print(f"{survived} of {tried} survive")


def share(part, parts):
    """Keep each `parts`th test of this module, from the `part`th on: so many processes take all of them, and wait at the same time."""
    for i, name in enumerate(name for name in list(globals()) if name.startswith("test_")):
        if i % parts != part - 1:
            del globals()[name]


share(*map(int, os.environ.get("SHARE", "1/1").split("/")))


if __name__ == "__main__":
    {"screens": write_screens, "bench": bench, "fuzz": fuzz, "mutate": mutate, "soak": soak, "soak_writer": soak_writer}[sys.argv[1]](*sys.argv[2:])
