#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A laptop whose clock is years off (tests/faults/clock.c): which keys are made and what is signed then, what is said of it, and that nobody is
left without the key they had."""
import json
import os

from story import CLI, check, environment, finish, folder, make_archive, make_key, openssl, run, sha256

CLOCK = os.environ['PALERMO_CLOCK_LIBRARY']
DAY, YEAR = 86400, 365 * 86400
OFFICE = '/cluster1/general/state/lead_office'


class Laptop:
    """palermo-cli with a data folder and a clock of their own."""

    def __init__(self, where):
        self.where, self.data, self.file = where, os.path.join(where, 'data'), os.path.join(where, 'clock')
        # The sanitizers want to be first, and are content with being second.
        options = os.environ.get('ASAN_OPTIONS', '')
        self.env = environment(XDG_DATA_HOME=self.data, LD_PRELOAD=CLOCK, PALERMO_CLOCK_FILE=self.file,
                               ASAN_OPTIONS=f'{options}:verify_asan_link_order=0'.lstrip(':'))
        self.off(0)

    def off(self, seconds):
        with open(self.file, 'w', encoding='ascii') as stream:
            stream.write(str(seconds))

    def path(self, name):
        return os.path.join(self.where, name)

    def run(self, *words):
        return run([CLI, *words], env=self.env)

    def good(self, name, *words):
        done = self.run(*words)
        check(name, done.returncode == 0, (done.returncode, done.stderr))
        return done

    def said(self, name, *words):
        done = self.good(name, *words, '--json')
        return json.loads(done.stdout) if done.stdout else {}

    def refused(self, name, sentence, *words):
        before = self.files()
        done = self.run(*words)
        check(name, done.returncode == 66 and sentence in done.stderr and 'Nothing was changed' in done.stderr and not done.stdout,
              (done.returncode, done.stdout, done.stderr))
        check(f'{name}: nothing is changed', self.files() == before)
        return done

    def files(self):
        return {os.path.join(at, n): sha256(os.path.join(at, n)) for at, _, names in os.walk(self.data) for n in names if n.endswith('.p12')}


def story_far_behind(where):
    """The battery of the clock is empty: it is 2016 again."""
    laptop = Laptop(where)
    laptop.off(-12 * YEAR)
    laptop.refused('far behind: no key is made', 'years behind', 'identity', 'new')
    laptop.off(0)
    laptop.good('with the right time one is', 'identity', 'new', '--name', 'Zoe')
    archive = make_archive(laptop.path('a.asice'), *make_key(where, 'maker', 'Maker'), size=1000)
    out = laptop.path('out.asice')
    for name, off in (('years', -12 * YEAR), ('a week', -7 * DAY)):
        laptop.off(off)
        done = laptop.refused(f'{name} behind: it does not sign before it was made', 'is valid from', 'sign', archive, '-o', out)
        check(f'{name} behind: what to do', 'Set the clock' in done.stderr, done.stderr)
        check(f'{name} behind: no archive', not [n for n in os.listdir(where) if n.startswith('out.asice')])
        laptop.refused(f'{name} behind: it is not renewed', 'is valid from', 'identity', 'renew', '--notice', laptop.path('notice'))
        check(f'{name} behind: no notice', not os.path.exists(laptop.path('notice')))
        laptop.good(f'{name} behind: it can be looked at', 'identity', 'show')


def story_ahead(where):
    """Renewed while the clock stood ten years ahead: the key in use then is of the future, and the former one comes back."""
    laptop = Laptop(where)
    laptop.good('a key', 'identity', 'new', '--name', 'Zoe')
    archive = make_archive(laptop.path('a.asice'), *make_key(where, 'maker', 'Maker'), size=1000)
    laptop.off(10 * YEAR)
    done = laptop.refused('ahead: it does not sign after its end', 'was valid until', 'sign', archive, '-o', laptop.path('out.asice'))
    check('ahead: the clock is spoken of', 'the clock is right' in done.stderr, done.stderr)
    done = laptop.good('ahead: renewed', 'identity', 'renew', '--notice', laptop.path('notice'))
    check('nobody would believe a notice', not os.path.exists(laptop.path('notice')) and 'had expired' in done.stderr, done.stderr)
    laptop.off(0)
    laptop.refused('the new one is of the future', 'is valid from', 'sign', archive, '-o', laptop.path('out.asice'))
    new, old = laptop.said('both are there', 'identity', 'list')
    check('the new one in use', new['inUse'] and not old['inUse'] and old['begins'] < new['begins'], (new, old))
    laptop.good('the former one comes back', 'identity', 'import', old['file'])
    listed = laptop.said('each is listed once', 'identity', 'list')
    check('and the former is in use', [(e['fingerprint'], e['inUse']) for e in listed] == [(old['fingerprint'], True), (new['fingerprint'], False)], listed)
    laptop.good('and signs', 'sign', archive, '-o', laptop.path('out.asice'))


def story_seen(where):
    """Behind what others dated already: it is signed, and said."""
    laptop = Laptop(where)
    certificate, key = laptop.path('long.pem'), laptop.path('long.key')
    laptop.off(-400 * DAY)
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '900', '-subj', '/CN=Long',
            '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'keyUsage=critical,digitalSignature,nonRepudiation',
            '-keyout', key, '-out', certificate, env=laptop.env)
    mine = f'{key}+{certificate}'
    archive = make_archive(laptop.path('a.asice'), *make_key(where, 'maker', 'Maker'), size=1000)
    dossier = laptop.path('d.palermo')
    laptop.off(0)
    laptop.good('a dossier', 'dossier', 'new', dossier)
    laptop.good('with a change of today', 'answer', 'set', dossier, OFFICE, 'Ministry of Justice')
    for number, (name, off, warns) in enumerate((('right', 0, False), ('a time zone off', -14 * 3600, False), ('a month behind', -30 * DAY, True))):
        laptop.off(off)
        out = laptop.path(f'{number}.asice')
        done = laptop.good(f'{name}: a signature beside one of today', 'sign', archive, '-o', out, '--key', mine, '--json')
        check(f'{name}: is it said', ('a signature in the package says' in done.stderr) == warns
              and json.loads(done.stdout)['clockIsBehind'] == warns, (done.stdout, done.stderr))
        done = laptop.run('verify', out, '--json')
        check(f'{name}: it is a signature', len(json.loads(done.stdout)['signatures']) == 2, done.stdout)
        done = laptop.good(f'{name}: the dossier is packed', 'pack', dossier, '-o', laptop.path(f'{number}-d.asice'), '--key', mine)
        check(f'{name}: is it said of the dossier', ('a change in the dossier says' in done.stderr) == warns, done.stderr)


with folder() as work:
    for story in (story_far_behind, story_ahead, story_seen):
        place = os.path.join(work, story.__name__)
        os.makedirs(place)
        story(place)
finish()
