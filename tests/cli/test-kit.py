#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for people without Palermo, as palermo-cli makes it, and what comes back: by hand, cut, twice, of another dossier."""
import json
import os
import re
import time

from story import CLI, check, finish, folder, run

LANGUAGES = ['ar', 'en', 'es', 'fr', 'ru', 'zh_CN']
CANARY = 'Kanarienvogel 4711'


def write(path, text, encoding='utf-8'):
    with open(path, 'wb') as file:
        file.write(text.encode(encoding))
    return path


def definition_of(page):
    return json.loads(re.search(r'<script type="application/json" id="definition">(.*?)</script>', page).group(1))


def make(where, name, *words):
    path = os.path.join(where, name)
    done = run([CLI, 'kit', 'make', *words, '-o', path])
    return done, open(path, encoding='utf-8').read() if os.path.exists(path) else ''


def pages(where):
    texts = {}
    for language in LANGUAGES:
        done, page = make(where, language + '.html', '--state', 'Practicia', '--cluster', '1', '--language', language)
        check(f'a page in {language}', done.returncode == 0 and not done.stderr and page.startswith('<!DOCTYPE html>'), done.stderr)
        definition = definition_of(page)
        texts[language] = definition['words']
        check(f'{language}: it reaches nowhere', "default-src 'none'" in page and not re.search(r'\b(?:src|href)="', page)
              and not re.search(r'url\(|@import|fetch\(|XMLHttpRequest|localStorage|sessionStorage|indexedDB|document\.cookie|eval\(', page))
        check(f'{language}: questions of 16 articles with their numbers', len(definition['context']) == 16
              and all(a['questions'] and all(q['number'] > 0 and q['text'] for q in a['questions']) for a in definition['context']))
    same = {name for name, text in texts['en'].items() for language in LANGUAGES if language != 'en' and texts[language][name] == text}
    check('it speaks each language', not same, same)

    done, page = make(where, 'two.html', '--state', 'X', '--cluster', 'II', '--language', 'en', '--articles', 'untoc:25,tip:6')
    context = definition_of(page)['context']
    check('only the articles that are asked for', [a['ref'] for a in context] == ['untoc:25', 'tip:6'], [a['ref'] for a in context])
    for name, words in {'no cluster': ['--state', 'X', '--language', 'en'], 'no State': ['--cluster', '1', '--language', 'en'],
                        'an article of another cluster': ['--state', 'X', '--cluster', '1', '--language', 'en', '--articles', 'untoc:25']}.items():
        done, page = make(where, 'no.html', *words)
        check(f'{name}: usage', done.returncode == 64 and not page, (done.returncode, done.stderr))
    for name, words in {'a language that there is not': ['--language', 'xx'], 'a path as a language': ['--language', '../en']}.items():
        done, page = make(where, 'no.html', '--state', 'X', '--cluster', '1', *words)
        check(f'{name} is refused in words', done.returncode == 1 and 'No page was written' in done.stderr and not page, done.stderr)
    done = run([CLI, 'kit', 'make', '--state', 'X', '--cluster', '1', '--language', 'en', '-o', os.path.join(where, 'none', 'x.html')])
    check('where nothing can be written', done.returncode == 73, done.stderr)


def dossiers(where):
    """Nothing of a dossier but the name of the State."""
    first, second = os.path.join(where, 'first.palermo'), os.path.join(where, 'second.palermo')
    for path in (first, second):
        run([CLI, 'dossier', 'new', path, '--state', 'Practicia'])
        run([CLI, 'answer', 'set', path, '/cluster1/general/people/focal_name', CANARY])
        run([CLI, 'answer', 'set', path, '/cluster1/general/people/focal_email', CANARY])
    check('the dossier says something', run([CLI, 'answer', 'get', first, '/cluster1/general/people/focal_name']).stdout.strip() == CANARY)
    info = json.loads(run([CLI, 'dossier', 'info', first, '--json']).stdout)
    done, page = make(where, 'dossier.html', first, '--cluster', '1', '--language', 'en')
    check('the State comes from the dossier', done.returncode == 0 and definition_of(page)['kit']['state'] == 'Practicia', done.stderr)
    check('no answer of the dossier is in it', page and CANARY not in page and first not in page)
    identity = [value for name, value in info.items() if name in ('id', 'dossier') and isinstance(value, str)]
    check('nor its identity', identity and all(value not in page for value in identity), info)
    digest = definition_of(page)['kit']['dossier']
    path = write(os.path.join(where, 'back.xml'), instance(f'<kit xmlns="https://palermo.app/ns/kit" dossier="{digest}"/>'))
    for dossier, other in ((first, False), (second, True)):
        read = json.loads(run([CLI, 'kit', 'read', path, '--dossier', dossier, '--json']).stdout)[0]
        check(f'made for another dossier: {other}', read['otherDossier'] is other, read)


def instance(more='', points='<point><_id>p1</_id><text>First</text><kind>gap</kind></point>', about='<title>T</title>'):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<input id="input" version="1"><card><about><state>Practicia</state>' + about
            + f'</about><points>{points}</points></card><meta><instanceID>uuid:1</instanceID></meta>{more}</input>\n')


def read(path, *words):
    done = run([CLI, 'kit', 'read', path, '--json', *words])
    return done, json.loads(done.stdout)[0] if done.returncode == 0 else None


def values(answer):
    return {v['node']: v['value'] for v in answer['values']}


def kinds(answer):
    return sorted(r['kind'] for r in answer['remarks'] if r['kind'] != 'unsealed')


def readings(where):
    path = os.path.join(where, 'in.xml')
    wanted = {'/input/card/about/state': 'Practicia', '/input/card/about/title': 'T', '/input/card/points/point[p1]/text': 'First',
              '/input/card/points/point[p1]/kind': 'gap'}
    _, plain = read(write(path, instance()))
    check('an instance of another program is understood', values(plain) == wanted and not kinds(plain), plain)
    check('and said to have no check sum', [r['kind'] for r in plain['remarks']] == ['unsealed'])
    for encoding in ('utf-8-sig', 'utf-16'):
        _, other = read(write(path, instance().replace('\n', '\r\n'), encoding))
        check(f'so it is in {encoding}', values(other) == wanted, other)

    hostile = "=HYPERLINK(&quot;http://x&quot;) &lt;script&gt;alert(1)&lt;/script&gt; ' OR 1=1 -- \u202e"
    _, got = read(write(path, instance(about=f'<title>{hostile}</title>', points=f'<point><_id>p1</_id><text>{hostile}</text><region>{hostile}</region></point>')))
    meant = "=HYPERLINK(\"http://x\") <script>alert(1)</script> ' OR 1=1 -- \u202e"
    check('markup, formulas and scripts are text', {values(got)[k] for k in values(got) if not k.endswith('/state')} == {meant}, values(got))

    dates = {'2026-01-31': '2026-01-31', '31.01.2026': '2026-01-31', '31/1/2026': '2026-01-31', '1/31/2026': '2026-01-31', '31 January 2026': '2026-01-31',
             '31 janvier 2026': '2026-01-31', '31 января 2026 г.': '2026-01-31', '2026年1月31日': '2026-01-31', '٣١ يناير ٢٠٢٦': '2026-01-31',
             '20260131': '2026-01-31', '1/2/2026': None, 'last winter': None}
    wrong = {}
    for text, date in dates.items():
        _, got = read(write(path, instance(about=f'<date>{text}</date>')))
        if values(got).get('/input/card/about/date') != date or (date is None) != any(r['text'] == text for r in got['remarks']):
            wrong[text] = got
    check('dates in twelve ways: understood, or shown as they are', not wrong, wrong)

    _, got = read(write(path, instance(points='<extra>kept</extra><point><text>B</text><_id>b</_id><new x="y">also kept</new><kind>?</kind></point>'
                                       '<point><_id>a</_id><text>A</text></point>')))
    check('reordered, added and removed: what fits is placed', values(got)['/input/card/points/point[b]/text'] == 'B'
          and list(values(got)).index('/input/card/points/point[b]/text') < list(values(got)).index('/input/card/points/point[a]/text'), got)
    check('and nothing is lost', {(r['kind'], r['text']) for r in got['remarks'] if r['text']} == {('unknown', 'kept'), ('unknown', 'also kept'), ('choice', '?')}, got['remarks'])

    whole = instance(points=''.join(f'<point><_id>p{i}</_id><text>Point {i}</text></point>' for i in range(50)))
    steps = [len(whole) * n // 9 for n in range(2, 9)]
    counts = []
    for cut in steps:
        done, got = read(write(path, whole[:cut]))
        counts.append(len(values(got)) if got and 'cut' in kinds(got) else -1)
    check('cut anywhere: what was there, and that it was cut', counts == sorted(counts) and counts[0] > 2 and -1 not in counts, counts)

    _, got = read(write(path, instance().replace('version="1"', 'version="0"')))
    check('another version is said', kinds(got) == ['version'] and values(got) == wanted, got)
    done = run([CLI, 'kit', 'read', write(path, instance()), write(os.path.join(where, 'twice.xml'), instance())])
    check('the same input twice is said', done.returncode == 0 and 'came before' in done.stderr, done.stderr)

    os.mkdir(os.path.join(where, 'beside'))
    write(os.path.join(where, 'beside', 'photo.jpg'), 'not really')
    write(os.path.join(where, 'secret.txt'), CANARY)
    os.symlink(os.path.join(where, 'secret.txt'), os.path.join(where, 'beside', 'link.txt'))
    for name, there in (('photo.jpg', True), ('../secret.txt', False), ('link.txt', False), (os.path.join(where, 'secret.txt'), False)):
        _, got = read(write(os.path.join(where, 'beside', 'in.xml'), instance(points=f'<point><_id>a</_id><evidence><file>{name}</file></evidence></point>')))
        check(f'an attachment beside it: {os.path.basename(name)}', bool(got['files']) is there and (kinds(got) == []) is there, got)


def refusals(where):
    path = os.path.join(where, 'bad')
    for name, content, code, words in (
            ('the page itself', '<!doctype html><html></html>', 3, 'Ask for the file that the page saves'),
            ('another form', '<data id="x"/>', 3, 'another form'), ('nothing', '', 3, 'no text'), ('a letter', 'Dear Sir', 3, 'Ask for it to be sent again'),
            ('entities', '<!DOCTYPE input [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><input id="input"><card>&b;</card></input>', 3, ''),
            ('depth', '<input id="input">' + '<a>' * 500 + '</a>' * 500 + '</input>', 4, ''),
            ('a zip', 'PK\x03\x04' + '\0' * 100, 3, '')):
        done = run([CLI, 'kit', 'read', write(path, content)])
        check(f'{name} is refused in words', done.returncode == code and words in done.stderr and done.stderr.count('\n') == 1, (done.returncode, done.stderr))
    with open(path, 'wb') as file:
        file.truncate(100 << 20)
    before = time.monotonic()
    done = run([CLI, 'kit', 'read', path])
    check('100 MB are refused at once', done.returncode == 4 and time.monotonic() - before < 20, done.stderr)
    check('what is not there', run([CLI, 'kit', 'read', path + '-not']).returncode == 66)
    check('a folder', run([CLI, 'kit', 'read', where]).returncode not in (0, 139))


with folder() as home:
    pages(home)
    dossiers(home)
    readings(home)
    refusals(home)
finish()
