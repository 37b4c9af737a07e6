#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hunts with libFuzzer on one target for a time: ./dev fuzz TARGET [SECONDS].

The seeds and what earlier hunts found worth keeping lie in BUILD/corpus/TARGET, the inputs that went
wrong in BUILD/findings/TARGET. A hunt goes on after a finding until its time is over; it ends with
status 1 when there was one.
"""
import argparse
import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Bytes of an input: enough to say everything, few enough to stay quick.
TARGETS = {
    'expression': (600, 'expression'), 'form': (6000, 'form'), 'instance': (3000, 'form'),
    'workbook': (16000, 'xlsform'), 'csv': (4000, 'xlsform'), 'catalogue': (2000, 'catalogue'),
    'kit': (3000, 'form'), 'office': (16000, 'form'),
    'about': (1500, 'package'), 'cms': (3000, 'package'), 'endpoint': (3000, 'package'), 'manifest': (4000, 'package'),
    'notice': (4000, 'package'), 'package': (12000, 'package'), 'receipt': (1500, 'package'), 'sealed': (2000, 'package'),
    'volumes': (3000, 'package'),
}
SECONDS_AN_INPUT = 5  # of processor time
SECONDS_TO_HANG = 60  # by the wall clock, on a machine that others use too
MIB_AT_ONCE = 512
# What the sanitizers need for themselves comes on top.
MIB_IN_ALL = 1400


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha1(file.read()).hexdigest()


def fill_corpus(target, corpus, more):
    os.makedirs(corpus, exist_ok=True)
    for folder in [os.path.join(HERE, 'seeds', target)] + more:
        for path in glob.glob(os.path.join(folder, '*')):
            copy = os.path.join(corpus, digest(path))
            if os.path.isfile(path) and not os.path.exists(copy):
                shutil.copyfile(path, copy)


def is_table_of_quarks(text):
    """GLib's table of interned strings grows by 2,048 and leaves the old one to whoever still reads it, on purpose."""
    leaks = re.findall(r'(?:Direct|Indirect) leak of (\d+) byte\(s\) in \d+ object.*?\n(.*?)\n\n', text, re.S)
    return text.count(' leak of ') == len(leaks) > 0 and all(
        int(size) % 16384 == 0 and len(re.findall(r'^\s*#\d+', frames, re.M)) == 2 and 'g_malloc' in frames
        for size, frames in leaks)


def what_went_wrong(text):
    """One line for a finding: the kind, and our function nearest to it."""
    kind = re.search(r'ERROR: \w+: ([^\n]{0,100})', text) or re.search(r'runtime error: ([^\n]{0,100})', text)
    held = re.search(r'this does not hold: [^\n]*', text) or re.search(r'(?:CRITICAL|WARNING|ERROR) \*\*[^\n]*', text)
    frame = re.search(r'#\d+ 0x\w+ in (\S+) \S*?(src/\S+)', text)
    return ' | '.join(part for part in [held.group(0) if held else None, kind.group(1) if kind else None,
                                        f'{frame.group(1)} {frame.group(2)}' if frame else None] if part) or 'no report'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('target', choices=sorted(TARGETS))
    parser.add_argument('seconds', type=int, nargs='?', default=900)
    parser.add_argument('--build', default='build-fuzz')
    parser.add_argument('--also', action='append', default=[], help='another folder of inputs to begin with')
    args = parser.parse_args()
    build = os.path.abspath(args.build)
    program = os.path.join(build, 'tests', 'fuzz', 'hunt-' + args.target)
    corpus = os.path.join(build, 'corpus', args.target)
    findings = os.path.join(build, 'findings', args.target)
    scratch = os.path.join(build, 'scratch')
    for folder in (findings, scratch):
        os.makedirs(folder, exist_ok=True)
    fill_corpus(args.target, corpus, args.also)

    length, words = TARGETS[args.target]
    command = [program, corpus, f'-dict={HERE}/words/{words}.dict', f'-max_len={length}', f'-timeout={SECONDS_TO_HANG}',
               f'-malloc_limit_mb={MIB_AT_ONCE}', f'-rss_limit_mb={MIB_IN_ALL}', f'-artifact_prefix={findings}/',
               '-print_final_stats=1', '-entropic_scale_per_exec_time=1', '-reload=0']
    environment = dict(os.environ, G_SLICE='always-malloc', LC_ALL='C.UTF-8', TZ='UTC', TMPDIR=scratch,
                       PALERMO_FUZZ_SECONDS=str(SECONDS_AN_INPUT),
                       # libgettextpo leaks on its way through libc, where the quick unwinder loses it.
                       ASAN_OPTIONS='quarantine_size_mb=32:detect_stack_use_after_return=0'
                                    + (':fast_unwind_on_malloc=0' if args.target == 'catalogue' else ''),
                       UBSAN_OPTIONS='print_stacktrace=1')
    log = os.path.join(build, f'hunt-{args.target}.log')
    start, runs, coverage, features, found = time.monotonic(), 0, 0, 0, {}
    with open(log, 'w+', encoding='utf-8', errors='replace') as out:
        while True:
            left = int(args.seconds - (time.monotonic() - start))
            if left <= 0:
                break
            place = os.path.getsize(log)
            done = subprocess.run(command + [f'-max_total_time={left}'], stdout=out, stderr=subprocess.STDOUT,
                                  env=environment, check=False)
            out.seek(place)
            said = out.read()
            counts = re.findall(r'^#(\d+)\t.*?cov: (\d+) ft: (\d+)', said, re.M)
            total = re.search(r'stat::number_of_executed_units: (\d+)', said)
            runs += int(total.group(1)) if total else int(counts[-1][0]) if counts else 0
            if counts:
                coverage, features = max(coverage, int(counts[-1][1])), max(features, int(counts[-1][2]))
            if done.returncode == 0 or is_table_of_quarks(said):
                continue
            what = what_went_wrong(said)
            artifact = re.search(r'Test unit written to (\S+)', said)
            if what not in found:
                print(f'found: {what}\n       {artifact.group(1) if artifact else log}', flush=True)
            found.setdefault(what, []).append(artifact.group(1) if artifact else None)
            if not artifact:
                break
    seconds = max(1, time.monotonic() - start)
    print(f'{args.target}: {runs} executions in {seconds:.0f} s ({runs / seconds:.0f}/s), '
          f'{coverage} edges, {features} features, {len(os.listdir(corpus))} inputs kept, '
          f'{len(found)} kinds of findings ({sum(len(v) for v in found.values())} inputs)')
    return 1 if found or not runs else 0


if __name__ == '__main__':
    sys.exit(main())
