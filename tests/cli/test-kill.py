#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred SIGKILLs at random moments while answers are written. After each: every answer that was
acknowledged is there, or a later one of the same question that was on its way; and the file passes
"dossier check", which runs SQLite's integrity_check and computes every digest of the log again.

PALERMO_KILLS sets how many, PALERMO_SEED repeats a run."""
import json
import os
import random
import subprocess
import time

from story import CLI, check, finish, folder, run, start

KILLS = int(os.environ.get('PALERMO_KILLS', '100'))
SEED = int(os.environ.get('PALERMO_SEED') or random.SystemRandom().randrange(1 << 32))
LINES = 4000
NODES = ['/cluster1/general/state/name', '/cluster1/general/state/lead_office',
         '/cluster1/general/people/focal_name', '/cluster1/general/people/focal_office',
         '/cluster1/untoc/art5/q5_1_a/example', '/cluster1/untoc/art2/q2_a/term']
EXPERT = '/cluster1/general/people/expert'


def plan(chance, number):
    """Lines of one round: mostly typing that goes on in one place, so that acts are replaced, jumps
    between questions, short and long texts, now and then a row."""
    lines = []
    node = NODES[0]
    for i in range(LINES):
        if chance.random() < 0.5:
            node = chance.choice(NODES)
        text = f'{number}-{i} ' + 'ответ ' * (chance.randrange(300) if chance.random() < 0.1 else 1)
        if chance.random() < 0.02:
            lines.append((f'{EXPERT}[new]/name', f'row {number}-{i}'))
        else:
            lines.append((node, text))
    return lines


def main():
    chance = random.Random(SEED)
    print(f'# seed {SEED}', flush=True)
    with folder() as work:
        os.environ['XDG_DATA_HOME'] = os.path.join(work, 'home')
        path = os.path.join(work, 'kill.palermo')
        tsv = os.path.join(work, 'lines.tsv')
        done = run([CLI, 'dossier', 'new', path, '--state', 'Practicia', '--uncac', 'no'])
        check('a dossier', done.returncode == 0, done.stderr)
        standing = {node: ['Practicia' if node == NODES[0] else ''] for node in NODES}
        rows = set()
        lost = torn = acknowledged = quiet = 0
        for number in range(KILLS):
            lines = plan(chance, number)
            with open(tsv, 'w', encoding='utf-8') as file:
                file.writelines(f'{node}\t{text}\n' for node, text in lines)
            process = start([CLI, 'answer', 'set', path, '--from', tsv], stdout=subprocess.PIPE)
            out = b''
            if number % 10:
                out = process.stdout.readline()  # else the kill may come while it opens
                time.sleep(chance.uniform(0, 0.25) ** 2 * 4)
            else:
                time.sleep(chance.uniform(0, 0.4))
            process.kill()
            out += process.stdout.read()
            process.wait()
            n_acks = out.count(b'\n')
            acknowledged += n_acks
            quiet += n_acks == 0

            # What may stand in a question now: the last text acknowledged, or any on its way after it.
            for i, (node, text) in enumerate(lines):
                if node not in standing:
                    if i < n_acks:
                        rows.add(text)
                elif i < n_acks:
                    standing[node] = [text]
                elif i <= n_acks:
                    standing[node].append(text)
            done = run([CLI, 'answer', 'list', path, '--json'])
            if done.returncode:
                torn += 1
                print(f'# round {number}: {done.stderr.strip()}', flush=True)
                continue
            answers = json.loads(done.stdout)
            values = {a['node']: a['value'] for a in answers}
            names = {a['value'] for a in answers if a['node'].startswith(EXPERT)}
            for node, allowed in standing.items():
                if values[node] not in allowed:
                    lost += 1
                    print(f'# round {number}: {node}', flush=True)
                standing[node] = [values[node]]
            lost += len(rows - names)
            done = run([CLI, 'dossier', 'check', path])
            if done.returncode:
                torn += 1
                print(f'# round {number}: {done.stderr.strip()}', flush=True)
        print(f'# {KILLS} kills, {acknowledged} answers acknowledged, {quiet} killed before the first', flush=True)
        check(f'{KILLS} kills: every acknowledged answer is there', lost == 0, f'{lost} lost, seed {SEED}')
        check('the file is sound after each', torn == 0, f'{torn} times not, seed {SEED}')
        check('the kills came in the middle of the work', acknowledged > KILLS, acknowledged)
        done = run([CLI, 'dossier', 'rebuild', path, '--json'])
        check('what is shown is what the log says', done.stdout == '{"changed":false}\n', done.stdout + done.stderr)
        left = sorted(name for name in os.listdir(work) if name.startswith('kill'))
        check('nothing lies beside it in the end', left == ['kill.palermo'], left)
    finish()


if __name__ == '__main__':
    main()
