#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inbox through palermo-cli: what comes from outside waits, is taken or declined, comes twice, and is of all bad kinds."""
import hashlib
import json
import os
import re
import zipfile

from story import CLI, check, finish, folder, make_archive, make_key, run

SAID = 'Kanarienvogel 4711'
RECORD = '/consultation/record/'


def cli(*words, **options):
    return run([CLI, *words], **options)


def answer(*words):
    done = cli(*words, '--json')
    return json.loads(done.stdout) if done.stdout.strip() else {'failed': done.stderr}


def new_dossier(where, name='a', state='Practicia'):
    path = os.path.join(where, name + '.palermo')
    done = cli('dossier', 'new', path, '--state', state)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return path


def put(where, name, content):
    path = os.path.join(where, name)
    with open(path, 'wb') as stream:
        stream.write(content if isinstance(content, bytes) else content.encode())
    return path


def point(row='p1', text='Few victims are told of their rights.', more='<kind>gap</kind><articles>tip:6 tip:7</articles>'):
    return f'<point><_id>{row}</_id><text>{text}</text>{more}</point>'


AUTHOR = '<naming>organization</naming><organization>Harbour House</organization><type>ngo</type><region>Coast</region>'
SHARING = '<readers>reviewers</readers><consent_until>2030-01-01</consent_until><feedback>yes</feedback><checked>yes</checked>'


def instance(points=None, about='<title>Help for victims</title><message>It takes too long.</message><date>2026-03-01</date>', author=AUTHOR,
             sharing=SHARING, uid='uuid:1', kit='', version='1', state='Practicia'):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<input id="input" version="{version}"><card><about><state>{state}</state>{about}</about>'
            f'<points>{points if points is not None else point()}</points><author>{author}</author><sharing>{sharing}</sharing></card>'
            f'<meta><instanceID>{uid}</instanceID></meta>{kit}</input>\n')


def receive(path, *files):
    return cli('input', 'receive', path, *files, '--json')


def received(path, *files):
    done = receive(path, *files)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)[0]['id']


def says(path, record, node):
    return cli('answer', 'get', path, RECORD + node, '--record', record).stdout.rstrip('\n')


def points_of(path):
    return answer('consultation', 'points', path)


def figures(path):
    return {k: v for k, v in answer('dossier', 'info', path).items() if k in ('acts', 'changes', 'attachments')}


def story_of_one(where):
    """It waits, is looked at, touches nothing, is taken, and taken back."""
    path = new_dossier(where)
    more = ('<kind>gap</kind><articles>tip:6 untoc:5</articles><question>2, 31</question><level>practice</level><proposal>Train the police.</proposal>'
            '<evidence><kinds>own cases</kinds><source>Report 2025</source><strength>medium</strength><link>https://example.org/r</link></evidence>')
    points = point(more=more) + point('p2', 'A good practice.', '<kind>practice</kind><readers>state</readers>') + point('p3', 'A third.', '')
    partner = '<partner><_id>n1</_id><name>Light</name><type>faith</type></partner>'
    made = put(where, 'in.xml', instance(points, author=AUTHOR + '<contact>a@harbour.example</contact>' + partner))
    one = received(path, made)
    listed = answer('input', 'list', path)
    check('it waits', len(listed) == 1 and listed[0]['state'] == 'waiting' and listed[0]['kind'] == 'odk' and listed[0]['points'] == 3
          and listed[0]['from'] == 'Harbour House' and listed[0]['signature'] == 'unsigned' and listed[0]['name'] == 'in.xml', listed)
    check('and nothing of it stands anywhere', answer('consultation', 'list', path) == [] and points_of(path) == [])
    before = figures(path)
    shown = answer('input', 'show', path, one)
    texts = {line['node']: line for line in shown['lines']}
    check('all values are shown, in order, with their questions', texts['/input/card/points/point[p1]/text']['label'] == 'What do you wish to say?'
          and texts['/input/card/points/point[p1]/evidence/kinds']['text'] == 'Our own work or observation\nCourt cases or decisions'
          and texts['/input/card/author/partner[n1]/name']['text'] == 'Light', texts)
    check('in another language, too', {line['node']: line for line in answer('input', 'show', path, one, '--language', 'fr')['lines']}
          ['/input/card/author/type']['text'] == 'Organisation non gouvernementale')
    check('what is for the State alone', [p['private'] for p in shown['point_list']] == [False, True, False], shown['point_list'])
    check('which pages it would touch', shown['places'] and all(p['points'] == [1] and p['page'] == '/cluster1/untoc/art5' and p['title'] for p in shown['places']), shown['places'])
    check('looking changes nothing', figures(path) == before)

    taken = answer('input', 'take', path, one)
    record = taken.get('record')
    got = points_of(path)
    check('taken', taken.get('points') == 3 and [p['text'] for p in got] == ['Few victims are told of their rights.', 'A good practice.', 'A third.'], (taken, got))
    wanted = {'essentials/title': 'Help for victims', 'essentials/stage': 'held', 'essentials/method': 'written', 'essentials/date': '2026-03-01',
              'protection/consent_scope': 'reviewers', 'protection/consent_until': '2030-01-01', 'protection/sensitivity': 'internal'}
    check('held in writing, with what was agreed to', {k: says(path, record, k) for k in wanted} == wanted, {k: says(path, record, k) for k in wanted})
    summary = says(path, record, 'essentials/summary')
    check('what has no question is in the summary', 'It takes too long.' in summary and 'a@harbour.example' in summary, summary)
    first = {k: says(path, record, 'points/point[1]/' + k) for k in ('kind', 'naming', 'source', 'source_type', 'point_articles', 'question', 'evidence_link',
                                                                      'restricted', 'details', 'treatment/feedback', 'treatment/decision')}
    check('the point with its source, articles and evidence', first['kind'] == 'gap' and first['naming'] == 'named' and first['source'] == 'Harbour House'
          and first['source_type'] == 'ngo' and first['point_articles'] == 'tip:6 untoc:5' and first['question'] == '2, 31'
          and first['evidence_link'] == 'https://example.org/r' and first['restricted'] == 'no' and first['treatment/feedback'] == 'owed'
          and first['treatment/decision'] == '', first)
    check('nothing that was said is lost', all(word in first['details'] for word in ('Train the police.', 'Report 2025', 'Partly documented', 'Practice',
                                                                                   'Court cases or decisions')), first['details'])
    check('what is for the State alone stays out of everything that is sent', says(path, record, 'points/point[2]/restricted') == 'yes')
    people = [says(path, record, f'people/participant[{i}]/organization') for i in (1, 2)]
    check('who took part', people == ['Harbour House', 'Light'], people)
    check('the form finds nothing wrong with it', 'violat' not in cli('record', 'show', path, record).stdout)
    after = answer('input', 'list', path)[0]
    check('the arrival knows its record', after['state'] == 'taken' and after['record'] == record and after['taken'] == 3 and after['record_is_there'], after)

    again = cli('input', 'take', path, one)
    check('not twice', again.returncode == 1 and 'Nothing was changed' in again.stderr and len(points_of(path)) == 3, again.stderr)
    same = json.loads(receive(path, made).stdout)[0]
    check('the same file again is known', same['was_there'] and same['id'] == one and len(answer('input', 'list', path)) == 1, same)

    done = cli('dossier', 'undo', path)
    check('one step takes it back', done.returncode == 0 and answer('consultation', 'list', path) == [] and points_of(path) == []
          and answer('input', 'list', path)[0]['state'] == 'waiting', done.stderr)
    taken = answer('input', 'take', path, one, '--points', '3')
    check('a part of it', taken.get('points') == 1 and [p['text'] for p in points_of(path)] == ['A third.'], (taken, points_of(path)))
    taken = answer('input', 'take', path, one, '--points', '1', '--restricted')
    check('more of it later, into the same record', taken.get('record') == answer('input', 'list', path)[0]['record'] and len(answer('consultation', 'list', path)) == 1
          and sorted(p['text'] for p in points_of(path)) == ['A third.', 'Few victims are told of their rights.'], (taken, points_of(path)))
    check('and restricted by who takes it', sorted(says(path, taken['record'], f'points/point[{i}]/restricted') for i in (1, 2)) == ['no', 'yes'])
    done = cli('input', 'take', path, one, '--points', '9')
    check('a point that there is not', done.returncode == 64, done.stderr)
    check('the dossier is as it should be', cli('dossier', 'check', path).returncode == 0)
    return path


def story_of_versions(where):
    path = new_dossier(where, 'versions')
    first = received(path, put(where, 'v1.xml', instance(point() + point('p2', 'Second', ''))))
    cli('input', 'take', path, first)
    second = received(path, put(where, 'v2.xml', instance(point() + point('p2', 'Second, in other words', '') + point('p3', 'Third', ''))))
    shown = answer('input', 'show', path, second)
    check('another version of the same input', shown['before'] == [first] and [p['state'] for p in shown['point_list']] == ['came before', 'changed', 'new'], shown['point_list'])
    taken = answer('input', 'take', path, second)
    check('what came before is not taken twice', taken.get('points') == 2 and taken.get('left') == 1
          and [p['text'] for p in points_of(path)].count('Few victims are told of their rights.') == 1, taken)
    third = received(path, put(where, 'v3.xml', instance(point() + point('p2', 'Second', ''), uid='uuid:other')))
    check('another input with the same words is another one', [p['state'] for p in answer('input', 'show', path, third)['point_list']] == ['new', 'new'])
    done = cli('input', 'decline', path, third)
    check('whoever declines says why', done.returncode == 64 and 'Nothing was changed' in done.stderr, done.stderr)
    done = cli('input', 'decline', path, third, '--why', 'Advertising', '--author', 'Focal point')
    got = [i for i in answer('input', 'list', path) if i['id'] == third][0]
    check('declined, with the reason', done.returncode == 0 and got['state'] == 'declined' and got['why'] == 'Advertising' and got['decided_by'] == 'Focal point', got)
    check('not twice', cli('input', 'decline', path, third, '--why', 'x').returncode == 1 and cli('input', 'decline', path, first, '--why', 'x').returncode == 1)
    check('undone', cli('dossier', 'undo', path).returncode == 0 and [i['state'] for i in answer('input', 'list', path) if i['id'] == third] == ['waiting'])
    cli('input', 'decline', path, third, '--why', 'Advertising')
    check('and still to be had', answer('input', 'take', path, third).get('points') == 2)
    check('no such arrival', cli('input', 'show', path, 'none').returncode == 1)


def story_of_names(where):
    """Who wishes to stay unknown is named nowhere, also when the file names them."""
    path = new_dossier(where, 'names')
    author = ('<naming>anonymous</naming><organization>Quiet House</organization><type>victims</type><region>Coast</region><person>Jane Roe</person>'
              '<contact>secret@quiet.example</contact><partner><_id>n1</_id><name>Quiet Partner</name></partner>')
    one = received(path, put(where, 'quiet.xml', instance(author=author, sharing='<readers>public</readers>', uid='uuid:quiet')))
    taken = answer('input', 'take', path, one)
    shown = cli('record', 'show', path, taken['record'], '--json').stdout
    check('unknown is unknown', not any(name in shown for name in ('Quiet', 'Jane', 'secret@')) and answer('input', 'list', path)[0]['from'] is None)
    check('type and region only', says(path, taken['record'], 'people/participant[1]/anonymity') == 'anonymous'
          and says(path, taken['record'], 'people/participant[1]/type') == 'victims' and says(path, taken['record'], 'points/point[1]/naming') == 'type')
    check('nobody is owed a word who cannot be told', says(path, taken['record'], 'points/point[1]/treatment/feedback') == 'impossible')
    check('the file still says it', 'Quiet House' in cli('input', 'show', path, one).stdout)
    author = '<naming>organization</naming><organization>Open House</organization><type>ngo</type><person>John Doe</person>'
    one = received(path, put(where, 'org.xml', instance(author=author, sharing='', uid='uuid:org')))
    taken = answer('input', 'take', path, one)
    check('a person who did not agree is not written down', 'John Doe' not in cli('record', 'show', path, taken['record'], '--json').stdout)
    check('where nothing is said the State alone reads it', says(path, taken['record'], 'points/point[1]/restricted') == 'yes'
          and says(path, taken['record'], 'protection/consent_scope') == 'internal')
    author = '<naming>person</naming><organization>Open House</organization><type>ngo</type><person>John Doe</person><contact>+1</contact>'
    one = received(path, put(where, 'person.xml', instance(author=author, uid='uuid:person')))
    taken = answer('input', 'take', path, one)
    check('one who agreed is', says(path, taken['record'], 'people/participant[1]/representative') == 'John Doe'
          and says(path, taken['record'], 'people/participant[1]/contact') == '+1')
    check('the dossier is as it should be', cli('dossier', 'check', path).returncode == 0)


def payload(text, kind='input', **files):
    entries = {'data/package.json': json.dumps({'kind': kind, 'id': '1'}).encode()}
    if text is not None:
        entries['data/instances/record.xml'] = text.encode()
    for name, content in files.items():
        entries['data/attachments/' + name] = content
    return entries


def story_of_packages(where):
    path = new_dossier(where, 'packages')
    certificate, key = make_key(where, 'ngo', 'Harbour House')
    evidence = point(more='<kind>fact</kind><evidence><file>report.pdf</file></evidence>')
    package = make_archive(os.path.join(where, 'a.asice'), certificate, key, payload=payload(instance(evidence), **{'report.pdf': b'%PDF evidence'}))
    one = received(path, package)
    got = answer('input', 'list', path)[0]
    check('a signed package of a stranger', got['kind'] == 'package' and got['signature'] == 'signed' and got['signer'] == 'Harbour House'
          and re.fullmatch('[0-9a-f]{64}', got['fingerprint'] or '') and got['files'] == 1 and got['remarks'] == 0, got)
    taken = answer('input', 'take', path, one)
    check('its evidence comes with the point', says(path, taken['record'], 'points/point[1]/evidence').endswith('-report.pdf'), taken)
    two = received(path, make_archive(os.path.join(where, 'b.asice'), certificate, key, payload=payload(instance(uid='uuid:2'))))
    got = {i['id']: i for i in answer('input', 'list', path)}
    check('the second time the signer is known', got[two]['signature'] == 'signed-known' and got[one]['signature'] == 'signed', got)
    check('and what came from the same signer is named', answer('input', 'show', path, two)['before'] == [one])
    plain = received(path, make_archive(os.path.join(where, 'c.asice'), None, None, payload=payload(instance(uid='uuid:3'))))
    got = {i['id']: i for i in answer('input', 'list', path)}
    check('one that nobody signed is taken as that', got[plain]['signature'] == 'unsigned' and got[plain]['kind'] == 'package', got[plain])

    before = figures(path)
    with open(package, 'rb') as stream:
        octets = stream.read()
    known = hashlib.sha256(b'%PDF 2').hexdigest()[:12] + '-law.pdf'
    evidence = point(more=f'<evidence><file>{known}</file></evidence>')
    three = received(path, make_archive(os.path.join(where, 'd.asice'), certificate, key, payload=payload(instance(evidence, uid='uuid:4'), **{known: b'%PDF 2'})))
    record = answer('input', 'take', path, three)['record']
    check('a name that a dossier gave is not given twice', says(path, record, 'points/point[1]/evidence') == known)
    before = figures(path)
    refused = [
        ('changed after it was signed', octets.replace(b'%PDF evidence', b'%PDF Evidence'), None, ('signed',)),
        ('cut in the middle', octets[:len(octets) // 2], None, ('',)),
        ('a section', None, payload(instance(), 'section'), ('team',)),
        ('a submission', None, payload(instance(), 'submission'), ('verify',)),
        ('a translation', None, payload(instance(), 'translation'), ('translate open',)),
        ('of an unknown kind', None, payload(instance(), 'novelty'), ('novelty', 'newer Palermo')),
        ('without an input', None, payload(None), ('no input',)),
        ('with two', None, {**payload(instance()), 'data/instances/other.xml': instance(uid='uuid:9').encode()}, ('more than one',)),
    ]
    for name, content, entries, words in refused:
        bad = os.path.join(where, 'bad.asice')
        if entries is not None:
            make_archive(bad, certificate, key, payload=entries)
        else:
            put(where, 'bad.asice', content)
        done = cli('input', 'receive', path, bad)
        check(f'a package {name} is refused in words', done.returncode in (2, 3) and all(w in done.stderr for w in words)
              and done.stderr.strip(), (done.returncode, done.stderr))
    check('and nothing was changed', figures(path) == before, (figures(path), before))
    return path, certificate, key


def story_of_both_ends(where):
    """What an organization writes in the program comes to the focal point whole."""
    own, path, package = os.path.join(where, 'own.palermo'), new_dossier(where, 'state'), os.path.join(where, 'own.asice')
    cli('input', 'new', own, '--state', 'Practicia', '--cluster', 'II', '--articles', 'tip:6')
    for node, text in (('about/title', 'From the program'), ('points/point[new]/text', 'Said in the program'), ('author/type', 'ngo'),
                       ('author/organization', 'Open House'), ('sharing/checked', 'yes')):
        cli('answer', 'set', own, '/input/card/' + node, text)
    done = cli('input', 'pack', own, '-o', package)
    check('packed by its author', done.returncode == 0, done.stderr)
    one = received(path, package)
    shown = answer('input', 'show', path, one)
    check('and read without a remark', shown['kind'] == 'package' and shown['from'] == 'Open House' and shown['remark_list'] == [] and not shown['other_state'], shown)
    answer('input', 'take', path, one)
    check('its point is there', [p['text'] for p in points_of(path)] == ['Said in the program'])


def story_of_bad_files(where):
    path = new_dossier(where, 'bad')
    before = figures(path)
    html = os.path.join(where, 'kit.html')
    cli('kit', 'make', '--state', 'X', '--cluster', '1', '--language', 'en', '-o', html)
    huge = os.path.join(where, 'huge.xml')
    with open(huge, 'wb') as stream:
        stream.write(instance().encode())
        stream.truncate(100 * 1024 * 1024)
    nothing = put(where, 'empty.xml', b'')
    pipe = os.path.join(where, 'pipe')
    os.mkfifo(pipe)
    for name, bad, code, words in [
            ('the page instead of its file', html, 3, 'the file that the page saves'), ('100 MB', huge, 4, 'Nothing was changed'),
            ('nothing', nothing, 3, 'Nothing was changed'), ('a folder', where, 74, ''), ('a pipe', pipe, 74, ''), ('no file', where + '/none', 66, ''),
            ('a picture', put(where, 'a.xml', b'\x89PNG\r\n\x1a\n' * 9), 3, 'The inbox takes'), ('a dossier', path, 3, 'opened'),
            ('XML of something else', put(where, 'b.xml', '<html/>'), 3, 'Nothing was changed'),
            ('another form', put(where, 'c.xml', instance().replace('"input"', '"other"')), 3, 'Nothing was changed'),
            ('entities', put(where, 'd.xml', '<!DOCTYPE input [<!ENTITY a "b">]>' + instance().split('\n', 1)[1]), 3, 'Nothing was changed')]:
        done = cli('input', 'receive', path, bad)
        check(f'{name} is refused in words', done.returncode == code and done.stderr.strip() and words in done.stderr, (done.returncode, done.stderr))
    check('and nothing was changed', figures(path) == before)

    hostile = "=HYPERLINK(&quot;http://x&quot;) &lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;' OR 1=1 --"
    meant = "=HYPERLINK(\"http://x\") <script>alert(1)</script> <b>' OR 1=1 --"
    text = instance(point(text=hostile, more=f'<region>{hostile}</region>'), about=f'<title>{hostile}</title>',
                    author=f'<naming>organization</naming><organization>{hostile}</organization>', uid=hostile, state=hostile)
    one = received(path, put(where, 'hostile.xml', text))
    record = answer('input', 'take', path, one)['record']
    check('scripts, formulas and markup are text', says(path, record, 'points/point[1]/text') == meant and says(path, record, 'essentials/title') == meant
          and meant in says(path, record, 'points/point[1]/details'), says(path, record, 'points/point[1]/text'))
    shown = answer('input', 'show', path, one)
    check('another State is said, not refused', shown['other_state'] is True)

    strange = instance(point(more='<kind>riddle</kind><added>by hand</added>'), about='<title>T</title><date>1/2/2026</date>', uid='uuid:s', version='7')
    for name, octets, kinds in [('edited by hand', strange.encode(), {'choice', 'unknown', 'date-unsure', 'version'}),
                                ('cut off', instance(uid='uuid:cut').encode()[:-60], {'cut'}),
                                ('in Windows-1252', instance(point(text='Été'), uid='uuid:w').replace('<?xml version="1.0" encoding="UTF-8"?>\n', '').encode('cp1252'), {'encoding'}),
                                ('of another dossier', instance(uid='uuid:d', kit='<kit xmlns="https://palermo.app/ns/kit" kit="k" dossier="0011"/>').encode(), set())]:
        one = received(path, put(where, 'strange.xml', octets))
        shown = answer('input', 'show', path, one)
        got = {r['kind'] for r in shown['remark_list']}
        check(f'{name}: what was understood is there, and the rest is said', kinds <= got and shown['points'] == 1, (got, shown['points']))
        if name == 'edited by hand':
            check('with the words that had no place', any(r['text'] == 'riddle' for r in shown['remark_list'])
                  and any(r['text'] == 'by hand' for r in shown['remark_list']), shown['remark_list'])
        if name == 'of another dossier':
            check('the other dossier is named', shown['other_dossier'] is True)
    own = os.path.join(where, 'own')
    os.mkdir(own)
    with_file = instance(point(more='<evidence><file>photo.jpg</file></evidence>'), uid='uuid:own')
    put(own, 'photo.jpg', b'photo')
    one = received(path, put(own, 'submission.xml', with_file))
    os.remove(os.path.join(own, 'photo.jpg'))
    shown = answer('input', 'show', path, one)
    check('what lay beside an instance is kept with it', [a['name'] for a in shown['attachments']] == ['photo.jpg'], shown['attachments'])
    record = answer('input', 'take', path, one)['record']
    check('and goes with its point', says(path, record, 'points/point[1]/evidence').endswith('-photo.jpg'))
    put(where, 'letters.txt', b'private')
    theft = instance(point(more='<evidence><file>letters.txt</file></evidence>'), uid='uuid:theft')
    shown = answer('input', 'show', path, received(path, put(where, 'theft.xml', theft)))
    check('a file that lies about is no evidence', shown['attachments'] == [] and 'file' in {r['kind'] for r in shown['remark_list']}, shown['attachments'])
    check('a bare message can be taken', answer('input', 'take', path, received(path, put(where, 'bare.xml', instance('', uid='uuid:bare')))).get('points') == 0)
    many = receive(path, put(where, 'ok.xml', instance(uid='uuid:ok')), nothing)
    check('of several files the good ones are kept', many.returncode == 3 and len(json.loads(many.stdout)) == 1, many.stderr)
    check('the dossier is as it should be', cli('dossier', 'check', path).returncode == 0)


def story_of_leaving(where):
    """An arrival is in nothing that is sent, whatever is ticked; what is taken only where it is ticked and not for the State alone."""
    path = new_dossier(where, 'leaving')

    def said(word):
        return f'{SAID} {word}'

    def author(word):
        return AUTHOR.replace('Harbour House', said(word))

    waiting = received(path, put(where, 'w.xml', instance(point(text=said('waits')), about=f'<title>{said("waits")}</title>', author=author('waits'), uid='uuid:w')))
    declined = received(path, put(where, 'd.xml', instance(point(text=said('declined')), author=author('declined'), uid='uuid:d')))
    cli('input', 'decline', path, declined, '--why', said('why'))
    taken = received(path, put(where, 't.xml', instance(point(text=said('shared')) + point('p2', said('private'), '<readers>state</readers>'), uid='uuid:t')))
    record = answer('input', 'take', path, taken)['record']
    trail = cli('dossier', 'log', path, '--json').stdout
    check('the trail does not say it', waiting in trail and SAID not in trail)

    def packed(name, *words):
        out = os.path.join(where, name + '.asice')
        done = cli('pack', path, '-o', out, '--no-sign', '--json', *words)
        check(f'{name}: packed', done.returncode == 0, done.stderr)
        content = b''
        with zipfile.ZipFile(out) as archive:
            for entry in archive.namelist():
                content += entry.encode() + archive.read(entry)
        with open(out, 'rb') as stream:
            return content + stream.read()

    plain = packed('as it comes')
    check('nothing of it is in a package', SAID.encode() not in plain and waiting.encode() not in plain and b'arrival' not in plain)
    ticked = packed('with the record ticked', '--include', record + '.xml')
    check('what was taken and ticked is', said('shared').encode() in ticked)
    check('and not what is for the State alone, nor what waits or was declined',
          not any(said(word).encode() in ticked for word in ('private', 'waits', 'declined', 'why')) and b'arrival' not in ticked)
    for one in (waiting, declined, taken):
        done = cli('pack', path, '-o', os.path.join(where, 'no.asice'), '--no-sign', '--include', one + '.xml')
        check('an arrival cannot be ticked', done.returncode != 0 and not os.path.exists(os.path.join(where, 'no.asice')), done.stderr)


def holders(where, own):
    """The files of the dossier and around it that say it, but what was sent."""
    holding = []
    for base, _, names in os.walk(where):
        for name in names:
            if base == own or name.endswith('.xml'):
                continue
            with open(os.path.join(base, name), 'rb') as stream:
                if SAID.encode() in stream.read():
                    holding.append(name)
    return holding


def story_of_consent(where):
    """Who takes back what they agreed to is in no file of the inbox any more either; the bytes are gone once it is purged."""
    path = new_dossier(where, 'consent')
    text = instance(point(text=SAID, more='<evidence><file>photo.jpg</file></evidence>') + point('p2', SAID + ' two'), author=AUTHOR.replace('Harbour House', SAID), uid='uuid:c')
    own = os.path.join(where, 'own')
    os.mkdir(own)
    put(own, 'photo.jpg', SAID.encode())
    one = received(path, put(own, 'submission.xml', text))
    newer = received(path, put(where, 'newer.xml', text.replace('T</title>', 'U</title>') + '<!-- 2 -->'))
    other = received(path, put(where, 'other.xml', instance(uid='uuid:other')))
    record = answer('input', 'take', path, one, '--points', '1')['record']
    done = answer('consent', 'withdraw', path, record)
    left = [i['id'] for i in answer('input', 'list', path)]
    check('a withdrawn consent takes the file out of the inbox, with its other versions', left == [other], (left, newer, done))
    check('one step takes that back', cli('dossier', 'undo', path).returncode == 0 and len(answer('input', 'list', path)) == 3)
    row = points_of(path)[0]['point']
    cli('consent', 'withdraw', path, record, row)
    check('so does one point of it', [i['id'] for i in answer('input', 'list', path)] == [other])
    cli('dossier', 'undo', path)
    cli('consent', 'withdraw', path, record)
    withdrawal = answer('consent', 'list', path)
    check('until it is purged it is on the disk', holders(where, own))
    done = cli('consent', 'purge', path, withdrawal[0]['withdrawal'])
    check('purged', done.returncode == 0, (done.stderr, withdrawal))
    holding = holders(where, own)
    check('and its bytes are nowhere', not holding, holding)
    check('the dossier is as it should be', cli('dossier', 'check', path).returncode == 0 and [i['id'] for i in answer('input', 'list', path)] == [other])


def main():
    for story in (story_of_one, story_of_versions, story_of_names, story_of_packages, story_of_both_ends, story_of_bad_files, story_of_leaving, story_of_consent):
        with folder() as where:
            story(where)
    finish()


if __name__ == '__main__':
    main()
