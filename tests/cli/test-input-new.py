#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An organization writes an input through palermo-cli, hands over one file, and the inbox of a State takes it."""
import getpass
import json
import os
import re
import socket
import zipfile

from story import CLI, check, finish, folder, make_key, run

CARD = '/input/card/'
SECRET = 'Hidden Author 4711'


def cli(*words, **options):
    return run([CLI, *words], **options)


def answer(*words):
    done = cli(*words, '--json')
    return json.loads(done.stdout) if done.stdout.strip() else {'failed': done.stderr}


def fill(path, answers):
    for node, value in answers.items():
        done = cli('answer', 'set', path, CARD + node, value)
        if done.returncode != 0:
            raise RuntimeError(node + ': ' + done.stderr)


def new_input(where, name='mine', *words):
    path = os.path.join(where, name + '.palermo')
    done = cli('input', 'new', path, '--state', 'Practicia', '--cluster', '1', '--articles', 'tip:3,tip:5', '--author', SECRET, *words)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return path


def content(path):
    """All octets of a package, packed and unpacked, and the names in it; but those of its form, which is the one that comes with the program."""
    with open(path, 'rb') as stream:
        octets = stream.read()
    with open(os.path.join(os.environ['PALERMO_DATA_DIR'], 'forms', 'input.xml'), 'rb') as stream:
        form = stream.read()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            octets += name.encode() + archive.read(name)
    return octets.replace(form, b'')


def says(octets, words):
    """Those of the words that stand in it as words of their own."""
    return [word for word in words if re.search(rb'(?<![\w.-])' + re.escape(word.encode()) + rb'(?![\w.-])', octets)]


def strange_words(path):
    dossier = answer('dossier', 'info', path)
    words = [SECRET, os.path.expanduser('~'), os.path.dirname(path), socket.gethostname()]
    words += [value for value in (dossier.get('id'), dossier.get('device')) if value]
    if getpass.getuser() != 'root':  # also an ordinary word of XML
        words.append(getpass.getuser())
    return [word for word in words if len(word) > 1]


POINT = {'points/point[new]/text': 'Children are not asked whether they were recruited.', 'points/point[1]/kind': 'gap',
         'points/point[1]/articles': 'tip:3 tip:5'}
WHOLE = {'about/title': 'Recruitment', 'author/naming': 'organization', 'author/organization': 'Harbour House', 'author/type': 'ngo',
         'sharing/checked': 'yes', **POINT}


def story_of_wrong_orders(where):
    path = os.path.join(where, 'no.palermo')
    rows = [(['--state', 'Practicia'], 64), (['--cluster', '1'], 64), (['--state', 'Practicia', '--cluster', '5'], 64),
            (['--state', 'Practicia', '--cluster', '1', '--language', 'tlh'], 64), (['--state', 'Practicia', '--cluster', '1', '--articles', 'tip:99'], 64),
            (['--state', 'Practicia', '--cluster', '1', '--articles', 'untoc:24'], 64)]
    for words, code in rows:
        done = cli('input', 'new', path, *words)
        check('no file is made of ' + ' '.join(words), done.returncode == code and not os.path.exists(path), (done.returncode, done.stderr))
    government = os.path.join(where, 'government.palermo')
    cli('dossier', 'new', government, '--state', 'Practicia')
    done = cli('input', 'pack', government, '-o', os.path.join(where, 'no.asice'))
    check('a government\'s dossier holds no input', done.returncode == 1 and 'no input' in done.stderr and not os.path.exists(os.path.join(where, 'no.asice')), done.stderr)
    path = new_input(where, 'there')
    done = cli('input', 'new', path, '--state', 'Practicia', '--cluster', '1')
    check('what is there stays', done.returncode != 0 and cli('dossier', 'check', path).returncode == 0, done.stderr)


def story_of_one(where):
    path = new_input(where, 'mine', '--language', 'fr')
    listed = answer('record', 'list', path)
    check('one input, and no questionnaire', len(listed) == 1 and listed[0]['form'] == 'input', listed)
    known = {node: cli('answer', 'get', path, CARD + 'about/' + node).stdout.strip() for node in ('state', 'clusters', 'instruments')}
    check('what is known is filled in', known == {'state': 'Practicia', 'clusters': 'I', 'instruments': 'tip'}, known)

    out = os.path.join(where, 'mine.asice')
    done = cli('input', 'pack', path, '-o', out)
    missing = [line for line in done.stdout.splitlines() if line.startswith('missing')]
    check('what is not finished is not handed over', done.returncode == 1 and not os.path.exists(out) and len(missing) == 3, (done.stdout, done.stderr))
    fill(path, {**WHOLE, 'author/contact': 'desk@harbour.example', 'sharing/readers': 'reviewers'})
    evidence = os.path.join(where, 'Annual report.pdf')
    with open(evidence, 'wb') as stream:
        stream.write(b'%PDF-1.4 evidence')
    attached = cli('answer', 'set', path, CARD + 'points/point[1]/evidence/file', evidence, '--attach')
    check('evidence is attached', attached.returncode == 0, attached.stderr)

    before = answer('dossier', 'info', path)
    seen = answer('input', 'pack', path)
    check('looking writes nothing', answer('dossier', 'info', path) == before and seen['file'] is None and seen['open'] == [], seen)
    check('what names somebody is marked', [line['text'] for line in seen['lines'] if line['identifies']] == ['Harbour House', 'desk@harbour.example'], seen['lines'])
    check('choices are shown in words, in the language asked for',
          any(line['text'] == 'Organisation non gouvernementale' for line in answer('input', 'pack', path, '--language', 'fr')['lines']))
    check('and the attachment', [(a['title'], a['size']) for a in seen['attachments']] == [('Annual report.pdf', 17)], seen['attachments'])

    done = answer('input', 'pack', path, '-o', out)
    check('packed, unsigned unless somebody wishes it', done.get('signer', 0) is None and os.path.exists(out), done)
    octets = content(out)
    check('what was chosen is in it', says(octets, ['Harbour House', 'Recruitment', 'desk@harbour.example']) == ['Harbour House', 'Recruitment', 'desk@harbour.example'])
    check('and nothing of who, where and on what it was written', says(octets, strange_words(path)) == [], says(octets, strange_words(path)))
    with zipfile.ZipFile(out) as archive:
        package = json.loads(archive.read('data/package.json'))
    check('it says what it is', package['kind'] == 'input' and package['state'] == 'Practicia' and 'dossier' not in package
          and re.fullmatch(r'\d{4}-\d\d-\d\d', package['created']), package)
    check('and in which language it is written', package['languages'] == ['fr'], package)
    check('verify knows it for unsigned', cli('verify', out).returncode == 2)

    certificate, key = make_key(where, 'ngo', 'Harbour House')
    signed = os.path.join(where, 'signed.asice')
    done = answer('input', 'pack', path, '-o', signed, '--key', f'{key}+{certificate}')
    check('signed', 'Harbour House' in str(done.get('signer')), done)
    check('verify accepts it', cli('verify', signed, '--trust', certificate).returncode == 0 and cli('verify', signed).returncode == 1)
    check('nor does the signature say more', says(content(signed), strange_words(path)) == [])

    government = os.path.join(where, 'government.palermo')
    cli('dossier', 'new', government, '--state', 'Practicia')
    for name, one, signature in (('unsigned', out, 'unsigned'), ('signed', signed, 'signed')):
        got = answer('input', 'receive', government, one)
        listed = [item for item in answer('input', 'list', government) if isinstance(got, list) and item['id'] == got[0]['id']]
        check(f'{name}: the inbox has it', len(listed) == 1 and listed[0]['kind'] == 'package' and listed[0]['from'] == 'Harbour House'
              and listed[0]['points'] == 1 and listed[0]['files'] == 1 and listed[0]['signature'] == signature, (got, listed))
        shown = answer('input', 'show', government, listed[0]['id'])
        check(f'{name}: what was shown before saving is what arrives', [(line['label'], line['text']) for line in shown['lines']]
              == [(line['label'], line['text']) for line in seen['lines']], (shown['lines'], seen['lines']))
        check(f'{name}: nothing could not be placed', [r['kind'] for r in shown['remark_list']] in ([], ['unsealed']), shown['remark_list'])
        check(f'{name}: the attachment is intact', [a['intact'] for a in shown['attachments']] == [True], shown['attachments'])
    taken = answer('input', 'take', government, listed[0]['id'])
    check('and a State takes it', taken.get('points') == 1, taken)
    fill(path, {'points/point[new]/text': 'A second point.'})
    answer('input', 'pack', path, '-o', out)
    again = answer('input', 'receive', government, out)
    points = answer('input', 'show', government, again[0]['id'])['point_list']
    check('a later version of it is known for one', [p['state'] for p in points] == ['came before', 'new'], points)


def story_of_anonymity(where):
    """Who wishes to stay unknown is in no octet of it, whatever was written before."""
    path = new_input(where, 'unknown')
    fill(path, {**WHOLE, 'author/contact': SECRET, 'author/organization': SECRET, 'author/partner[new]/name': SECRET})
    evidence = os.path.join(where, SECRET + '.jpg')
    with open(evidence, 'wb') as stream:
        stream.write(b'a picture')
    cli('answer', 'set', path, CARD + 'points/point[1]/evidence/file', evidence, '--attach')
    out = os.path.join(where, 'unknown.asice')
    answer('input', 'pack', path, '-o', out)
    check('what is looked for would be found', SECRET.encode() in content(out))
    fill(path, {'author/naming': 'anonymous'})
    seen = answer('input', 'pack', path, '-o', out)
    octets = content(out)
    check('no name is in it', seen['anonymous'] and SECRET.encode() not in octets and b'Hidden' not in octets and not [x for x in seen['lines'] if x['identifies']], seen)
    check('the attachment keeps its kind alone', re.fullmatch(r'[0-9a-f]{12}\.jpg', seen['attachments'][0]['name']), seen['attachments'])
    certificate, key = make_key(where, 'unknown', SECRET)
    refused = os.path.join(where, 'refused.asice')
    done = cli('input', 'pack', path, '-o', refused, '--key', f'{key}+{certificate}')
    check('nobody signs it', done.returncode == 64 and not os.path.exists(refused), (done.returncode, done.stderr))
    government = os.path.join(where, 'reader.palermo')
    cli('dossier', 'new', government, '--state', 'Practicia')
    got = answer('input', 'receive', government, out)
    shown = answer('input', 'show', government, got[0]['id'])
    check('the inbox takes it', shown['from'] is None and [a['intact'] for a in shown['attachments']] == [True], shown)
    check('the words stay with their author', cli('answer', 'get', path, CARD + 'author/organization').stdout.strip() == SECRET)


with folder() as place:
    for story in (story_of_wrong_orders, story_of_one, story_of_anonymity):
        inner = os.path.join(place, story.__name__)
        os.mkdir(inner)
        story(inner)
finish()
