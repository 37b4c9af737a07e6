#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text that must stay inside is put into every restricted place of a dossier. Then everything is made that can leave: each kind of
package, trail, hand-over, kit; and what lies around: logs, temporary files. All of it is read octet by octet, unpacked as far as it can be."""
import base64
import io
import json
import os
import re
import secrets
import sqlite3
import sys
import zipfile
import zlib

from story import CLI, check, finish, folder, make_key, run

# Letters alone, so that no escaping of XML, JSON or a file name can hide it.
WORD = 'kanari' + ''.join(secrets.choice('bcdfghjklmnpqrstvwz') for _ in range(14))
C = '/consultation/record'
POINT = f'{C}/points/point'
PERSON = f'{C}/people/participant'
ART5 = '/cluster1/untoc/art5'
LOGGED = re.compile(r'^(\(\S+:\d+\)|\*\*)?[: ]*pal-[a-z-]+-(DEBUG|INFO): ')
places = []


def canary(place):
    """The text for one place; its end says which, when it is found."""
    places.append(place)
    return f'{WORD}x{len(places) - 1}x'


def found_in(data):
    """Names of the places whose text stands in data."""
    hits = set()
    for text in (data.decode('latin-1').lower(), data.decode('utf-16-le', 'ignore').lower(), data.decode('utf-16-be', 'ignore').lower()):
        for match in re.finditer(WORD + r'(?:x(\d+)x)?', text):
            hits.add(places[int(match.group(1))] if match.group(1) else '(cut)')
    return hits


def pieces(data, depth=0):
    """What data is made of: itself, the members of archives, what is deflated or in base64, the pages of databases."""
    yield data
    if depth > 4:
        return
    if data[:4] == b'PK\x03\x04':
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                yield info.filename.encode() + info.comment + info.extra
                yield from pieces(archive.read(info), depth + 1)
    for match in re.finditer(rb'[A-Za-z0-9+/]{64,}={0,2}', data):
        try:
            inner = base64.b64decode(match.group() + b'===')
        except ValueError:
            continue
        yield inner
        for wbits in (15, 31, -15):
            try:
                yield zlib.decompressobj(wbits).decompress(inner)
            except zlib.error:
                pass
    for start in (match.start() for match in re.finditer(rb'\x1f\x8b\x08', data)):
        try:
            yield zlib.decompressobj(31).decompress(data[start:])
        except zlib.error:
            pass


def scan(path):
    with open(path, 'rb') as file:
        data = file.read()
    hits = set(found_in(os.path.basename(path).encode()))
    for piece in pieces(data):
        hits |= found_in(piece)
    return hits


class Desk:
    """One person's computer: where programs may leave something is below one folder."""

    def __init__(self, here):
        self.here, self.log = here, b''
        self.around = os.path.join(here, 'around')
        self.env = dict(os.environ, G_MESSAGES_DEBUG='all', LC_ALL='C.UTF-8')
        for name in ('TMPDIR', 'XDG_RUNTIME_DIR', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'HOME'):
            self.env[name] = os.path.join(self.around, name.lower())
            os.makedirs(self.env[name], mode=0o700)
        certificate, key = make_key(here, 'key', 'Focal Point')
        self.certificate, self.key = certificate, f'{key}+{certificate}'

    def path(self, name):
        return os.path.join(self.here, name)

    def run(self, *words, **options):
        done = run([CLI, *words], env=self.env, **options)
        # GLib writes what it says for us into the output; what was asked for stands between.
        said = [line for line in done.stdout.splitlines(keepends=True) if LOGGED.search(line)]
        done.stdout = ''.join(line for line in done.stdout.splitlines(keepends=True) if not LOGGED.search(line))
        self.log += (done.stderr + ''.join(said)).encode()
        return done

    def good(self, *words, **options):
        done = self.run(*words, **options)
        if done.returncode != 0:
            check(' '.join(words[:2]), False, f'{done.returncode}: {done.stderr[-400:]}')
        return done.stdout.strip()


def fill(desk, path):
    """Whatever can be restricted is."""
    attached = desk.path('evidence.txt')
    with open(attached, 'w', encoding='utf-8') as file:
        file.write(canary('attached to a restricted point') + '\n')
    consultation = desk.good('consultation', 'add', path, '--from', '-', input=f'''{C}/essentials/title\tRound table
{C}/essentials/date\t2026-10-06
{C}/essentials/attended\t14
{POINT}[1]/text\tSaid openly
{POINT}[1]/naming\ttype
{POINT}[1]/source_type\tvictims
{POINT}[2]/text\t{canary('restricted point')}
{POINT}[2]/restricted\tyes
{POINT}[2]/source\t{canary('source of a restricted point')}
{PERSON}[1]/anonymity\tanonymous
{PERSON}[1]/type\tvictims
{PERSON}[2]/anonymity\tperson
{PERSON}[2]/organization\tLantern House
{PERSON}[2]/representative\t{canary('name without consent')}
{PERSON}[2]/contact\t{canary('how a person is reached')}
{PERSON}[2]/consent\tinternal
{PERSON}[3]/anonymity\tperson
{PERSON}[3]/organization\t{canary('who withdrew')}
{PERSON}[3]/representative\t{canary('name of who withdrew')}
{PERSON}[3]/consent\twithdrawn
{C}/plan/invitees\t{canary('who was invited')}
{C}/protection/risks\t{canary('risks of a consultation')}
{C}/protection/readers\t{canary('readers')}
{C}/protection/referral\t{canary('referral')}
''')
    said = [p['point'] for p in json.loads(desk.good('consultation', 'points', path, '--json'))]
    # Once it stood there: the anonymous source, before it was decided that it is one.
    desk.good('answer', 'set', path, said[0] + '/naming', 'named', '--record', consultation)
    desk.good('answer', 'set', path, said[0] + '/source', canary('anonymous source'), '--record', consultation)
    desk.good('answer', 'set', path, said[0] + '/naming', 'type', '--record', consultation)
    desk.good('answer', 'set', path, said[1] + '/evidence', attached, '--attach', '--record', consultation)
    for name, end in (('restricted', f'{C}/protection/sensitivity\trestricted'), ('for inside', f'{C}/protection/consent_scope\tinternal'),
                      ('withdrawn', f'{C}/protection/consent_scope\twithdrawn'),
                      ('expired', f'{C}/protection/consent_scope\treviewers\n{C}/protection/consent_until\t2026-01-31')):
        desk.good('consultation', 'add', path, '--from', '-', input=f'''{C}/essentials/title\t{canary(f'title of a consultation that is {name}')}
{C}/essentials/date\t2026-01-06
{POINT}[1]/text\t{canary(f'point of a consultation that is {name}')}
{end}
''')
    card = desk.good('stakeholder', 'add', path, '--from', '-', input=f'''/stakeholder/card/identity/name\tLantern House
/stakeholder/card/identity/type\tngo_national
/stakeholder/card/contact/needs\t{canary('needs for safety')}
/stakeholder/card/contact/has_person\tyes
/stakeholder/card/contact/person/name\t{canary('contact person')}
/stakeholder/card/contact/person/contact\t{canary('how a contact person is reached')}
/stakeholder/card/contact/person/consent\tinternal
/stakeholder/card/protection/risks\t{canary('risks of a stakeholder')}
/stakeholder/card/protection/notes\t{canary('notes on a stakeholder')}
''')
    desk.good('stakeholder', 'add', path, '--from', '-', input=f'''/stakeholder/card/identity/name\t{canary('restricted stakeholder')}
/stakeholder/card/identity/type\tvictims
/stakeholder/card/protection/sensitivity\trestricted
''')
    arrived = desk.good('record', 'add', 'input', path, '--from', '-', input=f'''/input/card/about/title\tFrom outside
/input/card/points/point[1]/text\t{canary('arrival, a point for the State')}
/input/card/points/point[1]/readers\tstate
/input/card/author/contact\t{canary('arrival, how its author is reached')}
/input/card/sharing/readers\treviewers
''')
    desk.good('record', 'add', 'input', path, '--from', '-', input=f'''/input/card/about/title\t{canary('arrival for the State, its title')}
/input/card/points/point[1]/text\t{canary('arrival for the State')}
''')
    return consultation, card, arrived


def receive(desk, path):
    """What came from outside: one file waits, one was declined, one was taken and is for the State alone."""
    for word in ('waits', 'was declined', 'was taken'):
        evidence = base64.b64encode(canary(f'evidence of what {word}').encode()).decode()
        name = desk.path(f'{word}.xml')
        with open(name, 'w', encoding='utf-8') as file:
            file.write(f'''<input id="input" version="1"><card><about><title>{canary(f'title of what {word}')}</title>
<message>{canary(f'message of what {word}')}</message></about><points><point><_id>p1</_id><text>{canary(f'point of what {word}')}</text>
<proposal>{canary(f'proposal of what {word}')}</proposal><evidence><file>e.txt</file></evidence></point></points>
<author><naming>organization</naming><organization>{canary(f'author of what {word}')}</organization></author>
<sharing><readers>state</readers></sharing></card><meta><instanceID>uuid:{word}</instanceID></meta>
<kit xmlns="https://palermo.app/ns/kit" kit="k"><file name="e.txt">{evidence}</file></kit></input>''')
        one = json.loads(desk.good('input', 'receive', path, name, '--json'))[0]['id']
        if word == 'was declined':
            desk.good('input', 'decline', path, one, '--why', canary('why it was declined'))
        if word == 'was taken':
            desk.good('input', 'take', path, one)


def translate(desk, path):
    """What a restricted answer says in another language is as restricted."""
    point = next(p for p in json.loads(desk.good('consultation', 'points', path, '--json')) if p['restricted'])
    desk.good('dossier', 'languages', path, '--first', 'en', '--second', 'fr')
    done = desk.run('answer', 'translate', path, point['point'] + '/text', canary('translation of a restricted point'),
                    '--language', 'fr', '--record', point['consultation'])
    check('a restricted point is translated', done.returncode == 0, done.stderr[-300:])


def work(desk, path):
    desk.good('answer', 'set', path, ART5 + '/q5_1_a/status', 'yes')
    desk.good('team', 'comment', path, ART5 + '/q5_1_a/status', canary('comment'), '--author', 'Focal')


def make_everything(desk, path, ticked):
    """What can leave, by name: made as it comes, and with the records ticked."""
    out = {}

    def package(name, *words):
        out[name] = desk.path(name.replace(' ', '-') + '.asice')
        desk.good(*words, '-o', out[name], '--key', desk.key)

    package('submission', 'pack', path)
    package('submission with the records ticked', 'pack', path, *(word for record in ticked for word in ('--include', record + '.xml')))
    desk.good('team', 'clear', path, '--anyway', '--author', 'Focal')
    package('edition', 'pack', path)
    desk.good('team', 'reopen', path, ART5, '--reason', 'A newer law', '--author', 'Focal')
    desk.good('answer', 'set', path, ART5 + '/q5_1_a/status', 'part')
    package('supplement', 'pack', path, '--supplement')
    desk.good('team', 'assign', path, ART5, '--to', 'Expert')
    package('section', 'team', 'hand-out', path, '--to', 'Expert')
    working = desk.path('working.palermo')
    desk.good('team', 'open', out['section'], '-o', working, '--trust', desk.certificate, '--accept-unknown')
    out['working dossier of a colleague'] = working
    desk.good('answer', 'set', working, ART5 + '/q5_1_a/example', 'A case of 2021', '--author', 'Expert')
    package('return', 'team', 'return', working)
    desk.good('team', 'merge', path, out['return'], '--accept-unknown')
    for name, suffix, words in (('trail', '.jsonl', ['dossier', 'log', path, '--json']), ('log', '.txt', ['dossier', 'log', path])):
        out[name] = desk.path(name + suffix)
        with open(out[name], 'w', encoding='utf-8') as file:
            file.write(desk.good(*words) + '\n')
    for name in ('hand-over.md', 'hand-over.json'):
        out[name] = desk.path(name)
        desk.good('team', 'hand-over', path, '-o', out[name])
    out['kit'] = desk.path('kit.html')
    desk.good('kit', 'make', path, '--cluster', '1', '--language', 'en', '-o', out['kit'])
    for kind in json.loads(desk.good('paper', 'list', '--json')):
        name = f"paper {kind['kind'] if isinstance(kind, dict) else kind}"
        out[name] = desk.path(name.replace(' ', '-') + '.docx')
        if desk.run('paper', 'make', path, name.split(' ')[1], '--language', 'en', '--format', 'docx', '-o', out[name]).returncode != 0:
            del out[name]  # about one record or one point, which nobody named
    check('papers are made', sum(name.startswith('paper') for name in out) >= 2, list(out))
    for name, words in (('coverage', ['consultation', 'coverage', path, '--json']), ('indicators', ['consultation', 'measure', path, '--json'])):
        out[name] = desk.path(name + '.json')
        with open(out[name], 'w', encoding='utf-8') as file:
            file.write(desk.good(*words) + '\n')
    return out


def story_trap(path):
    """The scan finds what it shall find: the dossier itself holds every canary."""
    with open(path, 'rb') as file:
        inside = found_in(file.read())
    check('the dossier holds the canaries', len(inside) > 25, sorted(inside))
    data = f'one {WORD}x0x two'.encode()
    for name, made in (('stored', zip_of(data, zipfile.ZIP_STORED)), ('deflated', zip_of(data, zipfile.ZIP_DEFLATED)),
                       ('base64', base64.b64encode(b'.' * 60 + data)), ('UTF-16', data.decode().encode('utf-16')),
                       ('a zip in a zip', zip_of(zip_of(data, zipfile.ZIP_DEFLATED), zipfile.ZIP_DEFLATED))):
        check(f'the scan finds a canary that is {name}', any(found_in(piece) for piece in pieces(made)))


def zip_of(data, method):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', method) as archive:
        archive.writestr('member', data)
    return stream.getvalue()


def story_outputs(desk, path, ticked):
    out = make_everything(desk, path, ticked)
    # A letter is its author's own; feedback goes to whoever made the point.
    own = {word + ' of what was taken' for word in ('author', 'point', 'title', 'proposal', 'message')}
    allowed = {'paper letter': {'arrival, how its author is reached'}, 'paper feedback': own, 'hand-over.md': {'comment'}, 'hand-over.json': {'comment'}, 'trail': {'comment'}, 'log': {'comment'}}
    for name, file in out.items():
        hits = scan(file) - allowed.get(name, set())
        check(f'nothing restricted in: {name}', os.path.getsize(file) > 0 and not hits, sorted(hits))
    for name in ('submission with the records ticked',):
        text = b''.join(pieces(open(out[name], 'rb').read()))
        check('what was ticked did go', b'Round table' in text and b'Said openly' in text and b'From outside' in text and b'Lantern House' in text)
    with sqlite3.connect(out['working dossier of a colleague']) as db:
        forms = {row[0] for row in db.execute('SELECT form FROM record')}
    check('a colleague has no record of a consultation', not forms & {'consultation', 'stakeholder', 'input', 'thread'}, forms)
    check('nothing restricted in what the programs said', not found_in(desk.log), sorted(found_in(desk.log)))
    check('they said something', len(desk.log) > 500, desk.log[-200:])
    done = desk.run('dossier', 'trail-check', out['trail'])
    check('a trail without them can be checked', done.returncode == 0, done.stderr)
    whole = desk.good('dossier', 'log', path, '--json', '--with-protected')
    check('with all of it, when somebody asks', 'restricted point' in found_in(whole.encode()))


def story_around(desk):
    lying, hits = 0, {}
    for where, _, names in os.walk(desk.around):
        for name in names:
            file = os.path.join(where, name)
            if os.path.isfile(file):
                lying += 1
                if scan(file):
                    hits[os.path.relpath(file, desk.around)] = sorted(scan(file))
    check('nothing restricted in temporary, private and cached files', not hits, hits)
    check('no temporary file is left', not os.listdir(desk.env['TMPDIR']), os.listdir(desk.env['TMPDIR']))


def story_backup(desk, path):
    """A backup is the dossier itself, beside it, for its owner alone; nothing else takes it anywhere."""
    made = json.loads(desk.good('dossier', 'backup', path, '--json'))
    backups = json.loads(desk.good('dossier', 'backups', path, '--json'))
    check('a backup is there', made is not None and len(backups) > 0, made)
    loose = []
    for where, _, names in os.walk(desk.here):
        loose += [name for name in names if '.palermo' in name and os.stat(os.path.join(where, name)).st_mode & 0o077
                  and os.path.join(where, name) != path and 'working' not in name]
    check('backups are for their owner alone', not loose, loose)


def main():
    with folder() as here:
        desk = Desk(here)
        path = desk.path('Practicia.palermo')
        desk.good('dossier', 'new', path, '--state', 'Practicia', '--start', '2026-09-01')
        ticked = fill(desk, path)
        receive(desk, path)
        translate(desk, path)
        work(desk, path)
        story_trap(path)
        story_outputs(desk, path, ticked)
        story_around(desk)
        story_backup(desk, path)
    finish()


if __name__ == '__main__':
    sys.exit(main())
