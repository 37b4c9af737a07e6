#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts palermo-cli to the recorded cases of the peers' own test suites, and prints the scores.

The cases lie beside the project (../shared/conformance, or $PALERMO_CONFORMANCE) and are never copied
into it; where they are not, this is skipped by name.
"""
import argparse
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RUNNERS = ('run_xpath.py', 'run_forms.py', 'run_scripts.py', 'run_xlsform.py')
HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    args = parser.parse_args()
    kit = os.environ.get('PALERMO_CONFORMANCE') or os.path.join(TOP, '..', 'shared', 'conformance')
    tool = os.path.abspath(os.path.join(args.build, 'src', 'cli', 'palermo-cli'))
    failed = 0
    if not os.path.isdir(kit):
        print('skipped - conformance: the recorded cases are not beside the project')
        return 0
    for runner in RUNNERS:
        # Cases that are not met stand in a list with the reason: a decision of ours, or a peer's bug.
        known = os.path.join(HERE, runner[len('run_'):-len('.py')] + '.txt')
        words = ['/usr/bin/python3', os.path.join(kit, runner), '-j', str(os.cpu_count() or 1)]
        done = subprocess.run(words + (['--skip-file', known] if os.path.exists(known) else []) + [tool],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        score = re.findall(r'^(\d+) passed, (\d+) failed', done.stdout, re.M)
        if score:
            passed, missed = map(int, score[-1])
            print(f'ok - {runner}: {passed} of {passed + missed} ({100 * passed / max(1, passed + missed):.1f} %)')
        else:
            failed += 1
            print(f'not ok - {runner}: no score; it said: {done.stdout.strip().splitlines()[-1:]}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
