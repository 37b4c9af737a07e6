#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of organizations and participants, as others write them, taken through palermo-cli."""
import json
import os
import time

from story import CLI, check, finish, folder, run
from workbook import MAIN, cell, pack, parts

FIELD = '/stakeholder/card/'


def cli(*words, **options):
    return run([CLI, *words], **options)


def new_dossier(where, name='a'):
    path = os.path.join(where, name + '.palermo')
    done = cli('dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no')
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return path


def put(where, name, content):
    path = os.path.join(where, name)
    with open(path, 'wb') as stream:
        stream.write(content)
    return path


def preview(path, made, *words):
    done = cli('stakeholder', 'import', path, made, '--preview', '--json', *words)
    return json.loads(done.stdout) if done.returncode == 0 else {'failed': done.stderr, 'rows': [], 'columns': [], 'not_placed': []}


def take(path, made, *words):
    done = cli('stakeholder', 'import', path, made, '--json', *words)
    return json.loads(done.stdout) if done.returncode == 0 else {'failed': done.stderr, 'made': -1}


def cards(path):
    return json.loads(cli('stakeholder', 'list', path, '--json').stdout)


def says(path, record, node):
    return cli('answer', 'get', path, FIELD + node, '--record', record).stdout.rstrip('\n')


def questions(said):
    return [c['question'] for c in said['columns']]


def story_writing(where, path):
    """Encodings, delimiters and six languages."""
    heads = {
        'en': ('Organization;Acronym;Type;Country;Website;E-mail\nHarbour House;HH;NGO;Practicia;www.harbour.example;a@harbour.example\n', 'ngo'),
        'fr': ('Nom de l’organisation;Sigle;Type;Pays;Site web;Courriel\nRéseau Été;RÉ;Média ou journalistes;Pratique;www.été.example;a@ete.example\n', None),
        'es': ('Organización;Siglas;Tipo;País;Sitio web;Correo electrónico\nAsociación Mañana;AM;Universidad;Práctica;www.m.example;a@m.example\n', 'academia'),
        'ru': ('Организация;Сокращение;Тип;Страна;Сайт;Электронная почта\nДом у гавани;ДГ;НПО;Практиция;www.d.example;a@d.example\n', 'ngo'),
        'zh_CN': ('组织名称;简称;类型;国家;网站;电子邮件\n港口之家互助协会;港家;大学;实践国;www.g.example;a@g.example\n', 'academia'),
        'ar': ('اسم المنظمة;الاختصار;النوع;البلد;الموقع;البريد الإلكتروني\nبيت الميناء للمساعدة;ب م;جامعة;براكتيسيا;www.b.example;a@b.example\n', 'academia'),
    }
    wanted = ['name', 'acronym', 'type', 'country', 'website', 'office_email']
    for language, (text, kind) in heads.items():
        made = put(where, f'{language}.csv', text.encode('utf-8'))
        said = preview(path, made)
        check(f'{language}: columns are known by their names', questions(said) == wanted, said)
        if kind:
            check(f'{language}: and what stands in them', said['rows'] and said['rows'][0]['values'].get('type') == kind, said)
    cases = [('en', 'utf-8', b'', 'UTF-8'), ('fr', 'utf-8', b'\xef\xbb\xbf', 'UTF-8'), ('ru', 'utf-16-le', b'\xff\xfe', 'UTF-16LE'),
             ('ar', 'utf-16-be', b'\xfe\xff', 'UTF-16BE'), ('en', 'utf-16-le', b'', 'UTF-16LE'), ('fr', 'cp1252', b'', 'WINDOWS-1252'),
             ('es', 'cp1252', b'', 'WINDOWS-1252'), ('ru', 'cp1251', b'', 'WINDOWS-1251'), ('ar', 'cp1256', b'', 'WINDOWS-1256'),
             ('zh_CN', 'gb18030', b'', 'GB18030')]
    for language, codec, mark, name in cases:
        text = heads[language][0].replace('É', 'E') if codec == 'cp1252' else heads[language][0]
        said = preview(path, put(where, 'coded.csv', mark + text.encode(codec)))
        expected = text.split('\n')[1].split(';')[0]
        check(f'{language} in {codec} is read, and it is said that it is {name}', said.get('encoding') == name
              and said['rows'] and said['rows'][0]['name'] == expected, said)
    for word, mark in (('comma', ','), ('semicolon', ';'), ('tab', '\t')):
        said = preview(path, put(where, 'divided.csv', heads['en'][0].replace(';', mark).encode()))
        check(f'a {word} divides', said.get('delimiter') == word and questions(said) == wanted, said)
    said = preview(path, put(where, 'sep.csv', ('sep=;\r\n' + heads['en'][0]).encode()))
    check('the line that names the delimiter is none of the list', said.get('header') == 2 and questions(said) == wanted, said)


def story_values(where, path):
    said = preview(path, put(where, 'values.csv', '''List of organizations,,,,,
as of today,,,,,

Organization,Languages,Articles,Website,E-mail,Telephone
One,"English; français, ru","untoc:5; Convention, article 6, tip:3",one.example,"a@one.example, b@one.example",+1 (2) 33
Two,Klingon,article ninety,not a link,nobody,call me
Three,ar|zh,,HTTPS://three.example,c@three.example,
'''.encode()))
    check('a title above the names is passed over', said.get('header') == 4, said)
    one, two, three = said['rows']
    check('choices go by id and by label, in any language', one['values'].get('languages') == 'en fr ru'
          and one['values'].get('articles') == 'untoc:5 untoc:6 tip:3', one)
    check('links and addresses are put right', one['values'].get('website') == 'https://one.example'
          and one['values'].get('office_email') == 'a@one.example', one)
    lost = [(p['row'], p['column'], p['text']) for p in said['not_placed']]
    check('what has no place is said with its row and column', lost == [
        (5, 'E', 'b@one.example'), (6, 'B', 'Klingon'), (6, 'C', 'article ninety'), (6, 'D', 'not a link'), (6, 'E', 'nobody'),
        (6, 'F', 'call me')], lost)
    check('and the rest of the row is taken', two['decision'] == 'new' and three['values']['languages'] == 'ar zh', (two, three))


def story_dates(where, path):
    dates = ['2026-03-15', '2026/03/15', '15.03.2026', '15/03/2026', '03/15/2026', '15-03-2026', '20260315', '15 March 2026',
             'March 15, 2026', '15 mars 2026', '15 de marzo de 2026', '15 марта 2026 г.', '2026年3月15日', '15 مارس 2026', '١٥/٠٣/٢٠٢٦']
    made = put(where, 'dates.csv', ('Organization;Last contact\n' + ''.join(f'O{i};{d}\n' for i, d in enumerate(dates))).encode())
    said = preview(path, made)
    wrong = [(dates[i], r['values'].get('last_contact')) for i, r in enumerate(said['rows']) if r['values'].get('last_contact') != '2026-03-15']
    check(f'{len(dates)} ways to write a date are understood', said['rows'] and not wrong, wrong or said)
    said = preview(path, put(where, 'unsure.csv', b'Organization;Last contact\nA;03/04/2026\nB;some day\n'))
    check('what could be two dates is none, and said', [p['why'] for p in said['not_placed']]
          == ['day and month could be either', 'not a date'], said['not_placed'])


def story_hostile(where, path):
    made = put(where, 'hostile.csv', '''Organization;Description;Notes
=HYPERLINK("http://x.example");<script>alert(1)</script>;@SUM(A1:A9)
+1+1;<b>bold</b> & more;-2
'''.encode())
    said = take(path, made)
    listed = {c['title'] for c in cards(path)}
    check('formulas and markup are text', said['made'] == 2 and '=HYPERLINK("http://x.example")' in listed and '+1+1' in listed, (said, listed))
    first = next(c['id'] for c in cards(path) if c['title'].startswith('=HYPER'))
    check('and kept as they stand', says(path, first, 'identity/description') == '<script>alert(1)</script>', says(path, first, 'identity/description'))
    cases = [('an empty file', b'', 1), ('a file of one row', b'Organization\n', 1), ('an old workbook', b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + b'0' * 600, 1),
             ('a damaged workbook', b'PK\x03\x04' + b'0' * 600, 1), ('a quote without an end', b'Organization\n"never closed\n', 1),
             ('201 columns', b'Organization' + b',x' * 200 + b'\na\n', 4), ('20,001 rows', b'Organization\n' + b'a\n' * 20001, 4)]
    before = len(cards(path))
    for name, content, code in cases:
        done = cli('stakeholder', 'import', path, put(where, 'bad.csv', content))
        check(f'{name} is refused in one line', done.returncode == code and done.stderr.count('\n') == 1, f'{done.returncode} {done.stderr}')
    big = os.path.join(where, 'big.csv')
    with open(big, 'wb') as stream:
        stream.write(b'Organization\n')
        stream.truncate(100 * 1024 * 1024)
    done = cli('stakeholder', 'import', path, big)
    check('100 MB are refused at once', done.returncode == 1 and 'larger' in done.stderr, done.stderr)
    os.remove(big)
    done = cli('stakeholder', 'import', path, os.path.join(where, 'nothing.csv'))
    check('a file that is not there is said', done.returncode == 66, f'{done.returncode} {done.stderr}')
    done = cli('stakeholder', 'import', path, put(where, 'unnamed.csv', b'Apples;Pears\n1;2\n3;4\n'))
    check('a list without names asks which column has them', done.returncode == 64 and '--map' in done.stderr, f'{done.returncode} {done.stderr}')
    check('nothing of all that was written', len(cards(path)) == before)
    said = take(path, os.path.join(where, 'unnamed.csv'), '--map', 'Pears=name', '--map', 'A=notes')
    check('and takes the answer', said['made'] == 2 and {'2', '4'} <= {c['title'] for c in cards(path)}, said)


def story_workbook(where, path):
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    rows = ('<row r="1">' + cell('A1', 'Stakeholders of the review') + '</row>'
            '<row r="3">' + cell('A3', 'Type') + cell('B3', 'Organization') + cell('C3', 'Last contact') + cell('D3', 'Country') + '</row>'
            '<row r="4">' + cell('A4', 'NGO') + cell('B4', 'Alpha') + '<c r="C4" s="1"><v>46096</v></c><c r="D4"><f>1+1</f></c></row>'
            '<row r="5">' + cell('B5', 'Beta') + '<c r="D5" t="str"><f>UPPER("x")</f><v>PRACTICIA</v></c></row>'
            '<row r="6">' + cell('B6', 'Gamma') + '</row>')
    entries = parts({'Read me': '<row r="1">' + cell('A1', 'Nothing here') + '</row>', 'List': rows}, styles=styles)
    part = 'xl/worksheets/s2.xml'
    entries[part] = entries[part].replace('</sheetData>', '</sheetData><mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="A4:A5"/>'
                                                          '<mergeCell ref="A6:ZZZ999999999"/></mergeCells>')
    made = os.path.join(where, 'list.xlsx')
    pack(made, entries)
    said = preview(path, made, '--sheet', 'List')
    values = [r['values'] for r in said['rows']]
    check('a sheet is taken by its name', said.get('sheet') == 'List' and [v.get('name') for v in values] == ['Alpha', 'Beta', 'Gamma'], said)
    check('merged cells count in each of their rows', [v.get('type') for v in values] == ['ngo', 'ngo', None], values)
    check('a date of the workbook is a date', values and values[0].get('last_contact') == '2026-03-15', values)
    check('a formula counts by what it showed, and without that it is said', len(values) > 1 and values[1].get('country') == 'PRACTICIA'
          and [(p['row'], p['column']) for p in said['not_placed']] == [(4, 'D')], said['not_placed'])
    done = cli('stakeholder', 'import', path, made, '--sheet', 'Nowhere')
    check('a sheet that is not there is said', done.returncode == 64 and done.stderr.count('\n') == 1, done.stderr)
    if MAIN not in entries['xl/workbook.xml']:
        raise RuntimeError('the workbook was not made as it should be')


def story_alike(where, path):
    first = take(path, put(where, 'first.csv', b'Organization,Acronym,Website,E-mail\n'
                           b'Lantern House,LH,https://www.lantern.example/,office@lantern.example\nOpen Sea,,,\n'))
    check('rows become cards', first['made'] == 2, first)
    card = next(c['id'] for c in cards(path) if c['title'] == 'Lantern House')
    made = put(where, 'second.csv', '''Organization,Acronym,Website,E-mail,Country,Notes
LÁNTERN-house,,,,Practicia,fills
Other name,l.h.,,,,
Another,,http://lantern.example,,,
Fourth,,,OFFICE@lantern.example,,
New one,,,,,
new ONE,,,,,
,,,,nameless,
'''.encode())
    said = preview(path, made)
    check('what looks like a card is proposed, and left out', [(r['likeness'], r['decision']) for r in said['rows']] == [
        ('name', 'leave'), ('acronym', 'leave'), ('website', 'leave'), ('e-mail', 'leave'), (None, 'new'), ('name', 'leave'), (None, 'leave')],
        [(r['likeness'], r['decision']) for r in said['rows']])
    check('with the card, or the row, that it looks like', said['rows'][0]['card'] == card and said['rows'][5]['like_row'] == 6, said['rows'])
    n_cards = len(cards(path))
    check('looking changes nothing', n_cards == len(cards(path)) and cli('stakeholder', 'import', path, made, '--preview').returncode == 0)
    said = take(path, made, '--same', f'2={card}', '--new', '3', '--author', 'Ana')
    check('a row does what a person said', said['made'] == 2 and said['filled'] == 1 and said['left'] == 4, said)
    check('what was empty is filled, what was there stays', says(path, card, 'identity/country') == 'Practicia'
          and says(path, card, 'identity/name') == 'Lantern House' and says(path, card, 'protection/notes') == 'fills')
    history = json.loads(cli('answer', 'history', path, FIELD + 'identity/country', '--record', card, '--json').stdout)
    check('the history says Import, and who', any('Import' in json.dumps(h) and 'Ana' in json.dumps(h) for h in history), history)
    done = cli('dossier', 'undo', path)
    check('one undo takes all of it back', done.returncode == 0 and len(cards(path)) == n_cards
          and says(path, card, 'identity/country') == '', done.stderr)
    said = preview(path, made)
    check('and a card that was taken back is like nothing', [r['likeness'] for r in said['rows']][4:6] == [None, 'name']
          and said['rows'][5]['card'] is None, said['rows'][4:6])
    for words in (('--same', '2=nowhere'), ('--same', '99'), ('--new', '8'), ('--map', 'Z=name'), ('--map', 'A=nothing')):
        done = cli('stakeholder', 'import', path, made, *words)
        check(f'{" ".join(words)} is refused', done.returncode == 64 and len(cards(path)) == n_cards, f'{done.returncode} {done.stderr}')


def story_persons(where, path):
    made = put(where, 'people.csv', '''Name,Organization,Position,E-mail,Consent
Canary One,Persons A,Director,canary1@a.example,
Canary Two,Persons B,Clerk,canary2@b.example,yes
Canary Three,Persons C,Clerk,canary3@c.example,Consent was withdrawn
'''.encode())
    said = preview(path, made)
    check('in a list of persons the name is the person’s', questions(said) == ['person', 'name', 'person_function', 'person_contact', 'person_consent'],
          questions(said))
    said = take(path, made)
    check('who did not agree is left out', said['made'] == 3 and said['persons_left'] == 2, said)
    made_cards = {c['title']: c['id'] for c in cards(path)}
    person = 'contact/person/'
    check('who agreed is written down', says(path, made_cards['Persons B'], person + 'name') == 'Canary Two'
          and says(path, made_cards['Persons B'], person + 'consent') == 'internal')
    with open(path, 'rb') as stream:
        raw = stream.read()
    check('nothing of the others is in the file', b'Canary One' not in raw and b'canary1@' not in raw and b'Canary Three' not in raw
          and b'Canary Two' in raw)
    other = new_dossier(where, 'persons')
    take(other, made, '--with-persons')
    made_cards = {c['title']: c['id'] for c in cards(other)}
    check('on the word of whoever takes the list they are', says(other, made_cards['Persons A'], person + 'name') == 'Canary One')
    check('but never who withdrew', says(other, made_cards['Persons C'], person + 'name') == '')


def story_history(where):
    path = new_dossier(where, 'history')
    take(path, put(where, 'history.csv', 'Organization\nMaison d’Été\nNobody\n'.encode()))
    made = {c['title']: c['id'] for c in cards(path)}
    record, guest, point = '/consultation/record/', '/consultation/record/people/participant', '/consultation/record/points/point'
    for title, date, lines in (('Round table', '2026-10-06', f'{guest}[1]/organization\tMAISON D’ETE\n{point}[1]/text\tOne\n{point}[1]/source\tMaison d’été\n'),
                               ('Hearing', '2026-11-01', f'{point}[1]/text\tTwo\n{point}[1]/source\tMaison d’Été\n{point}[2]/text\tThree\n'
                                                         f'{point}[2]/naming\ttype\n{point}[2]/source\tMaison d’Été\n'),
                               ('Quiet', '2026-11-02', f'{guest}[1]/anonymity\tanonymous\n{guest}[1]/organization\tMaison d’Été\n')):
        done = cli('consultation', 'add', path, '--from', '-', input=f'{record}essentials/title\t{title}\n{record}essentials/date\t{date}\n{lines}')
        check(f'{title}: recorded', done.returncode == 0, done.stderr)
    told = json.loads(cli('stakeholder', 'history', path, made['Maison d’Été'], '--json').stdout)
    check('a card says where it took part and spoke, the newest first; whoever stays unknown is not there',
          [(h['title'], h['took_part'], h['points']) for h in told] == [('Hearing', False, 1), ('Round table', True, 1)], told)
    check('who was nowhere has no history', json.loads(cli('stakeholder', 'history', path, made['Nobody'], '--json').stdout) == [])
    done = cli('stakeholder', 'history', path, 'nowhere')
    check('a card that is not there is said', done.returncode != 0 and done.stderr.count('\n') == 1, f'{done.returncode} {done.stderr}')


def story_many(where):
    path = new_dossier(where, 'many')
    made = put(where, 'many.csv', ('Organization,Type,Country,Website,Languages\n'
                                   + ''.join(f'Organization {i},NGO,Practicia,o{i}.example,en; fr\n' for i in range(5000))).encode())
    begun = time.monotonic()
    said = take(path, made)
    took = time.monotonic() - begun
    check('5,000 rows are taken in one act', said['made'] == 5000, str(said)[:200])
    print(f'# 5,000 rows: {took:.1f} s')
    begun = time.monotonic()
    said = preview(path, made)
    check('and all of them are known again', sum(r['likeness'] == 'name' and r['decision'] == 'leave' for r in said['rows']) == 5000)
    print(f'# 5,000 rows against 5,000 cards: {time.monotonic() - begun:.1f} s')


with folder() as there:
    dossier = new_dossier(there)
    story_writing(there, dossier)
    story_values(there, dossier)
    story_dates(there, dossier)
    story_hostile(there, dossier)
    story_workbook(there, dossier)
    story_alike(there, dossier)
    story_persons(there, dossier)
    story_history(there)
    story_many(there)
finish()
