#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The twin of a kit as a workbook: made in six languages, filled in, moved about, damaged, hostile; read, received and taken."""
import json
import os
import re
import zipfile

from office_book import Book
from story import CLI, check, finish, folder, run

LANGUAGES = ['ar', 'en', 'es', 'fr', 'ru', 'zh_CN']
ABOUT = '/input/card/about/'


def make(where, name, *words):
    path = os.path.join(where, name)
    return run([CLI, 'kit', 'make', '--state', 'Practicia', '--cluster', '1', *words, '-o', path]), path


def read(path, *words):
    done = run([CLI, 'kit', 'read', path, '--json', *words])
    return json.loads(done.stdout)[0] if done.returncode == 0 else {'failed': done.stderr, 'code': done.returncode, 'values': [], 'remarks': []}


def values(answer):
    """With the rows as r1, r2, ... in the order in which they come."""
    rows, out = {}, {}
    for value in answer['values']:
        node = re.sub(r'\[([^]]+)\]', lambda m: f'[r{rows.setdefault(m.group(1), len(rows) + 1)}]', value['node'])
        out[node] = value['value']
    return out


def remarks(answer, kind=None):
    return [(r['kind'], r['text']) for r in answer['remarks'] if kind is None or r['kind'] == kind]


def kinds(answer):
    return sorted({r['kind'] for r in answer['remarks']})


def story_of_languages(where):
    texts = {}
    for language in LANGUAGES:
        done, path = make(where, language + '.xlsx', '--language', language)
        check(f'a workbook in {language}', done.returncode == 0 and not done.stderr and zipfile.is_zipfile(path), done.stderr)
        book = Book(path)
        texts[language] = {text for sheet, _, text in book.cells() if sheet != 'palermo_lists'}
        names = [name for name, _, _, state in book.sheets if state != 'hidden']
        check(f'{language}: sheets for what to do, four pages, the partners and the questions', len(names) == 7 and len(set(names)) == 7
              and all(len(name.encode('utf-16-le')) // 2 <= 31 and not set(name) & set('[]:*?/\\') for name in names), names)
        sheets = [book.entries[part].decode() for _, part, _, _ in book.sheets]
        check(f'{language}: from right to left as the language', all(('rightToLeft="1"' in s) == (language == 'ar') for s in sheets))
        check(f'{language}: heads stay, lists are offered', sum('state="frozen"' in s for s in sheets) == 5 and sum(s.count('type="list"') for s in sheets) > 10)
        check(f'{language}: cells for answers hold text', 'numFmtId="49"' in book.entries['xl/styles.xml'].decode() and not any('<f>' in s for s in sheets))
        empty = read(path)
        check(f'{language}: nothing filled in says only what stood there', not empty['remarks'] and values(empty) == {
            ABOUT + 'state': 'Practicia', ABOUT + 'clusters': 'I', '/input/card/author/naming': 'organization',
            '/input/card/sharing/readers': 'state', '/input/card/sharing/feedback': 'yes'}, empty)
        check(f'{language}: it says whence it is', empty.get('form') == 'input' and empty['language'] == language and empty['cluster'] == 'I' and empty['kit'], empty)
    for language in LANGUAGES:
        same = {t for t in texts['en'] & texts[language] if ' ' in t and not t.startswith('palermo-')}
        check(f'{language}: it speaks the language throughout', language == 'en' or not same, same)
    done, path = make(where, 'two.xlsx', '--language', 'en', '--articles', 'untoc:5,tip:5')
    lists = [text for sheet, _, text in Book(path).cells() if sheet == 'palermo_lists']
    check('only the articles that are asked for', read(path)['articles'] == 'untoc:5 tip:5' and sum(bool(re.search(r'[Aa]rticle', t)) for t in lists) <= 4, lists)
    done, path = make(where, 'plain', '--language', 'en')
    check('without a format it is a page', open(path, encoding='utf-8').read(9) == '<!DOCTYPE')
    done, path = make(where, 'odd.html', '--language', 'en', '--format', 'xlsx')
    check('the format goes before the name', done.returncode == 0 and zipfile.is_zipfile(path), done.stderr)
    done, path = make(where, 'x.odt', '--language', 'en', '--format', 'odt')
    check('an unknown format is refused', done.returncode == 64 and not os.path.exists(path), done.stderr)


def fill(book):
    book.answer('about.title', 'Help for victims')
    book.answer('about.message', 'It takes too long.\nMuch too long.')
    book.answer('about.date', '22 November 2026')
    book.answer('points.point.text', 'Few victims are told.', row=1)
    book.answer('points.point.kind', 'Gap or concern', row=1)
    book.answer('points.point.evidence.kinds', 'Court cases or decisions; Interviews, told without names', row=1)
    book.answer('points.point.question', '31, 32', row=1)
    book.answer('points.point.text', 'Second', row=2)
    book.answer('author.organization', 'Harbour House')
    book.answer('author.partner.name', 'Lighthouse', row=1)
    return book


FILLED = {
    ABOUT + 'state': 'Practicia', ABOUT + 'title': 'Help for victims', ABOUT + 'clusters': 'I', ABOUT + 'message': 'It takes too long.\nMuch too long.',
    ABOUT + 'date': '2026-11-22', '/input/card/points/point[r1]/text': 'Few victims are told.', '/input/card/points/point[r1]/kind': 'gap',
    '/input/card/points/point[r1]/question': '31, 32', '/input/card/points/point[r1]/evidence/kinds': 'cases interviews',
    '/input/card/points/point[r2]/text': 'Second', '/input/card/author/naming': 'organization', '/input/card/author/organization': 'Harbour House',
    '/input/card/author/partner[r3]/name': 'Lighthouse', '/input/card/sharing/readers': 'state', '/input/card/sharing/feedback': 'yes'}


def story_of_moves(where, made):
    plain = read(fill(Book(made)).save(os.path.join(where, 'filled.xlsx')))
    check('what was filled in is understood', values(plain) == FILLED and not plain['remarks'], plain)
    again = read(os.path.join(where, 'filled.xlsx'))
    check('the same file says the same twice', again == plain)

    book = fill(Book(made))
    book.share_strings()
    other = read(book.save(os.path.join(where, 'shared.xlsx')))
    check('saved by another program', values(other) == FILLED and not other['remarks'] and other['instance'] == plain['instance'], [(v, FILLED.get(k)) for k, v in values(other).items() if FILLED.get(k) != v] + other['remarks'])

    book = fill(Book(made))
    points, _, head = book.find('points.point')
    about = book.find('about.title')[0]
    book.move_rows(about, lambda n: n if n < 3 else 103 - n)
    book.move_rows(points, lambda n: n if n <= head else head + 31 - (n - head) + 5)
    book.move_columns(points, lambda c: 20 - c)
    book.move_columns(about, lambda c: {1: 4, 2: 3, 3: 1, 4: 2}[c])
    moved = read(book.save(os.path.join(where, 'moved.xlsx'), names={n: f'Sheet {i}' for i, (n, _, _, s) in enumerate(book.sheets) if not s}))
    swapped = dict(FILLED)
    for name in ('text', 'kind', 'question', 'evidence/kinds'):
        for row in ('r1', 'r2'):
            swapped.pop(f'/input/card/points/point[{row}]/{name}', None)
    swapped.update({'/input/card/points/point[r1]/text': 'Second', '/input/card/points/point[r2]/text': 'Few victims are told.',
                    '/input/card/points/point[r2]/kind': 'gap', '/input/card/points/point[r2]/question': '31, 32',
                    '/input/card/points/point[r2]/evidence/kinds': 'cases interviews'})
    check('rows and columns moved, sheets renamed', values(moved) == swapped and not moved['remarks'], moved)
    check('and the rows are the same ones', {v['node'] for v in moved['values']} == {v['node'] for v in plain['values']})

    book = fill(Book(made))
    book.put(about, 2, 90, 'By the way: call us.')
    book.put(about, 6, book.find('about.title')[2], 'a note at the side')
    book.put(points, 1, head + 40, 'thank you')
    book.answer('points.point.text', 'Below the last row', row=35)
    book.put(points, 1, head + 3, '1')
    book.answer('points.point.text', 'A copied row', row=3)
    added = read(book.save(os.path.join(where, 'added.xlsx')))
    said = [text for _, text in remarks(added, 'unknown')]
    check('what was added is told, and nothing of it lost', sorted(said) == ['By the way: call us.', 'a note at the side', 'thank you'], added['remarks'])
    texts = [v['value'] for v in added['values'] if v['node'].endswith(']/text')]
    check('rows that were added or copied are rows of their own', texts == ['Few victims are told.', 'Second', 'A copied row', 'Below the last row']
          and len(remarks(added, 'row')) == 2, added)

    without = fill(Book(made)).save(os.path.join(where, 'bare.xlsx'), leave_out=['palermo_lists', Book(made).sheets[0][0]])
    bare = read(without)
    check('without our hidden sheet and the first one', values(bare) == FILLED and bare['kit'] is None
          and sorted(remarks(bare)) == [('unknown', Book(made).sheets[6][0]), ('unsealed', None)], bare['remarks'])


def story_of_answers(where, made):
    book = Book(made)
    book.answer('about.date', None, xml='<v>46348</v>', s=book.add_format(14))
    read_one = read(book.save(os.path.join(where, 'dates.xlsx')))
    check('a cell with a date, ids and labels', values(read_one).get(ABOUT + 'date') == '2026-11-22', read_one)
    for text, wanted in {'2026-11-22': '2026-11-22', '22.11.2026': '2026-11-22', '11/22/2026': '2026-11-22', '٢٢ نوفمبر ٢٠٢٦': '2026-11-22',
                         '2026年11月22日': '2026-11-22', '22 ноября 2026 г.': '2026-11-22', '3/4/2026': None, 'soon': None}.items():
        book = Book(made)
        book.answer('about.date', text)
        got = read(book.save(os.path.join(where, 'date.xlsx')))
        check(f'the date "{text}"', values(got).get(ABOUT + 'date') == wanted
              and (wanted is not None or [t for k, t in remarks(got) if k.startswith('date')] == [text]), got)
    for language in LANGUAGES:
        theirs = Book(os.path.join(where, language + '.xlsx'))
        book = Book(made)
        # The second sheet with lists of its own: the choices of the last page, in another language.
        words = {}
        for one in (Book(made), theirs):
            sheet = next(s for s in one.sheets if s[3] == 'hidden')[2]
            words[one] = {c.get('r'): ''.join(t.text or '' for t in c.iter('{http://schemas.openxmlformats.org/spreadsheetml/2006/main}t'))
                          for c in sheet.iter('{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c')}
        (mine, them) = words.values()
        public = next(r for r, t in mine.items() if t == 'Everyone')
        book.answer('sharing.readers', them[public])
        got = read(book.save(os.path.join(where, 'label.xlsx')))
        check(f'"{them[public]}" is understood in an English workbook', values(got).get('/input/card/sharing/readers') == 'public', got)

    book = Book(made)
    book.answer('about.title', None, xml='<v>1E+999</v>')
    got = read(book.save(os.path.join(where, 'number.xlsx')))
    check('a number without an end is what somebody wrote', values(got).get(ABOUT + 'title') == '1E+999', got)

    book = Book(made)
    book.answer('about.title', None, xml='<f>HYPERLINK("http://127.0.0.1:1/","Shown")</f><v>Shown</v>', t='str')
    book.answer('about.message', None, xml='<f>1/0</f><v>#DIV/0!</v>', t='e')
    got = read(book.save(os.path.join(where, 'formula.xlsx')))
    check('a formula: what it showed is taken, and told', values(got).get(ABOUT + 'title') == 'Shown' and ('formula', 'Shown') in remarks(got), got)
    check('a formula that shows an error is told, and no answer', ABOUT + 'message' not in values(got) and any('#DIV/0!' in t for _, t in remarks(got, 'formula')), got)

    book = fill(Book(made))
    book.entries['xl/media/image1.png'] = b'\x89PNG\r\n\x1a\nPIXELS'
    book.entries['xl/embeddings/oleObject1.bin'] = b'OLE'
    book.entries['xl/comments1.xml'] = (b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>Amal</author></authors>'
                                        b'<commentList><comment ref="C4" authorId="0"><text><r><t>Is this </t></r><r><t>right?</t></r></text></comment></commentList></comments>')
    got = read(book.save(os.path.join(where, 'beside.xlsx')))
    check('pictures and files become attachments', sorted(f['name'] for f in got['files']) == ['image1.png', 'oleObject1.bin']
          and sorted(t for _, t in remarks(got, 'embedded')) == ['image1.png', 'oleObject1.bin'] and not remarks(got, 'spare-file'), got)
    check('a comment is told, and no answer', remarks(got, 'comment') == [('comment', 'Is this right?')] and values(got) == FILLED, got)

    book = fill(Book(made))
    book.answer('points.point.evidence.file', 'annex.pdf', row=1)
    got = read(book.save(os.path.join(where, 'annex.xlsx')))
    check('a file that was to come with it is missed', ('file', 'annex.pdf') in remarks(got), got)


def story_of_bad_files(where, made):
    hostile = ['<script>alert(1)</script>', '=HYPERLINK("http://x","y")', "' OR 1=1 --", '%s%n', '‮abc', '&lt;b&gt;', '{{7*7}}', 'a' * 5000]
    codes = sorted({t for _, _, t in Book(made).cells() if re.fullmatch(r'(about|author|sharing)\.[a-z_.]+', t) and 'partner' not in t})
    for text in hostile:
        book = Book(made)
        for code in codes:
            book.answer(code, text)
        book.answer('points.point.text', text, row=1)
        got = read(book.save(os.path.join(where, 'hostile.xlsx')))
        said = values(got)
        check(f'in every field as text: {text[:20]!r}', said.get(ABOUT + 'title') == text and said.get('/input/card/points/point[r1]/text') == text
              and all(t is None or t in text for _, t in remarks(got)), got.get('failed') or remarks(got))

    octets = open(made, 'rb').read()
    path = os.path.join(where, 'bad.xlsx')

    def refused(name, content, words):
        if content is not None:
            with open(path, 'wb') as stream:
                stream.write(content)
        got = read(path)
        check(name, 'failed' in got and words in got['failed'].lower() and got['code'] in (1, 3, 4), got)

    for share in (0.2, 0.6, 0.98):
        refused(f'cut at {share}', octets[:int(len(octets) * share)], '')
    with open(path, 'wb') as stream:
        stream.write(b'PK\x03\x04')
        stream.truncate(100 * 1024 * 1024)
    refused('100 MB', None, 'large')
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, data in Book(made).entries.items():
            z.writestr(name, data)
        z.writestr('xl/worksheets/sheet99.xml', b'<x>' + b' ' * 60_000_000 + b'</x>')
    refused('a bomb', None, '')
    book = Book(made)
    book.put(1, 1100, 3, 'far away')
    book.save(path)
    refused('more columns than anybody reads', None, 'more than 1024 columns')
    check('which is a limit', read(path)['code'] == 4, read(path))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    book = Book(made)
    book.save(path)
    with zipfile.ZipFile(path) as z:
        entries = {i.filename: z.read(i) for i in z.infolist()}
    entries['xl/worksheets/sheet2.xml'] = bomb + entries['xl/worksheets/sheet2.xml'].replace(b'</sheetData>', b'<row><c><v>&b;</v></c></row></sheetData>')
    with zipfile.ZipFile(path, 'w') as z:
        for name, data in entries.items():
            z.writestr(name, data)
    refused('entities', None, '')
    refused('pages to print', b'%PDF-1.7\n', 'type in what was written')
    with zipfile.ZipFile(path, 'w') as z:
        z.writestr('a.txt', 'x')
    refused('an archive of something else', None, '')
    with zipfile.ZipFile(path, 'w') as z:
        for name, data in Book(made).entries.items():
            if not name.startswith('xl/worksheets/'):
                z.writestr(name, data)
            else:
                z.writestr(name, '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>')
    refused('a workbook of something else', None, '')

    def identity(book, change):
        sheet, column, row = next((i, *book.find(t)[1:]) for i, s in enumerate(book.sheets) for _, _, t in book.cells() if t.startswith('palermo-kit'))
        text = next(t for _, _, t in book.cells() if t.startswith('palermo-kit'))
        book.put(sheet, column, row, change(text))
        return book

    got = read(identity(fill(Book(made)), lambda t: t.replace('version=1', 'version=0')).save(path))
    check('of another version: what has a place is taken', values(got) == FILLED and ('version', '0') in remarks(got), got)
    got = read(identity(fill(Book(made)), lambda t: 'edited: ' + t.replace(' ', '\u00a0 ', 1)).save(path))
    check('an edited line of identity loses no answer', values(got) == FILLED, got)
    refused('of another form', open(identity(fill(Book(made)), lambda t: t.replace('form=input', 'form=survey')).save(path), 'rb').read(), '')
    book = fill(Book(made))
    sheet, _, row = book.find('about.message')
    book.put(sheet, 1, row, 'about.massage')
    got = read(book.save(path))
    check('a code that was changed: its answer is told', any('Much too long' in t for _, t in remarks(got, 'unknown')), got)


def story_of_inbox(where):
    first, second = os.path.join(where, 'first.palermo'), os.path.join(where, 'second.palermo')
    for path in (first, second):
        run([CLI, 'dossier', 'new', path, '--state', 'Practicia'])
    made = os.path.join(where, 'mine.xlsx')
    done = run([CLI, 'kit', 'make', first, '--cluster', '1', '--language', 'en', '-o', made])
    info = json.loads(run([CLI, 'dossier', 'info', first, '--json']).stdout)
    raw = b''.join(Book(made).entries.values()).decode('utf-8', 'replace')
    check('made for a dossier whose id is not in it', done.returncode == 0 and info.get('id', '?') not in raw, done.stderr)
    filled = fill(Book(made)).save(os.path.join(where, 'came.bin'))
    for dossier, other in ((first, False), (second, True)):
        check(f'made for another dossier: {other}', read(filled, '--dossier', dossier)['otherDossier'] is other)

    def receive(path):
        return run([CLI, 'input', 'receive', first, path, '--json'])

    done = receive(filled)
    arrival = json.loads(done.stdout)[0] if done.returncode == 0 else {}
    check('the inbox takes it, whatever its name', arrival.get('id'), done.stderr)
    shown = json.loads(run([CLI, 'input', 'show', first, arrival['id'], '--json']).stdout)
    check('and knows its kind', shown.get('kind') == 'xlsx', shown)
    lines = {re.sub(r'\[[^]]*\]', '', line['node']): line for line in shown['lines']}
    check('what it says is shown', shown['points'] == 2 and lines['/input/card/points/point/kind']['text'] == 'Gap or concern'
          and lines['/input/card/author/partner/name']['text'] == 'Lighthouse', lines)
    same = json.loads(receive(filled).stdout)[0]
    check('the same file twice is one', same['id'] == arrival['id'], same)
    done = run([CLI, 'input', 'take', first, arrival['id'], '--json'])
    check('it is taken', done.returncode == 0 and json.loads(done.stdout).get('points') == 2, done.stderr)
    book = fill(Book(made))
    book.answer('points.point.text', 'Second, in other words', row=2)
    done = receive(book.save(os.path.join(where, 'newer.xlsx')))
    newer = json.loads(run([CLI, 'input', 'show', first, json.loads(done.stdout)[0]['id'], '--json']).stdout)
    check('it comes again in other words', newer['before'] == [arrival['id']] and [p['state'] for p in newer['point_list']] == ['came before', 'changed'], newer['point_list'])
    book.answer('author.organization', 'Somebody else')
    done = receive(book.save(os.path.join(where, 'other.xlsx')))
    other = json.loads(run([CLI, 'input', 'show', first, json.loads(done.stdout)[0]['id'], '--json']).stdout)
    check('somebody else with the same kit says something else', other['before'] == [] and {p['state'] for p in other['point_list']} == {'new'}, other['point_list'])
    plain = os.path.join(where, 'plain.zip')
    with zipfile.ZipFile(plain, 'w') as z:
        z.writestr('a.txt', 'x')
    done = receive(plain)
    check('an archive of something else has no place', done.returncode != 0 and 'The inbox takes' in done.stderr, done.stderr)


def main():
    with folder() as where:
        story_of_languages(where)
        made = os.path.join(where, 'en.xlsx')
        story_of_moves(where, made)
        story_of_answers(where, made)
        story_of_bad_files(where, made)
        story_of_inbox(where)
    finish()


if __name__ == '__main__':
    main()
