#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Letters and reports from the records, in six languages, through palermo-cli."""
import getpass
import json
import os
import xml.dom.minidom
import zipfile

from story import CLI, check, finish, folder, run

POINT = '/consultation/record/points/point'
GAP = '/cluster1/untoc/art5/q5_1_a/missing'  # the sample has an answer there
CANARY = 'Zq7-canary-point'
LANGUAGES = ('ar', 'en', 'es', 'fr', 'ru', 'zh_CN')
RECORD = f'''/consultation/record/essentials/title\tRound table
/consultation/record/essentials/date\t2026-10-06
/consultation/record/essentials/article_clusters\tI
/consultation/record/essentials/articles\tuntoc:2
/consultation/record/essentials/attended\t14
/consultation/record/people/numbers/women\t3
/consultation/record/people/numbers/men\t11
{POINT}[1]/text\tThe term is older than the Convention
{POINT}[1]/source\tUniversity of Practicia
{POINT}[1]/source_type\tacademia
{POINT}[1]/point_articles\tuntoc:2
{POINT}[1]/treatment/decision\ttaken
{POINT}[1]/treatment/why\tThe courts say so, too.
{POINT}[2]/text\t{CANARY}
{POINT}[2]/restricted\tyes
{POINT}[3]/text\tShelters are full
{POINT}[3]/naming\ttype
{POINT}[3]/source\tMs Nobody-Else
{POINT}[3]/source_type\tvictims
/consultation/record/outcome/pledge\tconsult
/consultation/record/outcome/recommendations\tWrite a guide together.
'''
FOR_FEW = f'''/consultation/record/essentials/title\tSecret-round-table
/consultation/record/essentials/date\t2026-10-07
/consultation/record/protection/sensitivity\trestricted
{POINT}[1]/text\tNobody may read {CANARY}-2
'''
DAY = ('--date', '2026-11-23')


def cli(*words, **options):
    return run([CLI, *words], **options)


def text(path, kind, *words):
    return cli('paper', 'make', path, kind, *DAY, *words)


def made(path, kind, file, *words):
    done = cli('paper', 'make', path, kind, '-o', file, '--json', *DAY, *words)
    return json.loads(done.stdout) if done.returncode == 0 else {'problem': done.stderr}


def warnings(answer):
    return {w['kind']: w['number'] for w in answer.get('warnings', [])}


def points(path, *words):
    return json.loads(cli('consultation', 'points', path, '--json', *words).stdout)


def prepare(path):
    cli('dossier', 'new', path, '--sample')
    cli('answer', 'set', path, GAP, 'A draft law adds it.')
    record = cli('consultation', 'add', path, '--from', '-', input=RECORD).stdout.strip()
    cli('consultation', 'add', path, '--from', '-', input=FOR_FEW)
    changed = json.loads(cli('answer', 'history', path, GAP, '--json').stdout)[0]['id']
    first = next(p for p in points(path) if p['text'].startswith('The term'))
    cli('consultation', 'link', path, record, first['point'], GAP, '--change', changed)
    return record, first['point']


def story_report(path, there):
    said = text(path, 'report').stdout
    check('a report tells what was said and what became of it', 'The term is older than the Convention' in said
          and 'Taken up' in said and 'The courts say so, too.' in said, said)
    check('it names the change that a point caused', 'Before: Agreement alone' in said and 'After: A draft law adds it.' in said, said)
    check('who may not be named appears by type', 'Ms Nobody-Else' not in said and 'Group of victims' in said, said)
    check('what is for few is left out', CANARY not in said and 'Secret-round-table' not in said, said)
    check('and counted', 'restricted: 1' in said and 'consent is over: 1' in said, said)
    check('small numbers are not told, nor what would give them away', 'not told' in said and '3 / 11' not in said, said)
    check('restricted points go in when somebody says so', CANARY in text(path, 'report', '--with-restricted').stdout)
    file = os.path.join(there, 'report.docx')
    answer = made(path, 'report', file)
    counted = warnings(answer)
    check('what is to be looked at is said beside it', counted.get('left-out') == 1 and counted.get('kept') == 1
          and counted.get('small', 0) >= 1 and counted.get('undecided') == 2, answer)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, part in parts.items():
        xml.dom.minidom.parseString(part)
    check('the DOCX holds it, and nothing of what is for few', 'A draft law adds it.' in parts['word/document.xml']
          and not any(CANARY in part for part in parts.values()))


def story_languages(path, there):
    own, other = {'en': 'Report on consultations', 'fr': 'Rapport sur les consultations', 'es': 'Informe sobre las consultas',
                  'ru': 'Отчёт о консультациях', 'zh_CN': '协商报告', 'ar': 'تقرير عن المشاورات'}, []
    for language in LANGUAGES:
        for kind in ('letter', 'invitation', 'feedback', 'pledge', 'report', 'pilot'):
            for end in ('pdf', 'docx'):
                file = os.path.join(there, f'{kind}-{language}.{end}')
                answer = made(path, kind, file, '--language', language)
                raw = open(file, 'rb').read() if os.path.exists(file) else b''
                if 'problem' in answer or not raw.startswith(b'%PDF' if end == 'pdf' else b'PK'):
                    other.append(f'{file}: {answer}')
                elif kind == 'report' and answer['title'] != own[language]:
                    other.append(answer['title'])
                elif any(who.encode() in raw for who in (getpass.getuser(), os.uname().nodename) if len(who) > 4):
                    other.append(f'{file} names the user or the computer')
    check('every paper is made in six languages and two formats', not other, other[:3])
    one, two = os.path.join(there, 'report-ar.pdf'), os.path.join(there, 'again.pdf')
    made(path, 'report', two, '--language', 'ar')
    check('twice the same', open(one, 'rb').read() == open(two, 'rb').read())
    done = text(path, 'report', '--language', 'xx')
    check('another language is refused in a sentence', done.returncode == 64 and done.stderr.count('\n') == 1, done.stderr)
    done = text(path, 'sonnet')
    check('so is another paper', done.returncode == 64 and done.stderr.count('\n') == 1, done.stderr)


def story_feedback(path, record, point):
    said = text(path, 'feedback', '--record', record, '--point', point).stdout
    check('feedback goes to the one who made the point', 'To: University of Practicia' in said and 'Shelters are full' not in said, said)
    check('and tells how the answer changed', 'Agreement alone' in said and 'A draft law adds it.' in said, said)
    check('making it marks nothing', any(p['point'] == point for p in points(path, '--owed')))
    done = text(path, 'feedback', '--record', record, '--point', point, '--mark-sent', '--author', 'Focal point')
    left = [p['point'] for p in points(path, '--owed')]
    check('somebody says that it was sent', done.returncode == 0 and point not in left, f'{done.stderr} {left}')
    cli('dossier', 'undo', path)
    check('and can take it back', point in [p['point'] for p in points(path, '--owed')])


def story_others(path):
    said = text(path, 'pledge').stdout
    check('the pledge has evidence from the consultations', 'Round table, 6 October 2026' in said and 'Secret' not in said, said)
    said = text(path, 'pilot').stdout
    check('the options say what is there and what is missing', 'Joint recommendations | There' in said and 'Level C' in said
          and 'Nobody from the private sector has taken part yet.' in said, said)
    said = text(path, 'letter')
    check('a letter has gaps where nothing is known', '____' in said.stdout and 'filled in by hand' in said.stderr, said.stdout)
    done = text(path, 'statement')
    check('a statement that nobody wrote is no paper', done.returncode == 66 and done.stderr.count('\n') == 1, done.stderr)
    done = cli('record', 'add', 'statement', path, '--from', '-',
               input='/statement/text\tPracticia has done much. So has Mexico.\n/statement/day\t2026-05-05\n')
    said = text(path, 'statement')
    check('a statement is looked through, and never refused', said.returncode == 0 and 'Mexico' in said.stderr
          and '2026-04-20' in said.stderr and 'country: Practicia' not in said.stderr, f'{done.stderr} {said.stderr}')


def story_check(there):
    file = os.path.join(there, 'statement.txt')
    with open(file, 'w', encoding='utf-8') as out:
        out.write('Our work in Practicia, with Mexican and French colleagues.\n')
    answer = json.loads(cli('paper', 'check-statement', file, '--state', 'France', '--day', '2026-05-05', '--json').stdout)
    check('countries are found, one\'s own is not', [c['country'] for c in answer['countries']] == ['MX'], answer)
    check('the day is 15 days before', answer['confirmBy'] == '2026-04-20', answer)
    answer = json.loads(cli('paper', 'check-statement', file, '--day', '2026-05-05', '--announced', '2026-04-01', '--json').stdout)
    check('an announced day goes before', answer['confirmBy'] == '2026-04-01', answer)
    with open(file, 'wb') as out:
        out.write(b'\xff\xfe')
    check('what is no text is refused', cli('paper', 'check-statement', file).returncode == 66)


def main():
    with folder() as there:
        path = os.path.join(there, 'practicia.palermo')
        record, point = prepare(path)
        check('there are seven papers', len(json.loads(cli('paper', 'list', '--json').stdout)) == 7)
        story_report(path, there)
        story_languages(path, there)
        story_feedback(path, record, point)
        story_others(path)
        story_check(there)
    finish()


main()
