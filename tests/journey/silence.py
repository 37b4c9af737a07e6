#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing leaves before somebody says so: the window is traced (strace) while a questionnaire is filled and the package is
looked at, with an endpoint set and its server running. Runs inside tests/journey/display."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk import Desk, NotFound  # noqa: E402
from story import Story  # noqa: E402

CHECKS = [0, 0]


def check(name, good, why=''):
    CHECKS[0 if good else 1] += 1
    print(f'ok - {name}' if good else f'not ok - {name}: {why}', flush=True)


class Silence(Story):
    """The main job, with every socket of the program seen."""

    def __init__(self, build, out, told):
        super().__init__(build, out, told)
        self.trace = os.path.join(self.out, 'trace')

    def start(self, *words):
        # -D: the program itself is the child, as a desk expects.
        self.desk = Desk(['strace', '-D', '-f', '-qq', '-e', 'trace=socket,connect,bind,sendto,sendmsg,sendmmsg', '-o',
                          self.trace, self.program, *words])
        return self.desk

    def spoke(self):
        """Lines about the internet: who is on the same computer (AF_UNIX), and the kernel, which tells whether there is a
        network (AF_NETLINK), are left out. What goes through a socket of theirs names no address."""
        with open(self.trace, encoding='utf-8', errors='replace') as stream:
            return [line.strip() for line in stream if re.search(r'AF_INET', line)]

    def tell(self):
        try:
            self.start_module()
            self.new_dossier()
            self.desk.write('Which ministry or office coordinates the answers?', 'Ministry of Justice')
            self.desk.click('French')
            self.holds('it is filled', self.desk.there('Saved', timeout=10))
            self.desk.go('Sending', 'What goes')
            self.desk.find('Sign and Send')
            with open(self.trace, encoding='utf-8', errors='replace') as stream:
                self.holds('the trace sees the program', 'AF_UNIX' in stream.read())
            self.holds('nobody was spoken to before somebody said so', not self.spoke(), self.spoke()[:5])
        except NotFound as missing:
            self.holds(f'the story goes on: {missing}', False,
                       self.desk.tree()[-3000:] if self.desk and self.desk.process.poll() is None else '')
        finally:
            self.end()


def main():
    out = os.environ.get('PALERMO_OUT') or tempfile.mkdtemp(prefix='palermo-silence-')
    if not shutil.which('strace') or subprocess.run(['strace', '-qq', '-o', os.devnull, 'true'], check=False).returncode:
        print('skipped - the trace: strace is not here, or may not look at processes')
        print('0 passed, 0 failed, 1 skipped')
        return 0
    Silence(os.environ['PALERMO_BUILD'], out, check).tell()
    print(f'{CHECKS[0]} passed, {CHECKS[1]} failed')
    return 1 if CHECKS[1] else 0


if __name__ == '__main__':
    sys.exit(main())
