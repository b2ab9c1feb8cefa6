"""Runs one process and says what it took: wall time, processor time and memory. Two memory figures: the largest resident
set that the kernel counted, which includes pages of files that are mapped (polars maps its CSV files), and the largest
anonymous part of it, sampled 20 times a second, which is what the process could not give back."""

import json
import os
import re
import subprocess
import tempfile
import time


def child_setup(cpus):
    def setup():
        os.sched_setaffinity(0, cpus)
        with open("/proc/self/oom_score_adj", "w") as f:  # if memory runs out, this process is the one to go
            f.write("900")
    return setup


def anonymous(pid):
    try:
        with open(f"/proc/{pid}/status") as f:
            for line in f:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def run(command, cpus, threads, limit, cwd):
    """limit: anonymous bytes above which the process is ended, so that it does not take the machine with it."""
    env = {**os.environ, "GOMAXPROCS": str(threads), "POLARS_MAX_THREADS": str(threads), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = ""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        load = os.getloadavg()[0]
        start = time.perf_counter()
        p = subprocess.Popen(command, stdout=out, stderr=err, env=env, cwd=cwd, preexec_fn=child_setup(cpus))
        most = 0
        while True:
            pid, status, usage = os.wait4(p.pid, os.WNOHANG)
            if pid:
                break
            most = max(most, anonymous(p.pid))
            if most > limit and not ended:
                ended = f"ended by the driver: more than {limit / 1e9:.1f} GB of anonymous memory"
                p.kill()
            time.sleep(0.05 if time.perf_counter() - start > 2 else 0.005)
        wall = time.perf_counter() - start
        p.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        text, complaint = out.read().decode(), err.read().decode()
    r = {"wall": wall, "user": usage.ru_utime, "system": usage.ru_stime, "peak_rss": usage.ru_maxrss * 1024, "peak_anonymous": most, "load_before": load}
    if p.returncode != 0:
        whole = complaint.strip() or f"exit code {p.returncode}"
        lines = whole.splitlines()
        # The line that names the failure: a Go panic's, a Python exception's. DuckDB's explanations go on for many lines after it.
        first = next((line for line in lines if line.startswith(("panic:", "fatal error:")) or re.match(r"[\w.]*(Error|Exception)\b", line)), lines[-1])
        r["failed"] = ended or first[:300]
        r["complaint"] = whole[-4000:]
    else:
        r["said"] = json.loads(text) if text.strip() else {}
    return r


def warm(paths):
    """Reads files once, so that the next step finds them in memory as far as they fit."""
    buffer = bytearray(8 << 20)
    for path in paths:
        with open(path, "rb", buffering=0) as f:
            while f.readinto(buffer):
                pass


def cool(paths):
    """Drops files from the page cache (pages that are not written yet stay, so they are written first)."""
    for path in paths:
        fd = os.open(path, os.O_RDONLY)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def disk(paths, folder):
    """Sequential read in bytes a second, from the disk and from memory, over at most 2 GB; and a write with fsync."""
    some, total = [], 0
    for path in paths:
        if total < 2e9:
            some.append(path)
            total += os.path.getsize(path)
    out = {"read_bytes": total}
    for name, prepare in (("read_cold", cool), ("read_warm", warm)):
        prepare(some)
        start = time.perf_counter()
        warm(some)
        out[name + "_bytes_per_second"] = total / (time.perf_counter() - start)
    block = os.urandom(8 << 20)
    path = os.path.join(folder, "written")
    start = time.perf_counter()
    with open(path, "wb", buffering=0) as f:
        for _ in range(64):
            f.write(block)
        os.fsync(f.fileno())
    out["write_bytes_per_second"] = 64 * len(block) / (time.perf_counter() - start)
    os.remove(path)
    return out
