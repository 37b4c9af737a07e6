#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people send back, damaged and in whatever encoding: everything is understood, or shown as it was; nothing is lost."""
import json
import os
import re
from xml.sax.saxutils import escape

from story import CLI, check, finish, folder, run
from workbook import cell, pack, parts

FORM = os.path.join(os.environ['PALERMO_DATA_DIR'], 'forms', 'input.xml')
HOSTILE = ['=HYPERLINK("http://x.example")', '<script>alert(1)</script>', '@SUM(A1)', '&lt;b&gt; ]]> <!-- -->', "'; DROP TABLE node; --",
           '../../etc/passwd', '%s%n{0}${x}', '\u202eevil\u202c', 'a' * 5000, '𝄞 e\u0301 \u200f']
SAID = {
    'ar': 'الملاجئ ممتلئة، وليس لدى أحد مكان آخر يذهب إليه في هذا الشتاء',
    'ru': 'Приюты переполнены, и зимой людям больше некуда идти',
    'zh': '收容所已经满员，今年冬天没有其他地方可以去',
    'fr': 'Les foyers sont complets\xa0: où aller cet été, après l’arrêté\xa0?',
}
CODES = {'ar': 'cp1256', 'ru': 'cp1251', 'zh': 'gb18030', 'fr': 'cp1252'}
TABLES = {'cp1256': 'WINDOWS-1256', 'cp1251': 'WINDOWS-1251', 'gb18030': 'GB18030', 'cp1252': 'WINDOWS-1252'}


def put(where, name, content):
    path = os.path.join(where, name)
    with open(path, 'wb') as file:
        file.write(content)
    return path


def read(path):
    done = run([CLI, 'kit', 'read', path, '--json'])
    got = json.loads(done.stdout)[0] if done.returncode == 0 else {'values': [], 'remarks': []}
    return done, {v['node']: v['value'] for v in got['values']}, got['remarks']


def fields():
    """Every question that is answered by typing or choosing, by its path; rows have an identity."""
    with open(FORM, encoding='utf-8') as file:
        text = file.read()
    kinds = dict(re.findall(r'<bind nodeset="([^"]+)" type="(\w+)"', text))
    found = [(path, 'choice' if tag.startswith('select') else kinds[path])
             for tag, path in re.findall(r'<(input|select1|select) ref="([^"]+)"', text) if not path.endswith('/intro')]
    return found


def instance(answers, declaration='<?xml version="1.0" encoding="UTF-8"?>\n'):
    """answers: path -> text, in the order of the form; one row of each repeat."""
    out, opened = [declaration, '<input id="input" version="1">'], []
    for path, text in answers.items():
        *folders, name = path.split('/')[2:]
        while opened != folders[:len(opened)]:
            out.append(f'</{opened.pop()}>')
        for each in folders[len(opened):]:
            out.append(f'<{each}>' + (f'<_id>{each}-1</_id>' if each in ('point', 'partner') else ''))
            opened.append(each)
        out.append(f'<{name}>{escape(text)}</{name}>\n')
    return ''.join(out + [f'</{each}>' for each in reversed(opened)]) + '</input>\n'


def placed(path):
    return re.sub(r'/(point|partner)/', r'/\1[\1-1]/', path)


def every_field(where):
    """Each question in turn says something that another program might carry out."""
    found = fields()
    check('the form has questions of each kind', {'string', 'choice', 'date'} <= {kind for _, kind in found} and len(found) > 30, found)
    for hostile in HOSTILE:
        answers = {path: hostile for path, _ in found}
        done, values, remarks = read(put(where, 'in.xml', instance(answers).encode()))
        lost = [path for path, kind in found if kind == 'string' and values.get(placed(path)) != hostile]
        for path, kind in found:
            told = [r['text'] for r in remarks if r['node'] == placed(path)]  # of several choices, each for itself
            if kind != 'string' and (re.split(r'[\s;]+', ' '.join(told)) != re.split(r'[\s;]+', hostile) or placed(path) in values):
                lost.append((path, told))
        check(f'{hostile[:24]!r} in every field: kept as a text, or shown', done.returncode == 0 and not lost, (lost, done.stderr))
        done = run([CLI, 'kit', 'read', os.path.join(where, 'in.xml')])
        check('and nothing of it steers a terminal', done.returncode == 0 and not re.search('[\x00-\x08\x0b-\x1f\x7f\x9b]', done.stdout + done.stderr))
    controls = instance({'/input/card/about/title': 'A'}).replace('A</title>', 'A\x1b[31m\x07\x00B</title>')
    done, values, _ = read(put(where, 'in.xml', controls.replace('\x00', '').encode()))
    check('control characters are no part of an answer', values.get('/input/card/about/title') == 'A\ufffd[31m\ufffdB', values)


def encodings(where):
    """A page saves UTF-8; an editor that opened and saved the file may not, and rarely says so."""
    for language, text in SAID.items():
        answers = {path: text for path, kind in fields() if kind == 'string'}
        wanted = {placed(path): text for path in answers}
        for codec, name in ((CODES[language], TABLES[CODES[language]]), ('utf-16-le', 'UTF-16LE'), ('utf-16-be', 'UTF-16BE'),
                            ('utf-16', 'UTF-16LE')):
            for said, declaration in (('says UTF-8', '<?xml version="1.0" encoding="UTF-8"?>\n'), ('says nothing', ''),
                                      ('says so', f'<?xml version="1.0" encoding="{name}"?>\n')):
                _, values, remarks = read(put(where, 'in.xml', instance(answers, declaration).encode(codec)))
                check(f'{language} in {codec}, and the file {said}', values == wanted and [r['text'] for r in remarks if r['kind'] == 'encoding'] == [name],
                      (list(values.items())[:1], remarks))


def tenths(content, codec='utf-8'):
    """The places to cut; a character has up to three octets here, two in the older encodings."""
    return [(n, shift) for n in range(1, 10) for shift in range(3 if codec == 'utf-8' else 2) if len(content) * n // 10 + shift < len(content)]


def cut(where):
    """At each tenth, and at each octet of a character there."""
    found = [path for path, kind in fields() if kind == 'string']
    for language, text in SAID.items():
        answers = {path: f'{i} {text}' for i, path in enumerate(found)}
        wanted = {placed(path): value for path, value in answers.items()}
        for codec in ('utf-8', 'utf-16', CODES[language]):
            content = instance(answers, '').encode(codec)
            wrong, before = [], 0
            for n, shift in tenths(content, codec):
                done, values, remarks = read(put(where, 'in.xml', content[:len(content) * n // 10 + shift]))
                whole = [path for path, value in values.items() if wanted.get(path) == value]
                part = [path for path, value in values.items() if path in wanted and wanted[path] != value
                        and wanted[path].startswith(value.rstrip('\ufffd?'))]
                if (done.returncode != 0 or len(whole) < before or len(part) > 1 or len(whole) + len(part) != len(values)
                        or 'cut' not in [r['kind'] for r in remarks]):
                    wrong.append((n, shift, len(whole), before, done.stderr, [v for p, v in values.items() if wanted.get(p) != v][:2]))
                before = len(whole)
            check(f'{language} in {codec} is cut anywhere: what was there, and that it was cut', not wrong and before > len(found) // 2, wrong[:2])
    spoilt = bytearray(instance({'/input/card/about/title': SAID['ru'], '/input/card/about/message': SAID['ru']}).encode())
    place = spoilt.index('люд'.encode())
    spoilt[place] = 0xff
    _, values, _ = read(put(where, 'in.xml', bytes(spoilt)))
    check('one octet that is wrong costs one character', values.get('/input/card/about/message') == SAID['ru']
          and values.get('/input/card/about/title', '').count('\ufffd') <= 2 and 'Приюты' in values.get('/input/card/about/title', ''), values)


def preview(dossier, path):
    done = run([CLI, 'stakeholder', 'import', dossier, path, '--preview', '--json'])
    return done, json.loads(done.stdout) if done.returncode == 0 else {'rows': [], 'not_placed': [], 'columns': []}


def lists(where):
    """The same of lists of organizations."""
    dossier = os.path.join(where, 'a.palermo')
    run([CLI, 'dossier', 'new', dossier, '--state', 'Practicia', '--uncac', 'no'])

    for language, text in SAID.items():
        names = [re.sub(r'[^\w ’]', '', text) + f' {i}' for i in range(12)]
        for codec in ('utf-8', 'utf-16', CODES[language]):
            content = ('Organization\r\n' + ''.join(name + '\r\n' for name in names)).encode(codec)
            wrong = []
            for n, shift in tenths(content, codec)[4:]:
                done, said = preview(dossier, put(where, 'list.csv', content[:len(content) * n // 10 + shift]))
                got = [row['name'] for row in said['rows']]
                if not got or got[:-1] != names[:len(got) - 1] or not names[len(got) - 1].startswith(got[-1].rstrip('\ufffd?')):
                    wrong.append((n, shift, done.stderr, got[-2:]))
            check(f'a list: {language} in {codec} is cut anywhere: the rows that were there', not wrong, wrong[:2])

    heads = ['Organization', 'Acronym', 'Type', 'Country', 'Website', 'E-mail', 'Telephone', 'Languages', 'Articles', 'Description', 'Notes', 'Last contact']
    rows = [[text[:200]] * len(heads) for text in HOSTILE]
    quoted = '\r\n'.join(','.join('"' + each.replace('"', '""') + '"' for each in row) for row in [heads, *rows]) + '\r\n'
    _, said = preview(dossier, put(where, 'list.csv', quoted.encode()))
    lost = []
    for number, row in enumerate(rows, 2):
        got = next((r['values'] for r in said['rows'] if r['row'] == number), {})
        for column in said['columns']:
            told = [p['text'] for p in said['not_placed'] if p['row'] == number and p['column'] == column['column']]
            said_of_it = ' '.join([got.get(column['question']) or '', *told])
            if column['question'] and row[0] not in said_of_it and set(re.findall(r'\w+', row[0])) - set(re.findall(r'\w+', said_of_it)):
                lost.append((number, column['question'], told[:1]))
    check('a list: whatever stands in every field is a text, or shown with its place', len(said['columns']) == len(heads) and not lost, lost or said)

    book = os.path.join(where, 'list.xlsx')
    pack(book, parts({'List': '<row r="1">' + cell('A1', 'Organization') + '</row>'
                              + ''.join(f'<row r="{i}">' + cell(f'A{i}', f'Organization {i}') + '</row>' for i in range(2, 400))}))
    with open(book, 'rb') as file:
        content = file.read()
    wrong = []
    for n, shift in tenths(content):
        done = run([CLI, 'stakeholder', 'import', dossier, put(where, 'cut.xlsx', content[:len(content) * n // 10 + shift])])
        if done.returncode not in (1, 3, 4) or done.stderr.count('\n') != 1:
            wrong.append((n, shift, done.returncode, done.stderr))
    check('a list: a workbook that is cut anywhere is refused in one line', not wrong, wrong[:2])
    check('and nothing was written', json.loads(run([CLI, 'stakeholder', 'list', dossier, '--json']).stdout) == [])


def large(where):
    """100 MB that look right from their first octet to the last."""
    path = os.path.join(where, 'large.xml')
    with open(path, 'wb') as file:
        file.write(b'<input id="input" version="1"><card><about><title>')
        for _ in range(100):
            file.write(b'word ' * (1 << 18))
        file.write(b'</title></about></card></input>')
    done = run([CLI, 'kit', 'read', path], timeout=60)
    check('100 MB are refused in words', done.returncode == 4 and done.stderr.count('\n') == 1, (done.returncode, done.stderr))
    os.remove(path)


with folder() as home:
    every_field(home)
    encodings(home)
    cut(home)
    lists(home)
    large(home)
finish()
