#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Watch the training runs on your vast.ai GPU instances: progress, health, cost.

    python3 training_monitor.py --all        every instance of the account (--help: the rest)

Lists the instances with the `vastai` command, reads each one's training log and GPUs over one
kept ssh session, and shows a table, the newest log lines and a summary. It changes nothing.

    vastai / ssh --bytes--> worker: parse --Reading--> inbox --main thread: apply--> Fleet
        Fleet --render--> lines of spans --paint--> terminal, or --print--> stdout

Exit codes: 0 well; 1 with --once when an instance is in error or nothing could
be read, with --doctor, --explain, --parse-log, --report and --test-notify when
something is amiss; 2 wrong usage; 3 the output, an --export, --history or
--log-file could not be written, or an error of this program itself; 129, 130,
131 and 143 after SIGHUP, Ctrl-C, SIGQUIT and SIGTERM.
"""
import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    del sys.path[0]  # the script's own folder: a json.py beside it is not Python's

import argparse
import binascii
import bisect
import codecs
import copy
import importlib
import io
import json
import locale
import math
import os
import queue
import random
import re
import select
import shlex
import signal
import subprocess
import threading
import time
import unicodedata
import warnings
from array import array
from collections import Counter, deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import accumulate, combinations, cycle, groupby, islice, takewhile, zip_longest
from typing import Any, Callable, NamedTuple, NoReturn, Optional, TextIO, TypeVar, Union

try:
    import curses
except ImportError:  # a Python built without it (some conda and minimal images): plain output
    curses = None  # type: ignore[assignment]

if sys.version_info < (3, 9):
    sys.exit("training_monitor.py needs Python 3.9 or newer, this is {}.{}".format(*sys.version_info))

# ---- Settings: every number of the program, with its unit and its reason --------------------
# A remark that ends in a comma, "and" or "or" goes on in that of the next row; "..." goes on from the one above.

__version__ = "1.0.0"

# -- asking vast.ai, and ssh

DAY_S = 86400.0
INTERVAL_S = 10.0            # one refresh; the API calls 5-30 s polls safe
INTERVAL_MIN_S = 1.0         # the API's own limit for a listing
CLI_OLD_S = 180 * DAY_S      # a vastai command older than this is called old: the API changes faster
CLI_DEADLINE_S = 10.0        # left alone, the CLI waits 6 minutes for an API that hangs
API_URL = "https://console.vast.ai"
API_PAGE = 25                # rows of a page of the listing: the API's own limit
API_PAGES_MAX = 400          # 10,000 instances: a longer listing must be an endless one
BALANCE_EVERY_S = 60.0       # the balance moves slowly, and each look costs a CLI start
CHARGES_EVERY_S = 600.0      # what was billed, volumes and pending prices change rarely
CHARGES_RETRY_S = 3600.0     # most keys may not read what was billed: seldom tried then
CHARGES_PAGE = 100           # the API's own limit, and
CHARGES_PAGES_MAX = 50
CHARGES_GAP_S = 1.0          # between two pages: the API's own limit of their rate
SSH_CONNECT_S = 8            # ssh's own limit for TCP and banner of one address
SSH_GREETING_S = 20.0        # from the start of ssh to the far shell's first word
SSH_ANSWER_S = 10.0          # one poll over the kept session
GPU_QUERY_S = 5              # nvidia-smi beside a broken driver can hang for ever
SSH_KEPT = 64                # connections that are kept: each is a process of 6 MB
SSH_TURNS = 0.5              # of them: the part that instances take turns on, where there are more than that
START_GAP_S = 0.02           # between two first connections: a handshake costs 90 ms of CPU
PATIENCE_S = 120.0           # what fails is asked at each interval for so long, then ever more rarely:
RETRY_MAX_S = 300.0          # ... an API at least this often, and
SSH_RETRY_MAX_S = 60.0       # ... an instance this often
TOGETHER_S = 30.0            # failures that began within so long of each other have one cause
WORKERS_MAX = 32             # a hanging host holds a worker up to its deadline
OUTPUT_MAX = 64 << 20        # bytes that a program may print; a listing of 5,000 instances has 15 MB
JSON_TRIES = 100             # lines of a program's output that are tried as the start of its JSON
GPUS_MAX = 64                # of one instance

# -- where runs are looked for, and how much of a log is read

READ_FIRST = 256 << 10       # bytes of an unknown log: the newest part is what counts
READ_MAX = 1 << 20           # bytes of a log for one poll
ANSWER_MAX = READ_MAX + (256 << 10)  # bytes of one answer over ssh, the figures of the GPUs included
READ_BLOCK = 4096            # bytes: dd reads whole blocks, and what is too much of the first is dropped here
HOLD_S = 120.0               # a log that grew within this time is not left for another
PATH_MAX = 4096              # bytes of a path that a far side names; Linux allows no more
CATCH_UP_MAX = 64 << 20      # bytes of a log's past that are read at leisure; of a longer one half from each end
READ_SAMPLE = 32 << 10       # bytes that are read of a file to see whether it is the log
SEARCH_EVERY_S = 60.0        # between two searches for runs: one costs the instance up to 150 ms of CPU
SEARCH_SOON_S = 5.0          # ... between two where there is news, for which
SEARCHES_SAVED = 3           # searches that were due and not made are made up for, so many at most
STARTS_S = 600.0             # a process may import and load data for so long before it opens its GPU
GPU_ROSE_MIB = 100.0         # memory of a GPU: whoever begins to compute on one takes that much
FAR_STEP_S = 2               # what one step of a search may take over there
DOUBT_S = 60.0               # an output that has not grown for so long may not be the run's any more
CONTAINER_EVERY_S = 60.0     # `vastai logs` costs seconds and five requests
CONTAINER_DEADLINE_S = 15.0  # the CLI itself waits up to 9 s for it
CONTAINER_LINES = 1000       # of the container's own output that are fetched
RUNS_MAX = 16                # of one instance
PROCESSES_MAX = 4000         # that are looked at: of a large machine the threads of its kernel alone can be as many
ABOUT_MAX = 128              # processes that are asked about
FILES_MAX = 2000             # that match the globs
LISTED_MAX = 400_000         # bytes of a list of descriptors or panes
GPU_NODE = "/dev/nvidia"     # and a number: what a process that computes on a GPU holds open
BUSY_TICKS = 1000            # hundredths of a second of CPU time from which a Python counts as busy
PIPES_MAX = 3                # programs that an output goes through before it is written, and
TERMINALS_MAX = 3            # terminals within terminals
PLACES_MAX = 20              # outputs of a run that the user can choose from
BESIDE_MAX = 8               # that are read besides the one: its other stream, what its other ranks write to stderr
LATER_S = 2.0                # files tell whole seconds: what was written so much later stands behind the other's words
LEFT_BEHIND = "wandb/latest-run/files/output.log", "nohup.out", "*.log"  # in a run's folder, when nothing else is,
TABLES = ".csv", ".jsonl"    # ... and such as tell of loss or progress: others are data
ENDED_S = DAY_S              # where nothing trains, a run that ended within this time is shown, and
NEXT_RUN_S = 30.0            # a log that was written so long after a run's last word is none of its own: the next one's
FOLLOWED_S = 60.0            # a run that finished may be followed so long by the next of a loop, and was no end then
ENDED_IN = "/root", "/workspace", "/root/*", "/workspace/*"  # folders in which its output may be; below the first two
WRITTEN_S = 10.0             # ... also in a file that was written for so long: none that was copied or unpacked
PLACES_TRIED = 6             # where a run's output may be, looked into
TELLS_ENOUGH = 3             # of 4: a log that tells so much is the right one (see `telling`)
STARS_MAX = 4                # folders that ** of a glob stands for
OVERLAP = 50                 # rows of a terminal that are read a second time, to find where the new ones begin
SAME_START = 12              # characters: a row that begins as the line before is not the rest of that line
WINDOW_RESTS_S = 16          # quiet for so long (a terminal's times are 8 s apart) the last row of a window is a line
TOLD_LINES = 400             # lines of a terminal that are kept for that
TICKS, PAGE = 100, 4096      # of Linux: clock ticks in a second, bytes in a page
RAM_MAX = 1e15               # bytes; cgroups write "no limit" as a huge number
COMMAND_MAX = 300            # characters of a command line that are shown
VARIABLES = ("CUDA_VISIBLE_DEVICES", "LOCAL_RANK", "WANDB_NAME", "TMUX", "STY", "WINDOW", "SCREENDIR")  # of a run

# -- what a log says: bounds, so that no line costs much

LINE_MAX = 4000              # characters of one line that are kept
RECORD_MAX = 4000            # characters of one line that are understood
BROKEN = 4                   # a line with one undecodable character in so many is no text: an image, a model
PLANS_MAX = 1000             # shapes of lines whose meaning is remembered
COUNT_MAX = 1e15             # steps, epochs, seconds: more is nonsense
VALUE_MAX = 1e100            # of a value on a chart
PAIRS_MAX = 100              # of a key and a value in one line
PREFIXES_MAX = 8             # parts of what a logger puts before a line
SIZED_MAX = 16               # numbers at the start of a line that may be of a date or a time
SURE_DIGITS = 15             # a whole number of so many digits is below COUNT_MAX
KEY_MAX, GAP_MAX = 60, 120   # characters of a value's name, and of the text before it in which that is looked for
CELLS_MAX = 200              # of a row of a table
HEADING_MAX = 80             # characters of a line that only says what comes
RECORD_SAID = 400            # characters of a line in which a run may say that it ended
CREDIT_MAX = 400_000         # characters of lines of ever new shapes that are studied at once, and
STUDY_COST = 400             # ... how many more each such line counts for

# -- what a log says: what is made of it

MEAN_RANK = 2                # losses are ranked, the lower the better: that of a mean (what is above is weaker),
TESTED = 4                   # ... what a test's loss has more than a validation's,
PART = 8                     # ... the rank of a part of the whole, and
NO_RANK = 9                  # ... of no loss yet
SUMMARIES_MAX = 4            # lines with a loss and no step that an epoch may end with
NEARLY_ALL = 99.0            # percent: from here on weak words ("done") end a run
POINTS_MAX = 1000            # of the chart of a loss, however long the run,
OTHERS_MAX = 96              # ... and of that of any other value
METRICS_MAX = 60             # other values by name
PAST_MAX = 64                # times in a log that its pace is learned from
LOOKS_MAX = 40               # shapes of lines that set values, kept to explain these
EXPLAIN_MAX = 300            # characters of a line that an explanation shows

# -- what is kept, and for how long something is shown

RECENT_LOGS = 10             # lines of an instance in `recent_logs`
LOG_LINES = 5000             # lines of an instance that the log screen goes back
TAIL_LINES = 4 * LOG_LINES   # lines of one reading that are looked at for it: bars of many lines become one
LOGS_MAX = 10 << 20          # bytes of all lines that are kept, each with
LINE_COST = 250              # bytes besides its text
EVENTS_MAX = 200             # what happened lately
HISTORY_EVERY_S = 60.0       # what is kept in a file is written so often, and at the end
HISTORY_WAIT_S = 2.0         # for another process that uses the file
HISTORY_LAST_S = 5.0         # ... at the end, where nobody waits for a screen to close
HISTORY_DAYS = 400           # of the report that are kept; of instances that were not seen for longer nothing is
HISTORY_EVENTS = 10_000      # likewise
HISTORY_POINTS = 400         # of each curve
ALERT_S = 5.0                # each alert's turn in the alert line
ALERT_REST_S = 15.0          # after a key the one that `n` went to stays for so long
TIME_MAX = 1e11              # seconds: what lies further off never happens
WALL_MAX = 2.5e11            # epoch seconds up to the year 9892: what can be written as a date
MESSAGE_S = 6.0              # how long the alert line shows what happened

# -- when a run has ended, rests or hangs

STALE_INTERVALS = 3          # readings missed before what is shown counts as old
NEAR_END = 97.0              # %: a run whose process ended beyond this may have done all
IDLE_END_S = 60.0            # all steps done, then no output, GPU use or process for so long: the run has ended
OUTPUT_DUE_S = 120.0         # a process that holds a GPU for so long has printed something somewhere
IDLE_STALL_S = 240.0         # an idle GPU and no output for so long is a stall: even polls of a minute tell it in 5
SAVES_S = 900.0              # both, after a last line that says it saves; the end also where the process lives
BUSY_FIRST_S = 7200.0        # a stall on a busy GPU, as long as the run's own rests are not known
BUSY_REST_S = 1800.0         # ... once they are: a first evaluation takes long, and a hang shows in power
BUSY_STALL_S = 600.0         # a wait in the past that was longer may have been a stop
HANG_S = 110.0               # at full use with half the usual power for so long is a hang, told in 3 minutes
HANG_UTIL = 99.0             # %: a GPU that only waits for another one shows full use
HANG_POWER = 0.5             # of its usual power, or of
HANG_POWER_LIMIT = 0.35      # its limit where the usual is not known: 60-80 % of it is work
PATIENCE = 2.5               # times longer than a run's own rests before one of them is a stall
FULL_PATIENCE = 2.0          # ... when besides the GPU stands at full use, as it usually does not
BUSY_POLLS = 3               # samples of use that end an idle time without output: single ones are of other programs
RESTS_MAX = 40               # rests of a run that are remembered
BEGAN_AT_MOST = 10.0         # percent: a log that begins at less shows the run from its start, not from a resume

# -- pace and ETA

GRAIN_S = 60.0               # shortest interval that a pace is learned from: polls and file times are rough by seconds
GRAIN_MOVED, GRAIN_MOVES = 5.0, 3  # ... so many percent in so many moves are enough too, for runs of minutes
PRIOR_S = 300.0              # the time before the first sight counts as no more work than this: it holds the start,
PRIOR_AGE_S, PRIOR_MOVED = 600.0, 5.0  # ... which is too much of it where it is shorter, or fewer percent were done
PACE_S = 1200.0              # the pace while working is that of the last 20 minutes at least, or of
PACE_SHARE = 0.15            # this part of the run so far
PACE_ERROR = 0.03            # part of a rate that its noise may move it by
LEVEL, LEVEL_LEAST = 1.33, 1.06  # a pace is a new one, not noise, when it differs by this factor: by less where
LEVEL_SIGMAS = 2.5           # ... the usual noise is less than so many times below that
LEVEL_TIMES, LEVEL_YOUNG = 4, 2  # ... for so many intervals; for the second in a run that has no more than the first
NOISE_FIRST, NOISE_OF = 0.01, 30.0  # noise (a mean square) before it is known, and of how many intervals it is the mean
REST_TIMES = 1.5             # a step that takes so many times as long as its work,
REST_S = 15.0                # ... and this besides, holds a pause
ALIKE = 1.6                  # pauses whose lengths differ by less than this factor are of one kind
KINDS_MAX = 4                # such kinds
FIRST_REST = 9.0             # where only one pause is known, it works for at least so many times as long
BLIND = 4.0                  # a gap that nobody could look into, with so many times the usual work, teaches no pace
EVENLY = 0.15                # pauses come evenly when they are off by no more than this part of their period
SAME_PLACE = 1e-9            # percent: places that differ by less are one
BEFORE_S = 3600.0            # after so much work the time before the first sight tells no more of pauses
TREND_PARTS, TREND_LEAST = 24, 7  # parts of a run, at most and at least, that tell whether its rate always changes;
TREND_PLAIN = 0.8            # ... a line is off by no more than this part of what is left by changes for good, and
TREND_ON = 0.75              # ... the last third of the run changed by so much of what it would by that line
LEVEL_ERROR = 0.1            # part of a new rate that noise alone may explain
TURNS_MAX = 1                # a pace that turns back more often just varies so
ETA_MOVED = 1.0              # percent that a run has to move before its end is told, or
ETA_WATCHED_S = 600.0        # ... seconds that it has to work
ETA_SURE = 3                 # so many times as much, in so many intervals, and the end loses its `~`
AGREE = 1.25                 # two paces are the same within this factor

# -- events and warnings of a run

EPOCHS_TOLD = 5              # epochs that ended since the last reading are told one by one, of more only the last
EPOCH_EVERY_S = 60.0         # of epochs of seconds one in so long is told, and
EPOCHS_SAVED = 12            # so many more where none was for a while
GPU_LOW_POLLS = 3            # samples of an idle GPU before it is told: single ones dip
STRAGGLER_POLLS = 6          # samples of one that lags behind: its siblings have other moments of work

# -- money

COST_SURE_S = 120.0          # an instance first seen so young has not stopped yet
CLOCK_STEP_S = 5.0           # two clocks that went apart by so much: one of them was set, or slept
GAP_INTERVALS = 2.5          # a listing so late (two failed before it) says nothing sure of the time since the last
CENT = 0.005                 # $: less than this does not show
BALANCE_GAP_S = 3 * BALANCE_EVERY_S  # so long without a balance, and money may have been added meanwhile
PILE_MAX = 200               # amounts (unsure ones, or for traffic) that are kept apart, each with its time
KB_OF_GB = 1e6               # traffic is counted in kB and priced by the GB
BURN_WINDOW_S = 1800.0       # what the account really spends is measured by its balance over so long, and
BURN_SURE_S = 300.0          # ... over this at least; it is told where it differs from the sum of the prices by
BURN_OFF = 0.05              # ... more than this part, and
BURN_MOVED = 0.02            # ... more than so many $, which a balance in whole cents may hide

# -- waste and early warnings

WAITING_S = 600.0            # by then an image or a model is loaded: a longer wait is waste
CALM_S = 120.0               # an alarm is over when its rule has not held for so long; each time that it comes back
CALM_GROWS = 4.0             # ... so many times as long: what comes and goes is told ever more rarely
BILLS_ON_S = 1800.0          # a run that ended so long ago and is billed was forgotten
SPIKE_OF, SPIKE_LEAST = 128, 32  # values that say what is usual, at most and at least
SPIKE_SIGMAS = 6.0           # a jump is so many standard deviations above their mean, and
SPIKE_SHARE = 0.05           # ... this part of it at least;
SPIKE_STEPS = 20.0           # ... one that lasts for so many steps, and
SPIKE_POLLS = 3              # ... so many readings, will hardly come back
WARM_RESTART = 2.0           # a learning rate so many times that of the value before changes what is usual
LOSS_ROSE = 2.0              # a loss so many times that of the run's beginning is no noise
LOSS_ENDS = 5                # points at either end of its chart that say what the loss was, and is
SLOW = 2.2                   # a run so many times slower than its best (twice, and some noise) is told, after
SLOW_S = 600.0               # ... so many seconds of work
STRAGGLES = 0.5              # a GPU with less than this part of its siblings' power does not do the same work
WORKS_UTIL = 50.0            # %: a GPU that works
THROTTLE_EVERY_S = 60.0      # its clocks are asked for by a query of their own, which costs as much as the other
THROTTLES_TWICE = 2          # of these queries: a moment of it is nothing
THROTTLING = ((0x60, "too hot"), (0x80, "power brake"), (0x08, "slowed down by its hardware"))  # bits of NVML
RAM_FULL = 0.95              # of the container's memory: at the limit the kernel kills
SAVED_EVERY_S = 300.0        # checkpoints are looked for so seldom: it walks through folders
SAVED_DEPTH = 4              # of them below that of the run: /workspace/out/run/checkpoint-500/model.pt
DISK_FULL = 98.0             # %: the next checkpoint may not fit
DISK_STEP = 0.1              # % that count as growth
DISK_RISES, DISK_RISES_MAX = 4, 32  # growths that tell how fast a disk fills, at least and at most, over
DISK_SPAN_S = 1800.0         # ... so long at least
DISK_PATIENCE = 4.0          # after so many times the usual wait for the next one it grows like that no more
DISK_SOON_S = 7200.0         # a disk that is full within so long is told where the run's end is not known
BUDGET_NEAR = 0.8            # part of the budget that is worth a warning
MONEY_SOON_S = 7200.0        # a balance that lasts less than this is an alert by itself
GONE_LISTINGS = 2            # listings without an instance before it is believed to be gone
API_LOST = 2                 # failed listings in a row before the bell rings

# -- the main loop, the screen and the keys

STEP_S = 0.5                 # a whole refresh looks for what is due so often
SWITCH_S = 0.0005            # a worker that reads a log gives way to the keys so soon
LOOK_S = 1.0                 # keys that follow each other see the fleet as of one moment, so long
FRAME_S = 1.0                # the ages on the screen grow by the second, or
FRAME_IDLE_S = 5.0           # where nobody has touched a key for some time by so much: frames are half the work then
IDLE_S = 60.0                # ... that is so long
NEWS_S = 0.1                 # readings redraw the screen no more often, and
FRAME_REST = 50              # ... for at most 1/50 of the time
DUE_S = 0.1                  # jobs that fall due are given out together, so many seconds apart
GONE_TRIES = 20              # times that the terminal has a key and gives none before it is looked for
TRIM_EVERY_S = 60.0          # memory that is free goes back to the system, or
TRIM_BUSY_S, TRIM_LINES = 10.0, 5000  # ... so soon where so many lines came: within a minute it grows by a tenth
M_ARENA_MAX = -8             # of mallopt: how many heaps its threads may have between them; each keeps holes of its own
M_MMAP_THRESHOLD = -3        # of mallopt: memory from this size on comes from the system by itself, and goes back so
HELD_LINES = 20              # of stderr, shown after the screen is closed
HINTS_MAX = 12               # names that a message may list
PLAIN_COLUMNS = 124          # every column of the table but the bar
SORT_REST_S = 3.0            # after a key the rows stay where they are for so long
URGENT_S = 2.0               # ... good news while something is in error
COPIED_S = 20.0              # how long a copied command stands there to be read
CLIPBOARD_S = 2.0            # tmux takes a copied command within so long
GIVE_BACK_S = 0.2            # ... and what is given back at the end: quitting is quick
SIDEWAYS = 20                # columns of a scroll to the side
LABEL_MAX = 40               # columns of a label in a table
COUNTS_FROM = 1000           # whole numbers from this on are shown as counts, without decimals
PATTERN_S = 1.0              # --log-pattern may take so long for the worst lines that we think of,
PATTERN_CHARS = 400          # which have so many characters
SEARCH_S = 0.1               # a search through a log may hold the keys up for so long
KEYS_MAX, PASTED = 4096, 6   # keys that are read at once; of so many different letters and signs they are a pasted text
FAULTS_MAX = 10              # errors of the program itself that the screen survives, frame after frame
COLUMNS_MAX = 10_000         # wider than any terminal
EVENT_COLUMNS = 80           # of an event or a reason in plain output: one line stays one line

# -- who is told

SINK_DEADLINE_S = 10.0       # one message to one who is told: of each wait for the network
SINK_WAIT_S = 0.05           # at the end their answers are looked for so often
SINK_REST_S = 1.0            # between two messages to the same
SINK_TRIES = 10              # of a message, twice as long apart each time: 8 minutes
SINK_QUEUE = 50              # lots of events that wait for one who is slow
SINK_LINES = 10              # events that one message spells out
SINK_ANSWER = 4096           # bytes of an answer that are read
HOOK_DEADLINE_S = 30.0       # a command for an event may take so long, and
AWAY_S = 600.0               # without a key for so long, and the next one is told what happened meanwhile
HOOKS_MAX = 4                # so many run at once
PING_REST_S = 12.0           # a dead man's switch allows five a minute
NTFY_MAX = 4096              # bytes of a message, ntfy's own limit
CHAT_MAX = 2000              # characters of a message, Discord's limit
EVENT_MAX = 300              # columns of one event in a message

# -- what options begin with, and where they may stand

CONFIG_MAX = 1 << 20         # bytes of a configuration file
LOG_PATH = "/workspace/output/*/training.log"
USE_MINUTES = 60             # of GPU use that are kept for each run
GPU_LOW, GPU_HIGH, LOSS_HIGH = 10.0, 95.0, 10.0  # %, %, and the loss that looks diverged
MOCK_SEED = 1
MOCK_IDS = tuple(range(30007001, 30007009))


class Limits(NamedTuple):
    """Thresholds of the health rules; None switches one off."""

    gpu_low: Optional[float] = GPU_LOW
    gpu_high: Optional[float] = GPU_HIGH
    loss_high: Optional[float] = LOSS_HIGH
    checkpoint_age_s: Optional[float] = None


class Address(NamedTuple):
    """Where an instance's ssh listens."""

    host: str
    port: Optional[int]     # None: as ssh has it
    user: str = "root"      # "" likewise

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


class Host(NamedTuple):
    """A machine that is no instance of vast.ai: what trains on it is watched all the same."""

    name: str
    host: str                  # an address, or a name that ssh knows
    port: Optional[int] = None  # None: as ssh has it
    user: str = ""             # likewise

    def __str__(self) -> str:
        """'gpu1=me@10.0.0.5:22', as --host takes it."""
        return f"{self.name}={self.user}{'@' * bool(self.user)}{Address(self.host, self.port)}"


class Own(NamedTuple):
    """What some instances have of their own, in the place of what holds for all."""

    match: tuple[str, ...]     # ids, names of hosts, labels; * and ? stand for any text
    rate: Optional[float] = None  # $/h while running
    log_paths: tuple[str, ...] = ()
    log_patterns: tuple["re.Pattern[str]", ...] = ()


class Options(NamedTuple):
    """What the command line can set for the monitor (the terminal has its own arguments)."""

    interval_s: float = INTERVAL_S
    limits: Limits = Limits()
    use_ssh: bool = True
    log_paths: tuple[str, ...] = (LOG_PATH,)
    identity: str = ""
    ssh_options: tuple[str, ...] = ()
    log_patterns: tuple["re.Pattern[str]", ...] = ()
    source: str = "auto"       # of the listing and the account: cli, api or auto
    find: bool = True          # look for runs besides the logs of `log_paths`
    explain: bool = False      # readings say which line set what
    budget: Optional[float] = None  # $ that the watch may cost
    max_ssh: int = SSH_KEPT    # connections that are kept
    history: str = ""          # the file that keeps what should outlive the monitor
    hosts: tuple[Host, ...] = ()
    owns: tuple[Own, ...] = ()  # the first that matches an instance holds for it


class Moment(NamedTuple):
    """One moment on two clocks: `mono` for durations, asleep or not, `wall` (epoch seconds) for display."""

    mono: float
    wall: float

    @classmethod
    def now(cls) -> "Moment":
        return cls(time.monotonic() + round(asleep_s() - ASLEEP_BEFORE_S), time.time())


def asleep_s() -> float:
    """Seconds that this machine has slept, which time.monotonic leaves out; 0 where it does not tell."""
    linux = "CLOCK_BOOTTIME", "CLOCK_MONOTONIC"
    whole, awake = linux if hasattr(time, linux[0]) else ("CLOCK_MONOTONIC", "CLOCK_UPTIME_RAW")  # of macOS
    try:
        return time.clock_gettime(getattr(time, whole)) - time.clock_gettime(getattr(time, awake))
    except (AttributeError, OSError):
        return 0.0


ASLEEP_BEFORE_S = asleep_s()  # before this program began


# ---- Text: widths, cleaning, numbers for people ----------------------------------------------


class Expression:
    """A regular expression that is compiled when it is first used: all of them take half of the import."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.given = pattern, flags

    def __getattr__(self, name: str) -> Any:
        """A method of it, which stays: from the second use on nothing comes between."""
        method = getattr(re.compile(*self.given), name)
        setattr(self, name, method)
        return method


def expression(pattern: str, flags: int = 0) -> "re.Pattern[str]":
    """What `re.compile` gives, a little later."""
    return Expression(pattern, flags)  # type: ignore[return-value]


ESCAPE = expression(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"                        # CSI: colours, cursor movement
    r"|(?:\x1b[]PX^_]|[\x9d\x90\x98\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|\Z)"  # OSC, DCS: titles, clipboard
    r"|\x1b[ -/]*[0-~]?",                                       # the short ones, a lone ESC
    re.S)
CSI = expression(r"\x1b\[[0-?]*[ -/]*[@-~]")                     # nearly all that logs have; four times as fast
VARIATION = expression("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # terminals disagree on their width


def clean(text: str, limit: int = LINE_MAX) -> str:
    """Text of a stranger as one harmless line: no escape sequence, control, bidi mark or newline.

    >>> clean("a\\x1b[31mb\\x1b]0;title\\x07c\\td")
    'abc d'
    """
    text = text[:4 * limit]  # escape sequences may outweigh what they colour
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", VARIATION.sub("", ESCAPE.sub("", text)).expandtabs(4))
        if not text.isprintable():  # categories C* and Z* but the blank itself
            text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
    return text[:limit]


SAME_WIDTH = expression(  # characters that every terminal gives the same width: the narrow ones, then the wide
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2190-\u22ff\u2500-\u25fc\u2800-\u28ff"
    "\u3001-\u3029\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*")


@lru_cache(maxsize=4096)
def char_width(char: str) -> int:
    """The most columns that a terminal may give one character: 1 or 2.

    Terminals disagree on emoji and rare scripts (their tables are of other years), so those count as wide.
    """
    if SAME_WIDTH.fullmatch(char):
        return 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return 1 if unicodedata.category(char) in ("Mn", "Me") else 2


def width(text: str) -> int:
    """Columns that a cleaned text takes on a terminal, at most: 'ab' -> 2, '训' -> 2."""
    return len(text) if text.isascii() else sum(map(char_width, text))


def same_width(text: str) -> bool:
    """True when every terminal gives the text as many columns as `width` says."""
    return text.isascii() or SAME_WIDTH.fullmatch(text) is not None


def wrap(text: str, columns: int) -> list[str]:
    """The text in pieces of at most so many columns (at least two), one piece at least."""
    columns = max(2, columns)
    if text.isascii():
        return [text[i:i + columns] for i in range(0, len(text), columns)] or [""]
    pieces, room = [""], columns
    for char in text:
        room -= char_width(char)
        if room < 0:
            pieces.append("")
            room = columns - char_width(char)
        pieces[-1] += char
    return pieces


def wrap_words(text: str, columns: int, most: int = LINE_MAX, mark: str = "") -> list[str]:
    """The text in so many lines at most, broken at blanks where it can be; `mark` ends what is cut."""
    lines: list[str] = []
    for piece in text.split():
        if lines and (len(lines) >= most or width(lines[-1]) + 1 + width(piece) <= columns):
            lines[-1] += " " + piece
        else:
            lines += wrap(piece, columns)
    rest = "".join(lines[most - 1:])
    return [*lines[:most - 1], clip(rest, columns, mark)] if rest else lines


def clip(text: str, columns: int, mark: str = "") -> str:
    """The text cut to at most so many columns, ending in `mark` where it was cut."""
    if width(text) <= columns:
        return text
    mark = mark if width(mark) <= columns else ""
    room, kept = columns - width(mark), []
    for char in text:
        room -= char_width(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept) + mark


def pad(text: str, columns: int, right: bool = False, mark: str = "") -> str:
    """The text in exactly so many columns, at the right edge where wanted."""
    if len(text) > columns or not text.isascii():
        text = clip(text, columns, mark)
        columns += len(text) - width(text)
    return text.rjust(columns) if right else text.ljust(columns)


ASCII_TWINS = str.maketrans("█▉▊▋▌▍▎▏━╸╺░─│•·–—…’‘“”×°", "########=##.-|**--~''\"\"x.")


def to_ascii(text: str) -> str:
    """The text without a character beyond ASCII, in as many columns: '训█' -> '??#'."""
    return text if text.isascii() else "".join(
        c if c.isascii() else "?" * char_width(c) for c in text.translate(ASCII_TWINS))


def duration(seconds: float, columns: int = 6) -> str:
    """A time span in two units at most: '45s', '22m', '4h46m', '3d4h', '45d'."""
    whole = int(max(0.0, min(seconds, TIME_MAX)))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 60:
        return f"{whole}s"
    if hours < 1:
        return f"{minutes}m"
    if days < 1:
        long, short = f"{hours}h{minutes % 60:02d}m", f"{hours}h"
    else:
        long, short = f"{days}d{hours % 24}h", f"{days}d" if days < 10000 else ">9999d"
    return long if len(long) <= columns and days < 10 else short


def remaining(seconds: float, columns: int = 6) -> str:
    """The same for a time that is left: with seconds where they count, '9m05s'."""
    whole = int(max(0.0, min(seconds, TIME_MAX)))
    fine = f"{whole // 60}m{whole % 60:02d}s"
    return fine if 60 <= whole < 600 and len(fine) <= columns else duration(seconds, columns)


def number(value: float, columns: int = 6) -> str:
    """A number in so many columns, at most four decimals: 1.8342, 12.345, 3e-5, nan.

    >>> [number(v) for v in (1.83421, 1234.5, 1024.0, 0.00002, 2.5e-13, 1e30, float("nan"))]
    ['1.8342', '1234.5', '1024', '2e-5', '2e-13', '1e30', 'nan']
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    counted = value == int(value) and abs(value) >= COUNTS_FROM  # tokens, images
    for decimals in (0,) if counted else (4, 3, 2, 1, 0):
        text = f"{value:.{decimals}f}"
        if len(text) <= columns and abs(float(text)) >= 3 * 10.0 ** -decimals:
            return text
    for decimals in (2, 1, 0):
        text = re.sub(r"\.?0{0,2}e\+?(-?)0?(?=\d)", r"e\1", f"{value:.{decimals}e}")
        if len(text) <= columns:
            return text
    return f"{value:.0e}"


def count(value: float) -> str:
    """An epoch or step, rounded to two places or two digits: 14, 0.4, 1.25, 0.0008 (never 14.0 or 0.)."""
    if value == int(value):
        return str(int(value))
    if abs(value) < 0.05:
        return f"{value:.1g}"
    return f"{value:.2f}".rstrip("0").rstrip(".")


def short_count(value: float, columns: int = 6) -> str:
    """A count in so many columns: 123456, '123k', '1.2M'."""
    if len(count(value)) <= columns:
        return count(value)
    for size, unit in ((1e3, "k"), (1e6, "M"), (1e9, "G")):
        for text in (f"{value / size:.1f}{unit}", f"{value / size:.0f}{unit}"):
            if value < 1000 * size and len(text) <= columns:
                return text
    return number(value, columns)


def money(dollars: float, columns: int = 6, decimals: int = 2) -> str:
    """An amount in so many columns: 9.41, 12.80, 1234.5, 12346."""
    for places in range(decimals, -1, -1):
        text = f"{dollars:.{places}f}"
        if len(text) <= columns:
            return text
    return number(dollars, columns)


def rate(dollars: float, columns: int = 6) -> str:
    """A price for an hour: 0.812, 1.104, 12.80."""
    return money(dollars, columns, 3 if abs(dollars) < 10 else 2)


DAY_FORM = "%Y-%m-%d"
TIME_FORM = f"{DAY_FORM} %H:%M:%S"


def clock(wall: float, seconds: bool = True, form: str = "") -> str:
    """A time of day in the zone of this machine: '14:03:54', '14:03'; or in another form of strftime."""
    form = form or ("%H:%M:%S" if seconds else "%H:%M")
    return time.strftime(form, time.localtime(max(0.0, min(wall, WALL_MAX))))


def when(wall: float, now: float, seconds: bool = False) -> str:
    """A time as it is told at another: '14:03' on the same day, 'Tue 14:03' within six days, else '2025-01-14'."""
    if clock(wall, form=DAY_FORM) == clock(now, form=DAY_FORM):
        return clock(wall, seconds)
    return clock(wall, form="%a %H:%M" if abs(wall - now) < 6 * DAY_S else DAY_FORM)


def glob_pattern(text: str) -> "re.Pattern[str]":
    """What a text stands for in which `*` and `?` are any text and any character."""
    return re.compile(re.escape(re.sub(r"\*+", "*", text)).replace(r"\*", ".*").replace(r"\?", "."))


def show_id(instance_id: int) -> str:
    """'31845210'; a row of the listing without a usable id is '?1'."""
    return str(instance_id) if instance_id >= 0 else f"?{-instance_id}"


def short_id(instance_id: int) -> str:
    """'..5210'."""
    text = show_id(instance_id)
    return text if len(text) <= 6 else f"..{text[-4:]}"


def error_text(error: BaseException) -> str:
    """What the system, else the error itself, says of what went wrong."""
    return str(getattr(error, "strerror", "") or error)


def plural(how_many: int, noun: str) -> str:
    """'1 instance', '6 instances'."""
    return f"{how_many} {noun}{'' if how_many == 1 else 's'}"

# -- charts: columns of numbers as braille, 2 x 4 dots a character, or as ASCII

BRAILLE = ((0x40, 0x80), (0x04, 0x20), (0x02, 0x10), (0x01, 0x08))  # dots from below, left and right
Points = Sequence[tuple[float, float]]  # (x, y) by rising x


def share(value: float, low: float, high: float) -> float:
    """Where in low..high a value lies, 0 to 1 whatever the three are: rounding, overflow and nan included."""
    return max(0.0, min((value - low) / ((high - low) or 1.0), 1.0))


def spread(points: Points, low: float, high: float, columns: int) -> list[Optional[float]]:
    """The mean y of the points in each of so many equal parts of low..high, None where there is none."""
    sums = [[0.0, 0.0] for _ in range(columns)]
    for x, y in points:
        part = sums[min(columns - 1, int(share(x, low, high) * columns))]
        part[0] += y
        part[1] += 1
    return [total / many if many else None for total, many in sums]


def joined(values: Sequence[Optional[float]]) -> list[Optional[float]]:
    """The values with straight lines across the gaps between them."""
    known = [i for i, value in enumerate(values) if value is not None]
    filled = list(values)
    for left, right in zip(known, known[1:]):
        for i in range(left + 1, right):
            a, b = values[left], values[right]
            assert a is not None and b is not None
            filled[i] = a + (b - a) * (i - left) / (right - left)
    return filled


def sparkline(points: Points, columns: int, levels: str, bounds: Optional[tuple[float, float]] = None) -> str:
    """The course of y in one row, between its own bounds or these; '' when there are not two points.

    `levels` are ASCII's, low to high.
    """
    if len(points) < 2:
        return ""
    per = 1 if levels else 2
    values = [value or 0.0 for value in joined(spread(points, points[0][0], points[-1][0], columns * per))]
    low, high = bounds or (min(values), max(values))
    parts = [share(value, low, high) for value in values]
    if levels:
        return "".join(levels[round(part * (len(levels) - 1))] for part in parts)
    cells = zip(parts[::2], parts[1::2])
    return "".join(chr(0x2800 + sum(BRAILLE[y][side] for side in (0, 1) for y in range(1 + round(3 * cell[side]))))
                   for cell in cells)


class Chart(NamedTuple):
    """Rows of a chart from the top: (label of the axis, drawing)."""

    rows: tuple[tuple[str, str], ...]
    low: float    # first and last x
    high: float


MARKS = "ox+="  # of the series that a chart shows besides its line


def draw_chart(first: Points, others: Sequence[Points], columns: int, rows: int, log: bool,
               dots: bool) -> Optional[Chart]:
    """The first series as a line of `dots` (braille) or stars, each of the others as one of MARKS a cell.

    `log` makes the y axis logarithmic. None when there are not two points to draw.
    """
    scale = math.log10 if log else float
    first, *others = ([(x, scale(y)) for x, y in points if math.isfinite(y) and (y > 0 or not log)]
                      for points in (first, *others))
    every = [*first, *(point for points in others for point in points)]
    if len(every) < 2 or columns < 2:
        return None
    low_x, high_x = min(x for x, _ in every), max(x for x, _ in every)
    low, high = min(y for _, y in every), max(y for _, y in every)
    margin = (abs(low) or 1.0) / 2 if low == high else 0.0  # what never changes is drawn in the middle
    low, span = low - margin, min(high - low + 2 * margin, sys.float_info.max)
    wide, tall = (2, 4) if dots else (1, 1)
    cells = [[0] * columns for _ in range(rows)]
    last: Optional[int] = None
    for x, value in enumerate(joined(spread(first, low_x, high_x, columns * wide))):
        if value is None:
            continue
        at = round(share(value, low, low + span) * (rows * tall - 1))
        start = at if last is None else last + (at > last) - (at < last)  # from the dot before to this one
        for y in range(min(start, at), max(start, at) + 1):
            cells[rows - 1 - y // tall][x // wide] |= BRAILLE[y % 4][x % 2] if dots else 1
        last = at
    drawn = [[chr(0x2800 + cell) if dots else "*" if cell else " " for cell in row] for row in cells]
    for mark, points in zip(MARKS, others):
        for x, value in enumerate(spread(points, low_x, high_x, columns)):
            if value is not None:
                drawn[rows - 1 - round(share(value, low, low + span) * (rows - 1))][x] = mark
    heights = [low + span - span * i / max(1, rows - 1) for i in range(rows)]
    decimals = max(0, 2 - math.floor(math.log10(span)))
    def label(height: float) -> str:
        value = 10 ** min(height, sys.float_info.max_10_exp) if log else height  # rounded up, it may be one too high
        plain = f"{height:.{decimals}f}"
        return plain if len(plain) <= 7 and not log else number(value, 7)
    return Chart(tuple((label(height), "".join(row).replace("\u2800", " ").rstrip())
                       for height, row in zip(heights, drawn)), low_x, high_x)


# ---- Words: what the words of a log mean, in a dozen languages ----------------------------------------

FOREIGN = (  # English, then the same in other languages without accents; a new word is one more here
    ("epoch", "轮次|轮|輪|周期|エポック|에포크|에폭|epoche|epoque|epoca|эпоха|эпохи|эпохе|епоха|epoka|epocha|epok|"
        "donem|donemdir|durchlauf|durchgang|tijdperk|epookki|korszak|εποχή|epoke|epoce|епосі|الحقبة|حقبة"),
    ("epochs :", "эпохи:|епохи:"),  # alone, "конец эпохи: 3" is of one
    ("epochs", "轮数|エポック数|에포크 수|에폭 수|epoques|nombre d'epoques|epocas|numero de epocas|total de epocas|"
        "numero di epoche|numero totale di epoche|anzahl epochen|количество эпох|число эпох|всего эпох|эпох|"
        "liczba epok|pocet epoch|jumlah epoch|so epoch|epoch sayısı|donem sayısı"),
    ("steps", "迭代次数|ステップ数|스텝 수|so vong lap"), ("batches", "批次数|バッチ数|배치 수"),
    ("step", "krok|步骤|步驟|步数|步|迭代|批次|批|батч|stapel|ステップ|反復|イテレーション|バッチ|스텝|반복|배치|"
        "schritt|etape|iteracion|iteracao|iterazione|partia|paso|passo|lote|lot|шаг|итерация|крок|vong lap|vong|buoc|"
        "adım|yıgın"),
    ("batch size", "批大小|批次大小|批量大小|批量|バッチサイズ|배치 크기|배치 사이즈|tamano de lote|tamanho do lote"),
    ("loss", "лосс|pierdere|havio|veszteseg|απώλεια|损失|損失|ロス|손실|verlust|perte|perdida|perda|perdita|потери|"
        "потеря|потерь|strata|誤差|kayıp|kaybı|verlies|kerugian|mat mat|forlust|ztrata|втрати|втрата|الخسارة|خسارة"),
    ("cost", "costo|custo|cout|kosten"),
    ("train loss", "ошибка обучения|ошибка на обучении|trainingsverlust|trainingsfehler|trainingsverlies|"
        "traningsforlust"),
    ("val loss", "ошибка валидации|ошибка на валидации|validierungsverlust|validierungsfehler|validatieverlies|"
        "valideringsforlust"),
    ("train", "训练集|训练|訓練|学習|トレーニング|trening|훈련|학습|d'entrainement|l'entrainement|entrainement|"
        "entrenamiento|treinamento|treino|trainings|treningu|uczenie|uczenia|обучение|обучения|обучении|обучающей|обуч|"
        "трейн|трейне|addestramento|treningowa|egitim|latih|pelatihan|huan luyen|trainen|traning|trenovaci|навчання|"
        "навчанні|тренировка|allenamento|التدريب"),
    ("val", "验证集|验证|驗證集|驗證|検証|评估|評価|검증|평가|validierung|validierungs|auswertung|valutazione|"
        "evaluacion|avaliacao|evaluatie|validacion|validacao|validazione|валидация|валидации|валидационной|вал|"
        "проверка|проверки|walidacyjna|walidacja|dogrulama|validatie|validasi|kiem đinh|validering|validacni|валідація|"
        "валідації|التحقق"),
    ("test", "测试集|测试|測試|テスト|테스트|тест|prueba"),
    ("lr", "学习率|学習率|學習率|학습률|lernrate|wspołczynnik uczenia|taux d'apprentissage|tasa de aprendizaje|"
        "tasa_aprendizaje|taxa de aprendizado|taxa de aprendizagem|скорость обучения|tasso di apprendimento|"
        "leersnelheid|laju pembelajaran|toc đo hoc|inlarningshastighet|rychlost uceni|швидкість навчання|ogrenme oranı|"
        "معدل التعلم"),
    ("progress", "完成度|完成率|进度|進度|進捗|진행률|прогресс|progreso|progresso|progression|fortschritt"),
    ("patience", "耐心"), ("expected", "预计|預計|予定"), ("will", "将在|over ongeveer|over circa"),
    ("when", "une fois|una vez|uma vez|wenn|sobald|falls|quand|lorsque|des que|cuando|en cuanto|quando|assim que|когда|"
        "если|как только|коли|якщо|gdy|kiedy|jesli|jezeli|zodra|wanneer|khi|当|如果|一旦|たら|すると|場合|되면|하면|"
        "으면"),
    ("pretraining", "预训练|預訓練|事前学習|사전 학습|사전학습|pre-entrainement|pre-treinamento|pre-entrenamiento|"
        "предварительное обучение"),
    ("stage", "阶段|階段"), ("fold", "折|フォールド|폴드|фолд|pli|dobra"), ("teacher", "教师"), ("tokenizer", "分词器"),
    ("generator", "生成器"), ("discriminator", "判别器|判別器"), ("not triggered", "未触发"),
    ("interrupted", "interrumpido|interrompido|interrompu|interrotto|unterbrochen|abbruch|прервано|прервана|прерван|"
        "中断|중단"),
    ("by user", "por el usuario|pelo usuario|par l'utilisateur|durch benutzer|durch den benutzer|dall'utente|"
        "пользователем|被用户|ユーザーにより|ユーザーによって|사용자에 의해"),
    ("segmentation fault", "falha de segmentacao|violacion de segmento|speicherzugriffsfehler|段错误"),
    ("execution halted", "ausfuhrung angehalten|execution arretee|ejecucion interrumpida"),
    ("nth steps", "训练次数"),  # where the run is beside a loss, and nothing alone
    ("duration", "耗时|用时|所要時間|소요 시간|dauer|duree|duracion|duracao|durata|длительность|czas"),
    ("no improvement", "sin mejora|sem melhora|keine verbesserung|pas d'amelioration|nessun miglioramento|"
        "aucune amelioration|ohne verbesserung|geen verbetering|brak poprawy|iyilesme yok|khong cai thien|"
        "немає покращення|немає покращень|без улучшений|нет улучшений|нет улучшения|没有改善|没有提升|没有下降|"
        "不再下降|未改善|未提升|未下降|改善なし|개선 없음"),
    ("triggered", "触发|発動|발동|сработал|сработала|activado en|ativado na|attivato all|declenche|ausgelost"),
    ("finished", "fini|diselesaikan|thanh cong|已完成|完成|完毕|结束|已结束|已結束|結束|完了|終了|완료|종료|끝났|"
        "abgeschlossen|beendet|fertig|termine|terminee|finalizado|completado|terminado|completada|finalizada|terminada|"
        "concluido|concluida|conclusa|completata|completato|terminato|terminata|finito|concluso|tamamlandı|bitti|"
        "sona erdi|ket thuc|xong|klaar|encerrado|завершен|завершено|завершена|окончено|закончено|закінчено|voltooid|"
        "selesai|hoan thanh|hoan tat|dokonceno|zakonczony|zakonczone|zakonczono|اكتمل"),
    ("killed", "已杀死|getotet|убито|強制終了|죽었음"),
    ("failed", "失败|失敗|실패|fehlgeschlagen|abgebrochen|echoue|fallo|fallido|falhou|не удалось|провалено|fallito"),
    ("stopped", "arrete|arretee|detenido|detenida|gestoppt|остановлено|остановлен|остановлена|停止"),
    ("early", "vorzeitig|fruhzeitig|prematurement|antecipadamente|anticipatamente|antes de tiempo|anticipadamente|"
        "prematuramente|досрочно"),
    ("early stopping", "早停|提前停止|早期停止|早期終了|アーリーストッピング|조기 종료|조기종료|얼리 스토핑|얼리스토핑|"
        "vorzeitiger abbruch|fruhzeitiger abbruch|vroegtijdig gestopt|fruhes stoppen|fruhzeitiges stoppen|"
        "vorzeitiges stoppen|detencion temprana|erken durdurma|dung som|рання зупинка|arret anticipe|arret precoce|"
        "parada temprana|parada antecipada|ранняя остановка|arresto anticipato|wczesne zatrzymanie"),
    ("average", "平均|평균|moyenne|mittlerer|durchschnittlicher|promedio|media|medio|средняя|средние"),
    ("remaining", "剩余时间|残り時間|남은 시간|verbleibend|temps restant|tiempo restante|tempo restante|осталось"),
    ("all", "모두|全部"),
    ("best", "最佳|最优|最優|最好|最良|最高|最低|最小|ベスト|최고|최저|최적|최소|beste|meilleure|mejor|melhor|migliore|"
        "najlepsza|basta|en iyi|terbaik|tot nhat|лучшая|лучшее|лучший|лучшие|лучшей|найкраща|найкращий|أفضل"),
    ("initial", "初始|初期|초기"), ("target", "目标|目標|목표"), ("threshold", "阈值|閾値|임계값"),
    ("previous", "上次|之前|前回|이전"), ("total", "总|總|総|총"),
    ("left", "剩余|残り|남은|restantes|restants|verbleibende|rimanenti"), ("warmup", "预热"),
    ("current", "当前|目前|现在|現在|현재"), ("time", "时间|時間|시간|время"),
    ("per epoch", "エポックあたり|에포크당|에폭당|pro epoche|par epoque|por epoca"), ("is", "为|為"), ("from", "从|從"),
    ("nth", "第"), ("episode", "episodio|回合|エピソード|에피소드|эпизод"),
    ("reward", "recompensa|recompense|belohnung|награда"),
    ("model", "du modele|du reseau|del modelo|del agente|de la red|do modelo|do agente|da rede|del modello|della rete|"
        "des modells|модели|сети|нейросети|агента|modelu"),
    ("end of", "fin del|fin de|fim do|fine del|fine dell'|ende des|конец|koniec"),
    ("end of train", "fine addestramento|fin entrainement|fin entrenamiento"),
    ("successfully", "erfolgreich|успешно|basarıyla|berhasil|圆满|顺利|成功|正常に|성공적으로"), ("per", "每"),
    ("after", "nach|apres|dopo|despues de|apos|после"), ("of", "共"),
)
NTH = expression(r" nth \s{0,9}(\d{1,9}(?:\s?/\s?\d{1,9})?)\s{0,9}个?\s{0,9}(epoch|step|fold)"  # "第 3 轮"
                 r"|(?<!\S)(\d{1,9})\s{0,9}(epoch|step)\s{1,9}目")
IN_SHORT = (  # of one letter: "T_Loss 0.5 V_Loss 0.6", "e1 s20/300", "E 2/9 | S 5/60", at the start "E03 | loss 0.5"
    ({"t", "tloss"}, expression(r"\bt([_ ]?loss\b.{0,80}?\b)v(?=[_ ]?loss)", re.I), r"train\1val"),
    ({"e"}, expression(r"(?<![\w.])e(?:(\d{1,6}(?:/\d{1,6})?),?\s?[sb](?=\d{1,9}(?![\w.]))"
                       r"| ?(\d{1,6}/\d{1,6})\W{1,3}[sb] ?(?=\d{1,9}/\d))", re.I), r"epoch \1\2 step "),
    ({"e"}, expression(r"(?<![\w.=/-])e(?=\d{1,6}[\s,:|-]{1,5}(?:(?:step|iter|it|batch)\w{0,9}[\s:=#\[]{1,3}\d"
                       r"|(?:\d{1,3}% )?[\[(]\d{1,9}/\d|(?:mean |avg )?\w{0,9}[ _]?loss\w{0,9}[ :=]{1,3}\d))",
                       re.I), "epoch "),  # "E02 step 80", "E03 (4/9)"
    ({"vong"}, expression(r"\bstep(?=\s{1,3}\d{1,6}\s?/\s?\d{1,6}\W{1,5}(?:step|lo)\s)", re.I), "epoch"),  # a round
    ({"epoch", *FOREIGN[0][1].split("|")}, expression(r"(?<![\w./-])epoch ?-(?=\d{1,6}(?![\w./-]))", re.I), "epoch "),
    ({"e"}, expression(r"\A\W{0,9}e(?=\d{1,6}(?:\s?[:|—]|\s-\s|\s{1,2}\w{0,9}loss))"
                       r"(?=.{0,99}(?:loss|train|val)[ :=]{1,3}\d)", re.I), "epoch "))
WIDE: dict[int, Any] = {0xFF01 + shift: 0x21 + shift for shift in range(94)}  # full-width ASCII
WIDE_NUMBER = "０１２３４５６７８９．ｅＥ－＋"  # what numbers are written with, and the same in ASCII
NUMBER_OF_WIDE = {ord(sign): WIDE[ord(sign)] for sign in WIDE_NUMBER}
WIDE.update({0x3000: " ", 0x3010: "[", 0x3011: "]", 0x3001: ",", 0x2192: "->", 0x21D2: "=>", 0x2212: "-"})


WORDS = expression("[a-z]+")
FILLER = expression(  # words beside which a loss stays what it is
    r"\b(?:на|в|по|выборке|значение|функции)\b|函数|[的本该这次个值値在上のはが값은는이가의]")


@lru_cache(maxsize=1)
def folded() -> dict[int, Any]:
    """The table that folds width and accents."""
    latin = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    return {**{code: unicodedata.normalize("NFD", chr(code))[0] for code in latin}, **WIDE}


@lru_cache(maxsize=1)
def dictionary() -> dict[str, list[tuple[str, str, str]]]:
    """(word, what finds it, English) by the letters that it begins with, by one where no blanks part words."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for english, words in FOREIGN:
        for word in words.split("|"):
            spaced, alone = ord(word[0]) < 0x2E80, r"(?<![^\W\d_] )" if word[-1] == ":" else ""
            pattern = rf"(?i){alone}(?<![^\W\d_]){word}(?![^\W\d_])" if spaced else word
            start = re.split(r"[\W\d_]", word)[0] if spaced else word[0]
            found.setdefault(start, []).append((word, pattern, f" {english} "))
    return found


@lru_cache(maxsize=512)
def compiled(pattern: str) -> "re.Pattern[str]":
    """A pattern of a table, compiled when it is first needed."""
    return re.compile(pattern)


def fewest(words: Iterable[str]) -> tuple[str, ...]:
    """The words without those that hold another of them, the shortest first."""
    kept: list[str] = []
    for word in sorted(set(words), key=lambda word: (len(word), word)):
        kept += [] if has_any(word, kept) else [word]
    return tuple(kept)


def has_any(text: str, words: Iterable[str]) -> bool:
    """True when the text holds one of the words: far cheaper than an expression, and so asked before one."""
    for word in words:  # noqa: SIM110 (`any` takes a quarter more)
        if word in text:
            return True
    return False


def in_english(text: str) -> str:
    """The line with what it says in another language in English, its numbers untouched: '损失：0.5' -> ' loss :0.5'."""
    text = text if text.isascii() else text.translate(folded())
    low, rows = text.lower(), dictionary()
    starts = WORDS.findall(low) if text.isascii() else [*re.findall(r"[^\W\d_]+", low), *low]
    found = [row for start in rows.keys() & starts for row in rows[start] if row[0] in low]
    for _, pattern, english in sorted(found, key=lambda row: (-len(row[0]), row)):
        text = compiled(pattern).sub(english, text)
    for words, short, english in IN_SHORT:
        text = text if words.isdisjoint(starts) else short.sub(english, text)
    return NTH.sub(r" \2\4 \1\3 ", text) if " nth " in text or "目" in text else text


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a key may hold: words of a side, of a loss, of what is left out or spoils it.
TRAIN = words_of("train training trn tr")
EVAL = words_of(
    "val valid vld validation validating validate vali eval evaluation evaluating evaluate dev cv oof va holdout "
    "sanity evaluator validator test testing tester te")
TEST = words_of("test testing tester te")
LOSS = words_of("loss losses cost nll xent crossentropy logloss mlogloss objective softmaxcrossentropyloss")
WEAK_LOSS = words_of("rmse mse deviance")  # weaker than the loss beside them
SIDED_LOSS = WEAK_LOSS | words_of("l ce bce")  # a loss beside a side: "train-rmse", "valid l2", "val CE"
LOSS_PARTS = words_of("l1 l2 mse mae kl kld bce ce vgg gan adv recon rec")  # names of losses beside "sync loss"
TOTAL = words_of("total tot overall sum combined full all")
MEAN = words_of("avg avr ave average mean running smooth smoothed ema epoch moving")
CROSS_ENTROPY = words_of("cross entropy")
TOTAL_OF_L = expression(r"\bl_?total\b|\btotal_?l\b", re.I)  # "L_total: 0.5" is a loss
PLAIN = words_of(  # beside these a loss is still that of the whole: "lm loss", "loss for this step"
    "is lm step rank global reduced fn mini batch sample iter iteration current cur model the s last this interval on "
    "set per de di da del della en sur na no")
# beside these it is none: "loss scale", "loss improved from 0.5"
NO_LOSS = words_of(
    "scale scaler weight weights coef type name lambda gamma alpha beta eps ratio threshold factor window smoothing "
    "steps every freq ppl perplexity acc accuracy improved from to was at best min minimum lowest max prev previous "
    "start delta patience time stop target initial increase increased decrease decreased not reader data before after")
COUNTERS = {"epoch": "epoch", "epochs": "epoch", "ep": "epoch", "epch": "epoch"}
COUNTERS.update({word + end: "step" for end in ("", "s", "es") for word in words_of(
    "step iter itr itter iteration batch update it timestep minibatch round tick")})
# beside "lr" they make it something else: "lr scheduler", "min lr"
NO_RATE = words_of("mult scale decay decays min max scheduler ratio warmup policy factor drop")
KEYS_OF = {  # keys of which each word counts
    "eta": "eta|remaining|time left|remaining time|time remaining|hours left|minutes left|left time|remaining estimate",
    "elapsed": "elapsed|elapsed time|time elapsed", "progress": "progress|percentage|percent|percent complete"}
FIELD_OF = {key_said: field for field, words in KEYS_OF.items() for key_said in words.split("|")}
HOW_MANY = words_of(  # "max_steps", "number of epochs"
    "max maximum total num number n nb of optimization optimisation scheduled planned all")
# "save every 100 steps", "warmup steps 10", "best epoch 3": not where the run is
NOT_HERE = words_of(
    "save saving saved log logging print every per warmup warm accumulation accumulate accum best patience decay lr "
    "min resume resuming resumed loaded load loading restored restoring from next until remaining skip skipped "
    "skipping stopping avg mean micro sampling denoising inference predict prediction milestone since before "
    "checkpoint latest left previous prev last max length len each stop nan n id fps optimal optimale offset wait "
    "waiting to bad diffusion ema tokens samples words episodes this search lowest minimum acc accuracy f grad inner "
    "mcts newton means backtrack episode correct hits solved won wins passed right time times sec seconds ms speed "
    "duration took auc dice psnr schedule scheduler")
BEHIND = words_of(  # what may stand behind the word of a counter: "epoch number 3", "step of epoch 3"
    "number num nr no n id idx index i count counter completed complete done finished current actual actuelle "
    "attuale atual corrente progress total so far it is at of in de s start started end ended epoch step train "
    "training val validation test eval ke e")
JUDGED = words_of("reward score error err")  # not "score epoch 0.9", but "score at iteration 50"


class Meaning(NamedTuple):
    """What a key stands for: a field of Progress, "metric", or "side" alone."""

    field: str
    side: str = ""         # "train" or "val" where the key says so
    rank: int = 0          # of losses: the lower, the more it is the loss of the run
    plural: bool = False   # "steps": where it is, or how many there will be?


@lru_cache(maxsize=2048)
def split_words(key: str) -> tuple[str, ...]:
    """'valLoss_step2' -> ('val', 'loss', 'step'), 'nupdates' -> ('n', 'updates'), 'valloss' -> ('val', 'loss')."""
    words: list[str] = []
    for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", key):
        word = word.lower()
        if word[-4:] == "loss" != word and word not in LOSS:
            words.append(word[:-4])
            word = "loss"
        words += ["n", word[1:]] if word[0] == "n" and word[1:] in COUNTERS else [word]
    return tuple(words)


def side_of(said: Iterable[str]) -> str:
    """'val', 'test' or 'train' by the words, '' where none tells."""
    said = set(said)
    return "test" if said & TEST else "val" if said & EVAL else "train" if said & TRAIN else ""


@lru_cache(maxsize=2048)
def meaning(key: str) -> Meaning:
    """The meaning of a key: 'train/loss' -> loss, 'val_loss' -> val_loss, 'max_steps' -> total_steps."""
    words = list(split_words(key))
    head = words[-1:] in (["value"], ["is"], ["now"]) or (words[-1:] == ["was"] and side_of(words) != "")
    if head:
        words.pop()  # "loss is 0.5", "loss on training batch is 0.5"
    if words[1:] and words[-1] == "n" and not key[-1].isdigit():
        words.pop()  # "epoch n°3", but not "epoch n-1 = 0.5"
    said = set(words)
    side = side_of(said)
    core = [word for word in words if word not in TRAIN and word not in EVAL]
    rate = core[:-1] if core[-1:] == ["group"] else core  # "learning_rate_group0"
    if (rate[-2:] in (["learning", "rate"], ["learn", "rate"]) and not said & {"min", "minimum"}) or (
            core[-1:] != ["epoch"] and said & {"lr", "lrate"} and not said & NO_RATE):
        return Meaning("learning_rate", side)
    if key in ("E", "B", "i"):
        return Meaning("epoch" if key == "E" else "step")  # "E=0 B=850", "i=50 loss=0.5"
    if "epoch" in said and ("per" in said or "s/epoch" in key.lower().replace(" ", "")) and any(
            COUNTERS.get(word) == "step" for word in core):
        return Meaning("span", side)
    unit = core[-1] if core and core[-1] in COUNTERS else ""
    if unit and (not said & LOSS or (not head and said & {"at", "for", "after", "on", "in", "of", "de", "na"})):
        return counter_meaning(unit, set(core[:-1]) - LOSS, side)
    if said & LOSS or (side and said & SIDED_LOSS) or TOTAL_OF_L.search(key):
        said.update(  # words in another script that nobody knows make it a part: '基线 loss', but not '本轮 loss'
            word for word in re.findall(r"[^\W\d_]+", FILLER.sub(" ", key.lower())) if not word.isascii())
        return loss_meaning(said, side)
    if core == ["ce"]:
        return Meaning("loss", side, PART)
    if " ".join(core) in FIELD_OF:
        return Meaning(FIELD_OF[" ".join(core)], side)
    unit = counter_of(words, core, key)
    if core[-2:] == [unit, "number"] or core == [unit, "num"]:
        return Meaning(COUNTERS[unit], side, plural=True)  # "epoch number 3": where it is beside a loss
    if unit:
        return counter_meaning(unit, set(core) - {unit}, side)
    if "cross entropy with" in " ".join(core):
        return loss_meaning(said, side)  # "CrossEntropyWithSoftmax = 0.5"
    other = core or any(letter.isalpha() and not letter.isascii() for letter in key)
    return Meaning("metric" if other else "side" if said else "", side)


def counter_of(words: Sequence[str], core: Sequence[str], key: str) -> str:
    """The word of a counter in a key, but '' for "it/s", "batch size", "the epoch began"; "step worker-1" is a name."""
    unit = next((word for word in core if word in COUNTERS and word != "ep" and core[-1] != "after"), "")
    behind = words[words.index(unit) + 1:] if unit and not key[-1].isdigit() else ()
    return unit if "/s" not in key and BEHIND.issuperset(behind) else ""


def loss_meaning(said: set[str], side: str) -> Meaning:
    """Of the losses in a line the total is taken, then the plain one, a mean, a part."""
    if said & NO_LOSS or ({"cost", "entropy"} <= said and "cross" not in said):  # what entropy costs: a weight
        return Meaning("metric", side)
    plain = said & LOSS in ({"loss"}, {"losses"})
    parts = said - LOSS - TRAIN - EVAL - PLAIN - MEAN - TOTAL - (WEAK_LOSS if plain else SIDED_LOSS)
    weak = said & LOSS <= {"objective", "cost"} or parts == CROSS_ENTROPY or said & WEAK_LOSS  # beside "loss", "total"
    rank = (PART if parts and parts != CROSS_ENTROPY else
            0 if said & TOTAL else 3 if weak else 2 if said & MEAN else 1)
    return Meaning("val_loss" if side in ("val", "test") else "loss", side, rank)


def counter_meaning(unit: str, others: set[str], side: str) -> Meaning:
    """An epoch or step: where the run is, or how many there will be."""
    field, plural = COUNTERS[unit], unit.endswith("s")
    if unit == "timesteps" or (unit == "updates" and others in ({"num"}, {"n"})):
        # "total_timesteps", "num_updates" and "nupdates" are where the run is, "num_timesteps" may be of an iteration
        return Meaning("metric" if unit == "timesteps" and "num" in others else "step", side)
    if others and others <= HOW_MANY and others != {"of"} and (others != {"n"} or unit == "epochs"):
        if "batch" in unit and "max" not in others:
            return Meaning("span", side)
        return Meaning(f"total_{field}s", side)
    others = others if unit == "step" else others - {"id"}  # "batch_id: 3", but "StepId=812311" of Slurm
    elsewhere = others & NOT_HERE or (others & JUDGED and "at" not in others)
    plural = plural and not others & {"completed", "current"}
    return Meaning("metric" if elsewhere else field, side, plural=plural)


# -- how runs begin, end and fail

BEGUN = expression(r"\brunning training\b|\b(?:start(?:ed|ing)?|begin(?:ning)?) (?:the )?(?:model )?training\b|"
                   r"\btraining (?:has )?(?:started|begins?)\b|^\W*training ?\.\.\.(?!.*(?:loss|\d))|"
                   r"\b(?:initiali[sz]|resum)ing training\b", re.I)
RESUMED = expression(r"\bresum(?:ing|ed)\b|\bcontinuing (?:the )?(?:training |run )?from\b|"
                     r"\brestor(?:ing|ed) (?:all )?states?\b|\bloaded checkpoint\b.{0,200}\(epoch \d", re.I)
SAVED = expression(r"\b(?:sav(?:ed|ing)|wrote|writing|written)\b", re.I)
CHECKPOINT = expression(r"checkpoint|ckpt|model|weights|snapshot|\.pth?\b|\.safetensors", re.I)
PROMPT = expression(r"[$#❯➜] ?$|(?:^|[^\d ]|[^\d] )[%>] ?$")  # of a shell, below what its program printed
NEWS_WORDS = ("train", "resum", "continuing", "restor", "loaded c", "sav", "wr")  # one is in whatever these find
NOT_NOW = expression(r"\b(?:will|would|can|not?|if|when|until|every|skip\w*|fail\w*|error)\b", re.I)
SURE, OUTER, WEAK, IF_STEPS, IF_FULL = 5, 4, 3, 2, 1
ENDINGS = (  # (words of which it holds one, what says so in lower case, how sure it is)
    ("complet|finish|done|end|over|exiting|succe",
     r"(?<!pre-)(?<![^\W\d])(?:train(?:ing|er)?|fine-?tuning)"
     r"(?: run| loop| model| process| job| session| pipeline| with \w+)?"
     r"(?: is| was| has| all| ist| wurde| est| ha| foi| [がは이가]| \.\.\.){0,2}(?: been)?(?: (?!nearly)\w+ly)?"
     r"(?: (?:after )?\d[\d.,:]{0,9} ?(?:[hms]|min\w{0,6}|se[ck]\w{0,6}|hours?|stunden?|dakika\w{0,3}|saat\w{0,3}))?"
     r" (?:complete[d]?|finish(?:ed)?|done|ended|over|succeeded|successful)\b"
     r"(?!:? \d{1,3}(?:\.\d+)?\s?%| ?(?:[后後]|까지|まで))"
     r"|\b(?:finished|completed|done|end of|ended|exiting) (?:with |mit )?(?:the |dem )?(?:model )?train(?:ings?)?\b"
     r"(?! (?:set|data|samples|images)\b)"
     r"|^\W*train(?:ing)? complet[oa]\W*$|^\W*train(?:ing)?: (?:finish|complete)(?:e?d)?\b|\bfinished fine-?tuning\b"
     r"|^\W*train [を을를] finished (?:します|しました|합니다|했습니다|하였습니다)"
     r"|^\W*model (?:was |has been )?trained successfully\b", OUTER),
    ("experiment is done|runtime|epochs completed in|final step|fit` stopped", r"\btraining of experiment is done"
     r"|train[_ ]runtime|\bepochs completed in\b|\bloss for final step\b|trainer\.fit` stopped", SURE),
    ("finished|complete|done|trained|reached|exceeded|!",
     r"\b(?:run|experiment) (?:is )?(?:finished|completed)\b(?! \w+ing\b)|^finished run$"
     r"|\b(?:finished|completed) all (?:training )?(?:epochs|steps|iterations)\b"
     r"|^\W*(?:all (?:\d{1,9} )?(?:training )?(?:epochs|steps|iterations|folds|models|runs|seeds|trials|experiments)"
     r"|cross-?validation) (?:are |is )?(?:completed?|done|finished|trained)\b"
     r"|^\W*optimization (?:finished|completed?|done)\W*$|\bfinished optimization\b"
     r"|\bmax(?:imum)?[ _](?:num(?:ber)?[ _](?:of[ _])?)?(?:epochs?|steps)(?: num)?"
     r"(?: is| was| has been)?(?:!| reached| exceeded)(?! (?:in|for) (?!train))"
     r"|\breached (?:the )?max(?:imum)?[ _](?:number of )?(?:epochs|steps)\b(?!.{0,9} (?:in|for) (?!train))", OUTER),
    ("reached|exceeded|!", r"(?<![a-z]: )\bmax(?:imum)?[ _](?:num(?:ber)?[ _](?:of[ _])?)?iterations"
            r"(?: is| was| has been)?(?:!| reached| exceeded)", IF_STEPS),  # beside epochs it may be a solver's
    ("stop|cancel|interrupted", r"(?<!\bto )\b(?:stop(?:ping|ped)?|cancell?ing)(?: the)? (?:training|train|fit)\b"
     r"(?!\?| (?:workers?|envs?|actors?|process(?:es)?)\b)"
     r"|\b(?:stopp(?:ed|ing)|train(?:ing)? interrupted) (?:by )?early\b(?!.{0,40}kl\b)", SURE),
    ("stop", r"\btrain\w{0,5}\W{1,3}(?:(?:is|was|has been) )?(?:stopp|end|finish|halt|terminat|interrupt)ed\b"
     r".{0,30}\bearly[ _-]?stopp|\bearly[ _-]?stopping\b.{0,30}\b(?:stopped|ended|finished)\b"
     r"|\bpatience (?:is |was |has )?(?:exhausted|run out|reached|exceeded)\b.{0,9}\bstopp?", SURE),
    ("stop", r"\bearly[ _-]?stop(?:ping|ped)? (?:(?:at|after)\b(?! \d{1,9}\)|.{0,40} kl\b)"
             r"|is trigger at\b|activated|occurred|achieved"
             r"|(?:(?:is|was|[がは이가]) )?triggered\b(?! after\b)|しました|되었습니다"
             r"|triggered after \d{1,9} epochs)|\btriggered early stop|\bearly[ _-]?stop(?:ping|ped)? ?!", SURE),
    ("stop", r"(?:^|:|epoch \d{1,9}(?: ?(?:で|에서))?|\d epoch (?:에서)?)\W{0,9}early[ _-]?stop(?:ping|ped)?"
             r"(?!\s{0,3}[:=]?\s{0,3}\d)(?:\W{1,9}(?:\w{1,4}\W{1,3}){0,2}(?:epoch|step))?[\W\d]{0,40}$", SURE),
    ("stop", r"\bearly stop(?:ping)?(?:[,:] best| best (?:iter|epoch)"
     r"|\W{1,3}(?:[^a-z]{0,9}(?:val loss|epoch)[^a-z]{0,9}(?:epoch )?)?no (?:\w+ )?improvement"
     r"(?!.{0,12}\d ?(?:/|of) ?\d|.{0,80}\bcurrent\b)"
     r"| \(patience.{0,9}\) at epoch|\W{1,3}.{0,40}\b(?:did not|didn't) improve (?:for|in) \d(?!.*patience))"
     r"|^\W*stopping\. best iteration", SURE),
    ("stop|exit|terminat|halt",
     r"did not improve.{0,80}\b(?:stopping|signaling trainer to stop)\b|did not meet early stopping"
     r"|stopped by overfitting detector"
     r"|\b(?:no improvement|not improved?|stopped improving)\b[^(]{0,60}[,;.:>] (?:early )?"
     r"(?:stopping|exiting|terminating|halting)\b(?! (?:in|at|after|if|when|counter|patience)\b)", SURE),
    ("succeeded|finished|complete", r"^\W*job (?:\S{1,80} succeeded|finished \(status: succeeded\))\W*$"
     r"|(?:^\W*|\] |: )learning (?:finished|complete)\b(?! for\b)|^\[finished in \d[\d.]*s\]$", SURE),
    ("shrink model to first|best metric|end", r"shrink model to first|\* best metric|^\W{0,9}end\W{1,9}best\b", SURE),
    ("training time|training took|gedauert|'train' took",
     r"total training time|\btraining time:?\s*\d|\btraining (?:took\b|hat .{1,20} gedauert)|^'train' took", WEAK),
    ("job ", r"^\W*job (?:completed|finished)(?: successfully)?\W*$", WEAK),
    ("finish|done|complete",
     r"^\W*finish train(?:ing)?\W*$|\btraining phase (?:is )?(?:finished|done|completed?)\b", IF_STEPS),
    ("done|finish|complete", r"^\W*(?:(?:all )?done|finished|completed?)\W*$", IF_FULL),
)
# each may be trained to its end; '"level":"info"' is of a logger
RUN_PARTS = r"fold|stage|phase|level(?!\W{1,4}[a-z])|client|worker|task|trial|repeat|layer|sub\w*"
ROUNDS = "epoch|round|step|it|iter|iteration|batch|episode"              # of which training goes through many
ONE_OF_MANY = expression(rf"\b(?:{RUN_PARTS}|round|split|part|half|head|backbone|frozen|local|teacher|"
                         r"tokeni[sz]er|bpe|vocabulary|k-?means|sentencepiece|component|inner|previous|actor|critic|"
                         r"jeu|conjunto|warm-?up|"
                         r"discriminator|generator|(?:agent|member|seed) #?\d+|donnees|datos|dados|dati|"
                         r"model #?\d+ ?(?:/|of))\b|\d% of ,|,.{0,24}\b(\d{1,6}) ?(?:/|of) ?(?!\1\b)\d"
                         r"|, (?:now |then )?(?:train|fine-?tun)ing (?!time|took)")
INNER = expression(rf"\b(?:{ROUNDS})\b")                  # "epoch 3: training finished"
OF_PART = expression(  # "training done, evaluating": of an epoch?
    rf"\b(?:{ROUNDS})\b|, .{{0,12}}\b(?:validat|evaluat|eval\b)")
FOR_ONE = expression(r" for (?!\d|(?:all|the|a total|training)\b)")  # "training complete for AAPL", and then for others
NAMED_ONE = expression(  # "done training resnet50", but not "done training the model", "done training in 3 hours"
    r" (?!(?:in|at|after|on|with|by|of|as|to|and|the|all|an?|my|our|your|this|run|loop|phase|process|job|models?|"
    r"network|net|agents?|policy|script|session|pipeline|\w+ly|now|since|due|took|from|best|saving|it|is|was|has)\b)[a-z]")
SENTENCES = expression(r"[.!] ")
INNER_NEXT = expression(rf"\W{{1,3}}(?:on )?(?:{RUN_PARTS}|{ROUNDS})\b")  # "finished training" and then "epoch 3"
OUT_OF = r"(?:\s{0,3}/\s{0,3}(?:of\s{1,3})?|\sof\s)"
NAMED_PART = expression(  # "[Fold 2] Early stopping at epoch 14", "Early stopping for seed 0", "[2/5] train finished"
    rf"\b(?:{RUN_PARTS})\W{{0,3}}\d"
    r"|(?:\A\W*|\bfor )(?:seed|run|split|subject|dataset|horizon|member|experiment|model) #?\d"
    r"|\A\W*(\d{1,6})/(?!\1\b)\d{1,6}\W{1,3}(?:train|fine)", re.I)
REPEATED = expression(r"fold|trial|study|client|repeat|run|\A\[\d", re.I)  # of these others of the same kind follow
PART_OF = expression(  # "=== Stage B: fine-tuning ===", "Fold 2/5"
    rf"\W*(?:(?:seed[\s:=]{{1,3}}\d+\W{{1,3}})?(?:curriculum |k-?|cv |(?:start\w* )?train(?:ing)? (?:on )?)?"
    rf"(?:{RUN_PARTS})(?:\s{{1,3}}[A-Z]\b|[\s_=:-]{{1,3}}[#\[]?(?P<fold>\d+)(?:{OUT_OF}(?P<folds>\d+))?)"
    r"|(?:(?:training |cv )?(?:model|run|seed|split|experiment|config\w*|combination|tuner: starting iteration)"
    r"\s{1,3}#?(?:\w{1,20}\s?[(\[])?|\[(?=\d+/\d+\] \W{0,2}(?:lr|dropout|hidden|batch)\w{0,9}\W(?!.*loss)"
    r".{0,200}(?:dropout|hidden|batch))|training (?!epoch|step|batch|iter|loss)(?=\S+ \(\S{3,30}\)\W*$)[\w.-]{1,40} \()"
    rf"(?P<nth>\d+){OUT_OF}(?P<all>\d+)"
    r"|run:? #?\d+(?=,? epoch)|pre-?train\w*\W|teacher\W{1,3}(?=epoch|step|iter)"
    r"|a new study created\b|trial status:|number of trials\b|starting to train component\b"
    r"|(?:wandb: )?agent starting run)", re.I)
# What stands before an end that has not come, "will stop when training finished", "not finished training"; and behind.
CONDITION = expression(r"\b(?:if|when|once|until|before|after|will|would|unless|while|whether|not|no(?! improvement)|"
                       r"expected|estimated|remaining time|wait\w*|finder|can|should|please|to be|resum\w*|"
                       r"early stopping (?:is )?enabled|counter|kl|"
                       r"patience(?! (?:limit )?(?:is |was )?(?:exhausted|reached|exceeded)))\b")
NOT_YET = expression(r" ?[,:(]? ?(?:if|when|once|as soon as|unless|until)\b|\W{1,4}(?:false|none|null)\b")
TRACEBACK = "Traceback"  # the reason until its last line has told what went wrong
IGNORED = "ignored"  # what a program goes on behind, though a traceback follows
# A program that says this goes on behind a failure.
GOES_ON = expression(r"\b(?:will retry|retrying)\b|\btraining continues\b|\bcontinuing (?:anyway|without)\b"
                     r"|\b(?:ignor(?:ed|ing)|caught)\b.{0,20}\b(?:continu|go)ing\b"
                     r"|\bskipping (?:(?:this|the|bad|corrupt\w*) )?(?:batch|sample|image|file|example|item)\b"
                     r"|\busing [\w ]{1,30} instead\b")
GOES_ON_WORDS = ("retry", "continu", "skipping ", "using ", "going on")
RETRIES = expression(r"(?!.{0,40}\b(?:loss|epoch|step|iter)).{0,40}\bretry")  # "retrying with batch 2/5" is no place
PROVIDED_FOR = expression(  # a failure that the program expects, or that is past
    r"\bfall(?:ing|s)? back\b|\bkilled\b.{0,60}\brestart|\binterrupted\b.{0,30}\bearly stopping"
    r"|\b(?:hook|callback|upload\w*|sync\w*|notif\w*)\b.{0,40}\bexited"
    r"|\b(?:if|avoid\w*|prevents?|reduces?)\b.{0,40}(?:out of memory|loss is nan)|\bnccl timeout (?:is|of|set)\b"
    r"|out of memory (?:count|errors|events)"
    r"|(?:out of memory|outofmemoryerror)\b.{0,60}\b(?:skip|retry|caught|reducing|halving|lowering)"
    r"|(?:out of memory|outofmemoryerror|loss is nan|interrupted|nccl timeout)\b.{0,80}\bresum"
    r"|\bresum.{0,80}\b(?:out of memory|outofmemoryerror|loss is nan|interrupted|nccl timeout)\b")
OOM = "CUDA out of memory"
FAILURES = (  # (words of which a line in lower case holds one, what says so, the reason)
    ("out of memory|outofmemoryerror|oom when allocating", ".", OOM),
    ("no space left on device", ".", "No space left on device"),
    ("watchdog caught collective operation timeout|nccl timeout", ".", "NCCL timeout"),
    ("segmentation fault", ".", "Segmentation fault"),
    ("bus error", ".", "Bus error"),
    ("core dumped|abort trap", ".", "core dumped"),
    ("sigkill|oom-kill|oom_kill|oomkilled|exitcode: -9|exitcode : -9|exit code -9|exited with code -9", ".", "killed"),
    ("due to time limit", ".", "time limit"),
    ("job killed", r"(?:^|: )job killed(?:$|:| after| by)", "killed"),  # PBS, LSF
    ("killed", r"^\W{0,9}(?:\S{1,99}: line \d{1,9}: {1,9}\d{1,9} |signal: |zsh: |\d{1,3}\]\W{1,9}(?:\d{1,9} )?"
               r"|srun: error: \S{1,40}: tasks? [\d,-]{1,40}: )?killed\b"
               r"(?!\s+\w+\s+(?:worker|process)\s+\d|\s+(?:the )?(?:worker|actor|client|child)|: 0\b"
               r"|\s+\d+ (?:\w+ )?(?!process\b)[^\W\d]+)", "killed"),
    ("stop|abort|exit|terminat",
     r"loss\W{1,20}(?:is|was|became)?\s{0,9}(?:nan|inf\w*)\b.{0,80}(?:stop|abort|exit|terminat)"
     r"|(?:stop|abort|exit|terminat)\w{0,9}\b.{0,80}loss\W{1,20}(?:is|was|became)?\s{0,9}nan"
     r"|\bnan\b.{0,40}\bloss\b.{0,40}\b(?:stopp|abort|exit|terminat)(?:ing|ed)\b"
     r"|\bnan\b.{0,60}\baborting\b", "NaN loss"),
    ("diverged|nan loss", r"diverged with loss = nan|nan loss during training"
     r"|\b(?:loss|training) (?:has )?diverged\b.{0,30}\b(?:abort|stopp|exit|terminat)", "NaN loss"),
    ("ed with|exits with|exitcode: |exited on signal",
     r"\b(?:exited|process (?:finished|completed)|exits|terminated)"
     r" with (?:exit |return |non-zero )?(?:code|status)(?: ?=|:)? ?-?\d"
     r"|\bexited on signal \d|\bfailed \(exitcode: -?\d|\bcrashed with exit code", "exit code"),
    ("status: failed|failed with return code|conda run",
     r"`conda run .{1,200}` failed\b"
     r"|\bjob (?:finished \(status: failed|\S{1,40} failed with return code)", "exit code"),
    ("by user|by the user", r"(?:\b|\^c)(?:interrupted|aborted|stopped|cancell?ed) by (?:the )?user\b"
     r"|\bby user +interrupted\b", "interrupted"),
    ("failed|crashed|aborted|interrupted|cancel", r"(?:^\W*|[,;:] )(?:train(?:ing)?(?: run| job| process)?|job|run) "
     r"(?:has |was )?(?:been )?(?:failed|crashed|aborted|interrupted|cancell?ed)\b"
     r"(?! \w+:| \d+ times| early\b)", "training failed"),
    ("*** [", r"^make(?:\[\d+\])?: \*\*\* \[(?!.*\(ignored\))", "make"),
    ("terminated|aborted|keyboardinterrupt|hangup",
     r"^(?:terminated|aborted!?|hangup|(?:\^c)?keyboardinterrupt)$", "interrupted"),
    ("runtimeerror: cuda error", ".", "CUDA error"),
    ("forrtl: ", r"^forrtl: (?:error|severe)\b", "terminated"),                                      # Intel's runtime
    ("terminate called|got signal|death signal",
     r"^terminate called after throwing|\bprocess \d{1,9} got signal: \d|\breceived \d{1,2} death signal",
     "terminated"),
    ("panic", r"^thread '.{0,80}' panicked at|^panic: ", "panic"),                            # Rust, Go
    ("exception in thread|loaderror: |execution halted|unhandled exception. ",
     r"^exception in thread \"main\"|^unhandled exception\. "
     r"|^(?:error: )?loaderror: |^execution halted$", "exception"),  # Java, Julia, R
    ("check failure stack trace", ".", "check failed"),                                       # glog
    ("exception ignored in", r"^exception ignored in\b", IGNORED),
    ("cancelled at", r"\*\*\* (?:job|step) \S{1,40} on \S{1,200} cancelled at", "cancelled"),    # Slurm
)
WELL_ENDED = expression(  # "exited with code 0"; asked of each line, for its shape is that of "exited with code 1"
    r"with (?:exit |return )?(?:code|status)(?: ?=|:)? ?(?:0|-15)\b", re.I)
END_WORDS, FAILURE_WORDS = (
    fewest("|".join(told_row[0] for told_row in told).split("|")) for told in (ENDINGS, FAILURES))
EXCEPTION = expression(r"^[A-Za-z_][\w.]*(?::\s.*)?$")  # the last line of a traceback: "KeyError: 'loss'"
SHORT_FAILURES = {  # of those that have a word for the table
    OOM: "OOM", "No space left on device": "disk", "NCCL timeout": "NCCL", "killed": "killed",
    "NaN loss": "NaN", "time limit": "limit"}
HEADING_WORDS = ("train", "val", "test")
HEADING = expression(  # a line that only says what comes: "Validating", "***** Running Evaluation *****", "[train]"
    r"[\W\d_]*(?:now\W+we\W+are\W+)?(?:(?:running|starting|start|begin|beginning|performing|doing|now|(?:metrics"
    r"|results|scores|losses) (?:for|on|of))\W+)?(?:sanity\W+check\w*\W+)?(?:(?P<val>val|validation|validating"
    r"|validate|eval|evaluation|evaluating|evaluate|testing|test)|(?P<train>train|training))(?!/)(?:[\W\d]+(?:begin"
    r"|started?|on|at|the|set|data|dataset|loop|phase|epoch|step|model|network|of|for|eval|batch|iter|iteration"
    r"|perplexity|with|gpu|error|results?|metrics|(?:on|of|for)\W+(?:val|valid|validation|test"
    r"|dev))){0,6}[\W\d]{0,80}(?:\([^()]*\)\W{0,9})?$", re.I)


def end_of(low: str) -> int:
    """How surely a line in lower case says that the training is over: SURE, WEAK, IF_STEPS, IF_FULL, 0 not at all."""
    for words, pattern, sure in ENDINGS if has_any(low, END_WORDS) else ():
        found = compiled(pattern).search(low) if has_any(low, words.split("|")) else None
        if not found or CONDITION.search(low, 0, found.start()) or NOT_YET.match(low, found.end()):
            continue  # "Training will be done", "training is finished when the loss is 0.1"
        if sure not in (OUTER, IF_STEPS):
            return sure
        before = SENTENCES.split(low[max(0, found.start() - 40):found.start()])[-1]
        behind = SENTENCES.split(low[found.end():found.end() + 24])[0]
        if INNER_NEXT.match(low, found.end()) or ONE_OF_MANY.search(f"{before},{behind}"):
            continue  # "finished training epoch 3", "client 3: local training finished"
        part = OF_PART.search(behind) and "best" not in behind
        if not part and (FOR_ONE.match(behind) or (found[0][-1] == "g" and NAMED_ONE.match(behind))):
            continue  # others may follow
        return IF_FULL if INNER.search(before) else WEAK if part else SURE if sure == OUTER else sure
    return 0


def news_of(text: str) -> str:
    """What a line says beside values: "resumed", "saved", "begun", or "".

    "saved" is 'Saving model checkpoint to ./out/checkpoint-500', not 'Checkpoints will be saved to ./out'.
    """
    if not has_any(text.lower(), NEWS_WORDS):
        return ""
    if RESUMED.search(text):
        return "resumed"
    if SAVED.search(text) and CHECKPOINT.search(text) and not NOT_NOW.search(text):
        return "saved"
    return "begun" if BEGUN.search(text) else ""


def goes_on(low: str) -> bool:
    """True when a line in lower case says that the program goes on behind a failure."""
    return has_any(low, GOES_ON_WORDS) and GOES_ON.search(low) is not None


def failure_of(low: str) -> str:
    """Why a line in lower case says that the run failed, '' if it does not."""
    if has_any(low, FAILURE_WORDS) and not PROVIDED_FOR.search(low):
        for words, pattern, reason in FAILURES:
            if has_any(low, words.split("|")) and compiled(pattern).search(low):
                return reason
    return ""


def failure_word(reason: str) -> str:
    """The reason of a failed run in one short word for the table."""
    return SHORT_FAILURES.get(reason, "failed")


# ---- Lines: what one line says; its shape, the text around its numbers, decides what each means ---------


class Facts:
    """What one line says of the run; None where it says nothing."""

    epoch: Optional[float] = None
    total_epochs: Optional[float] = None
    fraction = False             # the epoch was printed with decimals: 0.4 of them are done
    step: Optional[float] = None
    total_steps: Optional[float] = None
    loss: Optional[float] = None
    loss_rank = NO_RANK
    loss_part = ""               # the name of a loss that is a part
    val_loss: Optional[float] = None
    val_rank = NO_RANK
    learning_rate: Optional[float] = None
    progress: Optional[float] = None
    part: Optional[float] = None      # percent of the present epoch
    planned_epochs: Optional[float] = None
    planned_steps: Optional[float] = None
    examples: Optional[float] = None  # of an epoch, and
    per_step: Optional[float] = None  # of a step
    span: Optional[float] = None      # steps of an epoch
    ended = False                # the epoch is over
    alone = False                # nothing stands beside its step
    twice = False                # its place may be an epoch, or the step that stands beside it: "[3/9] step 3"
    scope = ""                   # what total_steps counts: "run", "epoch", "either" of them, "" not known
    side = ""                    # "val" or "train" where the line as a whole is of one
    bar: Optional[str] = None    # the name of the bar that the line draws
    of_bar = ""                  # what it counts, as `purpose` has it
    counts = False               # the epoch is the number of those done
    coarse = False               # the step is the number of updates or episodes, which are fewer than steps
    sums_up = False              # several values beside an epoch, and no step
    one_of_many = 0              # 1: what runs is a stage, 2: a fold, a trial, as others behind it:
    fold: Optional[float] = None
    folds: Optional[float] = None

    def moves(self) -> bool:
        """True when the line tells of training under way."""
        return bool(self.loss_part) or not (self.epoch is None and self.step is None and self.loss is None)


UNTOLD = {blank: vars(Facts)[blank] for blank in vars(Facts) if blank[0] != "_" and blank != "moves"}


METRIC = "metric "  # before the name of a value that is no field of Facts


class Fact(NamedTuple):
    """What a number of a line says; of those for one field the lowest rank is believed, then the first."""

    field: str                 # of Facts, or METRIC and a name
    at: int                    # which number of the line
    factor: float = 1.0        # -1 behind a minus sign, 1000 before a k
    more: tuple[float, ...] = ()  # a time: what the numbers that follow count in, in seconds
    rank: float = 0
    total: Optional["Fact"] = None  # of a counter
    scope: str = ""
    name: str = ""             # of a loss in the log; "coarse" of a step that counts updates or episodes
    dot: int = 0               # 1 where a point leads it: ".5"

    def metric(self) -> str:
        """The name of the metric that it tells of; '' where it is for a field of Facts."""
        return self.field[len(METRIC):] if self.field.startswith(METRIC) else ""

    def part(self, ends: "Ends") -> slice:
        """Where its number stands in a line whose parts end there."""
        return slice(ends[2 * self.at] - self.dot, ends[2 * self.at + 1])

    def read(self, line: str, ends: "Ends") -> float:
        """Its value."""
        if not self.more:
            return to_float(line[self.part(ends)]) * self.factor
        return sum(to_float(line[ends[2 * at]:ends[2 * at + 1]]) * unit
                   for at, unit in enumerate((self.factor, *self.more), self.at))


Ends = Sequence[int]  # ends of the parts that numbers split a line into: number i is line[ends[2 * i]:ends[2 * i + 1]]
DOUBTS = ("coarse", "alone", "twice", "progress", "part")  # a line with one of these needs Run.leave_out
VALUES = ("loss", "val_loss", "learning_rate")  # else a field of Facts that a number of the line is for counts
LATE = ("eta_s", "elapsed_s", "rate", "seconds_a_step")
NAMED, PLACED, GLOBAL, BARE, LEADING = range(5)  # "step 3/9", "[3/9]", "global_step 3", "step 3", "3"
SIZE = PART                                      # several sizes are no place, as several parts are no whole


def is_whole(name: str, others: Iterable[str]) -> bool:
    """True for the name that those of all other losses go on from: "X/loss" among "X/loss_cls" and "X/loss_box"."""
    return bool(name) and all(other.startswith(name) for other in others)


def believed(facts: Iterable[Fact]) -> tuple[dict[str, Fact], str]:
    """The best reading for each field; the name of a part where there are several of a loss, which make no whole."""
    best: dict[str, Fact] = {}
    parts: dict[str, list[Fact]] = {}
    name = ""
    for fact in facts:
        if fact.rank < best.setdefault(fact.field, fact).rank:
            best[fact.field] = fact
        if fact.rank == PART:
            parts.setdefault(fact.field, []).append(fact)
    for field, several in parts.items():
        if best[field].rank == PART and len(several) > 1:
            whole = min(several, key=lambda part: len(part.name))
            best[field] = whole._replace(rank=1)
            if not is_whole(whole.name, [part.name for part in several]):
                name = best.pop(field).name
    return best, name


class Plan:
    """What the numbers of all lines of one shape mean; `rule` names who knows it, "" when nobody does."""

    def __init__(self, rule: str = "", facts: Iterable[Fact] = (), event: tuple[str, Any] = ("", None),
                 **fixed: Any) -> None:
        best, part = believed(facts)
        if part:
            fixed["loss_part"] = part
        self.rule = rule
        self.fixed = fixed                   # facts that do not depend on the numbers
        self.facts = best
        every = [*best.values(), *(fact.total for fact in best.values() if fact.total)]
        for field, name in (("loss", "loss_rank"), ("val_loss", "val_rank")):
            if field in best:
                fixed[name] = best[field].rank
        if fixed.get("loss_rank") == PART:
            fixed["loss_part"] = best["loss"].name
        step, epoch = best.get("step"), best.get("epoch")
        self.unnamed = step is not None and step.rank in (PLACED, LEADING) and epoch is None
        if step and step.name:
            fixed["coarse"] = True
        self.doubts = not {*fixed, *best}.isdisjoint(DOUBTS)
        if epoch:  # "step 300/5000 (epoch 1/10)"
            scope = step.scope if step else ""
            fixed.setdefault("scope", "either" if scope == "run" and epoch.total else scope)
        self.late = tuple(fact for fact in every if fact.field in LATE or fact.metric())
        self.early = tuple(fact for fact in every if fact not in self.late)
        named = (("lr" if fact.field == "learning_rate" else fact.metric(), fact) for fact in every)
        self.courses = tuple((name, fact) for name, fact in named if name)
        self.beside_epoch = [] if step or "loss" in best else [fact for fact in self.late if fact.metric()]
        self.untold = {**UNTOLD, **fixed}    # what there is before the numbers are read
        self.timed = False                   # such lines bear a time of their own
        self.rank: Optional[Fact] = None     # which process of several wrote the line
        self.event = event                   # what the line does ("failed", "typed": see `_happens`), its particulars
        self.beside: Iterable[Fact] = ()     # what holds even if the event does


class Placed:
    """A plan with the places of the numbers in lines that differ in nothing but digits."""

    def __init__(self, plan: Plan, ends: Ends, line: str) -> None:
        self.plan, self.ends, self.untold = plan, ends, plan.untold
        self.early: list[tuple[str, slice, Callable[[str], float], float]] = []
        self.doubtful: list[str] = []
        places = "places" in plan.fixed and any(
            fact.field == "planned_epochs" and "." in line[fact.part(ends)] for fact in plan.early)
        for fact in plan.early:
            field, factor = fact.field, fact.factor
            field = {"planned_epochs": "epoch", "planned_steps": "step"}.get(field, field) if places else field
            part = fact.part(ends)
            text = line[part]
            reads = float if "," not in text and text.count(".") < 2 else (
                decimal if field in VALUES and "." not in text else to_float)
            self.early.append((field, part, reads, factor))
            if field == "epoch" and text.isdigit() and len(text) > 8:
                self.early.pop()  # seconds since 1970
            elif field not in VALUES and not (factor == 1.0 and text.isdigit() and len(text) <= SURE_DIGITS):
                self.doubtful.append(field)
            if field == "epoch" and "." in text:
                self.untold = {**plan.untold, "fraction": True}
        if sum("." in line[fact.part(ends)] for fact in plan.beside_epoch) > 1:
            self.untold = {**self.untold, "sums_up": True}

    def read(self, line: str) -> Facts:
        """The facts of such a line."""
        facts = Facts()
        known = facts.__dict__ = self.untold.copy()
        for field, part, reads, factor in self.early:
            known[field] = reads(line[part]) * factor
        for field in self.doubtful:
            if not 0 <= known[field] < COUNT_MAX or (field == "step" and known[field] % 1):
                known[field] = None  # 1e999 epochs; "update: 0.052" is of an epoch
        return facts

    def read_late(self, line: str) -> dict[str, float]:
        """The values that only somebody who looks needs: metrics by METRIC and name, times, rate."""
        read = {}
        for fact in self.plan.late:
            value = fact.read(line, self.ends)
            if 0 <= value < COUNT_MAX or fact.field not in LATE:
                read[fact.field] = value
        return read


NOTHING = Plan()
UNSAID = Placed(NOTHING, (), "")
NAN_MARK, INF_MARK = "7e7", "8e8"  # what stands for nan and inf while the shape of a line is studied
NOT_FINITE = expression(r"([=:(]\s{0,40}[\"']?[-+]?|loss\w{0,40} {1,40}[-+]?)(nan|inf)(?:inity)?\b", re.I)
GLYPHS = expression("[━╸╺█▉▊▋▌▍▎▏░▒▓■□▪▫●○▰▱⣀-⣿]+")  # what bars are drawn with, differently at each update
TOKEN = expression(  # a number, all that the shape of a line leaves out
    r"([0-9]+(?:[.,]+[0-9]+)*(?:\.?[eE][-+]?[0-9]+)?)")


DECIMAL_COMMA = expression(r"0,\d+|\d+,(?!\d{3}$)\d+(?:[eE][-+]?\d+)?")  # "0,81", but not "1,234"


def to_float(text: str) -> float:
    """A number as it stands in a line: '1,234.5', '0,81', '3e-4'; of '1.2.3' the first two parts."""
    try:
        return float(text)
    except ValueError:
        sign = "." if DECIMAL_COMMA.fullmatch(text) else ""
        return float(".".join(text.replace(",", sign).split(".")[:2]))


def decimal(text: str) -> float:
    """A loss or a rate: '2,413' is none of thousands."""
    return to_float(text.replace(",", ".", 1))


def mark_not_finite(line: str) -> str:
    """The line with its nan and inf values as numbers of the same length, so that all stands where it stood."""
    return NOT_FINITE.sub(lambda found: (found[1] + (INF_MARK if found[2].lower() == "inf" else NAN_MARK)).ljust(
        len(found[0]), "0"), line)


# -- what a logger puts before a line, and the time in it

PREFIX = expression(  # one part of what stands before a line: a time, a level, a file and its line, a process
    r"\s{0,9}(?:[\[(]?\d{4}[-/.]\d\d[-/.]\d\d[T\s_,:-]{1,3}\d\d:\d\d:\d\d(?:[.,]\d{1,12})?(?:Z|[+-]\d\d:?\d\d)?(?!:?\d)"
    r"|[\[(]?\d\d[-/.]\d\d(?:[-/.](?:\d\d)?\d\d)?[ T]{1,3}\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,12})?(?![\d:])"  # 11/23 22:49
    r"|[\[(<]?(?:\d{4} )?\d\d:\d\d:\d\d(?:[.,]\d{1,12})?(?: [AP]M)?(?![\d:]|\s{0,9}<)|\d{6}-\d{6}(?=\s)"
    r"|[A-Z][a-z]{2}\s{1,3}\d{1,12}\s\d\d:\d\d:\d\d(?: [\w.-]{1,99} [\w.@-]{1,99}\[\d{1,12}\]:)?"  # syslog, journald
    r"|[\[(]?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} {1,2}\d\d? \d\d:\d\d:\d\d(?: [A-Z]{1,5})? \d{4}\b"  # date
    r"|[\[]?[IWEFDC]\d{4}\s\d\d:\d\d:\d\d(?:\.\d{1,12})?\s{1,9}\d{1,20}\s"  # glog
    r"|\[[IWEFDC] (?=\d{4}-)"  # Optuna
    r"|[\[(]?(?:global |local )?(?:rank|default|worker|node|proc|process|gpu|device|host)[\s:_=]?\d{1,12}"
    r"(?:[:/]\d{1,12})?[\])]?(?:\[\d{1,12}\])?(?=[\]:|\s])"
    r"|\[\d{1,12},\d{1,12}\]<\w{1,60}>|\d{1,12}: (?=\D)"  # mpirun, srun
    r"|\(\w{1,60}\s{0,9}pid=\d{1,12}[^)]{0,80}\)"  # ray
    r"|[\w.-]{1,60}-\d{1,12} {1,20}\| |std(?:out|err) [FP]\s|-- [\w.]{1,60}:(?=\s)"  # docker compose, containerd
    r"|\[[A-Z]{1,20}\|[^\]]{0,200}"  # transformers
    r"|[\[(]?\s{0,9}(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|NOTICE|TRACE|VERBOSE|SUCCESS)\b"
    r"|[A-Z]?\d{1,7}(?=\s(?:- [\w.]{1,80} - )?(?:DEBUG|INFO|WARNING|ERROR)\b)|level=\w{1,40}"
    r"|[\[(@]?[\w./-]{1,200}\.(?:py|cc|cpp|cu|rs|c|go|jl)(?:: {0,4}| line )\d{1,12}"
    r"(?::[\w<>]{1,80}|(?: \d{1,12})?(?=\]))?|[IWEF](?= \S{1,200}:\d{1,12}\])"
    r"|\[\w{1,60}(?=\]\[(?:DEBUG|INFO|WARNING|ERROR)\])"
    r"|\[(?!(?:pre-?)?train(?!er\b)|val|eval|test|epoch|ep\b|step|iter|batch|round|fold|teacher)[A-Za-z_][\w.]{0,60}"
    r"(?=\][\s\[:])|(?!(?:train(?:ing)?|ep\d{0,9}|(?:val|eval|test|epoch|step|iter|loss|batch)\w{0,20})\b"
    r"(?!\s{1,9}[-|]\s{1,9}(?:DEBUG|INFO|WARNING|ERROR)\b))[A-Za-z_][\w.]{0,80}"
    r"(?:(?=\s{1,9}[-|]\s)|:\S{1,60}:\d{1,12}(?= - ))"
    r"|\([\w./]{1,99}(?:\.py[ :]\d{1,12}\)|:\d{1,12}\)(?= (?:DEBUG|INFO|WARNING|ERROR)))|[A-Za-z][\w.-]{0,40}\](?=\s)"
    r"|\(\d{1,12}/\d{1,12}\)(?=\s{0,9}(?:epoch|batch|step|iter))"
    r"|(?:tensorflow|root|__main__)(?=:)|[=>-]>(?=\s)|[-|:>\])](?=[\s\[(:]))[\])]?:?", re.I)
RANK = expression(  # which of a run's processes wrote the line
    r"\b(?:rank|default|proc|process|gpu|device)[\s:_=]?(\d{1,12})\b|\A\[(\d{1,12},\d{1,12})\]<|\A(\d{1,12}): ", re.I)
STAMP = expression(  # "2024-01-14 10:46:54", "01/14 10:46:54", "Jan 14 10:46:54", "I0114 10:46:54", "[10:46:54"
    r"(?=[\dA-Z]|\A)(?:(\d{4})[-/.](\d\d)[-/.](\d\d)[T\s_,:-]{1,3}|(\d\d)[-/](\d\d)[ T]"
    r"|([A-Z][a-z]{2})\s{1,2}(\d\d?)\s|(?<![A-Za-z])[IWEF](\d\d)(\d\d)\s|\A[\[(\s]{0,3})"
    r"(\d\d):([0-5]\d):([0-5]\d)([.,]\d{1,6})?(?![\d:]|\s*<)")
CLOCK = expression(r"\d:[0-5]\d:")   # is in every stamp, and far quicker to look for
# '"timestamp": 1705229214.123' of a JSON record.
EPOCH_S = expression(r"[\"']_?(?:time|timestamp|ts|created)[\"']: ?\"?(\d{10}(?:\.\d{1,9})?)\b")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STAMP_WITHIN = 60            # characters from the start of a line


def find_stamp(line: str) -> Optional["re.Match[str]"]:
    """The time that a line itself bears, None if there is none."""
    if line[:1] != "{":
        return STAMP.search(line, 0, STAMP_WITHIN) if CLOCK.search(line, 0, STAMP_WITHIN) else None
    return EPOCH_S.search(line, 0, RECORD_MAX) or STAMP.search(line, 0, RECORD_MAX)


def stamp_of(line: str, wall: float) -> Optional[float]:
    """The time that a line itself bears, epoch seconds read as UTC; what it lacks of the date is that before `wall`."""
    found = find_stamp(line)
    if not found:
        return None
    if found.re.groups == 1:  # that of EPOCH_S
        return float(found[1])
    *date, hour, minute, second, part = found.groups()
    midnight, later_s = midnight_of(tuple(date), wall // DAY_S)
    if midnight is None:
        return None
    at = midnight + int(hour) * 3600 + int(minute) * 60 + float(second + (part or "").replace(",", "."))
    at -= later_s if at > wall + 14 * 3600 else 0.0  # no zone is further ahead
    return at if at > 0 else None


@lru_cache(maxsize=256)
def midnight_of(date: Sequence[Optional[str]], today: float) -> tuple[Optional[float], float]:
    """The start of the day that parts of a stamp name, epoch s, and by how many s it is too late if it is to come."""
    year, month, day = [None, None, None, *filter(None, date)][-3:]
    base = datetime(1970, 1, 1) + timedelta(days=today + 1)  # clocks and zones differ
    try:
        number = 1 + MONTHS.index(month) if month in MONTHS else int(month or 0)  # not of "Run 12 10:46:54"
        at = datetime(int(year or base.year), number or base.month, int(day or base.day))
    except ValueError:
        return None, 0.0
    return (at - datetime(1970, 1, 1)).total_seconds(), 0.0 if year else 365 * DAY_S if number else DAY_S


def skip_prefix(text: str) -> int:
    """Where a line begins behind what a logger, a launcher or a service put before it."""
    at = 0
    boxed = text.rstrip()[-1:] in ("|", "│")
    for _ in range(PREFIXES_MAX):
        found = PREFIX.match(text, at)
        if not found or (boxed and text[at:].lstrip()[:1] in ("|", "│")):
            break
        at = found.end()
    return at + len(text[at:]) - len(text[at:].lstrip())


def indent_of(text: str, begin: int) -> int:
    """Blanks between what a logger puts before a line and the line itself."""
    return begin - len(text[:begin].rstrip())


class RawLine(NamedTuple):
    """A line while its shape is being understood."""

    text: str
    begin: int               # where what a logger put before it ends
    starts: dict[int, int]   # offset of a number -> which one it is

    def number(self, field: str, offset: int, factor: float = 1.0, **more: Any) -> Optional[Fact]:
        """The fact that the number at an offset, a sign before it allowed, is a field's; None if there is none."""
        if self.text[offset:offset + 1] in ("-", "+"):
            factor, offset = (-factor if self.text[offset] == "-" else factor), offset + 1
        if offset in self.starts:
            return Fact(field, self.starts[offset], factor, **more)
        at = self.starts.get(offset + 1) if self.text[offset:offset + 1] == "." else None
        return None if at is None else Fact(field, at, factor, dot=1, **more)

    def fact(self, field: str, offset: int, factor: float = 1.0, **more: Any) -> list[Fact]:
        """The same as a list, for those who collect."""
        found = self.number(field, offset, factor, **more)
        return [found] if found else []

    def duration(self, field: str, offset: int, unit_s: float = 1.0) -> list[Fact]:
        """The fact that a time at an offset is a field's: '0:12:34', '1h 2m 3s', '172.5m', or so many seconds each."""
        fact, units = self.number(field, offset), [math.inf]
        if fact is None:
            return []
        found, other = NUMBER.match(self.text, offset), OTHER_UNIT.match(self.text, offset)
        if found and found["time"]:  # "1 day, 2:03:04"
            units += (DAY_S,) * ("day" in found["time"]) + (3600.0, 60.0, 1.0)[-1 - found["time"].count(":"):]
        elif self.text[offset] == "-" or (other and (other["glued"] or other["unit"].lower() in COUNTERS)):
            return []  # "ETA: -1", "remaining: 12 steps", "5 s/it", "12it"
        else:
            for _ in range(4):
                part = TIME_PART.match(self.text, offset)
                if not part or not TIMES.get(part["unit"], math.inf) < units[-1]:
                    break
                units.append(TIMES[part["unit"]])
                offset = part.end()
        first, *more = units[1:] or [unit_s]
        return [Fact(field, fact.at, first, tuple(more))] if fact.at + len(more) < len(self.starts) else []


# -- pairs: keys and values, counters

# A number: '3', '1,234.5', '3e-4', a time as '0:12:34', with its unit if that is glued to it: '12%', '4.5ms';
# not in the middle of a word, but behind one that counts: 'epoch3', 'step300', 'loss_0.5'.
NUMBER = expression(
    r"(?=[-+.\d])(?!0x[\da-f])(?:(?<![\w@.])(?<!\b[a-z]-)(?<!epoch-)|(?=\d)(?:(?<=epoch)|(?<=step)|(?<=steps)|(?<=iter)|(?<=\bep))"
    r"|(?<=\b[EB])(?=\d{1,9}/\d)|(?<=(?<![\w/.-])epoch_)(?=\d+(?:\W|\Z))|(?<=loss_)(?=\d+\.\d))"
    r"(?:(?P<time>(?:\d{1,6} days?, ?)?\d{1,6}:\d\d(?::\d\d)?(?:\.\d+)?)(?![\d:])"
    r"|[-+]?(?P<value>\d+(?:[.,]+\d+)*(?:\.?[eE][-+]?\d+)?|\.\d+(?:e[-+]?\d+)?(?![a-z]))"
    r"(?P<unit>\s?%|[A-Za-zµ]+(?:/[a-z]+)?)?(?![.,]?\d|_[a-z]))", re.I)  # not "batch:16_lr"
BEGINS = expression(r"\s*(?:-\s|\[|:|$)|\]\s*\[\w+\s?[:=]")  # "60/60 - 1s", but not "[4/4] Loading"
# Between a place and its total: "3/9", "3 of 9", "3 (out of 9", "3 von 9".
OF = expression(r"\s{0,9}(?:(?:epoch|step)\s{0,9})?(?:/\s{0,9}(?:of\s{1,9})?|\(?\s{0,9}(?:out )?of(?: total)?\s{0,9})"
                r"|\s(?:von|de|sur|su|di|из|da|van|dari|av|z)\s", re.I)
BOXED_SIDE = expression(r"\W*\[ ?train ?\| ?$", re.I)  # "[ Train | 001/050 ] loss = 0.5"
EPOCH_AGAIN = expression(r" \* epoch \d", re.I)  # "3/9 * Epoch 3 (train): loss=0.5"
KEY_BOXED = expression(r"\[([A-Za-z][A-Za-z_ ]{0,30})\]$")  # "[Ep]: 3", "[loss] 0.5"
NAMESAKE = expression(r"\b(?:epoch|step|iter|batch|round) [a-z]{3,16}-\d{1,9}\Z", re.I)  # "epoch site-1: 3/9"
# What a framework wraps around a value: "loss=Array(0.5", "tensor(0.5".
WRAPPED = expression(r"(?<=[=:\s])\s{0,9}(?:[\w.]{0,20}array|tensor|(?:np|jnp)\.\w{1,20})$", re.I)
EVENT = expression(r"\bepoch_(?:start|stop|begin|end)")  # of MLPerf: '"key": "epoch_start", ... "epoch_num": 3'
TUPLED = expression(r"\('([\w/ .-]{1,60})',\s?$")      # "('epoch', 3)"
SENTENCE = expression(r"[a-z]{4}[.!] ")                # its end: "640 records. Loss is 0.5"
TO_EDGE = expression(r'.*[][,;|{}()":=\t│]', re.S)  # up to the last sign that parts a name from what stands before it
ELSE = expression(r"\s?(?:[KMGT]i?B|correct)\b", re.I)  # "12/24 GB", "9/10 correct"
SHARE = expression(r"\s?[\[(]\d{1,3}(?:\.\d+)?%[\])]")  # "250/1000 [25%]"
RUN_SHARE = expression(r" (?:complete|done)\b.{0,60}\bloss\b", re.I)  # "[##..] 50% done, loss 0.5"
STEP_SHARE = expression(r"\W{0,9}\d{1,3}(?:\.\d{1,9})?%[\])] {1,3}(?:step|iter)", re.I)  # "[7.5%] step 300"
OF_MANY = expression(r"[\[(]\d+(?: \w{1,9}){0,3}[\])]\s?[:=]")  # "loss(50)=0.6", "avg loss (100 steps): 0.5"
RANGE = expression(r"\[\s{0,9}\d+\s?-\s{0,9}\d+\]")  # "avg. loss [501-1000]: 0.5"
BOTH_SIDES = expression(  # "train/val loss", "train_loss, val_loss"
    r"\b(train(?:ing)?)\s?/\s?(val(?:id|idation)?|test|eval|dev)\b|\b(train\w*), ?((?:val|test|eval|dev)\w*)", re.I)
EPOCH_BEHIND = expression(r"\s{1,3}epochs?\b(?!\s?(?:[:=/#(]\s?)?\d|/|.{0,12}\bno improvement)", re.I)
PARTS_OF_COST = expression(r"[a-z_](?:Loss|L1|Entropy|Conf)$")  # "Training cost: 1203.2, ObjLoss=4.1, SmoothL1=2.6"
REWARDED = expression(r"\b(?:(?:\w{1,9}[ _])?rewards?|returns?|epsilon|eps)\b", re.I)
# "Process 8300/9272(89%), loss 0.5", "finished 2/3 epochs".
PROCESSED = expression(r"process(?:ed|ing)?|finished|completed|done|trained|running|starting", re.I)
NTH_EPOCH = expression(r"\s{1,3}epoch[,:] ", re.I)      # "7 epoch, ACC 0.5"
# "train images: 800, iters: 50": as many are in a data set.
OF_A_SET = expression(r"\b(?:images|elements|samples|examples|sequences|clips)\b", re.I)
OF_EPOCH = expression(r"\s{1,3}of\s{1,3}epoch\b", re.I)  # "300/5000 of epoch 2"
EPOCH_PLACE = expression(r"\W*epoch \d+\s?: ?\d+ ?/ ?\d+\s*", re.I)  # "Epoch 0: 9080 / 10000", and nothing else
PAIR = expression(r"\[\s{0,9}(\d+)(?:,\s|\s?\|)\s{0,9}(\d+)\]")  # "[2,  4000] loss: 1.8"
TWO_PLACES = expression(r"\s*(?:\]\s?\[|\)\(|\||\(\s*\d+%\s*\)\s*\[)\s*")  # "[3/9][50/464]", "3/9 (33%) [50/464"
OF_BOXED = expression(r"\[\d+ ?\| ?\d+ ?\]")  # "Epoch: [3 | 164]"
OPEN = expression(r"[ \[(]*")          # all that may stand before a place at the start: "[ 20/100]",
MARK = expression(r"[^\w|/]*")       # ... or an arrow, a star, an emoji
NO_WORD = expression(r"\W*(?:\d{1,3}(?:\.\d{1,9})?%\W*)?")  # between two places: "3/9 - 50/464", "3/9 33% 50/464"
ARROW = expression(r"\s*[-=]+>\s*")                     # "0.5 -> 0.4"
STAGED = expression(  # behind a step that is none of the training: "Step 3/5: Loading data", "Step 1: Add 3 and 4."
    r"\s{0,3}(?:step)?\s{0,3}(?:[:–—|\]]|-?>|- |\. )\s{0,3}(?!done|complet|finish|sav|took)(?=[^\W\d_])"
    r"(?!.*(?:loss|reward|\bacc|ppl|\blr))(?:[^\d=%]*(?:=[=\s]*)?$|[^=%:|]{12,400}[.!?]\s*$|[a-z]{2,20}ing\b"
    r"|(?:load|prepar|download|build|tokeni[sz]|fine-?tun|merg|export|convert)[a-z]{0,9}|train (?=[(a-z]))", re.I)
TIMES = {time_word: unit_s for unit_s, time_words in (
    (1e-6, "us µs"), (1e-3, "ms"), (1.0, "s sec secs second seconds"), (60.0, "m min mins minute minutes"),
    (3600.0, "h hr hrs hour hours"), (DAY_S, "d day days")) for time_word in time_words.split()}
# Of "1h 2m 3s" one part; and a number whose unit is none of a time: "12 steps", "12it", "5 s/it".
TIME_PART = expression(r"(?:(?<=\w)[,:]?\s{0,2}(?:and\s)?)?\d{1,15}(?:\.\d{1,9})?"
                       r"\s?(?P<unit>[A-Za-zµ]{1,9})(?![A-Za-z/])")
OTHER_UNIT = expression(rf"\d{{1,15}}(?:\.\d{{1,9}})?\s?(?!(?:{'|'.join(TIMES)})(?![A-Za-z/]))"
                        r"(?:(?P<glued>(?<=\d)[A-Za-zµ]|[a-z]{1,9}/)|(?P<unit>[A-Za-z]{1,12}))")
NAME_EDGES = " '\"-•>|,;:"  # what stands around a name and is none of it: "4ms/step - accuracy: 0.65"
SCALE = {"": 1.0, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "T": 1e12}
SPACED_UNIT = expression(  # "3 min", but not of the next key: "0.5 d(x): 0.7", "D loss: 0.5 G loss: 0.7"
    r"\s{1,2}(?![A-Za-z]\s\w{1,20}\s?[:=])([A-Za-z]{1,12})\b(?![(=]|/\w{1,6}\s?[:=])")
SIDE = expression(  # but not in the name of a run, nor of what has no value: "exp-test | loss: 0.5", '"val_loss": null'
    r"(?<![a-z])(?<![a-z]-)(train(?:ing)?|val|valid|validation|eval|evaluation|test|dev|cv)(?:set)?"
    r"(?![a-z]|_[a-z_]{1,40}[\"']?\s?[:=]\s?(?:null|none)\b)", re.I)
EVAL_LEAD = expression(  # the line begins as of an evaluation: "[Validation] loss 0.5", "Running eval:"
    r"[\W_]{0,20}\(?(?:(?:running|start|starting|begin|beginning) )?(?:val|valid|validat\w{0,9}|eval|"
    r"evaluat\w{0,9}|test|testing|tester|dev|sanity|cv(?! ?\d)|predict\w{0,9}|inference)\b(?![/_])", re.I)
TRAIN_LEAD = expression(r"\W*train(?:ing)?\b(?![/_])", re.I)
COUNTER_LEAD = expression(r"[\W_]{0,20}(?:epoch|ep|step|iter\w{0,9})\b[\W\d_]{0,30}(?:of[\W\d_]{1,20})?", re.I)
BEST_LEAD = expression(  # "Saving the best model (loss 0.3)", "Loaded checkpoint of epoch 3, loss 0.3"
    r"\W*(?:(?:new |sav(?:ed|ing) (?:the |new |current ){0,2})?(?:best|lowest|minimum)\b|(?:previous|sanity)\b"
    r"|(?:loaded|loading|restored|restoring) (?:\w+ ){0,3}(?:model|checkpoint|weights|state)\b)", re.I)
EPOCH_LEAD = expression(r"\W*epoch \d", re.I)
ONCE = expression(r"\b(?:if|when|until|unless)\b", re.I)  # "stops when loss < 0.05"
# A counter beside one of these is of another time: "best at epoch 3", "saved step 500", "next eval at step 600".
LOOKS_BACK = expression(r"\b(?:best|lowest|sav(?:e|ed|ing)|load(?:ed|ing)?|resum\w{1,4}|restor\w{1,4}|"
                        r"(?:remov|delet|keep|upload|push|committ)(?:ed|ing)|kept|commit of|every|next|until|schedule|"
                        r"calculation at|(?:continu\w{1,4}|start\w{0,3}) (?:from|with|at)|will)\b(?! time)",
                        re.I)
# A counter beside these is a setting, or of a preparation: "epochs: 3, batch_size: 8", "tokenizing: step 3".
DUMP = expression(r"batch_?size|\bseed\b|weight_decay|namespace\(|num_workers|hyperparam|\bconfig\b|argument|"
                  r"warning|\b(?:generat|collect|download|upload|tokeni[sz]|encod|decod|fetch|prefetch|prepar|render|embed|"
                  r"index|cach|extract|precomput|sampl)ing\b", re.I)
# Behind an epoch's number, and in its key, the word that it is over: "Epoch 3 done", "finished epoch 3".
DONE = expression(r"\W{0,3}(?:is |was )?(?:completed?|finished|done|end|ended|summary|took)\b", re.I)
DONE_KEY = expression(r"\b(?:finished|completed|done|end)\b", re.I)
RATE = expression(  # "409 tok/s", "1.2k samples per second", "1.9 s/it"
    r"(?<![\w.,])(?P<fast>\d+(?:,\d+)*(?:\.\d+)?)\s?(?P<k>[kKM])?\s?(?P<unit>it|iters?|steps?|samples?|examples?|"
    r"images?|imgs?|tok(?:en)?s?|words?|batch(?:es)?|seqs?|sequences?)\s?(?:/|per )\s?s(?:ec(?:ond)?)?\b(?!\s*[:=])"
    r"|(?<![\w.,])(?P<slow>\d+(?:\.\d+)?)\s?(?:s|sec)/(?:it|iter|step|batch)\b", re.I)
RATE_WORDS = ("/s", "/ s", "per ", "s/", "c/")  # one of them is in whatever RATE finds
# What "samples/sec: 12.5" may be of; how a thing begins, and the unit of its rate.
THINGS = {"tok", "token", "tokens", "samples", "sample", "images", "imgs", "words", "examples", "steps", "step"}
UNITS = (("tok", "tokens/s"), ("it", "it/s"), ("step", "it/s"), ("batch", "it/s"), ("im", "images/s"),
         ("word", "words/s"))


def unit_of(thing: str) -> str:
    """'tok', 'tokens' -> 'tokens/s'."""
    return next((unit for start, unit in UNITS if thing.lower().startswith(start)), "samples/s")


def scaled(unit: Optional[str]) -> tuple[float, str]:
    """How much one of a unit is, and of what: 'k' -> 1000, 'k'; 'kit' -> 1000, 'it'."""
    unit = (unit or "").strip()
    thing = unit[1:] if unit[:1] in SCALE and unit[1:] in COUNTERS else unit
    return SCALE.get(unit[:len(unit) - len(thing)] or unit, 1.0), thing


class Number(NamedTuple):
    """A number of a line, what names it, and what it is out of."""

    found: "re.Match[str]"
    before: str = ""   # what stands between the number before it and
    key: str = ""      # the words that name it
    sep: str = ""      # from which this parts it
    total: Optional["re.Match[str]"] = None

    @property
    def start(self) -> int:
        return self.found.start()

    def unit(self) -> str:
        """What it counts in: '%', 's', 'k', 'epochs'; '' where nothing tells."""
        glued = (self.found["unit"] or "").strip()
        spaced = SPACED_UNIT.match(self.found.string, self.found.end())
        return glued or (spaced[1] if spaced else "")


def name_before(gap: str) -> tuple[str, str, str]:
    """What names the number behind a gap: ' | val loss (mean): ' -> (' | ', 'val loss mean', ': ')."""
    tupled = TUPLED.search(gap) if "'," in gap else None
    if tupled:
        return gap[:tupled.start()], tupled[1], ": "  # "('epoch', 3)"
    body = gap.rstrip(" \t\"'`[({<#:=>~-")
    if body[-1:] == "|" == gap[len(body):].strip() + "|" and body.count("|") == 1 + (body.lstrip()[0] == "|") and (
            not body.lstrip()[0].isalpha()):
        body = body[:-1].rstrip()  # ": train loss |  0.5", "|loss| 0.5", but not "5 steps | 0.5"
    if gap[len(body):len(body) + 1] == "(":
        body = WRAPPED.sub("", body).rstrip(" =:")  # "loss=Array(0.5"
    sep, note = gap[len(body):], ""
    if body.endswith(")") and "(" in body:
        body, _, note = body[:-1].rpartition("(")
    edge = TO_EDGE.match(body)
    start = edge.end() if edge else 0
    for end in islice(SENTENCE.finditer(body, start), PAIRS_MAX) if has_any(body, (". ", "! ")) else ():
        start = end.end()  # "640 records. Loss is 0.5"
    key = body[start:].strip()
    boxed = KEY_BOXED.search(body) if body[-1:] == "]" and not key else None
    if boxed and meaning(boxed[1]).field in ("epoch", "step", "loss", "val_loss"):
        start, key = boxed.start(), boxed[1]
    if note and (meaning(key[-KEY_MAX:]).field == "learning_rate" if key else not sep.strip()):
        note = ""          # "lr(LinearWarmup): 0.01", "0.7 (train loss) 0.8 (val loss)"
    return body[:start], f"{key} {note}".strip()[-KEY_MAX:], sep


def apart(number: Number) -> Iterator[Number]:
    """Of "step/epoch [380/2]", "train/val loss: 0.5/0.6" and "loss/acc: 0.5/0.8" the two, any other number as it is."""
    keys, sides = number.key.rpartition("/")[::2], BOTH_SIDES.search(number.key)
    fields = {meaning(key).field for key in keys if key[-1:] != " "}  # not of "9 epochs / iter 3 of 8"
    if sides:
        train, val = filter(None, sides.groups())
        keys = number.key.replace(sides[0], train), number.key.replace(sides[0], val)
    if not (sides or (number.total and fields in ({"epoch", "step"}, {"loss", "metric"}, {"val_loss", "metric"}))):
        yield number
        return
    yield number._replace(key=keys[0], total=None)
    if number.total:
        yield Number(number.total, number.before, keys[1], number.sep)


def numbers_of(text: str, begin: int, end: int) -> Iterator[Number]:
    """The numbers of a part of a line, those that are out of others with their totals."""
    found = [number for number in islice(NUMBER.finditer(text, begin, end), PAIRS_MAX)
             if "-" not in text[number.start() - 1:number.start() + 1]
             or not NAMESAKE.search(text, max(begin, number.start() - 24), number.end())]
    last, i, carried, before = begin, 0, None, ""
    while i < len(found):
        j, start = i, found[i].start()
        while j + 1 < len(found) and (OF.fullmatch(text, found[j].end(), found[j + 1].start()) or (
                j == i and OF_BOXED.match(text, start - 1, found[j + 1].end() + 2))):
            j += 1
        gap = text[last:start][-GAP_MAX:]
        number = Number(found[i], *name_before(gap), total=found[j] if j == i + 1 else None)
        if text[last:last + 1] == ")" and not number.key:
            number = number._replace(key=name_before(before)[1])  # "LR (group 0)=0.1"
        before = number.before
        if carried:
            number = number._replace(before=carried.before, key=carried.key, sep=carried.sep)
        following = text[found[j].end():found[j + 1].start()] if j + 1 < len(found) else "."
        arrow = ">" in following and ARROW.fullmatch(following)  # "0.5 -> 0.4"
        of_step = following.strip() in ("", ":") and j == i and (
            "." not in found[i][0] and "." in found[j + 1][0]  # "loss 1440 0.51"
            and meaning(number.key).field in ("loss", "val_loss"))
        span = RANGE.match(text, start - 1) or (
            OF_MANY.match(text, start - 1) and meaning(number.key).field in ("loss", "val_loss"))
        carried = number if arrow or of_step or span else None
        if of_step:
            yield number._replace(key="step", sep=":")
        elif not carried and (j - i < 2 or meaning(number.key).field == "step"):  # "2024/01/14" is no counter
            yield from apart(number) if has_any(number.key, "/,") else (number,)
        unit = EPOCH_BEHIND.match(text, found[j].end()) if j > i else None  # "2/3 epochs [10/20] loss 0.5"
        last, i = (unit or found[j]).end(), j + 1


READERS = {"": "nameless", "eta": "duration", "elapsed": "duration", "epoch": "place", "step": "place"}  # else a value


class Pairs:
    """Reads keys and values, and counters with and without a name; `boxed` for a row of a key and its value."""

    def __init__(self, line: RawLine, begin: int, end: int, boxed: bool = False) -> None:
        self.line, self.begin, self.boxed = line, begin, boxed
        text, low = line.text, line.text[begin:end].lower()
        lead = COUNTER_LEAD.match(text, begin, end)
        behind = lead.end() if lead else end
        self.of_eval = EVAL_LEAD.match(text, begin, end) or (
            None if "train" in low[behind - begin:] else EVAL_LEAD.match(text, behind, end))
        self.side = "" if not self.of_eval else "test" if "test" in self.of_eval[0].lower() else "val"
        self.loss_side = ""      # side that a loss is named after
        self.last, self.lossy = "", False  # field of the number before; does its key tell of a loss?
        self.places: list[tuple[Number, Fact]] = []
        self.loose: list[tuple[Number, Meaning]] = []
        self.facts: list[Fact] = []
        self.fixed: dict[str, Any] = {}
        self.seen: set[str] = set()
        self.lead = False
        self.sided = has_any(low, ("train", "val", "test", "dev", "cv"))
        self.past = low.find("best so far:") + begin  # "Epoch 9 | Best so far: epoch 3 loss: 0.5"
        self.numbers = list(numbers_of(text, begin, end))
        self.read = 0            # how many of them are
        self.words: set[str] = set()  # of the key of the last

    def read_all(self) -> None:
        """Take what the numbers say."""
        for i, number in enumerate(self.numbers, 1):
            self.read, self.words = i, set(split_words(number.key))
            said = SIDE.findall(number.before) if self.sided else ()
            if said:
                self.side = side_of((said[-1].lower(),))
            what = meaning(number.key)
            if number.before.rstrip(' "')[-1:] == "{" and (what.field == "side" or number.key in TOTAL):
                what = meaning(f"{number.key} {name_before(number.before)[1]}")  # '"loss": {"train": 0.5, "val": 0.6}'
            if what.field == "metric":
                what = self.shorter(number.key) or what  # "starting with max_epochs=20"
            side = what.side or self.side
            field = self.field_of(number, what, side, self.numbers[i] if i < len(self.numbers) else None)
            getattr(self, READERS.get(field, "value"))(number, field, what, side)
            self.last, self.lossy = what.field, bool(LOSS & self.words) and not NO_RATE & self.words  # "loss scale"
        self.loose_ones()
        self.unnamed()

    @staticmethod
    def shorter(key: str) -> Optional[Meaning]:
        """The meaning of the last word of a phrase, if it has one of its own."""
        rest, _, last = key.rpartition(" ")
        what = meaning(last)
        if what.field in ("metric", "side"):
            return None
        others = NOT_HERE | JUDGED | (NO_LOSS if what.field in ("loss", "val_loss") else set())  # "target loss"
        return what if others.isdisjoint(split_words(rest)) else None

    def field_of(self, number: Number, what: Meaning, side: str, following: Optional[Number]) -> str:
        """The field that a number is of, where its neighbours say more than its key."""
        if number.total and what.field in ("total_epochs", "total_steps"):
            return what.field[6:-1]  # "Batch Num: [45/100]"
        if number.key.lower() == "episode" and not number.before.strip(" \t[(|#") and (
                number.total or REWARDED.search(self.line.text)):
            return "step"            # "Episode 120/500", "Episode 120 | reward 3.1", but not "Collecting: episode 3/10"
        if what.field == "side" and number.total and "." in number.found[0] and number.total[0][-1:] == "%":
            return "val_loss" if side in ("val", "test") else "loss"  # "Train 0.41/83.2%": loss and accuracy
        if what.field == "side" and side in ("val", "test") and self.last in ("loss", "val_loss"):
            return "val_loss"        # "loss train: 1.2, val: 1.3"
        if what.field == "side" and side == "train" and following and not (number.total or number.unit()) and (
                number.found[0].isdigit() and (following.total or meaning(following.key).field == "loss")):
            return "epoch"           # "Train: 0 [ 150/312 ( 48%)]", "Train 3, loss: 0.5"
        lossy = "loss" in self.line.text.lower()
        if number.total and PROCESSED.fullmatch(number.key) and (
                EPOCH_BEHIND.match(self.line.text, number.total.end())
                or (lossy and SHARE.match(self.line.text, number.total.end()))):
            return ""                # "completed 120 / 200 epochs", "Process 83/92(90%) loss 0.5"
        if what.field == "progress" and number.total and all(
                meaning(other.key).field != "step" or meaning(other.key).plural for other in self.numbers):
            return ""                # "progress: 100/2000", but not beside "step: 10"
        if what.field == "metric" and number.total and self.last == "epoch" and lossy and (
                self.words and self.words.isdisjoint(NOT_HERE | NO_LOSS | JUDGED)):
            return ""                # of a word that nobody knows: "epoch 1/9, lot 5/10, loss: 3"
        return what.field.replace("side", "")

    def place(self, number: Number, field: str, what: Meaning, side: str) -> None:
        """An epoch or a step, or how many there are of them."""
        if number.found["time"] or (number.sep.strip() and LOSS & self.words):
            return  # "loss at epoch: 0.5"
        if number.sep[:1] == '"' and number.key.endswith("_num"):
            if EVENT.search(self.line.text):  # '"epoch_num": 3' of a record may be either
                self.counter(number, field)
        elif what.plural and not number.total:
            if what.side not in ("val", "test"):  # "| eval_steps | 200 |"
                self.loose.append((number, what))
        elif side not in ("val", "test") or (
                field == "epoch" and self.of_eval and number.start < self.of_eval.start()):  # "Epoch 3 | val score 0.8"
            self.counter(number, field)

    def value(self, number: Number, field: str, what: Meaning, side: str) -> None:
        """A loss, a learning rate, a planned total or a metric."""
        if number.found["time"]:
            return
        if field in ("loss", "val_loss"):
            if not (self.boxed and what.rank == PART):  # the whole may stand further down
                self.loss(number, what, side)
        elif field == "learning_rate" or (
                field == "progress" and ("percent" in number.key or number.unit() == "%")
                and "[" not in number.sep):  # "Progress: [ 42%]" is of an installation
            self.seen.add(field)
            self.facts += self.line.fact(field, number.start)
        elif field in ("total_epochs", "total_steps", "span") and side not in ("val", "test"):
            self.seen.add(field)
            self.facts += self.line.fact(field.replace("total", "planned"), number.start, SCALE.get(number.unit(), 1.0))
        elif number.sep.strip(" \t\"'") or " " not in number.key:
            self.facts += self.line.fact(METRIC + number.key.strip(NAME_EDGES), number.start)

    def loss(self, number: Number, what: Meaning, side: str) -> None:
        """A loss, if the number is none of something else that is told of one: "loss of 9 steps", "loss 3/9"."""
        side = side or (self.loss_side if what.rank == PART else "")  # "test loss 0.7, depth loss 0.4"
        field, unit = "val_loss" if side in ("val", "test") else "loss", number.unit()
        words = number.key.rpartition("- ")[2].strip("*· ").split()
        prose = len(words) > 4 and not (number.sep.strip(" \t\"'") or words[-1] in ("is", "was", "now"))
        place = (unit[-1:] == "s" and unit in COUNTERS) or ("." not in number.found[0] and (
            number.total or "wins" in self.line.text))  # "wins=33 losses=11"
        past = self.begin <= self.past < number.start
        past = past or number.sep.strip() in ("<", ">", "<=", ">=")  # "goal: loss < 0.1"
        timed = unit == "%" or unit.lower().partition("/")[0] in TIMES
        if not (place or prose or past or timed or (unit and unit in SCALE)):
            plain = "last" not in self.words and self.words & {"loss", "losses"}
            other = 0.5 if what.rank == 1 and not plain else 0  # "nll=0.3 loss=0.5", "last_loss=0.3 loss=0.5"
            rank = what.rank + other + (TESTED if side == "test" and what.rank < PART else 0)
            self.facts += self.line.fact(field, number.start, rank=rank, name=number.key.lstrip("│├└─ "))
            self.seen.add(field)
            self.loss_side = what.side or self.loss_side

    def counter(self, number: Number, field: str) -> None:
        """An epoch or a step, with its total where one is printed."""
        key, unit, scale = number.key.lower(), number.unit(), scaled(number.found["unit"])[0]
        total = self.total(number, field)
        long = number.found["unit"] or unit[1:] or "." in number.found[0]  # "3s", "3 min", "3.1 s", but not "3 s"
        timed = unit == "times" or (long and unit.lower() in TIMES)
        if key.split()[-1:] == ["e"] and not (total or re.search(r"\b(?:B|it)\b", self.line.text[number.found.end():])):
            return  # "E: 12 R: 3.1": an episode
        if key.split()[-1:] == ["ep"] and not total and REWARDED.search(self.line.text):
            key, field = "episode", "step"  # and so is "Ep 12 | reward 3.1"
        if unit == "%":
            self.facts += self.line.fact("part" if field == "epoch" else "progress", number.start)  # "Epoch: 50.0%"
            return
        told = total and "at" not in self.words  # not of "best loss: 0.3 at epoch 7/50"
        ends = (number.total or number.found).end()
        staged = self.words == {"step"} and not self.seen and STAGED.match(self.line.text, ends)
        things = total and not self.seen and OF_A_SET.match(self.line.text, ends + 1) and (
            "loss" not in self.line.text.lower())  # "batch 3/10 images written"
        if timed or staged or things or (not told and self.looks_back()) or (
                key == "b" and "epoch" not in self.seen) or (key == "i" and "loss" not in self.line.text.lower()):
            return
        if field == "epoch" and COUNTERS.get(unit) == "step" and (
                "(" in number.sep or ("=" in number.sep and self.read == len(self.numbers))):
            self.facts += self.line.fact("span", number.start)  # "One epoch = 90 iterations.", "1 epoch (90 steps per"
            return
        rank = (LEADING if key == "episode" else NAMED if total else GLOBAL if "global" in key or key == "num_updates"
                else LEADING if key == "ep" or key.startswith("current")  # "current_epoch: 1, epoch: 2"
                else SIZE if "batch" in key and number.sep.strip() else BARE)
        if total and not self.seen and self.read > 1 and self.numbers[self.read - 2].total:
            self.fixed["scope"] = "epoch"  # "Local: [1/90] Batch: [32/256]": within whatever the outer one counts
        # "step 11/21400 ... epoch: 1": the outer is first
        scope = ("epoch" if number.total and OF_EPOCH.match(self.line.text, number.total.end())
                 else "run" if total and "epoch" not in {*self.seen, *(what.field for _, what in self.loose)}
                 else "")
        if field == "epoch":
            self.fixed["ended"] = bool(DONE.match(self.line.text, ends) or DONE_KEY.search(key))
        coarse = "coarse" if key == "episode" or split_words(number.key)[-2:] == ("n", "updates") else ""
        self.seen.add(coarse or field)
        self.facts += self.line.fact(field, number.start, scale, rank=rank, total=total, scope=scope, name=coarse)

    def looks_back(self) -> bool:
        """True where the words so far tell of what was or will be."""
        return any(LOOKS_BACK.search(f"{number.before} {number.key}") for number in self.numbers[:self.read])

    def total(self, number: Number, field: str) -> Optional[Fact]:
        """What a counter is out of."""
        of = number.total
        if not of or not of["value"] or to_float(of["value"]) % 1:
            return None  # "Epoch: 0.02/20.0", but not "0.51/0.53"
        return self.line.number(f"total_{field}s", of.start(), scaled(of["unit"])[0])

    def nameless(self, number: Number, _field: str, what: Meaning, side: str) -> None:
        """A number without a name: a place to be judged when all is read, a percentage, a loss behind its step."""
        text = self.line.text
        if number.unit() == "%":
            if self.last in ("step", "epoch"):
                self.facts += self.line.fact("progress" if self.last == "step" else "part", number.start)
            elif STEP_SHARE.match(text, self.begin) or (
                    number is self.numbers[0] and RUN_SHARE.match(text, number.found.end())):
                self.facts += self.line.fact("progress", number.start)
        elif self.last == "epoch" and text[number.start - 1] == "[" and text[number.found.end():][:1] == "]":
            self.counter(number, "step")  # "Epoch 02 [180] | loss 0.5"
        elif number.total and EPOCH_BEHIND.match(text, number.total.end()):
            self.counter(number, "epoch")  # "1/50 epochs done"
            if number.unit() == "epoch":
                self.fixed["counts"] = True  # "2 epoch / 20 epochs"
        elif number.total and scaled(number.total["unit"])[1] in COUNTERS:  # "1/50epoch started", "9it/2kit"
            self.counter(number, COUNTERS[scaled(number.total["unit"])[1]])
        elif number is self.numbers[0] and ((number.found["unit"] == "epoch" and "loss" in text.lower()) or (
                not text[self.begin:number.start].strip() and NTH_EPOCH.match(text, number.found.end()))):
            self.counter(number, "epoch")  # "7epoch results: loss=0.5", "7 epoch, ACC 0.5"
        elif number.total and not self.of_eval and "." not in number.found[0] and not (
                (number.found["unit"] or "").lower() in TIMES or ELSE.match(text, number.total.end("value"))
                or (self.last == "metric" and number.sep.strip() == "(")):  # nor "117.6s/20 iters"
            total = self.total(number, "step")
            self.places += [(number, total)] if total else []
        elif (number.sep.strip() in tuple(":=") or number.key == "is" or (
                self.last in ("step", "epoch") and not number.key and "." in number.found[0]
        )) and not number.found["unit"] and (
                self.lossy or (self.last == "step" and "loss" in text[:number.start].lower())):
            self.facts += self.line.fact("val_loss" if self.side in ("val", "test") else "loss", number.start, rank=1)
            self.seen.add("loss")  # "loss at step 200: 0.5"
        elif number.key.strip(NAME_EDGES) and "." in number.found[0]:  # "epoch 5: train 0.4 valid 0.5"
            self.facts += self.line.fact(METRIC + number.key.strip(NAME_EDGES), number.start)
            self.seen |= {"loss"} if what.field == "side" and side == "train" else set()  # "[3/50] train=0.4 val=0.5"

    def duration(self, number: Number, field: str, _what: Meaning, side: str) -> None:
        """A time that is left or has passed, of an evaluation it is not told."""
        hours = 3600.0 if "hour" in number.key.lower() else 60.0 if "minute" in number.key.lower() else 1.0
        if side not in ("val", "test"):
            self.facts += self.line.duration(field + "_s", number.found.start(), hours)

    def loose_ones(self) -> None:
        """'steps: 10' beside a loss is where the run is, alone it says how many there will be."""
        for number, what in self.loose:
            other = COUNTERS.get(number.unit(), what.field) != what.field  # "20 epochs = 959 iterations"
            own = not re.search(r"[^\W\x00-\x7f]", number.key) and number.unit() != "%" and "(" not in number.sep and (
                not OF_A_SET.search(self.line.text, self.begin, number.start))  # "train images: 800, iters: 50"
            alone = own and not other and number.sep.strip() and "coarse" not in self.seen and (
                not REWARDED.search(self.line.text)) and (
                len(set(split_words(number.key)) - TRAIN - {"num"}) == 1)
            if ((self.boxed and what.field == "step") or self.seen & {"loss", "epoch"}) and what.field not in self.seen:
                self.counter(number, what.field)
            elif alone and {"epoch", "step"} <= self.seen and what.field == "step" and any(
                    number.key.rstrip("es") == other.key for other in self.numbers):
                if "batches" in split_words(number.key):
                    self.fixed["scope"] = "epoch"
                self.facts += self.line.fact("total_steps", number.start)  # '"epoch": 3, "batch": 5, "batches": 9'
            elif alone and "batches" in split_words(number.key):
                self.facts += self.line.fact("span", number.start)  # of a loader, and so of an epoch
            elif alone:
                if "total_steps" in self.seen:
                    self.fixed["places"] = True  # "total_steps:226 epochs:1.20" tells places
                self.facts += self.line.fact(f"planned_{what.field}s", number.start)

    def unnamed(self) -> None:
        """Counters without a name: '[ 20/100]' beside epoch, loss or learning rate, '60/60 - 1s' at the start."""
        text, epoch = self.line.text, "epoch" in self.seen
        pair = PAIR.match(text, self.begin) if "loss" in self.seen else None
        (first, of), (second, of_second) = (*self.places[:2], (None, None), (None, None))[:2]
        behind = first.total.end() if first and first.total else 0
        lead, marked = (bool(first and sign.fullmatch(text, self.begin, first.start)) for sign in (OPEN, MARK))
        epochs = self.total(first, "epoch") if first else None
        if pair:
            self.facts += self.line.fact("epoch", pair.start(1), rank=LEADING)
            self.facts += self.line.fact("step", pair.start(2), rank=LEADING, scope="epoch")
        elif first and second and (TWO_PLACES.fullmatch(text, behind, second.start) or (
                marked and "loss" in self.seen and NO_WORD.fullmatch(text, behind, second.start))):  # "[3/9] - 50/464"
            self.facts += self.line.fact("epoch", first.start, rank=PLACED, total=epochs)
            self.facts += self.line.fact("step", second.start, rank=PLACED, total=of_second, scope="epoch")
        elif first and (marked or BOXED_SIDE.match(text, self.begin, first.start)) and (
                not marked or EPOCH_AGAIN.match(text, behind) or (not epoch and (
                ("step" in self.seen and ("loss" in self.seen or "scope" in self.fixed)) or (  # "[2/10] step 50/100"
                "val_loss" in self.seen and text[:first.start].rstrip()[-1:] == "["
                and len(first.total[0] if first.total else "") < 5)))):  # "[01/30] val_loss=2"
            self.facts += self.line.fact("epoch", first.start, rank=PLACED, total=epochs)
            self.fixed["twice"] = True
        elif first and epoch and text[first.start - 1] == "(" and not text[behind:].strip(" ):"):  # "Epoch 3 (3/20)"
            self.facts += [] if "loss" in self.seen else self.line.fact("epoch", first.start, rank=NAMED, total=epochs)
        elif first and (epoch or "loss" in self.seen or (lead and (
                "learning_rate" in self.seen or BEGINS.match(text, behind)))
                        or (SHARE.match(text, behind) and purpose(text[self.begin:first.start]) == "train")):
            self.lead, scale = lead, scaled(first.found["unit"])[0]  # "29k/250k steps | loss 4.1"
            if "step" in self.seen and SHARE.match(text, behind):
                self.fixed["scope"] = "epoch"  # "Iter: 1 [300/900 (33%)]": within that, as within an epoch
            self.facts += self.line.fact("step", first.start, scale, rank=PLACED, total=of, scope="epoch")
        elif self.numbers and not epoch:
            number = self.numbers[0]
            follows, before = text[number.found.end():number.found.end() + 2], text[self.begin:number.start].strip(" ")
            tells = follows in ("]\t", "/U") or (before == "[#" and not follows[:1].isalnum()) or (
                self.seen & {"loss", "val_loss"} and follows.lstrip("]")[:1] in tuple(":\t|, "))
            of_two = self.numbers[1:] and not self.numbers[1].found["unit"] and (  # "0 120 loss - 4", but not "5 0s"
                not text[number.found.end():self.numbers[1].start].strip())
            if tells and number.found["value"] and not (before.strip("[#") or number.found["unit"] or of_two):
                self.facts += self.line.fact("epoch" if self.shared() else "step", number.start, rank=LEADING)

    def shared(self) -> bool:
        """True where the line tells how much of an epoch is done: "[2] training: 96.5%"."""
        return any(number.unit() == "%" and number.key.lower() == "training" for number in self.numbers)


def throughput_of(line: RawLine, begin: int, end: int, facts: Sequence[Fact]) -> tuple[Optional[Fact], str]:
    """Throughput and its unit: '409 tok/s', '1.9 s/it', 'samples/sec: 12.5'."""
    at_once = has_any(line.text.lower(), RATE_WORDS)
    found = next(filter(None, (RATE.match(line.text, at, end) for at in line.starts if at_once and at >= begin)), None)
    if found and found["slow"]:
        return line.number("seconds_a_step", found.start("slow")), "it/s"
    if found:
        return line.number("rate", found.start("fast"), SCALE.get(found["k"], 1.0)), unit_of(found["unit"])
    for fact in facts:
        words = set(WORDS.findall(fact.field.lower()))
        if words & {"sec", "second", "s"} and words & THINGS and not words & EVAL:
            return fact._replace(field="rate"), unit_of(min(words & THINGS))
    return None, ""


def read_pairs(line: RawLine, begin: int, end: int, boxed: bool = False) -> tuple[list[Fact], dict[str, Any]]:
    """The facts of a line's part by its pairs and counters, and what is fixed; `boxed` for a row of keys and values."""
    pairs = Pairs(line, begin, end, boxed)
    pairs.read_all()
    facts = pairs.facts
    if EPOCH_PLACE.fullmatch(line.text, begin):
        pairs.fixed["alone"] = True
    fields = {fact.field for fact in facts}
    if fields & {"epoch", "step"} and not fields & {"loss", "val_loss"} and (
            DUMP.search(line.text, begin, end) and not EPOCH_LEAD.match(line.text, begin)):
        facts = [fact for fact in facts if fact.field not in ("epoch", "step")]
    if not fields & {"epoch", "loss", "val_loss"}:
        facts = [fact for fact in facts if fact.rank != SIZE]  # "batch = 64"
    told = {fact.metric().lower() for fact in facts}
    if told & LOSS_PARTS or ("total" in told and any(fact.name.lower() in LOSS_PARTS for fact in facts)):
        facts = [fact._replace(field="loss", name="total") if fact.metric().lower() == "total" else fact
                 for fact in facts]  # "recon: 0.4 kl: 0.1 total: 0.5"
        facts = [fact for fact in facts if fact.field != "loss" or fact.rank != PART]  # "L1: 0.03, sync loss: 0.0"
    if "raining cost" in line.text and any(PARTS_OF_COST.search(fact.name or fact.field) for fact in facts):
        facts = [fact for fact in facts if fact.field != "loss" or fact.rank == PART]  # seconds
    if BEST_LEAD.match(line.text, begin, end) or (  # "Best iteration / VAL412 (val_loss=0.1)" is none of the present,
            not fields & {"epoch", "step"} and ONCE.search(line.text, begin, end)):  # nor "stops when loss < 0.05"
        facts = [fact for fact in facts if fact.field not in VALUES]
    if "max mem" in line.text or pairs.lead:
        facts = [fact for fact in facts if fact.field != "eta_s"]  # that of the epoch
    if fields & {"epoch", "step", "loss"} and not pairs.of_eval:
        rate, unit = throughput_of(line, begin, end, facts)
        if rate:
            facts.append(rate)
            pairs.fixed["rate_unit"] = unit
    if pairs.of_eval:
        pairs.fixed["side"] = "val"
    elif "train" in (pairs.side, pairs.loss_side) or TRAIN_LEAD.match(line.text, begin):
        pairs.fixed["side"] = "train"
    return facts, pairs.fixed


# -- progress bars

BAR_TAIL = expression(r"""\s*
    (?P<place>\d[\d.,]{0,20})(?P<k1>[kKMGT]?) \s*/\s* (?P<total>\d[\d.,]{0,20})(?P<k2>[kKMGT]?) [A-Za-z]{0,20} \s*
    (?:\[\s?(?P<elapsed>[\d:]{1,20}) \s?<\s? (?P<left>[\d:?]{1,20})                 # tqdm: "6/50 [00:01<00:09
        (?:\s?,\s*(?P<rate>\d[\d.]{0,20}(?:,\d{3})?|\?) \s* (?P<unit>[^\],]*))?  # , 5.1it/s
        (?P<post>,.*)?                                                         # , loss=2.1]"
    |(?P<thin>[\d.]{1,20}) \s? (?P<per>it/s|s/it)\b)                           # rich: "6/50 5.1it/s"
    """, re.X)
BOXED = expression(  # "[015/030] train", "3/10(t)", "3/10:", "1|20|Loss"
    r"\s*\[?(?P<epoch>\d+)(?:/(?P<total>\d+)[\](:\s]|\|\d+\|)")
BAR_PERCENT = expression(r"[\d.]{0,9}\s{0,9}$")  # "Epoch 3  60", as it stands before "%|"
BOXED_BEHIND = expression(r"\[(?P<epoch>\d+)/(?P<total>\d+)\]\W*$")  # "Episode [1/2]:"
THIN_BAR = expression(r"%(?<=\d%)(?:\s*[━─╸╺]{3,}|(?=\s{1,3}[\d.]+[kKMG]?/[\d.]+[kKMG]? \[\d))")
# What a bar is of, by its name: not the training, an evaluation, the training, its epochs.
OTHER_BAR = expression(
    r"\W{0,40}(?:download|fetch|finding|load|tokeni[sz]|map(?![a-z])|mapping|filter|preprocess|process|sav|writ|cach|shard|"
    r"extract|scan|encod|embed|upload|comput|collat|pack|flatten|concat|creat|build|prepar|convert|merg|quanti|split|"
    r"search|check|read|pars|decod|resolv|index|import|sort|unzip|untar|copy|clean|group|warm|collect|rollout|calibrat|"
    r"benchmark|sampl|generat|scor|transcrib|simulat|self.?play|arena|mcts|games?\b|rewards?\b|stack|tiling|render|class\s+images|add(?:ing)?\b|truncat|drop|cast|appl|fold|denois)|"
    r"[^:]{0,80}\bdataset\b", re.I)
EVAL_BAR = expression(
    r"(?<![a-z])(?:val|valid[a-z]*|eval[a-z]*|test[a-z]*|dev|sanity|predict[a-z]*|infer[a-z]*|cv)(?![a-z_/])", re.I)
TRAIN_BAR = expression(
    r"(?<![a-z])(?:train[a-z]*|epochs?|ep|steps?|iter[a-z]*|it|fit[a-z]*|loss|batch[a-z]*|updat[a-z]*|optimi[sz][a-z]*|"
    r"lr|learn[a-z]*|fine-?tun[a-z]*)(?![a-z])", re.I)
RATE_OF_BAR = expression(r"\b(?:lr|learning rate)\b", re.I)  # an evaluation learns at none
OF_EPOCHS = expression(r"\W*(?:(?:total |training )?epoch\W*$|(?:total |training |train )?epochs\b(?!\W{0,3}\d))", re.I)
ANY_BATCHES = expression(r"\W*batch(?:es)?\W*", re.I)  # of a training, or of an inference beside it
OF_STEPS = expression(r"(?:total )?(?:training )?steps?\b|(?:total|training) progress\b", re.I)
UNIT_OF_STEPS = expression(r"\??\s{0,9}[kM]?(?:(?:s/)?(?:it|step|batch|update)|s/$)", re.I)


def judge(facts: Facts, name: str) -> None:
    """Let the loss of a full bar that evaluates be what that came to; not of a first check.

    "valid: 100%| 9/9 [loss=0.5" -> val_loss 0.5
    """
    said = set(split_words(name))
    side = side_of(said) if EVAL_BAR.search(name) and not said & TRAIN and "sanity" not in said else ""
    if side and facts.loss is not None:
        facts.val_loss, facts.val_rank = facts.loss, max(facts.loss_rank, TESTED * (side == "test"))
        facts.loss = None


@lru_cache(maxsize=1024)
def purpose(name: str) -> str:
    """What a bar counts by its name: "train", "epochs", "other", or "" where it has no telling one."""
    name = in_english(name)
    if OTHER_BAR.match(name) or (EVAL_BAR.search(name) and not RATE_OF_BAR.search(name)):
        return "other"  # "Tokenizing train dataset"
    if OF_EPOCHS.match(name):
        return "epochs"
    return "train" if TRAIN_BAR.search(name) and not ANY_BATCHES.fullmatch(name) else ""


def plan_bar(line: RawLine, header: Sequence[str]) -> Plan:
    """What a bar means whose glyphs were left out: 'Epoch 1/4:  12%| 6/50 [00:01<00:09, 5.1it/s, loss=2.1]'."""
    text = line.text
    name_end = text.find("%|")
    found = BAR_TAIL.match(text, name_end + 2)
    name = BAR_PERCENT.sub("", text[line.begin:name_end])
    if not found:
        read, fixed = read_pairs(line, line.begin, len(text))
        return Plan("pairs", read, **fixed) if fixed or any(fact.field in UNTOLD for fact in read) else NOTHING
    name_end = line.begin + len(name)
    front = read_row(line, header, name_end) or read_pairs(line, line.begin, name_end)[0]
    after = read_pairs(line, found.start("post"), found.end("post"))[0] if found["post"] else []
    named = believed(front)[0]
    facts = {field: fact for field, fact in named.items() if field not in ("step", "part", "progress", *LATE)}
    if "epoch" in facts and "step" in named and named["step"].total:  # "[Epoch 3: 12/40]:   1%| 132/9000"
        facts["span"] = named["step"].total._replace(field="span")
    for field, fact in believed(after)[0].items():
        if field not in ("step", "planned_steps", "planned_epochs", "eta_s", "elapsed_s") and (
                field not in facts or field in ("loss", "val_loss")):
            facts[field] = fact
    epochs = BOXED.match(text, line.begin, name_end) or BOXED_BEHIND.search(text, line.begin, name_end)
    if epochs and "epoch" not in facts:
        for fact in line.fact("epoch", epochs.start("epoch"), total=line.number("total_epochs", epochs.start("total"))):
            facts["epoch"] = fact
    unit = clean((found["per"] or found["unit"] or "").strip(), 20)
    slow, rate_at = unit.startswith("s/"), max(found.start("thin"), found.start("rate"))
    own = line.fact("seconds_a_step" if slow else "rate", rate_at)
    own += line.duration("eta_s", found.start("left")) + line.duration("elapsed_s", found.start("elapsed"))
    total = line.number("total_steps", found.start("total"), SCALE[found["k2"]])
    own += line.fact("step", found.start("place"), SCALE[found["k1"]], total=total)
    name = name.strip(" :|-")
    kind = "epochs" if unit.startswith("epoch") else purpose(name)
    if not kind and unit and not UNIT_OF_STEPS.match(unit):
        kind = "other"
    return Plan("bar", [*own, *facts.values()], bar=name, of_bar=kind, rate_unit="it/s" if slow else unit)


# -- tables

UPRIGHTS = "|│┃║"    # what stands between the cells of a table


def split_cells(text: str, begin: int, end: int) -> list["re.Match[str]"]:
    """The cells of a table's line, whatever stands between them."""
    part = text[begin:end]
    if " " not in part and "|" in part:
        pattern = r"[^|]+|(?<![^|])(?![^|])"  # of CSV, in which a cell may be empty
    elif has_any(part, UPRIGHTS):
        pattern = f"[^{UPRIGHTS}]+"
    elif "\t" in part:
        pattern = r"[^\t]+"
    else:
        pattern = r"\S+(?: \S+)*" if "  " in part.strip() else r"\S+"
    return list(islice(compiled(pattern).finditer(text, begin, end), CELLS_MAX))


def cell_field(name: str) -> str:
    return {"#": "step", "e": "epoch", "round": "step"}.get(name.lower(), meaning(name).field)


def read_header(text: str, begin: int, above: Sequence[str] = ()) -> tuple[str, ...]:
    """The names of a table's columns, () for any other line; a comma between them counts as a bar.

    Below the names `above` the same may go on: "Mini-batch | Base Learning", then "Loss | Rate".
    """
    sign = ";" if text.count(";") >= 2 or ("," not in text and " " not in text) else ","
    if "|" not in text:
        text = text.replace(sign, "|")
    body = text[begin:].strip(UPRIGHTS + " \t")
    body = body[2:].lstrip() if body[:2] == "# " else body
    names = [cell[0].strip() for cell in split_cells(body, 0, len(body))]
    rest = [cell.strip() for cell in text[begin:].strip()[1:-1].split("|")] if above else []
    if rest and len(rest) == len(above) and not rest[0] and body and not re.search(r"\d", body):
        return tuple(" ".join(both).strip() for both in zip(above, rest))
    lead = names[0].split(" ", 1) if names else []
    cells = (*lead, *names[1:]) if lead and lead[0].lower() in COUNTERS and (
        not meaning(names[0]).plural) else tuple(names)  # "Epoch batch      loss"
    sides = [side_of(split_words(cell)) for cell in cells[:2]]
    if len(cells) == 2 and "".join(cells).isalpha() and sides[0] == "train" and sides[1] in ("val", "test"):
        return cells  # "Training | Validation" above "loss | 0.88 | 0.97"
    first = cells if " " not in body else cells[:3]  # of names alone, commas between them, any may be the place
    if not any(cell_field(cell) in ("epoch", "step") and not re.search(r"\d", cell) for cell in first) or (
            len(cells) == 2 and cell_field(cells[1]) not in ("loss", "val_loss")):
        return ()
    placed = cell_field(cells[0]) in ("epoch", "step") and has_any(text, UPRIGHTS)  # "epoch | train"
    named = sum(cell_field(cell) in ("loss", "val_loss", "epoch", "step", "learning_rate") or (
        placed and cell_field(cell) == "side") for cell in cells)
    wide = len(cells) >= 5 and cells[0].lower() in ("epoch", "ep") and len(re.findall("  |\t", body)) >= 4
    return cells if named >= 2 or wide else ()


ROW_LEAD = ("epoch", "step", "loss", "learning_rate")  # the columns that a short row has at least
CELL = expression(r"\s*(?P<value>[-+]?\d[\d.,]{0,30}(?:[eE][-+]?\d+)?)(?:\s{0,9}/\s{0,9}(?P<total>\d+))?\s?[%s]?\s*$")


def read_row(line: RawLine, header: Sequence[str], end: int) -> list[Fact]:
    """The facts of the numbers below a header; none if the line does not fit."""
    begin = line.begin + line.text.startswith(tuple(UPRIGHTS), line.begin)
    cells = split_cells(line.text, begin, end)
    if len(cells) == len(header) - 1:
        cells = split_cells(line.text, line.begin, end)  # the first cell is empty
    if len(cells) == len(header) + 1 and not re.search(r"\d", cells[-1][0]):
        cells = cells[:-1]  # nothing, or a remark: "<- saved"
    if len(header) == 2 and len(cells) == 3 and side_of(split_words(header[0])):  # "loss | 0.88 | 0.97"
        header, cells = [f"{column} {cells[0][0].strip()}" for column in header], cells[1:]
    texts = takewhile(lambda cell: not cell[0].strip()[:1].isdigit(), cells[:2])
    side = side_of(split_words(" ".join(cell[0] for cell in texts)))
    if side:  # "! Validation   1  21.1  0.0045": words before the numbers
        cells, header = cells[1:], header[len(header) - len(cells) + 1:]
    elif len(cells) != len(header) and not has_any(line.text, UPRIGHTS):
        apart = " ".join(header).replace("_ ", "_").split()  # a blank may part columns too
        lead = list(takewhile(lambda name: cell_field(name) in ROW_LEAD, header))
        if len(cells) != len(apart) and max(len(lead), 2) <= len(cells) < len(header) and all(
                CELL.match(line.text, *cell.span()) for cell in cells[:len(lead)]) and has_any(cells[1][0], ".e"):
            apart, cells = lead, cells[:len(lead)]  # what a row lacks, it lacks at its end
        header = apart
    if not cells or len(cells) != len(header) or not (cells[0][0].strip() or "0")[0].isdigit() or any(
            cell[0].strip(" ,/:").lower() in COUNTERS for cell in cells):  # "300 iter, 3 epoch / 10 epochs"
        return []
    if len(header) == 2 and not has_any(cells[1][0], ".,e"):
        return []  # two words above "12 34"
    facts: list[Fact] = []
    for name, cell in zip(header, cells):
        found, field = CELL.match(line.text, *cell.span()), cell_field(name)
        at = found.start("value") if found else -1
        if field == "eta":
            facts += line.duration("eta_s", cell.end() - len(cell[0].lstrip()))
        elif found and field in ("epoch", "step") and side not in ("val", "test"):
            facts += line.fact(field, at, total=line.number(f"total_{field}s", found.start("total")))
        elif field in ("loss", "val_loss"):
            facts += line.fact("val_loss" if side in ("val", "test") else field, at,
                               rank=meaning(name).rank, name=name)
        else:
            facts += line.fact(field if field in ("learning_rate", "progress") else METRIC + clean(name, 60), at)
    return facts if {fact.field for fact in facts} & {"epoch", "step", "loss", "val_loss"} else []


# -- lines that break the rules, and the chooser among the recognisers

BILINGUAL = expression(r" / [^:=\d]{0,60}(?=[:=](?!=))")        # "num epochs / epoch数: 8"
# The groups of --log-pattern that are fields; any other name is a metric.
CUSTOM_FIELDS = ("epoch", "total_epochs", "step", "total_steps", "loss", "val_loss", "learning_rate", "progress", "eta")
ODD_FORMATS = (  # lines that break the rules: (words it holds, groups as of --log-pattern, a sample)
    ("learn: ", r"(?<!\d)(?P<step>\d{1,15}):\s{1,9}learn: (?P<loss>\S{1,30})(?:\s{1,9}test: (?P<val_loss>\S{1,30}))?"
     r"(?:.{0,200}remaining: (?P<eta>\S{1,30}))?",
     "12:\tlearn: 0.6433\ttest: 0.6512\tbest: 0.6512 (12)\ttotal: 12ms\tremaining: 1.2s"),              # CatBoost
    (": Up. ", r"\bEp\. (?P<epoch>\d{1,9}) : Up\. (?P<step>\d{1,15}) : .{0,60}?Cost (?P<loss>[\d.]{1,30})"
     r"(?:.{0,200}?L\.r\. (?P<learning_rate>\S{1,30}))?",
     "[2024-01-01 10:00:00] Ep. 1 : Up. 1000 : Sen. 64,000 : Cost 8.21 : 5123.4 words/s : L.r. 5e-05"),  # Marian
    ("%)  ", r"(?<!\d)(?P<step>\d{1,15}) \((?P<progress>[\d.]{1,9})%\) {2,20}[\d.]{1,20} ms ",
     "500 (1.67%)         45.678 ms            22 m, 34 s           98.76 K"),                           # nerfstudio
    (" avg loss, ", r"(?<!\d)(?P<step>\d{1,15}): (?P<loss>[\d.]{1,30}), [\d.]{1,30} avg loss, "
     r"(?P<learning_rate>[\d.]{1,30}) rate",
     "100: 2.345678, 2.456789 avg loss, 0.001000 rate, 1.234567 seconds, 6400 images"),                  # Darknet
    ("epoch:train:", r"\b(?P<epoch>\d{1,9})epoch:train:(?:\d{1,9}-)?(?P<step>\d{1,15})batch: "
     r".{0,200}?\bloss=(?P<loss>[-+\d.eE]{1,30})(?:.{0,200}?\b(?:optim0_)?lr_?0=(?P<learning_rate>[\d.e-]{1,30}))?",
     "(trainer:762) INFO: 1epoch:train:1-100batch: iter_time=0.1, loss_ctc=99.1, loss=98.7"),            # ESPnet
    ("%) ", r"(?<!\d)\d{1,9}s (?:\(- (?P<eta>\d{1,9}m \d{1,2}s)\) )?\((?P<step>\d{1,15}) (?P<progress>\d{1,3})%\)"
     r"\s{1,3}(?:loss)?[\s:=]{0,3}(?P<loss>[\d.]{1,30})", "3m 24s (- 11m 33s) (17250 23%) 2.8134"),       # of PyTorch
    (" => L=", r"\be(?P<epoch>\d{1,9})-i(?P<step>\d{1,15}) => L=(?P<loss>[\d.]{1,30})",
     "e012-i0340 => L=0.430 acc= 82% / t(ms):  12.3  45.6  78.9)"),                                      # KPConv
)
TELLING = (  # a line without any of these says nothing
    {"loss", "epoch", "step", "iter", "batch", "cost", "xent", "nll", "rmse", "progress", "learning", "lr", "ep",
     "update", "eta", "[#", "round", "tick", "example", "val", "train", "test", "%|", "l1", "l2", "traceback",
     "stage", "phase", "fold", "trial", "task", "agent", "level", "building tree", "wandb.ai/", "retry", "continuing",
     "skipping", "going on", " instead", "seed ", "run ", "model ", "it ", "experiment ", "config", "combination",
     "num frames", "new study"}
    | {odd[0].lower() for odd in ODD_FORMATS})
TYPED = expression(  # "(main) root@C.1:/workspace# python train.py"
    r"^(?:\(\S{1,40}\) )?[\w.-]{1,40}@[\w.-]{1,80}:[^\s#$]{0,200}[#$] (?=\S)"
    r"(?P<program>(?:.{0,200}[\s/;&])??(?:python[\d.]*|bash|sh|torchrun|accelerate|deepspeed|srun|mpirun) )?")
GATE = fewest({*TELLING, *END_WORDS, *FAILURE_WORDS, "@"})
HEADS = fewest({*COUNTERS, "#", "valid"})  # one of them is in the header of a table
PHRASES = (  # numbers that no key names: (a word of it in lower case, what says so, what the number is)
    ("epoch", expression(r"(?<!\d )\b(?:for|of|over|all|up to|total)\s{1,9}(\d+)\s{1,9}epochs\b"
                         r"|^\W*(\d+) epochs? completed", re.I), "planned_epochs"),
    ("epoch", expression(r"\b(?:this is|start(?:ing)?|begin(?:ning)?) (?:the )?(\d+)-?(?:st|nd|rd|th) epoch\b"
                         r"|\bepoch number (\d+)\W*\Z"
                         r"|\btime (?:taken )?(?:for|of) epoch (\d+)(?=:| is| was| =|,)", re.I), "epoch"),
    ("step-", expression(r"(?<![\w/.-])[Ss]tep-(\d+)(?=[,:;|] )"), "step"),
    ("epoch-", expression(r"(?<![\w/.-])epoch-(\d+)(?=[\])]?[,:;|]? )", re.I), "epoch"),
    ("this epoch [", expression(r"\A\W*this epoch \[[#.]*\] *(\d[\d.]*)%"), "part"),
    ("train", expression(r"\btrain(?:ing)? (?:for )?\(?(\d+) (?:steps?|iterations)\b", re.I), "planned_steps"),
    ("building tree", expression(r"building tree (\d+) of"), "step"),
    ("building tree", expression(r"building tree \d+ of (\d+)"), "planned_steps"),
    ("num frames", expression(r"\bfps is .{0,200}\btotal num frames: (\d+)", re.I), "step"),
    ("after ", expression(r"\bAfter (\d+) (?:training )?(?:step|iteration)"), "step"),
    (" to", expression(r"(?:learning[ _]rate|\blr)\b(?: of group \d{1,3})?[^\d=:]{0,30}"
                       r"(?:(?:\bfrom |[:=]\s?)\d[\d.]*(?:e-?\d+)? )?\bto:? (\d[\d.]*(?:e-?\d+)?)", re.I),
     "learning_rate"),
    ("/? [", expression(r"\A\W*(?:epoch|training)\b[^|]{0,60}\|[^|]{0,200}\|\s{0,3}(\d+)/\? \[", re.I), "step"),
    ("it [", expression(r"\A(?:\W*(?:epoch\W{0,5}\d[^|]{0,60}?|training\W{1,9}(?:(?:epoch|loss)\b[^|]{0,60}?)?)"
                        r"|\W{0,9}(?![^|]{0,80}\b(?:val|eval|test))[^|]{0,80}\bloss\W{1,4}\d[^|]{0,60}?)"
                        r"\b(\d+)it \[", re.I), "step"),  # but not "Training data: 500it ["
    (" has ", expression(r"\btrain\w{0,9}[ _]?(?:data)?(?:loader|set)? has (\d+) (?:iter|step|batch)", re.I), "span"),
    ("num examples", expression(r"Num examples\s{0,9}=\s{0,9}(\d[\d,]*)"), "examples"),
    ("total train batch", expression(r"Total train batch size[^=]{0,80}=\s{0,9}(\d[\d,]*)"), "per_step"),
)

NOT_THE_RUN = expression(  # "backbone frozen for 5 epochs", "no improvement for 3 epochs"
    r"(?:freez|froz|warm|impro|decr|plat|stagn|better|worse|patien|wait|pre-?train|teach)(?:[^,;.]|\.\d){0,40}\Z", re.I)


def plan_groups(line: RawLine, found: "re.Match[str]") -> Plan:
    """What the named groups of a pattern mean; a name that is no field is a metric."""
    facts: list[Fact] = []
    for name in found.groupdict():
        field = name if name in CUSTOM_FIELDS else METRIC + name
        facts += line.duration("eta_s", found.start(name)) if name == "eta" else line.fact(field, found.start(name))
    return Plan("pattern", facts)


def plan_text(line: RawLine) -> Plan:
    """What a line of words and numbers means."""
    text, low, begin = line.text, line.text.lower(), line.begin
    boxed = text[begin:begin + 1] in ("|", "│") and text.count(text[begin]) == 3
    if boxed:  # a table of keys and values
        middle = text.index(text[begin], begin + 1)
        line = line._replace(text=f"{text[:middle]}:{text[middle + 1:]}")
    piece = PART_OF.match(text, begin)
    start = piece.end() if piece else begin
    facts, fixed = read_pairs(line, start, len(text), boxed) if line.starts or piece else ([], {})
    for nth, of in (("fold", "folds"), ("nth", "all")):
        if piece and piece[of]:  # "Fold 2/5: epoch 3/9"
            facts += line.fact("fold", piece.start(nth), total=line.number("folds", piece.start(of)))
    for word, pattern, field in PHRASES:
        found = pattern.search(text, begin) if word in low else None
        if found and not (field[:7] == "planned" and NOT_THE_RUN.search(text, begin, found.start())):
            facts += line.fact(field, found.start(found.lastindex or 0), rank=-(field == "learning_rate"))
    if piece:
        fixed["one_of_many"] = 2 if REPEATED.search(piece[0]) else 1
    return Plan("pairs", facts, **fixed) if piece or any(fact.field in UNTOLD for fact in facts) else heading(line)


def heading(line: RawLine) -> Plan:
    """A line that says what comes: 'Validating', '***** Running Evaluation *****'; or a plan without a rule."""
    text = line.text[line.begin:]
    found = HEADING.match(text) if len(text) < HEADING_MAX and has_any(text.lower(), HEADING_WORDS) else None
    return Plan("heading", side="val" if found["val"] else "train", head=True) if found else NOTHING


def plan_line(line: RawLine, header: Sequence[str]) -> Plan:
    """What a line means: a bar, an exception to the rules, a row of a table, or pairs."""
    if "%|" in line.text:
        return plan_bar(line, header)
    for words, pattern, _ in ODD_FORMATS:
        found = compiled(pattern).search(line.text, line.begin) if words in line.text else None
        if found:
            return plan_groups(line, found)
    row = read_row(line, header, len(line.text)) if header else []
    return Plan("table", row) if row else plan_text(line)


# ---- Run: facts in, the state of a run out; its progress is a stack of counters -------------------------

Point = tuple[float, float, float]  # (wall, step of the run, value)


class Curves(NamedTuple):
    """The values of a run over its steps or epochs, each by rising time."""

    train: tuple[Point, ...] = ()
    val: tuple[Point, ...] = ()
    others: Mapping[str, tuple[Point, ...]] = {}  # every other value by its name in the log
    unit: str = "step"                            # of the place: "step" or "epoch"


class Progress(NamedTuple):
    """What a training log has said so far; None is "it did not say"."""

    epoch: Optional[float] = None
    total_epochs: Optional[float] = None
    step: Optional[float] = None
    total_steps: Optional[float] = None
    loss: Optional[float] = None
    val_loss: Optional[float] = None
    learning_rate: Optional[float] = None
    progress: Optional[float] = None      # percent of the whole run
    state: Optional[str] = None           # training, finished or failed
    reason: str = ""                      # why it failed
    eta_s: Optional[float] = None         # of the whole run, as the log itself says
    elapsed_s: Optional[float] = None     # likewise
    rate: Optional[float] = None          # throughput, in
    rate_unit: str = ""                   # it/s, tokens/s, samples/s
    metrics: Mapping[str, float] = {}     # everything else that has a name
    epochs_done: Optional[int] = None     # whole ones
    last_told: bool = False               # its counters are where no further word of them is due
    ended_with: Mapping[float, float] = {}  # the loss at the end of epochs, by how many were done then
    past: tuple[tuple[float, float], ...] = ()  # (seconds by the log's own clock, percent of the run), rising
    stamp: Optional[float] = None         # the time that the newest line which moved the run bears, read as UTC
    link: str = ""                        # of the run at Weights & Biases
    best: Optional[tuple[float, Optional[float], int]] = None  # lowest val_loss, its epoch or step, evaluations since
    first: Optional[float] = None         # percent at the first place that the log told of, and
    before_s: float = 0.0                 # what a bar before that took (a download, a tokenization), at least


class Series:
    """Points, thinned to at most so many however many come; every `stride`-th is due."""

    def __init__(self, most: int) -> None:
        self.most, self.stride, self.seen = most, 1, 0
        self.points: list[Any] = []

    def due(self) -> bool:
        """True when the next one is to be kept."""
        self.seen += 1
        return (self.seen - 1) % self.stride == 0

    def add(self, *point: float) -> None:
        """Keep a point; when there are too many, every second one goes."""
        self.points.append(point)
        if len(self.points) > self.most:
            del self.points[1::2]
            self.stride *= 2

    def add_at(self, wall: float, at: Optional[float], value: float) -> None:
        """Keep a value at a place of the run; where that is not known, the points are counted."""
        if abs(value) < VALUE_MAX:
            self.add(wall, float(self.seen - 1) if at is None else at, value)


NOWHERE = -1.0


def rounder(total: float) -> bool:
    """True when a total is rounder than one more: from zero, "0/50" is of 50, but of "0/49" 49 is the last of 50."""
    own, one_more = (next((part for part in (10, 5, 2) if many % part == 0), 1) for many in (total, total + 1))
    return total >= 5 and own > one_more  # of few, both may be meant


class Level:
    """One of the nested counters of a run; an inner one starts anew when the outer moves."""

    def __init__(self, total: Optional[float] = None) -> None:
        self.place: Optional[float] = None
        self.total: Optional[float] = None       # as printed beside it
        self.planned = total                     # as configured
        self.told: Optional[float] = None        # the last place that was told with a total
        self.least: Optional[float] = None       # the first place that was told
        self.base: Optional[float] = None        # where it was when the outer one moved last, if that was seen
        self.fresh = False                       # it was told since
        self.span: Optional[float] = None        # how far it goes while the outer one moves by one
        self.scope = ""                          # as that of Facts: "epoch" starts anew, "run" goes through
        self.around = False                      # it stood, not full, while an epoch went by: a round around epochs
        self.counts = False                      # it is the number of those that are done
        self.grows = 0.0                         # its total grows with it, and so is none: the last one
        self.whole = True                        # it counts in whole numbers
        self.below = False                       # the one inside goes from zero to one below its total, so it does too
        self.rises = 0                           # times that what is planned was told anew, and higher
        self.gap = 0.0                           # between the last two places that were told, and
        self.stride = 1.0                        # between all of late, where that is the same; 0 where it tells nothing

    def notice(self, place: float, counts: bool) -> None:
        """Learn how far from each other its places are told; what `counts` those that are done tells the last too."""
        gap = place - (self.place or 0.0)
        if gap > 0:  # else it starts anew
            self.stride, self.gap = 0.0 if counts else gap if gap == self.gap else 1.0, gap

    def at_last(self) -> bool:
        """True when no further place is to be told: of 0 to 99, by twenties, 80 is the last, and may be the end."""
        of = max(self.total or 0.0, self.planned or 0.0)
        return bool(of and self.place is not None and self.whole and self.place + self.stride > of - (self.least == 0))

    def full(self, from_zero: bool = False) -> bool:
        """True at the end, which is one before the total when they are counted from zero."""
        return bool(self.total and self.place is not None and self.place >= self.total - from_zero)

    def before(self) -> Optional[float]:
        """How many were over when the present one began; None if it was never told."""
        if self.place is None or self.counts or self.least == 0 or not self.whole:
            return self.place
        return self.place - 1

    def all(self) -> Optional[float]:
        """How many there are in the run, None if that is not known."""
        if self.total is None or self.counts:
            return self.total or self.planned
        from_zero = self.least == 0 and self.whole
        below = self.below or rounder(self.total)
        last = self.planned == self.total + 1 if self.planned else self.full() or not below
        return self.total + 1 if from_zero and last else max(self.total, self.planned or 0)

    def plan(self, total: float) -> None:
        """Take a total as configured; one that keeps rising is where the run is."""
        self.rises += total > (self.planned or total)
        if self.rises or not self.total or total - self.total in (0, 1):  # else it is of another
            self.planned = self.planned if total % 1 else total if self.rises < 2 else None

    def outer_moved(self) -> None:
        """Learn how many of these the outer one takes; start anew."""
        if self.fresh and self.base is not None and self.place is not None:
            self.span = self.place - self.base
        self.around = self.around or bool(self.total and not self.fresh and not self.full())
        self.base = self.place or 0.0
        self.fresh = False

    def go(self, place: float, total: Optional[float], beside: bool, of_bar: bool = False) -> None:
        """Go to a place; how it follows the last shows what the total counts. `beside`: the outer one was told too."""
        last, known = self.told if total else self.place, self.total
        if total and known and total > known and (self.full() if place == total else place == last and not of_bar):
            self.grows, self.total = total, None  # "1/1", "2/2"; "0/100", "0/200" are an epoch and its step
        learned = ""
        if last is not None and not self.fresh:  # the first since the outer one moved
            if place < last:
                learned, self.base = "epoch", 0.0
            elif place > last and total and total == known:
                learned = "run"
        elif last is not None and place <= max(self.least or 0, last - 2 * self.gap) and place < last and (
                self.full() and total == known):
            learned = "epoch"  # the same bar again, one for each epoch, and no late line of another rank
        if self.scope not in ("epoch", "run"):
            self.scope = learned
        self.notice(place, of_bar)
        self.least = place if self.least is None else min(place, self.least)
        self.around = self.around and not beside
        self.place, self.fresh = None if total and self.grows else place, True
        self.told = place if total else self.told
        if not self.grows:
            other = beside and place != known and (last is None or abs(place - last) > 1)  # it counts something else
            self.total = total or (None if other or place > (known or 0) else known)


class Bar(NamedTuple):
    """The bar that others run within, or one whose name does not tell what it counts."""

    place: float = NOWHERE
    total: float = 0.0      # 0 as long as it only stands where the training does
    named: bool = False     # it says that it is the training's, and so counts no epochs


class Run:
    """What is known of one run: where its counters are, one within the other, and the values beside them.

    `take` brings in a line; one in an evaluation `steps_aside` before, and a bar has to pass `is_training`.
    """

    def __init__(self, before: Optional["Run"] = None) -> None:
        self.fold: Level = before.fold if before else Level()  # the counters, the outer one first
        self.epoch: Level = Level(before.epoch.planned if before else None)
        self.step: Level = Level(before.step.planned if before else None)
        self.bar = Bar()
        self.examples: Optional[float] = before.examples if before else None  # of the whole set, and
        self.per_step: Optional[float] = before.per_step if before else None  # of one step
        self.stated: Optional[float] = None          # a percentage of the run that the log prints
        self.headed = False                          # headings count its epochs from one, its steps name them from zero
        self.peak = 0.0, 0.0, 0.0                    # the highest, at this epoch and step; infinite if it is of a part
        self.part: Optional[float] = None            # a percentage of the epoch that the log prints
        self.stepped = False                         # a step was told, and not only a number of updates or episodes
        self.parted = False                          # it is, and not of the run beside "epoch 3/10"
        self.state: Optional[str] = None             # where the log is: as that of Progress,
        self.reason = ""
        self.weak_end = self.went_on = False         # it said how long training took, and trained on
        self.fell = False                            # it failed, and has said with what
        self.over = False                            # the present epoch is over
        self.closed = False                          # it was told when it was: what then starts anew is of
        self.ahead = 0                               # the next one, which is under way untold
        self.summaries = 0                           # lines with a loss but no step that this epoch has had
        self.aside: Optional[float] = None           # steps of the evaluation it is in, 0: not known
        self.judged = False                          # which has told what it came to
        self.beyond: Optional[float] = None          # the step at which a number above all of them was told
        self.left = before.step if before else Level()  # the steps of the one before it
        full = before and before.state == "training" and (before.progress() or 0) >= 100
        self.one_of_many: int = 2 if before and before.one_of_many > 1 else int(bool(full))
        self.sure = False                            # something else than a bar without a name tells of training
        self.values: dict[str, float] = {}           # loss, val_loss, learning_rate
        self.ranks = {"loss": NO_RANK, "val_loss": NO_RANK}
        self.parts: set[str] = set()                 # names of losses that are parts
        self.best: Optional[tuple[float, Optional[float], int]] = None
        self.first: Optional[float] = None
        self.before_s = 0.0                          # that a bar of something else had taken by then
        self.ended_with: dict[float, float] = {}     # as that of Progress, of the last epochs
        self.looks: dict[Plan, tuple[str, Placed]] = {}  # the last line of each shape, for what is read late
        self.latest: Optional[Plan] = None           # the last of them

    def copy(self) -> "Run":
        """A run that goes on from here without changing this one."""
        other = copy.copy(self)
        for name, value in vars(self).items():
            setattr(other, name, copy.copy(value))
        return other

    def take(self, facts: Facts) -> None:
        """Bring in what a line says."""
        self._take_plans(facts)
        if facts.fold is not None:
            self.fold.around = self.fold.around or self.fold.total not in (None, facts.folds)
            self.fold.go(facts.fold, facts.folds, False)
            self.fold.planned = self.fold.total  # from zero, "fold 0/5" is of 5
        if facts.epoch is None and facts.total_steps is not None and self.step.total not in (
                None, facts.total_steps) and (facts.step, facts.total_steps) == (self.epoch.place, self.epoch.total):
            facts.epoch, facts.step, facts.total_steps = facts.step, None, None  # "train (3/10) loss: 0.5"
        place, step, loss = facts.epoch, facts.step, facts.loss
        if step is loss is None and self._looks_back(facts):
            place = facts.epoch = None
        if place is not None or step is not None or loss is not None or facts.loss_part:
            if self.state == "failed" and place is step is loss is None and not self.fell:
                self.fell = True
                return  # what it fell into: "loss_dict = {'loss_cls': nan, 'loss_box': 0.3}"; a second one trains on
            if self.state != "finished" or self._goes_on(facts):
                self.went_on = self.went_on or self.weak_end
                self.state, self.reason, self.fell = "training", "", False
            elif None not in (place, self.epoch.place) or None not in (step, self.step.place):
                return  # a last look back
            self.sure = self.sure or place is not None or loss is not None or facts.bar is None
        judged = loss is None and (facts.val_loss is not None or facts.side == "val")  # what was reached before, maybe
        if place is not None and not (judged and place < (self.epoch.place or 0)):
            self._take_epoch(facts, place)
        if step is not None and not (judged and step < (self.step.place or 0)):
            self._take_step(facts, step)
        elif place is not None and self.epoch.whole and not facts.counts and facts.part is None and (
                loss is not None or facts.sums_up or facts.loss_part):
            self.summaries += 1     # such a line comes at the end of an epoch, if it comes once
            self.over = self.summaries <= SUMMARIES_MAX
        elif self.step.place is None and facts.val_loss is not None and place is None:
            self.over = True        # what is judged, where no steps are told, is an epoch
        self._take_values(facts)

    def leave_out(self, facts: Facts) -> None:
        """Drop what counts something else than its name says, or only repeats what stands beside it."""
        if facts.coarse and self.stepped:
            facts.step = None
        if facts.alone and facts.epoch != self.epoch.place and 2 * (facts.step or 0) > (facts.total_steps or 0):
            facts.step = facts.total_steps = None  # "Epoch 0: 9080 / 10000" are right
        if facts.twice and self.epoch.place is None:
            if facts.epoch == facts.step:  # "[3/9] step 3 loss 1"
                facts.epoch, facts.total_epochs, facts.total_steps = None, None, facts.total_epochs
            elif facts.total_epochs == self.step.total:
                self.step.total = None     # "[1/9] step 1", and then "[1/9] step 2"
        place, of, grown = facts.step, facts.total_steps, self.step.grows
        if grown and of and place is not None and facts.bar is None:
            on = of > grown if place == self.step.told else of < grown or of == place
            self.step.grows = of if on else 0.0
            if on:  # "1/1", "2/2", or of an epoch the step: "0/100", "0/200"
                facts.epoch = place if facts.epoch is None and of != place else facts.epoch
                self.step.told, facts.step, facts.total_steps = place, of, None
        if facts.progress is not None and facts.total_steps and facts.step is not None and (
                abs(100 * facts.step / facts.total_steps - facts.progress) <= 1):
            facts.progress = None  # "it 600/1200 (50%)": of whatever the total is of
        if facts.part is None or facts.epoch is None:
            return
        epochs = facts.total_epochs or self.epochs()
        if epochs:
            from_zero = facts.epoch == 0 or self.epoch.least == 0
            self.parted = self.parted or all(
                abs(100 * (facts.epoch + at) / epochs - facts.part) > 1 for at in (0, from_zero))
            facts.part = facts.part if self.parted else None  # "epoch 3/10 (30%)": of the run

    def _take_plans(self, facts: Facts) -> None:
        """How much there is to be done, as a configuration has it."""
        if facts.planned_epochs:
            self.epoch.plan(facts.planned_epochs)
        if facts.planned_steps:
            self.step.plan(facts.planned_steps)
        if self.epoch.place is None:
            self.examples, self.per_step = facts.examples or self.examples, facts.per_step or self.per_step
        self.step.span = self.step.span or facts.span
        if facts.one_of_many > self.one_of_many:
            self.one_of_many = facts.one_of_many

    def _goes_on(self, facts: Facts) -> bool:
        """True when the run is further than it was."""
        return ((self.step.place is not None and facts.step is not None and facts.step > self.step.place)
                or (self.epoch.place is not None and facts.epoch is not None and facts.epoch > self.epoch.place))

    def _looks_back(self, facts: Facts) -> bool:
        """True for an earlier epoch and nothing else: "model of epoch 7 loaded", "epoch 0 took 9 s" of "epoch 1/3"."""
        epoch, place = self.epoch, facts.epoch
        full = self.over and self.step.fresh and self.step.full(self.step.least == 0) and not epoch.full()
        named = place is not None and place + 1 == epoch.place and full
        return bool(((1 < (place or 0) < (epoch.place or 0) and not facts.sums_up) or named) and facts.bar is None
                    and facts.total_epochs is facts.step is facts.loss is facts.val_loss is None)

    def restarts(self, facts: Facts) -> bool:
        """True when another run begins: the counters fall back to the start."""
        if facts.fold is not None and facts.fold != self.fold.place is not None:
            return True
        if facts.loss is None and (facts.val_loss is not None or facts.side == "val"):
            return False  # an evaluation may be told late
        epoch, step = self.epoch, self.step
        over = self.state == "failed" or (self.state == "finished" and not self._looks_back(facts))
        if facts.epoch is not None and epoch.place is not None and facts.epoch < epoch.place:
            return over or (facts.epoch <= 1 and not (self._goes_around() or self._looks_back(facts)))
        if facts.step is None or step.place is None or facts.step >= step.place:
            return False
        anew = over and facts.bar is None and None not in (
            facts.loss, facts.total_steps)  # "step 1/1500 loss 9" behind a first phase that is over
        return (facts.step <= max(step.least or 0, 1) and facts.epoch is epoch.place is None
                and (anew or not step.full()) and not self._beside_a_bar(facts))

    def under_heading(self, facts: Facts) -> bool:
        """True where a step names from zero the epoch of its heading: "Epoch 1/3", then "epoch 0 step 1"."""
        epoch = self.epoch
        if facts.step is None or epoch.place != (facts.epoch or 0) + 1:
            return False
        if facts.epoch == 0 and epoch.total and not (self.step.fresh or self.summaries):
            self.headed, epoch.least = True, 1.0
        return self.headed

    def steps_aside(self, facts: Facts) -> bool:
        """True when the line belongs to an evaluation; of a loss without a name there it is known what it is."""
        if self.aside is None and (facts.side == "val" or self._after_full(facts)):
            self.aside, self.judged = 0.0, False
        if facts.val_loss is not None and facts.step is facts.total_steps is None:
            self.judged = True  # "val loss: 0.5": where no steps are told, "loss: 0.4" below it is the training's
        if not facts.moves():
            return False
        further = self._goes_on(facts) and facts.total_steps in (None, self.step.total)
        if self.step.place is self.epoch.place is facts.total_steps is None:
            further = None not in (facts.step, facts.loss)  # what was evaluated before it began is over
        anew = facts.bar is not None and self.step.total in (None, facts.total_steps) and (
            self.aside != facts.total_steps and (self.aside or self.judged))  # that of the training, behind another one
        anew = anew or bool(self.judged and facts.loss is not None and facts.total_steps == self.step.total is not None)
        told = self.judged and facts.val_loss is facts.step is self.step.place is None
        if (facts.side == "train" or facts.epoch not in (None, self.epoch.place) or facts.ended or further or anew
                or told or (facts.sums_up and facts.side != "val") or None not in (facts.loss, facts.val_loss)
                or re.search("train|epoch", facts.bar or "", re.I)):
            self.aside = None
        if self.aside is None:
            return False
        self.aside = facts.total_steps or self.aside
        if facts.val_loss is None:
            if facts.bar is not None or facts.loss is None or self.state == "finished" or not (
                    facts.step is None or self._after_full(facts)):
                return True
            facts.val_loss, facts.val_rank, facts.loss = facts.loss, facts.loss_rank, None
        facts.step = facts.total_steps = facts.epoch = None
        return False

    def _after_full(self, facts: Facts) -> bool:
        """True for another inner counter after a full one, while the outer one has not moved: an evaluation's."""
        step = self.step
        return bool(facts.total_steps not in (None, step.total) and self.over and step.full(step.least == 0)
                    and (facts.epoch is not None or facts.total_steps != self.epoch.total)
                    and self.epoch.place is not None and facts.epoch in (None, self.epoch.place))

    def _take_epoch(self, facts: Facts, place: float) -> None:
        """Go on to an epoch; from the one that ends here it is learned how many steps it has."""
        epoch, last = self.epoch, self.epoch.place
        epoch.whole = epoch.whole and not facts.fraction
        if place != epoch.place:
            if epoch.place is None and place > 1:
                self.step.base = None       # where it began was not seen
            else:
                epoch.below = epoch.below or (self.step.least == 0 and self.step.place == (self.step.total or 0) - 1)
                self.step.outer_moved()
            self.over, self.part, self.summaries, self.ahead = False, None, 0, 0
            self.closed = facts.loss is not None and facts.step is None and self.step.full(self.step.least == 0)
        epoch.counts = facts.counts
        epoch.notice(place, facts.counts)
        self.over = self.over and not facts.counts
        if not facts.counts:  # "0 epoch / 20 epochs" is no first place
            epoch.least = place if epoch.least is None else min(epoch.least, place)
        epoch.place, epoch.total = place, facts.total_epochs or epoch.total
        if place > (epoch.planned or 0):
            epoch.planned = None
        done, loss = epoch.before(), self.values.get("loss")
        if last is not None and place == last + 1 and done and loss is not None:
            self.ended_with[done] = loss
            self.ended_with.pop(done - EPOCHS_TOLD, None)
        self.over = self.over or facts.ended

    def _take_step(self, facts: Facts, place: float) -> None:
        """Go on to a step."""
        total = facts.total_steps
        if total is not None and total < place:
            return  # "1024/512" is no counter
        beyond = total is None and place > (self.step.total or place) and self.step.place != self.beyond
        self.beyond = self.step.place if beyond else None
        if beyond or self._beside_a_bar(facts):
            return  # "iteration 3/1500", then "total timesteps: 98304": another counter, unless the first one stands
        if facts.scope == "run" or (facts.scope == "epoch" and (self.epoch.whole or facts.epoch is None)):
            self.step.scope = facts.scope
        elif (total and total == self.step.planned) or (facts.planned_steps and (self.step.planned or 0) > place):
            self.step.scope = "run"  # "step=3 total_steps=90" counts through
        self.stepped = not facts.coarse
        if self.step.place is None and total and total == self.left.total and place > (self.left.place or place):
            self.fold.scope = "run"  # "phase 2/4", and the steps went on
        if self.closed and facts.epoch is None and place < (self.step.place or 0):
            self.ahead = 1
        self.step.go(place, total, facts.epoch is not None, facts.bar is not None)
        of = self.step.total
        if of and facts.scope == "either" and self.epoch.whole and not self.step.scope:
            ahead = (self.epochs() or 0) * place / of - (self.epoch.before() or 0)
            self.step.scope = "either" if -0.1 <= ahead <= 1.1 else "epoch"  # the run is not that far
        self.over = bool(of) and self.step.scope != "run" and place >= (of or 0) - (self.step.least == 0)

    def _beside_a_bar(self, facts: Facts) -> bool:
        """True for a bare number that falls back behind another counter: "iterations: 2" below "756/2048".

        Below a bar also for one out of fewer: what a model has written may be told in "Step 2/3: so x = 4".
        """
        step = self.step
        of = (step.place or 0) if self.bar.total == step.total else 1
        return bool(facts.step is not None and facts.step < (step.place or 0)
                    and (step.total or (step.fresh and facts.step > (step.least or 0)))
                    and (facts.total_steps or 0) < of and facts.bar is None and facts.epoch is facts.loss is None)

    def _take_values(self, facts: Facts) -> None:
        """Take over losses that are as near to the whole as those before, the learning rate, percentages."""
        if facts.loss_part:
            self.parts.add(facts.loss_part)
            if len(self.parts) > 1 and is_whole(facts.loss_part, self.parts):
                facts.loss_rank = 1
            elif len(self.parts) > 1 and self.ranks["loss"] == PART:
                self.values.pop("loss", None)  # several parts make no whole
                facts.loss = None
        if facts.loss is not None and facts.loss_rank <= max(MEAN_RANK, self.ranks["loss"]):
            self.values["loss"], self.ranks["loss"] = facts.loss, facts.loss_rank
        self.take_val_loss(facts)
        if facts.learning_rate is not None and (self.sure or facts.moves()) and (
                facts.learning_rate or facts.side != "val"):  # an evaluation learns at no rate
            self.values["learning_rate"] = facts.learning_rate
        if facts.part is not None:
            self.part = facts.part
        if facts.progress is not None:
            told = facts.progress, self.epoch.place or 0.0, self.step.place or 0.0
            falls = (2 * told[0] < self.peak[0] and told[1:] > self.peak[1:]) or (
                told[0] >= 100 and not self.peak[0] and self.sure)  # all at once: it is of something else
            self.peak = (math.inf, *told[1:]) if falls else max(self.peak, told)
        if facts.progress is not None or (facts.moves() and self.peak[2] != self.step.place):
            self.stated = None if self.peak[0] == math.inf else facts.progress

    def take_val_loss(self, facts: Facts) -> None:
        """Take over the loss of an evaluation, likewise; also from a bar that is none of the training."""
        if facts.val_loss is not None and facts.val_rank <= max(MEAN_RANK, self.ranks["val_loss"]):
            self.values["val_loss"], self.ranks["val_loss"] = facts.val_loss, facts.val_rank

    # -- bars

    def is_training(self, facts: Facts) -> bool:
        """True when the bar that the facts are of is one of the training; they are made to fit."""
        name, kind = facts.bar or "", facts.of_bar
        if facts.epoch is not None and facts.total_epochs == facts.total_steps != self.step.total and (
                facts.step in (facts.epoch - 1, facts.epoch)):
            kind = "epochs"  # "Epoch 2 of 3:  33%|###      | 1/3"
        if kind == "other" and not self.sure and facts.total_steps == self.bar.total:
            self._disown()  # it had no name yet
        if kind == "other" or (kind == "" and not self._adopts(facts)):
            return False
        if kind == "epochs":
            facts.epoch, facts.total_epochs, facts.counts = facts.step, facts.total_steps, True
            facts.planned_epochs, facts.step, facts.total_steps = facts.total_steps, None, None
            if self.step.scope == "run" and self.step.full() and (facts.epoch or 0) < (facts.total_epochs or 0):
                self.step.scope = "epoch"  # "step: 20/20", then "epoch: 1/3"
        elif self._after_full(facts) and "train" not in name.lower():
            return False
        elif facts.epoch is not None:
            through = facts.total_steps == self.step.planned or 0 < (facts.span or 0) < (facts.total_steps or 0)
            facts.scope = "run" if facts.span and through else facts.scope if through else "epoch"
            if self.bar.total not in (0, facts.total_steps):  # "Training: 0/3" around "Epoch 0: 12/20"
                if self.bar.place <= facts.epoch + 1:
                    facts.planned_epochs = facts.total_epochs or self.bar.total
                elif self.bar.named and self.step.total == self.bar.total > 2 * (facts.total_steps or math.inf) and (
                        self.bar.place >= (facts.step or 0)):
                    self.step.scope, facts.step, facts.total_steps = "run", None, None  # "Training: 812/90000" around
        elif kind == "train" and facts.total_steps:
            if self.step.scope == "epoch" and facts.total_steps != self.step.total:
                facts.planned_epochs, facts.step, facts.total_steps = facts.total_steps, None, None
                self.bar = Bar(0.0, facts.planned_epochs, self.bar.named)
            else:
                self.bar = Bar(facts.step or 0.0, facts.total_steps, True)
        if facts.epoch is None and not self.epoch.counts and OF_STEPS.match(name):
            facts.scope = "run"
        return True

    def _adopts(self, facts: Facts) -> bool:
        """True when a bar without a telling name is that of the training.

        It is when it is as long as planned, or the only one; a second one of another length
        beside it is an evaluation, unless the first has not moved: then that one counts epochs.
        """
        place, total, outer = facts.step or 0.0, facts.total_steps or 0.0, self.bar
        sure = facts.loss is not None or facts.epoch is not None or total == self.step.planned
        if not sure and outer.total not in (0, total):
            if outer.place or outer.named:
                return False
            facts.epoch, facts.total_epochs, facts.counts, facts.scope = 0.0, outer.total, True, "epoch"
        elif not (sure or outer.total):
            if place >= total or self.state == "finished":
                return False
            if self.step.place is not None:  # another one, unless it is where the step is at two places
                at = self.step.place
                along = place - at in (0, 1)  # "Step 50: ..." is printed before the bar goes on to 51
                self.bar = outer._replace(place=at) if along else outer
                if not along or outer.place in (NOWHERE, at):
                    return False
        self.bar = Bar(place, total, outer.named)
        if not (sure or self.sure) and place >= total:
            self._disown()
            return False
        return True

    def _disown(self) -> None:
        """Whatever the bar without a name was, it was not the training."""
        self.bar, self.state = Bar(), None
        self.step = Level(self.step.planned)

    # -- what follows from it

    def of_run(self) -> bool:
        """True when total_steps is that of the whole run."""
        scope = self.step.scope
        return scope == "run" or (scope == "" and (self.epoch.place is None or not self.epoch.whole))

    def epochs(self) -> Optional[float]:
        """How many epochs the run has, None if that is not known."""
        if not self.epoch.whole and self.step.planned and self.per_step and self.examples:
            return self.step.planned * self.per_step / self.examples  # max_steps may end within one
        return self.epoch.all()

    def place(self) -> Optional[float]:
        """Where the run is, in steps from its beginning, or where it tells none its epoch: the x of a chart."""
        before, step = self.epoch.before(), self.step
        if step.place is None or before is None or self.of_run() or not step.total:
            return self.epoch.place if step.place is None else step.place
        return (before + self.ahead) * step.total + step.place

    def within(self) -> Optional[float]:
        """The part of the present epoch that is done, None if that is not known."""
        step = self.step
        if self.over:
            return 1.0
        if self.part is not None:
            return min(1.0, self.part / 100.0)
        if not step.fresh or step.place is None:
            return 0.0
        if step.total:
            return min(1.0, step.place / step.total)
        return min(1.0, (step.place - (step.base or 0.0)) / step.span) if step.span else None

    def progress(self) -> Optional[float]:
        """Percent of the whole run that is done; None where the log does not determine it."""
        if self.state == "finished":
            return 100.0
        percent, before, folds = self.progress_of_one(), self.fold.before(), self.fold.all()
        if self.fold.around or (self.one_of_many > 1 and not folds):
            return None  # folds within trials, or nobody knows how many
        if percent is None or before is None or not folds or self.fold.scope == "run":
            return percent
        return min(100.0, (100.0 * before + percent) / folds)

    def progress_of_one(self) -> Optional[float]:
        """Percent that is done of a run, or of the fold or trial of it that is under way."""
        step, before, epochs, within = self.step, self.epoch.before(), self.epochs(), self.within()
        through = self.of_run() or (step.total is None and step.scope == "" and not before)
        total = (step.total or step.planned) if through else None
        if self.stated is not None:
            return max(0.0, min(100.0, self.stated))
        if total and step.place is not None and step.place <= total:
            return 100.0 * step.place / total
        if not epochs or before is None or step.scope == "either" or self._goes_around():
            return None
        if not self.epoch.whole:
            return min(100.0, 100.0 * before / epochs)
        return None if within is None else max(0.0, min(100.0, 100.0 * (before + self.ahead + within) / epochs))

    def last_told(self) -> bool:
        """True when no further place of the run is to be told: whatever ends there may have done all."""
        if self.of_run():
            return self.step.at_last()
        return self.epoch.at_last() and (self.over or (self.step.fresh and self.step.at_last()))

    def _goes_around(self) -> bool:
        """True when the counter with a total is one around the epochs: "round 1/50"."""
        step = self.step
        return step.around or bool(
            step.total and step.place is not None and not step.fresh and 2 * step.place < step.total)

    def look(self, placed: Placed, line: str) -> None:
        """Keep a line for what is read late."""
        plan = placed.plan
        if plan is not self.latest:
            self.looks.pop(plan, None)
            self.latest = plan
        self.looks[plan] = line, placed
        if len(self.looks) > LOOKS_MAX:
            del self.looks[next(iter(self.looks))]

    def late(self) -> Progress:
        """ETA and elapsed time of the run, throughput and its unit, metrics by name."""
        read: dict[str, float] = {}
        unit = ""
        for plan, (line, placed) in self.looks.items():
            late = placed.read_late(line)
            if "rate" in late or late.get("seconds_a_step"):
                unit = plan.fixed.get("rate_unit") or "it/s"
                late["rate"] = late["rate"] if "rate" in late else 1 / late["seconds_a_step"]
            of_all = plan.fixed.get("of_bar", "epochs") == "epochs" or self.of_run()
            for name in ("eta_s", "elapsed_s"):  # only the last word counts
                if plan.early:
                    read.pop(name, None)
                if not of_all:
                    late.pop(name, None)
            read.update(late)
        metrics = [(name[len(METRIC):], value) for name, value in read.items()
                   if name.startswith(METRIC) and math.isfinite(value)]
        return Progress(eta_s=read.get("eta_s"), elapsed_s=read.get("elapsed_s"), rate=read.get("rate"), rate_unit=unit,
                        metrics=dict(metrics[:METRICS_MAX]))

    def summary(self, ended: bool = False) -> Progress:
        """All that is known, as values of its own; `ended`: no more will come."""
        percent, before, epoch, step = self.progress(), self.epoch.before(), self.epoch, self.step
        one_of_many = self.one_of_many and not self.fold.total
        done = ended and self.sure and not one_of_many and self.state == "training" and (percent or 0) >= 100
        total_epochs = epoch.planned if epoch.total is None or epoch.planned == epoch.total + 1 else epoch.total
        ahead = step.total is None and (step.planned or 0) >= (step.place or 0)
        total_steps = step.planned if ahead else step.total
        return self.late()._replace(
            epoch=epoch.place, total_epochs=total_epochs, step=step.place, total_steps=total_steps,
            loss=self.values.get("loss"), val_loss=self.values.get("val_loss"),
            learning_rate=self.values.get("learning_rate"), progress=percent, best=self.best, first=self.first,
            before_s=self.before_s,
            state="finished" if done else self.state, reason=self.reason, last_told=self.last_told(),
            ended_with=dict(self.ended_with),
            epochs_done=None if before is None else int(
                before + self.ahead + (self.over and epoch.whole and not epoch.counts)))


# ---- Reader: a log in chunks in; lines for the eye, and the progress of its run, out ------------------


class LogLine(NamedTuple):
    """A line of a log as a person reads it: the last state of a progress bar, repeats counted."""

    number: int   # of the line in its log; a later reading may replace a line by its number
    wall: float   # when it was read
    text: str
    times: int    # updates or repeats that this line stands for
    bad: bool = False  # it tells of an error
    stamp: Optional[float] = None  # the time that the line itself begins with, epoch seconds read as UTC
    old: bool = False  # it was there when its log was first read: nobody saw it come
    news: str = ""     # as `news_of` has it

    def size(self) -> int:
        """Bytes that it takes, about."""
        return len(self.text) + LINE_COST


ERROR_LINE = expression(r"error|exception|traceback|fatal|killed|out of memory|\bnan\b", re.I)
BAR = expression(r"\d%\s*\||\d ?it/s|s/it|/step\b")
BAR_MOVES = expression(r"[^\x00-\x7f]+|[\d.:,?%<\s=>#-]+")


def visible(text: str) -> str:
    """The text as a terminal shows it."""
    return clean(text) if "\x1b" in text or "\b" in text else text


def still(text: str) -> str:
    """What stays of a progress bar while it moves."""
    return BAR_MOVES.sub("", visible(text))


def bar_shape(text: str) -> str:
    """The same; '' for any other line."""
    return still(text) + "|" if BAR.search(text) else ""


class LogTail:
    """Log text in, lines for the eye out: `\\r` updates and moving bars collapse."""

    def __init__(self) -> None:
        self.last = LogLine(0, 0.0, "", 0)  # the last finished line
        self.open = ""                      # text since the last newline, its last state only
        self.shape, self.states = "", 0     # of the states that it has had before, and how many alike came last

    def feed(self, text: str, wall: float) -> list[LogLine]:
        """New and changed lines by rising number; the last may still lack its end.

        A line replaces those of its number and above that came before it.
        """
        *ended, rest = text.split("\n")
        if len(ended) > TAIL_LINES:  # a flood: nobody sees the lines before these
            ended, self.open, self.states = ended[-TAIL_LINES:], "", 0
        lines: dict[int, LogLine] = {}
        for piece in ended:
            self._overwrite(piece)
            shown = clean(self.open.partition("\r")[0]).rstrip()
            if shown:
                self.last = self._follow(shown, wall)
                lines[self.last.number] = self.last
            self.open, self.states = "", 0
        self._overwrite(rest)
        shown = clean(self.open.partition("\r")[0]).rstrip()
        if shown and rest:
            lines[self.last.number + 1] = self._line(self.last.number + 1, wall, shown, self._times(shown))
        return list(lines.values())

    def _overwrite(self, piece: str) -> None:
        """Go on with the open line as a terminal does: each `\\r` starts it anew."""
        states = (self.open + piece).split("\r")
        *over, self.open = [state for state in states if visible(state).strip()] or states[-1:]
        for state in over:
            shape = still(state)
            self.shape, self.states = shape, self.states + 1 if shape == self.shape else 1
        if self.open is not states[-1]:
            self.open += "\r" + states[-1]  # what only blanks have followed still shows
        self.open = self.open[:4 * LINE_MAX]

    def _times(self, shown: str) -> int:
        """How many states alike the open line has had with this one."""
        return self.states + 1 if still(shown) == self.shape else 1

    def _follow(self, shown: str, wall: float) -> LogLine:
        """The finished line as it follows the last one: the same again, or a new one."""
        shape, times = bar_shape(shown), self._times(shown)
        if shown == self.last.text or (shape and shape == bar_shape(self.last.text)):
            return self._line(self.last.number, wall, shown, self.last.times + times)
        return self._line(self.last.number + 1, wall, shown, times)

    @staticmethod
    def _line(number: int, wall: float, text: str, times: int) -> LogLine:
        bad = bool(ERROR_LINE.search(text))
        return LogLine(number, wall, text, times, bad, stamp_of(text, wall), news=news_of(text))


class Memory:
    """What one reader has understood of lines: their plans by shape, and by the line with a 0 for each digit.

    The length of a number is a part of the shape: it tells a date or a time from other numbers.
    """

    def __init__(self) -> None:
        self.plans: dict[int, Plan] = {}                      # by the hash of a shape: shapes may be long
        self.masks: dict[int, Placed] = {}                    # by that of a line with a 0 for each digit: far cheaper

    @staticmethod
    def keep(known: dict[Any, Any], key: object, what: object) -> None:
        """Keep what was understood; a full memory starts anew."""
        if len(known) >= PLANS_MAX:
            known.clear()
        known[key] = what


DIGITS = bytes.maketrans(b"123456789", b"000000000")
SIZE_SIGNS = (":", "/", "-", "]")  # behind a number, whose length then is a part of the shape
CURSOR = expression(r"\x1b\[[\d;]{0,9}[HJf]")  # a screen that is drawn anew begins a new line
LINK = expression(r"https://(?:[\w-]{1,60}\.)?wandb\.ai/[\w.%-]{1,80}/[\w.%-]{1,120}/runs/[\w-]{1,60}")


def overwritten(line: str) -> str:
    """What backspaces leave of a line, then those that lead to where it goes on: '10%\\b\\b\\b2' -> '20%\\b\\b'."""
    shown: list[str] = []
    at = 0
    for back, part in re.findall("(\b*)([^\b]*)", line):
        at = max(0, at - len(back))
        shown[at:at + len(part)] = part
        at += len(part)
    return "".join(shown) + "\b" * (len(shown) - at)


PROSE = words_of(  # words of a story that are rare in logs; so many different ones tell one
    "he she they his her them their said had were was upon there who you your we my our because how why where would")
PROSE_WORDS = 3
DRAWN = expression(r"[━╸╺█]{3}|\[=+[>\]]")
CLOSERS = (")", "]", "}", "%")  # behind them a line may well have ended
BARE_NUMBER = expression(r"(?<=[a-z]) {1,9}\d{1,15} $")


def settled(text: str) -> str:
    """An unfinished line without its last word, which more may follow: 'loss: 0.4' -> 'loss:', 'loss 9 0' -> 'loss'."""
    return BARE_NUMBER.sub("", text[:max(map(text.rfind, " \t")) + 1])


class LogReader:
    """Training-log text of any framework in, progress out.

    `feed` takes chunks as they come; the same text gives the same result however it is cut.
    `trace(line, rule)` is told of each line that changed something.
    """

    def __init__(self, patterns: Sequence["re.Pattern[str]"] = (),
                 trace: Optional[Callable[[str, str], None]] = None, memory: Optional[Memory] = None) -> None:
        self.patterns = list(patterns)
        self.trace = trace
        self.memory = memory or Memory()
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pending = ""                 # text of a line that has not ended
        self.held = ""                    # a bar that only the next line can show to be the last of its kind
        self.unfinished = False           # the line that is taken in has no end yet
        self.rests = False                # what has no line end is a whole line, as far as anybody can see
        self.header: tuple[str, ...] = ()  # of the table that is being printed
        self.in_traceback = self.ignores = False
        self.traceback_at = 0             # blanks before it: its exception stands there again, its code deeper
        self.typed = False                # another program was started below: it has its own plans
        self.credit = CREDIT_MAX          # characters that may still be studied without being read, and
        self.earned = 0                   # those that were read since
        self.ended = False
        self.link, self.wall = "", 0.0
        self.begin(Run())

    def begin(self, run: Run) -> None:
        """From here on the log tells of this run."""
        self.run = run
        self.mark = object()                                # of it, which a reader that takes over keeps
        self._begin_courses()
        self.pasts = Series(PAST_MAX), Series(PAST_MAX)     # (seconds, percent) by stamps, by what bars have elapsed
        self.pace = Series(PAST_MAX)                        # when to look for them
        self.moved: Optional[str] = None                    # the newest line that moved the run
        self.said: dict[str, tuple[str, str]] = {}          # rule and line of begin, end and failure
        self.passed: dict[str, str] = {}                    # lines that were not believed, by the reason

    def _begin_courses(self) -> None:
        """The values have no course yet."""
        self.train, self.val = Series(POINTS_MAX), Series(POINTS_MAX)
        self.newest: Optional[Point] = None                 # of the losses, kept or not
        self.others: dict[str, Series] = {}
        self.courses: dict[Plan, list[tuple[Series, Fact]]] = {}  # those that lines of a shape tell of

    def feed(self, data: Union[str, bytes], wall: float = 0.0) -> None:
        """Take in the next piece of the log, read at `wall`."""
        text = self.decoder.decode(data) if isinstance(data, bytes) else data
        if not text.isascii() and has_any(text, WIDE_NUMBER):
            text = text.translate(NUMBER_OF_WIDE)
        text = self.pending + text
        *lines, rest = text.replace("^M", "\r").replace("\r", "\n").split("\n")  # an editor's \r
        self.pending = overwritten(rest)[:2 * RECORD_MAX] if "\b" in rest else rest[:RECORD_MAX]
        self.wall, self.ended = wall, False
        broken = "\ufffd" in text
        for line in lines:
            if line and not (broken and line.count("\ufffd") * BROKEN > len(line)):
                line = overwritten(line).rstrip("\b") if "\b" in line else line
                try:
                    if self.held or "%|" in line or "\x1b" in line or "━" in line or "<" in line:
                        self._line(line[:RECORD_MAX])
                    else:
                        self._text(line[:RECORD_MAX])
                except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError) as error:
                    self.passed["error"] = f"{error!r}: {line[:200]}"  # a fault of the reader costs a line

    def forgive(self, *whys: str) -> None:
        """The end that it told of was none: the run goes on. Where reasons are given, a failure for one of them."""
        self.in_traceback = False
        if self.run.state in ("finished", "failed") and self.run.reason.startswith(whys or ("",)):
            self.run.state, self.run.reason = "training", ""

    def end(self) -> None:
        """No more comes: what has no line end is a line too, but its last number may be a part of one."""
        self._take_unfinished()
        self.ended = True

    def _take_unfinished(self) -> None:
        """Take in the held bar, and what is certain of a line that has not ended."""
        text, self.pending = self.pending, ""
        if text:
            self._flush()
            self.unfinished = not (self.rests or text.rstrip().endswith(CLOSERS))
            text = settled(text) if self.unfinished else text
            self.feed(text + "\n", self.wall)
        self._flush()
        self.unfinished = False

    def progress(self) -> Progress:
        """What is known by now, an unfinished line and a held bar included."""
        told = self._ahead().summary(self.ended)
        stamps, elapsed = (series.points for series in self.pasts)
        return told._replace(
            past=tuple(stamps if len(stamps) > 1 else elapsed), link=self.link,
            stamp=None if self.moved is None else stamp_of(self.moved, self.wall))

    def _ahead(self) -> Run:
        """The run as it will be when the unfinished line and the held bar are over."""
        if not (self.held or self.pending):
            return self.run
        ahead = copy.copy(self)
        ahead.trace = None
        ahead.begin(self.run.copy())
        ahead.pace = copy.deepcopy(self.pace)
        ahead._take_unfinished()
        return ahead.run

    def curves(self) -> Curves:
        """The values so far, for charts, and the newest loss, which may be between the points that are kept."""
        train = self.train.points
        if train and self.newest and self.newest[1] > train[-1][1]:
            train = [*train, self.newest]
        others = {name: tuple(series.points) for name, series in self.others.items()}
        unit = "epoch" if self.run.step.place is None else "step"
        return Curves(tuple(train), tuple(self.val.points), others, unit)

    def explain(self) -> list[tuple[str, str, str, str]]:
        """(field, value, rule, line) of what is known: which line set it; then what was not believed, and why."""
        run = self._ahead()
        told, rows = run.summary(self.ended)._asdict(), []
        for plan, (line, placed) in reversed(run.looks.items()):
            facts = placed.read(line).__dict__
            for field in list(told):
                value = told[field]
                said = facts.get(field), facts.get(field.replace("total", "planned"))
                if isinstance(value, float) and value in said:
                    rows.append((field, f"{value:g}", plan.rule, clean(line, EXPLAIN_MAX)))
                    del told[field]
        rows += [("state", state, rule, clean(line, EXPLAIN_MAX)) for state, (rule, line) in self.said.items()]
        if told.get("progress") is not None:
            how = "step of all steps" if run.of_run() else "epochs before, and the part of this one"
            rows.append(("progress", f"{told['progress']:.2f}%", how, ""))
        return rows + [("not used", "", why, clean(line, EXPLAIN_MAX)) for why, line in self.passed.items()]

    def _line(self, line: str) -> None:
        """One line, or one state of a line that is overwritten. Of a bar the glyphs are left out."""
        if "\x1b" in line:
            *before, line = CURSOR.split(line)
            for part in filter(None, before):
                self._line(part)
            line = CSI.sub("", line)
            line = ESCAPE.sub("", line) if "\x1b" in line else line
        if "━" in line or "% " in line:
            line = THIN_BAR.sub("%| |", line)
        name_end = line.find("%|") + 2
        bar_end = line.find("|", name_end) if name_end > 1 else -1
        if bar_end < 0:
            self._flush()
            self._text(line)
            return
        name, close = line[:name_end], line.find("]", bar_end) + 1
        if line.count("[", bar_end, close) > 1:
            close = line.find("]", close) + 1 or close  # "[00:01<00:09, 9it/s, loss [1-50]: 0.5]"
        if not self.held.startswith(name) or (not close and self.held.endswith("]")):
            self._flush()
        close = close or max(line.find("`", bar_end), 0) or len(line)
        self.held = name + line[bar_end + 1:close]
        rest = line[close:]
        if rest and not rest.isspace():  # another line hangs on the bar
            self._flush()
            self._text(rest)

    def _flush(self) -> None:
        """Take in the bar that was held back."""
        if self.held:
            text, self.held = self.held, ""
            self._text(text)

    def _text(self, text: str) -> None:
        """A line without control characters: by its shape it is known what its numbers mean.

        A line that differs from an earlier one in nothing but digits is known at once: its
        numbers stand in the same places.
        """
        self.earned += len(text)
        masks, plans = self.memory.masks, self.memory.plans
        if self.in_traceback or self.patterns:
            masks, plans = {}, {}  # there a shape alone does not tell
        zeros = text.encode("utf-8", "replace").translate(DIGITS)
        mask = hash((self.header, zeros) if self.header else zeros)
        known = masks.get(mask)
        if known is None:
            known = self._place(text, plans)
            if known is None:
                return
            Memory.keep(masks, mask, known)
        early = self.unfinished and known.plan.event[0] in ("begins or ends", "failed")  # "early stopping counter: 1"
        if known.plan.rule and not early:
            self._take(known, text)

    def _place(self, text: str, plans: dict[int, Plan]) -> Optional[Placed]:
        """What the numbers of a line mean, and where they are; None for what is too dear to be studied."""
        low = text.lower()
        special = self.in_traceback or self.header or self.patterns or not text.isascii()
        if not (special or has_any(low, GATE) or in_english(text) != text):
            return UNSAID
        row = mark_not_finite(text) if "nan" in low or "inf" in low else text
        sign = ";" if ";" in text else ","
        if text.count(sign) == len(self.header) - 1 and "|" not in text and (
                len(self.header) > 2 or " " not in text) and (text[:1].isdigit() or text[:1] == sign) and not (
                re.search(r"\d [A-Za-z]", text)):  # "3,000,000 samples"
            row = row.replace(sign, "|")
        parts = TOKEN.split(row)
        ends = array("H", accumulate(map(len, parts)))
        sized = takewhile(lambda pair: pair[1][:2] != "%|", zip(parts[1:SIZED_MAX:2], parts[2::2]))  # none of a bar
        sizes = [len(part) for part, after in sized if after[:1] in SIZE_SIGNS]
        shape = "0".join(parts[::2])
        key = hash((self.header, shape if text.isascii() else GLYPHS.sub("", shape), *sizes))
        plan = plans.get(key)
        if plan is None:
            self.credit, self.earned = min(CREDIT_MAX, self.credit + self.earned), 0
            if self.credit < 0:
                return None  # ever new shapes: no log
            plan = self._understand(row, ends)
            if plan.rule:
                plan.timed = find_stamp(text) is not None
            Memory.keep(plans, key, plan)
        return Placed(plan, ends, text) if plan.rule else UNSAID

    def _understand(self, text: str, ends: Ends) -> Plan:
        """The plan for a line's shape."""
        self.credit -= STUDY_COST + len(text)
        if "wandb.ai/" in text.lower():
            return Plan("link", event=("link", None))
        typed = TYPED.match(text) if "@" in text else None
        if typed:
            return Plan("typed", event=("typed", typed["program"]))
        said, numbers = text, len(ends) // 2
        if not text.isascii():
            text = BILINGUAL.sub(lambda found: found[0] if found[0].isascii() else "", GLYPHS.sub("", text))
        text = in_english(text)
        if text is not said:
            ends = array("H", accumulate(map(len, TOKEN.split(text))))
        begins = ends[:-1:2]
        if len(begins) != numbers:
            return NOTHING
        begin, starts = skip_prefix(text), dict(zip(begins, range(len(begins))))
        body = text[begin:]
        low = " ".join(body[:RECORD_SAID].lower().split())
        reason = self._failure(text, begin, low.replace(NAN_MARK, "nan").replace(INF_MARK, "inf"))
        warns = not self.in_traceback and "warn" in text[:begin].lower()  # so far it has only warned
        if reason is not None and not warns:
            return Plan("failure" if reason else "", event=("failed", reason))
        if len(PROSE.intersection(low.split())) >= PROSE_WORDS or (low[-1:] == "?" and low[-4:-1].isalpha()):
            return NOTHING  # what a model has written
        line = RawLine(text, begin, starts)
        for pattern in self.patterns:
            found = pattern.search(body)
            if found:
                return plan_groups(RawLine(body, 0, {at - begin: i for at, i in starts.items()}), found)
        plan, rank = self._meant(line, low), RANK.search(text, 0, begin)
        if plan.rule and rank:
            plan.rank = Fact("rank", starts[rank.start(rank.lastindex or 0)])
        return plan

    def _meant(self, line: RawLine, low: str) -> Plan:
        """The plan for a line that may begin or end a run, or be a header."""
        said = low.replace("_", " ") if low[:1] == "{" else low  # '"event": "training_finished"'
        plan, sure = plan_line(line, self.header), end_of(said)
        if sure == WEAK and not plan.facts.keys().isdisjoint(("epoch", "step")):
            sure = 0  # "Epoch 3, loss 0.5, training time: 45.6": of that epoch
        begun = BEGUN.search(low) if "training" in low else None
        if sure or (begun and not INNER_NEXT.match(low, begun.end())):
            plan = Plan(plan.rule or "begins or ends", plan.facts.values(), **plan.fixed)
            plan.event = ("begins or ends", sure)
            plan.beside = [fact for fact in plan_text(line).facts.values()
                           if fact.field.startswith(("planned", "learning"))]
        elif not plan.rule and (self.header or has_any(low, HEADS)):
            header = read_header(line.text, line.begin, self.header)
            plan = Plan("header", event=("header", header)) if header else plan
        if plan.event[0] in ("", "header") and goes_on(low):
            told = Plan() if RETRIES.match(low) else plan
            plan = Plan(plan.rule or "goes on", told.facts.values(), ("goes on", None), **told.fixed)
        return plan

    def _failure(self, text: str, begin: int, low: str) -> Optional[str]:
        """Why the run failed, if the line tells that and nothing else; '' for a line of a traceback."""
        if "traceback (most recent call last)" in low:
            return TRACEBACK
        reason = failure_of(low)
        if reason or not self.in_traceback or goes_on(low):
            return reason or None
        found = None if indent_of(text, begin) > self.traceback_at + 1 else EXCEPTION.match(text[begin:].rstrip())
        return f"{TRACEBACK}: {clean(found[0], 200)}" if found else ""

    def _say(self, state: str, rule: str, text: str) -> None:
        """Remember which line set the state."""
        self.said = {state: (rule, text[:EXPLAIN_MAX])}
        if stamp_of(text, self.wall) is not None:
            self.moved = text[:EXPLAIN_MAX]
        if self.trace:
            self.trace(clean(text), rule)

    def _happens(self, event: str, what: Any, text: str) -> bool:
        """True when what a line is told to do besides its numbers comes to pass, and they mean nothing then."""
        if event == "header":
            self.header = what
        elif event == "link":
            found = LINK.search(text)
            self.link = found[0] if found else self.link
        elif event == "typed":
            self.typed = bool(what)
        elif event == "goes on":
            self.forgive(TRACEBACK, OOM)
            return False
        elif event == "begins or ends":
            return self._begins_or_ends(what, text)
        elif not WELL_ENDED.search(text):  # it failed
            self._fails(what, text)
        return True

    def _fails(self, why: str, text: str) -> None:
        """Take in a line of a failure, unless it is of one that the program does not mind."""
        ignored, self.ignores = self.ignores or why == IGNORED, why == IGNORED
        self.in_traceback = why == TRACEBACK
        if self.in_traceback:
            self.traceback_at = indent_of(text, skip_prefix(text))
        if ignored:
            self.ignores = self.ignores or self.in_traceback
            return
        self.run.state = "failed"
        if not self.in_traceback or not self.run.reason:
            self.run.reason = why
        self._say("failed", "failure", text)

    def _begins_or_ends(self, sure: int, text: str) -> bool:
        """True when the line, whose words open a run or close it so surely, does so."""
        run = self.run
        percent = run.progress()
        if sure == IF_STEPS:  # where there are epochs, each may be said to "finish train"
            sure = WEAK if run.epoch.place is None else IF_FULL
        last = run.last_told() or (run.step.place is None and run.epoch.at_last())
        if sure == WEAK and (run.went_on or (percent is not None and percent < NEARLY_ALL and not last)):
            return False
        if (sure == IF_FULL and (percent or 0.0) < NEARLY_ALL) or (sure and self._of_a_part(text)):
            return False
        if sure:
            run.state, run.reason, run.weak_end = "finished", "", sure == WEAK
        else:
            over = run.state in ("finished", "failed") or (percent or 0.0) >= NEARLY_ALL
            if over or ((run.step.fresh or run.summaries) and "..." not in text):  # not of each epoch: "Training..."
                self.begin(Run(run))
            self.run.state, self.run.sure, self.run.aside = "training", True, None
        self._say(self.run.state or "", "begins or ends", text)
        return True

    def _of_a_part(self, text: str) -> bool:
        """True when what ends may be one of several: "early stopping" of fold 1 of 5, or of how many was not told."""
        run, low, folds = self.run, text.lower(), self.run.fold.all()
        if folds:
            return (run.fold.before() or 0.0) + 1 < folds or run.fold.around
        alike = run.one_of_many > 1 and not re.search(r"\b(?:all|cross)\b", low)
        return bool(alike or (run.one_of_many and "stop" in low) or NAMED_PART.search(text[skip_prefix(text):]))

    def _take(self, placed: Placed, text: str) -> None:
        """Bring what a line says into the run, or into a new one."""
        plan = placed.plan
        self.ignores = self.ignores and plan.event[0] == "failed"
        if plan.event[0] and self._happens(*plan.event, text):
            plan = Plan("pairs", plan.beside)
            placed = Placed(plan, placed.ends, text)
        facts, run = self._told(placed, text)
        if (self.unfinished and not self._certain(facts, plan, text)) or (plan.rank and self._repeats(placed, text)):
            return
        before = run.summary() if self.trace else None
        if facts.bar is not None and facts.step == facts.total_steps:
            judge(facts, facts.bar)
        if (run.over or run.aside is not None or facts.side == "val") and run.steps_aside(facts):
            self.passed["in an evaluation"] = text
            return
        if facts.bar is not None and not run.is_training(facts):
            self._take_other_bar(facts, placed, text)
            return
        if run.restarts(facts):
            self.begin(Run(run))
            self.run.state = "training" if facts.fold is not None else None  # the next of several
            self.run.bar = self.run.bar if facts.bar is None else run.bar  # which begins it
            run = self.run
        scope, step = run.step.scope, run.step.place
        run.take(facts)
        if run.step.scope != scope == "":
            self.pasts = Series(PAST_MAX), Series(PAST_MAX)  # steps of an epoch may turn out to be of the run
        if step is None and run.step.place is not None:
            self._begin_courses()  # what stood at a part of an epoch stands at no step
        run.look(placed, text)
        if facts.loss is not None or facts.step is not None or facts.epoch is not None:
            self.moved = text
            if self.pace.due():
                self._time(placed, text)
        self._keep_courses(facts, placed, text)
        if self.trace and run.summary() != before:
            self.trace(clean(text), plan.rule)

    def _told(self, placed: Placed, text: str) -> tuple[Facts, Run]:
        """What a line tells, and of which run: a new one below a program that was started at a prompt."""
        facts = placed.read(text)
        if self.typed and (facts.moves() or facts.planned_epochs or facts.planned_steps):
            self.typed = self.in_traceback = False
            self.begin(Run())
        if placed.plan.doubts or self.run.step.grows:
            self.run.leave_out(facts)
        if facts.epoch is not None and self.run.under_heading(facts):
            facts.epoch = None
        return facts, self.run

    def _repeats(self, placed: Placed, text: str) -> bool:
        """True when such lines are told by a process of lower rank too, which is the one that is believed."""
        rank, (first, where) = placed.plan.rank, self.run.looks.get(placed.plan, (text, placed))
        if rank is None or self.run.state != "training" or rank.read(first, where.ends) >= rank.read(text, placed.ends):
            return False
        self.passed["of another rank"] = text
        return True

    def _take_other_bar(self, facts: Facts, placed: Placed, text: str) -> None:
        """Bring in a bar that is none of the training: the loss that an evaluation names as such, how long it took."""
        run, self.passed["another bar"] = self.run, text
        run.take_val_loss(facts)
        if run.first is None:
            run.before_s = max(run.before_s, placed.read_late(text).get("elapsed_s") or 0.0)

    def _certain(self, facts: Facts, plan: Plan, text: str) -> bool:
        """True when a line whose end is not there yet tells something; what the rest of it may change is left out."""
        facts.planned_epochs = facts.planned_steps = None
        if facts.loss_rank > MEAN_RANK:
            facts.loss = None  # "loss_cls: 0.5", and then the whole
        known = self.run.step.total
        other = facts.loss is None and facts.total_steps not in (None, known)  # of an evaluation?
        drawn = facts.bar is not None or (known is None and DRAWN.search(text))
        if not drawn and (other or (plan.unnamed and text.lstrip()[:1] == "[")):
            facts.step = facts.total_steps = None  # "[3/9] loss: 0.5", and then its validation: an epoch
        return plan.rule != "table" and self.run.aside is None

    def _keep_courses(self, facts: Facts, placed: Placed, text: str) -> None:
        """Add what a line says to the courses of the values, for the charts."""
        loss, val_loss, values, plan = facts.loss, facts.val_loss, self.run.values, placed.plan
        told = loss is not None and loss == values.get("loss")
        if not (told or plan.courses or val_loss is not None):
            return
        at = self.run.place()
        at = None if at is None or abs(at) >= COUNT_MAX else at
        if loss is not None and told:
            if at is not None and abs(loss) < VALUE_MAX:
                self.newest = self.wall, at, loss
            if self.train.due():
                self.train.add_at(self.wall, at, loss)
        if val_loss is not None:
            if val_loss == values.get("val_loss") and self.val.due():
                self.val.add_at(self.wall, at, val_loss)
            self._evaluated(val_loss)
        if plan.courses and plan not in self.courses:
            self.courses[plan] = [(self._course(name), fact) for name, fact in plan.courses]
        for series, fact in self.courses.get(plan, ()):
            if series.due():
                series.add_at(self.wall, at, fact.read(text, placed.ends))

    def _course(self, name: str) -> Series:
        """The course of a value; of those that are too many nothing is kept."""
        if name not in self.others and len(self.others) >= METRICS_MAX:
            return Series(OTHERS_MAX)
        return self.others.setdefault(name, Series(OTHERS_MAX))

    def _time(self, placed: Placed, text: str) -> None:
        """Learn the pace from the times that the log itself prints."""
        self.pace.add()
        plan, run = placed.plan, self.run
        passed = plan.facts.get("elapsed_s") if plan.rule == "bar" else None
        if run.first is not None and not (plan.timed or passed):
            return
        stamps, elapsed = self.pasts
        percent = run.progress()
        if percent is None:
            return
        stamp = stamp_of(text, self.wall) if plan.timed else None
        run.first = percent if run.first is None else run.first
        if stamp is None and passed and (run.of_run() or plan.fixed["of_bar"] == "epochs"):
            stamp, stamps = passed.read(text, placed.ends), elapsed
        last = stamps.points[-1] if stamps.points else (-1.0, -1.0)
        if stamp is not None and COUNT_MAX > stamp > last[0] and percent >= last[1]:
            stamps.add(stamp, percent)

    def _evaluated(self, value: float) -> None:
        """Keep the best evaluation, and count those after it."""
        at = self.run.epoch.place if self.run.epoch.place is not None else self.run.step.place
        best = self.run.best
        if best is None or value < best[0]:
            self.run.best = value, at, 0
        elif (value, at) != best[:2]:
            self.run.best = best[0], best[1], best[2] + 1


# ---- Model: what is known of each instance and of the account, and what is wrong ------------


class HostId(int):
    """Stands for a plain host wherever an instance has its number, and reads as the host's name."""

    name: str

    def __new__(cls, name: str) -> "HostId":
        self = super().__new__(cls, 10**18 + binascii.crc32(name.encode()))  # no contract has so many digits
        self.name = name
        return self

    def __str__(self) -> str:
        return self.name


class Status(NamedTuple):
    """What an instance's status means."""

    short: str    # in the line on top
    icon: str     # two columns wide, and
    ascii: str    # what stands for it where there is only ASCII
    phase: str    # "up", "waiting" to be, "down" or "gone" from the listing
    bills: str    # "gpu" (the whole price), "storage" or "nothing"


# Everything that depends on a status reads it here: a new one is a row. The order is that of the counts on top.
STATUSES: Mapping[str, Status] = {
    "running": Status("run", "✅", "OK", "up", "gpu"),
    "loading": Status("load", "🔄", "~~", "waiting", "storage"),
    "exited": Status("exit", "❌", "XX", "down", "storage"),
    "created": Status("new", "⏳", "..", "waiting", "storage"),
    "connecting": Status("conn", "⏳", "..", "waiting", "gpu"),  # of plain hosts, as ssh has it
    "unreachable": Status("lost", "❌", "XX", "down", "gpu"),
    "frozen": Status("frozen", "❓", "??", "waiting", "gpu"),
    "stopped": Status("stopped", "❓", "??", "down", "storage"),
    "offline": Status("offline", "❓", "??", "down", "nothing"),
    "gone": Status("gone", "❓", "??", "gone", "nothing"),
}
OTHER_STATUS = Status("", "❓", "??", "waiting", "storage")  # scheduling, unknown and what vast may yet invent


def facts_of_status(status: str) -> Status:
    """What a status means, whatever it is."""
    return STATUSES.get(status, OTHER_STATUS)


class Row(NamedTuple):
    """An instance as the listing has it; None where it does not say."""

    id: int
    status: str = "scheduling"
    label: str = ""
    message: str = ""                        # vast's own words on the status
    gpu: str = "Unknown"                     # "2xRTX 4090"
    gpu_util: Optional[float] = None         # %, mean over the GPUs, late and at times missing
    memory_util: Optional[float] = None      # % of the GPUs' memory
    gpu_temp: Optional[float] = None         # degrees Celsius
    disk_util: Optional[float] = None        # %
    running_rate: Optional[float] = None     # $/h while running
    storage_rate: Optional[float] = None     # $/h otherwise
    start: Optional[float] = None            # epoch s, creation of the contract
    end: Optional[float] = None              # epoch s, its end
    place: str = ""
    image: str = ""
    reliability: Optional[float] = None      # 0..1
    addresses: tuple[Address, ...] = ()      # of ssh, the best first
    no_ssh: str = ""                         # why there can be none
    watch: bool = False                      # the instance itself can be asked
    host: str = ""                           # number of its host
    traffic: float = 0.0                     # $ for bytes in and out so far, beside the price
    prepaid: float = 0.0                     # $ that it spends before those of the account (reserved)
    gpu_rate: Optional[float] = None         # $/h of the GPU alone; of an interruptible one the bid
    interruptible: bool = False
    min_bid: Optional[float] = None          # $/h that would outbid it
    gpus: Optional[int] = None               # that it should have
    up_s: Optional[float] = None             # since its container began


class Asking(NamedTuple):
    """What is to be known of a listing beside its rows."""

    took_s: float = 0.0    # it may be older by so much
    missed: bool = False   # it came so late that nobody watched meanwhile


def rate_of(row: Row) -> Optional[float]:
    """$/h that is billed now, by the row's status."""
    bills = facts_of_status(row.status).bills
    return {"gpu": row.running_rate, "storage": row.storage_rate}.get(bills, 0.0)


def bounds_of(row: Optional[Row], *rates: Optional[float]) -> tuple[float, float]:
    """The most and the least $/h that an instance may be billed, as far as any is known."""
    known = [rate for rate in (*rates, *((row.running_rate, row.storage_rate) if row else ())) if rate is not None]
    return max(known, default=0.0), min(known, default=0.0)


class Gpu(NamedTuple):
    """One GPU as nvidia-smi has it; None where it says N/A."""

    number: int
    name: str
    util: Optional[float]         # %
    memory_used: Optional[float]  # MiB
    memory: Optional[float]       # MiB
    temp: Optional[float]         # degrees Celsius
    power: Optional[float]        # W
    power_limit: Optional[float]  # W

    def memory_util(self) -> Optional[float]:
        """% of its memory in use."""
        if self.memory_used is None or not self.memory:
            return None
        return min(100.0, 100 * self.memory_used / self.memory)


class RunReading(NamedTuple):
    """What is known of one run on an instance: its processes, its output, what that tells."""

    key: str                             # the same for as long as it is the same run
    name: str = ""                       # of its folder, script or Weights & Biases run
    kind: str = "training"               # training, serving, idle or unknown: it tells no progress
    command: str = ""                    # secrets masked
    cwd: str = ""
    pid: Optional[int] = None            # of its oldest process
    age_s: Optional[float] = None        # since that began, else since its log was made
    log_age_s: Optional[float] = None    # since its log was made, where that is another time
    gpus: Optional[tuple[int, ...]] = None  # None: not known
    memory_mib: Optional[float] = None   # RAM of its processes
    where: str = ""                      # its output: "tmux pane 0:1.0", "file /x/out.log"; "" when there is none
    log_path: str = ""
    quiet_s: Optional[float] = None      # since the output last grew
    log_bytes: int = 0                   # that were new
    fresh: bool = False                  # another output than the last time, or read anew
    caught_up: bool = False              # the whole log is known from now on: what it tells of before is no event
    lines: tuple[LogLine, ...] = ()
    progress: Progress = Progress()
    curves: Curves = Curves()
    others: int = 0                      # outputs that were seen besides
    unread: bool = False                 # its output was there, and could not be read this time
    explained: Optional[tuple[tuple[str, str, str, str], ...]] = None  # as LogReader.explain has it, if it was asked
    alive: bool = True                   # its processes run, or its output grows
    suspended: bool = False              # all of its processes are
    saved_s: Optional[float] = None      # since it wrote its newest checkpoint, by the files
    nth: int = 0                         # so many ended in this place before it, as was seen

    def may_train(self) -> bool:
        """Whether it is a training, as far as anybody knows: neither a server nor a notebook."""
        return self.kind in ("training", "unknown")

    def ends_in_s(self) -> float:
        """Seconds to its end, roughly: what the log says, else as it went so far; -1 when nothing tells."""
        percent, eta_s = self.progress.progress, self.progress.eta_s
        if eta_s is None and percent and self.age_s:
            return self.age_s * (100 - percent) / percent
        return -1.0 if eta_s is None else eta_s


NOT_READ = RunReading("", kind="")  # of a run of which nothing is known yet


class Waste(NamedTuple):
    """Money that buys no training, or time that passes without any."""

    instance_id: int
    what: str                   # "idle", "done" and still billed, "loading", "exited, storage"
    since_s: Optional[float]
    dollars: Optional[float]    # since then; of what loads, since it takes long


OVER = ("finished", "failed", "ended")  # states of a run that goes on no more; how the last one ended nobody said


class Event(NamedTuple):
    """Something that happened once; whoever is told of events gets it."""

    wall: float
    kind: str                   # of EVENT_KINDS
    instance_id: Optional[int]
    text: str
    level: str                  # of EVENT_LEVELS
    label: str = ""             # of the instance; of a sink its name
    others: int = 0             # other runs of the instance, that go on

    def line(self) -> str:
        """'31845210 run finished'; what concerns the whole fleet stands without an id."""
        return self.text if self.instance_id is None else f"{show_id(self.instance_id)} {self.text}"

    def who(self) -> str:
        """'31845210 llama-ft'; '' of the whole fleet."""
        return "" if self.instance_id is None else f"{show_id(self.instance_id)} {self.label}".rstrip()


EVENT_LEVELS = ("good", "warning", "error")


class EventKind(NamedTuple):
    """Who is told of events of one kind, unless --events chooses."""

    rings: bool = True   # the terminal bell
    told: bool = True    # by everything else but the journal, which has all


# A new kind of event is a row here, and one in the README, which says when it happens.
EVENT_KINDS: Mapping[str, EventKind] = {
    "epoch": EventKind(told=False),
    "finished": EventKind(),
    "failed": EventKind(),
    "ended": EventKind(),
    "exited": EventKind(),
    "alert": EventKind(),
    "well": EventKind(rings=False),
    "notice": EventKind(rings=False, told=False),
    "gone": EventKind(),
    "back": EventKind(),
    "api": EventKind(),
    "sink": EventKind(rings=False),
    "new": EventKind(rings=False, told=False),
    "up": EventKind(rings=False, told=False),
    "run": EventKind(rings=False, told=False),
    "history": EventKind(rings=False),
    "lost": EventKind(rings=False),
}


def mean(values: Iterable[Optional[float]]) -> Optional[float]:
    """The mean of the values that are there, None without any."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


# -- what is usual: values that leave it, disks that fill, alarms that begin and end

class Alarm:
    """A rule that began to hold."""

    def __init__(self) -> None:
        self.on = self.told = False
        self.began = self.held = 0.0  # when it first and last held since
        self.calm_s = CALM_S          # without it for so long it is over; longer each time that it came back


def track(alarms: dict[str, Alarm], holding: Iterable[str], now: float) -> tuple[list[str], list[tuple[str, float]]]:
    """Which rules begin to hold now, and which are over, with the seconds for which they held."""
    begun, over = [], []
    for name in holding:
        alarm = alarms.setdefault(name, Alarm())
        if not alarm.on:
            alarm.on, alarm.began = True, now
            begun.append(name)
        alarm.held = now
    for name, alarm in alarms.items():
        if alarm.on and now - alarm.held >= alarm.calm_s:
            alarm.on, alarm.calm_s = False, min(DAY_S, CALM_GROWS * alarm.calm_s)
            over.append((name, alarm.held - alarm.began))
    return begun, over


GRAD_NORM = expression(r"\bg(?:rad(?:ient)?)?[ _]?norm\b|\btotal_norm\b", re.I)


class Usual:
    """What a value usually is, by its last ones; those far above are counted and not taken in."""

    def __init__(self) -> None:
        self.values: deque[float] = deque(maxlen=SPIKE_OF)
        self.last = 0.0
        self.step: Optional[float] = None
        self.rate: Optional[float] = None  # that it learns at
        self.above = 0       # values far above, in a row,
        self.since = 0.0     # from this step on

    def take(self, value: Optional[float], step: Optional[float], rate: Optional[float] = None) -> None:
        """The newest value, at a learning rate where that is known; one of the same step is the same one."""
        if value is None or step is None or step == self.step or not math.isfinite(value):
            return
        warm = rate is not None and self.rate is not None and rate > WARM_RESTART * self.rate
        if self.above > SPIKE_OF or warm or (self.step is not None and step < self.step):
            self.values.clear()  # it stays there, or has a reason, or the run began anew
        self.last, self.step, self.rate = value, step, rate
        middle = self.mean()
        spread = math.sqrt(sum((each - middle) ** 2 for each in self.values) / max(1, len(self.values)))
        high = value - middle > max(SPIKE_SIGMAS * spread, SPIKE_SHARE * abs(middle))
        if high and len(self.values) >= SPIKE_LEAST:
            self.since = self.since if self.above else step
            self.above += 1
        else:
            self.above = 0
            self.values.append(value)

    def mean(self) -> float:
        return mean(self.values) or 0.0

    def stays(self) -> bool:
        """True when it does not come back from far above."""
        return self.above >= SPIKE_POLLS and self.step is not None and self.step - self.since >= SPIKE_STEPS


class Filling:
    """How fast a disk fills, by the times at which it had grown: checkpoints make it grow by leaps."""

    def __init__(self) -> None:
        self.rises: deque[tuple[float, float]] = deque(maxlen=DISK_RISES_MAX)  # (time, % full)

    def take(self, at: float, percent: float) -> None:
        """How full it is; where something was deleted, or it grew otherwise before, all begins anew."""
        last = self.rises[-1] if self.rises else (at, -DAY_S)
        if percent < last[1] - DISK_STEP or (percent > last[1] and at - last[0] > self.longest_s()):
            self.rises.clear()
        if not self.rises or (percent > last[1] + DISK_STEP and at - last[0] >= GRAIN_S):
            self.rises.append((at, percent))

    def longest_s(self) -> float:
        """How long the next growth may take to come."""
        if len(self.rises) <= DISK_RISES:
            return DAY_S
        return DISK_PATIENCE * (self.rises[-1][0] - self.rises[1][0]) / (len(self.rises) - 2)

    def full_at(self, now: float) -> Optional[float]:
        """When it is full if it goes on so; None while that cannot be told."""
        if len(self.rises) <= DISK_RISES or now - self.rises[-1][0] > self.longest_s():
            return None
        (_, (began, first), *_), (ended, last) = self.rises, self.rises[-1]  # the first was no growth
        return ended + (100 - last) * (ended - began) / (last - first) if ended - began >= DISK_SPAN_S else None


# -- time: how fast a run gets on, and how long it rests

class Pauses:
    """Pauses (evaluations, checkpoints), those of about one length or all: how long they are, and where they come."""

    def __init__(self, begun: Optional[float], unseen: float) -> None:
        self.begun = begun     # percent at the run's start, None where that was not seen
        self.unseen = unseen   # percent since the last one in which nobody could look
        self.places: deque[float] = deque(maxlen=RESTS_MAX)   # percent
        self.lengths: deque[float] = deque(maxlen=RESTS_MAX)  # seconds
        self.steps: deque[float] = deque(maxlen=RESTS_MAX)    # percent from one to the next
        self.longest_step = math.inf                          # by those within which nobody could look
        self.times = 0

    def add(self, length_s: float, place: float) -> None:
        """One more, at so many percent of the run."""
        last = self.places[-1] if self.places else self.begun
        step = 0.0 if last is None else place - last
        if step > SAME_PLACE and self.unseen:
            self.longest_step = min(self.longest_step, step)
        elif step > SAME_PLACE:  # else the run went back to a checkpoint
            self.steps.append(step)
        self.lengths.append(length_s)
        self.places.append(place)
        self.unseen, self.times = 0.0, self.times + 1

    def forget(self, place: float) -> None:
        """What came from a place on was no pause."""
        while self.places and self.places[-1] >= place - SAME_PLACE:
            self.times -= 1
            for kept in (self.places, self.lengths, self.steps):
                if kept:
                    kept.pop()

    def since(self, place: float) -> float:
        """Percent from the last one to a place."""
        return place - (self.places[-1] if self.places else self.begun or 0.0)

    def length(self) -> float:
        """Seconds that one takes, the newest weighing most."""
        weights = [0.8 ** back for back in range(len(self.lengths))]
        return sum(weight * each for weight, each in zip(weights, reversed(self.lengths))) / sum(weights)

    def period(self, place: float) -> float:
        """After how many percent they come again, 0 where that is not known or not always the same."""
        steps = sorted(self.steps)
        period = steps[len(steps) // 2] if steps else self.longest_step
        times = [max(1, round(step / period)) for step in steps]
        odd = sum(abs(step / period - many) > EVENLY for step, many in zip(steps, times))
        left_out = sum(many > 1 for many in times)
        stays_away = self.since(place) - self.unseen > 2.5 * period
        uneven = odd > len(steps) / 5 or left_out > len(steps) / 2.5
        return 0.0 if uneven or stays_away or period > 100 else period

    def to_come(self, place: float, period: float) -> float:
        """How many come after a place; one that is due there is still to come, of those that are left out a part."""
        missed = math.floor(self.since(place) / period - 0.25)
        return self.share(period) * max(0, math.floor(self.since(100) / period + 0.05) - max(0, missed))

    def share(self, period: float) -> float:
        """The part of the places, so far from each other, at which one came."""
        return len(self.steps) / sum(max(1, round(step / period)) for step in self.steps) if self.steps else 1.0

    def due(self, place: float, period: float) -> bool:
        """True when one may be going on at a place."""
        periods = self.since(place) / period
        return periods > 0.5 and abs(periods - round(periods)) <= 0.25


def steady_change(course: Sequence[tuple[float, float]]) -> Optional[tuple[float, float]]:
    """(rate at its end, growth of it with each percent) of (s at work, percent) so far; None unless it always changed.

    A straight line has to say more of the rates than any two changes for good do, and they may not come to rest.
    """
    spans = [(later[0] - before[0], later[1] - before[1]) for before, later in zip(course, course[1:])]
    many = len(spans)
    if many < TREND_LEAST:
        return None
    size, rate = (course[-1][1] - course[0][1]) / many, sum(seconds / moved for seconds, moved in spans) / many
    off = [seconds / moved - rate for seconds, moved in spans]
    spread, squares = sum(each ** 2 for each in off), many * (many ** 2 - 1) / 12
    slope = sum((i - (many - 1) / 2) * each for i, each in enumerate(off)) / squares
    so = [0.0, *accumulate(off)]
    steps = max(so[i] ** 2 / i + (so[k] - so[i]) ** 2 / (k - i) + so[k] ** 2 / (many - k)
                for i, k in combinations(range(1, many), 2))
    plain = (spread - slope ** 2 * squares) / (many - 2) < TREND_PLAIN * (spread - steps) / (many - 5)
    before, last = (sum(off[at:at + many // 3]) / (many // 3) for at in (many - 2 * (many // 3), many - many // 3))
    goes_on = (last - before) * slope > TREND_ON * slope ** 2 * (many // 3)
    return (rate + slope * many / 2, slope / size) if plain and goes_on else None


class Pace:
    """How fast a run gets on: the rate while working, and its pauses, learned apart.

    It is fed marks (time, percent). Pauses are expected again where they came before, so that they move no end;
    the rate is that of the last part, so that a slower GPU shows soon. `prior` is what was done in which time
    before the first mark, where the age of the process or of the log tells it.
    """

    def __init__(self, prior: Optional[tuple[float, float]] = None) -> None:
        self.whole: tuple[Optional[float], Optional[float]] = None, None  # epochs and steps that the percents are of
        self.last: Optional[tuple[float, float]] = None   # the newest mark, None after a stop
        self.reached = 0.0                                # its percent, kept over a stop
        self.begun: Optional[tuple[float, float]] = None  # the mark at which the present interval began
        self.moves = 0              # marks in it so far
        self.rest_s = 0.0           # s of pauses in it so far
        self.from_percent = 0.0     # that of the very first mark
        self.gaps: deque[float] = deque(maxlen=RESTS_MAX)  # between marks
        self.intervals = 0
        self.work_s = 0.0           # of all intervals, pauses left out
        self.moved = 0.0            # percent in them
        self.course = Series(TREND_PARTS)  # both, time after time
        self.recent = self.live = (0.0, 0.0)  # (seconds at work, percent), the newest weighing most
        self.usual: Optional[float] = None  # the best rate that lasted
        self.newest: Optional[float] = None  # the rate of the newest interval
        self.noise = 0.0            # mean square of how far intervals that follow each other differ
        self.side = 0               # the newest interval is slower (1) or faster (-1) than the rate, 0 as fast
        self.off: list[tuple[float, float, float]] = []  # (seconds, percent, rest) of the last ones on that side
        self.calm = 0.0             # the noise before those
        self.trend = 0              # the side to which the rate last changed for good
        self.turns = self.leaps = 0  # how often it has turned back since, and how often of these by far
        self.pauses: list[Pauses] = []  # all of them in one, then those of each length
        self.blind = False          # nobody looked in a part of the interval
        self.unseen = 0.0           # percent in all such parts
        self.paused_s = 0.0         # s of all pauses
        self.prior: Optional[tuple[float, float]] = None  # as given, until enough was seen
        self.before = (0.0, 0.0)    # seconds of pauses and of work in the time of the prior
        if prior is not None and prior[0] > 0 and prior[1] > 0:
            self.prior, weight = prior, min(1.0, PRIOR_S / prior[0])
            self.recent = prior[0] * weight, prior[1] * weight

    def pause(self) -> None:
        """What passes until the next mark is no time of this run: its instance is stopped."""
        self.last = self.begun = None

    def mark(self, at: float, percent: float, unseen: bool = False) -> None:
        """Note how far the run is at a time; `unseen`: nobody could look in some of the time since the last."""
        if self.last is None or self.begun is None:
            self.from_percent = self.from_percent if self.intervals else percent
            self.last, self.begun, self.reached = (at, percent), (at, percent), percent
            self.moves, self.rest_s, self.blind = 0, 0.0, False
        elif percent > self.last[1] and at > self.last[0]:
            self._look_for_pause(at - self.last[0], percent, unseen)
            self.gaps.append(at - self.last[0])
            self.last, self.reached, self.moves = (at, percent), percent, self.moves + 1
            span_s, moved = at - self.begun[0], percent - self.begun[1]
            if self.blind or span_s >= GRAIN_S or (self.moves >= GRAIN_MOVES and moved >= GRAIN_MOVED):
                if not self.blind:
                    self._learn(span_s, moved)
                self.begun, self.moves, self.rest_s, self.blind = self.last, 0, 0.0, False

    def rate(self) -> Optional[float]:
        """Seconds at work for each percent, None before anything is known."""
        return self.recent[0] / self.recent[1] if self.recent[1] > 0 else None

    def _look_for_pause(self, gap_s: float, percent: float, unseen: bool) -> None:
        """Whether a pause lies between the last mark and this one, or much work that nobody saw."""
        assert self.last
        rate, place = self.rate(), self.last[1]
        if rate is None:
            return
        moved = percent - place
        rest_s = gap_s - moved * rate
        if unseen and self.gaps and min(gap_s, moved * rate) > BLIND * self.usual_gap_s():
            self.blind, self.unseen = True, self.unseen + moved
            for kind in self.pauses:
                kind.unseen += moved
        elif rest_s > (REST_TIMES - 1) * moved * rate + REST_S:
            self.rest_s += rest_s
            self._add_pause(rest_s, place)

    def _add_pause(self, rest_s: float, place: float) -> None:
        """One more pause, with those that are about as long."""
        alike = [kind for kind in self.pauses[1:] if 1 / ALIKE < rest_s / kind.lengths[-1] < ALIKE]
        begun = self._last_before(rest_s, place)
        if begun is not None:
            self.before = 0.0, 0.0  # they are known now
        elif self.from_percent < place / 4:
            begun = 0.0  # else how many it had before is not known
        for _ in range((not self.pauses) + (not alike and len(self.pauses) <= KINDS_MAX)):
            self.pauses.append(Pauses(begun, self.unseen))
        for kind in self.pauses[0], (alike or self.pauses)[-1]:
            kind.add(rest_s, place)

    def _last_before(self, rest_s: float, place: float) -> Optional[float]:
        """Where the last pause before the first sight was, if some such as the one that is seen explain that time."""
        times = self.before[0] / rest_s
        period = place / (round(times) + 1)
        explains = round(times) >= 1 and abs(times - round(times)) <= EVENLY
        return place - period if explains and place - self.from_percent <= period * (1 + EVENLY) else None

    def _kinds(self, place: float) -> list[tuple[Pauses, float]]:
        """The pauses with their periods as of a place: by their lengths, unless only all of them come evenly."""
        (every, period), *kinds = [(kind, kind.period(place)) for kind in self.pauses] or [(Pauses(None, 0.0), 0.0)]
        if period:
            often = sum(kind.share(its) / its for kind, its in kinds if its) * period / every.share(period)
            if not 1 / AGREE < often < AGREE or any(kind.times > 1 and not its for kind, its in kinds):
                return [(every, period)]
        return kinds

    def _learn(self, span_s: float, moved: float) -> None:
        """Take in an interval: how much of it was work, and what that says of the rate."""
        rate = self.rate()
        expected_s = span_s if rate is None else moved * rate
        work_s = max(span_s - self.rest_s, min(span_s, expected_s))
        level = self._level()
        side = (span_s > level * expected_s) - (span_s < expected_s / level)
        if not side or side != self.side:
            self.off, self.calm = [], self.noise
        self.side = side
        if side:
            self.off.append((span_s, moved, span_s - work_s))
        self.intervals += 1
        self.work_s += work_s
        self.paused_s += span_s - work_s
        self.moved += moved
        if moved > SAME_PLACE and self.course.due():
            self.course.add(self.work_s, self.moved)
        keep = math.exp(-work_s / self._window_s(work_s))
        self.recent = self.recent[0] * keep + work_s, self.recent[1] * keep + moved
        self.live = self.live[0] * keep + work_s, self.live[1] * keep + moved
        if self.live[0] >= SLOW_S and not side:
            self.usual = min(self.usual or math.inf, self.live[0] / self.live[1])
        if rate is not None and self.newest is not None:
            differs = min(1.0, abs(work_s / moved - self.newest) / rate)
            self.noise += (differs ** 2 / 2 - self.noise) / min(self.intervals, NOISE_OF)
        self.newest = work_s / moved
        enough = LEVEL_TIMES if self.intervals > LEVEL_TIMES else LEVEL_YOUNG
        lasts = len(self.off) >= max(enough, self.calm / LEVEL_ERROR ** 2)
        if lasts and not (self.prior and side < 0):
            self._new_level(not expected_s / LEVEL < span_s < expected_s * LEVEL)
        elif self.prior and (lasts or self.live[0] >= self._window_s(work_s) * (1 - math.exp(-1))):
            self._settle(self.prior)

    def _level(self) -> float:
        """How many times as long as expected an interval has to take to be off."""
        if self.turns > TURNS_MAX:
            return LEVEL
        noise = self.calm + NOISE_FIRST * 0.9 ** self.intervals
        return max(LEVEL_LEAST, min(LEVEL, 1 + LEVEL_SIGMAS * math.sqrt(noise)))

    def _window_s(self, interval_s: float) -> float:
        """How far back the rate looks: 20 minutes at least, and as far as it takes to know a noisy one."""
        enough = max(4.0, self.noise / PACE_ERROR ** 2 / 2)
        share = PACE_SHARE if self.turns <= TURNS_MAX else 1.0  # what changes for ever is judged by all of it
        return max(PACE_S, enough * interval_s, share * self.work_s)

    def _new_level(self, far: bool) -> None:
        """The rate has changed for good: only the intervals after the change count."""
        turns = self.trend == -self.side
        self.trend, self.turns, self.leaps = self.side, self.turns + turns, self.leaps + (turns and far)
        (_, first, rest_s), *after = self.off
        span_s, moved, rests_s = (sum(column) for column in zip(*after))
        self.paused_s, self.work_s = self.paused_s - rest_s - rests_s, self.work_s + rest_s + rests_s
        began = self.last[1] - first - moved if self.last else 0.0  # what looked like pauses since then was none
        for kind in self.pauses:
            kind.forget(began)
        self.pauses = [kind for kind in self.pauses if kind.places]
        self.recent = self.live = span_s, moved
        if (self.leaps if far else self.turns) > TURNS_MAX:
            self.recent = self.work_s, self.moved
        self.prior, self.off, self.side = None, [], 0

    def _settle(self, prior: tuple[float, float]) -> None:
        """Enough was seen: the time before says from now on only how much of it were pauses."""
        self.prior, self.recent, self.off, self.side = None, self.live, [], 0
        work_s = prior[1] * self.live[0] / self.live[1]
        if work_s <= prior[0] <= 2 * work_s:
            self.before = prior[0] - work_s, work_s

    def _weight_of_before(self) -> float:
        """How much the time before counts for the pauses to come: ever less, for there may be a long start in it."""
        if not self.before[1] or any(kind.times > 1 for kind in self.pauses[1:]):
            return 0.0
        since_s = (self.moved + self.unseen) * (self.rate() or 0.0)
        return math.exp(-2 * since_s / min(self.before[1], BEFORE_S))

    def overhead(self) -> float:
        """Whole time for each time at work: 1 without pauses."""
        weight = self._weight_of_before()
        work_s = self.work_s + weight * self.before[1]
        paused_s = self.paused_s + weight * self.before[0]
        return 1.0 + (paused_s / work_s if work_s > 0 else 0.0)

    def slows(self) -> bool:
        """True when it works far slower than it did, for long enough."""
        rate = self.rate()
        return bool(rate and self.usual and self.live[0] >= SLOW_S and rate > SLOW * self.usual)

    def usual_gap_s(self) -> float:
        """Seconds between two marks."""
        return sorted(self.gaps)[len(self.gaps) // 2] if self.gaps else ETA_WATCHED_S

    def usual_rest_s(self) -> float:
        """Seconds that a pause takes, 0 before the first."""
        return mean(length for kind in self.pauses[:1] for length in kind.lengths) or 0.0

    def ready(self) -> bool:
        """True when an end can be told: enough was seen, and the newest of it agrees."""
        if self.prior is not None:
            return True
        if self.intervals < 2:
            return self.work_s >= ETA_WATCHED_S
        agrees = not self.side or (self.sure() and len(self.off) < self.intervals - 1)  # else the first was the odd one
        return agrees and (self.moved >= ETA_MOVED or self.work_s >= ETA_WATCHED_S)

    def sure(self) -> bool:
        """True when it rests on more than a little."""
        enough = self.moved >= ETA_SURE * ETA_MOVED or self.work_s >= ETA_SURE * ETA_WATCHED_S
        past = self._weight_of_before() * self.before[0]  # s of pauses that nobody saw
        only_s = sum(kind.lengths[0] for kind in self.pauses[:1] if kind.times == 1)  # it may come again, or not
        known = self.prior is None and past <= LEVEL_ERROR * self.before[1] and only_s <= LEVEL_ERROR * self.work_s
        return known and self.last is not None and enough and self.intervals >= ETA_SURE

    def end(self, seen: float) -> Optional[float]:
        """When the run ends if it goes on so, as of the last look at it; None where that cannot be told."""
        rate = self.rate()
        if rate is None or not self.ready():
            return None
        at, percent = self.last or (seen, self.reached)  # it was stopped and has not told anything since
        late_s = max(0.0, seen - at - 1.5 * self.usual_gap_s())
        work_s = self._work_to_come(100 - percent, rate)
        pauses_s, due_s = self._pauses_to_come(percent, work_s)
        return at + work_s + pauses_s + max(0.0, late_s - due_s)

    def _work_to_come(self, left: float, rate: float) -> float:
        """Seconds of work for what is left, in percent: what has changed all the time does so for as long again."""
        now, slope = steady_change(self.course.points) or (rate, 0.0)
        rate = max(now, rate / 2)
        lasts = min(left, self.moved, rate / 2 / -slope if slope < 0 else left)  # and no more than twice as fast
        return left * rate + slope * lasts * (left - lasts / 2)

    def _pauses_to_come(self, percent: float, work_s: float) -> tuple[float, float]:
        """Seconds of all pauses in so much work from a place on, and of one that may be going on."""
        even_s, due_s, odd_s, times = 0.0, 0.0, 0.0, 0
        periods = self._kinds(percent)
        any_odd = any(kind.times > 1 and not period for kind, period in periods)
        for kind, period in periods:
            if period and (len(kind.steps) > 1 or not any_odd):
                even_s += kind.length() * kind.to_come(percent, period)
                due_s = max(due_s, kind.length() if kind.due(percent, period) else 0.0)
            else:
                odd_s, times = odd_s + kind.times * kind.length(), times + kind.times
        so_far_s = max(self.work_s, FIRST_REST * odd_s * (times == 1))  # where only one is known, it is not the rule
        pauses_s = even_s + (odd_s * work_s / so_far_s if so_far_s else 0.0)
        weight = self._weight_of_before()
        if weight:
            pauses_s += weight * (work_s * self.before[0] / self.before[1] - pauses_s)
        return pauses_s, due_s

    def margin(self) -> float:
        """How far the time that is left may be off, as a part of it."""
        rate = math.sqrt(self.noise / max(1.0, min(20.0, float(self.intervals))))
        return max(0.01 if self.sure() else 0.1, 2 * rate)


class RunMetrics:
    """One run on an instance: what its output tells, how fast it gets on, how it rests.

    Times are of the mono clock.
    """

    def __init__(self, key: str = "", nth: int = 0) -> None:
        self.key = key
        self.nth = nth                                # runs that ended in this place before it
        self.before: tuple[Progress, Pace] = Progress(), Pace()  # how far the one was that may have been resumed
        self.name = self.log_path = ""
        self.reading = NOT_READ                       # the last one: command, processes, where its output goes
        self.log = Progress()
        self.curves = Curves()                        # of the losses, for the chart
        self.lines: deque[tuple[int, LogLine]] = deque()  # with order of arrival, by rising number
        self.line_base = 0                            # numbers of the lines of earlier logs end here
        self.log_bytes = 0                            # what the lines take
        self.since: Optional[float] = None            # the first reading of it, and
        self.told: Optional[float] = None             # the last
        self.epochs_before, self.epochs_until = 0.0, -math.inf  # complete at the first reading; none is told until then
        self.grew: Optional[float] = None             # the output's last growth
        self.wrong_clock = False                      # its file bears times that cannot be
        self.gaps = 0                                 # growths that were waited for, and
        self.longest_gap_s = 0.0                      # the longest wait, fading over a day
        self.longest_idle_s = 0.0                     # likewise with idle GPUs and no output
        self.first_gap_s = 0.0                        # the wait for its first progress, or what an epoch took before
        self.pace = Pace()
        self.log_clock = (0.0, math.inf)              # s by its log's own clock, and when that began
        self.ended_since: Optional[float] = None      # finished, failed or gone
        self.told_state: Optional[str] = None         # how it stands, as was seen first or told last
        self.silent = False                           # it has ended, and its log does not say so
        self.closed = False                           # its last words are of a test or a saved model
        self.unread = False                           # nobody has read its last words
        self.gpu_util: Optional[float] = None         # %, mean over its GPUs
        self.usual_util: Optional[float] = None       # % while it gets on, and
        self.usual_power: Optional[float] = None      # W of its busiest GPU
        self.uses: deque[tuple[int, float, int]] = deque(maxlen=USE_MINUTES)  # (minute, sum of %, readings)
        self.idle_since: Optional[float] = None
        self.busy = 0                                 # samples of use since it idled
        self.full_since: Optional[float] = None       # its GPUs show full use without a break
        self.hung_since: Optional[float] = None       # they do with far less power than usual
        self.usual = {"loss": Usual(), "grad norm": Usual()}
        self.saved: Optional[float] = None            # its newest checkpoint
        self.resuming = False                         # its log says so; its counters may not yet
        self.resumed = ""                             # what was lost when it last began again, in words
        self.frame: Optional[tuple[Moment, Assessment]] = None  # what is made of it in the present frame

    def new_log(self) -> None:
        """The lines that come are of another log; the old ones stay before them."""
        self.line_base = self.lines[-1][1].number if self.lines else 0

    def seen(self, m: "TrainingMetrics", now: Moment) -> float:
        """When it was last looked at."""
        return self.told if self.told is not None else m.probed if m.probed is not None else now.mono

    def weight(self, now: float) -> tuple[bool, bool, float]:
        """What makes it the run that speaks for its instance: it goes on, was just told of, ends last."""
        on = self.log.progress is not None and self.ended_since is None
        return on, self.told == now, (self.pace.end(now) or 0.0) if on else self.ended_since or 0.0

    def end_without_a_word(self) -> tuple[str, str]:
        """State and reason once its process is gone and its log says nothing of an end.

        It failed where it was in the middle of its work; a test or a saved model comes behind a training, and so does
        the end of one that stopped early. Near its end it may have done all, and so may one that was to tell no more:
        "Epoch [4/5]" from zero is the last of five, or of six, and "step [80/100]" the last where each 20th is told.
        Of one whose output went with it, as a terminal does that was opened for it, nobody has read the last words.
        """
        log, percent = self.log, self.log.progress
        last = next((line for _, line in reversed(self.lines) if not PROMPT.search(line.text)), None)
        at = "has ended" if percent is None else f"ended at {int(percent)}%"
        self.unread = self.unread or (self.ended_since is None and self.reading.unread)
        if self.unread:
            return "ended", f"its process {at}, and its output went with it"
        self.closed = self.closed or bool(last and (last.news == "saved" or TEST & set(split_words(last.text))))
        if percent is None or percent >= NEAR_END or log.last_told or self.closed:
            return "ended", f"its process {at}; its log does not say how"
        return "failed", f"its process {at} without a word"

    def rests_at_end(self, now: float) -> bool:
        """True when a run whose steps are all done rests for so long that it has ended, or had done so before.

        Where its process lives, or it says that it saves, it may be at the last checkpoint or an upload; or at an
        evaluation like those before.
        """
        if self.grew is None:
            return False
        if self.ended_since is not None and self.grew <= self.ended_since:
            return True
        lives = self.reading.pid is not None
        rest_s = max(SAVES_S if lives or self.saves() else IDLE_END_S, REST_TIMES * self.longest_idle_s)
        return self.idle_since is not None and now - max(self.idle_since, self.grew) >= rest_s

    def stopped_at(self, m: "TrainingMetrics", now: Moment) -> float:
        """When it ended: with its last word, or without one when it was last seen at work."""
        grew = now.mono if self.grew is None else self.grew
        watched = self.silent and m.probed is not None and self.since is not None and self.since < now.mono
        rested = self.frame is not None and self.frame[1].state == "stalled"
        return max(grew, min(m.probed or grew, self.idle_since or math.inf)) if watched and not rested else grew

    def may_be_followed(self, now: float) -> bool:
        """True for a minute after its end: a loop of a shell may begin the next run, unless it shows its prompt."""
        prompts = bool(self.lines) and bool(PROMPT.search(self.lines[-1][1].text))
        return not prompts and self.ended_since is not None and now - self.ended_since < FOLLOWED_S

    def saves(self) -> bool:
        """True while its last word is that it saves."""
        return bool(self.lines) and self.lines[-1][1].news == "saved"

    def rest(self) -> None:
        """Its instance has another status: nothing is measured over that."""
        self.pace.pause()
        self.idle_since = self.full_since = self.hung_since = None

    def drop_lines(self, how_many: int) -> None:
        """Forget the oldest lines."""
        for _ in range(how_many):
            self.log_bytes -= self.lines.popleft()[1].size()

    def take_use(self, now: float) -> None:
        """Keep the use of its GPUs, as a mean of each minute."""
        minute = int(now / 60)
        _, total, many = self.uses.pop() if self.uses and self.uses[-1][0] == minute else (minute, 0.0, 0)
        self.uses.append((minute, total + (self.gpu_util or 0.0), many + 1))

    def take_gpus(self, gpus: Sequence[Gpu], low: float, now: float) -> None:
        """What its GPUs do: since when they idle, show full use, or show it with little power."""
        first, self.gpu_util = self.gpu_util is None, mean(gpu.util for gpu in gpus)
        if self.gpu_util is not None:
            self.take_use(now)
        utils = [gpu.util for gpu in gpus if gpu.util is not None]
        powers = [gpu.power for gpu in gpus if gpu.power is not None]
        limits = [gpu.power_limit for gpu in gpus if gpu.power_limit]
        top, power = max(utils, default=None), max(powers, default=None)
        idle = self.gpu_util is not None and self.gpu_util < low
        long = first and self.grew is not None and now - self.grew > BUSY_STALL_S  # it was so before it was seen
        if idle:
            self.idle_since, self.busy = self.idle_since or (self.grew if long else now), 0
        else:
            self.busy += 1
            moved = self.grew is not None and self.idle_since is not None and self.grew > self.idle_since
            self.idle_since = None if moved or self.busy >= BUSY_POLLS else self.idle_since
        full = top is not None and top >= HANG_UTIL
        self.full_since = (self.full_since or now) if full else None
        if self.hung_since is not None and self.grew is not None and self.grew > self.hung_since:
            self.usual_power = power  # it works with so little
        little = HANG_POWER * self.usual_power if self.usual_power else HANG_POWER_LIMIT * max(limits, default=0.0)
        since = self.hung_since or (self.grew if long else now)
        self.hung_since = since if full and power is not None and power < little else None
        if self.grew is not None and now - self.grew < HANG_S and self.gpu_util is not None and self.gpu_util >= 50:
            self.usual_util = fade(self.usual_util, self.gpu_util)
            if power is not None and not self.hung_since:
                self.usual_power = fade(self.usual_power, power)

    def take_growth(self, written: float, broken_at: Optional[float]) -> None:
        """The output grew; a wait before the training, or in which nobody could look (`broken_at`), teaches nothing."""
        if self.grew is not None and written > self.grew and (broken_at is None or broken_at < self.grew):
            gap_s = written - self.grew
            if self.log.state == "training":
                self.gaps += 1
                self.longest_gap_s = max(gap_s, self.longest_gap_s * math.exp(-gap_s / DAY_S))
                if self.idle_since is not None and self.idle_since < written:
                    self.longest_idle_s = max(min(gap_s, written - self.idle_since), self.longest_idle_s)
            else:
                self.first_gap_s = gap_s
        self.grew = written if self.grew is None else max(self.grew, written)

    def take_saved(self, reading: RunReading, now: Moment, known: bool) -> None:
        """Its newest checkpoint: by the words of its log, or by the files."""
        found = [self.saved, None if reading.saved_s is None else now.mono - reading.saved_s]
        newest, is_news = reading.progress.stamp, known and not reading.fresh and not reading.caught_up
        for line in reading.lines:
            if self.grew is None or line.news != "saved":
                continue
            if newest and line.stamp:
                found.append(self.grew - max(0.0, newest - line.stamp))  # so long before its last word
            elif is_news:
                found.append(self.grew)
        self.saved = max((at for at in found if at is not None), default=None)

    def lost_since(self, reading: RunReading) -> Optional[tuple[float, float]]:
        """(percent, seconds) of work that another try had done and this one does again; None where it does not.

        That is the run of before, or this one itself before it takes the reading. What had finished is not resumed,
        and a run whose first word comes where that of the one before came begins as that did: the next seed.
        """
        own, log = bool(self.pace.reached), reading.progress
        old, pace = (self.log, self.pace) if own else self.before
        reached, rate = pace.reached, pace.rate()
        self.resuming = self.resuming or any(line.news == "resumed" for line in reading.lines)
        late = not own and log.first is not None and log.first > max(BEGAN_AT_MOST, old.first or 0.0)
        again = old.state != "finished" and (self.resuming or late)
        same = (log.total_steps, log.total_epochs) == (old.total_steps, old.total_epochs)
        if rate is None or log.progress is None or not again or not same or log.progress >= reached:
            return None
        self.resuming = False
        return reached - log.progress, (reached - log.progress) * rate * pace.overhead()

    def take_progress(self, reading: RunReading, up_since: Optional[float], broken_at: Optional[float],
                      looked: Optional[float]) -> None:
        """How far it is: the pace goes on, or begins with what the log or its age tells of the time before.

        `up_since`: when its instance was last seen to start; `broken_at`: when it last could not be looked at;
        `looked`: when it could be before.
        """
        log, grew, before = reading.progress, self.grew, self.pace.whole
        if log.progress is None or grew is None or log.progress >= 100:
            return
        at, end = self._when(log, grew, looked), end_of_past(log)
        if end is not None and (self.pace.last is None or reading.caught_up):
            self._take_past(log.past, at - end)
        last = self.pace.last
        whole = log.total_epochs, log.total_steps if counts_run(log) else None
        other = any(total and was and total != was for total, was in zip(whole, before))  # 10 epochs became 20
        if last is not None and log.progress < last[1]:
            if log.progress < last[1] / 2 or other:
                self.pace = Pace()
            self.pace.pause()
        elif last is None and not self.pace.intervals and not self.pace.prior:
            prior = prior_of(reading)
            so_far = prior or ((reading.age_s or 0.0) - (reading.quiet_s or 0.0), log.progress)
            gap_s, losses = 0.0, reading.curves.train[-2:]  # between its lines
            if so_far[1] > 0 and (prior or reading.pid) and log.step is None and log.total_epochs:
                gap_s = so_far[0] / so_far[1] * 100 / log.total_epochs
            elif prior and len(losses) > 1 and log.total_steps and counts_run(log):
                gap_s = so_far[0] / so_far[1] * 100 * (losses[1][1] - losses[0][1]) / log.total_steps
                self.gaps, self.longest_gap_s = LEVEL_TIMES, max(self.longest_gap_s, gap_s)
            began = at - prior[0] if prior else 0.0
            stopped = up_since is not None and began <= up_since - GRAIN_S and up_since <= at
            self.pace = Pace(None if stopped else prior)
            self.first_gap_s = max(self.first_gap_s, gap_s)
            self.pace.gaps.extend([gap_s] if gap_s and self.pace.prior else [])
        self.pace.whole = whole
        self.pace.mark(at, log.progress, last is not None and broken_at is not None and broken_at > last[0])

    def _take_past(self, past: Sequence[tuple[float, float]], offset_s: float) -> None:
        """Learn the pace from the times in the log; a single long wait among short ones was a stop."""
        self.pace = Pace()
        *waits, longest_s = sorted(after[0] - before[0] for before, after in zip(past, past[1:]))
        stopped = longest_s > max(BUSY_STALL_S, PATIENCE * max(waits, default=0.0))
        for seconds, percent in past:
            mark = offset_s + seconds
            if stopped and self.pace.last and mark - self.pace.last[0] >= longest_s:
                self.pace.pause()
            self.pace.mark(mark, percent)
        self.pace.gaps.clear()  # the polls come less often than its lines
        waits += [] if stopped else [longest_s]
        self.gaps, self.longest_gap_s = self.gaps + len(waits), max([self.longest_gap_s, *waits])

    def remember(self, past: Curves, reading: RunReading, now: Moment) -> bool:
        """Learn the pace from what an earlier monitor saw of the same process; False where that tells nothing.

        Lines that came together bear one time: of these the last counts.
        """
        new, percent = reading.curves, reading.progress.progress
        at_now = new.train[-1][1] if new.train else 0.0
        if not percent or at_now <= 0 or past.unit != new.unit or end_of_past(reading.progress) is not None:
            return False  # the times in the log itself tell more
        seen = {wall: at * percent / at_now for wall, at, _ in past.train if wall > now.wall - (reading.age_s or 0.0)}
        marks = [(wall, at) for wall, at in seen.items() if at <= percent]
        if len(marks) > ETA_SURE:
            self._take_past(marks, now.mono - now.wall)
        return len(marks) > ETA_SURE

    def _when(self, log: Progress, grew: float, looked: Optional[float]) -> float:
        """When it was where it is, by its log's own clock: other bars may have been drawn since."""
        told_s = log.stamp if log.elapsed_s is None else log.elapsed_s
        if told_s is None:
            return grew
        before_s, begun = self.log_clock
        begun = min(math.inf if told_s < before_s else begun, grew - told_s)
        self.log_clock, at = (told_s, begun), begun + told_s
        return at if looked is not None and at >= looked - 1 else grew  # what is new came since the last look


def end_of_past(log: Progress) -> Optional[float]:
    """The present place's time by the clock of the times in the log; None where they do not reach up to it."""
    if len(log.past) < 2 or log.progress is None or log.past[-1][1] > log.progress:
        return None
    last, percent = log.past[-1]
    ends = [end for end in (log.stamp, log.elapsed_s) if end is not None and 0 <= end - last <= DAY_S]
    return ends[0] if ends else last if log.progress - percent < ETA_MOVED else None


def read_anew(pace: Pace, before: Progress, after: Progress) -> Optional[Pace]:
    """The pace of a run whose steps, taken for those of an epoch, turn out to be of the run: it did not leap so far."""
    was, was_at, percent, at, total = before.progress, before.step, after.progress, after.step, after.total_steps
    if was is None or was_at is None or percent is None or at is None or not total or total != before.total_steps:
        return None
    rate, leap = pace.rate(), percent - was
    if not (0 < 300 * (at - was_at) / total < leap and abs(percent - 100 * at / total) < 0.5):
        return None
    return Pace((rate * was * pace.overhead(), percent) if rate else None)


def next_round(pace: Pace, before: Progress, after: Progress) -> Optional[Pace]:
    """The pace of a run whose counters begin anew with the same totals (the next fold or seed): as it was so far."""
    rate, was, percent = pace.rate(), before.progress, after.progress
    same = (before.total_steps, before.total_epochs) == (after.total_steps, after.total_epochs)
    if rate is None or was is None or percent is None or percent >= was / 2 or not (same and pace.sure()):
        return None
    return Pace((100 * rate * pace.overhead(), 100.0))


def fade(before: Optional[float], value: float) -> float:
    """A mean over the last twenty or so."""
    return value if before is None else 0.95 * before + 0.05 * value


def began_at(log: Progress) -> float:
    """Percent with which a run began: what its log tells first, unless that is so little that nothing was before.

    A log that tells only of ended epochs has its first word when one is done.
    """
    epoch = 100 / log.total_epochs if log.total_epochs and log.step is None else 0.0
    first, ended = log.first or 0.0, (log.progress or 0.0) > epoch * ((log.epoch or math.inf) - 0.5)
    return first - epoch * ended if first > max(BEGAN_AT_MOST, epoch) else 0.0


def age_of_first(reading: RunReading) -> Optional[float]:
    """Seconds since a run was at the first place that its log tells of, None where that is not known.

    A log that was made before the process holds an earlier run too; one made long after it was moved away and
    made anew. Else a run that begins late has to say that it was resumed, and only such a run; a long start, or
    a log that is written late, is known by two ages that differ or by its bar, or outweighed by a long run.
    """
    ages = [age for age in (reading.log_age_s, reading.age_s) if age is not None]
    if not ages or ages[0] > ages[-1] + GRAIN_S:
        return None
    age_s, process_s, late = ages[0], ages[-1], began_at(reading.progress) > 0
    if late and age_s < process_s - GRAIN_S:
        return age_s
    resumed, at_work_s = any(line.news == "resumed" for line in reading.lines), age_s - reading.progress.before_s
    return at_work_s if resumed == late and age_s >= process_s / AGREE and at_work_s >= PRIOR_AGE_S else None


def prior_of(reading: RunReading) -> Optional[tuple[float, float]]:
    """(seconds, percent) of a run before it was first seen; None where that cannot be believed.

    The age of its process or log says how long, less the percent that it began with (a resume). A bar's own
    elapsed time and remaining time stand for it where they agree with each other.
    """
    log = reading.progress
    done = log.progress or 0.0
    whole = reading.caught_up or (reading.fresh and reading.log_bytes < READ_FIRST / 2)
    earlier = sum(line.news == "begun" for line in reading.lines) > 1  # the log's age is that of a run before
    age_s = age_of_first(reading) if log.first is not None and whole and not earlier else None
    if age_s and log.first is not None:
        moved = done - began_at(log)
        if moved > BEGAN_AT_MOST or (moved >= PRIOR_MOVED and done > 2 * log.first):
            return age_s - (reading.quiet_s or 0.0), moved
    if log.elapsed_s and log.eta_s and done >= ETA_MOVED:
        ratio = log.elapsed_s / done * (100 - done) / log.eta_s
        if 1 / AGREE < ratio < AGREE:
            return log.elapsed_s, done
    return None


def pile_up(pile: deque[tuple[float, float]], at: float, dollars: float) -> None:
    """Keep what came to dollars then; of too many the oldest become one."""
    if dollars:
        pile.append((at, dollars))
    if len(pile) > PILE_MAX:
        (_, first), (second_at, second) = pile.popleft(), pile.popleft()
        pile.appendleft((second_at, first + second))


class Bill:
    """What an instance costs: by the rates that the listings tell, and by what vast.ai billed where that is known."""

    def __init__(self) -> None:
        """Times are of the mono clock unless it is said otherwise."""
        self.total: Optional[float] = None           # $
        self.rate: Optional[float] = None            # $/h that is billed now
        self.spent = 0.0                             # $ since the watch began
        self.estimated = True                        # the total may be off by half a cent or more
        self.doubts: deque[tuple[float, float]] = deque()  # (when, $ that the total may be off by for that time)
        self.doubt = 0.0                             # their sum
        self.rates: deque[tuple[float, float]] = deque(maxlen=RESTS_MAX)  # (since when, $/h), as it changed
        self.traffic: deque[tuple[float, float]] = deque()  # (when, $ for bytes in and out by then)
        self.row: Optional[Row] = None               # of the last listing with the instance
        self.missing_since: Optional[float] = None   # the first listing without it, None where the last had it
        self.ended = False                           # it is believed to be gone, and the total is its last
        self.first_listed: Optional[float] = None    # when the watch of it began
        self.reckoned: Optional[float] = None        # the time up to which the total goes
        self.ahead = False                           # that is after the last listing, by what vast.ai billed
        self.took_s = 0.0                            # the last listing may be older by so much
        self.gap_s = GAP_INTERVALS * INTERVAL_S      # so long without one, and nobody watched
        self.watched_s = self.estimated_s = 0.0      # what the total rests on
        self.billed_until: Optional[float] = None    # epoch s: up to then the total is what vast.ai billed

    def take(self, row: Row, now: Moment, asked: Asking) -> None:
        """What the time since the last listing cost: a change of the rate came in its middle.

        What was before the first one is an estimate at its rate: of a stopped instance its disk at least. A young
        one has changed only once.
        """
        price, last = rate_of(row), self.rates[-1][1] if self.rates and self.rate is not None else None
        if self.reckoned is not None:
            begun, span_s = self.reckoned, now.mono - self.reckoned
            watched = span_s < self.gap_s and not asked.missed
        else:
            begun, span_s = now.mono, 0.0 if row.start is None else now.wall - row.start
            watched = 0 <= span_s <= COST_SURE_S
            if watched:
                status = STATUSES.get(row.status)  # of any other nobody knows whether it ran before
                last = row.storage_rate if status and status.phase != "down" else row.running_rate
        unsure, span_s = self._doubt_of(row, last, span_s, watched), max(0.0, span_s)
        if unsure < CENT:
            self.watched_s += span_s
        else:
            self.estimated_s += span_s
        traffic = max(0.0, row.traffic - (self.row.traffic if self.row else 0.0))
        pile_up(self.traffic, now.mono, traffic)
        dollars = (mean((last, price)) or 0.0) * span_s / 3600 + traffic
        unsure += traffic if self.ahead else 0.0  # it may have been billed already
        if price is not None or self.total is not None:
            self.total = (self.total or 0.0) + dollars
        self.spent += 0.0 if self.reckoned is None else dollars
        self.add_doubt(now.mono, unsure)
        self.rate, self.reckoned, self.ahead, self.took_s = price, now.mono, False, asked.took_s
        self.row, self.missing_since, self.ended = row, None, False
        self.first_listed = begun if self.first_listed is None else self.first_listed
        if price is not None and (not self.rates or price != self.rates[-1][1]):
            self.rates.append((begun + (now.mono - begun) / 2, price))

    def _doubt_of(self, row: Row, last: Optional[float], span_s: float, watched: bool) -> float:
        """Dollars by which the cost of the time before a listing may be another than is reckoned."""
        price = rate_of(row)
        most, least = bounds_of(row, price, last)
        if self.reckoned is None and row.start is None and not isinstance(row.id, HostId):
            return CENT  # it does not say what was before
        if not watched or price is None:
            return most * abs(span_s) / 3600
        if last is not None and price != last:
            return abs(price - last) * (span_s / 2 + self.took_s) / 3600
        was_up_s = self.row.up_s if self.row else None
        if row.up_s is not None and was_up_s is not None and row.up_s < was_up_s:  # it stopped and began again
            return (most - least) * max(0.0, span_s + self.took_s - row.up_s) / 3600
        return 0.0

    def miss(self, now: Moment) -> None:
        """A listing came without the instance."""
        self.missing_since = now.mono if self.missing_since is None else self.missing_since

    def add_doubt(self, at: float, dollars: float) -> None:
        """The total may be wrong by so much more, for what was then."""
        pile_up(self.doubts, at, dollars)
        self.doubt = sum(doubt for _, doubt in self.doubts)
        self.estimated = self.total is None or self.doubt >= CENT

    def end(self) -> None:
        """It left the listing, in the middle between the last one with it and the first without."""
        if self.reckoned is not None and self.missing_since is not None and self.rate is not None and not self.ended:
            half_s = max(0.0, self.missing_since - self.reckoned) / 2
            dollars, (most, _) = self.rate * half_s / 3600, bounds_of(self.row, self.rate)
            unsure = dollars if 2 * half_s < self.gap_s else 2 * half_s * most / 3600  # it may have run unseen
            self.total, self.spent = (self.total or 0.0) + dollars, self.spent + dollars
            self.reckoned += half_s
            self.add_doubt(self.reckoned, unsure + self.rate * self.took_s / 3600)
        self.rate, self.ended = 0.0 if self.row else None, True

    def _open_hours(self, now: Moment) -> float:
        """Hours since the time that the total goes up to, in which it went on at the last known price."""
        if self.total is None or self.reckoned is None or self.rate is None or self.ended:
            return 0.0
        return max(0.0, (now.mono if self.missing_since is None else self.missing_since) - self.reckoned) / 3600

    def until(self, now: Moment) -> tuple[Optional[float], bool]:
        """What it has cost until now, at the last known price, and whether that is an estimate."""
        hours = self._open_hours(now)
        if self.total is None or not hours:
            return self.total, self.estimated
        return self.total + (self.rate or 0.0) * hours, self.doubt_until(now) >= CENT

    def doubt_until(self, now: Moment) -> float:
        """Dollars that this may be off by."""
        hours = self._open_hours(now)
        unseen = self.missing_since is not None or 3600 * hours >= self.gap_s
        return self.doubt + (bounds_of(self.row, self.rate)[0] * hours if unseen else 0.0)

    def take_total(self, dollars: float, until: float, now: Moment, rate: Optional[float] = None,
                   off_s: float = 0.0) -> None:
        """What it had cost until then (epoch s), at a rate where that is known; what came after is reckoned.

        `off_s`: the clock may tell that time wrong by so much.
        """
        last = now.mono - max(0.0, now.wall - until)
        seen = now.mono if self.reckoned is None else self.reckoned
        first = seen if self.first_listed is None else self.first_listed
        since_s, unseen_s = max(0.0, seen - last), max(0.0, first - last)
        self.watched_s, self.estimated_s = max(0.0, since_s - unseen_s), min(unseen_s, since_s)
        self.doubts, self.traffic = (deque((at, each) for at, each in pile if at > max(last, first))
                                     for pile in (self.doubts, self.traffic))
        self.total = dollars + max(0.0, self.since(last, now._replace(mono=max(last, seen))))
        self.total += sum(each for _, each in self.traffic)
        up_s = self.row.up_s if self.row else None
        steady = unseen_s < self.gap_s if up_s is None else up_s >= since_s  # else it may have run and stopped since
        most, least = bounds_of(None if steady and rate is not None else self.row, self.rate, rate)
        unsure = most - least if steady else most
        self.add_doubt(now.mono, (unsure * unseen_s + (self.rate or 0.0) * off_s) / 3600)
        self.add_doubt(now.mono, self.traffic[0][1] if self.traffic else 0.0)  # some of it may have come before
        if self.reckoned is not None and last > seen:
            self._go_on_from(last)

    def _go_on_from(self, at: float) -> None:
        """The total reaches past the last listing: until then, or until its end if it had left by the next one."""
        rate = self.rates[-1][1] if self.rates else 0.0
        self.spent += rate * (at - (self.reckoned or 0.0)) / 3600
        self.reckoned, self.ahead = at, True
        if self.ended:
            self.rate, self.ended = rate, False
            self.end()

    def words(self, now: Moment) -> str:
        """'~$15.43: 3h12m watched, 8h estimated', '$15.43: as billed at 14:02'; '' while nothing is known."""
        dollars, estimated = self.until(now)
        if dollars is None:
            return ""
        said = f"{'~' * estimated}${dollars:.2f}"
        if self.billed_until is not None:
            said += f": as billed at {when(self.billed_until, now.wall)}"
        elif estimated and self.estimated_s:
            said += f": {duration(self.watched_s)} watched, {duration(self.estimated_s)} estimated"
        return said

    def since(self, since: float, now: Moment) -> float:
        """Dollars from a time on, by the rate of each part of it."""
        dollars, until, rate = 0.0, now.mono, self.rate or 0.0
        for begun, rate in reversed(self.rates):
            dollars += rate * max(0.0, until - max(since, begun)) / 3600
            until = min(until, begun)
        return dollars + rate * max(0.0, until - since) / 3600  # before the first known rate: that one


def of_bill(name: str) -> Any:
    """A field of an instance that is one of its bill."""
    return property(lambda m: getattr(m.bill, name), lambda m, value: setattr(m.bill, name, value))


def of_run(name: str) -> Any:
    """A field of an instance that is one of its main run."""
    return property(lambda m: getattr(m.main, name), lambda m, value: setattr(m.main, name, value))


class TrainingMetrics:
    """What is known of one instance: what it trains, how far it is, how it is, what it costs.

    Scripts may fill and read the public fields; None is "not known". Percentages are 0..100.
    """

    def __init__(self, instance_id: int, gpu_type: str = "Unknown", status: str = "loading", **fields: Any) -> None:
        self.epoch: Optional[float] = None
        self.total_epochs: Optional[float] = None
        self.step: Optional[float] = None
        self.total_steps: Optional[float] = None
        self.loss: Optional[float] = None
        self.gpu_util: Optional[float] = None
        self.memory_util: Optional[float] = None
        self.disk_util: Optional[float] = None
        self.gpu_temp: Optional[float] = None
        self.bill = Bill()
        self.runtime_seconds: Optional[float] = None  # since the contract began
        self.started_at: Optional[datetime] = None
        self.last_updated: Optional[datetime] = None
        self.recent_logs: deque[str] = deque()       # the last RECENT_LOGS
        for name in fields.keys() - {*vars(self), "cost_per_hour", "total_cost"}:
            raise TypeError(f"TrainingMetrics has no field {name!r}")
        for name, value in fields.items():
            setattr(self, name, value)
        self.recent_logs = deque(self.recent_logs, RECENT_LOGS)
        self.instance_id = instance_id
        self.gpu_type = gpu_type
        self.status = status
        self._follow_nothing()

    def _follow_nothing(self) -> None:
        """The monitor's own fields, before the first reading; times are of the mono clock."""
        self.limits = Limits()
        self.row: Optional[Row] = None
        self.runs = [RunMetrics()]                   # at least one; those that ended until another begins
        self.main = self.runs[0]                     # that whose values are the instance's: the last to end
        self.gpus: tuple[Gpu, ...] = ()
        self.ram: tuple[Optional[float], Optional[float]] = None, None  # bytes of its container in use, their limit
        self.address: Optional[Address] = None       # where ssh was reached, and
        self.connected: Optional[float] = None       # since when
        self.looked_at = ""                          # where a run was looked for in vain, '' where one is followed
        self.trouble = ""                            # why ssh failed, '' while it answers
        self.trouble_short = ""
        self.probed: Optional[float] = None          # last good reading over ssh
        self.listed: Optional[float] = None          # last listing with this instance
        self.missed = 0                              # listings without it, in a row
        self.status_since: Optional[float] = None    # None: since before the watch
        self.stale_after_s = STALE_INTERVALS * INTERVAL_S
        self.watched = False                         # ssh is tried
        self.idle_since: Optional[float] = None
        self.held: dict[str, int] = {}               # rules that hold: for how many readings
        self.alarms: dict[str, Alarm] = {}           # those that were told as events
        self.answering: Optional[int] = None         # GPUs that answered last, None before the first, and
        self.silent = 0                              # readings in a row without any
        self.throttled: Mapping[int, str] = {}       # number of a GPU: why its clocks are low, and
        self.throttles = 0                           # in how many queries in a row any were
        self.filling = Filling()                     # its disk
        self.past: Mapping[str, Curves] = {}         # of its runs, as an earlier monitor knew them
        self.broken_at: Optional[float] = None       # when it last could not be looked at, or had another status

    # Those of its bill.
    cost_per_hour: Optional[float] = of_bill("rate")
    total_cost: Optional[float] = of_bill("total")
    cost_estimated: bool = of_bill("estimated")

    # Those of its main run.
    log: Progress = of_run("log")
    curves: Curves = of_run("curves")
    log_path: str = of_run("log_path")
    lines: "deque[tuple[int, LogLine]]" = of_run("lines")
    grew: Optional[float] = of_run("grew")
    pace: Pace = of_run("pace")
    ended_since: Optional[float] = of_run("ended_since")

    # -- how far

    def progress(self, run: Optional[RunMetrics] = None) -> Optional[float]:
        """Percent of the whole run that is done, None where nothing determines it.

        Where an output is read, what it tells decides alone; a script may fill in steps and epochs instead.
        """
        run = run or self.main
        if run.told is not None or run.log.progress is not None:
            return run.log.progress
        if self.step is not None and self.total_steps:
            return max(0.0, min(100.0, 100.0 * self.step / self.total_steps))
        if self.epoch is not None and self.total_epochs and math.isfinite(self.epoch):
            whole = self.epoch == int(self.epoch)  # "epoch 2/3" is being trained, 2.5 is reached
            return max(0.0, min(100.0, 100.0 * (self.epoch - whole) / self.total_epochs))
        return None

    def progress_percentage(self) -> float:
        """Percent of the whole run that is done, 0 where that is not known."""
        return self.progress() or 0.0

    def eta_s(self, now: Moment, sure: bool = False) -> Optional[float]:
        """Seconds until the run ends, None where that cannot be told, or (`sure`) only roughly."""
        found = assessed(self, now)
        return found.eta_s if found.sure or not sure else None

    def estimated_completion_time(self) -> Optional[timedelta]:
        """Time until the run ends, None where that cannot be told."""
        seconds = self.eta_s(Moment.now())
        return None if seconds is None else timedelta(seconds=seconds)

    # -- how well

    def status_facts(self) -> Status:
        """What its status means."""
        return facts_of_status(self.status)

    def phase(self) -> str:
        """'up', 'waiting', 'down' or 'gone'."""
        return self.status_facts().phase

    def at_work(self, run: Optional[RunMetrics] = None) -> bool:
        """True while the run should keep its GPUs busy."""
        return self.phase() == "up" and (run or self.main).log.state not in OVER

    def health_status(self) -> str:
        """'error', 'warning' or 'healthy': the worst rule that holds now."""
        return health_of(verdicts(self, Moment.now()))

    def stale(self, now: Moment) -> bool:
        """True when the values shown are of a reading that is too old."""
        if self.trouble:
            return True
        seen = self.probed if self.watched else self.listed
        return seen is not None and now.mono - seen > self.stale_after_s

    def age_s(self, now: Moment) -> Optional[float]:
        """Seconds since the last reading, or since a status that gives none began."""
        if self.phase() != "up":
            return None if self.status_since is None else now.mono - self.status_since
        seen = self.probed if self.probed is not None else self.listed
        return None if seen is None else now.mono - seen

    def for_how_long(self, now: Moment) -> str:
        """' for 14m', the time in this status; '' where that began before the watch."""
        return "" if self.status_since is None else f" for {duration(now.mono - self.status_since)}"

    def miss(self, now: Moment) -> None:
        """A listing came without it."""
        self.missed += 1
        self.bill.miss(now)

    # -- its runs

    def own_name(self, run: RunMetrics, name: str) -> str:
        """The name that a run gives itself, so that no two are alike: 'sweep', 'sweep 2'."""
        others = {other.name or "run" for other in self.runs if other is not run and other.told is not None}
        return next(own for own in (name, *(f"{name or 'run'} {nth}" for nth in range(2, len(others) + 3)))
                    if (own or "run") not in others)

    def add_lines(self, lines: Iterable[LogLine], arrival: int, run: Optional[RunMetrics] = None) -> int:
        """Keep new lines, replace changed ones; returns the order of arrival used up to."""
        run = run or self.main
        for line in lines:
            if run.line_base:
                line = line._replace(number=line.number + run.line_base)
            while run.lines and run.lines[-1][1].number >= line.number:
                run.log_bytes -= run.lines.pop()[1].size()
            arrival += 1
            run.lines.append((arrival, line))
            run.log_bytes += line.size()
        run.drop_lines(len(run.lines) - LOG_LINES)
        newest = (entry for one in self.runs for entry in islice(reversed(one.lines), RECENT_LOGS))
        self.recent_logs = deque((line.text for _, line in sorted(newest, key=lambda entry: entry[0])), RECENT_LOGS)
        return arrival


# -- the assessment: what is made of all that at a moment

class Assessment(NamedTuple):
    """What is made of a run at one moment; made once for a frame or a reading, whatever reads it."""

    percent: Optional[float]    # of the run that is done
    state: str                  # "training", "steps done", "stalled", one of OVER, "" (not known or not up)
    reason: str                 # why it is stalled, failed or ended, in words
    eta_s: Optional[float]      # until its end
    sure: bool                  # that rests on more than a little
    margin_s: float             # ±, of it
    end: Optional[float]        # epoch s
    end_cost: Optional[float]   # $ that the instance will have cost then
    quiet_s: Optional[float]    # since its output grew
    stale: bool                 # all this is of a reading that is too old
    ended: Optional[float]      # epoch s, when it finished or failed


def why_rests(m: TrainingMetrics, run: RunMetrics, now: Moment) -> str:
    """Why a run that should go on is taken to have stopped, '' while it is not.

    Only time up to the last good reading counts: nobody knows what passed since.
    """
    state, seen = run.log.state, run.seen(m, now)
    if run.grew is None or not m.at_work(run) or (run.log.progress or 0.0) >= 100:
        return ""
    if run.reading.suspended:
        return f"suspended (Ctrl-Z): fg in its terminal, or kill -CONT {run.reading.pid or 'PID'}, lets it go on"
    quiet_s = seen - max(run.grew, m.status_since or run.grew)
    said = f"no new log line for {duration(now.mono - run.grew)}"
    hangs_s = HANG_S if run.usual_power or state != "training" else BUSY_STALL_S  # it may always work with so little
    if run.hung_since is not None and min(quiet_s - hangs_s, seen - run.hung_since - HANG_S) >= 0:
        return f"{said}: gpu {run.gpu_util or 0:.0f}% at low power, it hangs"
    if state != "training":
        return ""
    if run.idle_since is not None:
        rest_s = min(quiet_s, seen - run.idle_since)
        begins = not run.log.progress and run.log.step is None and run.log.loss is None  # it may compile, or load data
        usual_s = SAVES_S if run.saves() else WAITING_S if begins else IDLE_STALL_S
        return said if rest_s >= max(usual_s, PATIENCE * run.longest_idle_s) else ""
    if run.since is not None and seen - run.since < max(HANG_S, run.longest_gap_s):
        return ""  # the time of its last write may be wrong: a growth would have told by then
    odd = run.usual_util is not None and run.usual_util < HANG_UTIL - 2
    full_s = seen - run.full_since if odd and run.gaps and run.full_since is not None else 0.0
    if min(full_s, quiet_s) >= HANG_S and quiet_s > FULL_PATIENCE * run.longest_gap_s:
        return f"{said}: gpu stands at {run.gpu_util or 0:.0f}%"
    rests_s = BUSY_REST_S if run.gaps >= LEVEL_TIMES else max(BUSY_FIRST_S, PATIENCE * run.first_gap_s)
    if run.usual_util is not None and m.silent >= GPU_LOW_POLLS:
        rests_s = IDLE_STALL_S  # its driver is gone
    return said if quiet_s > max(rests_s, PATIENCE * run.longest_gap_s) else ""


def assess(m: TrainingMetrics, now: Moment, run: Optional[RunMetrics] = None) -> Assessment:
    """What is made of a run (the main one) of an instance at a moment."""
    run = run or m.main
    percent, up = m.progress(run), m.phase() == "up"
    reason = why_rests(m, run, now)
    state, sure, eta_s, margin_s = run.log.state or "", run.pace.sure(), None, 0.0
    if reason:
        state = "stalled"
    elif state in OVER:
        reason = run.log.reason
    elif percent is not None and percent >= 100:
        state = "steps done"
    elif up and percent is not None and run.seen(m, now) >= (m.status_since or -math.inf):
        end = run.pace.end(run.seen(m, now))
        if run.told is None and m.row is None and m.runtime_seconds and percent:
            end = now.mono + m.runtime_seconds / percent * (100 - percent)  # all that a script filled in
        if end is not None and end > now.mono:
            eta_s = min(TIME_MAX, end - now.mono)
            margin_s = run.pace.margin() * eta_s + run.pace.usual_rest_s() / 2
    end_cost = None
    cost = m.bill.until(now)[0]
    if eta_s is not None and m.cost_per_hour is not None and cost is not None:
        end_cost = cost + m.cost_per_hour * eta_s / 3600
    return Assessment(
        percent, state, reason, eta_s, sure, margin_s, None if eta_s is None else now.wall + eta_s, end_cost,
        None if run.grew is None else max(0.0, now.mono - run.grew), m.stale(now),
        None if run.ended_since is None else now.wall - (now.mono - run.ended_since))


def assessed(m: TrainingMetrics, now: Moment, run: Optional[RunMetrics] = None) -> Assessment:
    """What is made of a run: in a frame what was made for it, at any other moment anew."""
    run = run or m.main
    return run.frame[1] if run.frame is not None and run.frame[0] is now else assess(m, now, run)


def begin_frame(instances: Iterable[TrainingMetrics], now: Moment) -> None:
    """Assess each run once, for whatever reads it in the frame, or the reading, of this moment."""
    for m in instances:
        for run in m.runs:
            run.frame = now, assess(m, now, run)


def counts_run(log: Progress) -> bool:
    """True when its steps are those of the run, not of an epoch."""
    return bool(log.step is not None and log.total_steps
                and abs(100 * log.step / log.total_steps - (log.progress or 0.0)) < 1)


def units_of(run: RunMetrics) -> list[tuple[str, float, int]]:
    """What the whole run is counted in: (word, how many, of which so many are one for a price)."""
    log = run.log
    found = [("epoch", log.total_epochs, 1)] if log.total_epochs else []
    return [*found, ("step", log.total_steps, 1000)] if log.total_steps and counts_run(log) else found


def unit_costs(m: TrainingMetrics) -> list[tuple[float, str]]:
    """What an epoch and 1,000 steps of its run cost at the present pace and price: (dollars, what for)."""
    rate = m.pace.rate()
    if rate is None or not m.cost_per_hour or m.phase() != "up":
        return []
    whole = m.cost_per_hour * rate * m.pace.overhead() * 100 / 3600
    return [(whole * many / total, word if many == 1 else f"{many // 1000}k {word}s")
            for word, total, many in units_of(m.main)]


def speed_words(run: RunMetrics, rate: float) -> str:
    """'1.92 steps/s', '2.25 epochs/h': a rate in seconds for each percent."""
    word, total, _ = (units_of(run) or [("%", 100.0, 1)])[-1]
    each = total / 100 / rate
    per, each = ("s", each) if each >= 0.1 else ("h", 3600 * each)
    return f"{each:.{2 if each < 100 else 0}f} {word if word == '%' else word + 's'}/{per}"


def pace_words(m: TrainingMetrics, now: Moment) -> list[str]:
    """'1.92 steps/s while working', '91% of the time at work'; none while there is no ETA."""
    rate = m.pace.rate()
    if not rate or assessed(m, now).eta_s is None:
        return []
    return [f"{speed_words(m.main, rate)} while working", f"{100 / m.pace.overhead():.0f}% of the time at work"]


def at_risk(m: TrainingMetrics, now: Moment) -> str:
    """'checkpoint 42m ago: $0.57 at risk', '' where no checkpoint is known."""
    saved = m.main.saved
    if saved is None or not m.at_work():
        return ""
    return f"checkpoint {duration(now.mono - saved)} ago: ${m.bill.since(saved, now):.2f} at risk"


def wasted_since(m: TrainingMetrics, now: Moment) -> Optional[float]:
    """Since when an instance that is billed as running trains nothing; None while it does.

    A run may work with little use of its GPUs, and rests at checkpoints: of one that trains only a stall is waste. Of
    what does not train yet the first minutes are none.
    """
    if m.phase() != "up":
        return None
    known = [] if m.ended_since is None else [m.ended_since]
    up, idle = m.status_since or 0.0, m.idle_since
    if assessed(m, now).state == "stalled":
        known.append(max(m.grew or 0.0, up))
    if idle is not None and m.log.state != "training" and now.mono - max(idle, up) > WAITING_S:
        known.append(max(idle, up))
    if not known:
        return None
    begun = now.mono - (now.wall - m.row.start) if m.row and m.row.start is not None else -TIME_MAX
    return max(min(known), begun)  # the far clock may be wrong, but nothing is older than its contract


def lasts_s(balance: float, bills: Iterable[tuple[float, float]]) -> Optional[float]:
    """Seconds that a balance lasts for bills of $/h, each after it has spent dollars of its own; None for ever."""
    at, burn = 0.0, 0.0  # hours, $/h
    for begins, price in sorted((own / price, price) for price, own in bills if price > 0):
        if burn and at + balance / burn <= begins:
            break
        balance, at = balance - burn * (begins - at), begins
        burn += price
    return 3600 * (at + balance / burn) if burn else None


def wasted(m: TrainingMetrics, now: Moment) -> Optional[Waste]:
    """What an instance is paid for instead of training, at the price of its time; None for nothing."""
    since, paid_from, phase = wasted_since(m, now), None, m.phase()
    if since is not None:
        what, paid_from = "idle" if m.at_work() else "done" if m.log.state == "finished" else m.log.state or "", since
    elif phase == "down" and m.status_facts().bills == "storage" and m.cost_per_hour:
        # a host out of reach, which may train, bills no storage; nobody knows how long it was down before the watch
        since = m.status_since if m.status_since is not None else m.bill.rates[0][0] if m.bill.rates else None
        what, paid_from = f"{m.status}, storage", since
    elif phase == "waiting":
        what, since = m.status, m.status_since
        if since is not None and now.mono - since > WAITING_S:
            paid_from = since + WAITING_S
    else:
        return None
    return Waste(m.instance_id, what, None if since is None else now.mono - since,
                 None if paid_from is None else m.bill.since(paid_from, now))


class Fleet:
    """All instances and the account, as of the last readings."""

    def __init__(self) -> None:
        self.metrics: dict[int, TrainingMetrics] = {}
        self.events: deque[Event] = deque(maxlen=EVENTS_MAX)
        self.balance: Optional[float] = None     # $ left on the account, as read, and
        self.balance_at: Optional[tuple[float, float]] = None  # ... when (mono), and the $ billed by then
        self.happened = 0                        # events so far
        self.tally: Counter[str] = Counter()     # the same by kind
        self.arrival = 0                         # log lines that came in so far
        self.log_bytes = 0                       # what those take that are kept
        self.balances: deque[tuple[float, float, float, float]] = deque()  # (mono, $ left, $ billed, $ in doubt)
        self.reckoned = (0.0, 0.0, 0.0)          # (mono of the last listing, $ billed by then, $ of it in doubt)
        self.account_burn: Optional[float] = None  # $/h of the whole account, whatever part of it is shown, and
        self.prices: Mapping[int, float] = {}    # of each of its instances
        self.volumes = 0.0                       # $/h of the account's volumes, and
        self.rises: Mapping[int, float] = {}     # $/h that GPUs will cost after their contract's end
        self.prepaid: tuple[tuple[float, float], ...] = ()  # ($/h, $ of their own) of the reserved ones, besides
        self.budget: Optional[float] = None      # $ that the watch may cost
        self.refills = False                     # a card is charged when it runs low
        self.trouble = ""                        # why the listing failed, '' while it works
        self.failures = 0                        # listings that failed in a row
        self.retry_at: Optional[float] = None    # mono; None where nobody will
        self.listed: Optional[Moment] = None     # the last good listing
        self.alarms: dict[str, Alarm] = {}       # rules for all of it that were told as events

    def part(self, metrics: dict[int, TrainingMetrics]) -> "Fleet":
        """This fleet with only some of its instances; the balance lasts as it does for all."""
        part = copy.copy(self)
        part.metrics, part.account_burn = metrics, self.whole_burn() - self.volumes
        return part

    def add_lines(self, m: TrainingMetrics, lines: Iterable[LogLine], run: Optional[RunMetrics] = None) -> None:
        """Keep lines of an instance's run; while all take too much, whoever has most loses the oldest."""
        run = run or m.main
        before = run.log_bytes
        self.arrival = m.add_lines(lines, self.arrival, run)
        self.log_bytes += run.log_bytes - before
        while self.log_bytes > LOGS_MAX:
            run = max((one for m in self.metrics.values() for one in m.runs), key=lambda one: one.log_bytes)
            before = run.log_bytes
            run.drop_lines(1 + len(run.lines) // 8)
            self.log_bytes += run.log_bytes - before

    def counts(self) -> "Counter[str]":
        """How many instances have each status."""
        return Counter(m.status for m in self.metrics.values())

    def burn(self) -> float:
        """Dollars an hour that the instances shown are billed now."""
        return sum(m.cost_per_hour or 0.0 for m in self.metrics.values())

    def priced(self) -> bool:
        """Whether the price or the cost of any instance is known; of no instance they are 0."""
        return not self.metrics or any((m.cost_per_hour, m.total_cost) != (None, None) for m in self.metrics.values())

    def whole_burn(self) -> float:
        """Dollars an hour that the account is billed now, for instances that are not shown too."""
        return self.volumes + (self.burn() if self.account_burn is None else self.account_burn)

    def spent(self, now: Optional[Moment] = None) -> float:
        """Dollars that the instances shown have cost until now (else the last listing)."""
        return sum((m.bill.until(now)[0] if now else m.total_cost) or 0.0 for m in self.metrics.values())

    def spent_roughly(self, now: Moment) -> bool:
        """True when that is an estimate."""
        costs = [m for m in self.metrics.values() if m.total_cost is not None]
        return any(m.bill.until(now)[1] for m in costs) or sum(m.bill.doubt_until(now) for m in costs) >= CENT

    def spent_watching(self) -> float:
        """Dollars that they have cost since the watch began."""
        return sum(m.bill.spent for m in self.metrics.values())

    def burnt(self, now: Moment) -> float:
        """Dollars that the account was billed by the prices since the first listing."""
        hours = 0.0 if self.account_burn is None else (now.mono - self.reckoned[0]) / 3600
        return self.reckoned[1] + self.whole_burn() * hours

    def take_balance(self, balance: float, now: Moment) -> None:
        """The account's money, as read now; what it loses beside the prices is measured."""
        burnt, (_, _, doubt) = self.burnt(now), self.reckoned
        if self.balances and (balance > self.balances[-1][1] or now.mono - self.balances[-1][0] > BALANCE_GAP_S):
            self.balances.clear()  # money was added, or may have been
        self.balance, self.balance_at = balance, (now.mono, burnt)
        self.balances.append((now.mono, balance, burnt, doubt))
        while now.mono - self.balances[0][0] > BURN_WINDOW_S:
            self.balances.popleft()

    def take_bills(self, rows: Iterable[Row], now: Moment, asked: Asking) -> None:
        """What all instances of the account are billed; a change came in the middle between two listings."""
        before, known = self.whole_burn(), self.account_burn is not None
        span_s = now.mono - self.reckoned[0] if known else 0.0
        billed = {row.id: (rate_of(row) or 0.0, row.prepaid) for row in rows}
        was, self.prices = self.prices, {key: price for key, (price, own) in billed.items() if own <= 0}
        self.account_burn = sum(self.prices.values())
        self.prepaid = tuple((price, own) for price, own in billed.values() if own > 0 and price > 0)
        burn, (_, burnt, doubt) = self.whole_burn(), self.reckoned
        changed = sum(abs(self.prices.get(key, 0.0) - was.get(key, 0.0)) for key in {*was, *self.prices})
        unsure = max(before, burn) * span_s if asked.missed else changed * (span_s / 2 + asked.took_s)
        self.reckoned = (now.mono, burnt + (before + burn) / 2 * span_s / 3600, doubt + known * unsure / 3600)
        if changed > BURN_OFF * before:
            self.balances.clear()  # what was lost beside other prices says nothing of these

    def measured_burn(self) -> Optional[float]:
        """Dollars an hour that the balance really loses, where that is another sum than the prices; else None."""
        if len(self.balances) < 2:
            return None
        (begun, first, burnt, doubt), (ended, last, burnt_last, doubt_last) = self.balances[0], self.balances[-1]
        if ended - begun < BURN_SURE_S or last >= first:
            return None
        beside, hours = first - last - (burnt_last - burnt), (ended - begun) / 3600
        if abs(beside) <= max(BURN_MOVED, BURN_OFF * (burnt_last - burnt)) + doubt_last - doubt:
            return None
        return max(0.0, self.whole_burn() + beside / hours)

    def drain(self) -> float:
        """Dollars an hour that the balance loses: as measured, else by the prices."""
        measured = self.measured_burn()
        return self.whole_burn() if measured is None else measured

    def left(self, now: Moment) -> Optional[float]:
        """Dollars that are left of the balance by now, None where that is not known."""
        if self.balance is None or self.balance_at is None:
            return self.balance
        at, burnt = self.balance_at
        beside = (self.drain() - self.whole_burn()) * (now.mono - at) / 3600
        return self.balance - (self.burnt(now) - burnt) - beside

    def runway_s(self, now: Optional[Moment] = None) -> Optional[float]:
        """Seconds that the balance lasts from a moment (now) on, None if unknown or refilled or for ever."""
        left = self.left(now or Moment.now())
        if left is None or self.refills:
            return None
        left_s = lasts_s(max(0.0, left), [(self.drain(), 0.0), *self.prepaid])
        return None if left_s is None else min(TIME_MAX, max(0.0, left_s))

    def averages(self) -> tuple[Optional[float], Optional[float]]:
        """Mean GPU and memory use in percent over the running instances that report."""
        running = [m for m in self.metrics.values() if m.phase() == "up"]
        return mean(m.gpu_util for m in running), mean(m.memory_util for m in running)

    def waste(self, now: Moment) -> list[Waste]:
        """What is paid for without training, each at the price of its time."""
        found = [wasted(m, now) for m in self.metrics.values()]
        return [waste for waste in found if waste is not None]


# -- rules: what makes an instance or the fleet unwell, each with its reason in words

class Rule(NamedTuple):
    """One way for an instance, or the fleet, to be unwell; `why` gives the reason in words, '' while all is well."""

    name: str
    level: str    # "error" (red), "warning" (yellow) or "notice": no more than an event
    column: str   # the table's cell that is the reason
    phase: str    # it can hold in this one alone, or while a run should be "at work"; "": in any
    why: Callable[[Any, Moment], str]  # of a TrainingMetrics or the Fleet
    hold: int = 1        # readings that it must hold for before it is told
    tells: str = "line"  # "": it only colours; "line": the alert line too; "alert", "notice": an event of that kind


class Verdict(NamedTuple):
    """A rule that holds now, for an instance or the whole fleet."""

    name: str
    level: str
    reason: str
    tells: str
    column: str


def why_exited(m: TrainingMetrics, now: Moment) -> str:
    said, row = m.status + m.for_how_long(now) + (m.trouble and f": {m.trouble}"), m.row
    if row and row.interruptible and row.min_bid and row.gpu_rate and row.min_bid > row.gpu_rate:
        said += f", likely outbid: ${row.gpu_rate:.3f}/hr, now from ${row.min_bid:.3f}"
    return said


def why_contract_ends(m: TrainingMetrics, now: Moment) -> str:
    """The host's contract ends before the run does: it is stopped then, for good."""
    eta_s, end = m.eta_s(now, sure=True), m.row.end if m.row else None
    if eta_s is None or end is None or now.wall + eta_s <= end:
        return ""
    early = duration(now.wall + eta_s - end)
    return f"contract ends {when(end, now.wall)}, {early} before the run; its data may go 48h later"


def why_failed(m: TrainingMetrics, now: Moment) -> str:
    """The main run failed, or another one on the same instance did."""
    failed = [run for run in (m.main, *m.runs) if run.log.state == "failed"]
    return f"{run_words(m, failed[0])} failed: {failed[0].log.reason or 'see its log'}" if failed else ""


def run_words(m: TrainingMetrics, run: RunMetrics) -> str:
    """'run', where an instance has several 'run lr1e-4'."""
    return f"run {run.name}" if run.name and len(m.runs) > 1 else "run"


def why_not_finite(m: TrainingMetrics, now: Moment) -> str:
    return f"loss is {m.loss}" if m.loss is not None and not math.isfinite(m.loss) else ""


def why_spike(m: TrainingMetrics, now: Moment, stays: bool = False) -> str:
    """Loss or gradients are far above what was usual (`stays`: and do not come back)."""
    for name, usual in m.main.usual.items():
        if usual.stays() if stays else usual.above:
            return f"{name} {number(usual.last)}, usually {number(usual.mean())}"
    return ""


def why_rose(m: TrainingMetrics, now: Moment) -> str:
    """The loss is far above the one that the run began with."""
    losses = m.curves.train
    if len(losses) < SPIKE_LEAST:
        return ""
    began, last = (sorted(value for _, _, value in ends) for ends in (losses[:LOSS_ENDS], losses[-LOSS_ENDS:]))
    if began[0] <= 0 or LOSS_ROSE * began[-2] >= last[0]:  # what is about zero has no size
        return ""
    return f"loss {number(last[LOSS_ENDS // 2])}, it began at {number(began[LOSS_ENDS // 2])}"


def why_slow(m: TrainingMetrics, now: Moment) -> str:
    rate, usual = m.pace.rate(), m.pace.usual
    if not rate or not usual or not m.pace.slows() or assessed(m, now).state != "training":
        return ""
    return f"{speed_words(m.main, rate)}, it was {speed_words(m.main, usual)}"


def why_few_gpus(m: TrainingMetrics, now: Moment) -> str:
    has, answer = m.row.gpus if m.row else None, m.answering
    return f"{answer} of {has} GPUs answer" if has and answer is not None and answer < has else ""


def why_straggles(m: TrainingMetrics, now: Moment) -> str:
    """A GPU of the run takes far less power than its siblings while all are at work."""
    mine = m.main.reading.gpus if m.main.reading else None
    powers = {gpu.number: gpu.power for gpu in m.gpus if gpu.power is not None and (gpu.util or 0) >= WORKS_UTIL
              and (mine is None or gpu.number in mine)}
    total = sum(powers.values())
    for index, power in powers.items():
        others = (total - power) / max(1, len(powers) - 1)
        if power < STRAGGLES * others:
            return f"gpu {index} takes {power:.0f} W, the others {others:.0f} W"
    return ""


def why_throttled(m: TrainingMetrics, now: Moment) -> str:
    said = ", ".join(f"gpu {index} {why}" for index, why in sorted(m.throttled.items()))
    return f"clocks are low: {said}" if said and m.throttles >= THROTTLES_TWICE else ""


def why_memory(m: TrainingMetrics, now: Moment) -> str:
    (used, limit), gib = m.ram, 1 << 30
    if used is None or not limit or used < RAM_FULL * limit:
        return ""
    return f"RAM {used / gib:.1f} of {limit / gib:.1f} GiB, when full the run is killed"


def why_disk(m: TrainingMetrics, now: Moment) -> str:
    """The disk is full, or will be before the run ends."""
    if m.disk_util is None:
        return ""
    full, eta_s = m.filling.full_at(now.mono), m.eta_s(now)
    if m.disk_util >= DISK_FULL:
        return f"disk {m.disk_util:.0f}% full"
    if full is None or (m.progress() or 0.0) >= 100 or full - now.mono > (DISK_SOON_S if eta_s is None else eta_s):
        return ""
    ends = "" if eta_s is None else f", run ends {when(now.wall + eta_s, now.wall)}"
    return f"disk full {when(now.wall + full - now.mono, now.wall)}{ends}"


def why_unsaved(m: TrainingMetrics, now: Moment) -> str:
    """Its newest checkpoint is too old; where none was seen, the run itself is."""
    limit_s, since, reading = m.limits.checkpoint_age_s, m.main.saved, m.main.reading
    if since is None and reading is not None and reading.age_s is not None:
        since = now.mono - reading.age_s
    if limit_s is None or since is None or now.mono - since <= limit_s or assessed(m, now).state != "training":
        return ""
    return at_risk(m, now) or f"no checkpoint seen in {duration(now.mono - since)}"


def why_bills_on(m: TrainingMetrics, now: Moment) -> str:
    """The run has ended, and its instance goes on to cost."""
    since, state = wasted_since(m, now), m.log.state
    if state not in OVER or since is None or now.mono - since < BILLS_ON_S or not m.cost_per_hour:
        return ""
    return f"{state} {duration(now.mono - since)} ago, still bills: ${m.bill.since(since, now):.2f}"


def why_waiting(m: TrainingMetrics, now: Moment) -> str:
    if m.row is None:
        return ""
    said = m.row.message if "error" in m.row.message.lower() else ""
    return m.status + m.for_how_long(now) + (said and f": {said}")


def why_idle(m: TrainingMetrics, now: Moment) -> str:
    """Its GPU idles, and the run is stalled, or nothing is printed though it is not just being set up."""
    low, run = m.limits.gpu_low, m.main
    if low is None or m.gpu_util is None or m.gpu_util >= low or (run.log.progress or 0) >= 100:
        return ""
    said, trains = f"gpu {int(m.gpu_util)}% < {low:g}%", run.log.state == "training"
    if trains and run.grew is not None:
        return said if assessed(m, now).state == "stalled" else ""
    begun = [at for at in (m.status_since, None if trains else m.idle_since) if at is not None]
    if begun and now.mono - max(begun) < WAITING_S:  # imports, a download, a compilation
        return ""
    moves = run.told is not None and run.grew is not None and run.told - run.grew <= GRAIN_S
    return "" if moves else said


def why_full(m: TrainingMetrics, now: Moment) -> str:
    high = m.limits.gpu_high
    return "" if high is None or m.gpu_util is None or m.gpu_util < high else f"gpu {m.gpu_util:.0f}% >= {high:g}%"


def why_high_loss(m: TrainingMetrics, now: Moment) -> str:
    high = m.limits.loss_high
    if high is None or m.loss is None or not high < m.loss < math.inf:
        return ""
    return f"loss {number(m.loss)} > {high:g}"


def why_no_output(m: TrainingMetrics, now: Moment) -> str:
    """Something holds a GPU, and what it may print to was not found or cannot be read."""
    run = m.main.reading
    if run is None or run.where or run.kind != "unknown" or (run.age_s or 0.0) < OUTPUT_DUE_S:
        return ""
    return "no output found: start it in tmux, or print into a file"


def why_silent(m: TrainingMetrics, now: Moment) -> str:
    """It keeps a GPU busy, and its output rests before it ever told how far it is."""
    run, grew = m.main.reading, m.main.grew
    if run is None or not run.where or grew is None or not run.may_train() or m.log.state:
        return ""
    quiet_s = m.main.seen(m, now) - max(grew, m.status_since or grew)
    if m.idle_since is not None or m.gpu_util is None or quiet_s < BUSY_FIRST_S:
        return ""
    return f"nothing printed for {duration(quiet_s)}: it hangs, or its output is buffered (python3 -u)"


def why_stalled(m: TrainingMetrics, now: Moment) -> str:
    found = assessed(m, now)
    return found.reason if found.state == "stalled" else ""


def why_stale(m: TrainingMetrics, now: Moment) -> str:
    if not m.stale(now):
        return ""
    seen = m.probed if m.watched or m.trouble else m.listed
    said = "no reading yet" if seen is None else f"values {duration(now.mono - seen)} old"
    return f"{m.trouble}; {said}" if m.trouble else said


# A new rule is a row here, and one in the table of Health in the README.
RULES = (
    Rule("missing", "error", "status", "gone",
         lambda m, now: "" if m.row else "not among the instances of this account"),
    Rule("exited", "error", "status", "down", why_exited),
    Rule("failed", "error", "eta", "", why_failed),
    Rule("not finite", "error", "loss", "", why_not_finite, tells="alert"),
    Rule("gpus", "error", "gpu", "up", why_few_gpus, GPU_LOW_POLLS, "alert"),
    Rule("gone", "warning", "status", "gone", lambda m, now: "left the listing" if m.row else ""),
    Rule("waiting", "warning", "age", "waiting", why_waiting),
    Rule("stale", "warning", "age", "up", why_stale),
    Rule("stalled", "warning", "eta", "", why_stalled, tells="alert"),
    Rule("bills on", "warning", "rate", "", why_bills_on, tells="alert"),
    Rule("contract", "warning", "eta", "up", why_contract_ends, GPU_LOW_POLLS, "alert"),
    Rule("disk", "warning", "age", "at work", why_disk, GPU_LOW_POLLS, "alert"),
    Rule("memory", "warning", "age", "up", why_memory, GPU_LOW_POLLS, "alert"),
    Rule("checkpoint", "warning", "done", "", why_unsaved, tells="alert"),
    Rule("jump", "warning", "loss", "at work", partial(why_spike, stays=True), tells="alert"),
    Rule("rose", "warning", "loss", "at work", why_rose, GPU_LOW_POLLS, "alert"),
    Rule("slow", "warning", "eta", "", why_slow, GPU_LOW_POLLS, "alert"),
    Rule("throttled", "warning", "gpu", "at work", why_throttled, tells="alert"),
    Rule("straggler", "warning", "gpu", "at work", why_straggles, STRAGGLER_POLLS, "alert"),
    Rule("gpu low", "warning", "gpu", "at work", why_idle, GPU_LOW_POLLS, "alert"),
    Rule("gpu high", "warning", "gpu", "at work", why_full, tells=""),
    Rule("loss high", "warning", "loss", "at work", why_high_loss, tells=""),
    Rule("no output", "warning", "bar", "at work", why_no_output, tells="alert"),
    Rule("silent", "warning", "bar", "at work", why_silent, tells="alert"),
    Rule("spike", "notice", "loss", "at work", why_spike, tells="notice"),
)


def why_poor(fleet: Fleet, now: Moment) -> str:
    """The money ends before the last run with a known end does."""
    left_s, burn = fleet.runway_s(now), fleet.drain()
    if left_s is None:
        return ""
    ends = [(eta_s, m) for m in fleet.metrics.values() if not isinstance(m.instance_id, HostId)
            for eta_s in [m.eta_s(now, sure=True)] if eta_s is not None and eta_s > left_s]
    said = f"money ends {when(now.wall + left_s, now.wall)}"
    if ends:
        eta_s, last = max(ends, key=lambda end: end[0])
        return (f"{said}, {show_id(last.instance_id)} ends {when(now.wall + eta_s, now.wall)}: "
                f"add ${burn * (eta_s - left_s) / 3600:.2f}")
    return f"{said} at ${burn:.2f}/hr: add money" if left_s < MONEY_SOON_S else ""


def why_near_budget(fleet: Fleet, now: Moment) -> str:
    """Most of what the watch may cost is spent."""
    spent, budget = fleet.spent_watching(), fleet.budget
    if budget is None or not BUDGET_NEAR * budget <= spent < budget:
        return ""
    burn = fleet.burn()
    ends = f", all of it by {when(now.wall + (budget - spent) / burn * 3600, now.wall)}" if burn > 0 else ""
    return f"budget: ${spent:.2f} of ${budget:.2f} spent{ends}"


def why_over_budget(fleet: Fleet, now: Moment) -> str:
    """The watch has cost more than it may."""
    spent, budget = fleet.spent_watching(), fleet.budget
    if budget is None or spent < budget:
        return ""
    return f"budget of ${budget:.2f} is spent: ${spent:.2f} so far, ${fleet.burn():.2f}/hr goes on"


# The same for the whole fleet, which has neither columns nor phases; of the API there are events of their own.
FLEET_RULES = (
    Rule("api", "error", "", "", lambda fleet, now: fleet.trouble),
    Rule("money", "error", "", "", why_poor, tells="alert"),
    Rule("budget", "warning", "", "", why_near_budget, tells="alert"),
    Rule("budget spent", "error", "", "", why_over_budget, tells="alert"),
)


AlertKey = tuple[Optional[int], tuple[str, ...]]  # instance and names of rules


class Alert(NamedTuple):
    """What the alert line says of an instance (id None: of the whole fleet)."""

    instance_id: Optional[int]
    names: tuple[str, ...]   # of the rules that hold
    level: str
    text: str

    def key(self) -> AlertKey:
        """What makes it the same alert: with another rule it is a new one."""
        return self.instance_id, self.names


def phases_of(m: TrainingMetrics) -> tuple[str, ...]:
    """The phases of the rules that can hold for an instance now."""
    return ("", m.phase(), "at work") if m.at_work() else ("", m.phase())


def hold_rules(m: TrainingMetrics, now: Moment) -> None:
    """Count for how many readings the rules have held that are not told at once."""
    phases = phases_of(m)
    for rule in RULES:
        if rule.hold > 1:
            m.held[rule.name] = m.held.get(rule.name, 0) + 1 if rule.phase in phases and rule.why(m, now) else 0


def holding(m: TrainingMetrics, now: Moment) -> list[Verdict]:
    """The rules that hold for an instance, long enough; the worst first."""
    phases = phases_of(m)
    return true_of(m, now, (rule for rule in RULES
                            if rule.phase in phases
                            and (rule.hold == 1 or m.held.get(rule.name, rule.hold) >= rule.hold)))


def true_of(whom: Union[TrainingMetrics, Fleet], now: Moment, rules: Iterable[Rule]) -> list[Verdict]:
    """Those of the rules that hold now."""
    return [Verdict(rule.name, rule.level, reason, rule.tells, rule.column) for rule in rules
            for reason in [rule.why(whom, now)] if reason]


def verdicts(m: TrainingMetrics, now: Moment) -> list[Verdict]:
    """What is wrong with an instance, the worst first."""
    return [verdict for verdict in holding(m, now) if verdict.level != "notice"]


def health_of(found: Sequence[Verdict]) -> str:
    """'error', 'warning' or 'healthy'."""
    return found[0].level if found else "healthy"


def alerts(fleet: Fleet, now: Moment, found: Mapping[int, Sequence[Verdict]]) -> list[Alert]:
    """All that is unwell: what concerns the whole fleet, then errors, then warnings; not what only colours."""
    whole = [Alert(None, (one.name,), one.level, one.reason) for one in true_of(fleet, now, FLEET_RULES)]
    each = [Alert(instance_id, tuple(one.name for one in told), told[0].level, "; ".join(one.reason for one in told))
            for instance_id, unwell in found.items() for told in [[one for one in unwell if one.tells]] if told]
    return whole + sorted(each, key=lambda alert: alert.level)


# -- which instances: groups and filters

def label_of(m: TrainingMetrics) -> str:
    return m.row.label if m.row else ""


GROUPINGS: Mapping[str, Callable[[TrainingMetrics], str]] = {  # of --group-by
    "label": lambda m: re.split("[/:]", label_of(m))[0].strip(),
    "gpu": lambda m: m.gpu_type,
    "status": lambda m: m.status,
    "host": lambda m: m.row.host if m.row else "",
}
# A word of a filter may name one of these, as in "status:exited"; a field may have several forms.
FILTERS: Mapping[str, Callable[[TrainingMetrics, Sequence[Verdict]], tuple[str, ...]]] = {
    "id": lambda m, found: (str(m.instance_id),),
    "label": lambda m, found: (label_of(m),),
    "gpu": lambda m, found: (m.gpu_type, re.sub(r"^\d+x", "", m.gpu_type)),
    "status": lambda m, found: (m.status,),
    "health": lambda m, found: (health_of(found),),
    "why": lambda m, found: (*(one.name for one in found), *(one.reason for one in found)),
}


def passes(m: TrainingMetrics, found: Sequence[Verdict], wanted: str) -> bool:
    """True when the instance has every word of a filter; `*` and `?` make a word one for the whole field."""
    for word in wanted.lower().split():
        name, colon, rest = word.partition(":")
        fields = [field for key, field in FILTERS.items() if colon and name and key.startswith(name)]
        word = rest if fields else word
        pattern = glob_pattern(word)
        test = pattern.fullmatch if "*" in word or "?" in word else pattern.search
        if not any(test(form.lower()) for field in fields or FILTERS.values() for form in field(m, found)):
            return False
    return True


# -- the fields: every figure of an instance and its runs, once

class Field(NamedTuple):
    """A value of an instance or of a run on it: a key of the JSON, and a metric where it is a number."""

    name: str
    help: str
    value: Callable[["Known"], Any]  # None: not known
    metric: str = ""           # of Prometheus, in its base units; '' where it is none
    factor: float = 1.0        # from the JSON's unit to that of the metric
    of_run: bool = False       # each run on the instance has its own


def iso(wall: Optional[float]) -> Optional[str]:
    """A time as ISO 8601 with its zone: '2025-01-14T14:03:54+00:00'."""
    if wall is None or not 0 <= wall < WALL_MAX:
        return None
    return datetime.fromtimestamp(int(wall)).astimezone().isoformat()


class Known(NamedTuple):
    """What a field is made from: an instance, a run on it, and what is made of both at a moment."""

    m: TrainingMetrics
    run: RunMetrics
    assessed: Assessment
    found: Sequence[Verdict]
    now: Moment


def public_id(instance_id: Optional[int]) -> Union[int, str, None]:
    """What other programs know an instance by."""
    return str(instance_id) if isinstance(instance_id, HostId) else instance_id


RunField = partial(Field, of_run=True)

# What is told of an instance, by every output: a new figure is a row. Dollars, percent, seconds, ISO 8601.
FIELDS = (
    Field("id", "number of the contract; of a plain host its name", lambda k: public_id(k.m.instance_id)),
    Field("label", "the user's own name for it", lambda k: label_of(k.m) or None),
    Field("gpu", "how many of which GPU", lambda k: k.m.gpu_type),
    Field("status", "as vast.ai has it, or gone; of a plain host connecting, running or unreachable",
          lambda k: k.m.status),
    Field("health", "healthy, warning or error", lambda k: health_of(k.found)),
    Field("problem", "what is wrong, in words", lambda k: "; ".join(one.reason for one in k.found) or None),
    RunField("run", "name of the run", lambda k: k.run.name or None),
    RunField("state", "training, steps done, stalled, finished, failed or ended", lambda k: k.assessed.state or None),
    RunField("reason", "why it stalled, failed or ended", lambda k: k.assessed.reason or None),
    RunField("epoch", "the present one, as the log prints it", lambda k: k.run.log.epoch, "epoch"),
    RunField("total_epochs", "epochs of the run", lambda k: k.run.log.total_epochs, "epochs"),
    RunField("step", "the present one, as the log prints it", lambda k: k.run.log.step, "step"),
    RunField("total_steps", "steps of the run, or of the epoch where the log counts so",
             lambda k: k.run.log.total_steps, "steps"),
    RunField("loss", "the latest training loss", lambda k: k.run.log.loss, "loss"),
    RunField("val_loss", "the latest validation loss", lambda k: k.run.log.val_loss, "validation_loss"),
    RunField("learning_rate", "the latest that the log printed", lambda k: k.run.log.learning_rate, "learning_rate"),
    RunField("progress_percent", "how much of the whole run is done", lambda k: k.assessed.percent, "progress_ratio",
             0.01),
    RunField("eta_seconds", "time until the run ends", lambda k: k.assessed.eta_s, "eta_seconds"),
    RunField("eta_sure", "the ETA rests on more than a little", lambda k: k.assessed.sure),
    RunField("ends", "when the run ends", lambda k: iso(k.assessed.end)),
    RunField("ended", "when it finished or failed", lambda k: iso(k.assessed.ended)),
    RunField("output_age_seconds", "time since the run printed something", lambda k: k.assessed.quiet_s,
             "output_age_seconds"),
    RunField("log_path", "the file that is read", lambda k: k.run.log_path or None),
    Field("gpu_percent", "GPU use, mean over its GPUs", lambda k: k.m.gpu_util, "gpu_utilization_ratio", 0.01),
    Field("memory_percent", "GPU memory in use, mean over its GPUs", lambda k: k.m.memory_util, "gpu_memory_used_ratio",
          0.01),
    Field("gpu_celsius", "temperature, mean over its GPUs", lambda k: k.m.gpu_temp, "gpu_temperature_celsius"),
    Field("disk_percent", "disk in use, of the log's file system", lambda k: k.m.disk_util, "disk_used_ratio", 0.01),
    Field("dollars_per_hour", "what it is billed now", lambda k: k.m.cost_per_hour, "price_dollars_per_hour"),
    Field("cost_dollars", "what it has cost so far", lambda k: k.m.bill.until(k.now)[0], "cost_dollars"),
    Field("cost_estimated", "that may be off by half a cent or more", lambda k: k.m.bill.until(k.now)[1]),
    Field("end_cost_dollars", "what it will have cost when the run ends", lambda k: k.assessed.end_cost,
          "end_cost_dollars"),
    Field("reading_age_seconds", "age of what is shown", lambda k: k.m.age_s(k.now), "reading_age_seconds"),
)


def value_of(name: str) -> Callable[[Known], Any]:
    """What makes the value of this field."""
    return next(one.value for one in FIELDS if one.name == name)


# ---- Commands: the only code that starts other programs ----------------------------------------


class Output(NamedTuple):
    """What a program printed before it ended; `problem` says why it could not do its work."""

    out: str
    err: str
    problem: str = ""  # "", "missing", "broken", "timeout", "flood" or the system's words


Child = subprocess.Popen[bytes]
READS = threading.Lock()  # one worker reads a log at a time: the keys wait for the interpreter behind each that does


def on_path(name: str) -> str:
    """Where a program is, '' where it is not."""
    paths = (os.path.join(folder, name) for folder in os.get_exec_path())
    return next((path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)), "")


class Commands:
    """Starts programs, each in a session of its own, and knows which of them still run."""

    def __init__(self) -> None:
        self._live: set[Child] = set()
        self._lock = threading.Lock()
        self._closed = False

    def start(self, argv: Sequence[str], talk: bool = False,
              env: Optional[Mapping[str, str]] = None) -> Child:
        """Start a program; with `talk` it listens on stdin and stderr joins stdout.

        Its own session keeps Ctrl-C from reaching it and its questions from the terminal.
        Raises OSError, also after `stop_all`.
        """
        with self._lock:
            if self._closed:
                raise OSError("the monitor is ending")
            child = subprocess.Popen(
                argv, env=env, bufsize=0, start_new_session=True, stdout=subprocess.PIPE,
                stdin=subprocess.PIPE if talk else subprocess.DEVNULL,
                stderr=subprocess.STDOUT if talk else subprocess.PIPE)
            self._live.add(child)
        if child.stdin:
            os.set_blocking(child.stdin.fileno(), False)  # a child that stops reading blocks nobody
        return child

    @contextmanager
    def _running(self, argv: Sequence[str], env: Optional[Mapping[str, str]]) -> Iterator[Child]:
        """A program that runs no longer than the block; raises OSError where it cannot be started."""
        child = self.start(argv, env=env)
        try:
            yield child
        finally:
            self.stop(child)

    def run(self, argv: Sequence[str], deadline_s: float,
            env: Optional[Mapping[str, str]] = None) -> Output:
        """What the program prints within the deadline; a failure is said in `problem`."""
        try:
            with self._running(argv, env) as child:
                return self._collect(child, time.monotonic() + deadline_s)
        except FileNotFoundError:
            return Output("", "", "broken" if on_path(argv[0]) else "missing")  # broken: its interpreter is gone
        except OSError as error:
            return Output("", "", error_text(error))

    def call(self, argv: Sequence[str], deadline_s: float, env: Optional[Mapping[str, str]] = None) -> str:
        """Let a program do its work; returns why it did not, '' when it ended well within the deadline."""
        deadline = time.monotonic() + deadline_s
        try:
            with self._running(argv, env) as child:
                said = self._collect(child, deadline)
                code = child.wait(timeout=max(0.0, deadline - time.monotonic()))
        except OSError as error:
            return error_text(error)
        except subprocess.TimeoutExpired:
            return f"it was ended after {deadline_s:g} s"
        last = clean(said.err.strip().rpartition("\n")[2], 200)
        return f"exit code {code}" + (last and f": {last}") if code else ""

    @staticmethod
    def _collect(child: Child, deadline: float) -> Output:
        """Read both outputs to their ends."""
        assert child.stdout and child.stderr
        read = {child.stdout.fileno(): bytearray(), child.stderr.fileno(): bytearray()}
        poller, left, problem = select.poll(), len(read), ""
        for fd in read:
            poller.register(fd, select.POLLIN)
        while left and not problem:
            ready = poller.poll(max(0.0, deadline - time.monotonic()) * 1000)
            problem = "" if ready else "timeout"
            for fd, _ in ready:
                data = os.read(fd, 1 << 16)
                read[fd] += data
                if len(read[fd]) > OUTPUT_MAX:
                    return Output("", "", "flood")
                if not data:
                    poller.unregister(fd)
                    left -= 1
        out, err = (part.decode("utf-8", "replace") for part in read.values())
        return Output(out, err, problem)

    @staticmethod
    def send(child: Child, data: bytes, deadline: float) -> None:
        """Write to the child's stdin; raises TimeoutError, and OSError when it reads no more."""
        assert child.stdin
        fd, poller, rest = child.stdin.fileno(), select.poll(), memoryview(data)
        poller.register(fd, select.POLLOUT)
        while rest:
            if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            with suppress(BlockingIOError):
                rest = rest[os.write(fd, rest):]

    @staticmethod
    def receive(child: Child, until: bytes, deadline: float, most: int = ANSWER_MAX) -> bytes:
        """The child's output up to and with `until`.

        Raises TimeoutError, and EOFError with what came when the child's output ends first or
        is longer than `most` bytes.
        """
        assert child.stdout
        fd, data, poller = child.stdout.fileno(), bytearray(), select.poll()
        poller.register(fd, select.POLLIN)
        while True:
            if not poller.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            more = os.read(fd, 1 << 16)
            seen = max(0, len(data) - len(until))
            data += more
            if data.find(until, seen) >= 0:
                return bytes(data)
            if not more or len(data) > most:
                raise EOFError(bytes(data[-LINE_MAX:]).decode("utf-8", "replace"))

    @staticmethod
    def foreground(argv: Sequence[str]) -> str:
        """Leave the terminal to a program until it ends; returns why it failed, or ''."""
        try:
            code = subprocess.call(argv)
        except OSError as error:
            return f"{argv[0]} cannot be run: {error_text(error)}"
        if code != 255:  # that of the shell; ssh's own failures are 255, and it said why
            return ""
        print(f"{argv[0]} failed: Enter goes back to the monitor", flush=True)
        with suppress(OSError):
            os.read(0, 4096)
        return f"{argv[0]} failed: what it said stood on the terminal"

    def stop(self, child: Child) -> None:
        """Kill the child with all it started, and reap it; it may be gone already."""
        if child in self._live:  # else `stop_all` did it, and the number may be another's by now
            with suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=1)
        for pipe in (child.stdin, child.stdout, child.stderr):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        self._live.discard(child)

    def stop_all(self) -> None:
        """Kill every child and start no more."""
        with self._lock:
            self._closed = True
            children, self._live = self._live, set()
        for child in children:
            with suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)
        for child in children:  # the pipes stay: whoever reads them sees the end, and closes them by `stop`
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=1)

# ---- Account: what readings hold; the listing and the money, by the vastai command or the API -----


class Account(NamedTuple):
    """The account's money."""

    balance: float  # $ left
    refills: bool   # a card is charged when it runs low, so no end can be told


class Probe(NamedTuple):
    """What one instance said of itself."""

    gpus: tuple[Gpu, ...] = ()
    disk_util: Optional[float] = None    # % of the log's file system
    address: Optional[Address] = None
    runs: tuple[RunReading, ...] = ()    # all that were found, the main one first
    looked_at: str = ""                  # where no run was found, in words
    ram: tuple[Optional[float], Optional[float]] = None, None  # bytes of its container in use, their limit
    notes: tuple[str, ...] = ()          # how the runs were found, for --debug
    throttled: Optional[Mapping[int, str]] = None  # number of a GPU: why its clocks are low; None: not asked


class Charges(NamedTuple):
    """What vast.ai has billed so far."""

    since: float                         # epoch s: of instances that are older it is not all
    billed: Mapping[int, tuple[float, float]]  # id of an instance: ($, until when in epoch s)


class Listing(NamedTuple):
    """All instances of the account."""

    rows: tuple[Row, ...]


class Reading(NamedTuple):
    """What one job brought back; where `error` says why it failed there is no value."""

    key: Union[str, int]                 # of the task that it answers: "listing", "account" ..., an instance's id
    value: "Value"
    seconds: float = 0.0
    error: str = ""                      # a sentence: what happened and what to do
    short: str = ""                      # the same in a word or two


class Kept(NamedTuple):
    """What is kept of an instance in the history."""

    name: str                            # its number, or that of a host
    label: str
    total: Optional[float]               # $ that it had cost by the last listing, and what of that is in doubt
    doubt: float
    watched_s: float
    estimated_s: float
    spent: float                         # $ since the watch began
    wasted: bool                         # and no training for it at present
    runs: Mapping[str, tuple[float, float, Curves]]  # epochs done, those at first sight, and the losses
    rate: Optional[float] = None         # $/h that it was billed then
    traffic: Optional[float] = None      # $ of the total for bytes in and out by then
    until: Optional[float] = None        # epoch s; the total goes up to then


class Remembered(NamedTuple):
    """What the history knew before; nothing after the first time."""

    instances: Mapping[str, tuple[float, Kept]]  # and when (epoch s)
    events: Sequence[Event]


# A float is the price of the volumes, a dict the prices to come of instances, both in $/h.
Value = Union[Listing, Account, Charges, float, dict[int, float], Probe, Remembered, None]


class SourceError(Exception):
    """A source gave no answer; `short` is the reason in a word or two."""

    def __init__(self, text: str, short: str = "") -> None:
        super().__init__(text)
        self.short = short or text


# -- the listing: JSON of a stranger in, rows out

def to_number(value: object, low: float = 0.0, high: float = 1e12) -> Optional[float]:
    """A JSON value as a number within bounds: 3, "3", "97%"; anything else is None."""
    if isinstance(value, str):
        value = value.strip().rstrip("%")
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if low <= read <= high else None


def to_text(value: object, limit: int = 200) -> str:
    """A JSON value as a harmless line; what is not a string or number is ''."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return clean(str(value).strip(), limit).strip()


def to_instance_id(value: object) -> int:
    """A JSON value as the id of an instance, 0 where it is none."""
    said = to_text(value)
    return int(said) if re.fullmatch(r"\d{1,18}", said, re.A) else 0


def to_int(text: str) -> float:
    """A JSON integer; absurd ones as a float, for Python refuses above 4,300 digits."""
    return int(text) if len(text) < 20 else float(text)


def find_json(text: str) -> Any:
    """The first JSON list or object that has its lines for itself; raises ValueError without one.

    Old CLIs print update notices before it, and text after it.
    """
    decoder = json.JSONDecoder(parse_int=to_int)
    starts = re.finditer(r"^[ \t]*(?=[\[{])", text, re.M)
    for start in islice(starts, JSON_TRIES):
        with suppress(ValueError, RecursionError):
            value, end = decoder.raw_decode(text, start.end())
            if not text[end:].partition("\n")[0].strip():
                return value
    raise ValueError("no JSON")


HOST = expression(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]{3,39}")


def to_address(host: object, port: object) -> Optional[Address]:
    """Host and port fit for a command line, None otherwise ('-oProxyCommand=' is no host)."""
    name = host.strip() if isinstance(host, str) else ""
    number_ = to_number(port, 1, 65535)
    if not HOST.fullmatch(name) or number_ is None or number_ != int(number_):
        return None
    return Address(name, int(number_))


def to_addresses(raw: Mapping[str, Any]) -> tuple[Address, ...]:
    """Where ssh may answer, in the order to try: direct, proxy, proxy of a jupyter image."""
    ports = raw.get("ports")
    bound = ports.get("22/tcp") if isinstance(ports, dict) else None
    first = bound[0] if isinstance(bound, list) and bound else None
    proxy_port = to_number(raw.get("ssh_port"), 1, 65535)
    found = [
        to_address(raw.get("public_ipaddr"), first.get("HostPort") if isinstance(first, dict) else None),
        to_address(raw.get("ssh_host"), proxy_port)]
    if "jupyter" in to_text(raw.get("image_runtype")) and proxy_port:
        found.append(to_address(raw.get("ssh_host"), proxy_port + 1))
    return tuple(dict.fromkeys(address for address in found if address))


def gpus_name(name: str, how_many: Optional[float]) -> str:
    """'RTX 4090', '2xRTX 4090'."""
    return f"{how_many:.0f}x{name}" if how_many and how_many > 1 else name


def to_storage_rate(raw: Mapping[str, Any]) -> Optional[float]:
    """$/h of the disk: as it is told, else by its size and price for a month."""
    told = to_number(raw.get("storage_total_cost"), 0, 1e6)
    price, size = to_number(raw.get("storage_cost"), 0, 1e3), to_number(raw.get("disk_space"), 0, 1e6)
    return price * size / 720 if told is None and price is not None and size is not None else told


def to_traffic(raw: Mapping[str, Any]) -> float:
    """$ for the bytes that went in and out so far."""
    dollars = 0.0
    for way in ("up", "down"):
        kilobytes = to_number(raw.get(f"inet_{way}_billed"), 0, 1e15)
        price = to_number(raw.get(f"inet_{way}_cost"), 0, 1e3)
        dollars += (kilobytes or 0.0) / KB_OF_GB * (price or 0.0)
    return dollars


def to_row(raw: Mapping[str, Any], instance_id: int) -> Row:
    """One instance of the listing; what cannot be read is None."""
    util, temp = to_number(raw.get("gpu_util"), 0, 100), to_number(raw.get("gpu_temp"), -50, 200)
    if not util and not temp:
        util = temp = None  # 0 % at 0 degrees: the host sent no report
    used, total = to_number(raw.get("vmem_usage")), to_number(raw.get("gpu_totalram"), 1)
    memory = 100 * 1024 * used / total if used is not None and total else None  # GB of MB
    disk = to_number(raw.get("disk_util"), 0, 1)
    gpus, up = to_number(raw.get("num_gpus"), 1, 1024), to_number(raw.get("uptime_mins"), 0, 1e8)
    status = to_text(raw.get("actual_status")) or "scheduling"
    return Row(
        id=instance_id,
        status=status,
        label=to_text(raw.get("label")),
        message=to_text(raw.get("status_msg"), 500),
        gpu=gpus_name(to_text(raw.get("gpu_name")) or "Unknown", gpus), gpu_util=util, gpu_temp=temp,
        memory_util=memory if memory is not None and memory <= 100 else None,
        disk_util=None if disk is None else 100 * disk,
        running_rate=to_number(raw.get("dph_total"), 0, 1e6),
        storage_rate=to_storage_rate(raw),
        start=to_number(raw.get("start_date"), 1e9, 1e11), end=to_number(raw.get("end_date"), 1e9, 1e11),
        place=to_text(raw.get("geolocation")), image=to_text(raw.get("image_uuid")),
        reliability=to_number(raw.get("reliability2"), 0, 1),
        addresses=to_addresses(raw), watch=facts_of_status(status).phase == "up",
        host=to_text(raw.get("host_id")),
        no_ssh="its image has no ssh (runtype args)" if to_text(raw.get("image_runtype")) == "args" else "",
        traffic=to_traffic(raw), prepaid=to_number(raw.get("credit_balance"), 0, 1e9) or 0.0,
        gpu_rate=to_number(raw.get("dph_base"), 0, 1e6), interruptible=raw.get("is_bid") is True,
        min_bid=to_number(raw.get("min_bid"), 0, 1e6),
        gpus=None if gpus is None else int(gpus), up_s=None if up is None else 60 * up)


def parse_instances(text: str) -> tuple[Row, ...]:
    """The rows of `vastai show instances --raw`; raises ValueError when there is no list."""
    found = find_json(text)
    if isinstance(found, dict):
        found = found.get("instances")
    if not isinstance(found, list):
        raise ValueError("no list")
    return to_rows(found)


def to_rows(found: Sequence[Any]) -> tuple[Row, ...]:
    """The rows of a listing; one without a usable id of its own gets a negative one: it costs money all the same."""
    rows: dict[int, Row] = {}
    nameless = 0
    for raw in found:
        if isinstance(raw, dict):
            instance_id = to_instance_id(raw.get("id"))
            if not instance_id or instance_id in rows:
                nameless += 1
                instance_id = -nameless
            rows[instance_id] = to_row(raw, instance_id)
    return tuple(rows.values())


def rows_of_pages(page_of: Callable[[str], Any], name: str, most: int, gap_s: float = 0.0) -> Iterator[Any]:
    """The rows that all pages have under a name; `page_of(token)` gets a page, "" the first. Raises SourceError."""
    token = ""
    for _ in range(most):
        page = page_of(token)
        rows = page.get(name) if isinstance(page, dict) else None
        if not isinstance(rows, list):
            raise SourceError(*NOT_JSON)
        yield from rows
        token = to_text(page.get("next_token"), LINE_MAX)
        if not token:
            return
        time.sleep(gap_s)
    raise SourceError("the pages of the vast.ai API go on without end", "flood")


# -- what was billed, and what will be

def read_charges(since: float, page_of: Callable[[str], Any]) -> Charges:
    """What each instance was billed, of all pages (see `rows_of_pages`); raises SourceError.

    A charge that cannot be read makes the sum of its instance unknown (NaN).
    """
    billed: dict[int, tuple[float, float]] = {}
    latest = time.time()
    for charge in rows_of_pages(page_of, "results", CHARGES_PAGES_MAX, CHARGES_GAP_S):
        kind, _, said = to_text(charge.get("source") if isinstance(charge, dict) else None).partition("-")
        instance_id = to_instance_id(said) if kind == "instance" else 0
        if instance_id:
            amount, end = to_number(charge.get("amount"), -1e9), to_number(charge.get("end"), 1e9, 1e11)
            before, until = billed.get(instance_id, (0.0, 0.0))
            after = math.nan if amount is None or end is None else before + amount
            billed[instance_id] = after, max(until, min(latest, end or 0.0))
    return Charges(since, billed)


def to_volumes(answer: Any) -> float:
    """$/h of all volumes; raises SourceError where that of one cannot be read."""
    rows = answer.get("volumes") if isinstance(answer, dict) else answer
    prices = [to_number(row.get("storage_total_cost"), 0, 1e6) for row in rows if isinstance(row, dict)] \
        if isinstance(rows, list) else [None]
    known = [price for price in prices if price is not None]
    if len(known) < len(prices):
        raise SourceError(*NOT_JSON)
    return math.fsum(known)


def to_rises(answer: Any) -> dict[int, float]:
    """$/h that the GPU of each instance will cost, where a rise waits for its contract's end."""
    rows = answer.get("pending_price_increases") if isinstance(answer, dict) else None
    found: dict[int, float] = {}
    for row in rows if isinstance(rows, list) else ():
        instance_id = to_instance_id(row.get("contract_id")) if isinstance(row, dict) else 0
        price = to_number(row.get("new_gpu_costpersec"), 0, 1e3) if instance_id else None
        if price is not None:
            found[instance_id] = 3600 * price
    return found


# -- the CLI

BROKEN_CLI = ("vastai is broken: pip install --force-reinstall vastai", "broken vastai")
CLI_PROBLEMS = {
    "broken": BROKEN_CLI,
    "missing": ("vastai is not on PATH: pip install vastai; vastai set api-key KEY; or VAST_API_KEY alone",
                "no vastai"),
    "timeout": (f"vastai gave no answer in {CLI_DEADLINE_S:g} s (API or network hanging)", "timeout"),
    "flood": ("vastai printed without end: pip install -U vastai", "flood"),
}
OFFLINE = ("the network does not reach the vast.ai API: is this machine online?", "network")
BROKE_OFF = ("the connection to the vast.ai API broke off", "network")
BREAKS = r"broke off|Chunked|IncompleteRead|RemoteDisconnected|Connection aborted|reset by peer|ReadTimeout"
NO_TLS = ("the TLS connection to the vast.ai API failed (clock? proxy?)", "TLS")
NOT_JSON = ("the API answered with something that is not JSON (proxy or maintenance page?)", "not JSON")
RATE_LIMIT = "rate limit"
HTTP_PROBLEMS = {
    0: NOT_JSON,  # what the CLI then says in the place of a status
    401: ("the API key was refused (401): vastai set api-key KEY, or mend VAST_API_KEY", "bad key"),
    403: ("no API key, or one without instance_read (403): vastai set api-key KEY", "no key"),
    404: ("the API key was refused (404): vastai set api-key KEY, or mend VAST_API_KEY", "bad key"),
    410: ("this vastai is too old for the API (410): pip install -U vastai", "old vastai"),
    429: ("the API limits the rate of requests (429): use a longer --interval", RATE_LIMIT),
}
CRASHES = (  # what the last line of a traceback tells; the traceback itself may hold the key
    (BREAKS, BROKE_OFF),  # requests calls some of these a ConnectionError besides
    (r"ConnectionError|ConnectTimeout|NewConnection|NameResolution|gaierror|URLError", OFFLINE),
    (r"SSL", NO_TLS),
    (r"^(?:Type|Key|Attribute|Index|Value)Error",
     ("vastai crashed on what the API sent: pip install -U vastai", "vastai crash")),
    (r"ModuleNotFound|ImportError|: (?:[Pp]ermission denied|not found|cannot execute.*)$", BROKEN_CLI),
)


def http_problem(code: int) -> SourceError:
    """What a status of the API means."""
    if code >= 500:
        return SourceError(f"the vast.ai API is down ({code})", f"API {code}")
    if 300 <= code < 400:
        return SourceError("the API redirects to another host: is VAST_URL right?", "redirect")
    return SourceError(*HTTP_PROBLEMS.get(code, (f"the API refused the request ({code})", f"API {code}")))


def cli_problem(output: Output) -> SourceError:
    """Why the CLI gave no list, in plain words; nothing it printed is repeated."""
    if output.problem:
        return SourceError(*CLI_PROBLEMS.get(output.problem, (f"vastai cannot be run: {output.problem}", "no vastai")))
    found = re.search(r'"status_code":\s*(\d+)', output.err) or re.search(r"error (\d{3})\b", output.out + output.err)
    if found:
        return http_problem(int(found[1]))
    last = output.err.strip().rpartition("\n")[2]
    for pattern, words in CRASHES:
        if re.search(pattern, last):
            return SourceError(*words)
    return SourceError("vastai printed no JSON list: see what vastai show instances --raw says", "not JSON")


def to_account(user: Any) -> Account:
    """The money in what is told of the user; raises ValueError when it is not there."""
    balance = to_number(user.get("credit"), -1e9) if isinstance(user, dict) else None
    if balance is None:
        raise ValueError("no credit")
    return Account(balance, bool(to_number(user.get("autobill_threshold"))))


class VastCli:
    """The account as the `vastai` command shows it."""

    def __init__(self, commands: Commands) -> None:
        self.commands = commands
        self.env = {**os.environ, "VASTAI_NO_UPDATE_CHECK": "1"}

    def _show(self, *what: str, parse: Callable[[str], Any] = find_json) -> Any:
        """What a command prints, parsed; raises SourceError. Its exit code says nothing: it is 0 on HTTP errors.

        `--retry 1`: one request, no sleep; the monitor has its own back-off.
        """
        output = self.commands.run(["vastai", "--retry", "1", "show", *what, "--raw"], CLI_DEADLINE_S, self.env)
        if not output.problem:
            with suppress(ValueError):
                return parse(output.out)
        raise cli_problem(output)

    def instances(self) -> Listing:
        """All instances; raises SourceError."""
        return Listing(self._show("instances", parse=parse_instances))

    def account(self) -> Account:
        """The balance; raises SourceError where the key may not read it."""
        return Account(*self._show("user", parse=lambda text: to_account(find_json(text))))

    def log(self, instance_id: int) -> str:
        """The end of what the container itself printed; raises SourceError."""
        argv = ["vastai", "--retry", "1", "logs", str(instance_id), "--tail", str(CONTAINER_LINES)]
        output = self.commands.run(argv, CONTAINER_DEADLINE_S, self.env)
        if output.problem or not output.out:
            raise cli_problem(output)
        return output.out

    def charges(self, since: float) -> Charges:
        """What was billed from a time (epoch s) on; raises SourceError where the key may not read it."""
        window = "invoices-v1", "--charges", "-ct", "instance", "-s", f"{since:.0f}", "-e", f"{time.time():.0f}"
        limit = "-l", str(CHARGES_PAGE)
        return read_charges(since, lambda token: self._show(
            *window, *limit, *([f"--next-token={token}"] if token else [])))

    def volumes(self) -> float:
        """$/h of all volumes; raises SourceError where the key may not read it."""
        return to_volumes(self._show("volumes"))

    def rises(self) -> dict[int, float]:
        """$/h that GPUs will cost; raises SourceError where the key may not read them."""
        return to_rises(self._show("pending-price-increases"))


# -- the API by HTTPS

@lru_cache(maxsize=1)
def web_opener() -> Any:
    """What sends requests over HTTP, with the system's certificates and proxies."""
    import ssl  # with urllib 40 ms of the start, and many need neither
    import urllib.request
    from urllib.parse import urlsplit

    class SameHost(urllib.request.HTTPRedirectHandler):
        """Follows a redirection with the same request to the same host alone: headers and path may be secrets."""

        def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
            old, new = urlsplit(req.full_url), urlsplit(newurl)
            if new.hostname != old.hostname or new.scheme not in ("https", old.scheme):
                return None
            return urllib.request.Request(newurl, req.data, dict(req.headers), method=req.get_method())

        http_error_308 = urllib.request.HTTPRedirectHandler.http_error_302  # Python knows it from 3.11 on

    return urllib.request.build_opener(SameHost, urllib.request.HTTPSHandler(context=ssl.create_default_context()))


def ask_web(url: str, headers: Mapping[str, str], data: Optional[bytes] = None, *, deadline_s: float,
            most: int) -> tuple[int, bytes, bool]:
    """Status and body of the answer, at most so many bytes, and whether that is all; raises OSError.

    A GET, with data a POST. A status of 3xx is a redirection that was not followed.
    """
    import urllib.error
    import urllib.request
    from http.client import HTTPException
    opener, body = web_opener(), bytearray()
    until = time.monotonic() + deadline_s
    try:
        try:
            answer = opener.open(urllib.request.Request(url, data, dict(headers)), timeout=deadline_s)
        except urllib.error.HTTPError as refusal:  # it is an answer all the same
            answer = refusal
        with answer:
            while len(body) < most:
                piece = answer.read1(min(1 << 16, most - len(body)))
                if not piece:
                    break
                body += piece
                if time.monotonic() > until:
                    raise OSError("timed out")
            whole = len(body) < most and not getattr(answer, "length", 0)  # else less came than was announced
            return int(answer.status), bytes(body), whole
    except (HTTPException, ValueError) as error:  # broken off, or no HTTP; their words may hold the URL
        raise OSError(0, f"no answer that can be understood ({type(error).__name__})") from None


API_PROBLEMS = (  # what an OSError says, in any case, and what that means
    ("timed out", ("the vast.ai API gave no answer in time", "timeout")),
    (BREAKS, BROKE_OFF),
    ("flood", ("the API answered without end", "flood")),
    ("certificate", ("the certificate of the vast.ai API is not trusted (clock? proxy?)", "TLS")),
    ("ssl", NO_TLS),
    ("understood", ("what answers in the place of the vast.ai API is none (VAST_URL? proxy?)", "no API")),
    ("unknown url", ("VAST_URL is no address of the web", "no API")),
)


class VastApi:
    """The same account by HTTPS, from the endpoints that the command asks: no process is started."""

    def __init__(self, key: str, url: str = API_URL) -> None:
        self._key = key            # in no output, argv or error
        self.url = url.rstrip("/")

    def _get(self, path: str, **query: Any) -> Any:
        """What is answered, from its JSON; raises SourceError."""
        from urllib.parse import urlencode
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        try:
            code, body, whole = ask_web(f"{self.url}{path}?{urlencode(query)}", headers, deadline_s=CLI_DEADLINE_S,
                                        most=OUTPUT_MAX)
            if not whole:
                raise OSError("flood" if len(body) == OUTPUT_MAX else "broke off")
        except OSError as error:
            raise SourceError(*next((words for pattern, words in API_PROBLEMS
                                     if re.search(pattern, str(error), re.I)), OFFLINE)) from None
        if code != 200:
            raise http_problem(code)
        try:
            return json.loads(body.decode("utf-8", "replace"), parse_int=to_int)
        except (ValueError, RecursionError):
            raise SourceError(*NOT_JSON) from None

    def _page(self, path: str, token: str, **query: Any) -> Any:
        """A page of a list, "" the first; raises SourceError."""
        return self._get(path, **query, **({"after_token": token} if token else {}))

    def instances(self) -> Listing:
        pages = partial(self._page, "/api/v1/instances/", select_filters="{}", limit=API_PAGE)
        return Listing(to_rows(list(rows_of_pages(pages, "instances", API_PAGES_MAX))))

    def account(self) -> Account:
        try:
            return to_account(self._get("/api/v0/users/current/", owner="me"))
        except ValueError:
            raise SourceError(*NOT_JSON) from None

    def charges(self, since: float) -> Charges:
        window = {"day": {"gte": int(since), "lte": int(time.time())}, "type": {"in": ["instance"]}}
        return read_charges(since, partial(
            self._page, "/api/v0/charges/", select_filters=json.dumps(window), latest_first="false",
            limit=CHARGES_PAGE, format="table"))

    def volumes(self) -> float:
        return to_volumes(self._get("/api/v0/volumes/", owner="me", type="all_volume"))

    def rises(self) -> dict[int, float]:
        return to_rises(self._get("/api/v0/instances/pending-price-increases/"))


def find_key() -> tuple[str, str]:
    """The API key and where it was found, 'VAST_API_KEY' or the path of the CLI's own file.

    Without one '', and the path of the file in which none can be read, or '' where there is no file.
    """
    texts = [(os.environ.get("VAST_API_KEY", ""), "VAST_API_KEY")]
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    for name in ("vastai/vast_tfa_key", "vastai/vast_api_key"):  # that of a session goes first, as with the CLI
        path = os.path.join(home, name)
        try:
            with open(path, encoding="ascii") as stream:
                texts.append((stream.read(LINE_MAX), path))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError):
            texts.append(("", path))
    found = ((text.strip(), place) for text, place in texts if re.fullmatch(r"\s*[!-~]+\s*", text))
    return next(found, ("", texts[-1][1] if len(texts) > 1 else ""))


def choose_account(wanted: str, commands: Commands) -> Union[VastCli, VastApi]:
    """The CLI or the API, as wanted; "auto" takes the CLI where it is on PATH, else the API where a key is."""
    if wanted == "auto":
        wanted = "cli" if on_path("vastai") or not find_key()[0] else "api"
    if wanted == "api":
        return VastApi(find_key()[0], os.environ.get("VAST_URL") or API_URL)
    return VastCli(commands)  # the key stays with it: nobody else reads that


# ---- Far side: a shell on an instance, what it is asked, and what its answers mean ----------


GPU_FIELDS = "index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,power.limit"
FILE_FIELDS = "%f %i %s %Y %W %n"  # mode, inode, size, last write, birth, name
SKIPPED = r"-mindepth 1 \( -name '.*' -o -name site-packages -o -name node_modules \) -prune -o"  # below the start

# The far side: POSIX sh (dash, busybox ash, bash) that works without root and without ps. It writes
# nothing but the copy that screen makes of a window, removed at once, and ends with its stdin.
# A question is a call of one of these functions; each answers with one block: "\nNONCE words\n" and
# what follows. The nonce is not to be guessed, so a log may hold anything. To ask a new kind of
# question, add a function here and a parser below.
FAR_SCRIPT = r"""
LC_ALL=C; export LC_ALL; PATH=$PATH:/usr/bin:/usr/local/bin:/usr/local/nvidia/bin
limit() { if command -v timeout >/dev/null 2>&1; then timeout -s KILL "$@"; else shift; "$@"; fi; }
block() { printf '\n%s %s\n' "$nonce" "$*"; }
end() { block end; }
gpus() { # where it hangs, another question would cost its deadline too
  block; smi=well; limit @GPU_QUERY_S@ nvidia-smi --query-gpu=@GPU_FIELDS@ --format=csv,noheader,nounits || smi=ill
}
disk() { block; df -Pk -- "$1"; }
throttle() { # the reasons why clocks are low, as bits; the newest drivers have another word for it
  block; [ $smi = well ] || return 0
  for q in throttle event; do
    limit @GPU_QUERY_S@ nvidia-smi --query-gpu=index,clocks_${q}_reasons.active --format=csv,noheader && break; done
}
facts() { # FIELDS: of the files whose names come in, one a line
  head -n @FILES_MAX@ | tr '\n' '\0' | limit @FAR_STEP_S@ xargs -0 stat -Lc "$1" --
}
left() { # FOLDER ...: logs below them that were written within a day
  block "$(date +%s)"
  limit @FAR_STEP_S@ find "$@" -maxdepth @SAVED_DEPTH@ @SKIPPED@ -type f \( -name '*.jsonl' -o -name '*.csv' \
    -o -name '*.log' -o -name '*.out' \) -mtime -1 -print | facts '@FILE_FIELDS@'
}
saved() { # MINUTES FOLDER ...: when the newest checkpoint below them was written, of those that are no older
  block "$(date +%s)"; young=$1; shift
  limit @FAR_STEP_S@ find "$@" -maxdepth @SAVED_DEPTH@ @SKIPPED@ \( -type d -name 'checkpoint*' -o -type f \
    \( -name '*.pt' -o -name '*.pth' -o -name '*.ckpt' -o -name '*.safetensors' -o -name '*.bin' \) \) \
    -mmin "-$young" -print | facts %Y | sort -rn | head -n 1
}
memory() { # of the container: cgroup v2, v1
  block; set -- /sys/fs/cgroup/memory.current /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory.stat
  set -- "$@" /sys/fs/cgroup/memory/memory.usage_in_bytes /sys/fs/cgroup/memory/memory.limit_in_bytes
  head -n 60 "$@" /sys/fs/cgroup/memory/memory.stat
}
newest() { # of too many processes those with the highest numbers: the lowest are the kernel's own
  [ $# -le @PROCESSES_MAX@ ] || set -- $(printf '%s\n' "$@" | sort -t / -k 3n | tail -n @PROCESSES_MAX@); echo "$@"
}
pids() { # PID ...: the processes that there are, these in any case; which of these wait for their parent, or for `fg`
  block; newest /proc/[0-9]*
  for p; do
    read -r stat 2>/dev/null </proc/$p/stat || continue
    case ${stat##*) } in [ZX]*) echo "ended $p" ;; T*) echo "/proc/$p suspended" ;; *) echo "/proc/$p" ;; esac; done
}
files() { # what is known of each
  block "$(date +%s)"; [ $# -le @FILES_MAX@ ] || shift $(($# - @FILES_MAX@))
  [ $# = 0 ] || limit @FAR_STEP_S@ stat -Lc '@FILE_FIELDS@' -- "$@"
}
part() { # PATH INODE OFFSET BYTES: whole blocks from the one that holds the offset on
  skip=$(($3 / @READ_BLOCK@)); blocks=$((($3 + $4 + @READ_BLOCK@ - 1) / @READ_BLOCK@ - skip))
  block "$2" "$3" "$4" "$5" "$6" "$7"
  [ "$4" -le 0 ] || dd if="$1" bs=@READ_BLOCK@ skip="$skip" count="$blocks"
}
more() { # PATH INODE OFFSET FIRST: what was appended; of another file, or one that shrank, the last FIRST bytes
  if [ ! -f "$1" ]; then block; return; fi
  set -- "$@" $(stat -Lc '%i %s %Y %W' -- "$1"); at=$3; fresh=
  if [ $# -lt 7 ]; then block; return; fi  # it went away just now; sums with nothing end the shell
  if [ "$2" != "$5" ] || [ "$6" -lt "$at" ]; then fresh=fresh; at=$(($6 - $4))
  elif [ $(($6 - at)) -gt @READ_MAX@ ]; then at=$(($6 - @READ_MAX@)); fi
  [ "$at" -ge 0 ] || at=0
  now=$(date +%s); case $8 in *[!0-9]*|'') born=$now ;; 0) born=$now ;; *) born=$8 ;; esac
  part "$1" "$5" "$at" "$(($6 - at))" "$((now - $7))" "$((now - born))" "$fresh"
}
earlier() { # PATH INODE OFFSET BYTES: a part of the file as long as it is the same
  [ ! -f "$1" ] || [ "$(stat -Lc %i -- "$1")" != "$2" ] || { part "$1" "$2" "$3" "$4" 0 0; return; }
  block
}
descriptors() { # PID ...: what they have open, and who reads their pipes; without PIDs of those that hold a GPU
  block; { limit @FAR_STEP_S@ ls -ln $(newest /proc/[0-9]*/fd); [ $? -gt 127 ] || echo whole; } | awk -v want="$*" '
    /^whole$/ { whole = $0; next }
    BEGIN { n = split(want, w, " "); for (i = 1; i <= n; i++) show[w[i]] = 1 }
    /^\/proc\/[0-9]+\/fd:$/ { pid = $0; gsub(/[^0-9]/, "", pid); next }
    { at = index($0, " -> "); if (!at) next
      to = substr($0, at + 4); n = split(substr($0, 1, at - 1), w, " "); fd = w[n]
      way = (substr($0, 2, 1) == "r" ? "r" : "-") (substr($0, 3, 1) == "w" ? "w" : "-")
      if (index(to, "@GPU_NODE@") == 1 && substr(to, length("@GPU_NODE@") + 1) ~ /^[0-9]+$/) {
        if (want == "") show[pid] = 1 }
      else {
        if (to ~ /^pipe:/ && way == "r-") readers[to] = readers[to] " " pid
        if (fd > 2 && (way !~ /w/ || to !~ /^\// || to ~ /^\/(dev|proc|sys)\//)) next
        if (fd == 1 || fd == 2) out[pid, fd] = to }
      line[pid] = line[pid] pid " " fd " " way " " to "\n" }
    END { for (round = 0; round < 3; round++) {
        for (pid in show) for (fd = 1; fd < 3; fd++) {
          to = out[pid, fd]; n = split(readers[to], w, " "); readers[to] = ""
          for (i = 1; i <= n; i++) { also[w[i]] = 1; line[w[i]] = line[w[i]] w[i] " 0 r- " to "\n" } }
        for (pid in also) show[pid] = 1 }
      for (pid in show) printf "%s", line[pid]; print whole }' | head -c @LISTED_MAX@
}
busiest() { # the Pythons that have used most CPU time, where no GPU can be seen
  block; limit @FAR_STEP_S@ cat /proc/[0-9]*/stat | awk '/^[0-9]+ \((python|pt_main|ipython)/ {
    pid = $1; sub(/^.*\) /, ""); if ($12 + $13 >= @BUSY_TICKS@) print $12 + $13, pid }' | sort -rn | head -n 8
}
each() { for p in $2; do echo "/proc/$p/$1"; done; } # FILE 'PID ...'
stats() { block; cat /proc/$$/stat $(each stat "$*"); } # PID ...: their times; first those of this shell
commands() { block; head -c 4096 $(each cmdline "$*") /dev/null; }
folders() { block; ls -ldn $(each cwd "$*"); }
settings() { # PID ...: of their environment no more than what tells GPUs, rank, name and terminal
  block; head -c 65536 $(each environ "$*") /dev/null | tr '\0' '\n' | grep -a -e '^==> ' -e '^\(@VARIABLES@\)='
}
panes() { # SOCKET ...: the panes of every tmux server that may be asked
  block; for s in /tmp/tmux-*/* "$@"; do
    [ ! -S "$s" ] || { echo "socket $s"; limit 1 tmux -u -S "$s" list-panes -a -F \
      '#{pane_tty} #{pane_id} #{session_name}:#{window_index}.#{pane_index}'; }
  done | head -c @LISTED_MAX@
}
pane() { # SOCKET PANE LINE: its text from some lines before LINE on, or all; how many of its lines may change yet
  set -- "$1" "$2" "$3" $(limit 2 tmux -u -S "$1" display-message -p -t "$2" \
    '#{history_size} #{cursor_y} #{alternate_on} #{pane_width} #{window_activity}')
  if [ "${6:-1}" != 0 ]; then block "${4:--}"; return; fi
  from=$(($3 - $4 - @OVERLAP@)); [ "$3" -gt 0 ] && [ "$3" -le $(($4 + $5)) ] || from=-
  open=$(limit 2 tmux -u -S "$1" capture-pane -p -J -t "$2" -S "$5" | wc -l)
  block $(($4 + $5)) $open $(($(date +%s) - ${8:-0})) "$7"
  limit 2 tmux -u -S "$1" capture-pane -p -J -t "$2" -S "$from" | tail -c @READ_MAX@
}
windows() { # of every session of GNU screen: the programs that it runs
  block; for s in $(limit 1 screen -ls | sed -n 's/^[[:blank:]]*\([0-9]\{1,9\}\)\..*/\1/p'); do
    cat /proc/$s/task/$s/children; done | head -c 4096
}
window() { # STY WINDOW TTY SCREENDIR: the text of a window of GNU screen, a copy made for the moment
  copy=$(mktemp); trap 'rm -f "$copy"' 0
  limit 2 env ${4:+"SCREENDIR=$4"} screen -S "$1" -p "$2" -X hardcopy -h "$copy" >/dev/null
  was=0; for i in 1 2 3 4 5 6 7 8; do  # it is written by another process: until it grows no more
    is=$(wc -c <"$copy"); [ "$is" -eq 0 ] || [ "$is" -ne "$was" ] || break; was=$is; sleep 0.05 || sleep 1; done
  written=$(stat -Lc %Y -- "$3"); block $(stty size <"$3") $(($(date +%s) - ${written:-0}))
  tail -c @READ_MAX@ "$copy"; rm -f "$copy"
}
printf '\n%s ready\n' "$nonce"
"""

SSH_PROBLEMS = (  # what ssh says: the row's words, and what to do about it
    ("unprotected private key", "ssh denied", "others may read the key, so ssh does not use it: chmod 600 FILE"),
    ("permission denied", "ssh denied", "the key is refused: vastai attach ssh, or --identity "
     "FILE (normal in the first minutes; keys added to the account later reach only new instances)"),
    ("remote host identification has changed", "ssh hostkey",
     "the host key has changed; if that was a rebuild: ssh-keygen -R {alias}"),
    ("host key verification failed", "ssh hostkey", "the host key is not accepted: ssh-keygen -R {alias}"),
    ("connection refused", "ssh refused", "sshd does not answer yet (normal in the first minutes)"),
    ("timed out", "ssh timeout", "no connection: the host or a firewall does not answer; "
     "--ssh-option ConnectTimeout=20 waits longer"),
    ("no route to host", "ssh timeout", "no route to the host: is it up in vastai show instances?"),
    ("could not resolve", "ssh no host", "the host name does not resolve: is the DNS of this machine well?"),
    ("too many authentication failures", "ssh denied", "too many keys were tried: --identity FILE"),
    ("connection closed", "ssh closed", "the connection was closed before login; it is tried again"),
    ("connection reset", "ssh closed", "the connection was reset; it is tried again"),
)
HOST_ADVICE = {  # what is to be done where no instance was just rented
    "permission denied": "the key is refused: does ssh log in there by itself? --identity FILE names a key",
    "connection refused": "no sshd answers there: is the port right?",
}
AGAIN_ADVICE = {  # what it means where it has answered before
    "permission denied": "the key was accepted before and is refused now: was it taken from the instance?",
    "connection refused": "sshd answered before and does not now: does the instance restart?",
}
GARBAGE = ("the far shell's answer makes no sense: does its login print or replace the shell? It is asked again",
           "ssh garbage")


def quote_glob(pattern: str) -> str:
    """A glob as a word of sh: everything is taken literally but `* ? [ ] ~`."""
    return re.sub(r"([^A-Za-z0-9_./~*?\[\]!^-])", r"\\\1", pattern)


def glob_words(patterns: Iterable[str]) -> str:
    """Globs as words of sh; one `**/` stands for up to STARS_MAX folders, or none."""
    return " ".join(quote_glob(pattern.replace("**/", "*/" * depth, 1)) for pattern in patterns
                    for depth in range(STARS_MAX + 1 if "**/" in pattern else 1))


def far_script(nonce: str) -> bytes:
    values = {**globals(), "VARIABLES": r"\|".join(VARIABLES)}
    script = re.sub("@([A-Z_]+)@", lambda name: str(values[name[1]]), FAR_SCRIPT)
    return f"nonce={nonce}{script}".encode()


class Block(NamedTuple):
    """One answer: its words, and what follows them."""

    words: list[str]
    body: bytes

    def text(self) -> str:
        return self.body.decode("utf-8", "surrogateescape")


def parse_blocks(answer: bytes, nonce: str) -> list[Block]:
    """The blocks of an answer, the closing one left out."""
    parts = answer.split(f"\n{nonce} ".encode())[1:-1]
    heads = [part.partition(b"\n") for part in parts]
    return [Block(head.decode("ascii", "replace").split(), body) for head, _, body in heads]


GPU_RANGES = ((0, 100), (0, 1e9), (1, 1e9), (-50, 200), (0, 1e5), (1, 1e5))  # of utilization ... power limit


def parse_gpus(text: str) -> tuple[Gpu, ...]:
    """GPUs from the CSV of nvidia-smi: '0, NVIDIA RTX 4090, 97, 17931, 24564, 64, 341.20, 450.00'."""
    gpus = []
    for line in text.splitlines():
        cells = line.split(",")
        first = to_number(cells[0], 0, 1023)
        if len(cells) == 8 and first is not None:
            gpus.append(Gpu(int(first), to_text(cells[1]).replace("NVIDIA ", ""),
                            *(to_number(cell, low, high) for cell, (low, high) in zip(cells[2:], GPU_RANGES))))
    return tuple(gpus[:GPUS_MAX])


def parse_throttle(text: str) -> dict[int, str]:
    """Why GPUs have low clocks, from lines like '0, 0x0000000000000040'; a limit of power is no reason, it is usual."""
    found = {}
    for index, bits in re.findall(r"^(\d{1,4}), 0x([0-9a-fA-F]{1,16})\s*$", text, re.M | re.A)[:GPUS_MAX]:
        why = [words for mask, words in THROTTLING if int(bits, 16) & mask]
        if why:
            found[int(index)] = why[0]
    return found


def parse_saved(block: Block) -> Optional[float]:
    """Seconds since the newest checkpoint was written, None without one."""
    now, at = (to_number(text.strip(), 1, TIME_MAX) for text in (" ".join(block.words), block.text()))
    return None if now is None or at is None else max(0.0, now - at)


def parse_disk(text: str) -> Optional[float]:
    """Percent used, as `df -Pk` has it: '/dev/vda 263174212 22990260 226741752 10% /'."""
    found = re.search(r"\s\d{1,18}\s{1,40}(\d{1,18})\s{1,40}(\d{1,18})\s{1,40}\d{1,4}%\s", text[:READ_BLOCK], re.A)
    total = int(found[1]) + int(found[2]) if found else 0
    return 100 * int(found[1]) / total if found and total else None


def parse_memory(text: str) -> tuple[Optional[float], Optional[float]]:
    """Bytes that the container uses, page cache left out, and may use; from the files of cgroup v2 or v1."""
    values = dict(re.findall(r"==> (\S{1,80}) <==\n(\d{1,20})\n", text))
    cache = re.search(r"^(?:total_)?inactive_file (\d{1,20})$", text, re.M)
    for used, limit in (("memory.current", "memory.max"),
                        ("memory/memory.usage_in_bytes", "memory/memory.limit_in_bytes")):
        all_used = to_number(values.get(f"/sys/fs/cgroup/{used}"), 0, RAM_MAX)
        if all_used is not None:
            return (max(0.0, all_used - (float(cache[1]) if cache else 0.0)),
                    to_number(values.get(f"/sys/fs/cgroup/{limit}"), 1, RAM_MAX))
    return None, None


class FarFile(NamedTuple):
    """A regular file on the far side."""

    path: str
    quiet_s: float   # since the last write, by the instance's own clock
    age_s: float     # since it was made, as far as that is known


FAR_FILE = expression(r"8[0-9a-f]{3} \d{1,20} \d{1,18} (\d{1,18})(?:\.\d*)? (\S{1,30}) (.+)", re.A)


def parse_files(block: Block) -> list[FarFile]:
    """The regular files of an answer, the newest first; raises ValueError without a time."""
    now, files = int(block.words[0][:18]) if block.words else 0, []
    for line in block.text().split("\n")[:FILES_MAX]:
        found = FAR_FILE.fullmatch(line)
        if found and len(found[3]) <= PATH_MAX:
            written = int(found[1])
            born = to_number(found[2], 1, now) or written
            files.append(FarFile(found[3], max(0, now - written), max(0.0, now - born)))
    return sorted(files, key=lambda file: file.quiet_s)


SECTION = expression(r"^==> /proc/(\d{1,9})/[a-z]{1,10} <==\n", re.M)


def parse_sections(block: Block) -> dict[int, str]:
    """What `head` printed of a file of several processes, by PID; of some that may be nothing."""
    body = block.body.decode("utf-8", "replace").rpartition("\n==> /dev/null <==\n")[0] + "\n"
    parts = SECTION.split(body)
    return {int(pid): text for pid, text in zip(parts[1::2], parts[2::2])}


class Fd(NamedTuple):
    """A file descriptor of a process: 1 '-w' '/root/out.log'."""

    number: int
    way: str
    target: str


def parse_descriptors(text: str) -> dict[int, list[Fd]]:
    """The descriptors of processes from lines of 'PID FD WAY TARGET'; what is cut off is left out."""
    fds: dict[int, list[Fd]] = {}
    for line in text.split("\n")[:-1]:
        found = re.fullmatch(r"(\d{1,9}) (\d{1,9}) ([r-][w-]) (.{1,4096})", line, re.A)
        if found:
            fds.setdefault(int(found[1]), []).append(Fd(int(found[2]), found[3], found[4]))
    return fds


class Process(NamedTuple):
    """A process on the far side."""

    pid: int
    parent: int = 0
    start: int = 0               # clock ticks
    ram: int = 0                 # pages
    argv: tuple[str, ...] = ()
    cwd: str = ""
    env: Mapping[str, str] = {}
    fds: tuple[Fd, ...] = ()


STAT = expression(r"(\d{1,9}) \(.{0,64}\) \S (\d{1,9})(?: -?\d{1,20}){17} (\d{1,18}) \d{1,20} (\d{1,18})\b.*", re.A)


def parse_pids(text: str) -> tuple[set[int], set[int]]:
    """The processes that there are, and those that are suspended: '/proc/7 /proc/8', 'ended 7', '/proc/8 suspended'."""
    there, ended, suspended = (set(map(int, re.findall(form, text, re.A | re.M))) for form in (
        r"/proc/(\d{1,9})\b", r"^ended (\d{1,9})$", r"^/proc/(\d{1,9}) suspended$"))
    return there - ended, suspended


def parse_stats(text: str) -> tuple[int, dict[int, Process]]:
    """When the far shell itself began, and each other process with its times."""
    found = [Process(int(m[1]), int(m[2]), int(m[3]), int(m[4])) for m in map(STAT.fullmatch, text.split("\n")) if m]
    return (found[0].start, {process.pid: process for process in found[1:]}) if found else (0, {})


class Spot(NamedTuple):
    """A place where an output may be read: 'file', 'pane', 'window', 'container' and what it takes to read it."""

    kind: str
    args: tuple[str, ...] = ()
    where: str = ""      # for people

    @property
    def key(self) -> str:
        return " ".join((self.kind, *self.args))


def file_spot(path: str) -> Spot:
    return Spot("file", (path,), f"file {clean(path)}")


def parse_panes(text: str) -> dict[str, Spot]:
    """The panes of tmux by the terminals that they show."""
    socket = ""
    panes: dict[str, Spot] = {}
    for line in text.split("\n"):
        found = re.fullmatch(r"(/dev/\S{1,100}) (%\d{1,9}) (.{1,200})", line, re.A)
        if line.startswith("socket "):
            socket = line[7:]
        elif found and socket:
            panes.setdefault(found[1], Spot("pane", (socket, found[2]), f"tmux pane {clean(found[3], 60)}"))
    return panes


def ssh_argv(options: Options, instance_id: int, address: Address, nonce: str = "") -> list[str]:
    """The ssh command; the user's options come first, for ssh takes the first it meets.

    Once it is logged in it says the nonce: what stands before that are its own words, what comes
    after may be anybody's. Without a nonce it is for a person at the keyboard: with a terminal,
    and with questions.
    """
    shell = not nonce
    fixed = {
        "ConnectTimeout": SSH_CONNECT_S, "ServerAliveInterval": 15, "ServerAliveCountMax": 2,
        "StrictHostKeyChecking": "accept-new", "CheckHostIP": "no", "ControlPath": "none",
        "RemoteCommand": "none", "ClearAllForwardings": "yes", "PermitLocalCommand": "no" if shell else "yes"}
    if not isinstance(instance_id, HostId):
        fixed["HostKeyAlias"] = key_name(instance_id, address)
    if address.user:
        fixed["User"] = address.user
    if not shell:
        fixed.update({"BatchMode": "yes", "LogLevel": "ERROR", "LocalCommand": f"echo {nonce} in"})
    return ["ssh", "-t" if shell else "-T", "-a", "-x", *given_to_ssh(options, address),
            *(part for key, value in fixed.items() for part in ("-o", f"{key}={value}")),
            "--", address.host, *([] if shell else ["sh"])]


def given_to_ssh(options: Options, address: Address) -> list[str]:
    """What the user and the address say, as words of an ssh command."""
    return [*(part for option in options.ssh_options for part in ("-o", option)),
            *(["-i", options.identity] if options.identity else []),
            *(["-p", str(address.port)] if address.port else [])]


def key_name(instance_id: int, address: Address) -> str:
    """What the key of its host is known by: at vast.ai other containers use the same address later."""
    if not isinstance(instance_id, HostId):
        return f"vast-{instance_id}"
    return address.host if address.port in (None, 22) else f"'[{address.host}]:{address.port}'"


class FarShell:
    """The kept connection to one instance: a shell there that answers questions."""

    def __init__(self, instance_id: int, options: Options, commands: Commands) -> None:
        self.instance_id = instance_id
        self.options = options
        self.commands = commands
        self.child: Optional[Child] = None
        self.address: Optional[Address] = None
        self.nonce = os.urandom(16).hex()
        self.began = 0.0   # of the shell, monotonic

    def close(self) -> None:
        """End the connection; the far shell ends with it."""
        if self.child is not None:
            self.commands.stop(self.child)
        self.child = self.address = None

    def connect(self, address: Address) -> None:
        """Start ssh and the far script; raises SourceError with the reason."""
        deadline = time.monotonic() + SSH_GREETING_S
        try:
            argv = ssh_argv(self.options, self.instance_id, address, self.nonce)
            self.child = self.commands.start(argv, talk=True)
            with suppress(BrokenPipeError):  # ssh ended at once: what it said is still to be read
                self.commands.send(self.child, far_script(self.nonce), deadline)
            self.commands.receive(self.child, f"\n{self.nonce} ready\n".encode(), deadline)
        except FileNotFoundError:
            raise SourceError("ssh is not on PATH: install the OpenSSH client", "no ssh") from None
        except TimeoutError:
            raise SourceError(f"no shell within {SSH_GREETING_S:g} s of login: an overloaded instance? "
                              "It is tried again", "ssh timeout") from None
        except EOFError as error:
            raise self._problem(str(error), address) from None
        except OSError as error:
            raise SourceError(f"ssh cannot be run: {error_text(error)}", "no ssh") from None
        self.address, self.began = address, time.monotonic()

    def ask(self, questions: Sequence[str], most: int = ANSWER_MAX) -> list[Block]:
        """An answer to each question; raises SourceError on time-out and nonsense, else EOFError and OSError."""
        assert self.child
        deadline = time.monotonic() + SSH_ANSWER_S
        asked = "".join(f"{question} </dev/null 2>/dev/null\n" for question in [*questions, "end"])
        end = f"\n{self.nonce} end\n".encode()
        try:
            self.commands.send(self.child, asked.encode("utf-8", "surrogateescape"), deadline)
            blocks = parse_blocks(self.commands.receive(self.child, end, deadline, most), self.nonce)
        except TimeoutError:
            raise SourceError(f"no answer in {SSH_ANSWER_S:g} s over ssh: an overloaded instance? It is tried again",
                              "ssh timeout") from None
        if len(blocks) != len(questions):
            raise SourceError(*GARBAGE)
        return blocks

    def _problem(self, said: str, address: Address) -> SourceError:
        """Why there is no shell: ssh's own words mean what they say, those of the far side nothing."""
        at, alias = str(address), key_name(self.instance_id, address)
        own, logged_in, far = said.partition(f"{self.nonce} in\n")
        if logged_in:
            last = clean(far.strip().rpartition("\n")[2], 120)
            return SourceError(f"no sh at {at}: the login ended without a shell ({last or 'no reason given'}); "
                               "use an image with one, or --no-ssh", "no sh")
        for needle, short, advice in SSH_PROBLEMS:
            if needle in own.lower():
                table = HOST_ADVICE if isinstance(self.instance_id, HostId) else AGAIN_ADVICE if self.began else {}
                advice = table.get(needle, advice)
                return SourceError(f"{short} at {at}: {advice.format(alias=alias)}", short)
        last = clean(own.strip().rpartition("\n")[2], 120)
        return SourceError(f"ssh failed at {at}: {last or 'no reason given'}", "ssh failed")


# ---- Discovery: the processes and files of an instance in, its runs and what they print out -----


SERVERS = expression(  # programs that hold a GPU and train nothing
    r"vllm|sglang|text-generation-(?:launcher|server)|tgi|ollama|comfyui|llama-server|llama_cpp|koboldcpp|tritonserver"
    r"|webui|invokeai|lmdeploy|aphrodite|tabbyapi|infinity_emb|ray::serve|uvicorn|gunicorn", re.I)
NOTEBOOKS = expression(r"ipykernel|jupyter-(?:lab|notebook|server)|colab_kernel")
LAUNCHERS = expression(r"torchrun|accelerate|deepspeed|mpirun|mpiexec|torch\.distributed\.(?:run|launch)|horovodrun"
                       r"|composer|srun|colossalai")
LOG_NAME = expression(r"\.(?:log|txt|out|err|jsonl|csv)(?:[.-]\d{1,8})?$", re.I)  # a moved one too: x.log.1
NO_LOG = expression(r"^/(?:dev|proc|sys|var/log|usr|lib|etc)/|/(?:requirements|vocab|merges|sshd)[^/]*$")
SECRET = expression(r"(?i)((?:\b|_)(?:api|access|auth|hf|wandb|private)?[_-]?(?:key|token|secret|password|passwd|pwd)"
                    r"['\"]?[=:\s]\s{0,9})\S+")
SECRET_LOOKS = expression(r"\b(?:hf_|sk-|ghp_|gho_|glpat-|xox[a-z]-)[\w-]{8,}|\b[0-9a-f]{40}\b"
                          r"|(?<=://)[^/\s:@]{1,100}:[^/\s@]{1,100}(?=@)")
NAMELESS = {"", "/", "root", "workspace", "home", "app", "src", "code", "tmp", "output", "runs", "logs"}


def masked(words: Iterable[str]) -> str:
    """A command line fit to be shown: what looks like a secret is left out.

    That is a whole word, with the blanks in it; or a part of one, as in `sh -c "train.py --token abc --lr 1"`.
    """
    text = SECRET.sub(r"\1***", " ".join(re.sub(r"\s", "\0", word) for word in words)[:LINE_MAX])
    text = SECRET.sub(r"\1***", text.replace("\0", " "))
    return clean(SECRET_LOOKS.sub("***", text), COMMAND_MAX)


def gpu_node(fd: Fd) -> Optional[int]:
    """7 of /dev/nvidia7; None of anything else."""
    number_ = fd.target[len(GPU_NODE):]
    return int(number_) if fd.target.startswith(GPU_NODE) and re.fullmatch(r"\d{1,3}", number_, re.A) else None


class Group(NamedTuple):
    """Processes that are one run, the oldest first."""

    processes: tuple[Process, ...]

    @property
    def leader(self) -> Process:
        return self.processes[0]

    @property
    def command(self) -> str:
        return " ".join(self.leader.argv)

    def pids(self) -> set[int]:
        return {process.pid for process in self.processes}

    def kind(self) -> str:
        """What it is when its output tells no progress."""
        words = f"{self.command} {self.leader.cwd}"
        return "serving" if SERVERS.search(words) else "notebook" if NOTEBOOKS.search(words) else "unknown"

    def name(self) -> str:
        """That of its Weights & Biases run, its options, its folder or its script."""
        option = re.search(r"--(?:run|exp|experiment|wandb)[_-]?name[= ](\S+)", self.command)
        folder = self.leader.cwd.rpartition("/")[2]
        script = next((word for word in self.leader.argv if word.endswith(".py")), " ".join(self.leader.argv[:1]))
        return clean(self.leader.env.get("WANDB_NAME") or (option[1] if option else "")
                     or ("" if folder in NAMELESS else folder) or script.rpartition("/")[2], 60)

    def ram_mib(self) -> float:
        """RAM of its processes; workers forked by another of them share its memory."""
        pids = self.pids()
        return sum(process.ram for process in self.processes if process.parent not in pids) * PAGE / (1 << 20)

    def gpus(self, others: bool) -> Optional[tuple[int, ...]]:
        """Indices as nvidia-smi has them; None where that cannot be told, as with `others` on the same nodes."""
        used: set[int] = set()
        for process in self.processes:
            visible, rank = process.env.get("CUDA_VISIBLE_DEVICES"), process.env.get("LOCAL_RANK", "")
            if visible is None and not rank.isdecimal():
                nodes = {node for node in map(gpu_node, process.fds) if node is not None}
                if others and len(nodes) > 1:
                    return None  # CUDA opens every node that it sees
                used |= nodes
                continue
            names = visible.split(",") if visible else None
            if names is not None and not all(name.strip().isdecimal() for name in names):
                return () if names[0].strip() in ("-1", "none", "NoDevFiles") else None
            indices = list(range(GPUS_MAX)) if visible is None else [int(name) for name in names or ()]
            used |= set(indices[int(rank):int(rank) + 1] if rank.isdecimal() else indices)
        return tuple(sorted(used))[:GPUS_MAX]


class Machine(NamedTuple):
    """The processes of an instance and its terminals, as one search saw them."""

    processes: Mapping[int, Process]
    panes: Mapping[str, Spot]

    def streams(self, process: Process, depth: int = 0) -> list[list[Spot]]:
        """The places where its standard output ends up, and those of its standard error."""
        return [self._lead(process, fd, depth) for number_ in (1, 2) for fd in process.fds
                if fd.number == number_ and fd.way != "r-"]

    def leads(self, process: Process, depth: int = 0) -> list[Spot]:
        """The places where all of its output ends up, each once."""
        return list(dict.fromkeys(place for places in self.streams(process, depth) for place in places))

    def beside(self, group: Group, one: Spot) -> dict[Spot, bool]:
        """What is to be read besides one output of a run: place -> True where the process that writes the one does.

        Of its other processes it is standard error alone, for a traceback comes there.
        """
        found: dict[Spot, bool] = {}
        for process in group.processes:
            streams = self.streams(process)
            own = any(one in places for places in streams)
            for places in streams if own else streams[-1:]:
                if places and one not in places and places[0].kind in ("file", "pane", "window"):
                    found[places[0]] = own or found.get(places[0], False)
        return dict(sorted(found.items(), key=lambda item: not item[1])[:BESIDE_MAX])

    def _lead(self, process: Process, fd: Fd, depth: int) -> list[Spot]:
        """Where one descriptor leads to: a file, a terminal, or through a pipe to what its readers write."""
        if fd.target.startswith("pipe:"):
            readers = [other for other in self.processes.values() if other.pid != process.pid
                       and any(its.target == fd.target and its.way == "r-" for its in other.fds)]
            if not readers:
                return [Spot("container", (), "the container's own output")]
            places = []
            for reader in readers if depth < PIPES_MAX else ():
                places += [file_spot(its.target) for its in reader.fds
                           if its.number > 2 and its.way != "r-" and its.target.startswith("/")]
                places += self.leads(reader, depth + 1)
            return places
        if re.match(r"/dev/(?:pts/|tty)", fd.target):
            return self._terminal(process, fd.target, depth)
        if fd.target.startswith("/") and not NO_LOG.search(fd.target):
            gone = fd.target.endswith(" (deleted)")
            return [Spot("file", (f"/proc/{process.pid}/fd/{fd.number}",), f"file {clean(fd.target)}") if gone
                    else file_spot(fd.target)]
        return []

    def _terminal(self, process: Process, tty: str, depth: int) -> list[Spot]:
        """The pane or window that shows a terminal; else where the program that made it writes to."""
        if tty in self.panes:
            return [self.panes[tty]]
        if process.env.get("STY") and not process.env.get("TMUX"):
            sty, window = process.env["STY"], process.env.get("WINDOW", "0")
            return [Spot("window", (sty, window, tty, process.env.get("SCREENDIR", "")),
                         f"screen {clean(sty, 60)} window {clean(window, 9)}")]
        above: Optional[Process] = process
        for _ in self.processes:  # not for ever: a far side may say that each is the other's parent
            if not above or all(fd.target != tty for fd in above.fds):
                break
            above = self.processes.get(above.parent)
        if above is None or above.pid <= 1 or depth > PIPES_MAX + TERMINALS_MAX:
            return []
        written = [fd.target for fd in above.fds if fd.number > 2 and fd.way == "-w" and fd.target.startswith("/")]
        return [*self.leads(above, max(depth, PIPES_MAX) + 1),
                *(file_spot(path) for path in written if not NO_LOG.search(path))]

    def groups(self, pids: Iterable[int]) -> list[Group]:
        """The holders of GPUs as runs: forked workers, ranks of one launcher, what writes to one place."""
        found: dict[str, list[Process]] = {}
        for process in sorted((self.processes[pid] for pid in pids), key=lambda one: (one.start, one.pid)):
            found.setdefault(self._run_of(process, set(pids)), []).append(process)
        return [Group(tuple(processes)) for processes in found.values()]

    def _run_of(self, process: Process, holders: Container[int]) -> str:
        """What the processes of one run have in common."""
        for _ in range(PIPES_MAX):
            if process.parent in holders:
                process = self.processes[process.parent]
        above = self.processes.get(process.parent)
        if above and LAUNCHERS.search(" ".join(above.argv[:4])):
            return f"launcher {above.pid}"
        places = [] if NOTEBOOKS.search(" ".join(process.argv)) else self.leads(process)
        return places[0].key if places else f"process {process.pid}"

    def places(self, group: Group, live: Iterable[FarFile], alone: bool) -> list[Spot]:
        """Where its output may be, the likeliest first: the globs' files, its output, files that it writes.

        A file that nobody holds open is the group's when it is `alone`, or works in that folder.
        """
        held = {fd.target for process in group.processes for fd in process.fds if fd.way != "r-"}
        free = {file.path for file in live} - {fd.target for process in self.processes.values() for fd in process.fds}
        named = [file_spot(file.path) for file in live if file.path in held
                 or (file.path in free and (alone or file.path.startswith(group.leader.cwd.rstrip("/") + "/")))]
        output = [place for process in group.processes for place in self.leads(process)]
        written = [file_spot(path) for path in sorted(held) if LOG_NAME.search(path) and not NO_LOG.search(path)]
        return list(dict.fromkeys(named + output + written))


# -- outputs: each knows how to go on, and hands its text to a reader of its own

def telling(progress: Progress) -> int:
    """How much a log tells of a run: 0 nothing, 4 loss, place and share of the whole."""
    place = progress.step is not None or progress.epoch is not None
    return 2 * (progress.loss is not None) + place + (progress.progress is not None)


class RunOutput:
    """The output of a run: what it has told so far, and its news since the last report.

    A kind of output says what is to be asked and takes the answers: a row of OUTPUT_KINDS.
    """

    path = ""   # of a file

    def __init__(self, place: Spot, patterns: Sequence["re.Pattern[str]"] = (), sample: bool = False) -> None:
        self.place = place
        self.patterns = patterns
        self.sample = sample                # it may be the wrong one: a little of it is enough
        self.readable = False
        self.grew: Optional[float] = None   # when, monotonic; as far as it is known
        self.wrote: Optional[float] = None  # likewise by its own clock, which may be wrong
        self.age_s: Optional[float] = None
        self.lines: list[LogLine] = []
        self.bytes = 0
        self.fresh = self.caught_up = self.unread = False
        self.late: Optional[LogReader] = None     # reads what is told since its run was seen to have ended, and
        self.earlier: Optional[LogReader] = None  # ... the beginning of a long file
        # Beside the one that is followed:
        self.own = True                           # the same process writes it: its values and lines are shown too
        self.over: object = None                  # how far the run was when this one told of an end
        self.begin()

    def begin(self) -> None:
        """Forget what it told: another text is read from here on."""
        self.tail, self.reader, self.fresh = LogTail(), LogReader(self.patterns), True

    def questions(self) -> list[str]:
        """What to ask the far shell."""
        return []

    def take(self, blocks: Sequence[Block]) -> bool:
        """Take in the answers; True when it has to ask again at once. Raises ValueError on nonsense."""
        return False

    def hear(self, text: str, note: str = "") -> None:
        """Take in what was appended, behind a note for the eye alone.

        The reader goes first: what it cannot take is asked for again.
        """
        wall, old = time.time(), not self.readable
        with READS:
            for reader in filter(None, (self.reader, self.late)):
                reader.feed("\n" * bool(note) + text, wall)
            lines = self.tail.feed(f"\n{note}\n", wall) if note else []
            lines += (line._replace(old=old) for line in self.tail.feed(text, wall)[-LOG_LINES:])
            self.lines = [*self.lines, *lines][-LOG_LINES - 1:]
        self.readable = True

    def report(self) -> RunReading:
        """What it tells, with its news; these are told once."""
        wrote = self.grew if self.wrote is None else self.wrote
        quiet_s = None if wrote is None else max(0.0, time.monotonic() - wrote)
        reading = RunReading(
            self.place.key, where=self.place.where, log_path=clean(self.path or self.place.where),
            name=file_name(self.path), quiet_s=quiet_s, age_s=self.age_s,
            log_bytes=self.bytes, fresh=self.fresh, caught_up=self.caught_up, unread=self.unread,
            lines=tuple(self.lines), progress=self.reader.progress(), curves=self.reader.curves())
        self.lines, self.bytes, self.fresh, self.caught_up = [], 0, False, False
        return reading


FAR_PART = expression(r"(\d{1,20}) (\d{1,18}) (\d{1,18}) (-?\d{1,18}) (-?\d{1,18})( fresh)?", re.A)


class FarPart(NamedTuple):
    """A part of a file on the far side."""

    inode: str
    start: int
    quiet_s: float
    age_s: float
    fresh: bool      # of another file than the one that was known
    data: bytes


def parse_part(block: Block) -> Optional[FarPart]:
    """'INODE START BYTES QUIET AGE [fresh]' and whole blocks of the file; None where it is gone.

    Raises ValueError.
    """
    if not block.words:
        return None
    found = FAR_PART.fullmatch(" ".join(block.words))
    if not found:
        raise ValueError("no part of a file")
    start, size = int(found[2]), min(int(found[3]), READ_MAX)
    data = block.body[start % READ_BLOCK:][:size]
    return FarPart(found[1], start, max(0.0, float(found[4])), max(0.0, float(found[5])), bool(found[6]), data)


class FileOutput(RunOutput):
    """A file: its end at once; its beginning is caught up with poll by poll, and then told as a whole."""

    inode, offset = "0", 0
    earlier_at = 0   # where its beginning is read up to

    def begin(self) -> None:
        super().begin()
        self.path = self.place.args[0]
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.earlier = None

    def questions(self) -> list[str]:
        path = shlex.quote(self.path)
        asked = [f"more {path} {self.inode} {self.offset} {READ_SAMPLE if self.sample else READ_FIRST}"]
        if self.earlier:
            size = max(0, min(READ_MAX, self.offset - self.earlier_at))
            asked.append(f"earlier {path} {self.inode} {self.earlier_at} {size}")
        return asked

    def take(self, blocks: Sequence[Block]) -> bool:
        """Take in what was appended, or the end of another file; the place moves when all is read."""
        part = parse_part(blocks[0])
        self.unread = part is None
        if part is None:
            self.readable = False  # removed: perhaps it is still written, which a search finds out
            return False
        if self.earlier and not part.fresh:
            self._catch_up(self.earlier, parse_part(blocks[1]))
        if part.fresh:
            self.begin()
        skipped = 0 if part.fresh else part.start - self.offset
        text = part.data
        if part.start and (part.fresh or skipped):
            text = text[text.find(b"\n") + 1:]  # not from the middle of a line
            self.decoder.reset()
        state = self.decoder.getstate()
        try:
            self.hear(self.decoder.decode(text), f"[{skipped:,} bytes of the log were skipped]" * bool(skipped))
        except Exception:
            self.decoder.setstate(state)
            raise
        self.inode, self.offset = part.inode, part.start + len(part.data)
        self.bytes += len(part.data)
        now = time.monotonic()
        self.age_s, self.wrote = part.age_s, now - part.quiet_s
        self.grew = now if part.data and not part.fresh else self.wrote
        if part.fresh and part.start and not self.sample:
            self.earlier, self.earlier_at = LogReader(self.patterns), 0
        elif skipped:
            self.earlier = None  # what was skipped is known to neither
        return False

    def _catch_up(self, reader: LogReader, part: Optional[FarPart]) -> None:
        """Read on from the beginning; once it is where the end is read, its reader takes over."""
        if part is None or part.start != self.earlier_at:
            self.earlier = None
            return
        with READS:
            reader.feed(part.data, time.time())
        self.earlier_at += len(part.data)
        if self.earlier_at >= CATCH_UP_MAX // 2 and self.offset - self.earlier_at > CATCH_UP_MAX // 2:
            self.earlier_at = self.offset - CATCH_UP_MAX // 2  # of a huge log its head and its end
            reader.feed("\n")
        if self.earlier_at >= self.offset:
            reader.mark = self.reader.mark
            self.reader, self.earlier, self.caught_up = reader, None, True


def lines_alike(text: Sequence[str], other: Sequence[str]) -> list[int]:
    """How many lines from each of `other` on are the first ones of `text`, by the Z algorithm: in linear time."""
    lines = [*text, None, *other]
    alike, begin, end = [0] * len(lines), 0, 0  # lines[begin:end] are the first ones of all
    for at in range(1, len(lines)):
        many = max(0, min(end - at, alike[at - begin]))
        while at + many < len(lines) and lines[many] == lines[at + many]:
            many += 1
        alike[at] = many
        if at + many > end:
            begin, end = at, at + many
    return alike[len(text) + 1:]


def follow_on(old: Sequence[str], new: Sequence[str], likely: Optional[int] = None) -> Optional[int]:
    """Where in `new` begins what comes after `old`, both being parts of one text; None when they share nothing.

    ['a', 'b', 'c'], ['b', 'c', 'd'] -> 2. What has changed since counts as new; blank lines alone are no sign.
    Of a text that repeats itself it is where it likely begins, should they join there.
    """
    blank_old, blank_new = (next((n for n, line in enumerate(lines) if line), len(lines)) for lines in (old, new))
    joins = [(many, many) for many in lines_alike(new[:len(old)], old) if many > blank_new]
    joins += [(many, at + many) for at, many in enumerate(lines_alike(old, new)) if at and many > blank_old]
    return max(reversed(joins), key=lambda join: (join[1] == likely, join[0]))[1] if joins else None


class Snapshots(RunOutput):
    """What is read as a whole, again and again: a terminal, or a log that is fetched."""

    settled: Sequence[str] = ()   # the last lines that were told
    open: Sequence[str] = ()      # those below, which may change yet

    def show(self, settled: Sequence[str], open_lines: Sequence[str], quiet_s: Optional[float] = None,
             whole: bool = True, likely: Optional[int] = None) -> bool:
        """Tell what is new in it, all of it where it was cleared; False for a part that does not join what was seen."""
        begins = follow_on(self.settled, settled, likely)
        if begins is None and self.settled and not whole:
            return False
        first, new, open_lines = not self.readable, settled[begins or 0:], list(open_lines)
        while open_lines and not open_lines[-1]:
            open_lines.pop()
        text = self._text(new, open_lines)
        if text:
            self.hear(text)
            self.bytes += len(text)
        if text and not first:
            self.grew = time.monotonic()
        elif quiet_s is not None:
            self.grew = time.monotonic() - quiet_s
        self.settled, self.open = settled[-TOLD_LINES:], tuple(open_lines)
        return True

    def _text(self, new: Sequence[str], open_lines: Sequence[str]) -> str:
        """The new lines as a terminal gets them: an open line is overwritten, what stands below it is too."""
        if not new and tuple(open_lines) == self.open:
            return ""
        first, *others = [*new, *open_lines[:1]] or [""]
        before = self.open[0] if len(self.open) == 1 else ""
        goes_on = len(self.open) < 2 and first.startswith(before)
        text = (first[len(before):] if goes_on else f"\r{first}") + "".join(f"\n{line}" for line in others)
        text += "\n" * bool(new and not open_lines)
        return text + "".join(f"\n\r{line}\x1b[A" for line in open_lines[1:])


BAR_MARK = expression(r"%\||[━╸]|\[=")
NO_LETTER = expression(r"(?![%|/])[\W\d_]")
SAYS_WHAT = expression(r"[^\W\d_]{3}|%\||\d/")


def beginning(row: str) -> str:
    """What a row begins with, whatever its numbers are and its bar shows; '' where that tells it from no other."""
    begin = NO_LETTER.sub("0", row[:SAME_START])
    return begin if SAYS_WHAT.search(begin) else ""


def last_drawn(line: str, columns: int) -> str:
    """The last state of a line that is wider than its terminal, where each leaves its first row behind.

    '5%|# | 1/20 [00:' '10%|# | 2/20 [00' ':02<00:18]' -> '10%|# | 2/20 [00:02<00:18]'
    """
    if len(line) <= columns or columns < SAME_START:
        return line
    rows, before = wrap(line, columns), ""
    cleared = [at for at in range(1, len(rows)) if rows[at].isspace() and BAR_MARK.search(rows[at - 1])]
    rows = rows[cleared[-1] + 1:] if cleared else rows  # what comes behind a bar that was cleared is another line
    begins, start, at = [beginning(row) for row in rows], 0, 0
    last = {begin: at for at, begin in enumerate(begins) if begin}
    while at < len(rows):
        if last.get(begins[at], at) > at:
            before = before if start else "".join(rows[:at])
            start = at = last[begins[at]]
        at += 1
    whole = before and not BAR_MARK.search(before)  # no first row of another bar
    return (f"{before}\r" if whole else "") + "".join(rows[start:])


class PaneOutput(Snapshots):
    """A pane of tmux: its history and its screen; nothing while an editor has the screen."""

    at = 0   # lines of history and screen above the cursor when it was last seen

    def questions(self) -> list[str]:
        return [f"pane {shlex.quote(self.place.args[0])} {shlex.quote(self.place.args[1])} {self.at}"]

    def take(self, blocks: Sequence[Block]) -> bool:
        """Tell what is new; True when more was printed than was asked for: then all of it is wanted."""
        self.unread = len(blocks[0].words) != 4
        if self.unread:
            return False
        if not all(re.fullmatch(r"-?\d{1,18}", word, re.A) for word in blocks[0].words):
            raise ValueError("no pane")
        at, below, quiet_s, columns = map(int, blocks[0].words)
        rows = [line.rstrip() for line in blocks[0].text().split("\n")[:-1]]
        lines = [last_drawn(row, columns) for row in rows]
        below = max(1, min(below, len(lines)))
        new, likely = at - self.at, len(lines) - below
        while new > 0 and likely > 0:  # so many rows above the cursor were not there before
            likely -= 1
            new -= max(1, math.ceil(width(rows[likely]) / max(1, columns)))
        told = self.show(lines[:-below], lines[-below:], max(0, quiet_s), not self.at, likely)
        self.at = at if told else 0
        return not told


COPIED_BLOCKS = dict(zip(range(0xDC88, 0xDC90), range(0x2588, 0x2590)))  # of a letter screen copies the last byte


class WindowOutput(Snapshots):
    """A window of GNU screen, copied with what scrolled out of it."""

    def questions(self) -> list[str]:
        return ["window " + " ".join(map(shlex.quote, self.place.args))]

    def take(self, blocks: Sequence[Block]) -> bool:
        """Tell what is new; a row as wide as the window goes on in the next, unless that begins as its line did."""
        words = [int(word) for word in blocks[0].words if re.fullmatch(r"\d{1,18}", word, re.A)]
        columns, quiet_s = words[1:] if len(words) == 3 else (0, None)
        lines, full = [""], False
        for row in blocks[0].text().split("\n"):
            if "%|" in row and any("\udcc2" <= byte <= "\udcf4" for byte in row):
                row = ""  # a window without UTF-8 takes parts of a bar for commands to its cursor: none is in its place
            row = row.translate(COPIED_BLOCKS)
            if full and not (beginning(row) and beginning(row) == beginning(lines[-1])):
                lines[-1] += row
            else:
                lines.append(row)
            full = 0 < columns <= len(row)
        lines = [last_drawn(line.rstrip(), columns) for line in lines[1:]]
        while lines and not lines[-1]:
            lines.pop()
        self.unread = not lines
        if lines:
            self.show(lines[:-1], lines[-1:], quiet_s)
        self.reader.rests = quiet_s is not None and quiet_s >= WINDOW_RESTS_S  # it does not tell where its cursor is
        return False


class ContainerOutput(Snapshots):
    """What the container itself prints, which only the API has: asked seldom, for it takes seconds."""

    asked = -math.inf

    def wait_for(self, since: float) -> bool:
        """True while nothing was fetched since then; it is due now."""
        late = self.asked < since
        self.asked = -math.inf if late else self.asked
        return late

    def fetch(self, log: Callable[[], str]) -> None:
        """Ask for it where the time has come; a failure tells nothing."""
        if time.monotonic() - self.asked >= CONTAINER_EVERY_S:
            self.asked = time.monotonic()
            with suppress(SourceError):
                self.show([line.rstrip() for line in log().split("\n")], [])


OUTPUT_KINDS: Mapping[str, Callable[..., RunOutput]] = {
    "file": FileOutput, "pane": PaneOutput, "window": WindowOutput, "container": ContainerOutput}


# -- one instance over ssh

Item = TypeVar("Item")


def step_on(items: Sequence[Item], one: object, step: int) -> Item:
    """The item so many steps after this one, round and round; one that is not among them counts as the first."""
    return items[((items.index(one) if one in items else 0) + step) % len(items)]


PLACE_FIELDS = ("epoch", "total_epochs", "step", "total_steps", "progress", "eta_s", "elapsed_s", "rate", "rate_unit",
                "epochs_done", "last_told", "past", "stamp", "first", "before_s")
VALUE_FIELDS = ("loss", "val_loss", "learning_rate", "best", "ended_with", "metrics", "link")


def written_beside(one: RunOutput, log: RunOutput) -> bool:
    """Whether a file that tells no loss stands beside a log and was last written with it: its stderr, as it seems."""
    if one is log or one.wrote is None or log.wrote is None or abs(one.wrote - log.wrote) > NEXT_RUN_S:
        return False
    return one.path.rpartition("/")[0] == log.path.rpartition("/")[0] and one.reader.progress().loss is None


def merged(told: Progress, its: Progress) -> Progress:
    """What two outputs tell: what the one lacks is the other's; the place in the run unless it counts other things."""
    values = {name: getattr(its, name) for name in VALUE_FIELDS if not getattr(told, name)}
    placed, other = (one.step is not None or one.epoch is not None for one in (told, its))
    alike = (told.epoch is None or its.epoch is not None) and (told.step or 0.0) <= (its.total_steps or math.inf)
    if told.progress is None and other and (not placed or (its.progress is not None and alike)):
        values.update((name, getattr(its, name)) for name in PLACE_FIELDS)
    return told._replace(state=told.state or ("training" if its.state else None), **values)


class Outputs:
    """The outputs of a run told as one: the one that is followed, and what else tells of it.

    That is a file for stderr, a terminal, the log of another rank. Each has a reader of its own, so nothing counts
    twice: what the one does not tell the other may.
    """

    def __init__(self, output: RunOutput) -> None:
        self.main = output
        self.beside: list[RunOutput] = []
        self.told_by = output            # whose the last line was,
        self.told_from = self.line_base = self.last_line = 0  # since which, and how its lines are numbered anew

    def all(self) -> list[RunOutput]:
        return [self.main, *self.beside]

    def grew(self) -> Optional[float]:
        """When any of them last did."""
        return max((output.grew for output in self.all() if output.grew is not None), default=None)

    def judge(self) -> None:
        """What one beside tells of an end, while the run lives, was none once it went on."""
        told = self.main.reader.progress()[:5]
        for one in self.beside:
            if one.reader.progress().state not in OVER:
                one.over = None
            elif one.caught_up or told != (one.over or told):
                one.reader.forgive()
            else:
                one.over = told

    def progress(self, alive: bool) -> Progress:
        """What all tell together."""
        told = self.main.reader.progress()
        for one in self.beside:
            told = self._with_end(told, one, alive)
            told = merged(told, one.reader.progress()) if one.own else told
        return told

    def _with_end(self, told: Progress, one: RunOutput, alive: bool) -> Progress:
        """With what one beside tells of an end.

        A traceback is none of the run's while that lives: programs print some and go on.
        """
        its, wrote = one.reader.progress(), self.main.wrote
        if its.state == "failed":
            later = wrote is None or one.wrote is None or one.wrote - wrote >= LATER_S
            if not alive and told.state != "failed" and (later or told.state != "finished"):
                return told._replace(state="failed", reason=its.reason)
        elif its.state == "finished" and one.own and told.state != "failed" and (
                not one.reader.run.weak_end or (told.progress or 0.0) >= NEARLY_ALL):
            return told._replace(state="finished")
        return told

    def report(self, alive: bool) -> RunReading:
        """What the followed one has told, and the others besides."""
        reading = self.main.report()
        lines = list(self._numbered(self.main, reading.lines))
        for one in self.beside:
            its = one.report()
            quiet_s = [each.quiet_s for each in (reading, its) if each.quiet_s is not None]
            reading = reading._replace(quiet_s=min(quiet_s, default=None), log_bytes=reading.log_bytes + its.log_bytes)
            if one.own:
                lines += self._numbered(one, its.lines)
                reading = reading._replace(
                    where=f"{reading.where} + {its.where}", caught_up=reading.caught_up or its.caught_up,
                    curves=reading.curves if reading.curves.train or reading.curves.val else its.curves)
        return reading._replace(lines=tuple(lines), progress=self.progress(alive))

    def _numbered(self, output: RunOutput, lines: Sequence[LogLine]) -> Iterator[LogLine]:
        """Lines of one of several outputs numbered as those of one log, whose last line alone may still be replaced."""
        for line in lines:
            if output is not self.told_by or line.number + self.line_base < self.told_from:
                self.told_by, self.told_from = output, self.last_line + 1
                self.line_base = self.told_from - line.number
            self.last_line = line.number + self.line_base
            yield line._replace(number=self.last_line)

    def explain(self) -> tuple[tuple[str, str, str, str], ...]:
        """Which line set what, as LogReader.explain has it."""
        rows = self.main.reader.explain()
        for one in filter(lambda one: one.own, self.beside):
            fields = {field for field, *_ in rows}
            rows += [row for row in one.reader.explain() if row[0] not in fields]
        return tuple(rows)


class Followed:
    """A run that is followed: its outputs, who writes them, and what else is known of it.

    Its processes do, and when these have ended others that go on with them. Those go on with the run where they resume
    it or begin where it was; else theirs is another in the same place. Times are of the mono clock.
    """

    def __init__(self, key: str, output: Optional[RunOutput] = None, group: Optional[Group] = None) -> None:
        self.key = key
        self.outputs = Outputs(output or RunOutput(Spot("none")))
        self.places: list[Spot] = []        # of its outputs that were seen
        self.chosen = False                 # the user wants this output and no other
        self.gpus: Optional[tuple[int, ...]] = None
        self.group = group                  # its processes, as a search found them,
        self.pids = group.pids() if group else set()  # or those that came after them, of which one goes on
        self.held = False                   # a search saw that they hold a GPU
        self.let_go = False                 # ... and not any more, though they are listed: dead and not yet reaped
        self.suspended = False              # all of them are
        self.began: Optional[float] = None  # of the oldest process
        self.died: Optional[float] = None   # when they were seen to have ended, and
        self.over = False                   # that was reported
        self.saved: Optional[float] = None  # their newest checkpoint, and
        self.looked = -math.inf             # when it was last looked for
        self.left: set[int] = set()         # all that ran when its own were last seen,
        self.told = Progress()              # what the run had told by then,
        self.mark: object = None            # ... its mark, None where that is not known,
        self.died_at: object = None         # ... and how far the output was at its end
        self.unseen: Optional[Progress] = None  # told when the output alone was found; None since it got on
        self.taken = False                  # others go on, and have not told yet what they are
        self.resumes = False                # they say that they do so from a checkpoint
        self.nth = 0                        # runs that were here before

    @property
    def alive(self) -> bool:
        return self.died is None

    def see(self, pids: set[int], suspended: Container[int] = ()) -> None:
        """Whether it lives, by the processes that there are; while it does, an end is none behind which it went on."""
        if self.pids:
            self._see_processes(pids)
        elif not self.alive and self._begun():  # somebody began another there, and was not found yet
            self._begin_anew()
            self.find()
        elif self.alive and self.got_on():
            self.unseen = None  # and may rest for long
        elif self.alive and self.unseen:
            self.find()
        mine = self.pids & pids
        self.suspended = self.alive and bool(mine) and all(pid in suspended for pid in mine)
        if self.alive:
            self.outputs.judge()

    def _see_processes(self, pids: set[int]) -> None:
        """Whether they live; when they have ended, whether others go on with the output."""
        output, told = self.outputs.main, self.outputs.main.reader.progress()
        self.resumes = self.resumes or any(line.news == "resumed" for line in output.lines)
        if self.pids & pids and not self.let_go:
            self.died = None
            if self.taken:
                self._tell_apart()
            else:
                self.left, self.told, self.mark = pids, told, output.reader.mark
                self.resumes, output.late = False, None
        elif self.alive:
            self.left = self.left or pids  # it ended before anybody saw it live
            self.end()
        elif pids - self.left and told[:5] not in (self.died_at, Progress()[:5]):
            self.group, self.pids, self.held, self.let_go = None, pids - self.left, False, False
            self.taken, self.died = True, None
            self._tell_apart()

    def end(self) -> None:
        """It has ended; what is told from now on may be of others."""
        output, told = self.outputs.main, self.outputs.main.reader.progress()
        if not self._begun():
            self.told, self.mark = told, output.reader.mark
        self.died, self.died_at, output.late = time.monotonic(), told[:5], LogReader(output.patterns)

    def find(self, last_line: str = "") -> None:
        """The output alone tells of it: it has ended, unless that grew lately, tells of no end and is no shell's."""
        grew, log = self.outputs.grew(), self.outputs.progress(alive=False)  # so all that is told of an end counts
        self.unseen = log
        if grew is None or time.monotonic() - grew >= HOLD_S or (log.progress or 0.0) >= 100 or log.state in OVER or (
                PROMPT.search(last_line)):
            self.end()

    def got_on(self) -> bool:
        """Whether it is further than when it was found: somebody who cannot be seen goes on with it."""
        was, log = self.unseen, self.outputs.progress(alive=False)
        return was is not None and (was.total_epochs, was.total_steps) == (log.total_epochs, log.total_steps) and (
            (was.epoch or 0.0, was.step or 0.0) < (log.epoch or 0.0, log.step or 0.0))

    def go_on(self) -> None:
        """It has not ended, whatever was thought: nobody writes that can be seen, but the output goes on."""
        self.died = self.outputs.main.late = None

    def take(self, group: Group, places: Sequence[Spot]) -> None:
        """A search found these, and where they may write; of a run that had ended they go on with its output."""
        if not self.alive and not self.taken and not self.pids & group.pids():
            self.taken = True
            self._tell_apart()
            if self.taken and self.told.state != "finished":  # what comes behind a run that did all may be its test
                self._begin_anew()
        self.group, self.pids, self.unseen, self.let_go, self.died = group, group.pids(), None, False, None
        self.places = list(dict.fromkeys([*places, *self.places]))[:PLACES_MAX]

    def _begun(self) -> bool:
        """Whether the output itself has told since of another run that began."""
        return self.mark not in (None, self.outputs.main.reader.mark)

    def _tell_apart(self) -> None:
        """Whether those who go on with its output are another run: what they tell begins anew, and is of no resume."""
        was, begun = self.told, self._begun()
        reader = self.outputs.main.reader if begun else self.outputs.main.late
        log = reader.progress() if reader else Progress()
        alike = was.state != "finished" and (log.total_epochs, log.total_steps) == (was.total_epochs, was.total_steps)
        early = max(BEGAN_AT_MOST, was.first or 0.0)
        goes_on = log.first is not None and (log.first > early or (not begun and log.first >= (was.progress or 0.0)))
        if self.resumes or (alike and goes_on):
            self.taken = False
        elif begun or log.first is not None:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """The outputs are another run's from here on: what was told since the end, where it began, is known of it."""
        output = self.outputs.main
        if not self._begun():
            output.reader = output.late or LogReader(output.patterns)
        for one in self.outputs.beside:
            one.reader = LogReader(output.patterns)
        self.nth, self.mark, self.taken, self.resumes = self.nth + 1, output.reader.mark, False, False
        self.began = self.began if self.group else None  # a search has found who goes on
        self.saved = self.died = output.late = output.earlier = None

    def moves(self) -> bool:
        """Whether it lives and somebody goes on with it: its processes, or who has just written."""
        grew = self.outputs.grew()
        return self.alive and bool(self.group or (grew is not None and time.monotonic() - grew < HOLD_S))

    def waits(self) -> bool:
        """Whether it has ended and its last words are still to be fetched: those of a container come late."""
        output = self.outputs.main
        return self.died is not None and isinstance(output, ContainerOutput) and output.wait_for(self.died)

    def folders(self) -> list[str]:
        """Where its checkpoints may be: below that which it runs in, and below that of its log."""
        cwd = self.group.leader.cwd if self.group else ""
        return sorted(folder for folder in {cwd, self.outputs.main.path.rpartition("/")[0]} if re.match("/.", folder))

    def age_s(self) -> Optional[float]:
        """Since its oldest process began, else since its output was made; None where that is not known."""
        return self.outputs.main.age_s if self.began is None else max(0.0, time.monotonic() - self.began)

    def take_saved(self, age_s: Optional[float]) -> None:
        """How old the newest checkpoint there is; one that is older than the run is of another."""
        now, run_s = time.monotonic(), self.age_s()
        self.saved = None if age_s is None or run_s is None or age_s > run_s + 1 else now - age_s  # in whole seconds

    def progress(self) -> Progress:
        return self.outputs.progress(self.alive)

    def report(self, explain: bool = False) -> RunReading:
        """What is known of it, with the news."""
        group = self.group
        reading = self.outputs.report(self.alive)
        told = telling(reading.progress) > 0
        self.over = not (self.alive or self.waits())
        reading = reading._replace(
            key=self.key, alive=not self.over, suspended=self.suspended, gpus=self.gpus,
            others=max(0, len(self.places) - 1),
            saved_s=None if self.saved is None else time.monotonic() - self.saved, nth=self.nth,
            explained=self.outputs.explain() if explain else None)
        if group is None:
            return reading if told else reading._replace(kind="unknown")
        return reading._replace(
            name=group.name(), kind="training" if told else group.kind(), command=masked(group.leader.argv),
            cwd=clean(group.leader.cwd), pid=group.leader.pid, memory_mib=group.ram_mib(), log_age_s=reading.age_s,
            age_s=self.age_s())


def file_name(path: str) -> str:
    """What a log is called among others: its folder (of W&B's copy the run's own), unless that says nothing."""
    folder, _, name = re.sub("/wandb/.*/", "/", path).rpartition("/")
    folder = folder.rpartition("/")[2]
    return clean(name if folder in NAMELESS else folder, 60)


def named_apart(readings: Mapping[str, RunReading]) -> dict[str, RunReading]:
    """Runs that would share a name are called by their outputs, where these differ: of a sweep in one folder each."""
    alike: dict[str, dict[str, str]] = {}
    for key, reading in readings.items():
        last = re.split("[/ ]", reading.log_path)[-1]
        alike.setdefault(reading.name, {})[key] = re.sub(r"\.[a-z]{2,5}$", "", last)
    own: dict[str, str] = {}
    for marks in alike.values():
        own.update(marks if len(set(marks.values())) == len(marks) > 1 else {})
    return {key: reading._replace(name=own.get(key) or reading.name) for key, reading in readings.items()}


class Searches:
    """When an instance is searched for runs; each time costs it up to 150 ms of CPU.

    That is at the start, when a GPU begins or ceases to be used, while processes are young or an output rests; no more
    than once a minute on the average, and once more for the GPUs.
    """

    def __init__(self) -> None:
        self.pids: set[int] = set()            # who runs,
        self.known: set[int] = set()           # ... and who did at the last search
        self.last = -math.inf                  # when that was
        self.stirred = -math.inf               # when processes last began or ended
        self.used_until = -math.inf            # each search uses up a minute of the time there is,
        self.news_until = -math.inf            # and so does each that news of the GPUs are the reason for
        self.used: dict[int, float] = {}       # MiB of each GPU that no run is known to hold,
        self.memory: dict[int, float] = {}     # ... the least since the last search
        self.news = False                      # one has more than that, or a run has ended: another may be there

    def see(self, pids: set[int], used: dict[int, float], ended: bool) -> None:
        """Who runs, what no run is known to hold of the GPUs, and whether a run has ended since the last time."""
        if pids != self.pids:
            self.stirred = time.monotonic()  # what is new may be a training: it opens its GPU long after its start
        self.pids, self.used = pids, used
        self.memory = {number_: min(mib, self.memory.get(number_, mib)) for number_, mib in used.items()}
        self.news = ended or any(mib > self.memory[number_] + GPU_ROSE_MIB for number_, mib in used.items())

    def due(self, trains: bool, rests: bool) -> bool:
        """Whether to search now: somebody `trains` who is known, the output of some run `rests` or is missing."""
        now = time.monotonic()
        if self.news and now - self.last >= SEARCH_SOON_S and now - self.news_until >= SEARCH_EVERY_S:
            self.news_until = self._used_up(self.news_until)
            return True
        if self.pids - self.known and not trains:
            return now - self.used_until >= SEARCH_EVERY_S and now - self.last >= SEARCH_SOON_S
        return now - self.last >= SEARCH_EVERY_S and (rests or now - self.stirred < STARTS_S)

    def begin(self) -> None:
        """One is made now."""
        self.last, self.used_until = time.monotonic(), self._used_up(self.used_until)
        self.known, self.memory = self.pids, self.used

    @staticmethod
    def _used_up(until: float) -> float:
        """Up to when the time there is has been used, once another is made; of those not made a few are saved."""
        return max(until, time.monotonic() - SEARCHES_SAVED * SEARCH_EVERY_S) + SEARCH_EVERY_S


class SshSession:
    """What is known of one instance over its shell: the runs there are, and where each was read up to.

    Workers use it one at a time: the monitor has at most one job for an instance in flight.
    """

    def __init__(self, instance_id: int, options: Options, commands: Commands,
                 container_log: Callable[[], str] = str) -> None:
        self.options = options
        self.shell = FarShell(instance_id, options, commands)
        self.container_log = container_log
        self.runs: dict[str, Followed] = {}
        self.left: list[Followed] = []         # those that made room and whose last words were not told yet
        self.main = ""                         # the key of the run that stands for the instance
        self.suspended: set[int] = set()       # processes, as was seen last
        self.searches = Searches()
        self.walked = -math.inf                # when logs of an ended run were looked for in all folders
        self.claimed: set[str] = set()         # files that are known to be of a run with processes
        self.looked_at = ""
        self.explains = options.explain        # readings say which line set what
        self.turns: dict[str, int] = {}        # by run: so many further is the output that the user wants
        self.throttle_asked = -math.inf
        self.notes: list[str] = []             # for --debug

    def poll(self, addresses: Sequence[Address]) -> Probe:
        """Ask once, over the open connection or a new one; raises SourceError."""
        shell = self.shell
        if shell.child is not None and shell.address in addresses:
            try:
                return self._look()
            except SourceError:  # an answer that comes later would be taken for that to the next question
                shell.close()
                raise
            except (EOFError, OSError):  # it was dropped since: connect anew at once
                pass
        shell.close()
        refusals = [] if addresses else [SourceError("the listing has no ssh address for it", "no ssh")]
        for address in addresses:
            try:
                shell.connect(address)
                return self._look()
            except SourceError as error:
                refusals.append(error)
            except (EOFError, OSError):
                refusals.append(SourceError("the connection broke off in the middle of an answer; it is tried again",
                                            "ssh closed"))
            shell.close()
        raise min(refusals, key=lambda error: error.short in ("ssh timeout", "ssh refused"))

    def close(self) -> None:
        self.shell.close()

    def _look(self) -> Probe:
        """One look at the instance: its figures, what each output gained, and which runs there are."""
        try:
            return self._look_once()
        except ValueError:
            raise SourceError(*GARBAGE) from None

    def _look_once(self) -> Probe:
        """The same; raises ValueError where an answer makes no sense."""
        self._turn()
        followed = [output for run in self.runs.values() for output in run.outputs.all()]
        asked = [output.questions() for output in followed]
        paths = [output.path for output in followed if output.path]
        groups = [run.group for run in self.runs.values() if run.group]
        watched = [str(process.pid) for group in groups for process in group.processes]
        head = ["gpus", f"disk {shlex.quote(paths[0] if paths else '/')}", "memory",
                f"pids {' '.join(watched[-ABOUT_MAX:])}", f"files {glob_words(self.options.log_paths)}"]
        seldom = self._seldom()
        blocks = self.shell.ask([*head, *seldom.values(), *(question for questions in asked for question in questions)],
                                ANSWER_MAX * (1 + len(followed)))
        gpus, disk, memory, pids, files = blocks[:len(head)]
        rest = iter(blocks[len(head):])
        of_seldom = dict(zip(seldom, rest))
        for output, questions in zip(followed, asked):
            self._read(output, list(islice(rest, len(questions))))
        throttled = self._take_seldom(of_seldom)  # by the ages that the outputs have now
        there, self.suspended = parse_pids(pids.text())
        live = self._live()
        for run in self.runs.values():
            run.see(there, self.suspended)
        found, matching = parse_gpus(gpus.text()), parse_files(files)
        self.searches.see(there, self._unheld(found), not all(run.alive for run in live))
        searched = self.options.find and self._search_due()
        if searched:
            self._search([file for file in matching if file.quiet_s < HOLD_S])
        self._follow_files(matching)
        if searched and not any(run.alive or run.waits() or not telling(run.progress()) for run in self.runs.values()):
            self._find_ended()
        return self._probe(Probe(gpus=found, disk_util=parse_disk(disk.text()),
                                 address=self.shell.address, ram=parse_memory(memory.text()), throttled=throttled))

    def _seldom(self) -> dict[str, str]:
        """What is asked besides, now and then, by the key of the run that it is about, "" of the GPUs."""
        now, due = time.monotonic(), {}
        if now - self.throttle_asked >= THROTTLE_EVERY_S:
            self.throttle_asked, due[""] = now, "throttle"
        for key, run in self.runs.items():
            age_s = run.age_s()
            if now - run.looked >= SAVED_EVERY_S and run.folders() and age_s is not None:
                run.looked = now
                due[key] = f"saved {age_s // 60 + 2:.0f} {' '.join(map(shlex.quote, run.folders()))}"
        return due

    def _take_seldom(self, blocks: Mapping[str, Block]) -> Optional[dict[int, str]]:
        """The answers; returns why GPUs have low clocks, None where that was not asked."""
        for key, block in blocks.items():
            if key:
                self.runs[key].take_saved(parse_saved(block))
        return parse_throttle(blocks[""].text()) if "" in blocks else None

    def _turn(self) -> None:
        """Follow those outputs of runs that the user asked for since."""
        for key in list(self.turns):
            step, run = self.turns.pop(key), self.runs.get(key)
            if run and len(run.places) > 1:
                output = self._open(step_on(run.places, run.outputs.main.place, step))
                run.chosen, run.outputs.main, run.outputs.beside = True, output, []
                run.mark = None

    def _read(self, output: RunOutput, blocks: Optional[Sequence[Block]] = None) -> None:
        """Bring an output up to date, with answers that are there already or by asking."""
        if isinstance(output, ContainerOutput):
            output.fetch(self.container_log)
            return
        if blocks is None:
            blocks = self.shell.ask(output.questions())
        if output.take(blocks):
            output.take(self.shell.ask(output.questions()))

    def _follow_files(self, files: Sequence[FarFile]) -> None:
        """What matches the globs and is written is a run, whoever writes it; else the newest shows the last one."""
        new = [file for file in files if file.quiet_s < HOLD_S and file.path not in self.claimed][:RUNS_MAX]
        if not new and not self.runs:
            new = list(files[:1])
        for file in new:
            place = file_spot(file.path)
            if place.key not in self.runs:
                self._add(Followed(place.key, self._first_read(place)))

    def _add(self, run: Followed) -> None:
        """Follow one more; what has ended makes room for it."""
        for key in [key for key, old in self.runs.items() if key == run.key or not (old.moves() or old.waits())]:
            old = self.runs.pop(key)
            self.left += [] if old.alive or old.over else [old]
        if len(self.runs) < RUNS_MAX:
            self.runs[run.key] = run

    def _live(self) -> list[Followed]:
        """The runs whose processes are known and live."""
        return [run for run in self.runs.values() if run.alive and run.group]

    def _probe(self, probe: Probe) -> Probe:
        """The probe with its runs: those that made room, then the main one, which ends last, then the others."""
        left, self.left = [run.report(self.explains) for run in self.left], []
        readings = named_apart({key: run.report(self.explains) for key, run in self.runs.items()})
        if readings:
            first = max(readings, key=lambda key: self._weight(key, readings[key]))
            if first != self.main:
                readings[first] = readings[first]._replace(fresh=True)
                self.main = first
            probe = probe._replace(runs=(*left, readings.pop(first), *readings.values()))
        vain = not any(telling(reading.progress) for reading in probe.runs)
        globs = f"files like {', '.join(self.options.log_paths)}"
        looked_at = "; ".join(filter(None, (self.looked_at, globs))) if vain else ""
        notes, self.notes = tuple(self.notes), []
        return probe._replace(looked_at=looked_at, notes=notes)

    def _weight(self, key: str, reading: RunReading) -> tuple[bool, bool, float]:
        """What makes a run the main one; whichever is stays so until another ends clearly later."""
        run, ends_in_s = self.runs[key], reading.ends_in_s()
        steady = 1.2 * ends_in_s + DOUBT_S if key == self.main else ends_in_s
        return run.moves(), telling(reading.progress) > 0, steady

    def _unheld(self, gpus: Sequence[Gpu]) -> dict[int, float]:
        """MiB of each GPU that no run is known to hold."""
        held = {number_ for run in self._live() for number_ in (range(GPUS_MAX) if run.gpus is None else run.gpus)}
        return {gpu.number: gpu.memory_used for gpu in gpus if gpu.memory_used is not None and gpu.number not in held}

    def _search_due(self) -> bool:
        """Whether runs are to be looked for now."""
        now, runs = time.monotonic(), self.runs.values()
        rests = any(not run.outputs.main.readable or now - (run.outputs.grew() or -math.inf) > DOUBT_S for run in runs)
        return self.searches.due(bool(self._live()), rests or not runs)

    def _search(self, live: Sequence[FarFile]) -> None:
        """Look for whoever trains, and for where it tells of it."""
        self.searches.begin()
        fds, whole = self._descriptors()
        holders = [pid for pid, its in fds.items() if any(gpu_node(fd) is not None for fd in its)]
        sure = bool(holders)
        if not holders:
            busy = [int(line.split()[1]) for line in self.shell.ask(["busiest"])[0].text().splitlines()
                    if re.fullmatch(r"\d{1,18} \d{1,9}", line, re.A)]
            fds = self._descriptors(busy)[0] if busy else {}
            holders = [pid for pid in busy if pid in fds]
        self.looked_at = f"who holds a GPU{'' if sure else ' (nobody), Pythons that are busy'}, where that writes"
        machine, started = self._machine(fds)
        groups = machine.groups([pid for pid in holders if pid in machine.processes])
        self.claimed = set() if whole else self.claimed
        for old in self.runs.values():
            if whole:
                old.let_go = old.held and not old.pids & set(holders)
            for output in old.outputs.all() if old.let_go and old.alive else ():
                self._read(output)  # it ended since that was read, and its last words say how
            old.see(self.searches.pids, self.suspended)
        for group in groups[:RUNS_MAX]:
            places = machine.places(group, live, len(groups) == 1)
            self.claimed |= {place.args[0] for place in places if place.kind == "file"}
            began = self.shell.began - (started - group.leader.start) / TICKS
            run = self._attach(group, places, began, sure)
            if run:
                if run.outputs.main.place.where:
                    self._read_beside(run, machine.beside(group, run.outputs.main.place))
                run.gpus, run.held, run.began = group.gpus(len(groups) > 1) if sure else None, sure, began

    def _read_beside(self, run: Followed, places: Mapping[Spot, bool]) -> None:
        """Read what else tells of a run; an end that is told there by now, while it runs, is one of before."""
        known, run.outputs.beside = {one.place: one for one in run.outputs.beside}, []
        for place, own in places.items():
            one = known.get(place)
            if one is None:
                one = self._first_read(place)
                one.own = own
                one.reader.forgive()
            run.outputs.beside.append(one)

    def _find_ended(self) -> None:
        """Where nobody trains: the run that ended last, as a terminal or a file still shows it.

        One that was followed gives way to a file that was written long after it, and is no output of its own.
        One that got on since it was found has not ended: who writes it cannot be seen.
        """
        for run in self.runs.values():
            if run.got_on():
                run.go_on()
                return
        shown = [] if self.runs else self._terminals()
        files = self._files(ENDED_IN, (*LEFT_BEHIND, "*.out", "*.txt"))
        if not self.runs and time.monotonic() - self.walked >= SAVED_EVERY_S:
            self.walked = time.monotonic()
            below = parse_files(self.shell.ask([f"left {' '.join(map(shlex.quote, ENDED_IN[:2]))}"])[0])
            files = sorted({*files, *(file for file in below if file.age_s - file.quiet_s >= WRITTEN_S)},
                           key=lambda file: file.quiet_s)
        known = {*self.runs, *(place.key for run in self.runs.values() for place in run.places)}
        grew = [at for at in (run.outputs.grew() for run in self.runs.values()) if at is not None]
        since_s = min([ENDED_S, *(time.monotonic() - at - NEXT_RUN_S for at in grew)])
        left = [file_spot(one.path) for one in files if one.quiet_s < since_s and file_spot(one.path).key not in known]
        places = (*shown[:PLACES_TRIED], *left[:PLACES_TRIED])
        outputs = [self._first_read(place, sample=True) for place in places]
        ended = [output for output in outputs if output.readable and telling(output.reader.progress()) >= TELLS_ENOUGH
                 and output.grew is not None and time.monotonic() - output.grew < ENDED_S]
        for output in sorted(ended, key=lambda one: one.grew or 0.0)[-1:]:
            run = Followed(output.place.key, output)
            run.outputs.beside = [one for one in outputs if written_beside(one, output)]
            run.find(output.lines[-1].text if output.lines else "")
            self._add(run)

    def _terminals(self) -> list[Spot]:
        """The panes of tmux and the windows of screen that there are: what has ended may still stand there."""
        panes, windows = self.shell.ask(["panes", "windows"])
        pids = [int(pid) for pid in windows.text().split() if re.fullmatch(r"\d{1,9}", pid, re.A)]
        fds = self._descriptors(pids)[0] if pids else {}
        machine = self._machine(fds)[0] if fds else Machine({}, {})
        places = dict.fromkeys(place for process in machine.processes.values() for place in machine.leads(process))
        return [*parse_panes(panes.text()).values(), *(place for place in places if place.kind == "window")]

    def _files(self, folders: Iterable[str], names: Sequence[str]) -> list[FarFile]:
        """The files of such names there, the newest first."""
        globs = glob_words(f"{folder}/{name}" for folder in folders for name in names)
        return parse_files(self.shell.ask([f"files {globs}"])[0])

    def _descriptors(self, pids: Iterable[int] = ()) -> tuple[dict[int, list[Fd]], bool]:
        """What these processes have open, or without any those that hold a GPU, and whether that is all of it."""
        said = self.shell.ask([f"descriptors {' '.join(map(str, pids))}"])[0].text()
        return parse_descriptors(said), said.split("\n")[-2:] == ["whole", ""]  # else it took too long, or is too long

    def _machine(self, fds: dict[int, list[Fd]]) -> tuple[Machine, int]:
        """The processes of these descriptors with their parents, and when the far shell began (ticks)."""
        processes: dict[int, Process] = {}
        started, wanted = 0, list(fds)[:ABOUT_MAX]
        for depth in range(PIPES_MAX + 1):
            names = " ".join(map(str, wanted))
            asked = [f"{name} {names}" for name in ("stats", "commands", "folders", "settings")]
            answers = self.shell.ask([*asked, f"descriptors {names}"] if depth else asked)
            fds.update(parse_descriptors(answers[4].text()) if depth else {})
            started, found = parse_stats(answers[0].text())
            processes.update(with_words(found, answers[1], answers[2], answers[3], fds))
            parents = {process.parent for process in processes.values()}
            wanted = [pid for pid in parents if pid > 1 and pid not in processes][:ABOUT_MAX]
            if not wanted:
                break
        sockets = {one.env["TMUX"].partition(",")[0] for one in processes.values() if "TMUX" in one.env}
        panes = self.shell.ask(["panes " + " ".join(map(shlex.quote, sorted(sockets)))])[0]
        return Machine(processes, parse_panes(panes.text())), started

    def _attach(self, group: Group, places: list[Spot], began: float, sure: bool) -> Optional[Followed]:
        """The run of a group: one that is followed already, or the place that tells most."""
        keys = {place.key for place in places}
        for key in [key for key, run in self.runs.items() if key in keys and not run.pids
                    and run.died is not None and run.died > began]:
            del self.runs[key]  # it was found ended while this process had not opened its GPU yet: it may be its own
        same = [run for run in self.runs.values() if run.group and run.pids & group.pids()]
        for run in self.runs.values():
            place = run.outputs.main.place
            if (run.chosen or (run.outputs.main.readable and telling(run.progress()))) and (
                    place.key in keys or run in same):
                run.take(group, places)
                return run
        output, seen = self._choose(group, places, time.monotonic() - began)
        if not sure and not (output and telling(output.reader.progress())):
            return None  # a Python that is busy with something else
        for run in self.runs.values():
            if output and run.outputs.main.place == output.place and not (run.alive and run.group):
                run.take(group, seen)
                return run
        for run in same:
            del self.runs[run.key]
        key = f"process {group.leader.pid}" if output is None or output.place.key in self.runs else output.place.key
        run = Followed(same[0].key if same else key, output, group)  # it stays the same run where its output moves
        run.places = seen
        self._add(run)
        return run

    def _choose(self, group: Group, places: list[Spot], age_s: float) -> tuple[Optional[RunOutput], list[Spot]]:
        """The output that tells most of a run, and the places that were seen; the first that tells enough is taken.

        Files beside the run come after those that it writes, and what costs most last.
        """
        best, near = None, False
        todo = sorted(places, key=lambda place: place.kind == "container")
        for tried in range(PLACES_TRIED):
            if not near and (tried >= len(todo) or todo[tried].kind == "container"):
                todo[tried:tried], near = self._near(group, todo, age_s), True
            if tried >= len(todo):
                break
            output = self._first_read(todo[tried], tried > 0, age_s)
            told = telling(output.reader.progress())
            self.notes.append(f"pid {group.leader.pid} {group.name()}: {output.place.where} tells {told} of 4"
                              + ("" if output.readable else ", not readable"))
            data = not told and todo[tried] not in places and output.path.endswith(TABLES)
            if output.readable and not data and (best is None or told > telling(best.reader.progress())):
                best = output
            if told >= TELLS_ENOUGH:
                break
        if best and best.sample and isinstance(best, FileOutput):
            best = self._first_read(best.place, False, age_s)
        return best, todo[:PLACES_MAX]

    def _first_read(self, place: Spot, sample: bool = False, age_s: Optional[float] = None) -> RunOutput:
        """An output as it is by now.

        What was written before a run of this age began, or stands above the command that began it, is none of it.
        """
        output = self._open(place, sample)
        self._read(output)
        rests_s = time.monotonic() - (output.wrote or math.inf) if output.path else 0.0
        if age_s is not None and (output.reader.typed or rests_s > age_s + LATER_S):
            output.reader.begin(Run())
        return output

    def _open(self, place: Spot, sample: bool = False) -> RunOutput:
        return OUTPUT_KINDS[place.kind](place, self.options.log_patterns, sample)

    def _near(self, group: Group, known: Sequence[Spot], age_s: float) -> list[Spot]:
        """Logs in the folder of a run that were written since it began, the newest first."""
        folder = re.sub(r"([*?\[\]])", r"[\1]", group.leader.cwd)  # a glob of it alone
        names = (*LEFT_BEHIND, *(f"*{table}" for table in TABLES))
        files = self._files([folder], names) if folder.startswith("/") else []
        places = [file_spot(file.path) for file in files if file.quiet_s < age_s]
        return [place for place in places if place not in known][:PLACES_TRIED]


def with_words(found: Mapping[int, Process], commands: Block, folders: Block, settings: Block,
               fds: Mapping[int, Sequence[Fd]]) -> dict[int, Process]:
    """Processes with their command lines, folders, chosen settings and descriptors."""
    argvs, envs = parse_sections(commands), parse_sections(settings)
    cwds = {int(pid): cwd for pid, cwd in re.findall(r" /proc/(\d{1,9})/cwd -> (.{1,4096})", folders.text(), re.A)}
    result = {}
    for pid, process in found.items():
        words = argvs.get(pid, "").rstrip("\0\n").split("\0")
        pairs = (line.partition("=") for line in envs.get(pid, "").split("\n"))
        result[pid] = process._replace(
            argv=tuple(words), cwd=cwds.get(pid, ""), fds=tuple(fds.get(pid, ())),
            env={name: value[:PATH_MAX] for name, same, value in pairs if same})
    return result


# -- whom the monitor asks

def own_of(options: Options, row: Row) -> Own:
    """What an instance has of its own."""
    names = show_id(row.id), row.label
    return next((own for own in options.owns if any(
        glob_pattern(pattern).fullmatch(name) for pattern in own.match for name in names)), Own(()))


def host_row(host: Host, options: Options, status: str, gpu: str) -> Row:
    """A plain host as a row of the listing, with the price that the user knows."""
    row = Row(HostId(host.name), status, gpu=gpu, host=host.host, watch=True,
              addresses=(Address(host.host, host.port, host.user),))
    return row._replace(running_rate=own_of(options, row).rate)


class VastSource:
    """The real fleet: the CLI or the API for the account, where it is wanted, and an ssh session for each machine."""

    def __init__(self, options: Options, commands: Commands, account: bool = True) -> None:
        self.options = options
        self.commands = commands
        self.vast = choose_account(options.source, commands) if account else None
        if self.vast:
            self.account, self.charges = self.vast.account, self.vast.charges
            self.volumes, self.rises = self.vast.volumes, self.vast.rises
        self.sessions: dict[int, SshSession] = {}
        self.sharing: frozenset[int] = frozenset()  # whose connection ends with each answer

    def instances(self) -> Listing:
        """All instances of the account."""
        rows = [(row, own_of(self.options, row).rate) for row in (self.vast.instances().rows if self.vast else ())]
        return Listing(tuple(row if rate is None else row._replace(running_rate=rate) for row, rate in rows))

    def probe(self, row: Row) -> Probe:
        """Ask the instance itself; raises SourceError."""
        if row.id not in self.sessions:
            own = own_of(self.options, row)
            options = self.options._replace(log_patterns=own.log_patterns or self.options.log_patterns)
            if own.log_paths:
                options = options._replace(log_paths=own.log_paths, find=False)
            self.sessions[row.id] = SshSession(row.id, options, self.commands, str if isinstance(
                row.id, HostId) else partial(VastCli(self.commands).log, row.id))
        try:
            probe = self.sessions[row.id].poll(row.addresses)
        finally:
            if row.id in self.sharing:
                self.sessions[row.id].close()
        if row.start is None:
            return probe
        most = max(0.0, time.time() - row.start)  # no output over there is older than the contract
        return probe._replace(runs=tuple(
            run if run.quiet_s is None else run._replace(quiet_s=min(run.quiet_s, most)) for run in probe.runs))

    def shell(self, instance_id: int, address: Address) -> str:
        """Leave the terminal to a shell on the instance; returns why there was none, or ''."""
        return self.commands.foreground(ssh_argv(self.options, instance_id, address))

    def forget(self, instance_id: int) -> None:
        """End the connection to an instance that no longer runs; its place in the log stays."""
        if instance_id in self.sessions:
            self.sessions[instance_id].close()


# ---- History: what was known before, in a file that outlives the monitor --------------------


HISTORY_IS, HISTORY_VERSION = 0x544D4F4E, 1  # "TMON": what tells such a file from others
HISTORY_SCHEMA = f"""
CREATE TABLE instance (name TEXT PRIMARY KEY, time REAL, kept TEXT);
CREATE TABLE day (day TEXT, name TEXT, label TEXT, dollars REAL DEFAULT 0, wasted REAL DEFAULT 0,
                  epochs REAL DEFAULT 0, finished INTEGER DEFAULT 0, failed INTEGER DEFAULT 0,
                  exited INTEGER DEFAULT 0, PRIMARY KEY (day, name));
CREATE TABLE event (time REAL, kind TEXT, name TEXT, text TEXT, level TEXT, label TEXT);
CREATE TABLE writer (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT, until REAL);
PRAGMA application_id = {HISTORY_IS};
PRAGMA user_version = {HISTORY_VERSION};
"""
REPORTED = ("dollars", "wasted", "epochs", "finished", "failed", "exited")


class History:
    """A SQLite file. Workers use it one at a time; all that one writes is in one transaction."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.node = os.uname().nodename
        self.me = f"{self.node} {os.getpid()} {os.urandom(4).hex()}"
        self.base: Any = None
        self.known = False                   # what was before
        self.told: dict[str, Kept] = {}      # what was written last, here or by another monitor meanwhile,
        self.told_until = 0.0                # ... and until when (epoch s)

    def exchange(self, wall: float, kept: Sequence[Kept], events: Sequence[Event]) -> Remembered:
        """Write what changed; the first time read what was known before. Raises SourceError: then nothing was done."""
        import sqlite3  # needed with a history alone
        try:
            self.base = self.base or self.open()
            with self.base:
                self.base.execute("BEGIN IMMEDIATE")
                if self._taken(wall):
                    self.told.update((one.name, one) for one in kept)
                    self.told_until = wall
                    raise BlockingIOError("another monitor keeps it; this one will when that has ended")
                memory = Remembered({}, ()) if self.known else self._read()
                for name, (_, old) in memory.instances.items():
                    self.told.setdefault(name, old._replace(spent=0.0))
                self._write(wall, kept, [event for event in events if event.wall > self.told_until])
            self.told.update((one.name, one) for one in kept)
            self.known = True
            return memory
        except (sqlite3.Error, OSError, ValueError, TypeError) as problem:
            self.close()
            short = "taken" if isinstance(problem, BlockingIOError) else "history"
            said = getattr(problem, "strerror", "") or f"{problem}; nothing of it is lost"
            raise SourceError(f"{self.path}: {said}", short) from None

    def open(self) -> Any:
        """The file, made where there is none; raises ValueError when it is not ours, sqlite3.Error and OSError."""
        import sqlite3
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        base = sqlite3.connect(self.path, timeout=HISTORY_WAIT_S, check_same_thread=False, isolation_level=None)
        try:
            if not base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                base.executescript(f"BEGIN IMMEDIATE; {HISTORY_SCHEMA} COMMIT;")
            self.check(base)
        except BaseException:
            base.close()
            raise
        return base

    @staticmethod
    def check(base: Any) -> None:
        """Raise ValueError when it is not ours."""
        owner, version = (base.execute(f"PRAGMA {what}").fetchone()[0] for what in ("application_id", "user_version"))
        if (owner, version) != (HISTORY_IS, HISTORY_VERSION):
            raise ValueError("it is no history of this program" if owner != HISTORY_IS else
                             f"another version of this program keeps it (schema {version})")

    def close(self) -> None:
        """Let another monitor have the file."""
        if self.base is not None:
            with suppress(Exception):
                self.base.execute("DELETE FROM writer WHERE name = ?", (self.me,))
            with suppress(Exception):
                self.base.close()
        self.base = None

    def _taken(self, wall: float) -> bool:
        """Whether another monitor writes; else this one does from now on."""
        for name, until in self.base.execute("SELECT name, until FROM writer"):
            node, pid, _ = name.split()
            died = node == self.node and os.path.exists("/proc/self") and not os.path.exists(f"/proc/{pid}")
            if name != self.me and wall < until < wall + DAY_S and not died:
                return True
        self.base.execute("INSERT OR REPLACE INTO writer VALUES (1, ?, ?)", (self.me, wall + 3 * HISTORY_EVERY_S))
        return False

    def _read(self) -> Remembered:
        """What was known before."""
        instances = {name: (then, to_kept(text))
                     for name, then, text in self.base.execute("SELECT name, time, kept FROM instance")}
        events = [Event(then, kind, to_id(name), text, level, label) for then, kind, name, text, level, label in
                  self.base.execute("SELECT * FROM event ORDER BY time DESC LIMIT ?", (EVENTS_MAX,))]
        return Remembered(instances, events[::-1])

    def _write(self, wall: float, kept: Sequence[Kept], events: Sequence[Event]) -> None:
        """What is new: of each instance its state and its day, each event; what is too old goes."""
        day, run = clock(wall, form=DAY_FORM), self.base.execute
        tally = Counter((event.kind, show_id(event.instance_id)) for event in events if event.instance_id is not None)
        for one in kept:
            old = self.told.get(one.name, Kept(one.name, "", None, 0.0, 0.0, 0.0, 0.0, False, {}))
            spent = max(0.0, one.spent - old.spent)
            epochs = sum(max(0.0, done - old.runs.get(key, (first,))[0]) for key, (done, first, _) in one.runs.items())
            ends = [tally[kind, one.name] for kind in ("finished", "failed", "exited")]
            if one != old:
                run("INSERT OR REPLACE INTO instance VALUES (?, ?, ?)", (one.name, wall, json.dumps(one)))
            if spent or epochs or any(ends):
                run("INSERT OR IGNORE INTO day (day, name) VALUES (?, ?)", (day, one.name))
                run(f"UPDATE day SET label = ?, {', '.join(f'{what} = {what} + ?' for what in REPORTED)} "
                    "WHERE day = ? AND name = ?", (one.label, spent, spent * one.wasted, epochs, *ends, day, one.name))
        self.base.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", [
            (event.wall, event.kind, None if event.instance_id is None else show_id(event.instance_id), event.text,
             event.level, event.label) for event in events])
        run("DELETE FROM event WHERE rowid <= (SELECT max(rowid) FROM event) - ?", (HISTORY_EVENTS,))
        run("DELETE FROM instance WHERE time < ?", (wall - HISTORY_DAYS * DAY_S,))
        run("DELETE FROM day WHERE day < ?", (clock(wall - HISTORY_DAYS * DAY_S, form=DAY_FORM),))

    def days_since(self, since: str) -> list[tuple[Any, ...]]:
        """(day, id, label, *REPORTED) of each instance and day from one on ('2025-01-14'); raises SourceError."""
        import sqlite3
        from urllib.parse import quote
        try:
            open(self.path, "rb").close()  # for its reason, which sqlite does not tell
            path = quote(os.fsencode(os.path.abspath(self.path)))
            base = sqlite3.connect(f"file://{path}?mode=ro", uri=True, timeout=HISTORY_WAIT_S)
            with closing(base):
                self.check(base)
                return list(base.execute(f"SELECT day, name, label, {', '.join(REPORTED)} FROM day WHERE day >= ? "
                                         "ORDER BY day, name", (since,)))
        except FileNotFoundError:
            raise SourceError(f"{self.path}: there is none yet; a watch with --history {self.path} makes it") from None
        except (sqlite3.Error, OSError, ValueError) as problem:
            raise SourceError(f"{self.path}: {error_text(problem)}") from None


def to_kept(text: str) -> Kept:
    """What was kept of an instance, from its JSON; raises ValueError."""
    kept = Kept(*json.loads(text))
    return kept._replace(runs={
        key: (done, first, Curves._make([tuple(map(tuple, train)), tuple(map(tuple, val)), {}, unit]))
        for key, (done, first, (train, val, _, unit)) in kept.runs.items()})


def to_id(name: Optional[str]) -> Optional[int]:
    """The other way round than `show_id`."""
    return None if name is None else int(name) if name.isdecimal() else HostId(name)


def thinned(points: Sequence[Point]) -> tuple[Point, ...]:
    """A curve with few enough points, the last one among them."""
    return tuple(points[-1::-1 - len(points) // HISTORY_POINTS][::-1])


def with_past(past: Curves, new: Curves) -> Curves:
    """Curves with what was known of the time before they begin."""
    if past.unit != new.unit and (new.train or new.val):
        return new
    train, val = ((*(point for point in old if not now or point[1] < now[0][1]), *now)
                  for old, now in ((past.train, new.train), (past.val, new.val)))
    return new._replace(unit=past.unit, train=train, val=val)


def kept_of(m: TrainingMetrics, now: Moment) -> Kept:
    """What is kept of an instance."""
    runs = {run.key: (run.log.epochs_done or 0.0, run.epochs_before, run.curves._replace(
        train=thinned(run.curves.train), val=thinned(run.curves.val), others={}))
        for run in m.runs if run.told is not None}
    bill = m.bill
    until = None if bill.reckoned is None else round(now.wall - (now.mono - bill.reckoned), 1)
    return Kept(show_id(m.instance_id), label_of(m), bill.total, bill.doubt, bill.watched_s, bill.estimated_s,
                bill.spent, wasted(m, now) is not None, runs, bill.rate, m.row.traffic if m.row else None, until)


# ---- Simulation: a fleet that is made up, asked as a real one is ----------------------------


MockLog = Callable[[random.Random], Iterator[tuple[float, str]]]  # (seconds since the simulation began, text)


def mock_log(steps: range, begins: float, every_s: float, text: Callable[[int, random.Random], str],
             ends: float = 0.0, end: str = "") -> MockLog:
    """A text for each step, so many seconds apart, and how it ends."""
    def log(rnd: random.Random) -> Iterator[tuple[float, str]]:
        yield from ((begins + every_s * step, text(step, rnd)) for step in steps)
        if end:
            yield ends, end
    return log


def mock_plain(step: int, rnd: random.Random) -> str:
    """The plain format, 20 epochs of 150 steps."""
    epoch, loss = step // 150 + 1, 0.9 + 2.4 / (1 + step / 150) + rnd.uniform(-0.03, 0.03)
    begin = "Training started on 2x RTX 4090\n" * (step == 0) + f"Epoch {epoch}/20\n" * (step % 150 == 0)
    text = (f"Step {100 * step + 100}: Loss = {loss:.4f}, LR = {2e-4 * (1 - step / 3000):.3g}, "
            f"grad_norm = {rnd.uniform(0.6, 1.4):.2f}, {rnd.gauss(5120, 40):.0f} tokens/s\n")
    if step % 150 == 149:
        text += f"Epoch {epoch}/20 completed: val_loss = {loss + 0.07 + rnd.uniform(-0.01, 0.03):.4f}\n"
    return begin + text


def mock_bars(step: int, rnd: random.Random) -> str:
    """A progress bar of 250 steps for each of 10 epochs."""
    epoch, at = (step - 1) // 250 + 1, (step - 1) % 250 + 1
    spent, left = (f"{4 * n // 60:02d}:{4 * n % 60:02d}" for n in (at, 250 - at))
    text = (f"\rEpoch {epoch}/10: {at * 100 // 250:3d}%|{'█' * (at // 25):<10}| {at}/250 [{spent}<{left},  4.00s/it, "
            f"loss={0.3 + 1.9 / (1 + step / 120) + rnd.uniform(-0.02, 0.02):.4f}]")
    if at == 250:
        text += f"\nval_loss: {0.4 + 1.9 / (1 + step / 120):.4f} val_acc: {0.5 + step / 2500:.4f}\n"
    return text


def mock_trainer(step: int, rnd: random.Random, seconds: float) -> str:
    """A bar of 1,000 steps that take so long each, and a line for every tenth."""
    spent, left = timedelta(seconds=step * seconds), timedelta(seconds=(1000 - step) * seconds)
    text = f"\r{step // 10:3d}%|{'█' * (step // 100):<10}| {step}/1000 [{spent}<{left}, {seconds:5.2f}s/it]"
    loss = 1.1 + 1.6 / (1 + step / 80) + rnd.uniform(-0.02, 0.02) + seconds / 100
    if step % 10 == 0:
        text += (f"\n{{'loss': {loss:.4f}, 'grad_norm': {rnd.uniform(0.5, 2):.3f}, "
                 f"'learning_rate': {1e-4 * (1 - step / 1000):.3e}, 'epoch': {step / 500:.2f}}}\n")
    if step % 100 == 0:
        text += (f"{{'eval_loss': {loss + 0.05:.4f}, 'eval_accuracy': {0.4 + step / 4000:.4f}, "
                 f"'epoch': {step / 500:.2f}}}\n")
    return text


MOCK_PLAIN = mock_log(range(3000), 55 - 5 * 1500, 10, mock_plain, 46 + 15 * 1500, "Training finished\n")
MOCK_BARS = mock_log(range(1, 591), -3680, 4, mock_bars)  # they stopped 22 minutes ago, in the third epoch
MOCK_MEMORY = mock_log(  # dicts, until the memory runs out
    range(10, 910, 10), -2400, 2,
    lambda step, rnd: f"{{'loss': {1.1 + 1.2 / (1 + step / 150):.4f}, 'grad_norm': {rnd.uniform(0.5, 2):.3f}, "
                      f"'learning_rate': {2e-5 * (1 - step / 3000):.3e}, 'epoch': {step / 1000:.2f}}}\n",
    -580, 'Traceback (most recent call last):\n  File "train.py", line 178, in main\n    loss.backward()\n'
          "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.96 GiB.\n")
MOCK_JSON = mock_log(range(1, 601), 60, 9, lambda step, rnd: json.dumps({  # from the moment the instance is up
    "step": step, "total_steps": 600, "epoch": round(step / 200, 2), "lr": 3e-4,
    "loss": round(0.9 + 6 / (1 + step / 20) + rnd.uniform(-0.05, 0.05), 4)}) + "\n")
MOCK_FAILING = mock_log(  # within a minute
    range(1, 341), -1660, 5, lambda step, rnd: f"INFO train: step {step}/500 loss={0.12 + 0.3 / (1 + step / 60):.4f} "
    f"lr=0.0001 {rnd.gauss(12.8, 0.1):.2f} images/s\n",
    42, 'Traceback (most recent call last):\n  File "train.py", line 9, in validate\nKeyError: \'labels\'\n')


class MockRun(NamedTuple):
    """A simulated run: what was started, what it writes, and where that is found."""

    command: str
    folder: str
    log: MockLog = lambda rnd: iter(())
    places: tuple[Spot, ...] = ()       # the first one is followed; none: nobody can read it
    gpus: Optional[tuple[int, ...]] = None  # None: all


class MockInstance(NamedTuple):
    """A simulated instance with its runs."""

    status: str
    label: str
    gpu: str
    running_rate: float
    hours: float                        # since its contract began
    runs: tuple[MockRun, ...] = ()
    gpu_util: float = 91.0
    up_at: float = 0.0                  # seconds from the start on, when it changes to running
    memory: float = 24564               # MiB of each GPU
    power: float = 450                  # W, its limit


def mock_file(label: str) -> tuple[Spot, ...]:
    return (file_spot(f"/workspace/output/{label}/training.log"),)


def mock_sweep(name: str, seconds: float, gpus: tuple[int, ...]) -> MockRun:
    """One of several runs on an instance; an hour and three quarters of it are over."""
    log = mock_log(range(1, 1001), -6300, seconds, partial(mock_trainer, seconds=seconds), 1000 * seconds - 6299,
                   "{'train_runtime': 12000.0, 'train_loss': 1.3, 'epoch': 2.0}\n")
    return MockRun(f"python sweep.py --run-name {name}", "/workspace/sweep", log,
                   (file_spot(f"/workspace/sweep/{name}/out.log"),), gpus)


# Each shows something else: in tmux, stalled, yet to start, out of memory, about to fail, two runs, none to be read.
MOCK_RUNS = (
    MockInstance("running", "llm/sft", "2xRTX 4090", 0.812, 2.3, (MockRun(
        "python train.py --config configs/llama.yaml", "/workspace/llama-ft", MOCK_PLAIN,
        (Spot("pane", ("/tmp/tmux-0/default", "%0"), "tmux pane train:0.0"),
         file_spot("/workspace/llama-ft/wandb/latest-run/files/output.log"))),)),
    MockInstance("running", "cv/vit-b", "A100 80GB", 1.104, 1.4, (MockRun(
        "python main.py --arch vit_b", "/workspace/vit-b", MOCK_BARS, mock_file("vit-b")),),
        0, memory=81920, power=300),
    MockInstance("loading", "llm/70b", "8xH100 SXM", 12.80, 0.07, (MockRun(
        "torchrun --nproc-per-node 8 pretrain.py", "/workspace/llama-70b", MOCK_JSON, mock_file("llama-70b")),),
        88, up_at=60, memory=81559, power=700),
    MockInstance("created", "eval", "2xA6000", 0.740, 0.02),
    MockInstance("exited", "probe", "RTX 3090", 0.220, 0.8, (MockRun(
        "python train.py", "/workspace/probe", MOCK_MEMORY, mock_file("probe")),)),
    MockInstance("running", "cv/lora", "RTX 4090", 0.406, 0.6, (MockRun(
        "accelerate launch train_lora.py", "/workspace/sdxl-lora", MOCK_FAILING,
        (file_spot("/workspace/sdxl-lora/nohup.out"),)),), 85),
    MockInstance("running", "llm/sweep", "4xA100 SXM", 3.280, 2.1, (
        mock_sweep("lr1e-4", 9.0, (0, 1)), mock_sweep("lr3e-4", 12.0, (2, 3))), 89, memory=81920, power=300),
    MockInstance("running", "rl-agent", "RTX 4090", 0.391, 0.5, (MockRun(
        "python -m rl.train --quiet", "/workspace/rl-agent"),), 64),
)


class MockOutput(RunOutput):
    """What a simulated run writes as time goes on."""

    def __init__(self, place: Spot, options: Options, log: Iterator[tuple[float, str]], began: Moment) -> None:
        super().__init__(place, options.log_patterns)
        self.log, self.began = log, began
        self.ahead = next(log)       # the text that comes next, and when
        self.first = self.ahead[0]

    def write(self, age_s: float) -> None:
        """Go on until so many seconds after the start of the simulation."""
        lines: list[LogLine] = []
        while self.ahead[0] <= age_s:
            at, text = self.ahead
            self.reader.feed(text, self.began.wall + at)
            lines += self.tail.feed(text, self.began.wall + at)
            self.bytes, self.grew, self.readable = self.bytes + len(text), self.began.mono + at, True
            self.ahead = next(self.log, (math.inf, ""))
        self.lines, self.age_s = lines[-LOG_LINES:], age_s - self.first


class MockSession(SshSession):
    """A simulated instance, asked as a real one is."""

    def __init__(self, instance_id: int, options: Options, commands: Commands, instance: MockInstance, seed: int,
                 began: Moment) -> None:
        super().__init__(instance_id, options, commands)
        self.instance, self.seed, self.began = instance, seed + instance_id, began
        self.looked_at = "who holds a GPU, where that writes"
        for i, run in enumerate(instance.runs):
            pid = 700 + 31 * i
            group = Group((Process(pid, argv=tuple(run.command.split()), cwd=run.folder, ram=800_000),))
            output = self._open(run.places[0]) if run.places else None
            followed = Followed(output.place.key if output else f"process {pid}", output, group)
            followed.gpus, followed.places = run.gpus, list(run.places)
            followed.began = began.mono + (output.first if output else -1500)
            self.runs[followed.key] = followed

    def _open(self, place: Spot, sample: bool = False) -> MockOutput:
        log = next(run.log for run in self.instance.runs if place in run.places)
        return MockOutput(place, self.options, log(random.Random(self.seed)), self.began)

    def poll(self, addresses: Sequence[Address]) -> Probe:
        """The simulated GPUs, and what the logs have gained."""
        self._turn()
        age_s, instance = time.monotonic() - self.began.mono, self.instance
        outputs = [run.outputs.main for run in self.runs.values() if isinstance(run.outputs.main, MockOutput)]
        for output in outputs:
            output.write(age_s)
        wave = random.Random(f"{self.seed} {int(age_s)}")
        over = any(output.ahead[0] == math.inf for output in outputs)
        utils = [0.0 if over else max(0.0, instance.gpu_util + wave.uniform(-3, 3))
                 for _ in range(int(to_number(instance.gpu.partition("x")[0]) or 1))]
        gpus = tuple(Gpu(i, instance.gpu, util, (0.81 + 0.01 * i) * instance.memory, instance.memory, 35 + util // 3,
                         50 + (instance.power - 90) * util / 100, instance.power) for i, util in enumerate(utils))
        return self._probe(Probe(gpus if instance.status != "exited" else (), 31.0, address=addresses[0],
                                 ram=(21 * 2.0 ** 30, 64 * 2.0 ** 30)))


class MockSource(VastSource):
    """A simulated fleet: the same from every start, without network, CLI and ssh."""

    def __init__(self, options: Options, commands: Commands, ids: Sequence[int] = MOCK_IDS,
                 seed: int = MOCK_SEED) -> None:
        super().__init__(options, commands, account=False)
        self.began = Moment.now()
        places = ((key, MOCK_IDS.index(key) if key in MOCK_IDS else i) for i, key in enumerate(ids))
        self.simulated = {key: MOCK_RUNS[i % len(MOCK_RUNS)] for key, i in places}
        for key, instance in self.simulated.items():
            self.sessions[key] = MockSession(key, options, commands, instance, seed, self.began)

    def instances(self) -> Listing:
        """The rows as they are by now."""
        age_s, rows = time.monotonic() - self.began.mono, []
        for i, (key, instance) in enumerate(self.simulated.items()):
            status = "running" if instance.up_at and age_s >= instance.up_at else instance.status
            rows.append(Row(
                id=key, status=status, label=instance.label, gpu=instance.gpu, message="simulated",
                running_rate=instance.running_rate, storage_rate=0.02, reliability=0.998, disk_util=31.0,
                start=self.began.wall - 3600 * instance.hours, end=self.began.wall + 5 * DAY_S, place="Sweden, SE",
                image="pytorch/pytorch:latest", host=str(1000 + i % 3), addresses=(Address("203.0.113.7", 40000 + i),),
                watch=status in ("exited", "running")))
        return Listing(tuple(rows))

    def account(self) -> Account:
        return Account(124.14, False)

    def charges(self, since: float) -> Charges:
        """What was billed until the simulation began: while loading only the disk."""
        rates = {key: instance.running_rate if instance.runs and not instance.up_at else 0.02
                 for key, instance in self.simulated.items()}
        return Charges(since, {key: (rates[key] * instance.hours, self.began.wall)
                               for key, instance in self.simulated.items()})

    def volumes(self) -> float:
        return 0.0

    def rises(self) -> dict[int, float]:
        return {}

    def shell(self, instance_id: int, address: Address) -> str:
        return "a simulated instance has no shell"


# ---- Monitor: who is due, the worker threads, what readings change ------------------------------


def complain(text: str) -> None:
    """Say on stderr what is amiss."""
    print(f"training_monitor: {text}", file=sys.stderr)


class Journal:
    """What happens, for a file or stderr, one line each in the form of the logging module.

    That module would do it too, and make every start a fifth longer.
    """

    LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

    def __init__(self, stream: Optional[TextIO] = None, least: str = "WARNING") -> None:
        self.stream = stream
        self.least = self.LEVELS.index(least)
        self.broken = False        # the file could not be written, which was said

    def say(self, level: str, text: str) -> None:
        """Write one line, unless its level is below the least that is wanted."""
        if self.stream is not None and self.LEVELS.index(level) >= self.least:
            now = time.time()
            stamp = clock(now, form=TIME_FORM)
            try:
                self.stream.write(f"{stamp},{int(now * 1000) % 1000:03d} - training_monitor - {level} - {text}\n")
                self.stream.flush()
            except (OSError, ValueError) as problem:  # the log must not end the watch
                if self.stream is not sys.stderr and not self.broken:
                    self.broken = True
                    complain(f"cannot write the log file: {error_text(problem)}")

    def close(self) -> None:
        """Write no more; a file is closed."""
        stream, self.stream = self.stream, None
        if stream is not None and stream is not sys.stderr:
            with suppress(OSError):  # what could not be written was said
                stream.close()


def internal_error(bug: BaseException) -> str:
    """What is said of an error of this program itself, with the last line of this file on the way to it."""
    where, line = bug.__traceback__, 0
    while where:
        if where.tb_frame.f_code.co_filename == internal_error.__code__.co_filename:
            line = where.tb_lineno
        where = where.tb_next
    return clean(f"internal error in line {line}: {type(bug).__name__}: {bug} (please report it)")


class Job(NamedTuple):
    """Work for a thread: `work` returns what the reading holds, or raises SourceError."""

    key: Union[str, int]
    work: Callable[[], Value]


class Task:
    """What is asked again and again: when it is due, and since when it fails; times are of the mono clock."""

    def __init__(self, due: float, every_s: float, retry_max_s: float, work: Callable[[], Callable[[], Value]],
                 apply: Callable[[Reading, Moment], None], seldom: bool = False) -> None:
        self.due = due
        self.every_s = every_s
        self.retry_max_s = retry_max_s  # between two, at most, while it fails
        self.work = work           # called by the main thread: what a worker is to do, and
        self.apply = apply         # ... what its reading changes
        self.seldom = seldom       # never asked because a user refreshes
        self.started = self.answered = 0.0
        self.running = False
        self.failing_since: Optional[float] = None
        self.late_failures = 0     # those after the patience had ended

    def hasten(self, now: float) -> None:
        """Have it asked now, unless it just was."""
        self.due = min(self.due, max(now, self.started + INTERVAL_MIN_S))

    def schedule(self, now: float, failed: bool, patience_s: float = PATIENCE_S) -> None:
        """Set the next time: every interval; what fails for longer than `patience_s` ever later, with jitter."""
        self.running, self.answered = False, now
        self.due = max(now, self.started + self.every_s)
        if not failed:
            self.failing_since, self.late_failures = None, 0
            return
        if self.failing_since is None:
            self.failing_since = self.started
        if now - self.failing_since > patience_s:
            self.late_failures += 1
            wait_s = min(self.every_s * 2.0 ** min(30, self.late_failures), max(self.every_s, self.retry_max_s))
            self.due = now + wait_s * random.uniform(0.75, 1)


# An API in trouble has been seen to answer with an empty list: a second one is believed.
EMPTY = "the listing is suddenly empty: asking again before believing it"
NO_THREAD = "this machine starts no more threads: see ulimit -u and free memory"


def work(jobs: "queue.SimpleQueue[Optional[Job]]", deliver: Callable[[Reading], None]) -> None:
    """The life of a worker thread, which ends where None waits. A failure is a reading, whatever it was."""
    for job in iter(jobs.get, None):
        began = time.monotonic()
        try:
            value, error, short = job.work(), "", ""
        except SourceError as problem:
            value, error, short = None, str(problem), problem.short
        except Exception as bug:  # a worker must not die of one odd answer
            value, error, short = None, internal_error(bug), "bug"
        deliver(Reading(job.key, value, time.monotonic() - began, clean(error), short))


class VastAIMonitor:
    """Watches instances: `instance_ids`, or with None all of the account.

    One thread, that of the caller, owns all that is known (`fleet`); workers bring readings.
    """

    def __init__(self, instance_ids: Optional[Iterable[int]] = None, use_mock: bool = False,
                 options: Optional[Options] = None, journal: Optional[Journal] = None,
                 clock: Callable[[], Moment] = Moment.now) -> None:
        self.clock = clock
        self.instance_ids = None if instance_ids is None else list(instance_ids)
        self.options = options = options or Options()
        self.journal = journal or Journal()
        self.commands = Commands()
        self.hosts: dict[int, Host] = {HostId(host.name): host for host in options.hosts}
        self.source = (MockSource(options, self.commands, MOCK_IDS if self.instance_ids is None else self.instance_ids)
                       if use_mock else VastSource(options, self.commands, self.instance_ids != [] or not self.hosts))
        self.fleet = Fleet()
        self.fleet.budget = options.budget
        self.metrics = self.fleet.metrics
        for instance_id in (*(self.instance_ids or ()), *self.hosts):
            self._add(instance_id)
        self.tasks: dict[Union[str, int], Task] = {}
        self.history = History(options.history) if options.history else None
        self.remembered: dict[str, tuple[float, Kept]] = {}  # what of it waits for its instance
        self.history_trouble = ""
        self.kept = self.keeping = 0                # events that are in the history, and with those on their way there
        # What waits for a worker: questions to the API apart from those to instances, which may hang.
        self.account_jobs: queue.SimpleQueue[Optional[Job]] = queue.SimpleQueue()
        self.probe_jobs: queue.SimpleQueue[Optional[Job]] = queue.SimpleQueue()
        self.inbox: queue.SimpleQueue[Reading] = queue.SimpleQueue()
        self.wake: Callable[[], None] = lambda: None  # tells whoever waits for something else that a reading came
        self.workers = 0                            # threads; the first is kept for the account
        self.rounds = 0                             # completed refreshes
        self.round_began = 0.0
        self.awaited: set[Union[str, int]] = set()  # answers still missing in the present one
        self.paused_at: Optional[float] = None
        self.charged_since = 0.0                    # epoch s, the beginning of the oldest instance
        self.forced: set[Union[str, int]] = set()   # what is to be asked once though it is paused
        self.after_refresh: list[Callable[[], None]] = []  # called when a refresh is complete
        self.unwritten: dict[str, str] = {}         # files of ours, and why each could not be written last, or ''
        self._begin(clock())

    def _begin(self, now: Moment) -> None:
        """Plan what is asked, and the plain hosts, which need no listing."""
        self.clock_set: Optional[float] = None  # the day's clock less the other one, at the first listing
        self.tasks.update({  # a new question is a row
            "listing": Task(0.0, self.options.interval_s, RETRY_MAX_S, lambda: self.source.instances,
                            self._apply_listing),
            "account": Task(0.0, BALANCE_EVERY_S, RETRY_MAX_S, lambda: self.source.account, self._apply_account, True),
            "charges": Task(TIME_MAX, CHARGES_EVERY_S, CHARGES_RETRY_S,  # this and volumes wait for the listing
                            lambda: partial(self.source.charges, self.charged_since), self._apply_charges, True),
            "volumes": Task(TIME_MAX, CHARGES_EVERY_S, CHARGES_RETRY_S, lambda: self.source.volumes,
                            self._apply_volumes, True),
            "rises": Task(now.mono + self.options.interval_s, CHARGES_EVERY_S, CHARGES_RETRY_S,  # for details alone
                          lambda: self.source.rises, self._apply_rises, True),
            "history": Task(0.0, HISTORY_EVERY_S, RETRY_MAX_S, self._exchange, self._apply_history, True),
        })
        for key in self.tasks.keys() - {"listing", "history"} if self.instance_ids == [] and self.hosts else ():
            del self.tasks[key]  # plain hosts alone: no account is asked
        if not self.history:
            del self.tasks["history"]
        for instance_id, host in self.hosts.items():
            row = host_row(host, self.options, "connecting", "Unknown")
            self._apply_row(self.metrics[instance_id], row, now, Asking())
        self._plan_probes(now.mono)

    # -- what the user asks for

    def update_all_metrics(self) -> None:
        """One whole refresh: returns when every instance has answered or failed."""
        self.refresh()
        self.awaited &= {"listing"}  # what an older round still lacks does not end this one
        rounds, listing = self.rounds, self.tasks["listing"]
        while self.rounds == rounds and self.paused_at is None:
            if self.awaited and not listing.running:  # the next listing would end the round without the slow ones
                listing.due = max(listing.due, self.clock().mono + STEP_S)
            self.step(STEP_S)

    def refresh(self) -> None:
        """Make everything due, while paused for this once; what is being asked already is not asked twice."""
        often = [key for key, task in self.tasks.items() if not task.seldom]
        self.forced = set() if self.paused_at is None else set(often)
        for key in often:
            self.tasks[key].hasten(self.clock().mono)

    def explain(self, instance_id: int) -> None:
        """From now on readings of this instance say which line set what; the next one comes at once."""
        session = self.source.sessions.get(instance_id)
        if session:
            session.explains = True
            self._hasten(instance_id)

    def turn_output(self, instance_id: int, run: str, step: int) -> None:
        """Follow another output of a run, so many further among those that were seen."""
        session = self.source.sessions.get(instance_id)
        if session:
            session.turns[run] = session.turns.get(run, 0) + step
            self._hasten(instance_id)

    def _hasten(self, instance_id: int) -> None:
        """Ask an instance at once, and for once while paused."""
        task = self.tasks.get(instance_id)
        if task:
            task.hasten(self.clock().mono)
            self.forced |= set() if self.paused_at is None else {instance_id}

    def every(self, interval_s: float) -> None:
        """Refresh at this interval from now on."""
        self.options = self.options._replace(interval_s=interval_s)
        for task in self.tasks.values():
            task.every_s = task.every_s if task.seldom else interval_s
        for m in self.metrics.values():
            self._expect(m)

    def pause(self, on: bool) -> None:
        """Stop or resume polling; answers under way still come in."""
        self.paused_at = self.clock().mono if on else None
        if not on:
            self.refresh()

    def close(self, wait_s: float = GIVE_BACK_S) -> None:
        """Leave nothing running, the history written within so long; a worker closes the connection that it reads."""
        self.commands.stop_all()
        for m in self.metrics.values():
            self._tell_finished(m, self.clock(), True)
        for worker in range(self.workers):
            (self.probe_jobs if worker else self.account_jobs).put(None)
        if self.history and not self.tasks["history"].running:
            jobs: queue.SimpleQueue[Optional[Job]] = queue.SimpleQueue()
            for job in (Job("history", partial(self._leave, self._exchange(), self.history)), None):
                jobs.put(job)
            found = [Reading("history", None, 0.0, f"{self.history.path}: not written within {wait_s:g} s", "history")]
            last = threading.Thread(target=work, args=(jobs, found.append), daemon=True)
            last.start()
            last.join(wait_s)
            self._apply_history(found[-1], self.clock())
        for key, task in self.tasks.items():
            if isinstance(key, int) and not task.running:
                self.source.forget(key)

    @staticmethod
    def _leave(write: Callable[[], Value], history: History) -> Value:
        """Write the history for the last time; where that is not possible it ends with the last minute."""
        with closing(history):
            return write()

    def events_since(self, told: int) -> list[Event]:
        """What happened after the first `told` events; of more than are kept, one says how many."""
        fleet = self.fleet
        new = fleet.happened - told
        lost = new - len(fleet.events)
        if lost > 0:
            said = f"{plural(lost, 'earlier event')} were too many to keep"
            return [Event(fleet.events[0].wall, "lost", None, said, "warning"), *fleet.events]
        return list(islice(reversed(fleet.events), new))[::-1]

    def note(self, kind: str, text: str, level: str, label: str = "") -> None:
        """Add an event that no reading brought."""
        self._add_event(Event(self.clock().wall, kind, None, text, level, label))

    # -- the order of the day

    def _deliver(self, reading: Reading) -> None:
        """What workers do with a reading."""
        self.inbox.put(reading)
        self.wake()

    def due_in_s(self) -> float:
        """Seconds until something is to be given out."""
        if self.paused_at is not None and not self.forced:
            return TIME_MAX
        return min((task.due for task in self.tasks.values() if not task.running), default=TIME_MAX) - self.clock().mono

    def step(self, wait_s: float = 0.0) -> bool:
        """Give out what is due and take in what came, waiting for it; True if anything did."""
        if self.paused_at is None or self.forced:
            self._give_out(self.clock().mono)
            wait_s = min(wait_s, max(0.0, self.due_in_s())) if wait_s else 0.0
        changed, rounds = False, self.rounds
        with suppress(queue.Empty):
            while True:
                reading = self.inbox.get(timeout=wait_s) if wait_s else self.inbox.get_nowait()
                self._apply(reading, self.clock())
                changed, wait_s = True, 0.0
        for call in self.after_refresh if self.rounds != rounds else ():
            call()
        return changed

    def _give_out(self, now: float) -> None:
        """Queue the jobs that are due; the listing begins a new round."""
        for key, task in self.tasks.items():
            if task.running or task.due > now or (self.paused_at is not None and key not in self.forced):
                continue
            self.forced.discard(key)
            task.running, task.started = True, now
            if key == "listing":
                self.rounds += bool(self.awaited)  # what is still missing is not waited for
                self.round_began, self.awaited = now, {"listing"}
            if key in ("account", "history"):
                self.awaited.add(key)
            (self.account_jobs if key in ("listing", "account") else self.probe_jobs).put(Job(key, task.work()))
        self._hire()

    def _hire(self) -> None:
        """Start workers for what was given out; where the system has no more threads, those there are do it."""
        busy = sum(task.running for task in self.tasks.values())
        while self.workers < min(WORKERS_MAX, busy):
            jobs = self.probe_jobs if self.workers else self.account_jobs
            try:
                threading.Thread(target=work, args=(jobs, self._deliver), daemon=True).start()
            except RuntimeError:  # a limit of processes, or no memory: tried again at the next step
                if self.workers < 2 and self.fleet.trouble != NO_THREAD:
                    self._listing_failed(NO_THREAD, self.clock())
                return
            self.workers += 1

    def _probe(self, m: TrainingMetrics) -> Callable[[], Value]:
        """The work of asking an instance itself, with what the listing says of it by now."""
        assert m.row
        return partial(self.source.probe, m.row)

    def _exchange(self) -> Callable[[], Value]:
        """The work for the history: with what is known now, for the fleet changes while it is written."""
        assert self.history
        now, self.keeping = self.clock(), self.fleet.happened
        return partial(self.history.exchange, now.wall, [kept_of(m, now) for m in self.metrics.values() if m.row],
                       self.events_since(self.kept))

    # -- what a reading changes

    def _apply(self, reading: Reading, now: Moment) -> None:
        """Take in one reading; it ends the round when it was the last one awaited."""
        self.journal.say("DEBUG", f"{reading.key} answered in {reading.seconds:.2f} s: {reading.error or 'ok'}")
        task = self.tasks[reading.key]
        if task.failing_since is not None and not reading.error:
            self._recovered(task.failing_since, now.mono)
        task.schedule(now.mono, bool(reading.error), 0.0 if reading.short == RATE_LIMIT else PATIENCE_S)
        task.apply(reading, now)
        if self.awaited:
            self.awaited.discard(reading.key)
            self.rounds += not self.awaited

    def _recovered(self, since: float, now: float) -> None:
        """What began to fail together is back together: ask the others now, however far they backed off."""
        for task in self.tasks.values():
            if task.failing_since is not None and abs(task.failing_since - since) < TOGETHER_S:
                task.hasten(now)

    def _apply_listing(self, reading: Reading, now: Moment) -> None:
        """All rows, or why there are none; then who is watched."""
        fleet = self.fleet
        if not isinstance(reading.value, Listing):
            self._listing_failed(reading.error, now)
            self._plan_probes(now.mono)  # what is known goes on
            return
        rented = [m for key, m in self.metrics.items() if key not in self.hosts]
        if not reading.value.rows and fleet.trouble != EMPTY and any(m.listed for m in rented):
            self._listing_failed(EMPTY, now)
            for m in rented:
                m.miss(now)
            return
        if fleet.failures:
            lost_s = now.mono - (fleet.listed.mono if fleet.listed else now.mono)
            self.journal.say("WARNING", f"API back after {duration(lost_s)}")
        if fleet.failures >= API_LOST:
            self._happened("api", None, "API back", "good", now)
        first, asked = fleet.listed is None, self._asking(reading, now)
        fleet.trouble, fleet.failures, fleet.listed = "", 0, now
        fleet.take_bills(reading.value.rows, now, asked)
        wanted = None if self.instance_ids is None else set(self.instance_ids)
        rows = {row.id: row for row in reading.value.rows if wanted is None or row.id in wanted}
        for instance_id in rows.keys() - self.metrics.keys():
            self._add(instance_id)
            if not first:
                self._happened("new", instance_id, "is new", "good", now)
        for instance_id, m in self.metrics.items():
            if instance_id not in self.hosts:
                self._apply_row(m, rows.get(instance_id), now, asked)
        self._plan_probes(now.mono)
        self._tell_fleet(now, first)
        begun = [row.start for row in reading.value.rows if row.start is not None]
        if begun:  # of new ones it is asked at its time: the window only grows
            self.charged_since = min(begun)
        for key in ("charges", "volumes") if first and begun else ():
            self.tasks[key].due = now.mono
            self.awaited.add(key)

    def _apply_account(self, reading: Reading, now: Moment) -> None:
        if isinstance(reading.value, Account):
            self.fleet.refills = reading.value.refills
            self.fleet.take_balance(reading.value.balance, now)

    def _apply_charges(self, reading: Reading, now: Moment) -> None:
        """What was billed goes before what was reckoned."""
        since, found = reading.value if isinstance(reading.value, Charges) else (0.0, {})
        for instance_id, (billed, until) in found.items():
            m = self.metrics.get(instance_id)
            if m and m.row and m.row.start is not None and m.row.start >= since and billed == billed:
                m.bill.take_total(billed, until, now, off_s=self._clock_off_s(now))
                m.bill.billed_until = until

    def _asking(self, reading: Reading, now: Moment) -> Asking:
        """How a good listing came."""
        listed = self.fleet.listed
        self.clock_set = now.wall - now.mono if self.clock_set is None else self.clock_set
        return Asking(reading.seconds,
                      listed is not None and now.mono - listed.mono > GAP_INTERVALS * self.options.interval_s)

    def _clock_off_s(self, now: Moment) -> float:
        """By how much the clock of the day was set since the watch began."""
        off_s = 0.0 if self.clock_set is None else abs(now.wall - now.mono - self.clock_set)
        return off_s if off_s > CLOCK_STEP_S else 0.0

    def _apply_volumes(self, reading: Reading, now: Moment) -> None:
        if isinstance(reading.value, float):
            self.fleet.volumes = reading.value

    def _apply_rises(self, reading: Reading, now: Moment) -> None:
        if isinstance(reading.value, dict):
            self.fleet.rises = reading.value

    def _apply_history(self, reading: Reading, now: Moment) -> None:
        """What was known before goes on; trouble is said when it begins and ends."""
        fleet, memory = self.fleet, reading.value
        self.unwritten[self.options.history] = "" if reading.short == "taken" else reading.error  # by another monitor
        if reading.error != self.history_trouble:
            self.history_trouble = reading.error
            self._happened("history", None, f"history: {reading.error or 'kept again'}",
                           "warning" if reading.error else "good", now)
        if isinstance(memory, Remembered):
            self.kept = self.keeping
            begun, room = fleet.events[0].wall if fleet.events else now.wall, EVENTS_MAX - len(fleet.events)
            earlier = [event for event in memory.events if event.wall < begun]
            fleet.events.extendleft(islice(reversed(earlier), room))
            self.remembered.update(memory.instances)
            for m in self.metrics.values():
                self._recall(m, now)

    def _recall(self, m: TrainingMetrics, now: Moment) -> None:
        """Let an instance go on from what was known of it before; it waits until the listing has it."""
        name = show_id(m.instance_id)
        if m.row is None or name not in self.remembered:
            return
        then, old = self.remembered.pop(name)
        if old.total is not None and m.bill.billed_until is None and m.listed is not None:
            traffic = 0.0 if old.traffic is None else max(0.0, m.row.traffic - old.traffic)
            m.bill.take_total(old.total + traffic, then if old.until is None else old.until, now, old.rate)
            m.bill.add_doubt(now.mono, old.doubt)
            m.bill.watched_s += old.watched_s
            m.bill.estimated_s += old.estimated_s
        m.past = {key: curves for key, (_, _, curves) in old.runs.items()}

    def _listing_failed(self, error: str, now: Moment) -> None:
        """The last known rows stay; the bell rings when it was no single slip."""
        fleet = self.fleet
        if fleet.trouble != error:
            self.journal.say("WARNING", f"listing failed: {error}")
        fleet.trouble, fleet.retry_at = error, self.tasks["listing"].due
        fleet.failures += 1
        if fleet.failures == API_LOST:
            self._happened("api", None, f"API lost: {error}", "error", now)

    def _add(self, instance_id: int) -> None:
        m = self.metrics[instance_id] = TrainingMetrics(instance_id)
        m.limits = self.options.limits
        self._expect(m)

    def _expect(self, m: TrainingMetrics) -> None:
        """How soon news of it is due."""
        m.stale_after_s = STALE_INTERVALS * self.options.interval_s
        fixed = m.instance_id in self.hosts  # what a plain host costs, whether anybody looks or not
        m.bill.gap_s = math.inf if fixed else GAP_INTERVALS * self.options.interval_s

    def _happened(self, kind: str, instance_id: Optional[int], text: str, level: str, now: Moment,
                  others: int = 0) -> None:
        m = self.metrics.get(instance_id or 0)
        self._add_event(Event(now.wall, kind, instance_id, text, level, label_of(m) if m else "", others))

    def _add_event(self, event: Event) -> None:
        self.fleet.events.append(event)
        self.fleet.happened += 1
        self.fleet.tally[event.kind] += 1

    def _apply_row(self, m: TrainingMetrics, row: Optional[Row], now: Moment, asked: Asking) -> None:
        """What the listing says of one instance; without a row it left."""
        if row is None:
            m.miss(now)
        if row is None and m.row and m.missed < GONE_LISTINGS:
            return
        self._apply_status(m, row, now)
        if row is None:
            m.bill.end()
            return
        m.bill.take(row, now, asked)
        m.row, m.listed, m.missed = row, now.mono, 0
        self._recall(m, now)
        m.gpu_type = row.gpu
        m.last_updated = datetime.fromtimestamp(now.wall)
        if row.start is not None:
            m.started_at = datetime.fromtimestamp(row.start)
            m.runtime_seconds = max(0.0, now.wall - row.start)
        if m.phase() != "up":
            m.gpus, m.gpu_util, m.memory_util, m.gpu_temp = (), None, None, None
            m.answering, m.throttled, m.throttles, m.ram, m.looked_at = None, {}, 0, (None, None), ""
        elif not m.gpus:
            m.gpu_util, m.memory_util, m.gpu_temp = row.gpu_util, row.memory_util, row.gpu_temp
        if m.probed is None:
            m.disk_util = row.disk_util

    def _row_of_host(self, m: TrainingMetrics, reading: Reading, now: Moment) -> Row:
        """A plain host as its ssh tells: it runs, or it could not be reached for long or ever."""
        gpus = reading.value.gpus if isinstance(reading.value, Probe) else ()
        failing_since = self.tasks[m.instance_id].failing_since
        status = m.row.status if m.row else "connecting"
        if failing_since is None:
            status = "running"
        elif m.probed is None or now.mono - failing_since > PATIENCE_S:
            status = "unreachable"
        gpu = gpus_name(gpus[0].name, len(gpus)) if gpus else m.gpu_type  # of several kinds the first
        return host_row(self.hosts[m.instance_id], self.options, status, gpu)

    def _apply_status(self, m: TrainingMetrics, row: Optional[Row], now: Moment) -> None:
        """The status, since when it holds, and the events of its change."""
        before, after = m.status, row.status if row else "gone"
        known = m.row is not None
        m.status = after
        was, phase = facts_of_status(before).phase, m.phase()
        if not known and row and phase == "waiting" and row.start is not None:
            m.status_since = now.mono - max(0.0, now.wall - row.start)  # it has not run yet
        if before == after or not known:
            return
        self._tell_finished(m, now)  # in it no run follows
        m.status_since = m.broken_at = now.mono
        m.alarms.clear()  # what was wrong in that status is not over, it counts no more
        m.held = dict.fromkeys(m.held, 0)
        for run in m.runs:
            run.rest()
        if phase == "gone":
            self._happened("gone", m.instance_id, "left the listing", "warning", now)
        elif phase == "down":
            self._happened("exited", m.instance_id, after, "error", now)
        elif was in ("gone", "down"):
            self._happened("back", m.instance_id, f"came back: {after}", "good", now)
        elif phase == "up":
            self._happened("up", m.instance_id, "is running", "good", now)

    def _plan_probes(self, now: float) -> None:
        """Watch the instances that run, let go of those that do not."""
        gap = 0.0
        for instance_id, m in self.metrics.items():
            task = self.tasks.get(instance_id)
            m.watched = bool(m.row and m.row.watch and m.phase() != "gone" and self.options.use_ssh)
            if m.watched and m.row and (m.row.no_ssh or not m.row.addresses):
                m.watched = False
                m.trouble = m.row.no_ssh or "the listing has no ssh address for it yet"
                m.trouble_short = "no ssh"
            if m.phase() != "up":
                m.idle_since = m.connected = None
            if m.phase() != "up" and not m.watched:
                m.trouble = m.trouble_short = ""
            if m.watched and task is None:
                task = self.tasks[instance_id] = Task(now + gap, self.options.interval_s, SSH_RETRY_MAX_S,
                                                      partial(self._probe, m), partial(self._apply_instance, m))
                gap += START_GAP_S
            elif not m.watched and task and not task.running:
                self.source.forget(instance_id)
                del self.tasks[instance_id]
        self._plan_turns()
        for instance_id, m in self.metrics.items():
            task = self.tasks.get(instance_id)
            if task and m.watched and (task.running or (task.answered < self.round_began
                                       and task.due <= now + self.options.interval_s)):
                self.awaited.add(instance_id)

    def _plan_turns(self) -> None:
        """Where more are watched than connections are kept, half of these are shared: fewer polls for those who do."""
        watched, most = [key for key in self.tasks if isinstance(key, int)], self.options.max_ssh
        shared = max(1, round(most * SSH_TURNS)) if len(watched) > most else 0
        turns = frozenset(watched[most - shared:]) if shared else frozenset()
        self.source.sharing = turns
        for key in watched:
            rounds = math.ceil(len(turns) / shared) if key in turns else 1
            every_s = self.options.interval_s * rounds
            self.tasks[key].every_s = every_s * random.uniform(0.75, 1) if rounds > 1 else every_s  # never all at once
            self.metrics[key].stale_after_s = STALE_INTERVALS * every_s

    def _apply_instance(self, m: TrainingMetrics, reading: Reading, now: Moment) -> None:
        """What came of asking one, which may have left while it was asked; a plain host has no other news."""
        if m.instance_id in self.hosts:
            self._apply_row(m, self._row_of_host(m, reading, now), now, Asking())
        if m.watched:
            self._apply_probe(m, reading, now)
            self._tell_finished(m, now)  # also where nobody could look

    def _apply_probe(self, m: TrainingMetrics, reading: Reading, now: Moment) -> None:
        """What an instance said of itself, or why it did not; then its last values stand."""
        if not isinstance(reading.value, Probe):
            if m.trouble != reading.error:
                self.journal.say("WARNING", f"instance {show_id(m.instance_id)}: {reading.error}")
            m.trouble, m.trouble_short, m.broken_at = reading.error, reading.short, now.mono
            return
        probe = reading.value
        for note in probe.notes:
            self.journal.say("DEBUG", f"instance {show_id(m.instance_id)}: {note}")
        if m.trouble:
            self.journal.say("WARNING", f"instance {show_id(m.instance_id)} answers over ssh again")
        if m.trouble or m.address != probe.address or m.connected is None:
            m.connected = now.mono
        m.trouble = m.trouble_short = ""
        m.address, m.looked_at, m.ram = probe.address, probe.looked_at, probe.ram
        if probe.disk_util is not None:
            m.disk_util = probe.disk_util
        m.silent = 0 if probe.gpus else m.silent + 1
        if m.phase() == "up" and (probe.gpus or (m.gpus and m.silent >= GPU_LOW_POLLS)):
            m.gpus = probe.gpus
            m.gpu_util = mean(gpu.util for gpu in probe.gpus)
            m.gpu_temp = mean(gpu.temp for gpu in probe.gpus)
            m.memory_util = mean(gpu.memory_util() for gpu in probe.gpus)
        if m.probed is not None and now.mono - m.probed > m.stale_after_s:
            m.broken_at = now.mono  # nobody looked
        self._apply_runs(m, probe, now)
        low = m.limits.gpu_low
        idle = low is not None and m.gpu_util is not None and m.gpu_util < low and m.at_work()
        if low is not None and m.main.told == now.mono:
            m.idle_since = m.main.idle_since if m.at_work() else None
        else:
            m.idle_since = (m.idle_since or now.mono) if idle else None
        first, m.probed = m.probed is None, now.mono
        self._take_figures(m, probe, now)
        begin_frame([m], now)
        hold_rules(m, now)
        self._tell_rules(m.alarms, holding(m, now), m.instance_id, now, first)
        m.last_updated = datetime.fromtimestamp(now.wall)

    @staticmethod
    def _take_figures(m: TrainingMetrics, probe: Probe, now: Moment) -> None:
        """What the machine says of itself: for the rules alone."""
        if probe.gpus or m.answering is not None:
            m.answering = len(probe.gpus)
        if probe.throttled is not None:
            m.throttled, m.throttles = probe.throttled, m.throttles + 1 if probe.throttled else 0
        if probe.disk_util is not None and m.log.state == "training":
            m.filling.take(now.mono, probe.disk_util)

    def _tell_rules(self, alarms: dict[str, Alarm], found: Iterable[Verdict], instance_id: Optional[int], now: Moment,
                    first: bool = False) -> None:
        """The events of rules that begin to hold, once each, and of those that are over; none at the first sight."""
        known = {one.name: one for one in found if one.tells in EVENT_KINDS}
        begun, over = track(alarms, known, now.mono)
        for name in begun:
            one, notice = known[name], known[name].level == "notice"
            alarms[name].told = not (notice or first)
            if not first:
                self._happened(one.tells, instance_id, one.reason, "warning" if notice else one.level, now)
        for name, lasted_s in over:
            if alarms[name].told:
                self._happened("well", instance_id, f"{name}: well again after {duration(lasted_s)}", "good", now)

    def _tell_fleet(self, now: Moment, first: bool) -> None:
        """The same of who is not asked itself, and of the whole fleet."""
        for m in self.metrics.values():
            if m.phase() == "up" and not m.watched:
                self._tell_rules(m.alarms, holding(m, now), m.instance_id, now, first)
        self._tell_rules(self.fleet.alarms, true_of(self.fleet, now, FLEET_RULES), None, now)

    def _apply_runs(self, m: TrainingMetrics, probe: Probe, now: Moment) -> None:
        """What the instance's runs have gained; the last of them to end speaks for the instance."""
        for reading in probe.runs:
            run = self._run_of(m, reading, now)
            gpus = [gpu for gpu in m.gpus if reading.gpus is None or gpu.number in reading.gpus]
            self._apply_log(m, run, reading, now)
            run.take_gpus(gpus, m.limits.gpu_low if m.limits.gpu_low is not None else GPU_LOW, now.mono)
            self._apply_end(m, run, reading, now)
        m.main = max(m.runs, key=lambda run: run.weight(now.mono))
        if m.main.told is not None:
            m.epoch, m.total_epochs, m.step, m.total_steps, m.loss = m.main.log[:5]

    def _run_of(self, m: TrainingMetrics, reading: RunReading, now: Moment) -> RunMetrics:
        """The run that a reading is of; where it is new, those that have ended go."""
        for run in m.runs:
            if run.key == reading.key and run.nth == reading.nth and run.told is not None:
                return run
        run = RunMetrics(reading.key, reading.nth)
        run.before = m.main.log, m.main.pace
        gone = [old for old in m.runs if old.told is None or old.ended_since is not None or old.key == run.key
                or now.mono - old.told > BUSY_FIRST_S]
        for old in gone:
            if old.key == run.key:  # why the one before it failed stands above what it prints
                run.lines, run.line_base, run.log_bytes, old.log_bytes = old.lines, old.line_base, old.log_bytes, 0
        self.fleet.log_bytes -= sum(old.log_bytes for old in gone)
        m.runs = [old for old in m.runs if old not in gone] + [run]
        for old in gone:
            if old.key != run.key and old.log.state == "finished":  # what follows elsewhere is one of the others
                self._tell_state(m, old, now)
        if m.probed is not None and reading.log_path:
            what = "run in" if any(old.log_path == reading.log_path for old in gone) else "log"
            self._happened("run", m.instance_id, f"new {what} {reading.log_path}", "good", now)
        return run

    def _apply_log(self, m: TrainingMetrics, run: RunMetrics, reading: RunReading, now: Moment) -> None:
        """What a run's output has gained: values, pace, lines, and what happened."""
        known, before = run.told is not None, run.log
        written = now.mono - (reading.quiet_s or 0.0)
        if reading.fresh:
            run.new_log()
        if reading.log_bytes and known and m.probed is not None:
            if m.probed - written > GRAIN_S and not run.wrong_clock:
                run.wrong_clock = True
                run.pace = Pace()  # the far clock is wrong, and so was the time of what came before
            written = now.mono if run.wrong_clock else max(written, m.probed)  # it came since then
        if reading.log_bytes or (run.grew is None and (reading.where or reading.log_path)):
            run.take_growth(min(written, now.mono), m.broken_at)
        if run.since is None:
            run.since, run.epochs_before = now.mono, reading.progress.epochs_done or 0.0
        self._tell_resumed(m, run, reading, now)
        if not known or reading.name != run.reading.name:
            run.name = m.own_name(run, reading.name)
        run.reading, run.told = reading._replace(lines=()), now.mono  # the lines are kept below
        run.log, run.log_path, run.curves = reading.progress, reading.log_path, reading.curves
        remembers = False
        if reading.key in m.past and not reading.nth:
            remembers = not known and run.remember(m.past[reading.key], reading, now)
            run.curves = with_past(m.past[reading.key], reading.curves)
        of_now = m.status_since is None or (run.grew is not None and run.grew >= m.status_since)
        if of_now or not known:
            again = None if reading.caught_up else next_round(run.pace, before, run.log)
            run.pace = again or read_anew(run.pace, before, run.log) or run.pace
            run.take_progress(reading, m.status_since, now.mono if remembers else m.broken_at, m.probed)
        if not of_now:
            run.pace.pause()  # what it wrote before its instance was stopped is no mark of this time
        run.take_saved(reading, now, known)
        norms = [value for name, value in run.log.metrics.items() if GRAD_NORM.search(name)]
        losses, at = reading.curves.train, run.log.step
        at = losses[-1][1] if losses and at is not None else at  # where they were told: a bar moves on without them
        for usual, value in (("loss", run.log.loss), ("grad norm", norms[0] if norms else None)):
            run.usual[usual].take(value, at, run.log.learning_rate)
        if known and not reading.caught_up:
            self._tell_progress(m, run, before, now)
        self.fleet.add_lines(m, reading.lines, run)

    def _tell_resumed(self, m: TrainingMetrics, run: RunMetrics, reading: RunReading, now: Moment) -> None:
        """The event of a run that goes on from a checkpoint: what it does again, and what that had cost."""
        lost = run.lost_since(reading)
        if lost is None:
            return
        (percent, seconds), log = lost, reading.progress
        at, said = f"{log.progress:.1f}%", f"{percent:.1f}%"
        if log.total_steps and counts_run(log):
            at, said = f"{log.step:,.0f}", f"{percent * log.total_steps / 100:,.0f} steps"
        price = f", ${m.cost_per_hour * seconds / 3600:.2f}" if m.cost_per_hour else ""
        run.resumed = f"resumed at {at}: {said}{price} lost"
        self._happened("run", m.instance_id, run.resumed, "warning", now)

    def _apply_end(self, m: TrainingMetrics, run: RunMetrics, reading: RunReading, now: Moment) -> None:
        """Whether the run has ended: by its own words, or because all is done and nothing moves."""
        log = run.log
        if reading.alive:
            run.closed = run.unread = False
        if log.state not in OVER:
            done = (log.progress or 0.0) >= 100
            if done and (not reading.alive or run.rests_at_end(now.mono)):
                run.log = log._replace(state="finished")
            elif not reading.alive and (log.progress is not None or reading.may_train()):
                state, why = run.end_without_a_word()
                run.log = log._replace(state=state, reason=why)
        if run.silent and log.state == "failed":
            run.told_state = "ended"  # that it failed was told or seen, and why is news
        run.silent = run.log.state != log.state
        news = log.state in OVER or run.log.state not in OVER or run.ended_since is None
        if run.log.state not in OVER:
            run.ended_since = None
        elif run.ended_since is None:
            run.ended_since = run.stopped_at(m, now)
        if run.since == now.mono and (m.probed is None or reading.alive or log.state != "failed"):
            run.told_state = run.log.state  # what had ended before the first sight is no news, nor a copy of an old log
        elif news and run.log.state != "finished":
            self._tell_state(m, run, now)

    def _tell_progress(self, m: TrainingMetrics, run: RunMetrics, before: Progress, now: Moment) -> None:
        """The events between what the log said before and what it says now."""
        after, was, done = run.log, before.epochs_done, run.log.epochs_done
        if after.state == "finished" != before.state and after.epoch and after.epoch == after.total_epochs:
            done = int(after.epoch)  # a log that tells only of beginnings has no word for the last end
        if was is None and done and (before.progress is not None or after.epoch == done):
            was = done - 1
        if done is not None and was is not None:
            first = done if done - was > EPOCHS_TOLD else was + 1
            of = f"/{count(after.total_epochs)}" if after.total_epochs else ""
            whose = f"{run.name}: " if run.name and len(m.runs) > 1 else ""
            for epoch in range(first, done + 1):
                if run.epochs_until > now.mono and epoch != after.total_epochs:
                    continue
                run.epochs_until = max(run.epochs_until, now.mono - EPOCHS_SAVED * EPOCH_EVERY_S) + EPOCH_EVERY_S
                loss = after.ended_with.get(epoch, after.loss if epoch == done else None)
                said = "" if loss is None else f", loss {number(loss)}"
                self._happened("epoch", m.instance_id, f"{whose}epoch {epoch}{of} completed{said}", "good", now)

    def _tell_finished(self, m: TrainingMetrics, now: Moment, last: bool = False) -> None:
        """The events of runs that finished, once it is plain (or cannot be waited for) that none follows there."""
        for run in m.runs:
            if run.log.state == "finished" and (last or m.phase() != "up" or not run.may_be_followed(now.mono)):
                self._tell_state(m, run, now)

    def _tell_state(self, m: TrainingMetrics, run: RunMetrics, now: Moment) -> None:
        """The event of an end, or that it was none; what never told of a training and ended somehow needs none."""
        state, why = run.log.state, f": {run.log.reason}" if run.log.reason else ""
        if run.log.reason == TRACEBACK and run.reading.log_bytes:
            return  # what went wrong comes last, and is still to be printed
        before, run.told_state = run.told_state, state
        if state not in OVER and before in ("failed", "ended"):
            self._happened("run", m.instance_id, f"{run_words(m, run)} goes on: it had {before}", "good", now)
        if state == before or state not in OVER or (state == "ended" and not before):
            return
        level = {"finished": "good", "failed": "error"}.get(state, "warning")
        others = sum(m.at_work(other) for other in m.runs if other is not run)
        self._happened(state, m.instance_id, f"{run_words(m, run)} {state}{why}", level, now, others)


# ---- Render: what is known in, styled lines out; nothing here knows a terminal ------------------


class Span(NamedTuple):
    """Text in a style: words of STYLES, such as 'bad' or 'good selected'."""

    text: str
    style: str = ""


Line = list[Span]


class Glyphs(NamedTuple):
    """The characters that depend on what the terminal can show."""

    full: str
    empty: str
    rule: str
    cut: str                  # where a text was cut
    branches: tuple[str, str]  # before a run, and before the last one
    sorts: str                # ascending, descending
    corners: tuple[str, str, str, str]  # of a box: top left, top right, bottom left, bottom right
    side: str
    degrees: str
    about: str
    levels: str               # of a sparkline, low to high; '' for braille


UNICODE = Glyphs("█", "░", "─", "…", ("├─", "└─"), "▲▼", ("╭", "╮", "╰", "╯"), "│", "°C", "±", "")
ASCII = Glyphs("#", ".", "-", "~", ("|-", "`-"), "^v", ("+", "+", "+", "+"), "|", "C", "+-", "_.-=*#")


class Key(NamedTuple):
    """A key: what it does, where, and how the help and the key bar name it."""

    names: str                 # "q", "Up Down j k"
    group: str
    help: str                  # '' keeps it out
    press: tuple[Callable[[Any], None], ...]  # what the names do, by turns
    short: str = ""            # its word in the key bar, '' keeps it out
    screens: str = ""          # where it works: "main log"; "-main" everywhere else; '' everywhere
    spare: bool = False        # in the key bar only where there is room for all

    def works_on(self, screen: str) -> bool:
        """True when it does something on this screen."""
        if self.screens.startswith("-"):
            return screen not in self.screens[1:].split()
        return not self.screens or screen in self.screens.split()


class Pager(NamedTuple):
    """Where in the full log the user is; lines are known by their numbers."""

    top: Optional[int] = None  # the first line shown; None: the newest are followed
    skip: int = 0              # rows of that line that are above the screen, where it is wrapped
    seen: int = 0              # the newest line when following ended
    at: Optional[int] = None   # the match or error that was gone to
    left: int = 0              # columns that are out of sight
    wrap: bool = False
    times: bool = True
    search: str = ""           # a regular expression


class PromptKind(NamedTuple):
    """A kind of prompt: what it changes, and what is said while it is open."""

    fields: tuple[str, ...]    # of the view; Esc brings them back
    show: Callable[["Scene", str], tuple[str, ...]]  # what was typed or chosen, then advice, the weightiest first
    typed: Optional[Callable[[Any, str], None]] = None      # (ui, text): lets what is typed count at once
    chosen: Mapping[Union[str, int], Callable[[Any], None]] = {}  # by key, where there is nothing to type


class Prompt(NamedTuple):
    """What is being typed or chosen in the alert line."""

    kind: PromptKind
    before: tuple[Any, ...]    # what Esc brings back
    text: str = ""


class View(NamedTuple):
    """What the user looks at."""

    screens: tuple[str, ...] = ("main",)  # the last one is shown, Esc goes back
    prompt: Optional[Prompt] = None
    sort: str = "health"                 # key of a column
    reverse: bool = False
    columns: tuple[str, ...] = ()        # of the table, as --columns names them; (): those that fit
    filter: str = ""                     # of instances
    group_by: str = "label"              # a key of GROUPINGS
    group: Optional[str] = None          # None: all
    only_selected: bool = False          # in the log panel
    log_axis: bool = False
    metric: str = ""                     # that the chart shows, '' for the losses
    marked: tuple[tuple[int, str], ...] = ()  # runs that the chart of another shows too: (instance, key of the run)
    pager: Pager = Pager()
    selected: Optional[int] = None       # an instance, not a row: it survives sorting
    run: str = ""                        # key of one of its runs, '' for the instance itself
    folded: frozenset[int] = frozenset()  # instances whose runs are not shown
    top: int = 0                         # first row of the table that is shown
    help_page: Optional[int] = None      # None: no help
    message: str = ""                    # shown in the alert line for a while
    message_level: str = ""
    message_until: float = 0.0           # mono
    seen: tuple[AlertKey, ...] = ()      # alerts that were looked at, in that order
    alert: Optional[AlertKey] = None     # the one that n went to: it stays for a while
    cleared: int = 0                     # log lines that arrived up to here are not shown
    least: int = 0                       # events below this of EVENT_LEVELS are not shown
    above: int = 0                       # rows of events or of the explanation that are out of sight above


class Scene(NamedTuple):
    """All that a frame is made from."""

    fleet: Fleet             # the instances that pass group and filter
    whole: Fleet
    view: View
    now: Moment
    columns: int
    rows: int
    glyphs: Glyphs = UNICODE
    keys: Sequence[Key] = ()
    paused_at: Optional[float] = None
    stale_after_s: float = STALE_INTERVALS * INTERVAL_S
    verdicts: Mapping[int, Sequence[Verdict]] = {}
    order: Sequence[TrainingMetrics] = ()
    fitted: "Fitted" = ()      # the columns that fit
    hits: Sequence[int] = ()   # numbers of the lines of the full log that the search found, rising, and
    unsearched: int = 0        # how many lines it left out as it took too long


# -- the runs of an instance

def runs_below(m: TrainingMetrics) -> list[RunMetrics]:
    """The runs that have a row of their own: all where there are several."""
    told = [run for run in m.runs if run.told is not None] if len(m.runs) > 1 else []
    return told if len(told) > 1 else []


def as_instance(m: TrainingMetrics, run: RunMetrics) -> TrainingMetrics:
    """The instance as if this were its only run, so that whatever shows an instance shows a run."""
    one, its = copy.copy(m), run.reading.gpus
    one.runs, one.main, one.gpu_util = [run], run, run.gpu_util
    one.gpus = tuple(gpu for gpu in m.gpus if its is None or gpu.number in its)
    one.epoch, one.total_epochs, one.step, one.total_steps, one.loss = run.log[:5]
    return one


def table_rows(scene: Scene) -> list[tuple[TrainingMetrics, Optional[RunMetrics]]]:
    """The rows of the table: each instance (None), and its runs below where they are not folded."""
    return [(m, run) for m in scene.order
            for run in (None, *(() if m.instance_id in scene.view.folded else runs_below(m)))]


def ranges(numbers: Sequence[int]) -> str:
    """'0-3', '0,2-3'."""
    rows = groupby(enumerate(sorted(numbers)), lambda at: at[1] - at[0])  # those in a row are as far from their places
    parts = [[one for _, one in row] for _, row in rows]
    return ",".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


def run_name(run: RunMetrics) -> str:
    """'lr1e-4 gpu 0-3'."""
    return (run.name or "run") + (f" gpu {ranges(run.reading.gpus)}" if run.reading.gpus else "")


KINDS = {  # what holds a GPU and is no training as far as its output tells -> what that means
    "serving": "a server for inference, no training",
    "notebook": "a notebook: what its cells print is in the browser; let them print into a file"}
SHORT_KINDS = {"serving": ("serving", "serve", "srv"), "notebook": ("notebook", "ipynb", "nb")}  # where a bar would be


# -- the table

FAILED_RUN = ("🔴", "!!")  # in the icon's place: the instance runs, its run does not


def health_style(m: TrainingMetrics, scene: Scene) -> str:
    """'good', 'warn' or 'bad'."""
    return LEVELS[health_of(scene.verdicts.get(m.instance_id, ()))]


def cell_icon(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """The icon of its status; of one that no listing has told of yet, that of an unknown one."""
    status = m.status_facts() if scene.whole.listed or m.row else OTHER_STATUS
    failed = status.phase == "up" and health_style(m, scene) == "bad"
    return (FAILED_RUN if failed else (status.icon, status.ascii))[scene.glyphs is ASCII]


def cell_id(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    text = show_id(m.instance_id)
    if isinstance(m.instance_id, HostId):
        return clip(text, columns, scene.glyphs.cut)
    return short_id(m.instance_id) if len(text) > columns else text


def cell_gpu(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """'4xA100 SXM4', without blanks where only that fits: '4xA100SXM4'."""
    text = m.gpu_type if width(m.gpu_type) <= columns else m.gpu_type.replace(" ", "")
    return clip(text, columns, scene.glyphs.cut)


def epoch_text(m: TrainingMetrics) -> str:
    """'14/20', '1.25/3', of a log that tells only steps '3410/4800', 'st3410'; '' where neither is known."""
    at, total = (m.step, m.total_steps) if m.epoch is None else (m.epoch, m.total_epochs)
    if at is None:
        return ""
    return f"{count(at)}/{count(total)}" if total else "st" * (m.epoch is None) + count(at)


def cell_epoch(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """The same in so many columns: '123k/600k', 'st123k'."""
    text, steps = epoch_text(m), m.epoch is None
    at, total = (m.step, m.total_steps) if steps else (m.epoch, m.total_epochs)
    if len(text) <= columns or at is None:
        return text
    short = f"{short_count(at, 4)}/{short_count(total, 4)}" if total else ""
    return short if short and len(short) <= columns else "st" * steps + short_count(at, columns - 2 * steps)


def cell_bar(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """The bar, how many runs there are, or why there is no bar."""
    percent, below = m.progress(), len(runs_below(m))
    if m.trouble:
        return clip(m.trouble_short if columns >= width(m.trouble_short) else "ssh!", columns)
    if below:
        said = plural(below, "run")
        return said if len(said) <= columns else f"x{below}"
    if percent is None:
        kind = m.main.reading.kind
        if kind not in KINDS and (m.probed is None or m.log_path):
            return ""
        return next(word for word in SHORT_KINDS.get(kind, ("no output", "no log", "none", "?"))
                    if width(word) <= columns)
    return bar(percent, columns, scene.glyphs)


def bar(percent: float, columns: int, glyphs: Glyphs) -> str:
    """A bar; it is full where all is done, not where nearly all is."""
    done = columns if percent >= 100 else min(columns - 1, round(columns * percent / 100))
    return glyphs.full * done + glyphs.empty * (columns - done)


def whole_number(value: float, columns: int) -> str:
    return f"{value:.0f}"


def cell_of(value: Callable[[TrainingMetrics, Moment], Optional[float]],
            form: Callable[[float, int], str]) -> Callable[[TrainingMetrics, Scene, int], str]:
    """A cell that shows a value in a form for so many columns; '-' without one."""
    def cell(m: TrainingMetrics, scene: Scene, columns: int) -> str:
        found = value(m, scene.now)
        return "-" if found is None else form(found, columns)
    return cell


def cell_trend(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """The course of the training loss over the run."""
    return sparkline([(at, value) for _, at, value in m.curves.train], columns, scene.glyphs.levels)


def price_of(m: TrainingMetrics) -> Optional[float]:
    """$/h now; of an instance that is still to run the price that comes."""
    if m.phase() == "gone":
        return None
    coming = m.row.running_rate if m.row and m.phase() in ("up", "waiting") else None
    return coming if coming is not None else m.cost_per_hour


def cell_total(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    dollars, estimated = m.bill.until(scene.now)
    if dollars is None:
        return "-"
    mark = "~" if estimated and dollars >= CENT else ""
    return mark + money(dollars, columns - len(mark))


ENDS = {"finished": "DONE", "ended": "ended"}  # in the place of an ETA


def cell_end(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """What it will have cost, as sure as what it has; or the word for a run that has ended."""
    if m.phase() == "up" and m.log.state in ENDS:
        return "bills"
    if m.phase() in ("down", "gone") or m.log.state == "failed":
        return "-"
    cost = assessed(m, scene.now).end_cost
    mark = "~" if m.bill.until(scene.now)[1] else ""
    return "?" if cost is None else mark + money(cost, columns - len(mark))


def cell_eta(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """Time left, or the word for a run that has none."""
    if m.log.state in ENDS:
        return clip(ENDS[m.log.state], columns)
    if m.log.state == "failed":
        return clip(failure_word(m.log.reason), columns)
    found = assessed(m, scene.now)
    if found.state == "stalled":
        return "stall"
    if found.eta_s is None:
        return "-"
    return remaining(found.eta_s, columns) if found.sure else "~" + remaining(found.eta_s, columns - 1)


def output_age_s(m: TrainingMetrics, now: Moment) -> Optional[float]:
    """Seconds since the run last wrote to its log, None where no log was seen."""
    return assessed(m, now).quiet_s


def cell_age(m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """The age of the reading; where LOG has no room, that of the run's last output once it is older."""
    age_s = m.age_s(scene.now)
    if m.at_work() and all(column.key != "log" for column, _ in scene.fitted):
        age_s = max(filter(None, (age_s, output_age_s(m, scene.now))), default=age_s)
    return "-" if age_s is None else duration(age_s, columns)


def urgency(m: TrainingMetrics, found: Sequence[Verdict]) -> int:
    """0 for what costs money for nothing now (failed, stalled), then errors, warnings, and the rest."""
    if found and m.phase() == "up" and any(verdict.name in ("failed", "not finite", "stalled") for verdict in found):
        return 0
    return {"error": 1, "warning": 2}[found[0].level] if found else 3


class Column(NamedTuple):
    """A column of the table: what it shows, how wide it is, and by what it is sorted."""

    key: str
    title: str
    columns: int
    leave: int             # its turn to leave as the terminal narrows: lower numbers go first, 0 never
    cell: Callable[[TrainingMetrics, Scene, int], str]
    right: bool = True
    live: bool = False     # its value comes from the instance: `~` before it when old
    marked: bool = False   # `!` after it when it is a reason
    least: int = 0         # columns it can make do with, where that is fewer
    most: int = 0          # columns it takes where its values need them and there is room
    need: Optional[Callable[[TrainingMetrics], str]] = None  # the whole value, for that
    value: Optional[Callable[[Known], Any]] = None  # to sort by; None is last
    of_run: bool = False   # each run on an instance has its own


# A new column is a row here and a line in the README. What room is left goes to the columns from left to right.
COLUMNS = (
    Column("health", "", 2, 0, cell_icon, right=False, value=lambda k: urgency(k.m, k.found)),
    Column("status", "STATUS", 7, 2, lambda m, scene, n: clip(m.status if scene.whole.listed or m.row else "?", n),
           right=False, most=11, need=lambda m: m.status, value=value_of("status")),
    Column("id", "ID", 8, 0, cell_id, right=False, least=6, most=10, need=lambda m: show_id(m.instance_id),
           value=lambda k: (isinstance(k.m.instance_id, HostId), public_id(k.m.instance_id))),  # numbers, then names
    Column("label", "LABEL", 9, 5, lambda m, scene, columns: clip(label_of(m), columns, scene.glyphs.cut), right=False,
           most=LABEL_MAX, need=label_of, value=value_of("label")),
    Column("gpu_type", "GPU", 10, 11, cell_gpu, right=False, most=24, need=lambda m: m.gpu_type, value=value_of("gpu")),
    Column("epoch", "EPOCH", 6, 10, cell_epoch, most=13, need=epoch_text, value=value_of("epoch"), of_run=True),
    Column("bar", "BAR", 3, 8, cell_bar, right=False, most=60, of_run=True),
    Column("done", "DONE", 4, 0, cell_of(lambda m, now: m.progress(), lambda done, columns: f"{int(done)}%"),
           live=True, value=value_of("progress_percent"), of_run=True),
    Column("gpu", "GPU%", 4, 0, cell_of(lambda m, now: m.gpu_util, whole_number), live=True, marked=True,
           value=value_of("gpu_percent"), of_run=True),
    Column("mem", "MEM%", 4, 12, cell_of(lambda m, now: m.memory_util, whole_number), live=True,
           value=value_of("memory_percent")),
    Column("temp", "°C", 3, 1, cell_of(lambda m, now: m.gpu_temp, whole_number), live=True,
           value=value_of("gpu_celsius")),
    Column("loss", "LOSS", 6, 13, cell_of(lambda m, now: m.loss, number), live=True, marked=True,
           value=value_of("loss"), of_run=True),
    Column("trend", "TREND", 6, 3, cell_trend, of_run=True),
    Column("rate", "$/HR", 6, 14, cell_of(lambda m, now: price_of(m), rate), value=lambda k: price_of(k.m)),
    Column("total", "TOTAL$", 6, 9, cell_total, value=value_of("cost_dollars")),
    Column("end", "END$", 6, 7, cell_end, value=value_of("end_cost_dollars")),
    Column("eta", "ETA", 6, 15, cell_eta, live=True, value=value_of("eta_seconds"), of_run=True),
    Column("log", "LOG", 4, 4, cell_of(output_age_s, duration), value=value_of("output_age_seconds"), of_run=True),
    Column("age", "AGE", 4, 6, cell_age, marked=True, value=value_of("reading_age_seconds")),
)


def cell_value(value: Callable[[Known], Any], m: TrainingMetrics, scene: Scene, columns: int) -> str:
    """Any field as a cell."""
    told = value(Known(m, m.main, assessed(m, scene.now), scene.verdicts.get(m.instance_id, ()), scene.now))
    if told is None:
        return "-"
    if isinstance(told, float):
        return number(told, columns)
    return clip(re.sub(r"^(\d+-\d\d-\d\d)T(\d\d:\d\d).*", r"\1 \2", str(told)), columns, scene.glyphs.cut)


def field_column(one: Field) -> Column:
    """A column for a field that has none of its own: --columns may name it."""
    title = one.name.upper().replace("_", " ")
    columns = max(6 if one.metric else 16, len(title) + 1)  # with the mark of the sort
    return Column(one.name, title, columns, 0, partial(cell_value, one.value), right=bool(one.metric), value=one.value,
                  of_run=one.of_run)


# By what --columns may call them: keys, titles (which go first), and names of fields.
COLUMN_NAMES: Mapping[str, Column] = {
    **{one.name: field_column(one) for one in FIELDS}, **{one.key: one for one in COLUMNS},
    **{one.title.lower(): one for one in COLUMNS if one.title}}


def column_by_key(key: str) -> Column:
    return next(column for column in (*COLUMNS, *COLUMN_NAMES.values()) if column.key == key)


@lru_cache(maxsize=64)
def columns_of(chosen: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns that were chosen, of which the last leave first; without a choice all of COLUMNS."""
    found = (COLUMN_NAMES[name] for name in chosen)
    return tuple(one._replace(leave=(len(chosen) - i) * bool(i)) for i, one in enumerate(found)) or COLUMNS


LEAD = 1               # columns before the first: the selection mark
BAR_WORD = 6           # columns of the bar that "no log" fits in, and
BAR_FIRST = 12         # ... before labels and the like get more than they must have
LEAVE_FOR_BETTER = 2   # columns that leave up to here do so for the whole of an epoch, 100/300, and for a bar
LEVELS = {"error": "bad", "warning": "warn", "good": "good", "healthy": "good"}  # styles
NO_VALUE = ("-", "?", "")  # of a cell without a value: it is neither old nor a reason
Fitted = tuple[tuple[Column, int], ...]  # columns, each with its width


@lru_cache(maxsize=64)
def fit_columns(columns: int, needs: tuple[int, ...] = (), without: str = "", chosen: tuple[str, ...] = ()) -> Fitted:
    """The columns that fit, each with its width; `needs` are the widths of the longest values, by columns_of."""
    needed = dict(zip((column.key for column in columns_of(chosen)), needs))
    shown = [column for column in columns_of(chosen) if column.key != without]
    def taken() -> int:
        return LEAD + sum(column.columns + 1 for column in shown) - 1
    better = {"epoch": needed.get("epoch", 0), "bar": BAR_WORD}  # what they lack others may leave for
    lack = 0 if chosen else sum(max(0, min(better.get(column.key, 0), column.most) - column.columns)
                                for column in shown)
    while any(column.leave for column in shown):
        first = min((column for column in shown if column.leave), key=lambda column: column.leave)
        if taken() + lack * (first.leave <= LEAVE_FOR_BETTER) <= columns:
            break
        shown.remove(first)
    tight = taken() > columns
    widths = {column.key: column.least if tight and column.least else column.columns for column in shown}
    spare = columns - LEAD - sum(widths.values()) - len(widths) + 1
    wishes = [("id", needed.get("id", 0)), ("bar", BAR_WORD), ("epoch", needed.get("epoch", 0)), ("bar", BAR_FIRST),
              *needed.items(), ("bar", COLUMNS_MAX)]
    most = {column.key: column.most for column in shown}
    for key, wish in wishes:
        more = max(0, min(spare, min(wish, most.get(key, 0)) - widths.get(key, 0)))
        if more:
            widths[key] += more
            spare -= more
    return tuple((column, widths[column.key]) for column in shown)


def fit_fleet(fleet: Fleet, columns: int, without: str = "", chosen: tuple[str, ...] = ()) -> Fitted:
    """The columns that fit the values of this fleet."""
    rows = fleet.metrics.values()
    return fit_columns(columns, tuple(max((width(column.need(m)) for m in rows), default=0) if column.need else 0
                                      for column in columns_of(chosen)), without, chosen)


def table_header(fitted: Fitted, scene: Scene) -> Line:
    """The names of the columns, that of the sort with its direction."""
    cells = []
    for column, columns in fitted:
        title = "PROGRESS" if column.key == "bar" and columns >= 8 else column.title
        title = title.replace("°C", scene.glyphs.degrees)
        mark = scene.glyphs.sorts[scene.view.reverse] if column.key == scene.view.sort else ""
        full = width(title + mark) > columns  # then it stands in the gap before the title
        cells.append((mark if mark and full else " ") + pad(title + mark * (not full), columns, column.right))
    return [Span(" " * (LEAD - 1)), Span("".join(cells), "bold")]


def cell_text(column: Column, m: TrainingMetrics, scene: Scene, columns: int, reason: bool, old: bool) -> str:
    """The cell with its marks: `~` before an old value, `!` after one that is a reason."""
    text = column.cell(m, scene, columns)
    aged = old and column.live and not text.startswith("~") and re.search(r"\d", text)  # no word, no marked estimate
    mark, after = "~" * bool(aged), "!" * (reason and column.marked)
    if text in NO_VALUE or not mark + after:
        return text
    for before in (mark, ""):
        room = columns - len(before + after)
        text = column.cell(m, scene, room)
        if width(text) <= room:
            break
    return before + text + after


def lead_of(m: TrainingMetrics, run: Optional[RunMetrics], chosen: str, scene: Scene) -> str:
    """What stands before a row: '>' of the selected one, '*' of a run that is marked."""
    return ">" if chosen else "*" if run and (m.instance_id, run.key) in scene.view.marked else " "


def bar_spans(text: str, style: str, glyphs: Glyphs) -> Line:
    """A bar with its full part in a style and its empty part dim."""
    full = text.rstrip(glyphs.empty)
    return [Span(full, style), Span(text[len(full):], "dim")]


def table_row(m: TrainingMetrics, fitted: Fitted, scene: Scene) -> Line:
    """One instance: mark and cells; the selected one is a bar of one look."""
    health = health_style(m, scene)
    reasons = {verdict.column: LEVELS[verdict.level] for verdict in reversed(scene.verdicts.get(m.instance_id, ()))}
    chosen = "selected" if m.instance_id == scene.view.selected and selected_run(m, scene) is None else ""
    styles = {} if chosen else {"id": health, "status": health, "bar": health, **reasons}
    old = m.probed is not None and m.stale(scene.now)
    line: Line = []
    plain, gap = lead_of(m, None if runs_below(m) else m.main, chosen, scene), ""
    # `plain` gathers until a cell has a style or a width of its own
    for column, columns in fitted:
        text = pad(cell_text(column, m, scene, columns, column.key in reasons, old), columns, column.right)
        style = styles.get(column.key, chosen)
        if style == chosen and same_width(text):
            plain += gap + text
        else:
            line.append(Span(plain + gap, chosen))
            line += bar_spans(text, style, scene.glyphs) if column.key == "bar" and style else [Span(text, style)]
            plain = ""
        gap = " "
    return [*line, Span(plain, chosen)]


def run_row(m: TrainingMetrics, run: RunMetrics, fitted: Fitted, scene: Scene) -> Line:
    """A run below its instance: branch and name, then the cells that are its own."""
    one, last = as_instance(m, run), run is runs_below(m)[-1]
    chosen = "selected" if selected_run(m, scene) is run else ""
    own = next((i for i, (column, _) in enumerate(fitted) if column.of_run), len(fitted))
    lead = [columns for _, columns in fitted[:own]]
    name = f"   {scene.glyphs.branches[last]} {run_name(run)}"
    line = [Span(lead_of(m, run, chosen, scene)
                 + pad(name, max(0, sum(lead) + len(lead) - 1), mark=scene.glyphs.cut), chosen)]
    for i, (column, columns) in enumerate(fitted[own:], own):
        text = cell_text(column, one, scene, columns, False, one.stale(scene.now)) if column.of_run else ""
        text = pad(text, columns, column.right)
        bar = column.key == "bar" and not chosen
        line += [Span(" " * bool(i), chosen), *(bar_spans(text, "good", scene.glyphs) if bar else [Span(text, chosen)])]
    return line


def row_line(m: TrainingMetrics, run: Optional[RunMetrics], fitted: Fitted, scene: Scene) -> Line:
    """A row of table_rows."""
    return table_row(m, fitted, scene) if run is None else run_row(m, run, fitted, scene)


def selected_run(m: TrainingMetrics, scene: Scene) -> Optional[RunMetrics]:
    """The run of this instance that is selected, None where it is the instance itself or another one."""
    if m.instance_id != scene.view.selected or m.instance_id in scene.view.folded:
        return None
    return next((run for run in runs_below(m) if run.key == scene.view.run), None)


def shown_part(fleet: Fleet, view: View, found: Mapping[int, Sequence[Verdict]]) -> Fleet:
    """What the group and the filter leave; the fleet itself where there are none."""
    if view.group is None and not view.filter:
        return fleet
    group = GROUPINGS[view.group_by]
    return fleet.part({key: m for key, m in fleet.metrics.items() if (view.group is None or group(m) == view.group)
                       and passes(m, found.get(key, ()), view.filter)})


def groups_of(fleet: Fleet, view: View) -> list[Optional[str]]:
    """All instances first (None), then the groups of at least two."""
    sizes = Counter(map(GROUPINGS[view.group_by], fleet.metrics.values()))
    return [None, *sorted(group for group, size in sizes.items() if size > 1)]


def look_at(fleet: Fleet, now: Moment) -> dict[int, list[Verdict]]:
    """Assess each run once for whatever reads it of this moment; the health of each instance."""
    begin_frame(fleet.metrics.values(), now)
    return {key: verdicts(m, now) for key, m in fleet.metrics.items()}


def make_scene(fleet: Fleet, view: View, now: Moment, columns: int, rows: int,
               known: Optional[Mapping[int, Sequence[Verdict]]] = None, **more: Any) -> Scene:
    """A scene with what every frame needs worked out once: each run's assessment, each one's health, the order.

    `known` is the health of each as of that moment, where it was worked out already.
    """
    found = look_at(fleet, now) if known is None else known
    part = shown_part(fleet, view, found)
    return Scene(part, fleet, view, now, columns, rows, order=in_order(part, now, view.sort, view.reverse, found),
                 verdicts=found, fitted=fit_fleet(part, columns, chosen=view.columns), **more)


def in_order(fleet: Fleet, now: Moment, sort: str, reverse: bool,
             found: Mapping[int, Sequence[Verdict]]) -> list[TrainingMetrics]:
    """The instances by the values of a column, those without a value last; among equals the unwell come first."""
    value = column_by_key(sort).value
    assert value

    def by_health(m: TrainingMetrics) -> tuple[int, float, int]:
        eta_s = m.eta_s(now)
        return urgency(m, found.get(m.instance_id, ())), TIME_MAX if eta_s is None else eta_s, m.instance_id
    rows = sorted(fleet.metrics.values(), key=by_health)
    valued = [(value(Known(m, m.main, assessed(m, now), found.get(m.instance_id, ()), now)), m) for m in rows]
    known = [(one, m) for one, m in valued if one is not None and one == one]
    known.sort(key=lambda entry: entry[0], reverse=reverse)
    return [m for _, m in known] + [m for one, m in valued if one is None or one != one]


# -- the line on top

def counts_text(fleet: Fleet, form: str) -> str:
    """long: '6 instances: 3 running 1 loading', short: '6: 3 run 1 load', few: '6: 3 run', share: '3/6 run'."""
    if fleet.listed is None or not form:
        return ""
    if not fleet.metrics:
        return "0 instances"
    counts, total = fleet.counts(), len(fleet.metrics)
    rank = {status: i for i, status in enumerate(STATUSES)}
    named = [(counts[status], status) for status in sorted(counts, key=lambda status: (rank.get(status, 99), status))]
    if form == "long":
        return plural(total, "instance") + ": " + " ".join(f"{n} {status}" for n, status in named)
    if form != "short":
        named = [(n, status) for n, status in named if facts_of_status(status).phase != "waiting"] or named
    said = [f"{n} {STATUSES[status].short if status in STATUSES else status}" for n, status in named]
    if form == "share" and counts["running"]:
        said[0] = f"{counts['running']}/{total} run"
        return " ".join(said)
    return ("" if len(said) == 1 else f"{total}: ") + " ".join(said)


def title_parts(fleet: Fleet, now: Moment) -> dict[str, str]:
    """What the line on top may say of money and time, '' where it is not known; nothing before the first listing."""
    if fleet.listed is None:
        return {}
    left_s, priced = fleet.runway_s(now), fleet.priced()
    burn = f"${fleet.burn():.2f}" if priced else ""
    balance = "" if fleet.balance is None else f"${fleet.balance:.2f}"
    lasts, soon = ("", "") if left_s is None else (duration(left_s), "!" * (left_s < MONEY_SOON_S))
    age = "" if fleet.trouble else duration(now.mono - fleet.listed.mono)
    left = balance and f"bal {lasts or balance}"
    spent = f"{'~' * fleet.spent_roughly(now)}${fleet.spent(now):.2f}" if priced else ""
    return {"burn": burn and f"burn {burn}/hr", "$/hr": burn and f"{burn}/hr", "$/h": burn and f"{burn}/h",
            "spent": spent and f"spent {spent}", "$": spent,
            "balance": balance and f"balance {balance}{lasts and f' = {lasts}'}{soon and ' !'}",
            "bal": left + (soon and " !"), "bal!": left + soon, "lasts": lasts,
            "clock": age and f"{clock(now.wall, form='%Z')} {clock(now.wall)}", "upd": age and f"upd {age}", "age": age}


def state_text(scene: Scene, parts: int = 1) -> tuple[str, str]:
    """LIVE, PAUSED, STALE, CONNECTING or API ERROR, that with so many parts: age of the data, retry; and its style."""
    fleet, now = scene.fleet, scene.now
    age_s = 0.0 if fleet.listed is None else now.mono - fleet.listed.mono
    if scene.paused_at is not None:
        return f"PAUSED {duration(now.mono - scene.paused_at)}", "warn"
    if fleet.trouble:
        retry = "" if fleet.retry_at is None else f"retry in {duration(max(0.0, fleet.retry_at - now.mono))}"
        said = [f"API ERROR {fleet.failures}x", "" if fleet.listed is None else f"data {duration(age_s)} old", retry]
        return ", ".join(filter(None, said[:parts])), "bad"
    if fleet.listed is None:
        return "CONNECTING", "warn"
    return (f"STALE {duration(age_s)}", "warn") if age_s > scene.stale_after_s else ("LIVE", "good")


def narrowed(scene: Scene) -> str:
    """What leaves only some of the instances: 'group exp', '/gpu:4090', '' where all are there."""
    view = scene.view
    group = [] if view.group is None else [f"group {view.group or '(none)'}"]
    return " ".join(group + [f"/{view.filter}"] * bool(view.filter))


class TitleForm(NamedTuple):
    """The line on top where it has so many columns: parts of title_parts, of which an empty one leaves."""

    least: int                # columns
    name: str
    counts: str               # a form of counts_text
    money: tuple[str, ...]
    right: tuple[str, ...]
    gap: str                  # between parts
    state: int                # so many parts of state_text; the last forms do not say that all is well


TITLE_FORMS = (  # from the longest on; the first one that fits is shown
    TitleForm(130, "training_monitor  ", "long", ("burn", "spent", "balance"), ("clock", "upd"), "   ", 3),
    TitleForm(90, "training_monitor  ", "short", ("$/hr", "spent", "bal"), ("upd",), "  ", 3),
    TitleForm(70, "training_monitor  ", "few", ("$/hr", "$", "bal"), ("age",), "  ", 3),
    TitleForm(50, "monitor ", "few", ("$/hr", "$", "bal"), (), " ", 2),
    TitleForm(0, "", "share", ("$/h", "bal!"), (), "  ", 1),
    TitleForm(0, "", "share", (), (), "", 1),
    TitleForm(0, "", "", (), (), "", 1),
)


def title_line(scene: Scene) -> Line:
    """Name, counts, money, clock and state, as much as fits; the state stays longest."""
    parts = title_parts(scene.fleet, scene.now)
    for form in (form for form in TITLE_FORMS if form.least <= scene.columns):
        state, style = state_text(scene, form.state)
        state = "" if form.state == 1 and style == "good" else state
        name = form.name
        if name and scene.fleet is not scene.whole:
            name = clip(narrowed(scene), 30, scene.glyphs.cut) + "  "
        left = f" {name}{counts_text(scene.fleet, form.counts or 'share' * (not state))}"
        middle, right = (form.gap.join(filter(None, map(parts.get, names))) for names in (form.money, form.right))
        right += form.gap * bool(right)
        gap = scene.columns - sum(map(width, (left, middle, right, state))) - 1
        if gap >= 3:
            break
    before = gap if not right + state else max(2, gap // 2)
    line = [Span(left + " " * before + middle + " " * max(1, gap - before) + right), Span(state, style + " bold")]
    return line if gap >= 0 else [Span(clip(state or left, scene.columns), style)]


def status_parts(fleet: Fleet, now: Moment) -> list[str]:
    """The fleet in a few words: '3/6 run 1 exit', '1 failed', '$2.34/h', '1h45m'; what is not known leaves."""
    if fleet.listed is None:
        return [fleet.trouble or "connecting"]
    failed, parts = sum(m.log.state == "failed" for m in fleet.metrics.values()), title_parts(fleet, now)
    said = [counts_text(fleet, "share"), f"{failed} failed" if failed else "", parts["$/h"], parts["lasts"],
            "API lost" if fleet.failures >= API_LOST else ""]
    return list(filter(None, said))


# -- the log panel

LONG_BAR = expression(r"([█━#=])\1{7,}|(?<! ) {8,}(?=\|)")  # full and empty part of one as wide as the run's terminal


def log_lines(fleet: Fleet, cleared: int, rows: int) -> list[tuple[TrainingMetrics, LogLine]]:
    """The lines that the panel shows, in the order they came.

    Each run has its share of the rows: one that prints much does not hide the others.
    """
    talking = [(m, run.lines) for m in fleet.metrics.values() for run in m.runs
               if run.lines and run.lines[-1][0] > cleared]
    talking.sort(key=lambda entry: -entry[1][-1][0])
    waiting = [(m, islice(reversed(lines), rows)) for m, lines in talking[:rows]]
    shown: list[tuple[int, TrainingMetrics, LogLine]] = []
    while waiting and len(shown) < rows:
        for m, newest in list(waiting):
            arrival, line = next(newest, (0, LogLine(0, 0.0, "", 0)))
            if arrival > cleared and len(shown) < rows:
                shown.append((arrival, m, line))
            else:
                waiting.remove((m, newest))
    return [(m, line) for _, m, line in sorted(shown, key=lambda entry: (entry[2].wall, entry[0]))]


def line_time(line: LogLine, seconds: bool) -> str:
    """When a line was written; of one that nobody saw come the time that it bears itself, else blanks."""
    if not line.old:
        return clock(line.wall, seconds)
    columns = 8 if seconds else 5
    if line.stamp is None:
        return " " * columns
    today = abs(line.wall - line.stamp) < DAY_S
    form = "%m-%d" if not today else "%H:%M:%S" if seconds else "%H:%M"
    return time.strftime(form, time.gmtime(line.stamp)).ljust(columns)


def log_text(line: LogLine, columns: int, scene: Scene) -> str:
    """The line in so many columns; one that is too long has its progress bar drawn shorter, to keep the numbers."""
    text = line.text
    if width(text) > columns:
        text = LONG_BAR.sub(lambda part: part[0][0] * max(1, round(len(part[0]) / 8)), text)
    return clip(text, columns, scene.glyphs.cut)


def log_panel(scene: Scene, rows: int) -> list[Line]:
    """The newest log lines with time and instance."""
    panel = []
    only = scene.fleet.metrics.get(scene.view.selected or 0) if scene.view.only_selected else None
    fleet = scene.fleet if only is None else scene.fleet.part({only.instance_id: only})
    for m, line in log_lines(fleet, scene.view.cleared, rows):
        name = show_id(m.instance_id) if scene.columns >= 100 else short_id(m.instance_id)
        when = line_time(line, scene.columns >= 70) + " " if scene.columns >= 50 else ""
        times = f" (x{line.times})" if line.times > 1 else ""
        text = log_text(line, scene.columns - len(when + name + times) - 2, scene)
        panel.append([Span(f" {when}{name} ", "dim"), Span(text + times, "bad" if line.bad else "")])
    return panel


def rule_line(scene: Scene, left: str, right: str = "") -> Line:
    """'-- Log: all ------------------ follow -'."""
    dash = scene.glyphs.rule
    fill = scene.columns - width(left) - width(right) - 4 - 3 * bool(right)
    if fill < 0:
        return [Span(clip(f"{dash * 2} {left} {dash * scene.columns}", scene.columns), "dim")]
    line = [Span(f"{dash * 2} ", "dim"), Span(left), Span(" " + dash * fill, "dim")]
    return [*line, Span(f" {right} "), Span(dash, "dim")] if right else line


# -- the summary

def fleet_parts(scene: Scene) -> list[str]:
    """Running of all, errors, cost so far and by the hour, mean GPU and memory."""
    fleet, wide = scene.fleet, scene.columns >= 70
    if fleet.listed is None:
        return ["nothing is known yet"]
    levels = Counter(health_of(scene.verdicts.get(key, ())) for key in fleet.metrics)
    gpu, memory = ("-" if value is None else f"{value:.0f}%" for value in fleet.averages())
    run, err = f"{fleet.counts()['running']}/{len(fleet.metrics)}", levels["error"]
    said = [f"{run} running  {plural(err, 'error')}" if wide else f"{run} run {err} err"]
    parts = title_parts(fleet, scene.now)
    if scene.columns >= 50 and parts["$"]:
        said.append(f"{parts['$']}{' total' * wide}  {parts['$/hr']}")
    return [*said, f"GPU {gpu} mem {memory}", f"{levels['healthy']} healthy  {plural(levels['warning'], 'warning')}"]


def money_parts(scene: Scene) -> Iterator[str]:
    """Balance, how long it lasts, and what the runs will have cost."""
    fleet, now = scene.fleet, scene.now
    left_s = fleet.runway_s(now)
    if fleet.balance is not None:
        lasts = "" if left_s is None else f" lasts {duration(left_s)} (ends {when(now.wall + left_s, now.wall)})"
        yield f"balance ${fleet.balance:.2f}{lasts or ', refilled by card' * fleet.refills}"
        measured = fleet.measured_burn()
        if measured is not None:
            yield f"the account really spends ${measured:.2f}/hr"
    if fleet.budget is not None:
        yield f"budget ${fleet.spent_watching():.2f} of ${fleet.budget:.2f}"
    for m in scene.order:
        end, (cost, estimated) = assessed(m, now).end_cost, m.bill.until(now)
        if end is not None and cost is not None:
            yield f"{short_id(m.instance_id)} +${end - cost:.2f} to finish = {'~' * estimated}${end:.2f}"


def waste_parts(scene: Scene) -> list[str]:
    """What is paid for without training."""
    said, lost = [], 0.0
    for waste in scene.fleet.waste(scene.now) if scene.fleet.listed else ():
        since = "" if waste.since_s is None else f" {duration(waste.since_s)}"
        lost += waste.dollars or 0.0
        said.append(f"{short_id(waste.instance_id)} {waste.what}{since}"
                    + ("" if waste.dollars is None else f" ${waste.dollars:.2f}"))
    return [f"${lost:.2f}", *said] if said else []


def progress_parts(scene: Scene) -> Iterator[str]:
    """How each run moves."""
    for m in scene.order:
        if m.phase() == "up" and m.log.state == "training":
            found = assessed(m, scene.now)
            quiet = f", quiet {duration(found.quiet_s or 0.0)}" if found.state == "stalled" else ""
            at = epoch_text(m)
            where = f" {'step' if m.epoch is None else 'epoch'} {at.replace('st', '')}" if at else ""
            loss = f" loss {number(m.loss)}" if m.loss is not None else ""
            yield f"{short_id(m.instance_id)}{where}{loss}{quiet}"


def event_parts(scene: Scene) -> Iterator[str]:
    """What happened last to the instances shown, newest first."""
    for event in reversed(scene.fleet.events):
        if event.instance_id is not None and event.instance_id not in scene.fleet.metrics:
            continue
        yield f"{when(event.wall, scene.now.wall)} {event.line()}"


# (name, parts, lines of summary from which on it is shown); a new line is a row.
SUMMARY: tuple[tuple[str, Callable[[Scene], Iterable[str]], int], ...] = (
    ("Fleet", fleet_parts, 1),
    ("Money", money_parts, 4),
    ("Waste", waste_parts, 2),
    ("Progress", progress_parts, 5),
    ("Events", event_parts, 3),
)


def as_many(parts: Iterable[str], gap: str, columns: int) -> str:
    """The first of the parts, as many as fit into so many columns."""
    text = ""
    for part in parts:
        longer = text + gap * bool(text) + part
        if width(longer) > columns:
            break
        text = longer
    return text


def summary_pane(scene: Scene, rows: int) -> list[Line]:
    """So many lines, each with as many of its parts as fit."""
    lines: list[Line] = []
    wide = scene.columns >= 100
    for name, parts, least in SUMMARY:
        head = f" {pad(name, 9)}" if wide else f" {name}" if scene.columns >= 50 else ""
        text = as_many(parts(scene) if rows >= least else (), " " * (2 + wide), scene.columns - width(head) - 1)
        if text:
            lines.append([Span(head, "dim"), Span(" " + text)])
    return fill_rows(lines, rows)


# -- alerts, keys, help

def open_alerts(scene: Scene) -> list[Alert]:
    """What is unwell and was not looked at."""
    found = alerts(scene.whole, scene.now, scene.verdicts)
    return [alert for alert in found if alert.key() not in scene.view.seen]


ALERT_FORMS = (70, 100)  # columns from which on more is said of how many there are


def alert_lines(scene: Scene, rows: int = 1) -> list[Line]:
    """What is being typed, else what just happened, else what is unwell, one by one; in so many lines at most."""
    view, cut = scene.view, scene.glyphs.cut
    if view.prompt:
        return [prompt_line(scene, view.prompt)]
    every = alerts(scene.whole, scene.now, scene.verdicts)
    found = [alert for alert in every if alert.key() not in view.seen]
    urgent = any(alert.level == "error" for alert in found) and view.message_level == "good"
    if view.message and scene.now.mono < view.message_until - urgent * (MESSAGE_S - URGENT_S):
        return [[Span(clip(f" {view.message}", scene.columns - 1, cut), view.message_level)]]
    if not found:
        return [[]]
    # That of `n`, else they take turns, so that each is seen without a key.
    turn = found[int(scene.now.mono / ALERT_S) % len(found)]
    alert, who = next((one for one in found if one.key() == view.alert), turn), ""
    nth = f"{every.index(alert) + 1} of {len(every)}"  # the looked-at count too
    if alert.instance_id is not None:
        who = (show_id if scene.columns >= 60 else short_id)(alert.instance_id) + " "
    short, said = nth.replace(" of ", "/"), f"! {who}{alert.text}"
    forms = [f"   (alert {nth}, n: next)", f"  ({short}, n: next)", f" ({short})"]
    forms = forms[2 - bisect.bisect(ALERT_FORMS, scene.columns):]
    room, style = scene.columns - len(forms[-1]) - 2, LEVELS[alert.level]
    lines = wrap_words(said, room, rows, cut)
    of = next((form for form in forms if width(lines[-1] + form) < scene.columns - 1), forms[-1])
    return [*([Span(f" {line}", style)] for line in lines[:-1]),
            [Span(f" {lines[-1]}", style), Span(of, "dim")]]


NO_REGEX = re.error, RecursionError, OverflowError  # why `re.compile` takes no text


def to_regex(text: str) -> "Optional[re.Pattern[str]]":
    """A regular expression, None where the text is none; without a capital letter case does not count."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "[[" may mean something else one day
            return re.compile(text, re.IGNORECASE if text == text.lower() else 0)
    except NO_REGEX:
        return None


def show_sort(scene: Scene, text: str) -> tuple[str, ...]:
    """The column that is chosen."""
    title = column_by_key(scene.view.sort).title or "health"
    return (f"sort by {title} {scene.glyphs.sorts[scene.view.reverse]}",
            "arrows or s: another column", "S: reverse", "Enter keep, Esc cancel")


def show_filter(scene: Scene, text: str) -> tuple[str, ...]:
    """The filter, how many it leaves, and what it understands."""
    found = f"{len(scene.order)} of {len(scene.whole.metrics)}"
    return f"/{text}_", found, "Enter keep, Esc cancel", " ".join(f"{name}:" for name in FILTERS)


def show_search(scene: Scene, text: str) -> tuple[str, ...]:
    """The search, and whether it is a regular expression that is quick enough."""
    kind = "regex" if to_regex(text) else "no regex: searched as it stands"
    slow = f"slow: {scene.unsearched} older lines left out" if scene.unsearched else ""
    return f"/{text}_", slow or kind, "Enter keep, Esc cancel"


def prompt_line(scene: Scene, prompt: Prompt) -> Line:
    """What is being typed, how much it finds, and how to get out, as much of it as fits."""
    typed, *advice = prompt.kind.show(scene, prompt.text)
    for parts in range(len(advice), 0, -1):
        full = f" {typed}   ({'; '.join(advice[:parts])})"
        if width(full) < scene.columns:
            return [Span(full, "bold")]
    return [Span(clip(f" {typed}", scene.columns - 1), "bold")]


def key_line(scene: Scene) -> Line:
    return key_line_of(tuple(scene.keys), scene.view.screens[-1], scene.columns)


@lru_cache(maxsize=8)  # made anew it is a fifth of the work of a frame
def key_line_of(every: tuple[Key, ...], screen: str, columns: int) -> Line:
    """Those of the keys that fit, the weightiest first; where there is little room, with shorter words."""
    here = [key for key in every if key.short and key.works_on(screen)]
    def named(keys: Sequence[Key]) -> list[tuple[str, str]]:
        return [(key.names if len(key.names) <= 3 else key.names.split()[0], key.short) for key in keys]
    spare = [key for key in here if key.spare]
    forms = [("  ", named([key for key in here if key not in spare[many:]])) for many in range(len(spare), -1, -1)]
    pairs = forms[-1][1]
    bare = sum(name in "qrpc" for name, _ in pairs)  # q r p c need no word
    first = (" ".join(name for name, _ in pairs[:bare]) + " ", "")
    forms += [(" ", pairs), (" ", [first, *((name, word.lower()) for name, word in pairs[bare:])]),
              (" ", [first, *((name, "") for name, _ in pairs[bare:-1]), ("?", "help")])]
    for gap, pairs in forms:
        line = [Span(" ")]
        for name, word in pairs:
            line += [Span(name, "bold"), Span((" " + word) * bool(word) + gap)]
        if width("".join(span.text for span in line).rstrip()) < columns:
            break
    return clip_line(line, columns)


def fill_rows(lines: Sequence[Line], rows: int) -> list[Line]:
    """Exactly so many lines: cut, or with empty ones below."""
    return [*lines[:rows], *([[]] * (rows - len(lines)))]


def clip_line(line: Line, columns: int) -> Line:
    """The line cut to so many columns."""
    kept: Line = []
    for span in line:
        text = clip(span.text, columns)
        kept.append(span._replace(text=text))
        columns -= width(text)
    return kept


HEALTH_HELP = (("green", "training, log moving"), ("yellow", "idle, stalled, old"), ("red", "exited, failed"))


def help_entries(keys: Sequence[Key], screen: str) -> list[tuple[str, str]]:
    """(key, meaning) of a screen's keys by groups; a group's head has no meaning."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in keys:
        if key.help and key.works_on(screen):
            groups.setdefault(key.group, []).append((key.names, key.help))
    groups["HEALTH"] = list(HEALTH_HELP)
    return [entry for group, entries in groups.items() for entry in ((group, ""), *entries)]


def help_pages(scene: Scene) -> list[list[str]]:
    """The lines of the help, by the pages that it has at this size."""
    inside = min(scene.columns - 4, 74)
    names = 14 if inside >= 36 else 9
    entries = [f"{'' if not meaning else ' '}{pad(keys, names) if meaning else keys}{meaning}"
               for keys, meaning in help_entries(scene.keys, scene.view.screens[-1])]
    rows = max(1, scene.rows - 4)
    if inside >= 70 and len(entries) > rows:
        half = (len(entries) + 1) // 2
        half += not entries[half - 1].startswith(" ")  # a group's head stays with its keys
        entries = [pad(left, inside // 2) + right for left, right in
                   zip_longest(entries[:half], entries[half:], fillvalue="")]
    return [entries[first:first + rows] for first in range(0, len(entries), rows)]


def help_pane(scene: Scene) -> list[Line]:
    """The keys in a box: two columns where there is room, else pages."""
    glyphs, inside = scene.glyphs, min(scene.columns - 4, 74)
    pages = help_pages(scene)
    page = min(scene.view.help_page or 0, len(pages) - 1)
    tl, tr, bl, br = glyphs.corners
    def edge(left: str, text: str, right: str) -> Line:
        return [Span(f" {left}{pad(glyphs.rule * 2 + ' ' + text + ' ' + glyphs.rule * inside, inside)}{right}")]
    head = f"Keys: {scene.view.screens[-1]}"
    head += f" ({page + 1}/{len(pages)}, {'PgDn' if page + 1 < len(pages) else 'PgUp'})" if len(pages) > 1 else ""
    body = [[Span(f" {glyphs.side}{pad(' ' + entry, inside)}{glyphs.side}")] for entry in pages[page]]
    return [[], edge(tl, head, tr), *body, edge(bl, "any key closes", br)]


# -- the frame

class Layout(NamedTuple):
    """Rows of each part of the main screen, 0 for one that has left; table head and alert line stay."""

    title: int
    table: int
    log_rule: int
    log: int
    summary_rule: int
    summary: int
    blank: int
    keys: int


def layout(rows: int, instances: int, narrowed: bool = False) -> Layout:
    """Share the rows: blanks leave first, then summary, log, rules and keys; the rest is the log's.

    The rule above the log stays where it has something to say: which rows are shown, or why not all.
    """
    summary = 5 if rows >= 40 else 3 if rows >= 28 else 2 if rows >= 22 else 1
    table = min(max(1, instances), max(3, rows // 2))
    scrolls = table < instances or narrowed
    share = Layout(1, table, 1, 1, int(summary > 1), summary, int(rows >= 28), 1)
    steps = [{"blank": 0}, {"summary_rule": 0, "summary": 1}, {"log_rule": int(scrolls)},
             *({"table": fewer} for fewer in range(table - 1, 2, -1) if table < instances),
             {"keys": 0}, {"summary": 0}, {"log": 0}, {"title": 0}, {"log_rule": 0},
             *({"table": fewer} for fewer in range(table - 1, -1, -1))]
    for step in steps:
        if sum(share) + 2 <= rows:
            break
        share = share._replace(**step)
    return share._replace(log=share.log + max(0, rows - 2 - sum(share)) * bool(share.log))


def one_line(scene: Scene) -> Line:
    """What a terminal below 20x5 has room for: '3/6 run 1 exit $2.34/h'."""
    parts, room = status_parts(scene.fleet, scene.now), scene.columns - 1
    return [Span(as_many(parts, " ", room) or clip(parts[0], room))]  # a part that is cut would lie


def scroll_to(view: View, order: Sequence[int], rows: int, below: int = 0) -> View:
    """The view with an instance selected that exists, and the table's window around it.

    `order` has an instance for each row; the selected run is `below` so many rows below its instance's first.
    """
    if not order:
        return view._replace(top=0)
    at = order.index(view.selected) + below if view.selected in order else 0
    top = min(max(view.top, at - rows + 1), at, max(0, len(order) - rows))
    return view._replace(selected=order[at], top=max(0, top))


def main_layout(scene: Scene) -> Layout:
    return layout(scene.rows, len(table_rows(scene)) or 3, scene.fleet is not scene.whole)  # why there is none


def main_pane(scene: Scene) -> list[Line]:
    """Title, table, log, summary, alert line and keys."""
    share, view, fitted = main_layout(scene), scene.view, scene.fitted
    top, order = view.top, table_rows(scene)
    shown = order[top:top + share.table]
    lines = [title_line(scene)] * share.title + [table_header(fitted, scene)]
    none = ("no match: Esc shows all" if scene.fleet is not scene.whole else
            "this account has no instance" if scene.fleet.listed else scene.fleet.trouble or "asking vastai ...")
    lines += fill_rows([row_line(m, run, fitted, scene) for m, run in shown] or [
        [Span(f" {line}")] for line in wrap_words(none, scene.columns - 2, share.table, scene.glyphs.cut)], share.table)
    if share.log_rule:
        where = f"rows {top + 1}-{top + len(shown)} of {len(order)}" if len(shown) < len(order) else "follow"
        whose = short_id(view.selected) if view.only_selected and view.selected is not None else "all"
        named = f"Log: {whose}" if scene.columns >= 70 or view.only_selected else "Log"
        lines.append(rule_line(scene, named, "  ".join(filter(None, (clip(narrowed(scene), 40), where)))))
    lines += fill_rows(log_panel(scene, share.log), share.log)
    lines += [rule_line(scene, "Summary")] * share.summary_rule + summary_pane(scene, share.summary)
    alert = alert_lines(scene, 1 + share.blank)
    return lines + [[]] * (1 + share.blank - len(alert)) + alert + [key_line(scene)] * share.keys


# -- one instance

def selected_of(scene: Scene) -> Optional[TrainingMetrics]:
    """The selected instance, with the selected run for its only one."""
    m = scene.whole.metrics.get(scene.view.selected or 0)
    run = None if m is None else selected_run(m, scene)
    return m if m is None or run is None else as_instance(m, run)


def labelled(scene: Scene, name: str) -> Span:
    """The label of a line of the details, in a column of its own; narrow screens have none."""
    return Span(f" {name:<7}" if scene.columns >= 60 else "", "dim")


def say_parts(scene: Scene, name: str, parts: Iterable[str], style: str = "") -> list[Line]:
    """One line of as many parts as fit, the empty ones left out; none without a part."""
    label, said = labelled(scene, name), list(filter(None, parts))
    if not said:
        return []
    room = scene.columns - 1 - width(label.text)
    text = as_many(said, "  ", room - 1) or said[0]
    return [[label, Span(clip(" " + text, room, scene.glyphs.cut), style)]]


def details_head(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Id, icon, status, label, GPU, price, age; what does not fit leaves."""
    price = price_of(m)
    parts = [clip(label_of(m), 24, scene.glyphs.cut), m.gpu_type if scene.columns >= 60 else "",
             "" if price is None else f"${rate(price).strip()}/hr"]
    if scene.columns >= 70:
        up = f"rented {duration(m.runtime_seconds)}" if m.runtime_seconds else ""
        left_s = m.row.end - scene.now.wall if m.row and m.row.end else None
        ends = "" if left_s is None else f"contract ends in {duration(left_s)}" if left_s > 0 else "contract is over"
        parts += [up, ends if scene.columns >= 100 else ""]
    age_s, state = m.age_s(scene.now), state_text(scene)[0]
    upd = "upd " if m.phase() == "up" and scene.columns >= 60 else ""
    parts.append("" if age_s is None or (m.phase() != "up" and scene.columns >= 70) else upd + duration(age_s))
    parts.append("" if state == "LIVE" else state)
    status = f"{m.status}  " if scene.columns >= 70 else ""
    icon = cell_icon(m, scene, 2)
    lead = [Span(f" {show_id(m.instance_id)} ", health_style(m, scene) + " bold"), Span(icon)]
    room = scene.columns - sum(width(span.text) for span in lead) - 1
    return [[*lead, Span(clip(f" {status}{'  '.join(filter(None, parts))}", room, scene.glyphs.cut))]]


UNPRINTED = "nothing printed yet: into a file or pipe Python prints late, unless it is started with -u"


def why_nothing(m: TrainingMetrics) -> str:
    """Why nothing is known of a run here."""
    if m.row is None:
        return "nothing is known of it: no listing has told of it"
    if m.phase() != "up" and m.probed is None and not m.trouble:
        return "it does not run yet" if m.phase() == "waiting" else "it was not watched while it ran"
    return m.trouble or ("no output found" if m.probed is not None else "not read yet")


def why_no_progress(m: TrainingMetrics) -> str:
    """Why nothing is known of how far its run is."""
    kind = KINDS.get(m.main.reading.kind)
    return kind or (why_nothing(m) if not m.log_path else "no progress found in log" if m.lines else UNPRINTED)


def details_progress(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Epoch, step, the bar, percent and throughput."""
    wide = scene.columns >= 60
    before: list[str] = []
    after = []
    for name, at, total in (("epoch" if wide else "ep", m.epoch, m.total_epochs), ("step", m.step, m.total_steps)):
        if at is not None and (wide or not before):
            before.append(f"{name} {count(at)}" + (f"/{count(total)}" if total else ""))
    percent = m.progress()
    if percent is not None:
        most = percent if percent >= 100 else min(percent, 99.9)  # 100.0% is all, not nearly all
        after.append(f"{most:.1f}%" if wide else f"{int(percent)}%")
    if m.log.rate is not None and wide:
        after.append(f"{m.log.rate:.{2 if m.log.rate < 100 else 0}f} {m.log.rate_unit}")
    label, left, right = labelled(scene, "Run"), "  ".join(before), "  ".join(after)
    room = scene.columns - width(label.text) - width(left) - width(right) - 7
    if percent is None or room < 4:
        text = "  ".join(filter(None, (left, right))) or why_no_progress(m)
        return [[label, Span(clip(f" {text}", scene.columns - 1 - width(label.text), scene.glyphs.cut))]]
    drawn = bar_spans(bar(percent, min(room, 100), scene.glyphs), health_style(m, scene), scene.glyphs)
    return [[label, Span(f" {left}  ["), *drawn, Span(f"] {right}")]]


def details_cost(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Spent, to finish, dollars an epoch."""
    end, to_finish = assessed(m, scene.now).end_cost, " to finish" * (scene.columns >= 60)
    cost, estimated = m.bill.until(scene.now)
    return say_parts(scene, "Cost", [
        "" if cost is None else f"spent {m.bill.words(scene.now)}",
        "" if end is None else f"+${end - (cost or 0.0):.2f}{to_finish} = {'~' * estimated}${end:.2f}",
        *(f"${money(dollars)}/{thing}" for dollars, thing in unit_costs(m) if dollars >= CENT)])


def details_end(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """When the run ends, as a time of day with its zone, and how fast it gets on; how it ended, or why none tells."""
    found, parts = assessed(m, scene.now), []
    if found.eta_s is not None and found.end is not None:
        form = "%H:%M %Z" if found.eta_s < DAY_S / 2 else "%a %H:%M %Z" if found.eta_s < 6 * DAY_S else DAY_FORM
        mark = "" if found.sure and not found.stale else "~"
        parts.append(f"{mark}{remaining(found.eta_s)} ({clock(found.end, form=form)}"
                     f" {scene.glyphs.about} {duration(found.margin_s)})")
    elif found.state in (*OVER, "stalled"):
        parts.append(found.reason if found.state == "ended" else found.state)
    elif found.state == "training":
        parts.append("no ETA: its log does not say how much there is to do" if found.percent is None else
                     "no ETA yet: its pace is measured, for 1 % of the run or 10 minutes at least")
    if found.ended is not None:
        parts.append(f"ended {clock(found.ended, form='%a %H:%M %Z')}")
    return say_parts(scene, "ETA" if found.eta_s is not None else "State", parts + pace_words(m, scene.now))


def wrapped(scene: Scene, name: str, text: str, style: str, most: int) -> list[Line]:
    """A text in at most so many lines behind their label."""
    label = labelled(scene, name)
    lines = wrap_words(text, scene.columns - 4 - width(label.text), most, scene.glyphs.cut)
    return [[labelled(scene, "") if i else label, Span(f" {'  ' * bool(i)}{line}", style)]
            for i, line in enumerate(lines)]


def details_health(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Why it is unwell, in words."""
    found = scene.verdicts.get(m.instance_id, ())
    if not found:
        return []
    text, style = "! " + "; ".join(verdict.reason for verdict in found), LEVELS[found[0].level]
    return wrapped(scene, "Health", text, style, 3 if scene.rows >= 20 else 1)


def details_money(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Whether the balance lasts until the run ends."""
    left_s, eta_s, whole = scene.whole.runway_s(scene.now), m.eta_s(scene.now), scene.whole
    if left_s is None or whole.balance is None or isinstance(m.instance_id, HostId):
        return []
    said, short = f"${whole.balance:.2f} at ${whole.drain():.2f}/hr lasts {duration(left_s)}", False
    if eta_s is not None:
        short = left_s < eta_s
        off = duration(abs(left_s - eta_s))
        missing = f"BEFORE this run: add ${whole.drain() * (eta_s - left_s) / 3600:.2f}"
        said += f", ends {off} {missing}" if short else f", {off} longer than this run"
    return say_parts(scene, "Money", [said], "bad" if short else "")


def details_terms(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """What is not usual in how it is rented."""
    row, rise = m.row or Row(m.instance_id), scene.whole.rises.get(m.instance_id)
    parts = [f"bid ${row.gpu_rate or 0:.3f}/hr, can be outbid" if row.interruptible else "",
             f"reserved, ${row.prepaid:.2f} of its own left" if row.prepaid else "",
             f"traffic ${row.traffic:.2f}" if row.traffic >= CENT else "",
             "" if rise is None else f"gpu ${rise:.3f}/hr after the contract ends",
             f"contract ends {clock(row.end, form='%Y-%m-%d %H:%M')}" if row.end and (
                 rise is not None or row.end - scene.now.wall < 2 * DAY_S) else ""]
    return say_parts(scene, "Terms", parts)


def details_metrics(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """The other values of the log by name."""
    log = m.log
    named = [("loss", m.loss), ("val_loss", log.val_loss), ("lr", log.learning_rate), *sorted(log.metrics.items())]
    said = [f"{clean(name, 30)} {number(value, 8)}" for name, value in named if value is not None]
    if log.best is not None:
        value, at, since = log.best
        where = "" if at is None else f" at {'step' if log.epoch is None else 'epoch'} {count(at)}"
        ago = f", {plural(since, 'evaluation')} ago" if since else ""
        said.insert(1, f"best val {number(value, 8)}{where}{ago}")
    return say_parts(scene, "Values", said)


def details_found(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Which run is followed: its name, where its output was found, what was started, what else was seen."""
    one = m.main.reading
    if not (one.where or one.command):
        vain = (f"no run was found; looked at {m.looked_at}. "
                "Start it in tmux, print into a file, or name the file with --log-path")
        return wrapped(scene, "Follows", vain, "", 4) if m.looked_at else []
    name = run_name(m.main) if one.name else ""
    where = clip(one.where, max(20, scene.columns - width(name) - 14), scene.glyphs.cut)  # rather a part than nothing
    parts = [name, one.kind if one.kind in KINDS else "", where or "no output",
             f"pid {one.pid}" if one.pid is not None else "",
             f"since {duration(one.age_s)}" if one.age_s is not None else "",
             f"its RAM {one.memory_mib / 1024:.1f} GiB" if one.memory_mib is not None and one.memory_mib > 100 else "",
             one.command, one.cwd and f"in {one.cwd}"]
    looked = [] if one.where or not m.looked_at else wrapped(scene, "", f"looked at {m.looked_at}", "", 3)
    return say_parts(scene, "Follows", parts) + looked


def details_place(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Where it stands, what it runs, how full its disk is, how reliable its host."""
    row, (used, limit) = m.row or Row(m.instance_id), m.ram
    of = f" of {limit / 2 ** 30:.0f}" if limit else ""
    parts = [row.place, f"RAM {used / 2 ** 30:.0f}{of} GiB" if used is not None else "",
             f"disk {m.disk_util:.0f}%" if m.disk_util is not None else "",
             f"reliability {100 * row.reliability:.1f}%" if row.reliability is not None else "",
             f"host {row.host}" if row.host else "", row.image, "" if m.phase() == "up" else row.message]
    return say_parts(scene, "Where", parts)


def details_reach(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """How it is reached: address, since when, the last error, when it last told something."""
    output_s, since = output_age_s(m, scene.now), None if m.trouble else m.connected
    return say_parts(scene, "Ssh", [
        str(m.address or ""), "" if since is None else f"connected {duration(scene.now.mono - since)}",
        m.trouble or (m.row.no_ssh if m.row else ""),
        "" if output_s is None else f"last output {duration(output_s)} ago"])


def details_events(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """What happened to it last, newest first."""
    events = [event for event in reversed(scene.whole.events) if event.instance_id == m.instance_id]
    return say_parts(scene, "Events", [f"{when(event.wall, scene.now.wall)} {event.text}" for event in events])


# (lines, rows of the screen from which on they are shown), from the top; what is new is a row.
DETAILS: tuple[tuple[Callable[[TrainingMetrics, Scene], list[Line]], int], ...] = (
    (details_head, 0), (details_progress, 0), (details_end, 0), (details_cost, 0),
    (lambda m, scene: say_parts(scene, "Risk", (at_risk(m, scene.now), m.main.resumed)), 10),
    (details_health, 10), (details_metrics, 20), (details_money, 20), (details_terms, 24), (details_found, 20),
    (details_place, 24), (details_reach, 24), (details_events, 20))


def courses_of(m: TrainingMetrics) -> dict[str, list[Sequence[Point]]]:
    """What a chart can show of a run, by name: a line, then what is marked in it."""
    train, val, others = m.curves[:3]
    found: dict[str, list[Sequence[Point]]] = {"loss": [points for points in (train, val) if points]}
    found.update({"val loss": [val]} if len(val) > 1 else {})
    return {**found, **{name: [others[name]] for name in sorted(others) if len(others[name]) > 1}}


def overlaid(m: TrainingMetrics, scene: Scene) -> list[TrainingMetrics]:
    """The marked runs but this one, each as if it were the only run of its instance."""
    found = []
    for instance_id, key in scene.view.marked[:len(MARKS)]:
        one = scene.whole.metrics.get(instance_id)
        run = next((run for run in runs_below(one) if run.key == key), one.main) if one else None
        if one and run and run is not m.main:
            found.append(as_instance(one, run))
    return found


def chart_title(name: str, series: Sequence[Sequence[Point]], others: Sequence[TrainingMetrics]) -> str:
    """'Loss: train, val o', 'lr 0.0003, from 0 to 0.001', 'Loss: this, o vit-b'."""
    title = name.capitalize() if "loss" in name else name
    if others:
        names = (" ".join(dict.fromkeys([label_of(one) or show_id(one.instance_id), one.main.name])) for one in others)
        return f"{title}: this, " + ", ".join(map(" ".join, zip(MARKS, names)))
    if name == "loss":
        return title + ": train, val o" * (len(series) > 1)
    values = [value for _, _, value in series[0]]
    return f"{title} {number(values[-1])}, from {number(min(values))} to {number(max(values))}"


@lru_cache(maxsize=1)
def chart_of(series: Sequence[Sequence[Point]], columns: int, rows: int, log: bool, dots: bool) -> Optional[Chart]:
    """The chart of points of a run, which is the same frame after frame: half of the work of one with details."""
    first, *marked = ([(at, value) for _, at, value in points] for points in series or [()])
    return draw_chart(first, marked, columns, rows, log, dots)


def chart_lines(m: TrainingMetrics, scene: Scene, rows: int) -> list[Line]:
    """A value over the steps of the run, with a rule above and, where there is room, the steps below.

    Marked runs that count as this one does are drawn over it.
    """
    courses, wide = courses_of(m), scene.columns >= 60
    name = scene.view.metric if scene.view.metric in courses else "loss"
    others = [one for one in overlaid(m, scene) if one.curves.unit == m.curves.unit and courses_of(one).get(name)]
    series = courses[name][:1] + [courses_of(one)[name][0] for one in others] if others else courses[name]
    axis = rows >= 5
    chart = chart_of(tuple(map(tuple, series)), scene.columns - 11, rows - axis, scene.view.log_axis,
                     scene.glyphs is not ASCII)
    if chart is None:
        return []
    title = chart_title(name, series, others) if wide else name.capitalize()
    keys = "m: next metric  " * (len(courses) > 1) + f"a: {'linear' if scene.view.log_axis else 'log'} axis"
    lines = [rule_line(scene, clip(title, scene.columns - (len(keys) + 9) * wide, scene.glyphs.cut), keys * wide)]
    for label, drawing in chart.rows:
        lines.append([Span(f" {label:>7} {scene.glyphs.side}", "dim"), Span(drawing)])
    if axis:
        low, high = count(chart.low), count(chart.high)
        lines.append([Span(f"{m.curves.unit:>8}  {low}{high:>{max(1, scene.columns - 12 - len(low))}}")])
    return lines


def use_over_time(m: TrainingMetrics, scene: Scene) -> str:
    """The course of the GPUs' use over the last hour: 'last 42m ⣤⣶⣿⣿'; '' before two minutes and without room."""
    uses = m.main.uses
    columns = min(30, scene.columns - 60)
    if len(uses) < 2 or columns < 10:
        return ""
    points = [(float(minute), total / many) for minute, total, many in uses]
    return f"last {uses[-1][0] - uses[0][0] + 1}m {sparkline(points, columns, scene.glyphs.levels, (0.0, 100.0))}"


def gpu_lines(m: TrainingMetrics, scene: Scene, rows: int) -> list[Line]:
    """Each GPU's use, memory, temperature and power; in one line where there is no room for more."""
    def figure(value: Optional[float], unit: str) -> str:
        return f"{'-' if value is None else f'{value:.0f}'}{unit}"
    if rows < 2 or not m.gpus:
        means = (m.gpu_util, m.memory_util, m.gpu_temp)
        said = ("gpu " + figure(means[0], "%"), "mem " + figure(means[1], "%"), figure(means[2], "C"))
        return [[Span("  " + "  ".join(said))]] if m.gpus or m.gpu_util is not None else []
    lines = [rule_line(scene, "GPU  use / memory / temperature / power", use_over_time(m, scene))]
    columns = max(2, (scene.columns - (60 if scene.columns >= 100 else 40)) // 2)
    for gpu in m.gpus[:rows - 1]:
        line = [Span(f" {gpu.number:<2}")]
        for value in (gpu.util, gpu.memory_util()):
            full = round(columns * (value or 0) / 100)
            drawn = scene.glyphs.full * full + scene.glyphs.empty * (columns - full)
            line += [Span(" "), *bar_spans(drawn, "", scene.glyphs), Span(f" {figure(value, '%'):>4} ")]
        limit = f" of {gpu.power_limit:.0f}W" if gpu.power_limit else ""
        if gpu.memory_used is not None and gpu.memory and scene.columns >= 100:
            limit += f"  {gpu.memory_used / 1024:.1f} of {gpu.memory / 1024:.0f} GiB"
        line.append(Span(f" {figure(gpu.temp, 'C'):>4} {figure(gpu.power, 'W'):>5}{limit}"))
        lines.append(clip_line(line, scene.columns - 1))
    if len(m.gpus) > rows - 1:
        both = f"mean {figure(m.gpu_util, '%')}, memory {figure(m.memory_util, '%')}"
        lines[-1] = [Span(clip(f" ... {len(m.gpus)} GPUs, {both}", scene.columns - 1))]
    return lines


def details_pane(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """All about the selected instance."""
    rows = scene.rows
    lines = [line for make, least in DETAILS if rows >= least for line in make(m, scene)]
    most = max(1, rows - 3)
    room = most - len(lines) - 2  # beside the rule above the chart and a line for the GPUs
    if room >= 2:
        lines += chart_lines(m, scene, min(room, 14 if rows >= 40 else 8 if rows >= 28 else 6 if rows >= 20 else 2))
    lines += gpu_lines(m, scene, min(most - len(lines), 10 if rows >= 28 else 3 if rows >= 20 else 1))
    lines = lines[:most]
    room = rows - len(lines) - 2
    others = m.main.reading.others
    switch = f"{plural(others, 'more output')}: , . switches  " if others else ""
    lines.append(rule_line(scene, "Log", switch + "l: full log"))
    for _, line in list(m.lines)[-room:] if room > 0 else ():
        when = f" {line_time(line, scene.columns >= 70)} "
        text = log_text(line, scene.columns - 1 - len(when), scene)
        lines.append([Span(when, "dim"), Span(text, "bad" if line.bad else "")])
    return [*fill_rows(lines, rows - 1), bottom_line(scene)]


def framed(title: Line, body: Sequence[Line], scene: Scene) -> list[Line]:
    """A screen of its own: title, as many lines as there is room for, keys."""
    return [title, *fill_rows(body, max(0, scene.rows - 2)), bottom_line(scene)]


def bottom_line(scene: Scene) -> Line:
    """What is typed or was just said; else the keys."""
    said = scene.view.prompt or (scene.view.message and scene.now.mono < scene.view.message_until)
    return alert_lines(scene)[0] if said else key_line(scene)


# -- the full log of one instance

@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what follows after so long; of use in the main thread alone.

    A signal does it: a regular expression that a person wrote may go on for years over one line,
    and nothing else ends it.
    """
    def late(number: int, frame: object) -> NoReturn:
        raise TimeoutError
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Search:
    """Which lines of a log match a search. What was looked at once is not looked at again."""

    def __init__(self) -> None:
        self.what: tuple[object, ...] = ()
        self.hits: list[int] = []  # numbers of lines, rising
        self.arrival = 0           # the last line that came before the last look
        self.left_out = 0          # lines that were not looked at, as it took too long

    def look(self, m: TrainingMetrics, text: str) -> None:
        """Go on with what came since, the newest first, for at most SEARCH_S.

        `text` is a regular expression; one that is none (yet) is looked for as it stands.
        """
        if self.what != (m.main, text):
            self.what, self.hits, self.arrival, self.left_out = (m.main, text), [], 0, 0
        pattern = (to_regex(text) or to_regex(re.escape(text))) if text else None
        fresh = [line for _, line in takewhile(lambda entry: entry[0] > self.arrival, reversed(m.lines))]
        if not pattern or not fresh:
            return
        kept = self.hits[bisect.bisect_left(self.hits, m.lines[0][1].number):
                         bisect.bisect_left(self.hits, fresh[-1].number)]
        looked, found = 0, []
        with suppress(TimeoutError), at_most(SEARCH_S):
            for line in fresh:
                if pattern.search(line.text):
                    found.append(line.number)
                looked += 1
        self.left_out += len(fresh) - looked
        self.hits, self.arrival = kept + found[::-1], m.lines[-1][0]


def log_rows(line: LogLine, scene: Scene, hit: bool) -> list[Line]:
    """A line of the log as it stands on the screen: mark of a hit, time, mark of a scroll to the side; its text."""
    pager, wide = scene.view.pager, scene.columns >= 60
    when = line_time(line, wide) + " " if pager.times else ""
    lead = f"{' ' * wide}{'>' if hit else ' '}{' ' * wide}{when}"
    if pager.left and not pager.wrap and lead.endswith(" "):
        lead = lead[:-1] + "<"
    text = line.text + (f"   (x{line.times})" if line.times > 1 else "")
    style = ("bad" if line.bad else "") + (" selected" if line.number == pager.at else "")
    room = scene.columns - len(lead) - 1
    pieces = wrap(text, room) if pager.wrap else [clip(text[pager.left:], room, scene.glyphs.cut)]
    return [[Span(" " * len(lead) if i else lead, "dim"), Span(piece, style)] for i, piece in enumerate(pieces)]


Place = tuple[int, int]  # in a log: index of a line, and rows of it above


def walk(lines: Sequence[LogLine], scene: Scene, place: Place, rows: int) -> Place:
    """The place so many rows further down, or up; it stays within the lines."""
    def height(at: int) -> int:
        return len(log_rows(lines[at], scene, False)) if scene.view.pager.wrap else 1
    at, skip = place[0], place[1] + rows
    while skip < 0 and at > 0:
        at -= 1
        skip += height(at)
    while at < len(lines) - 1 and skip >= height(at):
        skip -= height(at)
        at += 1
    return at, max(0, min(skip, height(at) - 1))


def log_place(lines: Sequence[LogLine], scene: Scene, rows: int) -> Place:
    """The first row that is shown of lines that there are: of the newest where they are followed."""
    pager = scene.view.pager
    newest = walk(lines, scene, (len(lines), 0), -rows)
    if pager.top is None:
        return newest
    at = bisect.bisect_left([line.number for line in lines], pager.top)
    return min(newest, walk(lines, scene, (at, pager.skip), 0) if at < len(lines) else newest)


def log_title(m: TrainingMetrics, lines: Sequence[LogLine], last: int, scene: Scene) -> Line:
    """Whose log, the search and its hits, the place, and how much came since."""
    pager, hits = scene.view.pager, scene.hits
    whose = f" Log {show_id(m.instance_id)} {label_of(m)}" if scene.columns >= 60 else f" Log {short_id(m.instance_id)}"
    nth = hits.index(pager.at) + 1 if pager.at in hits else 0
    find = f"{nth or '-'}/{len(hits)}{'+' * (scene.unsearched > 0)}" if pager.search else ""
    find = f"/{clip(pager.search, 20)} {find}" if pager.search and scene.columns >= 60 else find
    new = sum(line.number > pager.seen for line in lines) if pager.top is not None else 0
    state = "FOLLOW" if pager.top is None else f"+{new} new (G)" if new else "SCROLLED"
    general = state_text(scene)[0]
    state = state if general == "LIVE" else f"{state}  {general}"
    right = "  ".join(filter(None, (find, f"{last}/{len(lines)}", state)))
    gap = scene.columns - width(whose) - width(right) - 1
    whose = clip(whose, scene.columns - width(right) - 3, scene.glyphs.cut)
    return [Span(clip(whose + " " * max(2, gap) + right, scene.columns), "bold")]


def log_pane(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """The full log of one instance: title, lines, keys."""
    lines, rows = [line for _, line in m.lines], scene.rows - 2
    if not lines:
        none = clip(f" {why_no_progress(m)}", scene.columns, scene.glyphs.cut)
        return framed(log_title(m, lines, 0, scene), [[Span(none)]], scene)
    (first, skip), hits = log_place(lines, scene, rows), set(scene.hits)
    body: list[Line] = []
    last = first
    while last < len(lines) and len(body) < rows + skip:
        body += log_rows(lines[last], scene, lines[last].number in hits)
        last += 1
    return framed(log_title(m, lines, last, scene), body[skip:skip + rows], scene)


# -- the events

def shown_events(fleet: Fleet, view: View) -> list[Event]:
    return [event for event in reversed(fleet.events) if EVENT_LEVELS.index(event.level) >= view.least]


def event_line(event: Event, time_: str, labels: int, scene: Scene) -> Line:
    """'14:03:46 ! 31846119 probe  run failed: CUDA out of memory', with so many columns for the labels."""
    wide = scene.columns >= 60
    who = "" if event.instance_id is None else (show_id if wide else short_id)(event.instance_id)
    lead = pad(who or event.kind, 8 if wide else 6) + " " + pad(event.label, labels, mark=scene.glyphs.cut) * wide
    mark = {"good": " ", "warning": "!", "error": "X"}[event.level]
    line = [Span(f" {time_} ", "dim"), Span(mark, LEVELS[event.level]),
            Span(clip(f" {lead.rstrip() if not labels else lead} ", scene.columns - len(time_) - 3))]
    room = scene.columns - sum(width(span.text) for span in line)
    text = clip(" ".join(event.text.split()), room, scene.glyphs.cut)
    return [*line, Span(text, "bad" if event.level == "error" else "")]


def events_pane(scene: Scene) -> list[Line]:
    """What happened, newest first: title, events, keys."""
    view, fleet, rows = scene.view, scene.whole, scene.rows - 2
    shown = shown_events(fleet, view)
    first = max(0, min(view.above, len(shown) - rows))
    errors = sum(event.level == "error" for event in fleet.events)
    only = ("", "warnings and errors only", "errors only")[view.least]
    left = f" Events  all {len(fleet.events)}  errors {errors}" + (only and f"  ({only})")
    right = f"since {when(fleet.events[0].wall, scene.now.wall)} " if fleet.events else ""
    gap = max(2, scene.columns - width(left) - width(right))
    labels = min(12, max((width(event.label) for event in shown), default=0)) if scene.columns >= 70 else 0
    told = shown[first:first + rows]
    times = [when(event.wall, scene.now.wall, scene.columns >= 60) for event in told]
    body = [event_line(event, f"{time_:{max(map(len, times))}}", labels, scene) for event, time_ in zip(told, times)]
    none = " nothing has happened yet" if not fleet.events else " nothing as severe as that"
    body = body or [[Span(clip(none, scene.columns), "dim")]]
    return framed([Span(clip(left + " " * gap + right, scene.columns), "bold")], body, scene)


class Before(NamedTuple):
    """How things stood when a key was last pressed."""

    mono: float
    tally: Mapping[str, int]
    spent: float

    @classmethod
    def of(cls, fleet: Fleet, mono: float) -> "Before":
        return cls(mono, dict(fleet.tally), fleet.spent())


AWAY_WORDS = (  # (kind of event, one, more)
    ("epoch", "epoch done", "epochs done"), ("finished", "finished", "finished"), ("failed", "failed", "failed"),
    ("ended", "ended", "ended"), ("exited", "exited", "exited"), ("gone", "gone", "gone"), ("new", "new", "new"))


def away_text(before: Before, fleet: Fleet, now: Moment) -> str:
    """'away 2h05m: 7 epochs done, 1 finished, $4.87 spent, $0.40 wasted'; the waste is what goes on now."""
    away_s = now.mono - before.mono
    many = [(fleet.tally[kind] - before.tally.get(kind, 0), one, more) for kind, one, more in AWAY_WORDS]
    said = [f"{n} {one if n == 1 else more}" for n, one, more in many if n > 0] or ["nothing happened"]
    said.append(f"${max(0.0, fleet.spent() - before.spent):.2f} spent")
    wasted = sum(waste.dollars * min(1.0, away_s / waste.since_s) for waste in fleet.waste(now)
                 if waste.dollars and waste.since_s)
    return f"away {duration(away_s)}: " + ", ".join(said + ([f"${wasted:.2f} wasted"] if wasted >= 0.01 else []))


# -- why the values are what they are

RULE_WORDS = {"pairs": "names with values", "bar": "a progress bar", "table": "a row of a table",
              "heading": "a heading", "pattern": "--log-pattern, or a known format"}  # what the reader recognised


def explained_lines(m: TrainingMetrics, columns: int) -> list[Line]:
    """Which line set which values, those of one line together, and what was not used; wrapped."""
    one = m.main.reading
    if not one.key or (one.explained is None and one.where):
        return [[Span(clip(f" {'its output is being read ...' if one.key else why_nothing(m)}", columns))]]
    parts: dict[tuple[str, str], list[str]] = {}
    for field, value, rule, line in one.explained or ():
        parts.setdefault((rule, line), []).append(f"{field} {value}".rstrip())
    none = "nothing in its output is understood" if m.lines or not m.log_path else UNPRINTED
    lines = [] if parts else [[Span(clip(f" {none}", columns), "warn")]]
    for (rule, line), values in parts.items():
        said = f"{', '.join(values)}: {RULE_WORDS.get(rule, rule)}"
        lines += [[Span(f" {piece}", "bold")] for piece in wrap_words(said, columns - 2)]
        lines += [[Span(f"   {piece}", "dim")] for piece in wrap_words(line, columns - 4)]
    advice = "A wrong value? --log-pattern tells what a line means: (?P<loss>...)"
    return [*lines, [], *([Span(f" {piece}")] for piece in wrap_words(advice, columns - 2))]


def explain_pane(m: TrainingMetrics, scene: Scene) -> list[Line]:
    """Where the values of the selected run come from: title, lines, keys."""
    lines = explained_lines(m, scene.columns)
    first = max(0, min(scene.view.above, len(lines) - (scene.rows - 2)))
    title = f" Why {show_id(m.instance_id)} {label_of(m)}  {m.main.reading.where}"
    return framed([Span(clip(title, scene.columns, scene.glyphs.cut), "bold")], lines[first:], scene)


# -- any screen

def of_selected(pane: Callable[[TrainingMetrics, Scene], list[Line]]) -> Callable[[Scene], list[Line]]:
    """A screen of the selected instance."""
    def shown(scene: Scene) -> list[Line]:
        m = selected_of(scene)
        return pane(m, scene) if m else framed([Span(clip(" no instance is selected", scene.columns))], [], scene)
    return shown


# A new screen is a row here and a key that opens it; keys without `screens` and those that name it work in it.
SCREENS: Mapping[str, Callable[[Scene], list[Line]]] = {
    "main": main_pane, "details": of_selected(details_pane), "log": of_selected(log_pane), "events": events_pane,
    "explain": of_selected(explain_pane)}


def render(scene: Scene) -> list[Line]:
    """A whole frame: exactly as many lines as the terminal has rows."""
    if scene.columns < 20 or scene.rows < 5:
        lines = [one_line(scene)]
    elif scene.view.help_page is not None:
        lines = help_pane(scene)
    else:
        lines = SCREENS[scene.view.screens[-1]](scene)
    return fill_rows(lines, scene.rows)


def text_of(line: Line) -> str:
    return "".join(span.text for span in line).rstrip()


# ---- Outputs: the same knowledge for files and other programs -------------------------------------


def known_of(scene: Scene, m: TrainingMetrics) -> list[Known]:
    """What is known of each run on an instance, the main one first."""
    runs = [m.main, *(run for run in m.runs if run is not m.main)]
    return [Known(m, run, assessed(m, scene.now, run), scene.verdicts.get(m.instance_id, ()), scene.now)
            for run in runs]


def sum_of(scene: Scene, value: Callable[[TrainingMetrics], Optional[float]]) -> Optional[float]:
    """The sum over the instances; None where it is known of none of them."""
    values = [value(m) for m in scene.order]
    known = [one for one in values if one is not None]
    return math.fsum(known) if known or not values else None


class FleetField(NamedTuple):
    """A value of the fleet or of the account; before the first listing none is known but those that say so."""

    name: str
    help: str
    value: Callable[[Scene], Any]
    metric: str = ""
    always: bool = False


# A new value of the fleet is a row: JSON has it by its name, Prometheus where it has a `metric`.
FLEET_FIELDS = (
    FleetField("instances", "instances that are watched", lambda scene: len(scene.fleet.metrics), "instances"),
    FleetField("running", "instances that run", lambda scene: sum(one.phase() == "up" for one in scene.order),
               "instances_running"),
    FleetField("errors", "instances in error",
               lambda scene: sum(health_of(scene.verdicts.get(one.instance_id, ())) == "error" for one in scene.order),
               "instances_in_error"),
    FleetField("dollars_per_hour", "what the instances are billed now",
               lambda scene: sum_of(scene, lambda m: m.cost_per_hour), "burn_dollars_per_hour"),
    FleetField("cost_dollars", "what the instances have cost so far",
               lambda scene: sum_of(scene, lambda m: m.bill.until(scene.now)[0]), "spent_dollars"),
    FleetField("balance_dollars", "money left on the account", lambda scene: scene.fleet.balance, "balance_dollars"),
    FleetField("runway_seconds", "how long the balance lasts", lambda scene: scene.fleet.runway_s(scene.now),
               "runway_seconds"),
    FleetField("api_ok", "whether the listing works", lambda scene: not scene.fleet.trouble, "api_up", True),
    FleetField("listed", "when the listing last worked",
               lambda scene: iso(scene.fleet.listed.wall) if scene.fleet.listed else None),
)


def fleet_values(scene: Scene) -> Iterator[tuple[FleetField, Any]]:
    """Each field of the fleet with its value."""
    for field in FLEET_FIELDS:
        yield field, finite(field.value(scene)) if field.always or scene.fleet.listed else None


SCHEMA = 1   # of the JSON; another number when a field changes its meaning or leaves


def finite(value: Any) -> Any:
    """A value fit for JSON: ten digits are enough, NaN and infinity become 'nan', 'inf' and '-inf'."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.10g}") if abs(value) < math.inf else str(value)


def instance_values(scene: Scene, m: TrainingMetrics) -> dict[str, Any]:
    """All fields of an instance; of several runs on it each has its own part of them."""
    known = known_of(scene, m)
    found = {field.name: finite(field.value(known[0])) for field in FIELDS}
    if len(known) > 1:
        found["runs"] = [{field.name: finite(field.value(one)) for field in FIELDS if field.of_run} for one in known]
    return found


def json_block(scene: Scene, events: Iterable[Event]) -> str:
    """One refresh as one JSON object in a line, after a line for each event."""
    lines = [json.dumps({"schema": SCHEMA, "time": iso(event.wall), "event": event.kind, "level": event.level,
                         "id": public_id(event.instance_id), "text": event.text}) for event in events]
    lines.append(json.dumps({
        "schema": SCHEMA, "time": iso(scene.now.wall),
        "fleet": {field.name: value for field, value in fleet_values(scene)},
        "instances": [instance_values(scene, m) for m in scene.order]}))
    return "\n".join(lines)


def metric_lines(name: str, what: str, samples: Iterable[tuple[Mapping[str, str], Any]]) -> Iterator[str]:
    """A gauge in the text format of Prometheus (its "Exposition formats"); without a sample nothing.

    >>> list(metric_lines("loss", "of the training", [({"id": "1"}, 0.5)]))[-1]
    'training_monitor_loss{id="1"} 0.5'
    """
    known = [(labels, float(value)) for labels, value in samples if value is not None]
    if known:
        yield f"# HELP training_monitor_{name} {what}"
        yield f"# TYPE training_monitor_{name} gauge"
    for labels, value in known:
        said = ",".join('{}="{}"'.format(key, text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"))
                        for key, text in labels.items())
        number_ = {math.inf: "+Inf", -math.inf: "-Inf"}.get(value, "NaN" if value != value else f"{value:.10g}")
        yield f"training_monitor_{name}" + f"{{{said}}}" * bool(said) + f" {number_}"


def prometheus_block(scene: Scene, events: Iterable[Event]) -> str:
    """One refresh as node_exporter's textfile collector reads it, no two runs by the same labels, and no events."""
    lines = [line for field, value in fleet_values(scene) if field.metric
             for line in metric_lines(field.metric, field.help, [({}, value)])]
    rows = [({"id": show_id(m.instance_id), "label": label_of(m), "run": known.run.name or "run"}, known)
            for m in scene.order for known in known_of(scene, m)]
    lines += metric_lines("run_info", "what a run is and how it is", (
        ({**labels, "gpu": known.m.gpu_type, "status": known.m.status, "state": known.assessed.state,
          "health": health_of(known.found)}, 1) for labels, known in rows))
    for field in FIELDS:
        samples = []
        for labels, known in rows if field.metric else ():
            value = field.value(known) if known.run is known.m.main or field.of_run else None
            names = labels if field.of_run else {key: labels[key] for key in ("id", "label")}
            samples.append((names, None if value is None else value * field.factor))
        lines += metric_lines(field.metric, field.help, samples)
    return "\n".join(lines)


def line_block(scene: Scene, events: Iterable[Event]) -> str:
    """The fleet in one line, for a status bar: '3/5 run 1 failed $2.34/h 1h45m'."""
    return " ".join(status_parts(scene.fleet, scene.now))


def text_block(scene: Scene, events: Iterable[Event]) -> str:
    """One refresh as text: timestamp, table, what is unwell, summary, and each event in a line.

    Strangers' words cannot pass for a row: their blanks collapse, and they are cut.
    """
    def brief(text: str) -> str:
        return clip(" ".join(text.split()), EVENT_COLUMNS, scene.glyphs.cut)
    fleet = scene.fleet
    fitted = fit_fleet(fleet, scene.columns, "" if scene.view.columns else "bar", scene.view.columns)
    state, form = state_text(scene, 3)[0], TITLE_FORMS[0]
    money_ = form.gap.join(filter(None, map(title_parts(fleet, scene.now).get, form.money)))
    lines = [f"{clock(scene.now.wall, form=TIME_FORM)} {counts_text(fleet, form.counts)}  {money_}  {state}"]
    lines.append(text_of(table_header(fitted, scene)))
    for m, run in table_rows(scene):
        found = () if run else scene.verdicts.get(m.instance_id, ())
        reasons = "; ".join(brief(verdict.reason) for verdict in found)
        lines.append(text_of(row_line(m, run, fitted, scene)) + (f"  ! {reasons}" if reasons else ""))
    if fleet.trouble:
        lines.append(f"  ! {' '.join(fleet.trouble.split())}")
    part, whole = brief(narrowed(scene)), plural(len(scene.whole.metrics), "instance")
    of = [f"{part}: {len(fleet.metrics)} of {whole}"] if part else []
    if part and not fleet.metrics:
        of.append("groups: " + (", ".join(map(brief, filter(None, groups_of(scene.whole, scene.view)))) or "none"))
    lines.append("  " + "   ".join([*of, *fleet_parts(scene)]))
    lines += [f"{clock(event.wall, form=TIME_FORM)} {brief(event.line())}" for event in events]
    return "\n".join(line if scene.glyphs is not ASCII else to_ascii(line) for line in lines)


# -- the report of a history

REPORT = {"dollars": "COST$", "wasted": "WASTE$"}  # other headings of columns


def report_text(rows: Sequence[tuple[Any, ...]]) -> str:
    """Days, instances and what they cost, as a table with its total."""
    names = [REPORT.get(name, name.upper()) for name in REPORTED]
    ids, labels = (min(LABEL_MAX, max([6, *(width(row[i] or "") for row in rows)])) for i in (1, 2))
    total = ("total", "", "", *(sum(row[3 + i] for row in rows) for i in range(len(REPORTED))))
    lines = [f"{'DAY':10}  {pad('ID', ids)}  {pad('LABEL', labels)}  " + "  ".join(f"{name:>8}" for name in names)]
    for day, name, label, *values in [*rows, total]:
        cells = [f"{value:8.2f}" if what in REPORT else f"{value:8.0f}" for what, value in zip(REPORTED, values)]
        lines.append(f"{day:10}  {pad(name, ids)}  {pad(label or '', labels, mark='…')}  " + "  ".join(cells))
    return "\n".join([*lines, "what passed while no monitor watched is in no day"])


def report_json(rows: Sequence[tuple[Any, ...]]) -> str:
    names = ["day", "id", "label", "cost_dollars", "wasted_dollars", *REPORTED[2:]]
    told = [dict(zip(names, row)) for row in rows]
    return json.dumps({"schema": SCHEMA, "days": told, "total": {
        name: finite(float(sum(row[name] for row in told))) for name in names[3:]}})


# The forms of --format: a scene and the events since the last one to text. A new one is a row.
OUTPUTS: Mapping[str, Callable[[Scene, Iterable[Event]], str]] = {
    "text": text_block, "json": json_block, "prometheus": prometheus_block, "line": line_block}
REPORTS = {"text": report_text, "json": report_json}
EXPORTS = {".json": "json", ".prom": "prometheus"}  # the form of --export, by the file's suffix


class OutputError(Exception):
    """The output could not be written, for this reason."""


def write_out(text: str) -> None:
    """Print to stdout at once; raises OutputError, and BrokenPipeError when nobody reads on."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error_text(error)) from None


def export(path: str, text: str, mode: int = 0o644) -> str:
    """Replace a file in one step, readable for all, or as `mode` says; returns why that failed, or ''."""
    real = os.path.realpath(path)  # a link stays one
    new = f"{real}.{os.getpid()}.new"
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # no link that others laid there
        with open(descriptor, "w", encoding="utf-8", errors="replace") as stream:
            os.fchmod(descriptor, mode)
            stream.write(text + "\n")
        os.replace(new, real)
        return ""
    except OSError as error:
        with suppress(OSError):
            os.unlink(new)
        return f"{path}: {error_text(error)}"


# ---- Sinks: who is told of what happens; whatever may be slow has workers of its own ------------


class SinkError(Exception):
    """Somebody could not be told, for this reason; `lasting`: the same again would fail again."""

    def __init__(self, text: str, lasting: bool = False) -> None:
        super().__init__(text)
        self.lasting = lasting


class MailServer(NamedTuple):
    """Who takes mail; user and password are '' where it asks for none."""

    host: str
    port: int
    user: str
    password: str


class Contact:
    """Somebody who is told, and where. The address may be a secret: only the name is ever shown."""

    def __init__(self, sink: str, name: str = "", address: str = "", secret: bool = True) -> None:
        self.sink = sink               # a key of SINKS
        self.name = name or sink
        self.address = address         # a URL, a command, a recipient of mail, token and chat
        self.secret = secret
        self.monitor: VastAIMonitor    # the one that it is told about
        self.server: Optional[MailServer] = None

    def hide(self, text: str) -> str:
        """A stranger's words, cleaned, without any part of the address."""
        from urllib.parse import unquote
        text, parts = clean(text), re.split("[/:@?&=]+", self.address) if self.secret else []
        login = self.address.rpartition("@")[0].rpartition("//")[2] if self.secret else ""
        parts += [*map(unquote, parts), base64(unquote(login))]  # as servers repeat them
        if self.server:
            user, password = self.server.user, self.server.password
            parts += [user, password, base64(user), base64(password), base64(f"\0{user}\0{password}")]
        for part in sorted(parts, key=len, reverse=True):
            text = text.replace(part, "***") if len(part) > 3 and part not in self.name else text
        return text[:EVENT_MAX]  # not before: half a secret is not found


# -- what is said

def told_text(events: Sequence[Event]) -> str:
    """One event a line, with its time, for a message may come late; of a storm the worst and how many more."""
    rank = sorted(range(len(events)), key=lambda i: (events[i].kind != "lost", -EVENT_LEVELS.index(events[i].level)))
    lines = []
    for event in (events[i] for i in sorted(rank[:SINK_LINES])):
        who = event.who() and event.who() + ": "
        lines.append(clip(f"{clock(event.wall, False)} {who}{' '.join(event.text.split())}", EVENT_MAX, "..."))
    more = len(events) - len(lines)
    return "\n".join(lines + ([f"{more} more"] if more else []))


def told_title(events: Sequence[Event]) -> str:
    """'31845210 llama-ft: finished', '8 events'."""
    event = events[0]
    return plural(len(events), "event") if len(events) > 1 else f"{event.who() or 'training_monitor'}: {event.kind}"


# -- over the web

def ask(url: str, body: Optional[bytes] = None, headers: Optional[Mapping[str, str]] = None) -> str:
    """POST the body, or GET without one; returns 'HTTP 200' or the like. Raises SinkError."""
    from http.client import responses
    from urllib.parse import unquote, urlsplit
    parts = urlsplit(url)
    login, _, host = parts.netloc.rpartition("@")
    headers = {**(headers or {}), "User-Agent": f"training_monitor/{__version__}"}
    if login:
        headers["Authorization"] = f"Basic {base64(unquote(login))}"
    try:
        code, answer, _ = ask_web(parts._replace(netloc=host).geturl(), headers, body, deadline_s=SINK_DEADLINE_S,
                                  most=SINK_ANSWER)
    except OSError as error:
        raise SinkError(why_not(error)) from None  # the words of some errors hold the URL
    if code < 300:
        return f"HTTP {code}"
    said = answer.decode("utf-8", "replace").strip()
    said = "it redirects to another address, which is not followed" if code < 400 else said
    said = f": {said}" if said and not said.startswith("<") else ""  # a page says no more than the code
    raise SinkError(f"HTTP {code} {responses.get(code, '')}{said}", lasting=code < 500 and code not in (408, 429))


def base64(text: str) -> str:
    """The text in Base64, without importing a module for it."""
    return binascii.b2a_base64(text.encode(), newline=False).decode()


def why_not(error: Exception) -> str:
    """What went wrong with the network, in words that hold no address."""
    reason = getattr(error, "reason", None)
    reason = reason if isinstance(reason, Exception) else error
    distrust = getattr(reason, "verify_message", "")
    if distrust:
        return f"its certificate is not trusted: {distrust}"
    if isinstance(reason, TimeoutError) or "timed out" in str(reason):
        return f"no answer in {SINK_DEADLINE_S:g} s"
    said = reason.strerror if isinstance(reason, OSError) else ""
    return said or f"no answer that can be understood ({type(reason).__name__})"


def post_ntfy(contact: Contact, events: Sequence[Event]) -> str:
    """To ntfy: https://docs.ntfy.sh/publish."""
    title, worst = told_title(events), max((event.level for event in events), key=EVENT_LEVELS.index)
    if not title.isascii():  # RFC 2047: a header is ASCII
        title = f"=?UTF-8?B?{base64(title)}?="
    body = told_text(events).encode()[:NTFY_MAX].decode("utf-8", "ignore").encode()
    priority, tag = {"good": ("3", "white_check_mark"), "warning": ("4", "warning"),
                     "error": ("5", "rotating_light")}[worst]
    return ask(contact.address, body, {"Title": title, "Priority": priority, "Tags": tag})


def post_json(url: str, **fields: Any) -> str:
    return ask(url, json.dumps(fields).encode(), {"Content-Type": "application/json"})


TELEGRAM = "https://api.telegram.org"


def post_telegram(contact: Contact, events: Sequence[Event]) -> str:
    """To a Telegram chat, by a bot of the user's own."""
    token, _, chat = contact.address.partition("/")
    return post_json(f"{TELEGRAM}/bot{token}/sendMessage", chat_id=chat, text=told_text(events)[:CHAT_MAX],
                     disable_web_page_preview=True)


def post_webhook(contact: Contact, events: Sequence[Event]) -> str:
    """To a chat: Slack and Mattermost read `text`, Discord reads `content`.

    What a log says cannot call everybody of a channel to it.
    """
    said = told_text(events).replace("@", "@\u200b")
    text = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return post_json(contact.address, text=text[:CHAT_MAX], content=said[:CHAT_MAX])


def get_ping(contact: Contact, events: Sequence[Event]) -> str:
    """To a dead man's switch: that all is well, or with /fail that nothing can be read."""
    address, question, rest = contact.address.partition("?")
    fail = "/fail" if events[-1].level == "error" else ""
    return ask(address.rstrip("/") + fail + question + rest)


# -- by mail and by command

class Answers:
    """What a mail server says, a line at a time; one that says too much, or too slowly, has said nothing."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def begin(self) -> None:
        """The next answer has so much room and time."""
        self.left, self.until = SINK_ANSWER, time.monotonic() + SINK_DEADLINE_S

    def readline(self, most: int) -> bytes:
        """One line; raises TimeoutError."""
        line = bytearray()
        while len(line) < most and not line.endswith(b"\n"):
            byte, self.left = self.file.read1(1), self.left - 1
            if self.left < 0 or time.monotonic() > self.until:
                raise TimeoutError("timed out")
            if not byte:
                break
            line += byte
        return bytes(line)

    def close(self) -> None:
        self.file.close()


def with_an_end(smtp: Any) -> Any:
    """A class of smtplib whose server cannot talk on for ever."""
    class Bounded(smtp):  # type: ignore[misc]
        """It gives up a server that talks too much as one that gave no answer."""

        def getreply(self) -> Any:
            file = getattr(self, "file", None)
            self.file = file if isinstance(file, Answers) else Answers(file or self.sock.makefile("rb"))
            self.file.begin()
            return super().getreply()
    return Bounded


def send_mail(contact: Contact, events: Sequence[Event]) -> str:
    """By the server of --smtp. A password goes over an encrypted connection or to this machine alone."""
    import smtplib  # needed by who is told alone
    import ssl
    from email.message import EmailMessage
    server = contact.server
    assert server
    letter = EmailMessage()
    letter["To"], letter["Subject"] = contact.address, told_title(events)
    letter["From"] = server.user if "@" in server.user else contact.address
    letter.set_content(told_text(events))
    local, secure = server.host in ("localhost", "127.0.0.1", "::1"), server.port == 465
    context = None if local else ssl.create_default_context()  # by itself smtplib looks at no certificate
    connect = partial(with_an_end(smtplib.SMTP_SSL), context=context) if secure else with_an_end(smtplib.SMTP)
    try:
        with connect(server.host, server.port, os.uname().nodename, timeout=SINK_DEADLINE_S) as smtp:
            smtp.ehlo()
            if not (secure or local) and smtp.has_extn("starttls"):
                smtp.starttls(context=context)
                secure = True
            if server.user:
                if not (secure or local):
                    raise SinkError("it offers no encryption, so it gets no password", lasting=True)
                smtp.login(server.user, server.password)
            smtp.send_message(letter)
        return "accepted"
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error if isinstance(error.smtp_error, str) else error.smtp_error.decode("utf-8", "replace")
        raise SinkError(f"SMTP {error.smtp_code} {said}", lasting=error.smtp_code >= 500) from None
    except smtplib.SMTPRecipientsRefused:
        raise SinkError("it refuses the recipient", lasting=True) from None
    except (OSError, ValueError) as error:
        raise SinkError(why_not(error)) from None


def run_hook(contact: Contact, events: Sequence[Event]) -> str:
    """Run the user's command for an event, with what happened in its environment."""
    event = events[0]
    values = {"KIND": event.kind, "LEVEL": event.level, "LABEL": event.label, "TEXT": event.text,
              "ID": "" if event.instance_id is None else str(event.instance_id), "OTHERS": str(event.others),
              "TIME": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(event.wall))}
    env = {**os.environ, **{f"TM_{name}": value for name, value in values.items()}}
    why = contact.monitor.commands.call(shlex.split(contact.address), HOOK_DEADLINE_S, env)
    if why:
        raise SinkError(why, lasting=True)
    return "exit code 0"


def set_tmux_option(contact: Contact, events: Sequence[Event]) -> str:
    """Put the line where tmux's own status line can show it: '#{@training}'; '' takes it away."""
    line = events[-1].text
    argv = ["tmux", "set", "-gq", "@training", line] if line else ["tmux", "set", "-gqu", "@training"]
    why = contact.monitor.commands.call(argv, CLIPBOARD_S if line else GIVE_BACK_S)
    if why:
        raise SinkError(why, lasting=True)
    return "set"


# -- at once, on the terminal and into the journal

def discard_output() -> None:
    """What is left to write to stdout is lost: Python would try again at its end, and exit with 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def to_terminal(code: str) -> str:
    try:
        sys.stdout.write(code)
        sys.stdout.flush()
    except OSError:  # it is gone
        discard_output()
    return "written"


def show_osc9(contact: Contact, events: Sequence[Event]) -> str:
    """As a notification of the desktop, through tmux where its allow-passthrough is on."""
    code = f"\x1b]9;{told_title(events)}: {clip(events[-1].text, CHAT_MAX // 10)}\a"
    return to_terminal("\x1bPtmux;" + code.replace("\x1b", "\x1b\x1b") + "\x1b\\" if os.environ.get("TMUX") else code)


def write_journal(contact: Contact, events: Sequence[Event]) -> str:
    for event in events:
        contact.monitor.journal.say({"good": "INFO"}.get(event.level, event.level.upper()), event.line())
    return "written"


# -- the table

class Sink(NamedTuple):
    """A way to tell: `tell` returns what came back, or raises SinkError."""

    tell: Callable[[Contact, Sequence[Event]], str]
    feed: str = "events"      # or "refresh": each refresh, "line": the status line when it has changed
    workers: int = 1          # 0: it takes no time, so the main thread does it
    folds: bool = True        # a storm is one message
    rest_s: float = SINK_REST_S
    tries: int = SINK_TRIES
    wants: Callable[[EventKind], bool] = lambda kind: kind.told  # unless --events chooses
    all: bool = False         # whatever --events and --severity say


# A new way to tell is a row here and one function; one with a URL is a row of SCHEMES too, one of the screen is
# named in `sinks_of`, where its option is read.
SINKS: Mapping[str, Sink] = {
    "bell": Sink(lambda contact, events: to_terminal("\a"), workers=0, wants=lambda kind: kind.rings),
    "osc9": Sink(show_osc9, workers=0),
    "journal": Sink(write_journal, workers=0, wants=lambda kind: True, all=True),
    "title": Sink(lambda contact, events: to_terminal(f"\x1b]2;{events[-1].text}\a"), "line", workers=0, all=True),
    "tmux": Sink(set_tmux_option, "line", tries=1, all=True),
    "command": Sink(run_hook, workers=HOOKS_MAX, folds=False, rest_s=0.0, tries=1),
    "ping": Sink(get_ping, "refresh", rest_s=PING_REST_S, tries=1, all=True),
    "ntfy": Sink(post_ntfy),
    "telegram": Sink(post_telegram),
    "webhook": Sink(post_webhook),
    "mail": Sink(send_mail),
}


# -- addresses

def read_ntfy(parts: Any) -> Contact:
    """'ntfy://TOPIC' at ntfy.sh, 'ntfy://HOST/TOPIC' over HTTP, 'ntfys://HOST/TOPIC' over HTTPS."""
    login, at, host = parts.netloc.rpartition("@")
    topic = parts.path.strip("/")
    if not topic:
        host, topic = "ntfy.sh", host
    if not host or not topic or "/" in topic:
        raise ValueError("write ntfy://TOPIC, or ntfys://HOST/TOPIC")
    web = "http" if parts.scheme == "ntfy" and host != "ntfy.sh" else "https"
    return Contact("ntfy", f"ntfy at {host}", f"{web}://{login}{at}{host}/{topic}")


def read_telegram(parts: Any) -> Contact:
    """'tgram://TOKEN/CHAT'."""
    token, chat = parts.netloc, parts.path.strip("/")
    if not re.fullmatch(r"\d+:[\w-]+", token, re.A) or not re.fullmatch(r"-?\d+|@\w+", chat, re.A):
        raise ValueError("write tgram://TOKEN/CHAT, with the bot's whole token and the chat's number or @name")
    return Contact("telegram", "Telegram", f"{token}/{chat}")


def read_webhook(parts: Any) -> Contact:
    """'https://...' as the chat shows it."""
    return Contact("webhook", f"webhook at {web_host(parts)}", parts.geturl())


def read_mail(parts: Any) -> Contact:
    """'mailto:ADDRESS'."""
    if not re.fullmatch(r"[^@\s,;:<>]+@[\w.-]+", parts.path, re.A):
        raise ValueError("write mailto:NAME@HOST")
    return Contact("mail", f"mail to {parts.path.rpartition('@')[2]}", parts.path)


def web_host(parts: Any) -> str:
    """The host of a URL; raises ValueError."""
    with suppress(ValueError):
        if parts.hostname and parts.port != 0:
            return str(parts.netloc.rpartition("@")[2])
    raise ValueError("the URL names no host, or no port that can be")


SCHEMES: Mapping[str, Callable[[Any], Contact]] = {
    "ntfy": read_ntfy, "ntfys": read_ntfy, "tgram": read_telegram, "https": read_webhook, "http": read_webhook,
    "mailto": read_mail}


def split_url(url: str, schemes: Iterable[str]) -> Any:
    """The parts of a URL; raises ValueError in words that do not show it."""
    from urllib.parse import urlsplit  # needed by who is told alone
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("this is no URL") from None
    if parts.scheme not in schemes or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"it begins with one of {', '.join(schemes)} and :, and holds no blank and no accent")
    return parts


def read_contact(url: str) -> Contact:
    """Whom a URL of --notify names; raises ValueError in words that do not show it."""
    parts = split_url(url, SCHEMES)
    return SCHEMES[parts.scheme](parts)


def read_ping(url: str) -> Contact:
    """The dead man's switch at a URL; raises ValueError."""
    parts = split_url(url, ("https", "http"))
    return Contact("ping", f"ping at {web_host(parts)}", url)


def read_command(text: str) -> Contact:
    """A command with its arguments, which no shell sees; raises ValueError."""
    argv = shlex.split(text)
    if not argv or "\0" in text:
        raise ValueError("it names no program")
    return Contact("command", f"command {os.path.basename(argv[0])}", text, secret=False)


def read_server(text: str) -> MailServer:
    """'[USER:PASSWORD@]HOST[:PORT]', the password up to the last '@'; raises ValueError."""
    login, _, place = text.rpartition("@")
    user, _, password = login.partition(":")
    found = re.fullmatch(r"([\w.-]+|\[[\da-f:]+\])(?::(\d{1,5}))?", place, re.A | re.I)
    if not found or not text.isprintable() or not 0 < int(found[2] or 25) < 65536:
        raise ValueError("write [USER:PASSWORD@]HOST[:PORT]")
    return MailServer(found[1].strip("[]"), int(found[2] or (587 if user else 25)), user, password)


# -- who does it

class Channel:
    """The way to one contact: what it is to be told waits in a bounded queue, for workers of its own."""

    def __init__(self, contact: Contact, reports: "queue.SimpleQueue[tuple[str, str]]") -> None:
        self.contact = contact
        self.sink = SINKS[contact.sink]
        self.reports = reports         # (name, why it fails or '')
        self.waiting: queue.Queue[tuple[Event, ...]] = queue.Queue(SINK_QUEUE)
        self.workers = 0
        self.dropped = 0               # events that were not told, and of which no message has said so
        self.error = ""                # of the last try

    def put(self, events: Sequence[Event]) -> None:
        """Tell of events: by a worker, without waiting for it."""
        if not self.sink.workers:
            self.sink.tell(self.contact, events)
            return
        for lot in [tuple(events)] if self.sink.folds else [(event,) for event in events]:
            try:
                self.waiting.put_nowait(lot)
            except queue.Full:
                self.dropped += len(lot)  # the next message says so
                if not self.sink.folds:
                    self.report("more events than it can be told")
        try:
            while self.workers < min(self.sink.workers, self.waiting.unfinished_tasks):
                threading.Thread(target=self._work, daemon=True).start()
                self.workers += 1
        except RuntimeError:  # a limit of processes, or no memory: tried again with the next event
            self.report(NO_THREAD)

    def tell(self, events: Sequence[Event]) -> str:
        """Tell now; returns what came back. Raises SinkError whose words hold no secret, whatever went wrong."""
        try:
            return self.sink.tell(self.contact, events)
        except SinkError as error:
            raise SinkError(self.contact.hide(str(error)), error.lasting) from None
        except Exception as bug:  # a worker must not die of one odd answer
            raise SinkError(self.contact.hide(internal_error(bug)), lasting=True) from None

    def report(self, error: str) -> None:
        """Say that it fails, or is well again: once each."""
        if bool(error) != bool(self.error):
            self.reports.put((self.contact.name, error))
        self.error = error

    def _work(self) -> None:
        """The life of a worker: a lot of events, told or given up, a rest, the next lot."""
        while True:
            lots, events = 1, list(self.waiting.get())
            lost = self.dropped
            for tried in range(1, self.sink.tries + 1):
                while self.sink.folds and not self.waiting.empty():
                    events += self.waiting.get()
                    lots += 1
                wait_s = self._try(lost, events, tried)
                if wait_s is None:
                    break
                time.sleep(max(self.sink.rest_s, wait_s))
            for _ in range(lots):
                self.waiting.task_done()
            time.sleep(self.sink.rest_s)

    def _try(self, lost: int, events: Sequence[Event], tried: int) -> Optional[float]:
        """Tell once; returns in how many seconds to try again, None when that is over."""
        try:
            self.tell([*self.lost_event(lost), *events])
        except SinkError as error:
            self.report(str(error))
            if not error.lasting and tried < self.sink.tries:
                return min(RETRY_MAX_S, SINK_REST_S * 2.0 ** (tried - 1))
            self.dropped += len(events)
        else:
            self.dropped -= lost
            self.report("")
        return None

    def lost_event(self, lost: int) -> list[Event]:
        """That so many were not told; nothing where each lot is one event."""
        told = self.sink.folds and self.sink.feed == "events"
        said = f"{plural(lost, 'earlier event')} could not be told"
        return [Event(time.time(), "lost", None, said, "warning")] if lost and told else []


class Sinks:
    """All who are told. The main thread asks what is new and hands it out; it waits for nobody."""

    def __init__(self, monitor: VastAIMonitor, contacts: Iterable[Contact] = (), screen: Sequence[str] = (),
                 kinds: Sequence[str] = (), least: str = "good") -> None:
        self.monitor = monitor
        self.screen = screen       # the sinks that join while the screen is open
        self.kinds = kinds         # empty: what each wants by itself
        self.least = EVENT_LEVELS.index(least)
        self.reports: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self.channels: list[Channel] = []
        self.told = 0              # events
        self.rounds = 0
        self.line = ""
        for contact in (Contact("journal"), *contacts):
            self.add(contact)

    def add(self, contact: Contact) -> None:
        """Tell somebody else from now on."""
        contact.monitor = self.monitor
        self.channels.append(Channel(contact, self.reports))

    def step(self) -> None:
        """Hand out what is new since the last time."""
        with suppress(queue.Empty):
            while True:
                name, error = self.reports.get_nowait()
                self.monitor.note("sink", f"{name} fails: {error}" if error else f"{name} works again",
                                  "warning" if error else "good", name)
        fleet, rounds = self.monitor.fleet, self.monitor.rounds
        news = {"events": self.monitor.events_since(self.told), "refresh": [], "line": []}
        if rounds != self.rounds:
            news.update(refresh=self._refreshed(), line=self._new_line())
        self.told, self.rounds = fleet.happened, rounds  # first, so that nothing is told twice
        for channel in self.channels:
            events = [event for event in news[channel.sink.feed] if self.wants(channel, event)]
            if events:
                channel.put(events)

    def wants(self, channel: Channel, event: Event) -> bool:
        """Whether a contact is to be told; never of its own troubles."""
        if channel.sink.all or event.kind == "lost":
            return True
        chosen = event.kind in self.kinds if self.kinds else channel.sink.wants(EVENT_KINDS[event.kind])
        own = event.kind == "sink" and event.label == channel.contact.name
        return chosen and not own and EVENT_LEVELS.index(event.level) >= self.least

    def _refreshed(self) -> list[Event]:
        """That a refresh went well or badly; a single slip is neither."""
        fleet, now = self.monitor.fleet, self.monitor.clock()
        if 0 < fleet.failures < API_LOST or (fleet.listed is None and not fleet.failures):
            return []
        return [Event(now.wall, "refresh", None, "", "error" if fleet.failures else "good")]

    def _new_line(self) -> list[Event]:
        """The status line, where it is another than before."""
        if not any(channel.sink.feed == "line" for channel in self.channels):
            return []
        now = self.monitor.clock()
        before, self.line = self.line, " ".join(status_parts(self.monitor.fleet, now))
        return [Event(now.wall, "line", None, self.line, "good")] if self.line != before else []

    def open_screen(self) -> None:
        """The terminal is ours: its sinks join, and its title is kept."""
        for name in self.screen:
            self.add(Contact(name))
        if "title" in self.screen:
            to_terminal("\x1b[22;2t")

    def close_screen(self) -> None:
        """Give title and option back; the sinks of the screen leave."""
        for channel in [channel for channel in self.channels if channel.contact.sink in self.screen]:
            self.channels.remove(channel)
            if channel.contact.sink == "tmux":
                with suppress(SinkError):
                    channel.tell([Event(0.0, "line", None, "", "good")])
        if "title" in self.screen:
            to_terminal("\x1b]2;\a\x1b[23;2t")  # emptied where there is no stack of titles

    def last_step(self) -> None:
        """What happened in the end stands in the journal; the others are no longer there to be told."""
        del self.channels[1:]
        self.step()

    def finish(self, seconds: float) -> None:
        """Wait until all is told, at most so long."""
        end = time.monotonic() + seconds
        while any(channel.waiting.unfinished_tasks for channel in self.channels) and time.monotonic() < end:
            time.sleep(SINK_WAIT_S)
        self.step()

    def test(self) -> int:
        """Tell each a word, and print what came back; returns 1 when one could not be told."""
        told = [channel for channel in self.channels if channel.sink.workers]
        failed = not told
        if failed:
            write_out("nobody is told of anything: --notify or --on-event names who is")
        for channel in told:
            try:
                said = channel.tell([Event(time.time(), "test", None, "this is a test", "good")])
            except SinkError as error:
                said, failed = f"failed: {error}", True
            write_out(f"{channel.contact.name}: {said}")
        return int(failed)


# ---- Terminal: the only code that knows curses ---------------------------------------------------


class Styles(dict[str, int]):
    """Attributes by style; those of several words are put together when first asked for."""

    def __missing__(self, style: str) -> int:
        attributes = 0
        for word in style.split():
            attributes |= self[word]
        self[style] = attributes
        return attributes


class InternalError(Exception):
    """The screen cannot go on, as an error of this program comes again and again."""


class Pacer:
    """When the loop draws, and whether the terminal still waits as it should; times are mono."""

    def __init__(self) -> None:
        self.drawn = -FRAME_S  # the last frame, and
        self.cost_s = 0.0      # how long it took
        self.news: Optional[float] = None  # when the first reading since came
        self.pressed = False   # a key came since, and
        self.pressed_at = time.monotonic()  # when the last one did
        self.hasty = 0         # times in a row that the terminal had a key and gave none

    def due_in_s(self, now: float) -> float:
        """Seconds until the next frame: after a key none, for readings as often as frames are cheap and seen.

        Where nobody is at the keys, one frame shows all readings of a second.
        """
        idle = now - self.pressed_at >= IDLE_S
        due = self.drawn + (FRAME_IDLE_S if idle else FRAME_S)
        if self.news is not None:
            due = min(due, self.news + FRAME_S if idle else self.drawn + max(NEWS_S, FRAME_REST * self.cost_s))
        return 0.0 if self.pressed else due - now

    def took(self, began: float, ended: float) -> None:
        self.drawn, self.cost_s, self.news = began, ended - began, None


class Waker:
    """One wait for everything: keys, readings of the workers, signals (of the window's size, among others)."""

    def __init__(self) -> None:
        self.woken, self._wakes = os.pipe()
        for end in (self.woken, self._wakes):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wakes, warn_on_full_buffer=False)

    def wake(self) -> None:
        """End the wait, from any thread."""
        with suppress(OSError):  # full, so the wait ends anyway; or nobody waits any more
            os.write(self._wakes, b"\0")

    def wait(self, seconds: float, for_news: bool) -> bool:
        """Wait for a key, and for anything else where that is wanted; True when there is a key."""
        ready = select.select([0, self.woken] if for_news else [0], [], [], max(0.0, seconds))[0]
        if self.woken in ready:
            with suppress(OSError):
                os.read(self.woken, 1 << 16)
        return 0 in ready

    def close(self) -> None:
        """Wait no more. The end that is written into stays open while a worker may be about to do so."""
        signal.set_wakeup_fd(-1)
        os.close(self.woken)

    def __del__(self) -> None:
        os.close(self._wakes)


class Look(NamedTuple):
    """The fleet at a moment, as a key and those behind it see it."""

    now: Moment
    verdicts: Mapping[int, Sequence[Verdict]]
    scenes: dict[tuple[object, ...], Scene]  # by what they depend on besides


class TrainingMonitorUI:
    """The screen and the keys. `run` returns when the user quits."""

    def __init__(self, monitor: VastAIMonitor, refresh_interval: float = INTERVAL_S, glyphs: Glyphs = UNICODE,
                 color: bool = True, mouse: bool = False, view: Optional[View] = None,
                 sinks: Optional[Sinks] = None) -> None:
        self.monitor = monitor
        self.sinks = sinks or Sinks(monitor, screen=("bell",))
        self.refresh_interval = refresh_interval
        self.should_exit = False
        self.glyphs = glyphs
        self.color = color
        self.mouse = mouse
        self.view = view or View()
        self.size = (0, 0)         # columns, rows
        self.order: list[int] = []  # the instances as the table shows them, and
        self.ordered_by: tuple[object, ...] = ()  # what that came from
        self.pressed_at = -SORT_REST_S  # the last key; mono
        self.styles = Styles({})
        self.before: Optional[Before] = None  # when the last key was pressed, or all was first known
        self.told = 0              # events that were announced
        self.repaint = True        # from scratch
        self.drawn: list[Line] = []
        self.search = Search()     # of the full log
        self.faults = 0            # errors of this program in a row
        self.waiting: deque[Union[str, int]] = deque()  # keys that were read and not pressed yet
        self.looked: Optional[Look] = None  # what the present key sees
        self.resized = False       # the terminal has another size
        self.keep: Callable[[Mapping[str, str]], str] = lambda kept: "there is no file to keep it in"
        monitor.every(refresh_interval)

    @property
    def paused(self) -> bool:
        return self.monitor.paused_at is not None

    # -- what keys do

    def quit(self) -> None:
        self.should_exit = True

    def refresh(self) -> None:
        self.say("refreshing once; paused: p resumes" if self.paused else "refreshing")
        self.monitor.refresh()

    def pause(self) -> None:
        self.monitor.pause(not self.paused)
        self.say("paused: not polling; p resumes" if self.paused else "resumed")

    def clear_log(self) -> None:
        self.change(cleared=self.monitor.fleet.arrival)
        self.say("log panel cleared: new lines appear")

    def keep_view(self) -> None:
        """Write what keys have changed into the configuration file."""
        self.say(self.keep({name: text(self.view) for name, text in VIEW_KEPT.items()}), seconds=COPIED_S)

    def redraw(self) -> None:
        self.repaint = True

    def change(self, **fields: Any) -> None:
        self.view = self.view._replace(**fields)

    def flip(self, field: str) -> None:
        self.change(**{field: not getattr(self.view, field)})

    def turn(self, **fields: Any) -> None:
        self.change(pager=self.view.pager._replace(**fields))

    def escape(self) -> None:
        """One thing back: search, screen, filter, group."""
        view = self.view
        self.change(message="")
        if view.screens[-1] == "log" and view.pager.search:
            self.turn(search="", at=None)
        elif len(view.screens) > 1:
            self.change(screens=view.screens[:-1])
        elif view.filter:
            self.change(filter="")
        elif view.group is not None:
            self.change(group=None)

    def open(self, screen: str) -> None:
        """Show another screen, of the selected instance or the events."""
        if self.view.selected is None and screen != "events":
            self.say("no instance is selected")
        else:
            old = self.view.pager
            self.change(screens=(*self.view.screens, screen), pager=Pager(wrap=old.wrap, times=old.times), above=0)

    def severity(self) -> None:
        """All events, warnings and errors, errors alone, all ..."""
        self.change(least=(self.view.least + 1) % len(EVENT_LEVELS), above=0)

    def explain(self) -> None:
        """Show which lines set the values of the selected run."""
        self.open("explain")
        if self.view.selected is not None:
            self.monitor.explain(self.view.selected)

    def turn_output(self, step: int) -> None:
        """Follow another output of the selected run."""
        m = selected_of(self.scene())
        if m is None or not m.main.reading.others:
            self.say("no other output of this run was seen")
        else:
            self.monitor.turn_output(m.instance_id, m.main.key, step)
            self.say("another output is read")

    def scroll_list(self, rows: int) -> None:
        """Further down, or up, in the events or the explanation."""
        m = selected_of(self.scene())
        many = (len(shown_events(self.monitor.fleet, self.view)) if self.view.screens[-1] == "events"
                else len(explained_lines(m, self.size[0])) if m else 0)
        last = many - (self.size[1] - 2)
        self.change(above=max(0, min(self.view.above + rows, last)))

    def move(self, rows: int) -> None:
        """Select the instance or run so many rows further down."""
        stops, here = self._stops(), (self.view.selected, self.view.run)
        here = here if here in stops else (self.view.selected, "")
        if stops:
            at = max(0, min(len(stops) - 1, (stops.index(here) if here in stops else 0) + rows))
            self.change(selected=stops[at][0], run=stops[at][1])
            self.turn(top=None, at=None)

    def _stops(self) -> list[tuple[Optional[int], str]]:
        """What can be selected, by rows of the table: an instance with "", or with the key of one of its runs."""
        return [(m.instance_id, run.key if run else "") for m, run in table_rows(self.scene())]

    def fold(self, on: bool) -> None:
        """Hide or show the runs of the selected instance."""
        chosen = frozenset([self.view.selected or 0])
        self.change(folded=self.view.folded | chosen if on else self.view.folded - chosen, run="")

    def next_metric(self, step: int) -> None:
        """Draw another value of the selected run."""
        m = selected_of(self.scene())
        names = list(courses_of(m)) if m else []
        if len(names) < 2:
            self.say("its log names no other value")
        else:
            self.change(metric=step_on(names, self.view.metric, step))

    def mark(self) -> None:
        """Mark the selected run, so that the charts of other runs show it too, or take its mark away."""
        m = selected_of(self.scene())
        if m is None:
            return
        key = (m.instance_id, m.main.key)
        if key in self.view.marked:
            self.change(marked=tuple(one for one in self.view.marked if one != key))
            self.say("no longer marked")
        elif len(self.view.marked) == len(MARKS):
            self.say(f"{len(MARKS)} runs are marked already")
        else:
            self.change(marked=(*self.view.marked, key))
            self.say("marked: the chart of another run shows it too")

    def page(self, pages: int) -> None:
        self.move(pages * max(1, main_layout(self.scene()).table - 1))

    def next_group(self, step: int) -> None:
        """Show the instances of the next group; the first is all."""
        groups = groups_of(self.monitor.fleet, self.view)
        if len(groups) == 1:
            self.say(f"no {self.view.group_by} is shared by two instances: no groups")
            return
        group = step_on(groups, self.view.group, step)
        self.change(group=group, top=0)
        self.say("all instances" if group is None else f"{self.view.group_by} {group or '(none)'}: "
                 f"{groups.index(group)} of {len(groups) - 1}")

    def ask(self, name: str, text: str = "") -> None:
        kind = PROMPTS[name]
        before = tuple(getattr(self.view, field) for field in kind.fields)
        self.change(prompt=Prompt(kind, before, text), message="")

    def sort_by(self, step: int) -> None:
        """Sort by the next column that is on the screen."""
        shown = [column.key for column, _ in self.scene().fitted if column.value]
        if shown:
            self.change(sort=step_on(shown, self.view.sort, step * (self.view.sort in shown)), reverse=False)

    def shell(self) -> None:
        """Give the terminal to a shell on the selected instance; the screen comes back when it ends."""
        address = self._address()
        if address is None or self.view.selected is None:
            return
        if self.waiting or (os.isatty(0) and select.select([0], [], [], 0)[0]):  # the shell would run what comes next
            self.say("no shell: more keys came with o, as in pasted text")
            self.drop_keys()
            return
        curses.endwin()
        old = signal.signal(signal.SIGINT, lambda number, frame: None)  # Ctrl-C is for the shell
        why = self.monitor.source.shell(self.view.selected, address)
        signal.signal(signal.SIGINT, old)
        self.drop_keys()  # what was typed ahead was for the shell
        self.redraw()
        self.say(why or "the shell has ended", "bad" if why else "")

    def copy_ssh(self) -> None:
        """Copy the command that logs in to the selected instance as the monitor does."""
        address = self._address()
        if address is not None:
            at = f"{address.user}@{address.host}" if address.user else address.host
            self._copy(shlex.join(["ssh", *given_to_ssh(self.monitor.options, address), at]))

    def copy_destroy(self) -> None:
        """Copy the command that ends the selected instance; nothing here ever runs it."""
        if isinstance(self.view.selected, HostId):
            self.say("a plain host is nothing that vast.ai could destroy")
        elif self.view.selected is None:
            self.say("no instance is selected")
        elif self.view.selected < 0:
            self.say("this row has no instance id: vastai show instances")
        else:
            self._copy(f"vastai destroy instance {self.view.selected}")

    def _address(self) -> Optional[Address]:
        """Where the selected instance's ssh is; without one it says so."""
        m = self.monitor.metrics.get(self.view.selected or 0)
        known = [] if m is None else [*([m.address] if m.address else []), *(m.row.addresses if m.row else ())]
        if not known:
            self.say("no ssh address is known for this instance: it may still be loading"
                     if self.view.selected is not None else "no instance is selected")
        return known[0] if known else None

    def _copy(self, text: str) -> None:
        """Put a command on the clipboard, and show it, for the clipboard may be out of reach."""
        tmux = ["tmux", "set-buffer", "-w", "--", text]
        if not os.environ.get("TMUX") or self.monitor.commands.call(tmux, CLIPBOARD_S):
            code = f"\x1b]52;c;{base64(text)}\x07"  # OSC 52: the terminal's clipboard
            to_terminal(f"\x1bP{code}\x1b\\" if os.environ.get("STY") else code)  # through GNU screen
        self.say(f"copied: {text}", seconds=COPIED_S)

    # -- the full log

    def _log(self) -> tuple[list[LogLine], int, Scene]:
        """The lines of the selected instance, the rows that they have, and the scene."""
        scene = self.scene()
        m = selected_of(scene)
        return [line for _, line in m.lines] if m else [], max(1, scene.rows - 2), scene

    def scroll(self, rows: int) -> None:
        """Go so many rows on; at the end the newest are followed."""
        lines, height, scene = self._log()
        if not lines:
            return
        newest = self.view._replace(pager=self.view.pager._replace(top=None))
        last = log_place(lines, scene._replace(view=newest), height)
        place = walk(lines, scene, log_place(lines, scene, height), rows)
        if place >= last:
            self.turn(top=None)
        else:
            self._stop_at(lines, place)

    def _stop_at(self, lines: Sequence[LogLine], place: Place) -> None:
        """Stay at a place in the log while lines come."""
        seen = lines[-1].number if self.view.pager.top is None else self.view.pager.seen
        self.turn(top=lines[place[0]].number, skip=place[1], seen=seen)

    def first_line(self) -> None:
        """Go to the oldest line of the log that is kept."""
        lines = self._log()[0]
        if lines:
            self._stop_at(lines, (0, 0))

    def sideways(self, step: int) -> None:
        """Scroll to the side, as far as a line that is shown goes on."""
        lines, height, scene = self._log()
        first = log_place(lines, scene, height)[0] if lines else 0
        longest = max((len(line.text) for line in lines[first:first + height]), default=0)
        left = max(0, self.view.pager.left + step * SIDEWAYS)
        if step < 0 or (left < longest and not self.view.pager.wrap):
            self.turn(left=left)

    def go(self, step: int, errors: bool) -> None:
        """Go to the next or previous match of the search, or error line."""
        lines, height, scene = self._log()
        numbers = [line.number for line in lines if line.bad] if errors else scene.hits
        if not errors and not self.view.pager.search:
            self.say("no search: / starts one")
            return
        at = self.view.pager.at
        if at is None and lines:
            first = log_place(lines, scene, height)[0]
            at = lines[first].number - 1 if step > 0 else lines[-1].number + 1
        ahead = [number for number in numbers if (number > (at or 0) if step > 0 else number < (at or 0))]
        if not ahead:
            what = "error lines" if errors else "matches"
            self.say(f"no more {what}" if numbers else f"no {what}")
            return
        self.change(message="")
        self._show(ahead[0 if step > 0 else -1])

    def _show(self, number_: int) -> None:
        """Bring a line into sight and mark it."""
        lines, height, scene = self._log()
        at = bisect.bisect_left([line.number for line in lines], number_)
        self.turn(at=number_)
        self._stop_at(lines, walk(lines, scene, (at, 0), -(height // 3)))

    def next_alert(self) -> None:
        """Go to the weightiest alert; from there dismiss each and show the next, after the last say so."""
        found = open_alerts(self.scene())
        keys = [alert.key() for alert in found]
        if self.view.alert in keys:
            at = keys.index(self.view.alert)
            self.change(seen=(*self.view.seen, keys[at]))
            found = found[at + 1:] + found[:at]
        self._show_alert(found, "no more alerts; N: back")

    def last_alert(self) -> None:
        """Bring back the alert that was put behind last."""
        back = self.view.seen[-1:]
        self.change(seen=self.view.seen[:-1])
        found = open_alerts(self.scene())
        self._show_alert([alert for alert in found if alert.key() in back] or found, "no alerts")

    def _show_alert(self, found: Sequence[Alert], none: str) -> None:
        """Show the first of the alerts and select its instance, whatever filter hides it."""
        if not found:
            self.change(alert=None)
            self.say(none)
            return
        alert = found[0]
        self.change(alert=alert.key(), message="")
        if alert.instance_id is not None:
            if alert.instance_id not in self.scene().fleet.metrics:
                self.change(group=None, filter="")
            self.change(selected=alert.instance_id)
        if self.view.screens[-1] != "main":
            self.say(f"! {alert.text}", LEVELS[alert.level])

    def forget_alerts(self, scene: Scene) -> None:
        """An alert that was looked at and is over may come again; without a key they take turns again."""
        if self.view.seen:
            open_now = {alert.key() for alert in alerts(scene.whole, scene.now, scene.verdicts)}
            self.change(seen=tuple(key for key in self.view.seen if key in open_now))
        if time.monotonic() - self.pressed_at > ALERT_REST_S:
            self.change(alert=None)

    def say(self, text: str, level: str = "", seconds: float = MESSAGE_S) -> None:
        self.change(message=text, message_level=level, message_until=Moment.now().mono + seconds)

    # -- a frame

    def scene(self) -> Scene:
        """All that the next frame is made from."""
        view, fleet = self.view, self.monitor.fleet
        now, known, made = self.looked or (Moment.now(), None, {})
        basis = self.size, view.columns, view.group_by, self._order_from(), len(fleet.metrics)
        if basis not in made:
            made[basis] = make_scene(fleet, view, now, *self.size, known=known, glyphs=self.glyphs, keys=KEYS,
                                     stale_after_s=STALE_INTERVALS * self.refresh_interval)
        scene = made[basis]._replace(view=view, paused_at=self.monitor.paused_at)
        m = selected_of(scene)
        if m is not None and self.view.screens[-1] == "log" and self.view.pager.search:
            self.search.look(m, self.view.pager.search)
            scene = scene._replace(hits=self.search.hits, unsearched=self.search.left_out)
        if time.monotonic() - self.pressed_at < SORT_REST_S and self._order_from() == self.ordered_by:
            rank = {key: i for i, key in enumerate(self.order)}  # rows do not move under the hand
            scene = scene._replace(order=sorted(scene.order, key=lambda m: rank.get(m.instance_id, len(rank))))
        return scene

    def _order_from(self) -> tuple[object, ...]:
        view = self.view
        return view.sort, view.reverse, view.filter, view.group

    def draw(self, window: "curses.window") -> None:
        """Bring the screen up to date; a frame like the last one costs no output."""
        rows, columns = window.getmaxyx()
        resized, self.size = self.size != (columns, rows), (columns, rows)
        scene = self.scene()
        if self.pressed_at < 0:  # nobody has chosen yet: the top row is
            self.change(selected=None)
        old, self.order, self.ordered_by = self.order, [m.instance_id for m, _ in table_rows(scene)], self._order_from()
        if self.view.selected in old and self.view.selected not in self.order:
            at = min(old.index(self.view.selected), len(self.order) - 1)
            self.change(selected=self.order[at] if self.order else None)  # a neighbour; what is hidden is not chosen
        if self.view.screens[-1] == "main" or self.view.selected not in scene.whole.metrics:
            chosen = scene.whole.metrics.get(self.view.selected or 0)
            run = selected_run(chosen, scene) if chosen else None
            below = 1 + runs_below(chosen).index(run) if chosen and run else 0
            self.view = scroll_to(self.view, self.order, main_layout(scene).table, below)
        self.forget_alerts(scene)
        lines = render(scene._replace(view=self.view))
        if self.repaint or resized:
            window.clear() if self.repaint else window.erase()
            self.drawn = []
        if lines != self.drawn:
            Painter(window, self.styles, self.glyphs is ASCII).paint(lines, self.drawn)
        self.drawn, self.repaint = lines, False

    def announce(self) -> None:
        """Say what happened since the last time, here and to all who are told."""
        self.sinks.step()
        events = self.monitor.events_since(self.told)
        self.told = self.monitor.fleet.happened
        if not events:
            return
        more = f"  (+{len(events) - 1} more)" if len(events) > 1 else ""
        worst = max(events, key=lambda event: (EVENT_LEVELS.index(event.level), event.kind != "epoch"))
        self.say(worst.line() + more, LEVELS[worst.level])

    # -- the loop

    def run(self) -> None:
        """Show the screen until the user quits; raises curses.error where there can be none."""
        waker = Waker()
        try:
            signal.signal(signal.SIGWINCH, lambda number, frame: setattr(self, "resized", True))  # before curses does
            window = open_screen()
            self.styles = start_styles(self.color)
            if self.mouse:
                curses.mouseinterval(0)
                wheel = curses.BUTTON4_PRESSED | getattr(curses, "BUTTON5_PRESSED", 0)
                curses.mousemask(curses.BUTTON1_PRESSED | wheel)
            signal.signal(signal.SIGCONT, lambda number, frame: self.redraw())
            self.sinks.open_screen()
            self.monitor.wake = waker.wake
            self.loop(window, waker)
        finally:
            self.monitor.wake = lambda: None
            waker.close()
            close_screen()
            self.sinks.close_screen()

    def loop(self, window: "curses.window", waker: Waker) -> None:
        """Readings, frame, key."""
        pacer = Pacer()
        window.nodelay(True)
        while not self.should_exit:
            faults = self.faults
            news = self.safely(self.take_news)
            began = time.monotonic()
            pacer.news = began if news and pacer.news is None else pacer.news
            if self.repaint or pacer.due_in_s(began) <= 0:
                self.looked = self.looked if pacer.pressed else None
                self.safely(self.draw, window)
                pacer.took(began, time.monotonic())
            code = self.next_key(window, waker, pacer)
            pacer.pressed = code is not None
            if code is not None:
                pacer.pressed_at = time.monotonic()
                self.safely(self.look)
                self.safely(self.press, code)
            if pacer.hasty > GONE_TRIES and terminal_gone():
                raise SystemExit(128 + signal.SIGHUP)
            self.faults = self.faults if self.faults > faults else 0

    def look(self) -> None:
        """Keep a key's moment for its frame and for the keys behind it: a large fleet takes long to look at."""
        now = Moment.now()
        if self.looked is None or now.mono - self.looked.now.mono > LOOK_S:
            self.looked = Look(now, look_at(self.monitor.fleet, now), {})

    def next_key(self, window: "curses.window", waker: Waker, pacer: Pacer) -> Union[str, int, None]:
        """The next key; None when it is time for something else."""
        code = self.read_key(window)  # curses may hold some that it has read already
        if code is None:
            wait_s = min(pacer.due_in_s(time.monotonic()), max(DUE_S, self.monitor.due_in_s()))
            typed = waker.wait(wait_s, pacer.news is None)
            if self.resized:
                self.resized = False
                with suppress(OSError, curses.error):
                    columns, rows = os.get_terminal_size(0)
                    curses.resizeterm(rows, columns)  # as the signal's own handler would: KEY_RESIZE comes next
            code = self.read_key(window)
            pacer.hasty = pacer.hasty + 1 if typed and code is None else 0
        return code

    def read_key(self, window: "curses.window") -> Union[str, int, None]:
        """The next key that was pressed; a text that comes at once was pasted, and no key where nothing is typed."""
        if not self.waiting:
            self.waiting.extend(islice(iter(partial(read_key, window), None), KEYS_MAX))
            text = {key for key in self.waiting if isinstance(key, str) and key.isprintable()}
            if len(text) >= PASTED and not self.view.prompt and self.waiting[0] != "/":
                self.waiting.clear()
                self.say("that was pasted: it did nothing")
        return self.waiting.popleft() if self.waiting else None

    def drop_keys(self) -> None:
        """Forget what was typed ahead."""
        self.waiting.clear()
        with suppress(curses.error):
            curses.flushinp()

    def take_news(self) -> bool:
        """Give out and take in readings; True if any came."""
        changed = self.monitor.step()
        if self.before is None and self.monitor.rounds:
            self.before = Before.of(self.monitor.fleet, Moment.now().mono)
        self.announce()
        return changed

    def safely(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do a part of the loop. An error of ours is said, and the watch goes on.

        One that comes again may be of a screen, so the main one is shown; InternalError is raised
        when turn after turn of the loop has one.
        """
        try:
            return work(*args)
        except Exception as bug:
            said = internal_error(bug)
            self.faults += 1
            self.monitor.journal.say("ERROR", said)
            if self.faults > FAULTS_MAX:
                raise InternalError(said) from bug
            if self.faults > 1:
                self.view = View(group_by=self.view.group_by, selected=self.view.selected, columns=self.view.columns)
            self.say(said, "bad")
            self.redraw()
            return None

    def press(self, code: Union[str, int]) -> None:
        """What a key does, and after a while without one, what happened meanwhile."""
        before, now = self.before, Moment.now()
        if code != curses.KEY_RESIZE:
            self.pressed_at = now.mono
            self.before = Before.of(self.monitor.fleet, now.mono) if before else None
        self._act(code)
        if before and code != curses.KEY_RESIZE and now.mono - before.mono >= AWAY_S:
            self.say(away_text(before, self.monitor.fleet, now), seconds=COPIED_S)

    def _act(self, code: Union[str, int]) -> None:
        """What a key does. While the help is open, any key closes it but those that turn its pages."""
        if self.view.help_page is not None and code != curses.KEY_RESIZE:
            pages = {curses.KEY_NPAGE: 1, curses.KEY_DOWN: 1, curses.KEY_PPAGE: -1, curses.KEY_UP: -1}
            turn = pages.get(code) if isinstance(code, int) else None
            last = len(help_pages(self.scene())) - 1
            self.change(help_page=None if turn is None else min(last, max(0, self.view.help_page + turn)))
            if code != "q":
                return
        if self.view.prompt and self._type(self.view.prompt, code):
            return
        screen = self.view.screens[-1]
        for press in (presses(key).get(code) for key in KEYS if key.works_on(screen)):
            if press:
                press(self)
                return

    def _type(self, prompt: Prompt, code: Union[str, int]) -> bool:
        """Take a key into the open prompt; False when it is not for it."""
        kind = prompt.kind
        if code in ENTER:
            self.change(prompt=None)
            self.drop_keys()  # what was pasted behind it is no command
        elif code == "\x1b":
            self.change(prompt=None, **dict(zip(kind.fields, prompt.before)))
        elif code in (curses.KEY_RESIZE, key_code("MOUSE")):
            return False
        elif code in kind.chosen:
            kind.chosen[code](self)
        elif kind.typed is None:
            self.change(prompt=None)  # the choice stands, and the key does what it does elsewhere
            return False
        elif code in ("\x7f", "\b", "\x15", key_code("BACKSPACE")):
            self._typed(prompt, "" if code == "\x15" else prompt.text[:-1])
        elif isinstance(code, str):
            if code.isprintable():
                self._typed(prompt, (prompt.text + code)[:100])
        else:
            return False  # arrows and the like work on
        return True

    def _typed(self, prompt: Prompt, text: str) -> None:
        """Let what was typed count at once."""
        self.change(prompt=prompt._replace(text=text))
        if prompt.kind.typed:
            prompt.kind.typed(self, text)

    def find(self, text: str) -> None:
        """Search the log for this, and show the first hit from where the search began on."""
        begun = self.view.prompt.before[0] if self.view.prompt else self.view.pager
        self.change(pager=begun._replace(search=text, at=None))
        lines, height, scene = self._log()
        if scene.hits:
            first = lines[log_place(lines, scene, height)[0]].number
            self._show(next((number for number in scene.hits if number >= first), scene.hits[-1]))

    def click(self) -> None:
        """The mouse: a click selects or sorts, the wheel scrolls."""
        try:
            _, x, y, _, buttons = curses.getmouse()
        except curses.error:
            return
        down = getattr(curses, "BUTTON5_PRESSED", 0)
        wheel = 3 * bool(buttons & down) - 3 * bool(buttons & curses.BUTTON4_PRESSED)
        screen = self.view.screens[-1]
        if screen in ("log", "events", "explain"):
            (self.scroll if screen == "log" else self.scroll_list)(wheel)
        elif wheel:
            self.move(wheel)
        elif screen == "main":
            share, stops = main_layout(self.scene()), self._stops()
            row = y - share.title - 1 + self.view.top
            if y == share.title:
                self._click_header(x)
            elif self.view.top <= row < min(len(stops), self.view.top + share.table):
                self.change(selected=stops[row][0], run=stops[row][1])

    def _click_header(self, x: int) -> None:
        """Sort by the column that was clicked; once more turns the order round."""
        left = LEAD
        for column, columns in self.scene().fitted:
            if left <= x <= left + columns and column.value:
                self.change(sort=column.key, reverse=self.view.sort == column.key and not self.view.reverse)
                return
            left += columns + 1


def read_key(window: "curses.window") -> Union[str, int, None]:
    """A character or the code of a key, None when there was none in time."""
    try:
        return window.get_wch()
    except curses.error:
        return None


def key_code(name: str) -> int:
    """The code of a curses key; one that no terminal sends where curses is missing."""
    return int(getattr(curses, "KEY_" + name, -2))


ENTER = ("\n", "\r", key_code("ENTER"))
UI = TrainingMonitorUI
# A new prompt is a row here and a key that asks it.
PROMPTS: Mapping[str, PromptKind] = {
    "filter": PromptKind(("filter",), show_filter, typed=lambda ui, text: ui.change(filter=text)),
    "search": PromptKind(("pager",), show_search, typed=UI.find),
    "sort": PromptKind(("sort", "reverse"), show_sort, chosen={
        "S": lambda ui: ui.flip("reverse"), key_code("LEFT"): lambda ui: ui.sort_by(-1),
        **dict.fromkeys(("s", key_code("F6"), key_code("RIGHT")), lambda ui: ui.sort_by(1))}),
}
# What `W` keeps, by the names of options: a new one is a row, and an option of OPTIONS.
VIEW_KEPT: Mapping[str, Callable[[View], str]] = {
    "sort": lambda view: "-" * view.reverse + view.sort,
    "group": lambda view: view.group or "",
    "columns": lambda view: ",".join(view.columns),
    "folded": lambda view: ",".join(map(show_id, sorted(view.folded))),
}
CODES: Mapping[str, tuple[Union[str, int], ...]] = {  # of the keys whose names curses does not have
    "Enter": ENTER, "Esc": ("\x1b",), "Space": (" ",), "Tab": ("\t",), "S-Tab": (key_code("BTAB"),),
    "Ctrl-Z": ("\x1a",), "Ctrl-L": ("\x0c",), "PgUp": (key_code("PPAGE"),), "PgDn": (key_code("NPAGE"),),
    "+": ("+", "=")}


@lru_cache(maxsize=64)
def presses(key: Key) -> dict[Union[str, int], Callable[[Any], None]]:
    """What each code of a key does; its actions take turns over its names."""
    return {code: press for name, press in zip(key.names.split(), cycle(key.press))
            for code in CODES.get(name, (name if len(name) == 1 else key_code(name.upper()),))}


def by_steps(action: Callable[[Any, int], None], *many: int) -> tuple[Callable[[Any], None], ...]:
    """An action by so many steps, for each name of a key."""
    return tuple(lambda ui, step=step: action(ui, step) for step in many)


# A new key is a row here; one without help is for those who know it.
KEYS = (
    Key("q", "GENERAL", "Quit (also Ctrl-C)", (UI.quit,), "Quit"),
    Key("r F5", "GENERAL", "Refresh now", (UI.refresh,), "Refresh"),
    Key("p", "GENERAL", "Pause / resume", (UI.pause,), "Pause"),
    Key("W", "GENERAL", "Keep sort and folds", (UI.keep_view,), "", "main"),
    Key("c", "GENERAL", "Clear the log panel", (UI.clear_log,), "Clear"),
    Key("Esc", "GENERAL", "Back", (UI.escape,), "Back", "-main"),
    Key("Esc", "GENERAL", "Cancel filter, group", (UI.escape,), "", "main"),
    Key("Ctrl-Z Ctrl-L", "GENERAL", "Suspend / redraw", (UI.redraw,)),
    Key("Up Down j k", "LIST", "Select an instance", by_steps(UI.move, -1, 1, 1, -1), "", "main details"),
    Key("g G Home End", "LIST", "First / last", by_steps(UI.move, -sys.maxsize, sys.maxsize), "", "main details"),
    Key("PgUp PgDn", "LIST", "Page", by_steps(UI.page, -1, 1), "", "main details"),
    Key("Enter", "LIST", "Details", (lambda ui: ui.open("details"),), "Details", "main"),
    Key("[ ]", "LIST", "Prev / next instance", by_steps(UI.move, -1, 1), "Prev/Next", "details"),
    Key("[ ]", "", "", by_steps(UI.move, -1, 1), "", "main log"),
    Key("l", "LIST", "Full log", (lambda ui: ui.open("log"),), "Log", "main details"),
    Key("v", "LIST", "Events", (lambda ui: ui.open("events"),), "Events", "-events", True),
    Key("L", "LIST", "Log panel: all / one", (lambda ui: ui.flip("only_selected"),), "", "main"),
    Key("- +", "LIST", "Fold / unfold runs", (lambda ui: ui.fold(True), lambda ui: ui.fold(False)), "", "main"),
    Key("m M", "CHART", "Another metric", by_steps(UI.next_metric, 1, -1), "Metric", "details", True),
    Key("Space", "CHART", "Mark to compare", (UI.mark,), "", "main details"),
    Key("x", "RUN", "Explain the values", (UI.explain,), "Explain", "main details", True),
    Key(", .", "RUN", "Prev / next output", by_steps(UI.turn_output, -1, 1), "", "details"),
    Key("a", "CHART", "Logarithmic axis", (lambda ui: ui.flip("log_axis"),), "Axis", "details", True),
    Key("o", "LIST", "Shell on the instance", (UI.shell,), "Shell", "main details", True),
    Key("/", "FIND", "Filter (st:exited)", (lambda ui: ui.ask("filter", ui.view.filter),), "Filter", "main"),
    Key("s S F6", "FIND", "Sort column, reverse", (lambda ui: ui.ask("sort"), lambda ui: ui.flip("reverse")), "Sort",
        "main"),
    Key("Tab S-Tab", "FIND", "Next / prev group", by_steps(UI.next_group, 1, -1), "", "main"),
    Key("n N", "FIND", "Next / prev alert", (UI.next_alert, UI.last_alert), "Next alert", "main details", True),
    Key("/", "LOG", "Search", (lambda ui: ui.ask("search"),), "Find", "log"),
    Key("n N", "LOG", "Next / prev match", by_steps(partial(UI.go, errors=False), 1, -1), "Match", "log"),
    Key("e E", "LOG", "Next / prev error", by_steps(partial(UI.go, errors=True), 1, -1), "Error", "log"),
    Key("G End", "LOG", "Follow (Up: stop)", (lambda ui: ui.turn(top=None),), "Follow", "log"),
    Key("g Home", "", "", (UI.first_line,), "", "log"),
    Key("Up Down k j", "", "", by_steps(UI.scroll, -1, 1), "", "log"),
    Key("PgUp PgDn Space", "", "", by_steps(lambda ui, pages: ui.scroll(pages * max(1, ui.size[1] - 3)), -1, 1, 1), "",
        "log"),
    Key("Left Right", "LOG", "Scroll to the side", by_steps(UI.sideways, -1, 1), "", "log"),
    Key("w t", "LOG", "Wrap, times", (lambda ui: ui.turn(wrap=not ui.view.pager.wrap, left=0, skip=0),
                                      lambda ui: ui.turn(times=not ui.view.pager.times)), "Wrap/Time", "log"),
    Key("e", "EVENTS", "How severe", (UI.severity,), "Severity", "events"),
    Key("Up Down k j", "", "", by_steps(UI.scroll_list, -1, 1), "", "events explain"),
    Key("PgUp PgDn Space", "", "", by_steps(lambda ui, pages: ui.scroll_list(pages * (ui.size[1] - 2)), -1, 1, 1), "",
        "events explain"),
    Key("g G Home End", "", "", by_steps(UI.scroll_list, -sys.maxsize, sys.maxsize), "", "events explain"),
    Key("y", "COPY", "Copy ssh command", (UI.copy_ssh,), "Copy ssh", "main details", True),
    Key("Y", "COPY", "Copy destroy command", (UI.copy_destroy,), "", "main details"),
    Key("Mouse", "", "", (UI.click,)),
    Key("? h F1", "GENERAL", "This help", (lambda ui: ui.change(help_page=0),), "Help"),
)
STYLES = {  # name: colour, attributes where colours are off too
    "good": ("GREEN", ()), "warn": ("YELLOW", ()), "bad": ("RED", ("BOLD",)),
    "bold": ("", ("BOLD",)), "dim": ("", ("DIM",)), "selected": ("", ("REVERSE",))}


def open_screen() -> "curses.window":
    """Take the terminal as `curses.wrapper` does; an unknown TERM is taken for an xterm.

    Raises curses.error where there can be no screen.
    """
    os.environ.setdefault("ESCDELAY", "25")  # ms; ncurses waits a second by default
    for name in ("LINES", "COLUMNS"):        # exported, they freeze the size
        os.environ.pop(name, None)
    try:
        curses.setupterm()
    except curses.error:
        os.environ["TERM"] = "xterm-256color"
        curses.setupterm()
    if not curses.tigetstr("cup"):
        raise curses.error("it cannot move its cursor")
    window = curses.initscr()
    curses.noecho()
    curses.cbreak()
    window.keypad(True)
    with suppress(curses.error):
        curses.curs_set(0)
    return window


def close_screen() -> None:
    """Give the terminal back as it was; `endwin` also sends what turns the keypad off."""
    for undo in (curses.echo, curses.nocbreak, lambda: curses.curs_set(1), curses.endwin):
        with suppress(curses.error):
            undo()


def start_styles(color: bool) -> Styles:
    """The attributes that this terminal has for each style; what it cannot show it goes without."""
    with suppress(curses.error):
        curses.start_color()
        curses.use_default_colors()
    styles = Styles({"": 0})
    for pair, (name, (hue, attributes)) in enumerate(STYLES.items(), 1):
        styles[name] = 0
        for attribute in attributes:
            styles[name] |= int(getattr(curses, "A_" + attribute))
        if hue and color:
            with suppress(curses.error, ValueError):
                curses.init_pair(pair, getattr(curses, "COLOR_" + hue), -1)
                styles[name] |= curses.color_pair(pair)
    return styles


def put(window: "curses.window", y: int, x: int, text: str, attributes: int) -> bool:
    """Draw a text; False when the cursor tells that it took more columns than it has."""
    with suppress(curses.error, ValueError):
        window.addstr(y, x, text, attributes)
        row, column = window.getyx()
        columns = window.getmaxyx()[1]
        return row * columns + column <= y * columns + x + width(text)
    return True


class Painter:
    """Draws frames on a window: the lines that are not as in the frame before.

    No text can reach another cell, however wide a terminal makes it: one whose width is in doubt
    is drawn after all else, into cells that hold the most it may take.
    """

    def __init__(self, window: "curses.window", styles: Mapping[str, int], ascii_only: bool) -> None:
        self.window = window
        self.styles = styles
        self.ascii_only = ascii_only
        self.late: list[tuple[int, int, Span]] = []

    def paint(self, lines: Sequence[Line], old: Sequence[Line]) -> None:
        """Bring the window from the `old` lines to these."""
        rows, self.late = self.window.getmaxyx()[0], []
        for y, line in enumerate(lines[:rows]):
            before = old[y] if y < len(old) else None
            if line != before and not self._line(y, line, before or [], self.ascii_only):
                self.late = [spot for spot in self.late if spot[0] != y]
                self._line(y, line, before or [], True)
                if y + 1 < len(lines):  # it was written into
                    self._line(y + 1, lines[y + 1], [], self.ascii_only)
        self._show()
        for y, x, span in self.late:  # each for itself: the next one's place is told to the terminal anew
            put(self.window, y, x, span.text, self.styles[span.style])
            self._show()

    def _line(self, y: int, line: Line, before: Line, ascii_only: bool) -> bool:
        """Draw one line; False when a text of it took more columns than it has."""
        window, (rows, columns) = self.window, self.window.getmaxyx()
        known = set(with_columns(before))
        lost = [span for _, span in known - set(with_columns(line)) if not same_width(span.text)]
        with suppress(curses.error):
            window.move(y, 0)
            window.clrtoeol()
            if lost:  # the terminal may have left something of it
                window.redrawln(y, 1)
        end, fits = columns - (y == rows - 1), True  # the last cell of all cannot be written
        for x, span in with_columns(line):
            text = clip(to_ascii(span.text) if ascii_only else span.text, end - x)
            if not same_width(text) and (lost or (x, span) not in known):
                self.late.append((y, x, span._replace(text=text)))
            else:
                fits &= put(window, y, x, text, self.styles[span.style])
        return fits

    def _show(self) -> None:
        self.window.noutrefresh()
        curses.doupdate()


def with_columns(line: Line) -> Iterator[tuple[int, Span]]:
    """The spans of a line, each with the column where it begins."""
    x = 0
    for span in line:
        yield x, span
        x += width(span.text)


def terminal_gone() -> bool:
    """True when the terminal on stdin does not exist any more."""
    import termios  # only needed here, and not on every system
    try:
        termios.tcgetattr(0)
    except (termios.error, OSError):
        return True
    return False


# ---- Configuration: the options, and where their values come from ---------------------------

UsageError = argparse.ArgumentTypeError  # what is asked for cannot be, for this reason


def number_of(text: str, low: float, what: str, high: float = sys.float_info.max) -> float:
    """A number from `low` to `high`; raises UsageError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise UsageError(f"{text!r} is not {what}")
    return value


def interval(text: str) -> float:
    """Seconds between refreshes, at most a day; raises UsageError."""
    what = f"a number of seconds, at least {INTERVAL_MIN_S:g} and at most {DAY_S:g}, a day"
    return number_of(text, INTERVAL_MIN_S, what, DAY_S)


def threshold(text: str) -> Optional[float]:
    """A limit, or None for 'off'."""
    return None if text == "off" else number_of(text, 0, "a number or 'off'")


def age_limit(text: str) -> Optional[float]:
    """Seconds of '45m' or '2h', or None for 'off'."""
    units = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": DAY_S}
    value, unit = (text[:-1], units[text[-1]]) if text[-1:] in units else (text, 1.0)
    return None if text == "off" else number_of(value, 0, "a time like 45m, or 'off'") * unit


def at_least_one(text: str) -> int:
    return int(number_of(text, 1, "a number of at least 1"))


def sum_of_money(text: str) -> float:
    return number_of(text.lstrip("$"), CENT, "a sum in dollars")


def parts_of(text: str) -> list[str]:
    """'a, b c,' -> ['a', 'b c']."""
    return [part.strip() for part in text.split(",") if part.strip()]


def id_list(text: str) -> list[int]:
    """'30007001,30007002' as numbers, each once."""
    parts = parts_of(text)
    if not parts or not all(re.fullmatch(r"\d{1,18}", part, re.A) for part in parts):
        raise UsageError(f"{text!r} is not a list of instance ids such as 30007001,30007002")
    return list(dict.fromkeys(map(int, parts)))


HOST_GIVEN = expression(r"(?:([\w\[][\w.@:/\[\]%-]{0,39})=)?(?:(\w[\w.@-]{0,59})@)?"
                        r"(?:\[([0-9A-Fa-f:.]{2,45}(?:%\w{1,20})?)\]|(\w[\w.-]{0,252}))(?::(\d{1,5}))?", re.A)


def host_given(text: str) -> Host:
    """A plain host as `[NAME=][USER@]HOST[:PORT]`, IPv6 in brackets; raises UsageError."""
    found = HOST_GIVEN.fullmatch(text.strip())
    name, user, six, host, port = found.groups("") if found else ("",) * 5
    name = name or text.strip().rpartition("@")[2]
    if not found or not 0 < int(port or 22) < 65536 or name.isdigit():  # a number is that of an instance
        raise UsageError(f"{text!r} is not [NAME=][USER@]HOST[:PORT] (IPv6 in brackets)")
    return Host(name, six or host, int(port) if port else None, user)


def words(text: str) -> list[str]:
    """'exp-*, 30007001' as ids, labels and names of hosts; raises UsageError without any."""
    found = re.findall(r"[^\s,]+", text)
    if not found:
        raise UsageError(f"{text!r} names no instance and no host")
    return found


def log_glob(text: str) -> str:
    if not text or "\n" in text or "\0" in text:
        raise UsageError(f"{text!r} is not a path")
    return text


def ssh_option(text: str) -> str:
    """An option that ssh takes, where it can be asked: it looks at neither files nor network. Raises UsageError."""
    found = Commands().run(["ssh", "-G", "-F", "/dev/null", "-o", text, "127.0.0.1"], CLI_DEADLINE_S)
    if not found.out and not found.problem:
        said = found.err.partition("\n")[0].rpartition("line 0: ")[2]
        raise UsageError(f"ssh refuses {text!r}: {clean(said.strip())}")
    return text


def readable(text: str) -> str:
    """The path of a file that can be read."""
    path = os.path.expanduser(text)
    if not os.access(path, os.R_OK) or os.path.isdir(path):
        why = "it is a directory" if os.path.isdir(path) else "you may not" if os.path.exists(path) else "there is none"
        raise UsageError(f"cannot read the file {text!r}: {why}")
    return path


def export_path(text: str) -> str:
    """A path whose suffix tells the form; raises UsageError."""
    if os.path.splitext(text)[1] not in EXPORTS:
        raise UsageError(f"{text!r} ends in none of {', '.join(EXPORTS)}")
    return os.path.expanduser(text)


def log_pattern(text: str) -> "re.Pattern[str]":
    """A regular expression with at least one named group; raises UsageError."""
    try:
        pattern = re.compile(text)
    except NO_REGEX as error:
        raise UsageError(f"{text!r} is not a regular expression: {error}") from None
    if not pattern.groupindex:
        raise UsageError(f"{text!r} names no group; it needs one such as (?P<loss>...)")
    try:
        with at_most(PATTERN_S):
            for part in {*text, text, "a", "0", "0.", " "}:  # what it repeats, as a log that means ill repeats it
                pattern.search((part * PATTERN_CHARS)[:PATTERN_CHARS] + "!")
    except TimeoutError:
        raise UsageError(
            f"{text!r} is too slow: {PATTERN_CHARS} characters may take it {PATTERN_S:g} s and more, "
            "which would hold up every key; has it a repeat within a repeat?") from None
    return pattern


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """What reads one of these names; raises UsageError."""
    def read(text: str) -> str:
        if text not in names:
            raise UsageError(f"{text!r} is none of {', '.join(names)}")
        return text
    return read


def checked(read: Callable[[str], object], many: bool = False) -> Callable[[str], str]:
    """What takes a text that `read` understands, of many each word; raises UsageError."""
    def check(text: str) -> str:
        try:
            for one in text.split() if many else [text]:
                read(one)
        except ValueError as error:
            raise UsageError(str(error)) from None
        return text
    return check


def meant(word: str, known: Iterable[str], before: str = "") -> str:
    """'; did you mean interval?', or all that is known where nothing is near and that is not much."""
    import difflib  # needed for a mistake alone
    names = {name.lower(): before + name for name in known}
    near = difflib.get_close_matches(word.lower(), names, 1)
    some = f"; there are {', '.join(names.values())}" if 0 < len(names) < HINTS_MAX else ""
    return f"; did you mean {names[near[0]]}?" if near else some


def column_names(text: str) -> list[str]:
    """'id,gpu,loss' as names of columns or fields; raises UsageError that names the nearest."""
    names = parts_of(text.lower())
    for name in names:
        if name not in COLUMN_NAMES:
            known = ", ".join(column.title.lower() or column.key for column in COLUMNS)
            raise UsageError(f"there is no column {name!r}"
                             f"{meant(name, COLUMN_NAMES) or f'; there are {known}, and all fields of the JSON'}")
    return names


def sort_column(text: str) -> str:
    """'loss', or '-loss' the other way round; raises UsageError."""
    names = column_names(text.lstrip("-"))
    if len(names) != 1:
        raise UsageError(f"{text!r} is not one column")
    return "-" * text.startswith("-") + COLUMN_NAMES[names[0]].key


def event_kinds(text: str) -> list[str]:
    """'failed,gone' as names of EVENT_KINDS; raises UsageError."""
    return [one_of(EVENT_KINDS)(word) for word in parts_of(text) or [""]]


# -- the options, a row each; command line, environment and file

VARIABLE = "TRAINING_MONITOR_"  # begins the name of a setting in the environment
# What a run of this program is: how it shows what it watches, or the one thing that it does instead.
ON_SCREEN, PRINTED = ("screen",), tuple(OUTPUTS)
SHOWN = (*ON_SCREEN, *PRINTED)
# A new one is a word of INSTEAD, an option that acts in it alone, and a branch of `instead`, or `watch` where it asks.
INSTEAD = ("print-config", "parse-log", "report", "test-notify", "doctor", "explain")
# Words that a run may have besides, for options that then do nothing (`idle`): "mock", "no-ssh", "hosts" (no account is
# watched), "mail" (nobody is told by mail), "alone" (nobody is told), "all" (no --group). How those are said that are
# no option:
RUN_WORDS = {"screen": "on the screen", "text": "without a screen", "hosts": "without an account",
             "mail": "without --notify mailto:", "alone": "without --notify or --on-event",
             "all": "without a screen or --group"}
# Runs in which several options act: those that show a table, list instances, tell of events, ask instances.
AS_TABLE, LISTING, NOTIFYING = (*ON_SCREEN, "text"), (*SHOWN, "doctor"), (*SHOWN, "test-notify")
ASKING = (*LISTING, "explain")


class Option(NamedTuple):
    """A setting: `--NAME`, in the environment TRAINING_MONITOR_NAME, in the file NAME below [monitor].

    One without `read` is a switch: given, it turns its default round.
    """

    name: str
    topic: str                 # of the help
    help: str
    read: Optional[Callable[[str], Any]] = None  # text to value; raises UsageError
    default: Any = None
    metavar: str = ""
    many: bool = False         # may be given more than once; in environment and file one a line
    first: bool = False        # stands in the short help too
    bare: Any = None           # the value of one that is given without any
    once: bool = False         # on the command line only: it says what this call does
    secret: bool = False       # never shown
    acts: Sequence[str] = SHOWN  # the runs in which it does something,
    idle: Sequence[str] = ()     # ... unless they are one of these too; --print-config shows what is not `once`

    def acts_in(self, run: str) -> bool:
        """Whether it does something in a run that has this word."""
        return run in self.acts or run not in (*SHOWN, *INSTEAD) or (run == "print-config" and not self.once)

    def field(self) -> str:
        """Its name as an attribute: 'log-path' -> 'log_path'."""
        return self.name.replace("-", "_")

    def variable(self) -> str:
        """Its name in the environment."""
        return VARIABLE + self.field().upper()


# Parser, help, environment, file and --print-config come from here: a new option is a row, read as `args.NAME`.
OPTIONS = (
    Option("all", "what to watch", "every instance of the account", default=False, first=True, acts=LISTING),
    Option("instances", "what to watch", "only these", id_list, metavar="ID[,ID...]", first=True, acts=LISTING),
    Option("host", "what to watch", "a machine of your own, by ssh alone; an alias of ~/.ssh/config will do (IPv6 in "
           "brackets; repeatable)", host_given, (), "[NAME=][USER@]HOST[:PORT]", many=True, first=True, acts=ASKING),
    Option("mock", "what to watch", "a simulated fleet: no network, no account", default=False, first=True, once=True,
           acts=ASKING),
    Option("interval", "what to watch", f"between refreshes, at least {INTERVAL_MIN_S:g} (default {INTERVAL_S:g})",
           interval, INTERVAL_S, "SECONDS", first=True),
    Option("once", "what to watch", "refresh once, print the table, exit", default=False, first=True, once=True,
           acts=PRINTED),
    Option("source", "what to watch", "how the account is asked: cli (the vastai command), api (HTTPS, with the key of "
           "VAST_API_KEY or the CLI's file), auto (the CLI where there is one; default)",
           one_of(("cli", "api", "auto")), "auto", "WAY", acts=ASKING, idle=("mock", "hosts")),
    Option("log-path", "training logs", "read these logs and no others; ** is any folders (repeatable; without "
           f"it: whatever a run writes, and by default {LOG_PATH})", log_glob, (LOG_PATH,), "GLOB", many=True,
           first=True, acts=ASKING, idle=("mock", "no-ssh")),
    Option("no-find", "training logs", "do not look for runs, only for logs", default=False,
           acts=ASKING, idle=("mock", "no-ssh")),
    Option("log-pattern", "training logs", f"what lines mean, by named groups: {', '.join(CUSTOM_FIELDS)}; others "
           "are metrics (repeatable)", log_pattern, (), "REGEX", many=True,
           acts=(*ASKING, "parse-log"), idle=("no-ssh",)),
    Option("parse-log", "training logs", "print as JSON what is understood of a training log ('-': stdin), and exit",
           lambda text: text if text == "-" else readable(text), metavar="FILE", first=True, once=True,
           acts=("parse-log",)),
    Option("explain", "training logs", "read these instances or hosts once, print which line set which value, and exit",
           words, metavar="ID[,HOST...]", once=True, acts=("explain",)),
    Option("identity", "ssh", "private key for ssh", readable, metavar="FILE", first=True,
           acts=ASKING, idle=("mock", "no-ssh")),
    Option("ssh-option", "ssh", "passed to ssh as -o OPTION (repeatable)", ssh_option, (), "OPTION", many=True,
           acts=ASKING, idle=("mock", "no-ssh")),
    Option("max-ssh", "ssh", f"connections that are kept (default {SSH_KEPT}); of more instances than that some take "
           "turns, and are read more rarely", at_least_one, SSH_KEPT, "MANY", idle=("mock", "no-ssh")),
    Option("no-ssh", "ssh", "only what the listing tells: no logs, coarse GPU figures", default=False, acts=ASKING),
    Option("gpu-low", "health: a number, or off", f"warn when the GPU is used less (default {GPU_LOW:g})",
           threshold, GPU_LOW, "PERCENT"),
    Option("gpu-high", "health: a number, or off", f"warn when the GPU is used as much or more (default {GPU_HIGH:g})",
           threshold, GPU_HIGH, "PERCENT"),
    Option("loss-high", "health: a number, or off", f"warn when the loss is higher (default {LOSS_HIGH:g})",
           threshold, LOSS_HIGH, "LOSS"),
    Option("checkpoint-age", "health: a number, or off", "warn when the newest checkpoint of a run is older",
           age_limit, metavar="AGE"),
    Option("budget", "money", "warn when the watch has cost nearly as much, and when as much", sum_of_money,
           metavar="DOLLARS"),
    Option("ascii", "table", "ASCII only (default where the locale is not UTF-8)", default=False, first=True,
           acts=AS_TABLE),
    Option("no-color", "screen", "no colours (default where NO_COLOR is set)", default=False, acts=ON_SCREEN),
    Option("sort", "table", "by this column; -COLUMN is the other way round (default health)", sort_column, "health",
           "COLUMN", acts=(*AS_TABLE, "json")),
    Option("group", "table", "only instances of this group", str, "", "GROUP", acts=AS_TABLE),
    Option("folded", "table", "instances whose runs are not shown", partial(re.findall, r"[^\s,]+"), None,
           "ID[,ID...]", acts=AS_TABLE),
    Option("group-by", "table", f"what Tab goes through: {', '.join(GROUPINGS)}; of a label the part before / or : "
           "(default label)", one_of(GROUPINGS), "label", "FIELD", acts=AS_TABLE, idle=("all",)),
    Option("columns", "table", "these columns of the table in this order: titles as shown, or any field of the JSON "
           "(health is the icon)", column_names, None, "NAME[,NAME...]", acts=AS_TABLE),
    Option("mouse", "screen", "click selects and sorts, the wheel scrolls (marking text then needs Shift)",
           default=False, acts=ON_SCREEN),
    Option("no-bell", "screen", "no terminal bell", default=False, acts=ON_SCREEN),
    Option("no-title", "screen", "leave the terminal's title and tmux's option @training alone", default=False,
           acts=ON_SCREEN),
    Option("osc9", "screen", "notifications of the desktop, in terminals that show them (OSC 9)", default=False,
           acts=ON_SCREEN),
    Option("notify", "being told", f"tell this address ({', '.join(SCHEMES)}; repeatable; it is a secret, so better "
           "in the environment or the file)", checked(read_contact, many=True), (), "URL", many=True, secret=True,
           acts=NOTIFYING),
    Option("smtp", "being told", "the server for mailto: addresses", checked(read_server), None,
           "[USER:PASSWORD@]HOST[:PORT]", secret=True, acts=NOTIFYING, idle=("mail",)),
    Option("on-event", "being told", "run this for each event, values in TM_KIND, TM_LEVEL, TM_ID, TM_LABEL, TM_TEXT, "
           "TM_TIME, TM_OTHERS (no shell; repeatable)", checked(read_command), (), "COMMAND", many=True,
           acts=NOTIFYING),
    Option("ping", "being told", "GET this at each good refresh, URL/fail when the API is lost", checked(read_ping),
           None, "URL", secret=True, acts=NOTIFYING),
    Option("events", "being told", f"tell of these alone: {', '.join(EVENT_KINDS)} (default: "
           f"{', '.join(filter(lambda kind: EVENT_KINDS[kind].told, EVENT_KINDS))}; the bell also epoch)",
           event_kinds, None, "KIND[,KIND...]", idle=("alone",)),
    Option("severity", "being told", f"tell of what is at least this bad: {', '.join(EVENT_LEVELS)} (default good)",
           one_of(EVENT_LEVELS), "good", "LEVEL", idle=("alone",)),
    Option("test-notify", "being told", "tell each address and command a word, print what came back, and exit",
           default=False, once=True, acts=("test-notify",)),
    Option("format", "output", f"of what is printed without a screen: {', '.join(OUTPUTS)} (default text)",
           one_of(OUTPUTS), "text", "FORM", acts=(*PRINTED, "report")),
    Option("export", "output", "rewrite FILE after each refresh: *.json, or *.prom for Prometheus (repeatable)",
           export_path, (), "FILE", many=True, acts=LISTING),
    Option("history", "output", "keep costs, curves and events in this SQLite file, and go on from it after a restart",
           os.path.expanduser, metavar="FILE", acts=(*LISTING, "report")),
    Option("report", "output", "print what --history FILE holds of the last days (default 7), by day and instance, and "
           "exit", at_least_one, metavar="DAYS", bare=7, once=True, acts=("report",)),
    Option("doctor", "settings", "look at everything the monitor needs, say what is wrong and what to do, and exit",
           default=False, first=True, once=True, acts=("doctor",)),
    Option("config", "settings", "read settings from here (default: config.ini or config.toml in "
           "$XDG_CONFIG_HOME/training-monitor, where there is one)", readable, metavar="FILE", once=True,
           acts=(*SHOWN, *INSTEAD)),
    Option("print-config", "settings", "show every setting and where it comes from, and exit", default=False,
           once=True, acts=("print-config",)),
    Option("debug", "settings", "report every reading on stderr or in the log file", default=False,
           acts=(*ASKING, "parse-log")),
    Option("log-file", "settings", "write events and warnings here instead of warnings to stderr",
           os.path.expanduser, metavar="FILE", acts=(*ASKING, "test-notify")),
)


OWN = (Option("rate", "", "dollars an hour while it runs", sum_of_money),
       *filter(lambda one: one.name in ("log-path", "log-pattern"), OPTIONS))
PARTS = {  # sections of the configuration file: their keys
    "monitor": [*filter(lambda one: not one.once, OPTIONS)],
    "host": [Option("address", "", "[USER@]HOST[:PORT] (default: its name)", host_given), *OWN],
    "group": [Option("match", "", "ids, names, labels with * (default: its name)", words), *OWN]}


def no_setting(word: str, known: Iterable[str], before: str = "") -> str:
    """The hint for a name that file or environment cannot set."""
    typed = any(word.lower() == option.field() for option in OPTIONS if option.once)
    return ": it is for the command line alone" if typed else meant(word, known, before)


class Setting(NamedTuple):
    """The value of an option, and where it comes from."""

    value: Any
    origin: str   # "command line", a variable, a file, "default"


class Parser(argparse.ArgumentParser):
    """One that raises UsageError on wrong usage: where the settings are read anew, it must not end the watch."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message) from None

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Those of argparse, but the value of `--sort -loss` is one, though it begins as a short option does."""
        words, valued = list(sys.argv[1:] if args is None else args), {f"--{one.name}" for one in OPTIONS if one.read}
        for i in range(len(words) - 1, 0, -1):
            if words[i - 1] in valued and re.match("-[^-]", words[i]) and words[i] != "-h":
                words[i - 1:i + 1] = [f"{words[i - 1]}={words[i]}"]
        found, odd = self.parse_known_args(words, namespace)
        if odd:
            hint = ("; of instances: --instances ID,ID" if odd[0].isdecimal() else
                    meant(odd[0].partition("=")[0], [f"--{option.name}" for option in OPTIONS]))
            raise UsageError(f"unrecognized arguments: {' '.join(odd)}{hint}")
        return found

    def _print_message(self, message: str, file: Any = None) -> None:
        """Help and version are outputs as any other; argparse would not notice that they cannot be written."""
        if file is sys.stderr:
            super()._print_message(message, file)
        else:
            write_out(message.rstrip("\n"))


class ShowHelp(argparse.Action):
    """Print the help, with `-h` only what one needs first, and end."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any,
                 option_string: Optional[str] = None) -> None:
        build_parser(short=option_string == "-h").print_help()
        parser.exit()


def stdout_columns(otherwise: int) -> int:
    """Columns of the terminal that stdout is; so many where it is none, or one that does not know."""
    return (os.get_terminal_size(1).columns if os.isatty(1) else 0) or otherwise


def build_parser(short: bool = False) -> argparse.ArgumentParser:
    """The command line; `short` leaves out of the help what one seldom needs."""
    columns = min(100, stdout_columns(80))
    end = "Keys: q quit, r refresh, p pause, c clear the log, ? help.\n" + (__doc__ or "").rpartition("\n\n")[2]
    parser = Parser(  # with its width, the formatter need not import shutil
        prog="training_monitor.py", add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=columns - 2),
        usage="%(prog)s --all|--instances IDS|--host HOST|--mock [options]",
        description=(__doc__ or "").partition("\n")[0],
        epilog=f"--help shows all {len(OPTIONS)} options." if short else end)
    groups: dict[str, Any] = {}
    for option in OPTIONS:
        group = groups.get(option.topic) or groups.setdefault(option.topic, parser.add_argument_group(option.topic))
        how: dict[str, Any] = {"help": option.help if option.first or not short else argparse.SUPPRESS}
        if option.read is None:
            how.update(action="store_true")
        else:
            how.update(type=option.read, metavar=option.metavar, action="append" if option.many else "store")
            how.update({"nargs": "?", "const": option.bare} if option.bare is not None else {})
        group.add_argument("--" + option.name, **how)
    other = parser.add_argument_group("help")
    other.add_argument("-h", action=ShowHelp, nargs=0, help="the options that one needs first")
    other.add_argument("--help", action=ShowHelp, nargs=0, help="all options")
    other.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def read_text(option: Option, texts: Sequence[str]) -> Any:
    """The value of an option from the environment or a file; raises UsageError."""
    if option.read and option.many:
        return tuple(map(option.read, texts))
    text = ",".join(texts)  # a list of TOML, or lines: what takes one of names or ids takes these too
    if option.read:
        return option.read(text)
    if text.lower() not in SWITCHES:
        raise UsageError(f"{text!r} is neither yes nor no")
    return option.default != SWITCHES[text.lower()]


def lines_of(text: str) -> list[str]:
    """The values in a text that has one a line; an empty one where it has none."""
    return [line.strip() for line in text.split("\n") if line.strip()] or [""]


SWITCHES = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}


def settings_of(given: Mapping[str, Any], environment: Mapping[str, str], config: "Config") -> dict[str, Setting]:
    """Every setting by its field: the command line goes before the environment, the file and the default.

    Raises UsageError that names what is wrong where.
    """
    config.check()
    found = {}
    for option in OPTIONS:
        name, variable = option.field(), option.variable()
        if name in given:
            found[name] = Setting(tuple(given[name]) if option.many else given[name], "command line")
        elif environment.get(variable) and not option.once:
            try:
                found[name] = Setting(read_text(option, lines_of(environment[variable])), variable)
            except UsageError as error:
                raise UsageError(f"{variable}: {error}") from None
        elif option.name in config.sections.get("monitor", ()):
            found[name] = Setting(config.value("monitor", option), config.path)
        else:
            found[name] = Setting(option.default, "default")
    return {**found, **of_parts(found["host"], config)}


def of_parts(given: Setting, config: "Config") -> dict[str, Setting]:
    """The hosts, and what parts of the fleet have of their own; raises UsageError.

    Hosts of the command line stand for all; a name that the file knows is enough there.
    """
    known, owns = {}, []
    for section in config.sections:
        kind, _, name = section.partition(" ")
        if kind != "monitor":
            values = {option.name: config.value(section, option) for option in PARTS[kind]
                      if option.name in config.sections[section]}
            if kind == "host":
                try:
                    known[name] = host_given(str(values.get("address", Host(name, name))._replace(name=name)))
                except UsageError as error:
                    raise UsageError(f"{config.path}: [{section}]: {error}") from None
            owns.append(Own(tuple(values.get("match", [name])), values.get("rate"), values.get("log-path", ()),
                            values.get("log-pattern", ())))
    hosts = [known.get(host.name, host) if host == Host(host.name, host.name) else host for host in given.value]
    if given.origin != "command line":
        hosts += [host for name, host in known.items() if name not in [one.name for one in hosts]]
    twice = [name for name, times in Counter(HostId(host.name) for host in hosts).items() if times > 1]
    if twice:
        raise UsageError(f"two hosts are called {twice[0]}: NAME=HOST gives one another name")
    origin = config.path if known and not given.value else given.origin
    return {"host": Setting(tuple(hosts), origin), "owns": Setting(tuple(owns), config.path)}


def setting_text(value: object) -> str:
    """A value in the words of the file: 'off', 'yes', '7,8', '0.5'."""
    if value is None or isinstance(value, bool):
        return {None: "off", True: "yes", False: "no"}[value]
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value.pattern) if isinstance(value, re.Pattern) else str(value)


def print_settings(settings: Mapping[str, Setting], config: "Config") -> int:
    """All settings in the form of the file, each with where it comes from; secrets are masked."""
    lines = ["[monitor]"]
    for option in OPTIONS:
        if not option.once:
            value, origin = settings[option.field()]
            values = value if option.many else [] if value is None and option.default is None else [value]
            texts = ["***" if option.secret else setting_text(one) for one in values]
            lines += [f"# {origin}", f"{'' if texts else '# '}{option.name} = " + "\n    ".join(texts)]
    for section, keys in config.sections.items():
        if section != "monitor":
            lines += [f"\n# {config.path}\n[{section}]", *(
                f"{key} = " + "\n    ".join(texts) for key, texts in keys.items())]
    write_out("\n".join(lines))
    return 0


class Config(NamedTuple):
    """A configuration file: texts by key, by section. A key may have several, one a line (in TOML a list)."""

    path: str = ""
    sections: Mapping[str, Mapping[str, Sequence[str]]] = {}

    @classmethod
    def read(cls, path: str) -> "Config":
        """The file, in TOML or INI by its suffix; raises UsageError."""
        try:
            text = config_text(path).lstrip(BOM).replace("\r\n", "\n")
            return cls(path, read_toml(text) if path.endswith(".toml") else read_ini(text))
        except (OSError, ValueError) as error:
            said = clean(" ".join(error_text(error).split()), 300)
            raise UsageError(f"{path}: {said}") from None

    def check(self) -> None:
        """Raise UsageError for a key or a section that nothing reads, with the nearest known one."""
        for section, keys in self.sections.items():
            kind, _, name = section.partition(" ")
            known = [option.name for option in PARTS.get(kind, ())]
            wrong = [f"[{section}] {key} is not known{no_setting(key, known)}" for key in keys if key not in known]
            if not known:
                wrong = [f"[{section}] is not known{meant(section.split()[0] if section.split() else '', PARTS)}"]
            elif bool(name.strip()) == (kind == "monitor"):
                form = kind if name.strip() else f"{kind}.NAME" if self.path.endswith(".toml") else f"{kind} NAME"
                wrong = [f"[{section}] is not known: it is [{form}]"]
            if wrong:
                raise UsageError(f"{self.path}: {wrong[0]}")

    def value(self, section: str, option: Option) -> Any:
        """What the file says for an option; raises UsageError that names where."""
        try:
            return read_text(option, self.sections[section][option.name])
        except UsageError as error:
            raise UsageError(f"{self.path}: [{section}] {option.name}: {error}") from None


BOM = "\ufeff"  # Windows puts this mark before the first word


def config_text(path: str) -> str:
    """A configuration file with its own line ends; raises OSError, and ValueError where it can be none."""
    with open(path, "rb") as stream:
        data = stream.read(CONFIG_MAX + 1)
    if len(data) > CONFIG_MAX:
        raise ValueError(f"more than {CONFIG_MAX >> 20} MB: this is no configuration")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"line {data.count(10, 0, error.start) + 1} is not in UTF-8") from None


INI_MISTAKES = {"MissingSectionHeaderError": "a section such as [monitor] comes first",
                "DuplicateSectionError": "this section stands there twice",
                "DuplicateOptionError": "this name stands twice in its section"}


def read_ini(text: str) -> dict[str, dict[str, list[str]]]:
    """The sections of an INI file; raises ValueError."""
    import configparser  # needed where there is a file alone
    parser = configparser.ConfigParser(interpolation=None, default_section="", inline_comment_prefixes=None)
    parser.SECTCRE = re.compile(r"\A\[\s*(?P<header>\S(?:.*\S)?)\s*\]")  # blanks within the brackets mean nothing
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or getattr(error, "errors", [(0, "")])[0][0]
        raise ValueError(f"line {line}: {INI_MISTAKES.get(type(error).__name__, 'this is no NAME = VALUE')}") from None
    return {name: {key: lines_of(value) for key, value in parser[name].items()} for name in parser.sections()}


def read_toml(text: str) -> dict[str, dict[str, list[str]]]:
    """The sections of a TOML file, `[host.NAME]` as "host NAME"; raises ValueError."""
    try:
        tomllib: Any = importlib.import_module("tomllib")
    except ImportError:
        raise ValueError("TOML needs Python 3.11 or newer; an INI file with the same names works everywhere") from None
    def texts(value: Any) -> list[str]:
        return list(map(setting_text, value if isinstance(value, list) else [value]))
    sections: dict[str, dict[str, list[str]]] = {}
    for name, table in tomllib.loads(text).items():
        if not isinstance(table, dict):
            raise ValueError(f"{name} stands outside of a section such as [monitor]")
        for key, value in table.items():
            if isinstance(value, dict):
                sections[f"{name} {key}"] = {one: texts(two) for one, two in value.items()}
            else:
                sections.setdefault(name, {})[key] = texts(value)
    return sections


def own_configs() -> list[str]:
    """Where the user's own file may be."""
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return [os.path.join(folder, "training-monitor", name) for name in ("config.ini", "config.toml")]


def find_config(given: Optional[str]) -> Config:
    """The file that was named, else the user's own, else an empty one; raises UsageError."""
    paths = [given] if given else [path for path in own_configs() if os.path.exists(path)]
    if len(paths) > 1:
        raise UsageError(f"which is it, {' or '.join(paths)}? Remove one, or say --config FILE")
    return Config.read(paths[0]) if paths else Config()


def with_key(lines: Sequence[str], key: str, value: str) -> list[str]:
    """A configuration file in which [monitor] says this; every other line stays as it is."""
    inside, at, end = False, None, None
    for i, line in enumerate(lines):
        if line.lstrip().startswith("["):
            inside = "".join(line.split()) == "[monitor]"
        if inside and line.strip() and line.lstrip()[0] not in "#;":
            end = i + 1
            if line.replace(":", "=").partition("=")[0].rstrip().lower() == key:
                at = i
    if at is not None:  # with the lines that go on from it
        rest = list(takewhile(lambda line: line.strip() and line[0] in " \t", lines[at + 1:]))
        notes = [line for line in rest if line.lstrip()[0] in "#;"]
        return [*lines[:at], f"{key} = {value}".rstrip(), *notes, *lines[at + 1 + len(rest):]]
    head = [] if end else [*[""] * bool(lines), "[monitor]"]
    end = len(lines) if end is None else end
    return [*lines[:end], *head, f"{key} = {value}".rstrip(), *lines[end:]]


def keep_settings(path: str, kept: Mapping[str, str]) -> str:
    """Write those settings into the file that are not as it, or the default, has them; returns what is said of it."""
    read, quote = (read_toml, partial(json.dumps, ensure_ascii=False)) if path.endswith(".toml") else (read_ini, str)
    defaults = {option.name: str(option.default or "") for option in OPTIONS}
    try:
        text = ""
        with suppress(FileNotFoundError):
            text = config_text(path)
        mark, end = BOM * text.startswith(BOM), "\r\n" if "\r\n" in text else "\n"
        lines = text.lstrip(BOM).splitlines()
        before = read("\n".join(lines))
        mine = before.get("monitor", {})
        changed = {key: value for key, value in kept.items() if ",".join(mine.get(key, [defaults[key]])) != value}
        if not changed:
            return f"nothing has changed, nothing was written to {path}"
        for key, value in changed.items():
            lines = with_key(lines, key, quote(value))
        after, wanted = {}, {**mine, **{key: [value] for key, value in changed.items()}}
        with suppress(ValueError):
            after = read("\n".join(lines))
        if after != {**before, "monitor": wanted}:
            return f"not kept: {path} is written in a way that only you can change"
        real = os.path.realpath(path)
        os.makedirs(os.path.dirname(real), exist_ok=True)
        why = export(real, mark + end.join(lines) + end[:-1], os.stat(real).st_mode & 0o777 if text else 0o600)
    except (OSError, ValueError) as error:
        why = f"{path}: {error_text(error)}"
    return f"not kept: {why}" if why else f"kept in {path}: {', '.join(changed)}"


def done_instead(args: argparse.Namespace) -> list[str]:
    """What of INSTEAD is asked for."""
    return [name for name in INSTEAD if getattr(args, name.replace("-", "_"))]


def check_usage(args: argparse.Namespace) -> None:
    """Raise UsageError where nothing is to be watched, or in no way that there is."""
    wanted = done_instead(args)
    if len(wanted) > 1:
        raise UsageError(f"--{wanted[0]} and --{wanted[1]} cannot be combined")
    if args.report and not args.history:
        raise UsageError("--report needs --history FILE")
    if args.print_config or args.parse_log or args.report:
        return
    if not any((args.all, args.instances, args.host, args.mock, wanted)):
        raise UsageError("say what to watch: --all, --instances ID[,ID...], --host HOST or --mock")
    if args.host and args.no_ssh:
        raise UsageError("--host needs ssh: leave out --no-ssh")
    if not args.smtp and any(read_contact(url).sink == "mail" for url in " ".join(args.notify).split()):
        raise UsageError("--notify mailto: needs --smtp")


def command_line(argv: Optional[Sequence[str]], environment: Mapping[str, str],
                 ) -> tuple[argparse.Namespace, dict[str, Setting], Config]:
    """What is asked for, where each of it comes from, and the file; raises UsageError on wrong usage."""
    given = vars(build_parser().parse_args(argv))
    for one, other in (("all", "instances"), ("mock", "host")):
        if one in given and other in given:
            raise UsageError(f"--{one} and --{other} cannot be combined")
    if "report" in given and given.get("format", "text") not in REPORTS:
        raise UsageError(f"--report prints {' or '.join(REPORTS)}")
    config = find_config(given.get("config"))
    settings = settings_of(given, environment, config)
    rank = {"command line": 0, config.path: 2}  # the lower goes before the other; 1 is the environment, or a default
    every, some = (rank.get(settings[name].origin, 1) for name in ("all", "instances"))
    if settings["all"].value and settings["instances"].value and every != some:
        name, default = ("instances", None) if every < some else ("all", False)
        settings[name] = Setting(default, "default")
    args = argparse.Namespace(**{name: setting.value for name, setting in settings.items()})
    args.host, args.config = () if args.mock else args.host, config.path or own_configs()[0]
    check_usage(args)
    for option in OPTIONS:  # what does nothing in this run must not do it by halves
        if not all(map(option.acts_in, done_instead(args))):
            setattr(args, option.field(), option.default)
    if args.explain:
        only_explained(args)
    return args, settings, config


def only_explained(args: argparse.Namespace) -> None:
    """Let the watch be of what --explain names; raises UsageError for a name that no host has."""
    known = {host.name: host for host in args.host}
    args.instances = [int(name) for name in args.explain if name.isdecimal()] or None
    names = [name for name in args.explain if not name.isdecimal()]
    for name in names:
        if name not in known:
            raise UsageError(f"--explain: {name!r} is neither an id nor a host{meant(name, known)}")
    args.host, args.all = [known[name] for name in names], False


def said_in_vain(args: argparse.Namespace, settings: Mapping[str, Setting], terminal: bool) -> Iterator[str]:
    """'--sort has no effect with --format line': what was typed for nothing, each once."""
    typed = [option for option in OPTIONS if settings[option.field()].origin == "command line"]
    run = next(iter(done_instead(args)), "screen" if terminal else args.format)
    told = [read_contact(url).sink for url in " ".join(args.notify).split()]
    about = {"mock": args.mock, "no-ssh": args.no_ssh, "hosts": no_account(args), "mail": "mail" not in told,
             "alone": not (told or args.on_event or terminal), "all": not (args.group or terminal)}
    for one in (run, *(name for name, so in about.items() if so and not args.print_config)):
        idle = [option for option in typed if not option.acts_in(one) or one in option.idle]
        if idle:
            typed = [option for option in typed if option not in idle]
            words = RUN_WORDS.get(one, f"with --{'format ' * (one in SHOWN)}{one}")
            has = "has" if len(idle) == 1 else "have"
            yield f"{', '.join(f'--{option.name}' for option in idle)} {has} no effect {words}"


def variables_in_vain(environment: Mapping[str, str]) -> Iterator[str]:
    """What looks like a setting in the environment, and is none."""
    known = [option.field().upper() for option in OPTIONS if not option.once]
    for name in environment:
        word = name[len(VARIABLE):]
        if name.startswith(VARIABLE) and word not in known:
            yield f"{name} sets nothing{no_setting(word, known, VARIABLE)}"


def no_account(args: argparse.Namespace) -> bool:
    """Whether only plain hosts are watched, which takes no account."""
    return bool(args.host) and not (args.all or args.instances or args.mock)


# ---- Command line: what is asked for is done ------------------------------------------------

# -- what surrounds the program: terminal, signals, limits

POOR_TERMS = ("linux", "vt100", "dumb")  # they have few characters, and no title


def choose_glyphs(ascii_only: bool, terminal: bool) -> Glyphs:
    """ASCII where it is asked for, and where locale or terminal can show no more."""
    for wanted in ("", "C.UTF-8"):
        with suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, wanted)
            break
    plain = terminal and os.environ.get("TERM", "") in POOR_TERMS
    encodings = [locale.nl_langinfo(locale.CODESET), *([] if terminal else [sys.stdout.encoding or ""])]
    utf8 = all(encoding.replace("-", "").upper() == "UTF8" for encoding in encodings)
    return ASCII if ascii_only or plain or not utf8 else UNICODE


def stop_on_signals() -> None:
    """End by SystemExit, so that the terminal is restored; a signal that nohup ignores stays ignored."""
    def stop(number_: int, frame: object) -> NoReturn:
        raise SystemExit(128 + number_)
    for number_ in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number_) is not signal.SIG_IGN:
            signal.signal(number_, stop)


def hide_secrets() -> dict[str, str]:
    """Take secrets out of the environment, for no child needs them; returns it as it was."""
    environment = dict(os.environ)
    for option in OPTIONS:
        if option.secret:
            os.environ.pop(option.variable(), None)
    return environment


def open_journal(args: argparse.Namespace) -> Journal:
    """The log file, else stderr; raises UsageError where it cannot be written."""
    least = "DEBUG" if args.debug else "ERROR" if args.doctor else "INFO" if args.log_file else "WARNING"
    try:
        return Journal(open(args.log_file, "a", encoding="utf-8") if args.log_file else sys.stderr, least)
    except OSError as error:
        raise UsageError(f"cannot write the log file {args.log_file!r}: {error_text(error)}") from None


class Restart(BaseException):
    """The settings are to be read anew, which is done by a new start in the same process."""


def restart_on_hangup(argv: Sequence[str], environment: Mapping[str, str], journal: Journal) -> None:
    """Let SIGHUP begin anew with the settings as they are then; faulty ones are said, and change nothing.

    Where there is a terminal, the signal says that it went away, and ends the program as ever.
    """
    def again(number_: int, frame: object) -> None:
        """Raises Restart where the settings can be read."""
        try:
            command_line(argv, environment)
        except UsageError as error:
            journal.say("ERROR", f"the settings stay as they were: {error}")
        else:
            raise Restart
    with suppress(OSError):
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
        return
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, again)


def more_files() -> None:
    """Allow as many open files as the system lets us: an instance takes two."""
    import resource  # not everywhere
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 65536, hard))


# -- without the screen: text for ever, once, or about one thing

class Printing(NamedTuple):
    """How a refresh is printed where there is no screen."""

    form: str                 # a key of OUTPUTS
    glyphs: Glyphs = UNICODE
    view: View = View()       # of the table


def scene_of(monitor: VastAIMonitor, how: Printing) -> Scene:
    """All that an output is made from. Only the text is narrowed by --group: programs that read the others need all."""
    view = how.view if how.form == "text" else View(sort=how.view.sort, reverse=how.view.reverse)
    columns = max(20, min(PLAIN_COLUMNS, stdout_columns(PLAIN_COLUMNS)))
    return make_scene(monitor.fleet, view, monitor.clock(), columns, 0, glyphs=how.glyphs,
                      stale_after_s=STALE_INTERVALS * monitor.options.interval_s)


def print_block(monitor: VastAIMonitor, how: Printing, told: int) -> int:
    """Print a refresh with the events after the first `told`; returns how many there were."""
    write_out(OUTPUTS[how.form](scene_of(monitor, how), monitor.events_since(told)))
    return monitor.fleet.happened


def export_to(monitor: VastAIMonitor, paths: Sequence[str]) -> None:
    """Have the files written after each refresh; that one cannot be is said once."""
    def write() -> None:
        """Write each, and keep which cannot be."""
        for path in paths:
            form = EXPORTS[os.path.splitext(path)[1]]
            problem = export(path, OUTPUTS[form](scene_of(monitor, Printing(form)), ()))
            if problem and problem != monitor.unwritten.get(path):
                monitor.journal.say("WARNING", f"not exported: {problem}")
            monitor.unwritten[path] = problem
    monitor.after_refresh.append(write)


def give_back_memory(monitor: VastAIMonitor) -> None:
    """Have free memory given to the system: what is large at once, the rest after a refresh, now and then.

    glibc keeps what compiling this file took, and holes of what large logs took; and it gives threads heaps of their
    own, each with such holes. That all share one has to be said before there are any. Elsewhere nothing happens.
    """
    done = [(-math.inf, 0)]  # when it was done last, and how many lines had come by then
    try:
        import ctypes  # needed here alone
        libc = ctypes.CDLL(None)
        libc.mallopt(M_ARENA_MAX, 1)
        libc.mallopt(M_MMAP_THRESHOLD, READ_BLOCK << 5)
        give_back = libc.malloc_trim
    except Exception:  # no ctypes, or another libc
        return

    def trim() -> None:
        (at, lines), now, all_lines = done[0], time.monotonic(), monitor.fleet.arrival
        if now - at > (TRIM_BUSY_S if all_lines - lines > TRIM_LINES else TRIM_EVERY_S):
            give_back(0)
            done[0] = now, all_lines
    monitor.after_refresh.append(trim)


def run_once(monitor: VastAIMonitor, how: Printing, sinks: Sinks) -> int:
    """One refresh; returns 1 when an instance is in error or nothing could be read."""
    monitor.update_all_metrics()
    monitor.fleet.retry_at = None
    sinks.step()
    sinks.finish(SINK_DEADLINE_S)
    print_block(monitor, how, 0 if how.form == "text" else monitor.fleet.happened)  # as JSON one object, for jq
    unwell = any(m.health_status() == "error" for m in monitor.metrics.values())
    return int(unwell or monitor.fleet.listed is None)


def run_plain(monitor: VastAIMonitor, how: Printing, sinks: Sinks) -> NoReturn:
    """A block of text after every refresh, for ever."""
    told = rounds = 0
    while True:
        monitor.step(wait_s=60.0)
        sinks.step()
        if monitor.rounds != rounds:
            rounds = monitor.rounds
            told = print_block(monitor, how, told)


class LastLines(io.StringIO):
    """A stream that keeps the last lines that were written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: deque[str] = deque(maxlen=HELD_LINES)
        self.open = ""  # the last one, which has no end yet

    def write(self, text: str) -> int:
        *lines, self.open = (self.open + text).split("\n")
        self.lines.extend(lines)
        return len(text)


def run_screen(ui: TrainingMonitorUI) -> None:
    """The terminal interface; what would go to a terminal's stderr is shown after it."""
    sys.setswitchinterval(SWITCH_S)
    real, held, journal = sys.stderr, LastLines(), ui.monitor.journal
    if real.isatty():
        sys.stderr = held
        journal.stream = held if journal.stream is real else journal.stream
    try:
        ui.run()
    finally:
        sys.stderr = real
        journal.stream = real if journal.stream is held else journal.stream
        for line in filter(None, (*held.lines, held.open)):
            print(clean(line), file=sys.stderr)


GZIP = b"\x1f\x8b"  # the first bytes of what it made


def parse_log(path: str, patterns: Sequence["re.Pattern[str]"], debug: bool) -> int:
    """Print what the reader makes of a log, as one JSON object; `debug` says on stderr which lines did it."""
    def trace(line: str, rule: str) -> None:
        print(f"{rule}: {line}", file=sys.stderr)

    def plain(value: object) -> object:
        return str(value) if isinstance(value, float) and not abs(value) < math.inf else value

    reader, binary = LogReader(patterns, trace if debug else None), False
    try:
        with open(0 if path == "-" else path, "rb", closefd=path != "-") as log:
            for data in iter(lambda: log.read(READ_FIRST), b""):
                binary = binary or b"\0" in data or data.startswith(GZIP)
                reader.feed(data)
    except OSError as problem:
        complain(f"{path}: {error_text(problem)}")
        return 1
    reader.end()
    if binary and not telling(reader.progress()):
        complain(f"{path}: this is no text as it stands (compressed? UTF-16?): unpack or convert it first")
    told = reader.progress()
    named = Progress._fields[:Progress._fields.index("epochs_done")]  # the others are for the monitor itself
    write_out(json.dumps({name: plain(getattr(told, name)) for name in named}))
    return 0


def print_explanation(monitor: VastAIMonitor) -> int:
    """Print which line of its output set which value of each run; returns 1 where nothing could be read."""
    monitor.update_all_metrics()
    for m in monitor.metrics.values():
        for run in m.runs:
            said = [f"{show_id(m.instance_id)} {label_of(m)}", run.name, run.reading.where,
                    f"looked at {m.looked_at}" if m.looked_at else ""]
            write_out("  ".join(filter(None, said)))
            write_out("\n".join(text_of(line) for line in explained_lines(as_instance(m, run), PLAIN_COLUMNS)))
    return int(not any(run.reading.key for m in monitor.metrics.values() for run in m.runs))


def print_report(history: str, days: int, form: str) -> int:
    """Print what a history holds of the last days, today among them; returns the exit code."""
    since = (datetime.now() - timedelta(days=min(days, HISTORY_DAYS) - 1)).strftime(DAY_FORM)  # of 23 or 25 h too
    try:
        rows = History(history).days_since(since)
    except SourceError as problem:
        complain(str(problem))
        return 1
    make = REPORTS.get(form, report_text)
    none = f"{history}: nothing is kept of the days since {since}"
    write_out(none if make is report_text and not rows else make(rows))
    return 0


# -- the doctor: what the monitor needs, looked at once

class Finding(NamedTuple):
    """What was found of one thing that the monitor needs."""

    level: str        # "ok"; "note": the watch goes on without it; "BAD"
    what: str
    advice: str = ""


def check_python(monitor: VastAIMonitor) -> Iterator[Finding]:
    yield Finding("ok", f"Python {sys.version.split()[0]} on {sys.platform}")
    if curses is None:
        yield Finding("note", "this Python has no curses: plain text, no screen", "use another Python")


def check_terminal(monitor: VastAIMonitor) -> Iterator[Finding]:
    """Locale and TERM."""
    term, utf8 = os.environ.get("TERM", ""), choose_glyphs(False, True) is UNICODE
    coded = locale.nl_langinfo(locale.CODESET)
    yield Finding("ok", f"locale {coded}") if utf8 else Finding(
        "note", f"locale {coded}, TERM={term}: ASCII only", "LC_ALL=C.UTF-8, in a terminal that shows it")
    try:
        curses.setupterm(term, 1)
        moves = bool(curses.tigetstr("cup"))
    except Exception:  # no curses, or no such terminal
        moves = False
    yield Finding("ok", f"TERM={term}") if moves else Finding(
        "note", f"TERM={term!r} cannot move its cursor: plain text, no screen", "export TERM=xterm-256color")


def check_vastai(monitor: VastAIMonitor) -> Iterator[Finding]:
    """The command, where it is used, and its age."""
    if not isinstance(monitor.source.vast, VastCli):
        return
    path = on_path("vastai")
    if not path:
        yield Finding("BAD", "vastai is not on PATH", "pip install vastai; or set VAST_API_KEY alone")
        return
    old_s = max(0.0, time.time() - os.stat(path).st_mtime)
    said = monitor.commands.run(["vastai", "--version"], CLI_DEADLINE_S).out
    what = f"{path} {clean(said.strip(), 40)}".rstrip() + f", installed {duration(old_s)} ago"
    yield Finding("ok", what) if old_s < CLI_OLD_S else Finding("note", what, "pip install -U vastai")


def check_key(monitor: VastAIMonitor) -> Iterator[Finding]:
    """Where the key is, and who else may read it."""
    if monitor.source.vast is None:
        return
    key, place = find_key()
    if not key:
        yield Finding("BAD", f"no API key can be read in {place}" if place else "no API key was found",
                      "vastai set api-key KEY" + (", if the file is yours" if place else ""))
    elif os.path.exists(place) and os.stat(place).st_mode & 0o077:
        yield Finding("note", f"others may read the API key in {place}", f"chmod 600 {place}")
    else:
        yield Finding("ok", f"API key of {place}")


def check_account(monitor: VastAIMonitor) -> Iterator[Finding]:
    """Network and API, and what the key may read."""
    account, fleet = monitor.source.vast, monitor.fleet
    if fleet.trouble:
        yield Finding("BAD", "the instances cannot be listed", fleet.trouble)
    if account is None or fleet.trouble:
        return
    listed = sum(m.row is not None for key, m in monitor.metrics.items() if key not in monitor.hosts)
    yield Finding("ok", f"the listing has {plural(listed, 'instance')} to watch")
    for what, ask, right in (("balance", account.account, "user_read"),
                             ("charges", partial(account.charges, time.time() - DAY_S), "billing_read")):
        try:
            ask()
            yield Finding("ok", f"the key may read its {what}")
        except SourceError as problem:
            yield Finding("note", f"no {what}: {problem}", f"a key with {right} shows it; the watch goes on without")


def check_ssh(monitor: VastAIMonitor) -> Iterator[Finding]:
    """The client and a key for it."""
    found = monitor.commands.run(["ssh", "-V"], CLI_DEADLINE_S)
    if found.problem:
        yield Finding("BAD", "ssh cannot be run", "install the OpenSSH client")
        return
    yield Finding("ok", clean((found.err or found.out).strip(), 60))
    folder = os.path.expanduser("~/.ssh")
    keys: list[str] = []
    with suppress(OSError):
        keys = [name for name in os.listdir(folder) if re.fullmatch(r"id_\w+", name)]
    if not (keys or monitor.options.identity or os.environ.get("SSH_AUTH_SOCK")):
        yield Finding("note", f"no key in {folder} and no agent", "ssh-keygen -t ed25519, or --identity FILE")


def check_instances(monitor: VastAIMonitor) -> Iterator[Finding]:
    """Of each instance: address, login, GPUs, and what is known of its runs."""
    for m in monitor.metrics.values():
        who = f"{show_id(m.instance_id)} {label_of(m)}".rstrip()
        if not m.watched:
            yield Finding("note", f"{who}: not looked at: {m.trouble or m.status}")
        elif m.trouble:
            yield Finding("BAD", f"{who}: {m.status}, {'but ' * (m.phase() == 'up')}no login", m.trouble)
        else:
            yield Finding("ok", f"{who}: logged in at {m.address}" + (f", {m.gpu_type}" if m.gpus else ""))
            if not m.gpus and m.phase() == "up":
                yield Finding("note", f"{who}: nvidia-smi says nothing", "run it there: does it hang, fail, or is "
                              "there none? An image with NVIDIA's tools shows GPU use")
            yield from check_runs(m, who)


def check_runs(m: TrainingMetrics, who: str) -> Iterator[Finding]:
    """What was found of its runs, and what was not."""
    kinds = {run.reading.kind for run in m.runs} & KINDS.keys()
    yield from (Finding("note", f"{who}: {KINDS[kind]}") for kind in sorted(kinds))
    runs = [run for run in m.runs if run.reading.kind not in KINDS]
    found = [run for run in runs if run.log_path or run.reading.where]
    if not found and (runs or not kinds):
        trains, looked_at = any(run.reading.key for run in runs) or (m.gpu_util or 0.0) >= GPU_LOW, m.looked_at
        yield Finding("BAD" if trains else "note", f"{who}: no output of a run; looked at {looked_at or 'nothing yet'}",
                      "if it trains: --log-path GLOB, or start it with `... 2>&1 | tee train.log`")
    for run in found:
        values = {"progress": run.log.progress, "epoch": run.log.epoch, "step": run.log.step, "loss": run.log.loss}
        known = [name for name, value in values.items() if value is not None]
        missing = "".join(f", no {name}" for name in values if name not in known)
        where = run.reading.where or run.log_path
        over = not run.reading.alive  # a terminal may show nothing of it any more
        said = f"{who}: {run.name or 'run'}, {where}: "
        if known:
            yield Finding("ok", said + ", ".join(known) + missing)
        elif not run.lines:
            yield Finding("note", said + "nothing was printed yet", "python3 -u, if it should have been")
        else:
            yield Finding("note" if over else "BAD", said + "nothing is understood",
                          "--explain ID, --parse-log FILE --debug; --log-pattern for lines of your own")


def check_files(monitor: VastAIMonitor) -> Iterator[Finding]:
    for problem in filter(None, monitor.unwritten.values()):
        yield Finding("BAD", f"not written: {problem}", "another place for it, or mend this one")


# What --doctor looks at, in this order; a new check is a row.
CHECKS = (check_python, check_terminal, check_vastai, check_key, check_account, check_ssh, check_instances, check_files)


def doctor(monitor: VastAIMonitor) -> int:
    """Print what was found of everything that the monitor needs; returns 1 where something is bad."""
    bad = 0
    monitor.update_all_metrics()
    for check in CHECKS:
        for finding in check(monitor):
            bad += finding.level == "BAD"
            write_out(f"{finding.level:<5} {finding.what}" + (f"\n      -> {finding.advice}" if finding.advice else ""))
    write_out(f"{plural(bad, 'thing')} to mend" if bad else "all is well")
    return int(bad > 0)


# -- main

def instead(args: argparse.Namespace, settings: Mapping[str, Setting], config: Config) -> Optional[Callable[[], int]]:
    """What is to be done in the place of watching, which returns the exit code; None where that is wanted."""
    if args.print_config:
        return partial(print_settings, settings, config)
    if args.parse_log:
        return partial(parse_log, args.parse_log, args.log_pattern, args.debug)
    if args.report:
        return partial(print_report, args.history, args.report, args.format)
    return None


def options_of(args: argparse.Namespace) -> Options:
    """What of the settings the monitor needs."""
    limits = Limits(args.gpu_low, args.gpu_high, args.loss_high, args.checkpoint_age)
    return Options(args.interval, limits, not args.no_ssh, args.log_path, args.identity or "", args.ssh_option,
                   args.log_pattern, source=args.source, budget=args.budget, hosts=args.host, owns=args.owns,
                   find=not args.no_find and tuple(args.log_path) == (LOG_PATH,), history=args.history or "",
                   max_ssh=args.max_ssh, explain=bool(args.explain))


def sinks_of(monitor: VastAIMonitor, args: argparse.Namespace) -> Sinks:
    """All who are to be told."""
    contacts = [read_contact(url) for url in " ".join(args.notify).split()]
    for contact in contacts:
        contact.server = read_server(args.smtp) if contact.sink == "mail" else None
    contacts += [*map(read_command, args.on_event), *([read_ping(args.ping)] if args.ping else [])]
    titled = not args.no_title and os.environ.get("TERM", "") not in POOR_TERMS
    screen = {"bell": not args.no_bell, "osc9": args.osc9, "title": titled,
              "tmux": not args.no_title and bool(os.environ.get("TMUX"))}
    return Sinks(monitor, contacts, [name for name in screen if screen[name]], args.events or (), args.severity)


def view_of(args: argparse.Namespace) -> View:
    """What of the settings shapes the table."""
    folded = frozenset(filter(None, map(to_id, args.folded or ())))
    return View(sort=args.sort.lstrip("-"), reverse=args.sort.startswith("-"), columns=tuple(args.columns or ()),
                group_by=args.group_by, group=args.group or None, folded=folded)


def watch(monitor: VastAIMonitor, args: argparse.Namespace, how: Printing, terminal: bool, sinks: Sinks) -> int:
    """Show the fleet once, as plain text for ever, or on the screen until the user quits."""
    if args.test_notify:
        return sinks.test()
    if args.doctor:
        return doctor(monitor)
    if args.explain:
        return print_explanation(monitor)
    if args.once:
        return run_once(monitor, how, sinks)
    give_back_memory(monitor)
    if terminal and curses is None:
        complain("this Python has no curses, so plain text it is")
    if not terminal or curses is None:
        run_plain(monitor, how, sinks)
    color = not (args.no_color or os.environ.get("NO_COLOR"))
    ui = TrainingMonitorUI(monitor, args.interval, how.glyphs, color, args.mouse, how.view, sinks)
    ui.keep = partial(keep_settings, args.config)
    try:
        run_screen(ui)
    except curses.error as error:
        term = os.environ.get("TERM", "")
        complain(f"no screen on TERM={term!r} ({error}): plain text")
        run_plain(monitor, how, sinks)
    except InternalError as error:
        complain(f"ended by an {error}")
        return 3
    return 0


def main(argv: Optional[list[str]] = None) -> int:
    """Run the command line; returns the exit code, or raises SystemExit on wrong usage and signals."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the shell
            setattr(sys, name, open(os.devnull, "r+", encoding="utf-8"))  # noqa: SIM115 (to the end)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # what its encoding lacks must not end the watch
    try:
        return do_what_is_asked(argv, hide_secrets())
    except BrokenPipeError:  # whoever reads our output has enough
        code = 0
    except OutputError as error:
        complain(f"cannot write the output: {error}")
        code = 3
    discard_output()
    return code


def do_what_is_asked(argv: Optional[list[str]], environment: Mapping[str, str]) -> int:
    """Read the settings, and do what they ask for; returns the exit code."""
    stop_on_signals()
    for said in variables_in_vain(environment):
        complain(said)
    try:
        args, settings, config = command_line(argv, environment)
        done = instead(args, settings, config)
        journal = Journal() if done else open_journal(args)
    except UsageError as error:
        argparse.ArgumentParser.error(build_parser(), str(error))
    terminal = sys.stdout.isatty() and sys.stdin.isatty() and not args.once
    for said in said_in_vain(args, settings, terminal):
        complain(said)
    if done:
        return done()
    how = Printing(args.format, choose_glyphs(args.ascii, terminal), view_of(args))
    more_files()
    monitor = VastAIMonitor([] if no_account(args) else args.instances, args.mock, options_of(args), journal)
    export_to(monitor, args.export)
    sinks = sinks_of(monitor, args)
    if not (terminal or args.once or argv):
        restart_on_hangup(sys.argv[1:], environment, journal)
    try:
        code = watch(monitor, args, how, terminal, sinks)
    except Restart:
        signal.signal(signal.SIGHUP, lambda number, frame: None)  # another one while this one is under way
        sinks.finish(SINK_DEADLINE_S)
        code = None
    finally:
        monitor.close(HISTORY_LAST_S if args.once or args.doctor else GIVE_BACK_S)
        sinks.last_step()
        journal.close()
    if code is None:
        os.execve(sys.executable, getattr(sys, "orig_argv", [sys.executable, *sys.argv]), environment)
    return 3 if any(monitor.unwritten.values()) or journal.broken else code


def run_to_end() -> NoReturn:
    """Run the command line, and end Python at once with its exit code."""
    code: object = 3
    try:
        code = main()
    except SystemExit as ending:
        code = ending.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    with suppress(OSError):
        sys.stdout.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    # Python keeps what it compiled a script from, half of our memory, until the last line has run: we run behind it.
    getattr(threading, "_register_atexit", lambda work: work())(run_to_end)
