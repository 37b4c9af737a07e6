#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in two languages through palermo-cli: what is out of date, what two laptops write, what leaves."""
import json
import os
import sys
import zipfile

from story import CLI, check, finish, folder, make_key, run

OFFICE = '/cluster1/general/state/lead_office'
ART5 = '/cluster1/untoc/art5'
EXAMPLE = ART5 + '/q5_2/example'
BOTH = 'one two three four five six'
NAME = '/cluster1/general/people/focal_name'
EMAIL = '/cluster1/general/people/focal_email'
FIRST = 'Ministry of Justice'
ARABIC = '\u0648\u0632\u0627\u0631\u0629 \u0627\u0644\u0639\u062f\u0644'


def cli(*words):
    return run([CLI, *words])


def ok(name, *words):
    done = cli(*words)
    check(name, done.returncode == 0, done.stderr)
    return done.stdout


def refused(name, code, words_in, *words):
    done = cli(*words)
    check(name, done.returncode == code and words_in in done.stderr and done.stderr.count('\n') == 1,
          (done.returncode, done.stderr))


def twins(path, *words):
    """Without the name of the State, which the dossier has from the beginning."""
    done = cli('answer', 'translations', path, '--json', *words)
    return [twin for twin in json.loads(done.stdout) if not twin['node'].endswith('/state/name')]


def states(path, *words):
    return [(twin['node'], twin['state']) for twin in twins(path, *words)]


def story_languages(path):
    check('nobody chose', json.loads(cli('dossier', 'languages', path, '--json').stdout) == {'first': None, 'second': None})
    refused('nor is one guessed', 64, '--language', 'answer', 'translate', path, OFFICE, 'x')
    ok('both are chosen', 'dossier', 'languages', path, '--first', 'en', '--second', 'ar')
    check('and read', 'first   en\nsecond  ar' in cli('dossier', 'languages', path).stdout)
    refused('the same one twice', 64, 'already', 'dossier', 'languages', path, '--second', 'en')
    refused('one that is not among the six', 64, 'no such language', 'dossier', 'languages', path, '--second', 'de')


def story_one(path):
    refused('nothing to translate', 1, 'nothing to translate', 'answer', 'translate', path, OFFICE, ARABIC)
    cli('answer', 'set', path, OFFICE, FIRST)
    cli('answer', 'set', path, EMAIL, 'focal@office.example')
    check('an answer without one is missing', states(path) == [(OFFICE, 'missing')], states(path))
    refused('a number, an address or a choice has none', 64, 'takes no words', 'answer', 'translate', path, EMAIL, ARABIC)
    ok('translated', 'answer', 'translate', path, OFFICE, ARABIC)
    only = twins(path)
    check('with the words', len(only) == 1 and only[0]['text'] == ARABIC and only[0]['state'] == 'current'
          and only[0]['original'] == FIRST and only[0]['language'] == 'ar', only)
    cli('answer', 'set', path, OFFICE, 'Ministry of Justice and Peace')
    only = twins(path)
    check('the answer changes: out of date, and what it was of', only[0]['state'] == 'out-of-date'
          and only[0]['translated'] == FIRST, only)
    check('also for people', f'{OFFICE}\tar\tout-of-date\t{ARABIC}' in cli('answer', 'translations', path).stdout)
    ok('still right', 'answer', 'translate', path, OFFICE, '--still-right')
    check('is current', states(path) == [(OFFICE, 'current')], states(path))
    check('nothing is open', twins(path, '--open') == [])
    done = ok('undone', 'dossier', 'undo', path)
    check('it is named', done.startswith('undone: Translation'), done)
    check('and out of date again', states(path) == [(OFFICE, 'out-of-date')], states(path))
    ok('done again', 'dossier', 'undo', path)
    ok('another language stands beside it', 'answer', 'translate', path, OFFICE, 'Minist\u00e8re', '--language', 'fr')
    check('by itself', [(t['language'], t['state']) for t in twins(path, '--language', 'fr')] == [('fr', 'current')])


def story_two(path, place):
    """A colleague gets the page with its translation, and both go on with it."""
    os.makedirs(os.path.join(place, 'keys'))
    certificate, key = make_key(os.path.join(place, 'keys'), 'key', 'Focal')
    theirs, their_key = make_key(os.path.join(place, 'keys'), 'theirs', 'Colleague')
    section, work, back = (os.path.join(place, name) for name in ('section.asice', 'work.palermo', 'return.asice'))
    cli('answer', 'set', path, EXAMPLE, 'Two persons were convicted in the year before.')
    ok('a translation', 'answer', 'translate', path, EXAMPLE, BOTH)
    ok('assigned', 'team', 'assign', path, ART5, '--to', 'Colleague', '--certificate', theirs)
    ok('handed out', 'team', 'hand-out', path, '--to', 'Colleague', '-o', section, '--key', f'{key}+{certificate}')
    ok('opened', 'team', 'open', section, '-o', work, '--trust', certificate, '--key', f'{their_key}+{theirs}')
    check('the colleague has the translations of the page alone, and their language',
          [(t['node'], t['text']) for t in twins(work) if t['text']] == [(EXAMPLE, BOTH)], twins(work))
    refused('and none elsewhere', 1, 'not handed out', 'answer', 'translate', work, OFFICE, ARABIC)
    ok('both translate', 'answer', 'translate', work, EXAMPLE, BOTH.replace('one', 'the first'))
    ok('in different places', 'answer', 'translate', path, EXAMPLE, BOTH.replace('six', 'the last'))
    ok('returned', 'team', 'return', work, '-o', back, '--key', f'{their_key}+{theirs}')
    done = cli('team', 'merge', path, back, '--trust', theirs, '--json')
    check('taken in as expected', done.returncode == 0 and not json.loads(done.stdout).get('unexpected'), done.stdout + done.stderr)
    both = [t for t in twins(path) if t['node'] == EXAMPLE]
    check('one translation, with the words of both', len(both) == 1 and both[0]['state'] == 'current'
          and both[0]['text'] == BOTH.replace('one', 'the first').replace('six', 'the last'), both)
    check('and no conflict', json.loads(cli('team', 'conflicts', path, '--json').stdout) == [])


def story_package(path, place):
    package = os.path.join(place, 'a.palpkg')
    ok('packed', 'pack', path, '-o', package, '--no-sign')
    with zipfile.ZipFile(package) as archive:
        inside = {name: archive.read(name).decode() for name in archive.namelist() if '/instances/' in name}
    holding = [name for name, text in inside.items() if 'Alif' in text]
    check('the translation is in it', len(holding) == 1 and '<language>ar</language>' in inside[holding[0]], sorted(inside))
    cluster = next(name for name, text in inside.items() if '<cluster1' in text or 'id="cluster-1"' in text)
    ok('packed without the questionnaire', 'pack', path, '-o', package + '2', '--no-sign', '--exclude', cluster)
    with zipfile.ZipFile(package + '2') as archive:
        texts = [archive.read(name).decode(errors='replace') for name in archive.namelist()]
    check('its translations stay with it', not any('Alif' in text or ARABIC in text for text in texts))


def story_purge(path):
    ok('purged', 'answer', 'purge', path, NAME)
    with open(path, 'rb') as file:
        check('with what it says in the other language', b'Alif' not in file.read())
    check('and nothing else', (OFFICE in [t['node'] for t in twins(path)]) and NAME not in [t['node'] for t in twins(path)])


with folder() as place:
    os.environ['XDG_DATA_HOME'] = os.path.join(place, 'data')
    first = os.path.join(place, 'one.palermo')
    done = cli('dossier', 'new', first, '--state', 'Practicia', '--uncac', 'no')
    if not check('a dossier', done.returncode == 0, done.stderr):
        sys.exit(1)
    story_languages(first)
    story_one(first)
    cli('answer', 'set', first, NAME, 'A. Person')
    ok('another one', 'answer', 'translate', first, NAME, 'Alif')
    story_two(first, place)
    story_package(first, place)
    story_purge(first)
    finish()
