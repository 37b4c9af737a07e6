#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The twins of a kit, filled in and saved twice by LibreOffice itself, in six languages: every word comes back. Skips by name without LibreOffice."""
import functools
import json
import os
import re
import shutil
import subprocess

import office_text as text
from office_book import Book
from story import CLI, check, finish, folder, run, skip

LANGUAGES = ['ar', 'en', 'es', 'fr', 'ru', 'zh_CN']
# Two directions, several scripts and kinds of digits in one answer.
MIXED = 'دولة Practicia في 2026: نعم، ٣ مرات. 证人保护 of 12 защита'
OFFICE = shutil.which('soffice') or shutil.which('libreoffice')


def make(where, name, language):
    path = os.path.join(where, name)
    done = run([CLI, 'kit', 'make', '--state', 'Practicia', '--cluster', '1', '--language', language, '-o', path])
    check(f'{name} is made', done.returncode == 0, done.stderr)
    return path


def save_again(where, paths, round_number):
    """As a person does who opens each of them and saves it."""
    target = os.path.join(where, f'round{round_number}')
    kind = os.path.splitext(paths[0])[1][1:]
    environment = {'HOME': where, 'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'SAL_USE_VCLPLUGIN': 'svp'}
    done = subprocess.run([OFFICE, '--headless', '--convert-to', kind, '--outdir', target, *paths],
                          env=environment, capture_output=True, text=True, timeout=240)
    saved = [os.path.join(target, os.path.basename(path)) for path in paths]
    check(f'LibreOffice saves {len(paths)} {kind}, round {round_number}', all(map(os.path.exists, saved)), done.stderr)
    return saved


def values(path):
    done = run([CLI, 'kit', 'read', path, '--json'])
    if done.returncode != 0:
        return {'failed': done.stderr}, None
    said = json.loads(done.stdout)[0]
    return ({re.sub(r'\[[^]]+\]', '[]', v['node']).replace('/input/card/', ''): v['value'] for v in said['values']}, said['remarks'])


def expected(label_of_type):
    return {'about/title': MIXED, 'about/message': 'One.\nTwo: ' + MIXED, 'about/state': 'Practicia', 'about/date': '2026-03-01',
            'points/point[]/text': MIXED + ' 1', 'points/point[]/articles': 'untoc:6', 'author/type': label_of_type}


def is_whole(path, wanted):
    got, said = values(path)
    wrong = {key: got.get(key) for key, value in wanted.items() if got.get(key) != value}
    return not wrong and not said, (wrong, said, got.get('failed'))


def documents(where):
    paths = []
    for language in LANGUAGES:
        path = make(where, language + '.docx', language)
        parts = text.load(path)
        document = parts[text.MAIN].decode()
        article, kind = (re.search(rf'displayText="([^"]*)" w:value="{value}"', document).group(1)
                         for value in ('points.point.articles#1=untoc:6', 'author.type=movement'))
        changes = [text.fill('about.title', MIXED), text.fill('about.message', 'One.\nTwo: ' + MIXED), text.fill('about.date', '2026-03-01'),
                   text.fill('points.point.text#1', MIXED + ' 1'), text.fill('points.point.articles#1', article), text.fill('author.type', kind)]
        text.save(path, text.change(parts, lambda d: functools.reduce(lambda done, change: change(done), changes, d)))
        paths.append(path)
    for number in (1, 2):
        paths = save_again(where, paths, number)
        for language, path in zip(LANGUAGES, paths):
            ok, why = is_whole(path, expected('movement'))
            check(f'{language}: every word of the document is there after {number}', ok, why)


def workbooks(where):
    paths = []
    for language in LANGUAGES:
        path = make(where, language + '.xlsx', language)
        book = Book(path)
        for code, words, row in (('about.title', MIXED, None), ('about.message', 'One.\nTwo: ' + MIXED, None), ('about.date', '2026-03-01', None),
                                 ('points.point.text', MIXED + ' 1', 1), ('points.point.articles', 'untoc:6', 1), ('author.type', 'movement', None)):
            book.answer(code, words, row=row)
        paths.append(book.save(path))
    for number in (1, 2):
        paths = save_again(where, paths, number)
        for language, path in zip(LANGUAGES, paths):
            ok, why = is_whole(path, expected('movement'))
            check(f'{language}: every word of the workbook is there after {number}', ok, why)


if OFFICE is None:
    skip('office programs', 'no LibreOffice here')
    finish()
with folder() as where:
    documents(where)
    workbooks(where)
finish()
