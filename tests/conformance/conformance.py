#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts palermo-cli to the recorded cases of the peers' own test suites.

What is not met on purpose stands in a list beside this file, with its reason: a decision of ours, or
a peer's bug. A case outside its list that fails is a failure here, and so is one inside that passes:
the lists stay true. A reason that begins with "clock:" marks a case that can pass on one day only.

The cases lie beside the project (../shared/conformance, or $PALERMO_CONFORMANCE) and are never copied
into it; where they are not, this is skipped by name.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))

# The runner, its list, how it is called, and the least share of cases that must be met.
SETS = (
    ('run_xpath.py', 'xpath.txt', (), 100),
    ('run_forms.py', 'forms.txt', (), 100),
    ('run_scripts.py', 'scripts.txt', (), 97),
    ('run_scripts.py', 'scripts.txt', ('--tier', 'all'), 92),
    ('run_xlsform.py', 'xlsform.txt', (), 95),
)


def read_list(name):
    """{id: reason} of a list; a line without a reason is an error."""
    reasons = {}
    path = os.path.join(HERE, name)
    if not os.path.exists(path):
        return reasons
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            words = line.strip().split(None, 1)
            if not words or words[0].startswith('#'):
                continue
            if len(words) < 2:
                sys.exit(f'{name}:{number}: {words[0]} has no reason')
            reasons[words[0]] = words[1]
    return reasons


def is_in_kit(kit, case):
    """Whether the kit has the case: another kit of this layout may lack it."""
    for folder, _, names in os.walk(kit):
        for name in names:
            if name.endswith(('.jsonl', '.tsv')):
                with open(os.path.join(folder, name), encoding='utf-8') as text:
                    if re.search(rf'(?m)^(\{{"id": "{re.escape(case)}"|{re.escape(case)}\t)', text.read()):
                        return True
    return False


def run(kit, runner, options, tool):
    """Runs a set; its output, and the ids that failed (None when it came to no result)."""
    with tempfile.TemporaryDirectory() as folder:
        result = os.path.join(folder, 'result.json')
        done = subprocess.run(['/usr/bin/python3', os.path.join(kit, runner), '-j', str(os.cpu_count() or 1),
                               *options, '--json', result, tool],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if not os.path.exists(result):
            return done.stdout, None
        with open(result, encoding='utf-8') as text:
            return done.stdout, {failure['id']: failure for failure in json.load(text)['failures']}


def judge(name, output, failures, reasons, least):
    """The lines of one set: its score, what failed outside the list, what passed inside it."""
    score = re.findall(r'^(\d+) passed, (\d+) failed', output, re.M)
    if failures is None or not score:
        return [f'not ok - {name}: no score; it said: {output.strip().splitlines()[-1:]}']
    passed, missed = map(int, score[-1])
    excused = sum(1 for case in failures if reasons.get(case, '').startswith('clock:'))
    share = 100 * passed / max(1, passed + missed - excused)
    met = share >= least and passed > 0
    lines = [f'{"ok" if met else "not ok"} - {name}: {passed} of {passed + missed - excused} ({share:.1f} %, '
             f'at least {least} %)']
    for case, failure in sorted(failures.items()):
        if case not in reasons:
            why = json.dumps({key: failure[key] for key in failure if key != 'id'}, ensure_ascii=False)
            lines.append(f'not ok - {name}: {case} is not met and not in the list: {why[:600]}')
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    args = parser.parse_args()
    kit = os.environ.get('PALERMO_CONFORMANCE') or os.path.join(TOP, '..', 'shared', 'conformance')
    tool = os.path.abspath(os.path.join(args.build, 'src', 'cli', 'palermo-cli'))
    if not os.path.isdir(kit):
        print('skipped - conformance: the recorded cases are not beside the project')
        return 0
    lines, failing = [], {}
    for runner, known, options, least in SETS:
        name = ' '.join([runner, *options])
        output, failures = run(kit, runner, options, tool)
        lines += judge(name, output, failures, read_list(known), least)
        failing.setdefault(known, set()).update(failures or ())
    for known, cases in failing.items():
        passing = [case for case, reason in read_list(known).items()
                   if case not in cases and not reason.startswith('clock:') and is_in_kit(kit, case)]
        lines += [f'not ok - {known}: {case} is met now: take it off the list' for case in passing]
        if not passing:
            lines.append(f'ok - {known}: every case in the list is still not met')
    print('\n'.join(lines))
    return 1 if any(line.startswith('not ok') for line in lines) else 0


if __name__ == '__main__':
    sys.exit(main())
