#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILLs at random moments of everything that writes: answers, backups, restores, rebuilds, a return
that is written, a return that is brought in, a purge. After each the dossier is sound, every answer that
was acknowledged is there, the act is there as a whole or not at all, and whatever has its name is whole.

PALERMO_KILLS sets how many (1,000 in a slow run), PALERMO_SEED repeats a run."""
import json
import os
import random
import shutil
import subprocess
import time

from story import CLI, check, finish, folder, make_key, run, start

KILLS = int(os.environ.get('PALERMO_KILLS', '36'))
SEED = int(os.environ.get('PALERMO_SEED') or random.SystemRandom().randrange(1 << 32))
NODES = ['/cluster1/general/people/focal_name', '/cluster1/general/people/focal_office',
         '/cluster1/general/state/lead_office']
PAGE = '/cluster1/untoc/art5'
SECTION = [PAGE + '/q5_1_a/example', PAGE + '/q5_2/example']
KINDS = ['write', 'write', 'back up', 'rebuild', 'restore', 'return', 'merge', 'merge', 'purge']


class Kills:
    def __init__(self, work, chance):
        self.work, self.chance = work, chance
        self.path = self.at('kill.palermo')
        self.working = self.at('colleague.palermo')
        self.package = self.at('return.asice')
        self.tsv = self.at('lines.tsv')
        self.said = []  # backups kept aside, because the next one of the same hour takes their place
        self.seen = {}  # backup -> what was looked at already
        self.took = {}  # kind -> seconds when nothing stands in its way
        self.trouble = {name: [] for name in ('lost', 'torn', 'half', 'backup', 'left')}
        self.acknowledged = self.late = 0
        self.counts, self.coming = {}, []
        self.homes = {name: self.at('home-' + name) for name in ('focal', 'colleague')}
        self.keys = {}
        for name in self.homes:
            certificate, key = make_key(work, name, name)
            self.keys[name] = (f'{key}+{certificate}', certificate)

    def at(self, name):
        return os.path.join(self.work, name)

    def environment(self, who='focal'):
        return {**os.environ, 'XDG_DATA_HOME': self.homes[who]}

    def cli(self, *words, who='focal'):
        return run([CLI, *words], env=self.environment(who))

    def good(self, *words, who='focal'):
        done = self.cli(*words, who=who)
        if done.returncode:
            raise RuntimeError(f'{words[:2]}: {done.returncode} {done.stderr}')
        return done

    def values(self, path, who='focal'):
        """(nullable): what the questions say."""
        done = self.cli('answer', 'list', path, '--json', who=who)
        if done.returncode:
            print(f'# {done.stderr.strip()}', flush=True)
            return None
        said = {a['node']: a['value'] for a in json.loads(done.stdout)}
        return {node: said.get(node, '') for node in NODES + SECTION}

    def fail(self, what, number, kind, why):
        self.trouble[what].append(number)
        print(f'# round {number}, {kind}: {what}: {why}', flush=True)

    def prepare(self):
        self.good('dossier', 'new', self.path, '--state', 'Practicia', '--uncac', 'no')
        self.good('team', 'assign', self.path, PAGE, '--to', 'colleague', '--certificate', self.keys['colleague'][1])
        section = self.at('section.asice')
        self.good('team', 'hand-out', self.path, '--to', 'colleague', '-o', section, '--key', self.keys['focal'][0])
        self.good('team', 'open', section, '-o', self.working, '--trust', self.keys['focal'][1],
                  '--key', self.keys['colleague'][0], who='colleague')

    # --- one act
    def colleague_writes(self, number):
        text = {node: f'C-{number} ' + 'слово ' * self.chance.randrange(40) for node in SECTION}
        with open(self.tsv, 'w', encoding='utf-8') as file:
            file.writelines(f'{node}\t{value}\n' for node, value in text.items())
        self.good('answer', 'set', self.working, '--from', self.tsv, who='colleague')
        return text

    def colleague_returns(self):
        if os.path.exists(self.package):
            os.unlink(self.package)
        self.good('team', 'return', self.working, '-o', self.package, '--key', self.keys['colleague'][0],
                  who='colleague')

    def words(self, kind, number):
        if kind == 'write':
            lines = []
            for i in range(1500):
                which = self.chance.randrange(len(NODES))
                lines.append((NODES[which], f'N{which}- {number}-{i} ' + 'слово ' * self.chance.randrange(60)))
            with open(self.tsv, 'w', encoding='utf-8') as file:
                file.writelines(f'{node}\t{text}\n' for node, text in lines)
            self.lines = [(node, text.rstrip('\n')) for node, text in lines]
            return ['answer', 'set', self.path, '--from', self.tsv]
        if kind == 'back up':
            return ['dossier', 'backup', self.path]
        if kind == 'rebuild':
            return ['dossier', 'rebuild', self.path]
        if kind == 'restore':
            return ['dossier', 'restore', self.path, self.chance.choice(self.said)]
        if kind == 'return':
            self.wrote = self.colleague_writes(number)
            if os.path.exists(self.package):
                os.unlink(self.package)
            return ['team', 'return', self.working, '-o', self.package, '--key', self.keys['colleague'][0]]
        if kind == 'merge':
            self.colleague_writes(number)
            self.colleague_returns()
            return ['team', 'merge', self.path, self.package, '--trust', self.keys['colleague'][1]]
        self.purged = self.chance.randrange(len(NODES))
        return ['answer', 'purge', self.path, NODES[self.purged]]

    def after(self, words):
        """What would be there if nobody killed it: done on a copy."""
        trial = self.at('trial.palermo')
        for suffix in ('', '-wal'):
            if os.path.exists(trial + suffix):
                os.unlink(trial + suffix)
            if os.path.exists(self.path + suffix):
                shutil.copy(self.path + suffix, trial + suffix)
        self.good(*[trial if word == self.path else word for word in words])
        return self.values(trial)

    def kill(self, kind, words):
        """Runs it and kills it; what it had said, and whether it had come to its end well."""
        who = 'colleague' if kind == 'return' else 'focal'
        begun = time.monotonic()
        process = start([CLI, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.environment(who))
        out = b''
        if kind not in self.took:  # the first of a kind is let go to its end, to know how long that takes
            out = process.stdout.read() if kind != 'write' else process.stdout.readline()
            self.took[kind] = time.monotonic() - begun
        if kind == 'write':
            if not out and self.chance.random() < 0.9:
                out = process.stdout.readline()
            time.sleep(self.chance.uniform(0, 0.3))
        else:
            time.sleep(max(0, self.took[kind] * self.chance.uniform(0.1, 1.1) - (time.monotonic() - begun)))
        is_late = process.poll() is not None
        self.late += is_late
        process.kill()
        out += process.stdout.read()
        process.wait()
        process.stdout.close()
        return out, process.returncode == 0

    # --- what is there then
    def look_at_backups(self, number, kind):
        listed = json.loads(self.good('dossier', 'backups', self.path, '--json').stdout)
        for backup in listed:
            info = os.stat(backup['file'])
            mark = (info.st_ino, info.st_mtime_ns, info.st_size)
            if self.seen.get(backup['file']) == mark:
                continue
            if self.cli('dossier', 'check', backup['file']).returncode:
                self.fail('backup', number, kind, backup['file'])
            self.seen[backup['file']] = mark
        return [backup['file'] for backup in listed]

    def look_at_return(self, number, is_done):
        values = self.values(self.working, who='colleague')
        if values is None or any(values[node] != text.rstrip() for node, text in self.wrote.items()
                                 if values[node].rstrip() != text.rstrip()):
            self.fail('lost', number, 'return', 'the colleague\'s answers')
        if self.cli('dossier', 'check', self.working, who='colleague').returncode:
            self.fail('torn', number, 'return', 'the working dossier')
        there = os.path.exists(self.package)
        if there and self.cli('verify', self.package, '--trust', self.keys['colleague'][1]).returncode:
            self.fail('half', number, 'return', 'the package')
        if is_done and not there:
            self.fail('lost', number, 'return', 'the package')

    def look_for_purged(self, number):
        needle = f'N{self.purged}- '.encode()
        place = os.path.join(self.work, 'kill backups')
        files = [self.path, self.path + '-wal'] + [os.path.join(place, name) for name in
                                                   (os.listdir(place) if os.path.isdir(place) else [])]
        for path in filter(os.path.exists, files):
            with open(path, 'rb') as file:
                if needle in file.read():
                    self.fail('left', number, 'purge', path)

    def next_kind(self):
        """All of them in turn, in an order of their own each time."""
        if not self.coming:
            self.coming = self.chance.sample(KINDS, len(KINDS))
        kind = self.coming.pop()
        return kind if kind != 'restore' or self.said else 'back up'

    def round(self, number, standing):
        kind = self.next_kind()
        words = self.words(kind, number)
        possible = [dict(standing)]
        if kind in ('restore', 'merge'):
            possible.append(self.after(words))
        elif kind == 'purge':
            possible.append({**standing, NODES[self.purged]: ''})
        self.counts[kind] = self.counts.get(kind, 0) + 1
        out, is_done = self.kill(kind, words)

        if kind == 'write':
            n_acks = out.count(b'\n')
            self.acknowledged += n_acks
            for node, text in self.lines[:n_acks]:
                standing[node] = text
            possible = [dict(standing)]
            if n_acks < len(self.lines):
                possible.append({**standing, self.lines[n_acks][0]: self.lines[n_acks][1]})
        elif kind == 'return':
            self.look_at_return(number, is_done)
        elif is_done:
            self.acknowledged += 1
            possible = possible[-1:]
        is_now = self.values(self.path)
        if is_now is None:
            self.fail('torn', number, kind, 'cannot be opened')
            return standing
        if is_now not in possible:
            self.fail('lost', number, kind, 'what is there was never there')
        if self.cli('dossier', 'check', self.path).returncode:
            self.fail('torn', number, kind, 'does not pass its check')
        if kind == 'purge' and is_done:
            self.look_for_purged(number)
        if kind in ('back up', 'purge'):
            listed = self.look_at_backups(number, kind)
            if kind == 'back up' and listed and (not self.said or self.chance.random() < 0.5):
                self.said.append(shutil.copy(listed[0], self.at(f'aside-{number}.palermo')))
                self.said = self.said[-20:]
        return is_now

    def tell(self):
        self.prepare()
        standing = self.values(self.path)
        for number in range(KILLS):
            standing = self.round(number, standing)
            if number % 100 == 99:
                print(f'# {number + 1} kills', flush=True)
        print(f'# {KILLS} kills: {self.counts}; {self.acknowledged} acknowledged, {self.late} came too late',
              flush=True)
        again = f', seed {SEED}'
        for name, words in (('lost', 'nothing acknowledged is lost, and nothing is there by halves'),
                            ('torn', 'the file is sound after each'),
                            ('half', 'a return that has its name is whole'),
                            ('backup', 'every backup is whole'),
                            ('left', 'what was purged is nowhere')):
            check(f'{KILLS} kills: {words}', not self.trouble[name], f'rounds {self.trouble[name][:20]}{again}')
        check('all kinds were killed', set(self.counts) == set(KINDS) or KILLS < 4 * len(KINDS), self.counts)
        check('the kills came in the middle of the work', self.late < KILLS * 2 / 3, f'{self.late} of {KILLS} too late')
        done = self.cli('dossier', 'rebuild', self.path, '--json')
        check('what is shown is what the log says', done.stdout == '{"changed":false}\n', done.stdout + done.stderr)
        self.cli('dossier', 'backup', self.path)
        half = [name for name in os.listdir(self.at('kill backups')) if '.part-' in name]
        check('nothing half lies among the backups in the end', half == [], half)


def main():
    print(f'# seed {SEED}', flush=True)
    with folder() as work:
        Kills(work, random.Random(SEED)).tell()
    finish()


if __name__ == '__main__':
    main()
