#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A contributor takes back consent after a package was sent (scenario 9): the next package is without the input, and it is said what had
already gone. What ends by the calendar counts as taken back; what is purged is found in no octet of the dossier, nor of its backups."""
import json
import os
import sys
import zipfile

from story import CLI, check, finish, folder, make_key, run

C = '/consultation/record'
POINT = f'{C}/points/point'
PERSON = f'{C}/people/participant'
TERM = '/cluster1/untoc/art2/q2_a/term'
WORDS = 'The shelters turn away boys'


class Story:
    def __init__(self, here):
        self.here, self.path = here, os.path.join(here, 'Practicia.palermo')
        certificate, key = make_key(here, 'key', 'Focal Point')
        self.key = f'{key}+{certificate}'
        self.n = 0

    def run(self, *words, **options):
        return run([CLI, *words], **options)

    def good(self, *words, **options):
        done = self.run(*words, **options)
        if done.returncode != 0:
            check(' '.join(words[:2]), False, f'{done.returncode}: {done.stderr[-300:]}')
        return done.stdout.strip()

    def json(self, *words):
        return json.loads(self.good(*words, '--json') or '[]')

    def pack(self, *records):
        self.n += 1
        out = os.path.join(self.here, f'{self.n}.asice')
        made = self.run('pack', self.path, '-o', out, '--key', self.key, '--json',
                        *(word for record in records for word in ('--include', record + '.xml')))
        with zipfile.ZipFile(out) as archive:
            return made, b''.join(archive.read(name) for name in archive.namelist())

    def points(self):
        return self.json('consultation', 'points', self.path)

    def octets(self):
        text = b''
        for where, _, names in os.walk(self.here):
            for name in names:
                if '.palermo' in name:
                    with open(os.path.join(where, name), 'rb') as file:
                        text += file.read()
        return text


def fill(story):
    story.good('dossier', 'new', story.path, '--state', 'Practicia', '--start', '2026-09-01')
    evidence = os.path.join(story.here, 'evidence.txt')
    with open(evidence, 'w', encoding='utf-8') as file:
        file.write('Only in this file: seven boys')
    card = story.good('stakeholder', 'add', story.path, '--from', '-',
                      input='/stakeholder/card/identity/name\tLantern House\n/stakeholder/card/identity/type\tngo_national\n')
    record = story.good('consultation', 'add', story.path, '--from', '-', input=f'''{C}/essentials/title\tRound table
{C}/essentials/date\t2026-10-06
{C}/essentials/attended\t14
{C}/essentials/summary\tWhat was said in the room
{POINT}[1]/text\t{WORDS}
{POINT}[1]/source\tlantern house
{POINT}[1]/source_type\tngo_national
{POINT}[2]/text\tThe register is public
{POINT}[2]/naming\ttype
{POINT}[2]/source_type\tacademia
{PERSON}[1]/organization\tLantern House
{PERSON}[1]/type\tngo_national
{PERSON}[1]/region\tNorth
{PERSON}[2]/organization\tHarbour Union
{PERSON}[2]/type\tunion
''')
    said = story.points()
    story.good('answer', 'set', story.path, said[0]['point'] + '/evidence', evidence, '--attach', '--record', record)
    story.good('answer', 'set', story.path, TERM, WORDS + ', shelters say')
    story.good('consultation', 'link', story.path, record, said[0]['point'], TERM)
    return card, record, said


def story_scenario_9(story, card, record, said):
    made, text = story.pack(record)
    check('the first package holds the input', made.returncode == 0 and WORDS.encode() in text, made.stderr)
    sent = json.loads(made.stdout)
    preview = json.loads(story.good('consent', 'withdraw', story.path, card, '--preview', '--json'))
    check('the preview says what would go', [(i['kind'], i['node']) for i in preview['goes']]
          == [('stakeholder', None), ('participant', preview['goes'][1]['node']), ('point', said[0]['point'])], preview)
    check('and changes nothing', preview['withdrawal'] is None and len(story.points()) == 2)

    done = json.loads(story.good('consent', 'withdraw', story.path, card, '--author', 'Focal', '--json'))
    check('the point is gone from the records', [p['text'] for p in story.points()] == ['The register is public'])
    answers = {a['node']: a['value'] for a in story.json('answer', 'list', story.path, '--record', record)}
    people = {node: value for node, value in answers.items() if node.startswith(PERSON)}
    check('of the participant type and region are left', sorted(v for v in people.values() if v)
          == sorted([v for v in people.values() if v and 'Lantern' not in v]) and 'North' in people.values()
          and 'withdrawn' in people.values() and 'Harbour Union' in people.values(), people)
    check('the card is gone', not any(c.get('name') == 'Lantern House' for c in story.json('stakeholder', 'list', story.path)))
    check('the answer that rests on it is to be looked at', [a['node'] for a in done['answers']] == [TERM], done)
    check('it is said what had already gone', len(done['sent']) == 1 and done['sent'][0]['archive'] == sent['sha256']
          and done['sent'][0]['record'] and done['sent'][0]['answer'] and done['sent'][0]['to'] is None, done['sent'])
    made, text = story.pack(record)
    check('the next package is without it', b'<text>' + WORDS.encode() not in text and b'Lantern House' not in text
          and b'The register is public' in text, made.stderr)
    listed = story.json('consent', 'list', story.path)
    check('the log names it, without a word of it', len(listed) == 1 and listed[0]['by'] == 'Focal'
          and 'Lantern' not in json.dumps(listed) and WORDS not in json.dumps(listed), listed)
    check('the answer went again: it is listed, too', len(listed[0]['sent']) == 2, listed[0]['sent'])
    story.good('dossier', 'undo', story.path)
    check('one undo brings all of it back', len(story.points()) == 2 and not story.json('consent', 'list', story.path))
    story.good('dossier', 'undo', story.path)
    check('and the next takes it out again', len(story.points()) == 1 and len(story.json('consent', 'list', story.path)) == 1)


def story_purge(story):
    story.good('dossier', 'backup', story.path)
    check('until it is purged, the file holds it', WORDS.encode() in story.octets() and b'seven boys' in story.octets())
    story.good('answer', 'set', story.path, TERM, 'criminal association')
    story.good('answer', 'purge', story.path, TERM)
    withdrawal = story.json('consent', 'list', story.path)[0]['withdrawal']
    done = story.run('consent', 'purge', story.path, withdrawal, '--author', 'Focal')
    check('it is purged', done.returncode == 0 and 'texts' in done.stdout, f'{done.stdout} {done.stderr}')
    text = story.octets()
    check('no octet of it is left, in backups neither', WORDS.encode() not in text and b'Lantern' not in text and b'lantern house' not in text)
    check('what was attached went with it', b'seven boys' not in text)
    check('what others said is there', b'The register is public' in text and b'Harbour Union' in text)
    check('no row came back', len(story.points()) == 1)
    listed = story.json('consent', 'list', story.path)
    check('a line in the log says when', listed[0]['purged'] is not None, listed)
    check('it cannot be undone', story.run('dossier', 'undo', story.path).returncode == 0 and len(story.points()) == 1
          and WORDS.encode() not in story.octets())
    check('the file is sound', story.run('dossier', 'check', story.path).returncode == 0)
    story.good('dossier', 'rebuild', story.path)
    check('also when its views are made anew', len(story.points()) == 1)


def story_consultation(story, record):
    done = json.loads(story.good('consent', 'withdraw', story.path, record, '--json'))
    answers = {a['node']: a['value'] for a in story.json('answer', 'list', story.path, '--record', record) if a['value']}
    check('of a consultation it stays that it was held', answers.get(f'{C}/essentials/title') == 'Round table'
          and answers.get(f'{C}/essentials/attended') == '14' and f'{C}/essentials/summary' not in answers
          and answers.get(f'{C}/protection/consent_scope') == 'withdrawn' and not story.points(), answers)
    made, _ = story.pack()
    names = [f['name'] for f in json.loads(made.stdout)['files']]
    check('it cannot be ticked for a package any more', not any(record in name for name in names), names)
    story.good('consent', 'purge', story.path, done['withdrawal'])
    text = story.octets()
    check('purged, its words are gone', b'What was said in the room' not in text and b'Harbour Union' not in text and b'Round table' in text)


def story_errors(story, record):
    for name, words in (('a record that is not there', ('consent', 'withdraw', story.path, 'nowhere')),
                        ('a point that is gone', ('consent', 'withdraw', story.path, record, POINT + '[x]')),
                        ('a withdrawal that is not there', ('consent', 'purge', story.path, 'nowhere'))):
        done = story.run(*words)
        check(f'{name} is refused', done.returncode in (1, 64, 66) and done.stderr.count('\n') == 1, f'{done.returncode} {done.stderr}')


def story_due(story):
    for title, lines in (('Kept too long', f'{C}/protection/keep_until\t2026-02-01\n'),
                         ('Ended', f'{C}/protection/consent_scope\treviewers\n{C}/protection/consent_until\t2026-03-01\n'),
                         ('Still good', f'{C}/protection/consent_scope\treviewers\n{C}/protection/consent_until\t2999-03-01\n')):
        story.good('consultation', 'add', story.path, '--from', '-',
                   input=f'{C}/essentials/title\t{title}\n{C}/essentials/date\t2026-01-06\n{POINT}[1]/text\tSaid at {title}\n{lines}')
    due = story.json('consent', 'due', story.path)
    check('what is due is listed, the oldest first', [(d['kind'], d['words']) for d in due] == [('delete', 'Kept too long'), ('consent', 'Ended')], due)
    made, _ = story.pack()
    names = {f['recordName'] for f in json.loads(made.stdout)['files']}
    check('a consent that ended counts as none', 'Still good' in names and 'Ended' not in names, names)


def redact(story, record, node, *words):
    return json.loads(story.good('consent', 'redact', story.path, record, node, *words, '--json'))


def story_redaction(story):
    name, text = 'Amal Haddadi', 'The boys were sent away, said Amal Haddadi of the night shelter.'
    record = story.good('consultation', 'add', story.path, '--from', '-', input=f'''{C}/essentials/title\tAt the quay
{C}/essentials/date\t2026-10-07
{C}/essentials/summary\tMs Haddadi spoke first
{POINT}[1]/text\t{text}
''')
    point = [p for p in story.points() if p['consultation'] == record][0]['point'] + '/text'
    story.good('answer', 'set', story.path, TERM, 'As amal haddadi said')
    story.good('dossier', 'backup', story.path)

    def state():
        return {a['node']: a['value'] for a in story.json('answer', 'list', story.path, '--record', record)}

    new = 'The boys were sent away, said […] of the night shelter.'
    left = redact(story, record, point, '--text', new, '--preview')['left']
    check('where else the name stands is listed, the same record first', [p['node'] for p in left] == [f'{C}/essentials/summary', TERM], left)
    check('and nothing is changed by looking', state()[point] == text)
    redact(story, record, point, '--text', new, '--author', 'Focal')
    check('the new text stands there, and the record is still to be looked at', state()[point] == new
          and state()[f'{C}/protection/redaction'] == 'open', state())
    check('the history holds what stood there', name.encode() in story.octets())
    story.good('dossier', 'undo', story.path)
    check('one undo brings it back', state()[point] == text)
    done = redact(story, record, f'{C}/essentials/summary', '--text', '[…] spoke first', '--purge')
    check('the point says it, too', [p['node'] for p in done['left']] == [point, TERM] and done['purged'], done)
    done = redact(story, record, point, '--text', new, '--purge', '--author', 'Focal')
    check('then only the questionnaire does', [p['node'] for p in done['left']] == [TERM], done)
    check('and the record is done', state()[f'{C}/protection/redaction'] == 'done' and state()[point] == new, state())
    story.good('answer', 'set', story.path, TERM, 'criminal association')
    story.good('answer', 'purge', story.path, TERM)
    text = story.octets()
    check('no octet of the name is left, in backups neither', not any(word in text for word in (b'Haddadi', b'haddadi')))
    check('what took its place is there', new.encode() in text and '[…] spoke first'.encode() in text)
    history = story.json('answer', 'history', story.path, point, '--record', record)
    check('a line in the log says who did it', any(h.get('author') == 'Focal' for h in history), history)
    check('the file is sound', story.run('dossier', 'check', story.path).returncode == 0)
    story.good('dossier', 'rebuild', story.path)
    check('also when its views are made anew', state()[point] == new)
    for what, words in (('a choice', (record, f'{C}/protection/redaction', '--text', 'x')), ('no text', (record, point)),
                        ('an empty place', (record, f'{C}/plan/purpose', '--text', 'x')), ('another form', (record, TERM, '--text', 'x'))):
        failed = story.run('consent', 'redact', story.path, *words)
        check(f'{what} is refused', failed.returncode in (1, 64, 66) and failed.stderr.count('\n') == 1, f'{failed.returncode} {failed.stderr}')


def story_small_numbers(here):
    """One to four people of one type in one region can be told apart: that is said in words, where the number is written down."""
    form = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(CLI))), 'data', 'forms', 'consultation.xml')
    for number, is_told in (('1', True), ('4', True), ('5', False), ('0', False)):
        for leaf in ('total_attended', 'total_women', 'total_men'):
            path = os.path.join(here, 'row.xml')
            with open(path, 'w', encoding='utf-8') as file:
                file.write('<consultation id="consultation"><record><people><numbers><group_total><_id>a</_id>'
                           f'<{leaf}>{number}</{leaf}></group_total></numbers></people></record></consultation>')
            done = run([CLI, 'form', 'explain', form, f'{C}/people/numbers/group_total[1]/total_small', '--instance', path])
            check(f'{leaf} of {number}: {"a warning" if is_told else "no warning"}', f'relevant: {"yes" if is_told else "no"}' in done.stdout,
                  f'{done.stdout} {done.stderr}')


def main():
    with folder() as here:
        story = Story(here)
        card, record, said = fill(story)
        story_scenario_9(story, card, record, said)
        story_purge(story)
        story_consultation(story, record)
        story_errors(story, record)
        story_due(story)
        story_redaction(story)
        story_small_numbers(here)
    finish()


if __name__ == '__main__':
    sys.exit(main())
