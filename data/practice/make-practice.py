#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the practice dossier of the invented country Practicia: a partly filled cluster I with its
consultations and stakeholders, through palermo-cli, as anybody could.

  make-practice.py PALERMO-CLI FORMS-DATA-FOLDER OUT.palermo ANSWERS.tsv FORM:RECORD.tsv...

A TSV has one answer a line: node, tab, value, as "palermo-cli answer set --from" reads it.
"""
import os
import subprocess
import sys

AUTHOR = 'Orla Venmark'  # the focal point in answers.tsv; nobody's account name goes into the file


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f'make-practice: {" ".join(command[1:4])} ended with {done.returncode}: {done.stderr.strip()}')
    return done.stdout


def main():
    cli, data, out, answers, *records = sys.argv[1:]
    os.environ.update(PALERMO_DATA_DIR=data, LC_ALL='C.UTF-8')
    part = out + '.part'
    for name in (out, part, part + '-wal', part + '-shm'):
        if os.path.exists(name):
            os.remove(name)
    run(cli, 'dossier', 'new', part, '--state', 'Practicia', '--uncac', 'no', '--instruments',
        'trafficking,smuggling,firearms', '--start', '2026-09-01', '--languages', 'en,fr', '--author', AUTHOR)
    run(cli, 'answer', 'set', part, '--from', answers, '--author', AUTHOR)
    for record in records:
        form, tsv = record.split(':', 1)
        run(cli, 'record', 'add', form, part, '--from', tsv, '--author', AUTHOR)
    run(cli, 'dossier', 'check', part)
    os.rename(part, out)


if __name__ == '__main__':
    main()
