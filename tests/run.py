#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every test and ends with one line: "N passed, N failed" (and ", N skipped").

The sanitizer build runs the core and the command line, the plain build the windows, the journeys and
what is measured against recorded cases. A check is one "ok"/"not ok" line of a test; a test that dies
counts as one failure more.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECK = re.compile(r'^\s*(not ok|ok)\b(.*)$')


class Tally:
    def __init__(self):
        self.passed, self.failed, self.skipped, self.failures, self.skips = 0, 0, 0, [], []

    def output(self, name, text, status, seconds):
        """Counts the checks of one program's output."""
        passed = failed = 0
        for line in text.splitlines():
            check = CHECK.match(line)
            if line.startswith('skipped - ') or (check and re.search(r'# SKIP\b', line, re.I)):
                self.skipped += 1
                self.skips.append(f'{name}: {line.strip()}')
            elif check and check.group(1) == 'ok':
                passed += 1
            elif check:
                failed += 1
                self.failures.append(f'{name}: {line.strip()}')
        if status not in (0, 77) and failed == 0:
            failed = 1
            self.failures.append(f'{name}: ended with status {status}')
        if status == 0 and passed == 0 and 'skipped - ' not in text and '# SKIP' not in text:
            failed += 1
            self.failures.append(f'{name}: checked nothing')
        self.passed += passed
        self.failed += failed
        print(f'{"FAIL" if failed else "ok":4}  {name}  {passed} passed, {failed} failed  ({seconds:.1f} s)',
              flush=True)
        if failed:
            print('      ' + '\n      '.join(text.splitlines()[-60:]))


def run_meson(tally, build, suites, only):
    """Runs the suites of a build folder and reads what each test said."""
    log = os.path.join(build, 'meson-logs', 'testlog.json')
    if os.path.exists(log):
        os.remove(log)
    # A busy machine is no failure: what hangs is stopped all the same.
    command = ['meson', 'test', '-C', build, '--no-rebuild', '--num-processes', str(os.cpu_count() or 1),
               '--timeout-multiplier', '3']
    for suite in suites:
        command += ['--suite', suite]
    subprocess.run(command + only, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if not os.path.exists(log):
        tally.failed += 1
        tally.failures.append(f'{build}: meson test left no log')
        return
    with open(log, encoding='utf-8') as lines:
        for line in lines:
            test = json.loads(line)
            name = f'{os.path.basename(build)}/{test["name"].split(":")[-1].split(" / ")[-1].strip()}'
            text = (test.get('stdout') or '') + '\n' + (test.get('stderr') or '')
            status = test['returncode'] if test['result'] not in ('TIMEOUT',) else 'time-out'
            tally.output(name, text, status, test['duration'])


def run_program(tally, name, command, **environment):
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', env=dict(os.environ, **environment), check=False)
    tally.output(name, done.stdout, done.returncode, time.monotonic() - start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--build', required=True)
    parser.add_argument('--checked', required=True)
    parser.add_argument('only', nargs='*', help='names of tests; without: everything')
    args = parser.parse_args()
    os.chdir(TOP)
    tally = Tally()

    run_meson(tally, args.checked, ['core', 'cli', 'fuzz'], args.only)
    run_meson(tally, args.build, ['app', 'journey'], args.only)
    if not args.only:
        run_program(tally, 'lint', ['python3', 'tests/lint/lint.py'])
        run_program(tally, 'conformance', ['python3', 'tests/conformance/conformance.py', '--build', args.build])

    for line in tally.skips:
        print(f'skipped  {line}')
    for line in tally.failures:
        print(f'failed   {line}')
    print(f'{tally.passed} passed, {tally.failed} failed' + (f', {tally.skipped} skipped' if tally.skipped else ''))
    return 1 if tally.failed or not tally.passed else 0


if __name__ == '__main__':
    sys.exit(main())
